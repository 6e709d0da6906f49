"""The story of a review in at most six slides: why and what is needed · roadmap · path to the date · decisions · risks · what changed.

Every title is a finding. Notes are for the presenter: the reasons that a slide does not show. What has nothing to say has no slide.
Everything is read from one :class:`~tpm.insight.review.Review`, so that the deck, the page on the screen and the brief say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from tpm.charts.theme import LIGHT, Theme
from tpm.export.deck import appendix, drawings, executive, gantt
from tpm.export.deck.canvas import WIDE, Frame, Page, table
from tpm.export.deck.parts import as_of, decisions_finding, foot, footer, new_page, signed, spoken, status_box
from tpm.i18n import Language, t
from tpm.insight.review import Decision, Rag, Review
from tpm.insight.review.since import SinceLine
from tpm.insight.risks.register import heatmap_title, read_register
from tpm.insight.risks.scale import RiskScale
from tpm.insight.roadmap import roadmap_rows
from tpm.model import Kind

OPENING: Final = Frame(title=(36.0, 34.0, 888.0, 98.0), title_size=26.0, top=184.0)  # of the first page
_DECISIONS: Final = 3  # on the slide; the brief has them all
_OPTIONS: Final = 4
_RISKS: Final = 5
_ASKED: Final = 2  # people whom the notes name


def deck(review: Review, lang: Language, *, scale: RiskScale | None = None, theme: Theme = LIGHT, frame: Frame = WIDE,
         opening: Frame = OPENING) -> list[Page]:
    """The pages of the deck, in order."""
    made = _Story(review, lang, theme, frame)
    pages = [made.opening(opening), made.roadmap(), made.path(), made.decisions(), made.risks(scale or RiskScale()), made.changes()]
    for key, page in zip(("opening", "roadmap", "path", "decisions", "risks", "changes"), pages, strict=True):
        if page is not None:
            page.key = key
    kept = [page for page in pages if page is not None] + appendix.pages(review, lang, scale or RiskScale(), theme, frame)
    for number, page in enumerate(kept, start=1):
        signed(page, review, number, lang)
    return kept


def legend(review: Review, lang: Language) -> str:
    """The legend of the executive roadmap in words: only what it draws."""
    marks = review.roadmap.marks
    drawn = {
        "lane-bars": bool(review.roadmap.bars),
        "forecast": bool(marks),
        "promised": any(mark.promise is not None and mark.promise != mark.finish and mark.status.rag is not Rag.DONE for mark in marks),
        "whisker": any(mark.whisker is not None for mark in marks),
        "rag": bool(review.roadmap.statuses),
    }
    return " · ".join(t(f"deck.legend.{name}", lang) for name, present in drawn.items() if present)


def roadmap_finding(review: Review, lang: Language) -> str:
    """What the roadmap shows, as a sentence: how many dates are missed, and which most."""
    roadmap = review.roadmap
    kind = "milestones" if any(mark.kind != Kind.ACTIVITY.value for mark in roadmap.marks) else "bars"
    dates: list[Any] = [mark for mark in roadmap.marks if mark.status.rag is not Rag.DONE] if kind == "milestones" else [
        bar for bar in roadmap.bars if bar.done < 1]
    known = [one for one in dates if one.promise is not None]
    late = [one for one in known if one.slip >= 0.5]
    if late:
        worst = max(late, key=lambda one: one.slip)
        return t(f"deck.finding.{kind}-late", lang, late=len(late), count=len(dates), days=worst.slip,
                 name=worst.name if kind == "milestones" else worst.lane or t("deck.no-lane", lang))
    if known:
        return t(f"deck.finding.{kind}-kept", lang, count=len(known))
    return t(f"deck.finding.{kind}-alone", lang, count=len(dates)) if dates else t("deck.finding.done", lang)


class _Story:
    def __init__(self, review: Review, lang: Language, theme: Theme, frame: Frame) -> None:
        self.review, self.lang, self.theme, self.frame = review, lang, theme, frame

    def _page(self, title: str, notes: Sequence[str] = (), frame: Frame | None = None, kind: str = "content") -> Page:
        return new_page(frame or self.frame, self.theme, title, kind=kind, notes="\n".join(line for line in notes if line))

    def opening(self, frame: Frame) -> Page:
        """The finding, why it is so, what is needed, what is not known."""
        review, lang = self.review, self.lang
        page = self._page(review.headline.text(lang), self._opening_notes(), frame, "headline")
        name = review.facts.plan.name or t("deck.untitled", lang)
        y = frame.title[1] + max(frame.title[3], 0) + 8
        page.add(status_box(review, frame.left, y, 22, lang, self.theme))
        page.write(frame.left + 32, y + 4, frame.inner - 32, f"{name} · {as_of(review, lang)}", 12, self.theme.muted_text, role="subtitle")
        judged = review.status.rag is not Rag.UNKNOWN
        why = spoken([*review.brief.why, *review.brief.sure], lang) or [t("deck.no-why" if judged else "deck.why-unknown", lang)]
        needed = self._needed() or [t("deck.no-decision" if judged else "deck.decision-unknown", lang)]
        width = (frame.inner - 28) / 2
        height = frame.bottom - frame.top - 20
        hidden = page.tell(frame.left, frame.top, width, height, [(t("brief.section.why", lang), why)], 14, t("brief.section.why", lang))
        told = [(t("brief.section.decisions", lang), needed), (t("brief.section.unknown", lang), spoken(review.unknowns[:2], lang))]
        hidden += page.tell(frame.left + width + 28, frame.top, width, height, told, 14, t("brief.section.decisions", lang))
        foot(page, "", hidden, lang)
        return page

    def _needed(self) -> list[str]:
        lang, said = self.lang, []
        for decision in self.review.decisions[:2]:
            said.append(f"{decision.question.text(lang)} · {self._by(decision)}")
            if decision.best is not None:
                said.append(decision.best.short.text(lang))
        return said

    def _by(self, decision: Decision) -> str:
        return t("deck.decide-now", self.lang) if decision.by is None else t("deck.decide-by", self.lang, date=decision.by)

    def _opening_notes(self) -> list[str]:
        review, lang = self.review, self.lang
        ask = review.decisions[0] if review.decisions else None
        return [t("deck.say.opening", lang), review.ground.text(lang),
                "" if ask is None else t("deck.say.ask", lang, by=self._by(ask)),
                *(spoken(review.unknowns[:2], lang)), *(melon.why.text(lang) for melon in review.watermelons[:2])]

    def roadmap(self) -> Page:
        review, lang, frame = self.review, self.lang, self.frame
        red = [status.why.text(lang) for status in review.roadmap.statuses.values() if status.rag in (Rag.RED, Rag.AMBER)]
        page = self._page(roadmap_finding(review, lang), [t("deck.say.roadmap", lang), *red])
        if not (review.roadmap.marks or review.roadmap.bars):
            page.write(frame.left, frame.top + 20, frame.inner, t("deck.no-milestones", lang), 14, self.theme.muted_text, lines=2)
            return page
        bottom = frame.bottom - 16
        first = executive.parts_of(review.roadmap, bottom - frame.top)[0]
        hidden = executive.draw(page, first, frame.top, bottom, lang, review.facts.status_date)
        foot(page, legend(review, lang), hidden + review.roadmap.left_out, lang)
        return page

    def path(self) -> Page | None:
        """The chain that decides the date, with arrows."""
        facts, lang, frame = self.review.facts, self.lang, self.frame
        if len(facts.driving) < 2:
            return None
        rows = roadmap_rows(facts.plan, facts.schedule, lane="none", max_rows=appendix.EVERY, compact=False)
        known = {bar.id: bar for bar in gantt.bars_of(rows, lang)}
        chain = [gantt.of_team(known[item], facts.team(item) or "") for item in facts.driving if item in known]
        bars = chain[-max(int((frame.bottom - frame.top - 64) // gantt.ROW), 2):]
        scale = gantt.chart_scale(bars, frame.left, frame.right, facts.status_date)
        if scale is None:
            return None
        teams = len({facts.team(item) for item in facts.driving} - {None})
        title = t("deck.critical" if teams > 1 else "deck.critical-alone", lang, name=facts.name(facts.driving[-1]),
                  count=len(facts.driving), teams=teams, date=facts.finish(facts.driving[-1]))
        asks = [person.message(lang).partition("\n")[2].strip() for person in self.review.people[:_ASKED]]
        people = [t("deck.say.person", lang, name=person.name, ask=" ".join(ask.split()))
                  for person, ask in zip(self.review.people, asks, strict=False)]
        page = self._page(title, [t("deck.say.path", lang), *spoken(self.review.brief.why[:2], lang), *people])
        gantt.draw(page, bars, scale, frame.top, lang, facts.status_date, [(before.id, after.id) for before, after in pairwise(bars)],
                   min((frame.bottom - frame.top - 64) / len(bars), gantt.ROW_MOST))
        foot(page, t("deck.legend.path", lang), len(chain) - len(bars), lang)
        return page

    def decisions(self) -> Page | None:
        asked, lang, frame = self.review.decisions, self.lang, self.frame
        if not asked:
            return None
        why = [one.why.text(lang) for one in asked[:_DECISIONS]]
        page = self._page(decisions_finding(self.review, lang), [t("deck.say.decisions", lang), *why])
        y, hidden = frame.top, len(asked)
        for number, decision in enumerate(asked[:_DECISIONS], start=1):
            after = self._decision(page, decision, number, y)
            if after is None:
                break
            y, hidden = after, len(asked) - number
        foot(page, t("deck.legend.decisions", lang), hidden, lang)
        return page

    def _decision(self, page: Page, decision: Decision, number: int, y: float) -> float | None:
        """One decision and its options from ``y``; where it ends, or None where it does not fit."""
        frame, lang = self.frame, self.lang
        body: list[list[str | tuple[str, str]]] = [[f"{number}. {decision.question.text(lang)}", self._by(decision)]]
        for option in sorted(decision.options, key=lambda one: one.days)[:_OPTIONS]:
            days = t("deck.no-change", lang) if abs(option.days) < 0.05 else t("deck.signed-days", lang, days=option.days)
            body.append([option.short.text(lang), (days, self.theme.good if option.days < 0 else self.theme.muted_text)])
        made, cut = table(frame.left, y, (frame.inner - 140, 140), body, 12, self.theme, lines=3, numbers=(1,),
                          name=t("deck.decision", lang, number=number), about=decision.question.text(lang), height=frame.bottom - 18 - y)
        if cut and len(made.rows) < 2:
            return None
        page.add(made)
        return y + sum(made.heights) + 14

    def risks(self, scale: RiskScale) -> Page | None:
        """How sure the date is, and what endangers it most."""
        review, lang, frame = self.review, self.lang, self.frame
        facts = review.facts
        register = read_register(facts.plan, scale, facts.status_date)
        sure = review.brief.sure
        likely = facts.simulation if sure and facts.simulation is not None and facts.simulation.answered else None
        rows = register.rows[register.rows["open"] | register.rows["occurred"]]
        if likely is None and rows.empty:
            return None
        title = sure[0].text(lang) if likely is not None else heatmap_title(register, lang)[0]
        page = self._page(title, [t("deck.say.risks", lang), *(risk.sentence.text(lang) for risk in review.risks[:_RISKS])])
        if likely is not None:
            width = frame.inner if rows.empty else frame.inner * 0.42
            drawings.distribution(page, likely, facts, frame.left, frame.top, width, min(frame.bottom - 30 - frame.top, 300.0), lang)
            left, legend_of, hidden = frame.left + frame.inner * 0.46, "deck.legend.likely", 0
        else:
            hidden = int(rows["rating"].notna().sum()) - drawings.matrix(page, register, frame.inner * 0.46, lang)
            left, legend_of = frame.left + frame.inner * 0.49, "deck.legend.risks"
        if not rows.empty:
            hidden += appendix.register(page, review, rows, left, frame.right - left, lang, most=_RISKS if likely is not None else None)
        foot(page, t(legend_of, lang), hidden, lang)
        return page

    def changes(self) -> Page | None:
        """Where the days since the last review come from."""
        since, lang, frame = self.review.since, self.lang, self.frame
        if not since:
            return None
        summary = next((line.summary for line in since if isinstance(line, SinceLine)), None)
        slip = None if summary is None else summary.slip
        page = self._page(since[0].text(lang), [t("deck.say.changes", lang), *spoken(since[1:2], lang)])
        top, rest = frame.top, spoken(since[1:], lang)
        if summary is not None and slip is not None and slip.days and slip.parts:
            room = min((frame.bottom - frame.top) * 0.66, 34.0 * (min(len(slip.parts), 8) + 2))
            drawings.causes(page, summary, slip, top, room, lang)
            top += room + 16
        hidden = page.tell(frame.left, top, frame.inner, frame.bottom - 16 - top, [(t("brief.section.changes", lang), rest)], 13,
                           t("brief.section.changes", lang)) if rest else 0
        foot(page, "", hidden, lang)
        return page


__all__ = ["OPENING", "deck", "footer", "legend", "roadmap_finding"]
