"""The plan as read, beside the cells it came from; corrections in place, kept beside the upload."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from tpm.edits import DROP, Edit
from tpm.export.original import OriginalWorkbook
from tpm.export.workbook import plan_workbook
from tpm.findings import InputError
from tpm.i18n import Language, t
from tpm.model import Kind, Plan
from tpm.ui import computed, wall, workspace
from tpm.ui.keys import Key
from tpm.ui.text import literal

if TYPE_CHECKING:
    from tpm.ingest import SourceCells

# column of the table → field that an edit of it changes; None is shown only
_COLUMNS: Final[dict[str, str | None]] = {
    "cell": None, "id": None, "name": "name", "milestone": "kind", "team": "team", "owner": "owner", "planned_start": "planned_start",
    "planned_finish": "planned_finish", "duration": "duration", "progress": "progress", "status": "status", "deadline": "deadline",
    "predecessors": None, DROP: DROP,
}
# column of the table → field of the reading whose cell stands beside it
_SOURCES: Final[dict[str, str]] = {
    "id": "id", "name": "name", "milestone": "milestone", "team": "team", "owner": "owner", "planned_start": "start",
    "planned_finish": "finish", "duration": "duration", "progress": "progress", "status": "status", "deadline": "deadline",
    "predecessors": "predecessors",
}
_SOURCE: Final = "source_"  # before the column's name: the cell as it stands in the file
_ROWS_SHOWN: Final = 12
_TEXTS: Final = ("name", "team", "owner", "status", "predecessors")
_FIRST_DAY, _LAST_DAY = dt.date(1970, 1, 1), dt.date(2120, 12, 31)  # a half-typed year is not taken
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ALWAYS: Final = ("cell", "id", "name", "milestone", "planned_start", "planned_finish", "duration", DROP)


def table(plan: Plan) -> pd.DataFrame:
    """The rows that can be corrected, one an activity; columns are those of ``_COLUMNS`` that hold anything."""
    rows = plan.activities
    links = plan.dependencies
    before = links.groupby("successor", sort=False)["predecessor"].agg(", ".join) if len(links) else pd.Series(dtype=object)
    shown = pd.DataFrame({
        "cell": [f"{sheet}!{row}" if sheet else str(row or "") for sheet, row in zip(rows["sheet"].fillna(""), rows["row"], strict=True)],
        "id": rows["id"],
        "name": rows["name"],
        "milestone": rows["kind"] == Kind.MILESTONE,
        "team": rows["team"],
        "owner": rows["owner"],
        "planned_start": rows["planned_start"],
        "planned_finish": rows["planned_finish"],
        "duration": rows["duration"],
        "progress": rows["progress"],
        "status": rows["status"],
        "deadline": rows["deadline"],
        "predecessors": rows["id"].map(before),
        DROP: False,
    })
    kept = shown[[name for name in _COLUMNS if name in _ALWAYS or shown[name].notna().any()]].copy()
    for name in set(_TEXTS) & set(kept.columns):
        kept[name] = kept[name].fillna("").astype(object)  # an empty cell, not the word None
    return kept


def beside(shown: pd.DataFrame, plan: Plan, source: SourceCells, every: bool) -> tuple[pd.DataFrame, dict[str, str]]:
    """``shown`` with the file's own cells after the columns that were read from them, and each such column's header in the file.

    A column whose cells all say what was read is left out unless ``every``. ``plan`` is the upload that ``source`` belongs to.
    """
    positions = pd.Index(plan.activities["id"]).get_indexer(pd.Index(shown["id"]))
    out: dict[str, pd.Series] = {}
    headers: dict[str, str] = {}
    for name in shown.columns:
        out[name] = shown[name]
        texts = source.texts.get(_SOURCES.get(name, ""))
        if texts is None:
            continue
        cells = pd.Series(np.where(positions >= 0, texts[positions], None), index=shown.index, dtype=object).fillna("")
        if every or (cells.str.strip() != _as_typed(shown[name])).any():
            out[f"{_SOURCE}{name}"] = cells
            headers[f"{_SOURCE}{name}"] = source.headers[_SOURCES[name]]
    return pd.DataFrame(out), headers


def _as_typed(column: pd.Series) -> pd.Series:
    """What a file that says exactly what was read would say."""
    if column.dtype.kind == "M":
        days: pd.Series = column.dt.strftime("%Y-%m-%d").fillna("")
        return days
    if column.dtype.kind == "f":
        return column.map(lambda number: "" if number != number else f"{number:g}")
    return column.map({True: "Yes", False: ""}) if column.dtype == bool else column.astype(str)


def edits_between(before: pd.DataFrame, after: pd.DataFrame) -> list[Edit]:
    """What a person changed in the table, as edits. Raises ``ValueError`` for a value that a field cannot hold."""
    out = []
    for name, field in _COLUMNS.items():
        if field is None or name not in before:
            continue
        old, new = before[name], after[name]
        same = (old == new) | ((old.isna() | (old == "")) & (new.isna() | (new == "")))
        for row in (~same).to_numpy().nonzero()[0]:
            out.append(Edit(str(before["id"].iloc[row]), field, _value(field, new.iloc[row])))
    return out


def _value(field: str, cell: Any) -> str | float | bool | None:
    if field == "kind":
        return Kind.MILESTONE.value if cell else Kind.ACTIVITY.value
    if field == DROP:
        return bool(cell)
    if cell is None or cell is pd.NaT or cell != cell or cell == "":
        return None
    if isinstance(cell, pd.Timestamp | dt.datetime | dt.date):
        return pd.Timestamp(cell).date().isoformat()
    return float(cell) if field in ("duration", "progress") else str(cell)


def show(here: workspace.Current, lang: Language) -> None:
    """The table, editable; a change becomes an edit and the page is drawn again with it."""
    if here.plan.activities.empty:
        return
    with st.expander(t("plan.items.title", lang), icon=":material/table_rows:"):
        st.caption(t("plan.items.how", lang))
        every = st.toggle(t("plan.items.source-all", lang), key=Key.SOURCE_CELLS, help=t("plan.items.source-help", lang))
        shown, headers = beside(table(here.plan), here.read.plan, workspace.source_cells(here), every)
        state = zlib.crc32(f"{here.snapshot.number}|{[saved.id for saved in here.edits]}|{every}".encode())
        edited = st.data_editor(
            shown, hide_index=True, width="stretch", height="auto" if len(shown) > _ROWS_SHOWN else "content", num_rows="fixed",
            key=f"{Key.ITEMS}_{state:x}", placeholder="", column_config={**_column_config(lang), **_source_config(headers, lang)},
            disabled=[name for name in shown.columns if _COLUMNS.get(name) is None],
        )
        try:
            changed = edits_between(shown, edited)
        except ValueError:
            st.warning(t("plan.items.refused", lang))
            return
        if changed:
            workspace.correct(changed)
            st.rerun()
        _corrections(here, lang)
    _downloads(here, lang)


def _column_config(lang: Language) -> dict[str, Any]:
    def named(name: str) -> str:
        return t(f"plan.items.column-{name.replace('_', '-')}", lang)

    config = st.column_config
    return {
        "cell": config.TextColumn(named("cell"), pinned=True, width="small"),
        "id": config.TextColumn(named("id"), width="small"),
        "name": config.TextColumn(named("name"), required=True, width="large"),
        "milestone": config.CheckboxColumn(named("milestone"), width="small"),
        "team": config.TextColumn(named("team")),
        "owner": config.TextColumn(named("owner")),
        "planned_start": config.DateColumn(named("planned_start"), format="YYYY-MM-DD", min_value=_FIRST_DAY, max_value=_LAST_DAY),
        "planned_finish": config.DateColumn(named("planned_finish"), format="YYYY-MM-DD", min_value=_FIRST_DAY, max_value=_LAST_DAY),
        "duration": config.NumberColumn(named("duration"), min_value=0, width="small"),
        "progress": config.NumberColumn(named("progress"), min_value=0, max_value=1, format="percent", width="small"),
        "status": config.TextColumn(named("status")),
        "deadline": config.DateColumn(named("deadline"), format="YYYY-MM-DD", min_value=_FIRST_DAY, max_value=_LAST_DAY),
        "predecessors": config.TextColumn(named("predecessors")),
        DROP: config.CheckboxColumn(named(DROP), width="small"),
    }


def _source_config(headers: dict[str, str], lang: Language) -> dict[str, Any]:
    """The columns with the file's own cells, each named by its header in the file."""
    return {
        name: st.column_config.TextColumn(t("plan.items.source", lang, header=header), help=t("plan.items.source-column-help", lang))
        for name, header in headers.items()
    }


