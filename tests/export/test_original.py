"""The original file with corrections in it: the right cells say the right thing, and nothing else differs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from python_calamine import CalamineWorkbook

from tpm.edits import Edit, apply_edits
from tpm.export.column_manner import NOTATIONS, write_day
from tpm.export.original import OriginalWorkbook, original_workbook
from tpm.export.text_patch import FieldOutcome, _records, patch_text
from tpm.export.xlsx_patch import CellWrite, Outcome, patch_xlsx
from tpm.findings import InputError
from tpm.i18n import LANGUAGES, keys, t
from tpm.model import ACTIVITY_COLUMNS, ColumnChoice, ImportResult, Plan, Source, TableKind, TableReading, conform

SHEETS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "sheets"
YELLOW = "FFFFF2CC"
NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LETTERS = "ABCDEFGHIJKLMNOP"


# What the tests share


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def result(
    items: Sequence[Mapping[str, Any]], columns: Mapping[str, str], *, file: str = "plan.xlsx", sheet: str = "Plan",
    headers: Mapping[str, str] | None = None, units: Mapping[str, str] | None = None, format: str = "xlsx", first: int = 2,
) -> ImportResult:  # fmt: skip
    """What a reader would say of a sheet: ``items`` in consecutive rows from ``first``, ``columns`` is field → letter."""
    filled = [{"kind": "activity", "state": "not_started", "id": str(number), "file": file, "sheet": sheet, "row": first + number - 1,
               **item} for number, item in enumerate(items, 1)]  # fmt: skip
    frame = pd.DataFrame({name: [item.get(name) for item in filled] for name in {key for item in filled for key in item}})
    plan = Plan(activities=conform(frame, ACTIVITY_COLUMNS))
    choices = {field: ColumnChoice((headers or {}).get(field, field), letter, 1.0, unit=(units or {}).get(field))
               for field, letter in columns.items()}  # fmt: skip
    table = TableReading(file, sheet, TableKind.ACTIVITIES, first - 1, first, first + len(filled) - 1, choices)
    return ImportResult(plan, (Source(file, format),), (table,))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rebuilt(data: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """A file with some parts replaced, added or (None) left out, as other programs would have written them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts(data), **changes}.items():
            if content is not None:
                archive.writestr(name, content)
    return out.getvalue()


def changed_parts(before: bytes, after: bytes) -> set[str]:
    old, new = parts(before), parts(after)
    assert list(old) == [name for name in new if name in old]
    return {name for name in {*old, *new} if old.get(name) != new.get(name)}


def cells(data: bytes) -> dict[tuple[str, str], tuple[Any, str, str]]:
    """Every cell as openpyxl reads it: value or formula, type, number format."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {(sheet.title, cell.coordinate): (getattr(cell.value, "text", cell.value), cell.data_type, cell.number_format)
            for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None}  # fmt: skip


def changed_cells(before: bytes, after: bytes) -> set[tuple[str, str]]:
    old, new = cells(before), cells(after)
    return {place for place in {*old, *new} if old.get(place) != new.get(place)}


def calamine(data: bytes, sheet: str = "Plan") -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table_file(rows: Sequence[Sequence[Any]], sheet: str = "Plan", formats: Mapping[str, str] | None = None) -> bytes:
    """A plain workbook of ``rows``; ``formats`` gives columns a number format."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for letter, code in (formats or {}).items():
        for cell in page[letter][1:]:
            cell.number_format = code
    return saved(book)


def patch(data: bytes, understood: ImportResult, *edits: Edit, **more: Any) -> OriginalWorkbook:
    return original_workbook(understood.sources[0].file, data, understood, edits, **more)


def png() -> io.BytesIO:
    from PIL import Image as Picture

    out = io.BytesIO()
    Picture.new("RGB", (4, 4), "navy").save(out, "PNG")
    out.seek(0)
    return out


RICH_ITEMS = [
    {"name": "Design", "planned_start": day("2026-11-02"), "planned_finish": day("2026-11-06"), "duration": 5.0, "progress": 1.0,
     "status": "Done", "state": "done", "owner": "Kim"},
    {"name": "Build", "planned_start": day("2026-11-09"), "planned_finish": day("2026-11-20"), "duration": 10.0, "progress": 0.5,
     "status": "In progress", "state": "in_progress", "owner": "Lee"},
    {"name": "Test", "planned_start": day("2026-11-23"), "planned_finish": day("2026-11-27"), "duration": 5.0, "progress": 0.0,
     "status": "Waiting", "state": "not_started", "owner": None},
]  # fmt: skip
RICH_COLUMNS = {"name": "A", "start": "B", "finish": "C", "duration": "D", "progress": "E", "status": "F", "owner": "G", "notes": "H"}
RICH = result(RICH_ITEMS, RICH_COLUMNS)


