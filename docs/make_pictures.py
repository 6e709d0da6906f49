"""The README's pictures, taken from the running app on its sample: ``make pictures``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402  (after the path)

from tests.browser.conftest import FLAGS, chromium, running_server, settle  # noqa: E402

PICTURES = (("plan", "en-US", "plan.png"), ("roadmap", "en-US", "roadmap.png"), ("roadmap", "ko-KR", "roadmap-ko.png"),
            ("dependencies", "en-US", "dependencies.png"), ("what_if", "en-US", "what-if.png"), ("changes", "en-US", "changes.png"),
            ("exec_review", "ko-KR", "exec-review-ko.png"))
SHOWS = {"exec_review": '[data-testid="stImage"] img'}  # what tells that a page is drawn; else a chart


def main() -> None:
    """Open the sample in both languages and photograph the pages."""
    target = ROOT / "docs" / "pictures"
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for page_name, locale, file in PICTURES:
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale=locale, timezone_id="Asia/Seoul")
            page = context.new_page()
            page.goto(address)
            settle(page)
            page.locator(".st-key-plan_open_sample button").click()
            settle(page)
            if page_name != "plan":
                page.locator(f'[data-testid="stTopNavLink"][href*="{page_name}"]').click()
                settle(page)
                page.wait_for_selector(SHOWS.get(page_name, ".js-plotly-plot"))
                page.wait_for_timeout(800)
            page.screenshot(path=str(target / file))
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
