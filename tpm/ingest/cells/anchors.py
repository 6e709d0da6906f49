"""Dates that are counted from the project's start: "D+5", "Day 3", "Week 2", "M4", and where the sheet states that start."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from tpm.ingest.cells.dates import Reading, Span, parse
from tpm.ingest.lexicon.words import is_project_start

if TYPE_CHECKING:
    from tpm.ingest.cells.values import Column, Doubts
    from tpm.ingest.opening.grid import Cell
    from tpm.ingest.tables.tables import Table

_OFFSET: Final = re.compile(r"^[dt]0?(?:\s*([+\-−–])\s*(\d{1,4})\s*(?:일|days?|d)?|-day)?$", re.I)
_ORDINAL: Final = re.compile(r"^(?:(day)|(week|wk|w)|(month|m))\s*+\.?\s*+(\d{1,3})$|^(\d{1,3})\s*(?:(일차)|(주차)|(개월차))$", re.I)
_LONGEST: Final = 16  # characters


class Offset(NamedTuple):
    """How far after the project's start: ``number`` of ``unit``; 0 is the first day, week or month."""

    number: int
    unit: str  # "days", "weeks", "months"


def relative(text: str) -> Offset | None:
    """The offset of "D+5", "T - 3", "Day 3", "Week 2", "M4", "3주차"; None for anything else."""
    if len(text) > _LONGEST or not text:
        return None
    plain = unicodedata.normalize("NFKC", text).strip()
    if match := _OFFSET.match(plain):
        return Offset(int(match[2] or 0) * (-1 if match[1] in ("-", "−", "–") else 1), "days")
    match = _ORDINAL.match(plain)
    if match is None or int(match[4] or match[5]) == 0:
        return None
    unit = "days" if match[1] or match[6] else "weeks" if match[2] or match[7] else "months"
    return Offset(int(match[4] or match[5]) - 1, unit)


def _months_later(day: dt.date, months: int) -> dt.date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _span(offset: Offset, base: dt.date) -> Span:
    if offset.unit == "months":
        return _months_later(base, offset.number), _months_later(base, offset.number + 1) - dt.timedelta(days=1)
    first = base + dt.timedelta(days=offset.number * (7 if offset.unit == "weeks" else 1))
    return first, first + dt.timedelta(days=4 if offset.unit == "weeks" else 0)


def stated_start(table: Table, reading: Reading) -> dt.date | None:
    """The project's start as a form above the table says it: "Project start | 2 March 2026", or both in one cell."""
    for said in table.grid.above(table.header_first, "start", _said_beside_start):
        if isinstance(said, dt.date):
            return said.date() if isinstance(said, dt.datetime) else said
        if isinstance(said, str) and (span := parse(said, reading)):
            return span[0]
    return None


def _said_beside_start(line: Sequence[Cell]) -> list[Cell]:
    """What stands behind each label of the project's start: behind its colon, else in the next filled cell."""
    cells = [cell for cell in line if cell != ""]
    out: list[Cell] = []
    for cell, beside in zip(cells, [*cells[1:], ""], strict=False):
        if isinstance(cell, str):
            label, _, value = cell.replace("：", ":").partition(":")
            if is_project_start(label):
                out.append(value.strip() or (beside.strip() if isinstance(beside, str) else beside))
    return out


def anchored(
    table: Table, found: Mapping[str, Column], keep: np.ndarray, base: dt.date | None, reading: Reading, doubts: Doubts
) -> dict[str, Column]:
    """The date columns ``found`` (field → column) with offsets as dates.

    They count from ``base``, the project's start as given or stated; "D+5" also from the first date of the rows. Numbered weeks are
    weeks of the project only where a start is stated and the numbering begins with it; else they are weeks of the year.
    """
    offsets = {name: [relative(cell) if isinstance(cell, str) else None for cell in column.distinct] for name, column in found.items()}
    told = [offset for column in offsets.values() for offset in column if offset is not None]
    if not told:
        return dict(found)
    weeks = [offset.number for offset in told if offset.unit == "weeks"]
    of_year = bool(weeks) and (base is None or min(weeks) > 0)
    base = base or _first_day(found, keep, reading)
    out = {}
    for name, column in found.items():
        counted = [None if offset is None or (of_year and offset.unit == "weeks") else offset for offset in offsets[name]]
        if base is None:
            doubts.cells("relative-date", column, np.array([offset is not None for offset in counted], dtype=bool), keep)
        late = name not in ("start", "baseline_start", "actual_start")
        cells = [
            cell if offset is None else "" if base is None else _span(offset, base)[late]
            for cell, offset in zip(column.distinct, counted, strict=True)
        ]
        out[name] = replace(column, distinct=cells)
    return out


def _first_day(found: Mapping[str, Column], keep: np.ndarray, reading: Reading) -> dt.date | None:
    """The first date that stands in a row of the start or finish column."""
    for name in ("start", "finish"):
        column = found.get(name)
        if column is None:
            continue
        for code in column.codes[keep].tolist():
            cell = column.distinct[code]
            if isinstance(cell, dt.date):
                return cell.date() if isinstance(cell, dt.datetime) else cell
            span = parse(cell.strip(), reading) if isinstance(cell, str) and relative(cell) is None else None
            if span:
                return span[0]
    return None
