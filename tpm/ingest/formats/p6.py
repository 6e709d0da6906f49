"""Primavera P6: from its tables to a Plan, whichever file they came in (XER, or XML by way of the same names).

Tables and columns have the names of the XER format. What people see decides: the activity id is P6's *Activity ID*
(``task_code``; with the project's name in front where two projects share one), WBS nodes become summary rows, the
planned dates are ``target_start_date`` and ``target_end_date``, and hours become days of the activity's calendar as
it works (its most common day; ``day_hr_cnt`` where the file says nothing of hours).

Not read on purpose: ``early_*``, ``late_*``, ``total_float_hr_cnt``, ``free_float_hr_cnt`` and ``driving_path_flag`` of
TASK, ``aref`` and ``arls`` of TASKPRED are P6's results, not the plan. Costs, roles, curves and steps have no place in a
Plan. A "finish on or before" in second place is a deadline: in P6 it bounds the late dates and moves nothing.
"""

from __future__ import annotations

import datetime as dt
import html
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tpm.findings import Severity
from tpm.ingest.formats.assemble import (
    Item,
    Link,
    Notes,
    assemble,
    bounded_days,
    note_times,
    number,
    roll_up,
    unique_ids,
    unique_name,
)
from tpm.ingest.formats.worktime import OFFICE_WEEK, Week, WorkTime, day_of, spec_from, typical_minutes
from tpm.model import CalendarSpec, Constraint, ImportResult, Kind, LagUnit, LinkType, State

Row = Mapping[str, str]
Tables = Mapping[str, list[Row]]

_CONSTRAINTS = {
    "CS_MSO": Constraint.MSO, "CS_MANDSTART": Constraint.MSO, "CS_MEO": Constraint.MFO, "CS_MANDFIN": Constraint.MFO,
    "CS_MSOA": Constraint.SNET, "CS_MSOB": Constraint.SNLT, "CS_MEOA": Constraint.FNET, "CS_MEOB": Constraint.FNLT,
    "CS_ALAP": Constraint.ALAP,
}
_FINISH_CONSTRAINTS = frozenset({Constraint.MFO, Constraint.FNET, Constraint.FNLT})
_LINKS = {f"PR_{kind}": kind for kind in LinkType}
_STATUS = {"TK_NotStart": ("Not Started", State.NOT_STARTED), "TK_Active": ("In Progress", State.IN_PROGRESS),
           "TK_Complete": ("Completed", State.DONE)}
_PRIORITY = {"PT_Top": ("Top", 1.0), "PT_High": ("High", 2.0), "PT_Normal": ("Normal", 3.0), "PT_Low": ("Low", 4.0),
             "PT_Lowest": ("Lowest", 5.0)}
_TEAM = re.compile(r"team|dep(ar)?t|respons|discipline|팀|부서|담당|조직", re.IGNORECASE)
_MAX_LEVELS = 100
_MAX_CALENDARS = 2_000  # that activities use; each is laid out day by day
_MAX_BASES = 20  # calendars that derive from each other


@dataclass(frozen=True, slots=True)
class RawCalendar:
    """A calendar as the file states it: ``week`` None takes the base's; ``marks`` are single days, worked or not."""

    id: str
    name: str
    base: str = ""
    hours: float = math.nan  # day_hr_cnt
    week: Week | None = None
    marks: Mapping[dt.date, bool] = field(default_factory=dict)
    default: bool = False
    uneven: bool = False


