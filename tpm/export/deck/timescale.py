"""Dates along the width of a page: where a day lies, and the months or quarters over it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from tpm.charts.theme import Theme
from tpm.export.deck.canvas import Line, Page, Words, measure
from tpm.i18n import Language, format_date, t

_MONTH_PT: Final = 34.0  # narrower months are told by the quarter
_QUARTER_PT: Final = 26.0  # narrower quarters by the year
AXIS_HEIGHT: Final = 30.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Days from ``first`` to ``last`` (inclusive) over ``width`` points from ``left``."""

    first: dt.date
    last: dt.date
    left: float
    width: float

    @property
    def day(self) -> float:
        """Points a day."""
        return self.width / ((self.last - self.first).days + 1)

    def at(self, day: dt.date) -> float:
        """Where ``day`` opens; outside days are held at the edges."""
        return self.left + min(max((day - self.first).days * self.day, 0.0), self.width)

    def after(self, day: dt.date) -> float:
        """Where ``day`` ends."""
        return self.at(day + dt.timedelta(days=1))

    def middle(self, day: dt.date) -> float:
        """The middle of ``day``."""
        return (self.at(day) + self.after(day)) / 2


def scale_of(days: list[dt.date], left: float, width: float) -> Scale:
    """A scale over ``days`` with air at both ends, beginning with a month. Raises ``ValueError`` without a day."""
    first, last = min(days), max(days)
    air = max((last - first).days // 24, 5)
    begin = (first - dt.timedelta(days=air)).replace(day=1) if (last - first).days > 60 else first - dt.timedelta(days=air)
    return Scale(begin, last + dt.timedelta(days=air), left, width)


def axis(page: Page, scale: Scale, top: float, bottom: float, theme: Theme, lang: Language, today: dt.date | None) -> None:
    """Months over years (quarters, or years alone, where they would be too narrow), the grid, and the status date dashed."""
    with page.group(t("deck.axis", lang), f"{scale.first.isoformat()}/{scale.last.isoformat()}"):
        _units(page, scale, top, bottom, theme, lang)
    if today is not None and scale.first <= today <= scale.last:
        label = t("deck.today", lang, date=format_date(today, lang, "day"))
        with page.group(t("deck.status-date", lang), label):
            _today(page, scale, top, bottom, theme, label, scale.middle(today))


def _units(page: Page, scale: Scale, top: float, bottom: float, theme: Theme, lang: Language) -> None:
    unit = 1 if scale.day * 30 >= _MONTH_PT else 3 if scale.day * 91 >= _QUARTER_PT else 12
    months = [month for month in _months(scale) if (month.month - 1) % unit == 0]
    if unit == 1 and scale.first.day > 1:
        months.insert(0, scale.first)  # the rest of a month that began before
    said: int | None = None
    for month in months:
        x = scale.at(month)
        if month > scale.first:
            page.add(Line(x, top + AXIS_HEIGHT, x, bottom, theme.grid))
        name = _unit_name(month, unit, lang)
        width = measure(name, 10)
        year = str(month.year) if lang == "en" else f"{month.year}년"
        end = scale.at((month.replace(day=1) + dt.timedelta(days=32 * unit)).replace(day=1))
        if end - x >= max(width, measure(year, 10) if said != month.year else 0.0) + 4:
            page.add(Words(x + 3, top + 14, width + 2, 13, (name,), 10, theme.muted_text))
            if unit < 12 and said != month.year:
                page.add(Words(x + 3, top, measure(year, 10) + 2, 13, (year,), 10, theme.muted_text))
                said = month.year


def _today(page: Page, scale: Scale, top: float, bottom: float, theme: Theme, label: str, x: float) -> None:
    page.add(Line(x, top + AXIS_HEIGHT, x, bottom, theme.ink, 1.25, "dash"))
    width = measure(label, 10)
    left = min(max(x - width / 2, scale.left), scale.left + scale.width - width - 2)
    page.add(Words(left, bottom + 1, width + 2, 13, (label,), 10, theme.ink))


def _unit_name(month: dt.date, unit: int, lang: Language) -> str:
    if unit == 12:
        return str(month.year) if lang == "en" else f"{month.year}년"
    if unit == 3:
        quarter = (month.month - 1) // 3 + 1
        return f"Q{quarter}" if lang == "en" else f"{quarter}분기"
    return f"{month.month}월" if lang == "ko" else format_date(month, "en", "month").split()[0]


def _months(scale: Scale) -> list[dt.date]:
    month = scale.first.replace(day=1)
    out = []
    while month <= scale.last:
        if month >= scale.first:
            out.append(month)
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return out
