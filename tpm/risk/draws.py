"""Drawing what is uncertain: for a block of runs, how far each remaining duration lies from its plan.

A *sampled row* is an item that has a spread or that a risk hits. Its *extra* in a run is a whole number of time units (see
:mod:`tpm.risk.uncertainty`): drawn minus planned remaining work, plus the impact of every risk that fires on it. Draws of one team
share a factor: their normal scores are √ρ T + √(1 − ρ) ε, so that any two of them have the correlation ρ (a one-factor Gaussian copula)
while each keeps its own distribution. A risk fires once a run, with one impact, on everything that it hits.
"""

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

from tpm.risk.philox import FOR_DURATION, FOR_FIRING, FOR_IMPACT, FOR_TEAM, Words, fill
from tpm.risk.quantiles import NORMAL_BITS, SCORE_CELLS, SCORE_REACH, UNIFORM_BITS, Tables, normal_quantile
from tpm.schedule.compiled import helper
from tpm.schedule.network import Integers

Scores = npt.NDArray[np.float32]
_PART_BITS = 32 - UNIFORM_BITS
_NORMAL_PART_BITS = 32 - NORMAL_BITS
_OUTER = 1 << _NORMAL_PART_BITS  # words of the first and of the last cell


class Draws(NamedTuple):
    """What is drawn, as the kernels read it. S sampled rows, T teams, K risks."""

    seed: int
    stream: npt.NDArray[np.uint64]  # S
    table: Integers  # S: row of a table, −1 where only risks change the row
    scored: npt.NDArray[np.bool_]  # S: the table is one over scores
    base: Integers  # S: extra where the table has 0
    scale: Scores  # S: extra where the table has 1, less the base
    team: Integers  # S: row of the teams' factors (any row where nothing is shared)
    own: Scores  # S: √(1 − ρ)
    shared: Scores  # S: √ρ
    by_uniform: Tables
    by_score: Tables
    normal: Scores
    team_stream: npt.NDArray[np.uint64]  # T
    risk_stream: npt.NDArray[np.uint64]  # K
    threshold: npt.NDArray[np.uint64]  # K: fires where a word lies below; 2³² fires always
    risk_table: Integers  # K: row of by_uniform, −1 for a constant impact
    risk_base: Integers  # K
    risk_scale: Scores  # K
    hit_first: Integers  # S + 1: the risks that hit a row are hit_risk[hit_first[s]:hit_first[s + 1]]
    hit_risk: Integers


class Drawn(NamedTuple):
    """Room for one block of runs; a column a run."""

    factor: npt.NDArray[np.float32]  # T, at least one
    impact: npt.NDArray[np.int32]  # K: 0 where the risk does not fire
    words: Words
    scores: Scores


def room(draws: Draws, block: int) -> Drawn:
    """Room for ``block`` runs."""
    return Drawn(np.zeros((max(len(draws.team_stream), 1), block), np.float32), np.zeros((len(draws.risk_stream), block), np.int32),
                 np.zeros(block, np.uint32), np.zeros(block, np.float32))


@helper
def _scores(words: Words, normal: Scores, out: Scores) -> None:
    """The normal scores of uniform words. The outermost cells of the table, rarely met, are computed rather than read."""
    outermost = False
    for run in range(len(out)):
        word = words[run]
        cell = nb.uint64(word >> nb.uint32(_NORMAL_PART_BITS))
        part = nb.float32(nb.int32(word & nb.uint32((1 << _NORMAL_PART_BITS) - 1))) * nb.float32(2.0**-_NORMAL_PART_BITS)
        low = normal[cell]
        out[run] = low + part * (normal[cell + nb.uint64(1)] - low)
        outermost |= nb.uint32(word + nb.uint32(_OUTER)) < nb.uint32(2 * _OUTER)
    if outermost:
        for run in range(len(out)):
            word = words[run]
            if nb.uint32(word + nb.uint32(_OUTER)) < nb.uint32(2 * _OUTER):
                out[run] = normal_quantile((np.float64(word) + 0.5) * 2.0**-32)


