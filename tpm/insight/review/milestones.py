"""The executive roadmap: the few milestones that matter, in lanes, with what was promised, what is forecast and how sure.

Each lane is a bar of its work. A plan without milestones is drawn as its phases, else its teams, else its items, with the few dates that
matter on them.

A milestone earns its place by a deadline, by lying on the critical path, by being late, by its team's own priority, by standing
high in the hierarchy, and by how many other teams hang on it. A presenter may pin some and hide others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from tpm.insight.review.facts import Facts, PromiseKind, as_date
from tpm.insight.review.status import Rag, Status, Thresholds, lane_statuses, status_of
from tpm.insight.roadmap import lanes_of
from tpm.model import Kind

FEWEST: Final = 8
MOST: Final = 25
_MOST_LANES: Final = 12
_MOST_BARS: Final = 12
_RECENT_DAYS: Final = 45  # what was reached this recently still tells where the program stands
_WEIGHTS: Final = {"headline": 20.0, "deadline": 4.0, "critical": 3.0, "late": 3.0, "priority": 2.0, "level": 1.5, "teams": 1.0,
                   "old": -6.0}


@dataclass(frozen=True, slots=True)
class Mark:
    """One milestone of the executive roadmap; ``whisker`` is P10–P90 of a simulation, ``slip`` in working days after the promise."""

    id: str
    name: str
    lane: str  # "" where it has none
    kind: str  # Kind: a summary stands for its finish where a plan has few milestones
    finish: dt.date
    promise: dt.date | None
    promised: PromiseKind  # what that date is
    slip: float
    critical: bool
    status: Status
    whisker: tuple[dt.date, dt.date] | None
    pinned: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """The work of one lane: first start to last finish; ``promise`` is the last day that its items were to end on."""

    lane: str
    start: dt.date
    finish: dt.date
    promise: dt.date | None
    slip: float  # working days of the plan's calendar from the promise to the finish, later is positive; NaN without a promise
    done: float  # share of its items, 0–1
    driving: bool  # the date that matters hangs on it
    items: int


@dataclass(frozen=True)
class ExecutiveRoadmap:
    """Marks and bars by lane, what each lane's status is, and how many milestones or lanes were left out."""

    lane: str  # what the lanes are: team, program, …; "none" for a single one
    lanes: tuple[str, ...]
    statuses: dict[str, Status]
    marks: tuple[Mark, ...]
    left_out: int
    bars: tuple[Bar, ...] = ()


def executive_roadmap(facts: Facts, thresholds: Thresholds, *, pinned: Collection[str] = (), hidden: Collection[str] = (),
                      lane: str | None = None, most: int = MOST) -> ExecutiveRoadmap:
    """At most ``most`` milestones that matter (pinned ones always), chosen by weight; lanes in the order of their first date.

    ``lane`` is a lane of the roadmap; None takes programs where the plan has several, else the best lane with few enough groups.
    """
    items = facts.items
    ids = facts.plan.activities["id"].to_numpy()
    dated = ~items.cancelled & ~np.isnat(items.finish)
    candidates = dated & (items.kind == Kind.MILESTONE.value)
    if not (candidates & ~np.isin(ids, list(hidden))).any() and not pinned and (dated & facts.leaf).any():
        return _as_bars(facts, thresholds, lane)
    if candidates.sum() < FEWEST:
        top = dated & (items.kind == Kind.SUMMARY.value) & (items.level <= 1)
        candidates |= top & (items.level == items.level[top].min(initial=1))
    candidates &= ~np.isin(ids, list(hidden))
    weight = _weights(facts) + 1_000.0 * np.isin(ids, list(pinned))
    rows = np.flatnonzero(candidates)
    best = rows[np.argsort(-weight[rows], kind="stable")][: max(most, int((candidates & (weight >= 1_000)).sum()))]
    chosen = best[np.lexsort((best, items.finish[best]))]
    by = lane or _lane(facts)
    codes, names = items.lanes(by)
    labels = [name or "" for name in names] or [""]
    marks = tuple(_mark(facts, str(ids[row]), labels[max(int(codes[row]), 0)] if names else "", thresholds, str(ids[row]) in pinned)
                  for row in chosen)
    used = list(dict.fromkeys(mark.lane for mark in marks))
    order = tuple(label for label in labels if label in used)
    statuses = dict(lane_statuses(facts, by, thresholds)) if names else {}
    for mark in marks:  # a summary that stands for a milestone counts for its lane as one
        known = statuses.get(mark.lane)
        if known is not None and mark.kind == Kind.SUMMARY.value and mark.status.rag in (Rag.RED, Rag.AMBER) and (
                mark.status.rag.rank < known.rag.rank):
            statuses[mark.lane] = mark.status
    lane_of = np.array([labels[max(code, 0)] for code in codes.tolist()], dtype=object) if names else np.full(len(ids), "", dtype=object)
    bars = tuple(bar for label in order if (bar := _bar(facts, facts.leaf & (lane_of == label), label)) is not None)
    return ExecutiveRoadmap(by, order, {label: statuses[label] for label in order if label in statuses}, marks, len(rows) - len(best), bars)


