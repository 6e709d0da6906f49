"""Time inside the engine: instants, and working time seen through a calendar.

An *instant* is an integer number of ticks since the opening of the tables' day 0; a calendar day has
``TICKS_PER_DAY``. All activities share this one axis, whatever their calendars. Within a worked day the ticks are that
day's working time; the ticks of a day that is not worked pass without work.

The *work* at an instant is the working time, in ticks of the calendar asked, that lies before it. The close of Friday and the
opening of Monday have the same work. Its two inverses are ``close_at`` (the earliest instant: where work ends) and ``open_at`` (the
latest: where work begins). For every calendar, ``close_at(w) <= g`` iff ``w <= work_at(g)``, and
``work_at(g) <= w`` iff ``g <= open_at(w)``: the backward pass is the exact inverse of the forward pass because of these.

An activity may own up to two further worked days (planned on a weekend or holiday); ``own_first`` and ``own_second`` are their
day numbers in rising order, −1 where there are none.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from tpm.calendars import BEFORE, COUNT, DAYS, PER_WEEK, WEEK_BEFORE, WEEK_NTH
from tpm.schedule.compiled import helper, kernel

# Seconds of a week: whole ticks for minutes of days of 7, 7.5, 8, 9, 10 and 24 hours and for seconds of an 8-hour day.
TICKS_PER_DAY: Final = 604_800
NEVER: Final = -(2**62)  # earlier than any instant: no bound from below
ALWAYS: Final = 2**62  # later than any instant: no bound from above

Ticks = npt.NDArray[np.int64]
Tables = npt.NDArray[np.int32]  # calendars as tpm.calendars.pack packs them


@helper
def _calendar_work(tables: Tables, calendar: int, instant: int) -> int:
    day = instant // TICKS_PER_DAY
    part = instant - day * TICKS_PER_DAY
    n = tables[calendar, DAYS]
    if 0 <= day < n:
        before: int = tables[calendar, BEFORE + day]
        worked = tables[calendar, BEFORE + day + 1] > before
    else:
        over = day - n if day >= n else day
        week = over // 7
        weekday = over - week * 7
        before = (tables[calendar, COUNT] if day >= n else 0) + week * tables[calendar, PER_WEEK] + tables[calendar, WEEK_BEFORE + weekday]
        worked = tables[calendar, WEEK_BEFORE + weekday + 1] > tables[calendar, WEEK_BEFORE + weekday]
    return before * TICKS_PER_DAY + (part if worked else 0)


@helper
def _nth_day(tables: Tables, calendar: int, k: int) -> int:
    n = tables[calendar, DAYS]
    count = tables[calendar, COUNT]
    if 0 <= k < count:
        day: int = tables[calendar, BEFORE + n + 1 + k]
        return day
    over = k - count if k >= count else k
    week = over // tables[calendar, PER_WEEK]
    past: int = (n if k >= count else 0) + week * 7 + tables[calendar, WEEK_NTH + over - week * tables[calendar, PER_WEEK]]
    return past


@helper
def _calendar_open(tables: Tables, calendar: int, work: int) -> int:
    k = work // TICKS_PER_DAY
    return _nth_day(tables, calendar, k) * TICKS_PER_DAY + (work - k * TICKS_PER_DAY)


@helper
def _calendar_close(tables: Tables, calendar: int, work: int) -> int:
    return _calendar_open(tables, calendar, work - 1) + 1


@helper
def work_at(tables: Tables, calendar: int, own_first: int, own_second: int, instant: int) -> int:
    """Ticks of working time before ``instant``."""
    work = _calendar_work(tables, calendar, instant)
    if own_first >= 0:
        work += min(max(instant - own_first * TICKS_PER_DAY, 0), TICKS_PER_DAY)
        if own_second >= 0:
            work += min(max(instant - own_second * TICKS_PER_DAY, 0), TICKS_PER_DAY)
    return work


@helper
def open_at(tables: Tables, calendar: int, own_first: int, own_second: int, work: int) -> int:
    """The latest instant with this much work before it: where work that begins there begins."""
    if own_first >= 0:
        for own in (own_first, own_second):
            if own >= 0:
                until = _calendar_work(tables, calendar, own * TICKS_PER_DAY)
                if work < until:
                    break
                if work < until + TICKS_PER_DAY:
                    return own * TICKS_PER_DAY + work - until
                work -= TICKS_PER_DAY
    return _calendar_open(tables, calendar, work)


@helper
def close_at(tables: Tables, calendar: int, own_first: int, own_second: int, work: int) -> int:
    """The earliest instant with this much work before it: where work that ends there ends."""
    return open_at(tables, calendar, own_first, own_second, work - 1) + 1


@kernel
def work_each(tables: Tables, calendar: npt.NDArray[np.int32], own_first: Ticks, own_second: Ticks, instant: Ticks) -> Ticks:
    """Element-wise :func:`work_at`; all of one length."""
    out = np.empty(len(instant), dtype=np.int64)
    for i in range(len(instant)):
        out[i] = work_at(tables, calendar[i], own_first[i], own_second[i], instant[i])
    return out


@kernel
def open_each(tables: Tables, calendar: npt.NDArray[np.int32], own_first: Ticks, own_second: Ticks, work: Ticks) -> Ticks:
    """Element-wise :func:`open_at`; all of one length."""
    out = np.empty(len(work), dtype=np.int64)
    for i in range(len(work)):
        out[i] = open_at(tables, calendar[i], own_first[i], own_second[i], work[i])
    return out
