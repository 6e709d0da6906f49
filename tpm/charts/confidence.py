"""How sure a date is: the share of runs that reach it (S-curve) over the runs themselves (histogram), with the promise marked.

``confidence`` draws one :class:`~tpm.model.SimulationResult`, and a second one thinner where a comparison is asked for (after the
responses). Labels are placed for ``width``; at a greater width points move apart and labels keep clear.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from tpm.charts.spots import Box, Plane
from tpm.charts.text import literal, text_width
from tpm.charts.theme import FONT_STACK, Theme, theme, type_sizes
from tpm.charts.time_axis import DAY_MS, Canvas, axis, canvas
from tpm.i18n import Language, format_date, t
from tpm.model import SimulationResult

PERCENTILES: Final = (0.1, 0.5, 0.8, 0.9)
HEAD_PX, FOOT_PX, LEFT_PX, RIGHT_PX = 48, 12, 46, 12
_CURVE, _BETWEEN, _BARS = 236.0, 22.0, 74.0  # px of height
_DAYS_SINGLE: Final = 130  # more days are counted by week
_DAY: Final = np.timedelta64(1, "D")
_NOON: Final = np.timedelta64(12, "h")
_POINT_SIDES: Final = ("right-below", "right", "left-above", "left", "below", "above")
_PROMISE_SIDES: Final = ("left-above", "left", "above", "right-below", "right", "right-above", "below")


def confidence(
    result: SimulationResult, *, lang: Language, dark: bool = False, promise: dt.date | None = None, after: SimulationResult | None = None,
    width: int = 690,
) -> go.Figure:
    """The chart of ``result``; ``after`` is the same milestone once the responses work. Raises ``ValueError`` where it has no finish."""
    if not result.answered:
        raise ValueError("the target has no finish")
    colours, sizes = theme(dark), type_sizes(lang)
    both = [one for one in (result, after) if one is not None and one.answered]
    shown = _window(both, promise, width - LEFT_PX - RIGHT_PX)
    curves = [_curve(one) for one in both]
    plane = Plane(shown.width, _CURVE, lines=[_on_plane(*curve, shown) for curve in curves])
    words: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    if promise is not None:  # the question that was asked: it chooses its place first
        words, mark, drop = _promise(result, promise, shown, plane, lang, colours, sizes.label)
        marks, shapes = [mark], [drop]
    placed, dots = _points(result, shown, plane, lang, colours, sizes.label)
    words, marks = [*words, *placed], [dots, *marks]
    if len(both) == 2:
        words += _after(both[1], shown, plane, lang, colours, sizes.label)
    data: list[dict[str, Any]] = []
    looks = ({"color": colours.critical, "width": 3}, {"color": colours.good, "width": 2, "dash": "6px,4px"})
    for (times, shares), look in reversed(list(zip(curves, looks, strict=False))):
        data.append({"type": "scatter", "mode": "lines", "x": times, "y": 1 - shares, "line": look, "hoverinfo": "skip"})
    data += [*marks, _hover(result, colours, lang), *words, *_bars(result, promise, colours, lang)]
    height = _CURVE + _BETWEEN + _BARS
    layout: dict[str, Any] = {
        "template": {},
        "width": width,
        "height": int(height) + HEAD_PX + FOOT_PX,
        "margin": {"l": LEFT_PX, "r": RIGHT_PX, "t": HEAD_PX, "b": FOOT_PX, "pad": 0},
        "paper_bgcolor": colours.background,
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "bargap": 0.12,
        "barmode": "overlay",
        "hoverlabel": {"bgcolor": colours.background, "bordercolor": colours.baseline, "align": "left",
                       "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink}},
        "xaxis": {**axis(shown, lang, colours, sizes, (shown.first, shown.last)), "fixedrange": True, "anchor": "y", "showgrid": True,
                  "ticks": "outside", "ticklen": 6, "tickcolor": "rgba(0,0,0,0)"},
        "yaxis": {"domain": [1 - _CURVE / height, 1], "range": [1, 0], "fixedrange": True, "tickvals": [0, 0.2, 0.4, 0.6, 0.8, 1],
                  "ticktext": ["100%", "80%", "60%", "40%", "20%", "0%"], "gridcolor": colours.grid, "zeroline": False, "ticks": "",
                  "tickfont": {"size": sizes.label, "color": colours.muted_text}},
        "yaxis2": {"domain": [0, _BARS / height], "anchor": "x", "fixedrange": True, "showgrid": False, "showticklabels": False,
                   "ticks": "", "zeroline": True, "zerolinecolor": colours.rule, "rangemode": "tozero"},
        "shapes": shapes,
        "annotations": [],
    }  # fmt: skip
    return go.Figure({"data": data, "layout": layout})


def _window(results: Sequence[SimulationResult], promise: dt.date | None, width: float) -> Canvas:
    days = [edge for one in results for edge in (one.finish_days[0], one.finish_days[-1])]
    if promise is not None:
        days.append(np.datetime64(promise, "D"))
    first, last = min(days), max(days)
    air = max((last - first) // 14, 2 * _DAY)
    before = air
    if promise is not None and np.datetime64(promise, "D") <= first + (last - first) // 8:
        before = max((last - first) * 2 // 5, 5 * _DAY)  # its words stand to the left
    return canvas((first - before).astype("datetime64[s]"), (last + air).astype("datetime64[s]"), width)


def _curve(result: SimulationResult) -> tuple[np.ndarray, np.ndarray]:
    """Times (noon of each finish) and the share of runs that end by then; starts at zero, a day before the first."""
    days = result.finish_days.astype("datetime64[s]")
    shares = np.cumsum(result.finish_counts) / result.runs
    return np.concatenate([[days[0] - _DAY], days]) + _NOON, np.concatenate([[0.0], shares])


def _on_plane(times: np.ndarray, shares: np.ndarray, shown: Canvas) -> np.ndarray:
    return np.column_stack([shown.px(times), (1 - shares) * _CURVE])


def _px(day: dt.date, share: float, shown: Canvas) -> tuple[float, float]:
    return float(shown.px(np.array([np.datetime64(day, "s") + _NOON]))[0]), (1 - share) * _CURVE


def _text(box: Box, text: str, shown: Canvas, colour: str, size: float) -> dict[str, Any]:
    """A trace of words whose left edge and middle are the box's."""
    return {"type": "scatter", "mode": "text", "x": shown.time(np.array([box[0]])), "y": [(box[1] + box[3]) / 2 / _CURVE],
            "text": [text], "textposition": "middle right", "textfont": {"size": size, "color": colour},
            "hoverinfo": "skip", "cliponaxis": False}  # fmt: skip


