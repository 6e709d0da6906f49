"""Primavera P6 XML (PMXML, ``APIBusinessObjects``) → a Plan, by way of P6's tables (:mod:`tpm.ingest.formats.p6`).

The XML says in words what XER says in codes ("Finish on or Before", ``CS_MEOB``), durations and lags in hours, shares
from 0 to 1, and the end of a shift as its last minute (11:59). A ``BaselineProject`` gives the baseline dates of the
activities of the same id.
"""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Final

from tpm.ingest.formats.assemble import number
from tpm.ingest.formats.p6 import RawCalendar, Row, plan_of
from tpm.ingest.formats.safe_xml import children, declared_encoding, descend, fields, records, refuse, root_of
from tpm.ingest.formats.worktime import Shifts, day_of, minute_of, minutes_of, tidy_shifts, typical_minutes
from tpm.model import ImportResult

_ROOT: Final = "APIBusinessObjects"
_CONTAINERS: Final = frozenset({_ROOT, "Project", "BaselineProject"})
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TYPES: Final = {"Task Dependent": "TT_Task", "Resource Dependent": "TT_Rsrc", "Level of Effort": "TT_LOE",
                 "Start Milestone": "TT_Mile", "Finish Milestone": "TT_FinMile", "WBS Summary": "TT_WBS"}
_STATUS: Final = {"Not Started": "TK_NotStart", "In Progress": "TK_Active", "Completed": "TK_Complete"}
_PERCENT: Final = {"Physical": "CP_Phys", "Duration": "CP_Drtn", "Units": "CP_Units"}
_CONSTRAINTS: Final = {
    "start on": "CS_MSO", "finish on": "CS_MEO", "start on or after": "CS_MSOA", "start on or before": "CS_MSOB",
    "finish on or after": "CS_MEOA", "finish on or before": "CS_MEOB", "as late as possible": "CS_ALAP",
    "mandatory start": "CS_MANDSTART", "mandatory finish": "CS_MANDFIN",
}
_LINKS: Final = {"Finish to Start": "PR_FS", "Start to Start": "PR_SS", "Finish to Finish": "PR_FF", "Start to Finish": "PR_SF"}
_LAG_CALENDARS: Final = {"Predecessor Activity Calendar": "rcal_Predecessor", "Successor Activity Calendar": "rcal_Successor",
                         "Project Default Calendar": "rcal_ProjDefault", "24 Hour Calendar": "rcal_24Hour"}
_RESOURCES: Final = {"Labor": "RT_Labor", "Nonlabor": "RT_Equip", "Material": "RT_Mat"}
_COLUMNS: Final = {
    "id": "Id", "name": "Name", "kind": "Type", "wbs": "WBS/Code", "parent": "WBSObjectId", "planned_start": "PlannedStartDate",
    "planned_finish": "PlannedFinishDate", "duration": "PlannedDuration", "progress": "PercentCompleteType", "status": "Status",
    "priority": "LevelingPriority", "actual_start": "ActualStartDate", "actual_finish": "ActualFinishDate",
    "baseline_start": "BaselineProject/Activity/PlannedStartDate", "baseline_finish": "BaselineProject/Activity/PlannedFinishDate",
    "constraint": "PrimaryConstraintType", "constraint_date": "PrimaryConstraintDate", "deadline": "SecondaryConstraintDate",
    "calendar": "CalendarObjectId", "owner": "ResourceAssignment", "team": "Code", "predecessors": "Relationship",
}
# name in XER ← name in the XML, where the value is taken as it is
_TASK: Final = {
    "task_id": "ObjectId", "proj_id": "ProjectObjectId", "wbs_id": "WBSObjectId", "clndr_id": "CalendarObjectId", "task_code": "Id",
    "task_name": "Name", "rsrc_id": "PrimaryResourceObjectId", "target_drtn_hr_cnt": "PlannedDuration",
    "remain_drtn_hr_cnt": "RemainingDuration", "act_work_qty": "ActualLaborUnits", "remain_work_qty": "RemainingLaborUnits",
    "target_start_date": "PlannedStartDate", "target_end_date": "PlannedFinishDate", "act_start_date": "ActualStartDate",
    "act_end_date": "ActualFinishDate", "cstr_date": "PrimaryConstraintDate", "cstr_date2": "SecondaryConstraintDate",
    "suspend_date": "SuspendDate",
}
_OTHERS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "WBS": ("PROJWBS", {"wbs_id": "ObjectId", "proj_id": "ProjectObjectId", "parent_wbs_id": "ParentObjectId",
                        "wbs_short_name": "Code", "wbs_name": "Name", "seq_num": "SequenceNumber"}),
    "ResourceAssignment": ("TASKRSRC", {"task_id": "ActivityObjectId", "rsrc_id": "ResourceObjectId"}),
    "ActivityCodeType": ("ACTVTYPE", {"actv_code_type_id": "ObjectId", "actv_code_type": "Name"}),
    "ActivityCode": ("ACTVCODE", {"actv_code_id": "ObjectId", "actv_code_name": "Description", "short_name": "CodeValue"}),
    "UDFType": ("UDFTYPE", {"udf_type_id": "ObjectId", "udf_type_label": "Title"}),
    "ActivityNote": ("TASKMEMO", {"task_id": "ActivityObjectId", "task_memo": "Note"}),
}


