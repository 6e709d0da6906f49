"""The router: which pages there are. The frame around them is tpm/ui/frame.py."""

from __future__ import annotations

from tpm.ui import frame

PAGES = (
    frame.PageSpec("pages/plan.py", "plan", ":material/upload_file:"),
    frame.PageSpec("pages/roadmap.py", "roadmap", ":material/view_timeline:"),
)


def main() -> None:
    """Draw the frame and the page that the address names."""
    frame.run(PAGES)


if __name__ == "__main__":
    main()
