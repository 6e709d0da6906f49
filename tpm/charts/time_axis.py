"""The time axis of charts that run over dates: what is visible, how px and dates map, ticks, grid and shading.

Ticks are left to plotly within a density, so that they follow when the reader zooms; the formats say what each step
shows on its two lines (day or week over month, month or quarter over year). The visible window opens on a tick, so that the
first label is never missing. Days are half-open here: an item that finishes on the 5th is drawn up to the opening of the 6th.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from tpm.charts.theme import Theme, Type

Scale = Literal["auto", "week", "month", "quarter"]
DAY_MS: Final = 86_400_000
SHADE_FROM_PX_PER_DAY: Final = 8.0  # below it a weekend is a hair line and a year of them is a barcode
EDGE_PX: Final = 9.0  # free at the left edge
HEAD_PX: Final = 76.0  # "2026년 11월" with air
_DAY: Final = np.timedelta64(1, "D")
_STEP_DAYS: Final = {"day": 1.0, "week": 7.0, "month": 30.4, "quarter": 91.3, "year": 365.25}
# narrowest px a step may have: its label, and air
_STEP_PX: Final = {"day": 30, "week": 34, "month": 38, "quarter": 40, "year": 40}
# plotly starts weeks on Sunday unless the format names the ISO week; it is named in print too small to be seen
_ISO_WEEK: Final = '<span style="font-size:1px;color:rgba(0,0,0,0)">%V</span>'
_FORMATS: Final = {
    "en": {
        "year": "%Y", "quarter": "Q%q\n%Y", "month": "%b\n%Y", "week": f"%-d{_ISO_WEEK}\n%b %Y", "day": "%a %-d\n%b %Y",
        "hour": "%H:%M\n%-d %b %Y",
    },
    "ko": {
        "year": "%Y년", "quarter": "%q분기\n%Y년", "month": "%-m월\n%Y년", "week": f"%-d일{_ISO_WEEK}\n%Y년 %-m월",
        "day": "%-d일\n%Y년 %-m월", "hour": "%H:%M\n%Y년 %-m월 %-d일",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Canvas:
    """The plot area: ``width`` px show the half-open time from ``first`` to ``last`` (``datetime64[s]``)."""

    first: np.datetime64
    last: np.datetime64
    width: float
    step: str  # day, week, month, quarter or year

    @property
    def seconds_per_px(self) -> float:
        return float((self.last - self.first) / np.timedelta64(1, "s")) / self.width

    @property
    def px_per_day(self) -> float:
        return 86_400 / self.seconds_per_px

    def px(self, times: np.ndarray) -> np.ndarray:
        """Px from the left edge of each of ``times`` (``datetime64[s]``); NaN for NaT."""
        seconds = (times - self.first) / np.timedelta64(1, "s")
        return np.asarray(seconds, dtype=float) / self.seconds_per_px

    def time(self, px: np.ndarray | float) -> np.ndarray:
        """The times at px from the left edge, to the second."""
        return self.first + np.round(np.asarray(px, dtype=float) * self.seconds_per_px).astype("timedelta64[s]")


def canvas(first: np.datetime64, last: np.datetime64, width: float, scale: Scale = "auto", *, pad_right: float = 12.0,
           focus: np.datetime64 | None = None) -> Canvas:  # fmt: skip
    """The canvas that shows the inclusive days ``first`` to ``last`` on ``width`` px.

    ``pad_right`` px stay free at the right edge. A scale finer than the whole span allows opens on as much of it as stays
    readable, around ``focus`` (else from the start).
    """
    first, end = first.astype("datetime64[D]"), last.astype("datetime64[D]") + _DAY
    days, room_px = float((end - first) / _DAY), max(width - pad_right, width / 2)
    finest = next((name for name in ("day", "week", "month", "quarter") if _fits(name, days, room_px)), "year")
    step = finest if scale == "auto" else scale
    if not _fits(step, days, room_px):
        room = int(room_px / _STEP_PX[step] * _STEP_DAYS[step])
        if step == scale:
            if focus is not None:
                aim = focus.astype("datetime64[D]") - np.timedelta64(room // 4, "D")
                first = min(max(first, aim), max(first, end - np.timedelta64(room, "D")))
            end = first + np.timedelta64(room, "D")
    begin = _step_start(first, step)
    while step in ("day", "week") and _first_month_px(begin, end, width) < HEAD_PX:  # its name would run into the next month's
        begin = begin - np.timedelta64(7 if step == "week" else 1, "D")
    seconds_per_px = float((end - begin) / np.timedelta64(1, "s")) / room_px
    opens = begin.astype("datetime64[s]")
    if float((first - begin) / np.timedelta64(1, "s")) < EDGE_PX * seconds_per_px:  # a diamond on the edge would be cut
        seconds_per_px *= room_px / (room_px - EDGE_PX)
        opens = opens - np.timedelta64(math.ceil(EDGE_PX * seconds_per_px), "s")
    return Canvas(opens, opens + np.timedelta64(math.ceil(seconds_per_px * width), "s"), width, step)


def _first_month_px(begin: np.datetime64, end: np.datetime64, width: float) -> float:
    """Px from the window's first tick to the end of its month; all of them where the window has one month only."""
    month_end = (begin.astype("datetime64[M]") + np.timedelta64(1, "M")).astype("datetime64[D]")
    return width if month_end >= end else float((month_end - begin) / (end - begin)) * width


