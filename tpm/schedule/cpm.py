"""The critical path method: forward and backward pass, floats and drivers, as plain compiled loops.

Source: Kelley & Walker (1959) for the passes; Moder, Phillips & Davis (1983), ch. 9 (precedence diagramming), for start- and
finish-driven links; PMI's Practice Standard for Scheduling for the terms. Every link bounds one end of its successor by one
end of its predecessor, and the early start is the largest of all bounds on the start and of all bounds on the finish minus
the duration.

Instants, calendars and the two inverses of working time are those of :mod:`tpm.schedule.clock`. A node with work starts where
its calendar opens and finishes where it closes; a node without work (a milestone) happens at the very instant that its bounds
demand, also inside a weekend, so that it hands on what its predecessors finished, not a rounded day.

Preconditions: ``order`` of the network is topological, and nodes on or behind a loop are ``EXCLUDED``. The loops are not
recursive and linear in nodes + links. Nodes, links and dates are records, because a loop over links in no particular order
is as fast as it misses the cache. Nothing here splits work or levels resources.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from tpm.schedule.clock import ALWAYS, NEVER, TICKS_PER_DAY, Tables, Ticks, close_at, open_at, work_at
from tpm.schedule.compiled import helper, kernel
from tpm.schedule.network import FF, FS, SF, Integers, Links

# What a node is to the passes.
TO_DO: Final = 0
BEGUN: Final = 1  # its remaining work is scheduled; its start has happened
DONE: Final = 2  # fixed; bounds what is to do behind it
EXCLUDED: Final = 3  # neither scheduled nor driving

# Why a node lies where it lies; the names are in tpm.schedule.result.
BY_LINK: Final = 0
BY_START_FLOOR: Final = 1
BY_FINISH_FLOOR: Final = 2
BY_ACTUAL: Final = 3
BY_AS_LATE_AS_POSSIBLE: Final = 4
BY_NOTHING: Final = 5

# What the passes must know of each node; instants and work in ticks.
NODE: Final = np.dtype([
    ("work", np.int64),  # duration of what is left to do
    ("start_floor", np.int64),  # its (remaining) work starts no earlier
    ("finish_floor", np.int64),  # nor finishes earlier
    ("start_cap", np.int64),  # must start no later: bounds the backward pass only
    ("finish_cap", np.int64),  # must finish no later
    ("begun", np.int64),  # actual start of BEGUN and DONE
    ("ended", np.int64),  # actual finish of DONE
    ("own_first", np.int32),  # days that this node works though its calendar does not; −1 for none
    ("own_second", np.int32),
    ("rank", np.int32),  # breaks ties between drivers, the smaller first
    ("calendar", np.int16),  # row of the tables
    ("kind", np.int8),  # TO_DO, BEGUN, DONE, EXCLUDED
    ("pinned", np.bool_),  # stays at its floor whatever the links demand
    ("earliest", np.bool_),  # without work: happens when the first of its predecessors does, not the last
    ("hub", np.bool_),  # no row of the plan: what it gathers is bound by what waits behind it
], align=True)

# The forward pass. Nodes without dates hold NEVER.
EARLY: Final = np.dtype([
    ("start", np.int64),  # of the remaining work
    ("finish", np.int64),
    ("start_work", np.int64),  # working time before ``start`` in the node's calendar (nodes with work only)
    ("start_bound", np.int64),  # largest demand of the links on the start, and on the finish
    ("finish_bound", np.int64),
    ("driver", np.int32),  # node or −1
    ("finish_driver", np.int32),
    ("reason", np.int8),  # BY_…
], align=True)

# The backward pass. Nodes that do not lead to the target have ALWAYS in late dates and total float.
LATE: Final = np.dtype([
    ("start", np.int64),
    ("finish", np.int64),
    ("total_float", np.int64),  # ticks of the node's calendar
    ("free_float", np.int64),  # of a hub the instant at which it would move what waits behind it
    ("limiter", np.int32),  # the successor that bounds the late finish, −1 for none
], align=True)

Records = npt.NDArray[np.void]


@helper
def _demand(continuous: bool, tables: Tables, calendar: int, own_first: int, own_second: int, lag: int, elapsed: bool, base: int) -> int:
    """The instant that a link demands of its successor (whose calendar is given) when the predecessor's end lies at ``base``."""
    if lag == 0:
        return base
    if elapsed or continuous:
        return base + lag
    return close_at(tables, calendar, own_first, own_second, work_at(tables, calendar, own_first, own_second, base) + lag)


