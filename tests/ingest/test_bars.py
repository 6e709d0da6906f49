"""Bars under a calendar whose captions say their days in other ways than one date a column."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ingest.build import read, row
from tpm.ingest.cells.dates import Reading, parse


def _dates(rows: list[list[Any]], name: str) -> tuple[str, str]:
    found = row(read(rows), name)
    return found["planned_start"], found["planned_finish"]


_WORK = [["Dig", "x", "x"], ["Lay", "", "", "x"], ["Fill", "", "", "", "x"], ["Plant", "", "x", "x"]]


@pytest.mark.parametrize("weeks", [
    ("1/4~1/8", "1/11~1/15", "1/18~1/22", "1/25~1/29"),
    ("4/1-8/1", "11/1-15/1", "18/1-22/1", "25/1-29/1"),
    ("4.1.2027-8.1.2027", "11.1.2027-15.1.2027", "18.1.2027-22.1.2027", "25.1.2027-29.1.2027"),
    ("4 Jan - 8 Jan", "11 Jan - 15 Jan", "18 Jan - 22 Jan", "25 Jan - 29 Jan"),
])  # fmt: skip
def test_a_bar_ends_where_its_caption_says_that_the_week_ends(weeks: tuple[str, ...]) -> None:
    rows = [["Plan 2027"], ["Task", *weeks], *_WORK]
    assert _dates(rows, "Dig") == ("2027-01-04", "2027-01-15")
    assert _dates(rows, "Fill") == ("2027-01-25", "2027-01-29")


@pytest.mark.parametrize("title", ["Opening (11.26. ~ 12.09.) 2026", "Start: 2026-11-26", "착수 2026.11.26"])
def test_numbered_days_count_from_the_date_that_a_line_above_states(title: str) -> None:
    days = [26, 27, 30, 1, 2, 3, 4, 7, 8, 9]
    rows = [[title], [], ["Task", *days], ["Dig", "x", "x"], ["Lay", "", "", "x", "x"], ["Fill", *[""] * 8, "x", "x"]]
    assert _dates(rows, "Dig") == ("2026-11-26", "2026-11-27")
    assert _dates(rows, "Lay") == ("2026-11-30", "2026-12-01")
    assert _dates(rows, "Fill") == ("2026-12-08", "2026-12-09")


def test_an_outline_number_is_no_range() -> None:
    assert parse("1.2-3.4", Reading("ymd", 2026)) == parse("1.2~3.4", Reading("ymd", 2026))
    assert parse("1-2", Reading("ymd", 2026)) is not None
    assert parse("1.2.3-4", Reading("ymd", 2026)) is None
