"""What waits behind what: transitive successors, exactly, as bits.

The rows of a plan are swept successors first, a block of bits at a time, so that memory stays at nodes × block whatever the plan's
size. Loops are allowed: sweeps are then repeated until nothing changes. Done and cancelled work neither waits nor makes wait.

:func:`open_graph` reads the graph of unfinished work out of a problem; links on summaries stand for their leaves there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tpm.schedule.compiled import kernel
from tpm.schedule.cpm import DONE
from tpm.schedule.network import FS, Integers
from tpm.schedule.problem import Problem

Bits = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.float64]

_WORDS: Final = 32  # of 64 bits: 2,048 nodes a block keep the working set of 10,000 rows within the cache


@dataclass(frozen=True, eq=False)
class Graph:
    """Links in compressed rows: the successors of node i are ``to[first[i]:first[i + 1]]``.

    The first ``rows`` nodes are the plan's rows; the others gather the leaves of summaries and count as nothing. ``order`` has every
    node, predecessors first as far as loops allow. ``plain`` marks finish-to-start links without a lag; ``dependency`` is
    the plan's dependency behind a link, −1 where a hub gathers.
    """

    rows: int
    first: Integers
    to: Integers
    order: Integers
    loops: bool
    plain: npt.NDArray[np.bool_]
    ordered: npt.NDArray[np.bool_]  # the successor cannot start before the predecessor ends: finish-to-start, no lead
    dependency: Integers

    @property
    def nodes(self) -> int:
        return len(self.first) - 1

    def edges(self) -> tuple[Integers, Integers]:
        """Predecessor and successor of every link."""
        return np.repeat(np.arange(self.nodes, dtype=np.int32), np.diff(self.first)), self.to

    def only(self, kept: npt.NDArray[np.bool_]) -> Graph:
        """The graph of the links that are ``kept``."""
        source, _ = self.edges()
        first = np.zeros(self.nodes + 1, np.int32)
        np.cumsum(np.bincount(source[kept], minlength=self.nodes), out=first[1:])
        return Graph(self.rows, first, self.to[kept], self.order, self.loops, self.plain[kept], self.ordered[kept], self.dependency[kept])

    def reversed(self) -> Graph:
        """The same links read from the successor."""
        source, to = self.edges()
        by = np.argsort(to, kind="stable")
        first = np.zeros(self.nodes + 1, np.int32)
        np.cumsum(np.bincount(to, minlength=self.nodes), out=first[1:])
        return Graph(self.rows, first, source[by], self.order[::-1].copy(), self.loops, self.plain[by], self.ordered[by],
                     self.dependency[by])


def open_graph(problem: Problem, *, done: bool = False) -> Graph:
    """The graph of ``problem``: of unfinished work, or (``done``) of all work that is not cancelled."""
    network = problem.network
    source = np.repeat(np.arange(network.n, dtype=np.int32), np.diff(network.first))
    links = network.links
    finished = problem.nodes["kind"] == DONE
    kept = np.ones(len(links), dtype=bool) if done else ~finished[source] & ~finished[links["to"]]
    first = np.zeros(network.n + 1, np.int32)
    np.cumsum(np.bincount(source[kept], minlength=network.n), out=first[1:])
    order = np.concatenate([network.order, np.flatnonzero(network.blocked).astype(np.int32)])
    kind, lag = links["kind"][kept], links["lag"][kept]
    return Graph(len(problem.rows.ids), first, np.ascontiguousarray(links["to"][kept]), order, bool(network.blocked.any()),
                 (kind == FS) & (lag == 0), (kind == FS) & (lag >= 0), problem.dependency[kept])


@kernel
def _sweep(first: Integers, to: Integers, order: Integers, own: Integers, low: int, bits: Bits, loops: bool) -> None:
    """Bits of what lies behind every node, for the colours ``low`` … ``low + 64 × words − 1``; ``own`` is a node's colour or −1."""
    words = bits.shape[1]
    high = low + 64 * words
    while True:
        changed = False
        for position in range(len(order) - 1, -1, -1):
            i = order[position]
            for p in range(first[i], first[i + 1]):
                j = to[p]
                for word in range(words):
                    more = bits[i, word] | bits[j, word]
                    changed |= more != bits[i, word]
                    bits[i, word] = more
                colour = own[j]
                if low <= colour < high:
                    at = colour - low
                    more = bits[i, at >> 6] | (np.uint64(1) << np.uint64(at & 63))
                    changed |= more != bits[i, at >> 6]
                    bits[i, at >> 6] = more
        if not loops or not changed:
            return


