"""Arrows: orthogonal, into the right side, one path whatever their number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpm.charts.links import Box, Route, links_path, route, route_around, verticals
from tpm.charts.time_axis import canvas


def box(line: int, left: float, right: float, milestone: bool = False) -> Box:
    return Box(line, left, right, line * 26 + 6, line * 26 + 20, milestone)


boxes = st.builds(lambda line, left, wide, point: box(line, left, left + (12 if point else wide), point),
                  st.integers(0, 30), st.floats(0, 900), st.floats(3, 300), st.booleans())  # fmt: skip


@given(boxes, boxes, st.sampled_from(["FS", "SS", "FF", "SF"]))
def test_every_arrow_is_orthogonal_and_ends_at_its_mark(tail: Box, head: Box, kind: str) -> None:
    one = route(tail, head, kind)
    for (x0, y0), (x1, y1) in zip(one.corners, one.corners[1:], strict=False):
        assert x0 == x1 or y0 == y1
    x, y = one.corners[-1]
    assert head.left - 1e-9 <= x <= head.right + 1e-9
    assert head.top <= y <= head.bottom


def test_a_finish_start_arrow_leaves_below_the_bar_and_enters_the_next_at_its_start() -> None:
    one = route(box(0, 100, 200), box(2, 220, 300), "FS")
    assert one == Route(((195.0, 20), (195.0, 65), (220, 65)), "right")


def test_an_arrow_back_in_time_goes_round_between_the_lines() -> None:
    one = route(box(0, 100, 200), box(2, 150, 300), "FS")
    assert one.corners[-1] == (150, 65)
    assert one.corners[-2][0] < 150
    assert one.heading == "right"


def test_an_arrow_evades_a_diamond_on_its_way() -> None:
    point = box(1, 189, 201, milestone=True)
    one = route_around(box(0, 100, 200), box(2, 220, 300), "FS", [point])
    assert all(abs(x - point.centre) >= 9 for x, _, _ in verticals(one))


@pytest.mark.parametrize("count", [1, 500])
def test_any_number_of_arrows_is_one_path(count: int) -> None:
    shown = canvas(np.datetime64("2026-01-01", "s"), np.datetime64("2026-12-31", "s"), 1000)
    path = links_path([route(box(n, 100, 200), box(n + 1, 220, 300), "FS") for n in range(count)], shown)
    assert path.count("M") == count
    assert path.count("L") == 2 * count
    assert links_path([], shown) == ""
