"""How a plan gets in: upload, sample, template, a bundle, a recent workspace."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final

import streamlit as st

from tpm.findings import Finding
from tpm.i18n import Language, t
from tpm.ui import cache, workspace
from tpm.ui.keys import Key
from tpm.ui.settings import now
from tpm.ui.text import literal
from tpm.ui.trouble import told

_UPLOAD_AS = ("version", "part", "new")
_PASTE_PX: Final = 90
_FIRST_CELL_WITHIN, _FIRST_CELL = 400, 30  # characters
# A file over the limit is refused by the browser and the server never hears of it: what was said of the file before must not stand
# there as if it were about this one, and the sentence about this one is there already, for the browser to show.
_REFUSED = 'body:has([data-testid="stFileUploader"] [aria-invalid="true"])'
_TOO_LARGE = (f"<style>.tpm-too-large {{ display: none; margin: 0; }} {_REFUSED} .tpm-too-large {{ display: block; }} "
              f"{_REFUSED} .st-key-{Key.NOTICE} {{ display: none; }}</style>")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def welcome(lang: Language) -> None:
    """The front door: nothing is open yet."""
    if workspace.address_is_unknown():
        st.warning(t("frame.unknown-workspace", lang), icon=":material/link_off:")
    st.title(t("plan.welcome", lang), anchor=False)
    st.write(t("plan.welcome-how", lang))
    notice(lang)
    uploader(lang, opened=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(t("plan.open-sample", lang), key=Key.OPEN_SAMPLE, type="primary", icon=":material/play_arrow:"):
            workspace.open_sample(lang)
            st.rerun()
        template(lang)
    st.caption(t("plan.sample-hint", lang))
    recent(lang)


def uploader(lang: Language, *, opened: bool) -> None:
    """Where files are dropped. What cannot be used is said; what was open before stays."""
    role = "new"
    if opened:
        role = st.segmented_control(
            t("plan.upload-as", lang), _UPLOAD_AS, default="version", required=True, key=Key.UPLOAD_AS,
            format_func=lambda name: t(f"plan.upload-as-{name}", lang),
        ) or "version"
    number = st.session_state.setdefault(Key.UPLOAD_COUNT, 0)
    words = t("plan.too-large", lang, limit=st.get_option("server.maxUploadSize"))
    st.html(f'{_TOO_LARGE}<p class="tpm-too-large" role="alert">{words}</p>')
    files = st.file_uploader(
        t("plan.upload", lang), accept_multiple_files=True, key=f"{Key.UPLOADER}_{number}", help=t("plan.upload-help", lang),
    )
    if files:
        st.session_state[Key.UPLOAD_COUNT] = number + 1
        _take([(file.name, file.getvalue()) for file in files], role)
    _paste(role, lang)


def _paste(role: str, lang: Language) -> None:
    """Where cells that were copied in a spreadsheet are pasted: they are a file like any other."""
    with st.form(Key.PASTE_FORM, clear_on_submit=True, border=False, enter_to_submit=False):
        text = st.text_area(t("plan.paste", lang), key=Key.PASTE, height=_PASTE_PX, placeholder=t("plan.paste-hint", lang))
        sent = st.form_submit_button(t("plan.paste-use", lang), icon=":material/content_paste:")
    if sent and text.strip():
        _take([(pasted_name(text, now(), lang), text.encode())], role)


def pasted_name(text: str, at: dt.datetime, lang: Language) -> str:
    """What pasted cells are called as a file: when they came and the first of them. It names no year, which would date them."""
    first = next((cell for cell in re.split(r"[\t\n\r\"]", text[:_FIRST_CELL_WITHIN]) if cell.strip()), "")
    words = " ".join(re.sub(r"[^\w -]", " ", first).split())[:_FIRST_CELL]
    return f"{t('plan.paste-file', lang)} {at:%H.%M} {words}".strip() + ".tsv"


def _take(files: Sequence[tuple[str, bytes]], role: str, *, anyway: bool = False) -> None:
    st.session_state.pop(Key.REFUSED, None)
    st.session_state[Key.NOTICE] = workspace.take(files, role, anyway=anyway)
    st.rerun()


def notice(lang: Language) -> None:
    """What the last upload could not use, until the next one."""
    finding: Finding | None = st.session_state.get(Key.NOTICE)
    if finding is not None:
        with st.container(key=Key.NOTICE):
            st.error(f"{literal(finding.message(lang))} {literal(finding.fix(lang))}  \n{t('plan.not-saved', lang)}",
                     icon=":material/error:")
            if (refused := st.session_state.get(Key.REFUSED)) is not None and st.button(
                t("plan.take-anyway", lang), key=Key.TAKE_ANYWAY, icon=":material/table_view:"
            ):
                _take(*refused, anyway=True)


def template(lang: Language) -> None:
    """An empty workbook with an example row and drop-downs; made when it is asked for."""

    def make() -> bytes:
        from tpm.export.template import template_workbook

        return template_workbook(lang)

    st.download_button(
        t("plan.template", lang), make, t("plan.template-file", lang), _XLSX,
        key=Key.TEMPLATE, icon=":material/download:", on_click="ignore",
    )


def recent(lang: Language) -> None:
    """Workspaces of this computer's user; on a shared server there is no list, because nobody may see another's."""
    items = workspace.recent()
    if not items:
        return
    st.subheader(t("plan.recent", lang), anchor=False)
    for number, item in enumerate(items):
        one = item.workspace
        with st.container(horizontal=True, vertical_alignment="center"):
            # The id is the workspace's key, and a widget's key is in the page: the id goes with the click on the server's side.
            st.button(literal(one.name or t("workspace.untitled", lang)), key=f"{Key.RECENT}_{number}", icon=":material/folder_open:",
                      on_click=told(workspace.open_workspace), args=(one.id,))
            st.caption(t("plan.recent-versions", lang, count=item.snapshots, when=one.opened_at))


def keep(here: workspace.Current, lang: Language) -> None:
    """Take the workspace away as one file."""
    st.download_button(
        t("plan.bundle", lang), lambda: cache.store().write_bundle(here.id), workspace.bundle_name(here), "application/zip", key=Key.BUNDLE,
        icon=":material/archive:", help=t("plan.bundle-help", lang), on_click="ignore",
    )


def nothing_open(lang: Language) -> None:
    """What another page shows without a plan: what is missing, why it matters, the one action that mends it."""
    st.header(t("frame.no-plan-title", lang), anchor=False)
    st.write(t("frame.no-plan-why", lang))
    with st.container(horizontal=True):
        if st.button(t("plan.open-sample", lang), key=Key.OPEN_SAMPLE, type="primary", icon=":material/play_arrow:"):
            workspace.open_sample(lang)
            st.rerun()
        st.page_link("pages/plan.py", label=t("frame.to-plan", lang), icon=":material/upload_file:")
