"""How a target's date answers to slips of one item: free at first, then day for day."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from tpm.charts.theme import FONT_STACK, theme, type_sizes
from tpm.i18n import Language, t
from tpm.insight.what_if_words import free_days

_HEIGHT: Final = 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 64, 20, 46
_AIR: Final = 1.12  # of the greatest value, so that the last label has room


def sensitivity_curve(curve: pd.DataFrame, *, lang: Language, dark: bool = False, width: int = 540) -> go.Figure:
    """The chart of ``curve``: columns ``slip`` and ``moves``, working days. Its sentence is ``sensitivity_sentence``."""
    colours, sizes = theme(dark), type_sizes(lang)
    free, last = free_days(curve), curve.iloc[-1]
    top = max(float(curve["moves"].max()), 5.0) * _AIR
    font = {"family": FONT_STACK, "size": sizes.label, "color": colours.muted_text}
    line: dict[str, Any] = {
        "type": "scatter", "mode": "lines", "x": curve["slip"].to_numpy(), "y": curve["moves"].to_numpy(), "fill": "tozeroy",
        "line": {"color": colours.critical, "width": 2.5}, "fillcolor": colours.selection,
        "hovertemplate": t("what-if.curve-hover", lang, slip="%{x:+.0f}", moves="%{y:+.0f}") + "<extra></extra>",
    }  # fmt: skip
    words: list[dict[str, Any]] = [
        {"x": float(last["slip"]), "y": float(last["moves"]), "text": t("gantt.slip", lang, days=f"{float(last['moves']):+.0f}"),
         "xanchor": "left", "xshift": 6, "showarrow": False, "font": {**font, "color": colours.ink}},
    ]  # fmt: skip
    shapes: list[dict[str, Any]] = []
    if free:
        shapes.append({"type": "line", "x0": free, "x1": free, "y0": 0, "y1": 1, "yref": "paper", "layer": "below",
                       "line": {"color": colours.baseline, "width": 1, "dash": "dot"}})  # fmt: skip
        right = free < float(last["slip"]) / 2
        words.append({"x": free, "y": 1, "yref": "paper", "yanchor": "top", "xanchor": "left" if right else "right",
                      "xshift": 6 if right else -6, "text": t("what-if.curve-float", lang, days=free), "showarrow": False,
                      "font": {**font, "color": colours.ink}})  # fmt: skip
    quiet = {"tickfont": font, "gridcolor": colours.grid, "zeroline": True, "zerolinecolor": colours.rule, "ticks": "", "fixedrange": True}
    return go.Figure({
        "data": [line],
        "layout": {
            "template": {}, "width": width, "height": _HEIGHT, "margin": {"l": _LEFT, "r": _RIGHT, "t": _TOP, "b": _BOTTOM, "pad": 0},
            "paper_bgcolor": colours.background, "plot_bgcolor": "rgba(0,0,0,0)", "font": font, "showlegend": False, "dragmode": False,
            "hovermode": "x", "hoverlabel": {"bgcolor": colours.background, "bordercolor": colours.baseline,
                                             "font": {**font, "color": colours.ink}},
            "xaxis": {**quiet, "title": {"text": t("what-if.curve-x", lang), "font": font}, "showgrid": False,
                      "range": [0, float(last["slip"])]},
            "yaxis": {**quiet, "title": {"text": t("what-if.curve-y", lang), "font": font},
                      "range": [min(0.0, float(curve["moves"].min())), top]},
            "shapes": shapes, "annotations": words,
        },
    })  # fmt: skip