def _as_bars(facts: Facts, thresholds: Thresholds, lane: str | None) -> ExecutiveRoadmap:
    """A bar a phase, team or item, in the order in which they begin, and on them the date that matters and the deadlines."""
    by, codes, names = _groups(facts, lane)
    bars = [bar for code, name in enumerate(names) if (bar := _bar(facts, codes == code, name)) is not None]
    bars.sort(key=lambda bar: (bar.start, bar.finish))
    shown = sorted(sorted(bars, key=lambda bar: (not bar.driving, -bar.slip if bar.slip == bar.slip else 0.0))[:_MOST_BARS], key=bars.index)
    kept = {bar.lane for bar in shown}
    own = by == "item"  # where an item has a bar of its own, that says it
    due = ~np.bool_(own) & facts.open & facts.plan.activities["deadline"].notna().to_numpy() & ~np.isnat(facts.items.finish)
    ids = facts.plan.activities["id"].to_numpy()
    wanted = [*([facts.last] if facts.last is not None and not own else []), *ids[due][np.argsort(-facts.items.beyond[due], kind="stable")]]
    labels = {str(item): names[code] for item, code in zip(ids, codes, strict=True) if code >= 0}
    marks = [_mark(facts, item, labels[item], thresholds, pinned=False) for item in dict.fromkeys(map(str, wanted))
             if labels.get(item) in kept and facts.finish(item) is not None][:FEWEST]
    worst_of = {bar.lane: _worst(facts, ids[(codes == names.index(bar.lane)) & facts.open], thresholds) for bar in shown}
    return ExecutiveRoadmap(by, tuple(bar.lane for bar in shown), {name: one for name, one in worst_of.items() if one is not None},
                            tuple(marks), len(bars) - len(shown), tuple(shown))


def _groups(facts: Facts, lane: str | None) -> tuple[str, np.ndarray, list[str]]:
    """(what the bars are, code of each row or −1, names): the top summaries, else the best lane, else single items."""
    items, leaf = facts.items, facts.leaf & ~np.isnat(facts.items.finish)
    name = facts.plan.activities["name"].to_numpy()
    root = np.arange(len(name))
    for _ in range(int(items.level.max(initial=0)) + 1):
        root = np.where(items.parent[root] >= 0, items.parent[root], root)
    tops: list[int] = list(dict.fromkeys(root[leaf].tolist()))
    if lane is None and 2 <= len(tops) <= _MOST_BARS and not leaf[tops].all():
        code_of = {row: code for code, row in enumerate(tops)}
        titles = [str(name[row] or row + 1) for row in tops]
        return "phase", np.array([code_of.get(row, -1) if is_leaf else -1 for row, is_leaf in zip(root.tolist(), leaf, strict=True)]), [
            title if titles.count(title) == 1 else f"{title} ({number})" for number, title in enumerate(titles, start=1)]
    by = lane or _lane(facts)
    codes, labels = items.lanes(by)
    if labels and (leaf.sum() > _MOST_BARS or len(labels) > 1):
        return by, np.where(leaf, codes, -1), [label or "" for label in labels]
    rows, ids = np.flatnonzero(leaf), facts.plan.activities["id"].to_numpy()
    alone = np.full(len(name), -1)
    alone[rows] = np.arange(len(rows))
    named = [str(name[row] or ids[row]) for row in rows]
    return "item", alone, [one if named.count(one) == 1 else f"{one} ({ids[row]})" for one, row in zip(named, rows, strict=True)]


