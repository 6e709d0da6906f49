"""The marks of a Gantt chart: bars, brackets, diamonds, and the thin things around them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from tpm.charts.links import Box
from tpm.charts.row_names import Lines
from tpm.charts.text import literal, wrap
from tpm.charts.theme import Theme, type_sizes
from tpm.charts.time_axis import Canvas, stamps
from tpm.i18n import Language
from tpm.insight.roadmap import LANE, RoadmapRows
from tpm.insight.roadmap_words import hover_story
from tpm.model import Kind

MIN_BAR_PX: Final = 3.0  # a day in a plan of years would not be seen
DIAMOND_PX: Final = 12
TAIL_FROM_DAYS: Final = 1.0
HOVER_PX: Final = 440
SHORT_SENTENCE: Final = 36  # characters that fit HOVER_PX in either language, unmeasured
_DAY: Final = np.timedelta64(1, "D")
_NOON: Final = np.timedelta64(12, "h")
UNDIMMED: Final = {"marker": {"opacity": 1}}  # a click selects; what is not selected must not fade
_CLEAR: Final = "rgba(0,0,0,0)"


@dataclass(frozen=True)
class Marks:
    """The dated rows with their places in px. Arrays have one entry a row of ``frame``."""

    frame: pd.DataFrame
    shown: Canvas
    begin: np.ndarray  # drawn times, half-open; both the same for a milestone
    end: np.ndarray
    left: np.ndarray
    right: np.ndarray
    y: np.ndarray  # middle of the mark
    bar: float  # height of a bar
    middles: np.ndarray  # middle of the marks on each line, whether or not it has one
    own_line: np.ndarray  # whether the row's name stands at the left of its line
    undated: np.ndarray  # lines of rows without a date

    @classmethod
    def of(cls, frame: pd.DataFrame, lines: Lines, shown: Canvas, height_per_row: float) -> Marks:
        """Place the rows of a roadmap on ``lines`` and ``shown``."""
        bar = round(height_per_row * 0.54)
        middles = lines.middles - 1
        dated = frame["start"].notna().to_numpy() & frame["finish"].notna().to_numpy()
        undated = frame.loc[~dated & (frame["kind"] != LANE).to_numpy(), "line"].to_numpy()
        own = ~frame["line"].duplicated().to_numpy()
        table = frame[dated].reset_index(drop=True)
        point = (table["kind"] == Kind.MILESTONE).to_numpy()
        begin = np.where(point, table["finish"].to_numpy() + _NOON, table["start"].to_numpy())
        end = np.where(point, begin, table["finish"].to_numpy() + _DAY)
        least = shown.time(shown.px(begin) + MIN_BAR_PX)
        end = np.where(point, end, np.maximum(end, least))
        left, right = shown.px(begin), shown.px(end)
        half = DIAMOND_PX / 2
        left, right = np.where(point, left - half, left), np.where(point, right + half, right)
        return cls(table, shown, begin, end, left, right, middles[table["line"].to_numpy()], bar, middles, own[dated], undated)

    def is_kind(self, *kinds: str) -> np.ndarray:
        """Mask of the rows of these kinds."""
        return self.frame["kind"].isin(kinds).to_numpy()

    def flag(self, name: str) -> np.ndarray:
        """A flag of the rows as bool."""
        return self.frame[name].to_numpy(dtype=bool)

    def boxes(self) -> dict[str, Box]:
        """Item id → where its mark stands."""
        half = np.where(self.is_kind(Kind.MILESTONE), DIAMOND_PX / 2, self.bar / 2)
        point = self.is_kind(Kind.MILESTONE)
        rows = zip(self.frame["id"], self.frame["line"], self.left, self.right, self.y, half, point, strict=True)
        return {item: Box(int(line), float(left), float(right), float(y - tall), float(y + tall), bool(is_point))
                for item, line, left, right, y, tall, is_point in rows if item is not None}  # fmt: skip

    def spans(self) -> tuple[np.ndarray, np.ndarray]:
        """Left and right of every mark; of a milestone including the hollow diamond where it was promised."""
        left, right = self.left.copy(), self.right.copy()
        rows, x = self.ghost_points()
        left[rows] = np.minimum(left[rows], x - DIAMOND_PX / 2)
        right[rows] = np.maximum(right[rows], x + DIAMOND_PX / 2)
        return left, right

    def ghost_points(self) -> tuple[np.ndarray, np.ndarray]:
        """Milestones that were promised for another day: their rows, and px of that day."""
        ghost = self.frame["ghost_finish"].to_numpy()
        x = self.shown.px(ghost + _NOON)
        moved = self.is_kind(Kind.MILESTONE) & ~np.isnat(ghost) & (np.abs(x - (self.left + self.right) / 2) > 3)
        rows = np.flatnonzero(moved)
        return rows, x[rows]


def _rects(begin: np.ndarray, end: np.ndarray, top: np.ndarray, bottom: np.ndarray) -> str:
    parts = zip(stamps(begin), stamps(end), top.tolist(), bottom.tolist(), strict=True)
    return "".join(f"M{a},{up:g}H{b}V{low:g}H{a}Z" for a, b, up, low in parts)


def _shape(path: str, colour: str, *, fill: bool = True, width: float = 1, dash: str = "solid") -> dict[str, Any] | None:
    if not path:
        return None
    return {"type": "path", "path": path, "xref": "x", "yref": "y", "layer": "between", "fillcolor": colour if fill else _CLEAR,
            "line": {"width": 0} if fill else {"color": colour, "width": width, "dash": dash}}  # fmt: skip


def below_paths(marks: Marks, colours: Theme, *, forecast: bool, ghost_bars: bool = False) -> list[dict[str, Any] | None]:
    """Baselines, tails of float, leashes of moved milestones, brackets of summaries and closed lanes: one path each.

    ``ghost_bars`` draws what the dates are compared with as hollow bars in the place where they were.
    """
    frame, half = marks.frame, marks.bar / 2
    ghost_start, ghost_finish = frame["ghost_start"].to_numpy(), frame["ghost_finish"].to_numpy()
    moved = ((ghost_start != frame["start"].to_numpy()) | (ghost_finish != frame["finish"].to_numpy())) & ~np.isnat(ghost_finish)
    rows = np.flatnonzero(moved & ~marks.is_kind(Kind.MILESTONE))
    low, tall = (marks.y[rows] - half, marks.bar) if ghost_bars else (marks.y[rows] + half + 2, 3)
    ghosts = _rects(ghost_start[rows], ghost_finish[rows] + _DAY, low, low + tall)

    spare = frame["total_float"].to_numpy() if forecast else np.zeros(len(frame))  # float belongs to the forecast
    quiet = marks.flag("done") | marks.flag("cancelled") | marks.flag("critical") | ~marks.is_kind(Kind.ACTIVITY)
    rows = np.flatnonzero(~quiet & (np.nan_to_num(spare) >= TAIL_FROM_DAYS))
    low = marks.y[rows] + half - 0.5
    until = np.minimum(frame["late_finish"].to_numpy()[rows] + _DAY, marks.shown.last)
    ends = zip(stamps(marks.end[rows]), stamps(np.fmax(until, marks.end[rows])), low.tolist(), strict=True)
    tails = "".join(f"M{a},{y:g}H{b}M{b},{y - 3:g}V{y + 2:g}" for a, b, y in ends)

    rows, promised = marks.ghost_points()
    ends = zip(stamps(marks.shown.time(promised)), stamps(marks.begin[rows]), marks.y[rows].tolist(), strict=True)
    leashes = "".join(f"M{a},{y:g}H{b}" for a, b, y in ends)

    rows = np.flatnonzero(marks.is_kind(Kind.SUMMARY, LANE))
    ends = zip(stamps(marks.begin[rows]), stamps(marks.end[rows]), marks.y[rows].tolist(), strict=True)
    brackets = "".join(f"M{a},{y + 4:g}V{y - 3:g}H{b}V{y + 4:g}" for a, b, y in ends)
    return [_shape(ghosts, colours.baseline, fill=not ghost_bars, dash="3px,2px"), _shape(tails, colours.work, fill=False),
            _shape(leashes, colours.baseline, fill=False, dash="dot"), _shape(brackets, colours.ink, fill=False, width=2)]  # fmt: skip


def progress_path(marks: Marks) -> str:
    """The share done, as the lower half of each bar."""
    progress = np.nan_to_num(marks.frame["progress"].to_numpy(dtype=float))
    open_work = ~marks.flag("done") & ~marks.flag("cancelled") & marks.is_kind(Kind.ACTIVITY)
    rows = np.flatnonzero(open_work & (progress > 0))
    begin, end = marks.begin[rows], marks.end[rows]
    share = begin + ((end - begin).astype(float) * np.clip(progress[rows], 0, 1)).astype("timedelta64[s]")
    return _rects(begin, share, marks.y[rows], marks.y[rows] + marks.bar / 2)


def whisker_path(marks: Marks, sure: Mapping[str, tuple[dt.date, dt.date]]) -> str:
    """A thin line from P10 to P90 under each milestone that was simulated, below its words."""
    point = marks.is_kind(Kind.MILESTONE)
    parts = []
    for item, y, is_point in zip(marks.frame["id"], marks.y.tolist(), point.tolist(), strict=True):
        if is_point and item in sure:
            first, last = stamps(np.array(sure[item], dtype="datetime64[s]") + _NOON)
            foot = y + DIAMOND_PX / 2 + 2.5
            parts.append(f"M{first},{foot - 2:g}V{foot + 2:g}M{first},{foot:g}H{last}M{last},{foot - 2:g}V{foot + 2:g}")
    return "".join(parts)


@dataclass(frozen=True)
class Told:
    """What a pointer gets of each mark: its id for a click, its story for a hover; one entry a row of the marks."""

    ids: np.ndarray  # rows × (id, kind)
    stories: np.ndarray

    @classmethod
    def of(cls, marks: Marks, rows: RoadmapRows, lang: Language) -> Told:
        """The ids and stories of all marks."""
        frame, size = marks.frame, type_sizes(lang).label
        ids = np.empty((len(frame), 2), dtype=object)
        ids[:, 0] = [item if item is not None else lane or "" for item, lane in zip(frame["id"], frame["lane"], strict=True)]
        ids[:, 1] = frame["kind"].to_numpy()
        columns = {name: frame[name].tolist() for name in frame.columns}
        records = (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))
        return cls(ids, np.array([_story(hover_story(record, rows, lang), size) for record in records], dtype=object))

    def take(self, chosen: np.ndarray) -> dict[str, Any]:
        """The properties of a trace that draws these rows."""
        return {"customdata": self.ids[chosen], "hovertext": self.stories[chosen], "hovertemplate": "%{hovertext}<extra></extra>"}


def _story(sentences: list[str], size: float) -> str:
    """Sentences as the text of a hover: the name in bold, long ones wrapped."""
    name, *rest = sentences
    lines = [f"<b>{literal(part)}</b>" for part in wrap(name, HOVER_PX, size, 3, bold=True)]
    for sentence in rest:
        parts = [sentence] if len(sentence) <= SHORT_SENTENCE else wrap(sentence, HOVER_PX, size, 4)
        lines += [literal(part) for part in parts]
    return "<br>".join(lines)


def trace(kind: str, **parts: Any) -> dict[str, Any]:
    """A trace as plotly's JSON has it: checked once, by the figure, which is twice as fast as by its own class and again there."""
    return {"type": kind, "unselected": UNDIMMED, **parts}


