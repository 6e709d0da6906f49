"""The simulation gives the forecast's own numbers: without uncertainty it is the forecast, with it every run is one."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.risk.programs import random_program, with_risks
from tests.schedule.networks import ASAP, plan_of
from tpm.model import ACTIVITY_COLUMNS, DEPENDENCY_COLUMNS, Plan, ScheduleOptions, SimulationOptions, conform
from tpm.risk import simulate
from tpm.risk.counts import ranks_of
from tpm.risk.draws import room
from tpm.risk.engines import Engine, engine
from tpm.risk.passes import room as room_of
from tpm.risk.philox import GROUP
from tpm.risk.runs import chunk
from tpm.risk.sensitivity import _candidates, _variants
from tpm.risk.simulation import _target_open
from tpm.risk.uncertainty import read_register, read_spread
from tpm.schedule import Solution, schedule, solve_problem
from tpm.schedule.clock import TICKS_PER_DAY, work_each
from tpm.schedule.problem import build_problem
from tpm.schedule.result import schedule_table


def certain(plan: Plan) -> Plan:
    """``plan`` with estimates that have no spread, and risks that never come."""
    a = plan.activities.copy()
    a["optimistic"] = a["pessimistic"] = a["most_likely"]
    return with_risks(plan.with_(activities=a), {"probability": 0.0, "days": (2.0, 5.0, 9.0), "hits": ("A1", "A3", "S1")})


@pytest.mark.parametrize("one_calendar", [True, False])
@pytest.mark.parametrize("batch", range(8))
def test_without_uncertainty_every_date_is_the_forecast(one_calendar: bool, batch: int) -> None:
    for seed in range(batch * 12, batch * 12 + 12):
        plan, options = random_program(seed, one_calendar)
        plan = certain(plan)
        forecast = schedule(plan, options)
        for register in ("none", "inherent"):
            result = simulate(plan, options, SimulationOptions(runs=70, default_spread=(0.0, 0.0), register=register))
            for level in ("p10_finish", "p50_finish", "p80_finish", "p90_finish"):
                np.testing.assert_array_equal(result.table[level].to_numpy(), forecast.table["forecast_finish"].to_numpy(), str(seed))
            codes = {finding.code for finding in result.findings}
            if "simulation-target-unscheduled" in codes:
                assert not result.answered
                assert result.deterministic_finish is None
            else:
                assert result.deterministic_finish == forecast.finish, seed
                assert [str(day) for day in result.finish_days] == [str(forecast.finish)], seed
                assert result.finish_counts.tolist() == [70]
                assert result.mean == result.std == 0
            answered = result.table["criticality_index"].notna().to_numpy()
            np.testing.assert_array_equal(result.table["criticality_index"].to_numpy()[answered] == 1,
                                          forecast.table["critical"].to_numpy()[answered], str(seed))
            assert set(result.table["criticality_index"].dropna()) <= {0.0, 1.0}


def prepared(plan: Plan, options: ScheduleOptions, simulation: SimulationOptions) -> Engine:
    problem = build_problem(plan, options)
    return engine(problem, read_spread(problem, simulation), read_register(problem, simulation), simulation)


def eventful(seed: int, one_calendar: bool) -> tuple[Plan, ScheduleOptions]:
    """A random program with links on summaries, manual tasks and delays; with risks on work, on milestones and on a summary."""
    plan, options = random_program(seed, one_calendar)
    rng = np.random.default_rng(seed)
    a = plan.activities
    n = len(a)
    leaf = a["kind"].to_numpy() != "summary"
    waits = leaf & (rng.random(n) < 0.1)
    a = a.assign(manual=leaf & (rng.random(n) < 0.1) & (seed % 2 == 0), delay=np.where(waits, rng.integers(1, 4, n), np.nan))
    ends = rng.choice([f"A{k}" for k in range(n - 3)], 4)
    links = pd.DataFrame({"predecessor": ["S1", "S2", ends[2], ends[3]], "successor": [ends[0], ends[1], "S1", "S0"],
                          "type": ["SS", rng.choice(["SF", "SS"]), rng.choice(["FS", "FF"]), "SS"],
                          "lag": rng.integers(-1, 3, 4).astype(float), "lag_unit": rng.choice(["working", "elapsed"], 4)})
    links = links[rng.random(4) < 0.4]
    plan = plan.with_(activities=conform(a, ACTIVITY_COLUMNS),
                      dependencies=conform(pd.concat([plan.dependencies, links], ignore_index=True), DEPENDENCY_COLUMNS))
    milestones = plan.activities.loc[plan.activities["kind"] == "milestone", "id"].tolist()[:2]
    return with_risks(plan, {"probability": 0.4, "days": (1.0, 3.0, 8.0), "hits": ("A1", "A3", "S1", *milestones)},
                      {"probability": 1.0, "days": 2.0, "hits": ("A2",)},
                      {"kind": "opportunity", "probability": 0.5, "days": 1.0, "hits": _long(plan, options)[:2]}), options


def _long(plan: Plan, options: ScheduleOptions) -> tuple[str, ...]:
    """Work of which an opportunity leaves something in every run: to the forecast's passes what is all gone is an event."""
    left = build_problem(plan, options).nodes["work"][: len(plan.activities)]
    a = plan.activities
    least = np.fmin(np.nan_to_num(a["optimistic"].to_numpy(), nan=np.inf) * TICKS_PER_DAY, 0.5 * left)
    return tuple(a["id"].to_numpy()[(least > TICKS_PER_DAY) & (a["kind"] == "activity").to_numpy()])


