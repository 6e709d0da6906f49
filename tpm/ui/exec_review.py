"""The Exec review page: the one page as it will be presented, the brief, decisions, status, whom to ask, and the files to hand out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from tpm.charts.theme import theme
from tpm.i18n import Language, t
from tpm.insight.review import Length, Person, Rag, Review, Shape, Told
from tpm.insight.review.status import read_rag, reported
from tpm.ui import computed, present, review_decisions, review_files, review_settings, simulation
from tpm.ui.keys import Key
from tpm.ui.review_files import written_in
from tpm.ui.text import literal
from tpm.ui.workspace import Current

SECTIONS: Final = ("page", "brief", "decisions", "status", "people", "files")
_PRESENT: Final = "present"  # in the address, so that a presentation can be bookmarked


def show(here: Current, lang: Language, *, dark: bool) -> None:
    """The sections, and the open one; the presentation lies over them."""
    if here.plan.activities.empty:
        st.info(t("brief.headline.empty", lang), icon=":material/co_present:")
        return
    running = simulation.unasked(here, computed.schedule_of(here))
    review = computed.review_of(here)
    if st.query_params.get(_PRESENT) == "1":
        present.present(computed.review_pages(here, lang, dark=dark), lang, theme(dark), key=Key.REVIEW_STAGE, on_left=_leave)
    if running is not None:
        simulation.wait(running, lang)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        section = st.segmented_control(
            t("exec.section", lang), SECTIONS, default=SECTIONS[0], required=True, key=Key.REVIEW_SECTION, persist_state="session",
            format_func=lambda name: t(f"exec.section-{name}", lang), label_visibility="collapsed") or SECTIONS[0]
        st.button(t("exec.present", lang), key=Key.REVIEW_PRESENT, icon=":material/co_present:", type="primary", on_click=_enter)
        with st.popover(t("exec.choose", lang), icon=":material/tune:"):
            review_settings.show(here, review, lang)
    with st.container(key=Key.HEARD if section == "page" else None):  # the picture shows the headline itself
        st.subheader(literal(review.headline.text(lang)), anchor=False)
    if section != "page":
        st.caption(literal(_rag(review, lang)))
    if section == "page":
        _picture(here, review, lang, dark=dark)
    elif section == "brief":
        _brief(review, lang)
    elif section == "decisions":
        review_decisions.show(here, review, lang, lambda decision: _rows(review, decision.rows, lang))
    elif section == "status":
        _status(review, lang)
    elif section == "people":
        _people(review, lang)
    else:
        review_files.show(here, review, lang)


def _rag(review: Review, lang: Language) -> str:
    return f"{t(f'brief.rag-letter.{review.status.rag.value}', lang)} · {review.ground.text(lang)}"


def _enter() -> None:
    st.query_params[_PRESENT] = "1"


def _leave() -> None:
    st.query_params.pop(_PRESENT, None)


def _picture(here: Current, review: Review, lang: Language, *, dark: bool) -> None:
    """The one page, drawn by the same code as the deck's."""
    st.image(computed.review_pages(here, lang, dark=dark)[0], width="stretch")
    st.caption(literal(_rag(review, lang)))
    if review.facts.simulation is None and review.facts.last is not None:
        st.caption(t("exec.no-simulation", lang))


def _brief(review: Review, lang: Language) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        length = st.segmented_control(
            t("exec.length", lang), list(Length), default=Length.PARAGRAPH, required=True, key=Key.REVIEW_LENGTH, persist_state="session",
            format_func=lambda one: t(f"exec.length-{one.value}", lang)) or Length.PARAGRAPH
        shape = st.segmented_control(
            t("exec.shape", lang), list(Shape), default=Shape.TEXT, required=True, key=Key.REVIEW_SHAPE, persist_state="session",
            format_func=lambda one: t(f"exec.shape-{one.value}", lang)) or Shape.TEXT
        written = written_in(lang, f"{Key.REVIEW_WRITTEN}_{lang}")
    st.code(review.brief.text(written, Length(length), Shape(shape)), language=None, wrap_lines=True)
    st.markdown(f"**{t('exec.behind', lang)}**")
    for section in review.brief.sections:
        st.markdown(f":gray[{t(section.title, lang)}]")
        for position, sentence in enumerate(section.sentences):
            _sentence(review, sentence, lang, key=f"{Key.REVIEW_SENTENCE}_{section.title}_{position}")


def _sentence(review: Review, sentence: Told, lang: Language, *, key: str) -> None:
    """A sentence that opens the rows behind it."""
    if not sentence.rows:
        st.markdown(literal(sentence.text(lang)))
    elif st.button(literal(sentence.text(lang)), key=key, type="tertiary", help=t("exec.rows-help", lang, count=len(sentence.rows))):
        _rows_dialog(review, sentence, lang)


