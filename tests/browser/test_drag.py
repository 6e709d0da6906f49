"""A hand on the board: bars and milestones dragged, resized and nudged in a real browser, at every zoom, filtered, in both themes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle
from tests.browser.hands import CHART, drag, place_of

PLAN = """ID,Task,Team,Start,Finish,Predecessors,Type,% complete
done,Ledger,Payments,2026-11-02,2026-11-06,,,100
begun,Adapter,Payments,2026-11-09,2026-11-27,done,,67
next,Reconcile,Payments,2026-11-30,2026-12-04,begun,,0
free,Screens,Apps,2026-12-01,2026-12-03,,,0
end,Launch,Apps,2026-12-18,2026-12-18,next; free,Milestone,0
"""
Opener = Callable[..., Page]
EPOCH = dt.date(1970, 1, 1)


@pytest.fixture
def board(server: str, open_page: Opener, tmp_path: Path) -> Callable[..., Page]:
    """The What-if page of a small plan."""

    def opener(**how: object) -> Page:
        sheet = tmp_path / "plan.csv"
        sheet.write_text(PLAN, encoding="utf-8")
        page = open_page(server, **how)
        page.set_input_files('input[type="file"]', str(sheet))
        page.wait_for_timeout(500)
        settle(page)
        page.goto(page.url.replace("/?", "/what_if?"))
        settle(page)
        page.wait_for_selector(f"{CHART} .barlayer", timeout=30_000)
        settle(page)
        return page

    return opener


def days(page: Page, item: str) -> tuple[dt.date, dt.date]:
    """First and last day of a bar as it is painted."""
    place = place_of(page, item)
    return EPOCH + dt.timedelta(days=place.start), EPOCH + dt.timedelta(days=place.finish - 1)


def changes(page: Page) -> str:
    return page.locator('[data-testid="stMain"]').inner_text()


def test_a_bar_dragged_over_a_weekend_lands_on_working_days_without_the_chart_being_drawn_anew(board: Callable[..., Page]) -> None:
    page = board()
    page.evaluate(f"window.held = document.querySelector('{CHART}')")
    drag(page, "next", 7)
    settle(page)
    assert days(page, "next") == (dt.date(2026, 12, 7), dt.date(2026, 12, 11))
    expect(page.get_by_text("Reconcile: 5 working days later")).to_be_visible()
    drag(page, "next", 5)  # Saturday: the Monday after is two steps nearer
    settle(page)
    assert days(page, "next") == (dt.date(2026, 12, 14), dt.date(2026, 12, 18))
    expect(page.get_by_text("Reconcile: 10 working days later")).to_be_visible()
    assert days(page, "free") == (dt.date(2026, 12, 1), dt.date(2026, 12, 3))
    page.get_by_role("button", name="Undo").click()
    page.wait_for_timeout(300)
    settle(page)
    assert days(page, "next") == (dt.date(2026, 12, 7), dt.date(2026, 12, 11))
    assert page.evaluate(f"window.held === document.querySelector('{CHART}')")


def test_the_outline_says_the_date_the_days_and_the_float_and_a_click_only_selects(board: Callable[..., Page]) -> None:
    page = board()
    drag(page, "free", 6, drop=False)
    label = page.locator(".tpm-drag span").inner_text()
    assert label == "7 Dec (Mon) · +4 d · 4 of 11 d float"
    page.keyboard.press("Escape")
    assert page.locator(".tpm-drag").count() == 0
    page.mouse.up()
    settle(page)
    assert "Changes (1)" not in changes(page)
    place = place_of(page, "free")
    page.mouse.click(place.x, place.y)
    page.wait_for_timeout(300)
    settle(page)
    expect(page.locator(".st-key-what_if_items").get_by_text("Screens (free)")).to_be_visible()
    assert "Changes (1)" not in changes(page)


def test_an_end_changes_the_length(board: Callable[..., Page]) -> None:
    page = board()
    drag(page, "next", 6, part="end")
    settle(page)
    assert days(page, "next") == (dt.date(2026, 11, 30), dt.date(2026, 12, 10))
    drag(page, "next", 2, part="start")
    settle(page)
    assert days(page, "next") == (dt.date(2026, 12, 2), dt.date(2026, 12, 10))


def test_work_that_has_begun_ends_later_and_what_is_done_stays(board: Callable[..., Page]) -> None:
    page = board()
    first = days(page, "begun")
    drag(page, "begun", 7)
    settle(page)
    assert days(page, "begun") == (first[0], dt.date(2026, 12, 4))
    before = changes(page)
    place = place_of(page, "done")
    page.mouse.move(place.x, place.y)
    page.mouse.down()
    page.mouse.move(place.x + 60, place.y, steps=4)
    assert page.locator(".tpm-drag").count() == 0
    page.mouse.up()
    settle(page)
    assert "Ledger" in changes(page)
    assert before.count("Changes (1)") == changes(page).count("Changes (1)") == 1


def test_a_milestone_is_dragged_and_the_promise_answers(board: Callable[..., Page]) -> None:
    page = board()
    drag(page, "end", 3)
    settle(page)
    expect(page.get_by_text("1 working day later").first).to_be_visible()
    assert EPOCH + dt.timedelta(days=place_of(page, "end").start) == dt.date(2026, 12, 21)


def test_the_keyboard_chooses_moves_and_resizes(board: Callable[..., Page]) -> None:
    page = board()
    board_line = page.locator(".st-key-what_if_drag [role=application]")
    board_line.focus()
    for _ in range(3):  # Ledger, Adapter, Reconcile
        page.keyboard.press("ArrowDown")
    assert board_line.inner_text().startswith("Reconcile · 30 Nov (Mon) – 4 Dec (Fri)")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert "+3 d" in board_line.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    settle(page)
    assert days(page, "next") == (dt.date(2026, 12, 3), dt.date(2026, 12, 9))
    board_line.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_timeout(900)
    settle(page)
    assert days(page, "next") == (dt.date(2026, 12, 3), dt.date(2026, 12, 11))


def test_zoomed_in_and_filtered_the_days_are_right_and_the_zoom_survives_the_answer(board: Callable[..., Page]) -> None:
    page = board()
    page.locator(CHART).hover()
    for _ in range(2):
        page.locator(f'{CHART} [data-title="Zoom in"]').click()
        page.wait_for_timeout(400)
    settle(page)
    before = page.evaluate(f"document.querySelector('{CHART}')._fullLayout.xaxis.range")
    wide = place_of(page, "next").day
    drag(page, "next", 3, part="end")
    settle(page)
    assert days(page, "next") == (dt.date(2026, 11, 30), dt.date(2026, 12, 7))
    assert page.evaluate(f"document.querySelector('{CHART}')._fullLayout.xaxis.range") == before
    assert place_of(page, "next").day == pytest.approx(wide)
    page.get_by_role("button", name="View").click()
    page.locator(".st-key-what_if_text input").fill("Reconcile")
    page.locator(".st-key-what_if_text input").press("Enter")
    page.wait_for_timeout(500)
    settle(page)
    page.keyboard.press("Escape")
    with pytest.raises(LookupError):
        place_of(page, "free")
    drag(page, "next", 1)
    settle(page)
    assert days(page, "next") == (dt.date(2026, 12, 1), dt.date(2026, 12, 8))


def test_in_the_dark_and_in_korean(board: Callable[..., Page]) -> None:
    page = board(dark=True, locale="ko-KR")
    drag(page, "free", 3, drop=False)
    assert page.locator(".tpm-drag span").inner_text() == "12월 4일(금) · +3일 · 여유 11일 중 3일"
    page.mouse.up()
    settle(page)
    assert days(page, "free") == (dt.date(2026, 12, 4), dt.date(2026, 12, 8))
    paper = page.evaluate(f"getComputedStyle(document.querySelector('{CHART} .main-svg')).backgroundColor")
    assert paper == "rgb(16, 22, 31)"
