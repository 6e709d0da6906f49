"""When the server starts it prepares itself, and opens a browser only where somebody sees it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import app as router
from tpm.ui import lifespan, wall, warm

_PREPARED = ["reader", "tpm.ui.frame", "warm-up"]  # the process that reads imports on another processor meanwhile


def started(monkeypatch: pytest.MonkeyPatch, *, headless: bool, display: str) -> tuple[list[str], list[str]]:
    """The addresses that were opened and the preparations that began."""
    opened: list[str] = []
    begun: list[str] = []
    options = {"server.headless": headless, "server.address": "localhost", "server.port": 8599, "browser.serverAddress": None}
    monkeypatch.setattr(lifespan.st, "get_option", options.__getitem__)
    monkeypatch.setattr(lifespan.sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(lifespan.webbrowser, "open", opened.append)
    monkeypatch.setattr(wall, "warm_up", lambda: begun.append("reader"))
    monkeypatch.setattr(lifespan.importlib, "import_module", begun.append)
    monkeypatch.setattr(warm, "begin", lambda: begun.append("warm-up"))
    monkeypatch.setattr(lifespan, "_LISTENS_SECONDS", 0)

    async def run() -> None:
        async with lifespan.lifespan(router.app):
            await asyncio.sleep(0.01)

    with ThreadPoolExecutor(1) as pool:  # a browser test of the same process may have left a loop in this thread
        pool.submit(asyncio.run, run()).result()
    return opened, begun


def test_the_browser_is_opened_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    assert started(monkeypatch, headless=False, display=":0") == (["http://localhost:8599"], _PREPARED)


@pytest.mark.parametrize(("headless", "display"), [(True, ":0"), (False, "")])
def test_no_browser_is_opened_where_nobody_sees_it(monkeypatch: pytest.MonkeyPatch, headless: bool, display: str) -> None:
    assert started(monkeypatch, headless=headless, display=display) == ([], _PREPARED)


def test_the_router_imports_nothing_large_before_the_reader_is_begun() -> None:
    code = """
import sys
import app
assert not {"pandas", "sqlalchemy", "tpm.model"} & set(sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=Path(router.__file__).parent, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
