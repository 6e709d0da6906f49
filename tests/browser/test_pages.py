"""The pages in a real browser: a real upload, cold deep links, refreshes, clicks on the chart, both languages and themes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import app as router
from tests.browser.conftest import settle
from tpm.charts.theme import contrast, theme

ROOT = Path(__file__).resolve().parent.parent.parent
HANDBOOK = (ROOT / "../shared/data/sheets/en/PacktPublishing__Technical-Program-Manager-s-Handbook-2E__Project_Plan.xlsx").resolve()
KOREAN = (ROOT / "../shared/data/sheets/ko/What-The-Pork__meeting-log__프로젝트_일정표.xlsx").resolve()
PAGES = [page.name for page in router.PAGES]
FIRST_PAINT_MS = 30_000
Opener = Callable[..., Page]


def upload(page: Page, path: Path) -> None:
    page.set_input_files('input[type="file"]', str(path))
    page.wait_for_timeout(500)
    settle(page)


def visit(page: Page, name: str) -> None:
    page.locator('[data-testid="stTopNavLink"]').nth(PAGES.index(name)).click()
    page.wait_for_timeout(300)
    settle(page)


def open_sample(page: Page) -> None:
    page.locator(".st-key-plan_open_sample button").click()
    page.wait_for_timeout(300)
    settle(page)


def names_drawn(page: Page) -> list[str]:
    page.wait_for_selector(".js-plotly-plot .yaxislayer-above text, .js-plotly-plot .ytick text", timeout=FIRST_PAINT_MS)
    return [" ".join(text.split()) for text in page.locator(".js-plotly-plot .ytick text").all_text_contents()]


@pytest.mark.skipif(not HANDBOOK.exists(), reason="the handbook's plan lies in ../shared/data, which is not here")
def test_the_handbooks_plan_is_uploaded_understood_and_drawn(server: str, open_page: Opener) -> None:
    page = open_page(server)
    upload(page, HANDBOOK)
    expect(page.get_by_text("30 activities, 0 milestones, 13 dependencies")).to_be_visible()
    visit(page, "roadmap")
    drawn = names_drawn(page)
    assert any("Design Network" in name for name in drawn)
    assert any("Create P2P Network" in name for name in drawn)
    address = page.url
    page.reload()
    settle(page)
    assert page.url == address
    assert names_drawn(page) == drawn


@pytest.mark.skipif(not KOREAN.exists(), reason="the Korean sheets lie in ../shared/data, which is not here")
def test_a_korean_plan_reads_in_korean(server: str, open_page: Opener) -> None:
    page = open_page(server, locale="ko-KR")
    upload(page, KOREAN)
    expect(page.get_by_text("의존 관계").first).to_be_visible()
    visit(page, "roadmap")
    assert len(names_drawn(page)) > 10


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opened_first_on_a_fresh_server_comes_out_whole(fresh_server: str, open_page: Opener, name: str) -> None:
    page = open_page(f"{fresh_server}/{name}", locale="ko-KR", dark=True)
    links = [" ".join(text.split()) for text in page.locator('[data-testid="stTopNavLink"]').all_inner_texts()]
    assert len(links) == len(PAGES)
    assert any("로드맵" in link for link in links)
    assert page.locator(".st-key-plan_open_sample").count() == 1
    page.reload()
    settle(page)
    assert page.locator(".st-key-plan_open_sample").count() == 1


@pytest.mark.parametrize(("locale", "dark"), [("en-US", False), ("ko-KR", True)])
def test_the_sample_is_drawn_in_the_readers_language_and_theme(server: str, open_page: Opener, locale: str, dark: bool) -> None:
    page = open_page(server, locale=locale, dark=dark)
    open_sample(page)
    visit(page, "roadmap")
    names_drawn(page)
    background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    paper = page.evaluate("getComputedStyle(document.querySelector('.js-plotly-plot .main-svg')).backgroundColor")
    assert paper in (background, "rgba(0, 0, 0, 0)")
    assert (background == "rgb(16, 22, 31)") is dark


def test_nothing_runs_over_the_edge_of_a_projector(server: str, open_page: Opener) -> None:
    page = open_page(server, width=1280)
    open_sample(page)
    for name in PAGES:
        visit(page, name)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        chart = page.locator(".js-plotly-plot")
        if chart.count():
            box = chart.first.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 1280


def test_on_a_projector_the_plan_begins_near_the_top(server: str, open_page: Opener) -> None:
    page = open_page(server)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.locator(".st-key-plan_open_sample button").click()
    settle(page)
    for name, head in (("roadmap", ".js-plotly-plot"), ("dependencies", ".js-plotly-plot"), ("what_if", ".js-plotly-plot"),
                       ("exec_review", '[data-testid="stImage"] img')):  # fmt: skip
        visit(page, name)
        settle(page)
        box = page.locator(head).first.bounding_box()
        assert box is not None, name
        assert box["y"] <= 232, name
        header, nav = page.locator(".st-key-frame_header").bounding_box(), page.locator('[data-testid="stTopNavLink"]').last.bounding_box()
        assert header is not None
        assert nav is not None
        assert header["y"] < nav["y"] < header["y"] + header["height"]
        assert header["x"] >= nav["x"] + nav["width"], "the header stands beside the pages' names"


@pytest.mark.parametrize("dark", [False, True])
def test_captions_and_main_buttons_can_be_read_by_everybody(server: str, open_page: Opener, dark: bool) -> None:
    page = open_page(server, dark=dark)
    page.locator(".st-key-plan_open_sample button").click()
    settle(page)
    visit(page, "exec_review")
    settle(page)
    colours = theme(dark)
    for one, behind in (("[data-testid=stCaptionContainer] p", colours.background), ("[data-testid=stBaseButton-primary] p", None)):
        text, fill = page.locator(one).first.evaluate(
            "one => [getComputedStyle(one).color, getComputedStyle(one.closest('button') || one).backgroundColor]")
        assert contrast(_hex(text), behind or _hex(fill)) >= 4.5, one


def _hex(colour: str) -> str:
    """``rgb(1, 2, 3)`` as #010203."""
    return "#" + "".join(f"{int(float(part)):02X}" for part in colour[colour.index("(") + 1 : -1].split(",")[:3])


