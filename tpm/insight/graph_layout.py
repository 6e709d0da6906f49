"""Where a network's nodes and links stand in a picture: columns from left to right, bands from top to bottom, few crossings.

A pure function of ids, columns and bands: the order of the given rows does not matter, so an item added, renamed or moved by a day leaves
the rest where it was, as far as the links allow. Loops are welcome: a link that leads back is routed like any other.
Lengths down the picture are in whatever unit :class:`Spacing` is given in (px, in the charts). The loops are compiled
(:mod:`tpm.schedule.ordering`, :mod:`tpm.schedule.placing`); 2,000 items take a few hundredths of a second.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tpm.schedule import ordering, placing

Integers = npt.NDArray[np.int32]
_PARTS: Final = re.compile(r"(\d+)")
KNOWN_SHARE: Final = 0.8  # of the nodes that must have stood in the picture before for it to be kept rather than drawn anew


@dataclass(frozen=True, slots=True)
class Spacing:
    """Room that a node needs above and below its middle, that a passing link needs, and the air between bands."""

    above: float = 24.0
    below: float = 12.0
    link: float = 4.0
    band: float = 10.0


@dataclass(frozen=True, eq=False)
class GraphLayout:
    """Node i stands in column ``column[i]`` at ``y[i]``; band b runs from ``band_top[b]`` to ``band_top[b + 1]``.

    The corners of link k are ``route_column`` and ``route_y`` from ``route_first[k]`` to ``route_first[k + 1]``, ends included.
    """

    column: Integers
    y: npt.NDArray[np.float64]
    band_top: npt.NDArray[np.float64]
    route_first: Integers
    route_column: Integers
    route_y: npt.NDArray[np.float64]
    crossings: int

    @property
    def height(self) -> float:
        """The picture's height."""
        return float(self.band_top[-1])


def natural_ranks(keys: Sequence[str]) -> Integers:
    """The rank of each of ``keys`` as a person sorts them: ``A2`` before ``A10``. Equal keys share none; ties by position."""
    parts = [tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in _PARTS.split(key) if part) for key in keys]
    ranks = np.empty(len(keys), np.int32)
    ranks[sorted(range(len(keys)), key=lambda at: parts[at])] = np.arange(len(keys), dtype=np.int32)
    return ranks


def levels(ids: Sequence[str], tail: Integers, head: Integers) -> Integers:
    """The column of each node by logic: the longest chain of links that leads to it; what waits for nothing stands right before the first
    that waits for it. Loops are opened at their first id.
    """
    ranks = natural_ranks(ids)
    out = np.asarray(ordering.layers_of(len(ids), ranks[tail], ranks[head])[ranks])
    first = np.full(len(ids), np.iinfo(np.int32).max, np.int32)
    np.minimum.at(first, tail, out[head])
    free = np.bincount(head, minlength=len(ids)) == 0
    late = free & (first < np.iinfo(np.int32).max) & (first > out)
    return np.where(late, first - 1, out).astype(np.int32)


