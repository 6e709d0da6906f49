"""Evidence → how likely each column is each field, and the best assignment of fields to columns.

A linear model over the facts of a column (:mod:`.facts`) and the hints of its header (:mod:`.hints`): for each column
one softmax over the fields of a kind of table and "none". Its weights are fitted to labelled sheets by ``make fit`` and kept as the
readable table ``weights.toml``. All fields are given to columns at once, so that the likeliest whole is taken and not the likeliest piece.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from tpm.ingest.cells.profile import Profile, fit
from tpm.ingest.weighing.bands import ROW_FACTS
from tpm.ingest.weighing.facts import FACTS, Sheet
from tpm.ingest.weighing.hints import HINTS, Hints, hints
from tpm.model import TableKind

NONE: Final = "none"
ASKED_COLUMN, ASKED_KIND = 0.6, 0.7  # how often a choice must be right, calibrated; of a less certain one a person is asked
_ANY_WORD: Final = "?"  # a header that says nothing
_CONTRADICTED, _AGREED = 0.3, 0.8  # how well cells fit a field: at most, and at least
_IMPOSSIBLE: Final = 0.1  # how well cells fit at most what they cannot be
_WEAKLY: Final = 0.5  # how much a weak word for a field calls a column by its name
_SURE_FLOOR, _WEAK_FLOOR = 0.5, 0.05  # log odds against none
HEADER_FACTS: Final = ("no_header", "unknown_header")
COLUMN_FACTS: Final = (*FACTS, *HEADER_FACTS)
PIECES: Final = (*HINTS, "cells_fit")  # evidence that weighs the same for every field


@dataclass(frozen=True)
class Weights:
    """``fields`` begins with NONE; ``facts`` is fields × COLUMN_FACTS, ``pieces`` one weight a piece of PIECES for all fields."""

    fields: tuple[str, ...]
    facts: np.ndarray
    pieces: np.ndarray


@cache
def table() -> Mapping[str, Any]:
    """The fitted weights as written in ``weights.toml``."""
    return tomllib.loads((Path(__file__).parent / "weights.toml").read_text(encoding="utf-8"))


@cache
def weights(kind: TableKind) -> Weights:
    """The weights for columns of a table of ``kind``."""
    raw = table()[kind.value]
    fields = tuple(raw["fields"])
    facts = np.array([[raw["facts"].get(fact, {}).get(field, 0.0) for fact in COLUMN_FACTS] for field in fields])
    return Weights(fields, facts, np.array([raw["pieces"][piece] for piece in PIECES]))


@cache
def row_weights() -> np.ndarray:
    """The weights of the facts of a row as a header."""
    return np.array([table()["rows"].get(fact, 0.0) for fact in ROW_FACTS])


@dataclass(frozen=True)
class Likelihood:
    """How likely each column is each field: ``share`` is columns × fields (rows sum to 1), ``gain`` the log odds against none."""

    columns: tuple[int, ...]
    fields: tuple[str, ...]  # without NONE
    share: np.ndarray
    gain: np.ndarray
    hinted: np.ndarray  # columns × fields: the header speaks for the field
    called: np.ndarray  # columns × fields, 0 to 1: the header is a word for the field and the cells allow it
    foreign: np.ndarray  # per column, 0 to 1: the header is known to be no field

    def best(self, field: str) -> float:
        """The likelihood of the likeliest column for ``field``."""
        if field not in self.fields or not len(self.columns):
            return 0.0
        return float(self.share[:, self.fields.index(field)].max())

    def named(self, field: str) -> float:
        """The same, of columns whose header is a word for it."""
        if field not in self.fields or not len(self.columns):
            return 0.0
        at = self.fields.index(field)
        return float((self.share[:, at] * self.called[:, at]).max())


def column_vector(facts: np.ndarray, header: str, found: Hints) -> np.ndarray:
    """The facts of a column with those of its header, in the order of ``COLUMN_FACTS``."""
    known = any(vector[0] or vector[1] for vector in found.values())
    return np.concatenate([facts, [float(not header), float(bool(header) and not known)]])


def piece_matrix(found: Hints, seen: Profile, fields: Sequence[str]) -> np.ndarray:
    """fields × PIECES; ``fields`` begins with NONE, of which no cells speak."""
    out = np.zeros((len(fields), len(PIECES)))
    for index, field in enumerate(fields):
        if field == NONE:
            if (vector := found.get(NONE)) is not None:
                out[index, : len(HINTS)] = vector
            continue
        fits = fit(field, seen)
        if (vector := found.get(field)) is not None:
            out[index, : len(HINTS)] = vector * min(1.0, fits / _CONTRADICTED)  # believed as far as the cells allow
        out[index, -1] = fits
    return out


def logits(known: Weights, facts: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The log odds of each of ``known.fields``, up to a constant: the weighed evidence within what a header and the cells allow."""
    out: np.ndarray = known.facts @ facts + matrix @ known.pieces
    out = np.maximum(out, out[0] + _floor(matrix))
    out_of_question = matrix[:, -1] <= _IMPOSSIBLE
    out_of_question[0] = False
    out[out_of_question] = np.minimum(out[out_of_question], out[0] - 1.0)
    return out


