"""Hidden assumptions: what a plan takes for granted without saying so, rule by rule, each finding with its rows.

A rule that finds more than :data:`MOST_EACH` places, or whose places are one judgement, tells them in one finding. Every finding has a key
made of its rule and its rows, under which somebody's "not an issue" is remembered; it comes back when other rows are concerned.

The rules are in :mod:`~tpm.insight.cross_team.rules`; what the schedule or the health checks tell already is on the page of dependencies
too, link by link, but not told twice by ``check`` (:func:`as_findings`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tpm.findings import Finding, Place, Severity
from tpm.i18n import Language, Listed, listed, t

MOST_EACH: Final = 25  # findings of one rule; more are one finding
_NAMES_SHOWN: Final = 5
_NOTE_LENGTH: Final = 160  # characters of a note that are quoted
_KEY_LENGTH: Final = 200  # longer keys are digests

# What ``check`` tells as well: doubtful data that neither the schedule nor the health checks report.
IN_CHECK: Final = ("implied-by-note", "implied-by-steps", "milestone-unled", "no-owner", "finish-on-holiday", "response-late",
                   "similar-names", "redundant-links")


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing that the plan takes for granted. ``items`` are ids of activities (or of a risk, first), ``links`` rows of
    ``schedule.links``; ``count`` is how many places it tells."""

    code: str
    severity: Severity
    items: tuple[str, ...]
    params: Mapping[str, object] = field(default_factory=dict)
    links: tuple[int, ...] = ()
    places: tuple[Place, ...] = ()
    count: int = 1
    ends: tuple[str, ...] = ()  # of links: "A>B", for the key
    names: tuple[str, ...] = ()  # what each place is called

    @property
    def key(self) -> str:
        """The same for the same rule and rows in every version of the plan."""
        text = "|".join(self.ends or self.items)
        if len(text) > _KEY_LENGTH:
            text = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
        return f"{self.code}:{text}"

    def title(self, lang: Language) -> str:
        """The rule's name."""
        return t(f"assumptions.{self.code}.title", lang)

    def sentence(self, lang: Language) -> str:
        """What is taken for granted, and where."""
        form = str(self.params.get("form", "one")) if self.count == 1 else "many"
        return t(f"assumptions.{self.code}.{form}", lang, count=self.count, **_worded(self.params, lang))

    def ask(self, lang: Language) -> str:
        """What settles it."""
        return t(f"assumptions.{self.code}.ask", lang)


def _worded(params: Mapping[str, object], lang: Language) -> dict[str, object]:
    """Parameters whose words depend on the language."""
    from tpm.insight.cross_team.sites import holiday_name

    out = dict(params)
    if "country" in out and "date" in out:
        out["holiday"] = holiday_name(str(out["country"]), out["date"], lang) or str(out["country"])  # type: ignore[arg-type]
    return out


def some(names: Sequence[str]) -> Listed:
    """At most five names, and how many more."""
    return listed(names, _NAMES_SHOWN)


def quoted(note: str) -> str:
    """A note in one line, cut where it is long."""
    line = " ".join(note.split())
    return line if len(line) <= _NOTE_LENGTH else line[: _NOTE_LENGTH - 1].rstrip() + "…"


def split_dismissed(found: Iterable[Assumption], dismissed: Mapping[str, str]) -> tuple[tuple[Assumption, ...], tuple[Assumption, ...]]:
    """(what stands, what somebody has called no issue); ``dismissed`` maps keys to reasons."""
    found = tuple(found)
    return (tuple(each for each in found if each.key not in dismissed), tuple(each for each in found if each.key in dismissed))


def as_findings(found: Iterable[Assumption]) -> tuple[Finding, ...]:
    """The findings that ``check`` tells: one a rule of :data:`IN_CHECK`, with all its rows."""
    by_code: dict[str, list[Assumption]] = {}
    for each in found:
        if each.code in IN_CHECK and not each.params.get("told"):  # told elsewhere, or too slight for a check
            by_code.setdefault(each.code, []).append(each)
    out = []
    for code in (code for code in IN_CHECK if code in by_code):
        parts = by_code[code]
        items = tuple(dict.fromkeys(item for part in parts for item in part.items))
        names = [name for part in parts for name in part.names]
        worst = min((part.severity for part in parts), key=lambda severity: severity.rank)
        out.append(Finding(f"assumption-{code}", worst, tuple(dict.fromkeys(place for part in parts for place in part.places)),
                           {"count": sum(part.count for part in parts), "items": some(names)}, items))
    return tuple(out)
