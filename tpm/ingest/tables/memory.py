"""What a person said about a sheet, kept for the next sheet of the same shape: what its header says, whatever row it stands in by then.

A memory is signature → part → text, as a workspace keeps it. The signature is the words of the header's last row; of a sheet without a
header its name and what its columns hold. The parts are fields (→ header or letters) and those below. A part ``HEADER`` says that a row
with these words begins a table: where a sheet has one, its tables are those that were said, and no others are looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tpm.ingest.lexicon.headers import key
from tpm.ingest.opening.grid import Cell, Grid
from tpm.ingest.options import NO_HEADER, Forced
from tpm.ingest.weighing.bands import type_of
from tpm.model import TableKind

HEADER, KIND, TRANSPOSED, NO_ITEMS = "@header", "@kind", "@transposed", "@no-items"
PARTS: Final = (HEADER, KIND, TRANSPOSED, NO_ITEMS)
NONE: Final = "none"  # HEADER of a sheet without one
_HEADER_ROWS_MOST: Final = 9
_SAMPLE_ROWS: Final = 30  # of a column, to tell the shape of a sheet
_WORDS_MOST: Final = 60  # characters of a row's words

Memory = Mapping[str, Mapping[str, str]]


def words_of(row: Iterable[Cell]) -> str:
    """The texts of a row as compared: the signature of a table whose header it is."""
    return "|".join(sorted(word for cell in row if cell.__class__ is str and (word := key(cell))))


def shape_of(grid: Grid) -> str:
    """The signature of a sheet without a header: its name and the usual type of each column's cells."""
    usual = []
    for column in grid.columns[:_WORDS_MOST]:
        types = [kind for cell in column[:_SAMPLE_ROWS] if (kind := type_of(cell))]
        usual.append(str(max(set(types), key=types.count) if types else 0))
    return f"#{key(grid.sheet)}#{''.join(usual)}"


def fields_of(said: Mapping[str, str]) -> dict[str, str]:
    """Field → header of a memory's parts."""
    return {part: text for part, text in said.items() if part not in PARTS}


def kind_said(said: Mapping[str, str]) -> TableKind | None:
    """The kind of table that a memory's parts name."""
    text = said.get(KIND)
    return TableKind(text) if text in set(TableKind) else None


def recall(grid: Grid, memory: Memory) -> tuple[Forced, ...]:
    """Where tables begin on ``grid``, which way it is read and which rows are no items, as was said of its shape; else nothing.

    Kinds and columns are looked up by each table's own signature, also where it was found.
    """
    said = {words: parts for words, parts in memory.items() if any(part in PARTS and text for part, text in parts.items())}
    if not said:
        return ()
    for turned in (False, True):
        wanted = {words: parts for words, parts in said.items() if bool(parts.get(TRANSPOSED)) is turned}
        found = _found(grid.turned() if turned else grid, wanted, turned) if wanted else ()
        if found:
            return found
    return ()


def _found(grid: Grid, said: Memory, transposed: bool) -> tuple[Forced, ...]:
    out = []
    known = {word for words in said for word in words.split("|")}
    for row, cells in enumerate(grid.rows):
        first = next((cell for cell in cells if cell.__class__ is str and cell and key(cell)), None)
        if first is None or key(str(first)) not in known or (parts := said.get(words_of(cells))) is None:
            continue
        span = parts.get(HEADER, "")
        rows = min(int(span), _HEADER_ROWS_MOST, row + 1) if span.isdecimal() and len(span) == 1 else 0
        out.append(Forced((row + 2 - rows, row + 1) if rows else None, no_items=_rows(grid, parts), transposed=transposed))
    if not out and (parts := said.get(shape_of(grid))) is not None:
        header = NO_HEADER if parts.get(HEADER) == NONE else None
        out.append(Forced(header, no_items=_rows(grid, parts), transposed=transposed))
    return tuple(out)


def _rows(grid: Grid, parts: Mapping[str, str]) -> frozenset[int]:
    """The rows that are no items: the very row where it still says the same, else the only one that does."""
    found = set()
    for entry in filter(None, parts.get(NO_ITEMS, "").split(",")):
        text, _, words = entry.partition(":")
        row = int(text) if text.isdecimal() and len(text) < 8 else 0
        if 0 < row <= grid.height and _row_words(grid.rows[row - 1]) == words:
            found.add(row)
        elif words:
            same = [at for at, cells in enumerate(grid.rows, 1) if _row_words(cells) == words]
            found.update(same if len(same) == 1 else ())
    return frozenset(found)


def row_entry(row: int, words: str) -> str:
    """A row that is no item, as NO_ITEMS lists it."""
    return f"{row}:{words[:_WORDS_MOST]}"


def _row_words(cells: Iterable[Cell]) -> str:
    return words_of(cells)[:_WORDS_MOST]


def remember(grid: Grid, said: Sequence[Forced]) -> dict[str, dict[str, str]]:
    """``said`` of ``grid`` (turned, where that is said) as memory; what cannot be recognised again (a header without words) is left out."""
    out: dict[str, dict[str, str]] = {}
    for one in said:
        words = signature_at(grid, one.header)
        if not words:
            continue
        parts = {**one.columns}
        if one.header is not None:
            parts[HEADER] = NONE if one.header == NO_HEADER else str(one.header[1] - one.header[0] + 1)
        if one.kind is not None:
            parts[KIND] = one.kind.value
        if one.transposed:
            parts[TRANSPOSED] = "yes"
        if one.no_items:
            parts[NO_ITEMS] = ",".join(row_entry(row, words_of(grid.rows[row - 1])) for row in sorted(one.no_items) if row <= grid.height)
        out.setdefault(words, {}).update(parts)
    return out


def signature_at(grid: Grid, header: tuple[int, int] | None) -> str:
    """The signature of the table with this header."""
    return shape_of(grid) if header is None or header == NO_HEADER else words_of(grid.rows[header[1] - 1])
