"""Which column is which field, and what its cells mean: sheets that were read wrongly once, and their like in other words."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from tests.ingest.build import codes, finding, links, read, read_text, row, saved, xlsx
from tpm.ingest import ReadOptions, read_files
from tpm.ingest.cells import numbers
from tpm.ingest.cells.dates import Reading, column_order, parse
from tpm.ingest.cells.profile import is_people
from tpm.ingest.lexicon import words
from tpm.ingest.opening.grid import Grid
from tpm.ingest.options import Forced
from tpm.ingest.weighing.facts import FACTS, facts_of
from tpm.model import ImportResult, State, TableKind
from tpm.schedule import schedule

_DATES = ("2026-03-02", "2026-03-06")
_TEN = ("2027-02-01", "2027-02-12")


@pytest.mark.parametrize("header", ["durationWeeks", "duration_in_weeks", "Duration Weeks", "duration_weeks", "DauerWochen"])
def test_the_unit_of_a_duration_may_stand_in_camel_or_snake_case(header: str) -> None:
    result = read_text(f"id,name,startDate,{header}\n1,Price engine,2027-04-05,6\n2,Loyalty wallet,2027-05-17,4\n")
    engine = row(result, "Price engine")
    assert (engine["planned_finish"], engine["duration"]) == (None, 30.0)
    assert str(schedule(result.plan).table["planned_finish"][0].date()) == "2027-05-14"


@pytest.mark.parametrize(
    "text",
    [
        "01 February 2027 8:00 SA",
        "1 февраля 2027",
        "lunedì 1/2/2027",
        "1/2/2027 8:00 a. m.",
        "Mo. 01.02.2027",
        "01/02/27 (lun)",
        "2027/2/1 上午8:00",
        "`27.02.01",
        "2027_2_1",
        "1 lutego 2027",
    ],
)
def test_locale_words_and_marks_beside_a_date_are_no_obstacle(text: str) -> None:
    order = "ymd" if text.startswith("`") else "dmy"
    assert parse(text, Reading(order, 2027)) == (dt.date(2027, 2, 1), dt.date(2027, 2, 1))


def test_what_only_looks_like_a_dated_word_is_no_date() -> None:
    assert [parse(text, Reading("dmy")) for text in ("Rev 1.2.26", "v 1.2.26", "Kapitel 1.2.15")] == [None] * 3


def test_the_order_of_a_column_shows_behind_words_and_marks() -> None:
    assert column_order(["Mo. 02.03.2026", "Di. 17.03.2026"]).order == "dmy"
    assert column_order(["`23.02.12"]).order == "ymd"


@pytest.mark.parametrize(
    ("text", "days"),
    [("One Week.", 5), ("Two days.", 2), ("within the same day", 1), ("zwei Wochen", 10), ("하루", 1), ("두 달", 40), ("half a day", 0.5)],
)
def test_a_duration_may_be_written_in_words(text: str, days: float) -> None:
    found = numbers.duration(text, "days")
    assert found is not None
    assert found.days == days


@pytest.mark.parametrize("text", ["Design review", "once a month", "A few words"])
def test_words_that_count_nothing_are_no_duration(text: str) -> None:
    assert numbers.duration(text, "days") is None


def test_dotted_numbers_are_looked_up_with_their_dots() -> None:
    rows = ["ID WBS;Nível;Entregável;Início;Fim;Dependências"]
    numbers_ = ["1", "1.1", "1.11", "1.12", "1.2", "1.21", "1.3"]
    needs = ["-", "-", "-", "1.11", "1.1", "1.12", "1.2"]
    for at, (number, need) in enumerate(zip(numbers_, needs, strict=True)):
        rows.append(f"{number};{1 + len(number) // 2};Pacote {number};2027-02-{at + 1:02};2027-02-{at + 2:02};{need}")
    result = read_text("\n".join(rows))
    assert [(first, second) for first, second, *_ in links(result)] == [("1.11", "1.12"), ("1.1", "1.2"), ("1.12", "1.21"), ("1.2", "1.3")]


def test_a_dotted_number_without_its_row_is_told_and_never_another_row() -> None:
    rows = [["ID", "Task", "Start", "Finish", "Predecessors"]]
    rows += [[str(number), f"Part {number}", *_DATES, "1.1" if number == 12 else None] for number in range(1, 13)]
    result = read(rows)
    assert (links(result), finding(result, "unknown-predecessor").params["text"]) == ([], "1.1")


def test_numbers_of_an_outline_may_hold_letters() -> None:
    result = read(
        [
            ["WBS #", "Task", "Start", "Finish", "Dependencies"],
            ["1.1", "Prepare", *_DATES, None],
            ["1.1.1", "Kick off", *_DATES, None],
            ["1.1.CD1", "Charter", *_DATES, "1.1.1"],
            ["1.1.CD2", "Access", *_DATES, None],
            ["1.1.M1", "Prepared", *_DATES, "1.1.1, 1.1.CD1"],
            ["1.2", "Move", *_DATES, None],
            ["1.2.1", "Sign on", *_DATES, "1.1.CD2"],
        ]
    )
    assert [(first, second) for first, second, *_ in links(result)] == [
        ("1.1.1", "1.1.CD1"),
        ("1.1.1", "1.1.M1"),
        ("1.1.CD1", "1.1.M1"),
        ("1.1.CD2", "1.2.1"),
    ]
    assert row(result, "Access")["parent"] == "1.1"


def test_rows_of_a_sheet_of_which_only_a_part_is_here_are_no_references() -> None:
    result = read_text(
        "Tasks,Assigned To,Start Date,End Date,Duration,Predecessors\n"
        "Draft the order,Buy,2027-09-01,2027-09-01,1d,\nFinal order,Buy,2027-09-06,2027-09-06,1d,\n"
        "Approve the order,Law,2027-09-07,2027-09-07,1d,1\nVendor ready,Ven,2027-09-20,2027-09-20,1d,37\n"
    )
    assert (links(result), finding(result, "unknown-predecessor").params["count"]) == ([], 2)


def test_a_project_row_with_the_number_0_is_where_row_numbers_begin() -> None:
    rows = [["WBS", "Task Name", "Start", "Finish", "Predecessors"], ["0", "Fair", "2026-03-02", "2026-03-13", None]]
    rows += [["1", "Look", "2026-03-02", "2026-03-03", None], ["1.1", "Look for halls", "2026-03-02", "2026-03-03", None]]
    rows += [["2", "Book", "2026-03-04", "2026-03-05", "2"], ["3", "Invite", "2026-03-06", "2026-03-13", "3"]]
    result = read(rows)
    names = dict(zip(result.plan.activities["id"], result.plan.activities["name"], strict=True))
    assert [(names[first], names[second]) for first, second, *_ in links(result)] == [("Look for halls", "Book"), ("Book", "Invite")]


def test_a_zero_beside_a_blank_finish_is_a_formula_and_no_milestone() -> None:
    result = read(
        [
            ["작업명", "담당자", "시작일", "종료일", "기간", "진행률"],
            ["현황 파악", "가은", "2026-12-01", "2026-12-03", 3, 0],
            ["화면 제작", "나래", "2026-12-02", None, 0, 0],
            ["시험", "라온", "2026-12-21", "2026-12-30", 8, 0],
        ]
    )
    made = row(result, "화면 제작")
    assert (made["kind"], made["planned_start"], made["planned_finish"], made["duration"]) == ("activity", "2026-12-02", None, None)


def test_days_written_with_an_underscore_are_days() -> None:
    result = read([["업무", "작업자", "시작일", "종료일"], ["자재 발주", "가람", "11_3", "11_5"], ["자재 검수", "가람", "11_16", "11_19"]])
    assert [row(result, name)["planned_start"][5:] for name in ("자재 발주", "자재 검수")] == ["11-03", "11-16"]


def test_a_column_does_not_fill_a_place_that_its_cells_do_not_ask_for() -> None:
    head = ["Activity ID", "Activity Name", "Start", "Finish", "Original Duration(d)", "Remaining Duration(d)"]
    result = read([head, ["N-1", "Pile", *_TEN, 10, 0], ["N-2", "Pour", *_TEN, 10, 10], ["N-3", "Cure", *_TEN, 10, 5]])
    assert result.plan.activities["progress"].isna().all()
    assert "unsure-column" not in codes(result)


def _merged(rows: list[list[object]], *spans: str) -> ImportResult:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(rows)))
    for span in spans:
        book.worksheets[0].merge_cells(span)
    return read_files([("plan.xlsx", saved(book))])


def test_a_cell_merged_over_rows_is_the_value_of_each_of_them() -> None:
    result = _merged(
        [
            ["ID", "Task", "Start", "Finish", "Team", "Predecessors"],
            ["M1", "Design", dt.date(2026, 3, 2), dt.date(2026, 3, 6), "Core", None],
            ["M2", "Left", dt.date(2026, 3, 9), dt.date(2026, 3, 13), "Shop", "M1"],
            ["M3", "Right", None, None, None, None],
            ["M4", "Join", dt.date(2026, 3, 16), dt.date(2026, 3, 17), "Shop", "M2, M3"],
        ],
        *("C3:C4", "D3:D4", "E3:E4", "F3:F4"),
    )
    right = row(result, "Right")
    assert (right["planned_start"], right["planned_finish"], right["team"]) == ("2026-03-09", "2026-03-13", "Shop")
    assert [(first, second) for first, second, *_ in links(result)] == [("M1", "M2"), ("M1", "M3"), ("M2", "M4"), ("M3", "M4")]


@pytest.mark.parametrize(("head", "people"), [("이름", ["하늘", "김바다"]), ("Name", ["Ann", "Bo"]), ("Membri", ["Gabanella", "Visentin"])])
def test_a_column_of_people_may_be_called_name_and_be_merged_over_their_rows(head: str, people: list[str]) -> None:
    works = ["Draft the notice", "Settle the notice", "Make the cover", "Make the pages", "Proof-read"]
    rows: list[list[object]] = [["Category", head, "No", "Task", "Start", "Finish"]]
    for at, work in enumerate(works):
        who = people[at // 2] if at in (0, 2) else None
        rows.append(["Plan", who, at + 1, work, dt.date(2026, 11, 2 + at), dt.date(2026, 11, 3 + at)])
    result = _merged(rows, "B2:B3", "B4:B6")
    assert result.plan.activities["owner"].tolist() == [people[0]] * 2 + [people[1]] * 3


@pytest.mark.parametrize(
    ("head", "numbers_"),
    [
        (["Risk", "L_1to5", "I_1to5", "Accountability", "Response Summary"], [3, 5]),
        (["RISK", "LIKELIHOOD", "OUTCOME RATING", "ACCOUNTABILITY", "RESPONSE SUMMARY"], [3, 5]),
        (["RISK DESCRIPTION", "PROBABILITY LEVEL", "IMPACT\nLEVEL", "OWNER", "MITIGATION NOTES"], [3, 5]),
        (["Descrizione", "Probabilità", "Impatto", "Responsabile", "Contromisura"], [3, 5]),
        (["Rủi ro", "Xác suất", "Mức độ ảnh hưởng", "Người phụ trách", "Biện pháp"], [3, 5]),
        (["Риск", "Вероятность", "Влияние", "Ответственный", "Меры"], [3, 5]),
    ],
)
def test_a_register_is_read_under_other_words(head: list[str], numbers_: list[int]) -> None:
    rows = [["Scope grows", *numbers_, "Ann", "Trim"], ["Firm folds", 2, 4, "Bo", "Second source"], ["Sensor drifts", 4, 3, "Ann", "Heat"]]
    result = read([head, *rows])
    risks = result.plan.risks
    assert risks["impact"].tolist() == [5.0, 4.0, 3.0]
    assert risks["probability"].round(2).tolist() == [0.5, 0.3, 0.7]
    assert (risks["owner"].tolist(), risks["response"][0]) == (["Ann", "Bo", "Ann"], "Trim")


def test_of_the_columns_of_a_tracker_those_of_the_item_count_and_not_those_of_its_project() -> None:
    head = ["Summary", "Issue key", "Status", "Project lead", "Assignee", "Parent", "Parent key", "Parent summary", "Status Category"]
    rows: list[list[object]] = [
        [f"Item {at}", f"K-{at}", ("Done", "To Do")[at % 2], "Zoe Lead", ("Ann Lee", "Bo Kim")[at % 2], None, None, None, "x"]
        for at in range(1, 9)
    ]
    rows[3][6], rows[3][7] = "K-1", "Item 1"
    result = read([head, *rows])
    fields = {name: choice.header for name, choice in result.tables[0].columns.items()}
    assert (fields["owner"], fields["status"], fields["parent"]) == ("Assignee", "Status", "Parent key")


def test_percents_under_done_are_progress_and_ends_under_execution_are_actual() -> None:
    head = ["ID", "이름", "시작일", "종료일", "완료"]
    result = read([head, [1, "설계", *_DATES, 100], [2, "개발", *_DATES, 35], [3, "시험", *_DATES, 0]])
    assert result.plan.activities["progress"].tolist() == [1.0, 0.35, 0.0]
    heads = [["항목", "계획", None, "실행", None], [None, "시작일", "종료일", "시작일", "종료일"]]
    result = read([*heads, ["화면", *_DATES, "2026-03-03", "2026-03-09"], ["기능", *_DATES, "2026-03-04", "2026-03-10"]])
    assert row(result, "화면")["actual_finish"] == "2026-03-09"


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ann", True),
        ("Ludwig van Beethoven", True),
        ("Maya Chen; Bo Kim", True),
        ("홍길동, 김바다", True),
        ("전체", True),
        ("Draw the parts", False),
        ("Design review of the hall", False),
        ("자리 배치도", False),
        ("Stage 2", False),
    ],
)
def test_names_of_people_are_short_and_in_capitals_and_no_phrases(text: str, people: bool) -> None:
    assert is_people(text) is people


def test_three_numbers_that_rise_are_a_span_of_estimates_whatever_they_are_called() -> None:
    rows = [["Work package", "x", "y", "z"]]
    rows += [[f"Build part {at} of the hull", 2 + at % 3, 4 + at % 4, 9 + at % 5] for at in range(12)]  # type: ignore[list-item]
    sheet = facts_of(Grid("plan.csv", "", [list(one) for one in rows]), [0, 1, 2, 3], 1, len(rows) - 1)
    found = {column: [fact for fact in FACTS if fact.endswith("_of_three") and sheet.value(column, fact)] for column in range(4)}
    assert found == {0: [], 1: ["lowest_of_three"], 2: ["middle_of_three"], 3: ["highest_of_three"]}


def test_a_lone_date_that_the_number_beside_it_leads_to_the_next_row_begins_its_row() -> None:
    day, rows = dt.date(2018, 3, 15), [["Work", "When", "Days"]]
    for at in range(12):
        rows.append([f"Part {at}", day, 2 + at % 4])  # type: ignore[list-item]
        day += dt.timedelta(days=2 + at % 4)
    sheet = facts_of(Grid("plan.xlsx", "", [list(one) for one in rows]), [0, 1, 2], 1, len(rows) - 1)
    assert sheet.value(1, "next_follows") == 1.0


def test_an_explanation_of_the_columns_below_the_header_is_no_risk() -> None:
    result = read(
        [
            ["RISK DESCRIPTION", "IMPACT LEVEL", "PROBABILITY LEVEL", "OWNER"],
            ["Give a short summary of the risk.", "Rate 1 (LOW) to 5 (HIGH)", "Rate 1 (LOW) to 5 (HIGH)", "Who answers for it?"],
            ["The sensor drifts", 4, 3, "Ivo"],
            ["The courier loses a crate", 3, 2, "Uma"],
            ["The licence lapses", 5, 1, "Ivo"],
        ]
    )
    assert result.plan.risks["impact"].tolist() == [4.0, 3.0, 5.0]
    assert result.rejected["reason"].tolist() == ["hint"]


def test_an_explanation_below_the_header_of_a_plan_is_no_activity() -> None:
    result = read(
        [
            ["업무", "담당자", "시작일", "종료일", "진행률"],
            ["업무 이름을 적습니다", "이름", "YYYY-MM-DD 형식", "YYYY-MM-DD 형식", "0에서 1 사이"],
            ["설계", "가은", *_DATES, 0.5],
            ["개발", "나래", *_DATES, 0.1],
            ["시험", "다온", *_DATES, 0],
        ]
    )
    assert result.plan.activities["name"].tolist() == ["설계", "개발", "시험"]


@pytest.mark.parametrize(
    ("cells", "start", "finish"),
    [  # month starts of several years; then working weeks whose days are all below 13, in either order
        ([("01/06/2023", "01/10/2023"), ("01/10/2023", "01/02/2024"), ("01/05/2024", "01/11/2025")], "2023-06-01", "2023-10-01"),
        (
            [("02/03/2026", "06/03/2026"), ("09/03/2026", "12/03/2026"), ("06/04/2026", "10/04/2026"), ("04/05/2026", "08/05/2026")],
            "2026-03-02",
            "2026-03-06",
        ),
        (
            [("03/02/2026", "03/06/2026"), ("03/09/2026", "03/12/2026"), ("04/06/2026", "04/10/2026"), ("05/04/2026", "05/08/2026")],
            "2026-03-02",
            "2026-03-06",
        ),
    ],
)
def test_day_and_month_are_told_apart_by_what_a_plan_looks_like(cells: list[tuple[str, str]], start: str, finish: str) -> None:
    lines = ["Task;Start;Finish", *(f"Part {at};{first};{last}" for at, (first, last) in enumerate(cells))]
    first = row(read_text("\n".join(lines)), "Part 0")
    assert (first["planned_start"], first["planned_finish"]) == (start, finish)


_TASKS = [
    ["ID", "Name", "Duration", "Start", "Finish", "Predecessors"],
    [1, "Book venue", "2 days", "01 February 2027 8:00 SA", "02 February 2027 5:00 CH", None],
    [2, "Print handouts", "1,6 wks", "03 February 2027 8:00 SA", "12 February 2027 5:00 CH", "1"],
    [3, "Pilot ready", "0 days", "12 February 2027 5:00 CH", "12 February 2027 5:00 CH", "2"],
]
_WHO = [
    ["Task Name", "Resource Name", "% Work Complete"],
    ["Book venue", "Mira Holm", 0],
    ["Print handouts", "Odd Lund", 0],
    ["Print handouts", "Mira Holm", 0],
]


def test_a_sheet_of_assignments_gives_owners_and_no_work() -> None:
    result = read({"Task_Table": _TASKS, "Assignment_Table": _WHO})
    assert result.plan.activities["name"].tolist() == ["Book venue", "Print handouts", "Pilot ready"]
    assert result.plan.activities["owner"].tolist() == ["Mira Holm", "Odd Lund, Mira Holm", None]
    assert row(result, "Print handouts")["duration"] == 8.0
    assert finding(result, "assignments-taken").params["kept"] == "Task_Table"


def test_resources_that_name_their_items_by_id_are_owners_and_no_work() -> None:
    work = (("N10", "Drive piles", "Kim"), ("N20", "Pour footing", None), ("N30", "Cure", None))
    tasks = [["Activity ID", "Activity Name", "Start", "Finish", "Owner"], *([item, name, *_DATES, who] for item, name, who in work)]
    crews = [["Resource ID", "Activity ID", "Start", "Finish"], ["PILE", "N10", *_DATES], ["CONC", "N20", *_DATES], ["MIX", "N20", *_DATES]]
    result = read({"Tasks": tasks, "Resources": crews})
    assert result.plan.activities["name"].tolist() == ["Drive piles", "Pour footing", "Cure"]
    assert result.plan.activities["owner"].tolist() == ["Kim", "CONC, MIX", None]


def test_the_only_date_is_when_work_was_done_where_only_done_work_has_it() -> None:
    stated = [("done", f"2026-03-0{at}") for at in range(2, 6)] + [("open", None)] * 4
    head = ["ID", "Title", "Status", "Completion date"]
    found = read([head, *([at, f"Item {at}", state, day] for at, (state, day) in enumerate(stated, 1))]).plan.activities
    assert found["actual_finish"].notna().tolist() == [True] * 4 + [False] * 4


def test_a_deadline_beside_an_empty_column_of_durations_is_the_finish() -> None:
    rows = [["작업 제목", "시작일", "마감일", "기간"], *([f"작업 {at}", f"2026-03-0{at}", f"2026-03-1{at}", None] for at in range(1, 6))]
    assert read(rows).plan.activities["planned_finish"].notna().all()


def test_a_column_whose_cells_name_nobody_holds_no_links() -> None:
    rows = [["Title", "ID", "Blocked", "Owner"], *([f"Item {at}", f"S-{at}", "Blocking Issues: 0", "Kim"] for at in range(1, 6))]
    result = read(rows)
    assert len(result.plan.activities) == 5
    assert "unknown-predecessor" not in codes(result)


@pytest.mark.parametrize("header", ["Depends on", "Blocks"])
def test_items_with_nothing_but_links_are_a_board(header: str) -> None:
    rows = [["Key", "Summary", header], *([f"A{at}", f"Do part {at}", f"A{at - 1}" if at > 1 else None] for at in range(1, 7))]
    assert len(read(rows).plan.dependencies) == 5


def test_a_sheet_of_assignments_is_a_plan_where_a_person_says_so() -> None:
    said = {"Assignment_Table": (Forced(kind=TableKind.ACTIVITIES),)}
    result = read({"Task_Table": _TASKS, "Assignment_Table": _WHO}, ReadOptions(forced=said))
    assert "assignments-taken" not in codes(result)


def test_a_kind_of_links_that_orders_nothing_is_no_dependency() -> None:
    head = ["Summary", "Issue key", "Status", "Outward issue link (Relates)", "Inward issue link (Blocks)"]
    rows = [[f"Item {at}", f"K-{at}", "Done", f"K-{at - 1}" if at > 1 else None, "K-1" if at == 4 else None] for at in range(1, 7)]
    assert [(first, second) for first, second, *_ in links(read([head, *rows]))] == [("K-1", "K-4")]


def test_numbers_joined_by_and_are_two_references() -> None:
    rows = [["WBS", "Task", "Start", "Finish", "Dependencies"], ["1.1", "Dig", *_DATES, None], ["1.2", "Lay", *_DATES, None]]
    rows += [["1.3", "Fill", "2026-03-09", "2026-03-10", "1.1 & 1.2"], ["1.4", "Plant", "2026-03-11", "2026-03-12", "1.2 und 1.3"]]
    found = [(first, second) for first, second, *_ in links(read(rows))]
    assert found == [("1.1", "1.3"), ("1.2", "1.3"), ("1.2", "1.4"), ("1.3", "1.4")]


def test_a_date_beside_one_of_completion_is_when_the_work_begins() -> None:
    head = ["날짜", "설치현장", "시공담당", "수량", "완료", "완료일"]
    result = read([head, ["2026-03-27", "청솔", "김형주", 2, False, None], ["2026-03-30", "덕산", "윤우", 3, True, "2026-04-01"]])
    assert row(result, "덕산")["planned_start"] == "2026-03-30"


def test_single_letters_over_rising_numbers_are_the_three_estimates_in_days() -> None:
    rows = [["Description", "PERT ID", "a", "m", "b", "tavg"]]
    for at, name in enumerate(("Draw the body", "Lay out the parts", "Get the stuff", "Build the frame", "Test the wings", "Fly")):
        rows.append([name, "ABCDEF"[at], 2 + at, 4 + at, 9 + at, 5 + at])  # type: ignore[list-item]
    drawn = row(read(rows), "Draw the body")
    assert (drawn["optimistic"], drawn["most_likely"], drawn["pessimistic"], drawn["duration"]) == (2.0, 4.0, 9.0, 5.0)


def test_weeks_that_number_the_rows_are_no_end_of_a_bar_that_begins_on_a_day() -> None:
    head = ["주차", "시작일", "주요 작업 내용"]
    days = [dt.date(2026, 11, 2) + dt.timedelta(weeks=at) for at in range(5)]
    rows = [[f"{at}주차", day, f"{what} 작업"] for at, (day, what) in enumerate(zip(days, "가나다라마", strict=True), start=1)]
    plan = read([head, *rows]).plan.activities
    assert plan["planned_start"].dt.date.astype(str).tolist()[:2] == ["2026-11-02", "2026-11-09"]
    assert plan["planned_finish"].isna().all()


def test_of_two_columns_for_one_field_the_one_that_says_something_is_taken() -> None:
    head = ["Summary", "Issue key", "Status", "Due date", "Inferred due date"]
    result = read([head, *([f"Item {at}", f"K-{at}", "Done", None, dt.date(2026, 3, at + 1)] for at in range(1, 9))])
    assert row(result, "Item 1")["planned_finish"] == "2026-03-02"


@pytest.mark.parametrize(
    ("text", "level"),
    [("Düşük", 2.0), ("Orta", 3.0), ("Yüksek", 4.0), ("Высокая", 4.0), ("trung bình", 3.0), ("Hoog", 4.0), ("매우 높음", 5.0)],
)
def test_levels_are_words_of_many_languages(text: str, level: float) -> None:
    assert words.level_of(text) == level


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Đã hoàn thành", State.DONE),
        ("в работе", State.IN_PROGRESS),
        ("Da fare", State.NOT_STARTED),
        ("Wstrzymane", State.BLOCKED),
        ("İptal edildi", State.CANCELLED),
        ("进行中", State.IN_PROGRESS),
        ("Nog niet begonnen", State.NOT_STARTED),
    ],
)
def test_states_are_words_of_many_languages(text: str, state: State) -> None:
    assert words.state_of(text) is state
