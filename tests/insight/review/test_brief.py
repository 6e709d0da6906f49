"""The brief: both languages state the same numbers, every number is a fact, and nothing is said of what is not there."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plans import plan_of
from tpm.insight.review import Length, Shape, review
from tpm.insight.review.brief import Brief
from tpm.insight.review.sentence import Names, Sentence, When
from tpm.model import Plan, ScheduleOptions
from tpm.schedule import schedule

STATUS = dt.date(2026, 3, 16)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NUMBER = r"[−-]?\d[\d,]*(?:\.\d+)?"


def brief_of(plan: Plan, status: dt.date | None = STATUS) -> Brief:
    return review(plan, schedule(plan, ScheduleOptions(status_date=status))).brief


def stated(text: str, lang: str) -> set[str]:
    """Every date (month and day, with its year where it has one) and every other number of ``text``."""
    found = set()

    def date(year: str | None, month: int, day: str) -> str:
        found.add(f"{year or ''}/{month}/{int(day)}")
        return " "

    if lang == "ko":
        text = re.sub(r"(?:(\d{4})년 )?(\d{1,2})월 (\d{1,2})일", lambda m: date(m[1], int(m[2]), m[3]), text)
    else:
        text = re.sub(rf"(\d{{1,2}}) ({'|'.join(MONTHS)})(?: (\d{{4}}))?", lambda m: date(m[3], MONTHS.index(m[2]) + 1, m[1]), text)
    return found | {number.lstrip("−-") for number in re.findall(NUMBER, text)}


def facts_of(brief: Brief) -> set[str]:
    """Every way in which a fact of the brief may be written."""
    out = set()
    for value in brief.numbers().values():
        if isinstance(value, str):
            day = dt.date.fromisoformat(value)
            out |= {f"/{day.month}/{day.day}", f"{day.year}/{day.month}/{day.day}"}
            continue
        for number in (value, value * 100):
            rounded = round(number, 1)
            out |= {f"{abs(rounded):,.0f}", f"{abs(rounded):,.1f}", f"{abs(number):.0f}"}
    return out


NAMES = ("Design", "Build", "Test", "Migrate", "Cut over", "Launch")
TEAMS = ("Identity", "결제개발", None)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    rows = []
    for number in range(draw(st.integers(1, 7))):
        begin = dt.date(2026, 3, 2) + dt.timedelta(days=draw(st.integers(0, 40)))
        milestone = draw(st.booleans())
        end = begin if milestone else begin + dt.timedelta(days=draw(st.integers(0, 14)))
        row: dict[str, object] = {
            "id": f"item {chr(97 + number)}", "name": draw(st.sampled_from(NAMES)), "milestone": milestone,
            "team": draw(st.sampled_from(TEAMS)), "owner": draw(st.sampled_from(("Bex", "박지원", None))),
            "progress": draw(st.sampled_from((0.0, 0.4, 1.0))),
        }
        if draw(st.booleans()) or number == 0:
            row |= {"start": begin.isoformat(), "finish": end.isoformat()}
        if row["progress"] == 1.0:
            row["state"] = "done"
        if draw(st.booleans()):
            row["deadline"] = (begin + dt.timedelta(days=draw(st.integers(0, 30)))).isoformat()
        if number and draw(st.booleans()):
            row["after"] = rows[draw(st.integers(0, number - 1))]["id"]
        rows.append(row)
    return plan_of(*rows, progress_reported=draw(st.booleans()))


@settings(deadline=None, max_examples=60)
@given(plans(), st.sampled_from((STATUS, None)))
def test_both_languages_state_the_same_numbers_and_each_is_a_fact(plan: Plan, status: dt.date | None) -> None:
    brief = brief_of(plan, status)
    known = facts_of(brief)
    for length in Length:
        english, korean = (stated(brief.text(lang, length), lang) for lang in ("en", "ko"))
        assert english == korean
        assert english <= known


def late_plan(**parts: object) -> Plan:
    return plan_of(
        {"id": "T", "name": "Token service", "team": "Identity", "owner": "Jiwon Park", "start": "2026-03-02", "finish": "2026-03-27",
         "baseline_start": "2026-03-02", "baseline_finish": "2026-03-13", "state": "in_progress", "progress": 0.5},
        {"id": "M", "name": "Migration", "team": "Data", "owner": "Maya Chen", "start": "2026-03-16", "finish": "2026-03-20",
         "baseline_start": "2026-03-16", "baseline_finish": "2026-03-20", "after": "T"},
        {"id": "L", "name": "Launch", "team": "Launch", "milestone": True, "start": "2026-03-20", "finish": "2026-03-20",
         "baseline_start": "2026-03-20", "baseline_finish": "2026-03-20", "deadline": "2026-03-20", "after": "M"},
        progress_reported=True, **parts)


def test_the_headline_says_when_it_lands_and_how_late_that_is() -> None:
    brief = brief_of(late_plan())
    assert brief.line("en") == "Launch lands 3 Apr, 10 working days after the promised 20 Mar."
    assert brief.line("ko") == "Launch는 4월 3일로 예측되며, 목표일 3월 20일보다 영업일 기준 10일 늦습니다."
    assert brief.headline.rows == ("L",)


def test_the_cause_is_told_in_days_that_add_up() -> None:
    brief = brief_of(late_plan())
    assert "All 10 days come from Identity’s Token service." in brief.text("en")
    assert "늦어진 10일은 모두 Identity의 “Token service”에서 나왔습니다." in brief.text("ko")


def test_the_same_input_gives_the_same_text() -> None:
    first, second = brief_of(late_plan()), brief_of(late_plan())
    for shape in Shape:
        for length in Length:
            assert first.text("ko", length, shape) == second.text("ko", length, shape)


def test_a_mail_has_a_subject_and_slack_gets_no_markup_of_the_sheet() -> None:
    plan = late_plan()
    plan = plan.with_(activities=plan.activities.assign(name=pd.Series(["<!channel> & co", "b", "Launch"], dtype=object)))
    brief = brief_of(plan)
    assert brief.text("en", Length.LINE, Shape.EMAIL).startswith("Subject: Launch lands 3 Apr")
    slack = brief.text("en", Length.PAGE, Shape.SLACK)
    assert "&lt;!channel&gt; &amp; co" in slack
    assert "<!channel>" not in slack


@pytest.mark.parametrize(("rows", "expected"), [
    ((), "The plan holds no items yet."),
    (({"id": "A"},), "None of the 1 item has a date, so nothing can be forecast yet."),
    (({"id": "A", "start": "2026-03-16", "finish": "2026-03-20"},), "The plan lands 20 Mar, the planned date."),
    (({"id": "M", "milestone": True, "start": "2026-03-20", "finish": "2026-03-20"},), "M lands 20 Mar, the planned date."),
    (({"id": "M", "milestone": True, "start": "2026-03-10", "finish": "2026-03-10", "state": "done", "progress": 1.0},),
     "M was reached on 10 Mar."),
    (({"id": "M", "milestone": True, "start": "2026-03-20", "finish": "2026-03-20", "deadline": "2026-03-27"},),
     "M lands 20 Mar, 5 working days before the promised 27 Mar."),
])
def test_a_headline_of_every_kind(rows: tuple[dict[str, object], ...], expected: str) -> None:
    plan = plan_of(*rows, progress_reported=True) if rows else Plan()
    assert brief_of(plan).line("en") == expected


def test_a_loop_is_said_instead_of_a_date() -> None:
    plan = plan_of({"id": "A", "start": "2026-03-02", "finish": "2026-03-06", "after": "B"},
                   {"id": "B", "start": "2026-03-09", "finish": "2026-03-13", "after": "A"})
    assert brief_of(plan).line("en") == "2 items wait for each other in a loop (A and B), so no landing can be forecast."


def test_what_is_not_known_is_said() -> None:
    plan = plan_of({"id": "A", "start": "2026-03-02", "finish": "2026-03-20"}, {"id": "B", "start": "2026-03-23", "finish": "2026-04-03"})
    text = brief_of(plan).text("en", Length.PAGE)
    assert "No dependencies are recorded between the 2 open items" in text
    assert "None of the 2 open items has an owner." in text
    assert "The sheet reports no progress; what was planned before 16 Mar is taken as done." in text


def test_a_plan_in_order_has_no_cause_no_decision_and_no_gap() -> None:
    plan = plan_of({"id": "A", "start": "2026-03-16", "finish": "2026-03-20", "owner": "Bex", "team": "X"},
                   {"id": "M", "milestone": True, "start": "2026-03-20", "finish": "2026-03-20", "owner": "Bex", "after": "A", "team": "X"},
                   progress_reported=True)
    made = review(plan, schedule(plan, ScheduleOptions(status_date=STATUS)))
    assert not made.decisions
    assert not made.unknowns
    assert [section.title for section in made.brief.sections] == ["brief.section.status"]


def test_every_sentence_names_rows_of_the_plan_or_its_risks() -> None:
    brief = brief_of(late_plan())
    known = {"T", "M", "L"}
    assert all(set(sentence.rows) <= known for section in brief.sections for sentence in section.sentences)
    assert brief.as_json("en")["paragraphs"][0] == {"text": brief.line("en"), "rows": ["L"]}
    assert brief.as_json("en")["numbers"]["headline.days"] == 10.0


def test_numbers_of_a_sentence_are_its_dates_and_figures_and_not_its_names() -> None:
    sentence = Sentence("x", {"name": "R2D2", "days": 3, "on": When(dt.date(2026, 3, 2)), "names": Names(("a", "b", "c", "d", "e")),
                              "inner": Sentence("y", {"count": 2})})
    assert sentence.numbers() == {"days": 3.0, "on": "2026-03-02", "names": 2.0, "inner.count": 2.0}
