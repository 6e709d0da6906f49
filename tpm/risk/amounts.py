"""Work, bounds and lags in the times that the nodes hold: counted from one origin, in whole units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tpm.risk.forms import Forms
from tpm.schedule.clock import ALWAYS, NEVER, TICKS_PER_DAY, Ticks, work_each
from tpm.schedule.cpm import BEGUN, DONE, EXCLUDED, forward
from tpm.schedule.network import FF, SF, SS, Integers
from tpm.schedule.problem import Problem
from tpm.schedule.rows import Flags

UNBOUND: Final = 2**30  # units; times are int32
_UNITS: Final = tuple(each for each in range(1, TICKS_PER_DAY + 1) if TICKS_PER_DAY % each == 0)  # ticks


@dataclass(frozen=True, eq=False)
class Ties:
    """The links of a network as the passes take them, one entry a link.

    What is done, and the start of what has begun, is constant (``fixed``): it becomes a floor, or a link from nowhere where an event
    must tell it from others.
    """

    before: Integers  # node
    after: Integers
    lag: Ticks
    from_start: Flags
    to_finish: Flags
    elapsed: Flags
    fixed: Flags
    kept: Flags  # not become a floor, and not without effect
    demand: Ticks  # the instant that a fixed one demands


@dataclass(frozen=True, eq=False)
class Amounts:
    """What the passes count, of open nodes in order and of kept links, in ticks; ``relative`` counts from the origin."""

    absolute: Mapping[str, Ticks]
    relative: Mapping[str, Ticks]  # 0 where there is no bound
    pure: bool  # everything open counts in the working time of one clock
    origin: int  # day
    last_done: int  # from the origin
    anything_done: bool
    last_day: int  # on which anything may end
    reach: int  # from the origin to what may end last

    def unit(self, saved: int) -> tuple[int, bool]:
        """The smallest unit that all amounts are whole numbers of and that int32 can count in; else the smallest that can, and False.

        ``saved`` is the most that an opportunity takes off.
        """
        if not len(self.absolute["work"]):
            return 1, True
        bounds = [np.abs(each).max(initial=0) for name, each in self.relative.items() if name not in ("work", "floor_start")]
        far = max(self.reach, saved, *map(int, bounds))
        fitting = [each for each in _UNITS if far < UNBOUND // 2 * each]
        everything = np.concatenate([*self.relative.values(), [self.last_done]])
        exact = next((each for each in fitting if not (everything % each).any()), 0)
        return (exact, True) if exact else (fitting[0], False)

    def scaled(self, name: str, unit: int) -> Integers:
        """An amount in units."""
        known, told = self.absolute[name], self.relative[name] // unit
        return np.where(known <= NEVER, -UNBOUND, np.where(known >= ALWAYS, UNBOUND, told)).astype(np.int32)


def longest(problem: Problem, most: Ticks) -> int:
    """The last instant at which anything ends when the remaining work of every row is at ``most`` (ticks)."""
    nodes = problem.nodes.copy()
    nodes["work"][: len(most)] = np.maximum(nodes["work"][: len(most)], most)
    early = forward(problem.rows.tables, nodes, problem.network.first, problem.network.links, problem.network.order, problem.continuous)
    return int(early["finish"].max(initial=0))


def in_units(problem: Problem, unit: int) -> Problem:
    """``problem`` with all instants, lags and work rounded to whole units, of which a day has a whole number."""
    def rounded(values: Ticks) -> Ticks:
        return np.where((values > NEVER) & (values < ALWAYS), (values + unit // 2) // unit * unit, values)

    nodes, links = problem.nodes.copy(), problem.network.links.copy()
    for name in ("start_floor", "finish_floor", "start_cap", "finish_cap", "begun", "ended"):
        nodes[name] = rounded(nodes[name])
    nodes["work"] = np.where(nodes["work"] > 0, np.maximum(rounded(nodes["work"]), unit), 0)
    links["lag"] = rounded(links["lag"])
    return replace(problem, nodes=nodes, network=replace(problem.network, links=links))


def ties_of(forms: Forms) -> tuple[Ties, Ticks, Ticks]:
    """The links, and the floors on start and finish that each node has from its own dates and from what is done (its own times)."""
    problem = forms.problem
    nodes, network = problem.nodes, problem.network
    links = network.links
    before = np.repeat(np.arange(network.n, dtype=np.int32), np.diff(network.first))
    after, lag = links["to"], links["lag"]
    from_start, to_finish = (links["kind"] == SS) | (links["kind"] == SF), (links["kind"] == FF) | (links["kind"] == SF)
    of_done = nodes["kind"][before] == DONE
    live = (nodes["kind"][before] != EXCLUDED) & (nodes["kind"][after] < DONE)
    live &= ~(of_done & (nodes["kind"][after] == BEGUN))
    fixed = live & (of_done | (from_start & (nodes["kind"][before] == BEGUN)))
    elapsed = links["elapsed"] & (lag != 0) & (not problem.continuous)

    constant = np.where(from_start, nodes["begun"][before], nodes["ended"][before])
    shift = np.where(fixed, constant + np.where(elapsed, lag, 0), 0)
    work_demand = forms.work_at(after, shift) + np.where(elapsed, 0, lag)
    demand = np.where(elapsed | (lag == 0), shift, forms.open_at(after, work_demand - 1) + 1)
    as_floor = fixed & ~forms.instant[after] & ~nodes["pinned"][after]
    floors = []
    for name, those in (("start_floor", as_floor & ~to_finish), ("finish_floor", as_floor & to_finish)):
        floor = np.where(forms.covered, NEVER, nodes[name])
        floor = np.where(forms.instant, floor, forms.work_at(np.arange(network.n), floor))
        np.maximum.at(floor, after[those], work_demand[those])
        floors.append(floor)
    kept = live & ~as_floor & ~(fixed & nodes["pinned"][after])
    return Ties(before, after, lag, from_start, to_finish, elapsed & live, fixed, kept, demand), floors[0], floors[1]


def amounts_of(forms: Forms, ties: Ties, floor_start: Ticks, floor_finish: Ticks, most: Ticks) -> Amounts:
    """The amounts of open nodes and kept links; ``most`` is the longest that each row's remaining work can become."""
    problem, order = forms.problem, forms.order
    nodes = problem.nodes
    m = len(order)
    pure = m > 0 and not forms.instant[order].any() and len(np.unique(forms.clock[order])) == 1 and not ties.elapsed.any()
    pure = pure and not problem.as_late.any() and len(forms.special) == 0
    caps = (np.where(forms.instant, nodes[name], forms.work_at(np.arange(len(nodes)), nodes[name])) for name in ("start_cap", "finish_cap"))
    cap_start, cap_finish = (each[order] for each in caps)
    absolute = {"work": nodes["work"][order], "floor_start": floor_start[order], "floor_finish": floor_finish[order],
                "cap_start": cap_start, "cap_finish": cap_finish, "lag": np.where(ties.fixed, ties.demand, ties.lag)[ties.kept]}
    dated = np.maximum(nodes["start_floor"], nodes["finish_floor"])[order]
    if pure:
        first_work = absolute["floor_start"][absolute["floor_start"] > NEVER].min() // TICKS_PER_DAY * TICKS_PER_DAY
        origin = int(forms.open_at(order[:1], np.array([first_work]))[0]) // TICKS_PER_DAY
    else:
        origin = int(dated[dated > NEVER].min(initial=ALWAYS if m else 0)) // TICKS_PER_DAY
    # Days of its own, which a clock adds, count from the beginning of time: only the calendar's work is taken from the origin.
    none, opens_at = np.full(m, -1), np.full(m, origin * TICKS_PER_DAY)
    start_work = opens_at if problem.continuous else work_each(problem.rows.tables, forms.calendar[order], none, none, opens_at)
    base = np.where(forms.instant[order], origin * TICKS_PER_DAY, start_work)
    from_ = {"work": 0, "lag": np.where(ties.fixed[ties.kept], origin * TICKS_PER_DAY, 0)}
    relative = {name: np.where((each > NEVER) & (each < ALWAYS), each - from_.get(name, base), 0) for name, each in absolute.items()}
    done = problem.network.order[nodes["kind"][problem.network.order] == DONE]
    last_end, last_done = longest(problem, most), int(nodes["ended"][done].max(initial=NEVER))
    ends = np.array([last_end, max(last_done, origin * TICKS_PER_DAY)])
    if pure:
        ends = np.concatenate([forms.work_at(order[:1], ends[:1]), forms.work_at(order[:1], ends[1:])]) - start_work[0]
    else:
        ends = ends - origin * TICKS_PER_DAY
    return Amounts(absolute, relative, bool(pure), origin, max(int(ends[1]), 0), last_done > NEVER and m > 0, last_end // TICKS_PER_DAY + 1,
                   int(ends[0]))
