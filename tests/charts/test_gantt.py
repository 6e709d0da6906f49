"""The Gantt chart: what is drawn, where, in which words."""

from __future__ import annotations

import datetime as dt
import json
from typing import Literal

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.geometry import bars, labels, plain, plot_width, segments
from tests.charts.programs import STATUS, checkout, many, plan_of, schedule_of
from tpm.charts.gantt import NothingToDrawError, clicked, gantt, gantt_json, gantt_parts
from tpm.charts.theme import DARK, LIGHT
from tpm.i18n import Language
from tpm.insight.roadmap import RoadmapFilter, roadmap_rows

Links = Literal["none", "critical", "selected", "all"]


def drawn(lang: Language = "en", links: Links = "critical", **more: object) -> go.Figure:
    plan, schedule = checkout(lang)
    return gantt(roadmap_rows(plan, schedule), lang=lang, links=links, **more)  # type: ignore[arg-type]


def told(figure: go.Figure, kind: str) -> dict[str, go.Figure]:
    """Id → trace of the marks of a plotly type."""
    traces = [trace for trace in figure.data if trace.type == kind and trace.customdata is not None]
    return {str(data[0]): trace for trace in traces for data in trace.customdata}


def names(figure: go.Figure) -> list[str]:
    return [plain(text).strip() for text in figure.layout.yaxis.ticktext]


def assert_clear(figure: go.Figure, stretch: float = 1.0) -> None:
    """No label meets another, a mark, a line or an edge."""
    width = plot_width(figure) * stretch
    size = 12
    words, lines, marks = labels(figure, width), segments(figure, width), bars(figure, width)
    for index, one in enumerate(words):
        assert one.left >= -1, one
        assert one.right <= width + 1, one
        for other in words[index + 1 :]:
            assert abs(one.y - other.y) >= size or one.right <= other.left + 1 or one.left >= other.right - 1, (one, other)
        for left, right, y in marks:
            assert abs(one.y - y) >= size or one.right <= left + 1 or one.left >= right - 1, (one, left, right)
        for x0, y0, x1, y1 in lines:
            crosses = max(min(x0, x1), one.left + 1) <= min(max(x0, x1), one.right - 1)
            assert not (crosses and min(y0, y1) <= one.y + size / 3 and max(y0, y1) >= one.y - size / 3), (one, (x0, y0, x1, y1))


def test_a_finish_is_drawn_to_the_end_of_its_day() -> None:
    trace = told(drawn(), "bar")["a1"]
    at = [data[0] for data in trace.customdata].index("a1")
    assert trace.base[at] == "2026-09-01T00:00:00"
    assert trace.x[at] == 18 * 86_400_000
    assert trace.orientation == "h"


def test_each_state_has_a_look_of_its_own_that_is_not_colour_alone() -> None:
    looks = told(drawn(), "bar")
    assert looks["a3"].marker.color == LIGHT.critical
    assert looks["a3"].marker.line.width > 1
    assert looks["b4"].marker.color == LIGHT.work
    assert looks["b4"].marker.line.width == 0
    assert looks["d3"].marker.color == LIGHT.work
    assert looks["d3"].marker.line.color == LIGHT.critical
    assert looks["b3"].marker.pattern.shape == "/"
    assert looks["b5"].marker.color == LIGHT.background
    assert looks["c1"].marker.color == LIGHT.done
    texts = [one.text for one in labels(drawn(), 1000)]
    assert texts.count("✓") == 3
    assert "▲ +10 d" in texts
    assert "△" in texts


def test_bars_of_one_kind_are_one_trace() -> None:
    plan, schedule = many(600)
    figure = gantt(roadmap_rows(plan, schedule, max_rows=2000), lang="en")
    assert len(figure.data) <= 20
    assert len(figure.layout.shapes) <= 14
    assert len(figure.layout.annotations) <= 4


