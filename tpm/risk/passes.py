"""The passes of the forecast over many runs at once: rows of numbers, a column a run, which the compiler keeps in vector registers.

The results are those of :mod:`tpm.schedule.cpm`, run by run. A node counts in the working time of its own clock (see
:mod:`tpm.risk.clocks`): there an early finish is a maximum of additions over its predecessors. A link between two clocks, or with an
elapsed lag, *crosses*: its ends meet as instants. An event whose date hangs on an instant that its clock does not tell from another (one
driven from another calendar's Saturday, say) holds instants itself; :mod:`tpm.risk.networks` decides which.

Times are whole units, counted from an origin at the opening of a working day. Nodes are numbered in topological order, so
a link always leads to a higher number.

A pass reads the fields of its :class:`Axis` once and hands single rows to the innermost functions: a call that passes a tuple of forty
arrays costs more than a row of additions. One link at a time, because each array more in a loop is a further overlap to rule out at run
time. Sums are narrowed at once, ``kind(…)``: numba adds in 64 bits, and a maximum of such sums fills twice the registers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tpm.risk.clocks import Times, opens, works
from tpm.risk.counts import Counts
from tpm.risk.crossings import Crossing, allow, arrive, happen, late_start, late_when, raise_to, retreat, retreat_near, when
from tpm.risk.draws import copy_runs
from tpm.schedule.compiled import helper
from tpm.schedule.network import Integers
from tpm.schedule.rows import Flags


class Axis(NamedTuple):
    """A problem as the passes take it. M nodes, of which V hold instants and D are delayed; U summaries."""

    crossing: Crossing
    instant: Integers  # M: position among those that hold instants, −1 for those that hold working time
    base: Integers  # M: the row of the project's finish that the node can read, −1 for none
    unbound: int  # no bound; its negative where bounded from below
    day: int  # units of a working day
    only: int  # the clock in whose working time all nodes count, −1 where there are several
    node_of: Integers  # the node of each sampled row
    work: Times  # M
    floor_start: Times  # M
    floor_finish: Times  # M
    first: Integers  # M + 1: links into a node
    last: Integers  # M: the end of those that it waits for; none where it is pinned
    before: Integers  # the node that each comes from; −1: from what is done, ``lag`` is the instant that it demands
    from_start: Flags
    to_finish: Flags
    lag: Times
    crosses: Flags
    plain: Flags  # M: all links into it lead from finishes to its start, none crosses, and it has no floor on the finish
    after_first: Integers  # M + 1: of the same links those that lead to the goal, by the node that they leave
    after: Integers
    after_link: Integers  # its position among the links into nodes
    after_plain: Flags  # M: all of them lead from its finish to starts, none crosses, and it has no cap
    out_first: Integers  # D + 1: all links out of the nodes that are delayed
    out: Integers  # the node that each leads to
    out_link: Integers
    delayed: Integers  # D: as late as possible
    shown: Integers  # M: the row of finishes that it is shown by: M + d for delayed d, else its own
    leads: Flags  # M: leads to the target
    ends: Integers  # nodes that may be the last to finish, by clock; those that hold instants come last
    calendars: int  # rows of the project's finish in working time; one more holds instants
    cap_start: Times  # M
    cap_finish: Times  # M
    up: Integers  # M: summary above, −1 for none
    summary_up: Integers  # U; a summary stands before the one above it
    by_days: Flags  # U: gathers days rather than the working time of one clock
    is_row: Flags  # M: shown; the others are hubs
    least_day: Integers  # M: an event held by its floor is shown on this day at the earliest
    status: int  # the end of the status day, −unbound where there is none
    every: Integers  # M: all nodes
    target: int  # node, −1 for the project's finish
    target_summary: int  # the summary that is shown for the target, −1 where it is the node
    goal: int  # node that late dates count back from, −1 for the project's finish
    last_done: int  # finish of what is done, for the project's finish


class Room(NamedTuple):
    """Room for one block of runs; without variants the last three have one row."""

    work: Times  # M
    finish: Times  # M + D
    late: Times  # M: late starts
    summary: Times  # U
    day: Times  # V: the days on which events that hold instants are shown
    opening: Times  # V: 1 where an event lies where something begins, 0 where something ends, −1 where only its floor holds it
    driver: Times  # V: the link that drives an event that holds instants, −1 for none
    project: Times  # calendars + 1
    spare: Times  # 13; rows 7 to 9 belong to the clocks
    target: Times  # runs
    extra: Integers  # sampled rows
    kept_work: Times  # M: of the first simulation, while a variant is computed
    kept_finish: Times  # M


def room(axis: Axis, block: int, variants: bool) -> Room:
    """Room for ``block`` runs."""
    kind, m, u, v = axis.work.dtype, len(axis.work), len(axis.summary_up), int(axis.instant.max(initial=-1)) + 1
    work = np.repeat(axis.work[:, None], block, axis=1)  # rows that are not sampled are never written again
    kept = m if variants else 1
    sizes = (m + len(axis.delayed), m, u, v, v, v, axis.calendars + 1, 13)
    finish, late, summary, day, opening, driver, project, spare = (np.empty((size, block), kind) for size in sizes)
    extra = np.empty((len(axis.node_of) if variants else 1, block), np.int32)
    kept_work, kept_finish = (np.empty((kept, block), kind) for _ in range(2))
    return Room(work, finish, late, summary, day, opening, driver, project, spare, np.empty(block, kind), extra, kept_work, kept_finish)


@helper
def _bound(finish: Times, work: Times, own: Times, from_start: bool, to_finish: bool, lag: int, out: Times) -> None:
    """Raise the start ``out`` of a node with ``own`` work by one link."""
    kind = out.dtype.type
    if from_start:
        if to_finish:
            for run in range(len(out)):
                out[run] = max(out[run], kind(finish[run] - work[run] + lag - own[run]))
        else:
            for run in range(len(out)):
                out[run] = max(out[run], kind(finish[run] - work[run] + lag))
    elif to_finish:
        for run in range(len(out)):
            out[run] = max(out[run], kind(finish[run] + lag - own[run]))
    else:
        for run in range(len(out)):
            out[run] = max(out[run], kind(finish[run] + lag))


@helper
def forward(axis: Axis, nodes: Integers, work: Times, finish: Times, opening: Times, driver: Times, spare: Times) -> None:
    """The early finishes of ``nodes``, in order, from the work of all nodes and the finishes of all others."""
    kind = finish.dtype.type
    first, last, before, lag, from_start, to_finish, crosses = (axis.first, axis.last, axis.before, axis.lag, axis.from_start,
                                                                axis.to_finish, axis.crosses)
    plain, floor_start, floor_finish, instant = axis.plain, axis.floor_start, axis.floor_finish, axis.instant
    crossing, unbound = axis.crossing, axis.unbound
    for node in nodes:
        own, out = work[node], finish[node]
        if plain[node]:
            out[:] = floor_start[node]
            for link in range(first[node], last[node]):
                one, wait = finish[before[link]], lag[link]
                for run in range(len(out)):
                    out[run] = max(out[run], kind(one[run] + wait))
        elif instant[node] >= 0:
            happen(crossing, (first[node], last[node]), unbound, node, work, finish, opening[instant[node]], driver[instant[node]], spare)
            continue
        else:
            out[:] = floor_start[node]
            floor = floor_finish[node]
            for run in range(len(out)):
                out[run] = max(out[run], kind(floor - own[run]))
            for link in range(first[node], last[node]):
                if crosses[link]:
                    arrive(crossing, link, node, work, finish, spare[0], spare)
                    if to_finish[link]:
                        for run in range(len(out)):
                            out[run] = max(out[run], kind(spare[0, run] - own[run]))
                    else:
                        raise_to(out, spare[0])
                else:
                    _bound(finish[before[link]], work[before[link]], own, from_start[link], to_finish[link], lag[link], out)
        for run in range(len(out)):
            out[run] += own[run]


@helper
def last_finish(axis: Axis, finish: Times, shown: Integers, least: int, out: Times, spare: Times) -> None:
    """The last finish in each run, or ``least``: working time of the only clock, else instants.

    ``shown`` names the row of ``finish`` of each node.
    """
    clocks, nodes, _ = axis.crossing
    out[:] = least
    last, group = -1, spare[0]
    for node in axis.ends:
        row = finish[shown[node]]
        if axis.only >= 0 or nodes[node].instant >= 0:
            raise_to(out, row)
        elif nodes[node].clock == last:
            raise_to(group, row)
        else:
            if last >= 0:
                opens(clocks, last, group, 1, group, spare)
                raise_to(out, group)
            copy_runs(row, group)
            last = nodes[node].clock
    if last >= 0:
        opens(clocks, last, group, 1, group, spare)
        raise_to(out, group)


@helper
def _project(axis: Axis, finish: Times, shown: Integers, project: Times, spare: Times) -> None:
    """The project's finish in the working time of every calendar, and behind them as instants."""
    clocks = axis.crossing.clocks
    last_finish(axis, finish, shown, axis.last_done, project[axis.base[0] if axis.only >= 0 else axis.calendars], spare)
    if axis.only < 0:
        for calendar in range(axis.calendars):
            works(clocks, calendar, project[axis.calendars], project[calendar], spare)


