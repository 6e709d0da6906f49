"""Changes to the register: validated, applied without altering what was read, found between two registers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.risk_plans import program
from tpm.model import FIRST_DAY, LAST_DAY, Plan
from tpm.risk_edits import ACTIVITIES, ADD, CHOICES, DROP, RiskEdit, apply_risk_edits, edits_between, is_risk_edit, next_id

PLAN = program(
    {"id": "R-1", "p": 0.4, "i": 5, "score": 15, "hits": "A", "impact_days_min": 2, "days": 4, "impact_days_max": 9, "status": "Open"},
    {"id": "R-2", "p": 0.2, "i": 2, "score": 4, "hits": "A B", "owner": "Bex"},
)


def row(plan: Plan, risk: str) -> pd.Series[Any]:
    return plan.risks.set_index("id").loc[risk]


def test_no_edits_give_the_very_same_plan() -> None:
    assert apply_risk_edits(PLAN, []) == (PLAN, [])


def test_the_register_that_was_read_is_never_altered() -> None:
    before = PLAN.risks.copy()
    apply_risk_edits(PLAN, [RiskEdit("R-1", "title", "Other"), RiskEdit("R-2", DROP, True)])
    pd.testing.assert_frame_equal(PLAN.risks, before)


def test_a_new_rating_makes_the_score_follow() -> None:
    changed, findings = apply_risk_edits(PLAN, [RiskEdit("R-1", "probability", 0.6)])
    assert row(changed, "R-1")["score"] == 4 * 5
    assert not findings


def test_a_score_of_its_own_stays() -> None:
    changed, _ = apply_risk_edits(PLAN, [RiskEdit("R-1", "score", 7.0), RiskEdit("R-1", "impact", 1.0)])
    assert row(changed, "R-1")["score"] == 7


def test_a_new_state_takes_the_old_states_words_away() -> None:
    changed, _ = apply_risk_edits(PLAN, [RiskEdit("R-1", "state", "occurred")])
    assert (row(changed, "R-1")["state"], row(changed, "R-1")["status"]) == ("occurred", None)


def test_a_risk_is_added_filled_in_and_tied_to_activities() -> None:
    edits = [RiskEdit("R-3", ADD, True), RiskEdit("R-3", "title", "Vendor"), RiskEdit("R-3", ACTIVITIES, ("B", "C"))]
    changed, findings = apply_risk_edits(PLAN, edits)
    assert changed.risks["id"].tolist() == ["R-1", "R-2", "R-3"]
    assert row(changed, "R-3")["title"] == "Vendor"
    assert changed.risk_hits.loc[changed.risk_hits["risk"] == "R-3", "activity"].tolist() == ["B", "C"]
    assert not findings


def test_a_risk_that_is_taken_out_takes_its_hits_along() -> None:
    changed, _ = apply_risk_edits(PLAN, [RiskEdit("R-2", DROP, True)])
    assert changed.risks["id"].tolist() == ["R-1"]
    assert set(changed.risk_hits["risk"]) == {"R-1"}


def test_what_cannot_be_applied_is_told_and_the_rest_is() -> None:
    changed, findings = apply_risk_edits(PLAN, [
        RiskEdit("R-9", "title", "Gone"), RiskEdit("R-1", "impact_days_min", 20.0), RiskEdit("R-1", "owner", "Arun"),
        RiskEdit("R-2", ACTIVITIES, ("A", "Z")),
    ])  # fmt: skip
    assert [finding.code for finding in findings] == ["risk-edit-without-risk", "risk-edit-days", "risk-edit-unknown-activity"]
    assert row(changed, "R-1")["impact_days_min"] == 2
    assert row(changed, "R-1")["owner"] == "Arun"
    assert changed.risk_hits.loc[changed.risk_hits["risk"] == "R-2", "activity"].tolist() == ["A"]
    for finding in findings:
        assert finding.message("en")
        assert finding.fix("ko")


@pytest.mark.parametrize(("field", "value"), [
    ("probability", 1.2), ("impact", 0.0), ("impact", 6.0), ("impact_days", -1.0), ("kind", "issue"), ("state", "maybe"), ("due", "soon"),
    ("title", None), ("title", ""), ("nonsense", 1.0), ("activities", "A"), ("probability", float("nan")), ("add", None),
])  # fmt: skip
def test_nonsense_is_refused_when_it_is_made(field: str, value: Any) -> None:
    with pytest.raises(ValueError):
        RiskEdit("R-1", field, value)


def test_an_edit_comes_back_from_the_store_as_it_went_in() -> None:
    for edit in (RiskEdit("R-1", ACTIVITIES, ("A", "B")), RiskEdit("R-1", "due", "2026-12-01"), RiskEdit("R-1", "owner", None),
                 RiskEdit("R-1", ADD, True)):  # fmt: skip
        assert is_risk_edit(edit.stored_field)
        assert RiskEdit.from_store(edit.risk, edit.stored_field, edit.stored_value) == edit
    assert not is_risk_edit("owner")


@pytest.mark.parametrize(("ids", "new"), [
    ([], "R-1"), (["R-1", "R-12"], "R-13"), (["RISK009"], "RISK010"), (["7", "8"], "9"), (["a", "b"], "R-1"),
    (["R-2", "X-9", "R-1"], "R-3"),
])  # fmt: skip
def test_a_new_id_follows_the_manner_of_the_others(ids: list[str], new: str) -> None:
    assert next_id(ids) == new


values: dict[str, st.SearchStrategy[Any]] = {
    "title": st.sampled_from(["Vendor", "=1+1", "리스크"]), "owner": st.none() | st.sampled_from(["Bex", "민서"]),
    "probability": st.none() | st.integers(0, 100).map(lambda n: n / 100), "impact": st.none() | st.integers(1, 5).map(float),
    "impact_days": st.none() | st.integers(0, 30).map(float), "state": st.sampled_from(CHOICES["state"]),
    "strategy": st.none() | st.sampled_from(CHOICES["strategy"]), "due": st.none() | st.dates(FIRST_DAY, LAST_DAY).map(str),
    ACTIVITIES: st.lists(st.sampled_from(["A", "B", "C"]), unique=True).map(tuple), DROP: st.just(True), ADD: st.just(True),
}  # fmt: skip
edits = st.sampled_from(list(values)).flatmap(
    lambda field: st.builds(RiskEdit, st.sampled_from(["R-1", "R-2", "R-3", "R-4"]), st.just(field), values[field]))


@given(st.lists(edits, max_size=12))
def test_the_difference_of_two_registers_turns_one_into_the_other(wanted: list[RiskEdit]) -> None:
    after, _ = apply_risk_edits(PLAN, wanted)
    again, findings = apply_risk_edits(PLAN, edits_between(PLAN, after, drop_missing=True))
    assert not findings
    left, right = (plan.risks.drop(columns=["file", "sheet", "row"]).sort_values("id").reset_index(drop=True) for plan in (after, again))
    pd.testing.assert_frame_equal(left, right)
    assert sorted(map(tuple, after.risk_hits.to_numpy())) == sorted(map(tuple, again.risk_hits.to_numpy()))
    assert np.array_equal(again.activities["id"], PLAN.activities["id"])
