"""Spread learned from earlier versions of a plan: how far finished work ended from what was planned for it, team by team.

For every item that is done in the newest version, the planned duration is that of the first version in which the item was not yet
done; the actual duration runs from its actual (else last planned) start to its actual (else last planned) finish. Both are working
days of the item's calendar. A team's band holds eight in ten of its ratios actual ÷ planned − 1: from their tenth to their ninetieth
percentile. Items are matched by id; an item that was already done when it first appeared teaches nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tpm.model import Plan, ScheduleOptions
from tpm.risk.remarks import THIN_SAMPLE
from tpm.schedule.clock import TICKS_PER_DAY
from tpm.schedule.problem import Problem, build_problem
from tpm.schedule.rows import MISSING

Version = tuple[Plan, dt.date | None]  # a plan and its status date


@dataclass(frozen=True, slots=True)
class LearnedSpread:
    """The band of one team. ``low`` and ``high`` are shares of a planned duration: −0.1 is ten percent shorter."""

    team: str
    low: float
    high: float
    sample: int  # finished items
    median: float

    @property
    def thin(self) -> bool:
        """Too few finished items to trust."""
        return self.sample < THIN_SAMPLE

    @property
    def band(self) -> tuple[str, float, float, int]:
        """As :class:`~tpm.model.SimulationOptions` takes it in ``team_spread``."""
        return self.team, self.low, self.high, self.sample


def _planned(problem: Problem, earlier: dict[str, float]) -> None:
    """Add the planned days of every item that is not done and not known yet."""
    rows, progress = problem.rows, problem.progress
    usable = ~rows.is_summary & ~rows.event & ~progress.done & ~rows.assumed_work & (rows.work > 0)
    for row in np.flatnonzero(usable):
        earlier.setdefault(rows.ids[row], rows.work[row] / TICKS_PER_DAY)


def _actual(problem: Problem) -> dict[str, float]:
    """Days that finished items took."""
    rows = problem.rows
    begun, ended = problem.nodes["begun"][: len(rows.ids)], problem.nodes["ended"][: len(rows.ids)]
    known = problem.progress.done & ~rows.event & ~rows.is_summary & (begun != MISSING) & (ended > begun) & (begun > -(2**61))
    days = (rows.work_at(np.where(known, ended, 0)) - rows.work_at(np.where(known, begun, 0))) / TICKS_PER_DAY
    return dict(zip(rows.ids[known].tolist(), days[known].tolist(), strict=True))


def learned_spread(versions: Sequence[Version], options: ScheduleOptions | None = None) -> tuple[LearnedSpread, ...]:
    """The band of every team that has finished something, by name. ``versions`` are oldest first; ``options`` give calendars.

    Fewer than two versions teach nothing. Raises :class:`~tpm.findings.InputError` for an unknown country.
    """
    options = replace(options or ScheduleOptions(), target=None)
    earlier: dict[str, float] = {}
    for plan, status in versions[:-1]:
        _planned(build_problem(plan, replace(options, status_date=status)), earlier)
    if not earlier:
        return ()
    plan, status = versions[-1]
    teams = dict(zip(plan.activities["id"].tolist(), plan.activities["team"].tolist(), strict=True))
    ratios: dict[str, list[float]] = defaultdict(list)
    for item, days in _actual(build_problem(plan, replace(options, status_date=status))).items():
        if item in earlier and teams[item] is not None:
            ratios[teams[item]].append(days / earlier[item] - 1)
    return tuple(_band(team, np.array(ratios[team])) for team in sorted(ratios))


def _band(team: str, ratios: npt.NDArray[np.float64]) -> LearnedSpread:
    low, median, high = np.round(np.quantile(ratios, [0.1, 0.5, 0.9]), 4) + 0.0
    return LearnedSpread(team, float(low), float(high), len(ratios), float(median))
