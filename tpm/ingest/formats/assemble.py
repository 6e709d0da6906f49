"""What the file formats share: items and links as they are read, grouped findings, and the Plan made of them.

A reader fills one :class:`Item` a row and one :class:`Link` a dependency, notes what could not be carried over in
:class:`Notes` (one finding a kind, not one an item), and hands everything to :func:`assemble`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import pandas as pd

from tpm.findings import Finding, Place, Severity
from tpm.ingest.formats.worktime import LATEST, ONE_DAY, WorkTime
from tpm.model import (
    ACTIVITY_COLUMNS,
    DEPENDENCY_COLUMNS,
    CalendarSpec,
    ColumnChoice,
    Constraint,
    ImportResult,
    Kind,
    LagUnit,
    LinkType,
    Plan,
    Source,
    State,
    TableKind,
    TableReading,
    conform,
)

_MAX_LEVELS = 400  # deeper outlines are damaged files
MAX_DAYS = 100_000.0  # 270 years: a longer duration or lag is a damaged number


@dataclass(slots=True)
class Item:
    """One row of the plan; names and units are those of ``ACTIVITY_COLUMNS``."""

    id: str
    name: str
    kind: Kind = Kind.ACTIVITY
    wbs: str | None = None
    parent: str | None = None
    level: int = 0
    team: str | None = None
    owner: str | None = None
    program: str | None = None
    phase: str | None = None
    planned_start: dt.date | None = None
    planned_finish: dt.date | None = None
    duration: float = math.nan
    elapsed: bool = False
    progress: float = math.nan
    status: str | None = None
    state: State | None = None
    priority: str | None = None
    priority_rank: float = math.nan
    deadline: dt.date | None = None
    baseline_start: dt.date | None = None
    baseline_finish: dt.date | None = None
    actual_start: dt.date | None = None
    actual_finish: dt.date | None = None
    optimistic: float = math.nan
    most_likely: float = math.nan
    pessimistic: float = math.nan
    constraint: Constraint | None = None
    constraint_date: dt.date | None = None
    calendar: str | None = None
    manual: bool = False
    spanned: bool = False
    delay: float = math.nan
    pause: float = math.nan
    notes: str | None = None
    link: str | None = None
    row: int = 0
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A dependency between two ids; ``lag`` in the unit of ``lag_unit``."""

    predecessor: str
    successor: str
    type: LinkType = LinkType.FS
    lag: float = 0.0
    lag_unit: LagUnit = LagUnit.WORKING
    source: str | None = None


class Notes:
    """Findings of one file, one a code, with every item concerned."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._severity: dict[str, Severity] = {}
        self._items: dict[str, dict[str, None]] = {}
        self._count: Counter[str] = Counter()
        self._params: dict[str, dict[str, object]] = {}

    def add(self, code: str, item: str | None = None, severity: Severity = Severity.INFO, **params: object) -> None:
        """One more case of ``code``, at ``item`` where there is one; the first case's ``params`` are kept."""
        self._severity.setdefault(code, severity)
        self._params.setdefault(code, params)
        self._count[code] += 1
        if item is not None:
            self._items.setdefault(code, {}).setdefault(item)

    def findings(self) -> tuple[Finding, ...]:
        """One finding a code, worst first; ``count`` is the number of cases."""
        place = (Place(source=self.file),)
        found = [Finding(code, severity, place, {"count": self._count[code], **self._params[code]},
                         tuple(self._items.get(code, ())))
                 for code, severity in self._severity.items()]
        return tuple(sorted(found, key=lambda finding: finding.severity.rank))


