"""The plan's calendar as slips are counted in it, and a plan in which one item is longer."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from tpm.calendars import Calendar, compile_calendar
from tpm.calendars.of_rows import RowCalendars, calendars_of, default_calendar
from tpm.model import Plan, Schedule

_MARGIN_DAYS = 1_100  # calendar days of holidays to know beyond the forecast: the critical-path test adds 600 working days


def plan_calendar(plan: Plan, schedule: Schedule) -> Calendar:
    """The plan's default calendar under the schedule's options: what slips of the whole plan are counted in."""
    options = schedule.options
    first = plan.first_date or dt.date(2000, 1, 3)
    last = max(plan.last_date or first, schedule.finish or first)
    return compile_calendar(default_calendar(plan, options), first, last + dt.timedelta(days=_MARGIN_DAYS))


def row_calendars(plan: Plan, schedule: Schedule) -> RowCalendars:
    """The rows' calendars under the schedule's options: what dates of an item are counted in."""
    return calendars_of(plan, schedule.options, schedule.finish)


def target_calendar(plan: Plan, schedule: Schedule, target: str | None) -> Calendar:
    """The calendar that moves of ``target`` are counted in: its own; of the whole plan (None) the plan's."""
    if target is None:
        return plan_calendar(plan, schedule)
    return row_calendars(plan, schedule).of(int((plan.activities["id"] == target).to_numpy().argmax()))


def days_between(calendar: Calendar, first: dt.date, last: dt.date) -> float:
    """Working days from the close of ``first`` to the close of ``last``; negative backwards."""
    day = np.timedelta64(1, "D")
    return float(calendar.offset(np.datetime64(last) + day) - calendar.offset(np.datetime64(first) + day))


def longer(plan: Plan, schedule: Schedule, item: str, days: int) -> Plan:
    """``plan`` with ``days`` working days more work in ``item``; what is done of it stays done.

    Raises ``KeyError`` when ``item`` is not in the plan.
    """
    computed = _computed(plan, schedule, item)
    rows = plan.activities.copy()
    here = rows["id"] == item
    work = float(computed["duration"]) if computed["duration"] > 0 else 1.0
    finish = rows.loc[here, "planned_finish"].iloc[0]
    rows.loc[here, "duration"] = work + days
    rows.loc[here, "progress"] = float(computed["progress"]) * work / (work + days)
    if pd.notna(finish):
        rows.loc[here, "planned_finish"] = _later(plan_calendar(plan, schedule), finish, days)
    return plan.with_(activities=rows)


def _computed(plan: Plan, schedule: Schedule, item: str) -> pd.Series:
    here = (plan.activities["id"] == item).to_numpy()
    if not here.any():
        raise KeyError(item)
    return schedule.table[here].iloc[0]


def _later(calendar: Calendar, day: pd.Timestamp, days: int) -> pd.Timestamp:
    return pd.Timestamp(str(calendar.add(np.datetime64(day, "D"), days))).as_unit("s")
