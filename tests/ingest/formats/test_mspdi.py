"""Microsoft Project XML, feature by feature, on files written here."""

from __future__ import annotations

import math

import pytest

from tests.ingest.formats.builders import (
    WEEK,
    attribute,
    calendar,
    codes,
    day,
    elements,
    exception,
    link,
    links,
    mspdi_file,
    row,
    task,
)
from tpm.findings import InputError
from tpm.ingest.formats import mspdi
from tpm.model import CalendarSpec, ImportResult, Mode, ScheduleOptions
from tpm.schedule import schedule


def read(*tasks: str, **parts: object) -> ImportResult:
    return mspdi.read("plan.xml", mspdi_file(*tasks, **parts))  # type: ignore[arg-type]


def test_a_file_is_recognised_by_its_root_even_from_a_prefix() -> None:
    data = mspdi_file(task(1))
    assert mspdi.looks_like(data)
    assert mspdi.looks_like(data[:200])
    assert not mspdi.looks_like(b"<project name='x'/>")
    assert not mspdi.looks_like(b"PK\x03\x04")
    assert not mspdi.looks_like(b"")


def test_the_plan_carries_the_project_s_name_dates_and_calendar() -> None:
    result = read(task(0, Name="Launch", OutlineLevel=0, OutlineNumber=0, Summary=1), task(1))
    plan = result.plan
    assert (plan.name, plan.project_start, plan.saved_on) == ("Launch", day("2026-03-02"), day("2026-03-01"))
    assert plan.default_calendar == CalendarSpec("Standard")
    assert list(plan.activities["id"]) == ["1"]
    assert result.sources[0].format == "mspdi"
    assert result.tables[0].columns["duration"].header == "Duration"
    assert result.tables[0].last_row == 1


def test_the_status_date_is_kept_apart_from_the_day_the_file_was_saved() -> None:
    plan = read(task(1), StatusDate="2026-03-20T17:00:00").plan
    assert (plan.status_date, plan.saved_on) == (day("2026-03-20"), day("2026-03-01"))
    assert read(task(1)).plan.status_date is None


def test_the_id_is_the_one_people_see_and_links_follow_it() -> None:
    result = read(task(1, UID=77), task(2, UID=1, inner=link(77)))
    assert list(result.plan.activities["id"]) == ["1", "2"]
    assert attribute(result, "1", "UID") == "77"
    assert links(result) == [("1", "2", "FS", 0.0, "working")]


def test_ids_used_twice_give_way_to_the_unique_ones() -> None:
    result = read(task(1, UID=10), task(1, UID=11, inner=link(10)))
    assert list(result.plan.activities["id"]) == ["10", "11"]
    assert links(result)[0][:2] == ("10", "11")
    assert "file-ids-replaced" in codes(result)


def test_outline_numbers_make_the_hierarchy() -> None:
    result = read(
        task(1, OutlineNumber="1", OutlineLevel=1, Summary=1, WBS="A"),
        task(2, OutlineNumber="1.1", OutlineLevel=2, Summary=1, WBS="A.1"),
        task(3, OutlineNumber="1.1.1", OutlineLevel=3, WBS="A.1.1"),
        task(4, OutlineNumber="2", OutlineLevel=1),
    )
    frame = result.plan.activities
    assert list(frame["kind"]) == ["summary", "summary", "activity", "activity"]
    assert list(frame["parent"]) == [None, "1", "2", None]
    assert list(frame["level"]) == [0, 1, 2, 0]
    assert list(frame["wbs"]) == ["A", "A.1", "A.1.1", "2"]
    assert attribute(result, "3", "OutlineNumber") == "1.1.1"


def test_outline_levels_make_the_hierarchy_where_numbers_are_missing() -> None:
    result = read(
        task(1, OutlineNumber=None, OutlineLevel=1),
        task(2, OutlineNumber=None, OutlineLevel=2),
        task(3, OutlineNumber=None, OutlineLevel=2),
        task(4, OutlineNumber=None, OutlineLevel=1),
    )
    assert list(result.plan.activities["parent"]) == [None, "1", "1", None]


