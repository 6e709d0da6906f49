"""Probability × impact, 5 × 5: every risk a numbered dot that can be clicked, an arrow to where its response takes it, its name beside.

Dots are packed inside their cell; arrows cross no dot. Axes are px of the plot at ``width``; at a greater width everything moves apart.
Dots carry ``customdata`` ``[id, "risk"]``, free places of a cell ``[impact level, probability level]`` joined as ``"4,3"`` and ``"cell"``:
a heatmap trace would return no clicks. :func:`tpm.charts.gantt.clicked` reads both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tpm.charts.cell_packing import GAP, Grid, Point, arrow, place
from tpm.charts.text import literal, one_line, shorten, text_width
from tpm.charts.theme import FONT_STACK, Theme, theme, type_sizes
from tpm.i18n import Language, t
from tpm.insight.risks.register import Register

CELL_WIDTH, CELL_HEIGHT = 122.0, 84.0
ROW_PX: Final = 21.0  # a line of the list of names
KEY_GAP: Final = 34.0  # px between the matrix and the list
TOP_PX, FOOT_PX, RIGHT_PX = 10, 52, 10
ARROWS_MOST: Final = 14  # more make a haystack; the chosen risk's is always drawn
SHADES: Final = {"low": 0.0, "medium": 0.14, "high": 0.34}  # of the warning colour over the background
_SYMBOLS: Final = {"threat": "circle", "opportunity": "square", "occurred": "hexagon"}
_HOT: Final = 12.0  # px of a free place that takes a click for its cell


@dataclass(frozen=True)
class _Placed:
    """Where everything is. ``dots`` has one row a dot drawn; ``more`` cells that hold further risks; ``ends`` residual places."""

    dots: pd.DataFrame
    more: list[tuple[tuple[int, int], Point, int]]
    ends: dict[str, Point]
    diameter: float
    grid: Grid
    centres: dict[Any, Point]


def alpha(colour: str, share: float) -> str:
    """``#RRGGBB`` with an opacity."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:g})"


