"""What was changed, as a table grouped by team and as a Gantt of before and after."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pandas as pd
import streamlit as st

from tpm.charts.gantt import gantt
from tpm.i18n import Language, t
from tpm.insight.changes.baseline import as_before
from tpm.insight.changes.differences import Differences, What
from tpm.insight.changes.summary import change_words, table_words
from tpm.insight.closed_days import closed_days
from tpm.insight.roadmap import RoadmapFilter, lanes_of, roadmap_rows
from tpm.insight.roadmap_words import left_out
from tpm.ui.keys import Key
from tpm.ui.settings import today
from tpm.ui.text import literal

_WIDTH: Final = 1160
_DRAWN: Final = (What.MOVED, What.ADDED, What.RE_ESTIMATED, What.RE_PLANNED, What.DEADLINE)
_ROWS_PX: Final = 560
_NAMED: Final = 6  # removed items in the line below the chart


def table(both: Differences, lang: Language) -> None:
    """Every change, worst team first; a filter by kind."""
    if both.empty:
        st.info(t("changes-page.nothing", lang), icon=":material/check:")
        return
    counts = both.counts
    kinds = st.multiselect(t("changes-page.kinds", lang), [what.value for what in counts], key=Key.CHANGES_KINDS,
                           placeholder=t("changes-page.kinds-all", lang), label_visibility="collapsed",
                           format_func=lambda kind: f"{change_words(What(kind), lang)} ({counts[What(kind)]})")
    rows = both.table[both.table["what"].isin(kinds)] if kinds else both.table
    words = table_words(rows, lang)
    words["days"] = ["" if days != days else f"{days:+g}" for days in words["days"]]  # a number without a value would read "None"
    names = {name: t(f"changes-page.column-{name}", lang) for name in words.columns}
    st.dataframe(
        words.rename(columns=names), hide_index=True, width="stretch", height="content" if len(words) <= 14 else _ROWS_PX,
        column_config={names["days"]: st.column_config.TextColumn(width="small", alignment="right"),
                       names["name"]: st.column_config.TextColumn(width="medium")},
    )


def gantt_of(both: Differences, as_of: dt.date, lang: Language, *, dark: bool) -> None:
    """What moved, was added or re-estimated: the bar now, and thin below it the bar as it was."""
    rows = both.table[both.table["what"].isin(_DRAWN) & both.table["new"].notna()]
    removed = both.table[both.table["what"] == What.REMOVED]["name"].tolist()
    if rows.empty:
        st.info(t("changes-page.nothing-moved", lang), icon=":material/check:")
        _removed(removed, lang)
        return
    before = as_before(both.old, both.before, both.new, both.matching)
    drawn = roadmap_rows(both.new, both.after, lane=lanes_of(both.new)[0], filters=RoadmapFilter(only_ids=frozenset(rows["new"])),
                         before=before)
    if drawn.empty:
        st.info(t("changes-page.nothing-moved", lang), icon=":material/event_busy:")
        return
    days = pd.concat([drawn.frame[name] for name in ("start", "finish", "ghost_start", "ghost_finish")]).dropna()
    st.caption(t("changes-page.gantt-legend", lang))
    figure = gantt(drawn, lang=lang, dark=dark, status_date=as_of if both.after.options.status_date else None, today=today(), links="none",
                   width=_WIDTH, height_per_row=24,
                   closed_days=closed_days(both.new, both.after.options, days.min().date(), days.max().date()))
    st.plotly_chart(figure, theme=None, key=Key.CHANGES_GANTT, config={"displaylogo": False, "displayModeBar": "hover"},
                    alt=t("changes-page.gantt-legend", lang))
    for line in left_out(drawn, lang):
        st.caption(literal(line))
    _removed(removed, lang)


def _removed(names: list[str], lang: Language) -> None:
    if names:
        shown = ", ".join(str(name) for name in names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
        st.caption(literal(t("changes-page.removed", lang, count=len(names), names=shown)))
