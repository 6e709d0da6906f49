"""Where clocks meet: the ends of links as instants, and the events that hold instants, for whole rows of runs.

Every function does for a row what :mod:`tpm.schedule.cpm` does for one run; the names of its parts there are told.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from tpm.risk.clocks import Clocks, Times, opens, works
from tpm.risk.draws import copy_runs
from tpm.schedule.compiled import helper
from tpm.schedule.cpm import Records

# What a link that drives an event says of the day on which the event is shown.
CLOSES: Final = 0  # the day that ends there
OPENS: Final = 1  # the working day before: it lies where something begins
COMPARE: Final = 2  # as the predecessor ends there, or not


HELD: Final = 3  # the event itself is shown on the day that opens there
INTO: Final = 1
OUT_OF: Final = 2

# What the passes must know of a node and of a link where clocks meet.
NODE: Final = np.dtype([
    ("floor_start", np.int64),
    ("floor_finish", np.int64),
    ("clock", np.int32),
    ("instant", np.int32),  # position among those that hold instants, −1 for those that hold working time
    ("event", np.bool_),  # without work, unless a risk brings some
    ("earliest", np.bool_),  # happens when the first of its predecessors does, not the last
    ("hit", np.bool_),  # holds instants, and risks bring it work
    ("held", np.bool_),  # an event that is shown on the day that opens where nothing but its floor holds it
], align=True)
LINK: Final = np.dtype([
    ("lag", np.int64),
    ("before", np.int32),  # −1: from what is done, ``lag`` is the instant that it demands
    ("from_start", np.bool_),
    ("to_finish", np.bool_),
    ("elapsed", np.bool_),
    ("shows", np.int8),  # CLOSES, OPENS, COMPARE
    ("near", np.int8),  # between a calendar and a clock that adds days to it: INTO that clock, OUT_OF it, 0 elsewhere
], align=True)


class Crossing(NamedTuple):
    """What the passes must know where clocks meet. Few arrays, for calls hand them on."""

    clocks: Clocks
    nodes: Records  # M of NODE
    links: Records  # of LINK: those into nodes


@helper
def raise_to(out: Times, other: Times) -> None:
    for run in range(len(out)):
        out[run] = max(out[run], other[run])


@helper
def lower_to(out: Times, other: Times) -> None:
    for run in range(len(out)):
        out[run] = min(out[run], other[run])


@helper
def add(out: Times, amount: int) -> None:
    kind = out.dtype.type
    for run in range(len(out)):
        out[run] = kind(out[run] + amount)


@helper
def when(crossing: Crossing, node: int, own: Times, finish: Times, of_start: bool, out: Times, spare: Times) -> None:
    """The instants at which ``node``, with ``own`` work and these finishes, starts or finishes."""
    clocks, nodes, _ = crossing
    turned = spare[1]
    kind = out.dtype.type
    clock = nodes[node].clock
    if nodes[node].instant >= 0:
        if of_start and nodes[node].hit:
            works(clocks, clock, finish, turned, spare)
            for run in range(len(out)):
                turned[run] = kind(turned[run] - own[run])
            opens(clocks, clock, turned, 0, out, spare)
            for run in range(len(out)):
                out[run] = out[run] if own[run] > 0 else finish[run]
        else:
            copy_runs(finish, out)
    elif of_start:
        for run in range(len(out)):
            turned[run] = kind(finish[run] - own[run])
        opens(clocks, clock, turned, 0, out, spare)
        if nodes[node].event:
            opens(clocks, clock, finish, 1, turned, spare)
            for run in range(len(out)):
                out[run] = out[run] if own[run] > 0 else turned[run]
    else:
        opens(clocks, clock, finish, 1, out, spare)


@helper
def shift(clocks: Clocks, clock: int, into: bool, ends: bool, work: Times, out: Times) -> None:
    """The calendar's working time as that of a ``clock`` that adds days to it, or back, at the instants where work ends or begins.

    No table is asked: on days that the calendar rests none of its work begins or ends.
    """
    kind = out.dtype.type
    of = clocks.clock[clock]
    day, until, other = kind(of.day), kind(of.until), kind(of.until_other)
    if into:
        edge = kind(0 if ends else 1)
        for run in range(len(out)):
            at = work[run]
            out[run] = kind(at + (day if at > kind(until - edge) else kind(0)) + (day if at > kind(other - edge) else kind(0)))
    else:
        for run in range(len(out)):
            rest = kind(work[run] - min(max(kind(work[run] - until), kind(0)), day))
            out[run] = kind(rest - min(max(kind(rest - other), kind(0)), day))


@helper
def arrive(crossing: Crossing, link: int, node: int, work: Times, finish: Times, out: Times, spare: Times) -> None:
    """What a link demands of ``node``, in the times that the node holds."""
    clocks, nodes, links = crossing
    before, wait = links[link].before, links[link].lag
    if before < 0:
        out[:] = wait
        return
    near = links[link].near
    if near != 0:
        base = spare[1]
        if links[link].from_start:
            for run in range(len(out)):
                base[run] = finish[before, run] - work[before, run]
        else:
            copy_runs(finish[before], base)
        shift(clocks, nodes[node if near == INTO else before].clock, near == INTO, not links[link].from_start, base, out)
        add(out, wait)
        return
    when(crossing, before, work[before], finish[before], links[link].from_start, out, spare)
    if links[link].elapsed:
        add(out, wait)
        wait = 0
    if nodes[node].instant < 0:
        works(clocks, nodes[node].clock, out, out, spare)
        add(out, wait)
    elif wait != 0:
        works(clocks, nodes[node].clock, out, out, spare)
        add(out, wait)
        opens(clocks, nodes[node].clock, out, 1, out, spare)


@helper
def happen(crossing: Crossing, into: tuple[int, int], unbound: int, node: int, work: Times, finish: Times, opening: Times, driver: Times,
           spare: Times) -> None:
    """When an event that holds instants happens, by the links ``into[0]`` to ``into[1]``, and by which: see :class:`Room`."""
    kind = spare.dtype.type
    clocks, nodes, links = crossing
    clock, own, out = nodes[node].clock, work[node], finish[node]
    demand, scratch, begin = spare[0], spare[2], spare[3]
    out[:] = -unbound
    begin[:] = -unbound
    opening[:] = -1
    driver[:] = -1
    earliest = nodes[node].earliest
    for link in range(into[0], into[1]):
        arrive(crossing, link, node, work, finish, demand, spare)
        shows = links[link].shows
        if shows == COMPARE:
            before = links[link].before
            when(crossing, before, work[before], finish[before], False, scratch, spare)
            for run in range(len(out)):
                scratch[run] = scratch[run] != demand[run]
        else:
            scratch[:] = shows
        for run in range(len(out)):
            leads = demand[run] < out[run] or driver[run] < 0 if earliest else demand[run] > out[run]
            out[run] = demand[run] if leads else out[run]
            opening[run] = scratch[run] if leads else opening[run]
            driver[run] = link if leads else driver[run]
        if nodes[node].hit:
            works(clocks, clock, demand, demand, spare)
            if links[link].to_finish:
                for run in range(len(out)):
                    demand[run] = kind(demand[run] - own[run])
            raise_to(begin, demand)
    floor = max(nodes[node].floor_start, nodes[node].floor_finish)
    for run in range(len(out)):
        if out[run] < floor:
            out[run] = floor
            opening[run] = driver[run] = -1
    if not nodes[node].hit:
        return
    if nodes[node].floor_start > -unbound:
        demand[:] = nodes[node].floor_start
        works(clocks, clock, demand, demand, spare)
        raise_to(begin, demand)
    if nodes[node].floor_finish > -unbound:
        demand[:] = nodes[node].floor_finish
        works(clocks, clock, demand, demand, spare)
        for run in range(len(out)):
            demand[run] = kind(demand[run] - own[run])
        raise_to(begin, demand)
    for run in range(len(out)):
        begin[run] = kind(begin[run] + own[run])
    opens(clocks, clock, begin, 1, demand, spare)
    for run in range(len(out)):
        out[run] = demand[run] if own[run] > 0 else out[run]


@helper
def allow(crossing: Crossing, link: int, node: int, own: Times, end: Times, out: Times, spare: Times) -> None:
    """The latest instants at which a predecessor's end still lets ``node``, with ``own`` work, have its ``end`` there; in place too."""
    clocks, nodes, links = crossing
    kind = out.dtype.type
    clock, wait, sooner_work = nodes[node].clock, links[link].lag, spare[1]
    if wait == 0 and not (links[link].to_finish and not nodes[node].event) and not nodes[node].hit:
        copy_runs(end, out)
    elif links[link].elapsed and not links[link].to_finish:
        for run in range(len(out)):
            out[run] = kind(end[run] - wait)
    else:
        exact = wait == 0 or links[link].elapsed
        later = kind(wait if links[link].elapsed else 0)
        sooner = kind(0 if links[link].elapsed else wait)
        works(clocks, clock, end, sooner_work, spare)
        add(sooner_work, -sooner)
        opens(clocks, clock, sooner_work, 0, sooner_work, spare)
        for run in range(len(out)):
            at = end[run] if exact and (own[run] == 0 or not links[link].to_finish) else sooner_work[run]
            out[run] = kind(at - later)


