"""The way back to a date on the What-if page: ranked moves and their price; how far each item may slip; how the date answers."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from tpm.charts.sensitivity import sensitivity_curve
from tpm.i18n import Language, t
from tpm.insight.what_if_words import sensitivity_sentence
from tpm.scenario import Answer, combine, move_text, recovery_text
from tpm.ui import cache
from tpm.ui import what_if_state as state
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.workspace import Current

_MOVES_SHOWN: Final = 8
_TEAMS_NAMED: Final = 3
_ROWS_SHOWN: Final = 12


def recover(here: Current, answer: Answer, target: str | None, lang: Language) -> None:
    """Moves that bring the date forward from where the scenario has it, each with its price and a button that makes it."""
    if answer.after_finish is None:
        st.caption(t("what-if.no-date", lang))
        return
    moves = cache.recovery_moves(answer.plan, answer.after, target)
    if not moves:
        st.caption(t("what-if.no-moves", lang))
        return
    for number, move in enumerate(moves[:_MOVES_SHOWN]):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":green[▼ {literal(t('what-if.gains', lang, days=move.days))}]", width=150)
            price = t("what-if.price", lang, count=len(move.items), teams=", ".join(move.teams[:_TEAMS_NAMED]))
            st.markdown(f"{literal(move_text(move, answer.plan, lang))} :gray[{literal(price)}]", width="stretch")
            st.button(t("what-if.use", lang), key=f"{Key.WHAT_IF_RECOVER}_{number}", width="content", on_click=state.make,
                      args=(here, move.changes, lang))  # fmt: skip
    _combine(here, answer, target, lang)


def _combine(here: Current, answer: Answer, target: str | None, lang: Language) -> None:
    """Several moves together, for a date that somebody wants."""
    assert answer.after_finish is not None
    usual = answer.before_finish if answer.days and answer.days > 0 else _deadline(answer, target)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.date_input(t("what-if.wanted", lang), value=usual, key=f"{Key.WHAT_IF_WANTED}_{target}", width=180, format="YYYY-MM-DD",
                               max_value=answer.after_finish)  # fmt: skip
    if wanted is None or wanted >= answer.after_finish:
        return
    found = combine(answer.plan, answer.after, target, wanted)
    st.markdown(f"**{literal(recovery_text(found, answer.plan, lang))}**")
    if not found.moves:
        return
    st.markdown("\n".join(f"{number}. {literal(move_text(move, answer.plan, lang))}" for number, move in enumerate(found.moves, start=1)))
    st.button(t("what-if.use-all", lang, count=len(found.moves)), key=Key.WHAT_IF_COMBINE, type="primary", on_click=state.make,
              args=(here, found.changes, lang))  # fmt: skip


def _deadline(answer: Answer, target: str | None) -> dt.date | None:
    """The target's deadline where it is missed."""
    rows = answer.plan.activities
    due = rows.loc[rows["id"] == target, "deadline"].dropna()
    if due.empty or answer.after_finish is None:
        return None
    day: dt.date = due.iloc[0].date()
    return day if day < answer.after_finish else None


def tolerate(answer: Answer, target: str | None, lang: Language, *, dark: bool) -> None:
    """How far each item may slip before the date moves, the least first; the curve of the chosen item."""
    table = cache.tolerance(answer.plan, answer.after, target)
    table = table[np.isfinite(table["days"])].sort_values("days", kind="stable")
    if table.empty:
        st.caption(t("what-if.no-date", lang))
        return
    left, right = st.columns([1, 1], gap="medium")
    with left:
        st.dataframe(
            pd.DataFrame({
                t("what-if.column-item", lang): table["name"].to_numpy(),
                t("what-if.column-team", lang): table["team"].fillna("").astype(object).to_numpy(),
                t("what-if.column-may-slip", lang): table["days"].to_numpy(),
            }),
            hide_index=True, width="stretch", height="auto" if len(table) > _ROWS_SHOWN else "content",
            column_config={t("what-if.column-may-slip", lang): st.column_config.NumberColumn(format="%.0f", width="small")},
        )
    with right:
        chosen = [item for item in st.session_state.get(Key.WHAT_IF_ITEMS) or [] if item in set(table["id"])]
        item = chosen[0] if chosen else str(table["id"].iloc[0])
        names = dict(zip(answer.plan.activities["id"], answer.plan.activities["name"], strict=True))
        aimed = names[target] if target in names else t("settings.target-finish", lang)
        curve = cache.sensitivity(answer.plan, answer.after, item, target)
        sentence = sensitivity_sentence(curve, names[item], aimed, lang)
        st.markdown(f"**{literal(sentence)}**")
        st.plotly_chart(sensitivity_curve(curve, lang=lang, dark=dark), theme=None, key=f"{Key.WHAT_IF_TOLERANCE}_chart", alt=sentence,
                        config={"displayModeBar": False})  # fmt: skip
