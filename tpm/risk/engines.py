"""The simulation's passes behind one face: run all runs, run the variants, and say the answers in days of the plan.

A *row* here is a line of the counts: an item or summary of the plan whose finish varies. ``row_of`` says which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tpm.model import SimulationOptions
from tpm.risk import runs as blocks
from tpm.risk.clocks import Times
from tpm.risk.counts import Bins, bins, quantiles_of_counts, ranks_of
from tpm.risk.draws import Drawn, room
from tpm.risk.networks import Simulated, simulated
from tpm.risk.passes import Room
from tpm.risk.passes import room as room_of
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

    def __init__(self, problem: Problem, unknown: Uncertainty, network: Simulated) -> None:
        self.problem = problem
        self.unknown = unknown
        self.network = network
        self.row_of = network.rows  # row of the plan of each line of the counts, −1 for none

    def _block(self) -> int:
        row = 3 * self.network.axis.work.itemsize * max(len(self.network.axis.work), 1)
        return int(np.clip(2 ** int(np.log2(max(_CACHE_BYTES // row, 1))), GROUP, 8 * GROUP))

    def _state(self, block: int, variants: bool) -> tuple[Drawn, Room]:
        return room(self.unknown.draws, block), room_of(self.network.axis, block, variants)

    def _chunk(self, block: int) -> int:
        return max(_CHUNK // max(len(self.network.axis.work), 1) // block, 1) * block

    def _no_bins(self) -> Bins:
        return Bins(np.zeros(len(self.row_of) + 1, np.int64), np.zeros(len(self.row_of), np.int32))

    def _pilot(self, block: int, runs: int) -> Bins:
        """Room for the days of every line, by where the first ``runs`` runs end."""
        axis, draws = self.network.axis, self.unknown.draws
        drawn, space = self._state(block, False)
        m, kind = len(axis.work), axis.work.dtype
        target, critical, counts = np.empty((2, runs), kind), np.zeros(m, np.int64), np.zeros(0, np.int32)
        fired = np.zeros(len(draws.threshold), np.int64)
        low, high = np.full(len(self.row_of), np.iinfo(np.int64).max), np.full(len(self.row_of), np.iinfo(np.int64).min)
        holds = np.flatnonzero(axis.instant >= 0)
        for first in range(0, runs, block):
            count = min(block, runs - first)
            blocks.chunk(axis, draws, drawn, space, first, count, False, True, self._no_bins(), target[0], target[1], critical, counts,
                         fired)
            for narrow, found in ((np.minimum, low), (np.maximum, high)):
                finish, shown, summary = (narrow.reduce(each[:, :count], axis=1) for each in (space.finish, space.day, space.summary))
                finish = finish[axis.shown]
                finish[holds] = shown
                narrow(found, np.concatenate([finish, summary]), out=found)
        by_clock = self.network.clock >= 0
        low, high = (np.where(by_clock, (each - 1) // axis.day, each) for each in (low, high))
        none = self.row_of < 0
        return bins(np.where(none, 0, low), np.where(none, 0, high), none)

    def run(self, runs: int, levels: tuple[float, ...], floats: bool, days: bool, progress: Progress, cancelled: Cancel) -> Outcome:
        """All runs. ``levels`` are the shares whose days are wanted; without ``days`` none are counted."""
        axis, draws, network = self.network.axis, self.unknown.draws, self.network
        block = self._block()
        room_for = self._pilot(block, min(runs, _PILOT_RUNS)) if days else self._no_bins()
        target, target_day = np.empty((2, runs), axis.work.dtype)

        def state() -> tuple[Any, ...]:
            return (*self._state(block, False), np.zeros(len(axis.work), np.int64), np.zeros(room_for.first[-1], np.int32),
                    np.zeros(len(draws.threshold), np.int64))

        def work(own: tuple[Any, ...], first_run: int, count: int) -> None:
            drawn, space, critical, counts, fired = own
            blocks.chunk(axis, draws, drawn, space, first_run, count, floats, days, room_for, target, target_day, critical, counts, fired)

        states = share_out(runs, self._chunk(block), state, work, progress, cancelled)
        critical, counts, fired = (sum(each[k] for each in states[1:]) + states[0][k] for k in (2, 3, 4))
        quantiles = quantiles_of_counts(*room_for, counts, ranks_of(levels, runs)) if days else np.zeros((len(self.row_of), 0), np.int64)
        shown = np.empty_like(quantiles)
        for clock in np.unique(network.clock):
            of = network.clock == clock
            shown[of] = self._shown(quantiles[of], int(clock), network.least_day[of][:, None])
        if axis.target < 0:
            least = network.least_day[self.row_of >= 0].max(initial=network.least_day.min(initial=0))
        else:
            least = network.least_day[len(axis.work) + axis.target_summary if axis.target_summary >= 0 else axis.target]
        day = self._shown(target_day.astype(np.int64), network.day_clock, least) if days else target_day
        return Outcome(self._in_plan(target), day, np.concatenate([critical, np.zeros(len(axis.summary_up), np.int64)]), shown, fired)

    def _open(self, work: Ticks, clock: int) -> Ticks:
        """Instants (ticks) at which work begins, from ticks of a clock's working time since the origin."""
        clocks = self.network.axis.crossing.clocks
        of = clocks.clock[clock]
        flat = np.ascontiguousarray(work.ravel()) + of["origin_work"]
        row, first, second = (np.full(len(flat), of[name]) for name in ("of_tables", "day_of_own", "day_of_other"))
        return open_each(clocks.tables, row, first, second, flat).reshape(work.shape)

    def _shown(self, days: Ticks, clock: int, least: Any) -> Ticks:
        """Day numbers of counted days: working days of a clock, or days of the calendar where it is −1."""
        origin = int(self.network.axis.crossing.clocks.clock["origin"][0]) // TICKS_PER_DAY
        if clock >= 0:
            known, place = np.unique(days, return_inverse=True)  # a summary with nothing open below it lies far outside any range
            days = (self._open(known * TICKS_PER_DAY, clock) // TICKS_PER_DAY - origin)[place].reshape(days.shape)
        return np.asarray(np.maximum(days, least) + origin)

    def _in_plan(self, target: Times) -> Ticks:
        """The target's finishes as working time of the plan's calendar."""
        clocks, clock = self.network.axis.crossing.clocks, self.network.target_clock
        of = clocks.clock[max(clock, 0)]
        ticks: Ticks = target.astype(np.int64) * of["unit"]
        if clock >= 0 and of["of_tables"] == 0 and not of["has_own"]:
            return ticks + np.int64(of["origin_work"])
        flat = (self._open(ticks - 1, clock) + 1 if clock >= 0 else ticks + of["origin"]).ravel()
        own = np.full(len(flat), -1)
        return work_each(clocks.tables, np.zeros(len(flat), np.int32), own, own, flat).reshape(ticks.shape)

    def vary(self, runs: int, variants: Variants, progress: Progress, cancelled: Cancel) -> Ticks:
        """The target's finish under each variant (variants × runs), as :attr:`Outcome.target`."""
        axis, draws = self.network.axis, self.unknown.draws
        block = self._block()
        targets = np.empty((len(variants.risk), runs), axis.work.dtype)

        def state() -> tuple[Drawn, Room]:
            return self._state(block, True)

        def work(own: tuple[Drawn, Room], first_run: int, count: int) -> None:
            drawn, space = own
            blocks.vary(axis, draws, drawn, space, variants, first_run, count, targets)

        share_out(runs, max(self._chunk(block) // (4 * block), 1) * block, state, work, progress, cancelled)
        return self._in_plan(targets)

    def cone(self, rows: Integers) -> Integers:
        """Nodes to compute again when the work of these sampled rows changes."""
        axis = self.network.axis
        if axis.target >= 0 and axis.shown[axis.target] != axis.target:
            return axis.every  # as late as possible: it feels what waits for it as well
        return np.flatnonzero(blocks.behind(axis, axis.node_of[rows])).astype(np.int32)


def engine(problem: Problem, spread: Spread, register: Register, simulation: SimulationOptions) -> Engine:
    """The engine for ``problem`` and what is uncertain in it."""
    work = problem.nodes["work"][: len(problem.rows.ids)]
    most = np.maximum(work, 0).astype(np.float64)
    # A lognormal's draws reach beyond its P90, to a score of 5.5.
    reach = np.where(spread.low > 0, spread.high * np.maximum(spread.high / np.maximum(spread.low, 1), 1) ** 2, 100 * spread.high) \
        if simulation.distribution == "lognormal" else spread.high
    most = np.where(spread.drawn, np.maximum(most, reach), most)
    np.add.at(most, register.hit_row, np.maximum(register.high[register.hit_risk], 0) * TICKS_PER_DAY)
    savings = np.abs(register.low).max(initial=0) * TICKS_PER_DAY
    rows = sampled_rows(spread, register)
    network = simulated(problem, rows, np.minimum(most, 2.0**55).astype(np.int64), int(savings))
    return Engine(network.problem, uncertainty(network.problem, simulation, spread, register, network.unit), network)
