"""Named numbers of the simulation on either side of them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.plans import plan_of
from tests.risk.programs import with_risks
from tests.schedule.networks import ASAP
from tpm.model import SimulationOptions
from tpm.risk import simulate
from tpm.risk.counts import ranks_of
from tpm.risk.learned import LearnedSpread


@pytest.mark.parametrize(("runs", "ranks"), [(1, (1, 1, 1)), (10, (1, 5, 8)), (11, (2, 6, 9)), (30, (3, 15, 24)), (35, (4, 18, 28)),
                                             (10_000, (1_000, 5_000, 8_000)), (10_001, (1_001, 5_001, 8_001))])
def test_a_percentile_is_the_first_run_by_which_so_many_have_ended(runs: int, ranks: tuple[int, ...]) -> None:
    np.testing.assert_array_equal(ranks_of((0.1, 0.5, 0.8), runs), ranks)


@pytest.mark.parametrize(("sample", "thin"), [(7, True), (8, False)])
def test_fewer_than_eight_finished_items_are_a_guess(sample: int, thin: bool) -> None:
    plan = plan_of({"id": "A", "start": "2026-03-02", "finish": "2026-03-27", "team": "Red"})
    result = simulate(plan, ASAP, SimulationOptions(runs=64, team_spread=(("Red", 0.1, 0.4, sample),)))
    assert ("simulation-thin-sample" in {finding.code for finding in result.findings}) == thin
    assert LearnedSpread("Red", 0.1, 0.4, sample, 0.2).thin == thin


@pytest.mark.parametrize(("risks", "few"), [(2, True), (3, False)])
def test_fewer_than_three_risks_with_days_are_few(risks: int, few: bool) -> None:
    plan = plan_of({"id": "A", "start": "2026-03-02", "finish": "2026-03-27"})
    result = simulate(with_risks(plan, *[{"probability": 0.5, "days": 3.0, "hits": ("A",)}] * risks), ASAP, SimulationOptions(runs=64))
    assert ("simulation-few-risks" in {finding.code for finding in result.findings}) == few
