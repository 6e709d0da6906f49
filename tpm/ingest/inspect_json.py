"""An import result as the JSON of ``tpm inspect`` (keys are promised on the command line's page: added, never renamed)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tpm.findings import worst_first
from tpm.i18n import Language
from tpm.ingest.explained import why
from tpm.model import REJECTED_COLUMNS, ImportResult

_DATES = (
    "planned_start",
    "planned_finish",
    "deadline",
    "baseline_start",
    "baseline_finish",
    "actual_start",
    "actual_finish",
    "constraint_date",
)
_NUMBERS = ("duration", "progress", "priority_rank", "optimistic", "most_likely", "pessimistic")
_TEXTS = ("wbs", "parent", "team", "owner", "program", "phase", "status", "state", "priority", "constraint", "notes", "link")
_RISK_NUMBERS = (
    "probability",
    "impact",
    "score",
    "residual_probability",
    "residual_impact",
    "impact_days_min",
    "impact_days",
    "impact_days_max",
)
_RISK_TEXTS = ("description", "kind", "category", "team", "program", "owner", "response", "strategy", "status", "state")


def _days(frame: pd.DataFrame, name: str) -> list[str | None]:
    return [None if value is pd.NaT else value.date().isoformat() for value in frame[name]]


def _numbers(frame: pd.DataFrame, name: str) -> list[float | int | None]:
    return [None if value != value else int(value) if float(value).is_integer() else round(float(value), 4) for value in frame[name]]


def _sources(frame: pd.DataFrame) -> list[str | None]:
    """``Sheet!A5`` of each row; the row alone where the file has no sheets."""
    return [(f"{sheet}!A{row}" if sheet else f"A{row}") if row else None for sheet, row in zip(frame["sheet"], frame["row"], strict=True)]


def _records(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def inspect_json(result: ImportResult, lang: Language) -> dict[str, Any]:
    """``result`` as plain data; dates in ISO, durations in working days, missing as None. Messages are in ``lang``."""
    plan = result.plan
    acts, links, risks = plan.activities, plan.dependencies, plan.risks
    activities: dict[str, list[Any]] = {name: acts[name].tolist() for name in ("id", "name", "kind")}
    activities |= {name: acts[name].tolist() for name in _TEXTS}
    activities |= {name: _days(acts, name) for name in _DATES}
    activities |= {name: _numbers(acts, name) for name in _NUMBERS}
    activities |= {
        "level": acts["level"].tolist(),
        "elapsed": acts["elapsed"].tolist(),
        "file": acts["file"].tolist(),
        "row": acts["row"].tolist(),
        "source": _sources(acts),
    }
    hits = plan.risk_hits.groupby("risk", sort=False)["activity"].agg(list).to_dict()
    register: dict[str, list[Any]] = {"id": risks["id"].tolist(), "title": risks["title"].tolist()}
    register |= {name: _numbers(risks, name) for name in _RISK_NUMBERS}
    register |= {name: risks[name].tolist() for name in _RISK_TEXTS}
    register |= {
        "due": _days(risks, "due"),
        "activities": [hits.get(name, []) for name in risks["id"]],
        "file": risks["file"].tolist(),
        "row": risks["row"].tolist(),
        "source": _sources(risks),
    }
    rejected = result.rejected
    return {
        "name": plan.name,
        "sources": [
            {
                "file": source.file,
                "format": source.format,
                "encoding": source.encoding,
                "saved_on": source.saved_on.isoformat() if source.saved_on else None,
            }
            for source in result.sources
        ],
        "tables": [
            {
                "source": table.source,
                "sheet": table.sheet,
                "kind": table.kind.value,
                "header_row": table.header_row,
                "first_row": table.first_row,
                "last_row": table.last_row,
                "same_as": table.same_as,
                "columns": {
                    name: {
                        "header": choice.header,
                        "column": choice.column,
                        "confidence": choice.confidence,
                        "by": choice.by,
                        "runner_up": choice.runner_up,
                        "unit": choice.unit,
                        "why": why(choice, lang),
                    }
                    for name, choice in table.columns.items()
                },
                "attributes": dict(table.attributes),
            }
            for table in result.tables
        ],
        "activities": _records(activities),
        "dependencies": _records(
            {
                "predecessor": links["predecessor"].tolist(),
                "successor": links["successor"].tolist(),
                "type": links["type"].tolist(),
                "lag": _numbers(links, "lag"),
                "lag_unit": links["lag_unit"].tolist(),
                "source": links["source"].tolist(),
            }
        ),
        "risks": _records(register),
        "rejected": [
            {"file": file, "sheet": sheet, "row": row, "reason": reason, "text": text}
            for file, sheet, row, reason, text in zip(*(rejected[name].tolist() for name in REJECTED_COLUMNS), strict=True)
        ],
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity.value,
                "where": finding.where,
                "message": finding.message(lang),
                "fix": finding.fix(lang),
                "items": list(finding.items),
            }
            for finding in worst_first(result.findings)
        ],
    }
