"""What a person says of a sheet is done before anything is decided, on every sheet, and remembered for sheets of its shape."""

from __future__ import annotations

import dataclasses

import openpyxl
import pytest

from tests.ingest.build import Rows, read, row, saved
from tpm.findings import InputError
from tpm.ingest import FIELDS, NO_HEADER, Forced, ReadOptions, read_files
from tpm.ingest.opening.grid import Grid
from tpm.ingest.tables.memory import recall, remember, shape_of, words_of
from tpm.ingest.weighing.evidence import weights
from tpm.model import ImportResult, TableKind

PEOPLE: Rows = [
    ["Contacts", None, None], ["Name", "Role", "E-mail"], ["Jo Park", "Lead", "jo@example.org"], ["Bo Lee", "Test", "bo@example.org"],
]  # fmt: skip
# Words of no language: nothing in the header says what the columns are.
REFUSED: Rows = [
    ["Vorzel 2026", None, None, None], ["zed", "grum", None, None], ["Zorb", "Blax", "Quux", "Plim"],
    ["Footing", "2026-03-02", "2026-03-06", "x"], ["Walls", "2026-03-09", "2026-03-20", "y"], ["Roof", "2026-03-23", "2026-04-03", "z"],
    ["Grumble", None, None, None],
]  # fmt: skip
NAMED = {"name": "Zorb", "start": "Blax", "finish": "C"}


def forced(*said: Forced, sheet: str = "", **more: object) -> ReadOptions:
    return ReadOptions(forced={sheet: said}, **more)  # type: ignore[arg-type]


def names(result: ImportResult) -> list[str]:
    return result.plan.activities["name"].tolist()  # type: ignore[no-any-return]


def grid(rows: Rows = REFUSED, sheet: str = "Plan") -> Grid:
    return Grid("plan.xlsx", sheet, [["" if cell is None else cell for cell in cells] for cells in rows])


def test_a_sheet_that_is_no_plan_is_one_where_a_person_says_so() -> None:
    assert read(PEOPLE).plan.activities.empty
    result = read(PEOPLE, forced(Forced((2, 2), TableKind.ACTIVITIES)))
    assert names(result) == ["Jo Park", "Bo Lee"]


def test_header_kind_columns_and_rows_are_as_said() -> None:
    result = read(REFUSED, forced(Forced((3, 3), TableKind.ACTIVITIES, NAMED, frozenset({7}))))
    assert names(result) == ["Footing", "Walls", "Roof"]
    assert row(result, "Walls")["planned_finish"] == "2026-03-20"
    [table] = [one for one in result.tables if one.by_hand]
    assert (table.header_row, table.kind, table.columns["finish"].column) == (3, TableKind.ACTIVITIES, "C")
    assert "read-by-hand" in {finding.code for finding in result.findings}


def test_a_letter_names_a_column_without_a_header() -> None:
    rows = [["Task", "Start", None], ["Build", "2026-03-02", "Ann"], ["Test", "2026-03-09", "Bo"]]
    result = read(rows, ReadOptions(mapping={"owner": "C"}))
    assert row(result, "Test")["owner"] == "Bo"


def test_a_mapping_alone_opens_a_sheet_that_was_refused() -> None:
    result = read(PEOPLE, ReadOptions(mapping={"name": "Name", "owner": "B"}))
    assert names(result) == ["Jo Park", "Bo Lee"]
    assert row(result, "Bo Lee")["owner"] == "Test"


def test_a_column_that_no_table_has_is_told_with_the_headers_and_makes_no_plan() -> None:
    result = read(PEOPLE, ReadOptions(mapping={"name": "Vorgang"}))
    assert result.plan.activities.empty
    [finding] = [one for one in result.findings if one.code == "no-such-column"]
    assert "“Vorgang”" in finding.message("en")
    assert "“Role”" in finding.message("en")


