"""How good the plans were: what was promised against what happened, by team and by owner, for what is done.

The promise is the baseline where the plan has one, else the planned dates of the version that it is compared with. Days are
working days of the program's calendar, positive later.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
import pandas as pd

from tpm.insight.changes.match import Matching
from tpm.insight.probe import row_calendars
from tpm.model import Kind, Plan, Schedule, ScheduleOptions, State
from tpm.schedule import planned_dates

Group = Literal["team", "owner"]
ACCURACY_COLUMNS: Final[Mapping[str, str]] = {
    "name": "object",  # of the team or the owner; None for items without
    "done": "int64",  # items that are done and had a promise
    "on_time": "int64",  # of them, finished by the promised day
    "mean_days": "float64",  # finish after the promise, mean over the done items
    "worst_days": "float64",
    "length": "float64",  # working days that it took ÷ working days that were promised, over items that have both; NaN where none has
}


def accuracy(plan: Plan, schedule: Schedule, by: Group, earlier: Plan | None = None, matching: Matching | None = None) -> pd.DataFrame:
    """``ACCURACY_COLUMNS``, one row a team or owner, the latest on the mean first; empty where nothing is done or promised.

    ``matching`` is from ``earlier`` to ``plan``. An item of two owners counts for both.
    """
    rows = pd.concat([plan.activities, schedule.table[["forecast_start", "forecast_finish"]].assign(known=schedule.table["state"])], axis=1)
    promised = [rows[f"baseline_{end}"].to_numpy() for end in ("start", "finish")]
    if np.isnat(promised[1]).all():
        promised = _planned_then(plan, earlier, matching, schedule.options)
    rows["promised_start"], rows["promised_finish"] = promised
    dated = rows["promised_finish"].notna() & rows["forecast_finish"].notna()
    done = rows[(rows["kind"] != Kind.SUMMARY) & (rows["known"] == State.DONE) & dated]
    if done.empty:
        return pd.DataFrame({name: np.empty(0, dtype) for name, dtype in ACCURACY_COLUMNS.items()})
    calendars, at, day = row_calendars(plan, schedule), done.index.to_numpy(), np.timedelta64(1, "D")
    late = calendars.between(_days(done["promised_finish"]), _days(done["forecast_finish"]), at)
    took, length = (np.maximum(calendars.between(_days(done[first]) - day, _days(done[last]), at), 1.0)
                    for first, last in (("forecast_start", "forecast_finish"), ("promised_start", "promised_finish")))
    both = (done["promised_start"].notna() & done["forecast_start"].notna() & (done["kind"] != Kind.MILESTONE)).to_numpy()
    names: list[object] = done[by].tolist()
    if by == "owner":
        names = [None if owner is None else [part.strip() for part in str(owner).split(",") if part.strip()] for owner in names]
    facts = pd.DataFrame({"name": pd.Series(names, dtype=object), "late": late,
                          "took": np.where(both, took, np.nan), "length": np.where(both, length, np.nan)})
    facts = facts.explode("name", ignore_index=True)
    groups = facts.groupby(facts["name"].fillna(""), sort=True)
    total = groups[["took", "length"]].sum(min_count=1)
    out = pd.DataFrame({
        "name": [name or None for name in total.index],
        "done": groups.size().to_numpy(dtype="int64"),
        "on_time": groups["late"].apply(lambda late: int((late <= 0).sum())).to_numpy(dtype="int64"),
        "mean_days": groups["late"].mean().to_numpy(),
        "worst_days": groups["late"].max().to_numpy(),
        "length": (total["took"] / total["length"]).to_numpy(),
    })
    out["name"] = out["name"].astype(object).where(out["name"].notna(), None)
    return out.sort_values(["mean_days", "done", "name"], ascending=[False, False, True], na_position="last").reset_index(drop=True)


def _days(values: pd.Series) -> np.ndarray:
    days = values.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), np.datetime64("2000-01-03", "D"), days)


def _planned_then(plan: Plan, earlier: Plan | None, matching: Matching | None, options: ScheduleOptions) -> list[np.ndarray]:
    """Planned dates of the earlier version; of this one where there is none."""
    if earlier is None or matching is None:
        return list(planned_dates(plan, options))
    position = {item: at for at, item in enumerate(earlier.activities["id"])}
    source = np.array([position.get(matching.old_of.get(item, ""), -1) for item in plan.activities["id"]], dtype=np.int64)
    out = []
    for days in planned_dates(earlier, options):
        values = np.full(len(source), np.datetime64("NaT", "s"))
        values[source >= 0] = days[source[source >= 0]]
        out.append(values)
    return out
