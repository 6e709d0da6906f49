"""What a set of changes does to the dates: what moved and why, whose it is, what breaks, what is mended, which float it used.

Compares two schedules that the engine made; computes no date. Days are working days of the item's own calendar, later positive.
A summary is a roll-up and is not listed: its items are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.findings import Finding
from tpm.model import Kind, Plan, Schedule, ScheduleOptions, State
from tpm.scenario.apply import Applied, apply_changes
from tpm.scenario.changes import CALENDAR, LINKS, RISKS, Change, ChangeKind
from tpm.scenario.draft import Draft, between
from tpm.schedule import schedule
from tpm.schedule.problem import Problem
from tpm.schedule.rows import codes

# before, after: forecast finishes (datetime64[s]). driver, driver_kind: what holds the item now. cause: the item upstream, or the item
# itself, whose change moved it. change: position in Answer.applied of that change, −1 where none can be named.
MOVED_COLUMNS: Final = ("id", "name", "kind", "team", "owner", "before_start", "before", "after_start", "after", "days", "driver",
                        "driver_kind", "cause", "change")
DEADLINE_COLUMNS: Final = ("id", "name", "team", "owner", "deadline", "before", "after", "days")  # days after the deadline
FLOAT_COLUMNS: Final = ("id", "name", "team", "owner", "before", "after", "used", "moved")  # total float, working days


@dataclass(frozen=True, slots=True)
class Held:
    """A change of dates whose item did not come as far as it was asked to, and what holds it."""

    item: str
    which: str  # "start" or "finish": which end was asked for
    wanted: dt.date
    got: dt.date
    days: float  # working days short
    kind: str  # driver_kind: dependency, status_date, constraint, project_start, actual
    driver: str | None  # the predecessor, where one holds it


@dataclass(frozen=True)
class Answer:
    """Before and after, side by side. Frames have the columns named above them in this module."""

    plan: Plan  # the changed plan
    before: Schedule
    after: Schedule
    applied: tuple[Change, ...]
    refused: tuple[Finding, ...]
    target: str | None  # None: the project's finish
    before_finish: dt.date | None
    after_finish: dt.date | None  # None where the target is gone or has no date
    days: float | None  # working days of the target's calendar, later positive
    moved: pd.DataFrame  # MOVED_COLUMNS, the farthest first
    became_critical: tuple[str, ...]
    no_longer_critical: tuple[str, ...]
    broken: pd.DataFrame  # DEADLINE_COLUMNS: kept before, missed now
    mended: pd.DataFrame  # DEADLINE_COLUMNS: missed before, kept now
    float_eaten: pd.DataFrame  # FLOAT_COLUMNS, the most first
    held: tuple[Held, ...]
    way: dict[str, str]  # id of each item that moved → the item that moved it, where one did

    def chain(self, item: str) -> tuple[str, ...]:
        """Ids from the item that was changed to ``item``, the way that the move went; ``item`` alone where nothing moved it."""
        chain = [item]
        while chain[-1] in self.way:
            chain.append(self.way[chain[-1]])
        return tuple(reversed(chain))

    @property
    def teams(self) -> tuple[str, ...]:
        """Teams with an item that moved, in name order."""
        return tuple(sorted({team for team in self.moved["team"] if team}))


def what_if(plan: Plan, options: ScheduleOptions, changes: Sequence[Change], target: str | None = None,
            before: Schedule | None = None, problem: Problem | None = None) -> Answer:
    """Apply ``changes`` and compare. ``before`` (and ``problem``), where at hand, are the plan's own and save computing them."""
    before = before or schedule(plan, options)
    applied = apply_changes(plan, before, changes, problem)
    after = before if applied.plan is plan else schedule(applied.plan, options)
    return answer(plan, before, applied, after, target)


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Rows that both schedules have: positions before and after; the changed plan's columns are read at ``after``."""

    old: npt.NDArray[np.int64]
    new: npt.NDArray[np.int64]
    was: npt.NDArray[np.datetime64]  # forecast finishes, days
    now: npt.NDArray[np.datetime64]
    leaf: npt.NDArray[np.bool_]


