"""Small plans for tests, written as a planner would."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import numpy as np
import pandas as pd

from tpm.calendars import compile_calendar
from tpm.model import (
    ACTIVITY_COLUMNS,
    DEPENDENCY_COLUMNS,
    Kind,
    LagUnit,
    LinkType,
    Plan,
    State,
    conform,
)

_LINK = re.compile(r"(?P<item>.+?)(?:(?P<type>FS|SS|FF|SF)(?P<lag>[+-]\d+)?)?$")


def plan_of(*rows: dict[str, Any], **parts: Any) -> Plan:
    """A plan from rows with ``id``, ``name``, ``start``, ``finish`` (ISO), ``after`` (``"A, BSS+2"``) and any activity column.

    A duration is counted from the dates where none is given; a row with ``milestone`` has none.
    """
    records, links = [], []
    levels: dict[str | None, int] = {None: -1}
    calendar = compile_calendar(parts.get("default_calendar", Plan().default_calendar), dt.date(2026, 1, 1), dt.date(2027, 12, 31))
    for number, row in enumerate(rows, start=2):
        row = dict(row)
        start, finish = (_day(row.pop(name, None)) for name in ("start", "finish"))
        milestone = row.pop("milestone", False)
        duration = row.pop("duration", None)
        if duration is None and not milestone and start is not pd.NaT and finish is not pd.NaT:
            duration = int(calendar.between(start.date(), finish.date()))
        for link in filter(None, (part.strip() for part in row.pop("after", "").split(","))):
            match = _LINK.match(link)
            assert match is not None
            links.append({"predecessor": match["item"], "successor": row["id"], "type": match["type"] or LinkType.FS.value,
                          "lag": float(match["lag"] or 0), "lag_unit": LagUnit.WORKING.value, "source": f"Plan!G{number}"})
        levels[row["id"]] = levels[row.get("parent")] + 1
        records.append({
            "name": row["id"], "kind": Kind.MILESTONE.value if milestone else Kind.ACTIVITY.value, "state": State.NOT_STARTED.value,
            "level": levels[row["id"]], "planned_start": start, "planned_finish": finish, "file": "plan.xlsx", "sheet": "Plan",
            "row": number, "duration": 0.0 if milestone else np.nan if duration is None else float(duration), **row,
        })
    parents = {record.get("parent") for record in records}
    for record in records:
        if record["id"] in parents:
            record["kind"] = Kind.SUMMARY.value
        for name in ("deadline", "baseline_start", "baseline_finish", "actual_start", "actual_finish", "constraint_date"):
            if name in record:
                record[name] = _day(record[name])
    return Plan(
        activities=conform(pd.DataFrame(records), ACTIVITY_COLUMNS),
        dependencies=conform(pd.DataFrame(links), DEPENDENCY_COLUMNS),
        **parts,
    )


def _day(text: str | None) -> Any:
    return pd.NaT if text is None else pd.Timestamp(text).as_unit("s")
