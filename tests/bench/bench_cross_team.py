"""Everything that the page of dependencies says, on 10,000 activities of 40 teams with 20,000 links.

Transitive successors are counted beside networkx on a plan of 1,000, and checked against it in the same run.
"""

from __future__ import annotations

import datetime as dt
import time

import networkx as nx
import numpy as np
import pandas as pd

from tests.bench.measure import Figure, best_of
from tpm.insight.cross_team import Base, assumptions, bottlenecks, commitments, conflicts, cross_team, offers, team_load, team_matrix
from tpm.insight.cross_team.bottlenecks import waiting_counts
from tpm.model import ACTIVITY_COLUMNS, DEPENDENCY_COLUMNS, Plan, Schedule, ScheduleOptions, conform
from tpm.schedule import schedule, warm_up

_DAY_ZERO = np.datetime64("2026-01-05", "D")
_STEPS = ("design", "build", "test", "launch")
_WORDS = ("ledger", "session", "checkout", "invoice", "refund", "catalogue", "search", "profile", "basket", "gateway", "audit", "report")


def plan_of(n: int, reach: int = 200, seed: int = 1) -> Plan:
    """``n`` activities of 40 teams with names, notes, owners and priorities, and ``2n`` links to activities at most ``reach`` behind."""
    rng = np.random.default_rng(seed)
    successor = rng.integers(1, n, 2 * n)
    predecessor = np.maximum(successor - rng.integers(1, reach + 1, 2 * n), 0)
    ids = np.array([f"A-{i}" for i in range(n)], dtype=object)
    start = np.busday_offset(_DAY_ZERO, np.arange(n) * 1000 // n, roll="forward")
    duration = rng.integers(1, 11, n)
    activities = pd.DataFrame({
        "id": ids, "kind": np.where(np.arange(n) % 50 == 49, "milestone", "activity"),
        "name": [f"{_WORDS[i % 12].capitalize()} {_WORDS[i // 12 % 12]} {i // 40} {_STEPS[i % 4]}" for i in range(n)],
        "team": [f"Team {i}" for i in rng.integers(0, 40, n)], "owner": [f"Person {i}" for i in rng.integers(0, 300, n)],
        "priority": "x", "priority_rank": rng.integers(1, 6, n).astype(float),
        "planned_start": start.astype("datetime64[s]"), "duration": duration.astype(float),
        "planned_finish": np.busday_offset(start, duration - 1, roll="forward").astype("datetime64[s]"),
        "notes": [f"Needs A-{(i * 7) % n} and assumes that the vendor answers." if i % 10 == 0 else None for i in range(n)],
        "deadline": np.where(np.arange(n) % 500 == 499, np.datetime64("2029-06-29", "s"), np.datetime64("NaT", "s")),
    })
    dependencies = pd.DataFrame({"predecessor": ids[predecessor], "successor": ids[successor], "type": "FS", "lag": 0.0,
                                 "lag_unit": "working"})
    return Plan(activities=conform(activities, ACTIVITY_COLUMNS), dependencies=conform(dependencies, DEPENDENCY_COLUMNS))


def _scheduled(n: int) -> tuple[Plan, Schedule]:
    plan = plan_of(n)
    return plan, schedule(plan, ScheduleOptions(status_date=dt.date(2026, 3, 2)))


def measure() -> list[Figure]:
    warm_up()
    plan, computed = _scheduled(10_000)
    whole = best_of(lambda: cross_team(plan, computed), 3)
    figures = [Figure("the whole analysis, 10,000 activities, 20,000 links", whole, "s", 1)]
    parts = {"team matrix": team_matrix, "commitments": commitments, "bottlenecks": bottlenecks, "conflicts": conflicts,
             "hidden assumptions": assumptions, "offers": offers, "team load": team_load,
             "transitive successors of every item": waiting_counts}
    for name, part in parts.items():
        alone = best_of(lambda part=part: part(Base(plan, computed)), 2)
        figures.append(Figure(f"alone: {name}", alone * 1e3, "ms"))

    plan, computed = _scheduled(1_000)
    base = Base(plan, computed)
    ours = best_of(lambda: waiting_counts(base), 5)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(1_000))
    source, to = base.graph.edges()
    graph.add_edges_from(zip(source.tolist(), to.tolist(), strict=True))
    began = time.perf_counter()
    theirs = [len(nx.descendants(graph, node)) for node in range(1_000)]
    taken = time.perf_counter() - began
    assert waiting_counts(base).tolist() == theirs
    figures.append(Figure("transitive successors of 1,000: faster than networkx", taken / ours, "×", 10, at_least=True,
                          note=f"{taken:.2f} s"))
    return figures
