"""Day first or month first, where no cell of a table decides: all its columns of dates together, by what a plan looks like.

Each piece of evidence compares both orders; the first that tells them apart decides. Where none does, the language of the headers has to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from tpm.ingest.cells.dates import Order, Reading, parse
from tpm.ingest.cells.values import Column

_EAST_ASIAN: Final = re.compile(r"[가-힣぀-ヿ一-鿿]")
_DAY_FIRST: Final = re.compile(r"[áéíóúñçãõäöüß]|\b(?:inicio|fecha|debut|data|datum|beginn|fim|fin|ende)\b", re.I)
_FEWEST: Final = 5  # dates or steps from which their share tells
_LONGER: Final = 3.0  # times that a plan is longer in the wrong order, because days become months

Days = Mapping[str, np.ndarray]  # field → datetime64[D], one entry a row


def likely_order(found: Mapping[str, Column], doubtful: set[str], keep: np.ndarray, year: int, headers: str) -> Order:
    """The order of day and month of the ``doubtful`` columns among ``found`` (field → column)."""
    read = {order: {name: _days(found[name], Reading(order, year))[keep] for name in sorted(doubtful)} for order in _ORDERS}
    for evidence, margin in _EVIDENCE if doubtful else ():
        month, day = (evidence(read[order]) for order in _ORDERS)
        if abs(month - day) > margin:
            return "mdy" if month < day else "dmy"
    if _EAST_ASIAN.search(headers):
        return "ymd"
    return "dmy" if _DAY_FIRST.search(headers) else "mdy"


def _days(column: Column, reading: Reading) -> np.ndarray:
    def one(cell: object) -> np.datetime64:
        span = parse(cell.strip(), reading) if isinstance(cell, str) else None
        return np.datetime64(span[0], "D") if span else np.datetime64("NaT", "D")

    return np.asarray(np.array([one(cell) for cell in column.distinct], dtype="datetime64[D]")[column.codes])


def _backwards(days: Days) -> float:
    """The share of rows that finish before they start."""
    if "start" not in days or "finish" not in days:
        return 0.0
    known = ~(np.isnat(days["start"]) | np.isnat(days["finish"]))
    return float((days["finish"] < days["start"])[known].mean()) if known.any() else 0.0


def _one_month(days: Days) -> float:
    """1 where the dates of several years all lie in one month of the year."""
    told = _told(days)
    months = told.astype("datetime64[M]").astype(int)
    return float(len(np.unique(told)) >= 3 and len(np.unique(months)) > 1 and len(np.unique(months % 12)) == 1)


def _steps_back(days: Days) -> float:
    """The share of steps down the rows that go back in time."""
    steps = [np.diff(column[~np.isnat(column)]).astype(int) for column in days.values()]
    told = np.concatenate(steps)
    told = told[told != 0]
    return float((told < 0).mean()) if len(told) >= _FEWEST else 0.0


def _length(days: Days) -> float:
    """The length of the plan, in powers of ``_LONGER``; that of dates that are all of one day of the month tells nothing."""
    told = _told(days)
    month = told.astype("datetime64[M]")
    of_month, of_year = np.unique((told - month).astype(int)), np.unique(month.astype(int) % 12)
    if len(told) < _FEWEST or min(len(of_month), len(of_year)) < 2:
        return 0.0
    return float(np.log((told.max() - told.min()).astype(int) + 1) / np.log(_LONGER))


def _weekends(days: Days) -> float:
    """The share of dates on a Saturday or Sunday."""
    told = _told(days)
    return float((~np.is_busday(told)).mean()) if len(told) >= _FEWEST else 0.0


def _told(days: Days) -> np.ndarray:
    every = np.concatenate(list(days.values())) if days else np.empty(0, "datetime64[D]")
    return np.asarray(every[~np.isnat(every)])


_ORDERS: Final[tuple[Order, Order]] = ("mdy", "dmy")
_EVIDENCE: Final[tuple[tuple[Callable[[Days], float], float], ...]] = (  # and by how much both orders must differ
    (_backwards, 0.0),
    (_one_month, 0.5),
    (_steps_back, 0.1),
    (_length, 1.0),
    (_weekends, 0.15),
)
