"""How rows of a plan can be named by a reference: by id, number, address, issue or name, as written or compared loosely.

Compared loosely means without case, accents, spaces and punctuation; what separates two digits stays, for 1.1 is not 11.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from tpm.ingest.assembling.references import common, without_pages
from tpm.ingest.assembling.scopes import Scopes, repeats
from tpm.ingest.lexicon.headers import folded

SEVERAL: Final = -1  # instead of a row: the reference names several, and nothing says which
_SHORTEST_START: Final = 6  # characters of a name that a longer reference may begin with
_LEADING_ZEROS: Final = re.compile(r"(?<![\d.,])0+(?=\d)")
_ROW_REFERENCE: Final = re.compile(r"^(?:.*!)?\$?[A-Z]{1,3}\$?(\d+)$")
_NUMBERED: Final = re.compile(r"#\s*([A-Za-z]*-?\d+)\b")  # "#12 Draft pages", "Task #12: Draft pages"
_BEGUN: Final = re.compile(r"([A-Za-z]{0,6}[-_ ]?\d{1,12}(?:[.\-]\d{1,12})*+)[\s:.\-–)]++(?=[^\W\d_])")  # "3 - Design", "AP-12: Login"
_TRAILER: Final = re.compile(r"(?<!\s)\s*+\(([^()]{1,25})\)$")
_VERSION: Final = re.compile(r"v\.?\s?\d[\w.]{0,9}", re.I)
_DIGIT: Final = re.compile(r"\d")


class Found(NamedTuple):
    """The row that a reference means (or :data:`SEVERAL`), and what of its text nobody understood."""

    row: int
    unread: str = ""


def without_zeros(text: str) -> str:
    """``text`` with its numbers as they count: 001 is 1, P-07 is P-7; 4.05 stays."""
    return _LEADING_ZEROS.sub("", text)


def _folded_without_zeros(text: str) -> str:
    return folded(without_zeros(text))


_DIGITS: Final = re.compile(r"\d+")
_LOOSELY: Final = (folded, without_zeros, _folded_without_zeros)


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(run.lstrip("0") for run in _DIGITS.findall(text))


def unique(keys: Sequence[str | None]) -> dict[str, int]:
    """Text → position, without the texts that occur twice."""
    out: dict[str, int] = {}
    twice = set()
    for position, text in enumerate(keys):
        if text is None:
            continue
        if text in out:
            twice.add(text)
        else:
            out[text] = position
    for text in twice:
        del out[text]
    return out


def other_forms(text: str) -> tuple[str, ...]:
    """What else a reference can be looked up as: the number behind "#", the name before a page's address."""
    found = [match[1], f"#{match[1]}"] if (match := _NUMBERED.search(text)) else []
    if "://" in text and (plain := without_pages(text)) != text:
        found += [plain, folded(plain)]
    return tuple(found)


