"""Transitive successors, redundant links and connections against networkx, loops included."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plans import plan_of
from tpm.model import Plan, ScheduleOptions
from tpm.schedule.problem import build_problem
from tpm.schedule.reach import Graph, colours_behind, connected, open_graph, reach, redundant_links

LINKS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30)


def graph_of(n: int, pairs: list[tuple[int, int]]) -> Graph:
    pairs = sorted(pairs)
    first = np.searchsorted([p for p, _ in pairs], np.arange(n + 1)).astype(np.int32)
    to = np.array([s for _, s in pairs], dtype=np.int32)
    nx_graph = nx.DiGraph(pairs)
    nx_graph.add_nodes_from(range(n))
    loops = not nx.is_directed_acyclic_graph(nx_graph)
    order = list(range(n)) if loops else list(nx.topological_sort(nx_graph))
    flags = np.ones(len(pairs), dtype=bool)
    return Graph(n, first, to, np.array(order, dtype=np.int32), loops, flags, flags, np.arange(len(pairs), dtype=np.int32))


def networkx_of(n: int, pairs: list[tuple[int, int]]) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(pairs)
    return graph


@given(LINKS)
@settings(max_examples=150, deadline=None)
def test_every_row_counts_what_waits_behind_it_once_also_on_loops(pairs: list[tuple[int, int]]) -> None:
    weights = np.column_stack([np.ones(12), np.arange(12.0)])
    found = reach(graph_of(12, pairs), weights)
    behind = [nx.descendants(networkx_of(12, pairs), node) - {node} for node in range(12)]
    assert found[:, 0].tolist() == [len(each) for each in behind]
    assert found[:, 1].tolist() == [sum(each) for each in behind]


@given(LINKS)
@settings(max_examples=80, deadline=None)
def test_colours_behind_are_those_of_the_rows_that_wait(pairs: list[tuple[int, int]]) -> None:
    forward = [(p, s) for p, s in pairs if p < s]
    colour = (np.arange(12, dtype=np.int32) % 4) - 1  # −1: no colour
    found = colours_behind(graph_of(12, forward), colour, 3)
    for node in range(12):
        expected = {int(colour[each]) for each in nx.descendants(networkx_of(12, forward), node)} - {-1}
        assert set(np.flatnonzero(found[node]).tolist()) == expected


@given(LINKS)
@settings(max_examples=100, deadline=None)
def test_redundant_links_are_those_that_the_transitive_reduction_drops(pairs: list[tuple[int, int]]) -> None:
    forward = sorted({(p, s) for p, s in pairs if p < s})
    kept = set(nx.transitive_reduction(networkx_of(12, forward)).edges)
    found = redundant_links(graph_of(12, forward))
    assert [pair for pair, redundant in zip(forward, found.tolist(), strict=True) if redundant] == [p for p in forward if p not in kept]


@given(LINKS, st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), min_size=1, max_size=8))
@settings(max_examples=80, deadline=None)
def test_connected_says_whether_a_chain_leads_there(pairs: list[tuple[int, int]], asked: list[tuple[int, int]]) -> None:
    forward = [(p, s) for p, s in pairs if p < s]
    found = connected(graph_of(12, forward), asked)
    assert found.tolist() == [b in nx.descendants(networkx_of(12, forward), a) for a, b in asked]


def test_more_rows_than_one_block_of_bits_holds() -> None:
    n = 5_000
    chain = graph_of(n, [(i, i + 1) for i in range(n - 1)])
    assert reach(chain, np.ones((n, 1)))[:, 0].tolist() == list(range(n - 1, -1, -1))
    shortcut = graph_of(n, [*((i, i + 1) for i in range(n - 1)), (0, n - 1)])
    assert redundant_links(shortcut).sum() == 1


def graph_from(plan: Plan) -> Graph:
    return open_graph(build_problem(plan, ScheduleOptions()))


def test_a_link_on_a_summary_reaches_its_leaves_and_hubs_count_as_nothing() -> None:
    day = {"start": "2026-11-16", "finish": "2026-11-16"}
    plan = plan_of({"id": "S", **day}, {"id": "a", "parent": "S", **day}, {"id": "b", "parent": "S", **day},
                   {"id": "T", "after": "S", **day}, {"id": "c", "parent": "T", **day}, {"id": "d", "parent": "T", **day})
    found = reach(graph_from(plan), np.ones((6, 1)))[:, 0]
    assert dict(zip("SabTcd", found.tolist(), strict=True)) == {"S": 0, "a": 2, "b": 2, "T": 0, "c": 0, "d": 0}


def test_finished_work_neither_waits_nor_makes_wait() -> None:
    day = {"start": "2026-11-16", "finish": "2026-11-16"}
    plan = plan_of({"id": "a", **day}, {"id": "b", "after": "a", "state": "done", "progress": 1.0, **day},
                   {"id": "c", "after": "b", **day}, progress_reported=True)
    problem = build_problem(plan, ScheduleOptions(status_date=plan.first_date))
    assert reach(open_graph(problem), np.ones((3, 1)))[:, 0].tolist() == [0, 0, 0]
    assert reach(open_graph(problem, done=True), np.ones((3, 1)))[:, 0].tolist() == [2, 1, 0]
