"""One table of activities → typed columns, before ids are made unique and links are resolved.

The result (:class:`Draft`) has one entry a usable row. Dates are ``datetime64[D]``; durations are working days, counted
with the unit that the header names.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from tpm.findings import Finding, Severity
from tpm.ingest.cells.anchors import anchored, stated_start, stated_status
from tpm.ingest.cells.dates import Order, Reading, column_order, is_range, years_in
from tpm.ingest.cells.day_order import likely_order
from tpm.ingest.cells.new_year import bare_days, over_new_year
from tpm.ingest.cells.stored import local_days, unexchanged
from tpm.ingest.cells.values import (
    Column,
    Doubts,
    counts_seconds,
    read_constraints,
    read_days,
    read_durations,
    read_flags,
    read_ids,
    read_numbers,
    read_progress,
    read_ranks,
    read_states,
)
from tpm.ingest.drafts.issues import issue_ids
from tpm.ingest.drafts.rows import Rows, column_of, sort_rows
from tpm.ingest.lexicon.headers import meant_as_effort
from tpm.ingest.lexicon.words import flag_of, is_active_header, is_empty_word, milestones_among
from tpm.ingest.opening.grid import Cell, as_text, letters
from tpm.ingest.options import ReadOptions
from tpm.ingest.tables.columns import Columns
from tpm.ingest.tables.tables import Table
from tpm.model import State

DATE_FIELDS: Final = (
    "start",
    "finish",
    "deadline",
    "baseline_start",
    "baseline_finish",
    "actual_start",
    "actual_finish",
    "constraint_date",
)
TEXT_FIELDS: Final = ("parent", "children", "kind", "team", "owner", "program", "phase", "notes", "link", "wbs")
ESTIMATES: Final = ("optimistic", "most_likely", "pessimistic")
_MAIL: Final = re.compile(r"(?<!\s)\s*+<[^<>@\s]++@[^<>\s]+>")
_SHARE: Final = re.compile(r"\[\d+(?:[.,]\d+)?\s*%\]")
_TIGHT_COMMA: Final = re.compile(r"(?<=[^\s\d,]),(?=[^\s\d,])")
_TOLD_BY: Final = 400  # different dates that may tell their year to the others
_APART: Final = "\x00"  # stands between texts that are searched at once


@dataclass
class Draft:
    """The usable rows of one table. ``rows`` are rows of the grid (0-based)."""

    table: Table
    columns: Columns
    rows: np.ndarray
    names: np.ndarray  # object, stripped
    raw_names: np.ndarray  # object, with leading blanks
    data: dict[str, np.ndarray] = field(default_factory=dict)
    links: dict[str, list[Column]] = field(default_factory=dict)  # predecessors, successors
    attributes: dict[str, np.ndarray] = field(default_factory=dict)
    groups: list[np.ndarray] = field(default_factory=list)
    filled: np.ndarray = field(default_factory=lambda: np.empty(0, int))
    rejected: dict[int, str] = field(default_factory=dict)  # row of the grid → reason
    sections: list[int] = field(default_factory=list)
    parents: list[np.ndarray] = field(default_factory=list)  # texts of every column that names the row above, surest first
    doubts: Doubts = field(default_factory=Doubts)
    yearless: bool = False
    stated_start: dt.date | None = None  # the project's start as the sheet states it above the table
    stated_status: dt.date | None = None  # the day that its data describe, likewise
    counts: str = ""  # days, weeks or months, where its dates count from a day that nobody has stated
    keep: np.ndarray = field(default_factory=lambda: np.empty(0, bool))
    actual: dict[int, int] = field(default_factory=dict)  # position → row of the grid below it that tells what happened

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def sheet(self) -> str:
        return self.table.grid.sheet


def draft_activities(table: Table, columns: Columns, options: ReadOptions, year: int) -> Draft:
    """Read the usable rows of an activities table; ``year`` is given to dates without one."""
    rows = sort_rows(table, columns, "name")
    draft = _begin(table, columns, rows)
    doubts = draft.doubts
    _read_dates(draft, rows, options, year)
    for name in ("duration", *ESTIMATES):
        column = column_of(table, columns, name)
        if column is not None:
            unit = columns.choices[name].unit or ("seconds" if meant_as_effort(column.header) and counts_seconds(column) else None)
            read = read_durations(column, unit if unit and unit != "points" else "days", 5.0, rows.keep, doubts)
            draft.data[name] = read["days"][rows.keep]
            if name == "duration":
                draft.data["elapsed"] = read["elapsed"][rows.keep]
                draft.data["low"], draft.data["high"] = read["low"][rows.keep], read["high"][rows.keep]
    if (column := column_of(table, columns, "progress")) is not None:
        draft.data["progress"] = read_progress(column, rows.keep, doubts)[rows.keep]
        if "status" not in columns.fields and any(isinstance(cell, str) and not cell[:1].isdigit() for cell in column.distinct):
            draft.data["status"], draft.data["state"] = (part[rows.keep] for part in read_states(column, rows.keep & False, doubts))
    if (column := column_of(table, columns, "status")) is not None:
        draft.data["status"], draft.data["state"] = (part[rows.keep] for part in read_states(column, rows.keep, doubts))
    if (column := column_of(table, columns, "priority")) is not None:
        draft.data["priority"] = column.texts()[rows.keep]
        draft.data["priority_rank"] = read_ranks(column)[rows.keep]
    if (column := column_of(table, columns, "milestone")) is not None:
        draft.data["milestone"] = read_flags(column)[rows.keep]
    if (column := column_of(table, columns, "constraint")) is not None:
        draft.data["constraint"] = read_constraints(column)[rows.keep]
    if (column := column_of(table, columns, "id")) is not None:
        draft.data["id"] = read_ids(column)[rows.keep]
    if (column := column_of(table, columns, "depth")) is not None:
        draft.data["depth"] = read_numbers(column)[rows.keep]
    elif rows.depth is not None:
        draft.data["depth"] = rows.depth[rows.keep].astype(float)
    _read_texts(draft, rows)
    if not {"id", "wbs"} & set(draft.data) and "link" in draft.data and (numbers := issue_ids(draft.data["link"].tolist())) is not None:
        draft.data["id"] = numbers
    if table.caption and "phase" not in draft.data:
        draft.data["phase"] = np.full(len(draft), table.caption, dtype=object)
    for name in ("predecessors", "successors"):
        indexes = [*([columns.fields[name]] if name in columns.fields else []), *columns.more.get(name, ())]
        header = columns.choices[name].header if indexes else ""
        draft.links[name] = [Column.of(table.grid, index, table.first, table.last, header).down() for index in indexes]
    for index, header in columns.rest.items():
        if header:
            column = Column.of(table.grid, index, table.first, table.last, header)
            name = header if header not in draft.attributes else f"{header} ({index + 1})"
            draft.attributes[name] = column.texts()[rows.keep]
            if is_active_header(header):
                _cancel_inactive(draft, column)
    return draft


def _cancel_inactive(draft: Draft, column: Column) -> None:
    """Rows that a column "Active" says no of are out of the plan's scope; a column that holds anything but yes and no says nothing."""
    told = column.spread(lambda cell: flag_of("yes" if cell else "no") if isinstance(cell, bool) else flag_of(as_text(cell)))[draft.keep]
    if any(one is None for one in told) or all(one is False for one in told):
        return
    off = np.array([one is False for one in told], dtype=bool)
    for name, value in (("status", draft.attributes[column.header]), ("state", State.CANCELLED.value)):
        draft.data[name] = np.where(off, value, draft.data.get(name, np.full(len(draft), None, dtype=object)))


