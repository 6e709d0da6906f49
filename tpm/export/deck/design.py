"""Where a deck takes its design from: the program's own master, or a company's template.

A design says how large a slide is and where things lie on it, which layout a page takes, and how a colour of the program is written: as
a colour of the theme wherever it is one, so that changing the theme changes the slides. The own master has the palette as theme colours,
the typefaces as theme fonts and layouts for the opening, content and the appendix; python-pptx's default is only the package around it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Emu

from tpm.charts.theme import EXPORT_FONTS, LIGHT, Theme
from tpm.export.deck.canvas import SMALLEST, WIDE, Frame, pale
from tpm.export.deck.story import OPENING
from tpm.i18n import Language, t

EMU: Final = 12_700  # of a point
LANGUAGES: Final[Mapping[Language, str]] = {"en": "en-US", "ko": "ko-KR"}
A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
P: Final = "http://schemas.openxmlformats.org/presentationml/2006/main"
NAMESPACES: Final = f'xmlns:a="{A}" xmlns:p="{P}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_SCHEME: Final = {"dk1": "ink", "lt1": "background", "dk2": "muted_text", "lt2": "band", "accent1": "critical", "accent2": "work",
                  "accent3": "done", "accent4": "late", "accent5": "warning", "accent6": "good", "hlink": "critical", "folHlink": "muted"}
_OWN_NAMES: Final = {"ink": "tx1", "background": "bg1", "muted_text": "tx2", "band": "bg2", "critical": "accent1", "work": "accent2",
                     "done": "accent3", "late": "accent4", "warning": "accent5", "good": "accent6"}
_LAYOUTS: Final = ("headline", "content", "appendix")  # in the order in which they stand in the package
_TYPES: Final = {"headline": "cust", "content": "titleOnly", "appendix": "cust"}


@dataclass(frozen=True)
class Design:
    """A presentation without slides and how pages are put on it. ``unit`` is EMU a point of a page."""

    deck: Any
    layouts: Mapping[str, Any]  # headline, content, appendix; of a company also cover and section where it has them
    colours: Mapping[str, str]  # #RRGGBB of the program → DrawingML
    frame: Frame = WIDE
    opening: Frame = OPENING
    theme: Theme = LIGHT
    unit: float = EMU
    stretch: float = 1.0  # how much wider than the program's typefaces its own are
    own: bool = True

    def colour(self, colour: str) -> str:
        """``colour`` as DrawingML."""
        return self.colours.get(colour.upper()) or f'<a:srgbClr val="{colour.lstrip("#")}"/>'


def of_theme(name: str, *changes: tuple[str, int]) -> str:
    """A colour of the theme, each change (``lumMod``, ``lumOff``) in percent."""
    inner = "".join(f'<a:{what} val="{percent * 1000}"/>' for what, percent in changes)
    return f'<a:schemeClr val="{name}">{inner}</a:schemeClr>' if inner else f'<a:schemeClr val="{name}"/>'


def tinted(name: str) -> str:
    """What :func:`tpm.export.deck.canvas.pale` is of a colour of the theme."""
    return of_theme(name, ("lumMod", 20), ("lumOff", 80))


def own(lang: Language) -> Design:
    """The program's own design, 16 : 9."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Emu(round(WIDE.width * EMU)), Emu(round(WIDE.height * EMU))
    package, part = deck.part.package, deck.part
    for held, kinds in ((package, ("thumbnail",)), (part, ("printerSettings",))):
        for number, relation in list(held._rels.items()):
            if relation.reltype.rpartition("/")[2] in kinds:
                held._rels.pop(number)
    for one in package.iter_parts():
        if one.partname == "/docProps/app.xml":
            one._blob = (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/'
                         f'officeDocument/2006/extended-properties"><Application>{t("deck.program", lang)}</Application></Properties>'
                         ).encode()
    _theme(deck, lang)
    master = deck.slide_master
    for layout in list(deck.slide_layouts)[len(_LAYOUTS):]:
        deck.slide_layouts.remove(layout)
    _fill(master._element, "".join(
        [_placeholder(2, "title", WIDE.title, lang),
         _placeholder(3, "body", (WIDE.left, WIDE.top, WIDE.inner, WIDE.bottom - WIDE.top), lang), *_feet(4, lang)]),
        t("deck.design", lang))
    styles = master._element.find(f"{{{P}}}txStyles")
    styles.getparent().replace(styles, etree.fromstring(_text_styles()))
    layouts = {}
    for name, layout in zip(_LAYOUTS, deck.slide_layouts, strict=True):
        _fill(layout._element, _layout(name, lang), t(f"deck.layout.{name}", lang))
        layout._element.set("type", _TYPES[name])
        layouts[name] = layout
    colours = {getattr(LIGHT, role): of_theme(name) for role, name in reversed(_OWN_NAMES.items())}
    colours |= {LIGHT.muted: of_theme("folHlink"), LIGHT.rule: of_theme("accent3"), LIGHT.grid: of_theme("bg1", ("lumMod", 92)),
                LIGHT.baseline: of_theme("tx2", ("lumMod", 60), ("lumOff", 40)), LIGHT.warning_text: of_theme("accent5", ("lumMod", 80))}
    colours |= {pale(getattr(LIGHT, role), LIGHT): tinted(name) for role, name in {**_OWN_NAMES, "muted": "folHlink"}.items()
                if role not in ("background", "band")}
    return Design(deck, layouts, {key.upper(): value for key, value in colours.items()})


