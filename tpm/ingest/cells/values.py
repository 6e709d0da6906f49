"""Cells of one column → typed arrays, with a finding for what could not be read.

Everything works on the distinct cells of a column: each is converted once and the result is spread over the rows, so that
10,000 rows with 300 different dates cost 300 conversions. Findings of one kind in one column are one finding with many places.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Final

import numpy as np

from tpm.findings import Finding, Severity
from tpm.ingest.cells import dates, numbers
from tpm.ingest.lexicon import words
from tpm.ingest.opening.grid import Cell, Grid, as_text, letters
from tpm.model import Constraint

_TELLING: Final = 512  # cells at the top of a column; where all differ, looking for equal ones costs more than it saves
_SHOWN_TEXT: Final = 40  # characters of a doubtful cell that a finding quotes
_LONGEST_DAYS: Final = 20_000  # a longer duration is a typing error, an id, or a sum of money
_HOPELESS: Final = 5_000  # different texts without a date among them, after which no more are tried
_FIVE_MINUTES: Final = 300  # seconds
_MILLISECONDS_A_MINUTE: Final = 60_000
_MILLISECONDS_A_DAY: Final = 8 * 60 * _MILLISECONDS_A_MINUTE  # a working day
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
Days = np.ndarray  # datetime64[D]


@dataclass
class Column:
    """The cells of one column of a table, factorised: ``cells[row] == distinct[codes[row]]``.

    ``distinct`` may repeat a cell where hardly any repeats. ``first`` is the grid's row of row 0.
    """

    grid: Grid
    index: int
    first: int
    codes: np.ndarray
    distinct: list[Cell]
    header: str = ""

    @classmethod
    def of(cls, grid: Grid, index: int, first: int, last: int, header: str = "") -> Column:
        known = grid.factorised.get((index, first, last))
        if known is None:
            cells = grid.columns[index][first : last + 1]
            if len(cells) > _TELLING and len(set(cells[:_TELLING])) == _TELLING:  # ids and names: nothing to share
                known = np.arange(len(cells)), list(cells)
            else:
                code_of: defaultdict[Cell, int] = defaultdict(count().__next__)  # a cell not seen before gets the next number
                codes = np.fromiter(map(code_of.__getitem__, cells), np.intp, len(cells))
                known = codes, list(code_of)
            grid.factorised[index, first, last] = known
        return cls(grid, index, first, known[0], known[1], header)

    def down(self) -> Column:
        """The column with the value of a cell that is merged over rows in each of them."""
        last = self.first + len(self.codes) - 1
        codes = self.codes
        for top, left, bottom, _ in self.grid.merged:
            if left == self.index and bottom > top and self.first <= top < last:
                codes = codes.copy() if codes is self.codes else codes
                codes[top - self.first : bottom - self.first + 1] = codes[top - self.first]
        return self if codes is self.codes else replace(self, codes=codes)

    def spread(self, convert: Callable[[Cell], Any]) -> np.ndarray:
        """An object array: ``convert`` of each distinct cell, one entry a row."""
        out = np.empty(len(self.distinct), dtype=object)
        out[:] = [convert(cell) for cell in self.distinct]
        return np.asarray(out[self.codes])

    def texts(self) -> np.ndarray:
        """Cells as text; what says "nothing" (blank, dash, N/A) is None."""
        kinds = set(map(type, self.distinct))
        out = np.empty(len(self.distinct), dtype=object)
        if kinds == {str}:
            nothing = words.empty_words()
            texts = list(map(str.strip, self.distinct))  # type: ignore[arg-type]
            out[:] = texts
            if found := nothing.intersection(map(str.casefold, texts)):
                out[:] = [None if not text or (len(text) < 20 and text.casefold() in found) else text for text in texts]
            elif "" in texts:
                out[:] = [text or None for text in texts]
        elif kinds == {float} and (whole := _whole(self.distinct)) is not None:
            out[:] = list(map(repr, whole))  # of an integer the same as str, and faster
        else:
            out[:] = list(map(_text_or_none, self.distinct))
        return np.asarray(out[self.codes])

    def filled(self) -> np.ndarray:
        """Rows whose cell holds more than blanks."""
        kinds = set(map(type, self.distinct))
        if str not in kinds:
            return np.ones(len(self.codes), dtype=bool)
        if kinds == {str}:
            words_left = map(str.strip, self.distinct)  # type: ignore[arg-type]
            return np.asarray(np.fromiter(map(bool, words_left), bool, len(self.distinct))[self.codes])
        filled = [cell.__class__ is not str or not (cell == "" or cell.isspace()) for cell in self.distinct]
        return np.asarray(np.array(filled, dtype=bool)[self.codes])

    def says(self) -> np.ndarray:
        """Rows whose cell holds more than blanks and is not the number zero."""
        filled = self.filled()
        if set(map(type, self.distinct)) == {str} or 0 not in self.distinct:
            return filled
        return np.asarray(filled & np.array([cell != 0 for cell in self.distinct], dtype=bool)[self.codes])


def _whole(cells: list[Cell]) -> list[int] | None:
    """The numbers as integers where all are whole and small enough to be exact."""
    values = np.array(cells, dtype=float)
    if not (np.abs(values) < 1e15).all():
        return None
    whole = values.astype(np.int64)
    return list(whole.tolist()) if (whole == values).all() else None


def _text_or_none(cell: Cell) -> str | None:
    if isinstance(cell, str):
        text = cell.strip()
        return None if not text or (len(text) < 20 and text.casefold() in words.empty_words()) else text
    return as_text(cell)


@dataclass
class Doubts:
    """Findings under way: unreadable cells are collected by column and become one finding each."""

    findings: list[Finding] = field(default_factory=list)

    def cells(
        self, code: str, column: Column, bad: np.ndarray, keep: np.ndarray, severity: Severity = Severity.WARNING, **params: object
    ) -> None:
        """One finding ``code`` for the kept rows whose distinct cell is marked in ``bad``."""
        rows = np.flatnonzero(bad[column.codes] & keep)
        if len(rows):
            text = as_text(column.distinct[int(column.codes[rows[0]])])
            short = text if len(text) <= _SHOWN_TEXT else text[: _SHOWN_TEXT - 1] + "…"
            places = tuple(column.grid.place(column.first + int(row), column.index) for row in rows)
            self.findings.append(
                Finding(
                    code, severity, places, {"text": short, "count": len(rows), "header": column.header or letters(column.index), **params}
                )
            )

    def add(self, code: str, severity: Severity, grid: Grid, rows: Sequence[int] = (), column: int | None = None, **params: object) -> None:
        """One finding at rows of the grid (0-based), or at the sheet."""
        places = tuple(grid.place(row, column) for row in rows) or (grid.place(),)
        self.findings.append(Finding(code, severity, places, {"count": len(rows), **params}))


def read_days(
    column: Column, reading: dates.Reading, end: bool, keep: np.ndarray, doubts: Doubts
) -> tuple[Days, np.ndarray, np.ndarray]:
    """(days, open, wide): the first or (``end``) last day of each cell's span, where the cell says "TBD", and where the span is longer."""
    found: list[dt.date | None] = []
    bad = np.zeros(len(column.distinct), dtype=bool)
    late = np.zeros(len(column.distinct), dtype=bool)
    odd = np.zeros(len(column.distinct), dtype=bool)
    wide = np.zeros(len(column.distinct), dtype=bool)
    read = 0
    for position, cell in enumerate(column.distinct):
        day: dt.date | None = None
        if position >= _HOPELESS and not read and isinstance(cell, str):  # the rest of a column of prose is no dates either
            bad[position] = not words.is_empty_word(cell)
            found.append(None)
            continue
        if cell.__class__ is dt.date or cell.__class__ is dt.datetime:
            day = cell.date() if isinstance(cell, dt.datetime) else cell
            if not dates.EARLIEST <= day < dates.LATEST:
                day, odd[position] = None, True
        elif isinstance(cell, str):
            text = cell.strip()
            span = dates.parse(text, reading) if text else None
            if span is not None:
                day = span[1] if end else span[0]
                wide[position] = span[0] != span[1]
            elif text and not words.is_empty_word(text):
                late[position] = words.is_unscheduled(text)
                bad[position] = not late[position]
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            span = dates.from_serial(float(cell))
            day = (span[1] if end else span[0]) if span else None
            odd[position] = span is None and cell != 0
        else:
            odd[position] = True
        read += day is not None
        found.append(day)
    doubts.cells("unreadable-date", column, bad, keep)
    doubts.cells("number-not-date", column, odd, keep)
    known = np.array([day is not None for day in found], dtype=bool)
    since = [0 if day is None else day.toordinal() - _EPOCH for day in found]  # numpy takes ten times as long to convert dates itself
    values = np.where(known, np.array(since, dtype="datetime64[D]"), np.datetime64("NaT", "D"))
    return values[column.codes], late[column.codes], wide[column.codes]


