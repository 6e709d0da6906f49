"""Team load by ISO week, beside its usual."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.insight.cross_team.test_matrix import base_of
from tests.plans import plan_of
from tpm.i18n import LANGUAGES
from tpm.insight.cross_team import team_load
from tpm.insight.cross_team.load import MOST_WEEKS

MONDAY = dt.date(2026, 11, 2)


def item(name: str, first: int, last: int, team: str = "Red") -> dict[str, Any]:
    """An item from the Monday of week ``first`` to the Friday of week ``last``."""
    return {"id": name, "team": team, "owner": "Ann, Bo", "start": str(MONDAY + dt.timedelta(weeks=first)),
            "finish": str(MONDAY + dt.timedelta(weeks=last, days=4))}


@given(st.lists(st.tuples(st.sampled_from(["Red", "Blue"]), st.integers(0, 6), st.integers(0, 3)), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_each_week_counts_the_items_between_start_and_finish(spans: list[tuple[str, int, int]]) -> None:
    load = team_load(base_of(plan_of(*(item(str(n), first, first + more, team) for n, (team, first, more) in enumerate(spans)))))
    for row in load.weeks.to_dict("records"):
        week = (row["week"].date() - MONDAY).days // 7
        expected = [str(n) for n, (team, first, more) in enumerate(spans) if team == row["group"] and first <= week <= first + more]
        assert row["in_flight"] == len(expected)
        assert load.items(row["group"], row["week"].date()) == tuple(expected)


PLAN = plan_of(item("A", 0, 6), item("B", 4, 4), item("C", 4, 5), item("D", 5, 5), {**item("M", 4, 4), "milestone": True})


def test_a_crunch_is_told_with_its_weeks_and_items() -> None:
    (crunch,) = team_load(base_of(PLAN)).crunches
    assert (crunch.group, crunch.first, crunch.weeks, crunch.in_flight, crunch.usual) == ("Red", dt.date(2026, 11, 30), 2, 3, 1.0)
    assert crunch.items == ("A", "B", "C")
    assert "3" in crunch.sentence("en")
    assert "2주" in crunch.sentence("ko")


def test_a_crunch_that_is_over_is_not_told() -> None:
    assert team_load(base_of(PLAN, dt.date(2027, 1, 4))).crunches == ()


def test_every_named_person_carries_a_shared_item() -> None:
    load = team_load(base_of(PLAN), "owner")
    assert load.items("Ann", MONDAY) == load.items("Bo", MONDAY) == ("A",)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_very_long_plan_is_capped_and_says_so(lang: str) -> None:
    load = team_load(base_of(plan_of(item("A", 0, MOST_WEEKS + 9))))
    assert load.weeks_left_out == 10
    assert len(load.weeks) == MOST_WEEKS
    assert "10" in load.note(lang)  # type: ignore[arg-type]
    assert team_load(base_of(PLAN)).note(lang) == ""  # type: ignore[arg-type]


def test_a_plan_without_teams_has_no_load_by_team() -> None:
    load = team_load(base_of(plan_of({"id": "A", "start": "2026-11-16", "finish": "2026-11-20"})))
    assert (len(load.weeks), load.crunches, load.first) == (0, (), None)
