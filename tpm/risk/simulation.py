"""The Monte Carlo simulation: from a plan to the dates by which its target is reached, how sure, and why.

Sources: Vose, *Risk Analysis* (2008); Hulett, *Integrated Cost-Schedule Risk Analysis* (2011) for criticality indices and for taking one
risk out at a time. Remaining work only: what is done has no spread, and nothing starts before the status date.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.findings import Finding, InputError, Severity
from tpm.model import (
    ACTIVITY_COLUMNS,
    DEPENDENCY_COLUMNS,
    RISK_DAYS_COLUMNS,
    SIMULATION_COLUMNS,
    TORNADO_COLUMNS,
    Plan,
    ScheduleOptions,
    SimulationOptions,
    SimulationResult,
    conform,
    empty_frame,
    frame_of,
)
from tpm.risk.engines import Engine, Outcome, engine
from tpm.risk.remarks import findings_of
from tpm.risk.sensitivity import risk_table, sensitivity
from tpm.risk.uncertainty import SOURCES, Register, Spread, read_register, read_spread
from tpm.schedule import Solution, solve_problem
from tpm.schedule.clock import TICKS_PER_DAY, work_each
from tpm.schedule.cpm import BEGUN, EXCLUDED, TO_DO
from tpm.schedule.problem import Problem, build_problem, leaves_below
from tpm.schedule.result import schedule_table
from tpm.schedule.rows import Flags

DISTRIBUTIONS: Final = ("pert", "triangular", "uniform", "lognormal")
REGISTERS: Final = ("none", "inherent", "residual")
LEVELS: Final = (0.1, 0.5, 0.8, 0.9)
MOST_RUNS: Final = 1_000_000
_SHARE_OF_RUNS: Final = 0.6  # of the progress bar, where the tornado follows


def _checked(simulation: SimulationOptions) -> None:
    """Raises :class:`InputError` for an option out of its range."""
    bands = [("default_spread", simulation.default_spread), *(("team_spread", (low, high)) for _, low, high, _ in simulation.team_spread)]
    wrong = {
        "runs": (simulation.runs, 1 <= simulation.runs <= MOST_RUNS, f"1–{MOST_RUNS}"),
        "seed": (simulation.seed, 0 <= simulation.seed < 2**64, "0–2⁶⁴"),
        "distribution": (simulation.distribution, simulation.distribution in DISTRIBUTIONS, ", ".join(DISTRIBUTIONS)),
        "register": (simulation.register, simulation.register in REGISTERS, ", ".join(REGISTERS)),
        "correlation": (simulation.correlation, 0 <= simulation.correlation <= 1, "0–1"),
        "factors": (simulation.factors, 0 <= simulation.factors <= 1_000, "0–1000"),
        **{name: (band, -1 <= band[0] <= band[1] <= 10, "-100 % ≤ low ≤ high ≤ 1000 %") for name, band in bands},
    }
    for name, (value, fits, allowed) in wrong.items():
        if not fits:
            raise InputError(Finding("simulation-option", Severity.ERROR, params={"option": name, "value": str(value), "allowed": allowed}))


def simulate(plan: Plan, options: ScheduleOptions, simulation: SimulationOptions | None = None, *,
             progress: Callable[[float], None] | None = None, cancelled: Callable[[], bool] | None = None) -> SimulationResult:
    """What the plan's uncertainty does to the finish of the target and of every item.

    ``progress`` is told the share done and ``cancelled`` asked whether to stop, both in the caller's thread, a few times a second. Raises
    :class:`InputError` for an unknown target, an unknown country or an option out of range, and :class:`~tpm.risk.Cancelled`.
    """
    simulation = simulation or SimulationOptions()
    _checked(simulation)
    target = simulation.target if simulation.target is not None else options.target
    problem = build_problem(plan, replace(options, target=target))
    spread, register = read_spread(problem, simulation), read_register(problem, simulation)
    solution = solve_problem(problem)
    forecast = schedule_table(solution)
    finish, constant = _finishes(solution, forecast, target)
    open_target = _target_open(problem, target)
    if not open_target:
        # Every item still has its dates; nothing leads to the target any more.
        problem = build_problem(plan, replace(options, target=None))
    runner = engine(problem, spread, register, simulation)
    with_tornado = simulation.tornado and open_target
    outcome = runner.run(simulation.runs, LEVELS, open_target, True, _part(progress, 0, _SHARE_OF_RUNS if with_tornado else 1), cancelled)
    criticality = _criticality(runner, outcome, simulation.runs, plan.dependencies.empty or not open_target)
    days, counts = _histogram(outcome.target_day, constant, problem) if open_target else _settled(finish, simulation.runs)
    tornado, share = empty_frame(TORNADO_COLUMNS), float("nan")
    risk_days = risk_table(runner.unknown, outcome.fired, simulation.runs)
    if with_tornado:
        found = sensitivity(runner, simulation, outcome, criticality, _part(progress, _SHARE_OF_RUNS, 1), cancelled)
        tornado, risk_days, share = found.tornado, found.risk_days, found.default_share
    delays = (outcome.target - _deterministic(solution)) / TICKS_PER_DAY if open_target else np.zeros(1)
    return SimulationResult(
        options=simulation,
        target=target,
        deterministic_finish=None if np.isnat(finish) else pd.Timestamp(finish).date(),
        runs=simulation.runs,
        seed=simulation.seed,
        finish_days=days,
        finish_counts=counts,
        mean=float(delays.mean()),
        std=float(delays.std()),
        table=_table(runner, outcome, forecast, criticality, spread),
        tornado=tornado,
        risk_days=conform(risk_days, RISK_DAYS_COLUMNS),
        default_share=share,
        findings=findings_of(problem, simulation, spread, register, target, open_target, bool(np.isnat(finish))),
        fingerprint=hashlib.sha256(f"{plan.fingerprint}|{options!r}|{simulation!r}".encode()).hexdigest()[:32],
    )


def _part(progress: Callable[[float], None] | None, low: float, high: float) -> Callable[[float], None] | None:
    return None if progress is None else lambda share: progress(low + share * (high - low))


def _open(problem: Problem) -> Flags:
    kind = problem.nodes["kind"][: len(problem.rows.ids)]
    return np.asarray((kind == TO_DO) | (kind == BEGUN)) & ~problem.rows.is_summary


def _target_open(problem: Problem, target: str | None) -> bool:
    """Whether anything of the target is still to be done."""
    open_ = _open(problem)
    if target is None:
        return bool(open_.any())
    if problem.nodes["kind"][problem.target] == EXCLUDED:
        return False
    row = int(np.flatnonzero(problem.rows.ids == target)[0])
    if not problem.rows.is_summary[row]:
        return bool(open_[row])
    first, leaves = leaves_below(problem.rows)
    return bool(open_[leaves[first[row] : first[row + 1]]].any())


def _finishes(solution: Solution, forecast: pd.DataFrame, target: str | None) -> tuple[np.datetime64, np.datetime64]:
    """The target's displayed finish in the forecast (NaT where it has none), and the last one of what no longer varies."""
    problem = solution.problem
    finish = forecast["forecast_finish"].to_numpy()
    placed, open_ = solution.scheduled, _open(problem)
    never = np.datetime64("NaT", "s")

    def last(values: npt.NDArray[np.datetime64]) -> np.datetime64:
        known = values[~np.isnat(values)]
        latest: np.datetime64 = known.max() if len(known) else never
        return latest

    if target is None:
        return last(finish[placed]), last(finish[placed & ~open_])
    if problem.nodes["kind"][problem.target] == EXCLUDED:
        return never, never
    row = int(np.flatnonzero(problem.rows.ids == target)[0])
    if not problem.rows.is_summary[row]:
        return finish[row] if placed[row] else never, never
    first, leaves = leaves_below(problem.rows)
    below = leaves[first[row] : first[row + 1]]
    counts = placed[below] | (forecast["state"].to_numpy()[below] != "cancelled")
    return (finish[row] if placed[below].any() else never), last(finish[below[counts & ~open_[below]]])


