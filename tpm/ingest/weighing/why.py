"""Why a column was taken for a field: the named pieces of evidence that weighed most against the column that came second.

What is compared is the log odds of the field against none, piece by piece, so that the sentence names what decided and nothing else.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tpm.ingest.weighing.evidence import COLUMN_FACTS, NONE, PIECES, column_vector, piece_matrix, weights
from tpm.ingest.weighing.facts import Sheet
from tpm.ingest.weighing.hints import HINTS, hints
from tpm.model import Reason, TableKind

Header = tuple[int, str, tuple[str, ...]]  # column, header, captions nearest first
REASONS: Final = 3  # in a sentence
_LEAST: Final = 0.25  # log odds below which a piece decided nothing
_LEAST_SHARE: Final = 0.5  # of the rows in which something must be true to be said of the column

# What a reader is told of each piece; pieces that tell the same are one. Those that are missing say nothing that a person would say.
TOLD: Final[dict[str, str]] = {
    "header": "header", "weak_header": "header-like", "typing_error": "header-typo", "caption": "caption", "tokens": "header-part",
    "ends_with": "header-part", "begins_with": "header-part", "holds": "header-part",
    "dates": "dates", "typed_dates": "dates", "serials": "dates", "ranges": "ranges", "open_dates": "open-dates",
    "numbers": "numbers", "fractions": "fractions", "durations": "durations", "percents": "percents",
    "states": "states", "levels": "levels", "flags": "flags", "outlines": "outlines", "codes": "codes", "counting": "counting",
    "texts": "texts", "distinct": "distinct", "distinct_text": "distinct", "length": "long", "words": "long", "prose": "prose",
    "lines": "prose", "people": "people", "repeated_people": "people",
    "repeated_short": "repeated", "references": "references", "addresses": "addresses",
    "fill": "filled", "with_dates": "with-dates", "first_column": "first-column", "first_text": "first-text",
    "longest_text": "longest-text", "left_of_dates": "left-of-dates", "only_dates": "only-dates", "first_dates": "first-dates",
    "last_dates": "last-dates", "before_next_dates": "before-next", "after_previous_dates": "after-previous", "spans_dates": "spans-dates",
    "next_follows": "next-follows",
    "lowest_of_three": "of-three", "middle_of_three": "of-three", "highest_of_three": "of-three",
}  # fmt: skip
_MEASURES: Final = frozenset({"length", "words"})  # measures, not shares of rows; they say something beside another column only


def decisive(kind: TableKind, field: str, header: Header, second: Header | None, sheet: Sheet) -> tuple[Reason, ...]:
    """At most ``REASONS`` reasons why ``header``'s column is ``field`` rather than ``second``'s (or nothing), the weightiest first."""
    if field not in weights(kind).fields:
        return ()
    values, odds = _odds(kind, field, header, sheet)
    if second is not None:
        odds = odds - _odds(kind, field, second, sheet)[1]
    out: dict[str, Reason] = {}
    names = (*COLUMN_FACTS, *PIECES)
    for at in np.argsort(-odds, kind="stable").tolist():
        told = TOLD.get(names[at])
        if odds[at] < _LEAST or len(out) == REASONS:
            break
        rare = values[at] < _LEAST_SHARE and names[at] not in (*HINTS, *_MEASURES)
        if told is None or told in out or rare or (second is None and names[at] in _MEASURES):
            continue
        out[told] = Reason(told, round(float(values[at]), 2), len(sheet.rows))
    return tuple(out.values())


def _odds(kind: TableKind, field: str, header: Header, sheet: Sheet) -> tuple[np.ndarray, np.ndarray]:
    """(the value of each fact and piece, the log odds that it gives ``field`` against none)."""
    known = weights(kind)
    at, none = known.fields.index(field), known.fields.index(NONE)
    column, text, captions = header
    found = hints(text, captions, kind) if text else {}
    facts = column_vector(sheet.vectors[column], text, found)
    pieces = piece_matrix(found, sheet.profiles[column], known.fields)
    odds = np.concatenate([(known.facts[at] - known.facts[none]) * facts, (pieces[at] - pieces[none]) * known.pieces])
    return np.concatenate([facts, pieces[at]]), odds
