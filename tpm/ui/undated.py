"""The Roadmap page of a plan without a date: a board of a backlog, or numbered days, weeks or months and the question for the first."""

from __future__ import annotations

import datetime as dt
from typing import Final

import streamlit as st

from tpm.charts.relative import ROWS_MOST, relative_gantt
from tpm.i18n import Language, t
from tpm.insight.backlog import Card, Column, board, board_title
from tpm.insight.relative import is_relative, relative_rows, relative_title
from tpm.model import FIRST_DAY, LAST_DAY, Plan, Schedule
from tpm.ui import shared, workspace
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.trouble import told

_LISTED: Final = 25  # items of a column that are read without scrolling for long
_WIDTH: Final = 1160
_FEW_OWNERS: Final = 2  # below which there is nobody to choose between


def show(here: workspace.Current, schedule: Schedule, lang: Language, *, dark: bool) -> bool:
    """Draw what there is of a plan without a date; False where the plan or its forecast has one, or nothing is in it."""
    if here.plan.activities.empty or here.plan.first_date is not None or schedule.table["forecast_start"].notna().any():
        return False
    if is_relative(here.plan):
        _relative(here, lang, dark=dark)
    else:
        _board(here.plan, lang)
    return True


def _relative(here: workspace.Current, lang: Language, *, dark: bool) -> None:
    plan = here.plan
    title = relative_title(plan, lang)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader(literal(title), anchor=False)
        day_one(here, Key.DAY_ONE_ROADMAP, t(f"relative.{plan.relative_unit}.ask", lang))
    rows = relative_rows(plan)
    st.plotly_chart(relative_gantt(rows, unit=plan.relative_unit, lang=lang, dark=dark, width=_WIDTH), theme=None, key=Key.CHART,
                    config={"displaylogo": False, "displayModeBar": False}, alt=title)  # fmt: skip
    if len(rows) > ROWS_MOST:
        st.caption(t("relative.left-out", lang, count=len(rows) - ROWS_MOST))


def day_one(here: workspace.Current, key: str, question: str) -> None:
    """The ``question`` for the day that the plan counts from; its answer is the project's start."""
    start = here.settings.get("project_start")
    shared.hold(key, dt.date.fromisoformat(start) if start else None)
    st.date_input(question, None, min_value=FIRST_DAY, max_value=LAST_DAY, key=key, on_change=_answer, args=(key,), width=220)


@told
def _answer(key: str) -> None:
    day: dt.date | None = st.session_state[key]
    workspace.save_settings({"project_start": day.isoformat() if day else None})


def _board(plan: Plan, lang: Language) -> None:
    st.subheader(literal(board_title(plan, lang)), anchor=False)
    st.caption(t("backlog.why", lang))
    owners = [str(owner) for owner in plan.activities["owner"].dropna().value_counts().index]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        owner = None
        if len(owners) >= _FEW_OWNERS:
            words = {None: t("roadmap-page.all", lang), "": t("backlog.nobody", lang)}
            owner = st.selectbox(t("roadmap-page.lane-owner", lang), [None, *owners, ""], key=Key.BOARD_OWNER, persist_state="session",
                                 width=220, format_func=lambda name: words.get(name) or name)
        text = st.text_input(t("roadmap-page.text", lang), key=Key.TEXT, persist_state="session", type="search", width=220,
                             placeholder=t("backlog.text-hint", lang))  # fmt: skip
    columns = board(plan, owner, text or "")
    if not columns:
        st.info(t("backlog.none", lang), icon=":material/search_off:")
        return
    for place, column in zip(st.columns(len(columns), gap="small"), columns, strict=True):
        with place:
            _column(column, lang)


def _column(column: Column, lang: Language) -> None:
    name = literal(column.status) if column.status else t(f"state.{column.state}", lang)
    st.markdown(f"**{name}** · {len(column.cards)}")
    left = _LISTED
    for owner, cards in column.owners().items():
        if left <= 0:
            break
        with st.container(border=True, gap="xsmall"):
            st.caption(f"{literal(owner) if owner else t('backlog.nobody', lang)} · {len(cards)}")
            st.markdown("\n".join(f"- {_words(card)}" for card in cards[:left]))
        left -= len(cards)
    if left < 0:
        st.caption(t("backlog.more", lang, count=-left if len(column.owners()) == 1 else len(column.cards) - _LISTED))


def _words(card: Card) -> str:
    number = "" if card.id.isdigit() else f":gray[{literal(card.id)}] "  # a tracker's key is how people call it; a number given here is not
    return f"{number}{literal(card.name)}" + (f" · :gray[{literal(card.priority)}]" if card.priority else "")
