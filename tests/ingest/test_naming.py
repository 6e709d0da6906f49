"""Which columns name the work: steps of several columns, headings above a second name column, columns without a heading."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.ingest.build import read, read_text, row

_MON = dt.date(2026, 11, 2)


def _days(number: int) -> list[dt.date]:
    first = _MON + dt.timedelta(days=7 * number)
    return [first, first + dt.timedelta(days=2)]


def _stairs(header: list[object], *, beside: bool = False) -> list[list[object]]:
    """Ten rows on three steps, each row with dates; ``beside``: what is handed over stands in a column of its own."""
    steps = [
        ("Ready", 0), ("Agree aims", 1), ("Sort scope", 1), ("Make", 0), ("Sample", 1),
        ("Draw parts", 2), ("Mill", 2), ("Series", 1), ("Check line", 2), ("Train crew", 2),
    ]  # fmt: skip
    rows: list[list[object]] = [header]
    for number, (name, step) in enumerate(steps):
        cells: list[object] = [None] * 3
        cells[step] = name
        extra: list[object] = [None, f"{name} sheet" if step and number < 7 else None] if beside else []
        rows.append([*cells, *extra, *_days(number)])
    return rows


@pytest.mark.parametrize("words", [("Start", "End"), ("시작일", "종료일"), ("Début", "Fin"), ("開始日", "終了日")])
@pytest.mark.parametrize("beside", [True])
def test_name_columns_without_a_heading_are_steps(words: tuple[str, str], beside: bool) -> None:
    header = [None, None, None, *(["담당", "산출물"] if beside else []), *words]
    result = read(_stairs(header, beside=beside))
    assert result.plan.activities["name"].tolist() == [
        "Ready", "Agree aims", "Sort scope", "Make", "Sample", "Draw parts", "Mill", "Series", "Check line", "Train crew",
    ]  # fmt: skip
    ids = dict(zip(result.plan.activities["name"], result.plan.activities["id"], strict=True))
    assert row(result, "Agree aims")["parent"] == ids["Ready"]
    assert row(result, "Draw parts")["parent"] == ids["Sample"]
    assert row(result, "Train crew")["planned_start"] == _days(9)[0].isoformat()


@pytest.mark.parametrize("header", ["Title,,ID,Owner,Status", "Epic,Story,ID,Owner,Status", "Titel,,Nr.,Verantwortlich,Status"])
def test_a_title_over_two_columns_names_the_rows_of_both(header: str) -> None:
    result = read_text(
        f"{header}\nBilling,,E-1,Ann,\n,Card on file,S-11,,Ready\n,Refund by hand,D-12,,In Dev\nReports,,E-2,Ann,\n,Monthly totals,S-21,,\n"
    )
    assert result.plan.activities["name"].tolist() == ["Billing", "Card on file", "Refund by hand", "Reports", "Monthly totals"]
    assert row(result, "Refund by hand")["parent"] == "E-1"
    assert row(result, "Monthly totals")["parent"] == "E-2"


@pytest.mark.parametrize(
    ("parents", "parts"), [("Tasks", "Subtask"), ("Tareas", "Subtarea"), ("업무", "세부 업무"), ("Arbeitspaket", "Teilaufgabe")]
)
def test_parts_that_stand_in_a_second_name_column_are_rows_of_their_own(parents: str, parts: str) -> None:
    result = read_text(
        f"Task #,{parents},{parts},Resource,Start date,End date\n1,Choose a supplier,,,,\n"
        "1.1,,List six suppliers,all,2027-01-11,2027-01-15\n"
        "1.2,,Ask for quotes,Ana,2027-01-18,2027-01-29\n2,Build the jig,,,,\n2.1,,Draw the jig,Leo,2027-02-01,2027-02-12\n"
        "2.2,,Cut and weld,Leo,2027-02-15,\n2.10,,Load test,all,2027-03-01,2027-03-05\n"
    )
    assert len(result.plan.activities) == 7
    assert row(result, "List six suppliers")["parent"] == row(result, "Choose a supplier")["id"]
    assert row(result, "Load test")["planned_finish"] == "2027-03-05"
    assert result.rejected.empty


def test_the_deepest_group_column_that_holds_anything_names_the_work() -> None:
    result = read(
        [
            ["#", "大項目", "中項目", "小項目", "担当者", "開始日", "終了日"],
            *([number, "準備" if number < 4 else "実施", name, None, "田中", *_days(number)] for number, name in enumerate(
                ("見積取得", "業者決定", "日程調整", "荷造り", "搬出", "搬入"), 1)),
        ]
    )  # fmt: skip
    assert result.plan.activities["name"].tolist() == ["見積取得", "業者決定", "日程調整", "荷造り", "搬出", "搬入"]
    assert row(result, "搬出")["phase"] == "実施"


def test_a_deeper_column_wins_over_a_group_that_is_said_in_every_row() -> None:
    result = read(
        [
            ["No", "Activities", "Task", "Start date", "End date"],
            ["1", "Gather", None, *_days(0)],
            ["1.1", "Gather", "Study the problem", *_days(1)],
            ["1.2", "Gather", "Ask ten people", *_days(2)],
            ["2", "Draw", None, *_days(3)],
            ["2.1", "Draw", "Sketch the pages", *_days(4)],
            ["2.2", "Draw", "Name the colours", *_days(5)],
        ]
    )
    assert result.plan.activities["name"].tolist() == [
        "Gather", "Study the problem", "Ask ten people", "Draw", "Sketch the pages", "Name the colours",
    ]  # fmt: skip