def looks_like(data: bytes) -> bool:
    """Whether ``data`` begins as P6 XML; a prefix of the file is enough."""
    root = root_of(data)
    return root is not None and root.name == _ROOT


def read(name: str, data: bytes) -> ImportResult:
    """The plan in the P6 XML file ``name``.

    Raises :class:`~tpm.findings.InputError` for broken or dangerous XML and for XML of another kind.
    """
    root = root_of(data)
    if root is not None and not root.doctype and root.name != _ROOT:
        raise refuse("file-not-pmxml", name, root=root.name)
    tables: dict[str, list[Row]] = {"TASK": []}
    calendars: dict[str, RawCalendar] = {}
    project: dict[str, str] = {}
    for parent, element in records(name, data, _CONTAINERS):
        tag = element.tag.rpartition("}")[2]
        if parent == "Project" and not len(element):
            project.setdefault(tag, (element.text or "").strip())
        elif tag == "Calendar":
            calendar = _calendar(element)
            calendars.setdefault(calendar.id, calendar)
        elif tag == "Activity":
            _take_activity(tables, element, baseline=parent == "BaselineProject")
        elif parent != "BaselineProject":
            _take_other(tables, tag, fields(element))
    _take_project(tables, project)
    saved = day_of(project.get("LastUpdateDate"))
    return plan_of(name, "pmxml", tables, calendars.values(), columns=_COLUMNS, encoding=declared_encoding(data),
                   saved_on=saved.date() if saved else None)


