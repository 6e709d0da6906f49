"""What the cells of a column look like, and how well that fits a field.

Only a sample is looked at (the first 120 filled cells), because it decides nothing but which header to believe.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Final

from tpm.ingest.cells.anchors import relative
from tpm.ingest.cells.dates import Reading, from_serial, is_date, is_range
from tpm.ingest.cells.numbers import duration, number, share
from tpm.ingest.lexicon.words import flag_of, is_empty_word, is_everyone, is_unscheduled, level_of, state_of, surnames
from tpm.ingest.opening.grid import Cell, as_text

_SAMPLE: Final = 120  # filled cells
_LOOKED: Final = 60  # different texts among them, from which not every one is read
_OUTLINE: Final = re.compile(r"^[A-Za-z]{0,4}[-.]?\d+(?:[.\-][A-Za-z]{0,3}\d+)*\.?$")  # "1.2.3", "1.1.CD2", "A-7"
# 2026.03.05, 20260305, 5.3.2026, 05.03.26: dates, though they look like outline numbers
_DOTTED: Final = re.compile(
    r"^(?:19|20)\d{2}\.[01]?\d\.[0-3]?\d$|^(?:19|20)\d{2}[01]\d[0-3]\d$|^[0-3]?\d\.[01]?\d\.(?:19|20)\d{2}$|^[0-3]\d\.[01]\d\.\d{2}$"
)
_CODE: Final = re.compile(r"^[A-Za-z가-힣]{1,8}[-_.# ]?\d+(?:[.\-_]\d+)*$")
_ADDRESS: Final = re.compile(r"^(?:https?://|www\.)|^[^@\s]+@[^@\s]+\.[a-z]{2,}", re.I)
_TIME: Final = re.compile(r"^\d{1,2}:\d\d(?::\d\d)?$")
_HOURS: Final = re.compile(r"^\d{1,2}[:.h]\d\d\s?[-~–—]\s?\d{1,2}[:.h]\s?\d\d$")  # "9:00 - 10:30"
SHORT: Final = 20  # characters up to which a text may be a name, a status, a group
LONG: Final = 60  # characters from which a text is prose
_MOST_CHARACTERS, _MOST_PEOPLE, _MOST_WORDS = 60, 6, 4  # of a text that names people
_LONGEST_UNCASED: Final = 6  # characters of a name in a script without capitals
_AND: Final = re.compile(r"[,/&;+\n·|]|\s(?:and|und|et|y|e|en|og|och|i|и)\s")  # between people
_NAME: Final = re.compile(r"[^\W\d_]+(?:['’.\-][^\W\d_]+)*$")
_PARTICLES: Final = frozenset(
    ("de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "van", "von", "der", "den", "ter", "bin", "al", "el", "ibn")
)
_SPAN: Final = re.compile(r"^\d{1,3}\s?[-–~]\s?\d{1,3}$")  # "5-9" may be days from to as well as a date
_PLAIN: Final = re.compile(r"^[-+−]?\d+(?:[.,]\d+)*$")


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares (0–1) of the filled cells of a column that read as something."""

    count: int = 0  # filled cells in the sample
    dates: float = 0.0  # typed dates and texts that read as dates
    typed_dates: float = 0.0
    open_dates: float = 0.0  # "TBD", "D+5"
    ranges: float = 0.0  # "2 March – 6 March"
    serials: float = 0.0  # numbers that could be day numbers
    times: float = 0.0  # times of day
    hours: float = 0.0  # from one time of day to another
    numbers: float = 0.0  # typed numbers and texts that are nothing else
    fractions: float = 0.0  # numbers from 0 to 1
    durations: float = 0.0  # texts with a unit
    percents: float = 0.0
    states: float = 0.0
    levels: float = 0.0
    flags: float = 0.0
    outlines: float = 0.0  # "1.2.3"
    codes: float = 0.0  # "AB-12"
    addresses: float = 0.0  # of pages and mail
    people: float = 0.0  # names of one person or a few
    texts: float = 0.0  # texts that are neither a number nor a date
    short: float = 0.0  # texts of at most SHORT characters
    prose: float = 0.0  # texts of more than LONG characters
    lines: float = 0.0  # texts of several lines
    distinct: float = 0.0
    length: float = 0.0  # mean characters of the texts
    words: float = 0.0  # mean words of the texts


