"""The dependency graph as a real browser paints it: measured names keep clear of each other and of the edges; a click names its item."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go
import pytest
from playwright.sync_api import Page

from tests.browser.test_gantt_geometry import BOXES, meet, painted
from tests.insight.test_graph import many, small
from tpm.charts.gantt import clicked
from tpm.charts.graph import graph, places
from tpm.i18n import Language
from tpm.insight.graph import graph_view

__all__ = ["painted"]  # the fixture


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_measured_names_keep_clear_of_each_other_and_of_the_edges(painted: Callable[[go.Figure], Page], lang: Language) -> None:
    for view in (graph_view(small()), graph_view(many(120)), graph_view(many(300), columns="date", limit=60)):
        page = painted(graph(view, places(view), lang=lang))
        names = [word for word in page.evaluate(BOXES, ".scatterlayer .textpoint text") if word["text"].strip()]
        page.close()
        assert len(names) >= 5
        for number, one in enumerate(names):
            assert one["left"] >= 0
            assert one["right"] <= 1160
            for other in names[number + 1 :]:
                assert not meet(one, other), (one, other)


def test_a_click_on_a_mark_names_its_item(painted: Callable[[go.Figure], Page]) -> None:
    view = graph_view(small())
    page = painted(graph(view, places(view), lang="en"))
    where = page.evaluate("""() => {
      const chart = document.getElementById("chart"), layout = chart._fullLayout, box = chart.getBoundingClientRect();
      const trace = chart._fullData.find(one => one.customdata && one.customdata.some(told => told[0] === "B"));
      const at = trace.customdata.findIndex(told => told[0] === "B");
      return [box.left + layout._size.l + layout.xaxis.l2p(trace.x[at]), box.top + layout._size.t + layout.yaxis.l2p(trace.y[at])];
    }""")
    page.mouse.move(*where)
    page.wait_for_selector(".hoverlayer .hovertext")
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function("window.clicked")
    assert clicked(page.evaluate("window.clicked")) == ("B", "activity")
    page.close()
