"""The Gantt chart as a real browser paints it: measured words keep clear of each other, nothing of a sheet becomes mark-up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from playwright.sync_api import Browser, Page
from plotly.offline import get_plotlyjs

from tests.charts.programs import checkout, many, plan_of, schedule_of
from tpm.charts.gantt import clicked, gantt
from tpm.i18n import Language
from tpm.insight.roadmap import roadmap_rows
from tpm.insight.roadmap_words import roadmap_title

PAGE = """<!doctype html><meta charset="utf-8"><body style="margin:0"><div id="chart"></div><script src="plotly.js"></script><script>
const figure = FIGURE;
Plotly.newPlot("chart", figure.data, figure.layout).then(chart => {
  chart.on("plotly_click", event => { window.clicked = event.points.map(point => ({customdata: point.customdata})); });
  window.ready = true;
});
</script>"""
BOXES = """selector => [...document.querySelectorAll(selector)].map(node => {
  const box = node.getBoundingClientRect();
  return {text: node.textContent, left: box.left, right: box.right, top: box.top, bottom: box.bottom};
})"""


@pytest.fixture
def painted(browser: Browser, tmp_path: Path) -> Callable[[go.Figure], Page]:
    (tmp_path / "plotly.js").write_text(get_plotlyjs(), encoding="utf-8")

    def paint(figure: go.Figure) -> Page:
        (tmp_path / "page.html").write_text(PAGE.replace("FIGURE", str(figure.to_json())), encoding="utf-8")
        page = browser.new_page(viewport={"width": int(figure.layout.width), "height": min(int(figure.layout.height), 2_000)})
        page.goto((tmp_path / "page.html").as_uri())
        page.wait_for_function("window.ready")
        return page

    return paint


def meet(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["left"] < other["right"] and other["left"] < one["right"]
                and one["top"] + 3 < other["bottom"] and other["top"] + 3 < one["bottom"])  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("width", [1000, 1440])
def test_measured_words_keep_clear_of_each_other_and_of_the_edges(painted: Callable[[go.Figure], Page], lang: Language, width: int) -> None:
    for plan, schedule in (checkout(lang), many(60, links=60)):
        rows = roadmap_rows(plan, schedule)
        figure = gantt(rows, lang=lang, links="all", width=width, title=roadmap_title(schedule, rows, lang))
        page = painted(figure)
        labels, names = page.evaluate(BOXES, ".scatterlayer .textpoint text"), page.evaluate(BOXES, ".yaxislayer-above text, .ytick text")
        axis, titles = page.evaluate(BOXES, ".xtick text:not(:has(.line)), .xtick .line"), page.evaluate(BOXES, ".annotation text")
        page.close()
        assert len(labels) > 10
        assert len(names) >= rows.lines
        words = [word for word in (*labels, *names, *axis, *titles) if word["text"].strip()]
        for index, one in enumerate(words):
            assert one["left"] >= 0
            assert one["right"] <= width
            for other in words[index + 1 :]:
                assert not meet(one, other), (one, other)
        assert all(name["right"] <= figure.layout.margin.l + 1 for name in names)


def test_text_of_a_sheet_stays_text_and_a_click_names_its_item(painted: Callable[[go.Figure], Page]) -> None:
    evil = '<b>x</b> <a href="http://x.example">R&D</a> %{y} $z$'
    plan = plan_of([{"id": "<i>1", "name": evil, "owner": evil, "planned_start": "2026-11-02", "planned_finish": "2026-11-20"}])
    page = painted(gantt(roadmap_rows(plan, schedule_of(plan), lane="none"), lang="en"))
    assert page.locator("#chart a:not(.modebar-btn)").count() == 0
    assert page.evaluate(BOXES, ".ytick text, .yaxislayer-above text")[0]["text"] == evil
    bar = page.locator(".bars .point path").first.bounding_box()
    assert bar is not None
    page.mouse.move(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    page.wait_for_selector(".hoverlayer .hovertext")
    assert evil in page.locator(".hoverlayer .hovertext").text_content(timeout=2_000)  # type: ignore[operator]
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function("window.clicked")
    assert clicked(page.evaluate("window.clicked")) == ("<i>1", "activity")
    page.close()