def read_durations(
    column: Column, unit: str, days_per_week: float, keep: np.ndarray, doubts: Doubts, signed: bool = False
) -> dict[str, np.ndarray]:
    """Arrays ``days``, ``elapsed``, ``low``, ``high`` (working days) of a duration column; below zero only where ``signed``."""
    size = len(column.distinct)
    out = {
        "days": np.full(size, np.nan),
        "elapsed": np.zeros(size, dtype=bool),
        "low": np.full(size, np.nan),
        "high": np.full(size, np.nan),
    }
    bad = np.zeros(size, dtype=bool)
    scale = numbers.days_in(unit, days_per_week)
    for position, cell in enumerate(column.distinct):
        if isinstance(cell, bool) or cell == "":
            continue
        if isinstance(cell, int | float):
            days = cell / _MILLISECONDS_A_DAY if _counts_milliseconds(cell) else cell * scale
            good = (-_LONGEST_DAYS if signed else -1e-9) < days < _LONGEST_DAYS
            out["days"][position] = days if good else np.nan
            bad[position] = not good
        elif isinstance(cell, dt.timedelta):
            bad[position] = not dt.timedelta(0) <= cell < dt.timedelta(days=_LONGEST_DAYS)
            out["days"][position] = np.nan if bad[position] else cell.total_seconds() / 86400
        elif isinstance(cell, str):
            text = cell.strip()
            below = signed and text[:1] in ("-", "−") and len(text) > 1
            found = numbers.duration(text.lstrip("-−+ ") if signed else text, unit, days_per_week)
            if text.isdecimal() and len(text) < 16 and _counts_milliseconds(int(text)):
                out["days"][position] = int(text) / _MILLISECONDS_A_DAY
            elif found is not None and found.days < _LONGEST_DAYS:
                out["days"][position], out["elapsed"][position] = -found.days if below else found.days, found.elapsed
                if not below and found.low is not None and found.high is not None:
                    out["low"][position], out["high"][position] = found.low, found.high
            else:
                bad[position] = bool(text) and not words.is_empty_word(text) and not words.is_unscheduled(text)
        else:
            bad[position] = True
    doubts.cells("unreadable-duration", column, bad, keep)
    return {name: values[column.codes] for name, values in out.items()}


