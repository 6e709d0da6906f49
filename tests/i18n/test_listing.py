"""Names in a row: what is left out is counted in the counter of its kind, in the language of the sentence."""

from __future__ import annotations

from tpm.findings import Finding, Place, Severity
from tpm.i18n import listed
from tpm.i18n.formats import apply_format


def test_the_rest_takes_its_counter() -> None:
    for of, counted in (("items", "2개"), ("places", "2곳"), ("teams", "2곳"), ("people", "2명"), ("risks", "2건")):
        assert listed("abcde", 3, of).worded("ko") == f"a, b, c 외 {counted}"  # type: ignore[arg-type]
        assert str(listed("abcde", 3, of)) == "a, b, c and 2 more"  # type: ignore[arg-type]
    assert listed("ab", 3).worded("ko") == "a, b"
    assert listed("ab", 2, total=9).worded("en") == "a, b and 7 more"


def test_a_particle_follows_what_is_printed() -> None:
    assert apply_format(listed("abcde", 3), "을를", "ko") == "를"
    assert apply_format(listed("abcde", 3, "places"), "을를", "ko") == "을"


def test_a_finding_counts_its_places_in_the_language_of_its_reader() -> None:
    finding = Finding("date-missing", Severity.INFO, tuple(Place("f.xlsx", "시트1", f"G{row}") for row in range(23, 33)))
    assert finding.where == "시트1!G23, 시트1!G24, 시트1!G25 and 7 more"
    assert apply_format(finding._places, None, "ko") == "시트1!G23, 시트1!G24, 시트1!G25 외 7곳"
