"""A plan and its schedule as arrays that the cross-team judgements share: who, when, how much float, which date it endangers.

Rows are positions in the plan. Days are ``datetime64[D]``; floats and slacks are working days of the row's (for a link the
successor's) calendar. A summary speaks for the unfinished leaves below it: the smallest float, and the team that they share.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.calendars.of_rows import RowCalendars
from tpm.insight.driving import headline_item
from tpm.insight.heard import all_heard
from tpm.insight.probe import row_calendars
from tpm.model import Kind, LinkType, Plan, Schedule, State
from tpm.schedule.problem import Problem, build_problem, leaves_below
from tpm.schedule.reach import Graph, open_graph

Texts = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]
Numbers = npt.NDArray[np.float64]

GROUPINGS: Final = ("team", "owner", "program", "phase")
_ANY_DAY: Final = dt.date(2024, 1, 1)


@dataclass(frozen=True)
class Base:
    """A plan with its schedule, joined. ``schedule`` must be of ``plan``."""

    plan: Plan
    schedule: Schedule

    def text(self, column: str) -> Texts:
        """A text column of the plan, ``None`` where blank; of names and notes what is heard of them."""
        if column not in self.memo:
            values = self.plan.activities[column].to_numpy()
            self.memo[column] = all_heard(values) if column in ("name", "notes") else values
        return np.asarray(self.memo[column])

    @cached_property
    def memo(self) -> dict[str, Any]:
        """What several judgements share and is worked out once: columns as arrays, the offers, what notes name."""
        return {}

    def day(self, column: str) -> Days:
        """A date column of the plan or of the schedule, by whole days."""
        if column not in self.memo:
            frame = self.schedule.table if column in self.schedule.table else self.plan.activities
            self.memo[column] = frame[column].to_numpy().astype("datetime64[D]")
        return np.asarray(self.memo[column])

    @cached_property
    def ids(self) -> Texts:
        return self.text("id")

    @cached_property
    def at(self) -> dict[str, int]:
        """Row of every id."""
        return {item: row for row, item in enumerate(self.ids.tolist())}

    @cached_property
    def names(self) -> Texts:
        """What people call each row; the id where it has no name."""
        names = self.text("name")
        return np.where(pd.isna(names), self.ids, names)

    @cached_property
    def problem(self) -> Problem:
        return build_problem(self.plan, self.schedule.options)

    @cached_property
    def _linked(self) -> Problem:
        """The problem whose network is read: a plan without any date starts anywhere, since who waits for whom needs no dates."""
        if self.problem.project_start is not None:
            return self.problem
        return build_problem(self.plan, replace(self.schedule.options, project_start=_ANY_DAY))

    @cached_property
    def graph(self) -> Graph:
        """Links between unfinished work."""
        return open_graph(self._linked)

    @cached_property
    def whole_graph(self) -> Graph:
        """Links between all work that is not cancelled, done or not."""
        return open_graph(self._linked, done=True)

    @cached_property
    def summary(self) -> Flags:
        return np.asarray(self.text("kind") == Kind.SUMMARY) | self.problem.rows.is_summary

    @cached_property
    def milestone(self) -> Flags:
        return np.asarray(self.text("kind") == Kind.MILESTONE)

    @cached_property
    def state(self) -> Texts:
        return np.asarray(self.schedule.table["state"].to_numpy())

    @cached_property
    def cancelled(self) -> Flags:
        return np.asarray((self.state == State.CANCELLED) | (self.text("state") == State.CANCELLED))

    @cached_property
    def open(self) -> Flags:
        """Unfinished activities and milestones; neither summaries nor cancelled work."""
        return np.asarray(~self.summary & ~self.cancelled & (self.state != State.DONE))

    @cached_property
    def unfinished(self) -> Flags:
        """``open``, and summaries with open work below."""
        return np.asarray(self._of_leaves(self.open.astype(np.float64), np.maximum) > 0)

    @cached_property
    def _below(self) -> tuple[Any, Any]:
        return leaves_below(self.problem.rows)

    def _of_leaves(self, values: Numbers, by: np.ufunc) -> Numbers:
        """``values``, for summaries gathered from the leaves below by ``np.minimum`` or ``np.maximum``."""
        first, leaves = self._below
        out = values.copy()
        if self.summary.any():
            above = np.repeat(np.arange(len(values)), np.diff(first))
            of_summary = self.summary[above]
            out[self.summary] = np.inf if by is np.minimum else -np.inf
            by.at(out, above[of_summary], values[leaves[of_summary]])
        return out

    @cached_property
    def floats(self) -> Numbers:
        """Total float; NaN where there is none (done, cancelled, unscheduled, not leading to the target)."""
        own = self.schedule.table["total_float"].to_numpy()
        known = np.where(self.open & ~np.isnan(own), own, np.inf)
        gathered = self._of_leaves(known, np.minimum)
        return np.where(np.isfinite(gathered), gathered, np.nan)

    @cached_property
    def remaining(self) -> Numbers:
        """Working days still to do of open rows, 0 elsewhere."""
        return np.where(self.open, np.nan_to_num(self.schedule.table["remaining"].to_numpy()), 0.0)

    def group(self, by: str) -> Texts:
        """Whose each row is: its ``team``, first-named ``owner``, ``program`` or ``phase``; None where nobody is named.

        A summary without one takes what all its open leaves share. Raises ``ValueError`` for another grouping.
        """
        if by not in GROUPINGS:
            raise ValueError(f"{by!r} is no grouping")
        if f"group {by}" not in self.memo:
            self.memo[f"group {by}"] = self._group(by)
        return np.asarray(self.memo[f"group {by}"])

    def _group(self, by: str) -> Texts:
        values = self.text(by).copy()
        if by == "owner":  # the first-named answers for it; a link counts once
            codes, names = pd.factorize(values)
            first = np.array([*((str(each).split(",")[0].strip() or None) for each in names), None], dtype=object)
            values = first[codes]
        if self.summary.any() and pd.isna(values[self.summary]).any():
            code, names = pd.factorize(values)
            number = np.where(self.open, code, np.nan).astype(np.float64)
            low = self._of_leaves(np.where(np.isnan(number), np.inf, number), np.minimum)
            high = self._of_leaves(np.where(np.isnan(number), -np.inf, number), np.maximum)
            shared = self.summary & pd.isna(values) & (low == high) & (low >= 0) & np.isfinite(low)
            values[shared] = np.asarray(names, dtype=object)[low[shared].astype(int)]
        values[pd.isna(values)] = None
        return values

    @cached_property
    def team_code(self) -> Rows:
        """A number a team, −1 for none."""
        return np.asarray(pd.factorize(self.group("team"))[0])

    @cached_property
    def limiter(self) -> Rows:
        """Row of the successor that limits each row's float, −1 where none does."""
        return np.asarray(pd.Index(self.ids).get_indexer(pd.Index(self.schedule.table["limiter"].to_numpy())))

    def people(self) -> tuple[Rows, Texts]:
        """(row, person) for every named owner of every row."""
        owners = pd.Series(self.text("owner")).str.split(",").explode().str.strip()
        owners = owners[owners.notna() & (owners != "")]
        return owners.index.to_numpy(), owners.to_numpy(dtype=object)

    # What a row endangers

    @cached_property
    def endangers(self) -> Rows:
        """The row whose date each row's float runs out at (the end of its chain of limiters); −1 without a float."""
        here = np.arange(len(self.ids))
        ends = np.where(self.limiter >= 0, self.limiter, here)
        for _ in range(max(len(ends).bit_length(), 1)):
            ends = ends[ends]
        known = ~np.isnan(self.schedule.table["total_float"].to_numpy())
        ends = np.where(known, ends, -1)
        if self.summary.any():
            first, leaves = self._below
            above = np.repeat(here, np.diff(first))
            own = np.where(known & self.open, self.schedule.table["total_float"].to_numpy(), np.inf)[leaves]
            worst = np.lexsort((own, above))
            rows, at = np.unique(above[worst], return_index=True)
            ends[rows] = np.where(np.isfinite(own[worst][at]), ends[leaves[worst][at]], -1)
        return ends

    @cached_property
    def headline(self) -> int:
        """Row of the milestone that the program is about, −1 where there is none."""
        item = headline_item(self.plan, self.schedule)
        return -1 if item is None else self.at[item]

    @cached_property
    def dates(self) -> Flags:
        """Rows that are a date of the program: unfinished with a deadline, and the headline milestone."""
        promised = self.unfinished & ~np.isnat(self.day("deadline"))
        if self.headline >= 0:
            promised[self.headline] |= self.unfinished[self.headline]
        return promised

    # Links

    @cached_property
    def predecessor(self) -> Rows:
        return pd.Index(self.ids).get_indexer(pd.Index(self.schedule.links["predecessor"].to_numpy()))

    @cached_property
    def successor(self) -> Rows:
        return pd.Index(self.ids).get_indexer(pd.Index(self.schedule.links["successor"].to_numpy()))

    @cached_property
    def sources(self) -> Texts:
        """The cell that each link comes from."""
        return np.asarray(self.schedule.links["source"].to_numpy())

    @cached_property
    def from_start(self) -> Flags:
        """The link hangs on the start of its predecessor (SS, SF)."""
        return self.schedule.links["type"].isin((LinkType.SS, LinkType.SF)).to_numpy()

    @cached_property
    def to_finish(self) -> Flags:
        """The link bounds the finish of its successor (FF, SF)."""
        return self.schedule.links["type"].isin((LinkType.FF, LinkType.SF)).to_numpy()

    @cached_property
    def waiting(self) -> Flags:
        """Links that still hold somebody: what they hang on has not happened, and the successor is unfinished."""
        begun = (self.state == State.IN_PROGRESS) | (self.state == State.DONE)
        given = np.where(self.from_start, begun[self.predecessor], ~self.unfinished[self.predecessor])
        return np.asarray(~given & self.unfinished[self.predecessor] & self.unfinished[self.successor])

    @cached_property
    def slack(self) -> Numbers:
        """Working days by which each link's predecessor may come later than forecast and the successor still keeps its *planned* date.

        Negative: it comes too late. Where the successor has no planned date its forecast counts. NaN where nothing waits.
        """
        spare = self.schedule.links["relationship_float"].to_numpy()
        by_finish = self.to_finish | np.isin(self.state[self.successor], (State.IN_PROGRESS,))
        slipped = np.where(by_finish, self.finish_slip[self.successor], self.start_slip[self.successor])
        return np.where(self.waiting, np.round(spare - slipped, 6), np.nan)

    @cached_property
    def date_slack(self) -> Numbers:
        """Working days by which each link's predecessor may come later than forecast before the date behind it moves or is missed."""
        spare = self.schedule.links["relationship_float"].to_numpy() + self.floats[self.successor]
        return np.where(self.waiting, np.round(spare, 6), np.nan)

    @cached_property
    def start_slip(self) -> Numbers:
        """Working days from the planned to the forecast start; 0 where either is unknown."""
        planned, finish = self.day("planned_start"), self.day("planned_finish")
        planned = np.where(np.isnat(planned), finish, planned)
        return self.between(planned, self.day("forecast_start"), np.arange(len(self.ids)))

    @cached_property
    def finish_slip(self) -> Numbers:
        """Working days from the planned to the forecast finish; 0 where either is unknown."""
        return np.asarray(np.nan_to_num(self.schedule.table["slip"].to_numpy()))

    # Calendars

    @cached_property
    def calendars(self) -> RowCalendars:
        return row_calendars(self.plan, self.schedule)

    def between(self, first: Days, last: Days, rows: Rows) -> Numbers:
        """Working days of ``rows`` from the opening of ``first`` to that of ``last``, negative backwards; 0 where one is missing."""
        day = np.timedelta64(1, "D")
        return np.nan_to_num(self.calendars.between(first - day, last - day, rows))

    def shifted(self, days: Days, by: Numbers, rows: Rows) -> Days:
        """``days`` moved by whole working days of the calendars of ``rows`` (parts of days rounded towards the past)."""
        return self.calendars.shifted(days, by, rows)


def known(value: Any) -> bool:
    """Whether a cell holds anything."""
    return value is not None and value == value
