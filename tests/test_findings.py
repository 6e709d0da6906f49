"""Findings are data with words in both languages; exceptions that carry one survive pickling."""

from __future__ import annotations

import pickle

from tpm.findings import Finding, InputError, Place, Severity, worst_first
from tpm.i18n import keys, t


def test_every_finding_in_the_catalogue_says_what_is_wrong_and_what_fixes_it() -> None:
    codes = {key.split(".")[1] for key in keys() if key.startswith("finding.")}
    assert codes
    assert {f"finding.{code}.{part}" for code in codes for part in ("message", "fix")} <= set(keys())


def test_places_beyond_three_are_counted() -> None:
    finding = Finding("x", Severity.INFO, tuple(Place("a.xlsx", "Plan", f"D{row}") for row in range(5, 10)))
    assert finding.where == "Plan!D5, Plan!D6, Plan!D7 and 2 more"


def test_worst_first_keeps_the_order_within_a_severity() -> None:
    given = [Finding("a", Severity.INFO), Finding("b", Severity.ERROR), Finding("c", Severity.WARNING), Finding("d", Severity.ERROR)]
    assert [finding.code for finding in worst_first(given)] == ["b", "d", "c", "a"]


def test_input_errors_survive_pickling() -> None:
    error = InputError(Finding("empty-file", Severity.ERROR, (Place("a.xlsx"),), {"file": "a.xlsx"}))
    again = pickle.loads(pickle.dumps(error))
    assert again.finding == error.finding


def test_a_missing_value_reads_as_a_dash() -> None:
    assert t("settings.words.as-of", "en", date=None) == "Forecast as of –"
