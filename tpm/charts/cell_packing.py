"""Marks inside the cells of a matrix: spread so that they never touch, and arrows between them that cross no mark.

Everything is in px of the plot, y downwards. Between any two marks of a cell, and between a mark and its cell's edge, a channel stays
free; that is why an arrow always finds a way: straight if it can, else bent, else along the channels and the cells' edges.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

GAP: Final = 8.0  # px between two marks: the channel of an arrow
PAD: Final = 7.0  # px between a mark and its cell's edge
DIAMETERS: Final = (26.0, 22.0, 18.0)  # a number of two digits fits the last at 10 px
CLEAR: Final = 3.0  # px that an arrow keeps from a mark that is not its own
_BENDS: Final = (0.0, *(sign * share for share in (0.06, 0.12, 0.18, 0.25, 0.34, 0.45, 0.6) for sign in (1, -1)))
_STEPS: Final = 48  # points at which a bent arrow is checked

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of ``width`` × ``height`` px; cell (column, row) has its corner at (column × width, row × height)."""

    width: float
    height: float
    columns: int = 5
    rows: int = 5

    def holds(self, points: Sequence[Point]) -> bool:
        """Whether all of ``points`` lie on the matrix."""
        return all(0 <= x <= self.columns * self.width and 0 <= y <= self.rows * self.height for x, y in points)

    def capacity(self, diameter: float) -> tuple[int, int]:
        """Columns and rows of marks that one cell holds."""
        across, down = ((size - 2 * PAD + GAP) // (diameter + GAP) for size in (self.width, self.height))
        return max(1, int(across)), max(1, int(down))

    def diameter(self, most: int) -> float:
        """The largest mark of which ``most`` fit one cell; the smallest where none do."""
        for diameter in DIAMETERS:
            columns, rows = self.capacity(diameter)
            if columns * rows >= most:
                return diameter
        return DIAMETERS[-1]

    def spread(self, cell: tuple[int, int], count: int, diameter: float) -> list[Point]:
        """Centres of ``count`` marks in ``cell``, in reading order, the block centred. ``count`` must fit the capacity."""
        columns, rows = self.capacity(diameter)
        across = min(columns, max(math.ceil(count / rows), math.ceil(math.sqrt(count * self.width / self.height))))
        down = math.ceil(count / across) if count else 0
        pitch = diameter + GAP
        middle = ((cell[0] + 0.5) * self.width, (cell[1] + 0.5) * self.height)
        out = []
        for number in range(count):
            line, place = divmod(number, across)
            in_line = min(across, count - line * across)
            out.append((middle[0] + (place - (in_line - 1) / 2) * pitch, middle[1] + (line - (down - 1) / 2) * pitch))
        return out


def place(grid: Grid, cells: Mapping[tuple[int, int], Sequence[Hashable]], diameter: float) -> dict[Hashable, Point]:
    """The centre of every mark, cell by cell."""
    return {key: point for cell, keys in cells.items() for key, point in zip(keys, grid.spread(cell, len(keys), diameter), strict=True)}


def arrow(grid: Grid, start: Point, end: Point, diameter: float, others: np.ndarray) -> list[Point]:
    """Points of an arrow from the edge of the mark at ``start`` to the point ``end``, clear of ``others`` (centres, shape (n, 2)).

    ``end`` is a place of its own in its cell, as big as a mark. A straight arrow has two points; a bent one is sampled.
    """
    keep = diameter / 2 + CLEAR
    length = math.dist(start, end)
    for bend in _BENDS if length > diameter else ():
        points = _curve(start, end, bend * length, diameter / 2 + 2)
        if grid.holds(points) and _is_clear(points, others, keep):
            return [points[0], points[-1]] if bend == 0 else [*points[:-1:3], points[-1]]
    return _along_channels(grid, start, end, diameter)


def _curve(start: Point, end: Point, offset: float, skip: float) -> list[Point]:
    """A quadratic curve whose middle is ``offset`` px beside the straight line, from ``skip`` px after its start."""
    (x0, y0), (x1, y1) = start, end
    length = math.dist(start, end)
    side = (-(y1 - y0) / length * offset, (x1 - x0) / length * offset)
    control = ((x0 + x1) / 2 + 2 * side[0], (y0 + y1) / 2 + 2 * side[1])
    share = np.linspace(0, 1, _STEPS)
    x = (1 - share) ** 2 * x0 + 2 * share * (1 - share) * control[0] + share**2 * x1
    y = (1 - share) ** 2 * y0 + 2 * share * (1 - share) * control[1] + share**2 * y1
    keep = np.hypot(x - x0, y - y0) >= skip
    return list(zip(x[keep].tolist(), y[keep].tolist(), strict=True))


def _is_clear(points: Sequence[Point], others: np.ndarray, keep: float) -> bool:
    return not len(others) or bool(segment_distances(points, others).min() >= keep)


def segment_distances(points: Sequence[Point], others: np.ndarray) -> np.ndarray:
    """Distance of each of ``others`` (n, 2) from the polyline through ``points``."""
    line = np.asarray(points, dtype=float)
    if len(line) < 2:
        return np.asarray(np.hypot(*(others - line[0]).T))
    begin, step = line[:-1, None, :], (line[1:] - line[:-1])[:, None, :]
    size = np.maximum((step**2).sum(axis=2), 1e-12)
    share = np.clip(((others[None] - begin) * step).sum(axis=2) / size, 0, 1)
    apart = (begin + share[..., None] * step) - others[None]
    return np.asarray(np.sqrt((apart**2).sum(axis=2)).min(axis=0))


def _along_channels(grid: Grid, start: Point, end: Point, diameter: float) -> list[Point]:
    """Out of the mark into the channel beside its line, to its cell's edge, along edges to the end's cell, and in the same way in."""
    half = (diameter + GAP) / 2
    rows = int(start[1] // grid.height), int(end[1] // grid.height)
    between = (rows[1] + (rows[1] <= rows[0])) * grid.height  # the level edge of the end's cell that is nearer to the start
    if rows[0] == rows[1] == grid.rows - 1:
        between = rows[1] * grid.height  # not the matrix' own foot
    leave = start[1] + math.copysign(half, between - start[1])
    arrive = end[1] + math.copysign(half, between - end[1])
    first, last = _edge(start[0], end[0], grid.width), _edge(end[0], start[0], grid.width)
    off = (start[0], start[1] + math.copysign(diameter / 2 + 1, between - start[1]))
    return [off, (start[0], leave), (first, leave), (first, between), (last, between), (last, arrive), (end[0], arrive), end]


def _edge(x: float, toward: float, width: float) -> float:
    """The upright edge of the cell of ``x`` on the side of ``toward``; of the first column the right one."""
    column = int(x // width)
    right = toward > (column + 0.5) * width or column == 0
    return (column + 1) * width if right else column * width