def test_a_summary_flag_without_children_is_work() -> None:
    assert row(read(task(1, Summary=1)), "1")["kind"] == "activity"


@pytest.mark.parametrize(
    ("start", "finish", "hours", "first", "last"),
    [
        ("2026-03-02T08:00", "2026-03-06T17:00", 40, "2026-03-02", "2026-03-06"),
        ("2026-03-06T17:00", "2026-03-09T17:00", 8, "2026-03-09", "2026-03-09"),  # starts at the close of Friday
        ("2026-03-02T08:00", "2026-03-09T08:00", 40, "2026-03-02", "2026-03-06"),  # ends at the opening of Monday
        ("2026-03-02T08:00", "2026-03-07T00:00", 40, "2026-03-02", "2026-03-06"),  # ends at midnight
        ("2026-03-02T13:00", "2026-03-03T12:00", 8, "2026-03-02", "2026-03-03"),
        ("2026-03-07T08:00", "2026-03-07T17:00", 8, "2026-03-07", "2026-03-07"),  # planned on a Saturday
    ],
)
def test_moments_are_cut_to_inclusive_days(start: str, finish: str, hours: float, first: str, last: str) -> None:
    item = row(read(task(1, start, finish, hours)), "1")
    assert (item["planned_start"], item["planned_finish"], item["duration"]) == (first, last, hours / 8)


def test_whole_days_from_the_default_start_time_end_on_the_day_before() -> None:
    """The calendar opens at 8, the project starts its tasks at 9: nine to nine is a day."""
    result = read(task(1, "2026-03-02T09:00", "2026-03-04T09:00", 16), DefaultStartTime="09:00:00")
    assert (row(result, "1")["planned_start"], row(result, "1")["planned_finish"]) == ("2026-03-02", "2026-03-03")


def test_fractions_of_days_are_kept_and_told() -> None:
    result = read(task(1, "2026-03-02T08:00", "2026-03-03T12:00", 12))
    assert row(result, "1")["duration"] == 1.5
    assert codes(result)["file-times-cut"] == ("1",)
    assert attribute(result, "1", "Finish (time)") == "2026-03-03 12:00"


@pytest.mark.parametrize(
    ("moment", "shown"), [("2026-03-06T17:00", "2026-03-06"), ("2026-03-09T08:00", "2026-03-06"), ("2026-03-09T12:00", "2026-03-09")]
)
def test_a_milestone_is_shown_on_the_day_at_whose_close_it_is_reached(moment: str, shown: str) -> None:
    item = row(read(task(1, moment, moment, 0, Milestone=1)), "1")
    assert (item["kind"], item["planned_start"], item["planned_finish"], item["duration"]) == ("milestone", shown, shown, 0.0)


def test_a_milestone_at_an_opening_is_told_with_its_time() -> None:
    result = read(task(1, "2026-03-09T08:00", "2026-03-09T08:00", 0))
    assert codes(result)["file-milestones-at-opening"] == ("1",)
    assert attribute(result, "1", "Start (time)") == "2026-03-09 08:00"


def test_a_milestone_flag_on_work_keeps_the_work() -> None:
    result = read(task(1, hours=16, Milestone=1))
    assert row(result, "1")["kind"] == "activity"
    assert codes(result)["file-milestones-with-duration"] == ("1",)


def test_elapsed_durations_are_calendar_days() -> None:
    result = read(task(1, "2026-03-04T08:00", "2026-03-09T08:00", 120, DurationFormat=8))
    item = row(result, "1")
    assert (item["elapsed"], item["duration"], item["planned_start"], item["planned_finish"]) == (True, 5.0, "2026-03-04", "2026-03-08")


def test_durations_are_days_of_the_calendar_as_it_works() -> None:
    """Project says 7.5 hours a day, the calendar works 8: 75 hours are 9.375 working days, and it is said."""
    result = read(task(1, hours=75), MinutesPerDay=450)
    assert row(result, "1")["duration"] == 9.375
    assert "file-day-length" in codes(result)


@pytest.mark.parametrize(("text", "minutes"), [("PT8H30M0S", 510), ("PT0H0M30S", 0.5), ("P1DT1H", 1500), ("-PT1H", -60), ("PT2.5H", 150)])
def test_xml_durations(text: str, minutes: float) -> None:
    assert mspdi.minutes_in(text) == minutes


