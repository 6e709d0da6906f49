"""The one page of a review: when, why, what is needed, what could go wrong, what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tpm.charts.theme import LIGHT, Theme
from tpm.export.deck import executive
from tpm.export.deck.canvas import LINE, SMALLEST, WIDE, Frame, Line, Page, Words, fitted, whole
from tpm.export.deck.parts import foot, new_page, signed, spoken, status_box
from tpm.export.deck.story import legend
from tpm.i18n import Language, t
from tpm.insight.review import Length, Rag, Review, Told, TopRisk

A4: Final = Frame(width=841.9, height=595.3, left=36.0, right=805.9, top=100.0, bottom=565.0, title=(36.0, 20.0, 769.9, 76.0), foot=571.0)
PAPERS: Final = {"wide": WIDE, "a4": A4}  # by the names that the command line takes
_SHARES: Final = (0.25, 0.33, 0.22, 0.20)  # of the width: why, decisions, risks, what is not known
_GAP: Final = 18.0
_BELOW: Final = 158.0  # height of the columns


def one_page(review: Review, lang: Language, theme: Theme = LIGHT, frame: Frame = WIDE, headed: bool = True) -> Page:
    """The page that is put on the screen and printed; without its head where something else says the headline."""
    sure = review.brief.sure
    page = new_page(frame, theme, review.headline.text(lang), notes=review.brief.text(lang, Length.PAGE), narrower=40.0)
    title = page.marks[0]
    assert isinstance(title, Words)
    top = title.y + len(title.lines) * title.size * LINE + 3
    if headed:
        page.add(status_box(review, frame.right - 22, 22, 22, lang, theme))
    else:
        page.marks.clear()
        top = 6.0
    page.write(frame.left, top, frame.inner, (sure[0] if sure else review.ground).text(lang), 11.5, theme.muted_text)
    page.write(frame.left, top + 15, frame.inner, legend(review, lang), SMALLEST, theme.muted_text)
    bottom = frame.bottom - _BELOW
    hidden = review.roadmap.left_out
    if review.roadmap.marks or review.roadmap.bars:
        parts = executive.parts_of(review.roadmap, bottom - top - 31)
        hidden += sum(len(part.lanes) for part in parts[1:])
        hidden += executive.draw(page, parts[0], top + 31, bottom, lang, review.facts.status_date)
    x = frame.left
    for share, (name, lines) in zip(_SHARES, _columns(review, lang), strict=True):
        width = (frame.inner - _GAP * (len(_SHARES) - 1)) * share
        _column(page, x, bottom + 22, width, name, lines, lang)
        x += width + _GAP
    foot(page, "", hidden, lang)
    signed(page, review, 1, lang)
    return page


def _columns(review: Review, lang: Language) -> list[tuple[str, list[str]]]:
    """Heading and lines of each column, in the order in which a reader asks. "None" is only said of what was looked at."""
    facts, judged = review.facts, review.status.rag is not Rag.UNKNOWN
    why = [*review.brief.why, *review.since]
    risks = "deck.no-risks" if facts.plan.risks.empty else "deck.no-heavy-risks"
    return [
        (t("brief.section.why", lang), _told(why, "deck.no-why" if judged else "deck.why-unknown", lang)),
        (t("brief.section.decisions", lang), _asked(review, lang) or [t("deck.no-decision" if judged else "deck.decision-unknown", lang)]),
        (t("brief.section.risks", lang), [_risk(risk, lang) for risk in review.risks] or [t(risks, lang)]),
        (t("brief.section.unknown", lang), _told(review.unknowns, "deck.no-unknown", lang)),
    ]


def _told(sentences: Sequence[Told], nothing: str, lang: Language) -> list[str]:
    return spoken(sentences, lang) or [t(nothing, lang)]


def _risk(risk: TopRisk, lang: Language) -> str:
    return t("deck.risk-line", lang, title=risk.title, share=risk.probability, expected=abs(risk.days))


def _asked(review: Review, lang: Language) -> list[str]:
    """The decisions, with the best option of the first."""
    told: list[str] = []
    for number, decision in enumerate(review.decisions, start=1):
        told.append(f"{number}. {decision.question.text(lang)}")
        if decision.best is not None and number == 1:
            told.append(f"→ {decision.best.short.text(lang)}")
    return told


def _column(page: Page, x: float, y: float, width: float, title: str, lines: Sequence[str], lang: Language) -> None:
    """A heading and as many lines as there is room for; what is not shown is counted."""
    page.add(Line(x, y - 6, x + width, y - 6, page.theme.rule))
    y += page.write(x, y, width, title, 12, page.theme.ink, bold=True) + 4
    size, last = SMALLEST, page.frame.bottom - SMALLEST * LINE
    for number, line in enumerate(lines):
        broken = fitted(line, width, size, 5)
        rest = len(lines) - number
        more = 0.0 if rest == 1 else size * LINE
        if y + len(broken) * size * LINE + more > last:
            page.write(x, y, width, t("deck.and-more", lang, count=rest), size, page.theme.muted_text)
            return
        page.add(Words(x, y, width, len(broken) * size * LINE, tuple(broken), size, page.theme.ink, whole=whole(line, broken)))
        y += len(broken) * size * LINE + 4
