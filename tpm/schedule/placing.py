"""Where the nodes of a drawn network stand across its layers, once their order is known: links as straight as the order allows.

Compiled, hence in this room, beside :mod:`tpm.schedule.ordering`. Each layer in turn is drawn towards its neighbours: every node wants the
weighted mean of theirs, and the places nearest to all wishes that keep the order and the distances are an isotonic regression, solved
exactly by pooling adjacent violators. Source: Ayer et al. (1955) for the pooling; Gansner et al. (1993) for the weights, which straighten
long links first.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from tpm.schedule.compiled import helper, kernel
from tpm.schedule.network import Integers

Doubles = npt.NDArray[np.float64]
PASSES: Final = 10  # down and up; more moves nothing by a whole px


@helper
def _pool(order: Integers, begin: int, end: int, wish: Doubles, weight: Doubles, above: Doubles, below: Doubles, top: float,
          bottom: float, y: Doubles) -> None:
    """Places of ``order[begin:end]`` nearest to their wishes, in order, apart, and between ``top`` and ``bottom``."""
    n = end - begin
    mean = np.empty(n, np.float64)
    mass = np.empty(n, np.float64)
    first = np.empty(n, np.int32)
    offset = np.zeros(n, np.float64)
    blocks = 0
    for k in range(n):
        i = order[begin + k]
        if k:
            offset[k] = offset[k - 1] + below[order[begin + k - 1]] + above[i]
        mean[blocks], mass[blocks], first[blocks] = wish[i] - offset[k], weight[i], k
        blocks += 1
        while blocks > 1 and mean[blocks - 2] > mean[blocks - 1]:
            together = mass[blocks - 2] + mass[blocks - 1]
            mean[blocks - 2] = (mean[blocks - 2] * mass[blocks - 2] + mean[blocks - 1] * mass[blocks - 1]) / together
            mass[blocks - 2] = together
            blocks -= 1
    least = top + above[order[begin]]
    most = max(least, bottom - below[order[end - 1]] - offset[n - 1])
    for block in range(blocks):
        last = first[block + 1] if block + 1 < blocks else n
        place = min(max(mean[block], least), most)
        for k in range(first[block], last):
            y[order[begin + k]] = place + offset[k]


@kernel
def band_heights(order: Integers, layer_first: Integers, band: Integers, above: Doubles, below: Doubles, bands: int) -> Doubles:
    """The height that each band needs: that of its fullest layer."""
    need = np.zeros(bands, np.float64)
    for at in range(len(layer_first) - 1):
        here = np.zeros(bands, np.float64)
        for p in range(layer_first[at], layer_first[at + 1]):
            here[band[order[p]]] += above[order[p]] + below[order[p]]
        need = np.maximum(need, here)
    return need


@kernel
def place_layers(order: Integers, layer_first: Integers, band: Integers, band_top: Doubles, above: Doubles, below: Doubles,
                 helper_node: npt.NDArray[np.bool_], down_first: Integers, down: Integers, up_first: Integers, up: Integers,
                 passes: int) -> Doubles:
    """y of every node. A node needs ``above`` and ``below`` itself; it stays in its band, from ``band_top[b]`` to ``band_top[b + 1]``."""
    n, depth = len(order), len(layer_first) - 1
    y = np.zeros(n, np.float64)
    for at in range(depth):
        used = np.zeros(len(band_top), np.float64)
        for p in range(layer_first[at], layer_first[at + 1]):
            i = order[p]
            y[i] = band_top[band[i]] + used[band[i]] + above[i]
            used[band[i]] += above[i] + below[i]
    wish = np.empty(n, np.float64)
    weight = np.empty(n, np.float64)
    for turn in range(passes):
        both = turn >= passes - 2  # the last two look to both sides
        for step in range(depth):
            at = step if turn % 2 == 0 else depth - 1 - step
            for p in range(layer_first[at], layer_first[at + 1]):
                i = order[p]
                total = mass = 0.0
                for side in range(2):
                    if not both and side != turn % 2:
                        continue
                    near_first, near = (up_first, up) if side == 0 else (down_first, down)
                    for q in range(near_first[i], near_first[i + 1]):
                        j = near[q]
                        helpers = int(helper_node[i]) + int(helper_node[j])
                        straight = 8.0 if helpers == 2 else 2.0 if helpers == 1 else 1.0
                        total += y[j] * straight
                        mass += straight
                wish[i] = total / mass if mass > 0 else y[i]
                weight[i] = mass if mass > 0 else 0.1
            p = layer_first[at]
            while p < layer_first[at + 1]:
                q = p
                while q < layer_first[at + 1] and band[order[q]] == band[order[p]]:
                    q += 1
                lane = band[order[p]]
                _pool(order, p, q, wish, weight, above, below, band_top[lane], band_top[lane + 1], y)
                p = q
    return y
