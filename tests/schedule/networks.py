"""Random small plans for the property tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from tpm.model import ACTIVITY_COLUMNS, DEPENDENCY_COLUMNS, CalendarSpec, Mode, Plan, ScheduleOptions, conform

START = dt.date(2026, 3, 2)  # a Monday
ASAP = ScheduleOptions(mode=Mode.ASAP, project_start=START)
CALENDARS = {
    "office": CalendarSpec("office", holidays=((dt.date(2026, 3, 11), dt.date(2026, 3, 13)),)),
    "six": CalendarSpec("six", week=(True,) * 6 + (False,)),
    "every": CalendarSpec("every", week=(True,) * 7),
    "odd": CalendarSpec("odd", week=(True, False, True, False, True, False, False), worked=(dt.date(2026, 3, 7),)),
}


def plan_of(activities: list[dict[str, Any]], links: list[tuple[str, str, str, float]], **parts: Any) -> Plan:
    """A plan from records; a link is (predecessor, successor, type, lag) or has a lag unit as well."""
    frame = pd.DataFrame(activities, columns=list(ACTIVITY_COLUMNS))
    frame["name"] = frame["name"].where(frame["name"].notna(), frame["id"])
    zero = pd.to_numeric(frame["duration"]) == 0
    frame["kind"] = frame["kind"].where(frame["kind"].notna(), zero.map({True: "milestone", False: "activity"}))
    for column in ("planned_start", "planned_finish", "actual_start", "actual_finish", "deadline", "constraint_date",
                   "baseline_start", "baseline_finish"):
        frame[column] = pd.to_datetime(frame[column])
    for column, blank in (("level", 0), ("row", 0), ("elapsed", False)):
        frame[column] = [blank if pd.isna(value) else value for value in frame[column]]
    rows = [dict(zip(("predecessor", "successor", "type", "lag", "lag_unit"), (*link, "working")[:5], strict=True)) for link in links]
    return Plan(activities=conform(frame, ACTIVITY_COLUMNS),
                dependencies=conform(pd.DataFrame(rows, columns=list(DEPENDENCY_COLUMNS)), DEPENDENCY_COLUMNS),
                **{"calendars": CALENDARS, **parts})


@st.composite
def networks(draw: st.DrawFn, calendars: bool = True, types: tuple[str, ...] = ("FS", "SS", "FF", "SF"), lags: bool = True,
             least: int = 1) -> Plan:
    """A plan without dates: 2 to 9 activities (some milestones), up to 16 links in no particular row order."""
    n = draw(st.integers(2, 9))
    order = draw(st.permutations(range(n)))
    names = list(CALENDARS) if calendars else ["office"]
    activities = [{"id": f"A{i}", "duration": float(draw(st.integers(least, 5))), "calendar": draw(st.sampled_from(names))}
                  for i in range(n)]
    pairs = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=16))
    links = [(f"A{order[min(a, b)]}", f"A{order[max(a, b)]}", draw(st.sampled_from(types)),
              float(draw(st.integers(-2, 4))) if lags else 0.0) for a, b in pairs if a != b]
    return plan_of(activities, links)
