"""What changed of every recognised item and risk, as one table; the names and dates of people, never of columns.

A different order, other ids for the same things and roll-ups of summary rows are no changes. A move is a move of the forecast, each
version's as of its own status date; planned dates that changed without moving the forecast are told as re-planned.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import pandas as pd

from tpm.insight.changes.match import Matching
from tpm.insight.changes.records import plain
from tpm.insight.probe import row_calendars
from tpm.model import Kind, Plan, Schedule
from tpm.schedule.clock import TICKS_PER_DAY
from tpm.schedule.rows import read_rows


class What(StrEnum):
    """Kinds of changes, in the order in which a reader asks for them."""

    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"
    RE_ESTIMATED = "re-estimated"
    RE_PLANNED = "re-planned"
    DEADLINE = "deadline"
    STATUS = "status"
    PROGRESS = "progress"
    RE_OWNED = "re-owned"
    TEAM = "team"
    RE_LINKED = "re-linked"
    RENAMED = "renamed"
    PRIORITY = "priority"
    NESTED = "nested"
    RISK_OPENED = "risk-opened"
    RISK_CLOSED = "risk-closed"
    RISK_REMOVED = "risk-removed"
    RISK_SCORED = "risk-scored"
    RISK_OWNED = "risk-owned"
    RISK_RENAMED = "risk-renamed"


_READ: Final = ("id", "name", "kind", "parent", "team", "owner", "priority", "deadline", "duration", "planned_start", "planned_finish",
                "state", "status", "progress")
RISKS: Final = frozenset(what for what in What if what.value.startswith("risk"))
CHANGE_COLUMNS: Final[Mapping[str, str]] = {
    "what": "object",  # text of a What
    "old": "object",  # id in the old plan (of an item or a risk); None for what was added
    "new": "object",  # id in the new plan; None for what was removed
    "name": "object",  # as it is called now
    "team": "object",  # as it is now
    "owner": "object",
    "before": "object",  # datetime.date, number, share or text, by ``what``; None where there was none
    "after": "object",
    "days": "float64",  # working days of the item's calendar: moves, deadlines, estimates; else NaN
}


@dataclass(frozen=True)
class Differences:
    """What changed between two versions. ``table`` has ``CHANGE_COLUMNS``, worst team first, within it the largest move first."""

    old: Plan
    new: Plan
    before: Schedule
    after: Schedule
    matching: Matching
    table: pd.DataFrame

    @cached_property
    def counts(self) -> dict[What, int]:
        """How many of each kind; kinds that did not happen are not in it."""
        found = self.table["what"].value_counts()
        return {what: int(found[what]) for what in What if what in found.index}

    @property
    def empty(self) -> bool:
        """Nothing changed at all."""
        return self.table.empty

    @cached_property
    def items_changed(self) -> int:
        """Items of either version that something happened to; risks do not count."""
        rows = self.table[~self.table["what"].isin(RISKS)]
        return len({(old, new) for old, new in zip(rows["old"], rows["new"], strict=True)})


def compare(old: Plan, new: Plan, before: Schedule, after: Schedule, matching: Matching) -> Differences:
    """Everything that changed from ``old`` to ``new`` under their schedules."""
    rows = [*_items(old, new, before, after, matching), *_risks(old, new, matching)]
    table = pd.DataFrame(rows, columns=list(CHANGE_COLUMNS)).astype({"days": "float64"})
    for name in CHANGE_COLUMNS:
        if name != "days":
            table[name] = table[name].astype(object).where(table[name].notna(), None)
    return Differences(old, new, before, after, matching, _worst_first(table))


def _worst_first(table: pd.DataFrame) -> pd.DataFrame:
    """Teams by their worst slip, then by how much happened; within a team the largest move first."""
    if table.empty:
        return table
    late = table["days"].where(table["what"] == What.MOVED, 0.0).clip(lower=0)
    worst = late.groupby(table["team"].fillna("")).max()
    count = table.groupby(table["team"].fillna("")).size()
    team = table["team"].fillna("")
    order = {what: position for position, what in enumerate(What)}
    keys = pd.DataFrame({
        "risk": table["what"].isin(RISKS), "worst": -team.map(worst), "count": -team.map(count), "team": team,
        "what": table["what"].map(order), "size": -table["days"].abs().fillna(0.0), "at": np.arange(len(table))})
    return table.loc[keys.sort_values(list(keys.columns), kind="stable").index].reset_index(drop=True)


def _day(value: Any) -> Any:
    return None if pd.isna(value) else value.date()


def _items(old: Plan, new: Plan, before: Schedule, after: Schedule, matching: Matching) -> Iterator[tuple[Any, ...]]:
    one, two = _joined(old, before), _joined(new, after)
    calendars, position = row_calendars(new, after), {item: row for row, item in enumerate(two)}

    def counted(row: int, first: dt.date | None, second: dt.date | None) -> float:
        return float(calendars.between([first], [second], [row])[0])

    for item in matching.added:
        row = two[item]
        yield (What.ADDED, None, item, row["name"], row["team"], row["owner"], None, _day(row["forecast_finish"]), np.nan)
    for item in matching.removed:
        row = one[item]
        yield (What.REMOVED, item, None, row["name"], row["team"], row["owner"], _day(row["forecast_finish"]), None, np.nan)
    for pair in matching.pairs:
        was, now = one[pair.old], two[pair.new]
        head = (pair.old, pair.new, now["name"], now["team"], now["owner"])
        for what, first, second, days in _of_item(was, now, partial(counted, position[pair.new])):
            yield (what, *head, first, second, days)
    yield from _links(old, new, matching, two)


def _joined(plan: Plan, schedule: Schedule) -> dict[str, dict[str, Any]]:
    rows = pd.concat([plan.activities[list(_READ)], schedule.table[["forecast_finish"]]], axis=1)
    names = dict(zip(rows["id"], rows["name"], strict=True))
    rows["parent_name"] = [names.get(item) for item in rows["parent"]]
    read = read_rows(plan, schedule.options)
    worked = read.work / TICKS_PER_DAY
    rows["work"] = np.where(read.assumed_work | read.is_summary, np.nan, worked)  # in the calendars that the forecast is computed with
    return {str(row["id"]): {str(name): cell for name, cell in row.items()} for row in rows.to_dict("records")}


def _of_item(was: dict[str, Any], now: dict[str, Any],
             between: Callable[[dt.date | None, dt.date | None], float]) -> Iterator[tuple[What, Any, Any, float]]:
    rolled_up = Kind.SUMMARY in (was["kind"], now["kind"])
    if plain(was["name"]) != plain(now["name"]):
        yield What.RENAMED, was["name"], now["name"], np.nan
    for what, name in ((What.RE_OWNED, "owner"), (What.TEAM, "team"), (What.PRIORITY, "priority"), (What.NESTED, "parent_name")):
        if not _same_text(was[name], now[name]):
            yield what, was[name], now[name], np.nan
    if rolled_up:
        return
    moved = False
    first, second = _day(was["forecast_finish"]), _day(now["forecast_finish"])
    if first != second:
        moved = True
        yield What.MOVED, first, second, between(first, second)
    first, second = _day(was["deadline"]), _day(now["deadline"])
    if first != second:
        yield What.DEADLINE, first, second, between(first, second)
    first, second = was["work"], now["work"]
    re_estimated = first == first and second == second and abs(first - second) > 1e-6
    if re_estimated:
        yield What.RE_ESTIMATED, first, second, second - first
    planned = [(_day(row["planned_start"]), _day(row["planned_finish"])) for row in (was, now)]
    if planned[0] != planned[1] and not moved and not re_estimated:
        which = 1 if planned[0][1] != planned[1][1] else 0
        first, second = planned[0][which], planned[1][which]
        yield What.RE_PLANNED, first, second, between(first, second)
    if was["state"] != now["state"] or not _same_text(was["status"], now["status"]):
        yield What.STATUS, was["status"] or was["state"], now["status"] or now["state"], np.nan
    elif not (was["progress"] == now["progress"] or (pd.isna(was["progress"]) and pd.isna(now["progress"]))):
        yield What.PROGRESS, _number(was["progress"]), _number(now["progress"]), np.nan


def _same_text(one: Any, two: Any) -> bool:
    return " ".join(str(one or "").split()).casefold() == " ".join(str(two or "").split()).casefold()


def _links(old: Plan, new: Plan, matching: Matching, two: dict[str, dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """Items that wait for others than before. Links of what was added or removed go with it and are not told again."""
    name = matching.new_of
    before: dict[str, set[tuple[Any, ...]]] = {}
    after: dict[str, set[tuple[Any, ...]]] = {}
    for links, into, known in ((old.dependencies, before, name), (new.dependencies, after, {item: item for item in matching.old_of})):
        for link in links[["predecessor", "successor", "type", "lag", "lag_unit"]].itertuples(index=False, name=None):
            if link[0] in known and link[1] in known:
                into.setdefault(known[link[1]], set()).add((known[link[0]], *link[2:4], link[4]))
    position = {item: at for at, item in enumerate(two)}
    for item in sorted(before.keys() | after.keys(), key=position.__getitem__):
        was, now = before.get(item, set()), after.get(item, set())
        if was != now:
            row = two[item]
            yield (What.RE_LINKED, matching.old_of[item], item, row["name"], row["team"], row["owner"], _names(was - now, two),
                   _names(now - was, two), np.nan)


def _names(links: set[tuple[Any, ...]], two: dict[str, dict[str, Any]]) -> str | None:
    """The predecessors of ``links`` as text, with their type and lag where those are not the usual ones."""
    told = []
    for item, kind, lag, _ in sorted(links, key=str):
        more = ("" if kind == "FS" else f" {kind}") + (f" {lag:+g}" if lag else "")
        told.append(f"{two[item]['name']}{more}")
    return ", ".join(told) or None


def _risks(old: Plan, new: Plan, matching: Matching) -> Iterator[tuple[Any, ...]]:
    one, two = ({str(row["id"]): row for row in plan.risks.to_dict("records")} for plan in (old, new))
    for item in matching.risks_added:
        row = two[item]
        if row["state"] != "closed":
            yield (What.RISK_OPENED, None, item, row["title"], row["team"], row["owner"], None, _number(row["score"]), np.nan)
    for item in matching.risks_removed:
        row = one[item]
        yield (What.RISK_REMOVED, item, None, row["title"], row["team"], row["owner"], _number(row["score"]), None, np.nan)
    for pair in matching.risks:
        was, now = one[pair.old], two[pair.new]
        head = (pair.old, pair.new, now["title"], now["team"], now["owner"])
        if was["state"] != now["state"]:
            what = What.RISK_CLOSED if now["state"] == "closed" else What.RISK_OPENED if was["state"] == "closed" else What.RISK_SCORED
            yield (what, *head, was["status"] or was["state"], now["status"] or now["state"], np.nan)
        first, second = _number(was["score"]), _number(now["score"])
        if first != second:
            yield (What.RISK_SCORED, *head, first, second, np.nan)
        elif any(_number(was[name]) != _number(now[name]) for name in ("probability", "impact")):
            shown = "probability" if _number(was["probability"]) != _number(now["probability"]) else "impact"
            yield (What.RISK_SCORED, *head, _number(was[shown]), _number(now[shown]), np.nan)
        if not _same_text(was["owner"], now["owner"]):
            yield (What.RISK_OWNED, *head, was["owner"], now["owner"], np.nan)
        if plain(was["title"]) != plain(now["title"]):
            yield (What.RISK_RENAMED, *head, was["title"], now["title"], np.nan)


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