def forecasts(runner: Engine, runs: int) -> list[tuple[Solution, pd.DataFrame]]:
    """The forecast's own passes over what the simulation drew for each run."""
    axis, draws = runner.network.axis, runner.unknown.draws
    drawn, space = room(draws, GROUP), room_of(axis, GROUP, False)
    kind, m = axis.work.dtype, len(axis.work)
    rows = np.flatnonzero(axis.is_row)
    out = []
    for first in range(0, runs, GROUP):
        chunk(axis, draws, drawn, space, first, GROUP, False, False, runner._no_bins(), *np.empty((2, first + GROUP), kind),
              np.zeros(m, np.int64), np.zeros(0, np.int32), np.zeros(len(draws.threshold), np.int64))
        for run in range(GROUP):
            nodes = runner.problem.nodes.copy()
            nodes["work"][runner.row_of[rows]] = space.work[rows, run].astype(np.int64) * axis.crossing.clocks.clock["unit"][0]
            idle = nodes["work"][: len(runner.problem.rows.ids)] == 0  # a milestone that risks hit is shown by its end
            shown = replace(runner.problem.rows, event=runner.problem.rows.event & idle)
            solution = solve_problem(replace(runner.problem, nodes=nodes, rows=shown))
            out.append((solution, schedule_table(solution)))
    return out[:runs]


def stretched(plan: Plan) -> Plan:
    """``plan`` with durations of months and odd parts of a day: too long for the tick that they need."""
    return plan.with_(activities=conform(plan.activities.assign(duration=plan.activities["duration"] * 400.000003), ACTIVITY_COLUMNS))


SEEDS = int(os.environ.get("TPM_SEEDS", "10"))  # of each batch: more of them for a long look


def compared(seed: int, long: bool) -> int:
    """Dates of all rows, floats and the target of one program, run by run; the unit of its times, 0 where its target is not open."""
    runs = GROUP
    plan, options = eventful(seed, one_calendar=seed % 3 == 0)
    runner = prepared(stretched(plan) if long else plan, options, SimulationOptions(runs=runs, correlation=0.4 if seed % 2 else 0.0))
    if not _target_open(runner.problem, options.target):
        return 0
    answer = runner.run(runs, (0.1, 0.5, 0.8), True, True, None, None)
    each = forecasts(runner, runs)
    n = len(runner.problem.rows.ids)
    ends = [solution.early["finish"][runner.problem.target if runner.problem.target >= 0 else slice(n)].max() for solution, _ in each]
    plan_calendar = np.zeros(runs, np.int32), np.full(runs, -1), np.full(runs, -1)
    np.testing.assert_array_equal(answer.target, work_each(runner.problem.rows.tables, *plan_calendar, np.array(ends)))
    lines = np.flatnonzero(runner.row_of >= 0)
    lines = lines[~runner.problem.rows.is_summary[runner.row_of[lines]]]
    rows = runner.row_of[lines]
    finish = np.sort(np.stack([table["forecast_finish"].to_numpy() for _, table in each])[:, rows].astype("datetime64[D]"), axis=0)
    for level, rank in enumerate(ranks_of((0.1, 0.5, 0.8), runs)):
        shown = runner.problem.rows.origin + answer.quantile_days[lines, level].astype("timedelta64[D]")
        np.testing.assert_array_equal(shown, finish[rank - 1])
    critical = np.stack([solution.late["total_float"][rows] <= 0 for solution, _ in each]).sum(axis=0)
    np.testing.assert_array_equal(answer.critical[lines], critical)
    return runner.network.unit


