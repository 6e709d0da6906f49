"""Who has how much in flight each week: a row a team, a cell a week, the number in it; a crunch is amber and outlined.

Each cell carries ``customdata`` ``[group, Monday as ISO text]``; :func:`tpm.charts.team_matrix.clicked_cell` reads it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tpm.charts.cells import Grid, base_layout, tint, words
from tpm.charts.row_names import RowName, lay_out, names_axis
from tpm.charts.text import literal, one_line, text_width
from tpm.charts.theme import theme, type_sizes
from tpm.i18n import Language, format_date, t
from tpm.i18n.formats import apply_format
from tpm.insight.cross_team import Load

MOST_GROUPS: Final = 30
MOST_WEEKS: Final = 52
ROW_PX: Final = 28.0
_BEFORE: Final = 2  # weeks before the status date that stay in view
_SHADES: Final = (0.14, 0.28, 0.46, 0.68)  # of the strongest, up to half the usual, the usual, half as much again, and above
_RIGHT_PX: Final = 12
_HEAD_PX: Final = 40


def team_load_chart(load: Load, *, lang: Language, dark: bool = False, status_date: dt.date | None = None, width: int = 1160,
                    title_groups: int = MOST_GROUPS) -> go.Figure:  # fmt: skip
    """The chart of ``load``. ``layout.meta`` holds ``left_out`` (groups without a row) and ``weeks`` (first and last Monday shown).

    Raises ``ValueError`` when nothing is in flight.
    """
    if load.weeks.empty or load.first is None:
        raise ValueError("nothing is in flight")
    colours, sizes = theme(dark), type_sizes(lang)
    weeks = _window(load, status_date)
    peak = weeks.groupby("group", sort=False).agg(crunch=("crunch", "sum"), most=("in_flight", "max"), total=("in_flight", "sum"))
    peak = peak[peak["total"] > 0].sort_values(["crunch", "most", "total"], ascending=False, kind="stable")
    groups = peak.index[:title_groups].tolist()
    mondays = sorted(weeks["week"].unique())
    usual = weeks.drop_duplicates("group").set_index("group")["usual"]
    names = [RowName(one_line(group), remark=t("team-load.usual", lang, count=usual[group])) for group in groups]
    lines = lay_out(names, sizes.name, width, ROW_PX, colours)
    lines = type(lines)(np.arange(len(groups)) * ROW_PX, np.full(len(groups), ROW_PX), lines.texts, lines.margin)
    grid = Grid((width - lines.margin - _RIGHT_PX) / len(mondays), ROW_PX, gap=2.0)

    place = {group: number for number, group in enumerate(groups)}
    rows = weeks[weeks["group"].isin(groups) & (weeks["in_flight"] > 0)].reset_index(drop=True)
    down = rows["group"].map(place).to_numpy(dtype=np.int64)
    across = pd.Index(mondays).get_indexer(pd.Index(rows["week"])).astype(np.int64)
    crunch = rows["crunch"].to_numpy(dtype=bool)
    level = np.digitize(rows["ratio"].to_numpy(dtype=float), (0.75, 1.25, 1.75))
    shapes = [grid.shape(across[~crunch & (level == step)], down[~crunch & (level == step)], tint(colours.work, shade))
              for step, shade in enumerate(_SHADES)]
    shapes.append(grid.shape(across[crunch], down[crunch], tint(colours.warning, 0.32), outline=colours.warning, stroke=1.4))
    x, y = grid.middle(across, down)
    texts = [apply_format(count, "num", lang) for count in rows["in_flight"].tolist()]
    fits = np.array([text_width(text, sizes.label) + 2 <= grid.width for text in texts], dtype=bool)
    data = [words(x[mask & fits], y[mask & fits], [texts[at] for at in np.flatnonzero(mask & fits)], colour, sizes.label, weight=weight)
            for mask, colour, weight in ((~crunch, colours.ink, 400), (crunch, colours.ink, 700)) if (mask & fits).any()]
    told = np.column_stack([rows["group"].to_numpy(dtype=object), rows["week"].dt.strftime("%Y-%m-%d").to_numpy(dtype=object)])
    stories = [literal(t("team-load.story", lang, group=group, week=week, count=count, usual=normal)) for group, week, count, normal in
               zip(rows["group"], rows["week"], rows["in_flight"], rows["usual"], strict=True)]
    data.append(grid.clickable(across, down, told, stories))
    height = len(groups) * ROW_PX
    ticks, labels = _months(mondays, grid.width, lang, sizes.label)
    foot = 24 if status_date is not None else 6
    layout: dict[str, Any] = {
        **base_layout(colours, sizes.label, width, height, {"l": lines.margin, "r": _RIGHT_PX, "t": _HEAD_PX - 12, "b": foot}),
        "xaxis": {"type": "linear", "range": [0, grid.width * len(mondays)], "side": "top", "showgrid": False, "zeroline": False,
                  "showline": False, "ticks": "", "tickangle": 0, "tickmode": "array", "tickvals": ticks, "fixedrange": True,
                  "ticktext": np.array(labels, dtype=object), "ticklabelposition": "outside right",
                  "tickfont": {"size": sizes.label, "color": colours.muted_text}},
        "yaxis": names_axis(lines, sizes.name, colours),
        "shapes": [shape for shape in shapes if shape is not None],
        "meta": {"left_out": len(peak) - len(groups), "weeks": [str(pd.Timestamp(week).date()) for week in (mondays[0], mondays[-1])]},
    }  # fmt: skip
    now = _now(mondays, status_date, grid.width)
    if now is not None and status_date is not None:
        layout["shapes"].append({"type": "path", "path": f"M{now:.1f},0V{height:.1f}", "xref": "x", "yref": "y", "layer": "above",
                                 "line": {"color": colours.ink, "width": 1.4, "dash": "4px,3px"}})  # fmt: skip
        word = t("gantt.as-of", lang, date=status_date)
        room = grid.width * len(mondays)
        half = text_width(word, sizes.label) / 2
        layout["annotations"] = [{"text": literal(word), "x": min(max(now, half), room - half), "y": height, "xref": "x", "yref": "y",
                                  "yanchor": "top", "yshift": -3, "showarrow": False, "font": {"size": sizes.label, "color": colours.ink}}]
    return go.Figure({"data": data, "layout": layout})


def _window(load: Load, status_date: dt.date | None) -> pd.DataFrame:
    """At most a year of weeks, from shortly before the status date on."""
    weeks = load.weeks
    mondays = sorted(weeks["week"].unique())
    if len(mondays) <= MOST_WEEKS:
        return weeks
    past = 0 if status_date is None else sum(monday <= pd.Timestamp(status_date) for monday in mondays)
    first = min(max(past - 1 - _BEFORE, 0), len(mondays) - MOST_WEEKS)
    shown: pd.DataFrame = weeks[(weeks["week"] >= mondays[first]) & (weeks["week"] <= mondays[first + MOST_WEEKS - 1])]
    return shown


def _months(mondays: list[Any], cell: float, lang: Language, size: float) -> tuple[list[float], list[str]]:
    """Left edges and names of the months, as many as find room."""
    ticks: list[float] = []
    labels: list[str] = []
    end = -1.0
    for number, monday in enumerate(mondays):
        day = pd.Timestamp(monday)
        if number and day.day > 7:
            continue
        text = format_date(day.date(), lang, "month")
        if number * cell < end and ticks == [0.0] and pd.Timestamp(mondays[0]).day > 7:  # a month of which only the last weeks are shown
            ticks, labels, end = [], [], -1.0
        if number * cell >= end:
            ticks.append(number * cell)
            labels.append(text)
            end = number * cell + text_width(text, size) + 10
    if labels and ticks[-1] + text_width(labels[-1], size) > cell * len(mondays):  # it would leave the plot
        ticks.pop()
        labels.pop()
    return ticks, labels


def _now(mondays: list[Any], status_date: dt.date | None, cell: float) -> float | None:
    """Px of the status date; None where it is out of view."""
    if status_date is None:
        return None
    days = (pd.Timestamp(status_date) - pd.Timestamp(mondays[0])).days
    return days / 7 * cell if 0 <= days < 7 * len(mondays) else None
