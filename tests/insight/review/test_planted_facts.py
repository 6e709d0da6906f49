"""Small plans with one planted fact each: what the brief, the one page, the status and the messages say of it, word for word."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.insight.review.test_brief import stated
from tests.plans import plan_of
from tpm.charts.theme import LIGHT
from tpm.export.deck import deck_svg
from tpm.insight.review import Length, Rag, Review
from tpm.insight.review.made import review_of
from tpm.model import Plan, ScheduleOptions
from tpm.schedule import schedule

TODAY = dt.date(2026, 3, 16)


def work(item: str, name: str, team: str, owner: str, start: str, finish: str, **more: Any) -> dict[str, Any]:
    return {"id": item, "name": name, "team": team, "owner": owner, "start": start, "finish": finish, **more}


def mark(item: str, name: str, day: str, **more: Any) -> dict[str, Any]:
    return {"id": item, "name": name, "team": "Launch", "owner": "Yuna Seo", "milestone": True, "start": day, "finish": day, **more}


BEGUN = {"state": "in_progress"}


def one_cause() -> Plan:
    before = {"baseline_start": "2026-03-02", "baseline_finish": "2026-03-13"}
    return plan_of(
        work("T", "Token service", "Identity", "Jiwon Park", "2026-03-02", "2026-03-27", progress=0.55, duration=20, **BEGUN, **before),
        work("M", "Migration", "Data", "Maya Chen", "2026-03-16", "2026-03-20", after="T"),
        mark("L", "Launch", "2026-03-20", baseline_finish="2026-03-20", deadline="2026-03-20", after="M"), progress_reported=True)


def missed_promise() -> Plan:
    return plan_of(
        work("A", "API", "Core", "Bex Hall", "2026-03-09", "2026-03-20", progress=0.5, **BEGUN),
        work("C", "Contract", "Legal", "Ann Lee", "2026-03-16", "2026-03-27", deadline="2026-03-20"),
        mark("L", "Launch", "2026-04-10", deadline="2026-04-10", after="A"), progress_reported=True)


def loop() -> Plan:
    return plan_of(
        work("A", "Schema", "Data", "Maya Chen", "2026-03-16", "2026-03-20", after="B"),
        work("B", "Import", "Data", "Maya Chen", "2026-03-23", "2026-03-27", after="A"),
        work("X", "Manual", "Docs", "Bex Hall", "2026-03-02", "2026-03-13", progress=0.5, **BEGUN),
        work("Y", "Rehearsal", "Ops", "Bex Hall", "2026-03-02", "2026-03-06", after="B"),
        mark("L", "Launch", "2026-04-03", deadline="2026-04-03", after="Y"), progress_reported=True)


def stale(**more: Any) -> Plan:
    return plan_of(
        work("A", "API", "Core", "Bex Hall", "2026-03-02", "2026-03-13", progress=0.5, **BEGUN),
        work("B", "App", "Mobile", "Ann Lee", "2026-03-16", "2026-03-27", after="A", **more),
        mark("L", "Launch", "2026-03-27", deadline="2026-03-27", after="B"), progress_reported=True, saved_on=dt.date(2026, 3, 6))


def past() -> Plan:
    return plan_of(
        work("A", "API", "Core", "Bex Hall", "2013-03-04", "2013-03-15", state="done", progress=1.0),
        work("B", "App", "Mobile", "Ann Lee", "2013-03-18", "2013-03-29", after="A"),
        mark("L", "Launch", "2013-03-29", after="B"), progress_reported=True)


def no_evidence() -> Plan:
    return plan_of(
        work("A", "API", "Core", "Bex Hall", "2026-03-16", "2026-03-27"),
        work("B", "App", "Mobile", "Ann Lee", "2026-03-30", "2026-04-10", after="A"),
        mark("L", "Launch", "2026-04-10", after="B"))


def one_lever() -> Plan:
    estimate = {"optimistic": 10, "most_likely": 20, "pessimistic": 20}
    return plan_of(
        work("T", "Token service", "Identity", "Jiwon Park", "2026-03-02", "2026-03-27", progress=0.5, duration=20, **BEGUN, **estimate),
        mark("K", "Korea launch", "2026-03-27", deadline="2026-03-24", after="T"),
        mark("U", "US launch", "2026-03-27", deadline="2026-03-25", after="T"), progress_reported=True)


def conflict(deadline: str) -> Plan:
    before = {"baseline_start": "2026-03-02", "baseline_finish": "2026-03-20"}
    return plan_of(
        work("A", "API", "Core", "Bex Hall", "2026-03-02", "2026-03-20", progress=0.2, **BEGUN, **before),
        mark("L", "Launch", "2026-03-20", baseline_finish="2026-03-20", deadline=deadline, after="A"), progress_reported=True)


PLANS = {
    "one cause": one_cause, "missed promise": missed_promise, "loop": loop, "stale": stale, "past": past, "no evidence": no_evidence,
    "one lever": one_lever, "kept deadline, missed baseline": lambda: conflict("2026-04-03"),
    "deadline before the baseline": lambda: conflict("2026-03-18"),
}


@cache
def made(name: str, status: dt.date | None = TODAY) -> Review:
    plan = PLANS[name]()
    runs = 2_000 if name == "no evidence" else None
    return review_of(plan, schedule(plan, ScheduleOptions(status_date=status)), runs=runs, today=TODAY)


@cache
def page(name: str, lang: str) -> str:
    """The words of the one page."""
    svg = deck_svg(made(name), lang, LIGHT)[0]  # type: ignore[arg-type]
    return re.sub(r"\s+", " ", " ".join(ElementTree.fromstring(svg).itertext()))


def says(name: str, english: Sequence[str], korean: Sequence[str]) -> None:
    """Every sentence stands in the brief's page, in both languages."""
    for lang, sentences in (("en", english), ("ko", korean)):
        text = made(name).brief.text(lang, Length.PAGE)  # type: ignore[arg-type]
        assert [line for line in sentences if line not in text] == [], text


