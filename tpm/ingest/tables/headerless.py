"""Lists without a header: a WBS drawn as boxes, an export without its first line, week columns without words.

Looked at only when no table with a header was found anywhere in the file, and believed only on strong evidence.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Sequence
from typing import Final

from tpm.ingest.cells.dates import Reading, parse
from tpm.ingest.cells.profile import Profile, profile
from tpm.ingest.opening.grid import Cell, Grid
from tpm.ingest.tables.tables import Label, Table
from tpm.ingest.weighing.bands import DATE, SEARCHED_COLUMNS, TEXT, type_of
from tpm.model import TableKind

_NUMBERED: Final = re.compile(r"^\s*(\d+(?:\.\d+)+)\.?\s+\S")
_BOXES: Final = 6  # numbered cells from which a drawing of a WBS is believed
_ONCE: Final = 0.8  # of the boxes that stand only once
_DATED_ROWS: Final = 0.6  # of the rows of a list that hold a date
_JOURNAL, _JOURNAL_ROWS = 0.75, 5  # of the rows that are a day after the row above, and rows, from which a list tells what was done
_MANY: Final = 2000  # rows; a longer sheet without a header is data, not a plan


def find_headerless(grid: Grid) -> list[Table]:
    """Tables of a sheet that has no header words; at most one."""
    if not 2 < grid.height <= _MANY:
        return []
    for find in (_boxes, _week_columns, _plain_list):
        table = find(grid)
        if table is not None:
            return [table]
    return []


def _boxes(grid: Grid) -> Table | None:
    """Numbered texts in several columns ("1.2.3 Build it"): read in the order of their numbers, one row each."""
    cells = [
        (row, column, cell.strip())
        for row, line in enumerate(grid.rows)
        for column, cell in enumerate(line)
        if isinstance(cell, str) and _NUMBERED.match(cell)
    ]
    if len(cells) < _BOXES or len({column for _, column, _ in cells}) < 2:
        return None
    if len({text for *_, text in cells}) < _ONCE * len(cells):  # labels that repeat row by row are a matrix, not a drawing
        return None

    def number(item: tuple[int, int, str]) -> tuple[int, ...]:
        found = _NUMBERED.match(item[2])
        return tuple(int(part) for part in re.sub(r"\.0$", "", found[1]).split(".")) if found else ()

    cells.sort(key=number)
    rows: list[list[Cell]] = []
    for _, _, text in cells:
        found = _NUMBERED.match(text)
        assert found is not None
        wbs = re.sub(r"\.0$", "", found[1])
        rows.append([wbs, " ".join(text[found.end(1) :].lstrip(". ").split())])
    listed = Grid(grid.file, grid.sheet, rows, cells=tuple((row, column) for row, column, _ in cells))
    return Table(listed, TableKind.ACTIVITIES, -1, -1, 0, len(rows) - 1, (Label(0, "WBS"), Label(1, "Name")))


def _week_columns(grid: Grid) -> Table | None:
    """A row of dated captions ("Wk 1 21/05") over a column of names."""
    for row, line in enumerate(grid.rows[:40]):
        dated = [column for column, cell in enumerate(line) if is_calendar(cell)]
        if len(dated) < 5 or dated[0] == 0:
            continue
        names = [
            column
            for column in range(dated[0])
            if sum(isinstance(cell := below[column], str) and bool(cell.strip()) for below in grid.rows[row + 1 :]) >= 3
        ]
        if not names:
            continue
        labels = [Label(names[-1], "Name"), *(Label(column, str(line[column])) for column in dated)]
        return Table(grid, TableKind.ACTIVITIES, row, row, row + 1, grid.height - 1, tuple(labels))
    return None


_CAPTION: Final = re.compile(r"(?:wk|week|w|주차?)\s*+\.?\s*+\d+[\s:(]*+(\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?)?", re.I)


def is_calendar(cell: Cell) -> bool:
    """A caption of a calendar column: a date, "Wk 1", "Wk 1 21/05"."""
    if isinstance(cell, dt.date):
        return True
    if not isinstance(cell, str):
        return False
    found = _CAPTION.match(cell.strip())
    return bool(found and found[1])


def _plain_list(grid: Grid) -> Table | None:
    """Rows without a header whose columns speak for themselves: a column of names beside columns of dates."""
    if (body := _body(grid)) is None:
        return None
    first, last = body
    rows = grid.rows[first : last + 1]
    held = [row for row in rows if any(cell != "" for cell in row)]
    columns = [profile([row[column] for row in held]) for column in range(min(grid.width, SEARCHED_COLUMNS))]
    dated = [index for index, seen in enumerate(columns) if seen.dates > 0.7 and seen.count >= _DATED_ROWS * len(held)]
    if not dated:
        return None
    named = [
        (min(seen.length, 40) * seen.distinct, -index)
        for index, seen in enumerate(columns)
        if seen.texts > 0.8 and seen.count >= 0.8 * len(held) and seen.length > 6
    ]
    if not named:
        return None
    if len(dated) == 1 and _is_journal(_days(dated[0], rows)):
        return None
    name = -max(named)[1]
    labels = [Label(name, "Name"), *_dated_labels(dated, columns, rows)]
    return Table(grid, TableKind.ACTIVITIES, -1, -1, first, last, tuple(sorted(labels, key=lambda label: label.column)))


def _body(grid: Grid) -> tuple[int, int] | None:
    """First and last row of the list, without lines above and below it; None where it has a header, which was judged already.

    Blank rows part the sheet; a part belongs to the list when most of its rows hold a date.
    """
    dates = [
        None if all(cell == "" for cell in row) else any(type_of(cell) == DATE for cell in row[:SEARCHED_COLUMNS]) for row in grid.rows
    ]
    parts = [list(part) for blank, part in itertools.groupby(range(grid.height), key=lambda row: dates[row] is None) if not blank]
    listed = [part for part in parts if sum(dates[row] is True for row in part) >= _DATED_ROWS * len(part)]
    if not listed:
        return None
    first = next(row for row in listed[0] if dates[row])
    if first > listed[0][0] and any(
        type_of(above) == TEXT and type_of(cell) == DATE for above, cell in zip(grid.rows[first - 1], grid.rows[first], strict=True)
    ):
        return None
    return first, listed[-1][-1]


def _days(index: int, rows: Sequence[Sequence[Cell]]) -> list[dt.date | None]:
    out = []
    for row in rows:
        cell = row[index]
        span = parse(cell.strip(), Reading("dmy")) if isinstance(cell, str) else None
        day = cell.date() if isinstance(cell, dt.datetime) else cell  # a column may hold both; they do not compare
        out.append(day if isinstance(day, dt.date) else span[0] if span else None)
    return out


def _is_journal(days: Sequence[dt.date | None]) -> bool:
    """One row a day, weekends left out or not."""
    steps = [(after - day).days for day, after in itertools.pairwise(days) if day is not None and after is not None]
    return len(steps) + 1 >= _JOURNAL_ROWS and sum(step in (1, 3) for step in steps) >= _JOURNAL * len(steps)


def _dated_labels(dated: Sequence[int], columns: Sequence[Profile], rows: Sequence[Sequence[Cell]]) -> list[Label]:
    """Two columns of dates are start and finish when the first is never later; timestamps are what happened, not what is planned."""

    if len(dated) == 1:
        return [Label(dated[0], "Finish")]
    first, last = _days(dated[0], rows), _days(dated[1], rows)
    ordered = all(a <= b for a, b in zip(first, last, strict=True) if a is not None and b is not None)
    stamped = any(isinstance(row[dated[0]], str) and ":" in str(row[dated[0]]) for row in rows)
    words = ("Actual start", "Actual finish") if stamped else ("Start", "Finish")
    return [Label(dated[0], words[0]), Label(dated[1], words[1])] if ordered and columns else [Label(dated[1], words[1])]
