"""The dependency graph as drawn: names that can be read, links of a kind in one path, marks to be clicked, both themes and languages."""

from __future__ import annotations

import re

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.charts.geometry import plain
from tests.insight.test_graph import base_of, item, many, small
from tpm.charts.gantt import clicked
from tpm.charts.graph import graph, places
from tpm.charts.text import text_width
from tpm.charts.theme import DARK, LIGHT
from tpm.i18n import Language
from tpm.insight.cross_team import Base
from tpm.insight.graph import GraphView, graph_view
from tpm.insight.graph_words import graph_title


def drawn(base: Base, lang: Language = "en", dark: bool = False, titled: bool = False, **more: object) -> go.Figure:
    view: GraphView = graph_view(base, **more)  # type: ignore[arg-type]
    title = graph_title(base, view, lang) if titled else None
    return graph(view, places(view), lang=lang, dark=dark, selected=more.get("selected"), title=title)  # type: ignore[arg-type]


def boxes(figure: go.Figure) -> tuple[list[tuple[str, float, float, float, float]], list[tuple[float, float, float, float]]]:
    """Names (text, left, top, right, bottom) and marks (left, top, right, bottom) in px of the plot."""
    names, marks = [], []
    for trace in figure.data:
        if trace.mode == "text":
            size, bold = trace.textfont.size, trace.textfont.weight == 600
            for text, x, y in zip(trace.text, trace.x, trace.y, strict=True):
                names.append((plain(text), x, y - size / 2, x + text_width(plain(text), size, bold=bold), y + size / 2))
        elif trace.customdata is not None:
            for x, y, size in zip(trace.x, trace.y, trace.marker.size, strict=True):
                half = size / 2 * 0.88  # a diamond's corners are points
                marks.append((x - half, y - half, x + half, y + half))
    return names, marks


def symbols(trace: go.Scatter) -> list[str]:
    """The shapes of a trace's marks."""
    return [] if trace.marker.symbol is None else [str(symbol) for symbol in np.atleast_1d(trace.marker.symbol)]


def assert_readable(figure: go.Figure) -> None:
    """No name meets another, a mark, or an edge."""
    names, marks = boxes(figure)
    width = float(figure.layout.xaxis.maxallowed)
    height = float(figure.layout.yaxis.range[0])
    for number, (text, left, top, right, bottom) in enumerate(names):
        assert left >= -1, text
        assert right <= width + 1, text
        assert top >= -1, text
        assert bottom <= height + 1, text
        for other, l2, t2, r2, b2 in names[number + 1 :]:
            assert right <= l2 or r2 <= left or bottom <= t2 or b2 <= top, (text, other)
        for l2, t2, r2, b2 in marks:
            assert right <= l2 + 1 or r2 <= left + 1 or bottom <= t2 + 1 or b2 <= top + 1, (text, (l2, t2, r2, b2))


