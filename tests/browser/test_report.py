"""The web page of a review in a real browser: charts are drawn, nothing is asked of anybody, text of the sheet stays text."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.plans import plan_of
from tpm.charts.picture import browser as installed
from tpm.charts.picture import png, size
from tpm.export.report import report
from tpm.insight.review import Review, review
from tpm.model import ScheduleOptions
from tpm.schedule import schedule

HOSTILE = ('=HYPERLINK("http://x")', "<img src=x onerror=alert(1)>", "[x](javascript:1)", "</script><script>alert(1)</script>",
           '"><svg onload=alert(1)>', "<a href='http://x'>y</a>")  # fmt: skip


def hostile() -> Review:
    rows = [{"id": f"{number} {name}", "name": name, "team": name, "owner": name, "start": "2026-03-16", "finish": "2026-03-20",
             "deadline": "2026-03-18" if number % 2 else "2026-03-25"} for number, name in enumerate(HOSTILE)]
    rows.append({"id": "M", "name": "Launch " + HOSTILE[1], "milestone": True, "start": "2026-03-20", "finish": "2026-03-20",
                 "deadline": "2026-03-19", "after": ", ".join(row["id"] for row in rows[:1])})
    plan = plan_of(*rows, name=HOSTILE[3])
    return review(plan, schedule(plan, ScheduleOptions(status_date=dt.date(2026, 3, 16))))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_page_draws_its_gantt_and_runs_nothing_of_the_sheet(browser: Browser, tmp_path: Path, lang: str, dark: bool) -> None:
    path = tmp_path / "review.html"
    path.write_bytes(report(hostile(), lang, "html"))
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="dark" if dark else "light")
    page = context.new_page()
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if not request.url.startswith(("data:", "blob:")) else None)
    page.on("dialog", lambda dialog: (problems.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(path.as_uri())
    page.wait_for_selector(".chart .barlayer .point path", timeout=30_000)
    assert page.locator(".chart .barlayer .point path").count() >= len(HOSTILE)
    shown = page.locator("#items tbody tr")
    assert shown.count() == len(HOSTILE) + 1
    assert HOSTILE[1] in page.locator("#items").inner_text()
    page.check("#late")
    assert page.locator("#items tbody tr:visible").count() == 4  # three items and the milestone
    page.uncheck("#late")
    page.fill("#search", "hyperlink")
    assert page.locator("#items tbody tr:visible").count() == 1
    page.fill("#search", "")
    for _ in range(2):
        page.click("#items th.number button >> nth=0")
    slips = page.locator("#items tbody tr td.number:nth-child(9)").evaluate_all("cells => cells.map(cell => Number(cell.dataset.key))")
    assert slips == sorted(slips, reverse=True)
    assert page.locator("main img, main a, main svg svg[onload]").count() == 0
    context.close()
    assert asked == [path.as_uri()]
    assert not problems


def test_a_browser_paints_the_one_page_and_a_figure() -> None:
    if installed() is None:
        pytest.skip("no Chromium, Chrome or Edge on the path")
    assert size(report(hostile(), "ko", "png")) == (2560, 1440)
    import plotly.graph_objects as go

    bars = png(go.Figure(go.Bar(x=[1, 2], y=[3, 4])), 300, 200, scale=1)
    assert size(bars) == (300, 200)
    assert len(bars) > len(png(go.Figure(), 300, 200, scale=1))


def test_a_chart_is_printed_whole_on_one_page(browser: Browser, tmp_path: Path) -> None:
    rows = [{"id": f"T-{number}", "name": f"Step {number}", "start": "2026-03-16", "finish": "2026-03-20", "team": f"Team {number % 5}"}
            for number in range(70)]
    plan = plan_of(*rows)
    path = tmp_path / "review.html"
    path.write_bytes(report(review(plan, schedule(plan, ScheduleOptions(status_date=dt.date(2026, 3, 16)))), "en", "html"))
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(path.as_uri())
    page.wait_for_selector(".chart .barlayer .point path", timeout=30_000)
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    boxes = [tuple(float(part) for part in box.split()) for box in re.findall(rb"/MediaBox \[([^\]]*)\]", printed)]
    assert sum(height > width for _, _, width, height in boxes) == 1  # the high chart has one high page for itself
