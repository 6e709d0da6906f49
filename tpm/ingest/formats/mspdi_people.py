"""Who works on a task of Microsoft Project XML: resources and assignments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tpm.ingest.formats.assemble import Item
from tpm.ingest.formats.mspdi_calendars import Calendars
from tpm.ingest.formats.worktime import WorkTime

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

    def take_resource(self, values: Mapping[str, str]) -> None:
        """A ``Resource`` element's fields; nameless ones (the table's blank rows) are nobody."""
        if "UID" in values and "Name" in values:
            works = values.get("Type", _WORK) == _WORK and values.get("IsCostResource") != "1"
            self._resources[values["UID"]] = _Resource(
                values["Name"], values.get("Group", ""), values.get("CalendarUID", "-1"), works)

    def take_assignment(self, values: Mapping[str, str]) -> None:
        """An ``Assignment`` element's fields."""
        task, resource = values.get("TaskUID", ""), values.get("ResourceUID", "")
        of_task = self._assigned.setdefault(task, [])
        if resource not in of_task:
            of_task.append(resource)
        if values.get("WorkContour", "0") != "0":
            self._contoured.add(task)

    def contoured(self, task: str) -> bool:
        """Whether work on the task is spread unevenly over its duration."""
        return task in self._contoured

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