def messages(name: str, lang: str) -> list[str]:
    return [person.message(lang) for person in made(name).people]  # type: ignore[arg-type]


def test_one_cause_is_named_with_its_team_and_its_days() -> None:
    assert made("one cause").status.rag is Rag.RED
    says("one cause",
         ["Launch lands 2 Apr, 9 working days after the promised 20 Mar.", "Overall status: red.",
          "All 9 days come from Identity’s Token service.", "Win back 9 working days on Launch, or accept 2 Apr?",
          "  - Accept 2 Apr: Launch stays 9 working days late.", "  - A decision is needed now."],
         ["Launch는 4월 2일로 예측되며, 목표일 3월 20일보다 영업일 기준 9일 늦습니다.", "전체 상태는 빨강입니다.",
          "늦어진 9일은 모두 Identity의 “Token service”에서 나왔습니다.",
          "Launch의 지연 영업일 9일을 만회할지, 4월 2일 완료를 수용할지 결정이 필요합니다.",
          "  - Launch의 4월 2일 완료를 수용합니다(영업일 9일 지연).", "  - 지금 결정이 필요합니다."])
    assert "All 9 days come from Identity’s Token service." in page("one cause", "en")
    assert "늦어진 9일은 모두 Identity의 “Token service”에서" in page("one cause", "ko")


