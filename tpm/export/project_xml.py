"""A plan as Microsoft Project XML (MSPDI), for Project, ProjectLibre, OpenProject and whatever reads that format.

Hierarchy, calendars, links with types and lags, constraints, deadlines, progress, baseline, actual dates, and owners as resources. Two
things are the program's own. What the format has no place for (ids that are text, team, status, priority in words, estimates, other
columns) stands in custom text fields under their names. And what Project needs but the plan does not say (a length counted from the
dates, a start that is only planned and becomes *start no earlier than*) is named in the field "Not given", so that
:mod:`tpm.ingest.formats.mspdi` reads back exactly what was there. Risks have no place in a schedule and stay in the workbook.

Not carried over: days off on which single items are planned all the same, and the countries of calendars (their holidays are).
"""

from __future__ import annotations

import datetime as dt
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from tpm.calendars import Calendar, compile_calendar
from tpm.calendars.of_rows import specs_of
from tpm.ingest.formats.mspdi import MARK, NAMESPACE, NOT_GIVEN, OWN_FIELDS
from tpm.model import CalendarSpec, Constraint, Kind, LagUnit, LinkType, Plan, Schedule, State

_TEXT_FIELDS: Final = (*range(188743731, 188743747, 3), *range(188743747, 188743751), *range(188743997, 188744017))  # Text1 to Text30
_LINK_CODES: Final[Mapping[str, int]] = {LinkType.FF.value: 0, LinkType.FS.value: 1, LinkType.SF.value: 2, LinkType.SS.value: 3}
_CONSTRAINT_CODES: Final[Mapping[str, int]] = {
    Constraint.ALAP.value: 1, Constraint.MSO.value: 2, Constraint.MFO.value: 3, Constraint.SNET.value: 4, Constraint.SNLT.value: 5,
    Constraint.FNET.value: 6, Constraint.FNLT.value: 7}
_AT_CLOSE: Final = {Constraint.MFO.value, Constraint.FNET.value, Constraint.FNLT.value, Constraint.SNLT.value}
_LAG_FORMATS: Final[Mapping[str, int]] = {LagUnit.WORKING.value: 7, LagUnit.ELAPSED.value: 8, LagUnit.PERCENT.value: 19}
_DAYS, _ELAPSED_DAYS = 7, 8  # DurationFormat
_MINUTES_A_DAY: Final = 1440.0
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST: Final = 255  # characters of a custom field
_NOON: Final = (240, 60)  # minutes before lunch, and of lunch


@dataclass(frozen=True, slots=True)
class _Hours:
    """A calendar as the format has it: its number, its table of days, and when a day of it begins, pauses and ends (minutes)."""

    uid: int
    spec: CalendarSpec
    table: Calendar

    @property
    def shifts(self) -> tuple[tuple[int, int], ...]:
        minutes = round(self.spec.minutes_per_day)
        if minutes <= _NOON[0]:
            return ((480, 480 + minutes),)
        if 480 + minutes + _NOON[1] <= _MINUTES_A_DAY:
            return (480, 480 + _NOON[0]), (480 + sum(_NOON), 480 + minutes + _NOON[1])
        return ((0, minutes),)

    def opening(self, day: Any) -> str:
        """The moment at which work on ``day`` begins."""
        return _moment(day, self.shifts[0][0])

    def worked(self, day: Any, share: float = 1.0) -> str:
        """The moment of ``day`` at which ``share`` of it has been worked."""
        left = share * sum(end - begin for begin, end in self.shifts)
        for begin, end in self.shifts:
            if left <= end - begin:
                return _moment(day, begin + left)
            left -= end - begin
        return _moment(day, self.shifts[-1][1])


def _moment(day: Any, minute: float) -> str:
    """A minute of a day; a day's last moment is still that day's."""
    at = dt.datetime.combine(pd.Timestamp(day).date(), dt.time()) + dt.timedelta(minutes=min(round(minute), 1439))
    return at.isoformat()


def _period(minutes: float) -> str:
    whole = round(minutes * 60)
    return f"PT{whole // 3600}H{whole // 60 % 60}M{whole % 60}S"


def project_xml(plan: Plan, schedule: Schedule) -> bytes:
    """``plan`` as UTF-8 MSPDI, its calendars as the options of ``schedule`` have them."""
    return _Writer(plan, schedule).written()


