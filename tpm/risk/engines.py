"""The two simulation kernels behind one face: run all runs, run the variants, and say the answers in days of the plan.

A *row* here is a line of the counts: an item or summary of the plan whose finish varies. ``row_of`` says which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tpm.risk import anywhere, axis
from tpm.risk.counts import Bins, bins, quantiles_of_counts, ranks_of
from tpm.risk.draws import Drawn, room
from tpm.risk.networks import OnAxis, as_anywhere, as_axis, unit_of
from tpm.risk.philox import GROUP
from tpm.risk.uncertainty import Register, Spread, Uncertainty, sampled_rows, uncertainty
from tpm.risk.variants import Variants
from tpm.risk.workers import share_out
from tpm.schedule.clock import TICKS_PER_DAY, Ticks, open_each, work_each
from tpm.schedule.network import Integers
from tpm.schedule.problem import Problem

Progress = Callable[[float], None] | None
Cancel = Callable[[], bool] | None

_PILOT_RUNS: Final = 4 * GROUP  # to find the range of days that is worth counting
_CACHE_BYTES: Final = 2_000_000  # what a block of runs may fill: the second-level cache of one processor
_CHUNK: Final = 600_000  # activity-runs between two questions whether to go on: two milliseconds, so that threads end together
_SLOW_CHUNK: Final = 200_000


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a simulation counted. ``target`` and ``target_day`` a run, the rest a row."""

    target: Ticks  # working time of the plan's calendar before the target's finish
    target_day: Ticks  # displayed, as day numbers; without what is constant
    critical: npt.NDArray[np.int64]  # runs in which the row is critical
    quantile_days: npt.NDArray[np.int64]  # rows × levels: displayed days, without what is constant
    fired: npt.NDArray[np.int64]  # runs in which each risk fires


class Engine:
    """A problem and its uncertainty, ready to run."""

    def __init__(self, problem: Problem, unknown: Uncertainty) -> None:
        self.problem = problem
        self.unknown = unknown

    row_of: Integers  # row of the plan of each line of the counts, −1 for none

    def run(self, runs: int, levels: tuple[float, ...], floats: bool, days: bool, progress: Progress, cancelled: Cancel) -> Outcome:
        """All runs. ``levels`` are the shares whose days are wanted; without ``days`` none are counted."""
        raise NotImplementedError

    def vary(self, runs: int, variants: Variants, progress: Progress, cancelled: Cancel) -> Ticks:
        """The target's finish under each variant (variants × runs), as :attr:`Outcome.target`."""
        raise NotImplementedError

    def cone(self, rows: Integers) -> Integers:
        """Nodes to compute again when the work of these sampled rows changes."""
        raise NotImplementedError


