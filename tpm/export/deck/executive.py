"""The executive roadmap on a page: lanes with their status, diamonds at the forecast, the promise beside them, P10–P90 behind them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from tpm.charts.theme import Theme
from tpm.export.deck.canvas import LINE, Box, Line, Page, Words, fitted, measure, pale
from tpm.export.deck.timescale import AXIS_HEIGHT, Scale, axis, scale_of
from tpm.i18n import Language, format_date, t
from tpm.insight.review import Bar, ExecutiveRoadmap, Mark, Rag

_NAMES: Final = 168.0  # width of the lanes' names
_TALL: Final = 46.0  # of a line with the name over the diamond and the date under it
_SHORT: Final = 21.0  # of a line with both beside it
_NAME_SIZE: Final = 11.0
_DATE_SIZE: Final = 10.0
_DIAMOND: Final = 13.0
_BAR: Final = 12.0  # height of a lane's work
_LABEL_MOST: Final = 210.0  # points; a longer name is shortened in the middle
_FOOT: Final = 16.0  # for the date of today


@dataclass(frozen=True, slots=True)
class _Placed:
    mark: Mark
    lane: int
    line: int  # within its lane
    name: str
    date: str
    left: float  # of the words
    width: float


def rag_colour(rag: Rag, theme: Theme) -> str:
    """The colour of a status; always beside its letter."""
    return {Rag.RED: theme.late, Rag.AMBER: theme.warning, Rag.GREEN: theme.good}.get(rag, theme.muted)


def date_words(mark: Mark, lang: Language) -> str:
    """Under a diamond: its date, what was promised where that differs, a tick where it is done."""
    day = format_date(mark.finish, lang, "day")
    if mark.status.rag is Rag.DONE:
        return f"{day} ✓"
    if mark.promise is not None and abs(mark.slip) >= 0.5:
        return t("deck.was", lang, date=day, set=t(f"brief.set.{mark.promised}", lang), promise=format_date(mark.promise, lang, "day"))
    return day


def draw(page: Page, roadmap: ExecutiveRoadmap, top: float, bottom: float, left: float, right: float, theme: Theme, lang: Language,
         today: dt.date | None) -> int:
    """The roadmap between the given edges; returns how many marks found no room (the least important are left out)."""
    days = [day for mark in roadmap.marks for day in (mark.finish, mark.promise, *(mark.whisker or ())) if day is not None]
    days += [day for bar in roadmap.bars for day in (bar.start, bar.finish)]
    if not days:
        return 0
    scale = scale_of([*days, *([today] if today is not None else [])], left + _NAMES, right - left - _NAMES)
    height = bottom - top - AXIS_HEIGHT - _FOOT
    placed, lines, tall = _place(roadmap, scale, height, lang)
    size = min(height / max(sum(lines), 1), _TALL * 1.35 if tall else _SHORT * 1.5)
    axis_bottom = top + AXIS_HEIGHT + size * sum(lines)
    starts: list[float] = []
    y = top + AXIS_HEIGHT
    for number, (lane, count) in enumerate(zip(roadmap.lanes, lines, strict=True)):
        starts.append(y)
        tall_lane = size * count
        if number % 2 == 0:
            page.add(Box(left, y, right - left, tall_lane, theme.band, name=f"lane {lane}".strip()))
        _lane_name(page, roadmap, lane, left, y, tall_lane, theme, lang)
        y += tall_lane
    axis(page, scale, top, axis_bottom, theme, lang, today)
    for number, lane in enumerate(roadmap.lanes):
        for bar in (one for one in roadmap.bars if one.lane == lane):
            _bar(page, bar, scale, starts[number] + size * 0.5, theme, lang)
    line = None if today is None or not scale.first <= today <= scale.last else scale.middle(today)
    for one in placed:
        behind = theme.band if one.lane % 2 == 0 else theme.background
        _mark(page, one, scale, starts[one.lane] + size * (one.line + 0.5), tall, theme, line, behind)
    return len(roadmap.marks) - len(placed)


def _lane_name(page: Page, roadmap: ExecutiveRoadmap, lane: str, left: float, y: float, height: float, theme: Theme,
               lang: Language) -> None:
    status = roadmap.statuses.get(lane)
    x = left + 8
    if status is not None:
        letter = t(f"brief.rag-letter.{status.rag.value}", lang)
        box = min(18.0, height - 2)
        page.add(Box(x, y + height / 2 - box / 2, box, box, rag_colour(status.rag, theme), text=letter, size=min(11.0, box * 0.62),
                     colour=theme.background,
                     name=f"status {lane}", about=t(f"brief.rag-name.{status.rag.value}", lang)))
        x += 26
    name = lane or t("deck.no-lane", lang)
    width = left + _NAMES - x - 6
    lines = fitted(name, width, 12, 2 if height >= 34 else 1, bold=True)
    page.add(Words(x, y + height / 2 - len(lines) * 12 * LINE / 2, width, len(lines) * 12 * LINE, tuple(lines), 12, theme.ink, True))


def _place(roadmap: ExecutiveRoadmap, scale: Scale, height: float, lang: Language) -> tuple[list[_Placed], list[int], bool]:
    """Marks on as few lines a lane as their words allow; tall lines where they fit, else short ones, else fewer marks."""
    marks = list(roadmap.marks)
    while True:
        for tall in (True, False):
            placed, lines = _pack(roadmap, marks, scale, tall, lang)
            if sum(lines) * (_TALL if tall else _SHORT) <= height or (not tall and len(marks) <= len(roadmap.lanes)):
                return placed, lines, tall
        if not marks:
            return placed, lines, False
        marks.remove(min(marks, key=lambda mark: (mark.pinned, mark.critical, mark.status.rag is Rag.RED, mark.promise is not None,
                                                  mark.finish)))


def _pack(roadmap: ExecutiveRoadmap, marks: list[Mark], scale: Scale, tall: bool, lang: Language) -> tuple[list[_Placed], list[int]]:
    placed: list[_Placed] = []
    lines: list[int] = []
    for lane, label in enumerate(roadmap.lanes):
        ends = [_bar_words(bar, scale, lang)[2] for bar in roadmap.bars if bar.lane == label]
        for mark in (one for one in marks if one.lane == label):
            one, begin, end = _words(mark, lane, scale, tall, lang)
            line = next((number for number, taken in enumerate(ends) if taken + 8 <= begin), len(ends))
            if line == len(ends):
                ends.append(end)
            ends[line] = end
            placed.append(_Placed(mark, lane, line, one.name, one.date, one.left, one.width))
        lines.append(max(len(ends), 1))
    return placed, lines


def _bar_words(bar: Bar, scale: Scale, lang: Language) -> tuple[str, float, float]:
    """What stands beside a bar, where it begins and where it ends: its last day, and how late that is."""
    late = bar.slip >= 0.5 and bar.done < 1
    day = format_date(bar.finish, lang, "day")
    words = f"{day} ✓" if bar.done == 1 else f"{day} · {t('deck.signed-days', lang, days=bar.slip)}" if late else day
    width = measure(words, _DATE_SIZE) + 2
    left = scale.after(bar.finish) + 6
    if left + width > scale.left + scale.width:
        left = max(scale.at(bar.start) - 6 - width, scale.left)
    return words, left, max(scale.after(bar.finish), left + width)


def _bar(page: Page, bar: Bar, scale: Scale, y: float, theme: Theme, lang: Language) -> None:
    """One lane's work: dark where the date that matters hangs on it, pale where it is done; what lies after the promise in red."""
    begin, end = scale.at(bar.start), scale.after(bar.finish)
    late = bar.slip >= 0.5 and bar.done < 1 and bar.promise is not None
    kept = max(scale.after(bar.promise), begin) if late and bar.promise is not None else end
    colour = theme.done if bar.done == 1 else theme.critical if bar.driving else theme.work
    about = f"{bar.start.isoformat()}/{bar.finish.isoformat()}"
    if kept > begin:
        page.add(Box(begin, y - _BAR / 2, max(kept - begin, 1.5), _BAR, colour, name=bar.lane, about=about))
    if late:
        page.add(Box(kept, y - _BAR / 4, max(end - kept, 1.5), _BAR / 2, pale(theme.late, theme), name=f"late {bar.lane}", about=about))
    if 0 < bar.done < 1:
        page.add(Box(begin, y + _BAR / 2 - 3, (end - begin) * bar.done, 3, theme.ink, name=f"progress {bar.lane}", about=f"{bar.done:.0%}"))
    words, left, _ = _bar_words(bar, scale, lang)
    width = measure(words, _DATE_SIZE) + 2
    ink = theme.late if late else theme.muted_text
    page.add(Words(left, y - _DATE_SIZE * LINE / 2, width, _DATE_SIZE * LINE, (words,), _DATE_SIZE, ink))