@pytest.fixture(scope="module")
def rich() -> bytes:
    """A workbook with nearly everything that a rewrite loses or alters."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Plan"
    page.append(["Task", "Start", "Finish", "Days", "Done", "Status", "Owner", "Notes", "Left"])
    for row, item in enumerate(RICH_ITEMS, 2):
        page.append([item["name"], item["planned_start"].to_pydatetime(), item["planned_finish"].to_pydatetime(), item["duration"],
                     item["progress"], item["status"], item["owner"]])  # fmt: skip
        page[f"B{row}"].number_format = page[f"C{row}"].number_format = "dd.mm.yyyy"
        page[f"E{row}"].number_format = "0%"
        page[f"I{row}"] = f"=D{row}*(1-E{row})"
    page["A3"].font = Font(bold=True, color="FF0000")
    page["A3"].alignment = Alignment(indent=2)
    page["A3"].comment = Comment("who reviews this?", "Lee")
    page["D6"] = "=SUM(D2:D4)"
    page.column_dimensions["A"].width = 43
    page.row_dimensions[3].height = 33
    page.freeze_panes = "B2"
    page.merge_cells("A8:C9")
    page["A8"] = "legend"
    page.conditional_formatting.add("D2:D9", CellIsRule("greaterThan", ["7"], fill=PatternFill("solid", bgColor="FF0000")))
    choices = DataValidation("list", '"Waiting,In progress,Done"')
    choices.add("F2:F99")
    page.add_data_validation(choices)
    chart = BarChart()
    chart.add_data(Reference(page, min_col=4, min_row=1, max_row=4), titles_from_data=True)
    page.add_chart(chart, "K2")
    page.add_image(Image(png()), "K20")
    other = book.create_sheet("Other")
    other["A1"] = "=Plan!D3*2"
    other["B2"] = "untouched"
    book.create_sheet("Hidden").sheet_state = "hidden"
    data = saved(book)
    workbook = parts(data)["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"")  # as Excel leaves it
    strange = {"xl/vbaProject.bin": b"\xd0\xcf not to be touched", "custom/anything.bin": b"\x00\x01"}
    return rebuilt(data, {"xl/workbook.xml": workbook, **strange})


# What stays


def test_only_the_sheet_the_styles_and_the_wish_to_recalculate_differ(rich: bytes) -> None:
    made = patch(rich, RICH, Edit("2", "name", "Build it"))
    assert changed_parts(rich, made.data) == {"xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"}
    assert changed_cells(rich, made.data) == {("Plan", "A3")}
    assert made.placed == (Edit("2", "name", "Build it"),)
    assert not made.not_placed
    assert [str(place) for place in made.cells] == ["Plan!A3"]
    assert b'fullCalcOnLoad="1"' in parts(made.data)["xl/workbook.xml"]


def test_comments_charts_rules_and_widths_are_still_there(rich: bytes) -> None:
    page = openpyxl.load_workbook(io.BytesIO(patch(rich, RICH, Edit("2", "name", "Build it")).data))["Plan"]
    assert page["A3"].value == "Build it"
    assert page["A3"].comment.text == "who reviews this?"
    assert (page["A3"].font.b, page["A3"].alignment.indent, page["A3"].fill.fgColor.rgb) == (True, 2, YELLOW)
    assert len(page._charts) == len(page._images) == 1
    assert page.column_dimensions["A"].width == 43
    assert page.row_dimensions[3].height == 33
    assert page.freeze_panes == "B2"
    assert page.data_validations.dataValidation[0].sqref == openpyxl.worksheet.cell_range.MultiCellRange("F2:F99")
    assert [str(entry.sqref) for entry in page.conditional_formatting] == ["D2:D9"]


def test_everything_but_the_changed_cells_is_the_same_xml(rich: bytes) -> None:
    """Taking the cell out of both sheets leaves the same document, byte for byte in canonical form."""
    from lxml import etree

    def without(data: bytes) -> bytes:
        root = etree.fromstring(parts(data)["xl/worksheets/sheet1.xml"])
        for cell in root.iter("{*}c"):
            if cell.get("r") == "A3":
                cell.getparent().remove(cell)
        return etree.tostring(root, method="c14n")

    assert without(rich) == without(patch(rich, RICH, Edit("2", "name", "Build it")).data)


def test_an_added_dependency_is_told_as_not_written_and_the_other_edits_are() -> None:
    data = table_file([["Task", "Owner"], ["Build", "Ann"], ["Test", "Bo"]])
    understood = result([{"name": "Build", "owner": "Ann"}, {"name": "Test", "owner": "Bo"}], {"name": "A", "owner": "B"})
    link, owner = Edit("2", "predecessor", "1"), Edit("2", "owner", "Cem")
    done = patch(data, understood, link, owner)
    assert done.placed == (owner,)
    assert done.not_placed == ((link, "original.reason.predecessor"),)
    assert changed_cells(data, done.data) == {("Plan", "B3")}
    assert patch(data, understood, link).cells == ()


def test_without_an_edit_the_file_is_the_same_bytes(rich: bytes) -> None:
    assert patch(rich, RICH).data == rich
    assert patch(rich, RICH, Edit("9", "name", "nobody")).data == rich


def test_the_same_edits_give_the_same_bytes(rich: bytes) -> None:
    assert patch(rich, RICH, Edit("1", "notes", "x")).data == patch(rich, RICH, Edit("1", "notes", "x")).data


def test_a_workbook_without_formulas_is_not_asked_to_recalculate() -> None:
    data = table_file([["Task"], ["a"]])
    data = rebuilt(data, {"xl/workbook.xml": parts(data)["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"")})
    made = patch(data, result([{"name": "a"}], {"name": "A"}), Edit("1", "name", "b"), highlight=False)
    assert changed_parts(data, made.data) == {"xl/worksheets/sheet1.xml"}


def test_without_highlight_the_styles_stay_too(rich: bytes) -> None:
    made = patch(rich, RICH, Edit("2", "name", "Build it"), highlight=False)
    assert changed_parts(rich, made.data) == {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}


def test_highlighted_cells_of_one_format_share_one_copy_and_a_second_round_adds_nothing(rich: bytes) -> None:
    def formats(data: bytes) -> int:
        return int(re.search(rb'<cellXfs count="(\d+)"', parts(data)["xl/styles.xml"])[1])  # type: ignore[index]

    once = patch(rich, RICH, Edit("1", "status", "a"), Edit("2", "status", "b"), Edit("3", "status", "c"))
    assert formats(once.data) == formats(rich) + 1
    assert b"ns0:" not in parts(once.data)["xl/styles.xml"] + parts(once.data)["xl/worksheets/sheet1.xml"]
    assert formats(patch(once.data, RICH, Edit("1", "status", "z")).data) == formats(rich) + 1
    twice = patch(once.data, RICH, Edit("1", "owner", "z"))
    assert parts(twice.data)["xl/styles.xml"] == parts(once.data)["xl/styles.xml"]


# What is written


def test_values_come_back_typed(rich: bytes) -> None:
    made = patch(rich, RICH, Edit("2", "planned_finish", "2026-11-24"), Edit("1", "owner", "박지우"), Edit("3", "progress", 0.25))
    assert changed_cells(rich, made.data) == {("Plan", "C3"), ("Plan", "D3"), ("Plan", "G2"), ("Plan", "E4"), ("Plan", "F4")}
    now = cells(made.data)
    assert now["Plan", "C3"] == (dt.datetime(2026, 11, 24), "d", "dd.mm.yyyy")
    assert now["Plan", "D3"][:2] == (12, "n")  # 9 to 24 November: the duration followed
    assert now["Plan", "E4"] == (0.25, "n", "0%")
    assert now["Plan", "F4"][0] == "In progress"  # what has begun is under way, in the sheet's own words
    rows = calamine(made.data)
    assert rows[2][2] == dt.date(2026, 11, 24)
    assert rows[2][3] == 12.0
    assert rows[1][6] == "박지우"
    assert rows[3][4] == 0.25


def test_a_new_cell_stands_in_its_place_and_the_sheet_grows() -> None:
    data = table_file([["Task", "Owner", "x", "Note"], ["a", None, 3]])
    understood = result([{"name": "a"}], {"name": "A", "owner": "B", "notes": "D"})
    made = patch(data, understood, Edit("1", "owner", "Lee"), Edit("1", "notes", "n"))
    xml = parts(made.data)["xl/worksheets/sheet1.xml"].decode()
    assert re.findall(r'<c r="(\w+)"', xml) == ["A1", "B1", "C1", "D1", "A2", "B2", "C2", "D2"]
    assert calamine(made.data)[1] == ["a", "Lee", 3.0, "n"]


@pytest.mark.parametrize("text", ["=1+1", "+82 2 555", "-", "@here", " two\nlines ", "01", "<b>&amp;", "_x0041_", "42"])
def test_text_is_text(rich: bytes, text: str) -> None:
    made = patch(rich, RICH, Edit("2", "notes", text))
    assert openpyxl.load_workbook(io.BytesIO(made.data))["Plan"]["H3"].data_type in ("s", "inlineStr")
    assert calamine(made.data)[2][7] == text
    assert b"<f>1+1" not in parts(made.data)["xl/worksheets/sheet1.xml"]


def test_text_that_looks_like_a_formula_is_marked_as_text(rich: bytes) -> None:
    page = openpyxl.load_workbook(io.BytesIO(patch(rich, RICH, Edit("2", "notes", "=1+1"), highlight=False).data))["Plan"]
    assert page["H3"].quotePrefix


def test_none_clears_the_cell_and_keeps_its_format(rich: bytes) -> None:
    made = patch(rich, RICH, Edit("3", "planned_start", None))
    page = openpyxl.load_workbook(io.BytesIO(made.data))["Plan"]
    assert page["B4"].value is None
    assert page["B4"].number_format == "dd.mm.yyyy"


def test_a_date_takes_the_days_format_of_its_column_or_the_short_date() -> None:
    data = table_file([["Task", "Start", "Deadline"], ["a", dt.datetime(2026, 11, 2), None], ["b", "TBD", None]])
    page_format = cells(data)["Plan", "B2"][2]
    items = [{"name": "a", "planned_start": day("2026-11-02")}, {"name": "b"}]
    made = patch(data, result(items, {"name": "A", "start": "B", "deadline": "C"}),
                 Edit("2", "planned_start", "2026-11-03"), Edit("2", "deadline", "2026-12-24"))  # fmt: skip
    now = cells(made.data)
    assert now["Plan", "B3"] == (dt.datetime(2026, 11, 3), "d", page_format)
    assert now["Plan", "C3"] == (dt.datetime(2026, 12, 24), "d", "mm-dd-yy")


def test_a_time_of_day_stays_with_its_cell() -> None:
    data = table_file([["Task", "Finish"], ["a", dt.datetime(2026, 11, 2, 17, 30)]])
    made = patch(data, result([{"name": "a", "planned_finish": day("2026-11-02")}], {"name": "A", "finish": "B"}),
                 Edit("1", "planned_finish", "2026-11-05"))  # fmt: skip
    assert cells(made.data)["Plan", "B2"][0] == dt.datetime(2026, 11, 5, 17, 30)


def test_workbooks_that_count_from_1904() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.title = "Plan"
    book.active.append(["Task", "Start"])
    book.active.append(["a", dt.datetime(2026, 11, 2)])
    data = saved(book)
    understood = result([{"name": "a", "planned_start": day("2026-11-02")}], {"name": "A", "start": "B"})
    made = patch(data, understood, Edit("1", "planned_start", "2026-11-30"))
    assert cells(made.data)["Plan", "B2"][0] == dt.datetime(2026, 11, 30)
    assert b"<v>44894</v>" in parts(made.data)["xl/worksheets/sheet1.xml"]  # 46356 days after 1899-12-30, 1462 fewer
    assert calamine(made.data)[1][1] == dt.date(2026, 11, 30)


def test_days_before_the_serials_are_written_as_text() -> None:
    data = table_file([["Task", "Start"], ["a", None]])
    made = patch(data, result([{"name": "a"}], {"name": "A", "start": "B"}), Edit("1", "planned_start", "1900-02-01"))
    assert cells(made.data)["Plan", "B2"][0] == "1900-02-01"


def test_indent_and_numbering_before_a_name_stay() -> None:
    data = table_file([["Task"], ["    Build"], ["1.2 Test"]])
    understood = result([{"name": "Build"}, {"name": "Test"}], {"name": "A"})
    made = patch(data, understood, Edit("1", "name", "Make"), Edit("2", "name", "Prove"))
    assert [row[0] for row in calamine(made.data)[1:]] == ["    Make", "1.2 Prove"]


def test_a_name_that_steps_to_the_right_with_its_level_is_changed_where_it_stands() -> None:
    data = table_file([["Task", "", "Owner"], ["Phase", None, None], [None, "Build", "Kim"], [None, "Twin", "Twin"]])
    understood = result([{"name": "Phase"}, {"name": "Build"}, {"name": "Twin"}], {"name": "A", "owner": "C"})
    made = patch(data, understood, Edit("2", "name", "Make"), Edit("3", "name", "x"))
    assert changed_cells(data, made.data) == {("Plan", "B3")}
    assert made.not_placed == ((Edit("3", "name", "x"), "original.reason.no-column"),)


def test_a_number_for_a_text_field_stays_a_number_where_it_was_one() -> None:
    data = table_file([["Task", "Priority"], ["a", 2]])
    made = patch(data, result([{"name": "a", "priority": "2"}], {"name": "A", "priority": "B"}), Edit("1", "priority", "1"))
    assert cells(made.data)["Plan", "B2"][:2] == (1, "n")


# The manner of the column


@pytest.mark.parametrize(("column", "unit", "days", "written"), [
    ([1, 2, 3], "weeks", [5.0, 10.0, 15.0], 4),  # 20 working days
    ([8, 40, 16], "hours", [1.0, 5.0, 2.0], 160),
    ([1, 2, 0.5], "months", [20.0, 40.0, 10.0], 1),
    ([5, 10, 15], None, [5.0, 10.0, 15.0], 20),
    (["1w", "2w", "3w"], None, [5.0, 10.0, 15.0], "4w"),
    (["5 days", "1 wk", "3 wks"], None, [5.0, 5.0, 15.0], "20 days"),
    (["1일", "10일", "15일"], None, [1.0, 10.0, 15.0], "20일"),
    (["1 week", "2 weeks", "3 weeks"], None, [5.0, 10.0, 15.0], "4 weeks"),
    ([None, "2w", "3w"], None, [None, 10.0, 15.0], "4w"),
    ([None, None, None], "weeks", [None, None, None], 4),
    ([7.5, 15, 37.5], None, [1.0, 2.0, 5.0], 150),  # hours of a day of 7.5, seen from the other rows
])  # fmt: skip
def test_a_duration_is_written_in_what_its_column_counts(column: list[Any], unit: str | None, days: list[float], written: Any) -> None:
    data = table_file([["Task", "Duration"], *(["t", cell] for cell in column)])
    understood = result([{"name": "t", "duration": value} for value in days], {"name": "A", "duration": "B"},
                        units={} if unit is None else {"duration": unit})  # fmt: skip
    made = patch(data, understood, Edit("1", "duration", 20.0))
    assert cells(made.data)["Plan", "B2"][0] == written


def test_a_column_of_story_points_says_no_duration() -> None:
    understood = result([{"name": "a", "duration": 5.0}], {"name": "A", "duration": "B"}, units={"duration": "points"})
    edit = Edit("1", "duration", 8.0)
    assert patch(table_file([["Task", "Points"], ["a", 3]]), understood, edit).not_placed == ((edit, "original.reason.no-column"),)


def test_a_duration_column_of_calendar_days_goes_on_counting_them() -> None:
    spans = [("2026-11-02", "2026-11-13", 12, 10.0), ("2026-11-05", "2026-11-10", 6, 4.0), ("2026-11-02", "2026-11-30", 29, 21.0)]
    data = table_file([["Task", "Start", "Finish", "Days"], *(["t", a, b, count] for a, b, count, _ in spans)])
    items = [{"name": "t", "planned_start": day(a), "planned_finish": day(b), "duration": worked} for a, b, _, worked in spans]
    understood = result(items, {"name": "A", "start": "B", "finish": "C", "duration": "D"})
    made = patch(data, understood, Edit("2", "planned_finish", "2026-11-17"))
    assert cells(made.data)["Plan", "D3"][0] == 13


@pytest.mark.parametrize(("column", "shares", "form", "written"), [
    ([0.5, 1, 0.2], [0.5, 1.0, 0.2], "0%", 0.4),
    ([0.5, 1, 0.2], [0.5, 1.0, 0.2], "General", 0.4),
    ([50, 100, 20], [0.5, 1.0, 0.2], "General", 40),
    (["50%", "100%", ""], [0.5, 1.0, None], "General", "40%"),
    (["50 %", "100 %", "20 %"], [0.5, 1.0, 0.2], "General", "40 %"),
    ([None, "100%", "20%"], [None, 1.0, 0.2], "General", "40%"),
    ([0, 0, 0], [0.0, 0.0, 0.0], "0%", 0.4),
    ([None, None, None], [None, None, None], "0.0%", 0.4),
    ([0, 0, 0], [0.0, 0.0, 0.0], "General", 40),  # above 1, so it is read as a percentage
    ([0, 1, 0], [0.0, 1.0, 0.0], "General", 0.4),
])  # fmt: skip
def test_progress_is_written_as_its_column_writes_it(column: list[Any], shares: list[Any], form: str, written: Any) -> None:
    data = table_file([["Task", "Done"], *(["t", cell] for cell in column)], formats={"B": form})
    understood = result([{"name": "t", "progress": value} for value in shares], {"name": "A", "progress": "B"})
    made = patch(data, understood, Edit("1", "progress", 0.4))
    assert cells(made.data)["Plan", "B2"][0] == written


@pytest.mark.parametrize(("header", "column", "kinds", "written"), [
    ("Milestone", ["", "Y", ""], ["activity", "milestone", "activity"], "Y"),
    ("Milestone?", ["No", "Yes", "No"], ["activity", "milestone", "activity"], "Yes"),
    ("Milestone", [False, True, False], ["activity", "milestone", "activity"], True),
    ("Milestone", ["", "", ""], ["activity", "activity", "activity"], "Yes"),
    ("마일스톤 여부", ["", "", ""], ["activity", "activity", "activity"], "예"),
])  # fmt: skip
def test_a_row_becomes_a_milestone_in_the_words_of_its_column(header: str, column: list[Any], kinds: list[str], written: Any) -> None:
    data = table_file([["Task", header], *(["t", cell] for cell in column)])
    items = [{"name": "t", "kind": kind} for kind in kinds]
    made = patch(data, result(items, {"name": "A", "milestone": "B"}, headers={"milestone": header}), Edit("1", "kind", "milestone"))
    assert cells(made.data)["Plan", "B2"][0] == written
    assert not made.not_placed


def test_a_milestone_becomes_an_activity_again() -> None:
    data = table_file([["Task", "Milestone"], ["a", "x"], ["b", None]])
    understood = result([{"name": "a", "kind": "milestone"}, {"name": "b"}], {"name": "A", "milestone": "B"})
    assert cells(patch(data, understood, Edit("1", "kind", "activity")).data).get(("Plan", "B2")) is None


def test_a_type_column_says_milestone_and_the_dates_and_duration_follow(rich: bytes) -> None:
    data = table_file([["Task", "유형", "기간"], ["a", "작업", 5], ["b", "작업", 3]])
    items = [{"name": "a", "duration": 5.0}, {"name": "b", "duration": 3.0}]
    made = patch(data, result(items, {"name": "A", "kind": "B", "duration": "C"}, headers={"kind": "유형"}), Edit("1", "kind", "milestone"))
    assert [cells(made.data)["Plan", place][0] for place in ("B2", "C2")] == ["마일스톤", 0]


def test_nothing_follows_from_an_edit_that_has_no_place(rich: bytes) -> None:
    """Without a column that says milestone, neither are the dates drawn together nor is the duration taken away."""
    kind, owner = Edit("2", "kind", "milestone"), Edit("2", "owner", "Choi")
    made = patch(rich, RICH, kind, owner)
    assert made.not_placed == ((kind, "original.reason.no-column"),)
    assert made.placed == (owner,)
    assert changed_cells(rich, made.data) == {("Plan", "G3")}
    assert patch(rich, RICH, kind).data == rich


def test_a_state_is_written_in_the_words_of_the_other_rows(rich: bytes) -> None:
    made = patch(rich, RICH, Edit("3", "state", "done"))
    assert cells(made.data)["Plan", "F4"][0] == "Done"
    assert cells(made.data)["Plan", "E4"][0] == 1  # what is done is done in full
    nobody = patch(rich, RICH, Edit("3", "state", "blocked"))
    assert nobody.not_placed == ((Edit("3", "state", "blocked"), "original.reason.no-word"),)
    assert nobody.data == rich


def test_a_status_is_written_as_it_is_said(rich: bytes) -> None:
    made = patch(rich, RICH, Edit("3", "status", "검토 중"))
    assert changed_cells(rich, made.data) == {("Plan", "F4")}


# What follows


def test_a_moved_start_takes_its_finish_along_and_the_duration_stays(rich: bytes) -> None:
    made = patch(rich, RICH, Edit("2", "planned_start", "2026-11-10"))
    assert changed_cells(rich, made.data) == {("Plan", "B3"), ("Plan", "C3")}
    assert cells(made.data)["Plan", "C3"][0] == dt.datetime(2026, 11, 23)


def test_a_given_corrected_plan_is_used(rich: bytes) -> None:
    edits = (Edit("2", "planned_start", "2026-11-10"),)
    corrected = apply_edits(RICH.plan, edits)[0]
    assert patch(rich, RICH, *edits, corrected=corrected).data == patch(rich, RICH, *edits).data


def test_what_the_file_computes_is_left_to_it_unless_it_is_itself_corrected() -> None:
    data = table_file([["Task", "Start", "Finish", "Days"], ["a", dt.datetime(2026, 11, 2), "=B2+D2-1", 5]])
    items = [{"name": "a", "planned_start": day("2026-11-02"), "planned_finish": day("2026-11-06"), "duration": 5.0}]
    understood = result(items, {"name": "A", "start": "B", "finish": "C", "duration": "D"})
    moved = patch(data, understood, Edit("1", "planned_start", "2026-11-09"))
    assert changed_cells(data, moved.data) == {("Plan", "B2")}
    assert not moved.not_placed
    said = patch(data, understood, Edit("1", "planned_finish", "2026-11-13"))
    assert cells(said.data)["Plan", "C2"][0] == dt.datetime(2026, 11, 13)
    assert cells(said.data)["Plan", "D2"][0] == 10


def test_a_finish_without_a_column_arrives_as_the_duration(rich: bytes) -> None:
    data = table_file([["Task", "Start", "Days"], ["a", dt.datetime(2026, 11, 2), 5]])
    items = [{"name": "a", "planned_start": day("2026-11-02"), "planned_finish": day("2026-11-06"), "duration": 5.0}]
    edit = Edit("1", "planned_finish", "2026-11-13")
    made = patch(data, result(items, {"name": "A", "start": "B", "duration": "C"}), edit)
    assert made.placed == (edit,)
    assert cells(made.data)["Plan", "C2"][0] == 10
    alone = patch(data, result(items, {"name": "A", "start": "B"}), edit)
    assert alone.not_placed == ((edit, "original.reason.no-column"),)


def test_the_last_of_two_edits_of_a_cell_is_written(rich: bytes) -> None:
    made = patch(rich, RICH, Edit("1", "owner", "x"), Edit("1", "owner", "y"))
    assert cells(made.data)["Plan", "G2"][0] == "y"
    assert not made.not_placed


# Formulas


def with_rows(sheet_data: str, *, chain: str | None = None) -> bytes:
    """A workbook whose sheet part is written out, as other programs write them."""
    data = table_file([["x"]])
    declared = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    sheet = f"{declared}\n<worksheet {NS}><sheetData>{sheet_data}</sheetData></worksheet>"
    changes: dict[str, bytes | None] = {"xl/worksheets/sheet1.xml": sheet.encode()}
    if chain is not None:
        old = parts(data)
        changes["xl/calcChain.xml"] = f"<calcChain {NS}>{chain}</calcChain>".encode()
        changes["xl/_rels/workbook.xml.rels"] = old["xl/_rels/workbook.xml.rels"].replace(
            b"</Relationships>", b'<Relationship Id="rId99" Target="calcChain.xml" '
            b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"/></Relationships>')
        changes["[Content_Types].xml"] = old["[Content_Types].xml"].replace(
            b"</Types>", b'<Override PartName="/xl/calcChain.xml" '
            b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/></Types>')
    return rebuilt(data, changes)


def put(data: bytes, row: int, column: int, value: Any, *, over: bool = True) -> tuple[bytes, Outcome]:
    after, (outcome,) = patch_xlsx(data, [CellWrite("Plan", row, column, value, over)], highlight=True)
    return after, outcome


HOLDER = '<f t="shared" ref="B1:B4" si="0">A1*2+$A$1+SUM(A1:A2)</f>'
MEMBER = '<f t="shared" si="0"/>'
SHARED_COLUMN = "".join(
    f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}">{HOLDER if row == 1 else MEMBER}<v>0</v></c></row>' for row in range(1, 5)
)


def test_the_holder_of_a_shared_formula_hands_it_to_the_next_cell() -> None:
    data = with_rows(SHARED_COLUMN)
    after, outcome = put(data, 1, 2, 7.0)
    assert outcome is Outcome.WRITTEN
    assert changed_cells(data, after) == {("Plan", "B1")}  # openpyxl spells the shared formulas out
    assert cells(after)["Plan", "B2"][0] == "=A2*2+$A$1+SUM(A2:A3)"
    assert cells(after)["Plan", "B4"][0] == "=A4*2+$A$1+SUM(A4:A5)"
    assert b'ref="B2:B4"' in parts(after)["xl/worksheets/sheet1.xml"]
    again, _ = put(after, 2, 2, 8.0)
    assert changed_cells(data, again) == {("Plan", "B1"), ("Plan", "B2")}


def test_a_cell_that_only_names_a_shared_formula_leaves_the_others_alone() -> None:
    data = with_rows(SHARED_COLUMN)
    after, _ = put(data, 3, 2, 7.0)
    assert changed_cells(data, after) == {("Plan", "B3")}
    assert b'ref="B1:B4"' in parts(after)["xl/worksheets/sheet1.xml"]


BLOCK_HOLDER = '<f t="shared" ref="B2:C3" si="5">A1+1</f>'
BLOCK_MEMBER = '<f t="shared" si="5"/>'


def test_a_shared_block_that_loses_its_corner_becomes_formulas_of_their_own() -> None:
    rows = "".join(f'<row r="{row}">' + "".join(
        f'<c r="{letter}{row}">{BLOCK_HOLDER if (letter, row) == ("B", 2) else BLOCK_MEMBER}</c>'
        for letter in "BC") + "</row>" for row in (2, 3))  # fmt: skip
    data = with_rows(rows)
    after, _ = put(data, 2, 2, "text")
    assert changed_cells(data, after) == {("Plan", "B2")}
    assert {place: cells(after)["Plan", place][0] for place in ("C2", "B3", "C3")} == {"C2": "=B1+1", "B3": "=A2+1", "C3": "=B2+1"}
    assert b"shared" not in parts(after)["xl/worksheets/sheet1.xml"]


def test_a_shared_formula_that_cannot_move_keeps_its_cell() -> None:
    data = with_rows('<row r="2"><c r="B2"><f t="shared" ref="B2:B3" si="0">B1048576+1</f></c></row>'
                     '<row r="3"><c r="B3"><f t="shared" si="0"/></c></row>')  # fmt: skip
    after, outcome = put(data, 2, 2, 1.0)
    assert outcome is Outcome.ENTANGLED
    assert after == data


@pytest.mark.parametrize("kind", ["array", "dataTable"])
def test_part_of_an_array_formula_is_not_changed(kind: str) -> None:
    data = with_rows(f'<row r="1"><c r="A1"><f t="{kind}" ref="A1:A3">1</f><v>1</v></c></row>'
                     '<row r="2"><c r="A2"><v>1</v></c></row>')  # fmt: skip
    for row in (1, 2, 3):
        after, outcome = put(data, row, 1, 5.0)
        assert outcome is Outcome.ARRAY
        assert after == data
    assert put(data, 4, 1, 5.0)[1] is Outcome.WRITTEN


def test_a_replaced_formula_leaves_the_calculation_chain() -> None:
    rows = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>A1</f><v>2</v></c><c r="C1"><f>B1</f><v>2</v></c></row>'
    data = with_rows(rows, chain='<c r="A1" i="1"/><c r="B1"/><c r="C1" l="1"/>')
    after, _ = put(data, 1, 1, 5.0)
    assert re.findall(rb"<c [^>]*>", parts(after)["xl/calcChain.xml"]) == [b'<c r="B1" i="1"/>', b'<c r="C1" l="1"/>']
    assert cells(after)["Plan", "A1"][0] == 5


def test_a_calculation_chain_without_entries_leaves_the_file() -> None:
    data = with_rows('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>', chain='<c r="A1" i="1"/>')
    after, _ = put(data, 1, 1, 5.0)
    now = parts(after)
    assert "xl/calcChain.xml" not in now
    assert not any(b"calcChain" in now[name] for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"))


def test_a_cell_left_to_its_formula_keeps_the_chain() -> None:
    data = with_rows('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>', chain='<c r="A1" i="1"/>')
    assert put(data, 1, 1, 5.0, over=False) == (data, Outcome.COMPUTED)


def test_what_described_the_old_value_goes_with_it() -> None:
    data = with_rows('<row r="1"><c r="A1" t="s" cm="1" vm="2" ph="1"><v>0</v></c></row>')
    after, _ = put(data, 1, 1, 5.0)
    assert re.search(rb'<c r="A1" s="\d+"><v>5</v></c>', parts(after)["xl/worksheets/sheet1.xml"])


# Files that other programs write


def test_rows_and_cells_without_addresses() -> None:
    data = with_rows("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c><c><v>4</v></c></row>")
    after, _ = put(data, 2, 2, 9.0)
    assert calamine(after) == [[1.0, 2.0], [3.0, 9.0]]
    new, _ = put(data, 2, 4, "n")
    assert calamine(new)[1] == [3.0, 4.0, "", "n"]


def test_a_missing_row_is_put_between_its_neighbours() -> None:
    after, _ = put(with_rows('<row r="1"><c r="A1"><v>1</v></c></row><row r="5"><c r="A5"><v>5</v></c></row>'), 3, 1, 3.0)
    assert re.findall(rb'<row r="(\d)"', parts(after)["xl/worksheets/sheet1.xml"]) == [b"1", b"3", b"5"]


def test_a_new_cell_takes_the_format_of_its_row_or_column() -> None:
    data = table_file([["Task", "Start"], ["a"]], formats={})
    book = openpyxl.load_workbook(io.BytesIO(data))
    book["Plan"].column_dimensions["B"].number_format = "yyyy/mm/dd"
    data = saved(book)
    made = patch(data, result([{"name": "a"}], {"name": "A", "start": "B"}), Edit("1", "planned_start", "2026-11-03"))
    assert cells(made.data)["Plan", "B2"] == (dt.datetime(2026, 11, 3), "d", "yyyy/mm/dd")


def test_a_workbook_without_a_style_sheet_is_given_one() -> None:
    data = table_file([["Task", "Start"], ["a", 1]])
    old = parts(data)
    def without(text: bytes, tag: bytes) -> bytes:
        return re.sub(rb"<" + tag + rb'\b[^>]*styles\.xml"[^>]*/>', b"", text)

    data = rebuilt(data, {
        "xl/styles.xml": None,
        "[Content_Types].xml": without(old["[Content_Types].xml"], b"Override"),
        "xl/_rels/workbook.xml.rels": without(old["xl/_rels/workbook.xml.rels"], b"Relationship"),
    })  # fmt: skip
    assert b"styles.xml" not in parts(data)["xl/_rels/workbook.xml.rels"]
    made = patch(data, result([{"name": "a"}], {"name": "A", "start": "B"}), Edit("1", "planned_start", "2026-11-03"))
    assert cells(made.data)["Plan", "B2"] == (dt.datetime(2026, 11, 3), "d", "mm-dd-yy")


def test_prefixed_elements_and_absolute_targets() -> None:
    data = table_file([["Task"], ["a"]])
    old = parts(data)
    sheet = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", old["xl/worksheets/sheet1.xml"]).replace(b"xmlns=", b"xmlns:x=")
    relations = old["xl/_rels/workbook.xml.rels"].replace(b'"worksheets/', b'"/xl/worksheets/')
    data = rebuilt(data, {"xl/worksheets/sheet1.xml": sheet, "xl/_rels/workbook.xml.rels": relations})
    made = patch(data, result([{"name": "a"}], {"name": "A"}), Edit("1", "name", "b"))
    assert cells(made.data)["Plan", "A2"][0] == "b"


def test_an_entity_is_not_expanded_and_a_document_type_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY a "boom">]><worksheet ' + NS.encode() + b"><sheetData/></worksheet>"
    data = rebuilt(table_file([["Task"], ["a"]]), {"xl/worksheets/sheet1.xml": bomb})
    with pytest.raises(ValueError, match="document type"):
        put(data, 1, 1, 5.0)


# Merged cells


def test_a_cell_merged_within_its_row_is_written_at_its_first_cell() -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Plan"
    for row in (["Task", "", "Owner"], ["a", "", "Kim"], ["b", "", "Lee"]):
        page.append(row)
    page.merge_cells("A2:B2")
    data = saved(book)
    made = patch(data, result([{"name": "a"}, {"name": "b"}], {"name": "B", "owner": "C"}), Edit("1", "name", "c"))
    assert [str(place) for place in made.cells] == ["Plan!A2"]
    assert calamine(made.data)[1][0] == "c"


def test_a_cell_merged_over_other_items_is_not_written() -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Plan"
    for row in (["Team", "Task"], ["Core", "a"], ["", "b"]):
        page.append(row)
    page.merge_cells("A2:A3")
    data = saved(book)
    understood = result([{"name": "a", "team": "Core"}, {"name": "b", "team": "Core"}], {"team": "A", "name": "B"})
    made = patch(data, understood, Edit("2", "team", "Web"), Edit("1", "team", "Web"))
    assert made.data == data
    assert {reason for _, reason in made.not_placed} == {"original.reason.merged"}


# What is not placed


@pytest.mark.parametrize(("edit", "reason"), [
    (Edit("9", "name", "x"), "no-item"),
    (Edit("2", "drop", True), "dropped"),
    (Edit("2", "team", "Web"), "no-column"),
    (Edit("2", "planned_finish", "2020-01-01"), "overruled"),  # before its start
])  # fmt: skip
def test_what_cannot_be_placed_is_said(rich: bytes, edit: Edit, reason: str) -> None:
    made = patch(rich, RICH, edit)
    assert made.not_placed == ((edit, f"original.reason.{reason}"),)
    assert not made.placed
    assert made.data == rich


def test_items_of_another_file_and_items_without_a_row_are_said(rich: bytes) -> None:
    items = [*RICH_ITEMS, {"name": "elsewhere", "file": "other.xlsx"}, {"name": "made up", "row": 0}]
    understood = result(items, RICH_COLUMNS)
    made = patch(rich, understood, Edit("4", "name", "x"), Edit("5", "name", "y"), Edit("1", "name", "z"))
    assert [reason for _, reason in made.not_placed] == ["original.reason.other-file", "original.reason.no-row"]
    assert made.placed == (Edit("1", "name", "z"),)


def test_a_row_that_does_not_name_the_item_is_left_alone() -> None:
    """The plan was read from rows that were put together, or from another version of the file."""
    data = table_file([["Task", "Owner"], ["Design", "Kim"], ["Build", "Lee"]])
    understood = result([{"name": "Build"}, {"name": "1. BUILD  "}], {"name": "A", "owner": "B"})
    made = patch(data, understood, Edit("1", "owner", "x"), Edit("2", "owner", "y"))
    assert made.not_placed == ((Edit("1", "owner", "x"), "original.reason.no-row"),)
    assert changed_cells(data, made.data) == {("Plan", "B3")}


def test_a_consequence_that_has_no_place_is_said_as_an_edit_of_its_own() -> None:
    data = table_file([["Task", "Start", "Finish"], ["a", dt.datetime(2026, 11, 2), dt.datetime(2026, 11, 6)]])
    sheet = parts(data)["xl/worksheets/sheet1.xml"]
    cell = re.search(rb'<c r="C2".*?</c>', sheet)
    assert cell
    array = cell[0].replace(b"<v>", b'<f t="array" ref="C2">B2+4</f><v>')
    data = rebuilt(data, {"xl/worksheets/sheet1.xml": sheet.replace(cell[0], array)})
    items = [{"name": "a", "planned_start": day("2026-11-02"), "planned_finish": day("2026-11-06"), "duration": 5.0}]
    made = patch(data, result(items, {"name": "A", "start": "B", "finish": "C"}), Edit("1", "planned_start", "2026-11-09"))
    assert made.placed == (Edit("1", "planned_start", "2026-11-09"),)
    assert made.not_placed == ((Edit("1", "planned_finish", "2026-11-13"), "original.reason.array"),)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_has_words(lang: str) -> None:
    said = {"other-file", "no-item", "no-row", "no-column", "no-word", "dropped", "overruled", "merged", "predecessor"}
    said |= {outcome.value for outcome in Outcome} | {outcome.value for outcome in FieldOutcome}
    wanted = {f"original.reason.{reason}" for reason in said - {"written", "computed", "no-sheet"}}
    assert wanted == {key for key in keys() if key.startswith("original.reason.")}
    assert all(t(key, lang) for key in wanted)


@pytest.mark.parametrize("format", ["xls", "xlsb", "ods", "mspdi", "xer", "gan"])
def test_other_formats_are_refused_with_what_to_do(format: str) -> None:
    understood = result([{"name": "a"}], {"name": "A"}, file="plan.bin", format=format)
    with pytest.raises(InputError) as refused:
        original_workbook("plan.bin", b"anything", understood, [Edit("1", "name", "b")])
    assert refused.value.finding.code == "original-format"
    assert ".xlsx" in refused.value.finding.fix("en")
    assert "plan.bin은" in refused.value.finding.message("ko")


def test_a_broken_part_is_an_input_error() -> None:
    data = table_file([["Task"], ["a"]])
    data = rebuilt(data, {"xl/styles.xml": b"<styleSheet"})
    with pytest.raises(InputError) as refused:
        patch(data, result([{"name": "a"}], {"name": "A"}), Edit("1", "name", "b"))
    assert refused.value.finding.code in ("original-damaged", "file-damaged")


# Text files

CSV_ITEMS = [
    {"name": "a, b", "planned_start": day("2026-03-05"), "planned_finish": day("2026-03-06"), "duration": 2.0, "progress": 0.5},
    {"name": "둘", "planned_start": day("2026-03-09"), "planned_finish": day("2026-03-20"), "duration": 10.0, "progress": 0.0},
]  # fmt: skip
CSV_COLUMNS = {"name": "A", "start": "B", "finish": "C", "duration": "D", "progress": "E", "notes": "F"}
CSV_TEXT = (
    'Task,Start,Finish,Days,Done,Notes\r\n"a, b",05/03/2026,06/03/2026,"2",50%,"two\r\nlines"\r\n'
    "둘,09/03/2026, 20/03/2026,10,0%,\r\n"
)
CSV = result(CSV_ITEMS, CSV_COLUMNS, file="plan.csv", sheet="", format="csv")


@pytest.mark.parametrize(("encoding", "mark"), [
    ("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("cp949", b""), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"),
])  # fmt: skip
def test_a_text_file_changes_in_its_fields_only(encoding: str, mark: bytes) -> None:
    edits = (Edit("1", "planned_finish", "2026-03-12"), Edit("2", "progress", 0.3), Edit("1", "name", 'say "x"'))
    made = patch(mark + CSV_TEXT.encode(encoding), CSV, *edits)
    text = CSV_TEXT.replace('"a, b"', '"say ""x"""').replace("06/03/2026", "12/03/2026").replace('"2"', '"6"').replace(",0%", ",30%")
    assert made.data == mark + text.encode(encoding)
    assert len(made.placed) == 3
    assert {str(place) for place in made.cells} == {"A2", "C2", "D2", "E3"}