class _Writer:
    def __init__(self, plan: Plan, schedule: Schedule) -> None:
        self.plan, self.schedule = plan, schedule
        specs, self.row, _ = specs_of(plan, schedule.options)
        days = [pd.Timestamp(day).date() for name in ("planned_start", "planned_finish", "baseline_start", "baseline_finish", "deadline")
                for day in plan.activities[name].dropna()]
        days += [day for day in (plan.project_start, schedule.options.status_date, schedule.finish) if day is not None]
        first, last = (min(days), max(days)) if days else (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
        self.first, self.last = dt.date(first.year, 1, 1), dt.date(last.year + 1, 12, 31)
        specs += [spec for spec in plan.calendars.values() if spec not in specs]
        self.hours = [_Hours(number, spec, compile_calendar(spec, self.first, self.last)) for number, spec in enumerate(specs, start=1)]
        rows = plan.activities.to_dict("records")
        self.rows = rows
        self.uid = {row["id"]: number for number, row in enumerate(rows, start=1)}
        self.parents = {row["parent"] for row in rows}
        self.people = list(dict.fromkeys(name for row in rows for name in _people(row["owner"])))
        others = [name for name in plan.attributes.columns if str(name) not in (*OWN_FIELDS, MARK, NOT_GIVEN)]
        self.fields = dict(zip((MARK, NOT_GIVEN, *OWN_FIELDS, *others), map(str, _TEXT_FIELDS), strict=False))

    def written(self) -> bytes:
        """The document."""
        root = ET.Element("Project", xmlns=NAMESPACE)
        plan, main = self.plan, self.hours[0]
        starts = plan.activities["planned_start"].dropna()
        begin = plan.project_start or (starts.min() if len(starts) else self.first)
        week = sum(main.spec.week) * main.spec.minutes_per_day
        status = self.schedule.options.status_date
        _fill(root, {
            "SaveVersion": 14, "Title": plan.name or None, "LastSaved": plan.saved_on and _moment(plan.saved_on, 720),
            "ScheduleFromStart": 1, "StartDate": main.opening(begin), "CalendarUID": main.uid,
            "DefaultStartTime": _clock(main.shifts[0][0]), "DefaultFinishTime": _clock(main.shifts[-1][1]),
            "MinutesPerDay": round(main.spec.minutes_per_day), "MinutesPerWeek": round(week), "DaysPerMonth": 20, "DurationFormat": _DAYS,
            "StatusDate": status and main.worked(status), "NewTasksAreManual": 0})
        defined = ET.SubElement(root, "ExtendedAttributes")
        for number, (name, field_id) in enumerate(self.fields.items(), start=1):
            _fill(ET.SubElement(defined, "ExtendedAttribute"), {"FieldID": field_id, "FieldName": f"Text{number}", "Alias": name})
        calendars = ET.SubElement(root, "Calendars")
        for hours in self.hours:
            self._calendar(ET.SubElement(calendars, "Calendar"), hours)
        tasks, links = ET.SubElement(root, "Tasks"), self._links()
        for row, outline in zip(self.rows, self._outline(), strict=True):
            self._task(ET.SubElement(tasks, "Task"), row, outline, links.get(row["id"], ()))
        resources, assignments = ET.SubElement(root, "Resources"), ET.SubElement(root, "Assignments")
        for number, name in enumerate(self.people, start=1):
            _fill(ET.SubElement(resources, "Resource"), {"UID": number, "ID": number, "Name": name, "Type": 1, "CalendarUID": -1})
        pairs = [(row["id"], name) for row in self.rows for name in _people(row["owner"])]
        for number, (item, name) in enumerate(pairs, start=1):
            _fill(ET.SubElement(assignments, "Assignment"), {
                "UID": number, "TaskUID": self.uid[item], "ResourceUID": self.people.index(name) + 1, "Units": 1})
        return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{ET.tostring(root, encoding="unicode")}'.encode()

    def _calendar(self, element: ET.Element, hours: _Hours) -> None:
        """The week, and every day of the plan's years that is worked or off against it."""
        spec = hours.spec
        _fill(element, {"UID": hours.uid, "Name": spec.name, "IsBaseCalendar": 1, "BaseCalendarUID": -1})
        week = ET.SubElement(element, "WeekDays")
        for number, day in enumerate((6, 0, 1, 2, 3, 4, 5), start=1):  # the format counts from Sunday
            one = ET.SubElement(week, "WeekDay")
            _fill(one, {"DayType": number, "DayWorking": int(spec.week[day])})
            if spec.week[day]:
                self._times(one, hours)
        exceptions = ET.SubElement(element, "Exceptions")
        for first, last, on in self._exceptions(hours):
            one = ET.SubElement(exceptions, "Exception")
            _fill(one, {"EnteredByOccurrences": 0})
            _fill(ET.SubElement(one, "TimePeriod"), {"FromDate": _moment(first, 0), "ToDate": _moment(last, 1439)})
            _fill(one, {"Occurrences": (last - first).days + 1, "Type": 1, "DayWorking": int(on)})
            if on:
                self._times(one, hours)

    def _times(self, element: ET.Element, hours: _Hours) -> None:
        times = ET.SubElement(element, "WorkingTimes")
        for begin, end in hours.shifts:
            _fill(ET.SubElement(times, "WorkingTime"), {"FromTime": _clock(begin), "ToTime": _clock(end)})

    def _exceptions(self, hours: _Hours) -> Iterator[tuple[dt.date, dt.date, bool]]:
        """Stretches of days (first, last, worked) that differ from the week."""
        days = np.arange(np.datetime64(self.first), np.datetime64(self.last) + 1)
        on = np.asarray(hours.table.is_working(days))
        usual = np.array(hours.spec.week)[(days.astype(np.int64) + 3) % 7]
        other = np.flatnonzero(on != usual)
        for part in np.split(other, np.flatnonzero((np.diff(other) > 1) | (np.diff(on[other].astype(int)) != 0)) + 1):
            if len(part):
                yield days[part[0]].item(), days[part[-1]].item(), bool(on[part[0]])

    def _outline(self) -> Iterator[str]:
        """The outline number of every row, in which parents come before their children."""
        numbers: dict[Any, str] = {}
        counts: dict[Any, int] = {}
        for row in self.rows:
            above = row["parent"] if row["parent"] in numbers else None
            counts[above] = counts.get(above, 0) + 1
            numbers[row["id"]] = f"{numbers[above]}.{counts[above]}" if above is not None else str(counts[above])
            yield numbers[row["id"]]

    def _links(self) -> dict[str, list[dict[str, Any]]]:
        out: dict[str, list[dict[str, Any]]] = {}
        position = {row["id"]: number for number, row in enumerate(self.rows)}
        for link in self.plan.dependencies.to_dict("records"):
            minutes = self.hours[self.row[position[link["successor"]]]].spec.minutes_per_day
            scale = {LagUnit.WORKING.value: minutes * 10, LagUnit.ELAPSED.value: _MINUTES_A_DAY * 10}.get(link["lag_unit"], 100.0)
            lag = 0.0 if link["lag"] != link["lag"] else link["lag"]
            out.setdefault(link["successor"], []).append({
                "PredecessorUID": self.uid[link["predecessor"]], "Type": _LINK_CODES[link["type"]], "CrossProject": 0,
                "LinkLag": round(lag * scale), "LagFormat": _LAG_FORMATS.get(link["lag_unit"], 7)})
        return out

    def _task(self, element: ET.Element, row: dict[Any, Any], outline: str, links: Any) -> None:
        number = self.uid[row["id"]]
        position = self.row[number - 1]
        hours = self.hours[position]
        summary, point = row["id"] in self.parents, row["kind"] == Kind.MILESTONE.value or row["duration"] == 0
        days, not_given = self._length(row, hours, point)
        start, finish = self._dates(row, hours, days, point)
        constraint, day = row["constraint"], row["constraint_date"]
        if constraint is None and not (summary or row["manual"] or pd.isna(row["planned_start"])) and pd.isna(row["actual_start"]):
            constraint, day = Constraint.SNET.value, row["planned_start"]
            not_given.append("constraint")
        at_close = constraint in _AT_CLOSE or point
        moment = None if pd.isna(day) else hours.worked(day) if at_close else hours.opening(day)
        progress, rank = row["progress"], row["priority_rank"]
        if progress != progress:
            not_given.append("progress")
        if row["wbs"] is None:
            not_given.append("wbs")
        elapsed = bool(row["elapsed"])
        minutes = None if days is None else days * (_MINUTES_A_DAY if elapsed else hours.spec.minutes_per_day)
        done = 0.0 if progress != progress else progress
        _fill(element, {
            "UID": number, "ID": number, "Name": row["name"], "Active": int(row["state"] != State.CANCELLED.value),
            "Manual": int(bool(row["manual"])), "Type": 1, "IsNull": 0, "WBS": row["wbs"] or outline, "OutlineNumber": outline,
            "OutlineLevel": outline.count(".") + 1, "Priority": 500 if rank != rank else round((5 - rank) * 250), "Start": start,
            "Finish": finish, "Duration": None if minutes is None else _period(minutes),
            "DurationFormat": _ELAPSED_DAYS if elapsed else _DAYS, "EffortDriven": 0, "Estimated": 0,
            "Milestone": int(point), "Summary": int(summary), "PercentComplete": round(done * 100),
            "ActualStart": self._end(row["actual_start"], hours, point), "ActualFinish": self._end(row["actual_finish"], hours, True),
            "ActualDuration": None if minutes is None else _period(minutes * done),
            "RemainingDuration": None if minutes is None else _period(minutes * (1 - done)),
            "ConstraintType": 0 if summary else _CONSTRAINT_CODES.get(constraint or "", 0),
            "CalendarUID": -1 if position == 0 else hours.uid, "ConstraintDate": moment,
            "Deadline": self._end(row["deadline"], hours, True),
            "LevelingDelay": None if row["delay"] != row["delay"] else round(row["delay"] * _MINUTES_A_DAY * 10), "LevelingDelayFormat": 8,
            "HyperlinkAddress": row["link"], "IgnoreResourceCalendar": 1, "Notes": row["notes"]})
        for link in links:
            _fill(ET.SubElement(element, "PredecessorLink"), link)
        self._custom(element, row, number - 1, not_given)
        base = {"Start": self._end(row["baseline_start"], hours, False), "Finish": self._end(row["baseline_finish"], hours, True)}
        if any(base.values()):
            _fill(ET.SubElement(element, "Baseline"), {"Number": 0, **base})

    def _end(self, day: Any, hours: _Hours, closes: bool) -> str | None:
        return None if pd.isna(day) else hours.worked(day) if closes else hours.opening(day)

    def _length(self, row: dict[Any, Any], hours: _Hours, point: bool) -> tuple[float | None, list[str]]:
        """Working days (elapsed ones of elapsed work), and what of it was not given; None where nothing tells."""
        given = float(row["duration"])
        if given == given:
            return given, []
        if point:
            return 0.0, ["duration"]
        first, last = row["planned_start"], row["planned_finish"]
        if pd.isna(first) or pd.isna(last):
            return None, []
        counted = float(hours.table.between(np.datetime64(first, "D"), np.datetime64(last, "D")))
        return max(counted, 1.0), ["duration"]

    def _dates(self, row: dict[Any, Any], hours: _Hours, days: float | None, point: bool) -> tuple[str | None, str | None]:
        """When the planned dates begin and end; the last day ends where the length does."""
        first, last = row["planned_start"], row["planned_finish"]
        if row["elapsed"] and not point:
            end = None if pd.isna(last) else _moment(pd.Timestamp(last) + pd.Timedelta(days=1), 0)
            return (None if pd.isna(first) else _moment(first, 0)), end
        share = 1.0
        rest = 0.0 if row["pause"] != row["pause"] else float(row["pause"])
        if days is not None and not pd.isna(first) and not pd.isna(last):
            before = float(hours.table.between(np.datetime64(first, "D"), np.datetime64(last, "D"))) - 1
            share = days + rest - before if 0 < days + rest - before < 1 else 1.0
        return self._end(first, hours, point), (None if pd.isna(last) else hours.worked(last, share))

    def _custom(self, element: ET.Element, row: dict[Any, Any], position: int, not_given: list[str]) -> None:
        told: dict[str, Any] = {MARK: row["id"], NOT_GIVEN: " ".join(not_given)}
        told |= {name: row[column] for name, column in OWN_FIELDS.items()}
        attributes = self.plan.attributes
        if len(attributes):
            told |= {name: attributes[name].iat[position] for name in attributes.columns if name in self.fields and name not in told}
        for name, value in told.items():
            if name in self.fields and not pd.isna(value) and str(value):
                _fill(ET.SubElement(element, "ExtendedAttribute"), {"FieldID": self.fields[name], "Value": str(value)[:_MOST]})


def _people(owner: str | None) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in (owner or "").split(",") if name.strip()))


def _clock(minute: float) -> str:
    hour, rest = divmod(round(minute) % 1440, 60)
    return f"{hour:02d}:{rest:02d}:00"


def _fill(element: ET.Element, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if value is not None and not (isinstance(value, float) and math.isnan(value)):
            ET.SubElement(element, name).text = _CONTROL.sub("", str(value))