def _bar(facts: Facts, here: np.ndarray, name: str) -> Bar | None:
    items = facts.items
    rows = np.flatnonzero(here & ~np.isnat(items.finish))
    if not len(rows):
        return None
    begin = np.where(np.isnat(items.start[rows]), items.finish[rows], items.start[rows])
    start, finish = as_date(begin.min()), as_date(items.finish[rows].max())
    assert start is not None
    assert finish is not None
    given = items.promise[rows][~np.isnat(items.promise[rows])]
    promise = as_date(given.max()) if len(given) else None
    slip = float("nan") if promise is None else facts.days_between(promise, finish)
    ids = facts.plan.activities["id"].to_numpy()[rows]
    return Bar(name, start, finish, promise, slip, float(items.done[rows].mean()), bool(np.isin(ids, facts.driving).any()), len(rows))


def _worst(facts: Facts, ids: np.ndarray, thresholds: Thresholds) -> Status | None:
    """The status of the item that is latest against its promise; None where nothing is open."""
    late = sorted(map(str, ids), key=lambda item: facts.items.beyond[facts.position[item]])
    known = [item for item in late if facts.items.beyond[facts.position[item]] == facts.items.beyond[facts.position[item]]]
    return status_of(facts, (known or late)[-1], thresholds) if late else None


def _lane(facts: Facts) -> str:
    """Programs where there are several, else the first lane with few enough groups."""
    leaves = facts.plan.activities[facts.leaf]
    if leaves["program"].nunique() >= 2:
        return "program"
    for name in lanes_of(facts.plan):
        if name == "none" or 1 <= leaves[name].nunique() <= _MOST_LANES:
            return name
    return "none"


def _weights(facts: Facts) -> np.ndarray:
    items, plan = facts.items, facts.plan
    rows = plan.activities
    out = np.zeros(len(rows))
    out += _WEIGHTS["headline"] * (rows["id"] == facts.last).to_numpy()
    out += _WEIGHTS["deadline"] * rows["deadline"].notna().to_numpy()
    out += _WEIGHTS["critical"] * items.critical
    out += _WEIGHTS["late"] * items.late
    out += _WEIGHTS["priority"] * (rows["priority_rank"].to_numpy() <= 2)
    out += _WEIGHTS["level"] * np.maximum(0, 2 - items.level)
    out += _WEIGHTS["teams"] * _other_teams(facts)
    if facts.status_date is not None:
        old = items.done & (items.finish < np.datetime64(facts.status_date - dt.timedelta(days=_RECENT_DAYS), "s"))
        out += _WEIGHTS["old"] * old
    return out


def _other_teams(facts: Facts) -> np.ndarray:
    """How many other teams give to or wait for each row directly; int, rows."""
    links = facts.plan.dependencies
    out = np.zeros(len(facts.plan.activities), dtype=int)
    if links.empty:
        return out
    team = pd.Series(facts.plan.activities["team"].to_numpy(), index=facts.plan.activities["id"])
    ends = pd.DataFrame({
        "item": np.concatenate([links["successor"], links["predecessor"]]),
        "other": team.reindex(np.concatenate([links["predecessor"], links["successor"]])).to_numpy(),
    })
    ends = ends[ends["other"].notna() & (ends["other"].to_numpy() != team.reindex(ends["item"]).to_numpy())]
    counts = ends.groupby("item")["other"].nunique()
    return np.asarray(counts.reindex(facts.plan.activities["id"]).fillna(0).to_numpy(), dtype=int)


def _mark(facts: Facts, item: str, lane: str, thresholds: Thresholds, pinned: bool) -> Mark:
    row = facts.position[item]
    finish = facts.finish(item)
    assert finish is not None
    status = status_of(facts, item, thresholds)
    return Mark(item, facts.name(item), lane, str(facts.items.kind[row]), finish, facts.promise(item), facts.promise_kind(item),
                facts.slip(item), bool(facts.items.critical[row]), status, _whisker(facts, row), pinned)


def _whisker(facts: Facts, row: int) -> tuple[dt.date, dt.date] | None:
    if facts.simulation is None or facts.items.done[row]:
        return None
    low, high = (as_date(facts.simulation.table[name].iat[row]) for name in ("p10_finish", "p90_finish"))
    return None if low is None or high is None else (low, high)


def worst(statuses: Collection[Status]) -> Rag:
    """The most concerning colour of several."""
    return min((status.rag for status in statuses), key=lambda rag: rag.rank, default=Rag.UNKNOWN)
