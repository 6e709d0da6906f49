"""Blocks of runs: drawn, scheduled, shown as days and counted; and the same runs again without one source of uncertainty."""

from __future__ import annotations

from typing import Any

import numpy as np

from tpm.risk.clocks import Times, opens, whole_days, works
from tpm.risk.counts import Bins, Counts, count_days, count_values
from tpm.risk.crossings import HELD, OPENS, add, raise_to
from tpm.risk.draws import Drawn, Draws, copy_runs, draw_rows, draw_shared, fired_runs
from tpm.risk.passes import Axis, Room, backward, delay, forward, last_finish
from tpm.risk.variants import Variants, changed_extra
from tpm.schedule.compiled import helper, kernel
from tpm.schedule.network import Integers
from tpm.schedule.rows import Flags


@helper
def _remaining(planned: int, own: Times) -> None:
    """From the extra in ``own`` to the remaining work, in place: nothing at least."""
    kind = own.dtype.type
    for run in range(len(own)):
        own[run] = max(kind(planned + own[run]), kind(0))


@helper
def show_events(axis: Axis, room: Room) -> None:
    """The days on which events that hold instants are shown, as :func:`tpm.schedule.result._event_day` has it."""
    clocks, nodes, links = axis.crossing
    opened, worked, held = room.spare[0], room.spare[1], room.opening
    for node in range(len(axis.instant)):
        place = axis.instant[node]
        if place < 0:
            continue
        own, early, driver, out = room.work[node], room.finish[axis.shown[node]], room.driver[place], room.day[place]
        works(clocks, nodes[node].clock, early, worked, room.spare)
        opens(clocks, nodes[node].clock, worked, 0, opened, room.spare)
        add(worked, -1)
        opens(clocks, nodes[node].clock, worked, 0, worked, room.spare)
        for run in range(len(out)):
            at, how = early[run], held[place, run]
            by_floor = nodes[node].held and how < 0 and nodes[node].floor_finish < at
            if how >= 0 and nodes[node].event:
                # What an event drives that opens a day opens it too.
                before = links[np.int64(driver[run])].before
                chained = before >= 0 and nodes[before].event and axis.is_row[before] and axis.instant[before] >= 0
                by_floor |= chained and held[axis.instant[before], run] == HELD and room.finish[axis.shown[before], run] == at
            if own[run] > 0:
                out[run] = at
            elif by_floor or at < axis.status:
                out[run] = opened[run] + 1  # the day that opens there
                held[place, run] = HELD
            else:
                out[run] = worked[run] + 1 if how == OPENS else at
        whole_days(out, axis.day, out)


@helper
def _day(axis: Axis, node: int, finish: Times, day: Times, out: Times, spare: Times) -> None:
    """The days on which a row is shown, from the origin."""
    if axis.instant[node] >= 0:
        copy_runs(day[axis.instant[node]], out)
        return
    opens(axis.crossing.clocks, axis.crossing.nodes[node].clock, finish[axis.shown[node]], 1, out, spare)
    whole_days(out, axis.day, out)
    least = axis.least_day[node]
    for run in range(len(out)):
        out[run] = max(out[run], least)


@helper
def sum_up(axis: Axis, finish: Times, day: Times, summary: Times, spare: Times) -> None:
    up, summary_up, by_days, shown = axis.up, axis.summary_up, axis.by_days, axis.shown
    summary[:] = -axis.unbound
    for node in range(len(up)):
        if up[node] >= 0:
            if by_days[up[node]]:
                _day(axis, node, finish, day, spare[0], spare)
                raise_to(summary[up[node]], spare[0])
            else:
                raise_to(summary[up[node]], finish[shown[node]])
    for row in range(len(summary_up)):
        if summary_up[row] >= 0:
            raise_to(summary[summary_up[row]], summary[row])


@helper
def target_finish(axis: Axis, finish: Times, out: Times, spare: Times) -> None:
    """When the target finishes in each run, in the times that it holds."""
    if axis.target >= 0:
        copy_runs(finish[axis.shown[axis.target]], out)
    else:
        last_finish(axis, finish, axis.shown, axis.last_done, out, spare)


@helper
def target_day_of(axis: Axis, room: Room, out: Times) -> None:
    """The day on which the target is shown as finished: of the only clock, else of the calendar, from the origin."""
    if axis.target_summary >= 0:
        row = room.summary[axis.target_summary]
        if axis.by_days[axis.target_summary]:
            copy_runs(row, out)
        else:
            whole_days(row, axis.day, out)
    elif axis.target >= 0 and axis.instant[axis.target] < 0:
        whole_days(room.finish[axis.shown[axis.target]], axis.day, out)
    elif axis.target >= 0:
        copy_runs(room.day[axis.instant[axis.target]], out)
    elif axis.only >= 0:
        last_finish(axis, room.finish, axis.shown, -axis.unbound, out, room.spare)
        whole_days(out, axis.day, out)
    else:
        out[:] = -axis.unbound
        for node in axis.ends:
            _day(axis, node, room.finish, room.day, room.spare[0], room.spare)
            raise_to(out, room.spare[0])


