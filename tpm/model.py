"""The nouns of the program: a plan, what was understood of a file, a schedule.

A plan is a few read-only DataFrames with one fixed schema, checked here and nowhere else. Dates are whole
days (``datetime64[s]`` at midnight); a finish is inclusive: the last day that is worked. Durations, lags and
floats are working days of the activity's calendar, as floats. Missing is ``NaT``, ``NaN`` or ``None``.
Nothing here computes a date; :mod:`tpm.schedule` does.

Ids are text, unique in a plan, and exactly what the sheet says wherever the sheet's ids are unique.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from tpm.findings import Finding


class Kind(StrEnum):
    """What a row of the plan is."""

    ACTIVITY = "activity"
    MILESTONE = "milestone"
    SUMMARY = "summary"  # has children in the plan: a roll-up, never scheduled


class State(StrEnum):
    """What the sheet's status was understood to mean."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"


class LinkType(StrEnum):
    """Which end of the predecessor drives which end of the successor."""

    FS = "FS"
    SS = "SS"
    FF = "FF"
    SF = "SF"


class LagUnit(StrEnum):
    """What a lag counts."""

    WORKING = "working"  # working days of the successor's calendar
    ELAPSED = "elapsed"  # calendar days
    PERCENT = "percent"  # share of the predecessor's duration: 0.5 is 50 %


class Constraint(StrEnum):
    """Date constraints carried over from scheduling tools; ASAP is no constraint."""

    ASAP = "ASAP"
    ALAP = "ALAP"
    SNET = "SNET"
    SNLT = "SNLT"
    FNET = "FNET"
    FNLT = "FNLT"
    MSO = "MSO"
    MFO = "MFO"


class Mode(StrEnum):
    """Whether planned starts hold activities back."""

    PLANNED = "planned"
    ASAP = "asap"


class TableKind(StrEnum):
    """What a table of a sheet holds."""

    ACTIVITIES = "activities"
    DEPENDENCIES = "dependencies"
    RISKS = "risks"
    OTHER = "other"


_TEXT: Final = "object"  # str or None
_DAY: Final = "datetime64[s]"
_NUMBER: Final = "float64"

ACTIVITY_COLUMNS: Final[Mapping[str, str]] = {
    "id": _TEXT,
    "name": _TEXT,
    "kind": _TEXT,  # Kind
    "wbs": _TEXT,
    "parent": _TEXT,  # id of the summary above
    "level": "int64",  # depth in the hierarchy, 0 at the top
    "team": _TEXT,
    "owner": _TEXT,  # people as written, joined by ", "
    "program": _TEXT,
    "phase": _TEXT,
    "planned_start": _DAY,  # dates and duration as given; what follows from them is computed (``SCHEDULE_COLUMNS``)
    "planned_finish": _DAY,  # inclusive
    "duration": _NUMBER,  # working days; of ``elapsed`` rows calendar days; 0 for a milestone
    "elapsed": "bool",  # the duration runs through nights, weekends and holidays
    "progress": _NUMBER,  # share done, 0–1
    "status": _TEXT,  # as in the sheet
    "state": _TEXT,  # State
    "priority": _TEXT,  # as in the sheet
    "priority_rank": _NUMBER,  # 1 highest … 5 lowest
    "deadline": _DAY,
    "baseline_start": _DAY,
    "baseline_finish": _DAY,
    "actual_start": _DAY,
    "actual_finish": _DAY,
    "optimistic": _NUMBER,  # working days
    "most_likely": _NUMBER,
    "pessimistic": _NUMBER,
    "constraint": _TEXT,  # Constraint
    "constraint_date": _DAY,
    "calendar": _TEXT,  # name in Plan.calendars; None: the team's, else the plan's
    "manual": "bool",  # its planned dates hold whatever logic says (scheduling tools)
    "spanned": "bool",  # level of effort, hammock: as long as what its links span
    "delay": _NUMBER,  # elapsed days that it waits after what its logic demands (levelling)
    "pause": _NUMBER,  # working days within its dates in which its work rests (split work)
    "notes": _TEXT,
    "link": _TEXT,  # a URL, shown as text
    "file": _TEXT,  # file name
    "sheet": _TEXT,
    "row": "int64",  # 1-based row of the sheet, 0 where there is none
}

