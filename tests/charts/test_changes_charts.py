"""The milestone trend, the waterfall and the slip heatmap: true to their numbers, labels apart, both languages and themes."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpm.charts.milestone_trend import MOST_LINES, NoReportsError, drawn, milestone_trend, spread
from tpm.charts.slip_heatmap import MOST_REPORTS, MOST_TEAMS, mixed, slip_heatmap
from tpm.charts.theme import DARK, LIGHT
from tpm.charts.waterfall import waterfall
from tpm.insight.changes.attribution import Part, Slip
from tpm.insight.changes.transition import Cause
from tpm.insight.changes.trend import Mark, Report, TeamMoves, lines_of

START = dt.date(2026, 5, 4)


def reports(count: int, milestones: int = 6, slipping: int = 1, days: int = 7) -> list[Report]:
    """Weekly reports; the first ``slipping`` milestones move five days each week, the others stand, one a month apart."""
    out = []
    for week in range(count):
        marks = []
        day = START + dt.timedelta(days=days * week)
        for n in range(milestones):
            forecast = START + dt.timedelta(days=40 + 30 * n + (5 * week if n < slipping else 0))
            marks.append(Mark(f"M{n}", f"Milestone number {n} of the whole program", "T", forecast, forecast <= day, None,
                              f"M{n}" if week else None, 5.0 if week and n < slipping else 0.0))
        teams = tuple(TeamMoves(f"Team {n}", 10, 2, 1, float(n % 4), 3.0) for n in range(20)) if week else ()
        out.append(Report(day, 60, None, tuple(marks), teams, 5 if week else None))
    return out


@given(st.lists(st.floats(0, 400), min_size=1, max_size=12))
def test_labels_are_spread_apart_in_order_and_stay_in_the_room(wishes: list[float]) -> None:
    wishes.sort()
    places = spread(wishes, 30, 400)
    assert len(places) == len(wishes)
    assert all(after - before >= 30 - 1e-6 for before, after in itertools.pairwise(places))
    assert max(places) <= 400 - 15 + 1e-6
    if all(after - before >= 30 for before, after in itertools.pairwise(wishes)) and wishes[0] >= 15 and wishes[-1] <= 385:
        assert places == pytest.approx(wishes)


@pytest.mark.parametrize("count", [1, 2, 3, 6, 30, 200])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_both_axes_of_the_trend_have_one_scale(count: int, lang: Any) -> None:
    figure = milestone_trend(lines_of(reports(count)), lang=lang)
    layout = figure.layout
    across, up = ([dt.datetime.fromisoformat(end) for end in axis.range] for axis in (layout.xaxis, layout.yaxis))
    margin = layout.margin
    x_scale = (layout.width - margin.l - margin.r) / (across[1] - across[0]).total_seconds()
    y_scale = (layout.height - margin.t - margin.b) / (up[1] - up[0]).total_seconds()
    assert x_scale == pytest.approx(y_scale, rel=0.01)
    assert layout.height < 700


def test_a_line_is_drawn_through_every_report_and_habits_are_red_with_a_mark() -> None:
    figure = milestone_trend(lines_of(reports(5)), lang="en")
    red = [trace for trace in figure.data if trace.line.color == LIGHT.late]
    assert len(red) == 1
    assert list(red[0].x) == [(START + dt.timedelta(days=7 * week)).isoformat() for week in range(5)]
    labels = [note.text for note in figure.layout.annotations if note.font.color == LIGHT.late]
    assert len(labels) == 1
    assert labels[0].startswith("▲ <b>Milestone")
    assert "slipped in 4 of 4, +20 d" in labels[0]


def test_labels_do_not_meet_and_lines_that_are_not_drawn_are_counted() -> None:
    lines = lines_of(reports(4, milestones=14))
    figure = milestone_trend(lines, lang="en", first="M13")
    assert len(figure.data) == MOST_LINES
    assert "M13" in {line.id for line in drawn(lines, "M13")}
    assert figure.layout.meta["left_out"] == 14 - MOST_LINES
    low = dt.datetime.fromisoformat(figure.layout.yaxis.range[0])
    high = dt.datetime.fromisoformat(figure.layout.yaxis.range[1])
    plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    tops = sorted((high - dt.datetime.fromisoformat(note.y)) / (high - low) * plot + note.ay
                  for note in figure.layout.annotations if note.showarrow)
    assert all(after - before >= 31 for before, after in itertools.pairwise(tops))


def test_names_are_data_and_no_markup() -> None:
    one = Report(START, 1, None, (Mark("M", "<b>Launch</b> $x$", None, START, False),))
    text = json.dumps(milestone_trend(lines_of([one]), lang="en").to_plotly_json(), default=str)
    assert "<b>Launch</b>" not in text.replace("&lt;", "?").replace("<b>&", "?")
    assert "&lt;b&gt;Launch" in text


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(NoReportsError):
        milestone_trend((), lang="en")
    with pytest.raises(ValueError):
        slip_heatmap(reports(1), lang="en")


def slip(*days: float) -> Slip:
    parts = tuple(Part(Cause.DURATION if n % 2 else Cause.PROGRESS, (f"I{n}",), value, name=f"Item <{n}>", team=f"Team {n}")
                  for n, value in enumerate(days))
    return Slip("M", "Launch", "Ops", START, START + dt.timedelta(days=20), sum(days), parts)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("days", [(5.0, -2.0, 1.0), (-4.0, -3.0), (3.0,), tuple(float(n) for n in range(1, 15))])
def test_each_bar_of_the_waterfall_begins_where_the_last_one_ended(days: tuple[float, ...], lang: Any, dark: bool) -> None:
    figure = waterfall(slip(*days), lang=lang, dark=dark)
    *bars, total = figure.data
    at = 0.0
    for bar in bars:
        begin, length = bar.base[0], bar.x[0]
        assert at in (pytest.approx(begin), pytest.approx(begin + length))
        at = begin + length if at == pytest.approx(begin) and bar.marker.color == (DARK if dark else LIGHT).late else begin
    assert at == pytest.approx(sum(days))
    assert total.x[0] == abs(sum(days))
    assert len(bars) <= 8
    low, high = figure.layout.xaxis.range
    assert all(low <= bar.base[0] and bar.base[0] + bar.x[0] <= high for bar in figure.data)


def test_the_heatmap_holds_what_slipped_most_and_counts_the_rest() -> None:
    figure = slip_heatmap(reports(40), lang="en")
    heat = figure.data[0]
    assert len(heat.x) == MOST_REPORTS
    assert len(heat.y) == MOST_TEAMS
    assert dict(figure.layout.meta) == {"reports_left_out": 39 - MOST_REPORTS, "teams_left_out": 20 - MOST_TEAMS}
    assert heat.text[0][0] == "+3"
    assert heat.z[0][0] == 1.0
    assert figure.layout.yaxis.ticktext[0] == "Team 11"
    assert slip_heatmap(reports(3), lang="ko", dark=True).layout.height < 600


def test_mixed_colours() -> None:
    assert mixed("#000000", "#FFFFFF", 0.5) == "#808080"
    assert mixed("#102030", "#405060", 0.0) == "#102030"
