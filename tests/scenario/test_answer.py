"""What the changes do: what moved and why, what breaks and is mended, which float was used; and its words in both languages."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plans import plan_of
from tests.scenario.plans import changes_of, dated_plans, dates, options
from tpm.edits import apply_edits
from tpm.findings import InputError
from tpm.model import ScheduleOptions
from tpm.scenario import (
    ChangeKind,
    Scenario,
    add_holiday,
    add_link,
    cell_edits,
    change_text,
    compare_scenarios,
    drop,
    headline,
    held_text,
    moved_because,
    remove_link,
    set_duration,
    set_progress,
    shift,
    team_messages,
    what_if,
)
from tpm.schedule import schedule

few = settings(max_examples=20, deadline=None)
D = dt.date
HOW = ScheduleOptions()
PLAN = plan_of(
    {"id": "A", "name": "Build", "start": "2026-11-02", "finish": "2026-11-06", "team": "Core", "owner": "Bex"},
    {"id": "B", "name": "Test", "start": "2026-11-09", "finish": "2026-11-13", "after": "A", "team": "QA"},
    {"id": "C", "name": "Billing API", "start": "2026-11-02", "finish": "2026-11-03", "team": "Pay"},
    {"id": "M", "name": "Launch", "start": "2026-11-13", "finish": "2026-11-13", "milestone": True, "after": "B, C",
     "deadline": "2026-11-17", "team": "Core"},
)


@few
@given(st.data())
def test_moved_is_exactly_what_differs_and_every_chain_leads_to_a_change(data: st.DataObject) -> None:
    plan, how = data.draw(dated_plans()), data.draw(options())
    changes = [data.draw(changes_of(plan)) for _ in range(data.draw(st.integers(1, 3)))]
    answer = what_if(plan, how, changes)
    before, after = dates(answer.before), dates(answer.after)
    assert set(answer.moved["id"]) == {item for item in after if before[item] != after[item]}
    for row in answer.moved.to_dict("records"):
        assert (row["before"].date(), row["after"].date()) == (before[row["id"]], after[row["id"]])
        assert np.sign(row["days"]) in (0, 1 if row["after"] > row["before"] else -1)
        chain = answer.chain(row["id"])
        assert chain[0] == row["cause"]
        assert chain[-1] == row["id"]
        assert set(chain) <= set(answer.moved["id"])
        assert row["change"] < len(answer.applied)
    for lang in ("en", "ko"):
        assert headline(answer, lang)
        assert all(change_text(change, plan, lang) for change in answer.applied)
        assert all(held_text(held, answer, lang) for held in answer.held)
        assert all(moved_because(answer, item, lang) for item in answer.moved["id"])
        assert set(team_messages(answer, lang, plan)) == set(answer.teams)


def test_a_shift_names_what_it_pushes_and_whose_it_is() -> None:
    answer = what_if(PLAN, HOW, [shift("A", 3)], target="M")
    assert (answer.before_finish, answer.after_finish, answer.days) == (D(2026, 11, 13), D(2026, 11, 18), 3)
    rows = answer.moved.set_index("id")
    assert rows["driver"].to_dict() == {"A": None, "B": "A", "M": "B"}
    assert rows["days"].tolist() == [3, 3, 3]
    assert answer.chain("M") == ("A", "B", "M")
    assert answer.teams == ("Core", "QA")
    assert answer.broken["id"].tolist() == ["M"]
    assert answer.broken["days"].tolist() == [1]
    assert headline(answer, "en") == ("Launch lands 18 Nov (Wed), 3 working days later than before (13 Nov (Fri)). "
                                      "3 items move, in 2 teams. 1 deadline breaks: Launch.")
    assert headline(answer, "ko") == ("Launch는 11월 18일(수)로, 이전(11월 13일(금))보다 영업일 기준 3일 늦어집니다. "
                                      "팀 2곳의 항목 3개가 움직입니다. 마감일 1건을 지키지 못하게 됩니다: Launch.")
    assert moved_because(answer, "M", "en") == "Test pushes it"
    back = what_if(answer.plan, HOW, [shift("A", -3)], target="M")
    assert back.held == ()
    assert back.moved["days"].tolist() == [-3, -3, -3]  # what was only pushed comes back to its plan


def test_a_slip_inside_the_float_is_told_as_float_used() -> None:
    answer = what_if(PLAN, HOW, [shift("C", 6)], target="M")
    assert answer.days == 0
    assert answer.float_eaten[["id", "before", "after", "used"]].values.tolist() == [["C", 8, 2, 6]]
    assert headline(answer, "en").endswith("It uses 6 of 8 days of float of Billing API.")


def test_what_mends_a_deadline_is_told() -> None:
    late = what_if(PLAN, HOW, [shift("A", 3)]).plan
    answer = what_if(late, HOW, [set_duration("B", 3)], target="M")
    assert answer.mended["id"].tolist() == ["M"]
    assert answer.days == -2
    assert moved_because(answer, "M", "ko") == "Test가 앞당겨져 함께 앞당겨집니다"
    assert what_if(PLAN, HOW, [shift("C", 9)]).became_critical == ("C",)


def test_a_dropped_target_has_no_date_any_more() -> None:
    answer = what_if(PLAN, HOW, [drop("M")], target="M")
    assert (answer.after_finish, answer.days) == (None, None)
    assert "no forecast date" in headline(answer, "en")
    with pytest.raises(KeyError):
        moved_because(answer, "A", "en")


def test_every_team_gets_its_own_list() -> None:
    answer = what_if(PLAN, HOW, [shift("A", 3), add_link("C", "B")], target="M")
    texts = team_messages(answer, "en", PLAN)
    assert set(texts) == {"Core", "QA"}
    assert "- Build: 3 working days later" in texts["QA"]
    assert "- Test: 13 Nov (Fri) → 18 Nov (Wed), 3 working days later." in texts["QA"]
    assert "Launch" not in texts["QA"]
    assert "Launch would miss its deadline, 17 Nov (Tue)." in texts["Core"]
    korean = team_messages(answer, "ko", PLAN)
    assert re.findall(r"\d+월 \d+일", korean["QA"]) == ["11월 13일", "11월 18일"]


def test_scenarios_side_by_side() -> None:
    before = schedule(PLAN, HOW)
    two = compare_scenarios(PLAN, before, [Scenario("Slip", (shift("A", 3),)), Scenario("Cut", (drop("B"), shift("A", 3)))], "M")
    assert [(each.finish, each.items, each.missed, each.dropped) for each in two] == [
        (D(2026, 11, 18), 3, ("M",), ()), (D(2026, 11, 13), 1, (), ("B",))]
    assert two[1].sentence("en") == "Cut: Launch stays on 13 Nov (Fri). 1 item moves, 0 deadlines are missed, 1 item is dropped."
    assert two[0].sentence("ko").startswith("Slip: Launch는 11월 18일(수)로")
    with pytest.raises(ValueError, match="4"):
        compare_scenarios(PLAN, before, [Scenario(str(i)) for i in range(5)])


@few
@given(st.data())
def test_cell_edits_make_the_same_items_of_the_original(data: st.DataObject) -> None:
    plan, how = data.draw(dated_plans(reported=True)), data.draw(options())
    change = data.draw(changes_of(plan, calendars=False).filter(
        lambda each: each.kind in (ChangeKind.SHIFT, ChangeKind.SET_START, ChangeKind.SET_FINISH, ChangeKind.SET_DURATION)))
    answer = what_if(plan, how, [change])
    edits, cannot = cell_edits(plan, answer, "en")
    edited, findings = apply_edits(plan, edits)
    assert not cannot
    assert not findings
    for name in ("planned_start", "planned_finish", "duration", "progress", "state"):
        assert edited.activities[name].equals(answer.plan.activities[name]), name


def test_what_no_cell_can_hold_is_told_and_pushed_items_can_take_their_forecast() -> None:
    answer = what_if(PLAN, HOW, [shift("A", 3), remove_link("C", "M"), add_holiday(D(2026, 12, 1), D(2026, 12, 2)), drop("C")])
    edits, cannot = cell_edits(PLAN, answer, "en", with_forecast=True)
    assert {(edit.item, edit.field): edit.value for edit in edits if edit.field != "duration"} == {
        ("A", "planned_start"): "2026-11-05", ("A", "planned_finish"): "2026-11-11", ("B", "planned_start"): "2026-11-12",
        ("B", "planned_finish"): "2026-11-18", ("M", "planned_start"): "2026-11-18", ("M", "planned_finish"): "2026-11-18",
        ("C", "drop"): True}
    assert [finding.params["change"] for finding in cannot] == ["Launch no longer waits for Billing API", "Everybody: no work 1–2 Dec"]


def test_a_target_that_is_not_there_is_an_error() -> None:
    with pytest.raises(InputError):
        what_if(PLAN, ScheduleOptions(target="nope"), [set_progress("A", 0.5)])
