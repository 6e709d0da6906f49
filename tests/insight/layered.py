"""Random layered graphs for the layout's tests and benchmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Layered:
    """``links`` (m × 2) between the first ``nodes`` nodes; ``column``, ``tail`` and ``head`` hold helper nodes on long links as well."""

    nodes: int
    links: np.ndarray
    column: np.ndarray
    tail: np.ndarray
    head: np.ndarray


def layered(nodes: int, columns: int, seed: int) -> Layered:
    """A graph in which each node hands over to one or two later ones, three in four to the next column, some up to four columns on."""
    dice = np.random.default_rng(seed)
    column = np.sort(dice.integers(0, columns, nodes))
    links = set()
    for node in np.flatnonzero(column < columns - 1).tolist():
        for _ in range(1 + int(dice.random() < 0.6)):
            span = 1 if dice.random() < 0.75 else int(dice.integers(2, 5))
            later = np.flatnonzero(column == min(column[node] + span, columns - 1))
            if len(later):
                links.add((node, int(dice.choice(later))))
    every = np.array(sorted(links))
    columns_of, tail, head = column.tolist(), [], []
    for begin, end in every.tolist():
        last = begin
        for at in range(column[begin] + 1, column[end]):
            columns_of.append(at)
            tail.append(last)
            head.append(last := len(columns_of) - 1)
        tail.append(last)
        head.append(end)
    return Layered(nodes, every, np.array(columns_of), np.array(tail, np.int32), np.array(head, np.int32))
