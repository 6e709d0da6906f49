"""Why a date moved, as a waterfall that lies on its side: one row a cause, each bar where the one before it ended.

Right is later. The last bar is the whole move; the parts add up to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import plotly.graph_objects as go

from tpm.charts.text import literal, one_line, shorten
from tpm.charts.theme import FONT_STACK, theme, type_sizes
from tpm.i18n import Language, format_date, t
from tpm.insight.changes.attribution import Part, Slip, by_source
from tpm.insight.changes.summary import how_words, whose_words
from tpm.insight.changes.transition import Cause

MOST_ROWS: Final = 8
_ROW_PX: Final = 40
_NAMES_PX: Final = 232
_RIGHT_PX: Final = 56
_FOOT_PX: Final = 30


def waterfall(slip: Slip, *, lang: Language, dark: bool = False, width: int = 560, estimates: Mapping[str, int] | None = None) -> go.Figure:
    """The chart of ``slip``. ``estimates`` says how often an item was re-estimated, where that is known."""
    colours, sizes = theme(dark), type_sizes(lang)
    parts = by_source(slip, MOST_ROWS)
    rows = len(parts) + 2
    running, low, high = 0.0, 0.0, 0.0
    spans = []
    for part in parts:
        spans.append((running, running + part.days))
        running += part.days
        low, high = min(low, running), max(high, running)
    span = max(high - low, 1.0)
    plot_px = width - _NAMES_PX - _RIGHT_PX
    room = 40 / plot_px * span  # for "+12 d" beside the longest bar, on either side
    data: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    names = _NAMES_PX - 18

    def name(row: int, heading: str, below: str, *, bold: bool = False) -> None:
        first = literal(shorten(one_line(heading), names, sizes.label, bold=bold))
        text = f"<b>{first}</b>" if bold else first
        if below:
            text += f'<br><span style="color:{colours.muted_text}">{literal(shorten(one_line(below), names, sizes.label))}</span>'
        texts.append({"x": 0, "y": row, "xref": "paper", "yref": "y", "xanchor": "left", "xshift": -_NAMES_PX + 4, "yanchor": "middle",
                      "align": "left", "text": text, "showarrow": False, "font": {"size": sizes.label, "color": colours.ink}})

    def amount(row: int, at: float, days: float, colour: str) -> None:
        side, shift = ("left", 5) if days >= 0 else ("right", -5)
        texts.append({"x": at, "y": row, "xref": "x", "yref": "y", "xanchor": side, "xshift": shift, "showarrow": False,
                      "text": f"<b>{t('trend.slip', lang, days=days)}</b>", "font": {"size": sizes.label, "color": colour}})

    def bar(row: int, begin: float, end: float, colour: str, told: str) -> None:
        data.append({"type": "bar", "orientation": "h", "y": [row], "base": [min(begin, end)], "x": [abs(end - begin)], "width": 0.5,
                     "marker": {"color": colour, "line": {"width": 0}}, "hovertext": told, "hoverinfo": "text"})

    name(0, one_line(slip.name), format_date(slip.before, lang, "fulldate"), bold=True)
    for row, (part, (begin, end)) in enumerate(zip(parts, spans, strict=True), start=1):
        heading, colour = part_name(part, lang), colours.late if part.days > 0 else colours.good
        name(row, heading, _below(part, lang, estimates))
        bar(row, begin, end, colour, f"{literal(heading)}: {t('trend.slip', lang, days=part.days)}")
        amount(row, end, part.days, colour)
    name(rows - 1, one_line(slip.name), format_date(slip.after, lang, "fulldate"), bold=True)
    bar(rows - 1, 0.0, slip.days, colours.ink, t("trend.slip", lang, days=slip.days))
    amount(rows - 1, slip.days, slip.days, colours.ink)
    steps = "".join(f"M{end},{row + 0.25}V{row + 0.75}" for row, (_, end) in enumerate(spans, start=1)) + "M0,0.15V0.75"
    layout: dict[str, Any] = {
        "template": {}, "width": width, "height": rows * _ROW_PX + _FOOT_PX, "showlegend": False, "barmode": "overlay", "dragmode": False,
        "margin": {"l": _NAMES_PX, "r": _RIGHT_PX, "t": 4, "b": _FOOT_PX - 4, "pad": 0}, "hovermode": "closest",
        "paper_bgcolor": colours.background, "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink},
        "hoverlabel": {"bgcolor": colours.background, "bordercolor": colours.baseline, "align": "left",
                       "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink}},
        "xaxis": {"range": [low - (room if any(part.days < 0 for part in parts) or slip.days < 0 else 0), high + room], "showgrid": True,
                  "gridcolor": colours.grid, "zeroline": True, "zerolinecolor": colours.rule, "fixedrange": True, "nticks": 6,
                  "tickformat": "d", "tickfont": {"size": sizes.label, "color": colours.muted_text}},
        "yaxis": {"range": [rows - 0.5, -0.5], "visible": False, "fixedrange": True},
        "shapes": [{"type": "path", "path": steps, "xref": "x", "yref": "y",
                    "line": {"color": colours.baseline, "width": 1, "dash": "2px,2px"}}],
        "annotations": texts,
    }  # fmt: skip
    return go.Figure({"data": data, "layout": layout})


def part_name(part: Part, lang: Language) -> str:
    """The name of a row: the item, else whose items, else the cause itself."""
    if part.name:
        return part.name
    if part.cause is Cause.OTHER:
        return t("waterfall.others", lang)
    if len(part.items) > 1:
        return whose_words(part, lang)
    how = how_words(part, lang)
    return how[:1].upper() + how[1:]


def _below(part: Part, lang: Language, estimates: Mapping[str, int] | None) -> str:
    """The second line of a row: team and cause, as far as the first has not said them."""
    if part.cause is Cause.OTHER or not part.items:
        return ""
    times = (estimates or {}).get(part.items[0], 0) if len(part.items) == 1 else 0
    how = how_words(part, lang, times)
    return f"{part.team} · {how}" if part.name and part.team else how

