"""An empty plan workbook: headers, drop-downs, a few rows marked as examples, and how to fill it in.

The columns are those of :mod:`tpm.export.columns` that people fill in by hand; the importer reads the example rows back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tpm.export.columns import (
    LINK_TYPE_WORDS,
    Column,
    dependency_columns,
    kind_words,
    plan_columns,
    priority_words,
    risk_columns,
    risk_kind_words,
    risk_state_words,
    sheet_name,
    state_words,
    strategy_words,
)  # fmt: skip
from tpm.export.grid import EXAMPLE_FONT, to_bytes, write_guide, write_table
from tpm.i18n import Language, t

PREPARED_ROWS: Final = 500  # rows below the header that carry drop-downs and formats
_LEFT_OUT: Final = ("parent", "program", "phase", "duration", "calendar", "constraint", "constraint_date")
_GUIDE: Final = ("one-row", "needed", "order", "ids", "wbs", "dates", "predecessors", "dependencies", "progress", "estimates",
                       "risks")


def template_workbook(lang: Language) -> bytes:
    """The template as xlsx bytes, in ``lang``."""
    workbook = Workbook()
    workbook.properties.title = t("export.template.title", lang)
    workbook.properties.creator = None
    plan = workbook.active
    plan.title = sheet_name("plan", lang)
    columns = [column for column in plan_columns(lang) if column.field not in _LEFT_OUT]
    _table(plan, columns, _example_activities(lang), lang, frozen=3)
    _drop_downs(plan, columns, lang, {
        "kind": kind_words(lang).values(), "status": state_words(lang).values(), "priority": priority_words(lang).values(),
    })
    dependencies = workbook.create_sheet(sheet_name("dependencies", lang))
    _table(dependencies, dependency_columns(lang), [{"predecessor": "A-1", "successor": "A-2", "type": "SS", "lag": "5d"}], lang)
    _drop_downs(dependencies, dependency_columns(lang), lang, {"type": LINK_TYPE_WORDS})
    risks = workbook.create_sheet(sheet_name("risks", lang))
    risk = [column for column in risk_columns(lang) if column.field not in ("program", "score")]
    _table(risks, risk, _example_risks(lang), lang, frozen=2)
    _drop_downs(risks, risk, lang, {
        "kind": risk_kind_words(lang).values(), "strategy": strategy_words(lang).values(),
        "status": risk_state_words(lang).values(),
    })
    write_guide(workbook.create_sheet(sheet_name("guide", lang)), t("export.guide.title", lang),
                [t(f"export.guide.{line}", lang) for line in _GUIDE])
    return to_bytes(workbook)


def _example_activities(lang: Language) -> list[dict[str, Any]]:
    """A phase, two activities and a milestone: enough to show hierarchy, a link with a lag, progress and an estimate."""
    common = {"team": t("export.template.example-team", lang), "owner": t("export.template.example-owner", lang)}
    kind, state, priority = kind_words(lang), state_words(lang), priority_words(lang)
    notes = t("export.template.example-notes", lang)
    return [
        {"id": "A-0", "wbs": "1", "name": t("export.template.example-summary", lang), "kind": kind["summary"],
         "planned_start": dt.date(2027, 3, 2), "planned_finish": dt.date(2027, 3, 26), "notes": notes},
        {"id": "A-1", "wbs": "1.1", "name": t("export.template.example-first", lang), "kind": kind["activity"], **common,
         "priority": priority["high"], "status": state["in_progress"], "progress": 0.4, "planned_start": dt.date(2027, 3, 2),
         "planned_finish": dt.date(2027, 3, 15), "actual_start": dt.date(2027, 3, 2), "optimistic": 8, "most_likely": 10,
         "pessimistic": 15, "notes": notes},
        {"id": "A-2", "wbs": "1.2", "name": t("export.template.example-second", lang), "kind": kind["activity"], **common,
         "priority": priority["medium"], "status": state["not_started"], "progress": 0, "planned_start": dt.date(2027, 3, 18),
         "planned_finish": dt.date(2027, 3, 26), "predecessors": "A-1FS+2d", "notes": notes},
        {"id": "A-3", "wbs": "1.3", "name": t("export.template.example-milestone", lang), "kind": kind["milestone"], **common,
         "priority": priority["high"], "status": state["not_started"], "planned_start": dt.date(2027, 3, 26),
         "planned_finish": dt.date(2027, 3, 26), "predecessors": "A-2", "deadline": dt.date(2027, 3, 31), "notes": notes},
    ]  # fmt: skip


def _example_risks(lang: Language) -> list[dict[str, Any]]:
    return [{
        "id": "R-1", "title": t("export.template.example-risk", lang), "description": t("export.template.example-notes", lang),
        "kind": risk_kind_words(lang)["threat"], "team": t("export.template.example-team", lang), "activities": "A-2",
        "probability": 0.3, "impact": 4,
        "impact_days_min": 2, "impact_days": 5, "impact_days_max": 8, "strategy": strategy_words(lang)["reduce"],
        "response": t("export.template.example-response", lang), "residual_probability": 0.1, "residual_impact": 3,
        "owner": t("export.template.example-owner", lang), "due": dt.date(2027, 3, 12), "status": risk_state_words(lang)["open"],
    }]  # fmt: skip


def _table(
    sheet: Worksheet, columns: Sequence[Column], examples: Sequence[dict[str, Any]], lang: Language, *, frozen: int = 0
) -> None:
    """The header, the example rows in grey italics, and empty rows with the right formats below."""
    rows = [[example.get(column.field) for column in columns] for example in examples]
    rows += [[None] * len(columns)] * (PREPARED_ROWS - len(rows))
    write_table(sheet, columns, rows, lang, frozen=frozen, emphasis=dict.fromkeys(range(len(examples)), (EXAMPLE_FONT, None)))


def _drop_downs(sheet: Worksheet, columns: Sequence[Column], lang: Language, choices: dict[str, Iterable[str]]) -> None:
    """Lists for the fields of ``choices``; dates, percentages, days and levels checked by the shape of their column."""
    numbers = {"impact": "level", "residual_impact": "level", "optimistic": "days", "most_likely": "days", "pessimistic": "days"}
    for number, column in enumerate(columns, 1):
        if column.field in choices:
            # a status outside the list is a warning, not a refusal: teams have words of their own and the importer knows them
            rule = DataValidation(type="list", formula1=f'"{",".join(choices[column.field])}"', errorStyle="warning")
            message = "choice"
        elif column.shape == "day":
            rule = DataValidation(type="date", operator="greaterThan", formula1="DATE(2000,1,1)", errorStyle="stop")
            message = "date"
        elif column.shape == "percent":
            rule = DataValidation(type="decimal", operator="between", formula1="0", formula2="1", errorStyle="stop")
            message = "percent"
        elif numbers.get(column.field) == "level":
            rule = DataValidation(type="whole", operator="between", formula1="1", formula2="5", errorStyle="stop")
            message = "level"
        elif numbers.get(column.field) == "days":
            rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", errorStyle="stop")
            message = "days"
        else:
            continue
        rule.allow_blank, rule.showErrorMessage = True, True
        rule.errorTitle, rule.error = t("export.invalid.title", lang), t(f"export.invalid.{message}", lang)
        letter = sheet.cell(1, number).column_letter
        rule.add(f"{letter}2:{letter}{PREPARED_ROWS + 1}")
        sheet.add_data_validation(rule)
