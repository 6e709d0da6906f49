"""When the server starts it prepares itself, and opens a browser only where somebody sees it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

import app as router
from tpm.ui import lifespan, warm


def started(monkeypatch: pytest.MonkeyPatch, *, headless: bool, display: str) -> tuple[list[str], list[bool]]:
    """The addresses that were opened and how often the preparations began."""
    opened: list[str] = []
    begun: list[bool] = []
    options = {"server.headless": headless, "server.address": "localhost", "server.port": 8599, "browser.serverAddress": None}
    monkeypatch.setattr(lifespan.st, "get_option", options.__getitem__)
    monkeypatch.setattr(lifespan.sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(lifespan.webbrowser, "open", opened.append)
    monkeypatch.setattr(warm, "begin", lambda: begun.append(True))
    monkeypatch.setattr(lifespan, "_LISTENS_SECONDS", 0)

    async def run() -> None:
        async with lifespan.lifespan(router.app):
            await asyncio.sleep(0.01)

    with ThreadPoolExecutor(1) as pool:  # a browser test of the same process may have left a loop in this thread
        pool.submit(asyncio.run, run()).result()
    return opened, begun


def test_the_browser_is_opened_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    assert started(monkeypatch, headless=False, display=":0") == (["http://localhost:8599"], [True])


@pytest.mark.parametrize(("headless", "display"), [(True, ":0"), (False, "")])
def test_no_browser_is_opened_where_nobody_sees_it(monkeypatch: pytest.MonkeyPatch, headless: bool, display: str) -> None:
    assert started(monkeypatch, headless=headless, display=display) == ([], [True])
