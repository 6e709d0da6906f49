"""Pages → PDF: vector shapes and real text, with the fonts embedded as the glyphs that are used.

The same input gives the same bytes. Signs that the embedded typeface lacks are set in the Asian fonts that a viewer brings, or, where
no font is known to have them, replaced by a box.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tpm.charts.text import one_line
from tpm.export.deck.canvas import BULLET, LINE, SMALLEST, Box, Connector, Label, Line, Mark, Page, Prose, Table, Words
from tpm.i18n import Language

_FONTS: Final = Path(__file__).resolve().parent.parent / "fonts"
_REGULAR, _BOLD, _IDEOGRAPHS, _KANA = "ReviewSansKR", "ReviewSansKR-Bold", "HYGothic-Medium", "HeiseiKakuGo-W5"
_DINGBATS: Final = frozenset("✓▲")  # in ZapfDingbats, which every viewer has
_INSTEAD: Final = str.maketrans({"−": "–", "\u00a0": " ", "\u2002": " "})  # what the typeface lacks and has a like of
_ASCENT: Final = 0.86  # of the font size: baseline below the top of a line
_DASH: Final = {"solid": (), "dash": (4, 3), "dot": (1, 2)}


@cache
def _fonts() -> frozenset[int]:
    """Register the typefaces once; the code points that the embedded one has."""
    faces = {_REGULAR: "ReviewSansKR-Regular.ttf", _BOLD: "ReviewSansKR-Bold.ttf"}
    for name, file in faces.items():
        pdfmetrics.registerFont(TTFont(name, str(_FONTS / file)))
    for name in (_IDEOGRAPHS, _KANA):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return frozenset(pdfmetrics.getFont(_REGULAR).face.charToGlyph)


def pdf(pages: Sequence[Page], *, title: str, lang: Language) -> bytes:
    """The pages as a PDF file."""
    _fonts()
    out = io.BytesIO()
    size = pages[0].frame.width, pages[0].frame.height
    canvas = Canvas(out, pagesize=size, invariant=1, pageCompression=1, lang="ko-KR" if lang == "ko" else "en-US")
    canvas.setTitle(one_line(title))
    canvas.setCreator("")
    canvas.setProducer("")
    for page in pages:
        canvas.setPageSize((page.frame.width, page.frame.height))
        canvas.translate(0, page.frame.height)
        for mark in page.marks:
            _DRAWN[type(mark)](canvas, mark)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _box(canvas: Any, mark: Box) -> None:
    canvas.setLineWidth(mark.line_width)
    canvas.setDash(*(_DASH["dash"] if mark.dashed else ()))
    if mark.fill is not None:
        canvas.setFillColor(HexColor(mark.fill))
    if mark.line is not None:
        canvas.setStrokeColor(HexColor(mark.line))
    fill, stroke = int(mark.fill is not None), int(mark.line is not None)
    x, y = mark.x, -mark.y - mark.height
    if mark.shape == "diamond":
        path = canvas.beginPath()
        path.moveTo(x + mark.width / 2, y)
        for to in ((x + mark.width, y + mark.height / 2), (x + mark.width / 2, y + mark.height), (x, y + mark.height / 2)):
            path.lineTo(*to)
        path.close()
        canvas.drawPath(path, fill=fill, stroke=stroke)
    elif mark.shape == "ellipse":
        canvas.ellipse(x, y, x + mark.width, y + mark.height, fill=fill, stroke=stroke)
    elif mark.shape == "roundRect":
        canvas.roundRect(x, y, mark.width, mark.height, min(mark.width, mark.height) / 6, fill=fill, stroke=stroke)
    else:
        canvas.rect(x, y, mark.width, mark.height, fill=fill, stroke=stroke)
    if mark.text:
        top = mark.y + (mark.height - mark.size * LINE) / 2
        _text(canvas, mark.text, mark.x + mark.width / 2, top, mark.size, mark.colour, mark.bold, "center")


def _line(canvas: Any, mark: Line) -> None:
    canvas.setStrokeColor(HexColor(mark.colour))
    canvas.setLineWidth(mark.width)
    canvas.setDash(*_DASH[mark.dash])
    canvas.line(mark.x1, -mark.y1, mark.x2, -mark.y2)


def _connector(canvas: Any, mark: Connector) -> None:
    canvas.setStrokeColor(HexColor(mark.colour))
    canvas.setFillColor(HexColor(mark.colour))
    canvas.setLineWidth(mark.width)
    canvas.setDash()
    (x, y), *rest = mark.points
    path = canvas.beginPath()
    path.moveTo(x, -y)
    for x, y in rest:
        path.lineTo(x, -y)
    canvas.drawPath(path, fill=0, stroke=1)
    head = canvas.beginPath()  # it comes from the left
    head.moveTo(x, -y)
    head.lineTo(x - 4, -y + 2)
    head.lineTo(x - 4, -y - 2)
    head.close()
    canvas.drawPath(head, fill=1, stroke=0)


def _label(canvas: Any, mark: Label) -> None:
    if mark.fill is not None:
        _box(canvas, Box(mark.x, mark.y, mark.width, mark.height, mark.fill))
    _text(canvas, mark.first, mark.x, mark.y, mark.size, mark.colour, True, "left")
    top = mark.y + (mark.size * LINE if mark.below else (mark.size - SMALLEST) * _ASCENT)
    _text(canvas, mark.second, mark.x + mark.second_left, top, SMALLEST, mark.second_colour, False, "left")


def _prose(canvas: Any, mark: Prose) -> None:
    told = None
    for x, y, line, paragraph in mark.placed():
        if not paragraph.bold and paragraph is not told:
            _text(canvas, BULLET, mark.x, y, mark.size, mark.colour, False, "left")
        told = paragraph
        _text(canvas, line, x, y, mark.size, mark.colour, paragraph.bold, "left")


def _words(canvas: Any, mark: Words) -> None:
    if mark.fill is not None:
        _box(canvas, Box(mark.x, mark.y, mark.width, mark.height, mark.fill))
    x = {"left": mark.x, "center": mark.x + mark.width / 2, "right": mark.x + mark.width}[mark.align]
    for number, line in enumerate(mark.lines):
        _text(canvas, line, x, mark.y + number * mark.size * LINE, mark.size, mark.colour, mark.bold, mark.align)


def _table(canvas: Any, mark: Table) -> None:
    y = mark.y
    for number, (row, height) in enumerate(zip(mark.rows, mark.heights, strict=True)):
        if number == 0:
            canvas.setFillColor(HexColor(mark.theme.band))
            canvas.rect(mark.x, -y - height, sum(mark.widths), height, fill=1, stroke=0)
        x = mark.x
        for cell, width in zip(row, mark.widths, strict=True):
            at = x + width - 5 if cell.align == "right" else x + 5
            top = y + (height - len(cell.lines) * mark.size * LINE) / 2
            for line_number, line in enumerate(cell.lines):
                _text(canvas, line, at, top + line_number * mark.size * LINE, mark.size, cell.colour or mark.theme.ink, cell.bold,
                      cell.align)
            x += width
        y += height
        canvas.setStrokeColor(HexColor(mark.theme.rule))
        canvas.setLineWidth(0.75)
        canvas.setDash()
        canvas.line(mark.x, -y, mark.x + sum(mark.widths), -y)


def _text(canvas: Any, text: str, x: float, top: float, size: float, colour: str, bold: bool, align: str) -> None:
    """One line of text whose upper edge lies at ``top``."""
    runs = [(font, run, pdfmetrics.stringWidth(run, font, size)) for font, run in _runs(text, bold)]
    total = sum(width for _, _, width in runs)
    at = x - (total / 2 if align == "center" else total if align == "right" else 0.0)
    canvas.setFillColor(HexColor(colour))
    for font, run, width in runs:
        canvas.setFont(font, size)
        canvas.drawString(at, -top - size * _ASCENT - size * (LINE - 1) / 2, run)
        at += width


def _runs(text: str, bold: bool) -> Iterator[tuple[str, str]]:
    """``text`` in stretches of one font each."""
    known = _fonts()
    current, held = "", ""
    for sign in one_line(text).translate(_INSTEAD):
        code = ord(sign)
        if code in known:
            font = _BOLD if bold else _REGULAR
        elif sign in _DINGBATS:
            font = "ZapfDingbats"
        elif 0x3040 <= code <= 0x30FF:
            font = _KANA
        elif 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF:
            font = _IDEOGRAPHS
        else:
            font, sign = (_BOLD if bold else _REGULAR), "□"
        if font != current and held:
            yield current, held
            held = ""
        current, held = font, held + sign
    if held:
        yield current, held


_DRAWN: Final[Mapping[type[Mark], Callable[[Any, Any], None]]] = {
    Box: _box, Line: _line, Connector: _connector, Words: _words, Label: _label, Prose: _prose, Table: _table}
