"""Every kind of change is seen and worded in both languages; nothing else is; teams come worst first."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from tests.plans import plan_of
from tpm.insight.changes.accuracy import accuracy
from tpm.insight.changes.baseline import as_before, with_baseline
from tpm.insight.changes.differences import Differences, What, compare
from tpm.insight.changes.match import match
from tpm.insight.changes.summary import change_words, headline, judgement, sentences, since, table_words
from tpm.model import RISK_COLUMNS, Plan, ScheduleOptions, conform
from tpm.schedule import schedule

ROWS: tuple[dict[str, Any], ...] = (
    {"id": "A", "name": "Build the ledger", "team": "Core", "owner": "Bex", "start": "2026-11-02", "finish": "2026-11-06"},
    {"id": "B", "name": "Test the checkout", "team": "Quality", "owner": "Arun", "start": "2026-11-09", "finish": "2026-11-13",
     "after": "A"},
    {"id": "C", "name": "Write the guide", "team": "Docs", "owner": "Eve", "start": "2026-11-02", "finish": "2026-11-13"},
    {"id": "M", "name": "Launch", "team": "Launch", "start": "2026-11-13", "finish": "2026-11-13", "milestone": True, "after": "B"},
)
ADDED = {"id": "X", "name": "Penetration test by the auditor", "team": "Security", "start": "2026-11-16", "finish": "2026-11-18"}
OLD_DAY, NEW_DAY = dt.date(2026, 11, 2), dt.date(2026, 11, 9)


def between(old: Plan, new: Plan, options: ScheduleOptions | None = None) -> Differences:
    return compare(old, new, schedule(old, options), schedule(new, options), match(old, new))


def edited(item: str, **cells: Any) -> Differences:
    return between(plan_of(*ROWS), plan_of(*({**row, **cells} if row["id"] == item else row for row in ROWS)))


def told(both: Differences) -> list[tuple[str, str | None, Any, Any]]:
    return [(str(row["what"]), row["new"], row["before"], row["after"]) for row in both.table.to_dict("records")]


@pytest.mark.parametrize(("item", "cells", "expected"), [
    ("C", {"name": "Write the handbook"}, [("renamed", "C", "Write the guide", "Write the handbook")]),
    ("C", {"owner": "Sam"}, [("re-owned", "C", "Eve", "Sam")]),
    ("C", {"team": "Core"}, [("team", "C", "Docs", "Core")]),
    ("C", {"priority": "High"}, [("priority", "C", None, "High")]),
    ("C", {"progress": 0.4}, [("progress", "C", None, 0.4)]),
    ("C", {"state": "done", "status": "Complete"}, [("status", "C", "not_started", "Complete")]),
    ("C", {"deadline": "2026-11-20"}, [("deadline", "C", None, dt.date(2026, 11, 20))]),
    ("C", {"after": "A"}, [("moved", "C", dt.date(2026, 11, 13), dt.date(2026, 11, 20)), ("re-linked", "C", None, "Build the ledger")]),
    ("C", {"finish": "2026-11-17"}, [("moved", "C", dt.date(2026, 11, 13), dt.date(2026, 11, 17)), ("re-estimated", "C", 10.0, 12.0)]),
    ("C", {"start": "2026-11-03", "duration": 9}, [("re-estimated", "C", 10.0, 9.0)]),
    ("M", {"after": "B, C"}, [("re-linked", "M", None, "Write the guide")]),
    ("C", {"name": "write  the GUIDE"}, []),
    ("C", {"wbs": "9.9", "notes": "something else", "row": 99}, []),
])
def test_one_edit_is_one_change_and_what_follows_from_it(item: str, cells: dict[str, Any], expected: list[Any]) -> None:
    assert told(edited(item, **cells)) == expected


def test_what_was_added_and_removed_is_told_once_and_its_links_are_not_told_again() -> None:
    added = {**ADDED, "after": "B"}
    both = between(plan_of(*ROWS), plan_of(*(row for row in ROWS if row["id"] != "C"), added))
    assert [(what, new) for what, new, _, _ in told(both)] == [("removed", None), ("added", "X")]


def test_moves_are_in_working_days_of_the_program_and_the_worst_team_comes_first() -> None:
    both = edited("A", finish="2026-11-10")
    moved = both.table[both.table["what"] == What.MOVED]
    assert moved["days"].tolist() == [2.0, 2.0, 2.0]
    later = {**ROWS[3], "start": "2026-11-16", "finish": "2026-11-16"}
    late = between(plan_of(*ROWS), plan_of(ROWS[0], ROWS[1], {**ROWS[2], "finish": "2026-12-18"}, later))
    assert late.table["team"].tolist()[0] == "Docs"


def test_ids_given_anew_and_another_order_are_no_changes() -> None:
    names = {"A": "10", "B": "20", "C": "30", "M": "40"}
    rows = [{**row, "id": names[row["id"]], **({"after": names[row["after"]]} if "after" in row else {})} for row in reversed(ROWS)]
    both = between(plan_of(*ROWS), plan_of(*rows))
    assert both.empty
    assert both.items_changed == 0


def risk(**cells: Any) -> dict[str, Any]:
    return {"id": "R1", "title": "Vendor slips", "kind": "threat", "probability": 0.3, "impact": 4.0, "score": 8.0, "owner": "Bex",
            "status": "Open", "state": "open", **cells}


@pytest.mark.parametrize(("before", "after", "expected"), [
    ([risk()], [risk(score=16.0)], [What.RISK_SCORED]),
    ([risk()], [risk(probability=0.5)], [What.RISK_SCORED]),
    ([risk()], [risk(state="closed", status="Closed")], [What.RISK_CLOSED]),
    ([risk(state="closed", status="Closed")], [risk()], [What.RISK_OPENED]),
    ([risk()], [risk(), risk(id="R2", title="Key person leaves in March")], [What.RISK_OPENED]),
    ([risk(), risk(id="R2", title="Key person leaves in March")], [risk()], [What.RISK_REMOVED]),
    ([risk()], [risk(owner="Arun")], [What.RISK_OWNED]),
    ([risk()], [risk(title="Vendor slips again")], [What.RISK_RENAMED]),
    ([risk()], [risk()], []),
])
def test_risks_opened_closed_and_scored_anew(before: list[Any], after: list[Any], expected: list[What]) -> None:
    old, new = (Plan(risks=conform(pd.DataFrame(rows), RISK_COLUMNS)) for rows in (before, after))
    assert between(old, new).table["what"].tolist() == expected


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_kind_of_change_has_its_word(lang: Any) -> None:
    assert len({change_words(what, lang) for what in What}) == len(What)


def test_the_summary_is_the_mail_in_both_languages() -> None:
    both = edited("A", finish="2026-11-10", owner="Sam")
    summary = since(both, OLD_DAY, NEW_DAY, target="M", estimates={"A": 2})
    assert sentences(summary, "en") == (
        "Launch moved from 13 Nov to 17 Nov, 2 working days later.",
        "All of it comes from Core’s Build the ledger: re-estimated twice.",
        "Since 2 Nov, 3 of 4 items moved later and none earlier. The largest slip is 2 working days, in Core.",
        "Edited: 1 re-estimated, 1 with a new owner.",
    )
    assert sentences(summary, "ko") == (
        "Launch의 예측일이 11월 13일에서 11월 17일로 영업일 기준 2일 늦어졌습니다.",
        "모두 Core 팀의 “Build the ledger”에서 나왔습니다(기간 두 차례 재산정).",
        "11월 2일 이후 항목 4개 중 3개가 늦어졌고, 앞당겨진 항목은 없습니다. 가장 큰 지연은 Core 팀의 영업일 2일입니다.",
        "계획 변경: 기간 재산정 1개, 담당자 변경 1개.",
    )


def test_nothing_changed_says_so_and_days_won_back_are_named() -> None:
    same = between(plan_of(*ROWS), plan_of(*ROWS))
    assert headline(since(same, OLD_DAY, NEW_DAY), "en") == "Nothing changed since 2 Nov; Launch holds 13 Nov"
    assert table_words(same.table, "en").empty
    rows = [{**ROWS[0], "finish": "2026-11-16"}, {**ROWS[1], "start": "2026-11-09", "finish": "2026-11-11"}, *ROWS[2:]]
    summary = since(between(plan_of(*ROWS), plan_of(*rows)), OLD_DAY, NEW_DAY, target="M")
    assert summary.slip is not None
    assert summary.slip.days == 4
    assert judgement(summary.slip, "en") == (
        "Core’s Build the ledger alone adds 6 working days (re-estimated); 2 of them are won back elsewhere.")


@pytest.mark.parametrize(("old", "new"), [(Plan(), Plan()), (Plan(), plan_of(*ROWS)), (plan_of(*ROWS), Plan()),
                                          (plan_of({"id": "1"}), plan_of({"id": "1", "name": "Other"}))])
def test_empty_and_undated_plans_are_compared(old: Plan, new: Plan) -> None:
    both = between(old, new)
    for lang in ("en", "ko"):
        assert sentences(since(both, OLD_DAY, NEW_DAY), lang)  # type: ignore[arg-type]
        table_words(both.table, lang)  # type: ignore[arg-type]


# Baselines and accuracy


def test_a_frozen_version_fills_the_baseline_dates_of_what_it_knows() -> None:
    frozen, now = plan_of(*ROWS), plan_of(*ROWS, ADDED)
    filled = with_baseline(now, frozen, match(frozen, now), ScheduleOptions()).activities.set_index("id")
    assert filled.at["A", "baseline_finish"] == pd.Timestamp("2026-11-06")
    assert pd.isna(filled.at["X", "baseline_finish"])
    assert now.activities["baseline_finish"].isna().all()


def test_the_earlier_plan_is_laid_below_the_later_under_its_ids() -> None:
    renamed = [{**row, "id": f"{row['id']}2", **({"after": f"{row['after']}2"} if "after" in row else {})} for row in ROWS]
    old, new = plan_of(*ROWS), plan_of(*renamed)
    plan, before = as_before(old, schedule(old), new, match(old, new))
    assert plan.activities["id"].tolist() == before.table["id"].tolist() == ["A2", "B2", "C2", "M2"]


def test_accuracy_counts_what_is_done_against_what_was_promised() -> None:
    done = {"state": "done", "progress": 1.0}
    plan = plan_of({**ROWS[0], **done, "actual_start": "2026-11-02", "actual_finish": "2026-11-10", "baseline_start": "2026-11-02",
                    "baseline_finish": "2026-11-06"},
                   {**ROWS[1], **done, "owner": "Arun, Bex", "actual_start": "2026-11-09", "actual_finish": "2026-11-12",
                    "baseline_start": "2026-11-09", "baseline_finish": "2026-11-13"},
                   {**ROWS[2], "baseline_start": "2026-11-02", "baseline_finish": "2026-11-03"}, progress_reported=True)
    computed = schedule(plan, ScheduleOptions(status_date=dt.date(2026, 11, 16)))
    teams = accuracy(plan, computed, "team").set_index("name")
    assert teams.loc["Core", ["done", "on_time", "mean_days", "worst_days"]].tolist() == [1, 0, 2.0, 2.0]
    assert teams.loc["Core", "length"] == pytest.approx(7 / 5)
    assert teams.loc["Quality", ["done", "on_time", "mean_days"]].tolist() == [1, 1, -1.0]
    owners = accuracy(plan, computed, "owner").set_index("name")
    assert owners.loc["Bex", ["done", "on_time"]].tolist() == [2, 1]


def test_without_a_baseline_the_earlier_version_is_the_promise() -> None:
    old = plan_of(*ROWS)
    new = plan_of({**ROWS[0], "finish": "2026-11-09", "state": "done", "progress": 1.0}, *ROWS[1:], progress_reported=True)
    computed = schedule(new, ScheduleOptions(status_date=dt.date(2026, 11, 11)))
    assert accuracy(new, computed, "team", old, match(old, new))[["name", "done", "mean_days"]].values.tolist() == [["Core", 1, 1.0]]
    assert accuracy(old, schedule(old), "team").empty
