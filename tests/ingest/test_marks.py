"""What a sheet's XML says besides its values: hidden rows, formulas whose result is not in the file."""

from __future__ import annotations

import datetime as dt

import openpyxl

from tests.ingest.build import codes, finding, saved
from tpm.findings import Severity
from tpm.ingest import read_files
from tpm.ingest.opening.marks import Marks
from tpm.model import ImportResult


def _plan(rows: int, formulas: int = 0) -> openpyxl.Workbook:
    """A sheet of ``rows`` items whose last ``formulas`` starts are formulas, as openpyxl writes them: without a result."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["ID", "Task", "Start", "Finish"])
    for number in range(1, rows + 1):
        day = dt.date(2026, 3, 2) + dt.timedelta(days=7 * number)
        sheet.append([f"H{number}", f"Step {number}", f"=D{number}+3" if number > rows - formulas else day, day + dt.timedelta(days=4)])
    return book


def _read(book: openpyxl.Workbook) -> ImportResult:
    return read_files([("plan.xlsx", saved(book))])


def test_formulas_without_a_result_are_told_with_their_cells() -> None:
    told = finding(_read(_plan(5, formulas=2)), "formulas-unanswered")
    assert (told.severity, told.where, told.params["count"]) == (Severity.ERROR, "Sheet!C5, Sheet!C6", 2)
    assert finding(_read(_plan(12, formulas=1)), "formulas-unanswered").severity is Severity.WARNING
    assert "formulas-unanswered" not in codes(_read(_plan(5)))


def test_a_formula_beside_the_plan_is_nobodys_concern() -> None:
    book = _plan(5)
    book.active["H20"] = "=1+1"
    assert "formulas-unanswered" not in codes(_read(book))


def test_items_in_hidden_rows_are_read_and_told() -> None:
    book = _plan(5)
    book.active.row_dimensions[4].hidden = True
    book.active.column_dimensions["H"].hidden = True
    result = _read(book)
    told = finding(result, "hidden-rows-read")
    assert (told.severity, told.where, told.params) == (Severity.WARNING, "Sheet!4", {"count": 1, "total": 5})
    assert len(result.plan.activities) == 5
    assert "hidden-rows-read" not in codes(_read(_plan(5)))


def test_a_formula_has_its_result_where_that_is_an_empty_text() -> None:
    marks = Marks()
    marks.add(b'<row r="2"><c r="A2" t="str"><f>IF(1,"")</f><v></v></c><c r="B2"><f>1+1</f><v>2</v></c><c r="C2"><f>1+1</f><v/></c>'
              b'<c r="D2"><f t="shared" si="0"/></c></row><row r="9" hidden="1" ht="15"/><row r="10" hidden="0"/>')  # fmt: skip
    assert (marks.unanswered, marks.hidden_rows) == ([(1, 2), (1, 3)], {8})
