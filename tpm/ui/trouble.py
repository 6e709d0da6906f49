"""When the store cannot keep something: the reader is told what happened and what to do, and nothing breaks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from tpm.findings import Finding
from tpm.i18n import Language
from tpm.ui.keys import Key
from tpm.ui.text import literal

Arguments = ParamSpec("Arguments")


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
    """Draw ``page``; where the store fails on the way, what was drawn stays and the reader is told."""
    try:
        page()
    except Exception as error:
        from tpm.store import StoreError

        if not isinstance(error, StoreError):
            raise
        say(error.finding, lang)


def say(finding: Finding, lang: Language) -> None:
    """The finding as a box: what is wrong, and what puts it right."""
    st.error(f"{literal(finding.message(lang))} {literal(finding.fix(lang))}", icon=":material/database_off:")


def say_last(lang: Language) -> None:
    """What the last act could not keep, once."""
    finding: Finding | None = st.session_state.pop(Key.STORE_TROUBLE, None)
    if finding is not None:
        say(finding, lang)