def test_a_click_on_a_bar_opens_its_item(server: str, open_page: Opener) -> None:
    page = open_page(server)
    open_sample(page)
    visit(page, "roadmap")
    names_drawn(page)
    place = page.evaluate("""() => {
        const plot = document.querySelector('.js-plotly-plot');
        let drawn = 0;
        for (const trace of plot._fullData.filter(t => t.type === 'bar')) {
            const index = (trace.customdata || []).findIndex(c => c[0] === 'CK-205');
            if (index >= 0) {
                const bar = plot.querySelectorAll('.trace.bars')[drawn].querySelectorAll('.point path')[index];
                bar.scrollIntoView({block: 'center'});
                const box = bar.getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2];
            }
            drawn += 1;
        }
    }""")
    page.mouse.move(*place, steps=4)
    page.wait_for_selector(".hoverlayer .hovertext")  # plotly clicks what it has hovered
    page.mouse.click(*place)
    page.wait_for_timeout(400)
    settle(page)
    expect(page.get_by_text("waits for “Token service build”").first).to_be_visible()


def test_the_workspace_comes_back_from_its_address_in_another_browser(server: str, open_page: Opener) -> None:
    page = open_page(server)
    open_sample(page)
    again = open_page(page.url.replace("/?", "/roadmap?"))
    assert len(names_drawn(again)) > 40


def test_an_address_that_names_nothing_says_so(server: str, open_page: Opener) -> None:
    page = open_page(f"{server}/?w=guessed")
    expect(page.get_by_text("No workspace has this address")).to_be_visible()
