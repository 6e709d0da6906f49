"""The panel of one item: why here, why not critical, what a slip moves."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.plans import plan_of
from tpm.insight.item import Item, slip_words
from tpm.model import Plan, ScheduleOptions
from tpm.schedule import schedule

PLAN = plan_of(
    {"id": "A", "name": "Token service", "team": "Identity", "start": "2026-11-16", "finish": "2026-11-20"},
    {"id": "B", "name": "Migration", "team": "Data", "start": "2026-11-23", "finish": "2026-12-04", "after": "A"},
    {"id": "C", "name": "App", "team": "Mobile", "start": "2026-11-23", "finish": "2026-11-27", "after": "A"},
    {"id": "M", "name": "Launch", "team": "Launch", "start": "2026-12-04", "finish": "2026-12-04", "milestone": True, "after": "B, C",
     "deadline": "2026-12-08"},
)


def item(name: str, plan: Plan = PLAN) -> Item:
    return Item(plan, schedule(plan, ScheduleOptions()), name)


def test_why_here_walks_back_to_the_start() -> None:
    told = item("M").why_here("en")
    assert told == [
        "“Launch” starts 4 Dec (Fri): it waits for “Migration”, which ends 4 Dec (Fri).",
        "“Migration” starts 23 Nov (Mon): it waits for “Token service”, which ends 20 Nov (Fri).",
        "“Token service” starts 16 Nov (Mon) because that is its planned start; nothing before it pushes it later.",
    ]


def test_why_not_critical_names_the_days_and_the_successor() -> None:
    assert item("C").why_not_critical("en") == (
        "It is not critical: it can slip 5 working days before the target date moves, through “Launch”.")
    assert "주공정" in item("B").why_not_critical("ko")


def test_a_slip_within_the_float_moves_nothing() -> None:
    slip = item("C").slip(5)
    assert (slip.moved, slip.finish_days) == ((), 0.0)
    assert slip_words(item("C"), slip, "en") == "5 working days later: nothing else moves."


def test_a_slip_beyond_the_float_moves_what_waits_and_the_finish() -> None:
    slip = item("C").slip(6)
    assert [(one.id, one.days, one.after) for one in slip.moved] == [("M", 1.0, dt.date(2026, 12, 7))]
    assert (slip.finish_days, slip.finish_after) == (1.0, dt.date(2026, 12, 7))


def test_a_slip_at_the_start_of_the_path_moves_everything_and_breaks_the_deadline() -> None:
    one = item("A")
    slip = one.slip(5)
    assert {moved.id: moved.days for moved in slip.moved} == {"B": 5.0, "C": 5.0, "M": 5.0}
    assert [moved.id for moved in slip.moved if moved.deadline_missed] == ["M"]
    assert slip_words(one, slip, "en") == (
        "5 working days later: 3 items move (Data, Mobile, Launch), and the plan's finish moves 5 working days to 11 Dec (Fri).")
    assert "영업일 기준 5일 늦어지면" in slip_words(one, slip, "ko")


def test_work_in_progress_can_slip_and_done_work_cannot() -> None:
    plan = plan_of(
        {"id": "A", "start": "2026-11-09", "finish": "2026-11-13", "state": "done", "progress": 1.0},
        {"id": "B", "start": "2026-11-16", "finish": "2026-11-27", "after": "A", "state": "in_progress", "progress": 0.4},
        {"id": "C", "start": "2026-11-30", "finish": "2026-12-04", "after": "B"},
        progress_reported=True,
    )
    computed = schedule(plan, ScheduleOptions(status_date=dt.date(2026, 11, 20)))
    assert not Item(plan, computed, "A").can_slip()
    with pytest.raises(ValueError, match="A"):
        Item(plan, computed, "A").slip(5)
    assert {moved.id: moved.days for moved in Item(plan, computed, "B").slip(3).moved} == {"C": 3.0}


def test_dates_are_told_in_every_set_that_has_them() -> None:
    assert item("M").dates("en") == [("Planned", "4 Dec"), ("Forecast", "4 Dec"), ("Deadline", "8 Dec")]


def test_an_unknown_item_is_an_error() -> None:
    with pytest.raises(KeyError):
        item("nothing")


def test_a_plan_without_links_says_that_float_cannot_be_known() -> None:
    plan = plan_of({"id": "A", "start": "2026-11-16", "finish": "2026-11-20"})
    assert "no dependencies" in Item(plan, schedule(plan, ScheduleOptions()), "A").why_not_critical("en")


def test_an_item_on_a_loop_says_that_it_could_not_be_scheduled() -> None:
    plan = plan_of({"id": "A", "start": "2026-11-16", "finish": "2026-11-20", "after": "B"},
                   {"id": "B", "start": "2026-11-16", "finish": "2026-11-20", "after": "A"})
    one = Item(plan, schedule(plan, ScheduleOptions()), "A")
    assert "could not be scheduled" in one.why_here("en")[0]
    assert not one.can_slip()
