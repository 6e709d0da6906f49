"""The deck and the one page of a review: as PowerPoint, as PDF, and as pictures for the screen."""

from __future__ import annotations

from tpm.charts.theme import LIGHT, Theme
from tpm.export.deck.canvas import set_in
from tpm.export.deck.company import TemplateError, company
from tpm.export.deck.design import own
from tpm.export.deck.one_page import PAPERS, one_page
from tpm.export.deck.parts import as_of
from tpm.export.deck.refresh import Refreshed, is_made, update
from tpm.export.deck.story import deck
from tpm.export.deck.to_pdf import pdf
from tpm.export.deck.to_pptx import presentation
from tpm.export.deck.to_svg import svg
from tpm.i18n import LANGUAGES, Language, t
from tpm.insight.review import Review
from tpm.insight.risks.scale import RiskScale

__all__ = ["PAPERS", "Refreshed", "TemplateError", "check_template", "deck_pdf", "deck_pptx", "deck_svg", "one_page_pdf",
           "one_page_svg", "updated_pptx"]


def check_template(name: str, template: bytes) -> None:
    """Whether slides can take their design from ``template``, the bytes of the file ``name``; raises as :func:`deck_pptx`."""
    company(template, name)


def deck_pptx(review: Review, lang: Language, *, template: bytes | None = None, scale: RiskScale | None = None) -> bytes:
    """The deck as .pptx: native shapes named after their items, in the program's design or that of a company's ``template``.

    Raises :class:`TemplateError` for a template that is none, ``InputError`` for one that unpacks to too much.
    """
    design = own(lang) if template is None else company(template)
    with set_in(design.stretch):
        pages = deck(review, lang, scale=scale, theme=design.theme, frame=design.frame, opening=design.opening)
    name = review.facts.plan.name or t("deck.untitled", lang)
    return presentation(pages, design, lang, title=review.headline.text(lang), subject=name, cover=(name, as_of(review, lang)),
                        day=review.facts.status_date or review.facts.plan.saved_on)


def updated_pptx(review: Review, lang: Language, old: bytes, *, scale: RiskScale | None = None) -> Refreshed:
    """``old``, a deck of this program that people may have edited, from a newer review; see :mod:`tpm.export.deck.refresh`.

    Raises :class:`TemplateError` where it is none, ``InputError`` where it unpacks to too much.
    """
    design = company(old)
    if not is_made(old):
        raise TemplateError("the deck was not made by this program")
    has = {layout.name for layout in design.deck.slide_layouts}
    is_own = any({layout.name for layout in own(each).layouts.values()} <= has for each in LANGUAGES)
    return update(old, deck_pptx(review, lang, template=None if is_own else old, scale=scale))


def deck_pdf(review: Review, lang: Language, *, scale: RiskScale | None = None) -> bytes:
    """The deck as PDF."""
    return pdf(deck(review, lang, scale=scale), title=review.headline.text(lang), lang=lang)


def one_page_pdf(review: Review, lang: Language, paper: str = "wide") -> bytes:
    """The one page as PDF on ``paper``, a name of :data:`PAPERS`: vector, with its fonts embedded."""
    return pdf([one_page(review, lang, frame=PAPERS[paper])], title=review.headline.text(lang), lang=lang)


def one_page_svg(review: Review, lang: Language, theme: Theme = LIGHT, *, headed: bool = True) -> str:
    """The one page as SVG, with the headline over it or without."""
    return svg(one_page(review, lang, theme, headed=headed))


def deck_svg(review: Review, lang: Language, theme: Theme = LIGHT, scale: RiskScale | None = None) -> tuple[str, ...]:
    """The sections that are presented, a picture each: the one page first, then the story without its opening and its appendix."""
    pages = [page for page in deck(review, lang, scale=scale, theme=theme)[1:] if page.kind != "appendix"]
    return tuple(svg(page) for page in (one_page(review, lang, theme), *pages))
