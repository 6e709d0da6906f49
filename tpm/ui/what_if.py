"""The What-if page: move something, and read what follows. Everything below the frame is one fragment, so that only it runs again."""

from __future__ import annotations

import gc
from typing import Any

import streamlit as st

from tpm.i18n import Language, t
from tpm.model import Schedule
from tpm.scenario import Answer
from tpm.ui import cache, shared, what_if_answer, what_if_board, what_if_form, what_if_recovery, what_if_scenarios, what_if_take
from tpm.ui import what_if_state as state
from tpm.ui.keys import Key
from tpm.ui.workspace import Current


def show(here: Current, before: Schedule, lang: Language, *, dark: bool) -> None:
    """Draw the page for the open plan."""
    if here.plan.activities.empty:
        st.info(t("roadmap.empty.no-items", lang), icon=":material/event_busy:")
        return
    _keep_for_good()
    state.follow_address(here)
    what_if_take.adopted(lang)
    _board(here, before, lang, dark)


@st.cache_resource(show_spinner=False)
def _keep_for_good() -> None:
    """Once a server: set aside what is loaded by now, modules above all, so that looking for garbage passes it over.

    Streamlit looks after every run; with everything to look through that holds up an answer by tenths of a second.
    """
    gc.collect()
    gc.freeze()


@st.fragment
def _board(here: Current, before: Schedule, lang: Language, dark: bool) -> None:
    """The answer first, then the board with the form beside it, then what a reader opens."""
    if st.session_state.get(Key.WHAT_IF_ADOPTED) is not None or shared.must_be_told():
        st.rerun()  # another version is open now, or something is to be said at the head: the whole page is another
    target, seen = what_if_scenarios.bar(here, before, lang)
    made = state.opened().changes
    answer = cache.what_if(here.plan, before, made, target)
    what_if_answer.head(answer, lang)
    left, right = st.columns([73, 27], gap="medium")
    with left:
        what_if_board.chart(here, answer, seen, lang, dark=dark)
    with right:
        what_if_form.show(here, answer, lang)
        what_if_answer.changes(answer, made, lang)
    what_if_answer.details(answer, lang)
    _sections(here, before, answer, target, lang, dark=dark)


def _sections(here: Current, before: Schedule, answer: Answer, target: str | None, lang: Language, *, dark: bool) -> None:
    """What costs time is worked out only where it is open."""
    with _section("recover", Key.WHAT_IF_RECOVER, ":material/history:", lang) as section:
        if section.open:
            what_if_recovery.recover(here, answer, target, lang)
    with _section("tolerance", Key.WHAT_IF_TOLERANCE, ":material/expand:", lang) as section:
        if section.open:
            what_if_recovery.tolerate(answer, target, lang, dark=dark)
    with _section("compare", Key.WHAT_IF_COMPARE, ":material/compare_arrows:", lang) as section:
        if section.open:
            what_if_scenarios.compare(here, before, target, lang)
    if answer.applied:
        with _section("take", Key.WHAT_IF_TAKE, ":material/outbox:", lang) as section:
            if section.open:
                what_if_take.show(here, answer, state.opened().scenario.name, lang)


def _section(name: str, key: Key, icon: str, lang: Language) -> Any:
    return st.expander(t(f"what-if.section-{name}", lang), icon=icon, key=key, expanded=False, on_change="rerun")
