"""Schedule health on the Plan page: each check with its value, its threshold, its verdict and the rows behind it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from tpm.i18n import Language, t
from tpm.insight.health import Check, Verdict
from tpm.model import Plan
from tpm.ui.text import literal

_ROWS_NAMED = 40  # names in one cell; the count says how many there are


def show(checks: tuple[Check, ...], plan: Plan, lang: Language) -> None:
    """The table of checks; failures first are not moved: the order is the source's."""
    count = {verdict: sum(check.verdict is verdict for check in checks) for verdict in Verdict}
    title = t("health.title", lang, passed=count[Verdict.PASS], failed=count[Verdict.FAIL], skipped=count[Verdict.NOT_APPLICABLE])
    with st.expander(title, icon=":material/monitor_heart:"):
        st.caption(t("health.note", lang))
        names = dict(zip(plan.activities["id"], plan.activities["name"], strict=True))
        words = {Verdict.PASS: "health.pass", Verdict.FAIL: "health.fail", Verdict.NOT_APPLICABLE: "health.na"}
        st.dataframe(
            pd.DataFrame({
                t("health.column-verdict", lang): [t(words[check.verdict], lang) for check in checks],
                t("health.column-check", lang): [check.title(lang) for check in checks],
                t("health.column-value", lang): [check.measured(lang) for check in checks],
                t("health.column-threshold", lang): [check.limit(lang) for check in checks],
                t("health.column-items", lang): [_rows(check, names) for check in checks],
            }),
            hide_index=True, width="stretch", height="content",
        )
        for check in checks:
            if check.verdict is Verdict.FAIL:
                st.markdown(f"**{literal(check.title(lang))}** – {literal(check.explanation(lang))}")


def _rows(check: Check, names: dict[str, str]) -> str:
    if not check.items:
        return ""
    return f"({len(check.items)}) " + ", ".join(names.get(item, item) for item in check.items[:_ROWS_NAMED])