class Names:
    """The ways in which rows of a plan can be named: each maps a text to a row position of the plan.

    ``ids`` are known; the others are made by ``make`` when a reference is not found otherwise, because most plans need none. Of several
    rows with one id, number or name ``scopes`` chooses: ``repeated`` are notation → text → its rows. ``names`` are those of all rows.
    """

    def __init__(
        self,
        ids: Mapping[str, int],
        make: Mapping[str, Callable[[], Mapping[str, int]]],
        scopes: Scopes,
        repeated: Mapping[str, Mapping[str, Sequence[int]]],
        names: Sequence[str] = (),
        stated: bool = False,
        shown: bool = True,
    ) -> None:
        self.ids = ids
        self.repeated = repeated
        self.stated = stated  # the ids stand in a column of their own
        self.shown = shown  # the ids are those of the sheet; else they were given to its rows, and nobody refers to what he has not seen
        self._scopes, self._names, self._make = scopes, names, make
        self._made: dict[str, Mapping[str, int]] = {"id": ids}

    def by(self, notation: str) -> Mapping[str, int]:
        """Text → position in one notation.

        They are id, wbs, counted (the n-th row from 0), sequence (from 1), row (of the sheet), issue (#10), name (compared loosely).
        """
        if notation not in self._made:
            self._made[notation] = self._make[notation]()
        return self._made[notation]

    @cached_property
    def _repeated_names(self) -> Mapping[str, Sequence[int]]:
        return repeats([folded(name) for name in self._names])

    def _rows(self, who: str) -> Sequence[int]:
        """All rows with this id or this name."""
        if (rows := self.several("id", who)) is not None:
            return rows
        plain = folded(who)
        found = self.ids.get(who, self.by("name").get(plain))
        return self._repeated_names.get(plain, ()) if found is None else (found,)

    def several(self, notation: str, who: str) -> Sequence[int] | None:
        """The rows that share an id or number; None where one or none has it."""
        return self.repeated.get(notation, {}).get(who)

    def of(self, notation: str, who: str, position: int) -> int | None:
        """The row that ``who`` means in row ``position`` in one notation; ``SEVERAL`` where that stays open, None if it means none."""
        rows = self.several(notation, who)
        return self.by(notation).get(who) if rows is None else self._chosen(rows, position)

    def _chosen(self, rows: Sequence[int], position: int) -> int:
        found = self._scopes.choose(rows, position)
        return SEVERAL if found is None else found

    @cached_property
    def _loose_ids(self) -> Mapping[str, tuple[int, tuple[str, ...]]]:
        """Ids compared loosely → their rows and the numbers in them."""
        texts, rows = list(self.ids), list(self.ids.values())
        forms = {form: at for make in reversed(_LOOSELY) for form, at in unique([make(text) for text in texts]).items()}
        return {form: (rows[at], _numbers(texts[at])) for form, at in forms.items()}

    @cached_property
    def like_links(self) -> bool:
        """Some id looks like a reference with a type ("3SS"), so that plain numbers with types are looked up as they stand first."""
        return any(not text.isdigit() and common(text) is not None for text in self.ids)

    @cached_property
    def _sorted_names(self) -> list[str]:
        return sorted(self.by("name"))

    @cached_property
    def _sizes(self) -> list[int]:
        return sorted({len(name) for name in self.by("name")})

    def as_written(self, who: str, order: Sequence[str], position: int) -> int | None:
        """The row (or ``SEVERAL``) whose id or number is ``who``, letter by letter; None where there is none."""
        for kind in order:
            if (found := self.of(kind, who, position)) is not None:
                return found
        return None

    def exactly(self, who: str, order: Sequence[str], position: int) -> int | None:
        """The row (or ``SEVERAL``) whose id, number or name ``who`` is, all of it, compared loosely; None where there is none."""
        if (found := self.as_written(who, order, position)) is not None:
            return found
        if self.shown:
            for make in _LOOSELY:
                if (loose := self._loose_ids.get(make(who))) is not None and loose[1] == _numbers(who):  # "1, 2" is not 12
                    return loose[0]
        plain = folded(who)
        if not plain:
            return None
        found = self.by("name").get(plain)
        rows = self._repeated_names.get(plain) if found is None else None
        return found if rows is None else self._chosen(rows, position)

    def find(self, who: str, order: Sequence[str], position: int) -> Found | None:
        """The row that ``who`` means, if need be from a part of it: an address, "#12", "3 - Design", the beginning of a name."""
        if (found := self.exactly(who, order, position)) is not None:
            return Found(found)
        if who.startswith("http") and (found := self.by("link").get(who)) is not None:
            return Found(found)
        if match := _NUMBERED.search(who):
            number, issues = self.ids.get(match[1]), self.by("issue")
            called = issues.get(who, issues.get(match[0]))
            both = (number, called) if self.stated else (called, number)  # "#12" is the id 12 where a column states ids
            if (found := next((one for one in both if one is not None), None)) is not None:
                return Found(found)
        if not self.stated and (match := _ROW_REFERENCE.match(who)) and (found := self.by("row").get(match[1])) is not None:
            return Found(found)
        if rows := self._scopes.within(who, self._rows):
            return Found(self._chosen(rows, position))
        return self._begun(who, order, position) or self._near(who)

    def _begun(self, who: str, order: Sequence[str], position: int) -> Found | None:
        """An id with the name behind it."""
        match = _BEGUN.match(who)
        if match is None:
            return None
        for kind in order:
            if (found := self.of(kind, match[1], position)) is not None:
                rest = who[match.end() :]
                return Found(found, "" if found == SEVERAL or _agree(folded(rest), folded(self._names[found])) else rest)
        return None

    def _near(self, who: str) -> Found | None:
        """The one name that ``who`` begins, or that begins ``who`` (what follows is not understood); without remarks in brackets."""
        trailer = _TRAILER.search(who)
        text = folded(who[: trailer.start()] if trailer else who)
        if len(text) < 4 or (trailer is not None and trailer[1].casefold() == "done"):
            return None
        unread = trailer[1] if trailer and _DIGIT.search(trailer[1]) and not _VERSION.fullmatch(trailer[1]) else ""
        table, ordered = self.by("name"), self._sorted_names
        if (found := table.get(text)) is not None:
            return Found(found, unread)
        first = bisect_left(ordered, text)
        longer = [name for name in ordered[first : first + 2] if name.startswith(text)]
        fewest, most = (bisect_left(self._sizes, size) for size in (_SHORTEST_START, len(text)))
        shorter = [text[:size] for size in self._sizes[fewest:most] if text[:size] in table]
        if len(longer) + len(shorter) != 1:
            return None
        return Found(table[longer[0]], unread) if longer else Found(table[shorter[0]], who)


def _agree(said: str, name: str) -> bool:
    """What stands behind an id is the row's name, or its beginning."""
    return bool(said) and (name.startswith(said) or said.startswith(name))
