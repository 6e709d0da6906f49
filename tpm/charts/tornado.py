"""What would make a date surer: days of the P80 that go away if one risk, one activity or one team were certain, largest first.

Bars tell the kinds apart without colour: risks are hatched, activities solid, teams outlined. Names stand in the margin, numbers at the
bars' ends; at a greater width bars grow and words keep their size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

from tpm.charts.text import literal, one_line, text_width, wrap
from tpm.charts.theme import FONT_STACK, Theme, theme, type_sizes
from tpm.i18n import Language, t
from tpm.insight.simulation_words import Factor

ROWS_MOST: Final = 10
_ROW_PX, _BAR_PX, _TOP_PX, _FOOT_PX, _RIGHT_PX = 36, 20, 8, 8, 10
_NAMES_SHARE: Final = 0.48  # of the width that names may take


def tornado(factors: Sequence[Factor], *, lang: Language, dark: bool = False, width: int = 440) -> go.Figure:
    """The chart of the largest ``factors``, which come sorted. Raises ``ValueError`` without any."""
    if not factors:
        raise ValueError("nothing to draw")
    colours, sizes = theme(dark), type_sizes(lang)
    shown = list(factors[:ROWS_MOST])
    names = [wrap(one_line(factor.name), width * _NAMES_SHARE - 14, sizes.label, 2) for factor in shown]
    margin = int(max(text_width(part, sizes.label) for name in names for part in name)) + 14
    words = [t("tornado.days", lang, days=factor.days) for factor in shown]
    widest = max(text_width(word, sizes.label) for word in words) + 10
    plot = width - margin - _RIGHT_PX
    low, high = min(0.0, *(factor.days for factor in shown)), max(0.0, *(factor.days for factor in shown))
    ends = (low < 0) + (high > 0) or 1
    per_px = (high - low or 1.0) / (plot - ends * widest)
    span = [low - (widest * per_px if low < 0 else 0), high + (widest * per_px if high > 0 or low == 0 else 0)]
    height = _ROW_PX * len(shown)
    layout: dict[str, Any] = {
        "template": {},
        "width": width,
        "height": height + _TOP_PX + _FOOT_PX,
        "margin": {"l": margin, "r": _RIGHT_PX, "t": _TOP_PX, "b": _FOOT_PX, "pad": 0},
        "paper_bgcolor": colours.background,
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink},
        "showlegend": False,
        "barmode": "overlay",
        "bargap": 0,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": colours.background, "bordercolor": colours.baseline, "align": "left",
                       "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink}},
        "xaxis": {"range": span, "visible": False, "fixedrange": True},
        "yaxis": {"range": [height, 0], "tickvals": [(line + 0.5) * _ROW_PX for line in range(len(shown))],
                  "ticktext": ["<br>".join(literal(part) for part in name) for name in names], "showgrid": False, "zeroline": False,
                  "ticks": "", "fixedrange": True, "ticklabeloverflow": "allow", "tickfont": {"size": sizes.label, "color": colours.ink}},
        "shapes": [{"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": height, "line": {"color": colours.rule, "width": 1}}],
    }  # fmt: skip
    return go.Figure({"data": [*_bars(shown, colours), _numbers(shown, words, colours, sizes.label)], "layout": layout})


def _bars(shown: list[Factor], colours: Theme) -> list[dict[str, Any]]:
    looks: dict[str, dict[str, Any]] = {
        "risk": {"color": colours.warning, "line": {"width": 0},
                 "pattern": {"shape": "/", "bgcolor": colours.warning, "fgcolor": colours.background, "fgopacity": 1, "size": 6,
                             "solidity": 0.3}},
        "activity": {"color": colours.critical, "line": {"width": 0}},
        "team": {"color": colours.band, "line": {"width": 1.6, "color": colours.critical}},
    }  # fmt: skip
    out = []
    for kind, look in looks.items():
        lines = [line for line, factor in enumerate(shown) if factor.kind == kind]
        if lines:
            out.append({"type": "bar", "orientation": "h", "x": [shown[line].days for line in lines],
                        "y": [(line + 0.5) * _ROW_PX for line in lines], "width": _BAR_PX, "marker": look,
                        "hovertext": [literal(shown[line].story or shown[line].name) for line in lines],
                        "hovertemplate": "%{hovertext}<extra></extra>"})  # fmt: skip
    return out


def _numbers(shown: list[Factor], words: list[str], colours: Theme, size: float) -> dict[str, Any]:
    return {"type": "scatter", "mode": "text", "x": [factor.days for factor in shown],
            "y": [(line + 0.5) * _ROW_PX for line in range(len(shown))],
            "text": [f"\u00a0{word}\u00a0" for word in words], "hoverinfo": "skip", "cliponaxis": False,
            "textposition": ["middle left" if factor.days < 0 else "middle right" for factor in shown],
            "textfont": {"size": size, "color": colours.ink}}  # fmt: skip
