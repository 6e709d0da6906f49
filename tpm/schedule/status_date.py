"""The day that a plan's data describe, where nobody has set a status date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tpm.model import YEARS, Plan
from tpm.schedule.rows import planned_span

# Year first with or without marks, day first only with them: "weekly 2026-11-20", "20261120", "251120", "20.11.2026".
_IN_NAME: Final = re.compile(
    r"(?<!\d)(?:(?P<y>20\d\d|\d\d)(?P<mark>[-._ ]?)(?P<m>\d\d)(?P=mark)(?P<d>\d\d)"
    r"|(?P<d2>\d\d)[-._ ](?P<m2>\d\d)[-._ ](?P<y2>20\d\d))(?!\d)")


@dataclass(frozen=True, slots=True)
class Described:
    """A day, and what says it: the ``file`` itself, its ``name``, the day it was ``saved`` on, or only the calendar (``today``)."""

    day: dt.date
    by: str


def day_in_name(name: str) -> dt.date | None:
    """The last date that a file's name holds, year first or day first; None without one. Raises nothing."""
    days = [day for found in _IN_NAME.finditer(name) if (day := _day(found))]
    return days[-1] if days else None


def _day(found: re.Match[str]) -> dt.date | None:
    year = int(found["y"] or found["y2"])
    year += 2000 if year < 100 else 0
    try:
        return dt.date(year, int(found["m"] or found["m2"]), int(found["d"] or found["d2"])) if YEARS[0] <= year <= YEARS[1] else None
    except ValueError:
        return None


def told_day(plan: Plan) -> dt.date | None:
    """The day that the file itself says it speaks of, wherever that lies: its status date, the date in its name, the day it was saved."""
    return plan.status_date or day_in_name(plan.name) or plan.saved_on


def _told(plan: Plan, today: dt.date) -> Iterator[tuple[dt.date | None, str]]:
    yield plan.status_date, "file"
    for day, by in ((day_in_name(plan.name), "name"), (plan.saved_on, "saved")):
        yield (day if day is not None and day <= today else None), by
    yield today, "today"


def described_day(plan: Plan, today: dt.date) -> Described | None:
    """The first of: the status date in the file, the date in its name, the day it was saved, ``today``, that lies within the plan's dates.

    None for a plan that is undated, wholly past or wholly ahead of all of them.
    """
    span = planned_span(plan)
    if span is None:
        return None
    return next((Described(day, by) for day, by in _told(plan, today) if day is not None and span[0] <= day <= span[1]), None)


def default_status_date(plan: Plan, today: dt.date) -> dt.date | None:
    """The day of :func:`described_day`, None where there is none."""
    found = described_day(plan, today)
    return None if found is None else found.day
