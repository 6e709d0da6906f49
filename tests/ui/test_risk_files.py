"""The register as a file: taken away, filled in and read back without loss."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.risk_plans import program
from tpm.findings import InputError
from tpm.i18n import LANGUAGES, Language
from tpm.model import Plan
from tpm.risk_edits import ACTIVITIES, CHOICES, DROP, RiskEdit, apply_risk_edits
from tpm.ui.risk_files import changes_in, register_file

PLAN = program(
    {"id": "R-1", "title": "Vendor slips", "p": 0.4, "i": 5, "score": 15, "hits": "A", "impact_days_min": 2, "days": 4,
     "impact_days_max": 9, "status": "Open"},
    {"id": "R-2", "title": "Key person leaves", "p": 0.2, "i": 2, "score": 4, "hits": "A B", "owner": "Bex", "response": "Pair up"},
    {"id": "R-3", "title": "Reuse the checks", "kind": "opportunity", "p": 0.3, "i": 2, "score": 4, "hits": "C", "days": 2},
)  # fmt: skip
WORDS = st.lists(st.sampled_from(["Vendor", "slips", "=SUM(A1)", "리스크", "100%", "“quoted”"]), min_size=2, max_size=4).map(" ".join)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "title": WORDS, "description": st.none() | WORDS, "owner": st.none() | st.sampled_from(["Bex Arun", "박지원"]),
    "response": st.none() | WORDS,
    "category": st.none() | st.sampled_from(["Vendor", "Technical"]), "team": st.none() | st.sampled_from(["Core", "결제개발"]),
    "kind": st.sampled_from(CHOICES["kind"]), "state": st.sampled_from(CHOICES["state"]),
    "strategy": st.none() | st.sampled_from(CHOICES["strategy"]), "probability": st.integers(0, 100).map(lambda n: n / 100),
    "residual_probability": st.none() | st.integers(0, 100).map(lambda n: n / 100), "impact": st.integers(1, 5).map(float),
    "residual_impact": st.none() | st.integers(1, 5).map(float), "impact_days": st.none() | st.integers(0, 30).map(float),
    "due": st.none() | st.dates(pd.Timestamp("2026-01-01").date(), pd.Timestamp("2028-12-31").date()).map(lambda day: day.isoformat()),
    ACTIVITIES: st.lists(st.sampled_from(["A", "B", "C"]), unique=True).map(lambda items: tuple(sorted(items))), DROP: st.just(True),
}  # fmt: skip
EDITS = st.sampled_from(list(VALUES)).flatmap(
    lambda field: st.builds(RiskEdit, st.sampled_from(["R-1", "R-2"]), st.just(field), VALUES[field]))


def plain(plan: Plan) -> list[dict[str, Any]]:
    """The register as values that compare; a status that only repeats its state is none."""
    rows = plan.risks.drop(columns=["file", "sheet", "row"]).astype(object).to_dict("records")
    return [{str(name): None if value is None or value != value else value for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_register_that_nobody_changed_changes_nothing(lang: Language) -> None:
    assert changes_in("risks.xlsx", register_file(PLAN, lang), PLAN) == []


@settings(max_examples=25)
@given(st.lists(EDITS, max_size=8), st.sampled_from(LANGUAGES))
def test_what_was_filled_in_comes_back_as_it_was(edits: list[RiskEdit], lang: Language) -> None:
    filled, _ = apply_risk_edits(PLAN, edits)
    changes = changes_in("risks.xlsx", register_file(filled, lang), PLAN, replace=True)
    again, findings = apply_risk_edits(PLAN, changes)
    assert not findings
    assert plain(again) == plain(filled)
    assert sorted(map(tuple, again.risk_hits.to_numpy())) == sorted(map(tuple, filled.risk_hits.to_numpy()))


def test_a_register_names_activities_by_name_as_well_as_by_id() -> None:
    file = b"Risk ID,Risk,Probability,Impact (1-5),Affected activities\nR-9,Strike at the port,30%,4,Build\n"
    changes = changes_in("risks.csv", file, PLAN)
    assert RiskEdit("R-9", ACTIVITIES, ("A",)) in changes
    assert not [change for change in changes if change.field == DROP]


def test_risks_that_a_complete_file_lacks_are_taken_out() -> None:
    one = PLAN.with_(risks=PLAN.risks.iloc[:1], risk_hits=PLAN.risk_hits.iloc[:1])
    changes = changes_in("risks.xlsx", register_file(one, "en"), PLAN, replace=True)
    assert changes == [RiskEdit("R-2", DROP, True), RiskEdit("R-3", DROP, True)]


@pytest.mark.parametrize("data", [b"Task,Start\nBuild,2026-11-02\n", b"\x89PNG\r\n\x1a\n" + bytes(200)])
def test_a_file_without_risks_says_so(data: bytes) -> None:
    with pytest.raises(InputError) as told:
        changes_in("file.csv", data, PLAN)
    assert told.value.finding.message("en")
    assert told.value.finding.fix("ko")


def test_a_register_is_read_without_a_plan_too() -> None:
    alone = Plan(risks=PLAN.risks)
    assert changes_in("risks.xlsx", register_file(alone, "ko"), alone) == []
