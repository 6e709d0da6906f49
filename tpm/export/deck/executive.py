"""The executive roadmap on a page: a bar a lane with its milestones on it, each with a label hung below it.

A milestone stands where it is forecast, its promise as an open diamond, P10–P90 as a band below the bar. Labels hang like flags to the
right of their pole, the last one highest, so that no pole crosses a label: what is not shown is counted, never drawn over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tpm.charts.theme import Theme
from tpm.export.deck.canvas import LINE, SMALLEST, Box, Label, Line, Page, Words, fitted, measure, pale
from tpm.export.deck.timescale import AXIS_HEIGHT, Scale, axis, scale_of
from tpm.i18n import Language, format_date, t
from tpm.insight.review import Bar, ExecutiveRoadmap, Mark, Rag

_NAMES: Final = 0.18  # share of the width for the lanes' names
_AFTER: Final = 124.0  # to the right of the scale, for the labels of the last milestones
_LABEL_MOST: Final = 240.0  # a longer name is shortened in the middle
_NAME_SIZE: Final = 11.0
_DIAMOND: Final = 13.0
_BAR: Final = 12.0
_BAR_LEAST: Final = 4.0  # a day's work is seen
_BAR_LINE: Final = 20.0  # a lane's bar with air around it: the least that a lane takes
_PAD: Final = 4.0  # below the labels of a lane
_AIR_MOST: Final = 22.0  # that a lane is given where there is room
_FOOT: Final = 16.0  # for the date of today
_NEAR: Final = 8.0  # between a label and the next pole
_FLAG: Final = 4.0  # from a pole to its label
_SAME_DAYS: Final = 5  # a bar that ends this near a milestone has its date there


@dataclass(frozen=True, slots=True)
class _Style:
    """How much a label says: on two lines or one, with what was promised or only how late."""

    lines: int
    promise: bool

    @property
    def height(self) -> float:
        return (_NAME_SIZE + SMALLEST) * LINE + 2 if self.lines == 2 else _NAME_SIZE * LINE + 1


_STYLES: Final = (_Style(2, True), _Style(2, False), _Style(1, False))


@dataclass(frozen=True, slots=True)
class _Flag:
    mark: Mark
    x: float
    row: int
    name: str
    date: str
    width: float


def rag_colour(rag: Rag, theme: Theme) -> str:
    """The colour of a status; always beside its letter."""
    return {Rag.RED: theme.late, Rag.AMBER: theme.warning, Rag.GREEN: theme.good}.get(rag, theme.muted)


def date_words(mark: Mark, lang: Language, promise: bool = True) -> str:
    """Beside a milestone: its date, how late that is, what was promised where that differs, a tick where it is done."""
    day = format_date(mark.finish, lang, "day")
    if mark.status.rag is Rag.DONE:
        return f"{day} ✓"
    if mark.promise is None or not abs(mark.slip) >= 0.5:
        return day
    if not promise:
        return t("deck.moved", lang, date=day, days=mark.slip)
    return t("deck.was", lang, date=day, days=mark.slip, set=t(f"brief.set.{mark.promised}", lang),
             promise=format_date(mark.promise, lang, "day"))


def parts_of(roadmap: ExecutiveRoadmap, height: float) -> list[ExecutiveRoadmap]:
    """``roadmap`` in parts that each fit ``height``: first the lanes that need attention most, then the others, each in their order."""
    most = max(int((height - AXIS_HEIGHT - _FOOT) // _BAR_LINE), 1)
    driving = {bar.lane for bar in roadmap.bars if bar.driving}
    worst = sorted(roadmap.lanes, key=lambda lane: (
        roadmap.statuses[lane].rag.rank if lane in roadmap.statuses else Rag.UNKNOWN.rank, lane not in driving))
    groups = [worst[start : start + most] for start in range(0, len(worst), most)]
    return [replace(roadmap, lanes=tuple(lane for lane in roadmap.lanes if lane in group),
                    marks=tuple(mark for mark in roadmap.marks if mark.lane in group),
                    bars=tuple(bar for bar in roadmap.bars if bar.lane in group)) for group in groups]


def draw(page: Page, roadmap: ExecutiveRoadmap, top: float, bottom: float, lang: Language, today: dt.date | None) -> int:
    """The roadmap between the given edges; returns how many milestones found no room (the least important are left out)."""
    days = [day for mark in roadmap.marks for day in (mark.finish, mark.promise, *(mark.whisker or ())) if day is not None]
    days += [day for bar in roadmap.bars for day in (bar.start, bar.finish)]
    if not days:
        return 0
    theme, left, right = page.theme, page.frame.left, page.frame.right
    names = (right - left) * _NAMES
    near = [today] if today is not None and (min(days) - today).days < 60 and (today - max(days)).days < 60 else []
    scale = scale_of([*days, *near], left + names, right - left - names - _AFTER)
    height = bottom - top - AXIS_HEIGHT - _FOOT
    flags, style, heights = _fit(roadmap, scale, height, lang)
    air = min(max(height - sum(heights), 0.0) / max(len(heights), 1), _AIR_MOST)
    heights = [one + air for one in heights]
    y = top + AXIS_HEIGHT
    for number, (lane, tall) in enumerate(zip(roadmap.lanes, heights, strict=True)):
        if number % 2 == 0:
            page.add(Box(left, y, right - left, tall, theme.band))
        _lane_name(page, roadmap, lane, y, tall, names, lang)
        y += tall
    axis(page, scale, top, y, theme, lang, today)
    line = None if today is None or not scale.first <= today <= scale.last else scale.middle(today)
    y = top + AXIS_HEIGHT
    for number, (lane, tall) in enumerate(zip(roadmap.lanes, heights, strict=True)):
        behind = theme.band if number % 2 == 0 else theme.background
        middle = y + air / 2 + _BAR_LINE / 2
        mine = [flag for flag in flags if flag.mark.lane == lane]
        for bar in (one for one in roadmap.bars if one.lane == lane):
            _bar(page, bar, scale, middle, [flag.mark for flag in mine], lang)
        for flag in sorted(mine, key=lambda flag: flag.x):
            _mark(page, flag, style, scale, middle, line, behind)
        y += tall
    return len(roadmap.marks) - len(flags)


def _lane_name(page: Page, roadmap: ExecutiveRoadmap, lane: str, y: float, height: float, width: float, lang: Language) -> None:
    status, x = roadmap.statuses.get(lane), page.frame.left + 8
    middle = y + min(height, _BAR_LINE + _AIR_MOST) / 2
    name = lane or t("deck.no-lane", lang)
    with page.group(t("deck.lane", lang, name=name), "" if status is None else t(f"brief.rag-name.{status.rag.value}", lang)):
        if status is not None:
            page.add(Box(x, middle - 8, 16, 16, rag_colour(status.rag, page.theme), text=t(f"brief.rag-letter.{status.rag.value}", lang),
                         size=SMALLEST, colour=page.theme.background, name=f"status {name}"))
            x += 22
        room = page.frame.left + width - x - 6
        lines = fitted(name, room, 12, 2 if height >= 34 else 1, bold=True)
        top = max(middle - len(lines) * 12 * LINE / 2, y + 1)
        page.add(Words(x, top, room, len(lines) * 12 * LINE, tuple(lines), 12, page.theme.ink, True, whole=name))


def _fit(roadmap: ExecutiveRoadmap, scale: Scale, height: float, lang: Language) -> tuple[list[_Flag], _Style, list[float]]:
    """Labels as full as there is room for; where not even short ones fit, fewer milestones. And the height of every lane."""
    marks = sorted(roadmap.marks, key=lambda mark: (mark.pinned, mark.critical, mark.status.rag is Rag.RED, mark.promise is not None,
                                                    mark.finish))
    while True:
        for style in _STYLES:
            flags, heights = _hang(roadmap, marks, scale, style, lang)
            if sum(heights) <= height or not marks:
                return flags, style, heights
        del marks[0]


def _hang(roadmap: ExecutiveRoadmap, marks: Sequence[Mark], scale: Scale, style: _Style, lang: Language) -> tuple[list[_Flag], list[float]]:
    """The labels of ``marks`` from the last to the first, each on the highest row whose later poles it does not reach."""
    flags: list[_Flag] = []
    heights = []
    for lane in roadmap.lanes:
        hung: list[_Flag] = []
        for mark in sorted((one for one in marks if one.lane == lane), key=lambda one: one.finish, reverse=True):
            flag = _flag(mark, scale, style, lang)
            end = flag.x + _FLAG + flag.width + _NEAR
            hung.append(replace(flag, row=max((other.row + 1 for other in hung if end > other.x), default=0)))
        flags += hung
        heights.append(_BAR_LINE + (max(flag.row for flag in hung) + 1) * style.height + _PAD if hung else _BAR_LINE)
    return flags, heights


def _flag(mark: Mark, scale: Scale, style: _Style, lang: Language) -> _Flag:
    x = scale.middle(mark.finish)
    date = date_words(mark, lang, style.promise)
    room = min(_LABEL_MOST, scale.left + scale.width + _AFTER - x - _FLAG - 2)
    beside = measure(date, SMALLEST) + measure(" ", _NAME_SIZE) + 2 if style.lines == 1 else 0.0
    if style.lines == 2 and measure(date, SMALLEST) > room:
        date = date_words(mark, lang, promise=False)
    name = fitted(mark.name, max(room - beside, 24.0), _NAME_SIZE, bold=True)[0]
    wide = measure(name, _NAME_SIZE, bold=True)
    return _Flag(mark, x, 0, name, date, wide + beside + 2 if style.lines == 1 else max(wide, measure(date, SMALLEST)) + 1)


def _bar(page: Page, bar: Bar, scale: Scale, y: float, marks: Sequence[Mark], lang: Language) -> None:
    """One lane's work: dark where the date that matters hangs on it, pale where it is done; what lies after the promise in red."""
    theme = page.theme
    begin, end = scale.at(bar.start), scale.after(bar.finish)
    late = bar.slip >= 0.5 and bar.done < 1 and bar.promise is not None
    kept = max(scale.after(bar.promise), begin) if late and bar.promise is not None else end
    colour = theme.done if bar.done == 1 else theme.critical if bar.driving else theme.work
    name = bar.lane or t("deck.no-lane", lang)
    words = _bar_words(bar, marks, lang)
    with page.group(name, f"{bar.start.isoformat()}/{bar.finish.isoformat()}"):
        if kept > begin:
            page.add(Box(begin, y - _BAR / 2, max(kept - begin, _BAR_LEAST), _BAR, colour, name=f"bar {name}"))
        if late:
            page.add(Box(kept, y - _BAR / 2, max(end - kept, _BAR_LEAST), _BAR, pale(theme.late, theme),
                         name=f"{'late' if kept > begin else 'bar'} {name}"))
        if 0 < bar.done < 1:
            page.add(Box(begin, y + _BAR / 2 - 3, (end - begin) * bar.done, 3, theme.ink, name=f"progress {name}", about=f"{bar.done:.0%}"))
        width = measure(words, SMALLEST) + 2
        if words and all(not end - _DIAMOND < scale.middle(mark.finish) < end + width + _DIAMOND for mark in marks):
            page.add(Words(end + 6, y - SMALLEST * LINE / 2, width, SMALLEST * LINE, (words,), SMALLEST,
                           theme.late if late else theme.muted_text, name=f"date {name}"))