@pytest.mark.parametrize("text", ["", "P", "PT", "8h", "PTH", "PT8H8H", None])
def test_what_is_no_duration(text: str | None) -> None:
    assert math.isnan(mspdi.minutes_in(text))


def test_unreadable_durations_and_dates_are_told_and_left_out() -> None:
    result = read(task(1, Duration="eight hours", Start="2026-02-31T08:00:00", Finish="9999-12-31T00:00:00"))
    item = row(result, "1")
    assert (item["duration"], item["planned_start"], item["planned_finish"]) == (None, None, None)
    assert codes(result)["file-unreadable-durations"] == ("1",)
    assert codes(result)["file-unreadable-dates"] == ("1",)


def test_progress_actuals_and_states() -> None:
    result = read(
        task(1, PercentComplete=0),
        task(2, PercentComplete=40, ActualStart="2026-03-02T08:00:00"),
        task(3, PercentComplete=100, ActualStart="2026-03-02T08:00:00", ActualFinish="2026-03-03T17:00:00"),
        task(4, PercentComplete=0, ActualStart="2026-03-02T08:00:00"),
        task(5, PercentComplete=50, Active=0),
        task(6, PercentComplete=0, ActualStart="NA", ActualFinish="NA"),
    )
    frame = result.plan.activities
    assert list(frame["progress"]) == [0, 0.4, 1, 0, 0.5, 0]
    assert list(frame["state"]) == ["not_started", "in_progress", "done", "in_progress", "cancelled", "not_started"]
    assert (row(result, "3")["actual_start"], row(result, "3")["actual_finish"]) == ("2026-03-02", "2026-03-03")
    assert codes(result)["file-inactive-tasks"] == ("5",)
    assert "file-unreadable-dates" not in codes(result)
    assert result.plan.progress_reported


def test_blank_rows_are_no_items() -> None:
    result = read(task(1), "<Task><UID>2</UID><ID>2</ID><IsNull>1</IsNull></Task>", task(3))
    assert list(result.plan.activities["id"]) == ["1", "3"]


def test_a_manual_task_keeps_its_dates() -> None:
    result = read(task(1), task(2, "2026-03-10T08:00", "2026-03-11T17:00", 16, Manual=1, inner=link(1)))
    item = row(result, "2")
    assert (item["manual"], item["constraint"]) == (True, None)
    assert attribute(result, "2", "Manual") == "1"
    assert codes(result)["file-manual-tasks"] == ("2",)


def test_a_manual_task_stays_before_its_predecessor_and_the_contradiction_is_told() -> None:
    plan = read(task(1, "2026-03-09T08:00", "2026-03-13T17:00", 40),
                task(2, "2026-03-10T08:00", "2026-03-11T17:00", 16, Manual=1, inner=link(1)),
                task(3, "2026-03-12T08:00", "2026-03-12T17:00", 8, inner=link(2))).plan
    for mode in Mode:
        answer = schedule(plan, ScheduleOptions(mode=mode))
        finish = {Mode.PLANNED: "2026-03-13", Mode.ASAP: "2026-03-06"}[mode]
        assert [str(day.date()) for day in answer.table["forecast_finish"]] == [finish, "2026-03-11", "2026-03-12"]
        assert answer.table["total_float"].tolist() == ([-3.0, 1.0, 1.0] if mode == Mode.PLANNED else [1.0, 0.0, 0.0])
    assert "dates-against-logic" in {one.code for one in schedule(plan, ScheduleOptions()).findings}


