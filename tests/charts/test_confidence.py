"""The S-curve and its words: every percentile where it belongs, no word over another or over a line, the promise marked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.geometry import plain, plot_width, to_px
from tests.risk_plans import program, result_of
from tpm.charts.confidence import confidence
from tpm.charts.spots import Plane, crosses
from tpm.charts.text import text_width
from tpm.model import SimulationResult

PLAN = program()
CURVE_PX = 236.0


def result(middle: float, spread: float, seed: int = 1) -> SimulationResult:
    days = np.random.default_rng(seed).normal(middle, spread, 400).round().astype(int).clip(0, 900)
    finishes: dict[str, int] = {}
    for day in np.datetime64("2026-12-01") + days:
        finishes[str(day)] = finishes.get(str(day), 0) + 1
    return result_of(PLAN, "M", finishes)


def boxes(figure: go.Figure, lang: str) -> list[tuple[float, float, float, float]]:
    width, out = plot_width(figure), []
    for trace in figure.data:
        if trace.type == "scatter" and trace.mode == "text":
            (x,), size = to_px(figure, trace.x, width), trace.textfont.size
            wide = text_width(plain(trace.text[0]), size)
            out.append((float(x), trace.y[0] * CURVE_PX - size * 0.6, float(x) + wide, trace.y[0] * CURVE_PX + size * 0.6))
    return out


def lines(figure: go.Figure) -> list[np.ndarray]:
    width = plot_width(figure)
    curves = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "lines"]
    return [np.column_stack([to_px(figure, trace.x, width), np.asarray(trace.y) * CURVE_PX]) for trace in curves]


@settings(max_examples=30)
@given(st.floats(20, 300), st.floats(0.1, 90), st.integers(-10, 400), st.booleans(), st.sampled_from(["en", "ko"]))
def test_words_keep_clear_of_each_other_of_the_curves_and_of_the_edges(
    middle: float, spread: float, promise: int, both: bool, lang: Any
) -> None:
    day = dt.date(2026, 12, 1) + dt.timedelta(days=promise)
    figure = confidence(result(middle, spread), lang=lang, promise=day, after=result(middle - 8, spread, 2) if both else None)
    found = boxes(figure, lang)
    for number, (left, top, right, bottom) in enumerate(found):
        assert left >= -1
        assert right <= plot_width(figure) + 1
        assert not any(left < b[2] and right > b[0] and top < b[3] and bottom > b[1] for b in found[:number])
        assert not any(crosses(line, (left, top, right, bottom)) for line in lines(figure))


def test_the_percentiles_and_the_promise_are_named_with_their_dates() -> None:
    figure = confidence(result(60, 12), lang="en", promise=dt.date(2027, 1, 25))
    words = [plain(trace.text[0]) for trace in figure.data if trace.type == "scatter" and trace.mode == "text"]
    assert {word.split()[0] for word in words} == {"P10", "P50", "P80", "P90", "promised"}
    share = result(60, 12).confidence(dt.date(2027, 1, 25))
    assert f"promised 25 Jan: {share:.0%}" in words


def test_bars_hold_every_run_and_the_dark_ones_keep_the_promise() -> None:
    one = result(60, 12)
    promise = dt.date(2027, 1, 25)
    figure = confidence(one, lang="en", promise=promise)
    kept, late = (trace for trace in figure.data if trace.type == "bar")
    assert sum(kept.y) == pytest.approx(one.confidence(promise))
    assert sum(kept.y) + sum(late.y) == pytest.approx(1)


def test_a_long_spread_is_counted_by_week() -> None:
    figure = confidence(result(400, 120), lang="en")
    bars = [trace for trace in figure.data if trace.type == "bar"]
    days = np.array([str(day)[:10] for trace in bars for day in trace.x], dtype="datetime64[D]")
    assert len(set((days - np.datetime64("1970-01-05")).astype(int) % 7)) == 1
    assert sum(value for trace in bars for value in trace.y) == pytest.approx(1)


def test_one_certain_day_is_drawn_too() -> None:
    figure = confidence(result_of(PLAN, "M", {"2027-01-04": 100}), lang="ko", promise=dt.date(2027, 1, 4), dark=True)
    assert any(trace.type == "bar" for trace in figure.data)


def test_no_finish_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="no finish"):
        confidence(result_of(PLAN, "M", {}), lang="en")


def test_a_place_is_taken_once_and_none_is_found_where_there_is_none() -> None:
    plane = Plane(100, 30)
    first = plane.place((10, 15), 40, 12, ("right", "left"))
    assert first is not None
    assert plane.place((10, 15), 40, 12, ("right",)) != first
    assert Plane(30, 30).place((10, 15), 40, 12, ("right", "left", "above")) is None


@pytest.mark.parametrize(("line", "hit"), [([(0, 0), (10, 10)], True), ([(0, 9), (9, 0)], True), ([(0, 20), (20, 20)], False),
                                           ([(5, -5), (5, 20)], True), ([(20, 0), (20, 10)], False), ([(3, 3)], False)])  # fmt: skip
def test_a_line_crosses_a_box_where_geometry_says_so(line: list[tuple[float, float]], hit: bool) -> None:
    assert crosses(np.array(line, dtype=float), (2, 2, 8, 8)) is hit
