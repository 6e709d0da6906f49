"""Several people at one server: whose workspaces are offered to whom, and what an open tab learns of another's changes."""

from __future__ import annotations

import re
import socket
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import running_server, settle
from tests.browser.test_pages import PAGES, open_sample, visit

Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The server of one person, as ``make run`` starts it, and its folder."""
    folder = tmp_path_factory.mktemp("own")
    with running_server(folder, TPM_SINGLE_USER="1") as address:
        yield address, folder


@contextmanager
def reverse_proxy(address: str, *added: str) -> Iterator[str]:
    """A reverse proxy on this machine that speaks to the server as its own client, as many do: the server sees its own name as the
    host; ``added`` are header lines that it puts in. Bytes go through unread otherwise."""
    target = urllib.parse.urlsplit(address)
    listening = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, sink: socket.socket, rewrite: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if rewrite and b"\r\nHost:" in data:
                    data = re.sub(rb"\r\nHost: [^\r]*", f"\r\nHost: {target.netloc}".encode(), data)
                    data = data.replace(b"\r\n\r\n", "".join(f"\r\n{line}" for line in added).encode() + b"\r\n\r\n", 1)
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def speak(client: socket.socket) -> None:
        with client, socket.create_connection((target.hostname or "localhost", target.port or 80)) as server:
            back = threading.Thread(target=pump, args=(server, client, False), daemon=True)
            back.start()
            pump(client, server, True)
            back.join()

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=speak, args=(listening.accept()[0],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://localhost:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def recent(page: Page) -> int:
    return page.locator('[class*="st-key-plan_recent"]').count()


def test_only_the_one_person_is_offered_recent_workspaces_and_no_page_shows_the_key(
    own_server: tuple[str, Path], server: str, open_page: Opener
) -> None:
    address, folder = own_server
    page = open_page(address)
    open_sample(page)
    key = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)["w"][0]
    assert len(key) > 20
    for name in PAGES:
        visit(page, name)
        assert key not in page.content(), name
    page.locator(".st-key-workspace_close button").click()
    page.wait_for_timeout(300)
    settle(page)
    visit(page, "plan")
    assert recent(page) > 0
    assert key not in page.content()
    assert key not in "".join(log.read_text() for log in folder.glob("server-*.log"))
    page.locator('[class*="st-key-plan_recent_0"] button').click()
    expect(page.locator(".st-key-workspace_close")).to_be_visible()
    assert key in page.url

    assert recent(open_page(address)) > 0
    with reverse_proxy(address) as rewriting, reverse_proxy(address, "X-Forwarded-For: 10.0.0.7") as telling:
        for proxied in (rewriting, telling):
            assert recent(open_page(proxied)) == 0
    unsaid = open_page(server)  # bound to localhost too, but nobody said that it is one person's
    open_sample(unsaid)
    assert recent(open_page(server)) == 0


def test_after_a_file_over_the_limit_the_error_of_the_file_before_is_gone(server: str, open_page: Opener, tmp_path: Path) -> None:
    page = open_page(server)
    broken, large = tmp_path / "broken.xlsx", tmp_path / "large.csv"
    broken.write_bytes(b"PK no workbook")
    with large.open("wb") as file:
        file.truncate(101 * 2**20)
    page.set_input_files('input[type="file"]', str(broken))
    expect(page.locator(".st-key-notice")).to_be_visible(timeout=20_000)
    expect(page.locator(".tpm-too-large")).to_be_hidden()
    settle(page)
    page.set_input_files('input[type="file"]', str(large))
    expect(page.locator(".tpm-too-large")).to_contain_text("larger than 100 MB")
    expect(page.locator(".st-key-notice")).to_be_hidden()


def test_an_open_tab_says_what_changed_elsewhere_and_leaves_typing_alone(server: str, open_page: Opener) -> None:
    mine = open_page(server)
    open_sample(mine)
    theirs = open_page(mine.url)
    mine.locator(".st-key-frame_header [data-testid=stPopover] button").first.click()
    field = mine.locator(".st-key-settings_near_critical input")
    field.fill("7")  # typed, not yet sent
    theirs.locator(".st-key-frame_header [data-testid=stPopover] button").first.click()
    theirs.get_by_text("Start as soon as possible").click()
    settle(theirs)
    news = mine.locator(".st-key-shared_news")
    expect(news).to_contain_text("planned starts", timeout=12_000)
    mine.wait_for_timeout(5_000)  # another look or two
    assert field.input_value() == "7"
    expect(mine.get_by_text("planned starts respected")).to_be_visible()
    field.press("Enter")
    settle(mine)
    expect(mine.get_by_text("everything as soon as possible")).to_be_visible()
    expect(mine.get_by_text("near-critical up to 7 days")).to_be_visible()
    assert mine.get_by_label("Start as soon as possible").is_checked()
    expect(mine.locator(".st-key-shared_news")).to_have_count(0)

    theirs.get_by_text("Respect them").click()
    settle(theirs)
    expect(news).to_be_visible(timeout=12_000)
    mine.keyboard.press("Escape")
    news.get_by_role("button").click()
    settle(mine)
    mine.locator(".st-key-frame_header [data-testid=stPopover] button").first.click()
    expect(mine.get_by_text("planned starts respected")).to_be_visible()
    expect(mine.locator(".st-key-shared_news")).to_have_count(0)
