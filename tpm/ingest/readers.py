"""Files → readings: what each sheet holds, as drafts, before anything is put together.

A file is opened, its tables are found, their columns chosen (with what a person said or said earlier), their rows read.
Sheets that a person named are read alone; hidden sheets are read last and only where the visible ones hold no plan.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from tpm.findings import Finding, Severity
from tpm.ingest.assembling.stack import repeated
from tpm.ingest.drafts.activities import Draft, draft_activities, years_near
from tpm.ingest.drafts.bars import is_ledger, is_roster, read_bars
from tpm.ingest.drafts.calendars import is_calendar_sheet
from tpm.ingest.drafts.link_tables import draft_links, take_relations
from tpm.ingest.drafts.risks import draft_risks
from tpm.ingest.drafts.unused import rows_beyond, unused
from tpm.ingest.lexicon.headers import key
from tpm.ingest.lexicon.words import is_team_name
from tpm.ingest.opening.grid import Book, Grid, as_text, letters
from tpm.ingest.opening.workbook import refuse
from tpm.ingest.options import Forced, ReadOptions
from tpm.ingest.tables.columns import Columns, choose
from tpm.ingest.tables.forced import NOTHING, as_said, names_columns, tables_as_said, with_columns
from tpm.ingest.tables.headerless import find_headerless
from tpm.ingest.tables.memory import fields_of, kind_said, recall, shape_of, words_of
from tpm.ingest.tables.readings import tables_under_another
from tpm.ingest.tables.tables import Table
from tpm.ingest.weighing.evidence import ASKED_COLUMN, ASKED_KIND
from tpm.model import TableKind, TableReading

_TOLD_FIELDS = ("name", "start", "finish", "duration", "predecessors", "progress", "status", "owner", "title", "probability", "impact")


@dataclass
class Reading:
    """What one file gave: drafts by kind, the table readings, findings."""

    activities: list[Draft] = field(default_factory=list)
    links: list[Draft] = field(default_factory=list)
    risks: list[tuple[Draft, pd.DataFrame]] = field(default_factory=list)
    tables: list[TableReading] = field(default_factory=list)
    of: dict[int, int] = field(default_factory=dict)  # id(draft) → index in ``tables``
    findings: list[Finding] = field(default_factory=list)


def header_signature(table: TableReading) -> str:
    """The headers of a table as one text: equal for tables whose headers are the same words, whatever the order."""
    return "|".join(sorted(key(header) for _, header in table.headers))


def _table_signature(table: Table) -> str:
    return "|".join(sorted(key(label.text) for label in table.labels if label.text))


def read_book(book: Book, options: ReadOptions) -> Reading:
    """All tables of a file."""
    out = Reading(findings=list(book.findings))
    named = {grid.sheet for grid in book.grids if _is_said(grid, options)}
    tabular = [grid for grid in book.grids if grid.sheet in named or not is_calendar_sheet(grid)]
    wanted = [grid for grid in tabular if options.sheet is None or key(grid.sheet) == key(options.sheet)]
    visible = [grid for grid in wanted if not grid.hidden or options.sheet is not None or grid.sheet in named]
    _one_sheet(visible, options)
    hidden = [grid for grid in wanted if grid.hidden and options.sheet is None and grid.sheet not in named]
    options = _in_context(book, options)
    assert options.as_of is not None
    year = options.as_of.year
    for grid in visible:
        _read_grid(grid, options, year, out)
    _team_of_sheet(out.activities)
    if not (out.activities or out.risks) and options.mapping:
        out.tables.clear()
        for grid in visible:
            _read_grid(grid, options, year, out, (Forced(columns=options.mapping),))
    if not (out.activities or out.risks):
        for grid in visible:
            _read_bare(grid, options, year, out)
    if not (out.activities or out.risks) and hidden:
        for grid in hidden:
            _read_grid(grid, options, year, out)
        if out.activities or out.risks:
            out.findings.append(
                Finding("hidden-sheet-read", Severity.WARNING, tuple(grid.place() for grid in hidden), {"count": len(hidden)})
            )
    elif any(_filled(grid) for grid in hidden):
        out.findings.append(
            Finding("hidden-sheet-skipped", Severity.INFO, tuple(grid.place() for grid in hidden if _filled(grid)), {"count": len(hidden)})
        )
    return out


def read_sheet(book: Book, grid: Grid, options: ReadOptions) -> Reading:
    """One sheet of ``book`` as if it were the only one; what is said of it now is left aside."""
    out = Reading()
    options = replace(_in_context(book, options), forced={}, mapping={})
    assert options.as_of is not None
    _read_grid(grid, options, options.as_of.year, out)
    if not (out.activities or out.risks):
        _read_bare(grid, options, options.as_of.year, out)
    return out


def _read_bare(grid: Grid, options: ReadOptions, year: int, out: Reading) -> None:
    """A list without a header, unless a person said what the sheet is."""
    if not any(table.by_hand and (table.source, table.sheet) == (grid.file, grid.sheet) for table in out.tables):
        for table in find_headerless(grid) or tables_under_another(grid):
            _read_table(table, options, year, out)


def _is_said(grid: Grid, options: ReadOptions) -> bool:
    """A person said something of this very sheet: it is read also where it is hidden or looks like a calendar."""
    now = any(sheet and key(sheet) == key(grid.sheet) for sheet in options.forced)
    return now or bool(options.remembered and grid.height and recall(grid, options.remembered))


def _team_of_sheet(drafts: list[Draft]) -> None:
    """One team a sheet: where several sheets are named after teams and have no column of teams, the name is the team."""
    sheets = {draft.sheet for draft in drafts if is_team_name(draft.sheet)}
    if len(sheets) < 2:
        return
    for draft in drafts:
        if draft.sheet in sheets and "team" not in draft.data:
            draft.data["team"] = repeated(draft.sheet.strip(), len(draft))


def _filled(grid: Grid) -> bool:
    return any(cell != "" for row in grid.rows[:50] for cell in row)


def _in_context(book: Book, options: ReadOptions) -> ReadOptions:
    """``options`` with the day near which dates lie that nothing in the sheet gives a year."""
    return replace(options, as_of=options.start or book.saved_on or options.as_of or dt.date.today())


def _one_sheet(visible: Sequence[Grid], options: ReadOptions) -> None:
    """What is said of the only sheet needs an only sheet. Raises InputError."""
    filled = [grid for grid in visible if _filled(grid)]
    if "" in options.forced and len(filled) > 1:
        raise refuse("which-sheet", filled[0].file, sheets=", ".join(f"“{grid.sheet}”" for grid in filled))


def forced_of(grid: Grid, options: ReadOptions) -> tuple[Forced, ...]:
    """What is said of ``grid`` now, else what was said earlier of sheets of its shape."""
    now = next((said for sheet, said in options.forced.items() if not sheet or key(sheet) == key(grid.sheet)), ())
    return now or (recall(grid, options.remembered) if options.remembered else ())


def _read_grid(grid: Grid, options: ReadOptions, year: int, out: Reading, said: Sequence[Forced] | None = None) -> None:
    if not grid.height:
        return
    said = forced_of(grid, options) if said is None else said
    first = len(out.tables)
    found = tables_as_said(grid, said)
    for table, about in found:
        below = [other.header_first for other, _ in found if other.header_first > table.last]
        _read_table(table, options, year, out, about, min(below, default=table.grid.height))
    if any(table.by_hand for table in out.tables[first:]):
        out.findings.append(Finding("read-by-hand", Severity.INFO, (grid.place(),), {"sheet": grid.sheet or grid.file}))


def _read_table(table: Table, options: ReadOptions, year: int, out: Reading, said: Forced = NOTHING, end: int = 0) -> None:
    """Read one table; ``end`` is the row that ends what may belong to it."""
    near = years_near(table)
    year = options.year or (near[-1] if near else year)
    earlier = _remembered(table, options)
    mapping = {**fields_of(earlier), **said.columns, **options.mapping}
    by_hand = said != NOTHING or bool(earlier)
    if by_hand:
        named = fields_of(earlier) if table.kind is TableKind.OTHER and names_columns(table, fields_of(earlier)) else {}
        wanted = said.kind or kind_said(earlier)
        table = as_said(table, replace(said, kind=wanted, columns={**named, **said.columns})) if wanted or named or said.columns else table
    if mapping and not names_columns(table, mapping):
        table = with_columns(table)
    columns = Columns({}, {})
    kind = table.kind
    draft: Draft | None = None
    if kind is not TableKind.OTHER and table.rows > 0:
        columns = choose(table, mapping, by_hand=by_hand)
        draft = _read_rows(table, columns, options, year, out, by_hand)
        if draft is None:
            kind = TableKind.OTHER
    if draft is not None:
        out.of[id(draft)] = len(out.tables)
        out.findings += draft.doubts.findings
        out.findings += _unsure(table, draft.columns)
        if not by_hand and table.sure < ASKED_KIND:
            place = table.grid.place(max(table.header_last, 0))
            out.findings.append(Finding("unsure-kind", Severity.WARNING, (place,), {"kind": f"sheet.kind-{kind.value}"}))
        draft.rejected |= rows_beyond(draft, end)
        out.findings += unused(draft)
        columns = draft.columns
    elif by_hand and table.kind is not TableKind.OTHER and table.rows > 0:
        needed = {TableKind.ACTIVITIES: ("name",), TableKind.RISKS: ("title",)}.get(table.kind, ("predecessor", "successor"))
        missing = next((field for field in needed if field not in columns.fields), needed[0])
        place = table.grid.place(table.header_last) if table.header_last >= 0 else table.grid.place()
        said_of = {"field": f"field.{missing}", "key": missing, "sheet": table.grid.sheet or table.grid.file}
        out.findings.append(Finding("forced-without", Severity.ERROR, (place,), said_of))
    out.tables.append(replace(_reading_of(table, kind, columns), by_hand=by_hand))


def _remembered(table: Table, options: ReadOptions) -> Mapping[str, str]:
    """What was said earlier of tables with these headers."""
    if not options.remembered:
        return {}
    return {**options.remembered.get(_table_signature(table), {}), **options.remembered.get(_signature(table), {})}


def _signature(table: Table) -> str:
    """What recognises a table again: the words of its header's last row, else the shape of the sheet."""
    inside = 0 <= table.header_last < table.grid.height
    return (inside and words_of(table.grid.rows[table.header_last])) or shape_of(table.grid)


