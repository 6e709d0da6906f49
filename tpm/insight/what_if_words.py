"""What the What-if page says beyond the scenario's own words: how a date answers to slips of one item."""

from __future__ import annotations

import pandas as pd

from tpm.i18n import Language, t


def free_days(curve: pd.DataFrame) -> float | None:
    """Working days that the item of a sensitivity curve may slip before the target moves; None where the curve never moves."""
    moving = curve.loc[curve["moves"] > 0, "slip"]
    if moving.empty:
        return None
    held = curve.loc[(curve["moves"] <= 0) & (curve["slip"] < moving.iloc[0]), "slip"]
    return float(held.max()) if len(held) else 0.0


def sensitivity_sentence(curve: pd.DataFrame, name: str, target: str, lang: Language) -> str:
    """The curve as one sentence: how much is free, and what the longest slip costs. ``curve`` has slip and moves, working days."""
    last = curve.iloc[-1]
    free = free_days(curve)
    if free is None:
        return t("what-if.curve-never", lang, name=name, target=target, days=float(last["slip"]))
    key = "what-if.curve-critical" if free == 0 else "what-if.curve-free"
    return t(key, lang, name=name, target=target, free=free, slip=float(last["slip"]), moves=float(last["moves"]))
