"""What the server does with a stranger's bytes: all of it in processes apart, which a file may slow down, fill or crash.

Every function of the program that opens an upload is called by the pages through here; the command line, which serves one person and
ends with the file, calls it directly. All raise ``InputError`` with one sentence where the file takes too much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from tpm.apart import LIMITS, Job, Pool

if TYPE_CHECKING:
    from tpm.edits import Edit
    from tpm.export.original import OriginalWorkbook
    from tpm.i18n import Language
    from tpm.ingest import ReadOptions, SourceCells
    from tpm.ingest.sheets import SheetView
    from tpm.insight.review import Review
    from tpm.insight.risks.scale import RiskScale
    from tpm.model import ImportResult, Plan, ScheduleOptions, TableReading
    from tpm.store.bundle import Contents

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

File = tuple[str, bytes]  # name, content

_pool = Pool(warm=["tpm.ingest.door:warm_up"])


def warm_up() -> None:
    """Have a process ready for the first upload; comes back at once."""
    _pool.start()


def read_files(files: Sequence[File], options: ReadOptions) -> ImportResult:
    """See :func:`tpm.ingest.read_files`."""
    read: ImportResult = _pool.ask(Job("tpm.ingest.door:read_files", (list(files), options), limits=LIMITS), _names(files))
    return read  # by its name: what reads is imported by the process that does


def source_cells(files: Sequence[File], result: ImportResult) -> SourceCells:
    """See :func:`tpm.ingest.source_cells`."""
    from tpm import ingest

    return _within(_names(files), ingest.source_cells, list(files), result)


def sheet_view(
    files: Sequence[File], tables: Sequence[TableReading], options: ReadOptions, file: str, sheet: str
) -> SheetView | None:
    """See :func:`tpm.ingest.sheets.sheet_view`."""
    from tpm.ingest import sheets

    return _within(file, sheets.sheet_view, list(files), list(tables), options, file, sheet)


def original_workbook(
    name: str, data: bytes, result: ImportResult, edits: Sequence[Edit], corrected: Plan | None = None,
    options: ScheduleOptions | None = None,
) -> OriginalWorkbook:
    """See :func:`tpm.export.original.original_workbook`."""
    from tpm.export import original

    return _within(name, original.original_workbook, name, data, result, list(edits), corrected=corrected, options=options)


def unpack(name: str, data: bytes) -> Contents:
    """See :func:`tpm.store.bundle.unpack`."""
    from tpm.store import bundle

    return replace(_within(name, bundle.inspect, name, data), read=partial(bundle.file_in, data))


def check_template(name: str, template: bytes) -> None:
    """See :func:`tpm.export.deck.check_template`."""
    from tpm.export import deck

    _within(name, deck.check_template, name, template)


def deck_on(template: File, review: Review, lang: Language, scale: RiskScale | None) -> bytes:
    """The deck on a company's template. See :func:`tpm.export.deck.deck_pptx`."""
    from tpm.export import deck

    return _within(template[0], deck.deck_pptx, review, lang, template=template[1], scale=scale)


def _within(about: str, function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
    return _pool.within(LIMITS, about, function, *arguments, **named)


def _names(files: Sequence[File]) -> str:
    return ", ".join(name for name, _ in files)
