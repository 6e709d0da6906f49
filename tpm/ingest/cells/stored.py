"""Dates that a program stored otherwise than a person meant them: local midnights as UTC, days and months exchanged by a spreadsheet.

One cell cannot know; the columns of dates of a table together can. Each function takes and gives them as field → column.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from typing import Final

import numpy as np

from tpm.findings import Severity
from tpm.ingest.cells.dates import Reading, column_order, parse
from tpm.ingest.cells.values import Column, Doubts
from tpm.ingest.opening.grid import Cell

_UTC: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::00(?:\.0{1,9})?)? ?(?:Z|UTC|GMT|[+-]00(?::?00)?)")
_EAST: Final = 11 * 60  # minutes after midnight UTC from which a moment is midnight further east: of the next day. Before, further west
_QUARTER: Final = 15  # minutes; all offsets of zones are multiples
_FEWEST: Final = 3  # moments that must agree
_SURELY_DAYS: Final = 12  # a larger number cannot be a month


def local_days(found: Mapping[str, Column], keep: np.ndarray, doubts: Doubts) -> dict[str, Column]:
    """``found`` with moments like ``2026-03-01T15:00Z`` as the day that begins then, where all of them are one time zone's midnight.

    With summer time a zone has two midnights, an hour apart.
    """
    stored = {name: moments for name, column in found.items() if (moments := _moments(column))}
    times = sorted({minute for moments in stored.values() for _, minute in moments.values()})
    count = sum(int(np.isin(found[name].codes[keep], list(moments)).sum()) for name, moments in stored.items())
    one_zone = len(times) == 1 or (len(times) == 2 and times[1] - times[0] == 60)
    if count < _FEWEST or not one_zone or times[0] < _EAST - 60 or times[-1] < _EAST or times[0] % _QUARTER:
        return dict(found)
    days = [day for moments in stored.values() for day, _ in moments.values()]
    if _at_weekends([day + dt.timedelta(days=1) for day in days]) > _at_weekends(days):  # "due at 17:00", on working days
        return dict(found)
    out = dict(found)
    for name, moments in stored.items():
        column = found[name]
        cells = [moments[at][0] + dt.timedelta(days=1) if at in moments else cell for at, cell in enumerate(column.distinct)]
        out[name] = replace(column, distinct=cells)
        moved = np.isin(np.arange(len(cells)), list(moments))
        doubts.cells("utc-midnight", column, moved, keep, Severity.INFO, hours=(24 * 60 - times[0]) / 60)
    return out


def _moments(column: Column) -> dict[int, tuple[dt.date, int]]:
    """Number of a distinct cell → (day, minute of the day) in UTC; none where any cell is something else."""
    out = {}
    for at, cell in enumerate(column.distinct):
        if cell == "":
            continue
        match = _UTC.fullmatch(cell.strip()) if isinstance(cell, str) and len(cell) < 40 else None
        if match is None:
            return {}
        try:
            out[at] = dt.date.fromisoformat(match[1]), int(match[2]) * 60 + int(match[3])
        except ValueError:
            return {}
    return out


def _at_weekends(days: list[dt.date]) -> int:
    return sum(day.weekday() >= 5 for day in days)


def unexchanged(found: Mapping[str, Column], keep: np.ndarray, doubts: Doubts) -> dict[str, Column]:
    """``found`` with day and month put back in the cells where a spreadsheet read them in its own order.

    It makes dates of what fits its order and leaves the others as text: beside ``25/10/2027`` stands 11 January for ``01/11/2027``.
    So no real date of such a column has a day above 12, and exchanged they suit the texts and one another better.
    """
    suspects = {name: column for name, column in found.items() if _may_be_exchanged(column)}
    if not suspects:
        return dict(found)
    texts = [cell.strip() for column in found.values() for cell in column.distinct if isinstance(cell, str) and cell.strip()]
    said = column_order(texts)
    if said.order is None or said.order == "ymd" or said.conflict or said.ambiguous:
        return dict(found)  # a text that reads both ways was not left by the spreadsheet
    reading = Reading(said.order)
    written = sorted(span[0] for text in texts if (span := parse(text, reading)))
    back = {name: replace(column, distinct=[_exchanged(cell) for cell in column.distinct]) for name, column in suspects.items()}
    middle = written[len(written) // 2]
    if _misfit({**found, **back}, keep, reading, middle) >= _misfit(found, keep, reading, middle):
        return dict(found)
    for column in suspects.values():
        changed = np.array([isinstance(cell, dt.date) and cell.day != cell.month for cell in column.distinct], dtype=bool)
        doubts.cells("dates-exchanged", column, changed, keep)
    return {**found, **back}


def _may_be_exchanged(column: Column) -> bool:
    days = [cell.day for cell in column.distinct if isinstance(cell, dt.date)]
    return bool(days) and max(days) <= _SURELY_DAYS


def _exchanged(cell: Cell) -> Cell:
    return cell.replace(month=cell.day, day=cell.month) if isinstance(cell, dt.date) else cell


def _misfit(found: Mapping[str, Column], keep: np.ndarray, reading: Reading, middle: dt.date) -> tuple[int, float]:
    """(rows that finish before they start, days from the middle of the texts altogether)."""
    days = {name: _days(column, reading)[keep] for name, column in found.items()}
    backwards = 0
    for first, last in (("start", "finish"), ("baseline_start", "baseline_finish"), ("actual_start", "actual_finish")):
        if first in days and last in days:
            backwards += int((days[last] < days[first]).sum())
    away = np.abs(np.array(list(chain.from_iterable(days.values()))) - np.datetime64(middle, "D"))
    return backwards, float(away[~np.isnat(away)].astype(float).sum())


def _days(column: Column, reading: Reading) -> np.ndarray:
    def one(cell: Cell) -> np.datetime64:
        if isinstance(cell, dt.datetime):
            return np.datetime64(cell.date(), "D")
        if isinstance(cell, dt.date):
            return np.datetime64(cell, "D")
        span = parse(cell.strip(), reading) if isinstance(cell, str) else None
        return np.datetime64(span[0], "D") if span else np.datetime64("NaT", "D")

    return np.asarray(np.array([one(cell) for cell in column.distinct], dtype="datetime64[D]")[column.codes])
