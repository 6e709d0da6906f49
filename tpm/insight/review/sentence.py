"""A sentence that knows its rows and its numbers: worded in either language, from the same facts.

Parameters are numbers, names of the sheet, or small values that each language says its own way (:class:`Spoken`). So both
languages state the same numbers, and a number in a sentence can be traced to what computed it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol, runtime_checkable

from tpm.i18n import Language, format_date, t

_SAME_YEAR_DAYS: Final = 300  # a date this near needs no year


@runtime_checkable
class Spoken(Protocol):
    """A value that each language says its own way."""

    def text(self, lang: Language) -> str:
        """The value in words."""


@dataclass(frozen=True, slots=True)
class When:
    """A day as a sentence says it: without its year where ``near`` makes that obvious."""

    day: dt.date
    near: dt.date | None = None

    def text(self, lang: Language) -> str:
        """The day in words."""
        close = self.near is not None and abs((self.day - self.near).days) <= _SAME_YEAR_DAYS
        return format_date(self.day, lang, "day" if close else "fulldate")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the catalogue inside a sentence."""

    key: str

    def text(self, lang: Language) -> str:
        """The word."""
        return t(self.key, lang)


@dataclass(frozen=True, slots=True)
class Names:
    """Names of the sheet in a row: ``A, B and C``, with a count of those beyond ``most`` in the counter of what they are names ``of``."""

    names: tuple[str, ...]
    most: int = 3
    of: Literal["items", "teams", "people"] = "items"

    def text(self, lang: Language) -> str:
        """The names, joined as the language joins them."""
        shown, more = self.names[: self.most], len(self.names) - self.most
        if more > 0:
            return t(f"list.more-{self.of}", lang, names=", ".join(shown), count=more)
        if len(shown) < 2:
            return "".join(shown)
        return t("brief.names.two" if len(shown) == 2 else "brief.names.several", lang, names=", ".join(shown[:-1]), last=shown[-1])

    @property
    def beyond(self) -> int:
        """How many are not named."""
        return max(len(self.names) - self.most, 0)


@dataclass(frozen=True)
class Sentence:
    """One sentence: its key in the catalogue, its facts, the rows (ids of items or risks) that back it.

    One of level 1 belongs to the one of level 0 before it and stands indented below it.
    """

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    level: int = 0

    def text(self, lang: Language) -> str:
        """The sentence in ``lang``."""
        return t(self.key, lang, **{name: _worded(value, lang) for name, value in self.facts.items()})

    def numbers(self) -> dict[str, float | str]:
        """Fact → value: numbers as numbers, dates as ISO text. Names of the sheet are no numbers."""
        out: dict[str, float | str] = {}
        for name, value in self.facts.items():
            if isinstance(value, When):
                out[name] = value.day.isoformat()
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                out[name] = float(value)
            elif isinstance(value, Names) and value.beyond:
                out[name] = float(value.beyond)
            elif hasattr(value, "numbers"):
                out |= {f"{name}.{inner}": number for inner, number in value.numbers().items()}
        return out


def _worded(value: Any, lang: Language) -> Any:
    return value.text(lang) if isinstance(value, Spoken) else value


class Told(Protocol):
    """Anything that a review can say: a :class:`Sentence`, or one of another room."""

    @property
    def rows(self) -> tuple[str, ...]: ...

    @property
    def level(self) -> int: ...

    def text(self, lang: Language) -> str: ...

    def numbers(self) -> dict[str, float | str]: ...


def paragraph(sentences: Iterable[Told], lang: Language) -> str:
    """Sentences one after the other."""
    return " ".join(sentence.text(lang) for sentence in sentences)


def rows_of(sentences: Sequence[Told]) -> tuple[str, ...]:
    """Every row behind ``sentences``, each once, in the order of telling."""
    return tuple(dict.fromkeys(row for sentence in sentences for row in sentence.rows))
