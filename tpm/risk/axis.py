"""The passes over many runs at once, for plans in which all open work shares one calendar.

On the axis of that calendar's working time an instant is one number, a link is an addition, and the early finish of an
activity is a maximum over its predecessors: rows of numbers, a column a run, which the compiler keeps in vector registers. The
results are those of :mod:`tpm.schedule.cpm`, run by run; what that pass decides by the instants within a weekend is left to
:mod:`tpm.risk.anywhere` (see :func:`tpm.risk.networks.as_axis`).

Times are whole units, int32, counted from an origin at the opening of a working day. Nodes are numbered in topological order, so
a link always leads to a higher number.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tpm.risk.draws import Drawn, Draws, draw_block, draw_row, draw_shared
from tpm.schedule.compiled import helper, kernel
from tpm.schedule.network import Integers

UNBOUND: Final = 2**30  # no bound; its negative where bounded from below
Block = npt.NDArray[np.int32]  # nodes × runs
Counts = npt.NDArray[np.int64]


class Axis(NamedTuple):
    """A problem on one axis. M nodes, U summaries; a summary is a further row that takes the last finish of what lies below it."""

    sampled: Integers  # M: the node's sampled row, −1 where its work is as planned
    work: Integers  # M
    least: Integers  # M: what is left of its work however much is saved
    floor_start: Integers  # M
    floor_finish: Integers  # M
    first: Integers  # M + 1: links into a node
    before: Integers  # the node that each comes from
    from_start: npt.NDArray[np.bool_]
    to_finish: npt.NDArray[np.bool_]
    lag: Integers
    plain: npt.NDArray[np.bool_]  # M: one or two links, all from finishes to the start, and no floor on the finish
    after_first: Integers  # M + 1: the same links by the node that they leave
    after: Integers
    after_from_start: npt.NDArray[np.bool_]
    after_to_finish: npt.NDArray[np.bool_]
    after_lag: Integers
    after_plain: npt.NDArray[np.bool_]  # M: one or two links, all from its finish to starts that lead to the goal, and no cap
    begun: npt.NDArray[np.bool_]  # M: a link from its start bounds nobody's late dates
    leads: npt.NDArray[np.bool_]  # M: leads to the target
    ends: npt.NDArray[np.bool_]  # M: may be the last to finish
    cap_start: Integers  # M
    cap_finish: Integers  # M
    up: Integers  # M: summary above, −1 for none
    summary_up: Integers  # U; a summary stands before the one above it
    is_row: npt.NDArray[np.bool_]  # M: shown; the others are hubs
    target: int  # node; M + u for summary u; −1 for the project's finish
    goal: int  # node that late dates count back from, −1 for the project's finish
    last_done: int  # finish of what is done, for the project's finish
    day: int  # units of a working day


class Room(NamedTuple):
    """Room for one block of runs."""

    work: Block  # M
    finish: Block  # M
    late: Block  # M
    summary: Block  # U
    kept_work: Block  # M: of the first simulation, while a variant is computed
    kept_finish: Block  # M
    target: Integers  # runs


class Bins(NamedTuple):
    """Counts of finishes by working day: of row r (nodes, then summaries) the days from low[r] on in ``first[r]:first[r + 1]``."""

    first: npt.NDArray[np.int64]
    low: Integers


def room(axis: Axis, block: int, variants: bool) -> Room:
    """Room for ``block`` runs."""
    m, u = len(axis.work), len(axis.summary_up)
    work = np.repeat(axis.work[:, None], block, axis=1)  # rows that are not sampled are never written again
    extra = np.empty((m if variants else 1, block), np.int32)
    return Room(work, np.empty((m, block), np.int32), np.empty((m, block), np.int32), np.empty((u, block), np.int32), extra,
                extra.copy(), np.empty(block, np.int32))


@helper
def _add(planned: int, least: int, extra: Integers, own: Integers) -> None:
    for run in range(len(own)):
        own[run] = max(planned + extra[run], least)


@helper
def _work(axis: Axis, extra: Block, work: Block) -> None:
    """The remaining work of every node from the extras of all sampled rows."""
    for node in range(len(axis.work)):
        if axis.sampled[node] >= 0:
            _add(axis.work[node], axis.least[node], extra[axis.sampled[node]], work[node])


@helper
def _draw_work(axis: Axis, draws: Draws, drawn: Drawn, first_run: int, work: Block) -> None:
    """The same, drawn row by row."""
    draw_shared(draws, first_run, drawn)
    extra = drawn.extra[0]
    for node in range(len(axis.work)):
        if axis.sampled[node] >= 0:
            draw_row(draws, first_run, drawn, axis.sampled[node], extra)
            _add(axis.work[node], axis.least[node], extra, work[node])


@helper
def _bound(finish: Integers, work: Integers, own: Integers, from_start: bool, to_finish: bool, lag: int, out: Integers) -> None:
    """Raise the start ``out`` of a node with ``own`` work by one link."""
    if from_start:
        if to_finish:
            for run in range(len(out)):
                out[run] = max(out[run], finish[run] - work[run] + lag - own[run])
        else:
            for run in range(len(out)):
                out[run] = max(out[run], finish[run] - work[run] + lag)
    elif to_finish:
        for run in range(len(out)):
            out[run] = max(out[run], finish[run] + lag - own[run])
    else:
        for run in range(len(out)):
            out[run] = max(out[run], finish[run] + lag)


@helper
def _open(axis: Axis, node: int, own: Integers, out: Integers) -> None:
    """The start that the node's floors allow."""
    out[:] = axis.floor_start[node]
    floor = axis.floor_finish[node]
    if floor > -UNBOUND:
        for run in range(len(out)):
            out[run] = max(out[run], floor - own[run])