@pytest.mark.parametrize("links", ["critical", "all"])
def test_all_links_of_a_kind_are_one_path(links: Links) -> None:
    plan, schedule = many(200)
    figure = gantt(roadmap_rows(plan, schedule), lang="en", links=links)
    arrows = [shape for shape in figure.layout.shapes if shape.layer == "between" and shape.line.width and "L" in shape.path]
    assert 1 <= len(arrows) <= 2
    if links == "all":
        drawn_links = roadmap_rows(plan, schedule).links
        assert sum(shape.path.count("M") for shape in arrows) == len(drawn_links) > 100


def test_links_of_the_selected_item_are_always_drawn_and_its_row_is_marked() -> None:
    count = {links: sum(shape.path.count("M") for shape in drawn(links=links, selected="b2").layout.shapes if "L" in shape.path)
             for links in ("none", "selected", "critical", "all")}  # fmt: skip
    assert count["none"] == count["selected"] == 3
    assert count["critical"] == 3 + 4
    assert count["all"] == 14
    assert any(shape.fillcolor == LIGHT.selection for shape in drawn(selected="b2").layout.shapes)


def test_a_violated_link_is_dashed_and_crossed() -> None:
    figure = drawn(links="all")
    assert [shape.line.dash for shape in figure.layout.shapes if shape.line.color == LIGHT.late] == ["4px,3px"]
    crosses = [trace for trace in figure.data if trace.type == "scatter" and trace.marker.symbol == "x-thin"]
    assert len(crosses) == 1
    assert len(crosses[0].x) == 1


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("links", ["none", "critical", "all"])
@pytest.mark.parametrize("width", [900, 1280])
def test_labels_are_clear_of_everything(lang: Language, links: Links, width: int) -> None:
    figure = drawn(lang, links, width=width, today=dt.date(2026, 11, 22))
    assert_clear(figure)
    assert_clear(figure, 1.4)


@settings(max_examples=12, deadline=None)
@given(st.integers(20, 90), st.integers(0, 10_000), st.integers(1, 5), st.integers(10, 900), st.booleans(),
       st.sampled_from(["critical", "all"]))
