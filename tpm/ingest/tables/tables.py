"""Grids → tables: where the header is, how far the rows go, and what the rows are.

A header is a run of one to four rows whose cells are words of ``synonyms.toml``. Captions above ("Actual" over "Start")
and lines of weeks below belong to it. What kind of table it is follows from the fields that it names: a plan needs a
name and something to plan with, a risk register a title and a rating, a dependency table both ends of a link.
A sheet without any such header may still hold a list; :mod:`tpm.ingest.tables.headerless` looks for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from tpm.ingest.cells.dates import is_period
from tpm.ingest.lexicon.headers import KINDS, fuzzy, key, meanings, prefix_of
from tpm.ingest.lexicon.words import is_answer
from tpm.ingest.opening.grid import Cell, Grid
from tpm.ingest.weighing.bands import DATE, EMPTY, NUMBER, TEXT, Rows, calendar_in, headers_of, is_row_of_data, is_tick, type_of
from tpm.ingest.weighing.evidence import calibrated, row_weights
from tpm.ingest.weighing.kinds import Evidence, evidence_of, shares
from tpm.model import TableKind

_HEADER_ROWS: Final = 4  # captions, labels, and two lines of calendar
_SEARCH_ROWS: Final = 250  # how deep a first header is looked for
_FORGIVEN_ROWS: Final = 30  # rows at the top in which typing errors of a header are forgiven; looking costs a search a cell
_HEADER_COLUMNS: Final = 2000  # how far to the right headers are looked for: five years of days
_MANY_ROWS: Final = 3000  # above this, further tables below the first are not looked for
_MOST_HEADER_CELLS: Final = 100_000  # the same above this many cells of headers: a few hundred wide headers are no plan
_STRONG: Final = 0.8
_BAND: Final = 4.0  # how much worse a row may score than the likeliest header beside it and still belong to it
_BELOW, _MOSTLY = 6, 0.6  # rows below that a row is compared with, and the share of them that decides
_ALIKE_BELOW: Final = 0.99  # of the columns: a row that is like those below is not a part of the header
_UNLABELLED_ROWS: Final = 200  # rows in which a column without a header is looked for
_UNLABELLED_SHARE: Final = 0.25  # of them that it fills
_FIRST_SCORE: Final = 1.9  # fields from which the first header of a sheet is believed
_APART_SCORE: Final = 1.5  # the same for "Milestone | Date" with nothing around it
_LATER_SCORE: Final = 3.0  # the same for a further header, which must not be a row with lucky words
_LEAST_WORDS: Final = 3  # that are no answers, of a further header without a gap above it
_CALENDAR: Final = 3  # captions of months or quarters from which a row of names is a plan drawn as bars
_PLANNING: Final = frozenset(
    {
        "start",
        "finish",
        "duration",
        "progress",
        "status",
        "predecessors",
        "owner",
        "milestone",
        "wbs",
        "team",
        "priority",
        "actual_start",
        "actual_finish",
        "baseline_start",
        "baseline_finish",
        "deadline",
        "phase",
        "optimistic",
        "most_likely",
        "pessimistic",
        "level",
    }
)
_RATING: Final = frozenset({"probability", "impact", "score", "response", "residual_probability", "residual_impact"})
_RISK_WORDS: Final = ("risk", "리스크", "위험", "risque", "riesgo", "risco", "risiko", "リスク", "raid")
_LOG_WORDS: Final = frozenset(
    map(
        key,
        (
            "issue title",
            "issue description",
            "date raised",
            "raised by",
            "date identified",
            "date logged",
            "reported by",
            "identified by",
            "assumption",
            "이슈명",
            "이슈 내용",
            "발생일",
            "제기자",
            "제기일",
            "change request",
            "lesson learned",
        ),
    )
)
_PERSONS: Final = frozenset({key("이름")})  # what a sheet of people calls them, too
_OF_WORK: Final = frozenset({"owner", "progress", "predecessors", "parent", "children"})  # beside them it is the work's name
_DRIVES: Final = frozenset({"start", "finish", "duration", "progress", "predecessors"})


@dataclass(frozen=True)
class Label:
    """The header of one column: its own text and the captions above it, nearest first."""

    column: int
    text: str
    captions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table on a grid; rows and columns are 0-based, ``last`` and ``right`` inclusive. ``header_first`` −1: no header."""

    grid: Grid
    kind: TableKind
    header_first: int
    header_last: int
    first: int
    last: int
    labels: tuple[Label, ...]
    caption: str = ""  # the group that a repeated header stands under
    items: Mapping[int, int] = field(default_factory=dict)  # of a table inside another: row → row of the item it stands under
    calendar: tuple[int, int] | None = None  # first and last column of the days, weeks or months that the header captions
    sure: float = 1.0  # how often a kind that was chosen like this one is right

    @property
    def rows(self) -> int:
        return self.last - self.first + 1

    @property
    def described(self) -> list[Label]:
        """The labels of columns that describe the rows: all but those of the calendar."""
        if self.calendar is None:
            return list(self.labels)
        first, last = self.calendar
        return [label for label in self.labels if not first <= label.column <= last or (label.text and not is_tick(label.text))]


