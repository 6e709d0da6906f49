"""The roadmap as a Gantt chart.

``gantt`` draws :class:`~tpm.insight.roadmap.RoadmapRows`: bars of one kind are one trace, everything that needs no pointer (links,
brackets, baselines, tails, progress) is one path a kind. Nothing here decides what is late or critical, or which rows there are.

Labels are placed for ``width``; at any greater width they keep clear of each other too, so pass the narrowest that the page gives.
Show it with Streamlit's own theme switched off (``theme=None``). Each mark carries ``customdata`` ``[id, kind]``; :func:`clicked` reads it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.io import to_json

from tpm.charts.gantt_labels import item_labels, label_traces
from tpm.charts.gantt_marks import Marks, Told, bar_traces, below_paths, diamond_traces, progress_path, trace, whisker_path
from tpm.charts.labels import Strips, place_all
from tpm.charts.links import Route, horizontals, links_path, route_around, verticals
from tpm.charts.row_names import Lines, RowName, lay_out, names_axis
from tpm.charts.text import literal, one_line, shorten, text_width, wrap
from tpm.charts.theme import FONT_STACK, Theme, theme, type_sizes
from tpm.charts.time_axis import Canvas, Scale, axis, canvas, grid_path, shading_path
from tpm.i18n import Language, format_date, format_range, t
from tpm.insight.roadmap import LANE, RoadmapRows
from tpm.insight.roadmap_words import lane_name
from tpm.model import Kind

Links = Literal["none", "critical", "selected", "all"]
HEAD_PX: Final = 42  # the time axis: two lines
FOOT_PX: Final = 28  # the dates of today and of the status
NOTE_PX: Final = 18
RIGHT_PX: Final = 14
MOST_PAD: Final = 0.25  # of the plot's width kept free for words at its end: beyond it they go to the left of their marks
_DAY: Final = np.timedelta64(1, "D")


class NothingToDrawError(ValueError):
    """The rows hold no bar; ``reason`` is ``RoadmapRows.empty`` and :func:`tpm.insight.roadmap_words.empty_words` words it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def gantt(
    rows: RoadmapRows,
    *,
    lang: Language,
    dark: bool = False,
    status_date: dt.date | None = None,
    today: dt.date | None = None,
    scale: Scale = "auto",
    links: Links = "critical",
    selected: str | None = None,
    width: int = 1200,
    height_per_row: int = 26,
    closed_days: Iterable[tuple[dt.date, dt.date]] = (),
    title: tuple[str, str] | None = None,
    confidence: Mapping[str, tuple[dt.date, dt.date]] | None = None,
) -> go.Figure:
    """The chart of ``rows``.

    ``closed_days`` are half-open ranges that nobody works, shaded at close zoom. ``links`` chooses the arrows; those of ``selected`` are
    always drawn. ``confidence`` gives simulated milestones a whisker from P10 to P90. ``title`` (and its subtitle) is drawn where no page
    says it. ``layout.meta`` holds ``notes`` (sentences on what does not fit, drawn at the foot as well) and ``dropped_labels``.

    Raises :class:`NothingToDrawError` when no row has a date.
    """
    return figure_of(gantt_parts(
        rows, lang=lang, dark=dark, status_date=status_date, today=today, scale=scale, links=links, selected=selected, width=width,
        height_per_row=height_per_row, closed_days=closed_days, title=title, confidence=confidence))


def figure_of(parts: Mapping[str, Any]) -> go.Figure:
    """The chart that :func:`gantt_parts` made."""
    return go.Figure(parts)


def gantt_json(parts: Mapping[str, Any]) -> str:
    """What :func:`gantt_parts` made as plotly's JSON, not looked through: that takes longer than writing it."""
    written: str = to_json(parts, validate=False)
    return written


