"""Pages → SVG: the same pages on a screen, sharp at any size. Text of a sheet is escaped; nothing in the picture is active."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from tpm.charts.text import one_line
from tpm.charts.theme import FONT_STACK
from tpm.export.deck.canvas import BULLET, LINE, SMALLEST, Box, Connector, Label, Line, Page, Prose, Table, Words

_ASCENT: Final = 0.84
_DASH: Final = {"solid": "", "dash": ' stroke-dasharray="5 4"', "dot": ' stroke-dasharray="1.5 2.5"'}
_ANCHOR: Final = {"left": "start", "center": "middle", "right": "end"}
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def svg(page: Page) -> str:
    """The page as one SVG element that fills the width it is given."""
    size = page.frame.width, page.frame.height
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]:g} {size[1]:g}" role="img" aria-label={_quoted(page.title)} '
             f'font-family={_quoted(FONT_STACK)} style="display:block;width:100%;height:auto">'
             f'<rect width="{size[0]:g}" height="{size[1]:g}" fill="{page.theme.background}"/>']
    for mark in page.marks:
        if isinstance(mark, Box):
            parts.append(_box(mark))
        elif isinstance(mark, Line):
            parts.append(_line(mark))
        elif isinstance(mark, Connector):
            parts.append(_connector(mark))
        elif isinstance(mark, Label):
            parts.append(_label(mark))
        elif isinstance(mark, Prose):
            parts += _prose(mark)
        elif isinstance(mark, Words):
            if mark.fill is not None:
                parts.append(_box(Box(mark.x, mark.y, mark.width, mark.height, mark.fill)))
            parts += [_text(line, {"left": mark.x, "center": mark.x + mark.width / 2, "right": mark.x + mark.width}[mark.align],
                            mark.y + number * mark.size * LINE, mark.size, mark.colour, mark.bold, mark.align)
                      for number, line in enumerate(mark.lines)]
        else:
            parts.append(_table(mark))
    return "".join([*parts, "</svg>"])


def _quoted(text: str) -> str:
    return quoteattr(_CONTROL.sub("", one_line(text)))


def _box(mark: Box) -> str:
    style = f'fill="{mark.fill or "none"}"' + (
        f' stroke="{mark.line}" stroke-width="{mark.line_width:g}"{_DASH["dash"] if mark.dashed else ""}' if mark.line else "")
    x, y, width, height = mark.x, mark.y, mark.width, mark.height
    story = f"<title>{escape(_CONTROL.sub('', one_line(f'{mark.name} {mark.about}')))}</title>" if mark.about else ""
    if mark.shape == "diamond":
        across, along = x + width / 2, y + height / 2
        points = f"{across:.1f},{y:.1f} {x + width:.1f},{along:.1f} {across:.1f},{y + height:.1f} {x:.1f},{along:.1f}"
        shape = f'<polygon points="{points}" {style}>{story}</polygon>'
    elif mark.shape == "ellipse":
        shape = (f'<ellipse cx="{x + width / 2:.1f}" cy="{y + height / 2:.1f}" rx="{width / 2:.1f}" ry="{height / 2:.1f}" {style}>'
                 f"{story}</ellipse>")
    else:
        corner = f' rx="{min(width, height) / 6:.1f}"' if mark.shape == "roundRect" else ""
        shape = f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"{corner} {style}>{story}</rect>'
    if mark.text:
        shape += _text(mark.text, x + width / 2, y + (height - mark.size * LINE) / 2, mark.size, mark.colour, mark.bold, "center")
    return shape


def _line(mark: Line) -> str:
    return (f'<line x1="{mark.x1:.1f}" y1="{mark.y1:.1f}" x2="{mark.x2:.1f}" y2="{mark.y2:.1f}" stroke="{mark.colour}" '
            f'stroke-width="{mark.width:g}"{_DASH[mark.dash]}/>')


def _connector(mark: Connector) -> str:
    (x, y), path = mark.points[-1], " ".join(f"{x:.1f},{y:.1f}" for x, y in mark.points)
    head = f"{x:.1f},{y:.1f} {x - 4.5:.1f},{y - 2.4:.1f} {x - 4.5:.1f},{y + 2.4:.1f}"  # it comes from the left
    return (f'<polyline points="{path}" fill="none" stroke="{mark.colour}" stroke-width="{mark.width:g}"/>'
            f'<polygon points="{head}" fill="{mark.colour}"/>')


def _label(mark: Label) -> str:
    behind = "" if mark.fill is None else _box(Box(mark.x, mark.y, mark.width, mark.height, mark.fill))
    top = mark.y + (mark.size * LINE if mark.below else (mark.size - SMALLEST) * _ASCENT)
    return (behind + _text(mark.first, mark.x, mark.y, mark.size, mark.colour, True, "left")
            + _text(mark.second, mark.x + mark.second_left, top, SMALLEST, mark.second_colour, False, "left"))


def _prose(mark: Prose) -> list[str]:
    parts, told = [], None
    for x, y, line, paragraph in mark.placed():
        if not paragraph.bold and paragraph is not told:
            parts.append(_text(BULLET, mark.x, y, mark.size, mark.colour, False, "left"))
        told = paragraph
        parts.append(_text(line, x, y, mark.size, mark.colour, paragraph.bold, "left"))
    return parts


def _table(mark: Table) -> str:
    width = sum(mark.widths)
    parts = [f'<rect x="{mark.x:.1f}" y="{mark.y:.1f}" width="{width:.1f}" height="{mark.heights[0]:.1f}" fill="{mark.theme.band}"/>'
             ] if mark.heights else []
    y = mark.y
    for row, height in zip(mark.rows, mark.heights, strict=True):
        x = mark.x
        for cell, wide in zip(row, mark.widths, strict=True):
            at = x + wide - 5 if cell.align == "right" else x + 5
            top = y + (height - len(cell.lines) * mark.size * LINE) / 2
            parts += [_text(line, at, top + number * mark.size * LINE, mark.size, cell.colour or mark.theme.ink, cell.bold, cell.align)
                      for number, line in enumerate(cell.lines) if line]
            x += wide
        y += height
        parts.append(_line(Line(mark.x, y, mark.x + width, y, mark.theme.rule)))
    return "".join(parts)


def _text(text: str, x: float, top: float, size: float, colour: str, bold: bool, align: str) -> str:
    weight = ' font-weight="600"' if bold else ""
    base = top + size * _ASCENT + size * (LINE - 1) / 2
    return (f'<text x="{x:.1f}" y="{base:.1f}" font-size="{size:g}" fill="{colour}"{weight} text-anchor="{_ANCHOR[align]}">'
            f"{escape(_CONTROL.sub('', text))}</text>")
