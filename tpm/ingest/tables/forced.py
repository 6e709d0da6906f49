"""Tables as a person says they are: applied before anything is decided, on every sheet, also one in which nothing was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from tpm.ingest.lexicon.headers import KINDS, key
from tpm.ingest.opening.grid import Grid, letters
from tpm.ingest.opening.workbook import refuse
from tpm.ingest.options import FIELDS, NO_HEADER, Forced
from tpm.ingest.tables.nested import tables_of
from tpm.ingest.tables.tables import Label, Table, kind_of, table_under
from tpm.ingest.weighing.bands import Rows, headers_of
from tpm.ingest.weighing.evidence import ASKED_KIND, row_weights
from tpm.model import TableKind

NOTHING: Final = Forced()
_SEARCHED_ROWS: Final = 250  # in which a header is looked for that names the columns which a person named


def tables_as_said(grid: Grid, said: Sequence[Forced]) -> list[tuple[Table, Forced]]:
    """The tables of ``grid`` from top to bottom, each with what was said of it. Raises InputError for a header row that is not there."""
    if any(one.transposed for one in said):
        grid = grid.turned()
    if gone := frozenset(row - 1 for one in said for row in one.no_items):
        grid = grid.without(gone)
    headed = sorted((one for one in said if one.header is not None), key=lambda one: one.header or NO_HEADER)
    if headed:
        ends = [(after.header or NO_HEADER)[0] - 2 for after in headed[1:]] + [grid.height - 1]
        return [(_headed(grid, one, end), one) for one, end in zip(headed, ends, strict=True)]
    found = tables_of(grid)
    about = next((one for one in said if one.kind is not None or one.columns), None)
    if about is None:
        return [(table, NOTHING) for table in found]
    if about.kind is None:
        about_one = [table for table in map(with_columns, found) if names_columns(table, about.columns)]
        if found and not about_one:
            return _guessed(grid, about) or [(table, NOTHING) for table in found]
    if not found:
        return _guessed(grid, about)
    main = max(found, key=lambda table: (table.kind is not TableKind.OTHER, table.rows * len(table.labels)))
    return [(as_said(table, about), about) if table is main else (table, NOTHING) for table in found]


def _guessed(grid: Grid, about: Forced) -> list[tuple[Table, Forced]]:
    """The table under the likeliest header; none where only columns were named and it has not all of them."""
    header = _likely_header(grid, about)
    if header is None:
        return []
    table = _headed(grid, replace(about, header=header), grid.height - 1)
    return [(table, about)] if about.kind is not None or names_columns(table, about.columns) else []


def _headed(grid: Grid, said: Forced, end: int) -> Table:
    assert said.header is not None
    first, last = said.header
    if last > grid.height:
        raise refuse("no-such-row", grid.file, sheet=grid.sheet or grid.file, row=last, rows=grid.height)
    if said.header == NO_HEADER:
        table = Table(grid, TableKind.OTHER, -1, -1, 0, grid.height - 1, ())
    else:
        table = table_under(grid, first - 1, last - 1, end)
    return as_said(table, said)


def as_said(table: Table, said: Forced) -> Table:
    """``table`` of the kind that was said, or that the named fields say, or that is likeliest; with every column that holds anything."""
    table = with_columns(table)
    kind = said.kind or kind_of_fields(said.columns)
    if kind is None and (table.kind is TableKind.OTHER or said.header is not None):
        kind, sure = kind_of(table, frozenset({TableKind.OTHER}))
        if kind is TableKind.RISKS and sure < ASKED_KIND:  # whoever names a header has dates in mind rather than a register
            kind = TableKind.ACTIVITIES
    return replace(table, kind=kind or table.kind)


def with_columns(table: Table) -> Table:
    """``table`` with a label for every column that holds anything, so that each can be named."""
    known = {label.column for label in table.labels}
    grid = table.grid
    rows = slice(table.first, table.last + 1)
    more = [Label(at, "") for at, cells in enumerate(grid.columns) if at not in known and any(cell != "" for cell in cells[rows])]
    return replace(table, labels=tuple(sorted([*table.labels, *more], key=lambda label: label.column))) if more else table


def kind_of_fields(columns: Mapping[str, str]) -> TableKind | None:
    """The only kind of table that has all the named fields and one that no other has; None where they leave it open."""
    named = {field for field, header in columns.items() if header}
    kinds = [kind for kind in KINDS if named and named.issubset(FIELDS[kind])]
    return kinds[0] if len(kinds) == 1 else None


def names_columns(table: Table, columns: Mapping[str, str]) -> bool:
    """Every column that was named is one of ``table``."""
    named = [header for header in columns.values() if header]
    return bool(named) and all(any(key(header) == key(label.text) or header.upper() == letters(label.column) for label in table.labels)
                               for header in named)  # fmt: skip


def _likely_header(grid: Grid, said: Forced) -> tuple[int, int] | None:
    """The row that names most of the columns which a person named; else the likeliest header."""
    wanted = {key(header) for header in said.columns.values() if header}
    named = [sum(key(cell) in wanted for cell in cells if isinstance(cell, str) and cell) for cells in grid.rows[:_SEARCHED_ROWS]]
    if any(named):
        row = named.index(max(named)) + 1
        return row, row
    rows = Rows(grid)
    scored = headers_of(rows, row_weights())
    if not scored:
        return NO_HEADER if grid.height else None
    row = rows.at[scored[0][1]] + 1
    return row, row

