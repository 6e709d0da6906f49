"""The router: which pages there are. The frame around them is tpm/ui/frame.py."""

from __future__ import annotations

from tpm.ui import frame

PAGES = (
    frame.PageSpec("pages/plan.py", "plan", ":material/upload_file:"),
    frame.PageSpec("pages/roadmap.py", "roadmap", ":material/view_timeline:"),
    frame.PageSpec("pages/dependencies.py", "dependencies", ":material/account_tree:"),
    frame.PageSpec("pages/risks.py", "risks", ":material/warning:"),
    frame.PageSpec("pages/what_if.py", "what_if", ":material/open_with:"),
    frame.PageSpec("pages/changes.py", "changes", ":material/history:"),
    frame.PageSpec("pages/exec_review.py", "exec_review", ":material/co_present:"),
)


def main() -> None:
    """Draw the frame and the page that the address names."""
    frame.run(PAGES)


if __name__ == "__main__":
    main()