@helper
def delay(axis: Axis, work: Times, finish: Times, opening: Times, driver: Times, project: Times, spare: Times) -> None:
    """Move what is as late as possible to where its successors' early dates allow; nothing else moves."""
    crossing, nodes, links = axis.crossing, axis.crossing.nodes, axis.crossing.links
    clocks = crossing.clocks
    kind = finish.dtype.type
    m = len(axis.work)
    _project(axis, finish, axis.every, project, spare)
    for d in range(len(axis.delayed) - 1, -1, -1):
        node = axis.delayed[d]
        own, early, out = work[node], finish[node], finish[m + d]
        latest, start, start_work, limit = spare[3], spare[4], spare[5], spare[6]
        _begin_late(axis, node, project, latest, spare)
        start[:] = axis.unbound
        start_work[:] = axis.unbound
        for at in range(axis.out_first[d], axis.out_first[d + 1]):
            to, link = axis.out[at], axis.out_link[at]
            when(crossing, to, work[to], finish[axis.shown[to]], not links[link].to_finish, limit, spare)
            allow(crossing, link, to, work[to], limit, limit, spare)
            retreat(crossing, link, node, own, early, limit, latest, start, start_work, spare)
        late_start(crossing, axis.unbound, node, own, latest, start, start_work, spare)
        if nodes[node].instant < 0:
            for run in range(len(out)):
                out[run] = max(early[run], kind(latest[run] + own[run]))
            continue
        for run in range(len(out)):
            out[run] = max(early[run], latest[run])
            if out[run] > early[run]:
                opening[nodes[node].instant, run] = -1
        if nodes[node].hit:
            works(clocks, nodes[node].clock, latest, spare[0], spare)
            works(clocks, nodes[node].clock, early, spare[1], spare)
            for run in range(len(out)):
                spare[0, run] = max(kind(spare[0, run] + own[run]), spare[1, run])
            opens(clocks, nodes[node].clock, spare[0], 1, spare[0], spare)
            for run in range(len(out)):
                out[run] = spare[0, run] if own[run] > 0 else out[run]