def test_a_field_beyond_the_end_of_a_short_line_is_added_to_it() -> None:
    data = b"Task;Owner;Notes\na\nb;Kim;n\n"
    understood = result([{"name": "a"}, {"name": "b"}], {"name": "A", "owner": "B", "notes": "C"}, file="p.csv", sheet="", format="csv")
    assert patch(data, understood, Edit("1", "notes", "x;y")).data == b'Task;Owner;Notes\na;;"x;y"\nb;Kim;n\n'
    assert patch(data, understood, Edit("1", "notes", "z"), Edit("1", "owner", "Lee")).data == b"Task;Owner;Notes\na;Lee;z\nb;Kim;n\n"


def test_text_that_would_become_a_formula_or_lacks_its_letters_is_said() -> None:
    data = CSV_TEXT.encode("cp949")
    made = patch(data, CSV, Edit("1", "notes", "=1+1"), Edit("2", "notes", "🚀"))
    assert [reason for _, reason in made.not_placed] == ["original.reason.calculated", "original.reason.encoding"]
    assert made.data == data


def test_a_tab_separated_file_keeps_its_tabs() -> None:
    data = b"Task\tDays\r\na\t2,5\r\nb\t3,5\r\n"
    items = [{"name": "a", "duration": 2.5}, {"name": "b", "duration": 3.5}]
    understood = result(items, {"name": "A", "duration": "B"}, file="p.tsv", sheet="", format="tsv")
    assert patch(data, understood, Edit("1", "duration", 4.5)).data == b"Task\tDays\r\na\t4,5\r\nb\t3,5\r\n"


