"""The tables of a sheet: a list under the headers that words and shape make likeliest, or one that is laid out in another way."""

from __future__ import annotations

from typing import Final

from tpm.ingest.opening.grid import Grid
from tpm.ingest.tables.blocks import Block
from tpm.ingest.tables.further import headers_of_sheet
from tpm.ingest.tables.layouts import cards, lies_sideways, written_calendar
from tpm.ingest.tables.tables import Table, evidence_under, tables_under
from tpm.ingest.weighing.bands import DATE, Rows, headers_of
from tpm.ingest.weighing.evidence import ASKED_KIND, row_weights
from tpm.ingest.weighing.kinds import shares
from tpm.model import TableKind

_LAID_OUT: Final = 2000  # rows of a sheet whose items may be no rows
_FEWEST_DATED: Final = 3  # rows with a date that make a list of a sheet whose tables are of a sure kind, and rows of any list
_SURE: Final = 0.9
_TRIED_ROWS: Final = 4  # of those likeliest to be a header, where the likeliest was none


def find_tables(grid: Grid) -> list[Table]:
    """The tables of a grid from top to bottom, with their kinds."""
    rows = Rows(grid)
    upright = tables_under(grid, headers_of_sheet(grid, rows))
    if grid.height > _LAID_OUT:
        return upright
    others = [grid.turned()] if lies_sideways(grid, rows) else []
    if not _is_plain(upright, rows):
        others += [other for other in (cards(grid), written_calendar(grid)) if other is not None]
    return next((tables for other in others if (tables := _of_work(other))), upright)


def tables_under_another(grid: Grid) -> list[Table]:
    """Where nothing was found: the tables under another row that may be a header, alone or with the next, those surest of work."""
    if grid.height > _LAID_OUT:
        return []
    rows = Rows(grid)
    tried: list[tuple[float, list[Table]]] = []
    for _, index in headers_of(rows, row_weights())[:_TRIED_ROWS]:
        at = rows.at[index]
        for last in (at, at + 1):
            if last + 1 < grid.height:
                tables = tables_under(grid, [Block(at, last)])
                of_work = [_sure(table) for table in tables if _is_work(table) and table.rows >= _FEWEST_DATED]
                tried.append((max(of_work, default=0.0), tables))
    sure, tables = max(tried, key=lambda one: one[0], default=(0.0, []))
    return tables if sure > ASKED_KIND else []


def _is_work(table: Table) -> bool:
    return table.kind in (TableKind.ACTIVITIES, TableKind.RISKS)


def _is_plain(tables: list[Table], rows: Rows) -> bool:
    """Every table is surely of a kind, and several rows hold dates."""
    dated = sum((line == DATE).any() and one is None for line, one in zip(rows.types, rows.calendars, strict=True))
    return bool(tables) and dated >= _FEWEST_DATED and all(_sure(table) > _SURE for table in tables)


def _sure(table: Table) -> float:
    evidence = evidence_under(table)
    return 0.0 if evidence is None else 1.0 - shares(evidence.facts)[TableKind.OTHER]


def _of_work(grid: Grid) -> list[Table]:
    """The tables of a sheet that was laid out anew, if they hold work or risks."""
    tables = tables_under(grid, headers_of_sheet(grid, Rows(grid)))
    return tables if any(map(_is_work, tables)) else []
