"""Header rows of a sheet: runs of one to four rows whose cells are words of ``synonyms.toml``, or which shape makes likely.

Captions above ("Actual" over "Start") and lines of weeks below belong to a header.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from tpm.ingest.cells.dates import is_period
from tpm.ingest.lexicon.headers import KINDS, fuzzy, meanings, prefix_of
from tpm.ingest.lexicon.words import is_answer
from tpm.ingest.opening.grid import Cell, Grid
from tpm.ingest.weighing.bands import DATE, EMPTY, NUMBER, TEXT, Rows, headers_of, is_row_of_data, type_of
from tpm.ingest.weighing.evidence import row_weights
from tpm.model import TableKind

_HEADER_ROWS: Final = 4  # captions, labels, and two lines of calendar
_SEARCH_ROWS: Final = 250  # how deep a first header is looked for
_FORGIVEN_ROWS: Final = 30  # rows at the top in which typing errors of a header are forgiven; looking costs a search a cell
HEADER_COLUMNS: Final = 2000  # how far to the right headers are looked for: five years of days
_MANY_ROWS: Final = 3000  # above this, further tables below the first are not looked for
_MOST_HEADER_CELLS: Final = 100_000  # the same above this many cells of headers: a few hundred wide headers are no plan
_STRONG: Final = 0.8
_BAND: Final = 4.0  # how much worse a row may score than the likeliest header beside it and still belong to it
_BELOW, _MOSTLY = 6, 0.6  # rows below that a row is compared with, and the share of them that decides
_ALIKE_BELOW: Final = 0.99  # of the columns: a row that is like those below is not a part of the header
_FIRST_SCORE: Final = 1.9  # fields from which the first header of a sheet is believed
_APART_SCORE: Final = 1.5  # the same for "Milestone | Date" with nothing around it
_LATER_SCORE: Final = 3.0  # the same for a further header, which must not be a row with lucky words
_LEAST_WORDS: Final = 3  # that are no answers, of a further header without a gap above it
FEWEST_PERIODS: Final = 3  # captions of months or quarters from which a row of names is a plan drawn as bars


def text_of(cell: Cell) -> str:
    return cell.strip().lstrip("\ufeff") if cell.__class__ is str else ""


def row_fields(row: Sequence[Cell], kind: TableKind) -> dict[int, str]:
    """Column → field of the cells that are strong header words for a table of ``kind``."""
    out: dict[int, str] = {}
    for column, cell in enumerate(row[:HEADER_COLUMNS]):
        if cell.__class__ is str and cell and len(cell) < 120:
            found = meanings(text_of(cell), kind)
            if found and found[0][1] >= _STRONG:
                out[column] = found[0][0]
    return out


def _is_word(cell: Cell) -> bool:
    text = text_of(cell)
    return bool(text) and (any(meanings(text, kind) for kind in KINDS) or prefix_of(text) is not None)


@dataclass(frozen=True)
class Block:
    """The rows of a header (0-based, inclusive), with what its words say where they were looked at."""

    first: int
    last: int
    fields: Mapping[TableKind, Mapping[int, str]] = field(default_factory=dict)
    hints: int = 0  # further cells that are weak header words
    calendar: bool = False  # captions of months or quarters stand in the row

    @property
    def score(self) -> float:
        named = max((len(set(found.values())) + 0.1 * min(len(found), 9) for found in self.fields.values()), default=0.0)
        return named + 0.45 * min(self.hints, 2) + 0.9 * self.calendar

    def strong(self, grid: Grid) -> bool:
        """Its words alone make it the header of a further table."""
        return self.score >= _LATER_SCORE and all_words(grid.rows[self.first])


def _block_at(grid: Grid, row: int, forgiving: bool = False) -> Block | None:
    """The header block that begins with the words of ``row``, or None; ``forgiving`` counts words with typing errors too."""
    rows = grid.rows
    fields = {kind: row_fields(rows[row], kind) for kind in KINDS}
    if not any(fields.values()):
        return None
    matched = {column for found in fields.values() for column in found}
    if len(matched) == 1:  # "Start date: | 5 Jan" is a form, not a header
        only = next(iter(matched))
        beside = rows[row][only + 1] if only + 1 < len(rows[row]) else ""
        if beside != "" and not isinstance(beside, str):
            return None
    last = row
    for below in range(row + 1, min(row + _HEADER_ROWS, grid.height)):
        cells = rows[below]
        held = [column for column in matched if cells[column] != ""]
        strangers = [cells[column] for column in held if not _is_word(cells[column])]
        if any(isinstance(cell, str) and type_of(cell) == TEXT for cell in strangers):
            break
        if any(cells[column] in rows[row] and cells[column] != rows[row][column] for column in held):
            break
        more = {kind: row_fields(cells, kind) for kind in KINDS}
        new = {column for found in more.values() for column in found} - matched
        if len(strangers) >= max(len({column for found in more.values() for column in found}), 1):  # a sum may stand among the words
            break
        if held and not new:  # "Phase" under "Task" is a row of the plan, not a second header
            break
        others = sum(cell != "" for cell in cells)
        if not (held or new) and (others < 3 or all(cell == "" for cell in cells)):
            if others == 0:
                continue
            if others < 3 and not _continues(rows, row, below):
                break
        last = below
        for kind, found in more.items():
            fields[kind] = {**fields[kind], **found}
        matched |= new
    hints = 0
    strongest = max(len(found) for found in fields.values())
    calendar = strongest < 3 and sum(cell.__class__ is str and is_period(cell) for cell in rows[row][:HEADER_COLUMNS]) >= FEWEST_PERIODS
    is_word = _nearly_word if forgiving else _is_word
    if strongest < 2 and all_words(rows[row], is_word):
        hints = sum(map(is_word, rows[row][:HEADER_COLUMNS])) - strongest
    return Block(row, last, fields, hints, calendar)


def _continues(rows: Sequence[Sequence[Cell]], header: int, below: int) -> bool:
    """A nearly empty row under a header belongs to it when it only fills columns without a label of their own."""
    return all(
        cell == "" or (rows[header][column] == "" and isinstance(cell, str) and len(cell) < 30) for column, cell in enumerate(rows[below])
    )


def word_blocks(grid: Grid) -> list[Block]:
    """Header blocks of a grid from top to bottom, without overlap."""
    found: list[Block] = []

    @cache
    def block_at(at: int) -> Block | None:
        return _block_at(grid, at)

    row = 0
    while row < grid.height:
        if found and (grid.height > _MANY_ROWS or len(found) * min(grid.width, HEADER_COLUMNS) > _MOST_HEADER_CELLS):
            break
        if not found and row > _SEARCH_ROWS:
            break
        block = _block_at(grid, row, forgiving=True) if not found and row < _FORGIVEN_ROWS else block_at(row)
        least = _APART_SCORE if block is not None and _apart(grid, row) else _LATER_SCORE if found else _FIRST_SCORE
        if block is None or block.score < least or (found and (not all_words(grid.rows[row]) or _reads_as_data(grid, row))):
            row += 1
            continue
        for later in range(row + 1, min(row + 4, grid.height)):  # a title line with two lucky words must not hide the header below
            better = block_at(later)
            if better is not None and better.score > block.score + 0.05 and later > block.last - 1:
                block = better
        found.append(block)
        row = block.last + 1
    return found


def _reads_as_data(grid: Grid, row: int) -> bool:
    """A row right below another one with a date or number where that has one ("Launch | Milestone | 28 Dec"), or with mostly answers."""
    above = grid.rows[row - 1]
    if sum(cell != "" for cell in above) < 2:  # a gap, or the title of the next table
        return False
    if any(cell != "" and over != "" and (made := type_of(cell)) in (DATE, NUMBER) and type_of(over) == made
           for cell, over in zip(grid.rows[row][:HEADER_COLUMNS], above, strict=False)):  # fmt: skip
        return True
    words = {text_of(cell) for cell in grid.rows[row][:HEADER_COLUMNS] if _is_word(cell)}
    return sum(not is_answer(text) for text in words) < _LEAST_WORDS


def _apart(grid: Grid, row: int) -> bool:
    """A header that stands apart: nothing but its words in the row, and a blank row above it or above its caption."""
    cells = [cell for cell in grid.rows[row] if cell != ""]
    if len(cells) < 2 or not all(_is_word(cell) for cell in cells):
        return False
    above = [[cell for cell in grid.rows[at] if cell != ""] for at in (row - 1, row - 2) if at >= 0]
    return not above or not above[0] or (len(above) > 1 and len(above[0]) == 1 and not above[1])


def _nearly_word(cell: Cell) -> bool:
    """A header word, typing errors forgiven."""
    return _is_word(cell) or any(fuzzy(text_of(cell), kind) for kind in KINDS)


def all_words(row: Sequence[Cell], is_word: Callable[[Cell], bool] = _is_word) -> bool:
    """Most filled cells of a row are header words: a second header, not a data row with lucky words."""
    filled = [cell for cell in row[:40] if cell != ""]
    texts = [cell for cell in filled if isinstance(cell, str) and len(cell) < 40]
    return len(texts) >= 0.6 * len(filled) and sum(map(is_word, texts)) >= 0.55 * len(texts)


def likely_blocks(grid: Grid, rows: Rows) -> list[Block]:
    """The headers that words and shape make likeliest."""
    return _with_best(grid, rows, word_blocks(grid))


def _with_best(grid: Grid, rows: Rows, blocks: list[Block]) -> list[Block]:
    """``blocks`` with the row of the sheet that is most likely a header, by shape as much as by words."""
    scored = headers_of(rows, row_weights())
    if not scored:
        return blocks
    best = scored[0][1]
    at = rows.at[best]
    if any(block.first <= at <= block.last for block in blocks) or (not blocks and is_row_of_data(rows, best)):
        return blocks
    first, last = _band(rows, best, {index: score for score, index in scored})
    kept = [block for block in blocks if (block.last < first or block.first > last) and block.strong(grid)]
    return sorted([*kept, Block(first, last)], key=lambda block: block.first)


def _band(rows: Rows, best: int, score: Mapping[int, float]) -> tuple[int, int]:
    """First and last row of the grid of the header whose likeliest row is ``best``: rows beside it that caption or continue it."""
    first = last = best
    for step in (-1, 1):
        near = best + step
        while 0 <= near < len(rows.at) - 1 and abs(near - best) <= 3 and abs(rows.at[near] - rows.at[near - step]) == 1:
            if not (_dates_columns(rows, near, near - step) or _continues_header(rows, near, best, step, score)):
                break
            if step > 0 and like_rows_below(rows, near) > _ALIKE_BELOW:
                break
            first, last = min(first, near), max(last, near)
            near += step
    return rows.at[first], rows.at[last]


def like_rows_below(rows: Rows, index: int) -> float:
    """How much a row is one of those below: the share of their columns, left of a calendar, in which it has their type."""
    below = rows.types[index + 1 : index + 1 + _BELOW]
    end = min((found[0] for found in rows.calendars[max(index - 3, 0) : index + 1] if found is not None), default=below.shape[1])
    if not len(below) or not end:
        return 0.0
    filled = (below[:, :end] != EMPTY).mean(axis=0) >= _MOSTLY
    same = (below[:, :end] == rows.types[index, :end]).mean(axis=0) >= _MOSTLY
    return float(same[filled].mean()) if filled.any() else 0.0


def _dates_columns(rows: Rows, near: int, beside: int) -> bool:
    """Two lines of one calendar: months over days, days over weekdays."""
    one, other = rows.calendars[near], rows.calendars[beside]
    if one is None or other is None:
        sparse = rows.grid.rows[rows.at[near]]
        held = [column for column, cell in enumerate(sparse) if cell != ""]
        return other is not None and bool(held) and min(held) >= other[0] and all(is_caption_of_time(sparse[column]) for column in held)
    return one[0] <= other[1] and other[0] <= one[1]


def is_caption_of_time(cell: Cell) -> bool:
    """A year, a month, a week, a phase of time over the columns of a calendar."""
    return not isinstance(cell, str) or is_period(cell) or any(char.isdigit() for char in cell)


def _continues_header(rows: Rows, near: int, best: int, step: int, score: Mapping[int, float]) -> bool:
    types, own = rows.types[near], rows.types[best]
    texts = types == TEXT
    if rows.filled[near] < 2 or not _completes(rows, near, best) or score.get(near, -99.0) < score[best] - _BAND:
        return False
    if ((types == NUMBER) | (types == DATE)).sum() > texts.sum():
        return False
    return step < 0 or bool((texts & (own != TEXT)).any())


def _completes(rows: Rows, near: int, best: int) -> bool:
    """Most texts of the row stand where the header has none of its own, or under or over a cell that is merged across."""
    texts = [column for column, kind in enumerate(rows.types[near]) if kind == TEXT]
    spans = [(left, right) for top, left, _, right in rows.grid.merged if top in (rows.at[near], rows.at[best]) and right > left]
    fits = [column for column in texts if rows.types[best][column] != TEXT or any(left <= column <= right for left, right in spans)]
    return len(fits) >= 0.6 * len(texts)


def without_page_breaks(grid: Grid, blocks: Sequence[Block]) -> list[Block]:
    """``blocks`` without those that print the header above again right below a row of its table, as the next page does."""
    out: list[Block] = []
    for block in blocks:
        above = grid.rows[block.first - 1] if block.first else ()
        again = out and _words_of(grid, block) == _words_of(grid, out[-1]) and sum(cell != "" for cell in above) > 1
        if not again:
            out.append(block)
    return out


def _words_of(grid: Grid, block: Block) -> list[list[str]]:
    return [[text_of(cell) for cell in grid.rows[row]] for row in range(block.first, block.last + 1)]
