"""Clock times of the scheduling tools → whole days of the plan.

Tools say "Friday 17:00"; the plan says "Friday, inclusive" (see ``docs``: what the numbers mean, Time). The rules, given
the working hours of each weekday:

- a start at or after the close of a working day belongs to the next working day, any other start to its own day;
- a finish at or before the opening of a day belongs to the working day before: 08:00 on Monday is the close of Friday;
- an event without length (a milestone) is a finish: the plan's milestones are reached by the close of their day;
- elapsed work runs through weekends, so its finish at an opening belongs to the calendar day before.

Nothing here counts durations; that is the engine's calendar. Days outside ``EARLIEST`` to ``LATEST`` are no dates of a plan.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from tpm.model import CalendarSpec

EARLIEST, LATEST = dt.date(1950, 1, 1), dt.date(2199, 12, 31)
MINUTES_A_DAY = 1440
ONE_DAY = dt.timedelta(days=1)
WORKING_WEEK = (True, True, True, True, True, False, False)
_FIRST, _LAST = EARLIEST.toordinal() - 1, LATEST.toordinal() + 1

Shifts = tuple[tuple[int, int], ...]  # (from, to) in minutes since midnight, sorted
OFFICE_HOURS: Shifts = ((480, 720), (780, 1020))  # 08:00–12:00 and 13:00–17:00, the default of every tool here
Week = Mapping[int, Shifts]  # weekday (Monday 0) → shifts; an empty tuple is a day off
OFFICE_WEEK: Week = {day: OFFICE_HOURS if WORKING_WEEK[day] else () for day in range(7)}


def day_of(text: str | None) -> dt.datetime | None:
    """The moment in an ISO text (``2024-03-05T17:00:00``, ``2024-03-05 17:00``); None when it is none of a plan.

    A time zone is dropped: the tools write local time.
    """
    if not text or len(text) < 8:
        return None
    try:
        moment = dt.datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return None
    return moment if EARLIEST <= moment.date() <= LATEST else None


def minute_of(text: str | None) -> int | None:
    """Minutes since midnight of ``08:30:00`` or ``8:30``; None when it is not a time."""
    parts = (text or "").strip().split(":")
    if len(parts) < 2 or not all(part[:2].isascii() and part[:2].isdigit() for part in parts[:2]):
        return None
    minutes = int(parts[0][:2]) * 60 + int(parts[1][:2])
    return minutes if minutes <= MINUTES_A_DAY else None


def tidy_shifts(shifts: Iterable[tuple[int | None, int | None]]) -> Shifts:
    """``shifts`` sorted, without the unreadable ones; a shift that ends at 00:00 ends at midnight."""
    out = []
    for start, finish in shifts:
        if start is None or finish is None:
            continue
        finish = finish or MINUTES_A_DAY
        if finish > start:
            out.append((start, finish))
    return tuple(sorted(out))


def minutes_of(shifts: Shifts) -> int:
    """Minutes worked in ``shifts``."""
    return sum(finish - start for start, finish in shifts)


def typical_minutes(week: Week, otherwise: float = 480.0) -> float:
    """Minutes of the most common working day of ``week``; of equally common ones the longest."""
    lengths = Counter(minutes_of(week[day]) for day in range(7) if week.get(day))
    return float(max(lengths.items(), key=lambda item: (item[1], item[0]))[0]) if lengths else otherwise


def spec_from(name: str, week: Week, marks: Mapping[dt.date, bool], minutes: float | None = None) -> CalendarSpec | None:
    """The calendar ``name`` of ``week`` with single days ``marks`` (worked or not); None when it never works.

    ``minutes`` a day are the typical ones of ``week`` unless given.
    """
    worked_week = tuple(bool(week.get(day)) for day in range(7))
    worked = tuple(sorted(day for day, on in marks.items() if on and not worked_week[day.weekday()]))
    if not any(worked_week) and not worked:
        return None
    holidays: list[tuple[dt.date, dt.date]] = []
    for day in sorted(day for day, on in marks.items() if not on):
        if holidays and holidays[-1][1] == day:
            holidays[-1] = (holidays[-1][0], day + ONE_DAY)
        else:
            holidays.append((day, day + ONE_DAY))
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = worked_week
    return CalendarSpec(name, (monday, tuesday, wednesday, thursday, friday, saturday, sunday), tuple(holidays), worked,
                        minutes_per_day=minutes or typical_minutes(week))


@dataclass(frozen=True)
class WorkTime:
    """A calendar with the hours of its weekdays, for cutting moments to days.

    ``default_opening`` is the minute at which the tool starts new tasks; ``uneven`` says that the working days
    differ in length, which days alone cannot carry.
    """

    spec: CalendarSpec
    week: Week = field(default_factory=lambda: OFFICE_WEEK)
    default_opening: int = 480
    uneven: bool = False

    @cached_property
    def _on(self) -> np.ndarray:
        """For every day from the day before ``EARLIEST`` to the day after ``LATEST``, whether it is worked."""
        days = np.arange(_FIRST, _LAST + 1)
        on = np.array(self.spec.week)[(days - 1) % 7]  # ordinal 1 was a Monday
        for first, after in self.spec.holidays:
            on[max(0, first.toordinal() - _FIRST) : max(0, after.toordinal() - _FIRST)] = False
        for day in self.spec.worked:
            if _FIRST <= day.toordinal() <= _LAST:
                on[day.toordinal() - _FIRST] = True
        return on

    @cached_property
    def _worked(self) -> np.ndarray:
        """Ordinals of the working days, ascending."""
        return np.flatnonzero(self._on) + _FIRST

    def is_worked(self, day: dt.date) -> bool:
        """Whether ``day`` is a working day."""
        return bool(self._on[min(max(day.toordinal(), _FIRST), _LAST) - _FIRST])

    def previous(self, day: dt.date) -> dt.date:
        """The last working day before ``day``; the day before it where there is none."""
        at = int(np.searchsorted(self._worked, day.toordinal())) - 1
        return dt.date.fromordinal(int(self._worked[at])) if at >= 0 else day - ONE_DAY

    def next(self, day: dt.date) -> dt.date:
        """The first working day after ``day``; the day after it where there is none."""
        return self.onward(day + ONE_DAY, 1)

    def onward(self, day: dt.date, count: int) -> dt.date:
        """The last of ``count`` working days from ``day`` on (``day`` itself where it is worked), at most the last known."""
        at = int(np.searchsorted(self._worked, day.toordinal())) + count - 1
        return dt.date.fromordinal(int(self._worked[min(at, len(self._worked) - 1)])) if day.toordinal() <= self._worked[-1] else day

    def _opening(self, day: dt.date) -> int:
        shifts = self.week.get(day.weekday())
        return shifts[0][0] if shifts and self.is_worked(day) else self.default_opening

    def start_day(self, moment: dt.datetime) -> dt.date:
        """The day on which work that starts at ``moment`` is first worked."""
        day, minute = moment.date(), moment.hour * 60 + moment.minute
        shifts = self.week.get(day.weekday())
        if shifts and minute >= shifts[-1][1] and self.is_worked(day):
            return self.next(day)
        return day

    def days_before(self, moment: dt.datetime) -> float:
        """Working days before ``moment``, with the part of its own day that has been worked by then."""
        day = moment.date()
        whole = float(np.searchsorted(self._worked, day.toordinal()))
        shifts = self.week.get(day.weekday(), ())
        if not shifts or not self.is_worked(day):
            return whole
        minute = moment.hour * 60 + moment.minute + moment.second / 60
        return whole + sum(min(max(minute - first, 0), last - first) for first, last in shifts) / minutes_of(shifts)

    def at_opening(self, moment: dt.datetime) -> bool:
        """Whether ``moment`` is the opening of its day or earlier."""
        return moment.hour * 60 + moment.minute <= self._opening(moment.date())

    def finish_day(self, moment: dt.datetime, start: dt.datetime | None = None, elapsed: bool = False) -> dt.date:
        """The last day of work that runs from ``start`` to ``moment``, never before its first day."""
        day = moment.date()
        if self.at_opening(moment) or (start is not None and start < moment and self._whole_days(start, moment)):
            day = day - ONE_DAY if elapsed else self.previous(day)
        if start is not None and start < moment:
            day = max(day, start.date() if elapsed else self.start_day(start))
        return day

    def _whole_days(self, start: dt.datetime, finish: dt.datetime) -> bool:
        """From the tool's opening time to the same time: whole days by its clock, though the calendar opens earlier."""
        return start.time() == finish.time() and finish.hour * 60 + finish.minute == self.default_opening

    def deadline_day(self, moment: dt.datetime) -> dt.date:
        """The last day that meets a deadline; midnight is how tools write a date without a time, so it keeps its day."""
        return moment.date() if moment.time() == dt.time() else self.finish_day(moment)

    def named(self, name: str) -> WorkTime:
        """The same calendar under another name."""
        return replace(self, spec=replace(self.spec, name=name))

    def same_days(self, other: WorkTime) -> bool:
        """Whether both work the same days, whatever their names."""
        mine, theirs = self.spec, other.spec
        return (mine.week, mine.holidays, mine.worked, mine.minutes_per_day) == (
            theirs.week, theirs.holidays, theirs.worked, theirs.minutes_per_day)
