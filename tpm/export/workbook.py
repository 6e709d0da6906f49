"""A plan as a clean workbook that reads back as the same plan.

The sheets are Plan, Dependencies (only where the notation of the predecessors column could be misread), Risks, and
Calendars where the plan has any beside the ordinary five-day week. A column is written when it holds anything; columns
that the program does not know follow as they came. Status, priority, dates and ratings carry the template's drop-downs and checks.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import pandas as pd
from openpyxl import Workbook

from tpm.export.calendars import calendar_columns, calendar_rows, says_calendars
from tpm.export.columns import (
    LINK_TYPE_WORDS,
    Column,
    Shape,
    dependency_columns,
    forecast_columns,
    kind_words,
    plan_columns,
    risk_columns,
    risk_kind_words,
    risk_state_words,
    sheet_name,
    state_words,
    strategy_words,
)  # fmt: skip
from tpm.export.drop_downs import drop_downs, plan_choices, risk_choices
from tpm.export.grid import SUMMARY_FILL, SUMMARY_FONT, to_bytes, write_table
from tpm.i18n import Language, t
from tpm.model import REJECTED_COLUMNS, Kind, LagUnit, LinkType, Plan, Schedule, State

# An id that cannot be taken for a separator, a link type or a lag when it stands in a predecessors cell.
_PLAIN_ID: Final = re.compile(r"(?!.*(?:FS|SS|FF|SF)$)(?:[\w#]|[./-](?=\w))+", re.IGNORECASE)
_INJECTION_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def plan_workbook(plan: Plan, lang: Language, schedule: Schedule | None = None) -> bytes:
    """The plan as xlsx bytes, with the forecast beside each row where a ``schedule`` of it is given.

    Raises ``ValueError`` when ``schedule`` does not have one row an activity of ``plan``.
    """
    return to_bytes(plan_book(plan, lang, schedule), plan.saved_on)


def plan_book(plan: Plan, lang: Language, schedule: Schedule | None = None) -> Workbook:
    """The workbook of :func:`plan_workbook`, still open for further sheets."""
    if schedule is not None and list(schedule.table["id"]) != list(plan.activities["id"]):
        raise ValueError("the schedule is of another plan")
    workbook = Workbook()
    workbook.properties.title = plan.name or None
    workbook.properties.creator = None
    sheet = workbook.active
    sheet.title = sheet_name("plan", lang)
    listed = _needs_list(plan)
    columns, rows = _activities(plan, lang, schedule, with_predecessors=not listed)
    summaries = plan.activities["kind"].eq(Kind.SUMMARY).to_numpy().nonzero()[0]
    name_position = next(number for number, column in enumerate(columns, 1) if column.field == "name")
    write_table(sheet, columns, rows, lang, frozen=name_position,
                emphasis={int(row): (SUMMARY_FONT, SUMMARY_FILL) for row in summaries})
    drop_downs(sheet, columns, lang, plan_choices(lang), len(rows))
    if listed:
        links = workbook.create_sheet(sheet_name("dependencies", lang))
        write_table(links, dependency_columns(lang), _links(plan), lang)
        drop_downs(links, dependency_columns(lang), lang, {"type": LINK_TYPE_WORDS}, len(plan.dependencies))
    if len(plan.risks):
        risks = workbook.create_sheet(sheet_name("risks", lang))
        columns, rows = _risks(plan, lang)
        write_table(risks, columns, rows, lang, frozen=2)
        drop_downs(risks, columns, lang, risk_choices(lang), len(rows))
    if says_calendars(plan):
        write_table(workbook.create_sheet(sheet_name("calendars", lang)), calendar_columns(lang), calendar_rows(plan, lang), lang)
    return workbook


def register_workbook(plan: Plan, lang: Language) -> bytes:
    """The risk register alone as xlsx bytes, with every column, also those that hold nothing: it is filled in and read back."""
    workbook = Workbook()
    workbook.properties.title = plan.name or None
    workbook.properties.creator = None
    sheet = workbook.active
    sheet.title = sheet_name("risks", lang)
    columns, rows = _risks(plan, lang, every=True)
    write_table(sheet, columns, rows, lang, frozen=2)
    return to_bytes(workbook, plan.saved_on)


def lag_text(lag: float, unit: str) -> str:
    """A lag as it stands after a link type: ``+2d``, ``-1.5d``, ``+3ed`` (elapsed), ``+50%``; nothing for zero."""
    if not lag:
        return ""
    number = lag * 100 if unit == LagUnit.PERCENT else lag
    suffix = {LagUnit.WORKING: "d", LagUnit.ELAPSED: "ed", LagUnit.PERCENT: "%"}[LagUnit(unit)]
    return f"{'+' if number > 0 else '-'}{_number(abs(number))}{suffix}"


def predecessor_text(predecessor: str, link_type: str, lag: float, unit: str) -> str:
    """One predecessor in the notation of the predecessors column: ``A-1`` or ``A-1SS+2d``."""
    tail = lag_text(lag, unit)
    return predecessor if link_type == LinkType.FS and not tail else f"{predecessor}{link_type}{tail}"


def _number(value: float) -> str:
    """A number without an exponent and without a needless fraction."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _needs_list(plan: Plan) -> bool:
    """Whether an id could be misread inside a predecessors cell, so that links go to a sheet of their own."""
    return not all(_PLAIN_ID.fullmatch(predecessor) for predecessor in plan.dependencies["predecessor"].unique())