@pytest.mark.parametrize(("old", "new"), [
    ("2026-03-05", "2026-03-12"), ("2026.03.05", "2026.03.12"), ("05/03/26", "12/03/26"), ("5-Mar-26", "12-Mar-26"),
    ("2026년 3월 5일", "2026년 3월 12일"), ("3월 5일", "3월 12일"), ("Mar 5, 2026", "Mar 12, 2026"),
    ("2026-03-05T17:00:00Z", "2026-03-12T17:00:00Z"),
    ("next spring", "2026-03-12"), ("Thu 3/5/26", "Thu 3/12/26"), ("20260305", "20260312"),
])  # fmt: skip
def test_a_date_of_a_text_file_keeps_its_notation(old: str, new: str) -> None:
    data = f'"Task","Start"\n"a","{old}"\n'.encode()
    items = [{"name": "a", "planned_start": day("2026-03-05")}]
    understood = result(items, {"name": "A", "start": "B"}, file="p.csv", sheet="", format="csv")
    assert patch(data, understood, Edit("1", "planned_start", "2026-03-12")).data == f'"Task","Start"\n"a","{new}"\n'.encode()


def test_the_order_of_day_and_month_is_that_of_the_whole_column() -> None:
    data = b"Task,Start\na,03/04/2026\nb,04/25/2026\n"
    items = [{"name": "a", "planned_start": day("2026-03-04")}, {"name": "b", "planned_start": day("2026-04-25")}]
    understood = result(items, {"name": "A", "start": "B"}, file="p.csv", sheet="", format="csv")
    assert patch(data, understood, Edit("1", "planned_start", "2026-05-06")).data == b"Task,Start\na,05/06/2026\nb,04/25/2026\n"


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(NOTATIONS))
def test_every_notation_can_be_written(when: dt.date, notation: str) -> None:
    assert "{" not in write_day(when, notation)