@helper
def latest_work(crossing: Crossing, node: int, own: Times, finish: Times, limit: Times, out: Times, spare: Times) -> None:
    """The latest work at which ``node`` may start so that its start lies at or before ``limit``, as :mod:`tpm.schedule.cpm` has it."""
    clocks, nodes, _ = crossing
    kind = out.dtype.type
    clock, opening = nodes[node].clock, spare[1]
    day = clocks.clock[clock].day
    works(clocks, clock, limit, out, spare)
    opens(clocks, clock, out, 0, opening, spare)
    for run in range(len(out)):
        if opening[run] > limit[run] and own[run] > 0:
            begin = finish[run] - own[run]
            out[run] = kind(begin + (out[run] - 1 - begin) // day * day)


@helper
def late_when(crossing: Crossing, node: int, own: Times, late: Times, of_finish: bool, out: Times, spare: Times) -> None:
    """The instants at which a node that starts ``late`` starts or finishes."""
    clocks, nodes, _ = crossing
    kind = out.dtype.type
    clock = nodes[node].clock
    if nodes[node].instant < 0:
        if of_finish:
            for run in range(len(out)):
                out[run] = kind(late[run] + own[run])
            opens(clocks, clock, out, 1, out, spare)
        else:
            opens(clocks, clock, late, 0, out, spare)
    elif of_finish and nodes[node].hit:
        works(clocks, clock, late, out, spare)
        for run in range(len(out)):
            out[run] = kind(out[run] + own[run])
        opens(clocks, clock, out, 1, out, spare)
        for run in range(len(out)):
            out[run] = out[run] if own[run] > 0 else late[run]
    else:
        copy_runs(late, out)


@helper
def retreat(crossing: Crossing, link: int, node: int, own: Times, finish: Times, limit: Times, latest: Times, start: Times,
             start_work: Times, spare: Times) -> None:
    """Lower ``node``'s latest finish by a link that lets its end lie at the instants ``limit``.

    A node that holds working time has all of it in ``latest``. One that holds instants has there what bounds its finish, in ``start`` what
    bounds its start, and in ``start_work`` the working time at which it may finish for the latter.
    """
    clocks, nodes, links = crossing
    kind = latest.dtype.type
    clock = nodes[node].clock
    if nodes[node].instant < 0:
        if links[link].from_start:
            latest_work(crossing, node, own, finish, limit, spare[0], spare)
            for run in range(len(latest)):
                latest[run] = min(latest[run], kind(spare[0, run] + own[run]))
        else:
            works(clocks, clock, limit, spare[0], spare)
            lower_to(latest, spare[0])
    elif links[link].from_start:
        lower_to(start, limit)
        if nodes[node].hit:
            works(clocks, clock, finish, spare[2], spare)
            latest_work(crossing, node, own, spare[2], limit, spare[0], spare)
            for run in range(len(latest)):
                start_work[run] = min(start_work[run], kind(spare[0, run] + own[run]))
    else:
        lower_to(latest, limit)


@helper
def retreat_near(crossing: Crossing, link: int, node: int, to: int, work: Times, late: Times, latest: Times, spare: Times) -> None:
    """:func:`retreat` from a finish by a link that is near, to a node with ``work`` that starts ``late``."""
    clocks, nodes, links = crossing
    kind = latest.dtype.type
    wait, near, end = links[link].lag, links[link].near, spare[1]
    if links[link].to_finish:
        for run in range(len(end)):
            end[run] = kind(late[run] + work[run] - wait)
    else:
        for run in range(len(end)):
            end[run] = kind(late[run] - wait)
    shift(clocks, nodes[to if near == INTO else node].clock, near == OUT_OF, False, end, spare[0])
    lower_to(latest, spare[0])


@helper
def late_start(crossing: Crossing, unbound: int, node: int, own: Times, latest: Times, start: Times, start_work: Times,
                spare: Times) -> None:
    """From what bounds a node to its late start, in ``latest``."""
    clocks, nodes, _ = crossing
    kind = latest.dtype.type
    clock = nodes[node].clock
    if nodes[node].instant < 0:
        for run in range(len(latest)):
            latest[run] = kind(latest[run] - own[run])
        return
    if nodes[node].hit:
        # ``latest`` may still be unbound: then only starts bound the node.
        for run in range(len(latest)):
            spare[0, run] = latest[run] if latest[run] < unbound else start[run]
        works(clocks, clock, spare[0], spare[0], spare)
        for run in range(len(latest)):
            end = min(spare[0, run], start_work[run]) if latest[run] < unbound else start_work[run]
            spare[0, run] = kind(end - own[run])
        opens(clocks, clock, spare[0], 0, spare[0], spare)
    lower_to(latest, start)
    if nodes[node].hit:
        for run in range(len(latest)):
            latest[run] = spare[0, run] if own[run] > 0 else latest[run]
