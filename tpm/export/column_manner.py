"""How the columns of one table write what they say, judged from their other cells.

A value goes back into a sheet the way that sheet says such things: a duration in its weeks, a progress as "50%" or 0.5 or 50, a
status in its own words, a date of a text file in its notation. What was understood of the other rows is known (the plan), so each
manner is found by comparing cells with what they were read as; nothing is guessed from a single cell.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pandas as pd
from openpyxl.utils.cell import column_index_from_string

from tpm.export.xlsx_patch import CellValue, Share
from tpm.i18n import t
from tpm.ingest.cells import numbers
from tpm.ingest.opening.grid import Cell, Grid, as_text
from tpm.model import Kind, TableReading

_QUANTITY: Final = re.compile(r"\s*(\d+(?:[.,]\d+)?)(\D*)")
_PERCENT: Final = re.compile(r"\s*\d+(?:[.,]\d+)?(\s*%)\s*")
_HANGUL: Final = re.compile("[가-힣]")
_TIME: Final = re.compile(r"(.*?\d)([ T]\d{1,2}:\d\d.*)?", re.S)
_COUNTED: Final = re.compile(r"(day|week|month|year|hour|hr|wk)s?\b", re.I)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _notations() -> Iterator[str]:
    """Ways to write a day, padded ones first: where a column's days fit both 05 and 5, most people pad."""
    for day, month, year in itertools.product(("{d:02}", "{d}"), ("{m:02}", "{m}"), ("{y}", "{yy:02}")):
        if day[2:] == month[2:]:
            yield from (mark.join((year, month, day)) for mark in ("-", "/", ".", ". "))
            yield from (mark.join((year, month, day)) + "." for mark in (". ", "."))
            yield from (mark.join((first, second, year)) for mark in ("/", ".", "-")
                        for first, second in ((day, month), (month, day)))  # fmt: skip
            yield from (f"{year}년 {month}월 {day}일", f"{year}년{month}월{day}일", f"{month}월 {day}일", f"{month}월{day}일")
    yield "{y}{m:02}{d:02}"
    for day, year, name in itertools.product(("{d:02}", "{d}"), ("{y}", "{yy:02}"), ("{mon}", "{month}")):
        yield from (mark.join((day, name, year)) for mark in ("-", "/", " "))
        yield from (f"{name} {day}, {year}", f"{name}-{day}-{year}", f"{name} {day} {year}")
    yield from ("{wd} {m}/{d}/{yy:02}", "{wd} {d:02}/{m:02}/{yy:02}", "{wd} {m:02}/{d:02}/{yy:02}", "{wd} {d}/{m}/{yy:02}")


NOTATIONS: Final = tuple(dict.fromkeys(_notations()))


def write_day(day: dt.date, notation: str) -> str:
    """``day`` in one of ``NOTATIONS``."""
    return notation.format(y=day.year, yy=day.year % 100, m=day.month, d=day.day, mon=_MONTHS[day.month - 1],
                           month=_LONG_MONTHS[day.month - 1], wd=_WEEKDAYS[day.weekday()])  # fmt: skip


def plain_number(value: float) -> str:
    """A number as text, whole ones without a point."""
    return str(int(value)) if float(value).is_integer() else f"{value:.6f}".rstrip("0").rstrip(".")


