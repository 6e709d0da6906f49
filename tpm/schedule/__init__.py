"""The schedule engine: a plan in, its forecast, floats, drivers and critical path out.

:func:`schedule` is the door. It is pure: the same plan and options give the same schedule, and no clock is read (the status date
is an option). :func:`solve` gives the arrays underneath, for :mod:`tpm.schedule.paths` and the simulation.

What the engine does not do: it levels no resources, splits no work, knows no hours within a day, and adds no dates of its own.
"""

from __future__ import annotations

import datetime as dt
import hashlib

import numpy as np
import pandas as pd

from tpm.model import ACTIVITY_COLUMNS, DEPENDENCY_COLUMNS, Mode, Plan, Schedule, ScheduleOptions, conform
from tpm.schedule.compiled import kernel
from tpm.schedule.cpm import DONE, EXCLUDED, backward, delay, forward
from tpm.schedule.network import Integers
from tpm.schedule.problem import Problem, build_problem
from tpm.schedule.reach import open_graph, reach, redundant_links
from tpm.schedule.remarks import findings_of, loops_of
from tpm.schedule.result import Solution, duration_between, link_table, schedule_table
from tpm.schedule.rows import planned_dates, planned_span
from tpm.schedule.status_date import default_status_date, described_day, told_day

__all__ = ["Solution", "default_status_date", "described_day", "planned_dates", "planned_span", "schedule", "solve", "solve_problem",
           "told_day", "warm_up"]


def solve(plan: Plan, options: ScheduleOptions) -> Solution:
    """Both passes over ``plan``. Raises :class:`~tpm.findings.InputError` for an unknown target or country."""
    return solve_problem(build_problem(plan, options))


def solve_problem(problem: Problem) -> Solution:
    """Both passes over a problem that is already built (or changed: what-if questions do)."""
    tables, nodes, network = problem.rows.tables, problem.nodes, problem.network
    early = forward(tables, nodes, network.first, network.links, network.order, problem.continuous)
    if problem.as_late.any():
        delay(tables, nodes, network.first, network.links, network.order, early, problem.as_late, problem.target)
    late = backward(tables, nodes, network.first, network.links, network.order, early, problem.target, problem.continuous)
    return Solution(problem, early, late)


@kernel
def _trace(driver: Integers, last: int) -> Integers:
    """The chain of drivers that ends at ``last``, first to last."""
    length = 0
    node = last
    while node >= 0:
        length += 1
        node = driver[node]
    chain = np.empty(length, np.int32)
    node = last
    for position in range(length - 1, -1, -1):
        chain[position] = node
        node = driver[node]
    return chain


def driving_chain(solution: Solution, last: int) -> Integers:
    """Rows that drive node ``last``, first to last and with it; hubs and done work are left out."""
    n = len(solution.problem.rows.ids)
    chain = _trace(solution.early["driver"], last)
    kept: Integers = chain[(chain < n) & (solution.problem.nodes["kind"][chain] != DONE)]
    return kept


def _last_node(solution: Solution) -> int:
    """The target, or the row that finishes last (of several the one deepest in the logic); −1 where nothing is scheduled."""
    problem = solution.problem
    if problem.target >= 0:
        return problem.target if problem.nodes["kind"][problem.target] != EXCLUDED else -1
    n = len(problem.rows.ids)
    rows = np.flatnonzero(solution.scheduled & (problem.nodes["kind"][:n] != DONE))
    if not len(rows):
        rows = np.flatnonzero(solution.scheduled)
    if not len(rows):
        return -1
    by = np.lexsort((problem.nodes["rank"][rows], -problem.network.levels[rows], -solution.early["finish"][rows]))
    return int(rows[by[0]])


def schedule(plan: Plan, options: ScheduleOptions | None = None) -> Schedule:
    """The forecast of ``plan`` under ``options`` (default: planned dates respected, progress ignored).

    Raises :class:`~tpm.findings.InputError` when the target is not in the plan or a country's holidays are not known.
    """
    options = options or ScheduleOptions()
    solution = solve(plan, options)
    problem = solution.problem
    table, links = schedule_table(solution), link_table(solution)
    findings = findings_of(solution, table, links)
    has_logic = not plan.dependencies.empty
    if not has_logic:
        table = table.assign(critical=False, near_critical=False)

    n = len(problem.rows.ids)
    last = _last_node(solution)
    start = finish = None
    duration = 0.0
    if solution.scheduled.any():
        placed = np.flatnonzero(solution.scheduled)
        begins = np.where(problem.nodes["begun"][placed] > -(2**62), problem.nodes["begun"][placed], solution.early["start"][placed])
        start = _date(table["forecast_start"].to_numpy()[placed].min())
        if problem.target >= 0 and last >= 0:
            row = last if last < n else int(problem.hub_row[last - n])
            finish, ends = _date(table["forecast_finish"].to_numpy()[row]), int(solution.early["finish"][last])
        else:
            finish, ends = _date(table["forecast_finish"].to_numpy()[placed].max()), int(solution.early["finish"][placed].max())
        duration = duration_between(solution, int(begins.min()), ends)
    path = driving_chain(solution, last) if last >= 0 and has_logic else np.empty(0, np.int32)
    return Schedule(
        table=table,
        options=options,
        start=start,
        finish=finish,
        duration=duration,
        critical_path=tuple(problem.rows.ids[path]),
        cycles=tuple(tuple(problem.rows.ids[loop]) for loop in loops_of(problem)),
        findings=findings,
        links=links,
        fingerprint=hashlib.sha256(f"{plan.fingerprint}|{options!r}".encode()).hexdigest()[:32],
    )


def _date(day: np.datetime64) -> dt.date | None:
    return None if np.isnat(day) else pd.Timestamp(day).date()


def warm_up() -> None:
    """Compile or load the kernels on a tiny plan, so that the first visitor does not wait; safe in a background thread."""
    activities = conform(pd.DataFrame({
        "id": ["1", "2", "3"], "name": ["", "", ""], "kind": ["activity"] * 3, "duration": [1.0, 2.0, 3.0],
        "constraint": ["ASAP", "ALAP", "ASAP"],
        "planned_start": np.array(["2026-01-05", "NaT", "NaT"], dtype="datetime64[s]")}), ACTIVITY_COLUMNS)
    dependencies = conform(pd.DataFrame({"predecessor": ["1", "2"], "successor": ["2", "1"], "type": ["FS", "SS"],
                                         "lag": [0.0, 1.0], "lag_unit": ["working"] * 2}), DEPENDENCY_COLUMNS)
    plan = Plan(activities=activities, dependencies=dependencies)
    schedule(plan, ScheduleOptions(mode=Mode.ASAP))
    linked = plan.with_(dependencies=dependencies.iloc[:1])
    schedule(linked, ScheduleOptions(mode=Mode.ASAP))
    graph = open_graph(build_problem(linked, ScheduleOptions(mode=Mode.ASAP)))
    reach(graph, np.ones((3, 1)))
    redundant_links(graph)
