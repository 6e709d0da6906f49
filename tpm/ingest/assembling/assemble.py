"""Drafts of tables → one Plan.

Rows of all tables are stacked, ids made unique, parents found, dates and durations made to agree, links resolved. What had to
be decided or could not be used becomes findings; the plan itself is checked by :class:`tpm.model.Plan`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tpm.findings import Finding, Place, Severity
from tpm.i18n import LANGUAGES
from tpm.ingest.assembling import hierarchy
from tpm.ingest.assembling.connect import connect, hits
from tpm.ingest.assembling.reconcile import Reconciled, reconcile
from tpm.ingest.assembling.stack import Stack, repeated
from tpm.ingest.drafts.activities import Draft, names_of_events
from tpm.ingest.drafts.calendars import Calendars, calendar_header
from tpm.ingest.lexicon.headers import key, meant_as_effort
from tpm.ingest.tables.nested import reading_order, under_items
from tpm.model import ACTIVITY_COLUMNS, RELATIVE_COLUMNS, RISK_COLUMNS, CalendarSpec, Kind, Plan, State, conform, empty_frame, frame_of

_TEXTS = ("calendar", "team", "owner", "program", "phase", "status", "priority", "notes", "link", "wbs")
_DATES = ("deadline", "baseline_start", "baseline_finish", "actual_start", "actual_finish", "constraint_date")


def assemble(
    name: str,
    drafts: list[Draft],
    risks: pd.DataFrame,
    risk_drafts: Sequence[Draft],
    link_tables: Sequence[Draft],
    saved_on: dt.date | None,
    project_start: dt.date | None,
    calendars: Calendars,
) -> tuple[Plan, list[Finding]]:
    """The plan of all drafts and the findings of putting them together; ``calendars`` are those that the files state."""
    _name_calendars(drafts, calendars)
    stack = Stack(drafts)
    findings: list[Finding] = []
    ids, sheet_ids = _ids(stack, findings)
    parent = _parents(stack, sheet_ids)
    level = hierarchy.levels(parent)
    summary = np.zeros(len(stack), dtype=bool)
    summary[parent[parent >= 0]] = True
    made = _reconcile(stack, summary, calendars.default, bool(link_tables))
    _tell_dates(stack, made, ids, summary, findings)
    kinds = _kinds(stack, made, summary)
    frame = _frame(stack, ids, parent, level, kinds, made, findings)
    dependencies, told = connect(stack, ids, sheet_ids, parent, made.start, made.finish, link_tables)
    findings += told
    register = _risk_ids(risks, findings)
    risk_hits, told = hits(stack, ids, sheet_ids, register, risk_drafts)
    findings += told
    attributes, order = _attributes(stack), reading_order(stack)
    if order is not None:
        frame, attributes = (part.iloc[order].reset_index(drop=True) if len(part) else part for part in (frame, attributes))
    plan = Plan(
        name=name,
        activities=frame,
        dependencies=dependencies,
        risks=register,
        risk_hits=risk_hits,
        attributes=attributes,
        calendars=calendars.named,
        default_calendar=calendars.default or made.calendar,
        team_calendars=calendars.teams,
        project_start=project_start or _stated_start(drafts, made),
        status_date=max((draft.stated_status for draft in drafts if draft.stated_status), default=None),
        saved_on=saved_on,
        relative=_relative(stack, ids, made),
        relative_unit=next((draft.counts for draft in drafts if draft.counts), ""),
        progress_reported=any(
            {"progress", "status", "actual_start", "actual_finish"} & set(draft.data) and _says_progress(draft) for draft in drafts
        ),
    )
    return plan, findings


def _stated_start(drafts: Sequence[Draft], made: Reconciled) -> dt.date | None:
    """The project's start as the sheets state it; a start after the first planned date is a form that nobody kept up."""
    stated = min((draft.stated_start for draft in drafts if draft.stated_start), default=None)
    dated = made.start[~np.isnat(made.start)]
    return None if stated is None or (len(dated) and dated.min() < np.datetime64(stated)) else stated


