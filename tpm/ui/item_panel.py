"""The panel of one item on the Roadmap page: its dates, why it is here, its float, what a slip moves, its findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from tpm.findings import Finding, worst_first
from tpm.i18n import Language, t
from tpm.insight.item import SLIPS, Item, Slip, slip_words
from tpm.model import Kind, Plan, Schedule
from tpm.ui.keys import Key
from tpm.ui.text import literal

_DRAWER_PX = 520
_REASONS_SHOWN = 3  # the chain's nearest steps; the rest is one click away


def choose(plan: Plan, lang: Language) -> str | None:
    """The chosen item: clicked in the chart or picked from the list; None when none is."""
    rows = plan.activities
    names = dict(zip(rows["id"], rows["name"], strict=True))
    if st.session_state.get(Key.ITEM) not in names:
        st.session_state[Key.ITEM] = None
    picked: str | None = st.selectbox(
        t("item.choose", lang), list(names), index=None, key=Key.ITEM, persist_state="session", width=460,
        format_func=lambda item: f"{names[item]}  ({item})", placeholder=t("item.choose-hint", lang),
    )
    return picked


def show(plan: Plan, schedule: Schedule, findings: Sequence[Finding], standing: Callable[[str], list[str]], lang: Language) -> None:
    """The chosen item's answers in a drawer beside the chart, where the eye already is; ``standing`` says how an item stands."""
    chosen = choose(plan, lang)
    if chosen is None:
        return
    item = Item(plan, schedule, chosen)

    @st.dialog(literal(item.row["name"]), width=_DRAWER_PX, position="right", on_dismiss=_dismiss)
    def drawer() -> None:
        _answers(item, findings, standing(chosen), lang)

    drawer()


def _dismiss() -> None:
    st.session_state[Key.ITEM] = None


def _answers(item: Item, findings: Sequence[Finding], standing: Sequence[str], lang: Language) -> None:
    people = " · ".join(literal(part) for part in (item.row["team"], item.row["owner"]) if part)
    dates = " · ".join(f"{name} **{literal(days)}**" for name, days in item.dates(lang))
    st.markdown("  \n".join(part for part in (people, dates, *(literal(line) for line in standing)) if part))
    st.markdown(f"**{t('item.why-here', lang)}**")
    reasons = [f"{number}. {literal(line)}" for number, line in enumerate(item.why_here(lang), start=1)]
    st.markdown("\n".join(reasons[:_REASONS_SHOWN]))
    if len(reasons) > _REASONS_SHOWN:
        with st.expander(t("item.earlier", lang, count=len(reasons) - _REASONS_SHOWN)):
            st.markdown("\n".join(reasons[_REASONS_SHOWN:]))
    if item.row["kind"] != Kind.SUMMARY:
        st.markdown(f"**{t('item.why-not-critical', lang)}**")
        st.markdown(literal(item.why_not_critical(lang)))
    if item.can_slip():
        _slips(item, lang)
    _findings(item.id, findings, lang)


def _slips(item: Item, lang: Language) -> None:
    st.markdown(f"**{t('item.if-slips', lang)}**")
    worst: Slip | None = None
    for days in SLIPS:
        worst = item.slip(days)
        st.markdown(f"- {literal(slip_words(item, worst, lang))}")
    if worst is None or not worst.moved:
        return
    moved = pd.DataFrame({
        t("item.moved-name", lang): [one.name for one in worst.moved],
        t("item.moved-team", lang): [one.team for one in worst.moved],
        t("item.moved-days", lang): [one.days for one in worst.moved],
        t("item.moved-before", lang): [one.before for one in worst.moved],
        t("item.moved-after", lang): [one.after for one in worst.moved],
        t("item.moved-deadline", lang): [one.deadline_missed for one in worst.moved],
    })
    with st.expander(t("item.more", lang, count=len(worst.moved))):
        st.dataframe(moved, hide_index=True, width="stretch", column_config={
            t("item.moved-days", lang): st.column_config.NumberColumn(format="+%.0f"),
        })


def _findings(chosen: str, findings: Sequence[Finding], lang: Language) -> None:
    mine = [finding for finding in worst_first(findings) if chosen in finding.items]
    if not mine:
        return
    st.markdown(f"**{t('item.findings', lang)}**")
    for finding in mine:
        st.markdown(f"- {literal(finding.message(lang))} :gray[{literal(finding.fix(lang))}]")
