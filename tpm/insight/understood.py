"""What was read out of the files, in numbers and in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tpm.i18n import Language, t
from tpm.model import Kind, Plan
from tpm.schedule import planned_span


@dataclass(frozen=True, slots=True)
class Understood:
    """Counts of a plan. ``people`` are distinct names in the owner column; dates are inclusive."""

    activities: int
    milestones: int
    summaries: int
    undated: int  # activities and milestones without any planned date
    dependencies: int
    risks: int
    teams: int
    people: int
    first: dt.date | None
    last: dt.date | None
    missed: int = 0  # rows with a date, an owner or an id that were not read

    @property
    def empty(self) -> bool:
        """Nothing to plan with: no rows and no risks."""
        return not (self.activities or self.milestones or self.summaries or self.risks)


def understood(plan: Plan) -> Understood:
    """Count what ``plan`` holds."""
    rows = plan.activities
    work = rows["kind"] != Kind.SUMMARY
    dated = rows["planned_start"].notna() | rows["planned_finish"].notna()
    span = planned_span(plan) or (None, None)
    people = {name.strip() for names in rows["owner"].dropna() for name in names.split(",") if name.strip()}
    return Understood(
        activities=int((rows["kind"] == Kind.ACTIVITY).sum()),
        milestones=int((rows["kind"] == Kind.MILESTONE).sum()),
        summaries=int((~work).sum()),
        undated=int((work & ~dated).sum()),
        dependencies=len(plan.dependencies),
        risks=len(plan.risks),
        teams=int(rows["team"].nunique()),
        people=len(people),
        first=span[0],
        last=span[1],
        missed=plan.rows_missed,
    )


def headline(seen: Understood, lang: Language) -> str:
    """The one sentence over the Plan page: what the files hold."""
    if seen.empty:
        return t("plan.understood.nothing", lang)
    if not (seen.activities or seen.milestones or seen.summaries):
        return t("plan.understood.title-risks", lang, risks=seen.risks)
    if seen.first is None or seen.last is None:
        dates = t("plan.understood.no-dates", lang)
    else:
        dates = t("plan.understood.dates", lang, first=seen.first, last=seen.last)
    return t("plan.understood.title", lang, activities=seen.activities, milestones=seen.milestones,
             dependencies=seen.dependencies, dates=dates)


def details(seen: Understood, lang: Language) -> str:
    """The line under the headline: what else there is, leaving out what there is none of."""
    parts = [
        t(f"plan.understood.{name}", lang, **{parameter: count})
        for name, parameter, count in (
            ("teams", "count", seen.teams),
            ("owners", "count", seen.people),
            ("summaries", "count", seen.summaries),
            ("title-risks", "risks", 0 if seen.activities + seen.milestones + seen.summaries == 0 else seen.risks),
            ("undated", "count", seen.undated),
        )
        if count
    ]
    return " · ".join(parts)
