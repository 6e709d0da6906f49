"""The layout of the dependency graph: nothing overlaps, crossings are counted and few, and a small change leaves the picture alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.insight.layered import Layered, layered
from tpm.insight.graph_layout import GraphLayout, Spacing, lay_out, levels, natural_ranks
from tpm.schedule import ordering


def ids_of(count: int) -> list[str]:
    return [f"A{number}" for number in range(count)]


def laid_out(graph: Layered, bands: np.ndarray | None = None, **more: object) -> GraphLayout:
    n = graph.nodes
    return lay_out(ids_of(n), graph.column[:n], np.zeros(n, int) if bands is None else bands, graph.links[:, 0], graph.links[:, 1],
                   **more)  # type: ignore[arg-type]


def brute_force_crossings(order: np.ndarray, layer_first: np.ndarray, links: list[tuple[int, int]], layer: np.ndarray) -> int:
    place = {int(node): at for at, node in enumerate(order)}
    total = 0
    for number, (a, b) in enumerate(links):
        for c, d in links[number + 1 :]:
            if layer[a] == layer[c]:
                total += (place[a] - place[c]) * (place[b] - place[d]) < 0
    return total


@given(st.data())
def test_crossings_are_those_that_one_would_count_by_hand(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 6), min_size=2, max_size=4))
    layer = np.repeat(np.arange(len(sizes)), sizes)
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    links = []
    for at in range(len(sizes) - 1):
        for _ in range(data.draw(st.integers(0, 8))):
            links.append((int(first[at] + data.draw(st.integers(0, sizes[at] - 1))),
                          int(first[at + 1] + data.draw(st.integers(0, sizes[at + 1] - 1)))))  # fmt: skip
    each = [first[at] + np.array(data.draw(st.permutations(range(size)))) for at, size in enumerate(sizes)]
    order = np.concatenate(each).astype(np.int32)
    tail, head = (np.array([link[end] for link in links], np.int32) for end in (0, 1))
    down_first, down = ordering.compress(len(layer), tail, head)
    assert ordering.crossings(order, first, down_first, down) == brute_force_crossings(order, first, links, layer)


@given(st.integers(2, 40), st.integers(1, 4), st.integers(0, 10_000))
def test_nodes_keep_their_distance_their_order_and_their_band_whatever_the_links(count: int, bands: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    column, band = dice.integers(0, 6, count), np.sort(dice.integers(0, bands, count))
    links = dice.integers(0, count, (int(dice.integers(0, 60)), 2))  # loops, doubles and links within a column as well
    space = Spacing()
    found = lay_out(ids_of(count), column, band, links[:, 0], links[:, 1], space)
    assert (found.y >= found.band_top[band] + space.above - 1e-6).all()
    assert (found.y <= found.band_top[band + 1] - space.below + 1e-6).all()
    for at in np.unique(column):
        heights = np.sort(found.y[column == at])
        assert (np.diff(heights) >= space.above + space.below - 1e-6).all()
    for number, (a, b) in enumerate(links):
        route = slice(found.route_first[number], found.route_first[number + 1])
        assert found.route_column[route][0] == column[a]
        assert found.route_column[route][-1] == column[b]
        assert (found.route_y[route][0], found.route_y[route][-1]) == (found.y[a], found.y[b])
        assert (np.abs(np.diff(found.route_column[route])) <= 1).all()


def test_a_network_without_need_for_crossings_gets_none() -> None:
    dice = np.random.default_rng(1)
    parents = [int(dice.integers(max(0, node // 2 - 2), node // 2 + 1)) for node in range(1, 60)]  # a tree
    tail, head = np.array(parents), np.arange(1, 60)
    found = lay_out(ids_of(60), levels(ids_of(60), tail.astype(np.int32), head.astype(np.int32)), np.zeros(60, int), tail, head)
    assert found.crossings == 0


def test_far_fewer_crossings_than_in_the_order_of_the_ids() -> None:
    graph = layered(400, 12, 3)
    order = np.lexsort((np.arange(len(graph.column)), graph.column)).astype(np.int32)
    first = np.concatenate([[0], np.cumsum(np.bincount(graph.column))]).astype(np.int32)
    down_first, down = ordering.compress(len(graph.column), graph.tail, graph.head)
    assert laid_out(graph).crossings * 3 < ordering.crossings(order, first, down_first, down)


def test_the_order_of_the_rows_and_of_the_links_does_not_matter() -> None:
    graph = layered(120, 9, 5)
    dice = np.random.default_rng(0)
    bands = dice.integers(0, 4, 120)
    found = laid_out(graph, bands)
    moved, shuffled = dice.permutation(120), dice.permutation(len(graph.links))
    where = np.argsort(moved)
    again = lay_out([ids_of(120)[at] for at in moved], graph.column[moved], bands[moved], where[graph.links[shuffled, 0]],
                    where[graph.links[shuffled, 1]])
    assert np.allclose(again.y[where], found.y)


def same_order(old: GraphLayout, new: GraphLayout, bands: np.ndarray) -> float:
    """Share of pairs of one column and band that stand in the same order."""
    same = []
    for at in np.unique(old.column):
        for band in np.unique(bands):
            here = np.flatnonzero((old.column == at) & (bands == band))
            a, b = np.triu_indices(len(here), 1)
            same.append((old.y[here[a]] - old.y[here[b]]) * (new.y[here[a]] - new.y[here[b]]) > 0)
    return float(np.concatenate(same).mean())


@pytest.mark.parametrize(("bands", "known", "least"), [(8, False, 0.98), (1, True, 0.95)], ids=["lanes", "free, beside the last picture"])
def test_an_item_more_leaves_the_picture_alone(bands: int, known: bool, least: float) -> None:
    graph = layered(300, 15, 2)
    dice = np.random.default_rng(2)
    band = dice.integers(0, bands, 300)
    old = laid_out(graph, band)
    for at in dice.integers(0, 250, 6).tolist():
        column = np.append(graph.column[:300], min(graph.column[at] + 1, 14))
        links = np.vstack([graph.links, [at, 300]])
        new = lay_out([*ids_of(300), f"A{at}b"], column, np.append(band, band[at]), links[:, 0], links[:, 1],
                      before=dict(zip(ids_of(300), old.y.tolist(), strict=True)) if known else None)
        assert same_order(old, new, band) >= least
        assert np.abs(new.y[:300] - old.y).mean() < 40  # px: about one row


def test_a_new_picture_beside_one_that_has_nothing_to_do_with_it_is_drawn_anew() -> None:
    graph = layered(200, 10, 4)
    assert laid_out(graph, before={"other": 3.0}).crossings == laid_out(graph).crossings


def test_levels_follow_the_longest_chain_and_loops_are_opened() -> None:
    tail, head = np.array([0, 1, 0, 3], np.int32), np.array([1, 2, 2, 2], np.int32)
    assert levels(["A", "B", "C", "D"], tail, head).tolist() == [0, 1, 2, 1]  # D waits for nothing: right before C
    loop = levels(["A", "B", "C"], np.array([0, 1, 2], np.int32), np.array([1, 2, 0], np.int32))
    assert loop.tolist() == [0, 1, 2]
    assert levels(["A"], np.array([0], np.int32), np.array([0], np.int32)).tolist() == [0]


def test_ids_are_ranked_as_a_person_sorts_them() -> None:
    assert natural_ranks(["A10", "A2", "B1", "A1b"]).tolist() == [2, 1, 3, 0]
    assert natural_ranks(["CK-10", "CK-9", "CK-100"]).tolist() == [1, 0, 2]


def test_nothing_is_laid_out_of_nothing() -> None:
    found = lay_out([], [], [], [], [])
    assert found.height == 0
    assert len(found.y) == 0
