"""Sheets as planners keep them: titles, merged headers, totals, legends, sections, several tables, six languages, bars, registers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill

from tests.ingest.build import Rows, codes, links, read, row, saved, xlsx
from tpm.ingest import read_files
from tpm.model import ImportResult

D = dt.date
MON, FRI, NEXT_MON, NEXT_FRI = D(2026, 3, 2), D(2026, 3, 6), D(2026, 3, 9), D(2026, 3, 13)


def styled(rows: Rows, bold: Sequence[int] = (), fills: Sequence[tuple[str, str]] = (), merged: Sequence[str] = ()) -> ImportResult:
    """Import a sheet with bold rows, coloured ranges and merged ranges."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Plan"
    for line in rows:
        sheet.append(list(line))
    for number in bold:
        for cell in sheet[number]:
            cell.font = Font(bold=True)
    for reference, colour in fills:
        for line in sheet[f"{reference}:{reference}"] if ":" not in reference else sheet[reference]:
            for cell in line:
                cell.fill = PatternFill("solid", fgColor=colour)
    for reference in merged:
        sheet.merge_cells(reference)
    return read_files([("plan.xlsx", saved(book))])


def names(result: ImportResult) -> list[str]:
    return list(result.plan.activities["name"])


def test_titles_totals_and_a_legend_that_fills_the_id_column_are_no_work() -> None:
    result = read(
        [
            ["Project Apollo – Delivery Plan"],
            ["Owner: PMO", None, "Last updated: 2026-02-20"],
            [],
            ["#", "Task Name", "Start Date", "End Date", "Status"],
            [1, "Design", MON, FRI, "Complete"],
            [2, "Build", NEXT_MON, NEXT_FRI, "WIP"],
            [None, "Total", MON, NEXT_FRI, None],
            [],
            ["Legend"],
            ["Complete", "Green"],
            ["WIP", "Amber"],
        ]
    )
    assert names(result) == ["Design", "Build"]
    assert result.rejected["reason"].tolist() == ["total", "no-name", "legend", "legend"]


def test_two_header_lines_under_merged_captions_in_korean() -> None:
    result = styled(
        [
            ["프로젝트 일정표"],
            ["작성일: 2026.02.20"],
            ["구분", "작업명", "담당자", "계획", None, "실적", None, "진척률"],
            [None, None, None, "시작일", "종료일", "시작일", "종료일", None],
            ["설계", "화면 설계", "김철수", "2026.03.02", "2026.03.06", "2026.03.02", "2026.03.06", "100%"],
            [None, "DB 설계", "이영희", "2026.03.09", "2026.03.13", "2026.03.09", None, "50%"],
            ["합계", None, None, None, None, None, None, "50%"],
        ],
        merged=["A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:G3", "H3:H4", "A5:A6"],
    )
    assert names(result) == ["화면 설계", "DB 설계"]
    assert row(result, "DB 설계")["phase"] == "설계"
    assert row(result, "DB 설계")["planned_finish"] == "2026-03-13"
    assert row(result, "화면 설계")["actual_finish"] == "2026-03-06"
    assert "unsure-column" not in codes(result)


_LANGUAGES = {
    "es": (
        ["N°", "Actividad", "Responsable", "Fecha de inicio", "Fecha de fin", "Duración (días)", "% Avance", "Estado", "Predecesora"],
        ["02/03/2026", "06/03/2026", "13/03/2026"],
        ["Completado", "En curso"],
        "1FC",
    ),
    "fr": (
        ["N°", "Tâche", "Responsable", "Date de début", "Date de fin", "Durée (j)", "Avancement", "Statut", "Prédécesseurs"],
        ["02/03/2026", "06/03/2026", "13/03/2026"],
        ["Terminé", "En cours"],
        "1FD",
    ),
    "pt": (
        ["Nº", "Tarefa", "Responsável", "Data de Início", "Data de Término", "Duração", "% Concluída", "Situação", "Predecessoras"],
        ["02/03/2026", "06/03/2026", "13/03/2026"],
        ["Concluído", "Em andamento"],
        "1TI",
    ),
    "de": (
        ["Nr.", "Vorgang", "Verantwortlich", "Anfang", "Ende", "Dauer", "% abgeschlossen", "Status", "Vorgänger"],
        ["02.03.2026", "06.03.2026", "13.03.2026"],
        ["Erledigt", "In Arbeit"],
        "1EA",
    ),
    "ja": (
        ["No.", "タスク名", "担当者", "開始日", "終了日", "期間", "進捗率", "ステータス", "先行タスク"],
        ["2026/03/02", "2026/03/06", "2026/03/13"],
        ["完了", "進行中"],
        "1",
    ),
}


