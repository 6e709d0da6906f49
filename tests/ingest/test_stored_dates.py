"""Dates that were stored otherwise than meant, or with words beside them: UTC midnights, exchanged days, New Year, other locales."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.ingest.build import codes, finding, read, read_text, row
from tpm.ingest import ReadOptions, read_files
from tpm.ingest.cells.dates import Reading, parse
from tpm.model import ImportResult

_MONDAYS = [dt.date(2026, 3, 2) + dt.timedelta(weeks=week) for week in range(4)]


def _spans(result: ImportResult) -> list[tuple[str | None, str | None]]:
    rows = [row(result, name) for name in result.plan.activities["name"]]
    return [(one["planned_start"], one["planned_finish"]) for one in rows]


def _stored(zone_hours: float, form: str, minutes: int = 0) -> ImportResult:
    """Four weeks from Monday to Friday as a zone ``zone_hours`` east of UTC stores them, ``minutes`` after its midnight."""

    def utc(day: dt.date) -> str:
        return (dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes, hours=-zone_hours)).strftime(form)

    lines = [f"Z{at},Step {at},{utc(day)},{utc(day + dt.timedelta(days=4))}" for at, day in enumerate(_MONDAYS)]
    return read_text("\n".join(["ID,Task,Start,Due", *lines]))


@pytest.mark.parametrize("zone", [13, 12, 9, 5.5, 5.75, 1, -3, -5, -10])
@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%S.000Z", "%Y-%m-%dT%H:%MZ", "%Y-%m-%d %H:%M:%S+00:00", "%Y-%m-%d %H:%M UTC"])
def test_local_midnights_stored_as_utc_are_the_day_that_begins_then(zone: float, form: str) -> None:
    result = _stored(zone, form)
    assert _spans(result) == [(day.isoformat(), (day + dt.timedelta(days=4)).isoformat()) for day in _MONDAYS]
    assert "seven-day-week" not in codes(result)
    assert ("utc-midnight" in codes(result)) is (zone > 0)


def test_the_two_midnights_of_summer_time_are_one_zone() -> None:
    result = read_text(
        "ID,Task,Start,Due\nZ1,Before,2026-03-22T23:00:00Z,2026-03-26T23:00:00Z\nZ2,After,2026-03-29T22:00:00Z,2026-04-02T22:00:00Z\n"
    )
    assert _spans(result) == [("2026-03-23", "2026-03-27"), ("2026-03-30", "2026-04-03")]
    told = next(one for one in result.findings if one.code == "utc-midnight")
    assert "2 hours" in told.message("en")
    assert "2시간" in told.message("ko")


def test_times_of_the_working_day_stay_on_their_day() -> None:
    assert _spans(_stored(0, "%Y-%m-%dT%H:%M:%SZ", minutes=8 * 60))[0] == ("2026-03-02", "2026-03-06")
    fridays = "\n".join(f"T{week},Step {week},{day + dt.timedelta(days=4)}T17:00:00Z" for week, day in enumerate(_MONDAYS))
    result = read_text(f"ID,Task,Due\n{fridays}\n")  # read as the next day, all would lie on Saturdays
    assert [finish for _, finish in _spans(result)] == [(day + dt.timedelta(days=4)).isoformat() for day in _MONDAYS]


def test_different_times_are_times() -> None:
    result = read_text("ID,Task,Start,Due\n1,A,2026-03-02T15:00:00Z,2026-03-04T16:30:00Z\n2,B,2026-03-05T18:00:00Z,2026-03-06T21:00:00Z\n")
    assert _spans(result) == [("2026-03-02", "2026-03-04"), ("2026-03-05", "2026-03-06")]


_REAL = [(dt.date(2027, 10, 25), dt.date(2027, 10, 28)), (dt.date(2027, 10, 29), dt.date(2027, 11, 1)),
         (dt.date(2027, 11, 2), dt.date(2027, 11, 10)), (dt.date(2027, 11, 11), dt.date(2027, 11, 17))]  # fmt: skip


@pytest.mark.parametrize("order", ["%d/%m/%Y", "%m/%d/%Y"])
def test_days_and_months_that_a_spreadsheet_exchanged_are_put_back(order: str) -> None:
    def stored(day: dt.date) -> object:
        """What is left of a typed date in a spreadsheet of the other order."""
        return day.replace(month=day.day, day=day.month) if day.day <= 12 else day.strftime(order)

    stored_rows = [[f"Step {at}", *map(stored, days)] for at, days in enumerate(_REAL)]
    result = read([["Task", "Start", "Finish"], *stored_rows])
    assert _spans(result) == [(first.isoformat(), last.isoformat()) for first, last in _REAL]
    assert {one.code for one in result.findings} >= {"dates-exchanged"}
    assert "swapped-dates" not in codes(result)


def test_real_dates_beside_texts_stay_where_they_fit() -> None:
    rows = [["A", dt.date(2026, 3, 2), "06/03/2026"], ["B", dt.date(2026, 3, 9), "13/03/2026"], ["C", dt.date(2026, 3, 16), "20/03/2026"]]
    assert _spans(read([["Task", "Start", "Finish"], *rows]))[1] == ("2026-03-09", "2026-03-13")  # 16 is no month
    early = [["A", dt.date(2026, 3, 2), "16/03/2026"], ["B", dt.date(2026, 3, 4), "20/03/2026"]]
    result = read([["Task", "Start", "Finish"], *early])
    assert _spans(result) == [("2026-03-02", "2026-03-16"), ("2026-03-04", "2026-03-20")]
    assert "dates-exchanged" not in codes(result)


def _bare(days: list[tuple[str, str]], as_of: str, title: str = "") -> list[tuple[str | None, str | None]]:
    lines = [f"Step {at},{first},{last}" for at, (first, last) in enumerate(days)]
    text = "\n".join([*([title] if title else []), "Task,Start,Finish", *lines])
    return _spans(read_files([("plan.csv", text.encode())], ReadOptions(as_of=dt.date.fromisoformat(as_of), date_order="mdy")))


_WINTER = [("12/14", "12/14"), ("12/21", "12/31"), ("1/4", "1/8"), ("1/11", "2/26"), ("3/2", "3/19")]


@pytest.mark.parametrize(
    ("as_of", "first"), [("2026-11-30", 2026), ("2026-12-20", 2026), ("2027-01-10", 2026), ("2027-03-30", 2026), ("2026-02-01", 2025)]
)
def test_a_plan_without_years_goes_on_over_new_year(as_of: str, first: int) -> None:
    found = _bare(_WINTER, as_of)
    assert found[1] == (f"{first}-12-21", f"{first}-12-31")
    assert found[2] == (f"{first + 1}-01-04", f"{first + 1}-01-08")
    assert found[4] == (f"{first + 1}-03-02", f"{first + 1}-03-19")


def test_a_stated_year_is_the_one_in_which_the_plan_begins() -> None:
    assert _bare(_WINTER, "2026-11-30", "Rollout 2024,,")[0] == ("2024-12-14", "2024-12-14")
    assert _bare(_WINTER, "2026-11-30", "Rollout 2024,,")[2] == ("2025-01-04", "2025-01-08")


def test_two_teams_that_go_over_new_year_each_do_so() -> None:
    found = _bare([("11/2", "11/6"), ("12/28", "1/8"), ("1/11", "1/15"), ("11/9", "11/13"), ("1/4", "1/8")], "2026-11-30")
    assert [first for first, _ in found] == ["2026-11-02", "2026-12-28", "2027-01-11", "2026-11-09", "2027-01-04"]


@pytest.mark.parametrize(
    "days",
    [
        [("1/12", "1/16"), ("2/2", "2/6"), ("10/5", "10/9"), ("12/7", "12/11")],
        [("2/2", "2/6"), ("6/1", "6/5"), ("11/2", "11/6"), ("1/5", "1/9"), ("4/6", "4/10"), ("9/7", "9/11"), ("12/7", "12/11")],
    ],
)
def test_a_plan_of_one_year_stays_in_it(days: list[tuple[str, str]]) -> None:
    assert {first[:4] for first, _ in _bare(days, "2026-01-05") if first} == {"2026"}


def test_years_that_were_given_are_told() -> None:
    text = "작업명,시작일,종료일\n조사,12/21,12/31\n정리,1/4,1/8\n"
    result = read_files([("plan.csv", text.encode())], ReadOptions(as_of=dt.date(2026, 11, 30)))
    assert finding(result, "assumed-year").params["year"] == "2026–2027"
    assert finding(read_text("Task,Start\nA,Dec 21\nB,Dec 28\n"), "assumed-year").severity.value == "warning"


def test_the_year_is_asked_only_where_nothing_in_the_file_says_it() -> None:
    bare = "Task,Start,End\nDesign,3 Mar,6 Mar\nBuild,9 Mar,20 Mar\n"
    asked = finding(read_text(bare), "assumed-year")
    assert (asked.where, asked.params["headers"], asked.params["count"]) == ("B1, C1", "“Start”, “End”", 2)
    beside = read_text("Task,Start,End\nDesign,3 Mar 2031,6 Mar\nBuild,9 Mar,20 Mar\n")
    assert finding(beside, "context-year").params["year"] == "2031"
    assert row(beside, "Build")["planned_finish"] == "2031-03-20"
    assert finding(read_text(bare, name="plan 2032.csv"), "context-year").params["year"] == "2032"


def test_a_year_that_is_said_is_taken_and_nothing_is_asked() -> None:
    bare = b"Task,Start,End\nDesign,21 Dec,30 Dec\nBuild,4 Jan,8 Jan\n"
    result = read_files([("plan 2026.csv", bare)], ReadOptions(year=2028))
    assert (row(result, "Design")["planned_start"], row(result, "Build")["planned_finish"]) == ("2028-12-21", "2029-01-08")
    assert not {"assumed-year", "context-year"} & codes(result)


@pytest.mark.parametrize(
    "text",
    [
        "05 March 2026 8:00 SA", "05 March 2026 5:00 CH", "Thu 5 Mar", "목 5/3", "5/3 목", "2026-03-05(목)", "Do 05.03.26", "木 5/3",
        "jeudi 5 mars 2026", "jeu. 5 mars 2026", "周四 2026-03-05", "2026-03-05 下午 3:00", "Czw 05.03.26", "Thứ Năm 05/03/2026",
        "5 mars 2026 à 08:00", "2026-03-05 17h00", "5.3.2026 klo 8.00", "3월 5일 (목) 오전 9시", "March 5, 2026 at 5:00 PM", "чт 05.03.26",
        "05.03.2026 um 8 Uhr", "jue 05/03/26 9:00 a.m.", "Donnerstag, 5. März 2026", "quinta-feira, 5 de março de 2026",
        "2026-03-05T17:00", "5/3/2026 5:00 μ.μ.",
    ],
)  # fmt: skip
def test_weekdays_and_times_of_any_locale_are_no_obstacle(text: str) -> None:
    day = dt.date(2026, 3, 5)
    assert parse(text, Reading("dmy", 2026)) == (day, day)


@pytest.mark.parametrize("text", ["Phase 1/2", "Build 3/5", "Sunday", "월", "5 h", "16 h", "Version 1.2.2026", "at 8.00", "do it 1.2"])
def test_what_only_looks_like_a_date_beside_a_word_is_none(text: str) -> None:
    assert parse(text, Reading("dmy", 2026)) is None
