"""GanttProject."""

from __future__ import annotations

import pytest

from tests.ingest.formats.builders import attribute, codes, day, links, row
from tpm.findings import InputError
from tpm.ingest.formats import gan
from tpm.model import ImportResult

WEEK = '<default-week id="1" name="default" sun="1" mon="0" tue="0" wed="0" thu="0" fri="0" sat="1"/>'


def task(number: int, start: str = "2026-03-02", days: object = 5, inner: str = "", **values: object) -> str:
    extra = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in values.items())
    return f'<task id="{number}" name="Task {number}" start="{start}" duration="{days}"{extra}>{inner}</task>'


def read(
    tasks: str, inner: str = "", dates: str = "", week: str = WEEK, milestones: str = ' empty-milestones="true"', head: str = ""
) -> ImportResult:
    properties = '<taskproperties><taskproperty id="tpc0" name="Track" type="custom"/></taskproperties>'
    return gan.read(
        "plan.gan",
        f'<project name="Plant" version="3.3"><calendars{head}><day-types>{week}</day-types>{dates}</calendars>'
        f"<tasks{milestones}>{properties}{tasks}</tasks>{inner}</project>".encode(),
    )


def depend(after: int, kind: int = 2, lag: object = 0) -> str:
    return f'<depend id="{after}" type="{kind}" difference="{lag}" hardness="Strong"/>'


def test_nested_tasks_become_an_outline() -> None:
    result = read(task(5, inner=task(7) + task(9)) + task(3))
    frame = result.plan.activities
    assert result.plan.name == "Plant"
    assert list(frame["id"]) == ["5", "7", "9", "3"]
    assert list(frame["wbs"]) == ["1", "1.1", "1.2", "2"]
    assert list(frame["parent"]) == [None, "5", "5", None]
    assert list(frame["kind"]) == ["summary", "activity", "activity", "activity"]


def test_the_finish_is_counted_in_working_days() -> None:
    dates = '<date year="2026" month="3" date="9" type="HOLIDAY"/><date year="2026" month="3" date="14" type="WORKING_DAY"/>'
    result = read(task(1, "2026-03-05", 7), dates=dates)
    assert row(result, "1")["planned_finish"] == "2026-03-14"
    assert result.plan.default_calendar.worked == (day("2026-03-14"),)


def test_a_holiday_without_a_year_returns_every_year() -> None:
    holidays = read(task(1), dates='<date year="" month="5" date="1"/>').plan.default_calendar.holidays
    assert (day("2026-05-01"), day("2026-05-02")) in holidays
    assert (day("2027-05-01"), day("2027-05-02")) in holidays


def test_weekends_that_are_only_shown_are_worked() -> None:
    result = read(task(1, "2026-03-06", 3), week=WEEK + '<only-show-weekends value="true"/>')
    assert row(result, "1")["planned_finish"] == "2026-03-08"


def test_a_holiday_calendar_outside_the_file_is_told() -> None:
    result = read(task(1), head=' base-id="kr.calendar"')
    finding = next(f for f in result.findings if f.code == "file-base-calendar-missing")
    assert "kr.calendar" in finding.message("ko")


@pytest.mark.parametrize(("days", "milestones", "shown"), [(0, ' empty-milestones="true"', "2026-03-06"), (1, "", "2026-03-09")])
def test_milestones_of_newer_and_older_files(days: int, milestones: str, shown: str) -> None:
    item = row(read(task(1, "2026-03-09", days, meeting="true"), milestones=milestones), "1")
    assert (item["kind"], item["duration"], item["planned_start"], item["planned_finish"]) == ("milestone", 0.0, shown, shown)


@pytest.mark.parametrize(("kind", "type_"), [(1, "SS"), (2, "FS"), (3, "FF"), (4, "SF")])
def test_dependencies_stand_in_the_predecessor(kind: int, type_: str) -> None:
    assert links(read(task(1, inner=depend(2, kind, -3)) + task(2))) == [("1", "2", type_, -3.0, "working")]