def _relative(stack: Stack, ids: np.ndarray, made: Reconciled) -> pd.DataFrame:
    """Where items lie whose dates count from a day that nobody has stated, with ``RELATIVE_COLUMNS``."""
    if not any(draft.counts for draft in stack.drafts):
        return empty_frame(RELATIVE_COLUMNS)
    start, finish = (stack.column(f"relative_{name}", np.nan, float) for name in ("start", "finish"))
    length = np.maximum(np.nan_to_num(made.duration, nan=1.0), 1.0) - 1.0
    start, finish = _either(start, finish - length), _either(finish, start + length)
    told = ~np.isnan(start)
    finish = np.maximum(start, finish)
    return frame_of({"id": ids[told], "start": start[told], "finish": finish[told]})


def _says_progress(draft: Draft) -> bool:
    for name in ("progress", "status", "actual_start", "actual_finish"):
        values = draft.data.get(name)
        if values is not None and not pd.isna(values).all():
            return True
    return False


def _ids(stack: Stack, findings: list[Finding]) -> tuple[np.ndarray, list[list[str | None]]]:
    """(unique ids of the plan, ids as each sheet has them)."""
    out = np.empty(len(stack), dtype=object)
    taken: set[str] = set()
    as_written: list[list[str | None]] = []
    repeated: list[int] = []
    partial: list[int] = []  # drafts that lack an id or share one
    for index, (draft, offset) in enumerate(zip(stack.drafts, stack.offsets, strict=False)):
        own = draft.data["id"].tolist() if "id" in draft.data else None
        if own is None and "wbs" in draft.data:
            wbs = draft.data["wbs"].tolist()
            own = wbs if all(wbs) and len(set(wbs)) == len(wbs) else None
        as_written.append(own if own is not None else [None] * len(draft))
        if own is not None and None not in own and len(distinct := set(own)) == len(own) and not distinct & taken:
            taken |= distinct
            out[offset : offset + len(own)] = own
            continue
        partial.append(index)
        for position, text in enumerate(as_written[-1]):
            if text is None:
                continue
            if text not in taken:
                taken.add(text)
                out[offset + position] = text
            else:
                repeated.append(offset + position)
    counter = 0
    last: dict[str, int] = {}  # number given to the latest row of an id that repeats
    for index in partial:
        draft, offset, own_ids = stack.drafts[index], stack.offsets[index], as_written[index]
        generated = not any(own_ids)
        for position, text in enumerate(own_ids):
            if out[offset + position] is not None:
                continue
            if text is not None:
                fresh = _numbered(text, taken, last)
            elif generated:
                counter += 1
                while str(counter) in taken:
                    counter += 1
                fresh = str(counter)
            else:
                fresh = f"R{int(draft.table.grid.numbers(draft.rows[position]))}"
                while fresh in taken:
                    fresh += "'"
            taken.add(fresh)
            out[offset + position] = fresh
    if repeated:
        findings.append(
            Finding(
                "duplicate-ids",
                Severity.WARNING,
                stack.places(repeated, "id"),
                {"count": len(repeated), "id": str(out[repeated[0]]).rsplit("-", 1)[0]},
                tuple(out[position] for position in repeated),
            )
        )
    return out, as_written


def _numbered(text: str, taken: set[str], last: dict[str, int]) -> str:
    """``text`` with the next number that makes it new; ``last`` remembers where counting stands, so that many repeats stay linear."""
    number = last.get(text, 1) + 1
    while f"{text}-{number}" in taken:
        number += 1
    last[text] = number
    return f"{text}-{number}"


def _parents(stack: Stack, sheet_ids: list[list[str | None]]) -> np.ndarray:
    parts = []
    for draft, offset, ids in zip(stack.drafts, stack.offsets, sheet_ids, strict=False):
        local = hierarchy.parents(draft, ids)
        parts.append(np.where(local >= 0, local + offset, -1))
    return under_items(stack, stack.joined(parts, int))


