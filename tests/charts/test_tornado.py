"""The tornado: a bar a factor, kinds told apart without colour, numbers and names inside the chart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.charts.geometry import plain
from tpm.charts.text import text_width
from tpm.charts.tornado import ROWS_MOST, tornado
from tpm.insight.simulation_words import Factor

FACTORS = [Factor("activity", "Customer data migration (Data platform)", 8.2), Factor("risk", "<i>Vendor</i>", 6.1, "Vendor: six days."),
           Factor("team", "Identity", 4.4), Factor("risk", "Reuse the checks", -0.6)]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("width", [430, 700])
def test_every_factor_has_its_bar_its_name_and_its_number_within_the_chart(lang: Any, width: int) -> None:
    figure = tornado(FACTORS, lang=lang, width=width)
    bars = sorted((float(y), float(x)) for trace in figure.data if trace.type == "bar" for x, y in zip(trace.x, trace.y, strict=True))
    assert [x for _, x in bars] == [8.2, 6.1, 4.4, -0.6]
    plot = width - figure.layout.margin.l - figure.layout.margin.r
    low, high = figure.layout.xaxis.range
    numbers = next(trace for trace in figure.data if trace.type == "scatter" and trace.mode == "text")
    for x, text, side in zip(numbers.x, numbers.text, numbers.textposition, strict=True):
        wide, at = text_width(text, numbers.textfont.size), (x - low) / (high - low) * plot
        assert at + (wide if side == "middle right" else 0) <= plot + 1
        assert at - (wide if side == "middle left" else 0) >= -1
    for name in figure.layout.yaxis.ticktext:
        assert max(text_width(plain(part), figure.layout.yaxis.tickfont.size) for part in name.split("<br>")) <= figure.layout.margin.l


def test_kinds_are_told_apart_without_colour_and_text_stays_text() -> None:
    figure = tornado(FACTORS, lang="en")
    risk, activity, team = (trace.marker for trace in figure.data if trace.type == "bar")
    assert risk.pattern.shape == "/"
    assert activity.pattern.shape is None
    assert team.line.width > 1
    assert "&lt;i&gt;Vendor" in figure.layout.yaxis.ticktext[1]


def test_only_the_largest_are_drawn_and_nothing_is_no_chart() -> None:
    figure = tornado([Factor("risk", f"R{n}", 30.0 - n) for n in range(25)], lang="en")
    assert sum(len(trace.x) for trace in figure.data if trace.type == "bar") == ROWS_MOST
    with pytest.raises(ValueError, match="nothing"):
        tornado([], lang="en")


def test_factors_that_only_save_days_have_room_for_their_numbers() -> None:
    figure = tornado([Factor("risk", "Gain", -2.0)], lang="en")
    assert figure.layout.xaxis.range[0] < -2.0
    assert figure.layout.xaxis.range[1] >= 0
