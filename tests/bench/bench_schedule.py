"""The engine on large networks, beside its peers measured in the same run.

Shapes have 100,000 activities and 200,000 finish-to-start links: *wide* (about 100 levels) and *deep* (about 5,000 levels: links reach
only a little ahead). Peers compute the same dates and floats in their own idiom, and their durations are checked against ours.
"""

from __future__ import annotations

import datetime as dt
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from pmcontrols.network import cpm

from tests.bench.measure import Figure, best_of
from tpm.calendars import compile_calendar, pack
from tpm.model import ACTIVITY_COLUMNS, DEPENDENCY_COLUMNS, CalendarSpec, Mode, Plan, ScheduleOptions, conform
from tpm.schedule import schedule, solve, warm_up
from tpm.schedule.clock import ALWAYS, NEVER, TICKS_PER_DAY, Tables
from tpm.schedule.cpm import NODE, backward, forward
from tpm.schedule.network import build_network

_DAY_ZERO = dt.date(2026, 1, 5)


def shape(n: int, reach: int, seed: int = 1) -> dict[str, np.ndarray]:
    """``n`` activities and ``2n`` links, each from an activity to one at most ``reach`` places behind it."""
    rng = np.random.default_rng(seed)
    successor = rng.integers(1, n, 2 * n).astype(np.int32)
    predecessor = np.maximum(successor - rng.integers(1, reach + 1, 2 * n), 0).astype(np.int32)
    return {"predecessor": predecessor, "successor": successor, "duration": rng.integers(1, 11, n)}


def tables() -> Tables:
    return pack([compile_calendar(CalendarSpec("standard"), _DAY_ZERO, _DAY_ZERO.replace(year=2036))])


def nodes(duration: np.ndarray) -> np.ndarray:
    out = np.zeros(len(duration), NODE)
    out["work"] = duration * TICKS_PER_DAY
    out["rank"] = np.arange(len(duration))
    for name, value in {"finish_floor": NEVER, "start_cap": ALWAYS, "finish_cap": ALWAYS, "own_first": -1, "own_second": -1,
                        "begun": NEVER, "ended": NEVER}.items():
        out[name] = value
    return out


def passes(data: dict[str, np.ndarray], of: np.ndarray, time_tables: Tables, continuous: bool = True) -> Any:
    """What is timed: the network from integer arrays, both passes, all floats and drivers."""
    m = len(data["predecessor"])
    network = build_network(len(of), data["predecessor"], data["successor"], np.zeros(m, np.int8), np.zeros(m, np.int64),
                            np.zeros(m, bool))
    early = forward(time_tables, of, network.first, network.links, network.order, continuous)
    return early, backward(time_tables, of, network.first, network.links, network.order, early, -1, continuous), network


def with_networkx(data: dict[str, np.ndarray]) -> tuple[float, dict[int, float]]:
    """The same dates and both floats on a DiGraph, as its users write it: one topological sort, two sweeps over dicts."""
    duration = data["duration"].tolist()
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(duration)))
    graph.add_edges_from(zip(data["predecessor"].tolist(), data["successor"].tolist(), strict=True))
    order = list(nx.topological_sort(graph))
    early_start, early_finish, late_start, total, free = {}, {}, {}, {}, {}
    for node in order:
        early_start[node] = max((early_finish[each] for each in graph.predecessors(node)), default=0)
        early_finish[node] = early_start[node] + duration[node]
    finish = max(early_finish.values())
    for node in reversed(order):
        late_finish = min((late_start[each] for each in graph.successors(node)), default=finish)
        late_start[node] = late_finish - duration[node]
        total[node] = late_start[node] - early_start[node]
        free[node] = min((early_start[each] for each in graph.successors(node)), default=finish) - early_finish[node]
    return finish, total


