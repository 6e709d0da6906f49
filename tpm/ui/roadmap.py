"""The Roadmap page: one quiet row of controls, the chart, what is not shown, the panel of one item."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

import streamlit as st

from tpm.charts.gantt import clicked, gantt
from tpm.i18n import Language, t
from tpm.insight.closed_days import closed_days
from tpm.insight.roadmap import LANE, DateSet, RoadmapFilter, RoadmapRows, lanes_of, roadmap_rows
from tpm.insight.roadmap_words import empty_words, left_out, roadmap_title
from tpm.model import Kind, Plan, Schedule, State
from tpm.ui import computed, pick, simulation
from tpm.ui.keys import Key
from tpm.ui.settings import today
from tpm.ui.text import literal
from tpm.ui.workspace import Current

_DATES = ("forecast", "planned", "baseline")
_SCALES = ("auto", "week", "month", "quarter")
_LINKS = ("auto", "none", "critical", "all")
_LINKS_READABLE = 60  # rows; above that only the critical path's links are drawn unless asked for
_HIERARCHY = 2  # summary rows that make the plan's own outline worth more than lanes of people
_PATIENCE_SECONDS = 0.3  # for a simulation that nobody asked for: the chart does not wait for it
_WIDTH = 1160  # pixels that a 1280-pixel projector leaves; labels placed for it have more room on wider screens


def controls(plan: Plan, lang: Language) -> tuple[str, DateSet, RoadmapFilter]:
    """The row above the chart; returns lane, set of dates and filters."""
    lanes = (*_lanes(plan), *(str(name) for name in plan.attributes.columns))
    dates = [name for name in _DATES if name != "baseline" or plan.activities["baseline_finish"].notna().any()]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        lane = st.selectbox(
            t("roadmap-page.lane", lang), lanes, key=Key.LANE, persist_state="session", width=190, label_visibility="collapsed",
            format_func=lambda name: t("roadmap-page.lane-by", lang, name=t(f"roadmap-page.lane-{name}", lang) if name in _NAMED_LANES
                                       else name),
        )
        shown = st.segmented_control(
            t("roadmap-page.dates", lang), dates, default=dates[0], required=True, key=Key.DATES, persist_state="session",
            label_visibility="collapsed", format_func=lambda name: t(f"roadmap-page.dates-{name}", lang),
        )
        st.text_input(t("roadmap-page.text", lang), key=Key.TEXT, persist_state="session", type="search", width=190,
                      label_visibility="collapsed", placeholder=t("roadmap-page.text-hint", lang))
        with st.popover(t("roadmap-page.filters", lang), icon=":material/tune:"):
            filters = _filters(plan, lang)
            _folding(plan, lane or lanes[0], lang)
    return lane or lanes[0], cast(DateSet, shown or dates[0]), filters


def _lanes(plan: Plan) -> tuple[str, ...]:
    """Lanes to choose from, the best first: teams, else the plan's own hierarchy where it has one."""
    lanes = lanes_of(plan)
    nested = (plan.activities["kind"] == Kind.SUMMARY).sum() >= _HIERARCHY
    return ("none", *(lane for lane in lanes if lane != "none")) if nested and lanes[0] != "team" else lanes


_NAMED_LANES = ("team", "owner", "program", "phase", "none")


def _filters(plan: Plan, lang: Language) -> RoadmapFilter:
    teams = sorted({str(team) for team in plan.activities["team"].dropna()})
    picked = st.multiselect(t("roadmap-page.teams", lang), teams, key=Key.TEAMS, persist_state="session",
                            placeholder=t("roadmap-page.all", lang)) if teams else []
    states = st.multiselect(t("roadmap-page.states", lang), [state.value for state in State], key=Key.STATES, persist_state="session",
                            format_func=lambda name: t(f"state.{name}", lang), placeholder=t("roadmap-page.all", lang))
    window: tuple[dt.date, ...] = ()
    if plan.first_date is not None:
        window = st.date_input(t("roadmap-page.window", lang), value=[], key=Key.WINDOW, persist_state="session")
    st.segmented_control(
        t("roadmap-page.scale", lang), _SCALES, default="auto", required=True, key=Key.SCALE, persist_state="session",
        format_func=lambda name: t(f"roadmap-page.scale-{name}", lang),
    )
    hide_done = st.toggle(t("roadmap-page.hide-done", lang), key=Key.HIDE_DONE, persist_state="session")
    critical = st.toggle(t("roadmap-page.critical-only", lang), key=Key.CRITICAL_ONLY, persist_state="session")
    late = st.toggle(t("roadmap-page.late-only", lang), key=Key.LATE_ONLY, persist_state="session")
    st.selectbox(t("roadmap-page.links", lang), _LINKS, key=Key.LINKS, persist_state="session",
                 format_func=lambda name: t(f"roadmap-page.links-{name}", lang))
    return RoadmapFilter(
        teams=frozenset(picked) if picked else None,
        states=frozenset(states) if states else None,
        text=st.session_state.get(Key.TEXT, ""),
        window=(window[0], window[1]) if len(window) == 2 else (None, None),
        hide_done=hide_done, only_critical=critical, only_late=late,
    )


