"""Many ways to read one sheet, and which of them says most: headers of one to four rows anywhere, or none.

The likeliest reading is looked at first. Where it leaves nothing open, no other is tried. Else the rows that could be a header are tried,
each alone and with the rows beside it, and no header at all; each reading is scored by what its rows are, how likely its columns are
fields, how much its first row looks like a header, and by the rows with dates that it leaves without a name or without a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from tpm.ingest.opening.grid import Grid
from tpm.ingest.tables.blocks import Block, like_rows_below
from tpm.ingest.tables.further import headers_of_sheet
from tpm.ingest.tables.headerless import find_headerless
from tpm.ingest.tables.layouts import cards, lies_sideways, written_calendar
from tpm.ingest.tables.tables import Table, evidence_under, tables_under
from tpm.ingest.weighing.bands import DATE, NUMBER, TEXT, Rows, headers_of
from tpm.ingest.weighing.evidence import assign, row_weights
from tpm.ingest.weighing.evidence import table as weights_table
from tpm.ingest.weighing.kinds import shares
from tpm.model import TableKind

_TRIED_ROWS: Final = 4  # of those likeliest to be a header
_MOST: Final = 14  # readings of one sheet
_TALLEST: Final = 3000  # rows; of a longer sheet only the likeliest reading is looked at
_LAID_OUT: Final = 2000  # rows of a sheet whose items may be no rows
_FEWEST_DATED: Final = 3  # rows with a date from which only they are counted
_SURE_KIND, _SURE_USE = 0.9, 0.95  # from which no other reading is looked at
_MOST_GAIN, _MOST_GAINS, _MOST_KIND, _LEAST_HEADER = 3.0, 30.0, 4.0, 10.0  # log odds that count at most

READING_FACTS: Final = (
    "likely",  # what the words and the shape of single rows say by themselves
    "use",
    "kind",
    "fields",
    "header",
    "no_header",
    "rows",
    "tables",
    "taller",
    "data_in_header",
    "empty_columns",
    "unlabelled",
    "first_row_used",
    "calendar",
    "calendar_missed",
    "calendar_above",
    "swallows",
    "both_ends",
    "rowless",
)


@dataclass(frozen=True)
class SheetReading:
    """One way to read a sheet: its tables from top to bottom."""

    grid: Grid
    blocks: tuple[Block, ...]
    tables: tuple[Table, ...]
    rows: Rows

    @cached_property
    def kinds(self) -> list[float]:
        """For each table how likely it is of any kind."""
        return [1.0 - shares(one.facts)[TableKind.OTHER] if (one := evidence_under(table)) is not None else 0.0 for table in self.tables]

    @cached_property
    def use(self) -> float:
        """The share of the rows with dates (or, where hardly any has one, of rows with more than one cell) that are rows of work."""
        said = {row for block in self.blocks for row in range(block.first, block.last + 1)}
        calendar = np.zeros(self.rows.types.shape[1], dtype=bool)
        for table in self.tables:
            if table.calendar is not None:
                calendar[table.calendar[0] : table.calendar[1] + 1] = True
        types = np.where(calendar, 0, self.rows.types)
        ours = np.array([row not in said for row in self.rows.at], dtype=bool)
        needed = ours & (types == DATE).any(axis=1)
        if needed.sum() < _FEWEST_DATED:
            needed = ours & ((types != 0).sum(axis=1) > (0 if calendar.any() else 1))
        if not needed.any():
            return 0.0
        used = np.zeros(len(ours), dtype=bool)
        for table in self.tables:
            if table.kind is TableKind.OTHER:
                continue
            named = [label.column for label in table.described if label.column < types.shape[1]]
            inside = np.array([table.first <= row <= table.last for row in self.rows.at], dtype=bool)
            used |= inside & (types[:, named] == TEXT).any(axis=1)
        return float((used & needed).sum() / needed.sum())

    @property
    def dated(self) -> int:
        """How many of the first rows hold a date, calendars left out."""
        return sum((line == DATE).any() and one is None for line, one in zip(self.rows.types, self.rows.calendars, strict=True))

    @property
    def sure(self) -> bool:
        """Nothing is left open: every table has a kind, and every row with a date is used."""
        return bool(self.kinds) and min(self.kinds) > _SURE_KIND and self.use >= _SURE_USE

    def facts(self, headers: Mapping[int, float], likely: bool) -> np.ndarray:
        """The facts of the reading in the order of ``READING_FACTS``; ``headers``: row → log odds of a header against the likeliest."""
        if not self.tables:
            return np.zeros(len(READING_FACTS))
        main = max(range(len(self.tables)), key=lambda at: self.kinds[at] * self.tables[at].rows)
        table, sure = self.tables[main], self.kinds[main]
        evidence = evidence_under(table)
        spans = [range(block.first, block.last + 1) for block in self.blocks if block.first == table.header_first]
        rows = [row for span in spans for row in span]
        types = self.rows.types[[self.rows.at.index(row) for row in rows if row in self.rows.at]]
        if table.calendar is not None:
            types = types[:, : table.calendar[0]]
        labels = table.described
        acts = evidence.likelihoods[TableKind.ACTIVITIES] if evidence is not None else None
        profiles = evidence.sheet.profiles if evidence is not None else {}
        worded = [label.column for label in labels if profiles and profiles[label.column].texts > 0.5]
        below = self.grid.rows[table.first] if table.first < self.grid.height else ()
        header = max((headers.get(row, -_LEAST_HEADER) for row in rows), default=0.0)
        values = {
            "likely": float(likely),
            "use": self.use,
            "kind": float(np.clip(np.log((sure + 1e-6) / (1 - sure + 1e-6)), -_MOST_KIND, _MOST_KIND)) / _MOST_KIND,
            "fields": self._gains(table) / _MOST_GAINS,
            "header": max(header, -_LEAST_HEADER) / _LEAST_HEADER,
            "no_header": float(table.header_first < 0),
            "rows": min(float(np.log1p(sum(table.rows for table in self.tables if table.kind is not TableKind.OTHER))), 5.0) / 5,
            "tables": min(len(self.tables) - 1, 5) / 5,
            "taller": max(len(rows) - 1, 0) / 3,
            "data_in_header": float(((types == NUMBER) | (types == DATE)).sum() / max(int((types != 0).sum()), 1)),
            "empty_columns": sum(not profiles[label.column].count for label in labels if profiles) / max(len(labels), 1),
            "unlabelled": sum(not label.text for label in labels) / max(len(labels), 1),
            "first_row_used": float(any(below[column] != "" for column in worded) if below else False),
            "calendar": float(table.calendar is not None),
            "both_ends": min(acts.best("start"), acts.best("finish")) if acts is not None else 0.0,
            "rowless": float(any(one.last < one.first for one in self.tables)),
            "calendar_above": float(any(self._is_calendar(block.first - 1) for block in self.blocks if block.first == table.header_first)),
            "swallows": self._swallows(rows),
            "calendar_missed": float(table.calendar is None and any(one is not None for one in self.rows.calendars)),
        }
        return np.array([values[name] for name in READING_FACTS])

    def _swallows(self, header: Sequence[int]) -> float:
        """How much the last of several header rows is a row like those below, and holds no word of a header."""
        if len(header) < 2 or header[-1] not in self.rows.at:
            return 0.0
        last = self.rows.at.index(header[-1])
        return 0.0 if self.rows.words(last)[0] else like_rows_below(self.rows, last)

    def _is_calendar(self, row: int) -> bool:
        return row in self.rows.at and self.rows.calendars[self.rows.at.index(row)] is not None

    def _gains(self, table: Table) -> float:
        """The log odds of the likeliest assignment of the fields of the table's kind."""
        found = evidence_under(table)
        kind = table.kind if table.kind is not TableKind.OTHER else TableKind.ACTIVITIES
        if found is None:
            return 0.0
        gain = np.minimum(found.likelihoods[kind].gain.T, _MOST_GAIN)
        filled = np.array([found.sheet.profiles[column].count > 0 for column in found.likelihoods[kind].columns], dtype=bool)
        gain = np.where(filled, gain, -1.0)
        return min(sum(max(float(gain[field, column]), 0.0) for field, column in enumerate(assign(gain)) if column >= 0), _MOST_GAINS)


