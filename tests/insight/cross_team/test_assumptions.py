"""Hidden assumptions: for every rule a plan on which it fires, one on which it must not, and its words in both languages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.insight.cross_team.test_matrix import base_of
from tests.plans import plan_of
from tpm.findings import Severity
from tpm.i18n import LANGUAGES, Language
from tpm.insight.cross_team import Assumption, as_findings, assumptions, split_dismissed
from tpm.insight.cross_team.assumptions import IN_CHECK, MOST_EACH
from tpm.model import RISK_COLUMNS, RISK_HIT_COLUMNS, CalendarSpec, Plan, conform

FIRST = {"start": "2026-11-16", "finish": "2026-11-20"}
SECOND = {"start": "2026-11-30", "finish": "2026-12-04"}
ENDS = {"id": "END", "name": "Wrap-up", "milestone": True, "start": "2026-12-31", "finish": "2026-12-31"}


def with_risk(due: str | None, **more: Any) -> Plan:
    plan = plan_of({"id": "A", "name": "Load test", **SECOND})
    risk = {"id": "R-1", "title": "Shared environment", "kind": "threat", "state": "open", "sheet": "Risks", "row": 2,
            "due": pd.NaT if due is None else pd.Timestamp(due).as_unit("s"), **more}
    return plan.with_(risks=conform(pd.DataFrame([risk]), RISK_COLUMNS),
                      risk_hits=conform(pd.DataFrame([{"risk": "R-1", "activity": "A"}]), RISK_HIT_COLUMNS))


def at_site(place: str, finish: str, **parts: Any) -> Plan:
    plan = plan_of({"id": "A", "name": "Monitor", "team": "Data", "start": "2026-11-23", "finish": finish}, **parts)
    return plan.with_(attributes=pd.DataFrame({"Site": np.array([place], dtype=object)}))


FIRES: dict[str, list[Plan]] = {
    "implied-by-note": [
        plan_of({"id": "A", "name": "Change data capture", "team": "Data", **FIRST},
                {"id": "B", "name": "Dashboards", "team": "Web", **SECOND, "notes": "Topic names come from the change data capture."}),
        plan_of({"id": "A", "name": "Pipeline", "team": "Data platform", **FIRST},
                {"id": "B", "name": "Dashboards", "team": "Web", **SECOND, "notes": "Needs names from Data platform."}),
        plan_of({"id": "A", "name": "파이프라인", "team": "데이터플랫폼", **FIRST},
                {"id": "B", "name": "대시보드", "team": "웹", **SECOND, "notes": "토픽명은 데이터플랫폼 팀에서 받아야 함"}),
    ],
    "implied-by-steps": [plan_of({"id": "A", "name": "Ledger design", **FIRST}, {"id": "B", "name": "Ledger build", **SECOND},
                                 {**ENDS, "after": "B"})],
    "milestone-unled": [plan_of({"id": "M", "name": "Certificate", "milestone": True, "start": "2026-11-20", "finish": "2026-11-20"},
                                {"id": "B", "name": "Review", **SECOND, "after": "M"})],
    "against-dates": [plan_of({"id": "A", "name": "Wording", "start": "2026-11-16", "finish": "2026-12-01"},
                              {"id": "B", "name": "Training", **SECOND, "after": "A"})],
    "response-late": [with_risk("2026-12-02"), with_risk("2027-01-04")],
    "finish-on-holiday": [
        at_site("", "2026-11-26", calendars={"us": CalendarSpec("us", country="US")}, team_calendars={"Data": "us"}),
        at_site("서울", "2026-12-25"), at_site("San Jose", "2026-11-26")],
    "no-owner": [plan_of({"id": "A", "name": "Rota", **FIRST}, {"id": "B", "owner": "Ann", **FIRST}, {"id": "C", "owner": "Bo", **FIRST})],
    "unconfirmed": [plan_of({"id": "A", "name": "Rollout", **FIRST, "notes": note}) for note in (
        "Assumes that the freeze starts on 3 Feb, as last year.", "Counts on the contract testers.", "12월에도 대기가 10일이라고 봄",
        "외주 인력이 근무한다는 전제", "Vendor TBD")],
    "similar-names": [plan_of({"id": "A", "name": "Load test preparation", "team": "Web", **FIRST},
                              {"id": "B", "name": "Load-test preparation: on-call rota", "team": "Ops", **FIRST}),
                      plan_of({"id": "A", "name": "부하 테스트 준비", "team": "웹", **FIRST},
                              {"id": "B", "name": "부하 테스트 준비(비상 대응조)", "team": "운영", **FIRST})],
    "no-buffer": [plan_of({"id": "A", "name": "Regression", "team": "Web", "start": "2026-11-16", "finish": "2026-11-20"},
                          {"id": "B", "name": "Cut-over", "team": "Ops", "start": "2026-11-23", "finish": "2026-11-27", "after": "A"})],
    "nobody-waits": [plan_of({"id": "A", "name": "Sign-out", **FIRST}, {"id": "B", "name": "Build", **FIRST}, {**ENDS, "after": "B"})],
    "redundant-links": [plan_of({"id": "A", "name": "One", **FIRST}, {"id": "B", "name": "Two", **SECOND, "after": "A"},
                                {**ENDS, "after": "A, B"})],
}

SILENT: dict[str, list[Plan]] = {
    "implied-by-note": [
        plan_of({"id": "A", "name": "Change data capture", "team": "Data", **FIRST},
                {"id": "B", "name": "Dashboards", "team": "Web", **SECOND, "after": "A", "notes": "Needs the change data capture."}),
        plan_of({"id": "A", "name": "Pipeline", "team": "Launch", **FIRST},
                {"id": "B", "name": "Dashboards", "team": "Web", **SECOND, "notes": "Needed before launch; wait until launch day."}),
        plan_of({"id": "A", "name": "Pipeline", "team": "Data platform", **FIRST},
                {"id": "B", "name": "Freeze", "team": "Web", **SECOND, "notes": "Agreed with Data platform."}),
    ],
    "implied-by-steps": [plan_of({"id": "A", "name": "Ledger design", **FIRST}, {"id": "X", "name": "Approval", **FIRST, "after": "ASS"},
                                 {"id": "B", "name": "Ledger build", **SECOND, "after": "X"})],
    "milestone-unled": [plan_of({"id": "A", **FIRST}, {"id": "B", **SECOND, "after": "M"},
                                {"id": "M", "milestone": True, "start": "2026-11-20", "finish": "2026-11-20", "after": "A"})],
    "against-dates": [plan_of({"id": "A", **FIRST}, {"id": "B", **SECOND, "after": "A"})],
    "response-late": [with_risk("2026-11-27"), with_risk(None), with_risk("2027-01-04", state="closed"),
                      with_risk("2027-01-04", kind="opportunity")],
    "finish-on-holiday": [at_site("서울", "2026-11-26"), at_site("Atlantis", "2026-11-26"), at_site("San Jose", "2026-11-25")],
    "no-owner": [plan_of({"id": "A", **FIRST}, {"id": "B", **FIRST}, {"id": "C", "owner": "Bo", **FIRST}),
                 plan_of({"id": "A"}, {"id": "B", "owner": "Bo", **FIRST})],
    "unconfirmed": [plan_of({"id": "A", **FIRST, "notes": note}) for note in (
        "Agreed with Operations on 18 Nov.", "Depends on row 33.", "품질 기준 문서를 첨부함", "The vendor is booked by the week.")],
    "similar-names": [plan_of({"id": "A", "name": "Migration wave 1 rehearsal run", "team": "Web", **FIRST},
                              {"id": "B", "name": "Migration wave 2 rehearsal run", "team": "Ops", **FIRST}),
                      plan_of({"id": "A", "name": "Load test", "team": "Web", **FIRST},
                              {"id": "B", "name": "Load test at Seollal peak", "team": "Ops", **FIRST}),
                      plan_of({"id": "A", "name": "Load test preparation", "team": "Web", **FIRST},
                              {"id": "B", "name": "Load test preparation rota", "team": "Ops", **SECOND, "after": "A"})],
    "no-buffer": [plan_of({"id": "A", "team": "Web", **FIRST}, {"id": "B", "team": "Web", "start": "2026-11-23", "finish": "2026-11-27",
                                                               "after": "A"}),
                  plan_of({"id": "A", "team": "Web", **FIRST}, {"id": "B", "team": "Ops", **SECOND, "after": "A"})],
    "nobody-waits": [plan_of({"id": "A", **FIRST}, {**ENDS, "after": "A"}), plan_of({"id": "A", **FIRST}, {"id": "B", **SECOND})],
    "redundant-links": [plan_of({"id": "A", **FIRST}, {"id": "B", **SECOND, "after": "A"}, {**ENDS, "after": "AFS+30, B"})],
}


def codes(plan: Plan) -> list[str]:
    return [each.code for each in assumptions(base_of(plan))]


@pytest.mark.parametrize(("code", "plan"), [(code, plan) for code, plans in FIRES.items() for plan in plans])
def test_the_rule_fires_and_is_worded(code: str, plan: Plan) -> None:
    found = [each for each in assumptions(base_of(plan)) if each.code == code]
    assert len(found) == 1
    for lang in LANGUAGES:
        told = (found[0].title(lang), found[0].sentence(lang), found[0].ask(lang))
        assert all(told)
    assert found[0].items
    assert found[0].places


@pytest.mark.parametrize(("code", "plan"), [(code, plan) for code, plans in SILENT.items() for plan in plans])
def test_the_rule_stays_silent(code: str, plan: Plan) -> None:
    assert code not in codes(plan)


def test_every_rule_has_a_plan_on_which_it_fires_and_one_on_which_it_does_not() -> None:
    assert set(FIRES) == set(SILENT)
    assert set(IN_CHECK) <= set(FIRES)


def test_a_response_after_the_work_is_over_weighs_more_than_one_after_its_start() -> None:
    severity = {due: next(each for each in assumptions(base_of(with_risk(due))) if each.code == "response-late").severity
                for due in ("2026-12-02", "2027-01-04")}
    assert severity == {"2026-12-02": Severity.INFO, "2027-01-04": Severity.WARNING}


def test_a_contradicted_link_is_told_by_how_many_working_days() -> None:
    (found,) = (each for each in assumptions(base_of(FIRES["against-dates"][0])) if each.code == "against-dates")
    assert found.params["days"] == 2.0  # from 30 Nov to 2 Dec
    assert found.links == (0,)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_too_many_of_a_kind_are_one_finding_that_names_them_all(lang: Language) -> None:
    count = MOST_EACH + 5
    owned = [{"id": f"O{n}", "owner": "Ann", **FIRST} for n in range(count)]
    plan = plan_of(*({"id": f"A{n}", **FIRST} for n in range(count)), *owned)
    found = [each for each in assumptions(base_of(plan)) if each.code == "no-owner"]
    assert len(found) == 1
    assert found[0].count == len(found[0].items) == count
    assert str(count) in found[0].sentence(lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_many_contradicted_links_are_one_finding(lang: Language) -> None:
    plan = plan_of({"id": "A", "start": "2026-11-16", "finish": "2026-12-01"},
                   *({"id": f"B{n}", **FIRST, "after": "A"} for n in range(MOST_EACH + 1)))
    (found,) = (each for each in assumptions(base_of(plan)) if each.code == "against-dates")
    assert found.count == len(found.links) == MOST_EACH + 1
    assert str(MOST_EACH + 1) in found.sentence(lang)


def test_a_key_is_stable_over_versions_and_changes_with_the_rows() -> None:
    plan = FIRES["no-owner"][0]
    (key,) = [each.key for each in assumptions(base_of(plan)) if each.code == "no-owner"]
    assert key == "no-owner:A"
    assert key in [each.key for each in assumptions(base_of(plan.with_(name="another version")))]
    long = Assumption("no-owner", Severity.INFO, tuple(f"item {n}" for n in range(100)))
    other = Assumption("no-owner", Severity.INFO, tuple(f"item {n}" for n in range(101)))
    assert len(long.key) < 100
    assert long.key != other.key


def test_what_somebody_called_no_issue_is_set_aside() -> None:
    found = assumptions(base_of(FIRES["no-owner"][0]))
    open_, dismissed = split_dismissed(found, {"no-owner:A": "the vendor does it"})
    assert [each.key for each in dismissed] == ["no-owner:A"]
    assert len(open_) + len(dismissed) == len(found)


@pytest.mark.parametrize("code", IN_CHECK)
def test_what_is_wrong_with_the_data_comes_out_as_a_finding_of_check(code: str) -> None:
    plan = FIRES[code][-1]
    findings = {each.code: each for each in as_findings(assumptions(base_of(plan)))}
    one = findings[f"assumption-{code}"]
    assert one.items
    assert all(one.message(lang) and one.fix(lang) for lang in LANGUAGES)


def test_a_holiday_that_the_schedule_reports_is_not_told_twice_by_check() -> None:
    base = base_of(FIRES["finish-on-holiday"][0])
    assert "planned-on-day-off" in {each.code for each in base.schedule.findings}
    assert "finish-on-holiday" in {each.code for each in assumptions(base)}
    assert as_findings(assumptions(base)) == ()
