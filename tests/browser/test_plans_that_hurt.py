"""Every page on plans with far more or far fewer of something than it expects: no exception, its own heading, text as text."""

from __future__ import annotations

import datetime as dt
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

import app as router
from tests.browser.conftest import running_server, settle
from tests.browser.test_pages import visit
from tests.plans_that_hurt import NASTY, PLANS
from tpm.store import NewSnapshot, Upload, open_store
from tpm.ui.dependencies import SECTIONS
from tpm.ui.keys import Key
from tpm.ui.security import HEADERS

PAGES = [page.name for page in router.PAGES]
Opener = Callable[..., Page]
Kept = tuple[str, Path, dict[str, str]]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """A server, its log, and the workspaces of the plans by their names."""
    folder = tmp_path_factory.mktemp("hurt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder))
        with open_store() as store:
            ids = {name: store.create_workspace(name, at=dt.datetime.now(dt.UTC), first=NewSnapshot([Upload("plan.csv", content)])).id
                   for name, content in PLANS.items()}
    with running_server(folder) as address:
        yield address, next(folder.glob("server-*.log")), ids


@pytest.mark.parametrize("plan", PLANS)
def test_every_page_opens_on(kept: Kept, open_page: Opener, plan: str) -> None:
    address, log, ids = kept
    korean = list(PLANS).index(plan) % 2 == 1
    seen = {}
    page = open_page(f"{address}/?w={ids[plan]}", locale="ko-KR" if korean else "en-US")
    for number, name in enumerate(PAGES):
        if number:
            page.locator('[data-testid="stTopNavLink"]').nth(number).click()
            page.wait_for_function("name => location.pathname === '/' + name", arg=name)
            settle(page, 90)
        headings = page.locator('[data-testid="stMain"]').locator("h1, h2, h3").all_inner_texts()
        seen[name] = [" ".join(text.split()) for text in headings if text.strip()]
        assert seen[name], f"{name} has no heading"
        assert page.locator('[data-testid="stException"]').count() == 0
        assert page.locator('a[href*="evil.example"], a[href^="mailto:"], [data-testid="stMarkdown"] img').count() == 0
    assert len({tuple(found) for found in seen.values()}) == len(PAGES)
    assert "Traceback" not in log.read_text(encoding="utf-8", errors="replace")


def test_text_of_a_sheet_is_shown_as_it_stands(kept: Kept, open_page: Opener) -> None:
    address, _, ids = kept
    page = open_page(f"{address}/exec_review?w={ids['text that means something']}")
    visit(page, "dependencies")
    page.locator(f".st-key-{Key.WAITS_VIEW} button").nth(SECTIONS.index("commitments")).click()
    settle(page)
    said = page.locator('[data-testid="stMain"]').inner_text().replace("\u2060", "")
    assert not [text for text in NASTY if text not in said], said


def test_every_answer_of_the_server_forbids_frames_of_others(kept: Kept) -> None:
    for path in ("/", "/roadmap", "/_stcore/health", "/favicon.png"):
        with urllib.request.urlopen(kept[0] + path, timeout=10) as answer:
            assert {name: answer.headers[name] for name in HEADERS} == HEADERS
