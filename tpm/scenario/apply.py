"""Changes → the changed plan: pure, in order, nothing lost.

Applying gives a new plan and says of every change whether it was made. One that names an item that this version does not have, or
that makes no sense (a finish before its start, a dependency that closes a loop, a move of what is done), is refused with a finding
that names it; the others are made. The plan that was given is never altered, so undo is applying one change less.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from tpm.findings import Finding, InputError
from tpm.model import Plan, Schedule
from tpm.scenario import logic, moving
from tpm.scenario.changes import CALENDAR, LINKS, RISKS, Change, ChangeKind
from tpm.scenario.draft import Draft, refusal
from tpm.schedule.problem import Problem


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that was not made, where it stood in the list, and why."""

    position: int
    change: Change
    finding: Finding


@dataclass(frozen=True)
class Applied:
    """The changed plan; the changes that were made, with ids as the plan has them; those that were not."""

    plan: Plan
    applied: tuple[Change, ...]
    refusals: tuple[Refusal, ...] = ()
    wanted: Mapping[str, tuple[str, dt.date]] = field(default_factory=dict)  # id → ("start" or "finish", the date asked for)
    problem: Problem | None = None  # some problem near the changed plan's, to make the next one from

    @property
    def refused(self) -> tuple[Finding, ...]:
        """Why the changes that were not made were not."""
        return tuple(each.finding for each in self.refusals)


def apply_changes(plan: Plan, schedule: Schedule, changes: Sequence[Change], problem: Problem | None = None) -> Applied:
    """``plan`` with ``changes`` made in order. ``schedule`` is the plan's own; ``problem``, where it is at hand, saves building it.

    The same plan comes back where nothing was changed.
    """
    draft = Draft(plan, schedule, problem)
    applied: list[Change] = []
    refusals: list[Refusal] = []
    for position, change in enumerate(changes):
        try:
            found = _found(draft, change)
            _make(draft, found)
            applied.append(found)
        except InputError as error:
            refusals.append(Refusal(position, change, error.finding))
    return Applied(draft.plan, tuple(applied), tuple(refusals), dict(draft.wanted), draft.solved)


def changed_plan(plan: Plan, schedule: Schedule, changes: Sequence[Change]) -> Plan:
    """Only the plan of :func:`apply_changes`: what a workbook of the scenario is written from."""
    return apply_changes(plan, schedule, changes).plan


def _found(draft: Draft, change: Change) -> Change:
    """``change`` with the ids that the plan has: its own, or those of the only item of that name."""
    if change.kind in CALENDAR:
        return change
    if change.kind in RISKS:
        risks = draft.plan.risks
        return replace(change, item=_id(set(risks["id"]), risks["title"].to_numpy(), risks["id"].to_numpy(), change.item, change.item_name))
    ids, names = draft.column("id"), draft.column("name")
    item = _id(draft.positions, names, ids, change.item, change.item_name)
    other = _id(draft.positions, names, ids, change.other, change.other_name) if change.kind in LINKS else change.other
    return change if (item, other) == (change.item, change.other) else replace(change, item=item, other=other)


def _id(known: object, names: np.ndarray, ids: np.ndarray, wanted: str, name: str) -> str:
    if wanted in known:  # type: ignore[operator]
        return wanted
    same = np.flatnonzero(names == name) if name else np.empty(0, np.int64)
    if len(same) == 1:
        return str(ids[same[0]])
    raise refusal("change-without-item", item=f"{name} ({wanted})" if name and name != wanted else wanted)


def _make(draft: Draft, change: Change) -> None:
    match change.kind:
        case ChangeKind.ADD_HOLIDAY | ChangeKind.FREEZE:
            logic.rest(draft, change)
        case ChangeKind.ADD_LINK:
            logic.add_link(draft, change)
        case ChangeKind.REMOVE_LINK:
            logic.remove_link(draft, change)
        case ChangeKind.FIRE_RISK:
            logic.fire_risk(draft, change)
        case ChangeKind.RETIRE_RISK:
            logic.retire_risk(draft, change)
        case _:
            _make_of_item(draft, change, draft.positions[change.item])


def _make_of_item(draft: Draft, change: Change, row: int) -> None:
    match change.kind:
        case ChangeKind.SHIFT:
            moving.shift(draft, row, change.number)
        case ChangeKind.SET_START:
            moving.set_start(draft, row, change.date)
        case ChangeKind.SET_FINISH:
            moving.set_finish(draft, row, change.date)
        case ChangeKind.SET_DURATION:
            moving.set_duration(draft, row, change.number)
        case ChangeKind.SET_PROGRESS:
            moving.set_progress(draft, row, change.number)
        case _:
            logic.drop(draft, row)