@pytest.mark.parametrize(
    ("code", "moment", "constraint", "shown"),
    [
        (0, None, None, None),
        (1, None, "ALAP", None),
        (2, "2026-03-05T08:00:00", "MSO", "2026-03-05"),
        (3, "2026-03-05T17:00:00", "MFO", "2026-03-05"),
        (4, "2026-03-05T08:00:00", "SNET", "2026-03-05"),
        (4, "2026-03-06T17:00:00", "SNET", "2026-03-09"),
        (5, "2026-03-05T08:00:00", "SNLT", "2026-03-05"),
        (6, "2026-03-05T17:00:00", "FNET", "2026-03-05"),
        (7, "2026-03-09T08:00:00", "FNLT", "2026-03-06"),
        (7, "2026-03-09T00:00:00", "FNLT", "2026-03-09"),
        (4, None, None, None),
    ],
)
def test_constraints(code: int, moment: str | None, constraint: str | None, shown: str | None) -> None:
    item = row(read(task(1, ConstraintType=code, ConstraintDate=moment)), "1")
    assert (item["constraint"], item["constraint_date"]) == (constraint, shown)


def test_a_constraint_on_a_milestone_names_the_day_at_whose_close_it_holds() -> None:
    item = row(read(task(1, "2026-03-09T08:00", "2026-03-09T08:00", 0, ConstraintType=4, ConstraintDate="2026-03-09T08:00:00")), "1")
    assert (item["constraint"], item["constraint_date"], item["planned_finish"]) == ("SNET", "2026-03-06", "2026-03-06")


def test_a_deadline_is_kept() -> None:
    assert row(read(task(1, Deadline="2026-03-20T17:00:00")), "1")["deadline"] == "2026-03-20"


def test_baseline_zero_is_the_baseline() -> None:
    baselines = "".join(
        f"<Baseline>{elements(Number=n, Start=f'2026-03-{d:02}T08:00:00', Finish=f'2026-03-{d + 1:02}T17:00:00')}</Baseline>"
        for n, d in ((1, 16), (0, 9))
    )
    item = row(read(task(1, inner=baselines)), "1")
    assert (item["baseline_start"], item["baseline_finish"]) == ("2026-03-09", "2026-03-10")


@pytest.mark.parametrize(("code", "type_"), [(0, "FF"), (1, "FS"), (2, "SF"), (3, "SS")])
def test_link_types(code: int, type_: str) -> None:
    assert links(read(task(1), task(2, inner=link(1, code)))) == [("1", "2", type_, 0.0, "working")]


@pytest.mark.parametrize(
    ("raw", "format_", "lag", "unit"),
    [
        (4800, 7, 1, "working"),
        (-4800, 7, -1, "working"),
        (24000, 9, 5, "working"),
        (2400, 5, 0.5, "working"),
        (14400, 8, 1, "elapsed"),
        (100800, 10, 7, "elapsed"),
        (43200, 40, 3, "elapsed"),
        (50, 19, 0.5, "percent"),
        (-75, 51, -0.75, "percent"),
        (50, 20, 0.5, "percent"),
    ],
)
def test_lags(raw: int, format_: int, lag: float, unit: str) -> None:
    assert links(read(task(1), task(2, inner=link(1, 1, raw, format_)))) == [("1", "2", "FS", lag, unit)]


def test_a_percentage_of_elapsed_time_is_told() -> None:
    assert codes(read(task(1), task(2, inner=link(1, 1, 50, 20))))["file-elapsed-percent-lags"] == ("2",)


def test_lags_are_days_of_the_successor_s_calendar() -> None:
    long_days = WEEK.replace("08:00:00", "06:00:00")
    result = read(
        task(1),
        task(2, CalendarUID=2, inner=link(1, 1, 6000)),
        calendars=calendar(1, "Standard") + calendar(2, "Ten hours", week=long_days),
    )
    assert links(result) == [("1", "2", "FS", 1.0, "working")]
    assert row(result, "2")["duration"] == 0.8


def test_links_that_lead_nowhere_are_told_and_left_out() -> None:
    result = read(
        task(1, inner=link(99)), task(2, inner=link(2)), task(3, inner=link(98, CrossProject=1)), task(4, inner=link(1, 1, "soon"))
    )
    assert links(result) == [("1", "4", "FS", 0.0, "working")]
    found = codes(result)
    assert found["file-broken-links"] == ("1", "2")
    assert found["file-cross-project-links"] == ("3",)
    assert found["file-unreadable-lags"] == ("4",)


