"""Bars on a page: the roadmap of all items, page by page, and the chain that decides the date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from tpm.charts.theme import Theme
from tpm.export.deck.canvas import LINE, SMALLEST, Box, Connector, Line, Page, Words, fitted, measure
from tpm.export.deck.timescale import AXIS_HEIGHT, Scale, axis, scale_of
from tpm.i18n import Language, format_date, t
from tpm.insight.roadmap import LANE, RoadmapRows
from tpm.insight.roadmap_words import lane_name
from tpm.model import Kind

_NAMES: Final = 0.26  # share of the width
ROW: Final = 17.5
ROW_MOST: Final = 27.0
_SIZE: Final = 10.5
_BAR: Final = 9.5
_FOOT: Final = 16.0
_ARROW: Final = 4.0  # from a bar's end to where its arrow turns down
_LABELS: Final = 78.0  # to the right of the scale, for the words of the last bars


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of the chart: an item, or a lane's name."""

    id: str
    name: str
    kind: str  # Kind, or LANE
    depth: int
    start: dt.date | None
    finish: dt.date | None
    ghost: tuple[dt.date, dt.date] | None
    progress: float
    critical: bool
    done: bool
    late: bool
    beyond: float  # working days after the promise
    words: str = ""  # beside the name, muted


def bars_of(rows: RoadmapRows, lang: Language) -> list[Bar]:
    """The rows of a roadmap, every item on a line of its own."""
    out = []
    for row in rows.frame.sort_values("line", kind="stable").to_dict("records"):
        if row["kind"] == LANE:
            out.append(Bar("", lane_name(rows, row["name"], lang), LANE, 0, None, None, None, 0.0, False, False, False, 0.0))
            continue
        ghost = (row["ghost_start"], row["ghost_finish"])
        moved = pd.notna(ghost[1]) and ghost != (row["start"], row["finish"])
        out.append(Bar(
            str(row["id"]), str(row["name"]), str(row["kind"]), int(row["depth"]), _day(row["start"]), _day(row["finish"]),
            (ghost[0].date(), ghost[1].date()) if moved and pd.notna(ghost[0]) else None,
            0.0 if row["progress"] != row["progress"] else float(row["progress"]), bool(row["critical"]), bool(row["done"]),
            bool(row["late"]), 0.0 if row["beyond"] != row["beyond"] else float(row["beyond"])))
    return out


def _day(value: Any) -> dt.date | None:
    return None if pd.isna(value) else value.date()