@pytest.mark.parametrize("batch", range(4))
def test_every_run_is_the_forecast_of_what_was_drawn(batch: int) -> None:
    """With every feature: calendars, own worked days, elapsed lags, ALAP, caps, actuals, manual tasks, delays, links on summaries."""
    units = [compared(seed, batch == 3) for seed in range(batch * SEEDS, batch * SEEDS + SEEDS)]
    assert sum(unit > 1 if batch == 3 else unit == 1 for unit in units) >= SEEDS // 3


def test_a_variant_is_the_simulation_of_the_plan_without_it() -> None:
    """Held at its plan, or with a risk that never comes: the target's finish in every run."""
    runs = 2 * GROUP
    for seed in range(40):
        plan, options = eventful(seed, one_calendar=seed % 3 == 0)
        simulation = SimulationOptions(runs=runs, correlation=0.4 if seed % 2 else 0.0)
        runner = prepared(plan, options, simulation)
        if not _target_open(runner.problem, options.target):
            continue
        factors = _candidates(runner, simulation, runner.unknown.deviation)[:6]
        targets = runner.vary(runs, _variants(runner, factors), None, None)
        spread, register = read_spread(runner.problem, simulation), read_register(runner.problem, simulation)
        for factor, varied in zip(factors, targets, strict=True):
            if factor.kind == "risk" and factor.kept == 0:
                probability = register.probability * (register.ids != factor.id)
                other = engine(runner.problem, spread, replace(register, probability=probability), simulation)
            elif factor.kind != "risk":
                rows = runner.unknown.rows[factor.rows]
                low, high = spread.low.copy(), spread.high.copy()
                low[rows] = high[rows] = runner.problem.nodes["work"][rows]
                fixed = replace(spread, drawn=spread.drawn & (low < high), low=low, mode=np.clip(spread.mode, low, high), high=high)
                other = engine(runner.problem, fixed, register, simulation)
            else:
                continue
            np.testing.assert_array_equal(varied, other.run(runs, (), False, False, None, None).target, f"seed {seed}, {factor.id}")


@pytest.mark.parametrize("name", ["summary", "delay", "manual"])
def test_without_spread_every_run_is_the_forecast_of_imported_logic(name: str) -> None:
    rows, links = {
        "summary": ([{"id": "S"}, {"id": "A", "parent": "S", "duration": 3.0}, {"id": "B", "parent": "S", "duration": 6.0},
                     {"id": "F", "duration": 9.0}], [("A", "B", "FS", 0.0), ("S", "F", "SS", 2.0)]),
        "delay": ([{"id": "A", "duration": 2.0}, {"id": "B", "duration": 2.0, "delay": 3.0}, {"id": "C", "duration": 2.0, "pause": 3.0}],
                  [("A", "B", "FS", 0.0), ("A", "C", "FS", 0.0)]),
        "manual": ([{"id": "A", "duration": 10.0}, {"id": "B", "duration": 2.0, "manual": True, "planned_start": "2026-03-04"},
                    {"id": "C", "duration": 2.0}], [("A", "B", "FS", 0.0), ("B", "C", "FS", 0.0)]),
    }[name]
    plan = plan_of(rows, links)
    runs = simulate(plan, ASAP, SimulationOptions(runs=20, default_spread=(0.0, 0.0), tornado=False))
    forecast = schedule(plan, ASAP)
    assert [str(day) for day in runs.finish_days] == [str(forecast.finish)]
    leaves = ~plan.activities["id"].isin(plan.activities["parent"]).to_numpy()
    assert runs.table["p50_finish"][leaves].tolist() == forecast.table["forecast_finish"][leaves].tolist()
