"""Applying changes: pure, undone by leaving out, equal to a full reschedule of the changed plan, told where it makes no sense."""

from __future__ import annotations

import datetime as dt
import json
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plans import plan_of
from tests.scenario.plans import changes_of, dated_plans, dates, options, with_columns
from tpm.model import Constraint, LagUnit, LinkType, Mode, Plan, ScheduleOptions
from tpm.scenario import (
    Change,
    Scenario,
    add_holiday,
    add_link,
    apply_changes,
    drop,
    fire_risk,
    freeze,
    named,
    remove_link,
    retire_risk,
    set_duration,
    set_finish,
    set_progress,
    set_start,
    shift,
    what_if,
)
from tpm.scenario.patch import changed_copy, changed_problem
from tpm.schedule import schedule, solve, solve_problem
from tpm.schedule.problem import build_problem
from tpm.schedule.result import link_table, schedule_table

few = settings(max_examples=20, deadline=None)
D = dt.date

PLAN = plan_of(
    {"id": "1", "name": "Phase", "start": "2026-11-02", "finish": "2026-11-20"},
    {"id": "1.1", "parent": "1", "name": "Build", "start": "2026-11-02", "finish": "2026-11-06", "team": "Core"},
    {"id": "1.2", "parent": "1", "name": "Test", "start": "2026-11-09", "finish": "2026-11-20", "after": "1.1", "team": "Web"},
    {"id": "M", "name": "Launch", "start": "2026-11-20", "finish": "2026-11-20", "milestone": True, "after": "1.2"},
)
LATE = plan_of(
    {"id": "A", "start": "2026-11-02", "finish": "2026-11-13", "state": "in_progress", "progress": 0.2},
    {"id": "B", "start": "2026-11-16", "finish": "2026-11-20", "after": "A"},
    {"id": "C", "start": "2026-11-23", "finish": "2026-11-27", "after": "B"},
    {"id": "Z", "start": "2026-11-02", "finish": "2026-11-03", "state": "done", "progress": 1.0},
    progress_reported=True,
)
AT = ScheduleOptions(status_date=D(2026, 11, 12))  # A: 8 days left, until 23 Nov; B 24–30 Nov


def made(plan: Plan, options: ScheduleOptions, *changes: Change) -> dict[str, dt.date | None]:
    """Forecast finishes after the changes, all of which must be made."""
    before = schedule(plan, options)
    applied = apply_changes(plan, before, changes)
    assert not applied.refused, [finding.message("en") for finding in applied.refused]
    return dates(schedule(applied.plan, options))


def refused(plan: Plan, options: ScheduleOptions, *changes: Change) -> str:
    applied = apply_changes(plan, schedule(plan, options), changes)
    finding = applied.refused[0]
    assert finding.fix("ko")
    assert applied.plan is plan or len(changes) > 1
    return f"{finding.code}: {finding.message('en')}"


# Properties


@few
@given(st.data())
def test_the_patched_engine_is_the_full_one_and_nothing_given_is_altered(data: st.DataObject) -> None:
    plan, how = data.draw(dated_plans()), data.draw(options())
    given_rows, given_links, before = plan.activities.copy(), plan.dependencies.copy(), schedule(plan, how)
    base = build_problem(plan, how)
    changes = [data.draw(changes_of(plan)) for _ in range(data.draw(st.integers(1, 4)))]
    applied = apply_changes(plan, before, changes, base)
    full = solve(applied.plan, how)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tpm.scenario.patch._SMALL", 0)  # small plans are read anew otherwise
        patched = solve_problem(changed_problem(base, applied.plan))
        again = apply_changes(plan, before, changes, base)
    assert again.plan.fingerprint == applied.plan.fingerprint
    pd.testing.assert_frame_equal(schedule_table(patched), schedule_table(full))
    pd.testing.assert_frame_equal(link_table(patched), link_table(full))
    assert apply_changes(plan, before, changes).plan.fingerprint == applied.plan.fingerprint
    assert len(applied.applied) + len(applied.refused) == len(changes)
    pd.testing.assert_frame_equal(plan.activities, given_rows)
    pd.testing.assert_frame_equal(plan.dependencies, given_links)


