"""The Plan page: the front door in both languages, uploads good and bad, findings in words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import words
from tpm.ui.keys import Key

SAMPLES = Path(__file__).resolve().parent.parent.parent / "data"
CSV = b"ID,Task,Start,Finish,Owner\n1,Build,2026-11-02,2026-11-06,Bex\n2,Test,2026-11-09,31/02/2026,\n"


def upload(test: AppTest, *files: tuple[str, bytes]) -> AppTest:
    box = test.file_uploader[0]
    for name, content in files:
        box.upload(name, content)
    test.run()
    assert not test.exception, [error.value for error in test.exception]
    return test


@pytest.mark.parametrize(("locale", "greeting"), [("en-US", "really says"), ("ko-KR", "올리면 바로 보입니다"), ("de-DE", "really says")])
def test_the_front_door_speaks_the_browsers_language(app: Callable[..., AppTest], locale: str, greeting: str) -> None:
    assert greeting in app(locale=locale).title[0].value


def test_the_switch_wins_over_the_browser(app: Callable[..., AppTest]) -> None:
    test = app(locale="en-US")
    test.button_group(key=Key.LANGUAGE).set_value("ko").run()
    assert "올리면 바로 보입니다" in test.title[0].value


@pytest.mark.parametrize(("locale", "expected"), [("en-US", "milestones"), ("ko-KR", "마일스톤")])
def test_the_sample_is_one_click_away(app: Callable[..., AppTest], locale: str, expected: str) -> None:
    test = app(locale=locale)
    test.button(key=Key.OPEN_SAMPLE).click().run()
    assert not test.exception
    assert expected in test.header[0].value
    assert test.session_state[Key.WORKSPACE] == test.query_params["w"]
    assert len(test.selectbox(key=Key.SNAPSHOT).options) == 3


def test_an_upload_says_what_was_understood_and_what_is_wrong(app: Callable[..., AppTest]) -> None:
    test = upload(app(), ("plan.csv", CSV))
    assert "2 activities" in test.header[0].value
    assert "31/02/2026" in words(test)


def test_a_file_that_cannot_be_used_leaves_what_was_open(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    test = app(workspace=keep(("plan.csv", CSV)))
    before = test.header[0].value
    upload(test, ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(200)))
    assert test.header[0].value == before
    assert len(test.error) == 1


def test_an_unknown_address_says_so_and_offers_the_front_door(app: Callable[..., AppTest]) -> None:
    test = app(workspace="no-such-workspace")
    assert len(test.warning) == 1
    assert test.file_uploader


def test_the_plan_survives_a_new_session_with_its_address(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    named = keep(("plan.csv", CSV))
    assert "2 activities" in app(workspace=named).header[0].value


def test_text_of_a_sheet_is_shown_and_not_interpreted(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    evil = b"ID,Task,Start,Finish\n1,<img src=x onerror=alert(1)>,2026-11-02,nonsense [x](javascript:1)\n"
    text = words(app(workspace=keep(("plan.csv", evil))))
    assert "[x](javascript:1)" not in text
    assert not re.search(r"(?<!\\)<img", text)


def test_nobody_else_sees_the_workspace_without_its_address(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    named = keep(("secret-plan.csv", CSV))
    test = app()
    assert Key.WORKSPACE not in test.session_state or test.session_state[Key.WORKSPACE] != named
    assert not test.header


@pytest.mark.usefixtures("one_person")
def test_a_mended_mapping_serves_the_next_file_with_the_same_headers(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    from tpm.ingest import header_signature, read_files
    from tpm.store import DocumentKind, open_store

    odd = b"Task,Zorblax,Start,Finish\nBuild,X1,2026-11-02,2026-11-06\nTest,X2,2026-11-09,2026-11-13\n"
    named = keep(("odd.csv", odd))
    table = read_files([("odd.csv", odd)]).tables[0]
    with open_store() as store:
        store.put_documents(named, DocumentKind.MAPPING, {header_signature(table): {"owner": "Zorblax"}})
        store.touch(named, at=dt.datetime.now(dt.UTC))
    test = upload(app(), ("next week.csv", odd))
    assert test.session_state[Key.WORKSPACE] != named
    with open_store() as store:
        kept = store.documents(test.session_state[Key.WORKSPACE], DocumentKind.MAPPING)
    assert kept == {header_signature(table): {"owner": "Zorblax"}}
    assert "2 people" in words(test)


@pytest.mark.usefixtures("one_person")
def test_the_sample_is_opened_again_and_not_copied(app: Callable[..., AppTest]) -> None:
    first, second = app(), app()
    for test in (first, second):
        test.button(key=Key.OPEN_SAMPLE).click().run()
    assert first.session_state[Key.WORKSPACE] == second.session_state[Key.WORKSPACE]


def test_an_older_version_is_computed_as_of_its_own_date(app: Callable[..., AppTest]) -> None:
    test = app()
    test.button(key=Key.OPEN_SAMPLE).click().run()
    test.selectbox(key=Key.SNAPSHOT).select_index(2).run()
    assert "Forecast as of 6 Nov 2026" in words(test)


def test_the_order_of_ambiguous_dates_can_be_said(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    test = app(workspace=keep(("plan.csv", b"ID,Task,Start,Finish\n1,Build,03/04/2026,05/04/2026\n")))
    test.selectbox(key=Key.DATE_ORDER).set_value("dmy").run()
    assert "3 Apr 2026 to 5 Apr 2026" in test.header[0].value
    test.selectbox(key=Key.DATE_ORDER).set_value("mdy").run()
    assert "4 Mar 2026 to 4 May 2026" in test.header[0].value


def test_cells_of_a_spreadsheet_are_pasted_as_a_file(app: Callable[..., AppTest]) -> None:
    cells = 'Task\tOwner\tStart\tFinish\nBuild\tBex\t2026-11-02\t2026-11-06\n"Test,\nthen sign"\tIda\t2026-11-09\t2026-11-13\n'
    from tpm.store import open_store

    test = app()
    test.text_area(key=Key.PASTE).set_value(cells)
    next(one for one in test.button if one.label == "Read the pasted cells").click().run()
    assert not test.exception
    assert test.header[0].value.startswith("2 activities")  # the newline in the quoted cell begins no row
    with open_store() as store:
        kept = store.opened(test.session_state[Key.WORKSPACE])
    assert re.fullmatch(r"Pasted \d\d\.\d\d Task\.tsv", kept.snapshot.files[0].name)


def test_pasted_prose_is_refused_like_a_file(app: Callable[..., AppTest]) -> None:
    test = app()
    test.text_area(key=Key.PASTE).set_value("<html><body>hello</body></html>")
    next(one for one in test.button if one.label == "Read the pasted cells").click().run()
    assert "is a web page with a table" in test.error[0].value
    assert not test.header


def test_pasted_cells_are_named_by_their_time_and_first_cell() -> None:
    from tpm.ui.start import pasted_name

    at = dt.datetime(2026, 11, 30, 9, 5)
    assert pasted_name('\t"Work package\n(all)"\tx', at, "en") == "Pasted 09.05 Work package.tsv"
    assert pasted_name("작업명\t담당", at, "ko") == "붙여넣기 09.05 작업명.tsv"
    assert len(pasted_name("/../" + "x" * 500, at, "en")) < 60
    assert "/" not in pasted_name("/../" + "x" * 500, at, "en")


@pytest.mark.parametrize(("locale", "ask"), [("en-US", "Day 1 is"), ("ko-KR", "1일차 날짜")])
def test_a_plan_in_numbered_days_asks_for_the_first_in_the_finding(
    app: Callable[..., AppTest], keep: Callable[..., str], locale: str, ask: str
) -> None:
    named = keep(("plan.csv", b"Task,Owner,Start,End\nDesign,Bex,Day 1,Day 5\nBuild,Ida,Day 8,Day 12\n"))
    test = app(workspace=named, locale=locale)
    question = next(one for one in test.date_input if one.label == ask)
    question.set_value(dt.date(2026, 11, 2)).run()
    assert not test.exception
    assert "2 Nov 2026" in test.header[0].value or "2026년 11월 2일" in test.header[0].value
    assert ask not in [one.label for one in test.date_input]


def test_rows_that_were_not_read_are_counted_on_top(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    rows = "".join(f"{n},{f'Step {n}' if n < 7 else ''},Bex,2026-03-0{n},2026-03-0{n}\n" for n in range(1, 9))
    test = app(workspace=keep(("plan.csv", ("ID,Task,Owner,Start,Finish\n" + rows).encode())))
    assert test.error[0].value.startswith("2 of 8 rows with a date, an owner or an id were not read.")
    assert "the column of names, “Task”, is empty there" in words(test)


def test_a_column_that_is_not_used_is_used_with_one_click(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    from tpm.ingest import header_signature, read_files
    from tpm.store import DocumentKind, open_store

    rows = "".join(f"{n},Step {n},2026-03-0{n},2026-03-0{n}\n" for n in range(1, 9))
    plan = ("plan.csv", ("ID,Task,Zorblax,Finish\n" + rows).encode())
    named = keep(plan)
    with open_store() as store:
        nothing = dict.fromkeys(("start", "deadline", "baseline_start", "baseline_finish", "actual_start", "constraint_date"), "")
        store.put_documents(named, DocumentKind.MAPPING, {header_signature(read_files([plan]).tables[0]): nothing})
    test = app(workspace=named)
    button = next(one for one in test.button if one.label == "Use “Zorblax” as “Actual finish”")
    button.click().run()
    assert not test.exception
    assert not [one for one in test.button if one.label.startswith("Use ")]
    assert "8 rows of the sheets" not in words(test)
    with open_store() as store:
        kept = store.documents(named, DocumentKind.MAPPING)
    assert next(iter(kept.values()))["actual_finish"] == "Zorblax"


def test_a_register_of_risks_alone_offers_no_empty_roadmap(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    register = b"Risk ID,Risk,Probability,Impact,Owner\nR1,Vendor slips,High,4,Bex\nR2,Key person leaves,Low,5,Arun\n"
    test = app(workspace=keep(("risks.csv", register)))
    assert test.header[0].value == "2 risks"
    assert not test.page_link


def test_the_files_own_cells_stand_beside_what_was_read_of_them() -> None:
    from tpm.ingest import read_files, source_cells
    from tpm.ui.items import beside, table

    files = [("plan.csv", b"ID,Task,Start,Finish\n1,Build,2026-11-02,6 Nov 2026\n2,Test,2026-11-09,mid November 2026\n")]
    result = read_files(files)
    source = source_cells(files, result)
    shown = beside(table(result.plan), result.plan, source, every=False)
    assert [name for name in shown.columns if name.startswith("source_")] == ["source_planned_finish"]
    assert shown["source_planned_finish"].tolist() == ["6 Nov 2026", "mid November 2026"]
    assert list(shown.columns).index("source_planned_finish") == list(shown.columns).index("planned_finish") + 1
    every = beside(table(result.plan), result.plan, source, every=True)
    assert {"source_name", "source_planned_start", "source_planned_finish"} <= set(every.columns)


def test_the_table_of_corrections_is_drawn_with_every_cell_of_the_file(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    test = app(workspace=keep(("plan.csv", CSV)))
    test.toggle(key=Key.SOURCE_CELLS).set_value(True).run()
    assert not test.exception
    assert test.toggle(key=Key.SOURCE_CELLS).value


def test_a_version_without_a_plan_is_refused_and_taken_all_the_same(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    test = upload(app(workspace=keep(("plan.csv", CSV))), ("people.csv", b"Name,Role,E-mail\nJo Park,Lead,jo@example.org\n"))
    assert "2 activities" in test.header[0].value
    test.button(key=Key.TAKE_ANYWAY).click().run()
    assert not test.exception
    assert test.header[0].value == "No plan was found in these files"
    assert test.subheader[0].value.startswith("Nothing was read from “people")
    assert len(test.selectbox(key=Key.SNAPSHOT).options) == 2


@pytest.mark.usefixtures("one_person")
def test_what_was_said_of_a_refused_sheet_opens_the_next_one_and_is_told(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    from tpm.ingest.tables.memory import words_of
    from tpm.store import DocumentKind, open_store

    people = "People\nName,Role,E-mail\nJo Park,Lead,jo@example.org\nBo Lee,Test,bo@example.org\n"
    named = keep(("people.csv", people.encode()))
    with open_store() as store:
        said = {words_of(["Name", "Role", "E-mail"]): {"@header": "1", "@kind": "activities"}}
        store.put_documents(named, DocumentKind.MAPPING, said)
        store.touch(named, at=dt.datetime.now(dt.UTC))
    test = upload(app(), ("next.csv", people.replace("People", "People\n\nAs of today").encode()))
    assert "2 activities" in test.header[0].value
    assert "is read as somebody said by hand" in words(test)
    with open_store() as store:
        assert store.documents(test.session_state[Key.WORKSPACE], DocumentKind.MAPPING) == said


def test_columns_with_one_header_are_told_apart_by_their_letter(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    from tpm.ingest import ReadOptions, header_signature, read_files

    twice = b"Task,Date,Date\nBuild,2026-11-02,2026-11-06\nTest,2026-11-09,2026-11-13\n"
    table = read_files([("twice.csv", twice)]).tables[0]
    assert [letter for letter, _ in table.headers] == ["A", "B", "C"]
    said = ReadOptions(remembered={header_signature(table): {"start": "B", "finish": "C"}})
    rows = read_files([("twice.csv", twice)], said).plan.activities
    assert rows["planned_start"].dt.strftime("%d").tolist() == ["02", "09"]
    assert rows["planned_finish"].dt.strftime("%d").tolist() == ["06", "13"]
