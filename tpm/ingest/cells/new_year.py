"""Dates without a year that go over New Year: a plan from December to March, written "12/14 … 3/22"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import numpy as np

from tpm.ingest.cells.dates import Reading, parse
from tpm.ingest.cells.values import Column

_YEAR: Final = 12 * 31  # days of a year whose months are all counted as 31 days
_LEAST_GAP: Final = 30  # days of the year in which nothing happens; a plan that fills the year has no beginning that could be seen
_FIRST: Final = ("start", "actual_start", "baseline_start", "finish", "deadline")  # the dates whose order down the rows is asked


def bare_days(column: Column, reading: Reading) -> np.ndarray:
    """Rows whose cell is a date without a year."""
    leap, next_leap = Reading(reading.order, 2000), Reading(reading.order, 2004)

    def one(cell: object) -> bool:
        text = cell.strip() if isinstance(cell, str) else ""
        return bool(text) and parse(text, leap) != parse(text, next_leap)

    return np.asarray(np.array([one(cell) for cell in column.distinct], dtype=bool)[column.codes])


def over_new_year(days: Mapping[str, np.ndarray], bare: Mapping[str, np.ndarray], near: dt.date | None) -> dict[str, np.ndarray]:
    """``days`` (field → datetime64[D]) with the ``bare`` ones, read in one year, as they follow one another over New Year.

    They do where the longest time of the year without any date lies within the year, and the dates go down the rows with fewer
    steps back once those before it are a year later. ``near`` is a day close to which the plan lies, where nothing states its year.
    """
    marked = {name: mask & ~np.isnat(days[name]) for name, mask in bare.items()}
    found = np.concatenate([_of_year(days[name][mask]) for name, mask in marked.items()] or [np.empty(0, int)])
    if len(found) < 2:
        return dict(days)
    used = np.unique(found)
    gaps = np.diff(used, append=used[0] + _YEAR)
    longest = int(gaps.argmax())
    if longest == len(gaps) - 1 or gaps[longest] < _LEAST_GAP:
        return dict(days)
    begin = used[longest + 1]
    later = {
        name: _years_on(values, marked[name] & (_of_year(values) < begin), 1) if name in marked else values for name, values in days.items()
    }
    if _steps_back(later) >= _steps_back(days):
        return dict(days)
    earlier = {name: _years_on(values, marked[name], -1) if name in marked else values for name, values in later.items()}
    return earlier if near is not None and _distance(earlier, marked, near) < _distance(later, marked, near) else later


def _of_year(days: np.ndarray) -> np.ndarray:
    """The day of the year of each date, counted in months of 31 days; NaT is day 0."""
    months = days.astype("datetime64[M]")
    of_month = (days - months).astype("timedelta64[D]").astype(np.int64)
    return np.where(np.isnat(days), 0, (months.astype(np.int64) % 12) * 31 + of_month + 1)


def _years_on(days: np.ndarray, mask: np.ndarray, years: int) -> np.ndarray:
    month = days.astype("datetime64[M]")
    moved = (month + np.timedelta64(12 * years, "M")).astype("datetime64[D]") + (days - month)
    return np.where(mask, moved, days)


def _steps_back(days: Mapping[str, np.ndarray]) -> int:
    """How often a row's first date lies before that of the row above, and a finish before its start."""
    name = next(name for name in (*_FIRST, *days) if name in days and not np.isnat(days[name]).all())
    dated = days[name][~np.isnat(days[name])]
    back = int((dated[1:] < dated[:-1]).sum())
    for first, last in (("start", "finish"), ("baseline_start", "baseline_finish")):
        if first in days and last in days:
            back += int((days[last] < days[first]).sum())
    return back


def _distance(days: Mapping[str, np.ndarray], marked: Mapping[str, np.ndarray], near: dt.date) -> int:
    """Days from ``near`` to the time that the marked dates span; 0 inside it."""
    told = np.concatenate([days[name][mask] for name, mask in marked.items()])
    first: dt.date = told.min().astype(object)
    last: dt.date = told.max().astype(object)
    return max((first - near).days, (near - last).days, 0)
