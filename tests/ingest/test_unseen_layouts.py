"""Layouts that real teams use and that were read wrongly once: each is one behaviour, told in a sentence."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.ingest.build import codes, finding, links, read, row

_DATES = ("2026-03-02", "2026-03-06")


def test_a_log_row_full_of_answers_is_no_second_header() -> None:
    result = read(
        [
            ["ID", "Type", "Description", "Owner", "Status", "Impact", "Probability", "Mitigation"],
            ["R-1", "Risk", "Vendor late", "Bob", "Open", "High", "Medium", "Weekly sync"],
            ["R-2", "Risk", "Key person leaves", "Vendor", "Closed", "Low", "High", "Cross-train"],
            ["R-3", "Risk", "Scope grows", "Ann", "Open", "Medium", "Medium", "Change control"],
        ]
    )
    assert result.plan.risks["id"].tolist() == ["R-1", "R-2", "R-3"]


def test_a_header_repeated_without_a_gap_still_begins_a_new_table() -> None:
    head = ["Task", "Owner", "Start", "Finish"]
    result = read([head, ["Design", "Ann", *_DATES], head, ["Build", "Bob", *_DATES]])
    assert result.plan.activities["name"].tolist() == ["Design", "Build"]


@pytest.mark.parametrize(("start", "finish"), [(None, "2026-03-06"), ("2026-03-06", None)])
def test_zero_days_beside_one_date_is_a_milestone(start: str | None, finish: str | None) -> None:
    head = ["ID", "Name", "Duration", "Start", "Finish", "Predecessors"]
    result = read([head, ["A", "Build", 5, *_DATES, None], ["B", "Hand over", 0, start, finish, "A"]])
    handed = row(result, "Hand over")
    assert (handed["kind"], handed["planned_start"], handed["planned_finish"]) == ("milestone", "2026-03-06", "2026-03-06")
    assert "computed-finish" not in codes(result)


def test_zero_days_in_a_plan_of_durations_alone_is_a_milestone() -> None:
    result = read([["ID", "Task", "Duration", "Predecessors"], [1, "Spec", 5, None], [2, "Build", 10, 1], [3, "Go-live", 0, 2]])
    assert result.plan.activities["kind"].tolist() == ["activity", "activity", "milestone"]
    assert [(first, second) for first, second, *_ in links(result)] == [("1", "2"), ("2", "3")]


def test_what_the_work_leaves_behind_is_not_its_name() -> None:
    result = read(
        [
            ["대분류", "중분류", "소분류", "담당자", "산출물", "시작일", "종료일"],
            ["분석", "요구사항", "인터뷰", "김철수", "회의록", *_DATES],
            [None, None, "정의서 작성", "김철수", "요구사항정의서", *_DATES],
            ["설계", "UI", "화면설계", "박민수", "화면설계서", *_DATES],
        ]
    )
    assert result.plan.activities["name"].tolist() == ["인터뷰", "정의서 작성", "화면설계"]
    assert result.plan.activities["phase"].tolist() == ["분석", "분석", "설계"]
    assert result.plan.attributes["산출물"].tolist() == ["회의록", "요구사항정의서", "화면설계서"]


@pytest.mark.parametrize("header", ["예정 기간", "진행 기간", "Time frame", "Período", "When it runs"])
def test_ranges_of_dates_tell_their_column_by_themselves(header: str) -> None:
    rows = [["기획", "김", "2026-03-02 ~ 2026-03-06"], ["설계", "이", "2026-03-09 ~ 2026-03-13"], ["개발", "박", "2026-03-16 ~ 2026-03-27"]]
    frame = read([["작업명", "담당자", header], *rows]).plan.activities
    assert [day.date() for day in frame["planned_start"]] == [dt.date(2026, 3, day) for day in (2, 9, 16)]
    assert [day.date() for day in frame["planned_finish"]] == [dt.date(2026, 3, day) for day in (6, 13, 27)]


def test_names_under_a_word_of_their_own_are_found_beside_a_full_plan() -> None:
    rows = [["Cable pull", "Ann", *_DATES, "Open"], ["Cable test", "Bob", *_DATES, "Done"], ["Hand over", "Ann", *_DATES, "Open"]]
    result = read([["What we do", "Owner", "Start", "Finish", "Status"], *rows])
    assert result.plan.activities["name"].tolist() == ["Cable pull", "Cable test", "Hand over"]
    assert result.plan.activities["owner"].tolist() == ["Ann", "Bob", "Ann"]


@pytest.mark.parametrize(
    ("head", "states"),
    [
        (["요약", "이슈 키", "이슈 유형", "상태", "담당자", "기한", "상위 항목"], ("진행 중", "해야 할 일")),
        (["Resumen", "Clave de incidencia", "Tipo de Incidencia", "Estado", "Persona asignada", "Fecha de vencimiento", "Principal"],
         ("En curso", "Tareas por hacer")),
        (["Résumé", "Clé de ticket", "Type de ticket", "État", "Personne assignée", "Date d'échéance", "Parent"], ("En cours", "À faire")),
        (["Resumo", "Chave da item", "Tipo de item", "Status", "Responsável", "Data limite", "Pai"], ("Em andamento", "A fazer")),
    ],
)  # fmt: skip
def test_jira_exports_in_the_languages_of_their_teams(head: list[str], states: tuple[str, str]) -> None:
    result = read([head, ["Checkout", "ENG-1", "Epic", states[0], "ann", "2026-05-29", None],
                   ["Payment form", "ENG-2", "Task", states[1], "bob", "2026-03-13", "ENG-1"]])  # fmt: skip
    frame = result.plan.activities
    assert frame["id"].tolist() == ["ENG-1", "ENG-2"]
    assert frame["name"].tolist() == ["Checkout", "Payment form"]
    assert frame["state"].tolist() == ["in_progress", "not_started"]
    assert frame["parent"].tolist() == [None, "ENG-1"]
    assert [day.date() for day in frame["planned_finish"]] == [dt.date(2026, 5, 29), dt.date(2026, 3, 13)]


def test_waiting_for_its_turn_is_not_blocked() -> None:
    rows = [["설계", *_DATES, "완료"], ["구현", *_DATES, "진행중"], ["테스트", *_DATES, "대기"]]
    assert read([["작업명", "시작일", "종료일", "상태"], *rows]).plan.activities["state"].tolist() == ["done", "in_progress", "not_started"]


def test_a_count_of_work_in_progress_is_no_progress() -> None:
    frame = read(
        [["title", "state", "backlog", "in_progress"], ["Retire filter", "open", 3, 9], ["Sorting bug", "done", 2, 4]]
    ).plan.activities
    assert frame["progress"].isna().all()


def test_a_header_without_rows_is_said_as_such() -> None:
    result = read([["Task", "Owner", "Start", "Finish"]])
    assert codes(result) == {"header-without-rows"}
    assert "“Task”, “Owner”" in finding(result, "header-without-rows").message("en")


_PLAN = [[f"{number}", f"Part {number}", "Ann", *_DATES] for number in range(1, 9)]
_FOOTER: list[list[object]] = [[], ["Legend:"], ["", "green = done, red = late"], ["Total", "", 42], ["Printed 2026-11-20"]]


@pytest.mark.parametrize(
    "head",
    [("ID", "Task", "Owner", "Start", "Finish"), ("WBS", "Task", "Owner", "Start", "Finish"), ("ID", "Phase", "Task", "Start", "Finish")],
)
def test_what_stands_below_a_plan_is_no_work(head: tuple[str, ...]) -> None:
    rows = [head, *_PLAN]
    assert len(read([*rows, *_FOOTER]).plan.activities) == len(read(rows).plan.activities)


def test_the_header_of_the_next_page_stands_in_one_table() -> None:
    head = ["ID", "Task", "Owner", "Start", "Finish"]
    result = read([head, *_PLAN[:4], head, *_PLAN[4:]])
    assert result.plan.activities["name"].tolist() == [line[1] for line in _PLAN]
    assert len(result.tables) == 1


def test_a_list_without_a_header_begins_where_its_dates_begin() -> None:
    lines = [[f"Deliver part {number}", "2026-03-02", "2026-03-06"] for number in range(1, 9)]
    above = [["Programme plan, working copy"], ["Last updated", dt.date(2026, 11, 20), "by PMO"], []]
    result = read([*above, *lines])
    assert result.plan.activities["name"].tolist() == [line[0] for line in lines]


def test_a_sheet_that_its_header_makes_no_plan_is_no_list_either() -> None:
    lines = [[f"Deliver part {number}", "2026-03-02", "2026-03-06"] for number in range(1, 9)]
    log = [
        ["Version", "Date", "Author", "Change"],
        *([f"1.{day}", dt.date(2026, 9, day), "Kim", "Dates of phase two"] for day in (1, 2, 3)),
    ]
    result = read({"Sheet1": lines, "Change log": log})
    assert result.plan.activities["name"].tolist() == [line[0] for line in lines]


def test_names_under_a_calendar_are_a_plan_though_nobody_reads_its_bars() -> None:
    result = read([["Phases", *(f"S{week}" for week in range(1, 13))], *([name] for name in ("Survey", "Design", "Build", "Hand over"))])
    assert result.plan.activities["name"].tolist() == ["Survey", "Design", "Build", "Hand over"]
