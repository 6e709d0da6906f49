"""What a click on a drawn sheet says, as changes of what is remembered of sheets of its shape. Pure functions: nothing is written here.

The memory is that of :mod:`tpm.ingest.tables.memory`: signature → part → text. A change is (signature, part) → text, or ``ABSENT`` where a
part is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tpm.ingest.sheets import SheetView
from tpm.ingest.tables.memory import HEADER, KIND, NO_ITEMS, NONE, PARTS, TRANSPOSED, Memory, row_entry
from tpm.model import TableKind, TableReading
from tpm.store.records import ABSENT

Changes = dict[tuple[str, ...], Any]
_HEADER_ROWS_MOST: Final = 9


@dataclass(frozen=True, slots=True)
class Act:
    """What a hand did on the sheet. ``table`` is the place of a table among those of the sheet, ``rows`` count from 1."""

    what: str  # offer, column, header, extend, another, end, items, no-items, kind, turn, bare, undo, found
    table: int = 0
    rows: tuple[int, ...] = ()
    column: str = ""  # letters
    value: str = ""  # field, kind, number of the offer

    @classmethod
    def of(cls, sent: Any) -> Act | None:
        """An act as a browser sends it; None for anything else."""
        if not isinstance(sent, Mapping) or sent.get("what") not in _ACTS:
            return None
        rows = sent.get("rows") or ()
        if not isinstance(rows, list | tuple) or not all(isinstance(row, int) and 0 < row < 2**21 for row in rows):
            return None
        table = sent.get("table", 0)
        return cls(str(sent["what"]), table if isinstance(table, int) and table >= 0 else 0, tuple(rows), str(sent.get("column", "")),
                   str(sent.get("value", "")))  # fmt: skip


def changes(act: Act, view: SheetView, tables: Sequence[TableReading], held: Memory) -> Changes:
    """What ``act`` changes in ``held``; nothing where it says what cannot be recognised again (a header without a word)."""
    work = _ACTS[act.what]
    return {} if work is None else work(act, view, tables, held)


def _word(view: SheetView, row: int) -> str:
    """The signature of a drawn row."""
    return view.signatures[row - 1] if 0 < row <= len(view.signatures) else ""


def _offer(act: Act, view: SheetView, tables: Sequence[TableReading], held: Memory) -> Changes:
    if not act.value.isdecimal() or not 0 < int(act.value) < len(view.offers):
        return {}
    said = view.offers[int(act.value)].said
    return {(words, part): text if text else ABSENT for words, parts in said.items() for part, text in parts.items()}


def _column(act: Act, view: SheetView, tables: Sequence[TableReading], held: Memory) -> Changes:
    if act.table < len(tables):
        return named(tables[act.table], act.column, act.value, held)
    words = "" if tables else _word(view, view.likely)  # nothing was found: the likeliest header is believed
    return {(words, HEADER): "1", (words, act.value): act.column} if words and act.value else {}


def named(table: TableReading, letter: str, field: str, held: Memory) -> Changes:
    """The column ``letter`` of ``table`` is ``field`` ("": none)."""
    headers = [header for _, header in table.headers]
    header = next((text for column, text in table.headers if column == letter), "")
    column = header if headers.count(header) == 1 else letter  # a letter tells twins, and columns without a header, apart
    before = held.get(table.signature, {})
    after = mended({part: text for part, text in before.items() if part not in PARTS}, table, {column: field})
    return {(table.signature, part): text for part, text in after.items() if before.get(part) != text}


def mended(held: Mapping[str, str], table: TableReading, given: Mapping[str, str]) -> dict[str, str]:
    """The mapping (field → header, ``""`` for none) ``held`` with what is ``given``.

    ``given`` is header (or column letter, where two columns share a header) → field, ``""`` for none. ``table`` says what each column was
    read as, perhaps before earlier changes: a field that one of them gave to another column is left to it.
    """
    mapping = dict(held)
    for header, field in given.items():
        read = {name for name, choice in table.columns.items() if header in (choice.header, choice.column)}
        said = {name for name, column in mapping.items() if column == header}
        mapping.update({name: "" for name in read | said if name != field and mapping.get(name, header) == header})
    mapping.update({field: header for header, field in given.items() if field})
    return mapping


def _heads(tables: Sequence[TableReading], without: TableReading | None) -> dict[int, int]:
    """Header row → how many rows it spans, of the tables that stay."""
    stay = [table for table in tables if table is not without and table.header_row and (table.kind is not TableKind.OTHER or table.by_hand)]
    return {table.header_row: max(table.header_rows, 1) for table in stay}


def _at(tables: Sequence[TableReading], row: int) -> TableReading | None:
    """The table that a row lies in, else the first below it, else the last."""
    inside = (table for table in tables if table.header_row - table.header_rows < row <= table.last_row)
    below = (table for table in tables if table.first_row > row)
    return next(inside, None) or next(below, None) or (tables[-1] if tables else None)


def _divided(view: SheetView, tables: Sequence[TableReading], heads: Mapping[int, int]) -> Changes:
    """The sheet's tables begin at ``heads`` and nowhere else."""
    out: Changes = {}
    for table in tables:
        if table.header_row not in heads:
            out[table.signature, HEADER] = ABSENT
    known = {table.header_row: table.signature for table in tables}
    for row, span in heads.items():
        words = known.get(row) or _word(view, row)
        if words:
            out[words, HEADER] = str(min(span, _HEADER_ROWS_MOST))
            if view.transposed:
                out[words, TRANSPOSED] = "yes"
    return out