class TableManner:
    """The manners of one table. ``rows`` are the plan's activities on it, as read; ``grid`` holds the cells they were read from."""

    def __init__(self, grid: Grid, table: TableReading, rows: pd.DataFrame) -> None:
        self.grid, self.table, self._rows = grid, table, rows
        self._cache: dict[tuple[str, str], Any] = {}

    def has(self, field: str) -> bool:
        """Whether the table has a column that can say ``field``; one that counts points says no duration."""
        choice = self.table.columns.get(field)
        return choice is not None and bool(choice.column) and not (field == "duration" and choice.unit == "points")

    def cell(self, row: int, field: str) -> Cell:
        """The cell of ``field`` (a column of the table) in a 1-based row; empty where the sheet ends before it."""
        return self.at(row, column_index_from_string(self.table.columns[field].column))

    def at(self, row: int, column: int) -> Cell:
        """The cell at (row, column), both 1-based."""
        grid = self.grid.rows
        return grid[row - 1][column - 1] if 0 < row <= len(grid) and column <= len(grid[row - 1]) else ""

    def named(self, row: int, name: str) -> bool:
        """Whether the row says ``name``, or a part of it, anywhere: a plan may have been read from rows that were put together."""
        last = len(self.grid.rows[row - 1]) if 0 < row <= len(self.grid.rows) else 0
        return any(_related(self.at(self._first_row(row, column), column), name) for column in range(1, last + 1))

    def _first_row(self, row: int, column: int) -> int:
        """The row that holds the value of (row, column): of merged cells the first."""
        return next((top + 1 for top, left, bottom, right in self.grid.merged
                     if top < row <= bottom + 1 and left < column <= right + 1), row)  # fmt: skip

    def name_column(self, row: int, name: str) -> int:
        """Number of the column in which the row says ``name``; 0 where none does, or several others do.

        Names may step to the right with their level, so it need not be the name column.
        """
        usual: int = column_index_from_string(self.table.columns["name"].column)
        if _related(self.at(row, usual), name):
            return usual
        cells = self.grid.rows[row - 1] if 0 < row <= len(self.grid.rows) else ()
        found = [column for column, cell in enumerate(cells, 1) if isinstance(cell, str) and _folded(cell) == _folded(name)]
        return found[0] if len(found) == 1 else 0

    def _read(self, field: str, meaning: str) -> list[tuple[Cell, Any]]:
        """(cell of ``field``, what the plan has for ``meaning``) of every row of the table."""
        if (field, meaning) not in self._cache:
            rows = zip(self._rows["row"], self._rows[meaning], strict=True)
            self._cache[field, meaning] = [(self.cell(int(row), field), value) for row, value in rows]
        found: list[tuple[Cell, Any]] = self._cache[field, meaning]
        return found

    def _in_korean(self, field: str) -> bool:
        return bool(_HANGUL.search(self.table.columns[field].header))

    # Durations

    def duration(self, row: int, days: float, span: int | None) -> CellValue:
        """``days`` (working days) as the duration column counts; ``span`` is the number of calendar days from start to finish."""
        own = _quantity(self.cell(row, "duration"))
        suffix = own[1] if own else self._usual_suffix()
        counts = self._counts(suffix)
        if span is not None and days > 0 and counts in ("first to last", "between"):
            value = float(span if counts == "first to last" else span - 1)
        else:
            value = days / (counts if isinstance(counts, float) else self._unit(suffix))
        value = round(value, 4)
        if not suffix.strip():
            return value
        return plain_number(value) + _COUNTED.sub(lambda match: match[1] + ("" if value == 1 else "s"), suffix)

    def _usual_suffix(self) -> str:
        found = Counter(quantity[1] for cell, _ in self._read("duration", "duration") if (quantity := _quantity(cell)))
        return found.most_common(1)[0][0] if found else ""

    def _unit(self, suffix: str) -> float:
        """Working days of one of what the cell, else the header counts."""
        unit = self.table.columns["duration"].unit or "days"
        named = numbers.duration(f"1{suffix}", unit) if suffix.strip() else None
        return named.days if named and named.days > 0 else numbers.days_in(unit, 5.0)

    def _counts(self, suffix: str) -> float | str | None:
        """Working days of one of the column's unit where one factor explains at least half of its cells.

        Where calendar days explain more of them: "first to last" counts both ends, "between" one. None where nothing explains them.
        """
        factors: Counter[float] = Counter()
        exact: dict[float, float] = {}
        spans: Counter[str] = Counter()
        cells = 0
        days = zip(self._rows["planned_start"], self._rows["planned_finish"], strict=True)
        for (cell, duration), (start, finish) in zip(self._read("duration", "duration"), days, strict=True):
            quantity = _quantity(cell)
            if quantity is None or quantity[1] != suffix or quantity[0] <= 0:
                continue
            cells += 1
            if duration > 0:
                ratio = float(duration) / quantity[0]
                factors[round(ratio, 2)] += 1
                exact.setdefault(round(ratio, 2), ratio)
            if pd.notna(start) and pd.notna(finish):
                between = (finish - start).days
                spans.update(name for name, count in (("first to last", between + 1), ("between", between)) if count == quantity[0])
        factor, explained = factors.most_common(1)[0] if factors else (1.0, 0)
        span, spanned = spans.most_common(1)[0] if spans else ("", 0)
        if 2 * max(explained, spanned) < max(cells, 1):
            return None
        unit = self._unit(suffix)  # what is written rounded, like 33 hours for a day, still counts whole units
        return span if spanned > explained else unit if abs(factor - unit) < 0.01 else exact.get(factor, unit)

    # Progress

    def progress(self, row: int, share: float) -> CellValue:
        """``share`` (0–1) as the progress column writes it."""
        own = self.cell(row, "progress")
        percent = round(share * 100, 4)
        others = self._read("progress", "progress")
        if isinstance(own, bool) and share in (0.0, 1.0):
            return bool(share)
        marks = Counter(found[1] for cell, _ in others if isinstance(cell, str) and (found := _PERCENT.fullmatch(cell)))
        scales: Counter[str] = Counter()
        for cell, value in others:
            quantity = _quantity(cell)
            if quantity and not quantity[1].strip() and quantity[0] > 0 and value > 0 and not isinstance(cell, bool):
                scales["share" if abs(quantity[0] - value) < 0.002 else "percent"] += 1
        written = _PERCENT.fullmatch(own) if isinstance(own, str) else None
        if written or (marks and sum(marks.values()) > sum(scales.values())):
            return plain_number(percent) + (written[1] if written else marks.most_common(1)[0][0])
        if scales:
            return share if scales.most_common(1)[0][0] == "share" else percent
        return Share(share)

    # Words

    def status(self, state: str) -> str | None:
        """The status text by which the table's own rows say ``state``; None where none of them does."""
        rows = [(text, found) for text, found in zip(self._rows["status"], self._rows["state"], strict=True) if text is not None]
        texts = Counter(text for text, _ in rows)
        said = Counter(text for text, found in rows if found == state)
        # A text that stands for another state on most of its rows owes the state to something else there.
        return next((str(text) for text, count in said.most_common() if 2 * count > texts[text]), None)

    def kind(self, field: str, kind: str) -> CellValue:
        """What the ``milestone`` flag or the ``kind`` column says of an activity or a milestone."""
        cells = self._read(field, "kind")
        mine = Counter(cell for cell, found in cells if found == kind)
        other = Counter(cell for cell, found in cells if found not in (kind, Kind.SUMMARY))
        for cell, count in mine.most_common():
            if count > other[cell]:
                return None if cell == "" else cell if isinstance(cell, str | bool | int | float) else str(cell)
        lang = "ko" if self._in_korean(field) or any(isinstance(cell, str) and _HANGUL.search(cell) for cell in other) else "en"
        if field == "kind":
            return t(f"export.kind.{kind}", "ko" if lang == "ko" else "en")
        return t("original.yes", "ko" if lang == "ko" else "en") if kind == Kind.MILESTONE else None

    # Text files

    def day(self, row: int, field: str, meaning: str, day: dt.date) -> str:
        """``day`` in the notation of a text column, the time of day of its old cell kept; ISO where the notation is not known."""
        votes: Counter[str] = Counter()
        for cell, read in self._read(field, meaning):
            if isinstance(cell, str) and cell.strip() and pd.notna(read):
                text = _without_time(cell)
                votes.update(notation for notation in NOTATIONS if write_day(read.date(), notation) == text)
        rest = _TIME.fullmatch(str(self.cell(row, field)).strip())
        time = rest[2] or "" if rest else ""
        old = self._rows.loc[self._rows["row"] == row, meaning]
        same_year = len(old) > 0 and pd.notna(old.iloc[0]) and old.iloc[0].year == day.year
        usable = (notation for notation, _ in votes.most_common() if same_year or "{y" in notation)
        return write_day(day, next(usable, "{y}-{m:02}-{d:02}")) + time

    def number(self, field: str, meaning: str, value: float) -> str:
        """A number as text, with a decimal comma where the column has one."""
        comma = any(isinstance(cell, str) and re.match(r"\s*\d+,\d", cell) for cell, _ in self._read(field, meaning))
        return plain_number(value).replace(".", ",") if comma else plain_number(value)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _related(cell: Cell, name: str) -> bool:
    """Whether a cell holds a name, more than it (a number before it) or a part of it."""
    text, wanted = _folded(as_text(cell)), _folded(name)
    if not text or not wanted:
        return False
    return wanted in text or (text in wanted and len(text) > 1 and not text.isdigit())  # a lone figure is part of many names


def _without_time(text: str) -> str:
    found = _TIME.fullmatch(text.strip())
    return found[1] if found and found[2] else text.strip()


def _quantity(cell: Cell) -> tuple[float, str] | None:
    """(number, what follows it) of a cell that holds one number; the suffix of a typed number is empty."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell), ""
    match = _QUANTITY.fullmatch(cell) if isinstance(cell, str) else None
    return (float(match[1].replace(",", ".")), match[2].rstrip()) if match else None
