"""The Gantt chart: 1,000 rows built and painted, 5,000 items folded."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import plotly.graph_objects as go
from playwright.sync_api import sync_playwright
from plotly.offline import get_plotlyjs

from tests.bench.measure import Figure, best_of
from tests.charts.programs import many
from tpm.charts.gantt import Links, gantt
from tpm.insight.roadmap import roadmap_rows

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync"]  # fmt: skip
_PAGE = """<!doctype html><meta charset="utf-8"><div id="chart"></div><script src="plotly.js"></script><script>
const figure = FIGURE;
function paint() {
  const began = performance.now();
  return Plotly.newPlot("chart", figure.data, figure.layout).then(() => new Promise(done =>
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began), 0))));
}
function zoom() {
  const began = performance.now();
  return Plotly.relayout("chart", {"xaxis.range": ["2026-09-01", "2026-12-01"]}).then(() => new Promise(done =>
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began), 0))));
}
</script>"""


def measure() -> list[Figure]:
    """Build and paint times."""
    plan, schedule = many(1_000)
    large, large_schedule = many(5_000)

    def build(links: Links = "critical") -> go.Figure:
        return gantt(roadmap_rows(plan, schedule, max_rows=2_000), lang="en", links=links)

    def folded() -> go.Figure:
        return gantt(roadmap_rows(large, large_schedule), lang="en")

    out = [
        Figure("rows and figure of 1,000 items, nothing folded", best_of(build, 9) * 1e3, "ms", goal=100),
        Figure("rows and figure of 5,000 items, folded", best_of(folded) * 1e3, "ms", goal=200),
    ]
    pages = {"1,000 items and critical links": build(), "1,000 items and all 988 links": build("all"), "5,000 items, folded": folded()}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        Path(folder, "plotly.js").write_text(get_plotlyjs(), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        for name, figure in pages.items():
            Path(folder, "page.html").write_text(_PAGE.replace("FIGURE", str(figure.to_json())), encoding="utf-8")
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(Path(folder, "page.html").as_uri())
            times = [float(page.evaluate("paint()")) for _ in range(3)]
            out.append(Figure(f"paint in Chromium: {name}", min(times) / 1e3, "s", goal=1))
            out.append(Figure(f"zoom in Chromium: {name}", min(float(page.evaluate("zoom()")) for _ in range(3)) / 1e3, "s", goal=0.5))
            page.close()
        browser.close()
    return out
