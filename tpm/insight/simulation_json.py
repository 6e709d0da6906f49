"""What ``simulate --json`` prints: the shape of docs/cli.md."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tpm.i18n import Language
from tpm.insight.as_json import findings_json, plain, records
from tpm.model import Plan, SimulationResult

LEVELS = (10, 50, 80, 90)
_ITEM_FIELDS = ("id", "criticality_index", "p10_finish", "p50_finish", "p80_finish", "p90_finish", "spread_source")


def simulation_json(plan: Plan, result: SimulationResult, day: dt.date | None, findings: tuple[Any, ...], lang: Language) -> dict[str, Any]:
    """The answer of ``simulate``. ``day`` is the date whose confidence was asked, else the forecast's own finish."""
    day = day or result.deterministic_finish
    asked = result.answered and day is not None
    names = plan.activities["name"].tolist()
    options = result.options
    return {
        "runs": result.runs,
        "seed": result.seed,
        "target": result.target,
        "deterministic_finish": plain(result.deterministic_finish),
        "percentiles": {f"P{level}": plain(result.percentile(level / 100)) if result.answered else None for level in LEVELS},
        "percentile_errors": {f"P{level}": [plain(end) for end in result.percentile_error(level / 100)] if result.answered else None
                              for level in LEVELS},
        "confidence": {"date": plain(day), "probability": plain(result.confidence(day)) if asked and day else None,
                       "standard_error": plain(result.confidence_error(day)) if asked and day else None},
        "mean_delay": plain(result.mean),
        "standard_deviation": plain(result.std),
        "finishes": [{"date": str(finish), "runs": int(count)}
                     for finish, count in zip(result.finish_days, result.finish_counts, strict=True)],
        "activities": [{**record, "name": name} for record, name in zip(records(result.table, _ITEM_FIELDS), names, strict=True)],
        "tornado": records(result.tornado, ("kind", "id", "days")),
        "register": records(result.risk_days, ("id", "fired_share", "expected_days")),
        "default_share": plain(result.default_share),
        "assumptions": {"distribution": options.distribution, "default_spread": list(options.default_spread),
                        "team_spread": [dict(zip(("team", "low", "high", "sample"), each, strict=True)) for each in options.team_spread],
                        "correlation": options.correlation, "register": options.register},
        "findings": findings_json(findings, lang),
    }