def counts_seconds(column: Column) -> bool:
    """Efforts that can only be seconds, as trackers export them: every one a multiple of five minutes, and none below that."""
    told = [numbers.number(cell) if isinstance(cell, str) else cell for cell in column.distinct if as_text(cell)]
    counted = [one for one in told if isinstance(one, int | float) and not isinstance(one, bool)]
    return bool(counted) and len(counted) == len(told) and all(one == 0 or one % _FIVE_MINUTES == 0 for one in counted) and max(counted) > 0


def _counts_milliseconds(number: float) -> bool:
    """A plain duration that can only be milliseconds, as trackers export time estimates: whole minutes, and too many to be days."""
    return number >= _LONGEST_DAYS and number % _MILLISECONDS_A_MINUTE == 0


def read_progress(column: Column, keep: np.ndarray, doubts: Doubts) -> np.ndarray:
    """Shares 0–1. Plain numbers are percentages where any of the column is above 1."""
    size = len(column.distinct)
    plain, shares, bad = np.full(size, np.nan), np.full(size, np.nan), np.zeros(size, dtype=bool)
    for position, cell in enumerate(column.distinct):
        if isinstance(cell, bool):
            shares[position] = float(cell)
        elif isinstance(cell, int | float):
            plain[position] = float(cell)
        elif isinstance(cell, str) and cell.strip():
            found = numbers.share(cell.strip())
            if found is None and words.flag_of(cell):
                shares[position] = 1.0
            elif found is None:
                bad[position] = words.flag_of(cell) is None and not words.is_empty_word(cell) and words.state_of(cell) is None
            elif found[1]:
                shares[position] = found[0]
            else:
                plain[position] = found[0]
    used = plain[np.isin(np.arange(size), column.codes[keep])] if keep.any() else plain
    percent = bool(np.nanmax(used, initial=0.0) > 1.0)
    values = np.where(np.isnan(shares), plain / 100 if percent else plain, shares)
    outside = (values < 0) | (values > 1.0001)
    doubts.cells("unreadable-progress", column, bad | (values < 0) | (values > 10), keep)
    doubts.cells("progress-over", column, outside & (values > 1.0001) & (values <= 10), keep)
    values = np.where(outside & ((values < 0) | (values > 10)), np.nan, np.clip(values, 0, 1))
    return np.asarray(values[column.codes])