def _name_calendars(drafts: Sequence[Draft], calendars: Calendars) -> None:
    """The column that names each activity's calendar, where the files say what those calendars are; else it stays an extra column."""
    if not calendars.named:
        return
    wanted = {calendar_header(lang) for lang in LANGUAGES}
    for draft in drafts:
        for header in [name for name in draft.attributes if key(name) in wanted]:
            texts = draft.attributes[header]
            if all(text is None or text in calendars.named for text in texts):
                draft.data["calendar"] = draft.attributes.pop(header)


def _reconcile(stack: Stack, summary: np.ndarray, default: CalendarSpec | None, link_tables: bool) -> Reconciled:
    nat = np.datetime64("NaT", "D")
    start, finish = stack.column("start", nat, "datetime64[D]"), stack.column("finish", nat, "datetime64[D]")
    actual_start, actual_finish = stack.column("actual_start", nat, "datetime64[D]"), stack.column("actual_finish", nat, "datetime64[D]")
    if np.isnat(start).all() and np.isnat(finish).all():  # a sheet of what happened: its actual dates are the only plan there is
        start, finish = actual_start.copy(), actual_finish.copy()
    stated = stack.column("duration", np.nan, float)
    likely = stack.column("most_likely", np.nan, float)
    dated = ~(np.isnat(start) | np.isnat(finish))
    stated = np.where(dated & _effort(stack), np.nan, stated)
    estimated = np.isnan(stated) & ~dated  # an estimate beside both dates is no duration
    stated = np.where(estimated, likely, stated)
    made = reconcile(
        start,
        finish,
        stated,
        stack.column("elapsed", False, bool),
        stack.column("milestone", False, bool) | _typed(stack, "milestone"),
        _named(stack),
        summary=summary,
        coarse=stack.column("coarse", False, bool),
        linked=stack.joined([np.full(len(draft), link_tables or any(draft.links.values())) for draft in stack.drafts], bool),
    )
    if default is not None:  # durations count days of stated calendars, holidays and all: the ordinary week cannot contradict them
        made.duration = np.where(np.isnan(stated) | made.milestone | (stated == 0), made.duration, stated)
        made.miscounted[:] = False
        made.seven_by = None
    return made


def _effort(stack: Stack) -> np.ndarray:
    """Rows whose duration column is one of effort ("공수", "Time estimate"): how long it takes only where dates do not say."""
    parts = []
    for draft in stack.drafts:
        choice = draft.columns.choices.get("duration")
        effort = choice is not None and choice.by == "header" and meant_as_effort(choice.header)
        parts.append(np.full(len(draft), effort))
    return stack.joined(parts, bool)


def _typed(stack: Stack, word: str) -> np.ndarray:
    if not any("kind" in draft.data for draft in stack.drafts):
        return np.zeros(len(stack), dtype=bool)
    kinds = stack.column("kind", None, object)
    words = {"milestone": ("milestone", "마일스톤", "hito", "jalon", "marco", "meilenstein", "이정표", "マイルストーン")}[word]
    return np.array([isinstance(kind, str) and kind.strip().casefold() in words for kind in kinds], dtype=bool)


def _named(stack: Stack) -> np.ndarray:
    """Rows that are milestones by name, or because their name column is headed so."""
    parts = []
    for draft in stack.drafts:
        header = draft.columns.choices["name"].header.casefold()
        every = (
            any(word in header for word in ("milestone", "마일스톤", "이정표", "hito", "jalon", "meilenstein"))
            and "duration" not in draft.data
        )
        every = every and not any(word in header for word in ("task", "작업", "/", "activity"))
        parts.append(np.ones(len(draft), dtype=bool) if every else names_of_events(draft.names))
    return stack.joined(parts, bool)


