"""What drives one date, how long that path is, and which paths come close."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Final

import pandas as pd

from tpm.insight.probe import days_between, target_calendar
from tpm.model import Kind, Plan, Schedule, State
from tpm.schedule import paths

_MOST_RIVALS: Final = 6  # nearer ones are what a reader can act on


@dataclass(frozen=True, slots=True)
class PathStep:
    """One item of the driving path, with its forecast dates."""

    id: str
    name: str
    team: str | None
    start: dt.date | None
    finish: dt.date | None


@dataclass(frozen=True, slots=True)
class NearPath:
    """A rival: the items that the driving path does not have, its float in whole working days, the date it takes over."""

    own: tuple[str, ...]
    float_days: int
    takes_over: dt.date | None


@dataclass(frozen=True, slots=True)
class DrivingPath:
    """The chain that decides when ``target`` lands. ``length`` is in working days of the plan's calendar."""

    target: str
    finish: dt.date | None
    steps: tuple[PathStep, ...]
    length: float
    teams: int
    rivals: tuple[NearPath, ...]


def headline_item(plan: Plan, schedule: Schedule) -> str | None:
    """The item that a reader asks about first; None where that is the whole plan.

    The schedule's target; else the open item, of any kind, that misses its deadline most; else the milestone that lands last, if no open
    work ends after it. On ties the one that lands later.
    """
    if schedule.options.target is not None:
        return schedule.options.target
    rows = pd.concat([plan.activities[["id", "kind", "deadline"]], schedule.table[["forecast_finish", "state"]]], axis=1)
    rows = rows[rows["forecast_finish"].notna() & (rows["state"] != State.CANCELLED) & (rows["kind"] != Kind.SUMMARY)]
    open_rows = rows[rows["state"] != State.DONE]
    missed = open_rows[open_rows["forecast_finish"] > open_rows["deadline"]]
    if len(missed):
        late = missed.assign(late=missed["forecast_finish"] - missed["deadline"]).sort_values(["late", "forecast_finish"], kind="stable")
        return str(late["id"].iloc[-1])
    marks = rows[rows["kind"] == Kind.MILESTONE].sort_values("forecast_finish", kind="stable")
    if marks.empty or open_rows["forecast_finish"].max() > marks["forecast_finish"].iloc[-1]:
        return None
    return str(marks["id"].iloc[-1])


def driving_path(plan: Plan, schedule: Schedule, target: str) -> DrivingPath:
    """The driving path to ``target`` and its near-critical rivals. Raises ``KeyError`` when the plan does not have it."""
    rows = plan.activities.set_index("id")
    chain = [step for step in reversed(paths.why_here(schedule, target)) if step.kind != "summary"]
    steps = tuple(PathStep(step.id, str(rows.at[step.id, "name"]), rows["team"][step.id], step.start, step.finish) for step in chain)
    finish = steps[-1].finish if steps else None
    start = next((step.start for step in steps if step.start is not None), None)
    length = 0.0
    if finish is not None and start is not None:
        length = days_between(target_calendar(plan, schedule, target), start - dt.timedelta(days=1), finish)
    teams = len({step.team for step in steps if step.team})
    if finish is None:
        return DrivingPath(target, None, steps, length, teams, ())
    on_path = {step.id for step in steps}
    rivals = []
    for rival in paths.rivals(plan, schedule, target)[:_MOST_RIVALS]:
        own = tuple(item for item in rival.ids if item not in on_path)
        rivals.append(NearPath(own or rival.ids, math.ceil(rival.float_days), rival.takes_over))
    return DrivingPath(target, finish, steps, length, teams, tuple(rivals))
