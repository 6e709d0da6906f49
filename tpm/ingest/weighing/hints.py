"""What the words of a header hint at: for each field, named pieces of evidence from 0 to 1, nothing of the cells.

Whole headers and typing errors come from :mod:`.lexicon.headers`. Below whole words, the vocabulary itself tells what its parts mean:
a word that stands in the headers of one field only speaks for that field ("durationWeeks", "Anticipated completion"), and so does a known
header at the end of a compound, as Korean, Japanese, Chinese and German build them ("기능 담당자").
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

import numpy as np

from tpm.ingest.lexicon.headers import CAMEL, WEAK, bare, fuzzy, key, meanings, prefix_of, under_caption, vocabulary
from tpm.model import TableKind

HINTS: Final = ("header", "weak_header", "typing_error", "caption", "tokens", "ends_with", "begins_with", "holds")
_AT: Final = {name: index for index, name in enumerate(HINTS)}
_TOKENS: Final = re.compile(r"[^\W\d_]+|%|#")
_LONGEST: Final = 60  # characters of a header that are looked at
_LEAST_ASCII, _LEAST_OTHER = 4, 2  # characters of a known header inside a longer one

Hints = Mapping[str, np.ndarray]  # field → evidence in the order of HINTS


def tokens(text: str) -> list[str]:
    """The words of a header: camel and snake case split, without case and accents."""
    return [folded for part in _TOKENS.findall(CAMEL.sub(" ", text[:_LONGEST])) if (folded := key(part))]


@cache
def _token_fields(kind: TableKind) -> Mapping[str, tuple[tuple[str, float], ...]]:
    """Token → (field, share of the known headers with this token that mean the field)."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for field, words in vocabulary().spelled[kind].items():
        for word in words:
            for token in set(tokens(word)):
                if len(token) > 1 or not token.isascii():
                    seen[token][field] += 1
    return {token: tuple((field, count / sum(fields.values())) for field, count in fields.items()) for token, fields in seen.items()}


def parts(text: str, kind: TableKind) -> Hints:
    """The evidence below whole words alone, as for a header that is not known."""
    out: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(len(HINTS)))

    def put(field: str, piece: str, value: float) -> None:
        out[field][_AT[piece]] = max(out[field][_AT[piece]], value)

    _parts(text, kind, put)
    return dict(out)


@lru_cache(maxsize=8192)
def hints(text: str, captions: tuple[str, ...], kind: TableKind) -> Hints:
    """Evidence for each field that a header with ``captions`` above it (nearest first) hints at, in a table of ``kind``."""
    out: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(len(HINTS)))

    def put(field: str, piece: str, value: float) -> None:
        out[field][_AT[piece]] = max(out[field][_AT[piece]], value)

    def whole(found: tuple[tuple[str, float], ...], share: float, caption: str | None = None) -> None:
        for field, sure in found:
            named = under_caption(field, caption) if caption else field
            wished = field == "progress" and caption is not None and prefix_of(caption) == "planned"  # what should be, not what is
            put(named, "header" if sure > WEAK and not wished else "weak_header", share)

    known = meanings(text, kind)
    if captions:
        for caption in captions:
            joined = meanings(f"{caption} {text}", kind)
            whole(joined, 0.95, caption if prefix_of(caption) == "planned" else None)
            if prefix_of(caption) is not None:
                whole(known, 1.0, caption)
                known = ()
        whole(known, 1.0)
        for caption in captions:
            for field, sure in meanings(caption, kind):
                put(field, "caption", 1.0 if sure > WEAK else 0.5)
    else:
        whole(known, 1.0)
    if not any(vector[_AT["header"]] or vector[_AT["weak_header"]] for vector in out.values()):
        for field, sure in fuzzy(text, kind):
            put(field, "typing_error", sure)
        _parts(text, kind, put)
    return dict(out)


def _parts(text: str, kind: TableKind, put: object) -> None:
    short = bare(text) if bare(text).strip() else text
    words = tokens(short)
    table = _token_fields(kind)
    votes: dict[str, float] = defaultdict(float)
    for word in words:
        for field, share in table.get(word, ()):
            votes[field] += share
    for field, vote in votes.items():
        put(field, "tokens", vote / len(words))  # type: ignore[operator]
    whole = key(short)[:_LONGEST]
    fields = vocabulary().fields[kind]
    least = _LEAST_ASCII if whole.isascii() else _LEAST_OTHER
    for begin in range(len(whole)):
        for end in range(begin + least, len(whole) + 1):
            if end - begin == len(whole):
                continue
            for field, sure in fields.get(whole[begin:end], ()):
                piece = "ends_with" if end == len(whole) else "begins_with" if begin == 0 else "holds"
                put(field, piece, (end - begin) / len(whole) * (1.0 if sure > WEAK else 0.6))  # type: ignore[operator]
