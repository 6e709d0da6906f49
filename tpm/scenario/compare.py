"""Up to four scenarios side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tpm.i18n import Language, t
from tpm.model import Plan, Schedule
from tpm.scenario.answer import Answer, what_if
from tpm.scenario.changes import ChangeKind, Scenario
from tpm.scenario.words import landing
from tpm.schedule.problem import Problem

MOST: Final = 4  # columns that a reader compares at a glance


@dataclass(frozen=True)
class Compared:
    """One scenario beside the others. Days are working days of the target's calendar."""

    scenario: Scenario
    answer: Answer
    finish: dt.date | None  # of the target
    days: float | None  # later than without any change
    items: int  # that move
    teams: tuple[str, ...]  # with an item that moves
    missed: tuple[str, ...]  # ids whose deadline is missed in this scenario, whether or not it was before
    dropped: tuple[str, ...]  # ids that are no longer in the plan

    def sentence(self, lang: Language) -> str:
        """The scenario in one sentence."""
        return t("scenario.compare.sentence", lang, scenario=self.scenario.name, headline=landing(self.answer, lang), count=self.items,
                 missed=len(self.missed), dropped=len(self.dropped))


def compare_scenarios(plan: Plan, schedule: Schedule, scenarios: Sequence[Scenario], target: str | None = None,
                      problem: Problem | None = None) -> tuple[Compared, ...]:
    """Every scenario applied to the same plan. Raises ``ValueError`` for more than four."""
    if len(scenarios) > MOST:
        raise ValueError(f"at most {MOST} scenarios are compared")
    return tuple(_compared(plan, scenario, what_if(plan, schedule.options, scenario.changes, target, schedule, problem))
                 for scenario in scenarios)


def _compared(plan: Plan, scenario: Scenario, answer: Answer) -> Compared:
    rows = answer.plan.activities
    late = rows["deadline"].notna() & (answer.after.table["forecast_finish"].to_numpy() > rows["deadline"].to_numpy())
    late &= answer.after.table["state"].ne("done").to_numpy()
    dropped: tuple[str, ...] = ()
    if any(change.kind == ChangeKind.DROP for change in answer.applied):
        kept = set(rows["id"])
        dropped = tuple(item for item in plan.activities["id"] if item not in kept)
    return Compared(scenario, answer, answer.after_finish, answer.days, len(answer.moved), answer.teams, tuple(rows["id"][late]), dropped)
