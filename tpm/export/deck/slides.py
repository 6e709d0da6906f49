"""The pages of a review: title, executive roadmap, roadmap, critical path, risks, decisions, changes, appendix; and the one page.

Everything is read from one :class:`~tpm.insight.review.Review`, so that the deck, the page on the screen and the brief say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import Final

import pandas as pd

from tpm.charts.cell_packing import Grid
from tpm.charts.cell_packing import place as spread
from tpm.charts.theme import LIGHT, Theme
from tpm.export.deck import executive, gantt
from tpm.export.deck.canvas import HEIGHT, LINE, MARGIN, WIDTH, Box, Line, Page, Table, Words, fitted, pale, table
from tpm.i18n import Language, format_date, t
from tpm.insight.review import Decision, Length, Rag, Review, Told, TopRisk
from tpm.insight.risks.register import Register, heatmap_title, read_register
from tpm.insight.risks.scale import RiskScale
from tpm.insight.roadmap import LANE, lanes_of, roadmap_rows
from tpm.model import Kind, State

_TITLE: Final = 22.0
_BODY_TOP: Final = 92.0
_FOOT: Final = HEIGHT - 26.0
_INNER: Final = WIDTH - 2 * MARGIN
_SHARES: Final = (0.25, 0.33, 0.22, 0.20)  # of the one page's width: why, decisions, risks, what is not known
_ITEMS_MOST: Final = 400  # of a deck; a longer plan is told by its open, critical and late items


def deck(review: Review, lang: Language, *, scale: RiskScale | None = None, theme: Theme = LIGHT) -> list[Page]:
    """The pages of the deck, in order; what has nothing to say has no page."""
    pages = [_cover(review, lang, theme), _executive(review, lang, theme), *_roadmap(review, lang, theme), *_critical(review, lang, theme)]
    pages += _risks(review, lang, scale or RiskScale(), theme)
    pages += _decisions(review, lang, theme)
    pages += _changes(review, lang, theme)
    pages += _appendix(review, lang, theme)
    for number, page in enumerate(pages[1:], start=2):
        _footer(page, review, number, lang)
    return pages


def _page(theme: Theme, title: str, subtitle: str = "", notes: str = "", width: float = _INNER) -> Page:
    page = Page(title, notes=notes, theme=theme)
    lines = fitted(title, width, _TITLE, 2, bold=True)
    size = _TITLE if len(lines) == 1 else 18.0
    lines = fitted(title, width, size, 2, bold=True)
    page.add(Words(MARGIN, 24, width, len(lines) * size * LINE, tuple(lines), size, theme.ink, True, title=True))
    if subtitle:
        page.write(MARGIN, 24 + len(lines) * size * LINE + 3, _INNER, subtitle, 11.5, theme.muted_text)
    return page


def _footer(page: Page, review: Review, number: int, lang: Language) -> None:
    told = [part for part in (review.facts.plan.name, _as_of(review, lang), t("deck.days", lang)) if part]
    page.write(MARGIN, HEIGHT - 20, _INNER - 60, " · ".join(told), 9, page.theme.muted_text)
    page.write(WIDTH - MARGIN - 50, HEIGHT - 20, 50, str(number), 9, page.theme.muted_text, align="right")


def _as_of(review: Review, lang: Language) -> str:
    status = review.facts.status_date
    return t("deck.no-status-date", lang) if status is None else t("deck.as-of", lang, date=status)


def _notes(sentences: Sequence[Told], lang: Language) -> str:
    return "\n".join(sentence.text(lang) for sentence in sentences)


def _cover(review: Review, lang: Language, theme: Theme) -> Page:
    page = Page(review.headline.text(lang), notes=review.brief.text(lang, Length.PAGE), theme=theme, kind="cover")
    page.add(Box(0, 0, 10, HEIGHT, theme.critical, name="edge"))
    name = review.facts.plan.name or t("deck.untitled", lang)
    page.write(60, 96, WIDTH - 120, name, 16, theme.muted_text)
    lines = fitted(review.headline.text(lang), WIDTH - 120, 30, 4, bold=True)
    page.add(Words(60, 128, WIDTH - 120, len(lines) * 30 * LINE, tuple(lines), 30, theme.ink, True, title=True))
    y = 128 + len(lines) * 30 * LINE + 20
    page.add(_status_box(review, 60, y, 26, lang, theme))
    page.write(96, y + 5, WIDTH - 160, review.ground.text(lang), 12, theme.muted_text, lines=2)
    y += 46
    for sentence in review.brief.short[1:5]:
        y += page.write(60, y, WIDTH - 120, sentence.text(lang), 14, theme.ink, lines=3) + 6
        if y > HEIGHT - 90:
            break
    page.write(60, HEIGHT - 44, WIDTH - 120, f"{_as_of(review, lang)} · {t('deck.days', lang)}", 11, theme.muted_text)
    return page


def _status_box(review: Review, x: float, y: float, size: float, lang: Language, theme: Theme) -> Box:
    """The program's colour with its letter."""
    rag = review.status.rag
    return Box(x, y, size, size, executive.rag_colour(rag, theme), text=t(f"brief.rag-letter.{rag.value}", lang), size=size * 0.58,
               name="status", about=t(f"brief.rag-name.{rag.value}", lang))


