"""What the sheets of a workbook become in memory, counted on their bytes before they are parsed.

A sheet takes the rectangle that its filled cells span, and a text as often as cells name it: a workbook of 90 KB names one long text a
million times. Cells that are only formatted count for nothing, so a sheet that is coloured down to its last row is no large sheet.
Written for speed (some 2 ms a MiB): what a strange spelling of the same hides from it ends in the process apart, at its limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import Final
from xml.sax.saxutils import unescape

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tpm.findings import InputError
from tpm.guard import refused
from tpm.ingest.opening.marks import Marks

MAX_CELLS: Final = 12_000_000  # rectangle of one sheet that is held in memory: 100,000 rows × 120 columns
MAX_CELLS_ALTOGETHER: Final = 24_000_000  # of all sheets
MAX_TEXT_BYTES: Final = 256 * 2**20  # all texts of a workbook with their repetitions; 100,000 rows of 15 columns have 30 MiB
_TAGS_A_TEXT: Final = 4  # at least so many "<" has a cell with a shared text
_ADDRESS_LONGEST: Final = 13  # XFD1048576 has ten signs; a reader takes larger rows for what they say
_LETTERS_MOST: Final = 3
_AFTER_NAME: Final = np.frombuffer(b" />", np.uint8)
_SHARED_END: Final = re.compile(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>")
_SHARED: Final = re.compile(rb"""\bt\s{0,9}=\s{0,9}["']s["'][^<>]*>\s{0,99}<(?:\w+:)?v[^<>]*>\s{0,99}(\d{1,9})""")
_ODS: Final = re.compile(rb"<(?:table:(table-row|table-cell|covered-table-cell|table)|text:(s))(?=[\s/>])([^<>]*)>")
_NAME: Final = re.compile(rb"""table:name\s{0,9}=\s{0,9}["']([^"']{0,200})""")
_COLUMNS: Final = re.compile(rb"""table:number-columns-repeated\s{0,9}=\s{0,9}["']\s{0,9}(\d{1,18})""")
_ROWS: Final = re.compile(rb"""table:number-rows-repeated\s{0,9}=\s{0,9}["']\s{0,9}(\d{1,18})""")
_SPACES: Final = re.compile(rb"""text:c\s{0,9}=\s{0,9}["']\s{0,9}(\d{1,18})""")


class Weight:
    """What a workbook has become so far. Every method raises ``InputError`` once that is too much."""

    def __init__(self, file: str, shared: bytes = b"") -> None:
        self._file, self._shared = file, shared
        self._texts = self._cells = 0

    @contextmanager
    def kept_where_refused(self) -> Iterator[None]:
        """Around one sheet: if it is refused, it counts for nothing, because it is left out."""
        before = self._texts, self._cells
        try:
            yield
        except InputError:
            self._texts, self._cells = before
            raise

    @cached_property
    def _lengths(self) -> np.ndarray:
        """Bytes of each shared text with its markup."""
        return np.fromiter(map(len, _SHARED_END.split(self._shared)), np.int64)

    @cached_property
    def _longest(self) -> int:
        return int(self._lengths.max())

    def add_texts(self, size: int) -> None:
        """Count ``size`` bytes of text."""
        self._texts += size
        if self._texts > MAX_TEXT_BYTES:
            raise refused("text-too-large", self._file, size=self._texts // 2**20, limit=MAX_TEXT_BYTES // 2**20)

    def add_cells(self, sheet: str, cells: int) -> None:
        """Count the rectangle of a sheet."""
        if cells > MAX_CELLS:
            raise refused("sheet-too-wide", self._file, sheet=sheet, cells=cells, limit=MAX_CELLS)
        self._cells += cells
        if self._cells > MAX_CELLS_ALTOGETHER:
            raise refused("book-too-many-cells", self._file, cells=self._cells, limit=MAX_CELLS_ALTOGETHER)

    def add_references(self, xml: bytes, tags: int) -> None:
        """Count the shared texts that the cells in ``xml``, of so many tags, name: exactly, where a bound does not settle it."""
        if not self._shared or self._longest * (tags // _TAGS_A_TEXT) <= MAX_TEXT_BYTES // 8:
            return
        named = np.fromiter(map(int, _SHARED.findall(xml)), np.int64)
        strange = max(xml.count(b'"s"') + xml.count(b"'s'") - len(named), 0)  # written as no program does: taken for the longest
        self.add_texts(int(self._lengths[named[named < len(self._lengths)]].sum()) + strange * self._longest)


class SheetWeight:
    """A sheet of an .xlsx file that comes in pieces, each ending between two rows."""

    def __init__(self, book: Weight, sheet: str) -> None:
        self._book, self._sheet = book, sheet
        self._rows = self._columns = 0
        self._one_at_a_time = Lock()  # pieces may come from several threads
        self.marks = Marks()  # found on the way

    def add(self, xml: bytes) -> None:
        """Count one piece."""
        with self._one_at_a_time:
            self._add(xml)

    def _add(self, xml: bytes) -> None:
        signs = _signs(xml)
        at = np.flatnonzero(signs == ord("f"))
        self.marks.add(xml, formulas=bool((signs[at - 1] == ord("<")).any()))
        self._book.add_references(xml, int(np.count_nonzero(signs == ord("<"))))
        rows, columns = self._with(_extent(signs))
        if rows * columns > MAX_CELLS:  # perhaps of cells that hold nothing
            rows, columns = self._with(_filled_extent(signs))
        self._rows, self._columns = rows, columns
        if rows * columns > MAX_CELLS:
            self.close()

    def _with(self, extent: tuple[int, int]) -> tuple[int, int]:
        return max(extent[0], self._rows), max(extent[1], self._columns)

    def close(self) -> None:
        """The sheet is complete."""
        self._book.add_cells(self._sheet, self._rows * self._columns)


def _extent(signs: np.ndarray) -> tuple[int, int]:
    """(last row, last column), 1-based, of all cells and rows."""
    rows, columns, addressed = _last(signs, _addresses(signs))
    tags = signs[:-1] == ord("<")  # counted here in a tenth of the time that bytes.count takes
    others = _count(tags, signs, "c") - addressed  # cells that follow the one before them, and tags that only begin like a cell
    most_rows = max(rows, _count(tags, signs, "r"))
    return (rows, columns) if most_rows * (columns + others) <= MAX_CELLS else _running_extent(signs, rows, columns)


def _count(tags: np.ndarray, signs: np.ndarray, letter: str) -> int:
    """Tags whose name begins with ``letter``."""
    return int(np.count_nonzero(tags & (signs[1:] == ord(letter))))


def _running_extent(signs: np.ndarray, rows: int, columns: int) -> tuple[int, int]:
    """As :func:`_extent`, with the cells counted that have no address."""
    tags = np.flatnonzero(signs == ord("<"))
    first, second, attribute = signs[tags + 1], signs[tags + 2], signs[tags + 3]
    begins = tags[(first == ord("r")) & (second == ord("o"))]
    running = (first == ord("c")) & np.isin(second, _AFTER_NAME) & (attribute != ord("r"))
    longest = int(np.bincount(np.searchsorted(begins, tags[running])).max(initial=0))
    return (max(rows, len(begins)), columns + longest) if longest else (rows, columns)


def _filled_extent(signs: np.ndarray) -> tuple[int, int]:
    """As :func:`_extent`, of the cells that hold something."""
    at = _addresses(signs)
    begins, ends = np.flatnonzero(signs == ord("<")), np.flatnonzero(signs == ord(">"))
    if not len(begins) or not len(ends):
        return 0, 0
    at = at[(at > begins[0]) & (at < ends[-1]) & (signs[at] >= ord("A"))]
    begin, end = begins[np.searchsorted(begins, at) - 1], ends[np.searchsorted(ends, at)]
    inside = ends[np.searchsorted(ends, begin)] == end  # of a tag, not of a text
    empty = (signs[end - 1] == ord("/")) | ((signs[end + 1] == ord("<")) & (signs[end + 2] == ord("/")))
    rows, columns, _ = _last(signs, at[inside & ~empty])
    return _running_extent(signs, rows, columns)


def _signs(xml: bytes) -> np.ndarray:
    signs: np.ndarray = np.frombuffer(xml + b"\0" * (_ADDRESS_LONGEST + 4), np.uint8)
    return signs


def _addresses(signs: np.ndarray) -> np.ndarray:
    """Where a value of an attribute ``r`` begins."""
    at = np.flatnonzero(signs == ord("="))
    begins: np.ndarray = at[signs[at - 1] == ord("r")] + 2
    return begins


def _last(signs: np.ndarray, at: np.ndarray) -> tuple[int, int, int]:
    """(largest row, largest column, addresses with a column) of the addresses that begin ``at``."""
    places = np.ascontiguousarray(sliding_window_view(signs, _ADDRESS_LONGEST)[at].T)  # sign by sign
    rows, columns = np.zeros(len(at), np.int64), np.zeros(len(at), np.int32)
    going = np.ones(len(at), bool)
    for place, sign in enumerate(places):
        digit, letter = sign - np.uint8(ord("0")), sign - np.uint8(ord("A"))  # others wrap around to large numbers
        is_digit, is_letter = going & (digit < 10), going & (letter < 26)
        if place < _LETTERS_MOST and is_letter.any():
            columns = np.where(is_letter, columns * 26 + letter + 1, columns)
        if is_digit.any():
            rows = np.where(is_digit, rows * 10 + digit, rows)
        going = is_digit | is_letter
        if not going.any():
            break
    return int(rows.max(initial=0)), int(columns.max(initial=0)), int(np.count_nonzero(columns))


def add_ods(book: Weight, content: bytes) -> None:
    """Count the tables of an .ods file's ``content.xml``: what is repeated, as often as it is."""
    table = _Table("")
    row = column = 1  # repetitions of the row and of the cell that is read
    for match in _ODS.finditer(content):
        tag, space, attributes = match.groups()
        if space:
            book.add_texts(column * row * _times(_SPACES, attributes))
        elif tag == b"table":
            book.add_cells(table.name, table.cells)
            name = _NAME.search(attributes)
            table = _Table(unescape(name[1].decode("utf-8", "replace")) if name else "")
        elif tag == b"table-row":
            row, column = _times(_ROWS, attributes), 1
            table.begin(row)
        else:
            column = _times(_COLUMNS, attributes)
            empty = attributes.endswith(b"/") or content.startswith(b"</", match.end())
            table.put(column, held=not empty or b"office:" in attributes)
            if column * row > 1 and not empty:
                book.add_texts(column * row * (content.find(b"</table:", match.end()) - match.end()))
    book.add_cells(table.name, table.cells)


def _times(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1


class _Table:
    """The rectangle of one table of an .ods file: empty rows and cells count once something follows them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._rows = self._pending = 0
        self._width = self._column = 0
        self._held = False

    @property
    def cells(self) -> int:
        return (self._rows + (self._pending if self._held else 0)) * self._width

    def begin(self, repeat: int) -> None:
        """A row that is there ``repeat`` times."""
        if self._held:
            self._rows, self._pending = self._rows + self._pending, 0
        self._pending += repeat
        self._column, self._held = 0, False

    def put(self, repeat: int, *, held: bool) -> None:
        """A cell that is there ``repeat`` times in the row."""
        self._column += repeat
        if held:
            self._held = True
            self._width = max(self._width, self._column)
