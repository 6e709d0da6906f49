"""The form beside the board: the same changes without a mouse on a bar, for several items at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from tpm.i18n import Language, t
from tpm.model import DAYS_MOST, FIRST_DAY, LAST_DAY, LinkType, Plan
from tpm.scenario import (
    Answer,
    Change,
    ChangeKind,
    add_holiday,
    add_link,
    drop,
    fire_risk,
    freeze,
    remove_link,
    retire_risk,
    set_duration,
    set_finish,
    set_progress,
    set_start,
    shift,
)
from tpm.ui import what_if_state as state
from tpm.ui.keys import Key
from tpm.ui.workspace import Current

_SHIFT_DAYS: Final = 5
_PERCENT_STEP: Final = 5
_KINDS: Final = (
    ChangeKind.SHIFT, ChangeKind.SET_START, ChangeKind.SET_FINISH, ChangeKind.SET_DURATION, ChangeKind.SET_PROGRESS, ChangeKind.DROP,
    ChangeKind.ADD_LINK, ChangeKind.REMOVE_LINK, ChangeKind.ADD_HOLIDAY, ChangeKind.FREEZE, ChangeKind.FIRE_RISK, ChangeKind.RETIRE_RISK,
)
_PERIODS: Final = (ChangeKind.ADD_HOLIDAY, ChangeKind.FREEZE)
_RISKS: Final = (ChangeKind.FIRE_RISK, ChangeKind.RETIRE_RISK)


def show(here: Current, answer: Answer, lang: Language) -> None:
    """What to do, to which items, by how much, and the button that does it."""
    plan = here.plan
    kind: ChangeKind = st.selectbox(
        t("what-if.do", lang), [kind for kind in _KINDS if _possible(kind, plan)], key=Key.WHAT_IF_KIND, persist_state="session",
        format_func=lambda kind: t(f"what-if.kind.{kind.replace('_', '-')}", lang), label_visibility="collapsed",
    ) or ChangeKind.SHIFT
    if kind in _PERIODS:
        _period(plan, answer, lang)
    elif kind in _RISKS:
        _risks(plan, lang)
    elif kind is ChangeKind.REMOVE_LINK:
        _cut(plan, lang)
    else:
        _items(plan, lang)
        _value(kind, plan, answer, lang)
    st.button(t("what-if.apply", lang), key=Key.WHAT_IF_APPLY, type="primary", width="stretch", on_click=_apply, args=(here, kind, lang))


def _possible(kind: ChangeKind, plan: Plan) -> bool:
    if kind in _RISKS:
        return len(plan.risks) > 0
    return len(plan.dependencies) > 0 if kind is ChangeKind.REMOVE_LINK else True


def _names(plan: Plan) -> dict[str, str]:
    return dict(zip(plan.activities["id"], plan.activities["name"], strict=True))


def _known(key: Key, known: dict[str, Any] | dict[int, Any]) -> None:
    """Forget choices that this plan does not have."""
    held = st.session_state.get(key)
    if isinstance(held, list) and any(one not in known for one in held):
        st.session_state[key] = [one for one in held if one in known]
    elif held is not None and not isinstance(held, list) and held not in known:
        st.session_state[key] = None


def _items(plan: Plan, lang: Language) -> None:
    names = _names(plan)
    _known(Key.WHAT_IF_ITEMS, names)
    st.multiselect(t("what-if.items", lang), list(names), key=Key.WHAT_IF_ITEMS, persist_state="session", label_visibility="collapsed",
                   format_func=lambda item: f"{names[item]}  ({item})", placeholder=t("what-if.items-hint", lang))  # fmt: skip


def _value(kind: ChangeKind, plan: Plan, answer: Answer, lang: Language) -> None:
    """The number, date or other item that the change needs."""
    shown, most = _shown(answer), int(DAYS_MOST)
    if kind is ChangeKind.SHIFT:
        st.number_input(t("what-if.days", lang), -most, most, value=_SHIFT_DAYS, step=1, key=Key.WHAT_IF_DAYS, persist_state="session")
    elif kind in (ChangeKind.SET_START, ChangeKind.SET_FINISH):
        usual = None if shown is None else shown["forecast_start" if kind is ChangeKind.SET_START else "forecast_finish"]
        st.date_input(t("what-if.date", lang), value=None if usual is None or pd.isna(usual) else usual.date(), format="YYYY-MM-DD",
                      min_value=FIRST_DAY, max_value=LAST_DAY, key=f"{Key.WHAT_IF_DATE}_{kind}_{_only_item()}")  # fmt: skip
    elif kind is ChangeKind.SET_DURATION:
        usual = None if shown is None else shown["duration"]
        st.number_input(t("what-if.duration", lang), 0.0, DAYS_MOST, step=1.0,
                        value=10.0 if usual is None or usual != usual else min(usual, DAYS_MOST),
                        key=f"{Key.WHAT_IF_DURATION}_{_only_item()}", format="%g")  # fmt: skip
    elif kind is ChangeKind.SET_PROGRESS:
        st.slider(t("what-if.progress", lang), 0, 100, 50, _PERCENT_STEP, key=Key.WHAT_IF_PROGRESS, format="%d%%", persist_state="session")
    elif kind is ChangeKind.ADD_LINK:
        names = _names(plan)
        _known(Key.WHAT_IF_OTHER, names)
        st.selectbox(t("what-if.successor", lang), list(names), index=None, key=Key.WHAT_IF_OTHER, persist_state="session",
                     format_func=lambda item: f"{names[item]}  ({item})", placeholder=t("what-if.successor-hint", lang))  # fmt: skip
        with st.container(horizontal=True):
            st.selectbox(t("what-if.link-type", lang), list(LinkType), key=Key.WHAT_IF_LINK_TYPE, persist_state="session",
                         format_func=lambda kind: t(f"what-if.link-type-{kind.lower()}", lang))  # fmt: skip
            st.number_input(t("what-if.lag", lang), -most, most, value=0, step=1, key=Key.WHAT_IF_LAG, persist_state="session", width=90)


def _only_item() -> str:
    chosen = st.session_state.get(Key.WHAT_IF_ITEMS) or []
    return str(chosen[0]) if len(chosen) == 1 else ""


def _shown(answer: Answer) -> dict[str, Any] | None:
    """The chosen item's row as it is shown, where one is chosen."""
    rows = (answer.plan.activities["id"] == _only_item()).to_numpy()
    if not rows.any():
        return None
    row = int(rows.argmax())
    cells = {**answer.plan.activities.iloc[row].to_dict(), **answer.after.table.iloc[row].to_dict()}
    return {str(name): cell for name, cell in cells.items()}


