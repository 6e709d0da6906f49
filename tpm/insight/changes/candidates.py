"""Blocking: which pairs of records share enough to be worth comparing, without looking at all pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from tpm.insight.changes.records import Floats, Ints, Records
from tpm.schedule.matching import nearest, rows_of

_BLOCK_MOST: Final = 2_000  # pairs of one block; larger ones say nothing
_NEIGHBOURS: Final = 8  # most similar records tried per record


def _pairs_of_blocks(one: Sequence[Any], two: Sequence[Any]) -> list[tuple[int, int]]:
    """Pairs of positions whose keys are equal (None never is); of a block that is too large, those that stand alike in it."""
    blocks: dict[Any, list[int]] = {}
    for position, key in enumerate(two):
        if key is not None:
            blocks.setdefault(key, []).append(position)
    groups: dict[Any, list[int]] = {}
    for position, key in enumerate(one):
        if key is not None and key in blocks:
            groups.setdefault(key, []).append(position)
    pairs = []
    for key, left in groups.items():
        right = blocks[key]
        if len(left) * len(right) <= _BLOCK_MOST:
            pairs += [(a, b) for a in left for b in right]
        else:
            for at, a in enumerate(left):
                middle = at * len(right) // len(left)
                pairs += [(a, b) for b in right[max(middle - 6, 0) : middle + 7]]
    return pairs


def candidates(first: Records, second: Records, sure: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Pairs worth comparing: the same id, name or dates, and names that are spelled alike."""
    pairs = list(zip(*(side.tolist() for side in sure), strict=True))
    pairs += _pairs_of_blocks(first.ids.tolist(), second.ids.tolist())
    pairs += _pairs_of_blocks([key or None for key in first.keys], [key or None for key in second.keys])
    crossed = [[None if np.isnan(begin) and np.isnan(end) else (key, begin, end)
                for key, begin, end in zip(side.keys, side.start.tolist(), side.finish.tolist(), strict=True)] for side in (first, second)]
    pairs += _pairs_of_blocks(*crossed)
    open_first = np.setdiff1d(np.arange(len(first)), sure[0])
    open_second = np.setdiff1d(np.arange(len(second)), sure[1])
    pairs += _nearest(first, second, open_first, open_second)
    both = np.unique(np.array(pairs, dtype=np.int64).reshape(-1, 2), axis=0)
    return both[:, 0], both[:, 1]


def _features(records: Records, rows: Ints) -> list[set[Any]]:
    """What a record can share with others: triples of letters of its name, and every value that it has."""
    out = []
    for at in rows.tolist():
        key = records.keys[at]
        found: set[Any] = {f" {key} "[begin : begin + 3] for begin in range(len(key))}
        values = {**{name: texts[at] for name, texts in records.labels.items()}, "start": records.start[at], "finish": records.finish[at],
                  "size": records.size[at], "parent": records.keys[records.parent[at]] if records.parent[at] >= 0 else None}
        found.update((name, value) for name, value in values.items() if value is not None and value == value)
        out.append(found)
    return out


def _nearest(first: Records, second: Records, rows: Ints, columns: Ints) -> list[tuple[int, int]]:
    """For every open record the open ones that share the most rare features with it (cosine of TF-IDF vectors)."""
    if not len(rows) or not len(columns):
        return []
    known: dict[Any, int] = {}

    def listed(features: list[set[Any]]) -> tuple[Ints, Ints]:
        at = np.repeat(np.arange(len(features)), [len(found) for found in features])
        return at, np.array([known.setdefault(one, len(known)) for found in features for one in sorted(found, key=repr)], np.int64)

    one, two = listed(_features(first, rows)), listed(_features(second, columns))
    often = np.bincount(two[1], minlength=len(known))
    rarity = np.where(often > max(30, len(columns) // 8), 0.0, np.log((1 + len(columns)) / (1 + often)))
    rarity *= np.fromiter((1.0 if isinstance(one, str) else 2.0 for one in known), float, len(known))
    (at, of, weight), (other, feature, other_weight) = (_weighted(*side, rarity) for side in (one, two))
    by_row, by_feature = np.lexsort((of, at)), np.lexsort((other, feature))
    pairs = nearest(rows_of(at, len(rows)), of[by_row], weight[by_row], rows_of(feature, len(known)), other[by_feature],
                    other_weight[by_feature], len(columns), _NEIGHBOURS)
    return list(zip(rows[pairs[:, 0]].tolist(), columns[pairs[:, 1]].tolist(), strict=True))


def _weighted(at: Ints, of: Ints, rarity: Floats) -> tuple[Ints, Ints, Floats]:
    """Records, features and weights of length one a record; what says nothing is left out."""
    says = rarity[of] != 0
    at, of = at[says], of[says]
    weight = rarity[of]
    return at, of, weight / np.sqrt(np.maximum(np.bincount(at, weight * weight), 1e-12))[at]
