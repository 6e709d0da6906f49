"""One item's answers: why it is here, why it is not critical, what moves when it slips, its four sets of dates.

The answers come from :mod:`tpm.schedule.paths`; this module words them. Names come as the sheet has them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from tpm.i18n import Language, format_range, t
from tpm.insight.probe import days_between, target_calendar
from tpm.model import Kind, Plan, Schedule, State
from tpm.schedule import paths

SLIPS: Final = (5, 10)  # working days
_LONGEST_CHAIN: Final = 60  # sentences; a longer chain is told to its start with a count of what is between
_SETS: Final = (("planned", "planned_start", "planned_finish"), ("baseline", "baseline_start", "baseline_finish"),
                ("actual", "actual_start", "actual_finish"), ("forecast", "forecast_start", "forecast_finish"))


@dataclass(frozen=True, slots=True)
class Moved:
    """An item that a slip moves. ``days`` are working days of its own calendar, positive later."""

    id: str
    name: str
    team: str | None
    days: float
    before: dt.date
    after: dt.date
    deadline_missed: bool  # kept before the slip, missed after it


@dataclass(frozen=True)
class Slip:
    """What happens when one item finishes ``days`` working days later."""

    days: int
    finish_before: dt.date | None  # of the target, or of the plan
    finish_after: dt.date | None
    finish_days: float
    moved: tuple[Moved, ...]  # without the item itself; the most moved first


@dataclass(frozen=True)
class Item:
    """One activity or milestone in its plan and schedule. Raises ``KeyError`` when ``id`` is not in the plan."""

    plan: Plan
    schedule: Schedule
    id: str

    def __post_init__(self) -> None:
        if self.id not in self._position:
            raise KeyError(self.id)

    @cached_property
    def _position(self) -> dict[str, int]:
        return {item: index for index, item in enumerate(self.plan.activities["id"])}

    def _row(self, item: str) -> dict[str, Any]:
        index = self._position[item]
        both = (*self.plan.activities.iloc[index].items(), *self.schedule.table.iloc[index].items())
        return {str(name): cell for name, cell in both}

    @cached_property
    def row(self) -> dict[str, Any]:
        """The item's columns of the plan and of the schedule."""
        return self._row(self.id)

    def name_of(self, item: str) -> str:
        """The name of any item of the plan."""
        return str(self._row(item)["name"])

    def dates(self, lang: Language) -> list[tuple[str, str]]:
        """(name of the set, range of dates) for every set that has any, the deadline last."""
        out = []
        for name, first, last in _SETS:
            start, finish = self.row[first], self.row[last]
            if pd.notna(start) or pd.notna(finish):
                start, finish = (finish if pd.isna(start) else start), (start if pd.isna(finish) else finish)
                out.append((t(f"item.set.{name}", lang), format_range(start, finish, lang)))
        if pd.notna(self.row["deadline"]):
            out.append((t("item.set.deadline", lang), format_range(self.row["deadline"], self.row["deadline"], lang)))
        return out

    def why_here(self, lang: Language) -> list[str]:
        """What drives the item, and what drives that, back to the start; a sentence each."""
        backwards = [step.id for step in paths.why_here(self.schedule, self.id)]
        told = [self._driven(item, lang) for item in backwards[:_LONGEST_CHAIN]]
        if len(backwards) > _LONGEST_CHAIN:
            told[-2:] = [t("item.why.between", lang, count=len(backwards) - _LONGEST_CHAIN + 1), self._driven(backwards[-1], lang)]
        return told

    def _driven(self, item: str, lang: Language) -> str:
        row = self._row(item)
        words: dict[str, Any] = {"name": row["name"], "start": row["forecast_start"], "finish": row["forecast_finish"]}
        kind = row["driver_kind"]
        if kind == "dependency" and row["driver"] is not None:
            driver = self._row(row["driver"])
            links = self.schedule.links
            link = links[(links["predecessor"] == row["driver"]) & (links["successor"] == item)]
            how = str(link["type"].iloc[0]).lower() if len(link) else "fs"  # a link of a summary row reaches its leaves
            words.update(driver=driver["name"], driver_start=driver["forecast_start"], driver_finish=driver["forecast_finish"])
            return t(f"item.why.{how}", lang, **words)
        if kind == "constraint":
            return t("item.why.constraint", lang, constraint=row["constraint"] or "", date=row["constraint_date"], **words)
        if kind == "status_date":
            return t("item.why.status-date", lang, status=self.schedule.options.status_date, **words)
        if kind in ("planned", "project_start", "actual", "summary"):
            return t(f"item.why.{str(kind).replace('_', '-')}", lang, **words)
        return t("item.why.unscheduled", lang, **words)

    def why_not_critical(self, lang: Language) -> str:
        """How many days of float, and through which successor; or that it is critical."""
        row = self.row
        days, name = row["total_float"], row["name"]
        if row["kind"] == Kind.SUMMARY:
            return t("item.float.summary", lang, name=name)
        if row["state"] == State.DONE:
            return t("item.float.done", lang, name=name)
        if not row["scheduled"] or days != days:
            return t("item.float.unknown", lang, name=name)
        if self.plan.dependencies.empty:
            return t("item.float.no-links", lang)
        if row["critical"]:
            return t("item.float.negative" if days < 0 else "item.float.critical", lang, name=name, days=-days)
        if row["limiter"] is None:
            return t("item.float.to-finish", lang, name=name, days=days)
        return t("item.float.through", lang, name=name, days=days, successor=self._row(row["limiter"])["name"])

    def can_slip(self) -> bool:
        """Whether a slip of this item means anything: scheduled, not done, not a roll-up."""
        return bool(self.row["scheduled"]) and self.row["kind"] != Kind.SUMMARY and self.row["state"] not in (State.DONE, State.CANCELLED)

    def slip(self, days: int) -> Slip:
        """What moves when the item lies ``days`` working days later than forecast. Raises ``ValueError`` unless :meth:`can_slip`."""
        if not self.can_slip():
            raise ValueError(f"{self.id} cannot slip")
        moves = [move for move in paths.slip(self.plan, self.schedule, self.id, days) if move.before is not None and move.after is not None]
        before, target = self.schedule.finish, self.schedule.options.target
        reached = [move.after for move in moves if move.after is not None and target in (None, move.id)]
        after = before if before is None else max([before, *reached])
        calendar = target_calendar(self.plan, self.schedule, target)
        finish_days = 0.0 if before is None or after is None else days_between(calendar, before, after)
        others = sorted((self._moved(move) for move in moves if move.id != self.id), key=lambda one: -one.days)
        return Slip(days, before, after, finish_days, tuple(others))

    def _moved(self, move: paths.Move) -> Moved:
        row = self._row(move.id)
        assert move.before is not None
        assert move.after is not None
        deadline = row["deadline"]
        missed = pd.notna(deadline) and move.before <= deadline.date() < move.after
        return Moved(move.id, row["name"], move.team, move.days, move.before, move.after, bool(missed))


def slip_words(item: Item, slip: Slip, lang: Language) -> str:
    """What a slip does, as one sentence: how many items of which teams move, and the finish."""
    name = item.row["name"]
    if not slip.moved and not slip.finish_days:
        return t("item.slip.nothing", lang, name=name, days=slip.days)
    teams = [team for team in dict.fromkeys(one.team for one in slip.moved) if team]
    if not slip.moved:
        whose = t("item.slip.only-it", lang)
    elif teams:
        joined = ", ".join(teams[:4]) + (t("item.slip.more-teams", lang, count=len(teams) - 4) if len(teams) > 4 else "")
        whose = t("item.slip.teams", lang, count=len(slip.moved), teams=joined)
    else:
        whose = t("item.slip.items", lang, count=len(slip.moved))
    key = "item.slip.finish-moves" if slip.finish_days else "item.slip.finish-holds"
    target = item.schedule.options.target
    aimed = t("item.slip.plan", lang) if target is None else f"“{item.name_of(target)}”"
    return t(key, lang, name=name, days=slip.days, whose=whose, by=slip.finish_days, finish=slip.finish_after, target=aimed)
