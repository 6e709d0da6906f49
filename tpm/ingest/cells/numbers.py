"""Durations, shares and plain numbers as people write them.

Durations come out in working days: a week is five of them (seven where the plan works seven days), a month twenty, a
day eight hours. "3ed" and "3 elapsed days" are calendar days and say so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tpm.ingest.lexicon.headers import key, vocabulary
from tpm.ingest.lexicon.words import in_figures, is_empty_word, state_of
from tpm.model import State

HOURS_PER_DAY: Final = 8.0
DAYS_PER_MONTH: Final = 20.0  # as scheduling tools count
MONTHS_PER_YEAR: Final = 12.0
_PART: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\d\s+&,;()~\-–?]*)")
_RANGE: Final = re.compile(r"^(\d++(?:\.\d++)?)\s*+([^\d\s]*?)\s*+(?:-|–|~|to)\s*+(\d++(?:\.\d++)?)\s*+(.*)$", re.I)
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NUMBER: Final = re.compile(r"[-+−]?\d+(?:\.\d+)?")
_LONGEST: Final = 80  # characters; a longer text is prose
_LONGEST_IN_WORDS: Final = 30  # the same for a number in words
_FRACTION: Final = re.compile(r"(?:(?<!\d)(\d++)\s*+|(?<![\d\s])\s++)?([¼½¾⅓⅔])")
_MONTHS: Final = re.compile(r"(?<=\d)\s*M$")  # "2M" is months; "2m" is what scheduling tools write for minutes
_DIGIT: Final = re.compile(r"\d")
_FIGURE: Final = re.compile(r"[\d¼½¾⅓⅔]")
_BETWEEN: Final = " +&,()?.-and"  # characters between and around the parts of a duration: "2w and 3d"
_LONGEST_REST: Final = 3  # other characters that may be left over
_LEADS: Final = re.compile(r"~|est|approx|about|ca|circa|elapsed|calendar")
_ELAPSED_FIRST: Final = re.compile(r"^e(\d{1,9}(?:[.,]\d{1,9})?)\s{0,3}(?=[a-z])")  # "e5d", as Smartsheet writes five elapsed days
_ELAPSED_SHORT: Final = re.compile(r"^e(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Duration:
    """Working days, or calendar days where ``elapsed``; ``low`` and ``high`` where a range was given."""

    days: float
    elapsed: bool = False
    low: float | None = None
    high: float | None = None
    unit: str | None = None  # as written in the cell


def days_in(unit: str, days_per_week: float) -> float:
    """Working days of one ``unit`` (seconds, minutes, hours, days, weeks, months, years)."""
    return {
        "seconds": 1 / 3600 / HOURS_PER_DAY,
        "minutes": 1 / 60 / HOURS_PER_DAY,
        "hours": 1 / HOURS_PER_DAY,
        "days": 1.0,
        "weeks": days_per_week,
        "months": DAYS_PER_MONTH * days_per_week / 5,
        "years": DAYS_PER_MONTH * MONTHS_PER_YEAR * days_per_week / 5,
    }[unit]


def _is_prose(text: str) -> bool:
    """No digit, or words before the first one that no duration begins with."""
    digit = _DIGIT.search(text)
    if digit is None:
        return True
    lead = text[: digit.start()].casefold().strip(_BETWEEN)
    return len(lead) > _LONGEST_REST and not _LEADS.search(lead)


@lru_cache(maxsize=32768)
def duration(text: str, unit: str, days_per_week: float = 5.0) -> Duration | None:
    """A duration text in working days; ``unit`` counts where the text names none. None when it is no duration."""
    if len(text) > _LONGEST:
        return None
    if _FIGURE.search(text) is None:
        if len(text) > _LONGEST_IN_WORDS or (figures := in_figures(text)) is None:
            return None
        text = figures.rstrip(".")
    if text.isascii() and _is_prose(text):
        return None
    whole = _FRACTION.sub(lambda found: str(float(found[1] or 0) + unicodedata.numeric(found[2])), text.strip())
    whole = _MONTHS.sub("mo", whole)
    plain = _THOUSANDS.sub("", unicodedata.normalize("NFKC", whole).casefold()).lstrip("~≈약 ")
    plain = re.sub(r"(?<=[\d\s])(?:elapsed|calendar)\s*", "e", plain)
    plain = _ELAPSED_FIRST.sub(r"\1e", plain)
    plain = re.sub(r"^(?:est|approx|about|ca|circa)\.?\s*", "", plain).rstrip("?")
    if not plain or not any(char.isdigit() for char in plain) or len(plain) > 40:
        return None
    if match := _RANGE.match(plain):
        named = match[4].strip() or match[2].strip()
        low, high = _one(match[1], match[2] or named, unit, days_per_week), _one(match[3], named, unit, days_per_week)
        if low is None or high is None or high.days < low.days:
            return None
        return Duration((low.days + high.days) / 2, low.elapsed, low.days, high.days, high.unit)
    parts = _PART.findall(plain)
    rest = _PART.sub("", plain).strip(_BETWEEN)
    if not parts or len(rest) > _LONGEST_REST or plain.startswith("-"):
        return None
    found = [_one(number, word + (rest if len(parts) == 1 and not word else ""), unit, days_per_week) for number, word in parts]
    if any(item is None for item in found):
        words = re.sub(r"[\d.,]+", "", plain).strip()
        return _one(parts[0][0], words, unit, days_per_week) if len(parts) == 1 else None
    kept = [item for item in found if item is not None]
    return Duration(sum(item.days for item in kept), kept[0].elapsed, unit=kept[0].unit)


def _one(number: str, word: str, unit: str, days_per_week: float) -> Duration | None:
    units = vocabulary().units
    wanted = key(word)
    elapsed = False
    if wanted and wanted not in units:
        trimmed = _ELAPSED_SHORT.sub("", wanted)
        for mark in ("elapsed", "calendar", "달력", "역일", "暦"):
            trimmed = trimmed.replace(mark, "")
        elapsed = trimmed != wanted and (trimmed in units or not trimmed)
        wanted = trimmed
    named = units.get(wanted) if wanted else unit
    if named is None or named == "points":
        return None
    value = float(number.replace(",", "."))
    if elapsed:
        return Duration(value * {"days": 1, "weeks": 7, "months": 30, "hours": 1 / 24}.get(named, 1), True, unit=named)
    return Duration(value * days_in(named, days_per_week), unit=named if word else None)


@lru_cache(maxsize=16384)
def number(text: str) -> float | None:
    """The number that a text is or begins with ("300,000 CHF", "₩1,200"), or None."""
    if len(text) > _LONGEST:
        return None
    plain = _THOUSANDS.sub("", unicodedata.normalize("NFKC", text).strip()).replace("−", "-").replace(",", ".", 1)
    found = _NUMBER.search(plain)
    if found is None or len(plain) > 40:
        return None
    outside = (plain[: found.start()] + plain[found.end() :]).strip()
    return float(found[0].replace("−", "-")) if len(outside) <= 8 else None


@lru_cache(maxsize=8192)
def share(text: str) -> tuple[float, bool] | None:
    """(value, is a percentage) of a progress text: "50%" → (0.5, True), "50" → (50.0, False), "완료" → (1.0, True)."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if "%" in plain:
        found = _NUMBER.search(plain.replace(",", "."))
        return (float(found[0]) / 100, True) if found else None
    if match := re.fullmatch(r"(\d+)\s*/\s*(\d+)", plain):
        return (int(match[1]) / int(match[2]), True) if int(match[2]) else None
    try:
        return float(plain.replace(",", ".")), False
    except ValueError:
        pass
    if is_empty_word(plain):
        return None
    state = state_of(plain)
    if state is State.DONE:
        return 1.0, True
    return (0.0, True) if state is State.NOT_STARTED else None
