"""Ids and names that several rows share: the row of the own team, section or run of numbering is meant; else it is told."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.ingest.build import codes, finding, read, read_text, row
from tpm.ingest.assembling.scopes import Scopes, runs
from tpm.model import ImportResult


def _ends(result: ImportResult) -> list[tuple[str, str]]:
    """(predecessor, successor) of every link, by name."""
    names = dict(zip(result.plan.activities["id"], result.plan.activities["name"], strict=True))
    frame = result.plan.dependencies
    return [(names[first], names[second]) for first, second in zip(frame["predecessor"], frame["successor"], strict=True)]


def _dated(number: int) -> list[dt.date]:
    monday = dt.date(2026, 3, 2) + dt.timedelta(days=7 * number)
    return [monday, monday + dt.timedelta(days=4)]


def test_a_repeated_id_in_a_small_sheet_touches_no_other_link_and_is_told() -> None:
    text = "ID,Task,Start,Finish,Predecessors\nA1,Draft,2026-03-02,2026-03-04,\nA2,Review,2026-03-05,2026-03-06,A1\n"
    text += "A2,Review copy,2026-03-09,2026-03-10,A1\nA3,Sign,2026-03-11,2026-03-11,A2\nA4,File,2026-03-12,2026-03-12,A3\n"
    result = read_text(text)
    assert _ends(result) == [("Draft", "Review"), ("Draft", "Review copy"), ("Sign", "File")]
    told = finding(result, "ambiguous-predecessor")
    assert (told.where, told.params["text"], told.items) == ("E5", "A2", ("A3",))
    assert finding(result, "duplicate-ids").where == "A4"


def test_a_repeated_number_moves_no_link_by_a_row() -> None:
    text = "No,Task,Start,Finish,Predecessors\n1,Draft,2026-03-02,2026-03-04,\n2,Review,2026-03-05,2026-03-06,1\n"
    text += "2,Review copy,2026-03-09,2026-03-10,1\n3,Sign,2026-03-11,2026-03-11,2\n4,File,2026-03-12,2026-03-12,3\n"
    text += "5,Bill,2026-03-13,2026-03-13,4\n"
    assert _ends(read_text(text)) == [("Draft", "Review"), ("Draft", "Review copy"), ("Sign", "File"), ("File", "Bill")]


@pytest.mark.parametrize("letter", ["", "T"])
def test_each_team_that_numbers_from_one_is_linked_within_itself(letter: str) -> None:
    rows: list[list[object]] = [["ID", "Task", "Team", "Start", "Finish", "Predecessors"]]
    for team in ("Radio", "Antenna", "System"):
        rows += [[f"{letter}{step}", f"{team} {step}", team, *_dated(step), f"{letter}{step - 1}" if step > 1 else None]
                 for step in range(1, 21)]  # fmt: skip
    result = read(rows)
    assert _ends(result) == [(f"{team} {step - 1}", f"{team} {step}") for team in ("Radio", "Antenna", "System") for step in range(2, 21)]
    assert "ambiguous-predecessor" not in codes(result)


def test_sections_without_a_team_that_number_from_one_are_linked_within_themselves() -> None:
    rows: list[list[object]] = [["No", "Task", "Start", "Finish", "Predecessor"]]
    for section in ("Radio", "Antenna"):
        rows += [[None, section, None, None, None]]
        rows += [[step, f"{section} {step}", *_dated(step), step - 1 if step > 1 else None] for step in range(1, 6)]
    assert _ends(read(rows)) == [(f"{section} {step - 1}", f"{section} {step}") for section in ("Radio", "Antenna") for step in range(2, 6)]


def test_one_team_that_waits_for_an_id_of_two_others_is_told_and_not_guessed() -> None:
    rows = [["ID", "Task", "Team", "Start", "Finish", "Predecessors"]]
    rows += [[f"T{step}", f"{team} {step}", team, *_dated(step), None] for team in ("Radio", "Antenna") for step in (1, 2, 3)]
    rows += [["S1", "Join", "System", *_dated(4), "T3"], ["S2", "Ship", "System", *_dated(5), "Radio T3, Antenna: T3"]]
    result = read(rows)
    assert finding(result, "ambiguous-predecessor").items == ("S1",)
    assert _ends(result) == [("Radio 3", "Ship"), ("Antenna 3", "Ship")]


def test_one_name_in_several_teams_is_the_own_teams_or_that_of_the_team_named_before_it() -> None:
    text = "Task,Team,Start,Finish,Predecessors\n"
    for team in ("Radio", "Antenna"):
        text += f"Design,{team},2026-03-02,2026-03-06,\nBuild,{team},2026-03-09,2026-03-13,Design\n"
        text += f"Test,{team},2026-03-16,2026-03-18,Build\n"
    text += "Integrate,System,2026-03-23,2026-03-27,Radio: Test; Test (Antenna)\nShip,System,2026-03-30,2026-03-31,Test\n"
    result = read_text(text)
    teams = dict(zip(result.plan.activities["id"], result.plan.activities["team"], strict=True))
    inside = [(teams[first], teams[second]) for first, second in
              result.plan.dependencies[["predecessor", "successor"]].to_numpy().tolist()]  # fmt: skip
    assert inside == [("Radio", "Radio")] * 2 + [("Antenna", "Antenna")] * 2 + [("Radio", "System"), ("Antenna", "System")]
    assert finding(result, "ambiguous-predecessor").items == (row(result, "Ship")["id"],)


def test_a_parent_whose_id_restarts_is_the_nearest_above() -> None:
    text = "ID,Parent,Task,Start,Finish\n"
    for plant, month in (("Busan", 3), ("Daegu", 4)):
        text += f"1,,{plant},,\n2,1,Dig {plant},2026-{month:02}-02,2026-{month:02}-06\n"
        text += f"3,1,Pour {plant},2026-{month:02}-09,2026-{month:02}-13\n"
    result = read_text(text)
    named = {row(result, plant)["id"]: plant for plant in ("Busan", "Daegu")}
    found = [named[row(result, f"{work} {plant}")["parent"]] for plant in ("Busan", "Daegu") for work in ("Dig", "Pour")]
    assert found == ["Busan", "Busan", "Daegu", "Daegu"]


def test_an_id_of_the_sheet_that_a_third_sheet_names_is_told_where_two_sheets_have_it() -> None:
    head = ["ID", "Task", "Start", "Finish", "Predecessors"]
    sheets = {name: [head, *([f"T{step}", f"{name} {step}", *_dated(step), f"T{step - 1}" if step > 1 else None] for step in (1, 2, 3))]
              for name in ("Mill", "Yard")}  # fmt: skip
    result = read({**sheets, "Office": [head, ["X1", "Invoice", *_dated(4), "T3"], ["X2", "File", *_dated(5), "Yard: T3"]]})
    assert _ends(result) == [("Mill 1", "Mill 2"), ("Mill 2", "Mill 3"), ("Yard 1", "Yard 2"), ("Yard 2", "Yard 3"), ("Yard 3", "File")]
    assert finding(result, "ambiguous-predecessor").items == ("X1",)


def test_an_id_that_is_missing_is_never_a_row_of_the_sheet() -> None:
    text = "ID,Task,Start,Finish,Predecessors\nT1,Draft,2026-03-02,2026-03-04,\nT4,Sign,2026-03-05,2026-03-06,T2\n"
    result = read_text(text)
    assert _ends(result) == []
    assert finding(result, "unknown-predecessor").params["text"] == "T2"


def test_a_table_of_links_does_not_bind_to_the_first_of_several_rows() -> None:
    head = ["ID", "Task", "Team", "Start", "Finish"]
    plan = [head, *([f"T{step}", f"{team} {step}", team, *_dated(step)] for team in ("Radio", "Antenna") for step in (1, 2)),
            ["S1", "Join", "System", *_dated(3)]]  # fmt: skip
    result = read({"Plan": plan, "Dependencies": [["Predecessor", "Successor"], ["T2", "S1"], ["Antenna 2", "S1"]]})
    assert _ends(result) == [("Antenna 2", "Join")]
    assert finding(result, "ambiguous-predecessor").params == {"count": 1, "text": "T2"}


@pytest.mark.parametrize(("ids", "want"), [
    ("1 2 3 1 2 3 4", [0, 0, 0, 1, 1, 1, 1]),
    ("1 2 2 3 4", [0, 0, 0, 0, 0]),  # a slip of the pen
    ("1 1 2 2 3 3", [0, 0, 0, 0, 0, 0]),  # each twice
    ("1 2 1 2 1 2", [0, 0, 1, 1, 2, 2]),
])  # fmt: skip
def test_a_run_of_numbering_begins_where_two_ids_come_again(ids: str, want: list[int]) -> None:
    assert runs(ids.split()).tolist() == want


def test_the_narrowest_block_that_holds_a_row_decides() -> None:
    scopes = Scopes({"parent": lambda: [None, 7, 7, 8, 8], "team": lambda: ["a", "a", "b", "a", "b"]})
    assert scopes.choose([1, 3], 2) == 1  # one parent
    assert scopes.choose([1, 2], 0) == 1  # one team
    assert scopes.choose([1, 3], 0) is None  # both of the team
