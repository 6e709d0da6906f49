"""What a header says: its words, its unit, the fields it can mean and how sure that is.

The words are data in ``synonyms.toml``. A header is compared without case, accents, spaces and punctuation;
where the words do not hold it, by typing distance (rapidfuzz). Nothing here looks at the cells below.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from tpm.model import TableKind

EXACT: Final = 1.0  # the header as it stands
_PREFIXED: Final = 0.96  # a known header behind "planned", "actual" …
BARE: Final = 0.985  # without what is in brackets
WEAK: Final = 0.55  # a word that means the field only when the cells agree
FUZZY_CUTOFF: Final = 86.0  # rapidfuzz ratio from which a typing error is believed
_FUZZY_MIN_LENGTH: Final = 5  # shorter words are too close to each other
_MAX_HEADER: Final = 90  # characters; longer texts are prose

KINDS: Final = (TableKind.ACTIVITIES, TableKind.RISKS, TableKind.DEPENDENCIES)
_CIRCLED: Final = dict.fromkeys([*range(0x2460, 0x2474), *range(0x24F5, 0x24FF), *range(0x2776, 0x2794)])
_NOT_WORD: Final = re.compile(r"[^\w%#]|_", re.UNICODE)
_SCALE: Final = re.compile(r"(?<=[^\W\d_])[\s_]{0,3}[01]\s?(?:to|[-–~～])\s?\d{1,3}\s{0,3}$", re.I)
_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)([^\w]|_)(?=\d)")
_BRACKETS: Final = re.compile(r"\([^()]*(?:\)|$)|\[[^\[\]]*(?:\]|$)")


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """``text`` as compared: no case, accents, spaces, circled digits or punctuation except % and #."""
    if text.isascii():
        return _NOT_WORD.sub("", text.lower())
    text = unicodedata.normalize("NFKD", text.translate(_CIRCLED)).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char) or "゙" <= char <= "゚")
    return _NOT_WORD.sub("", unicodedata.normalize("NFC", text))


@lru_cache(maxsize=65536)
def folded(name: str) -> str:
    """``name`` as compared: no case, accents and punctuation, but what stands between digits stays: 1.1 is not 11."""
    if not _BETWEEN_DIGITS.search(name):
        return key(name)
    return "".join(part if at % 2 else key(part) for at, part in enumerate(_BETWEEN_DIGITS.split(name)))


def bare(text: str) -> str:
    """``text`` without what stands in brackets and without a scale: ``Duration (weeks)`` → ``Duration``, ``L_1to5`` → ``L``."""
    return _SCALE.sub("", _BRACKETS.sub(" ", text))


@dataclass(frozen=True)
class Vocabulary:
    """The synonym table, compiled: header key → ((field, sure), …) for each kind of table."""

    fields: Mapping[TableKind, Mapping[str, tuple[tuple[str, float], ...]]]
    prefixes: Mapping[str, str]  # key → planned, actual, baseline, residual, initial
    prefix_words: tuple[str, ...]
    units: Mapping[str, str]
    unordered: frozenset[str]  # kinds of links that order nothing
    wrappers: frozenset[str]  # "Custom field (…)": what stands before the name of a field
    spelled: Mapping[TableKind, Mapping[str, tuple[str, ...]]]  # field → its words as written in the table


_DATED: Final = {"start": "start", "finish": "finish"}
_PREFIX_FIELDS: Final[Mapping[tuple[str, str], str]] = {
    ("actual", "start"): "actual_start",
    ("actual", "finish"): "actual_finish",
    ("baseline", "start"): "baseline_start",
    ("baseline", "finish"): "baseline_finish",
    ("planned", "start"): "start",
    ("planned", "finish"): "finish",
    ("residual", "probability"): "residual_probability",
    ("residual", "impact"): "residual_impact",
    ("residual", "start"): "start",  # "Revised start"
    ("residual", "finish"): "finish",
    ("initial", "probability"): "probability",
    ("initial", "impact"): "impact",
    ("initial", "score"): "score",
}


@cache
def vocabulary() -> Vocabulary:
    """The words of ``synonyms.toml``."""
    raw = tomllib.loads((Path(__file__).parent / "synonyms.toml").read_text(encoding="utf-8"))
    fields: dict[TableKind, dict[str, tuple[tuple[str, float], ...]]] = {}
    for kind in KINDS:
        words: dict[str, dict[str, float]] = {}
        for field, tiers in raw[kind.value].items():
            for tier, sure in (("weak", WEAK), ("words", EXACT)):
                for word in tiers.get(tier, ()):
                    words.setdefault(key(word), {})[field] = sure
        fields[kind] = {word: tuple(sorted(found.items(), key=lambda pair: -pair[1])) for word, found in words.items()}
    prefixes = {key(word): name for name, group in raw["prefix"].items() for word in group}
    units = {key(word): unit for unit, group in raw["units"].items() for word in group if key(word)}
    spelled = {
        kind: {field: (*tiers.get("words", ()), *tiers.get("weak", ())) for field, tiers in raw[kind.value].items()} for kind in KINDS
    }
    unordered, wrappers = (frozenset(map(key, raw[name]["words"])) for name in ("unordered", "wrapper"))
    return Vocabulary(fields, prefixes, tuple(prefixes), units, unordered, wrappers, spelled)


