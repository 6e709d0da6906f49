"""Sheets whose items are not their rows: items as columns, a card an item, work written into the cells of a calendar.

Each is recognised by where cells of one type stand, not by words, and is laid out as rows, which are then read as any list is.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tpm.ingest.cells.dates import is_period
from tpm.ingest.opening.grid import Cell, Grid
from tpm.ingest.weighing.bands import DATE, EMPTY, TEXT, Rows, calendar_in, is_tick, type_of

_SIDEWAYS_ROWS: Final = 40  # at most, of a sheet whose items are columns
_TALLEST: Final = 2000  # rows of a sheet of cards
_ONE_TYPE: Final = 0.93  # of the cells of a line, on average, where lines are fields
_MIXED: Final = 0.8  # the same of the other lines, at most
_FEWEST_LINES, _FEWEST_ITEMS = 3, 3
_FEWEST_CARDS: Final = 3
_OF_CARDS: Final = 0.7  # that have a label in its place, and whose values under one label are of one type
_OWN_NAMES: Final = 0.8  # of the values under the label of names that differ
_LONGEST_LABEL: Final = 40
_LABEL_COLUMNS: Final = 12
_WRITTEN: Final = 4  # characters on average of work that is written into a calendar
_FEWEST_WRITTEN: Final = 4  # cells
_CAPTION_ROWS: Final = 3  # of a calendar


def lies_sideways(grid: Grid, rows: Rows) -> bool:
    """Items are columns: along rows cells are of one type behind a first text, dates in one of them, and along columns they are not."""
    if grid.transposed or not 1 < grid.height <= _SIDEWAYS_ROWS * 2:
        return False
    if any(one is not None and _is_scale(grid, one) for one in rows.calendars):
        return False
    at = np.flatnonzero(rows.filled >= _FEWEST_ITEMS)
    types = rows.types[at]
    used = (types != EMPTY).any(axis=0)
    types = types[:, used]
    if not _FEWEST_LINES <= len(types) <= _SIDEWAYS_ROWS or types.shape[1] <= _FEWEST_ITEMS:
        return False
    body = types[:, 1:]
    has_dates = any((line == DATE).sum() >= _FEWEST_ITEMS and (line == DATE).sum() >= _OF_CARDS * (line != EMPTY).sum() for line in body)
    names = [grid.rows[rows.at[at[0]]][column] for column in np.flatnonzero(used)[1:]]
    if len({cell for cell in names if cell.__class__ is str and cell}) < len(names):  # what items are called, each otherwise
        return False
    labelled = (np.isin(types[:, 0], (TEXT, EMPTY))).all() and (types[:, 0] == TEXT).sum() >= len(types) - 1
    return bool(has_dates and labelled and _of_one_type(body) >= _ONE_TYPE and _of_one_type(types[1:].T) <= _MIXED)


def _is_scale(grid: Grid, span: tuple[int, int]) -> bool:
    """The calendar is one of marks: hardly a text that is no caption of time stands above or below it, as names of items would."""
    cells = [cell for row in grid.rows for cell in row[span[0] : span[1] + 1] if isinstance(cell, str) and len(cell.strip()) >= _WRITTEN]
    return sum(type_of(cell) == TEXT and not is_tick(cell) for cell in cells) <= (span[1] - span[0]) / 2


def _of_one_type(lines: np.ndarray) -> float:
    """The mean over lines of the share of their filled cells that are of the line's most common type."""
    shares = []
    for line in lines:
        filled = line[line != EMPTY]
        if len(filled) > 1:
            shares.append(np.bincount(filled).max() / len(filled))
    return float(np.mean(shares)) if shares else 0.0


@dataclass(frozen=True)
class _Label:
    """A label of cards: how far below the card's first row, in which column, and what it says."""

    below: int
    column: int
    text: str


def cards(grid: Grid) -> Grid | None:
    """The sheet with a row an item where the same labels stand again and again beside their values; else None."""
    if grid.cells is not None or not 2 * _FEWEST_CARDS <= grid.height <= _TALLEST:
        return None
    texts = {(row, column): text for row, cells in enumerate(grid.rows) for column, cell in enumerate(cells[:_LABEL_COLUMNS])
             if cell.__class__ is str and (text := cell.strip()) and len(text) <= _LONGEST_LABEL}  # fmt: skip
    times = Counter((column, text) for (_, column), text in texts.items())
    most = Counter(column for (column, _), count in times.items() if count >= _FEWEST_CARDS)
    columns = {column for column, count in most.items() if 2 * count >= max(most.values())}
    usual = _OF_CARDS * max((count for (column, _), count in times.items() if column in columns), default=0)
    first = next((at for at, text in texts.items() if at[1] in columns and times[at[1], text] >= max(usual, _FEWEST_CARDS)), None)
    if first is None:
        return None
    starts = [row for (row, column), text in texts.items() if column == first[1] and text == texts[first]]
    ends = [*starts[1:], min(starts[-1] + max(np.diff(starts).tolist()), grid.height)]
    found = Counter(
        _Label(row - start, column, text)
        for start, end in zip(starts, ends, strict=True)
        for row in range(start, end)
        for column in columns
        if (text := texts.get((row, column), ""))
    )
    labels = sorted((one for one, count in found.items() if count >= _OF_CARDS * len(starts)), key=lambda one: (one.below, one.column))
    words = [one.text for one in labels]
    if not _FEWEST_LINES <= len(labels) == len(set(words)):
        return None
    items = [item for start in starts for item in _items(grid, start, labels)]
    return _listed(grid, first, words, items) if _are_cards(labels, [values for _, values in items]) else None


