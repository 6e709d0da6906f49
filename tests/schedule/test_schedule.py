"""The rules of the forecast, one sentence of the semantics a test."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.schedule.networks import ASAP, plan_of
from tpm.findings import InputError
from tpm.model import CalendarSpec, Mode, Plan, Schedule, ScheduleOptions
from tpm.schedule import paths, schedule

PLANNED = ScheduleOptions()


def days(result: Schedule, column: str = "forecast_finish") -> list[str]:
    return [str(value)[:10] for value in result.table[column].to_numpy().astype("datetime64[D]")]


def item(id_: str, start: str | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    return {"id": id_, "planned_start": start, "planned_finish": finish, **more}


def codes(result: Schedule) -> set[str]:
    return {finding.code for finding in result.findings}


def test_planned_mode_holds_a_start_that_asap_pulls_in() -> None:
    plan = plan_of([item("A", "2026-03-02", "2026-03-03"), item("B", "2026-03-09", "2026-03-10")], [("A", "B", "FS", 0.0)])
    assert days(schedule(plan, PLANNED)) == ["2026-03-03", "2026-03-10"]
    assert days(schedule(plan, ScheduleOptions(mode=Mode.ASAP))) == ["2026-03-03", "2026-03-05"]
    assert schedule(plan, PLANNED).table["driver_kind"].tolist() == ["planned", "planned"]


def test_a_violated_dependency_moves_the_successor_and_is_a_finding() -> None:
    plan = plan_of([item("A", "2026-03-02", "2026-03-06"), item("B", "2026-03-04", "2026-03-05")], [("A", "B", "FS", 1.0)])
    result = schedule(plan, PLANNED)
    assert days(result) == ["2026-03-06", "2026-03-11"]
    assert result.links["violated"].tolist() == [True]
    assert result.table["slip"].tolist() == [0.0, 4.0]
    assert "dates-against-logic" in codes(result)


def test_planned_dates_win_over_a_duration_that_disagrees() -> None:
    plan = plan_of([item("A", "2026-03-02", "2026-03-06", duration=3.0)], [])
    assert days(schedule(plan, PLANNED)) == ["2026-03-06"]


def test_done_is_fixed_begun_resumes_at_the_status_date_and_the_rest_waits() -> None:
    plan = plan_of([item("D", "2026-03-02", "2026-03-03", state="done", actual_start="2026-03-03", actual_finish="2026-03-05"),
                    item("P", "2026-03-02", "2026-03-06", state="in_progress", progress=0.4),
                    item("N", "2026-03-04", "2026-03-05", state="not_started")],
                   [("P", "N", "FS", 0.0)], progress_reported=True)
    result = schedule(plan, ScheduleOptions(status_date=dt.date(2026, 3, 9)))
    assert days(result, "forecast_start") == ["2026-03-03", "2026-03-02", "2026-03-12"]
    assert days(result) == ["2026-03-05", "2026-03-11", "2026-03-13"]
    assert result.table["driver_kind"].tolist() == ["actual", "status_date", "dependency"]
    assert result.table["remaining"].tolist() == [0.0, 3.0, 2.0]
    assert np.isnan(result.table["total_float"].iloc[0])
    assert "past-work-open" in codes(result)


def test_retained_logic_holds_begun_work_behind_an_unfinished_predecessor() -> None:
    plan = plan_of([item("A", "2026-03-02", "2026-03-13", state="in_progress", progress=0.5),
                    item("B", "2026-03-02", "2026-03-06", state="in_progress", progress=0.8)],
                   [("A", "B", "FS", 0.0)], progress_reported=True)
    assert days(schedule(plan, ScheduleOptions(status_date=dt.date(2026, 3, 9)))) == ["2026-03-13", "2026-03-16"]


def test_without_a_progress_column_progress_is_assumed_and_said() -> None:
    plan = plan_of([item("A", "2026-03-02", "2026-03-03"), item("B", "2026-03-04", "2026-03-10"),
                    item("C", "2026-03-11", "2026-03-12")], [])
    result = schedule(plan, ScheduleOptions(status_date=dt.date(2026, 3, 6)))
    assert result.table["state"].tolist() == ["done", "in_progress", "not_started"]
    assert result.table["progress"].tolist() == pytest.approx([1.0, 0.4, 0.0])
    assert "progress-assumed" in codes(result)


@pytest.mark.parametrize(("type_", "lag", "unit", "expected"), [
    ("FS", 1.0, "working", "2026-03-11"), ("FS", -1.0, "working", "2026-03-09"), ("SS", 2.0, "working", "2026-03-06"),
    ("FF", 1.0, "working", "2026-03-09"), ("SF", 4.0, "working", "2026-03-05"), ("FS", 2.0, "elapsed", "2026-03-10"),
    ("FS", 4.0, "elapsed", "2026-03-12"), ("SS", 0.4, "percent", "2026-03-06"), ("FS", -0.2, "percent", "2026-03-09")])
def test_every_type_and_every_kind_of_lag(type_: str, lag: float, unit: str, expected: str) -> None:
    """A takes Monday 2 to Friday 6 March; B two or three days."""
    plan = plan_of([{"id": "A", "duration": 5.0}, {"id": "B", "duration": 3.0 if type_ == "SS" else 2.0}],
                   [("A", "B", type_, lag, unit)])  # type: ignore[list-item]
    assert days(schedule(plan, ASAP))[1] == expected


def test_an_elapsed_duration_runs_through_the_weekend() -> None:
    plan = plan_of([{"id": "A", "duration": 4.0}, {"id": "E", "duration": 3.0, "elapsed": True}, {"id": "B", "duration": 1.0}],
                   [("A", "E", "FS", 0.0), ("E", "B", "FS", 0.0)])
    result = schedule(plan, ASAP)
    assert days(result, "forecast_start") == ["2026-03-02", "2026-03-06", "2026-03-09"]
    assert days(result) == ["2026-03-05", "2026-03-08", "2026-03-09"]


@pytest.mark.parametrize(("constraint", "day", "start", "total"), [
    ("SNET", "2026-03-05", "2026-03-05", 2.0), ("FNET", "2026-03-06", "2026-03-05", 2.0), ("MSO", "2026-03-04", "2026-03-04", 0.0),
    ("MFO", "2026-03-06", "2026-03-05", 0.0), ("SNLT", "2026-03-03", "2026-03-02", 1.0), ("FNLT", "2026-03-04", "2026-03-02", 1.0),
    ("ALAP", None, "2026-03-09", 0.0), ("ASAP", None, "2026-03-02", 5.0)])
def test_constraints(constraint: str, day: str | None, start: str, total: float) -> None:
    """A is free for seven days, A itself takes two."""
    plan = plan_of([{"id": "A", "duration": 2.0, "constraint": constraint, "constraint_date": day}, {"id": "long", "duration": 7.0}], [])
    result = schedule(plan, ASAP)
    assert days(result, "early_start")[0] == start
    assert result.table["total_float"].iloc[0] == total


def test_a_deadline_never_moves_work_and_shows_as_negative_float() -> None:
    plan = plan_of([{"id": "A", "duration": 3.0}, {"id": "B", "duration": 3.0, "deadline": "2026-03-06"}], [("A", "B", "FS", 0.0)])
    result = schedule(plan, ASAP)
    assert days(result) == ["2026-03-04", "2026-03-09"]
    assert result.table["total_float"].tolist() == [-1.0, -1.0]
    assert result.table["critical"].all()
    assert {"deadline-missed", "negative-float"} <= codes(result)


def test_a_dependency_on_a_summary_applies_to_all_leaves_below() -> None:
    plan = plan_of([{"id": "S", "name": "S"}, {"id": "a", "parent": "S", "duration": 2.0}, {"id": "b", "parent": "S", "duration": 5.0},
                    {"id": "T", "name": "T"}, {"id": "c", "parent": "T", "duration": 1.0}, {"id": "d", "parent": "T", "duration": 3.0}],
                   [("S", "T", "FS", 1.0)])
    result = schedule(plan, ASAP)
    assert days(result, "forecast_start")[4:] == ["2026-03-10", "2026-03-10"]
    assert days(result)[3] == "2026-03-12"  # the roll-up
    assert result.table["driver"].tolist()[4:] == ["b", "b"]
    assert result.table["driver_kind"].tolist()[0] == "summary"
    assert result.critical_path == ("b", "d")
    assert result.table["total_float"].tolist()[1:3] == [3.0, 0.0]
    assert result.links["relationship_float"].tolist() == [0.0]
    assert schedule(plan, replace(ASAP, target="S")).finish == dt.date(2026, 3, 6)


def test_teams_work_by_their_own_calendars() -> None:
    plan = plan_of([{"id": "A", "duration": 5.0, "team": "Seoul"}, {"id": "B", "duration": 5.0, "team": "California"}], [])
    result = schedule(plan, ScheduleOptions(mode=Mode.ASAP, project_start=dt.date(2026, 2, 16),
                                            team_countries=(("California", "US"), ("Seoul", "KR"))))
    assert days(result) == ["2026-02-25", "2026-02-23"]  # three days of Seollal; one Presidents' Day


def test_a_milestone_is_reached_by_the_close_of_its_day() -> None:
    plan = plan_of([item("A", "2026-03-02", "2026-03-06"), item("M", None, "2026-03-06", kind="milestone"),
                    item("B", "2026-03-09", "2026-03-09")], [("A", "M", "FS", 0.0), ("M", "B", "FS", 0.0)])
    result = schedule(plan, PLANNED)
    assert days(result) == ["2026-03-06", "2026-03-06", "2026-03-09"]
    assert result.critical_path == ("A", "M", "B")


def test_a_milestone_that_a_start_drives_is_shown_on_a_working_day() -> None:
    plan = plan_of([{"id": "A", "duration": 5.0}, {"id": "B", "duration": 2.0}, {"id": "M", "duration": 0.0}],
                   [("A", "B", "FS", 0.0), ("B", "M", "SS", 0.0)])
    assert days(schedule(plan, ASAP)) == ["2026-03-06", "2026-03-10", "2026-03-06"]


def test_an_undated_first_milestone_is_shown_on_the_projects_first_day() -> None:
    plan = plan_of([{"id": "M", "duration": 0.0}, {"id": "A", "duration": 2.0}], [("M", "A", "FS", 0.0)])
    assert days(schedule(plan, ASAP)) == ["2026-03-02", "2026-03-03"]


def test_a_cycle_is_named_with_its_cells_and_the_rest_is_scheduled() -> None:
    plan = plan_of([item("A", "2026-03-02", "2026-03-03"), item("B", "2026-03-04", "2026-03-05"), item("C", "2026-03-09", "2026-03-09"),
                    item("D", "2026-03-02", "2026-03-04")], [("A", "B", "FS", 0.0), ("B", "A", "FS", 0.0), ("B", "C", "FS", 5.0)])
    plan = plan.with_(dependencies=plan.dependencies.assign(source=pd.Series(["Plan!G3", "Plan!G2", "Plan!G4"], dtype=object)))
    result = schedule(plan, PLANNED)
    assert [set(loop) for loop in result.cycles] == [{"A", "B"}]
    assert result.table["scheduled"].tolist() == [False, False, False, True]
    assert days(result) == ["2026-03-03", "2026-03-05", "2026-03-09", "2026-03-04"]
    finding = next(each for each in result.findings if each.code == "dependency-cycle")
    assert finding.where == "Plan!G3, Plan!G2"
    assert "A A → B B → A A" in finding.message("en")
    assert "behind-cycle" in codes(result)


def test_an_undated_item_that_nothing_places_is_unscheduled_and_cancelled_work_drives_nothing() -> None:
    plan = plan_of([item("A", "2026-03-02", "2026-03-03"), item("TBD"), item("X", "2026-03-02", "2026-04-30", state="cancelled"),
                    item("B", "2026-03-04", "2026-03-05")], [("X", "B", "FS", 0.0), ("A", "B", "FS", 0.0)])
    result = schedule(plan, PLANNED)
    assert result.table["scheduled"].tolist() == [True, False, False, True]
    assert result.finish == dt.date(2026, 3, 5)
    assert {"undated", "cancelled-left-out"} <= codes(result)


def test_a_plan_without_dependencies_has_no_critical_path() -> None:
    result = schedule(plan_of([item("A", "2026-03-02", "2026-03-03")], []), PLANNED)
    assert result.critical_path == ()
    assert not result.table["critical"].any()
    assert "no-dependencies" in codes(result)


def test_a_plan_without_any_date_or_start_is_not_scheduled() -> None:
    result = schedule(plan_of([{"id": "A", "duration": 2.0}], []), PLANNED)
    assert result.finish is None
    assert codes(result) == {"no-dates"}
    assert schedule(Plan(), PLANNED).finish is None


def test_an_unknown_target_is_an_input_error() -> None:
    with pytest.raises(InputError, match="nowhere"):
        schedule(plan_of([item("A", "2026-03-02", "2026-03-03")], []), ScheduleOptions(target="nowhere"))


def test_every_finding_reads_in_both_languages() -> None:
    plan = plan_of([item("A", "2026-03-02", "2026-03-07", deadline="2026-03-03", calendar="lost"), item("B", "2026-03-03", "2026-03-04"),
                    item("TBD"), item("U", duration=2.0)], [("A", "B", "FS", 0.0), ("U", "B", "SS", 0.0)])
    for finding in schedule(plan, ScheduleOptions(status_date=dt.date(2026, 3, 3))).findings:
        for lang in ("en", "ko"):
            text = finding.message(lang) + finding.fix(lang)  # type: ignore[arg-type]
            assert "{" not in text


def test_ten_thousand_activities_in_a_chain() -> None:
    n = 10_000
    plan = plan_of([{"id": str(i), "duration": 1.0} for i in range(n)], [(str(i), str(i + 1), "FS", 0.0) for i in range(n - 1)],
                   default_calendar=CalendarSpec("every day", week=(True,) * 7))
    result = schedule(plan, ASAP)
    assert result.duration == n
    assert len(result.critical_path) == n


def test_paths_answer_why_here_why_not_critical_rivals_and_what_a_slip_moves() -> None:
    plan = plan_of([{"id": "A", "duration": 4.0}, {"id": "B", "duration": 3.0}, {"id": "C", "duration": 4.0}, {"id": "M", "duration": 0.0}],
                   [("A", "B", "FS", 0.0), ("B", "M", "FS", 0.0), ("C", "M", "FS", 0.0)])
    result = schedule(plan, ASAP)
    assert [(step.id, step.kind) for step in paths.why_here(result, "M")] == [
        ("M", "dependency"), ("B", "dependency"), ("A", "project_start")]
    assert paths.driving_path(result, "B") == ("A", "B")
    reason = paths.why_not_critical(result, "C")
    assert (reason.days, reason.through, reason.chain) == (3.0, "M", ("M",))
    assert paths.why_not_critical(result, "A").days == 0.0
    (rival,) = paths.rivals(plan, result, "M")
    assert (rival.ids, rival.float_days, rival.takes_over) == (("C", "M"), 3.0, dt.date(2026, 3, 5))
    assert [(move.id, move.days, move.driver) for move in paths.slip(plan, result, "C", 5)] == [("C", 5.0, None), ("M", 2.0, "C")]
    assert [move.id for move in paths.slip(plan, result, "C", 3)] == ["C"]
    with pytest.raises(KeyError):
        paths.why_here(result, "nobody")


def test_a_start_driven_link_from_a_summary_waits_for_its_earliest_child() -> None:
    plan = plan_of([{"id": "S"}, {"id": "A", "parent": "S", "duration": 3.0}, {"id": "B", "parent": "S", "duration": 6.0},
                    {"id": "F", "duration": 2.0}], [("A", "B", "FS", 0.0), ("S", "F", "SS", 2.0)])
    result = schedule(plan, ASAP)
    assert str(result.table["forecast_start"][3].date()) == "2026-03-04"
    assert result.table["driver"][3] == "A"
    assert result.table["total_float"].tolist()[1:] == [0.0, 0.0, 5.0]


def test_a_finish_to_finish_link_onto_a_summary_binds_what_ends_it() -> None:
    plan = plan_of([{"id": "S"}, {"id": "A", "parent": "S", "duration": 1.0}, {"id": "B", "parent": "S", "duration": 1.0},
                    {"id": "P", "duration": 8.0}], [("A", "B", "FS", 0.0), ("P", "S", "FF", 0.0)])
    assert days(schedule(plan, ASAP)) == ["2026-03-11", "2026-03-02", "2026-03-11", "2026-03-11"]


def test_a_finish_to_finish_link_onto_a_summary_of_several_ends_binds_the_last_finish_only() -> None:
    plan = plan_of([{"id": "S"}, {"id": "A", "parent": "S", "duration": 3.0}, {"id": "B", "parent": "S", "duration": 5.0},
                    {"id": "P", "duration": 8.0}], [("P", "S", "FF", 0.0)])
    assert days(schedule(plan, ASAP)) == ["2026-03-11", "2026-03-04", "2026-03-11", "2026-03-11"]


def test_a_manual_summary_floors_its_children_and_gives_its_successors_its_finish() -> None:
    plan = plan_of([item("S", "2026-03-04", "2026-03-13", duration=None, manual=True), {"id": "A", "parent": "S", "duration": 2.0},
                    {"id": "F", "duration": 1.0}], [("S", "F", "FS", 0.0)])
    result = schedule(plan, ASAP)
    assert [str(day.date()) for day in result.table["forecast_start"][1:]] == ["2026-03-04", "2026-03-16"]


def test_a_levelling_delay_is_waited_after_the_predecessors_and_a_pause_makes_work_longer() -> None:
    plan = plan_of([{"id": "A", "duration": 2.0}, {"id": "B", "duration": 2.0, "delay": 3.0}, {"id": "C", "duration": 2.0, "pause": 3.0}],
                   [("A", "B", "FS", 0.0), ("A", "C", "FS", 0.0)])
    result = schedule(plan, ASAP)
    assert days(result) == ["2026-03-03", "2026-03-10", "2026-03-10"]
    assert result.table["driver"].tolist() == [None, "A", "A"]
    assert result.table["duration"].tolist() == [2.0, 2.0, 2.0]


def test_level_of_effort_spans_what_it_is_tied_to_and_is_on_no_path() -> None:
    plan = plan_of([{"id": "A", "duration": 3.0}, {"id": "B", "duration": 4.0}, {"id": "L", "duration": 20.0, "spanned": True}],
                   [("A", "B", "FS", 0.0), ("A", "L", "SS", 0.0), ("B", "L", "FF", 0.0)])
    result = schedule(plan, ASAP)
    assert (days(result, "forecast_start")[2], days(result)[2]) == ("2026-03-02", "2026-03-10")
    assert str(result.finish) == "2026-03-10"
    assert result.critical_path == ("A", "B")
    assert np.isnan(result.table["total_float"][2])


def test_actual_dates_win_and_the_missing_end_lies_the_duration_away() -> None:
    plan = plan_of([item("A", "2026-03-02", "2026-03-06", state="done", actual_start="2026-03-16"),
                    item("B", "2026-03-23", "2026-03-23", state="in_progress", progress=0.5, actual_start="2026-03-25"),
                    item("C", "2026-03-02", "2026-03-06", state="done", actual_start="2026-03-12", actual_finish="2026-03-10")],
                   [], progress_reported=True)
    for how in (PLANNED, ScheduleOptions(status_date=dt.date(2026, 3, 31))):
        table = schedule(plan, how).table
        assert [str(day.date()) for day in table["forecast_start"]] == ["2026-03-16", "2026-03-25", "2026-03-10"]
        assert str(table["forecast_finish"][0].date()) == "2026-03-20"
        assert (table["forecast_start"] <= table["forecast_finish"]).all()


def test_done_work_never_moves_and_a_loop_of_done_items_blocks_nothing() -> None:
    plan = plan_of([item("A", "2026-03-02", "2026-03-06", state="done"), item("B", "2026-03-04", "2026-03-05", state="done"),
                    item("C", "2026-03-09", "2026-03-10")],
                   [("A", "B", "FS", 0.0), ("B", "A", "FS", 0.0), ("B", "C", "FS", 0.0), ("C", "A", "FS", 0.0)], progress_reported=True)
    for how in (PLANNED, ScheduleOptions(mode=Mode.ASAP), ScheduleOptions(status_date=dt.date(2026, 3, 9))):
        result = schedule(plan, how)
        assert days(result)[:2] == ["2026-03-06", "2026-03-05"]
        assert not result.cycles
        assert result.table["scheduled"].all()


def test_what_happened_after_the_status_date_is_a_finding() -> None:
    plan = plan_of([item("A", "2026-06-22", "2026-06-26", state="done"), item("B", "2026-06-01", "2026-06-05", actual_start="2026-07-08")],
                   [], progress_reported=True)
    found = {one.code: one.items for one in schedule(plan, ScheduleOptions(status_date=dt.date(2026, 6, 10))).findings}
    assert found["actuals-ahead"] == ("A", "B")


def test_a_milestone_behind_a_milestone_at_the_opening_opens_with_it() -> None:
    plan = plan_of([{"id": "M0", "duration": 0.0}, {"id": "M1", "duration": 0.0}, {"id": "M2", "duration": 0.0}],
                   [("M0", "M1", "FS", 0.0), ("M1", "M2", "FS", 0.0)])
    assert days(schedule(plan, ASAP)) == ["2026-03-02"] * 3


@pytest.mark.parametrize(("link", "expected"), [("A FF", "2026-02-23"), ("A SS-3", "2026-02-25"), ("A FS", "2026-03-09")])
def test_the_projects_start_holds_nothing_that_waits_for_something(link: str, expected: str) -> None:
    kind, lag = link.split()[1][:2], float(link.split()[1][2:] or 0)
    plan = plan_of([{"id": "A", "duration": 5.0}, {"id": "B", "duration": 10.0}], [("A", "B", kind, lag)])
    table = schedule(plan, ASAP).table.set_index("id")
    assert str(table.loc["A", "early_start"].date()) == "2026-03-02"
    assert str(table.loc["B", "early_start"].date()) == expected
