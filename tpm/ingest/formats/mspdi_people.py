"""Who works on a task of Microsoft Project XML: resources and assignments."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from tpm.ingest.formats.assemble import Item
from tpm.ingest.formats.mspdi_calendars import Calendars
from tpm.ingest.formats.safe_xml import children, fields
from tpm.ingest.formats.worktime import WorkTime, day_of

_PLANNED, _DONE = "1", "2"  # TimephasedData/Type: work that remains, work that was done
_Time = tuple[dt.datetime, dt.datetime]
_WORK = "1"  # Resource/Type: 0 material, 1 work, 2 cost


@dataclass(frozen=True, slots=True)
class _Resource:
    name: str
    group: str
    calendar: str  # UID
    works: bool


@dataclass(slots=True)
class People:
    """Resources by UID, and which of them each task (by UID) has, in the file's order."""

    _resources: dict[str, _Resource] = field(default_factory=dict)
    _assigned: dict[str, list[str]] = field(default_factory=dict)
    _contoured: set[str] = field(default_factory=set)
    _pieces: dict[str, list[tuple[str, list[_Time]]]] = field(default_factory=dict)  # task → resource, when it works on it

    def take_resource(self, values: Mapping[str, str]) -> None:
        """A ``Resource`` element's fields; nameless ones (the table's blank rows) are nobody."""
        if "UID" in values and "Name" in values:
            works = values.get("Type", _WORK) == _WORK and values.get("IsCostResource") != "1"
            self._resources[values["UID"]] = _Resource(
                values["Name"], values.get("Group", ""), values.get("CalendarUID", "-1"), works)

    def take_assignment(self, element: ET.Element) -> None:
        """An ``Assignment`` element: who, how evenly, and when."""
        values = fields(element)
        task, resource = values.get("TaskUID", ""), values.get("ResourceUID", "")
        of_task = self._assigned.setdefault(task, [])
        if resource not in of_task:
            of_task.append(resource)
        if values.get("WorkContour", "0") != "0":
            self._contoured.add(task)
        if times := _times(element):
            self._pieces.setdefault(task, []).append((resource, times))

    def contoured(self, task: str) -> bool:
        """Whether work on the task is spread unevenly over its duration."""
        return task in self._contoured

    def interrupted(self, task: str, calendars: Calendars, default: WorkTime) -> bool:
        """Whether somebody's work on the task pauses on days on which that person works: the task is split."""
        for uid, times in self._pieces.get(task, ()):
            work = (calendars.get(self._resources[uid].calendar) if uid in self._resources else None) or default
            if any(work.onward(work.start_day(end), 1) < begin.date() for (_, end), (begin, _) in pairwise(times)):
                return True
        return False

    def _of(self, task: str) -> list[_Resource]:
        return [self._resources[uid] for uid in self._assigned.get(task, ()) if uid in self._resources]

    def calendars(self, task: str, calendars: Calendars) -> list[WorkTime]:
        """The calendars of the people on the task."""
        found = (calendars.get(one.calendar) for one in self._of(task) if one.works)
        return [work for work in found if work is not None]

    def fill(self, task: str, item: Item) -> None:
        """Give ``item`` its owner, its team (where all its people are of one group) and its materials."""
        people = [one for one in self._of(task) if one.works]
        item.owner = ", ".join(dict.fromkeys(one.name for one in people)) or None
        groups = list(dict.fromkeys(one.group for one in people if one.group))
        if len(groups) == 1:
            item.team = groups[0]
        elif groups:
            item.attributes["Resource group"] = ", ".join(groups)
        others = [one.name for one in self._of(task) if not one.works]
        if others:
            item.attributes["Materials and costs"] = ", ".join(dict.fromkeys(others))


def _times(element: ET.Element) -> list[_Time]:
    """When an assignment's work is done, in order; nothing where it is done in one piece."""
    out = []
    for one in children(element, "TimephasedData"):
        said = fields(one)
        begin, end = day_of(said.get("Start")), day_of(said.get("Finish"))
        if said.get("Type") in (_PLANNED, _DONE) and said.get("Value", "PT0H0M0S") != "PT0H0M0S" and begin and end:
            out.append((begin, end))
    return sorted(out) if len(out) > 1 else []