SHARES: Final = tuple(one.name for one in fields(Profile) if one.name not in ("count", "distinct", "length", "words"))


def profile(cells: Iterable[Cell]) -> Profile:
    """The profile of a column's data cells."""
    filled = []
    for cell in cells:
        if cell == "" or (isinstance(cell, str) and (cell.isspace() or is_empty_word(cell))):
            continue
        filled.append(cell)
        if len(filled) >= _SAMPLE:
            break
    if not filled:
        return Profile()
    count = len(filled)
    tally = dict.fromkeys(SHARES, 0.0)
    texts: Counter[str] = Counter()
    others = []
    for cell in filled:
        if isinstance(cell, str):
            texts[cell.strip()] += 1
            continue
        others.append(cell)
        for name in _readings_of_value(cell):
            tally[name] += 1
    step = max(len(texts) // _LOOKED, 1)  # names and notes: where all differ, every second one tells as much
    looked = list(texts.items())[::step]
    weight = texts.total() / max(sum(times for _, times in looked), 1)
    for text, times in looked:
        for name in _readings_of(text):
            tally[name] += times * weight
    length = sum(len(text) * times for text, times in texts.items())
    words = sum(len(text.split()) * times for text, times in texts.items())
    return Profile(
        count,
        **{name: value / count for name, value in tally.items()},
        distinct=len({*texts, *map(as_text, others)}) / count,
        length=length / count,
        words=words / max(texts.total(), 1),
    )


def _readings_of_value(cell: Cell) -> Iterator[str]:
    """The names of the tallies that a cell counts for that is no text."""
    if isinstance(cell, dt.date):
        yield from ("dates", "typed_dates")
    elif isinstance(cell, dt.time):
        yield "times"
    elif isinstance(cell, bool):
        yield from ("flags", "states")
    elif isinstance(cell, int | float):
        told = {
            "numbers": True,
            "fractions": 0 <= cell <= 1,
            "serials": from_serial(cell) is not None,
            "outlines": 0 < cell < 1000,
            "levels": 0 < cell <= 5,
            "flags": cell in (0, 1),
        }
        yield from (name for name, counts in told.items() if counts)


@lru_cache(maxsize=32768)
def _readings_of(text: str) -> tuple[str, ...]:
    """The names of the tallies that ``text`` counts for; weekly versions of a plan ask for the same texts again."""
    plain = bool(_PLAIN.match(text)) and not _DOTTED.match(text)
    dated = not plain and is_date(text)
    spans = dated and is_range(text, Reading("dmy"))
    value = (number(text) or 0.0) if plain else -1.0
    told = {
        "dates": dated,
        "open_dates": is_unscheduled(text) or relative(text) is not None,
        "ranges": spans,
        "times": bool(_TIME.match(text)),
        "hours": bool(_HOURS.match(text)),
        "numbers": plain,
        "fractions": 0 <= value <= 1,
        "serials": plain and from_serial(value) is not None,
        "levels": 0 < value <= 5 or (not plain and level_of(text) is not None),
        "durations": not plain and (not dated or bool(_SPAN.match(text))) and duration(text, "days") is not None,
        "percents": "%" in text and share(text) is not None,
        "states": state_of(text) is not None,
        "flags": flag_of(text) is not None,
        "outlines": bool(_OUTLINE.match(text)),
        "codes": bool(_CODE.match(text)),
        "addresses": bool(_ADDRESS.match(text[:200])),
        "people": is_people(text),
        "texts": not plain and not dated,
        "short": len(text) <= SHORT,
        "prose": len(text) > LONG,
        "lines": "\n" in text,
    }
    return tuple(name for name, counts in told.items() if counts)


def is_people(text: str) -> bool:
    """The text may name a person or a few: up to four words each without digits, every one in capitals where the script has them."""
    if not 1 < len(text) <= _MOST_CHARACTERS or any(char.isdigit() for char in text):
        return False
    if is_everyone(text):
        return True
    parts = [part.split() for part in _AND.split(text) if part.strip()]
    return 0 < len(parts) <= _MOST_PEOPLE and all(len(words) <= _MOST_WORDS and all(map(_may_be_name, words)) for words in parts)


def _may_be_name(word: str) -> bool:
    plain = word.strip(".'’()")
    if not plain or not _NAME.match(plain):
        return not plain
    if "가" <= plain[0] <= "힣":
        return 2 <= len(plain) <= 4 and plain[0] in surnames()
    if plain[0].lower() == plain[0].upper():  # a script without capitals
        return len(plain) <= _LONGEST_UNCASED
    return plain[0].isupper() or plain in _PARTICLES


def fit(field: str, seen: Profile) -> float:
    """How well the cells of a column fit a field: 1 they do, 0 they contradict it. Empty columns fit weakly."""
    if seen.count == 0:
        return 0.35
    dated = min(1.0, seen.dates + seen.serials + seen.open_dates)
    match field:
        case (
            "start"
            | "finish"
            | "deadline"
            | "baseline_start"
            | "baseline_finish"
            | "actual_start"
            | "actual_finish"
            | "constraint_date"
            | "due"
        ):
            good = seen.dates + seen.serials
            if good == 0 and seen.open_dates == 0 and seen.texts > 0.5:
                return 0.31  # a header that is sure is kept, so that its unreadable cells are said
            if dated > 0.3:
                return 0.5 + 0.35 * dated + 0.15 * seen.typed_dates
            return 0.45 if seen.numbers > 0.8 else 0.32
        case "name" | "title":
            worded = seen.texts - 0.9 * max(seen.flags, seen.percents) - (0.5 if seen.outlines > 0.6 else 0)
            return max(0.1, min(1.0, 0.25 + worded)) * (1.0 if seen.distinct > 0.05 or seen.count < 20 else 0.7)
        case "duration" | "optimistic" | "most_likely" | "pessimistic" | "impact_days" | "impact_days_min" | "impact_days_max" | "lag":
            if (seen.flags > 0.6 and seen.texts > 0.6) or seen.hours > 0.5:  # "Schedule impact?" is answered, "9:00 - 10:30" is when
                return 0.05
            return 0.1 if seen.dates > 0.5 and seen.durations < 0.5 else 0.4 + 0.6 * min(1.0, seen.numbers + seen.durations)
        case "progress":
            worked = seen.percents + (seen.numbers if seen.serials < 0.5 else 0)
            return 0.25 + 0.75 * min(1.0, worked + 0.5 * max(seen.states, seen.flags)) if seen.dates < 0.5 else 0.05
        case "status":
            return 0.3 if seen.numbers > 0.8 else 0.05 if seen.dates > 0.6 else 0.7 + 0.3 * seen.states
        case "probability" | "residual_probability":
            return 0.3 + 0.7 * min(1.0, seen.numbers + seen.percents + seen.levels) if seen.dates < 0.5 else 0.1
        case "impact" | "residual_impact" | "score":
            return 0.25 + 0.75 * min(1.0, seen.numbers + seen.levels + (0.6 if seen.length < 16 else 0) * seen.texts)
        case "milestone":
            return 1.0 if seen.flags > 0.6 else 0.15 if seen.length > 5 or not seen.flags else 0.5
        case "depth":
            return 1.0 if seen.numbers > 0.95 and seen.serials < 0.1 and seen.distinct <= 0.8 else 0.1
        case "wbs":
            return 1.0 if seen.outlines > 0.6 else 0.75 if seen.typed_dates > 0.3 else 0.1
        case "id":
            return 1.0 if seen.distinct > 0.98 else 0.6 if seen.distinct > 0.9 else 0.35 if seen.distinct > 0.5 else 0.15
        case "owner" | "team" | "phase" | "program" | "level":
            return 0.15 if seen.dates > 0.6 else 0.55 if seen.numbers > 0.8 else 1.0
        case "predecessors" | "successors" | "predecessor" | "successor":
            return 0.3 if seen.dates > 0.7 else 1.0
        case "link":
            return 0.9
        case _:
            return 0.95
