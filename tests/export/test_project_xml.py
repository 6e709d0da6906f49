"""Plan → Microsoft Project XML → plan: nothing is lost, and other tools find what they need."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import xml.etree.ElementTree as ET
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.export.test_round_trip import plans
from tests.plans import plan_of
from tpm.calendars.of_rows import calendars_of
from tpm.export.project_xml import project_xml
from tpm.ingest import read_files
from tpm.model import CalendarSpec, Plan, ScheduleOptions
from tpm.schedule import schedule

_NS = {"p": "http://schemas.microsoft.com/project"}
_SAME = ["id", "name", "kind", "parent", "level", "team", "owner", "program", "planned_start", "planned_finish", "duration", "progress",
         "status", "state", "priority", "priority_rank", "deadline", "baseline_start", "baseline_finish", "actual_start", "actual_finish",
         "optimistic", "most_likely", "pessimistic", "constraint", "constraint_date", "notes"]  # fmt: skip


def again(plan: Plan) -> Plan:
    computed = schedule(plan, ScheduleOptions())
    return read_files([("plan.xml", project_xml(plan, computed))]).plan


def differences(plan: Plan, read: Plan) -> dict[str, Any]:
    """Columns of activities and links that are not the same."""
    out = {}
    for name in _SAME:
        one, other = plan.activities[name].tolist(), read.activities[name].tolist()
        if name == "progress":
            one = [round(value, 2) for value in one]
        if not all((pd.isna(a) and pd.isna(b)) or a == b for a, b in zip(one, other, strict=True)):
            out[name] = (one, other)
    links = [sorted(map(tuple, each.dependencies[["predecessor", "successor", "type", "lag", "lag_unit"]].to_numpy().tolist()))
             for each in (plan, read)]
    return out | ({"links": links} if links[0] != links[1] else {})


def worked(plan: Plan) -> list[list[bool]]:
    """Whether each row works, day by day over the plan's year."""
    calendars = calendars_of(plan, ScheduleOptions(), dt.date(2028, 12, 31))
    days = plan.activities["planned_start"].min().to_datetime64().astype("datetime64[D]") + np.arange(200)
    return [calendars.of(row).is_working(days).tolist() for row in range(len(plan.activities))]


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(plans())
def test_what_is_written_is_read_back_unchanged(plan: Plan) -> None:
    read = again(plan)
    assert differences(plan, read) == {}
    assert worked(read) == worked(plan)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.floats(0.1, 20).map(lambda days: round(days, 2)), min_size=1, max_size=4))
def test_parts_of_days_are_kept(lengths: list[float]) -> None:
    rows = [{"id": f"A-{n}", "start": "2026-03-02", "duration": days,
             "finish": str(np.busday_offset("2026-03-02", int(np.ceil(days)) - 1))} for n, days in enumerate(lengths)]
    read = again(plan_of(*rows))
    assert read.activities["duration"].to_numpy() == pytest.approx(lengths, abs=0.005)
    assert read.activities["pause"].isna().all()


def sample() -> Plan:
    return plan_of(
        {"id": "P", "name": "Phase", "start": "2026-03-02", "finish": "2026-03-20"},
        {"id": "A", "name": "Build", "parent": "P", "owner": "Jiwon Park, 박지원", "team": "Identity", "start": "2026-03-02",
         "finish": "2026-03-06", "progress": 0.5, "state": "in_progress", "deadline": "2026-03-10", "baseline_start": "2026-03-02",
         "baseline_finish": "2026-03-05"},
        {"id": "B", "name": "<Test> & \x07bell", "parent": "P", "owner": "박지원", "start": "2026-03-11", "finish": "2026-03-13",
         "after": "AFS+2"},
        {"id": "M", "name": "Launch", "milestone": True, "start": "2026-03-13", "finish": "2026-03-13", "after": "B"},
        name="Program", progress_reported=True)