def test_calendars_of_tasks_and_their_inheritance() -> None:
    saturday = "<WeekDay><DayType>7</DayType><DayWorking>1</DayWorking></WeekDay>"
    result = read(
        task(1, CalendarUID=2),
        task(2, CalendarUID=1),
        task(3),
        calendars=calendar(1, "Standard", f"<Exceptions>{exception('2026-03-10', '2026-03-11')}</Exceptions>")
        + calendar(2, "Six days", week=saturday, base=1),
    )
    assert list(result.plan.activities["calendar"]) == ["Six days", None, None]
    assert result.plan.default_calendar.holidays == ((day("2026-03-10"), day("2026-03-12")),)
    six = result.plan.calendars["Six days"]
    assert six.week == (True, True, True, True, True, True, False)
    assert six.holidays == ((day("2026-03-10"), day("2026-03-12")),)


def test_people_their_group_and_their_calendar() -> None:
    resources = "".join(
        f"<Resource>{elements(UID=uid, Name=name, Type=kind, Group=group, CalendarUID=cal)}</Resource>"
        for uid, name, kind, group, cal in (
            (1, "Ana", 1, "Mobile", 5),
            (2, "Bo", 1, "Mobile", 5),
            (3, "Cement", 0, "Stock", None),
            (4, "Cy", 1, "Web", 1),
        )
    )
    assignments = "".join(
        f"<Assignment>{elements(TaskUID=t, ResourceUID=r, WorkContour=c)}</Assignment>"
        for t, r, c in ((1, 1, 0), (1, 2, 0), (1, 3, 0), (2, 4, 3), (3, 1, 0), (3, 4, 0), (4, -65535, 0))
    )
    result = read(
        task(1),
        task(2),
        task(3),
        task(4),
        resources=resources,
        assignments=assignments,
        calendars=calendar(1, "Standard")
        + calendar(5, "Ana", f"<Exceptions>{exception('2026-03-05', '2026-03-05')}</Exceptions>", week="", base=1),
    )
    frame = result.plan.activities
    assert list(frame["owner"]) == ["Ana, Bo", "Cy", "Ana, Cy", None]
    assert list(frame["team"]) == ["Mobile", "Web", None, None]
    assert list(frame["calendar"]) == ["Ana", None, None, None]
    assert attribute(result, "1", "Materials and costs") == "Cement"
    assert attribute(result, "3", "Resource group") == "Mobile, Web"
    assert codes(result)["file-resource-calendars"] == ("3",)
    assert codes(result)["file-work-contours"] == ("2",)
    assert result.plan.calendars["Ana"].holidays == ((day("2026-03-05"), day("2026-03-06")),)


def test_custom_fields_become_attributes_under_their_alias() -> None:
    custom = f"<ExtendedAttribute>{elements(FieldID=188743731, FieldName='Text1', Alias='Track')}</ExtendedAttribute>"
    value = f"<ExtendedAttribute>{elements(FieldID=188743731, Value='Payments')}</ExtendedAttribute>"
    result = read(task(1, inner=value), task(2), custom=custom)
    assert list(result.plan.attributes["Track"]) == ["Payments", None]


def test_priorities_count_only_where_they_differ() -> None:
    assert list(read(task(1, Priority=500), task(2, Priority=500)).plan.activities["priority"]) == [None, None]
    frame = read(task(1, Priority=1000), task(2, Priority=500), task(3, Priority=0)).plan.activities
    assert list(frame["priority"]) == ["1000", "500", "0"]
    assert list(frame["priority_rank"]) == [1, 3, 5]


def test_notes_links_and_estimates_are_kept() -> None:
    result = read(task(1, Notes="Ask legal", HyperlinkAddress="https://example.com/1", Estimated=1))
    assert (row(result, "1")["notes"], row(result, "1")["link"]) == ("Ask legal", "https://example.com/1")
    assert attribute(result, "1", "Estimated") == "1"


def test_a_link_of_an_unknown_type_is_told() -> None:
    result = read(task(1), task(2, inner=link(1, type_=7)))
    assert [one[2] for one in links(result)] == ["FS"]
    assert codes(result)["file-unknown-link-types"] == ("2",)