def _text(cell: Cell) -> str:
    return cell.strip().lstrip("\ufeff") if cell.__class__ is str else ""


def row_fields(row: Sequence[Cell], kind: TableKind) -> dict[int, str]:
    """Column → field of the cells that are strong header words for a table of ``kind``."""
    out: dict[int, str] = {}
    for column, cell in enumerate(row[:_HEADER_COLUMNS]):
        if cell.__class__ is str and cell and len(cell) < 120:
            found = meanings(_text(cell), kind)
            if found and found[0][1] >= _STRONG:
                out[column] = found[0][0]
    return out


def _is_word(cell: Cell) -> bool:
    text = _text(cell)
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
    calendar = strongest < 3 and sum(cell.__class__ is str and is_period(cell) for cell in rows[row][:_HEADER_COLUMNS]) >= _CALENDAR
    is_word = _nearly_word if forgiving else _is_word
    if strongest < 2 and all_words(rows[row], is_word):
        hints = sum(map(is_word, rows[row][:_HEADER_COLUMNS])) - strongest
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
        if found and (grid.height > _MANY_ROWS or len(found) * min(grid.width, _HEADER_COLUMNS) > _MOST_HEADER_CELLS):
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
           for cell, over in zip(grid.rows[row][:_HEADER_COLUMNS], above, strict=False)):  # fmt: skip
        return True
    words = {_text(cell) for cell in grid.rows[row][:_HEADER_COLUMNS] if _is_word(cell)}
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
    return _is_word(cell) or any(fuzzy(_text(cell), kind) for kind in KINDS)


def all_words(row: Sequence[Cell], is_word: Callable[[Cell], bool] = _is_word) -> bool:
    """Most filled cells of a row are header words: a second header, not a data row with lucky words."""
    filled = [cell for cell in row[:40] if cell != ""]
    texts = [cell for cell in filled if isinstance(cell, str) and len(cell) < 40]
    return len(texts) >= 0.6 * len(filled) and sum(map(is_word, texts)) >= 0.55 * len(texts)


def _labels(grid: Grid, block: Block) -> tuple[Label, ...]:
    """One label a column: the lowest text of the block that is no calendar line, with its captions."""
    top = block.first
    if top > 0 and _captions_above(grid, block):
        top -= 1
    spans: list[list[str]] = []
    for row in range(top, block.last + 1):
        texts = [cell.strip().lstrip("\ufeff") if isinstance(cell, str) else ("" if cell == "" else None) for cell in grid.rows[row]]
        spans.append(["\0" if text is None else text for text in texts])
    labels = []
    for column in range(min(grid.width, _HEADER_COLUMNS)):
        stack = [line[column] for line in spans]
        words = [index for index, text in enumerate(stack) if text not in ("", "\0")]
        if not words:
            merged = _merged_label(grid, block, column)
            if merged:
                labels.append(Label(column, merged))
            continue
        strong = [index for index in words if any(meanings(stack[index], kind) for kind in KINDS)]
        at = strong[-1] if strong else words[-1]
        captions = []
        for index in range(at - 1, -1, -1):
            caption = stack[index] or next((spans[index][left] for left in range(column, -1, -1) if spans[index][left]), "")
            if caption and caption != "\0":
                captions.append(caption)
        labels.append(Label(column, stack[at], tuple(captions)))
    return tuple(labels)


def _merged_label(grid: Grid, block: Block, column: int) -> str:
    """The header word that is merged over this column from the left."""
    for first_row, first, last_row, last in grid.merged:
        if first < column <= last and block.first <= first_row <= last_row <= block.last:
            text = _text(grid.rows[first_row][first])
            return text if any(meanings(text, kind) for kind in KINDS) else ""
    return ""


