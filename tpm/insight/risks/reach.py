"""What a risk leads to: the milestones behind the activities that it hits."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from tpm.model import Kind, Plan, Schedule, State


def milestones_behind(plan: Plan, schedule: Schedule, activities: Iterable[str]) -> pd.DataFrame:
    """Open milestones that wait for any of ``activities``, directly or not, earliest forecast first.

    Columns: id, name, team, finish (forecast), total_float (working days). The activities themselves count where they are milestones.
    One walk over the links, whatever number of activities is asked for.
    """
    after: dict[str, list[str]] = {}
    for before, behind in zip(plan.dependencies["predecessor"], plan.dependencies["successor"], strict=True):
        after.setdefault(before, []).append(behind)
    below: dict[str, list[str]] = {}
    for item, parent in zip(plan.activities["id"], plan.activities["parent"], strict=True):
        if parent is not None:
            below.setdefault(parent, []).append(item)
    seen: set[str] = set()
    waiting = list(activities)
    while waiting:
        item = waiting.pop()
        if item not in seen:
            seen.add(item)
            waiting += after.get(item, ())
            waiting += below.get(item, ())  # a link to a summary holds everything below it
    rows, table = plan.activities, schedule.table
    mask = (rows["id"].isin(seen) & (rows["kind"] == Kind.MILESTONE)
            & ~table["state"].isin([State.DONE.value, State.CANCELLED.value])).to_numpy()  # fmt: skip
    out = pd.DataFrame({
        "id": rows["id"][mask], "name": rows["name"][mask], "team": rows["team"][mask],
        "finish": table["forecast_finish"][mask], "total_float": table["total_float"][mask],
    })
    return out.sort_values("finish", kind="stable").reset_index(drop=True)
