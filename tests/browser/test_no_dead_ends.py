"""What a reader does when a plan lacks something: cells are pasted, the first day is said where it is asked."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import settle

Opener = Callable[..., Page]
PASTE = 'textarea[aria-label^="Or paste"]'
CELLS = 'Task\tOwner\tStart\tEnd\nKick-off\tBex\tDay 1\tDay 1\n"Design,\nthen review"\tIda\tDay 2\tDay 9\nBuild\tIda\tDay 10\tDay 20\n'


def test_pasted_cells_in_numbered_days_become_a_dated_roadmap(server: str, open_page: Opener) -> None:
    page = open_page(server)
    page.locator(PASTE).evaluate("""(box, cells) => {
      box.focus();
      const data = new DataTransfer();
      data.setData('text/plain', cells);
      if (box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })))
        document.execCommand('insertText', false, cells);
    }""", CELLS)
    page.get_by_role("button", name="Read the pasted cells").click()
    expect(page.get_by_text("3 activities, 0 milestones, 0 dependencies, no dates")).to_be_visible(timeout=30_000)
    settle(page)
    page.locator('[data-testid="stTopNavLink"]').nth(1).click()
    expect(page.get_by_text("3 items run to day 20")).to_be_visible(timeout=30_000)
    expect(page.locator(".js-plotly-plot .xtick text").first).to_have_text("Day 1", timeout=30_000)
    page.get_by_role("spinbutton", name="year, Day 1 is").click()
    page.keyboard.type("20261102")
    page.get_by_text("3 items run to day 20").click()  # beside the field: it takes what was typed
    expect(page.get_by_text("3 items run to day 20")).to_have_count(0, timeout=30_000)
    settle(page)
    expect(page.get_by_text("Nov").first).to_be_visible()
