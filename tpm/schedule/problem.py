"""Plan → what the passes take: nodes, links between leaves, and the target.

A link on a summary row applies to all leaves below it. To keep that linear, the leaves of a summary that drives several
leaves meet in a *hub*: a node without work that happens when the last of them does. Hubs stand behind the rows: node
``len(rows) + h`` is hub h, and ``hub_row[h]`` is the summary that it speaks for.

Cancelled rows are left out as Microsoft Project leaves out inactive tasks: they neither drive nor are scheduled.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tpm.findings import Finding, InputError, Severity
from tpm.model import Constraint, LagUnit, Mode, Plan, ScheduleOptions, State
from tpm.schedule.clock import ALWAYS, NEVER, TICKS_PER_DAY, Ticks
from tpm.schedule.cpm import BEGUN, DONE, EXCLUDED, NODE, TO_DO, Records
from tpm.schedule.network import FF, FS, LINK_TYPES, SS, Integers, Network, Small, build_network
from tpm.schedule.rows import MISSING, Flags, Progress, Rows, codes, read_progress, read_rows

# What holds a row's start where no link does, by falling precedence where two fall on one instant.
HOLDS: Final = ("constraint", "planned", "status_date", "project_start", "actual")
_CONSTRAINT, _PLANNED, _STATUS, _PROJECT, _ACTUAL = range(5)


@dataclass(frozen=True, eq=False)
class Problem:
    """A plan ready for the passes. Arrays of rows have one entry a row of the plan; arrays of nodes the hubs as well."""

    plan: Plan
    options: ScheduleOptions
    rows: Rows
    progress: Progress
    nodes: Records  # of NODE
    network: Network
    dependency: Integers  # row of plan.dependencies of each link of the network, −1 for a leaf's way into its hub
    hub_row: Integers
    hold: Small  # of rows: what the start floor is, a position in HOLDS
    as_late: Flags  # of nodes
    unplaced: Flags  # of rows: undated, and nothing says where to put them
    placed: Flags  # of rows: undated, put at the project's start
    target: int  # a node, −1 for the project's finish
    project_start: int | None  # instant

    @property
    def continuous(self) -> bool:
        """No calendar of the plan rests on any day: instants are working time."""
        return all(all(each.spec.week) and len(each.nth) == len(each.before) - 1 for each in self.rows.calendars)


@dataclass(frozen=True, eq=False)
class _Logic:
    """Dependencies between nodes; a lag in percent is still a share of the predecessor's work."""

    predecessor: Integers
    successor: Integers
    kind: Small
    lag: npt.NDArray[np.float64]  # days
    unit: Small  # 0 working, 1 elapsed, 2 percent
    dependency: Integers
    hub_row: Integers


def leaves_below(rows: Rows) -> tuple[Integers, Integers]:
    """Leaves of every row, as (first, leaves) in CSR form; a leaf has itself. Linear in rows × depth."""
    n = len(rows.ids)
    above = np.arange(n, dtype=np.int32)
    leaf = np.flatnonzero(~rows.is_summary).astype(np.int32)
    above, leaves = above[leaf], leaf
    pairs = [(above, leaves)]
    while True:
        above = rows.parent[above]
        above, leaves = above[above >= 0], leaves[above >= 0]
        if not len(above):
            break
        pairs.append((above, leaves))
    row, leaves = (np.concatenate(each) for each in zip(*pairs, strict=True))
    by_row = np.argsort(row, kind="stable")
    first = np.zeros(n + 1, dtype=np.int32)
    np.cumsum(np.bincount(row, minlength=n), out=first[1:])
    return first, leaves[by_row]


