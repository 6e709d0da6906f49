"""What the cells of a column look like, and how well that fits a field.

Only a sample is looked at (the first 120 filled cells), because it decides nothing but which header to believe.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tpm.ingest.cells.anchors import relative
from tpm.ingest.cells.dates import Reading, from_serial, is_date, is_range
from tpm.ingest.cells.numbers import duration, number, share
from tpm.ingest.lexicon.words import flag_of, is_empty_word, is_unscheduled, level_of, state_of
from tpm.ingest.opening.grid import Cell, as_text

_SAMPLE: Final = 120  # filled cells
_LOOKED: Final = 60  # different texts among them, from which not every one is read
_OUTLINE: Final = re.compile(r"^[A-Za-z]{0,4}[-.]?\d+(?:[.\-][A-Za-z]{0,3}\d+)*\.?$")  # "1.2.3", "1.1.CD2", "A-7"
_DOTTED: Final = re.compile(r"^(?:19|20)\d{2}\.[01]?\d\.[0-3]?\d$|^(?:19|20)\d{2}[01]\d[0-3]\d$")  # 2026.03.05, 20260305
_PLAIN: Final = re.compile(r"^[-+−]?\d+(?:[.,]\d+)*$")


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares (0–1) of the filled cells of a column that read as something."""

    count: int = 0  # filled cells in the sample
    dates: float = 0.0  # typed dates and texts that read as dates
    typed_dates: float = 0.0
    serials: float = 0.0  # numbers that could be day numbers
    numbers: float = 0.0  # typed numbers and texts that are nothing else
    fractions: float = 0.0  # numbers from 0 to 1
    durations: float = 0.0  # texts with a unit
    percents: float = 0.0
    states: float = 0.0
    levels: float = 0.0
    flags: float = 0.0
    outlines: float = 0.0  # "1.2.3"
    texts: float = 0.0  # texts that are neither a number nor a date
    distinct: float = 0.0
    length: float = 0.0  # mean characters of the texts
    open_dates: float = 0.0  # "TBD", "D+5"
    ranges: float = 0.0  # "2 March – 6 March"


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
    tally = dict.fromkeys(
        (
            "dates",
            "typed",
            "serials",
            "numbers",
            "fractions",
            "durations",
            "percents",
            "states",
            "levels",
            "flags",
            "outlines",
            "texts",
            "open",
            "ranges",
        ),
        0.0,
    )
    texts: Counter[str] = Counter()
    others = []
    for cell in filled:
        if isinstance(cell, str):
            texts[cell.strip()] += 1
            continue
        others.append(cell)
        if isinstance(cell, dt.date):
            tally["dates"] += 1
            tally["typed"] += 1
            continue
        if isinstance(cell, bool):
            tally["flags"] += 1
            tally["states"] += 1
            continue
        if isinstance(cell, int | float):
            tally["numbers"] += 1
            tally["fractions"] += 0 <= cell <= 1
            tally["serials"] += from_serial(cell) is not None
            tally["outlines"] += 0 < cell < 1000
            tally["levels"] += 0 < cell <= 5
            tally["flags"] += cell in (0, 1)
            continue
        texts[as_text(cell)] += 1
    step = max(len(texts) // _LOOKED, 1)  # names and notes: where all differ, every second one tells as much
    looked = list(texts.items())[::step]
    weight = texts.total() / max(sum(times for _, times in looked), 1)
    for text, times in looked:
        for name in _readings_of(text):
            tally[name] += times * weight
    length = sum(len(text) * times for text, times in texts.items())
    rate = {name: value / count for name, value in tally.items()}
    return Profile(
        count,
        rate["dates"],
        rate["typed"],
        rate["serials"],
        rate["numbers"],
        rate["fractions"],
        rate["durations"],
        rate["percents"],
        rate["states"],
        rate["levels"],
        rate["flags"],
        rate["outlines"],
        rate["texts"],
        len({*texts, *map(as_text, others)}) / count,
        length / count,
        rate["open"],
        rate["ranges"],
    )


@lru_cache(maxsize=32768)
def _readings_of(text: str) -> tuple[str, ...]:
    """The names of the tallies that ``text`` counts for; weekly versions of a plan ask for the same texts again."""
    plain = bool(_PLAIN.match(text)) and not _DOTTED.match(text)
    dated = not plain and is_date(text)
    spans = dated and is_range(text, Reading("dmy"))
    value = (number(text) or 0.0) if plain else -1.0
    told = {
        "dates": dated,
        "open": is_unscheduled(text) or relative(text) is not None,
        "ranges": spans,
        "numbers": plain,
        "fractions": 0 <= value <= 1,
        "serials": plain and from_serial(value) is not None,
        "levels": 0 < value <= 5 or (not plain and level_of(text) is not None),
        "durations": not plain and not spans and duration(text, "days") is not None,
        "percents": "%" in text and share(text) is not None,
        "states": state_of(text) is not None,
        "flags": flag_of(text) is not None,
        "outlines": bool(_OUTLINE.match(text)),
        "texts": not plain and not dated,
    }
    return tuple(name for name, counts in told.items() if counts)


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
            if seen.flags > 0.6 and seen.texts > 0.6:  # "Schedule impact?" is answered, not counted
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
