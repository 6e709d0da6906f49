"""What the command line prints with ``--json``: the shapes of docs/cli.md, from the same objects that the pages show.

Dates are ISO strings, inclusive finishes; durations, lags and floats are working days; missing is None.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from tpm.findings import Finding
from tpm.i18n import Language
from tpm.insight.health import Check
from tpm.model import Plan, Schedule

_SCHEDULE_FIELDS = (
    "planned_start", "planned_finish", "early_start", "early_finish", "late_start", "late_finish", "forecast_start", "forecast_finish",
    "total_float", "free_float",
    "critical", "near_critical", "driver", "driver_kind", "state", "scheduled", "slip",
)


def plain(value: Any) -> Any:
    """A frame's cell as JSON knows it: ISO date, number, text or None."""
    if value is None or value is pd.NaT or value != value:
        return None
    if isinstance(value, pd.Timestamp | dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 6)
    return value


def records(frame: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The named columns of ``frame`` as JSON objects, row by row."""
    cells = [[plain(value) for value in frame[name].tolist()] for name in columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)]


def findings_json(findings: Iterable[Finding], lang: Language) -> list[dict[str, Any]]:
    """Findings with their words in ``lang``."""
    return [
        {"code": item.code, "severity": str(item.severity), "where": item.where, "message": item.message(lang),
         "fix": item.fix(lang), "items": list(item.items)}
        for item in findings
    ]


def schedule_json(plan: Plan, schedule: Schedule, findings: Iterable[Finding], lang: Language) -> dict[str, Any]:
    """The ``schedule`` command's answer."""
    table = schedule.table
    names = pd.concat([plan.activities[["id", "name", "kind", "team"]], table[list(_SCHEDULE_FIELDS)]], axis=1)
    return {
        "start": plain(schedule.start),
        "finish": plain(schedule.finish),
        "duration": plain(schedule.duration),
        "mode": str(schedule.options.mode),
        "status_date": plain(schedule.options.status_date),
        "target": schedule.options.target,
        "activities": records(names, list(names.columns)),
        "critical_path": list(schedule.critical_path),
        "cycles": [list(cycle) for cycle in schedule.cycles],
        "links": records(schedule.links, list(schedule.links.columns)),
        "findings": findings_json(findings, lang),
    }


def check_json(checks: Sequence[Check], findings: Iterable[Finding], lang: Language) -> dict[str, Any]:
    """The ``check`` command's answer."""
    return {
        "checks": [
            {"code": check.code, "title": check.title(lang), "value": plain(check.value), "threshold": check.threshold,
             "unit": check.unit, "verdict": str(check.verdict), "items": list(check.items)}
            for check in checks
        ],
        "findings": findings_json(findings, lang),
    }
