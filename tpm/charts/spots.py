"""Words on a plane: each beside its point, never over another, over a line, or over an edge.

For charts whose marks lie anywhere (a curve with named points); charts with rows use :mod:`tpm.charts.labels`. All in px, y downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

AIR: Final = 3.0  # px that stay free around words
_DISTANCES: Final = (8.0, 14.0, 22.0, 32.0, 44.0, 60.0, 80.0)

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass
class Plane:
    """What stands where on ``width`` × ``height`` px. ``lines`` are polylines, arrays of shape (n, 2)."""

    width: float
    height: float
    lines: list[np.ndarray] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    def place(self, at: tuple[float, float], width: float, height: float, sides: Sequence[str]) -> Box | None:
        """The box of words for the point ``at``, on the first of ``sides`` (right, left, above, below, and pairs as ``right-below``) with
        room; taken. None where nothing is free within reach."""
        for distance in _DISTANCES:
            for side in sides:
                box = _beside(at, width, height, side, distance)
                if self._free(box):
                    self.boxes.append(box)
                    return box
        return None

    def _free(self, box: Box) -> bool:
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > self.width or bottom > self.height:
            return False
        if any(left < b[2] + AIR and right > b[0] - AIR and top < b[3] + AIR and bottom > b[1] - AIR for b in self.boxes):
            return False
        return not any(crosses(line, (left - AIR, top - AIR, right + AIR, bottom + AIR)) for line in self.lines)


def _beside(at: tuple[float, float], width: float, height: float, side: str, distance: float) -> Box:
    x, y = at
    across, _, down = side.partition("-")
    if across in ("above", "below"):
        across, down = "middle", across
    left = {"right": x + distance, "left": x - distance - width, "middle": x - width / 2}[across]
    top = {"": y - height / 2, "above": y - distance - height, "below": y + distance}[down]
    return (left, top, left + width, top + height)


def crosses(line: np.ndarray, box: Box) -> bool:
    """Whether a polyline (n, 2) runs through a box: Liang and Barsky's clipping (1984), all segments at once."""
    if len(line) < 2:
        return False
    start, step = line[:-1], line[1:] - line[:-1]
    left, top, right, bottom = box
    enter, leave = np.zeros(len(start)), np.ones(len(start))
    outside = np.zeros(len(start), dtype=bool)
    for p, q in ((-step[:, 0], start[:, 0] - left), (step[:, 0], right - start[:, 0]),
                 (-step[:, 1], start[:, 1] - top), (step[:, 1], bottom - start[:, 1])):  # fmt: skip
        with np.errstate(divide="ignore", invalid="ignore"):
            share = q / p
        enter = np.where(p < 0, np.maximum(enter, share), enter)
        leave = np.where(p > 0, np.minimum(leave, share), leave)
        outside |= (p == 0) & (q < 0)
    return bool((~outside & (enter <= leave)).any())
