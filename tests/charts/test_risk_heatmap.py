"""The matrix: every rated risk is a dot in its cell or counted, arrows cross no number, names stand beside, clicks name what they hit."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.geometry import plain
from tests.risk_plans import program
from tpm.charts.cell_packing import segment_distances
from tpm.charts.gantt import clicked
from tpm.charts.risk_heatmap import ARROWS_MOST, CELL_HEIGHT, CELL_WIDTH, risk_heatmap
from tpm.charts.text import text_width
from tpm.insight.risks.register import Register, read_register
from tpm.insight.risks.scale import RiskScale


def register(*rows: dict[str, Any]) -> Register:
    return read_register(program(*rows), RiskScale(), dt.date(2026, 12, 1))


def dots(figure: go.Figure) -> list[tuple[str, float, float, float]]:
    """Id, centre and diameter of every numbered dot."""
    for trace in figure.data:
        if trace.mode == "markers+text":
            return [(data[0], float(x), float(y), float(size)) for data, x, y, size in
                    zip(trace.customdata, trace.x, trace.y, trace.marker.size, strict=True)]  # fmt: skip
    return []


def arrows(figure: go.Figure) -> list[list[tuple[float, float]]]:
    paths = [shape.path for shape in figure.layout.shapes if shape.layer == "above" and shape.line.width]
    return [[tuple(map(float, point.split(","))) for point in stroke.split("L")] for path in paths  # type: ignore[misc]
            for stroke in path.split("M") if stroke]  # fmt: skip


risk = st.fixed_dictionaries({
    "p": st.sampled_from([0.05, 0.2, 0.4, 0.6, 0.9]), "i": st.integers(1, 5), "rp": st.sampled_from([0.05, 0.2, 0.4]),
    "ri": st.integers(1, 5), "kind": st.sampled_from(["threat", "threat", "opportunity"]),
    "state": st.sampled_from(["open", "open", "occurred"]),
})  # fmt: skip


@settings(max_examples=40)
@given(st.lists(risk, min_size=1, max_size=60))
def test_dots_keep_apart_and_arrows_cross_none_of_them(rows: list[dict[str, Any]]) -> None:
    found = register(*({"id": f"R{n}", **row} for n, row in enumerate(rows)))
    figure = risk_heatmap(found, lang="en")
    drawn = dots(figure)
    for number, (name, x, y, size) in enumerate(drawn):
        row = found.rows[found.rows["id"] == name].iloc[0]
        assert int(x // CELL_WIDTH) == row["impact_level"] - 1
        assert int(y // CELL_HEIGHT) == 5 - row["probability_level"]
        assert all(math.dist((x, y), (a, b)) > (size + other) / 2 for _, a, b, other in drawn[:number])
    counted = sum(int(match) for trace in figure.data if trace.mode == "text" for text in trace.text
                  for match in re.findall(r"^<b>\+(\d+)</b>$", text))  # fmt: skip
    assert len(drawn) + counted == len(rows)
    centres = np.array([(x, y) for _, x, y, _ in drawn])
    radius = max(size for _, _, _, size in drawn) / 2
    for points in arrows(figure):
        apart = np.sort(segment_distances(points, centres))
        assert apart[0] >= radius  # its own dot: it starts at the edge
        assert len(apart) == 1 or apart[1] >= radius + 1


def test_a_click_on_a_dot_a_name_or_a_free_place_says_what_it_hit() -> None:
    figure = risk_heatmap(register({"id": "R", "p": 0.2, "i": 4}, {"id": "S", "p": 0.2, "i": 4}), lang="en")
    told = {tuple(data) for trace in figure.data if trace.customdata is not None for data in trace.customdata}
    assert told == {("R", "risk"), ("S", "risk"), ("4,2", "cell")}
    assert clicked([{"customdata": ["4,2", "cell"]}]) == ("4,2", "cell")


def test_free_places_lie_under_no_dot() -> None:
    figure = risk_heatmap(register(*({"id": f"R{n}", "p": 0.2, "i": 4} for n in range(7))), lang="en")
    hot = figure.data[0]
    for x, y in zip(hot.x, hot.y, strict=True):
        assert all(math.dist((x, y), (a, b)) > size / 2 + hot.marker.size / 2 for _, a, b, size in dots(figure))


def test_the_chosen_risk_of_a_full_cell_is_shown_with_its_arrow() -> None:
    rows = [{"id": f"R{n:02d}", "p": 0.2, "i": 4, "rp": 0.05, "ri": 1} for n in range(60)]
    found = register(*rows)
    last = str(found.rows["id"].iloc[-1])
    assert last not in [name for name, *_ in dots(risk_heatmap(found, lang="en"))]
    figure = risk_heatmap(found, lang="en", selected=last)
    assert last in [name for name, *_ in dots(figure)]
    assert figure.layout.meta["notes"]


def test_a_haystack_of_arrows_is_thinned_and_said() -> None:
    rows = [{"id": f"R{n:02d}", "p": 0.9, "i": 1 + n % 5, "rp": 0.05, "ri": 1 + n % 5} for n in range(30)]
    figure = risk_heatmap(register(*rows), lang="en")
    assert 0 < len(arrows(figure)) <= ARROWS_MOST
    assert figure.layout.meta["notes"] == [f"Arrows of {30 - len(arrows(figure))} risks are not drawn; click a dot to see its own."]


def test_a_response_that_stays_in_its_cell_has_no_arrow() -> None:
    assert arrows(risk_heatmap(register({"id": "R", "p": 0.3, "i": 4, "rp": 0.2, "ri": 4}), lang="en")) == []


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("width", [1160, 1500])
def test_names_fit_beside_the_matrix_and_text_of_a_sheet_stays_text(lang: Any, width: int) -> None:
    rows = [{"id": f"R{n}", "title": f"<b>{n}</b> " + "a very long name of a risk " * 4, "p": 0.2, "i": 4} for n in range(40)]
    figure = risk_heatmap(register(*rows), lang=lang, width=width)
    plot = width - figure.layout.margin.l - figure.layout.margin.r
    words = [trace for trace in figure.data if trace.mode == "text"]
    names = next(trace for trace in words if trace.textposition == "middle right" and trace.customdata is not None)
    for x, text in zip(names.x, names.text, strict=True):
        assert x + text_width(plain(text), names.textfont.size) <= plot + 1
        assert "<b>" not in text
    rest = [text for trace in words for text in trace.text if text in ("and 21 more", "외 21건")]
    assert len(names.x) + 21 == 40
    assert rest


def test_red_is_only_what_needs_an_answer() -> None:
    rows = {"id": "needy", "p": 0.9, "i": 5}, {"id": "fine", "p": 0.9, "i": 5, "owner": "B", "response": "R"}
    figure = risk_heatmap(register(*rows), lang="en")
    trace = next(trace for trace in figure.data if trace.mode == "markers+text")
    colour = dict(zip([data[0] for data in trace.customdata], trace.marker.color, strict=True))
    assert colour == {"needy": "#C8102E", "fine": "#1B2A41"}
