"""Counting finishes by working day, and the percentiles that the counts hold."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tpm.schedule.clock import Ticks
from tpm.schedule.compiled import helper, kernel
from tpm.schedule.network import Integers

Counts = npt.NDArray[np.int64]
_SPARE_DAYS: Final = 5


class Bins(NamedTuple):
    """Counts of finishes by working day: of row r the days from low[r] on in ``first[r]:first[r + 1]``."""

    first: npt.NDArray[np.int64]
    low: Integers


def bins(low: Ticks, high: Ticks, none: npt.NDArray[np.bool_]) -> Bins:
    """Room to count from the pilot's range: as much again on either side. Days beyond are counted at the ends, which no
    percentile from 10 to 90 can reach. Rows of ``none`` are not counted."""
    spare = np.maximum(high - low, _SPARE_DAYS)
    size = np.where(none, 0, 3 * spare + 1)
    first = np.zeros(len(low) + 1, np.int64)
    np.cumsum(size, out=first[1:])
    return Bins(first, np.where(none, 0, low - spare).astype(np.int32))


def ranks_of(levels: tuple[float, ...], runs: int) -> npt.NDArray[np.int64]:
    """The run that comes at each level when runs are sorted: the first by which that share of them has ended."""
    return np.asarray(np.ceil(np.maximum(np.array(levels) * runs, 1)), np.int64)


@helper
def count_days(finish: Any, runs: int, day: int, low: int, places: Any, counts: Integers) -> None:
    """Add the working days (of ``day`` units) of the first ``runs`` finishes to ``counts``, whose first is the day ``low``; days outside
    it go to its ends. ``places`` is scratch."""
    per_unit = 1.0 / day
    top = np.int32(len(counts) - 1)
    for run in range(len(finish)):
        # Half a unit keeps the quotient off the whole numbers, so that it cannot be rounded to the wrong side.
        place = np.int32((finish[run] - 0.5) * per_unit + 1.0) - np.int32(1) - low
        place = place if place > 0 else np.int32(0)
        places[run] = place if place < top else top
    for run in range(runs):
        counts[np.uint32(places[run])] += 1


@helper
def count_values(days: Any, runs: int, low: int, counts: Integers) -> None:
    """As :func:`count_days` for the first ``runs`` of ``days`` themselves."""
    top = len(counts) - 1
    for run in range(runs):
        counts[min(max(days[run] - low, 0), top)] += 1


@kernel
def quantiles_of_counts(first: npt.NDArray[np.int64], low: Integers, counts: Integers,
                        ranks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The day at each rank (1 … runs, rising) of every row's counts; rows × ranks."""
    out = np.zeros((len(low), len(ranks)), np.int64)
    for row in range(len(low)):
        at = np.int64(0)
        seen = np.int64(0)
        for level in range(len(ranks)):
            while at < first[row + 1] - first[row] and seen < ranks[level]:
                seen += counts[first[row] + at]
                at += 1
            out[row, level] = low[row] + at - 1
    return out
