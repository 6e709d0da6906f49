"""Grids → tables: where the header is, how far the rows go, and what the rows are.

Headers are found by :mod:`tpm.ingest.tables.blocks` and :mod:`tpm.ingest.tables.further`. What kind of table it is follows from the
fields that it names: a plan needs a name and something to plan with, a risk register a title and a rating, a dependency table both
ends of a link.
A sheet without any such header may still hold a list; :mod:`tpm.ingest.tables.headerless` looks for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tpm.ingest.cells.dates import is_period
from tpm.ingest.lexicon.headers import KINDS, fuzzy, key, meanings, prefix_of
from tpm.ingest.opening.grid import Cell, Grid
from tpm.ingest.tables.blocks import FEWEST_PERIODS, HEADER_COLUMNS, Block, text_of
from tpm.ingest.weighing.bands import TEXT, calendar_in, is_tick, type_of
from tpm.ingest.weighing.evidence import calibrated
from tpm.ingest.weighing.kinds import Evidence, evidence_of, shares
from tpm.model import TableKind

_UNLABELLED_ROWS: Final = 200  # rows in which a column without a header is looked for
_UNLABELLED_SHARE: Final = 0.25  # of them that it fills
_PLANNING: Final = frozenset(
    {
        "start",
        "finish",
        "duration",
        "progress",
        "status",
        "predecessors",
        "successors",
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
_DIGITS: Final = re.compile(r"\d+")
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
_DRIVES: Final = frozenset({"start", "finish", "duration", "progress", "predecessors", "successors"})


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
    for column in range(min(grid.width, HEADER_COLUMNS)):
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
            text = text_of(grid.rows[first_row][first])
            return text if any(meanings(text, kind) for kind in KINDS) else ""
    return ""


def _captions_above(grid: Grid, block: Block) -> bool:
    """The row above the block holds captions such as "Planned", "Actual", "Initial" over labelled columns."""
    above = grid.rows[block.first - 1]
    return any(prefix_of(text_of(cell)) is not None for cell in above if isinstance(cell, str) and cell)


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
    if has_name and sum(is_period(label.text) for label in labels) >= FEWEST_PERIODS:
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
    words = Counter(tuple(label.text for label in part) for part in parts)
    tables = [part for part in parts if (words[tuple(label.text for label in part)] > 1 or decide_kind(part) is not TableKind.OTHER)
              and _names_rows(part, grid, first, last)]  # fmt: skip
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


def table_under(grid: Grid, first: int, last: int, end: int) -> Table:
    """The table whose header spans the rows from ``first`` to ``last`` and whose rows end at ``end`` at the latest, of no kind yet."""
    block = Block(first, last)
    calendar = _calendar(grid, block)
    labels = _with_unlabelled(grid, _labels(grid, block), block, end, calendar)
    bottom = _last_filled(grid, labels, last + 1, end)
    return Table(grid, TableKind.OTHER, first, last, last + 1, bottom, tuple(labels), calendar=calendar)


def tables_under(grid: Grid, blocks: Sequence[Block]) -> list[Table]:
    """The tables of a grid under these headers, from top to bottom, with their kinds."""
    out: list[Table] = []
    captions = _group_captions(grid, blocks)
    foot = _page_foot(grid, captions.values())
    for index, block in enumerate(blocks):
        end = captions.get(index + 1, blocks[index + 1].first) - 1 if index + 1 < len(blocks) else (foot or grid.height) - 1
        caption = _lone_text(grid.rows[captions[index]]) if index in captions and foot is None else ""
        labels = _labels(grid, block)
        parts = _segments(labels, grid, block.last + 1, end)
        bounds = [0, *(part[0].column for part in parts[1:]), grid.width]
        for part, left, right in zip(parts, bounds, bounds[1:], strict=False):
            calendar = _calendar(grid, block)
            whole = [label for label in _with_unlabelled(grid, part, block, end, calendar) if left <= label.column < right]
            last = _last_filled(grid, whole, block.last + 1, end)
            shell = Table(grid, TableKind.OTHER, block.first, block.last, block.last + 1, last, tuple(whole), caption, calendar=calendar)
            kind, sure = kind_of(shell)
            out.append(replace(shell, kind=kind, sure=sure))
    return _told_once(_alike(out))


def _alike(tables: list[Table]) -> list[Table]:
    """Tables under the same words are of one kind: that of the largest which is of any."""
    kinds: dict[tuple[str, ...], Table] = {}
    for table in sorted(tables, key=lambda one: -one.rows):
        if table.kind is not TableKind.OTHER:
            kinds.setdefault(_own_words(table), table)
    return [replace(table, kind=like.kind, sure=like.sure) if (like := kinds.get(_own_words(table))) and len(table.labels) > 1 else table
            for table in tables]  # fmt: skip


def _own_words(table: Table) -> tuple[str, ...]:
    return tuple(label.text for label in table.described)


def _told_once(tables: list[Table]) -> list[Table]:
    """Tables under one header again and again ("the whole plan, then a block a phase"): a row that an earlier one holds is left out."""
    seen: dict[tuple[str, ...], set[tuple[Cell, ...]]] = {}
    out = []
    for table in tables:
        columns = [label.column for label in table.described]
        known = seen.get(words := _own_words(table))
        span = range(table.first, table.last + 1) if words and len(tables) > 1 else ()
        rows = {row: tuple(table.grid.rows[row][column] for column in columns) for row in span}
        told = {row: cells for row, cells in rows.items() if sum(cell != "" for cell in cells) > 2}  # a name and two more make a row known
        again = frozenset(row for row, cells in told.items() if known and cells in known)
        out.append(replace(table, grid=table.grid.without(again)) if again else table)
        seen.setdefault(words, set()).update(told.values())
    return out


def _calendar(grid: Grid, block: Block) -> tuple[int, int] | None:
    """First and last column of the calendar over the table."""
    found = [one for row in range(block.first, block.last + 1) if (one := calendar_in(grid.rows[row][:HEADER_COLUMNS])) is not None]
    return (min(first for first, _ in found), max(last for _, last in found)) if found else None


def _with_unlabelled(grid: Grid, labels: Sequence[Label], block: Block, last: int, calendar: tuple[int, int] | None) -> list[Label]:
    """``labels`` with one of no text for each column that is filled in some rows, right of the last of them in many."""
    columns = {label.column for label in labels}
    end = labelled = max(columns, default=-1)
    if calendar is None:
        end = min(grid.width, HEADER_COLUMNS)
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


def _group_captions(grid: Grid, blocks: Sequence[Block]) -> dict[int, int]:
    """Index of a header that is repeated for every group → row of the group's name, a lone text above that header."""
    heads = [tuple(text_of(cell) for cell in grid.rows[block.first]) for block in blocks]
    times = Counter(heads)
    out: dict[int, int] = {}
    for index, block in enumerate(blocks):
        if times[heads[index]] < 2:
            continue
        row = block.first - 1
        while row >= 0 and row >= block.first - 3 and all(cell == "" for cell in grid.rows[row]):
            row -= 1
        if row >= 0 and 0 < len(_lone_text(grid.rows[row])) < 80:
            out[index] = row
    return out


def _page_foot(grid: Grid, captions: Iterable[int]) -> int | None:
    """The last row of the sheet where it is a lone text that differs from those above the further headers in its number only ("Page 3")."""
    last = next((row for row in range(grid.height - 1, -1, -1) if any(cell != "" for cell in grid.rows[row])), 0)
    forms = {_DIGITS.sub("0", _lone_text(grid.rows[row])) for row in captions}
    own = _lone_text(grid.rows[last])
    return last if own and forms == {_DIGITS.sub("0", own)} else None


def _lone_text(row: Sequence[Cell]) -> str:
    """The text of a row that holds nothing else."""
    filled = [cell for cell in row if cell != ""]
    return text_of(filled[0]) if len(filled) == 1 else ""


def _last_filled(grid: Grid, labels: Sequence[Label], first: int, last: int) -> int:
    """Last row from ``first`` to ``last`` that holds something in a labelled column."""
    columns = [grid.columns[label.column] for label in labels]
    for row in range(last, first - 1, -1):
        if any(column[row] != "" for column in columns):
            return row
    return first - 1
