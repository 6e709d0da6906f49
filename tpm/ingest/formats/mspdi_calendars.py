"""Calendars of Microsoft Project XML: week days, exceptions with their recurrences, work weeks, inheritance.

A calendar that derives from a base calendar (``BaseCalendarUID``) takes from it whatever it does not say itself. Of
exceptions on the same day a plain range wins over a recurring one, and of equals the first in the file. Files since
Project 2007 write every exception twice (``Exceptions``, and spelled out as ``WeekDay`` with ``DayType`` 0 for older
readers); the second is read only where the first is missing.

Exceptions are spelled out as days within twenty years of the project: nothing farther off can matter to its dates.
"""

from __future__ import annotations

import calendar as month_lengths
import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tpm.findings import Severity
from tpm.ingest.formats.assemble import Notes, unique_name
from tpm.ingest.formats.safe_xml import children, descend, fields
from tpm.ingest.formats.worktime import (
    OFFICE_WEEK,
    ONE_DAY,
    Shifts,
    WorkTime,
    day_of,
    minute_of,
    minutes_of,
    spec_from,
    tidy_shifts,
    typical_minutes,
)

SLACK_DAYS = 20 * 366
MAX_MARKED_DAYS = 200_000  # of one file: a hundred exceptions of five years each
_YEARLY_BY_DAY, _YEARLY_BY_POSITION, _MONTHLY_BY_DAY, _MONTHLY_BY_POSITION, _WEEKLY, _DAILY, _WEEKDAYS = "2345678"
_MAX_BASES = 20  # calendars that derive from each other; Project itself allows two
_LAST = 4  # MonthPosition: first, second, third, fourth, last


@dataclass(frozen=True, slots=True)
class Recurrence:
    """One exception: the days from ``first`` to ``last`` that its ``rule`` picks are worked or not."""

    first: dt.date
    last: dt.date
    shifts: Shifts  # empty: not worked
    rule: Mapping[str, str] = field(default_factory=dict)

    @property
    def recurring(self) -> bool:
        return self.rule.get("Type", "1") in "2345678"

    def days(self, begin: dt.date, end: dt.date) -> Iterator[dt.date]:
        """The days picked, between ``begin`` and ``end`` inclusive, in order."""
        limit = _int(self.rule, "Occurrences", 0) if self.rule.get("EnteredByOccurrences") == "1" and self.recurring else 0
        count = 0
        for day in self._picked(min(self.last, end)) if self.recurring else _every_day(max(self.first, begin), min(self.last, end)):
            if day < self.first:
                continue
            count += 1
            if limit and count > limit:
                return
            if day >= begin:
                yield day

    def _picked(self, last: dt.date) -> Iterator[dt.date]:
        kind = self.rule["Type"]
        if kind == _WEEKLY:
            return self._weekly(last)
        if kind == _DAILY:
            return _every_day(self.first, last, max(1, _int(self.rule, "Period", 1)))
        if kind == _WEEKDAYS:
            return self._by_weekday_count(last)
        return self._by_month(last, kind)

    def _weekly(self, last: dt.date) -> Iterator[dt.date]:
        mask, period = _int(self.rule, "DaysOfWeek", 0), max(1, _int(self.rule, "Period", 1))
        sunday = self.first - ((self.first.weekday() + 1) % 7) * ONE_DAY  # weeks of a recurrence begin on Sunday
        for week in _every_day(sunday, last, 7 * period):
            for offset in range(7):
                day = week + offset * ONE_DAY
                if mask >> offset & 1 and self.first <= day <= last:
                    yield day

    def _by_weekday_count(self, last: dt.date) -> Iterator[dt.date]:
        weekdays = (day for day in _every_day(self.first, last) if day.weekday() < 5)
        period = max(1, _int(self.rule, "Period", 1))
        return (day for n, day in enumerate(weekdays) if n % period == 0)

    def _by_month(self, last: dt.date, kind: str) -> Iterator[dt.date]:
        yearly = kind in (_YEARLY_BY_DAY, _YEARLY_BY_POSITION)
        step = 12 if yearly else max(1, _int(self.rule, "Period", 1))
        month = self.first.year * 12 + (_int(self.rule, "Month", 0) % 12 if yearly else self.first.month - 1)
        while month <= last.year * 12 + last.month - 1:
            year, index = divmod(month, 12)
            if kind in (_YEARLY_BY_DAY, _MONTHLY_BY_DAY):  # the 31st of a shorter month is its last day
                length = month_lengths.monthrange(year, index + 1)[1]
                day: dt.date | None = dt.date(year, index + 1, min(max(1, _int(self.rule, "MonthDay", 1)), length))
            else:
                day = _by_position(year, index + 1, _int(self.rule, "MonthItem", 0), _int(self.rule, "MonthPosition", 0))
            if day is not None and self.first <= day <= last:
                yield day
            month += step