def find_tables(grid: Grid) -> list[Table]:
    """The tables of a grid from top to bottom, with their kinds, as the best of its readings has them."""
    found = readings(grid)
    upright = list(found[0].tables) if found else []
    if found and grid.height <= _LAID_OUT:
        plain = found[0].sure and found[0].dated >= _FEWEST_DATED
        for other in (grid.turned() if lies_sideways(grid) else None, *(() if plain else (cards(grid), written_calendar(grid)))):
            if other is not None and (tables := _of_work(other)):
                return tables
    return upright


def _of_work(grid: Grid) -> list[Table]:
    """The tables of a sheet that was laid out anew, if the likeliest reading finds work or risks."""
    tables = list(likely_reading(grid).tables)
    return tables if any(table.kind in (TableKind.ACTIVITIES, TableKind.RISKS) for table in tables) else []


def readings(grid: Grid) -> list[SheetReading]:
    """The readings of a grid that were looked at, the best first."""
    first = likely_reading(grid)
    if grid.height > _TALLEST or not first.rows.at or (first.tables and first.sure):
        return [first]
    if all(one.kind is TableKind.OTHER for one in first.tables) and find_headerless(grid):  # which is looked for when nothing else is found
        return [first]
    return [one for _, one in scored_readings(first)]


def likely_reading(grid: Grid) -> SheetReading:
    """The reading that words and the shape of single rows make likeliest."""
    rows = Rows(grid)
    blocks = headers_of_sheet(grid, rows)
    return SheetReading(grid, tuple(blocks), tuple(tables_under(grid, blocks) if blocks else ()), rows)


