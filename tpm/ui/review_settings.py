"""What the presenter chooses for the review: thresholds, milestones pinned and hidden, lanes; kept with the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from tpm.i18n import Language, t
from tpm.insight.review import Review, ReviewOptions, Thresholds
from tpm.insight.roadmap import lanes_of
from tpm.model import Kind
from tpm.ui import shared, workspace
from tpm.ui.keys import Key
from tpm.ui.workspace import Current

_SETTING: Final = "review"
_AMBER_MOST, _RED_MOST = 60, 120  # working days


def options_of(here: Current) -> ReviewOptions:
    """The options that the workspace keeps, without milestones and lanes that this version does not have."""
    given: Mapping[str, Any] = here.settings.get(_SETTING, {})
    thresholds = Thresholds(**{name: given[name] for name in Thresholds.__dataclass_fields__ if name in given})
    known = set(here.plan.activities["id"])

    def ids(name: str) -> tuple[str, ...]:
        return tuple(item for item in given.get(name, ()) if item in known)

    lane = given.get("lane")
    decided = tuple((key, entry["lands"]) for key, entry in here.kept.decisions.items())
    return ReviewOptions(thresholds, ids("pinned"), ids("hidden"), lane if lane in lanes_of(here.plan) else None, decided)


def show(here: Current, review: Review, lang: Language) -> None:
    """The form; it is kept when it is sent."""
    options = review.options
    rows = here.plan.activities
    candidates = [str(item) for item in rows["id"][rows["kind"].isin((Kind.MILESTONE, Kind.SUMMARY)).to_numpy()]]
    names = dict(zip(rows["id"], rows["name"], strict=True))
    lanes = ["", *lanes_of(here.plan)]

    def named(item: str) -> str:
        return f"{names[item]}  ({item})"

    held: dict[str, Any] = {
        Key.REVIEW_PINNED: [item for item in options.pinned if item in candidates],
        Key.REVIEW_HIDDEN: [item for item in options.hidden if item in candidates],
        Key.REVIEW_LANE: options.lane or "",
        Key.REVIEW_AMBER: min(int(options.thresholds.amber_days), _AMBER_MOST),
        Key.REVIEW_RED: min(int(options.thresholds.red_days), _RED_MOST),
        Key.REVIEW_AMBER_SHARE: round(options.thresholds.amber_confidence * 100),
        Key.REVIEW_RED_SHARE: round(options.thresholds.red_confidence * 100),
    }
    for key, value in held.items():
        shared.hold_in_form(key, value)
    with st.form(Key.REVIEW_OPTIONS, border=False):
        pinned = st.multiselect(t("exec.pinned", lang), candidates, format_func=named, key=Key.REVIEW_PINNED,
                                placeholder=t("roadmap-page.all", lang))
        hidden = st.multiselect(t("exec.hidden", lang), candidates, format_func=named, key=Key.REVIEW_HIDDEN,
                                placeholder=t("exec.none", lang))
        lane = st.selectbox(t("roadmap-page.lane", lang), lanes, key=Key.REVIEW_LANE,
                            format_func=lambda name: t(f"roadmap-page.lane-{name}", lang) if name else t("exec.lane-auto", lang))
        left, right = st.columns(2)
        amber = left.number_input(t("exec.amber-days", lang), 0, _AMBER_MOST, key=Key.REVIEW_AMBER)
        red = right.number_input(t("exec.red-days", lang), 0, _RED_MOST, key=Key.REVIEW_RED)
        amber_share = left.number_input(t("exec.amber-share", lang), 0, 100, key=Key.REVIEW_AMBER_SHARE)
        red_share = right.number_input(t("exec.red-share", lang), 0, 100, key=Key.REVIEW_RED_SHARE)
        if not st.form_submit_button(t("exec.keep", lang)):
            return
    if amber > red or red_share > amber_share:
        st.error(t("exec.thresholds-fall", lang))
        return
    kept = [item for item in hidden if item not in pinned]
    changed: dict[str, Any] = {}
    if pinned != held[Key.REVIEW_PINNED] or hidden != held[Key.REVIEW_HIDDEN]:  # both, because an item is not both
        changed |= {"pinned": sorted(pinned), "hidden": sorted(kept)}
    if lane != held[Key.REVIEW_LANE]:
        changed["lane"] = lane or None
    thresholds = {Key.REVIEW_AMBER: amber, Key.REVIEW_RED: red, Key.REVIEW_AMBER_SHARE: amber_share, Key.REVIEW_RED_SHARE: red_share}
    if any(value != held[key] for key, value in thresholds.items()):  # all four, because they must rise
        changed |= {"amber_days": amber, "red_days": red, "amber_confidence": amber_share / 100, "red_confidence": red_share / 100}
    workspace.save_settings(changed, _SETTING)
    st.rerun()
