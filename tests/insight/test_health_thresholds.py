"""Every threshold of the schedule's health on either side of it."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.schedule.networks import ASAP, START, plan_of
from tpm.insight.health import Check, Verdict, health
from tpm.model import CalendarSpec, Mode, Plan, ScheduleOptions
from tpm.schedule import schedule

DAILY = CalendarSpec("daily", (True,) * 7)
PASS, FAIL = Verdict.PASS, Verdict.FAIL


def check(code: str, plan: Plan, options: ScheduleOptions = ASAP) -> Check:
    return next(each for each in health(plan, schedule(plan, options)) if each.code == code)


def row_of(count: int, **first: object) -> list[dict]:
    return [{"id": f"A{k}", "duration": 5.0, **(first if k == 0 else {})} for k in range(count)]


def chain(count: int) -> list[tuple]:
    return [(f"A{k}", f"A{k + 1}", "FS", 0.0) for k in range(count - 1)]


@pytest.mark.parametrize(("days", "found"), [(44.0, ()), (44.5, ("A0",)), (45.0, ("A0",))])
def test_work_is_long_above_44_days(days: float, found: tuple[str, ...]) -> None:
    assert check("high-duration", plan_of(row_of(3, duration=days), chain(3))).items == found


@pytest.mark.parametrize(("spare", "found"), [(44.0, ()), (44.5, ("B",)), (45.0, ("B",))])
def test_float_is_high_above_44_days(spare: float, found: tuple[str, ...]) -> None:
    plan = plan_of([{"id": "A", "duration": 5.0 + spare}, {"id": "B", "duration": 5.0}, {"id": "M", "duration": 0.0}],
                   [("A", "M", "FS", 0.0), ("B", "M", "FS", 0.0)])
    assert check("high-float", plan).items == found


@pytest.mark.parametrize(("kind", "hard"), [("MSO", True), ("MFO", True), ("SNLT", True), ("FNLT", True), ("SNET", False), ("FNET", False),
                                            ("ALAP", False)])
def test_which_constraints_are_hard(kind: str, hard: bool) -> None:
    plan = plan_of(row_of(3, constraint=kind, constraint_date=dt.date(2026, 3, 20)), chain(3))
    assert check("hard-constraints", plan).items == (("A0",) if hard else ())


@pytest.mark.parametrize(("rows", "verdict"), [(20, PASS), (19, FAIL)])
def test_five_percent_are_allowed_and_more_are_not(rows: int, verdict: Verdict) -> None:
    plan = plan_of(row_of(rows, duration=45.0, constraint="MSO", constraint_date=START), chain(rows))
    assert [check(code, plan).verdict for code in ("high-duration", "hard-constraints")] == [verdict, verdict]
    lagged = plan_of(row_of(rows + 1), [("A0", "A1", "FS", 1.0), *chain(rows + 1)[1:]])
    assert check("lags", lagged).verdict == verdict


@pytest.mark.parametrize(("links", "verdict"), [(10, PASS), (9, FAIL)])
def test_nine_in_ten_links_lead_from_finish_to_start(links: int, verdict: Verdict) -> None:
    plan = plan_of(row_of(links + 1), [("A0", "A1", "SS", 0.0), *chain(links + 1)[1:]])
    assert check("finish-to-start", plan).verdict == verdict


@pytest.mark.parametrize(("late", "verdict"), [(5, PASS), (6, FAIL)])
def test_the_path_length_index_passes_from_95_percent_on(late: int, verdict: Verdict) -> None:
    ends = START + dt.timedelta(days=99)
    plan = plan_of([{"id": "A", "duration": 100.0, "deadline": ends - dt.timedelta(days=late)}, {"id": "B", "duration": 1.0}],
                   [("B", "A", "SS", 0.0)], default_calendar=DAILY)
    found = check("cpli", plan)
    assert found.value == pytest.approx(1 - late / 100)
    assert found.verdict == verdict


@pytest.mark.parametrize(("due", "verdict"), [(20, PASS), (19, FAIL)])
def test_the_execution_index_passes_from_95_percent_on(due: int, verdict: Verdict) -> None:
    day = dt.date(2026, 3, 6)
    rows = [{"id": f"A{k}", "duration": 5.0, "planned_start": START, "planned_finish": day, "baseline_finish": day,
             "state": "done" if k else None} for k in range(due)]
    plan = plan_of([*rows, {"id": "Z", "duration": 5.0, "planned_start": START, "baseline_finish": dt.date(2026, 3, 9)}], [],
                   progress_reported=True)
    found = check("bei", plan, ScheduleOptions(status_date=day))
    assert (found.counted, found.verdict) == (due, verdict)  # what the baseline wants after the status date is not due
    assert found.value == pytest.approx(1 - 1 / due)


@pytest.mark.parametrize(("status", "found"), [("2026-03-06", ()), ("2026-03-07", ("A",))])
def test_a_finish_on_the_status_date_is_no_invalid_date(status: str, found: tuple[str, ...]) -> None:
    ends = dt.date(2026, 3, 6)
    plan = plan_of([{"id": "A", "duration": 5.0, "planned_start": START, "planned_finish": ends, "state": "in_progress"}], [],
                   progress_reported=True)
    assert check("invalid-dates", plan, ScheduleOptions(mode=Mode.PLANNED, status_date=dt.date.fromisoformat(status))).items == found
