"""Change single cells of an .xlsx or .xlsm file and nothing else.

The sheet's own XML is edited in place: charts, pictures, pivot tables, conditional formats, comments, macros and every other sheet
stay byte for byte. A changed cell keeps its format; text is written inline and is never a formula, a date is a serial number in a
format that shows a day. Where a changed cell held a formula the formula goes, and what the workbook computes from the cell is
computed afresh when a spreadsheet program opens the file; until then it shows the old results.

What it does not do: rows and columns are not inserted, array formulas and data tables are not broken up.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from lxml import etree
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, get_column_letter, range_boundaries

from tpm.export.grid import FIRST_SAFE_DAY, safe_text
from tpm.export.xlsx_package import Package, child, children, local, parse, serialise, truth
from tpm.export.xlsx_styles import PLAIN, SHORT_DATE, STYLES_TYPE, Styles

_DAY_ZERO: Final = dt.datetime(1899, 12, 30)  # 29 Feb 1900, which never was, is counted; right from March 1900 on
_DAY_ZERO_1904: Final = dt.datetime(1904, 1, 1)
_FORMULA_STARTS: Final = ("=", "+", "-", "@")
_LAST_ROW: Final = 1_048_576
_LAST_COLUMN: Final = 16_384
_REFERENCE: Final = re.compile(r"\b\$?([A-Z]{1,3})\$?(\d{1,9})\b")
_HOLDS_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[ />]")
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_OF_THE_VALUE: Final = ("t", "cm", "vm", "ph")  # attributes that describe the value that was there


@dataclass(frozen=True, slots=True)
class Share:
    """A share 0–1 whose column does not say how it is counted: a percentage format shows 0.5 as 50 %, otherwise 50 is written."""

    value: float


CellValue = str | float | bool | dt.date | Share | None


@dataclass(frozen=True, slots=True)
class CellWrite:
    """One cell to change. ``over_formula`` False leaves a cell alone whose value the workbook computes itself."""

    sheet: str
    row: int  # 1-based
    column: int  # 1-based
    value: CellValue  # None clears the cell
    over_formula: bool = True


class Outcome(StrEnum):
    """What became of a cell."""

    WRITTEN = "written"
    COMPUTED = "computed"  # left to its formula
    ARRAY = "array"  # part of an array formula or a data table
    ENTANGLED = "entangled"  # other cells share its formula, which could not be handed on
    NO_SHEET = "no-sheet"


def patch_xlsx(data: bytes, writes: Sequence[CellWrite], *, highlight: bool) -> tuple[bytes, list[Outcome]]:
    """``data`` with ``writes`` carried out in order, and what became of each.

    Raises ``ValueError`` or ``zipfile.BadZipFile`` when the file is no workbook or one of the parts concerned cannot be read.
    """
    package = Package(data)
    entries = package.sheets()
    had_formulas = any(_HOLDS_FORMULA.search(package.read(entry.part)) for entry in entries.values())
    style_part = package.related("styles")
    styles = Styles(package.read(style_part) if style_part else PLAIN)
    from_1904 = package.counts_from_1904()
    sheets: dict[str, _Sheet] = {}
    outcomes = []
    for write in writes:
        if write.sheet not in entries:
            outcomes.append(Outcome.NO_SHEET)
            continue
        if write.sheet not in sheets:
            sheets[write.sheet] = _Sheet(package.read(entries[write.sheet].part), styles, from_1904, highlight)
        outcomes.append(sheets[write.sheet].put(write))
    if Outcome.WRITTEN not in outcomes:
        return data, outcomes
    for name, sheet in sheets.items():
        if sheet.changed:
            package.replace(entries[name].part, sheet.to_bytes())
    if styles.changed and style_part:
        package.replace(style_part, styles.to_bytes())
    elif styles.changed:
        package.add("xl/styles.xml", styles.to_bytes(), STYLES_TYPE, "styles")
    _forget_formulas(package, {(entries[name].sheet_id, cell) for name, sheet in sheets.items() for cell in sheet.freed})
    if had_formulas:
        package.recalculate_on_load()
    return package.to_bytes(), outcomes


def _forget_formulas(package: Package, gone: set[tuple[str, str]]) -> None:
    """Take cells (sheet id, address) out of the calculation chain: a spreadsheet program repairs a file whose chain names no formula."""
    part = package.related("calcChain")
    if part is None or not gone:
        return
    root = parse(package.read(part))
    entries = children(root, "c")
    # An entry without a sheet is on the sheet of the one before it: say it before any entry goes.
    sheet = ""
    kept, previous = [], ""
    removed = False
    for entry in entries:
        sheet = entry.get("i", sheet)
        if (sheet, entry.get("r", "")) in gone:
            root.remove(entry)
            removed = True
        else:
            if sheet != previous:
                entry.set("i", sheet)
            kept.append(entry)
            previous = sheet
    if not kept:
        package.drop(part)  # an empty chain is not allowed
    elif removed:
        package.replace(part, serialise(root))


class _Sheet:
    """One sheet's XML under change."""

    def __init__(self, xml: bytes, styles: Styles, from_1904: bool, highlight: bool) -> None:
        self._root = parse(xml)
        self._styles, self._highlight = styles, highlight
        self._zero = _DAY_ZERO_1904 if from_1904 else _DAY_ZERO
        rows = child(self._root, "sheetData")
        if rows is None:
            raise ValueError("the sheet has no rows part")
        self._rows: Any = rows
        self._row_at = _numbered(self._rows)
        self._arrays = [range_boundaries(formula.get("ref")) for formula in self._formulas()
                        if formula.get("t") in ("array", "dataTable") and formula.get("ref")]  # fmt: skip
        self._day_formats: dict[int, int] = {}
        self.freed: set[str] = set()  # addresses whose formula went
        self.changed = False

    def _tag(self, name: str) -> Any:
        return etree.QName(etree.QName(self._root).namespace, name)

    def _formulas(self) -> list[Any]:
        return list(self._rows.iter(self._tag("f")))

    def put(self, write: CellWrite) -> Outcome:
        """Carry out one write."""
        if any(left <= write.column <= right and top <= write.row <= bottom for left, top, right, bottom in self._arrays):
            return Outcome.ARRAY
        row = self._row_at.get(write.row)
        cell = None if row is None else _cells(row, write.row).get(write.column)
        formula = None if cell is None else child(cell, "f")
        if cell is not None and formula is not None:
            if not write.over_formula:
                return Outcome.COMPUTED
            if not self._hand_on(formula):
                return Outcome.ENTANGLED
            self.freed.add(cell.get("r"))
        if cell is None:
            cell = self._new_cell(write.row, write.column)
        self._set(cell, write.value, write.column)
        self.changed = True
        return Outcome.WRITTEN

    def _set(self, cell: Any, value: CellValue, column: int) -> None:
        for part in [*children(cell, "f"), *children(cell, "v"), *children(cell, "is")]:
            cell.remove(part)
        for name in _OF_THE_VALUE:
            cell.attrib.pop(name, None)
        style = int(cell.get("s", 0))
        number_format = None
        if isinstance(value, Share):
            value = value.value if self._styles.shows_percent(style) else round(value.value * 100, 6)
        if isinstance(value, dt.date):
            moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
            if moment.date() < max(FIRST_SAFE_DAY, self._zero.date()):
                value = moment.date().isoformat()
            else:
                value = (moment - self._zero) / dt.timedelta(days=1)
                number_format = None if self._styles.shows_day(style) else self._day_format(column)
        as_text = isinstance(value, str) and value.startswith(_FORMULA_STARTS)
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, self._tag("is")), self._tag("t"))
            text.text = safe_text(value)
            text.set(_SPACE, "preserve")
        elif value is not None:
            if isinstance(value, bool):
                cell.set("t", "b")
            content = etree.SubElement(cell, self._tag("v"))
            content.text = str(int(value)) if float(value).is_integer() else repr(round(float(value), 10))
        rest = child(cell, "extLst")
        if rest is not None:
            cell.append(rest)  # it stands last
        new = self._styles.variant(style, highlight=self._highlight, number_format=number_format, as_text=as_text)
        if new != style:
            cell.set("s", str(new))

    def _day_format(self, column: int) -> int:
        """The number format in which most days of the column are shown; the reader's own short date where there are none."""
        if column not in self._day_formats:
            letter = re.compile(rf"{get_column_letter(column)}\d")
            styles = Counter(int(cell.get("s", 0)) for cell in self._rows.iter(self._tag("c"))
                             if cell.get("t", "n") == "n" and len(cell) and letter.match(cell.get("r", "")))  # fmt: skip
            shown = Counter({style: count for style, count in styles.items() if self._styles.shows_day(style)})
            self._day_formats[column] = self._styles.number_format(shown.most_common(1)[0][0]) if shown else SHORT_DATE
        return self._day_formats[column]

    def _new_cell(self, number: int, column: int) -> Any:
        """An empty cell in its place, in the format that a spreadsheet program would give it: the row's, else the column's."""
        row = self._row_at.get(number)
        if row is None:
            row = etree.Element(self._tag("row"), r=str(number))
            self._rows.insert(sum(other < number for other in self._row_at), row)
            self._row_at[number] = row
        before = [other for other in _cells(row, number) if other < column]
        cell = etree.Element(self._tag("c"), r=f"{get_column_letter(column)}{number}")
        style = row.get("s") if truth(row.get("customFormat")) else self._column_style(column)
        if style and style != "0":
            cell.set("s", style)
        row.insert(len(before), cell)
        row.attrib.pop("spans", None)  # a hint about the columns in use, which may no longer hold
        dimension = child(self._root, "dimension")
        if dimension is not None and dimension.get("ref"):
            left, top, right, bottom = range_boundaries(dimension.get("ref"))
            left, right, top, bottom = min(left, column), max(right, column), min(top, number), max(bottom, number)
            first, last = f"{get_column_letter(left)}{top}", f"{get_column_letter(right)}{bottom}"
            dimension.set("ref", first if first == last else f"{first}:{last}")
        return cell

    def _column_style(self, column: int) -> str | None:
        for group in children(self._root, "cols"):
            for entry in children(group, "col"):
                if int(entry.get("min", 0)) <= column <= int(entry.get("max", 0)):
                    style: str | None = entry.get("style")
                    return style
        return None

    def _hand_on(self, formula: Any) -> bool:
        """Before ``formula`` goes: where other cells share it, the first of them takes it over. False when it cannot be moved.

        Sharing cells name the holder's formula by a number; the holder is the first cell of the shared range. Where the
        remaining cells no longer form a range that begins with one of them, each gets a formula of its own.
        """
        if formula.get("t") != "shared" or not formula.text:
            return True  # a plain formula, or one that only names its holder
        sharing = [other for other in self._formulas() if other.get("t") == "shared" and other.get("si") == formula.get("si")]
        later = sharing[sharing.index(formula) + 1 :]
        # A later holder means that the number was used again for another formula.
        heirs = later[: next((index for index, other in enumerate(later) if other.text), len(later))]
        if not heirs:
            return True
        here = formula.getparent().get("r")
        places = [_place(heir) for heir in heirs]
        left, top = min(column for column, _ in places), min(row for _, row in places)
        range_remains = places[0] == (left, top)
        moved = [_moved(formula.text, here, heir.getparent().get("r")) for heir in (heirs[:1] if range_remains else heirs)]
        if None in moved:
            return False
        for heir, text in zip(heirs, moved, strict=False):
            heir.text = text
        if range_remains:
            right, bottom = max(column for column, _ in places), max(row for _, row in places)
            heirs[0].set("ref", f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}")
        else:
            for heir in heirs:
                heir.attrib.pop("t")
                heir.attrib.pop("si")
        return True

    def to_bytes(self) -> bytes:
        """The sheet's part."""
        return serialise(self._root)


