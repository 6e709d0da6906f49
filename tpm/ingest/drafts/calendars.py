"""The calendars sheet of a workbook that the program wrote, back into calendars. Any other sheet is left to the tables."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from tpm.findings import Finding, Severity
from tpm.i18n import LANGUAGES, t
from tpm.ingest.lexicon.headers import key
from tpm.ingest.opening.grid import Cell, Grid, as_text
from tpm.model import CalendarSpec

_FIELDS: Final = ("name", "default", "teams", "week", "hours", "country", "holidays", "worked")
_NEEDED: Final = {"name", "week", "holidays"}  # columns without which a sheet is none of calendars
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST_HEADER_ROW: Final = 40  # cells


@dataclass
class Calendars:
    """The calendars of the files read: named ones, the plan's default where one is stated, and the teams' choices."""

    named: dict[str, CalendarSpec] = field(default_factory=dict)
    default: CalendarSpec | None = None
    teams: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


@cache
def _headers() -> dict[str, str]:
    return {key(t(f"export.calendar.{name}", lang)): name for lang in LANGUAGES for name in _FIELDS}


@cache
def _weekdays() -> dict[str, int]:
    return {day.casefold(): number for lang in LANGUAGES for number, day in enumerate(t("export.calendar.weekdays", lang).split())}


def calendar_header(lang: str) -> str:
    """The header of the activities' column that names a calendar, compared loosely."""
    return key(t("export.column.calendar", lang))  # type: ignore[arg-type]


def is_calendar_sheet(grid: Grid) -> bool:
    """The first row is the header of the calendars sheet, in either language."""
    return bool(grid.height) and set(_columns(grid)) >= _NEEDED


def _columns(grid: Grid) -> dict[str, int]:
    row = grid.rows[0][:_LONGEST_HEADER_ROW]
    found = {_headers().get(key(cell)): column for column, cell in enumerate(row) if isinstance(cell, str)}
    return {name: column for name, column in found.items() if name is not None}


def read_calendars(grid: Grid, into: Calendars) -> None:
    """Add the calendars of a calendars sheet to ``into``; a row that is no calendar becomes a finding."""
    columns = _columns(grid)
    for number, row in enumerate(grid.rows[1:], start=1):
        cells = {name: row[column] for name, column in columns.items()}
        name = as_text(cells["name"]) if cells["name"] != "" else ""
        if all(cell == "" for cell in cells.values()):
            continue
        default = bool(as_text(cells.get("default", "")))
        held = into.default if default else into.named.get(name)
        try:
            spec = _spec(name, cells, held if held is not None and held.name == name else None)
        except ValueError:
            into.findings.append(Finding("unreadable-calendar", Severity.WARNING, (grid.place(number),), {"name": name}))
            continue
        if default:
            into.default = spec
        else:
            into.named[name] = spec
            into.teams |= {team.strip(): name for team in _text(cells.get("teams", "")).split("\n") if team.strip()}


def _spec(name: str, cells: dict[str, Cell], held: CalendarSpec | None) -> CalendarSpec:
    """The calendar of one row; ``held`` is what an earlier row of the same name said. Raises ``ValueError`` for what is no calendar."""
    holidays = tuple(_ranges(_text(cells.get("holidays", ""))))
    worked = tuple(dt.date.fromisoformat(day) for day in _DAY.findall(_text(cells.get("worked", ""))))
    if held is not None:
        return replace(held, holidays=(*held.holidays, *holidays), worked=(*held.worked, *worked))
    days = {_weekdays()[word] for word in _text(cells["week"]).casefold().replace(",", " ").split() if word in _weekdays()}
    hours = cells.get("hours", "")
    minutes = float(hours) * 60 if isinstance(hours, int | float) and not isinstance(hours, bool) and 0 < hours <= 24 else 480.0
    return CalendarSpec(name, tuple(day in days for day in range(7)), holidays, worked, _text(cells.get("country", "")) or None, minutes)  # type: ignore[arg-type]


def _ranges(text: str) -> list[tuple[dt.date, dt.date]]:
    out = []
    for part in text.split(";"):
        days = [dt.date.fromisoformat(day) for day in _DAY.findall(part)]
        if days:
            out.append((days[0], days[-1] + dt.timedelta(days=1)))
    return out


def _text(cell: Cell) -> str:
    return as_text(cell)


def calendars_of(grids: Sequence[Grid]) -> Calendars:
    """The calendars of every calendars sheet among ``grids``."""
    out = Calendars()
    for grid in grids:
        if is_calendar_sheet(grid):
            read_calendars(grid, out)
    out.teams = {team: name for team, name in out.teams.items() if name in out.named}
    return out
