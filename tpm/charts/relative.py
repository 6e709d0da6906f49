"""The roadmap of a plan without dates: bars over numbered days, weeks or months, each with its numbers beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

from tpm.charts.row_names import RowName, lay_out, names_axis
from tpm.charts.text import literal, text_width
from tpm.charts.theme import FONT_STACK, theme, type_sizes
from tpm.i18n import Language, t
from tpm.insight.relative import RelativeRow, begins, number_of, span_words

ROWS_MOST: Final = 400
_ROW_PX, _BAR_PX, _TOP_PX, _FOOT_PX, _RIGHT_PX = 24.0, 13.0, 30, 8, 12
_TICK_PX: Final = 70  # room that a tick's words need
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)


def relative_gantt(rows: Sequence[RelativeRow], *, unit: str, lang: Language, dark: bool = False, width: int = 1160) -> go.Figure:
    """The chart of ``rows`` (the first ``ROWS_MOST`` of them). Raises ``ValueError`` where none has a place."""
    shown = list(rows[:ROWS_MOST])
    placed = [(line, row, row.start, row.finish) for line, row in enumerate(shown) if row.start is not None and row.finish is not None]
    if not placed:
        raise ValueError("nothing to draw")
    colours, sizes = theme(dark), type_sizes(lang)
    names = [RowName(row.name, row.depth, bold=row.start is None) for row in shown]
    lines = lay_out(names, sizes.name, width, _ROW_PX, colours)
    first = min(0.0, *(start for _, _, start, _ in placed))
    last = max(finish for *_, finish in placed) + 1
    words = [span_words(start, finish, unit, lang) for _, _, start, finish in placed]
    room = max(text_width(word, sizes.label) for word in words) + 14
    plot = width - lines.margin - _RIGHT_PX
    end = first + (last - first) * plot / max(plot - room, plot / 3)  # room for the words beside the last bar
    middles = lines.middles.tolist()
    bars = [(line, row, start, finish + 1 - start) for line, row, start, finish in placed if not row.point]
    points = [(line, finish + 1) for line, row, _, finish in placed if row.point]
    data: list[dict[str, Any]] = [
        {"type": "bar", "orientation": "h", "base": [start for _, _, start, _ in bars], "x": [length for *_, length in bars],
         "y": [middles[line] for line, *_ in bars], "width": _BAR_PX,
         "marker": {"color": [colours.done if row.done else colours.work for _, row, *_ in bars], "line": {"width": 0}},
         "hoverinfo": "skip"},
        {"type": "scatter", "mode": "markers", "x": [day for _, day in points], "y": [middles[line] for line, _ in points],
         "marker": {"symbol": "diamond", "size": 12, "color": colours.ink}, "hoverinfo": "skip"},
        {"type": "scatter", "mode": "text", "x": [finish + 1 for *_, finish in placed], "y": [middles[line] for line, *_ in placed],
         "text": [f"\u00a0\u00a0{literal(word)}" for word in words], "textposition": "middle right", "cliponaxis": False,
         "textfont": {"size": sizes.label, "color": colours.muted_text}, "hoverinfo": "skip"},
    ]  # fmt: skip
    layout = {
        "template": {}, "height": int(lines.bottom) + _TOP_PX + _FOOT_PX, "width": width, "showlegend": False, "bargap": 0,
        "barmode": "overlay", "dragmode": False, "margin": {"l": lines.margin, "r": _RIGHT_PX, "t": _TOP_PX, "b": _FOOT_PX, "pad": 0},
        "paper_bgcolor": colours.background, "plot_bgcolor": colours.background,
        "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink},
        "xaxis": {"range": [first, end], "side": "top", "fixedrange": True, "gridcolor": colours.grid, "zeroline": False, "ticks": "",
                  "tickfont": {"size": sizes.label, "color": colours.muted_text}, **_ticks(first, last, plot, unit, lang)},
        "yaxis": names_axis(lines, sizes.name, colours),
    }  # fmt: skip
    return go.Figure({"data": data, "layout": layout})


def _ticks(first: float, last: float, plot: float, unit: str, lang: Language) -> dict[str, Any]:
    """Every day, week or month that has room, numbered."""
    low, high = number_of(first, unit), number_of(last, unit)
    most = max(int(plot / _TICK_PX), 1)
    step = next((step for step in _STEPS if (high - low + 1) / step <= most), _STEPS[-1])
    odd = step == 2  # 1, 3, 5, but 1, 5, 10
    numbers = [number for number in range(low, high + 1) if (number - odd) % step == 0]
    if step > 2 and low == 1 and (begins(step, unit) - begins(1, unit)) * plot / (last - first) >= _TICK_PX:
        numbers.insert(0, 1)
    return {"tickmode": "array", "tickvals": [begins(number, unit) for number in numbers],
            "ticktext": [t(f"relative.{unit}.one", lang, first=number) for number in numbers]}  # fmt: skip
