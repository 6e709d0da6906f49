"""Finding tables: headers under titles and over two lines, several tables, and what is not a plan."""

from __future__ import annotations

from tests.ingest.build import codes, finding, links, read, read_text, row
from tpm.ingest import ReadOptions
from tpm.model import TableKind

_HEAD = ["Task", "Owner", "Start", "Finish"]
_ROWS = [
    ["Design", "Ana", "2026-03-02", "2026-03-06"],
    ["Build", "Bo", "2026-03-09", "2026-03-20"],
    ["Test", "Chen", "2026-03-23", "2026-03-27"],
]


def test_a_header_is_found_under_titles_and_a_form() -> None:
    result = read([["Project Alpha"], [], [None, "Start date:", "2026-01-01"], [], _HEAD, *_ROWS])
    assert result.tables[-1].header_row == 5
    assert result.plan.activities["name"].tolist() == ["Design", "Build", "Test"]


def test_two_header_lines_tell_planned_from_actual() -> None:
    result = read(
        [
            ["Task", "Planned", None, "Actual", None],
            [None, "Start", "Finish", "Start", "Finish"],
            ["Design", "2026-03-02", "2026-03-06", "2026-03-03", "2026-03-09"],
            ["Build", "2026-03-09", "2026-03-20", None, None],
        ]
    )
    design = row(result, "Design")
    assert (design["planned_start"], design["planned_finish"]) == ("2026-03-02", "2026-03-06")
    assert (design["actual_start"], design["actual_finish"]) == ("2026-03-03", "2026-03-09")


def test_totals_legends_and_nameless_rows_are_rejected_with_a_reason() -> None:
    result = read(
        [
            _HEAD,
            *_ROWS,
            ["Total", None, None, "2026-03-27"],
            [None, None, "2026-01-01", None],
            [],
            [],
            ["Status"],
            ["Not started"],
            ["Done"],
        ]
    )
    assert result.plan.activities["name"].tolist() == ["Design", "Build", "Test"]
    assert set(result.rejected["reason"]) == {"total", "no-name", "legend"}
    assert "rows-not-used" in codes(result)


def test_activities_dependencies_and_risks_on_three_sheets_make_one_plan() -> None:
    result = read(
        {
            "Tasks": [["ID", *_HEAD], *([str(number), *line] for number, line in enumerate(_ROWS, 1))],
            "Links": [["Predecessor", "Successor", "Type", "Lag"], ["1", "2", "FS", 2], ["2", "3", "SS", None]],
            "Risks": [["Risk", "Probability", "Impact", "Affected activities"], ["Vendor late", "High", 4, "2; 3"]],
        }
    )
    assert [table.kind for table in result.tables] == [TableKind.ACTIVITIES, TableKind.DEPENDENCIES, TableKind.RISKS]
    assert links(result) == [("1", "2", "FS", 2.0, "working"), ("2", "3", "SS", 0.0, "working")]
    assert result.plan.risk_hits["activity"].tolist() == ["2", "3"]


def test_the_same_plan_on_two_sheets_is_counted_once_and_said_so() -> None:
    result = read({"Gantt": [["Task", "Due date"], *([line[0], line[3]] for line in _ROWS)], "Tracker": [_HEAD, *_ROWS]})
    assert len(result.plan.activities) == 3
    assert finding(result, "same-plan").params["kept"] == "Tracker"
    assert [table.same_as for table in result.tables] == ["Tracker", None]


def test_two_teams_on_two_sheets_are_both_read() -> None:
    other = [["Procure", "Dee", "2026-03-02", "2026-03-06"], ["Install", "Eve", "2026-03-09", "2026-03-20"]]
    result = read({"Team A": [_HEAD, *_ROWS], "Team B": [_HEAD, *other]})
    assert len(result.plan.activities) == 5


def test_a_scoring_scale_and_an_issue_log_are_no_plan() -> None:
    scale = read([["Probability", "Impact", "Risk Score"], [1, 1, 1], [1, 2, 2], [2, 2, 4]])
    log = read([["Issue ID", "Issue Title", "Raised by", "Status", "Priority"], ["I-1", "Disk full", "Ana", "Open", "High"]])
    assert scale.plan.activities.empty
    assert scale.plan.risks.empty
    assert log.plan.activities.empty
    assert "nothing-to-plan" in codes(scale) & codes(log)