@helper
def _allowance(continuous: bool, tables: Tables, calendar: int, own_first: int, own_second: int, lag: int, elapsed: bool,
               exact: bool, end: int) -> int:
    """The latest ``base`` whose demand the successor's ``end`` still meets: the inverse of :func:`_demand`.

    ``exact``: the end is where work begins, or the successor has no work; then no later instant has the same work.
    """
    if continuous or (exact and (lag == 0 or elapsed)):
        return end - lag
    work = work_at(tables, calendar, own_first, own_second, end)
    if elapsed:
        return open_at(tables, calendar, own_first, own_second, work) - lag
    return open_at(tables, calendar, own_first, own_second, work - lag)


@helper
def _latest_work(continuous: bool, tables: Tables, calendar: int, own_first: int, own_second: int, own_start: int, limit: int) -> int:
    """The latest work at which a node may start so that its start lies at or before ``limit``.

    Where ``limit`` falls outside the node's calendar no latest moment exists; then whole days count from its early start.
    """
    if continuous:
        return limit
    work = work_at(tables, calendar, own_first, own_second, limit)
    if open_at(tables, calendar, own_first, own_second, work) <= limit:
        return work
    return own_start + (work - 1 - own_start) // TICKS_PER_DAY * TICKS_PER_DAY


@kernel
def forward_pass(continuous: bool, tables: Tables, nodes: Records, first: Integers, links: Links, order: Integers,
                 early: Records) -> None:
    """:func:`forward` into ``early``, for kernels that run it again and again."""
    for own in early:
        own.start = own.finish = own.start_bound = own.finish_bound = NEVER
        own.driver = own.finish_driver = -1
        own.reason = BY_NOTHING
    for i in order:
        node = nodes[i]
        own = early[i]
        kind, work, calendar, own_first, own_second = node.kind, node.work, node.calendar, node.own_first, node.own_second
        if kind == EXCLUDED:
            continue
        start_bound, finish_bound, driver = own.start_bound, own.finish_bound, own.driver
        if node.pinned:
            start_bound = finish_bound = NEVER
            driver = own.driver = own.finish_driver = -1
        if kind == DONE:
            own.start = node.begun
            own.finish = node.ended
            own.driver = -1
            own.reason = BY_ACTUAL
        elif work == 0:
            at = max(node.start_floor, node.finish_floor)
            own.reason = BY_START_FLOOR if node.start_floor == at else BY_FINISH_FLOOR
            if finish_bound > start_bound:
                start_bound = finish_bound
                driver = own.finish_driver
            if start_bound >= at and driver >= 0:
                at = start_bound
                own.reason = BY_LINK
            else:
                driver = -1
            own.driver = driver
            own.start = at
            own.finish = at
        else:
            begin = node.start_floor if continuous else work_at(tables, calendar, own_first, own_second, node.start_floor)
            own.reason = BY_START_FLOOR
            if node.finish_floor > NEVER:
                by_finish = node.finish_floor if continuous else work_at(tables, calendar, own_first, own_second, node.finish_floor)
                by_finish -= work
                if by_finish > begin:
                    begin = by_finish
                    own.reason = BY_FINISH_FLOOR
            by_link = NEVER
            if start_bound > NEVER:
                by_link = start_bound if continuous else work_at(tables, calendar, own_first, own_second, start_bound)
            if finish_bound > NEVER:
                by_finish = finish_bound if continuous else work_at(tables, calendar, own_first, own_second, finish_bound)
                by_finish -= work
                if by_finish > by_link:
                    by_link = by_finish
                    driver = own.finish_driver
            if by_link >= begin and driver >= 0:
                begin = by_link
                own.reason = BY_LINK
            else:
                driver = -1
            own.driver = driver
            own.start_work = begin
            own.start = begin if continuous else open_at(tables, calendar, own_first, own_second, begin)
            own.finish = begin + work if continuous else close_at(tables, calendar, own_first, own_second, begin + work)

        finish = own.finish
        start = own.start if kind == TO_DO else node.begun
        for p in range(first[i], first[i + 1]):
            link = links[p]
            to = nodes[link.to]
            if to.kind >= DONE or (kind == DONE and to.kind == BEGUN):
                continue
            state = early[link.to]
            demand = finish if link.kind == FS or link.kind == FF else start
            if link.lag != 0:
                demand = _demand(continuous, tables, to.calendar, to.own_first, to.own_second, link.lag, link.elapsed, demand)
            if link.kind == FF or link.kind == SF:
                if demand > state.finish_bound or (demand == state.finish_bound and node.rank < nodes[state.finish_driver].rank):
                    state.finish_bound = demand
                    state.finish_driver = i
            elif to.earliest:
                if state.driver < 0 or demand < state.start_bound or (demand == state.start_bound and node.rank < nodes[state.driver].rank):
                    state.start_bound = demand
                    state.driver = i
            elif demand > state.start_bound or (demand == state.start_bound and node.rank < nodes[state.driver].rank):
                state.start_bound = demand
                state.driver = i