def gantt_parts(
    rows: RoadmapRows,
    *,
    lang: Language,
    dark: bool = False,
    status_date: dt.date | None = None,
    today: dt.date | None = None,
    scale: Scale = "auto",
    links: Links = "critical",
    selected: str | None = None,
    width: int = 1200,
    height_per_row: int = 26,
    closed_days: Iterable[tuple[dt.date, dt.date]] = (),
    title: tuple[str, str] | None = None,
    confidence: Mapping[str, tuple[dt.date, dt.date]] | None = None,
) -> dict[str, Any]:
    """``data`` and ``layout`` of :func:`gantt` as plain data, for a page that hands them to a chart it has already drawn."""
    if rows.empty:
        raise NothingToDrawError(rows.empty)
    colours, sizes = theme(dark), type_sizes(lang)
    frame = rows.frame
    lines = lay_out(_names(rows, lang), sizes.name, width, height_per_row, colours)
    status = status_date or rows.status_date
    sure = {item: days for item, days in (confidence or {}).items() if rows.dates == "forecast"}
    shown, limits = _window(frame, width - lines.margin - RIGHT_PX, scale, status, lang, sizes.label, sure)
    marks = Marks.of(frame, lines, shown, height_per_row)
    drawn_links = _chosen(rows.links, links, selected)
    routes = _routes(marks, drawn_links)

    strips = Strips(shown.width)
    whens = [(day, key) for day, key in ((status, "gantt.as-of"), (today, "gantt.today")) if day is not None]
    whens = [(day, key) for number, (day, key) in enumerate(whens)
             if shown.first <= np.datetime64(day, "s") < shown.last and day not in [other for other, _ in whens[:number]]]  # fmt: skip
    _block(strips, lines, marks, routes, [_noon(day, shown) for day, _ in whens])
    placed, dropped = place_all(strips, item_labels(marks, lang, sizes.label), sizes.label)
    notes = _notes(shown, limits, len(dropped), lang)

    bottom = lines.bottom
    title_lines = _title_lines(title, colours, lang, width)
    title_px = title_lines[-1][3] + title_lines[-1][1] + 14 if title_lines else 0
    shapes = [
        _path(shading_path(shown, closed_days, bottom), colours.band, layer="below", fill=True),
        _path(grid_path(shown, bottom), colours.grid, layer="below"),
        *_selection(frame, lines, selected, colours),
        _path("".join(f"M-1,{top:g}H1" for top in lines.tops[_lane_lines(frame)] if top > 0), colours.rule, layer="below", across=True),
        *below_paths(marks, colours, forecast=rows.dates == "forecast", ghost_bars=rows.ghost == "before"),
        *_link_shapes(routes, drawn_links, shown, colours),
        _path(whisker_path(marks, sure), colours.muted, layer="above", width=1.4),
        _path(progress_path(marks), colours.progress, layer="above", fill=True),
        *(_when_line(day, shown, bottom, colours, dotted=key == "gantt.today") for day, key in whens),
    ]
    layout: dict[str, Any] = {
        "template": {},
        "width": width,
        "height": int(bottom) + HEAD_PX + FOOT_PX + NOTE_PX * len(notes) + title_px,
        "margin": {"l": lines.margin, "r": RIGHT_PX, "t": HEAD_PX + title_px, "b": FOOT_PX + NOTE_PX * len(notes), "pad": 0},
        "paper_bgcolor": colours.background,
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink},
        "showlegend": False,
        "barmode": "overlay",
        "bargap": 0,
        "hovermode": "closest",
        "dragmode": "pan",
        "clickmode": "event+select",
        "hoverlabel": {"bgcolor": colours.background, "bordercolor": colours.baseline, "align": "left",
                       "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink}},
        "xaxis": axis(shown, lang, colours, sizes, limits),
        "yaxis": names_axis(lines, sizes.name, colours),
        "shapes": [shape for shape in shapes if shape is not None],
        "annotations": [*_when_words(whens, shown, lang, colours, sizes.label), *_note_words(notes, lines, colours, sizes.label),
                        *_title_words(title_lines, title_px, lines)],
        "modebar": {"remove": ["select2d", "lasso2d", "autoScale2d"], "bgcolor": "rgba(0,0,0,0)", "color": colours.muted,
                    "activecolor": colours.ink},
        "meta": {"notes": notes, "dropped_labels": len(dropped)},
    }  # fmt: skip
    heads = _arrow_heads(routes, drawn_links, shown, colours)
    told = Told.of(marks, rows, lang)
    data = [*bar_traces(marks, told, colours), *heads, *diamond_traces(marks, told, colours),
            *label_traces(marks, placed, shown, lang, colours, sizes.label)]  # fmt: skip
    return {"data": data, "layout": layout}