def _folding(plan: Plan, lane: str, lang: Language) -> None:
    """Which lanes are folded to their own line; a click on a folded lane opens it."""
    if lane == "none":
        return
    values = plan.activities[lane] if lane in plan.activities else plan.attributes[lane]
    lanes = list(dict.fromkeys(str(value) for value in values if value))
    kept = [name for name in st.session_state.get(Key.COLLAPSED, []) if name in lanes]
    if kept != st.session_state.get(Key.COLLAPSED):
        st.session_state[Key.COLLAPSED] = kept
    st.multiselect(t("roadmap-page.collapsed", lang), lanes, key=Key.COLLAPSED, persist_state="session",
                   placeholder=t("roadmap-page.collapsed-none", lang))


def chart(here: Current, schedule: Schedule, lang: Language, *, dark: bool) -> None:
    """Controls, title, Gantt and the lines that say what is not shown."""
    plan = here.plan
    lane, dates, filters = controls(plan, lang)
    closed: set[str] = st.session_state.setdefault(Key.CLOSED, set())
    expanded: set[str] = st.session_state.setdefault(Key.EXPANDED, set())
    running = simulation.unasked(here, schedule, _PATIENCE_SECONDS) if dates == "forecast" else None
    schedule = computed.facts_of(here).schedule  # of a plan that is over as planned
    rows = roadmap_rows(plan, schedule, lane=lane, dates=dates, filters=filters, expanded=expanded,
                        collapsed=closed | set(st.session_state.get(Key.COLLAPSED, ())))
    if rows.empty:
        st.subheader(t("page.roadmap.title", lang), anchor=False)
        st.info(empty_words(rows, lang), icon=":material/event_busy:")
        return
    folded = rows.frame[rows.frame["folded"] > 0]
    st.session_state[Key.FOLDED] = set(folded["id"].dropna()) | set(folded["lane"][folded["kind"] == LANE])
    title, legend = roadmap_title(schedule, rows, lang, computed.finding_of(here, lang))
    sure = _confidence(here, schedule) if dates == "forecast" else {}
    pick.title(title, " · ".join(filter(None, (legend, t("roadmap-page.whiskers", lang) if sure else ""))), lang)
    if running is not None:
        simulation.wait(running, lang)
    figure = _figure(here, schedule, rows, sure, lang, dark=dark)
    st.plotly_chart(
        figure, theme=None, key=f"{Key.CHART}_{st.session_state.get(Key.CHART_TURN, 0)}", on_select=_picked, selection_mode="points",
        config={"displaylogo": False, "scrollZoom": False, "displayModeBar": "hover",
                "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]},
        alt=title,
    )
    for line in left_out(rows, lang):
        st.caption(literal(line))


def _confidence(here: Current, schedule: Schedule) -> dict[str, tuple[dt.date, dt.date]]:
    """P10 and P90 of the open milestones, once a simulation was run; a day has no whisker."""
    found = simulation.known(here, schedule)
    if found is None:
        return {}
    table = found.now.table
    open_marks = (here.plan.activities["kind"] == Kind.MILESTONE) & ~schedule.table["state"].isin([State.DONE, State.CANCELLED])
    rows = table[open_marks & (table["p90_finish"] > table["p10_finish"])]
    return {item: (first.date(), last.date()) for item, first, last in zip(rows["id"], rows["p10_finish"], rows["p90_finish"], strict=True)}


def _figure(here: Current, schedule: Schedule, rows: RoadmapRows, sure: dict[str, tuple[dt.date, dt.date]], lang: Language, *,
            dark: bool) -> Any:  # fmt: skip
    status = schedule.options.status_date
    first, last = rows.frame["start"].min().date(), rows.frame["finish"].max().date()
    wanted = st.session_state.get(Key.LINKS, "auto")
    if wanted == "auto":
        wanted = "all" if rows.lines <= _LINKS_READABLE and len(rows.links) <= _LINKS_READABLE else "critical"
    return gantt(
        rows, lang=lang, dark=dark, status_date=status, today=today(), scale=st.session_state.get(Key.SCALE) or "auto",
        links=wanted, selected=st.session_state.get(Key.ITEM), width=_WIDTH, height_per_row=24,
        closed_days=closed_days(here.plan, schedule.options, first, last), confidence=sure,
    )


def _picked() -> None:
    """A click on a bar opens its item; on a lane's or a summary's line it folds or unfolds."""
    turn = st.session_state.get(Key.CHART_TURN, 0)
    event = st.session_state.get(f"{Key.CHART}_{turn}")
    mark = clicked(event.selection.points) if event else None
    if mark is None:
        return
    st.session_state[Key.CHART_TURN] = turn + 1  # a new chart has nothing selected: the same bar can be clicked again
    name, kind = mark
    if kind not in (LANE, Kind.SUMMARY):
        st.session_state[Key.ITEM] = name
        return
    opening = name in st.session_state[Key.FOLDED]
    st.session_state[Key.EXPANDED] = st.session_state[Key.EXPANDED] | {name} if opening else st.session_state[Key.EXPANDED] - {name}
    if kind == LANE:
        folded = [lane for lane in st.session_state.get(Key.COLLAPSED, []) if lane != name]
        st.session_state[Key.COLLAPSED] = folded if opening else [*folded, name]
    else:
        st.session_state[Key.CLOSED] = st.session_state[Key.CLOSED] - {name} if opening else st.session_state[Key.CLOSED] | {name}