def _words(mark: Mark, lane: int, scale: Scale, tall: bool, lang: Language) -> tuple[_Placed, float, float]:
    """The words of a mark and the stretch that mark and words take."""
    x = scale.middle(mark.finish)
    drawn = [x - _DIAMOND / 2, x + _DIAMOND / 2]
    if mark.promise is not None and mark.status.rag is not Rag.DONE:
        drawn += [scale.middle(mark.promise) - _DIAMOND / 2, scale.middle(mark.promise) + _DIAMOND / 2]
    if mark.whisker is not None:
        drawn += [scale.at(mark.whisker[0]), scale.after(mark.whisker[1])]
    edge = scale.left + scale.width
    date = date_words(mark, lang)
    name = fitted(mark.name, min(_LABEL_MOST, scale.width * 0.45), _NAME_SIZE, bold=True)[0]
    if tall:
        width = max(measure(name, _NAME_SIZE, bold=True), measure(date, _DATE_SIZE)) + 2
        left = min(max(x - width / 2, scale.left), edge - width)
    else:
        width = measure(name, _NAME_SIZE, bold=True) + 6 + measure(date, _DATE_SIZE) + 2
        left = max(drawn) + 5
        if left + width > edge:
            left = min(drawn) - 5 - width
            if left < scale.left:
                room = max(edge - max(drawn), min(drawn) - scale.left) - measure(date, _DATE_SIZE) - 14
                name = fitted(mark.name, max(room, 20), _NAME_SIZE, bold=True)[0]
                width = measure(name, _NAME_SIZE, bold=True) + 6 + measure(date, _DATE_SIZE) + 2
                left = max(drawn) + 5 if max(drawn) + 5 + width <= edge else max(min(drawn) - 5 - width, scale.left)
    return _Placed(mark, lane, 0, name, date, left, width), min(*drawn, left), max(*drawn, left + width)