def _fits(step: str, days: float, width: float) -> bool:
    return days / _STEP_DAYS[step] * _STEP_PX[step] <= width


def _step_start(at: np.datetime64, step: str) -> np.datetime64:
    day = dt.date.fromisoformat(str(at)[:10])
    first = {
        "year": day.replace(month=1, day=1),
        "quarter": day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "month": day.replace(day=1),
        "week": day - dt.timedelta(days=day.weekday()),
        "day": day,
    }[step]
    return np.datetime64(first, "D")


def axis(shown: Canvas, lang: str, colours: Theme, sizes: Type, limits: tuple[np.datetime64, np.datetime64]) -> dict[str, Any]:
    """The ``xaxis`` of a figure over ``shown``; the reader can pan within ``limits``."""
    days = float((shown.last - shown.first) / _DAY)
    words = _FORMATS[lang]
    hour, week = DAY_MS / 24, DAY_MS * 7
    return {
        "type": "date",
        "side": "top",
        "range": [str(shown.first), str(shown.last)],
        "minallowed": str(min(shown.first, limits[0])),
        "maxallowed": str(max(shown.last, limits[1])),
        # the most marks of one step that the span can have: plotly takes the finest step that stays within it
        "nticks": max(2, math.ceil(days / _STEP_DAYS[shown.step] * 1.03)),
        "ticklabelposition": "outside right",
        "tickangle": 0,
        "ticks": "",
        "tickfont": {"size": sizes.label, "color": colours.muted_text},
        "tickformatstops": [
            {"dtickrange": [None, hour * 23], "value": words["hour"]},
            {"dtickrange": [DAY_MS, week - 1], "value": words["day"]},
            {"dtickrange": [week, week * 3], "value": words["week"]},
            {"dtickrange": ["M1", "M2"], "value": words["month"]},
            {"dtickrange": ["M3", "M6"], "value": words["quarter"]},
            {"dtickrange": ["M12", None], "value": words["year"]},
        ],
        "showgrid": shown.step not in ("day", "week"),  # there the month lines below are the calmer grid
        "gridcolor": colours.grid,
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
    }


def stamps(times: np.ndarray) -> list[str]:
    """``times`` as plotly wants dates inside a path: ``2026-11-02_00:00:00``."""
    return [text.replace("T", "_") for text in np.datetime_as_string(times.astype("datetime64[s]")).tolist()]


def grid_path(shown: Canvas, bottom: float) -> str:
    """Month lines (week lines at day scale) from 0 to ``bottom`` where the ticks are finer than the grid; else empty."""
    if shown.step not in ("day", "week"):
        return ""
    unit: Literal["M", "D"] = "M" if shown.step == "week" else "D"
    first, last = (edge.astype(f"datetime64[{unit}]") for edge in (shown.first, shown.last))
    edges = np.arange(first, last + np.timedelta64(1, unit)).astype("datetime64[s]")
    return "".join(f"M{stamp},0V{bottom:g}" for stamp in stamps(edges[(edges >= shown.first) & (edges < shown.last)]))


def shading_path(shown: Canvas, ranges: Iterable[tuple[Any, Any]], bottom: float) -> str:
    """Bands over the half-open ``ranges`` of days that nobody works, at close zoom; else empty."""
    if shown.px_per_day < SHADE_FROM_PX_PER_DAY:
        return ""
    pairs: Sequence[tuple[Any, Any]] = list(ranges)
    if not pairs:
        return ""
    begin = np.array([first for first, _ in pairs], dtype="datetime64[s]")
    end = np.array([after for _, after in pairs], dtype="datetime64[s]")
    seen = (end > shown.first) & (begin < shown.last)
    begin, end = np.maximum(begin[seen], shown.first), np.minimum(end[seen], shown.last)
    return "".join(f"M{a},0H{b}V{bottom:g}H{a}Z" for a, b in zip(stamps(begin), stamps(end), strict=True)) if seen.any() else ""
