"""The driving path to a date: its steps, its length, the paths that come close."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.plans import plan_of
from tpm.insight.driving import driving_path, headline_item
from tpm.model import ScheduleOptions
from tpm.schedule import schedule

PLAN = plan_of(
    {"id": "A", "team": "Identity", "start": "2026-11-16", "finish": "2026-11-20"},
    {"id": "B", "team": "Data", "start": "2026-11-23", "finish": "2026-12-04", "after": "A"},
    {"id": "C", "team": "Mobile", "start": "2026-11-23", "finish": "2026-12-02", "after": "A"},
    {"id": "M", "start": "2026-12-04", "finish": "2026-12-04", "milestone": True, "after": "B, C"},
    {"id": "Z", "start": "2026-12-07", "finish": "2026-12-31", "after": "M"},
)


def test_the_path_is_told_first_to_last_with_its_length_in_working_days() -> None:
    path = driving_path(PLAN, schedule(PLAN, ScheduleOptions()), "M")
    assert [step.id for step in path.steps] == ["A", "B", "M"]
    assert (path.finish, path.length, path.teams) == (dt.date(2026, 12, 4), 15.0, 2)


def test_a_rival_names_its_own_items_its_float_and_the_day_it_takes_over() -> None:
    (rival,) = driving_path(PLAN, schedule(PLAN, ScheduleOptions()), "M").rivals
    assert (rival.own, rival.float_days, rival.takes_over) == (("C",), 2, dt.date(2026, 12, 2))


def test_a_target_on_a_loop_has_no_path() -> None:
    plan = plan_of({"id": "A", "start": "2026-11-16", "finish": "2026-11-20", "after": "M"},
                   {"id": "M", "start": "2026-11-20", "finish": "2026-11-20", "milestone": True, "after": "A"})
    assert driving_path(plan, schedule(plan, ScheduleOptions()), "M").rivals == ()


def test_an_unknown_target_is_an_error() -> None:
    with pytest.raises(KeyError):
        driving_path(PLAN, schedule(PLAN, ScheduleOptions()), "nothing")


def test_the_headline_is_the_promise_that_is_missed_most_else_the_last_milestone() -> None:
    early = {"id": "E", "start": "2026-11-20", "finish": "2026-11-20", "milestone": True, "after": "A"}
    work = {"id": "A", "start": "2026-11-16", "finish": "2026-11-20"}
    last = {"id": "L", "start": "2026-12-18", "finish": "2026-12-18", "milestone": True}
    for deadline, expected in ((None, "L"), ("2026-11-18", "E"), ("2026-11-30", "L")):
        plan = plan_of(work, {**early, "deadline": deadline}, last)
        assert headline_item(plan, schedule(plan, ScheduleOptions())) == expected
    assert headline_item(plan_of(work), schedule(plan_of(work), ScheduleOptions())) is None


def test_the_headline_may_be_any_item_that_misses_its_deadline_and_no_milestone_that_open_work_outlasts() -> None:
    how = ScheduleOptions()
    mark = {"id": "M", "start": "2026-11-20", "finish": "2026-11-20", "milestone": True}
    late = {"id": "A", "start": "2026-11-02", "finish": "2026-11-13", "deadline": "2026-11-11"}
    later = {"id": "B", "start": "2026-11-09", "finish": "2026-11-18", "deadline": "2026-11-16"}  # as late as A, and after it
    after = {"id": "C", "start": "2026-11-16", "finish": "2026-11-27"}
    for rows, expected in (((mark, late), "A"), ((later, mark, late), "B"), ((mark, after), None)):
        plan = plan_of(*rows)
        assert headline_item(plan, schedule(plan, how)) == expected
