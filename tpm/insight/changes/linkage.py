"""Which record of one table is which of another: probabilistic record linkage, one to one.

Each comparison of two records (same id? how alike are the names? same dates?) falls into a level; a level weighs
log(m / u), how much likelier it is between two versions of one thing than between two things. ``u`` is measured on pairs within one
table, which are never the same thing; ``m`` on pairs that are sure (a name that both tables have exactly once), pulled towards
what is usual. So a field that tells nothing in these tables (row numbers of a shuffled sheet, dates that all moved) weighs nothing.
With the prior odds the sum of weights is the log odds that the two are one thing.

Only pairs that share something are compared (blocking); the best one-to-one assignment of what was compared is taken.

References: Fellegi and Sunter, "A theory for record linkage", JASA 64 (1969); Winkler, "Frequency-based matching" (2000);
Bhattacharya and Getoor, "Collective entity resolution in relational data" (2007), for the second round that looks at neighbours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.insight.changes.candidates import candidates
from tpm.insight.changes.records import Floats, Ints, Records
from tpm.schedule.matching import assign, parts

_SAMPLE: Final = 6_000  # pairs on which chance agreement is measured
_PSEUDO: Final = 6.0  # sure pairs that the usual values are worth
_SEED: Final = 20_261_102  # any: the same tables must give the same answer
_NEIGHBOURS: Final = 8  # neighbours tried in one way
_STAYS: Final = 0.8  # share of things that are expected to be in both versions
_TWICE: Final = 0.03  # how often a name that stands once in each version stands for two things
_LABEL_SHARE: Final = 0.6  # team, owner and phase go together: they do not count as if each stood alone
_NUMBERS: Final = re.compile(r"\d+")
_NAME_STEPS: Final = (0.92, 0.8, 0.64, 0.45)
_NAME_USUAL: Final = (0.66, 0.13, 0.09, 0.06, 0.03, 0.03)


@dataclass(frozen=True)
class Linked:
    """Pairs of positions with the probability that they are one thing; one to one, whatever the probability."""

    first: Ints
    second: Ints
    score: Floats


def link(first: Records, second: Records, *, same: Sequence[tuple[int, int]] = (), other: Sequence[tuple[int, int]] = ()) -> Linked:
    """Link two tables. ``same`` are pairs that a person confirmed, ``other`` pairs that a person denied."""
    if not len(first) or not len(second):
        return Linked(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    comparison = _Comparison(first, second)
    sure = _once_each(first.keys, second.keys)
    alike = _once_each(*([values if values[0] else None for values in side.whole] for side in (first, second)))
    comparison.learn(sure, alike)
    left, right = candidates(first, second, sure)
    denied = set(other)
    fixed = dict(same)
    keep = np.array([(a, b) not in denied and fixed.get(a, b) == b for a, b in zip(left.tolist(), right.tolist(), strict=True)], dtype=bool)
    left, right = left[keep], right[keep]
    if fixed:
        left = np.concatenate([left, np.array(list(fixed), np.int64)])
        right = np.concatenate([right, np.array(list(fixed.values()), np.int64)])
    weight = comparison.weigh(left, right)
    weight[_among(left, right, fixed.items())] = 30.0
    for _ in range(2):  # neighbours that were recognised help to recognise
        a, b, _w = _assign(left, right, weight)
        more_left, more_right = _around(first, second, a, b)
        new = ~_among(more_left, more_right, zip(left.tolist(), right.tolist(), strict=True)) & ~_among(more_left, more_right, denied)
        left, right = np.concatenate([left, more_left[new]]), np.concatenate([right, more_right[new]])
        weight = comparison.weigh(left, right) + _company(first, second, left, right, a, b)
        weight[_among(left, right, fixed.items())] = 30.0
    a, b, chosen = _assign(left, right, weight)
    order = np.argsort(b, kind="stable")
    chosen = (chosen + _ties(left, right, weight, a, b, chosen))[order]
    return Linked(a[order], b[order], 1 / (1 + np.exp(-chosen)))


def _ties(left: Ints, right: Ints, weight: Floats, a: Ints, b: Ints, chosen: Floats) -> Floats:
    """What is added to the odds of chosen pairs where other partners would do just as well: which of them it is makes no difference."""
    out = []
    for side, ends in ((left, a), (right, b)):
        best = np.zeros(int(side.max(initial=0)) + 1)
        best[ends] = chosen
        taken = np.isin(side, ends)
        level = np.abs(weight - best[side]) < 0.05
        out.append(np.bincount(side[taken & level], minlength=len(best))[ends])
    return np.log(np.maximum(np.minimum(*out), 1))


def _among(left: Ints, right: Ints, pairs: Any) -> npt.NDArray[np.bool_]:
    wanted = set(pairs)
    if not wanted:
        return np.zeros(len(left), dtype=bool)
    return np.fromiter((pair in wanted for pair in zip(left.tolist(), right.tolist(), strict=True)), bool, len(left))


class _Comparison:
    """Levels of every comparison and what each level weighs."""

    def __init__(self, first: Records, second: Records) -> None:
        self.first, self.second = first, second
        self.larger = max(len(first), len(second))
        self.other_language = abs(_hangul(first) - _hangul(second)) > 0.5
        self.same_name, self.same_whole = Counter(second.keys), Counter(second.whole)
        self.usual: dict[str, tuple[float, ...]] = {
            "id": (0.85, 0.15), "name": _NAME_USUAL, "dates": (0.45, 0.25, 0.15, 0.10, 0.05), "size": (0.7, 0.3),
            **dict.fromkeys(first.labels, (0.85, 0.15)),
        }
        self.chance = self._measure_chance()
        self.sure_share = dict(self.usual)

    # levels: −1 missing, else a position in ``usual``

    def _levels(self, one: Records, two: Records, a: Ints, b: Ints) -> dict[str, Ints]:
        out = {"id": _alike(one.ids, two.ids, a, b), "name": self._name_level(one, two, a, b),
               "dates": _date_level(one, two, a, b)}
        sizes = one.size[a], two.size[b]
        known = ~np.isnan(sizes[0]) & ~np.isnan(sizes[1]) & (out["dates"] != 0)  # equal dates say it already
        out["size"] = np.where(known, (sizes[0] != sizes[1]).astype(np.int64), -1)
        for name, values in one.labels.items():
            out[name] = _alike(values, two.labels[name], a, b)
            if self.other_language:
                out[name] = np.where(out[name] == 1, -1, out[name])
        return out

    def _name_level(self, one: Records, two: Records, a: Ints, b: Ints) -> Ints:
        from rapidfuzz import fuzz
        from rapidfuzz.process import cpdist

        names = [one.keys[at] for at in a.tolist()], [two.keys[at] for at in b.tolist()]
        alike = np.maximum(cpdist(*names, scorer=fuzz.ratio), cpdist(*names, scorer=fuzz.token_sort_ratio)).astype(float) / 100
        level = np.full(len(a), 5, dtype=np.int64)
        for position in range(len(_NAME_STEPS), 0, -1):
            level[alike >= _NAME_STEPS[position - 1]] = position
        texts = [(x, y) for x, y in zip(*names, strict=True)]
        numbers = np.fromiter((_NUMBERS.findall(x) != _NUMBERS.findall(y) for x, y in texts), bool, len(a))
        level[numbers] = np.maximum(level[numbers], 3)  # "Phase 1" and "Phase 2" differ by one sign and are two things
        level[np.fromiter((x == y for x, y in texts), bool, len(a))] = 0
        blank = np.fromiter((not x or not y for x, y in texts), bool, len(a))
        return np.where(blank | (self.other_language & (level > 1)), -1, level)

    def _measure_chance(self) -> dict[str, Floats]:
        """Share of each level among pairs that are two things: pairs within one table."""
        random = np.random.default_rng(_SEED)
        counts = {name: np.full(len(levels), 0.5) for name, levels in self.usual.items()}
        for table in (self.first, self.second):
            n = len(table)
            if n < 2:
                continue
            a = random.integers(0, n, _SAMPLE // 2)
            b = (a + random.integers(1, n, _SAMPLE // 2)) % n
            for name, level in self._levels(table, table, a, b).items():
                counts[name] += np.bincount(level[level >= 0], minlength=len(counts[name]))
        counts["id"] = np.array([1.0, max(self.larger - 1, 1)])
        return {name: count / count.sum() for name, count in counts.items()}

    def learn(self, unique: tuple[Ints, Ints], alike: tuple[Ints, Ints]) -> None:
        """Measure on sure pairs how often each field agrees: all fields on ``unique`` names, ids, dates and sizes also on rows that
        are ``alike`` in all their text. The name's own share stays what is usual."""
        of_names, of_whole = (self._levels(self.first, self.second, *pairs) for pairs in (unique, alike))
        for name, usual in self.usual.items():
            if name == "name":
                continue
            level = of_names[name] if name in self.first.labels else np.concatenate([of_names[name], of_whole[name]])
            count = np.bincount(level[level >= 0], minlength=len(usual)) + _PSEUDO * np.array(usual)
            self.sure_share[name] = tuple((count / count.sum()).tolist())
        anew = self.sure_share["id"][1]  # another thing has this id only where ids were given anew
        self.chance["id"] = np.array([(anew + _TWICE) / self.larger, 1.0])

    def weigh(self, a: Ints, b: Ints) -> Floats:
        """Log odds that each pair is one thing."""
        total = np.full(len(a), np.log(_STAYS / (1 - _STAYS)) - np.log(self.larger))
        text = np.zeros(len(a))
        for name, level in self._levels(self.first, self.second, a, b).items():
            weights = np.append(np.log(np.array(self.sure_share[name]) / self.chance[name]), 0.0)  # the last: missing
            part = weights[level]
            if name == "name":
                part = np.where(level == 0, self._as_rare(self.same_name, self.second.keys, b), part)
            if name == "name" or name in self.first.labels:
                text += part if name == "name" else part * _LABEL_SHARE
            else:
                total += part
        whole = np.fromiter((self.first.whole[x] == self.second.whole[y] and self.first.keys[x] != ""
                             for x, y in zip(a.tolist(), b.tolist(), strict=True)), bool, len(a))
        # all text the same: how many rows share it is known, and need not be guessed from each field alone
        return total + np.where(whole, np.maximum(text, self._as_rare(self.same_whole, self.second.whole, b)), text)

    def _as_rare(self, count: Counter[Any], values: list[Any], b: Ints) -> Floats:
        """Weight of an exact agreement on ``values``: the rarer the value, the more it says."""
        others = np.fromiter((count[values[at]] - 1 for at in b.tolist()), float, len(b))
        return np.log(_NAME_USUAL[0] * len(self.second) / (others + _TWICE))