def _read_rows(
    table: Table, columns: Columns, options: ReadOptions, year: int, out: Reading, by_hand: bool = False
) -> Draft | None:
    if table.kind is TableKind.ACTIVITIES:
        if "name" not in columns.fields:
            return None
        draft = draft_activities(table, columns, options, year)
        bars = 0 if _dated(draft) or draft.counts else read_bars(draft, year, options.start or draft.stated_start)
        if bars and not draft.counts:  # else it is asked when the first day is
            draft.doubts.add("dates-from-bars", Severity.INFO, table.grid, sheet=draft.sheet, rows_read=bars)
        if not len(draft) or not (by_hand or _plans(draft)):
            return None
        take_relations(draft)
        out.activities.append(draft)
        return draft
    if table.kind is TableKind.RISKS:
        if "title" not in columns.fields:
            return None
        draft, frame = draft_risks(table, columns, options, year)
        if not len(draft):
            return None
        out.risks.append((draft, frame))
        return draft
    if not {"predecessor", "successor"} <= set(columns.fields):
        return None
    draft = draft_links(table, columns)
    out.links.append(draft)
    return draft


def _dated(draft: Draft) -> bool:
    return any(name in draft.data and not np.isnat(draft.data[name]).all() for name in ("start", "finish", "actual_start", "actual_finish"))