def _executive(review: Review, lang: Language, theme: Theme) -> Page:
    page = _page(theme, review.headline.text(lang), executive_legend(review, lang), _notes(review.brief.short, lang))
    if review.roadmap.marks or review.roadmap.bars:
        left_out = executive.draw(page, review.roadmap, _BODY_TOP, _FOOT - 14, MARGIN, WIDTH - MARGIN, theme, lang,
                                  review.facts.status_date)
        _left_out(page, left_out + review.roadmap.left_out, lang)
    else:
        page.write(MARGIN, _BODY_TOP + 40, _INNER, t("deck.no-milestones", lang), 14, theme.muted_text, lines=2)
    return page


def executive_legend(review: Review, lang: Language) -> str:
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


def _left_out(page: Page, count: int, lang: Language) -> None:
    if count > 0:
        page.write(MARGIN, _FOOT - 10, _INNER, t("deck.left-out", lang, count=count), 10, page.theme.muted_text)


def _roadmap(review: Review, lang: Language, theme: Theme) -> list[Page]:
    """Every item as a bar, page by page; of a long plan what is open and critical, late or a milestone."""
    facts = review.facts
    rows = roadmap_rows(facts.plan, facts.schedule, lane=lanes_of(facts.plan)[0], max_rows=10 * _ITEMS_MOST, compact=False)
    bars = gantt.bars_of(rows, lang)
    cut = 0
    if len(bars) > _ITEMS_MOST:
        kept = [bar for bar in bars if bar.kind == LANE or bar.critical or bar.late or (bar.kind == Kind.MILESTONE and not bar.done)]
        kept = kept[:_ITEMS_MOST]
        cut = sum(bar.kind in (Kind.ACTIVITY, Kind.MILESTONE) for bar in bars) - sum(
            bar.kind in (Kind.ACTIVITY, Kind.MILESTONE) for bar in kept)
        bars = kept
    today = facts.status_date
    scale = gantt.chart_scale(bars, MARGIN, WIDTH - MARGIN, today)
    if scale is None:
        return []
    parts = gantt.pages_of(bars, _FOOT - _BODY_TOP)
    out = []
    for number, part in enumerate(parts, start=1):
        title = t("deck.roadmap" if len(parts) == 1 else "deck.roadmap-part", lang, number=number, total=len(parts))
        page = _page(theme, title, t("deck.legend.bars", lang))
        gantt.draw(page, part, scale, _BODY_TOP, MARGIN, theme, lang, today)
        out.append(page)
    _left_out(out[-1], cut, lang)
    return out


