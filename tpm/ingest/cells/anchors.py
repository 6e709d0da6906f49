"""Dates that are counted from the project's start: "D+5", "Day 3", "Week 2", "M4", and where the sheet states that start."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from tpm.findings import Finding, Severity
from tpm.ingest.cells.dates import Reading, Span, parse
from tpm.ingest.lexicon.headers import key, vocabulary
from tpm.ingest.lexicon.words import is_empty_word, is_project_start, is_status_date
from tpm.ingest.opening.grid import as_text

if TYPE_CHECKING:
    from tpm.ingest.cells.values import Column, Doubts
    from tpm.ingest.opening.grid import Cell
    from tpm.ingest.tables.tables import Table

_OFFSET: Final = re.compile(r"^[dt]0?(?:\s*([+\-−–])\s*(\d{1,4})\s*(?:일|days?|d)?|-day)?$", re.I)
_ORDINAL: Final = re.compile(r"^(?:(day)|(week|wk|w)|(month|m))\s*+\.?\s*+(\d{1,3})$|^(\d{1,3})\s*(?:(일차)|(주차)|(개월차))$", re.I)
_LONGEST: Final = 16  # characters
_LONGEST_HEADER: Final = 80
_DIGITS: Final = 3  # of a number that can be a day, a week or a month of a project
_PROJECT_WEEKS: Final = 40  # from as many on, numbered weeks are rather those of a year
EPOCH: Final = dt.date(2001, 1, 1)  # a Monday and the first of a month, to count days from
_UNIT_WORDS: Final[Mapping[str, str]] = {"주차": "weeks", "일차": "days", "개월차": "months", "월차": "months"}


@dataclass(frozen=True)
class Counted:
    """Dates that count from a day nobody has stated: field → days after it (float, the kept rows; NaN unknown), and what they count."""

    days: Mapping[str, np.ndarray]
    unit: str  # days, weeks, months


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


def span_of(offset: Offset, base: dt.date) -> Span:
    """The days of ``offset`` where the first day of all is ``base``; of a week its working days."""
    if offset.unit == "months":
        return _months_later(base, offset.number), _months_later(base, offset.number + 1) - dt.timedelta(days=1)
    first = base + dt.timedelta(days=offset.number * (7 if offset.unit == "weeks" else 1))
    return first, first + dt.timedelta(days=4 if offset.unit == "weeks" else 0)


def stated_start(table: Table, reading: Reading) -> dt.date | None:
    """The project's start as a form above the table says it: "Project start | 2 March 2026", or both in one cell."""
    return _stated(table, reading, "start", is_project_start)


def stated_status(table: Table, reading: Reading) -> dt.date | None:
    """The day that the data describe, as the lines above the table say it: "Status date: 20 November 2026", "기준일 | 2026-11-20"."""
    return _stated(table, reading, "status", is_status_date)


def _stated(table: Table, reading: Reading, asked: str, is_label: Callable[[str], bool]) -> dt.date | None:
    for said in table.grid.above(table.header_first, asked, lambda line: _said_beside(line, is_label)):
        if isinstance(said, dt.date):
            return said.date() if isinstance(said, dt.datetime) else said
        if isinstance(said, str) and (span := parse(said, reading)):
            return span[0]
    return None


def _said_beside(line: Sequence[Cell], is_label: Callable[[str], bool]) -> list[Cell]:
    """What stands behind each such label: behind its colon, else in the next filled cell."""
    cells = [cell for cell in line if cell != ""]
    out: list[Cell] = []
    for cell, beside in zip(cells, [*cells[1:], ""], strict=False):
        if isinstance(cell, str):
            label, _, value = cell.replace("：", ":").partition(":")
            if is_label(label):
                out.append(value.strip() or (beside.strip() if isinstance(beside, str) else beside))
    return out


