"""Every named threshold on either side of it, and roll-ups: signs and edges that no other test would notice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.schedule.networks import ASAP, CALENDARS, START, plan_of
from tpm.model import Mode, Plan, ScheduleOptions
from tpm.schedule import schedule

OFFICE = {"calendar": "every"}


def floats(plan: Plan, **options: object) -> pd.DataFrame:
    return schedule(plan, replace(ASAP, **options)).table.set_index("id")


@pytest.mark.parametrize(("days", "near"), [(0, False), (1, True), (5, True), (5.25, False), (6, False)])
def test_near_critical_is_more_than_none_and_at_most_the_threshold(days: float, near: bool) -> None:
    plan = plan_of([{"id": "A", "duration": 10.0, **OFFICE}, {"id": "B", "duration": 10.0 - days, **OFFICE},
                    {"id": "M", "duration": 0.0, **OFFICE}], [("A", "M", "FS", 0.0), ("B", "M", "FS", 0.0)])
    row = floats(plan, near_critical_days=5.0).loc["B"]
    assert row["total_float"] == days
    assert (row["near_critical"], row["critical"]) == (near, days == 0)


@pytest.mark.parametrize(("column", "values", "total"), [
    ("deadline", {"deadline": dt.date(2026, 3, 6)}, 0.0),  # a Friday: M is reached by its close
    ("deadline", {"deadline": dt.date(2026, 3, 5)}, -1.0),
    ("start cap", {"constraint": "SNLT", "constraint_date": dt.date(2026, 3, 5)}, -1.0),
    ("start cap", {"constraint": "SNLT", "constraint_date": dt.date(2026, 3, 6)}, 0.0),
    ("finish cap", {"constraint": "FNLT", "constraint_date": dt.date(2026, 3, 5)}, -1.0),
    ("finish cap", {"constraint": "FNLT", "constraint_date": dt.date(2026, 3, 9)}, 1.0),
    ("on", {"constraint": "MSO", "constraint_date": dt.date(2026, 3, 4)}, -2.0),
])
def test_what_caps_a_milestone_counts_to_the_close_of_its_day(column: str, values: dict, total: float) -> None:
    """M ends on Friday 6 March; the last item ends a week later, so that only the cap can bound it."""
    plan = plan_of([{"id": "A", "duration": 5.0, "calendar": "office"}, {"id": "M", "duration": 0.0, "calendar": "office", **values},
                    {"id": "Z", "duration": 8.0, "calendar": "office"}], [("A", "M", "FS", 0.0)])
    table = floats(plan)
    assert table.loc["M", "forecast_finish"] == pd.Timestamp("2026-03-06")
    assert table.loc["M", "total_float"] == total, column
    assert table.loc["A", "total_float"] == total
    assert table.loc["M", "critical"] == (total <= 0)


@pytest.mark.parametrize(("lag", "unit", "start"), [
    (0.0, "working", "2026-03-17"), (2.0, "working", "2026-03-17"), (1.0, "elapsed", "2026-03-17"), (2.0, "elapsed", "2026-03-17"),
])
def test_as_late_as_possible_leaves_room_for_the_lag_behind_it(lag: float, unit: str, start: str) -> None:
    """B begins on Thursday 19 March, whatever A does; A of two days ends as late as the lag to B allows."""
    plan = plan_of([{"id": "A", "duration": 2.0, "calendar": "six", "constraint": "ALAP"}, {"id": "C", "duration": 15.0, "calendar": "six"},
                    {"id": "B", "duration": 1.0, "calendar": "six"}], [("C", "B", "FS", 0.0), ("A", "B", "FS", lag, unit)])
    table = floats(plan)
    assert table.loc["B", "forecast_start"] == pd.Timestamp("2026-03-19")
    begins = np.busday_offset(np.datetime64("2026-03-19"), -2 - int(lag), weekmask="1111110")
    assert table.loc["A", "forecast_start"] == pd.Timestamp(begins)
    assert table.loc["A", "total_float"] == 0


@pytest.mark.parametrize(("lag", "finish"), [(0.0, "2026-03-14"), (1.0, "2026-03-14"), (2.0, "2026-03-13"), (3.0, "2026-03-12")])
def test_as_late_as_possible_with_an_elapsed_lag_over_a_weekend(lag: float, finish: str) -> None:
    """B begins on Monday 16 March; Sunday passes of an elapsed lag though A, on six days a week, does not work then."""
    plan = plan_of([{"id": "A", "duration": 2.0, "calendar": "six", "constraint": "ALAP"}, {"id": "C", "duration": 12.0, "calendar": "six"},
                    {"id": "B", "duration": 1.0, "calendar": "six"}], [("C", "B", "FS", 0.0), ("A", "B", "FS", lag, "elapsed")])
    table = floats(plan)
    assert table.loc["B", "forecast_start"] == pd.Timestamp("2026-03-16")
    assert table.loc["A", "forecast_finish"] == pd.Timestamp(finish)


@st.composite
def programs(draw: st.DrawFn) -> tuple[Plan, ScheduleOptions]:
    """Summaries two deep over dated items that logic may move either way, some of them under way or done."""
    items = [{"id": name, "kind": "summary", "duration": np.nan, "parent": above, "planned_start": START,
              "planned_finish": START + dt.timedelta(draw(st.integers(0, 40)))} for name, above in (("S", None), ("T", "S"))]
    for k in range(draw(st.integers(1, 6))):
        share = draw(st.sampled_from([None, 0.25, 0.5, 1.0]))
        state = None if share is None else "done" if share == 1 else "in_progress"
        items.append({"id": f"A{k}", "parent": draw(st.sampled_from(["S", "T"])) if k else "T", "calendar": "office", "progress": share,
                      "duration": float(draw(st.integers(1, 8))), "state": state,
                      "planned_start": START + dt.timedelta(7 * draw(st.integers(0, 3)))})
    links = [(f"A{k}", f"A{k + 1}", "FS", 0.0) for k in range(len(items) - 3) if draw(st.booleans())]
    plan = plan_of(items, links, progress_reported=True, default_calendar=CALENDARS["office"])
    return plan, ScheduleOptions(mode=draw(st.sampled_from([Mode.ASAP, Mode.PLANNED])), project_start=START,
                                 status_date=START + dt.timedelta(draw(st.integers(0, 20))))


@settings(max_examples=60, deadline=None)
@given(programs())
def test_a_summary_is_what_lies_below_it(given_plan: tuple[Plan, ScheduleOptions]) -> None:
    """First start, last finish, progress weighted with work, slip of its own planned finish: positive is later."""
    plan, options = given_plan
    table = schedule(plan, options).table.set_index("id")
    a = plan.activities.set_index("id")
    for summary in ("S", "T"):
        below = [item for item in a.index if item.startswith("A") and (summary == "S" or a.loc[item, "parent"] == "T")]
        rows = table.loc[below]
        assert table.loc[summary, "forecast_start"] == rows["forecast_start"].min()
        assert table.loc[summary, "forecast_finish"] == rows["forecast_finish"].max()
        share = (a.loc[below, "duration"] * a.loc[below, "progress"].fillna(0)).sum() / a.loc[below, "duration"].sum()
        assert table.loc[summary, "progress"] == pytest.approx(share)
        planned, ends = a.loc[summary, "planned_finish"], table.loc[summary, "forecast_finish"]
        rest = [day for day in pd.date_range(min(planned, ends) + pd.Timedelta(days=1), max(planned, ends))
                if day.day_of_week < 5 and day.date() not in (dt.date(2026, 3, 11), dt.date(2026, 3, 12))]
        weekend = planned.day_of_week >= 5 or planned.date() in (dt.date(2026, 3, 11), dt.date(2026, 3, 12))
        if not weekend:  # a summary that is planned to end on a day off has its own rule
            assert table.loc[summary, "slip"] == len(rest) * (1 if ends >= planned else -1)
        if ends != planned and len(rest):
            assert np.sign(table.loc[summary, "slip"]) == np.sign((ends - planned).days)