def _begin(table: Table, columns: Columns, rows: Rows) -> Draft:
    kept = np.flatnonzero(rows.keep)
    raw = rows.names[kept]
    names = np.empty(len(raw), dtype=object)
    texts = list(map(str.strip, raw.tolist()))
    whole = _APART.join(texts)
    names[:] = texts
    if "\n" in whole or "  " in whole:
        names[:] = [" ".join(text.split()) if "\n" in text or "  " in text else text for text in texts]
    draft = Draft(
        table,
        columns,
        kept + table.first,
        names,
        raw,
        groups=[group[kept] for group in rows.groups],
        filled=rows.filled[kept],
        rejected={row + table.first: reason for row, reason in rows.reasons.items()},
        sections=[int(row) + table.first for row in np.flatnonzero(rows.sections)],
    )
    draft.keep = rows.keep
    at = {int(row): position for position, row in enumerate(kept)}
    draft.actual = {at[above]: row + table.first for row, above in rows.actual.items() if above in at}
    return draft


def _read_texts(draft: Draft, rows: Rows) -> None:
    table, columns = draft.table, draft.columns
    for name in TEXT_FIELDS:
        column = column_of(table, columns, name)
        if column is None:
            continue
        if name == "owner":
            draft.data[name] = column.spread(_people)[rows.keep]
        elif name == "wbs":
            draft.data[name] = read_ids(column)[rows.keep]
        else:
            draft.data[name] = column.texts()[rows.keep]
    if "parent" in draft.data:
        more = [Column.of(table.grid, index, table.first, table.last) for index in columns.more.get("parent", ())]
        draft.parents = [draft.data["parent"], *(column.texts()[rows.keep] for column in more)]
    _latest_of_repeated(draft, "phase")
    for name in ("phase", "program"):
        if name in columns.fields and columns.fields[name] < columns.fields["name"] and draft.data[name].size:
            draft.data[name] = _filled_like(draft, columns.fields[name], draft.data[name])
    if draft.groups and "phase" not in draft.data:
        draft.data["phase"] = np.array([_tidy(cell) for cell in draft.groups[0]], dtype=object)