def _once_each(one: Sequence[Any], two: Sequence[Any]) -> tuple[Ints, Ints]:
    """Positions of the values that both have exactly once; empty ones do not count."""
    counts, where = Counter(one), Counter(two)
    position = {value: at for at, value in enumerate(two)}
    pairs = [(at, position[value]) for at, value in enumerate(one) if value and counts[value] == 1 and where[value] == 1]
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]




def _hangul(records: Records) -> float:
    """Share of names with Hangul in them."""
    named = [key for key in records.keys if key]
    return sum(any("\u1100" <= sign <= "\u11ff" for sign in key) for key in named) / max(len(named), 1)


def _alike(one: npt.NDArray[np.object_], two: npt.NDArray[np.object_], a: Ints, b: Ints) -> Ints:
    """0 the same, 1 another, −1 where either is missing."""
    codes, _ = pd.factorize(np.concatenate([one, two]))
    x, y = codes[: len(one)][a], codes[len(one) :][b]
    return np.where((x < 0) | (y < 0), -1, (x != y).astype(np.int64))


def _date_level(one: Records, two: Records, a: Ints, b: Ints) -> Ints:
    """0 both ends the same, 1 one of them, 2 within a week, 3 within a month, 4 further, −1 undated."""
    with np.errstate(invalid="ignore"):
        start, finish = np.abs(one.start[a] - two.start[b]), np.abs(one.finish[a] - two.finish[b])
        nearest = np.fmin(start, finish)
        level = np.select([(start == 0) & (finish == 0), nearest == 0, nearest <= 7, nearest <= 31], [0, 1, 2, 3], 4)
    return np.where(np.isnan(nearest), -1, level).astype(np.int64)