def note_times(notes: Notes, item: Item, start: dt.datetime | None, finish: dt.datetime | None, work: WorkTime) -> None:
    """Note what cutting moments to days changed, and keep the moments themselves as attributes."""
    if item.kind is Kind.MILESTONE:
        if finish is None or item.planned_finish is None or item.planned_finish == finish.date():
            return
        notes.add("file-milestones-at-opening", item.id)
    else:
        inside = start is not None and not work.at_opening(start) and item.planned_start == start.date()
        if not inside and (item.elapsed or math.isnan(item.duration) or item.duration % 1 < 1e-6):
            return
        notes.add("file-times-cut", item.id)
    for name, moment in (("Start", start), ("Finish", finish)):
        if moment is not None:
            item.attributes[f"{name} (time)"] = moment.isoformat(sep=" ", timespec="minutes")


def bounded_days(days: float) -> float:
    """``days`` where it is a length that a plan can have, else NaN."""
    return days if math.isfinite(days) and abs(days) <= MAX_DAYS else math.nan


def number(text: str | None, otherwise: float = math.nan) -> float:
    """The finite number in ``text`` (``8.5``, and ``8,5`` as tools write it in Europe), else ``otherwise``."""
    try:
        value = float(text.replace(",", ".")) if text is not None else otherwise
    except ValueError:
        return otherwise
    return value if math.isfinite(value) else otherwise


def state_of(progress: float, started: bool, finished: bool = False) -> State:
    """The state that progress (0–1) and actual dates say."""
    if finished or progress >= 1:
        return State.DONE
    return State.IN_PROGRESS if started or progress > 0 else State.NOT_STARTED


def unique_name(wanted: str, taken: Iterable[str]) -> str:
    """``wanted``, or ``wanted (2)`` and so on where it is taken."""
    names = set(taken)
    if wanted not in names:
        return wanted
    return next(name for n in range(2, len(names) + 3) if (name := f"{wanted} ({n})") not in names)


def unique_ids(wanted: Sequence[str]) -> list[str]:
    """``wanted`` with ``-2``, ``-3`` … after what came before."""
    taken = set(wanted)
    last: dict[str, int] = {}
    out = []
    for text in wanted:
        mine = text
        if text in last:
            while mine in taken:
                last[text] += 1
                mine = f"{text}-{last[text]}"
            taken.add(mine)
        last.setdefault(text, 1)
        out.append(mine)
    return out


def finish_after(start: dt.date, days: float, work: WorkTime, elapsed: bool = False) -> dt.date:
    """The inclusive last day of ``days`` (working days of ``work``) from ``start`` on, ``start`` counting where worked."""
    if not math.isfinite(days) or days <= 0:
        return start
    whole = math.ceil(days - 1e-9)
    if elapsed:
        return min(start + min(whole - 1, int(MAX_DAYS)) * ONE_DAY, LATEST)
    return min(work.onward(start, min(whole, int(MAX_DAYS))), LATEST)


def mark_summaries(items: Sequence[Item]) -> None:
    """Make every item with children a summary, and set its level; parents that are unknown or below themselves are dropped."""
    by_id = {item.id: item for item in items}
    for item in items:
        if item.parent not in by_id:
            item.parent = None
    for item in items:
        seen = {item.id}
        above = item.parent
        while above is not None and above not in seen and len(seen) < _MAX_LEVELS:
            seen.add(above)
            above = by_id[above].parent
        if above is not None:
            item.parent = None
    for item in items:
        if item.parent is not None:
            by_id[item.parent].kind = Kind.SUMMARY
    for item in items:
        item.level, above = 0, item.parent
        while above is not None:
            item.level, above = item.level + 1, by_id[above].parent


def roll_up(items: Sequence[Item]) -> None:
    """Give every item without planned dates those that span the items below it; parents stand before children."""
    spans: dict[str, tuple[dt.date | None, dt.date | None]] = {}
    for item in reversed(items):
        start, finish = spans.get(item.id, (None, None))
        item.planned_start = item.planned_start or start
        item.planned_finish = item.planned_finish or finish
        if item.parent is not None:
            start, finish = spans.get(item.parent, (None, None))
            starts = [day for day in (start, item.planned_start or item.planned_finish) if day]
            finishes = [day for day in (finish, item.planned_finish or item.planned_start) if day]
            spans[item.parent] = (min(starts, default=None), max(finishes, default=None))