@helper
def _begin_late(axis: Axis, node: int, project: Times, out: Times, spare: Times) -> None:
    """The project's finish in the times that ``node`` holds."""
    if axis.base[node] >= 0:
        copy_runs(project[axis.base[node]], out)
    else:
        works(axis.crossing.clocks, axis.crossing.nodes[node].clock, project[axis.calendars], out, spare)


@helper
def _limit(late: Times, work: Times, own: Times, from_start: bool, to_finish: bool, lag: int, out: Times) -> None:
    """Lower the finish ``out`` of a node with ``own`` work by one link to a node that starts ``late``, with ``work``."""
    kind = out.dtype.type
    if from_start:
        if to_finish:
            for run in range(len(out)):
                out[run] = min(out[run], kind(late[run] + work[run] - lag + own[run]))
        else:
            for run in range(len(out)):
                out[run] = min(out[run], kind(late[run] - lag + own[run]))
    elif to_finish:
        for run in range(len(out)):
            out[run] = min(out[run], kind(late[run] + work[run] - lag))
    else:
        for run in range(len(out)):
            out[run] = min(out[run], kind(late[run] - lag))


@helper
def _no_float(late: Times, own: Times, finish: Times, valid: int) -> np.int32:
    """Of the first ``valid`` runs those in which the total float is zero or less."""
    kind = late.dtype.type
    found = np.int32(0)
    for run in range(valid):
        found = np.int32(found + (kind(late[run] + own[run]) <= finish[run]))
    return found


