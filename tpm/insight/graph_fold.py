"""Into what the items of a lane fold when a picture cannot carry them all: the plan's phases, else months, else steps of the logic."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.insight.cross_team.base import Base

GROUP: Final = "group"  # the kind of a fold; the others are those of tpm.model.Kind
MOST_PHASES: Final = 12
MOST_FOLDS: Final = 72
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_STEPS: Final = 12


@dataclass(frozen=True)
class Segments:
    """``code`` is the segment of each row that was given, ``keys`` the segments' keys in the order of the work.

    ``kind`` says how a key reads: ``phase`` (its name), ``month``, ``quarter``, ``year`` (an ISO day), ``steps`` (``3-5``).
    An empty key holds what names no phase or has no date.
    """

    kind: str
    code: npt.NDArray[np.int64]
    keys: tuple[str, ...]


def fold_id(lane: str | None, segment: str) -> str:
    """What a fold is remembered by: the same in every picture of the same lane and segment; nothing is read back out of it."""
    return hashlib.sha256(repr((lane, segment)).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def segments_of(base: Base, rows: npt.NDArray[np.int64], lane: npt.NDArray[np.int64], level: npt.NDArray[np.int32]) -> Segments:
    """Segments for ``rows`` of the plan, whose lanes and logic levels are given."""
    phase = base.group("phase")[rows]
    named = {each for each in phase if each is not None}
    if 2 <= len(named) <= MOST_PHASES:
        return _in_order("phase", np.where(pd.isna(phase), "", phase), level)
    finish = base.day("forecast_finish")[rows]
    finish = np.where(np.isnat(finish), base.day("planned_finish")[rows], finish).astype("datetime64[D]")
    known = ~np.isnat(finish)
    if not known.any():
        width = max(int(level.max()) // _STEPS + 1, 1)
        begin = level // width * width
        keys = np.array([f"{at + 1}-{at + width}" for at in begin.tolist()], dtype=object)
        return _in_order("steps", keys, level)
    kind = ""
    for kind, months in _MONTHS.items():  # noqa: B007  (the last one tried is the answer)
        number = finish.astype("datetime64[M]").astype(int) // months * months
        keys = np.where(known, number.astype("datetime64[M]").astype("datetime64[D]").astype(str), "").astype(object)
        if len(set(zip(lane.tolist(), keys.tolist(), strict=True))) <= MOST_FOLDS:
            break
    return _in_order(kind, keys, np.where(known, number, np.iinfo(np.int64).min))


def _in_order(kind: str, keys: npt.NDArray[Any], by: npt.NDArray[Any]) -> Segments:
    """Segments numbered by the mean of ``by``."""
    mean = pd.Series(by.astype(np.float64)).groupby(pd.Series(keys)).mean().sort_values(kind="stable")
    names = [str(key) for key in mean.index]
    return Segments(kind, pd.Index(names).get_indexer(pd.Index(keys)).astype(np.int64), tuple(names))
