"""Corrections: what a person changed over an upload, as data that is kept beside it and never in it.

An edit names an item, a field and a value. Applying edits is a pure function of a plan: the plan that was
read is never altered, and taking an edit away restores it exactly. Edits stay valid over a newer upload as
long as the item's id is still there; those that no longer apply come back as a finding and are not lost.

A ``predecessor`` edit adds a dependency, finish to start without a lag: the item waits for the one that the value names. One that would
close a loop is refused and told.

What the sheet gives of start, finish and duration is kept in agreement: where a given date changes a given duration follows, where the
start or the duration changes a given finish follows, in working days of the item's calendar under the options in force. What the sheet
does not give stays out of the plan: the engine computes it (*given and computed*: docs on what the dates mean).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from tpm.calendars import Calendar
from tpm.calendars.of_rows import RowCalendars, calendars_of
from tpm.findings import Finding, Severity
from tpm.model import (
    ACTIVITY_COLUMNS,
    CELL_LENGTH_MAX,
    DAYS_MOST,
    DEPENDENCY_COLUMNS,
    Kind,
    LagUnit,
    LinkType,
    Plan,
    ScheduleOptions,
    State,
    conform,
    day_from,
    number_from,
)

TEXT_FIELDS: Final = ("name", "team", "owner", "program", "phase", "status", "priority", "notes")
DATE_FIELDS: Final = ("planned_start", "planned_finish", "deadline", "baseline_start", "baseline_finish", "actual_start", "actual_finish")
NUMBER_FIELDS: Final = ("duration", "progress")
DROP: Final = "drop"  # leave the row out of the plan; value True
PREDECESSOR: Final = "predecessor"  # add a dependency; value: id of the item to wait for. Several edits, several predecessors
FIELDS: Final = (*TEXT_FIELDS, *DATE_FIELDS, *NUMBER_FIELDS, "kind", "state", DROP, PREDECESSOR)

Value = str | float | bool | None


@dataclass(frozen=True, slots=True)
class Edit:
    """One correction. Dates are ISO text, numbers floats (working days, shares 0–1), None clears the cell.

    Raises ``ValueError`` for an unknown field or a value that the field cannot hold.
    """

    item: str
    field: str
    value: Value
    reason: str = ""

    def __post_init__(self) -> None:
        if self.field not in FIELDS:
            raise ValueError(f"{self.field!r} cannot be corrected")
        if self.value is None:
            if self.field in ("name", "kind", "state", DROP, PREDECESSOR):
                raise ValueError(f"{self.field} cannot be empty")
            return
        if self.field in DATE_FIELDS:
            day_from(self.value)
        elif self.field in NUMBER_FIELDS:
            number_from(self.value, 0.0, DAYS_MOST if self.field == "duration" else 1.0)
        elif self.field in TEXT_FIELDS and not (isinstance(self.value, str) and len(self.value) <= CELL_LENGTH_MAX):
            raise ValueError(f"{self.field} is a text of at most {CELL_LENGTH_MAX} characters")
        elif self.field == DROP and self.value is not True:
            raise ValueError("a row is left out or not corrected")
        elif self.field == "kind" and self.value not in (Kind.ACTIVITY, Kind.MILESTONE):
            raise ValueError("a row can be made an activity or a milestone")
        elif self.field == "state":
            State(str(self.value))
        elif self.field == PREDECESSOR and not (isinstance(self.value, str) and self.value):
            raise ValueError("a predecessor is the id of an item")

    def as_json(self) -> dict[str, Any]:
        """The edit as it is stored."""
        return {"item": self.item, "field": self.field, "value": self.value, "reason": self.reason}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Edit:
        """The edit that :meth:`as_json` wrote. Raises ``ValueError`` as the constructor, ``KeyError`` for a missing part."""
        return cls(str(stored["item"]), str(stored["field"]), stored["value"], str(stored.get("reason", "")))


def apply_edits(plan: Plan, edits: Sequence[Edit], options: ScheduleOptions | None = None) -> tuple[Plan, list[Finding]]:
    """``plan`` with ``edits`` applied in order, and findings for those that could not be.

    ``options`` say which calendars are in force where working days are counted (default: the plan's own).
    An edit whose item (or predecessor) is gone, that would put a finish before its start or close a loop is left out and told.
    """
    if not edits:
        return plan, []
    rows = plan.activities.reset_index(drop=True)
    position = {item: index for index, item in enumerate(rows["id"])}
    gone: list[Edit] = []
    dropped: list[str] = []
    links: list[Edit] = []
    by_item: dict[str, list[Edit]] = {}
    for edit in edits:
        if edit.item not in position:
            gone.append(edit)
        elif edit.field == DROP:
            dropped.append(edit.item)
        elif edit.field == PREDECESSOR:
            (links if edit.value in position else gone).append(edit)
        else:
            by_item.setdefault(edit.item, []).append(edit)
    cells = {item: _cells(changes) for item, changes in by_item.items()}

    @cache
    def calendars() -> RowCalendars:
        typed = _as_typed(plan, rows, {position[item]: of_item for item, of_item in cells.items()})
        return calendars_of(typed, options or ScheduleOptions())

    impossible = [edit for item, changes in by_item.items() for edit in _change(rows, position[item], changes, cells[item], calendars)]
    changed = plan.with_(activities=rows)
    refused: list[Edit] = []
    if links:
        changed, refused = _link(changed, [edit for edit in links if not {edit.item, edit.value} & set(dropped)])
    if dropped:
        changed = _drop(changed, set(dropped))
    findings = []
    if gone:
        absent = (str(edit.value) if edit.item in position else edit.item for edit in gone)
        findings.append(Finding("edit-without-item", Severity.WARNING, params={
            "count": len(gone), "items": ", ".join(dict.fromkeys(absent))}))
    if refused:
        findings.append(Finding("edit-loop", Severity.WARNING, params={
            "count": len(refused), "links": ", ".join(f"{edit.value} → {edit.item}" for edit in refused)},
            items=tuple(dict.fromkeys(edit.item for edit in refused))))
    if impossible:
        findings.append(Finding("edit-impossible", Severity.WARNING, params={
            "count": len(impossible), "items": ", ".join(dict.fromkeys(edit.item for edit in impossible))},
            items=tuple(dict.fromkeys(edit.item for edit in impossible))))
    return changed, findings


def _link(plan: Plan, edits: Sequence[Edit]) -> tuple[Plan, list[Edit]]:
    """``plan`` with the dependencies that ``edits`` add, and the edits that would close a loop.

    A dependency that the plan has already is not added twice. A link on a summary holds for all below it: every row is two nodes, its
    start and its finish, with the rows below in between; a loop is a way from the successor's start to the predecessor's finish.
    """
    rows, known_links = plan.activities, plan.dependencies
    behind: dict[tuple[str, bool], list[tuple[str, bool]]] = {}  # (id, its finish?) → what comes after
    parents = {parent for parent in rows["parent"] if parent is not None}
    for item, parent in zip(rows["id"], rows["parent"], strict=True):
        if item not in parents:
            behind.setdefault((item, False), []).append((item, True))
        if parent is not None:
            behind.setdefault((parent, False), []).append((item, False))
            behind.setdefault((item, True), []).append((parent, True))
    pairs = set(zip(known_links["predecessor"], known_links["successor"], strict=True))
    for predecessor, successor in pairs:
        behind.setdefault((predecessor, True), []).append((successor, False))
    new, refused = [], []
    for edit in edits:
        predecessor, successor = str(edit.value), edit.item
        if (predecessor, successor) in pairs:
            continue
        if _leads(behind, (successor, False), (predecessor, True)):
            refused.append(edit)
            continue
        pairs.add((predecessor, successor))
        behind.setdefault((predecessor, True), []).append((successor, False))
        new.append({"predecessor": predecessor, "successor": successor, "type": LinkType.FS.value, "lag": 0.0,
                    "lag_unit": LagUnit.WORKING.value})
    if not new:
        return plan, refused
    added = conform(pd.DataFrame(new), DEPENDENCY_COLUMNS)
    both = added if known_links.empty else pd.concat([known_links, added], ignore_index=True)
    return plan.with_(dependencies=conform(both, DEPENDENCY_COLUMNS)), refused


def _leads(behind: dict[tuple[str, bool], list[tuple[str, bool]]], first: tuple[str, bool], last: tuple[str, bool]) -> bool:
    """Whether a way leads from ``first`` to ``last``."""
    seen, open_ = {first}, [first]
    while open_:
        here = open_.pop()
        if here == last:
            return True
        fresh = [each for each in behind.get(here, ()) if each not in seen]
        seen.update(fresh)
        open_ += fresh
    return False


def _cells(changes: Sequence[Edit]) -> dict[str, Any]:
    """What an item's edits write, in the plan's types."""
    cells: dict[str, Any] = {}
    for edit in changes:
        if edit.field in DATE_FIELDS:
            cells[edit.field] = pd.NaT if edit.value is None else pd.Timestamp(str(edit.value)).as_unit("s")
        elif edit.field in NUMBER_FIELDS:
            cells[edit.field] = np.nan if edit.value is None else float(edit.value)
        else:
            cells[edit.field] = edit.value
    return cells


def _as_typed(plan: Plan, rows: pd.DataFrame, cells: Mapping[int, Mapping[str, Any]]) -> Plan:
    """The plan with the cells as typed, before anything follows from them: whose calendars are asked, over the dates that they name."""
    typed = rows.copy()
    for row, of_row in cells.items():
        for name, value in of_row.items():
            typed.loc[row, name] = value
    wrong = typed["planned_finish"] < typed["planned_start"]
    typed.loc[wrong, "planned_finish"] = pd.NaT
    return plan.with_(activities=conform(typed, ACTIVITY_COLUMNS))


def _change(rows: pd.DataFrame, row: int, changes: Sequence[Edit], cells: dict[str, Any],
            calendars: Callable[[], RowCalendars]) -> Iterable[Edit]:
    """Write one item's ``cells`` to row number ``row`` of ``rows``; edits that make no sense are yielded and left out."""
    before: dict[str, Any] = {str(name): cell for name, cell in rows.iloc[row].items()}
    _follow(before, cells, lambda: calendars().of(row))
    start = cells.get("planned_start", before["planned_start"])
    finish = cells.get("planned_finish", before["planned_finish"])
    if pd.notna(start) and pd.notna(finish) and finish < start:
        yield from (edit for edit in changes if edit.field in ("planned_start", "planned_finish", "duration"))
        for name in ("planned_start", "planned_finish", "duration"):
            cells.pop(name, None)
    for name, value in cells.items():
        rows.loc[row, name] = value  # the index is 0 … n−1


def _follow(before: Mapping[str, Any], cells: dict[str, Any], calendar: Callable[[], Calendar]) -> None:
    """Let given dates and durations follow one another, state and progress too."""
    if cells.get("kind", before["kind"]) == Kind.MILESTONE:
        start, finish = (cells.get(name, before[name]) for name in ("planned_start", "planned_finish"))
        cells["duration"] = 0.0
        cells["planned_start"] = cells["planned_finish"] = finish if pd.notna(finish) else start
    else:
        _follow_dates(before, cells, calendar)
    if cells.get("progress") == 1.0 and "state" not in cells:
        cells["state"] = State.DONE.value
    elif "progress" in cells and cells["progress"] > 0 and "state" not in cells and before["state"] in (State.NOT_STARTED, State.DONE):
        cells["state"] = State.IN_PROGRESS.value
    if cells.get("state") == State.DONE:
        cells["progress"] = 1.0


def _follow_dates(before: Mapping[str, Any], cells: dict[str, Any], calendar: Callable[[], Calendar]) -> None:
    was_start, was_finish, length = before["planned_start"], before["planned_finish"], before["duration"]
    start, finish = cells.get("planned_start", was_start), cells.get("planned_finish", was_finish)
    if not cells.keys() & {"planned_start", "planned_finish", "duration"} or pd.isna(start):
        return
    if not length > 0 and pd.notna(was_start) and pd.notna(was_finish):
        length = _worked(calendar(), was_start, was_finish)
    if "duration" in cells:
        if pd.notna(finish) and pd.notna(cells["duration"]):
            cells["planned_finish"] = _finish(calendar(), start, cells["duration"])
    elif pd.isna(finish):
        if "planned_finish" in cells:
            cells["duration"] = length  # cleared: start and duration give it from now on
    elif "planned_finish" not in cells and length > 0:
        cells["planned_finish"] = _finish(calendar(), start, length)  # a shifted item keeps its length
    elif pd.notna(before["duration"]) and finish >= start:
        cells["duration"] = _worked(calendar(), start, finish)


def _worked(calendar: Calendar, start: pd.Timestamp, finish: pd.Timestamp) -> float:
    return float(max(int(calendar.worked(start.date(), finish.date())), 1))


def _finish(calendar: Calendar, start: pd.Timestamp, duration: float) -> pd.Timestamp:
    """Inclusive finish of ``duration`` working days from ``start``."""
    last = calendar.worked_until(start.to_numpy(), max(np.ceil(duration - 1e-9), 1))
    return pd.Timestamp(last.astype("datetime64[s]").item()).as_unit("s")


def _drop(plan: Plan, ids: set[str]) -> Plan:
    """``plan`` without the items ``ids``: their children move up, their links and risk hits go."""
    rows = plan.activities
    parent_of = dict(zip(rows["id"], rows["parent"], strict=True))

    def kept_parent(parent: str | None) -> str | None:
        while parent in ids:
            parent = parent_of[parent]
        return parent

    kept = ~rows["id"].isin(ids)
    left = rows[kept].reset_index(drop=True)
    left["parent"] = [kept_parent(parent) for parent in left["parent"]]
    links, hits = plan.dependencies, plan.risk_hits
    attributes = plan.attributes[kept.to_numpy()].reset_index(drop=True) if len(plan.attributes) else plan.attributes
    return plan.with_(
        activities=conform(left, ACTIVITY_COLUMNS),
        attributes=attributes,
        dependencies=links[~links["predecessor"].isin(ids) & ~links["successor"].isin(ids)].reset_index(drop=True),
        risk_hits=hits[~hits["activity"].isin(ids)].reset_index(drop=True),
    )