def _int(rule: Mapping[str, str], name: str, otherwise: int) -> int:
    text = rule.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else otherwise


def _every_day(first: dt.date, last: dt.date, step: int = 1) -> Iterator[dt.date]:
    return (dt.date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1, step))


def _by_position(year: int, month: int, item: int, position: int) -> dt.date | None:
    """The first … fourth or last day, weekday, weekend day, Sunday … Saturday (``item`` 0 to 9) of a month."""
    days = [dt.date(year, month, n) for n in range(1, month_lengths.monthrange(year, month)[1] + 1)]
    if item == 1:
        days = [day for day in days if day.weekday() < 5]
    elif item == 2:
        days = [day for day in days if day.weekday() >= 5]
    elif item >= 3:
        days = [day for day in days if day.weekday() == (item - 4) % 7]  # 3 is Sunday, 4 Monday
    if position >= _LAST:
        return days[-1] if days else None
    return days[position] if position < len(days) else None


@dataclass(slots=True)
class RawCalendar:
    """One ``Calendar`` element as written; ``week`` has only the weekdays that it states."""

    uid: str
    name: str
    base: str
    is_base: bool
    is_baseline: bool
    week: dict[int, Shifts]
    exceptions: list[Recurrence]
    work_weeks: list[tuple[dt.date, dt.date, dict[int, Shifts]]]


def _shifts(element: ET.Element) -> Shifts:
    if fields(element).get("DayWorking") not in ("1", "true"):
        return ()
    times = [fields(time) for time in descend(element, "WorkingTimes", "WorkingTime")]
    return tidy_shifts((minute_of(time.get("FromTime")), minute_of(time.get("ToTime"))) for time in times) or OFFICE_WEEK[0]


def _period(element: ET.Element) -> tuple[dt.date, dt.date] | None:
    for time in children(element, "TimePeriod"):
        values = fields(time)
        first, last = day_of(values.get("FromDate")), day_of(values.get("ToDate"))
        if first is not None and last is not None and first <= last:
            return first.date(), last.date()
    return None


def _week(days: list[ET.Element]) -> dict[int, Shifts]:
    week = {}
    for element in days:
        kind = _int(fields(element), "DayType", 0)
        if 1 <= kind <= 7:
            week[(kind + 5) % 7] = _shifts(element)  # Project counts from Sunday 1, Python from Monday 0
    return week


def read_calendar(element: ET.Element) -> RawCalendar:
    """A ``Calendar`` element."""
    values = fields(element)
    days = descend(element, "WeekDays", "WeekDay")
    exceptions = [Recurrence(*period, _shifts(one), fields(one))
                  for one in descend(element, "Exceptions", "Exception") if (period := _period(one)) is not None]
    if not exceptions:
        exceptions = [Recurrence(*period, _shifts(one)) for one in days
                      if fields(one).get("DayType") == "0" and (period := _period(one)) is not None]
    work_weeks = [(*period, _week(descend(one, "WeekDays", "WeekDay")))
                  for one in descend(element, "WorkWeeks", "WorkWeek") if (period := _period(one)) is not None]
    return RawCalendar(
        uid=values.get("UID", ""), name=values.get("Name", ""), base=values.get("BaseCalendarUID", "-1"),
        is_base=values.get("IsBaseCalendar", "1") == "1", is_baseline=values.get("IsBaselineCalendar") == "1",
        week=_week(days), exceptions=exceptions, work_weeks=work_weeks,
    )


