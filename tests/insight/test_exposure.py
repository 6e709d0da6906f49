"""Expected days at risk: each source against its own definition, and the sums."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plans import plan_of
from tests.risk_plans import program, risks_of
from tpm.insight.exposure import (
    MONTHS_MOST,
    TEAMS_MOST,
    Exposure,
    cell_story,
    exposure,
    exposure_title,
    overrun_beyond,
    period_name,
    team_name,
)
from tpm.insight.risks.register import read_register
from tpm.insight.risks.scale import RiskScale
from tpm.model import Plan, ScheduleOptions
from tpm.schedule import schedule


def exposed(plan: Plan) -> Exposure:
    return exposure(plan, schedule(plan, ScheduleOptions()), read_register(plan, RiskScale(), dt.date(2026, 12, 1)))


@given(st.floats(-20, 0), st.floats(0.5, 40), st.floats(0, 45))
def test_the_overrun_is_the_integral_of_the_triangle_beyond_the_slack(low: float, high: float, slack: float) -> None:
    x = np.linspace(0, high, 4001)
    density = 2 * (high - x) / ((high - low) * high)
    expected = np.trapezoid(np.maximum(x - slack, 0) * density, x)
    assert overrun_beyond(np.array([low]), np.array([high]), np.array([slack]))[0] == pytest.approx(expected, abs=high * 1e-3)


def test_work_that_cannot_overrun_exposes_nothing() -> None:
    assert overrun_beyond(np.zeros(2), np.zeros(2), np.array([0.0, 3.0])).tolist() == [0, 0]


def test_a_threat_stands_at_the_team_and_in_the_month_of_what_it_hits() -> None:
    found = exposed(program({"id": "R", "p": 0.5, "i": 3, "days": 8, "hits": "A B"})).rows
    threat = found[found["source"] == "risk"]
    assert sorted(threat["team"]) == ["Core", "Field"]
    assert threat["days"].tolist() == [4, 4]


@pytest.mark.parametrize("row", [
    {"kind": "opportunity", "p": 0.5, "days": 8, "hits": "A"}, {"state": "closed", "p": 0.5, "days": 8, "hits": "A"},
    {"p": 0.5, "days": 8}, {"p": 0.5, "hits": "A"},
])  # fmt: skip
def test_what_costs_nobody_days_is_left_out(row: dict[str, object]) -> None:
    found = exposed(program({"id": "R", "i": 3, **row})).rows
    assert "risk" not in set(found["source"])


def test_what_has_happened_counts_in_full() -> None:
    found = exposed(program({"id": "R", "state": "occurred", "p": 0.1, "i": 3, "days": 8, "hits": "A"})).rows
    assert found.loc[found["source"] == "risk", "days"].tolist() == [8]


def test_only_work_without_float_overruns_and_only_hand_overs_between_teams_wait() -> None:
    found = exposed(program()).rows
    beyond = overrun_beyond(np.array([-1.0]), np.array([2.5]), np.array([0.0]))[0]  # ten days, −10 % / +25 %
    assert found.loc[found["source"] == "float", "id"].tolist() == ["A", "B"]  # C has weeks of float
    assert found.loc[found["source"] == "float", "days"].tolist() == pytest.approx([beyond] * 2)
    handed = found[found["source"] == "handover"]
    assert (handed["id"].tolist(), handed["team"].tolist(), handed["other"].tolist()) == (["B"], ["Field"], ["Core"])
    assert handed["days"].tolist() == pytest.approx([beyond])


def test_estimates_replace_the_default_band() -> None:
    plan = program()
    rows = plan.activities.assign(optimistic=np.where(plan.activities["id"] == "A", 10.0, np.nan),
                                  most_likely=np.where(plan.activities["id"] == "A", 10.0, np.nan),
                                  pessimistic=np.where(plan.activities["id"] == "A", 20.0, np.nan))  # fmt: skip
    found = exposed(plan.with_(activities=rows)).rows
    days = found.loc[(found["source"] == "float") & (found["id"] == "A"), "days"].iloc[0]
    assert days == pytest.approx(10 / 3)  # the mean of a triangle from 0 to 10 that is highest at 0


def test_the_grid_sums_the_rows_and_its_cells_say_what_they_are_made_of() -> None:
    found = exposed(program({"id": "R", "p": 0.5, "i": 3, "days": 8, "hits": "A"}))
    assert found.total == pytest.approx(found.rows["days"].sum())
    assert found.teams[int(found.grid.sum(axis=1).argmax())] == found.teams[0]
    assert cell_story(found, found.teams.index("Core"), 0, "en") == ["open threats 4", "own overrun 0.6"]
    assert exposure_title(found, "en").startswith("Core carries 4.6 of 5.8 expected days at risk; most fall in Dec 2026")
    assert "Core" in exposure_title(found, "ko")


def test_without_dependencies_a_float_says_nothing() -> None:
    plan = plan_of({"id": "A", "team": "Core", "start": "2026-12-01", "finish": "2026-12-14"})
    assert exposed(plan).rows.empty
    assert exposure_title(exposed(plan), "en") == "No open work is expected to overrun and no open threat has days."


def test_many_teams_and_many_months_are_folded_without_losing_a_day() -> None:
    rows = [{"id": f"A{n}", "team": f"Team {n:02d}", "start": str(day)[:10], "finish": str(day + pd.Timedelta(days=11))[:10]}
            for n, day in enumerate(pd.date_range("2026-01-05", periods=30, freq="35D"))]  # fmt: skip
    register = risks_of(*({"id": f"R{n}", "p": 0.5, "i": 3, "days": 2 + n, "hits": f"A{n}"} for n in range(30)))
    found = exposed(plan_of(*rows, **register))
    assert found.months == 3
    assert len(found.periods) <= MONTHS_MOST
    assert len(found.teams) == TEAMS_MOST
    assert found.folded == 30 - TEAMS_MOST + 1
    assert found.total == pytest.approx(found.rows["days"].sum())
    assert team_name(found, TEAMS_MOST - 1, "en") == f"{found.folded} other teams"
    assert period_name(found.periods[0], 3, "en") == "Q1 2026"
    assert period_name(found.periods[0], 12, "ko") == "2026년"


def test_an_empty_plan_exposes_nothing() -> None:
    assert exposed(Plan()).grid.shape == (0, 0)
