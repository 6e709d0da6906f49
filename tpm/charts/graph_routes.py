"""The curves of the dependency graph: level at every mark that they leave, pass or enter, so that they read as flowing left to right.

A link to a later column runs from the right side of a mark to the left side of the next; one that leads back runs the other way round, and
one within a column bulges out to the right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from tpm.charts.gantt_marks import trace
from tpm.charts.theme import Theme

if TYPE_CHECKING:
    from tpm.insight.graph import GraphView
    from tpm.insight.graph_layout import GraphLayout

Numbers = npt.NDArray[np.float64]
TIP_PX: Final = 6.0  # length of an arrow head
SAMPLES: Final = 8  # points of a curve between two corners
HANDLE: Final = 0.42  # of a piece's width: how far a curve keeps its direction


@dataclass(frozen=True)
class Ends:
    """Corners of every link in px, and which way its head points: 1 right, −1 left (back, or into a mark of its own column)."""

    corners: list[Numbers]
    bulge: npt.NDArray[np.bool_]
    heading: npt.NDArray[np.int64]
    pitch: float

    @classmethod
    def of(cls, view: GraphView, layout: GraphLayout, x: Numbers, radius: Numbers, pitch: float) -> Ends:
        """The links of ``view`` between marks of ``radius`` at ``x``."""
        tail, head = view.links["tail"].to_numpy(), view.links["head"].to_numpy()
        step = np.sign(layout.column[head] - layout.column[tail])
        route_x, route_y = x[0] + (layout.route_column - layout.column[0]) * pitch, layout.route_y
        corners = []
        for number, (begin, end) in enumerate(zip(layout.route_first[:-1].tolist(), layout.route_first[1:].tolist(), strict=True)):
            points = np.column_stack([route_x[begin:end], route_y[begin:end]])
            side = step[number] or 1
            points[0, 0] += side * radius[tail[number]]
            points[-1, 0] += (-side if step[number] else 1) * (radius[head[number]] + TIP_PX)
            keep = np.ones(len(points), dtype=bool)  # corners on a level stretch say nothing
            keep[1:-1] = (np.abs(np.diff(points[:-1, 1])) > 0.5) | (np.abs(np.diff(points[1:, 1])) > 0.5)
            corners.append(points[keep])
        return cls(corners, step == 0, np.where(step > 0, 1, -1), pitch)

    def pieces(self, chosen: npt.NDArray[np.int64]) -> tuple[Numbers, npt.NDArray[np.int64]]:
        """The cubic pieces of the ``chosen`` links, n × 8 (x, y of begin, both handles and end), and which link each is of."""
        out, of = [np.zeros((0, 8))], []
        for number in chosen.tolist():
            points = self.corners[number]
            if self.bulge[number]:
                swing = _bulge(points, self.pitch)
                out.append(np.array([[*points[0], swing, points[0, 1], swing, points[1, 1], *points[1]]]))
            else:
                begin, end, slope = points[:-1], points[1:], _slopes(points)
                reach = (end[:, 0] - begin[:, 0]) * HANDLE
                out.append(np.column_stack([begin, begin[:, 0] + reach, begin[:, 1] + slope[:-1] * reach, end[:, 0] - reach,
                                            end[:, 1] - slope[1:] * reach, end]))  # fmt: skip
            of += [number] * len(out[-1])
        return np.concatenate(out), np.array(of, dtype=np.int64)


def _slopes(points: Numbers) -> Numbers:
    """The slope at each corner: level at both ends and where the way turns up or down, else between those of its sides, and never so steep
    that the curve would overshoot (Fritsch & Carlson, 1980).
    """
    slope = np.zeros(len(points))
    if len(points) > 2:
        sides = np.diff(points[:, 1]) / np.diff(points[:, 0])
        before, after = sides[:-1], sides[1:]
        same = before * after > 0
        total = np.where(same, before + after, 1.0)
        slope[1:-1] = np.where(same, 2 * before * after / total, 0.0)
    return slope


def _bulge(points: Numbers, pitch: float) -> float:
    """How far a link within a column swings out, px."""
    return float(max(points[:, 0]) + min(10 + abs(points[1, 1] - points[0, 1]) / 6, pitch * 0.45))


def curves_path(ends: Ends, chosen: npt.NDArray[np.int64]) -> str:
    """The curves of the ``chosen`` links as one SVG path in px."""
    pieces, of = ends.pieces(chosen)
    parts, last = [], -1
    for number, (x0, y0, x1, y1, x2, y2, x3, y3) in zip(of.tolist(), pieces.tolist(), strict=True):
        if number != last:
            parts.append(f"M{x0:.1f},{y0:.1f}")
            last = number
        level = y0 == y1 == y2 == y3
        parts.append(f"L{x3:.1f},{y3:.1f}" if level else f"C{x1:.1f},{y1:.1f} {x2:.1f},{y2:.1f} {x3:.1f},{y3:.1f}")
    return "".join(parts)


def curve_points(ends: Ends) -> Numbers:
    """Points along all curves, n × 2: what names should rather not cover."""
    pieces, _ = ends.pieces(np.arange(len(ends.corners)))
    share = np.linspace(0, 1, SAMPLES + 1)
    weights = np.stack([(1 - share) ** 3, 3 * (1 - share) ** 2 * share, 3 * (1 - share) * share**2, share**3])
    return np.column_stack([(pieces[:, 0::2] @ weights).ravel(), (pieces[:, 1::2] @ weights).ravel()])


def middle_of(ends: Ends, number: int) -> tuple[float, float]:
    """The point halfway along a link."""
    points = ends.corners[number]
    if ends.bulge[number]:
        return (points[0, 0] + points[1, 0] + 6 * _bulge(points, ends.pitch)) / 8, (points[0, 1] + points[1, 1]) / 2
    at = (len(points) - 1) // 2
    return float(points[at : at + 2, 0].mean()), float(points[at : at + 2, 1].mean())


LOOKS: Final = ("faded", "done", "plain", "critical", "violated")  # of links, the last on top


def link_kinds(view: GraphView) -> npt.NDArray[np.object_]:
    """One of ``LOOKS`` for every link, the most telling that holds."""
    links = view.links
    done = view.nodes["done"].to_numpy(dtype=bool)[links["head"].to_numpy()]
    return np.asarray(np.select([~links["lit"], links["violated"], links["critical"], done], ["faded", "violated", "critical", "done"],
                                "plain"), dtype=object)  # fmt: skip


def link_colours(colours: Theme) -> dict[str, str]:
    """Colour of each kind of link."""
    return {"faded": colours.grid, "done": colours.rule, "plain": colours.baseline, "critical": colours.critical, "violated": colours.late}


def arrow_heads(view: GraphView, ends: Ends, colours: Theme) -> list[dict[str, Any]]:
    """The heads of all links."""
    if not ends.corners:
        return []
    tips = np.array([points[-1] for points in ends.corners])
    shade = link_colours(colours)
    symbol = np.where(ends.heading > 0, "triangle-right", "triangle-left")
    tip = {"symbol": symbol, "size": TIP_PX + 1.5, "color": [shade[kind] for kind in link_kinds(view)], "line": {"width": 0}}
    return [trace("scatter", x=tips[:, 0] + ends.heading * TIP_PX / 2, y=tips[:, 1], mode="markers", hoverinfo="skip", marker=tip)]


def crosses(view: GraphView, ends: Ends, colours: Theme) -> list[dict[str, Any]]:
    """A cross on every lit link that the planned dates break."""
    chosen = np.flatnonzero((view.links["violated"] & view.links["lit"]).to_numpy())
    if not len(chosen):
        return []
    spots = np.array([middle_of(ends, int(number)) for number in chosen])
    return [trace("scatter", x=spots[:, 0], y=spots[:, 1], mode="markers", hoverinfo="skip",
                  marker={"symbol": "x-thin", "size": 8, "color": colours.late, "line": {"color": colours.late, "width": 2}})]  # fmt: skip
