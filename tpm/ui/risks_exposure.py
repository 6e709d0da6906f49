"""Where and when days are at risk, and which risks cost the date most."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from tpm.charts.exposure_heatmap import exposure_heatmap
from tpm.charts.gantt import clicked
from tpm.i18n import Language, t
from tpm.insight.exposure import Exposure, exposure, exposure_title, period_name, team_name
from tpm.insight.simulation_words import name_of
from tpm.model import Schedule
from tpm.ui import computed, simulation
from tpm.ui.cache import Simulated
from tpm.ui.keys import Key
from tpm.ui.risks_confidence import risk_costs
from tpm.ui.risks_matrix import CHART_CONFIG
from tpm.ui.text import literal
from tpm.ui.workspace import Current

_WIDTH = 1160
_SMALL_DAYS = 0.05
_ROWS_SHOWN = 15


def show(here: Current, schedule: Schedule, simulated: Simulated | None, lang: Language, *, dark: bool) -> None:
    """The view; ``simulated`` is None while it runs or where nothing can be."""
    if here.plan.activities.empty:
        st.info(t("simulation-page.nothing-dated", lang), icon=":material/event_busy:")
        return
    register = computed.register_of(here)
    options = simulation.options_of(here, schedule)
    found = exposure(here.plan, schedule, register, options.default_spread)
    st.subheader(literal(exposure_title(found, lang)), anchor=False)
    st.caption(t("exposure.how", lang))
    if found.grid.size:
        _chart(found, lang, dark=dark)
        _behind(found, lang)
    if simulated is not None and simulated.now.answered and not simulated.now.risk_days.empty:
        _top_risks(here, simulated, lang)


def _chart(found: Exposure, lang: Language, *, dark: bool) -> None:
    figure = exposure_heatmap(found, lang=lang, dark=dark, selected=st.session_state.get(Key.EXPOSURE_CELL), width=_WIDTH)
    st.plotly_chart(figure, theme=None, key=f"{Key.EXPOSURE_CHART}_{st.session_state.get(Key.EXPOSURE_CHART_TURN, 0)}", on_select=_picked,
                    selection_mode="points", config=CHART_CONFIG, alt=exposure_title(found, lang))  # fmt: skip


def _picked() -> None:
    turn = st.session_state.get(Key.EXPOSURE_CHART_TURN, 0)
    event = st.session_state.get(f"{Key.EXPOSURE_CHART}_{turn}")
    mark = clicked(event.selection.points) if event else None
    if mark is not None:
        st.session_state[Key.EXPOSURE_CHART_TURN] = turn + 1
        line, column = mark[0].split(",")
        st.session_state[Key.EXPOSURE_CELL] = (int(line), int(column))


def _behind(found: Exposure, lang: Language) -> None:
    """What the clicked cell is made of; before a click, the largest parts of all."""
    cell = st.session_state.get(Key.EXPOSURE_CELL)
    rows = found.rows
    if cell is not None and cell[0] < found.grid.shape[0] and cell[1] < found.grid.shape[1]:
        rows = rows[(rows["line"] == cell[0]) & (rows["column"] == cell[1])]
        where = f"{team_name(found, cell[0], lang)} · {period_name(found.periods[cell[1]], found.months, lang)}"
        st.markdown(f"**{literal(where)}**")
    with st.expander(t("exposure.parts", lang, count=len(rows)), expanded=cell is not None, icon=":material/table_rows:"):
        sources = [t(f"exposure.source-{source}", lang, **({"team": other} if source == "handover" else {}))
                   for source, other in zip(rows["source"], rows["other"], strict=True)]  # fmt: skip
        st.dataframe(pd.DataFrame({
            t("exposure.column-team", lang): rows["team"].fillna(t("exposure.no-team", lang)), t("exposure.column-day", lang): rows["day"],
            t("exposure.column-source", lang): sources, t("exposure.column-name", lang): rows["name"], "ID": rows["id"],
            t("exposure.column-days", lang): rows["days"],
        }), hide_index=True, width="stretch", column_config={
            t("exposure.column-day", lang): st.column_config.DateColumn(format="YYYY-MM-DD"),
            t("exposure.column-days", lang): st.column_config.NumberColumn(format="%.1f"),
        })  # fmt: skip


def _top_risks(here: Current, found: Simulated, lang: Language) -> None:
    """Risks by what they cost the target in the simulation, beside their rank by probability × impact."""
    table = risk_costs(here, found.now)
    ranks = computed.register_of(here).rows.set_index("id")["number"]
    first = table.iloc[0]
    name = literal(name_of(here.plan, found.now.target, lang))
    if abs(first["expected_days"]) < _SMALL_DAYS:
        st.subheader(t("exposure.top-nothing", lang, name=name), anchor=False)
    else:
        st.subheader(t("exposure.top", lang, risk=literal(first["title"]), days=abs(first["expected_days"]), name=name,
                       rank=int(ranks.get(first["id"], 0))), anchor=False)  # fmt: skip
    st.caption(t("exposure.top-how", lang, name=name))
    most = float(table["expected_days"].abs().max()) or 1.0
    st.dataframe(pd.DataFrame({
        t("exposure.column-risk", lang): table["title"], "ID": table["id"],
        t("exposure.column-cost", lang): table["expected_days"],
        t("exposure.column-bar", lang): table["expected_days"].abs(),
        t("exposure.column-fired", lang): table["fired_share"] * 100,
        t("exposure.column-rank", lang): [int(ranks.get(risk, 0)) for risk in table["id"]],
    }), hide_index=True, width="stretch", height="content" if len(table) <= _ROWS_SHOWN else "auto", column_config={
        t("exposure.column-cost", lang): st.column_config.NumberColumn(format="%+.1f"),
        t("exposure.column-bar", lang): st.column_config.ProgressColumn(min_value=0.0, max_value=most, format=" "),
        t("exposure.column-fired", lang): st.column_config.NumberColumn(format="%.0f%%"),
    })  # fmt: skip
