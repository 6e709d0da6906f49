"""What the target's finish owes to each source of uncertainty: the same runs again without it (common random numbers).

A risk is taken out, an activity or a team is held at its plan. One that is certain to happen keeps its most likely impact: only its
spread goes. Candidates for the tornado are those with the greatest criticality × standard deviation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.model import RISK_DAYS_COLUMNS, TORNADO_COLUMNS, SimulationOptions, conform
from tpm.risk.counts import ranks_of
from tpm.risk.engines import Cancel, Engine, Outcome, Progress
from tpm.risk.uncertainty import DEFAULT, Numbers, Uncertainty
from tpm.risk.variants import Variants
from tpm.schedule.clock import TICKS_PER_DAY
from tpm.schedule.network import Integers

_MOST_RUNS: Final = 50_000  # of each variant: enough for a P80 to a few hundredths of its spread
_LEVEL: Final = 0.8


@dataclass(frozen=True, eq=False)
class _Factor:
    kind: str  # risk, activity, team, or default: everything drawn from the default band
    id: str
    rows: Integers  # sampled rows that change
    risk: int = -1
    kept: int = 0  # units of the risk's impact that stay


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """``TORNADO_COLUMNS``, ``RISK_DAYS_COLUMNS``, and the share of the variance that comes from default bands."""

    tornado: pd.DataFrame
    risk_days: pd.DataFrame
    default_share: float


def _risk_factors(unknown: Uncertainty) -> list[_Factor]:
    draws, register = unknown.draws, unknown.register
    row = np.repeat(np.arange(len(unknown.rows)), np.diff(draws.hit_first))
    by_risk = np.argsort(draws.hit_risk, kind="stable")
    first = np.searchsorted(draws.hit_risk[by_risk], np.arange(len(register.ids) + 1))
    likely = np.rint(register.likely * (TICKS_PER_DAY / unknown.unit)).astype(np.int64)
    return [_Factor("risk", register.ids[k], row[by_risk[first[k] : first[k + 1]]].astype(np.int32), k,
                    int(likely[k]) if register.probability[k] >= 1 else 0) for k in range(len(register.ids))]


def _candidates(engine: Engine, simulation: SimulationOptions, weight: Numbers) -> list[_Factor]:
    """Factors of the tornado: every risk, and the teams and activities with the greatest ``weight`` (criticality × deviation)."""
    unknown = engine.unknown
    drawn = np.flatnonzero(unknown.draws.table >= 0)
    factors = [(np.inf, each) for each in _risk_factors(unknown)]
    ids = engine.problem.rows.ids[unknown.rows]
    best = drawn[np.argsort(-weight[drawn], kind="stable")][: simulation.factors]
    factors += [(float(weight[row]), _Factor("activity", ids[row], np.array([row], np.int32))) for row in best]
    code, teams = pd.factorize(engine.problem.plan.activities["team"].to_numpy()[unknown.rows[drawn]])
    alone = np.bincount(code[code >= 0], weight[drawn][code >= 0] ** 2, len(teams))
    together = np.bincount(code[code >= 0], weight[drawn][code >= 0], len(teams)) ** 2
    rho = simulation.correlation
    for k in range(len(teams)):
        score = float(np.sqrt(alone[k] * (1 - rho) + together[k] * rho))
        factors.append((score, _Factor("team", teams[k], drawn[code == k].astype(np.int32))))
    factors.sort(key=lambda each: -each[0])
    others = [each for score, each in factors if score < np.inf][: simulation.factors]
    return [each for score, each in factors if score == np.inf] + others


def _variants(engine: Engine, factors: list[_Factor]) -> Variants:
    rows = [each.rows for each in factors]
    nodes = [engine.cone(each) for each in rows]

    def joined(parts: list[Integers]) -> tuple[Integers, Integers]:
        first = np.zeros(len(parts) + 1, np.int32)
        np.cumsum([len(each) for each in parts], out=first[1:])
        return first, np.concatenate([*parts, np.empty(0, np.int32)]).astype(np.int32)

    return Variants(np.array([each.risk for each in factors], np.int32), np.array([each.kept for each in factors], np.int32),
                    *joined(rows), *joined(nodes), np.array([each.risk < 0 for each in factors], np.bool_))


def sensitivity(engine: Engine, simulation: SimulationOptions, outcome: Outcome, criticality: Numbers, progress: Progress,
                cancelled: Cancel) -> Sensitivity:
    """The variants of a simulation. ``criticality`` has a value a row of the plan (NaN counts as 1)."""
    unknown = engine.unknown
    share = np.nan_to_num(criticality[unknown.rows], nan=1.0)
    factors = _candidates(engine, simulation, share * unknown.deviation)
    default = np.flatnonzero((unknown.draws.table >= 0) & (unknown.spread.source[unknown.rows] == DEFAULT)).astype(np.int32)
    runs = min(simulation.runs, _MOST_RUNS)
    base = outcome.target[:runs]
    every = [*factors, _Factor("default", "", default)]
    targets = engine.vary(runs, _variants(engine, every), progress, cancelled)

    rank = int(ranks_of((_LEVEL,), runs)[0]) - 1
    at_level = np.partition(targets, rank, axis=1)[:, rank]
    days = (np.partition(base, rank)[rank] - at_level) / TICKS_PER_DAY
    tornado = pd.DataFrame({"kind": [each.kind for each in factors], "id": [each.id for each in factors],
                            "days": np.round(days[:-1], 4) + 0.0})
    by_size = np.argsort(-np.abs(tornado["days"].to_numpy()), kind="stable")[: simulation.factors]
    risks = [k for k, each in enumerate(factors) if each.kind == "risk"]
    expected = (base.mean() - targets[risks].mean(axis=1)) / TICKS_PER_DAY
    risk_days = risk_table(unknown, outcome.fired, simulation.runs).assign(expected_days=np.round(expected, 4) + 0.0)
    # What is kept at its likely impact because it is certain has cost that impact all the same.
    certain = unknown.register.probability >= 1
    if certain.any():
        gone = [_Factor("risk", each.id, each.rows, each.risk) for each, sure in zip(_risk_factors(unknown), certain, strict=True) if sure]
        without = engine.vary(runs, _variants(engine, gone), None, cancelled)
        risk_days.loc[certain, "expected_days"] = np.round((base.mean() - without.mean(axis=1)) / TICKS_PER_DAY, 4) + 0.0
    variance = base.var()
    return Sensitivity(conform(tornado.iloc[by_size], TORNADO_COLUMNS), conform(risk_days, RISK_DAYS_COLUMNS),
                       float(np.clip(1 - targets[-1].var() / variance, 0, 1)) if variance > 0 else float("nan"))


def risk_table(unknown: Uncertainty, fired: npt.NDArray[np.int64], runs: int) -> pd.DataFrame:
    """``RISK_DAYS_COLUMNS`` in the register's order, without what the risks cost the target."""
    return conform(pd.DataFrame({"id": unknown.register.ids, "fired_share": fired / runs, "expected_days": np.nan}), RISK_DAYS_COLUMNS)
