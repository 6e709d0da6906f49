"""An earlier version laid beside the plan that is open: as its baseline dates, or as what a chart draws below its bars."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tpm.insight.changes.match import Matching
from tpm.insight.changes.plan_state import with_ids
from tpm.insight.changes.transition import in_new_ids
from tpm.model import RISK_HIT_COLUMNS, SCHEDULE_COLUMNS, Kind, Plan, Schedule, ScheduleOptions, conform, empty_frame
from tpm.schedule import planned_dates


def with_baseline(plan: Plan, frozen: Plan, matching: Matching, options: ScheduleOptions) -> Plan:
    """``plan`` with baseline dates from the planned dates of ``frozen``, as given and as they follow in the calendars of ``options``.

    ``matching`` is from ``frozen`` to ``plan``.
    Items that the baseline does not know have no baseline dates; what the sheet's own baseline columns said is replaced.
    """
    before, rows = frozen.activities, plan.activities.copy()
    position = {item: at for at, item in enumerate(before["id"])}
    source = np.array([position.get(matching.old_of.get(item, ""), -1) for item in rows["id"]], dtype=np.int64)
    known = (source >= 0) & (rows["kind"] != Kind.SUMMARY).to_numpy()
    for ours, days in zip(("baseline_start", "baseline_finish"), planned_dates(frozen, options), strict=True):
        values = np.full(len(rows), np.datetime64("NaT", "s"))
        values[known] = days[source[known]]
        rows[ours] = values
    only_finish = rows["baseline_start"].isna() & rows["baseline_finish"].notna()
    only_start = rows["baseline_finish"].isna() & rows["baseline_start"].notna()
    rows.loc[only_finish, "baseline_start"] = rows.loc[only_finish, "baseline_finish"]
    rows.loc[only_start, "baseline_finish"] = rows.loc[only_start, "baseline_start"]
    return plan.with_(activities=rows)


def as_before(old: Plan, before: Schedule, new: Plan, matching: Matching) -> tuple[Plan, Schedule]:
    """The old plan and its schedule under the ids that the new plan uses, for charts that draw both; ``matching`` is from old to new."""
    given = in_new_ids(old, new, matching)
    table = before.table.copy()
    table["id"] = [given[item] for item in table["id"]]
    activities, links = with_ids(old, given)
    plan = old.with_(activities=activities, dependencies=links, risk_hits=empty_frame(RISK_HIT_COLUMNS))
    return plan, replace(before, table=conform(table, SCHEDULE_COLUMNS))
