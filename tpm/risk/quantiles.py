"""Distributions as tables of their quantile function, which a compiled loop reads with one multiplication.

A shape is one number: of ``triangular`` and ``pert`` where the mode lies between low (0) and high (1), of ``lognormal`` the sigma of
the logarithm; ``uniform`` has none. Values are on the scale where low is 0 and high is 1 (lognormal: where the median is 1).

There are two kinds of table, each piecewise linear between its knots: over the uniform (``by_uniform``, for a draw that stands alone)
and over the normal score (``by_score``, for a draw that shares a factor with others). PERT is the modified beta distribution with λ = 4:
α = 1 + 4 m, β = 5 − 4 m, mean (1 + 4 m) / 6 and variance mean (1 − mean) / 7 (Vose, *Risk Analysis*, 2008; not the (b − a)² / 36 of
the hand method). Tables over the uniform are then moved, by far less than their resolution, to carry mean and variance exactly.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from tpm.schedule.compiled import helper, kernel

Numbers = npt.NDArray[np.float64]
Tables = npt.NDArray[np.float32]  # shapes × knots

UNIFORM_BITS: Final = 9  # 512 cells a table: a hundred shapes stay in the second-level cache
UNIFORM_CELLS: Final = 1 << UNIFORM_BITS
SCORE_CELLS: Final = 512
SCORE_REACH: Final = 5.5  # scores beyond ±5.5 come once in 26 million draws
NORMAL_BITS: Final = 12
NORMAL_CELLS: Final = 1 << NORMAL_BITS
_FAMILY: Final = 128  # PERT shapes between two tabulated ones are interpolated: off by less than 1e-5 of the range
_END_POINTS: Final = 64
_PARTS: Final = 600  # of the range, to integrate the beta density
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(4)


# Numerators and denominators of AS 241, highest power first: the middle, the tails, the far tails.
_MIDDLE: Final = ((2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
                   13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
                  (5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
                   5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0))
_TAIL: Final = ((7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
                 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734),
                (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
                 0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0))
_FAR_TAIL: Final = ((2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
                     0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772),
                    (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
                     0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0))


@helper
def _ratio(of: tuple[tuple[float, ...], tuple[float, ...]], x: float) -> float:
    above = below = 0.0
    for k in range(8):
        above = above * x + of[0][k]
        below = below * x + of[1][k]
    return above / below


@helper
def normal_quantile(p: float) -> float:
    """The standard normal's quantile, relative error below 1e-15. Source: Wichura (1988), algorithm AS 241 (PPND16)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(_MIDDLE, 0.180625 - q * q)
    r = p if q < 0 else 1.0 - p
    if r <= 0:
        return -math.inf if q < 0 else math.inf
    r = math.sqrt(-math.log(r))
    z = _ratio(_TAIL, r - 1.6) if r <= 5 else _ratio(_FAR_TAIL, r - 5)
    return -z if q < 0 else z


@kernel
def normal_quantiles(p: Numbers) -> Numbers:
    """Element-wise :func:`normal_quantile`."""
    out = np.empty(len(p))
    for i in range(len(p)):
        out[i] = normal_quantile(p[i])
    return out


@kernel
def normal_shares(z: Numbers) -> Numbers:
    """The standard normal's distribution function, element-wise."""
    out = np.empty(len(z))
    for i in range(len(z)):
        out[i] = 0.5 * math.erfc(-z[i] / math.sqrt(2.0))
    return out


@lru_cache(maxsize=1)
def normal_table() -> Tables:
    """Normal scores at k / 4096, float32; the outermost cells are left to :func:`normal_quantile`."""
    scores = normal_quantiles(np.arange(1, NORMAL_CELLS) / NORMAL_CELLS)
    return np.concatenate([[scores[0]], scores, [scores[-1]]]).astype(np.float32)


@lru_cache(maxsize=1)
def _shares() -> Numbers:
    """Where the uniform's tables are evaluated: the knots, and points inside the first and the last cell."""
    inside = (np.arange(_END_POINTS) + 0.5) / _END_POINTS
    return np.concatenate([np.arange(UNIFORM_CELLS + 1), inside, UNIFORM_CELLS - inside]) / UNIFORM_CELLS


@lru_cache(maxsize=1)
def _score_knots() -> Numbers:
    return np.linspace(-SCORE_REACH, SCORE_REACH, SCORE_CELLS + 1)


