"""Three sections of the Dependencies page: bottlenecks, priorities that contradict what waits, and the load of each team."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from tpm.charts.team_load import team_load_chart
from tpm.charts.team_matrix import clicked_cell
from tpm.i18n import Language, t
from tpm.insight.cross_team import Base, Bottleneck, Load, bottlenecks, conflicts, team_load
from tpm.insight.matrix_words import load_title
from tpm.ui import cache, pick
from tpm.ui.hand_offs import grouping
from tpm.ui.keys import Key
from tpm.ui.text import literal

_KINDS: Final = ("item", "person", "team")
_WIDTH: Final = 1160
_CONFLICTS_SHOWN: Final = 12


def bottleneck_list(base: Base, lang: Language) -> None:
    """Items, people or teams by what waits behind them, the heaviest in words."""
    found: tuple[Bottleneck, ...] = cache.judgement(base, "bottlenecks", bottlenecks)
    kinds = [kind for kind in _KINDS if any(one.kind == kind for one in found)]
    if not kinds:
        st.info(t("waits.bottleneck-none", lang), icon=":material/done_all:")
        return
    if st.session_state.get(Key.BOTTLENECK_KIND) not in kinds:
        st.session_state.pop(Key.BOTTLENECK_KIND, None)
    kind = st.segmented_control(
        t("waits.bottleneck-kind", lang), kinds, default=kinds[0], required=True, key=Key.BOTTLENECK_KIND, persist_state="session",
        format_func=lambda name: t(f"waits.bottleneck-{name}", lang), label_visibility="collapsed",
    ) or kinds[0]
    rows = [one for one in found if one.kind == kind]
    pick.title(rows[0].sentence(lang).rstrip("."), t("waits.bottleneck-legend", lang), lang)
    most = max(one.behind for one in rows)
    frame = pd.DataFrame({
        t("waits.column.name", lang): [one.name for one in rows],
        t("waits.column.behind", lang): [one.behind for one in rows],
        t("waits.column.critical", lang): [one.critical for one in rows],
        t("waits.column.teams", lang): [one.teams for one in rows],
        t("waits.column.days", lang): [one.days for one in rows],
        t("waits.column.spare", lang): [np.nan if one.spare is None else one.spare for one in rows],
    })
    pick.table(f"bottlenecks-{kind}", frame, [one.items[0] if one.items else one.key for one in rows], {
        t("waits.column.behind", lang): st.column_config.ProgressColumn(format="%d", min_value=0, max_value=most, color="blue"),
        t("waits.column.days", lang): st.column_config.NumberColumn(format="%.0f"),
        t("waits.column.spare", lang): st.column_config.NumberColumn(format="%.0f"),
    })
    st.caption(t("waits.table-hint", lang))


def conflict_list(base: Base, lang: Language) -> None:
    """Low-ranked work that decides dates, each with the decision that is asked."""
    found = cache.judgement(base, "conflicts", conflicts)
    if not found:
        ranked = base.plan.activities["priority_rank"].notna().any()
        st.info(t("waits.conflict-none" if ranked else "waits.conflict-unranked", lang), icon=":material/done_all:")
        return
    pick.title(t("waits.conflict-title", lang, count=len(found)), "", lang)
    for number, one in enumerate(found[:_CONFLICTS_SHOWN]):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"{literal(one.sentence(lang))}  \n**{literal(one.decision(lang))}**", width="stretch")
            st.button(t("waits.open-item", lang), key=f"{Key.ITEM}_conflict_{number}", type="tertiary", icon=":material/open_in_new:",
                      on_click=pick.open_item, args=(one.item,))
    if len(found) > _CONFLICTS_SHOWN:
        st.caption(t("waits.conflict-more", lang, count=len(found) - _CONFLICTS_SHOWN))


def load(base: Base, lang: Language, *, dark: bool) -> None:
    """The weeks in which somebody has more than usual in flight."""
    by = grouping(base, Key.LOAD_BY, lang)
    found: Load = cache.judgement(base, f"load|{by}", lambda of: team_load(of, by))
    if found.weeks.empty:
        st.info(t("team-load.nothing", lang), icon=":material/calendar_view_week:")
        return
    status = base.schedule.options.status_date
    title = load_title(found, status, lang)
    pick.title(title, t("team-load.legend", lang), lang)
    figure = team_load_chart(found, lang=lang, dark=dark, status_date=status, width=_WIDTH)
    pick.chart(figure, Key.LOAD_CHART, Key.GRAPH_TURN, title, _cell_picked)
    if figure.layout.meta["left_out"]:
        st.caption(t("team-load.left-out", lang, count=figure.layout.meta["left_out"]))
    if found.weeks_left_out:
        st.caption(found.note(lang))
    for crunch in found.crunches[1:4]:
        st.markdown(f"- {literal(crunch.sentence(lang))}")
    _week(base, found, lang)


def _cell_picked(points: Sequence[Mapping[str, Any]]) -> None:
    st.session_state[Key.LOAD_CELL] = clicked_cell(points)


def _week(base: Base, found: Load, lang: Language) -> None:
    """What is in flight in the clicked week; at first in the week of the heaviest crunch."""
    chosen: tuple[str, str] | None = st.session_state.get(Key.LOAD_CELL)
    if chosen is None and found.crunches:
        chosen = (found.crunches[0].group, found.crunches[0].peak.isoformat())
    if chosen is None or chosen[0] not in set(found.weeks["group"]):
        st.caption(t("waits.load-hint", lang))
        return
    monday = dt.date.fromisoformat(chosen[1])
    items = found.items(chosen[0], monday)
    st.markdown(f"**{literal(t('waits.load-week', lang, group=chosen[0], week=monday, count=len(items)))}**")
    if not items:
        return
    rows = [base.at[item] for item in items]
    frame = pd.DataFrame({
        t("waits.column.name", lang): base.names[rows],
        t("plan.items.column-owner", lang): base.text("owner")[rows],
        t("driving.start", lang): base.day("forecast_start")[rows].astype("datetime64[s]"),
        t("driving.finish", lang): base.day("forecast_finish")[rows].astype("datetime64[s]"),
    })
    day = st.column_config.DateColumn(format="YYYY-MM-DD")
    pick.table("week", frame, list(items), {t("driving.start", lang): day, t("driving.finish", lang): day})