def pages_of(bars: Sequence[Bar], height: float) -> list[list[Bar]]:
    """``bars`` in pages of ``height`` points; a lane that goes on has its name again, and none stands alone at a foot."""
    most = max(int((height - AXIS_HEIGHT - _FOOT) // ROW), 4)
    pages: list[list[Bar]] = [[]]
    lane: Bar | None = None
    for number, bar in enumerate(bars):
        page = pages[-1]
        alone = bar.kind == LANE and (len(page) >= most - 1 or (number == len(bars) - 1 and len(page) >= most))
        if len(page) >= most or alone:
            page = []
            pages.append(page)
            if bar.kind != LANE and lane is not None:
                page.append(lane)
        if bar.kind == LANE:
            lane = bar
        page.append(bar)
    return [page for page in pages if any(bar.kind != LANE for bar in page)]


def chart_scale(bars: Sequence[Bar], left: float, right: float, today: dt.date | None) -> Scale | None:
    """One scale for all pages; None where nothing has a date."""
    days = [day for bar in bars for day in (bar.start, bar.finish, *(bar.ghost or ())) if day is not None]
    if not days:
        return None
    near = [today] if today is not None and min(days) - dt.timedelta(days=60) <= today <= max(days) + dt.timedelta(days=60) else []
    names = (right - left) * _NAMES
    return scale_of([*days, *near], left + names, right - left - names - _LABELS)


def draw(page: Page, bars: Sequence[Bar], scale: Scale, top: float, lang: Language, today: dt.date | None,
         links: Sequence[tuple[str, str]] = (), row: float = ROW) -> float:
    """The bars from ``top``; returns where the chart ends. ``links`` join bars of this page."""
    left, right = page.frame.left, page.frame.right
    bottom = top + AXIS_HEIGHT + row * len(bars)
    for number, bar in enumerate(bars):
        if bar.kind == LANE:
            page.add(Box(left, top + AXIS_HEIGHT + row * number, right - left, row, page.theme.band))
    axis(page, scale, top, bottom, page.theme, lang, today)
    places: dict[str, tuple[float, float, float]] = {}
    givers = {giver for giver, _ in links}
    for number, bar in enumerate(bars):
        y = top + AXIS_HEIGHT + row * (number + 0.5)
        with page.group(_called(bar), "" if bar.start is None or bar.finish is None else _about(bar)):
            _name(page, bar, scale.left - left, y)
            if bar.start is not None and bar.finish is not None:
                places[bar.id] = _bar(page, bar, scale, y, lang, _ARROW + 4 if bar.id in givers else 4)
    called = {bar.id: bar for bar in bars}
    for giver, taker in links:
        if giver in places and taker in places:
            page.add(_link(called[giver], called[taker], places[giver], places[taker], page.theme))
    return bottom + _FOOT


def _called(bar: Bar) -> str:
    """What everything that stands for an item is called."""
    return f"{bar.id} {bar.name}".strip()


def _about(bar: Bar) -> str:
    assert bar.start is not None
    assert bar.finish is not None
    return bar.finish.isoformat() if bar.kind == Kind.MILESTONE else f"{bar.start.isoformat()}/{bar.finish.isoformat()}"


def _shape(bar: Bar) -> str:
    """What the bar or diamond of an item is called."""
    return f"{'milestone' if bar.kind == Kind.MILESTONE else 'bar'} {_called(bar)}"


def _name(page: Page, bar: Bar, width: float, y: float) -> None:
    indent = 0.0 if bar.kind == LANE else 8.0 + 9.0 * min(bar.depth, 4)
    heading = bar.kind in (LANE, Kind.SUMMARY)
    room = width - indent - 10
    beside = min(measure(bar.words, SMALLEST) + 6, room * 0.45) if bar.words else 0.0
    name = fitted(bar.name, room - beside, _SIZE, bold=heading)[0]
    height, left = _SIZE * LINE, page.frame.left + indent + 2
    page.add(Words(left, y - height / 2, room - beside, height, (name,), _SIZE, page.theme.ink, heading, "left", f"name {_called(bar)}",
                   whole=bar.name))
    if beside > 20:
        words = fitted(bar.words, beside - 4, SMALLEST)[0]
        page.add(Words(left + room - beside, y - height / 2, beside, height, (words,), SMALLEST, page.theme.muted_text, False, "right",
                       f"team {_called(bar)}"))


def _bar(page: Page, bar: Bar, scale: Scale, y: float, lang: Language, gap: float) -> tuple[float, float, float]:
    """Draw one item, its words ``gap`` points after it; returns its left edge, right edge and middle."""
    assert bar.start is not None
    assert bar.finish is not None
    theme, name, about, shape = page.theme, _called(bar), _about(bar), _shape(bar)
    colour = theme.done if bar.done else theme.critical if bar.critical else theme.work
    left, right = scale.at(bar.start), max(scale.after(bar.finish), scale.at(bar.start) + 1.5)
    if bar.kind == Kind.MILESTONE:
        middle, size = scale.middle(bar.finish), 11.0
        fill = theme.muted if bar.done else theme.late if bar.late else theme.ink
        if bar.ghost is not None:
            was = scale.middle(bar.ghost[1])
            page.add(Line(was, y, middle, y, theme.baseline, 1.0, "dot", name=f"slip {name}"),
                     Box(was - 4.5, y - 4.5, 9, 9, theme.background, theme.baseline, 1.0, "diamond", f"compared {name}",
                         bar.ghost[1].isoformat()))
        page.add(Box(middle - size / 2, y - size / 2, size, size, fill, None, shape="diamond", name=shape, about=about))
        left, right = middle - size / 2, middle + size / 2
    elif bar.kind == Kind.SUMMARY:
        page.add(Box(left, y - 2, right - left, 4, theme.ink, name=shape, about=about))
    else:
        if bar.ghost is not None:
            begin, end = scale.at(bar.ghost[0]), scale.after(bar.ghost[1])
            page.add(Box(begin, y + _BAR / 2 + 0.5, max(end - begin, 1), 2, theme.baseline, name=f"compared {name}",
                         about=f"{bar.ghost[0].isoformat()}/{bar.ghost[1].isoformat()}"))
        page.add(Box(left, y - _BAR / 2, right - left, _BAR, colour, theme.critical_outline if bar.critical and not bar.done else None,
                     name=shape, about=about))
        if 0 < bar.progress < 1:
            page.add(Box(left, y + _BAR / 2 - 3, (right - left) * bar.progress, 3, theme.ink, name=f"progress {name}",
                         about=f"{bar.progress:.0%}"))
    _slip(page, bar, scale, left, right, y, lang, gap)
    return left, right, y


def _slip(page: Page, bar: Bar, scale: Scale, left: float, right: float, y: float, lang: Language, gap: float) -> None:
    """The slip at the bar's end, or the date of a milestone."""
    words = format_date(bar.finish, lang, "day") if bar.kind == Kind.MILESTONE else ""
    late = bar.late and bar.beyond >= 0.5
    if late:
        words = f"{words} {t('deck.slip', lang, days=bar.beyond)}".strip()
    if not words:
        return
    width, height = measure(words, SMALLEST) + 2, SMALLEST * LINE
    x = right + gap
    if x + width > scale.left + scale.width + _LABELS:
        before = left if bar.ghost is None else min(left, scale.at(bar.ghost[0]) - 5)
        x = max(before - 4 - width, scale.left)
    page.add(Words(x, y - height / 2, width, height, (words,), SMALLEST, page.theme.late if late else page.theme.muted_text,
                   name=f"date {_called(bar)}"))


def _link(one: Bar, other: Bar, giver: tuple[float, float, float], taker: tuple[float, float, float], theme: Theme) -> Connector:
    """An orthogonal arrow from a bar's end to the next one's beginning."""
    _, end, y1 = giver
    begin, _, y2 = taker
    x = end + _ARROW  # down at once: the words of the giver stand to the right of it
    points = [(end, y1), (x, y1)]
    if begin >= x + _ARROW:
        points += [(x, y2), (begin, y2)]
    else:
        back, middle = begin - 6, (y1 + y2) / 2
        points += [(x, middle), (back, middle), (back, y2), (begin, y2)]
    return Connector(tuple(points), theme.critical, _shape(one), _shape(other), f"{_called(one)} → {_called(other)}")


def of_team(bar: Bar, team: str) -> Bar:
    """``bar`` as a link of the chain that decides the date: its team beside it."""
    return replace(bar, depth=0, critical=True, words=team)
