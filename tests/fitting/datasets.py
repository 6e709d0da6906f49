"""Labelled sheets and invented tables as examples: facts with what is right.

The labels are read from ``../shared/data``: ``sheets`` ("known", what the reader was built with) and ``more-sheets``, whose
repositories lie in half "a" or "b" by the same rule as in ``score_import.py``. A column that no label names counts as none, unless its
header is a strong word for a field that the label does not name either: labels name what they check, not everything.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tests.fitting.invented import Invented, invented, short_plan, with_calendar, with_types
from tests.fitting.no_plans import KINDS as NO_PLAN_KINDS
from tests.fitting.no_plans import no_plan
from tpm.findings import InputError
from tpm.ingest.cells.profile import Profile
from tpm.ingest.lexicon.headers import WEAK, meanings
from tpm.ingest.opening.grid import Book, Grid, as_text
from tpm.ingest.opening.workbook import open_book
from tpm.ingest.tables.tables import Label, decide_kind
from tpm.ingest.weighing import evidence, kinds
from tpm.ingest.weighing.bands import Rows, calendar_in, headers_of, is_tick
from tpm.ingest.weighing.evidence import NONE, column_vector
from tpm.ingest.weighing.facts import facts_of
from tpm.ingest.weighing.hints import Hints, hints, parts
from tpm.model import TableKind

DATA = Path("../shared/data")
INVENTED_COLUMNS, INVENTED_TABLES = 400, 150  # tables of each kind
SHORT_PLANS = 60
NO_PLANS = 8  # of each kind of sheet that is none
_MOST_COLUMNS, _MOST_HEADER_COLUMNS = 80, 2000
_WORDS_WEIGHT = {"whole": 1.0, "parts": 0.35, "none": 0.3}
_INVENTED_WEIGHT, _KNOWN_WEIGHT = 0.4, 2.0
_NO_PLAN_WEIGHT, _CHANGED_WEIGHT = 0.2, 0.3
_STRANGE_ROWS = (4, 5, 8, 12, 40)
_WITH_CALENDAR, _WITH_TYPES = 0.15, 0.2  # of the invented plans, and registers
_FILES = ("plan.xlsx", "file.xlsx", "Book1.xlsx", "export.csv", "project.xlsx", "일정.xlsx", "자료.xlsx", "data.csv")
_SHEETS = {
    TableKind.ACTIVITIES: ("Sheet1", "Plan", "Tasks", "시트1", "WBS", "Tabelle1", ""),
    TableKind.RISKS: ("Risks", "Sheet1", "Register", "리스크", ""),
    TableKind.DEPENDENCIES: ("Links", "Dependencies", "Sheet2", ""),
}
Header = tuple[int, str, tuple[str, ...]]  # column, text, captions nearest first


@dataclass(frozen=True)
class RowExample:
    """The rows of a sheet that could be headers: rows × ROW_FACTS, and which are."""

    repository: str
    facts: np.ndarray
    is_header: np.ndarray


@dataclass(frozen=True)
class ColumnExample:
    """A column with ``words`` of its header: whole, its parts, or none."""

    repository: str
    table: str
    field: str
    words: str
    facts: np.ndarray
    hints: Hints
    profile: Profile
    weight: float
    invented: bool


@dataclass(frozen=True)
class TableExample:
    """A table: its KIND_FACTS and its kind."""

    repository: str
    kind: TableKind
    facts: np.ndarray
    weight: float
    invented: bool


def same(text: object) -> str:
    """``text`` as labels are compared: no case, one blank, no compatibility forms."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", str(text))).strip().casefold()


def repository_of(file: str) -> str:
    """Owner and name of the repository that a file came from."""
    return "__".join(Path(file).name.split("__")[:2])


