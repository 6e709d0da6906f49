"""What a hand may move on the board, and where working days lie."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.plans import plan_of
from tpm.insight.board import FINISH, MOVE, board
from tpm.insight.roadmap import roadmap_rows
from tpm.model import CalendarSpec, Plan, ScheduleOptions
from tpm.scenario import shift, what_if
from tpm.schedule import schedule

STATUS = dt.date(2026, 11, 10)


def program(**parts: object) -> Plan:
    return plan_of(
        {"id": "done", "start": "2026-11-02", "finish": "2026-11-04", "progress": 1.0, "state": "done"},
        {"id": "begun", "start": "2026-11-05", "finish": "2026-11-13", "progress": 0.5, "state": "in_progress"},
        {"id": "next", "start": "2026-11-16", "finish": "2026-11-20", "after": "begun", "team": "Apps"},
        {"id": "gone", "start": "2026-11-16", "finish": "2026-11-20", "state": "cancelled"},
        {"id": "end", "finish": "2026-11-27", "start": "2026-11-27", "after": "next", "milestone": True},
        progress_reported=True, **parts,
    )


def told(plan: Plan) -> dict[str, list[object]]:
    schedule_ = schedule(plan, ScheduleOptions(status_date=STATUS))
    return board(roadmap_rows(plan, schedule_), plan, schedule_)["items"]


def test_what_is_done_stays_what_has_begun_ends_elsewhere_the_rest_moves() -> None:
    can = {item: row[3] for item, row in told(program()).items()}
    assert can == {"done": 0, "begun": FINISH, "next": MOVE | FINISH, "gone": 0, "end": MOVE}


def test_days_are_whole_days_since_1970_and_finishes_are_inclusive() -> None:
    start, finish, _, _, spare, name = told(program())["next"]
    epoch = dt.date(1970, 1, 1)
    assert (start, finish) == ((dt.date(2026, 11, 16) - epoch).days, (dt.date(2026, 11, 20) - epoch).days)
    assert spare == pytest.approx(5.0)
    assert name == "next"


def test_every_item_names_the_calendar_of_its_team() -> None:
    plan = program(calendars={"seoul": CalendarSpec("seoul", holidays=((dt.date(2026, 11, 18), dt.date(2026, 11, 19)),))},
                   team_calendars={"Apps": "seoul"})
    schedule_ = schedule(plan, ScheduleOptions())
    given = board(roadmap_rows(plan, schedule_), plan, schedule_)
    first, worked = given["calendars"][given["items"]["next"][2]]
    other_first, other = given["calendars"][given["items"]["begun"][2]]
    wednesday = (dt.date(2026, 11, 18) - dt.date(1970, 1, 1)).days
    assert worked[wednesday - first] == "0"
    assert other[wednesday - other_first] == "1"
    assert worked[wednesday - first + 3] == "0"  # Saturday


def test_items_on_a_loop_can_only_be_looked_at() -> None:
    plan = plan_of({"id": "a", "start": "2026-11-02", "finish": "2026-11-06", "after": "b"},
                   {"id": "b", "start": "2026-11-09", "finish": "2026-11-13", "after": "a"})
    assert {row[3] for row in told(plan).values()} == {0}


def test_a_plan_without_dates_has_nothing_to_move() -> None:
    plan = plan_of({"id": "a"})
    schedule_ = schedule(plan)
    assert board(roadmap_rows(plan, schedule_), plan, schedule_) == {"items": {}, "calendars": []}


def test_ghosts_are_the_forecast_before_the_changes_and_promises_stay() -> None:
    plan = program()
    answer = what_if(plan, ScheduleOptions(status_date=STATUS), [shift("next", 4)])
    frame = roadmap_rows(answer.plan, answer.after, before=(plan, answer.before)).frame.set_index("id")
    assert str(frame.at["next", "ghost_start"].date()) == "2026-11-16"
    assert str(frame.at["next", "start"].date()) == "2026-11-20"
    assert frame.at["next", "slip"] == 4
    assert str(frame.at["next", "promise"].date()) == "2026-11-20"
    assert frame.at["end", "slip"] == 0
    assert not frame.at["end", "late"]


def test_an_item_that_the_plan_did_not_have_has_no_ghost() -> None:
    plan = program()
    smaller = plan.with_(activities=plan.activities.iloc[:3].reset_index(drop=True), dependencies=plan.dependencies.iloc[:1])
    options = ScheduleOptions(status_date=STATUS)
    rows = roadmap_rows(plan, schedule(plan, options), before=(smaller, schedule(smaller, options)))
    frame = rows.frame.set_index("id")
    assert rows.ghost == "before"
    assert frame["ghost_finish"].isna().to_dict()["end"]
    assert not frame["ghost_finish"].isna().to_dict()["next"]
