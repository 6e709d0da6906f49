"""The calendar file, re-read by a small parser: RFC 5545 lines, whole characters, the same event next week."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plans import plan_of
from tpm.export.calendar_file import calendar_file
from tpm.insight.review import Review, review
from tpm.model import Plan, ScheduleOptions
from tpm.schedule import schedule

STATUS = dt.date(2026, 3, 16)


def made(plan: Plan, status: dt.date = STATUS) -> Review:
    return review(plan, schedule(plan, ScheduleOptions(status_date=status)), decide=False)


def plan(name: str = "Korea launch", called: str = "program_2026-03-16") -> Plan:
    return plan_of({"id": "1", "start": "2026-03-16", "finish": "2026-03-20", "team": "Data"},
                   {"id": "2", "name": name, "milestone": True, "start": "2026-03-20", "finish": "2026-03-20", "deadline": "2026-03-18",
                    "after": "1", "team": "Launch", "owner": "Kim, Minseo"},
                   {"id": "3", "name": "Dropped", "milestone": True, "start": "2026-03-20", "finish": "2026-03-20", "state": "cancelled"},
                   {"id": "4", "name": "Undated", "milestone": True}, name=called)


def read(content: bytes) -> list[dict[str, str]]:
    """The events of a file, values unescaped. Fails on a line that RFC 5545 does not allow."""
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    unfolded: list[str] = []
    for line in lines:
        text = line.decode("utf-8")  # each line holds whole characters
        if text.startswith(" "):
            unfolded[-1] += text[1:]
        else:
            unfolded.append(text)
    assert (unfolded[0], unfolded[1], unfolded[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
    events: list[dict[str, str]] = []
    for text in unfolded:
        name, found, value = text.partition(":")
        assert found
        if text == "BEGIN:VEVENT":
            events.append({})
        elif events:
            events[-1][name] = value.replace("\\\\", "\0").replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\0", "\\")
    return events


def test_a_milestone_is_an_all_day_event_with_promise_and_slip() -> None:
    (event,) = read(calendar_file(made(plan()), "en"))
    assert (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) == ("20260320", "20260321")
    assert (event["DTSTAMP"], event["CLASS"], event["SUMMARY"]) == ("20260316T000000Z", "PRIVATE", "[A] Korea launch")
    assert event["DESCRIPTION"] == "Forecast: 20 Mar 2026\nPromised: 18 Mar 2026, 2 working days late\nLaunch · Kim, Minseo\nID: 2"


def test_korean_says_the_same() -> None:
    (event,) = read(calendar_file(made(plan("한국 출시")), "ko"))
    assert event["DESCRIPTION"].splitlines()[1] == "목표일: 2026년 3월 18일, 영업일 2일 지연"


def test_next_weeks_file_moves_the_same_event() -> None:
    (first,), (second,) = (read(calendar_file(made(plan(called=f"program_{day}"), day), "en"))
                           for day in (STATUS, STATUS + dt.timedelta(days=7)))
    assert first["UID"] == second["UID"]
    assert int(second["SEQUENCE"]) == int(first["SEQUENCE"]) + 7
    (other,) = read(calendar_file(made(plan(called="program B")), "en"))
    assert other["UID"] != first["UID"]


@pytest.mark.parametrize(("one", "other"), [("Plan v2", "Plan v3.1"), ("plan (1)", "Plan"), ("plan_20260316", "plan_20260323"),
                                            ("plan W12", "plan W13")])
def test_versions_of_a_name_are_one_plan(one: str, other: str) -> None:
    uids = {read(calendar_file(made(plan(called=called)), "en"))[0]["UID"] for called in (one, other)}
    assert len(uids) == 1


def test_without_a_status_date_the_stamp_is_the_day_of_saving_and_no_clock_is_read() -> None:
    saved = replace(plan(), saved_on=dt.date(2026, 2, 2))
    told = review(saved, schedule(saved, ScheduleOptions(status_date=None)), decide=False)
    assert read(calendar_file(told, "en"))[0]["DTSTAMP"] == "20260202T000000Z"
    assert read(calendar_file(told, "en", stamp=dt.date(2026, 5, 5)))[0]["DTSTAMP"] == "20260505T000000Z"


def test_a_plan_without_milestones_gives_the_dates_of_the_executive_roadmap() -> None:
    told = made(plan_of({"id": "A", "start": "2026-03-16", "finish": "2026-03-20"}))
    assert [event["DTSTART;VALUE=DATE"] for event in read(calendar_file(told, "en"))] == ["20260320"]


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=200))
def test_any_name_reads_back(name: str) -> None:
    (event,) = read(calendar_file(made(plan(name or "x")), "ko"))
    lines = "\n".join((name or "x").replace("\r\n", "\n").replace("\r", "\n").split("\u2028"))
    for end in ("\x85", "\u2029"):
        lines = lines.replace(end, "\n")
    kept = "".join(sign for sign in lines if sign in "\n\t" or (ord(sign) >= 0x20 and ord(sign) not in (0x7F, 0xFFFE, 0xFFFF)))
    assert event["SUMMARY"].endswith(kept)
