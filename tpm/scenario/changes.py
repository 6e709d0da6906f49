"""Changes as data: one thing that a person would do to a plan, and a scenario: a name and changes in order.

A change names its item by id and remembers the item's name, so that it survives a newer upload where either still matches.
It is never altered; undo is leaving out the last one. Dates are ISO text, days working days, progress a share 0–1, so that a
change goes through JSON unharmed. What a change *does* is in :mod:`tpm.scenario.apply`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Final

from tpm.model import DAYS_MOST, LagUnit, LinkType, Plan, day_from, number_from


class ChangeKind(StrEnum):
    """What is done to the plan."""

    SHIFT = "shift"  # value: working days, later is positive, counted from where the item is shown (its forecast)
    SET_START = "set_start"  # value: ISO date
    SET_FINISH = "set_finish"  # value: ISO date, inclusive; the start stays where it is shown
    SET_DURATION = "set_duration"  # value: working days
    SET_PROGRESS = "set_progress"  # value: share 0–1
    ADD_LINK = "add_link"  # item → other, link_type, lag, lag_unit
    REMOVE_LINK = "remove_link"  # item → other; link_type where only one of several is meant
    DROP = "drop"  # the item (of a summary: everything below it) leaves the plan
    ADD_HOLIDAY = "add_holiday"  # value … until: days that nobody (or the team) works
    FREEZE = "freeze"  # the same, and no milestone planned in it is reached before it ends
    FIRE_RISK = "fire_risk"  # item: id of the risk
    RETIRE_RISK = "retire_risk"


_DATED: Final = (ChangeKind.SET_START, ChangeKind.SET_FINISH, ChangeKind.ADD_HOLIDAY, ChangeKind.FREEZE)
_COUNTED: Final = (ChangeKind.SHIFT, ChangeKind.SET_DURATION, ChangeKind.SET_PROGRESS)
LINKS: Final = (ChangeKind.ADD_LINK, ChangeKind.REMOVE_LINK)
CALENDAR: Final = (ChangeKind.ADD_HOLIDAY, ChangeKind.FREEZE)
RISKS: Final = (ChangeKind.FIRE_RISK, ChangeKind.RETIRE_RISK)


@dataclass(frozen=True, slots=True)
class Change:
    """One change; the functions below make them. Raises ``ValueError`` for a value that its kind cannot hold.

    ``item`` and ``other`` are ids (of a risk for the risk kinds); ``item_name`` and ``other_name`` find them again when the ids of
    a newer upload are different (:func:`named` fills them).
    """

    kind: ChangeKind
    item: str = ""
    value: float | str | None = None
    other: str = ""
    link_type: LinkType | None = None
    lag: float = 0.0
    lag_unit: LagUnit = LagUnit.WORKING
    until: str | None = None  # last day of a holiday or freeze, ISO, inclusive
    team: str | None = None  # whose calendar; None: everybody's
    item_name: str = ""
    other_name: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if not all(isinstance(text, str) for text in (self.item, self.other, self.item_name, self.other_name, self.note, self.team or "")):
            raise ValueError(f"{self.kind}: names are text")
        if self.kind in _DATED:
            day_from(self.value)
        if self.kind in CALENDAR:
            day_from(self.until)
        elif not self.item:
            raise ValueError(f"{self.kind}: no item is named")
        if self.kind in LINKS and not self.other:
            raise ValueError(f"{self.kind}: no successor is named")
        if self.kind in _COUNTED:
            number_from(self.value, -DAYS_MOST, DAYS_MOST)
        number_from(self.lag, -DAYS_MOST, DAYS_MOST)

    @property
    def number(self) -> float:
        """The value as a number: days or a share."""
        return float(self.value or 0.0)

    @property
    def date(self) -> dt.date:
        """The value as a date. Raises ``ValueError`` for a kind without one."""
        return dt.date.fromisoformat(str(self.value))

    @property
    def last(self) -> dt.date:
        """Last day of a holiday or freeze, inclusive."""
        return dt.date.fromisoformat(str(self.until))

    def as_json(self) -> dict[str, Any]:
        """The change as it is stored: its kind and what is not the default."""
        return {each.name: getattr(self, each.name) for each in fields(self)
                if each.name == "kind" or getattr(self, each.name) != each.default}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Change:
        """The change that :meth:`as_json` wrote. Raises ``ValueError`` or ``KeyError`` for anything else."""
        known = {each.name for each in fields(cls)}
        if unknown := set(stored) - known:
            raise ValueError(f"unknown parts of a change: {sorted(unknown)}")
        parts: dict[str, Any] = dict(stored)
        parts["kind"] = ChangeKind(parts["kind"])
        if parts.get("link_type") is not None:
            parts["link_type"] = LinkType(parts["link_type"])
        parts["lag_unit"] = LagUnit(parts.get("lag_unit", LagUnit.WORKING))
        return cls(**parts)


def shift(item: str, days: float) -> Change:
    """Move ``item`` (of a summary: all its open items) by working days from where it is shown; later is positive."""
    return Change(ChangeKind.SHIFT, item, float(days))


def set_start(item: str, day: dt.date) -> Change:
    """Start ``item`` on ``day``; it keeps its length."""
    return Change(ChangeKind.SET_START, item, day.isoformat())


def set_finish(item: str, day: dt.date) -> Change:
    """Finish ``item`` on ``day``; it starts where it is shown, so its length changes."""
    return Change(ChangeKind.SET_FINISH, item, day.isoformat())


def set_duration(item: str, days: float) -> Change:
    """Make ``item`` take ``days`` working days in all."""
    return Change(ChangeKind.SET_DURATION, item, float(days))


def set_progress(item: str, share: float) -> Change:
    """Say that ``share`` (0–1) of ``item`` is done."""
    return Change(ChangeKind.SET_PROGRESS, item, float(share))


def add_link(predecessor: str, successor: str, link_type: LinkType = LinkType.FS, lag: float = 0.0,
             lag_unit: LagUnit = LagUnit.WORKING) -> Change:
    """Let ``successor`` wait for ``predecessor``; a dependency of the same type between them gets the new lag."""
    return Change(ChangeKind.ADD_LINK, predecessor, other=successor, link_type=link_type, lag=float(lag), lag_unit=lag_unit)


def remove_link(predecessor: str, successor: str, link_type: LinkType | None = None) -> Change:
    """Cut the dependency (all between the two, or only that of one type)."""
    return Change(ChangeKind.REMOVE_LINK, predecessor, other=successor, link_type=link_type)


def drop(item: str) -> Change:
    """Take ``item`` out of the plan; of a summary everything below it."""
    return Change(ChangeKind.DROP, item)


def add_holiday(first: dt.date, last: dt.date, team: str | None = None) -> Change:
    """Days, both inclusive, on which nobody (or ``team``) works."""
    return Change(ChangeKind.ADD_HOLIDAY, value=first.isoformat(), until=last.isoformat(), team=team)


def freeze(first: dt.date, last: dt.date, team: str | None = None) -> Change:
    """A freeze, both days inclusive: no work, and a milestone planned in it is reached after it."""
    return Change(ChangeKind.FREEZE, value=first.isoformat(), until=last.isoformat(), team=team)


def fire_risk(risk: str) -> Change:
    """Let the risk happen: its impact days are added to what it hits (an opportunity saves them)."""
    return Change(ChangeKind.FIRE_RISK, risk)


def retire_risk(risk: str) -> Change:
    """Close the risk: it can no longer happen. The forecast stays; the simulation changes."""
    return Change(ChangeKind.RETIRE_RISK, risk)


def named(change: Change, plan: Plan) -> Change:
    """``change`` with the names that its ids have in ``plan``, so that it finds its items again when ids change."""
    if change.kind in CALENDAR:
        return change
    frame, column = (plan.risks, "title") if change.kind in RISKS else (plan.activities, "name")
    names = dict(zip(frame["id"], frame[column], strict=True))
    return replace(change, item_name=names.get(change.item) or change.item_name, other_name=names.get(change.other) or change.other_name)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A name and changes in the order in which they are made."""

    name: str
    changes: tuple[Change, ...] = ()

    def with_(self, change: Change) -> Scenario:
        """The scenario with one more change at its end."""
        return replace(self, changes=(*self.changes, change))

    def undo(self) -> Scenario:
        """The scenario without its last change; of an empty one itself. Redo is :meth:`with_` with what was left out."""
        return replace(self, changes=self.changes[:-1])

    def without(self, position: int) -> Scenario:
        """The scenario without the change at ``position``. Raises ``IndexError`` where there is none."""
        if not 0 <= position < len(self.changes):
            raise IndexError(position)
        return replace(self, changes=self.changes[:position] + self.changes[position + 1:])

    def as_json(self) -> dict[str, Any]:
        """The scenario as it is stored."""
        return {"name": self.name, "changes": [change.as_json() for change in self.changes]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Scenario:
        """The scenario that :meth:`as_json` wrote. Raises ``ValueError`` or ``KeyError`` for anything else."""
        return cls(str(stored["name"]), tuple(Change.from_json(each) for each in stored["changes"]))