@helper
def _draw_work(axis: Axis, draws: Draws, drawn: Drawn, first_run: int, work: Times) -> None:
    """The remaining work of every node in the runs from ``first_run`` on."""
    draw_shared(draws, first_run, drawn)
    draw_rows(draws, first_run, drawn, axis.node_of, work)
    for node in axis.node_of:
        _remaining(axis.work[node], work[node])


@kernel
def chunk(axis: Axis, draws: Draws, drawn: Drawn, room: Room, first_run: int, runs: int, floats: bool, days: bool, bins: Bins,
          target: Times, target_day: Times, critical: Counts, counts: Integers, fired: Counts) -> None:
    """``runs`` runs from ``first_run`` on (a multiple of the block): the target's finish of each, and what is added up over runs.

    ``floats``: count the runs in which a node is critical. ``days``: count finishes by day, and show that of the target.
    """
    m, block = len(axis.work), len(room.target)
    first, low = bins
    finishes, summaries, places, instant, shown = room.finish, room.summary, room.target, axis.instant, axis.shown
    for start in range(first_run, first_run + runs, block):
        valid = min(block, first_run + runs - start)
        _draw_work(axis, draws, drawn, start, room.work)
        forward(axis, axis.every, room.work, finishes, room.opening, room.driver, room.spare)
        if len(axis.delayed):
            delay(axis, room.work, finishes, room.opening, room.driver, room.project, room.spare)
        target_finish(axis, finishes, room.target, room.spare)
        copy_runs(room.target, target[start : start + valid])
        for risk in range(len(fired)):
            fired[risk] += fired_runs(drawn.impact[risk], valid)
        if days:
            if len(room.day):
                show_events(axis, room)
            sum_up(axis, finishes, room.day, summaries, room.spare)
            target_day_of(axis, room, places)
            copy_runs(places, target_day[start : start + valid])
        if floats:
            backward(axis, room.work, finishes, room.late, room.driver, room.project, room.spare, valid, critical)
        if days:
            for row in range(len(low)):
                if first[row] == first[row + 1]:
                    continue  # a hub
                found = counts[first[row] : first[row + 1]]
                if row >= m and axis.by_days[row - m]:
                    count_values(summaries[row - m], valid, low[row], found)
                elif row < m and instant[row] >= 0:
                    count_values(room.day[instant[row]], valid, low[row], found)
                else:
                    count_days(finishes[shown[row]] if row < m else summaries[row - m], valid, axis.day, low[row], places, found)


@helper
def _exchange(one: Times, other: Times) -> None:
    for run in range(len(one)):
        one[run], other[run] = other[run], one[run]


@kernel
def vary(axis: Axis, draws: Draws, drawn: Drawn, room: Room, variants: Variants, first_run: int, runs: int, targets: Any) -> None:
    """The target's finish of ``runs`` runs under every variant, on the draws of the first simulation (common random numbers).

    ``targets`` is variants × runs.
    """
    node_of, work, finish = axis.node_of, room.work, room.finish
    rows_of = np.arange(len(node_of)).astype(np.int32)
    block = len(room.target)
    for start in range(first_run, first_run + runs, block):
        valid = min(block, first_run + runs - start)
        draw_shared(draws, start, drawn)
        draw_rows(draws, start, drawn, rows_of, room.extra)
        for row in rows_of:
            node = node_of[row]
            copy_runs(room.extra[row], work[node])
            _remaining(axis.work[node], work[node])
        forward(axis, axis.every, work, finish, room.opening, room.driver, room.spare)
        for v in range(len(variants.risk)):
            rows = variants.row[variants.row_first[v] : variants.row_first[v + 1]]
            nodes = variants.node[variants.node_first[v] : variants.node_first[v + 1]]
            for row in rows:
                node = node_of[row]
                own = room.kept_work[node]
                changed_extra(draws, drawn, variants, v, row, room.extra[row], own)
                _remaining(axis.work[node], own)
                _exchange(work[node], own)
            for node in nodes:
                copy_runs(finish[node], room.kept_finish[node])
            forward(axis, nodes, work, finish, room.opening, room.driver, room.spare)
            if len(axis.delayed):
                delay(axis, work, finish, room.opening, room.driver, room.project, room.spare)
            target_finish(axis, finish, room.target, room.spare)
            copy_runs(room.target, targets[v, start : start + valid])
            for node in nodes:
                copy_runs(room.kept_finish[node], finish[node])
            for row in rows:
                _exchange(work[node_of[row]], room.kept_work[node_of[row]])


@kernel
def behind(axis: Axis, nodes: Integers) -> Flags:
    """M: the nodes that change when the work of ``nodes`` does and that the target can feel."""
    marked = np.zeros(len(axis.work), np.bool_)
    leads = axis.leads
    for node in nodes:
        marked[node] = leads[node]
    for node in range(len(marked)):
        if marked[node]:
            for at in range(axis.after_first[node], axis.after_first[node + 1]):
                marked[axis.after[at]] = True
    return marked