def _pert_exact(mode: float, scores: Numbers) -> Numbers:
    """Quantiles of PERT (0, mode, 1) at normal ``scores``: the density integrated by Gauss and Legendre, inverted over the score,
    where the quantile function is smooth."""
    edges = (1 - np.cos(np.pi * np.arange(_PARTS + 1) / _PARTS)) / 2
    half = np.diff(edges) / 2
    at = edges[:-1, None] + half[:, None] * (1 + _NODES)
    density = at ** (4 * mode) * (1 - at) ** (4 - 4 * mode)
    share = np.concatenate([[0.0], np.cumsum((density * _WEIGHTS).sum(axis=1) * half)])
    above = np.concatenate([np.cumsum(((density * _WEIGHTS).sum(axis=1) * half)[::-1])[::-1], [0.0]])
    # Each tail from its own end: a share next to 1 has lost its digits.
    z = np.where(share < above, normal_quantiles(share / share[-1]), -normal_quantiles(above / share[-1]))
    inner = slice(1, -1)
    out = np.interp(scores, z[inner], edges[inner])
    out[np.isneginf(scores)], out[np.isposinf(scores)] = 0.0, 1.0
    return np.asarray(out)


@lru_cache(maxsize=2)
def _pert_family(by_score: bool) -> Numbers:
    """:func:`_pert_exact` at the modes k / 128; a row each."""
    scores = _score_knots() if by_score else normal_quantiles(_shares())
    return np.stack([_pert_exact(k / _FAMILY, scores) for k in range(_FAMILY + 1)])


def _pert(modes: Numbers, by_score: bool) -> Numbers:
    family = _pert_family(by_score)
    lower = np.minimum((modes * _FAMILY).astype(np.int64), _FAMILY - 1)
    part = (modes * _FAMILY - lower)[:, None]
    return np.asarray(family[lower] * (1 - part) + family[lower + 1] * part)


def _triangular(modes: Numbers, by_score: bool) -> Numbers:
    u = normal_shares(_score_knots()) if by_score else _shares()
    m = modes[:, None]
    return np.where(u < m, np.sqrt(u * m), 1 - np.sqrt((1 - u) * (1 - m)))


def moments(distribution: str, shapes: Numbers) -> tuple[Numbers, Numbers]:
    """Mean and standard deviation of each shape, on the scale of the tables. Raises ``ValueError`` for an unknown distribution."""
    m = np.asarray(shapes, dtype=np.float64)
    if distribution == "pert":
        mean = (1 + 4 * m) / 6
        return mean, np.sqrt(mean * (1 - mean) / 7)
    if distribution == "triangular":
        return (1 + m) / 3, np.sqrt((1 + m * m - m) / 18)
    if distribution == "uniform":
        return np.full(len(m), 0.5), np.full(len(m), np.sqrt(1 / 12))
    if distribution == "lognormal":
        mean = np.exp(m * m / 2)
        return mean, mean * np.sqrt(np.expm1(m * m))
    raise ValueError(f"unknown distribution {distribution!r}")


def _quantiles(distribution: str, shapes: Numbers, by_score: bool) -> Numbers:
    if distribution == "pert":
        return _pert(shapes, by_score)
    if distribution == "triangular":
        return _triangular(shapes, by_score)
    if distribution == "uniform":
        u = normal_shares(_score_knots()) if by_score else _shares()
        return np.tile(u, (len(shapes), 1))
    return np.exp(shapes[:, None] * _score_knots())


def tables_by_score(distribution: str, shapes: Numbers) -> Tables:
    """Values at 513 scores from −5.5 to 5.5; a row a shape. float32."""
    return _quantiles(distribution, shapes, by_score=True).astype(np.float32)


def tables_by_uniform(distribution: str, shapes: Numbers) -> Tables:
    """Values at k / 512 of the bounded distributions; a row a shape. float32. Lognormal draws need their scores: not here."""
    values = _quantiles(distribution, shapes, by_score=False)
    q = values[:, : UNIFORM_CELLS + 1].copy()
    # At its ends a quantile function may be steep: the outermost knots are such that their cells keep their means.
    first, last = np.split(values[:, UNIFORM_CELLS + 1 :], 2, axis=1)
    q[:, 0], q[:, -1] = 2 * first.mean(axis=1) - q[:, 1], 2 * last.mean(axis=1) - q[:, -2]
    low, high = q[:, :-1], q[:, 1:]
    mean, std = moments(distribution, shapes)
    ours = ((low + high) / 2).mean(axis=1)
    spread = np.sqrt(((low * low + low * high + high * high) / 3).mean(axis=1) - ours * ours)
    exact: Tables = (mean[:, None] + (q - ours[:, None]) * (std / spread)[:, None]).astype(np.float32)
    return exact
