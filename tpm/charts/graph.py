"""The dependency graph: items as marks in columns, teams as lanes, links as curves, one path for all of a kind.

``graph`` draws a :class:`~tpm.insight.graph.GraphView` in the places of :func:`places`. Nothing here decides what is critical, folded or
lit. Names are placed for ``width``; at any greater one they keep clear of each other too. Each mark carries ``customdata`` ``[id, kind]``;
:func:`tpm.charts.gantt.clicked` reads it. Show it with Streamlit's own theme switched off (``theme=None``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from tpm.charts.gantt_marks import trace
from tpm.charts.graph_routes import LOOKS, Ends, arrow_heads, crosses, curve_points, curves_path, link_colours, link_kinds
from tpm.charts.label_boxes import LINE, Wish, Written, place_labels
from tpm.charts.row_names import Lines, RowName, lay_out, names_axis
from tpm.charts.text import literal, one_line, shorten, text_width, wrap
from tpm.charts.theme import FONT_STACK, Theme, theme, type_sizes
from tpm.i18n import Language, t
from tpm.insight.graph import GraphView
from tpm.insight.graph_fold import GROUP
from tpm.insight.graph_layout import GraphLayout, Spacing
from tpm.insight.graph_layout import lay_out as lay_out_graph
from tpm.insight.graph_words import lane_words, node_name, node_story, period_words, records
from tpm.model import Kind

Numbers = npt.NDArray[np.float64]
SPACING: Final = Spacing(above=27.0, below=13.0, link=4.0, band=8.0)  # above: a name over a mark
TIGHT_PX: Final = 19.0  # least width of a column when all columns then fit
PITCH_PX: Final = 32.0  # width of a column when they do not; the rest is a drag away
RADIUS_PX: Final = (5.0, 10.5)  # of nothing behind a mark, and of the most
HEAD_PX: Final = 26  # the periods, by date
CROWDED: Final = 25.0  # links that may pass a column at their full distance; more keep closer
PAD_PX: Final = 8
EDGE_PX: Final = 6.0  # beside the first and the last column: a link within a column swings out
RIGHT_PX: Final = 14
NOTE_PX: Final = 18
ROOMS_PX: Final = (230, 150, 110, 80)  # for a name, the best first; the whole is in the hover
HOVER_PX: Final = 420.0
_CLEAR: Final = "rgba(0,0,0,0)"


def places(view: GraphView, before: Mapping[str, float] | None = None) -> GraphLayout:
    """Where the nodes and links of ``view`` stand, px down the picture; ``before`` (id → y) keeps an earlier picture."""
    nodes, links = view.nodes, view.links
    column = nodes["column"].to_numpy()
    spans = np.abs(column[links["head"].to_numpy()] - column[links["tail"].to_numpy()])
    passing = float(np.maximum(spans - 1, 0).sum()) / max(len(np.unique(column)), 1)  # links that pass a column, on average
    spacing = replace(SPACING, link=SPACING.link * min(1.0, CROWDED / max(passing, 1.0)))
    return lay_out_graph(nodes["id"].tolist(), nodes["column"].to_numpy(), nodes["lane"].to_numpy(), links["tail"].to_numpy(),
                         links["head"].to_numpy(), spacing, before=before)


@dataclass(frozen=True)
class _Plane:
    """Px of everything: marks, the plane's size, and how much of it is visible at first."""

    x: Numbers
    y: Numbers
    radius: Numbers
    pitch: float
    width: float
    height: float
    seen: float


