"""How a date answers to slips of one item, in a sentence."""

from __future__ import annotations

import pandas as pd
import pytest

from tpm.i18n import Language
from tpm.insight.what_if_words import free_days, sensitivity_sentence


def curve(free: int, last: int = 10) -> pd.DataFrame:
    slips = list(range(last + 1))
    return pd.DataFrame({"slip": [float(slip) for slip in slips], "moves": [float(max(slip - free, 0)) for slip in slips]})


@pytest.mark.parametrize(("free", "expected"), [(0, 0.0), (4, 4.0), (10, None), (30, None)])
def test_the_free_days_are_those_before_the_first_move(free: int, expected: float | None) -> None:
    assert free_days(curve(free)) == expected


@pytest.mark.parametrize(("lang", "expected"), [
    ("en", "Ledger may slip 4 working days; 10 working days cost Launch 6 working days."),
    ("ko", "Ledger는 영업일 4일까지 밀려도 되지만, 영업일 기준 10일 밀리면 Launch가 영업일 기준 6일 늦어집니다."),
])  # fmt: skip
def test_the_sentence_says_what_is_free_and_what_the_rest_costs(lang: Language, expected: str) -> None:
    assert sensitivity_sentence(curve(4), "Ledger", "Launch", lang) == expected


def test_a_critical_item_has_no_room_and_a_free_one_never_moves_the_date() -> None:
    assert "has no room" in sensitivity_sentence(curve(0), "Ledger", "Launch", "en")
    assert "does not move" in sensitivity_sentence(curve(99), "Ledger", "Launch", "en")
