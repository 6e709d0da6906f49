"""A plan drawn as bars: coloured cells, "■" or letters in day, week or month columns → dates.

Only looked at where a table has no dates of its own. The header rows give each calendar column its days; a bar reaches from the
first to the last marked column of a row. Colours that fill a column through most rows are weekends or stripes, not bars.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from tpm.findings import Finding, Severity
from tpm.ingest.cells.anchors import EPOCH, Offset, relative, span_of, unit_of_header
from tpm.ingest.cells.dates import Order, Reading, is_range, parse, week_of_month, years_in
from tpm.ingest.cells.profile import is_people
from tpm.ingest.drafts.activities import Draft
from tpm.ingest.lexicon.words import months
from tpm.ingest.opening.grid import Cell, Grid, as_text

_FEWEST: Final = 3  # calendar columns from which a calendar is believed
_STRIPE: Final = 0.6  # of the rows: a colour that fills a column in more of them is background
_MONTH: Final = re.compile(r"^(?:((?:20)?\d{2})\s*[년./-]\s*)?(\d{1,2})\s*월$")
_DAY: Final = re.compile(r"^(\d{1,2})\s*(?:일|\([월화수목금토일]\))?$")
_WEEK_OF_MONTH: Final = re.compile(r"^(?:(\d{1,2})\s*월\s*)?(\d)\s*(?:주차?|w(?:eek)?)$|^(?:w|week|wk)\s*(\d)$", re.I)
_WEEK_DATED: Final = re.compile(
    r"^(?:wk|week|w|주차?)\s*+\.?\s*+\d+[\s:(]*+(\d{1,2}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})?|[A-Za-z]{3,9}\s*\d{1,2}|\d{1,2}\s*[A-Za-z]{3,9})",
    re.I,
)
_PERIOD: Final = re.compile(r"\bq\s*[1-4]|[1-4]\s*q|분기|반기|\bh\s*[12]|[12]\s*h\b", re.I)
_DATE_IN_LINE: Final = re.compile(r"\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?")
_ROSTER_ROWS, _OF_ROSTER = 60, 0.6  # rows that are looked at, and shares of cells that name people, and of different ones among them
_DAY_FIRST: Final = re.compile(r"(?<![\d./-])(?:1[3-9]|2\d|3[01])[/.]\d{1,2}(?!\d)")
_NAMING: Final = frozenset({"name", "id", "wbs", "level", "notes", "link", "phase", "program"})
_AMOUNTS: Final = 0.9  # of the cells of a calendar that are numbers: bars have gaps
_LINES_ABOVE, _CELLS_ABOVE, _LONGEST_LINE = 10, 40, 200  # rows, cells and characters in which a calendar's first day may be stated
Spans = dict[int, tuple[dt.date, dt.date]]


def _month_of(cell: Cell) -> tuple[int | None, int] | None:
    """(year or None, month) of a month caption."""
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if match := _MONTH.match(text):
        return (int(match[1]) % 100 + 2000 if match[1] else None), int(match[2])
    found = months().get(re.sub(r"[^a-z]", "", text.casefold())) if text[:1].isalpha() else None
    year = re.search(r"(20\d\d)|'(\d\d)|[-\s](\d\d)$", text)
    return (int(year[1] or year[2] or year[3]) % 100 + 2000 if year else None, found) if found else None


def _months_across(row: Sequence[Cell], year: int) -> dict[int, tuple[int, int]]:
    """Column → (year, month) along a line of month captions, each reaching to the next; the year turns where months fall."""
    out: dict[int, tuple[int, int]] = {}
    current: tuple[int, int] | None = None
    for column, cell in enumerate(row):
        found = _month_of(cell)
        if found is not None:
            stated, month = found
            if stated:
                year = stated
            elif current and month < current[1]:
                year += 1
            current = (year, month)
        elif cell != "" and isinstance(cell, str) and current is None:
            continue
        if current:
            out[column] = current
    return out


def calendar_of(grid: Grid, first_row: int, last_row: int, first_column: int, year: int) -> Spans:
    """Column → (first day, last day) of the calendar columns from ``first_column`` on, read from the header rows."""
    lines = [grid.rows[row] for row in range(max(first_row - 2, 0), last_row + 1)]
    for line in reversed(lines):
        spans = _dated(line, first_column, year)
        if len(spans) >= _FEWEST:
            return spans
    for line in reversed(lines):
        spans = _periods(line, first_column, year)
        if len(spans) >= _FEWEST:
            return spans
    captions = [across for line in lines if len(across := _months_across(line, year)) >= _FEWEST]
    for across in captions or _stated(grid, first_row, lines, first_column, year):
        for line in reversed(lines):
            spans = _days_of_months(line, across, first_column) or _weeks_of_months(line, across, first_column)
            if len(spans) >= _FEWEST:
                return spans
    for line in lines:
        own = {column: found for column, cell in enumerate(line) if column >= first_column and (found := _month_of(cell))}
        if len(own) >= _FEWEST:
            return {
                column: span
                for column, (at, month) in _months_across(line, year).items()
                if column >= first_column and column in own and (span := _whole_month(at, month))
            }
    return {}


def _stated(grid: Grid, first_row: int, lines: Sequence[Sequence[Cell]], first_column: int, year: int) -> list[dict[int, tuple[int, int]]]:
    """Column → (year, month) where days are numbered and a line above says the date of the first ("Opening (11.02 ~ 11.27)")."""
    above = [cell for row in grid.rows[max(first_row - _LINES_ABOVE, 0) : first_row] for cell in row[:_CELLS_ABOVE]]
    told = [day for cell in above for day in _days_in(cell, year)]
    for line in reversed(lines):
        first = next((match for cell in line[first_column:] if (match := _numbered_day(cell)) is not None), None)
        at = next((day for day in told if day.day == first), None)
        if at is not None:
            return [dict.fromkeys(range(first_column, len(line)), (at.year, at.month))]
    return []


def _days_in(cell: Cell, year: int) -> list[dt.date]:
    if isinstance(cell, dt.date):
        return [cell.date() if isinstance(cell, dt.datetime) else cell]
    if not isinstance(cell, str) or len(cell) > _LONGEST_LINE:
        return []
    years = years_in(cell)
    found = (parse(text.rstrip("./-"), Reading("ymd", years[0] if years else year)) for text in _DATE_IN_LINE.findall(cell))
    return [span[0] for span in found if span]


def _numbered_day(cell: Cell) -> int | None:
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else cell.strip() if isinstance(cell, str) else ""
    match = _DAY.match(text)
    return int(match[1]) if match else None


def _whole_month(year: int, month: int) -> tuple[dt.date, dt.date] | None:
    return (dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])) if 1 <= month <= 12 else None


def _dated(line: Sequence[Cell], first_column: int, year: int) -> Spans:
    """Columns whose caption is a date or a dated week; each reaches to the day before the next."""
    days: dict[int, dt.date] = {}
    told: dict[int, int] = {}  # column → days that its caption spans
    texts = [cell[:_LONGEST_LINE] for cell in line[first_column:] if isinstance(cell, str)]
    order: Order = "dmy" if any(map(_DAY_FIRST.search, texts)) else "ymd"
    for column in range(first_column, len(line)):
        cell = line[column]
        if isinstance(cell, dt.date):
            days[column] = cell.date() if isinstance(cell, dt.datetime) else cell
        elif isinstance(cell, str) and cell.strip():
            match = _WEEK_DATED.match(cell.strip())
            dated = match or re.search(r"\d[/.\-]\d", cell) or is_range(cell.strip(), Reading(order, year))
            span = parse(match[1] if match else cell.strip(), Reading(order, year)) if dated else None
            if span:
                days[column] = span[0]
                told[column] = (span[1] - span[0]).days + 1
    columns = sorted(days)
    out: Spans = {}
    turned = 0
    for here, after in zip(columns, [*columns[1:], None], strict=False):
        first = days[here].replace(year=days[here].year + turned) if turned and not _leap(days[here]) else days[here]
        if after is None and told.get(here, 1) > 1:
            across = min(here - columns[-2], len(line) - here) if len(columns) > 1 else 1
            out |= _spread(here, across, first, first + dt.timedelta(days=told[here] - 1))
            continue
        if after is None:
            width = (out[columns[-2]][1] - out[columns[-2]][0]).days if len(columns) > 1 and columns[-2] in out else 0
            out[here] = (first, first + dt.timedelta(days=width))
            continue
        following = days[after]
        if following.year == days[here].year and following < days[here] and not isinstance(line[after], dt.date):
            turned += 1
        following = following.replace(year=following.year + turned) if turned and not _leap(following) else following
        if following <= first or (following - first).days > 40:
            continue
        last = first + dt.timedelta(days=told[here] - 1) if told.get(here, 1) > 1 else following - dt.timedelta(days=1)
        out |= _spread(here, after - here, first, min(last, following - dt.timedelta(days=1)))
    return out


def _spread(column: int, across: int, first: dt.date, last: dt.date) -> Spans:
    """The days from ``first`` to ``last`` over ``across`` columns: the caption of a week may be merged over its days."""
    each = max(((last - first).days + 1) // across, 1)
    begins = [first + dt.timedelta(days=each * step) for step in range(across)]
    ends = [*(begin + dt.timedelta(days=each - 1) for begin in begins[:-1]), last]
    return {column + step: (begin, max(begin, end)) for step, (begin, end) in enumerate(zip(begins, ends, strict=True))}


def _periods(line: Sequence[Cell], first_column: int, year: int) -> Spans:
    """Columns whose caption is a quarter or a half; those without a year follow the one before them."""
    out: Spans = {}
    for column in range(first_column, len(line)):
        cell = line[column]
        if not isinstance(cell, str) or not _PERIOD.search(cell):
            continue
        span = parse(cell.strip(), Reading("ymd", year))
        if span is None or span[0] == span[1]:
            continue
        if out and not years_in(cell) and span[0] < max(first for first, _ in out.values()):
            year += 1
            span = parse(cell.strip(), Reading("ymd", year)) or span
        elif span[0].year != year:
            year = span[0].year
        out[column] = span
    return out


def _leap(day: dt.date) -> bool:
    return (day.month, day.day) == (2, 29)


def _days_of_months(line: Sequence[Cell], across: dict[int, tuple[int, int]], first_column: int) -> Spans:
    out: Spans = {}
    last = 0
    ahead = 0
    for column in sorted(across):
        if column < first_column or column >= len(line):
            continue
        if (day := _numbered_day(line[column])) is None:
            continue
        year, month = across[column]
        if day < last and across.get(column - 1) == (year, month):  # the caption of the next month stands further right
            ahead += 1
        if across.get(column - 1) != (year, month):
            ahead = 0
        year, month = year + (month + ahead - 1) // 12, (month + ahead - 1) % 12 + 1
        last = day
        if 1 <= day <= calendar.monthrange(year, month)[1]:
            out[column] = (dt.date(year, month, day),) * 2
    return out


def _weeks_of_months(line: Sequence[Cell], across: dict[int, tuple[int, int]], first_column: int) -> Spans:
    """ "2주차" under "9월": the n-th calendar week that begins in that month."""
    out: Spans = {}
    for column in sorted(across):
        if column < first_column or column >= len(line) or not isinstance(line[column], str):
            continue
        match = _WEEK_OF_MONTH.match(line[column].strip())  # type: ignore[union-attr]
        if not match:
            continue
        year, month = across[column]
        if span := week_of_month(year, month, int(match[2] or match[3])):
            out[column] = span
    return out


def _numbered(grid: Grid, first_row: int, last_row: int, first_column: int) -> dict[int, Offset]:
    """Column → the day, week or month of the plan that its caption counts ("W1", "2주차", or 1, 2, 3 below "Week"); all of one unit."""
    for at in range(last_row, first_row - 1, -1):
        above = [cell for row in range(first_row, at) for cell in grid.rows[row][first_column:] if isinstance(cell, str)]
        unit = next((unit for cell in above if (unit := unit_of_header(cell)) is not None), None)
        found: dict[int, Offset] = {}
        for column, cell in enumerate(grid.rows[at]):
            offset = relative(cell) if isinstance(cell, str) else None
            if offset is None and unit is not None and (number := _numbered_day(cell)):
                offset = Offset(number - 1, unit)
            if column >= first_column and offset is not None:
                found[column] = offset
        numbers = [offset.number for offset in found.values()]
        if len(found) >= _FEWEST and len({offset.unit for offset in found.values()}) == 1 and all(a < b for a, b in pairwise(numbers)):
            return found
    return {}


def _counted_spans(offsets: dict[int, Offset], base: dt.date | None, year: int, grid: Grid, draft: Draft) -> Spans:
    """The days of numbered columns: weeks that begin later than with the first are those of the year, the others count from ``base``.

    Where nothing says what they count from, that is asked, and the days are those after ``EPOCH``.
    """
    texts = {column: as_text(grid.rows[row][column]) for row in range(draft.table.header_first, draft.table.header_last + 1)
             for column in offsets if grid.rows[row][column] != ""}  # fmt: skip
    if all(offset.unit == "weeks" and offset.number > 0 for offset in offsets.values()):
        dated = {column: span for column in offsets if (span := parse(texts[column].strip(), Reading("ymd", year))) is not None}
        if len(dated) == len(offsets):
            return dated
    if base is None:
        unit, first = next(iter(offsets.values())).unit, min(offsets)
        draft.counts = unit
        params = {"count": len(offsets), "headers": f"“{texts[first]}”", "text": texts[first], "unit": unit}
        place = grid.place(draft.table.header_last, first)
        draft.doubts.findings.append(Finding(f"relative-{unit}", Severity.WARNING, (place,), params))
    return {column: span_of(offset, base or EPOCH) for column, offset in offsets.items()}


def read_bars(draft: Draft, year: int, base: dt.date | None) -> int:
    """Give the rows of ``draft`` without dates the dates of their bars; the number of rows that had one.

    Numbered days, weeks and months count from ``base``; without one the rows say where they lie after a first day that is asked for.
    """
    grid = draft.table.grid
    if not len(draft) or draft.table.header_last < 0:
        return 0
    first_column = (
        max(
            [
                draft.columns.fields["name"],
                *(index for name, index in draft.columns.fields.items() if name in ("owner", "status", "progress", "duration")),
            ]
        )
        + 1
    )
    span_of_header = draft.table.header_first, draft.table.header_last
    spans = calendar_of(grid, *span_of_header, first_column, year)
    offsets = {} if len(spans) >= _FEWEST else _numbered(grid, *span_of_header, first_column)
    columns = sorted(offsets or spans)
    if len(columns) < _FEWEST:
        return 0
    rows = [*map(int, draft.rows), *draft.actual.values()]
    marked = _by_text(grid, rows, columns)
    if not any(marked):
        marked = _by_fill(grid, rows, draft.columns.fields["name"], columns)
    if not any(marked):
        return 0
    if offsets:
        spans = _counted_spans(offsets, base, year, grid, draft)
    size = len(draft)
    start, finish, began, ended = (np.full(size, np.datetime64("NaT", "D")) for _ in range(4))
    for position, cells in enumerate(marked):
        if cells:
            first, last = (start, finish) if position < size else (began, ended)
            at = position if position < size else list(draft.actual)[position - size]
            first[at], last[at] = spans[min(cells)][0], spans[max(cells)][1]
    found = int((~np.isnat(start)).sum())
    if draft.counts:
        since = np.datetime64(EPOCH)
        days = {name: np.where(np.isnat(at), np.nan, (at - since).astype(float)) for name, at in (("start", start), ("finish", finish))}
        draft.data |= {f"relative_{name}": values for name, values in days.items()}
        return found
    if found:
        draft.data["start"], draft.data["finish"] = start, finish
        if draft.actual:
            draft.data["actual_start"], draft.data["actual_finish"] = began, ended
        draft.data["coarse"] = np.full(size, any(first != last for first, last in spans.values()))
    return found


def is_roster(draft: Draft) -> bool:
    """The calendar tells who is there: most of its cells name people, the same again and again."""
    if draft.table.calendar is None:
        return False
    first, last = draft.table.calendar
    cells = [cell for row in draft.rows[:_ROSTER_ROWS].tolist() for cell in draft.table.grid.rows[row][first : last + 1] if cell != ""]
    people = [cell for cell in cells if isinstance(cell, str) and is_people(cell.strip())]
    return len(people) > _OF_ROSTER * len(cells) and len(set(people)) < _OF_ROSTER * len(people)


def is_ledger(draft: Draft) -> bool:
    """The calendar tells amounts: numbers stand in nearly all of its cells, and no header says anything of the rows but their names."""
    said = {name for name, choice in draft.columns.choices.items() if choice.by == "header"} - _NAMING
    if draft.table.calendar is None or said:
        return False
    first, last = draft.table.calendar
    cells = [cell for row in draft.rows[:_ROSTER_ROWS].tolist() for cell in draft.table.grid.rows[row][first : last + 1]]
    return sum(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells) > _AMOUNTS * len(cells)


def _by_text(grid: Grid, rows: Sequence[int], columns: Sequence[int]) -> list[list[int]]:
    """Columns of each row that hold a mark."""
    out = [
        [
            column
            for column in columns
            if (cell := grid.rows[row][column]) != "" and not (isinstance(cell, str) and not cell.strip()) and cell != 0
        ]
        for row in rows
    ]
    with_marks = sum(bool(cells) for cells in out)
    return out if with_marks >= 0.4 * len(out) else [[] for _ in out]


def _by_fill(grid: Grid, rows: Sequence[int], name_at: int, columns: Sequence[int]) -> list[list[int]]:
    """Columns of each row whose colour is no background."""
    fills = grid.look.fills
    background: Counter[tuple[int, str]] = Counter()
    for row in rows:
        for column in columns:
            if colour := fills.get((row, column)):
                background[column, colour] += 1
    least = _STRIPE * len(rows)
    stripes = {colour for (_, colour), count in background.items() if count >= max(least, 3)}
    own = {fills.get((row, name_at)) for row in rows}
    return [
        [
            column
            for column in columns
            if (colour := fills.get((row, column))) and colour not in stripes and (colour not in own or len(own) == 1)
        ]
        for row in rows
    ]
