"""The open risks by what they are expected to cost the date that the review speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tpm.insight.review.facts import Facts
from tpm.insight.review.sentence import Sentence


@dataclass(frozen=True, slots=True)
class TopRisk:
    """An open risk by what it is expected to cost the headline's date, in working days; an opportunity's days are negative."""

    id: str
    title: str
    kind: str
    team: str | None
    owner: str | None
    probability: float
    impact_days: float
    days: float
    simulated: bool  # from the runs; else probability × what its days exceed the float of what it hits
    hits: tuple[str, ...]
    response: str | None
    sentence: Sentence


def top_risks(facts: Facts, most: int = 5) -> tuple[TopRisk, ...]:
    """The open risks that weigh most on the headline's date, the heaviest first."""
    risks = facts.plan.risks
    if risks.empty or facts.last is None:
        return ()
    hits: dict[str, list[str]] = {}
    for risk, activity in zip(facts.plan.risk_hits["risk"], facts.plan.risk_hits["activity"], strict=True):
        hits.setdefault(risk, []).append(activity)
    simulated: dict[str, float] = {}
    if facts.simulation is not None and facts.simulation.target == facts.last:
        told = facts.simulation.risk_days
        simulated = dict(zip(told["id"], told["expected_days"], strict=True))
    out = []
    for row in risks.to_dict("records"):
        probability, impact = float(row["probability"]), float(row["impact_days"])
        if row["state"] == "closed" or probability != probability or impact != impact:
            continue
        mine = tuple(item for item in hits.get(row["id"], ()) if facts.is_open(item))
        days = simulated.get(row["id"], _expected(facts, probability, impact, mine, row["kind"] == "opportunity"))
        if abs(days) < 0.05:
            continue
        key = "brief.risk.opportunity" if row["kind"] == "opportunity" else "brief.risk.threat"
        words = {"title": row["title"], "share": probability, "impact": impact, "expected": abs(days), "name": facts.name(facts.last)}
        out.append(TopRisk(str(row["id"]), str(row["title"]), str(row["kind"]), row["team"], row["owner"], probability, impact, days,
                           bool(simulated), mine, row["response"] or None, Sentence(key, words, (str(row["id"]), *mine))))
    return tuple(sorted(out, key=lambda risk: -abs(risk.days))[:most])


def _expected(facts: Facts, probability: float, impact: float, hits: Sequence[str], saves: bool) -> float:
    """Probability × the days that get through to the headline: what exceeds the float of the tightest item hit."""
    if saves:
        on_path = [item for item in hits if item in facts.driving]
        return -probability * impact if on_path else 0.0
    aimed = facts.floats_to_last
    spare = [max(float(aimed[facts.position[item]]), 0.0) for item in hits if not np.isnan(aimed[facts.position[item]])]
    spare = [days for days in spare if days < np.inf]
    return probability * max(impact - min(spare), 0.0) if spare else 0.0

