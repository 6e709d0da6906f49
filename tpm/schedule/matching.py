"""The compiled part of recognising items: assignment, connected parts, and rows of numbers that are nearest to one another.

Sources: Crouse, "On implementing 2D rectangular assignment algorithms" (2016), for shortest augmenting paths with potentials; Tarjan (1975)
for disjoint sets.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tpm.schedule.compiled import kernel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def assign(gain: Floats) -> tuple[Ints, Ints]:
    """Rows (rising) and their columns with the greatest total ``gain``, each row and column at most once, as many as there can be.

    Gains are finite. O(smaller side² × larger side).
    """
    if gain.shape[0] <= gain.shape[1]:
        return np.arange(len(gain)), _assign(np.ascontiguousarray(-gain))
    rows = _assign(np.ascontiguousarray(-gain.T))
    order = np.argsort(rows)
    return rows[order], order


@kernel
def _assign(cost: Floats) -> Ints:
    """The column of each row, of no more rows than columns, with the least total cost."""
    n, m = cost.shape
    of_row, of_column = np.zeros(n), np.zeros(m)  # potentials
    column = np.full(n, -1, np.int64)
    row = np.full(m, -1, np.int64)
    came = np.full(m, -1, np.int64)
    remaining = np.empty(m, np.int64)
    for current in range(n):
        shortest = np.full(m, np.inf)
        row_seen, column_seen = np.zeros(n, np.bool_), np.zeros(m, np.bool_)
        for k in range(m):
            remaining[k] = m - k - 1
        left = m
        least = 0.0
        i, sink = current, -1
        while sink < 0:
            row_seen[i] = True
            lowest, at = np.inf, -1
            for k in range(left):
                j = remaining[k]
                length = least + cost[i, j] - of_row[i] - of_column[j]
                if length < shortest[j]:
                    came[j] = i
                    shortest[j] = length
                if shortest[j] < lowest or (shortest[j] == lowest and row[j] < 0):  # of several the one that ends the search
                    lowest, at = shortest[j], k
            least = lowest
            j = remaining[at]
            if row[j] < 0:
                sink = j
            else:
                i = row[j]
            column_seen[j] = True
            left -= 1
            remaining[at] = remaining[left]
        of_row[current] += least
        for i in range(n):
            if row_seen[i] and i != current:
                of_row[i] += least - shortest[column[i]]
        for j in range(m):
            if column_seen[j]:
                of_column[j] -= least - shortest[j]
        j = sink
        while True:
            i = came[j]
            row[j] = i
            column[i], j = j, column[i]
            if i == current:
                break
    return column


@kernel
def parts(one: Ints, two: Ints, n: int) -> Ints:
    """The connected part of each of ``n`` nodes, named by its first node; ``one`` and ``two`` are the ends of the edges."""
    part = np.arange(n)
    for k in range(len(one)):
        a, b = one[k], two[k]
        while part[a] != a:
            part[a] = part[part[a]]
            a = part[a]
        while part[b] != b:
            part[b] = part[part[b]]
            b = part[b]
        part[max(a, b)] = min(a, b)
    for i in range(n):
        part[i] = part[part[i]]  # an earlier node is its own part's first by now
    return part


@kernel
def nearest(first: Ints, feature: Ints, weight: Floats, first_of: Ints, other: Ints, other_weight: Floats, n: int, most: int) -> Ints:
    """Pairs of rows and the up to ``most`` of ``n`` others that share most with each: (row, other), by falling sum of products.

    Row i has the features ``feature[first[i]:first[i + 1]]`` with their weights (none is zero, all are positive); feature f is had by the
    others ``other[first_of[f]:first_of[f + 1]]``. Of equal sums the earlier other wins. Linear in the pairs that share a feature.
    """
    rows = len(first) - 1
    out = np.empty((rows * most, 2), np.int64)
    found = 0
    total = np.zeros(n)
    touched = np.empty(n, np.int64)
    for i in range(rows):
        count = 0
        for p in range(first[i], first[i + 1]):
            f = feature[p]
            for q in range(first_of[f], first_of[f + 1]):
                j = other[q]
                if total[j] == 0.0:
                    touched[count] = j
                    count += 1
                total[j] += weight[p] * other_weight[q]
        for _ in range(min(most, count)):
            best = -1
            for k in range(count):
                j = touched[k]
                if total[j] > 0.0 and (best < 0 or total[j] > total[best] or (total[j] == total[best] and j < best)):
                    best = j
            if best < 0:
                break
            out[found, 0], out[found, 1] = i, best
            found += 1
            total[best] = 0.0
        for k in range(count):
            total[touched[k]] = 0.0
    return out[:found]


def rows_of(at: Ints, rows: int) -> Ints:
    """Where the entries of each row begin, and the last ends; ``at`` are the rows of sorted entries."""
    first = np.zeros(rows + 1, np.int64)
    np.cumsum(np.bincount(at, minlength=rows), out=first[1:])
    return first


def warm_up() -> None:
    """Compile or load the kernels."""
    none: Any = np.zeros(1, np.int64)
    assign(np.zeros((1, 1)))
    parts(none, none, 1)
    nearest(np.array([0, 1]), none, np.ones(1), np.array([0, 1]), none, np.ones(1), 1, 1)
