"""The Risks page: its headline, and four views: the matrix, how sure the date is, exposure, the register."""

from __future__ import annotations

import streamlit as st

from tpm.i18n import Language, t
from tpm.insight.simulation_words import issue_words, register_words
from tpm.model import Schedule
from tpm.ui import computed, risks_confidence, risks_exposure, risks_matrix, risks_register, simulation
from tpm.ui.cache import Simulated
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.workspace import Current

_VIEWS = ("matrix", "confidence", "exposure", "register")


def show(here: Current, lang: Language, *, dark: bool) -> None:
    """The page of the open plan; of the views only the open one is drawn, and while the simulation runs where it needs no answer."""
    schedule = computed.schedule_of(here)
    running = simulation.begin(here, schedule) if schedule.finish is not None else None
    head = st.container()
    with head:
        sentence = st.empty()
    if running is not None:  # what is known already; the simulation says it better
        with sentence.container():
            _headline(here, schedule, None, lang)
    tabs = st.tabs([t(f"risks-page.view-{view}", lang) for view in _VIEWS], key=Key.RISK_TABS, on_change="rerun")
    controls = risks_confidence.controls if tabs[1].open else None
    with tabs[1]:
        asked = controls(here, schedule, lang) if controls is not None and schedule.finish is not None else None
    if tabs[0].open:
        with tabs[0]:
            risks_matrix.show(here, schedule, lang, dark=dark)
    if tabs[3].open:
        with tabs[3]:
            risks_register.show(here, lang)
    with head:
        found = simulation.result(here, schedule, lang) if schedule.finish is not None else None
    with sentence.container():
        _headline(here, schedule, found, lang)
    if tabs[1].open:
        with tabs[1]:
            risks_confidence.show(here, schedule, found, asked, lang, dark=dark)
    if tabs[2].open:
        with tabs[2]:
            risks_exposure.show(here, schedule, found, lang, dark=dark)


def _headline(here: Current, schedule: Schedule, found: Simulated | None, lang: Language) -> None:
    """What the register costs the date, where it was simulated; else how many risks there are."""
    register = computed.register_of(here)
    words: list[str] = []
    if found is not None and found.without is not None:
        words = register_words(here.plan, schedule, found.now, found.without, found.after, lang)
    active = register.rows[register.rows["open"] | register.rows["occurred"]]
    needy = sum(bool(needs) for needs in active["needs"])
    counts = t("risks-page.counts", lang, total=len(register.rows), active=len(active), needy=needy) if len(register.rows) else ""
    if words:
        st.header(literal(words[0]), anchor=False)
        st.caption(literal(" ".join([*words[1:], counts])))
    else:
        st.header(counts or t("risks-page.no-risks", lang), anchor=False)
    happened = issue_words(here.plan, lang)
    if happened:
        st.caption(literal(happened))
