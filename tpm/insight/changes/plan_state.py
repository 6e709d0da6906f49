"""A plan on its way from one version to the next: what a single step can do to it. Every function gives a changed copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from tpm.model import (
    ACTIVITY_COLUMNS,
    DEPENDENCY_COLUMNS,
    RISK_COLUMNS,
    RISK_HIT_COLUMNS,
    Plan,
    ScheduleOptions,
    State,
    conform,
    empty_frame,
)
from tpm.schedule import Solution, solve
from tpm.schedule.clock import TICKS_PER_DAY
from tpm.schedule.cpm import DONE
from tpm.schedule.result import schedule_columns

LINK: Final = ("predecessor", "successor", "type", "lag", "lag_unit")
PROGRESS: Final = ("progress", "status", "state", "actual_start", "actual_finish")


@dataclass(frozen=True)
class PlanState:
    """A plan on its way. Columns are arrays that are replaced, never written to."""

    columns: dict[str, np.ndarray]
    links: pd.DataFrame
    plan: Plan  # everything that is not activities or links
    options: ScheduleOptions

    def with_rows(self, items: Iterable[str], names: Sequence[str], source: dict[str, np.ndarray], at: dict[str, int]) -> PlanState:
        """The named columns of ``items`` taken from ``source``."""
        where = {item: row for row, item in enumerate(self.columns["id"])}
        pairs = [(where[item], at[item]) for item in items if item in where and item in at]
        if not pairs:
            return self
        here, there = (list(side) for side in zip(*pairs, strict=True))
        columns = dict(self.columns)
        for name in names:
            column = columns[name].copy()
            column[here] = source[name][there]
            columns[name] = column
        return replace(self, columns=columns)

    def as_plan(self) -> Plan:
        """The state as a plan; a finish that an unfinished step leaves before its start is dropped."""
        columns = dict(self.columns)
        wrong = columns["planned_finish"] < columns["planned_start"]
        if wrong.any():
            columns["planned_finish"] = np.where(wrong, np.datetime64("NaT", "s"), columns["planned_finish"])
        known = set(columns["id"].tolist())
        if not known.issuperset({item for item in columns["parent"].tolist() if item is not None}):
            columns["parent"] = np.array([item if item in known else None for item in columns["parent"].tolist()], dtype=object)
        return self.plan.with_columns(columns, dependencies=self.links)


def columns_of(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    return {name: rows[name].to_numpy() for name in ACTIVITY_COLUMNS}


def bare(plan: Plan) -> Plan:
    """What of a plan is not walked through: risks and other columns have no part in the forecast."""
    return plan.with_(activities=empty_frame(ACTIVITY_COLUMNS), dependencies=empty_frame(DEPENDENCY_COLUMNS), attributes=pd.DataFrame(),
                      risks=empty_frame(RISK_COLUMNS), risk_hits=empty_frame(RISK_HIT_COLUMNS))


def with_ids(plan: Plan, given: dict[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Activities and dependencies of ``plan`` under other ids."""
    rows, links = plan.activities.copy(), plan.dependencies.copy()
    rows["id"] = [given[item] for item in rows["id"]]
    rows["parent"] = [given.get(item) for item in rows["parent"]]
    for end in ("predecessor", "successor"):
        links[end] = [given[item] for item in links[end]]
    return conform(rows, ACTIVITY_COLUMNS), conform(links, DEPENDENCY_COLUMNS)


def stacked(links: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    both = pd.concat([links, more]) if len(links) and len(more) else more if len(more) else links
    return conform(both.reset_index(drop=True), DEPENDENCY_COLUMNS)


def link_rows(links: pd.DataFrame) -> set[tuple[Any, ...]]:
    return set(links[list(LINK)].itertuples(index=False, name=None))


def cut(state: PlanState, *, items: tuple[str, ...]) -> PlanState:
    """Without ``items`` and their links; what lay below them moves up."""
    gone = set(items)
    ids = state.columns["id"].tolist()
    above = dict(zip(ids, state.columns["parent"].tolist(), strict=True))

    def kept_parent(parent: str | None) -> str | None:
        for _ in gone:  # as many steps as there can be; a row above itself would have no end
            if parent not in gone:
                return parent
            parent = above[parent]
        return None if parent in gone else parent

    kept = np.array([item not in gone for item in ids], dtype=bool)
    columns = {name: values[kept] for name, values in state.columns.items()}
    columns["parent"] = np.array([kept_parent(parent) for parent in columns["parent"].tolist()], dtype=object)
    links = state.links
    left = links[~links["predecessor"].isin(items) & ~links["successor"].isin(items)].reset_index(drop=True)
    return replace(state, columns=columns, links=conform(left, DEPENDENCY_COLUMNS))


def without_links(state: PlanState, *, gone: set[tuple[Any, ...]]) -> PlanState:
    kept = [row not in gone for row in state.links[list(LINK)].itertuples(index=False, name=None)]
    return replace(state, links=conform(state.links[np.array(kept, dtype=bool)].reset_index(drop=True), DEPENDENCY_COLUMNS))


def resized(state: PlanState, *, item: str, start: np.datetime64, length: float) -> PlanState:
    row = int(np.flatnonzero(state.columns["id"] == item)[0])
    columns = dict(state.columns)
    for name, value in (("planned_start", start), ("planned_finish", np.datetime64("NaT", "s")), ("duration", length)):
        columns[name] = columns[name].copy()
        columns[name][row] = value
    return replace(state, columns=columns)


def as_forecast(state: PlanState, *, options: ScheduleOptions) -> PlanState:
    """The state at a later status date when everything since went exactly as forecast."""
    solution = solve(state.as_plan(), state.options)
    problem, rows = solution.problem, solution.problem.rows
    n = len(rows.ids)
    status = np.datetime64(options.status_date, "D")
    at = np.full(n, int((status - rows.origin).astype(np.int64)) * TICKS_PER_DAY)
    start, finish = _instants(solution)
    open_ = solution.scheduled & ~rows.is_summary & (problem.nodes["kind"][:n] != DONE)
    done = open_ & (finish <= at)
    begun = open_ & ~done & ~rows.event & (start < at)
    left = rows.work_at(finish) - rows.work_at(np.maximum(at, start))
    table = schedule_columns(solution)
    columns = dict(state.columns)
    already = problem.nodes["kind"][:n] == DONE
    share = np.where(begun, 1 - left / np.maximum(rows.work, 1), np.where(done | already, 1.0, columns["progress"]))
    columns["progress"] = np.where(open_ & ~done & ~begun & ~(columns["progress"] > 0), np.nan, share)
    kept = columns["state"] == State.BLOCKED.value
    word = np.where(done | already, State.DONE.value, np.where(begun & ~kept, State.IN_PROGRESS.value, columns["state"]))
    columns["state"] = word.astype(object)
    started, ended = table["forecast_start"], table["forecast_finish"]
    columns["actual_start"] = np.where(done | begun | already, started, columns["actual_start"])
    columns["actual_finish"] = np.where(done | already, ended, columns["actual_finish"])
    return replace(state, columns=columns, options=options, plan=state.plan.with_(progress_reported=True))


def _instants(solution: Solution) -> tuple[np.ndarray, np.ndarray]:
    n = len(solution.problem.rows.ids)
    begun = solution.problem.nodes["begun"][:n]
    start = np.where(begun > -(2**62), begun, solution.early["start"][:n])
    return start, solution.early["finish"][:n]
