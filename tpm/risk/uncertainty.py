"""What is uncertain in a plan: the spread of every remaining duration, and the risks that can hit it.

Durations come from the sheet's three-point estimates where it has them; what remains of work under way is scaled as its duration is.
Elsewhere they come from a band around the remaining duration: the team's where one was learned, else the default. Bounds are the ends
of the distribution, of lognormal its tenth and ninetieth percentile. An estimate without spread changes nothing: the plan's
duration stays, so that a plan without any uncertainty ends where its forecast ends.

A risk adds its impact, in working days, to everything open that it hits. On a summary it delays the summary's end: it is added to the
items below it that nothing else below it waits for. On a milestone it is time that passes before the milestone. Opportunities save
time; an issue, or a risk that has occurred, is certain; a closed one does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tpm.model import SimulationOptions
from tpm.risk.draws import Draws
from tpm.risk.quantiles import moments, normal_table, tables_by_score, tables_by_uniform
from tpm.schedule.clock import TICKS_PER_DAY
from tpm.schedule.cpm import BEGUN, TO_DO
from tpm.schedule.network import Integers
from tpm.schedule.problem import Problem, leaves_below
from tpm.schedule.rows import Flags, codes

Numbers = npt.NDArray[np.float64]

NONE, DEFAULT, LEARNED, ESTIMATES = range(4)
SOURCES: Final = ("none", "default", "learned", "estimates")
_Z90: Final = 1.2815515655446004  # the normal's ninetieth percentile
_LEAST_P10: Final = 0.01  # of P90: a lognormal cannot begin at nothing


@dataclass(frozen=True, eq=False)
class Spread:
    """The spread of every row's remaining work, in ticks; rows without one are ``NONE`` or not ``drawn``."""

    source: npt.NDArray[np.int8]
    drawn: Flags
    low: Numbers
    mode: Numbers
    high: Numbers
    unusable: Flags  # estimates out of order, or only in part
    apart: Flags  # the planned duration lies outside the estimate


@dataclass(frozen=True, eq=False)
class Register:
    """The risks that can hit something. K risks; ``row`` is that of ``plan.risks``."""

    row: Integers
    ids: npt.NDArray[np.object_]
    probability: Numbers
    low: Numbers  # days, signed: positive delays
    likely: Numbers
    high: Numbers
    hit_risk: Integers  # pairs: position here, and the plan's row that is hit
    hit_row: Integers
    with_days: int  # open risks that state days and a probability, hit or not
    unlinked: Flags  # of plan.risks: open, with days, but nothing open is named
    silent: Flags  # of plan.risks: open, with items, but without days or without a probability


def read_spread(problem: Problem, simulation: SimulationOptions) -> Spread:
    """The spread of every row of the plan."""
    a, rows = problem.plan.columns, problem.rows
    n = len(rows.ids)
    kind = problem.nodes["kind"][:n]
    work = problem.nodes["work"][:n].astype(np.float64)
    open_ = ((kind == TO_DO) | (kind == BEGUN)) & (work > 0) & ~rows.is_summary
    remaining = work / np.maximum(rows.work, 1)

    optimistic, likely, pessimistic = (a[name] for name in ("optimistic", "most_likely", "pessimistic"))
    some = np.isfinite(optimistic) | np.isfinite(pessimistic)
    usable = np.isfinite(optimistic) & np.isfinite(pessimistic) & (optimistic >= 0) & (pessimistic >= optimistic) & (pessimistic > 0)
    usable &= ~(np.isfinite(likely) & ((likely < optimistic) | (likely > pessimistic)))
    given = np.where(np.isfinite(likely), likely, rows.work / TICKS_PER_DAY)
    low_days, high_days = np.where(usable, optimistic, 0.0), np.where(usable, pessimistic, 0.0)
    scale = remaining * TICKS_PER_DAY

    bands = {team: (low, high) for team, low, high, _ in simulation.team_spread}
    team = a["team"]
    code = codes(team, list(bands))
    band = np.array([*bands.values(), simulation.default_spread], dtype=np.float64).reshape(-1, 2)[code]
    source = np.where(usable, ESTIMATES, np.where(code >= 0, LEARNED, DEFAULT)).astype(np.int8)
    low = np.where(usable, low_days * scale, work * (1 + band[:, 0]))
    high = np.where(usable, high_days * scale, work * (1 + band[:, 1]))
    low = np.maximum(low, 0.0)
    mode = np.clip(np.where(usable, given * scale, work), low, high)
    source[~open_] = NONE
    drawn = open_ & (high > low)
    source[open_ & ~drawn & ~usable] = NONE
    planned = rows.work / TICKS_PER_DAY
    apart = open_ & usable & ((planned < optimistic - 1e-9) | (planned > pessimistic + 1e-9))
    return Spread(source, drawn, low, mode, high, open_ & some & ~usable, apart)


