"""Who waits on whom as a table of cells: rows wait on columns, the number of open links, below it the least slack.

Red and ▲ mean that something comes later than needed, amber and △ that it is tight. Each cell carries ``customdata`` ``[row, column]``,
places in :attr:`~tpm.insight.cross_team.TeamMatrix.groups`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from tpm.charts.cells import Grid, base_layout, tint, words
from tpm.charts.row_names import RowName, lay_out, names_axis
from tpm.charts.text import literal, one_line, shorten, text_width, wrap
from tpm.charts.theme import theme, type_sizes
from tpm.i18n import Language, t
from tpm.i18n.formats import apply_format
from tpm.insight.cross_team import TeamMatrix

MOST_GROUPS: Final = 14  # those with the most links across; further ones are counted
CELL_PX: Final = (160.0, 54.0)  # at most, so that few teams stay one picture
_LEAST_PX: Final = 46.0
_RIGHT_PX: Final = 12


def team_matrix_chart(matrix: TeamMatrix, *, lang: Language, dark: bool = False, near_days: float = 5.0,
                      chosen: tuple[int, int] | None = None, width: int = 1160) -> go.Figure:  # fmt: skip
    """The chart of ``matrix``; cells with at most ``near_days`` of slack are tight. ``layout.meta`` holds ``left_out``, the number of
    groups for which there is no room. Raises ``ValueError`` when there is no group.
    """
    if not matrix.groups:
        raise ValueError("no group to draw")
    colours, sizes = theme(dark), type_sizes(lang)
    linked = matrix.counts.sum(axis=0) + matrix.counts.sum(axis=1)
    places = np.flatnonzero((linked > 0) | (not linked.any()))[:MOST_GROUPS]
    shown = tuple(matrix.groups[place] for place in places)
    count = len(shown)
    names = [one_line(matrix.label(group, lang)) for group in shown]
    totals = matrix.counts
    owed, waited = ((totals.sum(axis=axis) - np.diag(totals))[places] for axis in (0, 1))
    remarks = [t("team-matrix.waits", lang, count=int(waiting)) for waiting in waited]
    rows_named = [RowName(name, remark=remark) for name, remark in zip(names, remarks, strict=True)]
    lines = lay_out(rows_named, sizes.name, width, CELL_PX[1], colours)
    cell = max(min(CELL_PX[0], (width - lines.margin - _RIGHT_PX) / count), _LEAST_PX)
    grid = Grid(cell, CELL_PX[1])
    lines = type(lines)(np.arange(count) * grid.height, np.full(count, grid.height), lines.texts, lines.margin)

    at = {group: number for number, group in enumerate(shown)}
    rows = [row for row in matrix.cells.to_dict("records") if row["waits"] in at and row["on"] in at]
    down, across = (np.array([at[row[name]] for row in rows], dtype=np.int64) for name in ("waits", "on"))
    slack = np.array([row["smallest_slack"] for row in rows], dtype=float)
    late = np.array([row["late"] for row in rows], dtype=np.int64) > 0
    inside = down == across
    tight = ~late & ~inside & (slack <= near_days)
    late &= ~inside
    calm = ~late & ~tight & ~inside
    everywhere = np.indices((count, count)).reshape(2, -1)
    empty = np.setdiff1d(everywhere[0] * count + everywhere[1], down * count + across)
    shapes = [
        grid.shape(empty % count, empty // count, colours.band),
        grid.shape(across[inside], down[inside], tint(colours.muted, 0.12)),
        grid.shape(across[calm], down[calm], tint(colours.work, 0.42)),
        grid.shape(across[tight], down[tight], tint(colours.warning, 0.16)),
        grid.shape(across[late], down[late], tint(colours.late, 0.13)),
    ]
    if chosen is not None and set(chosen) <= set(places.tolist()):
        row, column = (np.flatnonzero(places == place) for place in chosen)
        shapes.append(grid.shape(column, row, "rgba(0,0,0,0)", outline=colours.ink, stroke=2, layer="above"))
    x, y = grid.middle(across, down)
    data = []
    for mask, colour, weight in ((late, colours.late, 700), (tight, colours.warning_text, 600), (calm, colours.ink, 600),
                                 (inside, colours.muted_text, 400)):  # fmt: skip
        if mask.any():
            numbers = [apply_format(rows[one]["links"], "num", lang) for one in np.flatnonzero(mask)]
            below = [_slack(rows[one], bool(late[one]), bool(tight[one]), lang) for one in np.flatnonzero(mask)]
            data.append(words(x[mask], y[mask] - 9, numbers, colour, sizes.name + 3, weight=weight))
            data.append(words(x[mask], y[mask] + 11, below, colour, sizes.label))
    if rows:
        told = np.column_stack([places[down], places[across]]).astype(object)
        data.append(grid.clickable(across, down, told, [literal(matrix.sentence(row["waits"], row["on"], lang)) for row in rows]))
    heads, head_px = _heads(names, owed.tolist(), cell, sizes.name, colours.muted_text, lang)
    layout: dict[str, Any] = {
        **base_layout(colours, sizes.label, width, count * grid.height, {"l": lines.margin, "r": _RIGHT_PX, "t": head_px, "b": 6}),
        "xaxis": {"type": "linear", "range": [0, max(width - lines.margin - _RIGHT_PX, count * cell)], "side": "top", "showgrid": False,
                  "zeroline": False, "showline": False, "ticks": "", "tickangle": 0, "tickmode": "array", "fixedrange": True,
                  "tickvals": (np.arange(count) + 0.5) * cell, "ticktext": np.array(heads, dtype=object),
                  "tickfont": {"size": sizes.name, "color": colours.ink}},
        "yaxis": names_axis(lines, sizes.name, colours),
        "shapes": [shape for shape in shapes if shape is not None],
        "meta": {"left_out": len(matrix.groups) - count},
    }  # fmt: skip
    return go.Figure({"data": data, "layout": layout})


def _slack(row: Mapping[Any, Any], late: bool, tight: bool, lang: Language) -> str:
    """The least slack of a cell with its sign."""
    slack = row["smallest_slack"]
    if slack != slack:
        return "–"
    days = t("gantt.slip", lang, days=apply_format(float(np.floor(slack + 1e-9)), "signed", lang))
    return f"{'▲ ' if late else '△ ' if tight else ''}{days}"


def _heads(names: list[str], owed: list[int], cell: float, size: float, quiet: str, lang: Language) -> tuple[list[str], int]:
    """The columns' names on as many lines as they need, what each owes below; and the height of that, px."""
    parts = [_by_words(name, cell - 8, size) for name in names]
    heads = []
    for each, count in zip(parts, owed, strict=True):
        owes = t("team-matrix.owes", lang, count=count)
        owes = owes if text_width(owes, size) <= cell - 4 else apply_format(count, "num", lang)
        heads.append("<br>".join([*(literal(part) for part in each), f'<span style="color:{quiet}">{owes}</span>']))
    return heads, round((max(len(each) for each in parts) + 1) * size * 1.3 + 10)


def _by_words(name: str, width: float, size: float) -> list[str]:
    """A name on at most three lines, broken between its words where they fit."""
    lines: list[str] = []
    for word in name.split():
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [shorten(line, width, size) for line in lines] if 0 < len(lines) <= 3 else wrap(name, width, size, 3)


def clicked_cell(points: Sequence[Mapping[str, Any]]) -> tuple[str, str] | None:
    """What the first clicked cell of a selection event's ``points`` carries."""
    for point in points:
        told = point.get("customdata")
        if isinstance(told, Sequence) and not isinstance(told, str) and len(told) == 2:
            return str(told[0]), str(told[1])
    return None
