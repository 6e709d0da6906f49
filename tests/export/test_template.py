"""The empty template: headers, drop-downs, examples, in both languages."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from tpm.export.columns import kind_words, plan_columns, priority_words, sheet_name, state_words
from tpm.export.template import template_workbook
from tpm.i18n import LANGUAGES, Language


def opened(lang: Language) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(template_workbook(lang)))


def rules(sheet: openpyxl.worksheet.worksheet.Worksheet) -> dict[str, object]:
    """Header → the validation of its first row."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        for cell in sheet[1]:
            if f"{cell.column_letter}2" in rule.sqref:
                found[cell.value] = rule
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_has_a_sheet_for_each_table_and_one_that_explains(lang: Language) -> None:
    book = opened(lang)
    assert book.sheetnames == [sheet_name(which, lang) for which in ("plan", "dependencies", "risks", "guide")]
    assert sum(1 for row in book[sheet_name("guide", lang)].iter_rows(values_only=True) if row[0]) > 8


@pytest.mark.parametrize("lang", LANGUAGES)
def test_choices_are_drop_downs_and_dates_and_percentages_are_checked(lang: Language) -> None:
    header = {column.field: column.header for column in plan_columns(lang)}
    found = rules(opened(lang)[sheet_name("plan", lang)])
    for field, words in (("kind", kind_words), ("status", state_words), ("priority", priority_words)):
        assert found[header[field]].formula1 == f'"{",".join(words(lang).values())}"'
    assert {found[header[field]].type for field in ("planned_start", "planned_finish", "deadline", "actual_finish")} == {"date"}
    assert (found[header["progress"]].type, found[header["progress"]].formula2) == ("decimal", "1")
    assert header["owner"] not in found  # free text
    links = rules(opened(lang)[sheet_name("dependencies", lang)])
    assert [rule.formula1 for rule in links.values()] == ['"FS,SS,FF,SF"']


@pytest.mark.parametrize("lang", LANGUAGES)
def test_examples_say_that_they_are_examples(lang: Language) -> None:
    sheet = opened(lang)[sheet_name("plan", lang)]
    names = [column.value for column in sheet[1]]
    for row in range(2, 6):
        cells = dict(zip(names, sheet[row], strict=True))
        name = cells[{"en": "Task", "ko": "작업명"}[lang]]
        assert {"en": "xample", "ko": "예시"}[lang] in name.value
        assert name.font.italic
    assert sheet.cell(6, 1).value is None
    assert isinstance(sheet.cell(3, names.index({"en": "Start", "ko": "시작일"}[lang]) + 1).value, dt.datetime)
    assert sheet.cell(3, names.index({"en": "% complete", "ko": "진행률"}[lang]) + 1).number_format == "0%"
    assert sheet.freeze_panes == "D2"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_call_gives_the_same_bytes(lang: Language) -> None:
    assert template_workbook(lang) == template_workbook(lang)
