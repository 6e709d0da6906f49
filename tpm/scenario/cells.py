"""Changes as edits of cells, so that the original workbook can be written with only the changed cells altered.

What a sheet has no cell for (a dependency between two others, a calendar, a risk that happened) cannot be written; it is told.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tpm.edits import DROP, Edit
from tpm.findings import Finding, Severity
from tpm.i18n import Language
from tpm.model import Plan, Schedule
from tpm.scenario.answer import Answer
from tpm.scenario.changes import CALENDAR, LINKS, RISKS
from tpm.scenario.words import change_text
from tpm.schedule.rows import codes

_DATES = ("planned_start", "planned_finish", "actual_start", "actual_finish")
_REST = ("duration", "progress", "state")


def cell_edits(plan: Plan, answer: Answer, lang: Language, with_forecast: bool = False) -> tuple[tuple[Edit, ...], tuple[Finding, ...]]:
    """The cell edits that turn ``plan`` into the changed plan, and a finding for each change that no cell can hold.

    Dates, durations and progress of the items that were changed, and items dropped. ``with_forecast``: the items that were only
    pushed get their new forecast dates as planned dates.
    """
    changed = answer.plan
    rows, at = changed.activities, codes(changed.activities["id"].to_numpy(), plan.activities["id"].to_numpy())
    edits: dict[tuple[str, str], Edit] = {}
    for name in (*_DATES, *_REST):
        new, old = rows[name].to_numpy(), plan.activities[name].to_numpy()[at]
        differs = ~((new == old) | (pd.isna(new) & pd.isna(old)))
        for row in np.flatnonzero(differs):
            if name == "state" and pd.isna(new[row]):
                continue
            item = str(rows["id"].to_numpy()[row])
            edits[item, name] = Edit(item, name, _value(new[row]))
    _dates_together(rows, edits)
    if with_forecast:
        _forecast(plan, answer.after, rows, at, answer, edits)
    kept = set(rows["id"])
    for item in plan.activities["id"]:
        if item not in kept:
            edits[item, DROP] = Edit(item, DROP, True)
    cannot = tuple(Finding("edit-not-writable", Severity.WARNING, params={"change": change_text(change, plan, lang)},
                           items=(change.item,) if change.kind in LINKS else ())
                   for change in answer.applied if change.kind in (*LINKS, *CALENDAR, *RISKS))
    return tuple(edits.values()), cannot


def _dates_together(rows: pd.DataFrame, edits: dict[tuple[str, str], Edit]) -> None:
    """Where one planned date changes, both are written and the duration follows from them: planned dates win."""
    start, finish = rows["planned_start"].to_numpy(), rows["planned_finish"].to_numpy()
    row_of = dict(zip(rows["id"], range(len(rows)), strict=True))
    at = {item: row_of[item] for item, name in edits if name in ("planned_start", "planned_finish", "duration")}
    for item, row in at.items():
        if not np.isnat(start[row]) and not np.isnat(finish[row]):
            edits.pop((item, "duration"), None)
            edits[item, "planned_start"] = Edit(item, "planned_start", _value(start[row]))
            edits[item, "planned_finish"] = Edit(item, "planned_finish", _value(finish[row]))


def _forecast(plan: Plan, after: Schedule, rows: pd.DataFrame, at: Any, answer: Answer, edits: dict[tuple[str, str], Edit]) -> None:
    moved = set(answer.moved["id"])
    ids = rows["id"].to_numpy()
    for row in np.flatnonzero([item in moved for item in ids]):
        item = str(ids[row])
        if (item, "planned_start") in edits or (item, "planned_finish") in edits:
            continue
        for name, shown in (("planned_start", "forecast_start"), ("planned_finish", "forecast_finish")):
            day = after.table[shown].to_numpy()[row]
            if not np.isnat(day) and day != plan.activities[name].to_numpy()[at[row]]:
                edits[item, name] = Edit(item, name, _value(day))


def _value(value: Any) -> str | float | None:
    if pd.isna(value):
        return None
    if isinstance(value, np.datetime64):
        return str(value.astype("datetime64[D]"))
    return float(value) if isinstance(value, (float, np.floating)) else str(value)
