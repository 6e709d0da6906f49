"""Text as it lands on a chart: how wide it is, shortened, wrapped, and safe.

Widths are estimated, not measured: charts are built on a server that does not know the reader's fonts. The table is the
wider of the two fonts that the stack meets most often, so an estimate errs to the wide side.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import escape
from typing import Final

ELLIPSIS: Final = "…"

# Advance widths in hundredths of an em of the characters U+0020 to U+007E: the wider of NanumGothic and an Arial-metric sans.
_ASCII: Final = (
    28, 42, 43, 61, 61, 109, 73, 30, 36, 36, 61, 65, 30, 36, 30, 37, 61, 61, 61, 61, 61, 61, 61, 61, 61, 61, 30, 30, 58,
    65, 58, 56, 102, 73, 67, 72, 73, 67, 61, 80, 73, 28, 50, 67, 56, 97, 73, 79, 67, 79, 72, 67, 61, 73, 67, 103, 67,
    67, 61, 36, 97, 36, 65, 56, 33, 56, 61, 50, 61, 56, 36, 61, 61, 24, 27, 52, 24, 91, 61, 61, 61, 61, 36, 50, 36, 61,
    50, 85, 51, 50, 50, 33, 28, 33, 65,
)  # fmt: skip
_OTHERS: Final = {
    "·": 33, "–": 56, "—": 100, "’": 22, "‘": 22, "“": 35, "”": 35, "…": 100, "✓": 84, "▲": 99, "△": 99, "▸": 50, "−": 65,
    "×": 65, "\u2002": 50, "\u00a0": 28,
}  # fmt: skip
_TOUCHY: Final = re.compile(r"[<>&$]|[^\S ]| {2}|^ | $")
_WIDE: Final = 95  # Hangul, kana and ideographs
_NARROW: Final = 66  # accented Latin, Cyrillic, Greek: as wide as a wide small letter
_BOLD: Final = 1.06


_LONGEST_KEPT: Final = 200  # characters of a text whose width is kept
_LONGEST: Final = 2_000  # characters: wider than any picture


def _em(text: str) -> int:
    return _short_em(text) if len(text) <= _LONGEST_KEPT else sum(map(_short_em, text))


@lru_cache(maxsize=50_000)
def _short_em(text: str) -> int:
    total = 0
    for char in text:
        code = ord(char)
        if 0x20 <= code <= 0x7E:
            total += _ASCII[code - 0x20]
        elif char in _OTHERS:
            total += _OTHERS[char]
        elif unicodedata.combining(char):
            continue
        else:
            total += _WIDE if unicodedata.east_asian_width(char) in "WF" else _NARROW
    return total


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Estimated width in px of one line of ``text`` (plain, unescaped) at ``size`` px."""
    return _em(text) * size / 100 * (_BOLD if bold else 1.0)


def one_line(text: object) -> str:
    """``text`` with every run of white space as one space."""
    return " ".join(str(text).split())


def literal(text: object) -> str:
    """``text`` so that plotly writes it exactly as it is: no pseudo-HTML, no entity, no formula."""
    if isinstance(text, str) and _TOUCHY.search(text) is None:
        return text
    return escape(one_line(text), quote=False).replace("$", "&#36;")


def shorten(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """``text`` cut in the middle to fit ``width`` px; what tells names apart is often at their end.

    Returns the ellipsis alone when nothing else fits.
    """
    if text_width(text, size, bold=bold) <= width:
        return text
    text = text if len(text) <= _LONGEST else _middle(text, _LONGEST)
    fits, most = 0, len(text) - 1
    while fits < most:  # the longest number of kept characters that fits
        keep = (fits + most + 1) // 2
        if text_width(_middle(text, keep), size, bold=bold) <= width:
            fits = keep
        else:
            most = keep - 1
    return _middle(text, fits)


def _middle(text: str, keep: int) -> str:
    tail = keep * 2 // 5
    head = keep - tail
    return text[:head].rstrip() + ELLIPSIS + (text[len(text) - tail :].lstrip() if tail else "")


def _fits(text: str, width: float, size: float, *, bold: bool) -> int:
    """How many of the first characters are as wide as ``width``."""
    room = width / size * 100 / (_BOLD if bold else 1.0)
    for kept, char in enumerate(text):
        room -= _em(char)
        if room < 0:
            return kept
    return len(text)


def wrap(text: str, width: float, size: float, lines: int, *, bold: bool = False) -> list[str]:
    """``text`` on at most ``lines`` lines of ``width`` px, broken at spaces where there are any; the last is shortened."""
    if text_width(text, size, bold=bold) <= width:
        return [text]
    if lines <= 1:
        return [shorten(text, width, size, bold=bold)]
    cut = max(_fits(text, width, size, bold=bold), 1)
    space = text.rfind(" ", 1, cut + 1)
    if space > cut // 2:  # a break far to the left would waste the line
        cut = space
    rest = text[cut:].lstrip()
    return [text[:cut].rstrip(), *(wrap(rest, width, size, lines - 1, bold=bold) if rest else [])]
