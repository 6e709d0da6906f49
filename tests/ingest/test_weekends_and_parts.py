"""A few Saturdays make no seven-day week; parts of days agree with the dates they lie on; milestones that take days are told."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.ingest.build import codes, finding, read, row
from tpm.ingest.cells.numbers import duration
from tpm.model import ImportResult
from tpm.schedule import schedule


def _dated(*spans: tuple[str, str]) -> ImportResult:
    return read([["Task", "Start", "Finish"], *([f"Step {at}", *span] for at, span in enumerate(spans))])


@pytest.mark.parametrize(
    "spans",
    [
        [("2026-03-02", "2026-03-06"), ("2026-03-07", "2026-03-07"), ("2026-03-09", "2026-03-13"), ("2026-03-16", "2026-03-17")],
        [("2026-03-02", "2026-03-06"), ("2026-03-07", "2026-03-07"), ("2026-03-14", "2026-03-14")],
        [("2026-03-02", "2026-03-07"), ("2026-03-09", "2026-03-14"), ("2026-03-16", "2026-03-21")],
        [("2026-03-08", "2026-03-08"), ("2026-03-09", "2026-03-13")],
    ],
)
def test_a_few_items_on_one_day_of_the_weekend_are_worked_for_themselves(spans: list[tuple[str, str]]) -> None:
    result = _dated(*spans)
    assert "seven-day-week" not in codes(result)
    assert result.plan.default_calendar.name == "standard"


def test_a_plan_that_goes_on_every_day_has_a_seven_day_week() -> None:
    days = [dt.date(2026, 3, 2) + dt.timedelta(days=3 * at) for at in range(10)]
    result = _dated(*[(day.isoformat(), (day + dt.timedelta(days=2)).isoformat()) for day in days])
    assert finding(result, "seven-day-week").params["by"] == "dates"


@pytest.mark.parametrize(
    ("start", "finish", "days", "kept"),
    [
        ("2026-03-05", "2026-03-16", 7.25, 7.25),
        ("2026-03-02", "2026-03-02", 0.25, 0.25),
        ("2026-03-02", "2026-03-03", 1.1, 1.1),
        ("2026-03-02", "2026-03-04", 2.5, 2.5),
        ("2026-03-02", "2026-03-04", 2, 3),
        ("2026-03-02", "2026-03-04", 4, 3),
    ],
)
def test_a_part_of_the_last_day_agrees_with_the_dates(start: str, finish: str, days: float, kept: float) -> None:
    result = read([["Task", "Start", "Finish", "Duration"], ["Build", start, finish, days], ["Wait", "2026-03-02", "2026-03-06", 5]])
    agrees = kept == days
    assert ("duration-contradicts" not in {one.code for one in schedule(result.plan).findings}) is agrees
    assert schedule(result.plan).table["duration"][0] == pytest.approx(kept, abs=1e-5)
    if agrees:
        assert row(result, "Build")["duration"] == days


@pytest.mark.parametrize(
    ("text", "days", "elapsed"), [("e5d", 5, True), ("e2w", 14, True), ("5ed", 5, True), ("e1.5d", 1.5, True), ("5d", 5, False)]
)
def test_elapsed_durations_as_smartsheet_writes_them(text: str, days: float, elapsed: bool) -> None:
    found = duration(text, "days")
    assert found is not None
    assert (found.days, found.elapsed) == (days, elapsed)


def test_a_milestone_that_takes_days_is_kept_as_work_and_told() -> None:
    rows = [["1", "Design", "Task", "5d", "2026-03-02", "2026-03-06"], ["2", "Gate review", "Milestone", "2d", "2026-03-09", "2026-03-10"],
            ["3", "Launch", "Milestone", "0", "2026-03-13", "2026-03-13"]]  # fmt: skip
    result = read([["ID", "Task", "Type", "Duration", "Start", "Finish"], *rows])
    assert row(result, "Gate review")["kind"] == "activity"
    assert row(result, "Launch")["kind"] == "milestone"
    told = finding(result, "milestones-with-duration")
    assert [place.cell for place in told.places] == ["D3"]
    assert told.items == ("2",)
