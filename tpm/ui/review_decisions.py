"""The Decisions section of the Exec review: questions, options that one click opens in What-if, and the log of what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from tpm.i18n import Language, format_date, t
from tpm.insight.review import Decision, Option, Review
from tpm.store import ABSENT, DocumentKind
from tpm.ui import shared
from tpm.ui import what_if_state as state
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.workspace import Current

_NO_DAYS: Final = 0.05
_BY_MOST: Final = 200  # characters of a name


def show(here: Current, review: Review, lang: Language, rows: Callable[[Decision], None]) -> None:
    """What is to be decided, then what has been. ``rows`` draws the items behind a decision."""
    log = here.kept.decisions
    if not review.decisions:
        st.info(t("exec.no-decisions", lang), icon=":material/check:")
    for number, decision in enumerate(review.decisions, start=1):
        _decision(here, decision, number, lang)
        behind = t("exec.rows", lang, count=len(decision.rows))
        with st.expander(behind, key=f"{Key.REVIEW_DECISION}_{number}", on_change="rerun") as opened:
            if opened.open:
                rows(decision)
    if log:
        st.markdown(f"**{t('exec.decided', lang)}**")
    for number, (key, entry) in enumerate(sorted(log.items(), key=lambda one: str(one[1]["on"]), reverse=True)):
        _logged(key, entry, number, lang)


def _decision(here: Current, decision: Decision, number: int, lang: Language) -> None:
    by = t("deck.decide-now", lang) if decision.by is None else t("deck.decide-by", lang, date=decision.by)
    st.markdown(f"**{number}. {literal(decision.question.text(lang))}**  :gray[{literal(by)}]")
    st.caption(literal(decision.why.text(lang)))
    waiver = False
    for at, option in enumerate(decision.options):
        if option.needs_waiver and not waiver:
            waiver = True
            st.caption(t("exec.waiver", lang))
        _option(here, decision, option, f"{number}_{at}", lang)
    with st.popover(t("exec.decide", lang), icon=":material/gavel:"):
        _form(decision, number, lang)


def _option(here: Current, decision: Decision, option: Option, at: str, lang: Language) -> None:
    days = t("deck.no-change", lang) if abs(option.days) < _NO_DAYS else t("deck.signed-days", lang, days=option.days)
    carried = f" :gray[{literal(t('exec.touches', lang, teams=', '.join(option.teams)))}]" if option.teams else ""
    said, act = st.columns((6, 1), gap="small", vertical_alignment="top")
    said.markdown(f"**{literal(days)}** · {literal(option.sentence.text(lang))}{carried}")
    with act:
        if option.changes and st.button(t("exec.try", lang), key=f"{Key.REVIEW_TRY}_{at}", type="tertiary", icon=":material/timeline:"):
            state.try_out(here, decision.question.text(lang), option.changes, decision.target, lang)
            st.switch_page("pages/what_if.py")


def _form(decision: Decision, number: int, lang: Language) -> None:
    """What was decided, by whom and when; kept with the workspace."""
    texts = [option.sentence.text(lang) for option in decision.options]
    with st.form(f"{Key.REVIEW_DECIDE}_{number}", border=False):
        chosen = st.radio(t("exec.decided-what", lang), [*range(len(texts)), None],
                          format_func=lambda at: t("exec.decided-other", lang) if at is None else literal(texts[at]))
        other = st.text_input(t("exec.decided-words", lang), max_chars=1_000)
        by = st.text_input(t("exec.decided-by", lang), max_chars=_BY_MOST)
        on = st.date_input(t("exec.decided-on", lang), value="today", format="YYYY-MM-DD")
        if st.form_submit_button(t("exec.decide", lang), key=f"{Key.REVIEW_DECIDE}_keep_{number}"):
            what = other.strip() or (texts[chosen] if chosen is not None else "")
            if not what or not by.strip():
                st.error(t("exec.decided-incomplete", lang))
                return
            lands = decision.options[chosen].lands if chosen is not None and not other.strip() else decision.lands
            entry = {"question": decision.question.text(lang), "what": what, "by": by.strip(), "on": str(on),
                     "lands": "" if lands is None else lands.isoformat()}
            shared.put(DocumentKind.DECISION, {(decision.key,): entry})
            st.rerun()


def _logged(key: str, entry: dict[str, Any], number: int, lang: Language) -> None:
    said = t("exec.decided-entry", lang, date=format_date(dt.date.fromisoformat(entry["on"]), lang), by=entry["by"], what=entry["what"])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{literal(entry['question'])}  \n{literal(said)}", width="stretch")
        st.button(t("exec.reopen", lang), key=f"{Key.REVIEW_REOPEN}_{number}", width="content", on_click=shared.put,
                  args=(DocumentKind.DECISION, {(key,): ABSENT}))  # fmt: skip
