"""The Plan page after an upload: what was understood, what is wrong, what was not used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from tpm.findings import Finding, Severity, worst_first
from tpm.i18n import Language, t
from tpm.insight.understood import details, headline, understood
from tpm.ui import mending, shared, workspace
from tpm.ui.keys import Key
from tpm.ui.text import literal

_SHOWN_FINDINGS = 8  # what a person reads before scrolling; the rest is one click away
_ICONS = {Severity.ERROR: ":red[:material/error:]", Severity.WARNING: ":orange[:material/warning:]", Severity.INFO: ":material/info:"}


def title(here: workspace.Current, lang: Language) -> None:
    """The sentence that says what the files hold."""
    seen = understood(here.result.plan)
    st.header(headline(seen, lang), anchor=False)
    line = details(seen, lang)
    if seen.empty and any(source.sheets for source in here.result.sources):
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


_DATE_ORDERS: Final = (None, "dmy", "mdy", "ymd")


def options(here: workspace.Current, lang: Language) -> None:
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