def _days(risks: Any, kinds: npt.NDArray[np.object_]) -> Numbers:
    """Impact of each risk in signed days, least to greatest; (risks, 3), NaN where the register states none."""
    low, likely, high = (risks[name].to_numpy() for name in ("impact_days_min", "impact_days", "impact_days_max"))
    low, high = np.where(np.isnan(low), likely, low), np.where(np.isnan(high), likely, high)
    low, high = np.where(np.isnan(low), high, low), np.where(np.isnan(high), low, high)
    likely = np.where(np.isnan(likely), (low + high) / 2, likely)
    days = np.stack([low, likely, high], axis=1)
    days = np.where((kinds == "opportunity")[:, None], -np.abs(days), days)
    return np.sort(days, axis=1)


def read_register(problem: Problem, simulation: SimulationOptions) -> Register:
    """The risks that the simulation can fire, as the register states them or after their response (``residual``)."""
    risks, hits = problem.plan.risks, problem.plan.risk_hits
    kinds, states = risks["kind"].to_numpy(), risks["state"].to_numpy()
    days = _days(risks, kinds)
    probability = risks["probability"].to_numpy(copy=True)
    if simulation.register == "residual":
        after = risks["residual_probability"].to_numpy()
        probability = np.where(np.isnan(after), probability, after)
        impact, left = risks["impact"].to_numpy(), risks["residual_impact"].to_numpy()
        known = (impact > 0) & (left >= 0)
        days = days * np.where(known, left / np.where(known, impact, 1), 1)[:, None]
    closed = codes(states, ["closed"]) == 0
    certain = (codes(states, ["occurred"]) == 0) | (codes(kinds, ["issue"]) == 0)
    probability = np.clip(np.where(certain, 1.0, probability), 0, 1)
    can_fire = ~closed & ~np.isnan(days).any(axis=1) & ~np.isnan(probability)
    if simulation.register == "none":
        can_fire[:] = False

    risk_of = codes(hits["risk"].to_numpy(), list(risks["id"].to_numpy()))
    row_of = codes(hits["activity"].to_numpy(), problem.rows.ids)
    known = (risk_of >= 0) & (row_of >= 0)
    named = np.zeros(len(risks), bool)
    named[risk_of[known]] = True
    pairs = _on_open_work(problem, risk_of[known & can_fire[risk_of]], row_of[known & can_fire[risk_of]])
    used = np.unique(pairs[:, 0]).astype(np.int32)
    place = np.full(len(risks) + 1, -1, np.int32)
    place[used] = np.arange(len(used))
    return Register(
        used, risks["id"].to_numpy()[used], probability[used], days[used, 0], days[used, 1], days[used, 2], place[pairs[:, 0]], pairs[:, 1],
        int(can_fire.sum()), can_fire & ~np.isin(np.arange(len(risks)), used),
        named & ~closed & ~can_fire if simulation.register != "none" else np.zeros(len(risks), bool))


def _on_open_work(problem: Problem, risk: Integers, row: Integers) -> Integers:
    """Pairs (risk, row) on open rows only, summaries replaced by the ends below them; unique, sorted."""
    n = len(problem.rows.ids)
    kind = problem.nodes["kind"][:n]
    open_ = ((kind == TO_DO) | (kind == BEGUN)) & ~problem.rows.is_summary
    leaf = open_[row]
    pairs = [np.stack([risk[leaf], row[leaf]], axis=1)]
    of_summary = problem.rows.is_summary[row]
    if of_summary.any():
        first, leaves = leaves_below(problem.rows)
        predecessor = np.repeat(np.arange(len(problem.network.first) - 1), np.diff(problem.network.first))
        successor = problem.network.links["to"]
        for each in np.unique(row[of_summary]):
            below = np.zeros(len(problem.nodes), bool)
            below[leaves[first[each] : first[each + 1]]] = True
            below[:n] &= open_
            followed = np.zeros(len(problem.nodes), bool)
            followed[predecessor[below[predecessor] & below[successor]]] = True
            ends = np.flatnonzero(below & ~followed)
            pairs += [np.stack([np.full(len(ends), k), ends], axis=1) for k in risk[row == each]]
    return np.unique(np.concatenate(pairs), axis=0).astype(np.int32).reshape(-1, 2)


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Everything that a simulation draws. ``rows`` are the sampled rows of the plan; S of them, K risks."""

    spread: Spread
    register: Register
    rows: Integers
    unit: int  # ticks a unit of time
    draws: Draws
    deviation: Numbers  # S: standard deviation of the row's own draw, days
    impact_deviation: Numbers  # K: of what the risk adds, days


def hashed(values: Any) -> npt.NDArray[np.uint64]:
    """A number an id, the same in every plan."""
    from pandas.util import hash_array

    return np.asarray(hash_array(np.asarray(values, dtype=object), categorize=False))


def sampled_rows(spread: Spread, register: Register) -> Integers:
    """Rows with a spread or a risk, in the plan's order."""
    sampled = spread.drawn.copy()
    sampled[register.hit_row] = True
    return np.flatnonzero(sampled).astype(np.int32)


