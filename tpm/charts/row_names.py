"""The lines of a chart with named rows: how high each is, where it lies, and the names at the left, never cut.

Vertical positions are px from the top of the plot, so a line can be as high as its name needs. Names are the axis' own tick labels,
pushed into a margin whose width is measured: they stay left-aligned and whole whatever width the chart gets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from tpm.charts.text import literal, one_line, text_width, wrap
from tpm.charts.theme import Theme

INDENT: Final = "\u00a0" * 4
GUTTER: Final = 14  # px between the names and the plot
EDGE: Final = 4  # px left of the names
MAX_SHARE: Final = 0.34  # of the chart's width that names may take
MIN_WIDTH: Final = 96
WHOLE_SHARE: Final = 0.95  # of the names that should fit on one line; one long name must not narrow the plot for all


@dataclass(frozen=True, slots=True)
class RowName:
    """A line's name: plain text, weight, depth, and a quiet remark behind it (a count, for instance)."""

    text: str
    depth: int = 0
    bold: bool = False
    struck: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines from top to bottom, px. ``margin`` is the width that the names need, gutters included."""

    tops: np.ndarray
    heights: np.ndarray
    texts: list[str]
    margin: int

    @property
    def middles(self) -> np.ndarray:
        """Middle of each line."""
        return np.asarray(self.tops + self.heights / 2)

    @property
    def bottom(self) -> float:
        """Lower edge of the last line."""
        return float(self.tops[-1] + self.heights[-1])


def lay_out(names: Sequence[RowName], size: float, width: float, height_per_row: float, colours: Theme) -> Lines:
    """Lines for ``names`` in a chart of ``width`` px."""
    indents = [text_width(INDENT * name.depth, size) for name in names]
    plain = [one_line(name.text) for name in names]
    needs = [
        indent + text_width(text, size, bold=name.bold) + (text_width(" " + name.remark, size) if name.remark else 0)
        for indent, text, name in zip(indents, plain, names, strict=True)
    ]
    most = width * MAX_SHARE - GUTTER - EDGE
    usual = sorted(needs)[max(0, int(np.ceil(len(needs) * WHOLE_SHARE)) - 1)]
    column = min(max(needs), most, max(usual, most * 0.6))
    column = max(column, min(MIN_WIDTH, most))
    heights, texts = [], []
    for name, text, indent, need in zip(names, plain, indents, needs, strict=True):
        if need <= column:
            parts = [text]
        else:
            room = column - indent - (text_width(" " + name.remark, size) if name.remark else 0)
            parts = wrap(text, max(room, size * 3), size, 2, bold=name.bold)
        texts.append(_markup(name, parts, colours))
        heights.append(height_per_row + (len(parts) - 1) * size * 1.3)
    each = np.array(heights)
    return Lines(np.concatenate([[0.0], np.cumsum(each)[:-1]]), each, texts, int(np.ceil(column)) + GUTTER + EDGE)


def _markup(name: RowName, parts: list[str], colours: Theme) -> str:
    lines = [literal(part) for part in parts]
    if name.struck:
        lines = [f"<s>{line}</s>" for line in lines]
    if name.bold:
        lines = [f"<b>{line}</b>" for line in lines]
    text = "<br>".join(INDENT * name.depth + line for line in lines)
    return f'{text} <span style="color:{colours.muted_text}">{literal(name.remark)}</span>' if name.remark else text


def names_axis(lines: Lines, size: float, colours: Theme) -> dict[str, Any]:
    """The ``yaxis`` of a figure over ``lines``."""
    return {
        "type": "linear",
        "range": [lines.bottom, 0],
        "fixedrange": True,
        "tickmode": "array",
        "tickvals": lines.middles,
        "ticktext": np.array(lines.texts, dtype=object),
        "tickfont": {"size": size, "color": colours.ink},
        # labels of an axis on the right are left-aligned; it stands at the plot's left edge, and they are pushed into the margin
        "side": "right",
        "anchor": "free",
        "position": 0,
        "ticklabelstandoff": -(lines.margin - EDGE),
        "ticks": "",
        # looking for labels that stick out costs the browser six seconds at a thousand rows
        "tickangle": 0,
        "ticklabeloverflow": "allow",
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "automargin": False,
    }
