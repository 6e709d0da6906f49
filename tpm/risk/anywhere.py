"""The passes of the forecast, run by run, for every plan: several calendars, own worked days, elapsed lags, as late as possible.

Nothing is decided here: each run sets the remaining work of the sampled rows and asks :mod:`tpm.schedule.cpm`. Plans whose open work
shares one calendar take the faster :mod:`tpm.risk.axis`, which gives the same results.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tpm.risk.counts import Bins, Counts
from tpm.risk.draws import Drawn, Draws, copy_runs, draw_rows, draw_shared, fired_runs
from tpm.risk.variants import Variants, changed_extra
from tpm.schedule.clock import NEVER, TICKS_PER_DAY, Tables, Ticks, open_at, work_at
from tpm.schedule.compiled import helper, kernel
from tpm.schedule.cpm import BY_LINK, DONE, EARLY, LATE, Records, backward_pass, delay, forward_pass
from tpm.schedule.network import Integers, Links
from tpm.schedule.rows import Flags


class Anywhere(NamedTuple):
    """A problem as the forecast's passes take it. N nodes, of which the first R are rows of the plan."""

    continuous: bool
    tables: Tables
    nodes: Records  # N
    first: Integers
    links: Links
    order: Integers
    as_late: Flags  # N
    any_as_late: bool
    unit: int  # ticks
    node_of: Integers  # node of each sampled row
    least: Ticks  # of each sampled row: what is left of its work however much is saved
    event: Flags  # R
    held: Flags  # R: shown on the day that opens where nothing but its floor holds it
    status: int  # day number of the status date, NEVER where there is none
    up: Integers  # R: row above, −1 for none
    summaries: Integers  # rows, each before the one above it
    target: int  # node, −1 for the project's finish
    target_row: int  # row, −1 for the project's finish


class Space(NamedTuple):
    """Room for one run, and for the draws of a block of them."""

    extra: npt.NDArray[np.int32]  # sampled rows × runs
    nodes: Records
    early: Records
    late: Records
    day: Ticks  # R


def space(problem: Anywhere, block: int) -> Space:
    """Room for one worker that draws ``block`` runs at a time."""
    n = len(problem.nodes)
    extra = np.empty((len(problem.node_of), block), np.int32)
    return Space(extra, problem.nodes.copy(), np.empty(n, EARLY), np.empty(n, LATE), np.empty(len(problem.event), np.int64))


@helper
def _draw(draws: Draws, first_run: int, drawn: Drawn, extra: npt.NDArray[np.int32]) -> None:
    """The extras of all sampled rows in the runs from ``first_run`` on."""
    draw_shared(draws, first_run, drawn)
    draw_rows(draws, first_run, drawn, np.arange(len(extra)).astype(np.int32), extra)


@helper
def _schedule(problem: Anywhere, extra: npt.NDArray[np.int32], run: int, room: Space) -> None:
    for row in range(len(problem.node_of)):
        node = problem.node_of[row]
        room.nodes[node].work = max(problem.nodes[node].work + np.int64(extra[row, run]) * problem.unit, problem.least[row])
    forward_pass(problem.continuous, problem.tables, room.nodes, problem.first, problem.links, problem.order, room.early)
    if problem.any_as_late:
        delay(problem.tables, room.nodes, problem.first, problem.links, problem.order, room.early, problem.as_late)


