"""Clock times to whole days."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.formats.builders import day
from tpm.ingest.formats.assemble import finish_after, unique_ids, unique_name
from tpm.ingest.formats.worktime import LATEST, OFFICE_WEEK, WorkTime, day_of, minute_of, spec_from, tidy_shifts, typical_minutes
from tpm.model import CalendarSpec

HOLIDAYS = CalendarSpec("x", holidays=((day("2026-03-09"), day("2026-03-11")),), worked=(day("2026-03-14"),))
WORK = WorkTime(HOLIDAYS)
ROUND_THE_CLOCK = WorkTime(CalendarSpec("24", week=(True,) * 7), dict.fromkeys(range(7), ((0, 1440),)))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_working_days_heed_holidays_and_worked_days() -> None:
    assert [WORK.is_worked(day(f"2026-03-{n:02}")) for n in range(6, 16)] == [
        True,
        False,
        False,
        False,
        False,
        True,
        True,
        True,
        True,
        False,
    ]
    assert WORK.previous(day("2026-03-11")) == day("2026-03-06")
    assert WORK.next(day("2026-03-06")) == day("2026-03-11")
    assert WORK.next(day("2026-03-13")) == day("2026-03-14")


def test_a_finish_at_an_opening_is_the_working_day_before() -> None:
    assert WORK.finish_day(at("2026-03-11T08:00")) == day("2026-03-06")
    assert WORK.finish_day(at("2026-03-11T08:01")) == day("2026-03-11")
    assert WORK.finish_day(at("2026-03-11T08:00"), at("2026-03-10T08:00"), elapsed=True) == day("2026-03-10")


def test_a_finish_is_never_before_its_start() -> None:
    assert WORK.finish_day(at("2026-03-10T08:00"), at("2026-03-09T10:00")) == day("2026-03-09")


def test_a_start_at_the_close_is_the_next_working_day() -> None:
    assert WORK.start_day(at("2026-03-06T17:00")) == day("2026-03-11")
    assert WORK.start_day(at("2026-03-06T16:59")) == day("2026-03-06")
    assert WORK.start_day(at("2026-03-08T20:00")) == day("2026-03-08")  # a day off has no close


def test_round_the_clock_days_end_at_midnight() -> None:
    assert ROUND_THE_CLOCK.finish_day(at("2026-03-09T00:00")) == day("2026-03-08")
    assert ROUND_THE_CLOCK.finish_day(at("2026-03-09T08:00")) == day("2026-03-09")
    assert ROUND_THE_CLOCK.start_day(at("2026-03-09T23:59")) == day("2026-03-09")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-05T17:00:00", "2026-03-05T17:00"),
        ("2026-03-05 17:00", "2026-03-05T17:00"),
        ("2026-03-05T17:00:00+09:00", "2026-03-05T17:00"),
        ("2026-03-05", "2026-03-05T00:00"),
    ],
)
def test_moments_of_every_tool(text: str, expected: str) -> None:
    assert day_of(text) == at(expected)


@pytest.mark.parametrize("text", [None, "", "NA", "2026-02-31", "0001-01-01T00:00:00", "9999-12-31", "1949-12-31", "05/03/2026"])
def test_what_is_no_moment_of_a_plan(text: str | None) -> None:
    assert day_of(text) is None


def test_shifts_are_tidied() -> None:
    assert tidy_shifts([(780, 1020), (480, 720), (None, 5), (300, 300), (1380, 0)]) == ((480, 720), (780, 1020), (1380, 1440))
    assert (minute_of("08:30:00"), minute_of("8:05"), minute_of("24:00"), minute_of("25:00"), minute_of("noon")) == (
        510,
        485,
        1440,
        None,
        None,
    )


def test_the_typical_day_is_the_most_common_then_the_longest() -> None:
    assert typical_minutes({0: ((0, 480),), 1: ((0, 480),), 2: ((0, 300),)}) == 480
    assert typical_minutes({0: ((0, 480),), 1: ((0, 300),)}) == 480
    assert typical_minutes({}) == 480


def test_single_days_become_ranges() -> None:
    marks = {day("2026-03-02"): False, day("2026-03-03"): False, day("2026-03-05"): False, day("2026-03-07"): True, day("2026-03-06"): True}
    spec = spec_from("x", OFFICE_WEEK, marks)
    assert spec is not None
    assert spec.holidays == ((day("2026-03-02"), day("2026-03-04")), (day("2026-03-05"), day("2026-03-06")))
    assert spec.worked == (day("2026-03-07"),)
    assert spec_from("never", {}, {}) is None


@given(st.dates(day("2026-01-01"), day("2026-12-31")), st.integers(1, 60))
def test_working_days_counted_forward_are_as_many_as_counted_one_by_one(start: dt.date, count: int) -> None:
    last = finish_after(start, count, WORK)
    worked = [one for one in (start + dt.timedelta(n) for n in range((last - start).days + 1)) if WORK.is_worked(one)]
    assert len(worked) == count
    assert worked[-1] == last


def test_counting_is_bounded() -> None:
    assert finish_after(day("2026-03-06"), 1.5, WORK) == day("2026-03-11")
    assert finish_after(day("2026-03-06"), 0, WORK) == day("2026-03-06")
    assert finish_after(day("2026-03-06"), float("nan"), WORK) == day("2026-03-06")
    assert finish_after(day("2026-03-06"), 3, WORK, elapsed=True) == day("2026-03-08")
    assert finish_after(day("2026-03-06"), 99_999, WORK) == LATEST


@given(st.lists(st.sampled_from(["1", "1-2", "1-3", "2", ""]), max_size=12))
def test_ids_become_unique_and_the_first_keeps_its_own(wanted: list[str]) -> None:
    ids = unique_ids(wanted)
    assert len(set(ids)) == len(wanted)
    assert all(ids[wanted.index(text)] == text for text in set(wanted))


def test_names_become_unique() -> None:
    assert unique_name("A", ["B"]) == "A"
    assert unique_name("A", ["A", "A (2)"]) == "A (3)"