def clicked(points: Sequence[Mapping[str, Any]]) -> tuple[str, str] | None:
    """Id and kind of the first clicked mark of a selection event's ``points``; a lane's id is its name."""
    for point in points:
        told = point.get("customdata")
        if isinstance(told, Sequence) and not isinstance(told, str) and len(told) == 2:
            return str(told[0]), str(told[1])
    return None


def _names(rows: RoadmapRows, lang: Language) -> list[RowName]:
    frame = rows.frame.drop_duplicates("line")  # a line's first row names it
    laned = bool((frame["kind"] == LANE).any())
    out = []
    for kind, name, depth, folded, cancelled in zip(frame["kind"], frame["name"], frame["depth"], frame["folded"], frame["cancelled"],
                                                    strict=True):  # fmt: skip
        count = int(folded) if folded == folded and folded else 0
        if kind == LANE:
            out.append(RowName(lane_name(rows, name, lang), 0, bold=True, remark=f"▸ {count}" if count else ""))
        else:
            summary = kind == Kind.SUMMARY
            out.append(RowName(name or "–", int(depth) + laned, bold=summary and not (laned and depth), struck=bool(cancelled),
                               remark=f"▸ {count}" if count else ""))  # fmt: skip
    return out


def _window(frame: pd.DataFrame, width: float, scale: Scale, status: dt.date | None, lang: Language,
            size: float, sure: Mapping[str, tuple[dt.date, dt.date]]) -> tuple[Canvas, tuple[np.datetime64, np.datetime64]]:  # fmt: skip
    """What is visible, and how far there is anything to see."""
    whiskers = np.array([day for item in frame["id"] if item in sure for day in sure[item]], dtype="datetime64[s]")
    days = np.concatenate([*(frame[name].to_numpy() for name in ("start", "finish", "ghost_start", "ghost_finish")), whiskers])
    days = days[~np.isnat(days)]
    first, last = days.min(), days.max()
    now = None if status is None else np.datetime64(status, "s")
    if now is not None and first - (last - first) / 10 <= now <= last + (last - first) / 10:
        first, last = min(first, now), max(last, now)
    shown = canvas(first, last, width, scale, pad_right=min(_room_at_the_end(frame, first, last, lang, size), width * MOST_PAD), focus=now)
    return shown, (first - 14 * _DAY, last + 28 * _DAY)


def _room_at_the_end(frame: pd.DataFrame, first: np.datetime64, last: np.datetime64, lang: Language, size: float) -> float:
    """Px to keep free at the right edge for the words behind the last marks."""
    near = frame[frame["finish"] >= pd.Timestamp(last - (last - first) / 12)]
    words = [t("gantt.slip", lang, days="▲ +10")] if (near["kind"] != Kind.MILESTONE).any() else [""]
    for name, finish in near.loc[near["kind"] == Kind.MILESTONE, ["name", "finish"]].itertuples(index=False):
        words.append(f"{shorten(one_line(name), 90, size)} · {format_date(finish, lang, 'day')}  {t('gantt.slip', lang, days='▲ +10')}")
    return max(text_width(word, size) for word in words) + 16


def _noon(day: dt.date, shown: Canvas) -> float:
    return float(shown.px(np.array([np.datetime64(day, "s")]))[0])


def _lane_lines(frame: pd.DataFrame) -> np.ndarray:
    return frame.loc[frame["kind"] == LANE, "line"].to_numpy()


def _chosen(links: pd.DataFrame, which: Links, selected: str | None) -> pd.DataFrame:
    mine = (links["predecessor"] == selected) | (links["successor"] == selected)
    if which == "all":
        return links
    if which == "critical":
        return links[links["critical"] | mine]
    return links[mine]


def _routes(marks: Marks, links: pd.DataFrame) -> list[Route]:
    boxes = marks.boxes()
    points = [box for box in boxes.values() if box.milestone]
    ends = zip(links["predecessor"], links["successor"], links["type"], strict=True)
    return [route_around(boxes[before], boxes[after], kind, points) for before, after, kind in ends]


