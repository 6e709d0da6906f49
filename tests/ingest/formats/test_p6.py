"""Primavera P6, as XER and as XML."""

from __future__ import annotations

import pytest

from tests.ingest.formats.builders import attribute, codes, day, elements, links, row, xer_file
from tpm.findings import InputError
from tpm.ingest.formats import p6_xml, xer
from tpm.model import CalendarSpec, ImportResult

SHIFTS = "(0||0(s|08:00|f|12:00)())(0||1(s|13:00|f|17:00)())"
WEEK = "".join(f"(0||{n}()({SHIFTS if 2 <= n <= 6 else ''}))" for n in range(1, 8))
HOLIDAY_SERIAL, SATURDAY_SERIAL = 46090, 46095  # 9 and 14 March 2026


def clndr_data(exceptions: str = "", week: str = WEEK) -> str:
    return f"(0||CalendarData()((0||DaysOfWeek()({week}))(0||Exceptions()({exceptions}))))"


def cal(id_: int = 1, name: str = "5 Day", data: str | None = None, hours: float = 8, **values: object) -> dict[str, object]:
    return {"clndr_id": id_, "clndr_name": name, "day_hr_cnt": hours, "clndr_data": clndr_data() if data is None else data, **values}


def activity(
    number: int, start: str = "2026-03-02 08:00", finish: str = "2026-03-06 17:00", hours: float = 40, **values: object
) -> dict[str, object]:
    return {
        "task_id": 100 + number,
        "proj_id": 9,
        "wbs_id": 2,
        "clndr_id": 1,
        "task_type": "TT_Task",
        "status_code": "TK_NotStart",
        "complete_pct_type": "CP_Drtn",
        "task_code": f"A{number}",
        "task_name": f"Task {number}",
        "target_drtn_hr_cnt": hours,
        "remain_drtn_hr_cnt": hours,
        "target_start_date": start,
        "target_end_date": finish,
        **values,
    }


def pred(after: int, before: int, kind: str = "PR_FS", lag: object = 0) -> dict[str, object]:
    return {"task_id": 100 + after, "pred_task_id": 100 + before, "proj_id": 9, "pred_proj_id": 9, "pred_type": kind, "lag_hr_cnt": lag}


WBS = [
    {"wbs_id": 1, "proj_id": 9, "proj_node_flag": "Y", "wbs_short_name": "PRJ", "wbs_name": "Plant", "seq_num": 1},
    {
        "wbs_id": 2,
        "proj_id": 9,
        "proj_node_flag": "N",
        "wbs_short_name": "ENG",
        "wbs_name": "Engineering",
        "parent_wbs_id": 1,
        "seq_num": 2,
    },
    {
        "wbs_id": 3,
        "proj_id": 9,
        "proj_node_flag": "N",
        "wbs_short_name": "OLD",
        "wbs_name": "Nothing here",
        "parent_wbs_id": 1,
        "seq_num": 1,
    },
]
PROJECT = [
    {"proj_id": 9, "proj_short_name": "PLANT", "clndr_id": 1, "last_recalc_date": "2026-03-15 17:00", "plan_start_date": "2026-03-02 00:00"}
]


def read(*tasks: dict[str, object], **tables: list[dict[str, object]]) -> ImportResult:
    return xer.read("plan.xer", xer_file(**{"PROJECT": PROJECT, "CALENDAR": [cal()], "PROJWBS": WBS, "TASK": list(tasks), **tables}))


def test_the_header_is_what_makes_an_xer() -> None:
    assert xer.looks_like(xer_file(TASK=[activity(1)])[:30])
    assert not xer.looks_like(b"<ERMHDR/>")
    assert not xer.looks_like(b"")