def _logic(plan: Plan, rows: Rows, target: int) -> tuple[_Logic, int]:
    """Dependencies with summaries replaced by leaves and hubs; and the target's node."""
    d = plan.dependencies
    n = len(rows.ids)
    predecessor, successor = np.split(codes(np.concatenate([d["predecessor"].to_numpy(), d["successor"].to_numpy()]), rows.ids), 2)
    kind = codes(d["type"].to_numpy(), LINK_TYPES).clip(0).astype(np.int8)
    unit = codes(d["lag_unit"].to_numpy(), [LagUnit.WORKING, LagUnit.ELAPSED, LagUnit.PERCENT]).clip(0).astype(np.int8)
    lag = np.nan_to_num(d["lag"].to_numpy())
    which = np.arange(len(d), dtype=np.int32)
    on_summary = rows.is_summary[predecessor] | rows.is_summary[successor]
    plain = ~on_summary
    parts: list[tuple[Any, ...]] = [(predecessor[plain], successor[plain], kind[plain], lag[plain], unit[plain], which[plain])]
    hubs: dict[tuple[int, int], int] = {}
    target_is_summary = target >= 0 and rows.is_summary[target]
    if on_summary.any() or target_is_summary:
        first, leaves = leaves_below(rows)

        def below(row: int) -> Integers:
            return leaves[first[row] : first[row + 1]]

        def add(p: Any, s: Any, link: int, at_lag: float, at_unit: int, of: int) -> None:
            shape = np.broadcast_shapes(np.shape(p), np.shape(s))
            parts.append((np.broadcast_to(p, shape).astype(np.int32).ravel(), np.broadcast_to(s, shape).astype(np.int32).ravel(),
                          *(np.full(int(np.prod(shape)), value, dtype)
                            for value, dtype in ((link, np.int8), (at_lag, np.float64), (at_unit, np.int8), (of, np.int32)))))

        def hub(row: int, end: int) -> int:
            """The hub that gathers the starts (``SS``) or finishes (``FS``) of the leaves below ``row``."""
            if (row, end) not in hubs:
                hubs[row, end] = n + len(hubs)
                add(below(row), hubs[row, end], end, 0.0, 0, -1)
            return hubs[row, end]

        for k in np.flatnonzero(on_summary):
            drives, waits = below(predecessor[k]), below(successor[k])
            if len(drives) > 1 and len(waits) > 1 and unit[k] != 2:
                gathered = hub(int(predecessor[k]), FS if kind[k] in (FS, FF) else SS)
                add(gathered, waits, FS if kind[k] in (FS, SS) else FF, float(lag[k]), int(unit[k]), int(k))
            else:
                add(drives[:, None], waits[None, :], int(kind[k]), float(lag[k]), int(unit[k]), int(k))
        if target_is_summary:
            target = hub(target, FS)
    p, s, kind, lag, unit, which = (np.concatenate(each) for each in zip(*parts, strict=True))
    hub_row = np.array([row for row, _ in hubs], dtype=np.int32)
    return _Logic(p, s, kind, lag, unit, which, hub_row), target


def _instant(day: dt.date | None, rows: Rows) -> int | None:
    return None if day is None else int((np.datetime64(day, "D") - rows.origin).astype(np.int64)) * TICKS_PER_DAY


def _project_start(plan: Plan, options: ScheduleOptions, rows: Rows, included: Flags) -> int | None:
    """Where undated work and work as soon as possible may begin: the option, the file, the earliest date, the status date."""
    given = _instant(options.project_start or plan.project_start, rows)
    if given is not None:
        return given
    dated = included & rows.dated
    if dated.any():
        first = np.where(rows.event & dated, rows.start_instant - TICKS_PER_DAY, rows.start_instant)
        return int(first[dated].min())
    return _instant(options.status_date, rows)


def _constraints(plan: Plan, rows: Rows) -> tuple[dict[str, Ticks], Flags, Flags]:
    """Floors and caps that constraints and deadlines set (rows), which rows have one, and the ALAP rows."""
    n = len(rows.ids)
    a = plan.activities
    day = rows.days(a["constraint_date"].to_numpy())
    kind = codes(a["constraint"].to_numpy(), list(Constraint))
    known = day != MISSING
    at = np.where(known, day, 0) * TICKS_PER_DAY

    def on(*which: Constraint) -> Flags:
        return np.asarray(known & np.isin(kind, [list(Constraint).index(each) for each in which]))

    close = at + TICKS_PER_DAY
    opening = np.where(rows.event, close, at)  # an event on a day is reached by its close
    deadline = rows.days(a["deadline"].to_numpy())
    bounds = {
        "start_floor": np.where(on(Constraint.SNET, Constraint.MSO), opening, NEVER),
        "finish_floor": np.where(on(Constraint.FNET, Constraint.MFO), close, NEVER),
        "start_cap": np.where(on(Constraint.SNLT, Constraint.MSO), opening, ALWAYS),
        "finish_cap": np.where(on(Constraint.FNLT, Constraint.MFO), close, ALWAYS),
    }
    due = np.where(deadline != MISSING, (np.where(deadline == MISSING, 0, deadline) + 1) * TICKS_PER_DAY, ALWAYS)
    bounds["finish_cap"] = np.minimum(bounds["finish_cap"], due)
    as_late = kind == list(Constraint).index(Constraint.ALAP)
    return bounds, np.asarray(bounds["start_floor"] > NEVER), np.asarray(as_late & np.ones(n, bool))