def _assign(left: Ints, right: Ints, weight: Floats) -> tuple[Ints, Ints, Floats]:
    """The one-to-one choice of pairs with the greatest total weight; pairs that are unlikely are not chosen."""
    floor = -3.0
    likely = weight > floor
    left, right, weight = left[likely], right[likely], weight[likely]
    if not len(left):
        return left, right, weight
    rows, columns = int(left.max()) + 1, int(right.max()) + 1
    of_pair = parts(left, right + rows, rows + columns)[left]
    order = np.argsort(of_pair, kind="stable")
    edges = np.flatnonzero(np.diff(of_pair[order])) + 1
    chosen = []
    for group in np.split(order, edges):
        if len(group) == 1:
            chosen.append(group)
            continue
        a, row = np.unique(left[group], return_inverse=True)
        b, column = np.unique(right[group], return_inverse=True)
        gain = np.zeros((len(a), len(b)))
        which = np.full(gain.shape, -1, dtype=np.int64)
        gain[row, column] = weight[group] - floor
        which[row, column] = group
        taken = which[assign(gain)]
        chosen.append(taken[taken >= 0])
    picked = np.concatenate(chosen)
    return left[picked], right[picked], weight[picked]


def _neighbours(records: Records) -> tuple[Ints, Ints, Ints]:
    """(record, neighbour, in which way): predecessor, successor, parent, child."""
    links = records.links
    child = np.flatnonzero(records.parent >= 0)
    above = records.parent[child]
    return (np.concatenate([links[:, 1], links[:, 0], child, above]), np.concatenate([links[:, 0], links[:, 1], above, child]),
            np.repeat(np.arange(4), [len(links), len(links), len(child), len(child)]))