def forward(tables: Tables, nodes: Records, first: Integers, links: Links, order: Integers,
            continuous: bool = False) -> Records:
    """Early dates (``EARLY``) of the remaining work of every node (``NODE``); O(nodes + links).

    ``continuous``: every instant is working time (no calendar rests), so that the tables need not be asked.
    """
    early = np.empty(len(nodes), EARLY)
    forward_pass(continuous, tables, nodes, first, links, order, early)
    return early


@kernel
def backward_pass(continuous: bool, tables: Tables, nodes: Records, first: Integers, links: Links, order: Integers,
                  early: Records, target: int, late: Records) -> None:
    """:func:`backward` into ``late``, for kernels that run it again and again."""
    for own in late:
        own.start = own.finish = own.total_float = own.free_float = ALWAYS
        own.limiter = -1
    project_finish = NEVER
    for i in order:
        if not nodes[i].hub:
            project_finish = max(project_finish, early[i].finish)

    for position in range(len(order) - 1, -1, -1):
        i = order[position]
        node = nodes[i]
        if node.kind >= DONE:
            continue
        calendar, own_first, own_second, work = node.calendar, node.own_first, node.own_second, node.work
        begin = early[i].start_work
        finish = early[i].finish
        # Latest finishes: as instants from links at the finish, as work (started) from links at the start.
        latest: int = project_finish if target < 0 else ALWAYS
        if i == target:
            latest = finish
        free = project_finish
        latest_start = free_start = ALWAYS
        limiter = start_limiter = -1
        for p in range(first[i], first[i + 1]):
            link = links[p]
            j = link.to
            to = nodes[j]
            from_finish = link.kind == FS or link.kind == FF
            next_ = early[j]  # its reason says whether it is still to be done: the node itself is seldom read
            if next_.reason == BY_ACTUAL or next_.reason == BY_NOTHING or (not from_finish and node.kind == BEGUN):
                continue  # what is done does not wait; what has begun cannot start later
            if to.earliest and next_.driver != i:
                continue  # another is the first
            to_finish = link.kind == FF or link.kind == SF
            exact = not to_finish or to.work == 0
            limit = late[j].free_float if to.hub else next_.finish if to_finish else next_.start
            if link.lag != 0 or not exact:
                limit = _allowance(continuous, tables, to.calendar, to.own_first, to.own_second, link.lag, link.elapsed,
                                   exact, limit)
            if from_finish:
                free = min(free, limit)
            elif work:
                free_start = min(free_start, _latest_work(continuous, tables, calendar, own_first, own_second, begin, limit))
            else:
                free_start = min(free_start, limit)
            end = late[j].finish if to_finish else late[j].start
            if end == ALWAYS:
                continue  # the successor does not lead to the target
            limit = end
            if link.lag != 0 or not exact:
                limit = _allowance(continuous, tables, to.calendar, to.own_first, to.own_second, link.lag, link.elapsed,
                                   exact, end)
            if from_finish:
                if limit < latest or (limit == latest and (limiter < 0 or to.rank < nodes[limiter].rank)):
                    latest = limit
                    limiter = j
            else:
                if work:
                    limit = _latest_work(continuous, tables, calendar, own_first, own_second, begin, limit)
                if limit < latest_start or (limit == latest_start and (start_limiter < 0 or to.rank < nodes[start_limiter].rank)):
                    latest_start = limit
                    start_limiter = j

        leads = latest < ALWAYS or latest_start < ALWAYS
        if leads and node.finish_cap < latest:
            latest = node.finish_cap
            limiter = -1
        if work:
            early_finish = begin + work
            free_work = free if continuous else work_at(tables, calendar, own_first, own_second, free)
            late[i].free_float = min(free_work, free_start + work if free_start < ALWAYS else free_work) - early_finish
            if not leads:
                continue
            end = ALWAYS
            if latest < ALWAYS:
                end = latest if continuous else work_at(tables, calendar, own_first, own_second, latest)
            if latest_start < ALWAYS and latest_start + work <= end:
                end = latest_start + work
                limiter = start_limiter
            if node.start_cap < ALWAYS:
                capped = node.start_cap if continuous else work_at(tables, calendar, own_first, own_second, node.start_cap)
                capped += work
                if capped < end:
                    end = capped
                    limiter = -1
            late[i].total_float = end - early_finish
            late[i].finish = end if continuous else close_at(tables, calendar, own_first, own_second, end)
            late[i].start = end - work if continuous else open_at(tables, calendar, own_first, own_second, end - work)
        else:
            at = finish if continuous else work_at(tables, calendar, own_first, own_second, finish)
            free = min(free, free_start)
            if node.hub:
                late[i].free_float = free
            else:
                late[i].free_float = (free if continuous else work_at(tables, calendar, own_first, own_second, free)) - at
            if not leads:
                continue
            if latest_start <= latest:
                latest = latest_start
                limiter = start_limiter
            if node.start_cap < latest:
                latest = node.start_cap
                limiter = -1
            late[i].total_float = (latest if continuous else work_at(tables, calendar, own_first, own_second, latest)) - at
            late[i].finish = latest
            late[i].start = latest
        late[i].limiter = limiter


