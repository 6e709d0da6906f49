"""A sheet as a grid with its reading drawn on it: a small component. What a person clicks comes back as an act (:mod:`tpm.ui.said`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import streamlit as st

_HERE: Final = Path(__file__).parent
_mount = st.components.v2.component(
    "tpm_sheet", html='<div class="reading">\n</div>', css=(_HERE / "sheet.css").read_text(encoding="utf-8"),
    js=(_HERE / "sheet.js").read_text(encoding="utf-8"),
)  # fmt: skip


def sheet(data: Mapping[str, Any], *, key: str, on_act: Callable[[], None]) -> None:
    """Draw ``data`` (see sheet.js); ``on_act`` is called after an act, which :func:`acted` returns."""
    _mount(key=key, data=dict(data), on_act_change=on_act)


def acted(key: str) -> Any:
    """What was sent, inside ``on_act``."""
    state = st.session_state.get(key)
    return state.get("act") if state is not None else None
