"""What a person can do about a finding in the finding itself: one click uses a column, one field gives a date its day or its year."""

from __future__ import annotations

import re
from typing import Final

import streamlit as st

from tpm.findings import Finding
from tpm.i18n import Language, t
from tpm.model import YEARS, TableReading
from tpm.ui import said, shared, undated, workspace
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.trouble import told

_OFFERED: Final = 4  # columns with a button each; the others stand in the table below
_SHOWN: Final = 30  # characters of a header on a button


def show(item: Finding, here: workspace.Current, number: int, lang: Language) -> None:
    """Whatever mends the finding ``item``, the ``number``-th of the page, where it stands; nothing for most."""
    if item.code.startswith("unused-"):
        _columns(item, here, number, lang)
    elif item.code.startswith("relative-"):
        undated.day_one(here, f"{Key.DAY_ONE}_{number}", t(f"relative.{here.plan.relative_unit or 'days'}.ask", lang))
    elif item.code == "assumed-year":
        _year(item, number, lang)
    elif item.code == "no-dates" and here.plan.activities["duration"].notna().any():
        undated.day_one(here, f"{Key.DAY_ONE}_{number}", t("settings.project-start", lang))


def _year(item: Finding, number: int, lang: Language) -> None:
    """The question for the year of the first date."""
    key = f"{Key.YEAR}_{number}"
    shared.hold(key, item.params["first"])
    st.number_input(t("plan.findings.year", lang), *YEARS, step=1, format="%d", key=key, on_change=_dated, args=(key,), width=220)


@told
def _dated(key: str) -> None:
    workspace.save_settings({"year": int(st.session_state[key])})


def _columns(item: Finding, here: workspace.Current, number: int, lang: Language) -> None:
    table = _table_of(item, here)
    offers = item.params.get("offers")
    if table is None or not isinstance(offers, tuple) or not offers:
        return
    with st.container(horizontal=True):
        for letter, header, field in offers[:_OFFERED]:
            name = " ".join(header.split()) or letter
            short = name if len(name) <= _SHOWN else name[: _SHOWN - 1] + "…"
            st.button(literal(t("plan.findings.use", lang, header=short, field=t(f"field.{field}", lang))),
                      key=f"{Key.USE_COLUMN}_{number}_{letter}", icon=":material/add_column_right:",
                      on_click=_use, args=(here, table, letter, field))  # fmt: skip


def _table_of(item: Finding, here: workspace.Current) -> TableReading | None:
    """The table whose header the finding points at."""
    place = item.places[0]
    row = int((re.search(r"(?<!\d)\d+$", place.cell) or ["0"])[0])
    on_sheet = [one for one in here.result.tables if (one.source, one.sheet) == (place.source, place.sheet)]
    at = [one for one in on_sheet if one.header_row <= row <= one.last_row]
    return max(at, key=lambda one: one.header_row, default=None)


@told
def _use(here: workspace.Current, table: TableReading, letter: str, field: str) -> None:
    workspace.say(said.named(table, letter, field, here.kept.mappings))
