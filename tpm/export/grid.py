"""Writing tables into workbooks: typed cells, one look, reproducible bytes.

Text is always a text cell: a value that starts with ``=`` is never a formula, an id ``01`` never a number. What
XML cannot hold is shown by a visible stand-in instead of being dropped. openpyxl stamps the clock on every file
it saves; :func:`to_bytes` takes that out again, so that equal workbooks are equal bytes on every machine.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from tpm.export.columns import Column, Shape
from tpm.i18n import Language

CELL_TEXT_LIMIT_CHARACTERS: Final = 32_767  # Excel refuses a workbook with a longer one
FIRST_SAFE_DAY: Final = dt.date(1900, 3, 1)  # earlier serials are read a day apart by different programs (29 Feb 1900)
_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip entry can carry

DAY_FORMAT: Final[Mapping[str, str]] = {"en": "d mmm yyyy", "ko": "yyyy-mm-dd"}
_FORMULA_STARTS: Final = ("=", "+", "-", "@")
_ESCAPE_LOOKALIKE: Final = re.compile(r"_x[0-9A-Fa-f]{4}_")

HEADER_FILL: Final = PatternFill("solid", fgColor="1F2A44")
HEADER_FONT: Final = Font(bold=True, color="FFFFFF")
SUMMARY_FILL: Final = PatternFill("solid", fgColor="EEF1F7")
SUMMARY_FONT: Final = Font(bold=True)
EXAMPLE_FONT: Final = Font(italic=True, color="6B7690")
TITLE_FONT: Final = Font(bold=True, size=14)
_LINE: Final = Border(bottom=Side(style="thin", color="D5DAE5"))


def safe_text(value: str) -> str:
    """``value`` as a cell can hold it.

    Control characters become their pictures (``␀`` …), what no XML document may contain becomes ``�``, line ends become
    ``\\n``, a literal ``_x0041_`` is escaped so that Excel does not decode it, and text beyond Excel's limit is cut with ``…``.
    """
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        text = "".join(_stand_in(character) for character in text)
    text = _ESCAPE_LOOKALIKE.sub(lambda match: "_x005F" + match[0], text)
    return text if len(text) <= CELL_TEXT_LIMIT_CHARACTERS else text[: CELL_TEXT_LIMIT_CHARACTERS - 1] + "…"


def _stand_in(character: str) -> str:
    code = ord(character)
    if code < 0x20 and character not in "\t\n":
        return chr(0x2400 + code)
    if 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF):
        return "�"
    return character


def put_text(cell: Cell, value: object) -> None:
    """Write ``value`` as a text cell, whatever it starts with."""
    text = safe_text(str(value))
    cell.value = text
    cell.data_type = "s"  # openpyxl guesses "f" for a leading "="
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True  # keeps it text when somebody edits the cell in Excel


def put(cell: Cell, value: Any, shape: Shape) -> None:
    """Write one value in the shape of its column; missing (None, NaN, NaT) leaves the cell empty."""
    if value is None or value != value:
        return
    if shape is Shape.DAY:
        day = value.date() if isinstance(value, dt.datetime) else value
        if day < FIRST_SAFE_DAY:
            put_text(cell, day.isoformat())
        else:
            cell.value = day
    elif shape in (Shape.NUMBER, Shape.PERCENT) and not isinstance(value, str):
        number = float(value)
        if math.isinf(number):
            put_text(cell, "∞" if number > 0 else "−∞")
        else:
            cell.value = int(number) if number.is_integer() else number
    else:
        put_text(cell, value)


def _look(shape: Shape, lang: Language) -> dict[str, Any]:
    """Number format and alignment of a column's cells."""
    number_format = {Shape.DAY: DAY_FORMAT[lang], Shape.PERCENT: "0%", Shape.NUMBER: "General"}.get(shape, "@")
    horizontal = "right" if shape in (Shape.NUMBER, Shape.PERCENT) else "left"
    return {
        "number_format": number_format,
        "alignment": Alignment(horizontal=horizontal, vertical="top", wrap_text=shape is Shape.LONG),
        "border": _LINE,
    }


def write_table(
    sheet: Worksheet, columns: Sequence[Column], rows: Iterable[Sequence[Any]], lang: Language, *,
    top: int = 1, frozen: int = 0, emphasis: Mapping[int, tuple[Font, PatternFill | None]] | None = None,
) -> int:  # fmt: skip
    """Write a header in row ``top`` and the rows under it; freeze the header and the first ``frozen`` columns.

    ``emphasis`` gives single rows (0-based) another font and fill. Returns the last row written.
    """
    for number, column in enumerate(columns, 1):
        cell = sheet.cell(top, number)
        put_text(cell, column.header)
        cell.font, cell.fill = HEADER_FONT, HEADER_FILL
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[cell.column_letter].width = column.width
    sheet.row_dimensions[top].height = 32
    patterns = [_pattern(sheet, column.shape, lang) for column in columns]
    last = top
    for index, values in enumerate(rows):
        last = top + 1 + index
        font, fill = (emphasis or {}).get(index, (None, None))
        for number, (column, value) in enumerate(zip(columns, values, strict=True), 1):
            cell = sheet.cell(last, number)
            cell._style = copy(patterns[number - 1])  # sharing one style is fifty times faster than setting its parts
            put(cell, value, column.shape)
            if font is not None:
                cell.font = font
            if fill is not None:
                cell.fill = fill
    sheet.freeze_panes = sheet.cell(top + 1, frozen + 1)
    if columns:
        sheet.auto_filter.ref = f"A{top}:{sheet.cell(top, len(columns)).column_letter}{max(last, top)}"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0  # as wide as one page, as long as it takes
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{top}:{top}"
    return last


def _pattern(sheet: Worksheet, shape: Shape, lang: Language) -> Any:
    """The style of a column's cells, as openpyxl stores it; the cell used to make it is thrown away."""
    cell = Cell(sheet, row=1, column=1)
    for name, value in _look(shape, lang).items():
        setattr(cell, name, value)
    return cell._style


def write_guide(sheet: Worksheet, title: str, lines: Iterable[str]) -> None:
    """A sheet of sentences, one a row, under a title."""
    put_text(sheet.cell(1, 1), title)
    sheet.cell(1, 1).font = TITLE_FONT
    for row, line in enumerate(lines, 3):
        put_text(sheet.cell(row, 1), line)
        sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 110
    sheet.sheet_view.showGridLines = False


def to_bytes(workbook: Workbook, saved_on: dt.date | None = None, *, compress: bool = True) -> bytes:
    """``workbook`` as xlsx bytes that depend on its content only.

    ``saved_on`` becomes the workbook's own last-saved date (noon, so that no time zone moves the day); without it the
    file carries none. ``compress=False`` makes the bytes the same on every machine: compressors differ between builds of Python.
    """
    buffer = io.BytesIO()
    workbook.save(buffer)
    out = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(out, "w") as fixed:
        for entry in made.infolist():
            content = made.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _stamped(content, saved_on)
            elif entry.filename == "docProps/app.xml":
                content = _APP  # openpyxl writes its version here
            fixed.writestr(zipfile.ZipInfo(entry.filename, _ZIP_EPOCH), content, method)
    return out.getvalue()


_APP: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Microsoft Excel</Application></Properties>"
)
_TIME: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def _stamped(core: bytes, saved_on: dt.date | None) -> bytes:
    if saved_on is None:
        return _TIME.sub(b"", core)
    return _TIME.sub(rb"\g<1>" + f"{saved_on.isoformat()}T12:00:00Z".encode() + rb"\g<3>", core)