def _points(result: SimulationResult, shown: Canvas, plane: Plane, lang: Language, colours: Theme,
            size: float) -> tuple[list[dict[str, Any]], dict[str, Any]]:  # fmt: skip
    """The percentiles as points with their dates; the less asked-for give way."""
    days = {p: result.percentile(p) for p in PERCENTILES}
    spots = {p: _px(days[p], result.confidence(days[p]), shown) for p in PERCENTILES}
    for x, y in spots.values():
        plane.boxes.append((x - 6, y - 6, x + 6, y + 6))
    words = []
    for p in (0.8, 0.5, 0.9, 0.1):
        name, day = f"P{p * 100:.0f}", format_date(days[p], lang, "day")
        box = plane.place(spots[p], text_width(f"{name} {day}", size, bold=True) + 4, size * 1.35, _POINT_SIDES)
        if box is not None:
            words.append(_text(box, f"<b>{name}</b> {literal(day)}", shown, colours.ink, size))
    dots = {"type": "scatter", "mode": "markers", "x": shown.time(np.array([x for x, _ in spots.values()])),
            "y": [y / _CURVE for _, y in spots.values()], "hoverinfo": "skip",
            "marker": {"size": 10, "color": colours.critical, "line": {"color": colours.background, "width": 1.5}}}  # fmt: skip
    return words, dots