def uncertainty(problem: Problem, simulation: SimulationOptions, spread: Spread, register: Register, unit: int) -> Uncertainty:
    """What the kernels draw, in ``unit`` ticks."""
    rows = sampled_rows(spread, register)
    drawn = spread.drawn[rows]
    work = problem.nodes["work"][rows].astype(np.float64)
    low, mode, high = (each[rows] for each in (spread.low, spread.mode, spread.high))
    lognormal = simulation.distribution == "lognormal"
    if lognormal:
        low = np.maximum(low, high * _LEAST_P10)
        safe_low, safe_high = np.where(drawn, low, 1.0), np.where(drawn, high, 2.0)
        shape = np.log(safe_high / safe_low) / (2 * _Z90)
        base, scale = -work, np.sqrt(safe_low * safe_high)
    else:
        shape = np.where(drawn, (mode - low) / np.where(drawn, high - low, 1), 0.5)
        base, scale = low - work, high - low
    if simulation.distribution == "uniform":
        shape = np.full(len(rows), 0.5)
    shapes, table = np.unique(np.round(shape[drawn], 9).astype(np.float64), return_inverse=True)
    in_table = np.full(len(rows), -1, np.int32)
    in_table[drawn] = table
    _, deviations = moments(simulation.distribution, shapes)
    deviation = np.zeros(len(rows))
    deviation[drawn] = deviations[table] * scale[drawn] / TICKS_PER_DAY

    team = problem.plan.columns["team"][rows]
    teams = sorted({each for each in team[drawn].tolist() if each is not None}) if simulation.correlation > 0 else []
    team_code = codes(team, teams) if teams else np.full(len(rows), -1, np.int32)
    shares = drawn & (team_code >= 0)
    correlation = np.where(shares, simulation.correlation, 0.0)
    scored = drawn & (shares | lognormal)

    impact_kind = "pert" if lognormal else simulation.distribution
    ranged = register.high > register.low
    impact_shape = np.where(ranged, (register.likely - register.low) / np.where(ranged, register.high - register.low, 1), 0.5)
    impact_shapes, impact_table = np.unique(np.round(impact_shape[ranged], 9).astype(np.float64), return_inverse=True)
    of_risk = np.full(len(register.ids), -1, np.int32)
    offset = 0 if lognormal or not (drawn & ~scored).any() else len(shapes)
    of_risk[ranged] = impact_table + offset
    parts = [tables_by_uniform(simulation.distribution, shapes)] if offset else []
    by_uniform = np.concatenate([*parts, tables_by_uniform(impact_kind, impact_shapes)])
    by_score = tables_by_score(simulation.distribution, shapes) if scored.any() else np.zeros((0, 1), np.float32)
    mean, std = moments(impact_kind, impact_shape)
    days = np.where(ranged, register.low + (register.high - register.low) * mean, register.likely)
    second = days * days + np.where(ranged, (register.high - register.low) * std, 0) ** 2
    p = register.probability

    by_row = np.lexsort((register.hit_risk, register.hit_row))
    hit_first = np.searchsorted(register.hit_row[by_row], np.append(rows, np.iinfo(np.int32).max)).astype(np.int32)
    per_day = TICKS_PER_DAY / unit
    draws = Draws(
        seed=simulation.seed,
        stream=hashed(problem.rows.ids[rows]),
        table=in_table,
        scored=scored,
        base=np.rint(np.where(drawn, base, 0) / unit).astype(np.int32),
        scale=(np.where(drawn, scale, 0) / unit).astype(np.float32),
        team=np.maximum(team_code, 0).astype(np.int32),
        own=np.sqrt(1 - correlation).astype(np.float32),
        shared=np.sqrt(correlation).astype(np.float32),
        by_uniform=by_uniform,
        by_score=by_score,
        normal=normal_table(),
        team_stream=hashed(teams),
        risk_stream=hashed(register.ids),
        threshold=np.rint(p * 2.0**32).astype(np.uint64),
        risk_table=of_risk,
        risk_base=np.rint(np.where(ranged, register.low, register.likely) * per_day).astype(np.int32),
        risk_scale=((register.high - register.low) * per_day).astype(np.float32),
        hit_first=hit_first,
        hit_risk=register.hit_risk[by_row].astype(np.int32),
    )
    return Uncertainty(spread, register, rows, unit, draws, deviation, np.sqrt(np.maximum(p * second - (p * days) ** 2, 0)))
