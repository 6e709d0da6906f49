"""The passes over many runs at once, for plans in which all open work shares one calendar.

On the axis of that calendar's working time an instant is one number, a link is an addition, and the early finish of an
activity is a maximum over its predecessors: rows of numbers, a column a run, which the compiler keeps in vector registers. The
results are those of :mod:`tpm.schedule.cpm`, run by run; what that pass decides by the instants within a weekend is left to
:mod:`tpm.risk.anywhere` (see :func:`tpm.risk.networks.as_axis`).

Times are whole units, int32, counted from an origin at the opening of a working day. Nodes are numbered in topological order, so
a link always leads to a higher number.

A pass reads the fields of its :class:`Axis` once and hands single rows to the innermost functions: a call that passes a tuple of forty
arrays costs more than a row of additions. One link at a time, because each array more in a loop is a further overlap to rule out at run
time. Sums are narrowed at once, ``np.int32(…)``: numba adds in 64 bits, and a maximum of such sums fills twice the registers.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tpm.risk.counts import Bins, Counts, count_days
from tpm.risk.draws import Drawn, Draws, copy_runs, draw_rows, draw_shared, fired_runs
from tpm.risk.variants import Variants, changed_extra
from tpm.schedule.compiled import helper, kernel
from tpm.schedule.network import Integers
from tpm.schedule.rows import Flags

UNBOUND: Final = 2**30  # no bound; its negative where bounded from below
Block = npt.NDArray[np.int32]  # nodes × runs


class Axis(NamedTuple):
    """A problem on one axis. M nodes, U summaries; a summary is a further row that takes the last finish of what lies below it."""

    node_of: Integers  # the node of each sampled row
    work: Integers  # M
    least: Integers  # M: what is left of its work however much is saved
    floor_start: Integers  # M
    floor_finish: Integers  # M
    first: Integers  # M + 1: links into a node
    before: Integers  # the node that each comes from
    from_start: Flags
    to_finish: Flags
    lag: Integers
    plain: Flags  # M: all links into it lead from finishes to its start, and it has no floor on the finish
    after_first: Integers  # M + 1: of the same links those that lead to the goal, by the node that they leave
    after: Integers
    after_from_start: Flags
    after_to_finish: Flags
    after_lag: Integers
    after_plain: Flags  # M: all of them lead from its finish to starts, and it has no cap
    leads: Flags  # M: leads to the target
    ends: Flags  # M: may be the last to finish
    cap_start: Integers  # M
    cap_finish: Integers  # M
    up: Integers  # M: summary above, −1 for none
    summary_up: Integers  # U; a summary stands before the one above it
    is_row: Flags  # M: shown; the others are hubs
    every: Integers  # M: all nodes
    target: int  # node; M + u for summary u; −1 for the project's finish
    goal: int  # node that late dates count back from, −1 for the project's finish
    last_done: int  # finish of what is done, for the project's finish
    day: int  # units of a working day


class Room(NamedTuple):
    """Room for one block of runs; without variants the last three have one row."""

    work: Block  # M
    finish: Block  # M
    late: Block  # M
    summary: Block  # U
    target: Integers  # runs
    extra: Block  # sampled rows
    kept_work: Block  # M: of the first simulation, while a variant is computed
    kept_finish: Block  # M


def room(axis: Axis, block: int, variants: bool) -> Room:
    """Room for ``block`` runs."""
    m, u = len(axis.work), len(axis.summary_up)
    work = np.repeat(axis.work[:, None], block, axis=1)  # rows that are not sampled are never written again
    kept = m if variants else 1
    sizes = (m, m, u, len(axis.node_of) if variants else 1, kept, kept)
    finish, late, summary, extra, kept_work, kept_finish = (np.empty((size, block), np.int32) for size in sizes)
    return Room(work, finish, late, summary, np.empty(block, np.int32), extra, kept_work, kept_finish)


@helper
def _remaining(planned: int, least: np.int32, own: Integers) -> None:
    """From the extra in ``own`` to the remaining work, in place."""
    for run in range(len(own)):
        own[run] = max(np.int32(planned + own[run]), least)


@helper
def _bound(finish: Integers, work: Integers, own: Integers, from_start: bool, to_finish: bool, lag: int, out: Integers) -> None:
    """Raise the start ``out`` of a node with ``own`` work by one link."""
    if from_start:
        if to_finish:
            for run in range(len(out)):
                out[run] = max(out[run], np.int32(finish[run] - work[run] + lag - own[run]))
        else:
            for run in range(len(out)):
                out[run] = max(out[run], np.int32(finish[run] - work[run] + lag))
    elif to_finish:
        for run in range(len(out)):
            out[run] = max(out[run], np.int32(finish[run] + lag - own[run]))
    else:
        for run in range(len(out)):
            out[run] = max(out[run], np.int32(finish[run] + lag))


@helper
def _forward(axis: Axis, nodes: Integers, work: Block, finish: Block) -> None:
    """The early finishes of ``nodes``, in order, from the work of all nodes and the finishes of all others."""
    first, before, lag, from_start, to_finish = axis.first, axis.before, axis.lag, axis.from_start, axis.to_finish
    plain, floor_start, floor_finish = axis.plain, axis.floor_start, axis.floor_finish
    for node in nodes:
        own, out = work[node], finish[node]
        out[:] = floor_start[node]
        if plain[node]:
            for link in range(first[node], first[node + 1]):
                one, wait = finish[before[link]], lag[link]
                for run in range(len(out)):
                    out[run] = max(out[run], np.int32(one[run] + wait))
        else:
            floor = floor_finish[node]
            for run in range(len(out)):
                out[run] = max(out[run], np.int32(floor - own[run]))
            for link in range(first[node], first[node + 1]):
                _bound(finish[before[link]], work[before[link]], own, from_start[link], to_finish[link], lag[link], out)
        for run in range(len(out)):
            out[run] += own[run]


@helper
def _raise(out: Integers, other: Integers) -> None:
    for run in range(len(out)):
        out[run] = max(out[run], other[run])


@helper
def _sum_up(axis: Axis, finish: Block, summary: Block) -> None:
    up, summary_up = axis.up, axis.summary_up
    summary[:] = -UNBOUND
    for node in range(len(up)):
        if up[node] >= 0:
            _raise(summary[up[node]], finish[node])
    for row in range(len(summary_up)):
        if summary_up[row] >= 0:
            _raise(summary[summary_up[row]], summary[row])


@helper
def _last(ends: Flags, counts: Flags, finish: Block, least: int, out: Integers) -> None:
    """The last finish in each run of the nodes that both flags name, or ``least``."""
    out[:] = least
    for node in range(len(ends)):
        if ends[node] and counts[node]:
            _raise(out, finish[node])


@helper
def _target(axis: Axis, finish: Block, summary: Block, out: Integers) -> None:
    """When the target finishes in each run."""
    m = len(axis.work)
    if axis.target >= m:
        copy_runs(summary[axis.target - m], out)
    elif axis.target >= 0:
        copy_runs(finish[axis.target], out)
    else:
        _last(axis.ends, axis.is_row, finish, -UNBOUND, out)


@helper
def _limit(late: Integers, work: Integers, own: Integers, from_start: bool, to_finish: bool, lag: int, out: Integers) -> None:
    """Lower the finish ``out`` of a node with ``own`` work by one link to a node that starts ``late``, with ``work``."""
    if from_start:
        if to_finish:
            for run in range(len(out)):
                out[run] = min(out[run], np.int32(late[run] + work[run] - lag + own[run]))
        else:
            for run in range(len(out)):
                out[run] = min(out[run], np.int32(late[run] - lag + own[run]))
    elif to_finish:
        for run in range(len(out)):
            out[run] = min(out[run], np.int32(late[run] + work[run] - lag))
    else:
        for run in range(len(out)):
            out[run] = min(out[run], np.int32(late[run] - lag))


@helper
def _no_float(late: Integers, own: Integers, finish: Integers, valid: int) -> np.int32:
    """Of the first ``valid`` runs those in which the total float is zero or less."""
    found = np.int32(0)
    for run in range(valid):
        found = np.int32(found + (np.int32(late[run] + own[run]) <= finish[run]))
    return found


@helper
def _backward(axis: Axis, work: Block, finish: Block, late: Block, project: Integers, valid: int, critical: Counts) -> None:
    """Late starts of the nodes that lead to the goal, and in how many of the first ``valid`` runs each is critical.

    ``project`` is scratch.
    """
    first, after, lag, from_start, to_finish = (axis.after_first, axis.after, axis.after_lag, axis.after_from_start,
                                                axis.after_to_finish)
    plain, leads, cap_start, cap_finish, goal = axis.after_plain, axis.leads, axis.cap_start, axis.cap_finish, axis.goal
    if goal < 0:
        _last(axis.ends, axis.ends, finish, axis.last_done, project)
    else:
        project[:] = UNBOUND
    for node in range(len(leads) - 1, -1, -1):
        if not leads[node]:
            continue
        own, out = work[node], late[node]
        copy_runs(finish[node] if node == goal else project, out)
        if plain[node]:
            for link in range(first[node], first[node + 1]):
                one, wait = late[after[link]], lag[link]
                for run in range(len(out)):
                    out[run] = min(out[run], np.int32(one[run] - wait))
            for run in range(len(out)):
                out[run] -= own[run]
        else:
            for link in range(first[node], first[node + 1]):
                _limit(late[after[link]], work[after[link]], own, from_start[link], to_finish[link], lag[link], out)
            start, end = cap_start[node], cap_finish[node]
            for run in range(len(out)):
                out[run] = min(np.int32(min(out[run], end) - own[run]), start)
        critical[node] += _no_float(out, own, finish[node], valid)


@helper
def _draw_work(axis: Axis, draws: Draws, drawn: Drawn, first_run: int, work: Block) -> None:
    """The remaining work of every node in the runs from ``first_run`` on."""
    draw_shared(draws, first_run, drawn)
    draw_rows(draws, first_run, drawn, axis.node_of, work)
    for node in axis.node_of:
        _remaining(axis.work[node], axis.least[node], work[node])


@kernel
def chunk(axis: Axis, draws: Draws, drawn: Drawn, space: Room, first_run: int, runs: int, floats: bool, days: bool, bins: Bins,
          target: Integers, critical: Counts, counts: Integers, fired: Counts) -> None:
    """``runs`` runs from ``first_run`` on (a multiple of the block): the target's finish of each, and what is added up over runs.

    ``floats``: count the runs in which a node is critical. ``days``: count finishes by day.
    """
    m = len(axis.work)
    block = len(space.target)
    first, low = bins
    finishes, summaries, places = space.finish, space.summary, space.target
    for start in range(first_run, first_run + runs, block):
        valid = min(block, first_run + runs - start)
        _draw_work(axis, draws, drawn, start, space.work)
        _forward(axis, axis.every, space.work, finishes)
        if days or axis.target >= m:
            _sum_up(axis, finishes, summaries)
        _target(axis, finishes, summaries, space.target)
        copy_runs(space.target, target[start : start + valid])
        for risk in range(len(fired)):
            fired[risk] += fired_runs(drawn.impact[risk], valid)
        if floats:
            _backward(axis, space.work, finishes, space.late, space.target, valid, critical)
        if days:
            for row in range(len(low)):
                if first[row] < first[row + 1]:  # else a hub
                    finish = finishes[row] if row < m else summaries[row - m]
                    count_days(finish, valid, axis.day, low[row], places, counts[first[row] : first[row + 1]])


@helper
def _exchange(one: Integers, other: Integers) -> None:
    for run in range(len(one)):
        one[run], other[run] = other[run], one[run]


@kernel
def vary(axis: Axis, draws: Draws, drawn: Drawn, space: Room, variants: Variants, first_run: int, runs: int,
         targets: Any) -> None:
    """The target's finish of ``runs`` runs under every variant, on the draws of the first simulation (common random numbers).

    ``targets`` is variants × runs.
    """
    node_of = axis.node_of
    rows_of = np.arange(len(node_of)).astype(np.int32)
    block = len(space.target)
    for start in range(first_run, first_run + runs, block):
        valid = min(block, first_run + runs - start)
        draw_shared(draws, start, drawn)
        draw_rows(draws, start, drawn, rows_of, space.extra)
        for row in rows_of:
            copy_runs(space.extra[row], space.work[node_of[row]])
            _remaining(axis.work[node_of[row]], axis.least[node_of[row]], space.work[node_of[row]])
        _forward(axis, axis.every, space.work, space.finish)
        for v in range(len(variants.risk)):
            rows = variants.row[variants.row_first[v] : variants.row_first[v + 1]]
            nodes = variants.node[variants.node_first[v] : variants.node_first[v + 1]]
            for row in rows:
                node = node_of[row]
                own = space.kept_work[node]
                changed_extra(draws, drawn, variants, v, row, space.extra[row], own)
                _remaining(axis.work[node], axis.least[node], own)
                _exchange(space.work[node], own)
            for node in nodes:
                copy_runs(space.finish[node], space.kept_finish[node])
            _forward(axis, nodes, space.work, space.finish)
            if axis.target >= len(axis.work):
                _sum_up(axis, space.finish, space.summary)
            _target(axis, space.finish, space.summary, space.target)
            copy_runs(space.target, targets[v, start : start + valid])
            for node in nodes:
                copy_runs(space.kept_finish[node], space.finish[node])
            for row in rows:
                _exchange(space.work[node_of[row]], space.kept_work[node_of[row]])


@kernel
def behind(axis: Axis, nodes: Integers) -> Flags:
    """M: the nodes that change when the work of ``nodes`` does and that the target can feel."""
    marked = np.zeros(len(axis.work), np.bool_)
    for node in nodes:
        marked[node] = axis.leads[node]
    for node in range(len(marked)):
        if marked[node]:
            for link in range(axis.after_first[node], axis.after_first[node + 1]):
                marked[axis.after[link]] = True
    return marked