def lay_out(ids: Sequence[str], columns: npt.ArrayLike, bands: npt.ArrayLike, tail: npt.ArrayLike, head: npt.ArrayLike,
            spacing: Spacing | None = None, *, before: Mapping[str, float] | None = None) -> GraphLayout:  # fmt: skip
    """Places for the nodes ``ids`` in their ``columns`` and ``bands`` (integers from 0), and routes for the links ``tail`` → ``head``.

    Links are positions in ``ids``. Every column may hold any number of nodes; a link may join any two, also of one column. ``before`` (id →
    y of an earlier picture) keeps that picture: nodes start from their old order, and only changes of places that save crossings are made.
    """
    spacing = spacing or Spacing()
    column, band = np.asarray(columns, np.int32), np.asarray(bands, np.int32)
    given_tail, given_head = np.asarray(tail, np.int32), np.asarray(head, np.int32)
    n = len(column)
    if n == 0:
        nothing = np.zeros(0)
        return GraphLayout(column, nothing, np.zeros(1), np.zeros(1, np.int32), column, nothing, 0)
    ranks, kept = _first_ranks(ids, before or {}, given_tail, given_head)
    left = np.where(column[given_tail] <= column[given_head], given_tail, given_head)
    right = np.where(column[given_tail] <= column[given_head], given_head, given_tail)
    spans = column[right] - column[left]
    helpers = np.maximum(spans - 1, 0)
    of = np.repeat(np.arange(len(spans)), helpers)  # the link of each helper
    first = np.concatenate([[0], np.cumsum(helpers)])
    step = np.arange(len(of)) - first[of] + 1
    share = step / np.maximum(spans[of], 1)
    all_columns = np.concatenate([column, column[left[of]] + step]).astype(np.int32)
    slant = band[left[of]] + (band[right[of]] - band[left[of]]) * share
    all_bands = np.concatenate([band, np.floor(slant + 0.5)]).astype(np.int32)
    all_ranks = np.concatenate([ranks, ranks[left[of]] + (ranks[right[of]] - ranks[left[of]]) * share])
    total = len(all_columns)

    # helper p of link k joins its neighbours: the chain left → helpers → right, for links that leave their column
    long = spans > 0
    starts = np.where(helpers > 0, n + first[:-1], right)[long]
    inner = np.flatnonzero(step < helpers[of])  # helpers that are followed by another
    ends = np.flatnonzero(step == helpers[of])
    seg_tail = np.concatenate([left[long], n + inner, n + ends]).astype(np.int32)
    seg_head = np.concatenate([starts, n + inner + 1, right[of[ends]]]).astype(np.int32)
    by = np.lexsort((all_ranks[seg_head], all_ranks[seg_tail]))
    seg_tail, seg_head = seg_tail[by], seg_head[by]
    down_first, down = ordering.compress(total, seg_tail, seg_head)
    up_first, up = ordering.compress(total, seg_head, seg_tail)

    at_link = np.concatenate([np.full(n, -1.0), ranks[right[of]]])  # helpers of equal rank keep their link's order
    order = np.lexsort((at_link, all_ranks, all_bands, all_columns)).astype(np.int32)
    layer_first = np.concatenate([[0], np.cumsum(np.bincount(all_columns))]).astype(np.int32)
    order = ordering.order_layers(order, layer_first, all_bands, down_first, down, up_first, up,
                                  0 if kept else ordering.SWEEPS, ordering.PATIENCE, ordering.SIFTS, ordering.SIFT_WORK)
    if not kept and not all_bands.any():
        order = _upright(order, layer_first, all_ranks)
    is_helper = np.arange(total) >= n
    above = np.where(is_helper, spacing.link, spacing.above)
    below = np.where(is_helper, spacing.link, spacing.below)
    heights = placing.band_heights(order, layer_first, all_bands, above, below, int(all_bands.max()) + 1)
    band_top = np.concatenate([[0.0], np.cumsum(heights + spacing.band)])
    y = placing.place_layers(order, layer_first, all_bands, band_top, above, below, is_helper, down_first, down, up_first, up,
                             placing.PASSES)
    return GraphLayout(column, y[:n], band_top, *_routes(given_tail, given_head, left, helpers, first, n, all_columns, y),
                       int(ordering.crossings(order, layer_first, down_first, down)))


def _first_ranks(ids: Sequence[str], before: Mapping[str, float], tail: Integers, head: Integers
                 ) -> tuple[npt.NDArray[np.float64], bool]:  # fmt: skip
    """What the nodes are first ordered by, and whether that is an earlier picture: a new node then starts beside its neighbours."""
    ranks = natural_ranks(ids).astype(np.float64)
    y = np.array([before.get(item, np.nan) for item in ids])
    known = ~np.isnan(y)
    if known.sum() < KNOWN_SHARE * len(ids):
        return ranks, False
    total, count = np.zeros(len(ids)), np.zeros(len(ids))
    for one, other in ((tail, head), (head, tail)):
        np.add.at(total, one[known[other]], y[other[known[other]]])
        np.add.at(count, one[known[other]], 1.0)
    beside = np.where(count > 0, total / np.maximum(count, 1), np.nanmax(y) + 1 + ranks)
    return np.where(known, y, beside), True


def _upright(order: Integers, layer_first: Integers, ranks: npt.NDArray[np.float64]) -> Integers:
    """A picture and its mirror image cross equally often; of the two, the one whose ids run downwards."""
    sizes = np.diff(layer_first)
    layer = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(len(order)) - layer_first[layer] - (sizes[layer] - 1) / 2
    mean = np.bincount(layer, ranks[order], minlength=len(sizes)) / np.maximum(sizes, 1)
    if (place * (ranks[order] - mean[layer])).sum() >= 0:
        return order
    mirrored = layer_first[layer] + layer_first[layer + 1] - 1 - np.arange(len(order))
    return np.ascontiguousarray(order[mirrored])


def _routes(tail: Integers, head: Integers, left: Integers, helpers: Integers, first: Integers, n: int, columns: Integers,
            y: npt.NDArray[np.float64]) -> tuple[Integers, Integers, npt.NDArray[np.float64]]:  # fmt: skip
    """The corners of every link from its tail to its head, one after the other."""
    route_first = np.concatenate([[0], np.cumsum(helpers + 2)]).astype(np.int32)
    nodes = np.empty(route_first[-1], np.int64)
    nodes[route_first[:-1]] = tail
    nodes[route_first[1:] - 1] = head
    of = np.repeat(np.arange(len(helpers)), helpers)
    step = np.arange(len(of)) - first[of]
    forward = (left == tail)[of]
    nodes[route_first[of] + 1 + step] = n + first[of] + np.where(forward, step, helpers[of] - 1 - step)
    return route_first, columns[nodes], y[nodes]


def warm_up() -> None:
    """Compile or load the kernels on a tiny network, so that the first visitor does not wait; safe in a background thread."""
    ids, tail, head = ["1", "2", "3"], np.array([0, 1, 0], np.int32), np.array([1, 2, 2], np.int32)
    lay_out(ids, levels(ids, tail, head), np.zeros(3, np.int32), tail, head)
    ordering.reachable(3, tail, head, np.zeros(1, np.int32))