def _links(plan: Plan) -> list[list[Any]]:
    frame = plan.dependencies
    return [
        [predecessor, successor, link_type, lag_text(lag, unit).removeprefix("+") or None]
        for predecessor, successor, link_type, lag, unit in zip(
            frame["predecessor"], frame["successor"], frame["type"], frame["lag"], frame["lag_unit"], strict=True
        )
    ]


def _predecessors(plan: Plan) -> list[str | None]:
    """The predecessors cell of each activity."""
    cells: dict[str, list[str]] = {}
    frame = plan.dependencies
    for predecessor, successor, link_type, lag, unit in zip(
        frame["predecessor"], frame["successor"], frame["type"], frame["lag"], frame["lag_unit"], strict=True
    ):
        cells.setdefault(successor, []).append(predecessor_text(predecessor, link_type, lag, unit))
    return ["; ".join(cells[activity]) if activity in cells else None for activity in plan.activities["id"]]


def _activities(
    plan: Plan, lang: Language, schedule: Schedule | None, *, with_predecessors: bool
) -> tuple[list[Column], list[tuple[Any, ...]]]:
    """The columns of the plan sheet that hold anything, and its rows."""
    frame = plan.activities
    kinds, states = kind_words(lang), state_words(lang)
    special: dict[str, Callable[[], list[Any]]] = {
        "kind": lambda: [kinds[kind] for kind in frame["kind"]] if (frame["kind"] != Kind.ACTIVITY).any() else [],
        "status": lambda: _statuses(frame, states),
        "progress": lambda: _progress(plan),
        "priority": lambda: _priorities(frame),
        "duration": lambda: [
            f"{_number(days)}ed" if elapsed and days == days else days
            for days, elapsed in zip(frame["duration"], frame["elapsed"], strict=True)
        ],
        "predecessors": lambda: _predecessors(plan) if with_predecessors else [],
    }
    columns: list[Column] = []
    series: list[Sequence[Any]] = []
    for column in plan_columns(lang):
        values = special[column.field]() if column.field in special else _plain(frame[column.field])
        if column.field in ("id", "name") or _holds_anything(values) or (column.field == "progress" and values):
            columns.append(column)
            series.append(values)
    taken = {column.header.casefold() for column in [*plan_columns(lang), *forecast_columns(lang)]}
    for name in plan.attributes.columns:
        columns.append(Column("", _free_header(str(name), taken), Shape.TEXT, 16))
        series.append(_plain(plan.attributes[name]))
    if schedule is not None:
        yes = t("export.critical.yes", lang)
        for column in forecast_columns(lang):
            columns.append(column)
            values = _plain(schedule.table[column.field])
            series.append([yes if value else None for value in values] if column.field == "critical" else values)
    return columns, list(zip(*series, strict=True))