@pytest.mark.parametrize("language", _LANGUAGES)
def test_headers_dates_states_and_links_in_other_languages(language: str) -> None:
    headers, (first, last, later), (done, doing), link = _LANGUAGES[language]
    result = read(
        [["Plan"], headers, [1, "A", "Ana", first, last, 5, "100%", done, None], [2, "B", "Luis", last, later, 6, "50%", doing, link]]
    )
    a, b = row(result, "A"), row(result, "B")
    assert (a["planned_start"], a["planned_finish"], a["state"], a["owner"]) == ("2026-03-02", "2026-03-06", "done", "Ana")
    assert (b["state"], b["progress"], b["duration"]) == ("in_progress", 0.5, 6)
    assert links(result) == [("1", "2", "FS", 0.0, "working")]


@pytest.mark.parametrize(
    ("start", "finish", "read_start", "read_finish"),
    [
        ("2024.03.05", "2024.03.08", "2024-03-05", "2024-03-08"),
        ("2024년 3월 5일", "2024년 3월 8일", "2024-03-05", "2024-03-08"),
        ("24/3/5", "24/3/8", "2024-03-05", "2024-03-08"),
        ("'24.3.5", "'24.3.8", "2024-03-05", "2024-03-08"),
        ("6월21일", "6월25일", "2026-06-21", "2026-06-25"),
        ("Mar-24", "Apr-24", "2024-03-01", "2024-04-30"),
        ("Q3 2026", "Q4 2026", "2026-07-01", "2026-12-31"),
        ("2026-W14", "2026-W16", "2026-03-30", "2026-04-17"),
        ("mid March", "end of March", "2026-03-11", "2026-03-31"),
        ("H2", "H2", "2026-07-01", "2026-12-31"),
        ("05/03/24", "18/03/24", "2024-03-05", "2024-03-18"),
        ("Tue 05/03/24", "Mon 18/03/24", "2024-03-05", "2024-03-18"),
        ("3월 2주차", "3월 4주차", "2026-03-02", "2026-03-20"),
        ("Semana 14", "Semana 16", "2026-03-30", "2026-04-17"),
        ("Early Q2", "Late Q2", "2026-04-01", "2026-06-30"),
        ("mid-Mar 2026", "EOM Mar 2026", "2026-03-11", "2026-03-31"),
        ("2분기 초", "하반기 말", "2026-04-01", "2026-12-31"),
        ("early 2026", "EOY 2026", "2026-01-01", "2026-12-31"),
        ("20240305", "20240308", "2024-03-05", "2024-03-08"),
        (20240305, 20240308, "2024-03-05", "2024-03-08"),
        ("5. März 2024", "8. März 2024", "2024-03-05", "2024-03-08"),
        ("5 de marzo de 2024", "8 de marzo de 2024", "2024-03-05", "2024-03-08"),
    ],
)
def test_every_style_of_dates(start: Any, finish: Any, read_start: str, read_finish: str) -> None:
    result = read([["Plan 2026"], ["ID", "Task", "Start", "Finish", "Owner"], [1, "A", start, finish, "x"], [2, "B", start, finish, "y"]])
    assert (row(result, "A")["planned_start"], row(result, "A")["planned_finish"]) == (read_start, read_finish)
    assert not codes(result) & {"unsure-column", "unreadable-date", "seven-day-week"} - (
        {"seven-day-week"} if start == "6월21일" else set()
    )


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1.5 mo", 30),
        ("3 MD", 3),
        ("12h", 1.5),
        ("2주", 10),
        ("½ d", 0.5),
        ("1½ weeks", 7.5),
        ("3인일", 3),
        ("2M", 40),
        ("2 Personentage", 2),
        ("1w 2d", 7),
        ("1,5 Wochen", 7.5),
    ],
)
def test_every_style_of_durations(text: str, days: float) -> None:
    result = read([["ID", "Task", "Start", "Duration"], [1, "A", MON, text], [2, "B", MON, "5d"]])
    assert row(result, "A")["duration"] == days