class Calendars:
    """The calendars of a file, resolved when asked for: :meth:`get` by UID."""

    def __init__(self, raw: Mapping[str, RawCalendar], begin: dt.date, end: dt.date, default_opening: int, notes: Notes) -> None:
        self._raw = raw
        self._begin, self._end = begin - SLACK_DAYS * ONE_DAY, end + SLACK_DAYS * ONE_DAY
        self._opening = default_opening
        self._notes = notes
        self._budget = MAX_MARKED_DAYS
        self._days: dict[str, tuple[dict[int, Shifts], dict[dt.date, Shifts]]] = {}
        self._resolved: dict[str, WorkTime | None] = {}
        self._names: set[str] = set()

    def get(self, uid: str) -> WorkTime | None:
        """The calendar ``uid``; None when the file has none, or it never works (which is noted)."""
        if uid not in self._resolved:
            self._resolved[uid] = self._resolve(uid) if uid in self._raw else None
        return self._resolved[uid]

    def _resolve(self, uid: str) -> WorkTime | None:
        chain: list[str] = []
        at = uid
        while at in self._raw and at not in chain and len(chain) < _MAX_BASES:
            chain.append(at)
            at = self._raw[at].base
        week: dict[int, Shifts] = {} if any(self._raw[one].week for one in chain) else dict(OFFICE_WEEK)
        marks: dict[dt.date, Shifts] = {}
        for one in chain:  # nearest first: what it says, its base calendar cannot say otherwise
            mine = self._raw[one]
            if one not in self._days:
                self._days[one] = (mine.week, self._marks(mine))
            own_week, own_marks = self._days[one]
            week = {**own_week, **week}
            marks = {**own_marks, **marks}
        name = unique_name(self._raw[uid].name or f"Calendar {uid}", self._names)
        spec = spec_from(name, week, {day: bool(shifts) for day, shifts in marks.items()})
        if spec is None:
            self._notes.add("file-calendar-without-work", severity=Severity.WARNING, calendar=name)
            return None
        self._names.add(name)
        lengths = {minutes_of(shifts) for shifts in (*week.values(), *marks.values()) if shifts}
        return WorkTime(spec, week, self._opening, uneven=bool(lengths - {typical_minutes(week)}))

    def _marks(self, raw: RawCalendar) -> dict[dt.date, Shifts]:
        marks: dict[dt.date, Shifts] = {}
        for exception in sorted(raw.exceptions, key=lambda one: one.recurring):  # stable: file order within each
            if exception.recurring and not self._spend(raw.name, (exception.last - exception.first).days // 30):
                return marks  # the search itself costs, also where it finds no day
            for day in exception.days(self._begin, self._end):
                if not self._spend(raw.name):
                    return marks
                marks.setdefault(day, exception.shifts)
        for first, last, week in raw.work_weeks:
            for day in _every_day(max(first, self._begin), min(last, self._end)):
                shifts = week.get(day.weekday())
                if shifts is not None and bool(shifts) != bool(raw.week.get(day.weekday(), OFFICE_WEEK[day.weekday()])):
                    if not self._spend(raw.name):
                        return marks
                    marks.setdefault(day, shifts)
        return marks

    def _spend(self, name: str, days: int = 1) -> bool:
        self._budget -= days
        if self._budget < 0:
            self._notes.add("file-calendar-cut", severity=Severity.WARNING, calendar=name)
        return self._budget >= 0