def test_what_leads_to_a_milestone_is_asked_what_it_takes_and_nothing_begins_a_milestone() -> None:
    assert messages("one cause", "en") == [
        "Hi Jiwon, “Token service” drives Launch: it is forecast for 26 Mar and adds 9 working days. Is 26 Mar right? If so, what would "
        "bring it forward? Could you let me know by 18 Mar?",
        "Hi Maya, “Launch” is planned for 20 Mar and waits for “Migration”, now forecast for 2 Apr. What would it take to finish it "
        "earlier? Could you let me know by 18 Mar?"]
    assert messages("one cause", "ko")[1] == (
        "Maya Chen 님, 3월 20일 예정인 “Launch”는 “Migration”이 끝나야 합니다. 현재 4월 2일로 예측되는데, 앞당기려면 무엇이 필요할까요? "
        "3월 18일까지 회신 부탁드립니다.")


def test_a_missed_promise_of_work_leads_where_the_milestone_keeps_its_date() -> None:
    assert made("missed promise").status.rag is Rag.AMBER
    says("missed promise",
         ["Contract lands 27 Mar, 5 working days after the promised 20 Mar.",
          "The delay was planned from the start: the plan itself says 27 Mar.", "Win back 5 working days on Contract, or accept 27 Mar?"],
         ["Contract는 3월 27일로 예측되며, 목표일 3월 20일보다 영업일 기준 5일 늦습니다.", "처음부터 늦게 잡힌 일정입니다(계획 3월 27일).",
          "Contract의 지연 영업일 5일을 만회할지, 3월 27일 완료를 수용할지 결정이 필요합니다."])
    assert messages("missed promise", "en") == [
        "Hi Ann, “Contract” is forecast for 27 Mar, 5 working days after the promised 20 Mar. Is 27 Mar right? If so, what would bring it "
        "forward? Could you let me know by 18 Mar?"]


def test_of_a_loop_one_thing_is_asked_and_nobody_behind_it_is_written_to() -> None:
    assert made("loop").status.rag is Rag.UNKNOWN
    assert [decision.kind for decision in made("loop").decisions] == ["loop"]
    says("loop",
         ["2 items wait for each other in a loop (Schema and Import), so no landing can be forecast.",
          "Schema and Import wait for each other: which link is cut?",
          "  - “Schema” no longer waits for “Import”; Maya Chen has to agree. Launch then lands 3 Apr.",
          "4 of 5 open items could not be scheduled, for they lie in the loop or behind it."],
         ["항목 2개가 서로를 기다리며 순환하고 있어(Schema와 Import) 완료일을 예측할 수 없습니다.",
          "Schema와 Import가 서로를 기다리고 있습니다. 어느 의존 관계를 끊을지 결정이 필요합니다.",
          "  - “Schema”가 “Import”를 기다리지 않도록 합니다. Maya Chen의 동의가 필요하며, Launch는 4월 3일로 예측됩니다.",
          "남은 항목 5개 중 4개는 순환 안이나 그 뒤에 있어 일정을 계산하지 못했습니다."])
    asked = {ask.item for person in made("loop").people for ask in person.asks}
    assert asked == {"X"}
    assert "Win back" not in page("loop", "en")


def test_days_without_a_report_are_a_cause_of_their_own_and_the_age_of_the_data_is_said_once() -> None:
    says("stale",
         ["Launch lands 3 Apr, 5 working days after the promised 27 Mar.",
          "All 5 days are days without a report: the data are of 6 Mar, 10 days before the status date."],
         ["Launch는 4월 3일로 예측되며, 목표일 3월 27일보다 영업일 기준 5일 늦습니다.",
          "늦어진 5일은 모두 보고 없이 지난 날입니다. 데이터는 기준일보다 10일 앞선 3월 6일 자료입니다."])
    for lang, age in (("en", "of 6 Mar"), ("ko", "3월 6일 자료")):
        assert made("stale").brief.text(lang, Length.PAGE).count(age) == 1  # type: ignore[arg-type]
    assert "days without a report" in page("stale", "en")
    assert "보고 없이 지난 날" in page("stale", "ko")
    assert messages("stale", "en")[0] == (
        "Hi Bex, “API” was planned to finish on 13 Mar. Where does it stand, and when will it be done? Could you let me know by 18 Mar?")