def _pairs(plan: Plan, before: Schedule, applied: Applied, after: Schedule) -> _Pairs:
    old_ids, new_ids = plan.activities["id"].to_numpy(), applied.plan.activities["id"].to_numpy()
    old = np.arange(len(new_ids)) if old_ids is new_ids or np.array_equal(old_ids, new_ids) else codes(new_ids, old_ids).astype(np.int64)
    new = np.flatnonzero(old >= 0)
    old = old[new]
    was, now = (each.table["forecast_finish"].to_numpy()[at].astype("datetime64[D]") for each, at in ((before, old), (after, new)))
    return _Pairs(old, new, was, now, after.table["driver_kind"].to_numpy()[new] != "summary")


def answer(plan: Plan, before: Schedule, applied: Applied, after: Schedule, target: str | None = None) -> Answer:
    """Compare the two schedules. ``target``: the item whose date is asked about (default: the schedule's own target)."""
    target = target if target is not None else before.options.target
    pairs = _pairs(plan, before, applied, after)
    changed = pairs.leaf & (pairs.was != pairs.now) & ~(np.isnat(pairs.was) & np.isnat(pairs.now))
    way, cause, change = _causes(plan, before, applied, after, pairs, changed)
    at = np.flatnonzero(changed)
    draft = Draft(applied.plan, after)
    moved = _moved(draft, before, applied, after, pairs, at).assign(cause=cause[at], change=change[at])[list(MOVED_COLUMNS)]
    order = np.lexsort((np.arange(len(moved)), -np.abs(np.nan_to_num(moved["days"].to_numpy(dtype=float)))))
    was, now = before.table["critical"].to_numpy()[pairs.old], after.table["critical"].to_numpy()[pairs.new]
    ids = applied.plan.activities["id"].to_numpy()[pairs.new]
    broken, mended = _deadlines(draft, plan, applied, after, pairs)
    was_finish, now_finish = _finish(plan, before, target), _finish(applied.plan, after, target)
    return Answer(
        applied.plan, before, after, applied.applied, applied.refused, target, was_finish, now_finish,
        days=_target_days(draft, target, was_finish, now_finish), moved=moved.iloc[order].reset_index(drop=True),
        became_critical=tuple(ids[now & ~was]), no_longer_critical=tuple(ids[was & ~now]), broken=broken, mended=mended,
        float_eaten=_float_eaten(before, applied, after, pairs, changed), held=_held(draft, applied, after), way=way)


def _days(draft: Draft, rows: Any, first: Any, last: Any) -> npt.NDArray[np.float64]:
    """Working days from each ``first`` to each ``last`` in the calendars of the changed plan's ``rows``; NaN where either is missing."""
    known = ~np.isnat(first) & ~np.isnat(last)
    out = np.full(len(rows), np.nan)
    chosen = np.flatnonzero(known)
    if len(chosen):
        out[chosen] = draft.part(rows[chosen]).between(first[chosen], last[chosen])
    return out


def _moved(draft: Draft, before: Schedule, applied: Applied, after: Schedule, pairs: _Pairs, at: Any) -> pd.DataFrame:
    old, new = pairs.old[at], pairs.new[at]
    rows = applied.plan.activities
    columns = {name: rows[name].to_numpy()[new] for name in ("id", "name", "kind", "team", "owner")}
    columns |= {"before_start": before.table["forecast_start"].to_numpy()[old], "before": before.table["forecast_finish"].to_numpy()[old],
                "after_start": after.table["forecast_start"].to_numpy()[new], "after": after.table["forecast_finish"].to_numpy()[new],
                "days": _days(draft, new, pairs.was[at], pairs.now[at]),
                "driver": after.table["driver"].to_numpy()[new], "driver_kind": after.table["driver_kind"].to_numpy()[new]}
    return pd.DataFrame({name: pd.Series(values, dtype=values.dtype) for name, values in columns.items()})


