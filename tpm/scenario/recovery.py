"""How do we get the date back: single moves that pull the target in, each proved by applying it; and the best ones put together.

Moves are sought where they can help: on what has no slack to the target. Each is tried on the engine's arrays; the best are then
applied to the plan as ordinary changes and scheduled in full, and only the gain that this shows is reported. Done work is left alone.
Work is cut to its own optimistic duration, where the sheet gives one, else by a modest share; nothing goes ahead of a milestone or an
approval, nor without one; and where a date is wanted, a move goes as far as that and no farther.

Where planned starts are respected, finishing early upstream moves nobody. A move may then ask the items behind it to start earlier
than planned; they are part of the move, and of its price.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tpm.model import LinkType, Mode, Plan, Schedule
from tpm.scenario.aim import Aim, aim, target_date
from tpm.scenario.apply import apply_changes
from tpm.scenario.changes import Change, add_link, drop, named, remove_link, set_duration, set_finish, set_start
from tpm.scenario.draft import Draft, between
from tpm.scenario.gates import gates
from tpm.scenario.logic import reach
from tpm.scenario.patch import changed_problem
from tpm.schedule import schedule as schedule_plan
from tpm.schedule import solve_problem
from tpm.schedule.clock import ALWAYS, NEVER, TICKS_PER_DAY
from tpm.schedule.cpm import BEGUN, TO_DO, Records, backward
from tpm.schedule.network import FS, Links
from tpm.schedule.problem import HOLDS, Problem, build_problem


class MoveKind(StrEnum):
    """What is done; in rising order of what it usually costs."""

    START_EARLIER = "start_earlier"  # than planned: its predecessors are done
    SHORTEN = "shorten"
    OVERLAP = "overlap"  # let the successor start before the predecessor ends
    SPLIT = "split"  # among two pairs of hands, down to half of what is left
    UNLINK = "unlink"
    DROP = "drop"


WAIVERS: Final = frozenset({MoveKind.UNLINK, MoveKind.DROP})  # somebody must forgo what the plan says is needed


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as a sensible move. Days are working days, shares 0–1."""

    shorten_share: float = 0.25  # of what remains, at most, where the sheet gives no optimistic duration
    overlap_share: float = 0.5  # of the shorter of the two, at most
    split_least_days: float = 6.0  # shorter work is not split
    keep_priority: float = 2.0  # items of this rank or higher (1 is the highest) are not dropped
    replan: bool = True  # items behind a move may be asked to start earlier than planned
    most_pulled: int = 12  # items behind a move that may have to start earlier than planned
    kinds: tuple[MoveKind, ...] = tuple(MoveKind)
    most_items: int = 60  # of the chain, the longest work first
    most_moves: int = 20  # that are proved and reported


@dataclass(frozen=True, slots=True)
class Move:
    """A move and what it wins. ``days`` are working days of the target's calendar, proved by scheduling the changed plan."""

    kind: MoveKind
    changes: tuple[Change, ...]
    item: str  # what is shortened, split, dropped, started earlier; of a link its predecessor
    other: str | None  # of a link its successor
    amount: float | None  # days cut or overlapped, or by which it starts earlier
    confirmed: bool  # a cut that stays within the sheet's own optimistic duration
    items: tuple[str, ...]  # everything that is asked to change, without the target
    teams: tuple[str, ...]
    days: float
    finish: dt.date | None  # of the target, after the move

    @property
    def needs_waiver(self) -> bool:
        """Whether it forgoes scope or an order of work that the plan says is needed."""
        return self.kind in WAIVERS

    @property
    def per_item(self) -> float:
        """Days won for each item touched."""
        return self.days / max(len(self.items), 1)


@dataclass(frozen=True, slots=True)
class Recovery:
    """Moves put together to reach a date, and the price."""

    target: str | None
    wanted: dt.date
    before: dt.date | None
    finish: dt.date | None
    reached: bool
    moves: tuple[Move, ...]
    changes: tuple[Change, ...]
    items: tuple[str, ...]
    teams: tuple[str, ...]
    dropped: tuple[str, ...]
    days_cut: float  # working days taken out of durations


