"""Decisions: options that What-if reproduces to the day, one decision a lever, and one question about a loop."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plans import plan_of
from tests.scenario.plans import dated_plans, options
from tpm.cli import whatif
from tpm.insight.review.decisions import Decision, decisions
from tpm.insight.review.facts import Facts
from tpm.model import Mode, Plan, ScheduleOptions, SimulationOptions
from tpm.risk import simulate
from tpm.scenario import Change, ChangeKind, apply, arguments_of, what_if
from tpm.schedule import schedule

AT = ScheduleOptions(status_date=dt.date(2026, 11, 2))


def asked(plan: Plan, how: ScheduleOptions = AT) -> tuple[Decision, ...]:
    return decisions(Facts(plan, schedule(plan, how)))


def typed(plan: Plan, changes: tuple[Change, ...]) -> list[Change]:
    """The changes as somebody would type them on the command line."""
    parser = argparse.ArgumentParser()
    whatif.add_options(parser)
    return [whatif._change(option, text, plan) for option, text in parser.parse_args(list(arguments_of(changes))).changes]


def late_plan(note: str | None = None, estimate: float = 8.0) -> Plan:
    return plan_of(
        {"id": "A", "name": "Build", "start": "2026-11-02", "finish": "2026-11-17", "optimistic": estimate, "team": "Core"},
        {"id": "B", "name": "Migrate", "start": "2026-11-18", "finish": "2026-12-03", "after": "A", "team": "Data", "notes": note},
        {"id": "G", "name": "Go / no-go", "start": "2026-12-03", "finish": "2026-12-03", "milestone": True, "after": "B"},
        {"id": "D", "name": "Deploy", "start": "2026-12-04", "finish": "2026-12-10", "after": "G", "deadline": "2026-12-08"},
        {"id": "M", "name": "Launch", "start": "2026-12-10", "finish": "2026-12-10", "milestone": True, "after": "D",
         "deadline": "2026-12-07"})


@settings(max_examples=25, deadline=None)
@given(dated_plans(), options(), st.data())
def test_every_option_is_reproduced_to_the_day_by_what_is_typed(plan: Plan, how: ScheduleOptions, data: st.DataObject) -> None:
    late = data.draw(st.sampled_from(list(plan.activities["id"])))
    deadline = plan.activities["deadline"].copy()
    deadline[plan.activities["id"] == late] = plan.activities["planned_start"].min()
    plan = plan.with_(activities=plan.activities.assign(deadline=deadline))
    for decision in asked(plan, how):
        for option in decision.options:
            answer = what_if(plan, how, typed(plan, option.changes), decision.target)
            assert not answer.refused
            assert answer.after_finish == option.lands


def test_options_keep_gates_and_estimates_and_aim_at_the_promise() -> None:
    plan = late_plan()
    decision = asked(plan)[0]
    told = {option.sentence.text("en"): option for option in decision.options}
    assert decision.question.text("en") == "Win back 3 working days on Launch, or accept 10 Dec?"
    first = next(iter(told.values()))
    assert arguments_of(first.changes)[:2] == ("--duration", "A=9d")  # three of the four days that its estimate allows
    assert first.lands == dt.date(2026, 12, 7)
    assert "within its optimistic estimate" in first.sentence.text("en")
    assert not [change for option in told.values() for change in option.changes
                if "G" in (change.item, change.other) and change.kind != ChangeKind.SET_START]
    assert [option.needs_waiver for option in told.values()] == sorted(option.needs_waiver for option in told.values())
    assert all(option.lands is not None and option.lands >= dt.date(2026, 12, 7) for option in told.values() if not option.needs_waiver)


def test_dates_on_one_lever_are_one_decision() -> None:
    plan = late_plan()
    before = schedule(plan, AT)
    facts = Facts(plan, before)
    assert facts.last == "M"
    made = plan.with_(activities=plan.activities.assign(deadline=plan.activities["deadline"].where(plan.activities["id"] != "M")))
    kinds = [(each.kind, each.target) for each in asked(plan)]
    assert kinds == [("recover", "M")]
    assert [each.target for each in asked(made)] == ["D"]
    two = plan_of(
        {"id": "A", "name": "Build", "start": "2026-11-02", "finish": "2026-11-27", "team": "Core"},
        {"id": "X", "name": "Beta", "start": "2026-11-30", "finish": "2026-12-01", "after": "A", "deadline": "2026-11-27", "team": "QA"},
        {"id": "Y", "name": "Docs", "start": "2026-11-30", "finish": "2026-11-30", "after": "A", "deadline": "2026-11-27", "team": "Docs"},
        {"id": "M", "name": "Launch", "start": "2026-12-08", "finish": "2026-12-08", "milestone": True, "after": "A", "lag": 0})
    decided = asked(two)
    assert [each.target for each in decided] == ["X"]
    assert "Docs" in decided[0].why.text("en")
    assert "Y" in decided[0].rows


def test_a_loop_is_one_decision_about_its_links_and_nothing_else_is_asked() -> None:
    plan = plan_of(
        {"id": "A", "name": "Design", "start": "2026-11-02", "finish": "2026-11-06", "after": "B", "owner": "Ana"},
        {"id": "B", "name": "Build", "start": "2026-11-09", "finish": "2026-11-13", "after": "A", "owner": "Bo"},
        {"id": "M", "name": "Launch", "start": "2026-11-13", "finish": "2026-11-13", "milestone": True, "after": "B",
         "deadline": "2026-11-10"})
    decided = asked(plan)
    assert [each.kind for each in decided] == ["loop"]
    assert decided[0].question.text("en") == "Design and Build wait for each other: which link is cut?"
    assert {arguments_of(option.changes) for option in decided[0].options} == {("--unlink", "B->A:FS"), ("--unlink", "A->B:FS")}
    for option in decided[0].options:
        assert what_if(plan, AT, option.changes, "M").after_finish == option.lands is not None
    assert any("Ana has to agree" in option.sentence.text("en") for option in decided[0].options)


def test_what_the_register_and_a_note_offer_comes_first_and_is_quoted() -> None:
    first = asked(late_plan("Could be split into two waves.", float("nan")))[0].options[0]
    assert first.changes[0].item == "B"
    assert "Its note says: “Could be split into two waves”." in first.sentence.text("en")


def test_the_likelihood_of_an_option_is_that_of_its_plan() -> None:
    plan = late_plan()
    before = schedule(plan, AT)
    how = SimulationOptions(runs=500, target="M", tornado=False)
    decision = decisions(Facts(plan, before, simulate(plan, AT, how)))[0]
    option = decision.options[0]
    changed = what_if(plan, AT, option.changes, "M").plan
    assert option.likelihood == simulate(changed, AT, how).confidence(dt.date(2026, 12, 7))
    assert option.likelihood > (decision.options[-1].likelihood or 0.0) or decision.options[-1].needs_waiver
    assert dataclasses.replace(option).as_json("en")["lands"] == "2026-12-07"


def test_asap_plans_are_asked_for_complete_moves_too() -> None:
    assert asked(late_plan(), ScheduleOptions(mode=Mode.ASAP))[0].options


def test_moves_are_tried_on_a_problem_that_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one every change of every move reads its item's calendars and dates anew."""
    given: list[bool] = []
    draft = apply.Draft
    monkeypatch.setattr(apply, "Draft", lambda plan, schedule, problem: given.append(problem is not None) or draft(plan, schedule, problem))
    assert any(option.changes for decision in asked(late_plan()) for option in decision.options)
    assert given
    assert all(given)
