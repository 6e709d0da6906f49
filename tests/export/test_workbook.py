"""The clean workbook: typed cells, text that stays text, only the columns that hold anything."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

import openpyxl
import pandas as pd
import pytest

from tpm.export.grid import CELL_TEXT_LIMIT_CHARACTERS, safe_text
from tpm.export.workbook import lag_text, plan_workbook, predecessor_text, rejected_csv
from tpm.i18n import LANGUAGES, Language
from tpm.model import (
    ACTIVITY_COLUMNS,
    DEPENDENCY_COLUMNS,
    REJECTED_COLUMNS,
    RISK_COLUMNS,
    RISK_HIT_COLUMNS,
    SCHEDULE_COLUMNS,
    Plan,
    Schedule,
    ScheduleOptions,
    conform,
)


def frame(columns: Mapping[str, str], *rows: dict[str, Any]) -> pd.DataFrame:
    return conform(pd.DataFrame({name: [row.get(name) for row in rows] for name in {key for row in rows for key in row}}), columns)


def activity(id_: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": name, "kind": "activity", "state": "not_started", "level": 0, "elapsed": False, "row": 0, **more}


def link(predecessor: str, successor: str, type_: str = "FS", lag: float = 0.0, unit: str = "working") -> dict[str, Any]:
    return {"predecessor": predecessor, "successor": successor, "type": type_, "lag": lag, "lag_unit": unit}


def plan(*activities: dict[str, Any], links: tuple[dict[str, Any], ...] = (), **more: Any) -> Plan:
    return Plan(activities=frame(ACTIVITY_COLUMNS, *activities),
                dependencies=frame(DEPENDENCY_COLUMNS, *links) if links else conform(pd.DataFrame(), DEPENDENCY_COLUMNS), **more)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(content: bytes, sheet: str = "Plan") -> list[dict[str, openpyxl.cell.Cell]]:
    """Rows of a sheet as cells by header."""
    rows = list(opened(content)[sheet].iter_rows())
    return [{head.value: cell for head, cell in zip(rows[0], row, strict=True)} for row in rows[1:]]


def test_only_columns_that_hold_something_are_written() -> None:
    day = pd.Timestamp("2026-11-20")
    row = cells(plan_workbook(plan(activity("1", "Build", planned_start=day, planned_finish=day)), "en"))[0]
    assert list(row) == ["ID", "Task", "Start", "Finish"]


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "<b>", "[x](javascript:1)"])
def test_text_stays_text_whatever_it_starts_with(text: str) -> None:
    made = plan(activity("01", text, notes=text, owner=text), attributes=pd.DataFrame({text: [text]}))
    row = cells(plan_workbook(made, "en"))[0]
    assert all(row[header].data_type == "s" for header in ("ID", "Task", "Owner", "Notes", text))
    assert [row[header].value for header in ("ID", "Task", "Owner", "Notes", text)] == ["01", text, text, text, text]
    assert row["Task"].quotePrefix == text.startswith(("=", "+", "-", "@"))
    assert row["ID"].number_format == "@"


def test_what_xml_cannot_hold_is_shown_and_not_dropped() -> None:
    assert safe_text("a\x00b\x0bc") == "a␀b␋c"
    assert safe_text("\ud800￿") == "��"
    assert safe_text("one\r\ntwo\rthree\tfour") == "one\ntwo\nthree\tfour"
    assert safe_text("a_x0041_b") == "a_x005F_x0041_b"
    assert safe_text("한글 🚀") == "한글 🚀"
    assert len(safe_text("x" * 40_000)) == CELL_TEXT_LIMIT_CHARACTERS
    assert cells(plan_workbook(plan(activity("1", "bad \x01 name")), "en"))[0]["Task"].value == "bad ␁ name"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_values_have_the_type_and_the_format_of_their_column(lang: Language) -> None:
    made = plan(
        activity("A-0", "Phase", kind="summary"),
        activity("A-1", "Build", parent="A-0", level=1, planned_start=pd.Timestamp("2026-11-16"), planned_finish=pd.Timestamp("2026-11-20"),
                 duration=5.0, progress=0.4, optimistic=4.5, deadline=pd.Timestamp("2026-11-27")),
        progress_reported=True,
    )  # fmt: skip
    row = cells(plan_workbook(made, lang), {"en": "Plan", "ko": "일정"}[lang])[1]
    start, progress, duration, optimistic = {
        "en": ("Start", "% complete", "Duration (days)", "Optimistic (days)"), "ko": ("시작일", "진행률", "기간(일)", "낙관(일)"),
    }[lang]  # fmt: skip
    assert row[start].value == dt.datetime(2026, 11, 16)
    assert row[start].is_date
    assert (row[progress].value, row[progress].number_format) == (0.4, "0%")
    assert (row[duration].value, row[optimistic].value) == (5, 4.5)
    assert row[{"en": "Type", "ko": "유형"}[lang]].value == {"en": "Activity", "ko": "작업"}[lang]


def test_the_header_and_the_name_stay_in_sight() -> None:
    sheet = opened(plan_workbook(plan(activity("1", "Build")), "en"))["Plan"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:B2"


def test_an_elapsed_duration_says_so() -> None:
    assert cells(plan_workbook(plan(activity("1", "Cure", duration=3.0, elapsed=True)), "en"))[0]["Duration (days)"].value == "3ed"


@pytest.mark.parametrize(("lag", "unit", "text"), [
    (0, "working", ""), (2, "working", "+2d"), (-1.5, "working", "-1.5d"), (3, "elapsed", "+3ed"), (0.5, "percent", "+50%"),
    (-0.125, "percent", "-12.5%"), (1e-5, "working", "+0.00001d"),
])  # fmt: skip
def test_lags_are_written_in_the_notation_of_the_guide(lag: float, unit: str, text: str) -> None:
    assert lag_text(lag, unit) == text


def test_a_plain_predecessor_is_its_id_alone() -> None:
    assert predecessor_text("CK-1", "FS", 0, "working") == "CK-1"
    assert predecessor_text("CK-1", "SS", 0, "working") == "CK-1SS"
    assert predecessor_text("CK-1", "FS", -2, "working") == "CK-1FS-2d"


def test_predecessors_stand_in_one_cell() -> None:
    made = plan(activity("A", "a"), activity("B", "b"), activity("C", "c"), links=(link("A", "C"), link("B", "C", "FF", 3.0)))
    content = plan_workbook(made, "en")
    assert [row["Predecessors"].value for row in cells(content)] == [None, None, "A; BFF+3d"]
    assert opened(content).sheetnames == ["Plan"]


@pytest.mark.parametrize("id_", ["a b", "A;1", "A,1", "12FS", "A+2", "X-", "(1)", "a/ss"])
def test_ids_that_could_be_misread_in_a_cell_get_a_list_of_links(id_: str) -> None:
    content = plan_workbook(plan(activity(id_, "a"), activity("B", "b"), links=(link(id_, "B", "SS", 2.0, "elapsed"),)), "en")
    assert "Predecessors" not in cells(content)[0]
    row = cells(content, "Dependencies")[0]
    assert [row[header].value for header in ("Predecessor", "Successor", "Type", "Lag (days)")] == [id_, "B", "SS", "2ed"]


def test_an_attribute_named_like_a_field_is_not_taken_for_it() -> None:
    made = plan(activity("1", "Build"), attributes=pd.DataFrame({"Status": ["x"], "status (2)": ["y"], "Site": ["Seoul"]}))
    assert list(cells(plan_workbook(made, "en"))[0]) == ["ID", "Task", "Status (2)", "status (2) (2)", "Site"]


def test_a_plan_without_progress_gets_no_progress_column() -> None:
    silent = plan(activity("1", "Build", progress=0.0))
    assert "% complete" not in cells(plan_workbook(silent, "en"))[0]
    assert "% complete" in cells(plan_workbook(silent.with_(progress_reported=True), "en"))[0]


def test_a_state_that_nothing_else_says_is_written_out() -> None:
    made = plan(activity("1", "Wait", state="blocked"), activity("2", "Go", state="not_started"), activity("3", "Say", status="Parked"))
    assert [row["Status"].value for row in cells(plan_workbook(made, "ko"), "일정") if "Status" in row] == []
    assert [row["상태"].value for row in cells(plan_workbook(made, "ko"), "일정")] == ["막힘", None, "Parked"]


def test_risks_come_with_what_they_hit() -> None:
    risks = frame(RISK_COLUMNS, {"id": "R-1", "title": "=cmd()", "kind": "threat", "probability": 0.3, "impact": 4.0, "state": "closed",
                                 "due": pd.Timestamp("2026-12-01"), "impact_days": 5.0, "row": 0})  # fmt: skip
    hits = frame(RISK_HIT_COLUMNS, {"risk": "R-1", "activity": "A"}, {"risk": "R-1", "activity": "B"})
    made = plan(activity("A", "a"), activity("B", "b"), risks=risks, risk_hits=hits)
    row = cells(plan_workbook(made, "en"), "Risks")[0]
    assert row["Risk"].data_type == "s"
    assert (row["Probability"].value, row["Probability"].number_format) == (0.3, "0%")
    assert (row["Affected activities"].value, row["Status"].value, row["Delay (days)"].value) == ("A; B", "Closed", 5)
    assert "Threat or opportunity" not in row


def test_the_forecast_stands_beside_the_plan() -> None:
    made = plan(activity("1", "Build"), activity("2", "Test"))
    same = {"forecast_finish": pd.Timestamp("2026-12-01"), "slip": 2.0, "near_critical": False, "scheduled": True, "total_float": -2.0}
    table = frame(SCHEDULE_COLUMNS, {"id": "1", "critical": True, **same}, {"id": "2", "critical": False, **same})
    schedule = Schedule(table, ScheduleOptions(), None, None, 0.0, ())
    rows = cells(plan_workbook(made, "en", schedule))
    assert [row["Critical path"].value for row in rows] == ["Yes", None]
    assert rows[0]["Forecast finish"].value == dt.datetime(2026, 12, 1)
    assert rows[0]["Slip (working days)"].value == 2
    with pytest.raises(ValueError, match="another plan"):
        plan_workbook(plan(activity("1", "Build")), "en", schedule)


def test_equal_plans_are_equal_bytes_and_carry_their_own_date() -> None:
    made = plan(activity("1", "Build"), name="Checkout", saved_on=dt.date(2026, 11, 20))
    assert plan_workbook(made, "en") == plan_workbook(made, "en")
    properties = opened(plan_workbook(made, "en")).properties
    assert (properties.title, properties.modified.date()) == ("Checkout", dt.date(2026, 11, 20))
    assert b"dcterms:modified" not in plan_workbook(made.with_(saved_on=None), "en")


def test_days_before_excel_can_count_are_text() -> None:
    early = pd.Timestamp("1899-12-31")
    row = cells(plan_workbook(plan(activity("1", "Old", planned_start=early, planned_finish=early)), "en"))[0]
    assert row["Start"].value == "1899-12-31"


def test_an_empty_plan_is_a_header() -> None:
    assert cells(plan_workbook(Plan(), "ko"), "일정") == []


def rejected(text: str, reason: str) -> pd.DataFrame:
    return frame(REJECTED_COLUMNS, {"file": "계획.xlsx", "sheet": "=x", "row": 14, "reason": reason, "text": text})


@pytest.fixture
def reason() -> str:
    from tpm.i18n import keys

    return next(key.removeprefix("rejected.") for key in keys() if key.startswith("rejected."))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_rejected_rows_open_in_excel_with_korean_and_without_formulas(lang: Language, reason: str) -> None:
    content = rejected_csv(rejected('=cmd|"/c calc"!A1', reason), lang)
    assert content.startswith(b"\xef\xbb\xbf")
    frame_ = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    assert list(frame_.iloc[0])[:3] == ["계획.xlsx", "'=x", 14]
    assert frame_.iloc[0, 4] == "'=cmd|\"/c calc\"!A1"


@pytest.mark.parametrize("text", ["+1", "-1", "@x", "\tx", "\rx"])
def test_every_start_that_a_spreadsheet_calculates_is_disarmed(text: str, reason: str) -> None:
    assert f"'{text}" in rejected_csv(rejected(text, reason), "en").decode("utf-8-sig")
