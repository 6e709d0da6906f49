"""Microsoft Project XML (MSPDI): what Project's "Save as XML", MPXJ and ProjectLibre write → a Plan.

What is read: tasks with outline, dates, durations, progress, constraints, deadlines, baseline 0 and actuals; links with
lags; base, task and resource calendars; assignments; custom fields. What people see decides: the *ID* column becomes
the id (the hidden UID is kept as an attribute where it differs), the project summary (ID 0) becomes the plan's name.

- ``Duration`` is working time; it becomes working days of the activity's calendar *as that calendar works* (its most
  common day), so that duration and dates agree even where ``MinutesPerDay`` says otherwise.
- ``LinkLag`` is in tenths of a minute, or a whole percentage for ``LagFormat`` 19 and 20; lags become days of the
  successor's calendar, elapsed lags calendar days, percentages shares of the predecessor's duration.
- A manually scheduled task keeps its dates by definition: it gets *must start on* its start (``Manual`` attribute).
- What this program wrote itself (:mod:`tpm.export.project_xml`) has a custom field with every item's own id: its other custom fields
  are columns of the plan again, and what it names as not given is left out.
- Moments are cut to days by the rules of :mod:`tpm.ingest.formats.worktime`.

Not read on purpose: ``EarlyStart``, ``EarlyFinish``, ``LateStart``, ``LateFinish``, ``TotalSlack``, ``FreeSlack`` and
``Critical`` are Project's results, not the plan; ``CurrentDate`` is the clock of whoever wrote the file. Costs, work
contours, timephased values, baselines 1 to 10 and views have no place in a Plan.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import Final

from tpm.findings import Severity
from tpm.ingest.formats.assemble import Item, Link, Notes, assemble, bounded_days, note_times, number, state_of, unique_ids
from tpm.ingest.formats.mspdi_calendars import Calendars, RawCalendar, read_calendar
from tpm.ingest.formats.mspdi_people import People
from tpm.ingest.formats.safe_xml import children, declared_encoding, fields, records, refuse, root_of
from tpm.ingest.formats.worktime import MINUTES_A_DAY, WorkTime, day_of, minute_of
from tpm.model import CalendarSpec, Constraint, ImportResult, Kind, LagUnit, LinkType, State

NAMESPACE: Final = "http://schemas.microsoft.com/project"
_CONTAINERS: Final = frozenset({"Project", "Tasks", "Calendars", "Resources", "Assignments", "ExtendedAttributes"})
_ELAPSED_FORMATS: Final = frozenset({4, 6, 8, 10, 12, 20, 36, 38, 40, 42, 44, 52})
_PERCENT_FORMATS: Final = frozenset({19, 20, 51, 52})
_ESTIMATED_FROM: Final = 35  # 35 to 52 are 3 to 20 with a question mark
_LINK_TYPES: Final = {"0": LinkType.FF, "1": LinkType.FS, "2": LinkType.SF, "3": LinkType.SS}
_CONSTRAINTS: Final = {"1": Constraint.ALAP, "2": Constraint.MSO, "3": Constraint.MFO, "4": Constraint.SNET,
                       "5": Constraint.SNLT, "6": Constraint.FNET, "7": Constraint.FNLT}
_FINISH_CONSTRAINTS: Final = frozenset({Constraint.MFO, Constraint.FNET, Constraint.FNLT})
_DURATION: Final = re.compile(r"^(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$")
MARK: Final = "Item ID"  # custom field of every task of a file that this program wrote
NOT_GIVEN: Final = "Not given"  # names of fields, with spaces between, that stand there only because the format needs them
OWN_FIELDS: Final = {  # custom field → column of the plan, where the format has none
    "State": "state", "Team": "team", "Program": "program", "Phase": "phase", "Status": "status", "Priority": "priority",
    "Priority rank": "priority_rank", "Optimistic": "optimistic", "Most likely": "most_likely", "Pessimistic": "pessimistic",
}
_YES: Final = frozenset({"1", "true"})
_LEAST_PAUSE = 0.01  # days; less is rounding to the minute
_COLUMNS: Final = {
    "id": "ID", "name": "Name", "kind": "Milestone, Summary", "wbs": "WBS", "parent": "OutlineNumber", "level": "OutlineLevel",
    "planned_start": "Start", "planned_finish": "Finish", "duration": "Duration", "elapsed": "DurationFormat",
    "progress": "PercentComplete", "state": "Active", "priority": "Priority", "deadline": "Deadline",
    "baseline_start": "Baseline/Start", "baseline_finish": "Baseline/Finish", "actual_start": "ActualStart",
    "actual_finish": "ActualFinish", "constraint": "ConstraintType", "constraint_date": "ConstraintDate",
    "calendar": "CalendarUID", "owner": "Assignment", "team": "Resource/Group", "notes": "Notes", "link": "HyperlinkAddress",
    "predecessors": "PredecessorLink",
}


def looks_like(data: bytes) -> bool:
    """Whether ``data`` begins as Microsoft Project XML; a prefix of the file is enough."""
    root = root_of(data)
    return root is not None and root.name == "Project" and (root.doctype or root.namespace in ("", NAMESPACE))


def read(name: str, data: bytes) -> ImportResult:
    """The plan in the MSPDI file ``name``.

    Raises :class:`~tpm.findings.InputError` for broken or dangerous XML and for XML of another kind.
    """
    root = root_of(data)
    if root is not None and not root.doctype and not looks_like(data):
        raise refuse("file-not-mspdi", name, root=root.name)
    return _Reader(name, data).result()


def minutes_in(text: str | None) -> float:
    """Minutes of an XML duration (``PT8H30M0S``); NaN when it is none."""
    match = _DURATION.match(text or "")
    if match is None or (text or "").rstrip("T").endswith("P"):
        return math.nan
    sign, years, months, days, hours, minutes, seconds = match.groups()
    total = (number(years, 0) * 365 + number(months, 0) * 30 + number(days, 0)) * MINUTES_A_DAY
    total += number(hours, 0) * 60 + number(minutes, 0) + number(seconds, 0) / 60
    return -total if sign else total


@dataclass(slots=True)
class _Task:
    """A ``Task`` element: its leaf fields, its links, baseline 0, and custom fields by FieldID."""

    values: dict[str, str]
    links: list[dict[str, str]]
    baseline: dict[str, str]
    custom: dict[str, str]
    id: str = ""
    work: WorkTime | None = None
    minutes_per_day: float = 480.0
    above: str | None = field(default=None)

    def yes(self, name: str) -> bool:
        return self.values.get(name) in _YES


def _read_task(element: ET.Element) -> _Task:
    baselines = [values for values in map(fields, children(element, "Baseline")) if values.get("Number", "0") == "0"]
    custom = {values["FieldID"]: values["Value"] for values in map(fields, children(element, "ExtendedAttribute"))
              if "FieldID" in values and "Value" in values}
    return _Task(fields(element), [fields(link) for link in children(element, "PredecessorLink")],
                 baselines[0] if baselines else {}, custom)


def _as_it_was(item: Item) -> None:
    """An item that this program wrote: custom fields are columns again, and what was not given is left out."""
    told = item.attributes
    for name in ("UID", "OutlineNumber", MARK):
        told.pop(name, None)
    for name, column in OWN_FIELDS.items():
        text = told.pop(name, None)
        numeric = isinstance(getattr(item, column), float)
        if column == "state":
            item.state = State(text) if text in set(State) else item.state
        else:
            setattr(item, column, number(text, math.nan) if numeric else text)
    for column in told.pop(NOT_GIVEN, "").split():
        if column == "constraint":
            item.constraint = item.constraint_date = None
        elif column in ("duration", "progress", "wbs"):
            setattr(item, column, None if column == "wbs" else math.nan)


class _Reader:
    """One file on its way to a Plan: collect the elements, then convert task by task."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.encoding = declared_encoding(data)
        self.notes = Notes(name)
        self.project: dict[str, str] = {}
        self.tasks: list[_Task] = []
        self.summary: dict[str, str] = {}  # the project summary task, ID 0
        self.custom_names: dict[str, str] = {}  # FieldID → what people call the field
        raw_calendars: dict[str, RawCalendar] = {}
        self.people = People()
        for parent, element in records(name, data, _CONTAINERS):
            tag = element.tag.rpartition("}")[2]
            if tag == "Task" and parent == "Tasks":
                self._take_task(_read_task(element))
            elif tag == "Calendar":
                calendar = read_calendar(element)
                raw_calendars.setdefault(calendar.uid, calendar)
            elif tag == "Resource":
                self.people.take_resource(fields(element))
            elif tag == "Assignment":
                self.people.take_assignment(element)
            elif tag == "ExtendedAttribute":
                values = fields(element)
                self.custom_names[values.get("FieldID", "")] = values.get("Alias") or values.get("FieldName") or ""
            elif parent == "Project" and element.text and not len(element):
                self.project.setdefault(tag, element.text.strip())
        self._give_ids()
        begin, end = self._range()
        opening = minute_of(self.project.get("DefaultStartTime"))
        self.calendars = Calendars(raw_calendars, begin, end, 480 if opening is None else opening, self.notes)
        standard = self.calendars.get(self.project.get("CalendarUID", ""))
        self.default = standard or WorkTime(CalendarSpec("Standard"))
        self.used = {self.default.spec.name: self.default}
        for uid, raw in raw_calendars.items():
            if raw.is_base and not raw.is_baseline and (work := self.calendars.get(uid)) is not None:
                self.used.setdefault(work.spec.name, work)

    def _take_task(self, task: _Task) -> None:
        values = task.values
        if task.yes("IsNull"):
            return  # a blank row of Project's table
        if values.get("OutlineLevel") == "0" and (values.get("ID") == "0" or values.get("UID") == "0"):
            self.summary = values
        else:
            self.tasks.append(task)

    def _give_ids(self) -> None:
        marks = [field_id for field_id, name in self.custom_names.items() if name == MARK]
        own = [task.custom.get(field_id, "") for task in self.tasks for field_id in marks[:1]]
        self.is_own = bool(own) and "" not in own and len(set(own)) == len(own)
        ids = own if self.is_own else [task.values.get("ID", "") for task in self.tasks]
        if "" in ids or len(set(ids)) < len(ids):
            ids = unique_ids([task.values.get("UID") or task.values.get("ID") or "?" for task in self.tasks])
            self.notes.add("file-ids-replaced", severity=Severity.WARNING)
        for task, id_ in zip(self.tasks, ids, strict=True):
            task.id = id_

    def _range(self) -> tuple[dt.date, dt.date]:
        days = [moment.date() for values in (self.project, *(task.values for task in self.tasks))
                for name in ("StartDate", "FinishDate", "Start", "Finish") if (moment := day_of(values.get(name)))]
        return (min(days), max(days)) if days else (dt.date(2000, 1, 1), dt.date(2040, 1, 1))

    def result(self) -> ImportResult:
        """Convert everything."""
        self._hierarchy()
        for task in self.tasks:
            self._choose_calendar(task)
        by_uid = {task.values.get("UID", ""): task for task in self.tasks}
        priorities = {task.values.get("Priority", "500") for task in self.tasks}
        items = [self._item(task, ranked=len(priorities) > 1) for task in self.tasks]
        links = [link for task in self.tasks for values in task.links
                 if (link := self._link(task, values, by_uid)) is not None]
        self._note_project()
        project = self.project
        saved, status = (day_of(project.get(name)) for name in ("LastSaved", "StatusDate"))
        start = day_of(project.get("StartDate"))
        return assemble(
            self.name, "mspdi", items, links, self.notes, sheet="Tasks", columns=_COLUMNS,
            name=self.summary.get("Name") or project.get("Title") or "",
            default=self.default.spec, calendars={name: work.spec for name, work in self.used.items()},
            project_start=self.default.start_day(start) if start else None,
            saved_on=saved.date() if saved else None, status_date=status.date() if status else None, encoding=self.encoding,
            progress_reported=not self.is_own or any(item.progress == item.progress for item in items),
        )

    def _hierarchy(self) -> None:
        """The task above each: by outline number, else by outline level and order."""
        by_number: dict[str, str] = {}
        stack: list[tuple[int, str]] = []
        for task in self.tasks:
            outline = task.values.get("OutlineNumber", "")
            level = int(number(task.values.get("OutlineLevel"), outline.count(".") + 1))
            while stack and stack[-1][0] >= level:
                stack.pop()
            task.above = by_number.get(outline.rpartition(".")[0]) or (stack[-1][1] if stack else None)
            stack.append((level, task.id))
            if outline:
                by_number.setdefault(outline, task.id)
        parents = {task.above for task in self.tasks}
        for task in self.tasks:
            if task.id not in parents and task.yes("Summary") and task.yes("IsSubproject"):
                self.notes.add("file-subprojects", task.id, Severity.WARNING)
            task.values["Summary"] = "1" if task.id in parents else "0"

    def _choose_calendar(self, task: _Task) -> None:
        """The task's own calendar, else the one that all its people share, else the project's."""
        own = self.calendars.get(task.values.get("CalendarUID", "-1"))
        people = self.people.calendars(task.values.get("UID", ""), self.calendars)
        differing = [work for work in people if not work.same_days(own or self.default)]
        if own is None and people and differing and all(work.same_days(people[0]) for work in people):
            own, differing = people[0], []
        if differing and not task.yes("IgnoreResourceCalendar") and not task.yes("Summary"):
            self.notes.add("file-resource-calendars", task.id)
        task.work = own or self.default
        task.minutes_per_day = task.work.spec.minutes_per_day
        if task.work.uneven and not task.yes("Summary"):
            self.notes.add("file-hours-vary", task.id, calendar=task.work.spec.name)

    def _duration(self, task: _Task) -> tuple[float, bool]:
        code = int(number(task.values.get("DurationFormat"), 7))
        elapsed = code in _ELAPSED_FORMATS
        text = task.values.get("Duration") or task.values.get("ManualDuration")
        days = bounded_days(minutes_in(text) / (MINUTES_A_DAY if elapsed else task.minutes_per_day))
        if text and (math.isnan(days) or days < 0):
            self.notes.add("file-unreadable-durations", task.id, Severity.WARNING)
            days = math.nan
        return days, elapsed

    def _item(self, task: _Task, ranked: bool) -> Item:
        values, work = task.values, task.work or self.default
        duration, elapsed = self._duration(task)
        summary = task.yes("Summary")
        point = duration == 0 and not summary
        if task.yes("Milestone") and duration > 0 and not summary:
            self.notes.add("file-milestones-with-duration", task.id)
        outline = values.get("OutlineNumber")
        item = Item(
            id=task.id, name=values.get("Name", ""), kind=Kind.MILESTONE if point else Kind.ACTIVITY,
            wbs=values.get("WBS") or outline, parent=task.above,
            duration=duration, elapsed=elapsed,
            progress=min(1.0, max(0.0, number(values.get("PercentComplete"), 0.0) / 100)),
            notes=values.get("Notes"), link=values.get("HyperlinkAddress") or values.get("Hyperlink"),
        )
        if ranked and "Priority" in values:
            item.priority = values["Priority"]
            item.priority_rank = min(5.0, max(1.0, 5 - number(item.priority, 500) / 250))  # Project: 0 lowest, 1000 highest
        start, finish = self._moment(task, "Start", "ManualStart"), self._moment(task, "Finish", "ManualFinish")
        item.planned_start, item.planned_finish = self._span(task, start, finish, point, elapsed)
        item.actual_start, item.actual_finish = self._span(
            task, self._moment(task, "ActualStart"), self._moment(task, "ActualFinish"), point, elapsed)
        base_start, base_finish = day_of(task.baseline.get("Start")), day_of(task.baseline.get("Finish"))
        item.baseline_start, item.baseline_finish = self._span(
            task, base_start, base_finish, base_start is not None and base_start == base_finish, elapsed)
        if (deadline := self._moment(task, "Deadline")) is not None:
            item.deadline = work.deadline_day(deadline)
        item.state = state_of(item.progress, item.actual_start is not None, item.actual_finish is not None)
        if values.get("Active", "1") not in _YES:
            item.state = State.CANCELLED
            self.notes.add("file-inactive-tasks", task.id)
        if values.get("CalendarUID", "-1") != "-1" or work is not self.default:
            item.calendar = work.spec.name if work is not self.default else None
            self.used.setdefault(work.spec.name, work)
        self._constrain(task, item, point)
        self._delay(task, item, start, finish, work)
        item.attributes = self._attributes(task)
        self._note_task(task, item, start, finish, work)
        self.people.fill(values.get("UID", ""), item)
        if self.is_own:
            _as_it_was(item)
        return item

    def _moment(self, task: _Task, *names: str) -> dt.datetime | None:
        for name in names:
            text = task.values.get(name)
            if text and text.upper() != "NA":
                moment = day_of(text)
                if moment is None:
                    self.notes.add("file-unreadable-dates", task.id, Severity.WARNING)
                return moment
        return None

    def _span(self, task: _Task, start: dt.datetime | None, finish: dt.datetime | None, point: bool,
              elapsed: bool) -> tuple[dt.date | None, dt.date | None]:
        work = task.work or self.default
        if point:
            at = finish or start
            day = work.finish_day(at) if at else None
            return (day if start else None), (day if finish else None)
        first = None if start is None else start.date() if elapsed else work.start_day(start)
        last = None if finish is None else work.finish_day(finish, start, elapsed)
        return first, max(last, first) if first and last else last

    def _constrain(self, task: _Task, item: Item, point: bool) -> None:
        work = task.work or self.default
        item.manual = task.yes("Manual")
        if task.yes("Summary"):
            return
        if item.manual:
            self.notes.add("file-manual-tasks", task.id)
            return
        item.constraint = _CONSTRAINTS.get(task.values.get("ConstraintType", "0"))
        moment = self._moment(task, "ConstraintDate")
        if item.constraint is None or item.constraint is Constraint.ALAP:
            return
        if moment is None:
            item.constraint = None
        elif item.constraint in _FINISH_CONSTRAINTS:
            item.constraint_date = work.deadline_day(moment)
        elif point:  # a milestone's day is the one at whose close it is reached
            item.constraint_date = work.finish_day(moment)
        else:
            item.constraint_date = work.start_day(moment)

    def _delay(self, task: _Task, item: Item, start: dt.datetime | None, finish: dt.datetime | None, work: WorkTime) -> None:
        """Levelling delay, and the pause of split work: what its dates span beyond its duration."""
        if task.yes("Summary") or item.manual or item.actual_start is not None:
            return
        delay = number(task.values.get("LevelingDelay"), 0) / 10 / MINUTES_A_DAY
        if delay > 0:
            item.delay = bounded_days(delay)
            self.notes.add("file-levelling-delays", task.id)
        if item.elapsed or start is None or finish is None or not item.duration > 0:
            return
        pause = work.days_before(finish) - work.days_before(start) - item.duration
        if pause > _LEAST_PAUSE:
            item.pause = pause

    def _link(self, task: _Task, values: dict[str, str], by_uid: dict[str, _Task]) -> Link | None:
        before = by_uid.get(values.get("PredecessorUID", ""))
        if before is None:
            code = "file-cross-project-links" if values.get("CrossProject") in _YES else "file-broken-links"
            self.notes.add(code, task.id, Severity.WARNING)
            return None
        code_ = int(number(values.get("LagFormat"), 7))
        raw = number(values.get("LinkLag"), math.nan if "LinkLag" in values else 0.0)
        unit = LagUnit.ELAPSED if code_ in _ELAPSED_FORMATS else LagUnit.WORKING
        if code_ in _PERCENT_FORMATS:
            if unit is LagUnit.ELAPSED and raw:
                self.notes.add("file-elapsed-percent-lags", task.id)
            unit, lag = LagUnit.PERCENT, raw / 100
        elif unit is LagUnit.ELAPSED:
            lag = raw / 10 / MINUTES_A_DAY
        else:
            lag = raw / 10 / task.minutes_per_day
        lag = bounded_days(lag)
        kind = _LINK_TYPES.get(values.get("Type", "1"))
        if kind is None:
            self.notes.add("file-unknown-link-types", task.id, Severity.WARNING, text=values["Type"][:20])
        return Link(before.id, task.id, kind or LinkType.FS, lag,
                    LagUnit.WORKING if lag == 0 else unit, f"ID {task.id}")

    def _attributes(self, task: _Task) -> dict[str, str]:
        values = task.values
        out = {}
        if values.get("UID") not in (None, task.id):
            out["UID"] = values["UID"]
        if values.get("OutlineNumber") not in (None, values.get("WBS", values.get("OutlineNumber"))):
            out["OutlineNumber"] = values["OutlineNumber"]
        for name in ("Manual", "Estimated", "ExternalTask", "Recurring"):
            if task.yes(name) or (name == "Estimated" and number(values.get("DurationFormat"), 0) >= _ESTIMATED_FROM
                                  and values.get("DurationFormat") != "53"):
                out[name] = "1"
        for name in ("Contact", "PhysicalPercentComplete"):
            if values.get(name) not in (None, "0"):
                out[name] = values[name]
        for field_id, value in task.custom.items():
            out[self.custom_names.get(field_id) or f"Field {field_id}"] = value
        return out

    def _note_task(self, task: _Task, item: Item, start: dt.datetime | None, finish: dt.datetime | None, work: WorkTime) -> None:
        if task.yes("Summary"):
            return
        note_times(self.notes, item, start, finish, work)
        stop, resume = day_of(task.values.get("Stop")), day_of(task.values.get("Resume"))
        paused = 0 < item.progress < 1 and stop and resume and resume.date() > work.next(stop.date())
        if paused or self.people.interrupted(task.values.get("UID", ""), self.calendars, self.default):
            kept = not paused and not math.isnan(item.pause)
            self.notes.add("file-split-tasks" if kept else "file-suspended-tasks", task.id, Severity.INFO if kept else Severity.WARNING)
        if task.yes("IsSubproject"):
            self.notes.add("file-subprojects", task.id, Severity.WARNING)
        if self.people.contoured(task.values.get("UID", "")):
            self.notes.add("file-work-contours", task.id)

    def _note_project(self) -> None:
        if self.project.get("ScheduleFromStart") in ("0", "false"):
            self.notes.add("file-scheduled-from-finish")
        stated, works = number(self.project.get("MinutesPerDay"), 0), self.default.spec.minutes_per_day
        if stated and abs(stated - works) > 0.5:
            self.notes.add("file-day-length", stated=stated / 60, works=works / 60)
