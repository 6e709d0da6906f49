"""Which clock each node counts in, and which events must hold instants.

A node with work counts in the working time of its own clock. An event does so too where that tells all that its date hangs on: what drives
it ends by the same clock, and nothing but an instant at which work ends holds it. Else it holds instants. Plans in which everything open
works by one calendar thus stay on one axis, and the others pay where clocks meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tpm.schedule.clock import ALWAYS, NEVER, TICKS_PER_DAY, Tables, Ticks, close_at, open_each, work_at, work_each
from tpm.schedule.compiled import helper, kernel
from tpm.schedule.cpm import BEGUN, DONE, EXCLUDED, TO_DO, Records
from tpm.schedule.network import FF, SF, SS, Integers, Links
from tpm.schedule.problem import HOLDS, Problem
from tpm.schedule.rows import Flags


@dataclass(frozen=True, eq=False)
class Forms:
    """How a problem's nodes hold their times. Arrays have one entry a node but ``order``, ``of_tables`` and ``special``."""

    problem: Problem
    order: Integers  # open nodes, predecessors first
    of_tables: Integers  # calendars in use: the first clocks
    special: npt.NDArray[np.int64]  # (calendar, day, day) of the clocks behind them, which add days to a calendar
    clock: Integers
    calendar: Integers  # of the clock
    own_first: Ticks
    own_second: Ticks
    risky: Flags  # may have work in some runs
    held: Flags  # events that nothing but the project's start or the status date may hold
    instant: Flags  # hold instants
    covered: Flags  # what drives them covers their floor
    status: int  # the opening of the status day, NEVER where there is none

    def work_at(self, node: npt.NDArray[Any], instants: Ticks) -> Ticks:
        """Working time of the nodes' clocks before ``instants``; no bound stays none."""
        if self.problem.continuous:
            return instants
        inside = (instants > NEVER) & (instants < ALWAYS)
        work = work_each(self.problem.rows.tables, self.calendar[node], self.own_first[node], self.own_second[node],
                         np.where(inside, instants, 0))
        return np.where(inside, work, instants)

    def open_at(self, node: npt.NDArray[Any], work: Ticks) -> Ticks:
        """Instants at which work of the nodes' clocks begins."""
        if self.problem.continuous:
            return work
        return open_each(self.problem.rows.tables, self.calendar[node], self.own_first[node], self.own_second[node], work)


def forms_of(problem: Problem, rows: Integers) -> Forms:
    """How the nodes of ``problem`` hold their times when ``rows`` of the plan are sampled."""
    nodes, network, n = problem.nodes, problem.network, len(problem.rows.ids)
    order: Integers = network.order[np.isin(nodes["kind"][network.order], (TO_DO, BEGUN))]
    status = problem.options.status_date
    status_at = NEVER if status is None else int((np.datetime64(status, "D") - problem.rows.origin).astype(np.int64)) * TICKS_PER_DAY
    of_tables, special, clock = _clocks(problem, order)
    risky = np.zeros(network.n, bool)
    risky[rows] = True
    held = np.zeros(network.n, bool)
    held[:n] = (nodes["work"][:n] == 0) & (nodes["kind"][:n] == TO_DO) & (problem.hold >= HOLDS.index("status_date"))
    held &= nodes["finish_floor"] < nodes["start_floor"]
    instant, covered, opening = np.zeros((3, network.n), bool)
    into = np.argsort(network.links["to"], kind="stable").astype(np.int32)
    predecessor = np.repeat(np.arange(network.n, dtype=np.int32), np.diff(network.first))
    _forms(problem.continuous, problem.rows.tables, nodes, network.first, network.links, order,
           firsts(network.links["to"][into], network.n), into, predecessor, n, risky, problem.as_late, held, status_at, clock, instant,
           covered, opening)
    calendar, own_first, own_second = np.concatenate([_plain(of_tables), special])[clock].T
    return Forms(problem, order, of_tables, special, clock, np.ascontiguousarray(calendar).astype(np.int32), own_first, own_second, risky,
                 held, instant, covered, status_at)


def _plain(of_tables: Integers) -> npt.NDArray[np.int64]:
    none = np.full(len(of_tables), -1)
    return np.stack([of_tables, none, none], axis=1)


def _clocks(problem: Problem, order: Integers) -> tuple[Integers, npt.NDArray[np.int64], Integers]:
    """The calendars in use, the clocks with days of their own behind them, and the clock of each node."""
    nodes = problem.nodes
    keys = np.stack([nodes["calendar"], nodes["own_first"], nodes["own_second"]], axis=1).astype(np.int64)
    if problem.continuous:
        keys[:] = (0, -1, -1)
    of_tables = np.unique(keys[order, 0] if len(order) else np.zeros(1)).astype(np.int32)
    special = np.unique(keys[order][keys[order, 1] >= 0], axis=0)
    count = len(of_tables) + len(special)
    known, position = np.unique(np.concatenate([_plain(of_tables), special, keys[order]]), axis=0, return_inverse=True)
    number = np.empty(len(known), np.int32)
    number[position.ravel()[:count]] = np.arange(count)
    clock = np.zeros(problem.network.n, np.int32)
    clock[order] = number[position.ravel()[count:]]
    return of_tables, special, clock


def firsts(nodes: Integers, m: int) -> Integers:
    """Where the links of each of ``m`` nodes begin among links sorted by node; m + 1."""
    return np.searchsorted(nodes, np.arange(m + 1)).astype(np.int32)


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