@helper
def backward(axis: Axis, work: Times, finish: Times, late: Times, driver: Times, project: Times, spare: Times, valid: int,
             critical: Counts) -> None:
    """Late starts of the nodes that lead to the goal, and in how many of the first ``valid`` runs each is critical.

    ``project`` is scratch.
    """
    kind = finish.dtype.type
    first, after, links, lag, from_start, to_finish, crosses = (
        axis.after_first, axis.after, axis.after_link, axis.lag, axis.from_start, axis.to_finish, axis.crosses)
    plain, leads, cap_start, cap_finish, goal, base, shown, instant = (
        axis.after_plain, axis.leads, axis.cap_start, axis.cap_finish, axis.goal, axis.base, axis.shown, axis.instant)
    if goal < 0:
        _project(axis, finish, shown, project, spare)
    crossing, nodes, links_of = axis.crossing, axis.crossing.nodes, axis.crossing.links
    clocks = crossing.clocks
    start, start_work, limit, kept = spare[4], spare[5], spare[6], spare[10:]
    for node in range(len(leads) - 1, -1, -1):
        if not leads[node]:
            continue
        own, out, early = work[node], late[node], finish[shown[node]]
        if node == goal:
            copy_runs(early, out)
        elif goal >= 0:
            out[:] = axis.unbound
        elif base[node] >= 0:
            copy_runs(project[base[node]], out)
        else:
            _begin_late(axis, node, project, out, spare)
        if plain[node]:
            for at in range(first[node], first[node + 1]):
                one, wait = late[after[at]], lag[links[at]]
                for run in range(len(out)):
                    out[run] = min(out[run], kind(one[run] - wait))
            for run in range(len(out)):
                out[run] -= own[run]
        else:
            start[:] = axis.unbound
            start_work[:] = axis.unbound
            for at in range(first[node], first[node + 1]):
                to, link = after[at], links[at]
                if crosses[link] and not from_start[link] and links_of[link].near != 0:
                    retreat_near(crossing, link, node, to, work[to], late[to], out, spare)
                elif crosses[link] or instant[node] >= 0:
                    late_when(crossing, to, work[to], late[to], to_finish[link], limit, spare)
                    allow(crossing, link, to, work[to], limit, limit, spare)
                    if nodes[to].earliest:
                        copy_runs(out, kept[0])
                        copy_runs(start, kept[1])
                        copy_runs(start_work, kept[2])
                    retreat(crossing, link, node, own, early, limit, out, start, start_work, spare)
                    if nodes[to].earliest:
                        for run in range(len(out)):
                            if driver[instant[to], run] != link:  # another is the first
                                out[run], start[run], start_work[run] = kept[0, run], kept[1, run], kept[2, run]
                else:
                    _limit(late[to], work[to], own, from_start[link], to_finish[link], lag[link], out)
            # In a run in which another is the first of those that a hub gathers, a node may not lead to the goal: then nothing caps it.
            begin, end, half = cap_start[node], cap_finish[node], axis.unbound // 2
            if instant[node] < 0:
                for run in range(len(out)):
                    last = kind(min(out[run], end) - own[run])
                    out[run] = min(last, begin) if out[run] < half else kind(out[run] - own[run])
            else:
                if nodes[node].hit and begin < axis.unbound:
                    limit[:] = begin
                    works(clocks, nodes[node].clock, limit, limit, spare)
                for run in range(len(out)):
                    if out[run] < half or start[run] < half:
                        out[run], start[run] = min(out[run], end), min(start[run], begin)
                        if begin < axis.unbound:
                            start_work[run] = min(start_work[run], kind(limit[run] + own[run]))
                late_start(crossing, axis.unbound, node, own, out, start, start_work, spare)
        if instant[node] < 0:
            critical[node] += _no_float(out, own, early, valid)
        else:
            works(clocks, nodes[node].clock, out, spare[0], spare)
            works(clocks, nodes[node].clock, early, spare[1], spare)
            critical[node] += _no_float(spare[0], own, spare[1], valid)
