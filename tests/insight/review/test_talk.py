"""Who to talk to: the few things to ask each person, with the reason, in their language."""

from __future__ import annotations

import datetime as dt

from tests.plans import plan_of
from tpm.insight.review.facts import Facts
from tpm.insight.review.talk import ASKS, Person, who_to_talk_to
from tpm.model import Plan, ScheduleOptions
from tpm.schedule import schedule

STATUS = dt.date(2026, 3, 16)
LATER = {"id": "Z", "start": "2026-06-01", "finish": "2026-06-05"}  # so that the plan is not over


def people_of(plan: Plan) -> dict[str, Person]:
    return {person.name: person for person in who_to_talk_to(Facts(plan, schedule(plan, ScheduleOptions(status_date=STATUS))))}


def test_overdue_work_is_asked_about() -> None:
    people = people_of(plan_of({"id": "A", "name": "Build", "owner": "Bex Jones", "start": "2026-03-02", "finish": "2026-03-06"}, LATER,
                               progress_reported=True))
    assert people["Bex Jones"].message() == (
        "Hi Bex, “Build” was planned to finish on 6 Mar. Where does it stand, and when will it be done? Could you let me know by 18 Mar?")


def test_a_korean_owner_is_asked_in_korean() -> None:
    people = people_of(plan_of({"id": "A", "name": "토큰 서비스", "owner": "박지원", "start": "2026-03-02", "finish": "2026-03-06"}, LATER,
                               progress_reported=True))
    assert people["박지원"].message().startswith("박지원 님, “토큰 서비스”는 3월 6일 완료 예정이었습니다.")


def test_a_late_hand_over_to_another_team_is_asked_about() -> None:
    people = people_of(plan_of(
        {"id": "A", "name": "API", "team": "Identity", "owner": "Bex", "start": "2026-03-16", "finish": "2026-03-27"},
        {"id": "B", "name": "App", "team": "Mobile", "owner": "Tae", "start": "2026-03-23", "finish": "2026-04-03", "after": "A"},
        progress_reported=True))
    assert [ask.kind for ask in people["Bex"].asks] == ["blocking"]
    assert "Mobile planned to begin “App” on 23 Mar and waits for “API”, now forecast for 27 Mar." in people["Bex"].message("en")
    assert [ask.kind for ask in people["Tae"].asks] == ["soon"]


def test_a_hand_over_within_a_team_or_in_time_is_not() -> None:
    people = people_of(plan_of(
        {"id": "A", "team": "Identity", "owner": "Bex", "start": "2026-03-16", "finish": "2026-03-20"},
        {"id": "B", "team": "Mobile", "owner": "Tae", "start": "2026-03-23", "finish": "2026-04-03", "after": "A"},
        {"id": "M", "team": "Launch", "owner": "Kim", "milestone": True, "start": "2026-04-03", "finish": "2026-04-03", "after": "B"},
        progress_reported=True))
    assert all(ask.kind == "soon" for person in people.values() for ask in person.asks)


def test_work_without_an_owner_goes_to_its_team_and_without_a_team_to_nobody() -> None:
    people = people_of(plan_of(
        {"id": "A", "name": "Build", "team": "결제팀", "start": "2026-03-02", "finish": "2026-03-06"},
        {"id": "B", "name": "Test", "start": "2026-03-02", "finish": "2026-03-06"}, progress_reported=True))
    assert list(people) == ["결제팀"]
    assert people["결제팀"].message().startswith("결제팀 여러분,")


def test_at_most_three_things_and_the_rest_is_counted() -> None:
    rows = [{"id": str(number), "name": f"Work {number}", "owner": "Bex", "start": "2026-03-02", "finish": "2026-03-06"}
            for number in range(5)]
    person = people_of(plan_of(*rows, progress_reported=True))["Bex"]
    assert len(person.asks) == ASKS
    assert person.more == 2
    assert person.message().count("\n- ") == 3


def test_blocked_work_weighs_most() -> None:
    people = people_of(plan_of(
        {"id": "A", "name": "Build", "owner": "Bex", "start": "2026-03-02", "finish": "2026-03-06"},
        {"id": "B", "name": "Test", "owner": "Tae", "start": "2026-03-02", "finish": "2026-03-27", "state": "blocked"},
        progress_reported=True))
    assert list(people) == ["Tae", "Bex"]
