"""The parts of a slip add up to it exactly, over random plans and edits; and each cause lands where a planner would put it."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.plans import plan_of
from tpm.insight.changes.attribution import by_source, why_all_moved, why_moved
from tpm.insight.changes.match import Matching, Pair, match
from tpm.insight.changes.transition import Cause
from tpm.insight.probe import row_calendars
from tpm.model import CalendarSpec, Mode, Plan, Schedule, ScheduleOptions
from tpm.schedule import schedule

CHAIN = ({"id": "A", "name": "Build", "team": "Core", "start": "2026-11-02", "finish": "2026-11-06"},
         {"id": "B", "name": "Test", "team": "Quality", "start": "2026-11-09", "finish": "2026-11-13", "after": "A"},
         {"id": "M", "name": "Launch", "start": "2026-11-13", "finish": "2026-11-13", "milestone": True, "after": "B"})


def moved(old: Plan, new: Plan, before: ScheduleOptions | None = None, after: ScheduleOptions | None = None, target: str = "M") -> Any:
    found = why_moved(old, new, schedule(old, before), schedule(new, after or before), match(old, new), target)
    assert found is not None
    assert sum(part.days for part in found.parts) == found.days
    return found


def parts(slip: Any) -> list[tuple[str, tuple[str, ...], float]]:
    return [(part.cause.value, part.items, part.days) for part in slip.parts]


def test_a_longer_item_upstream_explains_all_of_it() -> None:
    rows = [dict(row) for row in CHAIN]
    rows[0]["finish"] = "2026-11-10"
    slip = moved(plan_of(*CHAIN), plan_of(*rows))
    assert (slip.before, slip.after, slip.days) == (dt.date(2026, 11, 13), dt.date(2026, 11, 17), 2)
    assert parts(slip) == [("duration", ("A",), 2.0)]


def test_dates_that_follow_a_longer_item_in_the_sheet_are_not_counted_twice() -> None:
    rows = [dict(row) for row in CHAIN]
    rows[0]["finish"] = "2026-11-10"
    rows[1].update(start="2026-11-11", finish="2026-11-17")
    rows[2].update(start="2026-11-17", finish="2026-11-17")
    assert parts(moved(plan_of(*CHAIN), plan_of(*rows))) == [("duration", ("A",), 2.0)]


def test_a_milestone_that_somebody_moved_is_re_planned() -> None:
    rows = [dict(row) for row in CHAIN]
    rows[2].update(start="2026-11-20", finish="2026-11-20")
    assert parts(moved(plan_of(*CHAIN), plan_of(*rows))) == [("planned", ("M",), 5.0)]


def test_an_item_that_was_put_between_two_others_is_scope() -> None:
    added = {"id": "X", "name": "Penetration test by the auditor", "team": "Security", "duration": 3, "after": "A"}
    rows = [CHAIN[0], {**CHAIN[1], "after": "X"}, CHAIN[2], added]
    slip = moved(plan_of(*CHAIN), plan_of(*rows))
    assert parts(slip) == [("scope", ("X",), 3.0)]
    assert slip.parts[0].added


def test_scope_that_was_cut_gives_its_days_back_where_nothing_else_holds_the_date() -> None:
    asap = ScheduleOptions(mode=Mode.ASAP)
    rows = [CHAIN[0], {**CHAIN[2], "after": "A", "start": None, "finish": None}]
    old = [CHAIN[0], CHAIN[1], {**CHAIN[2], "start": None, "finish": None}]
    slip = moved(plan_of(*old), plan_of(*rows), asap)
    assert slip.days == -5
    assert {part.cause for part in slip.parts} <= {Cause.SCOPE, Cause.LOGIC}


def test_a_new_dependency_is_logic() -> None:
    late = {"id": "L", "name": "Legal review", "team": "Legal", "start": "2026-11-09", "finish": "2026-11-18"}
    slip = moved(plan_of(*CHAIN, late), plan_of(CHAIN[0], CHAIN[1], {**CHAIN[2], "after": "B, L"}, late))
    assert parts(slip) == [("logic", ("M",), 3.0)]


def test_work_that_went_as_forecast_moves_nothing_and_what_fell_behind_is_progress() -> None:
    """A of five days: half done after two days and a half is as forecast; nothing done after three days costs three."""
    before, after = (ScheduleOptions(status_date=dt.date(2026, 11, day)) for day in (2, 5))
    old = plan_of(*CHAIN, progress_reported=True)

    def reported(progress: float) -> Plan:
        rows = [{**CHAIN[0], "progress": progress, "state": "in_progress"}, *CHAIN[1:]]
        return plan_of(*rows, progress_reported=True)

    on_time = moved(old, reported(0.6), before, after)  # three of five days are done by the opening of Thursday
    assert (on_time.days, on_time.parts) == (0, ())
    behind = moved(old, reported(0.2), before, after)
    assert parts(behind) == [("progress", ("A",), 2.0)]


def test_a_holiday_is_the_calendar() -> None:
    asap = ScheduleOptions(mode=Mode.ASAP)
    old = plan_of(*({**row, "start": None, "finish": None, "duration": days} for row, days in zip(CHAIN, (5, 5, 0), strict=True)),
                  project_start=dt.date(2026, 11, 2))
    holiday = CalendarSpec("standard", holidays=((dt.date(2026, 11, 4), dt.date(2026, 11, 6)),))
    slip = why_moved(old, old.with_(default_calendar=holiday), schedule(old, asap), schedule(old.with_(default_calendar=holiday), asap),
                     match(old, old), "M")
    assert slip is not None
    assert {part.cause for part in slip.parts} <= {Cause.CALENDAR}
    assert sum(part.days for part in slip.parts) == slip.days


def test_a_milestone_without_a_date_or_without_a_past_has_no_explanation() -> None:
    second = {"id": "N", "name": "Second launch wave in Japan", "start": "2026-12-01", "finish": "2026-12-01"}
    old, new = plan_of(*CHAIN), plan_of(*CHAIN, second)
    assert why_moved(old, new, schedule(old), schedule(new), match(old, new), "N") is None
    undated = plan_of({"id": "M", "name": "Launch", "milestone": True})
    assert why_moved(undated, undated, schedule(undated), schedule(undated), match(undated, undated), "M") is None
    with pytest.raises(KeyError):
        why_moved(old, new, schedule(old), schedule(new), match(old, new), "nowhere")


def test_a_loop_in_one_version_still_adds_up() -> None:
    looped = plan_of({**CHAIN[0], "after": "B"}, *CHAIN[1:])
    slip = moved(plan_of(*CHAIN), looped)
    assert slip.days == sum(part.days for part in slip.parts)


def test_small_parts_are_put_together_and_still_add_up() -> None:
    rows = [{"id": f"I{n}", "name": f"Piece {n}", "team": f"T{n}", "duration": 2, "start": f"2026-11-{2 + n:02d}",
             **({"after": f"I{n - 1}"} if n else {})} for n in range(12)]
    longer = [{**row, "duration": 2 + n % 3} for n, row in enumerate(rows)]
    slip = moved(plan_of(*rows), plan_of(*longer), ScheduleOptions(mode=Mode.ASAP, project_start=dt.date(2026, 11, 2)), target="I11")
    shown = by_source(slip, 5)
    assert len(shown) <= 5
    assert sum(part.days for part in shown) == slip.days
    assert shown[-1].cause is Cause.OTHER


# Random plans, random edits

ITEM = st.fixed_dictionaries({
    "start": st.integers(0, 60), "days": st.integers(0, 12),
    "after": st.lists(st.tuples(st.integers(0, 7), st.sampled_from(["", "SS", "FF+1", "FS-2"])), max_size=3),
    "dated": st.sampled_from([True, True, True, False]), "progress": st.sampled_from([0.0, 0.0, 0.3, 1.0]), "team": st.integers(0, 2),
    "parent": st.booleans(),
})


def random_plan(items: list[dict[str, Any]], kept: set[int], *, reported: bool, holiday: bool) -> Plan:
    """Items by position; links only to smaller positions, so that there is no loop; ``G`` is a summary of some of them."""
    day = dt.date(2026, 11, 2)
    rows: list[dict[str, Any]] = [{"id": "G", "name": "Group"}]
    for number, item in enumerate(items):
        if number not in kept:
            continue
        start = day + dt.timedelta(days=item["start"])
        links = [f"{other}{how}" for other, how in dict(item["after"]).items() if other < number and other in kept]
        state = {0.0: "not_started", 1.0: "done"}.get(item["progress"], "in_progress")
        row: dict[str, Any] = {"id": str(number), "name": f"Item {number}", "team": f"T{item['team']}", "after": ", ".join(links),
                               "progress": item["progress"], "state": state}
        if item["parent"]:
            row["parent"] = "G"
        if item["days"] == 0:
            row |= {"milestone": True, "start": start.isoformat(), "finish": start.isoformat()}
        elif item["dated"]:
            row |= {"start": start.isoformat(), "finish": (start + dt.timedelta(days=item["days"] - 1)).isoformat()}
        else:
            row |= {"duration": item["days"]}
        rows.append(row)
    calendar = CalendarSpec("standard", holidays=((dt.date(2026, 11, 19), dt.date(2026, 11, 21)),) if holiday else ())
    return plan_of(*rows, progress_reported=reported, default_calendar=calendar, project_start=day)


def by_id(old: Plan, new: Plan) -> Matching:
    one, two = set(old.activities["id"]), set(new.activities["id"])
    pairs = tuple(Pair(item, item, 1.0) for item in new.activities["id"] if item in one)
    return Matching(pairs, tuple(item for item in new.activities["id"] if item not in one),
                    tuple(item for item in old.activities["id"] if item not in two), (), (), (), ())


@given(st.lists(ITEM, min_size=2, max_size=8), st.data())
@hypothesis_settings(max_examples=30)
def test_the_parts_of_every_items_move_add_up_exactly(items: list[dict[str, Any]], data: st.DataObject) -> None:
    edited = [data.draw(ITEM) if data.draw(st.integers(0, 2)) == 0 else item for item in items]
    every = set(range(len(items)))
    kept = [every - set(data.draw(st.lists(st.integers(0, len(items) - 1), max_size=2))) for _ in range(2)]
    old = random_plan(items, kept[0], reported=data.draw(st.booleans()), holiday=False)
    new = random_plan(edited, kept[1], reported=data.draw(st.booleans()), holiday=data.draw(st.booleans()))
    days = st.one_of(st.none(), st.integers(0, 30).map(lambda more: dt.date(2026, 11, 2) + dt.timedelta(days=more)))
    before, after = (ScheduleOptions(status_date=data.draw(days), mode=data.draw(st.sampled_from(list(Mode)))) for _ in range(2))
    schedules = schedule(old, before), schedule(new, after)
    matching = by_id(old, new)
    calendars = row_calendars(new, schedules[1])
    position = {item: row for row, item in enumerate(new.activities["id"])}
    first, last = (dict(zip(one.table["id"], one.table["forecast_finish"], strict=True)) for one in schedules)
    slips = {slip.id: slip for slip in why_all_moved(old, new, *schedules, matching)}
    for item in new.activities["id"]:
        was, now = first.get(item), last[item]
        if was is None or was != was or now != now:
            assert item not in slips or was is None
            continue
        expected = calendars.between([was.date()], [now.date()], [position[item]])[0]
        if item not in slips:
            assert was == now
            continue
        assert slips[item].days == expected
        assert sum(part.days for part in slips[item].parts) == expected
    target = next((item for item in reversed(new.activities["id"].tolist()) if item in slips), None)
    if target is not None:
        alone = why_moved(old, new, *schedules, matching, target)
        assert alone is not None
        assert sum(part.days for part in alone.parts) == alone.days == slips[target].days


def test_nothing_changed_has_no_parts() -> None:
    chance = random.Random(3)
    items = [{"start": chance.randint(0, 40), "days": chance.randint(0, 9), "after": [(chance.randint(0, 9), "")], "dated": True,
              "progress": 0.0, "team": 1, "parent": False} for _ in range(10)]
    plan = random_plan(items, set(range(10)), reported=True, holiday=False)
    computed: Schedule = schedule(plan, ScheduleOptions(status_date=dt.date(2026, 11, 10)))
    assert why_all_moved(plan, plan.with_(), computed, replace(computed), by_id(plan, plan)) == []


def test_a_row_above_itself_that_was_cut_has_an_end() -> None:
    odd = plan_of(*CHAIN, {"id": "S", "name": "Strange group"},
                  {"id": "T", "name": "Odd one", "start": "2026-11-02", "finish": "2026-11-03"})
    rows = odd.activities.copy()
    rows.loc[rows["id"] == "S", "parent"] = "S"
    rows.loc[rows["id"] == "T", "parent"] = "S"
    assert moved(odd.with_(activities=rows), plan_of(*CHAIN)).days == 0


def test_an_item_put_into_a_chain_takes_the_link_it_replaces_with_it() -> None:
    """As soon as possible, A → B becomes A → X → Y → B: five days of scope, and no days won by a link that was cut in between."""
    bare = [{key: value for key, value in row.items() if key not in ("start", "finish")} for row in CHAIN]
    for row, days in zip(bare, (5, 5, 0), strict=True):
        row["duration"] = days
    added = [{"id": "X", "name": "Security review by the auditor", "duration": 2, "after": "A"},
             {"id": "Y", "name": "Pilot in two shops", "duration": 3, "after": "X"}]
    options = ScheduleOptions(mode=Mode.ASAP, project_start=dt.date(2026, 11, 2))
    slip = moved(plan_of(*bare), plan_of(bare[0], {**bare[1], "after": "Y"}, bare[2], *added), options)
    assert slip.days == 5
    assert sum(part.days for part in slip.parts if part.cause in (Cause.SCOPE, Cause.LOGIC)) == 5


def test_an_items_own_edit_of_a_lag_is_its_own_and_one_cause() -> None:
    rows = ({"id": "A", "start": "2026-11-02", "finish": "2026-11-06"}, {"id": "B", "start": "2026-11-09", "finish": "2026-11-10"})
    old, new = (plan_of(rows[0], {**rows[1], "after": after}) for after in ("A", "AFS+4"))
    slip = why_moved(old, new, *(schedule(plan, ScheduleOptions()) for plan in (old, new)), by_id(old, new), "B")
    assert slip is not None
    assert [(part.items, part.days) for part in slip.parts] == [(("B",), 4.0)]
