"""Plan → arrays: hierarchy, calendars, planned instants, durations and progress of every row.

Of start, finish and duration, what the plan does not give follows from the two others, with the calendar in force for the row.
Planned dates win over a duration that disagrees with them. A fractional duration is kept where its dates can be those of work
that starts within a day (a plan with parts of days, and a predecessor that may end within that day).
Nothing here follows a link; :mod:`tpm.schedule.problem` adds the logic.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.calendars import Calendar, pack
from tpm.calendars.of_rows import calendars_of, events_of
from tpm.model import Kind, Plan, ScheduleOptions, State
from tpm.schedule.clock import TICKS_PER_DAY, Tables, Ticks, open_each, work_each
from tpm.schedule.network import Integers

Flags = npt.NDArray[np.bool_]

MISSING: Final = np.iinfo(np.int64).min  # a day that is not given


@dataclass(eq=False)
class Rows:
    """One row an activity of the plan, in its order. Days count from day 0 of ``tables``; ``MISSING`` where not given."""

    ids: npt.NDArray[np.object_]
    calendars: tuple[Calendar, ...]
    tables: Tables
    calendar: Integers
    parent: Integers  # −1 at the top
    is_summary: Flags
    start: npt.NDArray[np.int64]  # planned days, completed from one another where only one is given
    finish: npt.NDArray[np.int64]
    dated: Flags  # the sheet gives a planned date
    event: Flags  # zero length
    elapsed: Flags
    own_first: Ticks
    own_second: Ticks
    work: Ticks  # duration
    assumed_work: Flags  # no duration and no pair of dates: one day was assumed
    contradicted: Flags  # the given duration is not that of the given dates
    start_instant: Ticks  # planned instants; MISSING where there is no planned date
    finish_instant: Ticks
    unknown_calendars: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def origin(self) -> np.datetime64:
        return self.calendars[0].first

    def days(self, values: Any) -> npt.NDArray[np.int64]:
        """Dates as day numbers, ``MISSING`` where not given."""
        return _days(values, self.origin)

    def dates(self, days: npt.NDArray[np.int64]) -> npt.NDArray[np.datetime64]:
        """Day numbers as dates; the inverse of :meth:`days`."""
        known = np.where(days == MISSING, 0, days)
        return np.where(days == MISSING, np.datetime64("NaT", "s"), (self.origin + known.astype("timedelta64[D]")).astype("datetime64[s]"))

    def between(self, first: Any, last: Any) -> npt.NDArray[np.float64]:
        """Working days of the first rows from the close of each known day ``first`` to the close of ``last``; negative backwards."""
        n = len(first)
        ends = [work_each(self.tables, self.calendar[:n], self.own_first[:n], self.own_second[:n], (self.days(each) + 1) * TICKS_PER_DAY)
                for each in (first, last)]
        return np.asarray((ends[1] - ends[0]) / TICKS_PER_DAY)

    def work_at(self, instant: Ticks) -> Ticks:
        return work_each(self.tables, self.calendar, self.own_first, self.own_second, instant)

    def open_at(self, work: Ticks) -> Ticks:
        return open_each(self.tables, self.calendar, self.own_first, self.own_second, work)


def _days(values: Any, origin: np.datetime64) -> npt.NDArray[np.int64]:
    dates = np.asarray(values).astype("datetime64[D]")
    return np.where(np.isnat(dates), MISSING, (dates - origin).astype(np.int64))


def codes(values: Any, vocabulary: Any) -> Integers:
    """Position of each value in ``vocabulary`` (unique), −1 where it is not there."""
    position = {value: at for at, value in enumerate(vocabulary)}
    return np.fromiter(map(position.get, values, repeat(-1)), np.int32, len(values))


def _above(parent: Integers) -> Integers:
    """``parent`` with rows whose ancestors never end (a row above itself) moved to the top."""
    up = np.append(parent, -1)
    for _ in range(max(len(parent).bit_length(), 1)):
        up = np.append(up[up[:-1]], -1)
    return np.where(up[:-1] >= 0, -1, parent).astype(np.int32)


def read_rows(plan: Plan, options: ScheduleOptions) -> Rows:
    """The rows of ``plan`` as arrays. Raises :class:`~tpm.findings.InputError` for an unknown country."""
    a = plan.columns
    n = len(a["id"])
    ids = a["id"]
    given_parent = a["parent"]
    parent = _above(codes(given_parent, ids)) if n and not pd.isna(given_parent).all() else np.full(n, -1, np.int32)
    is_summary = np.zeros(n, dtype=bool)
    is_summary[parent[parent >= 0]] = True

    elapsed = a["elapsed"] & ~is_summary
    of_rows = calendars_of(plan, options)
    tables, origin = pack(of_rows.calendars), of_rows.origin

    start, finish = _days(a["planned_start"], origin), _days(a["planned_finish"], origin)
    has_start, has_finish = start != MISSING, finish != MISSING
    both = has_start & has_finish
    given = a["duration"].copy()
    given[~np.isfinite(given) | (given < 0)] = np.nan
    given += np.where(given > 0, np.nan_to_num(a["pause"]), 0.0)
    event = events_of(plan)
    day = np.where(has_finish, finish, start)
    start, finish = np.where(event, day, start), np.where(event, day, finish)

    rows = Rows(ids, of_rows.calendars, tables, of_rows.row, parent, is_summary, start, finish, has_start | has_finish, event, elapsed,
                of_rows.own_first, of_rows.own_second, np.zeros(n, np.int64), np.zeros(n, bool), np.zeros(n, bool),
                np.full(n, MISSING), np.full(n, MISSING), of_rows.unknown)
    opening = np.where(has_start, start, 0) * TICKS_PER_DAY
    closing = (np.where(has_finish, finish, 0) + 1) * TICKS_PER_DAY
    from_dates = rows.work_at(closing) - rows.work_at(opening)
    rows.work, rows.contradicted = _durations(plan, rows, given, both & ~event, from_dates)
    rows.assumed_work = np.isnan(given) & ~both & ~event & ~is_summary

    # Elapsed work whose dates span a day more than it takes begins at the close of its first day.
    opening = np.where(elapsed & both & (from_dates - rows.work == TICKS_PER_DAY), closing - rows.work, opening)
    only_start, only_finish = has_start & ~has_finish & ~event, has_finish & ~has_start & ~event
    opening = np.where(only_finish, rows.open_at(rows.work_at(closing) - rows.work), opening)
    closing = np.where(only_start, rows.open_at(rows.work_at(opening) + rows.work - 1) + 1, closing)
    rows.start = np.where(only_finish, opening // TICKS_PER_DAY, start)
    follows = only_start & (~is_summary | ~np.isnan(given))  # a roll-up of unknown length has no planned end
    rows.finish = np.where(follows, (closing - 1) // TICKS_PER_DAY, finish)
    event_at = (np.where(rows.dated, day, 0) + 1) * TICKS_PER_DAY
    rows.start_instant = np.where(rows.dated, np.where(event, event_at, opening), MISSING)
    rows.finish_instant = np.where(rows.dated, np.where(event, event_at, closing), MISSING)
    return rows


def _durations(plan: Plan, rows: Rows, given: npt.NDArray[np.float64], both: Flags,
               from_dates: Ticks) -> tuple[Ticks, Flags]:
    """Ticks of work of each row, and where the given duration contradicts the dates; see the module's rule for dates that disagree.

    A duration that counts only the calendar's own days, not a day off on which the row begins or ends, contradicts nothing.
    """
    known = np.where(np.isnan(given), 1.0, given)
    ticks = np.maximum(np.rint(known * TICKS_PER_DAY).astype(np.int64), 1)
    whole_days = -(-ticks // TICKS_PER_DAY)
    spare = from_dates // TICKS_PER_DAY - whole_days  # days that the dates span beyond the duration
    parts_of_days = bool(((ticks % TICKS_PER_DAY != 0) & ~rows.event).any())
    led = np.zeros(len(ticks), dtype=bool)
    if parts_of_days:
        led[codes(plan.links["successor"], rows.ids)] = True
        for _ in range(int(plan.columns["level"].max()) + 1):  # what a summary waits for, its leaves wait for
            led |= led[rows.parent] & (rows.parent >= 0)
    fits = (spare == 0) | ((spare == 1) & ((parts_of_days & led) | rows.elapsed))  # elapsed work may begin within its day
    own = (rows.own_first >= 0).astype(np.int64) + (rows.own_second >= 0)
    contradicted = both & ~np.isnan(given) & ~fits & (spare != own) & ~rows.elapsed & ~rows.is_summary
    ticks = np.where(both & (np.isnan(given) | ~fits) & (from_dates > 0), from_dates, ticks)
    return np.where(rows.event, 0, ticks), contradicted


def planned_dates(plan: Plan, options: ScheduleOptions) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.datetime64]]:
    """Planned start and finish (inclusive) of every row: what is given, and what follows from it in the calendars in force; else NaT."""
    rows = read_rows(plan, options)
    return rows.dates(rows.start), rows.dates(rows.finish)


def planned_span(plan: Plan) -> tuple[dt.date, dt.date] | None:
    """First and last planned day in the plan's own calendars; None where nothing is dated."""
    days = np.concatenate(planned_dates(plan, ScheduleOptions()))
    days = days[~np.isnat(days)].astype("datetime64[D]")
    return (days.min().item(), days.max().item()) if len(days) else None