def scored_readings(first: SheetReading) -> list[tuple[float, SheetReading]]:
    """(score, reading) of ``first`` and the readings beside it, the best first."""
    facts = tried_readings(first)
    known = np.array([weights_table()["readings"].get(fact, 0.0) for fact in READING_FACTS])
    return sorted(((float(vector @ known), one) for vector, one in facts), key=lambda one: -one[0])


def tried_readings(first: SheetReading) -> list[tuple[np.ndarray, SheetReading]]:
    """(facts, reading) of ``first``, the likeliest, and of the readings beside it."""
    grid, rows = first.grid, first.rows
    scored = headers_of(rows, row_weights())
    best = scored[0][0] if scored else 0.0
    headers = {rows.at[index]: score - best for score, index in scored}
    tried = [first]
    seen = {tuple((block.first, block.last) for block in first.blocks)}
    for other in _others(first, [rows.at[index] for _, index in scored[:_TRIED_ROWS]]):
        spans = tuple((block.first, block.last) for block in other)
        if spans not in seen:
            seen.add(spans)
            tried.append(SheetReading(grid, tuple(other), tuple(tables_under(grid, other)), rows))
        if len(tried) == _MOST:
            break
    return [(one.facts(headers, one is first), one) for one in tried if one.tables or one is first]


def _others(beside: SheetReading, likely: Sequence[int]) -> Iterator[list[Block]]:
    """Other headers: the likeliest rows and those of a calendar, alone and with the rows beside them, and none at all."""
    grid, rows = beside.grid, beside.rows
    calendars = [row for row, found in zip(rows.at, rows.calendars, strict=True) if found is not None][:2]
    held = set(rows.at)
    for row in dict.fromkeys((*likely, *calendars)):
        for above, below in ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0)):
            first, last = row - above, row + below
            if first < 0 or last + 1 >= grid.height or first not in held or last not in held:
                continue
            yield [Block(first, last), *(block for block in beside.blocks if block.first > last)]
    yield []
