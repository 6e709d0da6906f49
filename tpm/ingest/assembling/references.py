"""What one cell of predecessors says, before anyone knows the plan: who, how, with what lag, and in which direction.

A text can be read in several ways: "ASS+1d" is A or ASS, "1EA+0,5t" one reference or two, "Build; test" one name or two. :func:`readings`
and :func:`pieces` give them all; which one is right is decided by what the plan holds (:mod:`~tpm.ingest.assembling.links`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from tpm.ingest.lexicon.headers import key, vocabulary
from tpm.ingest.lexicon.words import is_empty_word, link_end_of, relation_before, relation_behind

_TYPES: Final = {
    **{code: code for code in ("FS", "SS", "FF", "SF")},
    **dict(zip(("EA", "AA", "EE", "AE"), ("FS", "SS", "FF", "SF"), strict=True)),  # German
    **dict(zip(("FC", "CC", "FD", "DD", "DF"), ("FS", "SS", "FS", "SS", "SF"), strict=True)),  # Spanish, French
    **dict(zip(("TI", "II", "TT", "IT"), ("FS", "SS", "FF", "SF"), strict=True)),  # Portuguese
}
_CODES: Final = "|".join(form for code in _TYPES for form in (code, code.lower(), code.title()))
_TYPE: Final = re.compile(rf"(?=({_CODES}))")
_JOINT: Final = re.compile(r"[+\-−–(\[]|(?<![^\W_])(?i:lag|lead|delay|offset|지연|여유|간격)(?![^\W_])")  # where a lone lag may begin
_LAG: Final = (
    r"(?:(?i:lag|lead|delay|offset|지연|여유|간격)\s{0,3}[:=]?\s{0,3})?(?P<sign>[+\-−–])?\s{0,3}"
    r"(?:(?P<early>e)?(?P<lag>\d{1,9}(?:[.,]\d{1,6})?)\s{0,3}(?P<unit>%|[^\W\d_]{1,20}(?:[ .][^\W\d_]{1,12}){0,2}\.?)?\??"
    r"|P(?P<below>-)?T?(?P<iso>\d{1,9}(?:[.,]\d{1,6})?)(?P<of>[DWHM])(?:T?0[HMS]){0,3})"
)
_TAIL: Final = re.compile(  # what may stand behind who: "FS+2d", ":SS:+2", "(FF) - 1 day", "+e5d", "=P2D", "(+2 days)", "lag 3d"
    r"[(\[]?(?P<type>" + _CODES + r")?\s{0,3}[)\]]?\s{0,3}(?P<between>[:;|,=(\[])?\s{0,3}(?:" + _LAG + r")?\s{0,3}[)\]]?"
)
_TYPE_FIRST: Final = re.compile(rf"^({_CODES})\s{{0,3}}[:=|\s\-]\s{{0,3}}(?=\S)")  # "FS:1"
_BEFORE_TAIL: Final = " \t\n-:;·|,=(["
_LONGEST_CELL: Final = 32_767  # characters, as in a spreadsheet
_LONGEST_TYPED: Final = 500  # characters of a reference that may carry a type and a lag; longer ones are names or prose
_MOST_JOINTS: Final = 12  # of a reference that are tried, from its end
_SEPARATOR: Final = re.compile(  # "1.2.1 & 1.1.6" are two, "Draft & edit" may be a name
    r"[;|、，,\n]|(?<=\d)\s?(?:[&/]|\s(?:and|und|et|y|e|en|och|og|및|와|과)\s)\s?(?=[A-Za-z]{0,6}[-.]?\d)", re.I
)
_COMMON: Final = re.compile(r"(?<!\d)(\d++)(?:(FS|SS|FF|SF)(?:([+-]\d++)d)?)?(?:[;,]|$)")  # "3", "3SS", "3FS+2d", by far the commonest
_COMMON_ONLY: Final = re.compile(r"(?:\d+(?:(?:FS|SS|FF|SF)(?:[+-]\d+d)?)?(?:[;,]|$))+")
_COMMON_LINES: Final = re.compile(r"(?:(?>\d+(?:(?:FS|SS|FF|SF)(?:[+-]\d+d)?)?[;,]?)+\n)+")  # cells of such references, one a line
_COMMON_IN_LINES: Final = re.compile(r"(\d+)(FS|SS|FF|SF|)(?:([+-]\d+)d)?[;,]?(\n?)")
_PAGE: Final = re.compile(r"(?<=\S)\s*\(https?://[^()\s]*\)")  # "Draft pages (https://…)" names the page
_APART: Final = re.compile(r"[\s:(\[]")
_WORDS: Final = re.compile(r"[^\W\d_]+")


class Reference(NamedTuple):
    """One reference of a cell: who, how, and with what lag (working days, calendar days or a share).

    ``way`` is the direction that a word says ("blocks": ``after``, the named one waits; "is blocked by": ``before``; "relates to":
    ``none``), "" where no word does. ``unread`` is what nobody understood of the text.
    """

    who: str
    type: str = "FS"
    lag: float = 0.0
    unit: str = "working"
    way: str = ""
    unread: str = ""


PLAIN: Final = Reference("")  # how a lone number is meant: finish-to-start, no lag


def common(text: str) -> tuple[Reference, ...] | None:
    """The references of a cell of plain numbers ("3", "3SS;5FS+2d"); None for any other."""
    if not _COMMON_ONLY.fullmatch(text):
        return None
    return tuple([Reference(who, kind or "FS", float(lag or 0)) for who, kind, lag in _COMMON.findall(text)])


def common_lines(texts: Sequence[str]) -> tuple[list[tuple[str, str, str]], np.ndarray] | None:
    """((who, type, lag), "" where not said, number of the cell) of the references of cells of plain numbers, all at once; None where one
    holds anything else."""
    lines = "\n".join(texts) + "\n"
    if lines.count("\n") > len(texts) or not _COMMON_LINES.fullmatch(lines):
        return None
    found = _COMMON_IN_LINES.findall(lines)
    ends = np.array([one[3] != "" for one in found], dtype=np.intp)
    return [one[:3] for one in found], np.cumsum(ends) - ends


def references(text: str) -> tuple[Reference, ...]:
    """The references that a cell names, its separators taken as separators."""
    plain = common(text)
    return tuple([reference(piece.text)._replace(way=piece.way) for piece in pieces(text)]) if plain is None else plain


class Piece(NamedTuple):
    """What stands between two separators of a cell, at ``begin`` to ``end`` of it, without the word of relation before or behind it."""

    text: str
    begin: int
    end: int
    way: str = ""
    raw: str = ""  # with that word

    def to(self, other: Piece, cell: str) -> str:
        """The text from this piece to ``other`` as the cell has it."""
        return cell[self.begin : other.end]


def without_pages(cell: str) -> str:
    """``cell`` without addresses in brackets behind names: "Draft pages (https://…)" names the page."""
    cell = cell[:_LONGEST_CELL]
    return _PAGE.sub("", cell) if "](" in cell or "://" in cell else cell


@lru_cache(maxsize=65536)
def pieces(cell: str) -> tuple[Piece, ...]:
    """All that stands between separators of ``cell`` and says something.

    A word of relation holds for its piece and those behind it: "blocks K-2, K-3; is blocked by K-1".
    """
    cell = without_pages(cell)
    out, way, at = [], "", 0
    for end, after in (*((match.start(), match.end()) for match in _SEPARATOR.finditer(cell)), (len(cell), len(cell))):
        begin, raw = at, cell[at:end].strip()
        text = raw.strip("[]").strip()
        own = ""
        if text.isascii() and not _APART.search(text):  # no room for a word
            pass
        elif (said := relation_before(text)) is not None:
            way, text = said
        elif (said := relation_behind(text)) is not None:
            own, text = said
        begin = cell.find(text, begin, end)
        if text and not is_empty_word(text):
            out.append(Piece(text, begin, begin + len(text), own or way, raw))
        at = after
    return tuple(out)


@lru_cache(maxsize=65536)
def readings(part: str) -> tuple[Reference, ...]:
    """How one reference can be split into who, type and lag, the likeliest first; the last one takes all of it for a name."""
    whole = Reference(part)
    if (part.isalnum() and part[-1].isdigit()) or len(part) > _LONGEST_TYPED:
        return (whole,)
    apart: list[Reference] = []
    glued: list[Reference] = []
    for at in _joints(part):
        who, tail = part[:at].rstrip(_BEFORE_TAIL), part[at:]
        match = _TAIL.fullmatch(tail)
        if not who or match is None or (read := _with_tail(who, part[len(who) : at].strip(), match)) is None:
            continue
        (glued if match["type"] and _letters_meet(part, at) else apart).append(read)
    if match := _TYPE_FIRST.match(part):
        inner = readings(part[match.end() :])[0]
        if inner.type == "FS" and not inner.who.startswith(("+", "-", "−", "–")):
            apart.append(inner._replace(type=_TYPES[match[1].upper()]))
    return (*apart, whole, *glued)


@lru_cache(maxsize=1024)
def type_of(text: str) -> str | None:
    """The type that a cell of its own states: "SS", "PR_FF", "EA", "Finish-to-Start", "종료-시작"; None for any other text."""
    plain = text.strip().upper().removeprefix("PR_")
    if plain in _TYPES:
        return _TYPES[plain]
    ends = [end for word in _WORDS.findall(text) if (end := link_end_of(word)) is not None]
    return "".join(ends) if len(ends) == 2 else None


def reference(part: str) -> Reference:
    """The likeliest reading of one reference: ``3FS+2d`` → 3, FS, 2 working days. Without any, FS and no lag."""
    return readings(part)[0]


def _joints(part: str) -> list[int]:
    """Where what stands behind the name may begin, the earliest first."""
    types = [match.start() for match in _TYPE.finditer(part)]
    lags = [match.start() for match in _JOINT.finditer(part)]
    return sorted({*types[-_MOST_JOINTS:], *lags[-_MOST_JOINTS:]})


def _letters_meet(part: str, at: int) -> bool:
    """A letter stands directly before a type: "Kickoff", "ASS+1d"."""
    before = part[at - 1]
    return before.isalpha() and before.isascii()


def _with_tail(who: str, gap: str, match: re.Match[str]) -> Reference | None:
    """``who`` with the type and the lag of a tail behind ``gap``; None for a tail that says neither, or whose lag may be another item."""
    kind, lag, unit, iso = match["type"], match["lag"], match["unit"], match["iso"]
    if kind is None and iso is None and (lag is None or not (unit or match[0][:3].casefold() in ("lag", "(la", "[la"))):
        return None
    if lag and "," in lag and not unit:  # "1FS+2,3" are two references
        return None
    if lag and not unit and not match["sign"] and (match["between"] or "") in ("", *",;|") and match["between"] != gap:
        return None  # "3 SS, 5" are two; "3|SS|5" is one
    code = _TYPES[(kind or "FS").upper()]
    if iso:
        read: tuple[float, str] | None = lag_of(iso, {"D": "d", "W": "w", "H": "h", "M": "mo"}[match["of"]])
    else:
        read = lag_of(lag, (match["early"] or "") + (unit or "d")) if lag else (0.0, "working")
    if read is None:
        return None
    below = match["below"] or (match["sign"] or "+") in "-−–"
    return Reference(who, code, -read[0] if below else read[0], read[1])


def lag_of(number: str, unit: str) -> tuple[float, str] | None:
    """A lag in working days, calendar days ("elapsed") or a share of the predecessor ("percent"); None for a unit that is none."""
    value = float(number.replace(",", "."))
    if unit == "%":
        return value / 100, "percent"
    plain, units = key(unit), vocabulary().units
    if plain in units:
        name, elapsed = units[plain], False
    else:
        rest = next((plain[len(mark) :] for mark in ("elapsed", "calendar", "cal", "e", "달력", "역") if plain.startswith(mark)), "")
        rest = rest if rest in units else plain.removeprefix("working").removeprefix("work").removeprefix("business")
        name, elapsed = units.get(rest, ""), plain.startswith(("e", "cal", "달력", "역"))
    if elapsed:
        days = {"days": 1, "weeks": 7, "months": 30, "hours": 1 / 24, "minutes": 1 / 1440}.get(name)
        return None if days is None else (value * days, "elapsed")
    days = {"days": 1, "weeks": 5, "months": 20, "hours": 1 / 8, "minutes": 1 / 480}.get(name)
    return None if days is None else (value * days, "working")
