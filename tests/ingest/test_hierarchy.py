"""Parents from every sign that planners leave: numbers, blanks, indents, outline levels, a column, headings."""

from __future__ import annotations

import openpyxl
import pytest
from openpyxl.styles import Alignment, Font

from tests.ingest.build import read, row, saved
from tpm.ingest import read_files
from tpm.model import ImportResult

_DAY = "2026-03-02"


def _parent(result: ImportResult, name: str) -> str | None:
    frame = result.plan.activities.set_index("id")["name"]
    above = row(result, name)["parent"]
    return None if above is None else str(frame[above])


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["WBS", "Task", "Start"],
            ["1", "Phase", None],
            ["1.1", "Design", _DAY],
            ["1.2", "Build", _DAY],
            ["2", "Ship", _DAY],
            ["2.1", "Pack", _DAY],
        ],
        [["Task", "Start"], ["Phase", None], ["   Design", _DAY], ["   Build", _DAY], ["Ship", _DAY], ["   Pack", _DAY]],
        [
            ["ID", "Task", "Parent", "Start"],
            ["a", "Phase", None, None],
            ["b", "Design", "a", _DAY],
            ["c", "Build", "Phase", _DAY],
            ["d", "Ship", None, _DAY],
            ["e", "Pack", "d", _DAY],
        ],
        [["Task", "Start"], ["1. Phase", None], ["1.1 Design", _DAY], ["1.2 Build", _DAY], ["2. Ship", _DAY], ["2.1 Pack", _DAY]],
    ],
)
def test_numbers_blanks_and_parent_columns_nest(rows: list[list[str | None]]) -> None:
    result = read(rows)
    names = result.plan.activities["name"].tolist()
    parents = [_parent(result, name) for name in names]
    assert [None if one is None else names.index(one) for one in parents] == [None, 0, 0, None, 3]
    assert result.plan.activities["kind"].tolist() == ["summary", "activity", "activity", "summary", "activity"]
    assert result.plan.activities["level"].tolist() == [0, 1, 1, 0, 1]


@pytest.mark.parametrize("way", ["indent", "outline"])
def test_excels_indent_and_outline_levels_nest(way: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in [["Task", "Start"], ["Phase", None], ["Design", _DAY], ["Build", _DAY]]:
        sheet.append(line)
    for number in (3, 4):
        if way == "indent":
            sheet.cell(number, 1).alignment = Alignment(indent=1)
        else:
            sheet.row_dimensions[number].outlineLevel = 1
    result = read_files([("plan.xlsx", saved(book))])
    assert _parent(result, "Build") == "Phase"


def test_headings_in_the_name_column_stand_over_what_follows() -> None:
    result = read(
        [
            ["Task", "Owner", "Duration"],
            ["Phase 1", None, None],
            ["Design", "Ana", "2d"],
            ["Build", "Bo", "3d"],
            ["Phase 2", None, None],
            ["Test", "Ana", "1d"],
            ["Ship", "Bo", "1d"],
        ]
    )
    assert _parent(result, "Build") == "Phase 1"
    assert _parent(result, "Ship") == "Phase 2"


def test_group_columns_become_the_phase_and_are_filled_down() -> None:
    result = read(
        [
            ["대분류", "중분류", "작업명", "시작일"],
            ["설계", "UI", "화면 설계", _DAY],
            [None, None, "화면 검토", _DAY],
            ["개발", "서버", "API 개발", _DAY],
        ]
    )
    assert [row(result, name)["phase"] for name in ("화면 설계", "화면 검토", "API 개발")] == ["설계", "설계", "개발"]
    assert len(result.plan.activities) == 3


def test_the_name_may_stand_one_column_to_the_left() -> None:
    result = read(
        [
            ["구분", "세부 업무", "1차 세부", "시작일"],
            ["설계", "요구 분석", None, _DAY],
            [None, "화면", "목록 화면", _DAY],
            [None, None, "상세 화면", _DAY],
        ]
    )
    assert result.plan.activities["name"].tolist() == ["요구 분석", "목록 화면", "상세 화면"]


def _bold(rows: list[list[object]], heads: tuple[int, ...]) -> ImportResult:
    book = openpyxl.Workbook()
    sheet = book.active
    for cells in rows:
        sheet.append(cells)
    for number in heads:
        sheet.cell(number, 1).font = Font(bold=True)
    return read_files([("plan.xlsx", saved(book))])


def test_bold_rows_that_fill_only_their_name_are_sections() -> None:
    rows = [["Task", "Start"], ["Design", None], ["Draft", "2026-03-02"], ["Open point", None], ["Build", None], ["Code", "2026-03-05"]]
    frame = _bold(rows, (1, 2, 5)).plan.activities
    assert list(zip(frame["name"], frame["kind"], frame["parent"], strict=True)) == [
        ("Design", "summary", None),
        ("Draft", "activity", "1"),
        ("Open point", "activity", "1"),
        ("Build", "summary", None),
        ("Code", "activity", "4"),
    ]


def test_a_sheet_that_is_bold_throughout_has_no_sections() -> None:
    rows = [["Task", "Start"], ["Design", None], ["Draft", "2026-03-02"], ["Code", "2026-03-05"]]
    assert set(_bold(rows, (2, 3, 4)).plan.activities["kind"]) == {"activity"}


def test_names_in_one_of_several_columns_are_a_staircase() -> None:
    result = read(
        [
            ["Title 1", "Title 2", "Title 3", "State"],
            ["Shop", None, None, "Active"],
            [None, "Cart", None, "Active"],
            [None, None, "Add item", "New"],
            [None, "Pay", None, "New"],
        ]
    )
    frame = result.plan.activities
    assert list(zip(frame["name"], frame["parent"], strict=True)) == [("Shop", None), ("Cart", "1"), ("Add item", "2"), ("Pay", "1")]


def test_a_level_that_no_outline_could_have_is_no_hierarchy() -> None:
    result = read([["Task", "Level", "Start"], ["Draft", 3, "2026-03-02"], ["Code", 1, "2026-03-03"], ["Test", 4, "2026-03-04"]])
    assert set(result.plan.activities["level"]) == {0}