def _plans(draft: Draft) -> bool:
    """There is something to plan with beside names: a column of dates, durations, people, states …, or a few named fields."""
    told = {name for name, choice in draft.columns.choices.items() if name != "level" or choice.by != "content"}
    said = told - {"name", "notes", "link", "id", "wbs"}
    if draft.table.calendar is not None:  # whose bars may be drawn in a way that nobody reads
        return not is_ledger(draft) and (bool(said) or not is_roster(draft))
    return bool(said) or _dated(draft) or "wbs" in told or len(told) >= 2


def _unsure(table: Table, columns: Columns) -> list[Finding]:
    """A finding for each important column that was not chosen with certainty."""
    out = []
    for name in _TOLD_FIELDS:
        choice = columns.choices.get(name)
        if choice is not None and choice.by != "user" and choice.confidence < ASKED_COLUMN and columns.profiles[columns.fields[name]].count:
            place = table.grid.place(max(table.header_last, 0), columns.fields[name])
            params = {"field": f"field.{name}", "header": choice.header or choice.column, "runner_up": choice.runner_up or ""}
            out.append(Finding("unsure-column" if choice.runner_up else "unsure-column-alone", Severity.WARNING, (place,), params))
    return out


def _reading_of(table: Table, kind: TableKind, columns: Columns) -> TableReading:
    grid = table.grid
    rows = grid.numbers(np.arange(table.first, table.last + 1)) if grid.cells is not None else np.empty(0, int)
    return TableReading(
        source=grid.file,
        sheet=grid.sheet,
        kind=kind,
        header_row=table.header_last + 1,
        first_row=table.first + 1 if grid.cells is None else int(rows.min()),
        last_row=table.last + 1 if grid.cells is None else int(rows.max()),
        columns=dict(columns.choices),
        attributes={header: letters(column) for column, header in columns.rest.items() if header},
        headers=tuple((letters(label.column), label.text) for label in table.labels if label.text),
        signature=_signature(table),
        also={letters(column): name for name, more in columns.more.items() for column in more},
        header_rows=table.header_last - table.header_first + 1 if table.header_last >= 0 else 0,
        transposed=grid.transposed,
    )


def rejected_rows(drafts: list[Draft]) -> list[dict[str, object]]:
    """The rows that could not be used, in full, with the reason's key."""
    out: list[dict[str, object]] = []
    for draft in drafts:
        grid = draft.table.grid
        for row, reason in sorted(draft.rejected.items()):
            text = " | ".join(as_text(cell) for cell in grid.rows[row] if cell != "" and as_text(cell))
            out.append({"file": grid.file, "sheet": grid.sheet, "row": row + 1, "reason": reason, "text": text})
    return out
