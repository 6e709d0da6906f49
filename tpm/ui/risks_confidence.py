"""How sure the date is: the curve, what would make it surer, what the answer rests on, which activities decide it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st

from tpm.charts.confidence import confidence
from tpm.charts.tornado import ROWS_MOST, tornado
from tpm.i18n import Language, t
from tpm.insight.simulation_words import (
    Promise,
    certainty_words,
    confidence_title,
    criticality_table,
    factors,
    forecast_words,
    how_words,
    milestone_table,
    promise_of,
    targets,
    tornado_title,
)
from tpm.model import DISTRIBUTIONS, SEED_MOST, SPREAD_HIGH_MOST, SPREAD_LOW_LEAST, Schedule, SimulationOptions, SimulationResult
from tpm.ui import shared, simulation, workspace
from tpm.ui.cache import Simulated
from tpm.ui.keys import Key
from tpm.ui.risks_matrix import CHART_CONFIG
from tpm.ui.text import literal
from tpm.ui.workspace import Current

_KINDS = ("risk", "activity", "team")
_WIDTHS = (690, 430)  # px that the two columns have on a screen of 1280
_ROWS_SHOWN = 12
_WAITING_PX = 420


def show(here: Current, schedule: Schedule, found: Simulated | None, asked: Promise | None, lang: Language, *, dark: bool) -> None:
    """The view of what was ``found`` (None while it is simulated or where nothing can be), for the date that was ``asked`` about."""
    if schedule.finish is None:
        st.info(t("simulation-page.nothing-dated", lang), icon=":material/event_busy:")
        return
    if found is None:
        if simulation.is_running():
            st.skeleton(height=_WAITING_PX)  # where the curve will be: nothing jumps when it comes
        return
    simulation.warnings(found, lang)
    if not found.now.answered:
        st.info(literal(confidence_title(here.plan, schedule, found.now, None, lang)), icon=":material/event_busy:")
        return
    st.subheader(literal(confidence_title(here.plan, schedule, found.now, asked, lang)), anchor=False)
    rests = [forecast_words(schedule, found.now, lang), certainty_words(here.plan, found.now, lang)]
    st.caption(literal(" ".join(filter(None, rests))))
    left, right = st.columns([_WIDTHS[0], _WIDTHS[1]], gap="medium")
    with left:
        _curve(found, asked, lang, dark=dark)
    with right:
        _tornado(here, found.now, lang, dark=dark)
    st.caption(literal(how_words(found.now, asked, schedule, lang)))
    _milestones(here, schedule, found.now, lang)
    _criticality(here, found.now, lang)


def controls(here: Current, schedule: Schedule, lang: Language) -> Promise | None:
    """Which milestone, which date is asked about, and how it is simulated; returns the date."""
    options = simulation.options_of(here, schedule)
    marks = targets(here.plan, schedule)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if len(marks):
            names = {str(item): str(name) for item, name in zip(marks["id"], marks["name"], strict=True)}
            choices = list(names)
            shared.hold(Key.SIMULATION_TARGET, options.target if options.target in names else None)
            st.selectbox(t("simulation-page.target", lang), choices, index=None,
                         key=Key.SIMULATION_TARGET, width=420, format_func=lambda item: f"{names[item]}  ({item})",
                         on_change=_save, args=("target", Key.SIMULATION_TARGET))  # fmt: skip
        promise = promise_of(here.plan, options.target)
        key = f"{Key.SIMULATION_DATE}_{options.target or ''}_{promise.day if promise else ''}"
        day = st.date_input(t("simulation-page.date", lang), promise.day if promise else None, key=key, width=170,
                            help=t(f"simulation-page.promised-{promise.by if promise else 'none'}", lang))  # fmt: skip
        with st.popover(t("simulation-page.how", lang), icon=":material/casino:"):
            _how(here, options, lang)
    if not isinstance(day, dt.date):
        return promise
    return promise if promise is not None and promise.day == day else Promise(day, "planned")


def _save(name: str, key: Key) -> None:
    """Keep one choice with the workspace; shares are shown as percentages."""
    value: Any = st.session_state[key]
    if name in ("low", "high", "correlation"):
        value = value / 100
    workspace.save_settings({name: value}, "simulation")


def _how(here: Current, options: SimulationOptions, lang: Language) -> None:
    runs = sorted({*simulation.RUNS, options.runs})
    percent = {Key.SIMULATION_LOW: options.default_spread[0], Key.SIMULATION_HIGH: options.default_spread[1],
               Key.SIMULATION_CORRELATION: options.correlation}  # fmt: skip
    shown = {Key.SIMULATION_RUNS: options.runs, Key.SIMULATION_SEED: options.seed, Key.SIMULATION_DISTRIBUTION: options.distribution,
             **{key: round(share * 100, 6) for key, share in percent.items()}}  # fmt: skip
    for key, value in shown.items():
        shared.hold(key, value)
    st.selectbox(t("simulation-page.runs", lang), runs, key=Key.SIMULATION_RUNS,
                 format_func=lambda count: f"{count:,}", on_change=_save, args=("runs", Key.SIMULATION_RUNS))  # fmt: skip
    st.number_input(t("simulation-page.seed", lang), 0, SEED_MOST, key=Key.SIMULATION_SEED, on_change=_save,
                    args=("seed", Key.SIMULATION_SEED), help=t("simulation-page.seed-help", lang))  # fmt: skip
    st.selectbox(t("simulation-page.distribution", lang), DISTRIBUTIONS,
                 key=Key.SIMULATION_DISTRIBUTION, on_change=_save, args=("distribution", Key.SIMULATION_DISTRIBUTION),
                 format_func=lambda name: t(f"simulation-page.distribution-{name}", lang))  # fmt: skip
    st.number_input(t("simulation-page.low", lang), SPREAD_LOW_LEAST * 100, 0.0, step=5.0, format="%.0f", key=Key.SIMULATION_LOW,
                    on_change=_save, args=("low", Key.SIMULATION_LOW), help=t("simulation-page.spread-help", lang))  # fmt: skip
    st.number_input(t("simulation-page.high", lang), 0.0, SPREAD_HIGH_MOST * 100, step=5.0, format="%.0f",
                    key=Key.SIMULATION_HIGH, on_change=_save, args=("high", Key.SIMULATION_HIGH))  # fmt: skip
    st.number_input(t("simulation-page.correlation", lang), 0.0, 100.0, step=10.0, format="%.0f",
                    key=Key.SIMULATION_CORRELATION, on_change=_save, args=("correlation", Key.SIMULATION_CORRELATION),
                    help=t("simulation-page.correlation-help", lang))  # fmt: skip
    if len(here.snapshots) > 1:
        learns = bool(here.settings.get("simulation", {}).get("learned"))
        shared.hold(Key.SIMULATION_LEARNED, learns)
        st.toggle(t("simulation-page.learned", lang), key=Key.SIMULATION_LEARNED, on_change=_save,
                  args=("learned", Key.SIMULATION_LEARNED), help=t("simulation-page.learned-help", lang))  # fmt: skip
        if learns:
            for team, low, high, count in options.team_spread:
                st.caption(t("simulation-page.learned-band", lang, team=literal(team), low=low, high=high, count=count))
            if not options.team_spread:
                st.caption(t("simulation-page.learned-nothing", lang))


def _curve(found: Simulated, asked: Promise | None, lang: Language, *, dark: bool) -> None:
    legend = t("confidence.legend", lang)
    if found.after is not None and found.after.answered:
        legend += " · " + t("confidence.legend-after", lang)
    st.caption(legend)
    figure = confidence(found.now, lang=lang, dark=dark, promise=asked.day if asked else None, after=found.after, width=_WIDTHS[0])
    st.plotly_chart(figure, theme=None, config=CHART_CONFIG, key="confidence_chart", alt=legend)


def _tornado(here: Current, result: SimulationResult, lang: Language, *, dark: bool) -> None:
    st.markdown(f"**{literal(tornado_title(here.plan, result, lang))}**")
    kinds = st.pills(t("tornado.kinds", lang), _KINDS, selection_mode="multi", default=_KINDS, key=Key.TORNADO_KINDS,
                     format_func=lambda kind: t(f"tornado.kind-{kind}", lang), label_visibility="collapsed")  # fmt: skip
    bars = factors(here.plan, result, lang, frozenset(kinds) if kinds else None)
    if not bars:
        st.caption(t("tornado.nothing", lang))
        return
    st.plotly_chart(tornado(bars, lang=lang, dark=dark, width=_WIDTHS[1]), theme=None, config=CHART_CONFIG, key="tornado_chart",
                    alt=t("tornado.legend", lang))  # fmt: skip
    st.caption(t("tornado.legend", lang))
    if len(bars) > ROWS_MOST:
        st.caption(t("tornado.more", lang, count=len(bars) - ROWS_MOST))


def _milestones(here: Current, schedule: Schedule, result: SimulationResult, lang: Language) -> None:
    table = milestone_table(here.plan, schedule, result)
    if len(table) < 2:
        return
    late = int((table["days"] >= 0.5).sum())
    told = int(table["days"].notna().sum())
    st.subheader(t("simulation-page.milestones", lang, late=late, total=told), anchor=False)
    names = {name: t(f"simulation-page.column-{name}", lang) for name in ("name", "team", "promise", "forecast", "p50", "p80", "days")}
    date = st.column_config.DateColumn(format="YYYY-MM-DD")
    shown = table.drop(columns="id").assign(team=table["team"].fillna("")).rename(columns=names)
    st.dataframe(shown, hide_index=True, width="stretch", height="content" if len(shown) <= _ROWS_SHOWN else "auto", column_config={
        **{names[name]: date for name in ("promise", "forecast", "p50", "p80")},
        names["days"]: st.column_config.NumberColumn(format="%+.0f"),
    })  # fmt: skip


def _criticality(here: Current, result: SimulationResult, lang: Language) -> None:
    table = criticality_table(here.plan, result)
    if table.empty:
        st.caption(t("simulation-page.no-criticality", lang))
        return
    certain = int((table["criticality_index"] >= 0.5).sum())
    st.subheader(t("simulation-page.criticality", lang, certain=certain), anchor=False)
    st.caption(t("simulation-page.criticality-how", lang, total=len(table)))
    names = {name: t(f"simulation-page.column-{name.replace('_', '-')}", lang) for name in table.columns if name != "id"}
    shown = table.drop(columns="id").assign(
        team=table["team"].fillna(""), spread_source=[t(f"simulation-page.source-{name}", lang) for name in table["spread_source"]],
    ).rename(columns=names)  # fmt: skip
    date = st.column_config.DateColumn(format="YYYY-MM-DD")
    st.dataframe(shown, hide_index=True, width="stretch", height="content" if len(shown) <= _ROWS_SHOWN else "auto", column_config={
        names["criticality_index"]: st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="percent"),
        names["p50"]: date, names["p80"]: date,
    })  # fmt: skip


def risk_costs(here: Current, result: SimulationResult) -> pd.DataFrame:
    """Risks with what they cost the target, the most days first: id, title, fired_share, expected_days."""
    titles = dict(zip(here.plan.risks["id"], here.plan.risks["title"], strict=True))
    table = result.risk_days.assign(title=[titles.get(risk, risk) for risk in result.risk_days["id"]])
    return table.iloc[(-table["expected_days"].abs()).argsort(kind="stable")].reset_index(drop=True)