def _rows_dialog(review: Review, sentence: Told, lang: Language) -> None:
    @st.dialog(t("exec.rows", lang, count=len(sentence.rows)), width="large")
    def rows() -> None:
        st.markdown(literal(sentence.text(lang)))
        _rows(review, sentence.rows, lang)

    rows()


def _rows(review: Review, ids: Sequence[str], lang: Language) -> None:
    facts = review.facts
    items = [item for item in ids if item in facts.position]
    if items:
        st.dataframe(pd.DataFrame({
            t("deck.item.id", lang): items,
            t("deck.item.name", lang): [facts.name(item) for item in items],
            t("deck.item.team", lang): [facts.team(item) or "" for item in items],
            t("deck.item.owner", lang): [", ".join(facts.owners(item)) for item in items],
            t("exec.promised", lang): [facts.promise(item) for item in items],
            t("deck.item.dates", lang): [facts.finish(item) for item in items],
            t("deck.item.slip", lang): [facts.slip(item) for item in items],
        }), hide_index=True, width="stretch", column_config={t("deck.item.slip", lang): st.column_config.NumberColumn(format="%+.0f")})
    risks = facts.plan.risks[facts.plan.risks["id"].isin(ids)]
    if len(risks):
        st.dataframe(pd.DataFrame({
            t("deck.risk.title", lang): risks["title"].to_numpy(),
            t("deck.risk.owner", lang): risks["owner"].fillna("").to_numpy(),
            t("deck.risk.chance", lang): risks["probability"].to_numpy() * 100,
            t("deck.risk.impact", lang): risks["impact_days"].to_numpy(),
        }), hide_index=True, width="stretch", column_config={t("deck.risk.chance", lang): st.column_config.NumberColumn(format="%.0f%%")})


def _status(review: Review, lang: Language) -> None:
    """Each lane as computed, beside what was reported; and the items where the two differ."""
    found = reported(review.facts)
    said: dict[str, str] = {}
    if found is not None:
        column, values = found
        codes, names = review.facts.items.lanes(review.roadmap.lane)
        for code, name in enumerate(names):
            colours = [rag for rag in (read_rag(value) for value in values[codes == code]) if rag is not None]
            said[name or ""] = " ".join(f"{t(f'brief.rag-letter.{rag.value}', lang)} {colours.count(rag)}"
                                        for rag in (Rag.RED, Rag.AMBER, Rag.GREEN) if rag in colours)
        st.caption(literal(t("exec.reported-in", lang, column=column)))
    statuses = review.roadmap.statuses
    if statuses:
        st.dataframe(pd.DataFrame({
            t("exec.lane", lang): [name or t("deck.no-lane", lang) for name in statuses],
            t("exec.computed", lang): [t(f"brief.rag-letter.{status.rag.value}", lang) for status in statuses.values()],
            t("exec.reported", lang): [said.get(name, "") for name in statuses],
            t("exec.because", lang): [status.why.text(lang) for status in statuses.values()],
        }), hide_index=True, width="stretch", height="content", column_config={
            t("exec.because", lang): st.column_config.TextColumn(width="large")})
    if found is None:
        st.caption(t("exec.nothing-reported", lang))
        return
    if not review.watermelons:
        st.markdown(t("exec.no-watermelons", lang))
        return
    st.markdown(f"**{literal(t('exec.watermelons', lang, count=len(review.watermelons)))}**")
    for one in review.watermelons:
        st.markdown(f"- {literal(one.why.text(lang))}")


def _people(review: Review, lang: Language) -> None:
    if not review.people:
        st.info(t("exec.nobody-to-ask", lang), icon=":material/check:")
        return
    st.caption(t("exec.people-help", lang))
    for number, person in enumerate(review.people):
        _person(review, person, number, lang)


def _person(review: Review, person: Person, number: int, lang: Language) -> None:
    label = person.name if person.is_team or not person.team else f"{person.name} · {person.team}"
    with st.expander(f"**{literal(label)}** — {literal(review.facts.name(person.asks[0].item))}: "
                     f"{literal(person.asks[0].reason.text(lang))}", expanded=number == 0):
        for ask in person.asks:
            st.markdown(f"- **{literal(review.facts.name(ask.item))}**: {literal(ask.reason.text(lang))}")
        if person.more:
            st.caption(t("exec.more-asks", lang, count=person.more))
        written = written_in(lang, f"{Key.REVIEW_MESSAGE}_{number}_{person.name}", person.language)
        st.code(person.message(written), language=None, wrap_lines=True)