def _causes(plan: Plan, before: Schedule, applied: Applied, after: Schedule, pairs: _Pairs,
            changed: Any) -> tuple[dict[str, str], Any, Any]:
    """Who moved whom: id → id of the item that moved it; of each pair the item where the move began and the change that began it.

    What moved later was pushed by what drives it now; what moved earlier was let go by what drove it before.
    """
    n = len(pairs.new)
    ids = applied.plan.activities["id"].to_numpy()[pairs.new]
    begun_by = _touched(plan, applied, ids)
    drivers = np.where(pairs.now > pairs.was, after.table["driver"].to_numpy()[pairs.new], before.table["driver"].to_numpy()[pairs.old])
    up = np.arange(n)
    follows = np.flatnonzero(changed & (begun_by < 0) & (drivers != None))  # noqa: E711 - element-wise
    if len(follows):
        by = codes(drivers[follows], ids)
        fine = (by >= 0) & changed[by] & ((pairs.now[by] > pairs.was[by]) == (pairs.now[follows] > pairs.was[follows]))
        up[follows[fine]] = by[fine]
    root = up.copy()
    for _ in range(max(n.bit_length(), 1)):
        root = root[root]
    way = {str(ids[row]): str(ids[up[row]]) for row in np.flatnonzero(up != np.arange(n))}
    first = begun_by[root]
    calendars = [position for position, change in enumerate(applied.applied) if change.kind in CALENDAR]
    if len(calendars) == 1:
        first = np.where(first < 0, calendars[0], first)
    elif len(applied.applied) == 1:
        first = np.zeros(n, np.int64)
    return way, ids[root], first


def _touched(plan: Plan, applied: Applied, ids: Any) -> npt.NDArray[np.int64]:
    """The last change that names each item itself (or a summary above it), −1 where none does."""
    out = np.full(len(ids) + 1, -1)
    at = dict(zip(ids, range(len(ids)), strict=True))
    children: dict[str, list[str]] | None = None
    for position, change in enumerate(applied.applied):
        if change.kind in CALENDAR:
            continue
        if change.kind in RISKS:
            named = plan.risk_hits.loc[plan.risk_hits["risk"] == change.item, "activity"].tolist()
        elif change.kind == ChangeKind.DROP:
            named = plan.dependencies.loc[plan.dependencies["predecessor"] == change.item, "successor"].tolist()
        else:
            named = [change.other if change.kind in LINKS else change.item]
        if any(_is_summary(plan, each) for each in named):
            children = children or _children(plan)
            named = [leaf for each in named for leaf in _below(children, each)]
        for each in named:
            out[at.get(each, -1)] = position
    return out[:-1]


def _is_summary(plan: Plan, item: str) -> bool:
    here = plan.activities["kind"].to_numpy()[plan.activities["id"].to_numpy() == item]
    return bool(len(here) and here[0] == Kind.SUMMARY)


def _children(plan: Plan) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for item, parent in zip(plan.activities["id"], plan.activities["parent"], strict=True):
        out.setdefault(parent, []).append(item)
    return out


def _below(children: dict[str, list[str]], item: str) -> list[str]:
    found, left = [], [item]
    while left:
        each = left.pop()
        found.append(each)
        left += children.get(each, [])
    return found


