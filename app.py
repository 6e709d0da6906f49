"""The router: which pages there are, and what the server adds to its answers. The frame around the pages is tpm/ui/frame.py.

``streamlit run app.py`` imports this file once, finds ``app`` and serves it, and runs the file as a script for every reader.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from tpm.ui import warm
from tpm.ui.lifespan import lifespan
from tpm.ui.page_spec import PageSpec
from tpm.ui.security import SecurityHeaders

PAGES = (
    PageSpec("pages/plan.py", "plan", ":material/upload_file:"),
    PageSpec("pages/roadmap.py", "roadmap", ":material/view_timeline:"),
    PageSpec("pages/dependencies.py", "dependencies", ":material/account_tree:"),
    PageSpec("pages/risks.py", "risks", ":material/warning:"),
    PageSpec("pages/what_if.py", "what_if", ":material/open_with:"),
    PageSpec("pages/changes.py", "changes", ":material/history:"),
    PageSpec("pages/exec_review.py", "exec_review", ":material/co_present:"),
)


def main() -> None:
    """Draw the frame and the page that the address names."""
    from tpm.ui import frame

    warm.begin()
    with warm.turns.page():
        frame.run(PAGES)


if __name__ == "__main__":
    main()
else:
    app = st.App(Path(__file__), lifespan=lifespan, middleware=[Middleware(SecurityHeaders)])
