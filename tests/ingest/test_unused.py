"""Nothing that a sheet says goes unused without a word: rows with a date, an owner or an id, columns that look like a field."""

from __future__ import annotations

import pytest

from tests.ingest.build import codes, finding, read_text
from tpm.findings import Severity
from tpm.ingest import FIELDS, ReadOptions, read_files
from tpm.model import TableKind

HEAD = "ID,Task,Owner,Start,Finish\n"


def _rows(first: int, last: int, name: str = "Step {n}") -> str:
    return "".join(f"{n},{name.format(n=n)},Bex Lund,2026-03-{n % 28 + 1:02},2026-03-{n % 28 + 1:02}\n" for n in range(first, last + 1))


def test_dated_rows_without_a_name_are_an_error_above_a_tenth_of_the_table() -> None:
    result = read_text(HEAD + _rows(1, 8) + _rows(9, 10, ""))
    told = finding(result, "rows-missed-no-name")
    assert (told.severity, told.where) == (Severity.ERROR, "10, 11")
    assert {name: told.params[name] for name in ("count", "total", "share", "header")} == {
        "count": 2, "total": 10, "share": 0.2, "header": "Task"}  # fmt: skip
    assert result.plan.rows_missed == 2
    assert "rows-not-used" not in codes(result)  # they are told once


def test_below_a_tenth_they_are_a_warning() -> None:
    result = read_text(HEAD + _rows(1, 19) + _rows(20, 20, ""))
    assert (finding(result, "rows-missed-no-name").severity, result.plan.rows_missed) == (Severity.WARNING, 1)


def test_one_of_a_date_an_owner_and_an_id_is_enough() -> None:
    for cells in ("30,,,2026-04-02,", "30,,Kim,,", ",,,2026-04-02,"):
        assert read_text(HEAD + _rows(1, 8) + cells + "\n").plan.rows_missed == 1, cells
    text = "ID,Task,Owner,Start,Finish,Remarks\n" + _rows(1, 8).replace("\n", ",\n") + "30,,,,,to be split\n"
    assert read_text(text).plan.rows_missed == 1


def test_the_empty_lines_of_a_form_and_totals_are_no_work_that_was_missed() -> None:
    head = "ID,Task,Owner,Status,Start,Finish\n"
    body = "".join(f"{n},Step {n},Bex,Open,2026-03-0{n},2026-03-0{n}\n" for n in range(1, 9))
    form = "".join(f"{n},,,Not started,,\n" for n in range(9, 30))
    result = read_text(head + body + form + "Total,,,,2026-03-01,2026-03-08\n")
    assert (len(result.plan.activities), result.plan.rows_missed) == (8, 0)
    assert not {code for code in codes(result) if code.startswith("rows-missed")}


def test_what_a_person_says_is_no_date_is_offered_as_another_and_one_click_uses_it() -> None:
    text = "ID,Task,Zorblax,Done by\n" + "".join(f"{n},Step {n},2026-03-0{n},2026-04-0{n}\n" for n in range(1, 7))
    kept = ("id", "name", "finish", "actual_finish")
    nothing_else = {field: "" for field in FIELDS[TableKind.ACTIVITIES] if field not in kept}
    options = ReadOptions(mapping={**nothing_else, "finish": "Done by"})
    result = read_files([("plan.csv", text.encode())], options)
    told = finding(result, "unused-dates")
    assert (told.severity, told.where, str(told.params["headers"])) == (Severity.INFO, "C1", "“Zorblax”")
    assert told.params["offers"] == (("C", "Zorblax", "actual_finish"),)
    used = read_files([("plan.csv", text.encode())], ReadOptions(mapping={"actual_finish": "Zorblax", "finish": "Done by"}))
    assert "unused-dates" not in codes(used)


@pytest.mark.parametrize(("cells", "code"), [
    (["Bex Lund", "Ida Moe", "Tor Vik", "Bex Lund", "Ida Moe", "Tor Vik"], "unused-people"),
    (["10%", "20%", "35%", "40%", "55%", "60%"], "unused-shares"),
    (["", "A-1", "A-2", "A-3", "A-4", "A-5"], "unused-references"),
])  # fmt: skip
def test_columns_that_look_like_people_percentages_and_references_are_told(cells: list[str], code: str) -> None:
    body = "".join(f"A-{n + 1},Step {n + 1},2026-03-0{n + 1},2026-04-0{n + 1},{cell}\n" for n, cell in enumerate(cells))
    text = f"ID,Task,Start,Finish,Zorblax\n{body}"
    nothing_else = {field: "" for field in FIELDS[TableKind.ACTIVITIES] if field not in ("id", "name", "start", "finish")}
    options = ReadOptions(mapping=nothing_else)
    told = finding(read_files([("plan.csv", text.encode())], options), code)
    assert (told.severity, told.where) == (Severity.WARNING, "E1")
    assert told.params["offers"] == ()  # a person said that there is none