def _items(grid: Grid, start: int, labels: Sequence[_Label]) -> Iterator[tuple[tuple[int, int], list[Cell]]]:
    """(cell, values) of each item of the card that begins in row ``start``: one a card, or one a column beside labels in one column."""
    if len({one.column for one in labels}) == 1:
        left = labels[0].column
        for column in range(left + 1, grid.width):
            values = [_cell(grid, start + one.below, column) for one in labels]
            if sum(value != "" for value in values) > 1:
                yield (start, column), values
        return
    places = {(one.below, one.column) for one in labels}
    values = []
    for one in labels:
        ends = next((column for below, column in sorted(places) if below == one.below and column > one.column), grid.width)
        values.append(next((cell for column in range(one.column + 1, ends) if (cell := _cell(grid, start + one.below, column)) != ""), ""))
    yield (start, labels[0].column), values


def _cell(grid: Grid, row: int, column: int) -> Cell:
    return grid.rows[row][column] if row < grid.height else ""


def _are_cards(labels: Sequence[_Label], items: Sequence[Sequence[Cell]]) -> bool:
    """Values under one label are of one type and those beside one another are not; under one label they are names that differ."""
    if len(items) < _FEWEST_CARDS:
        return False
    types = np.array([[type_of(cell) for cell in values] for values in items], dtype=np.int8)
    kinds = {int(np.bincount(column[column != EMPTY]).argmax()) for column in types.T if (column != EMPTY).any()}
    if len(kinds) < 2 or _of_one_type(types.T) < _ONE_TYPE or _of_one_type(types) > _MIXED:
        return False
    return any(
        (types[:, at] == TEXT).sum() >= _OF_CARDS * len(items) and len({str(values[at]) for values in items}) >= _OWN_NAMES * len(items)
        for at in range(len(labels))
    )


def _listed(grid: Grid, first: tuple[int, int], words: Sequence[Cell], items: Sequence[tuple[tuple[int, int], list[Cell]]]) -> Grid:
    rows = [list(words), *(values for _, values in items)]
    return replace(grid, rows=rows, merged=(), read_look=None, marks=None, cells=(first, *(at for at, _ in items)))


def written_calendar(grid: Grid) -> Grid | None:
    """The sheet with a row for each text that is written under the months or dates of a calendar; else None."""
    if grid.cells is not None or grid.transposed or not 2 < grid.height <= _SIDEWAYS_ROWS * 2:
        return None
    at = next((row for row in range(min(grid.height - 1, 12)) if _captions_time(grid, row)), None)
    if at is None or (span := calendar_in(grid.rows[at])) is None:
        return None
    cells = [(row, column) for row in range(at + 1, grid.height) for column in range(span[0], span[1] + 1) if grid.rows[row][column] != ""]
    texts = [str(grid.rows[row][column]).strip() for row, column in cells]
    written = [type_of(grid.rows[row][column]) == TEXT for row, column in cells]
    if len(cells) < _FEWEST_WRITTEN or not all(written) or sum(map(len, texts)) < _WRITTEN * len(texts):
        return None
    beside = [cell for row in grid.rows[at + 1 :] for cell in row[: span[0]]]
    if len(set(texts)) < _OWN_NAMES * len(texts) or any(type_of(cell) not in (EMPTY, TEXT) for cell in beside):
        return None
    return _with_a_row_each(grid, at, span[0], cells)


def _captions_time(grid: Grid, row: int) -> bool:
    """The row captions a calendar of months, quarters or dates; weekdays and numbers alone are a timetable's."""
    span = calendar_in(grid.rows[row])
    if span is None:
        return False
    ticks = [cell for cell in grid.rows[row][span[0] : span[1] + 1] if cell != ""]
    return all(type_of(cell) == DATE or (isinstance(cell, str) and is_period(cell)) for cell in ticks)


def _with_a_row_each(grid: Grid, at: int, left: int, cells: Sequence[tuple[int, int]]) -> Grid:
    """The calendar with one row for each of ``cells``: the texts left of it in its row, its own, and a mark in its columns."""
    ends = {(top, first): last for top, first, _, last in grid.merged}
    rows = [[*cells_above[:left], "", *cells_above[left:]] for cells_above in grid.rows[: at + 1]]
    rows[at][:left] = [f"Level {column + 1}" if left > 1 else "Phase" for column in range(left)]
    rows[at][left] = "Name"
    above: list[Cell] = [""] * left
    for row, line in itertools.groupby(cells, key=lambda one: one[0]):
        above = [cell if cell != "" else old for cell, old in zip(grid.rows[row][:left], above, strict=True)]
        for _, column in line:
            marks = ["x" if column <= one <= ends.get((row, column), column) else "" for one in range(left, grid.width)]
            rows.append([*above, str(grid.rows[row][column]).strip(), *marks])
    return replace(grid, rows=rows, merged=(), read_look=None, marks=None, cells=(*((row, 0) for row in range(at + 1)), *cells))


__all__ = ["cards", "lies_sideways", "written_calendar"]
