"""Findings: what is wrong with the data or the schedule, where, and what fixes it.

A finding is data (a code, a severity, a place, parameters); its words live in the catalogue under
``finding.<code>.message`` and ``finding.<code>.fix``, so one finding reads in either language.
Failures are collected, never raised one at a time. :class:`InputError` is the exception for input that
cannot be used at all; it carries a finding and survives pickling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tpm.i18n import Language, Listed, listed, t


class Severity(StrEnum):
    """How much a finding matters; members are in falling order of weight."""

    ERROR = "error"  # something the user gave could not be used as given
    WARNING = "warning"  # used, but doubtful: a person should look
    INFO = "info"  # a choice the program made and tells

    @property
    def rank(self) -> int:
        return ("error", "warning", "info").index(self.value)


@dataclass(frozen=True, slots=True)
class Place:
    """A cell, a row, a sheet or a file. ``cell`` is in A1 notation; for text files the column letter counts fields."""

    source: str = ""  # file name
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        if self.sheet and self.cell:
            return f"{self.sheet}!{self.cell}"
        return self.cell or self.sheet or self.source


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person should know about the plan.

    ``params`` fill the catalogue's sentences; ``{where}`` is always available. ``items`` are the ids of the
    activities (or risks) concerned, in the plan's order.
    """

    code: str
    severity: Severity
    places: tuple[Place, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict)
    items: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The places as text, at most three and a count of the rest: ``Plan!D14, Plan!D15, Plan!D16 and 4 more``."""
        return str(self._places)

    @property
    def _places(self) -> Listed:
        return listed(self.places, 3, "places")

    def message(self, lang: Language) -> str:
        """What is wrong, as a sentence."""
        return t(f"finding.{self.code}.message", lang, **{"where": self._places, **self.params})

    def fix(self, lang: Language) -> str:
        """What puts it right, as a sentence."""
        return t(f"finding.{self.code}.fix", lang, **{"where": self._places, **self.params})


class InputError(Exception):
    """Input that cannot be used at all: says what, where and how to fix it (exit status 1 on the command line)."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding

    def __str__(self) -> str:
        return f"{self.finding.message('en')} {self.finding.fix('en')}"


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by falling severity; the given order is kept within one severity."""
    return sorted(findings, key=lambda finding: finding.severity.rank)
