"""The deck and the one page of a review: as PowerPoint, as PDF, and as pictures for the screen."""

from __future__ import annotations

from tpm.charts.theme import LIGHT, Theme
from tpm.export.deck.slides import deck, one_page
from tpm.export.deck.to_pdf import pdf
from tpm.export.deck.to_pptx import TemplateError, check_template, presentation
from tpm.export.deck.to_svg import svg
from tpm.i18n import Language
from tpm.insight.review import Review
from tpm.insight.risks.scale import RiskScale

__all__ = ["TemplateError", "check_template", "deck_pptx", "deck_svg", "one_page_pdf", "one_page_svg"]


def deck_pptx(review: Review, lang: Language, *, template: bytes | None = None, scale: RiskScale | None = None) -> bytes:
    """The deck as .pptx: native shapes named after their items. Raises :class:`TemplateError` for a template that is none."""
    return presentation(deck(review, lang, scale=scale), lang, title=review.headline.text(lang), template=template)


def one_page_pdf(review: Review, lang: Language) -> bytes:
    """The one page as PDF: vector, with its fonts embedded."""
    return pdf([one_page(review, lang)], title=review.headline.text(lang), lang=lang)


def one_page_svg(review: Review, lang: Language, theme: Theme = LIGHT) -> str:
    """The one page as SVG."""
    return svg(one_page(review, lang, theme))


def deck_svg(review: Review, lang: Language, theme: Theme = LIGHT, scale: RiskScale | None = None) -> tuple[str, ...]:
    """The sections that are presented, a picture each: the one page first, then the deck without its cover and its appendix."""
    pages = [page for page in deck(review, lang, scale=scale, theme=theme)[1:] if page.kind != "appendix"]
    return tuple(svg(page) for page in (one_page(review, lang, theme), *pages))
