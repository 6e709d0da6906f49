"""What is not known: the gaps in a plan that a sure-sounding sentence would hide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from tpm.insight.review.facts import STALE_DAYS, Facts
from tpm.insight.review.sentence import Sentence
from tpm.insight.roadmap_items import NO_SLIP_DAYS
from tpm.model import Kind, State

_UNLINKED_SHARE: Final = 0.3  # of the open items: more than that makes the forecast blind to most of the plan


def unknowns(facts: Facts) -> tuple[Sentence, ...]:
    """Sentences on what is missing, the weightiest first; empty where nothing is."""
    missed = _missed(facts)
    rules = _RULES if facts.open.any() else ()
    return tuple(sentence for sentence in (missed, *(rule(facts) for rule in rules)) if sentence is not None)


def _ids(facts: Facts, mask: np.ndarray) -> tuple[str, ...]:
    return tuple(str(item) for item in facts.plan.activities["id"].to_numpy()[mask])


def _missed(facts: Facts) -> Sentence | None:
    """Rows of the sheets that say when, who or which, and are no part of the plan."""
    missed = facts.plan.rows_missed
    return Sentence("brief.unknown.rows-missed", {"count": missed, "total": len(facts.plan.activities) + missed}) if missed else None


def _loops(facts: Facts) -> Sentence | None:
    if not facts.schedule.cycles:
        return None
    loop = facts.schedule.cycles[0]
    left = facts.open & ~facts.schedule.table["scheduled"].to_numpy()
    return Sentence("brief.unknown.loop", {"count": int(left.sum()), "total": int(facts.open.sum())}, tuple(loop))


def _links(facts: Facts) -> Sentence | None:
    links, open_ = facts.plan.dependencies, int(facts.open.sum())
    if links.empty:
        return Sentence("brief.unknown.no-links", {"total": open_}) if open_ > 1 else None
    linked = np.isin(facts.plan.activities["id"].to_numpy(), np.concatenate([links["predecessor"], links["successor"]]))
    loose = facts.open & ~linked
    for level in np.unique(facts.items.level):  # a link of a summary reaches what is below it
        rows = np.flatnonzero((facts.items.level == level) & (facts.items.parent >= 0))
        linked[rows] |= linked[facts.items.parent[rows]]
    loose &= ~linked
    if loose.sum() <= _UNLINKED_SHARE * open_:
        return None
    return Sentence("brief.unknown.unlinked", {"count": int(loose.sum()), "total": open_}, _ids(facts, loose))


def _undated(facts: Facts) -> Sentence | None:
    undated = facts.open & np.isnat(facts.items.finish)
    if not undated.any():
        return None
    words = {"count": int(undated.sum()), "total": int(facts.open.sum())}
    return Sentence(f"brief.unknown.undated{'-all' if undated.sum() == facts.open.sum() else ''}", words, _ids(facts, undated))


def _progress(facts: Facts) -> Sentence | None:
    if facts.passed is not None:
        return None  # the headline says it
    if facts.status_date is None:
        return Sentence("brief.unknown.no-status-date")
    if not facts.plan.progress_reported:
        return Sentence("brief.unknown.progress-assumed", {"date": facts.when(facts.status_date)})
    return None


def _stale(facts: Facts) -> Sentence | None:
    """Rows whose planned dates have passed though the sheet says nothing of them."""
    if facts.status_date is None or not facts.plan.progress_reported:
        return None
    now = np.datetime64(facts.status_date, "s")
    start, finish = facts.items.sets["planned"]
    work = facts.open & ((facts.items.kind == Kind.ACTIVITY.value) | (facts.items.kind == Kind.MILESTONE.value))
    passed = work & ((finish < now) | ((start < now) & (facts.items.state == State.NOT_STARTED.value)
                                       & (facts.items.kind == Kind.ACTIVITY.value)))
    if not passed.any():
        return None
    return Sentence("brief.unknown.stale", {"count": int(passed.sum()), "date": facts.when(facts.status_date)}, _ids(facts, passed))


def _saved(facts: Facts) -> Sentence | None:
    """How old the data are, where that is not a cause of the slip already."""
    saved, status = facts.plan.saved_on, facts.status_date
    if saved is None or status is None or (status - saved).days < STALE_DAYS or facts.silence > NO_SLIP_DAYS:
        return None
    return Sentence("brief.unknown.saved", {"saved": facts.when(saved), "days": (status - saved).days})


def _owners(facts: Facts) -> Sentence | None:
    nobody = facts.open & np.array([not owner for owner in facts.plan.activities["owner"]], dtype=bool)
    if not nobody.any():
        return None
    total = int(facts.open.sum())
    key = "brief.unknown.no-owners" if nobody.sum() == total else "brief.unknown.some-owners"
    return Sentence(key, {"count": int(nobody.sum()), "total": total}, _ids(facts, nobody))


def _estimates(facts: Facts) -> Sentence | None:
    """How much of the likelihood rests on default ranges."""
    if facts.simulation is None:
        return None
    rows = facts.plan.activities
    work = facts.open & (facts.items.kind == Kind.ACTIVITY.value)
    given = work & rows["optimistic"].notna().to_numpy() & rows["pessimistic"].notna().to_numpy()
    count, total = int(given.sum()), int(work.sum())
    if count == total:
        return None
    return Sentence("brief.unknown.no-estimates" if count == 0 else "brief.unknown.some-estimates", {"count": count, "total": total})


def _risks(facts: Facts) -> Sentence | None:
    risks = facts.plan.risks
    open_ = risks[risks["state"] != "closed"]
    if risks.empty:
        return Sentence("brief.unknown.no-risks") if facts.simulation is not None else None
    hit = set(facts.plan.risk_hits["risk"])
    weightless = open_[open_["impact_days"].isna() | ~open_["id"].isin(hit) | open_["probability"].isna()]
    if weightless.empty:
        return None
    return Sentence("brief.unknown.risks", {"count": len(weightless), "total": len(open_)}, tuple(weightless["id"].astype(str)))


_RULES: Final[tuple[Callable[[Facts], Sentence | None], ...]] = (
    _loops, _links, _undated, _progress, _stale, _saved, _owners, _estimates, _risks)
