"""The working copy that changes are made on: columns copied when they are first written, the forecast looked up when it is needed.

Changes count from where an item is *shown*, so every change sees the forecast that the changes before it left. The plan that was
given is never written to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.calendars import Calendar
from tpm.findings import Finding, InputError, Severity
from tpm.model import DEPENDENCY_COLUMNS, Columns, Kind, Mode, Plan, Schedule, State, conform, empty_frame
from tpm.scenario.patch import changed_copy, changed_problem, parts_of_days, project_start, small_plan
from tpm.schedule import solve_problem
from tpm.schedule.clock import TICKS_PER_DAY, Ticks
from tpm.schedule.problem import Problem, build_problem
from tpm.schedule.result import schedule_columns
from tpm.schedule.rows import Rows, codes, read_rows

Positions = npt.NDArray[np.int64]  # rows of the plan
Dates = npt.NDArray[np.datetime64]  # days
Flags = npt.NDArray[np.bool_]

NO_DAY: Final = np.datetime64("NaT", "D")


def refusal(code: str, *items: str, **params: object) -> InputError:
    """A change that makes no sense, as a finding to raise."""
    return InputError(Finding(code, Severity.ERROR, params=params, items=items))


class Draft:
    """A plan under change. Not shared, not kept: :func:`~tpm.scenario.apply.apply_changes` makes one and throws it away."""

    def __init__(self, plan: Plan, schedule: Schedule, problem: Problem | None = None) -> None:
        self.options = schedule.options
        self._plan = plan
        self._columns: dict[str, npt.NDArray[Any]] = {}  # written since the plan was last asked for
        self._table: Mapping[str, npt.NDArray[Any]] | None = Columns(schedule.table)
        self._standing: Mapping[str, npt.NDArray[Any]] | None = self._table
        self._problem = problem  # of some earlier state of the plan: the next one is patched from it
        self._positions: dict[str, int] | None = None
        self.wanted: dict[str, tuple[str, dt.date]] = {}  # id → (start or finish, the date that the last change asked for)
        self._given, self._given_problem = plan, problem
        self._pinned = False
        self._touched: set[int] = set()  # rows that were written to
        self._same_calendars = True
        self._range: tuple[dt.date | None, dt.date | None] | None = None

    # Reading

    @property
    def plan(self) -> Plan:
        """The plan as changed so far."""
        if self._columns:
            self._plan, self._columns = changed_copy(self._plan, self._columns), {}
        return self._plan

    @property
    def problem(self) -> Problem:
        """The plan as changed so far, ready for the passes."""
        if self._problem is None:
            self._problem = build_problem(self.plan, self.options)
        elif self._problem.plan is not self.plan:
            self._problem = changed_problem(self._problem, self.plan)
        return self._problem

    @property
    def solved(self) -> Problem | None:
        """The last problem that was needed, of this plan or of an earlier state of it."""
        return self._problem

    @property
    def table(self) -> Mapping[str, npt.NDArray[Any]]:
        """The forecast of the plan as changed so far: the columns of ``SCHEDULE_COLUMNS``."""
        if self._table is None:
            self._table = schedule_columns(solve_problem(self.problem))
        return self._table

    @property
    def standing(self) -> Mapping[str, npt.NDArray[Any]]:
        """A forecast whose states, progress and ``scheduled`` hold, though its dates may be those before some of the changes."""
        if self._standing is None:
            self._standing = self.table
        return self._standing

    def restate(self) -> None:
        """Say that what is done, begun or scheduled may have changed."""
        self._table = self._standing = None

    @property
    def reported(self) -> bool:
        """Whether the plan says what progress was made."""
        return self._plan.progress_reported

    @property
    def asap(self) -> bool:
        return self.options.mode == Mode.ASAP

    @property
    def positions(self) -> dict[str, int]:
        """Row of each id."""
        if self._positions is None:
            ids = self.column("id").tolist()
            self._positions = dict(zip(ids, range(len(ids)), strict=True))
        return self._positions

    def column(self, name: str) -> npt.NDArray[Any]:
        """A column of the activities as changed so far; not to be written to."""
        return self._columns[name] if name in self._columns else self._plan.columns[name]

    def days(self, name: str, rows: Positions) -> Dates:
        """A date column of the activities at ``rows``."""
        return np.asarray(self.column(name)[rows].astype("datetime64[D]"))

    def shown(self, name: str, rows: Positions) -> Dates:
        """A date column of the forecast at ``rows``."""
        return np.asarray(self.table[name][rows].astype("datetime64[D]"))

    def called(self, row: int) -> str:
        """An item as people call it, its id behind."""
        item, name = self.column("id")[row], self.column("name")[row]
        return f"{name} ({item})" if name and name != item else str(item)

    def leaves(self, row: int) -> Positions:
        """The row itself, or everything below a summary that is no summary."""
        if not self.is_summary(row):
            return np.array([row])
        parent = codes(self.column("parent"), self.column("id"))
        below = np.zeros(len(parent) + 1, bool)
        below[row] = True
        while True:
            deeper = below.copy()
            deeper[:-1] |= below[parent] & (parent >= 0)
            if np.array_equal(deeper, below):
                break
            below = deeper
        has_children = np.zeros(len(parent), bool)
        has_children[parent[parent >= 0]] = True
        return np.flatnonzero(below[:-1] & ~has_children)

    def is_summary(self, row: int) -> bool:
        return bool(self.column("kind")[row] == Kind.SUMMARY and (self.column("parent") == self.column("id")[row]).any())

    def is_done(self, rows: Positions) -> Flags:
        return np.asarray(self.standing["state"][rows] == State.DONE)

    def is_begun(self, rows: Positions) -> Flags:
        """Whether part of the work has happened at the status date: only what remains can move."""
        if self.options.status_date is None:
            return np.zeros(len(rows), bool)
        table = self.standing
        begun = (table["state"][rows] == State.IN_PROGRESS) | (np.nan_to_num(table["progress"][rows]) > 0)
        if self._plan.progress_reported:
            begun |= ~np.isnat(self.days("actual_start", rows))
        return np.asarray(begun & ~self.is_done(rows) & (self.column("kind")[rows] != Kind.MILESTONE))

    # Calendars and durations of some rows

    def part(self, rows: Positions) -> Rows:
        """The engine's reading of ``rows`` alone (calendars, durations), as it reads them in the whole plan."""
        known = self._given_problem
        if known is not None and self._same_calendars and self._touched.isdisjoint(rows.tolist()) and not parts_of_days(known.plan):
            return _rows_at(known.rows, rows)
        duration = self.column("duration")
        parts = np.flatnonzero(np.isfinite(duration) & (duration % 1 != 0))[:1]
        links = empty_frame(DEPENDENCY_COLUMNS)
        if len(parts):  # the reading of a whole duration depends on whether any is in parts of days, and on who waits for something
            ids = self.column("id")
            led = [item for item in ids[np.unique(rows)] if item in self._waiting()]
            links = conform(pd.DataFrame({"predecessor": led, "successor": led, "type": "FS", "lag": 0.0, "lag_unit": "working"}),
                            DEPENDENCY_COLUMNS)
            if parts[0] not in rows:
                rows = np.append(rows, parts)
        if self._range is None:
            self._range = self._given.first_date, self._given.last_date
        small = small_plan(self._plan, rows, self._columns, dependencies=links, project_start=self._range[0])
        return read_rows(small, replace(self.options, project_start=self._range[1]))

    def _waiting(self) -> set[str]:
        """Ids of what waits for something, itself or through a summary above it."""
        ids = self.column("id")
        led = np.zeros(len(ids) + 1, bool)
        led[codes(self.plan.links["successor"], ids)] = True
        led[-1] = False
        parent = codes(self.column("parent"), ids)
        for _ in range(int(self.column("level").max()) + 1):
            led[:-1] |= led[parent] & (parent >= 0)
        return set(ids[led[:-1]])

    # Writing

    def put(self, name: str, rows: Positions, values: Any) -> None:
        """Write cells of the activities."""
        if not len(rows):
            return
        if name not in self._columns:
            self._columns[name] = self.column(name).copy()
        self._columns[name][rows] = values
        self._touched.update(rows.tolist())
        self._table = None

    def replace_plan(self, **parts: Any) -> None:
        """Put other parts into the plan: links, calendars, risks."""
        self._same_calendars &= not parts.keys() & {"calendars", "default_calendar", "team_calendars"}
        self._plan = changed_copy(self.plan, **parts)
        self._table = None

    def redate(self) -> None:
        """Say that dates have changed: from now on the project begins where it began before the first change.

        Where nothing says when the project starts, its earliest date does; moving that item must not move what is undated, or starts
        as soon as possible, with it.
        """
        if self._pinned:
            return
        self._pinned = True
        given = self._given
        if self.options.project_start is not None or given.project_start is not None:
            return
        undated = np.isnat(given.columns["planned_start"]) & np.isnat(given.columns["planned_finish"])
        if not self.asap and not undated.any():
            return
        begins = project_start(self._given_problem or build_problem(given, self.options))
        if begins is not None:
            self.replace_plan(project_start=begins)

    def want(self, rows: Positions, which: str, dates: Dates) -> None:
        """Remember the date that a change asked for, so that the answer can say what held it."""
        for item, day in zip(self.column("id")[rows], dates, strict=True):
            self.wanted[str(item)] = (which, day.item())

    def swap_plan(self, plan: Plan) -> None:
        """Go on with another plan."""
        self._same_calendars = False
        self._plan, self._columns = plan, {}
        self._positions = None
        self.restate()