def _block(strips: Strips, lines: Lines, marks: Marks, routes: list[Route], whens: list[float]) -> None:
    """Put everything that words must not cross on the strips."""
    for line, left, right in zip(marks.frame["line"].tolist(), *(values.tolist() for values in marks.spans()), strict=True):
        strips.block(line, left, right)
    for line in range(len(lines.tops)):
        for x in whens:
            strips.block(line, x - 1, x + 1)
    for one in routes:
        for x, top, bottom in verticals(one):
            first, last = np.searchsorted(lines.tops, [top + 0.5, bottom - 0.5], side="right") - 1
            for line in range(int(first), int(last) + 1):
                if min(bottom, lines.tops[line] + lines.heights[line]) - max(top, lines.tops[line]) > lines.heights[line] * 0.3:
                    strips.block(line, x - 1, x + 1)
        for left, right, y in horizontals(one):
            line = int(np.searchsorted(lines.tops, y, side="right")) - 1
            if abs(y - marks.middles[line]) < lines.heights[line] * 0.3:  # level parts between the lines are in nobody's way
                strips.block(line, left, right)


def _notes(shown: Canvas, limits: tuple[np.datetime64, np.datetime64], dropped: int, lang: Language) -> list[str]:
    notes = []
    if shown.last < limits[1] - 28 * _DAY or shown.first > limits[0] + 14 * _DAY:
        words = format_range(shown.first.astype(object), (shown.last - _DAY).astype(object), lang)
        notes.append(t("gantt.window", lang, range=words))
    if dropped:
        notes.append(t("gantt.dropped-labels", lang, count=dropped))
    return notes


def _path(path: str, colour: str, *, layer: str = "between", width: float = 1, dash: str = "solid", fill: bool = False,
          across: bool = False) -> dict[str, Any] | None:  # fmt: skip
    """One shape that holds any number of strokes; None for an empty path. ``across`` runs over the names as well."""
    if not path:
        return None
    line = {"width": 0} if fill else {"color": colour, "width": width, "dash": dash}
    return {"type": "path", "path": path, "xref": "paper" if across else "x", "yref": "y", "layer": layer, "line": line,
            "fillcolor": colour if fill else "rgba(0,0,0,0)"}  # fmt: skip


def _selection(frame: pd.DataFrame, lines: Lines, selected: str | None, colours: Theme) -> list[dict[str, Any] | None]:
    found = frame.loc[frame["id"] == selected, "line"] if selected is not None else frame["line"].iloc[:0]
    if found.empty:
        return []
    line = int(found.iloc[0])
    top, bottom = lines.tops[line], lines.tops[line] + lines.heights[line]
    return [_path(f"M-1,{top:g}H1V{bottom:g}H-1Z", colours.selection, layer="below", fill=True, across=True)]


def _link_kinds(links: pd.DataFrame) -> dict[str, np.ndarray]:
    violated, critical = links["violated"].to_numpy(dtype=bool), links["critical"].to_numpy(dtype=bool)
    return {"violated": violated, "critical": critical & ~violated, "plain": ~critical & ~violated}


def _link_shapes(routes: list[Route], links: pd.DataFrame, shown: Canvas, colours: Theme) -> list[dict[str, Any] | None]:
    """One path for all links of a kind."""
    looks = {"plain": (colours.muted, 1.0, "solid"), "critical": (colours.critical, 1.3, "solid"),
             "violated": (colours.late, 1.2, "4px,3px")}  # fmt: skip
    out = []
    for kind, mask in _link_kinds(links).items():
        colour, stroke, dash = looks[kind]
        out.append(_path(links_path([routes[at] for at in np.flatnonzero(mask)], shown), colour, width=stroke, dash=dash))
    return out


