"""Pages → PowerPoint: native shapes that are edited as if made by hand.

Words that have a placeholder on the layout stand in it and wrap; what stands for one item is one group under the item's name; an arrow is
one connector glued to both its ends; plan and page number are fields of the master. Shapes are written as DrawingML directly, because
building them one attribute at a time takes longer than everything else together; python-pptx adds the slides and the notes, and saves.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER

from tpm.export.deck.canvas import BULLET, INDENT, SMALLEST, Box, Cell, Connector, Label, Line, Mark, Page, Prose, Table, Words
from tpm.export.deck.company import is_title
from tpm.export.deck.design import EMU, LANGUAGES, NAMESPACES, A, Design, P, saved, slide_number
from tpm.export.deck.refresh import mark as mark_made
from tpm.i18n import Language, t

_TABLE: Final = "http://schemas.openxmlformats.org/drawingml/2006/table"
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DASH: Final = {"solid": "", "dash": '<a:prstDash val="dash"/>', "dot": '<a:prstDash val="sysDot"/>'}
_ALIGN: Final = {"left": "l", "center": "ctr", "right": "r"}
_NOTHING: Final = "\u00a0"  # an empty cell takes the height of the default font
_NAME_MOST: Final = 200  # characters of a shape's name
_ABOUT_MOST: Final = 400  # and of what is told of it
_LEFT, _RIGHT = 1, 3  # where connectors are glued to a rectangle or a diamond
_ROLES: Final = {"footer": "ftr", "number": "sldNum"}
# Told to screen readers: nothing is lost by leaving this out.
_DECORATIVE: Final = ('<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative xmlns:adec="http://schemas.microsoft.com/'
                      'office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>')


def presentation(pages: Sequence[Page], design: Design, lang: Language, *, title: str, subject: str, cover: tuple[str, str],
                 day: dt.date | None = None) -> bytes:
    """The pages as a .pptx file in ``design``. ``cover`` is the title and the subtitle of a company's own title slide; ``day`` is the
    document's date, without one the moment that it is written."""
    deck = design.deck
    written = dt.datetime.now() if day is None else dt.datetime.combine(day, dt.time(9))
    about = deck.core_properties
    about.title, about.subject, about.author, about.last_modified_by = _clean(title), _clean(subject), t("deck.program", lang), ""
    about.created = about.modified = written
    about.language = LANGUAGES[lang]
    if "cover" in design.layouts:
        _plain(deck, "cover", design.layouts["cover"], cover)
    divided = False
    for page in pages:
        if page.kind == "appendix" and not divided and "section" in design.layouts:
            divided = True
            _plain(deck, "section", design.layouts["section"], (t("deck.appendix-name", lang), ""))
        slide = deck.slides.add_slide(design.layouts[page.kind])
        slide._element.cSld.set("name", page.key)
        _Writer(slide, page, design, lang, len(deck.slides)).write()
        if page.notes:
            slide.notes_slide.notes_text_frame.text = _clean(page.notes)
            mark_made(slide.notes_slide.notes_text_frame._txBody.getparent())
    return saved(deck)


def _plain(deck: Any, key: str, layout: Any, words: tuple[str, str]) -> None:
    """A slide of a company's own layout with a title and a line below it."""
    slide = deck.slides.add_slide(layout)
    slide._element.cSld.set("name", key)
    below = [words[1]] if words[1] else []
    for placeholder in list(slide.placeholders):
        if is_title(placeholder):
            placeholder.text_frame.text = _clean(words[0])
        elif below and placeholder.placeholder_format.type in (PP_PLACEHOLDER.SUBTITLE, PP_PLACEHOLDER.BODY):
            placeholder.text_frame.text = _clean(below.pop())
        else:
            placeholder._element.getparent().remove(placeholder._element)
            continue
        mark_made(placeholder._element)


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)


