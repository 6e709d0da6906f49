"""What is typed stays: in place while it is typed, in the store, and on the screen when the page is opened again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import grid_hands as hands
from tests.browser.conftest import settle
from tests.browser.test_pages import upload, visit
from tpm.ui.keys import Key

Opener = Callable[..., Page]
REGISTER, ITEMS = (f'[class*="st-key-{key}_"]' for key in (Key.RISK_REGISTER, Key.ITEMS))
PAUSES_MS = (60, 60, 400, 60, 60, 60, 2500, 60, 400, 60, *(60,) * 10)  # between values
COUNT = 20


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.csv"
    path.write_text("\n".join(["ID,Task,Team,Owner,Start,Finish", *(
        f"T-{n},Task {n},Core,Bex,2026-11-{2 + n},2026-11-{4 + n}" for n in range(1, COUNT + 1))]))
    return path


@pytest.fixture
def risks(tmp_path: Path) -> Path:
    path = tmp_path / "risks.csv"
    path.write_text("\n".join(["Risk ID,Risk,Probability,Impact (1-5),Owner", *(
        f"R-{n},Risk {n},{n}%,{1 + n % 5},Bex" for n in range(1, COUNT + 1))]))
    return path


def register(page: Page) -> Locator:
    visit(page, "risks")
    page.get_by_role("tab", name="Register").click()
    page.wait_for_timeout(300)
    settle(page)
    return hands.grid(page, REGISTER)


def items(page: Page) -> Locator:
    page.get_by_text("The plan as read, and corrections").click()
    page.wait_for_timeout(400)
    return hands.grid(page, ITEMS)


def again(page: Page) -> None:
    page.reload()
    settle(page)


def type_all(page: Page, values: list[str], act: Callable[[Page, str], None] = hands.type_value) -> None:
    for place, value in enumerate(values):
        act(page, value)
        page.wait_for_timeout(PAUSES_MS[place % len(PAUSES_MS)])
    settle(page)


def test_twenty_values_typed_into_the_register_stay_and_nothing_moves(server: str, open_page: Opener, risks: Path) -> None:
    page = open_page(server, height=900)
    upload(page, risks)
    table = register(page)
    before = hands.every(page, table, "Probability")
    assert len(before) == COUNT
    hands.choose(page, table, 5)
    scrolled = hands.scrolled(page)
    typed = [str(99 - 4 * n) for n in range(COUNT)]
    type_all(page, typed)
    assert hands.scrolled(page) == scrolled
    expect(page.get_by_text("20 cells are saved")).to_be_visible()
    wanted = dict(zip(before, typed, strict=True))
    found = hands.every(page, table, "Probability")
    assert found == wanted
    assert list(found) == list(before)  # in place
    page.get_by_role("button", name="Sort and update the page").click()
    page.wait_for_timeout(500)
    settle(page)
    assert list(hands.every(page, hands.grid(page, REGISTER), "Risk ID")) != list(before)  # sorted when it is asked for
    again(page)
    assert hands.every(page, register(page), "Probability") == wanted


def test_a_block_is_pasted_a_refusal_is_said_and_a_new_risk_is_filled_in_and_left_out(server: str, open_page: Opener, risks: Path) -> None:
    page = open_page(server, height=900)
    upload(page, risks)
    table = register(page)
    block = [[f"Owner {row}", f"Team {row}"] for row in range(10)]
    hands.choose(page, table, 11)
    hands.paste(page, block)
    page.wait_for_timeout(500)
    settle(page)
    expect(page.get_by_text("20 cells are saved")).to_be_visible()
    owners = hands.every(page, table, "Owner")
    assert list(owners.values())[:10] == [owner for owner, _ in block]

    hands.choose(page, table, 5)
    hands.type_value(page, "140")
    settle(page)
    said = page.get_by_text("“140” cannot be kept")
    expect(said).to_be_visible()
    assert hands.first(table, "Probability")[1] == "140"
    page.keyboard.press("ArrowUp")
    hands.type_value(page, "41")
    expect(said).to_be_hidden()

    page.locator(f".st-key-{Key.RISK_ADD} button").click()
    page.wait_for_timeout(300)
    settle(page)
    table = hands.grid(page, REGISTER)
    assert hands.first(table, "Risk") == ("R-21", "New risk")
    hands.choose(page, table, 2)
    hands.type_value(page, "Port strike")
    page.keyboard.press("ArrowUp")
    hands.type_value(page, "Port strike in Busan")
    hands.choose(page, table, 21, row=1)
    left_out = list(hands.shown(table, "Risk ID"))[1]
    page.keyboard.press("Space")
    settle(page)
    again(page)
    table = register(page)
    kept = hands.every(page, table, "Risk")
    assert kept["R-21"] == "Port strike in Busan"
    assert kept.keys() == {*owners, "R-21"} - {left_out}
    hands.choose(page, table, 11)
    owners.pop(left_out)
    assert owners.items() <= hands.every(page, table, "Owner").items()


def test_twenty_values_typed_into_the_plan_stay_and_one_is_undone(server: str, open_page: Opener, plan: Path) -> None:
    page = open_page(server, height=900)
    upload(page, plan)
    table = items(page)
    typed = [f"Typed name {place}" for place in range(COUNT)]
    before = hands.every(page, table, "Name", "ID")
    hands.choose(page, table, 2)
    scrolled = hands.scrolled(page)
    type_all(page, typed)
    assert hands.scrolled(page) == scrolled
    found = hands.every(page, table, "Name", "ID")
    assert found == dict(zip(before, typed, strict=True))
    assert list(found) == list(before)
    hands.choose(page, table, 2)
    hands.type_value(page, "Task 1")  # as the file has it: the correction is taken back
    settle(page)
    expect(page.get_by_text("19 corrections stand")).to_be_visible()
    again(page)
    assert hands.every(page, items(page), "Name", "ID") == {**found, "T-1": "Task 1"}


def test_a_cell_typed_in_two_tabs_is_asked_about_and_typing_goes_on(server: str, open_page: Opener, plan: Path) -> None:
    mine = open_page(server, height=900)
    upload(mine, plan)
    theirs = open_page(mine.url, height=900)
    settle(theirs)
    my_table, their_table = items(mine), items(theirs)
    hands.choose(theirs, their_table, 2)
    hands.type_value(theirs, "Theirs")
    settle(theirs)
    hands.choose(mine, my_table, 2)
    type_all(mine, ["Mine", "Second", "Third", "Fourth"])
    expect(mine.get_by_text("It now says: Theirs. You wanted: Mine")).to_be_visible()
    expect(mine.get_by_text("3 cells are saved")).to_be_visible()
    mine.locator(f".st-key-{Key.CLASH_MINE}_0 button").click()
    mine.wait_for_timeout(300)
    settle(mine)
    wanted = {"T-1": "Mine", "T-2": "Second", "T-3": "Third", "T-4": "Fourth"}
    assert wanted.items() <= hands.every(mine, hands.grid(mine, ITEMS), "Name", "ID").items()
    news = theirs.locator(f".st-key-{Key.NEWS}")
    expect(news).to_be_visible(timeout=12_000)
    news.get_by_role("button").click()
    theirs.wait_for_timeout(300)
    settle(theirs)
    assert wanted.items() <= hands.every(theirs, hands.grid(theirs, ITEMS), "Name", "ID").items()
