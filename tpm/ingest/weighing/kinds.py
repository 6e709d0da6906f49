"""What the rows of a table are: activities, risks, dependencies or something else, by all evidence together.

Facts of a table are how likely its columns are the fields of each kind, what its words say, and what surrounds it. Like everything else
here they are weighed by fitted weights (``weights.toml``, section ``kinds``), not by rules.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from tpm.ingest.cells.dates import is_period
from tpm.ingest.lexicon.headers import KINDS, key
from tpm.ingest.lexicon.words import raid
from tpm.ingest.opening.grid import Grid
from tpm.ingest.weighing.bands import is_span
from tpm.ingest.weighing.evidence import Likelihood, likelihood, table
from tpm.ingest.weighing.facts import Sheet, facts_of
from tpm.ingest.weighing.hints import tokens
from tpm.model import TableKind

_STAIR_SPARE: Final = 0.2  # of the rows that may fill none of the steps, or two
_FIELDS: Final[Mapping[TableKind, str]] = {
    TableKind.ACTIVITIES: "name start finish duration owner status progress predecessors id wbs milestone priority level phase team parent "
    "kind actual_start actual_finish optimistic",
    TableKind.RISKS: "title response",
}
_PLANNED: Final = ("start", "finish", "deadline", "duration", "progress", "predecessors", "milestone", "wbs", "baseline_start")
_RATED: Final = ("probability", "impact", "score", "response", "residual_probability", "strategy", "impact_days")
_DATED: Final = ("start", "finish", "deadline")
_TOPIC_WORDS: Final = tomllib.loads((Path(__file__).parents[1] / "lexicon" / "sheets.toml").read_text(encoding="utf-8"))
TOPICS: Final = tuple(_TOPIC_WORDS)  # what a sheet may be about
_OF_SPEECH: Final = 2  # characters from which a word counts at the end of a longer one, in scripts that build compounds
_WRITTEN: Final = 3  # characters of a text under a calendar that is no mark
_NO_PERSON: Final = 0.2  # of the names, from which they are no names of people at all
_FEW: Final = 4  # rows
_SHORT, _TYPE = 0.8, 14  # share of short texts, and mean characters, of a column that may say what each row is
_WEEK: Final = 7  # columns; a calendar this narrow is one of weekdays
_LOOKED: Final = 60  # rows of a calendar
_CAPTIONS: Final = 3  # rows that caption it
KIND_FACTS: Final = (
    "always",
    *(f"{kind.value}.{field}" for kind, fields in _FIELDS.items() for field in fields.split()),
    *(f"{topic}.headers" for topic in TOPICS),
    "risk.sheet",
    "plan.sheet",
    "other.sheet",
    "risk.file",
    "other.file",
    *(f"words.{kind.value}" for kind in TableKind),
    "rows",
    "columns",
    "one_column",
    "dated_columns",
    "unknown_headers",
    "foreign_headers",
    "no_headers",
    "number_columns",
    "prose_columns",
    "level_columns",
    "periods",
    "narrow_calendar",
    "written_calendar",
    "name_under_calendar",
    "name_and_date",
    "two_dates",
    "named_date",
    "unnamed_date",
    "named_name",
    "fields_of_plans",
    "fields_of_risks",
    "raid_types",
    "levels_and_date",
    "name_and_person",
    "name_repeats",
    "nothing_distinct",
    "rated",
    "two_ratings",
    "two_ends",
    "single_field",
    "named_people",
    "times",
    "addresses",
    "money",
    "diary",
)
CHOICES: Final = (TableKind.OTHER, *KINDS)


@dataclass(frozen=True)
class Evidence:
    """What is known of a table before its kind is: its columns' facts, and how likely they are the fields of each kind."""

    sheet: Sheet
    likelihoods: Mapping[TableKind, Likelihood]
    facts: np.ndarray  # in the order of KIND_FACTS


def evidence_of(
    grid: Grid,
    headers: Sequence[tuple[int, str, tuple[str, ...]]],
    first: int,
    last: int,
    said: TableKind,
    calendar: tuple[int, int] | None,
) -> Evidence:
    """The evidence of the table with ``headers`` = (column, header, captions) and the rows from ``first`` to ``last``.

    ``said`` is the kind that its words name by themselves; ``calendar``: first and last column of days, weeks or months.
    """
    columns = [column for column, _, _ in headers]
    sheet = facts_of(grid, columns, first, last)
    found = {kind: likelihood(headers, sheet, kind) for kind in KINDS}
    values = {"always": 1.0, **_of_words(grid, headers, said), **_of_columns(headers, sheet, found)}
    acts = found[TableKind.ACTIVITIES]
    values["raid_types"] = max((_raid_types(grid, sheet, column) for column in columns), default=0.0)
    values |= _of_calendar(grid, sheet, calendar, first)
    values["periods"] = float(calendar is not None or sum(is_period(text) for _, text, _ in headers if text) >= 3)
    values["name_under_calendar"] = acts.best("name") * (calendar is not None)
    return Evidence(sheet, found, np.array([values[name] for name in KIND_FACTS]))


