"""What a hand may move on the roadmap, and on which days work can lie: plain data for the page that drags.

Days are whole days since 1970, finishes inclusive, so that a browser needs no time zone.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from tpm.insight.probe import row_calendars
from tpm.insight.roadmap import RoadmapRows
from tpm.model import Kind, Plan, Schedule, State

FINISH: Final = 1  # its end can be moved
MOVE: Final = 2  # it can be moved as a whole
_BEFORE_DAYS, _AFTER_DAYS = 200, 500  # how far beyond the drawn dates an item can be dragged
_DAY: Final = np.timedelta64(1, "D")


def board(rows: RoadmapRows, plan: Plan, schedule: Schedule) -> dict[str, Any]:
    """``items``: id → [start, finish, calendar, what can be moved, total float or None, name] of every drawn activity and milestone;
    ``calendars``: [first day, a digit a day: 1 is worked], for the numbers that the items name.

    Work that is done, cancelled or not scheduled stays; of work that has begun the end can be moved, of a milestone the whole.
    """
    frame = rows.frame
    drawn = frame[frame["start"].notna() & frame["kind"].isin([Kind.ACTIVITY, Kind.MILESTONE])]
    if drawn.empty:
        return {"items": {}, "calendars": []}
    known = row_calendars(plan, schedule)
    at = pd.Index(plan.activities["id"]).get_indexer(pd.Index(drawn["id"]))
    first, last = drawn["start"].min() - pd.Timedelta(days=_BEFORE_DAYS), drawn["finish"].max() + pd.Timedelta(days=_AFTER_DAYS)
    days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + _DAY)
    used, numbers = np.unique(known.row[at], return_inverse=True)
    calendars = []
    for code in used:
        worked = known.calendars[code].is_working(days)
        calendars.append([_number(days[0]), "".join(np.where(worked, "1", "0").tolist())])
    can = _movable(drawn, schedule, at)
    floats = [None if value != value else round(value, 2) for value in drawn["total_float"].tolist()]
    starts, finishes = (drawn[name].to_numpy().astype("datetime64[D]").astype(int).tolist() for name in ("start", "finish"))
    columns = zip(drawn["id"], starts, finishes, numbers.tolist(), can.tolist(), floats, drawn["name"], strict=True)
    return {"items": {item: list(told) for item, *told in columns}, "calendars": calendars}


def _movable(drawn: pd.DataFrame, schedule: Schedule, at: np.ndarray) -> np.ndarray:
    state = drawn["state"].to_numpy()
    begun = state == State.IN_PROGRESS.value
    point = (drawn["kind"] == Kind.MILESTONE).to_numpy()
    can = np.where(point, MOVE, np.where(begun, FINISH, FINISH | MOVE))
    fixed = drawn["done"].to_numpy(dtype=bool) | drawn["cancelled"].to_numpy(dtype=bool) | ~schedule.table["scheduled"].to_numpy()[at]
    return np.where(fixed, 0, can)


def _number(day: np.datetime64) -> int:
    return int(day.astype("datetime64[D]").astype(int))