def risk_heatmap(register: Register, *, lang: Language, dark: bool = False, selected: str | None = None, width: int = 1160) -> go.Figure:
    """The chart of ``register``; risks without a rating have no place on it. ``layout.meta`` holds ``notes`` on what is not drawn."""
    colours, sizes = theme(dark), type_sizes(lang)
    left = int(max(text_width(name, sizes.label) for name in register.scale.probability_names(lang))) + 46
    grid = Grid(CELL_WIDTH, CELL_HEIGHT)
    plot = float(width - left - RIGHT_PX)
    rated = register.rated
    moving = _moving(rated, selected)
    placed = _place(rated, moving, grid, selected)
    notes = []
    undrawn = int(_has_arrow(rated).sum()) - len(placed.ends)
    if undrawn > 0:
        notes.append(t("risks.heatmap.arrows-left", lang, count=undrawn))
    height = 5 * CELL_HEIGHT
    arrows, heads = _arrows(placed, rated, colours, selected)
    layout: dict[str, Any] = {
        "template": {},
        "width": width,
        "height": int(height) + TOP_PX + FOOT_PX,
        "margin": {"l": left, "r": RIGHT_PX, "t": TOP_PX, "b": FOOT_PX, "pad": 0},
        "paper_bgcolor": colours.background,
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "clickmode": "event+select",
        "hoverlabel": {"bgcolor": colours.background, "bordercolor": colours.baseline, "align": "left",
                       "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink}},
        "xaxis": _axis([0, plot], [(level + 0.5) * CELL_WIDTH for level in range(5)], register.scale.impact_names(lang), colours,
                       sizes.label),
        "yaxis": _axis([height, 0], [(4.5 - level) * CELL_HEIGHT for level in range(5)], register.scale.probability_names(lang), colours,
                       sizes.label),
        "shapes": [*_shades(register, grid, colours), *arrows],
        "annotations": _axis_titles(lang, left, colours, sizes.label),
        "meta": {"notes": notes},
    }  # fmt: skip
    data = [_hot_spots(placed, rated, lang), *_more(placed, colours), *_selection(placed, selected, colours), *_dots(placed, colours, lang),
            heads, *_names(rated, lang, colours, sizes.label, plot, height)]  # fmt: skip
    return go.Figure({"data": data, "layout": layout})


def _axis(span: list[float], ticks: list[float], names: tuple[str, ...], colours: Theme, size: float) -> dict[str, Any]:
    return {"range": span, "tickvals": ticks, "ticktext": [literal(shorten(one_line(name), CELL_WIDTH - 8, size)) for name in names],
            "showgrid": False, "zeroline": False, "showline": False, "ticks": "", "fixedrange": True, "tickangle": 0,
            "ticklabeloverflow": "allow", "tickfont": {"size": size, "color": colours.ink}}  # fmt: skip


def _axis_titles(lang: Language, left: int, colours: Theme, size: float) -> list[dict[str, Any]]:
    quiet = {"size": size, "color": colours.muted_text}
    return [
        {"text": t("risks.heatmap.impact", lang), "x": 2.5 * CELL_WIDTH, "y": 0, "xref": "x", "yref": "paper", "yshift": -38,
         "showarrow": False, "font": quiet},
        {"text": t("risks.heatmap.probability", lang), "x": 0, "y": 2.5 * CELL_HEIGHT, "xref": "paper", "yref": "y",
         "xshift": -left + 12, "textangle": -90, "showarrow": False, "font": quiet},
    ]  # fmt: skip


def _cell(impact: float, probability: float) -> tuple[int, int]:
    return int(impact) - 1, 5 - int(probability)


def _has_arrow(rated: pd.DataFrame) -> np.ndarray:
    """Risks whose response takes them to another cell."""
    moved = (rated["residual_impact_level"] != rated["impact_level"]) | (rated["residual_probability_level"] != rated["probability_level"])
    return (moved & rated["residual_rating"].notna() & rated["open"]).to_numpy()


def _moving(rated: pd.DataFrame, selected: str | None) -> list[str]:
    ids = [str(risk) for risk in rated["id"][_has_arrow(rated)]]
    return [*ids[:ARROWS_MOST], *(risk for risk in ids[ARROWS_MOST:] if risk == selected)]


def _place(rated: pd.DataFrame, moving: list[str], grid: Grid, selected: str | None) -> _Placed:
    """Pack dots and the ends of arrows; where a cell cannot hold its dots the last place says how many more there are."""
    cells: dict[tuple[int, int], list[Any]] = {}
    for risk, impact, probability in zip(rated["id"], rated["impact_level"], rated["probability_level"], strict=True):
        cells.setdefault(_cell(impact, probability), []).append((risk, "dot"))
    after = {row["id"]: _cell(row["residual_impact_level"], row["residual_probability_level"])
             for row in rated[rated["id"].isin(moving)].to_dict("records")}  # fmt: skip
    wanted = {cell: len(keys) for cell, keys in cells.items()}
    for cell in after.values():
        wanted[cell] = wanted.get(cell, 0) + 1
    diameter = grid.diameter(max(wanted.values(), default=1))
    columns, rows = grid.capacity(diameter)
    room = columns * rows
    hidden: dict[tuple[int, int], int] = {}
    for cell, keys in cells.items():
        if len(keys) > room:
            keep = keys[: room - 1]
            if (selected, "dot") in keys[room - 1 :]:
                keep[-1] = (selected, "dot")
            hidden[cell] = len(keys) - len(keep)
            cells[cell] = [*keep, (cell, "more")]
    drawn = {key[0] for keys in cells.values() for key in keys if key[1] == "dot"}
    for risk, cell in after.items():
        held = cells.setdefault(cell, [])
        if len(held) < room and risk in drawn:
            held.append((risk, "end"))
    centres = place(grid, cells, diameter)
    dots = rated[rated["id"].isin(drawn)]
    ends = {risk: centres[risk, "end"] for risk in after if (risk, "end") in centres}
    more = [(cell, centres[cell, "more"], count) for cell, count in hidden.items()]
    return _Placed(dots, more, ends, diameter, grid, centres)


def _shades(register: Register, grid: Grid, colours: Theme) -> list[dict[str, Any]]:
    """One path a zone: the cells, with a gutter of background between them."""
    paths: dict[str, list[str]] = {}
    for column in range(5):
        for row in range(5):
            x0, y0 = column * grid.width + 1.5, row * grid.height + 1.5
            x1, y1 = (column + 1) * grid.width - 1.5, (row + 1) * grid.height - 1.5
            paths.setdefault(register.scale.zone((column + 1) * (5 - row)), []).append(f"M{x0},{y0}H{x1}V{y1}H{x0}Z")
    return [{"type": "path", "path": "".join(parts), "xref": "x", "yref": "y", "layer": "below", "line": {"width": 0},
             "fillcolor": alpha(colours.warning, SHADES[zone]) if SHADES[zone] else colours.band}
            for zone, parts in paths.items()]  # fmt: skip


def _arrows(placed: _Placed, rated: pd.DataFrame, colours: Theme, selected: str | None) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """One path for all arrows and one for the chosen risk's; and the heads."""
    paths: dict[bool, list[str]] = {False: [], True: []}
    tips, angles, colour = [], [], []
    for risk, end in placed.ends.items():
        points = arrow_points(placed.grid, placed.centres, risk, placed.diameter)
        (x0, y0), (x1, y1) = points[-2:]
        length = float(np.hypot(x1 - x0, y1 - y0)) or 1.0
        tips.append(end)
        angles.append(float(np.degrees(np.arctan2(x1 - x0, y0 - y1))))
        stop = (x1 - (x1 - x0) / length * 5, y1 - (y1 - y0) / length * 5)  # the line ends inside the head
        mine = risk == selected
        colour.append(colours.ink if mine else colours.muted)
        paths[mine].append("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in [*points[:-1], stop]))
    shapes = [{"type": "path", "path": "".join(parts), "xref": "x", "yref": "y", "layer": "above", "fillcolor": "rgba(0,0,0,0)",
               "line": {"color": colours.ink if mine else colours.muted, "width": 2.0 if mine else 1.2}}
              for mine, parts in paths.items() if parts]  # fmt: skip
    heads = {"type": "scatter", "mode": "markers", "x": [x for x, _ in tips], "y": [y for _, y in tips], "hoverinfo": "skip",
             "marker": {"symbol": "arrow", "size": 9, "angle": angles, "color": colour, "line": {"width": 0}}}  # fmt: skip
    return shapes, heads


def arrow_points(grid: Grid, centres: Mapping[Any, Point], risk: str, diameter: float) -> list[Point]:
    """The way of one risk's arrow between the marks at ``centres``."""
    others = np.array([point for key, point in centres.items() if key[1] != "end" and key != (risk, "dot")], dtype=float).reshape(-1, 2)
    return arrow(grid, centres[risk, "dot"], centres[risk, "end"], diameter, others)


def _look(row: Mapping[Any, Any], colours: Theme) -> tuple[str, str]:
    """Symbol and colour of a dot."""
    symbol = _SYMBOLS["occurred" if row["occurred"] else "opportunity" if row["opportunity"] else "threat"]
    if not (row["open"] or row["occurred"]):
        return symbol, colours.baseline
    return symbol, colours.late if row["needs"] else colours.good if row["opportunity"] else colours.ink


def _dots(placed: _Placed, colours: Theme, lang: Language) -> list[dict[str, Any]]:
    rows = placed.dots.to_dict("records")
    if not rows:
        return []
    looks = [_look(row, colours) for row in rows]
    at = [placed.centres[row["id"], "dot"] for row in rows]
    size = [placed.diameter - (4 if symbol == "square" else 0) for symbol, _ in looks]  # a square looks bigger than a circle
    return [{
        "type": "scatter", "mode": "markers+text", "x": [x for x, _ in at], "y": [y for _, y in at],
        "marker": {"symbol": [symbol for symbol, _ in looks], "size": size, "color": [colour for _, colour in looks], "opacity": 1,
                   "line": {"width": 0}},
        "text": [f"<b>{row['number']}</b>" for row in rows], "textposition": "middle center",
        "textfont": {"size": 12 if placed.diameter > 20 else 10, "color": colours.background},
        "customdata": [[row["id"], "risk"] for row in rows], "hovertext": [_story(row, lang) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>", "unselected": {"marker": {"opacity": 1}, "textfont": {"color": colours.background}},
        "selected": {"textfont": {"color": colours.background}}, "cliponaxis": False,
    }]  # fmt: skip


def _story(row: Mapping[Any, Any], lang: Language) -> str:
    who = " · ".join(literal(part) for part in (row["id"], row["team"], row["owner"]) if part)
    lines = [f"<b>{literal(shorten(one_line(row['title']), 420, 12, bold=True))}</b>", who,
             t("risks.heatmap.hover-rating", lang, probability=row["probability"], impact=row["impact"], rating=row["rating"],
               zone=t(f"risks.zone.{row['zone']}", lang))]  # fmt: skip
    if row["residual_rating"] == row["residual_rating"]:
        lines.append(t("risks.heatmap.hover-after", lang, probability=row["residual_probability"], impact=row["residual_impact"],
                       rating=row["residual_rating"]))  # fmt: skip
    if row["expected_days"]:
        key = "hover-saved" if row["expected_days"] < 0 else "hover-days"
        lines.append(t(f"risks.heatmap.{key}", lang, days=abs(row["expected_days"])))
    lines += [literal(t(f"risks.need.{need}", lang)) for need in row["needs"]]
    return "<br>".join(line for line in lines if line)


def _hot_spots(placed: _Placed, rated: pd.DataFrame, lang: Language) -> dict[str, Any]:
    """Clear places of each cell that holds a risk; they never lie under a dot."""
    marks = np.array(list(placed.centres.values()), dtype=float).reshape(-1, 2)
    held = zip(rated["impact_level"], rated["probability_level"], strict=True)
    spots: list[tuple[Point, str, str]] = []
    for (impact, probability), count in Counter(held).items():
        column, row = _cell(impact, probability)
        for across in np.linspace(0.1, 0.9, 6):
            for down in np.linspace(0.12, 0.88, 5):
                point = ((column + across) * placed.grid.width, (row + down) * placed.grid.height)
                if np.hypot(*(marks - point).T).min() > placed.diameter / 2 + _HOT / 2 + 1:
                    spots.append((point, f"{int(impact)},{int(probability)}", t("risks.heatmap.hover-cell", lang, count=count)))
    return {"type": "scatter", "mode": "markers", "x": [point[0] for point, _, _ in spots], "y": [point[1] for point, _, _ in spots],
            "marker": {"symbol": "square", "size": _HOT, "color": "rgba(0,0,0,0)", "line": {"width": 0}},
            "customdata": [[cell, "cell"] for _, cell, _ in spots], "hovertext": [text for _, _, text in spots],
            "hovertemplate": "%{hovertext}<extra></extra>"}  # fmt: skip


def _more(placed: _Placed, colours: Theme) -> list[dict[str, Any]]:
    """The last place of a full cell: how many risks more there are; a click opens the cell."""
    if not placed.more:
        return []
    cells = [f"{cell[0] + 1},{5 - cell[1]}" for cell, _, _ in placed.more]
    at = [point for _, point, _ in placed.more]
    return [{"type": "scatter", "mode": "text", "x": [x for x, _ in at], "y": [y for _, y in at],
             "text": [f"<b>+{count}</b>" for _, _, count in placed.more], "textfont": {"size": 11, "color": colours.ink},
             "customdata": [[cell, "cell"] for cell in cells], "hoverinfo": "skip"}]  # fmt: skip


def _selection(placed: _Placed, selected: str | None, colours: Theme) -> list[dict[str, Any]]:
    point = placed.centres.get((selected, "dot"))
    if point is None:
        return []
    return [{"type": "scatter", "mode": "markers", "x": [point[0]], "y": [point[1]], "hoverinfo": "skip",
             "marker": {"symbol": "circle-open", "size": placed.diameter + GAP - 1, "color": colours.critical,
                        "line": {"width": 2.5}}}]  # fmt: skip


def _names(rated: pd.DataFrame, lang: Language, colours: Theme, size: float, plot: float, height: float) -> list[dict[str, Any]]:
    """What each number is: rank, name, and who holds it or what is missing; as many as fit, the best ranks first."""
    lines = int(height // ROW_PX)
    rows = rated.head(lines if len(rated) <= lines else lines - 1).to_dict("records")
    left = 5 * CELL_WIDTH + KEY_GAP
    room = plot - left - 26
    names, numbers, y = [], [], []
    for line, row in enumerate(rows):
        missing = ", ".join(t(f"risks.need.{need}", lang) for need in row["needs"])
        tail = missing or one_line(row["team"] or row["owner"] or "")
        tail = shorten(tail, room * 0.4, size) if tail else ""
        name = shorten(one_line(row["title"]), room - (text_width(f"  {tail}", size) + 4 if tail else 0), size)
        colour = colours.late if missing else colours.muted_text
        shut = not (row["open"] or row["occurred"])
        shown = f'<span style="color:{colours.muted_text}">{literal(name)}</span>' if shut else literal(name)
        names.append(f'{shown}  <span style="color:{colour}">{literal(tail)}</span>' if tail else shown)
        numbers.append(f"<b>{row['number']}</b>")
        y.append((line + 0.5) * ROW_PX)
    traces = [
        {"type": "scatter", "mode": "text", "x": [left + 16] * len(rows), "y": y, "text": numbers, "textposition": "middle left",
         "textfont": {"size": size, "color": colours.ink}, "hoverinfo": "skip", "cliponaxis": False},
        {"type": "scatter", "mode": "text", "x": [left + 22] * len(rows), "y": y, "text": names, "textposition": "middle right",
         "textfont": {"size": size, "color": colours.ink}, "customdata": [[row["id"], "risk"] for row in rows],
         "hovertext": [_story(row, lang) for row in rows], "hovertemplate": "%{hovertext}<extra></extra>", "cliponaxis": False,
         "unselected": {"textfont": {"color": colours.ink}}},
    ]  # fmt: skip
    if len(rated) > len(rows):
        rest = t("risks.heatmap.not-listed", lang, count=len(rated) - len(rows))
        traces.append({"type": "scatter", "mode": "text", "x": [left + 22], "y": [(len(rows) + 0.5) * ROW_PX], "text": [rest],
                       "textposition": "middle right", "textfont": {"size": size, "color": colours.muted_text},
                       "hoverinfo": "skip"})  # fmt: skip
    return traces