def test_what_slipped_before_the_silence_stays_with_its_item() -> None:
    plan = stale(baseline_start="2026-03-16", baseline_finish="2026-03-24")
    before = plan.activities["baseline_finish"].fillna(dt.datetime(2026, 3, 24))
    plan = plan.with_(activities=plan.activities.assign(baseline_finish=before))
    found = review_of(plan, schedule(plan, ScheduleOptions(status_date=TODAY))).facts
    assert found.silence == 5.0
    assert sum(part.days for part in found.parts) + found.silence == found.days_between(dt.date(2026, 3, 24), dt.date(2026, 4, 3))


@pytest.mark.parametrize("status", [TODAY, None])
def test_a_plan_that_is_over_is_not_forecast_but_asked_about(status: dt.date | None) -> None:
    found = made("past", status)
    assert found.status.rag is Rag.UNKNOWN
    assert found.headline.text("en") == "The planned end, 29 Mar 2013, has passed; 2 of 3 items are not reported done."
    assert found.headline.text("ko") == "계획 종료일인 2013년 3월 29일이 지났으나, 항목 3개 중 2개는 완료로 보고되지 않았습니다."
    question = "Which of the 2 items not reported done (App and Launch) are still to be done, and by when?"
    assert [decision.question.text("en") for decision in found.decisions] == [question]
    assert all(mark.finish.year == 2013 for mark in found.roadmap.marks)
    assert found.people[0].message("en") == (
        "Hi Ann, “App” was planned for 29 Mar 2013 and is not reported done. Is it still to be done, and by when?")


def test_a_plan_that_is_over_says_whether_the_sheet_reports_at_all() -> None:
    rows = (work("A", "API", "Core", "Bex Hall", "2013-03-04", "2013-03-15"),
            work("B", "App", "Core", "Bex Hall", "2013-03-18", "2013-03-29"))
    said = []
    for reported in (True, False):
        plan = plan_of(*rows, progress_reported=reported)
        found = review_of(plan, schedule(plan, ScheduleOptions()), today=TODAY)
        said += [found.headline.text("en"), found.headline.text("ko")]
    assert said == [
        "The planned end, 29 Mar 2013, has passed; none of the 2 items is reported done.",
        "계획 종료일인 2013년 3월 29일이 지났으나, 항목 2개 모두 완료로 보고되지 않았습니다.",
        "The planned end, 29 Mar 2013, has passed; the sheet does not say what of the 2 items is done.",
        "계획 종료일인 2013년 3월 29일이 지났으며, 시트에 진행률이 없어 항목 2개의 완료 여부를 알 수 없습니다."]


def test_default_ranges_are_named_and_colour_nothing() -> None:
    assert made("no evidence").status.rag is Rag.UNKNOWN
    assert {status.rag for status in made("no evidence").roadmap.statuses.values()} == {Rag.UNKNOWN}
    says("no evidence",
         ["Launch lands 10 Apr, the planned date.", "the sheet reports no progress, so nobody can say whether it keeps that.",
          "On default ranges alone, which nobody gave: 80% sure by 14 Apr, as likely as not by 13 Apr.",
          "No estimate ranges are given, so the likelihood rests on default ranges."],
         ["Launch는 계획일과 같은 4월 10일로 예측됩니다.", "시트에 진행률이 없어 지킬 수 있는지 판단할 수 없습니다.",
          "아무도 입력하지 않은 기본 범위로만 계산하면 80% 확률로 4월 14일, 절반의 확률로 4월 13일까지입니다.",
          "추정 범위가 없어 확률은 기본 범위로 계산했습니다."])


