"""A simulation in words: the same numbers in both languages, and nothing said that is not so."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tests.risk_plans import program, result_of
from tpm.insight.simulation_words import (
    Promise,
    certainty_words,
    confidence_title,
    criticality_table,
    factors,
    forecast_words,
    how_words,
    issue_words,
    milestone_table,
    promise_of,
    register_words,
    simulation_target,
    targets,
    tornado_title,
)
from tpm.model import Plan, ScheduleOptions
from tpm.schedule import schedule

PLAN = program({"id": "R-1", "title": "Vendor", "p": 0.5, "i": 3, "days": 8, "hits": "A"})
SCHEDULE = schedule(PLAN, ScheduleOptions(status_date=dt.date(2026, 12, 1)))
RESULT = result_of(PLAN, "M", {"2026-12-28": 34, "2027-01-04": 36, "2027-01-13": 30}, risk_days={"R-1": 2.0},
                   tornado=[("activity", "A", 3.2), ("risk", "R-1", 2.0), ("team", "Field", 0.01)])  # fmt: skip
PROMISE = Promise(dt.date(2026, 12, 28), "planned")


def numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", text))


def test_the_title_says_how_likely_the_promise_is_and_how_far_p80_is() -> None:
    assert confidence_title(PLAN, SCHEDULE, RESULT, PROMISE, "en") == (
        "Launch: 34% likely by 28 Dec; P80 is 12 working days later, 13 Jan")
    assert confidence_title(PLAN, SCHEDULE, RESULT, PROMISE, "ko") == (
        "Launch: 12월 28일까지 달성할 확률은 34%이며, P80은 영업일 12일 뒤인 1월 13일입니다")


@pytest.mark.parametrize(("day", "words"), [
    ("2027-01-13", "100% likely by 13 Jan, the day of its P80 (13 Jan)"), ("2027-01-20", "P80 is 5 working days earlier"),
    ("2026-12-01", "0% likely by 1 Dec"),
])  # fmt: skip
def test_the_title_of_other_promises(day: str, words: str) -> None:
    assert words in confidence_title(PLAN, SCHEDULE, RESULT, Promise(dt.date.fromisoformat(day), "deadline"), "en")


def test_shares_near_the_ends_never_claim_certainty() -> None:
    rare = result_of(PLAN, "M", {"2026-12-28": 3, "2027-01-04": 9_997})
    assert "< 1% likely" in confidence_title(PLAN, SCHEDULE, rare, PROMISE, "en")


def test_without_a_promise_the_title_gives_the_odds_and_without_a_finish_it_says_so() -> None:
    assert confidence_title(PLAN, SCHEDULE, RESULT, None, "en") == "Launch: even odds of 4 Jan, 80% sure of 13 Jan"
    nothing = result_of(PLAN, None, {})
    assert "nothing can be simulated" in confidence_title(PLAN, SCHEDULE, nothing, PROMISE, "en")
    assert certainty_words(PLAN, nothing, "en") == ""


def test_the_register_is_priced_against_the_same_simulation_without_it() -> None:
    without, after = result_of(PLAN, "M", {"2026-12-28": 90, "2027-01-04": 10}), result_of(PLAN, "M", {"2026-12-28": 50, "2027-01-04": 50})
    said = {lang: register_words(PLAN, SCHEDULE, RESULT, without, after, lang) for lang in ("en", "ko")}
    assert said["en"] == [
        "Expected exposure: the register adds 12 working days to the P80 of Launch (28 Dec without its risks, 13 Jan with them).",
        "The responses win back 7 working days: 4 Jan."]  # fmt: skip
    for english, korean in zip(said["en"], said["ko"], strict=True):
        assert set(numbers(english)) - {"80"} <= set(numbers(korean)) - {"80"} | {"28", "13", "4"}
    assert register_words(PLAN, SCHEDULE, without, RESULT, None, "en") == []
    assert register_words(PLAN, SCHEDULE, RESULT, RESULT, RESULT, "en")[0].startswith("Expected exposure: the register does not move")


def test_responses_that_change_nothing_are_said_to() -> None:
    without = result_of(PLAN, "M", {"2026-12-28": 100})
    assert register_words(PLAN, SCHEDULE, RESULT, without, RESULT, "en")[1] == "The responses, as rated, do not move it."


def test_how_likely_the_forecast_itself_is() -> None:
    assert forecast_words(SCHEDULE, RESULT, "en") == "The forecast itself, 28 Dec, is 34% likely."
    assert forecast_words(SCHEDULE, result_of(PLAN, None, {}), "ko") == ""


def test_runs_seed_and_sampling_error_are_said() -> None:
    said = how_words(RESULT, PROMISE, SCHEDULE, "en")
    assert said.startswith("100 runs, seed 1. The likelihood is known to ± 9.3 points (95%).")
    assert "P80" in said


def test_most_of_the_certainty_assumed_is_said_first() -> None:
    thin = result_of(PLAN, "M", {"2026-12-28": 1}, default_share=0.9, tornado=[("activity", "A", 3.0)], spread_source="default")
    assert certainty_words(PLAN, thin, "en").startswith("Most of this certainty is assumed: 90%")
    assert "“Build”" in certainty_words(PLAN, thin, "en")
    assert certainty_words(PLAN, result_of(PLAN, "M", {"2026-12-28": 1}, default_share=float("nan")), "en") == ""


def test_what_has_happened_is_said_to_be_certain_here_and_not_in_the_forecast() -> None:
    assert issue_words(PLAN, "en") == ""
    happened = program({"id": "R-9", "state": "occurred"})
    assert "R-9" in issue_words(happened, "en")
    assert "R-9" in issue_words(happened, "ko")


def test_factors_have_names_and_what_moves_nothing_is_left_out() -> None:
    assert [(factor.kind, factor.name) for factor in factors(PLAN, RESULT, "en")] == [("activity", "Build (Core)"), ("risk", "Vendor")]
    assert [factor.kind for factor in factors(PLAN, RESULT, "en", frozenset({"risk"}))] == ["risk"]
    assert tornado_title(PLAN, RESULT, "en") == "Certainty is bought at “Build (Core)”: 3.2 working days of P80"
    gain = result_of(PLAN, "M", {"2026-12-28": 1}, tornado=[("risk", "R-1", -2.0)])
    assert tornado_title(PLAN, gain, "en") == "“Vendor” is worth keeping: without it P80 is 2 working days later"
    assert tornado_title(PLAN, result_of(PLAN, "M", {"2026-12-28": 1}), "en").startswith("No single risk")


def test_the_promise_is_the_deadline_else_the_baseline_else_the_plan() -> None:
    rows = PLAN.activities.copy()
    assert promise_of(PLAN, "M") == Promise(dt.date(2026, 12, 28), "planned")
    rows["baseline_finish"] = rows["baseline_finish"].where(rows["id"] != "M", "2026-12-20")
    assert promise_of(PLAN.with_(activities=rows), "M") == Promise(dt.date(2026, 12, 20), "baseline")
    rows["deadline"] = rows["deadline"].where(rows["id"] != "M", "2026-12-18")
    assert promise_of(PLAN.with_(activities=rows), "M") == Promise(dt.date(2026, 12, 18), "deadline")
    assert promise_of(PLAN, None) == Promise(dt.date(2026, 12, 28), "planned")
    assert promise_of(Plan(), None) is None


def test_the_target_is_what_was_wanted_where_it_can_be_asked_about() -> None:
    assert targets(PLAN, SCHEDULE)["id"].tolist() == ["M"]
    assert simulation_target(PLAN, SCHEDULE, "gone") == "M"
    assert simulation_target(PLAN, SCHEDULE, "M") == "M"


def test_milestones_and_criticality_as_tables() -> None:
    milestones = milestone_table(PLAN, SCHEDULE, RESULT)
    assert milestones[["id", "days"]].to_numpy().tolist() == [["M", 0.0]]
    table = criticality_table(PLAN, result_of(PLAN, "M", {"2026-12-28": 1}, criticality_index=[0.2, 0.9, 0.0, 1.0]))
    assert table["id"].tolist() == ["M", "B", "A"]