@few
@given(st.data())
def test_undo_is_the_plan_before_the_last_change_and_redo_brings_it_back(data: st.DataObject) -> None:
    plan, how = data.draw(dated_plans()), data.draw(options())
    before = schedule(plan, how)
    scenario, prints = Scenario("S"), [plan.fingerprint]
    for _ in range(data.draw(st.integers(1, 4))):
        scenario = scenario.with_(data.draw(changes_of(plan)))
        prints.append(apply_changes(plan, before, scenario.changes).plan.fingerprint)
    for position in range(len(scenario.changes), 0, -1):
        last = scenario.changes[-1]
        assert scenario.undo().with_(last) == scenario
        scenario = scenario.undo()
        assert apply_changes(plan, before, scenario.changes).plan.fingerprint == prints[position - 1]
    assert apply_changes(plan, before, scenario.changes).plan is plan


@few
@given(st.data())
def test_a_change_survives_json(data: st.DataObject) -> None:
    plan = data.draw(dated_plans())
    changes = tuple(named(data.draw(changes_of(plan)), plan) for _ in range(3))
    scenario = Scenario("계획 B", changes)
    assert Scenario.from_json(json.loads(json.dumps(scenario.as_json()))) == scenario


@few
@given(st.data(), st.integers(1, 8))
def test_a_later_shift_lands_as_many_working_days_after_where_the_item_was_shown(data: st.DataObject, days: int) -> None:
    plan, how = data.draw(dated_plans()), data.draw(options())
    before = schedule(plan, how)
    item = data.draw(st.sampled_from(list(plan.activities["id"])))
    applied = apply_changes(plan, before, [shift(item, days)])
    if applied.refused:
        assert applied.refused[0].code == "change-done"
        return
    was, now = dates(before)[item], dates(schedule(applied.plan, how))[item]
    assert now == np.busday_offset(was, days, roll="preceding").item()


@few
@given(st.data())
def test_only_what_lies_behind_a_shifted_item_moves(data: st.DataObject) -> None:
    plan, how = data.draw(dated_plans()), data.draw(options())
    plan = with_columns(plan, constraint=None, constraint_date=pd.NaT)
    before = schedule(plan, how)
    item = data.draw(st.sampled_from(list(plan.activities["id"])))
    applied = apply_changes(plan, before, [shift(item, data.draw(st.integers(-5, 5)))])
    after = dates(schedule(applied.plan, how))
    behind, links = {item}, plan.dependencies
    while len(more := behind | set(links.loc[links["predecessor"].isin(behind), "successor"])) > len(behind):
        behind = more
    assert {each for each, day in dates(before).items() if after[each] != day} <= behind


# What a person expects


def test_a_late_item_moves_from_where_it_is_shown_and_not_from_its_plan() -> None:
    assert dates(schedule(LATE, AT))["B"] == D(2026, 11, 30)
    assert made(LATE, AT, shift("B", 2))["B"] == D(2026, 12, 2)


def test_shifts_add_up_in_their_order() -> None:
    assert made(LATE, AT, shift("A", 3), shift("B", 2))["B"] == D(2026, 12, 7)


def test_a_shift_of_begun_work_delays_what_remains_and_keeps_its_start() -> None:
    before = schedule(LATE, AT)
    applied = apply_changes(LATE, before, [shift("A", 2)])
    after = schedule(applied.plan, AT)
    assert dates(after)["A"] == D(2026, 11, 25)
    assert dates(after, "forecast_start")["A"] == D(2026, 11, 2)
    assert after.table["remaining"].iat[0] == 10


def test_done_work_does_not_move() -> None:
    assert refused(LATE, AT, shift("Z", 2)) == "change-done: Z is done; its dates can no longer change."


def test_as_soon_as_possible_a_moved_start_holds_and_nothing_else_begins_with_it() -> None:
    asap = ScheduleOptions(mode=Mode.ASAP)
    plan = plan_of({"id": "A", "start": "2026-11-02", "finish": "2026-11-06"}, {"id": "B", "start": "2026-11-04", "finish": "2026-11-06"},
                   {"id": "C", "duration": 2})
    moved = made(plan, asap, shift("A", 10))
    assert moved["A"] == D(2026, 11, 20)
    assert moved["B"] == dates(schedule(plan, asap))["B"]
    assert moved["C"] == dates(schedule(plan, asap))["C"]