def test_a_dependency_of_an_unknown_type_is_told() -> None:
    result = read(task(1, inner=depend(2, 9)) + task(2))
    assert [link[2] for link in links(result)] == ["FS"]
    assert codes(result)["file-unknown-link-types"] == ("1",)


def test_dependencies_to_nowhere_are_told() -> None:
    result = read(task(1, inner=depend(9)))
    assert links(result) == []
    assert "file-broken-links" in codes(result)


def test_progress_priority_and_the_earliest_begin() -> None:
    result = read(
        task(1, complete=40, priority=4, thirdDate="2026-03-04", thirdDate_constraint=1)
        + task(2, thirdDate="2026-03-04", thirdDate_constraint=0)
    )
    item = row(result, "1")
    assert (item["progress"], item["state"], item["priority"], item["priority_rank"]) == (0.4, "in_progress", "Highest", 1.0)
    assert (item["constraint"], item["constraint_date"]) == ("SNET", "2026-03-04")
    assert row(result, "2")["constraint"] is None


def test_people_with_the_coordinator_first_and_their_roles() -> None:
    people = (
        '<resources><resource id="0" name="Ana"/><resource id="1" name="Bo"/></resources><allocations>'
        '<allocation task-id="1" resource-id="0" function="4" responsible="false"/>'
        '<allocation task-id="1" resource-id="1" function="Default:1" responsible="true"/></allocations>'
        '<roles><role id="4" name="Foreman"/></roles>'
    )
    result = read(task(1), people)
    assert row(result, "1")["owner"] == "Bo, Ana"
    assert attribute(result, "1", "Role") == "Project manager, Foreman"


def test_notes_links_and_own_columns() -> None:
    result = read(
        task(
            1,
            inner='<notes><![CDATA[ Ask legal ]]></notes><customproperty taskproperty-id="tpc0" value="Pay"/>',
            webLink="https%3A%2F%2Fexample.com",
        )
    )
    assert (row(result, "1")["notes"], row(result, "1")["link"]) == ("Ask legal", "https://example.com")
    assert attribute(result, "1", "Track") == "Pay"


def test_the_last_baseline_is_taken_and_the_others_told() -> None:
    previous = "".join(
        f'<previous-tasks name="{name}"><previous-task id="1" start="{start}" duration="5" meeting="false"/></previous-tasks>'
        for name, start in (("first", "2026-02-02"), ("second", "2026-02-09"))
    )
    result = read(
        task(1), f"<previous>{previous}</previous><vacations><vacation start='2026-03-02' end='2026-03-04' resourceid='0'/></vacations>"
    )
    assert (row(result, "1")["baseline_start"], row(result, "1")["baseline_finish"]) == ("2026-02-09", "2026-02-13")
    assert {"file-other-baselines", "file-vacations"} <= set(codes(result))


def test_damaged_values_are_told() -> None:
    result = read(task(1, "2026-13-45", "many") + task(1))
    assert list(result.plan.activities["id"]) == ["1", "1-2"]
    assert {"file-unreadable-dates", "file-unreadable-durations", "file-ids-replaced"} <= set(codes(result))


def test_a_calendar_without_working_days_is_told() -> None:
    closed = '<default-week sun="1" mon="1" tue="1" wed="1" thu="1" fri="1" sat="1"/>'
    assert "file-calendar-without-work" in codes(read(task(1), week=closed))


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"<Project/>", "file-not-gan"), (b"<project", "file-not-xml"), (b"<!DOCTYPE project><project/>", "file-xml-doctype")],
)
def test_what_is_no_ganttproject_file_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        gan.read("plan.gan", data)
    assert caught.value.finding.code == code


def test_a_maven_project_is_not_taken_for_a_plan() -> None:
    assert not gan.looks_like(b'<project xmlns="http://maven.apache.org/POM/4.0.0"><version>1</version></project>')
    assert gan.looks_like(b'<project name="x" version="3.3">')
