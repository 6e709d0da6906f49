"""A plan in numbered days, weeks or months whose first day nobody has stated: what can be drawn and said of it without a date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from tpm.i18n import Language, t
from tpm.model import Kind, Plan, State

DAYS_A_WEEK: Final = 7
_FEWEST_TEAMS: Final = 2  # that make lanes
_EPOCH: Final = dt.date(2001, 1, 1)  # months are counted as if the plan began here, as its reader counts them


@dataclass(frozen=True, slots=True)
class RelativeRow:
    """One line: ``start`` and ``finish`` in days after the first day, inclusive; without them it is a heading."""

    name: str
    depth: int
    start: float | None
    finish: float | None
    point: bool
    done: bool


def is_relative(plan: Plan) -> bool:
    """Whether the plan has places in time, and not one date."""
    return len(plan.relative) > 0 and plan.first_date is None


def relative_rows(plan: Plan) -> list[RelativeRow]:
    """The plan's rows in its own order; under their teams where it has teams and no order of its own."""
    rows = plan.activities
    at = pd.Index(plan.relative["id"]).get_indexer(pd.Index(rows["id"]))
    starts, finishes = plan.relative["start"].tolist(), plan.relative["finish"].tolist()
    out = [
        RelativeRow(str(name), int(level), starts[place] if place >= 0 else None, finishes[place] if place >= 0 else None,
                    kind == Kind.MILESTONE.value, state == State.DONE.value)
        for name, level, kind, state, place in zip(rows["name"], rows["level"], rows["kind"], rows["state"], at.tolist(), strict=True)
    ]  # fmt: skip
    teams = [team or "" for team in rows["team"]]
    if any(row.depth for row in out) or len(set(teams)) < _FEWEST_TEAMS:
        return out
    lanes: dict[str, list[RelativeRow]] = {}
    for team, row in zip(teams, out, strict=True):
        lanes.setdefault(team, []).append(row)
    laned: list[RelativeRow] = []
    for team, items in sorted(lanes.items(), key=lambda lane: not lane[0]):
        laned += [RelativeRow(team, 0, None, None, False, False)] if team else []
        laned += [replace(item, depth=1 if team else 0) for item in items]
    return laned


def number_of(day: float, unit: str) -> int:
    """Which day, week or month of the plan a day is, counted from 1."""
    if unit == "months":
        date = _EPOCH + dt.timedelta(days=day)
        return (date.year - _EPOCH.year) * 12 + date.month - _EPOCH.month + 1
    return int(day // DAYS_A_WEEK if unit == "weeks" else day) + 1


def begins(number: int, unit: str) -> float:
    """The day on which the ``number``-th day, week or month begins."""
    if unit == "months":
        years, month = divmod(number - 1, 12)
        return float((dt.date(_EPOCH.year + years, month + 1, 1) - _EPOCH).days)
    return float((number - 1) * (DAYS_A_WEEK if unit == "weeks" else 1))


def span_words(start: float, finish: float, unit: str, lang: Language) -> str:
    """ "Day 2–6", "3주차"."""
    first, last = number_of(start, unit), number_of(finish, unit)
    return t(f"relative.{unit}.one" if first == last else f"relative.{unit}.span", lang, first=first, last=last)


def relative_title(plan: Plan, lang: Language) -> str:
    """The finding of the whole: how long it runs, and what is missing."""
    last = number_of(float(plan.relative["finish"].max()), plan.relative_unit)
    return t(f"relative.{plan.relative_unit}.title", lang, count=len(plan.relative), last=last)
