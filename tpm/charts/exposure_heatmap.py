"""Team × month: expected working days at risk, a number in every cell that has any, the team's and the month's sums at the edges.

Shade is the number; the number is written, so nothing rests on the shade. Clear squares over the cells carry ``customdata``
``["line,column", "exposure"]``, because a heatmap trace returns no clicks.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from tpm.charts.risk_heatmap import alpha
from tpm.charts.text import literal, one_line, shorten, text_width
from tpm.charts.theme import FONT_STACK, theme, type_sizes
from tpm.i18n import Language
from tpm.i18n.formats import format_number
from tpm.insight.exposure import Exposure, cell_story, period_name, team_name

ROW_PX: Final = 34.0
TOP_PX, FOOT_PX, RIGHT_PX = 30, 6, 8
_SUM_PX: Final = 62.0  # the column of sums
_NAMES_SHARE: Final = 0.22
_STEPS: Final = 6  # shades
_DARKEST: Final = 0.62
_SMALL_DAYS: Final = 0.05  # prints as 0


def exposure_heatmap(found: Exposure, *, lang: Language, dark: bool = False, selected: tuple[int, int] | None = None,
                     width: int = 1160) -> go.Figure:  # fmt: skip
    """The chart of ``found``. Raises ``ValueError`` when it is empty."""
    if not found.grid.size:
        raise ValueError("nothing to draw")
    colours, sizes = theme(dark), type_sizes(lang)
    lines, columns = found.grid.shape
    names = [shorten(one_line(team_name(found, line, lang)), width * _NAMES_SHARE, sizes.name, bold=True) for line in range(lines)]
    margin = int(max(text_width(name, sizes.name, bold=True) for name in names)) + 16
    plot = width - margin - RIGHT_PX
    cell = (plot - _SUM_PX) / columns
    height = ROW_PX * (lines + 1)
    most = float(found.grid.max())
    paths: dict[int, list[str]] = {}
    for line, column in zip(*np.nonzero(found.grid >= _SMALL_DAYS), strict=True):
        shade = max(1, int(np.ceil(found.grid[line, column] / most * _STEPS)))
        x0, y0 = column * cell + 1.5, line * ROW_PX + 1.5
        paths.setdefault(shade, []).append(f"M{x0:.1f},{y0:.1f}H{x0 + cell - 3:.1f}V{y0 + ROW_PX - 3:.1f}H{x0:.1f}Z")
    shapes: list[dict[str, Any]] = [
        {"type": "path", "path": "".join(parts), "layer": "below", "line": {"width": 0},
         "fillcolor": alpha(colours.warning, _DARKEST * shade / _STEPS)} for shade, parts in sorted(paths.items())
    ]  # fmt: skip
    shapes.append({"type": "line", "x0": 0, "x1": plot, "y0": lines * ROW_PX, "y1": lines * ROW_PX,
                   "line": {"color": colours.rule, "width": 1}})  # fmt: skip
    if selected is not None and selected[0] < lines and selected[1] < columns:
        x0, y0 = selected[1] * cell + 1, selected[0] * ROW_PX + 1
        shapes.append({"type": "rect", "x0": x0, "x1": x0 + cell - 2, "y0": y0, "y1": y0 + ROW_PX - 2,
                       "line": {"color": colours.critical, "width": 2}})  # fmt: skip
    months = [shorten(period_name(day, found.months, lang), cell - 4, sizes.label) for day in found.periods]
    layout: dict[str, Any] = {
        "template": {},
        "width": width,
        "height": int(height) + TOP_PX + FOOT_PX,
        "margin": {"l": margin, "r": RIGHT_PX, "t": TOP_PX, "b": FOOT_PX, "pad": 0},
        "paper_bgcolor": colours.background,
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "clickmode": "event+select",
        "hoverlabel": {"bgcolor": colours.background, "bordercolor": colours.baseline, "align": "left",
                       "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink}},
        "xaxis": {"range": [0, plot], "side": "top", "tickvals": [(column + 0.5) * cell for column in range(columns)],
                  "ticktext": [literal(name) for name in months], "showgrid": False, "zeroline": False, "ticks": "outside",
                  "ticklen": 4, "tickcolor": "rgba(0,0,0,0)", "fixedrange": True, "tickangle": 0, "ticklabeloverflow": "allow",
                  "tickfont": {"size": sizes.label, "color": colours.muted_text}},
        "yaxis": {"range": [height, 0], "tickvals": [(line + 0.5) * ROW_PX for line in range(lines)],
                  "ticktext": [f"<b>{literal(name)}</b>" for name in names], "showgrid": False, "zeroline": False, "ticks": "",
                  "fixedrange": True, "ticklabeloverflow": "allow", "tickfont": {"size": sizes.name, "color": colours.ink}},
        "shapes": shapes,
    }  # fmt: skip
    return go.Figure({"data": _numbers(found, cell, plot, colours.ink, colours.muted_text, sizes.label, lang), "layout": layout})


def _numbers(found: Exposure, cell: float, plot: float, ink: str, quiet: str, size: float, lang: Language) -> list[dict[str, Any]]:
    """Numbers of the cells with their stories, and the sums."""
    line, column = np.nonzero(found.grid >= _SMALL_DAYS)
    values = found.grid[line, column]
    stories = []
    for at_line, at_column in zip(line.tolist(), column.tolist(), strict=True):
        head = f"{team_name(found, at_line, lang)} · {period_name(found.periods[at_column], found.months, lang)}"
        stories.append("<br>".join([f"<b>{literal(head)}</b>", *(literal(part) for part in cell_story(found, at_line, at_column, lang))]))
    lines, columns = found.grid.shape
    by_line, by_column = found.grid.sum(axis=1), found.grid.sum(axis=0)
    cells = {"type": "scatter", "mode": "markers+text", "x": (column + 0.5) * cell, "y": (line + 0.5) * ROW_PX,
             "marker": {"symbol": "square", "size": min(cell, ROW_PX) - 4, "color": "rgba(0,0,0,0)", "line": {"width": 0}},
             "text": [format_number(value) for value in values], "textposition": "middle center", "textfont": {"size": size, "color": ink},
             "customdata": [[f"{at},{to}", "exposure"] for at, to in zip(line.tolist(), column.tolist(), strict=True)],
             "hovertext": stories, "hovertemplate": "%{hovertext}<extra></extra>", "unselected": {"textfont": {"color": ink}},
             "selected": {"textfont": {"color": ink}}}  # fmt: skip
    right = [plot - 8] * (lines + 1)
    sums = [f"<b>{format_number(value)}</b>" for value in (*by_line, found.total)]
    edge = {"type": "scatter", "mode": "text", "x": right, "y": [(at + 0.5) * ROW_PX for at in range(lines + 1)], "text": sums,
            "textposition": "middle left", "textfont": {"size": size, "color": ink}, "hoverinfo": "skip"}  # fmt: skip
    foot = {"type": "scatter", "mode": "text", "x": [(at + 0.5) * cell for at in range(columns)], "y": [(lines + 0.5) * ROW_PX] * columns,
            "text": [format_number(value) if value >= _SMALL_DAYS else "" for value in by_column], "textposition": "middle center",
            "textfont": {"size": size, "color": quiet}, "hoverinfo": "skip"}  # fmt: skip
    return [cells, edge, foot]
