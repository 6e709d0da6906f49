"""The frame around every page: language, navigation, the workspace's name, how the schedule is computed.

Streamlit runs a file of ``pages/`` *without* app.py when its address is opened first on a fresh server. So
every page hands its function to :func:`show`, which notices that nobody has framed this run and starts the
router itself.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from pathlib import Path

import streamlit as st

from tpm.charts.theme import theme
from tpm.i18n import LANGUAGES, Language, t
from tpm.ui import settings, shared, trouble, unusable, workspace
from tpm.ui.keys import Key
from tpm.ui.page_spec import PageSpec

_ICON = Path(__file__).parent / "icon.png"
# The header lies in the navigation's bar where both fit beside each other, else it is the page's first line.
_BAR = f"""<style>
@media (min-width: 1200px) {{
  .st-key-{Key.HEADER} {{
    position: fixed; top: 0; right: 1rem; height: 3.75rem; z-index: 999991; width: auto; max-width: calc(100vw - 46rem); }}
}}
.st-key-{Key.HEADER} div:has(.st-key-{Key.NAME}) {{ flex: 0 1 auto; min-width: 0; max-width: 100%; }}
.st-key-{Key.NAME} {{ max-width: 15rem; }}
.st-key-{Key.HEARD}, .st-key-{Key.CLOSE} p {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
.st-key-{Key.NAME} p {{ white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }}
</style>"""

_CAPTION, _PRIMARY = "[data-testid=stCaptionContainer]", "[data-testid^=stBaseButton-primary]"

_framed: ContextVar[bool] = ContextVar("framed", default=False)


def show(render: Callable[[], None]) -> None:
    """Run a page's ``render`` inside the frame; called at the end of every file of ``pages/``."""
    if _framed.get():
        render()
    else:
        importlib.import_module("app").main()


def language() -> Language:
    """The reader's language: the switch, else the browser's, else English."""
    chosen = st.session_state.get(Key.LANGUAGE)
    if chosen in LANGUAGES:
        return "ko" if chosen == "ko" else "en"
    return "ko" if (st.context.locale or "").lower().startswith("ko") else "en"


def is_dark() -> bool:
    """Whether the reader's browser shows the dark theme."""
    return st.context.theme.type == "dark"


def _readable(dark: bool) -> str:
    """Streamlit's captions, and in the dark theme its white on light blue, have too little contrast to be read by everybody."""
    colours = theme(dark)
    captions = f"{_CAPTION}, {_CAPTION} p {{ color: {colours.muted_text}; opacity: 1; }}"
    buttons = f"{_PRIMARY}, {_PRIMARY} * {{ color: {colours.background}; }}"
    return f"<style>{captions} {buttons}</style>"


def run(pages: Sequence[PageSpec]) -> None:
    """Draw the frame, then the page that the address names."""
    st.set_page_config(page_title="TPM", page_icon=str(_ICON), layout="wide")  # an icon by name would be fetched from the internet
    with st.container(gap=None):  # of which nothing takes room below the bar, unless there is something to tell
        st.html(_BAR + _readable(is_dark()))
        with st.container(key=Key.HEADER, horizontal=True, vertical_alignment="center", horizontal_alignment="right", gap="xsmall",
                          wrap=False):  # fmt: skip
            named = st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall", wrap=False)
            tools = st.container(width="content")
            _language_switch()  # read before anything is worded
        told = st.container()  # there even when empty: what comes and goes in it must not move what is typed into below
        watched = st.container()
    lang = language()
    chosen = st.navigation(
        [
            st.Page(
                page.file,
                title=t(f"page.{page.name}.title", lang),
                icon=page.icon,
                help=t(f"page.{page.name}.help", lang),
                url_path=page.name,
                default=index == 0,
            )
            for index, page in enumerate(pages)
        ],
        position="top",
    )
    def fill() -> None:
        workspace.follow_address()
        with named:
            name = workspace.way_out(lang)  # first of all: whatever fails below, the workspace can be closed
        with name:
            workspace.header(lang)
        with told:
            trouble.say_last(lang)
            shared.loaded(workspace.opened(), lang)
        with tools:
            settings.popover(lang)
        with told:
            settings.offer(lang)
            if shared.asked():
                shared.questions(lang)
            unusable.line(lang)
        framed = _framed.set(True)
        try:
            chosen.run()
        finally:
            _framed.reset(framed)
        shared.saw(workspace.opened())
        with watched:
            shared.watch(lang)

    trouble.shown(fill, lang)


def _language_switch() -> None:
    st.segmented_control(
        t("frame.language", language()),
        LANGUAGES,
        format_func=lambda lang: t("frame.language-short", lang),
        default=language(),
        required=True,
        key=Key.LANGUAGE,
        bind="query-params",
        label_visibility="collapsed",
    )
