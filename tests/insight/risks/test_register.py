"""Rating, rank, expected days, what needs an answer, and the findings about the register."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.risk_plans import program
from tpm.insight.risks.register import Register, RiskFilter, filtered, heatmap_title, read_register, risk_findings
from tpm.insight.risks.scale import RiskScale
from tpm.model import Plan, ScheduleOptions
from tpm.schedule import schedule

TODAY = dt.date(2026, 12, 10)
PLAN = program(
    {"id": "calm", "p": 0.4, "i": 5, "hits": "A", "impact_days_min": 2, "days": 4, "impact_days_max": 12, "owner": "Bex",
     "response": "Split", "rp": 0.1, "ri": 2, "team": "Core", "category": "Technical"},
    {"id": "bare", "p": 0.2, "i": 2, "hits": "A B", "days": 5, "category": "Vendor", "due": "2026-12-01"},
    {"id": "gain", "kind": "opportunity", "p": 0.5, "i": 3, "hits": "C", "days": 4},
    {"id": "issue", "state": "occurred", "p": 0.1, "i": 4, "hits": "B", "days": 3, "owner": "Arun", "strategy": "accept"},
    {"id": "shut", "state": "closed", "p": 0.9, "i": 5, "hits": "A", "days": 9},
    {"id": "vague", "i": 4, "owner": "Bex", "response": "Ask"},
)  # fmt: skip


def register(plan: Plan = PLAN) -> Register:
    return read_register(plan, RiskScale(), TODAY)


def of(name: str) -> dict[str, object]:
    return dict(zip(register().rows["id"], register().rows[name], strict=True))


def test_the_rating_is_level_times_level_and_ranks_open_risks_first() -> None:
    assert register().rows["id"].tolist() == ["calm", "gain", "issue", "bare", "vague", "shut"]
    assert of("rating")["calm"] == 15
    assert of("number")["shut"] == 6


def test_expected_days_follow_probability_kind_and_state() -> None:
    days = of("expected_days")
    assert days["calm"] == pytest.approx(0.4 * (2 + 4 * 4 + 12) / 6)
    assert days["bare"] == pytest.approx(0.2 * 5 * 2)
    assert days["gain"] == pytest.approx(-0.5 * 4)
    assert days["issue"] == pytest.approx(3)
    assert days["shut"] == 0
    assert days["vague"] == 0


def test_only_open_threats_need_an_answer() -> None:
    needs = of("needs")
    assert needs["bare"] == ("overdue", "response", "owner")
    assert all(needs[risk] == () for risk in ("calm", "gain", "issue", "shut", "vague"))


def test_a_response_due_today_is_not_overdue() -> None:
    rows = read_register(PLAN, RiskScale(), dt.date(2026, 12, 1)).rows
    assert "overdue" not in rows.loc[rows["id"] == "bare", "needs"].iloc[0]


def test_the_title_names_those_without_an_answer_by_their_number() -> None:
    assert heatmap_title(register(), "en")[0] == (
        "1 of 3 open risks needs an answer: no. 4 (an overdue response). Responses take 1 high risk to 0")
    assert "빨강" in heatmap_title(register(), "ko")[1].replace("\u00a0", " ")


def test_the_title_of_an_answered_and_of_an_empty_register() -> None:
    good = program({"id": "x", "p": 0.9, "i": 5, "hits": "A", "days": 1, "owner": "B", "response": "R"})
    assert heatmap_title(register(good), "en")[0] == "All 1 open risk has an owner and a response; 1 rates high"
    assert heatmap_title(register(program({"id": "x", "state": "closed"})), "en")[0] == "No risk is open"


def test_many_without_an_answer_are_counted_by_what_they_lack() -> None:
    rows = [{"id": f"R{n}", "p": 0.2, "i": 2, "response": "Wait"} for n in range(4)]
    many = program(*rows, {"id": "late", "p": 0.2, "i": 2, "owner": "B", "response": "Go", "due": "2026-12-01"})
    assert heatmap_title(register(many), "en")[0] == "5 of 5 open risks need an answer: 1 with an overdue response, 4 with no owner"
    calm = program({"id": "x", "p": 0.2, "i": 2, "owner": "B", "response": "R"})
    assert heatmap_title(register(calm), "en")[0] == "All 1 open risk has an owner and a response; none rates high"


def test_findings_say_what_is_missing_once_a_kind() -> None:
    found = {finding.code: finding.items for finding in risk_findings(register(), PLAN)}
    assert found == {
        "risk-response-overdue": ("bare",), "risk-without-response": ("bare",), "risk-without-owner": ("bare",),
        "risk-without-activity": ("vague",), "risk-without-days": ("vague",), "risk-without-rating": ("vague",),
    }  # fmt: skip
    for finding in risk_findings(register(), PLAN):
        assert "bare" in finding.message("en") or "vague" in finding.message("en")
        assert finding.fix("ko")


def test_a_register_without_a_plan_is_not_blamed_for_missing_activities() -> None:
    alone = Plan(risks=PLAN.risks)
    assert "risk-without-activity" not in [finding.code for finding in risk_findings(register(alone), alone)]


@pytest.mark.parametrize(("wanted", "left"), [
    (RiskFilter(), ["calm", "gain", "issue", "bare", "vague"]),
    (RiskFilter(closed=True), ["calm", "gain", "issue", "bare", "vague", "shut"]),
    (RiskFilter(teams=frozenset({"Core"})), ["calm", "bare"]),
    (RiskFilter(categories=frozenset({"Vendor"})), ["bare"]),
    (RiskFilter(window=(dt.date(2026, 12, 20), None)), ["issue", "bare", "vague"]),
    (RiskFilter(window=(None, dt.date(2026, 12, 2))), ["calm", "gain", "bare", "vague"]),
])  # fmt: skip
def test_filters_keep_the_numbers_of_what_they_let_pass(wanted: RiskFilter, left: list[str]) -> None:
    shown = filtered(register(), PLAN, schedule(PLAN, ScheduleOptions()), wanted)
    assert shown.rows["id"].tolist() == left
    assert shown.rows["number"].tolist() == [of("number")[risk] for risk in left]


def test_an_empty_register_reads_as_empty() -> None:
    empty = read_register(Plan(), RiskScale(), None)
    assert empty.rows.empty
    assert empty.rated.empty
