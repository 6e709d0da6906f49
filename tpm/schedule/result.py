"""Solved passes → the tables that people read: displayed dates, floats in working days, drivers, roll-ups, links.

Every date here is displayed and inclusive; every number of days is of the row's own calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.model import DEPENDENCY_COLUMNS, SCHEDULE_COLUMNS, Kind, frame_of
from tpm.schedule.clock import ALWAYS, NEVER, TICKS_PER_DAY, Ticks, work_each
from tpm.schedule.cpm import (
    BEGUN,
    BY_ACTUAL,
    BY_AS_LATE_AS_POSSIBLE,
    BY_FINISH_FLOOR,
    BY_LINK,
    DONE,
    EXCLUDED,
    TO_DO,
    Records,
    relationship_floats,
)
from tpm.schedule.network import Integers
from tpm.schedule.problem import HOLDS, Problem, leaves_below
from tpm.schedule.rows import MISSING, Flags

_NO_DATE: Final = np.datetime64("NaT", "s")


@dataclass(frozen=True, eq=False)
class Solution:
    """A problem and its passes: what the tables, the paths and the simulation are made from."""

    problem: Problem
    early: Records  # of EARLY
    late: Records  # of LATE

    @property
    def scheduled(self) -> Flags:
        """Rows that the passes placed; bool, rows."""
        return np.asarray(self.problem.nodes["kind"][: len(self.problem.rows.ids)] != EXCLUDED)


def driving_row(solution: Solution, node: int) -> int:
    """The row that drives ``node`` (looking through hubs), −1 where no dependency does."""
    n = len(solution.problem.rows.ids)
    driver = int(solution.early["driver"][node])
    while driver >= n:
        driver = int(solution.early["driver"][driver])
    return driver


def _through_hubs(pointers: Integers, n: int) -> Integers:
    """Row that each row's pointer leads to when hubs (``>= n``) pass on to their own; at most two follow one another."""
    own = pointers[:n]
    for _ in range(2):
        own = np.where(own >= n, pointers[np.where(own >= n, own, 0)], own)
    return own


def _shown(days: Any, known: Flags, origin: np.datetime64) -> npt.NDArray[np.datetime64]:
    out = np.full(len(days), _NO_DATE)
    out[known] = (origin + days[known].astype("timedelta64[D]")).astype("datetime64[s]")
    return out