class AxisEngine(Engine):
    """See :mod:`tpm.risk.axis`."""

    def __init__(self, problem: Problem, unknown: Uncertainty, on: OnAxis) -> None:
        super().__init__(problem, unknown)
        self.on = on
        self.row_of = on.rows

    def _block(self) -> int:
        return int(np.clip(2 ** int(np.log2(max(_CACHE_BYTES // (12 * len(self.on.axis.work)), 1))), GROUP, 8 * GROUP))

    def _state(self, block: int, variants: bool) -> tuple[Drawn, axis.Room]:
        return room(self.unknown.draws, block), axis.room(self.on.axis, block, variants)

    def _chunk(self, block: int) -> int:
        return max(_CHUNK // len(self.on.axis.work) // block, 1) * block

    def _no_bins(self) -> Bins:
        return Bins(np.zeros(len(self.on.rows) + 1, np.int64), np.zeros(len(self.on.rows), np.int32))

    def _pilot(self, block: int, runs: int) -> Bins:
        """Room for the days of every line, by where the first ``runs`` runs end."""
        on, draws = self.on, self.unknown.draws
        drawn, space = self._state(block, False)
        m = len(on.axis.work)
        target, critical, counts = np.empty(runs, np.int32), np.zeros(m, np.int64), np.zeros(0, np.int32)
        fired = np.zeros(len(draws.threshold), np.int64)
        low, high = np.full(len(on.rows), 2**31 - 1, np.int32), np.full(len(on.rows), -(2**31), np.int32)
        for first in range(0, runs, block):
            count = min(block, runs - first)
            axis.chunk(on.axis, draws, drawn, space, first, count, False, True, self._no_bins(), target, critical, counts, fired)
            for each, least, greatest in zip((space.finish, space.summary), np.split(low, [m]), np.split(high, [m]), strict=True):
                np.minimum(least, each[:, :count].min(axis=1), out=least)
                np.maximum(greatest, each[:, :count].max(axis=1), out=greatest)
        low_day, high_day = ((each.astype(np.int64) - 1) // on.axis.day for each in (low, high))
        return bins(low_day, high_day, on.rows < 0)

    def run(self, runs: int, levels: tuple[float, ...], floats: bool, days: bool, progress: Progress, cancelled: Cancel) -> Outcome:
        on, draws = self.on, self.unknown.draws
        block = self._block()
        room_for = self._pilot(block, min(runs, _PILOT_RUNS)) if days else self._no_bins()
        target = np.empty(runs, np.int32)

        def state() -> tuple[Any, ...]:
            return (*self._state(block, False), np.zeros(len(on.axis.work), np.int64), np.zeros(room_for.first[-1], np.int32),
                    np.zeros(len(draws.threshold), np.int64))

        def work(own: tuple[Any, ...], first_run: int, count: int) -> None:
            drawn, space, critical, counts, fired = own
            axis.chunk(on.axis, draws, drawn, space, first_run, count, floats, days, room_for, target, critical, counts, fired)

        states = share_out(runs, self._chunk(block), state, work, progress, cancelled)
        critical, counts, fired = (sum(each[k] for each in states[1:]) + states[0][k] for k in (2, 3, 4))
        quantiles = quantiles_of_counts(*room_for, counts, ranks_of(levels, runs)) if days else np.zeros((len(on.rows), 0), np.int64)
        shown = np.maximum(self._opening(quantiles), on.least_day[:, None])
        return Outcome(self._in_plan(target), np.maximum(self._opening((target.astype(np.int64) - 1) // on.axis.day), self._least()),
                       np.concatenate([critical, np.zeros(len(on.axis.summary_up), np.int64)]), shown, fired)

    def _least(self) -> int:
        on = self.on
        if on.axis.target >= 0:
            return int(on.least_day[on.axis.target])
        return int(on.least_day[on.rows >= 0].max())

    def _open(self, work: Ticks) -> Ticks:
        flat = np.ascontiguousarray(work.ravel())
        own = np.full(len(flat), -1)
        return open_each(self.problem.rows.tables, np.full(len(flat), self.on.calendar, np.int32), own, own, flat).reshape(work.shape)

    def _opening(self, days: Ticks) -> Ticks:
        """Day numbers of working days of the axis."""
        low, high = int(days.min(initial=0)), int(days.max(initial=0))
        opened = self._open((np.arange(low, high + 1) + self.on.origin) * TICKS_PER_DAY) // TICKS_PER_DAY
        return opened[days - low]

    def _in_plan(self, target: npt.NDArray[np.int32]) -> Ticks:
        """Axis times as working time of the plan's calendar."""
        work = target.astype(np.int64) * self.on.unit + self.on.origin * TICKS_PER_DAY
        if self.on.calendar == 0:
            return work
        flat = self._open(work.ravel() - 1) + 1
        own = np.full(len(flat), -1)
        return work_each(self.problem.rows.tables, np.zeros(len(flat), np.int32), own, own, flat).reshape(work.shape)

    def vary(self, runs: int, variants: Variants, progress: Progress, cancelled: Cancel) -> Ticks:
        on, draws = self.on, self.unknown.draws
        block = self._block()
        targets = np.empty((len(variants.risk), runs), np.int32)

        def state() -> tuple[Any, ...]:
            return self._state(block, True)

        def work(own: tuple[Any, ...], first_run: int, count: int) -> None:
            drawn, space = own
            axis.vary(on.axis, draws, drawn, space, variants, first_run, count, targets)

        share_out(runs, max(self._chunk(block) // (4 * block), 1) * block, state, work, progress, cancelled)
        return self._in_plan(targets)

    def cone(self, rows: Integers) -> Integers:
        return np.flatnonzero(axis.behind(self.on.axis, self.on.axis.node_of[rows])).astype(np.int32)


class AnywhereEngine(Engine):
    """See :mod:`tpm.risk.anywhere`."""

    def __init__(self, problem: Problem, unknown: Uncertainty) -> None:
        super().__init__(problem, unknown)
        self.network = as_anywhere(problem, unknown.rows, unknown.unit)
        self.row_of = np.arange(len(problem.rows.ids), dtype=np.int32)

    def _state(self) -> tuple[Drawn, anywhere.Space]:
        return room(self.unknown.draws, GROUP), anywhere.space(self.network, GROUP)

    def _chunk(self, cost: int) -> int:
        return max(_SLOW_CHUNK // max(len(self.network.nodes) * cost, 1) // GROUP, 1) * GROUP

    def run(self, runs: int, levels: tuple[float, ...], floats: bool, days: bool, progress: Progress, cancelled: Cancel) -> Outcome:
        draws, lines = self.unknown.draws, len(self.row_of)
        low, high = np.full(lines, 2**62), np.full(lines, -(2**62))
        anywhere.ranges(self.network, draws, *self._state(), min(runs, _PILOT_RUNS), low, high)
        none = low <= -(2**61)
        room_for = bins(np.where(none, 0, low), np.where(none, 0, high), none | (not days))
        target, target_day = np.empty(runs, np.int64), np.empty(runs, np.int64)

        def state() -> tuple[Any, ...]:
            return (*self._state(), np.zeros(lines, np.int64), np.zeros(room_for.first[-1], np.int32),
                    np.zeros(len(draws.threshold), np.int64))

        def work(own: tuple[Any, ...], first_run: int, count: int) -> None:
            drawn, space, critical, counts, fired = own
            anywhere.chunk(self.network, draws, drawn, space, first_run, count, floats, days, room_for, target, target_day, critical,
                           counts, fired)

        states = share_out(runs, self._chunk(1), state, work, progress, cancelled)
        critical, counts, fired = (sum(each[k] for each in states[1:]) + states[0][k] for k in (2, 3, 4))
        quantiles = quantiles_of_counts(*room_for, counts, ranks_of(levels, runs)) if days else np.zeros((lines, 0), np.int64)
        return Outcome(target, target_day, critical, quantiles, fired)

    def vary(self, runs: int, variants: Variants, progress: Progress, cancelled: Cancel) -> Ticks:
        targets = np.empty((len(variants.risk), runs), np.int64)

        def work(own: tuple[Drawn, anywhere.Space], first_run: int, count: int) -> None:
            drawn, space = own
            anywhere.vary(self.network, self.unknown.draws, drawn, space, variants, first_run, count, targets)

        share_out(runs, self._chunk(max(len(variants.risk), 1)), self._state, work, progress, cancelled)
        return targets

    def cone(self, rows: Integers) -> Integers:
        return rows[:0]  # all of it is computed again


def engine(problem: Problem, spread: Spread, register: Register, simulation: Any, force_anywhere: bool = False) -> Engine:
    """The engine for ``problem``: one axis where that is exact."""
    work = problem.nodes["work"][: len(problem.rows.ids)]
    most = np.maximum(work, 0).astype(np.float64)
    # A lognormal's draws reach beyond its P90, to a score of 5.5.
    reach = np.where(spread.low > 0, spread.high * np.maximum(spread.high / np.maximum(spread.low, 1), 1) ** 2, 100 * spread.high) \
        if simulation.distribution == "lognormal" else spread.high
    most = np.where(spread.drawn, np.maximum(most, reach), most)
    np.add.at(most, register.hit_row, np.maximum(register.high[register.hit_risk], 0) * TICKS_PER_DAY)
    ticks = np.minimum(most, 2.0**60).astype(np.int64)
    rows = sampled_rows(spread, register)
    on = None if force_anywhere or most.max(initial=0) > 2.0**45 else as_axis(problem, rows, ticks)
    if on is not None:
        return AxisEngine(problem, uncertainty(problem, simulation, spread, register, on.unit), on)
    longest = max(int(ticks.max(initial=1)), int(np.abs(register.low).max(initial=0) * TICKS_PER_DAY))
    return AnywhereEngine(problem, uncertainty(problem, simulation, spread, register, unit_of(longest)))
