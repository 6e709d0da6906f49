"""The presentation mode: the sections of the review as pictures over the whole window, stepped through with the arrow keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from tpm.charts.theme import Theme
from tpm.i18n import Language, t

_mount = st.components.v2.component(
    "tpm_present", html="<span></span>", js=(Path(__file__).parent / "present.js").read_text(encoding="utf-8"))


def present(pages: Sequence[str], lang: Language, theme: Theme, *, key: str, on_left: Callable[[], None]) -> None:
    """Show ``pages`` (SVG made by :mod:`tpm.export.deck`) over everything; ``on_left`` is called when the presenter leaves."""
    _mount(key=key, on_left_change=on_left, data={
        "pages": list(pages), "background": theme.background, "quiet": theme.muted_text, "label": t("exec.present", lang),
        "place": t("exec.place", lang, at="{at}", of="{of}")})
