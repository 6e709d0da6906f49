"""Marks in a cell never touch, stay inside, and arrows cross none of them."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpm.charts.cell_packing import CLEAR, DIAMETERS, GAP, PAD, Grid, arrow, place, segment_distances

GRID = Grid(122.0, 84.0)
cells = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(1, 8), min_size=2, max_size=12)


def centres(counts: dict[tuple[int, int], int], diameter: float) -> dict[object, tuple[float, float]]:
    columns, rows = GRID.capacity(diameter)
    return place(GRID, {cell: [(cell, n) for n in range(min(count, columns * rows))] for cell, count in counts.items()}, diameter)


@given(cells, st.sampled_from(DIAMETERS))
def test_marks_never_touch_and_stay_in_their_cell(counts: dict[tuple[int, int], int], diameter: float) -> None:
    placed = centres(counts, diameter)
    points = list(placed.values())
    for number, point in enumerate(points):
        assert all(math.dist(point, other) >= diameter + GAP - 1e-6 for other in points[:number])
    for (cell, _), (x, y) in placed.items():  # type: ignore[misc]
        left, top = cell[0] * GRID.width, cell[1] * GRID.height
        assert left + PAD + diameter / 2 <= x + 1e-6
        assert x <= left + GRID.width - PAD - diameter / 2 + 1e-6
        assert top + PAD + diameter / 2 <= y + 1e-6
        assert y <= top + GRID.height - PAD - diameter / 2 + 1e-6


@given(cells, st.sampled_from(DIAMETERS), st.data())
def test_an_arrow_crosses_no_mark(counts: dict[tuple[int, int], int], diameter: float, data: st.DataObject) -> None:
    placed = centres(counts, diameter)
    start, end = data.draw(st.lists(st.sampled_from(sorted(placed, key=str)), min_size=2, max_size=2, unique=True))
    others = np.array([point for key, point in placed.items() if key not in (start, end)], dtype=float).reshape(-1, 2)
    points = arrow(GRID, placed[start], placed[end], diameter, others)
    assert math.dist(points[-1], placed[end]) < 1e-6
    assert GRID.holds(points)
    assert math.dist(points[0], placed[start]) >= diameter / 2 - 1e-6
    if len(others):
        assert segment_distances(points, others).min() >= diameter / 2 + CLEAR - 1


def test_more_marks_make_them_smaller_until_nothing_smaller_can_be_read() -> None:
    assert GRID.diameter(1) == DIAMETERS[0]
    assert GRID.diameter(10) == DIAMETERS[-1]
    assert GRID.diameter(1_000) == DIAMETERS[-1]


def test_a_free_way_is_straight() -> None:
    assert len(arrow(GRID, (60.0, 40.0), (300.0, 200.0), 26.0, np.empty((0, 2)))) == 2


@pytest.mark.parametrize("count", range(1, 9))
def test_a_block_of_marks_is_centred(count: int) -> None:
    points = GRID.spread((0, 0), count, DIAMETERS[-1])
    assert np.mean([min(y for _, y in points), max(y for _, y in points)]) == pytest.approx(GRID.height / 2)
    assert all(a[1] <= b[1] for a, b in pairwise(points))
