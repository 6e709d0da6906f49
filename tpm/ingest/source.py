"""The cells that a plan was read from, as they stand in the files: what a person compares the reading with.

The import keeps no grids; the files are opened again when somebody asks. Only spreadsheets have cells: rows of a scheduling tool's
own file, and of a drawing without a header, have none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from tpm.findings import InputError
from tpm.ingest.opening.grid import Grid, as_text
from tpm.ingest.opening.workbook import may_be_schedule, open_book
from tpm.model import ImportResult, TableKind, TableReading


@dataclass(frozen=True)
class SourceCells:
    """Field → the cells it was read from: one text an activity in the plan's order, None where there is no such cell."""

    texts: Mapping[str, np.ndarray]
    headers: Mapping[str, str]  # field → the column's header in the file; several tables' headers joined by " / "


def source_cells(files: Sequence[tuple[str, bytes]], result: ImportResult) -> SourceCells:
    """The source cells of every activity of ``result``, which was read from ``files`` = (name, bytes)."""
    rows = result.plan.activities
    where = {"file": rows["file"].to_numpy(), "sheet": rows["sheet"].to_numpy(), "row": rows["row"].to_numpy()}
    grids = _grids(files)
    texts: dict[str, np.ndarray] = {}
    headers: dict[str, dict[str, None]] = {}
    for table in result.tables:
        grid = grids.get((table.source, table.sheet))
        if grid is None or table.kind is not TableKind.ACTIVITIES or table.same_as is not None or not table.header_row or table.transposed:
            continue
        inside = (where["file"] == table.source) & (where["sheet"] == table.sheet)
        inside &= (where["row"] >= table.first_row) & (where["row"] <= min(table.last_row, grid.height))
        positions = np.flatnonzero(inside)
        if not len(positions):
            continue
        for field, choice in table.columns.items():
            column = grid.columns[_index(choice.column)]
            out = texts.setdefault(field, np.full(len(rows), None, dtype=object))
            out[positions] = [_exactly(column[row - 1]) for row in where["row"][positions].tolist()]
            headers.setdefault(field, {})[_label(choice.header, table)] = None
    return SourceCells(texts, {field: " / ".join(found) for field, found in headers.items()})


def _grids(files: Sequence[tuple[str, bytes]]) -> dict[tuple[str, str], Grid]:
    grids: dict[tuple[str, str], Grid] = {}
    for name, data in files:
        if may_be_schedule(data) and not data.startswith(b"\xd0\xcf"):
            continue
        try:
            book = open_book(name, data)
        except InputError:  # said when the plan was read
            continue
        grids.update({(grid.file, grid.sheet): grid for grid in book.grids})
    return grids


def _index(letter: str) -> int:
    """0-based column of its letters: A → 0, AA → 26."""
    return reduce(lambda number, char: number * 26 + ord(char) - 64, letter, 0) - 1


def _label(header: str, table: TableReading) -> str:
    return " ".join(header.split()) or table.sheet


def _exactly(cell: object) -> str:
    return cell if isinstance(cell, str) else as_text(cell)  # type: ignore[arg-type]