def test_a_kind_turns_a_plan_into_risks_and_leaves_a_sheet_out() -> None:
    rows = [["Task", "Owner"], ["Vendor slips", "Ann"], ["Key person leaves", "Bo"]]
    assert read(rows, forced(Forced(kind=TableKind.RISKS))).plan.risks["title"].tolist() == ["Vendor slips", "Key person leaves"]
    assert read(rows, forced(Forced(kind=TableKind.OTHER))).plan.activities.empty


def test_dependencies_are_a_kind_that_can_be_said() -> None:
    plan = [["ID", "Task", "Start"], ["A", "Build", "2026-03-02"], ["B", "Test", "2026-03-09"]]
    sheets = {"Plan": plan, "Zug": [["Vor", "Nachh"], ["A", "B"]]}
    said = Forced((1, 1), TableKind.DEPENDENCIES, {"predecessor": "Vor", "successor": "B"})
    links = read(sheets, forced(said, sheet="Zug")).plan.dependencies
    assert list(zip(links["predecessor"], links["successor"], strict=True)) == [("A", "B")]


def test_a_sheet_on_its_side_is_read_transposed_and_told_where_it_stands() -> None:
    rows = [["Zorb", "Build", "Test", "Ship"], ["Blax", "2026-03-02", "2026-03-09", "31/02/2026"],
            ["Quux", "2026-03-06", "2026-03-13", None]]  # fmt: skip
    said = Forced((1, 1), TableKind.ACTIVITIES, {"name": "Zorb", "start": "Blax", "finish": "Quux"}, transposed=True)
    result = read(rows, forced(said))
    assert names(result) == ["Build", "Test", "Ship"]
    assert row(result, "Test")["planned_finish"] == "2026-03-13"
    assert [one.where for one in result.findings if one.code == "unreadable-date"] == ["Plan!D2"]


def test_a_second_table_begins_where_it_is_said_to() -> None:
    rows = [*REFUSED[2:6], ["Risky", "Chancy"], ["Vendor slips", "High"]]
    said = (Forced((1, 1), TableKind.ACTIVITIES, NAMED), Forced((5, 5), TableKind.RISKS, {"title": "Risky", "probability": "Chancy"}))
    result = read(rows, forced(*said))
    assert names(result) == ["Footing", "Walls", "Roof"]
    assert result.plan.risks["title"].tolist() == ["Vendor slips"]


def test_a_sheet_without_a_header_is_read_by_its_letters() -> None:
    result = read(REFUSED[3:6], forced(Forced(NO_HEADER, columns={"name": "A", "start": "B", "finish": "C"})))
    assert names(result) == ["Footing", "Walls", "Roof"]
    assert row(result, "Footing")["planned_finish"] == "2026-03-06"


def test_rows_that_are_no_items_leave_no_gap() -> None:
    rows = [["Task", "Start"], ["Build", "2026-03-02"], ["- - -", "2026-03-03"], ["Note", None], ["Test", "2026-03-09"]]
    assert names(read(rows, forced(Forced(no_items=frozenset({3, 4}))))) == ["Build", "Test"]


def test_a_hidden_sheet_is_read_where_a_person_says_so() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Plan"
    for cells in ([["Task", "Start"], ["Build", "2026-03-02"], ["Test", "2026-03-09"]]):
        book.active.append(cells)
    other = book.create_sheet("Old")
    for cells in ([["Zorb", "Blax"], ["Footing", "2026-03-02"], ["Walls", "2026-03-09"]]):
        other.append(cells)
    other.sheet_state = "hidden"
    files = [("plan.xlsx", saved(book))]
    assert names(read_files(files)) == ["Build", "Test"]
    said = Forced((1, 1), TableKind.ACTIVITIES, {"name": "Zorb", "start": "Blax"})
    assert names(read_files(files, forced(said, sheet="Old"))) == ["Build", "Test", "Footing", "Walls"]
    memory = remember(grid([["Zorb", "Blax"]]), (said,))
    assert names(read_files(files, ReadOptions(remembered=memory))) == ["Build", "Test", "Footing", "Walls"]


