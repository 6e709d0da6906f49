"""The door: files in, one :class:`~tpm.model.ImportResult` out.

A file that cannot be used is a finding and the others are read; only when no file could be used at all is
:class:`~tpm.findings.InputError` raised. Files of scheduling tools are recognised by content and read by
:mod:`tpm.ingest.formats`; they are joined to what the spreadsheets gave.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import pandas as pd

from tpm.findings import Finding, InputError, Place, Severity
from tpm.guard import UPLOAD_BYTES_MAX
from tpm.ingest.assembling.assemble import assemble
from tpm.ingest.assembling.merge import merge
from tpm.ingest.assembling.twins import find_twins, people_and_assignments, take_estimates, take_owners
from tpm.ingest.assembling.versions import earlier_versions
from tpm.ingest.drafts.activities import Draft
from tpm.ingest.drafts.calendars import calendars_of
from tpm.ingest.drafts.unused import missed_rows
from tpm.ingest.opening.workbook import Book, may_be_schedule, open_book, refuse
from tpm.ingest.options import ReadOptions
from tpm.ingest.readers import Reading, forced_of, read_book, rejected_rows
from tpm.model import REJECTED_COLUMNS, RISK_COLUMNS, ImportResult, Source, TableKind, TableReading, conform, empty_frame

if TYPE_CHECKING:
    from tpm.ingest.formats import Format

_NAMED_HEADERS = 12  # in a finding


def read_files(files: Sequence[tuple[str, bytes]], options: ReadOptions = ReadOptions()) -> ImportResult:  # noqa: B008 (frozen)
    """Read ``files`` = (name, bytes) as one plan.

    Raises ``InputError`` when no file could be used at all, with the finding of the first.
    """
    with _no_collection():
        return _read(files, options)


def warm_up() -> None:
    """Load what the first reading needs: word lists, the libraries that read."""
    read_files([("plan.csv", b"ID,Task,Start,Finish,Predecessors\n1,A,2026-03-02,2026-03-03,\n2,B,2026-03-04,2026-03-05,1\n")])


@contextmanager
def _no_collection() -> Iterator[None]:
    """Garbage collection off: a sheet is a million small objects that stay alive; walking them again and again costs as much as reading."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _read(files: Sequence[tuple[str, bytes]], options: ReadOptions) -> ImportResult:
    failures: list[Finding] = []
    foreign: list[ImportResult] = []
    books: list[Book] = []
    for name, data in files:
        try:
            if len(data) > UPLOAD_BYTES_MAX:
                raise refuse("file-too-large", name, size=-(-len(data) // 2**20), limit=UPLOAD_BYTES_MAX // 2**20)
            if (schedule := _schedule_format(data)) is not None:
                foreign.append(schedule.read(name, data))
            else:
                books.append(open_book(name, data))
        except InputError as error:
            failures.append(error.finding)
    if not books and not foreign:
        raise InputError(failures[0]) if failures else refuse("no-files", "")
    results = [*foreign, _read_books(books, options)] if books else foreign
    for grid in (grid for book in books for grid in book.grids):
        grid.forget()
    result = merge(results)
    return replace(result, findings=(*failures, *result.findings))


def _schedule_format(data: bytes) -> Format | None:
    """The reader of a scheduling tool's own file, or None; most files are ruled out by their first bytes."""
    if not may_be_schedule(data):
        return None
    from tpm.ingest.formats import format_of  # a spreadsheet needs none of it

    return format_of(data)


def _read_books(books: Sequence[Book], options: ReadOptions) -> ImportResult:
    """The plan of all spreadsheets together."""
    readings = [read_book(book, options) for book in books]
    by_file = {book.file: reading.activities for book, reading in zip(books, readings, strict=True)}
    older, findings = earlier_versions(by_file, {book.file: book.saved_on for book in books})
    tables: list[TableReading] = []
    drafts: list[Draft] = []
    risk_drafts: list[tuple[Draft, pd.DataFrame]] = []
    links: list[Draft] = []
    rejected: list[dict[str, object]] = []
    for book, reading in zip(books, readings, strict=True):
        if book.file in older:
            _leave_out(reading, older[book.file])
        findings += _about_file(book, reading, options)
        kept = _counted_once(reading, reading.activities, findings, options)
        kept_risks = _risks_once(reading, findings)
        findings += _kept_findings(reading)
        tables += reading.tables
        drafts += kept
        risk_drafts += kept_risks
        links += reading.links
        rejected += rejected_rows([*kept, *(draft for draft, _ in kept_risks), *reading.links])
    saved = max((book.saved_on for book in books if book.saved_on), default=None)
    frames = [frame for _, frame in risk_drafts]
    risks = pd.concat(frames, ignore_index=True).astype(dict(RISK_COLUMNS)) if frames else empty_frame(RISK_COLUMNS)
    name = PurePath(books[0].file).stem if books else ""
    calendars = calendars_of([grid for book in books for grid in book.grids])
    register = conform(risks, RISK_COLUMNS)
    plan, told = assemble(name, drafts, register, [draft for draft, _ in risk_drafts], links, saved, options.start, calendars)
    plan = plan.with_(rows_missed=sum(len(missed_rows(draft)) for draft in drafts))
    findings += [*told, *calendars.findings]
    rejects = conform(pd.DataFrame(rejected), REJECTED_COLUMNS) if rejected else empty_frame(REJECTED_COLUMNS)
    missed = {place for one in findings if one.code.startswith("rows-missed") for place in one.places}
    rows = (Place(str(row["file"]), str(row["sheet"]), str(row["row"])) for row in rejected)
    if places := tuple(place for place in rows if place not in missed):
        findings.append(Finding("rows-not-used", Severity.INFO, places, {"count": len(places)}))
    findings += _not_there(options, tables)
    if not drafts and not frames:
        findings.append(_nothing(books, tables))
    sources = tuple(Source(book.file, book.format, book.encoding, book.saved_on, _sheets(book)) for book in books)
    return ImportResult(plan, sources, tuple(tables), tuple(findings), rejects)


def _sheets(book: Book) -> tuple[str, ...]:
    return tuple(grid.sheet for grid in book.grids if any(cell != "" for row in grid.rows for cell in row))


def _about_file(book: Book, reading: Reading, options: ReadOptions) -> list[Finding]:
    out = []
    if book.encoding not in (None, "utf-8", "utf-8-sig"):
        out.append(Finding("encoding", Severity.INFO, (Place(book.file),), {"encoding": str(book.encoding).upper()}))
    if options.sheet is not None and not reading.tables and not any(grid.sheet == options.sheet for grid in book.grids):
        out.append(
            Finding(
                "no-such-sheet",
                Severity.ERROR,
                (Place(book.file),),
                {"sheet": options.sheet, "sheets": ", ".join(grid.sheet for grid in book.grids)},
            )
        )
    return out


def _kept_findings(reading: Reading) -> list[Finding]:
    """Findings of a file's tables, without those of sheets that were not counted."""
    skipped = {table.sheet for table in reading.tables if table.same_as is not None}
    return [finding for finding in reading.findings if not finding.places or any(place.sheet not in skipped for place in finding.places)]


def _counted_once(reading: Reading, drafts: list[Draft], findings: list[Finding], options: ReadOptions) -> list[Draft]:
    """The drafts that count; twins are marked in the table readings and said so."""
    plans = {
        index
        for index, draft in enumerate(drafts)
        if any(one.kind is TableKind.ACTIVITIES for one in forced_of(draft.table.grid, options))  # a person said so
    }
    assigns, people = people_and_assignments(drafts, plans)
    for one, kept in assigns.items():
        take_owners(drafts[kept], drafts[one])
        _is_no_plan(reading, drafts[one], "assignments-taken", findings, kept=drafts[kept].sheet)
    for one in people:
        _is_no_plan(reading, drafts[one], "list-of-people", findings)
    drafts = [draft for index, draft in enumerate(drafts) if index not in assigns and index not in people]
    twins = find_twins(drafts)
    for twin, kept in twins.items():
        take_estimates(drafts[kept], drafts[twin])
        _mark(reading, drafts[twin], drafts[kept], findings)
    return [draft for index, draft in enumerate(drafts) if index not in twins]


def _is_no_plan(reading: Reading, draft: Draft, code: str, findings: list[Finding], **params: object) -> None:
    """A table of activities that only says who there is, or who does what, is none."""
    at = reading.of[id(draft)]
    reading.tables[at] = replace(reading.tables[at], kind=TableKind.OTHER, columns={})
    found = {"sheet": draft.sheet, "count": len(draft), **params}
    findings.append(Finding(code, Severity.INFO, (draft.table.grid.place(),), found))


def _leave_out(reading: Reading, newer: str) -> None:
    """The activities of a file do not count, because those of ``newer`` do; what else it holds does."""
    for draft in (*reading.activities, *reading.links):
        at = reading.of[id(draft)]
        reading.tables[at] = replace(reading.tables[at], same_as=newer)
    reading.activities.clear()
    reading.links.clear()


def _mark(reading: Reading, twin: Draft, kept: Draft, findings: list[Finding]) -> None:
    at = reading.of[id(twin)]
    reading.tables[at] = replace(reading.tables[at], same_as=kept.sheet)
    findings.append(
        Finding("same-plan", Severity.INFO, (twin.table.grid.place(),), {"sheet": twin.sheet, "kept": kept.sheet, "count": len(twin)})
    )


def _risks_once(reading: Reading, findings: list[Finding]) -> list[tuple[Draft, pd.DataFrame]]:
    """Registers that repeat another one give only the risks that it lacks."""
    out = []
    drafts = [draft for draft, _ in reading.risks]
    twins = find_twins(drafts)
    for index, (draft, frame) in enumerate(reading.risks):
        if index in twins:
            kept = drafts[twins[index]]
            known = {str(name).casefold() for name in kept.names}
            new = [str(name).casefold() not in known for name in draft.names]
            _mark(reading, draft, kept, findings)
            if not any(new):
                continue
            draft.links.clear()
            frame = frame[new].reset_index(drop=True)
        out.append((draft, frame))
    return out


def _not_there(options: ReadOptions, tables: Sequence[TableReading]) -> Iterator[Finding]:
    """The columns that a person named and no table has."""
    said = {(field, header) for field, header in options.mapping.items() if header}
    said |= {pair for forced in options.forced.values() for one in forced for pair in one.columns.items() if pair[1]}
    used = {field for table in tables for field, choice in table.columns.items() if choice.by == "user"}
    seen = list(dict.fromkeys(header for table in tables for _, header in table.headers))
    for field, header in sorted(said):
        if field not in used:
            headers = ", ".join(f"“{' '.join(text.split())}”" for text in seen[:_NAMED_HEADERS])
            yield Finding("no-such-column", Severity.ERROR, (), {"field": f"field.{field}", "header": header, "headers": headers})


def _nothing(books: Sequence[Book], tables: Sequence[TableReading]) -> Finding:
    """Nothing to plan with: said with what was seen instead."""
    filled = [grid.sheet or book.file for book in books for grid in book.grids if any(cell != "" for row in grid.rows for cell in row)]
    places = tuple(Place(book.file) for book in books)
    if not filled:
        return Finding("no-cells", Severity.ERROR, places, {"file": ", ".join(book.file for book in books)})
    bare = next((table for table in tables if table.kind is not TableKind.OTHER and table.last_row < table.first_row), None)
    if bare is not None:
        named = ", ".join(f"“{header}”" for _, header in bare.headers[:6])
        return Finding("header-without-rows", Severity.ERROR, (Place(bare.source, bare.sheet, str(bare.header_row)),), {"headers": named})
    headers = ", ".join([f"“{' '.join(header.split())}”" for table in tables for _, header in table.headers][:6])
    seen = {"sheets": ", ".join(filled[:5]), "headers": headers}
    return Finding("nothing-to-plan" if headers else "nothing-to-plan-unnamed", Severity.ERROR, places, seen)
