"""What a simulation answers: what a risk moves, what it does not, what is repeated, what is said when the data is thin."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.plans import plan_of
from tests.risk.programs import random_program, with_risks
from tpm.findings import InputError
from tpm.model import Mode, Plan, ScheduleOptions, SimulationOptions, SimulationResult
from tpm.risk import Cancelled, simulate
from tpm.risk import engines as engines_module
from tpm.risk.workers import share_out

ASAP = ScheduleOptions(mode=Mode.ASAP)
STILL = SimulationOptions(runs=2_000, default_spread=(0.0, 0.0))


def fork(*risks: dict) -> Plan:
    """A drives the milestone; B runs beside it and is two weeks shorter."""
    plan = plan_of({"id": "A", "start": "2026-03-02", "finish": "2026-03-27", "team": "Red"},
                   {"id": "B", "start": "2026-03-02", "finish": "2026-03-13", "team": "Blue"},
                   {"id": "M", "milestone": True, "after": "A, B"},
                   {"id": "Later", "duration": 3, "after": "M", "team": "Red"})
    return with_risks(plan, *risks) if risks else plan


def codes(result: SimulationResult) -> set[str]:
    return {finding.code for finding in result.findings}


def row(result: SimulationResult, item: str) -> pd.Series:
    return result.table.set_index("id").loc[item]


def bytes_of(result: SimulationResult) -> bytes:
    parts = [result.finish_days.tobytes(), result.finish_counts.tobytes(), repr((result.mean, result.std, result.default_share)).encode()]
    parts += [frame.to_csv(index=False).encode() for frame in (result.table, result.tornado, result.risk_days)]
    return b"".join(parts)


def test_a_risk_moves_what_it_hits_and_what_waits_for_it_only() -> None:
    plan = fork({"probability": 0.4, "days": 5.0, "hits": ("B",)})
    result = simulate(plan, ASAP, SimulationOptions(runs=2_000, default_spread=(0.0, 0.0), target="M"))
    assert [str(day) for day in result.finish_days] == ["2026-03-27"]  # B's float takes the delay
    assert row(result, "B")["p50_finish"] == pd.Timestamp("2026-03-13")
    assert row(result, "B")["p80_finish"] == pd.Timestamp("2026-03-20")
    assert row(result, "A")["p90_finish"] == pd.Timestamp("2026-03-27")
    assert result.risk_days["expected_days"].tolist() == [0.0]
    assert abs(result.risk_days["fired_share"][0] - 0.4) < 4 * np.sqrt(0.24 / 2000)


def test_a_risk_on_the_driving_path_costs_the_target_its_expected_days() -> None:
    result = simulate(fork({"probability": 0.5, "days": 4.0, "hits": ("A",)}), ASAP, STILL)
    fired = result.risk_days["fired_share"][0]
    assert result.risk_days["expected_days"][0] == pytest.approx(4 * fired)
    assert result.mean == pytest.approx(4 * fired)
    assert result.tornado.iloc[0].to_dict() == {"kind": "risk", "id": "R1", "days": 4.0}
    assert result.confidence(result.deterministic_finish) == pytest.approx(1 - fired)
    assert result.confidence_error(result.deterministic_finish) == pytest.approx(np.sqrt(fired * (1 - fired) / 2000))


@pytest.mark.parametrize("given", [{"kind": "issue", "probability": 0.1}, {"state": "occurred", "probability": np.nan}])
def test_what_has_occurred_is_certain_and_what_is_closed_does_nothing(given: dict) -> None:
    certain = simulate(fork({**given, "days": 3.0, "hits": ("A",)}), ASAP, STILL)
    assert certain.risk_days[["fired_share", "expected_days"]].to_numpy().tolist() == [[1.0, 3.0]]
    assert certain.std == 0
    assert certain.mean == 3
    closed = simulate(fork({"state": "closed", "probability": 0.9, "days": 3.0, "hits": ("A",)}), ASAP, STILL)
    assert closed.mean == 0
    assert closed.risk_days.empty


def test_an_opportunity_saves_days_but_no_work_goes_below_nothing() -> None:
    saves = simulate(fork({"kind": "opportunity", "probability": 1.0, "days": 5.0, "hits": ("A",)}), ASAP, STILL)
    assert saves.mean == pytest.approx(-5)
    assert saves.risk_days["expected_days"][0] == pytest.approx(-5)
    much = simulate(fork({"kind": "opportunity", "probability": 1.0, "days": 99.0, "hits": ("A",)}), ASAP, STILL)
    assert much.mean == -10  # B is next


def test_work_that_opportunities_remove_ends_on_the_day_before_and_delays_nothing() -> None:
    plan = plan_of({"id": "A", "start": "2026-03-02", "finish": "2026-03-03"}, {"id": "B", "duration": 5, "after": "A"},
                   {"id": "C", "duration": 5, "after": "B"}, {"id": "M", "duration": 0, "after": "C"})
    gone = {"kind": "opportunity", "probability": 1.0, "days": 99.0}
    result = simulate(with_risks(plan, {**gone, "hits": ("B",)}, {**gone, "hits": ("A",)}), ASAP, STILL)
    assert [str(row(result, item)["p50_finish"].date()) for item in ("A", "B", "C", "M")] == [
        "2026-02-27", "2026-02-27", "2026-03-06", "2026-03-06"]


def test_a_risk_on_a_milestone_passes_before_it_and_on_a_summary_delays_its_end_once() -> None:
    on_milestone = simulate(fork({"probability": 1.0, "days": 2.0, "hits": ("M",)}), ASAP, STILL)
    assert str(row(on_milestone, "M")["p50_finish"].date()) == "2026-03-31"
    assert on_milestone.mean == 2
    phase = plan_of({"id": "S", "name": "Phase"},
                    {"id": "A", "start": "2026-03-02", "finish": "2026-03-06", "parent": "S"},
                    {"id": "B", "duration": 5, "after": "A", "parent": "S"}, {"id": "C", "duration": 2, "after": "A", "parent": "S"})
    result = simulate(with_risks(phase, {"probability": 1.0, "days": 4.0, "hits": ("S",)}), ASAP, STILL)
    assert result.mean == 4
    assert str(row(result, "A")["p50_finish"].date()) == "2026-03-06"
    assert str(row(result, "S")["p50_finish"].date()) == str(row(result, "B")["p50_finish"].date()) == "2026-03-19"


def test_after_the_response_the_residual_figures_count() -> None:
    risk = {"probability": 0.8, "residual_probability": 0.2, "impact": 4.0, "residual_impact": 2.0, "days": 6.0, "hits": ("A",)}
    result = simulate(fork(risk), ASAP, SimulationOptions(runs=4_000, default_spread=(0.0, 0.0), register="residual"))
    assert abs(result.risk_days["fired_share"][0] - 0.2) < 4 * np.sqrt(0.16 / 4000)
    assert result.risk_days["expected_days"][0] == pytest.approx(3 * result.risk_days["fired_share"][0], abs=1e-3)


def test_only_what_remains_is_uncertain() -> None:
    plan = plan_of({"id": "Done", "start": "2026-03-02", "finish": "2026-03-06", "state": "done", "progress": 1.0},
                   {"id": "Half", "start": "2026-03-09", "finish": "2026-03-20", "state": "in_progress", "progress": 0.5, "after": "Done",
                    "optimistic": 8.0, "most_likely": 10.0, "pessimistic": 20.0}, progress_reported=True)
    result = simulate(plan, ScheduleOptions(status_date=dt.date(2026, 3, 16)), SimulationOptions(runs=20_000, distribution="triangular"))
    assert row(result, "Done")[["p10_finish", "p90_finish"]].tolist() == [pd.Timestamp("2026-03-06")] * 2
    assert np.isnan(row(result, "Done")["criticality_index"])
    assert row(result, "Done")["spread_source"] == "none"
    assert row(result, "Half")["spread_source"] == "estimates"
    # Half of 8, 10 and 20 days remain from the status date on; the plan has 5.
    assert result.mean == pytest.approx((4 + 5 + 10) / 3 - 5, abs=4 * result.std / np.sqrt(20_000))
    assert result.default_share == 0


def test_the_same_seed_gives_the_same_bytes_whatever_the_blocks_and_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    for one_calendar in (True, False):
        plan, options = random_program(5, one_calendar)
        plan = with_risks(plan, {"probability": 0.4, "days": (1.0, 3.0, 8.0), "hits": ("S0", "S1", "S2")})
        options = replace(options, target=None)
        simulation = SimulationOptions(runs=1_500, seed=7)
        first = bytes_of(simulate(plan, options, simulation))
        assert bytes_of(simulate(plan, options, simulation)) == first
        monkeypatch.setattr(engines_module, "_CACHE_BYTES", 50_000)
        monkeypatch.setattr(engines_module, "_CHUNK", 2_000)
        monkeypatch.setattr("tpm.risk.workers.thread_count", lambda: 5)
        assert bytes_of(simulate(plan, options, simulation)) == first
        monkeypatch.undo()
        assert bytes_of(simulate(plan, options, SimulationOptions(runs=1_500, seed=8))) != first


def test_an_added_item_leaves_the_draws_of_the_others_as_they_were() -> None:
    before = simulate(fork(), ASAP, SimulationOptions(runs=500, target="M"))
    more = plan_of({"id": "New", "start": "2026-03-02", "finish": "2026-03-04", "team": "Red"},
                   {"id": "A", "start": "2026-03-02", "finish": "2026-03-27", "team": "Red"},
                   {"id": "B", "start": "2026-03-02", "finish": "2026-03-13", "team": "Blue"},
                   {"id": "M", "milestone": True, "after": "A, B"})
    after = simulate(more, ASAP, SimulationOptions(runs=500, target="M"))
    assert after.finish_days.tolist() == before.finish_days.tolist()
    assert after.finish_counts.tolist() == before.finish_counts.tolist()


def test_tied_paths_are_all_critical() -> None:
    plan = plan_of({"id": "A", "start": "2026-03-02", "finish": "2026-03-06"}, {"id": "B", "start": "2026-03-02", "finish": "2026-03-06"},
                   {"id": "C", "duration": 2, "after": "A, B"}, {"id": "D", "duration": 1, "after": "A"})
    assert simulate(plan, ASAP, STILL).table["criticality_index"].tolist() == [1.0, 1.0, 1.0, 0.0]
    spread = simulate(plan, ASAP, SimulationOptions(runs=20_000)).table["criticality_index"].tolist()
    assert spread[0] + spread[1] == pytest.approx(1, abs=1e-3)
    assert spread[0] == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / 20_000))


def test_the_share_of_default_bands_and_a_learned_band() -> None:
    plan = fork()
    assert simulate(plan, ASAP).default_share == pytest.approx(1)
    learned = simulate(plan, ASAP, SimulationOptions(team_spread=(("Red", 0.1, 0.4, 3),), target="M"))
    assert row(learned, "A")["spread_source"] == "learned"
    assert row(learned, "B")["spread_source"] == "default"
    assert learned.default_share == 0  # B has float enough
    assert learned.confidence(dt.date(2026, 3, 27)) == 0
    assert "simulation-thin-sample" in codes(learned)


def test_thin_data_is_said() -> None:
    assert codes(simulate(fork(), ASAP)) == {"simulation-no-estimates", "simulation-no-risks"}
    alone = plan_of({"id": "A", "start": "2026-03-02", "finish": "2026-03-27", "optimistic": 12.0, "pessimistic": 18.0},
                    {"id": "B", "start": "2026-03-02", "finish": "2026-03-27", "optimistic": 12.0})
    silent = with_risks(alone, {"probability": 0.5, "days": 3.0}, {"probability": 0.5, "hits": ("A",)})
    result = simulate(silent, ASAP)
    assert codes(result) == {f"simulation-{code}" for code in (
        "no-dependencies", "few-risks", "default-band", "estimate-unusable", "estimate-apart", "risk-unlinked", "risk-silent")}
    assert result.table["criticality_index"].isna().all()
    assert "simulation-nothing-uncertain" in codes(simulate(fork(), ASAP, STILL))


def test_a_target_that_is_done_or_has_no_date() -> None:
    plan = plan_of({"id": "A", "start": "2026-03-02", "finish": "2026-03-06", "state": "done", "progress": 1.0},
                   {"id": "B", "start": "2026-03-09", "finish": "2026-03-13", "after": "A"}, {"id": "C", "state": "cancelled"},
                   progress_reported=True)
    options = ScheduleOptions(status_date=dt.date(2026, 3, 9))
    done = simulate(plan, options, SimulationOptions(target="A"))
    assert [str(day) for day in done.finish_days] == ["2026-03-06"]
    assert "simulation-target-done" in codes(done)
    assert row(done, "B")["p10_finish"] < row(done, "B")["p90_finish"]
    missing = simulate(plan, options, SimulationOptions(target="C"))
    assert not missing.answered
    assert missing.deterministic_finish is None
    assert "simulation-target-unscheduled" in codes(missing)
    with pytest.raises(ValueError, match="no finish"):
        missing.percentile(0.8)
    with pytest.raises(InputError):
        simulate(plan, options, SimulationOptions(target="nobody"))
    assert simulate(Plan(), ScheduleOptions()).table.empty


@pytest.mark.parametrize("wrong", [{"runs": 0}, {"distribution": "normal"}, {"default_spread": (0.2, -0.2)}, {"correlation": 1.5},
                                   {"register": "all"}, {"seed": -1}, {"team_spread": (("Red", -2.0, 0.1, 9),)}])
def test_an_option_out_of_range_is_named(wrong: dict) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        simulate(fork(), ASAP, SimulationOptions(**wrong))


def test_percentiles_carry_their_sampling_error() -> None:
    result = simulate(fork(), ASAP, SimulationOptions(runs=10_000))
    for p in (0.1, 0.5, 0.8, 0.9):
        low, high = result.percentile_error(p)
        assert low <= result.percentile(p) <= high
        assert result.confidence(result.percentile(p)) >= p
    assert result.finish_counts.sum() == 10_000
    assert (np.diff(result.finish_days) > np.timedelta64(0, "D")).all()


def test_it_says_how_far_it_is_and_stops_when_asked() -> None:
    told: list[float] = []
    plan, options = random_program(5, one_calendar=False)
    simulate(plan, options, SimulationOptions(runs=20_000), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    with pytest.raises(Cancelled):
        simulate(plan, options, SimulationOptions(runs=20_000), cancelled=lambda: True)


def test_an_error_in_a_thread_reaches_the_caller() -> None:
    def work(state: None, first: int, count: int) -> None:
        raise RuntimeError("kernel")

    with pytest.raises(RuntimeError, match="kernel"):
        share_out(10, 1, lambda: None, work, None, None, threads=2)