@helper
def _finish_plain(one: Integers, one_lag: int, two: Integers, two_lag: int, floor: int, own: Integers, out: Integers) -> None:
    """The finish of a node behind two finishes: the common case in one walk."""
    for run in range(len(out)):
        out[run] = max(max(one[run] + one_lag, two[run] + two_lag), floor) + own[run]


@helper
def _finish(axis: Axis, node: int, work: Block, finish: Block, own: Integers, out: Integers) -> None:
    """The early finish of ``node`` with ``own`` work, from the finishes and works of all nodes before it."""
    first, last = axis.first[node], axis.first[node + 1]
    if axis.plain[node]:
        one, two = axis.before[first], axis.before[last - 1]
        _finish_plain(finish[one], axis.lag[first], finish[two], axis.lag[last - 1], axis.floor_start[node], own, out)
        return
    _open(axis, node, own, out)
    for link in range(first, last):
        before = axis.before[link]
        _bound(finish[before], work[before], own, axis.from_start[link], axis.to_finish[link], axis.lag[link], out)
    for run in range(len(out)):
        out[run] += own[run]


@helper
def _forward(axis: Axis, work: Block, finish: Block) -> None:
    for node in range(len(axis.work)):
        _finish(axis, node, work, finish, work[node], finish[node])


@helper
def _raise(out: Integers, other: Integers) -> None:
    for run in range(len(out)):
        out[run] = max(out[run], other[run])


@helper
def _sum_up(axis: Axis, finish: Block, summary: Block) -> None:
    summary[:] = -UNBOUND
    for node in range(len(axis.work)):
        if axis.up[node] >= 0:
            _raise(summary[axis.up[node]], finish[node])
    for row in range(len(axis.summary_up)):
        if axis.summary_up[row] >= 0:
            _raise(summary[axis.summary_up[row]], summary[row])


@helper
def _target(axis: Axis, finish: Block, summary: Block, out: Integers) -> None:
    """When the target finishes in each run."""
    m = len(axis.work)
    if axis.target >= m:
        out[:] = summary[axis.target - m]
    elif axis.target >= 0:
        out[:] = finish[axis.target]
    else:
        out[:] = -UNBOUND
        for node in range(m):
            if axis.is_row[node] and axis.ends[node]:
                _raise(out, finish[node])


@helper
def _late_plain(one: Integers, one_lag: int, two: Integers, two_lag: int, own: Integers, out: Integers) -> None:
    """The late start of a node before two late starts: the common case in one walk."""
    for run in range(len(out)):
        out[run] = min(one[run] - one_lag, two[run] - two_lag) - own[run]


