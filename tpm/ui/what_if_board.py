"""The board of the What-if page: the Gantt with its ghosts, and what a hand on it means."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from tpm.charts.gantt import figure_of, gantt_json, gantt_parts
from tpm.i18n import Language, t
from tpm.insight.board import board
from tpm.insight.closed_days import closed_days
from tpm.insight.roadmap import LANE, RoadmapFilter, RoadmapRows, lanes_of, roadmap_rows
from tpm.insight.roadmap_words import empty_words, left_out, roadmap_title
from tpm.model import Kind, Plan, State
from tpm.scenario import Answer, Change, set_duration, set_finish, shift
from tpm.ui import what_if_state as state
from tpm.ui.drag import Act, acted, drag
from tpm.ui.keys import Key
from tpm.ui.settings import today
from tpm.ui.text import literal
from tpm.ui.workspace import Current

WIDTH: Final = 820  # pixels that a 1280-pixel projector leaves beside the form; labels placed for it have more room on wider screens
_SHOW: Final = ("all", "critical", "moved")
_LINES_AT_ONCE: Final = 24  # a taller chart scrolls in its own frame, so that the answer stays in view
_FRAME_PX: Final = 640
_EPOCH: Final = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class View:
    """What of the plan the board shows."""

    lane: str
    show: str
    text: str


def view(plan: Plan, lang: Language) -> View:
    """The controls of the board, in one popover."""
    lanes = lanes_of(plan)
    with st.popover(t("what-if.view", lang), icon=":material/tune:"):
        lane = st.selectbox(t("roadmap-page.lane", lang), lanes, key=Key.WHAT_IF_LANE, persist_state="session",
                            format_func=lambda name: t(f"roadmap-page.lane-{name}", lang)) or lanes[0]  # fmt: skip
        show = st.segmented_control(t("what-if.show", lang), _SHOW, default="all", required=True, key=Key.WHAT_IF_SHOW,
                                    persist_state="session", format_func=lambda name: t(f"what-if.show-{name}", lang))  # fmt: skip
        text = st.text_input(t("roadmap-page.text", lang), key=Key.WHAT_IF_TEXT, persist_state="session", type="search",
                             placeholder=t("roadmap-page.text-hint", lang))  # fmt: skip
    return View(lane, show or "all", text or "")


def chart(here: Current, answer: Answer, seen: View, lang: Language, *, dark: bool) -> None:
    """The Gantt, the line of help, and the lines that say what is not shown."""
    lane, filters = seen.lane, _filters(seen, answer)
    rows = roadmap_rows(
        answer.plan, answer.after, lane=lane, filters=filters, before=(here.plan, answer.before),
        expanded=st.session_state.setdefault(Key.WHAT_IF_EXPANDED, set()),
        collapsed=st.session_state.setdefault(Key.WHAT_IF_COLLAPSED, set()),
    )
    if rows.empty:
        st.info(empty_words(rows, lang), icon=":material/event_busy:")
        return
    folded = rows.frame[rows.frame["folded"] > 0]
    st.session_state[Key.WHAT_IF_FOLDED] = set(folded["id"].dropna()) | set(folded["lane"][folded["kind"] == LANE])
    chosen = [item for item in st.session_state.get(Key.WHAT_IF_ITEMS, []) if item]
    selected = chosen[0] if len(chosen) == 1 else None
    rows = replace(rows, links=_told_links(rows.links, answer, selected))
    figure = _figure(here, answer, rows, selected, lang, dark=dark)
    figure["layout"]["uirevision"] = f"{here.mark}|{here.snapshot.number}|{lane}"  # the reader's zoom survives every answer
    drawn = (here.id, here.snapshot.number, lang, dark)
    held: tuple[Any, Any] = st.session_state.get(Key.WHAT_IF_FIGURE, (None, None))
    fresh = held[0] != drawn
    if fresh:
        held = st.session_state[Key.WHAT_IF_FIGURE] = (drawn, figure_of(figure))
    frame = st.container(height=_FRAME_PX if rows.lines > _LINES_AT_ONCE else "content", border=False)
    # The new figure goes out before the first one, which the chart keeps, is written once more.
    drag(board(rows, answer.plan, answer.after), lang, chart=Key.WHAT_IF_CHART, figure=None if fresh else gantt_json(figure),
         selected=selected, key=Key.WHAT_IF_DRAG, on_act=lambda: _acted(here, answer, lang))  # fmt: skip
    with frame:
        st.plotly_chart(held[1], theme=None, key=Key.WHAT_IF_CHART, alt=t("what-if.board", lang), config={
            "displaylogo": False, "scrollZoom": False, "displayModeBar": "hover",
            "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]})  # fmt: skip
    legend = roadmap_title(answer.after, rows, lang)[1]
    for line in (legend, *left_out(rows, lang)):
        st.caption(literal(line))


def _filters(seen: View, answer: Answer) -> RoadmapFilter:
    changed = {change.item for change in answer.applied} | {change.other for change in answer.applied}
    moved = frozenset(answer.moved["id"]) | changed if seen.show == "moved" and answer.applied else None
    return RoadmapFilter(text=seen.text, only_critical=seen.show == "critical", only_ids=moved)


def _told_links(links: pd.DataFrame, answer: Answer, selected: str | None) -> pd.DataFrame:
    """The links along which the move went, and those of the selected item: a board with every arrow says nothing.

    Broken is what the plan breaks itself; that a moved item pushes the next is no contradiction here.
    """
    was = answer.before.links
    ends = ["predecessor", "successor", "type"]
    broken = set(was.loc[was["violated"], ends].itertuples(index=False, name=None))
    told = [answer.way.get(after) == before or selected in (before, after)
            for before, after in zip(links["predecessor"], links["successor"], strict=True)]  # fmt: skip
    links = links[np.array(told, dtype=bool)].reset_index(drop=True)
    return links.assign(violated=np.array([link in broken for link in links[ends].itertuples(index=False, name=None)], dtype=bool))


def _figure(here: Current, answer: Answer, rows: RoadmapRows, selected: str | None, lang: Language, *, dark: bool) -> Any:
    first, last = rows.frame["start"].min().date(), rows.frame["finish"].max().date()
    return gantt_parts(
        rows, lang=lang, dark=dark, status_date=answer.after.options.status_date, today=today(), links="all", selected=selected,
        width=WIDTH, height_per_row=24, closed_days=closed_days(answer.plan, answer.after.options, first, last),
    )


def _acted(here: Current, answer: Answer, lang: Language) -> None:
    act = acted(Key.WHAT_IF_DRAG)
    if act is None:
        return
    if act.what == "pick" and act.kind in (LANE, Kind.SUMMARY):
        _fold(act.item)
    elif (answer.plan.activities["id"] == act.item).any():
        st.session_state[Key.WHAT_IF_ITEMS] = [act.item]
        if act.what != "pick":
            state.make(here, changes_of(act, answer), lang)


def _fold(name: str) -> None:
    """Fold or unfold a lane or a summary."""
    opened, closed = st.session_state[Key.WHAT_IF_EXPANDED], st.session_state[Key.WHAT_IF_COLLAPSED]
    opening = name in st.session_state.get(Key.WHAT_IF_FOLDED, set())
    st.session_state[Key.WHAT_IF_EXPANDED] = opened | {name} if opening else opened - {name}
    st.session_state[Key.WHAT_IF_COLLAPSED] = closed - {name} if opening else closed | {name}


def changes_of(act: Act, answer: Answer) -> tuple[Change, ...]:
    """What a move of the hand changes in the plan, counted from where the item is shown."""
    rows, table = answer.plan.activities, answer.after.table
    row = int((rows["id"] == act.item).to_numpy().argmax())
    if act.what == "move":
        return (shift(act.item, act.days),)
    if table["state"].iat[row] == State.IN_PROGRESS:
        return (set_finish(act.item, _EPOCH + dt.timedelta(days=act.day)),)
    length = float(table["duration"].to_numpy()[row])
    length = float(table["remaining"].to_numpy()[row]) if length != length else length
    more = float(act.days)
    if rows["elapsed"].iat[row]:  # its length counts calendar days
        edge = pd.Timestamp(str(table["forecast_finish" if act.what == "finish" else "forecast_start"].iat[row])).date()
        more = float(act.day - (edge - _EPOCH).days)
    if act.what == "finish":
        return (set_duration(act.item, length + more),)
    return (set_duration(act.item, length - more), shift(act.item, act.days))
