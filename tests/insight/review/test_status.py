"""Colours follow written thresholds; what the teams reported stands beside them."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plans import plan_of
from tests.scenario.plans import dated_plans, options
from tpm.insight.review import review
from tpm.insight.review.facts import Facts
from tpm.insight.review.made import review_of
from tpm.insight.review.milestones import executive_roadmap
from tpm.insight.review.status import Rag, Thresholds, lane_statuses, rag_of, read_rag, status_of, watermelons
from tpm.insight.review.table import item_table
from tpm.model import Plan, ScheduleOptions, SimulationOptions
from tpm.risk import simulate
from tpm.schedule import schedule

STATUS = dt.date(2026, 3, 2)


def facts_of(plan: Plan) -> Facts:
    return Facts(plan, schedule(plan, ScheduleOptions(status_date=STATUS)))


@pytest.mark.parametrize(("slip", "confidence", "expected"), [
    (0.0, None, Rag.GREEN), (1.0, None, Rag.AMBER), (5.0, None, Rag.AMBER), (6.0, None, Rag.RED), (-3.0, None, Rag.GREEN),
    (math.nan, None, Rag.UNKNOWN), (0.0, 0.79, Rag.AMBER), (0.0, 0.8, Rag.GREEN), (0.0, 0.49, Rag.RED), (0.0, 0.5, Rag.AMBER),
])
def test_the_default_thresholds(slip: float, confidence: float | None, expected: Rag) -> None:
    assert rag_of(slip, confidence, Thresholds()) is expected


def test_thresholds_that_fall_are_refused() -> None:
    with pytest.raises(ValueError, match="rise"):
        Thresholds(amber_days=5, red_days=2)
    with pytest.raises(ValueError, match="rise"):
        Thresholds(amber_confidence=0.3, red_confidence=0.5)


def test_the_rule_is_written_with_its_numbers() -> None:
    rule = Thresholds(amber_days=2, red_days=7).sentence(simulated=True)
    assert rule.text("en") == ("Red means more than 7 working days late or less than 50% likely, amber more than 2 working days late or "
                               "less than 80% likely; green otherwise.")


@pytest.mark.parametrize(("text", "expected"), [
    ("Green", Rag.GREEN), ("🟢", Rag.GREEN), ("● Green", Rag.GREEN), ("on track", Rag.GREEN), ("정상", Rag.GREEN), ("G", Rag.GREEN),
    ("At risk", Rag.AMBER), ("주의", Rag.AMBER), ("Yellow ", Rag.AMBER), ("RED", Rag.RED), ("위험", Rag.RED), ("지연", Rag.RED),
    ("In progress", None), ("", None), (None, None), ("Greenfield", None),
])
def test_traffic_lights_are_read(text: str | None, expected: Rag | None) -> None:
    assert read_rag(text) is expected


def reporting(*reports: str | None) -> Plan:
    plan = plan_of(
        {"id": "A", "name": "Late work", "start": "2026-03-02", "finish": "2026-03-20", "baseline_finish": "2026-03-06",
         "baseline_start": "2026-03-02", "team": "X"},
        {"id": "B", "name": "On time", "start": "2026-03-02", "finish": "2026-03-06", "baseline_finish": "2026-03-06",
         "baseline_start": "2026-03-02", "team": "X"},
        {"id": "C", "name": "A bit late", "start": "2026-03-02", "finish": "2026-03-09", "baseline_finish": "2026-03-06",
         "baseline_start": "2026-03-02", "team": "Y"},
        progress_reported=True)
    return plan.with_(attributes=pd.DataFrame({"Health": pd.Series(reports, dtype=object)}))


def test_a_watermelon_is_named_with_its_evidence() -> None:
    found = watermelons(facts_of(reporting("Green", "Green", "Green")), Thresholds())
    assert [(one.item, one.column, one.reported) for one in found] == [("A", "Health", "Green")]
    assert found[0].why.text("en") == (
        "Late work is reported as “Green”; its forecast is 20 Mar, 10 working days after the baseline 6 Mar.")


def test_nothing_is_said_where_nothing_is_reported_or_red_is_reported() -> None:
    assert watermelons(facts_of(reporting("Red", "Green", "Amber")), Thresholds()) == ()
    assert watermelons(facts_of(reporting(None, None, None)), Thresholds()) == ()
    assert watermelons(facts_of(reporting("Seoul", "Busan", "Green")), Thresholds()) == ()  # a column of places


def test_single_letters_count_only_in_a_column_of_letters() -> None:
    assert len(watermelons(facts_of(reporting("G", "R", "A")), Thresholds())) == 1
    assert watermelons(facts_of(reporting("G", "on schedule", "good")), Thresholds()) == ()


def test_a_lane_takes_its_worst_open_milestone() -> None:
    plan = plan_of(
        {"id": "X1", "milestone": True, "start": "2026-03-20", "finish": "2026-03-20", "deadline": "2026-03-20", "team": "X"},
        {"id": "X2", "milestone": True, "start": "2026-04-20", "finish": "2026-04-20", "deadline": "2026-04-01", "team": "X"},
        {"id": "Y1", "start": "2026-03-03", "finish": "2026-03-04", "team": "Y"},
        {"id": "Z1", "start": "2026-02-03", "finish": "2026-02-04", "team": "Z", "state": "done", "progress": 1.0},
        progress_reported=True)
    found = lane_statuses(facts_of(plan), "team", Thresholds())
    assert {name: status.rag for name, status in found.items()} == {"X": Rag.RED, "Y": Rag.GREEN, "Z": Rag.DONE}
    assert found["X"].why.rows == ("X2",)


def many(count: int) -> Plan:
    days = [dt.date(2026, 3, 2) + dt.timedelta(days=7 * number) for number in range(count)]
    rows = [{"id": f"M{number}", "milestone": True, "start": day.isoformat(), "finish": day.isoformat(), "team": f"T{number % 4}",
             **({"deadline": day.isoformat()} if number % 5 == 0 else {})} for number, day in enumerate(days)]
    return plan_of(*rows, progress_reported=True)


def test_at_most_25_milestones_and_the_promised_ones_among_them() -> None:
    roadmap = executive_roadmap(facts_of(many(60)), Thresholds())
    chosen = {mark.id for mark in roadmap.marks}
    assert len(chosen) == 25
    assert roadmap.left_out == 35
    assert {f"M{number}" for number in range(0, 60, 5)} <= chosen
    assert set(roadmap.lanes) == {"T0", "T1", "T2", "T3"}


def test_pinned_milestones_stay_and_hidden_ones_go() -> None:
    facts = facts_of(many(60))
    roadmap = executive_roadmap(facts, Thresholds(), pinned=("M1", "M2"), hidden=("M0",))
    chosen = {mark.id for mark in roadmap.marks}
    assert {"M1", "M2"} <= chosen
    assert "M0" not in chosen


def test_a_plan_of_few_milestones_is_told_by_its_phases_too() -> None:
    plan = plan_of(
        {"id": "1", "name": "Phase one"}, {"id": "1.1", "parent": "1", "start": "2026-03-02", "finish": "2026-03-20"},
        {"id": "2", "name": "Phase two"}, {"id": "2.1", "parent": "2", "start": "2026-03-23", "finish": "2026-04-03"},
        {"id": "M", "milestone": True, "start": "2026-04-03", "finish": "2026-04-03"}, progress_reported=True)
    assert [mark.id for mark in executive_roadmap(facts_of(plan), Thresholds()).marks] == ["1", "2", "M"]


def test_parts_of_the_slip_add_up_to_it() -> None:
    plan = plan_of(
        {"id": "A", "start": "2026-03-02", "finish": "2026-03-13", "baseline_finish": "2026-03-06", "baseline_start": "2026-03-02"},
        {"id": "B", "start": "2026-03-09", "finish": "2026-03-17", "baseline_finish": "2026-03-13", "baseline_start": "2026-03-09",
         "after": "A"},
        {"id": "M", "milestone": True, "start": "2026-03-13", "finish": "2026-03-13", "baseline_finish": "2026-03-13",
         "baseline_start": "2026-03-13", "after": "B"}, progress_reported=True)
    facts = facts_of(plan)
    assert [(part.id, part.days) for part in facts.parts] == [("A", 5.0), ("B", 2.0)]
    assert sum(part.days for part in facts.parts) == facts.slip("M") == 7.0


def test_the_review_is_of_a_plan_of_any_kind() -> None:
    for plan in (Plan(), plan_of({"id": "A"}), plan_of({"id": "A", "after": "B"}, {"id": "B", "after": "A"})):
        made = review(plan, schedule(plan, ScheduleOptions(status_date=STATUS)))
        assert made.status.rag is Rag.UNKNOWN
        assert made.brief.text("ko")


def test_rows_that_were_not_read_take_the_colour_away_and_stand_under_what_is_not_known() -> None:
    row = {"id": "A", "start": "2026-11-02", "finish": "2026-11-06", "team": "Mill", "owner": "Bex"}
    whole = plan_of(row, {**row, "id": "B"}, progress_reported=True)
    plan = whole.with_(rows_missed=3)
    assert Plan().fingerprint != Plan(rows_missed=3).fingerprint
    how = ScheduleOptions(status_date=dt.date(2026, 11, 2))
    told = review(plan, schedule(plan, how), decide=False)
    assert review(whole, schedule(whole, how), decide=False).status.rag is Rag.GREEN
    assert (told.status.rag, told.status.why.text("en")) == (
        Rag.UNKNOWN, "3 rows of the sheets with a date, an owner or an id were not read.")  # fmt: skip
    assert {status.rag for status in lane_statuses(told.facts, "team", Thresholds()).values()} == {Rag.UNKNOWN}
    assert told.ground.text("en") == f"No status is given: {told.status.why.text('en')}"
    assert told.unknowns[0].text("ko") == "날짜나 담당자, ID가 있는 행 5개 가운데 3개를 읽지 못해 상태를 판단하지 않았습니다."


def test_on_time_is_said_of_nothing_without_progress_and_a_status_date_but_late_is_late() -> None:
    kept = {"id": "A", "name": "Build", "start": "2026-11-02", "finish": "2026-11-06"}
    late = {**kept, "id": "B", "deadline": "2026-11-04"}
    for reported, day, row, rag, why in (
            (True, dt.date(2026, 11, 2), kept, Rag.GREEN, "kept"), (False, dt.date(2026, 11, 2), kept, Rag.UNKNOWN, "no-progress"),
            (True, None, kept, Rag.UNKNOWN, "no-status-date"), (False, None, late, Rag.AMBER, "late")):
        plan = plan_of(row, progress_reported=reported)
        status = status_of(Facts(plan, schedule(plan, ScheduleOptions(status_date=day))), row["id"], Thresholds())
        assert (status.rag, status.why.key) == (rag, f"brief.status.{why}")


def test_default_ranges_alone_colour_nothing_and_are_named() -> None:
    plan = plan_of({"id": "A", "name": "Build", "start": "2026-11-02", "finish": "2026-11-27", "state": "in_progress", "progress": 0.2},
                   progress_reported=True)
    how = ScheduleOptions(status_date=dt.date(2026, 11, 6))
    before = schedule(plan, how)
    made = review(plan, before, simulation=simulate(plan, how, SimulationOptions(runs=500, tornado=False)))
    assert made.status.rag is Rag.GREEN
    assert "sure" not in made.headline.text("en")
    assert any("default ranges alone" in sentence.text("en") for section in made.brief.sections for sentence in section.sentences)
    assert not made.decisions


def test_a_date_that_probably_fails_is_no_green_and_asks() -> None:
    plan = plan_of({"id": "A", "name": "Build", "start": "2026-11-02", "finish": "2026-11-27", "state": "in_progress", "progress": 0.2,
                    "optimistic": 18.0, "most_likely": 20.0, "pessimistic": 60.0}, progress_reported=True)
    how = ScheduleOptions(status_date=dt.date(2026, 11, 6))
    made = review_of(plan, schedule(plan, how))
    assert made.status.rag is Rag.RED
    assert [one.kind for one in made.decisions] == ["unlikely"]
    assert made.headline.key == "brief.headline.sure-late"
    assert "%" in made.decisions[0].question.text("ko")


@settings(max_examples=30, deadline=None)
@given(dated_plans(), options(), st.booleans())
def test_the_table_of_the_files_wears_the_status_that_the_page_computes(plan: Plan, how: ScheduleOptions, simulated: bool) -> None:
    before = schedule(plan, how)
    facts = Facts(plan, before, simulate(plan, how, SimulationOptions(runs=100, tornado=False)) if simulated else None)
    table = item_table(facts, Thresholds()).set_index("id")
    open_items = [item for item in plan.activities["id"] if facts.is_open(item) or facts.state(item).value == "done"]
    assert {item: table.at[item, "rag"] for item in open_items} == {
        item: status_of(facts, item, Thresholds()).rag for item in open_items}
