"""Cells to values: every notation of dates, durations, progress and status that planners write."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.ingest.build import codes, finding, read, row
from tpm.ingest import ReadOptions
from tpm.ingest.cells import numbers
from tpm.ingest.cells.anchors import relative
from tpm.ingest.cells.dates import Reading, column_order, parse
from tpm.ingest.lexicon import words
from tpm.model import State


def _d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03-05", "2026-03-05", "2026-03-05"),
        ("2024.03.05", "2024-03-05", "2024-03-05"),
        ("2024. 3. 5.", "2024-03-05", "2024-03-05"),
        ("2024년 3월 5일", "2024-03-05", "2024-03-05"),
        ("2026-03-05T09:00:00Z", "2026-03-05", "2026-03-05"),
        ("2017-08-03 20:05:45 UTC", "2017-08-03", "2017-08-03"),
        ("22/Mar/26 10:50 AM", "2026-03-22", "2026-03-22"),
        ("Jan 9, 2025", "2025-01-09", "2025-01-09"),
        ("April 3, 2025", "2025-04-03", "2025-04-03"),
        ("5th of March, 2024", "2024-03-05", "2024-03-05"),
        ("5-Mar-24", "2024-03-05", "2024-03-05"),
        ("Mon 3/2/26", "2026-03-02", "2026-03-02"),
        ("Mar-24", "2024-03-01", "2024-03-31"),
        ("March 2024", "2024-03-01", "2024-03-31"),
        ("mid March", "2026-03-11", "2026-03-20"),
        ("3월 말", "2026-03-21", "2026-03-31"),
        ("Q3 2026", "2026-07-01", "2026-09-30"),
        ("2026 Q3", "2026-07-01", "2026-09-30"),
        ("Q425", "2025-10-01", "2025-12-31"),
        ("3Q26", "2026-07-01", "2026-09-30"),
        ("H2", "2026-07-01", "2026-12-31"),
        ("2026년 하반기", "2026-07-01", "2026-12-31"),
        ("2026-W14", "2026-03-30", "2026-04-03"),
        ("W14", "2026-03-30", "2026-04-03"),
        ("6월21일", "2026-06-21", "2026-06-21"),
        ("6/21", "2026-06-21", "2026-06-21"),
        ("20260305", "2026-03-05", "2026-03-05"),
        ("45000", "2023-03-15", "2023-03-15"),
        ("Oct 1 – Nov 30", "2026-10-01", "2026-11-30"),
        ("Dec 1 – Mar 1", "2026-12-01", "2027-03-01"),
        ("12 de marzo de 2026", "2026-03-12", "2026-03-12"),
        ("12 février 2026", "2026-02-12", "2026-02-12"),
        ("２０２６－０３－０５", "2026-03-05", "2026-03-05"),
    ],
)
def test_dates_are_read_in_every_notation(text: str, first: str, last: str) -> None:
    assert parse(text, Reading("mdy", 2026)) == (_d(first), _d(last))


@pytest.mark.parametrize("text", ["31/02/2026", "2-3days", "Design", "v1.0", "3FS+2d", "10%", "1.2.3", "Team 7", "", "99/99/99", "A-12"])
def test_what_is_no_date_is_not_made_one(text: str) -> None:
    assert parse(text, Reading("dmy", 2026)) is None


@pytest.mark.parametrize(
    ("texts", "order", "conflict"),
    [
        (["25/12/2026", "03/04/2026"], "dmy", False),
        (["12/25/2026", "03/04/2026"], "mdy", False),
        (["03/04/2026", "05/06/2026"], None, False),
        (["24/3/5", "24/3/18", "24/4/2"], "ymd", False),
        (["25/12/2026", "30/11/2026", "12/30/2026"], "dmy", True),
        (["2026-03-04"], None, False),
    ],
)
def test_the_order_of_day_and_month_is_decided_by_the_column(texts: list[str], order: str | None, conflict: bool) -> None:
    evidence = column_order(texts)
    assert (evidence.order, evidence.conflict) == (order, conflict)


def test_an_undecided_order_is_said_and_can_be_set() -> None:
    rows = [["Task", "Start"], ["Design", "03/04/2026"], ["Build", "05/06/2026"]]
    assert finding(read(rows), "date-order-assumed").params["order"] == "order.mdy"
    assert row(read(rows, ReadOptions(date_order="dmy")), "Design")["planned_start"] == "2026-04-03"


def test_the_order_under_which_work_does_not_end_before_it_starts_is_taken() -> None:
    result = read([["Task", "Start", "Finish"], ["Design", "05/01/2026", "02/02/2026"], ["Build", "02/02/2026", "06/02/2026"]])
    assert (row(result, "Design")["planned_start"], row(result, "Design")["planned_finish"]) == ("2026-01-05", "2026-02-02")


def test_tbd_is_unscheduled_and_not_an_error_but_nonsense_is_a_finding_with_its_cell() -> None:
    result = read([["Task", "Start"], ["Design", "TBD"], ["Build", "미정"], ["Test", "31/02/2026"], ["Ship", "2026-03-02"]])
    assert row(result, "Design")["planned_start"] is None
    found = finding(result, "unreadable-date")
    assert [place.cell for place in found.places] == ["B4"]
    assert "31/02/2026" in found.message("en")
    assert "31/02/2026" in found.message("ko")


def test_dates_without_a_year_take_it_from_the_title_and_say_so() -> None:
    result = read(
        [["2024년 프로젝트 일정"], [], ["작업명", "시작일", "종료일"], ["설계", "6월21일", "6월25일"], ["개발", "12월28일", "1월5일"]]
    )
    assert row(result, "설계")["planned_start"] == "2024-06-21"
    assert row(result, "개발")["planned_finish"] == "2025-01-05"
    assert "context-year" in codes(result)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("5", 5),
        ("5d", 5),
        ("2w", 10),
        ("3 wks", 15),
        ("1.5 mo", 30),
        ("12h", 1.5),
        ("5 days?", 5),
        ("5일", 5),
        ("2주", 10),
        ("3 MD", 3),
        ("1 semana", 5),
        ("2 dias", 2),
        ("2-3days", 2.5),
        ("7 - 10 days", 8.5),
        ("4 hours", 0.5),
        ("1w 2d", 7),
        ("Est. 8 days", 8),
        ("1개월", 20),
        ("30 mins", 1 / 16),
    ],
)
def test_durations_are_read_in_working_days(text: str, days: float) -> None:
    found = numbers.duration(text, "days")
    assert found is not None
    assert found.days == pytest.approx(days)


@pytest.mark.parametrize("text", ["Ongoing", "-", "abc", "Phase 2 work", "3 apples"])
def test_what_is_no_duration_is_not_made_one(text: str) -> None:
    assert numbers.duration(text, "days") is None


@pytest.mark.parametrize("text", ["3ed", "3 elapsed days", "3 달력일"])
def test_elapsed_durations_run_through_weekends(text: str) -> None:
    found = numbers.duration(text, "days")
    assert found is not None
    assert (found.days, found.elapsed) == (3, True)


@pytest.mark.parametrize(
    ("cells", "want"), [([0.25, 1], [0.25, 1]), ([25, 100], [0.25, 1]), (["25%", "완료"], [0.25, 1]), (["50", "0"], [0.5, 0])]
)
def test_progress_is_a_share_whatever_its_scale(cells: list[object], want: list[float]) -> None:
    result = read([["Task", "Progress", "Start"], ["Design", cells[0], "2026-03-02"], ["Build", cells[1], "2026-03-03"]])
    assert result.plan.activities["progress"].tolist() == want


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("진행중", State.IN_PROGRESS),
        ("착수 전", State.NOT_STARTED),
        ("완료", State.DONE),
        ("진행완료", State.DONE),
        ("완료예정", State.NOT_STARTED),
        ("미완료", State.NOT_STARTED),
        ("Done", State.DONE),
        ("To Do", State.NOT_STARTED),
        ("On Hold", State.BLOCKED),
        ("Won't do", State.CANCELLED),
        ("shipped (#439)", State.DONE),
        ("🟢 On Track", State.IN_PROGRESS),
        ("보류", State.BLOCKED),
        ("취소", State.CANCELLED),
        ("Terminé", State.DONE),
        ("In Arbeit", State.IN_PROGRESS),
        ("xyzzy", None),
    ],
)
def test_status_words_are_understood(text: str, state: State | None) -> None:
    assert words.state_of(text) is state


@pytest.mark.parametrize(
    ("text", "rank"),
    [("High", 2), ("상", 2), ("중", 3), ("하", 4), ("P0", 1), ("P1", 2), ("긴급", 1), ("1 - Critical", 1), ("Must", 1), ("blue", None)],
)
def test_priority_words_are_ranked(text: str, rank: float | None) -> None:
    assert words.priority_rank(text) == rank


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("D+5", (5, "days")), ("D", (0, "days")), ("d-3", (-3, "days")), ("T + 10", (10, "days")), ("D+5일", (5, "days")),
        ("D+5 days", (5, "days")), ("T0+5", (5, "days")), ("Day 3", (2, "days")), ("3일차", (2, "days")), ("Week 2", (1, "weeks")),
        ("2주차", (1, "weeks")), ("M4", (3, "months")), ("Month 1", (0, "months")), ("Design", None), ("D5", None), ("Week 0", None),
    ],
)
def test_how_far_after_the_start_of_the_project(text: str, offset: tuple[int, str] | None) -> None:
    assert relative(text) == offset


_RELATIVE_ROWS = [["Task", "Start", "Finish"], ["Design", "D+0", "D+4"], ["Build", "D+7", "D+11"]]


def test_relative_dates_count_from_the_start_that_a_person_gives() -> None:
    build = row(read(_RELATIVE_ROWS, ReadOptions(start=dt.date(2026, 3, 2))), "Build")
    assert (build["planned_start"], build["planned_finish"]) == ("2026-03-09", "2026-03-13")


def test_relative_dates_count_from_the_start_that_the_sheet_states() -> None:
    build = row(read([["Project start", dt.date(2026, 3, 2)], [None], *_RELATIVE_ROWS]), "Build")
    assert (build["planned_start"], build["planned_finish"]) == ("2026-03-09", "2026-03-13")


def test_relative_dates_count_from_the_first_dated_row() -> None:
    rows = [_RELATIVE_ROWS[0], ["Kickoff", "2026-03-02", "2026-03-02"], *_RELATIVE_ROWS[1:]]
    assert row(read(rows), "Build")["planned_start"] == "2026-03-09"


def test_relative_dates_without_any_start_are_a_finding() -> None:
    result = read(_RELATIVE_ROWS)
    assert result.plan.activities["planned_start"].isna().all()
    assert finding(result, "relative-days").params["headers"] == "“Start”, “Finish”"


@pytest.mark.parametrize(("head", "cells", "unit", "want"), [
    (("Start", "End"), ["Day 1", "Day 5", "D+5", "Day 9"], "days", [(0, 4), (5, 8)]),
    (("Start", "End"), ["Week 1", "Week 2", "Week 3", "W6"], "weeks", [(0, 11), (14, 39)]),
    (("시작 주차", "종료 주차"), [1, 2, 3, 6], "weeks", [(0, 11), (14, 39)]),
    (("Start day", "End day"), ["1", "5", "6", "9"], "days", [(0, 4), (5, 8)]),
    (("Start", "Finish"), [0, 4, 5, 9], "days", [(0, 4), (5, 9)]),
    (("Start", "End"), ["M1", "M2", "M3", "M4"], "months", [(0, 58), (59, 119)]),
])  # fmt: skip
def test_a_plan_in_numbered_days_weeks_or_months_asks_for_the_first_and_keeps_where_items_lie(
    head: tuple[str, str], cells: list[object], unit: str, want: list[tuple[int, int]]
) -> None:
    rows = [["Task", *head, "Owner"], ["Design", *cells[:2], "Bex"], ["Build", *cells[2:], "Ida"]]
    result = read(rows)
    assert [tuple(days) for days in result.plan.relative[["start", "finish"]].to_numpy().tolist()] == want
    told = finding(result, f"relative-{unit}")
    assert (told.where, told.params["count"], result.plan.relative_unit) == ("Plan!B2, Plan!B3, Plan!C2 and 1 more", 4, unit)
    assert not {"number-not-date", "unreadable-date", "assumed-year"} & codes(result)
    dated = read(rows, ReadOptions(start=dt.date(2026, 3, 2)))
    starts = dated.plan.activities["planned_start"].dt.date.tolist()
    assert dated.plan.relative.empty
    assert starts[0] == dt.date(2026, 3, 2)
    assert f"relative-{unit}" not in codes(dated)


def test_small_numbers_in_columns_that_count_nothing_are_no_days() -> None:
    result = read([["Task", "Start", "Finish"], ["Design", 5, "2026-03-06"], ["Build", 7, "2026-03-09"]])
    assert result.plan.relative.empty


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026.03.02 ~ 03.06", "2026-03-02", "2026-03-06"),
        ("2026-03-02 ~ 2026-03-06", "2026-03-02", "2026-03-06"),
        ("March 2 – 6, 2026", "2026-03-02", "2026-03-06"),
        ("Mar 2 - Mar 6, 2026", "2026-03-02", "2026-03-06"),
        ("2026년 3월 2일 ~ 6일", "2026-03-02", "2026-03-06"),
        ("March 2, 2026 → March 6, 2026", "2026-03-02", "2026-03-06"),
    ],
)
@pytest.mark.parametrize("header", ["기간", "Dates", "Timeline", "Duration", "일정"])
def test_a_column_of_periods_gives_both_ends(header: str, text: str, first: str, last: str) -> None:
    result = read([["Task", header, "Owner"], ["Design", text, "Ana"], ["Build", text, "Bo"]])
    design = row(result, "Design")
    assert (design["planned_start"], design["planned_finish"]) == (first, last)
    assert "assumed-year" not in codes(result)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("En ejecución", "in_progress"),
        ("Não iniciada", "not_started"),
        ("Clôturé", "done"),
        ("Zurückgestellt", "blocked"),
        ("取り消し", "cancelled"),
        ("부분완료", "in_progress"),
        ("중단됨", "blocked"),
        ("반려", "cancelled"),
    ],
)
def test_states_in_the_languages_of_planners(word: str, state: str) -> None:
    assert words.state_of(word) is State(state)
