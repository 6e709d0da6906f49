"""Reads a figure back into px: where its words, bars and lines stand. Knows plotly's JSON, not how the chart was made."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from tpm.charts.text import text_width


@dataclass(frozen=True)
class Words:
    """A label in px of the plot."""

    text: str
    left: float
    right: float
    y: float


def plot_width(figure: go.Figure) -> float:
    """Width of the plot area."""
    return float(figure.layout.width - figure.layout.margin.l - figure.layout.margin.r)


def to_px(figure: go.Figure, times: object, width: float) -> np.ndarray:
    """Px from the left edge of a plot of ``width`` px."""
    first, last = (np.datetime64(edge, "s") for edge in figure.layout.xaxis.range)
    when = np.array([str(time).replace("_", "T") for time in np.asarray(times).tolist()] if not isinstance(times, np.ndarray)
                    else times, dtype="datetime64[s]")  # fmt: skip
    return np.asarray((when - first) / (last - first) * width)


def plain(text: str) -> str:
    """Text without plotly's mark-up."""
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def labels(figure: go.Figure, width: float) -> list[Words]:
    """Every label that is written on the plot."""
    out = []
    for trace in figure.data:
        if trace.type != "scatter" or trace.mode != "text":
            continue
        side = trace.textposition
        for text, x, y in zip(trace.text, to_px(figure, trace.x, width), trace.y, strict=True):
            wide = text_width(plain(text), trace.textfont.size)
            out.append(Words(plain(text), x if side == "middle right" else x - wide, x + wide if side == "middle right" else x, float(y)))
    return out


def segments(figure: go.Figure, width: float) -> list[tuple[float, float, float, float]]:
    """Straight parts of today's line and of the arrows: x0, y0, x1, y1."""
    out = []
    for shape in figure.layout.shapes:
        lines = shape.layer in ("between", "above") and shape.line.width and shape.line.dash != "dot"
        if not lines or "H" in shape.path:
            continue
        points: list[tuple[float, float]] = []
        for command, when, y in re.findall(r"([ML])([\d-]+_[\d:]+),([\d.]+)", shape.path):
            here = (float(to_px(figure, [when], width)[0]), float(y))
            if command == "L":
                out.append((*points[-1], *here))
            points.append(here)
        upright = re.match(r"M([\d-]+_[\d:]+),0V([\d.]+)$", shape.path)
        if upright:
            x = float(to_px(figure, [upright[1] + ":00" if upright[1].count(":") == 1 else upright[1]], width)[0])
            out.append((x, 0.0, x, float(upright[2])))
    return out


def bars(figure: go.Figure, width: float) -> list[tuple[float, float, float]]:
    """Left, right and middle of every bar and diamond that a pointer can reach."""
    out = []
    for trace in figure.data:
        if trace.customdata is None:
            continue
        if trace.type == "bar":
            left = to_px(figure, trace.base, width)
            first, last = (np.datetime64(edge, "ms") for edge in figure.layout.xaxis.range)
            wide = np.asarray(trace.x, dtype=float) / float((last - first) / np.timedelta64(1, "ms")) * width
            out += list(zip(left, left + wide, np.asarray(trace.y, dtype=float), strict=True))
        else:
            x = to_px(figure, trace.x, width)
            out += list(zip(x - 6, x + 6, np.asarray(trace.y, dtype=float), strict=True))
    return out