def _tell_dates(stack: Stack, made: Reconciled, ids: np.ndarray, summary: np.ndarray, findings: list[Finding]) -> None:
    """Findings of the reconciliation, one a kind."""

    def tell(code: str, severity: Severity, mask: np.ndarray, name: str, **params: object) -> None:
        positions = np.flatnonzero(mask).tolist()
        if positions:
            findings.append(
                Finding(
                    code,
                    severity,
                    stack.places(positions, name),
                    {"count": len(positions), **params},
                    tuple(ids[position] for position in positions),
                )
            )

    tell("swapped-dates", Severity.ERROR, made.swapped, "finish")
    tell("duration-counts", Severity.INFO, made.miscounted, "duration", counted=made.counted)
    tell("computed-finish", Severity.INFO, made.computed_finish, "start")
    tell("computed-start", Severity.INFO, made.computed_start, "finish")
    tell("milestones-with-duration", Severity.WARNING, made.events_at_work, "duration")
    if made.seven_by and stack.drafts:
        findings.append(
            Finding(
                "seven-day-week", Severity.INFO, (stack.drafts[0].table.grid.place(),), {"share": made.weekend_share, "by": made.seven_by}
            )
        )


def _kinds(stack: Stack, made: Reconciled, summary: np.ndarray) -> np.ndarray:
    out = repeated(Kind.ACTIVITY.value, len(stack))
    out[made.milestone] = Kind.MILESTONE.value
    out[summary] = Kind.SUMMARY.value
    return out


def _states(stack: Stack, made: Reconciled, progress: np.ndarray) -> np.ndarray:
    """The state that the status says; else what progress and actual dates say; else not started."""
    state = stack.column("state", None, object)
    told = state.tolist()
    if None not in told:
        return state
    state = state.copy()
    nat = np.datetime64("NaT", "D")
    missing = np.array([one is None for one in told], dtype=bool)
    finished = ~np.isnat(stack.column("actual_finish", nat, "datetime64[D]"))
    begun = ~np.isnat(stack.column("actual_start", nat, "datetime64[D]"))
    state[missing] = State.NOT_STARTED.value
    state[missing & ((progress > 0) | begun)] = State.IN_PROGRESS.value
    state[missing & ((progress >= 1) | (finished & ~(progress < 1)))] = State.DONE.value
    return state


def _tell_progress(
    stack: Stack, ids: np.ndarray, state: np.ndarray, progress: np.ndarray, leaf: np.ndarray, findings: list[Finding]
) -> None:
    """Findings where status, percent and actual dates contradict each other, one a kind."""
    nat = np.datetime64("NaT", "D")
    begun, ended = stack.column("actual_start", nat, "datetime64[D]"), stack.column("actual_finish", nat, "datetime64[D]")
    done, open_ = state == State.DONE.value, np.isin(state, [State.NOT_STARTED.value, State.IN_PROGRESS.value, State.BLOCKED.value])
    said = stack.column("state", None, object)
    not_begun = said == State.NOT_STARTED.value
    short = progress < 0.9999
    for code, wrong, name in (
        ("done-not-complete", done & short, "progress"),
        ("complete-not-done", (open_ & (progress >= 1)) | (not_begun & (progress > 0) & short), "status"),
        ("actual-not-done", ~np.isnat(ended) & (open_ | short) & ~(done & short), "actual_finish"),
        ("actual-not-begun", ~np.isnat(begun) & not_begun & ~(progress > 0), "actual_start"),
        ("actual-dates-crossed", ended < begun, "actual_start"),
    ):
        positions = np.flatnonzero(wrong & leaf).tolist()
        if positions:
            items = tuple(ids[at] for at in positions)
            findings.append(Finding(code, Severity.WARNING, stack.places(positions, name), {"count": len(positions)}, items))


