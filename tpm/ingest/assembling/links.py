"""Predecessor cells → dependencies.

"3", "3;5", "3FS+2d", "2fs", "5SS-1w", "4FF+50%", WBS numbers, names, keys, row numbers: which of these a column uses is
decided for the whole column, by what resolves most of its references and agrees best with the dates. A reference that
resolves to nothing becomes a finding, never a guess.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import numpy as np

from tpm.ingest.assembling.scopes import Scopes, repeats
from tpm.ingest.lexicon.headers import folded, key, vocabulary
from tpm.ingest.lexicon.words import is_empty_word

_TYPES: Final = {
    "fs": "FS",
    "ss": "SS",
    "ff": "FF",
    "sf": "SF",
    "ea": "FS",
    "aa": "SS",
    "ee": "FF",
    "ae": "SF",
    "fc": "FS",
    "cc": "SS",
    "dd": "SS",
    "df": "SF",
    "fd": "FS",
    "ti": "FS",
    "ii": "SS",
    "tt": "FF",
    "it": "SF",
}  # also German, Spanish, French and Portuguese letters
_LAG: Final = r"(?P<lag>\d+(?:[.,]\d+)?)\s*(?P<unit>%|[A-Za-z]+|일|주|개월|시간|영업일|日|週)"
_TYPED: Final = re.compile(  # "3FS+2d", "2fs", "3 (SS)", "12FS 2d"
    r"^(?P<ref>.*?)(?<!\s)\s*+[:(\[]?\s*+(?P<type>fs|ss|ff|sf|FS|SS|FF|SF|Fs|Ss|Ff|Sf|EA|AA|EE|AE|CC|FC|DD|FD|DF|TI|II|TT|IT)\s*+[)\]]?"
    r"\s*+(?:(?P<sign>[+\-−–])?\s*+" + _LAG + r"?)?\s*[)\]]?$"
)
_LAGGED: Final = re.compile(r"^(?P<ref>.*?\S)\s*(?P<sign>[+\-−–])\s*" + _LAG + r"$")  # "3+2d"
_LAG_IN_BRACKETS: Final = re.compile(r"^(?P<ref>.*?\S)\s*[(\[]\s*(?P<sign>[+\-−–])\s*" + _LAG + r"\s*[)\]]$")  # "11 (+2 days)"
_SEVERAL: Final = -1  # instead of a row: the reference names several, and nothing says which
_SURE: Final = 1.25  # of 1.6: ids that explain nearly all numbers and follow the dates need no comparison
_STATED: Final = 0.8  # of the plain numbers that must be ids of an id column for it to be what they count
_NUMBER_FIRST: Final = re.compile(  # "3 - Design", "AP-12: Login", not "1.1.CD2"
    r"^([A-Za-z]{0,6}[-_ ]?\d+(?:[.\-]\d+)*)\b(?:[\s:–]|[.\-](?!\w*\d))"
)
_LONGEST_CELL: Final = 32_767  # characters, as in a spreadsheet
_LONGEST_TYPED: Final = 500  # characters of a reference that may carry a type and a lag; longer ones are names or prose
_SHORTEST_START: Final = 6  # characters of a name that a longer reference may begin with
_MOST_LISTED, _MOST_COMMAS = 60, 5  # parts of a cell and of a name that are tried together
_BEYOND: Final = 0.1  # of the row numbers that lie below the table: above it they count the rows of another one
_LONGEST_NUMBER: Final = 9  # digits
_SAMPLE: Final = 400  # cells that decide what plain numbers count
_SPLIT: Final = re.compile(r"(?:(?<!\s)\s++)?[;|、，]\s*+|(?<!\s)[^\S\n]*+\n\s*+|(?:(?<!\s)\s++)?,\s*+")
_COMMON: Final = re.compile(r"(?<!\d)(\d++)(?:(FS|SS|FF|SF)(?:([+-]\d++)d)?)?(?:[;,]|$)")  # "3", "3SS", "3FS+2d", by far the commonest
_COMMON_ONLY: Final = re.compile(r"(?:\d+(?:(?:FS|SS|FF|SF)(?:[+-]\d+d)?)?(?:[;,]|$))+")
_ROW_REFERENCE: Final = re.compile(r"^(?:.*!)?\$?[A-Z]{1,3}\$?(\d+)$")
_PAGE: Final = re.compile(r"(?<=\S)\s*\(https?://[^()\s]*\)")  # "Draft pages (https://…)" names the page
_NUMBERED: Final = re.compile(r"#\s*([A-Za-z]*-?\d+)\b")  # "#12 Draft pages", "Task #12: Draft pages"
_TRAILER: Final = re.compile(r"(?<!\s)\s*+\((?:v\.?\s*\d[\w.]*|done|완료|[^()]{1,25})\)$", re.I)


class Reference(NamedTuple):
    """One reference of a cell: who, how, and with what lag (working days, calendar days or a share)."""

    who: str
    type: str = "FS"
    lag: float = 0.0
    unit: str = "working"


PLAIN: Final = Reference("")  # how a lone number is meant: finish-to-start, no lag


def references(text: str) -> tuple[Reference, ...]:
    """The references that a cell names, its separators taken as separators."""
    if _COMMON_ONLY.fullmatch(text):
        return tuple([Reference(who, kind or "FS", float(lag or 0)) for who, kind, lag in _COMMON.findall(text)])
    return _any_references(text)


@lru_cache(maxsize=65536)
def _any_references(text: str) -> tuple[Reference, ...]:
    """:func:`references` in every notation."""
    out = []
    text = text[:_LONGEST_CELL]
    if "](" in text or "://" in text:
        text = _PAGE.sub("", text)
    for part in _SPLIT.split(text):
        part = part.strip().strip("[]").strip()
        if part and not is_empty_word(part):
            out.append(reference(part))
    return tuple(out)


@lru_cache(maxsize=65536)
def reference(part: str) -> Reference:
    """One reference with its type and lag: ``3FS+2d`` → 3, FS, 2 working days. Without any, FS and no lag."""
    if (part.isalnum() and part[-1].isdigit()) or len(part) > _LONGEST_TYPED:
        return Reference(part)
    match = _TYPED.match(part) or _LAGGED.match(part) or _LAG_IN_BRACKETS.match(part)
    if match is None:
        return Reference(part)
    groups = match.groupdict()
    who = groups["ref"].strip().rstrip("-:·([").strip()
    if not who or (
        who[-1].isalpha() and who[-1].isascii() and part[len(groups["ref"].rstrip())].isalpha()
    ):  # "Staff", "Takeoffs" are names
        return Reference(part)
    lag, unit = 0.0, "working"
    if groups["lag"]:
        lag, unit = _lag(groups["lag"], groups["unit"] or "d")
        lag = -lag if groups["sign"] and groups["sign"] in "-−–" else lag
    return Reference(who, _TYPES.get((groups.get("type") or "fs").lower(), "FS"), lag, unit)


def _lag(number: str, unit: str) -> tuple[float, str]:
    value = float(number.replace(",", "."))
    if unit == "%":
        return value / 100, "percent"
    plain = key(unit)
    elapsed = plain.startswith("e") and plain[1:] in vocabulary().units
    name = vocabulary().units.get(plain[1:] if elapsed else plain, "days")
    if elapsed:
        return value * {"days": 1, "weeks": 7, "months": 30, "hours": 1 / 24, "minutes": 1 / 1440}.get(name, 1), "elapsed"
    return value * {"days": 1, "weeks": 5, "months": 20, "hours": 1 / 8, "minutes": 1 / 480}.get(name, 1), "working"


def _loose(name: str) -> str:
    return folded(_TRAILER.sub("", name))


class Names:
    """The ways in which rows of a plan can be named: each maps a text to a row position of the plan.

    ``ids`` are known; the others are made by ``make`` when a reference is not found otherwise, because most plans need none. Of several
    rows with one id, number or name ``scopes`` chooses: ``repeated`` are notation → text → its rows.
    """

    def __init__(
        self,
        ids: Mapping[str, int],
        make: Mapping[str, Callable[[], Mapping[str, int]]],
        scopes: Scopes,
        repeated: Mapping[str, Mapping[str, Sequence[int]]],
        names: Sequence[str] = (),
        stated: bool = False,
        shown: bool = True,
    ) -> None:
        self.ids = ids
        self.repeated = repeated
        self.stated = stated  # the ids stand in a column of their own
        self.shown = shown  # the ids are those of the sheet; else they were given to its rows, and nobody refers to what he has not seen
        self._scopes, self._names, self._make = scopes, names, make
        self._made: dict[str, Mapping[str, int]] = {"id": ids}

    def by(self, notation: str) -> Mapping[str, int]:
        """Text → position in one notation.

        They are id, wbs, counted (the n-th row from 0), sequence (from 1), row (of the sheet), issue (#10), name (compared loosely).
        """
        if notation not in self._made:
            self._made[notation] = self._make[notation]()
        return self._made[notation]

    @cached_property
    def _repeated_names(self) -> Mapping[str, Sequence[int]]:
        return repeats([folded(name) for name in self._names])

    def _rows(self, who: str) -> Sequence[int]:
        """All rows with this id or this name."""
        if (rows := self.several("id", who)) is not None:
            return rows
        plain = folded(who)
        found = self.ids.get(who, self.by("name").get(plain))
        return self._repeated_names.get(plain, ()) if found is None else (found,)

    def several(self, notation: str, who: str) -> Sequence[int] | None:
        """The rows that share an id or number; None where one or none has it."""
        return self.repeated.get(notation, {}).get(who)

    def of(self, notation: str, who: str, position: int) -> int | None:
        """The row that ``who`` means in row ``position`` in one notation; ``_SEVERAL`` where that stays open, None if it means none."""
        rows = self.several(notation, who)
        return self.by(notation).get(who) if rows is None else self._chosen(rows, position)

    def named(self, who: str, position: int) -> int | None:
        """As :meth:`of`, by a name, or by an id or a name behind its block's ("Radio: Test")."""
        rows = self._rows(who) or self._scopes.within(who, self._rows)
        return self._chosen(rows, position) if rows else None

    def _chosen(self, rows: Sequence[int], position: int) -> int:
        found = self._scopes.choose(rows, position)
        return _SEVERAL if found is None else found

    @cached_property
    def folded(self) -> Mapping[str, int]:
        """Ids compared loosely."""
        return {folded(text): position for text, position in self.ids.items()}

    @cached_property
    def _sorted_names(self) -> list[str]:
        return sorted(self.by("name"))

    @cached_property
    def _sizes(self) -> list[int]:
        return sorted({len(name) for name in self.by("name")})

    def near(self, text: str) -> int | None:
        """The position of the one name that ``text`` begins or that begins ``text``; None where there is none or several."""
        table, ordered = self.by("name"), self._sorted_names
        first = bisect_left(ordered, text)
        found = [name for name in ordered[first : first + 2] if name.startswith(text)]
        fewest, most = (bisect_left(self._sizes, size) for size in (_SHORTEST_START, len(text)))
        found += [text[:size] for size in self._sizes[fewest:most] if text[:size] in table]
        return table[found[0]] if len(found) == 1 else None


def unique(keys: Sequence[str | None]) -> dict[str, int]:
    """Text → position, without the texts that occur twice."""
    out: dict[str, int] = {}
    twice = set()
    for position, text in enumerate(keys):
        if text is None:
            continue
        if text in out:
            twice.add(text)
        else:
            out[text] = position
    for text in twice:
        del out[text]
    return out


@dataclass
class Resolved:
    """Links column by column, ends as positions of the plan; what did not resolve as (position, text, column).

    ``how`` maps the number of a link (0-based) to its type and lag where these are not those of :data:`PLAIN`.
    """

    predecessors: list[int] = field(default_factory=list)
    successors: list[int] = field(default_factory=list)
    how: dict[int, Reference] = field(default_factory=dict)
    columns: list[int] = field(default_factory=list)
    unknown: list[tuple[int, str, int]] = field(default_factory=list)
    ambiguous: list[tuple[int, str, int]] = field(default_factory=list)  # as ``unknown``: names several rows
    by: str = "id"


def resolve(cells: Sequence[tuple[int, str, int]], names: Names, starts: np.ndarray, finishes: np.ndarray) -> Resolved:
    """Resolve ``cells`` = (row position, text, column): the notation that explains most of the column wins.

    ``starts`` and ``finishes`` (datetime64[D], NaT unknown) break ties between notations that resolve as much.
    """
    sample = cells if len(cells) <= _SAMPLE else cells[:: len(cells) // _SAMPLE]
    plain_numbers = [(position, one.who) for position, text, _ in sample for one in references(text) if one.who.isdigit()]
    notation = _notation(plain_numbers, names, starts, finishes)
    out = Resolved(by=notation)
    filtered = _filtered(plain_numbers, notation, names)
    order = [notation, *(kind for kind in ("id", "wbs") if kind != notation)]
    first = names.by(notation)
    predecessors, successors, how, columns = out.predecessors, out.successors, out.how, out.columns
    for position, text, column in cells:
        if (found := first.get(text)) is not None and found != position and not filtered:  # the commonest cell: one plain reference
            predecessors.append(found)
            successors.append(position)
            columns.append(column)
            continue
        whole, listed = None, None
        if not text[:1].isdigit():
            whole = _whole_cell(text, names)
            listed = _listed(text, names) if whole is None and "," in text else None
        for one in (Reference(text),) if whole is not None else listed or references(text):
            who = one.who
            if filtered and who.isdigit():
                out.unknown.append((position, who, column))
                continue
            found = whole if whole is not None else first.get(who)
            if found is None:
                found = _find(who, order, names, position)
            if found == _SEVERAL:
                out.ambiguous.append((position, who, column))
                continue
            if found is None or found == position:
                out.unknown.append((position, who if found is None else "", column))
                continue
            if one.lag or one.type != "FS":
                how[len(columns)] = one
            predecessors.append(found)
            successors.append(position)
            columns.append(column)
    return out


def _filtered(numbers: Sequence[tuple[int, str]], notation: str, names: Names) -> bool:
    """Numbers count rows of a sheet of which only a part is here: several lie beyond its last row, so none of them can be trusted."""
    if not numbers or notation == "wbs" or names.stated:
        return False
    last = max((int(number) for number in names.by(notation) if number.isdecimal()), default=0)
    beyond = sum(int(who) > last for _, who in numbers if len(who) < _LONGEST_NUMBER)
    return beyond > _BEYOND * len(numbers)


def _whole_cell(text: str, names: Names) -> int | None:
    """A cell that is a name as it stands, commas and all."""
    if len(text) < 6 or text[0].isdigit() or text in names.ids:
        return None
    return names.by("name").get(folded(text))


def _listed(text: str, names: Names) -> tuple[Reference, ...] | None:
    """The names in a list of names of which some hold commas themselves ("Draft, then edit,Review"); None where that is not all of it."""
    parts = text.split(",")
    if not 2 < len(parts) <= _MOST_LISTED:
        return None
    table, out, at = names.by("name"), [], 0
    while at < len(parts):
        ends = range(min(len(parts), at + _MOST_COMMAS), at, -1)
        end = next((end for end in ends if folded(",".join(parts[at:end])) in table), None)
        if end is None:
            return None
        out.append(Reference(",".join(parts[at:end]).strip()))
        at = end
    return tuple(out)


def other_forms(text: str) -> tuple[str, ...]:
    """What else a reference can be looked up as: the number behind "#", the name before a page's address."""
    found = [match[1], f"#{match[1]}"] if (match := _NUMBERED.search(text)) else []
    if "://" in text and (plain := _PAGE.sub("", text)) != text:
        found += [plain, folded(plain)]
    return tuple(found)


def _find(who: str, order: Sequence[str], names: Names, position: int) -> int | None:
    for kind in order:
        if (found := names.of(kind, who, position)) is not None:
            return found
    if (found := names.folded.get(folded(who))) is not None:
        return found
    if who.startswith("http") and (found := names.by("link").get(who)) is not None:
        return found
    if match := _NUMBERED.search(who):
        number, issues = names.ids.get(match[1]), names.by("issue")
        called = issues.get(who, issues.get(match[0]))
        both = (number, called) if names.stated else (called, number)  # "#12" is the id 12 where a column states ids
        if (found := next((one for one in both if one is not None), None)) is not None:
            return found
    if not names.stated and (match := _ROW_REFERENCE.match(who)) and (found := names.by("row").get(match[1])) is not None:
        return found
    if (found := names.named(who, position)) is not None:
        return found
    stripped = _loose(who)
    if len(stripped) >= 4 and "(done)" not in who.lower():
        if (found := names.by("name").get(stripped)) is not None:
            return found
        if (alone := names.near(stripped)) is not None:
            return alone
    if (match := _NUMBER_FIRST.match(who)) is not None:
        for kind in order:
            if (found := names.by(kind).get(match[1])) is not None:
                return found
    return None


def _notation(numbers: Sequence[tuple[int, str]], names: Names, starts: np.ndarray, finishes: np.ndarray) -> str:
    """What plain numbers of the column count: ids, WBS numbers, the n-th row of the table (from 0 or from 1), or rows of the sheet."""
    if not numbers:
        return "id"
    if names.stated and sum(who in names.ids or names.several("id", who) is not None for _, who in numbers) >= _STATED * len(numbers):
        return "id"
    best, best_score = "id", -1.0
    kinds = ("counted", "id", "wbs", "sequence", "row") if names.shown else ("counted", "wbs", "sequence", "row", "id")
    for rank, kind in enumerate(kinds, start=-1):
        targets_of = [(position, names.of(kind, who, position)) for position, who in numbers]
        found = [(position, row) for position, row in targets_of if row is not None and row != _SEVERAL]
        if not found:
            continue
        positions, targets = np.array(found).T
        forward = starts[positions] >= starts[targets]
        known = ~np.isnat(starts[positions]) & ~np.isnat(starts[targets])
        agree = float(forward[known].mean()) if known.any() else 0.5
        itself = float((positions == targets).mean())
        follows = finishes[targets] <= starts[positions]
        close = float(follows[known].mean()) if known.any() else 0.5
        score = len(found) / len(numbers) + 0.3 * agree + 0.3 * close - itself - 0.05 * rank
        if score > best_score:
            best, best_score = kind, score
        if kind == "id" and score > _SURE:
            break
    return best
