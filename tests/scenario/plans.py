"""Random dated plans and random changes of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from tests.schedule.networks import plan_of
from tpm.calendars import compile_calendar
from tpm.model import ACTIVITY_COLUMNS, RISK_COLUMNS, RISK_HIT_COLUMNS, CalendarSpec, LinkType, Mode, Plan, ScheduleOptions, conform
from tpm.scenario import (
    Change,
    add_holiday,
    add_link,
    drop,
    fire_risk,
    freeze,
    remove_link,
    retire_risk,
    set_duration,
    set_finish,
    set_progress,
    set_start,
    shift,
)

DAY_ZERO = dt.date(2026, 3, 2)  # a Monday
STATUS = dt.date(2026, 3, 16)
OFFICE = CalendarSpec("office")


@st.composite
def dated_plans(draw: st.DrawFn, reported: bool | None = None) -> Plan:
    """3 to 8 dated items, links forward in time, some begun and done where progress is reported, two teams, one risk."""
    n = draw(st.integers(3, 8))
    calendar = compile_calendar(OFFICE, DAY_ZERO, dt.date(2027, 12, 31))
    reported = draw(st.booleans()) if reported is None else reported
    activities: list[dict[str, Any]] = []
    for i in range(n):
        start = calendar.add(DAY_ZERO, draw(st.integers(0, 20)) + 2 * i)
        duration = draw(st.integers(0, 6))
        finish = calendar.worked_until(start, max(duration, 1))
        row = {"id": f"A{i}", "duration": float(duration), "planned_start": start.item(), "planned_finish": finish.item(),
               "team": draw(st.sampled_from(["Core", "Web"])), "state": "not_started"}
        if reported and start.item() < STATUS and duration:
            share = draw(st.sampled_from([0.0, 0.0, 0.4, 1.0]))
            row |= {"progress": share, "state": "done" if share == 1 else "in_progress" if share else "not_started"}
        if draw(st.integers(0, 4)) == 0:
            row["deadline"] = calendar.add(finish, draw(st.integers(0, 5))).item()
        if draw(st.integers(0, 6)) == 0:
            row |= {"constraint": draw(st.sampled_from(["SNET", "FNET", "FNLT", "SNLT"])), "constraint_date": start.item()}
        activities.append(row)
    pairs = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=10))
    links = list({(f"A{min(a, b)}", f"A{max(a, b)}"): (f"A{min(a, b)}", f"A{max(a, b)}", draw(st.sampled_from(list(LinkType))).value,
                                                       float(draw(st.integers(-2, 3)))) for a, b in pairs if a != b}.values())
    plan = plan_of(activities, links, calendars={}, progress_reported=reported, default_calendar=OFFICE)
    risks = conform(pd.DataFrame({"id": ["R1"], "title": ["Late parts"], "kind": ["threat"], "state": ["open"], "impact_days": [3.0]}),
                    RISK_COLUMNS)
    hits = conform(pd.DataFrame({"risk": ["R1"], "activity": [f"A{draw(st.integers(0, n - 1))}"]}), RISK_HIT_COLUMNS)
    return plan.with_(risks=risks, risk_hits=hits)


@st.composite
def options(draw: st.DrawFn) -> ScheduleOptions:
    """Either mode, with and without a status date."""
    return ScheduleOptions(mode=draw(st.sampled_from(list(Mode))), status_date=draw(st.sampled_from([None, STATUS])))


@st.composite
def changes_of(draw: st.DrawFn, plan: Plan, calendars: bool = True) -> Change:
    """Any change; some make no sense."""
    ids = [*plan.activities["id"], "gone"]
    item, other = draw(st.sampled_from(ids)), draw(st.sampled_from(ids))
    day = DAY_ZERO + dt.timedelta(days=draw(st.integers(0, 70)))
    number = draw(st.integers(-6, 9))
    every = [shift(item, number), set_start(item, day), set_finish(item, day), set_duration(item, abs(number)),
             set_progress(item, draw(st.sampled_from([0.0, 0.5, 1.0]))), drop(item), fire_risk("R1"), retire_risk("R1"),
             add_link(item, other, draw(st.sampled_from(list(LinkType))), number), remove_link(item, other)]
    if len(plan.dependencies):
        link = plan.dependencies.iloc[draw(st.integers(0, len(plan.dependencies) - 1))]
        every.append(remove_link(str(link["predecessor"]), str(link["successor"])))
    if calendars:
        last = day + dt.timedelta(days=draw(st.integers(0, 4)))
        every += [add_holiday(day, last, draw(st.sampled_from([None, "Core"]))), freeze(day, last)]
    return draw(st.sampled_from(every))


def with_columns(plan: Plan, **columns: Any) -> Plan:
    """``plan`` with activity columns replaced."""
    return plan.with_(activities=conform(plan.activities.assign(**columns), ACTIVITY_COLUMNS))


def dates(of: Any, column: str = "forecast_finish") -> dict[str, dt.date | None]:
    """id → date of a schedule's column."""
    days = of.table[column].to_numpy().astype("datetime64[D]")
    return {item: None if np.isnat(day) else day.item() for item, day in zip(of.table["id"], days, strict=True)}