class _Reader:
    def __init__(self, file: str, tables: Tables, calendars: Iterable[RawCalendar]) -> None:
        self.notes = Notes(file)
        self.file = file
        self.tables = tables
        self._raw = {one.id: one for one in calendars}
        self._resolved: dict[str, WorkTime | None] = {}
        self._names: set[str] = set()  # of the calendars resolved
        self.projects = {row.get("proj_id", ""): row for row in tables.get("PROJECT", [])}
        self.tasks = list({row["task_id"]: row for row in tables.get("TASK", []) if row.get("task_id")}.values())
        self.several = len({row.get("proj_id") for row in self.tasks}) > 1
        shared = self.projects.get(self.tasks[0].get("proj_id", ""), {}) if self.tasks else next(iter(self.projects.values()), {})
        self.project = shared
        chosen = self._work(shared.get("clndr_id", "")) or next(
            (work for one in self._raw.values() if one.default and (work := self._work(one.id))), None)
        self.default = chosen or WorkTime(CalendarSpec("Standard"))
        self.resources = {row.get("rsrc_id", ""): row for row in tables.get("RSRC", [])}
        self._assign_ids()
        self._collect()

    def _assign_ids(self) -> None:
        codes = [row.get("task_code") or row["task_id"] for row in self.tasks]
        if self.several and len(set(codes)) < len(codes):
            codes = [f"{self._project_name(row)}.{code}" for row, code in zip(self.tasks, codes, strict=True)]
        if len(set(codes)) < len(codes):
            self.notes.add("file-ids-replaced", severity=Severity.WARNING)
        self.ids = dict(zip((row["task_id"] for row in self.tasks), unique_ids(codes), strict=True))

    def _project_name(self, row: Row) -> str:
        return self.projects.get(row.get("proj_id", ""), {}).get("proj_short_name") or row.get("proj_id", "")

    def _collect(self) -> None:
        """Side tables by task: people, codes, user fields, notebooks."""
        self.people: dict[str, dict[str, None]] = {}
        for row in self.tables.get("TASKRSRC", []):
            self.people.setdefault(row.get("task_id", ""), {}).setdefault(row.get("rsrc_id", ""))
        self.extra: dict[str, dict[str, str]] = {}
        kinds = {row.get("actv_code_type_id"): row.get("actv_code_type", "") for row in self.tables.get("ACTVTYPE", [])}
        codes = {row.get("actv_code_id"): row.get("actv_code_name") or row.get("short_name", "")
                 for row in self.tables.get("ACTVCODE", [])}
        for row in self.tables.get("TASKACTV", []):
            kind, code = kinds.get(row.get("actv_code_type_id")), codes.get(row.get("actv_code_id"))
            if kind and code:
                self.extra.setdefault(row.get("task_id", ""), {})[kind] = code
        self.code_kinds = frozenset(kind for kind in kinds.values() if kind)
        labels = {row.get("udf_type_id"): row.get("udf_type_label") or row.get("udf_type_name", "")
                  for row in self.tables.get("UDFTYPE", []) if row.get("table_name", "TASK") == "TASK"}
        for row in self.tables.get("UDFVALUE", []):
            label = labels.get(row.get("udf_type_id"))
            value = row.get("udf_text") or row.get("udf_number") or row.get("udf_date")
            if label and value:
                self.extra.setdefault(row.get("fk_id", ""), {}).setdefault(label, value)
        self.memos: dict[str, list[str]] = {}
        for row in self.tables.get("TASKMEMO", []):
            text = re.sub(r"<[^<>]*>", " ", row.get("task_memo", ""))
            if text := " ".join(html.unescape(text).split()):
                self.memos.setdefault(row.get("task_id", ""), []).append(text)
        self.baselines = {row.get("task_code", ""): row for row in self.tables.get("BASELINE", [])}

    def _work(self, id_: str) -> WorkTime | None:
        if id_ not in self._resolved:
            self._resolved[id_] = None  # ends a loop of base calendars
            if len(self._names) >= _MAX_CALENDARS and id_ in self._raw:
                self.notes.add("file-calendars-left-out", severity=Severity.WARNING, calendar=self._raw[id_].name)
                return None
            self._resolved[id_] = self._resolve(self._raw[id_]) if id_ in self._raw else None
        return self._resolved[id_]

    def _resolve(self, raw: RawCalendar) -> WorkTime | None:
        chain, seen = [raw], {raw.id}
        while (base := chain[-1].base) in self._raw and base not in seen and len(chain) < _MAX_BASES:
            seen.add(base)
            chain.append(self._raw[base])
        week = next((one.week for one in chain if one.week is not None), OFFICE_WEEK)
        marks = {day: on for one in reversed(chain) for day, on in one.marks.items()}
        stated = any(one.week is not None for one in chain)
        minutes = None if stated or not raw.hours > 0 else min(24.0, raw.hours) * 60
        name = unique_name(raw.name or f"Calendar {raw.id}", self._names)
        spec = spec_from(name, week, marks, minutes)
        if spec is None:
            self.notes.add("file-calendar-without-work", severity=Severity.WARNING, calendar=name)
            return None
        self._names.add(name)
        lengths = {sum(b - a for a, b in shifts) for shifts in week.values() if shifts}
        if stated and raw.hours > 0 and abs(raw.hours * 60 - spec.minutes_per_day) > 0.5:
            self.notes.add("file-day-length", stated=raw.hours, works=spec.minutes_per_day / 60)
        return WorkTime(spec, week, uneven=raw.uneven or bool(lengths - {typical_minutes(week)}))

    def _calendar(self, row: Row) -> WorkTime:
        if row.get("task_type") == "TT_Rsrc":  # scheduled by the calendar of who does it
            work = self._work(self.resources.get(row.get("rsrc_id", ""), {}).get("clndr_id", ""))
            if work is not None:
                return self.default if work.same_days(self.default) else work
        return self._work(row.get("clndr_id", "")) or self.default

    def items(self) -> list[Item]:
        """WBS nodes as summaries with their activities below, depth first, in P6's order."""
        below: dict[str, list[Row]] = {}
        for row in self.tasks:
            below.setdefault(row.get("wbs_id", ""), []).append(row)
        nodes = self._nodes()
        names = dict(zip((id_ for id_, _, _ in nodes), unique_ids([*self.ids.values(), *(path for _, _, path in nodes)])[len(self.ids):],
                         strict=True))
        out: list[Item] = []
        for id_, above, path in nodes:
            row = self.nodes[id_]
            parent = names.get(above) if self._shown(above) else None
            if self._shown(id_):
                out.append(Item(id=names[id_], name=row.get("wbs_name") or path, kind=Kind.SUMMARY, wbs=path, parent=parent))
                parent = names[id_]
            out.extend(self._item(task, parent, path) for task in below.pop(id_, []))
        left = [task for tasks in below.values() for task in tasks]
        if left and nodes:
            self.notes.add("file-broken-outline", severity=Severity.WARNING, items=len(left))
        out.extend(self._item(task, None, None) for task in left)
        out = _without_empty_nodes(out)
        roll_up(out)
        return out

    def _shown(self, node: str) -> bool:
        """A single project's own WBS node says nothing that the plan's name does not."""
        return node in self.nodes and (self.several or self.nodes[node].get("proj_node_flag") != "Y")

    def _nodes(self) -> list[tuple[str, str, str]]:
        """(node, node above, path of short names), depth first; nodes in a loop are left out."""
        self.nodes = {row["wbs_id"]: row for row in self.tables.get("PROJWBS", []) if row.get("wbs_id")}
        under: dict[str, list[str]] = {}
        for id_, row in self.nodes.items():
            above = row.get("parent_wbs_id", "")
            under.setdefault(above if above in self.nodes else "", []).append(id_)
        for ids in under.values():
            ids.sort(key=lambda one: number(self.nodes[one].get("seq_num"), 0))
        out: list[tuple[str, str, str]] = []
        stack = [(one, "", "", 1) for one in reversed(under.get("", []))]
        while stack:
            id_, above, path, level = stack.pop()
            path = f"{path}.{self.nodes[id_].get('wbs_short_name') or id_}".lstrip(".")
            out.append((id_, above, path))
            if level < _MAX_LEVELS:
                stack.extend((one, id_, path, level + 1) for one in reversed(under.get(id_, [])))
        return out

    def _item(self, row: Row, parent: str | None, path: str | None) -> Item:
        work = self._calendar(row)
        id_ = self.ids[row["task_id"]]
        kind = row.get("task_type", "TT_Task")
        point = kind in ("TT_Mile", "TT_FinMile")
        hours = number(row.get("target_drtn_hr_cnt"))
        duration = 0.0 if point else bounded_days(hours * 60 / work.spec.minutes_per_day)
        if row.get("target_drtn_hr_cnt") and (math.isnan(duration) or duration < 0):
            self.notes.add("file-unreadable-durations", id_, Severity.WARNING)
            duration = math.nan
        spanned = kind in ("TT_LOE", "TT_WBS")
        if spanned:
            self.notes.add("file-level-of-effort", id_)
        if work.uneven:
            self.notes.add("file-hours-vary", id_, calendar=work.spec.name)
        status, state = _STATUS.get(row.get("status_code", ""), (None, State.NOT_STARTED))
        priority, rank = _PRIORITY.get(row.get("priority_type", ""), (None, math.nan))
        item = Item(
            id=id_, name=row.get("task_name", ""), kind=Kind.MILESTONE if duration == 0 else Kind.ACTIVITY, wbs=path,
            parent=parent, program=self._project_name(row) if self.several else None, duration=duration, spanned=spanned,
            progress=_progress(row, state), status=status, state=state, priority=priority, priority_rank=rank,
            calendar=None if work is self.default else work.spec.name, notes="\n".join(self.memos.get(row["task_id"], [])) or None,
            row=int(number(row.get("#line"), 0)), attributes=dict(self.extra.get(row["task_id"], {})),
        )
        start, finish = self._moment(row, "target_start_date", id_), self._moment(row, "target_end_date", id_)
        point = item.kind is Kind.MILESTONE
        item.planned_start, item.planned_finish = _span(work, start, finish, point)
        item.actual_start, item.actual_finish = _span(
            work, self._moment(row, "act_start_date", id_), self._moment(row, "act_end_date", id_), point)
        if (baseline := self.baselines.get(row.get("task_code", ""))) is not None:
            item.baseline_start, item.baseline_finish = _span(
                work, day_of(baseline.get("target_start_date")), day_of(baseline.get("target_end_date")), point)
        self._constrain(row, item, work)
        note_times(self.notes, item, start, finish, work)
        if row.get("suspend_date"):
            self.notes.add("file-suspended-tasks", id_, Severity.WARNING)
        self._fill_people(row, item)
        return item

    def _moment(self, row: Row, name: str, id_: str) -> dt.datetime | None:
        text = row.get(name)
        moment = day_of(text)
        if text and moment is None:
            self.notes.add("file-unreadable-dates", id_, Severity.WARNING)
        return moment

    def _constrain(self, row: Row, item: Item, work: WorkTime) -> None:
        for kind_name, date_name, second in (("cstr_type", "cstr_date", False), ("cstr_type2", "cstr_date2", True)):
            constraint = _CONSTRAINTS.get(row.get(kind_name, ""))
            moment = self._moment(row, date_name, item.id)
            if constraint is None or (moment is None and constraint is not Constraint.ALAP):
                continue
            day = None
            if moment is not None and constraint is not Constraint.ALAP:
                if constraint in _FINISH_CONSTRAINTS:
                    day = work.deadline_day(moment)
                elif item.kind is Kind.MILESTONE:
                    day = work.finish_day(moment)
                else:
                    day = work.start_day(moment)
            if second and constraint is Constraint.FNLT:
                item.deadline = day
            elif item.constraint is None:
                item.constraint, item.constraint_date = constraint, day
            else:
                self.notes.add("file-second-constraints", item.id, Severity.WARNING)

    def _fill_people(self, row: Row, item: Item) -> None:
        ids = dict.fromkeys([row.get("rsrc_id", ""), *self.people.get(row["task_id"], {})])
        people = [self.resources[one] for one in ids if one in self.resources]
        names = [one.get("rsrc_name", "") for one in people if one.get("rsrc_type", "RT_Labor") == "RT_Labor"]
        item.owner = ", ".join(name for name in names if name) or None
        others = [one.get("rsrc_name", "") for one in people if one.get("rsrc_type", "RT_Labor") != "RT_Labor"]
        if others:
            item.attributes["Materials and equipment"] = ", ".join(others)
        item.team = next((value for kind, value in item.attributes.items() if kind in self.code_kinds and _TEAM.search(kind)), None)

    def links(self) -> list[Link]:
        """TASKPRED with lags in days of the calendar that P6 is set to count them in."""
        options = next(iter(self.tables.get("SCHEDOPTIONS", [])), {})
        setting = options.get("sched_calendar_on_relationship_lag", "rcal_Predecessor")
        rows = {row["task_id"]: row for row in self.tasks}
        out = []
        for row in self.tables.get("TASKPRED", []):
            after, before = row.get("task_id", ""), row.get("pred_task_id", "")
            if after not in rows or before not in rows:
                outside = row.get("pred_proj_id", "") != row.get("proj_id", "")
                code = "file-cross-project-links" if outside else "file-broken-links"
                self.notes.add(code, self.ids.get(after), Severity.WARNING)
                continue
            hours = number(row.get("lag_hr_cnt"), 0.0 if not row.get("lag_hr_cnt") else math.nan)
            successor = self._calendar(rows[after])
            if setting == "rcal_24Hour" and hours:
                lag, unit = bounded_days(hours / 24), LagUnit.ELAPSED
            else:
                counted = {"rcal_Predecessor": self._calendar(rows[before]), "rcal_ProjDefault": self.default}.get(setting, successor)
                lag, unit = bounded_days(hours * 60 / counted.spec.minutes_per_day), LagUnit.WORKING
                if lag and not counted.same_days(successor):
                    self.notes.add("file-lag-calendars", self.ids[after])
            kind = _LINKS.get(row.get("pred_type", "")[:5])
            if kind is None or len(row.get("pred_type", "")) > 5:  # "PR_FF1" is of a newer program, or damaged
                self.notes.add("file-unknown-link-types", self.ids[after], Severity.WARNING, text=row.get("pred_type", "")[:20])
            out.append(Link(self.ids[before], self.ids[after], kind or LinkType.FS, lag, unit, f"ID {self.ids[after]}"))
        return out

    def used_calendars(self) -> dict[str, CalendarSpec]:
        """The project's calendar, those of activities, and the other shared ones."""
        used = {self.default.spec.name: self.default.spec}
        for id_ in [row.get("clndr_id", "") for row in self.tasks] + list(self._raw):
            if (work := self._work(id_)) is not None:
                used.setdefault(work.spec.name, work.spec)
        return used