def read_numbers(column: Column) -> np.ndarray:
    """Plain numbers; texts give the number they are, else NaN."""

    def one(cell: Cell) -> float:
        if isinstance(cell, str):
            found = numbers.number(cell) if cell.strip() else None
            return np.nan if found is None else found
        return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else np.nan

    return np.asarray(np.array([one(cell) for cell in column.distinct], dtype=float)[column.codes])


def read_flags(column: Column) -> np.ndarray:
    """True where the cell says yes."""

    def one(cell: Cell) -> bool:
        if isinstance(cell, str):
            return words.flag_of(cell) is True
        return bool(cell) if isinstance(cell, bool | int | float) else False

    return np.asarray(np.array([one(cell) for cell in column.distinct], dtype=bool)[column.codes])


def read_states(column: Column, keep: np.ndarray, doubts: Doubts) -> tuple[np.ndarray, np.ndarray]:
    """(status as written, state): both object arrays with None where nothing is said."""

    def one(cell: Cell) -> str | None:
        text = _text_or_none(cell)
        found = words.state_of(text if not isinstance(cell, bool) else ("yes" if cell else "no")) if text else None
        return found.value if found else None

    states = np.empty(len(column.distinct), dtype=object)
    states[:] = [one(cell) for cell in column.distinct]
    unknown = np.array(
        [state is None and _text_or_none(cell) is not None for state, cell in zip(states, column.distinct, strict=True)], dtype=bool
    )
    doubts.cells("unknown-status", column, unknown, keep, Severity.INFO)
    return column.texts(), states[column.codes]


def read_ranks(column: Column) -> np.ndarray:
    """Priority ranks 1–5 or NaN."""

    def one(cell: Cell) -> float:
        text = _text_or_none(cell)
        found = words.priority_rank(text) if text else None
        return np.nan if found is None else found

    return np.asarray(np.array([one(cell) for cell in column.distinct], dtype=float)[column.codes])


def read_constraints(column: Column) -> np.ndarray:
    """Constraint codes; ASAP, the absence of a constraint, is None."""

    def one(cell: Cell) -> str | None:
        text = _text_or_none(cell)
        found = words.constraint_of(text) if text else None
        return found.value if found and found is not Constraint.ASAP else None

    return column.spread(one)


def read_ids(column: Column) -> np.ndarray:
    """Ids exactly as in the sheet; a number that a spreadsheet stores as 1.0 is "1". Dates that Excel made of "1-2" turn back."""
    if not any(issubclass(kind, dt.date) for kind in set(map(type, column.distinct))):
        return column.texts()
    return column.spread(lambda cell: f"{cell.month}-{cell.day}" if isinstance(cell, dt.date) else _text_or_none(cell))