def _event_day(solution: Solution, at: Ticks) -> npt.NDArray[np.int64]:
    """Displayed day of events at instants ``at`` (rows): the day that ends there, unless nothing but the project's start
    or the status date placed them: then the working day that opens there."""
    problem = solution.problem
    rows, n = problem.rows, len(problem.rows.ids)
    work = rows.work_at(at)
    opens = rows.open_at(work) // TICKS_PER_DAY
    closing = (at - 1) // TICKS_PER_DAY
    # Driven by a start, an event lies at an opening: the day that ends there is the working day before, not the weekend's last.
    driver = solution.early["driver"][:n]
    by_start = (driver >= 0) & (solution.early["finish"][driver] != at)
    closing = np.where(by_start, rows.open_at(work - 1) // TICKS_PER_DAY, closing)
    early = solution.early["start"][:n]
    held = (solution.early["reason"][:n] != BY_LINK) & (problem.hold >= HOLDS.index("status_date"))
    held &= (problem.nodes["kind"][:n] == TO_DO) & (problem.nodes["finish_floor"][:n] < early)
    if problem.options.status_date is not None:
        status = int((np.datetime64(problem.options.status_date, "D") - rows.origin).astype(np.int64))
        held |= (problem.nodes["kind"][:n] != DONE) & (early // TICKS_PER_DAY <= status) & (early == at)
    # What such an event drives at the same instant opens with it.
    by_event = rows.event & (driver >= 0) & (driver < n) & (solution.early["finish"][driver] == early) & (early == at)
    while (more := by_event & ~held & held[np.where(by_event, driver, 0)] & rows.event[np.where(by_event, driver, 0)]).any():
        held = held | more
    return np.where(held, opens, closing)


def _latest_event(solution: Solution) -> Ticks:
    """Late instants of events as displayed: where work allows until a weekend's end, the close before it."""
    rows, n = solution.problem.rows, len(solution.problem.rows.ids)
    late = np.where(solution.late["finish"][:n] == ALWAYS, 0, solution.late["finish"][:n])
    close = rows.open_at(rows.work_at(late) - 1) + 1
    return np.where(solution.late["total_float"][:n] == 0, solution.early["finish"][:n], close)


def _days(ticks: Ticks, known: Flags) -> npt.NDArray[np.float64]:
    return np.where(known, np.round(np.where(known, ticks, 0) / TICKS_PER_DAY, 6) + 0.0, np.nan)


def schedule_table(solution: Solution) -> pd.DataFrame:
    """``SCHEDULE_COLUMNS``, one row an activity in the plan's order."""
    return frame_of(schedule_columns(solution))


def schedule_columns(solution: Solution) -> dict[str, npt.NDArray[Any]]:
    """The columns of :func:`schedule_table` as arrays."""
    problem, early, late = solution.problem, solution.early, solution.late
    rows, progress, options = problem.rows, problem.progress, problem.options
    n = len(rows.ids)
    kind = problem.nodes["kind"][:n]
    placed = solution.scheduled
    is_done = kind == DONE
    open_ = placed & ~is_done
    bounded = open_ & (late["total_float"][:n] != ALWAYS)

    start, finish = early["start"][:n], early["finish"][:n]
    started = np.where(kind == BEGUN, problem.nodes["begun"][:n], start)
    early_day = np.where(rows.event, _event_day(solution, start), start // TICKS_PER_DAY)
    at_close = rows.elapsed & placed & rows.dated  # elapsed work that begins at the close of its first day is shown on that day
    early_day = np.where(at_close & (start == rows.start_instant), rows.start, early_day)
    begun_day = np.where(at_close & (started == rows.start_instant), rows.start, started // TICKS_PER_DAY)
    finish_day = np.where(rows.event, early_day, (finish - 1) // TICKS_PER_DAY)
    late_event = _event_day(solution, _latest_event(solution))
    late_start = np.where(rows.event, late_event, late["start"][:n] // TICKS_PER_DAY)
    late_finish = np.where(rows.event, late_event, (late["finish"][:n] - 1) // TICKS_PER_DAY)
    planned_start, planned_finish = (np.where(each == MISSING, 0, each) for each in (rows.start, rows.finish))
    kept = ~placed & ~rows.is_summary  # not scheduled: planned dates stay

    forecast_start = np.where(kept, planned_start, np.where(kind == BEGUN, begun_day, early_day))
    forecast_finish = np.where(kept, planned_finish, finish_day)
    has = placed | (kept & rows.dated)
    planned_kind = problem.plan.columns["kind"]
    total = _days(late["total_float"][:n], bounded)
    critical = bounded & (total <= 0)
    compared = placed & rows.dated
    # Days, not instants: parts of a day against a planned day are no slip.
    slip = rows.work_at(np.where(compared, finish_day + 1, 0) * TICKS_PER_DAY) - rows.work_at(
        np.where(compared, planned_finish + 1, 0) * TICKS_PER_DAY)
    columns = {
        "id": rows.ids,
        "forecast_start": _shown(forecast_start, has, rows.origin),
        "forecast_finish": _shown(forecast_finish, has, rows.origin),
        "early_start": _shown(early_day, placed, rows.origin),
        "early_finish": _shown(finish_day, placed, rows.origin),
        "planned_start": rows.dates(rows.start),
        "planned_finish": rows.dates(rows.finish),
        "duration": np.where(rows.is_summary | rows.assumed_work | (rows.event & (planned_kind != Kind.MILESTONE)), np.nan,
                             rows.work / TICKS_PER_DAY - np.nan_to_num(problem.plan.columns["pause"])),
        "late_start": _shown(late_start, bounded, rows.origin),
        "late_finish": _shown(late_finish, bounded, rows.origin),
        "remaining": np.where(rows.is_summary, np.nan, _days(progress.remaining, np.ones(n, bool))),
        "total_float": total,
        "free_float": _days(late["free_float"][:n], open_),
        "critical": critical,
        "near_critical": bounded & ~critical & (total <= options.near_critical_days),
        "driver": _ids(rows.ids, np.where(placed, _through_hubs(early["driver"], n), -1)),
        "driver_kind": _reasons(solution),
        "limiter": _ids(rows.ids, np.where(bounded, _limiting_rows(solution), -1)),
        "state": progress.state,
        "progress": progress.share,
        "scheduled": placed,
        "slip": _days(slip, compared),
    }
    spanned = np.flatnonzero(problem.plan.columns["spanned"] & ~rows.is_summary)
    if len(spanned):
        _span(problem, columns, spanned.tolist())
    table = {name: np.array(columns[name], dtype) for name, dtype in SCHEDULE_COLUMNS.items()}
    if rows.is_summary.any():
        _roll_up(table, solution)
    return table


def _span(problem: Problem, columns: dict[str, Any], spanned: list[int]) -> None:
    """Stretch level of effort from the first to the last date that it is tied to, by links or else by standing beside it. In place."""
    links, rows = problem.plan.dependencies, problem.rows
    start, finish = columns["forecast_start"], columns["forecast_finish"]
    day = np.timedelta64(1, "D")
    at = {item: row for row, item in enumerate(rows.ids)}
    ties = list(zip(links["predecessor"], links["successor"], links["type"], strict=True))
    others = np.ones(len(rows.ids), bool)
    others[spanned] = False
    for row in spanned:
        starts, finishes = [], []
        for before, after, kind in ties:
            if rows.ids[row] not in (before, after):
                continue
            other = at[before if after == rows.ids[row] else after]
            if not others[other]:
                continue
            if kind in ("SS", "SF"):
                starts.append(start[other])
            elif kind == "FF":
                finishes.append(finish[other])
            elif after == rows.ids[row]:
                starts.append(finish[other] + day)
            else:
                finishes.append(start[other] - day)
        if not starts and not finishes:
            beside = np.flatnonzero(others & (rows.parent == rows.parent[row]) & ~rows.is_summary)
            starts, finishes = start[beside].tolist(), finish[beside].tolist()
        for name, ends, first in (("start", starts, True), ("finish", finishes, False)):
            known = [each for each in ends if not np.isnat(np.datetime64(each, "s"))]
            if known:
                columns[f"forecast_{name}"][row] = columns[f"early_{name}"][row] = min(known) if first else max(known)
        columns["scheduled"][row] = ~np.isnat(finish[row])
        columns["driver_kind"][row] = "summary"
        planned = columns["planned_finish"][row : row + 1]
        if not np.isnat(planned[0]) and not np.isnat(finish[row]):
            # Counted in its calendar, as every slip.
            both = [(rows.days(each) + 1) * TICKS_PER_DAY for each in (finish[row : row + 1], planned)]
            whose = (rows.tables, rows.calendar[row : row + 1], rows.own_first[row : row + 1], rows.own_second[row : row + 1])
            columns["slip"][row] = (work_each(*whose, both[0])[0] - work_each(*whose, both[1])[0]) / TICKS_PER_DAY


def _ids(ids: npt.NDArray[np.object_], pointers: Integers) -> npt.NDArray[np.object_]:
    out = ids[pointers]
    out[pointers < 0] = None
    return out


def _limiting_rows(solution: Solution) -> Integers:
    """The successor that limits each row's late finish, looking through hubs."""
    return _through_hubs(solution.late["limiter"], len(solution.problem.rows.ids))


def _reasons(solution: Solution) -> npt.NDArray[np.object_]:
    problem = solution.problem
    n = len(problem.rows.ids)
    reason = solution.early["reason"][:n]
    words = np.array(HOLDS, dtype=object)[problem.hold]
    words[np.isin(reason, (BY_FINISH_FLOOR, BY_AS_LATE_AS_POSSIBLE))] = "constraint"
    words[reason == BY_LINK] = "dependency"
    words[reason == BY_ACTUAL] = "actual"
    words[~solution.scheduled] = "unscheduled"
    words[problem.rows.is_summary] = "summary"
    return words


def _roll_up(table: dict[str, npt.NDArray[Any]], solution: Solution) -> None:
    """Make roll-ups of summaries: first start, last finish, progress weighted with duration. In place."""
    problem = solution.problem
    rows = problem.rows
    n = len(rows.ids)
    first, leaves = leaves_below(rows)
    above = np.repeat(np.arange(n), np.diff(first))
    # Cancelled leaves do not stretch a summary; nothing of theirs is shown as a forecast.
    counts = solution.scheduled[leaves] | ~np.asarray(table["state"][leaves] == "cancelled")
    above, leaves = above[counts], leaves[counts]
    for column, later in (("forecast_start", False), ("early_start", False), ("late_start", False),
                          ("forecast_finish", True), ("early_finish", True), ("late_finish", True)):
        values = table[column]
        number = values.astype("int64")
        known = ~np.isnat(values[leaves])
        out = np.full(n, np.iinfo(np.int64).min if later else np.iinfo(np.int64).max)
        (np.maximum if later else np.minimum).at(out, above[known], number[leaves[known]])
        has = rows.is_summary & (out != (np.iinfo(np.int64).min if later else np.iinfo(np.int64).max))
        values[has] = out[has].astype("datetime64[s]")
    work = np.bincount(above, rows.work[leaves], n)
    earned = np.bincount(above, rows.work[leaves] * problem.progress.share[leaves], n)
    table["progress"][rows.is_summary] = np.where(work > 0, earned / np.maximum(work, 1), 0.0)[rows.is_summary]
    finishes = table["forecast_finish"].astype("datetime64[D]")
    dated = rows.is_summary & rows.dated & (rows.finish != MISSING) & ~np.isnat(finishes)
    closing = np.where(dated, (finishes - rows.origin).astype(np.int64) + 1, 0) * TICKS_PER_DAY
    planned = np.where(dated, rows.finish + 1, 0) * TICKS_PER_DAY
    table["slip"][dated] = _days(rows.work_at(closing) - rows.work_at(planned), dated)[dated]
    table["scheduled"] |= rows.is_summary & ~np.isnat(table["early_start"])


def link_table(solution: Solution) -> pd.DataFrame:
    """``LINK_COLUMNS``, one row a dependency of the plan in its order.

    A dependency on a summary stands for its links between leaves: its float is their smallest.
    """
    problem, early = solution.problem, solution.early
    nodes, links, rows = problem.nodes, problem.network.links, problem.rows
    n, m = len(rows.ids), len(problem.plan.dependencies)
    begun = np.where(nodes["kind"] == TO_DO, early["start"], nodes["begun"])
    floats = relationship_floats(rows.tables, nodes, problem.network.first, links, early["start"], begun, early["finish"])
    floats[(nodes["kind"] >= DONE)[links["to"]]] = ALWAYS  # what is done no longer waits
    smallest = np.full(m + 1, ALWAYS)
    np.minimum.at(smallest, problem.dependency, floats)
    held_by_link = (early["reason"] == BY_LINK)[links["to"]]
    driving = np.zeros(m + 1, dtype=bool)
    driving[problem.dependency[(floats == 0) & held_by_link]] = True
    known = smallest[:m] != ALWAYS

    hubs = len(nodes["kind"]) - n
    start, finish = (np.append(np.where(each == MISSING, NEVER, each), np.full(hubs, NEVER))
                     for each in (rows.start_instant, rows.finish_instant))
    _gather_hubs(problem, start, finish)
    planned = relationship_floats(rows.tables, nodes, problem.network.first, links, start, start, finish)
    violated = np.zeros(m + 1, dtype=bool)
    violated[problem.dependency[planned < 0]] = True

    columns = {name: problem.plan.links[name].copy() for name in DEPENDENCY_COLUMNS}
    return frame_of({**columns, "relationship_float": _days(smallest[:m], known), "driving": driving[:m] & known,
                     "violated": violated[:m]})


def _gather_hubs(problem: Problem, start: Ticks, finish: Ticks) -> None:
    """Planned instants of hubs: the last start or finish of the leaves that they gather. In place."""
    links, n = problem.network.links, len(problem.rows.ids)
    into = np.flatnonzero(links["to"] >= n)
    if not len(into):
        return
    leaf = np.repeat(np.arange(len(problem.network.first) - 1), np.diff(problem.network.first))[into]
    ends = np.where(links["kind"][into] == 0, finish[leaf], start[leaf])
    np.maximum.at(start, links["to"][into], ends)
    finish[n:] = start[n:]


def duration_between(solution: Solution, start: int, finish: int) -> float:
    """Working days of the plan's calendar between two instants."""
    own = np.full(2, -1)
    work = work_each(solution.problem.rows.tables, np.zeros(2, np.int32), own, own, np.array([start, finish]))
    return float(np.round((work[1] - work[0]) / TICKS_PER_DAY, 6))
