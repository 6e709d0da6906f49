"""The simulation beside its peers and beside the bare random numbers, measured in turns in the same run.

An activity-run is one activity in one run. The peer is the fastest on PyPI that computes a criticality index: pmcontrols' PERT with
Monte Carlo. "Forward alone" draws, schedules and gives P50 and P80 of the target; NumPy's side of that ratio is one thread that only
draws uniforms into a small array that stays in its cache.
"""

from __future__ import annotations

import datetime as dt
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from pmcontrols.network import pert

from tests.bench.bench_schedule import plan_of, shape
from tests.bench.measure import Figure
from tpm.ingest import read_files
from tpm.model import ACTIVITY_COLUMNS, CalendarSpec, Mode, ScheduleOptions, SimulationOptions, conform
from tpm.risk import simulate, warm_up
from tpm.risk.engines import engine
from tpm.risk.uncertainty import read_register, read_spread
from tpm.schedule import schedule
from tpm.schedule.problem import build_problem

_OPTIONS = ScheduleOptions(mode=Mode.ASAP, project_start=dt.date(2026, 1, 5))
_RUNS = 10_000
_SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample_en_2026-11-20.xlsx"
_LOW, _HIGH = -0.2, 0.5


def rows_of(data: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    """The same network as pmcontrols takes it, with the same three-point estimates."""
    before: list[set[str]] = [set() for _ in data["duration"]]
    for predecessor, successor in zip(data["predecessor"].tolist(), data["successor"].tolist(), strict=True):
        before[successor].add(f"A{predecessor}")
    return [{"id": f"A{i}", "a": days * (1 + _LOW), "m": float(days), "b": days * (1 + _HIGH), "predecessors": sorted(before[i])}
            for i, days in enumerate(data["duration"].tolist())]


def seconds(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def in_turns(*runs: Callable[[], Any], times: int) -> list[float]:
    """The fastest of ``times`` rounds of each, taken in turns so that a busy machine is busy for all of them."""
    for run in runs:
        run()
    return [min(taken) for taken in zip(*([seconds(run) for run in runs] for _ in range(times)), strict=True)]


def measure() -> list[Figure]:
    figures = [Figure("warm-up on a warm cache (first ever compiles)", seconds(warm_up), "s")]
    data = shape(1_000, 50)
    plan, rows = plan_of(data), rows_of(data)
    alone = SimulationOptions(runs=_RUNS, default_spread=(_LOW, _HIGH), tornado=False)
    problem = build_problem(plan, _OPTIONS)
    runner = engine(problem, read_spread(problem, alone), read_register(problem, alone), alone)

    def with_everything() -> None:
        runner.run(_RUNS, (0.1, 0.5, 0.8, 0.9), True, True, None, None)

    everything, peer = in_turns(with_everything, lambda: pert(rows, n_sim=_RUNS), times=12)
    ours, theirs = (table.set_index(name)["criticality_index"] for table, name in (
        (simulate(plan, _OPTIONS, alone).table, "id"), (pert(rows, n_sim=_RUNS).table, "activity")))
    assert (ours - theirs.reindex(ours.index)).abs().max() < 0.03, (ours - theirs.reindex(ours.index)).abs().nlargest(5)
    rate = 1_000 * _RUNS / everything / 1e6
    figures.append(Figure("1,000 activities × 10,000 runs, criticality and percentiles of all", everything * 1e3, "ms",
                          note=f"{rate:.0f} M activity-runs/s"))
    figures.append(Figure("  the same, faster than pmcontrols", peer / everything, "×", 20, at_least=True,
                          note=f"{peer:.2f} s; hoped for: 30"))
    door, = in_turns(lambda: simulate(plan, _OPTIONS, alone), times=5)
    figures.append(Figure("  simulate() from the plan's frames, tables included", door * 1e3, "ms", note=f"{peer / door:.0f} × pmcontrols"))

    small = np.empty(8_192)
    rng = np.random.default_rng(1)

    def draw() -> None:
        for _ in range(1_000 * _RUNS // len(small)):
            rng.random(out=small)

    def forward() -> None:
        np.partition(runner.run(_RUNS, (), False, False, None, None).target, (_RUNS // 2, _RUNS * 8 // 10))

    ahead, bare = in_turns(forward, draw, times=60)
    figures.append(Figure("  forward alone, over the rate of bare uniforms in one thread", bare / ahead, "×", 1.5, at_least=True,
                          note=f"{1e-6 * 1_000 * _RUNS / ahead:.0f} M/s"))
    full = replace(alone, tornado=True)
    once, all_of_it = in_turns(lambda: simulate(plan, _OPTIONS, alone), lambda: simulate(plan, _OPTIONS, full), times=3)
    figures.append(Figure("  tornado of 20 factors, over one simulation", (all_of_it - once) / once, "×", 20))
    seoul = plan.with_(calendars={"Seoul": CalendarSpec("Seoul", country="KR")},
                       activities=conform(plan.activities.assign(calendar=["Seoul", None] * 500), ACTIVITY_COLUMNS))
    both, = in_turns(lambda: simulate(seoul, _OPTIONS, alone), times=3)
    figures.append(Figure("  two calendars that meet at half of all links, over one", both / once, "×", 6))
    table = schedule(plan, _OPTIONS).table
    late = np.random.default_rng(3).integers(0, 40, len(table)) // 39  # one item in forty begins a day later, whatever day that is
    dated = plan.with_(activities=conform(plan.activities.assign(
        planned_start=table["forecast_start"].to_numpy() + late * np.timedelta64(1, "D"),
        planned_finish=table["forecast_finish"].to_numpy() + late * np.timedelta64(1, "D")), ACTIVITY_COLUMNS))
    korean = replace(_OPTIONS, mode=Mode.PLANNED, country="KR")
    without, korea = in_turns(lambda: simulate(plan, _OPTIONS, full), lambda: simulate(dated, korean, full), times=3)
    figures.append(Figure("  Korean holidays on a dated plan with tornado, over none", korea / without, "×", 2))
    sample = read_files([(_SAMPLE.name, _SAMPLE.read_bytes())]).plan
    of_sample = ScheduleOptions(status_date=dt.date(2026, 11, 20))
    taken, = in_turns(lambda: simulate(sample, of_sample, SimulationOptions()), times=3)
    figures.append(Figure("  the sample with tornado, 10,000 runs", taken, "s", 0.3))

    large = plan_of(shape(10_000, 500))
    told: list[float] = []
    tracemalloc.start()
    taken = seconds(lambda: simulate(large, _OPTIONS, alone, progress=told.append))
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    figures.append(Figure("10,000 activities × 10,000 runs", taken, "s", note=f"{len(told)} reports of progress"))
    figures.append(Figure("  its memory", peak, "MiB", 1024))
    return figures
