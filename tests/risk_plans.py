"""Small plans with a register, and simulation results made by hand, for the tests of what is said about risks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from tests.plans import plan_of
from tpm.model import (
    RISK_COLUMNS,
    RISK_DAYS_COLUMNS,
    RISK_HIT_COLUMNS,
    SIMULATION_COLUMNS,
    TORNADO_COLUMNS,
    Plan,
    SimulationOptions,
    SimulationResult,
    conform,
)


def risks_of(*rows: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """The parts of a plan that hold its register; ``hits`` are ids separated by spaces, ``p`` and ``i`` probability and impact."""
    records, hits = [], []
    for number, row in enumerate(rows, start=2):
        row = dict(row)
        hits += [{"risk": row["id"], "activity": item} for item in row.pop("hits", "").split()]
        for short, name in (("p", "probability"), ("i", "impact"), ("rp", "residual_probability"), ("ri", "residual_impact"),
                            ("days", "impact_days")):  # fmt: skip
            if short in row:
                row[name] = row.pop(short)
        if "due" in row:
            row["due"] = pd.Timestamp(row["due"])
        records.append({"title": row["id"], "kind": "threat", "state": "open", "file": "plan.xlsx", "sheet": "Risks", "row": number, **row})
    return {"risks": conform(pd.DataFrame(records), RISK_COLUMNS), "risk_hits": conform(pd.DataFrame(hits, dtype=object), RISK_HIT_COLUMNS)}


def program(*risks: dict[str, Any], **parts: Any) -> Plan:
    """Two teams, a hand-over and a milestone, with a register."""
    return plan_of(
        {"id": "A", "name": "Build", "team": "Core", "start": "2026-12-01", "finish": "2026-12-14"},
        {"id": "B", "name": "Test", "team": "Field", "start": "2026-12-15", "finish": "2026-12-28", "after": "A"},
        {"id": "C", "name": "Write", "team": "Field", "start": "2026-12-01", "finish": "2026-12-07"},
        {"id": "M", "name": "Launch", "team": "Field", "start": "2026-12-28", "finish": "2026-12-28", "milestone": True, "after": "B, C"},
        **risks_of(*risks), **parts,
    )  # fmt: skip


def result_of(plan: Plan, target: str | None, finishes: dict[str, int], *, tornado: list[tuple[str, str, float]] | None = None,
              risk_days: dict[str, float] | None = None, default_share: float = 0.4, **columns: Any) -> SimulationResult:  # fmt: skip
    """A simulation that ended on these days that many times each."""
    days = np.array(sorted(finishes), dtype="datetime64[D]")
    counts = np.array([finishes[str(day)] for day in days], dtype=np.int64)
    frame = {"id": plan.activities["id"], "criticality_index": 0.5, "p80_finish": plan.activities["planned_finish"], **columns}
    return SimulationResult(
        SimulationOptions(runs=int(counts.sum()), target=target), target, dt.date.fromisoformat(min(finishes)) if finishes else None,
        int(counts.sum()), 1, days, counts, 0.0, 1.0, conform(pd.DataFrame(frame), SIMULATION_COLUMNS),
        conform(pd.DataFrame(tornado or [], columns=list(TORNADO_COLUMNS)), TORNADO_COLUMNS),
        conform(pd.DataFrame({"id": list(risk_days or {}), "fired_share": 0.5, "expected_days": list((risk_days or {}).values())}),
                RISK_DAYS_COLUMNS), default_share,
    )  # fmt: skip
