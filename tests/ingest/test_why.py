"""Each choice says which evidence decided, in words, and which column came second."""

from __future__ import annotations

import pytest

from tests.ingest.build import codes, finding, read
from tpm.i18n import Language, keys
from tpm.ingest import readers, why
from tpm.ingest.weighing.evidence import COLUMN_FACTS, PIECES
from tpm.ingest.weighing.why import TOLD
from tpm.model import ColumnChoice, TableReading

# Pieces of evidence that say nothing which a person would say.
SILENT = {"always", "empty", "large_numbers", "whole_numbers", "right", "times", "hours"}
SILENT |= {"no_header", "unknown_header", "cells_fit"}


def table(header: list[str]) -> TableReading:
    rows = [[f"Do part {day}", f"2026-03-{day:02}", f"2026-03-{day + 5:02}", "Ann" if day % 2 else "Bo"] for day in range(2, 22)]
    return read([header, *rows]).tables[0]


def test_every_piece_of_evidence_is_worded_or_known_to_say_nothing() -> None:
    assert {*COLUMN_FACTS, *PIECES} - SILENT <= set(TOLD)
    assert {f"evidence.{told}" for told in TOLD.values()} <= set(keys())


def test_a_date_says_how_many_rows_hold_one_and_how_it_lies_to_the_next() -> None:
    said = why(table(["Task", "Kick-off", "Until", "Who"]).columns["finish"], "en")
    assert said.startswith("“Until”: ")
    assert "dates in 20 of 20 rows" in said or "not earlier than the date before it in 100% of the rows" in said


def test_a_header_that_names_the_field_is_told_first() -> None:
    reasons = table(["Task", "Start", "Finish", "Owner"]).columns["start"].reasons
    assert reasons[0].told == "header"
    assert len(reasons) <= 3


@pytest.mark.parametrize(("lang", "told"), [("en", "you said so"), ("ko", "직접 지정함")])
def test_what_a_person_said_needs_no_evidence(lang: Language, told: str) -> None:
    assert told in why(ColumnChoice("Who", "D", 1.0, "user"), lang)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_nothing_empty_is_said(lang: Language) -> None:
    for choice in table(["Task", "Start", "Finish", "Owner"]).columns.values():
        said = why(choice, lang)
        assert "–" not in said
        assert "{" not in said
        assert not said.rstrip(".").endswith(":")


def test_an_unsure_column_is_told_by_its_names_in_both_languages() -> None:
    from tpm.findings import Finding, Severity

    params = {"field": "field.start", "header": "Soon", "runner_up": "Later"}
    assert "“Soon” was read as Start, but “Later” could be it" in Finding("unsure-column", Severity.WARNING, (), params).message("en")
    assert "“Soon” 열을 시작일로" in Finding("unsure-column", Severity.WARNING, (), params).message("ko")
    assert "Second" not in Finding("unsure-column-alone", Severity.WARNING, (), params).message("en")


def test_a_table_that_may_be_something_else_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["Task", "Start", "Finish", "Owner"], *([f"Part {n}", "2026-03-02", "2026-03-06", "Ann"] for n in range(1, 6))]
    assert "unsure-kind" not in codes(read(rows))
    monkeypatch.setattr(readers, "ASKED_KIND", 1.1)
    asked = finding(read(rows), "unsure-kind")
    assert asked.message("en") == "Plan!1: this table was read as a plan, but it may be something else."
    assert "이 표를 계획으로 읽었지만" in asked.message("ko")
