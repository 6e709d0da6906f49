"""Working-time calendars as a sheet of the clean workbook; :mod:`tpm.ingest.drafts.calendars` reads it back.

One row a calendar: its name, the teams that work by it, the days of the week, single days off and single days worked. A calendar
with very many days goes on in further rows of the same name, because a cell holds some 32,000 characters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Final

from tpm.export.columns import Column, Shape
from tpm.i18n import Language, t
from tpm.model import CalendarSpec, Plan

_DAYS_A_CELL: Final = 1000
_COLUMNS: Final[tuple[tuple[str, Shape, float], ...]] = (
    ("name", Shape.KEY, 24), ("default", Shape.TEXT, 12), ("teams", Shape.LONG, 24), ("week", Shape.TEXT, 30), ("hours", Shape.NUMBER, 12),
    ("country", Shape.KEY, 10), ("holidays", Shape.LONG, 60), ("worked", Shape.LONG, 40),
)  # fmt: skip


def calendar_columns(lang: Language) -> tuple[Column, ...]:
    """The columns of the calendars sheet, in order."""
    return tuple(Column(field, t(f"export.calendar.{field}", lang), shape, width) for field, shape, width in _COLUMNS)


def says_calendars(plan: Plan) -> bool:
    """The plan has calendars that its dates alone do not tell."""
    return bool(plan.calendars or plan.team_calendars) or plan.default_calendar != CalendarSpec("standard")


def calendar_rows(plan: Plan, lang: Language) -> list[list[Any]]:
    """The rows of the calendars sheet: the plan's default calendar first, then the named ones."""
    teams: dict[str, list[str]] = {}
    for team, name in plan.team_calendars.items():
        teams.setdefault(name, []).append(team)
    out = _rows(plan.default_calendar.name, plan.default_calendar, t("export.calendar.yes", lang), (), lang)
    for name, spec in plan.calendars.items():
        out += _rows(name, spec, None, teams.get(name, ()), lang)
    return out


def _rows(name: str, spec: CalendarSpec, default: str | None, teams: Sequence[str], lang: Language) -> list[list[Any]]:
    weekdays = t("export.calendar.weekdays", lang).split()
    week = " ".join(day for day, worked in zip(weekdays, spec.week, strict=True) if worked)
    first = [name, default, "\n".join(teams) or None, week or "–", spec.minutes_per_day / 60, spec.country]
    holidays = _cells([_range(begin, after) for begin, after in spec.holidays])
    worked = _cells([day.isoformat() for day in spec.worked])
    more = [[name, default, None, None, None, None, *cells] for cells in zip_longest(holidays[1:], worked[1:])]
    return [[*first, holidays[0] if holidays else None, worked[0] if worked else None], *more]


def _range(begin: dt.date, after: dt.date) -> str:
    last = after - dt.timedelta(days=1)
    return begin.isoformat() if last == begin else f"{begin.isoformat()} – {last.isoformat()}"


def _cells(days: Sequence[str]) -> list[str]:
    return ["; ".join(days[at : at + _DAYS_A_CELL]) for at in range(0, len(days), _DAYS_A_CELL)]
