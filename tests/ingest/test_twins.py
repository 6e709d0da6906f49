"""The same plan on two sheets counts once, however little of it the second sheet repeats."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.ingest.build import codes, finding, read
from tests.plans import plan_of
from tpm.export.review_workbook import review_workbook
from tpm.i18n import Language
from tpm.ingest import read_files
from tpm.insight.review.made import review_of
from tpm.schedule import ScheduleOptions, schedule

PLAN = [
    ["ID", "Task", "Start", "Finish", "Owner"],
    ["A1", "Design", "2026-03-02", "2026-03-06", "Maya"],
    ["A2", "Build", "2026-03-09", "2026-03-20", "Bo"],
    ["M1", "Launch", "2026-03-23", "2026-03-23", "Maya"],
]


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("milestones", [1, 2, 4])
def test_our_own_review_workbook_gives_the_plan_once(lang: Language, milestones: int) -> None:
    work = [{"id": f"A{n}", "name": f"Work {n}", "start": "2026-03-02", "finish": "2026-03-06", "team": "Web"} for n in range(1, 6)]
    marks = [
        {"id": f"M{n}", "name": f"Gate {n}", "start": "2026-03-09", "milestone": True, "after": f"A{n}", "team": "Web"}
        for n in range(1, milestones + 1)
    ]
    plan = plan_of(*work, *marks)
    told = review_of(plan, schedule(plan, ScheduleOptions(status_date=dt.date(2026, 3, 4))), runs=0)
    result = read_files([("review.xlsx", review_workbook(told, lang))])
    assert result.plan.activities["id"].tolist() == plan.activities["id"].tolist()
    assert result.plan.activities["kind"].tolist() == plan.activities["kind"].tolist()
    same = finding(result, "same-plan")
    assert same.params["count"] == milestones
    assert [table.same_as for table in result.tables if table.same_as] == [same.params["kept"]]


def test_one_row_with_the_id_and_the_name_of_a_row_elsewhere_is_that_row() -> None:
    result = read({"Plan": PLAN, "Gates": [["ID", "Milestone", "Date", "Status"], ["M1", "Launch", "2026-03-23", "On track"]]})
    assert result.plan.activities["id"].tolist() == ["A1", "A2", "M1"]
    assert finding(result, "same-plan").params["kept"] == "Plan"


@pytest.mark.parametrize("row", [["M1", "Freeze"], ["M2", "Launch"]], ids=["another name", "another id"])
def test_one_row_that_differs_in_id_or_name_is_another_one(row: list[str]) -> None:
    result = read({"Plan": PLAN, "Gates": [["ID", "Milestone", "Date", "Status"], [*row, "2026-03-23", "On track"]]})
    assert len(result.plan.activities) == 4
    assert "same-plan" not in codes(result)
