"""Behind the story: the lanes that did not fit, the open items with the latest first, every item as a bar, the register."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any, Final

import numpy as np
import pandas as pd

from tpm.charts.theme import Theme
from tpm.export.deck import drawings, executive, gantt
from tpm.export.deck.canvas import SMALLEST, Frame, Page, Table, columns, table
from tpm.export.deck.parts import foot, new_page
from tpm.i18n import Language, format_date, t
from tpm.insight.review import Review
from tpm.insight.risks.register import heatmap_title, read_register
from tpm.insight.risks.scale import RiskScale
from tpm.insight.roadmap import LANE, lanes_of, roadmap_rows
from tpm.model import Kind, State

ITEMS_MOST: Final = 400  # of a deck; a longer plan is told by its open, critical and late items
EVERY: Final = 10 * ITEMS_MOST
_WIDTHS: Final = {"id": 62, "name": 240, "team": 104, "owner": 116, "dates": 132, "state": 78, "slip": 62, "float": 66}  # by need
_RISK_WIDTHS: Final = {"number": 26, "title": 150, "owner": 76, "chance": 52, "impact": 52, "days": 66}
_NAME_LEAST: Final = 150.0
_TITLE_LEAST: Final = 120.0
_SHARE: Final = 0.49  # of the width: the matrix


def pages(review: Review, lang: Language, scale: RiskScale, theme: Theme, frame: Frame) -> list[Page]:
    """The pages of the appendix; empty where there is nothing to add."""
    parts = {"lanes": _lanes(review, lang, theme, frame), "items": _items(review, lang, theme, frame),
             "bars": _roadmap(review, lang, theme, frame), "register": _register(review, lang, scale, theme, frame)}
    for key, made in parts.items():
        for number, page in enumerate(made, start=1):
            page.key = f"{key} {number}"
    return [page for made in parts.values() for page in made]


def _lanes(review: Review, lang: Language, theme: Theme, frame: Frame) -> list[Page]:
    """The lanes for which the executive roadmap had no room."""
    bottom = frame.bottom - 16
    out = []
    for part in executive.parts_of(review.roadmap, bottom - frame.top)[1:]:
        page = new_page(frame, theme, t("deck.more-lanes", lang, count=len(part.lanes), first=part.lanes[0], last=part.lanes[-1]),
                        kind="appendix")
        foot(page, "", executive.draw(page, part, frame.top, bottom, lang, review.facts.status_date), lang)
        out.append(page)
    return out


def _items(review: Review, lang: Language, theme: Theme, frame: Frame) -> list[Page]:
    """The open items as a table, the latest first; a column that says nothing is left out."""
    facts = review.facts
    rows = facts.plan.activities.assign(
        finish=facts.items.finish, start=facts.items.start, state=facts.items.state, beyond=facts.items.beyond,
        spare=facts.schedule.table["total_float"].to_numpy())[facts.open]
    if rows.empty:
        return []
    rows = rows.sort_values(["beyond", "finish"], ascending=[False, True], na_position="last", kind="stable").head(ITEMS_MOST // 2)
    told = [_item(row, theme, lang) for row in rows.to_dict("records")]
    said = {name: need for name, need in _WIDTHS.items() if any(one[name] and one[name][0] for one in told)}
    widths = columns(said, "name", _NAME_LEAST, frame.inner, ("state", "float", "owner"))
    names = list(widths)
    head, body = [t(f"deck.item.{name}", lang) for name in names], [[one[name] for name in names] for one in told]
    numbers = tuple(position for position, name in enumerate(names) if name in ("slip", "float"))

    def fit(part: Sequence[list[str | tuple[str, str]]]) -> tuple[Table, int]:
        return table(frame.left, frame.top, tuple(widths.values()), [[*head], *part], SMALLEST, theme, lines=1, numbers=numbers,
                     name=t("deck.open-items", lang), about=t("deck.appendix", lang, count=len(rows)), height=frame.bottom - frame.top - 14)

    fits = max(len(body) - fit(body)[1], 1)
    count = ceil(len(body) / fits)
    out = []
    for number, part in enumerate(np.array_split(np.arange(len(body)), count), start=1):  # equal pages: none with a single row at the end
        page = new_page(frame, theme, t("deck.appendix" if count == 1 else "deck.appendix-part", lang, count=int(facts.open.sum()),
                                        number=number, total=count), kind="appendix")
        page.add(fit([body[row] for row in part])[0])
        out.append(page)
    foot(out[-1], "", int(facts.open.sum()) - len(rows), lang)
    return out


def _item(row: dict[Any, Any], theme: Theme, lang: Language) -> dict[str, str | tuple[str, str]]:
    late = row["beyond"] == row["beyond"] and row["beyond"] >= 0.5
    first, last = (format_date(row[end], lang, "day") for end in ("start", "finish"))
    spare = row["spare"]
    return {"id": str(row["id"]), "name": str(row["name"]), "team": str(row["team"] or ""), "owner": str(row["owner"] or ""),
            "dates": t("deck.undated", lang) if pd.isna(row["finish"]) else last if first == last else f"{first} – {last}",
            "state": t(f"roadmap.state.{State(row['state']).value}", lang),
            "slip": (t("deck.slip", lang, days=row["beyond"]), theme.late) if late else "",
            "float": "" if spare != spare or abs(spare) > 9_999 else t("deck.short-days", lang, days=spare)}


def _roadmap(review: Review, lang: Language, theme: Theme, frame: Frame) -> list[Page]:
    """Every item as a bar, page by page; of a long plan what is open and critical, late or a milestone."""
    facts = review.facts
    rows = roadmap_rows(facts.plan, facts.schedule, lane=lanes_of(facts.plan)[0], max_rows=EVERY, compact=False)
    every = gantt.bars_of(rows, lang)
    bars = every if len(every) <= ITEMS_MOST else [
        bar for bar in every if bar.kind == LANE or bar.critical or bar.late or (bar.kind == Kind.MILESTONE and not bar.done)][:ITEMS_MOST]
    scale = gantt.chart_scale(bars, frame.left, frame.right, facts.status_date)
    if scale is None:
        return []
    parts = gantt.pages_of(bars, frame.bottom - 14 - frame.top)
    out = []
    for number, part in enumerate(parts, start=1):
        named = [bar.name for bar in part if bar.kind != LANE]
        title = t("deck.roadmap" if len(parts) == 1 else "deck.roadmap-part", lang, first=named[0], last=named[-1])
        page = new_page(frame, theme, title, kind="appendix")
        gantt.draw(page, part, scale, frame.top, lang, facts.status_date)
        foot(page, t("deck.legend.bars", lang), _count(every) - _count(bars) if number == len(parts) else 0, lang)
        out.append(page)
    return out


def _count(bars: Sequence[gantt.Bar]) -> int:
    return sum(bar.kind in (Kind.ACTIVITY, Kind.MILESTONE) for bar in bars)


def _register(review: Review, lang: Language, scale: RiskScale, theme: Theme, frame: Frame) -> list[Page]:
    """The matrix with numbered risks and the register beside it, where the story shows how sure the date is instead."""
    facts = review.facts
    told = read_register(facts.plan, scale, facts.status_date)
    rows = told.rows[told.rows["open"] | told.rows["occurred"]]
    if rows.empty or not review.brief.sure:
        return []
    page = new_page(frame, theme, heatmap_title(told, lang)[0], kind="appendix")
    drawn = drawings.matrix(page, told, frame.inner * (_SHARE - 0.03), lang)
    left = frame.left + frame.inner * _SHARE
    cut = register(page, review, rows, left, frame.right - left, lang)
    foot(page, t("deck.legend.risks", lang), cut + int(rows["rating"].notna().sum()) - drawn, lang)
    return [page]


def register(page: Page, review: Review, rows: pd.DataFrame, left: float, width: float, lang: Language, most: int | None = None) -> int:
    """Risks by what they are expected to cost the date, at most ``most``; returns how many are not shown."""
    theme, frame = page.theme, page.frame
    days = {risk.id: risk.days for risk in review.risks}
    widths = columns(_RISK_WIDTHS, "title", _TITLE_LEAST, width, ("impact", "owner"))
    ranked = rows.assign(weight=rows["id"].map(days).abs().fillna(0)).sort_values(["weight", "number"], ascending=[False, True])
    shown = ranked if most is None else ranked.head(most)
    body: list[list[str | tuple[str, str]]] = [[t(f"deck.risk.{name}", lang) for name in widths]]
    for row in shown.to_dict("records"):
        expected = days.get(row["id"])
        told: dict[str, str | tuple[str, str]] = {
            "number": str(row["number"]), "title": str(row["title"]),
            "owner": (str(row["owner"]), theme.ink) if row["owner"] else (t("deck.nobody", lang), theme.late),
            "chance": "" if row["probability"] != row["probability"] else f"{row['probability']:.0%}",
            "impact": "" if row["impact_days"] != row["impact_days"] else t("deck.short-days", lang, days=row["impact_days"]),
            "days": "" if expected is None else t("deck.expected", lang, days=expected)}
        body.append([told[name] for name in widths])
    numbers = tuple(position for position, name in enumerate(widths) if name in ("chance", "impact", "days"))
    made, cut = table(left, frame.top, tuple(widths.values()), body, 11 if most else SMALLEST, theme,
                      lines=3 if most else 2, numbers=numbers, name=t("deck.register", lang),
                      about=t("deck.register-about", lang, count=len(shown)), height=frame.bottom - frame.top - 16)
    page.add(made)
    return cut + len(ranked) - len(shown)


__all__ = ["EVERY", "pages", "register"]
