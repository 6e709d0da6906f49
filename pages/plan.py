"""Plan: what was understood of the files, and what is wrong with the data."""

from __future__ import annotations

import streamlit as st

from tpm.i18n import Language, t
from tpm.ui import frame, start, unusable, workspace
from tpm.ui.workspace import Current


def render() -> None:
    """Draw the front door, or the plan that is open."""
    lang = frame.language()
    here = workspace.current()
    if here is None:
        start.welcome(lang)
    else:
        _plan(here, lang)


def _plan(here: Current, lang: Language) -> None:
    from tpm.ui import computed, health, items, reading, understood  # the first screen of a fresh server does without

    understood.title(here, lang)
    start.notice(lang)
    planned = not here.plan.activities.empty
    if here.result.plan.activities.empty and here.result.plan.risks.empty:
        reading.show(here, lang)  # what mends it stands first
    if planned:
        st.page_link("pages/roadmap.py", label=t("plan.to-roadmap", lang), icon=":material/view_timeline:")
    understood.findings([*here.result.findings, *computed.schedule_of(here).findings], here, lang)
    if planned:
        health.show(computed.health_of(here), here.plan, lang)
    unusable.show(here, lang)
    if not (here.result.plan.activities.empty and here.result.plan.risks.empty):
        reading.show(here, lang)
    understood.rejected(here, lang)
    items.show(here, lang)
    with st.expander(t("plan.upload-more", lang), icon=":material/upload_file:"):
        start.uploader(lang, opened=True)
    with st.container(horizontal=True):
        start.keep(here, lang)
        start.template(lang)


frame.show(render)
