"""From the old plan to the new one in a fixed order of small steps, with the forecast after each.

The order: scope (items cut; items added with their links), logic (links, hierarchy), durations, planned dates and constraints,
progress, calendars and options. Whatever a date differs between two neighbouring states is the step's doing, so the parts of a slip add
up to the slip exactly, because the first state is the old plan and the last one the new plan. Within a group the steps are
items in the order of the forecast, so that a cause comes before what it moves.

*Progress* is measured against the old forecast: when the status date moves on, work is first taken to have gone exactly as forecast
(which moves nothing), then each item's reported progress takes the place of that.

What it does not do: steps share what only both together cause by their order, as any such split does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd

from tpm.insight.changes.match import Matching
from tpm.insight.changes.plan_state import (
    LINK,
    PROGRESS,
    PlanState,
    as_forecast,
    bare,
    columns_of,
    cut,
    link_rows,
    resized,
    stacked,
    with_ids,
    without_links,
)
from tpm.model import Plan, ScheduleOptions, State
from tpm.schedule import solve
from tpm.schedule.clock import TICKS_PER_DAY
from tpm.schedule.problem import build_problem
from tpm.schedule.result import schedule_columns
from tpm.schedule.rows import codes

MOST_STEPS: Final = 60  # steps of one group; beyond, items of one team are one step
_LOOK_INTO: Final = 12  # steps that are looked into one by one even where together they move nothing
_NO_DATE: Final = np.datetime64("NaT", "s")
_STRUCTURE: Final = ("parent", "kind", "level")
_DATES: Final = ("planned_start", "planned_finish", "duration", "elapsed", "constraint", "constraint_date", "deadline")
_CALENDAR: Final = ("team", "calendar")
_GONE: Final = "\u2063old:"  # before the id of an item that was cut, where the new plan uses the id for another


class Cause(StrEnum):
    """Why a date moved, in the order in which the causes are applied."""

    SCOPE = "scope"
    LOGIC = "logic"
    DURATION = "duration"
    PLANNED = "planned"
    PROGRESS = "progress"
    CALENDAR = "calendar"
    OTHER = "other"  # small parts put together


@dataclass(frozen=True)
class Step:
    """One change and the forecast finishes after it. ``items`` are ids of the new plan (of the old one for what was cut)."""

    cause: Cause
    items: tuple[str, ...]
    finish: np.ndarray  # datetime64[s] of every item of the new plan, in its order; NaT where there is none
    added: bool = False  # scope: added rather than cut


@dataclass(frozen=True)
class Transition:
    """The states between two plans: ``before`` is the old forecast in the order of the new plan's items."""

    before: np.ndarray
    steps: tuple[Step, ...]


_Atom = tuple[Cause, tuple[str, ...], Callable[[PlanState], PlanState], bool]


def transition(old: Plan, new: Plan, before: ScheduleOptions, after: ScheduleOptions, matching: Matching, *,
               relevant: set[str] | None = None, target: str | None = None) -> Transition:
    """Walk from ``old`` to ``new``, with an eye on ``target`` alone where it is given.

    Items outside ``relevant`` (ids of the new plan, of the old one for what was cut) are one step a group. The options' own target is
    ignored: nobody's dates depend on it.
    """
    return _Builder(old, new, replace(before, target=None), replace(after, target=None), matching, relevant, target).walk()


def in_new_ids(old: Plan, new: Plan, matching: Matching) -> dict[str, str]:
    """Old id → the id of the same thing in the new plan; what was cut keeps its own unless the new plan uses it for another."""
    taken = set(new.activities["id"])
    return {item: matching.new_of.get(item, _GONE + item if item in taken else item) for item in old.activities["id"]}