def test_project_finds_its_own_elements_in_their_order() -> None:
    plan = sample()
    root = ET.fromstring(project_xml(plan, schedule(plan, ScheduleOptions(status_date=dt.date(2026, 3, 4)))))

    def texts(path: str) -> list[str | None]:
        return [found.text for found in root.findall(path, _NS)]

    assert texts("p:Tasks/p:Task/p:UID") == ["1", "2", "3", "4"]
    assert texts("p:Tasks/p:Task/p:OutlineNumber") == ["1", "1.1", "1.2", "2"]
    assert texts("p:Tasks/p:Task/p:Duration")[1:] == ["PT40H0M0S", "PT24H0M0S", "PT0H0M0S"]
    assert texts("p:Tasks/p:Task/p:PredecessorLink/p:LinkLag") == ["9600", "0"]
    assert texts("p:Resources/p:Resource/p:Name") == ["Jiwon Park", "박지원"]
    assert texts("p:Assignments/p:Assignment/p:TaskUID") == ["2", "2", "3"]
    assert texts("p:Tasks/p:Task/p:Deadline") == ["2026-03-10T17:00:00"]
    assert texts("p:Tasks/p:Task/p:Baseline/p:Finish") == ["2026-03-05T17:00:00"]
    assert texts("p:StatusDate") == ["2026-03-04T17:00:00"]
    assert [child.tag.rpartition("}")[2] for child in root][-5:] == ["ExtendedAttributes", "Calendars", "Tasks", "Resources", "Assignments"]


def test_the_calendar_of_the_options_goes_with_the_plan() -> None:
    plan = sample()
    computed = schedule(plan, ScheduleOptions(country="KR"))
    root = ET.fromstring(project_xml(plan, computed))
    off = [found.text for found in root.findall("p:Calendars/p:Calendar/p:Exceptions/p:Exception/p:TimePeriod/p:FromDate", _NS)]
    assert "2026-05-05T00:00:00" in off  # Children's Day


def test_a_plan_keeps_its_forecast() -> None:
    plan = sample()
    read = again(plan)
    one, other = (schedule(each, ScheduleOptions()).table for each in (plan, read))
    shown = ["forecast_start", "forecast_finish", "total_float", "critical"]
    pd.testing.assert_frame_equal(one[shown], other[shown])
    assert (read.name, read.progress_reported) == (plan.name, True)
    assert read.activities["name"].tolist()[2] == "<Test> & bell"


def test_what_was_not_given_is_not_given_afterwards() -> None:
    plan = plan_of({"id": "01", "name": "Undated"}, {"id": "02", "name": "Only its end", "finish": "2026-03-06"})
    read = again(plan)
    assert differences(plan, read) == {}
    assert not read.progress_reported
    assert read.activities["wbs"].isna().all()


def test_days_of_another_length_are_kept() -> None:
    plan = plan_of({"id": "A", "start": "2026-03-02", "finish": "2026-03-06"},
                   {"id": "B", "start": "2026-03-09", "finish": "2026-03-10", "after": "AFS+1"},
                   default_calendar=CalendarSpec("short", minutes_per_day=450.0))
    read = again(plan)
    assert read.default_calendar.minutes_per_day == 450
    assert differences(plan, read) == {}


_RESCHEDULE = """
import org.mpxj.*; import org.mpxj.reader.*; import org.mpxj.cpm.*;
public class Reschedule { public static void main(String[] file) throws Exception {
  ProjectFile project = new UniversalProjectReader().read(file[0]);
  new MicrosoftScheduler().schedule(project, project.getProjectProperties().getStartDate());
  for (Task task : project.getTasks())
    if (task.getID() > 0 && !task.getSummary())
      System.out.println(task.getID() + " " + task.getStart().toLocalDate() + " " + task.getFinish().toLocalDate() + " "
                         + task.getTotalSlack());
} }
"""


@pytest.mark.skipif(find_spec("mpxj") is None or shutil.which("javac") is None, reason="the mpxj package or Java is not installed")
def test_mpxj_opens_it_and_schedules_the_same_dates_and_floats(tmp_path: Path) -> None:
    """Measured with MPXJ 16.10 on the sample: all 66 items the same."""
    spec = find_spec("mpxj")
    assert spec is not None
    assert spec.origin is not None
    file = Path(__file__).parents[2] / "data" / "sample_en_2026-11-20.xlsx"
    plan = read_files([(file.name, file.read_bytes())]).plan
    computed = schedule(plan, ScheduleOptions())
    (tmp_path / "plan.xml").write_bytes(project_xml(plan, computed))
    (tmp_path / "Reschedule.java").write_text(_RESCHEDULE)
    archives = next(Path(spec.origin).parent.rglob("mpxj*.jar")).parent / "*"
    command = ["java", "-cp", str(archives), str(tmp_path / "Reschedule.java"), str(tmp_path / "plan.xml")]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    assert len(told.splitlines()) == 66
    table = computed.table
    for line in told.splitlines():
        number, start, finish, slack = line.split()
        row = table.iloc[int(number) - 1]
        assert (str(row["forecast_start"].date()), str(row["forecast_finish"].date())) == (start, finish)
        if not np.isnan(row["total_float"]):  # what is done has none here
            assert float(slack.rstrip("d")) == pytest.approx(row["total_float"], abs=0.01)
