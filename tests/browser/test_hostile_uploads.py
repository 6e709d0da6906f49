"""Hostile uploads to a real server: a sentence within ten seconds, the server's memory as it was, a second person who goes on working."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests import hostile
from tests.browser.conftest import settle
from tests.browser.test_pages import names_drawn, open_sample, visit

SECONDS = 10.0
GROWTH_BYTES = 200 * 2**20
Opener = Callable[..., Page]
GOOD = b"ID,Task,Start,Finish,Predecessors\n1,Build,2026-11-02,2026-11-06,\n2,Test,2026-11-09,2026-11-13,1\n"


def process_of(server: str) -> psutil.Process:
    """The server's process."""
    port = str(urlsplit(server).port)
    return next(one for one in psutil.Process().children(recursive=True) if port in one.cmdline())


class Watched:
    """The most memory that the server itself had."""

    def __init__(self, server: psutil.Process) -> None:
        self.server, self.most = server, 0
        self.before = server.memory_info().rss

    def look(self) -> None:
        self.most = max(self.most, self.server.memory_info().rss)


@contextmanager
def watched(server: str) -> Iterator[Watched]:
    seen, done = Watched(process_of(server)), threading.Event()

    def look() -> None:
        while not done.wait(0.05):
            with suppress(psutil.NoSuchProcess):
                seen.look()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def give(page: Page, name: str, content: bytes, folder: Path) -> None:
    path = folder / name
    path.write_bytes(content)
    page.locator('input[type="file"]').first.set_input_files(str(path))


@pytest.fixture
def worker(server: str, open_page: Opener) -> Page:
    """A second person, with the sample open."""
    page = open_page(server)
    open_sample(page)
    visit(page, "roadmap")
    names_drawn(page)
    return page


HOSTILE = {
    "text-named-often.xlsx": hostile.text_named_a_million_times,
    "spaces.ods": hostile.spaces_by_the_billion,
    "zeros.tpm.zip": lambda: hostile.bundle_with(500),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_upload_is_a_sentence_and_others_go_on(name: str, server: str, open_page: Opener, worker: Page, tmp_path: Path) -> None:
    content = HOSTILE[name]()
    page = open_page(server)
    with watched(server) as seen:
        began = time.monotonic()
        give(page, name, content, tmp_path)
        visit(worker, "changes")  # meanwhile
        visit(worker, "roadmap")
        assert names_drawn(worker)
        others = time.monotonic() - began
        expect(page.get_by_test_id("stAlert").filter(has_text=name)).to_be_visible(timeout=SECONDS * 1000)
        took = time.monotonic() - began
    assert took < SECONDS + others, f"{took:.1f} s"
    assert seen.most - seen.before < GROWTH_BYTES, f"{(seen.most - seen.before) / 2**20:.0f} MiB"
    give(page, "good.csv", GOOD, tmp_path)
    expect(page.get_by_role("heading", name="2 activities")).to_be_visible(timeout=20_000)


def test_a_reader_that_is_killed_in_the_middle_is_a_sentence_and_the_next_upload_works(
    server: str, open_page: Opener, tmp_path: Path
) -> None:
    page = open_page(server)
    process = process_of(server)
    slow = b"Task,Start,Predecessors\n" + b"".join(b"Task number %d,2026-03-02,%d\n" % (n, n - 1) for n in range(1, 300_000))
    give(page, "slow.csv", slow, tmp_path)
    told = page.get_by_test_id("stAlert").filter(has_text="slow.csv")
    end = time.monotonic() + 20
    while not told.count():  # the first that is busy may be one that only gets ready
        assert time.monotonic() < end
        for child in (one for one in process.children() if one.cpu_percent(0.1) > 50):
            os.kill(child.pid, 9)
        page.wait_for_timeout(300)
    expect(told).to_be_visible(timeout=SECONDS * 1000)
    give(page, "good.csv", GOOD, tmp_path)
    expect(page.get_by_role("heading", name="2 activities")).to_be_visible(timeout=20_000)


def test_a_hostile_template_is_a_sentence_and_a_good_one_gives_a_deck(server: str, worker: Page, tmp_path: Path) -> None:
    visit(worker, "exec_review")
    worker.locator(".st-key-review_section").get_by_text("Files", exact=True).click()
    settle(worker)
    with watched(server) as seen:
        give(worker, "company.pptx", hostile.template_with(400), tmp_path)
        expect(worker.get_by_test_id("stAlert").filter(has_text="company.pptx")).to_be_visible(timeout=SECONDS * 1000)
    assert seen.most - seen.before < GROWTH_BYTES
    give(worker, "ours.pptx", hostile.template_with(1), tmp_path)
    settle(worker)
    with worker.expect_download() as download:
        worker.locator(".st-key-review_file_pptx button").click()
    assert download.value.path().stat().st_size > 10_000
