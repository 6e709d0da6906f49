"""Columns that look like a field and were given to none: nothing of a sheet goes unused without a word."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tpm.ingest.lexicon.headers import WEAK, meanings
from tpm.ingest.opening.grid import Cell, Grid, as_text
from tpm.ingest.weighing.evidence import NONE
from tpm.ingest.weighing.facts import Sheet, is_dated
from tpm.model import TableKind

_FEWEST: Final = 2  # filled cells below which a column looks like nothing
_SHARES, _REFERS, _PEOPLE, _REPEATED = 0.6, 0.7, 0.85, 0.3  # shares of the cells
_TWO_WORDS: Final = 0.3  # of six, the mean words of a text: a given name and a surname
_FEWEST_PEOPLE: Final = 3  # different texts; two are more often the two values of a switch
_PARTS: Final = re.compile(r"[,;\n]")
_FIELDS: Final[Mapping[TableKind, Mapping[str, tuple[str, ...]]]] = {
    TableKind.ACTIVITIES: {
        "dates": ("start", "finish", "deadline", "actual_start", "actual_finish", "baseline_start", "baseline_finish"),
        "shares": ("progress",),
        "references": ("predecessors", "successors", "parent"),
        "people": ("owner",),
    },
    TableKind.RISKS: {"dates": ("due",), "shares": ("probability",), "references": ("activities",), "people": ("owner",)},
}


@dataclass(frozen=True, slots=True)
class Spare:
    """A column that no field took. ``look``: dates, shares, references or people; ``field``: the likeliest that is free, or "".

    ``beside``: its header is known, and known to be nothing that a plan is made of ("Created").
    """

    column: int
    header: str
    look: str
    field: str
    beside: bool = False


def spare_columns(
    headers: Mapping[int, str], grid: Grid, sheet: Sheet, kind: TableKind, ranked: Iterable[tuple[str, int]], taken: Mapping[str, int]
) -> tuple[Spare, ...]:
    """The unused columns among ``headers`` (column → header) that look like something; ``ranked`` are (field, column), likeliest first.

    ``taken`` is field → its column, −1 where a person said that there is none.
    """
    fields = _FIELDS.get(kind)
    if fields is None:
        return ()
    order = list(ranked)
    named = {
        as_text(cell).casefold()
        for field in ("id", "name", "title", "wbs")
        if taken.get(field, -1) >= 0
        for cell in _cells(grid, sheet, taken[field])
    }
    out = []
    for column, header in headers.items():
        look = _look(sheet, column, _cells(grid, sheet, column), named)
        means = {field for field, sure in meanings(header, kind) if sure > WEAK}
        if look and not means - {NONE, *fields[look]}:
            free = [field for field in fields[look] if field not in taken]
            likely = [field for field, at in order if at == column and field in free]
            out.append(Spare(column, header, look, next(iter([*likely, *free]), ""), NONE in means))
    return tuple(out)


def _cells(grid: Grid, sheet: Sheet, column: int) -> list[Cell]:
    return [cell for row in sheet.rows if (cell := grid.rows[row][column]) != ""]


def _look(sheet: Sheet, column: int, cells: Sequence[Cell], named: Collection[str]) -> str:
    """What the cells of a column look like; "" where they look like nothing in particular."""
    seen = sheet.profiles[column]
    if seen.count < _FEWEST:
        return ""
    if is_dated(sheet.vectors[column]):
        return "dates"
    if seen.percents >= _SHARES:
        return "shares"
    if sheet.value(column, "references") >= _REFERS and max(seen.numbers, seen.states, seen.flags) < _SHARES:
        texts = {as_text(cell).casefold() for cell in cells}
        refer = sum(all(part.strip() in named for part in _PARTS.split(text)) for text in texts)
        return "references" if refer >= _REFERS * len(texts) else ""
    person = sheet.value(column, "people") >= _PEOPLE and sheet.value(column, "repeated_short") >= _REPEATED
    person = person and sheet.value(column, "words") >= _TWO_WORDS and max(seen.states, seen.levels) < _SHARES
    return "people" if person and len(set(cells)) >= _FEWEST_PEOPLE else ""
