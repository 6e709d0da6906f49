"""The driving path to one date: its steps, its length, and the paths that would take over."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from tpm.i18n import Language, t
from tpm.insight.driving import DrivingPath, driving_path, headline_item
from tpm.model import Kind, Plan, Schedule
from tpm.ui.keys import Key
from tpm.ui.text import literal


def show(plan: Plan, schedule: Schedule, lang: Language) -> None:
    """Choose a milestone; see what drives it and what comes close."""
    rows = plan.activities
    marks = rows[rows["kind"] == Kind.MILESTONE]
    if marks.empty or plan.dependencies.empty:
        return
    with st.expander(t("driving.title", lang), icon=":material/route:", expanded=False, key=Key.PATH_OPEN, on_change="rerun") as panel:
        names = dict(zip(rows["id"], rows["name"], strict=True))
        usual = headline_item(plan, schedule)
        choices = list(dict.fromkeys([*([usual] if usual else []), *map(str, marks["id"])]))
        target = st.selectbox(t("driving.choose", lang), choices, index=choices.index(usual) if usual in choices else 0,
                              key=Key.PATH_TARGET, persist_state="session", width=460, format_func=lambda item: f"{names[item]}  ({item})")
        if panel.open:
            _path(driving_path(plan, schedule, target), names, lang)


def _path(path: DrivingPath, names: dict[str, str], lang: Language) -> None:
    name = literal(names[path.target])
    if path.finish is None:
        st.write(t("driving.unscheduled", lang, name=name))
        return
    st.markdown(t("driving.sentence", lang, name=name, date=path.finish, count=len(path.steps), days=path.length, teams=path.teams))
    st.dataframe(
        pd.DataFrame({
            t("driving.step", lang): [step.name for step in path.steps],
            t("item.moved-team", lang): [step.team or "" for step in path.steps],
            t("driving.start", lang): [step.start for step in path.steps],
            t("driving.finish", lang): [step.finish for step in path.steps],
        }),
        hide_index=True, width="stretch", height="content",
    )
    if not path.rivals:
        st.caption(t("driving.no-rivals", lang))
        return
    st.markdown(f"**{t('driving.rivals', lang)}**")
    for rival in path.rivals:
        via = " → ".join(literal(names[item]) for item in rival.own)
        st.markdown("- " + t("driving.rival", lang, path=via, days=rival.float_days, date=rival.takes_over))
