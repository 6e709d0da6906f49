"""GanttProject (``.gan``): nested tasks, dependencies by successor, one calendar, people with roles → a Plan.

- A task has a start and a duration in working days; the finish is counted here. A milestone (``meeting``) starts at the
  opening of its day, which is the close of the working day before; in files without ``empty-milestones`` (before
  version 2.8) it lasted a day and is reached on its own day.
- ``depend`` stands in the *predecessor* and names the successor; types 1 to 4 are SS, FS, FF, SF; ``difference`` is the lag
  in working days. *Rubber* and *Strong* links bound the successor alike and are read alike.
- ``default-week`` marks days off with 1. Holidays without a year return every year and are spelled out around the plan.
- Of several baselines (``previous-tasks``) the last is taken.

Not read: colours, views, costs, and vacations, which GanttProject draws but does not schedule by.
"""

from __future__ import annotations

import datetime as dt
import math
import xml.etree.ElementTree as ET
from typing import Final
from urllib.parse import unquote

from tpm.findings import Severity
from tpm.ingest.formats.assemble import Item, Link, Notes, assemble, bounded_days, finish_after, number, state_of, unique_ids
from tpm.ingest.formats.safe_xml import Root, children, declared_encoding, descend, local_name, records, refuse, root_of
from tpm.ingest.formats.worktime import OFFICE_HOURS, WorkTime, day_of, spec_from
from tpm.model import CalendarSpec, Constraint, ImportResult, Kind, LinkType

_CONTAINERS: Final = frozenset({"project"})
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TYPES: Final = {"1": LinkType.SS, "2": LinkType.FS, "3": LinkType.FF, "4": LinkType.SF}
_PRIORITY: Final = {"4": ("Highest", 1.0), "2": ("High", 2.0), "1": ("Normal", 3.0), "0": ("Low", 4.0), "3": ("Lowest", 5.0)}
_ROLES: Final = {"Default:1": "Project manager"}  # Default:0 is "undefined"
_EARLIEST_BEGIN: Final = "1"  # thirdDate-constraint
_SLACK_YEARS: Final = 10
_COLUMNS: Final = {
    "id": "id", "name": "name", "kind": "meeting", "wbs": "task", "parent": "task", "planned_start": "start",
    "planned_finish": "duration", "duration": "duration", "progress": "complete", "priority": "priority",
    "baseline_start": "previous-tasks", "baseline_finish": "previous-tasks", "constraint": "thirdDate-constraint",
    "constraint_date": "thirdDate", "owner": "allocation", "notes": "notes", "link": "webLink", "predecessors": "depend",
}


def looks_like(data: bytes) -> bool:
    """Whether ``data`` begins as a GanttProject file; a prefix of the file is enough."""
    root = root_of(data)
    return root is not None and root.name == "project" and (
        root.doctype or bool({"version", "view-date", "gantt-divider-location"} & set(root.attributes)))


def read(name: str, data: bytes) -> ImportResult:
    """The plan in the GanttProject file ``name``.

    Raises :class:`~tpm.findings.InputError` for broken or dangerous XML and for XML of another kind.
    """
    root = root_of(data)
    if root is not None and not root.doctype and root.name != "project":
        raise refuse("file-not-gan", name, root=root.name)
    return _Reader(name, data, root).result()


