"""Real files, with values worked out by reading them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.formats.builders import SAMPLES, attribute, codes, day, links, row
from tpm.ingest.formats import FORMATS, format_of
from tpm.model import ImportResult

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the folder of real files (../shared/data) is not here")

# file (start of its name) → format, activities, links, summaries, milestones
COUNTS = {
    "exact/Aashma": ("mspdi", 31, 58, 0, 0),
    "exact/Development": ("mspdi", 24, 18, 5, 4),
    "exact/JRafael": ("mspdi", 132, 90, 29, 19),
    "exact/MrZaki": ("mspdi", 18, 0, 5, 5),
    "exact/Surendran": ("mspdi", 3, 3, 0, 0),
    "exact/claur__ProjectLibre__Commercial": ("mspdi", 145, 176, 19, 0),
    "exact/claur__ProjectLibre__New": ("mspdi", 42, 37, 6, 12),
    "near/Neha": ("mspdi", 65, 43, 19, 0),
    "near/Vikrant": ("mspdi", 39, 29, 0, 2),
    "hard/SPM": ("mspdi", 14, 14, 1, 0),
    "hard/geo": ("mspdi", 31, 23, 5, 0),
    "hard/k248301": ("mspdi", 92, 83, 14, 10),
    "native-mspdi/joniles__mpxj__PredecessorCalendar": ("pmxml", 1, 0, 0, 0),
    "native-mspdi/joniles__mpxj__calendar-calendars": ("mspdi", 0, 0, 0, 0),
    "native-mspdi/joniles__mpxj__calendar-recurring": ("mspdi", 0, 0, 0, 0),
    "native-mspdi/joniles__mpxj__caltest": ("mspdi", 3, 0, 0, 0),
    "native-mspdi/joniles__mpxj__mspdiduration": ("mspdi", 10, 0, 0, 0),
    "native-mspdi/joniles__mpxj__mspdinulltasks": ("mspdi", 5, 0, 2, 0),
    "native-mspdi/joniles__mpxj__mspdirelations": ("mspdi", 5, 4, 0, 0),
    "native-mspdi/joniles__mpxj__task-links": ("mspdi", 16, 8, 0, 0),
    "xer/mpxj_PredecessorCalendar": ("xer", 1, 0, 0, 0),
    "xer/mpxj_ProjectDefaultCalendar": ("xer", 1, 0, 0, 0),
    "xer/mpxj_SuccessorCalendar": ("xer", 1, 0, 0, 0),
    "xer/mpxj_TwentyFourHourCalendar": ("xer", 1, 0, 0, 0),
    "xer/sample": ("xer", 30, 40, 5, 0),
    "gan/bardsoftware": ("gan", 20, 17, 4, 4),
}


def read(start: str) -> ImportResult:
    path = next(SAMPLES.glob(f"{start}*"))
    data = path.read_bytes()
    module = format_of(data)
    assert module is not None
    return module.read(path.name, data)


def test_every_file_of_the_folder_is_expected_here() -> None:
    names = [path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*") if path.is_file()]
    assert len(names) == len(COUNTS)
    assert all(any(name.startswith(start) for start in COUNTS) for name in names)


@pytest.mark.parametrize("start", COUNTS)
def test_counts(start: str) -> None:
    result = read(start)
    kinds = list(result.plan.activities["kind"])
    found = (result.sources[0].format, len(kinds), len(result.plan.dependencies), kinds.count("summary"), kinds.count("milestone"))
    assert found == COUNTS[start]
    for finding in result.findings:
        assert "{" not in finding.message("en") + finding.fix("en") + finding.message("ko") + finding.fix("ko")


def test_each_file_is_claimed_by_one_format_only() -> None:
    from importlib import import_module

    modules = [import_module(f"tpm.ingest.formats.{name}") for name in FORMATS]
    for path in (path for path in SAMPLES.rglob("*") if path.is_file()):
        data = path.read_bytes()
        assert sum(module.looks_like(data) for module in modules) == 1, path.name


def test_planned_dates_and_durations_agree_where_the_file_works_in_whole_days() -> None:
    """Working days between the planned dates equal the duration, for every activity of the plain files."""
    from tpm.ingest.formats.assemble import finish_after
    from tpm.ingest.formats.worktime import WorkTime

    checked = 0
    for start in (
        "exact/Aashma",
        "exact/Development",
        "exact/JRafael",
        "exact/MrZaki",
        "exact/claur__ProjectLibre__Commercial",
        "exact/claur__ProjectLibre__New",
        "exact/Surendran",
        "near/Vikrant",
        "xer/sample",
        "native-mspdi/joniles__mpxj__task-links",
    ):
        plan = read(start).plan
        work = WorkTime(plan.default_calendar)
        for item in plan.activities[plan.activities["kind"] == "activity"].itertuples():
            assert finish_after(item.planned_start.date(), item.duration, work) == item.planned_finish.date(), (start, item.id)
            checked += 1
    assert checked == 31 + 15 + 84 + 8 + 126 + 24 + 3 + 37 + 25 + 16


def test_aashma() -> None:
    result = read("exact/Aashma")
    first = row(result, "1")
    assert (first["name"], first["planned_start"], first["planned_finish"]) == ("Architectural decisions", "2025-06-02", "2025-06-13")
    assert (first["duration"], first["constraint"], first["constraint_date"]) == (10.0, "SNET", "2025-06-02")
    assert attribute(result, "1", "UID") == "6"
    assert sorted(link[3] for link in links(result) if link[3]) == [56.0, 91.0]
    assert result.plan.default_calendar.name == "US Holidays"
    assert "file-scheduled-from-finish" in codes(result)


def test_development_of_information_systems() -> None:
    result = read("exact/Development")
    plan = result.plan
    assert len(plan.default_calendar.holidays) == 10  # fifteen holidays, of which 18–21 April, 8–9 June and 25–26 December adjoin
    assert (day("2025-04-18"), day("2025-04-22")) in plan.default_calendar.holidays
    milestone = row(result, "7")
    assert (milestone["wbs"], milestone["parent"], milestone["level"], milestone["planned_finish"]) == ("1.1.5", "2", 2, "2025-04-08")
    assert plan.saved_on == day("2025-02-16")


def test_jrafael() -> None:
    result = read("exact/JRafael")
    control = row(result, "15")
    assert (control["parent"], control["calendar"], control["priority_rank"]) == ("14", None, 1.0)
    assert (control["baseline_start"], control["baseline_finish"]) == ("2019-12-13", "2019-12-13")
    assert (row(result, "131")["duration"], row(result, "132")["duration"]) == (5.0, 60.0)
    assert row(result, "131")["owner"] == "Technical Coordinator, Consultant 1 (TC), Consultant 2 (TC), Trainee"
    assert [link[2] for link in links(result)].count("SS") == 0
    assert [link[2] for link in links(result)].count("FF") == 3
    assert result.plan.default_calendar.holidays[0] == (day("2019-12-24"), day("2019-12-26"))


def test_claur() -> None:
    commercial = read("exact/claur__ProjectLibre__Commercial")
    assert ("28", "30", "FF", 1.0, "working") in links(commercial)
    assert ("89", "90", "FS", 5.0, "working") in links(commercial)
    assert (row(commercial, "10")["planned_finish"], row(commercial, "2")["duration"]) == ("2000-04-13", 17.0)
    product = read("exact/claur__ProjectLibre__New")
    assert ("24", "27", "FS", -15.0, "working") in links(product)
    assert attribute(product, "16", "OutlineNumber") == "4.1"
    assert set(product.plan.activities["team"].dropna()) <= {
        "Sales",
        "Shipping",
        "Assembly",
        "Production",
        "Design",
        "Finance",
        "Personnel",
    }


def test_surendran_counts_days_from_nine_to_nine() -> None:
    result = read("exact/Surendran")
    assert [(item.planned_start.date(), item.planned_finish.date()) for item in result.plan.activities.itertuples()] == [
        (day("2026-10-01"), day("2026-10-02")),
        (day("2026-10-03"), day("2026-10-08")),
        (day("2026-10-09"), day("2026-10-20")),
    ]
    assert result.plan.default_calendar.week == (True, True, True, True, True, True, False)


def test_recurring_exceptions_are_the_days_that_project_itself_spells_out() -> None:
    """The file holds every exception twice; the second form, day by day, is the answer to the first."""
    from tpm.ingest.formats.mspdi_calendars import read_calendar
    from tpm.ingest.formats.safe_xml import descend, fields, records
    from tpm.ingest.formats.worktime import day_of

    path = next(SAMPLES.glob("native-mspdi/*recurring*"))
    element = next(element for _, element in records(path.name, path.read_bytes(), frozenset({"Calendars", "Project"})) if len(element) > 4)
    expanded = {
        (one, bool(exception.shifts))
        for exception in read_calendar(element).exceptions
        for one in exception.days(day("1990-01-01"), day("2030-01-01"))
    }
    expected = set()
    for week_day in descend(element, "WeekDays", "WeekDay"):
        for period in descend(week_day, "TimePeriod"):
            first, last = (day_of(fields(period)[name]) for name in ("FromDate", "ToDate"))
            assert first is not None
            assert last is not None
            worked = fields(week_day)["DayWorking"] == "1"
            expected |= {(first.date().fromordinal(n), worked) for n in range(first.toordinal(), last.toordinal() + 1)}
    assert expanded == expected
    assert len(expected) == 140


def test_recurring_exceptions_in_the_plan() -> None:
    spec = read("native-mspdi/joniles__mpxj__calendar-recurring").plan.default_calendar
    assert (day("2000-01-01"), day("2000-01-04")) in spec.holidays
    assert (day("2001-02-18"), day("2001-02-19")) not in spec.holidays  # 17 and 18 February adjoin
    assert (day("2001-02-17"), day("2001-02-19")) in spec.holidays
    assert spec.worked == (day("2010-01-02"), day("2010-02-06"), day("2010-03-06"))


def test_durations_in_every_unit() -> None:
    frame = read("native-mspdi/joniles__mpxj__mspdiduration").plan.activities
    assert list(frame["duration"]) == pytest.approx([1 / 480, 0.125, 1, 5, 20, 1 / 1440, 1 / 24, 1, 7, 30])
    assert list(frame["elapsed"]) == [False] * 5 + [True] * 5
    assert [value.date().isoformat() for value in frame["planned_finish"]] == [
        "2009-03-25",
        "2009-03-25",
        "2009-03-25",
        "2009-03-31",
        "2009-04-21",
        "2009-03-25",
        "2009-03-25",
        "2009-03-25",
        "2009-03-31",
        "2009-04-23",
    ]


def test_blank_rows_and_a_shorter_day() -> None:
    result = read("native-mspdi/joniles__mpxj__mspdinulltasks")
    assert list(result.plan.activities["id"]) == ["1", "3", "4", "6", "8"]
    assert row(result, "3")["duration"] == 9.375  # 75 hours on a calendar of eight
    assert "file-day-length" in codes(result)


def test_link_types_and_lags() -> None:
    assert links(read("native-mspdi/joniles__mpxj__mspdirelations")) == [
        ("1", "2", "FS", 0.0, "working"),
        ("2", "3", "SS", 1.0, "working"),
        ("3", "4", "FF", 0.0, "working"),
        ("4", "5", "SF", 0.0, "working"),
    ]
    assert [(link[2], link[3]) for link in links(read("native-mspdi/joniles__mpxj__task-links"))] == [
        ("FS", 0.0),
        ("FS", 1.0),
        ("FS", 2.0),
        ("FS", 5.0),
        ("FS", 10.0),
        ("SF", 2.0),
        ("SS", 2.0),
        ("FF", 2.0),
    ]


def test_task_calendars() -> None:
    result = read("native-mspdi/joniles__mpxj__caltest")
    # the first task's only resource derives from Standard; the second names Standard; the third names another
    assert list(result.plan.activities["calendar"])[1:] == [None, "Base Calendar"]
    assert attribute(result, "1", "UID") == "2"


def test_manual_and_levelled_tasks_and_percent_lags() -> None:
    assert codes(read("near/Neha"))["file-manual-tasks"] == ("65",)
    assert (row(read("near/Neha"), "65")["manual"], row(read("near/Neha"), "65")["planned_start"]) == (True, "2023-02-22")
    practicum = read("hard/k248301")
    assert ("42", "43", "FS", -0.75, "percent") in links(practicum)
    assert codes(practicum)["file-levelling-delays"] == ("43", "75", "76")
    assert sum(link[3] < 0 for link in links(read("near/Vikrant"))) == 15


def test_xer_sample() -> None:
    result = read("xer/sample")
    first = row(result, "A1020")
    assert (first["parent"], first["duration"], first["owner"], first["planned_finish"]) == ("TAKT.L1", 6.0, "Van Haren", "2021-12-14")
    assert result.plan.default_calendar.holidays == ((day("2021-12-27"), day("2022-01-01")),)
    assert attribute(result, "A1020", "Template") == "Gyp"
    assert ("A1010", "A1060", "FS", 0.0, "working") in links(result)
    done = row(read("xer/mpxj_Pred"), "A1000")
    assert (done["state"], done["constraint"], done["constraint_date"], done["actual_finish"]) == (
        "done",
        "SNET",
        "2019-06-10",
        "2019-06-12",
    )


def test_p6_xml_sample() -> None:
    item = row(read("native-mspdi/joniles__mpxj__PredecessorCalendar"), "A1000")
    assert (item["planned_start"], item["planned_finish"], item["duration"]) == ("2021-03-16", "2021-05-17", 45.0)
    assert (item["actual_start"], item["actual_finish"], item["state"]) == ("2021-02-05", "2021-04-19", "done")


def test_ganttproject_sample() -> None:
    result = read("gan/bardsoftware")
    roof = row(result, "5")
    assert (roof["wbs"], roof["parent"], roof["planned_start"], roof["planned_finish"]) == ("3.4", "7", "2024-09-16", "2024-09-27")
    assert roof["owner"] == "John Silver, Tom White"
    assert row(result, "17")["planned_finish"] == "2024-06-28"
    assert ("17", "1", "FS", 0.0, "working") in links(result)
    assert result.plan.default_calendar.holidays == ((day("2006-02-14"), day("2006-02-15")),)
    assert attribute(result, "9", "Is done") == "true"


def test_sample_names_reach_the_plan(tmp_path: Path) -> None:
    result = read("gan/bardsoftware")
    assert set(result.plan.activities["file"]) == {"bardsoftware__ganttproject__HouseBuildingSample.gan"}
