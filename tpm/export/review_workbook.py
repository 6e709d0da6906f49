"""A review as a workbook: the clean plan with its forecast and register, then milestones, decisions and schedule health.

The first sheets are those of :mod:`tpm.export.workbook` and read back as the same plan; the rest are for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tpm.charts.theme import LIGHT
from tpm.export.columns import Column, Shape
from tpm.export.grid import to_bytes, write_table
from tpm.export.workbook import plan_book
from tpm.i18n import Language, format_date, listed, t
from tpm.insight.health import Check, Verdict, health
from tpm.insight.review import Review
from tpm.insight.review.table import milestone_table

_SHAPES: Final[Mapping[str, tuple[Shape, float]]] = {
    "id": (Shape.KEY, 11), "name": (Shape.TEXT, 42), "team": (Shape.TEXT, 16), "owner": (Shape.TEXT, 20), "state": (Shape.TEXT, 13),
    "rag": (Shape.TEXT, 9), "promise": (Shape.DAY, 13), "promised_by": (Shape.TEXT, 11),
    "forecast_finish": (Shape.DAY, 13), "slip": (Shape.NUMBER, 12),
    "critical": (Shape.TEXT, 11), "p10": (Shape.DAY, 13), "p50": (Shape.DAY, 13), "p80": (Shape.DAY, 13), "p90": (Shape.DAY, 13),
    "question": (Shape.LONG, 46), "why": (Shape.LONG, 46), "option": (Shape.LONG, 60), "days": (Shape.NUMBER, 12),
    "by": (Shape.TEXT, 14), "teams": (Shape.LONG, 26),
}  # fmt: skip
_LIKELY: Final = ("p10", "p50", "p80", "p90")
_VERDICTS: Final = {Verdict.PASS: "pass", Verdict.FAIL: "fail", Verdict.NOT_APPLICABLE: "na"}
_ITEMS_NAMED: Final = 40  # in a cell of the health sheet


def review_workbook(review: Review, lang: Language) -> bytes:
    """``review`` as xlsx bytes; what it does not have (a register, decisions) has no sheet."""
    facts = review.facts
    book = plan_book(facts.plan, lang, facts.schedule)
    _milestones(book.create_sheet(t("report.sheet.milestones", lang)), review, lang)
    if review.decisions:
        _decisions(book.create_sheet(t("report.sheet.decisions", lang)), review, lang)
    _health(book.create_sheet(t("report.sheet.health", lang)), health(facts.plan, facts.schedule), lang)
    return to_bytes(book, facts.plan.saved_on)


def _columns(names: tuple[str, ...], lang: Language) -> list[Column]:
    return [Column(name, t(f"report.column.{name}", lang), *_SHAPES[name]) for name in names]


def _milestones(sheet: Worksheet, review: Review, lang: Language) -> None:
    """Promised, forecast, slip, colour and, where it was simulated, P10 to P90."""
    names = ("id", "name", "team", "owner", "state", "rag", "promise", "promised_by", "forecast_finish", "slip", "critical",
             *(_LIKELY if review.facts.simulation is not None else ()))
    rows = []
    for row in milestone_table(review).to_dict("records"):
        row["promised_by"] = t(f"brief.set.{row['promised_by']}", lang) if row["promise"] == row["promise"] else None
        row |= {"state": t(f"roadmap.state.{row['state']}", lang), "rag": t(f"brief.rag-letter.{row['rag']}", lang),
                "critical": t("export.critical.yes", lang) if row["critical"] else None}
        rows.append([row[name] for name in names])
    last = write_table(sheet, _columns(names, lang), rows, lang, frozen=2)
    _coloured(sheet, names.index("rag") + 1, last, {
        t("brief.rag-letter.red", lang): LIGHT.late, t("brief.rag-letter.amber", lang): LIGHT.warning,
        t("brief.rag-letter.green", lang): LIGHT.good})


def _decisions(sheet: Worksheet, review: Review, lang: Language) -> None:
    """One row an option, its question before it."""
    names = ("question", "why", "by", "option", "days", "teams")
    rows: list[list[Any]] = []
    for decision in review.decisions:
        by = t("deck.decide-now", lang) if decision.by is None else format_date(decision.by, lang, "fulldate")
        said: list[str | None] = [decision.question.text(lang), decision.why.text(lang), by]
        for option in decision.options:
            rows.append([*said, option.sentence.text(lang), option.days, ", ".join(option.teams) or None])
            said = [None, None, None]
    write_table(sheet, _columns(names, lang), rows, lang, frozen=1)


def _health(sheet: Worksheet, checks: tuple[Check, ...], lang: Language) -> None:
    """Each check with its value, threshold and verdict."""
    names = ("check", "value", "threshold", "verdict", "items")
    widths = (34, 10, 11, 18, 60)
    shapes = (Shape.TEXT, Shape.NUMBER, Shape.NUMBER, Shape.TEXT, Shape.LONG)
    columns = [Column(name, t(f"health.column-{name}", lang), shape, width)
               for name, shape, width in zip(names, shapes, widths, strict=True)]
    columns.append(Column("why", t("report.column.why", lang), Shape.LONG, 80))
    rows = []
    for check in checks:
        items = listed(check.items, _ITEMS_NAMED).worded(lang)
        rows.append([check.title(lang), check.value, check.threshold, t(f"health.{_VERDICTS[check.verdict]}", lang), items or None,
                     check.explanation(lang)])
    last = write_table(sheet, columns, rows, lang, frozen=1)
    for number, check in enumerate(checks, start=2):
        if check.unit == "share":
            for column in (2, 3):
                sheet.cell(number, column).number_format = "0%"
    _coloured(sheet, 4, last, {t("health.fail", lang): LIGHT.late, t("health.pass", lang): LIGHT.good})


def _coloured(sheet: Worksheet, column: int, last: int, colours: Mapping[str, str]) -> None:
    """Cells that hold exactly a word are filled with its colour, also after somebody has changed them."""
    letter = get_column_letter(column)
    for word, colour in colours.items():
        fill = PatternFill("solid", bgColor=colour.removeprefix("#"))
        rule = CellIsRule("equal", [f'"{word}"'], fill=fill, font=Font(bold=True, color="FFFFFF"))
        sheet.conditional_formatting.add(f"{letter}2:{letter}{max(last, 2)}", rule)


__all__ = ["review_workbook"]
