"""One answer to "which calendar does this row use" and "how late is it": engine, roadmap, review, what-if and corrections agree."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plans import plan_of
from tpm.calendars.of_rows import calendars_of
from tpm.edits import Edit, apply_edits
from tpm.insight.changes.differences import compare
from tpm.insight.changes.match import match
from tpm.insight.review.facts import Facts
from tpm.insight.review.status import Thresholds
from tpm.insight.review.table import item_table
from tpm.insight.roadmap_items import read_items
from tpm.model import CalendarSpec, Mode, Plan, ScheduleOptions
from tpm.scenario import set_duration, what_if
from tpm.schedule import schedule

TEAMS = ("Seoul", "Austin", "Night", None)
NAMED = {
    "six": CalendarSpec("six", (True,) * 6 + (False,)),
    "closed": CalendarSpec("closed", holidays=((dt.date(2026, 9, 14), dt.date(2026, 9, 30)),)),
    "abroad": CalendarSpec("abroad", country="DE"),
}
FIRST = dt.date(2026, 9, 7)  # Chuseok and its substitute holidays lie ahead


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    rows: list[dict[str, Any]] = []
    for number in range(draw(st.integers(2, 7))):
        start = FIRST + dt.timedelta(days=draw(st.integers(0, 40)))
        finish = start + dt.timedelta(days=draw(st.integers(0, 20)))
        after = [f"I{draw(st.integers(0, number - 1))}"] if number and draw(st.booleans()) else []
        rows.append({
            "id": f"I{number}", "team": draw(st.sampled_from(TEAMS)), "calendar": draw(st.sampled_from((None, None, *NAMED, "nowhere"))),
            "start": str(start), "finish": str(finish) if draw(st.booleans()) else None, "duration": float(draw(st.integers(1, 12))),
            "deadline": str(finish) if draw(st.booleans()) else None, "after": ", ".join(after),
        })
    team_calendars = {"Night": draw(st.sampled_from(sorted(NAMED)))} if draw(st.booleans()) else {}
    return plan_of(*rows, calendars=NAMED, team_calendars=team_calendars)


@st.composite
def options(draw: st.DrawFn) -> ScheduleOptions:
    countries = tuple((team, draw(st.sampled_from(("KR", "US")))) for team in ("Austin", "Seoul") if draw(st.booleans()))
    week = draw(st.sampled_from((None, (True,) * 6 + (False,), (True,) * 7)))
    return ScheduleOptions(mode=draw(st.sampled_from(list(Mode))), country=draw(st.sampled_from((None, "KR"))), week=week,
                           team_countries=countries)


@given(plans(), options())
@settings(max_examples=40, deadline=None)
def test_every_page_and_export_says_how_late_an_item_is_as_the_engine_does(plan: Plan, how: ScheduleOptions) -> None:
    answer = schedule(plan, how)
    between = calendars_of(plan, how, answer.finish).between
    finish = answer.table["forecast_finish"].to_numpy()
    planned = plan.activities["planned_finish"].to_numpy()
    given = ~np.isnat(planned)
    facts = Facts(plan, answer)
    slip, beyond = between(planned, finish), between(facts.items.promise, finish)
    np.testing.assert_array_equal(answer.table["slip"].to_numpy()[given], slip[given])
    np.testing.assert_array_equal(read_items(plan, answer, "forecast").slip[given], slip[given])
    ids = plan.activities["id"].tolist()
    np.testing.assert_array_equal([facts.slip(item) for item in ids], beyond)
    np.testing.assert_array_equal(item_table(facts, Thresholds())["slip"].to_numpy(), beyond)


@given(plans(), options(), st.integers(1, 15), st.data())
@settings(max_examples=40, deadline=None)
def test_a_new_duration_gives_the_same_finish_as_a_correction_and_in_what_if(plan: Plan, how: ScheduleOptions, days: int,
                                                                             data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(plan.activities["id"].tolist()))
    edited, told = apply_edits(plan, [Edit(item, "duration", float(days))], how)
    assert not told
    tried = what_if(plan, replace(how), [set_duration(item, float(days))])
    after = schedule(edited, how)
    assert after.table["forecast_finish"].tolist() == tried.after.table["forecast_finish"].tolist()
    assert after.table["forecast_start"].tolist() == tried.after.table["forecast_start"].tolist()
    before = schedule(plan, how)
    found = compare(plan, edited, before, after, match(plan, edited)).table
    moved = found[found["what"] == "moved"].set_index("new")["days"]
    said = tried.moved.set_index("id")["days"]
    for each in moved.index:
        assert moved[each] == said[each]