def graph(view: GraphView, layout: GraphLayout, *, lang: Language, dark: bool = False, selected: str | None = None, width: int = 1160,
          title: tuple[str, str] | None = None) -> go.Figure:  # fmt: skip
    """The chart of ``view``; ``layout.meta`` of the figure holds ``notes`` (sentences on what does not fit) and ``dropped_labels``.

    Raises ``ValueError`` when there is no node to draw.
    """
    if view.nodes.empty:
        raise ValueError("no node to draw")
    colours, sizes = theme(dark), type_sizes(lang)
    lines = _lanes(view, layout, sizes.name, width, colours, lang)
    plane = _plane(view, layout, width - lines.margin - RIGHT_PX)
    ends = Ends.of(view, layout, plane.x, plane.radius, plane.pitch)
    placed, dropped = _names(view, plane, ends, lang, sizes.label, selected)
    notes = _notes(view, plane, dropped, lang)
    title_lines = _title_lines(title, width, lang)
    title_px = round(sum(size * 1.5 for _, size, _ in title_lines)) + (8 if title_lines else 0)
    head = (HEAD_PX if view.ticks else PAD_PX) + title_px
    shapes = [
        _path("".join(f"M-1,{top:g}H1" for top in lines.tops[1:]), colours.rule, across=True) if len(lines.tops) > 1 else None,
        *_link_shapes(view, ends, colours),
        _halo(placed, sizes.label, colours),
    ]
    figure = {
        "data": [*arrow_heads(view, ends, colours), *crosses(view, ends, colours),
                 *_marks(view, plane, selected, colours, lang, sizes.label), *_name_traces(view, placed, colours, sizes.label)],
        "layout": {
            "template": {},
            "width": width,
            "height": int(plane.height) + head + PAD_PX + NOTE_PX * len(notes),
            "margin": {"l": lines.margin, "r": RIGHT_PX, "t": head, "b": PAD_PX + NOTE_PX * len(notes), "pad": 0},
            "paper_bgcolor": colours.background,
            "plot_bgcolor": _CLEAR,
            "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink},
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": "pan",
            "clickmode": "event+select",
            "hoverlabel": {"bgcolor": colours.background, "bordercolor": colours.baseline, "align": "left",
                           "font": {"family": FONT_STACK, "size": sizes.label, "color": colours.ink}},
            "xaxis": _axis(view, plane, lang, colours, sizes.label),
            "yaxis": names_axis(lines, sizes.name, colours),
            "shapes": [shape for shape in shapes if shape is not None],
            "annotations": [*_note_words(notes, lines, colours, sizes.label), *_title(title_lines, head, lines, colours)],
            "modebar": {"remove": ["select2d", "lasso2d", "autoScale2d"], "bgcolor": _CLEAR, "color": colours.muted,
                        "activecolor": colours.ink},
            "meta": {"notes": notes, "dropped_labels": len(dropped)},
        },
    }  # fmt: skip
    return go.Figure(figure)


def _lanes(view: GraphView, layout: GraphLayout, size: float, width: int, colours: Theme, lang: Language) -> Lines:
    """The lanes' names at the left, at the heights that the layout gives them."""
    names = [RowName(lane_words(view, name, lang), bold=True) for name in view.lanes]
    if not any(name.text for name in names):
        return Lines(layout.band_top[:1], np.array([layout.height]), [""], PAD_PX)
    written = lay_out(names, size, width, 10.0, colours)
    count = len(layout.band_top) - 1  # a lane at the foot may hold nothing
    return Lines(layout.band_top[:-1], np.diff(layout.band_top), written.texts[:count], written.margin)


def _plane(view: GraphView, layout: GraphLayout, room: float) -> _Plane:
    columns = max(int(layout.column.max()) + 1, len(view.ticks))
    pitch = (room - EDGE_PX * 2) / columns
    pitch = pitch if pitch >= TIGHT_PX else PITCH_PX
    behind = view.nodes["behind"].to_numpy(dtype=float)
    many = np.maximum(behind, view.nodes["count"].to_numpy(dtype=float) - 1)
    share = np.sqrt(many / max(float(many.max()), 1.0))
    least, most = RADIUS_PX
    most = min(most, max(pitch / 2 - 5, least))
    radius = least + (most - least) * share
    width = columns * pitch + EDGE_PX * 2
    x = (layout.column.astype(np.float64) + 0.5) * pitch + EDGE_PX
    return _Plane(x, layout.y, radius, pitch, width, layout.height, min(room, width))


def _names(view: GraphView, plane: _Plane, ends: Ends, lang: Language, size: float, selected: str | None
           ) -> tuple[list[Written], list[Wish]]:  # fmt: skip
    """The names with a place, and those without one. Faded marks go unnamed."""
    nodes = view.nodes
    weight = (nodes["behind"] / max(float(nodes["behind"].max()), 1.0) + 2.0 * nodes["critical"] + 3.0 * (nodes["kind"] == Kind.MILESTONE)
              + 1.0 * ~nodes["done"] + 9.0 * (nodes["id"] == selected)).to_numpy(dtype=float)  # fmt: skip
    wishes = []
    for row, node in enumerate(records(nodes)):
        if not node["lit"]:
            continue
        plain = one_line(node_name(view, node, lang))
        bold = bool(node["critical"]) and not node["done"]
        texts = tuple(dict.fromkeys(shorten(plain, room, size, bold=bold) for room in ROOMS_PX))
        wishes.append(Wish(float(plane.x[row]), float(plane.y[row]), float(plane.radius[row]), texts, float(weight[row]), row, bold))
    marks = np.column_stack([plane.x - plane.radius, plane.y - plane.radius, plane.x + plane.radius, plane.y + plane.radius])
    return place_labels(wishes, marks, curve_points(ends), plane.width, plane.height, size)


