"""Hands on a table that is typed into: what it shows, a cell chosen, a value typed, a block pasted."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

_SHOWN = """grid => [...grid.querySelectorAll('canvas table tr')].map(row => [
  Number(row.getAttribute('aria-rowindex')), ...[...row.querySelectorAll('th,td')].map(cell => cell.textContent)])"""
_AT = """grid => Number(grid.querySelector('canvas td[aria-selected="true"]')?.getAttribute('aria-colindex') ?? 0) - 1"""
_HEADER_PX = _ROW_PX = 35
_TOLD_MS = 500  # until the table that a screen reader meets says what is painted
_HAND_MS = 150  # from the last letter to Enter: the editor itself takes what it shows some 50 ms later
_MAIN = '[data-testid="stMain"]'


def grid(page: Page, place: str) -> Locator:
    """The table inside what ``place`` selects, scrolled to the middle of the window."""
    found = page.locator(f'{place} [data-testid="stDataFrame"]').first
    found.locator("canvas table tr").nth(1).wait_for(state="attached")
    found.evaluate("grid => grid.scrollIntoView({ block: 'center' })")
    page.wait_for_timeout(_TOLD_MS)
    return found


def shown(table: Locator, column: str, row: str = "") -> dict[str, str]:
    """What is painted of a column, from the top: the cell of column ``row`` (the first) → that of ``column``."""
    return dict(_painted(table, column, row).values())


def _painted(table: Locator, column: str, row: str) -> dict[int, tuple[str, str]]:
    header, *rows = table.evaluate(_SHOWN)
    name, wanted = header.index(row) if row else 1, header.index(column)
    return {cells[0]: (cells[name], cells[wanted]) for cells in rows}


def first(table: Locator, column: str) -> tuple[str, str]:
    """The name of the row that is painted at the top, and its cell of a column."""
    return next(iter(shown(table, column).items()))


def every(page: Page, table: Locator, column: str, row: str = "") -> dict[str, str]:
    """As :func:`shown`, of all rows (up to thirty): the table is scrolled through and left at its top."""
    box = table.bounding_box()
    assert box is not None
    table.evaluate("grid => { grid.querySelector('.dvn-scroller').style.overscrollBehavior = 'contain'; }")  # the page stays
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    found: dict[int, tuple[str, str]] = {}
    for down in (2000, -350, -2000):
        page.mouse.wheel(0, down)
        page.wait_for_timeout(_TOLD_MS)
        found.update(_painted(table, column, row))
    return dict(found[place] for place in sorted(found))


def choose(page: Page, table: Locator, column: int, row: int = 0) -> None:
    """Select a cell; both count from 0, ``row`` among what is painted."""
    at = -1
    while at < 0:  # a click that meets a page that is still moving goes elsewhere
        box = table.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 20, box["y"] + _HEADER_PX + _ROW_PX * (row + 0.5))
        at = _selected(page, table, 0)
    while at != column:  # a key that meets a busy page may be lost
        for _ in range(column - at):
            page.keyboard.press("ArrowRight")
        at = _selected(page, table, column)
        assert 0 <= at <= column


def _selected(page: Page, table: Locator, column: int) -> int:
    """The column that is selected, as soon as it is ``column``; the screen reader's table follows a little later."""
    for _ in range(_TOLD_MS // 50):
        page.wait_for_timeout(50)
        if (at := int(table.evaluate(_AT))) == column:
            break
    return at


def type_value(page: Page, text: str, commit: str = "Enter") -> None:
    """Type into the selected cell as a person who sees what appears; ``commit`` takes it and moves on."""
    page.keyboard.press(text[0])
    editor = page.locator("#portal input, #portal textarea").first
    editor.wait_for()
    page.keyboard.type(text[1:])
    page.wait_for_timeout(_HAND_MS)
    page.keyboard.press(commit)
    editor.wait_for(state="detached")


def choose_value(page: Page, label: str) -> None:
    """Pick from the list of the selected cell by typing; the row below is selected next."""
    page.keyboard.press("Enter")
    editor = page.locator("#portal input").first
    editor.wait_for()
    page.keyboard.type(label)
    page.wait_for_timeout(_HAND_MS)
    page.keyboard.press("Enter")
    editor.wait_for(state="detached")


def paste(page: Page, rows: list[list[str]]) -> None:
    """Paste a block at the selected cell."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join("\t".join(cells) for cells in rows))
    page.keyboard.press("Control+V")


def scrolled(page: Page) -> float:
    """How far the page is scrolled."""
    return float(page.evaluate(f"document.querySelector('{_MAIN}').scrollTop"))
