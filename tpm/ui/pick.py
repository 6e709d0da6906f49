"""Opening an item's panel from anywhere: a row of a table, a mark of a chart, a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

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


def title(sentence: str, legend: str = "") -> None:
    """The finding over a section, and the legend below it."""
    st.subheader(literal(sentence), anchor=False)
    if legend:
        st.caption(literal(legend))