def _notes(view: GraphView, plane: _Plane, dropped: list[Wish], lang: Language) -> list[str]:
    notes = []
    if plane.seen < plane.width - 1:
        notes.append(t("graph.left-out.window", lang, shown=int(plane.seen / plane.pitch), total=round(plane.width / plane.pitch)))
    if dropped:
        notes.append(t("graph.left-out.labels", lang, count=len(dropped)))
    return notes


def _axis(view: GraphView, plane: _Plane, lang: Language, colours: Theme, size: float) -> dict[str, Any]:
    """Columns are px; by date their periods stand on top, as many as fit."""
    axis: dict[str, Any] = {
        "type": "linear", "range": [0, plane.seen], "minallowed": 0, "maxallowed": plane.width, "side": "top", "showgrid": False,
        "zeroline": False, "showline": False, "ticks": "", "tickangle": 0, "tickfont": {"size": size, "color": colours.muted_text},
        "showticklabels": bool(view.ticks),
    }  # fmt: skip
    if view.ticks:
        words = [period_words(view.period, day, lang) for day in view.ticks]
        every = int(np.ceil(max(text_width(word, size) + 14 for word in words) / plane.pitch))
        shown = np.arange(0, len(words), every)
        axis |= {"tickmode": "array", "tickvals": (shown + 0.5) * plane.pitch + EDGE_PX, "ticktext": np.array(words, dtype=object)[shown]}
    return axis


def _path(path: str, colour: str, *, width: float = 1, dash: str = "solid", across: bool = False) -> dict[str, Any] | None:
    """One shape that holds any number of strokes; None for an empty path."""
    if not path:
        return None
    return {"type": "path", "path": path, "xref": "paper" if across else "x", "yref": "y", "layer": "below",
            "line": {"color": colour, "width": width, "dash": dash}, "fillcolor": _CLEAR}  # fmt: skip


def _link_shapes(view: GraphView, ends: Ends, colours: Theme) -> list[dict[str, Any] | None]:
    """One path for all links of a kind; what is not lit lies below and pale."""
    strokes = {"critical": (2.4, "solid"), "violated": (1.6, "5px,3px")}
    kinds, shade = link_kinds(view), link_colours(colours)
    return [_path(curves_path(ends, np.flatnonzero(kinds == kind)), shade[kind], width=strokes.get(kind, (1.1, "solid"))[0],
                  dash=strokes.get(kind, (1.1, "solid"))[1]) for kind in LOOKS]  # fmt: skip


def _halo(placed: list[Written], size: float, colours: Theme) -> dict[str, Any] | None:
    """The background behind names, so that a link runs under them and not through them."""
    if not placed:
        return None
    half = size * LINE / 2
    path = "".join(f"M{one.left - 1:.1f},{one.y - half:.1f}H{one.left + one.width + 1:.1f}V{one.y + half:.1f}H{one.left - 1:.1f}Z"
                   for one in placed)
    return {"type": "path", "path": path, "xref": "x", "yref": "y", "layer": "below", "line": {"width": 0}, "fillcolor": colours.background,
            "opacity": 0.82}  # fmt: skip


def _marks(view: GraphView, plane: _Plane, selected: str | None, colours: Theme, lang: Language, size: float) -> list[dict[str, Any]]:
    """One trace for each kind of mark that occurs."""
    nodes = view.nodes
    kind = nodes["kind"].to_numpy()
    lit, done = nodes["lit"].to_numpy(dtype=bool), nodes["done"].to_numpy(dtype=bool)
    critical = nodes["critical"].to_numpy(dtype=bool) & ~done
    symbol = np.select([kind == Kind.MILESTONE, kind == GROUP, kind == Kind.SUMMARY], ["diamond", "square", "hexagon2"], "circle")
    factor = np.where(kind == Kind.MILESTONE, 2.3, np.where(kind == GROUP, 1.8, 2.0))
    edge = {"color": colours.background, "width": 1.0}
    milestone = kind == Kind.MILESTONE
    looks: list[tuple[npt.NDArray[np.bool_], dict[str, Any]]] = [
        (~lit, {"color": colours.band, "line": {"color": colours.grid, "width": 1.2}}),
        (lit & done, {"color": colours.done, "line": edge}),
        (lit & ~done & ~critical & ~milestone, {"color": colours.work, "line": edge}),
        (lit & ~done & ~critical & milestone, {"color": colours.ink, "line": edge}),
        (lit & critical, {"color": colours.critical, "line": {"color": colours.critical_outline, "width": 1.4}}),
    ]
    stories = _stories(view, lang, size)
    ids = np.column_stack([nodes["id"].to_numpy(dtype=object), kind.astype(object)])
    out = []
    chosen = np.flatnonzero((nodes["id"] == selected).to_numpy())
    if len(chosen):
        out.append(trace("scatter", x=plane.x[chosen], y=plane.y[chosen], mode="markers", hoverinfo="skip",
                         marker={"symbol": "circle-open", "size": plane.radius[chosen] * 2 + 9, "color": colours.ink,
                                 "line": {"color": colours.ink, "width": 2}}))  # fmt: skip
    for mask, look in looks:
        at = np.flatnonzero(mask)
        if len(at):
            out.append(trace("scatter", x=plane.x[at], y=plane.y[at], mode="markers", customdata=ids[at], hovertext=stories[at],
                             hovertemplate="%{hovertext}<extra></extra>",
                             marker={"symbol": symbol[at], "size": plane.radius[at] * factor[at], "opacity": 1, **look}))  # fmt: skip
    return out