def test_bold_rows_whose_dates_sum_up_the_rows_below_are_sections() -> None:
    rows = [
        ["Task", "Owner", "Start", "End"],
        ["Phase 1: Design", None, MON, NEXT_FRI],
        ["Wireframes", "A", MON, FRI],
        ["Mockups", "B", NEXT_MON, NEXT_FRI],
        ["Phase 2: Build", None, D(2026, 3, 16), D(2026, 3, 27)],
        ["API", "C", D(2026, 3, 16), D(2026, 3, 20)],
        ["UI", "D", D(2026, 3, 19), D(2026, 3, 27)],
    ]
    result = styled(rows, bold=(1, 2, 5))
    assert result.plan.activities["kind"].tolist() == ["summary", "activity", "activity", "summary", "activity", "activity"]
    assert row(result, "UI")["parent"] == "4"


def test_bold_rows_that_do_not_sum_up_are_work() -> None:
    rows = [
        ["Task", "Owner", "Start", "End"],
        ["Alpha", "A", MON, FRI],
        ["Beta", "B", NEXT_MON, NEXT_FRI],
        ["Gamma", "C", D(2026, 3, 16), D(2026, 3, 20)],
        ["Delta", "A", D(2026, 3, 23), D(2026, 3, 27)],
    ]
    assert set(styled(rows, bold=(1, 2, 4)).plan.activities["kind"]) == {"activity"}


def test_small_tables_below_the_plan_are_tables_of_their_own() -> None:
    result = read(
        [
            ["Backend"],
            ["Task", "Owner", "Start", "Finish"],
            ["API", "A", MON, FRI],
            [],
            ["Milestones"],
            ["Milestone", "Date"],
            ["Beta", D(2026, 3, 20)],
            ["GA", D(2026, 4, 1)],
            [],
            ["Risks"],
            ["Risk", "Probability", "Impact", "Owner"],
            ["Vendor late", "High", "Medium", "A"],
        ]
    )
    assert result.plan.activities["kind"].tolist() == ["activity", "milestone", "milestone"]
    assert row(result, "GA")["planned_finish"] == "2026-04-01"
    assert result.plan.risks["title"].tolist() == ["Vendor late"]


def test_a_sheet_for_each_team_names_the_team() -> None:
    head = ["Task", "Owner", "Start", "End", "Status"]
    result = read(
        {
            "Summary": [["Apollo"]],
            "Team Web": [head, ["Page", "A", MON, FRI, "진행중"]],
            "플랫폼팀": [head, ["Screen", "B", MON, FRI, "착수 전"]],
        }
    )
    assert row(result, "Page")["team"] == "Team Web"
    assert row(result, "Screen")["team"] == "플랫폼팀"
    assert row(result, "Screen")["state"] == "not_started"


def test_month_columns_with_marks_say_when_and_nothing_about_weekends() -> None:
    result = read(
        [
            ["2026 Roadmap"],
            ["Task", "Owner", "Jan", "Feb", "Mar", "Apr", "May", "Jun"],
            ["Design", "A", "■", "■"],
            ["Build", "B", None, "■", "■", "■"],
            ["Launch", "C", None, None, None, None, None, "■"],
        ]
    )
    assert (row(result, "Build")["planned_start"], row(result, "Build")["planned_finish"]) == ("2026-02-01", "2026-04-30")
    assert result.plan.default_calendar.name == "standard"


def test_coloured_months_under_nothing_but_names() -> None:
    result = styled(
        [
            ["2026년 추진 일정"],
            ["구분", "추진 과제", "1월", "2월", "3월", "4월"],
            ["기획", "요구사항 정의"],
            [None, "설계"],
            ["개발", "구현"],
        ],
        fills=[("C3:D3", "FF4472C4"), ("D4:E4", "FF4472C4"), ("E5:F5", "FF70AD47")],
    )
    assert row(result, "설계")["planned_start"] == "2026-02-01"
    assert row(result, "설계")["planned_finish"] == "2026-03-31"
    assert row(result, "설계")["phase"] == "기획"


def test_columns_of_quarters_without_years_run_into_the_next_year() -> None:
    result = read(
        [
            ["FY plan"],
            ["Initiative", "Team", "Q3 2026", "Q4", "Q1", "Q2"],
            ["SSO", "Identity", "X", "X"],
            ["Billing", "Core", None, "X", "X"],
            ["Mobile", "App", None, None, "X", "X"],
        ]
    )
    assert (row(result, "Billing")["planned_start"], row(result, "Billing")["planned_finish"]) == ("2026-10-01", "2027-03-31")
    assert row(result, "Mobile")["planned_finish"] == "2027-06-30"


