"""A problem as the simulation's passes take it: which clock each node counts in, and which events must hold instants.

A node with work counts in the working time of its own clock. An event does so too where that tells all that its date hangs on: what drives
it ends by the same clock, and nothing but an instant at which work ends holds it. Else it holds instants. Plans in which everything open
works by one calendar thus stay on one axis, and the others pay where clocks meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tpm.risk.clocks import build_clocks
from tpm.risk.crossings import CLOSES, COMPARE, INTO, LINK, NODE, OPENS, OUT_OF, Crossing
from tpm.risk.passes import Axis
from tpm.schedule.clock import ALWAYS, NEVER, TICKS_PER_DAY, Tables, Ticks, close_at, open_each, work_at, work_each
from tpm.schedule.compiled import helper, kernel
from tpm.schedule.cpm import BEGUN, DONE, EXCLUDED, TO_DO, Records, forward
from tpm.schedule.network import FF, SF, SS, Integers, Links
from tpm.schedule.problem import HOLDS, Problem
from tpm.schedule.rows import Flags

_UNITS: Final = (1, 2, 4, 8, 16, 32, 64, 128)  # ticks; a day is a whole number of each
_UNBOUND: Final = {np.int32: 2**30, np.int64: 2**60}
_NO_DAY: Final = -(2**30)


@dataclass(frozen=True, eq=False)
class Simulated:
    """An :class:`~tpm.risk.blocks.Axis` and the way back. M nodes, U summaries."""

    axis: Axis
    draw_unit: int  # ticks
    rows: Integers  # M + U: the plan's row, −1 for a hub
    clock: Integers  # M + U: in whose days the line is counted, −1 for days of the calendar
    least_day: Integers  # M + U: the earliest displayed day, from the origin
    target_clock: int  # of the target's finish, −1 for instants
    day_clock: int  # of the day on which the target is shown


def longest(problem: Problem, most: Ticks) -> int:
    """The last instant at which anything ends when the remaining work of every row is at ``most`` (ticks)."""
    nodes = problem.nodes.copy()
    nodes["work"][: len(most)] = np.maximum(nodes["work"][: len(most)], most)
    early = forward(problem.rows.tables, nodes, problem.network.first, problem.network.links, problem.network.order, problem.continuous)
    return int(early["finish"].max(initial=0))


@helper
def _ends_work(tables: Tables, calendar: int, instant: int) -> bool:
    """Whether work can end at this instant."""
    return close_at(tables, calendar, -1, -1, work_at(tables, calendar, -1, -1, instant)) == instant


@kernel
def _forms(continuous: bool, tables: Tables, nodes: Records, first: Integers, links: Links, order: Integers, into_first: Integers,
           into: Integers, predecessor: Integers, hubs_from: int, risky: Flags, as_late: Flags, held: Flags, status: int, clock: Integers,
           instant: Flags, covered: Flags, opening: Flags) -> None:
    """Which events hold instants (``instant``), whose floors what drives them covers (``covered``), and the clocks of hubs. In place.

    ``opening``: events that may be shown on the day that opens there. ``risky``: nodes that may have work in some runs. ``order`` is
    that of open nodes; ``into`` has the links by successor.
    """
    for node in order:
        own = nodes[node]
        if own.work > 0:
            continue
        floor = max(own.start_floor, own.finish_floor)
        told = not as_late[node] and not own.earliest
        begins = held[node] or floor == status  # may be shown on the day that opens there, and what it drives with it
        chained = False
        known = node < hubs_from
        for at in range(into_first[node], into_first[node + 1]):
            known |= links[into[at]].lag != 0  # such a lag runs in the hub's own calendar
        for at in range(into_first[node], into_first[node + 1]):
            link, before = links[into[at]], predecessor[into[at]]
            other = nodes[before]
            if other.kind == EXCLUDED:
                continue
            from_start = link.kind == SS or link.kind == SF
            if other.kind == DONE or (from_start and other.kind == BEGUN):
                demand = other.begun if from_start else other.ended
                if link.elapsed or continuous:
                    demand += link.lag
                elif link.lag != 0:
                    demand = close_at(tables, own.calendar, -1, -1, work_at(tables, own.calendar, -1, -1, demand) + link.lag)
                told &= demand < floor or (not held[node] if demand == floor else _ends_work(tables, own.calendar, demand))
                continue
            if not known:
                clock[node] = clock[before]
            known = True
            if other.work == 0 and opening[before] and before < hubs_from and node < hubs_from:
                chained = True
            told &= not instant[before] and clock[before] == clock[node] and not (link.elapsed and link.lag != 0)
            told &= not (from_start and (other.work > 0 or risky[before]))
            reached = max(other.start_floor, other.finish_floor) if other.work == 0 and not from_start else other.start_floor
            if reached >= floor and link.lag >= 0 and not own.pinned and not (risky[node] and (link.kind == FF or link.kind == SF)):
                covered[node] = True
        if not covered[node] and told and not _ends_work(tables, own.calendar, floor):
            # Only who works by the same clock may wait for an instant that it takes for another.
            told = held[node] or floor == status or node >= hubs_from
            for at in range(first[node], first[node + 1]):
                link, to = links[at], nodes[links[at].to]
                told &= to.kind >= DONE or (to.work > 0 and clock[link.to] == clock[node] and not (link.elapsed and link.lag != 0))
        opening[node] = begins or chained
        if opening[node] and node < hubs_from:
            for at in range(first[node], first[node + 1]):
                after = links[at].to
                chained |= nodes[after].kind == TO_DO and nodes[after].work == 0 and after < hubs_from
        instant[node] = as_late[node] or own.earliest or chained or not (told or continuous)


def simulated(problem: Problem, rows: Integers, most: Ticks, saved: int) -> Simulated:
    """``problem`` for the passes over many runs.

    ``rows`` are the sampled rows, ``most`` (rows of the plan) the longest that each row's remaining work can become, ``saved`` the
    most that an opportunity takes off, ticks.
    """
    nodes, network, plan_rows, continuous = problem.nodes, problem.network, problem.rows, problem.continuous
    n, tables = len(plan_rows.ids), plan_rows.tables
    links = network.links
    order: Integers = network.order[np.isin(nodes["kind"][network.order], (TO_DO, BEGUN))]
    m = len(order)
    predecessor = np.repeat(np.arange(network.n, dtype=np.int32), np.diff(network.first))
    status = problem.options.status_date
    status_at = NEVER if status is None else int((np.datetime64(status, "D") - plan_rows.origin).astype(np.int64)) * TICKS_PER_DAY

    # Clocks: the calendars in use, then those with days of their own.
    keys = np.stack([nodes["calendar"], nodes["own_first"], nodes["own_second"]], axis=1).astype(np.int64)
    if continuous:
        keys[:] = (0, -1, -1)
    of_tables = np.unique(keys[order, 0] if m else np.zeros(1)).astype(np.int32)
    calendars = np.stack([of_tables, np.full(len(of_tables), -1), np.full(len(of_tables), -1)], axis=1)
    special = np.unique(keys[order][keys[order, 1] >= 0], axis=0)
    known, position = np.unique(np.concatenate([calendars, special, keys[order]]), axis=0, return_inverse=True)
    number = np.empty(len(known), np.int32)
    number[position.ravel()[: len(calendars) + len(special)]] = np.arange(len(calendars) + len(special))
    clock = np.zeros(network.n, np.int32)
    clock[order] = number[position.ravel()[len(calendars) + len(special) :]]

    risky = np.zeros(network.n, bool)
    risky[rows] = True
    event = nodes["work"] == 0
    held = np.zeros(network.n, bool)
    held[:n] = event[:n] & (nodes["kind"][:n] == TO_DO) & (problem.hold >= HOLDS.index("status_date"))
    held &= nodes["finish_floor"] < nodes["start_floor"]
    instant, covered, opening = np.zeros((3, network.n), bool)
    into = np.argsort(links["to"], kind="stable").astype(np.int32)
    into_first = _firsts(links["to"][into], network.n)
    _forms(continuous, tables, nodes, network.first, links, order, into_first, into, predecessor, n, risky,
           problem.as_late, held, status_at, clock, instant, covered, opening)

    calendar, own_first, own_second = np.concatenate([calendars, special])[clock].T
    calendar = np.ascontiguousarray(calendar).astype(np.int32)

    # What is done, and the starts of what has begun, are constants: floors, or links from nowhere where an event must tell them apart.
    from_start, to_finish = (links["kind"] == SS) | (links["kind"] == SF), (links["kind"] == FF) | (links["kind"] == SF)
    of_done = nodes["kind"][predecessor] == DONE
    live = (nodes["kind"][predecessor] != EXCLUDED) & (nodes["kind"][links["to"]] < DONE)
    live &= ~(of_done & (nodes["kind"][links["to"]] == BEGUN))
    fixed = live & (of_done | (from_start & (nodes["kind"][predecessor] == BEGUN)))
    elapsed = links["elapsed"] & (links["lag"] != 0) & (not continuous)

    def at_work(node: npt.NDArray[Any], instants: Ticks) -> Ticks:
        inside = (instants > NEVER) & (instants < ALWAYS)
        if continuous:
            return instants
        work = work_each(tables, calendar[node], own_first[node], own_second[node], np.where(inside, instants, 0))
        return np.where(inside, work, instants)

    def at_open(node: npt.NDArray[Any], work: Ticks) -> Ticks:
        if continuous:
            return work
        return open_each(tables, calendar[node], own_first[node], own_second[node], work)

    to, lag = links["to"], links["lag"]
    constant = np.where(from_start, nodes["begun"][predecessor], nodes["ended"][predecessor])
    shift = np.where(fixed, constant + np.where(elapsed, lag, 0), 0)
    work_demand = at_work(to, shift) + np.where(elapsed, 0, lag)
    demand = np.where(elapsed | (lag == 0), shift, at_open(to, work_demand - 1) + 1)  # instants
    as_floor = fixed & ~instant[to] & ~nodes["pinned"][to]
    floor_start, floor_finish = (np.where(covered, NEVER, nodes[name]) for name in ("start_floor", "finish_floor"))
    by_work = ~instant
    every = np.arange(network.n)
    floor_start, floor_finish, cap_start, cap_finish = (
        np.where(by_work, at_work(every, each), each) for each in (floor_start, floor_finish, nodes["start_cap"], nodes["finish_cap"]))
    np.maximum.at(floor_start, to[as_floor & ~to_finish], work_demand[as_floor & ~to_finish])
    np.maximum.at(floor_finish, to[as_floor & to_finish], work_demand[as_floor & to_finish])

    pure = m > 0 and not instant[order].any() and len(np.unique(clock[order])) == 1 and not (elapsed & live).any()
    pure &= not problem.as_late.any() and len(special) == 0
    kept = live & ~as_floor & ~(fixed & nodes["pinned"][to])
    amounts = {"work": nodes["work"][order], "floor_start": floor_start[order], "floor_finish": floor_finish[order],
               "cap_start": cap_start[order], "cap_finish": cap_finish[order], "lag": np.where(fixed, demand, lag)[kept]}
    dated = np.maximum(nodes["start_floor"], nodes["finish_floor"])[order]
    if pure:
        first_work = amounts["floor_start"][amounts["floor_start"] > NEVER].min() // TICKS_PER_DAY * TICKS_PER_DAY
        origin = int(at_open(order[:1], np.array([first_work]))[0]) // TICKS_PER_DAY
    else:
        origin = int(dated[dated > NEVER].min(initial=ALWAYS if m else 0)) // TICKS_PER_DAY
    last_end = longest(problem, most)
    # Days of its own, which a clock adds, count from the beginning of time: only the calendar's work is taken from the origin.
    none, opens_at = np.full(m, -1), np.full(m, origin * TICKS_PER_DAY)
    start_work = opens_at if continuous else work_each(tables, calendar[order], none, none, opens_at)
    base = np.where(instant[order], origin * TICKS_PER_DAY, start_work)
    of_lag = np.where(fixed[kept], origin * TICKS_PER_DAY, 0)
    relative = {name: np.where((each > NEVER) & (each < ALWAYS), each - (0 if name == "work" else of_lag if name == "lag" else base), 0)
                for name, each in amounts.items()}
    done = network.order[nodes["kind"][network.order] == DONE]
    last_done = int(nodes["ended"][done].max(initial=NEVER))
    if pure:
        last = at_work(order[:1], np.array([last_done]))[0] - start_work[0] if last_done > NEVER else 0
        reach = int(at_work(order[:1], np.array([last_end]))[0] - start_work[0])
    else:
        last = last_done - origin * TICKS_PER_DAY if last_done > NEVER else 0
        reach = last_end - origin * TICKS_PER_DAY
    last = max(last, 0)
    everything = np.concatenate([*relative.values(), [last]])
    far = max(reach, *(int(np.abs(relative[name]).max(initial=0)) for name in relative if name not in ("work", "floor_start")))
    unit = next((each for each in _UNITS if far < _UNBOUND[np.int32] // 2 * each and not (everything % each).any()), 0)
    unit = unit if m else 1
    kind: Any = np.int32 if unit else np.int64
    unit = unit or 1
    unbound = _UNBOUND[kind]

    def scaled(name: str) -> npt.NDArray[Any]:
        out = np.where(amounts[name] <= NEVER, -unbound, np.where(amounts[name] >= ALWAYS, unbound, relative[name] // unit))
        return out.astype(kind)

    place = np.full(network.n + 1, -1, np.int32)
    place[order] = np.arange(m, dtype=np.int32)
    source = np.where(fixed, -1, place[predecessor])[kept].astype(np.int32)
    after = place[to[kept]]
    rank = np.where(instant[to], nodes["rank"][predecessor], 0)[kept]
    late_type = (to_finish & instant[to])[kept]
    position_of = np.empty(network.n, np.int64)
    position_of[network.order] = np.arange(len(network.order))
    sorted_in = np.lexsort((np.flatnonzero(kept), position_of[predecessor[kept]], rank, late_type, after))
    number_of = np.flatnonzero(kept)[sorted_in]
    source, after = source[sorted_in], after[sorted_in]
    from_start, to_finish, elapsed = from_start[number_of], to_finish[number_of], elapsed[number_of]
    own_clock, holds = clock[order], instant[order]
    inner = source >= 0
    crosses = ~inner | elapsed | holds[source] | holds[after] | (own_clock[source] != own_clock[after])
    of_calendar, adds = calendar[order], own_first[order] >= 0
    near = crosses & inner & ~elapsed & ~holds[source] & ~holds[after] & (of_calendar[source] == of_calendar[after])
    near &= (adds[source] != adds[after]) & ~(from_start & event[order][source])
    moves = elapsed & (lag[number_of] != 0)
    may_begin = from_start & ((lag[number_of] == 0) | moves) & (~event[order][source] | risky[order][source])
    shows = np.where(may_begin, COMPARE, np.where(moves, OPENS, CLOSES))
    shows = np.where(inner, shows, np.where(demand[number_of] == nodes["ended"][predecessor[number_of]], CLOSES,
                                            np.where((lag[number_of] != 0) & ~moves, CLOSES, OPENS)))
    row_of = np.where(order < n, order, -1)
    goal = int(place[problem.target]) if problem.target >= 0 else -1
    outgoing = np.flatnonzero(inner)[np.lexsort((after[inner], source[inner]))]
    after_first = _firsts(source[outgoing], m)
    leads = np.zeros(m, bool)
    _mark_leading(after_first, after[outgoing], goal, goal < 0, leads)
    leading = outgoing[leads[after[outgoing]]]
    floors = {name: scaled(name) for name in ("floor_start", "floor_finish", "cap_start", "cap_finish")}
    unusual = from_start | to_finish | crosses
    pinned = nodes["pinned"][order]
    plain = (pinned | (np.bincount(after[unusual], minlength=m) == 0)) & (amounts["floor_finish"] == NEVER) & ~holds
    capped = (amounts["cap_start"] < ALWAYS) | (amounts["cap_finish"] < ALWAYS)
    after_plain = (np.bincount(source[leading][unusual[leading]], minlength=m) == 0) & ~capped & ~holds
    handed_on = inner & ~from_start & (lag[number_of] >= 0) & (row_of[after] >= 0) & ~holds[after] & ~(crosses & to_finish) & ~pinned[after]
    ends = np.flatnonzero((np.bincount(source[handed_on], minlength=m) == 0) & (row_of >= 0))
    ends = ends[np.lexsort((own_clock[ends], holds[ends]))]
    delayed = np.flatnonzero(problem.as_late[order] & (nodes["kind"][order] == TO_DO)).astype(np.int32)
    shown = np.arange(m, dtype=np.int32)
    shown[delayed] = m + np.arange(len(delayed), dtype=np.int32)
    # A hub for which nobody waits is no bound.
    awaited = (row_of >= 0) | (np.bincount(source[outgoing], minlength=m) > 0) | (np.arange(m) == goal)
    late_out = outgoing[np.isin(source[outgoing], delayed) & awaited[after[outgoing]]]
    only = int(own_clock[0]) if pure else -1
    calendar_count = len(of_tables)
    calendar_of = np.concatenate([np.arange(calendar_count), np.searchsorted(of_tables, special[:, 0])]).astype(np.int32)
    own_day = np.concatenate([np.full((calendar_count, 2), -1, np.int64), special[:, 1:]])
    days = (origin, origin) if pure else (origin, last_end // TICKS_PER_DAY + 1)
    clocks = build_clocks(tables, of_tables, calendar_of, own_day, origin, unit, days, unbound, kind)

    summary_rows, above = _summaries(problem)
    up = np.where(row_of >= 0, above[row_of], -1).astype(np.int32)
    summary_up = above[summary_rows].astype(np.int32)
    summary_clock = _summary_clocks(up, summary_up, np.where(holds, -2, own_clock), calendar_count)
    least_day = np.where(holds, _NO_DAY, _least_days(problem, order, held, status_at, at_work, at_open, origin)).astype(np.int32)
    target_summary = -1
    if problem.target >= n:
        target_summary = int(np.flatnonzero(summary_rows == problem.hub_row[problem.target - n])[0])
    draw_unit = unit if kind is np.int32 else unit_of(max(int(most.max(initial=1)), saved))
    first = _firsts(after, m)
    instants = np.where(holds, np.cumsum(holds) - 1, -1).astype(np.int32)
    into_nodes = {"lag": relative["lag"][sorted_in] // unit, "before": source, "from_start": from_start, "to_finish": to_finish,
                  "elapsed": elapsed, "shows": shows, "near": np.where(near, np.where(adds[after], INTO, OUT_OF), 0)}
    axis = Axis(
        crossing=Crossing(clocks, _records(m, NODE, {"clock": own_clock, "instant": instants, "event": event[order], "held": held[order],
                                                     "earliest": nodes["earliest"][order],
                                                     "hit": holds & risky[order], **floors}), _records(len(source), LINK, into_nodes)),
        instant=instants, unbound=unbound, day=TICKS_PER_DAY // unit, only=only,
        node_of=place[rows], draw_unit=draw_unit // unit,
        work=(amounts["work"] // unit).astype(kind), least=(amounts["work"] > 0).astype(kind),
        floor_start=floors["floor_start"], floor_finish=floors["floor_finish"],
        first=first, last=np.where(pinned, first[:-1], first[1:]), before=source, from_start=from_start, to_finish=to_finish,
        lag=into_nodes["lag"].astype(kind), crosses=crosses,
        plain=plain, after_first=_firsts(source[leading], m), after=after[leading], after_link=leading.astype(np.int32),
        after_plain=after_plain, out_first=_firsts(np.searchsorted(delayed, source[late_out]), len(delayed)), out=after[late_out],
        out_link=late_out.astype(np.int32), delayed=delayed, shown=shown, leads=leads, ends=ends.astype(np.int32),
        base=np.where(holds, calendar_count, np.where(own_clock < calendar_count, own_clock, -1)).astype(np.int32),
        calendars=calendar_count, cap_start=floors["cap_start"], cap_finish=floors["cap_finish"],
        up=up, summary_up=summary_up, by_days=summary_clock < 0, is_row=row_of >= 0, least_day=least_day,
        status=-unbound if status_at == NEVER else (status_at + TICKS_PER_DAY - origin * TICKS_PER_DAY) // unit,
        every=np.arange(m, dtype=np.int32), target=goal, target_summary=target_summary, goal=goal,
        last_done=-unbound if last_done == NEVER or not m else int(last) // unit,
    )
    least = np.concatenate([least_day, np.full(len(summary_rows), _NO_DAY, np.int32)])
    for at, over in enumerate(np.concatenate([axis.up, axis.summary_up])):  # lines stand before the summaries above them
        if over >= 0:
            least[m + over] = max(least[m + over], least[at])
    lines = np.concatenate([np.where(holds, -1, own_clock), summary_clock]).astype(np.int32)
    target_clock = only if goal < 0 else int(lines[goal])
    day_clock = int(lines[m + target_summary]) if target_summary >= 0 else target_clock
    return Simulated(axis, draw_unit, np.concatenate([row_of, summary_rows]).astype(np.int32), lines, least, target_clock, day_clock)


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


def _least_days(problem: Problem, order: Integers, held: Flags, status_at: int, at_work: Any, at_open: Any, origin: int) -> Integers:
    """The earliest displayed day of every node of ``order`` that is an event held by its floor, from the origin."""
    nodes = problem.nodes
    floor = np.maximum(nodes["start_floor"], nodes["finish_floor"])[order]
    shown = (order < len(problem.rows.ids)) & (nodes["work"][order] == 0) & (held[order] | (floor == status_at))
    opening = at_open(order, at_work(order, np.where(shown, floor, 0)))
    return np.where(shown, opening // TICKS_PER_DAY - origin, _NO_DAY).astype(np.int32)


def _records(count: int, fields: np.dtype[Any], values: dict[str, Any]) -> Records:
    out = np.zeros(count, fields)
    for name in out.dtype.names or ():
        out[name] = values[name]
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


def unit_of(longest_work: int) -> int:
    """The smallest unit (ticks) in which int32 holds the longest remaining work with room to spare."""
    return 1 << max(int(longest_work) // (_UNBOUND[np.int32] // 2), 0).bit_length()
