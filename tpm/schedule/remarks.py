"""What a person should know about a schedule: findings of the engine, each with its rows and cells.

The words are in ``catalogue/schedule.toml``. One finding a kind, however many rows it names; loops one each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.findings import Finding, Place, Severity
from tpm.i18n import listed
from tpm.model import Mode, State
from tpm.schedule.clock import ALWAYS
from tpm.schedule.cpm import DONE
from tpm.schedule.problem import Problem
from tpm.schedule.result import Solution
from tpm.schedule.rows import MISSING, Flags, codes

_NAMES_SHOWN = 5  # of a long loop, so that the sentence stays readable


def _places(problem: Problem, rows: Sequence[int] | npt.NDArray[np.int64]) -> tuple[Place, ...]:
    where = (problem.plan.columns[name][rows].tolist() for name in ("file", "sheet", "row"))
    return tuple(Place(file or "", sheet or "", f"A{number}" if number else "") for file, sheet, number in zip(*where, strict=True))


def _about(problem: Problem, code: str, severity: Severity, rows: Flags, **params: object) -> list[Finding]:
    """One finding on the rows that are set, none where there are none."""
    at = np.flatnonzero(rows)
    if not len(at):
        return []
    ids = problem.rows.ids
    called = problem.plan.columns["name"]
    shown = [_named(str(ids[row]), called[row]) for row in at[:_NAMES_SHOWN]]
    named = {"count": len(at), "items": listed(shown, len(shown), total=len(at)), **params}
    return [Finding(code, severity, _places(problem, at[:50]), named, tuple(map(str, ids[at].tolist())))]


def _named(item: str, name: str | None) -> str:
    """An item as people call it, its id behind."""
    return f"{name} ({item})" if name and name != item else item




def loops_of(problem: Problem) -> list[list[int]]:
    """The rows of each loop in link order; a hub speaks as its summary."""
    n = len(problem.rows.ids)
    out = []
    for loop in problem.network.loops:
        named = [int(node) if node < n else int(problem.hub_row[node - n]) for node in loop]
        out.append([row for position, row in enumerate(named) if row != named[position - 1] or len(named) == 1])
    return out


def _cycles(problem: Problem) -> list[Finding]:
    plan, ids = problem.plan, problem.rows.ids
    d, called = plan.dependencies, plan.columns["name"]
    findings = []
    n = len(ids)
    behind = int(problem.network.blocked[:n].sum())
    for loop in loops_of(problem):
        names = [f"{ids[row]} {called[row] or ''}".strip() for row in loop]
        shown = names if len(names) <= 8 else [*names[:6], "…", names[-1]]
        pairs = {(ids[row], ids[loop[(position + 1) % len(loop)]]) for position, row in enumerate(loop)}
        on_loop = d["predecessor"].isin([p for p, _ in pairs]) & d["successor"].isin([s for _, s in pairs])
        places = []
        for predecessor, successor, source in d.loc[on_loop, ["predecessor", "successor", "source"]].itertuples(index=False):
            if (predecessor, successor) in pairs and source:
                sheet, _, cell = str(source).rpartition("!")
                places.append(Place("", sheet, cell))
        findings.append(Finding("dependency-cycle", Severity.ERROR, tuple(places) or _places(problem, loop),
                                {"loop": " → ".join([*shown, names[0]]), "length": len(loop), "behind": behind},
                                tuple(str(ids[row]) for row in loop)))
    return findings


def _own_days(problem: Problem) -> Flags:
    return np.asarray(problem.rows.own_first >= 0)


def _missed(solution: Solution, rows: Flags, cap: npt.NDArray[np.int64]) -> Flags:
    n = len(rows)
    return np.asarray(rows & (cap < ALWAYS) & (solution.early["finish"][:n] > cap))


def findings_of(solution: Solution, table: pd.DataFrame, links: pd.DataFrame) -> tuple[Finding, ...]:
    """Every finding about the schedule, errors first. ``table`` and ``links`` are the solution's."""
    problem = solution.problem
    rows, progress, options, plan = problem.rows, problem.progress, problem.options, problem.plan
    n = len(rows.ids)
    found: list[Finding] = []
    if n and problem.project_start is None:
        if plan.relative.empty:  # else its reader has asked for the first day
            found.append(Finding("no-dates", Severity.ERROR))
        return tuple(found)
    found += _cycles(problem)
    blocked = problem.network.blocked[:n]
    on_loop = np.zeros(n, dtype=bool)
    on_loop[[row for loop in loops_of(problem) for row in loop]] = True
    found += _about(problem, "behind-cycle", Severity.WARNING, blocked & ~on_loop)
    if n and plan.dependencies.empty:
        found.append(Finding("no-dependencies", Severity.WARNING))

    scheduled = solution.scheduled
    open_ = scheduled & (problem.nodes["kind"][:n] != DONE)
    deadline = rows.days(plan.columns["deadline"])
    due = deadline >= 0
    finish = rows.days(table["forecast_finish"].to_numpy())
    found += _about(problem, "deadline-missed", Severity.WARNING, open_ & due & (finish > deadline))
    negative = np.nan_to_num(table["total_float"].to_numpy(), nan=0.0) < 0
    constrained = codes(plan.columns["constraint"], ["SNLT", "FNLT", "MSO", "MFO"]) >= 0
    early_start = rows.days(table["early_start"].to_numpy())
    limit = rows.days(plan.columns["constraint_date"])
    start_bound = codes(plan.columns["constraint"], ["SNLT", "MSO"]) >= 0
    late = (limit >= 0) & open_ & constrained & (np.where(start_bound, early_start, finish) > limit)
    found += _about(problem, "constraint-missed", Severity.WARNING, late)
    if negative.any():
        worst = float(np.nanmin(table["total_float"].to_numpy()))
        found += _about(problem, "negative-float", Severity.WARNING, negative, worst=worst)
    found += _about(problem, "undated", Severity.WARNING, problem.unplaced)
    found += _about(problem, "placed-at-start", Severity.INFO, problem.placed & rows_of_dated_plan(problem))
    found += _about(problem, "duration-assumed", Severity.WARNING, rows.assumed_work & scheduled)
    found += _about(problem, "actuals-ahead", Severity.WARNING, _ahead(problem), status_date=options.status_date)
    found += _about(problem, "duration-contradicts", Severity.WARNING, rows.contradicted & scheduled)
    found += _about(problem, "past-work-open", Severity.WARNING, progress.open_past, status_date=options.status_date)
    if plan.progress_reported:
        found += _about(problem, "share-assumed", Severity.INFO, progress.assumed)
    else:
        found += _about(problem, "progress-assumed", Severity.INFO, progress.assumed, status_date=options.status_date,
                        done=int(progress.done.sum()), begun=int(progress.begun.sum()))
    if options.mode == Mode.PLANNED and len(links):
        ahead = codes(links.loc[links["violated"], "successor"].to_numpy(), rows.ids)
        early = np.zeros(n, dtype=bool)
        early[ahead] = True
        found += _about(problem, "dates-against-logic", Severity.WARNING, early, links=int(links["violated"].sum()))
    found += _about(problem, "planned-on-day-off", Severity.INFO, _own_days(problem) & ~rows.elapsed)
    cancelled = codes(plan.columns["state"], [State.CANCELLED]) == 0
    found += _about(problem, "cancelled-left-out", Severity.INFO, cancelled)
    for name, ids in rows.unknown_calendars.items():
        found += _about(problem, "unknown-calendar", Severity.WARNING, np.isin(rows.ids, ids), calendar=name)
    return tuple(sorted(found, key=lambda each: each.severity.rank))


def _ahead(problem: Problem) -> Flags:
    """Rows whose actual dates, or planned dates where they are said to be done, lie after the status date."""
    rows, progress, status = problem.rows, problem.progress, problem.options.status_date
    if status is None or not problem.plan.progress_reported:
        return np.zeros(len(rows.ids), dtype=bool)
    day = int((np.datetime64(status, "D") - rows.origin).astype(np.int64))
    a = problem.plan.columns
    start, finish = (rows.days(a[name]) for name in ("actual_start", "actual_finish"))
    silent = progress.done & (start == MISSING) & (finish == MISSING) & rows.dated
    return np.asarray(~rows.is_summary & ((start > day) | (finish > day) | (silent & (rows.start > day))))


def rows_of_dated_plan(problem: Problem) -> Flags:
    """All rows where the plan dates any of them, else none: a wholly undated plan begins at its start without a remark."""
    return np.full(len(problem.rows.ids), bool(problem.rows.dated.any()))
