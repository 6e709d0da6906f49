"""Where words go on a plane: beside their mark, never over each other, another mark, or an edge, and over as few lines as can be.

Charts with lines of rows use :mod:`tpm.charts.labels`; here marks stand anywhere. A label stands above its mark, below, or
to its right, whole if it can; of all free places it takes the one that covers the least. What finds no room is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tpm.charts.text import text_width

LINE: Final = 1.15  # height of a line of words, in font sizes
GAP: Final = 2.0  # px between a mark and its words
AIR: Final = 3.0  # px that must stay free beside words
SHORTER: Final = 7.0  # cost of a shorter wording, in points of lines that words cover
FURTHER: Final = 6.0  # cost of standing a line further from the mark
Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Wish:
    """Words for a mark of radius ``radius`` px at ``x``, ``y``; ``texts`` are plain, the fullest wording first."""

    x: float
    y: float
    radius: float
    texts: tuple[str, ...]
    importance: float
    key: int  # the caller's own number
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A label that found its place, px: its left edge, the middle of its line, its width."""

    wish: Wish
    text: str
    left: float
    y: float
    width: float


def place_labels(wishes: Sequence[Wish], marks: Points, lines: Points, width: float, height: float, size: float
                 ) -> tuple[list[Written], list[Wish]]:  # fmt: skip
    """Labels with their places, and those without one; the weightier chooses first, ties keep their order.

    ``marks`` is n × 4: left, top, right, bottom of everything that must stay visible. ``lines`` is m × 2: points along the lines that words
    should rather not cover. All px, y downwards, the plane ``width`` × ``height``.
    """
    taken = np.empty((len(marks) + len(wishes), 4))
    taken[: len(marks)] = marks
    count = len(marks)
    by_x = lines[np.argsort(lines[:, 0], kind="stable")] if len(lines) else lines.reshape(0, 2)
    half = size * LINE / 2
    placed: list[Written] = []
    dropped: list[Wish] = []
    for wish in sorted(wishes, key=lambda each: -each.importance):
        found = _place(wish, taken[:count], by_x, width, height, size, half)
        if found is None:
            dropped.append(wish)
            continue
        taken[count] = (found.left - AIR, found.y - half, found.left + found.width + AIR, found.y + half)
        count += 1
        placed.append(found)
    return placed, dropped


def _place(wish: Wish, taken: Points, lines: Points, width: float, height: float, size: float, half: float) -> Written | None:
    """The place with the least cost: points of lines under the words, words left out, distance from the mark."""
    best: tuple[float, Written] | None = None
    for number, text in enumerate(wish.texts):
        wide = text_width(text, size, bold=wish.bold)
        for cost, left, y in _candidates(wish, wide, half):
            cost += number * SHORTER
            if best is not None and cost >= best[0]:
                continue
            if left < 0 or left + wide > width or y - half < 0 or y + half > height:
                continue
            hit = (taken[:, 0] < left + wide) & (taken[:, 2] > left) & (taken[:, 1] < y + half) & (taken[:, 3] > y - half)
            if hit.any():
                continue
            first, last = np.searchsorted(lines[:, 0], (left, left + wide))
            cost += float((np.abs(lines[first:last, 1] - y) < half).sum())
            if best is None or cost < best[0]:
                best = (cost, Written(wish, text, left, y, wide))
        if best is not None and best[0] < (number + 1) * SHORTER:
            return best[1]
    return None if best is None else best[1]


def _candidates(wish: Wish, wide: float, half: float) -> Iterator[tuple[float, float, float]]:
    """Cost, left edge and middle of each place to try: above and below, slid along the mark, then a line further away; and to the right."""
    edge = wish.x - wish.radius
    slide = 2 * wish.radius - wide
    for away, step in ((0.0, 0.0), (FURTHER, 2 * half)):
        for cost, y in ((0.0, wish.y - wish.radius - GAP - half - step), (1.0, wish.y + wish.radius + GAP + half + step)):
            for share in (0.0, 1.0, 0.5, 0.25, 0.75):
                yield away + cost + 0.1 * share, edge + slide * share, y
    yield 1.5, wish.x + wish.radius + 2 * GAP, wish.y
