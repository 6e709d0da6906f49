"""The milestone trend chart: report date across, forecast date up, both at one scale, so that the diagonal is where time stands.

A line that is flat is kept, one that rises slips, one that reaches the diagonal is reached. Lines that slip as a habit are red.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

from tpm.charts.text import literal, one_line, shorten, text_width
from tpm.charts.theme import FONT_STACK, Theme, theme, type_sizes
from tpm.i18n import Language, format_date, t
from tpm.insight.changes.trend import Line
from tpm.insight.changes.trend_words import line_name, line_note

MOST_LINES: Final = 9
_LABELS_PX: Final = 262  # beside the last report
_LEFT_PX: Final = 74  # month names
_HEIGHT_PX: Final = 430
_LOWEST_PX: Final = 260
_TOP_PX: Final = 12
_FOOT_PX: Final = 34
_ROW_PX: Final = 32  # two lines of a label
_TICK_AIR_PX: Final = 8
_DOTS: Final = 30  # reports; more dots are a caterpillar
_MONTH_PX: Final = 20
_EDGE_PX: Final = 12  # beyond the last report


class NoReportsError(ValueError):
    """There is no line to draw."""


def drawn(lines: Sequence[Line], first: str | None = None) -> tuple[Line, ...]:
    """The lines that the chart shows: the milestone ``first``, then those that slip most."""
    open_ = [line for line in lines if line.reached is None or len(line.points) > 1]  # reached before the first report: no news
    wanted = sorted(open_ or lines, key=lambda line: line.id != first)[:MOST_LINES]
    return tuple(line for line in lines if line in wanted)


def milestone_trend(lines: Sequence[Line], *, lang: Language, dark: bool = False, width: int = 560, first: str | None = None) -> go.Figure:
    """The chart of ``lines``, at most ``MOST_LINES`` of them; ``first`` is drawn in ink. ``layout.meta`` counts the open lines that are
    ``left_out``.

    Raises :class:`NoReportsError` for no lines.
    """
    shown = drawn(lines, first)
    if not shown:
        raise NoReportsError
    colours, sizes = theme(dark), type_sizes(lang)
    reports = sorted({day for line in shown for day, _ in line.points})
    forecasts = [day for line in shown for _, day in line.points]
    low, high = min(forecasts), max(forecasts)
    across, up = max((reports[-1] - reports[0]).days, 1), max((high - low).days, 14)
    room = width - _LEFT_PX - _LABELS_PX
    scale = min(_HEIGHT_PX / (up * 1.12), room / (across * 1.06), 14.0)  # px a day, both ways
    rows_px = len(shown) * _ROW_PX
    height = max(up * 1.12 * scale, _LOWEST_PX, rows_px)
    margin = (height / scale - up) / 2
    bottom = _back(low, margin)
    y_last = height / scale
    x_first = _back(reports[0], max(across * 0.03, 6 / scale))
    x_days = (width - _LEFT_PX - 8) / scale
    plot = _Plot(x_first, bottom, scale, height)
    x_last = _moment(reports[-1]) + dt.timedelta(days=_EDGE_PX / scale)
    months = _month_ticks(bottom, y_last, scale, lang)
    diagonal = max(x_first, bottom), min(x_last, bottom + dt.timedelta(days=y_last))
    labels = _labels(shown, plot, first, colours, lang, sizes.label)
    layout: dict[str, Any] = {
        "template": {}, "width": width, "height": int(height) + _TOP_PX + _FOOT_PX,
        "margin": {"l": _LEFT_PX, "r": 8, "t": _TOP_PX, "b": _FOOT_PX, "pad": 0},
        "paper_bgcolor": colours.background, "plot_bgcolor": "rgba(0,0,0,0)", "showlegend": False, "hovermode": "closest",
        "dragmode": False, "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink},
        "hoverlabel": {"bgcolor": colours.background, "bordercolor": colours.baseline, "align": "left",
                       "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink}},
        "xaxis": {"type": "date", "range": [x_first.isoformat(), _ahead(x_first, x_days)], "showgrid": False, "zeroline": False,
                  "fixedrange": True, "ticks": "", **_report_ticks(reports, scale, lang, sizes.label),
                  "tickfont": {"size": sizes.label, "color": colours.muted_text}},
        "yaxis": {"type": "date", "range": [bottom.isoformat(), _ahead(bottom, y_last)], "showgrid": False, "zeroline": False,
                  "fixedrange": True, "ticks": "", **months,
                  "tickfont": {"size": sizes.label, "color": colours.muted_text}},
        "shapes": [*_grid(reports, months["tickvals"], x_last, colours), *_diagonal(diagonal, colours)],
        "annotations": [*labels, *_diagonal_word(diagonal, scale, colours, lang, sizes.label)],
        "meta": {"left_out": sum(line.reached is None for line in lines) - sum(line.reached is None for line in shown)},
    }  # fmt: skip
    dots = len(reports) <= _DOTS
    traces = [_trace(line, _look(line, first, colours), lang, dots=dots) for line in _quiet_first(shown, first)]
    return go.Figure({"data": traces, "layout": layout})


class _Plot:
    """Where days lie in px from the lower left corner."""

    def __init__(self, first: dt.datetime, bottom: dt.datetime, scale: float, height: float) -> None:
        self.first, self.bottom, self.scale, self.height = first, bottom, scale, height

    def up(self, day: dt.date) -> float:
        return _days(self.bottom, day) * self.scale

    def across(self, day: dt.date) -> float:
        return _days(self.first, day) * self.scale


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day)


def _days(first: dt.datetime, day: dt.date) -> float:
    return (_moment(day) - first).total_seconds() / 86_400


def _back(day: dt.date, days: float) -> dt.datetime:
    return _moment(day) - dt.timedelta(days=days)


def _ahead(first: dt.datetime, days: float) -> str:
    return (first + dt.timedelta(days=days)).isoformat()


def _quiet_first(lines: Sequence[Line], first: str | None) -> list[Line]:
    """Loud lines are drawn over quiet ones."""
    return sorted(lines, key=lambda line: (line.repeats, line.id == first))


def _look(line: Line, first: str | None, colours: Theme) -> tuple[str, float]:
    """Colour and width."""
    if line.repeats:
        return colours.late, 2.6
    if line.reached is not None or line.gone:
        return colours.baseline, 1.4
    return (colours.ink, 2.2) if line.id == first else (colours.muted, 1.6)


def _trace(line: Line, look: tuple[str, float], lang: Language, *, dots: bool) -> dict[str, Any]:
    colour, stroke = look
    name = literal(shorten(one_line(line_name(line, lang)), 300, 12))
    told = [f"<b>{name}</b><br>{format_date(day, lang, 'day')}: {format_date(forecast, lang, 'fulldate')}" for day, forecast in line.points]
    return {
        "type": "scatter", "mode": "lines+markers" if dots else "lines", "x": [day.isoformat() for day, _ in line.points],
        "y": [forecast.isoformat() for _, forecast in line.points], "line": {"color": colour, "width": stroke},
        "marker": {"size": 7 if stroke > 2 else 5, "color": colour}, "hovertext": told, "hoverinfo": "text", "name": name,
    }  # fmt: skip


def _labels(lines: Sequence[Line], plot: _Plot, first: str | None, colours: Theme, lang: Language, size: int) -> list[dict[str, Any]]:
    """Name, date and what it did: of open lines beside the last report, pushed apart where they would meet, with a thin leader then; of
    reached ones behind their end, below the diagonal, where there is room."""
    ended = [line for line in lines if line.reached is not None and len(line.points) > 1]
    ranked = sorted((line for line in lines if line not in ended), key=lambda line: -plot.up(line.points[-1][1]))
    wishes = [plot.height - plot.up(line.points[-1][1]) for line in ranked]  # px from the top
    places = spread(wishes, _ROW_PX, plot.height)
    out: list[dict[str, Any]] = []
    taken: list[tuple[float, float, float, float]] = []
    for line, wish, place in zip(ranked, wishes, places, strict=True):
        day, forecast = line.points[-1]
        words = line_note(line, lang)
        heading, wide = _heading(line, lang, size, bold=True)
        strong = line.repeats or line.id == first
        note_colour = colours.late if line.repeats else colours.muted_text
        text = f"{'▲ ' if line.repeats else ''}{f'<b>{heading}</b>' if strong else heading}  {format_date(forecast, lang, 'day')}"
        if words:
            text += f'<br><span style="color:{note_colour}">{literal(shorten(words, _LABELS_PX - 34, size))}</span>'
        colour = colours.late if line.repeats else colours.ink if strong else colours.muted_text
        out.append({
            "x": day.isoformat(), "y": forecast.isoformat(), "ax": 22, "ay": place - wish, "axref": "pixel", "ayref": "pixel",
            "xanchor": "left", "yanchor": "middle", "align": "left", "text": text, "showarrow": True, "arrowhead": 0, "arrowwidth": 0.8,
            "arrowcolor": colours.baseline if abs(place - wish) > 3 else "rgba(0,0,0,0)", "standoff": 5,
            "font": {"size": size, "color": colour},
        })  # fmt: skip
        taken.append((plot.across(day) + 22, place - _ROW_PX / 2, wide, _ROW_PX))
    for line in ended:
        day, forecast = line.points[-1]
        heading, wide = _heading(line, lang, size, bold=False)
        box = plot.across(day) + 8, plot.height - plot.up(forecast) - size * 0.7, wide, size * 1.4
        if box[1] < 0 or any(_meet(box, other) for other in taken):
            continue
        taken.append(box)
        text = f"✓ {heading}  {format_date(forecast, lang, 'day')}"
        out.append({"x": day.isoformat(), "y": forecast.isoformat(), "xanchor": "left", "yanchor": "middle", "xshift": 6,
                    "showarrow": False, "text": text, "font": {"size": size, "color": colours.muted_text}})
    return out


def _heading(line: Line, lang: Language, size: int, *, bold: bool) -> tuple[str, float]:
    """The line's name as it is written, and the px that it takes with its mark and its date."""
    room = _LABELS_PX - 34 - text_width(format_date(line.points[-1][1], lang, "day"), size) - 24
    name = shorten(one_line(line_name(line, lang)), room, size, bold=bold)
    return literal(name), _LABELS_PX - 34 - room + text_width(name, size, bold=bold)


