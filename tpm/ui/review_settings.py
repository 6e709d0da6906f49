"""What the presenter chooses for the review: thresholds, milestones pinned and hidden, lanes; kept with the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from tpm.i18n import Language, t
from tpm.insight.review import Review, ReviewOptions, Thresholds
from tpm.insight.roadmap import lanes_of
from tpm.model import Kind
from tpm.ui import workspace
from tpm.ui.keys import Key
from tpm.ui.workspace import Current

_SETTING: Final = "review"


def options_of(here: Current) -> ReviewOptions:
    """The options that the workspace keeps; parts that make no sense are the default's."""
    stored = here.settings.get(_SETTING)
    given: Mapping[str, Any] = stored if isinstance(stored, Mapping) else {}
    try:
        thresholds = Thresholds(**{name: float(given[name]) for name in Thresholds.__dataclass_fields__ if name in given})
    except (TypeError, ValueError):
        thresholds = Thresholds()
    known = set(here.plan.activities["id"])

    def ids(name: str) -> tuple[str, ...]:
        value = given.get(name)
        return tuple(item for item in value if item in known) if isinstance(value, list) else ()

    lane = given.get("lane")
    return ReviewOptions(thresholds, ids("pinned"), ids("hidden"), lane if lane in lanes_of(here.plan) else None)


def show(here: Current, review: Review, lang: Language) -> None:
    """The form; it is kept when it is sent."""
    options = review.options
    rows = here.plan.activities
    candidates = [str(item) for item in rows["id"][rows["kind"].isin((Kind.MILESTONE, Kind.SUMMARY)).to_numpy()]]
    names = dict(zip(rows["id"], rows["name"], strict=True))
    lanes = ["", *lanes_of(here.plan)]

    def named(item: str) -> str:
        return f"{names[item]}  ({item})"

    with st.form(Key.REVIEW_OPTIONS, border=False):
        pinned = st.multiselect(t("exec.pinned", lang), candidates, default=[item for item in options.pinned if item in candidates],
                                format_func=named, key=Key.REVIEW_PINNED, placeholder=t("roadmap-page.all", lang))
        hidden = st.multiselect(t("exec.hidden", lang), candidates, default=[item for item in options.hidden if item in candidates],
                                format_func=named, key=Key.REVIEW_HIDDEN, placeholder=t("exec.none", lang))
        lane = st.selectbox(t("roadmap-page.lane", lang), lanes, index=lanes.index(options.lane or ""), key=Key.REVIEW_LANE,
                            format_func=lambda name: t(f"roadmap-page.lane-{name}", lang) if name else t("exec.lane-auto", lang))
        left, right = st.columns(2)
        amber = left.number_input(t("exec.amber-days", lang), 0, 60, int(options.thresholds.amber_days), key=Key.REVIEW_AMBER)
        red = right.number_input(t("exec.red-days", lang), 0, 120, int(options.thresholds.red_days), key=Key.REVIEW_RED)
        amber_share = left.number_input(t("exec.amber-share", lang), 0, 100, round(options.thresholds.amber_confidence * 100),
                                        key=Key.REVIEW_AMBER_SHARE)
        red_share = right.number_input(t("exec.red-share", lang), 0, 100, round(options.thresholds.red_confidence * 100),
                                       key=Key.REVIEW_RED_SHARE)
        if not st.form_submit_button(t("exec.keep", lang)):
            return
    if amber > red or red_share > amber_share:
        st.error(t("exec.thresholds-fall", lang))
        return
    kept = [item for item in hidden if item not in pinned]
    workspace.save_settings({_SETTING: {
        "pinned": sorted(pinned), "hidden": sorted(kept), "lane": lane or None, "amber_days": amber, "red_days": red,
        "amber_confidence": amber_share / 100, "red_confidence": red_share / 100}})
    st.rerun()