def _worked(*spans: tuple[str, str], resource: int = 1, value: str = "PT8H0M0S") -> str:
    """An assignment to task 1 with work in these spans."""
    said = [elements(Type=1, UID=1, Start=f"{first}:00", Finish=f"{last}:00", Unit=2, Value=value) for first, last in spans]
    pieces = "".join(f"<TimephasedData>{one}</TimephasedData>" for one in said)
    return f"<Assignment>{elements(UID=1, TaskUID=1, ResourceUID=resource)}{pieces}</Assignment>"


@pytest.mark.parametrize(
    ("spans", "split"),
    [
        ([("2026-03-02T08:00", "2026-03-03T08:00"), ("2026-03-09T08:00", "2026-03-11T08:00")], True),
        ([("2026-03-02T08:00", "2026-03-03T08:00"), ("2026-03-03T08:00", "2026-03-04T08:00")], False),
        ([("2026-03-06T08:00", "2026-03-06T17:00"), ("2026-03-09T08:00", "2026-03-10T17:00")], False),
        ([("2026-03-02T08:00", "2026-03-02T12:00"), ("2026-03-02T13:00", "2026-03-02T17:00")], False),
    ],
)
def test_split_work_that_has_not_begun_is_told(spans: list[tuple[str, str]], split: bool) -> None:
    found = read(task(1, "2026-03-02T08:00", "2026-03-10T17:00", 24), assignments=_worked(*spans))
    assert ("file-split-tasks" in codes(found)) is split
    empty = read(task(1, "2026-03-02T08:00", "2026-03-10T17:00", 24), assignments=_worked(*spans, value="PT0H0M0S"))
    assert "file-split-tasks" not in codes(empty)


def test_a_pause_on_days_on_which_the_person_is_away_is_no_split() -> None:
    away = calendar(2, "Mina", f"<Exceptions>{exception('2026-03-03', '2026-03-06')}</Exceptions>")
    found = read(
        task(1, "2026-03-02T08:00", "2026-03-10T17:00", 24), calendars=calendar(1, "Standard") + away,
        resources=f"<Resource>{elements(UID=1, ID=1, Name='Mina', CalendarUID=2)}</Resource>",
        assignments=_worked(("2026-03-02T08:00", "2026-03-03T08:00"), ("2026-03-09T08:00", "2026-03-11T08:00")),
    )  # fmt: skip
    assert "file-split-tasks" not in codes(found)


def test_what_cannot_be_carried_over_is_told_once_a_kind() -> None:
    split = {"PercentComplete": 50, "Stop": "2026-03-03T17:00:00", "Resume": "2026-03-10T08:00:00"}
    result = read(task(1, **split), task(2, **split), task(3, LevelingDelay=4800), task(4, Summary=1, IsSubproject=1), ScheduleFromStart=0)
    found = codes(result)
    assert found["file-suspended-tasks"] == ("1", "2")
    assert found["file-levelling-delays"] == ("3",)
    assert found["file-subprojects"] == ("4",)
    assert found["file-scheduled-from-finish"] == ()
    assert next(f for f in result.findings if f.code == "file-suspended-tasks").params["count"] == 2


def test_every_finding_reads_in_both_languages() -> None:
    for finding in read(task(1, Manual=1, LevelingDelay=1), MinutesPerDay=450).findings:
        for text in (finding.message("en"), finding.fix("en"), finding.message("ko"), finding.fix("ko")):
            assert "{" not in text
            assert "plan.xml" in finding.message("en")


def test_a_file_without_tasks_is_told() -> None:
    result = read()
    assert result.plan.activities.empty
    assert "file-no-tasks" in codes(result)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<Workbook/>", "file-not-mspdi"),
        (b"", "file-not-xml"),
        (b"\x00\x01", "file-not-xml"),
        (mspdi_file(task(1))[:-40], "file-not-xml"),
        (b"<!DOCTYPE Project><Project/>", "file-xml-doctype"),
    ],
)
def test_what_is_no_project_file_is_refused_with_its_reason(data: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        mspdi.read("plan.xml", data)
    assert caught.value.finding.code == code
    assert "plan.xml" in caught.value.finding.message("ko")
    assert caught.value.finding.fix("ko")
