"""Dependency arrows: orthogonal, behind the bars, one path for all links of a kind.

An arrow leaves a bar through its lower (or upper) edge just before its end and enters the next one at its side, so that what is
written after a bar is never crossed in the bar's own line. :func:`verticals` and :func:`horizontals` report where it passes
other lines, so that words keep clear of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from tpm.charts.time_axis import Canvas, stamps
from tpm.model import LinkType

INSETS: Final = (5.0, 11.0, 17.0, 23.0)  # px before a bar's end at which an arrow may leave it, the best first
STEP: Final = 9.0  # px that an arrow keeps from the side that it enters
ENTRY: Final = 8.0  # level px that an arrow needs to enter a bar
EARLIER: Final = 26.0  # px that it may leave a bar earlier for that
HEAD: Final = 3.0  # half of an arrow head, px
_CLEARANCE: Final = 9.0  # px between an arrow and a diamond that it has nothing to do with
Heading = Literal["right", "left", "down", "up"]


@dataclass(frozen=True, slots=True)
class Box:
    """A mark as an arrow sees it, in px: from ``left`` to ``right``, ``top`` to ``bottom``."""

    line: int
    left: float
    right: float
    top: float
    bottom: float
    milestone: bool

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Route:
    """Corners of an arrow in px, and where its head points."""

    corners: tuple[tuple[float, float], ...]
    heading: Heading


def route_around(tail: Box, head: Box, kind: str, points: Sequence[Box]) -> Route:
    """The arrow of :func:`route` that runs through the fewest of the diamonds ``points``."""
    top, bottom = min(tail.middle, head.middle), max(tail.middle, head.middle)
    between = [point.centre for point in points if top + 1 < point.middle < bottom - 1] if tail.line != head.line else []
    best: tuple[int, Route] | None = None
    for inset in INSETS if between else INSETS[:1]:
        one = route(tail, head, kind, inset)
        hits = sum(abs(x - centre) < _CLEARANCE for x, _, _ in verticals(one) for centre in between)
        if best is None or hits < best[0]:
            best = (hits, one)
        if hits == 0:
            break
    assert best is not None
    return best[1]


def route(tail: Box, head: Box, kind: str, inset: float = INSETS[0]) -> Route:
    """The arrow from one mark to another for a link of type ``kind``, leaving ``inset`` px before the end."""
    from_finish = kind in (LinkType.FS, LinkType.FF)
    to_start = kind in (LinkType.FS, LinkType.SS)
    down = head.middle >= tail.middle
    edge = tail.bottom if down else tail.top
    inset = min(inset, (tail.right - tail.left) / 2)
    x = tail.centre if tail.milestone else (tail.right - inset if from_finish else tail.left + inset)
    if tail.line == head.line:  # two milestones of one lane: straight along the line
        forward = head.centre >= tail.centre
        return Route(((tail.right if forward else tail.left, tail.middle), (head.left if forward else head.right, head.middle)),
                     "right" if forward else "left")  # fmt: skip
    side = head.left if to_start else head.right
    towards = 1.0 if to_start else -1.0
    if head.milestone and abs(x - head.centre) < HEAD * 2:  # right above: straight into its point
        return Route(((head.centre, edge), (head.centre, head.top if down else head.bottom)), "down" if down else "up")
    heading: Heading = "right" if to_start else "left"
    if from_finish == to_start and (side - x) * towards < ENTRY:  # room for the head: leave the bar a little earlier
        earlier = side - towards * ENTRY
        if tail.left + 1 <= earlier <= tail.right - 1 and abs(earlier - x) <= EARLIER:
            x = earlier
    if (side - x) * towards >= ENTRY:
        return Route(((x, edge), (x, head.middle), (side, head.middle)), heading)
    if from_finish != to_start:  # start to start, finish to finish: one bracket around both
        outside = (min(tail.left, head.left) if to_start else max(tail.right, head.right)) - towards * STEP
        begin = tail.left if to_start else tail.right
        return Route(((begin, tail.middle), (outside, tail.middle), (outside, head.middle), (side, head.middle)), heading)
    # the other mark begins before this one ends: round it, between the lines
    between = head.top - 4 if down else head.bottom + 4
    turn = side - towards * STEP
    return Route(((x, edge), (x, between), (turn, between), (turn, head.middle), (side, head.middle)), heading)


def verticals(one: Route) -> list[tuple[float, float, float]]:
    """The upright parts of an arrow: x, upper and lower y, px."""
    pairs = zip(one.corners, one.corners[1:], strict=False)
    return [(a[0], min(a[1], b[1]), max(a[1], b[1])) for a, b in pairs if a[0] == b[0]]


def horizontals(one: Route) -> list[tuple[float, float, float]]:
    """The level parts of an arrow: left and right x, y, px."""
    pairs = zip(one.corners, one.corners[1:], strict=False)
    return [(min(a[0], b[0]), max(a[0], b[0]), a[1]) for a, b in pairs if a[1] == b[1]]


def links_path(routes: list[Route], shown: Canvas) -> str:
    """All ``routes`` as one SVG path in dates and px."""
    if not routes:
        return ""
    times = iter(stamps(shown.time(np.array([x for one in routes for x, _ in one.corners]))))
    parts = []
    for one in routes:
        for number, (_, y) in enumerate(one.corners):
            parts.append(f"{'L' if number else 'M'}{next(times)},{y:g}")
    return "".join(parts)