def test_project_wbs_and_activities() -> None:
    result = read(activity(1), activity(2, wbs_id=1))
    plan = result.plan
    assert (plan.name, plan.project_start, plan.status_date) == ("Plant", day("2026-03-02"), day("2026-03-15"))
    assert list(plan.activities["id"]) == ["A2", "PRJ.ENG", "A1"]
    assert list(plan.activities["kind"]) == ["activity", "summary", "activity"]
    assert list(plan.activities["parent"]) == [None, None, "PRJ.ENG"]
    assert (row(result, "PRJ.ENG")["planned_start"], row(result, "PRJ.ENG")["planned_finish"]) == ("2026-03-02", "2026-03-06")
    assert (row(result, "A1")["duration"], row(result, "A1")["wbs"], row(result, "A1")["status"]) == (5.0, "PRJ.ENG", "Not Started")
    assert row(result, "A1")["row"] == 15


def test_a_wbs_node_named_as_an_activity_gets_another_id() -> None:
    result = read(activity(1, task_code="PRJ.ENG"))
    assert list(result.plan.activities["id"]) == ["PRJ.ENG-2", "PRJ.ENG"]


def test_activities_under_a_looping_wbs_stand_at_the_top() -> None:
    loop = [{"wbs_id": 2, "parent_wbs_id": 3, "wbs_short_name": "A"}, {"wbs_id": 3, "parent_wbs_id": 2, "wbs_short_name": "B"}, WBS[0]]
    result = read(activity(1), PROJWBS=loop)
    assert list(result.plan.activities["parent"]) == [None]
    assert "file-broken-outline" in codes(result)


def test_calendars_with_exceptions() -> None:
    data = clndr_data(f"(0||0(d|{HOLIDAY_SERIAL})())(0||1(d|{SATURDAY_SERIAL})({SHIFTS}))")
    plan = read(activity(1), CALENDAR=[cal(data=data)]).plan
    assert plan.default_calendar == CalendarSpec("5 Day", holidays=((day("2026-03-09"), day("2026-03-10")),), worked=(day("2026-03-14"),))


def test_a_calendar_takes_from_its_base_what_it_does_not_say() -> None:
    base = cal(1, "Global", clndr_data(f"(0||0(d|{HOLIDAY_SERIAL})())", WEEK.replace("(0||7()())", f"(0||7()({SHIFTS}))")))
    result = read(activity(1, clndr_id=2), CALENDAR=[base, cal(2, "Own", "", base_clndr_id=1)])
    own = result.plan.calendars["Own"]
    assert own.week == (True, True, True, True, True, True, False)
    assert own.holidays == ((day("2026-03-09"), day("2026-03-10")),)
    assert row(result, "A1")["calendar"] == "Own"


def test_hours_without_a_week_are_the_stated_ones() -> None:
    result = read(activity(1, hours=40, clndr_id=2), CALENDAR=[cal(), cal(2, "Ten", "", hours=10)])
    assert row(result, "A1")["duration"] == 4.0


def test_hours_that_contradict_the_week_are_told() -> None:
    result = read(activity(1, hours=40), CALENDAR=[cal(hours=10)])
    assert row(result, "A1")["duration"] == 5.0
    assert "file-day-length" in codes(result)


def test_resource_dependent_activities_follow_the_resource() -> None:
    week = WEEK.replace("(0||7()())", f"(0||7()({SHIFTS}))")
    result = read(
        activity(1, task_type="TT_Rsrc", rsrc_id=7),
        activity(2, rsrc_id=7),
        CALENDAR=[cal(), cal(2, "Six", clndr_data(week=week))],
        RSRC=[{"rsrc_id": 7, "rsrc_name": "Bo", "rsrc_type": "RT_Labor", "clndr_id": 2}],
    )
    assert (row(result, "A1")["calendar"], row(result, "A2")["calendar"]) == ("Six", None)


@pytest.mark.parametrize(("kind", "type_"), [("PR_FS", "FS"), ("PR_SS", "SS"), ("PR_FF", "FF"), ("PR_SF", "SF")])
def test_link_types(kind: str, type_: str) -> None:
    assert links(read(activity(1), activity(2), TASKPRED=[pred(2, 1, kind, 16)])) == [("A1", "A2", type_, 2.0, "working")]