def _latest_of_repeated(draft: Draft, name: str) -> None:
    """Of columns with one header ("Sprint", "Sprint") the last that says something counts: trackers write the oldest first."""
    if name not in draft.columns.fields or name not in draft.data:
        return
    header = draft.columns.choices[name].header
    for index in sorted(index for index, other in draft.columns.rest.items() if other == header):
        texts = Column.of(draft.table.grid, index, draft.table.first, draft.table.last).texts()[draft.keep]
        later = np.array([text is not None for text in texts], dtype=bool)
        draft.data[name] = np.where(later, texts, draft.data[name])


def _filled_like(draft: Draft, index: int, own: np.ndarray) -> np.ndarray:
    """A group column filled down where most of its cells are blank, as after merged cells."""
    blank = sum(cell is None for cell in own)
    if blank <= 0.4 * len(own) or blank == len(own):
        return own
    whole = Column.of(draft.table.grid, index, draft.table.first, draft.table.last).texts()
    last = None
    out = np.empty(len(whole), dtype=object)
    for row, cell in enumerate(whole):
        last = cell if cell is not None else last
        out[row] = last
    filled: np.ndarray = out[draft.keep]
    return filled


def _tidy(cell: object) -> str | None:
    return " ".join(str(cell).split()) if cell is not None else None


def _people(cell: object) -> str | None:
    """People as written, joined by ", "; without the mail address, the share and the brackets that tools add."""
    if cell == "" or cell is None:
        return None
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    if "@" in text or "[" in text:  # "Maya Chen <maya@…>", "[Maya Chen,Bo Kim]", "Bo Kim[50%]"
        text = _SHARE.sub("", _MAIL.sub("", text)).strip() or text
        text = _TIGHT_COMMA.sub(", ", text[1:-1]) if text.startswith("[") and text.endswith("]") else text
    if is_empty_word(text):
        return None
    return ", ".join(part.strip() for part in text.split("\n") if part.strip()).replace(",,", ",")


