"""What a table says and its reading does not use: rows with a date, an owner or an id, and columns that look like a field.

Silence is the worst outcome of reading: a plan that lacks a third of its rows looks as sound as a whole one.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tpm.findings import Finding, Severity
from tpm.i18n import listed
from tpm.ingest.cells.dates import is_date
from tpm.ingest.drafts.activities import DATE_FIELDS, Draft
from tpm.ingest.lexicon.words import is_empty_word, is_unscheduled, totals_among
from tpm.ingest.opening.grid import Cell, letters
from tpm.ingest.tables.spare import Spare
from tpm.model import TableKind

BEYOND: Final = "beyond"  # reason of rows below the table that look like its own
_MISSED: Final = frozenset({"no-name", "legend", BEYOND})  # reasons that may be wrong; totals and repeated headers are known to be no work
_GRAVE: Final = 0.1  # share of a table's rows from which what was not used is an error
_DATES: Final = (*DATE_FIELDS, "due")
_DEFAULTS: Final = ("id", "wbs", "status", "priority", "kind", "progress", "milestone", "level")  # filled in forms before there is any work
_SHOWN: Final = 6  # headers that a finding names
_LONGEST: Final = 60  # characters of a header in a finding


def rows_beyond(draft: Draft, end: int) -> dict[int, str]:
    """Rows between a table and ``end`` (the next table's header, or the sheet's end) with a name and a date where the table has them."""
    grid, fields = draft.table.grid, draft.columns.fields
    name = fields.get("name", fields.get("title"))
    dates = [fields[field] for field in _DATES if field in fields]
    if name is None or not dates:
        return {}
    rows = range(draft.table.last + 1, end)
    return {row: BEYOND for row in rows if _worded(grid.rows[row][name]) and any(_is_day(grid.rows[row][at]) for at in dates)}


def missed_rows(draft: Draft) -> list[int]:
    """The rows of the grid that say when, who or which, and were not used."""
    fields, grid = draft.columns.fields, draft.table.grid
    dates = [fields[field] for field in _DATES if field in fields]
    dates += [spare.column for spare in draft.columns.spare if spare.look == "dates"]
    owner, numbers = fields.get("owner"), [fields[field] for field in ("id", "wbs") if field in fields]
    defaults = {fields[field] for field in _DEFAULTS if field in fields}

    def says(cells: Sequence[Cell]) -> bool:
        if totals_among([next((cell for cell in cells if isinstance(cell, str) and cell.strip()), "")]):
            return False
        if any(_is_day(cells[at]) for at in dates) or (owner is not None and _worded(cells[owner])):
            return True
        numbered = any(any(char.isdigit() for char in str(cells[at])) for at in numbers)
        return numbered and any(_worded(cell) for at, cell in enumerate(cells) if at not in defaults)

    return [row for row, reason in sorted(draft.rejected.items()) if reason in _MISSED and says(grid.rows[row])]


def _is_day(cell: Cell) -> bool:
    return isinstance(cell, dt.date) or (isinstance(cell, str) and bool(text := cell.strip()) and is_date(text))


def _worded(cell: Cell) -> bool:
    if not isinstance(cell, str) or is_empty_word(cell) or is_unscheduled(cell.strip()):
        return False
    return sum(char.isalpha() for char in cell[:_LONGEST]) >= 2


def unused(draft: Draft) -> list[Finding]:
    """Findings on the rows, cells and columns of a table that its reading does not use, or that its sender does not see."""
    return [*_rows(draft), *_unanswered(draft), *_hidden(draft), *_columns(draft.columns.spare, draft)]


def _unanswered(draft: Draft) -> Iterable[Finding]:
    """Formulas without a result, as programs leave them that write workbooks and do not calculate."""
    grid, table = draft.table.grid, draft.table
    if grid.marks is None or not grid.marks.unanswered:
        return
    used = {*draft.columns.fields.values(), *(column for columns in draft.columns.more.values() for column in columns)}
    cells = [(row, column) for row, column in grid.marks.unanswered if table.first <= row <= table.last and column in used]
    if cells:
        rows = len({row for row, _ in cells})
        severity = Severity.ERROR if rows > _GRAVE * max(len(draft), 1) else Severity.WARNING
        yield Finding("formulas-unanswered", severity, tuple(grid.place(*cell) for cell in cells), {"count": len(cells), "rows": rows})


def _hidden(draft: Draft) -> Iterable[Finding]:
    """Rows that the sender hid or filtered out, and that are work all the same."""
    hidden = draft.table.grid.hidden_rows
    rows = [row for row in draft.rows.tolist() if row in hidden] if hidden else []
    if rows:
        places = tuple(draft.table.grid.place(row) for row in rows)
        yield Finding("hidden-rows-read", Severity.WARNING, places, {"count": len(rows), "total": len(draft)})


def _rows(draft: Draft) -> Iterable[Finding]:
    rows = missed_rows(draft)
    if not rows:
        return
    grid, total = draft.table.grid, len(draft) + len(rows)
    reason = Counter(draft.rejected[row] for row in rows).most_common(1)[0][0]
    severity = Severity.ERROR if len(rows) > _GRAVE * total else Severity.WARNING
    choice = draft.columns.choices.get("name", draft.columns.choices.get("title"))
    header = choice.header or choice.column if choice is not None else ""
    places = tuple(grid.place(row) for row in rows)
    params = {"count": len(rows), "total": total, "share": len(rows) / total, "header": header[:_LONGEST]}
    yield Finding(f"rows-missed-{reason}", severity, places, params)


def _columns(spares: Iterable[Spare], draft: Draft) -> Iterable[Finding]:
    """One finding a kind of column; a warning where the plan has nothing of that kind, for then it is likely what is missing."""
    table, known = draft.table, draft.columns.fields
    looks: dict[str, list[Spare]] = {}
    for spare in spares:
        looks.setdefault(spare.look, []).append(spare)
    for look, found in looks.items():
        lacking = not any(field in known for field in _SAID_BY[look]) and not all(spare.beside for spare in found)
        severity = Severity.WARNING if lacking and table.kind is TableKind.ACTIVITIES else Severity.INFO
        row = max(table.header_last, 0)
        named = listed((f"“{_short(spare)}”" for spare in found), _SHOWN)
        offers = tuple((letters(spare.column), spare.header, spare.field) for spare in found if spare.field)
        params = {"count": len(found), "headers": named, "offers": offers}
        yield Finding(f"unused-{look}", severity, tuple(table.grid.place(row, spare.column) for spare in found), params)


def _short(spare: Spare) -> str:
    return " ".join(spare.header.split())[:_LONGEST] or letters(spare.column)


_SAID_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "dates": ("start", "finish"),
    "shares": ("progress", "status"),
    "references": ("predecessors", "successors", "parent"),
    "people": ("owner",),
}