def _theme(deck: Any, lang: Language) -> None:
    """Palette and typefaces of the theme: one place for whoever wants others."""
    part = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = etree.fromstring(part.blob)
    root.set("name", t("deck.design", lang))
    scheme = root.find(f".//{{{A}}}clrScheme")
    scheme.set("name", t("deck.design", lang))
    for name, role in _SCHEME.items():
        slot = scheme.find(f"{{{A}}}{name}")
        slot[:] = [etree.fromstring(f'<a:srgbClr xmlns:a="{A}" val="{getattr(LIGHT, role).lstrip("#")}"/>')]
    for kind in ("majorFont", "minorFont"):
        fonts = root.find(f".//{{{A}}}{kind}")
        fonts.find(f"{{{A}}}latin").set("typeface", EXPORT_FONTS[lang])
        fonts.find(f"{{{A}}}ea").set("typeface", EXPORT_FONTS["ko"])
        for script in fonts.findall(f"{{{A}}}font"):
            if script.get("script") == "Hang":
                script.set("typeface", EXPORT_FONTS["ko"])
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _fill(element: Any, shapes: str, name: str) -> None:
    """Give a master or a layout ``shapes`` in place of its own."""
    slide = element.find(f"{{{P}}}cSld")
    slide.set("name", name)
    tree = slide.find(f"{{{P}}}spTree")
    for child in list(tree)[2:]:
        tree.remove(child)
    for shape in etree.fromstring(f"<tree {NAMESPACES}>{shapes}</tree>"):
        tree.append(shape)


def _layout(name: str, lang: Language) -> str:
    if name != "headline":
        return "".join([_placeholder(2, "title", None, lang), *_feet(3, lang)])
    width = (OPENING.inner - 28) / 2
    height = OPENING.bottom - OPENING.top - 20
    edge = (f'<p:sp><p:nvSpPr><p:cNvPr id="9" name="edge"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>'
            f'{_rect((0, 0, 10, WIDE.height))}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            f'<a:solidFill>{of_theme("accent1")}</a:solidFill>'
            "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>")
    below = (OPENING.left + 32, OPENING.title[1] + OPENING.title[3] + 8, OPENING.inner - 32, 22)
    return "".join([
        edge, _placeholder(2, "title", OPENING.title, lang, size=OPENING.title_size),
        _placeholder(3, "subTitle", below, lang, index=13, size=12, colour="tx2"),
        _placeholder(4, "body", (OPENING.left, OPENING.top, width, height), lang, index=14),
        _placeholder(5, "body", (OPENING.left + width + 28, OPENING.top, width, height), lang, index=15), *_feet(6, lang)])


