"""Headers below the first one that no word tells: the first one printed again, and a row of texts over dates behind a gap.

A calendar below a calendar begins a table as well: the plan of the next month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final

from tpm.ingest.opening.grid import Cell, Grid
from tpm.ingest.tables.blocks import Block, likely_blocks, without_page_breaks
from tpm.ingest.weighing.bands import DATE, EMPTY, SEARCHED_COLUMNS, TEXT, Rows, calendar_in, type_of

_TALLEST: Final = 3000  # rows; in a longer sheet one table is looked for
_DIFFERENT: Final = 20  # headers that are looked for again
_LONGEST: Final = 40  # characters of a header
_LOOKED_BELOW: Final = 12  # rows
_FEWEST_DATED: Final = 2  # rows below, and their share, that hold a date where the header holds a text
_DATED: Final = 0.6
_COVERS: Final = 0.7  # of the columns below that a header names


def headers_of_sheet(grid: Grid, rows: Rows) -> list[Block]:
    """The headers that words and shape make likeliest, from top to bottom."""
    return without_page_breaks(grid, with_further(grid, likely_blocks(grid, rows)))


def with_further(grid: Grid, blocks: Sequence[Block]) -> list[Block]:
    """``blocks`` with the further headers of the sheet that its shape tells, from top to bottom."""
    if not blocks or not grid.width or grid.height > _TALLEST:
        return list(blocks)
    told = {row for block in blocks for row in range(block.first, block.last + 1)}
    found = {block.first: block for block in blocks}
    for block in (*_printed_again(grid, blocks), *_behind_gaps(grid, blocks[0]), *_next_calendars(grid, blocks[0])):
        rows = range(block.first, block.last + 1)
        if told.isdisjoint(rows):
            found[block.first] = block
            told.update(rows)
    return [found[row] for row in sorted(found)]


def _printed_again(grid: Grid, blocks: Sequence[Block]) -> Iterator[Block]:
    """The other rows that say the same texts in the same columns as a header."""
    seen: list[list[dict[int, str]]] = []
    for block in blocks:
        words = [_texts(grid.rows[row]) for row in range(block.first, block.last + 1)]
        at = next(iter(words[0]), None)
        if at is None or sum(map(len, words)) < 2 or words in seen:
            continue
        if len(seen) == _DIFFERENT:
            return
        seen.append(words)
        column, row = grid.columns[at], -1
        while True:
            try:
                row = column.index(grid.rows[block.first][at], row + 1)
            except ValueError:
                break
            last = row + len(words) - 1
            if last < grid.height and all(_texts(grid.rows[row + step]) == said for step, said in enumerate(words)):
                yield Block(row, last)


def _behind_gaps(grid: Grid, first: Block) -> Iterator[Block]:
    """Rows of texts behind a blank row, or under one title behind it, with dates below their texts."""
    gap = title = False

    @cache
    def types_of(row: int) -> list[int]:
        return [type_of(cell) for cell in grid.rows[row][:SEARCHED_COLUMNS]]

    for row in range(first.last + 1, grid.height):
        filled = [cell for cell in grid.rows[row] if cell != ""]
        if (gap or title) and len(filled) > 1 and _heads_dates(grid, row, types_of):
            yield Block(row, row)
        gap, title = not filled, gap and len(filled) == 1


def _heads_dates(grid: Grid, row: int, types_of: Callable[[int], list[int]]) -> bool:
    """Every cell of the row is a short text of its own, dates stand below some of them, and hardly a column below has none."""
    cells = grid.rows[row][:SEARCHED_COLUMNS]
    texts = _texts(cells)
    if len(texts) < sum(cell != "" for cell in cells) or len(set(texts.values())) < len(texts) or max(map(len, texts.values())) > _LONGEST:
        return False
    below = []
    for at in range(row + 1, min(row + 1 + _LOOKED_BELOW, grid.height)):
        types = types_of(at)
        if not any(types):
            break
        below.append(types)
    held = {column: sum(types[column] == DATE for types in below) for column in texts}
    used = {column for types in below for column, kind in enumerate(types) if kind != EMPTY}
    dated = max(held.values(), default=0)
    return dated >= max(_FEWEST_DATED, _DATED * len(below)) and len(used & set(texts)) >= _COVERS * len(used)


def _next_calendars(grid: Grid, first: Block) -> Iterator[Block]:
    """Rows that caption a calendar as the first header does, with texts left of it in the row and in the next."""
    above = next((one for row in range(first.first, first.last + 1) if (one := calendar_in(grid.rows[row])) is not None), None)
    for row in range(first.last + 2, grid.height - 1) if above else ():
        assert above is not None
        if grid.rows[row][above[0]] == "" or (below := calendar_in(grid.rows[row])) is None or below[0] != above[0]:
            continue
        if all(any(type_of(cell) == TEXT for cell in cells[: above[0]]) for cells in grid.rows[row : row + 2]):
            yield Block(row, row)


def _texts(row: Sequence[Cell]) -> dict[int, str]:
    """Column → text of the cells of a row that are texts."""
    return {column: text for column, cell in enumerate(row) if cell.__class__ is str and (text := cell.strip()) and type_of(cell) == TEXT}