def backward(tables: Tables, nodes: Records, first: Integers, links: Links, order: Integers, early: Records, target: int,
             continuous: bool = False) -> Records:
    """Late dates and floats (``LATE``), back from ``target`` (a node) or, where it is −1, from the last finish; O(nodes + links)."""
    late = np.empty(len(nodes), LATE)
    backward_pass(continuous, tables, nodes, first, links, order, early, target, late)
    return late


@helper
def _is_awaited(nodes: Records, first: Integers, links: Links, node: int) -> bool:
    """Whether anything that is not done waits for ``node``."""
    awaited = False
    for p in range(first[node], first[node + 1]):
        awaited |= nodes[links[p].to].kind < DONE
    return awaited


@kernel
def delay(tables: Tables, nodes: Records, first: Integers, links: Links, order: Integers, early: Records,
          as_late: npt.NDArray[np.bool_], target: int) -> None:
    """Move the nodes of ``as_late`` (ALAP) as late as their successors' early dates allow. Nothing else moves, nor ``target``. In place."""
    project_finish = NEVER
    for i in order:
        if not nodes[i].hub:
            project_finish = max(project_finish, early[i].finish)
    for position in range(len(order) - 1, -1, -1):
        i = order[position]
        node = nodes[i]
        if not as_late[i] or node.kind != TO_DO:
            continue
        calendar, own_first, own_second, work = node.calendar, node.own_first, node.own_second, node.work
        begin = early[i].start_work if work else early[i].start
        latest = (work_at(tables, calendar, own_first, own_second, project_finish) if work else project_finish) - work
        for p in range(first[i], first[i + 1]):
            link = links[p]
            to = nodes[link.to]
            if to.kind >= DONE or (to.hub and link.to != target and not _is_awaited(nodes, first, links, link.to)):
                continue
            to_finish = link.kind == FF or link.kind == SF
            exact = not to_finish or to.work == 0
            limit = _allowance(False, tables, to.calendar, to.own_first, to.own_second, link.lag, link.elapsed, exact,
                               early[link.to].finish if to_finish else early[link.to].start)
            if work and (link.kind == FS or link.kind == FF):
                limit = work_at(tables, calendar, own_first, own_second, limit) - work
            elif work:
                limit = _latest_work(False, tables, calendar, own_first, own_second, begin, limit)
            latest = min(latest, limit)
        if latest > begin:
            early[i].start_work = latest
            early[i].start = open_at(tables, calendar, own_first, own_second, latest) if work else latest
            early[i].finish = close_at(tables, calendar, own_first, own_second, latest + work) if work else latest
            early[i].driver = -1
            early[i].reason = BY_AS_LATE_AS_POSSIBLE


@kernel
def relationship_floats(tables: Tables, nodes: Records, first: Integers, links: Links, start: Ticks, begun: Ticks,
                        finish: Ticks) -> Ticks:
    """Of every link, ticks of the successor's calendar between what it demands and where the successor's end lies.

    ``start`` and ``finish`` are instants of the remaining work, ``begun`` the start as predecessors hand it on. Where an end
    is unknown (``NEVER``) the result is ``ALWAYS``. O(links).
    """
    out = np.full(len(links), ALWAYS, np.int64)
    for i in range(len(first) - 1):
        for p in range(first[i], first[i + 1]):
            link = links[p]
            base = finish[i] if link.kind == FS or link.kind == FF else begun[i]
            end = finish[link.to] if link.kind == FF or link.kind == SF else start[link.to]
            if base <= NEVER or end <= NEVER:
                continue
            to = nodes[link.to]
            demand = _demand(False, tables, to.calendar, to.own_first, to.own_second, link.lag, link.elapsed, base)
            out[p] = (work_at(tables, to.calendar, to.own_first, to.own_second, end)
                      - work_at(tables, to.calendar, to.own_first, to.own_second, demand))
    return out