@pytest.mark.parametrize("lane", ["team", "none"])
@pytest.mark.parametrize("columns", ["logic", "date"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_names_never_meet_and_never_leave_the_plot(lang: Language, columns: str, lane: str) -> None:
    assert_readable(drawn(many(300), lang, lane=lane, columns=columns))
    assert_readable(drawn(many(300), lang, lane=lane, columns=columns, limit=60))


def test_names_that_find_no_room_are_counted() -> None:
    figure = drawn(many(300))
    names, marks = boxes(figure)
    assert len(names) + figure.layout.meta["dropped_labels"] == len(marks)
    if figure.layout.meta["dropped_labels"]:
        assert any(f"{figure.layout.meta['dropped_labels']}" in note for note in figure.layout.meta["notes"])
    assert len(names) > 100


def test_all_links_of_a_kind_are_one_path_and_every_link_has_a_head() -> None:
    view = graph_view(many(300))
    figure = graph(view, places(view), lang="en")
    strokes = [shape for shape in figure.layout.shapes if "C" in shape.path or "L" in shape.path]
    assert sum(shape.path.count("M") for shape in strokes) == len(view.links)
    assert len(strokes) <= 5
    heads = [trace for trace in figure.data if "triangle-right" in symbols(trace)]
    assert len(heads) == 1
    assert len(heads[0].x) == len(view.links)
    assert len(figure.data) <= 12


def test_a_broken_link_is_dashed_and_crossed_and_red_nowhere_else() -> None:
    base = base_of(item("A", "One", "2026-11-09", "2026-11-20"), item("B", "Two", "2026-11-16", "2026-11-27", "A"))
    figure = drawn(base)
    red = [shape for shape in figure.layout.shapes if shape.line.color == LIGHT.late]
    assert [shape.line.dash for shape in red] == ["5px,3px"]
    crosses = [trace for trace in figure.data if symbols(trace) == ["x-thin"]]
    assert [len(trace.x) for trace in crosses] == [1]
    assert not [shape for shape in drawn(small()).layout.shapes if shape.line.color == LIGHT.late]


def test_the_critical_path_is_thicker_and_its_marks_are_outlined() -> None:
    figure = drawn(small())
    widths = {shape.line.color: shape.line.width for shape in figure.layout.shapes if "C" in shape.path or "L" in shape.path}
    assert widths[LIGHT.critical] > 2 * widths.get(LIGHT.baseline, 1.1) - 0.01
    outlined = [trace for trace in figure.data if trace.customdata is not None and trace.marker.line.color == LIGHT.critical_outline]
    assert {row[0] for trace in outlined for row in trace.customdata} >= {"A", "D", "M"}


def test_what_more_waits_behind_is_larger_and_a_milestone_is_a_diamond() -> None:
    size, symbol = {}, {}
    for trace in drawn(small()).data:
        if trace.customdata is not None:
            for told, px, shape in zip(trace.customdata, trace.marker.size, trace.marker.symbol, strict=True):
                size[told[0]], symbol[told[0]] = px, shape
    assert size["A"] > size["B"] > size["D"]
    assert symbol["M"] == "diamond"
    assert symbol["A"] == "circle"


def test_a_chosen_item_is_ringed_and_the_rest_fades_without_a_name() -> None:
    figure = drawn(small(), selected="B")
    faded = [trace for trace in figure.data if trace.customdata is not None and trace.marker.color == LIGHT.band]
    assert [row[0] for trace in faded for row in trace.customdata] == ["C"]
    assert [trace for trace in figure.data if symbols(trace) == ["circle-open"]]
    assert "C work" not in [name for name, *_ in boxes(figure)[0]]
    assert [shape for shape in figure.layout.shapes if shape.line.color == LIGHT.grid]


def test_a_click_gives_the_item_or_the_fold() -> None:
    told = next(trace for trace in drawn(small()).data if trace.customdata is not None).customdata[0]
    assert clicked([{"customdata": list(told)}]) == tuple(told)
    fold = next(trace for trace in drawn(many(300), limit=60).data if trace.customdata is not None).customdata[0]
    assert fold[1] == "group"


def test_lanes_are_named_at_the_left_and_without_lanes_nothing_is() -> None:
    assert [plain(text).strip() for text in drawn(small()).layout.yaxis.ticktext] == ["One", "Two", "No team"]
    assert [plain(text) for text in drawn(small(), lane="none").layout.yaxis.ticktext] == [""]


def test_by_date_the_periods_stand_on_top() -> None:
    figure = drawn(small(), "ko", columns="date")
    assert figure.layout.xaxis.ticktext[0] == "11월 2일"
    assert not drawn(small()).layout.xaxis.showticklabels


def test_a_long_chain_opens_on_its_beginning_and_says_so() -> None:
    rows = [item(f"I{at}", "One", "2026-11-02", "2026-11-06", f"I{at - 1}" if at else "") for at in range(120)]
    figure = drawn(base_of(*rows))
    assert figure.layout.xaxis.range[1] < figure.layout.xaxis.maxallowed
    assert any(re.search(r"of 120 steps are shown", note) for note in figure.layout.meta["notes"])


def test_links_back_and_within_a_column_are_drawn() -> None:
    loop = drawn(base_of(item("A", "One", "2026-11-02", "2026-11-06", "B"), item("B", "One", "2026-11-09", "2026-11-13", "A")))
    assert sorted(symbols(loop.data[0])) == ["triangle-left", "triangle-right"]
    same = drawn(small(), columns="date")
    assert "triangle-left" in symbols(same.data[0])


def test_both_themes_and_a_title_where_no_page_says_it() -> None:
    figure = drawn(small(), dark=True, titled=True)
    assert figure.layout.paper_bgcolor == DARK.background
    assert any("holds up" in plain(note.text) for note in figure.layout.annotations)
    assert figure.layout.margin.t > drawn(small(), dark=True).layout.margin.t


def test_names_of_a_sheet_are_text() -> None:
    base = base_of(item("A", "<b>One</b>", "2026-11-02", "2026-11-06", name="<i>x</i> & y"),
                   item("B", "Two", "2026-11-09", "2026-11-10", "A"))
    figure = drawn(base)
    text = figure.to_json()
    assert "<i>x" not in text.replace("\\u003c", "<")
    assert "<i>x</i> & y" in [name for name, *_ in boxes(figure)[0]]


def test_nothing_to_draw_is_an_error() -> None:
    view = graph_view(base_of(item("A", "One", "2026-11-02", "2026-11-06")))
    with pytest.raises(ValueError, match="no node"):
        graph(view, places(view), lang="en")