def _renamed(values: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    return {mine: values[theirs] for mine, theirs in names.items() if theirs in values}


def _take_activity(tables: dict[str, list[Row]], element: ET.Element, baseline: bool) -> None:
    values = fields(element)
    row = _renamed(values, _TASK)
    if baseline:
        tables.setdefault("BASELINE", []).append(row)
        return
    row["task_type"] = _TYPES.get(values.get("Type", ""), "TT_Task")
    row["status_code"] = _STATUS.get(values.get("Status", ""), "TK_NotStart")
    row["complete_pct_type"] = _PERCENT.get(values.get("PercentCompleteType", ""), "CP_Drtn")
    row["phys_complete_pct"] = str(number(values.get("PhysicalPercentComplete"), 0) * 100)
    row["priority_type"] = "PT_" + values.get("LevelingPriority", "")
    row["cstr_type"] = _CONSTRAINTS.get(values.get("PrimaryConstraintType", "").lower(), "")
    row["cstr_type2"] = _CONSTRAINTS.get(values.get("SecondaryConstraintType", "").lower(), "")
    tables["TASK"].append(row)
    id_ = row.get("task_id", "")
    for code in map(fields, children(element, "Code")):
        tables.setdefault("TASKACTV", []).append(
            {"task_id": id_, "actv_code_type_id": code.get("TypeObjectId", ""), "actv_code_id": code.get("ValueObjectId", "")})
    for user in map(fields, children(element, "UDF")):
        value = next((text for name, text in user.items() if name.endswith("Value")), "")
        tables.setdefault("UDFVALUE", []).append({"fk_id": id_, "udf_type_id": user.get("TypeObjectId", ""), "udf_text": value})


def _take_other(tables: dict[str, list[Row]], tag: str, values: Mapping[str, str]) -> None:
    if tag in _OTHERS:
        table, names = _OTHERS[tag]
        tables.setdefault(table, []).append(_renamed(values, names))
    elif tag == "Relationship":
        tables.setdefault("TASKPRED", []).append({
            **_renamed(values, {"task_id": "SuccessorActivityObjectId", "pred_task_id": "PredecessorActivityObjectId",
                                "proj_id": "SuccessorProjectObjectId", "pred_proj_id": "PredecessorProjectObjectId",
                                "lag_hr_cnt": "Lag"}),
            "pred_type": _LINKS.get(values.get("Type", "Finish to Start"), values.get("Type", "")),
        })
    elif tag == "Resource":
        tables.setdefault("RSRC", []).append({
            **_renamed(values, {"rsrc_id": "ObjectId", "rsrc_name": "Name", "clndr_id": "CalendarObjectId"}),
            "rsrc_type": _RESOURCES.get(values.get("ResourceType", ""), "RT_Labor"),
        })


def _take_project(tables: dict[str, list[Row]], project: Mapping[str, str]) -> None:
    """The first project's own fields; its outermost WBS node, which XER marks, is the project itself."""
    tables["PROJECT"] = [{
        **_renamed(project, {"proj_id": "ObjectId", "proj_short_name": "Name", "clndr_id": "ActivityDefaultCalendarObjectId",
                             "last_recalc_date": "DataDate", "plan_start_date": "PlannedStartDate"}),
    }]
    tables["SCHEDOPTIONS"] = [{"sched_calendar_on_relationship_lag": _LAG_CALENDARS.get(
        project.get("RelationshipLagCalendar", ""), "rcal_Predecessor")}]
    nodes = tables.get("PROJWBS", [])
    known = {row.get("wbs_id") for row in nodes}
    tops = [row for row in nodes if row.get("parent_wbs_id") not in known]
    if len(tops) == 1:  # P6 writes the project's own node, or leaves it out and starts with its children
        tables["PROJWBS"] = [{**row, "proj_node_flag": "Y"} if row is tops[0] and row.get("wbs_name") == project.get("Name")
                             else row for row in nodes]


def _shifts(element: ET.Element) -> Shifts:
    shifts = []
    for work in map(fields, children(element, "WorkTime")):
        finish = minute_of(work.get("Finish"))
        if finish is not None and finish % 10 == 9:  # 11:59 is the last minute that is worked
            finish += 1
        shifts.append((minute_of(work.get("Start")), finish))
    return tidy_shifts(shifts)


def _calendar(element: ET.Element) -> RawCalendar:
    values = fields(element)
    week = {_WEEKDAYS.index(day): _shifts(hours) for hours in descend(element, "StandardWorkWeek", "StandardWorkHours")
            if (day := fields(hours).get("DayOfWeek", "")) in _WEEKDAYS}
    marks: dict[dt.date, bool] = {}
    lengths = set[int]()
    for exception in descend(element, "HolidayOrExceptions", "HolidayOrException"):
        if (moment := day_of(fields(exception).get("Date"))) is not None:
            shifts = _shifts(exception)
            marks[moment.date()] = bool(shifts)
            lengths.add(minutes_of(shifts))
    return RawCalendar(
        id=values.get("ObjectId", ""), name=values.get("Name", ""), base=values.get("BaseCalendarObjectId", ""),
        hours=number(values.get("HoursPerDay")), week=week or None, marks=marks, default=values.get("IsDefault") == "1",
        uneven=bool(week and lengths - {0, int(typical_minutes(week))}),
    )
