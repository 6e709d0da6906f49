"""Plan → what the passes take: nodes, links between leaves, and the target.

A link on a summary row applies to leaves below it: onto it, to the starts of all, or to the finish of the one that ends last; from it, to
the last that finishes or the first that starts. The leaves of a summary that drives meet in a *hub*: a node without work that happens
when the last of them ends, or when the first of them starts. Hubs stand behind the rows: node ``len(rows) + h`` is hub h, and
``hub_row[h]`` is the summary that it speaks for. A row with a levelling delay waits, by an elapsed lag, for a hub of its own that gathers
what it waits for.

Cancelled rows are left out as Microsoft Project leaves out inactive tasks: they neither drive nor are scheduled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tpm.findings import Finding, InputError, Severity
from tpm.model import Constraint, LagUnit, Mode, Plan, ScheduleOptions, State
from tpm.schedule.clock import ALWAYS, NEVER, TICKS_PER_DAY, Ticks
from tpm.schedule.cpm import BEGUN, DONE, EXCLUDED, NODE, TO_DO, Records, forward
from tpm.schedule.network import FF, FS, LINK_TYPES, SF, SS, Integers, Network, Small, build_network
from tpm.schedule.rows import MISSING, Flags, Progress, Rows, codes, read_progress, read_rows

# What holds a row's start where no link does, by falling precedence where two fall on one instant.
HOLDS: Final = ("constraint", "planned", "status_date", "project_start", "actual")
_CONSTRAINT, _PLANNED, _STATUS, _PROJECT, _ACTUAL = range(5)
_GATE: Final = 4  # end of a hub that holds a delayed row
_GOAL: Final = 5  # end of a hub that is the target: nothing waits for it


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
    own_dates: Flags  # of hubs: of a manual summary, which has dates of its own
    hub_end: Small  # of hubs: FS gathers finishes, SS starts, _GATE what a delayed row waits for, _GOAL the target's finishes


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


def _logic(plan: Plan, rows: Rows, target: int, waits_still: Flags, last: Mapping[int, int]) -> tuple[_Logic, int]:
    """Dependencies with summaries replaced by leaves and hubs; and the target's node.

    ``waits_still``: rows that have not begun. ``last``: of dependencies that bind the end of a summary, the leaf that ends it.
    """
    d = plan.links
    n = len(rows.ids)
    predecessor, successor = np.split(codes(np.concatenate([d["predecessor"], d["successor"]]), rows.ids), 2)
    kind = codes(d["type"], LINK_TYPES).clip(0).astype(np.int8)
    unit = codes(d["lag_unit"], [LagUnit.WORKING, LagUnit.ELAPSED, LagUnit.PERCENT]).clip(0).astype(np.int8)
    lag = np.nan_to_num(d["lag"])
    which = np.arange(len(plan.dependencies), dtype=np.int32)
    on_summary = rows.is_summary[predecessor] | rows.is_summary[successor]
    plain = ~on_summary
    parts: list[tuple[Any, ...]] = [(predecessor[plain], successor[plain], kind[plain], lag[plain], unit[plain], which[plain])]
    hubs: dict[tuple[int, int], int] = {}
    manual = plan.columns["manual"] & rows.is_summary & rows.dated
    as_late = codes(plan.columns["constraint"], [Constraint.ALAP]) == 0
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
            """The hub that gathers the starts (``SS``) or finishes of the leaves below ``row``."""
            if (row, end) not in hubs:
                hubs[row, end] = n + len(hubs)
                gathered = below(row)
                if end == FS:  # what is as late as possible has its own links: the end of the others is no bound for it
                    gathered = gathered[~as_late[gathered]]
                if end == _GOAL or not manual[row]:  # a manual summary has dates of its own
                    add(gathered, hubs[row, end], SS if end == SS else FS, 0.0, 0, -1)
            return hubs[row, end]

        for k in np.flatnonzero(on_summary):
            row, drives, waits = int(predecessor[k]), below(predecessor[k]), below(successor[k])
            if int(k) in last:
                waits = np.array([last[int(k)]], np.int32)
            by_start = kind[k] in (SS, SF)
            days, share = float(lag[k]), unit[k] == 2 and rows.is_summary[row]
            wait = (days * rows.work[row] / TICKS_PER_DAY, 0, int(k)) if share else (days, int(unit[k]), int(k))
            if manual[row] or (len(drives) > 1 and (by_start or len(waits) > 1)):
                alone = drives[as_late[drives] & (not by_start and not manual[row])]
                add(alone[:, None], waits[None, :], int(kind[k]), *wait)
                if len(alone) < len(drives):
                    add(hub(row, SS if by_start else FS), waits, FS if kind[k] in (FS, SS) else FF, *wait)
            else:
                add(drives[:, None], waits[None, :], int(kind[k]), *wait)
        if target_is_summary:
            target = hub(target, _GOAL)
    p, s, kind, lag, unit, which = (np.concatenate(each) for each in zip(*parts, strict=True))
    delay = np.nan_to_num(plan.columns["delay"])
    delayed = np.flatnonzero((delay > 0) & ~rows.is_summary & waits_still).astype(np.int32)
    if len(delayed):
        gate = np.full(n + len(hubs), -1, np.int32)
        gate[delayed] = n + len(hubs) + np.arange(len(delayed))
        hubs.update({(int(row), _GATE): int(gate[row]) for row in delayed})
        s = np.where(np.isin(kind, (FS, SS)) & (gate[s] >= 0), gate[s], s).astype(np.int32)
        more: tuple[Any, ...] = (gate[delayed], delayed, np.full(len(delayed), FS, np.int8), delay[delayed], np.ones(len(delayed), np.int8),
                np.full(len(delayed), -1, np.int32))
        together: list[tuple[Any, ...]] = [(p, s, kind, lag, unit, which), more]
        p, s, kind, lag, unit, which = (np.concatenate(each) for each in zip(*together, strict=True))
    hub_row, hub_end = np.array([row for row, _ in hubs], np.int32), np.array([end for _, end in hubs], np.int8)
    return _Logic(p, s, kind, lag, unit, which, hub_row, manual[hub_row] & (hub_end != _GOAL), hub_end), target


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
    a = plan.columns
    day = rows.days(a["constraint_date"])
    kind = codes(a["constraint"], list(Constraint))
    known = day != MISSING
    at = np.where(known, day, 0) * TICKS_PER_DAY

    def on(*which: Constraint) -> Flags:
        return np.asarray(known & np.isin(kind, [list(Constraint).index(each) for each in which]))

    close = at + TICKS_PER_DAY
    opening = np.where(rows.event, close, at)  # an event on a day is reached by its close
    deadline = rows.days(a["deadline"])
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
    cancelled = codes(plan.columns["state"], [State.CANCELLED]) == 0
    included = ~rows.is_summary & ~cancelled & ~plan.columns["spanned"]  # what others span is on no path
    logic, target = _logic(plan, rows, target_row, included & ~progress.begun & ~progress.done, _last_leaves(plan, options, rows))
    nodes_n = n + len(logic.hub_row)

    # Undated work without a predecessor: at the project's start where logic or a whole undated plan asks for it.
    led, leads = _tied(rows, logic, included)
    bounds, start_constrained, as_late = _constraints(plan, rows)
    constrained = start_constrained | (bounds["finish_floor"] > NEVER)
    # Where a whole plan is undated (durations and logic only, as in textbooks), every row begins at the project's start.
    adrift = included & ~rows.dated & ~led & ~constrained & ~progress.done & ~progress.begun
    project_start = _project_start(plan, options, rows, included)
    any_date = bool((included & rows.dated).any())
    unplaced = adrift & ~leads & (any_date | rows.assumed_work)
    if project_start is None:
        unplaced = included & ~progress.done
    undated_done = progress.undated_done & (rows.days(plan.columns["actual_start"]) == MISSING)
    placed = adrift & ~unplaced
    excluded = ~included | unplaced | undated_done

    waits, _ = _tied(rows, logic, ~excluded)
    nodes, hold = _nodes(plan, options, rows, progress, bounds, excluded, logic, status, project_start, waits)
    lag = np.where(logic.unit == 2, logic.lag * np.concatenate([rows.work, np.zeros(nodes_n - n)])[logic.predecessor],
                   logic.lag * TICKS_PER_DAY)
    elapsed = (logic.unit == 1) | ((logic.unit == 2) & np.concatenate([rows.elapsed, np.zeros(nodes_n - n, bool)])[logic.predecessor])
    keep = (nodes["kind"][logic.predecessor] != EXCLUDED) & (nodes["kind"][logic.successor] != EXCLUDED)
    network = _network(nodes_n, logic, keep, lag, elapsed)
    if network.blocked.any() and plan.progress_reported:  # what is reported done waits for nobody, so it closes no loop
        keep &= nodes["kind"][logic.successor] != DONE
        network = _network(nodes_n, logic, keep, lag, elapsed)
    nodes["kind"][network.blocked] = EXCLUDED
    mode_holds = (options.mode == Mode.PLANNED) & rows.dated
    late = np.concatenate([as_late & ~mode_holds, np.zeros(nodes_n - n, bool)])
    return Problem(plan, options, rows, progress, nodes, network, logic.dependency[keep][network.links["source"]], logic.hub_row, hold,
                   late, unplaced | undated_done, placed, target, project_start)


def _last_leaves(plan: Plan, options: ScheduleOptions, rows: Rows) -> dict[int, int]:
    """Of every dependency (its row) that binds the end of a summary, the open leaf that ends last where none of them does."""
    summary_of = codes(plan.links["successor"], rows.ids)
    onto = np.flatnonzero(rows.is_summary[summary_of] & (codes(plan.links["type"], LINK_TYPES) >= FF))
    if not len(onto):
        return {}
    others = plan.dependencies.drop(index=plan.dependencies.index[onto]).reset_index(drop=True)
    free = build_problem(plan.with_(dependencies=others), options)
    early = forward(rows.tables, free.nodes, free.network.first, free.network.links, free.network.order, free.continuous)
    first, leaves = leaves_below(rows)
    last = {}
    for k in onto.tolist():
        below = leaves[first[summary_of[k]] : first[summary_of[k] + 1]]
        below = below[free.nodes["kind"][below] < DONE]
        if len(below):
            last[k] = int(below[np.lexsort((free.nodes["rank"][below], -early["finish"][below]))[0]])
    return last


def _tied(rows: Rows, logic: _Logic, included: Flags) -> tuple[Flags, Flags]:
    """Rows that wait for something that is to be scheduled, and rows for which something does."""
    n, hubs = len(included), len(logic.hub_row)
    gate = np.append(np.zeros(n, bool), logic.hub_end == _GATE)
    active = np.append(included, np.ones(hubs, bool))
    for _ in range(2):  # a hub ties nothing where nothing leads into it or out of it
        live = active[logic.predecessor] & active[logic.successor]
        led, leads = np.zeros(n + hubs, bool), np.zeros(n + hubs, bool)
        led[logic.successor[live & ~gate[logic.predecessor]]] = leads[logic.predecessor[live]] = True
        active[n:] = leads[n:] & (led[n:] | gate[n:] | logic.own_dates)
    led[logic.hub_row[gate[n:] & led[n:]]] = True  # what is tied to a gate is tied to its row
    return led[:n], leads[:n]


def _network(n: int, logic: _Logic, keep: Flags, lag: npt.NDArray[np.float64], elapsed: Flags) -> Network:
    return build_network(n, logic.predecessor[keep], logic.successor[keep], logic.kind[keep], np.rint(lag[keep]).astype(np.int64),
                         elapsed[keep])


def _nodes(plan: Plan, options: ScheduleOptions, rows: Rows, progress: Progress, bounds: dict[str, Ticks], excluded: Flags,
           logic: _Logic, status: int | None, project_start: int | None, waits: Flags) -> tuple[Records, Small]:
    """The nodes' arrays, and what holds each row's start."""
    n, hubs = len(rows.ids), len(logic.hub_row)
    a = plan.columns
    manual = a["manual"] & rows.dated
    begins = NEVER if project_start is None else project_start
    floors = np.full((4, n), NEVER)  # in the order of HOLDS
    floors[_CONSTRAINT] = np.maximum(np.where(manual, rows.start_instant, bounds["start_floor"]), _floor_above(rows, manual))
    planned = (options.mode == Mode.PLANNED) & rows.dated
    floors[_PLANNED] = np.where(planned, rows.start_instant, NEVER)
    if status is not None:
        floors[_STATUS] = status
    # A date of its own, planned or as a constraint, may lie before the project's start.
    floors[_PROJECT] = np.where(planned | (bounds["start_floor"] > NEVER), NEVER, np.where(waits, min(begins, 0), begins))

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
        "kind": kind, "pinned": manual & (kind == TO_DO), "calendar": rows.calendar,
        "own_first": rows.own_first, "own_second": rows.own_second,
        "work": progress.remaining, "begun": begun, "ended": ended, "start_floor": floors.max(axis=0),
        "finish_floor": np.where(progress.begun, NEVER, bounds["finish_floor"]),
        "start_cap": np.where(progress.begun, ALWAYS, bounds["start_cap"]), "finish_cap": bounds["finish_cap"],
        "rank": np.argsort(np.argsort(_hashed(rows.ids), kind="stable"), kind="stable"),
    }
    speaks, of_start = logic.hub_row, logic.hub_end == SS
    own_dates = np.where(of_start, rows.start_instant[speaks], rows.finish_instant[speaks])
    gate = logic.hub_end == _GATE  # counts lags as the row that it holds
    of_hubs = {"hub": True, "calendar": np.where(gate, rows.calendar[speaks], 0),
               "own_first": np.where(gate, rows.own_first[speaks], -1), "own_second": np.where(gate, rows.own_second[speaks], -1),
               "begun": NEVER, "ended": NEVER, "finish_floor": NEVER,
               "start_floor": np.where(logic.own_dates, own_dates, np.where(gate, begins, NEVER)),
               "earliest": of_start, "start_cap": ALWAYS, "finish_cap": ALWAYS, "rank": n}
    for name, values in of_rows.items():
        nodes[name][:n] = values
    for name, value in of_hubs.items():
        nodes[name][n:] = value
    return nodes, hold


def _floor_above(rows: Rows, manual: Flags) -> Ticks:
    """The latest start of the manual summaries above each row, ``NEVER`` where there is none."""
    floor = np.full(len(rows.ids) + 1, NEVER)
    own = np.append(np.where(manual & rows.is_summary, rows.start_instant, NEVER), NEVER)
    if (own > NEVER).any():
        while True:
            deeper = np.append(np.maximum(own[rows.parent], floor[rows.parent]), NEVER)
            if np.array_equal(deeper, floor):
                break
            floor = deeper
    return floor[:-1]


def _hashed(ids: npt.NDArray[np.object_]) -> npt.NDArray[np.uint64]:
    """A number an id that does not depend on the row order."""
    from pandas.util import hash_array

    return np.asarray(hash_array(ids, categorize=False))


def _actuals(a: Any, rows: Rows, progress: Progress, status: int | None) -> tuple[Ticks, Ticks]:
    """Instants of actual start and finish of begun and done rows, ``NEVER`` elsewhere.

    An actual date wins over a planned one, and the end that is not given lies the duration away from it; only where neither actual date
    is given the planned ones stand in. A finish before its start is read the other way round.
    """
    actual_start, actual_finish = rows.days(a["actual_start"]), rows.days(a["actual_finish"])
    has_start, has_finish = actual_start != MISSING, (actual_finish != MISSING) & progress.done
    wrong = has_start & has_finish & (actual_finish < actual_start)
    actual_start, actual_finish = np.where(wrong, actual_finish, actual_start), np.where(wrong, actual_start, actual_finish)
    opening = np.where(has_start, actual_start, 0) * TICKS_PER_DAY
    closing = (np.where(has_finish, actual_finish, 0) + 1) * TICKS_PER_DAY
    start = np.where(has_start, opening, np.where(has_finish, MISSING, rows.start_instant))
    finish = np.where(has_finish, closing, np.where(has_start, MISSING, rows.finish_instant))
    by_finish = rows.open_at(rows.work_at(np.where(finish == MISSING, 0, finish)) - rows.work)
    start = np.where((start == MISSING) & (finish != MISSING), by_finish, start)
    start = np.where((start == MISSING) & progress.begun, NEVER if status is None else status, start)
    by_start = rows.open_at(rows.work_at(np.where(start == MISSING, 0, start)) + rows.work - 1) + 1
    finish = np.where((finish == MISSING) & (start != MISSING), by_start, finish)
    at = np.where(has_finish, closing, np.where(has_start, opening + TICKS_PER_DAY, rows.finish_instant))
    start, finish = np.where(rows.event, at, start), np.where(rows.event, at, finish)
    happened = progress.done | progress.begun
    return np.where(happened & (start != MISSING), start, NEVER), np.where(progress.done & (finish != MISSING), finish, NEVER)