def _captions_above(grid: Grid, block: Block) -> bool:
    """The row above the block holds captions such as "Planned", "Actual", "Initial" over labelled columns."""
    above = grid.rows[block.first - 1]
    return any(prefix_of(_text(cell)) is not None for cell in above if isinstance(cell, str) and cell)


def decide_kind(labels: Sequence[Label]) -> TableKind:
    """What the rows under ``labels`` are, by the fields that the labels name."""
    strong: dict[TableKind, set[str]] = {kind: set() for kind in KINDS}
    weak: dict[TableKind, set[str]] = {kind: set() for kind in KINDS}
    for label in labels:
        for kind in KINDS:
            for name, sure in meanings(label.text, kind) or fuzzy(label.text, kind):
                (strong if sure >= 0.75 else weak)[kind].add(name)
    keys = [key(label.text) for label in labels]
    if _PERSONS.intersection(keys) and not _OF_WORK & strong[TableKind.ACTIVITIES]:
        weak[TableKind.ACTIVITIES].discard("name")
    acts, risks, links = (strong[kind] for kind in KINDS)
    named = [text for text in keys if any(word in text for word in _RISK_WORDS)]
    titled = "title" in risks or "title" in weak[TableKind.RISKS]
    ratings = risks & _RATING
    plans = len(acts & {"start", "finish", "duration", "progress", "predecessors"})
    if titled and (
        (len(ratings) >= 2 and ratings & {"probability", "impact", "score"} and plans <= 1)
        or (len(named) >= 2 and plans <= 1)
        or (named and ratings and plans <= 1)
    ):
        return TableKind.RISKS
    ends = {"predecessor", "successor"}
    if (
        ends <= links | weak[TableKind.DEPENDENCIES]
        and ends & links
        and "name" not in acts
        and not acts & {"duration", "progress"}
        and (ends <= links or links & {"type", "lag"})
    ):
        return TableKind.DEPENDENCIES
    if "title" not in acts and set(keys) & _LOG_WORDS and not acts & _DRIVES:
        return TableKind.OTHER
    levels = sum(any(field == "level" for field, _ in meanings(label.text, TableKind.ACTIVITIES)) for label in labels)
    has_name = (
        "name" in acts
        or ("name" in weak[TableKind.ACTIVITIES] and bool((acts | weak[TableKind.ACTIVITIES]) & _DRIVES - {"progress"}))
        or (levels >= 2 and bool(acts & {"start", "finish", "duration"}))  # "Level 1 | Level 2 | Start": the deepest is the work
    )
    if has_name and sum(is_period(label.text) for label in labels) >= _CALENDAR:
        return TableKind.ACTIVITIES
    if (
        has_name
        and (acts & _PLANNING or weak[TableKind.ACTIVITIES] & {"start", "finish", "duration"})
        and (acts | weak[TableKind.ACTIVITIES]) - {"name", "notes", "link"}
    ):
        return TableKind.ACTIVITIES
    if len(acts & {"start", "finish", "duration"}) >= 2 and acts & {"owner", "status", "progress", "predecessors"} and not risks & _RATING:
        return TableKind.ACTIVITIES  # a plan whose names stand under a word of its own; they are found by content
    return TableKind.OTHER


def _segments(labels: Sequence[Label], grid: Grid, first: int, last: int) -> list[list[Label]]:
    """Labels split where an empty, unlabelled column stands between two tables that each make sense alone."""
    parts: list[list[Label]] = [[]]
    used = {label.column for label in labels}
    filled = {
        column for column in range(grid.width) if any(cell != "" for cell in grid.columns[column][first : min(last + 1, first + 400)])
    }
    for label in labels:
        before = label.column - 1
        if parts[-1] and before not in used and before not in filled:
            parts.append([])
        parts[-1].append(label)
    tables = [part for part in parts if decide_kind(part) is not TableKind.OTHER and _names_rows(part, grid, first, last)]
    if len(tables) < 2 or any(len({key(label.text) for label in part}) < 2 for part in tables):
        return [list(labels)]
    return [part for part in parts if part]