def test_dates_that_hang_on_one_lever_are_one_decision_that_names_them() -> None:
    assert [decision.kind for decision in made("one lever").decisions] == ["recover"]
    says("one lever",
         ["Korea launch is 80% sure by 27 Mar, 3 working days after the promised 24 Mar.",
          "Win back 24 Mar for Korea launch, or promise 27 Mar, which is 80% sure?",
          "  - The same work brought forward, US launch can be kept as well.",
          "  - Shorten Token service by 3 working days, within its optimistic estimate: Korea launch lands 24 Mar, 3 working"],
         ["Korea launch는 80% 확률로 3월 27일까지 완료되며, 목표일 3월 24일보다 영업일 기준 3일 늦습니다.",
          "  - 같은 작업을 앞당기면 US launch의 일정도 지킬 수 있습니다.",
          "  - Token service 기간을 영업일 3일 단축(낙관 추정 이내): Korea launch는 영업일 기준 3일 앞당겨진 3월 24일로 예측됩니다."])


def test_a_deadline_that_is_kept_does_not_hide_the_missed_baseline() -> None:
    name = "kept deadline, missed baseline"
    assert made(name).status.rag is Rag.GREEN
    says(name,
         ["Launch lands 31 Mar, 3 working days before the promised 3 Apr.",
          "It has slipped 7 working days since the baseline, all of them through Core’s API."],
         ["Launch는 3월 31일로 예측되며, 목표일 4월 3일보다 영업일 기준 3일 빠릅니다.",
          "기준선 대비 영업일 기준 7일 밀렸으며, 모두 Core의 “API”에서 나왔습니다."])


def test_what_the_baseline_itself_missed_is_told_apart_from_what_slipped() -> None:
    says("deadline before the baseline",
         ["Launch lands 31 Mar, 9 working days after the promised 18 Mar.",
          "It has slipped 7 working days since the baseline, all of them through Core’s API.",
          "2 working days of the delay were planned from the start: the baseline itself says 20 Mar."],
         ["Launch는 3월 31일로 예측되며, 목표일 3월 18일보다 영업일 기준 9일 늦습니다.",
          "지연 가운데 영업일 2일은 처음부터 늦게 잡힌 것입니다(기준선 3월 20일)."])


@pytest.mark.parametrize("name", PLANS)
def test_both_languages_state_the_same_numbers(name: str) -> None:
    found = made(name)
    for length in Length:
        assert stated(found.brief.text("en", length), "en") == stated(found.brief.text("ko", length), "ko")
    for english, korean in zip(messages(name, "en"), messages(name, "ko"), strict=True):
        assert stated(english, "en") == stated(korean, "ko")


@pytest.mark.parametrize("name", PLANS)
def test_nothing_is_red_without_a_decision_and_the_one_page_says_what_the_brief_says(name: str) -> None:
    found = made(name)
    red = found.status.rag is Rag.RED or any(status.rag is Rag.RED for status in found.roadmap.statuses.values())
    assert found.decisions or not red
    for lang in ("en", "ko"):
        assert found.headline.text(lang).split(";")[0].rstrip(".") in page(name, lang)  # type: ignore[arg-type]


def test_a_lane_that_is_red_beside_the_headline_is_asked_about() -> None:
    plan = plan_of(
        work("A", "API", "Core", "Bex Hall", "2026-03-16", "2026-03-27"),
        work("S", "Support desk", "Launch", "Ann Lee", "2026-03-16", "2026-04-03", baseline_start="2026-03-09",
             baseline_finish="2026-03-20"),
        mark("L", "Launch", "2026-04-10", deadline="2026-04-10", after="A"), progress_reported=True)
    found = review_of(plan, schedule(plan, ScheduleOptions(status_date=TODAY)))
    assert found.status.rag is Rag.GREEN
    assert [one.question.text("en") for one in found.decisions] == [
        "Late, though not on the way to Launch: Support desk. Win the time back, or accept it?"]
    assert found.decisions[0].question.text("ko") == (
        "Support desk는 늦지만 Launch의 일정을 결정하지는 않습니다. 지연을 만회할지 수용할지 결정이 필요합니다.")
    assert found.decisions[0].key == "later:S"
