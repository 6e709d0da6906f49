"""How far things may slip, against trying every slip; and the curve of one item."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plans import plan_of
from tests.scenario.plans import dated_plans, options
from tests.schedule.networks import ASAP, networks
from tpm.findings import InputError
from tpm.model import Plan, ScheduleOptions
from tpm.scenario import sensitivity, shift, tolerance, what_if
from tpm.scenario.aim import Aim, aim, slipped
from tpm.schedule import schedule

few = settings(max_examples=15, deadline=None)
PLAN = plan_of(
    {"id": "A", "start": "2026-11-02", "finish": "2026-11-06"},
    {"id": "B", "start": "2026-11-02", "finish": "2026-11-03", "deadline": "2026-11-03"},
    {"id": "C", "start": "2026-11-09", "finish": "2026-11-13", "after": "A, B"},
    {"id": "M", "start": "2026-11-13", "finish": "2026-11-13", "milestone": True, "after": "C"},
    {"id": "X", "start": "2026-11-02", "finish": "2026-11-03"},
)


def moves(aimed: Aim, row: int, days: int) -> bool:
    return aimed.finish_of(aimed.try_(slipped(aimed, row, days))) > aimed.finish


def check(plan: Plan, how: ScheduleOptions, target: str | None) -> None:
    before = schedule(plan, how)
    aimed = aim(plan, before, target)
    table = tolerance(plan, before, target)
    assert list(table["id"]) == list(plan.activities["id"])
    for row, days in enumerate(table["days"]):
        if np.isnan(days):
            assert not aimed.open[row]
        elif np.isinf(days):
            assert not moves(aimed, row, 40)
        else:
            assert not moves(aimed, row, int(days)) or days == 0
            assert moves(aimed, row, int(days) + 1)


@few
@given(dated_plans(), options(), st.data())
def test_tolerance_is_what_trying_every_slip_finds(plan: Plan, how: ScheduleOptions, data: st.DataObject) -> None:
    target = data.draw(st.sampled_from([None, *plan.activities["id"]]))
    check(plan, how, target)


@few
@given(networks(types=("FS",)))
def test_tolerance_holds_across_calendars(plan: Plan) -> None:
    check(plan, ASAP, None)


def test_deadlines_of_others_do_not_shorten_what_the_target_can_bear() -> None:
    table = tolerance(PLAN, schedule(PLAN), "M").set_index("id")["days"]
    assert table.to_dict() == {"A": 0, "B": 3, "C": 0, "M": 0, "X": np.inf}


@few
@given(dated_plans(), options(), st.data())
def test_the_curve_is_flat_up_to_the_tolerance_and_never_falls(plan: Plan, how: ScheduleOptions, data: st.DataObject) -> None:
    before = schedule(plan, how)
    item = data.draw(st.sampled_from(list(plan.activities["id"])))
    days = tolerance(plan, before, None).set_index("id")["days"][item]
    curve = sensitivity(plan, before, item, None, range(12))
    assert (curve["moves"].diff().dropna() >= 0).all()
    assert (curve["moves"][curve["slip"] <= (99 if np.isnan(days) else days)] == 0).all()


def test_the_curve_says_what_a_real_shift_does() -> None:
    before = schedule(PLAN)
    curve = sensitivity(PLAN, before, "B", "M", range(8))
    assert curve["moves"].tolist() == [0, 0, 0, 0, 1, 2, 3, 4]
    for slip, finish in zip(curve["slip"], curve["finish"], strict=True):
        assert finish.date() == what_if(PLAN, before.options, [shift("B", slip)], "M").after_finish


def test_unknown_ids_are_errors() -> None:
    with pytest.raises(KeyError):
        sensitivity(PLAN, schedule(PLAN), "nope", "M")
    with pytest.raises(InputError):
        tolerance(PLAN, schedule(PLAN), "nope")
    assert dt.date(2026, 11, 13) == sensitivity(PLAN, schedule(PLAN), "A", None, [0])["finish"].iloc[0].date()