@helper
def _event_day(problem: Anywhere, room: Space, row: int) -> int:
    """Displayed day of an event, as :func:`tpm.schedule.result._event_day` has it."""
    node, own = room.nodes[row], room.early[row]
    at = own.start
    work = work_at(problem.tables, node.calendar, node.own_first, node.own_second, at)
    held = problem.held[row] and own.reason != BY_LINK and node.finish_floor < at
    if held or (problem.status != NEVER and at // TICKS_PER_DAY <= problem.status):
        opening: int = open_at(problem.tables, node.calendar, node.own_first, node.own_second, work) // TICKS_PER_DAY
        return opening
    if own.driver >= 0 and room.early[own.driver].finish != at:
        worked: int = open_at(problem.tables, node.calendar, node.own_first, node.own_second, work - 1) // TICKS_PER_DAY
        return worked
    closing: int = (at - 1) // TICKS_PER_DAY
    return closing


@helper
def _show(problem: Anywhere, room: Space) -> None:
    """Displayed finish of every open row and of the summaries above."""
    room.day[:] = NEVER
    for row in range(len(problem.event)):
        kind = room.nodes[row].kind
        if kind >= DONE:
            continue
        if problem.event[row] and room.nodes[row].work == 0:
            room.day[row] = _event_day(problem, room, row)
        else:
            room.day[row] = (room.early[row].finish - 1) // TICKS_PER_DAY
        if problem.up[row] >= 0:
            room.day[problem.up[row]] = max(room.day[problem.up[row]], room.day[row])
    for row in problem.summaries:
        if problem.up[row] >= 0:
            room.day[problem.up[row]] = max(room.day[problem.up[row]], room.day[row])


@helper
def _target_work(problem: Anywhere, room: Space) -> int:
    """Working time of the plan's calendar before the target's finish."""
    if problem.target >= 0:
        at = room.early[problem.target].finish
    else:
        at = NEVER
        for row in range(len(problem.event)):
            at = max(at, room.early[row].finish)
    return work_at(problem.tables, 0, -1, -1, at)


@helper
def _target_day(problem: Anywhere, room: Space) -> int:
    if problem.target_row >= 0:
        shown: int = room.day[problem.target_row]
        return shown
    last = NEVER
    for row in range(len(problem.event)):
        last = max(last, room.day[row])
    return last


@kernel
def ranges(problem: Anywhere, draws: Draws, drawn: Drawn, room: Space, runs: int, low: Ticks, high: Ticks) -> None:
    """First and last displayed day of every row in the first ``runs`` runs."""
    block = len(drawn.words)
    for start in range(0, runs, block):
        _draw(draws, start, drawn, room.extra)
        for run in range(min(block, runs - start)):
            _schedule(problem, room.extra, run, room)
            _show(problem, room)
            for row in range(len(low)):
                low[row] = min(low[row], room.day[row])
                high[row] = max(high[row], room.day[row])


@kernel
def chunk(problem: Anywhere, draws: Draws, drawn: Drawn, room: Space, first_run: int, runs: int, floats: bool, days: bool, bins: Bins,
          target: Ticks, target_day: Ticks, critical: Counts, counts: Integers, fired: Counts) -> None:
    """As :func:`tpm.risk.axis.chunk`; ``target`` in ticks of the plan's calendar, ``target_day`` the displayed day."""
    block = len(drawn.words)
    rows = len(problem.event)
    for start in range(first_run, first_run + runs, block):
        valid = min(block, first_run + runs - start)
        _draw(draws, start, drawn, room.extra)
        for risk in range(len(fired)):
            fired[risk] += fired_runs(drawn.impact[risk], valid)
        for run in range(valid):
            _schedule(problem, room.extra, run, room)
            _show(problem, room)
            target[start + run] = _target_work(problem, room)
            target_day[start + run] = _target_day(problem, room)
            if floats:
                backward_pass(problem.continuous, problem.tables, room.nodes, problem.first, problem.links, problem.order, room.early,
                              problem.target, room.late)
                for row in range(rows):
                    critical[row] += room.late[row].total_float <= 0
            if days:
                for row in range(rows):
                    size = bins.first[row + 1] - bins.first[row]
                    if size > 0:
                        counts[bins.first[row] + min(max(room.day[row] - bins.low[row], 0), size - 1)] += 1


@kernel
def vary(problem: Anywhere, draws: Draws, drawn: Drawn, room: Space, variants: Variants, first_run: int, runs: int, targets: Any) -> None:
    """As :func:`tpm.risk.axis.vary`; ``targets`` (variants × runs) in ticks of the plan's calendar."""
    block = len(drawn.words)
    changed = np.empty_like(room.extra)
    for start in range(first_run, first_run + runs, block):
        valid = min(block, first_run + runs - start)
        _draw(draws, start, drawn, room.extra)
        for v in range(len(variants.risk)):
            for row in range(len(changed)):
                copy_runs(room.extra[row], changed[row])
            for at in range(variants.row_first[v], variants.row_first[v + 1]):
                changed_extra(draws, drawn, variants, v, variants.row[at], room.extra[variants.row[at]], changed[variants.row[at]])
            for run in range(valid):
                _schedule(problem, changed, run, room)
                targets[v, start + run] = _target_work(problem, room)
