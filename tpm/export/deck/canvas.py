"""A page as data: boxes, diamonds, lines, words and tables at places in points, before any file format.

The deck and the one-page PDF are drawn from the same pages, so that they cannot differ, and a test can ask of a page whether
anything lies outside it or over something else without opening a file. A page has the size of its :class:`Frame`; the origin is the
upper left. Widths of words are those of the program's own typefaces; within :func:`set_in` those of a wider one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from tpm.charts.text import one_line, shorten, text_width, wrap
from tpm.charts.theme import LIGHT, Theme

LINE: Final = 1.22  # height of a line of text, in font sizes
TITLE_LINES: Final = 3  # that a title has room for
SMALLEST: Final = 10.0  # points: nothing is written smaller

Align = Literal["left", "center", "right"]
Role = Literal["", "title", "subtitle", "body", "footer", "number"]  # which placeholder of a slide holds the words
_stretch: ContextVar[float] = ContextVar("stretch", default=1.0)  # how much wider than measured the words will be set


@dataclass(frozen=True, slots=True)
class Frame:
    """The room of a page: its size, the edges of what is drawn, its title. Points."""

    width: float = 960.0
    height: float = 540.0
    left: float = 36.0
    right: float = 924.0
    top: float = 100.0
    bottom: float = 510.0
    title: tuple[float, float, float, float] = (36.0, 20.0, 888.0, 76.0)  # left, top, width, height
    title_size: float = 20.0
    foot: float = 516.0  # upper edge of the line with the plan's name and the page's number

    @property
    def inner(self) -> float:
        """The width of what is drawn."""
        return self.right - self.left


WIDE: Final = Frame()


@contextmanager
def set_in(stretch: float) -> Iterator[None]:
    """Within: words are ``stretch`` times as wide as those of the program's own typefaces."""
    token = _stretch.set(stretch)
    try:
        yield
    finally:
        _stretch.reset(token)


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
    group: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    width: float = 0.75
    dash: Literal["solid", "dash", "dot"] = "solid"
    name: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Connector:
    """An arrow along ``points`` (right angles) from the box named ``start`` to the one named ``end``."""

    points: tuple[tuple[float, float], ...]
    colour: str
    start: str
    end: str
    name: str
    width: float = 0.75
    group: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of text in a box that holds them: they are broken and shortened before they come here. ``whole`` is the text as one line."""

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
    role: Role = ""
    whole: str = ""
    fill: str | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A bold name and, behind it or (``below``) on a second line, its date: one text, so that both stay together in any typeface."""

    x: float
    y: float
    width: float
    height: float
    first: str
    second: str
    size: float
    colour: str
    second_colour: str
    below: bool
    name: str = ""
    fill: str | None = None
    group: str = ""

    @property
    def second_left(self) -> float:
        """How far behind the left edge the date begins."""
        return 0.0 if self.below else measure(self.first + " ", self.size, bold=True) + 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A heading (bold) or a sentence of a body; ``lines`` as it is broken, ``whole`` as one line."""

    lines: tuple[str, ...]
    whole: str
    bold: bool = False
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs below each other, those that are no headings with a bullet: what a slide has as its body."""

    x: float
    y: float
    width: float
    height: float
    paragraphs: tuple[Paragraph, ...]
    size: float
    colour: str
    name: str = ""
    group: str = ""

    def placed(self) -> list[tuple[float, float, str, Paragraph]]:
        """(left, top, line, paragraph) of every line."""
        out, y = [], self.y
        for paragraph in self.paragraphs:
            for line in paragraph.lines:
                out.append((self.x + (0 if paragraph.bold else INDENT), y, line, paragraph))
                y += self.size * LINE
            y += GAP
        return out


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its lines already broken to the column's width."""

    lines: tuple[str, ...]
    bold: bool = False
    colour: str | None = None
    align: Align = "left"
    whole: str = ""


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
    about: str = ""
    group: str = ""


INDENT: Final = 12.0  # of a paragraph behind its bullet
GAP: Final = 5.0  # between paragraphs
BULLET: Final = "•"

Mark = Box | Line | Connector | Words | Label | Prose | Table


