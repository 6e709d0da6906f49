"""The original file with corrections written into it: only the changed cells differ.

``original_workbook`` takes the bytes that a plan was read from and the edits over that plan. Each edit goes into the cell
that it corrects, in the manner of its column (:mod:`tpm.export.column_manner`): a duration in the column's unit, a progress as the
column counts it. What follows from an edit of the same item (the duration of a moved finish, the progress of
a finished item) is written too where the file has a column for it, so that the file does not contradict itself;
a cell that the workbook computes by a formula is then left to it. An edit that cannot be placed is returned with its reason.

What it does not do: rows are neither added nor deleted, headers never change, and nothing moves but the items that are edited.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from openpyxl.utils.cell import column_index_from_string, get_column_letter

from tpm.edits import DATE_FIELDS, DROP, NUMBER_FIELDS, PREDECESSOR, Edit, Value, apply_edits
from tpm.export.column_manner import TableManner
from tpm.export.text_patch import patch_text
from tpm.export.xlsx_patch import CellValue, CellWrite, Outcome, Share, patch_xlsx
from tpm.findings import Finding, InputError, Place, Severity
from tpm.ingest.opening.grid import Book, Grid
from tpm.ingest.opening.workbook import open_book
from tpm.model import ImportResult, Plan, ScheduleOptions, TableKind

_COLUMN_OF: Final = {"planned_start": "start", "planned_finish": "finish", "state": "status"}  # others by their own name
_SPAN: Final = ("planned_start", "planned_finish", "duration")  # each follows from the two others
_FOLLOWING: Final = (*_SPAN, "progress", "state")
_CHANGEABLE: Final = frozenset({"xlsx", "csv", "tsv"})
_WRITTEN: Final = "written"
_COMPUTED: Final = "computed"
_REASON: Final = "original.reason."


@dataclass(frozen=True, slots=True)
class OriginalWorkbook:
    """The changed file. ``not_placed`` pairs an edit with the catalogue key of the reason; ``cells`` are those that were altered.

    A consequence of an edit that could not be written stands in ``not_placed`` as an edit of its own.
    """

    data: bytes
    placed: tuple[Edit, ...]
    not_placed: tuple[tuple[Edit, str], ...]
    cells: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class _Target:
    """A cell to write for one field of one item; ``follows`` where no edit says so but the plan's rules do."""

    item: str
    field: str
    grid: Grid
    row: int
    column: int
    value: CellValue
    follows: bool = False

    @property
    def cell(self) -> tuple[str, int, int]:
        return self.grid.sheet, self.row, self.column


def original_workbook(
    name: str, data: bytes, result: ImportResult, edits: Sequence[Edit], *, corrected: Plan | None = None, highlight: bool = True,
    options: ScheduleOptions | None = None,
) -> OriginalWorkbook:
    """The file ``name`` with ``edits`` written into it; ``highlight`` gives changed cells of a workbook a light yellow fill.

    ``data`` are the bytes that ``result`` was read from; ``corrected`` is its plan with the edits applied, worked out here when
    it is not given, in the calendars that ``options`` put in force.
    Raises ``InputError`` when the file's format cannot be changed in place (.xls, .xlsb, .ods, scheduling tools' files) or a part
    of it is broken.
    """
    formats = {source.format for source in result.sources if source.file == name}
    if formats - _CHANGEABLE:
        raise _refuse("original-format", name)
    book = open_book(name, data)
    if book.format not in _CHANGEABLE:
        raise _refuse("original-format", name)
    job = _Job(name, book, result, edits, corrected if corrected is not None else apply_edits(result.plan, edits, options)[0], options)
    targets = list({target.cell: target for target in job.targets()}.values())  # of two values for one cell the later
    if book.format == "xlsx":
        data, outcomes = _into_workbook(name, data, targets, highlight)
    else:
        data, outcomes = _into_text(name, data, targets, job)
    return job.report(data, dict(zip((target.cell for target in targets), outcomes, strict=True)))


def _refuse(code: str, name: str) -> InputError:
    return InputError(Finding(code, Severity.ERROR, (Place(name),), {"file": name}))


