"""A deck edited by hand and made again: the program's shapes move, people's stay, what is gone is told."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Pt

from tests.export.deck.test_company import dark, saved
from tests.export.deck.test_deck import every, review_of, small
from tests.plans import plan_of
from tpm.export.deck import TemplateError, deck_pptx, updated_pptx
from tpm.insight.review import Review


def newer() -> Review:
    """The migration is gone, the token service later, a check is new."""
    return review_of(plan_of(
        {"id": "T-1", "name": "Token service", "team": "Identity", "owner": "Jiwon", "start": "2026-03-02", "finish": "2026-04-10",
         "progress": 0.5, "state": "in_progress"},
        {"id": "C-1", "name": "Check", "team": "Data", "owner": "Maya", "start": "2026-04-13", "finish": "2026-04-17", "after": "T-1"},
        {"id": "L-1", "name": "Launch", "team": "Launch", "milestone": True, "start": "2026-04-17", "finish": "2026-04-17",
         "deadline": "2026-03-31", "after": "C-1"}, progress_reported=True))


def shapes(deck: Any, title: str) -> dict[str, Any]:
    slide = next(slide for slide in deck.slides if slide._element.cSld.get("name") == title)
    return {shape.name: shape for shape in every(slide.shapes)}


def test_a_deck_that_nobody_edited_becomes_the_new_one() -> None:
    made = updated_pptx(newer(), "en", deck_pptx(review_of(small()), "en"))
    now, wanted = Presentation(io.BytesIO(made.content)), Presentation(io.BytesIO(deck_pptx(newer(), "en")))
    for slide, other in zip(now.slides, wanted.slides, strict=True):
        assert sorted((shape.name, shape.left, shape.width) for shape in every(slide.shapes)) == sorted(
            (shape.name, shape.left, shape.width) for shape in every(other.shapes))
        assert slide.shapes.title.text_frame.text == other.shapes.title.text_frame.text
        assert slide.has_notes_slide == other.has_notes_slide
        assert not other.has_notes_slide or slide.notes_slide.notes_text_frame.text == other.notes_slide.notes_text_frame.text
        ids = [shape.shape_id for shape in every(slide.shapes)]
        assert len(set(ids)) == len(ids)
    assert "M-1 Migration" in made.gone
    assert made.kept == []


def test_what_people_added_restyled_or_rewrote_stays() -> None:
    deck = Presentation(io.BytesIO(deck_pptx(review_of(small()), "en")))
    bars = shapes(deck, "bars 1")
    bars["bar T-1 Token service"].fill.solid()
    bars["bar T-1 Token service"].fill.fore_color.rgb = RGBColor(0x12, 0x34, 0x56)
    roadmap = next(slide for slide in deck.slides if slide._element.cSld.get("name") == "roadmap")
    roadmap.shapes.add_textbox(Pt(10), Pt(10), Pt(100), Pt(20)).text_frame.text = "Ask Maya"
    path = next(slide for slide in deck.slides if slide._element.cSld.get("name") == "path")
    path.shapes.title.text_frame.text = "My own words"
    path.notes_slide.notes_text_frame.text = "My own notes"
    extra = deck.slides.add_slide(deck.slide_layouts[1])
    extra.shapes.title.text_frame.text = "A slide of mine"
    before = bars["bar T-1 Token service"].width

    made = updated_pptx(newer(), "en", saved(deck))
    now = Presentation(io.BytesIO(made.content))
    bar = shapes(now, "bars 1")["bar T-1 Token service"]
    assert bar.fill.fore_color.rgb == RGBColor(0x12, 0x34, 0x56)
    wanted = shapes(Presentation(io.BytesIO(deck_pptx(newer(), "en"))), "bars 1")["bar T-1 Token service"]
    assert (bar.left, bar.width) == (wanted.left, wanted.width)
    assert bar.width != before
    assert "Ask Maya" in [shape.text_frame.text for shape in every(now.slides[1].shapes) if shape.has_text_frame]
    path = next(slide for slide in now.slides if slide._element.cSld.get("name") == "path")
    assert path.shapes.title.text_frame.text == "My own words"
    assert path.notes_slide.notes_text_frame.text == "My own notes"
    assert "A slide of mine" in [slide.shapes.title.text_frame.text for slide in now.slides]
    assert any("T-1 Token service" in kept for kept in made.kept)
    assert any("My own words" in kept for kept in made.kept)


def test_arrows_are_glued_to_the_bars_that_are_there_now() -> None:
    deck = Presentation(io.BytesIO(deck_pptx(review_of(small()), "en")))
    bar = shapes(deck, "path")["milestone L-1 Launch"]
    bar.fill.solid()
    bar.fill.fore_color.rgb = RGBColor(1, 2, 3)
    now = shapes(Presentation(io.BytesIO(updated_pptx(newer(), "en", saved(deck)).content)), "path")
    arrow = now["C-1 Check → L-1 Launch"]._element
    assert arrow.find(".//{*}stCxn").get("id") == str(now["bar C-1 Check"].shape_id)
    assert arrow.find(".//{*}endCxn").get("id") == str(now["milestone L-1 Launch"].shape_id)
    assert now["milestone L-1 Launch"].fill.fore_color.rgb == RGBColor(1, 2, 3)
    assert "M-1 Migration → L-1 Launch" not in now


def test_names_alone_are_enough_where_an_editor_dropped_the_marks() -> None:
    deck = Presentation(io.BytesIO(deck_pptx(review_of(small()), "en")))
    for slide in deck.slides:
        for head in slide._element.iter("{*}cNvPr"):
            for extensions in head.findall("{*}extLst"):
                head.remove(extensions)
    now = Presentation(io.BytesIO(updated_pptx(newer(), "en", saved(deck)).content))
    wanted = Presentation(io.BytesIO(deck_pptx(newer(), "en")))
    for name in ("milestone L-1 Launch", "bar T-1 Token service"):
        one, other = (shapes(each, "bars 1")[name] for each in (now, wanted))
        assert (one.left, one.width) == (other.left, other.width)
    assert now.slides[0].shapes.title.text_frame.text == wanted.slides[0].shapes.title.text_frame.text


def test_a_deck_on_a_companys_template_stays_on_it() -> None:
    old = deck_pptx(review_of(small()), "en", template=saved(dark()))
    made = Presentation(io.BytesIO(updated_pptx(newer(), "en", old).content))
    assert made.slides[0].slide_layout.name == "Title Slide"
    assert made.slides[0].slide_layout.slide_master.part.blob == Presentation(io.BytesIO(old)).slide_master.part.blob
    assert len(made.slides) == len(Presentation(io.BytesIO(deck_pptx(newer(), "en", template=saved(dark())))).slides)
    assert "C-1 Check" in shapes(made, "bars 1")


def test_a_deck_of_somebody_else_is_refused() -> None:
    with pytest.raises(TemplateError, match="not made by this program"):
        updated_pptx(newer(), "en", saved(dark()))
