"""Names in a row and how many more there are, worded only where the language is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tpm.i18n.catalogue_file import Language, t

Of = Literal["items", "places", "teams", "people", "risks"]


@dataclass(frozen=True, slots=True)
class Listed:
    """The first few of several names, and how many are left out, in the counter of what they are names ``of``."""

    shown: tuple[str, ...]
    more: int = 0
    of: Of = "items"

    def worded(self, lang: Language) -> str:
        """``A, B and 3 more``, ``A, B 외 3곳``."""
        names = ", ".join(self.shown)
        return t(f"list.more-{self.of}", lang, names=names, count=self.more) if self.more > 0 else names

    def __str__(self) -> str:
        return self.worded("en")


def listed(names: Iterable[object], most: int, of: Of = "items", total: int | None = None) -> Listed:
    """The first ``most`` of ``names``; ``total`` where there are more of them than ``names`` has."""
    every = tuple(str(name) for name in names)
    return Listed(every[:most], max((len(every) if total is None else total) - len(every[:most]), 0), of)
