"""Exec review: will it land when promised, what endangers it, what is needed; and the deck to hand out."""

from __future__ import annotations

from tpm.ui import exec_review, frame, start, workspace


def render() -> None:
    """Draw the review, or say what is missing."""
    lang = frame.language()
    here = workspace.current()
    if here is None:
        start.nothing_open(lang)
        return
    exec_review.show(here, lang, dark=frame.is_dark())


frame.show(render)
