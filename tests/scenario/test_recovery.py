"""How a date is had back: only sensible moves, each proved, put together to a date."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plans import plan_of
from tests.scenario.plans import dated_plans, options
from tpm.model import Mode, Plan, ScheduleOptions
from tpm.scenario import Limits, MoveKind, combine, move_sentence, recovery_moves, recovery_text, what_if
from tpm.schedule import schedule

D = dt.date
PLAN = plan_of(
    {"id": "A", "name": "Build", "start": "2026-11-02", "finish": "2026-11-13", "state": "in_progress", "progress": 0.2, "team": "Core"},
    {"id": "B", "name": "Migrate", "start": "2026-11-16", "finish": "2026-11-27", "after": "A", "team": "Data"},
    {"id": "C", "name": "Side work", "start": "2026-11-16", "finish": "2026-11-17", "team": "Pay"},
    {"id": "M", "name": "Launch", "start": "2026-11-27", "finish": "2026-11-27", "milestone": True, "after": "B, C", "team": "Core"},
    {"id": "Z", "name": "Plan", "start": "2026-11-02", "finish": "2026-11-03", "state": "done", "progress": 1.0, "team": "Core"},
    progress_reported=True,
)
AT = ScheduleOptions(status_date=D(2026, 11, 12))  # A goes on until 23 Nov; Launch lands 7 Dec, six days late


def test_moves_back_to_the_plan_and_beyond_it() -> None:
    moves = {(move.kind, move.item): move for move in recovery_moves(PLAN, schedule(PLAN, AT), "M")}
    assert all("C" not in move.items and "Z" not in move.items for move in moves.values())
    shorten = moves[MoveKind.SHORTEN, "B"]
    assert (shorten.amount, shorten.days, shorten.finish, shorten.items, shorten.teams) == (2, 2, D(2026, 12, 3), ("B",), ("Data",))
    assert not shorten.confirmed
    overlap = moves[MoveKind.OVERLAP, "A"]
    assert (overlap.other, overlap.amount, overlap.days) == ("B", 4, 4)
    assert (MoveKind.UNLINK, "B") not in moves  # a launch does not go ahead without what it launches
    cut = moves[MoveKind.UNLINK, "A"]
    assert (cut.days, cut.finish) == (8, D(2026, 11, 25))  # Migrate could start today, before its planned start
    within = Limits(replan=False, kinds=(MoveKind.UNLINK,))
    assert [move.days for move in recovery_moves(PLAN, schedule(PLAN, AT), "M", within)] == [6]
    assert move_sentence(shorten, PLAN, "en") == "Shorten Migrate by 2 working days: 2 working days won, 1 item touched."
    assert move_sentence(overlap, PLAN, "ko") == "Build 종료 영업일 4일 전에 Migrate 시작: 영업일 4일 앞당김, 항목 2개 변경."


def test_a_cut_stops_at_the_sheets_own_optimistic_duration() -> None:
    rows = [
        {"id": "A", "start": "2026-11-02", "finish": "2026-11-17", "optimistic": 8.0, "most_likely": 12.0, "pessimistic": 20.0},
        {"id": "B", "start": "2026-11-18", "finish": "2026-12-03", "after": "A", "optimistic": 12.0},
        {"id": "M", "start": "2026-12-03", "finish": "2026-12-03", "milestone": True, "after": "B"}]
    made = plan_of(*rows)
    moves = recovery_moves(made, schedule(made, ScheduleOptions(mode=Mode.ASAP)), "M", Limits(kinds=(MoveKind.SHORTEN, MoveKind.SPLIT)))
    assert [(move.kind, move.item, move.amount, move.confirmed) for move in moves] == [(MoveKind.SHORTEN, "A", 4, True)]


@pytest.mark.parametrize("name", ["Go / no-go", "Approval of the design", "출시 승인", "Abnahme Modul 2", "Security sign-off"])
def test_nothing_goes_ahead_of_an_approval_nor_without_it(name: str) -> None:
    made = plan_of({"id": "A", "name": "Build", "start": "2026-11-02", "finish": "2026-11-13"},
                   {"id": "G", "name": name, "start": "2026-11-16", "finish": "2026-11-27", "after": "A"},
                   {"id": "B", "name": "Roll out", "start": "2026-11-30", "finish": "2026-12-11", "after": "G"})
    moves = recovery_moves(made, schedule(made, ScheduleOptions(mode=Mode.ASAP)), "B")
    assert moves
    assert not [move for move in moves if move.kind in (MoveKind.OVERLAP, MoveKind.UNLINK)]
    assert "G" not in {move.item for move in moves if move.kind == MoveKind.DROP}


def test_a_move_goes_as_far_as_the_wanted_date_and_no_farther() -> None:
    before = schedule(PLAN, AT)
    largest = {(move.kind, move.item): move.finish for move in recovery_moves(PLAN, before, "M")}
    assert largest[MoveKind.OVERLAP, "A"] == D(2026, 12, 1)
    aimed = {(move.kind, move.item): move for move in recovery_moves(PLAN, before, "M", wanted=D(2026, 12, 4))}
    assert (aimed[MoveKind.OVERLAP, "A"].amount, aimed[MoveKind.OVERLAP, "A"].finish) == (1, D(2026, 12, 4))
    assert aimed[MoveKind.SHORTEN, "B"].amount == 1


def test_in_a_plan_on_time_what_is_behind_a_move_is_asked_to_start_earlier() -> None:
    how = ScheduleOptions()
    moves = recovery_moves(PLAN, schedule(PLAN, how), "M", Limits(kinds=(MoveKind.SHORTEN,)))
    assert {(move.item, move.items, move.days) for move in moves} == {("A", ("A", "B"), 2), ("B", ("B",), 2)}
    assert not recovery_moves(PLAN, schedule(PLAN, how), "M", Limits(replan=False))


@settings(max_examples=10, deadline=None)
@given(dated_plans(), options(), st.data())
def test_every_gain_is_what_applying_the_move_gives(plan: Plan, how: ScheduleOptions, data: st.DataObject) -> None:
    before = schedule(plan, how)
    target = data.draw(st.sampled_from([None, *plan.activities["id"]]))
    for move in recovery_moves(plan, before, target, Limits(most_moves=6)):
        answer = what_if(plan, how, move.changes, target)
        assert not answer.refused
        assert answer.days == -move.days
        assert answer.after_finish == move.finish
        assert move.days > 0


def test_moves_are_put_together_to_the_wanted_date() -> None:
    before = schedule(PLAN, AT)
    enough = combine(PLAN, before, "M", D(2026, 11, 30))
    assert (enough.reached, len(enough.moves), enough.finish) == (True, 1, D(2026, 11, 30))
    more = combine(PLAN, before, "M", D(2026, 11, 20), Limits(kinds=(MoveKind.SHORTEN, MoveKind.OVERLAP)))
    assert more.finish == what_if(PLAN, AT, more.changes, "M").after_finish
    assert len({(move.kind, move.item) for move in more.moves}) == len(more.moves) >= 2
    assert recovery_text(enough, PLAN, "en").startswith("Launch can land 30 Nov (Mon) instead of ")
    assert "Data" in recovery_text(enough, PLAN, "ko")
    already = combine(PLAN, before, "M", D(2027, 1, 4))
    assert (already.reached, already.moves) == (True, ())
    assert recovery_text(already, PLAN, "en").startswith("Launch already lands ")
    nothing = combine(PLAN, before, "Z", D(2026, 11, 2))
    assert (nothing.reached, nothing.moves) == (False, ())


def test_priority_keeps_scope_and_limits_are_kept() -> None:
    how = ScheduleOptions(mode=Mode.ASAP)
    kept = plan_of({"id": "A", "start": "2026-11-02", "finish": "2026-11-13", "priority_rank": 1.0},
                   {"id": "B", "start": "2026-11-16", "finish": "2026-11-27", "after": "A", "priority_rank": 4.0},
                   {"id": "M", "start": "2026-11-27", "finish": "2026-11-27", "milestone": True, "after": "B"})
    moves = recovery_moves(kept, schedule(kept, how), "M", Limits(shorten_share=0.2))
    assert {move.item for move in moves if move.kind == MoveKind.DROP} == {"B"}
    assert {move.amount for move in moves if move.kind == MoveKind.SHORTEN} == {2}
