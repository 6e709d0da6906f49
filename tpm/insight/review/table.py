"""Every item of a review as one table: what was planned and promised, what is forecast, the slip, the colour, how sure.

The colours are those of :func:`tpm.insight.review.status.status_of`, computed as columns, so that ten thousand rows cost no more
than one.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from tpm.insight.review import Review
from tpm.insight.review.facts import Facts
from tpm.insight.review.status import Rag, Thresholds
from tpm.model import Kind, frame_of

COLUMNS: Final = (
    "id", "name", "kind", "team", "owner", "state", "progress", "planned_start", "planned_finish", "baseline_start", "baseline_finish",
    "forecast_start", "forecast_finish", "promise", "promised_by", "slip", "total_float", "critical", "rag", "p10", "p50", "p80", "p90",
    "open", "cancelled",
)


def item_table(facts: Facts, thresholds: Thresholds) -> pd.DataFrame:
    """One row a row of the plan, in its order, with :data:`COLUMNS`.

    Dates are inclusive days (NaT where there is none); ``slip`` counts working days of the item's calendar from the promise to the
    forecast (later is positive, NaN without a promise), ``total_float`` those of the item's calendar (NaN without dependencies).
    ``rag`` is a :class:`~tpm.insight.review.status.Rag`; ``p10`` to ``p90`` come from the simulation and are NaT without one.
    """
    rows, items = facts.plan.activities, facts.items
    out = {name: rows[name].to_numpy() for name in ("id", "name", "kind", "team", "owner")}
    out |= {"state": items.state, "progress": items.progress}
    for name in ("planned", "baseline", "forecast"):
        out[f"{name}_start"], out[f"{name}_finish"] = items.sets[name]
    out |= {"promise": items.promise, "promised_by": items.promised_by.astype(object), "slip": items.beyond,
            "total_float": items.total_float, "critical": items.critical}
    out["rag"] = _rags(facts, thresholds)
    known = facts.simulation.table if facts.simulation is not None else None
    for name in ("p10", "p50", "p80", "p90"):
        days = np.full(len(rows), np.datetime64("NaT", "s")) if known is None else known[f"{name}_finish"].to_numpy()
        out[name] = np.where(facts.open, days, np.datetime64("NaT", "s"))
    out |= {"open": facts.open, "cancelled": items.cancelled}
    return frame_of({name: np.asarray(out[name]) for name in COLUMNS})


def milestone_table(review: Review) -> pd.DataFrame:
    """The rows of :func:`item_table` that are milestones and not cancelled; where there are none, those of the executive roadmap."""
    table = item_table(review.facts, review.options.thresholds)
    chosen = table[(table["kind"] == Kind.MILESTONE) & ~review.facts.items.cancelled]
    return table[table["id"].isin([mark.id for mark in review.roadmap.marks] or [review.facts.last])] if chosen.empty else chosen


def _rags(facts: Facts, thresholds: Thresholds) -> np.ndarray:
    slip = facts.items.beyond
    share = np.full(len(slip), np.nan)
    if facts.last is not None and facts.is_evident:
        likely = facts.confidence(facts.last)
        share[facts.position[facts.last]] = np.nan if likely is None else likely
    with np.errstate(invalid="ignore"):
        red = (slip > thresholds.red_days) | (share < thresholds.red_confidence)
        amber = (slip > thresholds.amber_days) | (share < thresholds.amber_confidence)
    quiet = Rag.GREEN if facts.unreported is None else Rag.UNKNOWN
    out = np.where(red, Rag.RED, np.where(amber, Rag.AMBER, quiet)).astype(object)
    out[np.isnan(slip) | np.isnat(facts.items.finish) | facts.items.cancelled] = Rag.UNKNOWN
    out[facts.open & ~facts.schedule.table["scheduled"].to_numpy()] = Rag.UNKNOWN
    if facts.passed is not None:
        out[:] = Rag.UNKNOWN
    out[facts.items.done] = Rag.DONE
    return out