def _plain(values: pd.Series[Any]) -> list[Any]:
    return list(values.astype(object))


def _holds_anything(values: Sequence[Any]) -> bool:
    return any(value is not None and value == value and value != "" for value in values)


def _free_header(name: str, taken: set[str]) -> str:
    """``name``, numbered where it would be taken for one of the program's own columns or repeat another."""
    name = name.strip() or "-"
    header, number = name, 2
    while header.casefold() in taken:
        header, number = f"{name} ({number})", number + 1
    taken.add(header.casefold())
    return header


def _statuses(frame: pd.DataFrame, words: dict[str, str]) -> list[str | None]:
    """The status as in the sheet; where it has none, the state's own word if progress does not say the same."""
    out: list[str | None] = []
    for status, state, progress in zip(frame["status"], frame["state"], frame["progress"], strict=True):
        implied = State.DONE if progress >= 1 else State.IN_PROGRESS if progress > 0 else State.NOT_STARTED
        out.append(status if status is not None or state is None or state == implied else words[state])
    return out


def _progress(plan: Plan) -> list[Any]:
    """Progress; no column at all where the sheet reported none, because then blanks do not mean "not started"."""
    values = _plain(plan.activities["progress"])
    return values if plan.progress_reported or any(value > 0 for value in values) else []


def _priorities(frame: pd.DataFrame) -> list[Any]:
    """The priority as in the sheet, else its rank."""
    return [
        _number(rank) if priority is None and rank == rank else priority
        for priority, rank in zip(frame["priority"], frame["priority_rank"], strict=True)
    ]


def _risks(plan: Plan, lang: Language, *, every: bool = False) -> tuple[list[Column], list[tuple[Any, ...]]]:
    """The columns of the register that hold anything (or ``every`` one), and its rows."""
    frame = plan.risks
    kinds, states, strategies = risk_kind_words(lang), risk_state_words(lang), strategy_words(lang)
    hits: dict[str, list[str]] = {}
    for risk, activity in zip(plan.risk_hits["risk"], plan.risk_hits["activity"], strict=True):
        hits.setdefault(risk, []).append(activity)
    special: dict[str, Callable[[], list[Any]]] = {
        "kind": lambda: [kinds.get(kind, kind) for kind in frame["kind"]] if every or (frame["kind"] != "threat").any() else [],
        "activities": lambda: ["; ".join(hits[risk]) if risk in hits else None for risk in frame["id"]],
        "strategy": lambda: [strategies.get(strategy, strategy) for strategy in frame["strategy"]],
        "status": lambda: [
            states[state] if status is None and state not in (None, "open") else status
            for status, state in zip(frame["status"], frame["state"], strict=True)
        ],
    }
    columns: list[Column] = []
    series: list[Sequence[Any]] = []
    for column in risk_columns(lang):
        values = special[column.field]() if column.field in special else _plain(frame[column.field])
        if every or column.field in ("id", "title") or _holds_anything(values):
            columns.append(column)
            series.append(values or [None] * len(frame))
    return columns, list(zip(*series, strict=True))


def rejected_csv(rejected: pd.DataFrame, lang: Language) -> bytes:
    """Rows that could not be used, with the reason beside each, as CSV that Excel opens with Korean intact.

    ``rejected`` has ``REJECTED_COLUMNS``. A cell that a spreadsheet would calculate is preceded by an apostrophe.
    Raises ``KeyError`` for a reason without words in the catalogue.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([t(f"plan.rejected.column-{name}", lang) for name in REJECTED_COLUMNS])
    for file, sheet, row, reason, text in rejected[list(REJECTED_COLUMNS)].itertuples(index=False):
        writer.writerow([inert(file), inert(sheet), row or "", t(f"rejected.{reason}", lang), inert(text)])
    return buffer.getvalue().encode("utf-8-sig", "replace")


def inert(value: object) -> str:
    """Text that no spreadsheet calculates. NUL would end the cell for some readers and is shown instead."""
    text = "" if value is None else str(value).replace("\0", "␀")
    return f"'{text}" if text.startswith(_INJECTION_STARTS) else text