class _Builder:
    def __init__(self, old: Plan, new: Plan, before: ScheduleOptions, after: ScheduleOptions, matching: Matching,
                 relevant: set[str] | None, target: str | None) -> None:
        self.new, self.after, self.relevant = new, after, relevant
        self.ids: list[str] = new.activities["id"].tolist()
        self.given = in_new_ids(old, new, matching)
        self.told = {given: item for item, given in self.given.items() if item in set(matching.removed)}
        rows, links = with_ids(old, self.given)
        self.state = PlanState(columns_of(rows), links, bare(old), before)
        self.target = columns_of(new.activities)
        self.at = {item: row for row, item in enumerate(self.ids)}
        self.solution = solve(new, after)
        self.rank = {item: (int(start), row) for row, (item, start) in
                     enumerate(zip(self.ids, self.solution.early["start"][: len(self.ids)], strict=True))}
        self.watched = np.ones(len(self.ids), dtype=bool) if target is None else np.array(self.ids, dtype=object) == target
        self.team = dict(zip(self.ids, new.activities["team"], strict=True))

    # the walk

    def walk(self) -> Transition:
        start = finish = self._finishes(self.state)
        steps: list[Step] = []
        for atoms in (self._scope, self._logic, self._durations, self._dates, self._progress, self._calendar):
            group = self._merged(atoms())
            states = [self.state]
            for _, _, change, _ in group:
                states.append(change(states[-1]))
            self.state = states[-1]
            after = self._between(states, finish, self._finishes(self.state)) if group else []
            for (cause, items, _, added), dates in zip(group, after, strict=True):
                steps.append(Step(cause, tuple(self.told.get(item, item) for item in items), dates, added))
                finish = dates
        return Transition(start, tuple(steps))

    def _between(self, states: list[PlanState], first: np.ndarray, last: np.ndarray) -> list[np.ndarray]:
        """The finishes after each of ``states`` but the first. Of many steps that leave all dates as they were none is looked into."""
        if len(states) == 2:
            return [last]
        if len(states) > _LOOK_INTO and np.array_equal(first[self.watched], last[self.watched], equal_nan=True):
            return [first] * (len(states) - 2) + [last]
        middle = len(states) // 2
        dates = self._finishes(states[middle])
        return [*self._between(states[: middle + 1], first, dates), *self._between(states[middle:], dates, last)]

    def _finishes(self, state: PlanState) -> np.ndarray:
        plan = state.as_plan()
        out = np.full(len(self.ids), np.datetime64("NaT", "s"))
        if not len(plan.columns["id"]):
            return out
        finishes = schedule_columns(solve(plan, state.options))["forecast_finish"]
        at = codes(plan.columns["id"], self.ids)
        out[at[at >= 0]] = finishes[at >= 0]
        return out

    def _merged(self, atoms: list[_Atom]) -> list[_Atom]:
        """Atoms with what does not matter, and what is too much, put together; the order is kept by the first of each."""
        def key(atom: _Atom) -> object:
            if self.relevant is not None and not self.relevant.intersection(self.told.get(item, item) for item in atom[1]):
                return "elsewhere"
            return self.team.get(atom[1][0]) if crowded and len(atom[1]) == 1 else atom[1]

        crowded = len(atoms) > MOST_STEPS
        groups: dict[Any, list[_Atom]] = {}
        for atom in atoms:
            groups.setdefault((key(atom), atom[3]), []).append(atom)
        return [group[0] if len(group) == 1 else _together(group) for group in groups.values()]

    def _in_order(self, items: Iterable[str]) -> list[str]:
        return sorted(items, key=lambda item: self.rank.get(item, (0, 0)))

    # the groups

    def _scope(self) -> list[_Atom]:
        known = set(self.state.columns["id"].tolist())
        gone = [item for item in self.state.columns["id"].tolist() if item not in self.at]
        atoms: list[_Atom] = [(Cause.SCOPE, (item,), partial(cut, items=(item,)), False) for item in gone]
        for item in self._in_order(set(self.ids) - known):
            atoms.append((Cause.SCOPE, (item,), partial(self._add, items=(item,)), True))
        return atoms

    def _add(self, state: PlanState, *, items: tuple[str, ...]) -> PlanState:
        """New items, not begun, with their links to what is there; links that now run through one of them are taken out."""
        rows, count = [self.at[item] for item in items], len(items)
        columns = {name: np.concatenate([values, self.target[name][rows]]) for name, values in state.columns.items()}
        for name in PROGRESS:
            columns[name][-count:] = {"state": State.NOT_STARTED.value, "status": None, "progress": np.nan}.get(name, _NO_DATE)
        cancelled = self.target["state"][rows] == State.CANCELLED
        columns["state"][-count:][cancelled] = State.CANCELLED.value
        known, added, ends = columns["id"], list(items), self.new.dependencies
        own = ends["predecessor"].isin(added) | ends["successor"].isin(added)
        mine = ends[own & ends["predecessor"].isin(known) & ends["successor"].isin(known)]
        before: dict[str, list[str]] = {item: [] for item in items}
        behind: dict[str, list[str]] = {item: [] for item in items}
        for first, second in zip(mine["predecessor"], mine["successor"], strict=True):
            if second in before:
                before[second].append(first)
            if first in behind:
                behind[first].append(second)
        over = {(first, second) for item in items for first in before[item] for second in behind[item]}
        over -= set(zip(ends["predecessor"], ends["successor"], strict=True))
        kept = [pair not in over for pair in zip(state.links["predecessor"], state.links["successor"], strict=True)]
        return replace(state, columns=columns, links=stacked(state.links[np.array(kept, dtype=bool)], mine))

    def _logic(self) -> list[_Atom]:
        old, new = link_rows(self.state.links), link_rows(self.new.dependencies)
        atoms: list[_Atom] = []
        for successor in self._in_order({link[1] for link in old - new}):
            gone = {link for link in old - new if link[1] == successor}
            atoms.append((Cause.LOGIC, (successor,), partial(without_links, gone=gone), False))
        if any((self._now(name) != self.target[name]).any() for name in ("parent", "kind")):
            changed = tuple(item for item in self.ids if any(self._differs(item, (name,)) for name in ("parent", "kind")))
            atoms.append((Cause.LOGIC, changed, partial(self._take, items=self.ids, names=_STRUCTURE), False))
        for successor in self._in_order({link[1] for link in new - old}):
            more = {link for link in new - old if link[1] == successor}
            atoms.append((Cause.LOGIC, (successor,), partial(self._with_links, more=more), False))
        return atoms

    def _now(self, name: str) -> np.ndarray:
        """A column of the present state in the order of the new plan's items; only once the scope is the new one."""
        where = {item: row for row, item in enumerate(self.state.columns["id"])}
        return np.asarray(self.state.columns[name][[where[item] for item in self.ids]])

    def _differs(self, item: str, names: Sequence[str]) -> bool:
        row = self.at[item]
        here = int(np.flatnonzero(self.state.columns["id"] == item)[0])
        return any(not _equal(self.state.columns[name][here], self.target[name][row]) for name in names)

    def _changed(self, names: Sequence[str]) -> list[str]:
        changed = np.zeros(len(self.ids), dtype=bool)
        for name in names:
            one, two = self._now(name), self.target[name]
            changed |= ~((one == two) | (pd.isna(one) & pd.isna(two)))
        return self._in_order(np.array(self.ids, dtype=object)[changed])

    def _take(self, state: PlanState, *, items: Sequence[str], names: Sequence[str]) -> PlanState:
        return state.with_rows(items, names, self.target, self.at)

    def _with_links(self, state: PlanState, *, more: set[tuple[Any, ...]]) -> PlanState:
        rows = pd.DataFrame(sorted(more, key=str), columns=list(LINK))
        return replace(state, links=stacked(state.links, rows))

    def _durations(self) -> list[_Atom]:
        """Items that are re-estimated: the new length from the old start."""
        changed = self._changed(("planned_start", "planned_finish", "duration"))
        if not changed:
            return []
        plan = self.state.as_plan()
        rows = build_problem(plan, self.state.options).rows
        here = {item: row for row, item in enumerate(rows.ids)}
        wanted = self.solution.problem.rows.work / TICKS_PER_DAY
        atoms: list[_Atom] = []
        for item in changed:
            row = here[item]
            length = float(wanted[self.at[item]])
            same = self.state.columns["duration"][row] == self.target["duration"][self.at[item]]  # the dates moved, not the estimate
            if same or rows.is_summary[row] or rows.event[row] or length <= 0 or abs(length - rows.work[row] / TICKS_PER_DAY) < 1e-6:
                continue
            start = self.state.columns["planned_start"][row]
            if np.isnat(start) and rows.dated[row]:
                start = (rows.origin + np.timedelta64(int(rows.start[row]), "D")).astype("datetime64[s]")
            atoms.append((Cause.DURATION, (item,), partial(resized, item=item, start=start, length=length), False))
        return atoms

    def _dates(self) -> list[_Atom]:
        return [(Cause.PLANNED, (item,), partial(self._take, items=(item,), names=_DATES), False) for item in self._changed(_DATES)]

    def _progress(self) -> list[_Atom]:
        now, then = self.state.options.status_date, self.after.status_date
        if then is None:
            return []  # progress does not count any more: an option like any other
        atoms: list[_Atom] = []
        if now is not None and then < now:  # back in time: nothing was expected
            return [(Cause.PROGRESS, (), partial(self._rewound, then=then), False)]
        atoms.append((Cause.PROGRESS, (), partial(as_forecast, options=replace(self.state.options, status_date=then)), False))
        if not self.new.progress_reported:
            return atoms
        expected = as_forecast(self.state, options=replace(self.state.options, status_date=then))
        where = {item: row for row, item in enumerate(expected.columns["id"])}
        for item in self._in_order(self.ids):
            here, there = where[item], self.at[item]
            if any(not _equal(expected.columns[name][here], self.target[name][there]) for name in PROGRESS):
                atoms.append((Cause.PROGRESS, (item,), partial(self._take, items=(item,), names=PROGRESS), False))
        return atoms

    def _rewound(self, state: PlanState, *, then: dt.date) -> PlanState:
        options = replace(state.options, status_date=then)
        plan = state.plan.with_(progress_reported=self.new.progress_reported)
        return replace(self._take(state, items=self.ids, names=PROGRESS), options=options, plan=plan)

    def _calendar(self) -> list[_Atom]:
        """Whatever is left: calendars, options, how progress is read. The last state is the new plan itself."""
        final = PlanState(self.target, self.new.dependencies, self.new, self.after)
        return [(Cause.CALENDAR, (), lambda _: final, False)]


def _together(group: list[_Atom]) -> _Atom:
    """Several atoms as one; those that do the same to other items do it to all of them at once."""
    items = tuple(dict.fromkeys(item for atom in group for item in atom[1]))
    changes = [atom[2] for atom in group]
    first = changes[0]
    if isinstance(first, partial) and "items" in first.keywords and all(_same_act(first, other) for other in changes):
        at_once = tuple(item for change in changes for item in change.keywords["items"])  # type: ignore[attr-defined]
        return (group[0][0], items, partial(first.func, **{**first.keywords, "items": at_once}), group[0][3])

    def change(state: PlanState) -> PlanState:
        for one in changes:
            state = one(state)
        return state

    return (group[0][0], items, change, group[0][3])


def _same_act(one: partial[PlanState], two: object) -> bool:
    if not isinstance(two, partial) or one.func != two.func or one.args or two.args:
        return False
    return all(two.keywords.get(name) == value for name, value in one.keywords.items() if name != "items")


def _equal(one: Any, two: Any) -> bool:
    return bool(one == two) or (bool(pd.isna(one)) and bool(pd.isna(two)))