def anchored(
    table: Table, found: Mapping[str, Column], keep: np.ndarray, base: dt.date | None, reading: Reading, doubts: Doubts, dated: bool
) -> tuple[dict[str, Column], Counted | None]:
    """(the date columns ``found`` (field → column) with offsets as dates; the offsets where nothing says what they count from).

    They count from ``base``, the project's start as given or stated; "D+5" also from the first date of the rows. Numbered weeks are
    weeks of the project where the numbering begins with the first and a start is stated, or neither a date nor a year is (``dated``: one
    is) and they fit into one; else they are weeks of the year.
    """
    numbers = _numbered(found)
    offsets = {name: numbers.get(name) or [relative(cell) if isinstance(cell, str) else None for cell in column.distinct]
               for name, column in found.items()}  # fmt: skip
    told = [offset for column in offsets.values() for offset in column if offset is not None]
    if not told:
        return dict(found), None
    stated, base = base, base or _first_day(found, keep, reading)
    weeks = [offset.number for offset in told if offset.unit == "weeks"]
    open_weeks = base is None and not dated and max(weeks, default=0) < _PROJECT_WEEKS
    of_year = bool(weeks) and (min(weeks) > 0 or not (stated or open_weeks))
    out, days = {}, {}
    cells: list[tuple[Column, np.ndarray]] = []
    for name, column in found.items():
        counted = [None if offset is None or (of_year and offset.unit == "weeks") else offset for offset in offsets[name]]
        late = name not in ("start", "baseline_start", "actual_start")
        if base is None and any(counted):
            cells.append((column, np.array([offset is not None for offset in counted], dtype=bool)))
            since = [np.nan if offset is None else float((span_of(offset, EPOCH)[late] - EPOCH).days) for offset in counted]
            days[name] = np.array(since)[column.codes][keep]
        read: list[Cell] = [
            cell if offset is None else "" if base is None else span_of(offset, base)[late]
            for cell, offset in zip(column.distinct, counted, strict=True)
        ]
        out[name] = replace(column, distinct=read)
    if not cells:
        return out, None
    unit = max((offset.unit for offset in told), key=[offset.unit for offset in told].count)
    _ask(cells, keep, unit, doubts)
    return out, Counted(days, unit)


def _numbered(found: Mapping[str, Column]) -> dict[str, list[Offset | None]]:
    """Field → offsets of start and finish columns that hold plain small numbers: days of the project, or what their headers name."""
    numbers = {name: [_small_number(cell) for cell in found[name].distinct] for name in ("start", "finish") if name in found}
    filled = {name: [cell for cell in found[name].distinct if not (isinstance(cell, str) and is_empty_word(cell))] for name in numbers}
    whole = {name: values for name, values in numbers.items()
             if len(filled[name]) > 1 and sum(value is not None for value in values) == len(filled[name])}  # fmt: skip
    units = [unit for name in whole if (unit := unit_of_header(found[name].header)) is not None]
    if len(whole) < len(numbers) or not whole or not (units or len(whole) > 1):
        return {}
    first = min(value for values in whole.values() for value in values if value is not None)
    unit, before = (units or ["days"])[0], min(first, 1)  # counted from 1, or from 0 where a 0 stands
    return {name: [None if value is None else Offset(value - before, unit) for value in values] for name, values in whole.items()}


def _small_number(cell: Cell) -> int | None:
    if isinstance(cell, str):
        return int(cell) if cell.strip().isdecimal() and len(cell) <= _DIGITS else None
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not 0 <= cell < 10**_DIGITS or cell != int(cell):
        return None
    return int(cell)


def unit_of_header(header: str) -> str | None:
    """days, weeks or months, where a word of the header names one."""
    words = [word for part in (header, *re.split(r"[\s_()\[\]/.-]", header[:_LONGEST_HEADER])) if (word := key(part))]
    found = (vocabulary().units.get(word) or _UNIT_WORDS.get(word) for word in words if len(word) > 1 or not word.isascii())
    return next((unit for unit in found if unit in ("days", "weeks", "months")), None)


def _ask(cells: Sequence[tuple[Column, np.ndarray]], keep: np.ndarray, unit: str, doubts: Doubts) -> None:
    """One finding for all columns: which date is the first day?"""
    places, texts = [], []
    for column, marked in cells:
        for row in np.flatnonzero(marked[column.codes] & keep).tolist():
            places.append(column.grid.place(column.first + row, column.index))
            texts.append(as_text(column.distinct[int(column.codes[row])]))
    headers = ", ".join(f"“{column.header}”" for column, _ in cells)
    if places:
        params = {"count": len(places), "headers": headers, "text": texts[0][:_LONGEST], "unit": unit}
        doubts.findings.append(Finding(f"relative-{unit}", Severity.WARNING, tuple(places), params))


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