def bar_traces(marks: Marks, told: Told, colours: Theme) -> list[dict[str, Any]]:
    """One trace for each kind of bar that occurs. Summaries and closed lanes get a clear bar under their bracket, to be clicked."""
    activity = marks.is_kind(Kind.ACTIVITY)
    done, cancelled, blocked = marks.flag("done"), marks.flag("cancelled"), marks.flag("blocked")
    critical, near = marks.flag("critical"), marks.flag("near_critical")
    open_work = activity & ~done & ~cancelled
    outline = {"color": colours.critical_outline, "width": 1.4}
    thin = {"color": colours.critical, "width": 1.4}

    def hatched(colour: str) -> dict[str, Any]:
        return {"shape": "/", "bgcolor": colour, "fgcolor": colours.background, "fgopacity": 1, "size": 6, "solidity": 0.3}

    looks: list[tuple[np.ndarray, dict[str, Any]]] = [
        (marks.is_kind(Kind.SUMMARY, LANE), {"color": _CLEAR, "line": {"width": 0}}),
        (activity & cancelled, {"color": colours.background, "line": {"color": colours.baseline, "width": 1}}),
        (activity & done, {"color": colours.done, "line": {"width": 0}}),
        (open_work & ~critical & ~near & ~blocked, {"color": colours.work, "line": {"width": 0}}),
        (open_work & near & ~blocked, {"color": colours.work, "line": thin}),
        (open_work & critical & ~blocked, {"color": colours.critical, "line": outline}),
        (open_work & ~critical & blocked, {"color": colours.work, "line": {"width": 0}, "pattern": hatched(colours.work)}),
        (open_work & critical & blocked, {"color": colours.critical, "line": outline, "pattern": hatched(colours.critical)}),
    ]
    texts = np.datetime_as_string(marks.begin)
    out = []
    for mask, look in looks:
        chosen = np.flatnonzero(mask)
        if len(chosen) == 0:
            continue
        milliseconds = (marks.end[chosen] - marks.begin[chosen]) / np.timedelta64(1, "ms")
        out.append(trace("bar", base=texts[chosen], x=milliseconds, y=marks.y[chosen], width=marks.bar, orientation="h", marker=look,
                          **told.take(chosen)))  # fmt: skip
    return out


