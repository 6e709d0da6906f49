"""Which columns name the work: one, or several of which the deepest that a row fills counts ("Phase | Task | Subtask").

All sets of columns that may name it are scored together: the rows that say anything must have a name, names differ, and the header
of the deepest column speaks for it. Columns left of it join where they name rows that it leaves without a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tpm.ingest.cells.profile import Profile
from tpm.ingest.lexicon.words import is_empty_word
from tpm.ingest.opening.grid import Cell, Grid

_WORDY: Final = 0.5  # of the cells of a column that may hold names
_LONGEST: Final = 90  # characters of its texts on average; more is prose
_PER_COVER, _PER_DISTINCT = 8.0, 3.0  # what names in all rows, and different names, are worth
_PER_COLUMN, _PER_OVERLAP, _PER_GAP = 0.7, 4.0, 2.0  # what a further column costs, rows that fill two of them, other fields between them
_MOST_GAIN, _LEAST_GAIN = 3.0, 6.0  # log odds that the words of a header count at most, for and against
_JOINS: Final = 0.05  # of the rows, that a further column must name
_LEAST_JOINED: Final = 1  # the same in rows
_LEAST_COVER: Final = 0.3  # of the rows that must have a name at all


@dataclass(frozen=True)
class Named:
    """The columns that name the rows from left to right, the deepest last, and the share of the rows that they name."""

    columns: tuple[int, ...]
    cover: float


def name_columns(
    grid: Grid,
    rows: Sequence[int],
    profiles: Mapping[int, Profile],
    gains: Mapping[int, float],
    free: Sequence[int],
    steps: Sequence[int],
    telling: Sequence[int],
    bare: frozenset[int],
) -> Named | None:
    """The likeliest columns of names among ``free``, or None.

    ``rows`` are looked at; ``gains``: column → log odds that it names work; ``steps`` of ``free`` may name the rows that a deeper
    column leaves without a name; ``telling``: columns whose rows must have a name; ``bare``: columns without a header, which one left of
    them may be meant for.
    """
    worded = [column for column in free if profiles[column].texts > _WORDY and (profiles[column].length <= _LONGEST or gains[column] > 0)]
    if not worded or not rows:
        return None
    held = {column: np.array([_says(grid.rows[row][column]) for row in rows], dtype=bool) for column in worded}
    told = np.array([any(_says(grid.rows[row][column]) for column in telling) for row in rows], dtype=bool)
    worded_rows = np.logical_or.reduce([held[column] for column in worded if column in steps or gains[column] > 0] or list(held.values()))
    told = told & worded_rows if (told & worded_rows).any() else worded_rows
    if not told.any():
        return None
    texts = {column: np.array([str(grid.rows[row][column]).strip() for row in rows], dtype=object) for column in worded}
    best: tuple[float, Named] | None = None
    for deepest in worded:
        chosen = _joined(deepest, [one for one in worded if one in steps], held, told)
        named = np.logical_or.reduce([held[column] for column in chosen]) & told
        cover = float(named.sum() / told.sum())
        if cover < _LEAST_COVER:
            continue
        said = texts[chosen[0]]
        for column in chosen[1:]:
            said = np.where(held[column], texts[column], said)
        distinct = len(set(said[named].tolist())) / max(int(named.sum()), 1)
        words = max(gains[column] for column in chosen) if deepest in bare else gains[deepest]
        fresh = [held[column] & _differs(texts[column], held[column]) for column in chosen[:-1]]
        twice = float((np.sum([*fresh, held[deepest]], axis=0)[told] > 1).mean())
        apart = sum(chosen[0] < column < deepest and column not in chosen for column in telling)
        value = _PER_COVER * cover + _PER_DISTINCT * distinct + float(np.clip(words, -_LEAST_GAIN, _MOST_GAIN))
        value -= _PER_COLUMN * (len(chosen) - 1) + _PER_OVERLAP * twice + _PER_GAP * (apart > 0)
        if best is None or value > best[0]:
            best = value, Named(tuple(chosen), cover)
    return best[1] if best else None


def _joined(deepest: int, steps: Sequence[int], held: Mapping[int, np.ndarray], told: np.ndarray) -> list[int]:
    """``deepest`` and the columns left of it that name further rows, nearest first, in the order of the sheet."""
    chosen, named = [deepest], held[deepest] & told
    for column in sorted((one for one in steps if one < deepest), reverse=True):
        more = int((held[column] & told & ~named).sum())
        if more >= max(_LEAST_JOINED, _JOINS * told.sum()):
            chosen.append(column)
            named |= held[column] & told
    return sorted(chosen)


def _differs(texts: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Rows whose text is another one than the last above: a group that is said again in every row is still its caption."""
    out = np.ones(len(texts), dtype=bool)
    at = np.flatnonzero(held)
    out[at[1:]] = texts[at[1:]] != texts[at[:-1]]
    return out


def _says(cell: Cell) -> bool:
    return cell != "" and not (isinstance(cell, str) and (cell.isspace() or is_empty_word(cell)))
