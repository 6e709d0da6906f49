"""A company's template as a design: its real size and margins, its layouts, its theme colours and fonts, its footer and number.

What a template does not say is taken from what it says: a slide without a content layout has its body below the title. Neutral colours and
the first accent are the theme's; what a colour means here (late, at risk, good) keeps its own.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE

from tpm import guard
from tpm.charts.theme import DARK, LIGHT, luminance
from tpm.export.deck.canvas import LINE, SMALLEST, WIDE, Frame, pale
from tpm.export.deck.design import EMU, A, Design, of_theme, tinted
from tpm.findings import InputError

_TITLES: Final = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_BODIES: Final = (PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.BODY)
_FEET: Final = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.DATE)
_GAP: Final = 8.0  # between title, body and foot
_SIZES: Final = (14.0, 24.0)  # points that a title of a sentence is set in
# How much wider than Arial a typeface runs; one that is not known is taken to be wide.
_WIDTHS: Final = {
    "arial": 1.0, "helvetica": 1.0, "calibri": 0.95, "calibri light": 0.95, "aptos": 1.02, "aptos display": 1.0, "segoe ui": 1.03,
    "inter": 1.06, "times new roman": 0.95, "georgia": 1.05, "cambria": 0.98, "malgun gothic": 1.03, "맑은 고딕": 1.03, "noto sans": 1.07,
    "open sans": 1.07, "roboto": 1.0, "tahoma": 1.02,
    "trebuchet ms": 1.02, "nanumgothic": 1.0, "나눔고딕": 1.0, "verdana": 1.18, "century gothic": 1.1,
}  # fmt: skip
_WIDE_FONT: Final = 1.18


class TemplateError(ValueError):
    """A company template that cannot be opened as a presentation."""


def company(template: bytes, name: str = "") -> Design:
    """The design of ``template``. Raises :class:`TemplateError` when it is no presentation, ``InputError`` when it unpacks to too much."""
    deck = _opened(template, name)
    layouts = _layouts(deck)
    points = deck.slide_width / EMU, deck.slide_height / EMU
    unit = EMU * max(1.0, points[0] / WIDE.width)
    theme, colours, stretch = _theme(deck)
    frame = _frame(deck, layouts, unit)
    opening = _frame(deck, {**layouts, "content": layouts["headline"]}, unit)
    opening = replace(opening, top=opening.title[1] + opening.title[3] + 44)
    return Design(deck, layouts, colours, frame, opening, theme, unit, stretch, own=False)


def _opened(template: bytes, name: str) -> Any:
    """The template without its slides."""
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
    if not any(master.slide_layouts for master in deck.slide_masters):
        raise TemplateError("the template has no layout")
    return deck


def _kinds(layout: Any) -> list[Any]:
    return [one.placeholder_format.type for one in layout.placeholders]


def is_title(placeholder: Any) -> bool:
    """Whether a placeholder holds the title."""
    return placeholder.placeholder_format.type in _TITLES


def _layouts(deck: Any) -> dict[str, Any]:
    """Which layout each kind of page takes: what its type says, else the one that comes nearest."""
    every = [layout for master in deck.slide_masters for layout in master.slide_layouts]
    of_type: dict[str, Any] = {}
    for layout in every:
        of_type.setdefault(layout._element.get("type", ""), layout)

    def others(layout: Any) -> tuple[bool, int]:
        kinds = _kinds(layout)
        return not any(kind in _TITLES for kind in kinds), sum(kind not in (*_TITLES, *_FEET) for kind in kinds)

    content = of_type.get("titleOnly") or min((layout for layout in every if layout._element.get("type") not in ("title", "secHead")),
                                              key=others, default=every[0])
    found = {"content": content, "headline": content, "appendix": content, "cover": of_type.get("title"), "section": of_type.get("secHead"),
             "body": of_type.get("obj")}
    return {name: layout for name, layout in found.items() if layout is not None}


def _frame(deck: Any, layouts: dict[str, Any], unit: float) -> Frame:
    """Where a content slide has its title, its body and its foot."""
    layout = layouts["content"]
    width, height = deck.slide_width / unit, deck.slide_height / unit
    margin = 0.0375 * width

    def rect(placeholder: Any) -> tuple[float, float, float, float]:
        return placeholder.left / unit, placeholder.top / unit, placeholder.width / unit, placeholder.height / unit

    def placed(of: Any, kinds: tuple[Any, ...]) -> Iterator[tuple[float, float, float, float]]:
        return (rect(one) for one in of.placeholders if one.placeholder_format.type in kinds and one.width and one.left is not None)

    title = next(placed(layout, _TITLES), (margin, 0.037 * height, width - 2 * margin, 76.0))
    feet = [one for one in placed(layout, _FEET) if one[1] > height / 2]
    foot = min([one[1] for one in feet], default=height - 24.0)
    body = next(placed(layouts.get("body", layout), _BODIES), None)
    left, right = (title[0], title[0] + title[2]) if body is None else (body[0], body[0] + body[2])
    below = title[1] + title[3] + _GAP
    top = below if body is None or body[1] + body[3] * 0.4 < below else max(below, body[1])
    bottom = foot - _GAP if body is None or body[1] + body[3] < height * 0.7 else min(body[1] + body[3], foot - _GAP)
    size = min(max(_title_size(deck, unit), _SIZES[0]), _SIZES[1], max(title[3] / (2 * LINE), _SIZES[0]))
    return Frame(width, height, left, right, top, max(bottom, top + 120.0), title, size, min(foot, height - SMALLEST * LINE))


def _title_size(deck: Any, unit: float) -> float:
    """The size that the master sets titles in, points of a page."""
    for run in deck.slide_master._element.iterfind(f".//{{*}}titleStyle/{{{A}}}lvl1pPr/{{{A}}}defRPr"):
        if run.get("sz", "").isdecimal():
            return float(run.get("sz")) / 100 * EMU / unit
    return WIDE.title_size


def _theme(deck: Any) -> tuple[Any, dict[str, str], float]:
    """(the program's theme that fits the background, colours as the template writes them, how wide its fonts run)."""
    root = etree.fromstring(deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob)
    mapping = deck.slide_master._element.find("{*}clrMap")
    background = _rgb(root, mapping.get("bg1", "lt1") if mapping is not None else "lt1")
    dark = luminance(background) < 0.25
    theme = DARK if dark else LIGHT
    band, rule, grid = ((10, 85), (75, 25), (85, 15)) if dark else ((95, 0), (85, 0), (92, 0))

    def neutral(change: tuple[int, int]) -> str:
        return of_theme("bg1", ("lumMod", change[0]), *((("lumOff", change[1]),) if change[1] else ()))

    if dark:
        band = (90, 10)
    colours = {
        theme.ink: of_theme("tx1"), theme.background: of_theme("bg1"), theme.band: neutral(band), theme.grid: neutral(grid),
        theme.rule: neutral(rule), theme.done: neutral(rule), theme.critical: of_theme("accent1"),
        theme.work: of_theme("accent1", ("lumMod", 60 if dark else 40), *(() if dark else (("lumOff", 60),))),
        theme.muted_text: of_theme("tx1", ("lumMod", 65), ("lumOff", 35)) if not dark else of_theme("tx1", ("lumMod", 75)),
        theme.baseline: of_theme("tx1", ("lumMod", 50), ("lumOff", 50)) if not dark else of_theme("tx1", ("lumMod", 50)),
        pale(theme.critical, theme): tinted("accent1")}
    fonts = {font.get("typeface", "").lower() for kind in ("majorFont", "minorFont")
             for font in root.iterfind(f".//{{{A}}}{kind}/{{{A}}}latin") if font.get("typeface")}
    stretch = max((_WIDTHS.get(font, _WIDE_FONT) for font in fonts), default=1.0)
    return theme, {key.upper(): value for key, value in colours.items()}, stretch


def _rgb(root: Any, name: str) -> str:
    """A colour of the theme as #RRGGBB; white where it is none that can be read."""
    slot = root.find(f".//{{{A}}}clrScheme/{{{A}}}{name}")
    told = "" if slot is None or not len(slot) else slot[0].get("lastClr") or slot[0].get("val") or ""
    try:
        int(told, 16)
    except ValueError:
        return "#FFFFFF"
    return f"#{told}" if len(told) == 6 else "#FFFFFF"