@cache
def labels() -> tuple[dict[str, Any], ...]:
    """Every labelled file with its ``half`` and ``path``. Raises ``FileNotFoundError`` where the shared data is absent."""
    out = []
    for folder in ("sheets", "more-sheets"):
        for label in json.loads((DATA / folder / "expected.json").read_text(encoding="utf-8")):
            file = label["file"]
            half = (
                "known" if folder == "sheets" else "ab"[hashlib.sha1(repository_of(file).encode(), usedforsecurity=False).digest()[0] % 2]
            )
            out.append({**label, "half": half, "path": DATA / folder / file, "repository": repository_of(file)})
    return tuple(out)


@cache
def book(path: Path) -> Book | None:
    """The opened file; None where it cannot be."""
    with suppress(InputError):
        return open_book(path.name, path.read_bytes())
    return None


def labelled_tables(halves: set[str]) -> Iterator[tuple[dict[str, Any], dict[str, Any], Grid, list[int]]]:
    """(file's label, table's label, grid, header rows counted from 0) of every labelled table with a header."""
    for label in labels():
        held = book(label["path"]) if label["half"] in halves and label.get("confidence") != "low" else None
        for table in label.get("tables", []) if held is not None and label["verdict"] != "not-a-plan" else []:
            row = table.get("header_row")
            grid = next((one for one in held.grids if same(one.sheet) == same(table.get("sheet", ""))), None) if held else None
            if grid is None and held is not None and len(held.grids) == 1:
                grid = held.grids[0]
            if row and grid is not None:
                block = table.get("header_block") or [row, row]
                first = min(block[0], table.get("header_first_row") or block[0], row)
                rows = list(range(first - 1, max(block[1], row)))
                if rows[-1] + 1 < grid.height:
                    yield label, table, grid, rows


def headers_at(grid: Grid, rows: list[int]) -> tuple[list[Header], tuple[int, int] | None]:
    """The headers of the columns under the header rows, those of a calendar left out, and where the calendar stands."""
    calendars = [found for row in rows if (found := calendar_in(grid.rows[row][:_MOST_HEADER_COLUMNS])) is not None]
    calendar = (min(first for first, _ in calendars), max(last for _, last in calendars)) if calendars else None
    out: list[Header] = []
    below = range(rows[-1] + 1, min(grid.height, rows[-1] + 201))
    for column in range(min(grid.width, 300)):
        cells = [grid.rows[row][column] for row in rows]
        texts = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
        in_calendar = calendar is not None and calendar[0] <= column <= calendar[1]
        if texts and not (in_calendar and is_tick(texts[-1])):
            out.append((column, texts[-1], tuple(texts[-2::-1])))
            continue
        blank = not texts and all(cell == "" or isinstance(cell, str) for cell in cells)
        if blank and (calendar is None or column < calendar[0]) and sum(grid.rows[row][column] != "" for row in below) >= 2:
            out.append((column, "", ()))
    return out[:_MOST_COLUMNS], calendar


def column_named(grid: Grid, rows: list[int], header: str, taken: set[int]) -> int | None:
    """The column whose header a label names, with a caption before it or without."""
    for wanted in (same(header), re.split(r" / | - |: ", same(header))[-1]):
        for row in rows:
            for column, cell in enumerate(grid.rows[row]):
                if wanted and isinstance(cell, str) and cell and column not in taken and same(as_text(cell)) == wanted:
                    return column
    return None


def last_row(table: dict[str, Any], grid: Grid, rows: list[int]) -> int:
    """The last row that belongs to a labelled table, roughly."""
    count = table.get("rows")
    return min(grid.height - 1, rows[-1] + 4 + int(count * 1.3)) if count else grid.height - 1


def rows(halves: set[str]) -> list[RowExample]:
    """One example a sheet that holds a labelled table with columns."""
    headers: dict[tuple[Path, str], tuple[str, Grid, set[int]]] = {}
    for label, table, grid, at in labelled_tables(halves):
        if table["kind"] in ("activities", "risks") and table.get("columns"):
            headers.setdefault((label["path"], grid.sheet), (label["repository"], grid, set()))[2].update(at)
    out = []
    for repository, grid, right in headers.values():
        found = Rows(grid)
        indexes = [index for index in range(len(found.at) - 1) if found.filled[index]]
        told = np.array([found.at[index] in right for index in indexes])
        if told.any():
            out.append(RowExample(repository, np.array([found.facts(index) for index in indexes]), told))
    return out


