"""Where words go: beside their mark, never over each other, over a line, or over an edge.

A line of the chart is a strip; what already stands on it are intervals in px. A label is tried to the right of its mark, just past
a line that is in the way, then to the left, then further right, each with its fullest wording first; what still finds no room
is left out and counted. A place that is free at one width stays free at every greater one: marks move apart, words keep their size.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from tpm.charts.text import text_width

GAP: Final = 6.0  # px between a mark and its words
AIR: Final = 3.0  # px that must stay free around words
NEAR: Final = 44.0  # px to the right that are as good as beside the mark: past today's line, for instance
REACH: Final = 60.0  # px that a label may be pushed away before nobody connects it with its mark


@dataclass(frozen=True, slots=True)
class Label:
    """Words that ask for a place on ``line``, beside a mark from ``left`` to ``right`` px."""

    line: int
    left: float
    right: float
    texts: tuple[str, ...]  # plain; the fullest wording first
    importance: float  # the weightier is placed first
    key: int  # the caller's own number


@dataclass(frozen=True, slots=True)
class Placed:
    """A label that found its place: ``x`` px is its left edge (``side`` right) or its right edge (``side`` left)."""

    label: Label
    text: str
    x: float
    width: float
    side: Literal["right", "left"]

    @property
    def span(self) -> tuple[float, float]:
        """Left and right edge of the words, px."""
        return (self.x, self.x + self.width) if self.side == "right" else (self.x - self.width, self.x)


@dataclass
class Strips:
    """What stands where, line by line; ``width`` px is the plot."""

    width: float
    taken: dict[int, list[tuple[float, float]]] = field(default_factory=dict)

    def block(self, line: int, left: float, right: float) -> None:
        """Nothing may be written from ``left`` to ``right`` on ``line``."""
        insort(self.taken.setdefault(line, []), (left, right))

    def hit(self, line: int, left: float, right: float) -> tuple[float, float] | None:
        """The first thing in the way of words from ``left`` to ``right``, or None."""
        for begin, end in self.taken.get(line, ()):
            if begin >= right + AIR:
                return None
            if end > left - AIR:
                return begin, end
        return None

    def place(self, label: Label, size: float) -> Placed | None:
        """Find a place and take it; None when there is none."""
        for text in label.texts:
            found = self._try(label, text, text_width(text, size))
            if found is not None:
                self.block(label.line, *found.span)
                return found
        return None

    def _try(self, label: Label, text: str, width: float) -> Placed | None:
        pushed = self._pushed_right(label, width)
        if pushed is not None and pushed - label.right <= NEAR:
            return Placed(label, text, pushed, width, "right")
        left = label.left - GAP
        if self._free(label.line, left - width, width):
            return Placed(label, text, left, width, "left")
        return None if pushed is None else Placed(label, text, pushed, width, "right")

    def _pushed_right(self, label: Label, width: float) -> float | None:
        """The nearest free place to the right, within reach."""
        x = label.right + GAP
        while (blocked := self.hit(label.line, x, x + width)) is not None:
            x = blocked[1] + AIR + 1
            if x - label.right > REACH:
                return None
        return x if self._free(label.line, x, width) else None

    def _free(self, line: int, left: float, width: float) -> bool:
        return left >= 0 and left + width <= self.width and self.hit(line, left, left + width) is None


def place_all(strips: Strips, labels: Sequence[Label], size: float) -> tuple[list[Placed], list[Label]]:
    """Labels with their places, and those without one. The weightier chooses first; ties keep their order."""
    placed: list[Placed] = []
    dropped: list[Label] = []
    for label in sorted(labels, key=lambda wish: -wish.importance):
        found = strips.place(label, size)
        if found is None:
            dropped.append(label)
        else:
            placed.append(found)
    return placed, dropped