def _frame(
    stack: Stack, ids: np.ndarray, parent: np.ndarray, level: np.ndarray, kinds: np.ndarray, made: Reconciled, findings: list[Finding]
) -> pd.DataFrame:
    nat = np.datetime64("NaT", "D")
    progress = stack.column("progress", np.nan, float)
    state = _states(stack, made, progress)
    _tell_progress(stack, ids, state, progress, kinds != Kind.SUMMARY.value, findings)
    data: dict[str, np.ndarray] = {
        "id": ids,
        "kind": kinds,
        "level": level,
        "state": state,
        "duration": made.duration,
        "progress": progress,
    }
    data["name"] = stack.joined([draft.names for draft in stack.drafts])
    data["parent"] = np.full(len(ids), None, dtype=object)
    data["parent"][parent >= 0] = ids[parent[parent >= 0]]
    data["planned_start"], data["planned_finish"] = (days.astype("datetime64[s]") for days in (made.start, made.finish))
    data["elapsed"] = stack.column("elapsed", False, bool)
    for name in _TEXTS:
        data[name] = stack.column(name, None, object)
    for name in _DATES:
        data[name] = stack.column(name, nat, "datetime64[D]").astype("datetime64[s]")
    data["priority_rank"] = stack.column("priority_rank", np.nan, float)
    data["constraint"] = stack.column("constraint", None, object)
    low, high = stack.column("low", np.nan, float), stack.column("high", np.nan, float)
    data["optimistic"] = _either(stack.column("optimistic", np.nan, float), low)
    data["pessimistic"] = _either(stack.column("pessimistic", np.nan, float), high)
    data["most_likely"] = stack.column("most_likely", np.nan, float)
    data["file"] = stack.joined([repeated(draft.table.grid.file, len(draft)) for draft in stack.drafts])
    data["sheet"] = stack.joined([repeated(draft.sheet, len(draft)) for draft in stack.drafts])
    data["row"] = stack.joined([draft.table.grid.numbers(draft.rows) for draft in stack.drafts], int)
    return _exact(data, len(ids))


def _exact(data: dict[str, np.ndarray], size: int) -> pd.DataFrame:
    """The frame of ``ACTIVITY_COLUMNS`` without the copies and checks that foreign frames need; absent columns are missing."""
    blanks = {"bool": False, "int64": 0, "datetime64[s]": np.datetime64("NaT", "s"), "float64": np.nan, "object": None}
    return frame_of({
        name: np.asarray(data[name], dtype) if name in data else np.full(size, blanks[dtype], dtype=dtype)
        for name, dtype in ACTIVITY_COLUMNS.items()
    })  # fmt: skip


def _either(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(first), second, first)


def _attributes(stack: Stack) -> pd.DataFrame:
    """Every other column as text; a column that only some tables have is blank in the rest."""
    names = list(dict.fromkeys(name for draft in stack.drafts for name in draft.attributes))
    if not names:
        return pd.DataFrame()
    out = {}
    for name in names:
        parts = [draft.attributes.get(name, np.full(len(draft), None, dtype=object)) for draft in stack.drafts]
        out[name] = np.concatenate(parts)
    for depth in range(1, max((len(draft.groups) for draft in stack.drafts), default=0)):
        label = f"Level {depth + 1}"
        if label not in out:
            out[label] = np.concatenate(
                [draft.groups[depth] if depth < len(draft.groups) else np.full(len(draft), None, dtype=object) for draft in stack.drafts]
            )
    return pd.DataFrame(out, dtype=object)


def _risk_ids(risks: pd.DataFrame, findings: list[Finding]) -> pd.DataFrame:
    """Risks with unique ids: repeated ones get a number, absent ones R1, R2, …"""
    if risks.empty:
        return empty_frame(RISK_COLUMNS)
    taken: set[str] = set()
    last: dict[str, int] = {}
    ids, repeated = [], []
    for position, text in enumerate(risks["id"]):
        fresh = text if text is not None else f"R{position + 1}"
        if fresh in taken:
            if text is not None:
                repeated.append(position)
            fresh = _numbered(fresh, taken, last)
        taken.add(fresh)
        ids.append(fresh)
    if repeated:
        places = tuple(Place(risks["file"][at], risks["sheet"][at], str(risks["row"][at])) for at in repeated)
        findings.append(Finding("duplicate-risk-ids", Severity.INFO, places, {"count": len(repeated), "id": risks["id"][repeated[0]]}))
    return conform(risks.assign(id=np.array(ids, dtype=object)), RISK_COLUMNS)
