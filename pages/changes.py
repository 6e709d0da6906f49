"""Changes: what moved since the last upload, why, and which dates keep moving."""

from __future__ import annotations

from tpm.ui import changes, frame, start, workspace


def render() -> None:
    """Compare two versions, or say what is missing."""
    lang = frame.language()
    here = workspace.current()
    if here is None:
        start.nothing_open(lang)
        return
    changes.show(here, lang, dark=frame.is_dark())


frame.show(render)
