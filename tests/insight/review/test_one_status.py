"""One status per item: roadmap, drawer, one page, table of the files, calendar and What-if agree on late, by how much and against what."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings

from tests.insight.review.test_brief import STATUS, brief_of, plans
from tpm.export.calendar_file import calendar_file
from tpm.insight.review import Rag, Review, Thresholds, review
from tpm.insight.review.facts import facts_of
from tpm.insight.review.status import against, standing, status_of
from tpm.insight.review.table import item_table
from tpm.insight.roadmap import RoadmapFilter, roadmap_rows
from tpm.insight.roadmap_words import hover_story, roadmap_title
from tpm.model import Plan, ScheduleOptions, SimulationOptions
from tpm.risk import simulate
from tpm.scenario import what_if
from tpm.schedule import schedule

OPTIONS = ScheduleOptions(status_date=STATUS)


def reviewed(plan: Plan) -> Review:
    return review(plan, schedule(plan, OPTIONS), decide=False)


@settings(deadline=None, max_examples=60)
@given(plans())
def test_every_renderer_says_the_same_of_every_item(plan: Plan) -> None:
    made = reviewed(plan)
    facts = made.facts
    rows = roadmap_rows(plan, facts.schedule, lane="none", compact=False)
    drawn = {row["id"]: row for row in rows.frame.to_dict("records")}
    table = item_table(facts, Thresholds()).set_index("id")
    changed = roadmap_rows(plan, facts.schedule, lane="none", before=(plan, facts.schedule))
    kept = {row["id"]: row for row in changed.found.to_dict("records")}
    calendar = calendar_file(made, "en").decode().replace("\r\n ", "")
    for item in plan.activities["id"]:
        row, told, promise = drawn[item], table.loc[item], facts.promise(item)
        status = status_of(facts, item, Thresholds())
        assert told["rag"] == status.rag
        for other in (row["beyond"], told["slip"], kept[item]["beyond"]):
            np.testing.assert_equal(float(other), facts.slip(item))
        assert row["late"] == kept[item]["late"] == (facts.is_open(item) and facts.slip(item) >= 0.5)
        if promise is None:
            continue
        kind = facts.promise_kind(item)
        assert row["promised_by"] == told["promised_by"] == kept[item]["promised_by"] == kind
        assert {pd.Timestamp(row["promise"]).date(), told["promise"].date(), pd.Timestamp(kept[item]["promise"]).date()} == {promise}
        if row["late"] and facts.passed is None:
            late = f"{facts.slip(item):.0f} working day{'' if facts.slip(item) == 1 else 's'}"
            days = f"{late} after the {kind} {facts.when(promise).text('en')}"
            assert status.rag in (Rag.RED, Rag.AMBER)
            assert f"{days}." in standing(facts, item, Thresholds())[0].text("en")
            against_words = against(facts, item)
            assert against_words is not None
            assert against_words.text("en") == days
            assert f"▲ {days}." in hover_story(row, rows, "en")
            if row["kind"] == "milestone":
                assert f"{kind.capitalize()}: {promise.day} {promise:%b %Y}\\, {late} late" in calendar
    for mark in made.roadmap.marks:
        assert (mark.status.rag, mark.promise) == (table.loc[mark.id]["rag"], facts.promise(mark.id))
        assert mark.promised == facts.promise_kind(mark.id)
        np.testing.assert_equal(mark.slip, facts.slip(mark.id))


@settings(deadline=None, max_examples=30)
@given(plans())
def test_the_roadmaps_title_is_the_headline_whatever_is_filtered(plan: Plan) -> None:
    made = reviewed(plan)
    late = int((made.facts.items.late & made.facts.leaf).sum())
    for filters in (RoadmapFilter(), RoadmapFilter(teams=frozenset(["Identity"])), RoadmapFilter(only_late=True)):
        rows = roadmap_rows(plan, made.facts.schedule, filters=filters)
        if rows.found["finish"].notna().any() and not made.facts.schedule.cycles:
            title = roadmap_title(made.facts.schedule, rows, "en", made.headline.text("en"))[0]
            assert title.startswith(brief_of(plan).line("en").rstrip("."))
            assert (f"{late} of {rows.total} items" in title) == (late > 0)


@settings(deadline=None, max_examples=15)
@given(plans())
def test_what_if_without_a_change_stands_where_the_review_stands(plan: Plan) -> None:
    facts = facts_of(plan, schedule(plan, OPTIONS))
    answer = what_if(plan, OPTIONS, [], facts.last)
    again = facts_of(answer.plan, answer.after)
    for item in plan.activities["id"]:
        assert status_of(again, item, Thresholds()) == status_of(facts, item, Thresholds())


def test_the_two_likely_dates_of_an_item_are_named_beside_its_status() -> None:
    from tests.insight.review.test_planted_facts import one_lever

    plan = one_lever()
    computed = schedule(plan, OPTIONS)
    facts = facts_of(plan, computed, simulate(plan, OPTIONS, SimulationOptions(runs=2_000, target="K")))
    assert [sentence.text("en") for sentence in standing(facts, "K", Thresholds())] == [
        "Korea launch is forecast for 27 Mar, 3 working days after the promised 24 Mar.", "80% sure by 27 Mar, as likely as not by 27 Mar."]
    assert standing(facts, "K", Thresholds())[1].text("ko") == "80% 확률로 3월 27일, 절반의 확률로 3월 27일까지입니다."