def _numbered(rows: Any) -> dict[int, Any]:
    """Row number → row. A row without a number follows the one before it, and is given its number."""
    out = {}
    number = 0
    for row in rows:
        if local(row) == "row":
            number = int(row.get("r", number + 1))
            row.set("r", str(number))
            if len(row) and not all(cell.get("r") for cell in children(row, "c")):
                _cells(row, number)
            out[number] = row
    return out


def _cells(row: Any, number: int) -> dict[int, Any]:
    """Column number → cell of a row; cells without an address follow the one before them, and are given it."""
    out = {}
    column = 0
    for cell in children(row, "c"):
        address = cell.get("r")
        column = column_index_from_string(coordinate_from_string(address)[0]) if address else column + 1
        if not address:
            cell.set("r", f"{get_column_letter(column)}{number}")
        out[column] = cell
    return out


def _place(formula: Any) -> tuple[int, int]:
    letter, row = coordinate_from_string(formula.getparent().get("r"))
    return column_index_from_string(letter), row


def _moved(text: str, origin: str, target: str) -> str | None:
    """A formula as it reads in another cell; None where a reference would leave the sheet or is of a kind that is not understood."""
    try:
        moved: str = Translator(f"={text}", origin=origin).translate_formula(target)
    except (TranslatorError, TokenizerError):
        return None
    # The translator drops the sheet before a defined name and counts on beyond the last row.
    beyond = [reference for reference in _REFERENCE.findall(moved) if _leaves_sheet(*reference)]
    return moved[1:] if moved.count("!") == text.count("!") and not beyond else None


def _leaves_sheet(letters: str, row: str) -> bool:
    return int(row) > _LAST_ROW or column_index_from_string(letters) > _LAST_COLUMN
