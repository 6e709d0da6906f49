"""How each sheet was read, drawn on the sheet itself: a person clicks what it should be, and that is remembered for files of its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from tpm.i18n import Language, t
from tpm.ingest import FIELDS, why
from tpm.ingest.opening.grid import letters
from tpm.ingest.sheets import DRAWN_COLUMNS, Offer, SheetView
from tpm.ingest.tables.memory import NO_ITEMS, row_entry
from tpm.ingest.weighing.evidence import ASKED_COLUMN
from tpm.model import ColumnChoice, TableKind, TableReading
from tpm.store.records import ABSENT
from tpm.ui import said, sheet, understood, workspace
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.trouble import told

_FEW_SHEETS: Final = 5  # that fit in a row of buttons
_STEPS_BACK: Final = 50
_EXPLAINED: Final = ("name", "title", "start", "finish", "predecessor", "successor", "owner", "progress")
_COMMON: Final = ("name", "title", "owner", "start", "finish", "duration", "progress", "status", "team", "predecessors", "id", "notes")
_EXPLAINED_MOST: Final = 4
Sheet = tuple[str, str]  # file, name


def show(here: workspace.Current, lang: Language) -> None:
    """The sheet that the reader chose, with its reading, the best others, and what each column was taken for and why."""
    sheets = [(source.file, name) for source in here.result.sources for name in source.sheets]
    if not sheets:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = _choose(here, sheets, lang)
        understood.options(here, lang)
    view = workspace.sheet_view(here, *chosen)
    if view is None:
        return
    tables = [table for table in here.result.tables if (table.source, table.sheet) == chosen]
    st.subheader(_title(view, tables, lang), anchor=False)
    key = f"{Key.DRAWN}_{here.mark}"
    sheet.sheet(_data(here, view, tables, lang), key=key, on_act=lambda: _on_act(key, here, view, tables))


def _choose(here: workspace.Current, sheets: Sequence[Sheet], lang: Language) -> Sheet:
    counts = here.result.plan.activities.groupby(["file", "sheet"], dropna=False, sort=False).size() if len(sheets) > 1 else pd.Series()
    risks = here.result.plan.risks.groupby(["file", "sheet"], dropna=False, sort=False).size() if len(sheets) > 1 else pd.Series()
    largest = max(sheets, key=lambda one: (counts.get(one, 0), risks.get(one, 0)))
    if len(sheets) == 1:
        return largest
    several = len({file for file, _ in sheets}) > 1

    def named(one: Sheet) -> str:
        return literal(one[1] if one[1] and not several else f"{one[0]} · {one[1]}" if one[1] else one[0])

    if st.session_state.get(Key.SHEETS) not in sheets:
        st.session_state[Key.SHEETS] = largest
    if len(sheets) <= _FEW_SHEETS:
        st.segmented_control(t("sheet.which", lang), sheets, key=Key.SHEETS, format_func=named, label_visibility="collapsed", required=True)
    else:
        st.selectbox(t("sheet.which", lang), sheets, key=Key.SHEETS, format_func=named, label_visibility="collapsed", width=420)
    chosen: Sheet = st.session_state[Key.SHEETS] or largest
    return chosen


def _title(view: SheetView, tables: Sequence[TableReading], lang: Language) -> str:
    standing = view.offers[0]
    name = literal(view.sheet or view.file)
    twin = next((table.same_as for table in tables if table.same_as), None)
    if twin is not None:
        return t("sheet.title-twin", lang, sheet=name, kept=literal(twin))
    if not (standing.items or standing.risks):
        return t("sheet.title-nothing", lang, sheet=name)
    return t("sheet.title-left" if standing.left else "sheet.title", lang, sheet=name, left=standing.left)


def _counted(offer: Offer, lang: Language) -> str:
    parts = [t("sheet.items", lang, count=offer.items)] if offer.items else []
    parts += [t("sheet.risks", lang, count=offer.risks)] if offer.risks else []
    return " + ".join(parts)


# What is drawn


def _data(here: workspace.Current, view: SheetView, tables: Sequence[TableReading], lang: Language) -> dict[str, Any]:
    order = sorted(range(len(tables)), key=lambda at: (tables[at].kind is TableKind.OTHER, tables[at].first_row - tables[at].last_row))
    drawn = [_table(view, tables[at], at, lang) for at in order] or [_nowhere(view, lang)]
    place = {at: number for number, at in enumerate(order)}
    across = [str(at + 1) if view.transposed else letters(at) for at in range(min(view.width, DRAWN_COLUMNS))]
    words = {name: t(f"sheet.{name}", lang) for name in
             ("cards", "row", "unused", "header", "headers", "another", "no-item", "no-items", "is-item", "end")}  # fmt: skip
    cards = [_card(offer, number == 0, lang) for number, offer in enumerate(view.offers)]
    return {
        "of": f"{view.file}|{view.sheet}|{view.transposed}", "cards": cards,
        "told": _told(here, view, tables, lang), "tools": list(_tools(here, view, tables, order, lang)), "letters": across,
        "rows": list(_rows(here, view, tables, place, lang)), "tables": drawn, "below": list(_below(tables, order, lang)), "words": words,
    }  # fmt: skip


def _card(offer: Offer, standing: bool, lang: Language) -> dict[str, Any]:
    if not (offer.items or offer.risks):
        title = "nothing"
    elif offer.what == "kind":
        title = offer.kind.value
    elif offer.what in ("header", "second", "transposed", "bare"):
        title = offer.what
    else:
        title = "names-groups" if offer.group else "names"
    parts = [_counted(offer, lang)] if offer.items or offer.risks else [t("sheet.card-nothing-why", lang)]
    parts += [t(f"sheet.{name}", lang, count=count) for name, count in (
        ("groups", offer.groups), ("dated", offer.dated), ("links", offer.links), ("left", offer.left)) if count]  # fmt: skip
    name, group = (f"“{text[:60]}”" if (text := " ".join(header.split())) else "" for header in (offer.name, offer.group))
    name = name or t("sheet.column", lang, column=offer.column)
    return {"title": t(f"sheet.card-{title}", lang, name=name, group=group, row=offer.row), "text": " · ".join(parts), "on": standing}


def _told(here: workspace.Current, view: SheetView, tables: Sequence[TableReading], lang: Language) -> str:
    if st.session_state.pop(Key.SAID_NOTHING, False):
        return t("sheet.cannot", lang)
    if any(table.by_hand for table in tables):
        return t("sheet.by-hand", lang)
    cut = view.height > len(view.rows) or view.width > DRAWN_COLUMNS
    return t("sheet.how-cut" if cut else "sheet.how", lang, rows=len(view.rows), columns=min(view.width, DRAWN_COLUMNS))


def _tools(
    here: workspace.Current, view: SheetView, tables: Sequence[TableReading], order: Sequence[int], lang: Language
) -> Iterator[dict[str, Any]]:
    main = tables[order[0]] if order else None
    kinds = [[kind.value, t(f"sheet.kind-{kind}", lang)] for kind in TableKind]
    now = main.kind if main is not None else TableKind.OTHER
    yield {"label": t("sheet.kind", lang, kind=t(f"sheet.kind-{now}", lang)), "strong": False,
           "act": {"what": "kind", "table": order[0] if order else 0, "choose": kinds, "value": now.value}}  # fmt: skip
    if view.sideways:
        yield {"label": t("sheet.upright" if view.transposed else "sheet.turn", lang), "strong": False, "act": {"what": "turn"}}
    if main is None or main.header_row:
        yield {"label": t("sheet.bare", lang), "strong": False, "act": {"what": "bare"}}
    if _steps(here):
        yield {"label": t("sheet.undo", lang), "strong": True, "act": {"what": "undo"}}
    if any(words in here.kept.mappings for words in view.known):
        yield {"label": t("sheet.as-found", lang), "strong": True, "act": {"what": "found"}}


def _table(view: SheetView, table: TableReading, number: int, lang: Language) -> dict[str, Any]:
    by_letter = {choice.column: (field, choice) for field, choice in table.columns.items()}
    headers = dict(table.headers)
    chips: list[dict[str, Any] | None] = []
    filled = _filled(view, table)
    for at in range(min(view.width, DRAWN_COLUMNS)):
        letter = letters(at)
        field, choice = by_letter.get(letter, (table.also.get(letter, ""), None))
        chips.append(_chip(letter, field, choice, lang) if field or letter in headers or at in filled else None)
    return {"number": number, "header": table.header_row, "chips": chips, "fields": _fields(table.kind, lang)}


def _fields(kind: TableKind, lang: Language) -> list[list[str]]:
    """What a column of a table of ``kind`` can be, what most tables have first."""
    ordered = sorted(FIELDS[kind], key=lambda field: _COMMON.index(field) if field in _COMMON else len(_COMMON))
    return [[field, t(f"field.{field}", lang)] for field in ordered]


def _nowhere(view: SheetView, lang: Language) -> dict[str, Any]:
    """The labels of a sheet on which no table was found."""
    chips = [_chip(letters(at), "", None, lang) for at in range(min(view.width, DRAWN_COLUMNS))]
    return {"number": 0, "header": 0, "chips": chips, "fields": _fields(TableKind.OTHER, lang)}


def _filled(view: SheetView, table: TableReading) -> set[int]:
    return {at for cells in view.rows[max(table.first_row - 1, 0) : table.last_row] for at, text in enumerate(cells) if text}


def _chip(letter: str, field: str, choice: ColumnChoice | None, lang: Language) -> dict[str, Any]:
    label = t(f"field.{field}", lang) if field else t("sheet.unused", lang)
    unsure = choice is not None and choice.by != "user" and choice.confidence < ASKED_COLUMN
    if unsure and choice is not None:
        label = t("sheet.chip-unsure", lang, field=label, sure=choice.confidence)
    return {"letter": letter, "label": label, "value": field, "state": "unsure" if unsure else "used" if field else "unused",
            "why": why(choice, lang) if choice is not None else ""}  # fmt: skip


def _rows(
    here: workspace.Current, view: SheetView, tables: Sequence[TableReading], place: Mapping[int, int], lang: Language
) -> Iterator[dict[str, Any]]:
    rejected = here.result.rejected
    mine = rejected[(rejected["file"] == view.file) & (rejected["sheet"].fillna("") == view.sheet)]
    reasons = dict(zip(mine["row"].tolist(), mine["reason"].tolist(), strict=True)) if not view.transposed else {}
    held = here.kept.mappings
    said_rows = {entry for table in tables for entry in held.get(table.signature, {}).get(NO_ITEMS, "").split(",")}
    for number, cells in enumerate(view.rows, 1):
        at = next((at for at, one in enumerate(tables) if _top(one) <= number <= one.last_row), None)
        table = None if at is None else tables[at]
        used = table is not None and table.kind is not TableKind.OTHER
        by_hand = row_entry(number, view.signatures[number - 1]) in said_rows
        note = t("sheet.no-item-said", lang) if by_hand else t(f"rejected.{reasons[number]}", lang) if number in reasons else ""
        header = table is not None and table.header_row - table.header_rows < number <= table.header_row
        row = {"row": number, "label": letters(number - 1) if view.transposed else str(number), "cells": list(cells), "note": note,
               "said": by_hand, "table": None if at is None else place[at]}  # fmt: skip
        yield row | {
            "as": "header" if header and used else "quiet" if note or not used else "item",
            "begins": table is not None and number == _top(table), "first": used and table is not None and number == _top(table),
            "last": used and table is not None and number == table.last_row,
        }  # fmt: skip


def _top(table: TableReading) -> int:
    """The first row of a table's header, else of its rows."""
    return table.header_row - max(table.header_rows, 1) + 1 if table.header_row else table.first_row