def _names_rows(labels: Sequence[Label], grid: Grid, first: int, last: int) -> bool:
    """One of the columns holds texts in most rows: a block of dates beside a plan has no names of its own and belongs to it."""
    for label in labels:
        cells = [cell for cell in grid.columns[label.column][first : min(last + 1, first + _UNLABELLED_ROWS)] if cell != ""]
        if cells and sum(type_of(cell) == TEXT for cell in cells) > len(cells) / 2:
            return True
    return False


def likely_blocks(grid: Grid, rows: Rows) -> list[Block]:
    """The headers that words and shape make likeliest."""
    return _without_page_breaks(grid, _with_best(grid, rows, word_blocks(grid)))


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


def table_under(grid: Grid, first: int, last: int, end: int) -> Table:
    """The table whose header spans the rows from ``first`` to ``last`` and whose rows end at ``end`` at the latest, of no kind yet."""
    block = Block(first, last)
    calendar = _calendar(grid, block)
    labels = _with_unlabelled(grid, _labels(grid, block), block, end, calendar)
    bottom = _last_filled(grid, labels, last + 1, end)
    return Table(grid, TableKind.OTHER, first, last, last + 1, bottom, tuple(labels), calendar=calendar)


def tables_under(grid: Grid, blocks: Sequence[Block]) -> list[Table]:
    """The tables of a grid under these headers, from top to bottom, with their kinds; without headers at most one."""
    if not blocks:
        return _bare_table(grid)
    out: list[Table] = []
    captions = _group_captions(grid, blocks)
    for index, block in enumerate(blocks):
        end = captions.get(index + 1, blocks[index + 1].first) - 1 if index + 1 < len(blocks) else grid.height - 1
        caption = next((_text(cell) for cell in grid.rows[captions[index]] if _text(cell)), "") if index in captions else ""
        labels = _labels(grid, block)
        for part in _segments(labels, grid, block.last + 1, end):
            calendar = _calendar(grid, block)
            whole = _with_unlabelled(grid, part, block, end, calendar)
            last = _last_filled(grid, whole, block.last + 1, end)
            shell = Table(grid, TableKind.OTHER, block.first, block.last, block.last + 1, last, tuple(whole), caption, calendar=calendar)
            kind, sure = kind_of(shell)
            out.append(replace(shell, kind=kind, sure=sure))
    return _told_once(out)


def _told_once(tables: list[Table]) -> list[Table]:
    """Tables under one header again and again ("the whole plan, then a block a phase"): a row that an earlier one holds is left out."""
    seen: dict[tuple[str, ...], set[tuple[Cell, ...]]] = {}
    out = []
    for table in tables:
        columns = [label.column for label in table.described]
        known = seen.get(words := tuple(label.text for label in table.described))
        span = range(table.first, table.last + 1) if words and len(tables) > 1 else ()
        rows = {row: tuple(table.grid.rows[row][column] for column in columns) for row in span}
        told = {row: cells for row, cells in rows.items() if sum(cell != "" for cell in cells) > 2}  # a name and two more make a row known
        again = frozenset(row for row, cells in told.items() if known and cells in known)
        out.append(replace(table, grid=table.grid.without(again)) if again else table)
        seen.setdefault(words, set()).update(told.values())
    return out


def _bare_table(grid: Grid) -> list[Table]:
    """The rows of a sheet as a table without a header, from the first that holds more than a title on."""
    first = next((row for row, cells in enumerate(grid.rows) if sum(cell != "" for cell in cells) > 1), None)
    if first is None:
        return []
    looked = range(first, min(grid.height, first + _UNLABELLED_ROWS))
    usual = _UNLABELLED_SHARE * sum(any(cell != "" for cell in grid.rows[row]) for row in looked)
    width = range(min(grid.width, _HEADER_COLUMNS))
    labels = [Label(column, "") for column in width if sum(grid.rows[row][column] != "" for row in looked) >= max(usual, 2)]
    if not labels:
        return []
    steps = [Label(column, "") for column in range(labels[0].column)]
    table = Table(grid, TableKind.OTHER, -1, -1, first, _last_filled(grid, labels, first, grid.height - 1), (*steps, *labels))
    kind, sure = kind_of(table)
    return [replace(table, kind=kind, sure=sure)]


def _calendar(grid: Grid, block: Block) -> tuple[int, int] | None:
    """First and last column of the calendar over the table."""
    found = [one for row in range(block.first, block.last + 1) if (one := calendar_in(grid.rows[row][:_HEADER_COLUMNS])) is not None]
    return (min(first for first, _ in found), max(last for _, last in found)) if found else None