@cache
def _calibration(choice: str) -> tuple[list[float], list[float]]:
    raw = table().get("calibration", {}).get(choice, {})
    return raw.get("stated", [0.0, 1.0]), raw.get("observed", [0.0, 1.0])


def calibrated(choice: str, share: float) -> float:
    """How often what was chosen with ``share`` (0 to 1) was right in cross-validation.

    ``choice``: "kinds" for the kinds of tables, "columns" for the fields of columns.
    """
    return float(np.interp(share, *_calibration(choice)))


def likelihood(headers: Sequence[tuple[int, str, tuple[str, ...]]], sheet: Sheet, kind: TableKind) -> Likelihood:
    """How likely the columns of ``headers`` = (column, header, captions nearest first) are the fields of ``kind``."""
    known = weights(kind)
    odds = np.zeros((len(headers), len(known.fields)))
    hinted = np.zeros((len(headers), len(known.fields)), dtype=bool)
    called = np.zeros((len(headers), len(known.fields)))
    filled = [header for column, header, _ in headers if sheet.profiles[column].count]
    bare = 2 * sum(map(bool, filled)) < len(filled)  # where hardly any column has a header, having none tells nothing
    meant = [hints(header, captions, kind) if header else {} for _, header, captions in headers]
    corner = _corner(headers, sheet, kind, meant)
    for index, (column, header, _) in enumerate(headers):
        found = meant[index]
        matrix = piece_matrix(found, sheet.profiles[column], known.fields)
        said = header or (_ANY_WORD if bare or column == corner else "")
        odds[index] = logits(known, column_vector(sheet.vectors[column], said, found), matrix)
        hinted[index] = matrix[:, : len(HINTS)].any(axis=1)
        called[index] = np.maximum(matrix[:, 0], _WEAKLY * matrix[:, 1])
    odds -= odds.max(axis=1, keepdims=True) if len(headers) else 0.0
    share = np.exp(odds)
    share /= share.sum(axis=1, keepdims=True)
    columns = tuple(column for column, _, _ in headers)
    return Likelihood(columns, known.fields[1:], share[:, 1:], odds[:, 1:] - odds[:, :1], hinted[:, 1:], called[:, 1:], called[:, 0])


def _corner(headers: Sequence[tuple[int, str, tuple[str, ...]]], sheet: Sheet, kind: TableKind, meant: Sequence[Hints]) -> int | None:
    """The first column of texts where it has no header and no header is a word for names: what rows are called needs no word."""
    name = "title" if kind is TableKind.RISKS else "name"
    if any(name in found for found in meant):
        return None
    return next((column for column, header, _ in headers if not header and sheet.value(column, "first_text")), None)


def _floor(matrix: np.ndarray) -> np.ndarray:
    """The least log odds of each field: a header that names it counts unless its cells contradict it, a weak one if they agree."""
    fits = matrix[:, -1]
    sure = (matrix[:, 0] == 1.0) & (fits > _CONTRADICTED)
    weak = ((matrix[:, 1] == 1.0) | (matrix[:, 2] > 0)) & (fits > _AGREED)
    return np.where(sure, _SURE_FLOOR, np.where(weak, _WEAK_FLOOR, -np.inf))


def assign(gain: np.ndarray) -> list[int]:
    """For each row of ``gain`` (fields × columns) its column, or −1: the assignment of the largest sum, each column once.

    A field stays without a column where that loses nothing (a gain below zero). Shortest augmenting paths with potentials (Jonker and
    Volgenant 1987); scipy's own would be right, too, but importing it takes longer than reading a sheet.
    """
    rows, columns = gain.shape
    cost = np.zeros((rows + 1, columns + rows + 1))
    cost[1:, 1 : columns + 1] = -gain
    row_price, column_price = np.zeros(rows + 1), np.zeros(columns + rows + 1)
    holder = np.zeros(columns + rows + 1, dtype=int)
    for row in range(1, rows + 1):
        holder[0] = row
        at = 0
        least = np.full(columns + rows + 1, np.inf)
        came = np.zeros(columns + rows + 1, dtype=int)
        done = np.zeros(columns + rows + 1, dtype=bool)
        while holder[at]:
            done[at] = True
            slack = cost[holder[at]] - row_price[holder[at]] - column_price
            better = ~done & (slack < least)
            better[0] = False
            least[better], came[better] = slack[better], at
            open_ = np.where(done, np.inf, least)
            open_[0] = np.inf
            after = int(open_.argmin())
            delta = open_[after]
            row_price[holder[done]] += delta
            column_price[done] -= delta
            least[~done] -= delta
            at = after
        while at:
            holder[at] = holder[came[at]]
            at = int(came[at])
    out = [-1] * rows
    for column in range(1, columns + 1):
        if holder[column]:
            out[holder[column] - 1] = column - 1
    return out
