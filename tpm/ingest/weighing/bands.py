"""Which rows of a sheet may be the header of a table: named facts of a row from 0 to 1, words and shape alike.

A header shows in the change of type below it at least as much as in its words. As with columns, a fact is evidence only.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from tpm.ingest.cells.dates import Reading, is_period, parse
from tpm.ingest.lexicon.headers import KINDS, WEAK, key, meanings, prefix_of
from tpm.ingest.lexicon.words import is_answer
from tpm.ingest.opening.grid import Cell, Grid

EMPTY, TEXT, NUMBER, DATE = 0, 1, 2, 3
SEARCHED_ROWS: Final = 80  # rows that hold anything, from the top
SEARCHED_COLUMNS: Final = 80
CALENDAR_ROWS: Final = 60  # rows in which a calendar is looked for
_BELOW: Final = 12  # rows below a header that its columns are compared with
_LONG: Final = 40  # characters
_NEAR_TOP: Final = 12  # rows that may be a header whatever stands above
_OTHER_TYPES: Final = 0.2  # of the columns in which a row differs from the one above
_REPEATS_IN: Final = 24  # rows below in which the texts of a header are looked for
_ALIKE: Final = 0.9  # of the columns in which two rows hold the same type

_FEWEST_TICKS: Final = 4  # captions of days, weeks, months or quarters in a row from which they are a calendar
_TICKS: Final = 0.75  # of the filled cells from the first tick on
_STRAY: Final = 6  # numbers or dates that may stand left of the calendar
_RISING: Final = 0.6  # of the neighbours among numbers that count on, or begin again
_WEEKDAYS: Final = (
    frozenset("월화수목금토일")
    | frozenset("月火水木金土日")
    | frozenset(
        (
            "mon",
            "tue",
            "wed",
            "thu",
            "fri",
            "sat",
            "sun",
            "m",
            "t",
            "w",
            "f",
            "s",
            "mo",
            "tu",
            "we",
            "th",
            "fr",
            "sa",
            "su",
            "di",
            "mi",
            "do",
            "so",
        )
    )
)
_NUMBERED: Final = re.compile(
    r"^(?:[a-z]{1,9}|주차?|제)?[\s.\-_#]*(\d{1,3})\s*(?:st|nd|rd|th|주차?|주|일|월|개월|week|월차|周|週|月|日|回)?\.?$", re.I
)
_OUTLINED: Final = re.compile(r"\s*+\d++(?:\.\d++)++\.?\s++\S")
_SPAN: Final = re.compile(r"\d{1,2}[./\-]\d{1,2}")

ROW_FACTS: Final = (
    "always",
    "texts",
    "covers",
    "labels_columns",
    "type_changes",
    "data",
    "known",
    "known_many",
    "weakly_known",
    "answers",
    "length",
    "distinct",
    "gap_above",
    "sparse_above",
    "first",
    "depth",
    "repeats_below",
    "alike_below",
    "words_below",
    "periods",
    "few",
    "captions",
    "prose",
    "wider_above",
    "known_above",
    "calendar",
    "calendar_beside",
    "below_calendar",
)


def type_of(cell: Cell) -> int:
    """EMPTY, TEXT, NUMBER or DATE."""
    if cell == "" or cell is None:
        return EMPTY
    if isinstance(cell, str):
        return _type_of_text(cell)
    return DATE if isinstance(cell, dt.date) else NUMBER


@lru_cache(maxsize=32768)
def _type_of_text(cell: str) -> int:
    text = cell.strip()
    if not text:
        return EMPTY
    if len(text) < 40 and any(char.isdigit() for char in text):
        if text.replace(".", "", 1).replace(",", "", 1).replace("-", "", 1).rstrip("% ").isdigit():
            return NUMBER
        if parse(text, Reading("dmy")) is not None:
            return DATE
    return TEXT


def is_tick(cell: Cell) -> bool:
    """The cell may caption a column of a calendar."""
    return _tick(cell) is not None


def _tick(cell: Cell) -> float | None:
    """A caption of a calendar column: its number, 0 for one that only repeats (a weekday), None for anything else."""
    if isinstance(cell, dt.date):
        return float(cell.toordinal())
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell) if (0 < cell <= 366 or 1990 < cell < 2100) and cell == int(cell) else None
    if not isinstance(cell, str):
        return None
    text = " ".join(cell.split())
    if not text or len(text) > 32:
        return None
    if text.casefold().rstrip(".") in _WEEKDAYS:
        return 0.0
    if (found := _NUMBERED.match(text)) is not None:
        return float(found[1])
    return 0.0 if is_period(text) or is_span(text) else None


def is_span(text: str) -> bool:
    """The text holds a day and month and hardly anything else: "11/2~11/6", "W3 (18.01)"."""
    return _SPAN.search(text) is not None and len(_SPAN.sub("", text).strip(" ~-–()wWekEK주차0123456789.:/")) <= 3


def calendar_in(row: Sequence[Cell]) -> tuple[int, int] | None:
    """First and last column of the calendar that a row captions, or None."""
    filled = [(column, cell) for column, cell in enumerate(row) if cell != "" and not (isinstance(cell, str) and not cell.strip())]
    ticks = [(column, value) for column, cell in filled if (value := _tick(cell)) is not None]
    while len(ticks) > _FEWEST_TICKS and isinstance(row[ticks[0][0]], str) and not any(isinstance(row[at], str) for at, _ in ticks[1:]):
        del ticks[0]  # the month left of its days
    if len(ticks) < _FEWEST_TICKS:
        return None
    for begin in range(min(len(ticks) - _FEWEST_TICKS, _STRAY) + 1):  # a number or a date left of the calendar is none of it
        first, run = ticks[begin][0], ticks[begin:]
        after = sum(column >= first for column, _ in filled)
        if len(run) >= _TICKS * after and _counts([value for _, value in run]):
            return first, run[-1][0]
    return None


def _counts(values: Sequence[float]) -> bool:
    """The numbers count on (1 2 3, or 30 31 1 2), stand still (weekdays) or both."""
    pairs = list(itertools.pairwise(values))
    if all(value == 0 for value in values):
        return True
    again = values[0]  # hours or weekdays that begin again with each day or week
    rising = sum(
        0 < after - before <= 40 or (after <= 1 < before) or (0 < after < 8 and before >= 26) or after == again < before
        for before, after in pairs
    )
    same = sum(before == after for before, after in pairs)
    return rising >= _RISING * max(len(pairs) - same, 1) and same <= 0.5 * len(pairs)


def known_share(text: str) -> float:
    """1 for a header that is known by itself, 0.5 for one that is when the cells agree, else 0."""
    best = 0.0
    for kind in KINDS:
        for _, sure in meanings(text, kind):
            best = max(best, 1.0 if sure > WEAK else 0.5)
    return best


class Rows:
    """The first rows of a sheet that hold anything, with the types of their cells and what words they know."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        width = min(grid.width, SEARCHED_COLUMNS)
        self.at: list[int] = []  # rows of the grid
        types = []
        for row, cells in enumerate(grid.rows):
            line = [type_of(cell) for cell in cells[:width]]
            if any(line):
                self.at.append(row)
                types.append(line)
                if len(self.at) >= SEARCHED_ROWS:
                    break
        self.types = np.array(types, dtype=np.int8).reshape(len(self.at), width)
        self.filled = (self.types != EMPTY).sum(axis=1)
        self.calendars = [calendar_in(grid.rows[row]) for row in self.at[:CALENDAR_ROWS]] + [None] * max(len(self.at) - CALENDAR_ROWS, 0)
        self._known: dict[int, tuple[float, float, float]] = {}

    def words(self, index: int) -> tuple[float, float, float]:
        """(count of known headers, of weakly known ones, of answers) among the cells of a row."""
        found = self._known.get(index)
        if found is None:
            texts = [cell.strip() for cell in self.grid.rows[self.at[index]][:SEARCHED_COLUMNS] if isinstance(cell, str) and cell.strip()]
            shares = [known_share(text) for text in texts if len(text) < 120]
            found = self._known[index] = (
                float(sum(share == 1.0 for share in shares)),
                float(sum(share == 0.5 for share in shares)),
                float(sum(is_answer(text) for text in texts if len(text) < 30)),
            )
        return found

    def facts(self, index: int) -> np.ndarray:
        """The facts of a row as a header, in the order of ``ROW_FACTS``."""
        grid, row = self.grid, self.at[index]
        types = self.types[index]
        filled = max(int(self.filled[index]), 1)
        below = self.types[index + 1 : index + 1 + _BELOW]
        texts = [
            (column, cell.strip())
            for column, cell in enumerate(grid.rows[row][:SEARCHED_COLUMNS])
            if isinstance(cell, str) and cell.strip()
        ]
        known, weakly, answers = self.words(index)
        counts = (below != EMPTY).sum(axis=0) if len(below) else np.zeros(len(types), dtype=int)
        used = counts >= max(len(below) / 2, 1) if len(below) else np.zeros(len(types), dtype=bool)
        typed = np.zeros(len(types), dtype=bool)
        if len(below):
            typed = ((below == NUMBER) | (below == DATE)).sum(axis=0) > counts / 2
        changes = typed & (types == TEXT) & (counts > 0)
        alike = 0.0
        if len(below) > 1:
            alike = float((below[0] == below[1]).mean() - (types == below[0]).mean())
        repeats = 0
        for column, text in texts:
            repeats += any(
                (cell := grid.rows[at][column]).__class__ is str and cell.strip() == text
                for at in self.at[index + 1 : index + 1 + _REPEATS_IN]
            )
        gap = row > 0 and all(cell == "" for cell in grid.rows[row - 1])
        above = self.filled[index - 1] if index else 0
        usual = float(np.median((below != EMPTY).sum(axis=1))) if len(below) else 0.0
        named = max(len(texts), 1)
        values = {
            "always": 1.0,
            "texts": len(texts) / filled,
            "covers": min(filled / max(usual, 1.0), 2.0) / 2,
            "labels_columns": float(((types == TEXT) & used).sum() / max(used.sum(), 1)),
            "type_changes": float(changes.sum() / max((typed & (counts > 0)).sum(), 1)),
            "data": float(((types == NUMBER) | (types == DATE)).sum() / filled),
            "known": known / named,
            "known_many": min(known, 6) / 6,
            "weakly_known": weakly / named,
            "answers": answers / named,
            "length": min(sum(len(text) for _, text in texts) / named, _LONG) / _LONG,
            "distinct": len({key(text) for _, text in texts}) / named,
            "gap_above": float(gap),
            "sparse_above": float(0 < above <= 2),
            "first": float(index == 0),
            "depth": min(index, 20) / 20,
            "repeats_below": repeats / named,
            "alike_below": alike,
            "words_below": (self.words(index + 1)[0] / max(self.filled[index + 1], 1)) if index + 1 < len(self.at) else 0.0,
            "periods": sum(is_period(text) for _, text in texts) / named,
            "few": float(filled <= 2),
            "captions": sum(prefix_of(text) is not None for _, text in texts) / named,
            "prose": sum(len(text) > _LONG for _, text in texts) / named,
            "wider_above": float(bool(index) and above > filled),
            "calendar": float(self.calendars[index] is not None),
            "calendar_beside": float(any(self.calendars[near] is not None for near in (index - 1, index + 1) if 0 <= near < len(self.at))),
            "below_calendar": float(any(one is not None for one in self.calendars[max(index - 4, 0) : index])),
            "known_above": (self.words(index - 1)[0] / max(self.filled[index - 1], 1)) if index else 0.0,
        }
        return np.array([values[name] for name in ROW_FACTS])


