"""Which of several rows with one id or one name a reference means: that of its own block first.

Teams number their work from 1 each, sections begin again, two teams have a "Test" each. A reference then means the row of its own
parent, team, phase, program, section, run of numbering or sheet, in this order. Where none of these leaves one row, it is ambiguous:
that is told, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from tpm.ingest.lexicon.headers import folded

_NAMED: Final = ("team", "phase", "program", "sheet")  # scopes that a reference can name: "Radio: Test"
_NEAR: Final = ("section", "run")  # scopes that only place tells
_QUALIFIED: Final = re.compile(r"[:/|>–()\[\]]|\s-\s")  # what stands between a scope and the row in it
_LONGEST: Final = 300  # characters of a reference that may name a scope


def runs(texts: Sequence[str | None]) -> np.ndarray:
    """The run of numbering that each row belongs to (0, 1, …): a new one begins where an id comes again and the one after it as well.

    A single repeated id is a slip of the pen and begins nothing.
    """
    out = np.zeros(len(texts), dtype=int)
    seen: set[str] = set()
    told = [(row, text) for row, text in enumerate(texts) if text is not None]
    starts = []
    for (row, text), (_, after) in zip(told, [*told[1:], (0, None)], strict=True):
        if text in seen and after in seen and after != text:
            starts.append(row)
            seen = set()
        seen.add(text)
    out[starts] = 1
    return np.cumsum(out)


def repeats(keys: Sequence[str | None], first: int = 0) -> dict[str, list[int]]:
    """Text → its rows (counted from ``first``), of the texts that occur more than once."""
    seen: dict[str, int] = {}
    out: dict[str, list[int]] = {}
    for position, text in enumerate(keys, first):
        if text is None:
            continue
        if text in seen:
            out.setdefault(text, [seen[text]]).append(position)
        else:
            seen[text] = position
    return out


@dataclass
class Scopes:
    """The blocks of a plan's rows. ``values``: block's kind → a value (or None) a row of the plan, the narrowest kind first."""

    values: Mapping[str, Callable[[], Sequence[object]]]
    _codes: dict[str, np.ndarray] = field(default_factory=dict)

    def _of(self, kind: str) -> np.ndarray:
        if kind not in self._codes:
            self._codes[kind] = pd.Categorical(list(self.values[kind]())).codes
        return self._codes[kind]

    def choose(self, rows: Sequence[int], position: int | None) -> int | None:
        """The one of ``rows`` that a reference in row ``position`` means; None where several are left."""
        left = list(rows)
        strange = False  # the reference comes from a team that has none of the rows: it stands near one of them by chance
        for kind in self.values if position is not None else ():
            if strange and kind in _NEAR:
                continue
            codes = self._of(kind)
            own = [row for row in left if codes[row] == codes[position] >= 0]
            strange = strange or bool(kind == "team" and codes[position] >= 0 and not own)
            left = own or left
            if len(left) == 1:
                break
        return left[0] if len(left) == 1 else None

    @cached_property
    def _named(self) -> dict[str, list[tuple[str, object]]]:
        out: dict[str, list[tuple[str, object]]] = {}
        for kind in _NAMED:
            if kind in self.values:
                for value in dict.fromkeys(self.values[kind]()):
                    if value is not None and folded(str(value)):
                        out.setdefault(folded(str(value)), []).append((kind, value))
        return out

    def within(self, text: str, find: Callable[[str], Sequence[int]]) -> tuple[int, ...] | None:
        """The rows that a reference with its block means ("Radio: Test", "Test (Radio)", "Radio T3"); None where it names no block.

        ``find`` gives all rows of an id or a name.
        """
        if len(text) > _LONGEST:
            return None
        splits = [(text[: at.start()], text[at.end() :]) for at in _QUALIFIED.finditer(text)]
        if not splits:
            splits = [(left, right) for left, gap, right in (text.partition(" "), text.rpartition(" ")) if gap]
        for left, right in splits:
            for block, item in ((left, right), (right, left)):
                item = item.strip(" ()[]:/|>–-")
                for kind, value in self._named.get(folded(block), ()):
                    values = self.values[kind]()
                    if rows := tuple(row for row in find(item) if values[row] == value):
                        return rows
        return None