def _below(tables: Sequence[TableReading], order: Sequence[int], lang: Language) -> Iterator[list[str]]:
    """Why the main table's columns are what they are: those that a plan stands on, and those that are not sure."""
    if not order or tables[order[0]].kind is TableKind.OTHER:
        return
    columns = tables[order[0]].columns
    unsure = [field for field, choice in columns.items() if choice.confidence < ASKED_COLUMN and choice.by != "user"]
    for field in list(dict.fromkeys([*(field for field in _EXPLAINED if field in columns), *unsure]))[:_EXPLAINED_MOST]:
        yield [t(f"field.{field}", lang), why(columns[field], lang)]


# What is said


def _steps(here: workspace.Current) -> list[dict[str, Any]]:
    """What each click replaced, the latest last: signature → what was remembered before."""
    held: dict[str, list[dict[str, Any]]] = st.session_state.setdefault(Key.SAID_BEFORE, {})
    return held.setdefault(here.mark, [])


@told
def _on_act(key: str, here: workspace.Current, view: SheetView, tables: Sequence[TableReading]) -> None:
    act = said.Act.of(sheet.acted(key))
    if act is None:
        return
    steps, held = _steps(here), here.kept.mappings
    if act.what == "undo":
        if steps:
            workspace.say({(words,): before for words, before in steps.pop().items()})
        return
    new = said.changes(act, view, tables, held)
    st.session_state[Key.SAID_NOTHING] = not new
    if new:
        before = {path[0]: dict(held[path[0]]) if path[0] in held else ABSENT for path in new}
        workspace.say(new)
        steps.append(before)
        del steps[:-_STEPS_BACK]
