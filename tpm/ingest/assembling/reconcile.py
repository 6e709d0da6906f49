"""What a sheet gives of start, finish and duration, read as a whole: exchanged dates, how durations count, milestones, the working week.

Nothing is computed here: what a row does not give follows in the engine, with the calendar in force, and so does the judgement
whether three given values contradict each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tpm.calendars import compile_calendar
from tpm.model import CalendarSpec

WEEKEND_SHARE: Final = 0.15  # of the dates that lie on weekends: above it weekends are ordinary days
_AGREES: Final = 0.6  # days of difference that a stated duration may have: half days and rounding
_DAY: Final = np.timedelta64(1, "D")
_MIN_TELLING: Final = 3  # rows whose duration tells the counting apart before it is believed
_SATURDAY: Final = 5  # days of the week from Monday, 0
_FIVE: Final = "1111100"
_SEVEN: Final = "1111111"


@dataclass
class Reconciled:
    """Typed columns of a plan after reconciliation, and positions of the rows that a finding concerns."""

    start: np.ndarray
    finish: np.ndarray
    duration: np.ndarray
    milestone: np.ndarray
    calendar: CalendarSpec
    weekend_share: float
    seven_by: str | None  # "dates", "durations" or None
    swapped: np.ndarray  # finish lay before the start
    miscounted: np.ndarray  # a duration beside two dates that counts something else than work, and is left out
    counted: str | None  # how the column of durations was found to count: "calendar", "exclusive", "weeks" …
    computed_finish: np.ndarray  # start and duration are given, the finish follows
    computed_start: np.ndarray
    events_at_work: np.ndarray  # called a milestone, yet longer than a day: kept as work


def working_days(start: np.ndarray, finish: np.ndarray, week: str) -> np.ndarray:
    """Working days from ``start`` to ``finish`` inclusive; an end on a day off counts as worked. NaN where a date is missing."""
    known = ~(np.isnat(start) | np.isnat(finish))
    out = np.full(len(start), np.nan)
    if known.any():
        first, last = start[known], finish[known]
        span = min(first.min(), last.min()), max(first.max(), last.max())
        days = tuple(mark == "1" for mark in week)
        calendar = compile_calendar(CalendarSpec("week", days), *(day.astype(object) for day in span))  # type: ignore[arg-type]
        out[known] = np.where(last >= first, calendar.worked(first, last).astype(float), np.nan)
    return out


def _strict_days(start: np.ndarray, finish: np.ndarray, week: str) -> np.ndarray:
    out = np.full(len(start), np.nan)
    known = ~(np.isnat(start) | np.isnat(finish))
    if known.any():
        out[known] = np.busday_count(start[known], finish[known] + _DAY, weekmask=week)
    return out


def _fits(days: np.ndarray, stated: np.ndarray) -> np.ndarray:
    """Where ``stated`` is the whole number ``days``, rounded, or a part of the last of them: 7.25 days lie on eight dates."""
    return np.asarray((np.abs(days - stated) <= _AGREES) | ((stated > days - 1) & (stated <= days)))


def _agreeing(worked: np.ndarray, start: np.ndarray, finish: np.ndarray, stated: np.ndarray, week: str) -> np.ndarray:
    """Where the stated duration is the days ``worked``, or those without an end on a day off; the few other rows are counted anew."""
    agrees = _fits(worked, stated)
    other = np.flatnonzero(~agrees)
    agrees[other] = _fits(_strict_days(start[other], finish[other], week), stated[other])
    return agrees


def reconcile(
    start: np.ndarray,
    finish: np.ndarray,
    stated: np.ndarray,
    elapsed: np.ndarray,
    flagged: np.ndarray,
    named: np.ndarray,
    *,
    summary: np.ndarray,
    coarse: np.ndarray,
    linked: np.ndarray,
) -> Reconciled:
    """Reconcile columns of ``datetime64[D]`` and working days (NaN unknown); ``flagged`` and ``named`` rows claim to be milestones.

    ``coarse`` rows were planned in weeks, months or quarters: that a month ends on a Sunday says nothing about weekends. ``linked`` rows
    stand in tables that name predecessors, as scheduling tools write them.
    """
    start, finish, stated = start.copy(), finish.copy(), stated.copy()
    both = ~np.isnat(start) & ~np.isnat(finish)
    swapped = both & (finish < start)
    start[swapped], finish[swapped] = finish[swapped], start[swapped]
    share = weekend_share(start[~coarse], finish[~coarse])
    counted = _counting(start, finish, np.where(elapsed | swapped, np.nan, stated))
    by_dates = counted != "work" and share > WEEKEND_SHARE and _whole_weekends(start[~coarse], finish[~coarse])
    seven_by = "dates" if by_dates else "durations" if counted == "calendar" and share > 0 else None
    counted = None if counted == "work" else counted
    week = _SEVEN if seven_by else _FIVE
    calendar = CalendarSpec("seven-day", (True,) * 7) if seven_by else CalendarSpec("standard")
    milestone = _milestones(start, finish, stated, flagged, named, counted, linked) & ~summary
    both &= ~milestone & ~summary
    # A column that counts something else than work says nothing beside two dates.
    agrees = _agreeing(working_days(start, finish, week), start, finish, stated, week)
    miscounted = both & ~np.isnan(stated) & ~agrees & ~elapsed & (counted is not None)
    duration = np.where(miscounted, np.nan, stated)
    lone_start = ~np.isnat(start) & np.isnat(finish) & (stated > 0) & ~milestone
    lone_finish = np.isnat(start) & ~np.isnat(finish) & (stated > 0) & ~milestone
    duration[milestone] = 0.0
    same = milestone & np.isnat(finish)
    finish[same] = start[same]
    start[milestone & ~np.isnat(finish)] = finish[milestone & ~np.isnat(finish)]
    duration[(duration == 0) & ~milestone & ~summary] = np.nan  # "0" of a same-day task, or of a formula over empty dates
    return Reconciled(start, finish, duration, milestone, calendar, share, seven_by, swapped, miscounted, counted, lone_start, lone_finish,
                      flagged & ~milestone & ~summary & (stated > 1))


def weekend_share(start: np.ndarray, finish: np.ndarray) -> float:
    """Share of the given dates that lie on a Saturday or Sunday."""
    days = np.concatenate([start[~np.isnat(start)], finish[~np.isnat(finish)]])
    return float(((days.astype("int64") + 3) % 7 >= _SATURDAY).mean()) if len(days) else 0.0  # day 0, 1 January 1970, was a Thursday


def _whole_weekends(start: np.ndarray, finish: np.ndarray) -> bool:
    """Saturdays and Sundays alike are dates, and many of the different ones: a few items on Saturdays make no seven-day week."""
    days = np.unique(np.concatenate([start[~np.isnat(start)], finish[~np.isnat(finish)]]))
    of_week = (days.astype("int64") + 3) % 7
    off = of_week[of_week >= _SATURDAY]
    return len(set(off.tolist())) == 2 and len(off) > WEEKEND_SHARE * len(days)


def _counting(start: np.ndarray, finish: np.ndarray, stated: np.ndarray) -> str | None:
    """How durations count, by the rows where the ways of counting differ: work, calendar, exclusive, weeks, or None (unknown)."""
    known = ~np.isnan(stated) & ~np.isnat(start) & ~np.isnat(finish)
    if known.sum() < _MIN_TELLING:
        return None
    first, last, days = start[known], finish[known], stated[known]
    calendar = (last - first).astype(float) + 1
    work = working_days(first, last, _FIVE)
    telling = np.abs(calendar - work) > _AGREES
    hits = {
        "calendar": np.abs(calendar - days) <= _AGREES,
        "exclusive": np.abs(calendar - 1 - days) <= _AGREES,
        "work": _agreeing(work, first, last, days, _FIVE),
        "weeks": np.abs(calendar / 7 - days) <= 0.51,
    }
    if hits["exclusive"].mean() > 0.6 and hits["exclusive"].sum() > max(hits["work"].sum(), hits["calendar"].sum()):
        return "exclusive"
    if telling.sum() >= _MIN_TELLING:
        best = max(("calendar", "work", "weeks"), key=lambda name: hits[name][telling].sum())
        if hits[best][telling].mean() > 0.6:
            return best
    return None


def _milestones(
    start: np.ndarray,
    finish: np.ndarray,
    stated: np.ndarray,
    flagged: np.ndarray,
    named: np.ndarray,
    counted: str | None,
    linked: np.ndarray,
) -> np.ndarray:
    """Events: flagged or named so and not longer than a day, or a stated zero that is no artefact of subtracting dates."""
    dated = ~np.isnat(start) & ~np.isnat(finish)
    point = ~dated | (start == finish)
    short = np.isnan(stated) | (stated <= 1)
    events = (flagged | named) & point & short
    if counted != "exclusive":
        zero = (stated == 0) & dated & (start == finish)
        if (np.isnat(start) & np.isnat(finish)).all():  # a plan of durations alone
            zero = stated == 0
        if zero.sum() <= 0.5 * max((~np.isnan(stated)).sum(), 1) or len(stated) < 4:
            events |= zero
    begun = np.isnat(finish) & ~np.isnat(start)  # a formula gives zero as well where the finish is still to be filled in
    undated = np.isnat(start) & np.isnat(finish)
    events |= (stated == 0) & ((np.isnat(start) & ~np.isnat(finish)) | ((begun | undated) & linked))
    return np.asarray(events)