DEPENDENCY_COLUMNS: Final[Mapping[str, str]] = {
    "predecessor": _TEXT,
    "successor": _TEXT,
    "type": _TEXT,  # LinkType
    "lag": _NUMBER,
    "lag_unit": _TEXT,  # LagUnit
    "source": _TEXT,  # Sheet!G5
}

RISK_COLUMNS: Final[Mapping[str, str]] = {
    "id": _TEXT,
    "title": _TEXT,
    "description": _TEXT,
    "kind": _TEXT,  # "threat", "opportunity" or "issue"
    "category": _TEXT,
    "team": _TEXT,
    "program": _TEXT,
    "probability": _NUMBER,  # 0–1
    "impact": _NUMBER,  # 1–5
    "score": _NUMBER,  # as in the sheet where given, else probability level × impact level
    "residual_probability": _NUMBER,
    "residual_impact": _NUMBER,
    "owner": _TEXT,
    "response": _TEXT,  # what will be done, as in the sheet
    "strategy": _TEXT,  # avoid, reduce, transfer, accept, exploit, share, enhance
    "status": _TEXT,
    "state": _TEXT,  # "open", "closed", "occurred"
    "due": _DAY,
    "impact_days_min": _NUMBER,  # working days added to each activity that it hits
    "impact_days": _NUMBER,
    "impact_days_max": _NUMBER,
    "file": _TEXT,
    "sheet": _TEXT,
    "row": "int64",
}

RISK_HIT_COLUMNS: Final[Mapping[str, str]] = {"risk": _TEXT, "activity": _TEXT}

# What a person may set, correct or try. Beyond lies a typing error; calendars are tables whose size grows with the range.
FIRST_DAY: Final = dt.date(1900, 1, 1)
YEARS: Final = (1990, 2099)  # that a person may give to dates without one
LAST_DAY: Final = dt.date(2999, 12, 31)
DAYS_MOST: Final = 36_500.0  # working days
DISTRIBUTIONS: Final = ("pert", "triangular", "uniform", "lognormal")
RUNS_MOST: Final = 1_000_000
SEED_MOST: Final = 2**31
SPREAD_LOW_LEAST: Final = -0.95  # shares of a duration
SPREAD_HIGH_MOST: Final = 5.0
CELL_LENGTH_MAX: Final = 32_767  # characters; a spreadsheet's cell holds no more

PROBABILITY_BANDS: Final = (0.1, 0.3, 0.5, 0.7)  # upper edges of levels 1 to 4, inclusive (PMI's example scale)


def probability_level(shares: np.ndarray, bands: tuple[float, ...] = PROBABILITY_BANDS) -> np.ndarray:
    """The level 1–5 of each probability 0–1, as floats; NaN stays NaN."""
    values = np.asarray(shares, dtype=float)
    return np.where(np.isnan(values), np.nan, np.searchsorted(np.asarray(bands) + 1e-9, values) + 1.0)


RELATIVE_COLUMNS: Final[Mapping[str, str]] = {
    "id": _TEXT,
    "start": _NUMBER,  # days after the first day, inclusive
    "finish": _NUMBER,
}

REJECTED_COLUMNS: Final[Mapping[str, str]] = {
    "file": _TEXT,
    "sheet": _TEXT,
    "row": "int64",
    "reason": _TEXT,  # catalogue key under ``rejected.``
    "text": _TEXT,  # the row's cells as text, joined by " | "
}


def empty_frame(columns: Mapping[str, str]) -> pd.DataFrame:
    """A frame with no rows and the dtypes of ``columns``."""
    return _empty_frame(tuple(columns.items())).copy(deep=False)