class _Reader:
    def __init__(self, name: str, data: bytes, root: Root | None) -> None:
        self.name, self.encoding = name, declared_encoding(data)
        self.notes = Notes(name)
        self.title = root.attributes.get("name", "") if root else ""
        self.tasks: list[tuple[ET.Element, int | None, str]] = []  # element, position of its parent, outline number
        self.properties: dict[str, str] = {}
        self.empty_milestones = False
        self.names: dict[str, str] = {}  # resource id → name
        self.roles: dict[str, str] = dict(_ROLES)
        self.allocations: dict[str, list[dict[str, str]]] = {}
        self.baseline: dict[str, dict[str, str]] = {}
        self.work = WorkTime(CalendarSpec("default"))
        self._calendars: ET.Element | None = None
        for _, element in records(name, data, _CONTAINERS):
            self._take(local_name(element.tag), element)
        self.ids = unique_ids([element.get("id") or "?" for element, _, _ in self.tasks])
        if any(mine != element.get("id") for mine, (element, _, _) in zip(self.ids, self.tasks, strict=True)):
            self.notes.add("file-ids-replaced", severity=Severity.WARNING)
        self._read_calendar()

    def _take(self, tag: str, element: ET.Element) -> None:
        if tag == "tasks":
            self.empty_milestones = element.get("empty-milestones") == "true"
            for one in descend(element, "taskproperties", "taskproperty"):
                if one.get("type") == "custom":
                    self.properties[one.get("id", "")] = one.get("name", "")
            self._walk(element)
        elif tag == "calendars":
            self._calendars = element
        elif tag == "resources":
            self.names.update((one.get("id", ""), one.get("name", "")) for one in children(element, "resource"))
        elif tag == "roles":
            self.roles.update((one.get("id", ""), one.get("name", "")) for one in children(element, "role"))
        elif tag == "allocations":
            for one in children(element, "allocation"):
                self.allocations.setdefault(one.get("task-id", ""), []).append(dict(one.attrib))
        elif tag == "vacations" and len(element):
            self.notes.add("file-vacations")
        elif tag == "previous":
            taken = children(element, "previous-tasks")
            if len(taken) > 1:
                self.notes.add("file-other-baselines", baselines=len(taken), baseline=taken[-1].get("name", ""))
            for one in taken[-1:]:
                self.baseline = {task.get("id", ""): dict(task.attrib) for task in children(one, "previous-task")}

    def _walk(self, tasks: ET.Element) -> None:
        """Tasks depth first, with outline numbers; a stack, because an outline may be deep."""
        stack = [(element, None, f"{n}") for n, element in _numbered(tasks)]
        found: list[tuple[ET.Element, int | None, str]] = []
        pending: list[tuple[ET.Element, int | None, str]] = list(reversed(stack))
        while pending:
            element, above, outline = pending.pop()
            found.append((element, above, outline))
            here = len(found) - 1
            pending.extend(reversed([(child, here, f"{outline}.{n}") for n, child in _numbered(element)]))
        self.tasks = found

    def _read_calendar(self) -> None:
        if self._calendars is None:
            return
        element = self._calendars
        if element.get("base-id"):
            self.notes.add("file-base-calendar-missing", severity=Severity.WARNING, calendar=element.get("base-id"))
        week = [True] * 5 + [False] * 2
        for default in descend(element, "day-types", "default-week"):
            week = [default.get(day, "0") != "1" for day in _DAYS]
        if any(one.get("value") == "true" for one in descend(element, "day-types", "only-show-weekends")):
            week = [True] * 7  # weekends are drawn, and worked
        starts = [moment.year for task, _, _ in self.tasks if (moment := day_of(task.get("start")))]
        years = range(min(starts, default=2000) - _SLACK_YEARS, max(starts, default=2040) + _SLACK_YEARS + 1)
        marks: dict[dt.date, bool] = {}
        for one in children(element, "date"):
            kind = one.get("type", "HOLIDAY")
            if kind not in ("HOLIDAY", "WORKING_DAY"):
                continue
            year = one.get("year", "")
            for each in [int(number(year, 0))] if year else years:
                day = day_of(f"{each:04d}-{int(number(one.get('month'), 0)):02d}-{int(number(one.get('date'), 0)):02d}")
                if day is not None:
                    marks[day.date()] = kind == "WORKING_DAY"
        shifts = {n: OFFICE_HOURS if on else () for n, on in enumerate(week)}
        spec = spec_from("default", shifts, marks)
        if spec is None:
            self.notes.add("file-calendar-without-work", severity=Severity.WARNING, calendar="default")
        else:
            self.work = WorkTime(spec, shifts)

    def _link_type(self, text: str, id_: str) -> LinkType:
        if text not in _TYPES:
            self.notes.add("file-unknown-link-types", id_, Severity.WARNING, text=text[:20])
        return _TYPES.get(text, LinkType.FS)

    def result(self) -> ImportResult:
        """Convert everything."""
        items = [self._item(n) for n in range(len(self.tasks))]
        by_gan_id = {element.get("id", ""): mine for mine, (element, _, _) in zip(self.ids, self.tasks, strict=True)}
        links = [
            Link(mine, by_gan_id.get(one.get("id", ""), ""), self._link_type(one.get("type", "2"), mine),
                 bounded_days(number(one.get("difference"), 0.0 if not one.get("difference") else math.nan)), source=f"ID {mine}")
            for mine, (element, _, _) in zip(self.ids, self.tasks, strict=True) for one in children(element, "depend")
        ]
        return assemble(
            self.name, "gan", items, links, self.notes, sheet="tasks", columns=_COLUMNS, name=self.title,
            default=self.work.spec, calendars={self.work.spec.name: self.work.spec}, encoding=self.encoding,
        )

    def _item(self, at: int) -> Item:
        element, above, outline = self.tasks[at]
        id_ = self.ids[at]
        summary = bool(children(element, "task"))
        duration = bounded_days(number(element.get("duration")))
        point = element.get("meeting") == "true" and not summary
        text = element.get("start")
        start = day_of(text)
        if text and start is None:
            self.notes.add("file-unreadable-dates", id_, Severity.WARNING)
        if math.isnan(duration) or duration < 0:
            self.notes.add("file-unreadable-durations", id_, Severity.WARNING)
            duration = math.nan
        item = Item(
            id=id_, name=element.get("name", "").strip(), wbs=outline, parent=None if above is None else self.ids[above],
            duration=0.0 if point else duration, progress=min(1.0, max(0.0, number(element.get("complete"), 0.0) / 100)),
            link=unquote(element.get("webLink", "")) or None,
        )
        point = point or (duration == 0 and not summary)
        item.kind = Kind.MILESTONE if point else Kind.ACTIVITY
        item.state = state_of(item.progress, started=False)
        if element.get("priority") in _PRIORITY:
            item.priority, item.priority_rank = _PRIORITY[element.get("priority", "")]
        if start is not None:
            item.planned_start, item.planned_finish = self._span(start.date(), duration, point)
            if point and item.planned_finish != start.date():
                self.notes.add("file-milestones-at-opening", id_)
        if (before := self.baseline.get(element.get("id", ""))) is not None and (moment := day_of(before.get("start"))):
            item.baseline_start, item.baseline_finish = self._span(
                moment.date(), bounded_days(number(before.get("duration"))), before.get("meeting") == "true")
        third = day_of(element.get("thirdDate"))
        if element.get("thirdDate-constraint") == _EARLIEST_BEGIN and third is not None and not summary:
            item.constraint = Constraint.SNET
            item.constraint_date = self._span(third.date(), duration, point)[0]
        notes = " ".join((one.text or "").strip() for one in children(element, "notes"))
        item.notes = notes or None
        for one in children(element, "customproperty"):
            label = self.properties.get(one.get("taskproperty-id", ""))
            if label and one.get("value"):
                item.attributes[label] = one.get("value", "")
        self._fill_people(element.get("id", ""), item)
        return item

    def _span(self, start: dt.date, duration: float, point: bool) -> tuple[dt.date, dt.date]:
        if not point:
            return start, finish_after(start, duration, self.work)
        opening = self.empty_milestones or duration == 0
        day = self.work.previous(start) if opening else start
        return day, day

    def _fill_people(self, id_: str, item: Item) -> None:
        """Owners with the coordinator (``responsible``) first, and what their roles are."""
        mine = sorted(self.allocations.get(id_, []), key=lambda one: one.get("responsible") != "true")
        names = dict.fromkeys(name for one in mine if (name := self.names.get(one.get("resource-id", ""))))
        item.owner = ", ".join(names) or None
        roles = dict.fromkeys(role for one in mine if (role := self.roles.get(one.get("function", ""))))
        if roles:
            item.attributes["Role"] = ", ".join(roles)


def _numbered(element: ET.Element) -> list[tuple[int, ET.Element]]:
    return list(enumerate(children(element, "task"), start=1))