_PRICE: Final = {kind: place for place, kind in enumerate(MoveKind)}
_MOST_STEPS: Final = 8  # of a combination: beyond it a new plan is cheaper than a recovery


@dataclass(frozen=True, eq=False)
class _Trial:
    """A move as arrays."""

    kind: MoveKind
    row: int
    other: int
    amount: float | None
    nodes: Records
    links: Links
    dependency: int = -1


@dataclass(frozen=True, eq=False)
class _Found:
    trial: _Trial
    gain: float
    pulled: tuple[tuple[int, dt.date], ...]  # rows that must start earlier than planned, and when


class _Search:
    """The target's slackless items and the arrays that moves are tried on."""

    def __init__(self, plan: Plan, schedule: Schedule, target: str | None, limits: Limits, tabu: Collection[str],
                 wanted: dt.date | None = None) -> None:
        self.plan, self.limits = plan, limits
        self.aimed: Aim = aim(plan, schedule, target)
        self.problem = self.aimed.problem
        self.nodes, self.links = self.problem.nodes, self.problem.network.links
        rows = self.problem.rows
        n = len(rows.ids)
        self.free = np.isin(rows.ids.astype(str), list(tabu), invert=True)
        self.tight = self.aimed.open & (self.aimed.slack <= 0)
        self.planned = (self.problem.hold == HOLDS.index("planned")) & (self.nodes["kind"][:n] == TO_DO)
        self.released = self.nodes["start_floor"].copy()
        if schedule.options.mode == Mode.PLANNED and limits.replan:
            loose = build_problem(plan, replace(self.problem.options, mode=Mode.ASAP))
            self.released[:n] = np.where(self.planned, np.minimum(loose.nodes["start_floor"][:n], self.nodes["start_floor"][:n]),
                                         self.nodes["start_floor"][:n])
        self.days_left = self.nodes["work"][:n] / TICKS_PER_DAY
        self.gate = gates(plan) | rows.event
        self.confirmed, self.cuttable = self._cuttable()
        self.needed = self._needed(wanted)

    def _cuttable(self) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
        """(whether the sheet gives a shorter duration, days that may be cut) of each row: of begun work the same share of what is left."""
        optimistic = self.plan.columns["optimistic"].astype(float)
        whole = np.maximum(self.problem.rows.work / TICKS_PER_DAY, 1e-9)
        given = np.isfinite(optimistic)
        share = np.where(given, np.clip(1 - optimistic / whole, 0, 1), self.limits.shorten_share)
        return given, np.floor(self.days_left * share + 1e-9)

    def _needed(self, wanted: dt.date | None) -> float:
        """Working days that bring the target to the end of the ``wanted`` day; infinite where none is."""
        if wanted is None:
            return np.inf
        end = int((np.datetime64(wanted) - self.problem.rows.origin).astype(np.int64) + 1) * TICKS_PER_DAY
        return self.aimed.days(end, self.aimed.finish)

    def trials(self) -> Iterator[_Trial]:
        """Every sensible move, at its largest."""
        limits, rows, n = self.limits, self.problem.rows, len(self.problem.rows.ids)
        work = self.tight & self.free & ~rows.event
        chosen = np.flatnonzero(work)
        chosen = chosen[np.argsort(-self.days_left[chosen], kind="stable")][: limits.most_items]
        rank = self.plan.columns["priority_rank"]
        for row in chosen.tolist():
            cut, half = int(self.cuttable[row]), int(self.days_left[row] // 2)
            if cut >= 1:
                yield self.cut(MoveKind.SHORTEN, row, cut)
            if self.days_left[row] >= limits.split_least_days and (half <= cut or not self.confirmed[row]):
                yield self.cut(MoveKind.SPLIT, row, half)
            if self.nodes["kind"][row] == TO_DO:
                if row != self.problem.target and not rank[row] <= limits.keep_priority and not self.gate[row]:
                    yield self.without(row)
                if self.planned[row] and self.released[row] < self.nodes["start_floor"][row]:
                    yield _Trial(MoveKind.START_EARLIER, row, -1, None, self.nodes, self.links)
        early = self.aimed.solution.early
        from_ = np.repeat(np.arange(self.problem.network.n), np.diff(self.problem.network.first))
        to, dependency = self.links["to"], self.problem.dependency
        drives = (dependency >= 0) & (from_ < n) & (to < n)
        drives &= (early["driver"][to] == from_) | ((early["finish_driver"][to] == from_) & (self.links["kind"] >= 2))
        at = np.flatnonzero(drives)
        at = at[self.tight[from_[at]] & self.tight[to[at]] & self.free[from_[at]] & self.free[to[at]]]
        at = at[(self.nodes["kind"][to[at]] == TO_DO) & ~self.gate[from_[at]] & ~self.gate[to[at]]]
        at = at[np.bincount(dependency[dependency >= 0])[dependency[at]] == 1]  # a dependency on a summary is many links
        for link in at[: limits.most_items].tolist():
            yield from self.of_link(link, int(from_[link]))

    def cut(self, kind: MoveKind, row: int, days: int) -> _Trial:
        nodes = self.nodes.copy()
        nodes["work"][row] -= days * TICKS_PER_DAY
        return _Trial(kind, row, -1, float(days), nodes, self.links)

    def without(self, row: int) -> _Trial:
        """Without its work an item is an event that hands on what it waits for: what dropping it leaves."""
        nodes, links = self.nodes.copy(), self.links.copy()
        nodes["work"][row] = 0
        nodes["start_floor"][row], nodes["finish_floor"][row] = self.released[row], NEVER
        first = self.problem.network.first
        touched = np.flatnonzero(links["to"] == row).tolist() + list(range(first[row], first[row + 1]))
        links["lag"][touched] = np.minimum(links["lag"][touched], 0)
        return _Trial(MoveKind.DROP, row, -1, None, nodes, links)

    def of_link(self, link: int, row: int) -> Iterator[_Trial]:
        other = int(self.links["to"][link])
        days = int(min(self.days_left[row], self.days_left[other]) * self.limits.overlap_share + 1e-9)
        d = self.plan.dependencies
        dependency = int(self.problem.dependency[link])
        if self.links["kind"][link] == FS and days >= 1 and d["lag_unit"].to_numpy()[dependency] == "working":
            yield self.overlap(link, row, days)
        links = self.links.copy()
        links["elapsed"][link], links["lag"][link] = True, -(2**50)  # demands nothing any more
        yield _Trial(MoveKind.UNLINK, row, other, None, self.nodes, links, dependency)

    def overlap(self, link: int, row: int, days: int) -> _Trial:
        links = self.links.copy()
        links["lag"][link] -= days * TICKS_PER_DAY
        return _Trial(MoveKind.OVERLAP, row, int(links["to"][link]), float(days), self.nodes, links, int(self.problem.dependency[link]))

    def weigh(self, trial: _Trial) -> _Found | None:
        """What a move wins, with the items behind it starting as planned and, where that wins more, earlier."""
        was = self.aimed.finish
        early = self.aimed.try_(trial.nodes, trial.links)
        gain = self.aimed.days(self.aimed.finish_of(early), was)
        pulled: tuple[tuple[int, dt.date], ...] = ()
        if self.limits.replan and self.planned.any():
            more, rows = self.behind(trial)
            if more > gain + 1e-6 and len(rows) <= self.limits.most_pulled:
                gain, pulled = more, rows
        return _Found(trial, gain, pulled) if gain > 1e-6 else None

    def behind(self, trial: _Trial) -> tuple[float, tuple[tuple[int, dt.date], ...]]:
        """The gain when everything behind the move may start before its planned start, and what then must."""
        n, problem = len(self.problem.rows.ids), self.problem
        start = trial.other if trial.kind in (MoveKind.OVERLAP, MoveKind.UNLINK) else trial.row
        behind = reach(problem.network, np.array([start]))[:n] & self.planned & (self.tight | (self.aimed.slack < ALWAYS))
        nodes = trial.nodes.copy()
        nodes["start_floor"][:n] = np.where(behind, np.minimum(self.released[:n], nodes["start_floor"][:n]), nodes["start_floor"][:n])
        if trial.kind != MoveKind.START_EARLIER:
            nodes["start_floor"][trial.row] = trial.nodes["start_floor"][trial.row] if trial.kind in (
                MoveKind.SHORTEN, MoveKind.SPLIT) else nodes["start_floor"][trial.row]
        early = self.aimed.try_(nodes, trial.links)
        gain = self.aimed.days(self.aimed.finish_of(early), self.aimed.finish)
        if gain <= 1e-6:
            return 0.0, ()
        network = problem.network
        late = backward(problem.rows.tables, nodes, network.first, trial.links, network.order, early, problem.target, problem.continuous)
        must = np.flatnonzero(behind & (late["start"][:n] < self.nodes["start_floor"][:n]) & (nodes["work"][:n] + problem.rows.event > 0))
        origin = problem.rows.origin
        day = np.where(problem.rows.event[must], early["start"][must] - 1, early["start"][must]) // TICKS_PER_DAY
        dates = (origin + day.astype("timedelta64[D]")).astype(object)
        return gain, tuple(zip(must.tolist(), dates, strict=True))

    def least(self, found: _Found) -> _Found:
        """The same gain, or as much of it as is needed, with the smallest cut or overlap that gives it."""
        trial = found.trial
        if trial.amount is None:
            return found
        low, high, best = 1, int(trial.amount), found
        enough = min(found.gain, max(self.needed, 1e-6))
        while low < high:
            middle = (low + high) // 2
            smaller = self.weigh(self.cut(trial.kind, trial.row, middle) if trial.kind != MoveKind.OVERLAP
                                 else self.overlap(self._link_of(trial), trial.row, middle))
            if smaller is not None and smaller.gain >= enough - 1e-6:
                best, high = smaller, middle
            else:
                low = middle + 1
        return best

    def is_own(self, trial: _Trial) -> bool:
        """Whether it is no other move under another name: a split that is no more than a shortening."""
        return trial.kind != MoveKind.SPLIT or (trial.amount or 0.0) > self.cuttable[trial.row]

    def _link_of(self, trial: _Trial) -> int:
        return int(np.flatnonzero(self.problem.dependency == trial.dependency)[0])


def _changes(search: _Search, found: _Found, draft: Draft) -> tuple[Change, ...]:
    """A move as changes of the plan, the pulled items last (a chain is pulled first to last)."""
    trial, ids, plan = found.trial, search.problem.rows.ids, search.plan
    item = str(ids[trial.row])
    d = plan.dependencies
    changes: list[Change] = []
    if trial.kind in (MoveKind.SHORTEN, MoveKind.SPLIT) and trial.amount is not None:
        at = np.array([trial.row])
        if search.nodes["kind"][trial.row] == BEGUN:
            part = draft.part(at)
            last = part.calendars[part.calendar[0]].add(draft.shown("forecast_finish", at), -int(trial.amount))
            changes.append(set_finish(item, last[0].item()))
        else:
            work = search.problem.rows.work[trial.row] / TICKS_PER_DAY
            changes.append(set_duration(item, float(work - trial.amount)))
    elif trial.kind == MoveKind.DROP:
        changes.append(drop(item))
    elif trial.kind in (MoveKind.OVERLAP, MoveKind.UNLINK):
        link_type = LinkType(str(d["type"].iat[trial.dependency]))
        other = str(ids[trial.other])
        lag = float(d["lag"].to_numpy()[trial.dependency]) - (trial.amount or 0.0)
        changes.append(remove_link(item, other, link_type) if trial.kind == MoveKind.UNLINK else add_link(item, other, link_type, lag))
    gone = {trial.row} if trial.kind == MoveKind.DROP else set()
    changes += [set_start(str(ids[row]), day) for row, day in found.pulled if row not in gone]
    return tuple(named(change, plan) for change in changes)


def _proved(search: _Search, found: _Found, plan: Plan, schedule: Schedule, base: Problem, was: dt.date) -> Move | None:
    """The move applied to the plan and scheduled; None where the gain does not hold."""
    draft = Draft(plan, schedule, base)
    changes = _changes(search, found, draft)
    applied = apply_changes(plan, schedule, changes, base)
    if applied.refusals:
        return None
    problem = changed_problem(base, applied.plan)
    finish = target_date(replace(search.aimed, problem=problem, solution=solve_problem(problem)))
    if finish is None or finish >= was:
        return None
    problem_rows = search.problem.rows
    target = search.problem.target
    code = problem_rows.calendar[target] if 0 <= target < len(problem_rows.ids) else 0
    days = float(between(problem_rows.calendars[code], finish, was))
    if days <= 0:
        return None
    trial, ids = found.trial, problem_rows.ids
    rows = dict.fromkeys([trial.row, *([trial.other] if trial.other >= 0 else []), *(row for row, _ in found.pulled)])
    rows.pop(target, None)
    team = plan.columns["team"]
    amount = trial.amount
    if trial.kind == MoveKind.START_EARLIER:
        mine = next((day for row, day in found.pulled if row == trial.row), None)
        shown = draft.shown("forecast_start", np.array([trial.row]))[0].item()
        amount = float(between(problem_rows.calendars[problem_rows.calendar[trial.row]], mine, shown)) if mine else None
    return Move(trial.kind, changes, str(ids[trial.row]), str(ids[trial.other]) if trial.other >= 0 else None, amount,
                bool(trial.kind == MoveKind.SHORTEN and search.confirmed[trial.row]),
                tuple(str(ids[row]) for row in rows), tuple(sorted({team[row] for row in rows if team[row]})), days, finish)


def recovery_moves(plan: Plan, schedule: Schedule, target: str | None = None, limits: Limits | None = None,
                   tabu: Collection[str] = (), wanted: dt.date | None = None) -> tuple[Move, ...]:
    """Single moves that pull ``target`` (None: the project's finish) in, the most days won for each item touched first.

    ``tabu`` are ids that no move may touch; no move is made larger than brings the target to the ``wanted`` day. Raises ``InputError``
    when the plan does not have the target.
    """
    limits = limits or Limits()
    search = _Search(plan, schedule, target, limits, tabu, wanted)
    was = target_date(search.aimed)
    if was is None:
        return ()
    base = search.aimed.bounded
    found = [each for trial in search.trials() if trial.kind in limits.kinds and (each := search.weigh(trial)) is not None]
    found.sort(key=lambda each: (-each.gain / (1 + len(each.pulled)), -each.gain, _PRICE[each.trial.kind], each.trial.row))
    least = (search.least(each) for each in found[: limits.most_moves])
    moves = [move for each in least if search.is_own(each.trial) and (move := _proved(search, each, plan, schedule, base, was)) is not None]
    return tuple(sorted(moves, key=lambda move: (-move.per_item, -move.days, _PRICE[move.kind], move.item)))


def combine(plan: Plan, schedule: Schedule, target: str | None, wanted: dt.date, limits: Limits | None = None) -> Recovery:
    """Moves put together, one after the other, until ``target`` lands on ``wanted`` or nothing helps any more.

    Greedy: where one move is enough the cheapest of those, else the one that wins the most for each item touched. No item is shortened,
    overlapped with what follows it or split twice. It finds a good way, not provably the best. Raises ``InputError`` when the plan does
    not have the target.
    """
    limits = replace(limits or Limits(), most_moves=min((limits or Limits()).most_moves, 10))
    moves: list[Move] = []
    now_plan, now = plan, schedule
    before = target_date(aim(plan, schedule, target))
    finish = before
    while finish is not None and finish > wanted and len(moves) < _MOST_STEPS:
        tabu = {move.item for move in moves}
        found = recovery_moves(now_plan, now, target, limits, tabu, wanted)
        if not found:
            break
        enough = [move for move in found if move.finish is not None and move.finish <= wanted]
        best = min(enough, key=lambda move: (len(move.items), _PRICE[move.kind], move.amount or 0.0)) if enough else found[0]
        moves.append(best)
        applied = apply_changes(now_plan, now, best.changes, build_problem(now_plan, now.options))
        now_plan, finish = applied.plan, best.finish
        now = schedule_plan(now_plan, now.options)
    cut = sum(move.amount or 0.0 for move in moves if move.kind in (MoveKind.SHORTEN, MoveKind.SPLIT))
    return Recovery(
        target, wanted, before, finish, finish is not None and finish <= wanted, tuple(moves),
        tuple(change for move in moves for change in move.changes), _once(item for move in moves for item in move.items),
        tuple(sorted({team for move in moves for team in move.teams})),
        tuple(move.item for move in moves if move.kind == MoveKind.DROP), cut)


def _once(items: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
