"""Predecessors: every notation, what plain numbers count, and what resolves to nothing."""

from __future__ import annotations

import pytest

from tests.ingest.build import codes, finding, links, read, row
from tpm.ingest.assembling.references import Reference, common, pieces, reference, references

_DATES = [("2026-03-02", "2026-03-03"), ("2026-03-04", "2026-03-05"), ("2026-03-06", "2026-03-09"), ("2026-03-10", "2026-03-11")]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("3", Reference("3")),
        ("2fs", Reference("2")),
        ("3FS+2d", Reference("3", "FS", 2)),
        ("5SS-1w", Reference("5", "SS", -5)),
        ("4FF+50%", Reference("4", "FF", 0.5, "percent")),
        ("3FS + 2 days", Reference("3", "FS", 2)),
        ("1.2.3SS", Reference("1.2.3", "SS")),
        ("AP-12", Reference("AP-12")),
        ("7FS+3ed", Reference("7", "FS", 3, "elapsed")),
        ("3EA+2t", Reference("3", "FS", 2)),
        ("Staff", Reference("Staff")),
        ("Kickoff", Reference("Kickoff")),
        ("3+2d", Reference("3", "FS", 2)),
        ("3FS+2일", Reference("3", "FS", 2)),
        ("A-1 (SS)", Reference("A-1", "SS")),
    ],
)
def test_one_reference_is_read_with_type_and_lag(text: str, want: Reference) -> None:
    assert reference(text) == want


@pytest.mark.parametrize(("text", "count"), [("3;5", 2), ("1, 2", 2), ("3\n5\n7", 3), ("-", 0), ("없음", 0), ("4.1.1,4.1.2,4.1.3", 3)])
def test_a_cell_may_hold_several(text: str, count: int) -> None:
    assert len(references(text)) == count


def _plan(header: str, ids: list[object], cells: list[object]) -> list[list[object]]:
    names = ["Design", "Build the thing", "Test", "Ship"]
    return [[header, "Task", "Start", "Finish", "Predecessors"], *([ids[at], names[at], *_DATES[at], cells[at]] for at in range(4))]


def test_ids_are_followed() -> None:
    result = read(_plan("ID", ["T1", "T2", "T3", "T4"], [None, "T1", "T1;T2FS+1d", "T3"]))
    assert links(result) == [
        ("T1", "T2", "FS", 0.0, "working"),
        ("T1", "T3", "FS", 0.0, "working"),
        ("T2", "T3", "FS", 1.0, "working"),
        ("T3", "T4", "FS", 0.0, "working"),
    ]


def test_plain_numbers_count_rows_where_the_numbers_of_the_sheet_are_a_wbs() -> None:
    result = read(_plan("WBS", ["1", "1.1", "1.2", "2"], [None, None, 2, 3]))
    found = links(result)
    assert [(first, second) for first, second, *_ in found] == [("1.1", "1.2"), ("1.2", "2")]


def test_names_are_followed() -> None:
    result = read(_plan("ID", ["a", "b", "c", "d"], [None, "Design", "Build the thing", "Test"]))
    assert [(first, second) for first, second, *_ in links(result)] == [("a", "b"), ("b", "c"), ("c", "d")]


def test_ten_is_not_one() -> None:
    rows = [
        ["ID", "Task", "Start", "Predecessors"],
        *([f"4.{number}", f"Step {number}", "2026-03-02", None] for number in range(1, 11)),
        ["5", "End", "2026-04-01", "4.10"],
    ]
    assert links(read(rows)) == [("4.10", "5", "FS", 0.0, "working")]


def test_an_unknown_predecessor_is_a_finding_and_not_a_guess() -> None:
    result = read(_plan("ID", ["a", "b", "c", "d"], [None, "zz9", None, "d"]))
    assert links(result) == []
    assert finding(result, "unknown-predecessor").places[0].cell == "E3"
    assert "link-to-itself" in codes(result)


def test_a_link_to_the_own_summary_is_left_out() -> None:
    result = read(
        [
            ["ID", "Task", "Start", "Predecessors"],
            ["1", "Phase", None, None],
            ["1.1", "Design", "2026-03-02", "1"],
            ["1.2", "Build", "2026-03-04", "1.1"],
        ]
    )
    assert [(first, second) for first, second, *_ in links(result)] == [("1.1", "1.2")]
    assert finding(result, "link-to-own-part").items == ("1.1",)


def test_successors_are_links_the_other_way_round() -> None:
    result = read([["ID", "Task", "Start", "Successors"], ["a", "Design", "2026-03-02", "b"], ["b", "Build", "2026-03-04", None]])
    assert links(result) == [("a", "b", "FS", 0.0, "working")]
    assert row(result, "Build")["kind"] == "activity"


def test_a_lag_in_percent_of_a_dependency_table_is_a_share_of_the_predecessor() -> None:
    result = read(
        {
            "Plan": _plan("ID", ["a", "b", "c", "d"], [None] * 4),
            "Links": [
                ["Predecessor", "Successor", "Type", "Lag (days)"],
                ["a", "b", "FS", "50%"],
                ["b", "c", "SS", "+25 %"],
                ["c", "d", "FF", "-10%"],
                ["a", "d", "FS", 2],
            ],
        }
    )
    assert links(result) == [
        ("a", "b", "FS", 0.5, "percent"),
        ("b", "c", "SS", 0.25, "percent"),
        ("c", "d", "FF", -0.1, "percent"),
        ("a", "d", "FS", 2.0, "working"),
    ]
    assert "unreadable-duration" not in codes(result)


def test_numbers_that_stand_in_the_id_column_are_ids_and_not_rows() -> None:
    result = read(
        [
            ["ID", "Parent ID", "Task", "Type", "Start", "Finish", "Predecessors"],
            [1, None, "Phase", "Summary", "2026-03-02", "2026-03-06", None],
            [2, 1, "Design", "Activity", "2026-03-02", "2026-03-04", None],
            [3, 1, "Build", "Activity", "2026-03-05", "2026-03-06", "2"],
        ]
    )
    assert links(result) == [("2", "3", "FS", 0.0, "working")]
    assert "link-to-own-part" not in codes(result)


@pytest.mark.parametrize("dated", [False, True])
def test_a_first_row_without_predecessors_is_no_summary_of_those_that_have_some(dated: bool) -> None:
    rows = [["A-1", "Build it", None], ["A-2", "Test it", "A-1"], ["A-3", "Ship it", "A-1SS; A-2"]]
    head = ["ID", "Task", "Predecessors"]
    if dated:
        head, rows = [*head, "Start"], [[*cells, f"2026-03-0{at + 2}"] for at, cells in enumerate(rows)]
    result = read([head, *rows])
    assert list(result.plan.activities["kind"]) == ["activity"] * 3
    assert [found[:3] for found in links(result)] == [("A-1", "A-2", "FS"), ("A-1", "A-3", "SS"), ("A-2", "A-3", "FS")]


@pytest.mark.parametrize("text", ["3;5", "3,5FS+2d;7SS", "12FF-3d", "3FS", "3;", "0"])
def test_the_common_notation_is_read_as_every_other(text: str) -> None:
    plain = common(text)
    assert plain is not None
    assert plain == tuple(reference(piece.text) for piece in pieces(text))
