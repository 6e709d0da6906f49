"""A plan in numbered days, weeks or months: its rows, its words, its title."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.plans import plan_of
from tpm.charts.relative import relative_gantt
from tpm.insight.relative import begins, is_relative, number_of, relative_rows, relative_title, span_words
from tpm.model import RELATIVE_COLUMNS, Plan, conform


def _plan(unit: str = "days", **cells: str) -> Plan:
    plan = plan_of({"id": "A", "name": "Dig", "team": "Mill", **cells}, {"id": "B", "name": "Pour", "team": "Yard"},
                   {"id": "C", "name": "Open", "team": "Mill", "milestone": True})  # fmt: skip
    lies = pd.DataFrame({"id": ["A", "B", "C"], "start": [0.0, 5.0, 20.0], "finish": [4.0, 13.0, 20.0]})
    return plan.with_(relative=conform(lies, RELATIVE_COLUMNS), relative_unit=unit)


def test_only_a_plan_without_any_date_is_relative() -> None:
    assert is_relative(_plan())
    assert not is_relative(plan_of({"id": "A"}))
    assert not is_relative(_plan(start="2026-11-02", finish="2026-11-06"))


def test_items_stand_under_their_teams() -> None:
    assert [(row.name, row.depth, row.start) for row in relative_rows(_plan())] == [
        ("Mill", 0, None), ("Dig", 1, 0.0), ("Open", 1, 20.0), ("Yard", 0, None), ("Pour", 1, 5.0)]  # fmt: skip


@pytest.mark.parametrize(("unit", "day", "number"), [
    ("days", 0, 1), ("days", 6, 7), ("weeks", 6, 1), ("weeks", 7, 2), ("months", 30, 1), ("months", 31, 2), ("months", 365, 13),
])  # fmt: skip
def test_days_are_numbered_as_the_sheet_counts(unit: str, day: float, number: int) -> None:
    assert number_of(day, unit) == number
    assert begins(number, unit) <= day < begins(number + 1, unit)


def test_spans_and_titles_speak_both_languages() -> None:
    assert (span_words(5, 13, "days", "en"), span_words(5, 13, "weeks", "ko")) == ("Day 6–14", "1~2주차")
    assert relative_title(_plan(), "en") == "3 items run to day 21; which date day 1 is, is not known yet"
    assert relative_title(_plan("weeks"), "ko") == "항목 3개, 3주차까지 이어지며 1주차 시작일이 정해지지 않았습니다"


def test_the_chart_draws_bars_over_numbers_and_says_them() -> None:
    figure = relative_gantt(relative_rows(_plan()), unit="days", lang="en")
    assert (list(figure.data[0].base), list(figure.data[0].x)) == ([0.0, 5.0], [5.0, 9.0])
    assert [text.strip() for text in figure.data[2].text] == ["Day 1–5", "Day 21", "Day 6–14"]
    assert figure.layout.xaxis.ticktext[0] == "Day 1"
    assert not any("2001" in str(text) for text in (*figure.data[2].text, *figure.layout.xaxis.ticktext))
    with pytest.raises(ValueError, match="nothing to draw"):
        relative_gantt([], unit="days", lang="en")
