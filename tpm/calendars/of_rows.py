"""Which calendar each row of a plan uses, and how many working days lie between two days for it: the one answer to both.

A row's calendar is the one that it names, else its team's (a country that was set for the team, else the calendar that the file gives
it), else the plan's; elapsed work has every day. Settings (country, week) replace parts of the plan's own calendar. A day off on which
a row is planned to begin or end counts as worked for that row. Import, edits, engine, insight, charts and exports ask here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.calendars import EVERY_DAY, Calendar, Dates, compile_calendar, effective
from tpm.model import CalendarSpec, Kind, Plan, ScheduleOptions

Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.float64]

NOT_OWN: Final = -1
# Holidays are looked up this far behind the last date of the plan; later days follow the weekly pattern.
_MOST_DAYS_AHEAD: Final = 6 * 366
_LEAST_DAYS_AHEAD: Final = 400
_DAYS_BEFORE: Final = 60
_LAST: Final = dt.date(9900, 1, 1)
_DATED: Final = ("planned_start", "planned_finish", "actual_start", "actual_finish", "baseline_start", "baseline_finish",
                 "constraint_date", "deadline")
_DAY: Final = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False)
class RowCalendars:
    """Calendars (0: the plan's, all over one range), the position of each row's, and its own worked days (day numbers, −1 for none).

    ``unknown`` maps a calendar's name that the plan does not define to the ids of the rows that name it.
    """

    calendars: tuple[Calendar, ...]
    row: Codes
    own_first: npt.NDArray[np.int64]
    own_second: npt.NDArray[np.int64]
    unknown: Mapping[str, list[str]]

    @property
    def origin(self) -> np.datetime64:
        """Day 0 of every day number."""
        return self.calendars[0].first

    def of(self, row: int) -> Calendar:
        """The calendar of one row."""
        return self.calendars[int(self.row[row])]

    @cached_property
    def _shared(self) -> bool:
        return len(self.calendars) == 1

    def _each(self, rows: npt.NDArray[np.int64]) -> Iterator[tuple[Calendar, Flags | slice]]:
        if self._shared:
            yield self.calendars[0], slice(None)
            return
        for code in np.unique(self.row[rows]):
            yield self.calendars[code], self.row[rows] == code

    def between(self, first: Any, last: Any, rows: Any = None) -> Numbers:
        """Working days of each row from the close of its day ``first`` to the close of ``last``: positive when later.

        ``rows`` are positions in the plan (default: all, in order); NaN where a day is missing.
        """
        begin, end = np.asarray(first, "datetime64[D]"), np.asarray(last, "datetime64[D]")
        known = ~np.isnat(begin) & ~np.isnat(end)
        begin, end = np.where(known, begin, self.origin) + _DAY, np.where(known, end, self.origin) + _DAY
        out = np.full(len(known), np.nan)
        at = np.arange(len(self.row)) if rows is None else np.asarray(rows)
        for calendar, here in self._each(at):
            out[here] = calendar.offset(end[here]) - calendar.offset(begin[here])
        for own in (self.own_first[at], self.own_second[at]):
            day = self.origin + own.astype("timedelta64[D]")
            out += np.where(own >= 0, (end > day).astype(float) - (begin > day), 0.0)
        return np.where(known, out, np.nan)

    def shifted(self, days: Any, by: Any, rows: Any = None) -> Dates:
        """``days`` moved by whole working days of the rows' calendars; parts of days are rounded towards the past."""
        out = np.array(days, dtype="datetime64[D]")
        count = np.where(np.isnan(by), 0, np.floor(np.asarray(by, float) + 1e-9)).astype(np.int64)
        known = ~np.isnat(out) & ~np.isnan(by)
        at = np.arange(len(self.row)) if rows is None else np.asarray(rows)
        safe = np.where(known, out, self.origin)
        for calendar, here in self._each(at):
            out[here] = np.where(count[here] != 0, calendar.add(safe[here], count[here]), safe[here])
        return np.where(known, out, np.datetime64("NaT", "D"))


def default_calendar(plan: Plan, options: ScheduleOptions) -> CalendarSpec:
    """The plan's own calendar under ``options``: what belongs to no row is counted in it."""
    return effective(plan.default_calendar, options.country, options.week)


def events_of(plan: Plan) -> Flags:
    """Rows without length: milestones, stated zeros, and work of which only the end is known; not where dates span days."""
    a = plan.columns
    start, finish, length = (a[name] for name in ("planned_start", "planned_finish", "duration"))
    kind = a["kind"]
    only_end = np.isnat(start) & ~np.isnat(finish) & np.isnan(length) & np.isnat(a["actual_start"])
    return np.asarray(((kind == Kind.MILESTONE.value) | (length == 0) | (only_end & (kind != Kind.SUMMARY.value))) & ~(start < finish))


def calendars_of(plan: Plan, options: ScheduleOptions, until: dt.date | None = None) -> RowCalendars:
    """The calendars of ``plan`` under ``options``, with the holidays of its dates and of what may come after them, at least to ``until``.

    Raises :class:`~tpm.findings.InputError` for a country whose holidays are not known.
    """
    specs, row, unknown = specs_of(plan, options)
    first, last = _range(plan, options)
    calendars = tuple(compile_calendar(spec, first, max(last, until or last)) for spec in specs)
    return RowCalendars(calendars, row, *_own_days(plan, calendars, row), unknown)


def specs_of(plan: Plan, options: ScheduleOptions) -> tuple[list[CalendarSpec], Codes, dict[str, list[str]]]:
    """The calendars of ``plan`` under ``options`` (0: the plan's), the position of each row's, and unknown names with their rows."""
    default = default_calendar(plan, options)
    countries = dict(options.team_countries)
    named = plan.columns["calendar"]
    specs: list[CalendarSpec] = [default]
    unknown: dict[str, list[str]] = {}

    def position(spec: CalendarSpec) -> int:
        if spec not in specs:
            specs.append(spec)
        return specs.index(spec)

    def of_team(team: str) -> int:
        if team in countries:
            return position(effective(default, countries[team]))
        known = plan.calendars.get(plan.team_calendars.get(team, ""))
        return 0 if known is None else position(known)

    def of_name(name: str) -> int:
        return position(plan.calendars[name]) if name in plan.calendars else NOT_OWN

    by_team, by_name = _by_value(plan.columns["team"], of_team, 0), _by_value(named, of_name, NOT_OWN)
    for each in {name for name in named.tolist() if name is not None and name not in plan.calendars}:
        unknown[each] = list(plan.columns["id"][named == each])
    row = np.where(by_name >= 0, by_name, by_team)
    elapsed = plan.columns["elapsed"]
    if elapsed.any():
        parents = set(plan.columns["parent"].tolist())
        leaf = np.array([item not in parents for item in plan.columns["id"]])
        row = np.where(elapsed & leaf, position(EVERY_DAY), row)
    return specs, row.astype(np.int32), unknown


def _by_value(values: npt.NDArray[Any], position: Callable[[str], int], without: int) -> Codes:
    code, names = pd.factorize(values)
    return np.array([*map(position, names), without], dtype=np.int32)[code]


def _range(plan: Plan, options: ScheduleOptions) -> tuple[dt.date, dt.date]:
    a = plan.columns
    dated = np.concatenate([a[name] for name in _DATED])
    dated = dated[~np.isnat(dated)]
    days = [day.astype("datetime64[D]").item() for day in (dated.min(), dated.max())] if len(dated) else []
    days += [day for day in (options.project_start, options.status_date, plan.project_start) if day is not None]
    if not days:
        days = [dt.date(2024, 1, 1)]  # nothing will be scheduled; any range will do
    given = a["duration"]
    spans = (a["planned_finish"] - a["planned_start"]).astype("timedelta64[D]")
    spans = np.where(np.isnat(spans), 0, spans.astype(float) + 1)
    total = float(np.where(np.isnan(given), spans, np.nan_to_num(given, posinf=0.0)).clip(0).sum()) * 1.5
    ahead = int(min(_MOST_DAYS_AHEAD, _LEAST_DAYS_AHEAD + total))
    return min(days) - dt.timedelta(days=_DAYS_BEFORE), min(max(days), _LAST) + dt.timedelta(days=ahead)


def _own_days(plan: Plan, calendars: tuple[Calendar, ...], row: Codes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Days planned on a weekend or holiday: the first and the second of each row."""
    a, origin = plan.columns, calendars[0].first
    before = np.stack([each.before for each in calendars])
    parents = set(a["parent"].tolist()) - {None}
    fixed = events_of(plan)
    if parents:
        fixed = fixed | np.array([item in parents for item in a["id"]])

    def rests(name: str) -> tuple[npt.NDArray[np.int64], Flags]:
        days = a[name].astype("datetime64[D]")
        known = ~np.isnat(days)
        day = np.where(known, (days - origin).astype(np.int64), 0)
        return day, np.asarray(known & ~fixed & (before[row, day + 1] == before[row, day]))

    start, start_rests = rests("planned_start")
    finish, finish_rests = rests("planned_finish")
    finish_rests &= ~(start_rests & (start == finish))
    first = np.where(start_rests, start, np.where(finish_rests, finish, NOT_OWN))
    return first, np.where(start_rests & finish_rests, finish, NOT_OWN)
