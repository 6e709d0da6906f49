"""A problem as the two simulation kernels take it, and whether one axis of working time is enough for it.

One axis is enough where everything open works by one calendar (no own worked days, no elapsed lag, nothing as late as possible) and no
milestone's date depends on which instant of a weekend it falls on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tpm.risk.anywhere import Anywhere
from tpm.risk.axis import UNBOUND, Axis
from tpm.schedule.clock import ALWAYS, NEVER, TICKS_PER_DAY, Ticks, open_each, work_each
from tpm.schedule.compiled import kernel
from tpm.schedule.cpm import BEGUN, DONE, EXCLUDED, TO_DO, forward
from tpm.schedule.network import FF, SF, SS, Integers
from tpm.schedule.problem import HOLDS, Problem
from tpm.schedule.rows import Flags

_UNITS: Final = (1, 2, 4, 8, 16, 32, 64, 128)  # ticks; a day is a whole number of each
_NO_DAY: Final = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class OnAxis:
    """An :class:`~tpm.risk.axis.Axis` and the way back. M nodes, U summaries."""

    axis: Axis
    unit: int  # ticks
    origin: int  # working days of ``calendar`` before the axis' 0
    calendar: int
    rows: Integers  # M + U: the plan's row, −1 for a hub
    least_day: npt.NDArray[np.int64]  # M + U: an event held by its floor is shown on this day at the earliest


def longest(problem: Problem, most: Ticks) -> int:
    """The last instant at which anything ends when the remaining work of every row is at ``most`` (ticks)."""
    nodes = problem.nodes.copy()
    nodes["work"][: len(most)] = np.maximum(nodes["work"][: len(most)], most)
    early = forward(problem.rows.tables, nodes, problem.network.first, problem.network.links, problem.network.order, problem.continuous)
    return int(early["finish"].max())


def as_axis(problem: Problem, rows: Integers, most: Ticks) -> OnAxis | None:
    """``problem`` on one axis, or None where that would not give the forecast's own dates.

    ``rows`` are the sampled rows, ``most`` (rows of the plan) the longest that each row's remaining work can become, ticks.
    """
    nodes, network, plan_rows = problem.nodes, problem.network, problem.rows
    n = len(plan_rows.ids)
    order = network.order[np.isin(nodes["kind"][network.order], (TO_DO, BEGUN))]
    if not len(order):
        return None
    of_rows = order[order < n]
    calendars = np.unique(nodes["calendar"][of_rows])
    predecessor = np.repeat(np.arange(network.n, dtype=np.int32), np.diff(network.first))
    links = network.links
    live = (nodes["kind"][predecessor] != EXCLUDED) & (nodes["kind"][links["to"]] < DONE)
    if len(calendars) != 1 or (nodes["own_first"][order] >= 0).any() or problem.as_late.any():
        return None
    if not problem.continuous and (links["elapsed"] & (links["lag"] != 0) & live).any():
        return None
    calendar = int(calendars[0])

    def work_at(instants: Ticks) -> Ticks:
        own = np.full(len(instants), -1)
        known = (instants > NEVER) & (instants < ALWAYS)
        work = work_each(plan_rows.tables, np.full(len(instants), calendar, np.int32), own, own, np.where(known, instants, 0))
        return np.where(known, work, instants)

    def opens(work: Ticks) -> Ticks:
        own = np.full(len(work), -1)
        return open_each(plan_rows.tables, np.full(len(work), calendar, np.int32), own, own, work)

    # Links: what is done, and the starts of what has begun, are constants and become floors.
    from_start = (links["kind"] == SS) | (links["kind"] == SF)
    to_finish = (links["kind"] == FF) | (links["kind"] == SF)
    of_done = nodes["kind"][predecessor] == DONE
    live &= ~(of_done & (nodes["kind"][links["to"]] == BEGUN))
    fixed = live & (of_done | (from_start & (nodes["kind"][predecessor] == BEGUN)))
    constant = np.where(from_start, nodes["begun"][predecessor], nodes["ended"][predecessor])[fixed]
    floor_start, floor_finish = nodes["start_floor"].copy(), nodes["finish_floor"].copy()
    least_day = _least_days(problem, order, predecessor, live, fixed, constant, from_start, work_at, opens)
    if least_day is None:
        return None
    floor_start, floor_finish = work_at(floor_start), work_at(floor_finish)
    demand = work_at(constant) + links["lag"][fixed]
    np.maximum.at(floor_start, links["to"][fixed & ~to_finish], demand[~to_finish[fixed]])
    np.maximum.at(floor_finish, links["to"][fixed & to_finish], demand[to_finish[fixed]])

    # Every amount in whole units from an origin; int32 must hold the longest run with room to spare.
    live &= ~fixed
    amounts = {"work": nodes["work"][order], "floor_start": floor_start[order], "floor_finish": floor_finish[order],
               "cap_start": work_at(nodes["start_cap"][order]), "cap_finish": work_at(nodes["finish_cap"][order]),
               "lag": links["lag"][live]}
    done_nodes = network.order[nodes["kind"][network.order] == DONE]
    last_done = int(work_at(nodes["ended"][done_nodes]).max(initial=NEVER))
    finite = {name: values[(values > NEVER) & (values < ALWAYS)] for name, values in amounts.items()}
    if not len(finite["floor_start"]) or (amounts["floor_start"] == NEVER).any():
        return None
    origin = int(finite["floor_start"].min()) // TICKS_PER_DAY * TICKS_PER_DAY
    end = int(work_at(np.array([longest(problem, most)]))[0])
    bounds = [finite["cap_start"], finite["cap_finish"], finite["floor_finish"]]
    reach = max(end - origin, *(int(np.abs(each - origin).max(initial=0)) for each in bounds), int(np.abs(finite["lag"]).max(initial=0)))
    everything = np.concatenate([*(finite[name] - (0 if name in ("work", "lag") else origin) for name in finite),
                                 [max(last_done, origin) - origin]])
    unit = next((each for each in _UNITS if reach < UNBOUND // 2 * each and not (everything % each).any()), 0)
    if not unit:
        return None

    def scaled(values: Ticks) -> Integers:
        bounded = np.where((values > NEVER) & (values < ALWAYS), (values - origin) // unit, 0)
        return np.where(values <= NEVER, -UNBOUND, np.where(values >= ALWAYS, UNBOUND, bounded)).astype(np.int32)

    place = np.full(network.n + 1, -1, np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    before, after = place[predecessor[live]], place[links["to"][live]]
    lag = (links["lag"][live] // unit).astype(np.int32)
    into, out_of = np.lexsort((before, after)), np.lexsort((after, before))
    first, after_first = (_firsts(each, len(order)) for each in (after[into], before[out_of]))
    summary_rows, above = _summaries(problem)
    row_of = np.where(order < n, order, -1)
    goal = int(place[problem.target]) if problem.target >= 0 else -1
    m = len(order)
    leads = np.zeros(m, bool)
    _mark_leading(after_first, after[out_of], goal, problem.target < 0, leads)
    out_of = out_of[leads[after[out_of]]]
    after_first = _firsts(before[out_of], m)
    # What is common has a shorter loop: links from finishes to starts.
    unusual = from_start[live] | to_finish[live]
    plain = (np.bincount(after[unusual], minlength=m) == 0) & (amounts["floor_finish"] == NEVER)
    capped = (amounts["cap_start"] < ALWAYS) | (amounts["cap_finish"] < ALWAYS)
    after_plain = (np.bincount(before[unusual & leads[after]], minlength=m) == 0) & ~capped
    handed_on = ~from_start[live] & (lag >= 0) & (row_of[after] >= 0)
    ends = (np.bincount(before[handed_on], minlength=m) == 0) | (row_of < 0)
    axis = Axis(
        node_of=place[rows],
        work=(amounts["work"] // unit).astype(np.int32),
        least=(amounts["work"] > 0).astype(np.int32),
        floor_start=scaled(amounts["floor_start"]),
        floor_finish=scaled(amounts["floor_finish"]),
        first=first, before=before[into], from_start=from_start[live][into], to_finish=to_finish[live][into], lag=lag[into],
        plain=plain,
        after_first=after_first, after=after[out_of], after_from_start=from_start[live][out_of],
        after_to_finish=to_finish[live][out_of], after_lag=lag[out_of],
        after_plain=after_plain,
        leads=leads,
        ends=ends,
        cap_start=scaled(amounts["cap_start"]),
        cap_finish=scaled(amounts["cap_finish"]),
        up=np.where(row_of >= 0, above[row_of], -1).astype(np.int32),
        summary_up=above[summary_rows].astype(np.int32),
        is_row=row_of >= 0,
        every=np.arange(m, dtype=np.int32),
        target=_axis_target(problem, place, summary_rows, len(order)),
        goal=goal,
        last_done=int(scaled(np.array([last_done]))[0]),
        day=TICKS_PER_DAY // unit,
    )
    days = np.concatenate([least_day, np.full(len(summary_rows), _NO_DAY)])
    for place_of, up in zip(np.flatnonzero(least_day != _NO_DAY), axis.up[least_day != _NO_DAY], strict=True):
        if up >= 0:
            days[len(order) + up] = max(days[len(order) + up], least_day[place_of])
    for at, up in enumerate(axis.summary_up):
        if up >= 0:
            days[len(order) + up] = max(days[len(order) + up], days[len(order) + at])
    return OnAxis(axis, unit, origin // TICKS_PER_DAY, calendar, np.concatenate([row_of, summary_rows]).astype(np.int32), days)


def _axis_target(problem: Problem, place: Integers, summary_rows: Integers, m: int) -> int:
    """The target as :class:`Axis` has it: a node, or behind the nodes the summary."""
    n = len(problem.rows.ids)
    if problem.target < n:
        return int(place[problem.target]) if problem.target >= 0 else -1
    return m + int(np.flatnonzero(summary_rows == problem.hub_row[problem.target - n])[0])


def _summaries(problem: Problem) -> tuple[Integers, Ticks]:
    """Summary rows, deepest first, and for every row (and one more, −1) the position of the summary above it, −1 for none."""
    rows = problem.rows
    depth = np.zeros(len(rows.ids), np.int64)
    up = rows.parent.copy()
    while (up >= 0).any():
        depth += up >= 0
        up = np.where(up >= 0, rows.parent[up], -1)
    found = np.flatnonzero(rows.is_summary)
    summaries = found[np.argsort(-depth[found], kind="stable")].astype(np.int32)
    position = np.full(len(rows.ids) + 1, -1, np.int64)
    position[summaries] = np.arange(len(summaries))
    return summaries, np.append(position[rows.parent], -1)


def _least_days(problem: Problem, order: Integers, predecessor: Integers, live: Flags, fixed: Flags, constant: Ticks, from_start: Flags,
                work_at: object, opens: object) -> npt.NDArray[np.int64] | None:
    """The earliest displayed day of every node of ``order`` that is an event held by its floor; None where a milestone's date hangs
    on an instant that the axis does not tell from another."""
    assert callable(work_at)
    assert callable(opens)
    nodes, links, rows = problem.nodes, problem.network.links, problem.rows
    n = len(rows.ids)
    event = nodes["work"] == 0
    out = np.full(len(order), _NO_DAY)
    if problem.continuous:
        exact = np.ones(len(nodes), bool)
    else:
        # The latest start of work before a milestone depends on the instant of the milestone.
        starts = live & from_start & ~event[predecessor] & (nodes["kind"][predecessor] == TO_DO) & event[links["to"]]
        if starts.any():
            return None
        floor = np.maximum(nodes["start_floor"], nodes["finish_floor"])
        known = np.where(floor > NEVER, floor, 0)
        exact = opens(work_at(known) - 1) + 1 == known  # where work ends: the instant that the axis means
        to = links["to"][fixed]
        closes = opens(work_at(constant) - 1) + 1 == constant
        if (event[to] & ~closes & (constant > floor[to])).any():
            return None
    status = problem.options.status_date
    status_at = NEVER if status is None else int((np.datetime64(status, "D") - rows.origin).astype(np.int64)) * TICKS_PER_DAY
    is_row = order < n
    row = np.where(is_row, order, 0)
    start_floor = nodes["start_floor"][order]
    held = is_row & event[order] & (nodes["kind"][order] == TO_DO) & (nodes["finish_floor"][order] < start_floor)
    held &= problem.hold[row] >= HOLDS.index("status_date")
    at_status = is_row & event[order] & (np.maximum(start_floor, nodes["finish_floor"][order]) == status_at)
    held |= at_status
    drives_event = np.zeros(len(nodes), bool)
    drives_event[predecessor[live & event[links["to"]]]] = True
    if (is_row & event[order] & ~exact[order] & ~at_status & (~held | drives_event[order])).any():
        return None
    floors = np.where(held, np.maximum(start_floor, nodes["finish_floor"][order]), 0)
    out[held] = (opens(work_at(floors)) // TICKS_PER_DAY)[held]
    return out


def _firsts(nodes: Integers, m: int) -> Integers:
    """Where the links of each of ``m`` nodes begin among links sorted by node; m + 1."""
    return np.searchsorted(nodes, np.arange(m + 1)).astype(np.int32)


@kernel
def _mark_leading(first: Integers, after: Integers, goal: int, project: bool, leads: Flags) -> None:
    """The nodes whose late dates the goal bounds: those from which links lead to it."""
    for node in range(len(leads) - 1, -1, -1):
        leads[node] = project or node == goal
        for link in range(first[node], first[node + 1]):
            leads[node] |= leads[after[link]]


def as_anywhere(problem: Problem, rows: Integers, unit: int) -> Anywhere:
    """``problem`` for the kernel that takes every plan."""
    nodes, plan_rows = problem.nodes, problem.rows
    n = len(plan_rows.ids)
    status = problem.options.status_date
    kind = nodes["kind"][:n]
    summaries, _ = _summaries(problem)
    row = problem.target if problem.target < n else int(problem.hub_row[problem.target - n])
    return Anywhere(
        continuous=problem.continuous,
        tables=plan_rows.tables,
        nodes=nodes,
        first=problem.network.first,
        links=problem.network.links,
        order=problem.network.order,
        as_late=problem.as_late,
        any_as_late=bool(problem.as_late.any()),
        unit=unit,
        node_of=rows,
        least=np.where(nodes["work"][rows] > 0, 1, 0).astype(np.int64),
        event=plan_rows.event,
        held=(problem.hold >= HOLDS.index("status_date")) & (kind == TO_DO),
        status=NEVER if status is None else int((np.datetime64(status, "D") - plan_rows.origin).astype(np.int64)),
        up=plan_rows.parent,
        summaries=summaries,
        target=problem.target,
        target_row=row,
    )


def unit_of(longest_work: int) -> int:
    """The smallest unit (ticks) in which int32 holds the longest remaining work with room to spare."""
    return next((each for each in _UNITS if longest_work < UNBOUND // 2 * each), _UNITS[-1])
