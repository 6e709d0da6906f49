"""Dependencies that names, notes and dates imply, as offers that become edits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.insight.cross_team.test_matrix import base_of
from tests.plans import plan_of
from tpm.edits import Edit, apply_edits
from tpm.i18n import LANGUAGES
from tpm.insight.cross_team import Offer, offers

FIRST = {"start": "2026-11-16", "finish": "2026-11-20"}
SECOND = {"start": "2026-11-24", "finish": "2026-11-27"}
THIRD = {"start": "2026-12-01", "finish": "2026-12-04"}


def found(*rows: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one.predecessor, one.successor, one.kind) for one in offers(base_of(plan_of(*rows)))]


def test_a_note_that_names_an_id_or_a_name_comes_after_it() -> None:
    rows = [{"id": "CK-1", "name": "Session contract", **FIRST}, {"id": "CK-2", "name": "Web login", **SECOND, "notes": "Waits for CK-1."},
            {"id": "CK-3", "name": "App login", **THIRD, "notes": "세션 SDK와 Session contract 필요"}]
    assert found(*rows) == [("CK-1", "CK-2", "id"), ("CK-1", "CK-3", "name")]


def test_a_note_before_what_it_names_leads_to_it() -> None:
    assert found({"id": "A-1", "name": "x", **FIRST, "notes": "Hands over to A-2."}, {"id": "A-2", "name": "y", **SECOND}) == [
        ("A-1", "A-2", "id")]


@pytest.mark.parametrize("names", [("Ledger design", "Ledger build", "Testing of the ledger"), ("원장 설계", "원장 개발", "원장 테스트"),
                                   ("로그인설계", "로그인개발", "로그인테스트")])
def test_steps_on_one_object_follow_each_other(names: tuple[str, str, str]) -> None:
    rows = [{"id": item, "name": name, **days} for item, name, days in zip("ABC", names, (FIRST, SECOND, THIRD), strict=True)]
    assert found(*rows) == [("A", "B", "step"), ("B", "C", "step")]
    linked = [rows[0], {**rows[1], "after": "A"}, {**rows[2], "after": "B"}]
    assert found(*linked) == []


def test_steps_against_the_dates_of_other_objects_or_finished_are_not_offered() -> None:
    assert found({"id": "A", "name": "Ledger design", **SECOND}, {"id": "B", "name": "Ledger build", **FIRST}) == []
    assert found({"id": "A", "name": "Ledger design", **FIRST}, {"id": "B", "name": "Search build", **SECOND}) == []
    assert found({"id": "A", "name": "Wave 1 design", **FIRST}, {"id": "B", "name": "Wave 2 build", **SECOND}) == []
    done = {"state": "done", "progress": 1.0}
    plan = plan_of({"id": "A", "name": "Ledger design", **FIRST, **done}, {"id": "B", "name": "Ledger build", **SECOND},
                   progress_reported=True)
    assert offers(base_of(plan, plan.last_date)) == ()


def test_a_chain_of_links_in_either_direction_silences_an_offer() -> None:
    rows = [{"id": "A", "name": "Ledger design", **FIRST}, {"id": "X", "name": "Review board", **SECOND, "after": "A"},
            {"id": "B", "name": "Ledger build", **THIRD, "after": "X"}]
    assert found(*rows) == []


def test_a_milestone_without_logic_is_offered_the_work_that_shares_its_words() -> None:
    rows = [{"id": "S", "name": "Cards", **FIRST}, {"id": "A", "name": "Card network certification test", "parent": "S", **FIRST},
            {"id": "M", "name": "Card network certificate received", "parent": "S", "milestone": True, "start": "2026-11-27",
             "finish": "2026-11-27"}]
    assert ("A", "M", "milestone") in found(*rows)


def test_a_milestone_without_logic_is_offered_the_one_item_that_ends_on_its_day() -> None:
    rows = [{"id": "S", **FIRST}, {"id": "A", "name": "Readiness review", "parent": "S", **FIRST},
            {"id": "M", "name": "Go / no-go", "parent": "S", "milestone": True, "start": "2026-11-20", "finish": "2026-11-20"}]
    assert ("A", "M", "milestone-day") in found(*rows)
    assert found(*rows, {"id": "B", "name": "Press release", "parent": "S", **FIRST}) == []


def test_rows_that_follow_each_other_by_the_day_are_offered_only_without_logic() -> None:
    rows = [{"id": "A", "name": "Choose topic", "owner": "Ann", **FIRST},
            {"id": "B", "name": "Find sponsor", "owner": "Ann", "start": "2026-11-23", "finish": "2026-11-24"},
            {"id": "C", "name": "Party", "start": "2026-11-25", "finish": "2026-11-26"}]
    assert found(*rows) == [("A", "B", "follows-owner"), ("B", "C", "follows")]
    assert found({**rows[0]}, {**rows[1], "after": "A"}, rows[2]) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_evidence_is_worded_and_an_accepted_offer_is_an_edit(lang: str) -> None:
    plan = plan_of({"id": "CK-1", "name": "Ledger design", **FIRST}, {"id": "CK-2", "name": "Ledger build", **SECOND},
                   {"id": "CK-3", "name": "Ledger test", "start": "2026-11-26", "finish": "2026-12-04", "notes": "Needs CK-1"})
    made = offers(base_of(plan))
    assert {one.kind for one in made} == {"id", "step", "step-overlap"}
    assert all(one.evidence(lang) for one in made)  # type: ignore[arg-type]
    edits = [Edit.from_json(one.edit().as_json()) for one in made]
    linked, findings = apply_edits(plan, edits)
    assert not findings
    assert set(zip(linked.dependencies["predecessor"], linked.dependencies["successor"], strict=True)) == {
        (one.predecessor, one.successor) for one in made}
    assert offers(base_of(linked)) == ()


def test_the_surest_come_first_and_have_a_key_each() -> None:
    made = offers(base_of(plan_of({"id": "A-1", "name": "Ledger design", **FIRST}, {"id": "A-2", "name": "Ledger build", **SECOND},
                                  {"id": "A-3", "name": "z", **THIRD, "notes": "after A-1"})))
    assert [one.confidence for one in made] == sorted((one.confidence for one in made), reverse=True)
    assert len({one.key for one in made}) == len(made) == 2
    assert isinstance(made[0], Offer)
