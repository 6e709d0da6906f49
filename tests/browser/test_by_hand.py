"""A sheet that was refused becomes a roadmap in three clicks; whatever is said of it is remembered, shown and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import settle

Opener = Callable[..., Page]
INVOICES = """Invoices,,,,
Invoice no,Customer,Issued,Paid,Amount
4711,Acme,2026-11-02,2026-11-20,1200
4712,Borg,2026-11-09,2026-12-02,300
4713,<b>Cyan</b>,2026-11-16,2026-12-09,87
4714,Dune,2026-11-23,2026-12-12,990
"""


@pytest.fixture
def refused(tmp_path: Path) -> Path:
    path = tmp_path / "invoices.csv"
    path.write_text(INVOICES, encoding="utf-8")
    return path


def upload(page: Page, path: Path) -> None:
    page.set_input_files('input[type="file"]', str(path))
    page.wait_for_selector(".reading .frame", timeout=30_000)
    settle(page)


def press(page: Page, what: Locator) -> None:
    what.click()
    page.wait_for_timeout(400)
    settle(page)
    expect(page.locator(".reading.busy")).to_have_count(0)


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator(".reading tbody tr").nth(row - 1).locator("td").nth(column)


def menu(page: Page, words: str) -> Locator:
    return page.locator(".reading .menu").get_by_role("menuitem", name=words, exact=True)


def test_a_refused_sheet_is_a_roadmap_after_three_clicks(server: str, open_page: Opener, refused: Path) -> None:
    page = open_page(server)
    upload(page, refused)
    expect(page.get_by_role("heading", name="No plan was found")).to_be_visible()
    expect(cell(page, 5, 2)).to_have_text("<b>Cyan</b>")
    press(page, page.get_by_role("button", name="Row 2", exact=True))  # one
    press(page, menu(page, "This row is the header"))  # two
    expect(page.get_by_role("heading", name="4 activities, ")).to_be_visible()
    press(page, page.get_by_role("link", name="See the roadmap"))  # three
    page.wait_for_selector(".js-plotly-plot")
    expect(page.get_by_text("Dune").first).to_be_visible()


def test_a_card_a_column_and_rows_are_clicks_that_are_remembered_and_taken_back(server: str, open_page: Opener, refused: Path) -> None:
    page = open_page(server)
    upload(page, refused)
    press(page, page.locator(".reading .cards button").nth(1))
    expect(page.locator(".reading .cards button.on b")).to_contain_text("Customer")
    expect(page.get_by_text("Read as you said")).to_be_visible()
    press(page, page.get_by_role("button", name="E: not used"))
    press(page, menu(page, "Notes"))
    expect(page.get_by_role("button", name="E: Notes")).to_be_visible()
    page.get_by_role("button", name="Row 5", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Row 6", exact=True).click(modifiers=["Shift"])
    press(page, menu(page, "These rows are no items"))
    expect(page.get_by_role("heading", name="2 activities, ")).to_be_visible()
    settle(page)
    page.reload()
    page.wait_for_selector(".reading .frame", timeout=30_000)
    settle(page)
    expect(page.get_by_role("button", name="E: Notes")).to_be_visible()
    expect(page.get_by_text("no item, as you said")).to_have_count(2)
    press(page, page.get_by_role("button", name="Row 6", exact=True))
    press(page, menu(page, "It is an item after all"))
    expect(page.get_by_role("heading", name="3 activities, ")).to_be_visible()
    press(page, page.locator(".reading .tools").get_by_role("button", name="Undo"))
    expect(page.get_by_role("heading", name="2 activities, ")).to_be_visible()
    press(page, page.locator(".reading .tools").get_by_role("button", name="Read it as found"))
    expect(page.get_by_role("heading", name="No plan was found")).to_be_visible()
