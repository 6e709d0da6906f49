"""The presentation in a real browser: one screen, nothing to scroll, the arrow keys step, Esc leaves, a link opens it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle
from tests.browser.test_pages import open_sample, visit

Opener = Callable[..., Page]


def stage(page: Page) -> str:
    return page.locator(".tpm-present").get_attribute("data-page") or ""


@pytest.mark.parametrize(("width", "height", "locale", "dark"), [(1280, 800, "en-US", False), (1920, 1080, "ko-KR", True)])
def test_a_review_is_presented_on_one_screen(server: str, open_page: Opener, width: int, height: int, locale: str, dark: bool) -> None:
    page = open_page(server, locale=locale, dark=dark, width=width, height=height)
    open_sample(page)
    visit(page, "exec_review")
    page.locator(".st-key-review_present button").click()
    page.wait_for_selector(".tpm-present svg")
    picture = page.locator(".tpm-present svg").bounding_box()
    assert picture is not None
    assert picture["x"] >= -1
    assert picture["y"] >= -1
    assert picture["x"] + picture["width"] <= width + 1
    assert picture["y"] + picture["height"] <= height + 1
    assert picture["width"] >= width * 0.95
    # what lies on top everywhere is the stage: navigation and widgets are gone
    on_top = page.evaluate("([w, h]) => [[5, 5], [w / 2, 20], [w - 5, h - 5], [w / 2, h / 2]]"
                           ".every(([x, y]) => document.elementFromPoint(x, y).closest('.tpm-present'))", [width, height])
    assert on_top
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.tpm-present svg text')].map(text => text.getBoundingClientRect().height))")
    assert smallest >= 11
    assert stage(page) == "1"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert stage(page) == "2"
    page.keyboard.press("End")
    last = int(stage(page))
    assert last >= 5
    page.keyboard.press("ArrowRight")
    assert stage(page) == str(last)
    page.keyboard.press("Escape")
    settle(page)
    expect(page.locator(".tpm-present")).to_have_count(0)
    assert "present=" not in page.url


def test_a_link_opens_the_presentation_and_a_name_is_never_markup(server: str, open_page: Opener, tmp_path: object) -> None:
    page = open_page(server)
    content = ("ID,Task,Start,Finish,Milestone\n1,<img src=x onerror=document.title='hacked'>,2026-12-01,2026-12-01,yes\n"
               "2,<script>document.title='hacked'</script>,2026-12-10,2026-12-10,yes\n")
    page.set_input_files('input[type="file"]', {"name": "plan.csv", "mimeType": "text/csv", "buffer": content.encode()})
    page.wait_for_timeout(500)
    settle(page)
    visit(page, "exec_review")
    page.goto(page.url + "&present=1")
    page.wait_for_selector(".tpm-present svg")
    page.wait_for_timeout(300)
    assert "<img src=x" in (page.locator(".tpm-present svg").text_content() or "")
    assert page.locator(".tpm-present img, .tpm-present script").count() == 0
    assert page.title() != "hacked"
