"""Scenarios on the What-if page: open, name, copy, delete, step back and forward; up to four side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from tpm.i18n import Language, format_date, t
from tpm.model import Kind, Plan, Schedule
from tpm.scenario import compare_scenarios
from tpm.ui import cache, shared
from tpm.ui import what_if_state as state
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.what_if_board import View, view
from tpm.ui.workspace import Current

MOST_COMPARED: Final = 4


def bar(here: Current, before: Schedule, lang: Language) -> tuple[str | None, View]:
    """The quiet row on top: which scenario, which date is asked about, back and forth, what is shown. Returns the target and the view."""
    board = state.opened()
    kept = state.all_kept(here.id)
    if state.is_unknown():
        st.warning(t("what-if.unknown-scenario", lang), icon=":material/link_off:")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        names = {"": t("what-if.new-scenario", lang), **{one.id: one.scenario.name for one in kept}}
        st.session_state[Key.WHAT_IF_SCENARIO] = board.id if board.id in names else ""
        st.selectbox(t("what-if.scenario", lang), list(names), key=Key.WHAT_IF_SCENARIO, width=200, format_func=lambda key: names[key],
                     label_visibility="collapsed",
                     on_change=lambda: state.open_kept(here, st.session_state[Key.WHAT_IF_SCENARIO]))  # fmt: skip
        target = _target(here.plan, before, lang)
        _steps(board, lang)
        seen = view(here.plan, lang)
        if board.id:
            with st.popover(t("what-if.manage", lang), icon=":material/more_horiz:"):
                _manage(here, board, lang)
    if board.id and board.snapshot != here.snapshot.number:
        st.caption(t("what-if.other-version", lang, made=board.snapshot, here=here.snapshot.number))
    return target, seen


def _target(plan: Plan, before: Schedule, lang: Language) -> str | None:
    """The item whose date is asked about; None for the finish of the whole plan."""
    marks = plan.activities[plan.activities["kind"] == Kind.MILESTONE]
    usual = cache.headline_item(plan, before)
    names = dict(zip(marks["id"], marks["name"], strict=True))
    if usual is not None and usual not in names:
        row = plan.activities[plan.activities["id"] == usual]
        names[usual] = str(row["name"].iloc[0])
    choices: list[str] = ["", *names]
    if st.session_state.get(Key.WHAT_IF_TARGET) not in choices:
        st.session_state[Key.WHAT_IF_TARGET] = usual or ""
    chosen = st.selectbox(t("what-if.target", lang), choices, key=Key.WHAT_IF_TARGET, persist_state="session", width=300,
                          label_visibility="collapsed", format_func=lambda item: t(
                              "what-if.target-of", lang, name=names[item] if item else t("settings.target-finish", lang)))  # fmt: skip
    return chosen or None


def _steps(board: state.Open, lang: Language) -> None:
    steps: tuple[tuple[Key, str, str, bool, Any, tuple[Any, ...]], ...] = (
        (Key.WHAT_IF_UNDO, "undo", ":material/undo:", bool(board.past), state.undo, ()),
        (Key.WHAT_IF_REDO, "redo", ":material/redo:", bool(board.future), state.redo, ()),
        (Key.WHAT_IF_RESET, "reset", ":material/restart_alt:", bool(board.changes), state.reset, (lang,)),
    )
    for key, word, icon, possible, act, arguments in steps:
        st.button(t(f"what-if.{word}", lang), key=key, icon=icon, disabled=not possible, on_click=act, args=arguments)


def _manage(here: Current, board: state.Open, lang: Language) -> None:
    name_key = f"{Key.WHAT_IF_NAME}_{board.id}"
    shared.hold(name_key, board.scenario.name[:120])
    st.text_input(t("what-if.name", lang), key=name_key, max_chars=120,
                  on_change=lambda: state.rename(st.session_state[name_key]))  # fmt: skip
    st.caption(t("what-if.link-hint", lang))
    st.button(t("what-if.duplicate", lang), key=Key.WHAT_IF_DUPLICATE, icon=":material/content_copy:", width="stretch",
              on_click=state.duplicate, args=(lang,))  # fmt: skip
    st.button(t("what-if.new", lang), key=Key.WHAT_IF_NEW, icon=":material/add:", width="stretch",
              on_click=state.open_kept, args=(here, ""))  # fmt: skip
    st.button(t("what-if.delete", lang), key=Key.WHAT_IF_DELETE, icon=":material/delete:", width="stretch", type="tertiary",
              on_click=state.delete, args=(here,))  # fmt: skip


def compare(here: Current, before: Schedule, target: str | None, lang: Language) -> None:
    """Up to four scenarios beside each other: a table, and one sentence each."""
    kept = {one.id: one for one in state.all_kept(here.id) if one.scenario.changes}
    if len(kept) < 2:
        st.caption(t("what-if.compare-needs", lang))
        return
    held = st.session_state.get(Key.WHAT_IF_COMPARED)
    if held is None or any(one not in kept for one in held):
        st.session_state[Key.WHAT_IF_COMPARED] = [one for one in held or list(kept)[-MOST_COMPARED:] if one in kept]
    chosen = st.multiselect(t("what-if.compared", lang), list(kept), key=Key.WHAT_IF_COMPARED, max_selections=MOST_COMPARED,
                            format_func=lambda key: kept[key].scenario.name, label_visibility="collapsed")  # fmt: skip
    if not chosen:
        return
    compared = compare_scenarios(here.plan, before, [kept[key].scenario for key in chosen], target)
    names = dict(zip(here.plan.activities["id"], here.plan.activities["name"], strict=True))
    sure = {}
    if st.toggle(t("what-if.simulate", lang), key=Key.WHAT_IF_SIMULATE, help=t("what-if.simulate-help", lang)):
        with st.spinner(t("what-if.simulating", lang)):
            dates = [cache.sure_dates(one.answer.plan, one.answer.after, target) for one in compared]
        sure = {name: [format_date(days[at] if days else None, lang, "fulldate") for days in dates]
                for at, name in enumerate(("P50", "P80"))}  # fmt: skip
    st.dataframe(
        pd.DataFrame({
            t("what-if.scenario", lang): [one.scenario.name for one in compared],
            t("what-if.column-lands", lang): [format_date(one.finish, lang, "fulldate") for one in compared],
            **sure,
            t("what-if.column-days", lang): [one.days for one in compared],
            t("what-if.column-items", lang): [one.items for one in compared],
            t("what-if.column-teams", lang): [len(one.teams) for one in compared],
            t("what-if.column-missed", lang): [_named(one.missed, names) for one in compared],
            t("what-if.column-dropped", lang): [_named(one.dropped, names) for one in compared],
        }),
        hide_index=True, width="stretch", height="content",
        column_config={t("what-if.column-days", lang): st.column_config.NumberColumn(format="%+.0f", width="small")},
    )
    st.markdown("\n".join(f"- {literal(one.sentence(lang))}" for one in compared))


def _named(ids: Sequence[str], names: dict[str, str]) -> str:
    return ", ".join(names.get(item, item) for item in ids)
