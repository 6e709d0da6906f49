"""A deck on a company's template: its size, margins, layouts, colours, fonts, footer and number."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Inches

from tests.export.deck.test_deck import every, opened, program, review_of, small
from tpm.charts.theme import LIGHT
from tpm.export.deck import TemplateError, deck_pptx
from tpm.export.deck.canvas import measure, set_in
from tpm.export.deck.company import company
from tpm.export.deck.story import deck

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_POINT = 12_700


def saved(deck: Any) -> bytes:
    held = io.BytesIO()
    deck.save(held)
    return held.getvalue()


def themed(deck: Any, font: str, **colours: str) -> None:
    part = deck.slide_masters[0].part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = etree.fromstring(part.blob)
    for latin in root.iter(f"{_A}latin"):
        latin.set("typeface", font)
    for name, colour in colours.items():
        slot = root.find(f".//{_A}clrScheme/{_A}{name}")
        slot[:] = [etree.fromstring(f'<a:srgbClr xmlns:a="{_A[1:-1]}" val="{colour}"/>')]
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def classic() -> Any:
    """4 : 3, with slides in it that must not be handed on."""
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Old slide"
    themed(deck, "Calibri", accent1="8A2BE2")
    return deck


def dark() -> Any:
    """16 : 9, light on dark, in a wide typeface, its content narrow beside a column that is the company's."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    themed(deck, "Verdana", dk1="FFFFFF", lt1="101820", accent1="00B388")
    for place in (deck.slide_master, *deck.slide_layouts):
        for shape in place.placeholders:
            kind = shape.placeholder_format.type
            if kind in (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.DATE):
                shape.top, shape.height = Inches(7.0), Inches(0.3)
            elif kind in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.OBJECT):
                shape.left, shape.width = Inches(3.0), Inches(9.8)
                shape.top, shape.height = (Inches(0.4), Inches(1.0)) if kind == PP_PLACEHOLDER.TITLE else (Inches(1.6), Inches(5.2))
    return deck


def bare() -> Any:
    """The small 16 : 9 of older files, with one layout that has a title and no foot."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(10), Inches(5.625)
    for layout in [layout for layout in deck.slide_layouts if layout.name != "Title Only"]:
        deck.slide_layouts.remove(layout)
    only = deck.slide_layouts[0]
    del only._element.attrib["type"]
    for shape in list(only.placeholders):
        if shape.placeholder_format.type == PP_PLACEHOLDER.TITLE:
            shape.left, shape.top, shape.width, shape.height = Inches(0.5), Inches(0.3), Inches(9), Inches(0.7)
        else:
            shape._element.getparent().remove(shape._element)
    themed(deck, "Some Corporate Sans")
    return deck


TEMPLATES: dict[str, Callable[[], Any]] = {"classic": classic, "dark": dark, "bare": bare}
templates = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


@templates
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_slides_have_the_templates_size_and_stay_within_its_margins(template: Callable[[], Any], lang: str) -> None:
    given = template()
    made = opened(review_of(program(60)), lang, template=saved(given))
    assert (made.slide_width, made.slide_height) == (given.slide_width, given.slide_height)
    frame = company(saved(template())).frame
    for slide in made.slides:
        for shape in slide.shapes:
            if shape.is_placeholder:
                continue
            assert shape.left >= frame.left * _POINT - _POINT
            assert shape.left + shape.width <= frame.right * _POINT + _POINT
            assert shape.top >= (frame.title[1] + frame.title[3]) * _POINT
            assert shape.top + shape.height <= made.slide_height


@templates
def test_its_layouts_hold_the_slides_and_its_own_slides_are_gone(template: Callable[[], Any]) -> None:
    made = opened(review_of(small()), template=saved(template()))
    used = [slide.slide_layout.name for slide in made.slides]
    assert used == (["Title Only"] * 5 if template is bare else ["Title Slide", *["Title Only"] * 3, "Section Header", *["Title Only"] * 2])
    titles = [slide.shapes.title.text_frame.text for slide in made.slides]
    assert "Old slide" not in titles
    assert all(titles)
    empty = [shape for slide in made.slides for shape in slide.placeholders if not shape.text_frame.text]
    assert empty == []


@templates
def test_the_theme_colours_what_has_no_meaning_of_its_own(template: Callable[[], Any]) -> None:
    content = deck_pptx(review_of(program(30)), "en", template=saved(template()))
    package = zipfile.ZipFile(io.BytesIO(content))
    slides = "".join(package.read(part).decode() for part in package.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", part))
    literal = {f"#{colour}" for colour in re.findall(r'srgbClr val="(\w+)"', slides)}
    assert literal.isdisjoint({LIGHT.ink, LIGHT.background, LIGHT.band, LIGHT.critical, LIGHT.work, LIGHT.grid})
    assert 'schemeClr val="accent1"' in slides
    assert min(int(size) for size in re.findall(r' sz="(\d+)"', slides)) >= 1_000
    assert b"typeface=" not in slides.encode().replace(b'buFont typeface="Arial"', b"")


@templates
def test_foot_and_number_are_the_templates_fields_where_it_has_them(template: Callable[[], Any]) -> None:
    made = opened(review_of(small()), template=saved(template()))
    for slide in made.slides:
        if slide.slide_layout.name == "Title Only":
            kinds = {shape.placeholder_format.type for shape in slide.placeholders}
            assert ({PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER} <= kinds) is (template is not bare)


def test_words_are_measured_in_the_templates_typeface() -> None:
    wide, plain = (company(saved(each())).stretch for each in (dark, classic))
    assert wide > 1.1 > plain
    unknown = company(saved(bare())).stretch
    assert unknown >= wide
    with set_in(wide):
        label = measure("Korea launch", 11)
    assert label == pytest.approx(measure("Korea launch", 11) * wide)


def test_a_dark_template_gets_the_colours_for_dark() -> None:
    assert company(saved(dark())).theme.background == "#10161F"
    assert company(saved(classic())).theme == LIGHT


def test_an_item_is_found_by_its_name_on_any_template() -> None:
    made = opened(review_of(small()), template=saved(dark()))
    assert "T-1 Token service" in [shape.name for slide in made.slides for shape in every(slide.shapes)]
    assert len(made.slides) == len(deck(review_of(small()), "en")) + 2  # the company's title and section


def test_a_template_that_is_none_is_refused() -> None:
    with pytest.raises(TemplateError, match="not a PowerPoint"):
        deck_pptx(review_of(small()), "en", template=b"PK\x03\x04 no deck")
