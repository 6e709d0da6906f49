"""Sheets that this program wrote: their first row says in its own words and its own order what every column is, so nothing is weighed.

Whatever their cells say — an item may be called "Start", its team "Status" — is data. Columns that somebody added behind are read as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from tpm.i18n import LANGUAGES, keys, t
from tpm.ingest.opening.grid import Grid
from tpm.ingest.options import FIELDS
from tpm.ingest.tables.tables import Table, table_under
from tpm.model import TableKind

_LEAST: Final = 5  # columns of the program's own, side by side, before a sheet is believed to be its
_PREFIXES: Final = ((TableKind.ACTIVITIES, "export.column."), (TableKind.RISKS, "export.risk."))
_READ_AS: Final = {"planned_start": "start", "planned_finish": "finish"}


@dataclass(frozen=True)
class OwnSheet:
    """What the first row of a sheet of the program's own says: the kind of its rows, and column (0-based) → field."""

    kind: TableKind
    fields: Mapping[int, str]
    columns: frozenset[int]  # those of the program, also where they are no field that is read


@cache
def _words() -> tuple[tuple[TableKind, Mapping[str, str]], ...]:
    """For each kind and language header → field, in the order of the catalogue."""
    out = []
    for kind, prefix in _PREFIXES:
        names = [name.removeprefix(prefix) for name in keys() if name.startswith(prefix)]
        out += [(kind, {t(prefix + name, lang): _READ_AS.get(name, name) for name in names}) for lang in LANGUAGES]
    return tuple(out)


def own_sheet(grid: Grid) -> OwnSheet | None:
    """What the program wrote on ``grid``; None where it did not, or where somebody put another table under it."""
    if not grid.height or not grid.width:
        return None
    row = grid.rows[0]
    for kind, words in _words():
        own = next((at for at, cell in enumerate(row) if not isinstance(cell, str) or cell not in words), len(row))
        said = [words[str(cell)] for cell in row[:own]]
        if own < _LEAST or said[0] != "id" or len({*said}) < own or any(cell in words for cell in row[own:]):
            continue
        without_id = (at for at, cell in enumerate(grid.columns[0]) if cell == "" and at not in grid.passed_over)
        if any(all(cell == "" for cell in grid.rows[at][:own]) for at in without_id):
            return None
        return OwnSheet(kind, {at: field for at, field in enumerate(said) if field in FIELDS[kind]}, frozenset(range(own)))
    return None


def own_table(grid: Grid) -> Table | None:
    """The table that the program wrote on ``grid``."""
    own = own_sheet(grid)
    return None if own is None else replace(table_under(grid, 0, 0, grid.height - 1), kind=own.kind)