@pytest.mark.parametrize(("kind", "type_"), [("PR_FF1", "FF"), ("PR_XX", "FS"), ("", "FS")])
def test_link_types_that_are_not_known_are_told(kind: str, type_: str) -> None:
    result = read(activity(1), activity(2), TASKPRED=[pred(2, 1, kind)])
    assert [link[2] for link in links(result)] == [type_]
    assert codes(result)["file-unknown-link-types"] == ("A2",)


def test_lags_on_the_clock_are_elapsed() -> None:
    options = [{"sched_calendar_on_relationship_lag": "rcal_24Hour"}]
    result = read(activity(1), activity(2), TASKPRED=[pred(2, 1, lag=-48)], SCHEDOPTIONS=options)
    assert links(result) == [("A1", "A2", "FS", -2.0, "elapsed")]


def test_lags_are_days_of_the_calendar_p6_counts_them_in() -> None:
    calendars = [cal(), cal(2, "Four hours", clndr_data(week=WEEK.replace("(0||1(s|13:00|f|17:00)())", "")))]
    tasks = (activity(1), activity(2, clndr_id=2))
    result = read(
        *tasks, CALENDAR=calendars, TASKPRED=[pred(2, 1, lag=8)], SCHEDOPTIONS=[{"sched_calendar_on_relationship_lag": "rcal_Predecessor"}]
    )
    assert links(result)[0][3] == 1.0
    assert codes(result)["file-lag-calendars"] == ("A2",)
    result = read(
        *tasks, CALENDAR=calendars, TASKPRED=[pred(2, 1, lag=8)], SCHEDOPTIONS=[{"sched_calendar_on_relationship_lag": "rcal_Successor"}]
    )
    assert links(result)[0][3] == 2.0
    assert "file-lag-calendars" not in codes(result)


def test_links_out_of_the_file_are_told() -> None:
    other = {**pred(1, 55), "pred_proj_id": 8}
    result = read(activity(1), TASKPRED=[other, pred(1, 56)])
    assert codes(result)["file-cross-project-links"] == ("A1",)
    assert codes(result)["file-broken-links"] == ("A1",)


@pytest.mark.parametrize(
    ("code", "constraint", "moment", "shown"),
    [
        ("CS_MSO", "MSO", "2026-03-05 08:00", "2026-03-05"),
        ("CS_MANDSTART", "MSO", "2026-03-05 08:00", "2026-03-05"),
        ("CS_MEO", "MFO", "2026-03-05 17:00", "2026-03-05"),
        ("CS_MANDFIN", "MFO", "2026-03-05 17:00", "2026-03-05"),
        ("CS_MSOA", "SNET", "2026-03-05 00:00", "2026-03-05"),
        ("CS_MSOB", "SNLT", "2026-03-05 08:00", "2026-03-05"),
        ("CS_MEOA", "FNET", "2026-03-05 17:00", "2026-03-05"),
        ("CS_MEOB", "FNLT", "2026-03-05 17:00", "2026-03-05"),
        ("CS_ALAP", "ALAP", "", None),
        ("CS_MSO", None, "", None),
    ],
)
def test_constraints(code: str, constraint: str | None, moment: str, shown: str | None) -> None:
    item = row(read(activity(1, cstr_type=code, cstr_date=moment)), "A1")
    assert (item["constraint"], item["constraint_date"]) == (constraint, shown)


def test_a_second_finish_on_or_before_is_a_deadline_and_other_pairs_are_told() -> None:
    first = {"cstr_type": "CS_MSOA", "cstr_date": "2026-03-03 08:00"}
    item = row(read(activity(1, **first, cstr_type2="CS_MEOB", cstr_date2="2026-03-20 17:00")), "A1")
    assert (item["constraint"], item["deadline"]) == ("SNET", "2026-03-20")
    assert codes(read(activity(1, **first, cstr_type2="CS_MEOA", cstr_date2="2026-03-20 17:00")))["file-second-constraints"] == ("A1",)


def test_milestones_and_levels_of_effort() -> None:
    result = read(
        activity(1, "2026-03-09 08:00", "", 0, task_type="TT_Mile"),
        activity(2, "", "2026-03-06 17:00", 0, task_type="TT_FinMile"),
        activity(3, task_type="TT_LOE"),
    )
    for id_ in ("A1", "A2"):
        item = row(result, id_)
        assert (item["kind"], item["planned_start"], item["planned_finish"]) == ("milestone", "2026-03-06", "2026-03-06")
    assert codes(result)["file-level-of-effort"] == ("A3",)


