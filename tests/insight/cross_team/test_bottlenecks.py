"""Bottlenecks: what waits behind items, people and teams, counted exactly."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.insight.cross_team.test_matrix import ITEM, base_of, plan_from
from tests.plans import plan_of
from tpm.i18n import LANGUAGES
from tpm.insight.cross_team import bottlenecks
from tpm.insight.cross_team.bottlenecks import waiting_counts


@given(st.lists(ITEM, min_size=2, max_size=7), st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14, unique=True))
@settings(max_examples=40, deadline=None)
def test_counts_are_those_of_a_search_over_unfinished_work(items: list[dict[str, Any]], pairs: list[tuple[int, int]]) -> None:
    plan = plan_from(items, pairs, ["FS"] * 14)
    base = base_of(plan, plan.first_date)
    rows = plan.activities
    unfinished = set(rows.loc[~rows["state"].isin(("done", "cancelled")), "id"])
    graph = nx.DiGraph()
    graph.add_nodes_from(plan.activities["id"])
    links = zip(plan.dependencies["predecessor"], plan.dependencies["successor"], strict=True)
    graph.add_edges_from((p, s) for p, s in links if {p, s} <= unfinished)
    assert waiting_counts(base).tolist() == [len(nx.descendants(graph, item)) for item in plan.activities["id"]]
    for one in bottlenecks(base):
        behind = set().union(*(nx.descendants(graph, item) for item in one.items)) if one.items else set()
        own = {"item": set(one.items), "team": set(plan.activities.loc[plan.activities["team"] == one.key, "id"])}.get(one.kind)
        assert own is not None  # nobody is named in these plans
        assert one.behind == len(behind - own)


PLAN = plan_of(
    {"id": "A", "team": "Red", "owner": "Ann", "start": "2026-11-16", "finish": "2026-11-20"},
    {"id": "B", "team": "Blue", "owner": "Bo, Ann", "start": "2026-11-23", "finish": "2026-11-27", "after": "A"},
    {"id": "C", "team": "Blue", "owner": "Bo", "start": "2026-11-23", "finish": "2026-11-24", "after": "A"},
    {"id": "D", "team": "Green", "owner": "Di", "start": "2026-11-30", "finish": "2026-12-04", "after": "B, C"},
)


def test_the_item_that_most_work_waits_behind_is_first_with_what_waits_directly() -> None:
    first = bottlenecks(base_of(PLAN))[0]
    assert (first.kind, first.key, first.behind, first.teams, first.critical, first.days) == ("item", "A", 3, 2, 2, 12.0)
    assert (first.waiting, first.spare) == (("B", "C"), 0.0)


def test_people_and_teams_count_what_is_not_their_own() -> None:
    found = {(one.kind, one.key): one for one in bottlenecks(base_of(PLAN))}
    assert found["team", "Red"].behind == 3
    assert found["person", "Ann"].behind == 2  # C and D; B is hers as well
    assert ("team", "Green") not in found


def test_a_mark_that_work_leads_to_is_no_bottleneck_of_its_own() -> None:
    plan = plan_of({"id": "A", "start": "2026-11-16", "finish": "2026-11-20"},
                   {"id": "M", "start": "2026-11-20", "finish": "2026-11-20", "milestone": True, "after": "A"},
                   *({"id": item, "start": "2026-11-23", "finish": "2026-11-27", "after": "M"} for item in "XYZ"))
    assert [one.key for one in bottlenecks(base_of(plan))] == ["A"]


def test_without_dependencies_there_is_none() -> None:
    assert bottlenecks(base_of(plan_of({"id": "A", "start": "2026-11-16", "finish": "2026-11-20"}))) == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_says_why(lang: str) -> None:
    for one in bottlenecks(base_of(PLAN)):
        told = one.sentence(lang)  # type: ignore[arg-type]
        assert one.name in told
        assert str(one.behind) in told
