"""Which items the dependency graph draws, what it folds, what a chosen item lights, and the words over it."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plans import plan_of
from tpm.i18n import Language
from tpm.insight.cross_team import Base
from tpm.insight.graph import MOST_LANES, OTHER_LANES, graph_lanes, graph_view
from tpm.insight.graph_fold import GROUP, fold_id
from tpm.insight.graph_words import graph_title, lane_words, left_out, node_name, node_story, records
from tpm.model import ScheduleOptions
from tpm.schedule import schedule

STATUS = dt.date(2026, 11, 2)


def base_of(*rows: dict[str, Any], status: dt.date | None = STATUS, **parts: Any) -> Base:
    plan = plan_of(*rows, **parts)
    return Base(plan, schedule(plan, ScheduleOptions(status_date=status)))


def item(key: str, team: str | None, start: str, finish: str, after: str = "", **more: Any) -> dict[str, Any]:
    return {"id": key, "name": f"{key} work", "team": team, "start": start, "finish": finish, "after": after, **more}


def small() -> Base:
    """A → B → D, A → C → D, D → M; E stands alone; two teams and one item of nobody."""
    return base_of(
        item("A", "One", "2026-11-02", "2026-11-06"), item("B", "Two", "2026-11-09", "2026-11-13", "A"),
        item("C", "One", "2026-11-09", "2026-11-11", "A"), item("D", None, "2026-11-16", "2026-11-20", "B, C"),
        {"id": "M", "name": "Launch", "team": "Two", "start": "2026-11-20", "finish": "2026-11-20", "after": "D", "milestone": True},
        item("E", "One", "2026-11-02", "2026-11-06"), progress_reported=True,
    )  # fmt: skip


@cache
def many(count: int, phases: int = 0) -> Base:
    """Chains of four teams over a year; one in five hands over to the next team. Phases follow each other."""
    first = dt.date(2026, 11, 2)
    rows = []
    for number in range(count):
        start = first + dt.timedelta(days=7 * (number // 12 % 50))
        before = number - 12 if number >= 12 else -1
        if before >= 0 and number % 5 == 0:
            before += 1
        rows.append(item(f"N{number}", f"Team {number % 4}", start.isoformat(), (start + dt.timedelta(days=4)).isoformat(),
                         f"N{before}" if before >= 0 else "",
                         **({"phase": f"Phase {number * phases // count}"} if phases else {})))
    return base_of(*rows)


def test_linked_items_are_drawn_and_the_others_counted() -> None:
    view = graph_view(small())
    assert view.nodes["id"].tolist() == ["A", "B", "C", "D", "M"]
    assert (view.total, view.unlinked, view.folded) == (6, 1, 0)
    assert view.nodes["column"].tolist() == [0, 1, 1, 2, 3]
    assert view.nodes["behind"].tolist() == [4, 2, 2, 1, 0]
    assert view.lanes == ("One", "Two", None)
    assert [lane_words(view, name, "en") for name in view.lanes] == ["One", "Two", "No team"]


def test_lanes_that_say_nothing_are_not_offered() -> None:
    assert graph_lanes(small()) == ("team", "none")
    assert graph_lanes(base_of(item("A", "One", "2026-11-02", "2026-11-06"))) == ("none",)


def test_a_chosen_item_lights_everything_before_and_behind_it_and_nothing_else() -> None:
    view = graph_view(small(), selected="B")
    assert view.nodes.loc[view.nodes["lit"], "id"].tolist() == ["A", "B", "D", "M"]
    lit = view.links[view.links["lit"]]
    assert [(view.nodes["id"][a], view.nodes["id"][b]) for a, b in zip(lit["tail"], lit["head"], strict=True)] == [
        ("A", "B"), ("B", "D"), ("D", "M")]  # fmt: skip
    assert view.trace is not None
    assert (len(view.trace.upstream), len(view.trace.downstream), view.trace.teams_down, view.trace.days) == (1, 2, 1, 5)
    focused = graph_view(small(), selected="B", focus=True)
    assert focused.nodes["id"].tolist() == ["A", "B", "D", "M"]


@settings(max_examples=40)
@given(st.integers(2, 25), st.integers(0, 10_000))
def test_what_is_lit_is_what_a_walk_along_the_links_meets(count: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    links = {(int(a), int(b)) for a, b in dice.integers(0, count, (count, 2)) if a != b}
    before = {at: ", ".join(f"I{a}" for a, b in sorted(links) if b == at) for at in range(count)}
    base = base_of(*(item(f"I{at}", "One", "2026-11-02", "2026-11-06", before[at]) for at in range(count)))
    chosen = int(dice.integers(count))

    def walk(pairs: set[tuple[int, int]]) -> set[int]:
        met, todo = {chosen}, [chosen]
        while todo:
            here = todo.pop()
            new = {b for a, b in pairs if a == here} - met
            met |= new
            todo += new
        return met

    expected = walk(links) | walk({(b, a) for a, b in links})
    nodes = graph_view(base, selected=f"I{chosen}").nodes
    drawn = {at for pair in links for at in pair}
    assert set(nodes.loc[nodes["lit"], "id"]) == {f"I{at}" for at in expected & drawn}


def test_links_on_a_summary_reach_its_leaves_but_do_not_join_them() -> None:
    base = base_of(
        item("X", "One", "2026-11-02", "2026-11-06"), {"id": "S", "name": "Phase", "after": "X"},
        item("S1", "One", "2026-11-09", "2026-11-13", parent="S"), item("S2", "One", "2026-11-09", "2026-11-13", parent="S"),
        item("Y", "One", "2026-11-16", "2026-11-20", "S"), item("Z", "One", "2026-11-23", "2026-11-24", "S1"),
    )  # fmt: skip
    view = graph_view(base, selected="S1")
    assert view.trace is not None
    assert set(base.ids[view.trace.upstream]) == {"X"}
    assert set(base.ids[view.trace.downstream]) == {"Y", "Z"}
    assert view.unlinked == 0
    assert set(view.nodes["id"]) == {"X", "S", "S1", "Y", "Z"}


def test_finished_work_can_be_left_out_and_needs_no_decision() -> None:
    rows = [item("A", "One", "2026-10-05", "2026-10-09", progress=1.0, state="done"),
            item("B", "One", "2026-10-05", "2026-10-09", "A", progress=1.0, state="done"),
            item("C", "Two", "2026-10-06", "2026-11-20", "B", progress=0.1, state="in_progress"),
            item("D", "Two", "2026-11-05", "2026-11-20", "C")]
    base = base_of(*rows, progress_reported=True)
    assert base.schedule.links["violated"].tolist() == [True, True, True]
    view = graph_view(base)
    assert view.links["violated"].tolist() == [False, True, True]
    hidden = graph_view(base, hide_done=True)
    assert hidden.nodes["id"].tolist() == ["C", "D"]
    assert hidden.hidden == 2
    assert left_out(hidden, "en") == ["2 finished items are hidden."]


def test_by_date_a_column_is_a_period_and_what_finishes_together_stands_together() -> None:
    view = graph_view(small(), columns="date")
    assert view.period == "week"
    assert view.ticks[0] == dt.date(2026, 11, 2)
    assert view.nodes["column"].tolist() == [0, 1, 1, 2, 2]
    long = graph_view(many(300), columns="date")
    assert long.period == "week"
    finish = long.nodes["finish"].to_numpy().astype("datetime64[D]")
    starts = np.array(long.ticks, dtype="datetime64[D]")[long.nodes["column"]]
    assert (finish >= starts).all()


def test_without_any_date_the_columns_are_the_order_of_work() -> None:
    rows = [{"id": "A", "name": "A"}, {"id": "B", "name": "B", "after": "A"}]
    assert graph_view(base_of(*rows, status=None), columns="date").columns in ("logic", "date")
    assert graph_view(base_of(*rows, status=None)).nodes["column"].tolist() == [0, 1]


def test_more_than_a_picture_can_carry_folds_by_lane_and_month_and_opens_again() -> None:
    base = many(300)
    view = graph_view(base, limit=60)
    assert (view.nodes["kind"] == GROUP).all()
    assert view.folded == int(view.nodes["count"].sum()) == 300 - view.unlinked
    assert len(view.nodes) <= 60
    assert int(view.links["count"].sum()) > len(view.links)
    assert f"{view.folded} of 300 items are folded" in " ".join(left_out(view, "en"))
    one = view.nodes.iloc[0]
    opened = graph_view(base, opened=[one["id"]], limit=60)
    assert (opened.nodes["kind"] != GROUP).sum() == one["count"]
    assert opened.folded == view.folded - one["count"]
    assert view.lanes[one["lane"]] == "Team 0"


def test_a_plan_with_phases_folds_into_them() -> None:
    view = graph_view(many(300, 1), limit=60)
    assert view.segments is not None
    assert view.segments.kind == "month"  # one phase folds nothing
    view = graph_view(many(300, 2), limit=60)
    assert view.segments is not None
    assert (view.segments.kind, view.segments.keys) == ("phase", ("Phase 0", "Phase 1"))
    assert len(view.nodes) == 8
    assert {node_name(view, node, "en")[:10] for node in records(view.nodes)} == {"Phase 0 · ", "Phase 1 · "}
    assert view.nodes["count"].sum() + view.unlinked == 300


def test_a_fold_that_holds_too_much_stays_closed_and_says_so() -> None:
    view = graph_view(many(300, 2), opened=[fold_id("Team 0", "Phase 0")], limit=30)
    assert view.refused == (fold_id("Team 0", "Phase 0"),)
    assert any("too many items to open" in line for line in left_out(view, "en"))


def test_the_smallest_of_many_lanes_share_one() -> None:
    rows = [item("R", "Root", "2026-11-02", "2026-11-06")]
    rows += [item(f"A{at}", f"Team {at:02d}", "2026-11-09", "2026-11-13", "R") for at in range(40)]
    view = graph_view(base_of(*rows))
    assert len(view.lanes) == MOST_LANES
    assert view.lanes[-1] == OTHER_LANES
    assert lane_words(view, OTHER_LANES, "en") == f"{view.other_lanes} others"
    assert view.other_lanes == 41 - (MOST_LANES - 1)


@pytest.mark.parametrize("separator", ["\x1f", "|", "-", ",", "\n"])
def test_lanes_and_phases_may_be_called_anything(separator: str) -> None:
    rows = [item("R", "Root", "2026-11-02", "2026-11-06")]
    rows += [item(f"A{at}", f"{separator}Team{separator}{at % 40}", "2026-11-09", "2026-11-13", "R", phase=f"{separator}{at % 2}")
             for at in range(400)]
    view = graph_view(base_of(*rows), limit=80)
    folds = [node for node in records(view.nodes) if node["kind"] == GROUP]
    assert OTHER_LANES in {view.lanes[node["lane"]] for node in folds}
    assert len({node["id"] for node in folds}) == len(folds)
    assert {node_name(view, node, "en").split(" · ")[0] for node in folds} == {f"{separator}0", f"{separator}1"}
    again = graph_view(base_of(*rows), limit=80, opened=[folds[0]["id"]])
    assert again.folded == view.folded - folds[0]["count"]


@pytest.mark.parametrize(("lang", "found"), [("en", "“A work” holds up 4 items of 2 teams"),
                                             ("ko", "“A work” 뒤에서 팀 2곳의 항목 4개가 기다립니다")])
def test_the_title_names_what_most_waits_for(lang: Language, found: str) -> None:
    base = small()
    assert graph_title(base, graph_view(base), lang)[0] == found


def test_the_title_of_a_chosen_item_counts_items_teams_and_days() -> None:
    base = small()
    assert graph_title(base, graph_view(base, selected="B"), "en")[0] == (
        "“B work” holds up 2 items of 1 team over the next 5 working days, and waits for 1 unfinished item of 1 team")
    assert "기다리는 선행 항목은 없습니다" in graph_title(base, graph_view(base, selected="A"), "ko")[0]
    assert graph_title(base, graph_view(base, selected="E"), "en")[0] == "“E work” waits for nothing unfinished, and nothing waits for it"


def test_a_loop_is_told_in_the_title() -> None:
    base = base_of(item("A", "One", "2026-11-02", "2026-11-06", "B"), item("B", "One", "2026-11-09", "2026-11-13", "A"))
    view = graph_view(base)
    assert len(view.nodes) == 2
    assert "wait for each other in a loop" in graph_title(base, view, "en")[0]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_node_tells_its_story(lang: Language) -> None:
    for view in (graph_view(small()), graph_view(many(300), limit=60)):
        for node in records(view.nodes):
            told = node_story(view, node, (["x", "y", "z", "w"], ["v"]), lang)
            assert len(told) >= 4
            assert all(told)
