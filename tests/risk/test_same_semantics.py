"""The simulation runs the forecast's own passes: without uncertainty it is the forecast, and its two kernels agree run by run."""

from __future__ import annotations

import numpy as np
import pytest

from tests.risk.programs import random_program, with_risks
from tpm.model import Plan, ScheduleOptions, SimulationOptions
from tpm.risk import simulate
from tpm.risk.engines import AxisEngine, engine
from tpm.risk.sensitivity import _candidates, _variants
from tpm.risk.simulation import _target_open
from tpm.risk.uncertainty import read_register, read_spread
from tpm.schedule import schedule
from tpm.schedule.problem import build_problem


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


def both_engines(plan: Plan, options: ScheduleOptions, simulation: SimulationOptions):
    problem = build_problem(plan, options)
    spread, register = read_spread(problem, simulation), read_register(problem, simulation)
    return [engine(problem, spread, register, simulation, force_anywhere=force) for force in (False, True)]


def test_both_kernels_give_the_same_dates_floats_and_variants() -> None:
    compared = 0
    for seed in range(90):
        plan, options = random_program(seed, one_calendar=True)
        plan = with_risks(plan, {"probability": 0.4, "days": (1.0, 3.0, 8.0), "hits": ("A1", "A3", "S1")},
                          {"probability": 1.0, "days": 2.0, "hits": ("A2",)},
                          {"kind": "opportunity", "probability": 0.5, "days": 3.0, "hits": ("A4", "A5")})
        simulation = SimulationOptions(runs=150, correlation=0.4 if seed % 2 else 0.0)
        fast, slow = both_engines(plan, options, simulation)
        if not isinstance(fast, AxisEngine) or not _target_open(fast.problem, options.target):
            continue
        fast_answer, slow_answer = (each.run(150, (0.1, 0.5, 0.8), True, True, None, None) for each in (fast, slow))
        assert fast.on.unit == slow.unknown.unit == 1
        np.testing.assert_array_equal(fast_answer.target, slow_answer.target, f"seed {seed}")
        np.testing.assert_array_equal(fast_answer.target_day, slow_answer.target_day, f"seed {seed}")
        lines = np.flatnonzero(fast.row_of >= 0)
        rows = fast.row_of[lines]
        known = slow_answer.quantile_days[rows, 0] >= 0  # nothing below a summary may be open
        np.testing.assert_array_equal(fast_answer.quantile_days[lines][known], slow_answer.quantile_days[rows][known], f"seed {seed}")
        leaf = ~fast.problem.rows.is_summary[rows]
        np.testing.assert_array_equal(fast_answer.critical[lines][leaf], slow_answer.critical[rows][leaf], f"seed {seed}")
        np.testing.assert_array_equal(fast_answer.fired, slow_answer.fired)
        factors = _candidates(fast, simulation, fast.unknown.deviation)
        fast_variants, slow_variants = (each.vary(150, _variants(each, factors), None, None) for each in (fast, slow))
        np.testing.assert_array_equal(fast_variants, slow_variants, f"seed {seed}")
        compared += 1
    assert compared > 25
