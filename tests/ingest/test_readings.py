"""Which reading of a sheet is taken: headers of several rows or none, blocks beside and below each other, rows that tell what happened."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from tests.ingest.build import read, read_text, row, saved
from tpm.ingest import read_files

_MON = dt.date(2026, 11, 2)


def _day(number: int) -> dt.date:
    return _MON + dt.timedelta(days=number)


def test_a_list_without_a_header_row_is_read_by_what_its_columns_hold() -> None:
    result = read(
        [
            ["추진 일정"],
            ["1. 준비", None, None, None, "12월 14일", "12월 18일", 5],
            [None, "착수", None, None, "12월 14일", "12월 15일", 2],
            [None, None, "착수 회의", None, "12월 14일", "12월 14일", 1],
            [None, None, "역할 확정", None, "12월 15일", "12월 15일", 1],
            ["2. 조사", None, None, None, "12월 21일", "12월 30일", 8],
            [None, "현장 조사", None, None, "12월 21일", "12월 30일", 8],
            [None, None, "1공장 방문", None, "12월 21일", "12월 24일", 4],
            [None, None, "2공장 방문", None, "12월 28일", "12월 30일", 3],
        ]
    )
    assert len(result.plan.activities) == 8
    visit = row(result, "2공장 방문")
    assert (visit["planned_start"][5:], visit["planned_finish"][5:]) == ("12-28", "12-30")
    assert visit["parent"] == row(result, "현장 조사")["id"]


@pytest.mark.parametrize("file", ["ko-05-two-header-rows.csv", "en-header-continued-below.xlsx"])
def test_a_second_header_row_names_both_dates(file: str) -> None:
    path = Path("../shared/data/cases") / file
    if not path.exists():
        pytest.skip("the shared cases are not here")
    found = read_files([(file, path.read_bytes())]).plan.activities
    assert found["planned_start"].notna().all()
    assert (found["planned_finish"] >= found["planned_start"]).all()


@pytest.mark.parametrize(("plan", "actual"), [("계획", "진행"), ("Planned", "Actual"), ("계획", "실적")])
def test_a_block_of_dates_beside_the_plan_is_no_second_plan(plan: str, actual: str) -> None:
    result = read(
        [
            [None, None, plan, None, None, None, actual, None],
            ["Task", "담당자", "시작일", "작업일수", "종료일", None, "시작일", "종료일"],
            ["Collect", "Ann", _day(0), 2, _day(1), None, _day(0), _day(1)],
            ["Draft", "Ann", _day(2), 3, _day(4), None, _day(3), _day(7)],
            ["Review", "Bo", _day(7), 4, _day(10), None, _day(8), _day(11)],
            ["Hand in", "Bo", _day(11), 2, _day(14), None, None, None],
        ]
    )
    assert result.plan.activities["name"].tolist() == ["Collect", "Draft", "Review", "Hand in"]
    draft = row(result, "Draft")
    assert (draft["planned_start"], draft["actual_start"], draft["actual_finish"]) == ("2026-11-04", "2026-11-05", "2026-11-09")


@pytest.mark.parametrize("words", [("STT", "Công việc", "Ngày bắt đầu", "Ngày kết thúc"), ("No", "Task", "Start", "End")])
def test_rows_that_a_block_repeats_are_counted_once(words: tuple[str, ...]) -> None:
    whole = [[1, "Survey", _day(0), _day(4)], [2, "Design", _day(7), _day(11)], [3, "Code", _day(14), _day(18)]]
    blocks: list[list[object]] = [list(words), *whole]
    for number, name, first, last in whole:
        parts = [[f"{number}.1", f"{name} one", first, first], [f"{number}.2", f"{name} two", last, last]]
        blocks += [[], [], list(words), [number, name, first, last], *parts]
    result = read(blocks)
    assert sorted(result.plan.activities["name"]) == sorted(
        ["Survey", "Design", "Code", *(f"{name} {part}" for _, name, _, _ in whole for part in ("one", "two"))]
    )


@pytest.mark.parametrize("below", ["실제 진행", "Actual", "Ist", "réel"])
@pytest.mark.parametrize("coloured", [True, False])
def test_a_row_may_tell_what_happened_to_the_one_above(below: str, coloured: bool) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([None, "Opening of the shop (2026-11)"])
    sheet.append([None, "Step", *(_day(at) for at in range(20))])
    bars = {"Survey": (0, 3), "Lease": (4, 8), "Works": (9, 15), "Opening": (16, 17)}
    for name, (first, last) in bars.items():
        for text, late in ((name, 0), (below, 1)):
            sheet.append([None, text])
            for at in range(first + late, last + late + 1):
                cell = sheet.cell(sheet.max_row, 3 + at)
                if coloured:
                    cell.fill = PatternFill("solid", fgColor="FF3366CC" if late else "FF99CC00")
                else:
                    cell.value = "■"
    result = read_files([("plan.xlsx", saved(book))])
    assert result.plan.activities["name"].tolist() == list(bars)
    works = row(result, "Works")
    assert (works["planned_start"], works["planned_finish"]) == (_day(9).isoformat(), _day(15).isoformat())
    assert (works["actual_start"], works["actual_finish"]) == (_day(10).isoformat(), _day(16).isoformat())


def test_a_dated_row_whose_name_stands_in_another_column_is_used() -> None:
    rows = [[at, f"Work {at}", None, _day(at), _day(at + 1)] for at in range(1, 12)]
    result = read([["No", "Task", "Zorb", "Start", "End"], *rows, [12, None, "Tidy the yard", _day(14), _day(15)]])
    assert row(result, "Tidy the yard")["planned_start"] == _day(14).isoformat()


@pytest.mark.parametrize("number", ["Report No", "Bericht", "보고 번호"])
def test_of_reports_below_each_other_the_latest_counts(number: str) -> None:
    lines = [f"S.N,Activity Name,Planned Start,Planned Finish,{number}"]
    for report in (19, 20, 21):
        for at, name in enumerate(("Roof sheets", "Blockwork", "Plaster")):
            lines.append(f"{at + 1},{name},{_day(at)},{_day(20 + at + 3 * report)},{report}")
    result = read_text("\n".join(lines))
    assert result.plan.activities["name"].tolist() == ["Roof sheets", "Blockwork", "Plaster"]
    assert row(result, "Plaster")["planned_finish"] == _day(22 + 63).isoformat()
    assert result.rejected["reason"].tolist() == ["older-report"] * 6


def test_phases_with_the_same_steps_are_no_reports() -> None:
    steps = [[f"Round {turn}", name, _day(9 * turn + at)] for turn in (1, 2, 3) for at, name in enumerate(("Plan", "Build", "Try"))]
    assert len(read([["Sprint", "Task", "Start"], *steps]).plan.activities) == 9


def test_the_same_list_for_two_places_is_work_twice() -> None:
    names = ("Wiring", "Floor", "Shelves", "Goods")
    sheets = {}
    for place, after in (("Suwon", 0), ("Daejeon", 21)):
        rows = [[at, name, _day(after + 2 * at), _day(after + 2 * at + 1)] for at, name in enumerate(names)]
        sheets[place] = [["No", "Task", "Start", "Finish"], *rows]
    result = read(sheets)
    assert result.plan.activities["name"].tolist() == [*names, *names]
    assert set(result.plan.activities["phase"]) == {"Suwon", "Daejeon"}
