"""Opening an item's panel from anywhere: a row of a table, a mark of a chart, a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from tpm.i18n import Language, t
from tpm.ui.keys import Key
from tpm.ui.text import literal

CHART_CONFIG = {"displaylogo": False, "scrollZoom": False, "displayModeBar": "hover",
                "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}  # fmt: skip
ROWS_SHOWN = 12


def open_item(item: str) -> None:
    """Open the panel of ``item``; for callbacks."""
    st.session_state[Key.ITEM] = item


def table(name: str, frame: pd.DataFrame, items: Sequence[str], column_config: Mapping[str, Any] | None = None) -> None:
    """``frame`` as a table in which a picked row opens the panel of its item in ``items``."""
    key = f"{Key.WAITS_TABLE}_{name}_{st.session_state.get(Key.TABLE_TURN, 0)}"

    def picked() -> None:
        rows = st.session_state[key].selection.rows
        if rows:
            open_item(items[rows[0]])
            st.session_state[Key.TABLE_TURN] = st.session_state.get(Key.TABLE_TURN, 0) + 1

    st.dataframe(frame, hide_index=True, width="stretch", height="auto" if len(frame) > ROWS_SHOWN else "content", key=key,
                 on_select=picked, selection_mode="single-row", column_config=dict(column_config or {}))


def chart(figure: Any, key: Key, turn: Key, alt: str, picked: Callable[[Sequence[Mapping[str, Any]]], None]) -> None:
    """``figure``, whose clicked marks are given to ``picked``; afterwards it is a new chart in which nothing is selected."""
    name = f"{key}_{st.session_state.get(turn, 0)}"

    def clicked() -> None:
        event = st.session_state.get(name)
        if event and event.selection.points:
            st.session_state[turn] = st.session_state.get(turn, 0) + 1
            picked(event.selection.points)

    st.plotly_chart(figure, theme=None, key=name, on_select=clicked, selection_mode="points", config=CHART_CONFIG, alt=alt)


def head() -> tuple[Any, Any]:
    """One line over a section: the place for its title, and beside it that for its controls."""
    line = st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False)
    return line.container(width="stretch"), line.container(horizontal=True, width="content", gap="small", wrap=False)


def title(sentence: str, legend: str, lang: Language, places: tuple[Any, Any] | None = None) -> None:
    """The finding over a section, and beside it its legend, a mark a line, shown when asked for; ``places``: of :func:`head`."""
    first, beside = places or head()
    with first:
        st.subheader(literal(sentence), anchor=False)
    if legend:
        with beside, st.popover(t("frame.legend", lang), type="tertiary", icon=":material/legend_toggle:"):
            st.caption("  \n".join(literal(mark) for mark in legend.split(" · ")))