@dataclass(frozen=True, eq=False)
class Progress:
    """What has happened by the status date, row by row. ``share`` is the progress used; ``state`` a :class:`State` or None."""

    done: Flags
    begun: Flags
    share: npt.NDArray[np.float64]
    remaining: Ticks
    state: npt.NDArray[np.object_]
    assumed: Flags  # progress taken as planned because nothing was reported
    undated_done: Flags
    open_past: Flags  # reported plan: planned to be finished, yet nothing says so


def read_progress(plan: Plan, rows: Rows, status: int | None) -> Progress:
    """Progress against the status day.

    Without one (None) shares are ignored, but what is done stays where it was done and begun work starts where it began.
    """
    a = plan.columns
    n = len(a["id"])
    state = a["state"].copy()
    share = a["progress"].copy()
    no = np.zeros(n, dtype=bool)
    cancelled = codes(state, [State.CANCELLED]) == 0
    active = ~rows.is_summary & ~cancelled
    actual_start, actual_finish = rows.days(a["actual_start"]), rows.days(a["actual_finish"])
    done = active & ((codes(state, [State.DONE]) == 0) | (share >= 1) | (actual_finish != MISSING))
    if status is None:
        done &= rows.dated | (actual_start != MISSING) | (actual_finish != MISSING)
        begun = active & ~done & ~rows.event & (actual_start != MISSING)
        share = np.where(done, 1.0, np.nan_to_num(share))
        return Progress(done, begun, share, np.where(done, 0, rows.work), state, no, no, no)
    at = status * TICKS_PER_DAY
    if plan.progress_reported:
        says_begun = codes(state, [State.IN_PROGRESS]) == 0
        begun = active & ~done & ~rows.event & (says_begun | (share > 0) | (actual_start != MISSING))
        assumed = begun & np.isnan(share)
        undated_done = done & ~rows.dated & (actual_start == MISSING) & (actual_finish == MISSING)
    else:
        done = active & rows.dated & (rows.finish_instant <= at)
        begun = active & rows.dated & ~done & ~rows.event & (rows.start_instant < at)
        assumed = done | begun
        undated_done = no
    # What the plan has still to do at the status date; work that is only said to be under way keeps one day at least.
    ahead = rows.work_at(np.where(rows.dated, rows.finish_instant, at)) - rows.work_at(np.full(n, at))
    least = np.minimum(rows.work, TICKS_PER_DAY) if plan.progress_reported else 0
    linear = np.where(rows.dated, np.clip(ahead, least, rows.work), rows.work)
    reported = np.rint(rows.work * (1 - np.clip(np.nan_to_num(share), 0, 1))).astype(np.int64)
    remaining = np.where(done, 0, np.where(begun, np.maximum(np.where(assumed, linear, reported), 1), rows.work))
    share = np.where(done, 1.0, np.where(assumed & begun, 1 - remaining / np.maximum(rows.work, 1), np.nan_to_num(share)))
    state[done] = State.DONE.value
    keep = codes(state, [State.BLOCKED]) == 0
    state[begun & ~keep] = State.IN_PROGRESS.value
    only_due = rows.event & (codes(a["kind"], [Kind.ACTIVITY]) == 0) & (codes(state, [State.IN_PROGRESS]) == 0)
    state[active & ~done & ~begun & ~keep & ~only_due] = State.NOT_STARTED.value
    open_past = active & ~done & ~begun & rows.dated & (rows.finish_instant <= at) & bool(plan.progress_reported)
    return Progress(done, begun, share, remaining, state, assumed, undated_done, open_past)