def _histogram(target_day: npt.NDArray[np.int64], constant: np.datetime64, problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    if not np.isnat(constant):
        target_day = np.maximum(target_day, (constant.astype("datetime64[D]") - problem.rows.origin).astype(np.int64))
    days, counts = np.unique(target_day, return_counts=True)
    return problem.rows.origin + days.astype("timedelta64[D]"), counts.astype(np.int64)


def _settled(finish: np.datetime64, runs: int) -> tuple[np.ndarray, np.ndarray]:
    """The histogram of a target that nothing moves any more."""
    if np.isnat(finish):
        return np.empty(0, "datetime64[D]"), np.empty(0, np.int64)
    return np.array([finish], "datetime64[D]"), np.array([runs], np.int64)


def _deterministic(solution: Solution) -> int:
    """Working time of the plan's calendar before the target's finish in the forecast."""
    problem = solution.problem
    finish = solution.early["finish"]
    at = finish[problem.target] if problem.target >= 0 else finish[: len(problem.rows.ids)].max()
    own = np.full(1, -1)
    return int(work_each(problem.rows.tables, np.zeros(1, np.int32), own, own, np.array([at], np.int64))[0])


def _criticality(runner: Engine, outcome: Outcome, runs: int, unanswered: bool) -> npt.NDArray[np.float64]:
    """Criticality index of every row of the plan."""
    out = np.full(len(runner.problem.rows.ids), np.nan)
    lines = np.flatnonzero(runner.row_of >= 0)
    if not unanswered:
        out[runner.row_of[lines]] = outcome.critical[lines] / runs
    out[~_open(runner.problem)] = np.nan
    return out


def _table(runner: Engine, outcome: Outcome, forecast: pd.DataFrame, criticality: npt.NDArray[np.float64], spread: Spread) -> pd.DataFrame:
    """``SIMULATION_COLUMNS``. What does not vary keeps its forecast; a summary ends no earlier than what is fixed below it."""
    rows = runner.problem.rows
    finish = forecast["forecast_finish"].to_numpy()
    open_ = _open(runner.problem)
    days = np.repeat(finish[:, None], len(LEVELS), axis=1)
    lines = np.flatnonzero(runner.row_of >= 0)
    varies = open_.copy()
    fixed = np.full(len(rows.ids), np.iinfo(np.int64).min)
    if rows.is_summary.any():
        first, leaves = leaves_below(rows)
        above = np.repeat(np.arange(len(rows.ids)), np.diff(first))
        np.logical_or.at(varies, above, open_[leaves])
        counts = ~open_[leaves] & ~np.isnat(finish[leaves]) & (forecast["state"].to_numpy()[leaves] != "cancelled")
        np.maximum.at(fixed, above[counts], finish[leaves[counts]].astype("int64"))
    lines = lines[varies[runner.row_of[lines]]]
    at = runner.row_of[lines]
    shown = (rows.origin + outcome.quantile_days[lines].astype("timedelta64[D]")).astype("datetime64[s]").astype("int64")
    days[at] = np.maximum(shown, np.where(rows.is_summary[at], fixed[at], np.iinfo(np.int64).min)[:, None]).astype("datetime64[s]")
    columns = {"id": rows.ids, "criticality_index": criticality,
               **{f"p{round(level * 100)}_finish": days[:, k].copy() for k, level in enumerate(LEVELS)},
               "spread_source": np.array(SOURCES, dtype=object)[spread.source]}
    return frame_of({name: np.asarray(columns[name], dtype) for name, dtype in SIMULATION_COLUMNS.items()})


def warm_up() -> None:
    """Compile or load the kernels on a tiny plan, so that the first visitor does not wait; safe in a background thread."""
    activities = conform(pd.DataFrame({
        "id": ["1", "2"], "name": ["", ""], "kind": ["activity"] * 2, "duration": [1.0, 2.0], "team": ["A", "A"],
        "planned_start": np.array(["2026-01-05", "NaT"], dtype="datetime64[s]")}), ACTIVITY_COLUMNS)
    dependencies = conform(pd.DataFrame({"predecessor": ["1"], "successor": ["2"], "type": ["FS"], "lag": [0.0], "lag_unit": ["working"]}),
                           DEPENDENCY_COLUMNS)
    plan = Plan(activities=activities, dependencies=dependencies)
    few = SimulationOptions(runs=2, register="none")
    simulate(plan, ScheduleOptions(), few)
    simulate(plan, ScheduleOptions(), replace(few, distribution="uniform", correlation=0.5))


__all__ = ["DISTRIBUTIONS", "LEVELS", "MOST_RUNS", "REGISTERS", "Register", "simulate", "warm_up"]
