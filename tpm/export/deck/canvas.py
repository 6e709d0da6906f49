"""A page as data: boxes, diamonds, lines, words and tables at places in points, before any file format.

The deck and the one-page PDF are drawn from the same pages, so that they cannot differ, and a test can ask of a page whether
anything lies outside it or over something else without opening a file. A page is 960 × 540 points (16 : 9); the origin is the upper left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from tpm.charts.text import one_line, shorten, text_width, wrap
from tpm.charts.theme import LIGHT, Theme

WIDTH: Final = 960.0
HEIGHT: Final = 540.0
MARGIN: Final = 36.0
LINE: Final = 1.22  # height of a line of text, in font sizes

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle (``round`` corners, or an ellipse). ``name`` and ``about`` say what it stands for."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None
    line: str | None = None
    line_width: float = 0.75
    shape: Literal["rect", "roundRect", "ellipse", "diamond"] = "rect"
    name: str = ""
    about: str = ""
    dashed: bool = False
    text: str = ""  # one short line, centred
    size: float = 11.0
    colour: str = "#FFFFFF"
    bold: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line; ``arrow`` at its end."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    width: float = 0.75
    dash: Literal["solid", "dash", "dot"] = "solid"
    arrow: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of text in a box that holds them: they are broken and shortened before they come here."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    size: float
    colour: str
    bold: bool = False
    align: Align = "left"
    name: str = ""
    title: bool = False  # the title of the page


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its lines already broken to the column's width."""

    lines: tuple[str, ...]
    bold: bool = False
    colour: str | None = None
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: widths of columns and heights of rows in points; the first row is its head."""

    x: float
    y: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    size: float
    name: str
    theme: Theme = LIGHT


Mark = Box | Line | Words | Table


@dataclass
class Page:
    """Marks in drawing order, and what the presenter says."""

    title: str
    marks: list[Mark] = field(default_factory=list)
    notes: str = ""
    theme: Theme = LIGHT
    kind: str = "section"  # cover, section, appendix

    def add(self, *marks: Mark) -> None:
        """Draw ``marks`` over what is there."""
        self.marks.extend(marks)

    @property
    def bottom(self) -> float:
        """The lower edge of the lowest words; the upper edge of the page where there are none."""
        return max((mark.y + mark.height for mark in self.marks if isinstance(mark, Words)), default=0.0)

    def write(self, x: float, y: float, width: float, text: str, size: float, colour: str, *, lines: int = 1, bold: bool = False,
              align: Align = "left", name: str = "", title: bool = False) -> float:
        """``text`` on at most ``lines`` lines of ``width``; returns the height that it took."""
        broken = tuple(fitted(text, width, size, lines, bold=bold))
        height = len(broken) * size * LINE
        self.add(Words(x, y, width, height, broken, size, colour, bold, align, name, title))
        return height


def fitted(text: str, width: float, size: float, lines: int = 1, *, bold: bool = False) -> list[str]:
    """``text`` broken to ``width`` points, the last of ``lines`` lines shortened where it must be."""
    plain = one_line(text)
    return wrap(plain, width, size, lines, bold=bold) if lines > 1 else [shorten(plain, width, size, bold=bold)]


def measure(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line of ``text`` in points."""
    return text_width(one_line(text), size, bold=bold)


def table(x: float, y: float, widths: Sequence[float], rows: Sequence[Sequence[str | tuple[str, str]]], size: float, theme: Theme, *,
          lines: int = 2, numbers: Sequence[int] = (), name: str, height: float) -> tuple[Table, int]:
    """A table of ``rows`` (the first is the head) in at most ``height`` points; and how many rows found no room.

    A cell is text, or (text, colour). Columns in ``numbers`` stand to the right.
    """
    out: list[tuple[Cell, ...]] = []
    heights: list[float] = []
    for position, row in enumerate(rows):
        cells = []
        for column, (given, width) in enumerate(zip(row, widths, strict=True)):
            text, colour = given if isinstance(given, tuple) else (given, theme.ink)
            broken = tuple(fitted(text, width - 10, size, lines, bold=position == 0))
            cells.append(Cell(broken, position == 0, colour, "right" if column in numbers else "left"))
        tall = max(len(cell.lines) for cell in cells) * size * LINE + 7
        if sum(heights) + tall > height:
            return Table(x, y, tuple(widths), tuple(heights), tuple(out), size, name, theme), len(rows) - position
        out.append(tuple(cells))
        heights.append(tall)
    return Table(x, y, tuple(widths), tuple(heights), tuple(out), size, name, theme), 0


def pale(colour: str, theme: Theme) -> str:
    """``colour`` mixed with four parts of the background: an area behind marks."""
    mixed = (round(int(colour[at : at + 2], 16) * 0.2 + int(theme.background[at : at + 2], 16) * 0.8) for at in (1, 3, 5))
    return "#" + "".join(f"{part:02X}" for part in mixed)


def outside(page: Page) -> list[Mark]:
    """Marks that leave the page, and words wider or higher than their own box."""
    found: list[Mark] = []
    for mark in page.marks:
        if isinstance(mark, Line):
            corners = [(mark.x1, mark.y1), (mark.x2, mark.y2)]
        elif isinstance(mark, Table):
            corners = [(mark.x, mark.y), (mark.x + sum(mark.widths), mark.y + sum(mark.heights))]
        else:
            corners = [(mark.x, mark.y), (mark.x + mark.width, mark.y + mark.height)]
        over = any(not (-0.5 <= x <= WIDTH + 0.5 and -0.5 <= y <= HEIGHT + 0.5) for x, y in corners)
        if isinstance(mark, Words):
            over |= any(measure(line, mark.size, bold=mark.bold) > mark.width + 0.5 for line in mark.lines)
            over |= len(mark.lines) * mark.size * LINE > mark.height + 0.5
        if isinstance(mark, Table):
            over |= any(measure(line, mark.size, bold=cell.bold) > width - 8 for row in mark.rows
                        for cell, width in zip(row, mark.widths, strict=True) for line in cell.lines)
        if over:
            found.append(mark)
    return found
