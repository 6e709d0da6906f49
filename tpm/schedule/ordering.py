"""The order of nodes within the layers of a drawn network: few crossings, quickly, and always the same.

Compiled, hence in this room: the loops are those of :mod:`tpm.schedule.network`, plain passes over integer arrays, and the pages that draw
a network wait for them. Nothing here knows of a picture's size; :mod:`tpm.insight.graph_layout` turns orders into places.

A *proper* layered network is expected: every link joins neighbouring layers, long ones run through helper nodes. Nodes of a layer are kept
in ``band`` order (lanes); only within a band do they change places.
Sources: Sugiyama, Tagawa, Toda (1981) for the sweeps; Gansner et al. (1993) for keeping the best of them; Matuszewski, Schönfeld,
Molitor (1999) for sifting; Barth, Jünger, Mutzel (2002) for counting with a Fenwick tree.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from tpm.schedule.compiled import helper, kernel
from tpm.schedule.network import Integers

Doubles = npt.NDArray[np.float64]
SWEEPS: Final = 24  # as dot does
PATIENCE: Final = 6  # sweeps without a better order before the rest is left to sifting
SIFTS: Final = 12  # passes
TAIL: Final = 150  # a pass that wins less than this part of what is left is the last
SIFT_WORK: Final = 60_000_000  # pairs of links that sifting may look at: about a tenth of a second


@kernel
def compress(n: int, tail: Integers, head: Integers) -> tuple[Integers, Integers]:
    """Rows of links by ``tail``: those of node i lead to ``to[first[i]:first[i + 1]]``."""
    first = np.zeros(n + 1, np.int32)
    for k in range(len(tail)):
        first[tail[k] + 1] += 1
    for i in range(n):
        first[i + 1] += first[i]
    at = first[:-1].copy()
    to = np.empty(len(tail), np.int32)
    for k in range(len(tail)):
        to[at[tail[k]]] = head[k]
        at[tail[k]] += 1
    return first, to


@kernel
def layers_of(n: int, tail: Integers, head: Integers) -> Integers:
    """Longest number of links from a start to each node. Where only loops are left, the node with the lowest number goes first and the
    links that lead back to it count for nothing, so every node gets a layer. O(nodes + links) without loops; int32, n.
    """
    first, to = compress(n, tail, head)
    waiting = np.zeros(n, np.int32)
    for k in range(len(tail)):
        waiting[head[k]] += 1
    layer = np.zeros(n, np.int32)
    placed = np.zeros(n, np.bool_)
    queue = np.empty(n, np.int32)
    begin = end = next_root = 0
    for i in range(n):
        if waiting[i] == 0:
            queue[end] = i
            placed[i] = True
            end += 1
    while begin < n:
        if begin == end:  # only loops and what waits behind them: open one
            while placed[next_root]:
                next_root += 1
            queue[end] = next_root
            placed[next_root] = True
            end += 1
        i = queue[begin]
        begin += 1
        for p in range(first[i], first[i + 1]):
            j = to[p]
            if placed[j]:
                continue
            layer[j] = max(layer[j], layer[i] + 1)
            waiting[j] -= 1
            if waiting[j] == 0:
                queue[end] = j
                placed[j] = True
                end += 1
    return layer


@kernel
def reachable(n: int, tail: Integers, head: Integers, start: Integers) -> npt.NDArray[np.bool_]:
    """Every node that links lead to from ``start``, the start itself included; loops do no harm."""
    first, to = compress(n, tail, head)
    seen = np.zeros(n, np.bool_)
    stack = np.empty(n, np.int32)
    top = 0
    for i in start:
        if not seen[i]:
            seen[i] = True
            stack[top] = i
            top += 1
    while top:
        top -= 1
        i = stack[top]
        for p in range(first[i], first[i + 1]):
            if not seen[to[p]]:
                seen[to[p]] = True
                stack[top] = to[p]
                top += 1
    return seen


@kernel
def crossings(order: Integers, layer_first: Integers, down_first: Integers, down: Integers) -> int:
    """Pairs of links that cross, exactly: inversions between neighbouring layers, counted with a Fenwick tree."""
    n = len(order)
    place = np.empty(n, np.int32)
    widest = 0
    for at in range(len(layer_first) - 1):
        widest = max(widest, layer_first[at + 1] - layer_first[at])
        for p in range(layer_first[at], layer_first[at + 1]):
            place[order[p]] = p - layer_first[at]
    tree = np.zeros(widest + 1, np.int32)
    total = 0
    for at in range(len(layer_first) - 2):
        tree[:] = 0
        seen = 0
        size = layer_first[at + 2] - layer_first[at + 1]
        for p in range(layer_first[at], layer_first[at + 1]):
            i = order[p]
            for q in range(down_first[i], down_first[i + 1]):  # what ends to the right of this one, from a node before
                index = place[down[q]] + 1
                below = 0
                while index > 0:
                    below += tree[index]
                    index -= index & -index
                total += seen - below
            for q in range(down_first[i], down_first[i + 1]):
                index = place[down[q]] + 1
                while index <= size:
                    tree[index] += 1
                    index += index & -index
                seen += 1
    return total


@helper
def _sort_layer(order: Integers, begin: int, end: int, place: Integers, band: Integers, near_first: Integers, near: Integers,
                scale: float, key: Doubles, from_right: bool) -> None:
    """One step of a sweep: a layer by the mean place of its neighbours; equal ones keep, or with ``from_right`` turn, their order."""
    for p in range(begin, end):
        i = order[p]
        degree = near_first[i + 1] - near_first[i]
        if degree == 0:
            key[i] = (p - begin) * scale
            continue
        total = 0.0
        for q in range(near_first[i], near_first[i + 1]):
            total += place[near[q]]
        key[i] = total / degree
    for p in range(begin + 1, end):
        i = order[p]
        q = p
        while q > begin:
            j = order[q - 1]
            if band[j] > band[i] or (band[j] == band[i] and (key[j] > key[i] or (from_right and key[j] == key[i]))):
                order[q] = j
                q -= 1
            else:
                break
        order[q] = i
    for p in range(begin, end):
        place[order[p]] = p - begin


@helper
def _gain(i: int, j: int, place: Integers, near_first: Integers, near: Integers) -> int:
    """Crossings with i before j less those with j before i, on one side."""
    total = 0
    for p in range(near_first[i], near_first[i + 1]):
        a = place[near[p]]
        for q in range(near_first[j], near_first[j + 1]):
            b = place[near[q]]
            if a > b:
                total += 1
            elif a < b:
                total -= 1
    return total


@helper
def _sift_layer(order: Integers, begin: int, end: int, place: Integers, band: Integers, down_first: Integers, down: Integers,
                up_first: Integers, up: Integers) -> int:
    """Every node of a layer to the best of all places in its band; returns the crossings won."""
    won = 0
    nodes = order[begin:end].copy()
    for i in nodes:
        if down_first[i + 1] == down_first[i] and up_first[i + 1] == up_first[i]:
            continue
        here = begin + place[i]
        best, best_at, running = 0, here, 0
        p = here + 1
        while p < end and band[order[p]] == band[i]:
            j = order[p]
            running -= _gain(i, j, place, down_first, down) + _gain(i, j, place, up_first, up)
            if running < best:
                best, best_at = running, p
            p += 1
        running = 0
        p = here - 1
        while p >= begin and band[order[p]] == band[i]:
            j = order[p]
            running -= _gain(j, i, place, down_first, down) + _gain(j, i, place, up_first, up)
            if running < best:
                best, best_at = running, p
            p -= 1
        if best_at == here:
            continue
        won -= best
        step = 1 if best_at > here else -1
        p = here
        while p != best_at:
            order[p] = order[p + step]
            place[order[p]] = p - begin
            p += step
        order[best_at] = i
        place[i] = best_at - begin
    return won


@kernel
def order_layers(order: Integers, layer_first: Integers, band: Integers, down_first: Integers, down: Integers, up_first: Integers,
                 up: Integers, sweeps: int, patience: int, sifts: int, sift_work: int) -> Integers:
    """``order`` (nodes layer by layer, bands ascending within each) rearranged to few crossings; the given one is not written to.

    ``down`` holds the neighbours in the next layer, ``up`` those in the one before. Every node keeps its layer and its band.
    """
    n, depth = len(order), len(layer_first) - 1
    now, best = order.copy(), order.copy()
    place = np.empty(n, np.int32)
    for at in range(depth):
        for p in range(layer_first[at], layer_first[at + 1]):
            place[now[p]] = p - layer_first[at]
    key = np.empty(n, np.float64)
    fewest = crossings(now, layer_first, down_first, down)
    stale = 0
    for sweep in range(sweeps):
        if fewest == 0 or stale >= patience:
            break
        turned = sweep % 4 >= 2
        for step in range(1, depth):
            at = step if sweep % 2 == 0 else depth - 1 - step
            beside = at - 1 if sweep % 2 == 0 else at + 1
            size = layer_first[at + 1] - layer_first[at]
            scale = (layer_first[beside + 1] - layer_first[beside]) / max(size, 1)
            if sweep % 2 == 0:
                _sort_layer(now, layer_first[at], layer_first[at + 1], place, band, up_first, up, scale, key, turned)
            else:
                _sort_layer(now, layer_first[at], layer_first[at + 1], place, band, down_first, down, scale, key, turned)
        found = crossings(now, layer_first, down_first, down)
        stale += 1
        if found < fewest:
            fewest = found
            best[:] = now
            stale = 0
    for at in range(depth):
        for p in range(layer_first[at], layer_first[at + 1]):
            place[best[p]] = p - layer_first[at]
    work = 0
    for at in range(depth):
        links = 0
        for p in range(layer_first[at], layer_first[at + 1]):
            i = best[p]
            links += down_first[i + 1] - down_first[i] + up_first[i + 1] - up_first[i]
        work += links * links // 2
    for sift in range(sifts):
        if fewest == 0 or work * (sift + 1) > sift_work:
            break
        won = 0
        for step in range(depth):
            at = step if sift % 2 == 0 else depth - 1 - step
            won += _sift_layer(best, layer_first[at], layer_first[at + 1], place, band, down_first, down, up_first, up)
        fewest -= won
        if won * TAIL <= fewest:
            break
    return best
