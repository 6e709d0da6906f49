"""What every page of the deck has: title, legend at the foot, plan and number; and small things that several pages draw."""

from __future__ import annotations

from collections.abc import Sequence

from tpm.charts.theme import Theme
from tpm.export.deck.canvas import LINE, SMALLEST, TITLE_LINES, Box, Frame, Page, Words, fitted, whole
from tpm.export.deck.executive import rag_colour
from tpm.i18n import Language, t
from tpm.insight.review import Review, Told


def new_page(frame: Frame, theme: Theme, title: str, *, kind: str = "content", notes: str = "", narrower: float = 0.0) -> Page:
    """A page with its title, which leaves ``narrower`` points at its right."""
    page = Page(title, notes=notes, theme=theme, kind=kind, frame=frame)
    x, y, width, height = frame.title
    width -= narrower
    lines = tuple(fitted(title, width, frame.title_size, TITLE_LINES, bold=True))
    height = max(height, len(lines) * frame.title_size * LINE)
    page.add(Words(x, y, width, height, lines, frame.title_size, theme.ink, True, role="title", whole=whole(title, lines)))
    return page


def foot(page: Page, legend: str, left_out: int, lang: Language) -> None:
    """The legend in words, and how much is not shown, above the line with the plan's name."""
    told = [legend, t("deck.left-out", lang, count=left_out) if left_out > 0 else ""]
    words = " · ".join(part for part in told if part)
    if words:
        page.write(page.frame.left, page.frame.bottom - SMALLEST * LINE, page.frame.inner, words, SMALLEST, page.theme.muted_text,
                   name=t("deck.legend-name", lang))


def signed(page: Page, review: Review, number: int, lang: Language) -> None:
    """The plan, its day and the page's number."""
    frame = page.frame
    page.write(frame.left, frame.foot, frame.inner - 60, footer(review, lang), SMALLEST, page.theme.muted_text, role="footer")
    page.write(frame.right - 50, frame.foot, 50, str(number), SMALLEST, page.theme.muted_text, align="right", role="number")


def footer(review: Review, lang: Language) -> str:
    """What stands at the foot of every page."""
    return " · ".join(part for part in (review.facts.plan.name, as_of(review, lang), t("deck.days", lang)) if part)


def as_of(review: Review, lang: Language) -> str:
    """The day that the review speaks of."""
    status = review.facts.status_date
    return t("deck.no-status-date", lang) if status is None else t("deck.as-of", lang, date=status)


def decisions_finding(review: Review, lang: Language) -> str:
    """How many decisions are needed, and until when the first."""
    asked = review.decisions
    first = min((one.by for one in asked if one.by is not None), default=None)
    return t("deck.decisions" if first is None else "deck.decisions-by", lang, count=len(asked), date=first)


def spoken(sentences: Sequence[Told], lang: Language) -> list[str]:
    """``sentences`` in words."""
    return [sentence.text(lang) for sentence in sentences]


def status_box(review: Review, x: float, y: float, size: float, lang: Language, theme: Theme) -> Box:
    """The program's colour with its letter."""
    rag = review.status.rag
    return Box(x, y, size, size, rag_colour(rag, theme), text=t(f"brief.rag-letter.{rag.value}", lang), size=size * 0.58,
               colour=theme.background, name="status", about=t(f"brief.rag-name.{rag.value}", lang))