def is_row_of_data(rows: Rows, index: int) -> bool:
    """No word of a header, and one cell only or the types of the row below: nothing says that the row is a header.

    Neither are texts with the numbers of an outline, the boxes of a drawing ("1.1 Design | 1.2 Development").
    """
    texts = [cell for cell in rows.grid.rows[rows.at[index]][:SEARCHED_COLUMNS] if isinstance(cell, str) and cell.strip()]
    if texts and sum(_OUTLINED.match(text) is not None for text in texts) > len(texts) / 2:
        return True
    known, weakly, _ = rows.words(index)
    if known or weakly or index + 1 >= len(rows.at) or rows.calendars[index] is not None:
        return False
    if rows.filled[index] < 2:
        return True
    one, other = rows.types[index], rows.types[index + 1]
    used = (one != EMPTY) | (other != EMPTY)
    return bool((one[used] == other[used]).mean() > _ALIKE)


def _differs(rows: Rows, index: int) -> bool:
    """The row is near the top, or its cells are of other types than those of the row above: a row like the last one is no header."""
    if index < _NEAR_TOP:
        return True
    one, above = rows.types[index], rows.types[index - 1]
    return bool((one != above).mean() > _OTHER_TYPES)


def headers_of(rows: Rows, weights: np.ndarray) -> Sequence[tuple[float, int]]:
    """(score, index into ``rows``) of every row as a header, best first."""
    likely = [index for index in range(len(rows.at) - 1) if rows.filled[index] >= 1 and _differs(rows, index)]
    scored = [(float(rows.facts(index) @ weights), index) for index in likely]
    return sorted(scored, key=lambda one: (-one[0], one[1]))