@dataclass
class Page:
    """Marks in drawing order, and what the presenter says. Marks of one ``group`` stand for one thing, which ``groups`` describes."""

    title: str
    marks: list[Mark] = field(default_factory=list)
    notes: str = ""
    theme: Theme = LIGHT
    kind: str = "content"  # headline, content, appendix
    frame: Frame = WIDE
    key: str = ""  # the same in every deck: by it a slide is found again
    groups: dict[str, str] = field(default_factory=dict)
    _group: str = ""

    def add(self, *marks: Mark) -> None:
        """Draw ``marks`` over what is there."""
        self.marks.extend(replace(mark, group=self._group) for mark in marks)

    @contextmanager
    def group(self, name: str, about: str = "") -> Iterator[None]:
        """What is drawn within stands for one thing: ``name``, told to who cannot see it as ``about``."""
        self.groups[name] = about
        self._group = name
        try:
            yield
        finally:
            self._group = ""

    @property
    def bottom(self) -> float:
        """The lower edge of the lowest words; the upper edge of the page where there are none."""
        return max((mark.y + mark.height for mark in self.marks if isinstance(mark, Words)), default=0.0)

    def write(self, x: float, y: float, width: float, text: str, size: float, colour: str, *, lines: int = 1, bold: bool = False,
              align: Align = "left", name: str = "", role: Role = "", height: float = 0.0) -> float:
        """``text`` on at most ``lines`` lines of ``width``; returns the height that it took (its box may have a greater ``height``)."""
        broken = tuple(fitted(text, width, size, lines, bold=bold))
        taken = len(broken) * size * LINE
        self.add(Words(x, y, width, max(taken, height), broken, size, colour, bold, align, name, role, whole(text, broken)))
        return taken

    def tell(self, x: float, y: float, width: float, height: float, told: Sequence[tuple[str, Sequence[str]]], size: float,
             name: str) -> int:
        """Headings with sentences below them as one body in at most ``height`` points; returns how many sentences found no room."""
        paragraphs: list[Paragraph] = []
        room, left = height, sum(len(sentences) for _, sentences in told)
        for heading, sentences in ((heading, sentences) for heading, sentences in told if sentences):
            for number, text in enumerate((heading, *sentences)):
                if not text:
                    continue
                broken = fitted(text, width - (INDENT if number else 0), size, 6 if number else 1, bold=not number)
                taken = len(broken) * size * LINE + GAP
                if taken > room or (number == 0 and taken + size * LINE > room):
                    break
                room -= taken
                left -= number > 0
                paragraphs.append(Paragraph(tuple(broken), whole(text, broken), not number))
        self.add(Prose(x, y, width, height, tuple(paragraphs), size, self.theme.ink, name))
        return left


def whole(text: str, lines: Sequence[str]) -> str:
    """What ``lines`` say, as one line: ``text`` itself where nothing of it was left out."""
    plain = one_line(text)
    return plain if "".join(lines).replace(" ", "") == plain.replace(" ", "") else " ".join(lines)


def fitted(text: str, width: float, size: float, lines: int = 1, *, bold: bool = False) -> list[str]:
    """``text`` broken to ``width`` points, the last of ``lines`` lines shortened where it must be."""
    plain, width = one_line(text), width / _stretch.get()
    return wrap(plain, width, size, lines, bold=bold) if lines > 1 else [shorten(plain, width, size, bold=bold)]


def measure(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line of ``text`` in points."""
    return text_width(one_line(text), size, bold=bold) * _stretch.get()


def table(x: float, y: float, widths: Sequence[float], rows: Sequence[Sequence[str | tuple[str, str]]], size: float, theme: Theme, *,
          lines: int = 2, numbers: Sequence[int] = (), name: str, about: str = "", height: float) -> tuple[Table, int]:
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
            cells.append(Cell(broken, position == 0, colour, "right" if column in numbers else "left", whole(text, broken)))
        tall = max(len(cell.lines) for cell in cells) * size * LINE + 7
        if sum(heights) + tall > height:
            return Table(x, y, tuple(widths), tuple(heights), tuple(out), size, name, theme, about), len(rows) - position
        out.append(tuple(cells))
        heights.append(tall)
    return Table(x, y, tuple(widths), tuple(heights), tuple(out), size, name, theme, about), 0


def columns(needs: Mapping[str, float], flexible: str, least: float, width: float, spare: Sequence[str]) -> dict[str, float]:
    """Widths of the columns of a table: what each needs, and the rest for ``flexible``. Where that would be less than ``least``,
    columns of ``spare`` are left out, the first ones first."""
    kept = {name: need * _stretch.get() for name, need in needs.items()}
    for name in (*(one for one in spare if one in kept), None):
        rest = width - sum(need for one, need in kept.items() if one != flexible)
        if rest >= least or name is None:
            break
        del kept[name]
    total = sum(need for one, need in kept.items() if one != flexible) + max(rest, least)
    return {one: (max(rest, least) if one == flexible else need) * width / total for one, need in kept.items()}


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
        elif isinstance(mark, Connector):
            corners = list(mark.points)
        elif isinstance(mark, Table):
            corners = [(mark.x, mark.y), (mark.x + sum(mark.widths), mark.y + sum(mark.heights))]
        else:
            corners = [(mark.x, mark.y), (mark.x + mark.width, mark.y + mark.height)]
        over = any(not (-0.5 <= x <= page.frame.width + 0.5 and -0.5 <= y <= page.frame.height + 0.5) for x, y in corners)
        if over or _overfull(mark):
            found.append(mark)
    return found


def _overfull(mark: Mark) -> bool:
    if isinstance(mark, Words):
        return len(mark.lines) * mark.size * LINE > mark.height + 0.5 or any(
            measure(line, mark.size, bold=mark.bold) > mark.width + 0.5 for line in mark.lines)
    if isinstance(mark, Label):
        return max(measure(mark.first, mark.size, bold=True), mark.second_left + measure(mark.second, SMALLEST)) > mark.width + 0.5
    if isinstance(mark, Prose):
        return any(x + measure(line, mark.size, bold=paragraph.bold) > mark.x + mark.width + 0.5 or
                   y + mark.size * LINE > mark.y + mark.height + GAP for x, y, line, paragraph in mark.placed())
    if isinstance(mark, Table):
        return any(measure(line, mark.size, bold=cell.bold) > width - 8 for row in mark.rows
                   for cell, width in zip(row, mark.widths, strict=True) for line in cell.lines)
    return False