def test_a_list_that_is_left_out_is_not_found_again_as_one_without_a_header() -> None:
    rows = [["Pour the footing", "2026-03-02", "2026-03-06"], ["Raise the walls", "2026-03-09", "2026-03-20"],
            ["Lay the roof", "2026-03-23", "2026-04-03"], ["Paint the doors", "2026-04-06", "2026-04-10"]]  # fmt: skip
    assert len(read(rows).plan.activities) >= 3
    assert read(rows, forced(Forced(NO_HEADER, TableKind.OTHER))).plan.activities.empty


def test_what_is_said_of_the_only_sheet_needs_an_only_sheet() -> None:
    with pytest.raises(InputError) as error:
        read({"One": REFUSED, "Two": REFUSED}, forced(Forced(kind=TableKind.ACTIVITIES)))
    assert error.value.finding.code == "which-sheet"
    assert "“One”, “Two”" in error.value.finding.message("en")


def test_a_header_row_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError) as error:
        read(REFUSED, forced(Forced((40, 41))))
    assert (error.value.finding.code, error.value.finding.params["row"], error.value.finding.params["rows"]) == ("no-such-row", 41, 7)


# Memory


@pytest.mark.parametrize("lines_above", [0, 2, 5])
def test_what_was_said_holds_for_next_weeks_file_wherever_its_header_stands(lines_above: int) -> None:
    memory = remember(grid(), (Forced((3, 3), TableKind.ACTIVITIES, NAMED, frozenset({7})),))
    moved = [*([["Grum", None, None, None]] * lines_above), *REFUSED[2:5], ["Paint", "2026-04-06", "2026-04-10", "q"], REFUSED[6]]
    result = read(moved, ReadOptions(remembered=memory))
    assert names(result) == ["Footing", "Walls", "Paint"]
    assert row(result, "Paint")["planned_finish"] == "2026-04-10"
    assert [one.by_hand for one in result.tables] == [True]


def test_what_was_said_does_not_touch_a_sheet_of_another_shape() -> None:
    memory = remember(grid(), (Forced((3, 3), TableKind.ACTIVITIES, NAMED),))
    other = [["Task", "Start"], ["Build", "2026-03-02"]]
    assert not any(table.by_hand for table in read(other, ReadOptions(remembered=memory)).tables)


def test_a_sheet_on_its_side_and_one_without_a_header_are_recognised_too() -> None:
    turned = grid([["Zorb", "Build"], ["Blax", "2026-03-02"]]).turned()
    said = (Forced((1, 1), TableKind.ACTIVITIES, transposed=True),)
    assert recall(turned.turned(), remember(turned, said)) == (Forced((1, 1), transposed=True),)
    bare = grid(REFUSED[3:6])
    assert recall(bare, remember(bare, (Forced(NO_HEADER),))) == (Forced(NO_HEADER),)
    assert shape_of(bare) == "#plan#1331"


def test_a_kind_alone_is_remembered_for_a_table_that_is_found_anyway() -> None:
    rows = [["Task", "Owner"], ["Vendor slips", "Ann"], ["Key person leaves", "Bo"]]
    result = read(rows, ReadOptions(remembered={words_of(rows[0]): {"@kind": "risks"}}))
    assert result.plan.risks["title"].tolist() == ["Vendor slips", "Key person leaves"]


@pytest.mark.parametrize("damaged", [
    {"@header": "x"}, {"@header": "999"}, {"@header": "0"}, {"@header": "9"}, {"@kind": "poem"}, {"@no-items": "x:,99999999:,7:,:"},
    {"name": "@"},
])  # fmt: skip
def test_a_damaged_memory_reads_the_sheet_as_found_or_as_said_and_never_fails(damaged: dict[str, str]) -> None:
    result = read(REFUSED, ReadOptions(remembered={words_of(REFUSED[2]): damaged, "": damaged, "#": damaged}))
    assert len(result.tables) <= 1


def test_every_field_that_the_weights_know_can_be_said() -> None:
    for kind in (TableKind.ACTIVITIES, TableKind.RISKS, TableKind.DEPENDENCIES):
        assert set(FIELDS[kind]) == set(weights(kind).fields[1:])


def test_forced_readings_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Forced().kind = TableKind.RISKS  # type: ignore[misc]
