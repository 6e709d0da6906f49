"""What people do to a sheet without changing the plan leaves the plan the same: on plans that the tests invent.

Each plan has its headers in one of several languages; each change is one that any person reads over.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import openpyxl
import pytest

from tests.ingest.build import read, saved
from tpm.ingest import read_files
from tpm.model import ImportResult

_WORDS: Final = {  # id, name, owner, start, finish, progress, predecessors
    "en": ("ID", "Task", "Owner", "Start", "Finish", "% complete", "Predecessors"),
    "en too": ("No.", "Activity name", "Assigned to", "Start date", "End date", "Progress", "Depends on"),
    "ko": ("번호", "작업명", "담당자", "시작일", "종료일", "진척률", "선행작업"),
    "de": ("Nr.", "Vorgang", "Verantwortlich", "Anfang", "Ende", "Fortschritt", "Vorgänger"),
    "es": ("ID", "Tarea", "Responsable", "Fecha inicio", "Fecha fin", "Avance", "Predecesoras"),
    "fr": ("N°", "Tâche", "Responsable", "Début", "Fin", "Avancement", "Prédécesseurs"),
    "ja": ("番号", "タスク", "担当者", "開始日", "終了日", "進捗率", "先行タスク"),
}
_NAMES: Final = (
    "Collect the requirements",
    "Draw the screens",
    "Write the interface",
    "Migrate the price list",
    "Train the support desk",
    "Test with ten customers",
    "Approve the contract",
    "Move the servers",
    "Translate the manual",
    "Measure the load",
    "Open the shop",
    "Close the old system",
)
_PEOPLE: Final = ("Ana Ruiz", "Bo Lind", "Mira Holm", "김하늘")
_START, _FINISH = 3, 4


@dataclass(frozen=True)
class Plan:
    """An invented plan: the header and rows of its sheet as they are changed, and what is right."""

    rows: tuple[tuple[Any, ...], ...]  # the header first
    language: str
    right: frozenset[tuple[str, str, str, str]]  # name, start, finish, owner
    links: frozenset[tuple[str, str]]  # names of both ends


@cache
def _plan(seed: int) -> Plan:
    rng = random.Random(seed)
    language = list(_WORDS)[seed % len(_WORDS)]
    names = rng.sample(_NAMES, len(_NAMES))
    day = dt.date(2027, 1, 4) + dt.timedelta(days=rng.randrange(200))
    rows, right, links = [_WORDS[language]], set(), set()
    for at, name in enumerate(names):
        finish = day + dt.timedelta(days=rng.randrange(2, 20))
        before = sorted(rng.sample(range(at), min(at, rng.randrange(3))))
        rows.append(
            (
                at + 1,
                name,
                owner := rng.choice(_PEOPLE),
                day,
                finish,
                rng.choice((0, 0.25, 0.5, 1)),
                ", ".join(str(one + 1) for one in before),
            )
        )
        right.add((name, day.isoformat(), finish.isoformat(), owner))
        links |= {(names[one], name) for one in before}
        day += dt.timedelta(days=rng.randrange(1, 8))
    return Plan(tuple(rows), language, frozenset(right), frozenset(links))


def _read_back(result: ImportResult, plan: Plan) -> tuple[frozenset[tuple[str, ...]], frozenset[tuple[str, str]]]:
    """What of the invented plan came out; rows that only name groups are left out."""
    frame, known = result.plan.activities, {name for name, *_ in plan.right}
    names = dict(zip(frame["id"], frame["name"], strict=True))
    found = frozenset(
        (name, start.date().isoformat() if start == start else "", finish.date().isoformat() if finish == finish else "", owner)
        for name, start, finish, owner in zip(frame["name"], frame["planned_start"], frame["planned_finish"], frame["owner"], strict=True)
        if name in known or start == start
    )
    pairs = zip(result.plan.dependencies["predecessor"], result.plan.dependencies["successor"], strict=True)
    return found, frozenset((names[before], names[after]) for before, after in pairs)


Grid = list[list[Any]]
Change = Callable[[Grid, random.Random, str], Any]


def _headers(change: Callable[[str, random.Random], str]) -> Change:
    def apply(rows: Grid, rng: random.Random, _: str) -> Grid:
        return [[change(word, rng) for word in rows[0]], *rows[1:]]

    return apply


def _dates(form: Callable[[dt.date], object]) -> Change:
    def apply(rows: Grid, rng: random.Random, _: str) -> Grid:
        return [rows[0], *([*row[:_START], *(form(day) for day in row[_START : _FINISH + 1]), *row[_FINISH + 1 :]] for row in rows[1:])]

    return apply


def _shuffled(rows: Grid, rng: random.Random, _: str) -> Grid:
    order = rng.sample(range(len(rows[0])), len(rows[0]))
    return [[row[at] for at in order] for row in rows]


def _typo(word: str, rng: random.Random) -> str:
    if len(word) < 6 or not word.isascii() or rng.random() < 0.4:
        return word
    at = rng.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _unknown(word: str, rng: random.Random) -> str:
    return "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(3)) if rng.random() < 0.5 else word


def _another_language(rows: Grid, rng: random.Random, language: str) -> Grid:
    other = _WORDS[rng.choice([one for one in _WORDS if one != language])]
    return [[word if rng.random() < 0.5 else other[at] for at, word in enumerate(rows[0])], *rows[1:]]


def _two_languages(rows: Grid, _: random.Random, language: str) -> Grid:
    other = _WORDS["en" if language != "en" else "ko"]
    return [[f"{word} ({other[at]})" for at, word in enumerate(rows[0])], *rows[1:]]


def _groups(rows: Grid, _: random.Random, __: str) -> Grid:
    return [rows[0], ["", "Preparation"], *rows[1:5], ["", "Main part"], *rows[5:9], ["", "Hand-over"], *rows[9:]]


def _more_columns(rows: Grid, rng: random.Random, _: str) -> Grid:
    money = ["Budget (EUR)", *(rng.randrange(1000, 90000) for _ in rows[1:])]
    notes = ["Remarks", *(rng.choice(("", "two options remain", "see the minutes")) for _ in rows[1:])]
    return [[*row[:3], money[at], *row[3:], notes[at]] for at, row in enumerate(rows)]


def _sheets(rows: Grid, _: random.Random, __: str) -> dict[str, Grid]:
    log = [
        ["Version", "Date", "Author", "Change"],
        ["1.0", dt.date(2026, 9, 1), "Kim", "First issue"],
        ["1.1", dt.date(2026, 10, 1), "Lee", "Dates"],
    ]
    lists = [["Status", "Priority"], ["Not started", "High"], ["In progress", "Medium"], ["Done", "Low"]]
    return {
        "Cover": [["Programme plan"], [], ["Author", "PMO"], ["Date", dt.date(2026, 11, 2)]],
        "Change log": log,
        "Sheet1": rows,
        "Lists": lists,
    }


_TITLE: Final[Grid] = [["Programme plan, working copy"], ["Last updated", dt.date(2026, 11, 20), "by PMO"], []]
_FOOTER: Final[Grid] = [[], ["Legend:"], ["", "green = done, red = late"], ["Total", "", 42], ["Printed 2026-11-20"]]
_CHANGES: Final[dict[str, Change]] = {
    "nothing": lambda rows, _, __: rows,
    "title lines above": lambda rows, _, __: [*_TITLE, *rows],
    "blank columns at the left": lambda rows, _, __: [["", "", *row] for row in rows],
    "a gap behind every column": lambda rows, _, __: [[part for cell in row for part in (cell, "")] for row in rows],
    "columns in another order": _shuffled,
    "more columns": _more_columns,
    "half of the headers in another language": _another_language,
    "headers in two languages": _two_languages,
    "headers in capitals": _headers(lambda word, _: word.upper()),
    "headers dressed up": _headers(
        lambda word, rng: rng.choice((f"* {word}:", f"[{word}]", f"▼ {word}", f"{word} (*)", word.replace(" ", "\n")))
    ),
    "headers with typing errors": _headers(_typo),
    "units behind headers": lambda rows, _, __: [
        [*rows[0][:_START], f"{rows[0][_START]} (yyyy-mm-dd)", f"{rows[0][_FINISH]} (yyyy-mm-dd)", *rows[0][5:]],
        *rows[1:],
    ],
    "a caption over start and finish": lambda rows, _, __: [["", "", "", "Schedule", "", "", ""], *rows],
    "legend and sum below": lambda rows, _, __: [*rows, *_FOOTER],
    "blank rows between": lambda rows, _, __: [*rows[:5], [], *rows[5:9], [], [], *rows[9:]],
    "the header printed again": lambda rows, _, __: [*rows[:7], rows[0], *rows[7:]],
    "rows that name groups": _groups,
    "other sheets around": _sheets,
    "dates as 5 Mar 2027": _dates(lambda day: f"{day.day} {day:%b} {day.year}"),
    "dates as 2027.03.05": _dates(lambda day: f"{day:%Y.%m.%d}"),
    "dates as 2027년 3월 5일": _dates(lambda day: f"{day.year}년 {day.month}월 {day.day}일"),
    "dates as 20270305": _dates(lambda day: int(f"{day:%Y%m%d}")),
    "dates as serial numbers": _dates(lambda day: (day - dt.date(1899, 12, 30)).days),
    "dates as 2027-03-05T00:00:00": _dates(lambda day: f"{day:%Y-%m-%d}T00:00:00"),
}


@pytest.mark.parametrize("name", _CHANGES)
def test_a_change_that_a_person_reads_over_changes_nothing(name: str) -> None:
    for seed in range(len(_WORDS)):
        plan = _plan(seed)
        changed = _CHANGES[name]([list(row) for row in plan.rows], random.Random(f"{seed}{name}"), plan.language)
        found, links = _read_back(read(changed), plan)
        assert found == plan.right, plan.language
        assert links == plan.links, plan.language


def test_work_and_its_dates_are_found_under_headers_that_nobody_knows() -> None:
    for seed in range(3 * len(_WORDS)):
        plan, rng = _plan(seed), random.Random(f"{seed}unknown")
        rows = [[_unknown(word, rng) for word in plan.rows[0]], *plan.rows[1:]]
        found, _ = _read_back(read(rows), plan)
        assert {one[:3] for one in found} == {one[:3] for one in plan.right}, rows[0]


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t")])
def test_a_text_file_of_the_plan_is_the_plan(encoding: str, delimiter: str) -> None:
    for seed in range(len(_WORDS)):
        plan = _plan(seed)
        text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in plan.rows)
        assert _read_back(read_files([("plan.csv", text.encode(encoding))]), plan) == (plan.right, plan.links)


def test_a_title_that_is_merged_over_the_table_changes_nothing() -> None:
    for seed in range(len(_WORDS)):
        plan = _plan(seed)
        book = openpyxl.Workbook()
        sheet = book.active
        for row in [["Programme plan"], *plan.rows]:
            sheet.append(list(row))
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(plan.rows[0]))
        assert _read_back(read_files([("plan.xlsx", saved(book))]), plan) == (plan.right, plan.links)


def test_rows_in_another_order_are_the_same_plan() -> None:
    for seed in range(len(_WORDS)):
        plan = _plan(seed)
        rows = [plan.rows[0], *random.Random(seed).sample(plan.rows[1:], len(plan.rows) - 1)]
        assert _read_back(read(rows), replace(plan)) == (plan.right, plan.links)


_REGISTERS: Final = {  # headers: id, title, probability, impact, owner, response; low, medium, high
    "en": (("ID", "Risk", "Probability", "Impact", "Owner", "Mitigation"), ("Low", "Medium", "High")),
    "ko": (("번호", "리스크", "발생 가능성", "영향도", "담당자", "대응 방안"), ("낮음", "보통", "높음")),
    "it": (("ID", "Descrizione", "Probabilità", "Impatto", "Responsabile", "Azione"), ("Basso", "Medio", "Alto")),
    "tr": (("No", "Risk tanımı", "Olasılık", "Etki", "Sorumlu", "Önlem"), ("Düşük", "Orta", "Yüksek")),
    "de": (("Nr.", "Risiko", "Eintrittswahrscheinlichkeit", "Auswirkung", "Verantwortlich", "Maßnahme"), ("niedrig", "mittel", "hoch")),
    "es": (("ID", "Riesgo", "Probabilidad", "Impacto", "Responsable", "Respuesta"), ("Baja", "Media", "Alta")),
}
_RISKS: Final = (
    "The vendor delivers late",
    "A key engineer leaves",
    "The permit is refused",
    "Data are worse than assumed",
    "The load test fails",
)
_OF_REGISTERS: Final = (
    "nothing",
    "title lines above",
    "blank columns at the left",
    "headers in capitals",
    "legend and sum below",
    "other sheets around",
)


@pytest.mark.parametrize("name", _OF_REGISTERS)
@pytest.mark.parametrize("language", _REGISTERS)
def test_a_register_is_a_register_in_any_language_and_dress(language: str, name: str) -> None:
    headers, levels = _REGISTERS[language]
    rng = random.Random(language)
    rated = [(rng.randrange(3), rng.randrange(3)) for _ in _RISKS]
    rows: Grid = [list(headers)]
    for at, (title, (likely, bad)) in enumerate(zip(_RISKS, rated, strict=True)):
        rows.append([at + 1, title, levels[likely], levels[bad], rng.choice(_PEOPLE), "Order early and keep a second supplier"])
    result = read(_CHANGES[name](rows, rng, language))
    assert result.plan.risks["title"].tolist() == list(_RISKS)
    assert result.plan.risks["probability"].rank(method="dense").tolist() == [
        sorted({one for one, _ in rated}).index(likely) + 1.0 for likely, _ in rated
    ]
    assert result.plan.risks["impact"].tolist() == [(2.0, 3.0, 4.0)[bad] for _, bad in rated]
    assert result.plan.activities.empty
