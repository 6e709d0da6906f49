"""What a sheet of an old .xls file looks like; values come from calamine, which knows nothing of looks, and looks from xlrd."""

from __future__ import annotations

import io
import struct
from typing import Any, Final

from tpm.ingest.opening.grid import Look

MAX_BYTES: Final = 16 * 2**20  # xlrd reads some 2 MiB a second
_EMPTY: Final = 0  # xlrd's XL_CELL_EMPTY
_AUTOMATIC: Final = (64, 65)  # colours of the window, which are none


def read_xls(data: bytes, sheet: str) -> Look:
    """The look of the sheet called ``sheet``; a plain one where the file is too large or xlrd cannot read it."""
    import xlrd  # only where a table of an .xls file asks what it looks like

    if len(data) > MAX_BYTES:
        return Look()
    try:
        with xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=True, logfile=io.StringIO()) as book:
            return _look(book, book.sheet_by_name(sheet))
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, LookupError, ValueError, TypeError, AttributeError, AssertionError):
        return Look()


def _look(book: Any, sheet: Any) -> Look:
    fills: dict[tuple[int, int], str] = {}
    indent: dict[tuple[int, int], int] = {}
    bold: set[tuple[int, int]] = set()
    formats = [_format(book, xf) for xf in book.xf_list]
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind == _EMPTY:  # has no format of its own
                continue
            colour, depth, strong = formats[sheet.cell_xf_index(row, column)]
            if colour:
                fills[row, column] = colour
            if depth:
                indent[row, column] = depth
            if strong:
                bold.add((row, column))
    known = sheet.rowinfo_map
    outline = {row: one.outline_level for row, one in known.items() if one.outline_level}
    return Look(fills, indent, frozenset(bold), outline, frozenset(row for row, one in known.items() if one.hidden))


def _format(book: Any, xf: Any) -> tuple[str, int, bool]:
    """(fill colour or "", indent, bold) of a format of cells."""
    ground = xf.background
    code = ground.pattern_colour_index
    rgb = book.colour_map.get(code)
    filled = ground.fill_pattern and code not in _AUTOMATIC and rgb not in (None, (255, 255, 255))
    font = book.font_list[xf.font_index]
    return "#{:02x}{:02x}{:02x}".format(*rgb) if filled else "", xf.alignment.indent_level, bool(font.bold or font.weight >= 600)