@lru_cache(maxsize=16384)
def meanings(text: str, kind: TableKind) -> tuple[tuple[str, float], ...]:
    """Fields that a header can mean in a table of ``kind``, surest first; without typing distance."""
    if not text or len(text) > _MAX_HEADER * 2:
        return ()
    words = vocabulary().fields[kind]
    whole = words.get(key(text)) or _prefixed(key(text), kind)
    if whole and len(text) <= _MAX_HEADER:
        return whole
    if (inside := _own_field(text)) is not None:
        return meanings(inside, kind)
    if _names_no_link(text):
        return (("none", EXACT),)
    short = bare(text)
    if len(short) <= _MAX_HEADER and short.strip():
        found = words.get(key(short))
        if found is not None:
            return tuple((field, sure * BARE if sure > WEAK else sure) for field, sure in found)
        for part in re.split(r"(?:(?<!\s)\s++)?[/|·]\s*+|\n", short):  # "Titre/Description", "ACTIVITY / TASK"
            found = words.get(key(part)) if part != short else None
            if found is not None:
                return tuple((field, min(sure, 0.85)) for field, sure in found)
    return ()


def _prefixed(wanted: str, kind: TableKind) -> tuple[tuple[str, float], ...]:
    """A known header with "planned", "actual", "baseline" … before or behind it: the field that both together mean."""
    known = vocabulary()
    if not wanted.startswith(known.prefix_words) and not wanted.endswith(known.prefix_words):
        return ()
    words = known.fields[kind]
    for word, prefix in known.prefixes.items():
        for rest in (wanted.removeprefix(word), wanted.removesuffix(word)):
            if len(rest) == len(wanted) - len(word) and rest:
                for field, sure in words.get(rest, ()):
                    if sure == EXACT and (target := _PREFIX_FIELDS.get((prefix, field))) is not None:
                        return ((target, _PREFIXED),)
    return ()


@lru_cache(maxsize=4096)
def fuzzy(text: str, kind: TableKind) -> tuple[tuple[str, float], ...]:
    """Fields whose words are nearest to ``text`` by typing distance, with sureness below :data:`BARE`."""
    wanted = key(bare(text))
    if not _FUZZY_MIN_LENGTH <= len(wanted) <= _MAX_HEADER // 2:
        return ()
    from rapidfuzz import fuzz, process  # a header that the words do not hold is the exception

    words = vocabulary().fields[kind]
    best = process.extractOne(wanted, words.keys(), scorer=fuzz.ratio, score_cutoff=FUZZY_CUTOFF)
    if best is None or len(best[0]) < _FUZZY_MIN_LENGTH:
        return ()
    if best[0] in wanted and len(wanted) > len(best[0]) + 1:  # "in_progress", "impact_low": another word beside it, no typing error
        return ()
    return tuple((field, sure * best[1] / 100 * 0.95) for field, sure in words[best[0]])


def _own_field(text: str) -> str | None:
    """The name in "Custom field (Start date)", as trackers wrap the fields that a team added."""
    before, found, inside = text.rstrip().partition("(")
    return inside[:-1] if found and inside.endswith(")") and key(before) in vocabulary().wrappers else None


def _names_no_link(text: str) -> bool:
    """Links of a kind that orders nothing: "Inward issue link (Relates)", "Linked issues (Duplicate)"."""
    before, found, inside = text.rstrip().partition("(")
    return bool(found) and inside.endswith(")") and key(inside) in vocabulary().unordered and "link" in key(before)


def meant_as_effort(header: str) -> bool:
    """The header names work ("공수", "Estimate"), which is a duration only for want of one."""
    return ("duration", WEAK) in meanings(header, TableKind.ACTIVITIES) and unit_of(header) != "weeks"


def prefix_of(caption: str) -> str | None:
    """planned, actual, baseline, residual or initial where a caption says so."""
    return vocabulary().prefixes.get(key(bare(caption)))


def under_caption(field: str, caption: str) -> str:
    """``field`` as it is meant under ``caption``: start under "Actual" is actual_start."""
    prefix = prefix_of(caption)
    return _PREFIX_FIELDS.get((prefix, field), field) if prefix else field


_BOUNDS: Final = frozenset({"min", "max"})
_MINUTES: Final = re.compile(r"^[^()\[\],/]*(?:\bin\s+min|[(\[,/]\s*min\W*)$", re.I)  # "Duration (min)", "Effort in min"
_UNIT_BREAK: Final = re.compile(r"[()\[\],/\n_\s]|\bin\b")
CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")  # "durationWeeks", "WBSCode"


@lru_cache(maxsize=4096)
def unit_of(header: str) -> str | None:
    """The unit that a header names, in brackets or as its last word: days, weeks, hours, months …"""
    units = vocabulary().units
    tail = [part for part in _UNIT_BREAK.split(CAMEL.sub(" ", header)) if part]
    counted = any(len(part) > 1 and key(part) in units for part in tail[:-1])
    if len(tail) > 1 and key(tail[-1]) in _BOUNDS and (counted or not _MINUTES.search(header)):  # "Impact days min": no minutes
        tail = tail[:-1]
        header = " ".join(tail)
    for inside in re.findall(r"[(\[]([^()\[\]]*)", header):
        if (unit := units.get(key(inside))) is not None:
            return unit
    if key(header) in units and (len(key(header)) > 1 or not header.isascii()):  # "m" may be most likely
        return units[key(header)]
    if len(tail) > 1 and len(key(tail[-1])) > 1:
        return units.get(key(tail[-1]))
    return None
