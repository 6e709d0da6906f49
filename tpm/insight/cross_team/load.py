"""Team load: how many items each team (or person) has in flight each week, beside its usual, so that a crunch shows before it comes.

Weeks begin on Monday (ISO 8601). An item is in flight in every week between its forecast start and finish, both inclusive; milestones
and summaries are nobody's work. *Usual* is the median over the weeks in which the team has anything in flight.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from tpm.i18n import Language, t
from tpm.insight.cross_team.base import Base, Days, Rows, Texts

MOST_WEEKS: Final = 156  # three years; a longer plan is shown from the week of the status date (or its first week) on
_CRUNCH_RATIO: Final = 1.5  # of the usual
_CRUNCH_MORE: Final = 2  # items above the usual: 2 instead of 1 is no crunch


@dataclass(frozen=True, slots=True)
class Crunch:
    """Consecutive weeks in which somebody has half as much again as usual in flight; ``items`` are those of the ``peak`` week."""

    group: str
    first: dt.date  # Monday of the first week
    last: dt.date  # Monday of the last week
    weeks: int
    peak: dt.date
    in_flight: int
    usual: float
    items: tuple[str, ...]

    def sentence(self, lang: Language) -> str:
        """Who, when, how many instead of how many."""
        told = t("load.crunch", lang, group=self.group, first=self.peak, count=self.in_flight, usual=self.usual)
        return told if self.weeks == 1 else f"{told} {t('load.crunch-weeks', lang, weeks=self.weeks)}"


@dataclass(frozen=True)
class Load:
    """``weeks``: ``group``, ``week`` (Monday), ``in_flight``, ``usual``, ``ratio``, ``crunch``; every week from first to last a group."""

    by: str
    weeks: pd.DataFrame
    crunches: tuple[Crunch, ...]
    first: dt.date | None
    last: dt.date | None
    weeks_left_out: int
    spans: pd.DataFrame  # group, id, start, finish: what is counted

    def items(self, group: str, week: dt.date) -> tuple[str, ...]:
        """Ids in flight in the week that begins on ``week``, in the plan's order."""
        return _in_flight(self.spans[self.spans["group"] == group], week)

    def note(self, lang: Language) -> str:
        """That weeks were left out, where they were; else empty."""
        return t("load.capped", lang, count=self.weeks_left_out, most=MOST_WEEKS) if self.weeks_left_out else ""


def _in_flight(spans: pd.DataFrame, week: dt.date) -> tuple[str, ...]:
    monday = np.datetime64(week, "s")
    here = (spans["start"].to_numpy() <= monday + np.timedelta64(6, "D")) & (spans["finish"].to_numpy() >= monday)
    return tuple(spans["id"].to_numpy()[here].tolist())


def _monday(days: Days) -> Rows:
    """Number of the ISO week of each day, counted from the Monday before the epoch."""
    return (days.astype("datetime64[D]").astype(np.int64) + 3) // 7


def _date(week: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=7 * week - 3)


def team_load(base: Base, by: str = "team") -> Load:
    """The load of ``base`` by ``team``, ``owner`` (every named person), ``program`` or ``phase``."""
    row_of, who = _holders(base, by)
    start, finish = base.day("forecast_start")[row_of], base.day("forecast_finish")[row_of]
    work = ~base.summary & ~base.cancelled & ~base.milestone
    kept = work[row_of] & ~np.isnat(start) & ~np.isnat(finish)
    row_of, who, start, finish = row_of[kept], who[kept], start[kept], np.maximum(finish[kept], start[kept])
    columns = {"group": who, "id": base.ids[row_of], "start": start.astype("datetime64[s]"), "finish": finish.astype("datetime64[s]")}
    spans = pd.DataFrame({name: pd.Series(values, dtype=values.dtype) for name, values in columns.items()})
    if not len(spans):
        return Load(by, _weeks_of([], np.zeros((0, 0)), 0), (), None, None, 0, spans)
    low, high = _monday(start), _monday(finish)
    first, last = int(low.min()), int(high.max())
    total = last - first + 1
    status = base.schedule.options.status_date
    if total > MOST_WEEKS:
        now = first if status is None else min(max(int(_monday(np.array([status], "datetime64[D]"))[0]), first), last)
        first = max(min(now, last - MOST_WEEKS + 1), first)
        last = first + MOST_WEEKS - 1
    code, names = pd.factorize(who)
    change = np.zeros((len(names), last - first + 2), dtype=np.int64)
    inside = (high >= first) & (low <= last)
    np.add.at(change, (code[inside], np.clip(low[inside] - first, 0, None)), 1)
    np.add.at(change, (code[inside], np.clip(high[inside] + 1 - first, None, last - first + 1)), -1)
    counts = change[:, :-1].cumsum(axis=1)
    weeks = _weeks_of([str(name) for name in names], counts, first)
    return Load(by, weeks, _crunches(weeks, spans, status), _date(first), _date(last), total - (last - first + 1), spans)


def _holders(base: Base, by: str) -> tuple[Rows, Texts]:
    if by == "owner":
        return base.people()
    group = base.group(by)
    rows = np.flatnonzero(~pd.isna(group))
    return rows, group[rows]


def _weeks_of(names: list[str], counts: np.ndarray, first: int) -> pd.DataFrame:
    n_weeks = counts.shape[1]
    some = np.where(counts > 0, counts, np.nan)
    usual = np.array([np.nanmedian(row) if (row > 0).any() else 0.0 for row in some]) if len(names) else np.zeros(0)
    expected = np.repeat(usual, n_weeks)
    in_flight = counts.ravel().astype(np.int64)
    mondays = ((np.arange(n_weeks) + first) * 7 - 3).astype("datetime64[D]").astype("datetime64[s]")
    ratio = np.divide(in_flight, expected, out=np.zeros(len(in_flight)), where=expected > 0)
    return pd.DataFrame({
        "group": pd.Series(np.repeat(np.array(names, dtype=object), n_weeks), dtype=object), "week": np.tile(mondays, len(names)),
        "in_flight": in_flight, "usual": expected, "ratio": ratio,
        "crunch": (ratio >= _CRUNCH_RATIO) & (in_flight >= expected + _CRUNCH_MORE)})


def _crunches(weeks: pd.DataFrame, spans: pd.DataFrame, status: dt.date | None) -> tuple[Crunch, ...]:
    """Runs of crunch weeks that are not over at the status date, the heaviest first."""
    group, week, in_flight, usual = (weeks[name].to_numpy() for name in ("group", "week", "in_flight", "usual"))
    hot = weeks["crunch"].to_numpy(copy=True)
    if status is not None:
        hot &= week + np.timedelta64(6, "D") >= np.datetime64(status, "s")
    rows = np.flatnonzero(hot)
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (np.diff(rows) > 1) | (group[rows[1:]] != group[rows[:-1]])
    of = {str(name): part for name, part in spans.groupby("group", sort=False)} if len(rows) else {}
    out = []
    for run in np.split(rows, np.flatnonzero(new)[1:]) if len(rows) else ():
        top = run[int(in_flight[run].argmax())]
        name = str(group[top])
        first, last, peak = (week[at].astype("datetime64[D]").item() for at in (run[0], run[-1], top))
        out.append(Crunch(name, first, last, len(run), peak, int(in_flight[top]), float(usual[top]), _in_flight(of[name], peak)))
    return tuple(sorted(out, key=lambda one: (-(one.in_flight - one.usual), one.first, one.group)))