def _period(plan: Plan, answer: Answer, lang: Language) -> None:
    finish = answer.before.finish or plan.last_date
    st.date_input(t("what-if.period", lang), value=[], key=Key.WHAT_IF_PERIOD, persist_state="session", format="YYYY-MM-DD",
                  min_value=plan.first_date, max_value=None if finish is None else finish + dt.timedelta(days=730))  # fmt: skip
    teams = sorted({str(team) for team in plan.activities["team"].dropna()})
    if teams:
        _known(Key.WHAT_IF_TEAM, dict.fromkeys(teams))
        st.selectbox(t("what-if.team", lang), teams, index=None, key=Key.WHAT_IF_TEAM, persist_state="session",
                     placeholder=t("what-if.everybody", lang))  # fmt: skip


def _risks(plan: Plan, lang: Language) -> None:
    titles = dict(zip(plan.risks["id"], plan.risks["title"], strict=True))
    _known(Key.WHAT_IF_RISKS, titles)
    st.multiselect(t("what-if.risks", lang), list(titles), key=Key.WHAT_IF_RISKS, persist_state="session", label_visibility="collapsed",
                   format_func=lambda risk: f"{titles[risk]}  ({risk})", placeholder=t("what-if.risks-hint", lang))  # fmt: skip


def _cut(plan: Plan, lang: Language) -> None:
    names = _names(plan)
    links = plan.dependencies
    chosen = set(st.session_state.get(Key.WHAT_IF_ITEMS) or ())
    ends = list(zip(links["predecessor"], links["successor"], links["type"], strict=True))
    offered = [number for number, (before, after, _) in enumerate(ends) if not chosen or before in chosen or after in chosen]
    offered = offered or list(range(len(ends)))
    _known(Key.WHAT_IF_CUT, dict.fromkeys(offered))
    st.multiselect(
        t("what-if.cut", lang), offered, key=Key.WHAT_IF_CUT, label_visibility="collapsed", placeholder=t("what-if.cut-hint", lang),
        format_func=lambda number: f"{names[ends[number][0]]} → {names[ends[number][1]]}",
    )


def _apply(here: Current, kind: ChangeKind, lang: Language) -> None:
    made = tuple(_changes(here.plan, kind))
    if made:
        state.make(here, made, lang)


def _changes(plan: Plan, kind: ChangeKind) -> Sequence[Change]:
    """What the form says; empty while something is missing."""
    held = st.session_state
    items: list[str] = held.get(Key.WHAT_IF_ITEMS) or []
    if kind in _PERIODS:
        period: tuple[dt.date, ...] = held.get(Key.WHAT_IF_PERIOD) or ()
        make = add_holiday if kind is ChangeKind.ADD_HOLIDAY else freeze
        return [make(period[0], period[-1], held.get(Key.WHAT_IF_TEAM))] if len(period) else []
    if kind in _RISKS:
        return [(fire_risk if kind is ChangeKind.FIRE_RISK else retire_risk)(risk) for risk in held.get(Key.WHAT_IF_RISKS) or []]
    if kind is ChangeKind.REMOVE_LINK:
        ends = list(zip(*(plan.dependencies[name] for name in ("predecessor", "successor", "type")), strict=True))
        cut = (ends[row] for row in held.get(Key.WHAT_IF_CUT) or [])
        return [remove_link(before, after, LinkType(kind)) for before, after, kind in cut]
    if kind is ChangeKind.ADD_LINK:
        other = held.get(Key.WHAT_IF_OTHER)
        return [add_link(item, other, held[Key.WHAT_IF_LINK_TYPE], held[Key.WHAT_IF_LAG]) for item in items if other and item != other]
    if kind is ChangeKind.SHIFT:
        return [shift(item, held[Key.WHAT_IF_DAYS]) for item in items if held.get(Key.WHAT_IF_DAYS)]
    if kind in (ChangeKind.SET_START, ChangeKind.SET_FINISH):
        day = held.get(f"{Key.WHAT_IF_DATE}_{kind}_{_only_item()}")
        return [(set_start if kind is ChangeKind.SET_START else set_finish)(item, day) for item in items if day]
    if kind is ChangeKind.SET_DURATION:
        return [set_duration(item, held[f"{Key.WHAT_IF_DURATION}_{_only_item()}"]) for item in items]
    if kind is ChangeKind.SET_PROGRESS:
        return [set_progress(item, held[Key.WHAT_IF_PROGRESS] / 100) for item in items]
    return [drop(item) for item in items]
