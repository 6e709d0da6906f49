"""Tables inside a table: below an item stands an indented header with the item's parts under it, and then the outer table goes on.

    Name      Owner   Status
    Checkout  Maya    Working on it
    Subitems  Name    Owner   Status      ← a word for parts over columns that are shifted to the right, or nothing at all
              Draft   Bo      Done
    Launch    Maya

Rows of the inner table are taken out of the outer one, which is read as if they were not there, and become a table of their own;
inner tables of one sheet with the same header are one table. Each row remembers the item that it stands under. A blank row, or
one that reaches further left, ends an inner table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from tpm.ingest.assembling.stack import Stack
from tpm.ingest.lexicon.headers import meanings
from tpm.ingest.opening.grid import Cell, Grid
from tpm.ingest.tables.blocks import all_words, row_fields
from tpm.ingest.tables.own import own_table
from tpm.ingest.tables.readings import find_tables
from tpm.ingest.tables.tables import Label, Table, decide_kind
from tpm.model import TableKind

_LOOKED_AT: Final = 40  # columns from the left in which a row can begin
_DEEPEST: Final = 5  # tables inside tables
_MOST_HEADERS: Final = 20  # different inner headers of a sheet
_LEAST_FIELDS: Final = 3  # of an inner header that no word for parts announces
_ANNOUNCED_FIELDS: Final = 2  # of one that a word like "Subitems" announces
_OUTER_FIELDS: Final = 2  # of the header above


@dataclass
class _Inner:
    """The inner tables with one header: its first row, its first column, and row of the sheet → row of the item."""

    header: int
    left: int
    items: dict[int, int] = field(default_factory=dict)


def tables_of(grid: Grid) -> list[Table]:
    """The tables of a sheet, those inside others after all outer ones; see :func:`tpm.ingest.tables.readings.find_tables`."""
    if (written := own_table(grid)) is not None:
        return [written]
    outer, inner = _split(grid)
    tables = find_tables(outer)
    for depth in range(_DEEPEST):
        deeper = []
        for part, one in inner:
            rest, more = _split(part) if depth < _DEEPEST - 1 else (part, [])
            tables.append(_table(rest, one))
            deeper += more
        inner = deeper
    return tables


def _table(grid: Grid, inner: _Inner) -> Table:
    labels = _labels(grid.rows[inner.header], inner.left)
    return Table(grid, decide_kind(labels), inner.header, inner.header, inner.header + 1, max(inner.items), labels, items=inner.items)


def _labels(row: Sequence[Cell], left: int) -> tuple[Label, ...]:
    return tuple(Label(column, cell.strip()) for column, cell in enumerate(row) if column >= left and isinstance(cell, str) and cell)


def _split(grid: Grid) -> tuple[Grid, list[tuple[Grid, _Inner]]]:
    """(``grid`` without its inner tables, one grid with nothing but their rows for each header)."""
    search = _Search(grid)
    found, gone = search.inner_tables()
    if not found:
        return grid, []
    blank: Sequence[Cell] = [""] * grid.width
    parts = []
    for inner in found:
        rows = [
            cells if row < search.first_header or row in inner.items or row == inner.header else blank  # lines above may say the year
            for row, cells in enumerate(grid.rows)
        ]
        parts.append((replace(grid, rows=rows, elsewhere={}), inner))
    rest = [blank if row in gone else cells for row, cells in enumerate(grid.rows)]
    return replace(grid, rows=rest, elsewhere={**grid.elsewhere, **gone}), parts


def _begin(row: Sequence[Cell]) -> int:
    """The first filled column of ``row``."""
    return next((at for at, cell in enumerate(row[:_LOOKED_AT]) if cell != ""), _LOOKED_AT)


class _Search:
    """One pass over a sheet from top to bottom."""

    def __init__(self, grid: Grid) -> None:
        self.rows = grid.rows
        self.begins = [0] * grid.height
        for row in [row for row, cell in enumerate(grid.columns[0]) if cell == ""] if grid.width else range(grid.height):
            self.begins[row] = _begin(grid.rows[row])
        self.gone: dict[int, int] = {}  # row that is not the outer table's → row of its item
        self.first_header = 0  # row of the outer table's
        self._looked = 0  # rows above were looked at for a header of the outer table
        self._name_at: int | None = None  # column of the names under the latest of these headers

    def inner_tables(self) -> tuple[list[_Inner], Mapping[int, int]]:
        """The inner tables by header, and every row that is theirs, headers included, with its item."""
        found: dict[tuple[str, ...], _Inner] = {}
        indented = self._indented()
        row = 1
        while row + 1 < len(self.rows):
            if row - 1 not in self.gone and not indented[row]:
                row = int(row + np.argmax(indented[row:]))
                if not indented[row]:
                    break
            left = self._left_of_header(row)
            item = self._item_above(row, left) if left is not None and self._names_work(row, left) else None
            header = tuple(map(str, self.rows[row])) if item is not None else ()
            if left is None or item is None or (header not in found and len(found) >= _MOST_HEADERS):
                row += 1
                continue
            last = self._last_below(row, left)
            if not self._announced(row) and not self._goes_on(item, last + 1):
                row += 1
                continue
            inner = found.setdefault(header, _Inner(row, left))
            inner.items |= dict.fromkeys(range(row + 1, last + 1), item)
            self.gone |= dict.fromkeys(range(row, last + 1), item)
            row = last + 1
        return list(found.values()), self.gone

    def _indented(self) -> np.ndarray:
        """Rows that begin right of the one above or left of the one below: no other can be a header right under an outer item."""
        begins = np.array(self.begins)
        out = np.zeros(len(begins), dtype=bool)
        out[1:-1] = (begins[:-2] < begins[1:-1]) | (begins[1:-1] < begins[2:])
        return out

    def _left_of_header(self, row: int) -> int | None:
        """Where the columns of an inner header begin that could stand in ``row``; None where it or the row below is not indented."""
        above, begin, below = self.begins[row - 1 : row + 2]
        indented = (above < begin or row - 1 in self.gone) and begin <= below
        if begin >= _LOOKED_AT or below >= _LOOKED_AT or not (indented or begin < below):
            return None
        cells = self.rows[row]
        if any(cell.__class__ is not str for cell in cells):  # an empty cell is a text, too
            return None
        if begin == below or not self._announced(row):
            return begin if indented else None
        left = next((at for at, cell in enumerate(cells[begin + 1 : _LOOKED_AT], begin + 1) if cell != ""), None)
        return left if left is not None and below >= left else None

    def _announced(self, row: int) -> bool:
        """The row begins with a word for the parts of an item, as in "Subitems | Name | Owner"."""
        begin = self.begins[row]
        return row_fields(self.rows[row][: begin + 1], TableKind.ACTIVITIES).get(begin) == "children"

    def _item_above(self, row: int, left: int) -> int | None:
        """The row of the outer table that ``row`` stands under: it has a name left of ``left``, below a header of its own."""
        above = row - 1
        if above in self.gone:  # a second inner table of the same item
            above = self.gone[above]
        name_at = self._outer_name(above)
        if name_at is None or name_at >= left or self.rows[above][name_at] == "" or self._is_header(above):
            return None
        return above

    def _outer_name(self, row: int) -> int | None:
        """Where the names stand in the outer table that ``row`` is part of; None where no header is above."""
        while self._looked < row:
            at = self._looked
            if at not in self.gone and self._is_header(at):
                fields = row_fields(self.rows[at], TableKind.ACTIVITIES)
                self.first_header = at if self._name_at is None else self.first_header
                self._name_at = next((column for column, name in fields.items() if name == "name"), self.begins[at])
            self._looked += 1
        return self._name_at

    def _is_header(self, row: int) -> bool:
        """The row is a header of an outer table, also one that is repeated for every group."""
        cells = self.rows[row]
        if self.begins[row] >= _LOOKED_AT or not all_words(cells):
            return False
        return len(set(row_fields(cells, TableKind.ACTIVITIES).values())) >= _OUTER_FIELDS

    def _last_below(self, header: int, left: int) -> int:
        """The last row of the inner table."""
        row = header
        while row + 1 < len(self.rows) and left <= self.begins[row + 1] < _LOOKED_AT:
            row += 1
        return row

    def _names_work(self, header: int, left: int) -> bool:
        """The words of ``header`` from column ``left`` on make a table of work."""
        cells = self.rows[header]
        fields = {name for at, name in row_fields(cells, TableKind.ACTIVITIES).items() if at >= left}
        announced = self._announced(header)
        labels = _labels(cells, left)
        named = any(name == "name" for label in labels for name, _ in meanings(label.text, TableKind.ACTIVITIES))
        if not named or len(fields | {"name"}) < (_ANNOUNCED_FIELDS if announced else _LEAST_FIELDS):
            return False
        return (announced or all_words(cells)) and decide_kind(labels) is TableKind.ACTIVITIES

    def _goes_on(self, item: int, after: int) -> bool:
        """The outer table goes on in row ``after``: what nothing announces is inside it only then."""
        return after < len(self.rows) and self.begins[after] <= self.begins[item] and not self._is_header(after)


def under_items(stack: Stack, parent: np.ndarray) -> np.ndarray:
    """``parent`` (positions of the stack, −1 at the top) with the rows of inner tables under their items, whose phase they share."""
    inner = [index for index, draft in enumerate(stack.drafts) if draft.table.items]
    if not inner:
        return parent
    out = parent.copy()
    at: dict[tuple[str, str, int], int] = {}
    for draft, offset in zip(stack.drafts, stack.offsets, strict=False):
        at |= {(draft.table.grid.file, draft.sheet, row): offset + position for position, row in enumerate(draft.rows.tolist())}
    for index in inner:
        draft, offset = stack.drafts[index], stack.offsets[index]
        rows = draft.rows.tolist()
        above = np.array([at.get((draft.table.grid.file, draft.sheet, draft.table.items[row]), -1) for row in rows])
        own = out[offset : offset + len(draft)]
        out[offset : offset + len(draft)] = np.where(own >= 0, own, above)
        if "phase" not in draft.data and len(draft):
            phases = stack.column("phase", None, object)
            draft.data["phase"] = np.array([phases[one] if one >= 0 else None for one in above], dtype=object)
    return out


def reading_order(stack: Stack) -> np.ndarray | None:
    """The order in which a person reads the rows: inner rows below their item, not below the outer table. None: it is the stack's."""
    sheets = {(draft.table.grid.file, draft.sheet) for draft in stack.drafts if draft.table.items}
    if not sheets:
        return None
    ranks: dict[tuple[str, str], int] = {}
    rank, row = np.empty(len(stack), dtype=int), np.zeros(len(stack), dtype=int)
    for draft, offset in zip(stack.drafts, stack.offsets, strict=False):
        sheet = draft.table.grid.file, draft.sheet
        rank[offset : offset + len(draft)] = ranks.setdefault(sheet, len(ranks))
        if sheet in sheets:
            row[offset : offset + len(draft)] = draft.rows
    return np.lexsort((row, rank))


__all__ = ["reading_order", "tables_of", "under_items"]