def _of_words(grid: Grid, headers: Sequence[tuple[int, str, tuple[str, ...]]], said: TableKind) -> dict[str, float]:
    """What the words of the headers, and those of the sheet's and the file's name, are about."""
    texts = [header for _, header, _ in headers if header]
    own = [[*tokens(text), key(text)] for text in texts]
    values = {f"{topic}.headers": min(sum(_speaks(words, topic) for words in own), 3) / 3 for topic in TOPICS}
    for where, text in (("sheet", grid.sheet), ("file", re.sub(r"\.\w{2,5}$", "", grid.file).rsplit("__", 1)[-1])):
        said_there = {topic for topic in TOPICS if _speaks([*tokens(text), key(text)], topic)}
        values |= {f"{topic}.{where}": float(topic in said_there) for topic in ("risk", "plan")}
        values[f"other.{where}"] = float(bool(said_there - {"risk", "plan"}))
    return values | {f"words.{kind.value}": float(kind is said) for kind in TableKind}


def _stairs(headers: Sequence[tuple[int, str, tuple[str, ...]]], sheet: Sheet) -> float:
    """How surely numbered columns ("Title 1", "Title 2", …) are the levels of one outline: each row fills one of them."""
    stems: dict[str, list[int]] = {}
    for column, header, _ in headers:
        stem = header.rstrip("0123456789 ._-")
        if stem and stem != header.strip() and sheet.profiles[column].texts > 0.5:
            stems.setdefault(stem.casefold(), []).append(column)
    filled = [sum(sheet.value(column, "fill") for column in columns) for columns in stems.values() if len(columns) > 1]
    return max((1.0 - min(abs(1.0 - one) / _STAIR_SPARE, 1.0) for one in filled), default=0.0)


def _of_columns(
    headers: Sequence[tuple[int, str, tuple[str, ...]]], sheet: Sheet, found: Mapping[TableKind, Likelihood]
) -> dict[str, float]:
    """What the columns are, alone and together."""
    acts, risks, links = (found[kind] for kind in KINDS)
    values = {f"{kind.value}.{field}": found[kind].best(field) for kind, fields in _FIELDS.items() for field in fields.split()}
    count = max(len(headers), 1)
    profiles = [sheet.profiles[column] for column, _, _ in headers]
    dated = max(map(acts.best, (*_DATED, "duration")))
    unnamed = max((acts.best(field) - acts.named(field) for field in _DATED), default=0.0)
    at = int(acts.share[:, acts.fields.index("name")].argmax()) if headers else 0
    name = headers[at][0] if headers else -1

    def most(fact: str) -> float:
        return max((sheet.value(column, fact) for column, _, _ in headers), default=0.0)

    stairs = _stairs(headers, sheet)
    named = max(acts.best("name"), stairs)
    return values | {
        f"{TableKind.ACTIVITIES.value}.name": named,
        "rows": min(np.log1p(len(sheet.rows)), 5.0) / 5,
        "columns": min(count, 20) / 20,
        "one_column": float(count <= 1),
        "dated_columns": min(sum(seen.dates > 0.5 for seen in profiles), 4) / 4,
        "unknown_headers": sum(bool(header[1]) for index, header in enumerate(headers) if not _known(found, index)) / count,
        "foreign_headers": float(acts.foreign.sum()) / count,
        "no_headers": sum(not header for _, header, _ in headers) / count,
        "number_columns": sum(seen.numbers > 0.6 for seen in profiles) / count,
        "prose_columns": sum(seen.length > 60 for seen in profiles) / count,
        "level_columns": min(sum(seen.levels > 0.6 for seen in profiles), 3) / 3,
        "name_and_date": named * dated,
        "two_dates": acts.best("start") * max(acts.best("finish"), acts.best("duration")),
        "named_date": max(acts.named(field) for field in (*_DATED, "duration")),
        "unnamed_date": unnamed * (1.0 - acts.named("name")),
        "named_name": max(acts.named("name"), stairs),
        "fields_of_plans": min(sum(map(acts.named, _PLANNED)), 4.0) / 4,
        "fields_of_risks": min(sum(map(risks.named, _RATED)), 4.0) / 4,
        "levels_and_date": acts.best("level") * dated,
        "name_and_person": named * max(map(acts.best, ("owner", "status", "progress"))),
        "name_repeats": acts.best("name") * (1.0 - sheet.profiles[name].distinct) if headers else 0.0,
        "nothing_distinct": 1.0 - max((seen.distinct for seen in profiles if seen.texts > 0.5), default=0.0),
        "rated": risks.best("title") * max(map(risks.best, ("probability", "impact", "score"))),
        "two_ratings": risks.best("title") * risks.best("probability") * max(risks.best("impact"), risks.best("score")),
        "two_ends": links.best("predecessor") * links.best("successor"),
        "single_field": float(sum(acts.best(field) > 0.5 for field in _FIELDS[TableKind.ACTIVITIES].split()) <= 1),
        "named_people": _people(sheet, name) * acts.best("name") if headers else 0.0,
        "times": most("times"),
        "addresses": most("addresses"),
        "money": max((sheet.value(at, "large_numbers") for at, _, _ in headers if sheet.profiles[at].numbers > 0.6), default=0.0),
        "diary": max((sheet.value(column, "only_dates") * float(column < name) for column in sheet.dated), default=0.0),
    }


