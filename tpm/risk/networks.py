"""A problem as the simulation's passes take it: its :class:`~tpm.risk.passes.Axis`, and the way back to days of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tpm.risk.amounts import UNBOUND, Amounts, Ties, amounts_of, in_units, ties_of
from tpm.risk.clocks import Clocks, build_clocks
from tpm.risk.crossings import CLOSES, COMPARE, INTO, LINK, NODE, OPENS, OUT_OF, Crossing
from tpm.risk.forms import Forms, firsts, forms_of
from tpm.risk.passes import Axis
from tpm.schedule.clock import ALWAYS, NEVER, TICKS_PER_DAY, Ticks
from tpm.schedule.compiled import kernel
from tpm.schedule.cpm import TO_DO, Records
from tpm.schedule.network import Integers, Small
from tpm.schedule.problem import Problem
from tpm.schedule.rows import Flags

Positions = npt.NDArray[np.int64]

_NO_DAY: Final = -(2**30)


@dataclass(frozen=True, eq=False)
class Simulated:
    """An :class:`~tpm.risk.passes.Axis` and the way back. M nodes, U summaries."""

    problem: Problem  # in whole units
    axis: Axis
    unit: int  # ticks
    rows: Integers  # M + U: the plan's row, −1 for a hub
    clock: Integers  # M + U: in whose days the line is counted, −1 for days of the calendar
    least_day: Integers  # M + U: the earliest displayed day, from the origin
    target_clock: int  # of the target's finish, −1 for instants
    day_clock: int  # of the day on which the target is shown


@dataclass(frozen=True, eq=False)
class _Into:
    """The kept links sorted by the node that they lead into; nodes are positions among the open ones."""

    number: Positions  # among all links
    sorted_in: Positions  # among kept ones
    source: Integers  # −1: from what is done
    after: Integers
    from_start: Flags
    to_finish: Flags
    elapsed: Flags
    crosses: Flags
    near: Small  # INTO, OUT_OF, 0
    shows: Small  # CLOSES, OPENS, COMPARE


def simulated(problem: Problem, rows: Integers, most: Ticks, saved: int) -> Simulated:
    """``problem`` for the passes over many runs.

    ``rows`` are the sampled rows, ``most`` (rows of the plan) the longest that each row's remaining work can become, ``saved`` the
    most that an opportunity takes off, ticks. A problem that is too long for the unit that it needs is rounded to a larger one.
    """
    forms = forms_of(problem, rows)
    ties, floor_start, floor_finish = ties_of(forms)
    amounts = amounts_of(forms, ties, floor_start, floor_finish, most)
    unit, exact = amounts.unit(saved)
    if not exact:
        return simulated(in_units(problem, unit), rows, most, saved)
    place = np.full(len(problem.nodes) + 1, -1, np.int32)
    place[forms.order] = np.arange(len(forms.order), dtype=np.int32)
    axis, summary_rows, summary_clock = _axis(forms, amounts, _into(forms, ties, place), ties, place, rows, unit)

    order, m = forms.order, len(forms.order)
    least = np.concatenate([axis.least_day, np.full(len(summary_rows), _NO_DAY, np.int32)])
    for at, over in enumerate(np.concatenate([axis.up, axis.summary_up])):  # lines stand before the summaries above them
        if over >= 0:
            least[m + over] = max(least[m + over], least[at])
    lines = np.concatenate([np.where(forms.instant[order], -1, forms.clock[order]), summary_clock]).astype(np.int32)
    target_clock = axis.only if axis.goal < 0 else int(lines[axis.goal])
    day_clock = int(lines[m + axis.target_summary]) if axis.target_summary >= 0 else target_clock
    row_of = np.where(order < len(problem.rows.ids), order, -1)
    return Simulated(problem, axis, unit, np.concatenate([row_of, summary_rows]).astype(np.int32), lines, least, target_clock, day_clock)


def _into(forms: Forms, ties: Ties, place: Integers) -> _Into:
    problem, order, kept = forms.problem, forms.order, ties.kept
    nodes, instant = problem.nodes, forms.instant
    position_of = np.empty(problem.network.n, np.int64)
    position_of[problem.network.order] = np.arange(len(problem.network.order))
    after = place[ties.after[kept]]
    rank = np.where(instant[ties.after], nodes["rank"][ties.before], 0)[kept]
    late_type = (ties.to_finish & instant[ties.after])[kept]
    sorted_in: Positions = np.lexsort((np.flatnonzero(kept), position_of[ties.before[kept]], rank, late_type, after))
    number: Positions = np.flatnonzero(kept)[sorted_in]
    source = np.where(ties.fixed, -1, place[ties.before])[number].astype(np.int32)
    after = after[sorted_in]
    from_start, to_finish, elapsed = (each[number] for each in (ties.from_start, ties.to_finish, ties.elapsed))
    lag = ties.lag[number]

    clock, holds, calendar = forms.clock[order], instant[order], forms.calendar[order]
    event, adds = nodes["work"][order] == 0, forms.own_first[order] >= 0
    inner = source >= 0
    crosses = ~inner | elapsed | holds[source] | holds[after] | (clock[source] != clock[after])
    near = crosses & inner & ~elapsed & ~holds[source] & ~holds[after] & (calendar[source] == calendar[after])
    near &= (adds[source] != adds[after]) & ~(from_start & event[source])
    may_begin = from_start & ((lag == 0) | elapsed) & (~event[source] | forms.risky[order][source])
    shows = np.where(may_begin, COMPARE, np.where(elapsed, OPENS, CLOSES))
    closes = (ties.demand[number] == nodes["ended"][ties.before[number]]) | ((lag != 0) & ~elapsed)
    shows = np.where(inner, shows, np.where(closes, CLOSES, OPENS))
    return _Into(number, sorted_in, source, after, from_start, to_finish, elapsed, crosses,
                 np.where(near, np.where(adds[after], INTO, OUT_OF), 0), shows)


def _axis(forms: Forms, amounts: Amounts, into: _Into, ties: Ties, place: Integers, rows: Integers,
          unit: int) -> tuple[Axis, Integers, Integers]:
    """The axis, the summaries' rows and their clocks."""
    problem, order, m = forms.problem, forms.order, len(forms.order)
    nodes, n = problem.nodes, len(problem.rows.ids)
    source, after, number = into.source, into.after, into.number
    clock, holds, pinned = forms.clock[order], forms.instant[order], nodes["pinned"][order]
    row_of, inner = np.where(order < n, order, -1), into.source >= 0
    goal = int(place[problem.target]) if problem.target >= 0 else -1
    outgoing = np.flatnonzero(inner)[np.lexsort((after[inner], source[inner]))]
    leads = np.zeros(m, bool)
    _mark_leading(firsts(source[outgoing], m), after[outgoing], goal, goal < 0, leads)
    leading = outgoing[leads[after[outgoing]]]
    bounds = {name: amounts.scaled(name, unit) for name in ("floor_start", "floor_finish", "cap_start", "cap_finish")}
    unusual = into.from_start | into.to_finish | into.crosses
    plain = (pinned | (np.bincount(after[unusual], minlength=m) == 0)) & (amounts.absolute["floor_finish"] == NEVER) & ~holds
    capped = (amounts.absolute["cap_start"] < ALWAYS) | (amounts.absolute["cap_finish"] < ALWAYS)
    after_plain = (np.bincount(source[leading][unusual[leading]], minlength=m) == 0) & ~capped & ~holds
    handed_on = inner & ~into.from_start & (ties.lag[number] >= 0) & (row_of[after] >= 0) & ~holds[after]
    handed_on &= ~(into.crosses & into.to_finish) & ~pinned[after]
    ends = np.flatnonzero((np.bincount(source[handed_on], minlength=m) == 0) & (row_of >= 0))
    ends = ends[np.lexsort((clock[ends], holds[ends]))]
    delayed = np.flatnonzero(problem.as_late[order] & (nodes["kind"][order] == TO_DO)).astype(np.int32)
    shown = np.arange(m, dtype=np.int32)
    shown[delayed] = m + np.arange(len(delayed), dtype=np.int32)
    # A hub for which nobody waits is no bound.
    awaited = (row_of >= 0) | (np.bincount(source[outgoing], minlength=m) > 0) | (np.arange(m) == goal)
    late_out = outgoing[np.isin(source[outgoing], delayed) & awaited[after[outgoing]]]

    calendars = len(forms.of_tables)
    summary_rows, above = _summaries(problem)
    up = np.where(row_of >= 0, above[row_of], -1).astype(np.int32)
    summary_up = above[summary_rows].astype(np.int32)
    summary_clock = _summary_clocks(up, summary_up, np.where(holds, -2, clock), calendars)
    of_summary = problem.target >= n
    target_summary = int(np.flatnonzero(summary_rows == problem.hub_row[problem.target - n])[0]) if of_summary else -1
    instants = np.where(holds, np.cumsum(holds) - 1, -1).astype(np.int32)
    first, lag = firsts(after, m), amounts.relative["lag"][into.sorted_in] // unit
    of_nodes = {"clock": clock, "instant": instants, "event": nodes["work"][order] == 0, "held": forms.held[order],
                "earliest": nodes["earliest"][order], "hit": holds & forms.risky[order], **bounds}
    of_links = {"lag": lag, "before": source, "from_start": into.from_start, "to_finish": into.to_finish, "elapsed": into.elapsed,
                "shows": into.shows, "near": into.near}
    return Axis(
        crossing=Crossing(_clocks(forms, amounts, unit), _records(m, NODE, of_nodes), _records(len(source), LINK, of_links)),
        instant=instants, unbound=UNBOUND, day=TICKS_PER_DAY // unit, only=int(clock[0]) if amounts.pure else -1, node_of=place[rows],
        work=(amounts.absolute["work"] // unit).astype(np.int32),
        floor_start=bounds["floor_start"], floor_finish=bounds["floor_finish"],
        first=first, last=np.where(pinned, first[:-1], first[1:]), before=source, from_start=into.from_start, to_finish=into.to_finish,
        lag=lag.astype(np.int32), crosses=into.crosses,
        plain=plain, after_first=firsts(source[leading], m), after=after[leading], after_link=leading.astype(np.int32),
        after_plain=after_plain, out_first=firsts(np.searchsorted(delayed, source[late_out]), len(delayed)), out=after[late_out],
        out_link=late_out.astype(np.int32), delayed=delayed, shown=shown, leads=leads, ends=ends.astype(np.int32),
        base=np.where(holds, calendars, np.where(clock < calendars, clock, -1)).astype(np.int32),
        calendars=calendars, cap_start=bounds["cap_start"], cap_finish=bounds["cap_finish"],
        up=up, summary_up=summary_up, by_days=summary_clock < 0, is_row=row_of >= 0, least_day=_least_days(forms, amounts.origin),
        status=-UNBOUND if forms.status == NEVER else (forms.status + TICKS_PER_DAY - amounts.origin * TICKS_PER_DAY) // unit,
        every=np.arange(m, dtype=np.int32), target=goal, target_summary=target_summary, goal=goal,
        last_done=amounts.last_done // unit if amounts.anything_done else -UNBOUND,
    ), summary_rows, summary_clock


def _clocks(forms: Forms, amounts: Amounts, unit: int) -> Clocks:
    calendars = len(forms.of_tables)
    calendar_of = np.concatenate([np.arange(calendars), np.searchsorted(forms.of_tables, forms.special[:, 0])]).astype(np.int32)
    own_day = np.concatenate([np.full((calendars, 2), -1, np.int64), forms.special[:, 1:]])
    days = (amounts.origin, amounts.origin if amounts.pure else amounts.last_day)
    return build_clocks(forms.problem.rows.tables, forms.of_tables, calendar_of, own_day, amounts.origin, unit, days, UNBOUND)


def _summary_clocks(up: Integers, summary_up: Integers, clock: Integers, calendars: int) -> Integers:
    """U: the clock in whose working time all that is open below a summary counts; −1 where there are several."""
    root = np.arange(len(summary_up))
    for at in range(len(summary_up) - 1, -1, -1):
        if summary_up[at] >= 0:
            root[at] = root[summary_up[at]]
    least, most = np.full(len(summary_up), 2**30), np.full(len(summary_up), -3)
    below = up >= 0
    np.minimum.at(least, root[up[below]], clock[below])
    np.maximum.at(most, root[up[below]], clock[below])
    found = np.where(most == -3, 0, np.where((least == most) & (least >= 0) & (most < calendars), most, -1))
    return found[root].astype(np.int32)


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


def _least_days(forms: Forms, origin: int) -> Integers:
    """The earliest displayed day of every open node that is an event held by its floor, from the origin."""
    nodes, order = forms.problem.nodes, forms.order
    floor = np.maximum(nodes["start_floor"], nodes["finish_floor"])[order]
    shown = (order < len(forms.problem.rows.ids)) & (nodes["work"][order] == 0) & (forms.held[order] | (floor == forms.status))
    opening = forms.open_at(order, forms.work_at(order, np.where(shown, floor, 0)))
    return np.where(shown & ~forms.instant[order], opening // TICKS_PER_DAY - origin, _NO_DAY).astype(np.int32)


def _records(count: int, fields: np.dtype[Any], values: dict[str, Any]) -> Records:
    out = np.zeros(count, fields)
    for name in out.dtype.names or ():
        out[name] = values[name]
    return out


@kernel
def _mark_leading(first: Integers, after: Integers, goal: int, project: bool, leads: Flags) -> None:
    """The nodes whose late dates the goal bounds: those from which links lead to it."""
    for node in range(len(leads) - 1, -1, -1):
        leads[node] = project or node == goal
        for link in range(first[node], first[node + 1]):
            leads[node] |= leads[after[link]]