def test_progress_by_each_of_p6_s_measures() -> None:
    begun = {"status_code": "TK_Active", "act_start_date": "2026-03-02 08:00"}
    result = read(
        activity(1, **begun, remain_drtn_hr_cnt=10),
        activity(2, **begun, complete_pct_type="CP_Phys", phys_complete_pct=30),
        activity(3, **begun, complete_pct_type="CP_Units", act_work_qty=6, remain_work_qty=2),
        activity(4, status_code="TK_Complete", act_start_date="2026-03-02 08:00", act_end_date="2026-03-04 17:00"),
        activity(5, phys_complete_pct=50),
    )
    frame = result.plan.activities
    assert list(frame["progress"])[1:] == [0.75, 0.3, 0.75, 1.0, 0.0]
    assert list(frame["state"])[1:] == ["in_progress", "in_progress", "in_progress", "done", "not_started"]
    assert (row(result, "A4")["actual_start"], row(result, "A4")["actual_finish"]) == ("2026-03-02", "2026-03-04")


def test_people_codes_user_fields_and_notes() -> None:
    result = read(
        activity(1, rsrc_id=8, priority_type="PT_High"),
        RSRC=[
            {"rsrc_id": 7, "rsrc_name": "Ana", "rsrc_type": "RT_Labor"},
            {"rsrc_id": 8, "rsrc_name": "Bo", "rsrc_type": "RT_Labor"},
            {"rsrc_id": 9, "rsrc_name": "Crane", "rsrc_type": "RT_Equip"},
        ],
        TASKRSRC=[{"task_id": 101, "rsrc_id": n} for n in (7, 8, 9)],
        ACTVTYPE=[{"actv_code_type_id": 1, "actv_code_type": "Responsibility"}, {"actv_code_type_id": 2, "actv_code_type": "Area"}],
        ACTVCODE=[{"actv_code_id": 5, "actv_code_name": "Piping"}, {"actv_code_id": 6, "actv_code_name": "North"}],
        TASKACTV=[{"task_id": 101, "actv_code_type_id": 2, "actv_code_id": 6}, {"task_id": 101, "actv_code_type_id": 1, "actv_code_id": 5}],
        UDFTYPE=[
            {"udf_type_id": 3, "table_name": "TASK", "udf_type_label": "Permit"},
            {"udf_type_id": 4, "table_name": "PROJECT", "udf_type_label": "No"},
        ],
        UDFVALUE=[{"udf_type_id": 3, "fk_id": 101, "udf_text": "P-7"}, {"udf_type_id": 4, "fk_id": 101, "udf_text": "x"}],
        TASKMEMO=[{"task_id": 101, "task_memo": "<HTML><BODY>Ask &amp; wait</BODY></HTML>"}],
    )
    item = row(result, "A1")
    assert (item["owner"], item["team"], item["priority"], item["priority_rank"], item["notes"]) == (
        "Bo, Ana",
        "Piping",
        "High",
        2.0,
        "Ask & wait",
    )
    assert [attribute(result, "A1", name) for name in ("Area", "Permit", "Materials and equipment")] == ["North", "P-7", "Crane"]
    assert "No" not in result.plan.attributes


def test_decimal_commas_and_damaged_durations() -> None:
    result = read(activity(1, target_drtn_hr_cnt="12,0"), activity(2, target_drtn_hr_cnt="many"))
    assert row(result, "A1")["duration"] == 1.5
    assert codes(result)["file-unreadable-durations"] == ("A2",)


def test_suspended_work_is_told() -> None:
    assert codes(read(activity(1, suspend_date="2026-03-03 08:00")))["file-suspended-tasks"] == ("A1",)


