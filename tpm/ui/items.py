"""The plan as read, beside the cells it came from; corrections in place, kept beside the upload."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from tpm.edits import DATE_FIELDS, DROP, Edit
from tpm.findings import InputError
from tpm.i18n import Language, t
from tpm.model import Kind, Plan
from tpm.ui import computed, grid, wall, workspace
from tpm.ui.keys import Key
from tpm.ui.settings import today
from tpm.ui.shared_words import field_name
from tpm.ui.text import literal

if TYPE_CHECKING:
    from tpm.export.original import OriginalWorkbook
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
        "progress": (rows["progress"] * 100).round(6),  # people type 40, not 0.4
        "status": rows["status"],
        "deadline": rows["deadline"],
        "predecessors": rows["id"].map(before),
        DROP: False,
    })
    kept = shown[[name for name in _COLUMNS if name in _ALWAYS or shown[name].notna().any()]].copy()
    for name in set(_TEXTS) & set(kept.columns):
        kept[name] = kept[name].fillna("").astype(object)  # an empty cell, not the word None
    return kept


def beside(shown: pd.DataFrame, plan: Plan, source: SourceCells, every: bool) -> pd.DataFrame:
    """``shown`` with the file's own cells after the columns that were read from them.

    A column whose cells all say what was read is left out unless ``every``. ``plan`` is the upload that ``source`` belongs to.
    """
    positions = pd.Index(plan.activities["id"]).get_indexer(pd.Index(shown["id"]))
    out: dict[str, pd.Series] = {}
    for name in shown.columns:
        out[name] = shown[name]
        texts = source.texts.get(_SOURCES.get(name, ""))
        if texts is None:
            continue
        cells = pd.Series(np.where(positions >= 0, texts[positions], None), index=shown.index, dtype=object).fillna("")
        said = shown[name] / 100 if name == "progress" else shown[name]
        if every or (cells.str.strip() != _as_typed(said)).any():
            out[f"{_SOURCE}{name}"] = cells
    return pd.DataFrame(out)


def _as_typed(column: pd.Series) -> pd.Series:
    """What a file that says exactly what was read would say."""
    if column.dtype.kind == "M":
        days: pd.Series = column.dt.strftime("%Y-%m-%d").fillna("")
        return days
    if column.dtype.kind == "f":
        return column.map(lambda number: "" if number != number else f"{number:g}")
    return column.map({True: "Yes", False: ""}) if column.dtype == bool else column.astype(str)


def change(item: str, name: str, cell: Any) -> Edit:
    """What a person typed into a cell of the table, as it is kept. Raises ``ValueError`` for what the field cannot hold."""
    field = _COLUMNS[name] or ""
    return Edit(item, field, _value(field, cell))


def _value(field: str, cell: Any) -> str | float | bool | None:
    if field == "kind":
        return Kind.MILESTONE.value if cell else Kind.ACTIVITY.value
    if field == DROP:
        return bool(cell)
    if cell is None or cell is pd.NaT or cell != cell or cell == "":
        return None
    if field in DATE_FIELDS:
        return pd.Timestamp(cell).date().isoformat()
    if field == "progress":
        return round(float(cell) / 100, 8)
    return float(cell) if field == "duration" else str(cell)


def show(here: workspace.Current, lang: Language) -> None:
    """The table, editable; a change becomes an edit, and the plan follows when the reader asks for it."""
    if here.plan.activities.empty:
        return
    with st.expander(t("plan.items.title", lang), icon=":material/table_rows:"):
        st.caption(t("plan.items.how", lang))
        every = st.toggle(t("plan.items.source-all", lang), key=Key.SOURCE_CELLS, help=t("plan.items.source-help", lang))
        source = workspace.source_cells(here)
        grid.show_edits(
            here, lang, name=Key.ITEMS, of=(here.id, here.snapshot.number, here.read.plan.fingerprint, every),
            rows=lambda: beside(table(here.plan), here.read.plan, source, every),
            columns={**_column_config(lang), **_source_config(source, lang)},
            editable=[name for name, field in _COLUMNS.items() if field is not None], change=change, rule=t("plan.items.rule", lang),
            findings="edit-", below=lambda now: _corrections(now, lang))
    _downloads(here, lang)


def _column_config(lang: Language) -> dict[str, Any]:
    def named(name: str) -> str:
        return t(f"plan.items.column-{name.replace('_', '-')}", lang)

    config = st.column_config
    return {
        "cell": config.TextColumn(named("cell"), pinned=True, width="small"),
        "id": config.TextColumn(named("id"), width="small"),
        "name": config.TextColumn(named("name"), width="large"),
        "milestone": config.CheckboxColumn(named("milestone"), width="small"),
        "team": config.TextColumn(named("team")),
        "owner": config.TextColumn(named("owner")),
        "planned_start": config.DateColumn(named("planned_start"), format="YYYY-MM-DD", min_value=_FIRST_DAY, max_value=_LAST_DAY),
        "planned_finish": config.DateColumn(named("planned_finish"), format="YYYY-MM-DD", min_value=_FIRST_DAY, max_value=_LAST_DAY),
        "duration": config.NumberColumn(named("duration"), width="small"),  # bounds are the program's: the editor clips without a word
        "progress": config.NumberColumn(named("progress"), format="%g%%", width="small"),
        "status": config.TextColumn(named("status")),
        "deadline": config.DateColumn(named("deadline"), format="YYYY-MM-DD", min_value=_FIRST_DAY, max_value=_LAST_DAY),
        "predecessors": config.TextColumn(named("predecessors")),
        DROP: config.CheckboxColumn(named(DROP), width="small"),
    }


def _source_config(source: SourceCells, lang: Language) -> dict[str, Any]:
    """The columns with the file's own cells, each named by its header in the file."""
    return {
        f"{_SOURCE}{name}": st.column_config.TextColumn(t("plan.items.source", lang, header=source.headers[field]),
                                                        help=t("plan.items.source-column-help", lang))
        for name, field in _SOURCES.items() if field in source.headers
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
            label = literal(field_name(edit.field, lang))
            st.markdown(f"{literal(names.get(edit.item, edit.item))} · {label} → {literal(value)}", width="content")
            grid.take_back(saved.id, lang)


def _downloads(here: workspace.Current, lang: Language) -> None:
    """The corrected plan as a clean workbook, and each corrected file as it was uploaded with only the changed cells altered.

    A file is made when it is asked for, of the corrections that stand by then: the grid is typed into without this being drawn again.
    """
    altered, day = _altered(here) if here.edits else [], today()

    def clean() -> bytes:
        from tpm.export.workbook import plan_workbook

        now = workspace.again(here)
        return plan_workbook(now.plan, lang, computed.schedule_of(now, day))

    def original() -> bytes:
        now = workspace.again(here)
        return _packed(altered if now.edits == here.edits else _alter(now), one=len(here.snapshot.files) == 1)

    with st.container(horizontal=True):
        st.download_button(t("plan.items.clean", lang), clean, f"{workspace.file_stem(here)}.xlsx", _XLSX,
                           key=Key.CLEAN, icon=":material/download:", on_click="ignore")  # fmt: skip
        if altered:
            name = altered[0][0] if len(here.snapshot.files) == 1 else f"{workspace.file_stem(here)}.zip"
            st.download_button(t("plan.items.original", lang), original, name, key=Key.ORIGINAL, icon=":material/edit_document:",
                               on_click="ignore", help=t("plan.items.original-help", lang))  # fmt: skip
    for _, one in altered:
        for edit, reason in one.not_placed:
            st.caption(t("plan.items.not-placed", lang, item=literal(edit.item), reason=t(reason, lang)))


def _altered(here: workspace.Current) -> list[tuple[str, OriginalWorkbook]]:
    """:func:`_alter`, worked out once for a set of corrections."""
    state = (here.id, here.snapshot.number, tuple(saved.id for saved in here.edits))
    held = st.session_state.get(Key.ALTERED)
    if held is None or held[0] != state:
        held = st.session_state[Key.ALTERED] = (state, _alter(here))
    return list(held[1])


def _alter(here: workspace.Current) -> list[tuple[str, OriginalWorkbook]]:
    """The corrected files in their own formats; those that cannot be altered are left out."""
    edits = [workspace.as_edit(saved) for saved in here.edits]
    rows = here.read.plan.activities
    out = []
    for name, data in workspace.files(here):
        own = [edit for edit in edits if edit.item in set(rows.loc[rows["file"] == name, "id"])]
        if own:
            with contextlib.suppress(InputError):  # an .xls or a scheduling tool's file: the clean workbook serves
                out.append((name, wall.original_workbook(name, data, here.read, own, here.plan, workspace.counting(here))))
    return out


def _packed(altered: list[tuple[str, OriginalWorkbook]], *, one: bool) -> bytes:
    """The file of a version of ``one`` file as it is, several as a zip."""
    if one:
        return altered[0][1].data
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for number, (name, file) in enumerate(altered, start=1):
            bundle.writestr(f"{number}-{name.replace('/', '_')}", file.data)
    return packed.getvalue()
