"""Predecessor cells → dependencies.

Which notation a column of plain numbers uses (ids, WBS numbers, the n-th row, rows of the sheet) is decided for the whole column, by what
resolves most of its references and agrees best with the dates. How a cell is cut into references, and each into who and how, is decided
by what the plan holds: the reading whose every part is somebody wins. What resolves to nothing, to several rows or only in part is
told, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import eq
from typing import Final

import numpy as np

from tpm.ingest.assembling.names import SEVERAL, Found, Names
from tpm.ingest.assembling.references import PLAIN, Piece, Reference, common, common_lines, pieces, readings, references, without_pages

_SURE: Final = 1.25  # of 1.6: ids that explain nearly all numbers and follow the dates need no comparison
_STATED: Final = 0.8  # of the plain numbers that must be ids of an id column for it to be what they count
_SAMPLE: Final = 400  # cells that decide what plain numbers count
_MOST_JOINED: Final = 5  # pieces of a cell that may be one name or one reference: "Plan, scope, and budget", "1, FS, 2d"
_MOST_PIECES: Final = 60  # of a cell in which such names are looked for
_Said = tuple[Reference, Found | None]  # a reference and the row that it means
_BEYOND: Final = 0.1  # of the row numbers that lie below the table: above it they count the rows of another one
_TOGETHER: Final = 500  # cells that are looked at together
_LONGEST_NUMBER: Final = 9  # digits


@dataclass
class Resolved:
    """Links column by column, ends as positions of the plan; what did not resolve as (position, text, column).

    ``how`` maps the number of a link (0-based) to its type and lag where these are not those of a lone number; ``rows`` are the rows of
    the cells that the links stand in.
    """

    predecessors: list[int] = field(default_factory=list)
    successors: list[int] = field(default_factory=list)
    how: dict[int, Reference] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    unknown: list[tuple[int, str, int]] = field(default_factory=list)
    ambiguous: list[tuple[int, str, int]] = field(default_factory=list)  # names several rows
    partly: list[tuple[int, str, int]] = field(default_factory=list)  # a link, of whose text something was not understood
    by: str = "id"

    def add(self, other: int, row: int, column: int, one: Reference, *, behind: bool) -> None:
        """A link between ``row``, whose cell names it, and ``other``, which comes after ``row`` where ``behind``."""
        if one.lag or one.type != "FS":
            self.how[len(self.columns)] = one
        first, second = (row, other) if behind else (other, row)
        self.predecessors.append(first)
        self.successors.append(second)
        self.rows.append(row)
        self.columns.append(column)

    def add_common(self, cells: Sequence[tuple[int, str, int]], by: Mapping[str, int], *, behind: bool) -> bool:
        """The links of ``cells`` = (row, text, column), where each is a list of plain numbers ("3", "3SS;5FS+2d", by far the commonest)
        that name other rows in the notation ``by``; False, and nothing is added, where one is anything else."""
        if (said := common_lines([text for _, text, _ in cells])) is None:
            return False
        found, at = said
        named = [by.get(who, -1) for who, _, _ in found]
        rows: list[int] = np.array([row for row, _, _ in cells])[at].tolist()
        if -1 in named or any(map(eq, named, rows)):
            return False
        first = len(self.columns)
        self.how |= {
            first + index: one
            for index, (_, kind, lag) in enumerate(found)
            if kind and (one := Reference("", kind, float(lag or 0))) != PLAIN
        }
        self.predecessors += rows if behind else named
        self.successors += named if behind else rows
        self.rows += rows
        self.columns += np.array([column for _, _, column in cells])[at].tolist()
        return True


def resolve(
    cells: Sequence[tuple[int, str, int]], names: Names, starts: np.ndarray, finishes: np.ndarray, *, successors: bool = False
) -> Resolved:
    """Resolve ``cells`` = (row position, text, column): the notation that explains most of the column wins.

    ``starts`` and ``finishes`` (datetime64[D], NaT unknown) break ties between notations that resolve as much. The cells name what comes
    before their row, or after it (``successors``), where no word in them says which.
    """
    sample = cells if len(cells) <= _SAMPLE else cells[:: len(cells) // _SAMPLE]
    plain_numbers = [(position, one.who) for position, text, _ in sample for one in references(text) if one.who.isdigit()]
    notation = _notation(plain_numbers, names, starts, finishes)
    filtered = _filtered(plain_numbers, notation, names)
    out = Resolved(by=notation)
    order = [notation, *(kind for kind in ("id", "wbs") if kind != notation)]
    first = {} if filtered or names.like_links else names.by(notation)
    for begin in range(0, len(cells), _TOGETHER):
        together = cells[begin : begin + _TOGETHER]
        if not (first and out.add_common(together, first, behind=successors)):
            _resolve_each(together, names, order, out, filtered=filtered, successors=successors)
    return out


def _resolve_each(
    cells: Sequence[tuple[int, str, int]], names: Names, order: Sequence[str], out: Resolved, *, filtered: bool, successors: bool
) -> None:
    """Resolve ``cells`` one by one into ``out``."""
    for position, text, column in cells:
        for one, found in _meant(text, names, order, position):
            who = one.who
            if found is None or (filtered and who.isdigit()):
                out.unknown.append((position, who, column))
            elif found.row == SEVERAL:
                out.ambiguous.append((position, who, column))
            elif found.row == position:
                out.unknown.append((position, "", column))
            else:
                if found.unread:
                    out.partly.append((position, who, column))
                out.add(found.row, position, column, one, behind=successors if not one.way else one.way == "after")


def _meant(text: str, names: Names, order: Sequence[str], position: int) -> Iterator[tuple[Reference, Found | None]]:
    """The references of a cell, each with the row that it means; those that a word says to be no dependency are left out."""
    plain = None if names.like_links else common(text)
    if plain is not None:
        for one in plain:
            yield one, names.find(one.who, order, position)
        return
    if (at := names.exactly(text, order, position)) is not None:
        yield Reference(text), Found(at)
        return
    parts: Sequence[Piece] = pieces(text)
    alone: Sequence[_Said | None] = [_in_full(piece.raw, piece.text, names, order, position) for piece in parts]
    if None in alone:  # perhaps of names with separators, or of lags with a comma
        parts, alone = _joined(parts, alone, without_pages(text), names, order, position)
    for piece, said in zip(parts, alone, strict=True):
        if piece.way != "none":
            one, found = said or _guessed(piece.text, names, order, position)
            yield one._replace(way="" if one.who == piece.raw != piece.text else piece.way), found


def _in_full(raw: str, text: str, names: Names, order: Sequence[str], position: int) -> _Said | None:
    """A reference to a row that is named in full, in the first of its readings that is one; None where none is."""
    ways = [Reference(raw), *([Reference(text)] if raw != text else []), *(one for one in readings(text) if one.who != text)]
    for find in (names.as_written, names.exactly):
        for one in ways:
            if (row := find(one.who, order, position)) is not None:
                return one, Found(row)
    return None


def _joined(
    parts: Sequence[Piece], alone: Sequence[_Said | None], cell: str, names: Names, order: Sequence[str], position: int
) -> tuple[list[Piece], list[_Said | None]]:
    """``parts`` with those together that are one reference in full, the longest first, and what each then says."""
    most = _MOST_JOINED if len(parts) <= _MOST_PIECES else 1
    out: list[Piece] = []
    said: list[_Said | None] = []
    at = 0
    while at < len(parts):
        for end in range(min(len(parts), at + most), at, -1):
            whole = parts[at].to(parts[end - 1], cell)
            found = alone[at] if end == at + 1 else _in_full(whole, whole, names, order, position)
            if found is not None or end == at + 1:
                out.append(parts[at] if end == at + 1 else parts[at]._replace(text=whole, raw=whole))
                said.append(found)
                at = end
                break
    return out, said


def listed(text: str, known: Callable[[str], bool]) -> list[str]:
    """The items that a cell lists, separators inside of ``known`` names left alone."""
    parts, cell, at, out = pieces(text), without_pages(text), 0, []
    while at < len(parts):
        ends = range(min(len(parts), at + _MOST_JOINED) if len(parts) <= _MOST_PIECES else at + 1, at + 1, -1)
        end = next((end for end in ends if known(parts[at].to(parts[end - 1], cell))), at + 1)
        out.append(parts[at].to(parts[end - 1], cell))
        at = end
    return out


def _guessed(text: str, names: Names, order: Sequence[str], position: int) -> _Said:
    """A reference that is no name in full: the likeliest reading that names a row at least in part."""
    likeliest = readings(text)
    for one in likeliest:
        if (found := names.find(one.who, order, position)) is not None:
            return one, found
    return likeliest[0], None


def _filtered(numbers: Sequence[tuple[int, str]], notation: str, names: Names) -> bool:
    """Numbers count rows of a sheet of which only a part is here: several lie beyond its last row, so none of them can be trusted."""
    if not numbers or notation == "wbs" or names.stated:
        return False
    last = max((int(number) for number in names.by(notation) if number.isdecimal()), default=0)
    beyond = sum(int(who) > last for _, who in numbers if len(who) < _LONGEST_NUMBER)
    return beyond > _BEYOND * len(numbers)


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
        found = [(position, row) for position, row in targets_of if row is not None and row != SEVERAL]
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
