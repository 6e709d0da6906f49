"""Priority conflicts: low for its own team, and a date of others hangs on it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.insight.cross_team.test_matrix import base_of
from tests.plans import plan_of
from tpm.i18n import LANGUAGES
from tpm.insight.cross_team import Conflict, conflicts
from tpm.model import Plan

DATES = {"start": "2026-11-16", "finish": "2026-11-20"}


def plan_with(rank: float, slack_from: str = "2026-11-23", **launch: Any) -> Plan:
    """Data ranks two items at 2 and one (the backfill, which the launch waits for) at ``rank``."""
    return plan_of(
        {"id": "D1", "team": "Data", "priority": "High", "priority_rank": 2.0, **DATES},
        {"id": "D2", "team": "Data", "priority": "High", "priority_rank": 2.0, **DATES},
        {"id": "D3", "name": "Backfill", "team": "Data", "priority": "Low", "priority_rank": rank, **DATES},
        {"id": "T", "name": "Regression", "team": "Web", "priority": "High", "priority_rank": 2.0, "start": slack_from,
         "finish": "2026-12-04", "after": "D3"},
        {"id": "L", "name": "Launch", "team": "Web", "priority": "High", "priority_rank": 1.0, "start": "2026-12-04",
         "finish": "2026-12-04", "milestone": True, "after": "T", "deadline": "2026-12-04", **launch},
    )


def found(plan: Plan) -> tuple[Conflict, ...]:
    return conflicts(base_of(plan))


def test_a_low_item_on_the_path_to_another_teams_date_is_a_conflict() -> None:
    (one,) = found(plan_with(4.0))
    assert (one.item, one.team, one.usual, one.date, one.waits, one.spare) == ("D3", "Data", "High", "L", "T", 0.0)
    assert one.chain == ("D3", "T", "L")


def test_within_the_near_critical_threshold_the_days_left_are_told() -> None:
    (one,) = found(plan_with(4.0, slack_from="2026-11-26"))
    assert one.spare == 3.0


@pytest.mark.parametrize(("plan", "why"), [
    (plan_with(2.0), "not ranked lower than the team's own work"),
    (plan_with(4.0, slack_from="2026-12-02"), "farther away than the threshold"),
    (plan_with(4.0, priority_rank=5.0), "the date ranks lower still"),
    (plan_with(4.0).with_(dependencies=plan_with(4.0).dependencies.iloc[:0]), "nothing waits for it"),
])
def test_no_conflict(plan: Plan, why: str) -> None:
    assert found(plan) == (), why


def test_a_team_that_ranks_everything_low_ranks_nothing_low() -> None:
    plan = plan_with(4.0)
    rows = plan.activities.copy()
    rows.loc[rows["team"] == "Data", "priority_rank"] = 4.0
    assert found(plan.with_(activities=rows)) == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pair_and_the_decision_are_told(lang: str) -> None:
    for plan in (plan_with(4.0), plan_with(4.0, slack_from="2026-11-26"), plan_with(4.0, deadline="2026-12-02")):
        (one,) = found(plan)
        told = one.sentence(lang) + one.decision(lang)  # type: ignore[arg-type]
        assert all(name in told for name in ("Backfill", "Launch", "Regression", "Data", "Web"))
