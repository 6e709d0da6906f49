"""Stored values that cannot be used: a line on every page, and the list on the Plan page, where each can be removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from tpm.i18n import Language, t
from tpm.ui import shared, workspace
from tpm.ui.keys import Key
from tpm.ui.text import literal

if TYPE_CHECKING:
    from tpm.ui.kept import Unusable

_LISTED = 30  # with a button each


def line(lang: Language) -> None:
    """The first of them, and how many more there are."""
    here = workspace.current()
    if here is None or not here.kept.unusable:
        return
    found = here.kept.findings
    words = f"{literal(found[0].message(lang))} {literal(found[0].fix(lang))}"
    more = t("kept.more", lang, count=len(found) - 1) if len(found) > 1 else ""
    st.warning(f"{words} {more}", icon=":material/rule:")


def show(here: workspace.Current, lang: Language) -> None:
    """All of them, each with the button that removes it from the store."""
    found = here.kept.unusable
    if not found:
        return
    with st.expander(t("kept.title", lang, count=len(found)), icon=":material/rule:"):
        st.caption(t("kept.how", lang))
        for number, one in enumerate(found[:_LISTED]):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(literal(one.finding.message(lang)), width="stretch")
                if one.path or one.edit is not None:
                    st.button(t("kept.remove", lang), key=f"{Key.UNUSABLE_REMOVE}_{number}", type="tertiary", icon=":material/delete:",
                              on_click=_remove, args=(one,))


def _remove(one: Unusable) -> None:
    from tpm.store import ABSENT

    if one.edit is not None:
        shared.take_back([one.edit])
    else:
        shared.put(one.kind, {one.path: ABSENT})
