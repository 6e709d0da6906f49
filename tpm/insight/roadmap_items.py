"""The items of a roadmap as arrays: which dates they show, what their flags are, how they hang together.

One reading of a plan and its schedule, in the plan's order. Flags follow ``semantics``: an item's promise is its deadline, else
its baseline finish, else its planned finish; *late* is a finish a working day or more after the promise, *at risk* is work that still keeps
its promise but should worry somebody (blocked, negative float, not started though its start has passed, moved beyond its
baseline inside a deadline, or behind its linear progress with hardly any float).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from tpm.calendars.of_rows import calendars_of
from tpm.model import Kind, Plan, Schedule, ScheduleOptions, State
from tpm.schedule import planned_dates

MILESTONE: Final = Kind.MILESTONE.value
SUMMARY: Final = Kind.SUMMARY.value
NO_SLIP_DAYS: Final = 0.5  # working days; less is no slip that a person would name
BEHIND_SHARE: Final = 0.2  # progress this far behind a straight line is behind
_DAY: Final = np.timedelta64(1, "D")
NO_DATE: Final = np.datetime64("NaT", "s")
Before = tuple[Plan, Schedule]  # a plan before changes, and its schedule


def smallest_lane_set(leaves: pd.DataFrame, told: Sequence[str]) -> tuple[str, ...]:
    """``told`` with the lanes first that split the items into 2 to 25 groups, in the given order."""
    groups = {lane: int(leaves[lane].nunique()) for lane in told}
    good = [lane for lane in told if 2 <= groups[lane] <= 25]
    return (*good, *(lane for lane in told if lane not in good))


class Items:
    """The plan's rows as arrays of one length, in the plan's order. Built by :func:`read_items`."""

    def __init__(self, plan: Plan, schedule: Schedule | None, dates: Literal["planned", "forecast", "baseline"],
                 before: Before | None = None) -> None:  # fmt: skip
        rows = plan.activities
        self._plan, self._rows = plan, rows
        self._arrays = {name: rows[name].to_numpy() for name in rows.columns}
        table = schedule.table if schedule is not None else None
        self.kind = np.array([str(kind) for kind in rows["kind"]], dtype=object)
        self.level = rows["level"].to_numpy()
        position = pd.Index(rows["id"])
        self.parent = position.get_indexer(pd.Index(rows["parent"]))
        state = rows["state"] if table is None else table["state"].where(table["state"].notna(), rows["state"])
        self.state = np.array([str(value) if value is not None else State.NOT_STARTED.value for value in state], dtype=object)
        self.progress = rows["progress"].to_numpy() if table is None else table["progress"].to_numpy()
        self.done = self.state == State.DONE.value
        self.blocked = self.state == State.BLOCKED.value
        self.cancelled = self.state == State.CANCELLED.value

        if table is None:
            self.planned = planned_dates(plan, ScheduleOptions())
        else:
            self.planned = table["planned_start"].to_numpy(), table["planned_finish"].to_numpy()
        self.sets = {
            "planned": self._pair(*self.planned),
            "baseline": self._pair(self._arrays["baseline_start"], self._arrays["baseline_finish"]),
        }
        if table is not None:
            begin, end = table["forecast_start"].to_numpy(), table["forecast_finish"].to_numpy()
            planned = self.sets["planned"]  # what could not be scheduled is shown as planned
            self.sets["forecast"] = (np.where(np.isnat(begin), planned[0], begin), np.where(np.isnat(end), planned[1], end))
        self.dates = dates
        self.start, self.finish = self.sets[dates]
        has_baseline = not np.isnat(self.sets["baseline"][1]).all()
        compared: Literal["planned", "baseline"] | None = "planned" if dates == "forecast" else None
        if has_baseline and dates != "baseline":
            compared = "baseline"
        self.ghost: Literal["planned", "baseline", "before"] | None = compared
        nothing = np.full(len(rows), NO_DATE)
        ghosts: tuple[np.ndarray, np.ndarray] = self.sets[compared] if compared else (nothing, nothing)
        self.ghost_start, self.ghost_finish = ghosts
        # What follows from start and duration is no date that anybody gave, so it promises nothing.
        given = self._pair(np.full(len(rows), NO_DATE), self._arrays["planned_finish"])[1]
        self._promised = np.where(np.isnat(self.sets["baseline"][1]), given, self.sets["baseline"][1])
        if before is not None:
            self.ghost = "before"
            self.ghost_start, self.ghost_finish, self._promised = self._as_it_was(*before)
        self._flags(plan, schedule)

    def __len__(self) -> int:
        return len(self._rows)

    def column(self, name: str) -> np.ndarray:
        """A column of the plan."""
        return self._arrays[name]

    def _pair(self, start: np.ndarray, finish: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Two date columns; a single date stands for both, and a summary without its own spans what is below it."""
        first, last = np.where(np.isnat(start), finish, start), np.where(np.isnat(finish), start, finish)
        milestone = self.kind == MILESTONE
        first[milestone] = last[milestone]
        for level in np.unique(self.level)[::-1]:
            below = np.flatnonzero((self.level == level) & (self.parent >= 0) & ~np.isnat(last))
            above = self.parent[below]
            empty = np.unique(above[np.isnat(finish[above]) & np.isnat(start[above])])
            below = below[np.isin(above, empty)]
            np.fmin.at(first, self.parent[below], first[below])
            np.fmax.at(last, self.parent[below], last[below])
        return first, last

    def _as_it_was(self, plan: Plan, schedule: Schedule) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Forecast start and finish before changes, and the promised finish, which stays what it was; NaT for items that are new."""
        rows, table = plan.activities, schedule.table
        ids, own = rows["id"].to_numpy(), self._arrays["id"]
        at = np.arange(len(own)) if np.array_equal(ids, own) else pd.Index(ids).get_indexer(pd.Index(own))
        out = []
        for sources in (((table, "forecast_start"), (rows, "planned_start")), ((table, "forecast_finish"), (rows, "planned_finish")),
                        ((rows, "baseline_finish"), (rows, "baseline_start"), (rows, "planned_finish"))):  # fmt: skip
            days = np.full(len(rows), NO_DATE)
            for frame, name in sources:
                days = np.where(np.isnat(days), frame[name].to_numpy(), days)
            out.append(np.where(at < 0, NO_DATE, days[at]) if len(days) else np.full(len(own), NO_DATE))
        start, finish, promise = out
        return np.where(self.kind == MILESTONE, finish, start), finish, promise

    def _flags(self, plan: Plan, schedule: Schedule | None) -> None:
        size, table = len(self), schedule.table if schedule is not None else None
        options = schedule.options if schedule is not None else ScheduleOptions()
        no, unknown = np.zeros(size, dtype=bool), np.full(size, np.nan)
        self.critical = table["critical"].to_numpy() if table is not None else no
        self.near_critical = table["near_critical"].to_numpy() & ~self.critical if table is not None else no
        self.late_finish = table["late_finish"].to_numpy() if table is not None else np.full(size, NO_DATE)
        self.total_float = table["total_float"].to_numpy() if table is not None and len(plan.dependencies) else unknown
        deadline = self._arrays["deadline"]
        compared_with = np.where(np.isnat(self.ghost_finish), self.sets["planned"][1], self.ghost_finish)
        if not self.ghost or self.dates == "baseline":
            self._promised = compared_with = np.full(size, NO_DATE)
        self.promise = np.where(np.isnat(deadline), self._promised, deadline)
        self.promised_by = np.where(~np.isnat(deadline), "promised", np.where(np.isnat(self.sets["baseline"][1]), "planned", "baseline"))
        between = calendars_of(plan, options, schedule.finish if schedule is not None else None).between
        self.slip = between(self.ghost_finish if self.ghost == "before" else compared_with, self.finish)
        self.beyond = between(self.promise, self.finish)
        self.told = self.slip if self.ghost == "before" else self.beyond
        open_work = ~self.done & ~self.cancelled
        compared = self.dates != "baseline"
        self.late = open_work & (np.nan_to_num(self.beyond) >= NO_SLIP_DAYS) & compared
        status = schedule.options.status_date if schedule is not None else None
        behind = overdue = no
        if status is not None:
            now = np.datetime64(status, "s")
            planned_start, planned_finish = self.sets["planned"]
            overdue = (self.state == State.NOT_STARTED.value) & (planned_start < now)
            span = (planned_finish - planned_start + _DAY) / _DAY
            passed: Any = now - planned_start
            share = np.clip(passed / _DAY / np.where(span > 0, span, 1), 0, 1)
            behind = (np.nan_to_num(self.progress) < share - BEHIND_SHARE) & (self.critical | self.near_critical)
        with np.errstate(invalid="ignore"):
            worrying = self.blocked | overdue | behind | (self.total_float < 0) | (self.slip > 0)
        self.at_risk = open_work & worrying & ~self.late & compared & (self.kind != SUMMARY)
        self._table = table

    def lanes(self, lane: str) -> tuple[np.ndarray, list[str | None]]:
        """Code of each item's lane (−1: a summary over several lanes) and the lanes' names in order of appearance, None last."""
        if lane == "none":
            return np.zeros(len(self), dtype=int), []
        values = self._lane_values(lane)
        leaf = self.kind != SUMMARY
        names: list[str | None] = list(dict.fromkeys(value for value in values[leaf] if value))
        if any(value is None for value in values[leaf]):
            names.append(None)
        if names in ([], [None]):  # nobody is named: lanes would say nothing
            return np.zeros(len(self), dtype=int), []
        code_of = {name: code for code, name in enumerate(names)}
        codes = np.array([code_of.get(value, -1) for value in values], dtype=int)
        low, high = np.where(leaf, codes, len(names)), np.where(leaf, codes, -1)
        for level in np.unique(self.level)[::-1]:
            below = np.flatnonzero((self.level == level) & (self.parent >= 0))
            np.minimum.at(low, self.parent[below], low[below])
            np.maximum.at(high, self.parent[below], high[below])
        return np.where(leaf, codes, np.where(low == high, low, -1)), names

    def _lane_values(self, lane: str) -> np.ndarray:
        """The lane's value of each item; one without inherits from the nearest summary above."""
        if lane in self._arrays:
            values = self._arrays[lane].copy()
        else:
            values = self._plan.attributes[lane].to_numpy(dtype=object, copy=True)
        values[[not (isinstance(value, str) and value.strip()) for value in values]] = None
        for level in np.unique(self.level):
            rows = np.flatnonzero((self.level == level) & (self.parent >= 0))
            blank = rows[[value is None for value in values[rows]]]
            values[blank] = values[self.parent[blank]]
        return values

    def with_ancestors(self, mask: np.ndarray) -> np.ndarray:
        """``mask`` and every summary above it."""
        out = mask.copy()
        for level in np.unique(self.level)[::-1]:
            above = self.parent[out & (self.level == level) & (self.parent >= 0)]
            out[above] = True
        return out

    def below(self, mask: np.ndarray) -> np.ndarray:
        """Everything under the items of ``mask``, at any depth."""
        out = np.zeros(len(self), dtype=bool)
        for level in np.unique(self.level):
            rows = np.flatnonzero((self.level == level) & (self.parent >= 0))
            out[rows] = (mask | out)[self.parent[rows]]
        return out

    def leaves_below(self, mask: np.ndarray) -> np.ndarray:
        """Number of items of ``mask`` under each item."""
        out = np.zeros(len(self), dtype=int)
        for level in np.unique(self.level)[::-1]:
            rows = np.flatnonzero((self.level == level) & (self.parent >= 0))
            np.add.at(out, self.parent[rows], out[rows] + mask[rows])
        return out

    def depth_in(self, codes: np.ndarray, shown: np.ndarray | None = None) -> np.ndarray:
        """How many of the summaries above an item stand in the same lane (and are ``shown``)."""
        depth = np.zeros(len(self), dtype=int)
        for level in np.unique(self.level):
            rows = np.flatnonzero((self.level == level) & (self.parent >= 0))
            above = self.parent[rows]
            counts = (codes[above] == codes[rows]) & (True if shown is None else shown[above])
            depth[rows] = np.where(codes[above] == codes[rows], depth[above] + counts, 0)
        return depth

    def table(self, take: np.ndarray) -> pd.DataFrame:
        """The chosen items as columns of the roadmap's rows."""
        plan, schedule = self._arrays, self._table
        blank = np.full(len(take), NO_DATE)
        forecast = self.sets.get("forecast")
        columns: dict[str, Any] = {name: plan[name][take] for name in (
            "id", "name", "baseline_start", "baseline_finish", "actual_start", "actual_finish",
            "deadline", "team", "owner", "notes")}  # fmt: skip
        columns["planned_start"], columns["planned_finish"] = (days[take] for days in self.planned)
        for name in ("kind", "start", "finish", "ghost_start", "ghost_finish", "progress", "state", "done", "blocked",
                     "cancelled", "late", "at_risk", "critical", "near_critical", "slip", "promise", "promised_by", "beyond", "told",
                     "total_float", "late_finish"):
            columns[name] = getattr(self, name)[take]
        columns["forecast_start"] = forecast[0][take] if forecast else blank
        columns["forecast_finish"] = forecast[1][take] if forecast else blank
        nothing = np.full(len(take), None, dtype=object)
        columns["driver"] = columns["driver_kind"] = nothing
        if schedule is not None:
            columns["driver"] = np.array([self.names.get(value) for value in schedule["driver"].to_numpy()[take]], dtype=object)
            columns["driver_kind"] = schedule["driver_kind"].to_numpy()[take]
        columns["waits_for"] = self.waits_for[take]
        return frame_of(columns)

    @cached_property
    def names(self) -> dict[str, str]:
        """Id → name."""
        return dict(zip(self._arrays["id"], self._arrays["name"], strict=True))

    @cached_property
    def waits_for(self) -> np.ndarray:
        """Names of each item's unfinished predecessors, as tuples."""
        links = self._plan.dependencies
        done = dict(zip(self._arrays["id"], self.done | self.cancelled, strict=True))
        waits: dict[str, list[str]] = {}
        for before, after in zip(links["predecessor"], links["successor"], strict=True):
            if not done[before]:
                waits.setdefault(after, []).append(self.names[before])
        out = np.empty(len(self), dtype=object)
        out[:] = [tuple(waits.get(item, ())) for item in self._arrays["id"]]
        return out


def frame_of(columns: Mapping[str, Any]) -> pd.DataFrame:
    """A frame whose text stays text or None: pandas would make it its own string type, and None a NaN that is true."""
    return pd.DataFrame({
        name: pd.Series(values, dtype=object) if np.asarray(values).dtype.kind in "OU" else values for name, values in columns.items()
    })  # fmt: skip


def read_items(plan: Plan, schedule: Schedule | None, dates: Literal["planned", "forecast", "baseline"],
               before: Before | None = None) -> Items:  # fmt: skip
    """The items of ``plan`` showing the set ``dates``; forecast needs a schedule (``KeyError`` without one).

    ``before`` is an earlier reading of the plan: its forecast is what the dates are compared with.
    """
    return Items(plan, schedule, dates, before)