def _meet(one: tuple[float, float, float, float], two: tuple[float, float, float, float]) -> bool:
    """Whether two boxes (left, top, width, height) touch."""
    return one[0] < two[0] + two[2] and two[0] < one[0] + one[2] and one[1] < two[1] + two[3] and two[1] < one[1] + one[3]


def spread(wishes: Sequence[float], apart: float, room: float) -> list[float]:
    """Places near ``wishes`` (rising) that are at least ``apart`` from each other and within 0 to ``room`` where they fit.

    Groups that meet share the displacement: each stands around the mean of what its members wish (pool adjacent violators).
    """
    groups: list[list[float]] = []  # (sum of wishes as if each stood at the group's start, count)
    for wish in wishes:
        groups.append([wish, 1])
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] + groups[-2][1] * apart > groups[-1][0] / groups[-1][1]:
            total, count = groups.pop()
            groups[-1][0] += total - count * groups[-1][1] * apart
            groups[-1][1] += count
    places: list[float] = []
    for total, count in groups:
        places += [total / count + number * apart for number in range(int(count))]
    edge = apart / 2
    least = edge
    for at, place in enumerate(places):
        places[at] = max(place, least)
        least = places[at] + apart
    most = room - edge
    for at in range(len(places) - 1, -1, -1):
        places[at] = min(places[at], most)
        most = places[at] - apart
    return places