def test_a_pull_goes_as_far_as_logic_lets_it_and_never_makes_the_planned_start_later() -> None:
    answer = what_if(LATE, AT, [shift("B", -4)])
    assert answer.moved.empty
    assert (answer.held[0].item, answer.held[0].kind, answer.held[0].driver, answer.held[0].days) == ("B", "dependency", "A", 4)
    assert answer.plan.activities["planned_start"].iat[1] == LATE.activities["planned_start"].iat[1]


def test_a_pull_before_the_status_date_stops_there_and_is_not_taken_as_begun() -> None:
    plan = plan_of({"id": "A", "start": "2026-11-18", "finish": "2026-11-20"}, {"id": "B", "start": "2026-11-02", "finish": "2026-11-30"})
    answer = what_if(plan, AT, [shift("A", -10)])
    assert dates(answer.after, "forecast_start")["A"] == D(2026, 11, 12)
    assert answer.after.table["state"].iat[0] == "not_started"
    assert (answer.held[0].kind, answer.held[0].days) == ("status_date", 6)


def test_a_summary_moves_all_that_is_open_below_it_together() -> None:
    moved = made(PLAN, ScheduleOptions(), shift("1", 3))
    assert (moved["1.1"], moved["1.2"], moved["M"]) == (D(2026, 11, 11), D(2026, 11, 25), D(2026, 11, 25))
    assert made(PLAN, ScheduleOptions(), set_start("1", D(2026, 11, 5))) == moved


def test_a_finish_is_reached_by_lengthening_from_where_the_item_is_shown() -> None:
    assert made(LATE, AT, set_finish("B", D(2026, 12, 4)))["B"] == D(2026, 12, 4)
    assert made(LATE, AT, set_finish("A", D(2026, 11, 30)))["A"] == D(2026, 11, 30)
    assert "cannot finish before that" in refused(LATE, AT, set_finish("B", D(2026, 11, 20)))
    assert refused(LATE, AT, set_finish("A", D(2026, 11, 3))).startswith("change-finish-before-rest")


def test_durations_and_progress() -> None:
    assert made(PLAN, ScheduleOptions(), set_duration("1.1", 7))["1.1"] == D(2026, 11, 10)
    assert made(LATE, AT, set_progress("A", 0.5))["A"] == D(2026, 11, 18)
    finished = made(LATE, AT, set_progress("A", 1.0))
    assert (finished["A"], finished["B"]) == (D(2026, 11, 11), D(2026, 11, 20))
    assert refused(PLAN, ScheduleOptions(), set_duration("M", 2)).startswith("change-duration-milestone")
    assert refused(PLAN, ScheduleOptions(), set_duration("1", 2)).startswith("change-summary")


def test_progress_of_one_item_does_not_take_away_what_was_assumed_of_the_others() -> None:
    how = ScheduleOptions(status_date=D(2026, 11, 12))
    before, after = dates(schedule(PLAN, how)), made(PLAN, how, set_progress("1.2", 0.9))
    assert after["1.1"] == before["1.1"]
    assert after["1.2"] == D(2026, 11, 12)


def test_a_dependency_that_closes_a_loop_is_refused_and_the_loop_is_named() -> None:
    told = refused(PLAN, ScheduleOptions(), add_link("M", "1.1"))
    assert told.endswith("Launch (M) → Build (1.1) → Test (1.2) → Launch (M).")
    assert refused(PLAN, ScheduleOptions(), add_link("1.1", "1")).startswith("change-link-itself")
    assert refused(PLAN, ScheduleOptions(), add_link("1.1", "1.2")).startswith("change-link-known")
    assert refused(PLAN, ScheduleOptions(), remove_link("1.1", "M")).startswith("change-no-link")


def test_a_dependency_added_again_gets_the_new_lag() -> None:
    assert made(PLAN, ScheduleOptions(), add_link("1.1", "1.2", LinkType.FS, 3))["1.2"] == D(2026, 11, 25)
    assert made(PLAN, ScheduleOptions(), add_link("1.1", "1.2", LinkType.FS, 3, LagUnit.ELAPSED))["1.2"] == D(2026, 11, 23)