@helper
def _late(axis: Axis, node: int, work: Block, finish: Block, late: Block, project: Integers, own: Integers, out: Integers) -> None:
    """The late start of ``node`` from those of all nodes behind it."""
    first, last = axis.after_first[node], axis.after_first[node + 1]
    if axis.after_plain[node]:
        one, two = axis.after[first], axis.after[last - 1]
        _late_plain(late[one], axis.after_lag[first], late[two], axis.after_lag[last - 1], own, out)
        return
    if axis.goal < 0:
        out[:] = project
    elif axis.goal == node:
        out[:] = finish[node]
    else:
        out[:] = UNBOUND
    for link in range(first, last):
        after = axis.after[link]
        from_start = axis.after_from_start[link]
        if not axis.leads[after] or (from_start and axis.begun[node]):
            continue
        limit, their, lag = late[after], work[after], axis.after_lag[link]
        if from_start and axis.after_to_finish[link]:
            for run in range(len(out)):
                out[run] = min(out[run], limit[run] + their[run] - lag + own[run])
        elif from_start:
            for run in range(len(out)):
                out[run] = min(out[run], limit[run] - lag + own[run])
        elif axis.after_to_finish[link]:
            for run in range(len(out)):
                out[run] = min(out[run], limit[run] + their[run] - lag)
        else:
            for run in range(len(out)):
                out[run] = min(out[run], limit[run] - lag)
    cap_start, cap_finish = axis.cap_start[node], axis.cap_finish[node]
    for run in range(len(out)):
        out[run] = min(min(out[run], cap_finish) - own[run], cap_start)


@helper
def _backward(axis: Axis, work: Block, finish: Block, late: Block, project: Integers) -> None:
    """Late starts; rows of nodes that do not lead to the goal stay as they are. ``project`` is scratch."""
    m = len(axis.work)
    if axis.goal < 0:
        project[:] = axis.last_done
        for node in range(m):
            if axis.ends[node]:
                _raise(project, finish[node])
    for node in range(m - 1, -1, -1):
        if axis.leads[node]:
            _late(axis, node, work, finish, late, project, work[node], late[node])


@helper
def _is_critical(late: Integers, own: Integers, finish: Integers, valid: int) -> int:
    """Runs in which the total float is zero or less."""
    found = 0
    for run in range(valid):
        found += 1 if late[run] + own[run] <= finish[run] else 0
    return found


@helper
def _count_days(finish: Integers, runs: int, day: int, low: int, places: Integers, counts: Integers) -> None:
    """Add the working days of ``runs`` finishes to ``counts``; days outside it go to its ends. ``places`` is scratch."""
    per_unit = 1.0 / day
    top = np.int32(len(counts) - 1)
    for run in range(len(finish)):
        # Half a unit keeps the quotient off the whole numbers, so that it cannot be rounded to the wrong side.
        place = np.int32((finish[run] - 0.5) * per_unit + 1.0) - np.int32(1) - low
        place = place if place > 0 else np.int32(0)
        places[run] = place if place < top else top
    for run in range(runs):
        counts[np.uint32(places[run])] += 1


@kernel
def ranges(axis: Axis, draws: Draws, drawn: Drawn, space: Room, runs: int, low: Integers, high: Integers) -> None:
    """Earliest and latest finish of every row (nodes, then summaries) in the first ``runs`` runs."""
    m = len(axis.work)
    block = len(space.target)
    for start in range(0, runs, block):
        _draw_work(axis, draws, drawn, start, space.work)
        _forward(axis, space.work, space.finish)
        _sum_up(axis, space.finish, space.summary)
        for row in range(len(low)):
            finish = space.finish[row] if row < m else space.summary[row - m]
            for run in range(min(block, runs - start)):
                low[row] = min(low[row], finish[run])
                high[row] = max(high[row], finish[run])


@kernel
def chunk(axis: Axis, draws: Draws, drawn: Drawn, space: Room, first_run: int, runs: int, floats: bool, days: bool, bins: Bins,
          target: Integers, critical: Counts, counts: Integers, fired: Counts) -> None:
    """``runs`` runs from ``first_run`` on (a multiple of the block): the target's finish of each, and what is added up over runs.

    ``floats``: count the runs in which a node is critical. ``days``: count finishes by day.
    """
    m = len(axis.work)
    block = len(space.target)
    for start in range(first_run, first_run + runs, block):
        valid = min(block, first_run + runs - start)
        _draw_work(axis, draws, drawn, start, space.work)
        _forward(axis, space.work, space.finish)
        if days or axis.target >= m:
            _sum_up(axis, space.finish, space.summary)
        _target(axis, space.finish, space.summary, space.target)
        target[start : start + valid] = space.target[:valid]
        for risk in range(len(fired)):
            fired[risk] += _nonzero(drawn.impact[risk], valid)
        if floats:
            _backward(axis, space.work, space.finish, space.late, space.target)
            for node in range(m):
                if axis.leads[node]:
                    critical[node] += _is_critical(space.late[node], space.work[node], space.finish[node], valid)
        if days:
            for row in range(m + len(axis.summary_up)):
                if bins.first[row] == bins.first[row + 1]:
                    continue  # a hub
                finish = space.finish[row] if row < m else space.summary[row - m]
                _count_days(finish, valid, axis.day, bins.low[row], space.target, counts[bins.first[row] : bins.first[row + 1]])


