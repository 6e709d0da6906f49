"""Versions: name them, annotate them, freeze them as baselines, delete and restore them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from tpm.i18n import Language, format_date, t
from tpm.ui import cache, shared, workspace
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.workspace import Current

if TYPE_CHECKING:
    from tpm.store import Snapshot


def version_name(one: Snapshot, lang: Language) -> str:
    """What a version is called: its name, else its number and day."""
    return one.label or t("workspace.version", lang, number=one.number, when=one.created_at)


def show(here: Current, lang: Language) -> None:
    """Which baseline counts; every version with its note; what can be done with the one that is chosen; what was deleted."""
    _baseline(here, lang)
    _list(here, lang)
    _one(here, lang)
    _deleted(here, lang)


def _baseline(here: Current, lang: Language) -> None:
    frozen = {one.number: one for one in here.snapshots if one.baseline is not None}
    choices: list[int | None] = [None, *frozen]
    held = here.settings.get("baseline")

    def label(number: int | None) -> str:
        if number is None:
            return t("changes-page.baseline-sheet", lang)
        baseline = frozen[number].baseline
        return t("changes-page.baseline-option", lang, name=baseline.name if baseline else "")

    shared.hold(Key.CHANGES_BASELINE, held if held in frozen else None)
    st.selectbox(t("changes-page.baseline", lang), choices, key=Key.CHANGES_BASELINE,
                 format_func=label, width=420, help=t("changes-page.baseline-help", lang),
                 on_change=lambda: workspace.save_settings({"baseline": st.session_state[Key.CHANGES_BASELINE]}))


def _list(here: Current, lang: Language) -> None:
    names = {name: t(f"changes-page.version-{name}", lang) for name in ("number", "name", "saved", "note", "baseline")}
    rows = list(reversed(here.snapshots))
    st.dataframe(pd.DataFrame({
        names["number"]: [one.number for one in rows],
        names["name"]: [one.label for one in rows],
        names["saved"]: [format_date(one.created_at, lang, "fulldate") for one in rows],
        names["note"]: [one.note for one in rows],
        names["baseline"]: [one.baseline.name if one.baseline else "" for one in rows],
    }), hide_index=True, width="stretch", height="content" if len(rows) <= 8 else 320)


def _one(here: Current, lang: Language) -> None:
    by_number = {one.number: one for one in reversed(here.snapshots)}
    number = st.selectbox(t("changes-page.version", lang), list(by_number), key=Key.VERSION_CHOSEN, width=420,
                          format_func=lambda chosen: version_name(by_number[chosen], lang))
    one = by_number[number]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for key, part, width, most in ((Key.VERSION_NAME, "label", 240, 80), (Key.VERSION_NOTE, "note", 420, 400)):
            named = f"{key}_{number}"
            shared.hold(named, getattr(one, part)[:most])
            st.text_input(t(f"changes-page.version-{'name' if part == 'label' else part}", lang), key=named, width=width, max_chars=most,
                          placeholder=t("changes-page.note-hint", lang) if part == "note" else None, on_change=_annotate,
                          args=(number, part, named))
    with st.container(horizontal=True, vertical_alignment="center"):
        _freeze(here, one, lang)
        if len(here.snapshots) > 1:
            with st.popover(t("changes-page.delete", lang), icon=":material/delete:"):
                st.markdown(literal(t("changes-page.delete-sure", lang, name=version_name(one, lang))))
                st.button(t("changes-page.delete-yes", lang), key=f"{Key.VERSION_DELETE}_{number}", type="primary",
                          on_click=shared.on_versions(_delete), args=(here, number))


def _freeze(here: Current, one: Snapshot, lang: Language) -> None:
    if one.baseline is not None:
        st.button(t("changes-page.release", lang), key=f"{Key.VERSION_RELEASE}_{one.number}", icon=":material/lock_open:",
                  on_click=shared.on_versions(cache.store().release_baseline), args=(here.id, one.number))
        return
    with st.popover(t("changes-page.freeze", lang), icon=":material/lock:"):
        name = st.text_input(t("changes-page.freeze-name", lang), version_name(one, lang), key=f"{Key.VERSION_FREEZE_NAME}_{one.number}")
        st.button(t("changes-page.freeze-yes", lang), key=f"{Key.VERSION_FREEZE}_{one.number}", type="primary",
                  on_click=shared.on_versions(_freeze_now), args=(here, one.number, name))


def _deleted(here: Current, lang: Language) -> None:
    gone = [one for one in cache.store().snapshots(here.id, deleted=True) if one.deleted_at is not None]
    if not gone:
        return
    st.markdown(f"**{t('changes-page.deleted', lang)}**")
    for one in gone:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(literal(version_name(one, lang)), width="content")
            st.button(t("changes-page.restore", lang), key=f"{Key.VERSION_RESTORE}_{one.number}", type="tertiary",
                      icon=":material/restore_from_trash:", on_click=shared.on_versions(cache.store().restore_snapshot),
                      args=(here.id, one.number))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _annotate(number: int, part: str, key: str) -> None:
    shared.annotate(number, part, st.session_state[key])


def _freeze_now(here: Current, number: int, name: str) -> None:
    cache.store().freeze_baseline(here.id, number, name.strip() or str(number), at=_now())
    workspace.save_settings({"baseline": number})


def _delete(here: Current, number: int) -> None:
    cache.store().delete_snapshot(here.id, number, at=_now())
    for key in (Key.SNAPSHOT, Key.CHANGES_FROM, Key.CHANGES_TO, Key.VERSION_CHOSEN):
        st.session_state.pop(key, None)  # what was chosen may be gone