def columns(kind: TableKind, halves: set[str]) -> list[ColumnExample]:
    """Three examples a column: with its header, with the parts of it, without a word."""
    out: list[ColumnExample] = []
    for label, table, grid, at in labelled_tables(halves):
        if table["kind"] != kind.value or not table.get("columns"):
            continue
        named: dict[int, str] = {}
        for field, header in table["columns"].items():
            if (column := column_named(grid, at, header, set(named))) is not None:
                named[column] = field
        headers, _ = headers_at(grid, at)
        sheet = facts_of(grid, [column for column, _, _ in headers], at[-1] + 1, last_row(table, grid, at))
        for column, text, captions in headers:
            field = named.get(column) or _unnamed(text, kind, set(named.values()))
            if field is not None:
                where = f"{label['path']}|{grid.sheet}"
                out += _with_words(
                    label["repository"], where, field, (column, text, captions), sheet.vectors[column], sheet.profiles[column], kind
                )
    for seed in range(INVENTED_COLUMNS):
        made = invented(kind, seed)
        grid = grid_of(made, "x", "")
        sheet = facts_of(grid, list(range(grid.width)), 1, grid.height - 1)
        for column, (text, field) in enumerate(zip(made.headers, made.fields, strict=True)):
            found = _with_words(
                f"invented {seed}", f"invented {seed}", field, (column, text, ()), sheet.vectors[column], sheet.profiles[column], kind
            )
            out += [replace(one, weight=one.weight * _INVENTED_WEIGHT, invented=True) for one in found]
    return out


def _unnamed(text: str, kind: TableKind, named: set[str]) -> str | None:
    """The field of a column that no label names: none, or what a strong word says where the label does not know better; None: unclear."""
    strong = [field for field, sure in (meanings(text, kind) if text else ()) if sure > WEAK]
    if not strong or strong[0] == NONE:
        return NONE
    return strong[0] if strong[0] not in named else None


def _with_words(
    repository: str, table: str, field: str, header: Header, facts: np.ndarray, profile: Profile, kind: TableKind
) -> list[ColumnExample]:
    _, text, captions = header
    known: dict[str, Hints] = {"whole": hints(text, captions, kind) if text else {}, "parts": parts(text, kind) if text else {}, "none": {}}
    out = []
    for words, found in known.items():
        vector = column_vector(facts, text, found)
        out.append(ColumnExample(repository, table, field, words, vector, found, profile, _WORDS_WEIGHT[words], invented=False))
    return out


def grid_of(made: Invented, file: str, sheet: str) -> Grid:
    """An invented table as a sheet."""
    return Grid(file, sheet, [list(made.headers), *map(list, made.rows)])