def _into_workbook(name: str, data: bytes, targets: Sequence[_Target], highlight: bool) -> tuple[bytes, list[str]]:
    writes = [CellWrite(target.grid.sheet, target.row, target.column, target.value, not target.follows) for target in targets]
    try:
        data, outcomes = patch_xlsx(data, writes, highlight=highlight)
    except (ValueError, KeyError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise _refuse("original-damaged", name) from error
    return data, ["no-row" if outcome is Outcome.NO_SHEET else outcome.value for outcome in outcomes]


def _into_text(name: str, data: bytes, targets: Sequence[_Target], job: _Job) -> tuple[bytes, list[str]]:
    writes = {(target.row, target.column): job.as_text(target) for target in targets}
    data, found = patch_text(name, data, writes)
    return data, [found[target.row, target.column].value for target in targets]


class _Job:
    """Which cells the edits of one file mean, and in the end which edits got there."""

    def __init__(self, name: str, book: Book, result: ImportResult, edits: Sequence[Edit], corrected: Plan,
                 options: ScheduleOptions | None) -> None:
        self._name, self._edits, self._plan, self._options = name, edits, result.plan, options
        self._before, self._after = (_rows_of(plan, {edit.item for edit in edits}) for plan in (result.plan, corrected))
        self._reasons: dict[int, str] = {}  # by id() of the edit: equal edits are different wishes
        self._cells: dict[tuple[str, str], list[tuple[str, int, int]]] = {}  # (item, field) → its cells
        self._targets: list[_Target] = []
        self._lost: list[tuple[Edit, str]] = []  # consequences without a place
        mine = result.plan.activities[result.plan.activities["file"] == name]
        grids = {grid.sheet: grid for grid in book.grids}
        self._manners = []
        for table in result.tables:
            if table.source == name and table.kind is TableKind.ACTIVITIES and table.sheet in grids and not table.transposed:
                here = mine[(mine["sheet"].fillna("") == table.sheet) & mine["row"].between(table.first_row, table.last_row)]
                self._manners.append(TableManner(grids[table.sheet], table, here))
        self._occupied = {(sheet or "", int(row)) for sheet, row in zip(mine["sheet"], mine["row"], strict=True)}

    # From edits to cells

    def targets(self) -> list[_Target]:
        """The cells to write, consequences before what an edit says."""
        by_item: dict[str, list[Edit]] = {}
        for edit in self._edits:
            by_item.setdefault(edit.item, []).append(edit)
        for item, edits in by_item.items():
            reason = self._unreachable(item, edits)
            if reason:
                self._reasons.update((id(edit), reason) for edit in edits)
                continue
            # A sheet's notation of predecessors (row numbers, ids, types, lags) is not composed: one wrong sign moves a plan.
            self._reasons.update((id(edit), "predecessor") for edit in edits if edit.field == PREDECESSOR)
            self._item(item, [edit for edit in edits if edit.field != PREDECESSOR])
        return [target for follows in (True, False) for target in self._targets if target.follows is follows]

    def _unreachable(self, item: str, edits: Sequence[Edit]) -> str | None:
        """Why nothing of an item can be written."""
        if item not in self._before:
            return "no-item"
        if self._before[item]["file"] != self._name:
            return "other-file"
        if any(edit.field == DROP for edit in edits) or item not in self._after:
            return "dropped"
        manner = self._manner(item)
        # Writing into a row that does not name the item would spoil somebody else's.
        named = manner is not None and manner.named(int(self._before[item]["row"]), str(self._before[item]["name"]))
        return None if named else "no-row"

    def _manner(self, item: str) -> TableManner | None:
        """The table that an item was read from."""
        sheet, row = self._before[item]["sheet"] or "", int(self._before[item]["row"])
        return next((manner for manner in self._manners if manner.table.sheet == sheet
                     and manner.table.first_row <= row <= min(manner.table.last_row, manner.grid.height)), None)  # fmt: skip

    def _item(self, item: str, edits: Sequence[Edit]) -> None:
        """The cells of one item's edits and of what follows from those that have a place."""
        said = {edit.field: edit for edit in edits}
        refused = {field: reason for field in said if (reason := self._obstacle(item, field, said))}
        kept = [edit for edit in edits if edit.field not in refused]
        self._reasons.update((id(edit), refused[edit.field]) for edit in edits if edit.field in refused)
        if refused and kept:  # nothing follows from what is not written
            self._after.update(_rows_of(apply_edits(self._plan, kept, self._options)[0], {item}))
        if not kept:
            return
        for field in dict.fromkeys(edit.field for edit in kept):
            self._add(item, field, follows=False)
        for field in _FOLLOWING:
            if field not in said and not self._same(item, field) and not (field == "state" and "status" in said):
                reason = self._add(item, field, follows=True)
                if reason not in (None, "no-column", "no-word"):
                    self._lost.append((Edit(item, field, _plain(self._after[item][field])), f"{_REASON}{reason}"))
        for edit in kept:
            if (item, edit.field) not in self._cells:  # start, finish or duration without a column: the two others say it
                carriers = [cell for field in _SPAN for cell in self._cells.get((item, field), ()) if field != edit.field]
                self._reasons.update({} if carriers else {id(edit): "no-column"})
                self._cells[item, edit.field] = carriers

    def _obstacle(self, item: str, field: str, said: dict[str, Edit]) -> str | None:
        """Why an edit cannot be written, as far as the table shows."""
        if not self._holds(item, said[field]) or (field == "state" and "status" in said):
            return "overruled"
        reason = self._locate(item, field, follows=False)[1]
        manner = self._manner(item)
        assert manner is not None
        carried = field in _SPAN and all(manner.has(_COLUMN_OF.get(other, other)) for other in _SPAN if other != field)
        return None if reason == "no-column" and carried else reason

    def _add(self, item: str, field: str, *, follows: bool) -> str | None:
        """Note the cells of one field. Returns the reason where there are none."""
        found, reason = self._locate(item, field, follows=follows)
        if not reason:
            self._targets += found
            self._cells[item, field] = [target.cell for target in found]
        return reason

    def _locate(self, item: str, field: str, *, follows: bool) -> tuple[list[_Target], str | None]:
        """The cells that say ``field`` of an item and what they have to say, or the reason why there are none."""
        manner = self._manner(item)
        assert manner is not None
        meant = ["milestone", "kind"] if field == "kind" else [_COLUMN_OF.get(field, field)]
        columns = [column for column in meant if manner.has(column)]
        if not columns:
            return [], "no-column"
        row = int(self._before[item]["row"])
        found = []
        for column in columns:
            value = self._value(manner, item, row, field, column)
            if field == "state" and value is None:
                return [], "no-word"
            number = column_index_from_string(manner.table.columns[column].column)
            if field == "name":
                number = manner.name_column(row, str(self._before[item]["name"]))
                if not number:
                    return [], "no-column"
                value = _like(str(self._after[item]["name"]), manner.at(row, number), self._before[item]["name"])
            place = self._cell(manner, row, number)
            if place is None:
                return [], "merged"
            found.append(_Target(item, field, manner.grid, *place, value, follows))
        return found, None

    def _cell(self, manner: TableManner, row: int, column: int) -> tuple[int, int] | None:
        """The cell that holds (row, column): of merged ones the top-left. None where rows of other items share it."""
        for top, left, bottom, right in manner.grid.merged:  # 0-based, inclusive
            if top <= row - 1 <= bottom and left <= column - 1 <= right:
                others = {(manner.grid.sheet, other + 1) for other in range(top, bottom + 1)} - {(manner.grid.sheet, row)}
                return None if others & self._occupied else (top + 1, left + 1)
        return row, column

    # Values

    def _holds(self, item: str, edit: Edit) -> bool:
        """Whether the corrected plan has what ``edit`` says; another edit or a rule of the plan may have won."""
        value = _plain(self._after[item][edit.field])
        if edit.field in NUMBER_FIELDS and value is not None and edit.value is not None:
            return abs(float(value) - float(edit.value)) < 1e-9
        return value == (None if edit.value is None else edit.value if isinstance(edit.value, float) else str(edit.value))

    def _same(self, item: str, field: str) -> bool:
        return _plain(self._before[item][field]) == _plain(self._after[item][field])

    def _value(self, manner: TableManner, item: str, row: int, field: str, column: str) -> CellValue:
        """What the cell of ``column`` has to say."""
        value = self._after[item][field]
        old = manner.cell(row, column)
        if field == "kind":
            return manner.kind(column, str(value))
        if field == "state":
            return manner.status(str(value))
        if pd.isna(value):
            return None
        if field in DATE_FIELDS:
            day: dt.date = value.date()
            has_time = isinstance(old, dt.datetime) and old.time() != dt.time()
            return dt.datetime.combine(day, old.time()) if has_time and isinstance(old, dt.datetime) else day
        if field == "duration":
            start, finish = self._after[item]["planned_start"], self._after[item]["planned_finish"]
            return manner.duration(row, float(value), None if pd.isna(start) or pd.isna(finish) else (finish - start).days + 1)
        if field == "progress":
            return manner.progress(row, float(value))
        return _like(str(value), old, self._before[item][field])

    def as_text(self, target: _Target) -> str:
        """The value of a target as a field of a text file."""
        manner, value = self._manner(target.item), target.value
        assert manner is not None
        column = _COLUMN_OF.get(target.field, target.field)
        if isinstance(value, Share):
            value = round(value.value * 100, 4)
        if isinstance(value, dt.date):
            return manner.day(target.row, column, target.field, value)
        if isinstance(value, bool | str) or value is None:
            return "" if value is None else str(value)
        return manner.number(column, target.field, value)

    # What became of them

    def report(self, data: bytes, outcomes: dict[tuple[str, int, int], str]) -> OriginalWorkbook:
        """Sort the edits into placed and not placed."""
        placed, missed = [], []
        for edit in self._edits:
            reason = self._reasons.get(id(edit)) or self._failure(edit, outcomes)
            if reason:
                missed.append((edit, _REASON + reason))
            else:
                placed.append(edit)
        for target in self._targets:
            outcome = outcomes[target.cell]
            if target.follows and outcome not in (_WRITTEN, _COMPUTED):
                self._lost.append((Edit(target.item, target.field, _plain(self._after[target.item][target.field])), _REASON + outcome))
        cells = tuple(Place(self._name, sheet, f"{get_column_letter(column)}{row}")
                      for (sheet, row, column), outcome in outcomes.items() if outcome == _WRITTEN)  # fmt: skip
        return OriginalWorkbook(data, tuple(placed), (*missed, *self._lost), cells)

    def _failure(self, edit: Edit, outcomes: dict[tuple[str, int, int], str]) -> str | None:
        """The reason of the first of the edit's cells that could not be written."""
        failed = (outcomes[cell] for cell in self._cells.get((edit.item, edit.field), ()) if outcomes[cell] != _WRITTEN)
        reason = next(failed, None)
        return "no-column" if reason == _COMPUTED else reason


def _rows_of(plan: Plan, items: set[str]) -> dict[str, dict[str, Any]]:
    """The activities ``items`` as dictionaries by id; those that the plan does not have are left out."""
    rows = plan.activities[plan.activities["id"].isin(items)]
    return {str(row["id"]): {str(field): value for field, value in row.items()} for row in rows.to_dict("records")}


def _plain(value: Any) -> Value:
    """A cell of the plan as an edit says it."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return float(value) if isinstance(value, float) else str(value)


def _like(value: str, old: object, read: object) -> CellValue:
    """Text as the cell had it: a number where it was one, with the indent or numbering that stood before the text."""
    if isinstance(old, int | float) and not isinstance(old, bool):
        try:
            return float(value)
        except ValueError:
            return value
    before = old.rstrip() if isinstance(old, str) else ""
    if isinstance(read, str) and read and before.endswith(read):
        return before[: len(before) - len(read)] + value
    return value


__all__ = ["OriginalWorkbook", "original_workbook"]
