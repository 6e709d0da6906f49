"""Large .xlsx sheets, read in parts at the same time.

A sheet's XML is cut between two rows, and each part is given to calamine in a thread of its own, as a workbook that holds nothing
else; calamine lets go of the interpreter while it parses. The first part is under way while the next one is still being unpacked.
What comes out is what one read of the whole gives. A sheet that is small, or written in a way that could make a part mean something
else (rows without numbers, comments, another prefix), is left to that one read: :func:`read_in_parts` then answers None.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import python_calamine as calamine

from tpm.guard import BROKEN_ZIP, Archive
from tpm.ingest.opening.grid import Cell
from tpm.ingest.opening.weight import SheetWeight

LEAST_BYTES: Final = 2 * 2**20  # of a sheet's XML, some 3,000 rows; below it threads cost more than they save
_LEAST_PART_BYTES: Final = 2**20
_HEAD_START: Final = 1.0  # so much more than its share has a part that is parsed while the next one is unpacked
_MOST_PARTS: Final = 4  # each part knows all shared texts of the workbook, so that more of them soon gain nothing
_ROUNDS: Final = 2  # parts a worker where each repeats little: the first begins sooner, and their weighing hides behind another's parsing
_LITTLE_BYTES: Final = 256 * 1024
_BEGIN, _ROW_END, _END = b"<sheetData>", b"</row>", b"</sheetData>"
_NUMBERED: Final = re.compile(rb'\s*(?:<row\b[^>]*/>\s*)*<row\b[^>]*\br="\d+"[^>]*>\s*<c\b[^>]*\br="[A-Z]')
_HEAD_BYTES: Final = 64 * 1024  # within which a sheet's rows begin
# What calamine reads of a workbook besides the sheet, in lower case.
_NEEDED: Final = ("xl/sharedstrings", "xl/styles", "xl/workbook", "xl/_rels/workbook", "[content_types]", "_rels/")
_MOST_BYTES: Final = 200 * 2**20  # of a sheet's XML, which is held in memory here; 100,000 rows of 15 columns have 65 MiB
_MOST_REST_BYTES: Final = 48 * 2**20  # of what each part repeats, most of it the shared texts

Merged = tuple[tuple[int, int, int, int], ...]  # first row, first column, last row, last column


def read_in_parts(
    archive: Archive, index: int, part: str, rest: Sequence[tuple[str, bytes]], weight: SheetWeight
) -> tuple[list[list[Cell]], Merged] | None:
    """(rows of equal length from A1 on, merged ranges) of the sheet at ``index``, or None where one read must do.

    ``part`` is the sheet's, ``rest`` what every reader needs besides (:func:`rest_of`). Raises ``InputError`` where it is too much.
    """
    workers = min(_processors(), _MOST_PARTS)
    if workers < 2:
        return None
    try:
        repeated = sum(len(xml) for _, xml in rest)
        if not LEAST_BYTES <= archive.getinfo(part).file_size <= _MOST_BYTES or repeated > _MOST_REST_BYTES:
            return None
        count = workers * (_ROUNDS if repeated <= _LITTLE_BYTES else 1)
        with ThreadPoolExecutor(workers) as pool:
            under_way = [pool.submit(_read, rest, part, index, rows, weight) for rows in _cut(archive, part, count)]
            return _joined([one.result() for one in under_way])
    except (_OneReadError, calamine.CalamineError, *BROKEN_ZIP, KeyError):
        return None


def rest_of(archive: Archive) -> list[tuple[str, bytes]]:
    """(name, content) of the parts that a reader of any sheet needs besides the sheets. Raises one of ``BROKEN_ZIP``."""
    return [(info.filename, archive.read(info)) for info in archive.infolist() if info.filename.lower().startswith(_NEEDED)]


class _OneReadError(Exception):
    """The sheet is written in a way that only a read of the whole understands for certain."""


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cut(archive: Archive, part: str, count: int) -> Iterator[_Part]:
    """The XML of ``part`` in up to ``count`` parts, each with some of its rows; the last one has what follows the rows."""
    size = max(int(archive.getinfo(part).file_size * _HEAD_START / count) + 1, _LEAST_PART_BYTES)
    pieces = archive.pieces(part, size)
    xml = next(pieces)
    begin = xml.find(_BEGIN, 0, _HEAD_BYTES) + len(_BEGIN)
    if begin < len(_BEGIN) or b"<worksheet" not in xml[:begin]:
        raise _OneReadError
    head, xml = xml[:begin], xml[begin:]
    for more in pieces:
        at = xml.rfind(_ROW_END) + len(_ROW_END)
        if at < len(_ROW_END):
            raise _OneReadError
        rows, xml = xml[:at], xml[at:] + more
        yield _Part(head, rows, _END + b"</worksheet>")
    yield _Part(head, xml, b"")


class _Part(NamedTuple):
    """A sheet with some of the rows of another: what stands before, the rows, and what stands behind them."""

    head: bytes
    rows: bytes
    tail: bytes


def _read(rest: Sequence[tuple[str, bytes]], name: str, index: int, part: _Part, weight: SheetWeight) -> calamine.CalamineSheet:
    """The sheet at ``index`` of a workbook with nothing but ``part``, weighed before it is parsed."""
    if b"<!" in part.rows or not _NUMBERED.match(part.rows):  # alone it could mean something else
        raise _OneReadError
    weight.add(part.rows)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for other, content in rest:
            archive.writestr(other, content)
        archive.writestr(name, b"".join(part))
    out.seek(0)
    return calamine.CalamineWorkbook.from_filelike(out).get_sheet_by_index(index)


def _joined(sheets: list[calamine.CalamineSheet]) -> tuple[list[list[Cell]], Merged]:
    """The rows of all parts, each with the columns that it lacks on the left and on the right."""
    width = max((sheet.end[1] + 1 for sheet in sheets if sheet.end is not None), default=0)
    rows: list[list[Cell]] = []
    for sheet in sheets:
        if sheet.start is None or sheet.end is None:
            continue
        if sheet.start[0] < len(rows):  # numbered backwards
            raise _OneReadError
        rows += [[""] * width for _ in range(sheet.start[0] - len(rows))]
        left, right = sheet.start[1], width - sheet.end[1] - 1
        found: list[list[Cell]] = sheet.to_python(skip_empty_area=True)
        rows += [[""] * left + row + [""] * right for row in found] if left or right else found
    return rows, merged_ranges(sheets[-1])


def merged_ranges(sheet: calamine.CalamineSheet) -> Merged:
    """The merged ranges of a sheet."""
    return tuple((r0, c0, r1, c1) for (r0, c0), (r1, c1) in sheet.merged_cell_ranges or ())