def _rows_at(rows: Rows, at: Positions) -> Rows:
    """``rows`` at some positions; their parents are left out."""
    parts: dict[str, Any] = {each.name: getattr(rows, each.name) for each in fields(Rows)}
    chosen = {name: values[at] for name, values in parts.items() if isinstance(values, np.ndarray) and name != "tables"}
    return Rows(**{**parts, **chosen, "parent": np.full(len(at), -1, np.int32), "is_summary": np.zeros(len(at), bool)})


def each_calendar(part: Rows, n: int, compute: Any) -> npt.NDArray[Any]:
    """``compute(calendar, positions)`` for every calendar of the first ``n`` rows, put together in row order."""
    out: npt.NDArray[Any] | None = None
    for code in np.unique(part.calendar[:n]):
        at = np.flatnonzero(part.calendar[:n] == code)
        values = np.asarray(compute(part.calendars[code], at))
        if out is None:
            out = np.empty(n, values.dtype)
        out[at] = values
    return np.empty(0, "datetime64[D]") if out is None else out


def whole_days(work: Ticks) -> npt.NDArray[np.int64]:
    """Days that the work touches, at least one."""
    return np.maximum(-(-work // TICKS_PER_DAY), 1)


def between(calendar: Calendar, first: Any, last: Any) -> npt.NDArray[np.int64]:
    """Working days from the close of ``first`` to the close of ``last``; negative backwards."""
    day = np.timedelta64(1, "D")
    return np.asarray(calendar.offset(np.asarray(last, "datetime64[D]") + day) - calendar.offset(np.asarray(first, "datetime64[D]") + day))
