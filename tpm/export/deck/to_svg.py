"""Pages → SVG: the same pages on a screen, sharp at any size. Text of a sheet is escaped; nothing in the picture is active."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from tpm.charts.text import one_line
from tpm.charts.theme import FONT_STACK
from tpm.export.deck.canvas import HEIGHT, LINE, WIDTH, Box, Line, Page, Table, Words

_ASCENT: Final = 0.84
_DASH: Final = {"solid": "", "dash": ' stroke-dasharray="5 4"', "dot": ' stroke-dasharray="1.5 2.5"'}
_ANCHOR: Final = {"left": "start", "center": "middle", "right": "end"}
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def svg(page: Page) -> str:
    """The page as one SVG element that fills the width it is given."""
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label={_quoted(page.title)} '
             f'font-family={_quoted(FONT_STACK)} style="display:block;width:100%;height:auto">'
             f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="{page.theme.background}"/>']
    for mark in page.marks:
        if isinstance(mark, Box):
            parts.append(_box(mark))
        elif isinstance(mark, Line):
            parts.append(_line(mark))
        elif isinstance(mark, Words):
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
    line = (f'<line x1="{mark.x1:.1f}" y1="{mark.y1:.1f}" x2="{mark.x2:.1f}" y2="{mark.y2:.1f}" stroke="{mark.colour}" '
            f'stroke-width="{mark.width:g}"{_DASH[mark.dash]}/>')
    if not mark.arrow:
        return line
    back = 4.5 if mark.x2 + mark.y2 > mark.x1 + mark.y1 else -4.5  # arrows of a page run along the axes
    if mark.y1 == mark.y2:
        points = f"{mark.x2:.1f},{mark.y2:.1f} {mark.x2 - back:.1f},{mark.y2 - 2.4:.1f} {mark.x2 - back:.1f},{mark.y2 + 2.4:.1f}"
    else:
        points = f"{mark.x2:.1f},{mark.y2:.1f} {mark.x2 - 2.4:.1f},{mark.y2 - back:.1f} {mark.x2 + 2.4:.1f},{mark.y2 - back:.1f}"
    return f'{line}<polygon points="{points}" fill="{mark.colour}"/>'


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
