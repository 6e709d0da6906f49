"""The network as arrays: links in compressed rows (CSR), a topological order, and loops found and named.

Nodes and links are integers. Everything is iterative and linear in nodes + links; deep chains do not recurse.
Sources: Kahn (1962) for the order; Tarjan (1972) for the strongly connected components, written without recursion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tpm.schedule.clock import Ticks
from tpm.schedule.compiled import kernel

Integers = npt.NDArray[np.int32]
Small = npt.NDArray[np.int8]

FS: Final = 0
SS: Final = 1
FF: Final = 2
SF: Final = 3
LINK_TYPES: Final = ("FS", "SS", "FF", "SF")  # the codes' names, in order


LINK: Final = np.dtype([
    ("lag", np.int64),  # ticks: of the successor's working time, or of calendar days where elapsed
    ("to", np.int32),  # successor
    ("source", np.int32),  # position in the arrays given to build_network
    ("kind", np.int8),  # FS, SS, FF, SF
    ("elapsed", np.bool_),
], align=True)

Links = npt.NDArray[np.void]  # of LINK


@dataclass(frozen=True, eq=False)
class Network:
    """``n`` nodes, and their links in rows by predecessor: those of node i are ``first[i]:first[i + 1]``.

    ``order`` has every node that is neither on nor behind a loop, predecessors first.
    """

    n: int
    first: Integers  # n + 1
    links: Links
    order: Integers
    loops: tuple[npt.NDArray[np.int32], ...]  # one shortest loop a strongly connected component; nodes in link order
    blocked: npt.NDArray[np.bool_]  # on or behind a loop

    @property
    def levels(self) -> Integers:
        """Longest number of links from a start to each node (0 for a start and for blocked nodes); int32, n."""
        return _levels(self.first, self.links, self.order)


@kernel
def _compress(first: Integers, links: Links, predecessor: Integers, successor: Integers, kind: Small, lag: Ticks,
              elapsed: npt.NDArray[np.bool_]) -> Integers:
    """Fill ``first`` (zeros) and ``links`` by a counting sort; the topological order by Kahn's queue.

    Where every link leads to a later node, the nodes are in order as they stand: the passes then walk through memory from end to end,
    which the queue's order (level by level, all over the plan) does not.
    """
    n = len(first) - 1
    m = len(predecessor)
    indegree = np.zeros(n, np.int32)
    in_order = True
    for k in range(m):
        first[predecessor[k] + 1] += 1
        indegree[successor[k]] += 1
        in_order &= predecessor[k] < successor[k]
    for i in range(n):
        first[i + 1] += first[i]
    at = first[:-1].copy()
    for k in range(m):
        link = links[at[predecessor[k]]]
        at[predecessor[k]] += 1
        link.to = successor[k]
        link.kind = kind[k]
        link.lag = lag[k]
        link.elapsed = elapsed[k]
        link.source = k

    order = np.empty(n, np.int32)
    if in_order:
        for i in range(n):
            order[i] = i
        return order
    tail = 0
    for i in range(n):
        if indegree[i] == 0:
            order[tail] = i
            tail += 1
    head = 0
    while head < tail:
        i = order[head]
        head += 1
        for p in range(first[i], first[i + 1]):
            j = links[p].to
            indegree[j] -= 1
            if indegree[j] == 0:
                order[tail] = j
                tail += 1
    return order[:tail]


@kernel
def _levels(first: Integers, links: Links, order: Integers) -> Integers:
    level = np.zeros(len(first) - 1, np.int32)
    for i in order:
        for p in range(first[i], first[i + 1]):
            j = links[p].to
            level[j] = max(level[j], level[i] + 1)
    return level


@kernel
def _components(first: Integers, links: Links, blocked: npt.NDArray[np.bool_]) -> Integers:
    """Strongly connected component of each blocked node, −1 elsewhere; Tarjan with an explicit stack."""
    n = len(first) - 1
    component = np.full(n, -1, np.int32)
    number = np.full(n, -1, np.int32)
    low = np.zeros(n, np.int32)
    at = first[:-1].copy()
    stack = np.empty(n, np.int32)
    path = np.empty(n, np.int32)
    counter = found = n_stack = 0
    for root in range(n):
        if not blocked[root] or number[root] >= 0:
            continue
        path[0] = root
        n_path = 1
        while n_path:
            i = path[n_path - 1]
            if number[i] < 0:
                number[i] = low[i] = counter
                counter += 1
                stack[n_stack] = i
                n_stack += 1
            deeper = False
            while at[i] < first[i + 1]:
                j = links[at[i]].to
                at[i] += 1
                if not blocked[j]:
                    continue
                if number[j] < 0:
                    path[n_path] = j
                    n_path += 1
                    deeper = True
                    break
                if component[j] < 0:
                    low[i] = min(low[i], number[j])
            if deeper:
                continue
            n_path -= 1
            if n_path:
                parent = path[n_path - 1]
                low[parent] = min(low[parent], low[i])
            if low[i] == number[i]:
                while True:
                    n_stack -= 1
                    component[stack[n_stack]] = found
                    if stack[n_stack] == i:
                        break
                found += 1
    return component


@kernel
def _shortest_loop(first: Integers, links: Links, component: Integers, start: int) -> Integers:
    """The nodes of a shortest loop through ``start`` inside its component, in link order; empty where there is none."""
    n = len(first) - 1
    came_from = np.full(n, -1, np.int32)
    queue = np.empty(n, np.int32)
    queue[0] = start
    head, tail = 0, 1
    while head < tail:
        i = queue[head]
        head += 1
        for p in range(first[i], first[i + 1]):
            j = links[p].to
            if j == start:
                length = 1
                node = i
                while node != start:
                    length += 1
                    node = came_from[node]
                loop = np.empty(length, np.int32)
                node = i
                for position in range(length - 1, -1, -1):
                    loop[position] = node
                    node = came_from[node]
                return loop
            if component[j] == component[start] and came_from[j] < 0:
                came_from[j] = i
                queue[tail] = j
                tail += 1
    return queue[:0]


def build_network(n: int, predecessor: Integers, successor: Integers, kind: Small, lag: Ticks,
                  elapsed: npt.NDArray[np.bool_]) -> Network:
    """The network of ``n`` nodes and the given links (parallel arrays, any order). O(nodes + links) without loops.

    ``kind`` holds FS, SS, FF or SF; ``lag`` ticks. A link from a node to itself is a loop of one.
    """
    first = np.zeros(n + 1, np.int32)
    links = np.empty(len(predecessor), LINK)
    order = _compress(first, links, predecessor, successor, kind, lag, elapsed)
    blocked = np.ones(n, dtype=bool)
    blocked[order] = False
    loops = []
    if len(order) < n:
        component = _components(first, links, blocked)
        _, starts = np.unique(component[blocked], return_index=True)
        for start in np.flatnonzero(blocked)[np.sort(starts)]:
            loop = _shortest_loop(first, links, component, int(start))
            if len(loop):
                loops.append(loop)
    return Network(n, first, links, order, tuple(loops), blocked)
