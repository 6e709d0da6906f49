"""The day that a plan's data describe: what the file says, in order, as far as it lies within the plan."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.schedule.networks import START, plan_of
from tpm.model import Plan
from tpm.schedule import default_status_date, described_day, told_day
from tpm.schedule.status_date import day_in_name

TODAY = dt.date(2026, 3, 27)


def march(**said: Any) -> Plan:
    """A plan of March."""
    return plan_of([{"id": "A", "planned_start": dt.date(2026, 3, 2), "planned_finish": dt.date(2026, 3, 31)}], [], **said)


@pytest.mark.parametrize(("said", "day", "by"), [
    ({}, TODAY, "today"),
    ({"saved_on": dt.date(2026, 3, 10)}, dt.date(2026, 3, 10), "saved"),
    ({"saved_on": dt.date(2026, 3, 10), "name": "weekly 2026-03-06"}, dt.date(2026, 3, 6), "name"),
    ({"saved_on": dt.date(2026, 3, 10), "name": "weekly 2026-03-06", "status_date": dt.date(2026, 3, 4)}, dt.date(2026, 3, 4), "file"),
    ({"saved_on": dt.date(2026, 2, 10), "name": "weekly 2026-03-06"}, dt.date(2026, 3, 6), "name"),
    ({"saved_on": dt.date(2026, 3, 10), "name": "weekly 2025-03-06"}, dt.date(2026, 3, 10), "saved"),
    ({"saved_on": dt.date(2026, 3, 28)}, TODAY, "today"),  # a clock that is ahead
    ({"name": "due 2026-03-30"}, TODAY, "today"),
    ({"status_date": dt.date(2026, 3, 30)}, dt.date(2026, 3, 30), "file"),  # what is stated is believed
    ({"status_date": dt.date(2026, 4, 1)}, TODAY, "today"),
])
def test_the_first_day_that_lies_within_the_plan_is_the_status_date(said: dict[str, Any], day: dt.date, by: str) -> None:
    found = described_day(march(**said), TODAY)
    assert found is not None
    assert (found.day, found.by) == (day, by)


@pytest.mark.parametrize(("day", "status"), [
    (dt.date(2026, 3, 1), None), (dt.date(2026, 3, 2), dt.date(2026, 3, 2)), (dt.date(2026, 3, 31), dt.date(2026, 3, 31)),
    (dt.date(2026, 4, 1), None)])
def test_today_counts_from_the_first_to_the_last_planned_day(day: dt.date, status: dt.date | None) -> None:
    assert default_status_date(march(), day) == status
    assert default_status_date(Plan(), START) is None


def test_a_plan_that_is_over_is_seen_from_the_day_it_was_saved() -> None:
    assert default_status_date(march(saved_on=dt.date(2026, 3, 10)), dt.date(2026, 9, 1)) == dt.date(2026, 3, 10)
    assert default_status_date(march(saved_on=dt.date(2026, 5, 10)), dt.date(2026, 9, 1)) is None


def test_what_a_version_speaks_of_is_told_wherever_it_lies() -> None:
    assert told_day(march()) is None
    assert told_day(march(saved_on=dt.date(2025, 1, 1))) == dt.date(2025, 1, 1)


@pytest.mark.parametrize(("name", "day"), [
    ("weekly_2026-11-20", "2026-11-20"), ("20261120 plan", "2026-11-20"), ("plan.2026.11.20.v3", "2026-11-20"),
    ("주간보고_251120", "2025-11-20"),
    ("Stand 20.11.2026", "2026-11-20"), ("2026-11-06 to 2026-11-20", "2026-11-20"), ("plan 2026-13-40", None), ("ticket 1234567", None),
    ("Q4 2026", None), ("", None), ("2026_11_20" * 2, None)])
def test_the_date_in_a_name(name: str, day: str | None) -> None:
    assert day_in_name(name) == (None if day is None else dt.date.fromisoformat(day))
