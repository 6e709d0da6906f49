"""Tables drawn as coloured cells that can be clicked: one path for all cells of a colour, one clear marker over each.

plotly's own heatmap returns no clicks. Columns and rows are px of a linear axis, y downwards from the top.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tpm.charts.gantt_marks import trace
from tpm.charts.theme import FONT_STACK, Theme

GAP_PX: Final = 3.0  # between cells
_CLEAR: Final = "rgba(0,0,0,0)"
Whole = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells ``width`` × ``height`` px."""

    width: float
    height: float
    gap: float = GAP_PX

    def middle(self, column: Whole, row: Whole) -> tuple[Numbers, Numbers]:
        """Middles of cells."""
        return (column + 0.5).astype(np.float64) * self.width, (row + 0.5).astype(np.float64) * self.height

    def shape(self, column: Whole, row: Whole, fill: str, *, outline: str = _CLEAR, stroke: float = 0, layer: str = "below"
              ) -> dict[str, Any] | None:  # fmt: skip
        """All given cells as one path in one colour; None without cells."""
        if not len(column):
            return None
        half = self.gap / 2
        left, top = column * self.width + half, row * self.height + half
        right, bottom = (column + 1) * self.width - half, (row + 1) * self.height - half
        path = "".join(f"M{a:.1f},{b:.1f}H{c:.1f}V{d:.1f}H{a:.1f}Z"
                       for a, b, c, d in zip(left.tolist(), top.tolist(), right.tolist(), bottom.tolist(), strict=True))
        return {"type": "path", "path": path, "xref": "x", "yref": "y", "layer": layer, "fillcolor": fill,
                "line": {"color": outline, "width": stroke}}

    def clickable(self, column: Whole, row: Whole, told: npt.NDArray[np.object_], stories: list[str]) -> dict[str, Any]:
        """A clear square over each cell, which gives ``told`` to a click and its story to a pointer."""
        x, y = self.middle(column, row)
        return trace("scatter", x=x, y=y, mode="markers", customdata=told, hovertext=np.array(stories, dtype=object),
                     hovertemplate="%{hovertext}<extra></extra>",
                     marker={"symbol": "square", "size": min(self.width, self.height) - self.gap, "color": "rgba(127,127,127,0.004)",
                             "line": {"width": 0}})  # fmt: skip


def words(x: Numbers, y: Numbers, texts: list[str], colour: str, size: float, *, weight: int = 400,
          side: str = "middle center") -> dict[str, Any]:  # fmt: skip
    """Text at points, already escaped."""
    return trace("scatter", x=x, y=y, mode="text", text=np.array(texts, dtype=object), textposition=side, hoverinfo="skip",
                 cliponaxis=False, textfont={"size": size, "color": colour, "weight": weight},
                 unselected={"textfont": {"color": colour}})


def tint(colour: str, share: float) -> str:
    """``#RRGGBB`` at ``share`` of its strength over whatever lies below."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:g})"


def base_layout(colours: Theme, size: float, width: int, height: float, margin: dict[str, float]) -> dict[str, Any]:
    """The layout that tables of cells share."""
    return {
        "template": {}, "width": width, "height": int(height + margin["t"] + margin["b"]), "margin": {**margin, "pad": 0},
        "paper_bgcolor": colours.background, "plot_bgcolor": _CLEAR, "showlegend": False, "hovermode": "closest", "dragmode": False,
        "clickmode": "event+select", "font": {"family": FONT_STACK, "size": size, "color": colours.ink},
        "hoverlabel": {"bgcolor": colours.background, "bordercolor": colours.baseline, "align": "left",
                       "font": {"family": FONT_STACK, "size": size, "color": colours.ink}},
        "modebar": {"remove": ["select2d", "lasso2d", "autoScale2d", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"],
                    "bgcolor": _CLEAR, "color": colours.muted, "activecolor": colours.ink},
    }  # fmt: skip