def _header(act: Act, view: SheetView, tables: Sequence[TableReading], held: Memory) -> Changes:
    row = max(act.rows, default=0)
    if not _word(view, row):
        return {}
    span = len(act.rows) if len(act.rows) == row - min(act.rows) + 1 else 1
    heads = {**_heads(tables, _at(tables, row)), row: span}
    return {(view.shape, HEADER): ABSENT} | _divided(view, tables, heads) | _unleft(view, row, held)


def _unleft(view: SheetView, row: int, held: Memory) -> Changes:
    """Whoever says that a row is the header wants the table: what was said to leave it out does not stand."""
    return {(_word(view, row), KIND): ABSENT} if held.get(_word(view, row), {}).get(KIND) == TableKind.OTHER else {}


def _another(act: Act, view: SheetView, tables: Sequence[TableReading], held: Memory) -> Changes:
    row = max(act.rows, default=0)
    if not _word(view, row):
        return {}
    return _divided(view, tables, {**_heads(tables, None), row: 1}) | _unleft(view, row, held)


def _end(act: Act, view: SheetView, tables: Sequence[TableReading], held: Memory) -> Changes:
    """Nothing from a row on: a table of no use begins there."""
    row = min(act.rows, default=0)
    if not _word(view, row):
        return {}
    return _divided(view, tables, {**_heads(tables, None), row: 1}) | {(_word(view, row), KIND): TableKind.OTHER.value}


def _rows(act: Act, view: SheetView, tables: Sequence[TableReading], held: Memory) -> Changes:
    """These rows are no items, or are items after all."""
    out: Changes = {}
    for row in act.rows:
        table = _at(tables, row)
        if table is None or not 0 < row <= len(view.signatures):
            continue
        path = table.signature, NO_ITEMS
        text = out.get(path, held.get(path[0], {}).get(NO_ITEMS, ""))
        kept = [entry for entry in text.split(",") if entry and entry.partition(":")[0] != str(row)]
        out[path] = ",".join([*kept, *([row_entry(row, view.signatures[row - 1])] if act.what == "no-items" else [])])
    return {path: text or ABSENT for path, text in out.items()}


def _kind(act: Act, view: SheetView, tables: Sequence[TableReading], held: Memory) -> Changes:
    if act.value not in set(TableKind):
        return {}
    if act.table < len(tables):
        return {(tables[act.table].signature, KIND): act.value}
    words = _word(view, view.likely)
    return {(words, HEADER): "1", (words, KIND): act.value} if words else {}


def _turn(act: Act, view: SheetView, tables: Sequence[TableReading], held: Memory) -> Changes:
    """Read it the other way round."""
    if not view.sideways:
        return {}
    out: Changes = {(words, part): ABSENT for words in view.known for part in PARTS if part in held.get(words, {})}
    return out | {(view.sideways, HEADER): "1", (view.sideways, TRANSPOSED): ABSENT if view.transposed else "yes"}


def _bare(act: Act, view: SheetView, tables: Sequence[TableReading], held: Memory) -> Changes:
    """The sheet has no header."""
    return _divided(view, tables, {}) | {(view.shape, HEADER): NONE, (view.shape, KIND): TableKind.ACTIVITIES.value}


def _found(act: Act, view: SheetView, tables: Sequence[TableReading], held: Memory) -> Changes:
    """Nothing that was said of this sheet stands."""
    return {(words,): ABSENT for words in view.known if words in held}


_ACTS: Final[Mapping[str, Any]] = {
    "offer": _offer, "column": _column, "header": _header, "another": _another, "end": _end, "items": _rows, "no-items": _rows,
    "kind": _kind, "turn": _turn, "bare": _bare, "found": _found, "undo": None,
}  # fmt: skip