def _raid_types(grid: Grid, sheet: Sheet, column: int) -> float:
    """The share of the cells of a column that say risk, issue, assumption …, where one at least says risk."""
    seen = sheet.profiles[column]
    if seen.short < _SHORT or seen.length > _TYPE:
        return 0.0
    cells = [cell for row in sheet.rows[:_LOOKED] if isinstance(cell := grid.rows[row][column], str) and cell]
    risks = sum(raid(cell, "risk") for cell in cells)
    return (risks + sum(raid(cell, "other") for cell in cells)) / max(len(cells), 1) if risks else 0.0


def _people(sheet: Sheet, column: int) -> float:
    """How surely a column holds names of people and nothing else; two short texts may be anything."""
    sure = max(0.0, 1.0 - (1.0 - sheet.value(column, "people")) / _NO_PERSON)
    return sure * min(len(sheet.rows) / _FEW, 1.0)


def _known(found: Mapping[TableKind, Likelihood], index: int) -> bool:
    return any(bool(one.hinted[index].any()) for one in found.values())


def _of_calendar(grid: Grid, sheet: Sheet, calendar: tuple[int, int] | None, first: int) -> dict[str, float]:
    """Whether a calendar is a week of days or numbers, and how many of its filled cells are texts and no marks of bars."""
    if calendar is None:
        return {"narrow_calendar": 0.0, "written_calendar": 0.0}
    cells = [cell for row in sheet.rows[:_LOOKED] for cell in grid.rows[row][calendar[0] : calendar[1] + 1] if cell != ""]
    written = sum(isinstance(cell, str) and len(cell.strip()) >= _WRITTEN for cell in cells)
    above = [cell for row in grid.rows[max(first - _CAPTIONS, 0) : first] for cell in row[calendar[0] : calendar[1] + 1] if cell != ""]
    dated = sum(isinstance(cell, dt.date) or (isinstance(cell, str) and (is_period(cell) or is_span(cell))) for cell in above)
    narrow = calendar[1] - calendar[0] < _WEEK and 2 * dated < len(above)
    return {"narrow_calendar": float(narrow), "written_calendar": written / max(len(cells), 1)}


def _speaks(words: Sequence[str], topic: str) -> bool:
    """One of ``words`` is of the topic, or ends or begins with a word of it where the script builds compounds."""
    known, compounds = _words_of(topic)
    return any(word in known or (not word.isascii() and (word.startswith(compounds) or word.endswith(compounds))) for word in words)


@cache
def _words_of(topic: str) -> tuple[frozenset[str], tuple[str, ...]]:
    known = frozenset(map(key, _TOPIC_WORDS[topic]))
    return known, tuple(word for word in known if not word.isascii() and len(word) >= _OF_SPEECH)


@cache
def kind_weights() -> np.ndarray:
    """CHOICES × KIND_FACTS."""
    raw = table()["kinds"]
    return np.array([[raw.get(fact, {}).get(kind.value, 0.0) for fact in KIND_FACTS] for kind in CHOICES])


def shares(facts: np.ndarray) -> dict[TableKind, float]:
    """How likely a table with these facts is of each kind."""
    logits = kind_weights() @ facts
    share = np.exp(logits - logits.max())
    share /= share.sum()
    return dict(zip(CHOICES, share.tolist(), strict=True))