def _feet(first: int, lang: Language) -> list[str]:
    width = WIDE.inner - 60
    return [_placeholder(first, "ftr", (WIDE.left, WIDE.foot, width, 14), lang, index=11, size=SMALLEST, colour="tx2"),
            _placeholder(first + 1, "sldNum", (WIDE.right - 50, WIDE.foot, 50, 14), lang, index=12, size=SMALLEST, colour="tx2", align="r")]


def _rect(rect: tuple[float, float, float, float]) -> str:
    x, y, width, height = (round(part * EMU) for part in rect)
    return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'


def _placeholder(number: int, kind: str, rect: tuple[float, float, float, float] | None, lang: Language, *, index: int | None = None,
                 size: float | None = None, colour: str | None = None, align: str = "l") -> str:
    """A placeholder of a master or a layout; without ``rect`` it lies where the master has it, without ``size`` it looks as there."""
    at = "" if index is None else f' idx="{index}"'
    style = ""
    if size is not None:
        fill = "" if colour is None else f"<a:solidFill>{of_theme(colour)}</a:solidFill>"
        flat = (' marL="0" indent="0"', "<a:buNone/>") if kind == "subTitle" else ("", "")
        style = f'<a:lvl1pPr{flat[0]} algn="{align}">{flat[1]}<a:defRPr sz="{size * 100:.0f}">{fill}{_FONT}</a:defRPr></a:lvl1pPr>'
    return (f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{kind} {number}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
            f'<p:ph type="{kind}"{at}/></p:nvPr></p:nvSpPr><p:spPr>{"" if rect is None else _rect(rect)}</p:spPr><p:txBody>'
            '<a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:normAutofit/></a:bodyPr>'
            f"<a:lstStyle>{style}</a:lstStyle><a:p>{_prompt(kind, lang)}</a:p></p:txBody></p:sp>")


def _prompt(kind: str, lang: Language) -> str:
    """What stands in a placeholder that nobody has written into."""
    if kind == "sldNum":
        return slide_number("‹#›", LANGUAGES[lang])
    return f'<a:r><a:rPr lang="{LANGUAGES[lang]}"/><a:t>{escape(t(f"deck.prompt.{kind}", lang))}</a:t></a:r>'


def slide_number(shown: str, language: str) -> str:
    """The field that is the number of its slide."""
    return f'<a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum"><a:rPr lang="{language}"/><a:t>{shown}</a:t></a:fld>'


_FONT: Final = '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/>'


def _text_styles() -> str:
    """Text of titles and bodies: sizes, bullets, colours and typefaces of the theme."""
    def run(size: float, font: str, bold: str = "") -> str:
        return (f'<a:defRPr sz="{size * 100:.0f}"{bold} kern="1200"><a:solidFill>{of_theme("tx1")}</a:solidFill>'
                f'<a:latin typeface="+{font}-lt"/><a:ea typeface="+{font}-ea"/><a:cs typeface="+{font}-cs"/></a:defRPr>')

    def spaced(before: int) -> str:
        return f'<a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts val="{before}"/></a:spcBef>'

    levels = "".join(
        f'<a:lvl{level}pPr marL="{12 * level * EMU}" indent="-{12 * EMU}" algn="l">{spaced(400)}<a:buFont typeface="Arial"/>'
        f'<a:buChar char="•"/>{run(max(15 - level, 11), "mn")}</a:lvl{level}pPr>' for level in range(1, 6))
    others = "".join(f'<a:lvl{level}pPr>{run(12, "mn")}</a:lvl{level}pPr>' for level in range(1, 6))
    title = run(WIDE.title_size, "mj", ' b="1"')
    return (f'<p:txStyles {NAMESPACES}><p:titleStyle><a:lvl1pPr algn="l">{spaced(0)}<a:buNone/>{title}</a:lvl1pPr></p:titleStyle>'
            f"<p:bodyStyle>{levels}</p:bodyStyle><p:otherStyle>{others}</p:otherStyle></p:txStyles>")


def saved(deck: Any) -> bytes:
    """The presentation as bytes."""
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()
