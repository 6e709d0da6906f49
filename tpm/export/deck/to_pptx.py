"""Pages → PowerPoint: native, editable shapes, each named after what it stands for.

Shapes are written as DrawingML directly, because building them one attribute at a time takes longer than everything else together;
python-pptx opens the template, adds the slides and the notes, and saves.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Emu

from tpm import guard
from tpm.charts.theme import EXPORT_FONTS
from tpm.export.deck.canvas import HEIGHT, WIDTH, Box, Cell, Line, Mark, Page, Table, Words
from tpm.findings import InputError
from tpm.i18n import Language

_EMU: Final = 12_700  # of a point
_A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_NAMESPACES: Final = (f'xmlns:a="{_A}" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
                      'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"')
_TABLE: Final = "http://schemas.openxmlformats.org/drawingml/2006/table"
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DASH: Final = {"solid": "", "dash": '<a:prstDash val="dash"/>', "dot": '<a:prstDash val="sysDot"/>'}
_ALIGN: Final = {"left": "l", "center": "ctr", "right": "r"}
_NOTHING: Final = "\u00a0"  # an empty cell takes the height of the default font
_NAME_MOST: Final = 200  # characters of a shape's name


class TemplateError(ValueError):
    """A company template that cannot be opened as a presentation."""


def presentation(pages: Sequence[Page], lang: Language, *, title: str, template: bytes | None = None) -> bytes:
    """The pages as a .pptx file. Raises :class:`TemplateError` when ``template`` is no presentation,
    ``InputError`` when it unpacks to too much.
    """
    deck = _opened(template)
    if template is None:
        deck.slide_width, deck.slide_height = Emu(round(WIDTH * _EMU)), Emu(round(HEIGHT * _EMU))
        _set_theme_fonts(deck, lang)
    deck.core_properties.title = _clean(title)
    deck.core_properties.author = ""
    scale = min(deck.slide_width / (WIDTH * _EMU), deck.slide_height / (HEIGHT * _EMU)) * _EMU
    layout = _layout(deck)
    for page in pages:
        slide = deck.slides.add_slide(layout)
        writer = _Writer(slide.shapes._spTree, scale, lang)
        for placeholder in list(slide.placeholders):
            if placeholder.placeholder_format.type is None or not _is_title(placeholder):
                placeholder._element.getparent().remove(placeholder._element)
        writer.page(page, slide.shapes.title)
        if page.notes:
            slide.notes_slide.notes_text_frame.text = _clean(page.notes)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def check_template(name: str, template: bytes) -> None:
    """Whether slides can take their design from ``template``, the bytes of the file ``name``; raises as :func:`presentation`."""
    _layout(_opened(template, name))


def _opened(template: bytes | None, name: str = "") -> Any:
    """A presentation without slides: the template's masters and layouts, else the default ones."""
    if template is None:
        return Presentation()
    try:
        with guard.opened(name, template, guard.TEMPLATE) as archive:
            guard.check(archive)
        deck = Presentation(io.BytesIO(template))
    except InputError:
        raise
    except Exception as error:
        raise TemplateError("the template is not a PowerPoint presentation") from error
    ids = deck.slides._sldIdLst
    for slide_id in list(ids):
        deck.part.drop_rel(slide_id.rId)
        ids.remove(slide_id)
    return deck


def _is_title(placeholder: Any) -> bool:
    from pptx.enum.shapes import PP_PLACEHOLDER

    return placeholder.placeholder_format.type in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)


def _layout(deck: Any) -> Any:
    """The layout with a title and the fewest other placeholders."""
    def weight(layout: Any) -> tuple[bool, int]:
        placeholders = list(layout.placeholders)
        return (not any(_is_title(one) for one in placeholders), len(placeholders))

    return min(deck.slide_layouts, key=weight)


def _set_theme_fonts(deck: Any, lang: Language) -> None:
    """Latin and Korean fonts of the theme, which every run inherits: one place for a company to change."""
    part = deck.slide_masters[0].part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = etree.fromstring(part.blob)
    for kind in ("majorFont", "minorFont"):
        for fonts in root.iter(f"{{{_A}}}{kind}"):
            fonts.find(f"{{{_A}}}latin").set("typeface", EXPORT_FONTS[lang])
            fonts.find(f"{{{_A}}}ea").set("typeface", EXPORT_FONTS["ko"])
            for script in fonts.findall(f"{{{_A}}}font"):
                if script.get("script") == "Hang":
                    script.set("typeface", EXPORT_FONTS["ko"])
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)


