"""A sheet as a person sees it, beside how it was read: its cells as texts, and the best other readings with what each would give.

Another reading is what a person could say (:mod:`tpm.ingest.tables.memory`); what it would give is counted by reading the sheet so. A long
sheet is tried on its first rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tpm.findings import InputError
from tpm.ingest.cells.profile import Profile
from tpm.ingest.drafts.activities import Draft
from tpm.ingest.opening.grid import Book, Grid, as_text, letters
from tpm.ingest.opening.workbook import may_be_schedule, open_book
from tpm.ingest.options import ReadOptions
from tpm.ingest.readers import Reading, read_sheet
from tpm.ingest.tables.memory import HEADER, KIND, NONE, TRANSPOSED, Memory, shape_of, words_of
from tpm.ingest.weighing.bands import DATE, Rows, headers_of, type_of
from tpm.ingest.weighing.evidence import row_weights
from tpm.ingest.weighing.facts import facts_of
from tpm.model import TableKind, TableReading

DRAWN_ROWS: Final = 150
DRAWN_COLUMNS: Final = 40
_TEXT_MOST: Final = 200  # characters of a cell
_TRIED_ROWS: Final = 1500  # of a long sheet
_TRIED_COLUMNS: Final = 120
_HEADERS_TRIED: Final = 3
_NAMES_TRIED: Final = 2
_OFFERED: Final = 3  # beside the reading that stands
_WORDY: Final = 0.5  # share of texts from which a column can hold names
_NO_NAMES: Final = ("owner", "team", "status", "priority", "notes", "response")  # fields whose columns nobody takes for names
_UNLIKELIER: Final = 3.0  # log odds from the likeliest header at which a row is no choice
_FILLED: Final = 0.2  # of the rows, and of its values that differ, from which a column may hold names
_SIDEWAYS_ROWS: Final = 60  # at most, of a sheet whose items could be its columns


@dataclass(frozen=True, slots=True)
class Offer:
    """One way of reading a sheet: what a person would say (memory; "" takes a part back), and what that gives."""

    said: Mapping[str, Mapping[str, str]]
    what: str  # standing, name, header, second, kind, transposed, bare
    row: int = 0  # of the header that is meant, as the sheet counts
    kind: TableKind = TableKind.OTHER
    name: str = ""  # header of the column of names
    column: str = ""  # its letter
    group: str = ""
    items: int = 0
    groups: int = 0
    dated: int = 0
    links: int = 0
    risks: int = 0
    left: int = 0  # rows with a date that it does not use


@dataclass(frozen=True, slots=True)
class SheetView:
    """The first rows and columns of a sheet as drawn, with what recognises each row again. Rows and columns count as the reading lies."""

    file: str
    sheet: str
    transposed: bool
    height: int
    width: int
    rows: tuple[tuple[str, ...], ...]
    signatures: tuple[str, ...]  # of each drawn row, as a header
    shape: str  # signature of the sheet without a header
    likely: int  # row that looks most like a header, 0 where none does
    sideways: str  # signature of the likeliest header the other way round, "" where it cannot lie so
    known: frozenset[str]  # every signature under which something can be remembered of this sheet
    offers: tuple[Offer, ...]  # the reading that stands, then the best others


def sheet_view(
    files: Sequence[tuple[str, bytes]], tables: Sequence[TableReading], options: ReadOptions, file: str, sheet: str
) -> SheetView | None:
    """The sheet ``sheet`` of ``file`` beside ``tables``, which were read with ``options``; None where the file has no such cells."""
    data = next((data for name, data in files if name == file), b"")
    if not data or (may_be_schedule(data) and not data.startswith(b"\xd0\xcf")):
        return None
    try:
        book = open_book(file, data)
    except InputError:  # said when the plan was read
        return None
    grid = next((grid for grid in book.grids if grid.sheet == sheet), None)
    if grid is None or not grid.height:
        return None
    return _view(book, grid, [table for table in tables if (table.source, table.sheet) == (file, sheet)], options)


def _view(book: Book, grid: Grid, tables: Sequence[TableReading], options: ReadOptions) -> SheetView:
    transposed = any(table.transposed for table in tables)
    shown, other = (grid.turned(), grid) if transposed else (grid, grid.turned())
    rows = shown.rows[:DRAWN_ROWS]
    texts = tuple(tuple(as_text(cell)[:_TEXT_MOST] for cell in cells[:DRAWN_COLUMNS]) for cells in rows)
    signatures = tuple(words_of(cells) for cells in rows)
    sideways = _sideways(other) if not transposed else _best(other)
    known = {*signatures, *(table.signature for table in tables), shape_of(shown), shape_of(other), *_first_rows(other)} - {""}
    tried = _Tried(book, grid, shown, other, tables, options)
    return SheetView(grid.file, grid.sheet, transposed, shown.height, shown.width, texts, signatures, shape_of(shown),
                     next(iter(_likely(shown)), 0), sideways, frozenset(known), tried.offers())  # fmt: skip


def _first_rows(grid: Grid) -> Iterator[str]:
    return (words_of(cells) for cells in grid.rows[:_SIDEWAYS_ROWS])


def _likely(grid: Grid) -> list[int]:
    """Rows (from 1) that look most like a header, best first."""
    rows = Rows(grid)
    scored = [(score, rows.at[index]) for score, index in headers_of(rows, row_weights()) if words_of(grid.rows[rows.at[index]])]
    return [row + 1 for score, row in scored if score > scored[0][0] - _UNLIKELIER]


def _best(grid: Grid) -> str:
    found = _likely(grid)
    return words_of(grid.rows[found[0] - 1]) if found else ""


def _sideways(turned: Grid) -> str:
    """The signature of the likeliest header of a sheet on its side; empty where it is too long to lie so."""
    return _best(turned) if 1 < turned.width <= _SIDEWAYS_ROWS and turned.height > 1 else ""


class _Tried:
    """Other readings of one sheet, each read and counted."""

    def __init__(self, book: Book, grid: Grid, shown: Grid, other: Grid, tables: Sequence[TableReading], options: ReadOptions) -> None:
        self._book, self._options, self._tables = book, options, tables
        self._grid = replace(grid, rows=[cells[:_TRIED_COLUMNS] for cells in grid.rows[:_TRIED_ROWS]])
        self._shown, self._other = shown, other
        used = [table for table in tables if table.kind is not TableKind.OTHER]
        self._main = max(used or tables, key=lambda table: table.last_row - table.first_row, default=None)
        self._used = used
        self._dated = {row for row, cells in enumerate(self._grid.rows) if any(type_of(cell) == DATE for cell in cells)}

    def offers(self) -> tuple[Offer, ...]:
        """The reading that stands, then those that give most."""
        standing = self._read(Offer({}, "standing"))
        found = {self._told(standing): standing}
        others = []
        for offer in self._candidates():
            read = self._read(offer)
            if (read.items or read.risks) and self._told(read) not in found and self._promises(read, standing):
                found[self._told(read)] = read
                others.append(read)
        others.sort(key=lambda one: -(one.items + one.risks + 2 * one.dated + one.groups - 2 * one.left))
        return (standing, *others[:_OFFERED])

    def _promises(self, offer: Offer, standing: Offer) -> bool:
        """A person may want it: nothing was found, or it dates as much, or nothing has dates."""
        if offer.what == "kind" and offer.kind.value not in {parts.get(KIND) for parts in offer.said.values()}:
            return False
        if not (standing.items or standing.risks):
            return True
        return offer.what == "name" or offer.dated > standing.dated or (offer.what != "transposed" and offer.dated >= standing.dated / 2)

    def _told(self, offer: Offer) -> tuple[object, ...]:
        return offer.items, offer.risks, offer.dated, offer.groups, offer.links, offer.column if offer.items or offer.risks else ""

    def _candidates(self) -> Iterator[Offer]:
        main = self._main
        heads = {table.header_row for table in self._used}
        yield from self._other_names()
        forget = {table.signature: {HEADER: ""} for table in self._tables}
        upright = {TRANSPOSED: "yes"} if self._shown.transposed else {}
        for row in [row for row in _likely(self._shown) if row not in heads][:_HEADERS_TRIED]:
            words = words_of(self._shown.rows[row - 1])
            yield Offer({**forget, words: {HEADER: "1", **upright}}, "header", row)
            if main is not None and main.header_row and main.first_row < row <= main.last_row:
                first = {HEADER: str(max(main.header_rows, 1)), **upright}
                yield Offer({main.signature: first, words: {HEADER: "1", **upright}}, "second", row)
        if main is not None:
            for kind in (TableKind.ACTIVITIES, TableKind.RISKS):
                if kind is not main.kind and (main.kind is TableKind.OTHER or not self._dated):
                    yield Offer({main.signature: {KIND: kind.value}}, "kind", main.header_row)
        if words := (_best(self._other) if self._shown.transposed else _sideways(self._other)):
            turned = {} if self._shown.transposed else {TRANSPOSED: "yes"}
            yield Offer({**forget, words: {HEADER: "1", **turned}}, "transposed")
        if main is None or main.header_row == 0:
            yield Offer({**forget, shape_of(self._shown): {HEADER: NONE, KIND: TableKind.ACTIVITIES.value, **upright}}, "bare")

    def _other_names(self) -> Iterator[Offer]:
        """The same table with its names from another column of texts."""
        main = self._main
        if main is None or not main.header_row or main.kind is TableKind.DEPENDENCIES or main.last_row < main.first_row:
            return
        field = "title" if main.kind is TableKind.RISKS else "name"
        sure = {choice.column for name, choice in main.columns.items() if name in (field, *_NO_NAMES)}
        labelled = {letter for letter, _ in main.headers} - sure
        columns = [at for at in range(min(self._shown.width, DRAWN_COLUMNS)) if letters(at) in labelled]
        seen = facts_of(self._shown, columns, main.first_row - 1, min(main.last_row, _TRIED_ROWS) - 1)
        wordy = [at for at in columns if _may_name(seen.profiles[at]) and seen.value(at, "fill") > _FILLED]
        wordy.sort(key=lambda at: -(seen.value(at, "fill") + seen.profiles[at].distinct + min(seen.profiles[at].length, 40) / 40))
        kind = TableKind.RISKS if main.kind is TableKind.RISKS else TableKind.ACTIVITIES
        for at in wordy[:_NAMES_TRIED]:
            yield Offer({main.signature: {field: letters(at), KIND: kind.value}}, "name", main.header_row)

    def _read(self, offer: Offer) -> Offer:
        memory: Memory = {key: {**self._options.remembered.get(key, {}), **parts} for key, parts in offer.said.items()}
        reading = read_sheet(self._book, self._grid, replace(self._options, remembered={**self._options.remembered, **memory}))
        return self._counted(offer, reading)

    def _counted(self, offer: Offer, reading: Reading) -> Offer:
        drafts, risks = reading.activities, [draft for draft, _ in reading.risks]
        main = max([*drafts, *risks], key=len, default=None)
        used = {int(row) for draft in (*drafts, *risks) if not draft.table.grid.transposed for row in draft.rows}
        heads = {row for table in reading.tables for row in range(table.header_row - table.header_rows, table.header_row)}
        sideways = any(draft.table.grid.transposed for draft in (*drafts, *risks))
        choice = None if main is None else main.columns.choices.get("name") or main.columns.choices.get("title")
        group = None if main is None or not main.groups else next((main.columns.choices.get(field) for field in ("level", "phase")
                                                                   if field in main.columns.choices), None)  # fmt: skip
        return replace(
            offer, kind=TableKind.OTHER if main is None else main.table.kind,
            name=choice.header if choice is not None else "", column=choice.column if choice is not None else "",
            group=group.header if group is not None else "",
            items=sum(map(len, drafts)), groups=0 if main is None or group is None else len({*main.groups[0].tolist()} - {None}),
            dated=sum(map(_dated, drafts)), links=sum(_links(draft) for draft in drafts), risks=sum(map(len, risks)),
            left=0 if sideways else len(self._dated - used - heads),
        )  # fmt: skip


def _may_name(seen: Profile) -> bool:
    return seen.count > 1 and seen.texts > _WORDY > max(seen.states, seen.levels, seen.durations) and seen.distinct > _FILLED


def _dated(draft: Draft) -> int:
    days = [draft.data[name] for name in ("start", "finish", "deadline") if name in draft.data]
    return int(np.any([~np.isnat(one) for one in days], axis=0).sum()) if days else 0


def _links(draft: Draft) -> int:
    return sum(int(column.says()[draft.keep].sum()) for columns in draft.links.values() for column in columns)