def _target_row(options: ScheduleOptions, rows: Rows) -> int:
    if options.target is None:
        return -1
    found = int(codes([options.target], rows.ids)[0])
    if found < 0:
        raise InputError(Finding("unknown-target", Severity.ERROR, params={"target": options.target}))
    return found


def build_problem(plan: Plan, options: ScheduleOptions) -> Problem:
    """What the passes take, from a plan. Raises :class:`InputError` for an unknown target or country."""
    rows = read_rows(plan, options)
    n = len(rows.ids)
    target_row = _target_row(options, rows)
    status = _instant(options.status_date, rows)
    progress = read_progress(plan, rows, None if status is None else status // TICKS_PER_DAY)
    cancelled = codes(plan.activities["state"].to_numpy(), [State.CANCELLED]) == 0
    included = ~rows.is_summary & ~cancelled
    logic, target = _logic(plan, rows, target_row)
    nodes_n = n + len(logic.hub_row)

    # Undated work without a predecessor: at the project's start where logic or a whole undated plan asks for it.
    active = np.concatenate([included, np.ones(nodes_n - n, bool)])
    live = active[logic.predecessor] & active[logic.successor]
    led, leads = np.zeros(nodes_n, bool), np.zeros(nodes_n, bool)
    led[logic.successor[live]] = True
    leads[logic.predecessor[live]] = True
    bounds, start_constrained, as_late = _constraints(plan, rows)
    constrained = start_constrained | (bounds["finish_floor"] > NEVER)
    # Where a whole plan is undated (durations and logic only, as in textbooks), every row begins at the project's start.
    adrift = included & ~rows.dated & ~led[:n] & ~constrained & ~progress.done & ~progress.begun
    project_start = _project_start(plan, options, rows, included)
    any_date = bool((included & rows.dated).any())
    unplaced = adrift & ~leads[:n] & (any_date | rows.assumed_work)
    if project_start is None:
        unplaced = included & ~progress.done
    undated_done = progress.undated_done & (rows.days(plan.activities["actual_start"].to_numpy()) == MISSING)
    placed = adrift & ~unplaced
    excluded = ~included | unplaced | undated_done

    nodes, hold = _nodes(plan, options, rows, progress, bounds, excluded, len(logic.hub_row), status, project_start)
    lag = np.where(logic.unit == 2, logic.lag * np.concatenate([rows.work, np.zeros(nodes_n - n)])[logic.predecessor],
                   logic.lag * TICKS_PER_DAY)
    elapsed = (logic.unit == 1) | ((logic.unit == 2) & np.concatenate([rows.elapsed, np.zeros(nodes_n - n, bool)])[logic.predecessor])
    keep = (nodes["kind"][logic.predecessor] != EXCLUDED) & (nodes["kind"][logic.successor] != EXCLUDED)
    # Links at a done successor bind nobody and cannot close a loop, but their float is still shown: they stay unless both are done.
    network = build_network(nodes_n, logic.predecessor[keep], logic.successor[keep], logic.kind[keep],
                            np.rint(lag[keep]).astype(np.int64), elapsed[keep])
    nodes["kind"][network.blocked] = EXCLUDED
    mode_holds = (options.mode == Mode.PLANNED) & rows.dated
    late = np.concatenate([as_late & ~mode_holds, np.zeros(nodes_n - n, bool)])
    return Problem(plan, options, rows, progress, nodes, network, logic.dependency[keep][network.links["source"]], logic.hub_row, hold,
                   late, unplaced | undated_done, placed, target, project_start)


def _nodes(plan: Plan, options: ScheduleOptions, rows: Rows, progress: Progress, bounds: dict[str, Ticks], excluded: Flags,
           hubs: int, status: int | None, project_start: int | None) -> tuple[Records, Small]:
    """The nodes' arrays, and what holds each row's start."""
    n = len(rows.ids)
    a = plan.activities
    begins = NEVER if project_start is None else project_start
    floors = np.full((4, n), NEVER)  # in the order of HOLDS
    floors[_CONSTRAINT] = bounds["start_floor"]
    planned = (options.mode == Mode.PLANNED) & rows.dated
    floors[_PLANNED] = np.where(planned, rows.start_instant, NEVER)
    if status is not None:
        floors[_STATUS] = status
    # A date of its own, planned or as a constraint, may lie before the project's start.
    floors[_PROJECT] = np.where(planned | (bounds["start_floor"] > NEVER), NEVER, begins)

    begun, ended = _actuals(a, rows, progress, status)
    # Begun work resumes at the status date; neither its planned start nor a start constraint holds it any more.
    floors[:, progress.begun] = NEVER
    floors[_STATUS, progress.begun] = np.maximum(NEVER if status is None else status, begun[progress.begun])
    hold = floors.argmax(axis=0).astype(np.int8)
    hold[progress.done | (progress.begun & (begun > (NEVER if status is None else status)))] = _ACTUAL

    kind = np.where(progress.done, DONE, np.where(progress.begun, BEGUN, TO_DO)).astype(np.int8)
    kind[excluded] = EXCLUDED

    nodes = np.zeros(n + hubs, NODE)  # hubs: to do, without work, in the plan's calendar
    of_rows = {
        "kind": kind, "calendar": rows.calendar, "own_first": rows.own_first, "own_second": rows.own_second,
        "work": progress.remaining, "begun": begun, "ended": ended, "start_floor": floors.max(axis=0),
        "finish_floor": np.where(progress.begun, NEVER, bounds["finish_floor"]),
        "start_cap": np.where(progress.begun, ALWAYS, bounds["start_cap"]), "finish_cap": bounds["finish_cap"],
        "rank": np.argsort(np.argsort(_hashed(rows.ids), kind="stable"), kind="stable"),
    }
    of_hubs = {"own_first": -1, "own_second": -1, "begun": NEVER, "ended": NEVER, "start_floor": begins, "finish_floor": NEVER,
               "start_cap": ALWAYS, "finish_cap": ALWAYS, "rank": n}
    for name, values in of_rows.items():
        nodes[name][:n] = values
    for name, value in of_hubs.items():
        nodes[name][n:] = value
    return nodes, hold


def _hashed(ids: npt.NDArray[np.object_]) -> npt.NDArray[np.uint64]:
    """A number an id that does not depend on the row order."""
    from pandas.util import hash_array

    return np.asarray(hash_array(ids, categorize=False))


def _actuals(a: Any, rows: Rows, progress: Progress, status: int | None) -> tuple[Ticks, Ticks]:
    """Instants of actual start and finish (planned where none is given) of begun and done rows, ``NEVER`` elsewhere."""
    actual_start, actual_finish = rows.days(a["actual_start"].to_numpy()), rows.days(a["actual_finish"].to_numpy())
    start, finish = rows.start_instant.copy(), rows.finish_instant.copy()
    has_start, has_finish = actual_start != MISSING, actual_finish != MISSING
    start = np.where(has_start & ~rows.event, np.where(has_start, actual_start, 0) * TICKS_PER_DAY, start)
    finish = np.where(has_finish, (np.where(has_finish, actual_finish, 0) + 1) * TICKS_PER_DAY, finish)
    finish = np.where(rows.event & has_start & ~has_finish, (np.where(has_start, actual_start, 0) + 1) * TICKS_PER_DAY, finish)
    no_start, no_finish = start == MISSING, finish == MISSING
    safe_finish = np.where(no_finish, 0, finish)
    start = np.where(no_start & ~no_finish, rows.open_at(rows.work_at(safe_finish) - rows.work), start)
    safe_start = np.where(start == MISSING, 0, start)
    start = np.where((start == MISSING) & progress.begun, NEVER if status is None else status, start)
    finish = np.where(no_finish & ~no_start, rows.open_at(rows.work_at(safe_start) + rows.work - 1) + 1, finish)
    start = np.where(rows.event, finish, np.where(finish == MISSING, start, np.minimum(start, finish)))
    happened = progress.done | progress.begun
    return np.where(happened & (start != MISSING), start, NEVER), np.where(progress.done & (finish != MISSING), finish, NEVER)