@given(st.text(alphabet='ab",;\r\n ', max_size=40))
def test_records_are_divided_as_the_reader_divides_them(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=","))
    found = _records(text, 0, ",", frozenset(range(1, len(rows) + 1)))
    assert [number for number, _ in found] == list(range(1, len(rows) + 1))
    for (_, fields), row in zip(found, rows, strict=True):
        values = [next(csv.reader([text[a:b]], delimiter=","), [""]) for a, b in fields] if "\n" not in text and "\r" not in text else None
        assert len(fields) == max(len(row), 1)
        assert values is None or [value[0] if value else "" for value in values] == (row or [""])


@given(st.lists(st.lists(st.text(alphabet='ab",\n=가', max_size=5), min_size=3, max_size=3), min_size=2, max_size=5), st.data())
def test_one_field_changes_and_no_other(rows: list[list[str]], data: st.DataObject) -> None:
    rows = [["x" + cell for cell in row] for row in rows]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    row, column = data.draw(st.integers(1, len(rows))), data.draw(st.integers(1, 3))
    content, outcomes = patch_text("p.csv", out.getvalue().encode(), {(row, column): 'new "value", 새'})
    rows[row - 1][column - 1] = 'new "value", 새'
    assert list(csv.reader(io.StringIO(content.decode(), newline=""))) == rows
    assert outcomes == {(row, column): FieldOutcome.WRITTEN}


