"""References as cells really hold them: glued types, lags of every notation, names with separators, words of relation."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.ingest.build import codes, finding, links, read, read_text
from tpm.ingest import read_files
from tpm.ingest.assembling.names import without_zeros
from tpm.ingest.assembling.references import reference, type_of
from tpm.ingest.lexicon.headers import folded
from tpm.model import ImportResult


def _plan(ids: list[object], cell: object, header: str = "Predecessors") -> ImportResult:
    """Items with these ids; the last one has ``cell``."""
    rows = [[one, f"Part {chr(65 + at)}", 3, cell if at == len(ids) - 1 else None] for at, one in enumerate(ids)]
    return read([["ID", "Task", "Duration", header], *rows])


def _found(ids: list[object], cell: object) -> list[tuple[str, str, float, str]]:
    return [(first, *how) for first, _, *how in links(_plan(ids, cell))]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("cell", "kind", "lag", "unit"),
    [
        ("1FS+2d", "FS", 2, "working"),
        ("1:FS:+2", "FS", 2, "working"),
        ("1|FS|2", "FS", 2, "working"),
        ("1, FS, 2d", "FS", 2, "working"),
        ("1;SS;3d", "SS", 3, "working"),
        ("FS:1", "FS", 0, "working"),
        ("SS: 1+2d", "FS", 2, "working"),
        ("1 FS lag 2d", "FS", 2, "working"),
        ("1 FS, lag 2d", "FS", 2, "working"),
        ("1 (lag: 3 days)", "FS", 3, "working"),
        ("1 SS delay 3 days", "SS", 3, "working"),
        ("1 [SS + 2d]", "SS", 2, "working"),
        ("1 (FS) + 2 days", "FS", 2, "working"),
        ("1-FS=P2D", "FS", 2, "working"),
        ("1-FS=P-1D", "FS", -1, "working"),
        ("1-SS=P2W", "SS", 10, "working"),
        ("1-SS=PT4H", "SS", 0.5, "working"),
        ("1FS+2.5d", "FS", 2.5, "working"),
        ("1FS+2,5d", "FS", 2.5, "working"),
        ("1EA+0,5t", "FS", 0.5, "working"),
        ("1EE+1,5 Tage", "FF", 1.5, "working"),
        ("1SS+12,5%", "SS", 0.125, "percent"),
        ("1FS+2ed", "FS", 2, "elapsed"),
        ("1FS+e5d", "FS", 5, "elapsed"),
        ("1FS + 3 calendar days", "FS", 3, "elapsed"),
        ("1FS+3 elapsed days", "FS", 3, "elapsed"),
        ("1FS - 4 working days", "FS", -4, "working"),
        ("1FS+1w", "FS", 5, "working"),
        ("1FS+2일", "FS", 2, "working"),
        ("1 SS 지연 2일", "SS", 2, "working"),
    ],
)
def test_type_and_lag_of_every_notation(cell: str, kind: str, lag: float, unit: str) -> None:
    kind = "SS" if cell.startswith("SS:") else kind
    result = _plan(["1", "2", "3"], cell)
    assert [(first, *how) for first, _, *how in links(result)] == [("1", kind, lag, unit)]
    assert not codes(result) & {"unknown-predecessor", "predecessor-in-part"}


@pytest.mark.parametrize(
    ("ids", "cell", "want"),
    [
        (["A", "B", "C"], "ASS+1d", [("A", "SS", 1, "working")]),
        (["A", "B", "C"], "BFF", [("B", "FF", 0, "working")]),
        (["A", "B", "C"], "ASS+1d; BFF-2d", [("A", "SS", 1, "working"), ("B", "FF", -2, "working")]),
        (["A", "ASS", "C"], "ASS", [("ASS", "FS", 0, "working")]),
        (["A-1a", "A-1b", "C"], "A-1aFS", [("A-1a", "FS", 0, "working")]),
        (["A-1a", "A-1b", "C"], "A-1aFS+2d,A-1bSS", [("A-1a", "FS", 2, "working"), ("A-1b", "SS", 0, "working")]),
        (["3", "3SS", "C"], "3SS", [("3SS", "FS", 0, "working")]),
        (["3", "3SS", "C"], "3SS;3", [("3SS", "FS", 0, "working"), ("3", "FS", 0, "working")]),
        (["SF", "FF", "C"], "SFSS;FFFF+1d", [("SF", "SS", 1 - 1, "working"), ("FF", "FF", 1, "working")]),
        (["A+2d", "A", "C"], "A+2d", [("A+2d", "FS", 0, "working")]),
        (["a,1", "b;2", "C"], "a,1FS+2d; b;2SS", [("a,1", "FS", 2, "working"), ("b;2", "SS", 0, "working")]),
        (["2d", "1", "C"], "1, 2d", [("1", "FS", 0, "working"), ("2d", "FS", 0, "working")]),
    ],
)
def test_a_reference_is_cut_where_its_parts_are_somebody(ids: list[object], cell: str, want: list[tuple[str, str, float, str]]) -> None:
    assert _found(ids, cell) == want


@pytest.mark.parametrize(
    ("ids", "cell", "want"),
    [
        (["001", "002", "003"], 1, ["001"]),
        (["001", "002", "003"], "1;2", ["001", "002"]),
        (["1", "2", "3"], "001", ["1"]),
        (["P-01", "P-02", "P-03"], "P-1FS+1d", ["P-01"]),
        (["P-1", "P-2", "P-3"], "p 02", ["P-2"]),
        (["11", "1.1", "12"], "1.1", ["1.1"]),
        (["11", "12", "13"], "1.1", []),
        (["1.1", "1.2", "2"], "11", []),
        (["4.1", "4.10", "5"], "4.10", ["4.10"]),
        (["4.05", "4.5", "5"], "4.5", ["4.5"]),
    ],
)
def test_numbers_are_compared_as_they_count_and_never_folded(ids: list[object], cell: object, want: list[str]) -> None:
    result = _plan(ids, cell)
    assert [first for first, *_ in links(result)] == want
    assert ("unknown-predecessor" in codes(result)) is (not want)


def test_folding_keeps_what_separates_digits() -> None:
    assert folded("Phase 1.1 – Draft") == folded("phase 1.1: draft")
    assert len({folded(text) for text in ("1.1", "11", "1-1", "1 1", "1,1")}) == 5
    assert [without_zeros(text) for text in ("001", "P-07", "4.05", "10", "0", "A007B")] == ["1", "P-7", "4.05", "10", "0", "A7B"]


_NAMED = ["Plan, scope, and budget", "Hire crew", "Build; test", "Ship, install", "R&D / Lab", "Deploy 2FS", "Needs analysis"]


@pytest.mark.parametrize(
    ("cell", "want"),
    [
        ("Plan, scope, and budget", [0]),
        ("Plan, scope, and budget, Hire crew", [0, 1]),
        ("Build; test; Ship, install", [2, 3]),
        ("Hire crew;Build; test", [1, 2]),
        ("Deploy 2FS, R&D / Lab", [5, 4]),
        ("Needs analysis", [6]),
        ("Hire crew, Needs analysis", [1, 6]),
        ("is blocked by Hire crew, Build; test", [1, 2]),
    ],
)
def test_names_with_separators_are_found_and_nothing_is_complained_about(cell: str, want: list[int]) -> None:
    rows = [[name, 3, None] for name in _NAMED]
    result = read([["Task", "Duration", "Predecessors"], *rows, ["Last", 3, cell]])
    assert [int(first) - 1 for first, *_ in links(result)] == want
    assert "unknown-predecessor" not in codes(result)


def test_a_name_with_a_type_and_a_lag_behind_it_is_taken_whole() -> None:
    rows = [[name, 3, None] for name in _NAMED]
    result = read([["Task", "Duration", "Predecessors"], *rows, ["Last", 3, "Ship, install SS+2d; Hire crew + 1 week"]])
    assert links(result) == [("4", "8", "SS", 2.0, "working"), ("2", "8", "FS", 5.0, "working")]


@pytest.mark.parametrize("cell", ["1 FS lag 2 fortnights of grace", "1 - after two days", "1: plus 3"])
def test_a_reference_that_is_understood_only_in_part_is_told(cell: str) -> None:
    result = _plan(["1", "2", "3"], cell)
    told = codes(result) & {"predecessor-in-part", "unknown-predecessor"}
    assert told
    assert bool(links(result)) is ("predecessor-in-part" in told)


@pytest.mark.parametrize("cell", ["1 - Part A", "1: Part A", "#1 Part A", "2 Part B (done)", "Part A (v2)"])
def test_an_id_with_its_name_is_understood_in_full(cell: str) -> None:
    result = _plan(["1", "2", "3"], cell)
    assert len(links(result)) == 1
    assert "predecessor-in-part" not in codes(result)


@pytest.mark.parametrize("cell", [1.2, 1.9, dt.datetime(2026, 2, 3)])
def test_what_a_spreadsheet_made_of_references_is_told_and_links_nothing(cell: object) -> None:
    result = _plan(["1", "2", "3"], cell)
    assert links(result) == []
    told = finding(result, "predecessor-converted")
    assert told.places[0].cell == "D4"
    assert "unknown-predecessor" not in codes(result)


def test_a_date_that_was_an_id_turns_back() -> None:
    assert [first for first, *_ in links(_plan(["1-2", "2-3", "2-4"], dt.datetime(2026, 2, 3)))] == ["2-3"]


def _jira(cells: list[str], header: str) -> ImportResult:
    days = ["2026-03-02,2026-03-04", "2026-03-05,2026-03-06", "2026-03-09,2026-03-10"]
    lines = [f'K-{at + 1},Item {at + 1},{days[at]},"{cell}"' for at, cell in enumerate(cells)]
    return read_text("\n".join([f"Key,Summary,Start,Due,{header}", *lines]))


@pytest.mark.parametrize("header", ["Links", "Linked issues", "Dependencies", "Predecessors", "Successors", "Beziehungen", "관계"])
@pytest.mark.parametrize(
    "cells",
    [
        ["blocks K-2", "is blocked by K-1, blocks K-3", "relates to K-1, is blocked by K-2"],
        ["Blocks: K-2", "Depends on: K-1; Blocks: K-3", "Waiting for K-2"],
        ["blockiert K-2", "wird blockiert von K-1", "hängt ab von K-2; bezieht sich auf K-1"],
        ["bloque K-2", "est bloqué par K-1", "dépend de K-2"],
        ["후행: K-2", "K-1 완료 후", "K-2 이후"],
        ["차단 K-2", "차단됨 K-1", "K-2에 의존, 관련 K-1"],
        ["precedes K-2, relates to K-3", "after K-1", "K-2 (is blocked by)"],
    ],
)
def test_words_of_relation_tell_the_direction_whatever_the_header(header: str, cells: list[str]) -> None:
    result = _jira(cells, header)
    assert sorted(found[:2] for found in links(result)) == [("K-1", "K-2"), ("K-2", "K-3")]
    assert "unknown-predecessor" not in codes(result)


def test_one_word_holds_for_all_that_follow_it() -> None:
    result = _jira(["blocks K-2, K-3", "", ""], "Links")
    assert sorted(found[:2] for found in links(result)) == [("K-1", "K-2"), ("K-1", "K-3")]


def test_a_column_of_prose_is_no_column_of_links() -> None:
    result = _jira(["Needs a decision", "Before the summer", "See K-1"], "Remark")
    assert links(result) == []


@pytest.mark.parametrize(
    ("cell", "want"),
    [("Build; test, Ship", ["002", "003"]), ("1", ["001"]), ("001;3", ["001", "003"]), ("Plan, scope, and budget", ["001"])],
)
def test_activities_that_a_risk_hits_are_named_in_the_same_ways(cell: str, want: list[str]) -> None:
    plan = [["ID", "Task", "Start", "Finish"], ["001", "Plan, scope, and budget", "2026-03-02", "2026-03-03"],
            ["002", "Build; test", "2026-03-04", "2026-03-05"], ["003", "Ship", "2026-03-06", "2026-03-06"]]  # fmt: skip
    risks = [["Risk ID", "Risk", "Probability", "Impact", "Affected activities"], ["R1", "Vendor late", 0.5, 3, cell]]
    result = read({"Plan": plan, "Risks": risks})
    assert result.plan.risk_hits["activity"].tolist() == want
    assert "unknown-activity-of-risk" not in codes(result)


def test_a_table_of_links_may_leave_out_leading_zeros() -> None:
    result = read({"Plan": [["ID", "Task", "Duration"], ["001", "Build", 3], ["002", "Test", 2]],
                   "Links": [["Predecessor", "Successor", "Type", "Lag"], [1, 2, "SS", "1,5d"]]})  # fmt: skip
    assert links(result) == [("001", "002", "SS", 1.5, "working")]


_PLAN = b"Key,Summary,Start,Due\nK-1,First,2026-03-02,2026-03-04\nK-2,Second,2026-03-05,2026-03-06\nK-3,Third,2026-03-09,2026-03-10\n"


def _table(header: str, *rows: str) -> ImportResult:
    return read_files([("plan.csv", _PLAN), ("links.csv", "\n".join([header, *rows]).encode())])


@pytest.mark.parametrize("header", ["Predecessor,Relationship,Successor", "From,Link,To"])
@pytest.mark.parametrize(
    ("relation", "ends"),
    [
        ("blocks", ("K-1", "K-2")),
        ("is blocked by", ("K-2", "K-1")),
        ("depends on", ("K-2", "K-1")),
        ("is predecessor of", ("K-1", "K-2")),
        ("is successor of", ("K-2", "K-1")),
        ("Finish-to-Start", ("K-1", "K-2")),
        ("차단됨", ("K-2", "K-1")),
        ("Predecessor", ("K-1", "K-2")),
        ("relates to", None),
        ("duplicates", None),
    ],
)
def test_a_table_of_links_is_read_in_the_direction_that_it_says(header: str, relation: str, ends: tuple[str, str] | None) -> None:
    result = _table(header, f"K-1,{relation},K-2", "K-2,blocks,K-3")
    found = {found[:2] for found in links(result)}
    assert found == {("K-2", "K-3"), ends} - {None}
    assert not codes(result) & {"unknown-link-type", "unknown-predecessor"}


def test_a_type_that_nobody_knows_is_told() -> None:
    result = _table("Predecessor,Type,Successor", "K-1,Sideways,K-2", "K-2,FF,K-3")
    assert [found[:3] for found in links(result)] == [("K-1", "K-2", "FS"), ("K-2", "K-3", "FF")]
    assert finding(result, "unknown-link-type").params["text"] == "Sideways"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SS", "SS"),
        ("pr_ff", "FF"),
        ("EA", "FS"),
        ("Finish-to-Start", "FS"),
        ("Start to finish", "SF"),
        ("종료-시작", "FS"),
        ("Hard", None),
    ],
)
def test_types_of_a_column_of_their_own(text: str, kind: str | None) -> None:
    assert type_of(text) == kind


def test_places_of_another_sheet_are_not_trusted_where_one_lies_outside() -> None:
    rows = [[f"Step {at}", f"2027-09-{6 + at:02}", f"2027-09-{6 + at:02}"] for at in range(6)]
    cells = [None, None, None, "6", None, "37"]
    result = read([["Task", "Start", "Finish", "Predecessors"], *([*row, cell] for row, cell in zip(rows, cells, strict=True))])
    assert links(result) == []
    assert finding(result, "unknown-predecessor").params["count"] == 2


@pytest.mark.parametrize("text", ["Staff", "Kickoff", "Takeoffs", "Mass", "Off", "SS", "AP-12", "x" * 600])
def test_words_that_end_like_a_type_are_names(text: str) -> None:
    assert reference(text).who == text
