"""The milestones behind what a risk hits."""

from __future__ import annotations

from tests.plans import plan_of
from tests.risk_plans import program
from tpm.insight.risks.reach import milestones_behind
from tpm.model import ScheduleOptions
from tpm.schedule import schedule


def test_milestones_are_found_through_links_and_below_summaries() -> None:
    plan = plan_of(
        {"id": "A", "start": "2026-12-01", "finish": "2026-12-02"},
        {"id": "S", "start": "2026-12-03", "finish": "2026-12-04", "after": "A"},
        {"id": "S1", "parent": "S", "start": "2026-12-03", "finish": "2026-12-04"},
        {"id": "M2", "start": "2026-12-08", "finish": "2026-12-08", "milestone": True, "after": "M1"},
        {"id": "M1", "start": "2026-12-04", "finish": "2026-12-04", "milestone": True, "after": "S1"},
        {"id": "X", "start": "2026-12-04", "finish": "2026-12-04", "milestone": True},
    )
    assert milestones_behind(plan, schedule(plan, ScheduleOptions()), ["A"])["id"].tolist() == ["M1", "M2"]


def test_loops_end_and_nothing_leads_nowhere() -> None:
    plan = plan_of({"id": "A", "start": "2026-12-01", "finish": "2026-12-02", "after": "B"},
                   {"id": "B", "start": "2026-12-01", "finish": "2026-12-02", "after": "A"})  # fmt: skip
    computed = schedule(plan, ScheduleOptions())
    assert milestones_behind(plan, computed, ["A"]).empty
    assert milestones_behind(program(), schedule(program(), ScheduleOptions()), []).empty
