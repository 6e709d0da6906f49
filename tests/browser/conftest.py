"""A real server and a real Chromium. Browser tests run in one worker, one after the other."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
# Sandboxes need a user namespace that containers lack; the rest keeps Chromium from asking the internet for anything.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def chromium() -> str | None:
    """An installed Chromium or Chrome; None lets playwright use its own."""
    return next((path for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
                 if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield launched
        launched.close()


@contextmanager
def running_server(data_dir: Path, **variables: str) -> Iterator[str]:
    """A fresh server process on a free port, its user data in ``data_dir``; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "XDG_DATA_HOME": str(data_dir), "TPM_TODAY": "2026-11-22", **variables}
    environment.pop("TPM_DATABASE_URL", None)
    log = (data_dir / f"server-{port}.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--server.headless", "true"],
        cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT,
    )
    address = f"http://localhost:{port}"
    try:
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                    answer.read()
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise RuntimeError(f"the server did not start: {Path(log.name).read_text()[-2000:]}")
        yield address
    finally:
        process.terminate()
        process.wait(15)
        log.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server that the tests of a session share."""
    with running_server(tmp_path_factory.mktemp("data")) as address:
        yield address


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[str]:
    """A server that nobody has opened yet."""
    with running_server(tmp_path) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``open_page(address, locale=…, dark=…, width=…)`` → a page that has settled; errors of the page fail the test."""
    opened, problems = [], []

    def opener(address: str, *, locale: str = "en-US", dark: bool = False, width: int = 1280, height: int = 800) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale=locale,
                                      color_scheme="dark" if dark else "light", timezone_id="Asia/Seoul")
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: problems.append(f"asked the internet for {request.url}")
                if not request.url.startswith(("http://localhost", "data:", "blob:", "ws://localhost")) else None)
        page.goto(address)
        settle(page)
        return page

    yield opener
    for context in opened:
        context.close()
    assert not problems


def settle(page: Page, seconds: float = 45) -> None:
    """Wait until Streamlit has stopped running the script and no placeholder is left."""
    page.wait_for_selector('[data-testid="stApp"]', timeout=seconds * 1000)
    quiet, end = 0, time.monotonic() + seconds
    while quiet < 4:
        if time.monotonic() > end:
            raise TimeoutError("the page did not settle")
        running = page.get_attribute('[data-testid="stApp"]', "data-test-script-state") != "notRunning"
        quiet = 0 if running or page.locator('[data-testid="stSkeleton"]').count() else quiet + 1
        page.wait_for_timeout(150)
    assert page.locator('[data-testid="stException"]').count() == 0, page.locator('[data-testid="stException"]').all_inner_texts()
