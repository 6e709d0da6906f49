"""Which column of a table is which field, and how sure.

Three sources, in this order: what a person said (``--map``, the page, an earlier correction), what the header says
(:mod:`tpm.ingest.headers`), what the cells are (:mod:`tpm.ingest.profile`). A header is only believed as far as its
cells agree; where two columns could be a field the better one is taken and the other is named as runner-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from tpm.ingest.grid import letters
from tpm.ingest.headers import WEAK, fuzzy, key, meanings, prefix_of, under_caption, unit_of
from tpm.ingest.profile import Profile, fit, profile
from tpm.ingest.tables import Label, Table
from tpm.model import ColumnChoice, TableKind

_LEAST: Final = 0.3  # below this a column is not taken for a field
_FUZZY: Final = "fuzzy"
# Fields that may have several columns: links are collected, groups become levels.
MANY: Final = frozenset({"predecessors", "successors", "level", "parent"})
_PERIODS: Final = frozenset({"duration", "start", "finish", "phase", "deadline"})  # headers over dates from … to …
_RENAMED: Final = {"level": "phase"}
_PRECEDENCE: Final = ("name", "title", "predecessor", "successor", "start", "finish", "probability", "impact", "id", "owner")


@dataclass(frozen=True)
class Candidate:
    """One way of reading a column."""

    field: str
    column: int
    header: str
    sure: float
    by: str


@dataclass(frozen=True)
class Columns:
    """The choice for one table: field → column, the further columns of fields that may have several, and the rest."""

    fields: Mapping[str, int]
    choices: Mapping[str, ColumnChoice]
    more: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    rest: Mapping[int, str] = field(default_factory=dict)  # column → header of what is no field
    profiles: Mapping[int, Profile] = field(default_factory=dict)


def _header(label: Label, twins: set[str]) -> str:
    """The header as shown: with its caption where two columns would read the same."""
    if label.text in twins and label.captions:
        return f"{label.captions[0]} / {label.text}"
    return label.text


def _candidates(label: Label, kind: TableKind) -> list[tuple[str, float, str]]:
    """(field, sure, by) for a label, its captions taken into account."""
    found = [(name, sure, "header") for name, sure in meanings(label.text, kind)]
    for caption in label.captions:
        joined = [(name, sure * 0.96, "header") for name, sure in meanings(f"{caption} {label.text}", kind)]
        planned = prefix_of(caption) == "planned"  # planned progress is what should be, not what is
        found = joined + [
            (under_caption(name, caption), sure * 0.6 if planned and name == "progress" else sure, by) for name, sure, by in found
        ]
    if not found:
        found = [(name, sure, _FUZZY) for name, sure in fuzzy(label.text, kind)]
    for caption in label.captions:
        found = found or [(name, sure * 0.85, "header") for name, sure in meanings(caption, kind)]
    return found


def choose(table: Table, mapping: Mapping[str, str]) -> Columns:
    """The columns of ``table``; ``mapping`` is field → header as a person said it (an empty header: no such column)."""
    grid = table.grid
    texts = [label.text for label in table.labels]
    twins = {text for text in texts if texts.count(text) > 1}
    headers = {label.column: _header(label, twins) for label in table.labels}
    profiles = {label.column: profile(islice(grid.columns[label.column], table.first, table.last + 1)) for label in table.labels}
    said = _said(mapping, headers, texts, table)
    candidates = _ranked(table, headers, profiles, said, frozenset(name for name, header in mapping.items() if not header))
    taken: dict[str, Candidate] = {}
    used: dict[int, str] = {}
    more: dict[str, list[int]] = {}
    for candidate in candidates:
        if candidate.column in used or candidate.sure < _LEAST:
            continue
        if candidate.field in taken:
            if candidate.field in MANY and candidate.sure >= 0.5:
                more.setdefault(candidate.field, []).append(candidate.column)
                used[candidate.column] = candidate.field
            continue
        taken[candidate.field] = candidate
        used[candidate.column] = candidate.field
    _mend(table, taken, used, more, candidates, profiles)
    choices = {}
    for name, candidate in taken.items():
        rival = next(
            (
                other
                for other in candidates
                if other.field == name and other.column != candidate.column and used.get(other.column) != name and other.sure >= _LEAST
            ),
            None,
        )
        choices[name] = ColumnChoice(
            candidate.header,
            letters(candidate.column),
            round(min(candidate.sure, 1.0), 2),
            candidate.by,
            rival.header if rival else None,
            unit_of(_label_text(table, candidate.column)),
        )
    rest = {column: header for column, header in headers.items() if column not in used and profiles[column].count}
    fields = {name: candidate.column for name, candidate in taken.items()}
    return Columns(fields, choices, {name: tuple(sorted(columns)) for name, columns in more.items()}, rest, profiles)


def _label_text(table: Table, column: int) -> str:
    return next((" ".join((label.text, *label.captions)) for label in table.labels if label.column == column), "")


def _said(mapping: Mapping[str, str], headers: Mapping[int, str], texts: list[str], table: Table) -> dict[str, int]:
    """Field → column where a person named a header (or a column letter)."""
    out = {}
    for name, header in mapping.items():
        wanted = key(header)
        if not wanted:
            continue
        for label in table.labels:
            if wanted in (key(headers[label.column]), key(label.text)) or header == letters(label.column):
                out[name] = label.column
                break
    return out


def _ranked(
    table: Table, headers: Mapping[int, str], profiles: Mapping[int, Profile], said: Mapping[str, int], refused: frozenset[str]
) -> list[Candidate]:
    """Every reading of every column, surest first; among equals the more telling field, then the column further left."""
    out = [Candidate(name, column, headers[column], 2.0, "user") for name, column in said.items()]
    fixed = set(said.values())
    most = max((seen.count for seen in profiles.values()), default=0) or 1
    for label in table.labels:
        if label.column in fixed:
            continue
        seen: set[str] = set()
        for name, sure, by in _candidates(label, table.kind):
            if name in said or name in refused or name in seen:
                continue
            seen.add(name)
            full = 0.9 + 0.1 * min(1.0, profiles[label.column].count / most) if name == "name" else 1.0  # group columns are sparse
            out.append(Candidate(name, label.column, headers[label.column], sure * full * fit(name, profiles[label.column]), by))
        if (
            table.kind is TableKind.ACTIVITIES
            and "status" in seen
            and profiles[label.column].numbers > 0.8
            and not {"progress"} & (set(said) | refused)
        ):
            out.append(Candidate("progress", label.column, headers[label.column], 0.8 * fit("progress", profiles[label.column]), "content"))
        seen_as = profiles[label.column]
        spans = seen_as.ranges > 0.6 and (not seen or seen & _PERIODS)
        if table.kind is TableKind.ACTIVITIES and spans and "finish" not in set(said) | refused:
            out.append(Candidate("finish", label.column, headers[label.column], 0.75, "content"))  # its start is read with it
        if (
            table.kind is TableKind.ACTIVITIES
            and {"level", "name"} <= seen
            and seen_as.count > 2
            and seen_as.typed_dates + seen_as.outlines > 0.6
            and seen_as.numbers < 0.3
            and "wbs" not in set(said) | refused
        ):  # "1-1" that a spreadsheet took for a date
            out = [one for one in out if one.column != label.column]
            out.append(Candidate("wbs", label.column, headers[label.column], 0.8, "content"))
    rank = {name: index for index, name in enumerate(_PRECEDENCE)}
    return sorted(out, key=lambda one: (-round(one.sure, 3), rank.get(one.field, 99), one.column))


def _move(
    name: str, candidates: list[Candidate], taken: dict[str, Candidate], used: dict[int, str], least: float, from_fields: frozenset[str]
) -> None:
    """Give ``name`` its best candidate, also from a column that one of ``from_fields`` holds."""
    if name in taken:
        return
    for candidate in candidates:
        if candidate.field != name or candidate.sure < least:
            continue
        holder = used.get(candidate.column)
        if holder is not None and (holder not in from_fields or taken.get(holder) is None or taken[holder].column != candidate.column):
            continue
        if holder is not None:
            del taken[holder]
        taken[name] = candidate
        used[candidate.column] = name
        return


def _mend(
    table: Table,
    taken: dict[str, Candidate],
    used: dict[int, str],
    more: dict[str, list[int]],
    candidates: list[Candidate],
    profiles: Mapping[int, Profile],
) -> None:
    """Fill the fields that a table cannot do without from columns that were taken for something lesser."""
    if table.kind is TableKind.ACTIVITIES:
        name = taken.get("name")
        levels = [*([taken["level"].column] if "level" in taken else []), *more.get("level", ())]
        deeper = [column for column in levels if _worded(profiles[column])]
        weak = name is not None and name.by == "header" and name.sure <= WEAK and any(column < name.column for column in deeper)
        if name is not None and weak and len(levels) > 1:  # "산출물" beside "대분류 | 중분류 | 소분류" is what the work leaves behind
            del taken["name"], used[name.column]
            name = None
        if name is None and deeper:
            _promote_level(max(deeper), taken, used, more, candidates, table)
        _move("name", candidates, taken, used, 0.2, frozenset({"notes", "milestone", "phase", "wbs", "program", "id", "level", "team"}))
        _move("finish", candidates, taken, used, 0.35, frozenset({"deadline"}))
        if "name" not in taken:
            _name_by_content(table, taken, used, profiles)
    elif table.kind is TableKind.RISKS:
        _move("title", candidates, taken, used, 0.2, frozenset({"description", "category", "notes"}))


def _worded(seen: Profile) -> bool:
    return seen.count > 0 and seen.texts > 0.5


def _promote_level(
    column: int, taken: dict[str, Candidate], used: dict[int, str], more: dict[str, list[int]], candidates: list[Candidate], table: Table
) -> None:
    """The deepest of several group columns holds the work itself."""
    header = next(label.text for label in table.labels if label.column == column)
    if taken.get("level") is not None and taken["level"].column == column:
        del taken["level"]
        others = sorted(more.pop("level", []))
        if others:
            first = others[0]
            taken["level"] = next(one for one in candidates if one.column == first and one.field == "level")
            if others[1:]:
                more["level"] = others[1:]
    elif column in more.get("level", ()):
        more["level"].remove(column)
    taken["name"] = Candidate("name", column, header, 0.75, "content")
    used[column] = "name"


def _name_by_content(table: Table, taken: dict[str, Candidate], used: dict[int, str], profiles: Mapping[int, Profile]) -> None:
    """The unused column with the most telling texts."""
    free = [
        (fit("name", seen) * min(seen.length, 40) * (0.5 + seen.distinct), column)
        for column, seen in profiles.items()
        if column not in used and _worded(seen) and seen.count > 0.5 * min(table.rows, 60)
    ]
    if free:
        best = max(free)[1]
        header = next(label.text for label in table.labels if label.column == best)
        taken["name"] = Candidate("name", best, header, 0.4, "content")
        used[best] = "name"
