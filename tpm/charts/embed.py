"""Figures inside a file of their own: the library's script as text, a figure as JSON that no markup can end."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

CONFIG: Final = {"displaylogo": False, "responsive": True, "scrollZoom": False, "displayModeBar": "hover", "showSendToCloud": False,
                 "plotlyServerURL": "", "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}  # fmt: skip


_BASIC: Final = Path(__file__).with_name("plotly-basic.min.js")  # plotly.js-basic-dist-min, MIT: bars and lines only
_BASIC_TRACES: Final = frozenset({"bar", "pie", "scatter"})


def library_script() -> str:
    """The plotly.js that belongs to the installed plotly; about 5 MB."""
    return str(get_plotlyjs()).replace("\r\n", "\n")


def library_for(figures: Iterable[go.Figure]) -> str:
    """The smallest plotly.js that draws ``figures``: 1.2 MB where they are bars, lines and shapes."""
    traces = {trace.type for figure in figures for trace in figure.data}
    return _BASIC.read_text(encoding="utf-8") if traces <= _BASIC_TRACES else library_script()


def figure_json(figure: go.Figure) -> str:
    """``figure`` as JSON for a ``<script type="application/json">``, with the height it has and as wide as its place."""
    told = json.loads(str(figure.to_json()))
    told["layout"].pop("width", None)
    return script_json({"data": told["data"], "layout": {**told["layout"], "autosize": True}, "config": CONFIG})


def script_json(value: object) -> str:
    """``value`` as ASCII JSON without any sign that could end a script element or begin a comment in it."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
