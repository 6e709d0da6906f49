"""What the cells of a column say about what the column is: named facts from 0 to 1, nothing of the header.

A fact is evidence, never a verdict: the weights that turn facts into fields are fitted (:mod:`tpm.ingest.weighing.evidence`). Only a
sample of rows is looked at, because facts decide nothing but which reading to believe.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tpm.ingest.cells.dates import Reading, from_serial, parse
from tpm.ingest.cells.numbers import number
from tpm.ingest.cells.profile import LONG, SHARES, Profile, profile
from tpm.ingest.lexicon.words import is_empty_word
from tpm.ingest.opening.grid import Cell, Grid, as_text

SAMPLE_ROWS: Final = 160  # that hold anything, evenly taken
_LOOKED_ROWS: Final = 1000  # below the header; a plan that begins later than that is no plan that anybody reads
_DATED: Final = 0.5  # share of the cells from which a column is one of dates
_SERIAL: Final = 0.95  # the same for typed numbers that may be the days of a calendar
_WORDY: Final = 0.5  # the same for texts
_MOST_WORDS: Final = 6  # of a text; more say no more
_LARGE: Final = 1000  # a number above is no count of days
_RISES: Final = 0.95  # of the rows in which three estimates must not fall
_SPREADS: Final = 0.3  # of the rows in which they must differ
_PARTS: Final = re.compile(r"[,;/&+\s]+")
_LINK: Final = re.compile(r"([^+\-]*?[^+\-a-z]|[a-z]{1,4}-?\d+)(?:FS|SS|FF|SF)?(?:[+\-]\d{1,4}\w{0,8})?", re.I)
_REFERRING_ROWS: Final = 100  # rows in which references are looked for
_TRIED: Final = 12  # different cells of which one must refer, or the others are not looked at

FACTS: Final = (
    "always",
    "empty",
    *(share for share in SHARES if share != "short"),
    "distinct",
    "length",
    "words",
    "repeated_short",
    "repeated_people",
    "distinct_text",
    "fill",
    "with_dates",
    "counting",
    "large_numbers",
    "whole_numbers",
    "references",
    "first_column",
    "first_text",
    "longest_text",
    "right",
    "left_of_dates",
    "only_dates",
    "first_dates",
    "last_dates",
    "before_next_dates",
    "after_previous_dates",
    "spans_dates",
    "next_follows",
    "lowest_of_three",
    "middle_of_three",
    "highest_of_three",
)
_AT: Final = {name: index for index, name in enumerate(FACTS)}


@dataclass(frozen=True)
class Sheet:
    """The facts of the columns of one region: column → its vector (the order of ``FACTS``) and its profile."""

    vectors: Mapping[int, np.ndarray]
    profiles: Mapping[int, Profile]
    rows: Sequence[int]  # that were looked at

    def value(self, column: int, fact: str) -> float:
        """One fact of one column."""
        return float(self.vectors[column][_AT[fact]])

    @property
    def dated(self) -> list[int]:
        """The columns of dates, from left to right."""
        return [column for column, vector in self.vectors.items() if is_dated(vector)]


def is_dated(vector: np.ndarray) -> bool:
    """Most cells of the column are dates."""
    return bool(vector[_AT["dates"]] + 0.5 * vector[_AT["open_dates"]] > _DATED)


def facts_of(grid: Grid, columns: Sequence[int], first: int, last: int) -> Sheet:
    """The facts of ``columns`` in the rows from ``first`` to ``last`` (0-based, inclusive); asked again, what was found is given again."""
    asked = (tuple(columns), first, last)
    known = grid.described.get(asked)
    if known is None:
        known = grid.described[asked] = _facts(grid, columns, first, last)
    return known


def _facts(grid: Grid, columns: Sequence[int], first: int, last: int) -> Sheet:
    rows = _sampled(grid, columns, first, last)
    cells = {column: [grid.rows[row][column] for row in rows] for column in columns}
    profiles = {column: profile(cells[column]) for column in columns}
    counted = {column for column in columns if profiles[column].serials > _SERIAL and profiles[column].length == 0}
    days = {column: _days(cells[column]) for column in columns if profiles[column].dates > _DATED / 2 or column in counted}
    dated = [column for column in columns if profiles[column].dates + 0.5 * profiles[column].open_dates > _DATED or column in counted]
    any_date = np.zeros(len(rows), dtype=bool)
    for column in dated:
        any_date |= ~np.isnan(days[column]) if column in days else False
    held = {column: np.array([_says(cell) for cell in cells[column]], dtype=bool) for column in columns}
    names = _reference_values(cells, profiles)
    vectors = {}
    for column in columns:
        vectors[column] = _vector(cells[column], profiles[column], held[column], any_date)
    _neighbours(columns, profiles, held, vectors)
    amounts = {column: _amounts(cells[column]) for column in columns if _may_count(profiles[column]) and column not in days}
    _dates_among(dated, days, amounts, vectors)
    _three_points(columns, profiles, amounts, vectors)
    for column in columns:
        vectors[column][_AT["references"]] = _refers(cells[column], column, names)
    return Sheet(vectors, profiles, rows)


def _sampled(grid: Grid, columns: Sequence[int], first: int, last: int) -> list[int]:
    looked = range(first, min(last, first + _LOOKED_ROWS) + 1)
    filled = [row for row in looked if any(grid.rows[row][column] != "" for column in columns)]
    if len(filled) <= SAMPLE_ROWS:
        return filled
    picked = np.linspace(0, len(filled) - 1, SAMPLE_ROWS).astype(int)
    return [filled[index] for index in picked.tolist()]


def _says(cell: Cell) -> bool:
    return cell != "" and not (isinstance(cell, str) and is_empty_word(cell))


def _day(cell: Cell) -> float:
    if isinstance(cell, dt.datetime):
        return float(cell.date().toordinal())
    if isinstance(cell, dt.date):
        return float(cell.toordinal())
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        serial = from_serial(cell) if math.isfinite(cell) else None
        return float(serial[0].toordinal()) if serial else np.nan
    if isinstance(cell, str) and cell and (span := parse(cell.strip(), Reading("dmy"))):
        return float(span[0].toordinal())
    return np.nan


def _days(cells: Sequence[Cell]) -> np.ndarray:
    return np.array([_day(cell) for cell in cells])


def _vector(cells: Sequence[Cell], seen: Profile, held: np.ndarray, any_date: np.ndarray) -> np.ndarray:
    out = np.zeros(len(FACTS))

    def put(name: str, value: float) -> None:
        out[_AT[name]] = value

    put("always", 1.0)
    put("empty", float(seen.count == 0))
    for name in SHARES:
        if name in _AT:
            put(name, min(1.0, getattr(seen, name)))
    put("distinct", seen.distinct)
    put("length", min(seen.length, LONG) / LONG)
    put("words", min(seen.words, _MOST_WORDS) / _MOST_WORDS)
    put("repeated_short", seen.short * (1.0 - seen.distinct))
    put("repeated_people", seen.people * (1.0 - seen.distinct))
    put("fill", float(held.mean()) if len(held) else 0.0)
    put("distinct_text", seen.texts * seen.distinct * out[_AT["fill"]])
    put("with_dates", float(held[any_date].mean()) if any_date.any() else 0.5)
    told = _plain_numbers(cells, held)
    if len(told):
        put("counting", float((np.diff(told) == 1).mean()) if len(told) > 1 else 0.0)
        put("large_numbers", float((np.abs(told) > _LARGE).mean()))
        put("whole_numbers", float((told == np.trunc(told)).sum()) / max(int(held.sum()), 1))
    return out


def _plain_numbers(cells: Sequence[Cell], held: np.ndarray) -> np.ndarray:
    """The typed numbers, finite ones; where there are none the numbers that texts begin with."""
    typed = [float(cell) for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]
    finite = [value for value in typed if math.isfinite(value)]
    if not finite:
        texts = [cell for cell, says in zip(cells, held.tolist(), strict=True) if says and isinstance(cell, str)]
        finite = [value for text in texts if (value := number(text.strip())) is not None]
    return np.array(finite)


def _neighbours(
    columns: Sequence[int], profiles: Mapping[int, Profile], held: Mapping[int, np.ndarray], vectors: Mapping[int, np.ndarray]
) -> None:
    filled = [column for column in columns if profiles[column].count]
    if not filled:
        return
    wordy = [column for column in filled if profiles[column].texts > _WORDY]
    vectors[filled[0]][_AT["first_column"]] = 1.0
    if wordy:
        vectors[wordy[0]][_AT["first_text"]] = 1.0
        longest = max(wordy, key=lambda column: min(profiles[column].length, LONG) * profiles[column].distinct * held[column].mean())
        vectors[longest][_AT["longest_text"]] = 1.0
    for index, column in enumerate(filled):
        vectors[column][_AT["right"]] = index / max(len(filled) - 1, 1)


def _dates_among(
    dated: Sequence[int], days: Mapping[int, np.ndarray], counted: Mapping[int, np.ndarray], vectors: Mapping[int, np.ndarray]
) -> None:
    """How the columns of dates lie to each other, and which numbers count the days between two of them."""
    known = [column for column in dated if column in days]
    if not known:
        return
    for column, vector in vectors.items():
        vector[_AT["left_of_dates"]] = float(column < known[0])
    for index, column in enumerate(known):
        vector = vectors[column]
        vector[_AT["only_dates"]] = float(len(known) == 1)
        vector[_AT["first_dates"]] = float(index == 0 and len(known) > 1)
        vector[_AT["last_dates"]] = float(index == len(known) - 1 and len(known) > 1)
        if index + 1 < len(known):
            vector[_AT["before_next_dates"]] = _ordered(days[column], days[known[index + 1]])
        if index:
            vector[_AT["after_previous_dates"]] = _ordered(days[known[index - 1]], days[column])
        vector[_AT["next_follows"]] = max((_follows(days[column], told) for told in counted.values()), default=0.0)
    if len(known) > 1:
        between = days[known[1]] - days[known[0]]
        for column, told in counted.items():
            both = ~np.isnan(told) & ~np.isnan(between)
            if both.sum() >= 2:
                vectors[column][_AT["spans_dates"]] = _matches(told[both], between[both])


def _may_count(seen: Profile) -> bool:
    return seen.numbers + seen.durations >= _WORDY


def _amounts(cells: Sequence[Cell]) -> np.ndarray:
    return np.array([_amount(cell) for cell in cells])


def _follows(days: np.ndarray, told: np.ndarray) -> float:
    """The share of rows whose date lies as many days after the row above as that one's number says: the dates are starts."""
    known = ~np.isnan(days) & ~np.isnan(told)
    at, length = days[known], told[known]
    if len(at) < 4 or not (np.diff(at) > 0).any():
        return 0.0
    gap = np.diff(at) - length[:-1]
    steps = np.diff(at) > 0
    return float(((gap >= 0) & (gap <= np.maximum(3, 0.5 * length[:-1])))[steps].mean())