class _Writer:
    """Writes a page into one slide."""

    def __init__(self, slide: Any, page: Page, design: Design, lang: Language, position: int) -> None:
        self.slide, self.page, self.design, self.position = slide, page, design, position
        self.lang = LANGUAGES[lang]
        self.number = 20  # above the placeholders of any layout
        self.ids: dict[str, int] = {}  # shapes that an arrow may be glued to
        self.held = list(slide.placeholders)

    def write(self) -> None:
        tree = self.slide.shapes._spTree
        for group, marks in groupby(self.page.marks, key=lambda mark: mark.group):
            inner = [shape for mark in marks for shape in self._shapes(mark)]
            for shape in [self._group(group, inner)] if group and inner else inner:
                tree.append(etree.fromstring(shape))
                mark_made(tree[-1])
        for placeholder in self.held:
            placeholder._element.getparent().remove(placeholder._element)

    def _shapes(self, mark: Mark) -> Iterable[str]:
        """The shapes of a mark; nothing where a placeholder took it."""
        if isinstance(mark, Words) and mark.role in _ROLES:
            return self._foot(mark)
        if isinstance(mark, (Words, Prose)) and self._hold(mark):
            return []
        return [{Box: self._box, Line: self._line, Connector: self._connector, Words: self._words, Label: self._label, Prose: self._prose,
                 Table: self._table}[type(mark)](mark)]  # type: ignore[operator]

    # --- placeholders -----------------------------------------------------------------------------------------------------

    def _hold(self, mark: Words | Prose) -> bool:
        """Put the words into the placeholder of their role, where the layout has one."""
        role = mark.role if isinstance(mark, Words) else "body"
        kinds = {"title": (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE), "subtitle": (PP_PLACEHOLDER.SUBTITLE,),
                 "body": (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT)}.get(role, ())
        found = next((one for one in self.held if one.placeholder_format.type in kinds), None)
        if found is None:
            return False
        self.held.remove(found)
        body = found.text_frame._txBody
        for paragraph in body.findall(f"{{{A}}}p"):
            body.remove(paragraph)
        size = mark.size if not self.design.own else None  # of the own layouts it is the layout's
        told = self._paragraph(mark.whole, size, None, None, None) if isinstance(mark, Words) else self._bulleted(mark, size)
        for paragraph in etree.fromstring(f"<tree {NAMESPACES}>{told}</tree>"):
            body.append(paragraph)
        if isinstance(mark, Words) and role == "title":
            frame = self.page.frame
            if (mark.width, mark.height) != frame.title[2:] and self.page.kind != "headline":
                found.left, found.top, found.width, found.height = (self._emu(part) for part in (mark.x, mark.y, mark.width, mark.height))
        elif isinstance(mark, Prose):
            found.left, found.top, found.width, found.height = (self._emu(part) for part in (mark.x, mark.y, mark.width, mark.height))
        mark_made(found._element)
        found._element.nvSpPr.cNvPr.set("name", _clean((mark.name if isinstance(mark, Prose) else "") or role)[:_NAME_MOST])
        return True

    def _foot(self, mark: Words) -> Iterable[str]:
        """Plan and page number as the layout's own fields; nothing where a company's layout has none."""
        kind = _ROLES[mark.role]
        for held in self.slide.slide_layout._element.iter(f"{{{P}}}ph"):
            if held.get("type") == kind:
                index = f' idx="{held.get("idx")}"' if held.get("idx") else ""
                said = escape(_clean(mark.whole))
                run = slide_number(str(self.position), self.lang) if kind == "sldNum" else (
                    f'<a:r><a:rPr lang="{self.lang}"/><a:t>{said}</a:t></a:r>')
                yield (f"<p:sp {NAMESPACES}><p:nvSpPr>{self._next(kind, decorative=False)}<p:cNvSpPr><a:spLocks noGrp=\"1\"/></p:cNvSpPr>"
                       f'<p:nvPr><p:ph type="{kind}" sz="quarter"{index}/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/>'
                       f"<a:p>{run}</a:p></p:txBody></p:sp>")
                return

    # --- shapes -----------------------------------------------------------------------------------------------------------

    def _emu(self, points: float) -> int:
        return round(points * self.design.unit)

    def _size(self, size: float) -> int:
        """A font size in hundredths of a point on this slide."""
        return round(size * self.design.unit / EMU * 100)

    def _solid(self, colour: str) -> str:
        return f"<a:solidFill>{self.design.colour(colour)}</a:solidFill>"

    def _next(self, name: str, about: str = "", decorative: bool = True) -> str:
        self.number += 1
        self.ids[name] = self.number
        descr = f" descr={quoteattr(_clean(about)[:_ABOUT_MOST])}" if about else ""
        named = _clean(name)[:_NAME_MOST] or f"shape {self.number}"
        inner = _DECORATIVE if decorative and not about else ""
        return f"<p:cNvPr id=\"{self.number}\" name={quoteattr(named)}{descr}>{inner}</p:cNvPr>"

    def _group(self, name: str, shapes: Sequence[str]) -> str:
        """``shapes`` as one, in the place that they take together."""
        found = [etree.fromstring(shape).find(".//{*}xfrm") for shape in shapes]
        rects = [(int(one[0].get("x")), int(one[0].get("y")), int(one[1].get("cx")), int(one[1].get("cy")))
                 for one in found if one is not None]
        left, top = min(rect[0] for rect in rects), min(rect[1] for rect in rects)
        right, bottom = max(rect[0] + rect[2] for rect in rects), max(rect[1] + rect[3] for rect in rects)
        place = f'x="{left}" y="{top}"', f'cx="{right - left}" cy="{bottom - top}"'
        head = self._next(name, self.page.groups.get(name, "") or name)
        return (f"<p:grpSp {NAMESPACES}><p:nvGrpSpPr>{head}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>"
                f"<a:off {place[0]}/><a:ext {place[1]}/><a:chOff {place[0]}/><a:chExt {place[1]}/></a:xfrm></p:grpSpPr>"
                f"{''.join(shapes)}</p:grpSp>")

    def _place(self, x: float, y: float, width: float, height: float, tag: str = "a:xfrm", attributes: str = "") -> str:
        return (f'<{tag}{attributes}><a:off x="{self._emu(x)}" y="{self._emu(y)}"/>'
                f'<a:ext cx="{max(self._emu(width), 0)}" cy="{max(self._emu(height), 0)}"/></{tag}>')

    def _box(self, mark: Box) -> str:
        fill = "<a:noFill/>" if mark.fill is None else self._solid(mark.fill)
        outline = "<a:ln><a:noFill/></a:ln>" if mark.line is None else (
            f'<a:ln w="{self._emu(mark.line_width)}">{self._solid(mark.line)}{_DASH["dash" if mark.dashed else "solid"]}</a:ln>')
        paragraph = self._paragraph(mark.text, mark.size, mark.colour, mark.bold, "center") if mark.text else "<a:p><a:endParaRPr/></a:p>"
        return (f"<p:sp {NAMESPACES}><p:nvSpPr>{self._next(mark.name, mark.about or mark.text)}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>"
                f'{self._place(mark.x, mark.y, mark.width, mark.height)}<a:prstGeom prst="{mark.shape}"><a:avLst/></a:prstGeom>'
                f'{fill}{outline}</p:spPr><p:txBody>{_body("ctr")}<a:lstStyle/>{paragraph}</p:txBody></p:sp>')

    def _line(self, mark: Line) -> str:
        return self._drawn(((mark.x1, mark.y1), (mark.x2, mark.y2)), "line", "", mark.colour, mark.width, _DASH[mark.dash],
                           self._next(mark.name or "line"), "<p:cNvCxnSpPr/>")

    def _connector(self, mark: Connector) -> str:
        """One elbow connector; where it bends is given as shares of its width and height."""
        (x1, y1), *between, (x2, y2) = mark.points
        wide, tall = x2 - x1 or 0.01, y2 - y1 or 0.01
        bends = [(between[0][0] - x1) / wide] if len(between) == 2 else [
            (between[0][0] - x1) / wide, (between[1][1] - y1) / tall, (between[2][0] - x1) / wide]
        guides = "".join(f'<a:gd name="adj{number}" fmla="val {round(bend * 100_000)}"/>' for number, bend in enumerate(bends, start=1))
        glue = "".join(f'<a:{end} id="{self.ids[name]}" idx="{side}"/>' for end, name, side in
                       (("stCxn", mark.start, _RIGHT), ("endCxn", mark.end, _LEFT)) if name in self.ids)
        return self._drawn(((x1, y1), (x2, y2)), f"bentConnector{len(bends) + 2}", guides, mark.colour, mark.width,
                           '<a:tailEnd type="triangle" w="sm" len="sm"/>', self._next(mark.name, mark.name),
                           f"<p:cNvCxnSpPr>{glue}</p:cNvCxnSpPr>")

    def _drawn(self, ends: tuple[tuple[float, float], tuple[float, float]], shape: str, guides: str, colour: str, width: float, style: str,
               head: str, properties: str) -> str:
        (x1, y1), (x2, y2) = ends
        flips = (' flipH="1"' if x2 < x1 else "") + (' flipV="1"' if y2 < y1 else "")
        place = self._place(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1), attributes=flips)
        return (f"<p:cxnSp {NAMESPACES}><p:nvCxnSpPr>{head}{properties}<p:nvPr/></p:nvCxnSpPr><p:spPr>{place}"
                f'<a:prstGeom prst="{shape}"><a:avLst>{guides}</a:avLst></a:prstGeom><a:ln w="{self._emu(width)}">{self._solid(colour)}'
                f"{style}</a:ln></p:spPr></p:cxnSp>")

    def _words(self, mark: Words) -> str:
        """A label on one line keeps to it; more lines are one paragraph that wraps."""
        wraps = len(mark.lines) > 1
        told = mark.whole if wraps and mark.whole else " ".join(mark.lines)
        return self._text_box(mark, self._next(mark.name or told, told), "square" if wraps else "none",
                              self._paragraph(told, mark.size, mark.colour, mark.bold, mark.align), mark.fill)

    def _text_box(self, mark: Words | Label | Prose, head: str, wrap: str, paragraphs: str, fill: str | None = None) -> str:
        return (f'<p:sp {NAMESPACES}><p:nvSpPr>{head}<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr>'
                f'{self._place(mark.x, mark.y, mark.width, mark.height)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
                f"{'<a:noFill/>' if fill is None else self._solid(fill)}</p:spPr>"
                f'<p:txBody>{_body("t", wrap)}<a:lstStyle/>{paragraphs or "<a:p/>"}</p:txBody></p:sp>')

    def _label(self, mark: Label) -> str:
        first = self._run(mark.first if mark.below else f"{mark.first} ", mark.size, mark.colour, True)
        second = self._run(mark.second, SMALLEST, mark.second_colour, False)
        told = f"<a:p>{first}</a:p><a:p>{second}</a:p>" if mark.below else f"<a:p>{first}{second}</a:p>"
        return self._text_box(mark, self._next(mark.name, f"{mark.first} {mark.second}"), "none", told, mark.fill)

    def _prose(self, mark: Prose) -> str:
        return self._text_box(mark, self._next(mark.name, mark.name), "square", self._bulleted(mark, mark.size))

    def _bulleted(self, mark: Prose, size: float | None) -> str:
        indent, colour = self._emu(INDENT), None if size is None else mark.colour
        kinds = (f'<a:pPr marL="{indent}" indent="-{indent}"><a:buFont typeface="Arial"/><a:buChar char="{BULLET}"/></a:pPr>',
                 '<a:pPr marL="0" indent="0"><a:buNone/></a:pPr>')
        return "".join(self._paragraph(one.whole, size, colour, one.bold or None, None, kinds[one.bold]) for one in mark.paragraphs)

    def _paragraph(self, text: str, size: float | None, colour: str | None, bold: bool | None, align: str | None,
                   properties: str = "") -> str:
        """One paragraph; what is None is the placeholder's own."""
        own = (f'<a:pPr algn="{_ALIGN[align]}"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts val="0"/></a:spcBef></a:pPr>'
               if align is not None else properties)
        sized = "" if size is None else f' sz="{self._size(size)}"'
        return f'<a:p>{own}{self._run(text, size, colour, bold)}<a:endParaRPr lang="{self.lang}"{sized}/></a:p>'

    def _run(self, text: str, size: float | None, colour: str | None, bold: bool | None) -> str:
        sized = "" if size is None else f' sz="{self._size(size)}"'
        weight = "" if bold is None else f' b="{int(bold)}"'
        fill = "" if colour is None else self._solid(colour)
        return f'<a:r><a:rPr lang="{self.lang}"{sized}{weight} dirty="0">{fill}</a:rPr><a:t>{escape(_clean(text))}</a:t></a:r>'

    def _table(self, mark: Table) -> str:
        columns = "".join(f'<a:gridCol w="{self._emu(width)}"/>' for width in mark.widths)
        rows = "".join(
            f'<a:tr h="{self._emu(height)}">{"".join(self._cell(cell, mark, number == 0) for cell in row)}</a:tr>'
            for number, (row, height) in enumerate(zip(mark.rows, mark.heights, strict=True)))
        place = self._place(mark.x, mark.y, sum(mark.widths), sum(mark.heights), "p:xfrm")
        return (f"<p:graphicFrame {NAMESPACES}><p:nvGraphicFramePr>{self._next(mark.name, mark.about or mark.name)}<p:cNvGraphicFramePr>"
                f'<a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>{place}<a:graphic>'
                f'<a:graphicData uri="{_TABLE}"><a:tbl><a:tblPr firstRow="1"/>'
                f"<a:tblGrid>{columns}</a:tblGrid>{rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>")

    def _cell(self, cell: Cell, mark: Table, head: bool) -> str:
        told = self._paragraph(cell.whole or _NOTHING, mark.size, cell.colour or mark.theme.ink, cell.bold, cell.align)
        rule = f'<a:lnB w="{self._emu(0.75)}">{self._solid(mark.theme.rule)}</a:lnB>'
        none = "".join(f"<a:{side} w=\"0\"><a:noFill/></a:{side}>" for side in ("lnL", "lnR", "lnT"))
        margins = " ".join(f'{side}="{self._emu(points)}"' for side, points in (("marL", 5), ("marR", 5), ("marT", 3), ("marB", 3)))
        fill = self._solid(mark.theme.band) if head else "<a:noFill/>"
        return (f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{told}</a:txBody>"
                f'<a:tcPr {margins} anchor="ctr">{none}{rule}{fill}</a:tcPr></a:tc>')


def _body(anchor: str, wrap: str = "none") -> str:
    return f'<a:bodyPr wrap="{wrap}" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"><a:noAutofit/></a:bodyPr>'