def test_labels_are_clear_in_any_program(size: int, seed: int, teams: int, days: int, compact: bool, links: Links) -> None:
    plan, schedule = many(size, seed=seed, teams=teams, days=days, links=size // 2)
    figure = gantt(roadmap_rows(plan, schedule, compact=compact), lang="en", links=links)
    assert_clear(figure)
    assert_clear(figure, 1.3)


def test_labels_that_find_no_room_are_counted_in_words() -> None:
    items = [{"id": f"m{n}", "name": f"Approval gate number {n}", "kind": "milestone", "team": "A", "planned_start": f"2026-11-{n + 1:02d}",
              "planned_finish": f"2026-11-{n + 1:02d}"} for n in range(25)]  # fmt: skip
    items.append({"id": "w", "name": "Work", "team": "A", "planned_start": "2026-01-01", "planned_finish": "2027-06-30"})
    plan = plan_of(items)
    figure = gantt(roadmap_rows(plan, schedule_of(plan), compact=True), lang="en")
    shown = sum("Nov" in one.text for one in labels(figure, 1000))
    assert figure.layout.meta["dropped_labels"] == 25 - shown > 0
    assert figure.layout.meta["notes"] == [f"Labels without room at this scale: {25 - shown}. Point at a mark to read it."]
    assert any(figure.layout.meta["notes"][0] == plain(note.text) for note in figure.layout.annotations)


def test_crowded_milestones_get_rows_of_their_own() -> None:
    items = [{"id": f"m{n}", "name": f"Approval gate number {n}", "kind": "milestone", "team": "A", "planned_start": f"2026-11-{n + 1:02d}",
              "planned_finish": f"2026-11-{n + 1:02d}"} for n in range(8)]  # fmt: skip
    plan = plan_of(items)
    figure = gantt(roadmap_rows(plan, schedule_of(plan)), lang="en")
    assert figure.layout.meta["dropped_labels"] == 0
    assert len(names(figure)) == 9


def test_names_are_whole_and_left_aligned_in_a_measured_margin() -> None:
    figure = drawn()
    assert names(figure)[:4] == ["Identity · Seoul", "Token service design", "Token service build", "Legacy session cut-over"]
    assert figure.layout.yaxis.side == "right"
    assert figure.layout.yaxis.ticklabelstandoff == -(figure.layout.margin.l - 4)


def test_a_long_name_wraps_and_its_line_grows() -> None:
    long = "차세대 통합 결제 플랫폼 구축을 위한 개인정보 영향평가 및 대외기관 연동 승인 절차"
    plan = plan_of([{"id": "a", "name": long, "planned_start": "2026-11-02", "planned_finish": "2026-11-30"},
                    {"id": "b", "name": "짧은 이름", "planned_start": "2026-11-02", "planned_finish": "2026-11-30"}])  # fmt: skip
    figure = gantt(roadmap_rows(plan, schedule_of(plan), lane="none"), lang="ko", width=900)
    assert figure.layout.yaxis.ticktext[0].replace("<br>", " ") == long
    first, second = figure.layout.yaxis.tickvals
    assert second - first > 26


def test_text_of_a_sheet_is_shown_as_it_is() -> None:
    evil = '<b>x</b> <a href="http://x.example">R&D</a> %{y} $z$'
    plan = plan_of([{"id": "<i>", "name": evil, "team": "<img>", "owner": "<u>", "notes": "<script>", "kind": "milestone",
                     "planned_start": "2026-11-04", "planned_finish": "2026-11-04"}])  # fmt: skip
    figure = gantt(roadmap_rows(plan, schedule_of(plan), compact=False), lang="en", title=(evil, ""))
    diamonds = [trace for trace in figure.data if trace.customdata is not None]
    texts = [*figure.layout.yaxis.ticktext, *(str(text) for trace in figure.data for text in trace.text or ()),
             *(str(text) for trace in diamonds for text in trace.hovertext)]  # fmt: skip
    texts += [note.text for note in figure.layout.annotations]
    for text in texts:
        assert not set("$") & set(text)
        assert "<a" not in text
        assert "<img" not in text
        assert "<script" not in text
    assert diamonds[0].hovertemplate == "%{hovertext}<extra></extra>"
    assert clicked([{"customdata": list(diamonds[0].customdata[0])}]) == ("<i>", "milestone")


def test_every_mark_can_be_clicked() -> None:
    figure = drawn()
    assert {*told(figure, "bar"), *told(figure, "scatter")} == set(checkout()[0].activities["id"])
    assert clicked([]) is None
    assert clicked([{"x": 1}]) is None
    assert all(trace.unselected.marker.opacity == 1 for trace in figure.data if trace.customdata is not None)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_json_for_a_chart_that_is_drawn_already_says_the_same(lang: Language) -> None:
    plan, schedule = checkout(lang)
    figure, parts = drawn(lang), gantt_parts(roadmap_rows(plan, schedule), lang=lang)
    read = go.Figure(json.loads(gantt_json(parts)))
    width = plot_width(figure)
    np.testing.assert_allclose(bars(read, width), bars(figure, width))
    assert labels(read, width) == labels(figure, width)
    assert [told(read, kind).keys() for kind in ("bar", "scatter")] == [told(figure, kind).keys() for kind in ("bar", "scatter")]
    assert read.layout.shapes == figure.layout.shapes
    assert names(read) == names(figure)


def test_the_status_date_is_dashed_with_its_date_at_the_foot() -> None:
    figure = drawn(today=dt.date(2026, 11, 22))
    uprights = {shape.path.split(",")[0]: shape.line for shape in figure.layout.shapes if shape.layer == "above" and shape.line.dash}
    assert uprights["M2026-11-02_00:00"].dash == "4px,3px"
    assert uprights["M2026-11-02_00:00"].color == LIGHT.ink
    assert uprights["M2026-11-22_00:00"].dash == "dot"
    assert [note.text for note in figure.layout.annotations] == ["as of 2 Nov", "today, 22 Nov"]
    assert [note.text for note in drawn("ko").layout.annotations] == ["11월 2일 기준"]


def test_today_is_said_once_when_it_is_the_status_date() -> None:
    assert [note.text for note in drawn(today=STATUS).layout.annotations] == ["as of 2 Nov"]


def test_the_axis_is_on_top_and_the_height_fits_the_rows() -> None:
    plan, schedule = checkout()
    rows = roadmap_rows(plan, schedule)
    figure = gantt(rows, lang="en")
    assert figure.layout.xaxis.side == "top"
    assert figure.layout.height == rows.lines * 26 + 42 + 28
    assert gantt(rows, lang="en", title=("A", "B")).layout.height > figure.layout.height


def test_progress_is_the_lower_half_of_the_bar() -> None:
    figure = drawn()
    (progress,) = [shape for shape in figure.layout.shapes if shape.fillcolor == LIGHT.progress]
    assert progress.path.count("M") == 4  # a2, b2, b3, d1
    begin = np.datetime64("2026-09-21T00:00:00")
    share = begin + (np.datetime64("2026-10-31T00:00:00") - begin) * 6 // 10
    assert f"M{str(begin).replace('T', '_')}" in progress.path
    assert f"H{str(share).replace('T', '_')}" in progress.path


def test_dark_has_the_same_marks_in_its_own_colours() -> None:
    light, dark = drawn(), drawn(dark=True)
    assert len(light.data) == len(dark.data)
    assert dark.layout.paper_bgcolor == DARK.background
    assert told(dark, "bar")["a3"].marker.color == DARK.critical


def test_a_week_scale_over_years_says_what_it_shows() -> None:
    plan, schedule = many(80, days=900)
    figure = gantt(roadmap_rows(plan, schedule), lang="en", scale="week")
    assert figure.layout.meta["notes"][0].endswith("is shown; drag sideways to see the rest.")
    assert figure.layout.xaxis.minallowed < figure.layout.xaxis.range[0]


def test_rows_without_a_date_say_so() -> None:
    plan = plan_of([{"id": "a", "name": "A", "planned_start": "2026-11-02", "planned_finish": "2026-11-30"}, {"id": "b", "name": "B"}])
    figure = gantt(roadmap_rows(plan, schedule_of(plan), lane="none"), lang="en")
    assert [one.text for one in labels(figure, 1000)] == ["no date"]


@pytest.mark.parametrize(("items", "filters", "reason"), [
    ([{"id": "a", "name": "A"}], RoadmapFilter(), "no-dates"),
    ([{"id": "a", "name": "A", "planned_start": "2026-11-02", "planned_finish": "2026-11-03"}], RoadmapFilter(text="zzz"), "filtered"),
])  # fmt: skip
def test_nothing_to_draw_has_a_reason(items: list, filters: RoadmapFilter, reason: str) -> None:
    plan = plan_of(items)
    with pytest.raises(NothingToDrawError) as caught:
        gantt(roadmap_rows(plan, schedule_of(plan), filters=filters), lang="en")
    assert caught.value.reason == reason


@pytest.mark.parametrize(("first", "last"), [("2026-11-02", "2026-11-02"), ("2026-11-02", "2026-11-04"), ("1990-01-01", "2060-12-31")])
def test_one_day_and_seventy_years_are_drawn(first: str, last: str) -> None:
    plan = plan_of([{"id": "a", "name": "A", "planned_start": first, "planned_finish": first},
                    {"id": "b", "name": "B", "planned_start": last, "planned_finish": last}])  # fmt: skip
    figure = gantt(roadmap_rows(plan, schedule_of(plan), lane="none"), lang="ko")
    assert_clear(figure)
    assert all(right - left >= 2.9 for left, right, _ in bars(figure, plot_width(figure)))