def test_what_waited_for_dropped_work_waits_for_what_that_waited_for() -> None:
    asap = ScheduleOptions(mode=Mode.ASAP)
    moved = made(PLAN, asap, drop("1.2"))
    assert "1.2" not in moved
    assert moved["M"] == D(2026, 11, 6)
    gone = apply_changes(PLAN, schedule(PLAN, asap), [drop("1")]).plan
    assert list(gone.activities["id"]) == ["M"]
    applied = apply_changes(PLAN, schedule(PLAN, asap), [drop("1.1"), drop("1.2")]).plan
    assert list(applied.activities["id"]) == ["M"]  # a summary without items goes with the last of them


def test_a_day_off_makes_planned_work_later_not_shorter() -> None:
    moved = made(PLAN, ScheduleOptions(), add_holiday(D(2026, 11, 4), D(2026, 11, 5)))
    assert (moved["1.1"], moved["1.2"]) == (D(2026, 11, 10), D(2026, 11, 24))
    only = made(PLAN, ScheduleOptions(), add_holiday(D(2026, 11, 18), D(2026, 11, 18), "Core"))
    assert only == dates(schedule(PLAN, ScheduleOptions()))
    assert made(PLAN, ScheduleOptions(), add_holiday(D(2026, 11, 18), D(2026, 11, 18), "Web"))["1.2"] == D(2026, 11, 23)


def test_a_freeze_also_moves_the_milestones_planned_in_it() -> None:
    plan = plan_of({"id": "M", "start": "2026-12-24", "finish": "2026-12-24", "milestone": True})
    assert made(plan, ScheduleOptions(), add_holiday(D(2026, 12, 21), D(2027, 1, 1)))["M"] == D(2026, 12, 24)
    assert made(plan, ScheduleOptions(), freeze(D(2026, 12, 21), D(2027, 1, 1)))["M"] == D(2027, 1, 4)
    assert refused(plan, ScheduleOptions(), freeze(D(2026, 12, 21), D(2026, 12, 20))).startswith("change-holiday-order")
    assert refused(plan, ScheduleOptions(), freeze(D(2026, 12, 21), D(2026, 12, 22), "Nobody")).startswith("change-unknown-team")


@few
@given(dated_plans(), options())
def test_a_fired_risk_adds_its_days_and_a_retired_one_changes_no_date(plan: Plan, how: ScheduleOptions) -> None:
    before = schedule(plan, how)
    applied = apply_changes(plan, before, [fire_risk("R1")])
    hit = plan.risk_hits["activity"].iat[0]
    if applied.refused:
        assert applied.refused[0].code == "change-risk-no-items"
    else:
        whole = np.busday_offset(dates(before)[hit], 3, roll="preceding").item()
        links = plan.dependencies
        awaited = plan.activities.loc[plan.activities["id"] == hit, "constraint"].iat[0] == Constraint.FNET
        finish_driven = awaited or ((links["successor"] == hit) & links["type"].isin((LinkType.FF, LinkType.SF))).any()
        after = dates(schedule(applied.plan, how))[hit]
        # work that waits to finish takes the longer duration up before its finish moves
        assert dates(before)[hit] <= after <= whole if finish_driven else after == whole
        assert applied.plan.risks["state"].iat[0] == "occurred"
    closed = apply_changes(plan, before, [retire_risk("R1"), fire_risk("R1")])
    assert [finding.code for finding in closed.refused] == ["change-risk-closed"]
    assert dates(schedule(closed.plan, how)) == dates(before)


def test_changes_find_their_items_by_name_when_ids_change_and_are_told_when_they_are_gone() -> None:
    kept = [named(shift("1.2", 2), PLAN), named(shift("M", 1), PLAN)]
    renumbered = plan_of({"id": "7", "name": "Test", "start": "2026-11-09", "finish": "2026-11-20"})
    applied = apply_changes(renumbered, schedule(renumbered), kept)
    assert [change.item for change in applied.applied] == ["7"]
    assert applied.refused[0].code == "change-without-item"
    assert applied.refusals[0].change == kept[1]
    assert "Launch (M)" in applied.refused[0].message("en")


@pytest.mark.parametrize("bad", [{"kind": "shift", "item": "A", "value": "x"}, {"kind": "set_start", "item": "A", "value": "31 Feb"},
                                 {"kind": "nothing", "item": "A"}, {"kind": "shift", "value": 1.0}, {"kind": "drop", "item": "A", "x": 1},
                                 {"kind": "add_link", "item": "A"}, {"kind": "freeze", "value": "2026-01-01"}])
