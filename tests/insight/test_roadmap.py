"""The roadmap's rows: order, lanes, flags, filters, folding, and what is said about what is left out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from tests.charts.programs import STATUS, checkout, many, plan_of, schedule_of
from tpm.insight.roadmap import LANE, RoadmapFilter, RoadmapRows, lanes_of, roadmap_rows
from tpm.insight.roadmap_words import left_out
from tpm.model import CalendarSpec, Plan


def work(item: str, start: str = "2026-11-02", finish: str = "2026-11-13", **more: Any) -> dict[str, Any]:
    return {"id": item, "name": f"Item {item}", "planned_start": start, "planned_finish": finish, **more}


def names(rows: RoadmapRows) -> list[str]:
    return rows.frame["name"].tolist()


def row(rows: RoadmapRows, item: str) -> Any:
    return rows.frame.set_index("id").loc[item]


def phases() -> Plan:
    return plan_of([
        {"id": "1", "name": "Build", "kind": "summary"},
        work("1.1", parent="1", team="A"),
        {"id": "1.2", "name": "Deep", "kind": "summary", "parent": "1"},
        work("1.2.1", parent="1.2", team="B"),
        work("1.2.2", "2026-11-16", "2026-12-11", parent="1.2", team="B"),
        {"id": "2", "name": "Ship", "kind": "summary"},
        work("2.1", parent="2", team="A", state="done", progress=1.0),
    ])  # fmt: skip


def test_without_lanes_the_plans_order_and_hierarchy_are_kept() -> None:
    rows = roadmap_rows(phases(), lane="none")
    assert rows.frame["id"].tolist() == ["1", "1.1", "1.2", "1.2.1", "1.2.2", "2", "2.1"]
    assert rows.frame["depth"].tolist() == [0, 1, 1, 2, 2, 0, 1]
    assert rows.frame["line"].tolist() == list(range(7))


def test_a_summary_without_dates_spans_what_is_below_it() -> None:
    rows = roadmap_rows(phases(), lane="none")
    assert (row(rows, "1")["start"], row(rows, "1")["finish"]) == (pd.Timestamp("2026-11-02"), pd.Timestamp("2026-12-11"))


def test_lanes_hold_their_items_and_summaries_of_one_team() -> None:
    rows = roadmap_rows(phases(), lane="team")
    assert names(rows) == ["A", "Item 1.1", "Ship", "Item 2.1", "B", "Deep", "Item 1.2.1", "Item 1.2.2"]
    assert rows.frame["depth"].tolist() == [0, 0, 0, 1, 0, 0, 1, 1]
    assert rows.spread == 1
    assert left_out(rows, "en") == ["1 summary row over several lanes: shown without lanes only."]


def test_lanes_stand_in_the_order_of_the_plan_and_items_without_one_come_last() -> None:
    plan = plan_of([work("a"), work("b", team="Z"), work("c", team="A")])
    assert names(roadmap_rows(plan)) == ["Z", "Item b", "A", "Item c", "", "Item a"]


def test_an_item_without_a_team_takes_that_of_the_summary_above() -> None:
    plan = plan_of([{"id": "s", "name": "S", "kind": "summary", "team": "A"}, work("x", parent="s"), work("y", team="B")])
    assert names(roadmap_rows(plan)) == ["A", "S", "Item x", "B", "Item y"]


def test_lanes_that_nobody_is_named_for_are_no_lanes() -> None:
    assert names(roadmap_rows(plan_of([work("a"), work("b")]), lane="owner")) == ["Item a", "Item b"]


def test_any_other_column_of_the_sheet_can_be_the_lane() -> None:
    plan = plan_of([work("a"), work("b"), work("c")], attributes=pd.DataFrame({"Region": ["KR", "US", "KR"]}))
    assert names(roadmap_rows(plan, lane="Region")) == ["KR", "Item a", "Item c", "US", "Item b"]
    with pytest.raises(KeyError):
        roadmap_rows(plan, lane="Colour")


def test_the_lanes_that_say_something_come_first() -> None:
    plan = plan_of([work(str(n), team="only", owner=f"P{n % 3}") for n in range(6)])
    assert lanes_of(plan) == ("owner", "team", "none")
    assert lanes_of(plan_of([work("a")])) == ("none",)


def test_milestones_share_their_lanes_line_where_their_names_have_room() -> None:
    rows = roadmap_rows(*checkout())
    lane = rows.frame[(rows.frame["kind"] == LANE) & (rows.frame["name"] == "Identity · Seoul")].iloc[0]
    assert row(rows, "m1")["line"] == row(rows, "m2")["line"] == lane["line"]
    apart = roadmap_rows(*checkout(), compact=False)
    assert apart.lines == rows.lines + 5
    assert apart.frame["line"].is_unique


def test_the_four_sets_are_chosen_and_compared() -> None:
    plan, schedule = checkout()
    forecast, planned = roadmap_rows(plan, schedule), roadmap_rows(plan, schedule, dates="planned")
    baseline = roadmap_rows(plan, schedule, dates="baseline")
    finishes = [row(rows, "a3")["finish"].date().isoformat() for rows in (forecast, planned, baseline)]
    assert finishes == ["2026-11-20", "2026-11-06", "2026-11-06"]
    assert (forecast.ghost, planned.ghost, baseline.ghost) == ("baseline", "baseline", None)
    assert row(forecast, "a3")["ghost_finish"] == pd.Timestamp("2026-11-06")
    assert not baseline.frame["late"].any()
    assert roadmap_rows(plan, None).dates == "planned"


def test_without_a_baseline_the_forecast_is_compared_with_the_plan() -> None:
    plan = plan_of([work("a")])
    rows = roadmap_rows(plan, schedule_of(plan, {"a": ("2026-11-02", "2026-11-18")}))
    assert rows.ghost == "planned"
    assert (row(rows, "a")["slip"], bool(row(rows, "a")["late"])) == (3.0, True)


def test_slip_is_counted_in_working_days_of_the_items_calendar() -> None:
    holiday = CalendarSpec("KR", holidays=((dt.date(2026, 11, 18), dt.date(2026, 11, 19)),))
    plan = plan_of(
        [work("a", team="Seoul", baseline_finish="2026-11-13"), work("b", team="San Jose", baseline_finish="2026-11-13")],
        calendars={"KR": holiday}, team_calendars={"Seoul": "KR"},
    )  # fmt: skip
    rows = roadmap_rows(plan, schedule_of(plan, dict.fromkeys(("a", "b"), ("2026-11-02", "2026-11-20"))))
    assert row(rows, "a")["slip"] == 4
    assert row(rows, "b")["slip"] == 5
    early = roadmap_rows(plan, schedule_of(plan, {"b": ("2026-11-02", "2026-11-11")}))
    assert row(early, "b")["slip"] == -2


def test_a_deadline_is_the_promise_and_slipping_inside_it_is_a_risk() -> None:
    plan = plan_of([work("a", deadline="2026-11-30"), work("b", deadline="2026-11-13"), work("c", state="done", progress=1.0)])
    rows = roadmap_rows(plan, schedule_of(plan, dict.fromkeys(("a", "b", "c"), ("2026-11-02", "2026-11-18"))))
    assert [bool(row(rows, item)["late"]) for item in ("a", "b", "c")] == [False, True, False]
    assert [bool(row(rows, item)["at_risk"]) for item in ("a", "b", "c")] == [True, False, False]


def test_work_that_should_have_started_and_blocked_work_are_at_risk() -> None:
    plan = plan_of([work("a", "2026-10-26", "2026-11-20"), work("b", "2026-11-09", state="blocked"), work("c", "2026-11-09")])
    rows = roadmap_rows(plan, schedule_of(plan))
    assert [bool(row(rows, item)["at_risk"]) for item in ("a", "b", "c")] == [True, True, False]


def test_critical_work_far_behind_its_progress_is_at_risk() -> None:
    plan = plan_of([work(item, "2026-10-01", "2026-11-30", state="in_progress", progress=share)
                    for item, share in (("a", 0.1), ("b", 0.5))])  # fmt: skip
    rows = roadmap_rows(plan, schedule_of(plan, critical=("a", "b")))
    assert [bool(row(rows, item)["at_risk"]) for item in ("a", "b")] == [True, False]


@pytest.mark.parametrize(("filters", "left", "hidden"), [
    (RoadmapFilter(teams=frozenset({"Identity · Seoul"})), 5, {"teams": 16}),
    (RoadmapFilter(states=frozenset({"done"})), 4, {"states": 17}),
    (RoadmapFilter(text="  MIGRATION "), 3, {"text": 18}),
    (RoadmapFilter(text="re-estimated"), 1, {"text": 20}),
    (RoadmapFilter(window=(dt.date(2026, 12, 24), None)), 4, {"window": 17}),
    (RoadmapFilter(window=(None, dt.date(2026, 9, 10))), 2, {"window": 19}),
    (RoadmapFilter(hide_done=True), 16, {"done": 5}),
    (RoadmapFilter(only_critical=True), 7, {"critical": 14}),
    (RoadmapFilter(only_late=True), 10, {"late": 11}),
    (RoadmapFilter(hide_done=True, text="migration"), 2, {"text": 18, "done": 1}),
])  # fmt: skip
def test_filters_hide_and_count(filters: RoadmapFilter, left: int, hidden: dict[str, int]) -> None:
    rows = roadmap_rows(*checkout(), filters=filters)
    assert rows.shown == left
    assert rows.hidden == hidden
    assert left_out(rows, "en") == [f"{sum(hidden.values())} of 21 items are hidden by filters."]
    assert left_out(rows, "ko") == [f"필터로 항목 21개 중 {sum(hidden.values())}개를 숨겼습니다."]


def test_a_summary_stays_while_something_below_it_does() -> None:
    rows = roadmap_rows(phases(), lane="none", filters=RoadmapFilter(text="1.2.1"))
    assert rows.frame["id"].tolist() == ["1", "1.2", "1.2.1"]


def test_a_closed_lane_is_one_line_with_its_span_and_its_milestones() -> None:
    rows = roadmap_rows(*checkout(), collapsed={"Identity · Seoul"})
    lane = rows.frame.iloc[0]
    assert (lane["name"], lane["folded"]) == ("Identity · Seoul", 3)
    assert (lane["start"], lane["finish"]) == (pd.Timestamp("2026-09-01"), pd.Timestamp("2026-11-20"))
    assert rows.frame.loc[rows.frame["line"] == 0, "id"].tolist() == [None, "m1", "m2"]
    assert left_out(rows, "en") == ["3 of 21 items are in rows that you closed."]


def test_a_closed_summary_hides_what_is_below_at_any_depth() -> None:
    rows = roadmap_rows(phases(), lane="none", collapsed={"1"})
    assert rows.frame["id"].tolist() == ["1", "2", "2.1"]
    assert row(rows, "1")["folded"] == 3


def deep(groups: int, size: int) -> Plan:
    items: list[dict[str, Any]] = []
    for group in range(groups):
        items.append({"id": f"g{group}", "name": f"G{group}", "kind": "summary"})
        items += [work(f"g{group}.{n}", parent=f"g{group}") for n in range(size)]
    return plan_of(items)


def test_many_rows_fold_into_their_summaries_and_it_is_said() -> None:
    rows = roadmap_rows(deep(50, 20), lane="none")
    assert rows.lines == 50
    assert rows.folded == {"summaries": 50, "items": 1000}
    assert left_out(rows, "en") == ["1,000 of 1,000 items are folded into 50 summary rows. Open a row or filter to see them."]
    assert left_out(rows, "ko") == ["항목 1,000개 중 1,000개를 요약 행 50개로 접었습니다. 행을 열거나 필터를 쓰면 보입니다."]


def test_a_summary_that_the_reader_opened_stays_open() -> None:
    rows = roadmap_rows(deep(50, 20), lane="none", expanded={"g7"})
    assert rows.lines == 70
    assert rows.folded["items"] == 980


def test_five_thousand_flat_items_fold_into_lanes_that_keep_what_matters() -> None:
    plan, schedule = many(5_000)
    rows = roadmap_rows(plan, schedule)
    assert rows.lines <= 400
    assert rows.folded["lanes"] == 6
    kept = rows.frame[rows.frame["kind"] != LANE]
    assert len(kept) > 0
    assert (kept["critical"] | kept["late"]).all()
    assert rows.shown + rows.folded["items"] == 5_000
    assert sum(rows.frame.loc[rows.frame["kind"] == LANE, "folded"]) == rows.folded["items"]
    assert left_out(rows, "en")[0].startswith(f"{rows.folded['items']:,} of 5,000 items are folded: 6 lanes are closed")


def test_an_opened_lane_is_shown_and_a_plan_without_lanes_is_cut_and_counted() -> None:
    plan, schedule = many(5_000)
    opened = roadmap_rows(plan, schedule, expanded={"Team 2"})
    assert (opened.frame["lane"] == "Team 2").sum() > 800
    flat = roadmap_rows(plan, schedule, lane="none")
    assert flat.lines == 2_000
    assert flat.folded == {"items": 3_000}
    assert left_out(flat, "en") == ["3,000 of 5,000 items are left out: a chart of more rows could not be read. Filter to see them."]
    assert flat.frame["critical"].sum() == 500


def test_four_hundred_rows_are_not_folded() -> None:
    plan, schedule = many(390)
    assert roadmap_rows(plan, schedule).folded == {}


def test_links_have_two_drawn_ends_and_critical_ones_drive() -> None:
    rows = roadmap_rows(*checkout())
    assert len(rows.links) == 14
    assert rows.links["critical"].sum() == 4
    assert rows.links["violated"].sum() == 1
    filtered = roadmap_rows(*checkout(), filters=RoadmapFilter(hide_done=True))
    assert not filtered.links[["predecessor", "successor"]].isin(["a1", "b1"]).any(axis=None)


def test_nothing_to_draw_says_why() -> None:
    assert roadmap_rows(Plan()).empty == "no-items"
    assert roadmap_rows(plan_of([{"id": "a", "name": "A"}])).empty == "no-dates"
    assert roadmap_rows(plan_of([work("a")]), filters=RoadmapFilter(text="zzz")).empty == "filtered"
    assert roadmap_rows(plan_of([work("a")])).empty == ""
    assert roadmap_rows(plan_of([work("a")]), dates="baseline").empty == "no-dates"


def test_items_without_a_date_keep_a_row_and_are_counted() -> None:
    rows = roadmap_rows(plan_of([work("a"), {"id": "b", "name": "B"}]), lane="none")
    assert names(rows) == ["Item a", "B"]
    assert rows.undated == 1
    assert left_out(rows, "en") == ["Rows without a date in this view: 1."]


def test_missing_text_is_none_not_a_number() -> None:
    for frame in (roadmap_rows(*checkout()).frame, roadmap_rows(*checkout()).found):
        for column in ("id", "name", "notes", "owner", "team", "driver"):
            assert frame[column].dtype == object
            assert all(value is None or isinstance(value, str) for value in frame[column])


def test_rows_carry_the_status_date_and_nothing_is_altered() -> None:
    plan, schedule = checkout()
    before = plan.fingerprint, schedule.table.copy()
    assert roadmap_rows(plan, schedule).status_date == STATUS
    assert plan.fingerprint == before[0]
    pd.testing.assert_frame_equal(schedule.table, before[1])


@pytest.mark.parametrize(("items", "folds"), [(400, False), (401, True)])
def test_up_to_400_rows_are_shown_and_more_are_folded(items: int, folds: bool) -> None:
    plan = plan_of([work("P", kind="summary"), *(work(f"T{k}", parent="P") for k in range(items - 1))])
    shown = roadmap_rows(plan, lane="none")
    assert (len(shown.frame) < items) == folds == bool(sum(shown.folded.values()))


def test_a_bar_tells_days_against_what_its_item_is_judged_by() -> None:
    plan = plan_of([work("A", "2026-11-23", "2026-12-04", baseline_finish="2026-12-01", baseline_start="2026-11-20", deadline="2026-12-11"),
                    work("B", "2026-11-23", "2026-12-04", baseline_finish="2026-12-01", baseline_start="2026-11-20")])  # fmt: skip
    rows = roadmap_rows(plan, schedule_of(plan))
    assert (row(rows, "A")["told"], row(rows, "A")["slip"]) == (-5, 3)
    assert (row(rows, "B")["told"], row(rows, "B")["slip"]) == (3, 3)