def test_a_sheet_named_by_the_user_is_read_alone() -> None:
    sheets = {"One": [_HEAD, _ROWS[0]], "Two": [_HEAD, *_ROWS[1:]]}
    assert read(sheets, ReadOptions(sheet="One")).plan.activities["name"].tolist() == ["Design"]


def test_a_list_without_a_header_is_read_by_its_content() -> None:
    result = read_text(
        "Design the engine;2026-03-02;2026-03-06\nBuild the engine;2026-03-09;2026-03-20\nTest the engine;2026-03-23;2026-03-27\n"
    )
    assert row(result, "Build the engine")["planned_finish"] == "2026-03-20"


def test_a_wbs_drawn_as_boxes_gives_its_hierarchy() -> None:
    result = read(
        [
            [None, "1.0 Product", None],
            ["1.1 Design", None, "1.2 Build"],
            ["1.1.1 Sketch the parts", None, "1.2.1 Cut the parts"],
            ["1.1.2 Review the parts", None, "1.2.2 Join the parts"],
        ]
    )
    assert row(result, "Sketch the parts")["parent"] == row(result, "Design")["id"]
    assert len(result.plan.activities) == 7


def test_bars_in_week_columns_give_dates() -> None:
    weeks = ["2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23"]
    result = read(
        [
            ["Task", "Owner", *weeks],
            ["Design", "Ana", "■", "■", None, None],
            ["Build", "Bo", None, None, "■", "■"],
            ["Test", "Bo", None, None, None, "■"],
        ]
    )
    assert (row(result, "Design")["planned_start"], row(result, "Design")["planned_finish"]) == ("2026-03-02", "2026-03-15")
    assert "dates-from-bars" in codes(result)


def test_rows_of_a_drawn_wbs_are_the_rows_of_its_boxes() -> None:
    result = read(
        [
            [None, None, "1.0 Project", None],
            [None] * 4,
            ["1.1 Design", None, "1.2 Build", None],
            ["1.1.1 Draft the pages", None, "1.2.1 Write the code", None],
            ["1.1.2 Review them", None, "1.2.2 Test the code", None],
        ]
    )
    frame = result.plan.activities
    assert dict(zip(frame["name"], frame["row"], strict=True)) == {
        "Project": 1,
        "Design": 3,
        "Draft the pages": 4,
        "Review them": 5,
        "Build": 3,
        "Write the code": 4,
        "Test the code": 5,
    }
    assert (result.tables[0].first_row, result.tables[0].last_row) == (1, 5)


def test_a_matrix_that_repeats_its_labels_is_no_drawn_wbs() -> None:
    rows = [["2.1 Coordination", f"2.1.{number % 2} Administration", "US", 0.3] for number in range(12)]
    assert len(read([["WBS L2", "WBS L3", "Place", "Grants"], *rows]).plan.activities) == 0


def test_a_korean_name_column_is_of_work_beside_what_only_work_has_and_of_people_elsewhere() -> None:
    work = [["이름", "상태", "담당자", "시작일", "종료일"], ["초안", "진행 중", "김보", "2026-03-02", "2026-03-06"]]
    people = [["이름", "역할", "시작일", "종료일"], *([who, "개발자", "2026-03-02", "2026-03-06"] for who in ("김보", "한마야"))]
    result = read({"작업": work, "투입 인력": people})
    assert result.plan.activities["name"].tolist() == ["초안"]


def test_a_row_with_a_date_under_a_date_is_no_second_header() -> None:
    text = ("No;Work;Sort;Group;Begin;Due\nA;Draw;Activity;Core;2026-12-01;2026-12-14\nB;Test;Activity;Field;2026-12-15;2026-12-28\n"
            "C;Write;Activity;Field;2026-12-01;2026-12-07\nM;Launch;Milestone;Field;2026-12-28;2026-12-28\n")  # fmt: skip
    assert read_text(text).plan.activities["name"].tolist() == ["Draw", "Test", "Write", "Launch"]