def order_of(column: Column, options: ReadOptions) -> tuple[Order | None, bool, int, bool]:
    """(order, conflict, ambiguous cells, yearless) that the column's own texts say."""
    evidence = column_order([cell.strip() for cell in column.distinct if isinstance(cell, str) and cell.strip()])
    return options.date_order or evidence.order, evidence.conflict and not options.date_order, evidence.ambiguous, evidence.yearless


def _read_dates(draft: Draft, rows: Rows, options: ReadOptions, year: int) -> None:
    table, columns, doubts = draft.table, draft.columns, draft.doubts
    found = {name: column for name in DATE_FIELDS if (column := column_of(table, columns, name)) is not None}
    found = unexchanged(local_days(found, rows.keep, doubts), rows.keep, doubts)
    said = {name: order_of(column, options) for name, column in found.items()}
    beside = [] if options.year or years_near(table) else _years_beside(found)
    year = beside[0] if beside else year
    known = [order for order, _, _, _ in said.values() if order]
    doubtful = {name for name, (order, _, ambiguous, _) in said.items() if order is None and ambiguous}
    headers = " ".join(label.text for label in table.labels)
    fallback: Order = options.date_order or (known[0] if known else likely_order(found, doubtful, rows.keep, year, headers))
    draft.stated_start, draft.stated_status = (ask(table, Reading(fallback, year)) for ask in (stated_start, stated_status))
    day_1 = options.start or draft.stated_start
    found, counted = anchored(table, found, rows.keep, day_1, Reading(fallback, year), doubts, bool(options.year or years_near(table)))
    if counted is not None:
        draft.counts = counted.unit
        draft.data |= {f"relative_{name}": days for name, days in counted.days.items() if name in ("start", "finish")}
    said = {name: order_of(column, options) for name, column in found.items()}
    open_start, coarse = (np.zeros(table.rows, dtype=bool) for _ in range(2))
    bare: dict[str, np.ndarray] = {}
    for name, column in found.items():
        order, conflict, ambiguous, yearless = said[name]
        reading = Reading(order or fallback, year)
        if yearless:
            bare[name] = bare_days(column, reading)[rows.keep]
        days, late, wide = read_days(column, reading, name not in ("start", "baseline_start", "actual_start"), rows.keep, doubts)
        draft.data[name] = days[rows.keep]
        if draft.actual and name in ("start", "finish") and f"actual_{name}" not in found:
            told = np.full(len(draft), np.datetime64("NaT", "D"))
            told[list(draft.actual)] = days[np.array(list(draft.actual.values())) - table.first]
            draft.data[f"actual_{name}"] = told
        coarse |= wide
        draft.yearless = draft.yearless or yearless
        if name in ("start", "finish"):
            open_start |= late
        if conflict:
            _conflict(draft, column, reading, rows)
        elif (assumed := name in doubtful and not known) or (order and (ambiguous or not options.date_order) and order != "ymd"):
            head = [table.header_last] if table.header_last >= 0 else []
            code, severity = ("date-order-assumed", Severity.WARNING) if assumed else ("date-order", Severity.INFO)
            said_of: dict[str, object] = {"header": column.header, "order": f"order.{fallback if assumed else order}"}
            doubts.add(code, severity, table.grid, head, column.index, **said_of, **({"cells": ambiguous} if assumed else {}))
    for name, other in (("finish", "start"), ("start", "finish")):
        if name in found and other not in found:
            _other_end(draft, found[name], other, Reading(said[name][0] or fallback, year))
    if bare:
        dated = bool(options.year or years_near(table) or beside)
        _give_years(draft, found, bare, None if dated else options.start or options.as_of)
        if not options.year:
            _tell_years(draft, found, bare, dated)
    draft.data["open"], draft.data["coarse"] = open_start[rows.keep], coarse[rows.keep]
    start, finish = draft.data.get("start"), draft.data.get("finish")
    if draft.yearless and start is not None and finish is not None:
        crossing = finish < start
        month = finish.astype("datetime64[M]")
        later = (month + np.timedelta64(12, "M")).astype("datetime64[D]") + (finish - month)
        draft.data["finish"] = np.where(crossing, later, finish)