def _bar_words(bar: Bar, marks: Sequence[Mark], lang: Language) -> str:
    """What stands behind a bar: its last day, and how late that is; nothing where a milestone says it."""
    if any(abs((mark.finish - bar.finish).days) <= _SAME_DAYS for mark in marks):
        return ""
    day = format_date(bar.finish, lang, "day")
    late = bar.slip >= 0.5 and bar.done < 1
    return f"{day} ✓" if bar.done == 1 else t("deck.moved", lang, date=day, days=bar.slip) if late else day


def _mark(page: Page, flag: _Flag, style: _Style, scale: Scale, y: float, line: float | None, behind: str) -> None:
    """One milestone, its pole and its words; the words cover the line of the status date (at ``line``) where it runs through them."""
    mark, x, theme = flag.mark, flag.x, page.theme
    rag = mark.status.rag
    colour = theme.muted if rag is Rag.DONE else theme.late if rag is Rag.RED else theme.warning if rag is Rag.AMBER else theme.ink
    name = f"{mark.id} {mark.name}"
    hang = y + _BAR_LINE / 2 - 1 + flag.row * style.height
    with page.group(name, date_words(mark, "en") if mark.promise is None else f"{mark.finish.isoformat()} ({mark.promise.isoformat()})"):
        if mark.whisker is not None:
            low, high = scale.at(mark.whisker[0]), scale.after(mark.whisker[1])
            page.add(Box(low, y + _BAR / 2 + 1, max(high - low, 1), 3, pale(colour, theme), name=f"P10–P90 {name}",
                         about=f"{mark.whisker[0].isoformat()}/{mark.whisker[1].isoformat()}"))
        if flag.row:
            page.add(Line(x, y + _DIAMOND / 2, x, hang + _NAME_SIZE * LINE, theme.baseline, 0.5, name=f"pole {name}"))
        if mark.promise is not None and rag is not Rag.DONE and mark.promise != mark.finish:
            was = scale.middle(mark.promise)
            page.add(Line(was, y, x, y, colour, 1.0, "dot", name=f"slip {name}"),
                     Box(was - _DIAMOND / 2, y - _DIAMOND / 2, _DIAMOND, _DIAMOND, theme.background, theme.muted, 1.25, "diamond",
                         f"promised {name}", mark.promise.isoformat()))
        page.add(Box(x - _DIAMOND / 2, y - _DIAMOND / 2, _DIAMOND, _DIAMOND, colour, theme.background, 1.0, "diamond",
                     f"milestone {name}", mark.finish.isoformat()))
        left = x + _FLAG
        crossed = line is not None and left - 2 < line < left + flag.width + 2
        page.add(Label(left, hang, flag.width, style.height - 1, flag.name, flag.date, _NAME_SIZE, theme.ink,
                       {Rag.RED: theme.late, Rag.AMBER: theme.warning_text}.get(rag, theme.muted_text), style.lines == 2,
                       f"label {name}", behind if crossed else None))