def test_several_projects_become_programs_with_their_names_before_shared_ids() -> None:
    projects = [*PROJECT, {"proj_id": 8, "proj_short_name": "DOCK"}]
    wbs = [*WBS, {"wbs_id": 20, "proj_id": 8, "proj_node_flag": "Y", "wbs_short_name": "DOCK", "wbs_name": "Dock"}]
    result = read(activity(1), {**activity(1), "task_id": 900, "proj_id": 8, "wbs_id": 20}, PROJECT=projects, PROJWBS=wbs)
    frame = result.plan.activities
    assert set(frame["id"]) == {"PRJ", "PRJ.ENG", "PLANT.A1", "DOCK", "DOCK.A1"}
    assert (row(result, "PLANT.A1")["program"], row(result, "DOCK.A1")["program"]) == ("PLANT", "DOCK")
    assert "file-several-projects" in codes(result)


def test_text_in_the_code_page_of_a_korean_computer() -> None:
    data = xer_file(TASK=[activity(1, task_name="배관 설계")]).decode().encode("cp949")
    result = xer.read("plan.xer", data)
    assert row(result, "A1")["name"] == "배관 설계"
    assert result.sources[0].encoding == "cp949"


def test_western_text_and_byte_order_marks() -> None:
    text = xer_file(TASK=[activity(1, task_name="Entwässerung – Süd")]).decode()
    for encoding, said in (("cp1252", "cp1252"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16")):
        result = xer.read("plan.xer", text.encode(encoding))
        assert row(result, "A1")["name"] == "Entwässerung – Süd"
        assert result.sources[0].encoding == said


def test_a_value_with_line_breaks_is_one_value() -> None:
    data = xer_file(
        CALENDAR=[cal(data=clndr_data(f"(0||0(d|{HOLIDAY_SERIAL})())").replace("(0||Exc", "\r\n  (0||Exc"))], TASK=[activity(1)]
    )
    assert xer.read("plan.xer", data).plan.default_calendar.holidays == ()  # not the project's: no PROJECT table
    assert xer.read("plan.xer", data).plan.calendars["5 Day"].holidays == ((day("2026-03-09"), day("2026-03-10")),)


@pytest.mark.parametrize(("data", "code"), [(b"hello", "file-not-xer"), (xer_file(PROJECT=PROJECT), "file-xer-no-tasks")])
def test_what_is_no_plan_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        xer.read("plan.xer", data)
    assert caught.value.finding.code == code
    assert "plan.xer" in caught.value.finding.message("ko")


# --- XML ---------------------------------------------------------------------------------------------------------------


def pmxml(activities: str, inner: str = "", outer: str = "") -> bytes:
    hours = "".join(
        f"<StandardWorkHours><DayOfWeek>{name}</DayOfWeek><WorkTime><Start>08:00:00</Start><Finish>15:59:00</Finish></WorkTime></StandardWorkHours>"
        for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    )
    holidays = "<HolidayOrExceptions><HolidayOrException><Date>2026-03-09T00:00:00</Date></HolidayOrException></HolidayOrExceptions>"
    calendar = (
        f"<Calendar>{elements(ObjectId=1, Name='Std', HoursPerDay=8)}<StandardWorkWeek>{hours}</StandardWorkWeek>{holidays}</Calendar>"
    )
    project = elements(
        ObjectId=9,
        Name="Plant",
        ActivityDefaultCalendarObjectId=1,
        DataDate="2026-03-15T17:00:00",
        PlannedStartDate="2026-03-02T08:00:00",
        RelationshipLagCalendar="24 Hour Calendar",
    )
    wbs = f"<WBS>{elements(ObjectId=2, ProjectObjectId=9, Code='ENG', Name='Engineering')}</WBS>"
    return (
        f'<APIBusinessObjects xmlns="http://xmlns.oracle.com/Primavera/P6/V19.12/API/BusinessObjects">{calendar}{outer}'
        f"<Project>{project}{wbs}{activities}{inner}</Project></APIBusinessObjects>"
    ).encode()


def pm_activity(number: int, inner: str = "", **values: object) -> str:
    fixed = {
        "ObjectId": 100 + number,
        "Id": f"A{number}",
        "Name": f"Task {number}",
        "ProjectObjectId": 9,
        "WBSObjectId": 2,
        "CalendarObjectId": 1,
        "Type": "Task Dependent",
        "Status": "Not Started",
        "PercentCompleteType": "Duration",
        "PlannedDuration": 40,
        "RemainingDuration": 40,
        "PlannedStartDate": "2026-03-02T08:00:00",
        "PlannedFinishDate": "2026-03-06T16:00:00",
    }
    return f"<Activity>{elements(**{**fixed, **values})}{inner}</Activity>"


def test_p6_xml_says_the_same_in_words() -> None:
    ends = elements(PredecessorActivityObjectId=101, SuccessorActivityObjectId=102)
    relation = f"<Relationship>{ends}{elements(Type='Start to Start', Lag=24)}</Relationship>"
    assignment = f"<ResourceAssignment>{elements(ActivityObjectId=101, ResourceObjectId=7)}</ResourceAssignment>"
    code = f"<Code>{elements(TypeObjectId=1, ValueObjectId=5)}</Code><UDF>{elements(TypeObjectId=3, TextValue='P-7')}</UDF>"
    outer = (
        f"<Resource>{elements(ObjectId=7, Name='Ana', ResourceType='Labor')}</Resource>"
        f"<ActivityCodeType>{elements(ObjectId=1, Name='Department')}</ActivityCodeType>"
        f"<UDFType>{elements(ObjectId=3, Title='Permit')}</UDFType>"
        f"<ActivityCode>{elements(ObjectId=5, Description='Piping', CodeValue='PIP')}</ActivityCode>"
    )
    earlier = elements(PlannedStartDate="2026-02-23T08:00:00", PlannedFinishDate="2026-02-27T16:00:00")
    baseline = f"<Activity>{elements(ObjectId=500, Id='A1')}{earlier}</Activity>"
    data = pmxml(
        pm_activity(
            1,
            code,
            Status="In Progress",
            RemainingDuration=10,
            PrimaryConstraintType="Start On or After",
            PrimaryConstraintDate="2026-03-02T08:00:00",
            SecondaryConstraintType="Finish On or Before",
            SecondaryConstraintDate="2026-03-20T16:00:00",
            LevelingPriority="Top",
        )
        + pm_activity(2, Type="Finish Milestone", PlannedDuration=0, PlannedStartDate=None, PlannedFinishDate="2026-03-10T08:00:00"),
        relation + assignment,
        outer,
    ).replace(b"</APIB", f"<BaselineProject>{baseline}</BaselineProject></APIB".encode())
    result = p6_xml.read("plan.xml", data)
    assert result.plan.default_calendar == CalendarSpec("Std", holidays=((day("2026-03-09"), day("2026-03-10")),))
    assert (result.plan.name, result.plan.status_date, result.plan.project_start) == ("Plant", day("2026-03-15"), day("2026-03-02"))
    first = row(result, "A1")
    assert (first["parent"], first["duration"], first["progress"], first["state"]) == ("ENG", 5.0, 0.75, "in_progress")
    assert (first["constraint"], first["constraint_date"], first["deadline"]) == ("SNET", "2026-03-02", "2026-03-20")
    assert (first["baseline_start"], first["baseline_finish"]) == ("2026-02-23", "2026-02-27")
    assert (first["owner"], first["team"], first["priority"]) == ("Ana", "Piping", "Top")
    assert attribute(result, "A1", "Permit") == "P-7"
    assert (row(result, "A2")["kind"], row(result, "A2")["planned_finish"]) == ("milestone", "2026-03-06")
    assert links(result) == [("A1", "A2", "SS", 1.0, "elapsed")]


def test_p6_xml_is_recognised_and_others_refused() -> None:
    assert p6_xml.looks_like(pmxml(""))
    assert not p6_xml.looks_like(b"<Project/>")
    for data, code in ((b"<Project/>", "file-not-pmxml"), (b"<!DOCTYPE x><x/>", "file-xml-doctype"), (pmxml("")[:-9], "file-not-xml")):
        with pytest.raises(InputError) as caught:
            p6_xml.read("plan.xml", data)
        assert caught.value.finding.code == code