def _three_points(
    columns: Sequence[int], profiles: Mapping[int, Profile], counted: Mapping[int, np.ndarray], vectors: Mapping[int, np.ndarray]
) -> None:
    """Three columns of numbers beside one another that do not fall from left to right, row for row: a span of estimates."""
    filled = [column for column in columns if profiles[column].count]
    for three in zip(filled, filled[1:], filled[2:], strict=False):
        if not all(column in counted for column in three):
            continue
        low, middle, high = (counted[column] for column in three)
        known = ~np.isnan(low + middle + high)
        if known.sum() < 3 or ((low <= middle) & (middle <= high))[known].mean() < _RISES or (low < high)[known].mean() < _SPREADS:
            continue
        for column, fact in zip(three, ("lowest_of_three", "middle_of_three", "highest_of_three"), strict=True):
            vectors[column][_AT[fact]] = 1.0
        return


def _amount(cell: Cell) -> float:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    found = re.search(r"\d{1,6}(?:[.,]\d{1,4})?", cell[:40]) if isinstance(cell, str) else None
    return float(found[0].replace(",", ".")) if found else np.nan


def _matches(told: np.ndarray, between: np.ndarray) -> float:
    """The best share of rows in which a number counts the days, working days or weeks between two dates."""
    working = between * 5 / 7
    ways = (
        np.abs(told - between) <= 1,
        (told >= np.floor(working) - 2) & (told <= np.ceil(working) + 2) & (told <= between + 1),
        np.abs(told - between / 7) <= 1,
    )
    spread = len(np.unique(told)) > 1
    return float(max(way.mean() for way in ways)) * (1.0 if spread else 0.5)


