"""Questions about a schedule: why is it here, why is it not critical, what drives a date, what comes close, what if it slips.

The first three read the schedule's own columns; :func:`rivals` and :func:`slip` run the passes again under the same options.
Every function names activities by id and raises ``KeyError`` for an id that the plan does not have.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tpm.model import Plan, Schedule
from tpm.schedule import schedule, solve, solve_problem
from tpm.schedule.clock import TICKS_PER_DAY
from tpm.schedule.cpm import DONE, TO_DO
from tpm.schedule.problem import build_problem
from tpm.schedule.result import schedule_table


@dataclass(frozen=True, slots=True)
class Step:
    """One link of an explanation: ``id`` lies where it lies because of ``kind`` (a ``driver_kind``) and, where set, ``driver``."""

    id: str
    kind: str
    driver: str | None
    start: dt.date | None
    finish: dt.date | None


@dataclass(frozen=True, slots=True)
class FloatReason:
    """How far ``id`` can slip before the target does, and which successor is hit first; None where nothing waits for it.

    ``days`` is None where the activity does not lead to the target, is done, or is not scheduled.
    """

    id: str
    days: float | None
    free_days: float | None
    through: str | None
    chain: tuple[str, ...]  # the successors in turn, to the target


@dataclass(frozen=True, slots=True)
class Rival:
    """A path to the target that is not driving yet: the longest chain, its float, and the date from which it would drive.

    The target moves once the path slips by more than ``float_days``; pulling the driving path in helps only back to ``takes_over``.
    """

    ids: tuple[str, ...]
    float_days: float
    takes_over: dt.date | None


@dataclass(frozen=True, slots=True)
class Move:
    """An activity that moves; ``days`` are working days of its calendar, later is positive."""

    id: str
    team: str | None
    before: dt.date | None
    after: dt.date | None
    days: float
    driver: str | None


def _date(value: object) -> dt.date | None:
    day = pd.Timestamp(value)  # type: ignore[arg-type]
    return None if pd.isna(day) else day.date()


def _position(schedule_: Schedule) -> dict[str, int]:
    return dict(zip(schedule_.table["id"], range(len(schedule_.table)), strict=True))


def why_here(schedule_: Schedule, id_: str) -> tuple[Step, ...]:
    """The chain of drivers from ``id_`` back to what nothing drives; the last step says what holds that one."""
    table, at = schedule_.table, _position(schedule_)
    ids, drivers, kinds = (table[name].to_numpy() for name in ("id", "driver", "driver_kind"))
    starts, finishes = table["forecast_start"].to_numpy(), table["forecast_finish"].to_numpy()
    steps = []
    row: int | None = at[id_]
    while row is not None:
        steps.append(Step(ids[row], kinds[row], drivers[row], _date(starts[row]), _date(finishes[row])))
        row = None if drivers[row] is None else at[drivers[row]]
    return tuple(steps)


def driving_path(schedule_: Schedule, id_: str) -> tuple[str, ...]:
    """The activities that drive ``id_``, first to last and with it."""
    return tuple(step.id for step in reversed(why_here(schedule_, id_)))


def why_not_critical(schedule_: Schedule, id_: str) -> FloatReason:
    """The float of ``id_`` and the successors through which it runs out."""
    table, at = schedule_.table, _position(schedule_)
    limiters = table["limiter"].to_numpy()
    row = at[id_]
    total, free = (float(table[name].to_numpy()[row]) for name in ("total_float", "free_float"))
    chain: list[str] = []
    next_ = limiters[row]
    while next_ is not None:
        chain.append(next_)
        next_ = limiters[at[next_]]
    return FloatReason(id_, None if np.isnan(total) else total, None if np.isnan(free) else free, chain[0] if chain else None, tuple(chain))


def rivals(plan: Plan, schedule_: Schedule, target: str, threshold: float | None = None) -> tuple[Rival, ...]:
    """Paths to ``target`` with float above zero and at most ``threshold`` working days (default: the near-critical one).

    Each is the chain through one activity that no nearer path holds: its drivers back to the start, its limiting successors on to
    the target. Nearest first.
    """
    aimed = schedule(plan, replace(schedule_.options, target=target))
    table, at = aimed.table, _position(aimed)
    limit = schedule_.options.near_critical_days if threshold is None else threshold
    floats = table["total_float"].to_numpy()
    ids, finish = table["id"].to_numpy(), _date(table["forecast_finish"].iat[at[target]])
    solution = solve(plan, aimed.options)
    rows, row_of_target = solution.problem.rows, at[target]
    calendar = rows.calendars[rows.calendar[row_of_target]]
    covered = {ids[row] for row in np.flatnonzero(floats <= 0)} | set(driving_path(aimed, target))
    near = np.flatnonzero((floats > 0) & (floats <= limit))
    out = []
    for row in near[np.lexsort((ids[near].astype(str), floats[near]))]:
        if ids[row] in covered:
            continue
        back = [id_ for id_ in driving_path(aimed, ids[row]) if np.isfinite(floats[at[id_]])]
        path = tuple(dict.fromkeys([*back, *why_not_critical(aimed, ids[row]).chain]))
        path = path[: path.index(target) + 1] if target in path else path
        covered.update(path)
        days = float(floats[row])
        takes_over = None if finish is None else calendar.add(finish, -int(np.ceil(days))).item()
        out.append(Rival(path, days, takes_over))
    return tuple(out)


def slip(plan: Plan, schedule_: Schedule, id_: str, days: float) -> tuple[Move, ...]:
    """What moves when ``id_`` starts (or, once begun, goes on) ``days`` working days later than forecast; itself first.

    Nothing moves for work that is done or not scheduled, nor for a summary.
    """
    problem = build_problem(plan, schedule_.options)
    before = solve_problem(problem)
    row = _position(schedule_)[id_]
    node = problem.nodes[row]
    if not before.scheduled[row] or node["kind"] == DONE:
        return ()
    rows = problem.rows
    step = round(days * TICKS_PER_DAY)
    moved_nodes = problem.nodes.copy()
    work = rows.work_at(before.early["start"][: len(rows.ids)]) + step
    later = rows.open_at(work if not rows.event[row] else work - 1) + (1 if rows.event[row] else 0)
    moved_nodes["start_floor"][row] = later[row]
    as_late = problem.as_late.copy()
    as_late[row] = False
    after = solve_problem(replace(problem, nodes=moved_nodes, as_late=as_late))
    n = len(rows.ids)
    shift = (rows.work_at(after.early["finish"][:n]) - rows.work_at(before.early["finish"][:n])) / TICKS_PER_DAY
    moved = np.flatnonzero(before.scheduled & (np.abs(shift) > 1e-6) & (problem.nodes["kind"][:n] <= TO_DO + 1))
    moved = moved[np.lexsort((moved, before.early["start"][moved], moved != row))]
    tables = [schedule_table(each) for each in (before, after)]
    was, now = (table["forecast_finish"].to_numpy() for table in tables)
    drivers, team = tables[1]["driver"].to_numpy(), plan.columns["team"]
    return tuple(Move(rows.ids[each], team[each], _date(was[each]), _date(now[each]),
                      float(np.round(shift[each], 6)), None if each == row else drivers[each]) for each in moved)
