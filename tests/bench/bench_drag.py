"""Dragging on the What-if page: from the release of the mouse to the redrawn answer, in Chromium, against a real server."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from tests.bench.measure import Figure
from tests.browser.conftest import FLAGS, chromium, running_server, settle
from tests.browser.hands import drawn, place_of

_DRAGS = 7
# Redrawn: the sentence on top is another, plotly has painted again, and the outline that the hand left is gone.
_WATCH = """() => {
  const chart = document.querySelector('.st-key-what_if_chart .js-plotly-plot');
  const words = () => document.querySelector('.st-key-what_if_answer').innerText
    + document.querySelectorAll('[class*="st-key-what_if_remove_"]').length;
  window.took = null;
  document.addEventListener('pointerup', () => {
    const began = performance.now(), before = words();
    let painted = false;
    chart.on('plotly_afterplot', () => { painted = true; });
    const look = () => {
      if (painted && words() !== before && !document.querySelector('.tpm-drag')) window.took = performance.now() - began;
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, {capture: true, once: true});
}"""


def _sheet(items: int) -> str:
    """A program of chains of ten items across six teams, all ending in one launch."""
    lines = ["ID,Task,Team,Owner,Start,Finish,Predecessors,Type"]
    for n in range(1, items):
        step = (n - 1) % 10
        first = dt.date(2026, 11, 30) + dt.timedelta(weeks=step)
        last = first + dt.timedelta(days=3)
        lines.append(f"{n},Item {n},Team {n % 6},Owner {n % 17},{first},{last},{n - 1 if step else ''},")
    ends = "; ".join(str(n) for n in range(10, items, 10))
    return "\n".join([*lines, f'{items},Launch,Team 0,Owner 0,2027-02-26,2027-02-26,"{ends}",Milestone'])


def _drag(page: Page, item: str, days: int) -> float:
    """Milliseconds from the release to the redrawn answer."""
    place = place_of(page, item)
    page.mouse.move(place.x, place.y, steps=3)
    page.mouse.down()
    page.mouse.move(place.x + place.day * days, place.y, steps=5)
    page.wait_for_timeout(120)
    page.evaluate(_WATCH)
    page.mouse.up()
    page.wait_for_function("window.took !== null", timeout=20_000)
    took = float(page.evaluate("window.took"))
    settle(page)
    return took


def measure() -> list[Figure]:
    """The middle of several drags, after one that warms everything up."""
    out = []
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for items, goal in ((200, 300), (2_000, 1_000)):
            sheet = Path(folder, f"{items}.csv")
            sheet.write_text(_sheet(items), encoding="utf-8")
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            page.goto(address)
            settle(page)
            page.set_input_files('input[type="file"]', str(sheet))
            page.wait_for_timeout(500)
            settle(page)
            page.goto(page.url.replace("/?", "/what_if?"))
            settle(page)
            page.wait_for_selector(".st-key-what_if_chart .barlayer")
            settle(page)
            shown = drawn(page)
            times = [_drag(page, shown[3 * turn], 7) for turn in range(_DRAGS + 1)]  # never the same question twice
            out.append(Figure(f"release to redrawn answer, {items:,} items", median(times[1:]), "ms", goal=goal,
                              note=f"{min(times[1:]):.0f} to {max(times[1:]):.0f}"))  # fmt: skip
            page.close()
        browser.close()
    return out