def _deadlines(draft: Draft, plan: Plan, applied: Applied, after: Schedule, pairs: _Pairs) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Deadlines that were kept and are missed, and those that were missed and are kept."""
    deadline = plan.activities["deadline"].to_numpy()[pairs.old].astype("datetime64[D]")
    state = after.table["state"].to_numpy()[pairs.new]
    counts = ~np.isnat(deadline) & (state != State.DONE) & (state != State.CANCELLED)
    frames = []
    for at in (np.flatnonzero(counts & ~(pairs.was > deadline) & (pairs.now > deadline)),
               np.flatnonzero(counts & (pairs.was > deadline) & ~(pairs.now > deadline))):
        rows = applied.plan.activities.iloc[pairs.new[at]]
        days = _days(draft, pairs.new[at], deadline[at], pairs.now[at])
        frame = rows[["id", "name", "team", "owner"]].assign(deadline=deadline[at].astype("datetime64[s]"), before=pairs.was[at].astype(
            "datetime64[s]"), after=pairs.now[at].astype("datetime64[s]"), days=days)
        frames.append(frame.reset_index(drop=True)[list(DEADLINE_COLUMNS)])
    return frames[0], frames[1]


def _float_eaten(before: Schedule, applied: Applied, after: Schedule, pairs: _Pairs, changed: Any) -> pd.DataFrame:
    """Items that had float and have less. Where the whole finish comes earlier everything is nearer to it: that is not counted."""
    was = before.table["total_float"].to_numpy()[pairs.old]
    now = after.table["total_float"].to_numpy()[pairs.new]
    nearer = 0.0
    if before.finish is not None and after.finish is not None and after.finish < before.finish:
        nearer = max(0.0, before.duration - after.duration)
    used = was - now
    at = np.flatnonzero((was > 0) & (used > nearer + 1e-6))
    at = at[np.argsort(-used[at], kind="stable")]
    rows = applied.plan.activities.iloc[pairs.new[at]][["id", "name", "team", "owner"]]
    return rows.assign(before=was[at], after=now[at], used=used[at], moved=changed[at]).reset_index(drop=True)[list(FLOAT_COLUMNS)]


def _held(draft: Draft, applied: Applied, after: Schedule) -> tuple[Held, ...]:
    """The dates that were asked for and not reached."""
    if not applied.wanted:
        return ()
    ids = applied.plan.activities["id"].to_numpy()
    rows = codes(list(applied.wanted), ids).astype(np.int64)
    which = np.array([end for end, _ in applied.wanted.values()])
    wanted = np.array([day for _, day in applied.wanted.values()], "datetime64[D]")
    table = after.table
    got = np.where((which == "start") & (applied.plan.activities["kind"].to_numpy()[rows] != Kind.MILESTONE),
                   table["forecast_start"].to_numpy()[rows], table["forecast_finish"].to_numpy()[rows]).astype("datetime64[D]")
    at = np.flatnonzero((rows >= 0) & (got > wanted))
    days = _days(draft, rows[at], wanted[at], got[at])
    kinds, drivers = table["driver_kind"].to_numpy()[rows], table["driver"].to_numpy()[rows]
    # Asked for before the status date, the planned start was put there: it is the status date that holds.
    return tuple(Held(str(ids[rows[k]]), str(which[k]), wanted[k].item(), got[k].item(), float(short),
                      "status_date" if kinds[k] == "planned" else str(kinds[k]), drivers[k])
                 for k, short in zip(at, days, strict=True))


def _finish(plan: Plan, of: Schedule, target: str | None) -> dt.date | None:
    if target is None:
        return of.finish
    here = np.flatnonzero(plan.activities["id"].to_numpy() == target)
    day = of.table["forecast_finish"].to_numpy()[here[0]].astype("datetime64[D]") if len(here) else np.datetime64("NaT", "D")
    return None if np.isnat(day) else day.item()


def _target_days(draft: Draft, target: str | None, was: dt.date | None, now: dt.date | None) -> float | None:
    if was is None or now is None:
        return None
    if was == now:
        return 0.0
    part = draft.part(np.array([draft.positions[target] if target is not None else 0]))
    ends = np.array([was], "datetime64[D]"), np.array([now], "datetime64[D]")
    return float((part.between(*ends) if target is not None else between(part.calendars[0], *ends))[0])
