"""Large sheets are read in parts: what comes out is what one read gives, and what a part could misunderstand is left to one read."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import python_calamine as calamine
from openpyxl.worksheet.worksheet import Worksheet

from tpm.guard import Archive
from tpm.ingest.opening import parts
from tpm.ingest.opening.formatting import sheet_parts
from tpm.ingest.opening.parts import Merged, merged_ranges, read_in_parts, rest_of
from tpm.ingest.opening.weight import SheetWeight, Weight

_SHEETS = Path(__file__).parents[3] / "shared" / "data" / "sheets"
Rows = tuple[list[list[object]], Merged]


@pytest.fixture(autouse=True)
def _four_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LEAST_BYTES", 1)
    monkeypatch.setattr(parts, "_LEAST_PART_BYTES", 700)
    monkeypatch.setattr(parts, "_processors", lambda: 4)


def _book(fill: Callable[[Worksheet], None]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    fill(book.active)  # type: ignore[arg-type]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _whole(data: bytes, index: int = 0) -> Rows:
    sheet = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(index)
    return sheet.to_python(skip_empty_area=False), merged_ranges(sheet)


def _in_parts(data: bytes, index: int = 0) -> Rows | None:
    with Archive(io.BytesIO(data)) as archive:
        part = sheet_parts(archive)[index][1]
        return part and read_in_parts(archive, index, part, rest_of(archive), SheetWeight(Weight("plan.xlsx"), "Plan"))


def _with_types(read: Rows | None) -> object:
    return read and ([[(type(cell), cell) for cell in row] for row in read[0]], read[1])


def _typed(sheet: Worksheet) -> None:
    for number in range(1, 301):
        if number % 7 == 0:
            continue  # rows that do not exist
        sheet.cell(number, 3, f"Task {number} <&> “x”")
        sheet.cell(number, 4, dt.date(2026, 1, 5) + dt.timedelta(days=number))
        sheet.cell(number, 5, number / 4)
        sheet.cell(number, 6, "01")
        sheet.cell(number, 7, number % 2 == 0)
    sheet.cell(290, 12, "far right, in the last part only")
    sheet.merge_cells("C20:D21")
    sheet.merge_cells("C250:C252")


def _altered(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            xml = source.read(name)
            target.writestr(name, change(xml) if name == "xl/worksheets/sheet1.xml" else xml)
    return out.getvalue()


def test_parts_give_what_one_read_gives() -> None:
    data = _book(_typed)
    assert _with_types(_in_parts(data, 0)) == _with_types(_whole(data))


def test_the_sheet_that_was_asked_for_is_read() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "another sheet"
    _typed(book.create_sheet("Plan"))
    out = io.BytesIO()
    book.save(out)
    assert _with_types(_in_parts(out.getvalue(), 1)) == _with_types(_whole(out.getvalue(), 1))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda xml: xml.replace(b"</row>", b"</row><!-- </row> -->"), id="comments"),
        pytest.param(lambda xml: re.sub(rb'<row r="\d+"', b"<row", xml), id="rows without numbers"),
        pytest.param(lambda xml: re.sub(rb'<c r="[A-Z]+\d+"', b"<c", xml), id="cells without addresses"),
        pytest.param(lambda xml: re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", xml).replace(b"xmlns=", b"xmlns:x="), id="a prefix"),
        pytest.param(lambda xml: xml.replace(b"<sheetData>", b'<sheetData  foo="1">'), id="an attribute"),
    ],
)
def test_what_a_part_could_misunderstand_is_left_to_one_read(change: Callable[[bytes], bytes]) -> None:
    assert _in_parts(_altered(_book(_typed), change), 0) is None


def test_a_sheet_whose_rows_run_backwards_is_left_to_one_read() -> None:
    def backwards(xml: bytes) -> bytes:
        rows = re.findall(rb"<row\b.*?</row>", xml, re.S)
        return xml[: xml.index(b"<row")] + b"".join(reversed(rows)) + xml[xml.rindex(b"</row>") + 6 :]

    assert _in_parts(_altered(_book(_typed), backwards), 0) is None


def test_a_damaged_sheet_and_a_small_one_are_left_to_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _book(_typed)
    at = data.index(b"PK\x03\x04", data.index(b"xl/worksheets/sheet1.xml")) - 40  # inside the sheet's packed rows
    assert _in_parts(data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :], 0) is None
    monkeypatch.setattr(parts, "LEAST_BYTES", 10**9)
    assert _in_parts(data, 0) is None


def test_one_processor_reads_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_processors", lambda: 1)
    assert _in_parts(_book(_typed), 0) is None


@pytest.mark.skipif(not _SHEETS.exists(), reason="the real files are not beside the project")
@pytest.mark.parametrize("path", sorted(_SHEETS.glob("*/*.xlsx")), ids=lambda path: path.stem[:40])
def test_real_sheets_read_the_same_in_parts(path: Path) -> None:
    data = path.read_bytes()
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ is calamine.SheetTypeEnum.WorkSheet and (read := _in_parts(data, index)) is not None:
            assert _with_types(read) == _with_types(_whole(data, index))