def test_what_is_no_change_is_not_read(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Change.from_json(bad)




def test_a_changed_copy_is_the_plan_that_checking_everything_gives() -> None:
    plan = plan_of({"id": "A", "start": "2026-01-05", "finish": "2026-01-09"},
                   {"id": "B", "start": "2026-01-12", "finish": "2026-01-16", "after": "A"})
    assert plan.fingerprint  # worked out before, so that a copy could take it along
    starts = plan.activities["planned_start"].to_numpy().copy()
    starts[1] = np.datetime64("2026-01-13", "s")
    changed, checked = changed_copy(plan, {"planned_start": starts}), plan.with_(activities=plan.activities.assign(planned_start=starts))
    assert changed.fingerprint == checked.fingerprint != plan.fingerprint
    assert changed.columns["planned_start"] is starts
    late = starts.copy()
    late[1] = np.datetime64("2026-01-19", "s")
    with pytest.raises(ValueError, match="finish lies before its start"):
        changed_copy(plan, {"planned_start": late})


@pytest.mark.parametrize("part", ["activities", "dependencies", "name"])
def test_the_columns_of_a_copy_are_those_of_its_frames(part: str) -> None:
    plan = plan_of({"id": "A", "start": "2026-01-05", "finish": "2026-01-09"},
                   {"id": "B", "start": "2026-01-12", "finish": "2026-01-16", "after": "A"})
    assert plan.columns["name"] is plan.columns["name"]
    assert plan.links["lag"] is plan.links["lag"]  # looked up before, so that a copy could take them along
    other = {"activities": plan.activities.assign(duration=[7.0, 8.0]), "dependencies": plan.dependencies.assign(lag=[3.0]), "name": "B"}
    for copied in (plan.with_(**{part: other[part]}), pickle.loads(pickle.dumps(plan.with_(**{part: other[part]}))),
                   changed_copy(plan, {"duration": np.array([7.0, 8.0])} if part == "activities" else None,
                                **({} if part == "activities" else {part: other[part]}))):
        assert copied.columns["duration"].tolist() == copied.activities["duration"].tolist()
        assert copied.links["lag"].tolist() == copied.dependencies["lag"].tolist()
        assert "columns" not in pickle.loads(pickle.dumps(copied)).__dict__


def test_a_plan_made_of_columns_is_the_plan_of_their_frame_and_makes_it_only_when_asked() -> None:
    plan = plan_of({"id": "A", "start": "2026-01-05", "finish": "2026-01-09"},
                   {"id": "B", "start": "2026-01-12", "finish": "2026-01-16", "after": "A"})
    later = np.array(["2026-01-19", "2026-01-26"], "datetime64[s]")
    whole = plan.with_(activities=plan.activities.assign(planned_start=later, planned_finish=later, duration=[1.0, 1.0]))
    made = plan.with_columns({name: whole.columns[name] for name in whole.activities})
    assert schedule(whole, ScheduleOptions()).table.equals(schedule_table(solve(made, ScheduleOptions())))
    assert "activities" not in made.__dict__
    for each in (made, pickle.loads(pickle.dumps(made)), made.with_(name=plan.name)):
        pd.testing.assert_frame_equal(each.activities, whole.activities)
        assert each.fingerprint == whole.fingerprint
    with pytest.raises(AttributeError):
        made.activity  # noqa: B018


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=8), st.integers(0, 7), st.integers(0, 7))
def test_an_added_link_is_refused_exactly_when_a_way_leads_back(links: list[tuple[int, int]], start: int, end: int) -> None:
    """The order of the rows is no order of the logic: links go up and down the sheet, never round."""
    rank = [3, 6, 1, 7, 0, 5, 2, 4]
    ways = {(a, b) for a, b in links if rank[a] < rank[b]}
    plan = plan_of(*({"id": f"I{n}", "start": "2026-01-05", "finish": "2026-01-09",
                      "after": ",".join(f"I{a}" for a, b in sorted(ways) if b == n)} for n in range(8)))
    reached, found = {end}, {end}
    while found:
        found = {b for a, b in ways if a in found} - reached
        reached |= found
    applied = apply_changes(plan, schedule(plan), [add_link(f"I{start}", f"I{end}", lag=1.0)])
    codes = [finding.code for finding in applied.refused]
    assert codes == (["change-link-itself"] if start == end else ["change-link-loop"] if start in reached else [])
