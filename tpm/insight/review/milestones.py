"""The executive roadmap: the few milestones that matter, in lanes, with what was promised, what is forecast and how sure.

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

from tpm.insight.review.facts import Facts, as_date
from tpm.insight.review.status import Rag, Status, Thresholds, lane_statuses, status_of
from tpm.insight.roadmap import lanes_of
from tpm.model import Kind

FEWEST: Final = 8
MOST: Final = 25
_MOST_LANES: Final = 12
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
    slip: float
    critical: bool
    status: Status
    whisker: tuple[dt.date, dt.date] | None
    pinned: bool


@dataclass(frozen=True)
class ExecutiveRoadmap:
    """Marks by lane, what each lane's status is, and how many milestones were left out."""

    lane: str  # what the lanes are: team, program, …; "none" for a single one
    lanes: tuple[str, ...]
    statuses: dict[str, Status]
    marks: tuple[Mark, ...]
    left_out: int


def executive_roadmap(facts: Facts, thresholds: Thresholds, *, pinned: Collection[str] = (), hidden: Collection[str] = (),
                      lane: str | None = None, most: int = MOST) -> ExecutiveRoadmap:
    """At most ``most`` milestones that matter (pinned ones always), chosen by weight; lanes in the order of their first date.

    ``lane`` is a lane of the roadmap; None takes programs where the plan has several, else the best lane with few enough groups.
    """
    items = facts.items
    ids = facts.plan.activities["id"].to_numpy()
    dated = ~items.cancelled & ~np.isnat(items.finish)
    candidates = dated & (items.kind == Kind.MILESTONE.value)
    if candidates.sum() < FEWEST:
        top = dated & (items.kind == Kind.SUMMARY.value) & (items.level <= 1)
        candidates |= top & (items.level == items.level[top].min(initial=1))
    if not candidates.any():  # a plan of activities alone: those that end something
        ends = ~np.isin(ids, facts.plan.dependencies["predecessor"].to_numpy()) if len(facts.plan.dependencies) else np.ones(len(ids), bool)
        candidates = dated & facts.leaf & ends
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
    return ExecutiveRoadmap(by, order, {label: statuses[label] for label in order if label in statuses}, marks, len(rows) - len(best))


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
    return Mark(item, facts.name(item), lane, str(facts.items.kind[row]), finish, facts.promise(item), facts.slip(item),
                bool(facts.items.critical[row]), status, _whisker(facts, row), pinned)


def _whisker(facts: Facts, row: int) -> tuple[dt.date, dt.date] | None:
    if facts.simulation is None or facts.items.done[row]:
        return None
    low, high = (as_date(facts.simulation.table[name].iat[row]) for name in ("p10_finish", "p90_finish"))
    return None if low is None or high is None else (low, high)


def worst(statuses: Collection[Status]) -> Rag:
    """The most concerning colour of several."""
    return min((status.rag for status in statuses), key=lambda rag: rag.rank, default=Rag.UNKNOWN)