# In the programs and the files of real people


def converted(data: bytes, folder: Path, locale: str) -> list[list[object]] | None:
    """The values of the first sheet as LibreOffice keeps them, or None when it does not open the file.

    As .ods, where a date is a date: in a .csv it is written as people do where the ``locale`` is spoken.
    """
    folder.mkdir()
    (folder / "plan.xlsx").write_bytes(data)
    subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "ods",
                    "--outdir", str(folder), str(folder / "plan.xlsx")],
                   check=True, capture_output=True, timeout=180, env={**os.environ, "LC_ALL": locale})  # fmt: skip
    kept = folder / "plan.ods"
    return CalamineWorkbook.from_path(kept).get_sheet_by_index(0).to_python() if kept.exists() else None


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("locale", ["en_US.UTF-8", "de_DE.UTF-8", "ko_KR.UTF-8"])
def test_libreoffice_opens_the_file_and_computes_afresh(rich: bytes, tmp_path: Path, locale: str) -> None:
    made = patch(rich, RICH, Edit("2", "duration", 20.0), Edit("2", "notes", "=1+1"), Edit("1", "planned_start", "2026-10-26"))
    if converted(rich, tmp_path / "before", locale) is None:
        pytest.skip("LibreOffice is there without its spreadsheet part: it does not open the file as it was either")
    rows = converted(made.data, tmp_path / "after", locale)
    assert rows
    assert rows[2][:5] == ["Build", dt.date(2026, 11, 9), dt.date(2026, 12, 4), 20, 0.5]
    assert rows[2][7] == "=1+1"
    assert rows[1][1] == dt.date(2026, 10, 26)
    assert rows[5][3] == 30  # the file held no results; the sum of the durations is computed


