"""A plan aimed at one date, as arrays: how far each item may slip before the date moves, and what a slip does to it.

Deadlines and latest dates of other items bound their own float, not the target's date, so they are left out here. Days are working
days of the item's calendar; moves of the target are counted in the target's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.model import Plan, Schedule
from tpm.schedule import solve_problem
from tpm.schedule.clock import ALWAYS, NEVER, TICKS_PER_DAY, Ticks, open_each, work_each
from tpm.schedule.cpm import DONE, EXCLUDED, Records, forward
from tpm.schedule.network import Links
from tpm.schedule.problem import Problem, build_problem
from tpm.schedule.result import Solution, schedule_columns


@dataclass(frozen=True, eq=False)
class Aim:
    """A problem aimed at a target (−1: the project's finish), solved; and the same problem with the bounds that hold nobody back here."""

    problem: Problem
    solution: Solution
    bounded: Problem

    @property
    def finish(self) -> int:
        """The instant at which the target is reached."""
        return self.finish_of(self.solution.early)

    def finish_of(self, early: Records) -> int:
        """The instant at which the target is reached under these early dates."""
        return int(early["finish"][self.problem.target] if self.problem.target >= 0 else early["finish"].max(initial=NEVER))

    def try_(self, nodes: Records | None = None, links: Links | None = None) -> Records:
        """The forward pass with other nodes or other links between the same ones."""
        problem, network = self.problem, self.problem.network
        nodes = problem.nodes if nodes is None else nodes
        links = network.links if links is None else links
        if problem.as_late.any():
            return solve_problem(replace(problem, nodes=nodes, network=replace(network, links=links))).early
        return forward(problem.rows.tables, nodes, network.first, links, network.order, problem.continuous)

    def days(self, earlier: int, later: int) -> float:
        """Working days of the target's calendar between two instants."""
        rows, row = self.problem.rows, self.problem.target
        code = rows.calendar[row] if 0 <= row < len(rows.ids) else 0
        own = np.full(2, -1)
        work = work_each(rows.tables, np.full(2, code, np.int32), own, own, np.array([earlier, later]))
        return float(np.round((work[1] - work[0]) / TICKS_PER_DAY, 6))

    @property
    def slack(self) -> Ticks:
        """Ticks by which each row may slip before the target does; ``ALWAYS`` where it does not lead there."""
        return np.asarray(self.solution.late["total_float"][: len(self.problem.rows.ids)])

    @property
    def open(self) -> npt.NDArray[np.bool_]:
        """Rows that are scheduled and not done."""
        return np.asarray(self.problem.nodes["kind"][: len(self.problem.rows.ids)] < DONE)


def aim(plan: Plan, schedule: Schedule, target: str | None, problem: Problem | None = None) -> Aim:
    """``plan`` aimed at ``target``. Raises :class:`~tpm.findings.InputError` when the plan does not have it."""
    options = replace(schedule.options, target=target)
    built = problem if problem is not None and problem.plan is plan and problem.options == options else build_problem(plan, options)
    nodes = built.nodes.copy()
    nodes["start_cap"] = nodes["finish_cap"] = ALWAYS
    free = replace(built, nodes=nodes)
    return Aim(free, solve_problem(free), built)


def tolerance(plan: Plan, schedule: Schedule, target: str | None) -> pd.DataFrame:
    """How far each item may slip before the target's date moves: ``id, name, team, owner, days, critical``, the plan's order.

    ``days`` are whole working days: 0 where any slip moves it, infinite where the item does not lead there, NaN for what is done,
    unscheduled or a summary. O(nodes + links): one backward pass. Raises ``InputError`` for an unknown target.
    """
    aimed = aim(plan, schedule, target)
    slack, open_ = aimed.slack, aimed.open
    days = np.where(slack == ALWAYS, np.inf, np.floor(slack / TICKS_PER_DAY + 1e-9))
    days = np.where(open_, np.maximum(days, 0.0), np.nan)
    a = plan.activities
    return a[["id", "name", "team", "owner"]].assign(days=days, critical=open_ & (slack <= 0))


def slipped(aimed: Aim, row: int, days: float) -> Records:
    """Nodes in which the work of ``row`` starts (or, once begun, goes on) ``days`` working days later than forecast."""
    problem, rows = aimed.problem, aimed.problem.rows
    event = bool(rows.event[row])
    one = slice(row, row + 1)
    arguments = (rows.tables, rows.calendar[one], rows.own_first[one], rows.own_second[one])
    work = work_each(*arguments, aimed.solution.early["start"][one]) + round(days * TICKS_PER_DAY)
    later = open_each(*arguments, work - 1) + 1 if event else open_each(*arguments, work)
    nodes = problem.nodes.copy()
    nodes["start_floor"][row] = max(int(later[0]), int(nodes["start_floor"][row]))
    return nodes


def sensitivity(plan: Plan, schedule: Schedule, item: str, target: str | None, days: Iterable[int] = range(31)) -> pd.DataFrame:
    """What a slip of ``item`` does to the target: a row a slip with ``slip``, ``finish`` (its new date) and ``moves`` (working days).

    Raises ``KeyError`` when the plan does not have the item.
    """
    aimed = aim(plan, schedule, target)
    found = np.flatnonzero(aimed.problem.rows.ids == item)
    if not len(found):
        raise KeyError(item)
    row = int(found[0])
    steps = list(days)
    if not aimed.open[row]:
        ends = [aimed.finish] * len(steps)
    else:
        ends = [aimed.finish_of(aimed.try_(slipped(aimed, row, step))) if step else aimed.finish for step in steps]
    return pd.DataFrame({"slip": np.array(steps, dtype=float), "finish": pd.to_datetime(pd.Series([shown_day(aimed, end) for end in ends])),
                         "moves": [aimed.days(aimed.finish, end) for end in ends]})


def shown_day(aimed: Aim, finish: int) -> dt.date | None:
    """The displayed day on which something that ends at ``finish`` ends."""
    if finish <= NEVER:
        return None
    day: dt.date = (aimed.problem.rows.origin + np.timedelta64((finish - 1) // TICKS_PER_DAY, "D")).astype(object)
    return day


def target_date(aimed: Aim) -> dt.date | None:
    """The displayed date of the target."""
    problem, n = aimed.problem, len(aimed.problem.rows.ids)
    shown = schedule_columns(aimed.solution)["forecast_finish"]
    if problem.target >= 0:
        day = shown[problem.target if problem.target < n else int(problem.hub_row[problem.target - n])]
    else:
        placed = shown[(problem.nodes["kind"][:n] != EXCLUDED) & ~np.isnat(shown)]
        day = placed.max() if len(placed) else np.datetime64("NaT", "s")
    return None if np.isnat(day) else day.astype("datetime64[D]").item()
