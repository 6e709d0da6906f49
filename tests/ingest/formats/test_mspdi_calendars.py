"""Calendars of Microsoft Project XML: recurrences, work weeks, precedence, limits."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.ingest.formats.builders import WEEK, calendar, codes, day, elements, exception, mspdi_file, task
from tpm.ingest.formats import mspdi
from tpm.ingest.formats.mspdi_calendars import Recurrence
from tpm.model import CalendarSpec, ImportResult

FAR = (day("1990-01-01"), day("2100-01-01"))


def days(first: str, last: str, **rule: object) -> list[str]:
    one = Recurrence(day(first), day(last), (), {name: str(value) for name, value in rule.items()})
    return [picked.isoformat() for picked in one.days(*FAR)]


def read(calendars: str, *tasks: str) -> ImportResult:
    return mspdi.read("plan.xml", mspdi_file(*(tasks or (task(1),)), calendars=calendars))


def spec(inner: str, week: str = WEEK) -> CalendarSpec:
    return read(calendar(1, "Standard", inner, week)).plan.default_calendar


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"Type": 1}, ["2026-03-02", "2026-03-03", "2026-03-04"]),
        ({"Type": 7, "Period": 2}, ["2026-03-02", "2026-03-04"]),
        ({"Type": 8, "Period": 2}, ["2026-03-02", "2026-03-04"]),
    ],
)
def test_daily(rule: dict[str, object], expected: list[str]) -> None:
    assert days("2026-03-02", "2026-03-04", **rule) == expected


def test_weekly_on_some_days_every_second_week() -> None:
    """Monday (2) and Friday (32); the weeks begin on Sunday, the first is that of the first day."""
    assert days("2026-03-04", "2026-03-31", Type=6, Period=2, DaysOfWeek=2 + 32) == ["2026-03-06", "2026-03-16", "2026-03-20", "2026-03-30"]


def test_the_number_of_occurrences_ends_a_recurrence_only_where_it_was_entered() -> None:
    rule = {"Type": 6, "Period": 1, "DaysOfWeek": 2, "Occurrences": 2}
    assert days("2026-03-01", "2026-03-31", EnteredByOccurrences=1, **rule) == ["2026-03-02", "2026-03-09"]
    assert len(days("2026-03-01", "2026-03-31", EnteredByOccurrences=0, **rule)) == 5


def test_monthly_by_day_clamps_to_the_month_s_end() -> None:
    assert days("2026-01-15", "2026-04-30", Type=4, Period=1, MonthDay=31) == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


@pytest.mark.parametrize(
    ("item", "position", "expected"),
    [(0, 4, "2026-03-31"), (1, 0, "2026-03-02"), (2, 0, "2026-03-01"), (3, 1, "2026-03-08"), (4, 0, "2026-03-02"), (9, 4, "2026-03-28")],
)
def test_monthly_by_position(item: int, position: int, expected: str) -> None:
    assert days("2026-03-01", "2026-03-31", Type=5, Period=1, MonthItem=item, MonthPosition=position) == [expected]


def test_yearly() -> None:
    assert days("2025-06-01", "2027-12-31", Type=2, Month=1, MonthDay=29) == ["2026-02-28", "2027-02-28"]
    assert days("2025-01-01", "2026-12-31", Type=3, Month=10, MonthItem=7, MonthPosition=3) == ["2025-11-27", "2026-11-26"]  # Thanksgiving


def test_a_single_holiday_wins_over_a_recurring_working_day() -> None:
    found = spec(
        "<Exceptions>"
        + exception("2026-03-01", "2026-03-31", working=True, Type=6, Period=1, DaysOfWeek=64)  # Saturdays worked
        + exception("2026-03-14", "2026-03-14")
        + "</Exceptions>"
    )
    assert found.worked == (day("2026-03-07"), day("2026-03-21"), day("2026-03-28"))
    assert found.holidays == ((day("2026-03-14"), day("2026-03-15")),)


def test_a_working_exception_on_a_working_day_changes_nothing_but_is_told() -> None:
    short = exception("2026-03-04", "2026-03-04", working=True).replace(
        "</Exception>",
        "<WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime></WorkingTimes></Exception>",
    )
    result = read(calendar(1, "Standard", f"<Exceptions>{short}</Exceptions>"))
    assert result.plan.default_calendar == CalendarSpec("Standard")
    assert codes(result)["file-hours-vary"] == ("1",)


def old_style(first: str, last: str) -> str:
    period = elements(FromDate=f"{first}T00:00:00", ToDate=f"{last}T23:59:00")
    return f"<WeekDay><DayType>0</DayType><DayWorking>0</DayWorking><TimePeriod>{period}</TimePeriod></WeekDay>"


def test_exceptions_of_old_files_stand_among_the_week_days() -> None:
    assert spec("", WEEK + old_style("2026-03-04", "2026-03-05")).holidays == ((day("2026-03-04"), day("2026-03-06")),)


def test_exceptions_written_twice_count_once_by_their_new_form() -> None:
    found = spec(f"<Exceptions>{exception('2026-03-04', '2026-03-04')}</Exceptions>", WEEK + old_style("2026-03-04", "2026-03-05"))
    assert found.holidays == ((day("2026-03-04"), day("2026-03-05")),)


def test_a_work_week_changes_the_week_for_a_while() -> None:
    shift = (
        "<WorkWeeks><WorkWeek><TimePeriod><FromDate>2026-03-09T00:00:00</FromDate><ToDate>2026-03-15T23:59:00</ToDate></TimePeriod><WeekDays>"
        "<WeekDay><DayType>2</DayType><DayWorking>0</DayWorking></WeekDay><WeekDay><DayType>7</DayType><DayWorking>1</DayWorking></WeekDay>"
        "</WeekDays></WorkWeek></WorkWeeks>"
    )
    found = spec(shift)
    assert found.holidays == ((day("2026-03-09"), day("2026-03-10")),)
    assert found.worked == (day("2026-03-14"),)


def test_night_shifts_end_at_midnight() -> None:
    night = (
        "<WeekDay><DayType>2</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>18:00:00</FromTime>"
        "<ToTime>00:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay>"
    )
    found = spec("", night)
    assert (found.week, found.minutes_per_day) == ((True, False, False, False, False, False, False), 360.0)


def test_a_calendar_that_never_works_is_replaced_and_told() -> None:
    closed = "".join(f"<WeekDay><DayType>{n}</DayType><DayWorking>0</DayWorking></WeekDay>" for n in range(1, 8))
    result = read(calendar(1, "Closed", week=closed))
    assert result.plan.default_calendar.week == CalendarSpec("x").week
    assert "file-calendar-without-work" in codes(result)


def test_calendars_that_derive_from_each_other_in_a_loop_are_read() -> None:
    plan = read(calendar(1, "A", week="", base=2) + calendar(2, "B", week="", base=1)).plan
    assert plan.default_calendar.week == CalendarSpec("x").week


def test_endless_recurrences_are_cut_and_told() -> None:
    many = "".join(exception("1984-01-01", "2149-12-31", Type=7, Period=1) for _ in range(2000))
    result = read(calendar(1, "Standard", f"<Exceptions>{many}</Exceptions>"))
    assert "file-calendar-cut" in codes(result)


def test_far_exceptions_are_left_out() -> None:
    assert spec(f"<Exceptions>{exception('1960-01-01', '1960-12-31')}</Exceptions>").holidays == ()


def test_shared_calendars_are_offered_and_baseline_copies_are_not() -> None:
    plan = read(calendar(1, "Standard") + calendar(2, "Seoul") + calendar(3, "Copy", IsBaselineCalendar=1) + calendar(4, "Standard")).plan
    assert list(plan.calendars) == ["Standard", "Seoul", "Standard (2)"]


def test_the_days_of_a_recurrence_are_bounded_by_what_is_asked() -> None:
    one = Recurrence(day("1984-01-01"), day("2149-12-31"), (), {"Type": "7", "Period": "1"})
    assert list(one.days(day("2026-03-02"), day("2026-03-04"))) == [dt.date(2026, 3, n) for n in (2, 3, 4)]
