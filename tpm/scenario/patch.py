"""The problem of a changed plan, made from the problem of the plan before it.

Building a problem reads every row; a change touches a few. So the engine reads the touched rows alone, as a small plan of their own, and
what it says of them is put into copies of the arrays. That is exact as long as nothing that the engine reads *across* rows has
changed; wherever it might have, the whole plan is read anew. Tests hold the two ways against each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.model import ACTIVITY_COLUMNS, DEPENDENCY_COLUMNS, LagUnit, Plan, empty_frame
from tpm.schedule.clock import ALWAYS, NEVER, TICKS_PER_DAY
from tpm.schedule.cpm import EXCLUDED
from tpm.schedule.network import LINK_TYPES, Network, build_network
from tpm.schedule.problem import Problem, build_problem
from tpm.schedule.rows import MISSING, Progress, Rows, codes

# What the engine reads of a row and may differ in a patched one.
_FREE: Final = ("planned_start", "planned_finish", "duration", "progress", "state", "deadline", "actual_start", "actual_finish",
                "constraint", "constraint_date")
# What a patched plan must have as it was: identity of rows, hierarchy and calendars.
_BOUND: Final = ("id", "kind", "parent", "team", "elapsed", "calendar")
_MOST_TOUCHED: Final = 0.25  # of the rows; beyond it reading everything is as fast

_SMALL: Final = 400  # rows that are read anew as fast as they are compared
_MOST_LINKS: Final = 200  # cut and added together
_FEW: Final = 8  # ids are looked for one by one

_INSTANTS: Final = ("begun", "ended", "start_floor", "finish_floor", "start_cap", "finish_cap")


def changed_copy(plan: Plan, written: Mapping[str, npt.NDArray[Any]] | None = None, **parts: Any) -> Plan:
    """``plan`` with columns of its activities ``written`` and other parts replaced, which leave its ids as they are.

    The plan is not looked through again, which takes longer than the change. Raises ``ValueError`` when a finish comes to lie before its
    start.
    """
    if not written:
        return plan.with_columns(plan.columns, **parts)
    columns = {name: written[name] if name in written else plan.columns[name] for name in ACTIVITY_COLUMNS}
    if (columns["planned_finish"] < columns["planned_start"]).any():
        raise ValueError("a planned finish lies before its start")
    return plan.with_columns(columns, **parts)


def small_plan(plan: Plan, rows: npt.NDArray[np.int64], columns: Mapping[str, npt.NDArray[Any]], **parts: Any) -> Plan:
    """``rows`` of a plan on their own, for the engine: no hierarchy, no links; ``columns`` stand in for the plan's where they are given."""
    chosen = {name: columns.get(name, plan.columns[name])[rows] for name in ACTIVITY_COLUMNS}
    chosen["parent"] = np.full(len(rows), None, dtype=object)
    return plan.with_columns(chosen, **{"dependencies": empty_frame(DEPENDENCY_COLUMNS), "project_start": None, **parts})


def changed_problem(base: Problem, plan: Plan) -> Problem:
    """What ``build_problem(plan, base.options)`` gives, up to the span of the calendars' tables."""
    small = len(plan.columns["id"]) <= _SMALL
    return (None if small else _patched(base, plan)) or build_problem(plan, base.options)


def _patched(base: Problem, plan: Plan) -> Problem | None:
    old = base.plan
    if not _same_frame(base, plan):
        return None
    touched = np.zeros(len(plan.activities), bool)
    for name in _FREE if plan.activities is not old.activities else ():
        touched |= _differs(old.columns[name], plan.columns[name])
    rows = np.flatnonzero(touched)
    if len(rows) > max(_MOST_TOUCHED * len(touched), 8):
        return None
    problem: Problem | None = replace(base, plan=plan)
    if len(rows):
        problem = _with_rows(base, plan, rows)
    if problem is not None and plan.dependencies is not old.dependencies:
        problem = _with_links(problem, old, plan)
    return problem


def _same_frame(base: Problem, plan: Plan) -> bool:
    """Whether everything that the engine reads across rows is as it was."""
    old = base.plan
    if len(plan.activities) != len(old.activities) or base.network.loops or base.rows.unknown_calendars:
        return False
    same = plan.activities is old.activities
    if not same and any(_differs(old.columns[name], plan.columns[name]).any() for name in _BOUND):
        return False
    if plan.calendars is not old.calendars and dict(plan.calendars) != dict(old.calendars):
        return False
    if (plan.default_calendar, plan.team_calendars, plan.progress_reported) != (old.default_calendar, old.team_calendars,
                                                                               old.progress_reported):
        return False
    return not (parts_of_days(old) or (not same and parts_of_days(plan)))


