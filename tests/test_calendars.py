"""Working time: weeks, holidays with substitutes, exceptions, and displayed dates."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from tpm.calendars import Calendar, compile_calendar, effective, pack
from tpm.findings import InputError
from tpm.model import CalendarSpec

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


def compiled(**parts: object) -> Calendar:
    return compile_calendar(CalendarSpec("test", **parts), FIRST, LAST)  # type: ignore[arg-type]


def test_working_days_between_two_inclusive_dates() -> None:
    office = compiled()
    assert office.between("2026-03-02", "2026-03-06") == 5
    assert office.between("2026-03-07", "2026-03-08") == 0  # a weekend
    assert list(office.between(["2026-03-06", "2026-03-03"], ["2026-03-09", "2026-03-03"])) == [2, 1]


@pytest.mark.parametrize(("day", "n", "expected"), [
    ("2026-03-06", 1, "2026-03-09"), ("2026-03-06", 0, "2026-03-06"), ("2026-03-07", 0, "2026-03-09"),
    ("2026-03-07", 1, "2026-03-09"), ("2026-03-09", -1, "2026-03-06"), ("2026-03-08", -1, "2026-03-06")])
def test_adding_working_days(day: str, n: int, expected: str) -> None:
    assert compiled().add(day, n) == np.datetime64(expected)


def test_korean_holidays_with_a_substitute_day() -> None:
    korea = compiled(country="KR")
    assert list(korea.is_working(["2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19"])) == [False, False, False, True]
    assert not korea.is_working("2026-03-02")  # 1 March falls on a Sunday
    assert korea.between("2026-02-16", "2026-02-20") == 2


def test_american_holidays_with_an_observed_day() -> None:
    america = compiled(country="US")
    assert not america.is_working("2026-11-26")
    assert not america.is_working("2026-07-03")  # 4 July falls on a Saturday
    assert compiled().is_working("2026-07-03")


def test_holiday_ranges_are_half_open_and_worked_days_win() -> None:
    calendar = compiled(country="KR", holidays=((dt.date(2026, 3, 9), dt.date(2026, 3, 12)),),
                        worked=(dt.date(2026, 3, 10), dt.date(2026, 3, 14)))
    assert list(calendar.is_working(np.arange("2026-03-09", "2026-03-15", dtype="datetime64[D]"))) == [
        False, True, False, True, True, True]


@pytest.mark.parametrize(("week", "days"), [((True,) * 7, 7), ((True,) * 6 + (False,), 6), ((True,) * 5 + (False,) * 2, 5)])
def test_weeks_of_five_six_and_seven_days_go_on_outside_the_range(week: tuple[bool, ...], days: int) -> None:
    calendar = compiled(week=week)
    assert calendar.between("2045-01-02", "2045-01-08") == days
    assert calendar.between("1999-01-04", "1999-01-10") == days
    assert calendar.date(calendar.offset("2045-01-02")) == np.datetime64("2045-01-02")


def test_a_half_open_interval_is_displayed_with_an_inclusive_finish() -> None:
    office = compiled()
    tuesday = office.offset("2026-03-03")
    assert office.shown_start(tuesday) == office.shown_finish(tuesday + 1) == np.datetime64("2026-03-03")
    assert office.shown_finish(office.offset("2026-03-09")) == np.datetime64("2026-03-06")  # Monday's opening ends Friday
    assert office.shown_finish(tuesday + 0.5) == np.datetime64("2026-03-03")


def test_an_unknown_country_says_so() -> None:
    with pytest.raises(InputError, match="XX"):
        compiled(country="xx")


def test_options_replace_country_and_week_but_keep_the_plans_own_holidays() -> None:
    own = CalendarSpec("own", country="KR", holidays=((dt.date(2026, 5, 4), dt.date(2026, 5, 5)),))
    assert effective(own, "none").country is None
    assert effective(own, "us", (True,) * 7) == CalendarSpec("own", week=(True,) * 7, country="US", holidays=own.holidays)


def test_calendars_of_different_ranges_cannot_be_packed() -> None:
    with pytest.raises(ValueError, match="one range"):
        pack([compiled(), compile_calendar(CalendarSpec("other"), FIRST, dt.date(2030, 1, 1))])
