"""The Dependencies page: one row of sections, of which only the open one is worked out."""

from __future__ import annotations

from typing import Final

import streamlit as st

from tpm.i18n import Language, t
from tpm.insight.cross_team import Base
from tpm.ui import assumptions, computed, graph_view, hand_offs, pressure
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.workspace import Current

SECTIONS: Final = ("graph", "matrix", "commitments", "bottlenecks", "conflicts", "assumptions", "load")
_NEEDS_LINKS: Final = ("graph", "matrix", "commitments", "bottlenecks", "conflicts")


def show(here: Current, lang: Language, *, dark: bool) -> None:
    """The sections, and the open one."""
    if here.plan.activities.empty:
        st.info(t("cross_team.statement.empty", lang), icon=":material/account_tree:")
        return
    base = computed.cross_team_of(here)
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with row:
        section = st.segmented_control(
            t("waits.view", lang), SECTIONS, default=SECTIONS[0], required=True, key=Key.WAITS_VIEW, persist_state="session",
            format_func=lambda name: t(f"waits.view-{name}", lang), label_visibility="collapsed",
        ) or SECTIONS[0]
    for finding in here.result.findings:
        if finding.code == "edit-loop":  # a dependency that was added here and cannot be
            st.warning(f"{literal(finding.message(lang))} {literal(finding.fix(lang))}", icon=":material/warning:")
    if here.plan.dependencies.empty and section in _NEEDS_LINKS:
        _without_links(here, base, lang)
    elif section == "graph":
        graph_view.show(here, base, lang, dark=dark, controls=row)
    elif section == "matrix":
        hand_offs.matrix(base, lang, dark=dark)
    elif section == "commitments":
        hand_offs.promises(base, lang)
    elif section == "bottlenecks":
        pressure.bottleneck_list(base, lang)
    elif section == "conflicts":
        pressure.conflict_list(base, lang)
    elif section == "assumptions":
        assumptions.show(here, base, lang)
    else:
        pressure.load(base, lang, dark=dark)


def _without_links(here: Current, base: Base, lang: Language) -> None:
    """A plan without dependencies: what is missing, why it matters, and what its own words suggest."""
    found = assumptions.open_offers(here, base)
    st.subheader(t("waits.no-links", lang), anchor=False)
    st.write(literal(t(f"cross_team.statement.{'offers' if found else 'no-links'}", lang, count=len(found))))
    assumptions.offer_list(found, lang)
    assumptions.add_link(base, lang)
