"""Risks: which need an answer, what they cost the date, how sure the date is, where the exposure lies."""

from __future__ import annotations

from tpm.ui import frame, risks, start, workspace


def render() -> None:
    """Draw the register's views, or say what is missing."""
    lang = frame.language()
    here = workspace.current()
    if here is None:
        start.nothing_open(lang)
        return
    risks.show(here, lang, dark=frame.is_dark())


frame.show(render)
