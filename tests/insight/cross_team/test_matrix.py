"""The team × team matrix: every open link in exactly one cell, sums as a brute-force count has them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plans import plan_of
from tpm.i18n import LANGUAGES
from tpm.insight.cross_team import Base, TeamMatrix, commitments, team_matrix
from tpm.model import Plan, ScheduleOptions
from tpm.schedule import schedule

DAYS = ("2026-11-16", "2026-11-18", "2026-11-23", "2026-12-01")
ITEM = st.fixed_dictionaries({
    "team": st.sampled_from(["Red", "Blue", None]), "state": st.sampled_from(["not_started", "in_progress", "done", "cancelled"]),
    "day": st.integers(0, 3)})


def base_of(plan: Plan, status: dt.date | None = None) -> Base:
    return Base(plan, schedule(plan, ScheduleOptions(status_date=status)))


def plan_from(items: list[dict[str, Any]], pairs: list[tuple[int, int]], kinds: list[str]) -> Plan:
    rows = []
    for number, item in enumerate(items):
        links = {p: kind for (p, s), kind in zip(pairs, kinds, strict=False) if s == number and p < len(items) and p < s}
        rows.append({"id": f"i{number}", "team": item["team"], "state": item["state"], "start": DAYS[item["day"]],
                     "finish": DAYS[item["day"]], "progress": {"done": 1.0, "in_progress": 0.5}.get(item["state"], 0.0),
                     "after": ", ".join(f"i{p}{kind}" for p, kind in links.items())})
    return plan_of(*rows, progress_reported=True)


@given(st.lists(ITEM, min_size=1, max_size=7), st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14, unique=True),
       st.lists(st.sampled_from(["FS", "SS", "FF", "SF"]), min_size=14, max_size=14))
@settings(max_examples=60, deadline=None)
def test_rows_and_columns_sum_to_the_open_links_of_each_team(
    items: list[dict[str, Any]], pairs: list[tuple[int, int]], kinds: list[str]
) -> None:
    plan = plan_from(items, pairs, kinds)
    base = base_of(plan, dt.date(2026, 11, 18))
    matrix = team_matrix(base)
    state, team = (dict(zip(plan.activities["id"], plan.activities[name], strict=True)) for name in ("state", "team"))
    expected: Counter[tuple[str | None, str | None]] = Counter()
    for link in plan.dependencies.to_dict("records"):
        giver, receiver = state[link["predecessor"]], state[link["successor"]]
        happened = giver in ("done", "cancelled") or (link["type"] in ("SS", "SF") and giver == "in_progress")
        if not happened and receiver not in ("done", "cancelled"):
            expected[team[link["successor"]], team[link["predecessor"]]] += 1
    assert {(w, o): matrix.count(w, o) for w, o in expected} == dict(expected)
    assert int(matrix.counts.sum()) == sum(expected.values()) == len(matrix.links)
    for position, group in enumerate(matrix.groups):
        assert matrix.counts[position].sum() == sum(n for (waits, _), n in expected.items() if waits == group)
        assert matrix.counts[:, position].sum() == sum(n for (_, on), n in expected.items() if on == group)
    crossing = sum(count for (waits, on), count in expected.items() if waits != on)
    assert len(commitments(base)) == crossing == matrix.crossing


PLAN = plan_of(
    {"id": "A", "team": "Red", "owner": "Ann, Bo", "program": "P", "start": "2026-11-16", "finish": "2026-11-20"},
    {"id": "B", "team": "Blue", "owner": "Cem", "start": "2026-11-18", "finish": "2026-11-24", "after": "A"},
    {"id": "C", "team": "Blue", "start": "2026-11-30", "finish": "2026-12-02", "after": "A, B"},
    {"id": "D", "start": "2026-12-07", "finish": "2026-12-08", "after": "C"},
)


def matrix_of(by: str = "team") -> TeamMatrix:
    return team_matrix(base_of(PLAN), by)


def test_a_cell_tells_its_links_its_slack_and_what_is_late() -> None:
    cells = matrix_of().cells.set_index(["waits", "on"])
    assert cells.loc[("Blue", "Red"), ["links", "late", "violated", "smallest_slack"]].tolist() == [2, 1, 1, -3.0]
    assert cells.loc[("Blue", "Blue"), "links"] == 1
    behind = matrix_of().between("Blue", "Red")
    assert behind[["predecessor", "successor", "slack"]].to_numpy().tolist() == [["A", "B", -3.0], ["A", "C", 5.0]]


def test_work_that_names_nobody_is_its_own_visible_row() -> None:
    matrix = matrix_of()
    assert matrix.groups == ("Blue", "Red", None)
    assert matrix.count(None, "Blue") == 1
    assert [matrix.label(None, lang) for lang in LANGUAGES] == ["No team", "팀 미지정"]


def test_an_item_of_several_people_counts_for_the_first() -> None:
    matrix = matrix_of("owner")
    assert matrix.count("Cem", "Ann") == 1
    assert matrix.count(None, "Ann") == 1
    assert int(matrix.counts.sum()) == 4


def test_a_summary_speaks_for_the_team_that_its_leaves_share() -> None:
    day = {"start": "2026-11-16", "finish": "2026-11-17"}
    plan = plan_of({"id": "S", **day}, {"id": "a", "parent": "S", "team": "Red", **day}, {"id": "b", "parent": "S", "team": "Red", **day},
                   {"id": "c", "team": "Blue", "after": "S", "start": "2026-11-23", "finish": "2026-11-24"})
    assert team_matrix(base_of(plan)).count("Blue", "Red") == 1


def test_another_grouping_is_an_error() -> None:
    with pytest.raises(ValueError, match="mood"):
        matrix_of("mood")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_cells_are_told_in_words(lang: str) -> None:
    matrix = matrix_of()
    told = {matrix.sentence(waits, on, lang) for waits in matrix.groups for on in matrix.groups}  # type: ignore[arg-type]
    assert any("Red" in each and "2" in each for each in told)
    assert len(told) == 9
