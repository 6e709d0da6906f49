"""A plan without milestones is drawn as bars of its phases, teams or items."""

from __future__ import annotations

import datetime as dt

from tests.plans import plan_of
from tpm.export.deck import deck
from tpm.insight.review import ExecutiveRoadmap
from tpm.insight.review.facts import Facts
from tpm.insight.review.made import review_of
from tpm.insight.review.milestones import executive_roadmap
from tpm.insight.review.status import Rag, Thresholds
from tpm.model import Plan, ScheduleOptions
from tpm.schedule import schedule

AT = ScheduleOptions(status_date=dt.date(2026, 11, 9))


def roadmap(plan: Plan) -> ExecutiveRoadmap:
    return executive_roadmap(Facts(plan, schedule(plan, AT)), Thresholds())


def phases() -> Plan:
    return plan_of(
        {"id": "P1", "name": "Build", "kind": "summary"},
        {"id": "A", "parent": "P1", "start": "2026-11-02", "finish": "2026-11-06", "state": "done", "progress": 1.0},
        {"id": "B", "parent": "P1", "start": "2026-11-09", "finish": "2026-11-13", "after": "A", "deadline": "2026-11-11"},
        {"id": "P2", "name": "Roll out", "kind": "summary"},
        {"id": "C", "parent": "P2", "start": "2026-11-16", "finish": "2026-11-20", "after": "B"}, progress_reported=True)


def test_phases_are_bars_with_their_slip_progress_and_the_dates_that_matter() -> None:
    made = roadmap(phases())
    assert (made.lane, made.lanes) == ("phase", ("Build", "Roll out"))
    build, rollout = made.bars
    assert (build.start, build.finish, build.promise, build.slip, build.done) == (
        dt.date(2026, 11, 2), dt.date(2026, 11, 13), dt.date(2026, 11, 11), 2.0, 0.5)
    assert (build.driving, rollout.driving) == (True, False)  # the promise that is missed hangs on it
    assert [(mark.id, mark.lane, mark.promised) for mark in made.marks] == [("B", "Build", "promised")]
    assert made.statuses["Build"].rag is Rag.AMBER


def test_without_phases_the_teams_are_bars_and_without_teams_the_items() -> None:
    rows = [{"id": f"T{n}", "name": f"Work {n}", "start": "2026-11-02", "finish": f"2026-11-{10 + n}"} for n in range(4)]
    assert roadmap(plan_of(*({**row, "team": f"Team {n % 2}"} for n, row in enumerate(rows)))).lanes == ("Team 0", "Team 1")
    alone = roadmap(plan_of(*rows, {**rows[0], "id": "X"}))
    assert alone.lane == "item"
    assert alone.lanes == ("Work 0 (T0)", "Work 0 (X)", "Work 1", "Work 2", "Work 3")
    assert not alone.marks  # each bar is the item


def test_more_bars_than_there_is_room_for_are_counted() -> None:
    made = roadmap(plan_of(*({"id": f"T{n}", "start": "2026-11-02", "finish": f"2026-11-{10 + n}"} for n in range(15))))
    assert (len(made.bars), made.left_out) == (12, 3)


def test_the_deck_and_the_one_page_draw_them_in_both_languages() -> None:
    plan = phases()
    review = review_of(plan, schedule(plan, AT))
    for lang in ("en", "ko"):
        names = {mark.name for mark in deck(review, lang)[1].marks if getattr(mark, "name", "")}
        assert {"bar Build", "bar Roll out", "late Build"} <= names