def _arrow_heads(routes: list[Route], links: pd.DataFrame, shown: Canvas, colours: Theme) -> list[dict[str, Any]]:
    """Heads of all arrows, and a cross on those that the planned dates break."""
    if not routes:
        return []
    kinds = _link_kinds(links)
    tips = [one.corners[-1] for one in routes]
    back = {"right": (-3, 0), "left": (3, 0), "down": (0, -3), "up": (0, 3)}
    x = np.array([tip[0] + back[one.heading][0] for tip, one in zip(tips, routes, strict=True)])
    y = [tip[1] + back[one.heading][1] for tip, one in zip(tips, routes, strict=True)]
    colour = np.where(kinds["violated"], colours.late, np.where(kinds["critical"], colours.critical, colours.muted))
    tip = {"symbol": [f"triangle-{one.heading}" for one in routes], "size": 7, "color": colour.tolist(), "line": {"width": 0}}
    out = [trace("scatter", x=shown.time(x), y=y, mode="markers", hoverinfo="skip", marker=tip)]
    spots = np.array([_before_tip(routes[at]) for at in np.flatnonzero(kinds["violated"])])
    if len(spots):
        cross = {"symbol": "x-thin", "size": 7, "line": {"width": 1.8, "color": colours.late}}
        out.append(trace("scatter", x=shown.time(spots[:, 0]), y=spots[:, 1], mode="markers", hoverinfo="skip", marker=cross))
    return out


def _before_tip(one: Route) -> tuple[float, float]:
    """A place on the last stretch of an arrow that no other arrow of the same tail shares."""
    (x0, y0), (x1, y1) = one.corners[-2:]
    length = max(abs(x1 - x0) + abs(y1 - y0), 1.0)
    share = max(0.0, 1 - 14 / length)
    return x0 + (x1 - x0) * share, y0 + (y1 - y0) * share


def _when_line(day: dt.date, shown: Canvas, bottom: float, colours: Theme, *, dotted: bool) -> dict[str, Any] | None:
    return _path(f"M{day.isoformat()}_00:00,0V{bottom:g}", colours.muted if dotted else colours.ink, layer="above", width=1.2,
                 dash="dot" if dotted else "4px,3px")  # fmt: skip


def _when_words(whens: list[tuple[dt.date, str]], shown: Canvas, lang: Language, colours: Theme, size: float) -> list[dict[str, Any]]:
    """The dates at the foot of their lines, pushed apart where they would meet."""
    out = []
    for day, key in whens:
        x = _noon(day, shown)
        half = text_width(t(key, lang, date=day), size) / 2
        others = [_noon(other, shown) for other, _ in whens if other != day]
        anchor = "center"
        if x < half or any(x < other < x + 220 and other > x for other in others):
            anchor = "left" if x < half else "right"
        elif x > shown.width - half or any(x - 220 < other < x for other in others):
            anchor = "right" if x > shown.width - half else "left"
        out.append({"x": f"{day.isoformat()} 00:00", "y": 0, "xref": "x", "yref": "paper", "yanchor": "top", "xanchor": anchor,
                    "yshift": -5, "text": t(key, lang, date=day), "showarrow": False,
                    "font": {"size": size, "color": colours.ink if key == "gantt.as-of" else colours.muted_text}})  # fmt: skip
    return out


def _note_words(notes: list[str], lines: Lines, colours: Theme, size: float) -> list[dict[str, Any]]:
    return [{"x": 0, "y": 0, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top", "xshift": -lines.margin + 4,
             "yshift": -FOOT_PX - number * NOTE_PX, "text": literal(note), "showarrow": False, "align": "left",
             "font": {"size": size, "color": colours.muted_text}} for number, note in enumerate(notes)]  # fmt: skip


def _title_lines(title: tuple[str, str] | None, colours: Theme, lang: Language, width: float) -> list[tuple[str, int, str, int]]:
    """Markup, size, colour and px from the top of each line of the title and the subtitle."""
    if title is None:
        return []
    sizes = type_sizes(lang)
    out, down = [], 4
    for part in wrap(title[0], width - 16, sizes.title, 2, bold=True):
        out.append((f"<b>{literal(part)}</b>", sizes.title, colours.ink, down))
        down += sizes.title + 8
    for part in wrap(title[1], width - 16, sizes.subtitle, 3) if title[1] else []:
        out.append((literal(part), sizes.subtitle, colours.muted_text, down + 2))
        down += sizes.subtitle + 6
    return out


def _title_words(both: list[tuple[str, int, str, int]], title_px: int, lines: Lines) -> list[dict[str, Any]]:
    return [{"x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top", "xshift": -lines.margin + 4,
             "yshift": HEAD_PX + title_px - down, "text": text, "showarrow": False, "align": "left",
             "font": {"size": size, "color": colour}} for text, size, colour, down in both]  # fmt: skip
