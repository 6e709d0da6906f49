"""When the store cannot keep something: the reader is told what happened and what to do, and nothing breaks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from tpm.findings import Finding
from tpm.i18n import Language, t
from tpm.ui.keys import Key
from tpm.ui.text import literal

Arguments = ParamSpec("Arguments")
_SAID = "the reader was told"


def told(act: Callable[Arguments, object]) -> Callable[Arguments, None]:
    """``act``, which writes to the store, without its error: that is said at the head of the page, once.

    For what runs in a widget's callback, where no page is there yet to say it.
    """

    @wraps(act)
    def safe(*arguments: Arguments.args, **named: Arguments.kwargs) -> None:
        from tpm.store import StoreError

        try:
            act(*arguments, **named)
        except StoreError as error:
            st.session_state[Key.STORE_TROUBLE] = error.finding

    return safe


def shown(page: Callable[[], object], lang: Language) -> None:
    """Draw ``page``; where the store fails on the way, what was drawn stays and the reader is told. What nobody foresaw is told too,
    with the workspace to take away, and goes on to the server's log."""
    try:
        page()
    except Exception as error:
        from tpm.store import StoreError

        if isinstance(error, StoreError):
            say(error.finding, lang)
            return
        if _SAID not in getattr(error, "__notes__", ()):  # a part of the page that runs alone has not said it
            error.add_note(_SAID)
            _say_unforeseen(lang)
        raise


def _say_unforeseen(lang: Language) -> None:
    from tpm.ui import cache

    st.error(f"**{t('frame.failed-title', lang)}**  \n{t('frame.failed', lang)}", icon=":material/error:")
    named: str | None = st.session_state.get(Key.WORKSPACE)
    if named:
        st.download_button(t("plan.bundle", lang), lambda: cache.store().write_bundle(named), "workspace.tpm.zip", "application/zip",
                           key=Key.RESCUE, icon=":material/archive:", on_click="ignore")


def waiting() -> None:
    """Another program holds the database: whoever waits for an answer is told why, at once and wherever the page stands."""
    if get_script_run_ctx(suppress_warning=True) is not None:  # a thread beside the page has nobody to tell
        lang: Language = "ko" if st.session_state.get(Key.LANGUAGE) == "ko" else "en"
        st.toast(t("store.waiting", lang), icon=":material/hourglass_empty:", duration="long")


def say(finding: Finding, lang: Language) -> None:
    """The finding as a box: what is wrong, and what puts it right."""
    st.error(f"{literal(finding.message(lang))} {literal(finding.fix(lang))}", icon=":material/database_off:")


def say_last(lang: Language) -> None:
    """What the last act could not keep, once."""
    finding: Finding | None = st.session_state.pop(Key.STORE_TROUBLE, None)
    if finding is not None:
        say(finding, lang)