def tables(halves: set[str]) -> list[TableExample]:
    """Labelled tables of every kind, the likeliest tables of sheets that are no plans, and invented ones of both.

    Labelled plans and registers count once more with half of their headers as words that nobody knows, invented plans once more with
    none that anybody knows, some of them short.
    """
    out = []
    for label, table, grid, at in labelled_tables(halves):
        kind, weight = TableKind(table["kind"]), _KNOWN_WEIGHT if label["half"] == "known" else 1.0
        last = last_row(table, grid, at)
        out.append(TableExample(label["repository"], kind, facts_at(grid, at, last), weight, invented=False))
        if kind in (TableKind.ACTIVITIES, TableKind.RISKS):
            strange = facts_at(grid, at, last, random.Random(f"{label['path'].name}{grid.sheet}"))
            out.append(TableExample(label["repository"], kind, strange, weight * _CHANGED_WEIGHT, invented=True))
    for label in labels():
        held = book(label["path"]) if label["half"] in halves and label["verdict"] == "not-a-plan" else None
        for grid in held.grids if held is not None else ():
            found = Rows(grid) if grid.height > 1 else None
            for _, index in headers_of(found, evidence.row_weights())[:2] if found is not None else ():
                facts = facts_at(grid, [found.at[index]], grid.height - 1) if found is not None else np.empty(0)
                weight = 1.0 / len(held.grids) if held else 1.0
                out.append(TableExample(label["repository"], TableKind.OTHER, facts, weight, invented=False))
    for kind, sheets in _SHEETS.items():
        for seed in range(INVENTED_TABLES // (2 if kind is TableKind.DEPENDENCIES else 1)):
            made = invented(kind, 1000 + seed)
            rng = random.Random(seed)
            if kind is TableKind.ACTIVITIES and rng.random() < _WITH_CALENDAR:
                made = with_calendar(made, rng)
            if kind is TableKind.RISKS and rng.random() < _WITH_TYPES:
                made = with_types(made, rng)
            if len(made.rows) > 1 and len(set(made.fields) - {NONE}) > 1:
                grid = grid_of(made, rng.choice(_FILES), rng.choice(sheets))
                weight = 0.7 if kind is TableKind.ACTIVITIES else 0.4
                out.append(TableExample(f"invented {seed}", kind, facts_at(grid, [0], grid.height - 1), weight, invented=True))
                if {"name", "start", "finish"} <= set(made.fields):
                    strange = facts_at(grid, [0], min(grid.height - 1, rng.choice(_STRANGE_ROWS)), rng, 1.0)
                    out.append(TableExample(f"invented {seed}", kind, strange, _CHANGED_WEIGHT, invented=True))
    for seed in range(SHORT_PLANS):
        grid = grid_of(short_plan(seed), random.Random(seed).choice(_FILES), random.Random(seed * 3).choice(_SHEETS[TableKind.ACTIVITIES]))
        facts = facts_at(grid, [0], grid.height - 1)
        out.append(TableExample(f"invented {seed}", TableKind.ACTIVITIES, facts, _NO_PLAN_WEIGHT, invented=True))
    for seed in range(NO_PLANS * len(NO_PLAN_KINDS)):
        name, made = no_plan(seed)
        grid = grid_of(made, random.Random(seed * 5).choice(_FILES), name)
        kind_of_sheet = NO_PLAN_KINDS[seed % len(NO_PLAN_KINDS)]
        facts = facts_at(grid, [0], grid.height - 1)
        out.append(TableExample(f"invented {kind_of_sheet}", TableKind.OTHER, facts, _NO_PLAN_WEIGHT, invented=True))
    return out


def facts_at(grid: Grid, rows: list[int], last: int, rng: random.Random | None = None, unknown: float = 0.5) -> np.ndarray:
    """The KIND_FACTS of the table with these header rows; with ``rng`` a share ``unknown`` of its headers are words that nobody knows."""
    headers, calendar = headers_at(grid, rows)
    if rng is not None:
        headers = [(column, _unknown(text, rng) if rng.random() < unknown else text, captions) for column, text, captions in headers]
    said = decide_kind([Label(*header) for header in headers if header[1]])
    return kinds.evidence_of(grid, headers, rows[-1] + 1, last, said, calendar).facts


def _unknown(text: str, rng: random.Random) -> str:
    return "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(max(len(text) // 2, 2))) if text else ""


def use(text: str) -> None:
    """Let the reader use these weights in this process: the facts of tables build on those of columns."""
    raw = tomllib.loads(text)
    evidence.weights.cache_clear()
    evidence.row_weights.cache_clear()
    evidence._calibration.cache_clear()
    kinds.kind_weights.cache_clear()
    evidence.table = lambda: raw  # type: ignore[assignment]
    kinds.table = lambda: raw  # type: ignore[attr-defined]