@helper
def _draw_scored(scores: Scores, factor: Scores, own: float, shared: float, table: Scores, base: int, scale: float,
                 out: Integers) -> None:
    """Draws through normal scores, mixed with the team's factor; ``scores`` is used up."""
    top = nb.float32(SCORE_CELLS - 0.001)
    for run in range(len(out)):
        place = (own * scores[run] + shared * factor[run] + nb.float32(SCORE_REACH)) * nb.float32(SCORE_CELLS / (2 * SCORE_REACH))
        place = place if place > nb.float32(0.0) else nb.float32(0.0)
        scores[run] = place if place < top else top
    for run in range(len(out)):
        place = scores[run]
        cell = nb.int32(place)
        low = table[nb.uint64(nb.uint32(cell))]
        value = low + (place - nb.float32(cell)) * (table[nb.uint64(nb.uint32(cell)) + nb.uint64(1)] - low)
        out[run] = base + nb.int32(scale * value + nb.float32(0.5))


@helper
def _draw_uniform(words: Words, table: Scores, base: int, scale: float, values: Scores, out: Integers) -> None:
    """Draws that stand alone: one look into the table. ``values`` is scratch."""
    for run in range(len(out)):
        word = words[run]
        cell = nb.uint64(word >> nb.uint32(_PART_BITS))
        part = nb.float32(nb.int32(word & nb.uint32((1 << _PART_BITS) - 1))) * nb.float32(2.0**-_PART_BITS)
        low = table[cell]
        values[run] = low + part * (table[cell + nb.uint64(1)] - low)
    # A loop of its own: what looks nothing up runs in vector registers.
    for run in range(len(out)):
        out[run] = base + nb.int32(scale * values[run] + nb.float32(0.5))


@helper
def draw_shared(draws: Draws, first_run: int, drawn: Drawn) -> None:
    """The teams' factors and the risks' impacts in the runs from ``first_run`` on."""
    words = drawn.words
    for team in range(len(draws.team_stream)):
        fill(words, first_run, draws.seed, FOR_TEAM, draws.team_stream[team])
        _scores(words, draws.normal, drawn.factor[team])
    for risk in range(len(draws.risk_stream)):
        impact = drawn.impact[risk]
        if draws.risk_table[risk] >= 0:
            fill(words, first_run, draws.seed, FOR_IMPACT, draws.risk_stream[risk])
            _draw_uniform(words, draws.by_uniform[draws.risk_table[risk]], draws.risk_base[risk], draws.risk_scale[risk],
                          drawn.scores, impact)
        else:
            impact[:] = draws.risk_base[risk]
        fill(words, first_run, draws.seed, FOR_FIRING, draws.risk_stream[risk])
        threshold = draws.threshold[risk]
        for run in range(len(words)):
            if nb.uint64(words[run]) >= threshold:
                impact[run] = 0


@helper
def draw_rows(draws: Draws, first_run: int, drawn: Drawn, place: Integers, extra: npt.NDArray[np.int32]) -> None:
    """The extra of every sampled row s in ``extra[place[s]]``, for the runs from ``first_run`` on; after :func:`draw_shared`."""
    # Fields are read once a block: passed on row by row, the whole tuple costs more than the draw.
    seed, stream, tables, scored, base, scale = draws.seed, draws.stream, draws.table, draws.scored, draws.base, draws.scale
    team, own, shared, normal, by_uniform, by_score = draws.team, draws.own, draws.shared, draws.normal, draws.by_uniform, draws.by_score
    hit_first, hit_risk, impact = draws.hit_first, draws.hit_risk, drawn.impact
    words, scores, factor = drawn.words, drawn.scores, drawn.factor
    for row in range(len(stream)):
        out = extra[place[row]]
        table = tables[row]
        if table < 0:
            out[:] = 0
        else:
            fill(words, first_run, seed, FOR_DURATION, stream[row])
            if scored[row]:
                _scores(words, normal, scores)
                _draw_scored(scores, factor[team[row]], own[row], shared[row], by_score[table], base[row], scale[row], out)
            else:
                _draw_uniform(words, by_uniform[table], base[row], scale[row], scores, out)
        for hit in range(hit_first[row], hit_first[row + 1]):
            _add(impact[hit_risk[hit]], out)


@helper
def _add(amount: Integers, out: Integers) -> None:
    for run in range(len(out)):
        out[run] += amount[run]


@helper
def fired_runs(impact: Integers, valid: int) -> int:
    """Of the first ``valid`` runs those in which the risk with this ``impact`` fires."""
    found = 0
    for run in range(valid):
        found += 1 if impact[run] != 0 else 0
    return found


@helper
def copy_runs(other: Integers, out: Integers) -> None:
    """``out[:] = other`` as a loop: numba's own assignment broadcasts, and takes longer to compile than a pass."""
    for run in range(len(out)):
        out[run] = other[run]