def _with_unlabelled(grid: Grid, labels: Sequence[Label], block: Block, last: int, calendar: tuple[int, int] | None) -> list[Label]:
    """``labels`` with one of no text for each column that is filled in some rows, right of the last of them in many."""
    columns = {label.column for label in labels}
    end = labelled = max(columns, default=-1)
    if calendar is None:
        end = min(grid.width, _HEADER_COLUMNS)
    if calendar is not None:
        end = min(end, calendar[0]) if columns and min(columns) < calendar[0] else calendar[0]
    found = []
    for column in range(end):
        if column in columns:
            continue
        cells = grid.columns[column][block.last + 1 : min(last + 1, block.last + _UNLABELLED_ROWS)]
        if sum(cell != "" for cell in cells) >= (2 if column < labelled else max(2, _UNLABELLED_SHARE * len(cells))):
            found.append(Label(column, ""))
    return sorted([*labels, *found], key=lambda label: label.column)


def kind_of(table: Table, without: frozenset[TableKind] = frozenset()) -> tuple[TableKind, float]:
    """What the rows of ``table`` are by all evidence, none of the kinds ``without``, and how often that is right (0 to 1)."""
    said = decide_kind([label for label in table.labels if label.text])
    if table.last < table.first or not table.labels:
        return (TableKind.ACTIVITIES if said in without else said), 1.0
    evidence = evidence_under(table)
    if evidence is None:
        return (TableKind.ACTIVITIES if TableKind.OTHER in without else TableKind.OTHER), 1.0
    share = shares(evidence.facts)
    if said is not TableKind.DEPENDENCIES:  # a plan names predecessors, too; a table of links says so in both its headers
        share.pop(TableKind.DEPENDENCIES)
    best = max((kind for kind in share if kind not in without), key=lambda kind: share[kind])
    return best, calibrated("kinds", share[best])


def evidence_under(table: Table) -> Evidence | None:
    """What is known of a table before its kind is; None where no column describes its rows."""
    headers = [(label.column, label.text, label.captions) for label in table.described]
    if not headers or table.last < table.first:
        return None
    asked = ((-1, table.header_first, table.header_last, *(label.column for label in table.described)), table.first, table.last)
    known = table.grid.described.get(asked)
    if known is None:
        said = decide_kind([label for label in table.labels if label.text])
        known = evidence_of(table.grid, headers, table.first, table.last, said, table.calendar)
        table.grid.described[asked] = known
    assert isinstance(known, Evidence)
    return known


def _without_page_breaks(grid: Grid, blocks: Sequence[Block]) -> list[Block]:
    """``blocks`` without those that print the header above again right below a row of its table, as the next page does."""
    out: list[Block] = []
    for block in blocks:
        above = grid.rows[block.first - 1] if block.first else ()
        again = out and _words_of(grid, block) == _words_of(grid, out[-1]) and sum(cell != "" for cell in above) > 1
        if not again:
            out.append(block)
    return out


def _words_of(grid: Grid, block: Block) -> list[list[str]]:
    return [[_text(cell) for cell in grid.rows[row]] for row in range(block.first, block.last + 1)]


def _group_captions(grid: Grid, blocks: Sequence[Block]) -> dict[int, int]:
    """Index of a header that is repeated for every group → row of the group's name, a lone text above that header."""
    heads = [tuple(_text(cell) for cell in grid.rows[block.first]) for block in blocks]
    times = Counter(heads)
    out: dict[int, int] = {}
    for index, block in enumerate(blocks):
        if times[heads[index]] < 2:
            continue
        row = block.first - 1
        while row >= 0 and row >= block.first - 3 and all(cell == "" for cell in grid.rows[row]):
            row -= 1
        filled = [cell for cell in grid.rows[row] if cell != ""] if row >= 0 else []
        if len(filled) == 1 and isinstance(filled[0], str) and len(filled[0]) < 80:
            out[index] = row
    return out


def _last_filled(grid: Grid, labels: Sequence[Label], first: int, last: int) -> int:
    """Last row from ``first`` to ``last`` that holds something in a labelled column."""
    columns = [grid.columns[label.column] for label in labels]
    for row in range(last, first - 1, -1):
        if any(column[row] != "" for column in columns):
            return row
    return first - 1
