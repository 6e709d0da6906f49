"""A sheet as a grid of typed cells that know their address.

Rows and columns count from 0 inside; addresses (``D14``) and :meth:`Grid.row_number` count from 1 as people do.
An empty cell is the empty string, as calamine gives it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np

from tpm.findings import Finding, Place
from tpm.ingest.opening.marks import Marks

_TITLE_LINES, _LINES_ABOVE = 20, 100  # rows that may say the year or the project's start of a table
_LOOKED_THROUGH = 5_000  # rows up to which a look is read for the hidden ones alone

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


@dataclass(frozen=True)
class Look:
    """What a sheet looks like beyond its values. Keys are 0-based; rows and cells without a mention are plain."""

    fills: Mapping[tuple[int, int], str] = field(default_factory=dict)  # (row, column) → colour
    indent: Mapping[tuple[int, int], int] = field(default_factory=dict)
    bold: frozenset[tuple[int, int]] = frozenset()
    outline: Mapping[int, int] = field(default_factory=dict)  # row → level
    hidden_rows: frozenset[int] = frozenset()


def letters(column: int) -> str:
    """Column letters of a 0-based column: 0 → A, 26 → AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def as_text(cell: Cell) -> str:
    """A cell as a person would type it: 1.0 → "1", dates in ISO, times of midnight dropped."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(round(cell, 10))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "minutes")
    return str(cell)


@dataclass(frozen=True)
class Grid:
    """One sheet: ``rows`` of equal length, merged ranges as (first row, first column, last row, last column)."""

    file: str
    sheet: str
    rows: Sequence[Sequence[Cell]]
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    read_look: Callable[[], Look] | None = None
    marks: Marks | None = None  # what the file says besides, where its format is looked through for it
    elsewhere: Mapping[int, int] = field(default_factory=dict)  # rows blank here, told by another grid → the row that they stand under
    cells: tuple[tuple[int, int], ...] | None = None  # a list made of cells: (row, column) of the sheet that each row stands for
    transposed: bool = False  # rows are the sheet's columns
    passed_over: frozenset[int] = frozenset()  # rows that were blanked because a person said that they are no items

    @cached_property
    def columns(self) -> list[list[Cell]]:
        """The cells column by column."""
        cells = list(chain.from_iterable(self.rows))  # slices of one list take half the time of zip over ten thousand
        return [cells[column :: self.width] for column in range(self.width)]

    @cached_property
    def look(self) -> Look:
        """Fills, indents, bold and outline levels; read on the first question."""
        return self.read_look() if self.read_look else Look()

    @property
    def hidden_rows(self) -> Collection[int]:
        """Rows that whoever looks at the sheet does not see; none where it would take too long to know."""
        if self.transposed:
            return ()
        if self.marks is not None:
            return self.marks.hidden_rows
        return self.look.hidden_rows if self.height <= _LOOKED_THROUGH else ()

    @cached_property
    def factorised(self) -> dict[tuple[int, int, int], tuple[np.ndarray, list[Cell]]]:
        """(column, first row, last row) → codes and distinct cells; filled by those who need them."""
        return {}

    @cached_property
    def described(self) -> dict[tuple[tuple[int, ...], int, int], Any]:
        """(columns, first row, last row) → their facts; filled by :mod:`tpm.ingest.weighing.facts`."""
        return {}

    def forget(self) -> None:
        """Drop what was made of the rows, before they go: freeing cells in the order in which they were made is faster."""
        vars(self).pop("columns", None)
        vars(self).pop("factorised", None)
        vars(self).pop("seen_above", None)
        vars(self).pop("described", None)

    @cached_property
    def seen_above(self) -> dict[tuple[str, int], list[Cell]]:
        """(what was asked, row) → what the row answers; tables one below the other ask the same rows."""
        return {}

    def above(self, row: int, asked: str, answers: Callable[[Sequence[Cell]], list[Cell]]) -> list[Cell]:
        """What ``answers`` finds in the lines over a table whose header is in ``row``: the sheet's first lines, and those just above."""
        out: list[Cell] = []
        for at in (*range(min(_TITLE_LINES, row)), *range(max(_TITLE_LINES, row - _LINES_ABOVE), max(row, 0))):
            found = self.seen_above.get((asked, at))
            if found is None:
                found = self.seen_above[asked, at] = answers(self.rows[at])
            out += found
        return out

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def numbers(self, rows: np.ndarray) -> np.ndarray:
        """1-based rows of the sheet for 0-based rows of the grid."""
        return np.asarray(rows + 1 if self.cells is None else np.array([row for row, _ in self.cells], dtype=int)[rows] + 1)

    def place(self, row: int | None = None, column: int | None = None) -> Place:
        """The place of a cell, a row or (without both) the sheet."""
        if row is None:
            return Place(self.file, self.sheet)
        if self.cells is not None:
            row, column = self.cells[row]
        if self.transposed:
            return Place(self.file, self.sheet, letters(row) + ("" if column is None else str(column + 1)))
        return Place(self.file, self.sheet, f"{letters(column)}{row + 1}" if column is not None else str(row + 1))

    def turned(self) -> Grid:
        """The sheet with its rows and columns exchanged; what it looks like is not."""
        merged = tuple((left, top, right, bottom) for top, left, bottom, right in self.merged)
        return replace(self, rows=self.columns, merged=merged, read_look=None, marks=None, transposed=not self.transposed)

    def without(self, rows: frozenset[int]) -> Grid:
        """The sheet with these rows blank."""
        blank: Sequence[Cell] = [""] * self.width
        kept = [blank if row in rows else cells for row, cells in enumerate(self.rows)]
        return replace(self, rows=kept, passed_over=self.passed_over | rows)

    def filled(self, first: int, last: int) -> np.ndarray:
        """Boolean matrix, rows ``first`` to before ``last`` × columns: the cell holds something but blanks."""
        out = np.zeros((max(last - first, 0), self.width), dtype=bool)
        for index, column in enumerate(self.columns):
            part = column[first:last]
            out[:, index] = [cell != "" and not (cell.__class__ is str and cell.isspace()) for cell in part]
        return out


@dataclass(frozen=True)
class Book:
    """A file that was opened: its grids and what was learnt on the way."""

    file: str
    format: str
    encoding: str | None
    saved_on: dt.date | None
    grids: tuple[Grid, ...]
    findings: tuple[Finding, ...] = ()
