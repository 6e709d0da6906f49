"""Why a milestone's date moved: its slip split into causes that add up to it exactly, in working days of its own calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from tpm.calendars.of_rows import RowCalendars
from tpm.insight.changes.match import Matching
from tpm.insight.changes.transition import Cause, Transition, transition
from tpm.insight.probe import row_calendars
from tpm.model import Plan, Schedule

_NO_DATE: Final = np.datetime64("NaT", "s")


@dataclass(frozen=True, slots=True)
class Part:
    """Days of a slip with one cause. ``items`` caused it (ids of the new plan, of the old one for what was cut; empty: nobody's).

    ``days`` are working days of the milestone's calendar, positive later, and whole.
    """

    cause: Cause
    items: tuple[str, ...]
    days: float
    added: bool = False  # scope: added rather than cut
    name: str = ""  # of a single item
    team: str | None = None  # whose items these are, where it is one team


@dataclass(frozen=True, slots=True)
class Slip:
    """A move of one item's forecast finish and its parts, which add up to ``days`` exactly, in the order of their causes."""

    id: str  # in the new plan
    name: str
    team: str | None
    before: dt.date
    after: dt.date
    days: float
    parts: tuple[Part, ...]


def why_moved(old: Plan, new: Plan, before: Schedule, after: Schedule, matching: Matching, target: str) -> Slip | None:
    """Why the forecast of ``target`` (an id of the new plan) moved; None where it has no date in both versions.

    Raises ``KeyError`` when the new plan does not have ``target``.
    """
    if target not in set(new.activities["id"]):
        raise KeyError(target)
    if target not in matching.old_of:
        return None
    relevant = _leading_to(old, new, matching, target)
    walked = transition(old, new, before.options, after.options, matching, relevant=relevant, target=target)
    return next(iter(_slips(walked, old, new, row_calendars(new, after), [target])), None)


def why_all_moved(old: Plan, new: Plan, before: Schedule, after: Schedule, matching: Matching) -> list[Slip]:
    """The same for every item whose forecast moved, in the new plan's order, all split by one walk from plan to plan."""
    walked = transition(old, new, before.options, after.options, matching)
    slips = _slips(walked, old, new, row_calendars(new, after), new.activities["id"])
    return [slip for slip in slips if slip.before != slip.after]


def _slips(walked: Transition, old: Plan, new: Plan, calendars: RowCalendars, items: Iterable[str]) -> Iterable[Slip]:
    rows = {item: row for row, item in enumerate(new.activities["id"])}
    known = {item: (str(name), team) for plan in (old, new) for item, name, team in
             zip(plan.activities["id"], plan.activities["name"], plan.activities["team"], strict=True)}
    of_new = set(rows)
    gone = {item: (str(name), team) for item, name, team in
            zip(old.activities["id"], old.activities["name"], old.activities["team"], strict=True)}
    finishes = np.stack([walked.before, *(step.finish for step in walked.steps)])
    for item in items:
        dates = finishes[:, rows[item]]
        if np.isnat(dates[0]) or np.isnat(dates[-1]):
            continue
        dates = pd.Series(dates).ffill().to_numpy()  # a state without a date (a loop on the way) passes its part on to the next
        offsets = calendars.between(np.repeat(dates[:1], len(dates)), dates, np.full(len(dates), rows[item]))
        parts = []
        for step, moved in zip(walked.steps, np.diff(offsets).tolist(), strict=True):
            if moved:
                cut = step.cause is Cause.SCOPE and not step.added
                named = [(gone if cut else known).get(one, (one, None)) for one in step.items if cut or one in of_new]
                teams = {team for _, team in named}
                parts.append(Part(step.cause, step.items, float(moved), step.added, named[0][0] if len(named) == 1 else "",
                                  teams.pop() if len(teams) == 1 else None))
        name, team = known[item]
        first, last = (day.astype("datetime64[D]").item() for day in (dates[0], dates[-1]))
        yield Slip(item, name, team, first, last, float(offsets[-1]), tuple(parts))


def _leading_to(old: Plan, new: Plan, matching: Matching, target: str) -> set[str]:
    """Items of either plan that can move ``target``: everything before it by links or by hierarchy, in old or new logic."""
    backward: dict[str, set[str]] = {}

    def note(item: str, earlier: str) -> None:
        backward.setdefault(item, set()).add(earlier)

    for plan, name in ((old, matching.new_of), (new, {})):
        for before, after in zip(plan.dependencies["predecessor"], plan.dependencies["successor"], strict=True):
            note(name.get(after, after), name.get(before, before))
        for item, parent in zip(plan.activities["id"], plan.activities["parent"], strict=True):
            if parent is not None:  # a link to or from a summary speaks for its leaves
                note(name.get(item, item), name.get(parent, parent))
                note(name.get(parent, parent), name.get(item, item))
    found, waiting = {target}, [target]
    while waiting:
        for earlier in backward.get(waiting.pop(), ()):
            if earlier not in found:
                found.add(earlier)
                waiting.append(earlier)
    return found


def by_source(slip: Slip, most: int = 6) -> tuple[Part, ...]:
    """The parts put together by cause and item, the largest ``most`` − 1 first and the rest as one; they still add up to the slip."""
    groups: dict[tuple[object, ...], list[Part]] = {}
    for part in slip.parts:
        groups.setdefault((part.cause, part.items if len(part.items) == 1 else part.team, part.added), []).append(part)
    merged = [replace(group[0], days=sum(part.days for part in group), items=_items_of(group)) for group in groups.values()]
    merged = [part for part in merged if part.days]
    if len(merged) <= most:
        return tuple(merged)
    ranked = sorted(merged, key=lambda part: -abs(part.days))
    kept, rest = ranked[: most - 1], ranked[most - 1 :]
    other = Part(Cause.OTHER, _items_of(rest), sum(part.days for part in rest))
    return (*(part for part in merged if part in kept), *((other,) if other.days else ()))


def _items_of(parts: Iterable[Part]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for part in parts for item in part.items))
