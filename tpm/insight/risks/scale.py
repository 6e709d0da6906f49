"""The 5 × 5 scale of a register: which probability is which level, what the levels are called, which products are high.

The default is PMI's example scale (bands at 10, 30, 50 and 70 %). A workspace may set its own; whatever cannot be used in what is
stored falls back to the default, part by part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from tpm.i18n import Language, t
from tpm.model import PROBABILITY_BANDS, probability_level

LEVELS: Final = (1, 2, 3, 4, 5)
MEDIUM_FROM, HIGH_FROM = 5, 12  # of 25: the usual amber and red of a 5 × 5 matrix

Zone = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class RiskScale:
    """``bands`` are the upper edges (shares, inclusive) of probability levels 1 to 4; ``impacts`` names of the five impacts, or none."""

    bands: tuple[float, float, float, float] = PROBABILITY_BANDS
    impacts: tuple[str, ...] = ()
    medium_from: int = MEDIUM_FROM
    high_from: int = HIGH_FROM

    def __post_init__(self) -> None:
        if len(self.bands) != 4 or not all(0 < low < high < 1 for low, high in zip(self.bands, (*self.bands[1:], 0.9999), strict=True)):
            raise ValueError("four rising edges between 0 and 1 are needed")
        if not 1 < self.medium_from < self.high_from <= 25:
            raise ValueError("medium must start below high, between 2 and 25")
        if len(self.impacts) not in (0, 5):
            raise ValueError("five names are needed")

    @classmethod
    def of(cls, stored: Any) -> RiskScale:
        """The scale that a workspace keeps (JSON); parts that make no sense are the default's."""
        given: Mapping[str, Any] = stored if isinstance(stored, Mapping) else {}
        parts: dict[str, Any] = {}
        for name in ("bands", "impacts"):
            value = given.get(name)
            if isinstance(value, Sequence) and not isinstance(value, str):
                parts[name] = tuple(value)
        if {"medium_from", "high_from"} <= given.keys():
            parts |= {"medium_from": given["medium_from"], "high_from": given["high_from"]}
        groups = ({"bands"}, {"impacts"}, {"medium_from", "high_from"})
        sound: dict[str, Any] = {}
        for group in groups:
            some = {name: value for name, value in parts.items() if name in group}
            try:
                cls(**some)
            except (ValueError, TypeError):
                continue
            sound |= some
        return cls(**sound)

    def as_json(self) -> dict[str, Any]:
        """The scale as a workspace keeps it."""
        return {"bands": list(self.bands), "impacts": list(self.impacts), "medium_from": self.medium_from, "high_from": self.high_from}

    def level(self, probability: np.ndarray) -> np.ndarray:
        """Level 1–5 of each probability; NaN stays NaN."""
        return probability_level(probability, self.bands)

    def impact_level(self, impact: np.ndarray) -> np.ndarray:
        """Level 1–5 of each impact (2.5 is rounded up to 3); NaN stays NaN."""
        values = np.asarray(impact, dtype=float)
        return np.where(np.isnan(values), np.nan, np.clip(np.floor(values + 0.5), 1, 5))

    def zone(self, rating: float) -> Zone:
        """Which zone a product of levels lies in."""
        return "high" if rating >= self.high_from else "medium" if rating >= self.medium_from else "low"

    def impact_names(self, lang: Language) -> tuple[str, ...]:
        """What the impacts are called, lowest first."""
        return self.impacts or tuple(t(f"risks.impact.{level}", lang) for level in LEVELS)

    def probability_names(self, lang: Language) -> tuple[str, ...]:
        """The bands in words, lowest first."""
        middle = [t("risks.band.between", lang, low=low * 100, high=high) for low, high in zip(self.bands, self.bands[1:], strict=False)]
        return (t("risks.band.below", lang, high=self.bands[0]), *middle, t("risks.band.above", lang, low=self.bands[-1]))