def _without_empty_nodes(items: list[Item]) -> list[Item]:
    """WBS nodes with no activity below them are left out, as P6's own Gantt does."""
    filled: set[str] = set()
    for item in reversed(items):
        if item.parent is not None and (item.kind is not Kind.SUMMARY or item.id in filled):
            filled.add(item.parent)
    return [item for item in items if item.kind is not Kind.SUMMARY or item.id in filled]


def _progress(row: Row, state: State) -> float:
    """Share done as P6 shows it: by duration, by hand ("physical") or by units."""
    if state is not State.IN_PROGRESS:
        return 1.0 if state is State.DONE else 0.0
    kind = row.get("complete_pct_type", "CP_Drtn")
    if kind == "CP_Phys":
        share = number(row.get("phys_complete_pct"), 0) / 100
    elif kind == "CP_Units":
        done, left = number(row.get("act_work_qty"), 0), number(row.get("remain_work_qty"), 0)
        share = done / (done + left) if done + left > 0 else 0.0
    else:
        target, left = number(row.get("target_drtn_hr_cnt"), 0), number(row.get("remain_drtn_hr_cnt"), 0)
        share = 1 - left / target if target > 0 else 0.0
    return min(1.0, max(0.0, share))


def _span(work: WorkTime, start: dt.datetime | None, finish: dt.datetime | None, point: bool) -> tuple[dt.date | None, dt.date | None]:
    if point:
        at = finish or start
        day = work.finish_day(at) if at else None
        return (day if start or finish else None), (day if finish or start else None)
    first = work.start_day(start) if start else None
    last = work.finish_day(finish, start) if finish else None
    return first, max(last, first) if first and last else last


def plan_of(file: str, format_: str, tables: Tables, calendars: Iterable[RawCalendar], *, columns: Mapping[str, str],
            saved_on: dt.date | None = None, encoding: str | None = None) -> ImportResult:
    """The plan in P6's ``tables``; a project's data date (``last_recalc_date``) is its status date."""
    reader = _Reader(file, tables, calendars)
    items, links = reader.items(), reader.links()
    project = reader.project
    if reader.several:
        reader.notes.add("file-several-projects", projects=len({row.get("proj_id") for row in reader.tasks}))
    root = next((row for row in tables.get("PROJWBS", []) if row.get("proj_node_flag") == "Y"
                 and row.get("proj_id") == project.get("proj_id")), {})
    data_date, start = day_of(project.get("last_recalc_date")), day_of(project.get("plan_start_date"))
    return assemble(
        file, format_, items, links, reader.notes, sheet="TASK" if format_ == "xer" else "Activity", columns=columns,
        name=root.get("wbs_name") or project.get("proj_short_name") or "", default=reader.default.spec,
        calendars=reader.used_calendars(), project_start=start.date() if start else None,
        saved_on=saved_on, status_date=data_date.date() if data_date else None, encoding=encoding,
    )