def _readable_sheets() -> list[Path]:
    return sorted(SHEETS.glob("*/*.xlsx")) if SHEETS.is_dir() else []


@pytest.mark.skipif(not _readable_sheets(), reason="the folder of real sheets is not beside the project")
@pytest.mark.parametrize("path", [pytest.param(path, id=path.name[:40]) for path in _readable_sheets()])
@pytest.mark.filterwarnings("ignore:.*:UserWarning:openpyxl")  # what openpyxl does not keep is no matter when it only reads
def test_one_cell_of_a_real_workbook(path: Path) -> None:
    ingest = pytest.importorskip("tpm.ingest", reason="the reader is not there")
    if not hasattr(ingest, "read_files"):
        pytest.skip("the reader is not there yet")
    data = path.read_bytes()
    try:
        understood = ingest.read_files([(path.name, data)])
    except InputError:
        pytest.skip("the file holds no plan")
    named = [row for row in understood.plan.activities.to_dict("records") if row["row"] > 0]
    for item in named[:-4:-1]:
        edit = Edit(item["id"], "name", "=changed by hand 바꿈")
        made = original_workbook(path.name, data, understood, [edit])
        if made.placed:
            break
    else:
        pytest.skip("no activity has a cell of its own for its name")
    (place,) = made.cells
    try:
        readable = bool(cells(data))
    except TypeError:
        readable = False  # a style sheet that openpyxl refuses; calamine then judges alone
    if readable:
        assert changed_cells(data, made.data) == {(place.sheet, place.cell)}
        assert str(cells(made.data)[place.sheet, place.cell][0]).endswith("=changed by hand 바꿈")
    changed = changed_parts(data, made.data)
    assert len({name for name in changed if "worksheets/" in name}) == 1
    assert changed - {"xl/styles.xml", "xl/workbook.xml", "xl/calcChain.xml"} <= {name for name in changed if "worksheets/" in name}
    names = [meta.name for meta in CalamineWorkbook.from_filelike(io.BytesIO(data)).sheets_metadata if str(meta.typ).endswith("WorkSheet")]
    pairs = [(x, y) for sheet in names for a, b in zip(calamine(data, sheet), calamine(made.data, sheet), strict=True)
             for x, y in zip(a, b, strict=True)]  # fmt: skip
    differing = [str(new) for old, new in pairs if old != new]
    assert len(differing) == 1
    assert differing[0].endswith("=changed by hand 바꿈")
