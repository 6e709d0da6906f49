"""What Microsoft Project computed, read from its XML independently of the program, in the engine's working time.

Project's instants have hours; the engine's have parts of working days. An instant becomes the working days before its day plus the
share of that day's hours that lies before it, so that 17:00 and the next 08:00 are one point; the part of a
day that is over when the project starts is added to ours, because a project that starts at 09:00 shifts every one of its dates by
the same part of a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np

from tpm.calendars import Calendar
from tpm.ingest.formats import mspdi
from tpm.model import Mode, Plan, ScheduleOptions
from tpm.schedule import Solution, solve
from tpm.schedule.clock import ALWAYS, TICKS_PER_DAY

NAMESPACE = "{http://schemas.microsoft.com/project}"
MINUTES_OFFICE_DAY = 480.0

Hours = Mapping[int, tuple[tuple[int, int], ...]]  # weekday, Monday 0 → shifts in minutes of the day


@dataclass(frozen=True)
class Task:
    """One row of Project's own answer."""

    id: str
    manual: bool
    started: bool
    constraint: str  # Project's code
    early_start: dt.datetime
    early_finish: dt.datetime
    late_finish: dt.datetime
    total_slack: float  # minutes of working time
    hours: Hours


def _text(element: ET.Element, name: str, default: str = "") -> str:
    return element.findtext(NAMESPACE + name) or default


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:5])


def _hours(calendar: ET.Element) -> Hours:
    week: dict[int, tuple[tuple[int, int], ...]] = {}
    for day in calendar.iterfind(f"{NAMESPACE}WeekDays/{NAMESPACE}WeekDay"):
        number = int(_text(day, "DayType", "0"))
        shifts = [(_minutes(_text(each, "FromTime")), _minutes(_text(each, "ToTime")) or 1440)
                  for each in day.iterfind(f"{NAMESPACE}WorkingTimes/{NAMESPACE}WorkingTime") if _text(each, "FromTime")]
        if number:
            week[(number + 5) % 7] = tuple(shifts)
    return week


def project_start(path: Path) -> dt.datetime:
    """The instant at which the file's project starts."""
    return dt.datetime.fromisoformat(_text(ET.parse(path).getroot(), "StartDate"))


def expected(path: Path) -> list[Task]:
    """Every leaf that Project scheduled, as Project left it."""
    root = ET.parse(path).getroot()
    calendars = {_text(each, "UID"): _hours(each) for each in root.iterfind(f"{NAMESPACE}Calendars/{NAMESPACE}Calendar")}
    out = []
    for task in root.iterfind(f"{NAMESPACE}Tasks/{NAMESPACE}Task"):
        if _text(task, "Summary") == "1" or _text(task, "IsNull") == "1" or _text(task, "Active", "1") == "0" or _text(task, "UID") == "0":
            continue
        if not _text(task, "EarlyStart"):
            continue
        own = _text(task, "CalendarUID", "-1")
        out.append(Task(
            _text(task, "ID"), _text(task, "Manual") == "1",
            bool(_text(task, "ActualStart")) or _text(task, "PercentComplete", "0") != "0",
            _text(task, "ConstraintType", "0"),
            dt.datetime.fromisoformat(_text(task, "EarlyStart")),
            dt.datetime.fromisoformat(_text(task, "EarlyFinish")), dt.datetime.fromisoformat(_text(task, "LateFinish")),
            float(_text(task, "TotalSlack", "0")) / 10,
            calendars.get(own) or calendars[_text(root, "CalendarUID")]))
    return out


def _work(calendar: Calendar, hours: Hours, moment: dt.datetime) -> float:
    """Working days before ``moment``."""
    before = float(calendar.offset(moment.date()))
    shifts = hours.get(moment.weekday(), ())
    if not shifts or not calendar.is_working(moment.date()):
        return before
    minute = moment.hour * 60 + moment.minute + moment.second / 60
    passed = sum(min(max(minute - first, 0), last - first) for first, last in shifts)
    return before + passed / sum(last - first for first, last in shifts)


def _minutes_a_day(hours: Hours) -> float:
    lengths = [sum(last - first for first, last in shifts) for shifts in hours.values() if shifts]
    return float(max(set(lengths), key=lengths.count)) if lengths else MINUTES_OFFICE_DAY


def _office(hours: Hours) -> tuple[tuple[int, int], ...]:
    return next((shifts for shifts in hours.values() if shifts), ())


@dataclass(frozen=True)
class Difference:
    """A number of ours that is not Project's; days of the activity's calendar."""

    task: Task
    what: str
    ours: float
    theirs: float


@dataclass(frozen=True)
class Comparison:
    plan: Plan
    solution: Solution
    compared: int
    differences: tuple[Difference, ...]


def read(path: Path) -> Plan:
    """The program's own reading of the file."""
    return mspdi.read(path.name, path.read_bytes()).plan


def compare(path: Path, plan: Plan | None = None, minutes_tolerance: float = 0.5) -> Comparison:
    """Early start, late finish and total slack of every unstarted leaf, ours (of ``plan``, default the file's) beside Project's."""
    plan = plan or read(path)
    solution = solve(plan, ScheduleOptions(mode=Mode.ASAP))
    rows, early, late = solution.problem.rows, solution.early, solution.late
    of = {str(id_): row for row, id_ in enumerate(rows.ids)}
    work = {"early start": rows.work_at(early["start"][: len(of)]),
            "late finish": rows.work_at(np.where(late["finish"][: len(of)] == ALWAYS, 0, late["finish"][: len(of)])),
            "total slack": late["total_float"][: len(of)]}
    differences = []
    tasks = [task for task in expected(path) if not task.started]
    opening = project_start(path)
    for task in tasks:
        row = of[task.id]
        calendar = rows.calendars[rows.calendar[row]]
        # Elapsed work runs day and night from the opening of the office; its slack is in days of 24 hours.
        hours = {day: _office(task.hours) for day in range(7)} if rows.elapsed[row] else task.hours
        theirs = {"early start": _work(calendar, hours, task.early_start),
                  "late finish": _work(calendar, hours, task.late_finish),
                  "total slack": task.total_slack / (1440 if rows.elapsed[row] else _minutes_a_day(hours))}
        shift = _work(calendar, hours, opening) - float(calendar.offset(opening.date()))
        for what, value in theirs.items():
            ours = float(work[what][row]) / TICKS_PER_DAY + (shift if what != "total slack" else 0.0)
            if abs(ours - value) > minutes_tolerance / MINUTES_OFFICE_DAY:
                differences.append(Difference(task, what, ours, value))
    return Comparison(plan, solution, len(tasks), tuple(differences))