def _report_ticks(reports: Sequence[dt.date], scale: float, lang: Language, size: int) -> dict[str, Any]:
    """Names of reports, the latest first, where they have room; the first is kept."""
    kept: list[dt.date] = []
    how = "month" if (reports[-1] - reports[0]).days > 330 else "day"
    apart = max(text_width(format_date(day, lang, how), size) for day in (reports[0], reports[-1])) + _TICK_AIR_PX
    for day in [reports[-1], reports[0], *reversed(reports[1:-1])]:
        if all(abs((day - other).days) * scale >= apart for other in kept):
            kept.append(day)
    kept.sort()
    return {"tickvals": [day.isoformat() for day in kept], "ticktext": [format_date(day, lang, how) for day in kept]}


def _month_ticks(bottom: dt.datetime, days: float, scale: float, lang: Language) -> dict[str, Any]:
    """First days of months, every one, second, third … as there is room."""
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120) if step * 30.4 * scale >= _MONTH_PX or step == 120)
    last = bottom + dt.timedelta(days=days)
    month = bottom.year * 12 + bottom.month - 1
    month += -month % step
    days_found = []
    while (day := dt.date(month // 12, month % 12 + 1, 1)) <= last.date():
        if _moment(day) >= bottom:
            days_found.append(day)
        month += step
    return {"tickvals": [day.isoformat() for day in days_found], "ticktext": [format_date(day, lang, "month") for day in days_found]}


def _grid(reports: Sequence[dt.date], months: Sequence[str], last: dt.datetime, colours: Theme) -> list[dict[str, Any]]:
    """A thin upright at every report where they are few (one path), a level line at every month that is named."""
    line = {"color": colours.grid, "width": 1}
    rows: list[dict[str, Any]] = [
        {"type": "line", "xref": "x", "yref": "y", "x0": reports[0].isoformat(), "x1": last.isoformat(), "y0": month, "y1": month,
         "layer": "below", "line": line} for month in months]
    if len(reports) > 60:
        return rows
    path = "".join(f"M{day.isoformat()}_00:00,0V1" for day in reports)
    return [{"type": "path", "path": path, "xref": "x", "yref": "paper", "layer": "below", "line": line}, *rows]


def _diagonal(ends: tuple[dt.datetime, dt.datetime], colours: Theme) -> list[dict[str, Any]]:
    """Where forecast and report are one day, as far as it lies in the plot."""
    begin, end = ends
    if end <= begin:
        return []
    return [{"type": "line", "x0": begin.isoformat(), "y0": begin.isoformat(), "x1": end.isoformat(), "y1": end.isoformat(),
             "layer": "below", "line": {"color": colours.baseline, "width": 1.4, "dash": "4px,3px"}}]  # fmt: skip


def _diagonal_word(ends: tuple[dt.datetime, dt.datetime], scale: float, colours: Theme, lang: Language, size: int) -> list[dict[str, Any]]:
    """The diagonal is named below its middle where it is long enough to be."""
    begin, end = ends
    if (end - begin).total_seconds() / 86_400 * scale < 90:
        return []
    at = begin + (end - begin) * 0.55
    return [{"x": at.isoformat(), "y": at.isoformat(), "text": t("trend.reached-line", lang), "showarrow": False, "textangle": -45,
             "xshift": 8, "yshift": -8, "font": {"size": size, "color": colours.muted_text}}]  # fmt: skip