def parts_of_days(plan: Plan) -> bool:
    """Whether any duration is no whole number of days."""
    duration = plan.columns["duration"]
    return bool((np.isfinite(duration) & (np.floor(duration) != duration)).any())


def _differs(left: npt.NDArray[Any], right: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    if left is right or left.__array_interface__["data"] == right.__array_interface__["data"]:
        return np.zeros(len(left), bool)
    differs = np.asarray(left != right, dtype=bool)
    if left.dtype.kind in "fM":
        differs &= ~(np.isnan(left) & np.isnan(right)) if left.dtype.kind == "f" else ~(np.isnat(left) & np.isnat(right))
    return differs


def project_start(base: Problem) -> dt.date | None:
    """The day on which the plan of a problem begins."""
    if base.project_start is None:
        return None
    day: dt.date = (base.rows.origin + np.timedelta64(base.project_start // TICKS_PER_DAY, "D")).astype(object)
    return day


def _with_rows(base: Problem, plan: Plan, touched: npt.NDArray[np.int64]) -> Problem | None:
    begins = project_start(base)
    if begins is None or ((base.options.project_start or plan.project_start) != begins and not _still_first(base, plan, touched)):
        return None
    small = build_problem(small_plan(plan, touched, {}, project_start=begins), replace(base.options, target=None))
    new, old, n = small.rows, base.rows, len(base.rows.ids)
    # Logic decides where an undated row goes, and a cancelled one takes its links away.
    excluded = small.nodes["kind"] == EXCLUDED
    if (~old.dated[touched] | ~new.dated | old.is_summary[touched] | excluded | (base.nodes["kind"][touched] == EXCLUDED)).any():
        return None
    if (new.event != old.event[touched]).any():
        return None
    if _shares(base.plan.dependencies):
        return None
    at = {calendar.spec: code for code, calendar in enumerate(old.calendars)}
    if any(calendar.spec not in at for calendar in new.calendars):
        return None
    if not _covers(base, small):
        return None
    shift = int((new.origin - old.origin).astype(np.int64))
    nodes = base.nodes.copy()
    for name in nodes.dtype.names or ():
        values = small.nodes[name].copy()
        if name in _INSTANTS:
            values = np.where((values > NEVER) & (values < ALWAYS), values + shift * TICKS_PER_DAY, values)
        elif name in ("own_first", "own_second"):
            values = np.where(values >= 0, values + shift, values)
        elif name in ("calendar", "rank"):
            continue  # the row's own, as before
        nodes[name][touched] = values
    hold = base.hold.copy()
    hold[touched] = small.hold
    as_late = base.as_late.copy()
    as_late[touched] = small.as_late
    return replace(base, plan=plan, rows=_rows(old, new, touched, shift), progress=_progress(base.progress, small.progress, touched),
                   nodes=nodes, hold=hold, as_late=as_late, project_start=base.project_start) if n else None


def _still_first(base: Problem, plan: Plan, touched: npt.NDArray[np.int64]) -> bool:
    """Whether the plan's own earliest date, where nothing else says when the project starts, is what it was."""
    if base.options.project_start is not None or plan.project_start is not None or base.plan.project_start is not None:
        return False
    rows, kind = base.rows, base.nodes["kind"][: len(base.rows.ids)]
    first = np.where(rows.event, rows.start_instant - TICKS_PER_DAY, rows.start_instant)
    others = rows.dated & ~rows.is_summary & (kind != EXCLUDED)
    others[touched] = False
    if not others.any() or first[others].min() != base.project_start:
        return False
    days = [plan.columns[name][touched].astype("datetime64[D]") for name in ("planned_start", "planned_finish")]
    # A row that has only its finish may begin earlier than any date says.
    if np.isnat(days[0]).any():
        return False
    return bool((days[0] >= np.datetime64(project_start(base), "D")).all())


def _covers(base: Problem, small: Problem) -> bool:
    """Whether the tables know the holidays of every day that the whole plan's own tables would."""
    if not any(each.spec.country or each.spec.holidays or each.spec.worked for each in base.rows.calendars):
        return True
    rows = base.rows
    known = [each for each in (small.rows.start_instant, small.rows.finish_instant) if len(each)]
    last = max(int(each[each != MISSING].max(initial=0)) for each in known) // TICKS_PER_DAY
    last += int((small.rows.origin - rows.origin).astype(np.int64))
    # The tables reach at least 400 days beyond the old plan's last date; a plan that stays inside half of it finds the same days.
    return 0 <= last <= len(rows.calendars[0].before) - 1 - 200


def _rows(old: Rows, new: Rows, touched: npt.NDArray[np.int64], shift: int) -> Rows:
    parts: dict[str, Any] = {each.name: getattr(old, each.name) for each in fields(Rows)}
    for name in ("start", "finish", "dated", "own_first", "own_second", "work", "assumed_work", "contradicted", "start_instant",
                 "finish_instant"):
        values = getattr(new, name).copy()
        if name in ("start", "finish"):
            values = np.where(values == MISSING, MISSING, values + shift)
        elif name in ("start_instant", "finish_instant"):
            values = np.where(values == MISSING, MISSING, values + shift * TICKS_PER_DAY)
        elif name in ("own_first", "own_second"):
            values = np.where(values >= 0, values + shift, values)
        column = parts[name].copy()
        column[touched] = values
        parts[name] = column
    return Rows(**parts)


def _progress(old: Progress, new: Progress, touched: npt.NDArray[np.int64]) -> Progress:
    parts = {}
    for each in fields(Progress):
        column = getattr(old, each.name).copy()
        column[touched] = getattr(new, each.name)
        parts[each.name] = column
    return Progress(**parts)


def _shares(links: pd.DataFrame) -> bool:
    """Whether any lag is a share of its predecessor's duration."""
    return LagUnit.PERCENT.value in links["lag_unit"].to_numpy().tolist()  # a list is looked through faster than an array of text


def _with_links(problem: Problem, old: Plan, plan: Plan) -> Problem | None:
    """Links added, cut or given another lag, between dated leaves. None where more than that has changed."""
    before, after = old.dependencies, plan.dependencies
    if problem.hub_row.size or _shares(before):
        return None
    head, tail = _same_ends(before, after)
    if len(before) + len(after) - 2 * (head + tail) > _MOST_LINKS:
        return None
    position = np.arange(len(before), dtype=np.int32)
    position[head : len(before) - tail] = -1
    position[len(before) - tail :] += len(after) - len(before)
    added = after.iloc[head : len(after) - tail]
    if _shares(added):
        return None
    ids, kind = problem.rows.ids, problem.nodes["kind"]
    gone = before.iloc[head : len(before) - tail]
    ends = _places([*gone["predecessor"], *gone["successor"], *added["predecessor"], *added["successor"]], ids)
    if len(ends) and (~problem.rows.dated[ends] | problem.rows.is_summary[ends] | (kind[ends] == EXCLUDED)).any():
        return None
    network, links = problem.network, problem.network.links
    keep = position[problem.dependency] >= 0
    from_ = np.repeat(np.arange(network.n, dtype=np.int32), np.diff(network.first))[keep]
    start, end = np.split(ends[2 * len(gone) :], 2)
    kinds = codes(added["type"].to_numpy(), LINK_TYPES).astype(np.int8)
    lag = np.rint(added["lag"].to_numpy() * TICKS_PER_DAY).astype(np.int64)
    elapsed = added["lag_unit"].to_numpy() == LagUnit.ELAPSED.value
    changed: Network = build_network(
        network.n, np.concatenate([from_, start]), np.concatenate([links["to"][keep], end]), np.concatenate([links["kind"][keep], kinds]),
        np.concatenate([links["lag"][keep], lag]), np.concatenate([links["elapsed"][keep], elapsed]))
    if changed.loops:
        return None
    place = np.arange(head, len(after) - tail, dtype=np.int32)
    dependency = np.concatenate([position[problem.dependency[keep]], place])
    return replace(problem, plan=plan, network=changed, dependency=dependency[changed.links["source"]])


def _places(wanted: list[Any], ids: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """``codes(wanted, ids)``; of a few, without a table of all."""
    if len(wanted) > _FEW:
        return codes(wanted, ids)
    known = ids.tolist()
    return np.array([known.index(item) for item in wanted], np.int32)


def _same_ends(before: pd.DataFrame, after: pd.DataFrame) -> tuple[int, int]:
    """How many rows are the same from the top, and of the rest from the bottom."""
    names = ("predecessor", "successor", "type", "lag", "lag_unit")
    pairs = [(before[name].to_numpy(), after[name].to_numpy()) for name in names]
    head = n = min(len(before), len(after))
    for left, right in pairs:
        head = _same_from_top(left[:head].tolist(), right[:head].tolist())
    tail = n - head
    for left, right in pairs:
        tail = _same_from_top(left[len(left) - tail :][::-1].tolist(), right[len(right) - tail :][::-1].tolist())
    return head, tail


def _same_from_top(left: list[Any], right: list[Any]) -> int:
    """How many of two lists of one length are the same from the top: halves are compared, and lists compare fast."""
    if left == right:
        return len(left)
    same, differs = 0, len(left)
    while differs - same > 1:
        middle = (same + differs) // 2
        if left[same:middle] == right[same:middle]:
            same = middle
        else:
            differs = middle
    return same