def _corrections(here: workspace.Current, lang: Language) -> None:
    """The corrections that stand, each with a button that takes it back."""
    if not here.edits:
        return
    st.markdown(f"**{t('plan.items.corrections', lang, count=len(here.edits))}**")
    names = dict(zip(here.read.plan.activities["id"], here.read.plan.activities["name"], strict=True))
    for saved in here.edits:
        edit = saved.edit
        with st.container(horizontal=True, vertical_alignment="center"):
            value = t("plan.items.empty", lang) if edit.value is None else str(edit.value)
            label = t(f"plan.items.column-{'milestone' if edit.field == 'kind' else edit.field.replace('_', '-')}", lang)
            st.markdown(f"{literal(names.get(edit.item, edit.item))} · {label} → {literal(value)}", width="content")
            st.button(t("plan.items.take-back", lang), key=f"take_back_{saved.id}", type="tertiary", icon=":material/undo:",
                      on_click=workspace.take_back, args=([saved.id],))


def _downloads(here: workspace.Current, lang: Language) -> None:
    """The corrected plan as a clean workbook, and each corrected file as it was uploaded with only the changed cells altered."""
    forecast = computed.schedule_of(here)
    altered = _altered(here) if here.edits else []
    with st.container(horizontal=True):
        st.download_button(
            t("plan.items.clean", lang), lambda: plan_workbook(here.plan, lang, forecast), f"{workspace.file_stem(here)}.xlsx", _XLSX,
            key=Key.CLEAN, icon=":material/download:", on_click="ignore",
        )
        if altered:
            name = altered[0][0] if len(altered) == 1 else f"{workspace.file_stem(here)}.zip"
            st.download_button(
                t("plan.items.original", lang), lambda: _packed(altered), name, key=Key.ORIGINAL, icon=":material/edit_document:",
                on_click="ignore", help=t("plan.items.original-help", lang),
            )
    for _, one in altered:
        for edit, reason in one.not_placed:
            st.caption(t("plan.items.not-placed", lang, item=literal(edit.item), reason=t(reason, lang)))


def _altered(here: workspace.Current) -> list[tuple[str, OriginalWorkbook]]:
    """The corrected files in their own formats, worked out once for a set of corrections; those that cannot be altered are left out."""
    state = (here.id, here.snapshot.number, tuple(saved.id for saved in here.edits))
    held = st.session_state.get(Key.ALTERED)
    if held is not None and held[0] == state:
        return list(held[1])
    edits = [workspace.as_edit(saved) for saved in here.edits]
    rows = here.read.plan.activities
    out = []
    for name, data in workspace.files(here):
        own = [edit for edit in edits if edit.item in set(rows.loc[rows["file"] == name, "id"])]
        if own:
            with contextlib.suppress(InputError):  # an .xls or a scheduling tool's file: the clean workbook serves
                out.append((name, wall.original_workbook(name, data, here.read, own, here.plan)))
    st.session_state[Key.ALTERED] = (state, out)
    return out


def _packed(altered: list[tuple[str, OriginalWorkbook]]) -> bytes:
    """One file as it is, several as a zip."""
    if len(altered) == 1:
        return altered[0][1].data
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for number, (name, one) in enumerate(altered, start=1):
            bundle.writestr(f"{number}-{name.replace('/', '_')}", one.data)
    return packed.getvalue()
