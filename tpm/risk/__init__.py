"""Risk: what a plan's uncertainty does to its dates, by Monte Carlo over the same passes as the forecast.

:func:`simulate` is the door. It is pure: the same plan, options and seed give the same bytes, however many threads run it.
:func:`learned_spread` says how far finished work ended from its plan, team by team.
"""

from __future__ import annotations

from tpm.model import SimulationOptions, SimulationResult
from tpm.risk.learned import LearnedSpread, learned_spread
from tpm.risk.simulation import simulate, warm_up
from tpm.risk.workers import Cancelled

__all__ = ["Cancelled", "LearnedSpread", "SimulationOptions", "SimulationResult", "learned_spread", "simulate", "warm_up"]