def _ordered(first: np.ndarray, second: np.ndarray) -> float:
    both = ~np.isnan(first) & ~np.isnan(second)
    return float((first[both] <= second[both]).mean()) if both.any() else 0.5


def _reference_values(cells: Mapping[int, Sequence[Cell]], profiles: Mapping[int, Profile]) -> dict[int, frozenset[str]]:
    """Column → its values, of the columns that could be ids or names: short and nearly all different."""
    out = {}
    for column, seen in profiles.items():
        if seen.count >= 3 and seen.distinct > 0.85 and seen.dates < _DATED and seen.length < LONG:
            out[column] = frozenset(as_text(cell).casefold() for cell in cells[column] if _says(cell))
    return out


def _refers(cells: Sequence[Cell], column: int, names: Mapping[int, frozenset[str]]) -> float:
    """The best share of the filled cells whose every part is a value of one other column."""
    filled = [as_text(cell).casefold() for cell in cells[:_REFERRING_ROWS] if _says(cell) and not isinstance(cell, dt.date | dt.time)]
    filled = list(dict.fromkeys(filled))
    if len(filled) < 2 or sum(map(len, filled)) > LONG * len(filled):
        return 0.0
    best = 0.0
    for other, values in names.items():
        if other == column or not any(text in values or _all_parts(text, values) for text in filled[:_TRIED]):
            continue
        hits = sum(text in values or _all_parts(text, values) for text in filled)
        best = max(best, hits / len(filled))
    return best


def _all_parts(text: str, values: frozenset[str]) -> bool:
    parts = [part for part in _PARTS.split(text[:200]) if part]
    return bool(parts) and all(part in values or ((link := _LINK.fullmatch(part[:40])) is not None and link[1] in values) for part in parts)


__all__ = ["FACTS", "Sheet", "facts_of", "is_dated"]