def _column(items: Sequence[Item], name: str, dtype: str) -> np.ndarray:
    values = [getattr(item, name, None) for item in items]
    if dtype == "object":
        out = np.empty(len(values), dtype=object)
        out[:] = [None if value is None else str(value) for value in values]
        return out
    if dtype.startswith("datetime"):
        return np.array(values, dtype="datetime64[D]").astype(dtype)
    return np.array(values, dtype=dtype)


def _attributes(items: Sequence[Item]) -> pd.DataFrame:
    names = list(dict.fromkeys(name for item in items for name in item.attributes))
    if not names:
        return pd.DataFrame()
    columns = {}
    for name in names:
        columns[name] = pd.Series([item.attributes.get(name) for item in items], dtype=object)
    return pd.DataFrame(columns)


def _links(links: Iterable[Link], ids: frozenset[str], notes: Notes) -> pd.DataFrame:
    kept = []
    for link in dict.fromkeys(links):
        if link.predecessor not in ids or link.successor not in ids or link.predecessor == link.successor:
            notes.add("file-broken-links", link.successor if link.successor in ids else None, Severity.WARNING)
        elif math.isnan(link.lag):
            notes.add("file-unreadable-lags", link.successor, Severity.WARNING)
            kept.append(Link(link.predecessor, link.successor, link.type, 0.0, LagUnit.WORKING, link.source))
        else:
            kept.append(link)
    frame = pd.DataFrame({f.name: [getattr(link, f.name) for link in kept] for f in fields(Link)})
    for name in ("type", "lag_unit"):
        frame[name] = frame[name].map(str).astype(object)
    return conform(frame, DEPENDENCY_COLUMNS)


def assemble(
    file: str,
    format_: str,
    items: Sequence[Item],
    links: Iterable[Link],
    notes: Notes,
    *,
    sheet: str,
    columns: Mapping[str, str],
    name: str = "",
    default: CalendarSpec | None = None,
    calendars: Mapping[str, CalendarSpec] | None = None,
    project_start: dt.date | None = None,
    saved_on: dt.date | None = None,
    status_date: dt.date | None = None,
    encoding: str | None = None,
    progress_reported: bool = True,
) -> ImportResult:
    """The plan of ``items`` and ``links``, with ``columns`` (field → name in the file) as what was understood.

    Ids must be unique; links to unknown ids are dropped and noted. A finish before its start is set to the start.
    """
    mark_summaries(items)
    for item in items:
        for start, finish in (("planned_start", "planned_finish"), ("baseline_start", "baseline_finish"),
                              ("actual_start", "actual_finish")):
            first, last = getattr(item, start), getattr(item, finish)
            if first is not None and last is not None and last < first:
                setattr(item, finish, first)
    if not items:
        notes.add("file-no-tasks", severity=Severity.WARNING)
    frame = {column: _column(items, column, dtype) for column, dtype in ACTIVITY_COLUMNS.items() if column in _ITEM_FIELDS}
    activities = pd.DataFrame(frame)
    activities["file"], activities["sheet"] = file, sheet
    ids = frozenset(item.id for item in items)
    plan = Plan(
        name=name,
        activities=conform(activities, ACTIVITY_COLUMNS),
        dependencies=_links(links, ids, notes),
        attributes=_attributes(items),
        calendars=dict(calendars or {}),
        default_calendar=default or CalendarSpec("standard"),
        project_start=project_start,
        progress_reported=progress_reported,
        status_date=status_date,
        saved_on=saved_on,
    )
    table = TableReading(
        source=file, sheet=sheet, kind=TableKind.ACTIVITIES, header_row=0, first_row=1, last_row=len(items),
        columns={mine: ColumnChoice(header=theirs, column="", confidence=1.0) for mine, theirs in columns.items()},
    )
    return ImportResult(plan, (Source(file, format_, encoding, saved_on),), (table,), notes.findings())


_ITEM_FIELDS = frozenset(f.name for f in fields(Item)) - {"attributes"}