@helper
def _nonzero(values: Integers, valid: int) -> int:
    found = 0
    for run in range(valid):
        found += values[run] != 0
    return found


class Variants(NamedTuple):
    """Simulations that differ from the first in one thing: rows held at their plan, or one risk taken out. V variants."""

    risk: Integers  # V: the risk that is left out, −1 for none
    kept: Integers  # V: its impact where it stays in but without its spread; 0 to leave it out
    row_first: Integers  # V + 1: sampled rows that change
    row: Integers
    node_first: Integers  # V + 1: nodes to compute again, in order
    node: Integers
    whole: npt.NDArray[np.bool_]  # V: no draw at all for the rows (else only the risk's impact changes)


@helper
def changed_extra(draws: Draws, drawn: Drawn, variants: Variants, v: int, row: int, out: Integers) -> None:
    """What a sampled row's extra is under variant ``v``: without its draw, or with the risk's impact replaced."""
    if variants.whole[v]:
        out[:] = 0
        for hit in range(draws.hit_first[row], draws.hit_first[row + 1]):
            impact = drawn.impact[draws.hit_risk[hit]]
            for run in range(len(out)):
                out[run] += impact[run]
    else:
        impact, kept, extra = drawn.impact[variants.risk[v]], variants.kept[v], drawn.extra[row]
        for run in range(len(out)):
            out[run] = extra[run] - impact[run] + (kept if impact[run] != 0 else 0)


@helper
def _exchange(one: Integers, other: Integers) -> None:
    for run in range(len(one)):
        one[run], other[run] = other[run], one[run]


@kernel
def vary(axis: Axis, draws: Draws, drawn: Drawn, space: Room, node_of: Integers, variants: Variants, first_run: int, runs: int,
         targets: Any) -> None:
    """The target's finish of ``runs`` runs under every variant, on the draws of the first simulation (common random numbers).

    ``node_of`` is the node of each sampled row; ``targets`` is variants × runs.
    """
    block = len(space.target)
    for start in range(first_run, first_run + runs, block):
        valid = min(block, first_run + runs - start)
        draw_block(draws, start, drawn)
        _work(axis, drawn.extra, space.work)
        _forward(axis, space.work, space.finish)
        for v in range(len(variants.risk)):
            rows = variants.row[variants.row_first[v] : variants.row_first[v + 1]]
            nodes = variants.node[variants.node_first[v] : variants.node_first[v + 1]]
            for row in rows:
                node = node_of[row]
                own = space.kept_work[node]
                changed_extra(draws, drawn, variants, v, row, own)
                _add(axis.work[node], axis.least[node], own, own)
                _exchange(space.work[node], own)
            for node in nodes:
                space.kept_finish[node, :] = space.finish[node]
                _finish(axis, node, space.work, space.finish, space.work[node], space.finish[node])
            if axis.target >= len(axis.work):
                _sum_up(axis, space.finish, space.summary)
            _target(axis, space.finish, space.summary, space.target)
            targets[v, start : start + valid] = space.target[:valid]
            for node in nodes:
                space.finish[node, :] = space.kept_finish[node]
            for row in rows:
                _exchange(space.work[node_of[row]], space.kept_work[node_of[row]])


@kernel
def behind(axis: Axis, nodes: Integers) -> Integers:
    """The nodes that change when the work of ``nodes`` does and that the target can feel, in order."""
    marked = np.zeros(len(axis.work), np.bool_)
    for node in nodes:
        marked[node] = axis.leads[node]
    found = 0
    for node in range(len(marked)):
        if marked[node]:
            found += 1
            for link in range(axis.after_first[node], axis.after_first[node + 1]):
                after = axis.after[link]
                marked[after] |= axis.leads[after]
    return np.flatnonzero(marked).astype(np.int32)