def _promise(result: SimulationResult, promise: dt.date, shown: Canvas, plane: Plane, lang: Language, colours: Theme,
             size: float) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]:  # fmt: skip
    share = result.confidence(promise)
    x, y = _px(promise, share, shown)
    kept = share >= 0.8
    colour = colours.good if kept else colours.late
    plane.lines.append(np.array([[x, y], [x, _CURVE]]))
    plane.boxes.append((x - 7, y - 7, x + 7, y + 7))
    text = t("confidence.promised", lang, date=format_date(promise, lang, "day"), share=share)
    box = plane.place((x, y), text_width(text, size, bold=True) + 4, size * 1.35, _PROMISE_SIDES)
    words = [] if box is None else [_text(box, f"<b>{literal(text)}</b>", shown, colour, size)]
    mark = {"type": "scatter", "mode": "markers", "x": shown.time(np.array([x])), "y": [y / _CURVE], "hoverinfo": "skip",
            "cliponaxis": False,
            "marker": {"symbol": "diamond", "size": 13, "color": colour, "line": {"color": colours.background, "width": 1.5}}}  # fmt: skip
    when = str(shown.time(np.array([x]))[0])
    drop = {"type": "line", "x0": when, "x1": when, "y0": y / _CURVE, "y1": 1, "xref": "x", "yref": "y", "layer": "below",
            "line": {"color": colour, "width": 1.4, "dash": "3px,3px"}}  # fmt: skip
    return words, mark, drop


def _after(after: SimulationResult, shown: Canvas, plane: Plane, lang: Language, colours: Theme, size: float) -> list[dict[str, Any]]:
    """What the thinner curve is, beside its own P80."""
    day = after.percentile(0.8)
    text = t("confidence.after", lang, date=format_date(day, lang, "day"))
    spot = _px(day, after.confidence(day), shown)
    box = plane.place(spot, text_width(text, size) + 4, size * 1.35, ("left-above", "left", "above", "right-below", "right", "below"))
    return [] if box is None else [_text(box, literal(text), shown, colours.good, size)]


def _hover(result: SimulationResult, colours: Theme, lang: Language) -> dict[str, Any]:
    """A clear point a day that tells its share."""
    times, shares = _curve(result)
    days = result.finish_days.astype("datetime64[D]").astype(object)
    story = [t("confidence.hover", lang, date=day, share=share) for day, share in zip(days, shares[1:], strict=True)]
    return {"type": "scatter", "mode": "markers", "x": times[1:], "y": 1 - shares[1:], "marker": {"size": 12, "color": "rgba(0,0,0,0)"},
            "hovertext": story, "hovertemplate": "%{hovertext}<extra></extra>"}  # fmt: skip


def _bars(result: SimulationResult, promise: dt.date | None, colours: Theme, lang: Language) -> list[dict[str, Any]]:
    """Runs by finish: those that keep the promise are dark."""
    days, counts = result.finish_days.astype("datetime64[D]"), result.finish_counts
    weekly = float((days[-1] - days[0]) / _DAY) > _DAYS_SINGLE
    kept = np.ones(len(days), dtype=bool) if promise is None else days <= np.datetime64(promise, "D")
    if weekly:  # whole weeks from Monday; 1970-01-01 was a Thursday
        days = (days.astype("int64") + 3) // 7 * 7 - 3
        days = days.astype("datetime64[D]")
    step = 7 if weekly else 1
    out = []
    for mask, colour in ((kept, colours.critical), (~kept, colours.work)):
        if not mask.any():
            continue
        some, place = np.unique(days[mask], return_inverse=True)
        sums = np.bincount(place, weights=counts[mask])
        key = "confidence.hover-week" if weekly else "confidence.hover-day"
        story = [t(key, lang, date=day, count=int(count), share=count / result.runs)
                 for day, count in zip(some.astype(object), sums, strict=True)]  # fmt: skip
        out.append({"type": "bar", "x": some.astype("datetime64[s]") + step * _NOON, "y": sums / result.runs,
                    "width": step * DAY_MS * 0.84, "yaxis": "y2", "marker": {"color": colour, "line": {"width": 0}}, "hovertext": story,
                    "hovertemplate": "%{hovertext}<extra></extra>"})  # fmt: skip
    return out
