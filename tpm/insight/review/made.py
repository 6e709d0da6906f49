"""A review from a plan and its schedule alone, with the simulation of its headline where runs are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from tpm.insight.review import Review, ReviewOptions, Told, review
from tpm.insight.review.evidence import USUAL_RUNS, says_uncertainty
from tpm.insight.review.facts import Facts
from tpm.model import Plan, Schedule, SimulationOptions, SimulationResult


def simulation_of(plan: Plan, schedule: Schedule, options: SimulationOptions,
                  progress: Callable[[float], None] | None = None) -> SimulationResult | None:
    """The simulation of the date that the headline speaks of; None where that date cannot be simulated."""
    from tpm.risk import simulate

    facts = Facts(plan, schedule)
    if facts.last is None or not facts.is_open(facts.last) or facts.finish(facts.last) is None:
        return None
    result = simulate(plan, schedule.options, replace(options, target=facts.last), progress=progress)
    return result if result.answered else None


def review_of(plan: Plan, schedule: Schedule, *, runs: int | None = None, seed: int = 1, since: Sequence[Told] = (),
              options: ReviewOptions | None = None, today: dt.date | None = None,
              progress: Callable[[float], None] | None = None) -> Review:
    """The review of ``plan``; ``runs`` above zero simulates its headline first. None: the usual runs where the plan says something about
    uncertainty, else none."""
    if runs is None:
        runs = USUAL_RUNS if says_uncertainty(plan) else 0
    simulation = simulation_of(plan, schedule, SimulationOptions(runs=runs, seed=seed), progress) if runs > 0 else None
    return review(plan, schedule, simulation=simulation, since=since, options=options, today=today)
