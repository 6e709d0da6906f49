"""Dates, numbers and particles as a reader of either language writes them."""

from __future__ import annotations

import datetime as dt

import pytest

from tpm.i18n import t
from tpm.i18n.formats import apply_format, format_date, format_number, format_range, particle

FRIDAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("API", "는"), ("P80", "은"), ("3일", "은"), ("URL", "은"), ("서울", "은"), ("김철수", "는"), ("로드맵", "은"),
        ("31%", "는"), ("Identity(인증)", "는"), ("출시 (1차)", "는"), ("1", "은"), ("2", "는"), ("SDK", "는"), ("LLM", "은"),
        ("launch", "는"), ("Payment Gateway", "는"), ("design", "은"), ("", "는"),
    ],
)
def test_topic_particle_follows_the_last_sound(word: str, expected: str) -> None:
    assert particle(word, "은는") == expected


@pytest.mark.parametrize(("word", "expected"), [("서울", "로"), ("부산", "으로"), ("URL", "로"), ("9일", "로"), ("A팀", "으로")])
def test_direction_particle_treats_rieul_as_a_vowel(word: str, expected: str) -> None:
    assert particle(word, "으로") == expected


def test_an_unknown_particle_is_an_error() -> None:
    with pytest.raises(KeyError):
        particle("a", "도")


def test_dates_are_written_as_people_say_them() -> None:
    assert format_date(FRIDAY, "en") == "20 Nov (Fri)"
    assert format_date(FRIDAY, "ko") == "11월 20일(금)"
    assert format_date(None, "en") == "–"
    assert format_date(FRIDAY, "ko", "fulldate") == "2026년 11월 20일"


@pytest.mark.parametrize(
    ("first", "last", "en", "ko"),
    [
        (dt.date(2026, 11, 6), FRIDAY, "6–20 Nov", "11월 6일~20일"),
        (dt.date(2026, 11, 30), dt.date(2026, 12, 4), "30 Nov – 4 Dec", "11월 30일~12월 4일"),
        (dt.date(2026, 12, 30), dt.date(2027, 1, 4), "30 Dec 2026 – 4 Jan 2027", "2026년 12월 30일~2027년 1월 4일"),
        (FRIDAY, FRIDAY, "20 Nov", "11월 20일"),
    ],
)
def test_ranges(first: dt.date, last: dt.date, en: str, ko: str) -> None:
    assert format_range(first, last, "en") == en
    assert format_range(first, last, "ko") == ko


@pytest.mark.parametrize(
    ("value", "how", "en", "ko"),
    [
        (1, "days", "1 working day", "영업일 1일"), (10.0, "days", "10 working days", "영업일 10일"), (-3, "signed", "−3", "−3"),
        (10.0, "margin", "10 working days", "영업일 기준 10일"), (10, "signed", "+10", "+10"), (0.314, "pct", "31%", "31%"),
        (0.0, "likely", "<1%", "1% 미만"), (1.0, "likely", ">99%", "99% 초과"),
        (1234.5, "num", "1,234.5", "1,234.5"), (None, "num", "–", "–"),
        (float("inf"), "num", "∞", "∞"), (1, "plural,item,items", "item", "item"), (2, "plural,item,items", "items", "item"),
    ],
)
def test_numbers_carry_unit_and_sign(value: object, how: str, en: str, ko: str) -> None:
    assert apply_format(value, how, "en") == en
    assert apply_format(value, how, "ko") == ko


def test_an_unknown_format_is_an_error() -> None:
    with pytest.raises(KeyError, match="shout"):
        apply_format("a", "shout", "en")


def test_rounding_never_prints_minus_zero() -> None:
    assert format_number(-0.04) == "0"


@pytest.mark.parametrize(("team", "said"), [
    ("인프라팀", "인프라팀이"), ("결제파트", "결제파트가"), ("데이터 그룹", "데이터 그룹이"), ("Migration TF", "Migration TF가"),
    ("Data Team", "Data Team이"), ("인프라팀(서울)", "인프라팀(서울)이"), ("Identity", "Identity 팀이"), ("인증플랫폼", "인증플랫폼 팀이"),
    ("외부", "외부 팀이"), ("기획부", "기획부가"),
])
def test_a_team_is_called_a_team_where_its_name_does_not_say_so(team: str, said: str) -> None:
    assert t("trend.heatmap.one", "ko", team=team, count=1, total=2).startswith(f"{said} 보고 2회")
    assert t("trend.heatmap.one", "en", team=team, count=1, total=2).startswith(f"{team} slipped")


def test_a_word_carries_its_particle() -> None:
    said = {"where": "A1", "header": "진행업무", "field": "field.name"}
    assert t("finding.unsure-column-alone.message", "ko", **said) == "A1: “진행업무” 열을 작업명으로 읽었지만 확실하지 않습니다."
