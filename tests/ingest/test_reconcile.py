"""Start, finish and duration made to agree; milestones; the working week; ids."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.build import codes, finding, read, row
from tests.plans import plan_of
from tpm.calendars import compile_calendar
from tpm.edits import Edit, apply_edits
from tpm.ingest import read_files
from tpm.model import ImportResult, Mode, ScheduleOptions
from tpm.schedule import schedule

_HEAD = ["Task", "Start", "Finish", "Duration"]


def planned(result: ImportResult, name: str, **how: Any) -> tuple[str, str, float]:
    """Start, finish and duration of an activity as they follow in the calendars in force."""
    table = schedule(result.plan, ScheduleOptions(**how)).table
    found = table[(result.plan.activities["name"] == name).to_numpy()].iloc[0]
    return str(found["planned_start"].date()), str(found["planned_finish"].date()), found["duration"]


def test_what_is_not_given_is_not_made_up_and_follows_in_working_days() -> None:
    result = read([_HEAD, ["Design", "2026-03-05", None, 3], ["Build", None, "2026-03-16", "1w"]])
    assert row(result, "Design")["planned_finish"] is None
    assert row(result, "Build")["planned_start"] is None
    assert planned(result, "Design") == ("2026-03-05", "2026-03-09", 3)
    assert planned(result, "Build") == ("2026-03-10", "2026-03-16", 5)
    assert {"computed-finish", "computed-start"} <= codes(result)


def test_a_computed_finish_follows_the_calendar_in_force() -> None:
    result = read([_HEAD, ["Build", "2026-02-13", None, 5]])  # Lunar New Year is ahead
    assert planned(result, "Build")[1] == "2026-02-19"
    assert planned(result, "Build", country="KR")[1] == "2026-02-24"
    assert planned(result, "Build", country="KR", mode=Mode.ASAP)[1] == "2026-02-24"
    assert planned(result, "Build", week=(True,) * 6 + (False,))[1] == "2026-02-18"


def test_planned_dates_win_over_a_duration_that_contradicts_them() -> None:
    result = read([_HEAD, ["Design", "2026-03-02", "2026-03-06", 9], ["Build", "2026-03-09", "2026-03-13", 5]])
    assert planned(result, "Design") == ("2026-03-02", "2026-03-06", 5)
    told = [one for one in schedule(result.plan, ScheduleOptions()).findings if one.code == "duration-contradicts"]
    assert [(one.items, one.places[0].cell) for one in told] == [(("1",), "A2")]


def test_contradictions_are_judged_with_the_calendar_in_force() -> None:
    result = read([_HEAD, ["Build", "2025-09-29", "2025-10-10", 5], ["Test", "2025-10-13", "2025-10-17", 5]])  # Chuseok lies between
    assert [one.items for one in schedule(result.plan, ScheduleOptions()).findings if one.code == "duration-contradicts"] == [("1",)]
    assert "duration-contradicts" not in {one.code for one in schedule(result.plan, ScheduleOptions(country="KR")).findings}


def test_parts_of_days_do_not_contradict_whole_days() -> None:
    rows = [["Long", "2026-03-02", "2026-03-11", 7.25]]
    rows += [["Short", "2026-03-12", "2026-03-12", 0.25], ["Next", "2026-03-13", "2026-03-16", 1.1]]
    result = read([_HEAD, *rows])
    answer = schedule(result.plan, ScheduleOptions())
    assert "duration-contradicts" not in {one.code for one in answer.findings}
    assert answer.table["duration"].tolist() == pytest.approx([7.25, 0.25, 1.1], abs=1e-5)
    assert answer.table["slip"].tolist() == [0, 0, 0]


def test_a_row_with_only_a_finish_is_an_event_on_that_day_and_an_activity() -> None:
    result = read([["ID", "Task", "Start", "Finish", "Predecessors"], ["K-1", "Build", "2026-03-09", "2026-03-13", None],
                   ["M-1", "Launch", None, "2026-03-13", "K-1"]])
    answer = schedule(result.plan, ScheduleOptions())
    assert row(result, "Launch")["kind"] == "activity"
    assert [str(day.date()) for day in answer.table["forecast_finish"]] == ["2026-03-13", "2026-03-13"]
    assert answer.table["slip"].tolist() == [0, 0]
    assert not {"dates-against-logic", "duration-assumed"} & {one.code for one in answer.findings}


def test_durations_in_weeks_by_the_header() -> None:
    result = read([["Task", "Start", "Duration (weeks)"], ["Design", "2026-03-02", 2]])
    assert planned(result, "Design") == ("2026-03-02", "2026-03-13", 10)


def test_exchanged_dates_are_turned_and_said() -> None:
    result = read([_HEAD, ["Design", "2026-03-13", "2026-03-02", None], ["Build", "2026-03-09", "2026-03-13", None]])
    assert (row(result, "Design")["planned_start"], row(result, "Design")["planned_finish"]) == ("2026-03-02", "2026-03-13")
    assert finding(result, "swapped-dates").severity.value == "error"


def test_a_plan_that_works_weekends_gets_a_seven_day_week() -> None:
    result = read([["Task", "Start", "Finish"], ["Shoot", "2026-03-07", "2026-03-08"], ["Cut", "2026-03-14", "2026-03-15"]])
    assert all(result.plan.default_calendar.week)
    assert planned(result, "Shoot")[2] == 2
    assert "seven-day-week" in codes(result)


def test_a_duration_that_counts_working_days_keeps_the_five_day_week() -> None:
    rows = [[f"Task {number}", "2026-03-07", "2026-03-20", 10] for number in range(4)]
    result = read([_HEAD, *rows])
    assert not all(result.plan.default_calendar.week)
    assert row(result, "Task 0")["duration"] == 10


def test_milestones_by_flag_by_name_and_by_zero_duration() -> None:
    result = read(
        [
            ["Task", "Start", "Finish", "Duration", "Milestone"],
            ["Phase gate", "2026-03-06", "2026-03-06", 1, "Y"],
            ["Milestone: launch", "2026-03-20", "2026-03-20", 1, None],
            ["Freeze", "2026-03-10", "2026-03-10", 0, None],
            ["Long work", "2026-03-02", "2026-03-27", 20, "Yes"],
            ["Short work", "2026-03-02", "2026-03-02", 1, None],
        ]
    )
    kinds = dict(zip(result.plan.activities["name"], result.plan.activities["kind"], strict=True))
    assert kinds == {
        "Phase gate": "milestone",
        "Milestone: launch": "milestone",
        "Freeze": "milestone",
        "Long work": "activity",
        "Short work": "activity",
    }
    assert row(result, "Phase gate")["duration"] == 0


def test_repeated_ids_are_told_apart_and_said() -> None:
    result = read(
        [
            ["ID", "Task", "Start"],
            ["a", "Design", "2026-03-02"],
            *([f"x{number}", f"T{number}", "2026-03-03"] for number in range(30)),
            ["a", "Build", "2026-03-04"],
        ]
    )
    assert row(result, "Build")["id"] == "a-2"
    assert finding(result, "duplicate-ids").items == ("a-2",)


def test_ids_are_made_where_the_sheet_has_none() -> None:
    result = read([["Task", "Start"], ["Design", "2026-03-02"], ["Design", "2026-03-03"]])
    assert result.plan.activities["id"].tolist() == ["1", "2"]


def test_done_below_a_hundred_percent_is_a_finding() -> None:
    result = read([["Task", "Status", "% complete", "Start"], ["Design", "Done", 90, "2026-03-02"], ["Build", "Done", 100, "2026-03-02"]])
    assert finding(result, "done-not-complete").places[0].cell == "C2"


@given(st.dates(dt.date(2020, 1, 6), dt.date(2030, 1, 1)).filter(lambda day: day.weekday() < 5), st.integers(1, 400))
@settings(max_examples=30, deadline=None)
def test_finish_from_duration_and_duration_from_finish_are_each_others_inverse(start: dt.date, days: int) -> None:
    finish = schedule(plan_of({"id": "A", "start": str(start), "duration": days})).table["planned_finish"][0]
    both = {"id": "A", "start": str(start), "finish": str(finish.date()), "duration": float("nan")}
    assert schedule(plan_of(both)).table["duration"][0] == days
    assert schedule(plan_of({"id": "A", "finish": str(finish.date()), "duration": days})).table["planned_start"][0].date() == start


def test_estimates_beside_dates_are_no_duration() -> None:
    head = ["Task", "Start", "Finish", "Optimistic", "Most likely", "Pessimistic"]
    result = read([head, ["Design", "2026-03-02", "2026-03-06", 2, 3, 9], ["Build", "2026-03-09", "2026-03-13", None, None, None]])
    assert planned(result, "Design")[2] == 5
    assert row(result, "Design")["most_likely"] == 3
    assert "duration-contradicts" not in {one.code for one in schedule(result.plan, ScheduleOptions()).findings}


def test_estimates_without_dates_say_how_long_it_takes() -> None:
    result = read([["Task", "Optimistic", "Most likely", "Pessimistic"], ["Design", 2, 3, 9], ["Build", 1, 4, 6]])
    assert row(result, "Design")["duration"] == 3


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("report", ["2026-11-06", "2026-11-13", "2026-11-20"])
def test_no_duration_of_the_samples_contradicts_its_dates(lang: str, report: str, request: pytest.FixtureRequest) -> None:
    path = request.config.rootpath / "data" / f"sample_{lang}_{report}.xlsx"
    found = schedule(read_files([(path.name, path.read_bytes())]).plan, ScheduleOptions()).findings
    assert "duration-contradicts" not in {one.code for one in found}


@pytest.mark.parametrize(
    ("start", "finish", "days"),
    [
        ("2026-03-06", "2026-03-09", 2),  # Friday to Monday
        ("2026-03-07", "2026-03-09", 2),  # Saturday and Monday
        ("2026-03-07", "2026-03-07", 1),
        ("2026-03-07", "2026-03-08", 2),
        ("2026-03-06", "2026-03-08", 2),
    ],
)
def test_a_day_planned_on_a_weekend_counts_for_its_item_on_import_and_after_a_correction(start: str, finish: str, days: int) -> None:
    others = [[f"Step {number}", f"2026-03-{number:02}", f"2026-03-{number:02}"] for number in (2, 3, 4, 5, 9, 10, 11, 12, 13)]
    result = read([["Task", "Start", "Finish"], ["Move", start, finish], *others])
    assert planned(result, "Move")[2] == days
    item = row(result, "Move")["id"]
    edited, _ = apply_edits(result.plan, [Edit(item, "planned_start", "2026-03-02"), Edit(item, "planned_finish", "2026-03-02")])
    back, _ = apply_edits(edited, [Edit(item, "planned_start", start), Edit(item, "planned_finish", finish)])
    assert schedule(back, ScheduleOptions()).table["duration"].iloc[0] == days
    lasting, _ = apply_edits(result.plan, [Edit(item, "duration", 3.0)])
    assert compile_calendar(lasting.default_calendar, dt.date(2026, 3, 1), dt.date(2026, 4, 1)).worked(
        lasting.activities["planned_start"].iloc[0].date(), lasting.activities["planned_finish"].iloc[0].date()
    ) == 3


def test_a_deadline_beside_durations_or_predecessors_is_a_deadline_and_no_finish() -> None:
    head = ["ID", "Task", "Start", "Duration (days)", "Predecessors", "Deadline"]
    result = read([head, ["K-1", "Build", "2026-03-02", 5, None, None], ["K-2", "Test", "2026-03-09", 5, "K-1", "2026-03-11"]])
    answer = schedule(result.plan, ScheduleOptions())
    assert (row(result, "Test")["planned_finish"], row(result, "Test")["deadline"]) == (None, "2026-03-11")
    assert str(answer.table["forecast_finish"][1].date()) == "2026-03-13"
    assert answer.table["total_float"][1] == -2


@pytest.mark.parametrize("header", ["Deadline", "Due by", "마감일"])
def test_a_deadline_that_is_the_only_end_is_the_planned_finish_and_the_promise(header: str) -> None:
    result = read([["Task", "Start", header], ["Design", "2026-03-02", "2026-03-06"], ["Build", "2026-03-09", "2026-03-11"],
                   ["Ship", "2026-03-12", "2026-03-13"]])
    assert (row(result, "Design")["planned_finish"], row(result, "Design")["deadline"]) == ("2026-03-06", "2026-03-06")


def test_zero_days_of_a_linked_plan_take_no_time() -> None:
    result = read([["ID", "Task", "Duration", "Start", "Predecessors"], [1, "Build", 5, "2026-03-02", None], [2, "Built", 0, None, 1],
                   [3, "Test", 5, None, 2], [4, "Tested", 0, None, 3], [5, "Ship", 5, None, 4], [6, "Shipped", 0, None, 5]])
    answer = schedule(result.plan, ScheduleOptions())
    assert str(answer.finish) == "2026-03-20"
    assert "duration-assumed" not in {one.code for one in answer.findings}


def test_status_percent_and_actual_dates_that_contradict_each_other_are_findings() -> None:
    head = ["ID", "Task", "Start", "Finish", "Actual start", "Actual finish", "% complete", "Status"]
    span = ["2026-06-01", "2026-06-05"]
    result = read([head, [1, "A", *span, "2026-06-04", "2026-06-02", 1, "Done"],
                   [2, "B", *span, "2026-06-01", "2026-06-05", 0.6, "In progress"],
                   [3, "C", *span, None, None, 0.4, "Not started"], [4, "D", *span, None, None, 1, "In progress"]])
    found = {one.code: one.items for one in result.findings}
    assert found["actual-dates-crossed"] == ("1",)
    assert found["actual-not-done"] == ("2",)
    assert found["complete-not-done"] == ("3", "4")