class _Writer:
    """Writes marks into one slide; ``scale`` is EMU a point."""

    def __init__(self, tree: Any, scale: float, lang: Language) -> None:
        self.tree, self.scale, self.lang = tree, scale, lang
        self.number = 10

    def page(self, page: Page, title: Any) -> None:
        for mark in page.marks:
            if isinstance(mark, Words) and mark.title and title is not None:
                self._title(title, mark)
            else:
                self._add(mark)

    def _emu(self, points: float) -> int:
        return round(points * self.scale)

    def _points(self, size: float) -> int:
        """A font size in hundredths of a point on this slide."""
        return round(size * self.scale / _EMU * 100)

    def _next(self, name: str, about: str = "") -> str:
        self.number += 1
        descr = f" descr={quoteattr(_clean(about))}" if about else ""
        return f"<p:cNvPr id=\"{self.number}\" name={quoteattr(_clean(name)[:_NAME_MOST] or f'shape {self.number}')}{descr}/>"

    def _add(self, mark: Mark) -> None:
        xml = (self._box(mark) if isinstance(mark, Box) else self._line(mark) if isinstance(mark, Line)
               else self._words(mark) if isinstance(mark, Words) else self._table(mark))
        self.tree.append(etree.fromstring(xml))

    def _place(self, x: float, y: float, width: float, height: float, tag: str = "a:xfrm", attributes: str = "") -> str:
        return (f'<{tag}{attributes}><a:off x="{self._emu(x)}" y="{self._emu(y)}"/>'
                f'<a:ext cx="{max(self._emu(width), 0)}" cy="{max(self._emu(height), 0)}"/></{tag}>')

    def _box(self, mark: Box) -> str:
        fill = "<a:noFill/>" if mark.fill is None else _solid(mark.fill)
        outline = "<a:ln><a:noFill/></a:ln>" if mark.line is None else (
            f'<a:ln w="{self._emu(mark.line_width)}">{_solid(mark.line)}{_DASH["dash" if mark.dashed else "solid"]}</a:ln>')
        paragraph = "<a:p><a:endParaRPr/></a:p>"
        if mark.text:
            paragraph = self._paragraph(mark.text, mark.size, mark.colour, mark.bold, "center")
        return (f"<p:sp {_NAMESPACES}><p:nvSpPr>{self._next(mark.name, mark.about)}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>"
                f'{self._place(mark.x, mark.y, mark.width, mark.height)}<a:prstGeom prst="{mark.shape}"><a:avLst/></a:prstGeom>'
                f'{fill}{outline}</p:spPr><p:txBody>{_body("ctr")}'
                f"<a:lstStyle/>{paragraph}</p:txBody></p:sp>")

    def _line(self, mark: Line) -> str:
        flips = (' flipH="1"' if mark.x2 < mark.x1 else "") + (' flipV="1"' if mark.y2 < mark.y1 else "")
        arrow = '<a:tailEnd type="triangle" w="sm" len="sm"/>' if mark.arrow else ""
        place = self._place(min(mark.x1, mark.x2), min(mark.y1, mark.y2), abs(mark.x2 - mark.x1), abs(mark.y2 - mark.y1),
                            attributes=flips)
        return (f"<p:cxnSp {_NAMESPACES}><p:nvCxnSpPr>{self._next(mark.name or 'line')}<p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr>"
                f'<p:spPr>{place}<a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="{self._emu(mark.width)}">{_solid(mark.colour)}'
                f"{_DASH[mark.dash]}{arrow}</a:ln></p:spPr></p:cxnSp>")

    def _words(self, mark: Words) -> str:
        paragraphs = "".join(self._paragraph(line, mark.size, mark.colour, mark.bold, mark.align) for line in mark.lines)
        return (f"<p:sp {_NAMESPACES}><p:nvSpPr>{self._next(mark.name or ' '.join(mark.lines))}<p:cNvSpPr txBox=\"1\"/><p:nvPr/>"
                f'</p:nvSpPr><p:spPr>{self._place(mark.x, mark.y, mark.width, mark.height)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
                f'<a:noFill/></p:spPr><p:txBody>{_body("t")}<a:lstStyle/>'
                f"{paragraphs}</p:txBody></p:sp>")

    def _paragraph(self, text: str, size: float, colour: str, bold: bool, align: str) -> str:
        lang = "ko-KR" if self.lang == "ko" else "en-US"
        return (f'<a:p><a:pPr algn="{_ALIGN[align]}"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts val="0"/></a:spcBef>'
                f'</a:pPr><a:r><a:rPr lang="{lang}" sz="{self._points(size)}" b="{int(bold)}" dirty="0">{_solid(colour)}</a:rPr>'
                f'<a:t>{escape(_clean(text))}</a:t></a:r><a:endParaRPr lang="{lang}" sz="{self._points(size)}"/></a:p>')

    def _title(self, shape: Any, mark: Words) -> None:
        """The page's title in the slide's own title placeholder, where outlines and screen readers look for it."""
        shape.left, shape.top = Emu(self._emu(mark.x)), Emu(self._emu(mark.y))
        shape.width, shape.height = Emu(self._emu(mark.width)), Emu(self._emu(mark.height))
        body = shape.text_frame._txBody
        for paragraph in body.findall(f"{{{_A}}}p"):
            body.remove(paragraph)
        properties = body.find(f"{{{_A}}}bodyPr")
        for side in ("lIns", "tIns", "rIns", "bIns"):
            properties.set(side, "0")
        properties.set("anchor", "t")
        properties.set("wrap", "none")
        for child in list(properties):
            properties.remove(child)
        etree.SubElement(properties, f"{{{_A}}}noAutofit")
        for line in mark.lines:
            body.append(etree.fromstring(self._paragraph(line, mark.size, mark.colour, mark.bold, mark.align).replace(
                "<a:p>", f'<a:p xmlns:a="{_A}">', 1)))

    def _table(self, mark: Table) -> str:
        columns = "".join(f'<a:gridCol w="{self._emu(width)}"/>' for width in mark.widths)
        rows = "".join(
            f'<a:tr h="{self._emu(height)}">{"".join(self._cell(cell, mark, number == 0) for cell in row)}</a:tr>'
            for number, (row, height) in enumerate(zip(mark.rows, mark.heights, strict=True)))
        place = self._place(mark.x, mark.y, sum(mark.widths), sum(mark.heights), "p:xfrm")
        return (f"<p:graphicFrame {_NAMESPACES}><p:nvGraphicFramePr>{self._next(mark.name)}<p:cNvGraphicFramePr>"
                f'<a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>{place}<a:graphic>'
                f'<a:graphicData uri="{_TABLE}"><a:tbl><a:tblPr firstRow="1"/>'
                f"<a:tblGrid>{columns}</a:tblGrid>{rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>")

    def _cell(self, cell: Cell, mark: Table, head: bool) -> str:
        colour = cell.colour or mark.theme.ink
        paragraphs = "".join(self._paragraph(line or _NOTHING, mark.size, colour, cell.bold, cell.align) for line in cell.lines)
        rule = f'<a:lnB w="{self._emu(0.75)}">{_solid(mark.theme.rule)}</a:lnB>'
        none = "".join(f"<a:{side} w=\"0\"><a:noFill/></a:{side}>" for side in ("lnL", "lnR", "lnT"))
        margins = " ".join(f'{side}="{self._emu(points)}"' for side, points in (("marL", 5), ("marR", 5), ("marT", 3), ("marB", 3)))
        fill = _solid(mark.theme.band) if head else "<a:noFill/>"
        return (f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{paragraphs}</a:txBody>"
                f'<a:tcPr {margins} anchor="ctr">{none}{rule}{fill}</a:tcPr></a:tc>')


def _body(anchor: str) -> str:
    """Text that is neither broken nor shrunk: it was fitted before."""
    return f'<a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"><a:noAutofit/></a:bodyPr>'


def _solid(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour.lstrip("#")}"/></a:solidFill>'


