"""Dragging bars of a Gantt chart: a small component without a face, laid over a chart that the page already shows.

The JavaScript beside this file finds the chart by the CSS class of its key, takes the mouse over its marks and sends one event when
it is released. It draws one line of help, which is what the keyboard focuses.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import streamlit as st

from tpm.i18n import Language, t

_HTML: Final = '<div role="application" tabindex="0"><span aria-live="polite"></span></div>'
_CSS: Final = """
div { font: 13px var(--st-font); color: var(--st-gray-text-color, inherit); padding: 2px 6px; border-radius: 4px; cursor: default;
      white-space: nowrap; overflow: hidden; text-overflow: ellipsis; min-height: 20px; }
div:focus { outline: 2px solid var(--st-primary-color); color: var(--st-text-color); }
"""
_WORDS: Final = ("label", "hint", "chosen", "move", "start", "finish", "date", "days", "critical", "eaten", "beyond")
_mount = st.components.v2.component("tpm_drag", html=_HTML, css=_CSS, js=(Path(__file__).parent / "drag.js").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Act:
    """What a hand did: ``what`` is pick, move, start or finish; ``days`` are working days, later positive.

    ``day`` counts days since 1970: where the moved end lies now (of a move the start). ``kind`` is the mark's.
    """

    what: str
    item: str
    kind: str
    days: int
    day: int


def drag(board: Mapping[str, Any], lang: Language, *, chart: str, figure: str | None, selected: str | None, key: str,
         on_act: Callable[[], None]) -> None:  # fmt: skip
    """Let the marks of the chart with the key ``chart`` be moved, and let it show ``figure`` (plotly's JSON) without being drawn anew.

    ``figure`` is None where the chart was given its own in this run. ``board`` is made by :func:`tpm.insight.board.board`;
    ``on_act`` is called after an act, which :func:`acted` returns.
    """
    words = {name: t(f"drag.{name}", lang, **_PARTS.get(name, {})) for name in _WORDS}
    turn = f"{zlib.crc32((figure or '').encode()):x}"
    _mount(key=key, data={**board, "chart": chart, "figure": figure, "turn": turn, "selected": selected, "words": words, "lang": lang},
           on_act_change=on_act)  # fmt: skip


_PARTS: Final[dict[str, dict[str, str]]] = {  # filled in the browser
    "chosen": {"name": "{name}", "start": "{start}", "finish": "{finish}"},
    **{name: {"day": "{day}"} for name in ("move", "start", "finish")},
    "date": {"d": "{d}", "month": "{month}", "weekday": "{weekday}"},
    "days": {"days": "{days}"},
    "eaten": {"days": "{days}", "spare": "{spare}"},
    "beyond": {"days": "{days}", "spare": "{spare}"},
}


def acted(key: str) -> Act | None:
    """What was done, inside ``on_act``; None for anything that the component does not send."""
    state = st.session_state.get(key)
    act = state.get("act") if state is not None else None
    if not isinstance(act, Mapping) or act.get("what") not in ("pick", "move", "start", "finish"):
        return None
    return Act(str(act["what"]), str(act.get("id", "")), str(act.get("kind", "")), int(act.get("days", 0)), int(act.get("day", 0)))
