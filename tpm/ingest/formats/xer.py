"""Primavera XER (``.xer``): the text export of P6 → a Plan. What is read of its tables: :mod:`tpm.ingest.formats.p6`.

A XER file is tab-separated tables (``%T`` name, ``%F`` columns, ``%R`` rows) in the code page of the computer that wrote
it. A calendar is one nested text, ``clndr_data``: shifts of the seven week days (1 is Sunday), then exceptions as Excel
day numbers, with shifts where the day is worked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from tpm.ingest.formats.assemble import number
from tpm.ingest.formats.p6 import RawCalendar, Row, plan_of
from tpm.ingest.formats.safe_xml import refuse
from tpm.ingest.formats.worktime import EARLIEST, LATEST, Shifts, day_of, minute_of, minutes_of, tidy_shifts, typical_minutes
from tpm.model import ImportResult

MAX_LINES = 3_000_000  # a record each; the largest programs of P6 have some 500,000
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_DAY = re.compile(r"\(0\|\|([1-7])\(\)")
_EXCEPTION = re.compile(r"\(0\|\|\d+\(d\|(\d{1,6})\)")
_SHIFT = re.compile(r"\((?:s\|(\d?\d:\d\d)\|f\|(\d?\d:\d\d)|f\|(\d?\d:\d\d)\|s\|(\d?\d:\d\d))\)")
_COLUMNS = {
    "id": "task_code", "name": "task_name", "kind": "task_type", "wbs": "PROJWBS", "parent": "wbs_id", "planned_start": "target_start_date",
    "planned_finish": "target_end_date", "duration": "target_drtn_hr_cnt", "progress": "complete_pct_type", "status": "status_code",
    "priority": "priority_type", "actual_start": "act_start_date", "actual_finish": "act_end_date", "constraint": "cstr_type",
    "constraint_date": "cstr_date", "deadline": "cstr_date2", "calendar": "clndr_id", "owner": "TASKRSRC", "team": "TASKACTV",
    "notes": "TASKMEMO", "predecessors": "TASKPRED",
}


def looks_like(data: bytes) -> bool:
    """Whether ``data`` begins as a XER file; a prefix of the file is enough."""
    return _text(data[:64])[0].lstrip().startswith("ERMHDR\t")


def read(name: str, data: bytes) -> ImportResult:
    """The plan in the XER file ``name``.

    Raises :class:`~tpm.findings.InputError` when it is no XER file, has too many lines or holds no TASK table.
    """
    if not looks_like(data):
        raise refuse("file-not-xer", name)
    if (lines := data.count(b"\n")) > MAX_LINES:
        raise refuse("file-xer-too-long", name, count=lines, limit=MAX_LINES)
    text, encoding = _text(data)
    tables: dict[str, list[Row]] = {}
    saved_on = None
    for table, row in _rows(text):
        if table == "ERMHDR":
            saved_on = day_of(row.get("date"))
        else:
            tables.setdefault(table, []).append(row)
    if "TASK" not in tables:
        raise refuse("file-xer-no-tasks", name)
    calendars = [_calendar(row) for row in tables.get("CALENDAR", [])]
    return plan_of(name, "xer", tables, calendars, columns=_COLUMNS, encoding=encoding,
                   saved_on=saved_on.date() if saved_on else None)


def _text(data: bytes) -> tuple[str, str]:
    """The text of ``data`` and its encoding: P6 writes the code page of its computer and does not say which."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "utf-16"
    for encoding in ("utf-8", "cp949"):  # strict, so Western text ends in the last line
        try:
            return data.decode(encoding).removeprefix("\ufeff"), encoding
        except UnicodeDecodeError:
            pass
    return data.decode("cp1252", "replace"), "cp1252"


def _rows(text: str) -> Iterator[tuple[str, Row]]:
    """(table, row by column name) with the line number as ``#line``; a line that starts no record continues the one above."""
    table, columns = "", list[str]()
    lines: list[str] = []  # of the record being read
    at = 0

    def finished() -> Iterator[tuple[str, Row]]:
        if lines:
            cells = "\n".join(lines).replace("\x7f", "\n").split("\t")
            row = {column: value.strip() for column, value in zip(columns, cells[1:], strict=False) if value.strip()}
            row["#line"] = str(at)
            yield table, row
            lines.clear()

    for line_number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        mark, _, rest = line.partition("\t")
        if mark == "%R":
            yield from finished()
            lines.append(line)
            at = line_number
        elif mark in ("%T", "%F", "%E", "ERMHDR"):
            yield from finished()
            if mark == "%T":
                table, columns = rest.strip(), []
            elif mark == "%F":
                columns = [cell.strip() for cell in rest.split("\t")]
            elif mark == "ERMHDR":
                yield "ERMHDR", {"date": [*rest.split("\t"), ""][1].strip()}
        elif lines and line.strip():
            lines.append(line)
    yield from finished()


def _calendar(row: Row) -> RawCalendar:
    """A CALENDAR row; without ``clndr_data`` the week is left to the base calendar."""
    text = re.sub(r"\s+", "", row.get("clndr_data", ""))
    days, _, exceptions = text.partition("Exceptions")
    week: dict[int, Shifts] = {}
    if "DaysOfWeek" in days:
        parts = _DAY.split(days.partition("DaysOfWeek")[2])
        week = {(int(day) + 5) % 7: _shifts(part) for day, part in zip(parts[1::2], parts[2::2], strict=True)}
    marks, lengths = {}, set[int]()
    parts = _EXCEPTION.split(exceptions)
    for serial, part in zip(parts[1::2], parts[2::2], strict=True):
        day = _EXCEL_EPOCH + dt.timedelta(days=int(serial))
        if EARLIEST <= day <= LATEST:
            shifts = _shifts(part)
            marks[day] = bool(shifts)
            lengths.add(minutes_of(shifts))
    return RawCalendar(
        id=row.get("clndr_id", ""), name=row.get("clndr_name", ""), base=row.get("base_clndr_id", ""),
        hours=number(row.get("day_hr_cnt")), week=week if week else None, marks=marks, default=row.get("default_flag") == "Y",
        uneven=bool(week and lengths - {0, int(typical_minutes(week))}),
    )


def _shifts(text: str) -> Shifts:
    return tidy_shifts((minute_of(a or d), minute_of(b or c)) for a, b, c, d in _SHIFT.findall(text))