def _mark(page: Page, one: _Placed, scale: Scale, y: float, tall: bool, theme: Theme, line: float | None, behind: str) -> None:
    """One mark and its words; where the line of the status date (at ``line``) runs through words, it pauses there."""
    mark, x = one.mark, scale.middle(one.mark.finish)
    rag = mark.status.rag
    colour = theme.muted if rag is Rag.DONE else theme.late if rag is Rag.RED else theme.warning if rag is Rag.AMBER else theme.ink
    name = f"{mark.id} {mark.name}"
    if mark.whisker is not None:
        low, high = (scale.at(mark.whisker[0]), scale.after(mark.whisker[1]))
        page.add(Box(low, y - 4, max(high - low, 1), 8, pale(colour, theme), name=f"P10–P90 {name}",
                     about=f"{mark.whisker[0].isoformat()}/{mark.whisker[1].isoformat()}"))
    if mark.promise is not None and rag is not Rag.DONE and mark.promise != mark.finish:
        was = scale.middle(mark.promise)
        page.add(Line(was, y, x, y, colour, 1.0, "dot"),
                 Box(was - _DIAMOND / 2, y - _DIAMOND / 2, _DIAMOND, _DIAMOND, theme.background, theme.baseline, 1.25, "diamond",
                     f"promised {name}", mark.promise.isoformat()))
    page.add(Box(x - _DIAMOND / 2, y - _DIAMOND / 2, _DIAMOND, _DIAMOND, colour, theme.critical_outline if mark.critical else None, 1.25,
                 "diamond", name, mark.finish.isoformat()))
    date_colour = colour if rag in (Rag.RED, Rag.AMBER) else theme.muted_text
    date_colour = theme.warning_text if rag is Rag.AMBER else date_colour
    texts: list[Words] = []
    if tall:
        texts = [Words(one.left, y - _DIAMOND / 2 - 2 - _NAME_SIZE * LINE, one.width, _NAME_SIZE * LINE, (one.name,), _NAME_SIZE, theme.ink,
                       True, "center", name),
                 Words(one.left, y + _DIAMOND / 2 + 1, one.width, _DATE_SIZE * LINE, (one.date,), _DATE_SIZE, date_colour, False, "center")]
    else:
        width = measure(one.name, _NAME_SIZE, bold=True) + 2
        texts = [Words(one.left, y - _NAME_SIZE * LINE / 2, width, _NAME_SIZE * LINE, (one.name,), _NAME_SIZE, theme.ink, True,
                       "left", name),
                 Words(one.left + width + 4, y - _DATE_SIZE * LINE / 2, one.width - width - 4 + 0.5, _DATE_SIZE * LINE, (one.date,),
                       _DATE_SIZE, date_colour)]
    for words in texts:
        wide = measure(words.lines[0], words.size, bold=words.bold)
        begin = words.x + (words.width - wide) / 2 if words.align == "center" else words.x
        if line is not None and begin - 2 < line < begin + wide + 2:
            page.add(Box(line - 2, words.y, 4, words.height, behind, name="pause"))
    page.add(*texts)
