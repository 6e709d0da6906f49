"""Two sections of the Dependencies page: who waits on whom as a matrix, and the commitments between teams with messages about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from tpm.charts.team_matrix import clicked_cell, team_matrix_chart
from tpm.i18n import LANGUAGES, Language, t
from tpm.insight.cross_team import GROUPINGS, Base, TeamMatrix, commitment_words, cross_team, team_matrix, team_message
from tpm.insight.graph_words import records
from tpm.insight.matrix_words import matrix_title
from tpm.ui import cache, pick
from tpm.ui.keys import Key
from tpm.ui.text import literal

_WIDTH: Final = 1160
_SAID: Final = 3  # commitments in words above the table


def grouping(base: Base, key: Key, lang: Language) -> str:
    """By whom a table is broken down: what the plan names, teams first."""
    said = [by for by in GROUPINGS if (base.text(by)[~base.summary] != None).any()] or ["team"]  # noqa: E711  (element by element)
    if st.session_state.get(key) not in said:
        st.session_state.pop(key, None)
    if len(said) == 1:
        return said[0]
    return st.segmented_control(
        t("waits.by", lang), said, default=said[0], required=True, key=key, persist_state="session",
        format_func=lambda name: t(f"waits.by-{name}", lang), label_visibility="collapsed",
    ) or said[0]


def matrix(base: Base, lang: Language, *, dark: bool) -> None:
    """The table of cells, and the links behind the clicked one."""
    by = grouping(base, Key.MATRIX_BY, lang)
    found: TeamMatrix = cache.judgement(base, f"matrix|{by}", lambda of: team_matrix(of, by))
    if found.cells.empty:
        st.info(t("waits.nothing-open", lang), icon=":material/done_all:")
        return
    title = matrix_title(found, lang)
    pick.title(title, t("team-matrix.legend", lang), lang)
    chosen: tuple[int, int] | None = st.session_state.get(Key.MATRIX_CELL)
    if chosen is not None and max(chosen) >= len(found.groups):
        chosen = None
    figure = team_matrix_chart(found, lang=lang, dark=dark, near_days=base.schedule.options.near_critical_days, chosen=chosen, width=_WIDTH)
    pick.chart(figure, Key.MATRIX_CHART, Key.GRAPH_TURN, title, _cell_picked)
    if figure.layout.meta["left_out"]:
        st.caption(t("team-matrix.left-out", lang, count=figure.layout.meta["left_out"]))
    if chosen is None:
        st.caption(t("waits.matrix-hint", lang))
        return
    _behind(base, found, chosen, lang)


def _cell_picked(points: Sequence[Mapping[str, Any]]) -> None:
    told = clicked_cell(points)
    if told is not None:
        st.session_state[Key.MATRIX_CELL] = (int(told[0]), int(told[1]))


def _behind(base: Base, found: TeamMatrix, chosen: tuple[int, int], lang: Language) -> None:
    """The links of one cell."""
    waits, on = (found.groups[at] for at in chosen)
    st.markdown(f"**{literal(found.sentence(waits, on, lang))}**")
    links = found.between(waits, on)
    if links.empty:
        return
    name = dict(zip(base.ids.tolist(), base.names.tolist(), strict=True))
    forecast = dict(zip(base.ids.tolist(), base.day("forecast_finish").astype("datetime64[s]"), strict=True))
    frame = pd.DataFrame({
        t("waits.column.giver-name", lang): links["predecessor"].map(name),
        t("waits.column.receiver-name", lang): links["successor"].map(name),
        t("waits.column.type", lang): links["type"],
        t("waits.column.forecast", lang): links["predecessor"].map(forecast),
        t("waits.column.slack", lang): np.floor(links["slack"] + 1e-9),
        t("waits.column.source", lang): links["source"],
    })
    pick.table("cell", frame, links["predecessor"].tolist(), _columns(lang))


def _columns(lang: Language) -> dict[str, Any]:
    """How days and slacks are shown."""
    config = st.column_config
    day = config.DateColumn(format="YYYY-MM-DD")
    return {
        t("waits.column.forecast", lang): day, t("waits.column.needed", lang): day,
        t("waits.column.slack", lang): config.NumberColumn(format="%+.0f", help=t("waits.slack-help", lang)),
    }


def promises(base: Base, lang: Language) -> None:
    """Every open link between teams, what hurts first on top; to take away, and as text to send to one team."""
    found = cache.judgement(base, "cross-team", lambda of: cross_team(of.plan, of.schedule))
    pick.title(found.statement(lang).rstrip("."), "", lang)
    rows: pd.DataFrame = found.commitments
    if rows.empty:
        return
    said = [f"{number}. {literal(commitment_words(row, lang))}" for number, row in enumerate(records(rows.head(_SAID)), start=1)]
    st.markdown("\n".join(said))
    nobody = t("cross_team.nobody.team", lang)
    frame = pd.DataFrame({
        t("waits.column.standing", lang): rows["standing"].map(lambda name: t(f"waits.standing-sign.{name}", lang)),
        t("waits.column.giver-team", lang): rows["giver_team"].fillna(nobody),
        t("waits.column.giver-name", lang): rows["giver_name"],
        t("waits.column.receiver-team", lang): rows["receiver_team"].fillna(nobody),
        t("waits.column.receiver-name", lang): rows["receiver_name"],
        t("waits.column.needed", lang): rows["needed"],
        t("waits.column.forecast", lang): rows["forecast"],
        t("waits.column.slack", lang): np.floor(rows["slack"] + 1e-9),
        t("waits.column.date-name", lang): rows["date_name"],
    })
    pick.table("commitments", frame, rows["giver"].tolist(), _columns(lang))
    st.download_button(t("waits.csv", lang), lambda: _csv(rows, lang), t("waits.csv-file", lang), "text/csv", key=Key.COMMITMENTS_CSV,
                       icon=":material/download:", on_click="ignore")
    _message(rows, lang)


def _csv(rows: pd.DataFrame, lang: Language) -> bytes:
    from tpm.export.commitments_csv import commitments_csv

    return commitments_csv(rows, lang)


def _message(rows: pd.DataFrame, lang: Language) -> None:
    """The text for one team, in the language that it reads, ready to be copied."""
    teams = sorted({str(team) for column in ("giver_team", "receiver_team") for team in rows[column].dropna()})
    if not teams:
        return
    if st.session_state.get(Key.MESSAGE_TEAM) not in teams:
        st.session_state.pop(Key.MESSAGE_TEAM, None)
    st.markdown(f"**{t('waits.message', lang)}**")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        worst = str(rows["giver_team"].dropna().iloc[0]) if rows["giver_team"].notna().any() else teams[0]
        team = st.selectbox(t("waits.message-team", lang), teams, index=teams.index(worst), key=Key.MESSAGE_TEAM, persist_state="session",
                            width=280)
        language = st.segmented_control(
            t("frame.language", lang), LANGUAGES, default=lang, required=True, key=Key.MESSAGE_LANGUAGE, persist_state="session",
            format_func=lambda name: t("frame.language-name", name),
        )
    st.code(team_message(rows, team, "ko" if language == "ko" else "en"), language=None, wrap_lines=True)
