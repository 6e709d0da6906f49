"""An empty plan workbook: headers, drop-downs, a few rows marked as examples, and how to fill it in.

The columns are those of :mod:`tpm.export.columns` that people fill in by hand; the importer reads the example rows back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from openpyxl import Workbook
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
from tpm.export.drop_downs import drop_downs, plan_choices, risk_choices
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
    drop_downs(plan, columns, lang, plan_choices(lang), PREPARED_ROWS)
    dependencies = workbook.create_sheet(sheet_name("dependencies", lang))
    _table(dependencies, dependency_columns(lang), [{"predecessor": "A-1", "successor": "A-2", "type": "SS", "lag": "5d"}], lang)
    drop_downs(dependencies, dependency_columns(lang), lang, {"type": LINK_TYPE_WORDS}, PREPARED_ROWS)
    risks = workbook.create_sheet(sheet_name("risks", lang))
    risk = [column for column in risk_columns(lang) if column.field not in ("program", "score")]
    _table(risks, risk, _example_risks(lang), lang, frozen=2)
    drop_downs(risks, risk, lang, risk_choices(lang), PREPARED_ROWS)
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
