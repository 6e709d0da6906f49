"""The Plan page after an upload: what was understood, what is wrong, what was not used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import streamlit as st

from tpm.findings import Finding, Severity, worst_first
from tpm.i18n import Language, t
from tpm.ingest import FIELDS
from tpm.insight.understood import details, headline, understood
from tpm.model import TableKind, TableReading
from tpm.ui import grid, mending, shared, workspace
from tpm.ui.keys import Key
from tpm.ui.text import literal

_SHOWN_FINDINGS = 8  # what a person reads before scrolling; the rest is one click away
_ICONS = {Severity.ERROR: ":red[:material/error:]", Severity.WARNING: ":orange[:material/warning:]", Severity.INFO: ":material/info:"}


def title(here: workspace.Current, lang: Language) -> None:
    """The sentence that says what the files hold."""
    seen = understood(here.result.plan)
    st.header(headline(seen, lang), anchor=False)
    line = details(seen, lang)
    if seen.empty:
        st.write(t("plan.understood.nothing-why", lang))
    elif line:
        st.caption(line)
    if seen.missed:
        st.error(t("plan.understood.missed", lang, count=seen.missed, total=len(here.plan.activities) + seen.missed),
                 icon=":material/playlist_remove:")


def findings(items: Sequence[Finding], here: workspace.Current, lang: Language) -> None:
    """Findings, worst first: where, what is wrong, what mends it, and the means to mend it where that is a click."""
    ordered = worst_first(items)
    errors = sum(item.severity is Severity.ERROR for item in ordered)
    warnings = sum(item.severity is Severity.WARNING for item in ordered)
    if not errors and not warnings:
        st.subheader(t("plan.findings.none", lang), anchor=False)
    else:
        st.subheader(t("plan.findings.title", lang, count=len(ordered), errors=errors, warnings=warnings), anchor=False)
    for number, item in enumerate(ordered[:_SHOWN_FINDINGS]):
        _finding(item, here, number, lang)
    rest = ordered[_SHOWN_FINDINGS:]
    if rest:
        with st.expander(t("plan.findings.more", lang, count=len(rest))):
            for number, item in enumerate(rest, _SHOWN_FINDINGS):
                _finding(item, here, number, lang)


def _finding(item: Finding, here: workspace.Current, number: int, lang: Language) -> None:
    message = item.message(lang)
    where = f"**{literal(item.where)}** · " if item.where and item.where not in message else ""
    label = t(f"plan.findings.{item.severity}", lang)
    st.markdown(f"{_ICONS[item.severity]} **{label}** · {where}{literal(message)}  \n:gray[{literal(item.fix(lang))}]")
    mending.show(item, here, number, lang)


def rejected(here: workspace.Current, lang: Language) -> None:
    """Rows that could not be used, in full, with the reason beside each."""
    rows = here.result.rejected
    if rows.empty:
        return
    from tpm.export.workbook import rejected_csv

    with st.expander(t("plan.rejected.title", lang, count=len(rows)), icon=":material/playlist_remove:"):
        shown = pd.DataFrame({
            t("plan.rejected.column-file", lang): rows["file"],
            t("plan.rejected.column-sheet", lang): rows["sheet"],
            t("plan.rejected.column-row", lang): rows["row"],
            t("plan.rejected.column-reason", lang): [t(f"rejected.{reason}", lang) for reason in rows["reason"]],
            t("plan.rejected.column-text", lang): rows["text"],
        })
        st.dataframe(shown, hide_index=True, width="stretch")
        st.download_button(t("plan.rejected.download", lang), lambda: rejected_csv(rows, lang), t("plan.rejected.file", lang), "text/csv",
                           key=Key.REJECTED, icon=":material/download:", on_click="ignore")


def tables(here: workspace.Current, lang: Language) -> None:
    """Which sheet and rows hold what, which column is which field, and how sure; a wrong guess is mended in place."""
    st.subheader(t("plan.understood.read-as", lang), anchor=False)
    _options(here, lang)
    for number, table in enumerate(here.result.tables):
        with st.expander(_table_title(table, lang), expanded=len(here.result.tables) == 1 and table.kind is not TableKind.OTHER):
            if table.headers:
                _columns(here, table, number, lang)


_DATE_ORDERS: Final = (None, "dmy", "mdy", "ymd")


def _options(here: workspace.Current, lang: Language) -> None:
    """What the reader may say about the whole file: the order of ambiguous dates, the one sheet to read."""
    sheets = list(dict.fromkeys([*(table.sheet for table in here.result.tables if table.sheet), here.settings.get("sheet") or ""]))
    choices = [None, *(sheet for sheet in sheets if sheet)]

    def changed(key: Key, name: str) -> None:
        workspace.save_settings({name: st.session_state[key]})

    with st.popover(t("plan.reading.title", lang), icon=":material/rule:"):
        shared.hold(Key.DATE_ORDER, here.settings.get("date_order"))
        st.selectbox(t("plan.reading.date-order", lang), _DATE_ORDERS,
                     key=Key.DATE_ORDER, on_change=changed, args=(Key.DATE_ORDER, "date_order"),
                     format_func=lambda one: t(f"plan.reading.order-{one or 'auto'}", lang))
        shared.hold(Key.SHEET, here.settings.get("sheet") or None)
        st.selectbox(t("plan.reading.sheet", lang), choices, key=Key.SHEET,
                     on_change=changed, args=(Key.SHEET, "sheet"),
                     format_func=lambda one: t("plan.reading.sheet-all", lang) if one is None else str(one))


def _table_title(table: TableReading, lang: Language) -> str:
    kind = t(f"plan.table.{table.kind}", lang)
    sheet = literal(table.sheet or table.source)
    if 0 < table.last_row < table.first_row:
        words = t("plan.table.where-empty", lang, kind=kind, sheet=sheet)
    elif table.first_row:
        words = t("plan.table.where", lang, kind=kind, sheet=sheet, first=table.first_row, last=table.last_row)
    else:
        words = t("plan.table.where-file", lang, kind=kind, sheet=sheet)
    if table.same_as:
        words += " – " + t("plan.table.same-as", lang, sheet=literal(table.same_as))
    return words


def _columns(here: workspace.Current, table: TableReading, number: int, lang: Language) -> None:
    config = st.column_config
    labels = {"": t("field.none", lang), **{field: t(f"field.{field}", lang) for field in FIELDS[table.kind]}}
    fields = {label: field for field, label in labels.items()}
    headers = [header for _, header in table.headers]
    named = {letter: header if headers.count(header) == 1 else letter for letter, header in table.headers}  # a letter tells twins apart

    def keep(read_as: Sequence[tuple[str, str]], since: shared.Seen) -> Sequence[Sequence[int] | None]:
        asked = {clash.path[-1] for clash in workspace.remember_mapping(table, dict(read_as), since)}
        return [None if field in asked else () for _, field in read_as]

    st.caption(t("plan.table.mend", lang))
    grid.show(grid.Grid(
        name=f"{Key.COLUMNS}_{number}", of=(here.id, here.snapshot.number, table.source, table.sheet, table.headers, lang),
        rows=lambda: _column_table(table, labels, lang), row="letter", editable=("field",), columns={
            "letter": config.TextColumn(t("plan.table.letter", lang)), "header": config.TextColumn(t("plan.table.header", lang)),
            "field": config.SelectboxColumn(t("plan.table.field", lang), options=list(fields), required=True),
            "sure": config.TextColumn(t("plan.table.sure", lang)), "by": config.TextColumn(t("plan.table.by", lang)),
            "runner-up": config.TextColumn(t("plan.table.runner-up", lang)),
        }, change=lambda letter, _, label: (named[letter], fields[str(label)]), keep=keep,
        undo=lambda letter, _, label, __, since: keep([(named[letter], fields[str(label)])], since),
        rule=t("plan.table.mend", lang)), lang)  # fmt: skip


def _column_table(table: TableReading, labels: Mapping[str, str], lang: Language) -> pd.DataFrame:
    """The columns of a table: which field (by its label) each was read as, how sure that is and why."""
    by_letter = {choice.column: (field, choice) for field, choice in table.columns.items()}
    found = [by_letter.get(letter, ("", None)) for letter, _ in table.headers]
    return pd.DataFrame({
        "letter": [letter for letter, _ in table.headers],
        "header": [header for _, header in table.headers],
        "field": [labels.get(field, labels[""]) for field, _ in found],
        "sure": ["" if choice is None else f"{choice.confidence:.0%}" for _, choice in found],
        "by": [t("plan.table.attribute", lang) if choice is None else t(f"plan.table.by-{choice.by}", lang) for _, choice in found],
        "runner-up": [(choice.runner_up if choice is not None else None) or "" for _, choice in found],
    })
