"""What a newcomer meets first, in Chromium: every figure on a server process of its own that nobody has opened yet.

The machine code is there, as ``make run`` leaves it; the data folder, the browser's cache and every cache of the server are empty. The
first click comes the moment there is something to click on: nobody waits for the warm-up.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

import app
from tests.bench.measure import Figure
from tests.browser.conftest import FLAGS, chromium, running_server
from tpm.insight import kernels
from tpm.ui.keys import Key

_TIMES = 3
_PATIENCE_MS = 20_000
_BEGINNING = ".st-key-plan_open_sample button"
_CHART = ".js-plotly-plot .main-svg"
# What the reader came for is there, and nothing is still being computed.
_DRAWN = """wanted => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.dataset.testScriptState === 'notRunning' && document.querySelector(wanted)
    && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]');
}"""
_WANTED = {"plan": f".st-key-{Key.BUNDLE}", "exec_review": '[data-testid="stImage"] img'}  # elsewhere a chart
_SURENESS, _CURVE = '[role="tab"] >> nth=1', ".st-key-confidence_chart .main-svg"


def _until(page: Page, wanted: str) -> None:
    page.wait_for_function(_DRAWN, arg=wanted, timeout=_PATIENCE_MS, polling=20)


@contextmanager
def _visit(browser: Browser, folder: Path, path: str = "", wanted: str = _BEGINNING) -> Iterator[tuple[Page, float, float]]:
    """A page of a fresh server; seconds from the server's start and from the visitor's until ``wanted`` is there."""
    began = time.perf_counter()
    with running_server(folder) as address:
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        came = time.perf_counter()
        page.goto(f"{address}/{path}", wait_until="commit")
        _until(page, wanted)
        now = time.perf_counter()
        yield page, now - began, now - came
        page.context.close()


def _seconds_to(page: Page, click: str, wanted: str) -> float:
    began = time.perf_counter()
    page.locator(click).click()
    _until(page, wanted)
    return time.perf_counter() - began


def _figure(name: str, taken: list[float], goal: float) -> Figure:
    return Figure(name, median(taken), "s", goal, note=f"{min(taken):.1f} to {max(taken):.1f}")


def _link(name: str) -> str:
    at = [page.name for page in app.PAGES].index(name)
    return f'[data-testid="stTopNavLink"] >> nth={at}'


def measure() -> list[Figure]:
    """The middle of several fresh starts each."""
    kernels.compile_all()
    first, sample, simulation, cold = [], [], [], {page.name: [] for page in app.PAGES}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for _ in range(_TIMES):
            with tempfile.TemporaryDirectory() as folder:
                with _visit(browser, Path(folder)) as (page, since_start, _):
                    first.append(since_start)
                    sample.append(_seconds_to(page, _BEGINNING, _WANTED["plan"]))
                    began = time.perf_counter()
                    page.locator(_link("risks")).click()
                    page.locator(_SURENESS).click()
                    _until(page, _CURVE)
                    simulation.append(time.perf_counter() - began)
                    bookmark = page.url.rpartition("?")[2]
                for name, taken in cold.items():
                    with _visit(browser, Path(folder), f"{name}?{bookmark}", _WANTED.get(name, _CHART)) as (_, _, since_opened):
                        taken.append(since_opened)
        browser.close()
    return [
        _figure("from the server's start to the first screen", first, 3),
        _figure("opening the sample, clicked at once", sample, 3),
        _figure("the first simulation, clicked at once", simulation, 2),
        *[_figure(f"{name} by its address, first on a fresh server", taken, 3) for name, taken in cold.items()],
    ]
