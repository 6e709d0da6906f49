"""Corrections lie over a plan: pure, undone by leaving them out, told when they cannot apply."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plans import plan_of
from tpm.edits import DATE_FIELDS, DROP, PREDECESSOR, TEXT_FIELDS, Edit, apply_edits
from tpm.model import Kind, Plan, ScheduleOptions, State
from tpm.schedule import schedule

PLAN = plan_of(
    {"id": "1", "name": "Phase", "start": "2026-11-02", "finish": "2026-11-20"},
    {"id": "1.1", "parent": "1", "name": "Build", "start": "2026-11-02", "finish": "2026-11-06", "team": "Core"},
    {"id": "1.2", "parent": "1", "name": "Test", "start": "2026-11-09", "finish": "2026-11-20", "after": "1.1"},
    {"id": "M", "name": "Launch", "start": "2026-11-20", "finish": "2026-11-20", "milestone": True, "after": "1.2"},
)


def row(plan: Plan, item: str) -> pd.Series:
    return plan.activities.set_index("id").loc[item]


def test_no_edits_give_the_very_same_plan() -> None:
    assert apply_edits(PLAN, []) == (PLAN, [])


def test_the_plan_that_was_read_is_never_altered() -> None:
    before = PLAN.activities.copy()
    apply_edits(PLAN, [Edit("1.1", "name", "Construct"), Edit("M", DROP, True)])
    pd.testing.assert_frame_equal(PLAN.activities, before)


def test_a_shifted_start_keeps_the_length_in_working_days() -> None:
    changed, findings = apply_edits(PLAN, [Edit("1.1", "planned_start", "2026-11-05")])
    assert row(changed, "1.1")["planned_finish"].date() == dt.date(2026, 11, 11)
    assert row(changed, "1.1")["duration"] == 5
    assert not findings


def test_a_moved_finish_sets_the_duration() -> None:
    changed, _ = apply_edits(PLAN, [Edit("1.1", "planned_finish", "2026-11-10")])
    assert row(changed, "1.1")["duration"] == 7


def test_a_new_duration_sets_the_finish() -> None:
    changed, _ = apply_edits(PLAN, [Edit("1.1", "duration", 6.0)])
    assert row(changed, "1.1")["planned_finish"].date() == dt.date(2026, 11, 9)


def test_a_finish_before_its_start_is_refused_and_told() -> None:
    changed, findings = apply_edits(PLAN, [Edit("1.1", "planned_finish", "2026-10-01"), Edit("1.1", "name", "Construct")])
    assert row(changed, "1.1")["planned_finish"].date() == dt.date(2026, 11, 6)
    assert row(changed, "1.1")["name"] == "Construct"
    assert [finding.code for finding in findings] == ["edit-impossible"]


def test_a_row_becomes_a_milestone_on_its_finish() -> None:
    changed, _ = apply_edits(PLAN, [Edit("1.2", "kind", "milestone")])
    assert row(changed, "1.2")["kind"] == Kind.MILESTONE
    assert row(changed, "1.2")["planned_start"].date() == dt.date(2026, 11, 20)
    assert row(changed, "1.2")["duration"] == 0


def test_full_progress_is_done_and_done_is_full_progress() -> None:
    changed, _ = apply_edits(PLAN, [Edit("1.1", "progress", 1.0), Edit("1.2", "state", "done")])
    assert row(changed, "1.1")["state"] == State.DONE
    assert row(changed, "1.2")["progress"] == 1.0


def test_leaving_out_a_row_moves_its_children_up_and_cuts_its_links() -> None:
    changed, _ = apply_edits(PLAN, [Edit("1", DROP, True), Edit("1.2", DROP, True)])
    assert list(changed.activities["id"]) == ["1.1", "M"]
    assert row(changed, "1.1")["parent"] is None
    assert changed.dependencies.empty


def test_an_item_that_is_gone_is_a_finding_and_the_rest_applies() -> None:
    changed, findings = apply_edits(PLAN, [Edit("9", "name", "x"), Edit("1.1", "owner", "Bex")])
    assert row(changed, "1.1")["owner"] == "Bex"
    assert [(finding.code, finding.params["items"]) for finding in findings] == [("edit-without-item", "9")]


@pytest.mark.parametrize(
    ("field", "value"),
    [("colour", "red"), ("planned_start", "31/02/2026"), ("duration", -1.0), ("progress", 1.5), ("kind", "summary"), ("name", None),
     ("state", "sleeping"), ("duration", 1e9), ("duration", float("nan")), ("duration", True), ("planned_start", "0001-01-01"),
     ("planned_finish", "9999-12-31"), ("name", ["x"]), ("notes", "x" * 40_000), ("state", {}), ("drop", 5)],
)
def test_a_value_that_the_field_cannot_hold_is_an_error(field: str, value: object) -> None:
    with pytest.raises(ValueError):
        Edit("1.1", field, value)  # type: ignore[arg-type]


edits = st.one_of(
    st.builds(Edit, st.sampled_from(["1", "1.1", "1.2", "M", "gone"]), st.sampled_from([f for f in TEXT_FIELDS if f != "name"]),
              st.text(max_size=5) | st.none()),
    st.builds(Edit, st.sampled_from(["1.1", "1.2", "M"]), st.sampled_from(DATE_FIELDS),
              st.dates(dt.date(2026, 10, 1), dt.date(2027, 1, 31)).map(str) | st.none()),
    st.builds(Edit, st.sampled_from(["1.1", "1.2"]), st.just("duration"), st.integers(0, 60).map(float)),
    st.builds(Edit, st.sampled_from(["1", "1.1", "1.2", "M"]), st.just(DROP), st.just(True)),
)


@given(st.lists(edits, max_size=8))
def test_any_edits_give_a_valid_plan_and_survive_being_stored(changes: list[Edit]) -> None:
    again = [Edit.from_json(edit.as_json()) for edit in changes]
    assert again == changes
    first, _ = apply_edits(PLAN, changes)
    second, _ = apply_edits(PLAN, again)
    assert first.fingerprint == second.fingerprint


def test_a_cleared_finish_is_worked_out_again_from_start_and_duration() -> None:
    changed, _ = apply_edits(PLAN, [Edit("1.2", "planned_finish", None)])
    assert pd.isna(row(changed, "1.2")["planned_finish"])
    computed = schedule(changed, ScheduleOptions()).table.set_index("id")
    assert computed["forecast_finish"]["1.2"].date() == dt.date(2026, 11, 20)


def links(plan: Plan) -> list[tuple[str, str]]:
    return list(zip(plan.dependencies["predecessor"], plan.dependencies["successor"], strict=True))


def test_a_predecessor_is_added_finish_to_start_and_the_rest_of_the_item_stays() -> None:
    plan = plan_of({"id": "A", "start": "2026-11-02", "finish": "2026-11-06"}, {"id": "B", "start": "2026-11-09", "finish": "2026-11-13"},
                   {"id": "C", "start": "2026-11-16", "finish": "2026-11-20"})
    edits = [Edit("C", PREDECESSOR, "A"), Edit("C", PREDECESSOR, "B"), Edit("C", "owner", "Ann")]
    changed, findings = apply_edits(plan, [Edit.from_json(edit.as_json()) for edit in edits])
    assert not findings
    assert links(changed) == [("A", "C"), ("B", "C")]
    assert changed.dependencies[["type", "lag", "lag_unit"]].drop_duplicates().to_numpy().tolist() == [["FS", 0.0, "working"]]
    assert row(changed, "C")["owner"] == "Ann"
    assert links(plan) == []
    assert links(apply_edits(plan, edits[1:])[0]) == [("B", "C")]  # taking one back leaves the others


def test_a_dependency_that_is_there_is_not_added_twice() -> None:
    changed, findings = apply_edits(PLAN, [Edit("1.2", PREDECESSOR, "1.1")])
    assert (links(changed), findings) == (links(PLAN), [])


@pytest.mark.parametrize(("item", "predecessor"), [("1.1", "M"), ("1.1", "1.1"), ("1.1", "1"), ("1", "1.2"), ("1", "M")])
def test_a_dependency_that_closes_a_loop_is_left_out_and_told(item: str, predecessor: str) -> None:
    changed, findings = apply_edits(PLAN, [Edit(item, PREDECESSOR, predecessor)])
    assert links(changed) == links(PLAN)
    assert [finding.code for finding in findings] == ["edit-loop"]
    assert f"{predecessor} → {item}" in findings[0].message("en")
    assert findings[0].fix("ko")


def test_of_two_dependencies_that_loop_together_the_first_stays() -> None:
    plan = plan_of({"id": "A"}, {"id": "B"})
    changed, findings = apply_edits(plan, [Edit("B", PREDECESSOR, "A"), Edit("A", PREDECESSOR, "B")])
    assert links(changed) == [("A", "B")]
    assert findings[0].params["links"] == "B → A"


def test_a_predecessor_that_is_gone_is_told_and_one_of_a_dropped_item_goes_with_it() -> None:
    changed, findings = apply_edits(PLAN, [Edit("M", PREDECESSOR, "X"), Edit("M", PREDECESSOR, "1.1"), Edit("1.1", DROP, True)])
    assert links(changed) == [("1.2", "M")]
    assert [(finding.code, finding.params["items"]) for finding in findings] == [("edit-without-item", "X")]


def test_a_link_after_a_summary_holds_and_schedules() -> None:
    from tpm.schedule import schedule

    plan = plan_of({"id": "S", "start": "2026-11-02", "finish": "2026-11-06"},
                   {"id": "a", "parent": "S", "start": "2026-11-02", "finish": "2026-11-06"},
                   {"id": "b", "start": "2026-11-02", "finish": "2026-11-03"})
    changed, findings = apply_edits(plan, [Edit("b", PREDECESSOR, "S")])
    assert not findings
    computed = schedule(changed)
    assert not computed.cycles
    assert computed.table.set_index("id").at["b", "forecast_start"].date() == dt.date(2026, 11, 9)


@pytest.mark.parametrize("value", [None, "", 3.0])
def test_a_predecessor_needs_an_id(value: object) -> None:
    with pytest.raises(ValueError, match="predecessor"):
        Edit("A", PREDECESSOR, value)  # type: ignore[arg-type]
