"""Which column is which field: words in many languages, typing errors, units, content, and what a person said."""

from __future__ import annotations

import pytest

from tests.ingest.build import codes, read, read_text, row
from tpm.ingest import ReadOptions, header_signature
from tpm.ingest.lexicon.headers import key, meanings, unit_of
from tpm.model import TableKind


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Task Name", "name"),
        ("task_name", "name"),
        ("① 세부 업무", "name"),
        ("Vorgangsname", "name"),
        ("作業名", "name"),
        ("Nombre de la tarea", "name"),
        ("Start Date:", "start"),
        ("시작일", "start"),
        ("Data de início", "start"),
        ("Début", "start"),
        ("開始日", "start"),
        ("End date", "finish"),
        ("완료예정일", "finish"),
        ("Échéance", "finish"),
        ("Duration (weeks)", "duration"),
        ("기간(주)", "duration"),
        ("% Complete", "progress"),
        ("진척율", "progress"),
        ("Predecessors", "predecessors"),
        ("선행 작업", "predecessors"),
        ("담당자", "owner"),
        ("Actual Start", "actual_start"),
        ("시작일(실적)", "actual_start"),
        ("Baseline Finish", "baseline_finish"),
        ("Owner (Role)", "owner"),
    ],
)
def test_headers_of_many_languages_mean_their_field(header: str, field: str) -> None:
    assert meanings(header, TableKind.ACTIVITIES)[0][0] == field


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("Duration (weeks)", "weeks"),
        ("기간(주)", "weeks"),
        ("MD", "days"),
        ("Effort in hours", "hours"),
        ("소요일", None),
        ("Duration", None),
        ("기간 (개월)", "months"),
    ],
)
def test_units_in_headers_are_known(header: str, unit: str | None) -> None:
    assert unit_of(header) == unit


def test_headers_compare_without_case_accents_and_punctuation() -> None:
    assert key("Data de Início:") == key("data_de_inicio")
    assert key("① 시작 일") == key("시작일")


def test_a_typing_error_is_forgiven_and_shown_as_less_sure() -> None:
    result = read(
        [
            ["Activty nmae", "Assgined To", "Strat date", "Finish"],
            ["Design", "Ana", "2026-03-02", "2026-03-06"],
            ["Build", "Bo", "2026-03-09", "2026-03-20"],
        ]
    )
    chosen = result.tables[0].columns
    assert chosen["owner"].header == "Assgined To"
    assert chosen["owner"].by == "fuzzy"
    assert chosen["owner"].confidence < 1


def test_of_two_columns_with_one_name_the_one_with_real_dates_is_taken_and_the_other_named() -> None:
    import datetime as dt

    result = read(
        [
            ["Task", "Start", "Start", "Finish"],
            ["Design", "03/02/2026", dt.date(2026, 3, 2), dt.date(2026, 3, 6)],
            ["Build", "03/09/2026", dt.date(2026, 3, 9), dt.date(2026, 3, 20)],
        ]
    )
    choice = result.tables[0].columns["start"]
    assert choice.column == "C"
    assert choice.runner_up == "Start"


def test_a_status_column_of_numbers_is_progress() -> None:
    result = read([["Task", "Status", "Start"], ["Design", 1, "2026-03-02"], ["Build", 0.5, "2026-03-09"], ["Test", 0, "2026-03-23"]])
    assert row(result, "Build")["progress"] == 0.5


def test_what_a_person_says_wins_and_an_empty_header_means_no_such_column() -> None:
    rows = [["Task", "Lead", "Begins", "Zeta"], ["Design", "Ana", "2026-03-02", "Team X"], ["Build", "Bo", "2026-03-09", "Team Y"]]
    result = read(rows, ReadOptions(mapping={"team": "Zeta", "start": "Begins", "owner": ""}))
    assert result.tables[0].columns["team"].by == "user"
    assert row(result, "Design")["team"] == "Team X"
    assert row(result, "Design")["owner"] is None


def test_a_correction_is_remembered_for_the_same_headers() -> None:
    rows = [["Task", "Owner", "Zeta"], ["Design", "Ana", "2026-03-02"], ["Build", "Bo", "2026-03-09"]]
    signature = header_signature(read(rows).tables[0])
    result = read([["zeta", "OWNER", "task"], ["2026-03-02", "Ana", "Design"]], ReadOptions(remembered={signature: {"finish": "zeta"}}))
    assert row(result, "Design")["planned_finish"] == "2026-03-02"


def test_every_other_column_is_kept_as_an_attribute() -> None:
    result = read([["Task", "Start", "Cost centre"], ["Design", "2026-03-02", "CC-1"], ["Build", "2026-03-09", 7]])
    assert result.plan.attributes["Cost centre"].tolist() == ["CC-1", "7"]


def test_bookkeeping_dates_are_not_planned_dates() -> None:
    result = read_text(
        "Issue key,Summary,Assignee,Status,Created,Updated,Due date\nAP-1,Login,Ana,Done,22/Mar/26 10:50 AM,23/Mar/26 9:00 AM,\n"
        "AP-2,Logout,,To Do,22/Mar/26 10:50 AM,23/Mar/26 9:00 AM,\n"
    )
    assert row(result, "Login")["planned_start"] is None
    assert row(result, "Login")["id"] == "AP-1"
    assert "unreadable-date" not in codes(result)


def test_predecessors_spread_over_numbered_columns_are_collected() -> None:
    result = read(
        [
            ["Dep ID", "Activity Name", "Dependency 1", "Dependency 2"],
            ["D-1", "Design", None, None],
            ["D-2", "Build", "D-1", None],
            ["D-3", "Ship", "D-1", "D-2"],
        ]
    )
    assert len(result.plan.dependencies) == 3


@pytest.mark.parametrize(
    "head",
    [
        ("Nombre de la actividad", "Fecha de comienzo", "Vencimiento", "Encargado", "Tarea predecesora"),
        ("Nom de l'activité", "Date de début prévue", "Date d'échéance", "Responsable(s)", "Antécédents"),
        ("Descrição da tarefa", "Data de início prevista", "Data de conclusão", "Encarregado", "Tarefas predecessoras"),
        ("Aufgabenname", "Anfangsdatum", "Fälligkeitsdatum", "Zuständig", "Abhängig von"),
        ("タスク名称", "着手予定日", "納期", "担当者名", "前提タスク"),
        ("수행 업무", "시작 예정", "완료 목표일", "수행 담당자", "선행활동"),
        ("Key Activity", "Planned Start Dt", "End Dt", "Responsible Party", "Immediate Predecessor(s)"),
    ],
)
def test_headers_in_the_languages_of_planners(head: tuple[str, ...]) -> None:
    result = read([head, ["Alpha", "2026-03-02", "2026-03-06", "Ana", None], ["Beta", "2026-03-09", "2026-03-13", "Bo", "Alpha"]])
    found = result.tables[0].columns
    assert tuple(found[name].header for name in ("name", "start", "finish", "owner", "predecessors")) == head
    assert len(result.plan.dependencies) == 1


def test_an_end_in_every_row_is_planned_unless_its_header_says_that_it_happened() -> None:
    rows = "".join(f"{n},단계 {n} 개발,김하늘,2027-03-0{n},2027-03-1{n}\n" for n in range(1, 8))
    for word, field in (("종결", "planned_finish"), ("실제 종료일", "actual_finish")):
        plan = read_text(f"순번,단위업무,책임,착수,{word}\n{rows}").plan.activities
        assert [str(day.date()) for day in plan[field]] == [f"2027-03-1{n}" for n in range(1, 8)]
