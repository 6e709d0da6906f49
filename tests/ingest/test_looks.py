"""Fills of .xlsx, .ods and .xls sheets mean the same, and what a sheet cannot give costs the others nothing."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill

from tests import hostile
from tests.ingest.build import codes, finding, read, row, saved, xlsx
from tests.ingest.old_excel import xls
from tpm.findings import InputError
from tpm.ingest import ReadOptions, read_files
from tpm.ingest.opening.workbook import open_book

_HEADER = ["Task", "Owner", "2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30"]
_NAMES = [("Design", "Ana"), ("Build", "Bo"), ("Test", "Cy"), ("Ship", "Di")]
_BARS = {"Design": (2, 3), "Build": (3, 5), "Test": (5, 5), "Ship": (6, 6)}
_ROWS = [_HEADER, *([name, owner] for name, owner in _NAMES)]
_FILLED = [(at + 1, column) for at, (name, _) in enumerate(_NAMES) for column in range(_BARS[name][0], _BARS[name][1] + 1)]
_BAR = b'<style:style style:name="bar" style:family="table-cell"><style:table-cell-properties %s/></style:style>'
_BOLD = b'<style:style style:name="strong" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>'


def _as_xlsx() -> bytes:
    book = openpyxl.Workbook()
    for line in _ROWS:
        book.active.append(line)
    for at in _FILLED:
        book.active.cell(at[0] + 1, at[1] + 1).fill = PatternFill("solid", fgColor="FF3366CC")
    for cell in book.active[1]:
        cell.font = Font(bold=True)
    return saved(book)


def _as_ods(colour: bytes = b'fo:background-color="#3366cc"', tail: bytes = b"") -> bytes:
    def cell(at: tuple[int, int]) -> bytes:
        text = _ROWS[at[0]][at[1]] if at[1] < len(_ROWS[at[0]]) else None
        style = b' table:style-name="bar"' if at in _FILLED else b' table:style-name="strong"' if at[0] == 0 else b""
        if text is None:
            return b"<table:table-cell%s/>" % style
        return b'<table:table-cell%s office:value-type="string"><text:p>%s</text:p></table:table-cell>' % (style, text.encode())

    lines = [b"<table:table-row>" + b"".join(cell((line, at)) for at in range(len(_HEADER))) + b"</table:table-row>" for line in range(5)]
    data = hostile.ods(b"".join(lines) + tail)
    return _with_styles(data, _BAR % colour + _BOLD)


def _with_styles(data: bytes, styles: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as made:
        for info in archive.infolist():
            content = archive.read(info)
            if info.filename == "content.xml":
                content = content.replace(b"<office:body>", b"<office:automatic-styles>%s</office:automatic-styles><office:body>" % styles)
            made.writestr(info, content)
    return out.getvalue()


def _as_xls() -> bytes:
    return xls(_ROWS, dict.fromkeys(_FILLED, 48), bold=[0])


@pytest.mark.parametrize(("name", "data"), [("plan.xlsx", _as_xlsx()), ("plan.ods", _as_ods()), ("plan.xls", _as_xls())])
def test_bars_drawn_by_fills_are_read_in_every_format(name: str, data: bytes) -> None:
    result = read_files([(name, data)])
    assert "dates-from-bars" in codes(result)
    spans = {name: (row(result, name)["planned_start"], row(result, name)["planned_finish"]) for name, _ in _NAMES}
    assert spans == {
        "Design": ("2026-03-02", "2026-03-15"),
        "Build": ("2026-03-09", "2026-03-29"),
        "Test": ("2026-03-23", "2026-03-29"),
        "Ship": ("2026-03-30", "2026-04-05"),
    }
    look = open_book(name, data).grids[0].look
    assert sorted(look.fills) == _FILLED
    assert {line for line, _ in look.bold} == {0}


@pytest.mark.parametrize("white", [b'fo:background-color="#ffffff"', b'fo:background-color="transparent"', b""])
def test_white_is_no_fill(white: bytes) -> None:
    assert open_book("plan.ods", _as_ods(white)).grids[0].look.fills == {}


def test_repeated_rows_and_cells_of_an_ods_sheet_are_marked_where_they_stand() -> None:
    tail = b'<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3"/>'
    tail += b'<table:table-cell table:style-name="bar" table:number-columns-repeated="2"/></table:table-row>'
    tail += b'<table:table-row table:visibility="collapse"><table:table-cell table:style-name="bar"/></table:table-row>'
    tail += b"<table:table-row-group><table:table-row><table:table-cell/></table:table-row></table:table-row-group>"
    tail += b'<table:table-row table:number-rows-repeated="1048567"><table:table-cell table:style-name="bar" '
    tail += b'table:number-columns-repeated="16384"/></table:table-row>'
    look = open_book("plan.ods", _as_ods(tail=tail)).grids[0].look
    assert [at for at in sorted(look.fills) if 5 <= at[0] < 9] == [(5, 3), (5, 4), (6, 3), (6, 4), (7, 0)]
    assert look.hidden_rows == {7}
    assert look.outline == {8: 1}
    assert len(look.fills) <= 1_000_000 + 20


def test_a_sheet_that_is_only_formatted_down_to_its_last_row_is_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx([["Task", "Start"], ["Build", "2026-03-02"], ["Test", "2026-03-05"]])))
    book.active.cell(1_048_576, 16_384).fill = PatternFill("solid", fgColor="FFFFFF00")
    assert read_files([("plan.xlsx", saved(book))]).plan.activities["name"].tolist() == ["Build", "Test"]


_PLAN = [["Task", "Start"], ["Build", "2026-03-02"], ["Test", "2026-03-05"]]


def _broken(data: bytes, part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as made:
        for info in archive.infolist():
            content = archive.read(info)
            made.writestr(info, content[: len(content) // 2] if info.filename == part else content)
    return out.getvalue()


@pytest.mark.parametrize("order", [("Matrix", "Plan"), ("Plan", "Matrix")])
def test_a_sheet_that_is_too_wide_is_left_out_and_told_the_others_are_read(order: tuple[str, str]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx({name: _PLAN if name == "Plan" else [["x"]] for name in order})))
    book["Matrix"]["XFD1048576"] = "x"
    result = read_files([("plan.xlsx", saved(book))])
    assert result.plan.activities["name"].tolist() == ["Build", "Test"]
    told = finding(result, "sheet-too-large")
    assert [place.sheet for place in told.places] == ["Matrix"]
    assert "Matrix" in told.message("ko")


def test_what_a_sheet_that_was_left_out_weighs_does_not_count_for_the_others() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx({**{f"M{at}": [["x"]] for at in range(4)}, "Plan": _PLAN})))
    for at in range(4):
        book[f"M{at}"]["P1048576"] = "x"
    result = read_files([("plan.xlsx", saved(book))])
    assert len(result.plan.activities) == 2
    assert [one.code for one in result.findings].count("sheet-too-large") == 4


def test_a_damaged_sheet_is_left_out_and_told_the_others_are_read() -> None:
    result = read_files([("plan.xlsx", _broken(xlsx({"Notes": [["x", "y"]] * 9, "Plan": _PLAN}), "xl/worksheets/sheet1.xml"))])
    assert result.plan.activities["name"].tolist() == ["Build", "Test"]
    assert finding(result, "sheet-damaged").params["sheet"] == "Notes"


def test_a_workbook_whose_only_sheet_is_too_wide_is_refused() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(_PLAN)))
    book.active["XFD1048576"] = "x"
    with pytest.raises(InputError) as refused:
        read_files([("plan.xlsx", saved(book))])
    assert refused.value.finding.code == "sheet-too-wide"


@pytest.mark.parametrize(("captions", "unit"), [(["W1", "W2", "W3", "W4"], "weeks"), (["1주차", "2주차", "3주차", "4주차"], "weeks"),
                                                (["Day 1", "Day 2", "Day 3", "Day 4"], "days"),
                                                (["M1", "M2", "M3", "M4"], "months")])  # fmt: skip
def test_bars_over_numbered_columns_count_from_a_first_day_that_is_asked_for(captions: list[str], unit: str) -> None:
    rows = [["Task", "Owner", *captions], ["Design it", "Ana", "x", "x", "", ""], ["Build it", "Bo", "", "x", "x", ""],
            ["Test it", "Ana", "", "", "", "x"]]  # fmt: skip
    asked = read(rows)
    assert f"relative-{unit}" in codes(asked)
    assert asked.plan.relative["id"].tolist() == asked.plan.activities["id"].tolist()
    assert asked.plan.activities["planned_start"].isna().all()
    told = read(rows, ReadOptions(start=dt.date(2027, 3, 1))).plan.activities
    assert [str(day.date()) for day in told["planned_start"]] == {
        "weeks": ["2027-03-01", "2027-03-08", "2027-03-22"], "days": ["2027-03-01", "2027-03-02", "2027-03-04"],
        "months": ["2027-03-01", "2027-04-01", "2027-06-01"]}[unit]  # fmt: skip


def test_amounts_under_months_are_no_bars() -> None:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"]
    amounts = [["Item", *months], *([name, 100, 200, 300, 600, 50, 70] for name in ("Rent", "Salaries", "Travel", "Licences"))]
    assert read(amounts).plan.activities.empty
    bars = [["Item", *months], ["Draw it", 1, 1, "", "", "", ""], ["Build it", "", 1, 1, 1, "", ""], ["Test it", "", "", "", "", 1, 1]]
    assert len(read(bars).plan.activities) == 3