def _stories(view: GraphView, lang: Language, size: float) -> npt.NDArray[np.object_]:
    """The hover of every node: its name in bold, then its sentences, long ones wrapped."""
    nodes = records(view.nodes)
    names = [one_line(node_name(view, node, lang)) for node in nodes]
    before: list[list[str]] = [[] for _ in nodes]
    after: list[list[str]] = [[] for _ in nodes]
    for tail, head in zip(view.links["tail"].tolist(), view.links["head"].tolist(), strict=True):
        before[head].append(names[tail])
        after[tail].append(names[head])
    out = []
    for row, node in enumerate(nodes):
        name, *rest = node_story(view, node, (before[row], after[row]), lang)
        told = [f"<b>{literal(part)}</b>" for part in wrap(one_line(name), HOVER_PX, size, 3, bold=True)]
        for sentence in rest:
            told += [literal(part) for part in wrap(one_line(sentence), HOVER_PX, size, 4)]
        out.append("<br>".join(told))
    return np.array(out, dtype=object)


def _name_traces(view: GraphView, placed: list[Written], colours: Theme, size: float) -> list[dict[str, Any]]:
    """The names, one trace a look."""
    done, critical = view.nodes["done"].tolist(), view.nodes["critical"].tolist()
    groups: dict[tuple[str, int], list[Written]] = {}
    for one in placed:
        row = one.wish.key
        look = (colours.muted_text, 400) if done[row] else (colours.ink, 600) if critical[row] else (colours.ink, 400)
        groups.setdefault(look, []).append(one)
    return [trace("scatter", x=np.array([one.left for one in group]), y=np.array([one.y for one in group]), mode="text",
                  text=np.array([literal(one.text) for one in group], dtype=object), textposition="middle right", hoverinfo="skip",
                  textfont={"size": size, "color": colour, "weight": weight}, cliponaxis=True,
                  unselected={"textfont": {"color": colour}}) for (colour, weight), group in groups.items()]  # fmt: skip


def _note_words(notes: list[str], lines: Lines, colours: Theme, size: float) -> list[dict[str, Any]]:
    return [{"text": literal(note), "xref": "paper", "yref": "paper", "x": 0, "y": 0, "xanchor": "left", "yanchor": "top",
             "xshift": -lines.margin + PAD_PX, "yshift": -PAD_PX - NOTE_PX * number, "showarrow": False,
             "font": {"size": size, "color": colours.muted_text}} for number, note in enumerate(notes)]  # fmt: skip


def _title_lines(title: tuple[str, str] | None, width: int, lang: Language) -> list[tuple[str, int, bool]]:
    """Title and subtitle as lines of (text, size, bold), where no page says them."""
    if title is None:
        return []
    sizes, room = type_sizes(lang), width - PAD_PX - RIGHT_PX
    return [*((line, sizes.title, True) for line in wrap(title[0], room, sizes.title, 3, bold=True)),
            *((line, sizes.subtitle, False) for line in wrap(title[1], room, sizes.subtitle, 3) if line)]  # fmt: skip


def _title(said: list[tuple[str, int, bool]], head: float, lines: Lines, colours: Theme) -> list[dict[str, Any]]:
    out, below = [], 0.0
    for text, size, bold in said:
        words = f"<b>{literal(text)}</b>" if bold else literal(text)
        out.append({"text": words, "xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "top",
                    "showarrow": False, "xshift": -lines.margin + PAD_PX, "yshift": head - below,
                    "font": {"size": size, "color": colours.ink if bold else colours.muted_text}})  # fmt: skip
        below += size * 1.5
    return out
