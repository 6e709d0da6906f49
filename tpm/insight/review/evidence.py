"""Whether a likelihood rests on something that the sheet says, or on default ranges alone."""

from __future__ import annotations

import numpy as np

from tpm.model import Plan, SimulationOptions

USUAL_RUNS = 10_000


def says_uncertainty(plan: Plan) -> bool:
    """Whether the plan gives a range for open work, or a risk that can move an item: then a simulation says more than a guess."""
    a = plan.activities
    low, high = a["optimistic"].to_numpy(dtype=float), a["pessimistic"].to_numpy(dtype=float)
    undone = ~a["state"].isin(("done", "cancelled")).to_numpy()
    if bool((undone & (high > low)).any()):
        return True
    risks = plan.risks
    weighs = (risks["state"] != "closed") & (risks["probability"] > 0) & (risks["impact_days"].abs() > 0)
    return bool(np.isin(risks["id"][weighs], plan.risk_hits["risk"]).any())


def rests_on_evidence(plan: Plan, simulation: SimulationOptions) -> bool:
    """The same, counting what was learned from earlier versions."""
    return bool(simulation.team_spread) or says_uncertainty(plan)
