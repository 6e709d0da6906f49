"""The graph section of the Dependencies page: one quiet row of controls, the finding, the picture, what it does not show."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import streamlit as st

from tpm.charts.gantt import clicked
from tpm.charts.graph import graph, places
from tpm.i18n import Language, t
from tpm.insight.cross_team import Base
from tpm.insight.graph import MOST_NODES, Columns, GraphView, graph_lanes, graph_view
from tpm.insight.graph_fold import GROUP
from tpm.insight.graph_layout import GraphLayout
from tpm.insight.graph_words import graph_title, left_out
from tpm.ui import pick
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.workspace import Current

_WIDTH: Final = 1160  # px that a 1280-pixel projector leaves
_COLUMNS: Final = ("logic", "date")


def show(here: Current, base: Base, lang: Language, *, dark: bool, controls: Any) -> None:
    """Title, graph, and the lines that say what is not drawn; its controls in the row ``controls``."""
    if st.session_state.get(Key.ITEM):
        st.session_state[Key.GRAPH_ITEM] = st.session_state[Key.ITEM]
    with controls:
        lane, columns, hide_done = _controls(base, lang)
    selected = st.session_state.get(Key.GRAPH_ITEM)
    view = _view(base, lane, columns, selected, hide_done)
    if view.nodes.empty:
        st.info(t("graph.empty", lang), icon=":material/account_tree:")
        return
    title, legend = graph_title(base, view, lang)
    pick.title(title, legend, lang)
    figure = graph(view, _places(here, view), lang=lang, dark=dark, selected=selected, width=_WIDTH)
    pick.chart(figure, Key.GRAPH_CHART, Key.GRAPH_TURN, title, _picked)
    for line in left_out(view, lang):
        st.caption(literal(line))


def _places(here: Current, view: GraphView) -> GraphLayout:
    """Where everything stands: as it stood where nothing was added or moved, else as near to that as the links allow."""
    held: dict[tuple[str, ...], tuple[str, GraphLayout, list[str]]] = st.session_state.setdefault(Key.GRAPH_PLACES, {})
    name = (here.id, view.lane, view.columns)
    ids = view.nodes["id"].tolist()
    parts = (ids, view.nodes["column"].tolist(), view.nodes["lane"].tolist(), view.links["tail"].tolist(), view.links["head"].tolist())
    state = hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
    before = held.get(name)
    if before is not None and before[0] == state:
        return before[1]
    layout = places(view, None if before is None else dict(zip(before[2], before[1].y.tolist(), strict=True)))
    held[name] = (state, layout, ids)
    return layout


def _controls(base: Base, lang: Language) -> tuple[str, Columns, bool]:
    """Lanes, what the columns are, whether finished work is drawn; and the way out of a selection or of opened folds."""
    lanes = graph_lanes(base)
    if st.session_state.get(Key.GRAPH_LANE) not in lanes:
        st.session_state.pop(Key.GRAPH_LANE, None)
    with st.popover(t("waits.graph.view", lang), icon=":material/tune:"):
        lane = st.segmented_control(
            t("waits.graph.lanes", lang), lanes, default=lanes[0], required=True, key=Key.GRAPH_LANE, persist_state="session",
            format_func=lambda name: t(f"waits.graph.lane-{name}", lang),
        ) or lanes[0]
        columns = st.segmented_control(
            t("waits.graph.columns", lang), _COLUMNS, default=_COLUMNS[0], required=True, key=Key.GRAPH_COLUMNS, persist_state="session",
            format_func=lambda name: t(f"waits.graph.columns-{name}", lang),
        ) or _COLUMNS[0]
        hide_done = st.toggle(t("roadmap-page.hide-done", lang), key=Key.GRAPH_HIDE_DONE, persist_state="session")
    if st.session_state.get(Key.GRAPH_ITEM) in base.at:
        st.button(t("waits.graph.clear", lang), key=Key.GRAPH_CLEAR, icon=":material/close:", type="tertiary", on_click=_clear)
    if st.session_state.get(Key.GRAPH_OPENED):
        st.button(t("waits.graph.fold", lang), key=Key.GRAPH_FOLD, icon=":material/unfold_less:", type="tertiary", on_click=_fold)
    return lane, cast(Columns, columns), hide_done


def _view(base: Base, lane: str, columns: Columns, selected: str | None, hide_done: bool) -> GraphView:
    """The whole picture; of a plan that folds, the chosen item's own chain, which is what can be read."""
    opened = st.session_state.get(Key.GRAPH_OPENED, [])
    view = graph_view(base, lane=lane, columns=columns, selected=selected, opened=opened, hide_done=hide_done)
    if view.trace is not None and view.folded and view.trace.lit <= MOST_NODES:
        return graph_view(base, lane=lane, columns=columns, selected=selected, focus=True, hide_done=hide_done)
    return view


def _picked(points: Sequence[Mapping[str, Any]]) -> None:
    """A click on an item lights its chain and opens its panel; on a fold it opens the fold."""
    mark = clicked(points)
    if mark is None:
        return
    name, kind = mark
    if kind == GROUP:
        st.session_state[Key.GRAPH_OPENED] = [*(one for one in st.session_state.get(Key.GRAPH_OPENED, []) if one != name), name]
    else:
        st.session_state[Key.GRAPH_ITEM] = name
        pick.open_item(name)


def _clear() -> None:
    st.session_state[Key.GRAPH_ITEM] = None


def _fold() -> None:
    st.session_state[Key.GRAPH_OPENED] = []