@kernel
def _tally(bits: Bits, low: int, weights: Numbers, rows: int, out: Numbers) -> None:
    """Add the weights of the nodes whose bits are set, row by row; a node never counts itself.

    Eight bits at a time: the sums of every byte that can stand at a place are worked out first.
    """
    columns = weights.shape[1]
    places = 8 * bits.shape[1]
    sums = np.zeros((places, 256, columns))
    for place in range(places):
        for byte in range(1, 256):
            rest = byte & (byte - 1)
            lowest = byte ^ rest
            at = 0
            while lowest > 1:
                lowest >>= 1
                at += 1
            j = low + 8 * place + at
            for column in range(columns):
                sums[place, byte, column] = sums[place, rest, column] + (weights[j, column] if j < rows else 0.0)
    for i in range(rows):
        for word in range(bits.shape[1]):
            left = bits[i, word]
            place = 8 * word
            while left != 0:
                stands = np.int64(left & np.uint64(255))
                if stands:
                    for column in range(columns):
                        out[i, column] += sums[place, stands, column]
                left >>= np.uint64(8)
                place += 1
        own = i - low
        if 0 <= own < 64 * bits.shape[1] and (bits[i, own >> 6] >> np.uint64(own & 63)) & np.uint64(1):
            for column in range(columns):
                out[i, column] -= weights[i, column]


def reach(graph: Graph, weights: Numbers) -> Numbers:
    """For every row, the sum of ``weights`` (rows × k) over all rows that wait behind it, each counted once; rows × k.

    A column of ones gives the number of transitive successors. On a loop a row does not wait behind itself.
    """
    n = graph.rows
    out = np.zeros((n, weights.shape[1]))
    own = np.full(graph.nodes, -1, np.int32)
    own[:n] = np.arange(n)
    for low in range(0, n, 64 * _WORDS):
        bits = np.zeros((graph.nodes, _WORDS), np.uint64)
        _sweep(graph.first, graph.to, graph.order, own, low, bits, graph.loops)
        _tally(bits, low, weights, n, out)
    return out


def colours_behind(graph: Graph, colour: Integers, colours: int) -> npt.NDArray[np.bool_]:
    """Which colours (0 … ``colours`` − 1, −1 for none) lie behind every row; bool, rows × ``colours``."""
    own = np.full(graph.nodes, -1, np.int32)
    own[: graph.rows] = colour
    words = max((colours + 63) // 64, 1)
    bits = np.zeros((graph.nodes, words), np.uint64)
    _sweep(graph.first, graph.to, graph.order, own, 0, bits, graph.loops)
    as_bytes = bits[: graph.rows].astype("<u8").view(np.uint8).reshape(graph.rows, -1)
    return np.unpackbits(as_bytes, axis=1, bitorder="little", count=colours).astype(bool)


@kernel
def _implied(first: Integers, to: Integers, bits: Bits, low: int, union: Bits, found: npt.NDArray[np.bool_]) -> None:
    words = bits.shape[1]
    high = low + 64 * words
    for i in range(len(first) - 1):
        if first[i + 1] - first[i] < 2:
            continue
        union[:] = 0
        for p in range(first[i], first[i + 1]):
            for word in range(words):
                union[word] |= bits[to[p], word]
        for p in range(first[i], first[i + 1]):
            at = to[p] - low
            if low <= to[p] < high and (union[at >> 6] >> np.uint64(at & 63)) & np.uint64(1):
                found[p] = True


def redundant_links(graph: Graph) -> npt.NDArray[np.bool_]:
    """Links that a longer chain already implies: the transitive reduction would drop them. Bool, one a link of ``graph``.

    Source: Aho, Garey & Ullman (1972). On and behind loops the reduction is not unique; there nothing is called redundant.
    """
    found = np.zeros(len(graph.to), dtype=bool)
    if graph.loops or not len(graph.to):
        return found
    own = np.arange(graph.nodes, dtype=np.int32)
    for low in range(0, graph.nodes, 64 * _WORDS):
        bits = np.zeros((graph.nodes, _WORDS), np.uint64)
        _sweep(graph.first, graph.to, graph.order, own, low, bits, False)
        _implied(graph.first, graph.to, bits, low, np.zeros(_WORDS, np.uint64), found)
    return found


def connected(graph: Graph, pairs: list[tuple[int, int]]) -> npt.NDArray[np.bool_]:
    """Whether a chain of links leads from the first to the second node of each pair; bool, one a pair."""
    out = np.zeros(len(pairs), dtype=bool)
    if not pairs:
        return out
    sources, targets = (np.array(each, dtype=np.int64) for each in zip(*pairs, strict=True))
    names, colour_of = np.unique(targets, return_inverse=True)
    for low in range(0, len(names), 64 * _WORDS):
        here = (colour_of >= low) & (colour_of < low + 64 * _WORDS)
        own = np.full(graph.nodes, -1, np.int32)
        own[names[low : low + 64 * _WORDS]] = np.arange(len(names[low : low + 64 * _WORDS]))
        bits = np.zeros((graph.nodes, _WORDS), np.uint64)
        _sweep(graph.first, graph.to, graph.order, own, 0, bits, graph.loops)
        at = colour_of[here] - low
        out[here] = (bits[sources[here], at >> 6] >> (at & 63).astype(np.uint64)) & np.uint64(1) != 0
    return out
