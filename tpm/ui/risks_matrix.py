"""The matrix of the Risks page: filters, the chart, what is missing, and what lies behind a dot or a cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from tpm.charts.gantt import clicked
from tpm.charts.risk_heatmap import risk_heatmap
from tpm.findings import worst_first
from tpm.i18n import Language, t
from tpm.insight.risks.reach import milestones_behind
from tpm.insight.risks.register import Register, RiskFilter, filtered, heatmap_title, risk_findings
from tpm.model import Plan, Schedule
from tpm.ui import computed, pick, risks_register
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.workspace import Current

_WIDTH = 1160
CHART_CONFIG: dict[str, Any] = {"displaylogo": False, "scrollZoom": False, "displayModeBar": "hover",
                                "modeBarButtons": [["toImage"]]}  # fmt: skip


def show(here: Current, schedule: Schedule, lang: Language, *, dark: bool) -> None:
    """The view; without a register it says how to get one."""
    register = computed.register_of(here)
    if register.rows.empty:
        risks_register.first(here, lang)
        return
    head = pick.head()
    shown = filtered(register, here.plan, schedule, _filters(here.plan, register, lang, head[1]))
    if shown.rows.empty:
        st.info(t("risks.heatmap.nothing", lang), icon=":material/filter_alt_off:")
        return
    title, legend = heatmap_title(shown, lang)
    pick.title(title, "" if shown.rated.empty else legend, lang, head)
    if shown.rated.empty:
        st.info(t("risks.heatmap.unrated", lang), icon=":material/rule:")
    else:
        _chart(shown, title, lang, dark=dark)
    _chosen(here.plan, schedule, shown, lang)
    _findings(register, here.plan, lang)


def _filters(plan: Plan, register: Register, lang: Language, place: Any) -> RiskFilter:
    rows = register.rows
    team_of = dict(zip(plan.activities["id"], plan.activities["team"], strict=True))
    teams = sorted({str(team) for team in (*rows["team"], *(team_of.get(item) for items in rows["activities"] for item in items)) if team})
    categories, programs = (sorted({str(value) for value in rows[name] if value}) for name in ("category", "program"))
    with place:
        filters = st.popover(t("risks-page.filters", lang), icon=":material/tune:", type="tertiary")
        risks_register.scale_popover(register, lang)
    with filters:
        picked = {}
        for name, key, choices in (("teams", Key.RISK_TEAMS, teams), ("categories", Key.RISK_CATEGORIES, categories),
                                   ("programs", Key.RISK_PROGRAMS, programs)):  # fmt: skip
            if len(choices) > 1:
                picked[name] = st.multiselect(t(f"risks-page.{name}", lang), choices, key=key, persist_state="session", width=230,
                                              placeholder=t("roadmap-page.all", lang))  # fmt: skip
        window: tuple[dt.date, ...] = st.date_input(t("risks-page.window", lang), value=[], key=Key.RISK_WINDOW, persist_state="session",
                                                    width=230)  # fmt: skip
        closed = st.toggle(t("risks-page.closed", lang), key=Key.RISK_CLOSED, persist_state="session")
    sets = {name: frozenset(values) if values else None for name, values in picked.items()}
    return RiskFilter(sets.get("teams"), sets.get("categories"), sets.get("programs"),
                      (window[0], window[1]) if len(window) == 2 else (None, None), closed)  # fmt: skip


def _chart(shown: Register, title: str, lang: Language, *, dark: bool) -> None:
    figure = risk_heatmap(shown, lang=lang, dark=dark, selected=st.session_state.get(Key.RISK_ITEM), width=_WIDTH)
    st.plotly_chart(figure, theme=None, key=f"{Key.RISK_CHART}_{st.session_state.get(Key.RISK_CHART_TURN, 0)}", on_select=_picked,
                    selection_mode="points", config=CHART_CONFIG, alt=title)  # fmt: skip
    for note in figure.layout.meta["notes"]:
        st.caption(literal(note))


def _picked() -> None:
    """A click on a dot chooses its risk; on a cell, the risks in it."""
    turn = st.session_state.get(Key.RISK_CHART_TURN, 0)
    event = st.session_state.get(f"{Key.RISK_CHART}_{turn}")
    mark = clicked(event.selection.points) if event else None
    if mark is None:
        return
    st.session_state[Key.RISK_CHART_TURN] = turn + 1
    name, kind = mark
    st.session_state[Key.RISK_ITEM] = name if kind == "risk" else None
    st.session_state[Key.RISK_CELL] = name if kind == "cell" else None


def _forget_cell() -> None:
    st.session_state[Key.RISK_CELL] = None


def _chosen(plan: Plan, schedule: Schedule, shown: Register, lang: Language) -> None:
    """The risk that was clicked or picked from the list, or the risks of the clicked cell, with what they hit and lead to."""
    rows = shown.rows
    titles = {str(risk): f"{number} · {title}" for risk, number, title in zip(rows["id"], rows["number"], rows["title"], strict=True)}
    if st.session_state.get(Key.RISK_ITEM) not in titles:
        st.session_state[Key.RISK_ITEM] = None
    picked = st.selectbox(t("risks-page.choose", lang), list(titles), index=None, key=Key.RISK_ITEM, persist_state="session", width=520,
                          format_func=lambda risk: f"{titles[risk]}  ({risk})", placeholder=t("risks-page.choose-hint", lang),
                          on_change=_forget_cell)  # fmt: skip
    cell = st.session_state.get(Key.RISK_CELL)
    if picked is not None:
        _behind(plan, schedule, rows[rows["id"] == picked], lang)
    elif cell:
        impact, probability = (float(part) for part in cell.split(","))
        inside = rows[(rows["impact_level"] == impact) & (rows["probability_level"] == probability)]
        if len(inside):
            _behind(plan, schedule, inside, lang)


def _behind(plan: Plan, schedule: Schedule, risks: pd.DataFrame, lang: Language) -> None:
    """Facts of the risks, the activities that they hit, the milestones that those lead to."""
    with st.container(border=True):
        for row in risks.to_dict("records"):
            _facts(row, lang)
        hit = list(dict.fromkeys(item for items in risks["activities"] for item in items))
        left, right = st.columns(2)
        with left:
            st.markdown(f"**{t('risks-page.hits', lang, count=len(hit))}**")
            if hit:
                _activities(plan, schedule, hit, lang)
            else:
                st.caption(t("risks-page.hits-nothing", lang))
        with right:
            marks = milestones_behind(plan, schedule, hit)
            st.markdown(f"**{t('risks-page.leads-to', lang, count=len(marks))}**")
            if len(marks):
                st.dataframe(pd.DataFrame({
                    t("risks-page.column-milestone", lang): marks["name"], t("risks-page.column-team", lang): marks["team"].fillna(""),
                    t("risks-page.column-forecast", lang): marks["finish"], t("risks-page.column-float", lang): marks["total_float"],
                }), hide_index=True, width="stretch", column_config=_dates(lang))  # fmt: skip


def _dates(lang: Language) -> dict[str, Any]:
    return {t("risks-page.column-forecast", lang): st.column_config.DateColumn(format="YYYY-MM-DD"),
            t("risks-page.column-float", lang): st.column_config.NumberColumn(format="%.0f")}  # fmt: skip


def _facts(row: Mapping[Any, Any], lang: Language) -> None:
    who = " · ".join(literal(part) for part in (row["id"], row["team"], row["owner"], row["category"]) if part)
    needs = "".join(f" :red[▲ {t(f'risks.need.{need}', lang)}]" for need in row["needs"])
    st.markdown(f"**{row['number']} · {literal(row['title'])}**{needs}  \n{who}")
    lines = [literal(row["description"])] if row["description"] else []
    if row["response"] or row["strategy"]:
        strategy = t(f"export.strategy.{row['strategy']}", lang) if row["strategy"] else ""
        words = " · ".join(part for part in (strategy, literal(row["response"]) if row["response"] else "") if part)
        due = "" if pd.isna(row["due"]) else f" ({t('risks-page.due', lang, date=row['due'])})"
        lines.append(f"**{t('risks-page.response', lang)}** {words}{due}")
    if row["expected_days"]:
        key = "saved" if row["expected_days"] < 0 else "expected"
        lines.append(t(f"risks-page.{key}", lang, days=abs(row["expected_days"])))
    if lines:
        st.markdown("  \n".join(lines))


def _activities(plan: Plan, schedule: Schedule, hit: list[str], lang: Language) -> None:
    table = schedule.table.assign(name=plan.activities["name"], team=plan.activities["team"])
    rows = table[table["id"].isin(hit)]
    st.dataframe(pd.DataFrame({
        t("risks-page.column-activity", lang): rows["name"], t("risks-page.column-team", lang): rows["team"].fillna(""),
        t("risks-page.column-forecast", lang): rows["forecast_finish"], t("risks-page.column-float", lang): rows["total_float"],
    }), hide_index=True, width="stretch", column_config=_dates(lang))  # fmt: skip


def _findings(register: Register, plan: Plan, lang: Language) -> None:
    found = worst_first(risk_findings(register, plan))
    if not found:
        return
    with st.expander(t("risks-page.findings", lang, count=len(found)), icon=":material/fact_check:"):
        for finding in found:
            st.markdown(f"- {literal(finding.message(lang))} :gray[{literal(finding.fix(lang))}]")
