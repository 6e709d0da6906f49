"""How good the plans have been: which team slips in which report, how much of the plan is edited, planned against actual."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from tpm.charts.slip_heatmap import slip_heatmap
from tpm.i18n import Language, t
from tpm.insight.changes.accuracy import Group, accuracy
from tpm.insight.changes.differences import Differences
from tpm.insight.changes.trend_words import accuracy_title, churn_words, heatmap_title
from tpm.ui.changes_versions import History
from tpm.ui.keys import Key
from tpm.ui.text import literal


def show(both: Differences, known: History, lang: Language, *, dark: bool) -> None:
    """The heatmap over all versions, then the accuracy of what is done in the later of the two that are compared."""
    if any(one.teams for one in known.reports):
        title = heatmap_title(known.reports, lang)
        st.subheader(literal(title), anchor=False)
        st.caption(f"{t('trend.heatmap.subtitle', lang)} {churn_words(known.reports, lang)}")
        figure = slip_heatmap(known.reports, lang=lang, dark=dark)
        st.plotly_chart(figure, theme=None, key=Key.CHANGES_HEATMAP, width="content", config={"displayModeBar": False}, alt=title)
        left = figure.layout.meta["reports_left_out"]
        if left:
            total = sum(one.changed is not None for one in known.reports)
            st.caption(t("trend.heatmap.left-out", lang, shown=total - left, total=total))
    teams = accuracy(both.new, both.after, "team", both.old, both.matching)
    st.subheader(literal(accuracy_title(teams, lang)), anchor=False)
    if teams.empty:
        return
    baseline = both.new.activities["baseline_finish"].notna().any()
    st.caption(t("changes-page.promise-baseline" if baseline else "changes-page.promise-earlier", lang))
    columns = st.columns(2, gap="medium")
    groups: tuple[Group, ...] = ("team", "owner")
    for column, by in zip(columns, groups, strict=True):
        with column:
            _table(teams if by == "team" else accuracy(both.new, both.after, by, both.old, both.matching), by, lang)


def _table(table: pd.DataFrame, by: Group, lang: Language) -> None:
    names = {name: t(f"changes-page.accuracy-{name}", lang) for name in ("done", "on_time", "mean_days", "worst_days", "length")}
    names["name"] = t(f"changes-page.column-{by}", lang)
    shown = table.assign(name=[name or t("trend.no-team", lang) if by == "team" else name or "–" for name in table["name"]],
                         length=table["length"] * 100)
    signed = st.column_config.NumberColumn(format="%+.1f")
    st.dataframe(shown.rename(columns=names), hide_index=True, width="stretch", height="content", column_config={
        names["mean_days"]: signed, names["worst_days"]: st.column_config.NumberColumn(format="%+g"),
        names["length"]: st.column_config.NumberColumn(format="%.0f %%")})