def records(data: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    before: list[list[str]] = [[] for _ in data["duration"]]
    for predecessor, successor in zip(data["predecessor"].tolist(), data["successor"].tolist(), strict=True):
        before[successor].append(str(predecessor))
    return [{"id": str(i), "duration": int(days), "predecessors": before[i]} for i, days in enumerate(data["duration"])]


def plan_of(data: dict[str, np.ndarray]) -> Plan:
    ids = [f"A{i}" for i in range(len(data["duration"]))]
    names = np.array(ids, dtype=object)
    activities = pd.DataFrame({"id": ids, "name": ids, "kind": "activity", "duration": data["duration"].astype(float)})
    dependencies = pd.DataFrame({"predecessor": names[data["predecessor"]], "successor": names[data["successor"]], "type": "FS",
                                 "lag": 0.0, "lag_unit": "working"})
    return Plan(activities=conform(activities, ACTIVITY_COLUMNS), dependencies=conform(dependencies, DEPENDENCY_COLUMNS))


def once(run: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = run()
    return time.perf_counter() - began, result


def measure() -> list[Figure]:
    figures = []
    taken, _ = once(warm_up)
    figures.append(Figure("warm-up on a warm cache (first ever compiles)", taken, "s"))
    for name, reach in (("wide", 5_000), ("deep", 40)):
        data = shape(100_000, reach)
        of, time_tables = nodes(data["duration"]), tables()
        ours = best_of(lambda data=data, of=of, time_tables=time_tables: passes(data, of, time_tables), 7)
        _, late, network = passes(data, of, time_tables)
        figures.append(Figure(f"{name}: network and passes, 100,000 activities, 200,000 links", ours * 1e3, "ms", 60,
                              note=f"{network.levels.max() + 1:,} levels"))
        theirs, (_, total) = once(lambda data=data: with_networkx(data))
        assert np.array_equal(late["total_float"] // TICKS_PER_DAY, [total[i] for i in range(len(total))])
        figures.append(Figure(f"{name}: faster than networkx", theirs / ours, "×", 50, at_least=True, note=f"{theirs:.2f} s"))
        rows = records(data)
        theirs, result = once(lambda rows=rows: cpm(rows))
        assert result.stats["n_critical"] == (late["total_float"] == 0).sum()
        figures.append(Figure(f"{name}: faster than pmcontrols", theirs / ours, "×", 100, at_least=True, note=f"{theirs:.2f} s"))
        plan = plan_of(data)
        options = ScheduleOptions(mode=Mode.ASAP, project_start=_DAY_ZERO)
        from_plan = best_of(lambda plan=plan, options=options: solve(plan, options), 3)
        figures.append(Figure(f"{name}: from the plan's frames (ids looked up), passes included", from_plan * 1e3, "ms"))
        figures.append(Figure(f"{name}: schedule() with tables and findings", best_of(
            lambda plan=plan, options=options: schedule(plan, options), 2) * 1e3, "ms"))

    small = shape(1_000, 50)
    of, time_tables = nodes(small["duration"]), tables()
    figures.append(Figure("1,000 activities, 2,000 links", best_of(lambda: passes(small, of, time_tables), 50) * 1e3, "ms", 1))
    chain = {"predecessor": np.arange(99_999, dtype=np.int32), "successor": np.arange(1, 100_000, dtype=np.int32),
             "duration": np.ones(100_000, np.int64)}
    of = nodes(chain["duration"])
    figures.append(Figure("one chain of 100,000", best_of(lambda: passes(chain, of, time_tables)) * 1e3, "ms", 60))
    peaks = []
    for n in (50_000, 100_000):
        data = shape(n, 5_000)
        of = nodes(data["duration"])
        tracemalloc.start()
        passes(data, of, time_tables)
        peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
        tracemalloc.stop()
    figures.append(Figure("memory of 100,000 over 50,000 activities", peaks[1] / peaks[0], "×", 2.2, note=f"{peaks[1]:.0f} MiB"))
    return figures
