"""The columns of the workbooks that the program writes, in one order, under one set of headers.

The headers live in the catalogue (``export.column``, ``export.dependency``, ``export.risk``) and are explained in
docs/columns.md; :mod:`tpm.ingest` reads every one of them back. Nothing here touches a workbook.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tpm.i18n import Language, t
from tpm.model import Kind, LinkType, State


class Shape(StrEnum):
    """How the cells of a column are written and shown."""

    TEXT = "text"
    KEY = "key"  # an id: text even when it looks like a number
    LONG = "long"  # text that is wrapped
    DAY = "day"
    NUMBER = "number"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a written table. ``width`` is in characters of the default font."""

    field: str
    header: str
    shape: Shape
    width: float


_PLAN: Final[tuple[tuple[str, Shape, float], ...]] = (
    ("id", Shape.KEY, 10), ("wbs", Shape.KEY, 7), ("parent", Shape.KEY, 10), ("name", Shape.TEXT, 42),
    ("kind", Shape.TEXT, 10), ("program", Shape.TEXT, 16), ("phase", Shape.TEXT, 16), ("team", Shape.TEXT, 15),
    ("owner", Shape.TEXT, 20), ("priority", Shape.TEXT, 10), ("status", Shape.TEXT, 12), ("progress", Shape.PERCENT, 11),
    ("planned_start", Shape.DAY, 12), ("planned_finish", Shape.DAY, 12), ("duration", Shape.NUMBER, 10),
    ("predecessors", Shape.KEY, 24), ("deadline", Shape.DAY, 12), ("baseline_start", Shape.DAY, 12),
    ("baseline_finish", Shape.DAY, 12), ("actual_start", Shape.DAY, 12), ("actual_finish", Shape.DAY, 12),
    ("optimistic", Shape.NUMBER, 11), ("most_likely", Shape.NUMBER, 11), ("pessimistic", Shape.NUMBER, 11),
    ("constraint", Shape.TEXT, 11), ("constraint_date", Shape.DAY, 12), ("calendar", Shape.TEXT, 14),
    ("notes", Shape.LONG, 60), ("link", Shape.TEXT, 30),
)  # fmt: skip

_FORECAST: Final[tuple[tuple[str, Shape, float], ...]] = (
    ("forecast_start", Shape.DAY, 12), ("forecast_finish", Shape.DAY, 12), ("slip", Shape.NUMBER, 10),
    ("total_float", Shape.NUMBER, 10), ("critical", Shape.TEXT, 10),
)  # fmt: skip

_DEPENDENCIES: Final[tuple[tuple[str, Shape, float], ...]] = (
    ("predecessor", Shape.KEY, 16), ("successor", Shape.KEY, 16), ("type", Shape.TEXT, 8), ("lag", Shape.TEXT, 10),
)  # fmt: skip

_RISKS: Final[tuple[tuple[str, Shape, float], ...]] = (
    ("id", Shape.KEY, 9), ("title", Shape.TEXT, 40), ("description", Shape.LONG, 44), ("kind", Shape.TEXT, 13),
    ("category", Shape.TEXT, 12), ("program", Shape.TEXT, 16), ("team", Shape.TEXT, 15), ("activities", Shape.KEY, 20),
    ("probability", Shape.PERCENT, 11), ("impact", Shape.NUMBER, 9), ("score", Shape.NUMBER, 8),
    ("impact_days_min", Shape.NUMBER, 9), ("impact_days", Shape.NUMBER, 9), ("impact_days_max", Shape.NUMBER, 9),
    ("strategy", Shape.TEXT, 11), ("response", Shape.LONG, 44), ("residual_probability", Shape.PERCENT, 11),
    ("residual_impact", Shape.NUMBER, 9), ("owner", Shape.TEXT, 18), ("due", Shape.DAY, 12), ("status", Shape.TEXT, 11),
)  # fmt: skip


def plan_columns(lang: Language) -> tuple[Column, ...]:
    """Every column of the plan sheet, in order."""
    return tuple(Column(field, t(f"export.column.{field}", lang), shape, width) for field, shape, width in _PLAN)


def forecast_columns(lang: Language) -> tuple[Column, ...]:
    """The computed columns that may follow the plan's own; re-imported, they are extra columns."""
    return tuple(Column(field, t(f"export.forecast.{field}", lang), shape, width) for field, shape, width in _FORECAST)


def dependency_columns(lang: Language) -> tuple[Column, ...]:
    """The columns of the dependencies sheet."""
    return tuple(Column(field, t(f"export.dependency.{field}", lang), shape, width) for field, shape, width in _DEPENDENCIES)


def risk_columns(lang: Language) -> tuple[Column, ...]:
    """Every column of the risks sheet, in order."""
    return tuple(Column(field, t(f"export.risk.{field}", lang), shape, width) for field, shape, width in _RISKS)


def sheet_name(which: str, lang: Language) -> str:
    """Name of the sheet ``plan``, ``dependencies``, ``risks`` or ``guide``. Raises ``KeyError`` for another."""
    return t(f"export.sheet.{which}", lang)


def kind_words(lang: Language) -> dict[str, str]:
    """Kind → the word written for it."""
    return {kind.value: t(f"export.kind.{kind.value}", lang) for kind in Kind}


def state_words(lang: Language) -> dict[str, str]:
    """State → the word that the status drop-down offers."""
    return {state.value: t(f"export.state.{state.value}", lang) for state in State}


def priority_words(lang: Language) -> dict[str, str]:
    """Priority → the word that the drop-down offers, highest first."""
    return {name: t(f"export.priority.{name}", lang) for name in ("high", "medium", "low")}


def risk_kind_words(lang: Language) -> dict[str, str]:
    """Kind of risk → the word written for it."""
    return {name: t(f"export.risk-kind.{name}", lang) for name in ("threat", "opportunity", "issue")}


def risk_state_words(lang: Language) -> dict[str, str]:
    """State of a risk → the word that the drop-down offers."""
    return {name: t(f"export.risk-state.{name}", lang) for name in ("open", "closed", "occurred")}


def strategy_words(lang: Language) -> dict[str, str]:
    """Response strategy → the word written for it, threats' first."""
    names = ("avoid", "reduce", "transfer", "accept", "exploit", "share", "enhance")
    return {name: t(f"export.strategy.{name}", lang) for name in names}


LINK_TYPE_WORDS: Final = tuple(link.value for link in LinkType)
