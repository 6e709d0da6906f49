"""What-if: move a bar, read the consequence, keep the scenario."""

from __future__ import annotations

from tpm.ui import computed, frame, start, what_if, workspace


def render() -> None:
    """Draw the board, or say what is missing."""
    lang = frame.language()
    here = workspace.current()
    if here is None:
        start.nothing_open(lang)
        return
    what_if.show(here, computed.schedule_of(here), lang, dark=frame.is_dark())


frame.show(render)
