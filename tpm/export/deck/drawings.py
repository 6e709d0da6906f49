"""Pictures inside a page: how sure the date is, where a slip comes from, the matrix of risks."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np

from tpm.charts.cell_packing import Grid
from tpm.charts.cell_packing import place as spread
from tpm.export.deck.canvas import SMALLEST, Box, Line, Page, measure, pale
from tpm.export.deck.timescale import AXIS_HEIGHT, axis, scale_of
from tpm.i18n import Language, format_date, t
from tpm.insight.changes.attribution import Slip, by_source
from tpm.insight.changes.summary import Summary, how_words, whose_words
from tpm.insight.review.facts import Facts
from tpm.insight.risks.register import Register
from tpm.model import SimulationResult

_DAYS: Final = 45  # that a distribution shows one by one
_PARTS: Final = 8  # rows of a slip's causes
_LABEL_LINE: Final = 15.0
_CIRCLE_LEAST: Final = 17.0  # holds two figures of the smallest size


def distribution(page: Page, simulation: SimulationResult, facts: Facts, x: float, top: float, width: float, height: float,
                 lang: Language) -> None:
    """How many runs end when, as columns; and over them the promise, the forecast, P50 and P80."""
    assert facts.last is not None
    days = simulation.finish_days.astype("datetime64[D]")
    promise = facts.promise(facts.last)
    marks = [(t("deck.likely", lang, share=share), simulation.percentile(share), page.theme.critical) for share in (0.5, 0.8)]
    if promise is not None:
        marks.append((t(f"brief.set.{facts.promise_kind(facts.last)}", lang), promise, page.theme.late))
    near = [dt.date.fromisoformat(str(day)) for day in (days[0], days[-1])]
    scale = scale_of([*near, *(day for _, day, _ in marks)], x, width)
    labels = _LABEL_LINE * len(marks)
    bottom = top + height - 2
    axis(page, scale, top, bottom, page.theme, lang, None)
    most = bottom - top - AXIS_HEIGHT - labels
    span = (near[1] - near[0]).days + 1
    edges = np.arange(0, span + 7, 7) if span > _DAYS else np.arange(0, span + 1)  # whole weeks: each has the same working days
    counts, _ = np.histogram((days - days[0]).astype(int), bins=edges, weights=simulation.finish_counts)
    with page.group(t("deck.distribution", lang), t("deck.distribution-about", lang, runs=simulation.runs, first=near[0], last=near[1])):
        for count, begin, end in zip(counts, edges, edges[1:], strict=False):
            left, right = (scale.at(near[0]) + edge * scale.day for edge in (begin, end))
            if count:
                tall = most * count / counts.max()
                page.add(Box(left, bottom - tall, max(right - left - 0.6, 0.6), tall, page.theme.work))
        page.add(Line(x, bottom, x + width, bottom, page.theme.rule))
    for row, (word, day, colour) in enumerate(sorted(marks, key=lambda mark: mark[1])):
        at, y = scale.middle(day), top + AXIS_HEIGHT + row * _LABEL_LINE
        words = f"{word} {format_date(day, lang, 'day')}"
        wide = measure(words, 11, bold=True) + 2
        with page.group(word, words):
            page.add(Line(at, y + 2, at, bottom, colour, 1.5))
            left = at + 4 if at + 4 + wide <= x + width else at - 4 - wide
            page.write(left, y, wide, words, 11, colour, bold=True, name=words)


def causes(page: Page, summary: Summary, slip: Slip, top: float, height: float, lang: Language) -> None:
    """Where the days between two versions come from: each bar begins where the one above it ended, and they add up."""
    frame, theme = page.frame, page.theme
    parts = by_source(slip, _PARTS)
    running = np.cumsum([0.0, *(part.days for part in parts)])
    low, span = float(running.min()), max(float(running.max() - running.min()), 1.0)
    names = frame.inner * 0.48
    unit = (frame.inner - names - 90) / span
    row = min(height / (len(parts) + 2), 34.0)

    def ended(position: float, days: float) -> float:
        return frame.left + names + (position + days - low) * unit

    def heading(y: float, day: dt.date | None, lands: dt.date) -> None:
        since = t("deck.then", lang, date=day) if day is not None else t("deck.then-unknown", lang)
        words = f"{since}: {format_date(lands, lang, 'fulldate')}"
        page.write(frame.left, y + (row - 14) / 2, frame.inner, words, 12, theme.ink, bold=True)

    heading(top, summary.earlier, slip.before)
    for number, part in enumerate(parts):
        y = top + row * (number + 1)
        times = summary.estimates.get(part.items[0], 0) if len(part.items) == 1 else 0
        said, how = whose_words(part, lang), how_words(part, lang, times)
        words = f"{said} · {how}" if how != said else said
        colour = theme.late if part.days > 0 else theme.good
        with page.group(words, t("deck.signed-days", lang, days=part.days)):
            left, right = sorted((ended(running[number], 0), ended(running[number], part.days)))
            page.write(frame.left, y + (row - 14) / 2, names - 12, words, 11.5, theme.ink)
            page.add(Box(left, y + row * 0.2, max(right - left, 1.5), row * 0.6, colour, name=f"bar {words}"))
            page.write(right + 6, y + (row - 14) / 2, 70, t("deck.signed-days", lang, days=part.days), 11.5, colour, bold=True)
        if number + 1 < len(parts):
            at = ended(running[number + 1], 0)
            page.add(Line(at, y + row * 0.8, at, y + row * 1.2, theme.baseline))
    heading(top + row * (len(parts) + 1), summary.later, slip.after)


def matrix(page: Page, register: Register, width: float, lang: Language) -> int:
    """Five by five cells with the risks' numbers at the left of the page; returns how many are drawn."""
    frame, theme = page.frame, page.theme
    named = 62.0
    left, top = frame.left + named, frame.top + 14
    wide, tall = (width - named) / 5, min(64.0, (frame.bottom - top - 50) / 5)
    tint = {zone: pale(colour, theme) for zone, colour in (("high", theme.late), ("medium", theme.warning), ("low", theme.good))}
    with page.group(t("deck.matrix", lang), t("deck.matrix-about", lang)):
        for probability in range(1, 6):
            for impact in range(1, 6):
                zone = register.scale.zone(probability * impact)
                page.add(Box(left + (impact - 1) * wide + 1, top + (5 - probability) * tall + 1, wide - 2, tall - 2, tint[zone],
                             name=f"cell {probability}×{impact}"))
        for level, name in enumerate(register.scale.probability_names(lang)):
            page.write(frame.left, top + (4 - level) * tall + tall / 2 - 6, 56, name, SMALLEST, theme.muted_text, align="right")
        for level, name in enumerate(register.scale.impact_names(lang)):
            page.write(left + level * wide, top + 5 * tall + 4, wide, name, SMALLEST, theme.muted_text, align="center")
        page.write(frame.left, top - 16, 120, t("risks.heatmap.probability", lang), SMALLEST, theme.muted_text)
        page.write(left, top + 5 * tall + 18, 5 * wide, t("risks.heatmap.impact", lang), SMALLEST, theme.muted_text, align="center")
    grid = Grid(wide, tall)
    cells: dict[tuple[int, int], list[int]] = {}
    rated = register.rated[register.rated["open"] | register.rated["occurred"]]
    for row in rated.to_dict("records"):
        cells.setdefault((int(row["impact_level"]) - 1, 5 - int(row["probability_level"])), []).append(int(row["number"]))
    diameter = max(grid.diameter(max((len(numbers) for numbers in cells.values()), default=1)), _CIRCLE_LEAST)
    across, down = grid.capacity(diameter)
    cells = {cell: numbers[: across * down] for cell, numbers in cells.items()}
    titles = dict(zip(rated["number"], rated["title"], strict=True))
    for number, (x, y) in spread(grid, cells, diameter).items():
        page.add(Box(left + x - diameter / 2, top + y - diameter / 2, diameter, diameter, theme.ink, shape="ellipse", text=str(number),
                     size=SMALLEST, colour=theme.background, name=f"risk {number} {titles[number]}", about=str(titles[number])))
    return sum(len(numbers) for numbers in cells.values())


__all__ = ["causes", "distribution", "matrix"]
