"""What a person should know about a simulation before believing it: findings, one a kind.

The words are in ``catalogue/simulation.toml``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.findings import Finding, Place, Severity
from tpm.i18n import listed
from tpm.model import SimulationOptions
from tpm.risk.uncertainty import DEFAULT, ESTIMATES, Register, Spread
from tpm.schedule.problem import Problem
from tpm.schedule.rows import Flags

THIN_SAMPLE: Final = 8  # finished items below which a learned band is a guess
_FEW_RISKS: Final = 3
_NAMES_SHOWN: Final = 5
_PLACES_SHOWN: Final = 50


def _about(code: str, severity: Severity, frame: pd.DataFrame, called: str, rows: Flags, **params: object) -> list[Finding]:
    """One finding on the rows of ``frame`` that are set, none where there are none."""
    at = np.flatnonzero(rows)
    if not len(at):
        return []
    ids, names = frame["id"].to_numpy()[at], frame[called].to_numpy()[at]
    shown = [f"{name} ({item})" if name and name != item else str(item)
             for item, name in zip(ids[:_NAMES_SHOWN], names[:_NAMES_SHOWN], strict=True)]
    items = listed(shown, _NAMES_SHOWN, "risks" if called == "title" else "items", len(at))
    where = (frame[name].to_numpy()[at[:_PLACES_SHOWN]].tolist() for name in ("file", "sheet", "row"))
    places = tuple(Place(file or "", sheet or "", f"A{row}" if row else "") for file, sheet, row in zip(*where, strict=True))
    return [Finding(code, severity, places, {"count": len(at), "items": items, **params}, tuple(map(str, ids.tolist())))]


def findings_of(problem: Problem, simulation: SimulationOptions, spread: Spread, register: Register, target: str | None,
                open_target: bool, unscheduled: bool) -> tuple[Finding, ...]:
    """The findings of one simulation, worst first."""
    activities, risks = problem.plan.activities, problem.plan.risks
    found: list[Finding] = []
    low, high = simulation.default_spread
    on_default: npt.NDArray[np.bool_] = spread.source == DEFAULT
    if not open_target:
        code = "simulation-nothing-open" if target is None else "simulation-target-unscheduled" if unscheduled else "simulation-target-done"
        found.append(Finding(code, Severity.WARNING, params={"target": target or ""}))
    elif not spread.drawn.any() and not len(register.ids):
        found.append(Finding("simulation-nothing-uncertain", Severity.WARNING))
    if on_default.any():
        code = "simulation-default-band" if (spread.source == ESTIMATES).any() else "simulation-no-estimates"
        severity = Severity.INFO if code == "simulation-default-band" else Severity.WARNING
        found.append(Finding(code, severity, params={"count": int(on_default.sum()), "low": low, "high": high},
                             items=tuple(activities["id"].to_numpy()[on_default].tolist())))
    found += _about("simulation-estimate-unusable", Severity.WARNING, activities, "name", spread.unusable)
    found += _about("simulation-estimate-apart", Severity.INFO, activities, "name", spread.apart)
    together = activities["team"][spread.drawn[: len(activities)]].value_counts()
    if simulation.correlation != SimulationOptions().correlation and simulation.correlation > 0 and not (together > 1).any():
        found.append(Finding("simulation-nothing-to-correlate", Severity.INFO, params={"correlation": simulation.correlation}))
    if problem.plan.dependencies.empty:
        found.append(Finding("simulation-no-dependencies", Severity.WARNING))
    if simulation.register != "none":
        if register.with_days < _FEW_RISKS:
            code = "simulation-few-risks" if register.with_days else "simulation-no-risks"
            found.append(Finding(code, Severity.WARNING, params={"count": register.with_days}))
        found += _about("simulation-risk-unlinked", Severity.WARNING, risks, "title", register.unlinked)
        found += _about("simulation-risk-silent", Severity.INFO, risks, "title", register.silent)
    used = set(activities["team"].to_numpy()[spread.drawn].tolist())
    for team, _, _, sample in simulation.team_spread:
        if sample < THIN_SAMPLE and team in used:
            found.append(Finding("simulation-thin-sample", Severity.WARNING, params={"team": team, "count": sample}))
    return tuple(sorted(found, key=lambda each: each.severity.rank))