def _critical(review: Review, lang: Language, theme: Theme) -> list[Page]:
    """The chain that decides the date, with arrows."""
    facts = review.facts
    if len(facts.driving) < 2:
        return []
    rows = roadmap_rows(facts.plan, facts.schedule, lane="none", max_rows=10 * _ITEMS_MOST, compact=False)
    known = {bar.id: bar for bar in gantt.bars_of(rows, lang)}
    most = int((_FOOT - _BODY_TOP - 46) // 17.5)
    chain = [known[item] for item in facts.driving if item in known]
    bars = [gantt.Bar(bar.id, bar.name, bar.kind, 0, bar.start, bar.finish, bar.ghost, bar.progress, True, bar.done, bar.late, bar.beyond,
                      facts.team(bar.id) or "") for bar in chain[-most:]]
    scale = gantt.chart_scale(bars, MARGIN, WIDTH - MARGIN, facts.status_date)
    if scale is None:
        return []
    finish = facts.finish(facts.driving[-1])
    teams = len({facts.team(item) for item in facts.driving} - {None})
    title = t("deck.critical", lang, name=facts.name(facts.driving[-1]), count=len(facts.driving), teams=teams, date=finish)
    page = _page(theme, title, t("deck.legend.path", lang), _notes([*review.brief.short[1:3]], lang))
    gantt.draw(page, bars, scale, _BODY_TOP, MARGIN, theme, lang, facts.status_date,
               [(before.id, after.id) for before, after in pairwise(bars)])
    _left_out(page, len(chain) - len(bars), lang)
    return [page]


def _risks(review: Review, lang: Language, scale: RiskScale, theme: Theme) -> list[Page]:
    """The matrix with numbered risks, and the weightiest beside it."""
    facts = review.facts
    register = read_register(facts.plan, scale, facts.status_date)
    rows = register.rows[register.rows["open"] | register.rows["occurred"]]
    if rows.empty:
        return []
    title, _ = heatmap_title(register, lang)
    page = _page(theme, title, t("deck.legend.risks", lang), _notes([risk.sentence for risk in review.risks], lang))
    drawn = _matrix(page, register, lang)
    left = MARGIN + 470
    days = {risk.id: risk.days for risk in review.risks}
    head = [t(f"deck.risk.{name}", lang) for name in ("number", "title", "owner", "chance", "impact", "days")]
    ranked = rows.assign(weight=rows["id"].map(days).abs().fillna(0)).sort_values(["weight", "number"], ascending=[False, True])
    body: list[list[str | tuple[str, str]]] = [[*head]]
    for row in ranked.to_dict("records"):
        expected = days.get(row["id"])
        body.append([
            str(row["number"]), str(row["title"]),
            (str(row["owner"]), theme.ink) if row["owner"] else (t("deck.nobody", lang), theme.late),
            _share(row["probability"]), _days(row["impact_days"], lang),
            "" if expected is None else t("deck.expected", lang, days=expected)])
    made, cut = table(left, _BODY_TOP, (24, 156, 76, 48, 50, 64), body, 10, theme, lines=2, numbers=(3, 4, 5), name="risks",
                      height=_FOOT - _BODY_TOP - 14)
    page.add(made)
    _left_out(page, cut + int(rows["rating"].notna().sum()) - drawn, lang)
    return [page]


def _share(value: float) -> str:
    return "" if value != value else f"{value:.0%}"


def _days(value: float, lang: Language) -> str:
    return "" if value != value else t("deck.short-days", lang, days=value)


def _matrix(page: Page, register: Register, lang: Language) -> int:
    """Five by five cells with the risks' numbers; returns how many are drawn."""
    left, top, wide, tall = MARGIN + 62, _BODY_TOP + 14, 76.0, 64.0
    colours = page.theme
    tint = {zone: pale(colour, colours) for zone, colour in (("high", colours.late), ("medium", colours.warning), ("low", colours.good))}
    for probability in range(1, 6):
        for impact in range(1, 6):
            zone = register.scale.zone(probability * impact)
            page.add(Box(left + (impact - 1) * wide + 1, top + (5 - probability) * tall + 1, wide - 2, tall - 2, tint[zone],
                         name=f"cell {probability}×{impact}"))
    for level, name in enumerate(register.scale.probability_names(lang)):
        page.write(MARGIN, top + (4 - level) * tall + tall / 2 - 6, 56, name, 9.5, page.theme.muted_text, align="right")
    for level, name in enumerate(register.scale.impact_names(lang)):
        page.write(left + level * wide, top + 5 * tall + 4, wide, name, 9.5, page.theme.muted_text, align="center")
    page.write(MARGIN, top - 16, 120, t("risks.heatmap.probability", lang), 9.5, page.theme.muted_text)
    page.write(left, top + 5 * tall + 18, 5 * wide, t("risks.heatmap.impact", lang), 9.5, page.theme.muted_text, align="center")
    grid = Grid(wide, tall)
    cells: dict[tuple[int, int], list[int]] = {}
    rated = register.rated[register.rated["open"] | register.rated["occurred"]]
    for row in rated.to_dict("records"):
        cells.setdefault((int(row["impact_level"]) - 1, 5 - int(row["probability_level"])), []).append(int(row["number"]))
    diameter = grid.diameter(max((len(numbers) for numbers in cells.values()), default=1))
    across, down = grid.capacity(diameter)
    cells = {cell: numbers[: across * down] for cell, numbers in cells.items()}
    titles = dict(zip(rated["number"], rated["title"], strict=True))
    for number, (x, y) in spread(grid, cells, diameter).items():
        page.add(Box(left + x - diameter / 2, top + y - diameter / 2, diameter, diameter, page.theme.ink, shape="ellipse", text=str(number),
                     size=min(11.0, diameter * 0.45), name=f"risk {number} {titles[number]}"))
    return sum(len(numbers) for numbers in cells.values())


def _decisions(review: Review, lang: Language, theme: Theme) -> list[Page]:
    if not review.decisions:
        return []
    page = _page(theme, t("deck.decisions", lang, count=len(review.decisions)), t("deck.legend.decisions", lang),
                 _notes([sentence for one in review.decisions for sentence in (one.question, one.why)], lang))
    y, told = _BODY_TOP, 0
    for number, decision in enumerate(review.decisions, start=1):
        y2 = _decision(page, decision, number, y, lang)
        if y2 is None:
            break
        y, told = y2, number
    _left_out(page, len(review.decisions) - told, lang)
    return [page]


def _decision(page: Page, decision: Decision, number: int, y: float, lang: Language) -> float | None:
    """One decision and its options from ``y``; where it ends, or None where it does not fit."""
    by = t("deck.decide-now", lang) if decision.by is None else t("deck.decide-by", lang, date=decision.by)
    body: list[list[str | tuple[str, str]]] = [[decision.question.text(lang), by]]
    for option in decision.options:
        days = t("deck.no-change", lang) if abs(option.days) < 0.05 else t("deck.signed-days", lang, days=option.days)
        body.append([option.sentence.text(lang), (days, page.theme.good if option.days < 0 else page.theme.muted_text)])
    made, cut = table(MARGIN, y, (_INNER - 150, 150), body, 12, page.theme, lines=2, numbers=(1,), name=f"decision {number}",
                      height=_FOOT - 16 - y)
    if cut and len(made.rows) < 2:
        return None
    page.add(made)
    return y + sum(made.heights) + 14


def _changes(review: Review, lang: Language, theme: Theme) -> list[Page]:
    if not review.since:
        return []
    page = _page(theme, review.since[0].text(lang), t("brief.section.changes", lang), _notes(review.since, lang))
    y = _BODY_TOP
    for told, sentence in enumerate(review.since[1:], start=1):
        lines = fitted(sentence.text(lang), _INNER - 20, 14, 2)
        if y + len(lines) * 14 * LINE > _FOOT - 16:
            _left_out(page, len(review.since) - told, lang)
            break
        page.add(Box(MARGIN + 2, y + 6, 5, 5, theme.ink, shape="ellipse", name="bullet"))
        page.add(Words(MARGIN + 18, y, _INNER - 20, len(lines) * 14 * LINE, tuple(lines), 14, theme.ink))
        y += len(lines) * 14 * LINE + 8
    return [page]


def _appendix(review: Review, lang: Language, theme: Theme) -> list[Page]:
    """The open items as a table, page by page."""
    facts = review.facts
    rows = facts.plan.activities.assign(
        finish=facts.items.finish, start=facts.items.start, state=facts.items.state, beyond=facts.items.beyond,
        spare=facts.schedule.table["total_float"].to_numpy())
    rows = rows[facts.open].head(_ITEMS_MOST // 2)
    if rows.empty:
        return []
    head = [t(f"deck.item.{name}", lang) for name in ("id", "name", "team", "owner", "dates", "state", "slip", "float")]
    body: list[list[str | tuple[str, str]]] = []
    for row in rows.to_dict("records"):
        late = row["beyond"] == row["beyond"] and row["beyond"] >= 0.5
        first, last = (format_date(row[end], lang, "day") for end in ("start", "finish"))
        dates = t("deck.undated", lang) if pd.isna(row["finish"]) else last if first == last else f"{first} – {last}"
        body.append([str(row["id"]), str(row["name"]), str(row["team"] or ""), str(row["owner"] or ""), dates,
                     t(f"roadmap.state.{State(row['state']).value}", lang),
                     (t("deck.slip", lang, days=row["beyond"]), theme.late) if late else "",
                     "" if row["spare"] != row["spare"] or abs(row["spare"]) > 9_999 else t("deck.short-days", lang, days=row["spare"])])
    out: list[Page] = []
    most = 0
    while body:
        page = _page(theme, t("deck.appendix", lang, count=int(facts.open.sum())))
        made, cut = _items(head, body[:most] if most else body, theme)
        if cut:  # equal pages: none with a single row at the end
            fit = len(body) - cut
            most = ceil(len(body) / ceil(len(body) / fit))
            made, _ = _items(head, body[:most], theme)
        page.add(made)
        out.append(page)
        body = body[len(made.rows) - 1:]
    _left_out(out[-1], int(facts.open.sum()) - len(rows), lang)
    return out


def _items(head: list[str], body: Sequence[list[str | tuple[str, str]]], theme: Theme) -> tuple[Table, int]:
    return table(MARGIN, 66, (62, 262, 104, 120, 132, 76, 66, 66), [[*head], *body], 9.5, theme, lines=1, numbers=(6, 7),
                 name="open items", height=_FOOT - 66 - 14)


def one_page(review: Review, lang: Language, theme: Theme = LIGHT) -> Page:
    """The page that is put on the screen: when, why, what is needed, what could go wrong, what is not known."""
    sure = review.brief.sure
    page = _page(theme, review.headline.text(lang), (sure[0] if sure else review.ground).text(lang), review.brief.text(lang, Length.PAGE),
                 width=_INNER - 40)
    page.add(_status_box(review, WIDTH - MARGIN - 22, 26, 22, lang, theme))
    top = page.bottom + 3
    page.write(MARGIN, top, _INNER, executive_legend(review, lang), 10, theme.muted_text)
    bottom = 354.0
    left_out = 0
    if review.roadmap.marks or review.roadmap.bars:
        left_out = review.roadmap.left_out + executive.draw(page, review.roadmap, top + 15, bottom, MARGIN, WIDTH - MARGIN, theme, lang,
                                                            review.facts.status_date)
    x = MARGIN
    gap = 18.0
    for share, (title, lines) in zip(_SHARES, _columns(review, lang), strict=True):
        width = (_INNER - gap * (len(_SHARES) - 1)) * share
        _column(page, x, bottom + 22, width, title, lines, lang)
        x += width + gap
    _left_out(page, left_out, lang)
    _footer(page, review, 1, lang)
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
    return [sentence.text(lang) for sentence in sentences] or [t(nothing, lang)]


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
    size, foot = 10.0, _FOOT + 2
    for number, line in enumerate(lines):
        broken = fitted(line, width, size, 5)
        rest = len(lines) - number
        more = 0.0 if rest == 1 else size * LINE
        if y + len(broken) * size * LINE + more > foot:
            page.write(x, y, width, t("deck.and-more", lang, count=rest), size, page.theme.muted_text)
            return
        page.add(Words(x, y, width, len(broken) * size * LINE, tuple(broken), size, page.theme.ink))
        y += len(broken) * size * LINE + 4


__all__ = ["deck", "executive_legend", "one_page"]
