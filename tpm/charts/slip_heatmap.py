"""Which team slips in which report: the largest slip of one item since the report before, team by report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

from tpm.charts.text import literal, one_line, shorten
from tpm.charts.theme import FONT_STACK, theme, type_sizes
from tpm.i18n import Language, format_date, t
from tpm.i18n.formats import format_number
from tpm.insight.changes.trend import Report, TeamMoves

MOST_REPORTS: Final = 24
MOST_TEAMS: Final = 16
_ROW_PX: Final = 30
_NAMES_PX: Final = 170
_WIDEST_PX: Final = 120  # of a cell


def slip_heatmap(reports: Sequence[Report], *, lang: Language, dark: bool = False, width: int = 1160) -> go.Figure:
    """The latest ``MOST_REPORTS`` reports that have one before them, and the ``MOST_TEAMS`` teams that slip most.

    ``layout.meta`` tells ``reports_left_out`` and ``teams_left_out``. Raises ``ValueError`` where no report has one before it.
    """
    steps = [one for one in reports if one.changed is not None]
    if not steps:
        raise ValueError("one report alone has no slip")
    columns = steps[-MOST_REPORTS:]
    found = {(one.as_of, team.team): team for one in columns for team in one.teams}
    teams = sorted({team for _, team in found}, key=lambda team: (-sum(_slip(found.get((one.as_of, team))) for one in columns), team))
    rows = teams[:MOST_TEAMS]
    colours, sizes = theme(dark), type_sizes(lang)
    most = max((_slip(found.get((one.as_of, team))) for one in columns for team in rows), default=0.0) or 1.0
    cell = min((width - _NAMES_PX - 8) / len(columns), _WIDEST_PX)
    z, text, told = [], [], []
    for team in rows:
        moves = [found.get((one.as_of, team)) for one in columns]
        z.append([None if move is None else _slip(move) / most for move in moves])
        text.append(["" if move is None else _words(move) for move in moves])
        told.append(["" if move is None else literal(t("trend.heatmap.hover", lang, team=team or t("trend.no-team", lang),
                     day=format_date(one.as_of, lang, "day"), later=move.later, items=move.items, earlier=move.earlier, worst=move.worst))
                     for one, move in zip(columns, moves, strict=True)])  # fmt: skip
    names = [literal(shorten(one_line(team or t("trend.no-team", lang)), _NAMES_PX - 16, sizes.name)) for team in rows]
    places = list(range(len(columns)))
    step = max(1, math.ceil((66 if lang == "ko" else 52) / cell))
    layout: dict[str, Any] = {
        "template": {}, "width": int(_NAMES_PX + cell * len(columns) + 8), "height": len(rows) * _ROW_PX + 30, "dragmode": False,
        "margin": {"l": _NAMES_PX, "r": 8, "t": 26, "b": 4, "pad": 0}, "paper_bgcolor": colours.background, "plot_bgcolor": colours.band,
        "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink},
        "hoverlabel": {"bgcolor": colours.background, "bordercolor": colours.baseline, "align": "left",
                       "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink}},
        "xaxis": {"side": "top", "tickvals": places[::-1][::step], "fixedrange": True, "ticks": "", "showgrid": False, "zeroline": False,
                  "tickangle": 0, "range": [-0.5, len(columns) - 0.5],
                  "ticktext": [format_date(one.as_of, lang, "day") for one in columns][::-1][::step],
                  "tickfont": {"size": sizes.label, "color": colours.muted_text}},
        "yaxis": {"tickvals": list(range(len(rows))), "ticktext": names, "range": [len(rows) - 0.5, -0.5], "fixedrange": True, "ticks": "",
                  "showgrid": False, "zeroline": False, "ticklabelstandoff": 8, "tickfont": {"size": sizes.name, "color": colours.ink}},
        "meta": {"reports_left_out": len(steps) - len(columns), "teams_left_out": len(teams) - len(rows)},
    }  # fmt: skip
    light, strong = (mixed(colours.background, colours.late, share) for share in (0.12, 0.55))
    heat = {"type": "heatmap", "x": places, "y": list(range(len(rows))), "z": z, "zmin": 0, "zmax": 1, "showscale": False,
            "colorscale": [[0.0, colours.band], [0.001, light], [1.0, strong]],
            "text": text, "texttemplate": "%{text}", "hovertext": told, "hoverinfo": "text", "xgap": 2, "ygap": 2,
            "textfont": {"size": sizes.label, "color": colours.ink}}  # fmt: skip
    return go.Figure({"data": [heat], "layout": layout})


def _slip(move: TeamMoves | None) -> float:
    return 0.0 if move is None else move.worst


def _words(move: TeamMoves) -> str:
    return f"+{format_number(move.worst)}" if move.worst > 0 else "·"


def mixed(base: str, colour: str, share: float) -> str:
    """``share`` of ``colour`` over ``base``, both ``#RRGGBB``."""
    pairs = [(int(base[at : at + 2], 16), int(colour[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(under + (over - under) * share):02X}" for under, over in pairs)
