"""How files are read: everything a person can say beforehand, in one frozen object."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from tpm.model import TableKind

NO_HEADER: Final = (0, 0)
_ACTIVITY_FIELDS: Final = (
    "id", "name", "wbs", "parent", "children", "depth", "level", "kind", "team", "owner", "program", "phase", "start", "finish", "duration",
    "progress", "status", "priority", "predecessors", "successors", "milestone", "deadline", "baseline_start", "baseline_finish",
    "actual_start", "actual_finish", "optimistic", "most_likely", "pessimistic", "constraint", "constraint_date", "notes", "link",
)
FIELDS: Final[Mapping[TableKind, tuple[str, ...]]] = {
    TableKind.ACTIVITIES: _ACTIVITY_FIELDS,
    TableKind.OTHER: _ACTIVITY_FIELDS,  # naming its columns makes it a table of activities
    TableKind.RISKS: (
        "id", "title", "description", "kind", "category", "team", "program", "probability", "impact", "score", "residual_probability",
        "residual_impact", "owner", "response", "strategy", "status", "activities", "impact_days", "impact_days_min", "impact_days_max",
        "due", "notes",
    ),
    TableKind.DEPENDENCIES: ("id", "predecessor", "successor", "type", "lag", "notes"),
}


def _nothing() -> Mapping[str, str]:
    return {}


def _no_memory() -> Mapping[str, Mapping[str, str]]:
    return {}


@dataclass(frozen=True)
class Forced:
    """How a table is read as a person says it, before anything is decided; what is not said is found as ever.

    Rows count from 1 as the sheet shows them; of a transposed sheet they are its columns. A table ends where the next one begins.
    """

    header: tuple[int, int] | None = None  # first and last row of the header; NO_HEADER: the sheet has none
    kind: TableKind | None = None  # OTHER: leave it out
    columns: Mapping[str, str] = field(default_factory=_nothing)  # field → header or column letters; empty: no such column
    no_items: frozenset[int] = frozenset()  # rows that are no items
    transposed: bool = False  # an item a column


def _nobody() -> Mapping[str, tuple[Forced, ...]]:
    return {}


@dataclass(frozen=True)
class ReadOptions:
    """What a person says about how to read.

    ``forced`` is sheet → its tables from top to bottom (an empty name: the only sheet that holds anything). ``mapping`` is field → header
    or column letters for every table (empty: it has no such column); ``remembered`` holds what was said earlier of sheets with the same
    words in their header, as :mod:`tpm.ingest.tables.memory` writes it.

    ``date_order`` overrides what the columns say. ``start`` is the project's start where durations stand
    without any date. ``year`` is that of dates which have none; else their context gives it, and where nothing in the files does,
    ``as_of`` (None: today).
    """

    sheet: str | None = None
    forced: Mapping[str, tuple[Forced, ...]] = field(default_factory=_nobody)
    mapping: Mapping[str, str] = field(default_factory=_nothing)
    remembered: Mapping[str, Mapping[str, str]] = field(default_factory=_no_memory)
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    start: dt.date | None = None
    year: int | None = None
    as_of: dt.date | None = None
