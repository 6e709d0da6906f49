"""Schedule health: each check fires on its fault, stays quiet without it, and is not applicable without its data."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.plans import plan_of
from tpm.insight.health import Check, Verdict, health
from tpm.model import Plan, ScheduleOptions
from tpm.schedule import schedule

STATUS = dt.date(2026, 11, 16)


def checked(plan: Plan, status: dt.date | None = STATUS) -> dict[str, Check]:
    return {check.code: check for check in health(plan, schedule(plan, ScheduleOptions(status_date=status)))}


def chain(**last: Any) -> Plan:
    return plan_of(
        {"id": "A", "start": "2026-11-16", "finish": "2026-11-20", "progress": 0.0},
        {"id": "B", "start": "2026-11-23", "finish": "2026-11-27", "after": "A"},
        {"id": "C", "start": "2026-11-30", "finish": "2026-12-04", **({"after": "B"} | last)},
        progress_reported=True,
    )


def test_a_sound_chain_fails_nothing() -> None:
    verdicts = {code: check.verdict for code, check in checked(chain()).items()}
    assert Verdict.FAIL not in verdicts.values()
    assert verdicts["missing-logic"] is Verdict.PASS
    assert verdicts["critical-path-test"] is Verdict.PASS


def test_without_data_a_check_is_not_applicable_and_never_passed() -> None:
    bare = plan_of({"id": "A", "start": "2026-11-16", "finish": "2026-11-20"}, {"id": "B", "start": "2026-11-16", "finish": "2026-11-20"})
    checks = checked(bare, status=None)
    for code in ("missing-logic", "leads", "lags", "finish-to-start", "hard-constraints", "high-float", "negative-float", "invalid-dates",
                 "missed-baseline", "critical-path-test", "cpli", "bei"):
        assert checks[code].verdict is Verdict.NOT_APPLICABLE, code
        assert checks[code].value is None


def test_an_empty_plan_has_every_check_not_applicable() -> None:
    assert {check.verdict for check in checked(Plan()).values()} == {Verdict.NOT_APPLICABLE}


@pytest.mark.parametrize(
    ("code", "plan", "items"),
    [
        ("missing-logic", chain(after=""), ("B", "C")),
        ("leads", chain(after="BFS-2"), ("C",)),
        ("lags", chain(after="BFS+3", start="2026-12-03", finish="2026-12-09"), ("C",)),
        ("finish-to-start", chain(after="BSS+0"), ("C",)),
        ("hard-constraints", chain(constraint="MSO", constraint_date="2026-11-30"), ("C",)),
        ("negative-float", chain(deadline="2026-12-02"), ("A", "B", "C")),
        ("high-duration", chain(finish="2027-03-31"), ("C",)),
    ],
)
def test_each_fault_fails_its_check_with_the_rows_behind_it(code: str, plan: Plan, items: tuple[str, ...]) -> None:
    check = checked(plan)[code]
    assert check.verdict is Verdict.FAIL
    assert check.items == items


def test_high_float_names_the_item_that_nobody_waits_for() -> None:
    plan = plan_of(
        {"id": "A", "start": "2026-11-16", "finish": "2026-11-20", "progress": 0.0},
        {"id": "B", "start": "2026-11-23", "finish": "2027-03-31", "after": "A"},
        {"id": "C", "start": "2026-11-23", "finish": "2026-11-27", "after": "A"},
        progress_reported=True,
    )
    assert checked(plan)["high-float"].items == ("C",)


def test_unfinished_work_before_the_status_date_is_an_invalid_date() -> None:
    plan = plan_of({"id": "A", "start": "2026-11-02", "finish": "2026-11-06", "progress": 0.5, "state": "in_progress"},
                   {"id": "B", "start": "2026-11-23", "finish": "2026-11-27", "after": "A"}, progress_reported=True)
    check = checked(plan)["invalid-dates"]
    assert (check.verdict, check.value, check.items) == (Verdict.FAIL, 1.0, ("A",))


def test_baseline_checks_count_what_was_due() -> None:
    plan = plan_of(
        {"id": "A", "start": "2026-11-02", "finish": "2026-11-06", "baseline_finish": "2026-11-06", "state": "done", "progress": 1.0},
        {"id": "B", "start": "2026-11-09", "finish": "2026-11-27", "baseline_finish": "2026-11-13", "after": "A", "progress": 0.2,
         "state": "in_progress"},
        {"id": "C", "start": "2026-11-30", "finish": "2026-12-04", "baseline_finish": "2026-11-27", "after": "B"},
        progress_reported=True,
    )
    checks = checked(plan)
    assert (checks["missed-baseline"].value, checks["missed-baseline"].items) == (0.5, ("B",))
    assert checks["bei"].value == 0.5
    assert checks["cpli"].verdict is Verdict.FAIL
    # B has 12 of its 15 days left on Mon 16 Nov, so C ends on Tue 8 Dec: 16 working days on; promised Fri 27 Nov: 7 fewer
    assert checks["cpli"].value == pytest.approx((17 - 7) / 17)


def test_a_path_that_hangs_on_a_start_only_fails_the_critical_path_test() -> None:
    plan = plan_of(
        {"id": "A", "start": "2026-11-16", "finish": "2026-11-20", "progress": 0.0},
        {"id": "B", "start": "2026-11-16", "finish": "2026-12-11", "after": "ASS+0"},
        progress_reported=True,
    )
    check = checked(plan)["critical-path-test"]
    assert (check.verdict, check.value, check.items) == (Verdict.FAIL, 585.0, ("A",))  # A's own 605 days less B's 20


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_check_has_words(lang: str) -> None:
    for check in checked(chain()).values():
        assert check.title(lang)  # type: ignore[arg-type]
        assert check.explanation(lang)  # type: ignore[arg-type]


def test_values_are_said_as_people_say_them() -> None:
    checks = checked(chain(), STATUS)
    assert (checks["leads"].limit("ko"), checks["leads"].limit("en")) == ("0건 이하", "at most 0")
    assert (checks["missing-logic"].measured("ko"), checks["missing-logic"].limit("ko")) == ("0%", "5% 이하")
    assert checks["cpli"].limit("ko") == "0.95 이상"
