"""Drop-down lists and checks of the cells that people fill in: the same in the template and in every clean workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tpm.export.columns import (
    Column,
    Shape,
    kind_words,
    priority_words,
    risk_kind_words,
    risk_state_words,
    state_words,
    strategy_words,
)  # fmt: skip
from tpm.i18n import Language, t


def plan_choices(lang: Language) -> dict[str, Iterable[str]]:
    """Field of the plan sheet → the words of its drop-down."""
    return {"kind": kind_words(lang).values(), "status": state_words(lang).values(), "priority": priority_words(lang).values()}


def risk_choices(lang: Language) -> dict[str, Iterable[str]]:
    """Field of the risks sheet → the words of its drop-down."""
    return {"kind": risk_kind_words(lang).values(), "strategy": strategy_words(lang).values(), "status": risk_state_words(lang).values()}


def drop_downs(sheet: Worksheet, columns: Sequence[Column], lang: Language, choices: Mapping[str, Iterable[str]], rows: int) -> None:
    """Lists for the fields of ``choices`` in the ``rows`` below the header; dates, shares, days and levels are checked by their column."""
    if not rows:
        return
    numbers = {"impact": "level", "residual_impact": "level", "optimistic": "days", "most_likely": "days", "pessimistic": "days"}
    for number, column in enumerate(columns, 1):
        if column.field in choices:
            # a status outside the list is a warning, not a refusal: teams have words of their own and the importer knows them
            rule = DataValidation(type="list", formula1=f'"{",".join(choices[column.field])}"', errorStyle="warning")
            message = "choice"
        elif column.shape is Shape.DAY:
            rule = DataValidation(type="date", operator="greaterThan", formula1="DATE(2000,1,1)", errorStyle="stop")
            message = "date"
        elif column.shape is Shape.PERCENT:
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
        rule.add(f"{letter}2:{letter}{rows + 1}")
        sheet.add_data_validation(rule)