def test_predecessors_by_number_name_and_type_in_one_column() -> None:
    result = read(
        [
            ["WBS", "Task", "Start", "Finish", "Predecessor"],
            ["1", "Design", MON, FRI, None],
            ["1.1", "Sketch", MON, D(2026, 3, 4), None],
            ["1.2", "Draw", D(2026, 3, 5), FRI, "1.1"],
            ["2", "Build", NEXT_MON, NEXT_FRI, "1.2FS+1d"],
            ["3", "Test", NEXT_MON, NEXT_FRI, "Build"],
            ["4", "Ship", NEXT_MON, NEXT_FRI, "2FF+50%; Test"],
        ]
    )
    assert links(result) == [
        ("1.1", "1.2", "FS", 0.0, "working"),
        ("1.2", "2", "FS", 1.0, "working"),
        ("2", "3", "FS", 0.0, "working"),
        ("2", "4", "FF", 0.5, "percent"),
        ("3", "4", "FS", 0.0, "working"),
    ]


def test_predecessors_by_row_of_the_sheet() -> None:
    result = read(
        [
            ["Task", "Start", "Finish", "Depends on (row)"],
            ["Design", MON, FRI, None],
            ["Build", NEXT_MON, NEXT_FRI, 2],
            ["Test", D(2026, 3, 16), D(2026, 3, 20), 3],
        ]
    )
    assert [(before, after) for before, after, *_ in links(result)] == [("1", "2"), ("2", "3")]


def test_columns_of_levels_name_the_work_at_every_depth() -> None:
    result = read(
        [
            ["Level 1", "Level 2", "Level 3", "시작일", "완료일", "담당자"],
            ["1. 기획", None, None, MON, NEXT_FRI, None],
            [None, "1.1 요구분석", None, MON, FRI, "김"],
            [None, None, "인터뷰", MON, D(2026, 3, 4), "김"],
            [None, "1.2 설계", None, NEXT_MON, NEXT_FRI, "이"],
        ]
    )
    assert names(result) == ["1. 기획", "1.1 요구분석", "인터뷰", "1.2 설계"]
    assert result.plan.activities["level"].tolist() == [0, 1, 2, 1]


def test_the_gantt_template_of_excel() -> None:
    result = read(
        [
            ["PROJECT TITLE"],
            ["Company Name", None, None, "Project start:", MON],
            ["Project lead", None, None, "Display week:", 1],
            [None, "TASK", "ASSIGNED TO", "PROGRESS", "START", "END"],
            [None, "Phase 1 Title"],
            [None, "Task 1", "Name", 0.5, MON, D(2026, 3, 5)],
            [None, "Task 2", None, 0.6, D(2026, 3, 5), FRI],
            [None, "Phase 2 Title"],
            [None, "Task 3", "Name", 0.5, FRI, NEXT_FRI],
            [None, "Insert new rows ABOVE this one"],
        ]
    )
    assert result.plan.activities["kind"].tolist() == ["summary", "activity", "activity", "summary", "activity"]
    assert result.plan.project_start == MON


@pytest.mark.parametrize(
    "form", [[["Project Start: 3/2/2026"]], [["프로젝트명", "아폴로"], ["프로젝트 시작일", MON]], [["프로젝트 시작일：2026년 3월 2일"]]]
)
def test_the_projects_start_is_read_from_the_form_above(form: Rows) -> None:
    result = read([*form, [], ["Task", "Days", "Predecessor", "Owner"], ["Design", 5, None, "A"], ["Build", 10, "Design", "B"]])
    assert result.plan.project_start == MON
    assert names(result) == ["Design", "Build"]


@pytest.mark.parametrize(
    "form",
    [[["Status date: 3/4/2026"]], [["프로젝트명", "아폴로"], ["기준일", D(2026, 3, 4)]], [["보고 기준일：2026년 3월 4일"]],
     [["As of", "2026-03-04"]]],
)
def test_the_day_that_the_data_describe_is_read_from_above(form: Rows) -> None:
    result = read([*form, [], ["Task", "Start", "Finish"], ["Design", MON, FRI], ["Build", MON, FRI]])
    assert result.plan.status_date == dt.date(2026, 3, 4)
    assert result.plan.project_start is None