@cache
def _empty_frame(columns: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    return pd.DataFrame({name: np.empty(0, dtype=dtype) for name, dtype in columns})


def frame_of(columns: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """A frame of arrays of one length that nobody writes to any more: neither copied nor looked through for other types."""
    index = pd.RangeIndex(len(next(iter(columns.values()), ())))
    # A bare array of str would become pandas' own str dtype, hence the series.
    return pd.DataFrame({name: pd.Series(values, index, values.dtype, copy=False) for name, values in columns.items()}, index, copy=False)


def conform(frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """``frame`` with exactly ``columns`` in order, cast to their dtypes; absent columns are filled with missing.

    Missing text is ``None``, missing bool ``False``, missing int ``0``. Raises ``ValueError`` when a value cannot be cast.
    """
    if not len(frame):
        return empty_frame(columns)
    out: dict[str, np.ndarray] = {}
    for name, dtype in columns.items():
        if name not in frame:
            blank: Any = {"bool": False, "int64": 0, _DAY: np.datetime64("NaT", "s"), _NUMBER: np.nan}.get(dtype)
            out[name] = np.full(len(frame), blank, dtype=dtype)
        elif dtype == _TEXT:
            values = frame[name].to_numpy(dtype=object, copy=True)
            values[pd.isna(values)] = None
            out[name] = values
        else:
            values = frame[name].to_numpy()
            out[name] = values == True if dtype == "bool" and values.dtype != bool else values.astype(dtype)  # noqa: E712 (NaN is not)
    return frame_of(out)


def _check(frame: pd.DataFrame, columns: Mapping[str, str], what: str) -> None:
    if list(frame.columns) != list(columns):
        raise ValueError(f"{what}: columns {list(frame.columns)} are not {list(columns)}")
    wrong = {name: str(given) for (name, dtype), given in zip(columns.items(), frame.dtypes, strict=True) if given != np.dtype(dtype)}
    if wrong:
        raise ValueError(f"{what}: wrong dtypes {wrong}")


def day_from(text: object) -> dt.date:
    """A day that a person set, from its ISO text. Raises ``ValueError`` for anything else and outside ``FIRST_DAY`` … ``LAST_DAY``."""
    day = dt.date.fromisoformat(text) if isinstance(text, str) else None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{text!r} is no date between {FIRST_DAY} and {LAST_DAY}")
    return day


def number_from(value: object, low: float, high: float) -> float:
    """A number that a person set. Raises ``ValueError`` for anything else and outside ``low`` … ``high`` (inclusive)."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:  # NaN is neither
        raise ValueError(f"{value!r} is no number between {low:g} and {high:g}")
    return float(value)


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """A working-time calendar as data; :mod:`tpm.calendars` compiles it.

    ``week`` says for Monday to Sunday whether the day is worked. ``holidays`` are half-open date ranges
    [first, after) that are not worked; ``worked`` are single days that are worked all the same and win over
    both. ``country`` adds the public holidays of an ISO 3166 country (substitute holidays included).
    """

    name: str
    week: tuple[bool, bool, bool, bool, bool, bool, bool] = (True, True, True, True, True, False, False)
    holidays: tuple[tuple[dt.date, dt.date], ...] = ()
    worked: tuple[dt.date, ...] = ()
    country: str | None = None
    minutes_per_day: float = 480.0

    def __post_init__(self) -> None:
        if not any(self.week) and not self.worked:
            raise ValueError(f"calendar {self.name!r} has no working day")
        if any(after <= first for first, after in self.holidays):
            raise ValueError(f"calendar {self.name!r}: a holiday range ends before it starts")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read."""

    file: str
    format: str  # xlsx, xls, xlsb, ods, csv, tsv, mspdi, xer, gan
    encoding: str | None = None
    saved_on: dt.date | None = None  # the workbook's own last-saved date
    sheets: tuple[str, ...] = ()  # that hold anything; of a text file one without a name


@dataclass(frozen=True, slots=True)
class Reason:
    """A piece of evidence for a choice: which, in what share of the rows that were looked at, and how many these were."""

    told: str  # key of the catalogue under ``evidence``
    share: float  # 0–1
    rows: int


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """Which column of a table was taken for a field, and how sure."""

    header: str
    column: str  # letter
    confidence: float  # 0–1
    by: str = "header"  # header, fuzzy, content, user
    runner_up: str | None = None  # header of the second-best column for this field
    unit: str | None = None  # "weeks", "hours", "months", "days" where the header names one
    reasons: tuple[Reason, ...] = ()  # what decided against the second-best column, the weightiest first


@dataclass(frozen=True, slots=True)
class TableReading:
    """A table that was found on a sheet. Rows are 1-based and inclusive."""

    source: str  # file name
    sheet: str
    kind: TableKind
    header_row: int  # last row of the header; 0 where there is none
    first_row: int
    last_row: int
    columns: Mapping[str, ColumnChoice]  # field → choice
    attributes: Mapping[str, str] = field(default_factory=dict)  # attribute → column letter
    same_as: str | None = None  # sheet that holds the same plan, which was counted instead
    headers: tuple[tuple[str, str], ...] = ()  # every (letter, header) of the table, for mapping by hand
    signature: str = ""  # what recognises the table again in the next file
    also: Mapping[str, str] = field(default_factory=dict)  # further column letters → field, of fields that have several columns
    header_rows: int = 1  # that the header spans
    transposed: bool = False  # rows are the sheet's columns, and letters its rows
    by_hand: bool = False  # a person said where it is, what it is or which column is what


def _no_calendars() -> Mapping[str, CalendarSpec]:
    return {}


class Columns(dict[str, np.ndarray]):
    """The columns of a frame as arrays that nobody writes to: looking one up in the frame takes longer than a pass over a small plan."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def __missing__(self, name: str) -> np.ndarray:
        values = self[name] = self._frame[name].to_numpy()
        return values


@dataclass(frozen=True)
class Plan:
    """A plan as uploaded: what will be scheduled, never altered.

    Frames have the columns and dtypes of ``ACTIVITY_COLUMNS``, ``DEPENDENCY_COLUMNS``, ``RISK_COLUMNS`` and
    ``RISK_HIT_COLUMNS``. ``attributes`` holds every other column of the sheets as text, one row an activity in
    the order of ``activities``.

    Raises ``ValueError`` when a frame breaks the schema, an id is missing or not unique, a parent or a
    dependency names an unknown id, or a finish lies before its start.
    """

    name: str = ""
    activities: pd.DataFrame = field(default_factory=lambda: empty_frame(ACTIVITY_COLUMNS))
    dependencies: pd.DataFrame = field(default_factory=lambda: empty_frame(DEPENDENCY_COLUMNS))
    risks: pd.DataFrame = field(default_factory=lambda: empty_frame(RISK_COLUMNS))
    risk_hits: pd.DataFrame = field(default_factory=lambda: empty_frame(RISK_HIT_COLUMNS))
    attributes: pd.DataFrame = field(default_factory=pd.DataFrame)
    calendars: Mapping[str, CalendarSpec] = field(default_factory=_no_calendars)
    default_calendar: CalendarSpec = CalendarSpec("standard")
    team_calendars: Mapping[str, str] = field(default_factory=dict)  # team → name in ``calendars``
    project_start: dt.date | None = None  # where the file states one
    progress_reported: bool = False  # a progress, status or actual column exists
    status_date: dt.date | None = None  # where the file states one
    saved_on: dt.date | None = None
    rows_missed: int = 0  # rows of its sheets with a date, an owner or an id that were not read
    relative: pd.DataFrame = field(default_factory=lambda: empty_frame(RELATIVE_COLUMNS))  # items dated from a day that nobody has stated
    relative_unit: str = ""  # what the sheet counts then: days, weeks or months

    def __post_init__(self) -> None:
        _check(self.activities, ACTIVITY_COLUMNS, "activities")
        _check(self.dependencies, DEPENDENCY_COLUMNS, "dependencies")
        _check(self.risks, RISK_COLUMNS, "risks")
        _check(self.risk_hits, RISK_HIT_COLUMNS, "risk_hits")
        _check(self.relative, RELATIVE_COLUMNS, "relative")
        ids = set(self.activities["id"].tolist())
        if len(ids) < len(self.activities) or self.activities["id"].hasnans:
            raise ValueError("activity ids must be present and unique")
        parents = {parent for parent in set(self.activities["parent"].tolist()) if not pd.isna(parent)}
        for ends in (parents, self.dependencies["predecessor"].tolist(), self.dependencies["successor"].tolist()):
            if not ids.issuperset(ends):
                raise ValueError(f"unknown activity ids: {sorted(set(ends) - ids, key=str)[:5]}")
        if (self.activities["planned_finish"].to_numpy() < self.activities["planned_start"].to_numpy()).any():
            raise ValueError("a planned finish lies before its start")
        if len(self.attributes) not in (0, len(self.activities)):
            raise ValueError("attributes must have one row an activity")

    @cached_property
    def columns(self) -> Mapping[str, np.ndarray]:
        """The columns of ``activities`` as arrays."""
        return Columns(self.activities)

    @cached_property
    def links(self) -> Mapping[str, np.ndarray]:
        """The columns of ``dependencies`` as arrays."""
        return Columns(self.dependencies)

    if not TYPE_CHECKING:  # which would take every name for an attribute

        def __getattr__(self, name: str) -> Any:
            """The frame of a plan that was made of columns, once somebody asks for it."""
            if name != "activities" or "columns" not in self.__dict__:
                raise AttributeError(name)
            frame = self.__dict__["activities"] = frame_of({column: self.columns[column] for column in ACTIVITY_COLUMNS})
            return frame

    def with_columns(self, columns: Mapping[str, np.ndarray], **parts: Any) -> Plan:
        """A copy with other activities, given as all of ``ACTIVITY_COLUMNS``, and with other parts.

        Nothing is looked through, and no frame is made before somebody asks for it: both take longer than scheduling a small plan.
        """
        changed = object.__new__(Plan)
        derived = {"fingerprint", *(("links",) if "dependencies" in parts else ()), *(() if columns is self.columns else ("activities",))}
        changed.__dict__.update({name: part for name, part in self.__dict__.items() if name not in derived}, **parts)
        changed.__dict__["columns"] = columns
        return changed

    def __getstate__(self) -> dict[str, Any]:
        """Without the columns, which are in the frames."""
        parts = {"activities": self.activities, **self.__dict__}
        return {name: part for name, part in parts.items() if name not in ("columns", "links")}

    @cached_property
    def fingerprint(self) -> str:
        """Hex digest of everything the plan holds; equal plans have equal fingerprints."""
        digest = hashlib.sha256()
        for frame in (self.activities, self.dependencies, self.risks, self.risk_hits, self.attributes, self.relative):
            digest.update("|".join(map(str, frame.columns)).encode())
            for name in frame.columns:
                values = frame[name].to_numpy()
                if values.dtype == object:
                    texts = ["\0" if value is None else value if value.__class__ is str else str(value) for value in values.tolist()]
                    digest.update("\x1f".join(texts).encode("utf-8", "surrogatepass"))
                else:
                    digest.update(values.tobytes())
        digest.update(repr((self.name, sorted(self.calendars.items()), self.default_calendar, sorted(self.team_calendars.items()),
                            self.project_start, self.progress_reported, self.status_date, self.saved_on, self.rows_missed,
                            self.relative_unit)).encode())
        return digest.hexdigest()[:32]

    @property
    def first_date(self) -> dt.date | None:
        """Earliest given planned date, or None when nothing is dated."""
        days = pd.concat([self.activities["planned_start"], self.activities["planned_finish"]])
        return None if days.isna().all() else days.min().date()

    @property
    def last_date(self) -> dt.date | None:
        """Latest given planned date, or None when nothing is dated."""
        days = pd.concat([self.activities["planned_start"], self.activities["planned_finish"]])
        return None if days.isna().all() else days.max().date()

    def with_(self, **changes: Any) -> Plan:
        """A copy with the named parts replaced. Raises ``TypeError`` for an unknown part."""
        return replace(self, **changes)


@dataclass(frozen=True)
class ImportResult:
    """What was read: the plan, and everything a person should know about how it was read."""

    plan: Plan
    sources: tuple[Source, ...] = ()
    tables: tuple[TableReading, ...] = ()
    findings: tuple[Finding, ...] = ()
    rejected: pd.DataFrame = field(default_factory=lambda: empty_frame(REJECTED_COLUMNS))


@dataclass(frozen=True, slots=True)
class ScheduleOptions:
    """How a plan is scheduled; a switch in the interface and on the command line each.

    ``status_date`` None ignores progress. ``target`` None aims at the project's finish. ``country`` and ``week``
    override the plan's default calendar where given; ``team_countries`` gives teams public holidays.
    """

    mode: Mode = Mode.PLANNED
    status_date: dt.date | None = None
    target: str | None = None
    project_start: dt.date | None = None
    country: str | None = None
    week: tuple[bool, bool, bool, bool, bool, bool, bool] | None = None
    team_countries: tuple[tuple[str, str], ...] = ()  # (team, country), sorted
    near_critical_days: float = 5.0


SCHEDULE_COLUMNS: Final[Mapping[str, str]] = {
    "id": _TEXT,
    "planned_start": _DAY,  # as given; what is not given follows from the others in the calendars in force
    "planned_finish": _DAY,
    "duration": _NUMBER,  # likewise; NaN where it is unknown, and of summaries
    "forecast_start": _DAY,  # displayed dates, inclusive; of summaries the roll-up
    "forecast_finish": _DAY,
    "early_start": _DAY,
    "early_finish": _DAY,
    "late_start": _DAY,
    "late_finish": _DAY,
    "remaining": _NUMBER,  # working days still to do at the status date
    "total_float": _NUMBER,  # working days of the activity's calendar; NaN of summaries, done and unscheduled rows
    "free_float": _NUMBER,
    "critical": "bool",
    "near_critical": "bool",
    "driver": _TEXT,  # id of the driving predecessor, where a dependency drives
    "driver_kind": _TEXT,  # dependency, planned, status_date, constraint, project_start, actual, unscheduled, summary
    "limiter": _TEXT,  # id of the successor that limits the total float, where one does
    "state": _TEXT,  # State after assumed progress (see semantics: forward pass, 4)
    "progress": _NUMBER,  # the progress the schedule used
    "scheduled": "bool",  # False: on or behind a cycle, or without any date
    "slip": _NUMBER,  # working days forecast finish − planned finish (positive: later)
}


LINK_COLUMNS: Final[Mapping[str, str]] = {
    **DEPENDENCY_COLUMNS,
    "relationship_float": _NUMBER,  # working days between what the link demands and the successor's early date
    "driving": "bool",  # relationship float is zero and the successor is not held by anything else
    "violated": "bool",  # the planned dates contradict the link
}


@dataclass(frozen=True)
class Schedule:
    """A scheduled plan. ``table`` has ``SCHEDULE_COLUMNS``, one row an activity in the plan's order.

    ``links`` has ``LINK_COLUMNS``, one row a dependency of the plan in the plan's order.
    """

    table: pd.DataFrame
    options: ScheduleOptions
    start: dt.date | None
    finish: dt.date | None  # of the target where there is one
    duration: float  # working days from start to finish in the plan's calendar
    critical_path: tuple[str, ...]  # one driving chain, first to last
    cycles: tuple[tuple[str, ...], ...] = ()
    findings: tuple[Finding, ...] = ()
    links: pd.DataFrame = field(default_factory=lambda: empty_frame(LINK_COLUMNS))
    fingerprint: str = ""

    def __post_init__(self) -> None:
        _check(self.table, SCHEDULE_COLUMNS, "schedule")


@dataclass(frozen=True, slots=True)
class SimulationOptions:
    """How a plan's uncertainty is simulated; every part is shown beside the result.

    ``target`` None takes the schedule's target, else the project's finish. ``default_spread`` is the band of a remaining duration
    that has no estimate, as shares below and above it; ``team_spread`` replaces it for the teams it names (team, low, high, sample
    size). ``correlation`` is that of any two remaining durations of one team.
    """

    runs: int = 10_000
    seed: int = 1
    target: str | None = None
    distribution: str = "pert"  # pert, triangular, uniform, lognormal
    default_spread: tuple[float, float] = (-0.10, 0.25)
    team_spread: tuple[tuple[str, float, float, int], ...] = ()
    correlation: float = 0.3  # 0–1
    register: str = "inherent"  # none, inherent, residual
    tornado: bool = True
    factors: int = 20  # of the tornado


SIMULATION_COLUMNS: Final[Mapping[str, str]] = {
    "id": _TEXT,
    "criticality_index": _NUMBER,  # share of the runs, 0–1; NaN of summaries, done and unscheduled rows, and without dependencies
    "p10_finish": _DAY,  # displayed dates, inclusive
    "p50_finish": _DAY,
    "p80_finish": _DAY,
    "p90_finish": _DAY,
    "spread_source": _TEXT,  # estimates, learned, default, none
}

TORNADO_COLUMNS: Final[Mapping[str, str]] = {
    "kind": _TEXT,  # risk, activity, team
    "id": _TEXT,
    "days": _NUMBER,  # working days of the target's P80 that go away without this uncertainty
}

RISK_DAYS_COLUMNS: Final[Mapping[str, str]] = {
    "id": _TEXT,
    "fired_share": _NUMBER,  # of the runs, 0–1
    "expected_days": _NUMBER,  # mean working days that the risk costs the target (negative: saves)
}


@dataclass(frozen=True)
class SimulationResult:
    """Where the target may end, and why. Frames have ``SIMULATION_COLUMNS`` (one row an activity in the plan's order),
    ``TORNADO_COLUMNS`` (largest first) and ``RISK_DAYS_COLUMNS`` (one row a simulated risk in the register's order).

    ``finish_days`` are the distinct displayed finishes of the target, ascending (``datetime64[D]``), ``finish_counts`` the runs that
    end on each; both are empty where the target has no finish (``deterministic_finish`` is None), and then no question about it
    can be asked.
    """

    options: SimulationOptions
    target: str | None
    deterministic_finish: dt.date | None
    runs: int
    seed: int
    finish_days: np.ndarray
    finish_counts: np.ndarray
    mean: float  # working days of the plan's calendar after the deterministic finish (negative: before)
    std: float  # working days
    table: pd.DataFrame
    tornado: pd.DataFrame
    risk_days: pd.DataFrame
    default_share: float  # of the target's variance, from default bands rather than estimates; NaN without variance
    findings: tuple[Finding, ...] = ()
    fingerprint: str = ""

    def __post_init__(self) -> None:
        _check(self.table, SIMULATION_COLUMNS, "simulation")
        _check(self.tornado, TORNADO_COLUMNS, "tornado")
        _check(self.risk_days, RISK_DAYS_COLUMNS, "risk days")

    @property
    def answered(self) -> bool:
        """Whether the target has a finish at all."""
        return len(self.finish_days) > 0

    def _ranked(self, rank: float) -> dt.date:
        """The day of the run that comes at ``rank`` (1 … runs) when the runs are sorted by finish."""
        if not self.answered:
            raise ValueError("the target has no finish")
        place = np.searchsorted(np.cumsum(self.finish_counts), min(max(rank, 1), self.runs))
        day: dt.date = self.finish_days[place].astype("datetime64[D]").item()
        return day

    def percentile(self, p: float) -> dt.date:
        """The first day by which the share ``p`` (0–1) of the runs has ended. Raises ``ValueError`` without a finish."""
        return self._ranked(np.ceil(round(p * self.runs, 6)))

    def percentile_error(self, p: float) -> tuple[dt.date, dt.date]:
        """The 95 % confidence interval of :meth:`percentile`, from order statistics (binomial, normal approximation)."""
        reach = 1.959964 * np.sqrt(self.runs * p * (1 - p))
        return self._ranked(np.floor(self.runs * p - reach)), self._ranked(np.ceil(self.runs * p + reach) + 1)

    def confidence(self, day: dt.date) -> float:
        """Share of the runs that end on ``day`` or before. Raises ``ValueError`` without a finish."""
        if not self.answered:
            raise ValueError("the target has no finish")
        return float(self.finish_counts[self.finish_days <= np.datetime64(day, "D")].sum() / self.runs)

    def confidence_error(self, day: dt.date) -> float:
        """Standard error of :meth:`confidence` (binomial)."""
        share = self.confidence(day)
        return float(np.sqrt(share * (1 - share) / self.runs))
