"""The register itself: edited in place, added to, taken away as a file and read back; every change is kept beside the upload."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pandas as pd
import streamlit as st

from tpm.findings import Finding, InputError
from tpm.i18n import Language, t
from tpm.insight.risks.register import Register
from tpm.insight.risks.scale import LEVELS, RiskScale
from tpm.risk_edits import ACTIVITIES, ADD, CHOICES, DATE_FIELDS, DROP, RiskEdit
from tpm.ui import computed, grid, risk_files, shared, workspace
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.workspace import Current

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EDITED: Final = (
    "title", "kind", "state", "probability", "impact", "impact_days_min", "impact_days", "impact_days_max", ACTIVITIES, "owner", "team",
    "strategy", "response", "due", "residual_probability", "residual_impact", "category", "program", "description", DROP,
)  # fmt: skip
_SHARES, _TEXTS = ("probability", "residual_probability"), ("title", "owner", "team", "response", "category", "program", "description")
_NUMBERS: Final = ("impact", "residual_impact", "impact_days_min", "impact_days", "impact_days_max")
_ROWS_SHOWN: Final = 12
_HISTORY_SHOWN: Final = 12  # changes with a button each; older ones are in a table
_FIRST_DAY, _LAST_DAY = dt.date(1970, 1, 1), dt.date(2120, 12, 31)


def show(here: Current, lang: Language) -> None:
    """The view: the table, what may be done with it, what was changed."""
    _notice(lang)
    if here.plan.risks.empty:
        first(here, lang)
        return
    register = computed.register_of(here)
    st.caption(t("risks-page.register-how", lang))
    _editor(here, register, lang)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(t("risks-page.add", lang), key=Key.RISK_ADD, icon=":material/add:", on_click=_add, args=(lang,))
        _export(here, lang)
    _import(here, lang)


def first(here: Current, lang: Language) -> None:
    """No risk is known: why that matters, and the three ways to the first."""
    _notice(lang)
    st.write(t("risks-page.none-why", lang))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(t("risks-page.add-first", lang), key=Key.RISK_ADD, type="primary", icon=":material/add:", on_click=_add,
                  args=(lang,))  # fmt: skip
        _export(here, lang)
    _import(here, lang)


def _add(lang: Language) -> None:
    st.session_state[Key.RISK_ITEM], st.session_state[Key.RISK_CELL] = workspace.add_risk(t("risks-page.new-title", lang)), None
    grid.renew(Key.RISK_REGISTER)


def table(register: Register) -> pd.DataFrame:
    """The register as it is edited, in the order of rank: id, rating and the columns of ``_EDITED``."""
    rows = register.rows
    shown = pd.DataFrame({"id": rows["id"], "rating": rows["rating"]})
    for name in _EDITED:
        if name == ACTIVITIES:
            shown[name] = pd.Series([list(items) for items in rows["activities"]], dtype=object)
        elif name == DROP:
            shown[name] = False
        elif name in _TEXTS:
            shown[name] = rows[name].fillna("").astype(object)
        elif name in _SHARES:
            shown[name] = (rows[name] * 100).round(6)  # people type 40, not 0.4
        else:
            shown[name] = rows[name]
    return shown


def change(risk: str, name: str, cell: Any) -> RiskEdit:
    """What a person typed into a cell of the table, as it is kept. Raises ``ValueError`` for what the field cannot hold."""
    return RiskEdit(risk, name, _value(name, cell))


def _value(name: str, cell: Any) -> str | float | bool | tuple[str, ...] | None:
    if name == ACTIVITIES:
        return tuple(str(item) for item in cell) if isinstance(cell, list | tuple) else ()
    if name == DROP:
        return bool(cell)
    if cell is None or cell is pd.NaT or cell != cell or cell == "":
        return None
    if name in DATE_FIELDS:
        return pd.Timestamp(cell).date().isoformat()
    if name in _SHARES:
        return round(float(cell) / 100, 8)
    return float(cell) if name in _NUMBERS else str(cell)


def _editor(here: Current, register: Register, lang: Language) -> None:
    grid.show_edits(
        here, lang, name=Key.RISK_REGISTER, of=(here.id, here.snapshot.number, here.read.plan.fingerprint, register.scale),
        rows=lambda: table(register), columns=_columns(here, lang), editable=_EDITED, change=change, rule=t("risks-page.rule", lang),
        findings="risk-edit", below=lambda now: _history(now, lang))


def _columns(here: Current, lang: Language) -> dict[str, Any]:
    config = st.column_config

    def named(name: str) -> str:
        return t("risks-page.rating", lang) if name == "rating" else t("plan.items.column-drop", lang) if name == DROP else (
            t("risks-page.state", lang) if name == "state" else t(f"export.risk.{name}", lang))

    def choice(name: str, prefix: str) -> Any:
        words = {value: t(f"export.{prefix}.{value}", lang) for value in CHOICES[name]}
        return config.SelectboxColumn(named(name), options=list(words), format_func=lambda value: words.get(str(value), str(value)),
                                      required=name != "strategy", width="small")  # fmt: skip

    names = dict(zip(here.plan.activities["id"], here.plan.activities["name"], strict=True))
    columns: dict[str, Any] = {
        "id": config.TextColumn(named("id"), pinned=True, width="small"),
        "rating": config.NumberColumn(named("rating"), pinned=True, width="small", format="%.0f"),
        "title": config.TextColumn(named("title"), width="large"),
        "kind": choice("kind", "risk-kind"), "state": choice("state", "risk-state"), "strategy": choice("strategy", "strategy"),
        "due": config.DateColumn(named("due"), format="YYYY-MM-DD", min_value=_FIRST_DAY, max_value=_LAST_DAY),
        ACTIVITIES: config.MultiselectColumn(named(ACTIVITIES), options=list(names), width="medium",
                                             format_func=lambda item: f"{names.get(item, item)} ({item})"),
        DROP: config.CheckboxColumn(named(DROP), width="small"),
    }  # fmt: skip
    for name in (*_SHARES, *_NUMBERS):  # bounds are the program's: the editor clips without a word
        columns[name] = config.NumberColumn(named(name), format="%g%%" if name in _SHARES else None, width="small")
    for name in _TEXTS[1:]:
        columns[name] = config.TextColumn(named(name), width="medium")
    return columns


def _export(here: Current, lang: Language) -> None:
    st.download_button(t("risks-page.export" if len(here.plan.risks) else "risks-page.template", lang),
                       lambda: risk_files.register_file(workspace.again(here).plan, lang),
                       f"{workspace.file_stem(here)}-{t('risks-page.file', lang)}.xlsx", _XLSX, key=Key.RISK_EXPORT,
                       icon=":material/download:", on_click="ignore", help=t("risks-page.export-help", lang))  # fmt: skip


def _import(here: Current, lang: Language) -> None:
    with st.expander(t("risks-page.import", lang), icon=":material/upload_file:"):
        replace = st.toggle(t("risks-page.import-replace", lang), key=Key.RISK_IMPORT_REPLACE)
        number = st.session_state.setdefault(Key.RISK_IMPORT_COUNT, 0)
        file = st.file_uploader(t("risks-page.import-file", lang), key=f"{Key.RISK_IMPORT}_{number}")
        if file is None:
            return
        st.session_state[Key.RISK_IMPORT_COUNT] = number + 1
        try:
            changes = risk_files.changes_in(file.name, file.getvalue(), here.plan, replace=replace)
        except InputError as error:
            st.session_state[Key.RISK_NOTICE] = error.finding
        else:
            workspace.lay_over(changes)
            grid.renew(Key.RISK_REGISTER)
            st.session_state[Key.RISK_NOTICE] = len(changes), len({change.risk for change in changes})
        st.rerun()


def _notice(lang: Language) -> None:
    """What came of the last import, once."""
    told: Finding | tuple[int, int] | None = st.session_state.pop(Key.RISK_NOTICE, None)
    if isinstance(told, Finding):
        st.error(f"{literal(told.message(lang))} {literal(told.fix(lang))}", icon=":material/error:")
    elif told is not None:
        key = "risks-page.imported" if told[0] else "risks-page.imported-nothing"
        st.success(t(key, lang, changes=told[0], risks=told[1]), icon=":material/check:")


def _history(here: Current, lang: Language) -> None:
    """What was changed and when, the latest first, with a button that takes it back. Nobody signs in, so nobody is named."""
    if not here.risk_edits:
        return
    lines = _changes(here, lang)
    with st.expander(t("risks-page.history", lang, count=len(lines)), icon=":material/history:"):
        for saved, words in lines[:_HISTORY_SHOWN]:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(words, width="content")
                grid.take_back(saved.id, lang)
        for _, words in lines[_HISTORY_SHOWN:]:
            st.markdown(words)


def _changes(here: Current, lang: Language) -> list[tuple[Any, str]]:
    held = {str(row["id"]): row for row in here.read.plan.risks.to_dict("records")}
    now: dict[tuple[str, str], Any] = {}
    out = []
    for saved in here.risk_edits:
        edit = workspace.as_risk_edit(saved)
        when = saved.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
        if edit.field in (ADD, DROP):
            what = t(f"risks-page.history-{edit.field}", lang)
        else:
            before = now.get((edit.risk, edit.field), held.get(edit.risk, {}).get(edit.field))
            name = t("risks-page.state", lang) if edit.field == "state" else t(f"export.risk.{edit.field}", lang)
            what = f"{name}: {literal(_shown(edit.field, before, lang))} → {literal(_shown(edit.field, edit.value, lang))}"
        now[edit.risk, edit.field] = edit.value
        out.append((saved, f":gray[{when}] **{literal(edit.risk)}** {what}"))
    return out[::-1]


def _shown(field: str, value: Any, lang: Language) -> str:
    """A value as a person reads it."""
    if value is None or value is pd.NaT or value != value or value == ():
        return t("plan.items.empty", lang)
    if isinstance(value, tuple):
        return ", ".join(value)
    if field in _SHARES:
        return f"{float(value):.0%}"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    prefix = {"kind": "risk-kind", "state": "risk-state", "strategy": "strategy"}.get(field)
    if prefix and value in CHOICES[field]:
        return t(f"export.{prefix}.{value}", lang)
    return f"{value:g}" if isinstance(value, float) else str(value)


def scale_popover(register: Register, lang: Language) -> None:
    """The scale of the matrix: bands, names of the impacts, what counts as medium and high; kept with the workspace."""
    scale = register.scale
    with st.popover(t("risks-page.scale", lang), icon=":material/grid_on:"), st.form(f"{Key.RISK_SCALE_SAVE}_form", border=False):
        st.caption(t("risks-page.scale-how", lang))
        for level, band in zip(LEVELS[:-1], scale.bands, strict=True):
            shared.hold_in_form(f"{Key.RISK_BANDS}_{level}", min(max(round(band * 100, 6), 1.0), 99.0))
        for level, name in zip(LEVELS, scale.impact_names(lang), strict=True):
            shared.hold_in_form(f"{Key.RISK_IMPACTS}_{level}", name)
        shared.hold_in_form(Key.RISK_MEDIUM, scale.medium_from)
        shared.hold_in_form(Key.RISK_HIGH, scale.high_from)
        bands = [st.number_input(t("risks-page.scale-band", lang, level=level), 1.0, 99.0, step=5.0, format="%.0f",
                                 key=f"{Key.RISK_BANDS}_{level}") for level in LEVELS[:-1]]  # fmt: skip
        names = [st.text_input(t("risks-page.scale-impact", lang, level=level), key=f"{Key.RISK_IMPACTS}_{level}") for level in LEVELS]
        medium = st.number_input(t("risks-page.scale-medium", lang), 2, 24, key=Key.RISK_MEDIUM)
        high = st.number_input(t("risks-page.scale-high", lang), 3, 25, key=Key.RISK_HIGH)
        saved = st.form_submit_button(t("risks-page.scale-save", lang), key=Key.RISK_SCALE_SAVE, type="primary")
        reset = st.form_submit_button(t("risks-page.scale-reset", lang), key=Key.RISK_SCALE_RESET)
    if reset:
        own_keys = (Key.RISK_BANDS, Key.RISK_IMPACTS, Key.RISK_MEDIUM, Key.RISK_HIGH)
        for key in [key for key in st.session_state if str(key).startswith(own_keys)]:
            del st.session_state[key]
        workspace.save_settings({"risk_scale": None})
        st.rerun()
    if saved:
        usual = RiskScale().impact_names(lang)
        own = tuple(name.strip() for name in names)
        try:
            edges = (bands[0] / 100, bands[1] / 100, bands[2] / 100, bands[3] / 100)
            wanted = RiskScale(edges, () if own == usual or not all(own) else own, int(medium), int(high))
        except ValueError:
            st.warning(t("risks-page.scale-refused", lang), icon=":material/warning:")
            return
        workspace.save_settings({"risk_scale": wanted.as_json()})
        st.rerun()