def _around(first: Records, second: Records, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Pairs of neighbours, in the same way, of records that were recognised and are no recognised pair themselves."""
    partner = dict(zip(a.tolist(), b.tolist(), strict=True))
    taken = set(b.tolist())
    ways: dict[tuple[int, int], list[int]] = {}
    for record, neighbour, way in zip(*(part.tolist() for part in _neighbours(second)), strict=True):
        if neighbour not in taken:
            ways.setdefault((record, way), []).append(neighbour)
    pairs: set[tuple[int, int]] = set()
    for record, neighbour, way in zip(*(part.tolist() for part in _neighbours(first)), strict=True):
        if neighbour not in partner and record in partner:
            pairs.update((neighbour, other) for other in ways.get((partner[record], way), [])[:_NEIGHBOURS])
    both = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _company(first: Records, second: Records, left: Ints, right: Ints, a: Ints, b: Ints) -> Floats:
    """What recognised neighbours add to the log odds: each that both have in the same way, and each that only one has."""
    partner = np.full(len(first), -1, dtype=np.int64)
    partner[a] = b
    record, neighbour, way = _neighbours(first)
    seen = partner[neighbour] >= 0
    mine: dict[int, set[tuple[int, int]]] = {}
    for at, other, kind in zip(record[seen].tolist(), partner[neighbour[seen]].tolist(), way[seen].tolist(), strict=True):
        mine.setdefault(at, set()).add((other, kind))
    known = set(b.tolist())
    theirs: dict[int, set[tuple[int, int]]] = {}
    for at, other, kind in zip(*(part.tolist() for part in _neighbours(second)), strict=True):
        if other in known:
            theirs.setdefault(at, set()).add((other, kind))
    none: set[tuple[int, int]] = set()
    out = np.zeros(len(left))
    for position, (one, two) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        x, y = mine.get(one, none), theirs.get(two, none)
        if x or y:
            both = len(x & y)
            out[position] = min(1.3 * both, 4.0) - min(0.5 * (len(x | y) - both), 2.0)
    return out
