"""Working time as lookup tables: dates ↔ working-day offsets, for one calendar or for many.

A :class:`~tpm.model.CalendarSpec` says which days are worked; :func:`compile_calendar` turns it into tables over a
range of whole weeks. Inside the range every question is one lookup; outside it the weekly pattern goes on
without holidays, so no date is ever out of range.

The *offset* of a date is the number of working days before its opening, counted from the range's first day: a
half-open interval ``[offset, offset + n)`` is n working days. Dates are ``datetime64[D]`` or anything that NumPy
casts to it; offsets and counts are ``int64``. Hours within a day are not modelled.

Country holidays come from the ``holidays`` package, substitute holidays included. A calendar without a worked day in
its week (only single worked days) counts every day as worked outside its range.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tpm.findings import Finding, InputError, Severity
from tpm.model import CalendarSpec

Days = npt.NDArray[np.int64]
Dates = npt.NDArray[np.datetime64]

EVERY_DAY: Final = CalendarSpec("every day", week=(True,) * 7)
_MONDAY: Final = np.datetime64("1969-12-29", "D")


# Columns of a packed row (see :func:`pack`).
DAYS, COUNT, PER_WEEK, WEEK_BEFORE, WEEK_NTH, BEFORE = 0, 1, 2, 3, 11, 18


@dataclass(frozen=True, eq=False)
class Calendar:
    """A compiled calendar over N days (whole weeks). Build it with :func:`compile_calendar`.

    ``before[d]`` counts the working days before day d (N + 1 entries); ``nth[k]`` is the day of the k-th working day. ``week_before``
    (8 entries) and ``week_nth`` say the same of one week and carry on outside the range. All ``int32``.
    """

    spec: CalendarSpec
    first: np.datetime64  # a Monday: day 0
    before: npt.NDArray[np.int32]
    nth: npt.NDArray[np.int32]
    week_before: npt.NDArray[np.int32]
    week_nth: npt.NDArray[np.int32]

    def _day(self, dates: Any) -> Days:
        return (np.asarray(dates, dtype="datetime64[D]") - self.first).astype(np.int64)

    def _before(self, day: Days) -> Days:
        n = len(self.before) - 1
        inside = self.before[np.clip(day, 0, n)].astype(np.int64)
        if np.all((day >= 0) & (day <= n)):
            return inside
        over = np.where(day < 0, day, day - n)
        beyond = over // 7 * len(self.week_nth) + self.week_before[over % 7]
        return np.where((day >= 0) & (day <= n), inside, np.where(day < 0, 0, len(self.nth)) + beyond)

    def _nth(self, offset: Days) -> Days:
        count, per_week = len(self.nth), len(self.week_nth)
        inside = self.nth[np.clip(offset, 0, max(count - 1, 0))].astype(np.int64) if count else np.zeros_like(offset)
        over = np.where(offset < 0, offset, offset - count)
        beyond = over // per_week * 7 + self.week_nth[over % per_week]
        return np.where((offset >= 0) & (offset < count), inside, np.where(offset < 0, 0, len(self.before) - 1) + beyond)

    def is_working(self, dates: Any) -> npt.NDArray[np.bool_]:
        """Whether each date is worked; bool, the shape of ``dates``."""
        day = self._day(dates)
        return np.asarray(self._before(day + 1) > self._before(day))

    def offset(self, dates: Any) -> Days:
        """Working days before the opening of each date."""
        return self._before(self._day(dates))

    def date(self, offsets: Any) -> Dates:
        """The working day that opens at each whole offset (the part of a day in a float offset is dropped)."""
        whole = np.floor(np.asarray(offsets, dtype=np.float64)).astype(np.int64)
        return np.asarray(self.first + self._nth(whole).astype("timedelta64[D]"))

    def between(self, start: Any, finish: Any) -> Days:
        """Working days from ``start`` to ``finish``, both inclusive; 0 or negative when finish lies before start."""
        return self._before(self._day(finish) + 1) - self.offset(start)

    def worked(self, start: Any, finish: Any) -> Days:
        """Working days of an item planned from ``start`` to ``finish``, inclusive: its own first and last day count also where
        the calendar rests, as in the forward pass. 0 or less when finish lies before start."""
        first, last = self._day(start), self._day(finish)
        ends = (~self.is_working(start)).astype(np.int64) + (~self.is_working(finish) & (first != last))
        return np.asarray(self.between(start, finish) + np.where(last >= first, ends, 0))

    def worked_until(self, start: Any, n: Any) -> Dates:
        """Inclusive finish of whole ``n`` ≥ 1 days worked from ``start``, which counts also where the calendar rests."""
        more = np.asarray(n, dtype=np.int64) - 1
        return np.asarray(np.where(more > 0, self.add(start, more), np.asarray(start, dtype="datetime64[D]")))

    def add(self, dates: Any, n: Any) -> Dates:
        """The n-th working day after each date (before it for negative n); n = 0: the date, or the next working day."""
        count = np.asarray(n, dtype=np.int64)
        day = self._day(dates)
        base = np.where(count > 0, self._before(day + 1) - 1, self._before(day))
        return np.asarray(self.first + self._nth(base + count).astype("timedelta64[D]"))

    def shown_start(self, offsets: Any) -> Dates:
        """Displayed start of an interval that begins at each offset."""
        return self.date(offsets)

    def shown_finish(self, offsets: Any) -> Dates:
        """Displayed (inclusive) finish of an interval, or of a driven or dated event, that ends at each offset."""
        return self.date(np.ceil(np.asarray(offsets, dtype=np.float64)) - 1)


@lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> tuple[dt.date, ...]:
    import holidays  # takes 0.1 s: only where a country is asked for

    return tuple(sorted(holidays.country_holidays(country, years=year)))


@lru_cache(maxsize=1)
def countries() -> tuple[str, ...]:
    """ISO 3166 codes of the countries whose holidays are known, sorted."""
    from holidays.registry import EntityLoader  # names them without importing a module for each

    return tuple(sorted(code for code in EntityLoader.get_country_codes() if len(code) == 2))


def _country(code: str) -> str:
    code = code.strip().upper()
    if code not in countries():
        raise InputError(Finding("unknown-country", Severity.ERROR, params={"country": code}))
    return code


def _week_first(day: dt.date | np.datetime64) -> np.datetime64:
    days: Any = np.asarray(day, dtype="datetime64[D]")[()]
    monday: np.datetime64 = days - (days - _MONDAY).astype(np.int64) % 7
    return monday


@lru_cache(maxsize=256)
def compile_calendar(spec: CalendarSpec, first: dt.date, last: dt.date) -> Calendar:
    """Tables of ``spec`` over the whole weeks that hold ``first`` to ``last`` (inclusive). O(days).

    Raises :class:`~tpm.findings.InputError` for a country whose holidays are not known.
    """
    origin = _week_first(first)
    n = int((_week_first(last) - origin).astype(np.int64)) + 7
    worked = np.tile(np.asarray(spec.week, dtype=bool), n // 7)

    def index(day: dt.date) -> int:
        return int((np.datetime64(day, "D") - origin).astype(np.int64))

    if spec.country is not None:
        country = _country(spec.country)
        years = range(origin.astype(object).year, (origin + np.timedelta64(n, "D")).astype(object).year + 1)
        for day in (index(date) for year in years for date in _holidays(country, year)):
            if 0 <= day < n:
                worked[day] = False
    for begin, after in spec.holidays:
        worked[max(index(begin), 0) : max(index(after), 0)] = False
    for day in map(index, spec.worked):
        if 0 <= day < n:
            worked[day] = True

    week = np.asarray(spec.week if any(spec.week) else (True,) * 7, dtype=bool)
    return Calendar(
        spec, origin,
        before=np.concatenate([[0], np.cumsum(worked)]).astype(np.int32),
        nth=np.flatnonzero(worked).astype(np.int32),
        week_before=np.concatenate([[0], np.cumsum(week)]).astype(np.int32),
        week_nth=np.flatnonzero(week).astype(np.int32),
    )


def pack(calendars: Iterable[Calendar]) -> npt.NDArray[np.int32]:
    """Several calendars of one range as one array for the compiled kernels: a row each, ``BEFORE + 2 N + 1`` columns.

    Columns: N, the number of working days, the working days of a week, ``week_before`` (8), ``week_nth`` (7, padded),
    ``before`` (N + 1), ``nth`` (N, padded). Raises ``ValueError`` if ranges differ.
    """
    parts = list(calendars)
    if len({(part.first, len(part.before)) for part in parts}) != 1:
        raise ValueError("calendars must be compiled over one range")
    n = len(parts[0].before) - 1
    out = np.zeros((len(parts), BEFORE + 2 * n + 1), dtype=np.int32)
    for row, part in zip(out, parts, strict=True):
        row[[DAYS, COUNT, PER_WEEK]] = n, len(part.nth), len(part.week_nth)
        row[WEEK_BEFORE : WEEK_BEFORE + 8] = part.week_before
        row[WEEK_NTH : WEEK_NTH + len(part.week_nth)] = part.week_nth
        row[BEFORE : BEFORE + n + 1] = part.before
        row[BEFORE + n + 1 : BEFORE + n + 1 + len(part.nth)] = part.nth
    return out


def effective(spec: CalendarSpec, country: str | None = None, week: tuple[bool, bool, bool, bool, bool, bool, bool] | None = None,
              ) -> CalendarSpec:
    """``spec`` with its country or its week replaced where given; the plan's own holiday ranges stay."""
    if country is not None:
        spec = replace(spec, country=None if country.strip().lower() in ("", "none") else country.strip().upper())
    return spec if week is None else replace(spec, week=week)
