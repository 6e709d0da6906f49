"""The scale: bands, names and zones, and what is stored wrongly falls back to the default."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tpm.insight.risks.scale import RiskScale


def test_the_default_bands_are_inclusive_at_their_upper_edge() -> None:
    shares = np.array([0.0, 0.1, 0.11, 0.3, 0.5, 0.7, 0.71, 1.0, np.nan])
    assert RiskScale().level(shares)[:-1].tolist() == [1, 1, 2, 2, 3, 4, 5, 5]
    assert np.isnan(RiskScale().level(shares)[-1])


def test_impacts_between_levels_are_rounded_half_up_and_kept_within_the_scale() -> None:
    assert RiskScale().impact_level(np.array([0.5, 1.0, 2.5, 4.4, 5.0])).tolist() == [1, 1, 3, 4, 5]


@pytest.mark.parametrize(("rating", "zone"), [(1, "low"), (4, "low"), (5, "medium"), (11, "medium"), (12, "high"), (25, "high")])
def test_zones_start_where_the_scale_says(rating: float, zone: str) -> None:
    assert RiskScale().zone(rating) == zone


def test_a_scale_survives_the_store() -> None:
    scale = RiskScale((0.2, 0.4, 0.6, 0.8), ("a", "b", "c", "d", "e"), 4, 15)
    assert RiskScale.of(scale.as_json()) == scale


@pytest.mark.parametrize("stored", [None, 7, "x", [], {"bands": [0.5, 0.4, 0.6, 0.8]}, {"bands": ["a"] * 4}, {"impacts": ["one"]},
                                    {"medium_from": 20, "high_from": 3}, {"bands": [0.1, 0.3, 0.5, 1.0]}])  # fmt: skip
def test_what_makes_no_sense_is_the_default(stored: Any) -> None:
    assert RiskScale.of(stored) == RiskScale()


def test_one_broken_part_leaves_the_others() -> None:
    assert RiskScale.of({"bands": [0.9, 0.1, 0.2, 0.3], "medium_from": 6, "high_from": 15}) == RiskScale(medium_from=6, high_from=15)


def test_bands_and_impacts_are_named_in_both_languages() -> None:
    assert RiskScale().probability_names("en") == ("≤ 10%", "10–30%", "30–50%", "50–70%", "> 70%")
    assert RiskScale().probability_names("ko")[0] == "10% 이하"
    assert RiskScale().impact_names("en")[4] == "Severe"
    assert RiskScale(impacts=("a", "b", "c", "d", "e")).impact_names("ko") == ("a", "b", "c", "d", "e")
