"""Team × month: numbers in the cells that have any, sums at the edges, a click on each cell."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.risk_plans import program
from tpm.charts.exposure_heatmap import exposure_heatmap
from tpm.charts.gantt import clicked
from tpm.insight.exposure import exposure
from tpm.insight.risks.register import read_register
from tpm.insight.risks.scale import RiskScale
from tpm.model import Plan, ScheduleOptions
from tpm.schedule import schedule

PLAN = program({"id": "R", "title": "<b>", "p": 0.5, "i": 3, "days": 8, "hits": "A"})
FOUND = exposure(PLAN, schedule(PLAN, ScheduleOptions()), read_register(PLAN, RiskScale(), dt.date(2026, 12, 1)))


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("dark", [False, True])
def test_cells_and_sums_say_the_numbers(lang: str, dark: bool) -> None:
    figure = exposure_heatmap(FOUND, lang=lang, dark=dark, selected=(0, 0))  # type: ignore[arg-type]
    cells, edge, foot = figure.data
    assert list(cells.text) == ["4.6", "1.2"]
    assert [text.strip("<b>/") for text in edge.text] == ["4.6", "1.2", "5.8"]
    assert list(foot.text) == ["5.8"]
    assert [clicked([{"customdata": list(data)}]) for data in cells.customdata] == [("0,0", "exposure"), ("1,0", "exposure")]
    assert figure.layout.yaxis.ticktext == ("<b>Core</b>", "<b>Field</b>")


def test_nothing_is_no_chart() -> None:
    empty = Plan()
    with pytest.raises(ValueError, match="nothing"):
        exposure_heatmap(exposure(empty, schedule(empty, ScheduleOptions()), read_register(empty, RiskScale(), None)), lang="en")
