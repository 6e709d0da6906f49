"""Which item of the old version is which of the new: by id where ids hold, else by everything else.

An id alone is no proof: where ids were given anew, the same id on another thing is not a match. See :mod:`linkage` for the method.
Risks are recognised the same way. A doubtful pair is offered to a person; the answer is kept under :func:`answer_key` and
holds for later versions as long as the ids and names of the two rows stay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from tpm.insight.changes.linkage import Linked, link
from tpm.insight.changes.records import Records, plain
from tpm.model import Plan

SAME: Final = 0.5  # from this probability on, two rows count as one thing
_ASK_FROM: Final = 0.05  # below it nobody would say yes
_ASK_TO: Final = 0.9
_LABELS: Final = ("team", "owner", "phase", "program", "kind", "priority", "wbs")
_RISK_LABELS: Final = ("team", "owner", "category", "kind", "response")


@dataclass(frozen=True, slots=True)
class Pair:
    """The old id, the new id, and the probability that they are one thing."""

    old: str
    new: str
    score: float


@dataclass(frozen=True)
class Matching:
    """Which is which. ``pairs`` in the new plan's order; ``doubtful`` ones are among the pairs where likelier than not."""

    pairs: tuple[Pair, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    doubtful: tuple[Pair, ...]
    risks: tuple[Pair, ...]
    risks_added: tuple[str, ...]
    risks_removed: tuple[str, ...]

    @cached_property
    def new_of(self) -> dict[str, str]:
        """Old id → new id."""
        return {pair.old: pair.new for pair in self.pairs}

    @cached_property
    def old_of(self) -> dict[str, str]:
        """New id → old id."""
        return {pair.new: pair.old for pair in self.pairs}


def answer_key(old_id: str, old_name: object, new_id: str, new_name: object) -> str:
    """The key under which a person's answer about two rows is kept; the same whichever version is the older."""
    sides = sorted([f"{old_id}\x1f{plain(old_name)}", f"{new_id}\x1f{plain(new_name)}"])
    return hashlib.sha256("\x1e".join(sides).encode("utf-8", "replace")).hexdigest()[:40]


def match(old: Plan, new: Plan, answers: Mapping[str, bool] | None = None) -> Matching:
    """Recognise the items and risks of ``old`` in ``new``. ``answers`` are what a person said, by :func:`answer_key`."""
    first, second = _activities(old), _activities(new)
    same, other = _told(first, second, answers or {})
    linked = link(first, second, same=same, other=other)
    pairs = [Pair(str(first.ids[a]), str(second.ids[b]), round(float(score), 4))
             for a, b, score in zip(linked.first, linked.second, linked.score, strict=True)]
    said = {(first.ids[a], second.ids[b]) for a, b in same}
    kept = tuple(pair for pair in pairs if pair.score >= SAME)
    doubtful = tuple(pair for pair in pairs if _ASK_FROM <= pair.score < _ASK_TO and (pair.old, pair.new) not in said)
    risks, risks_added, risks_removed = _match_risks(old, new)
    return Matching(kept, _rest(second.ids, {pair.new for pair in kept}), _rest(first.ids, {pair.old for pair in kept}),
                    tuple(sorted(doubtful, key=lambda pair: -pair.score)), risks, risks_added, risks_removed)


def _rest(ids: np.ndarray, taken: set[str]) -> tuple[str, ...]:
    return tuple(str(item) for item in ids if item not in taken)


def _told(first: Records, second: Records, answers: Mapping[str, bool]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """What a person said about pairs of these two tables: same, not same."""
    if not answers:
        return [], []
    same: list[tuple[int, int]] = []
    other: list[tuple[int, int]] = []
    # an answer is about rows that are no obvious pair: only those can have been asked
    obvious = {(item, key) for item, key in zip(first.ids, first.keys, strict=True)} & set(zip(second.ids, second.keys, strict=True))
    rows = [at for at, pair in enumerate(zip(first.ids, first.keys, strict=True)) if pair not in obvious]
    columns = [at for at, pair in enumerate(zip(second.ids, second.keys, strict=True)) if pair not in obvious]
    for a in rows:
        for b in columns:
            answer = answers.get(answer_key(first.ids[a], first.names[a], second.ids[b], second.names[b]))
            if answer is not None:
                (same if answer else other).append((a, b))
    return same, other


def _days(values: pd.Series) -> np.ndarray:
    days = values.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(float))


def _activities(plan: Plan) -> Records:
    rows = plan.activities
    position = {item: at for at, item in enumerate(rows["id"])}
    ends = plan.dependencies[["predecessor", "successor"]].to_numpy()
    links = np.array([[position[before], position[after]] for before, after in ends], dtype=np.int64).reshape(-1, 2)
    parent = np.array([position.get(item, -1) for item in rows["parent"]], dtype=np.int64)
    return Records(rows["id"].to_numpy(), rows["name"].to_numpy(), {name: rows[name].to_numpy() for name in _LABELS},
                   _days(rows["planned_start"]), _days(rows["planned_finish"]), rows["duration"].to_numpy(), links, parent)


def _risks(plan: Plan) -> Records:
    rows = plan.risks
    none = np.full(len(rows), np.nan)
    return Records(rows["id"].to_numpy(), rows["title"].to_numpy(), {name: rows[name].to_numpy() for name in _RISK_LABELS}, none,
                   _days(rows["due"]), rows["score"].to_numpy(), np.empty((0, 2), np.int64), np.full(len(rows), -1, np.int64))


def _match_risks(old: Plan, new: Plan) -> tuple[tuple[Pair, ...], tuple[str, ...], tuple[str, ...]]:
    first, second = _risks(old), _risks(new)
    linked: Linked = link(first, second)
    pairs = tuple(Pair(str(first.ids[a]), str(second.ids[b]), round(float(score), 4))
                  for a, b, score in zip(linked.first, linked.second, linked.score, strict=True) if score >= SAME)
    return pairs, _rest(second.ids, {pair.new for pair in pairs}), _rest(first.ids, {pair.old for pair in pairs})