def diamond_traces(marks: Marks, told: Told, colours: Theme) -> list[dict[str, Any]]:
    """One trace for each kind of milestone that occurs, over hollow ones where they were promised."""
    point = marks.is_kind(Kind.MILESTONE)
    done, cancelled, late, risk = marks.flag("done"), marks.flag("cancelled"), marks.flag("late"), marks.flag("at_risk")
    critical = marks.flag("critical")
    open_work = point & ~done & ~cancelled
    calm = open_work & ~late & ~risk
    edge = {"color": colours.background, "width": 1}
    looks: list[tuple[np.ndarray, dict[str, Any]]] = [
        (point & cancelled, {"color": colours.background, "line": {"color": colours.baseline, "width": 1.2}}),
        (point & done, {"color": colours.baseline, "line": edge}),
        (calm & ~critical, {"color": colours.ink, "line": edge}),
        (calm & critical, {"color": colours.critical, "line": {"color": colours.critical_outline, "width": 1.4}}),
        (open_work & risk, {"color": colours.warning, "line": {"color": colours.ink, "width": 1}}),
        (open_work & late, {"color": colours.late, "line": edge}),
    ]
    out = []
    ghosts, x = marks.ghost_points()
    if len(ghosts):
        hollow = {"symbol": "diamond-open", "size": DIAMOND_PX - 3, "color": colours.baseline, "line": {"width": 1.3}}
        out.append(trace("scatter", x=marks.shown.time(x), y=marks.y[ghosts], mode="markers", hoverinfo="skip", marker=hollow))
    for mask, look in looks:
        chosen = np.flatnonzero(mask)
        if len(chosen):
            out.append(trace("scatter", x=marks.begin[chosen], y=marks.y[chosen], mode="markers",
                                  marker={"symbol": "diamond", "size": DIAMOND_PX, **look},
                                  **told.take(chosen)))  # fmt: skip
    return out
