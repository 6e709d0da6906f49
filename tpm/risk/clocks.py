"""Instants and working time of whole rows of runs, by tables that all runs share.

A *clock* is a calendar and up to two further days that its node works. What :mod:`tpm.schedule.clock` computes for one instant is here a
look into a table of the calendar: working time before each day, and the opening of each working day. Both are counted, in whole units,
from the opening of one day, the origin. Beyond its tables a row is handed to :mod:`tpm.schedule.clock`, one run after the other.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

from tpm.schedule.clock import TICKS_PER_DAY, Tables, Ticks, open_at, open_each, work_at, work_each
from tpm.schedule.compiled import helper
from tpm.schedule.cpm import Records
from tpm.schedule.network import Integers

Times = npt.NDArray[Any]  # units, int32
_SPARE_DAYS: Final = 400  # of the tables, before the plan: late dates may lie there
_SPARE_DAYS_BEHIND: Final = 14
_MOST_DAYS: Final = 40_000
_LIFT: Final = 2.0**20  # days: keeps a quotient above zero, so that cutting its fraction off is rounding down


# What is known of a clock; times in units from the origin unless said otherwise.
CLOCK: Final = np.dtype([
    ("own", np.int64),  # opening of the first day of its own, ``unbound`` where there is none
    ("other", np.int64),
    ("until", np.int64),  # the calendar's working time before each
    ("until_other", np.int64),
    ("day_of_own", np.int64),  # day numbers, −1 where there are none
    ("day_of_other", np.int64),
    ("origin_work", np.int64),  # the calendar's working time before the origin, ticks
    ("origin", np.int64),  # ticks
    ("day", np.int64),
    ("never", np.int64),  # earlier than any instant
    ("unit", np.int64),  # ticks
    ("first_day", np.int64),  # the day that ``before`` begins with, from the origin
    ("first_nth", np.int64),  # the working day that ``opening`` begins with
    ("calendar", np.int32),
    ("of_tables", np.int32),  # the calendar's row of the tables
    ("has_own", np.bool_),
], align=True)


class Clocks(NamedTuple):
    """K clocks over C calendars; the first C clocks are the calendars themselves. Few arrays, for calls hand them on."""

    clock: Records  # K of CLOCK
    before: Times  # C × (days + 1): working time before each day
    opening: Times  # C × n: instants at which the working days open
    tables: Tables


def build_clocks(tables: Tables, of_tables: Integers, calendar: Integers, own_day: Ticks, origin: int, unit: int, days: tuple[int, int],
                 unbound: int) -> Clocks:
    """Clocks whose tables span ``days`` (first, last) around the day ``origin``."""
    first, last = max(days[0] - _SPARE_DAYS, origin - _MOST_DAYS), min(days[1] + _SPARE_DAYS_BEHIND, origin + _MOST_DAYS)
    span = np.arange(first, last + 1)
    before, counts, nth = [], [], []
    for row in of_tables:
        def at(instants: Ticks, row: int = row) -> Ticks:
            own = np.full(len(instants), -1)
            return work_each(tables, np.full(len(instants), row, np.int32), own, own, instants)

        start = int(at(np.array([origin * TICKS_PER_DAY]))[0])
        before.append((at(span * TICKS_PER_DAY) - start) // TICKS_PER_DAY)
        low = int(before[-1][0])
        worked = np.arange(low, max(int(before[-1][-1]), low + 1)) * TICKS_PER_DAY + start
        own = np.full(len(worked), -1)
        nth.append(open_each(tables, np.full(len(worked), row, np.int32), own, own, worked) // TICKS_PER_DAY - origin)
        counts.append((low, start))
    day = TICKS_PER_DAY // unit
    opening = np.zeros((len(of_tables), max(map(len, nth))), np.int32)
    for row_of, each in zip(opening, nth, strict=True):
        row_of[: len(each)] = each * day
        row_of[len(each) :] = unbound  # never read: a later day lies beyond the calendar's table
    clock = np.zeros(len(calendar), CLOCK)
    for name, values in (("calendar", calendar), ("of_tables", of_tables[calendar]), ("origin", origin * TICKS_PER_DAY), ("day", day),
                         ("never", -unbound), ("unit", unit), ("first_day", first - origin), ("has_own", own_day.max(axis=1) >= 0),
                         ("first_nth", np.array([low for low, _ in counts])[calendar]),
                         ("origin_work", np.array([start for _, start in counts])[calendar])):
        clock[name] = values
    none = np.full(len(own_day), -1)
    for days_of, at_name, until_name, name in zip(own_day.T, ("own", "other"), ("until", "until_other"), ("day_of_own", "day_of_other"),
                                                  strict=True):
        until = work_each(tables, of_tables[calendar], none, none, np.maximum(days_of, 0) * TICKS_PER_DAY)
        clock[name] = days_of
        clock[at_name] = np.where(days_of >= 0, (days_of - origin) * day, unbound)
        clock[until_name] = np.where(days_of >= 0, (until - clock["origin_work"]) // unit, unbound)
    return Clocks(clock, (np.stack(before) * day).astype(np.int32), opening, tables)


@helper
def _span(values: Times) -> tuple[int, int]:
    low = high = values[0]
    for value in values:
        low = min(low, value)
        high = max(high, value)
    return low, high


@helper
def works(clocks: Clocks, clock: int, instants: Times, out: Times, spare: Times) -> None:
    """Working time before ``instants``; ``out`` may be the same row. ``spare`` is scratch: its rows from 7 on."""
    kind = out.dtype.type
    of = clocks.clock[clock]
    before, first, day, per_day = clocks.before[of.calendar], of.first_day, of.day, 1.0 / of.day
    low, high = _span(instants)
    if low < first * day or high >= (first + len(before) - 1) * day:
        for run in range(len(out)):
            at = np.int64(instants[run])
            if at < -of.never // 2:
                found = work_at(clocks.tables, of.of_tables, of.day_of_own, of.day_of_other, at * of.unit + of.origin)
                out[run] = (found - of.origin_work) // of.unit
            else:
                out[run] = -of.never  # no bound stays none
        return
    # What looks into a table fills no vector register: it has a loop of its own.
    places, parts, further = spare[7], spare[8], spare[9]
    for run in range(len(out)):
        # Half a unit keeps the quotient off the whole numbers, so that it cannot be rounded to the wrong side.
        place = nb.int32((instants[run] + 0.5) * per_day - first)
        places[run] = place
        parts[run] = kind(instants[run] - kind(place + first) * kind(day))
    if of.has_own:
        one, other = of.own, of.other
        for run in range(len(out)):
            further[run] = (min(max(kind(instants[run] - one), kind(0)), kind(day))
                            + min(max(kind(instants[run] - other), kind(0)), kind(day)))
    for run in range(len(out)):
        place = nb.uint64(nb.uint32(places[run]))
        then = before[place]
        out[run] = kind(then + min(parts[run], kind(before[place + nb.uint64(1)] - then)))
    if of.has_own:
        for run in range(len(out)):
            out[run] += further[run]


@helper
def opens(clocks: Clocks, clock: int, work: Times, back: int, out: Times, spare: Times) -> None:
    """Instants with this much ``work`` before them: where work begins (``back`` 0), or where work ends (``back`` 1).

    ``out`` may be the same row. ``spare`` is scratch: its rows from 7 on.
    """
    kind = out.dtype.type
    of = clocks.clock[clock]
    opening, first, day, per_day = clocks.opening[of.calendar], of.first_nth, of.day, 1.0 / of.day
    low, high = _span(work)
    margin = 3 * day if of.has_own else day
    if low < first * day + margin or high >= clocks.before[of.calendar, -1] - margin:
        for run in range(len(out)):
            at = np.int64(work[run] - back)
            if at < -of.never // 2:
                found = open_at(clocks.tables, of.of_tables, of.day_of_own, of.day_of_other, at * of.unit + of.origin_work)
                out[run] = (found - of.origin) // of.unit + back
            else:
                out[run] = -of.never  # no bound stays none
        return
    places, parts, inside = spare[7], spare[8], spare[9]
    if of.has_own:
        one, other, until, until_other, never = of.own, of.other, of.until, of.until_other, kind(of.never)
        for run in range(len(out)):
            left = kind(work[run] - back)
            behind = left >= until
            rest = kind(left - (day if behind else 0))
            behind_other = behind & (rest >= until_other)
            final = kind(rest - (day if behind_other else 0))
            at = kind(other + (rest - until_other)) if behind_other & (rest < until_other + day) else never
            inside[run] = kind(one + (left - until)) if behind & (left < until + day) else at
            place = nb.int32((final + 0.5) * per_day - first)
            places[run] = place
            parts[run] = kind(final - kind(place + first) * kind(day))
    else:
        for run in range(len(out)):
            left = kind(work[run] - back)
            place = nb.int32((left + 0.5) * per_day - first)
            places[run] = place
            parts[run] = kind(left - kind(place + first) * kind(day))
    for run in range(len(out)):
        out[run] = kind(opening[nb.uint64(nb.uint32(places[run]))] + parts[run] + back)
    if of.has_own:
        for run in range(len(out)):
            out[run] = out[run] if inside[run] == kind(of.never) else kind(inside[run] + back)


@helper
def whole_days(times: Times, day: int, out: Times) -> None:
    """Days that lie wholly before what ends at ``times``: the number of the last day, from the origin. ``out`` may be the same row."""
    per_day = 1.0 / day
    for run in range(len(out)):
        out[run] = np.int32((times[run] - 0.5) * per_day + _LIFT) - np.int32(_LIFT)