def test_a_stated_start_after_the_first_planned_date_is_not_believed() -> None:
    result = read([["Project start", D(2027, 1, 1)], [], ["Task", "Start", "End"], ["Design", MON, FRI]])
    assert result.plan.project_start is None


def test_weeks_of_the_project_count_from_its_stated_start() -> None:
    head = ["Task", "Start", "End", "Owner"]
    rows = [["Design", "Week 1", "Week 2", "A"], ["Build", "Week 3", "Week 6", "B"]]
    result = read([["Project start", "2026-03-02"], head, *rows])
    assert (row(result, "Build")["planned_start"], row(result, "Build")["planned_finish"]) == ("2026-03-16", "2026-04-10")
    assert "assumed-year" not in codes(result)
    assert row(read([["Plan 2026"], head, *rows]), "Build")["planned_start"] == "2026-01-12"  # weeks of the year


def test_days_and_months_without_a_start_stay_open_and_are_said() -> None:
    result = read([["Task", "Start", "End", "Owner"], ["Design", "Day 1", "Day 5", "A"], ["Build", "Month 2", "Month 3", "B"]])
    assert row(result, "Design")["planned_start"] is None
    assert {code for code in codes(result) if code.startswith("relative")} == {"relative-days"}


def test_an_answered_schedule_impact_is_no_number_of_days() -> None:
    result = read(
        [
            ["ID", "Type", "Title", "Likelihood (1-5)", "Impact (1-5)", "Owner", "Schedule Impact?"],
            ["R1", "Risk", "Vendor late", 4, 5, "A", "Yes"],
            ["R2", "Risk", "Key person", 2, 3, "B", "No"],
            ["I1", "Issue", "Env down", 5, 4, "C", "Yes"],
        ]
    )
    assert result.plan.risks["probability"].tolist() == [0.7, 0.3]
    assert "unreadable-duration" not in codes(result)
    assert result.rejected["reason"].tolist() == ["not-a-risk"]


def test_scales_of_a_register_in_words_letters_and_percent() -> None:
    head = ["#", "Risk", "L'hood", "Severity", "Action", "Who", "When"]
    words = read(
        [
            head,
            [1, "Late parts", "Almost certain", "Major", "Expedite", "A", D(2026, 4, 1)],
            [2, "Rain", "Unlikely", "Minor", "None", "B", None],
        ]
    )
    assert words.plan.risks["probability"].tolist() == [0.9, 0.3]
    assert words.plan.risks["impact"].tolist() == [4, 2]
    assert words.plan.risks["owner"].tolist() == ["A", "B"]
    letters = read([["ID", "Risk Event", "P", "I", "Risk Response"], ["R1", "Vendor slips", "H", "M", "Mitigate"]])
    assert letters.plan.risks[["probability", "impact"]].to_numpy().tolist() == [[0.7, 3]]
    korean = read(
        [
            ["No", "리스크명", "발생가능성", "영향도", "대응전략", "담당자", "조치예정일"],
            [1, "인력 이탈", "상", "중", "완화", "김", "2026.04.01"],
        ]
    )
    assert korean.plan.risks["due"].dt.strftime("%Y-%m-%d").tolist() == ["2026-04-01"]
    assert korean.plan.risks["strategy"].tolist() == ["reduce"]


@pytest.mark.parametrize(
    ("encoding", "text", "name"),
    [
        ("cp949", "작업명,담당자,시작일,종료일\n설계,김,2026-03-02,2026-03-06\n", "설계"),
        ("cp932", "タスク名,担当者,開始日,終了日\n設計レビュー,田中,2026/03/02,2026/03/06\n", "設計レビュー"),
        ("cp1252", "Tâche;Responsable;Début;Fin\nÉtude;Léa;02/03/2026;06/03/2026\n", "Étude"),
    ],
)
def test_text_in_the_encodings_of_old_spreadsheets(encoding: str, text: str, name: str) -> None:
    assert names(read_files([("plan.csv", text.encode(encoding))])) == [name]


def test_a_duration_that_no_plan_has_is_said_and_left_open() -> None:
    book = xlsx([["Task", "Start", "Duration"], ["A", MON, dt.timedelta(days=2_000_000)], ["B", MON, "3d"], ["C", MON, "999999999 weeks"]])
    result = read_files([("plan.xlsx", book)])
    assert result.plan.activities["duration"].isna().tolist() == [True, False, True]
    assert "unreadable-duration" in codes(result)