def _give_years(draft: Draft, found: Mapping[str, Column], bare: Mapping[str, np.ndarray], near: dt.date | None) -> None:
    """Dates that were ``bare`` of a year follow one another over New Year."""
    draft.data |= over_new_year({name: draft.data[name] for name in found}, bare, near)


def _tell_years(draft: Draft, found: Mapping[str, Column], bare: Mapping[str, np.ndarray], dated: bool) -> None:
    """One finding for all columns: a question where nothing but the calendar on the wall gave the years (not ``dated``)."""
    columns, years = [], set()
    for name, rows in bare.items():
        given = draft.data[name][rows]
        if not np.isnat(given).all():
            columns.append(found[name])
            years |= {day.year for day in given[~np.isnat(given)].astype(object)}
    if years:
        grid, header = draft.table.grid, max(draft.table.header_last, 0)
        said = f"{min(years)}–{max(years)}" if len(years) > 1 else str(min(years))
        params = {"headers": ", ".join(f"“{column.header or letters(column.index)}”" for column in columns), "year": said,
                  "first": min(years), "count": len(columns)}  # fmt: skip
        places = tuple(grid.place(header, column.index) for column in columns)
        code, severity = ("context-year", Severity.INFO) if dated else ("assumed-year", Severity.WARNING)
        draft.doubts.findings.append(Finding(code, severity, places, params))


def _years_beside(found: Mapping[str, Column]) -> list[int]:
    """The years that stand in the dates of the table itself, first to last."""
    years: set[int] = set()
    for column in found.values():
        for cell in column.distinct[:_TOLD_BY]:
            if isinstance(cell, dt.date):
                years.add(cell.year)
            elif isinstance(cell, str):
                years.update(years_in(cell))
    return sorted(year for year in years if 1990 < year < 2100)


def _other_end(draft: Draft, column: Column, name: str, reading: Reading) -> None:
    """A lone column of dates may hold both ends ("March 2 → March 6"): the one that has no column of its own is read from there."""
    both = np.array([isinstance(cell, str) and is_range(cell.strip(), reading) for cell in column.distinct], dtype=bool)
    if both.any():
        days, _, _ = read_days(column, reading, name == "finish", draft.keep, Doubts())
        draft.data[name] = np.where(both[column.codes], days, np.datetime64("NaT", "D"))[draft.keep]


def _conflict(draft: Draft, column: Column, reading: Reading, rows: Rows) -> None:
    """Cells that only read in the other order than most of their column."""
    bad = np.zeros(len(column.distinct), dtype=bool)
    for position, cell in enumerate(column.distinct):
        if isinstance(cell, str):
            evidence = column_order([cell.strip()])
            bad[position] = evidence.order is not None and evidence.order != reading.order
    draft.doubts.cells("date-order-mixed", column, bad, rows.keep, order=f"order.{reading.order}")


def years_near(table: Table) -> list[int]:
    """Years that stand in typed dates of the sheet or in the texts above the table, in the sheet's and in the file's name."""
    grid = table.grid
    found = [int(year) for year in grid.above(table.header_last + 1, "years", _years_of_line)]  # type: ignore[arg-type]
    return found or years_in(grid.sheet) or years_in(grid.file)


def _years_of_line(row: Sequence[Cell]) -> list[Cell]:
    out: list[Cell] = []
    for cell in row:
        if isinstance(cell, str):
            out += years_in(cell)
        elif isinstance(cell, dt.date) and 1990 < cell.year < 2100:
            out.append(cell.year)
    return out


def names_of_events(names: np.ndarray) -> np.ndarray:
    """Which names say "milestone" themselves."""
    out = np.zeros(len(names), dtype=bool)
    out[milestones_among(names.tolist())] = True
    return out
