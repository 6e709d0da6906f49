"""Red, amber or green: computed from written thresholds, beside what the teams reported.

A status is only as good as its rule, so the rule is a sentence that stands beside it. Where the sheet reports a status of its own
(a traffic light, "on track"), it is kept, and an item that is reported green while the forecast is red is shown with the evidence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from tpm.insight.heard import heard
from tpm.insight.review.facts import SURE, Facts, as_date, is_scheduled
from tpm.insight.review.sentence import Names, Sentence, Word
from tpm.insight.roadmap_items import NO_SLIP_DAYS
from tpm.model import Kind

_REPORTING_SHARE: Final = 0.5  # of a column's filled cells that must read as a traffic light for the column to be one


class Rag(StrEnum):
    """The three colours, done, and nothing to judge by; members are in falling order of concern."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    DONE = "done"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        return list(Rag).index(self)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a date is amber and when red: working days after its promise, and likelihood where it was simulated."""

    amber_days: float = 0.0
    red_days: float = 5.0
    amber_confidence: float = 0.8
    red_confidence: float = 0.5

    def __post_init__(self) -> None:
        if not (0 <= self.amber_days <= self.red_days and 0 <= self.red_confidence <= self.amber_confidence <= 1):
            raise ValueError("thresholds must rise from amber to red")

    def sentence(self, simulated: bool) -> Sentence:
        """The rule in words."""
        return Sentence(f"brief.threshold.{'simulated' if simulated else 'days'}{'' if self.amber_days else '-any'}", {
            "red": self.red_days, "amber": self.amber_days, "red_share": self.red_confidence, "amber_share": self.amber_confidence})


@dataclass(frozen=True, slots=True)
class Status:
    """A computed status and the sentence that says why."""

    rag: Rag
    why: Sentence


@dataclass(frozen=True, slots=True)
class Watermelon:
    """An item that is reported green while the forecast is red."""

    item: str
    column: str  # where it is reported
    reported: str  # as in the sheet
    why: Sentence


def rag_of(slip: float, confidence: float | None, thresholds: Thresholds) -> Rag:
    """The colour of an open date. ``slip`` in working days after the promise, NaN where nothing was promised."""
    if math.isnan(slip):
        return Rag.UNKNOWN
    if slip > thresholds.red_days or (confidence is not None and confidence < thresholds.red_confidence):
        return Rag.RED
    if slip > thresholds.amber_days or (confidence is not None and confidence < thresholds.amber_confidence):
        return Rag.AMBER
    return Rag.GREEN


def status_of(facts: Facts, item: str, thresholds: Thresholds) -> Status:
    """The status of one item against its own promise."""
    finish, promise, slip = facts.finish(item), facts.promise(item), facts.slip(item)
    confidence = facts.confidence(item) if facts.is_evident else None
    words: dict[str, object] = {"name": facts.name(item)}
    if facts.items.done[facts.position[item]]:
        return Status(Rag.DONE, Sentence("brief.status.done", words, (item,)))
    if finish is None:
        return Status(Rag.UNKNOWN, Sentence("brief.status.no-date", words, (item,)))
    if facts.schedule.cycles and facts.is_open(item) and not is_scheduled(facts.schedule, item):
        return Status(Rag.UNKNOWN, Sentence("brief.status.loop", words, (item,)))
    words["date"] = facts.when(finish)
    if facts.passed is not None:
        return Status(Rag.UNKNOWN, Sentence("brief.status.passed", words, (item,)))
    if promise is None:
        return Status(Rag.UNKNOWN, Sentence("brief.status.no-promise", words, (item,)))
    rag = rag_of(slip, confidence, thresholds)
    words |= {"promise": facts.when(promise), "set": Word(f"brief.set.{facts.promise_kind(item)}")}
    if slip >= NO_SLIP_DAYS:
        return Status(rag, Sentence("brief.status.late", words | {"days": slip}, (item,)))
    if rag is not Rag.GREEN and confidence is not None:
        return Status(rag, Sentence("brief.status.unlikely", words | {"confidence": confidence}, (item,)))
    if facts.unreported is not None:
        return Status(Rag.UNKNOWN, Sentence(f"brief.status.{facts.unreported}", words, (item,)))
    return Status(rag, Sentence("brief.status.kept", words, (item,)))


def likely_dates(facts: Facts, item: str) -> Sentence | None:
    """The days by which ``item`` is as likely as not, and sure; None where it was not simulated or is not open."""
    if facts.simulation is None or not facts.is_open(item):
        return None
    row = facts.simulation.table.iloc[facts.position[item]]
    middle, sure = as_date(row["p50_finish"]), as_date(row["p80_finish"])
    if middle is None or sure is None:
        return None
    words = {"sure": facts.when(sure), "middle": facts.when(middle), "share": SURE}
    return Sentence(f"brief.status.{'likely' if facts.is_evident else 'likely-default'}", words, (item,))


def against(facts: Facts, item: str) -> Sentence | None:
    """How far the forecast of ``item`` lies from its promise, beside a sentence that names the date; None where there is nothing to say."""
    promise, slip = facts.promise(item), facts.slip(item)
    if promise is None or math.isnan(slip) or facts.passed is not None or not is_scheduled(facts.schedule, item):
        return None
    how = "late" if slip >= NO_SLIP_DAYS else "early" if slip <= -NO_SLIP_DAYS else "kept"
    words = {"promise": facts.when(promise), "set": Word(f"brief.set.{facts.promise_kind(item)}")}
    return Sentence(f"brief.against.{how}", words if how == "kept" else words | {"days": abs(slip)}, (item,))


def standing(facts: Facts, item: str, thresholds: Thresholds) -> tuple[Sentence, ...]:
    """How ``item`` stands, in the words that every page and file has for it: its status, then how sure its date is."""
    likely = likely_dates(facts, item)
    return (status_of(facts, item, thresholds).why, *((likely,) if likely is not None else ()))


def program_status(facts: Facts, thresholds: Thresholds) -> Status:
    """The status of the whole: that of its headline; not judged where rows of its sheets were not read."""
    if facts.last is None:
        return Status(Rag.UNKNOWN, Sentence("brief.status.nothing"))
    if facts.plan.rows_missed:
        return Status(Rag.UNKNOWN, Sentence("brief.status.rows-missed", {"count": facts.plan.rows_missed}))
    return status_of(facts, facts.last, thresholds)


def lane_statuses(facts: Facts, lane: str, thresholds: Thresholds) -> Mapping[str, Status]:
    """The status of each lane ("" is the one of items without a value): that of its worst open item; with nothing open it is done.

    The worst is the latest against its promise, a milestone before other work and what the date that matters hangs on before the rest.
    Where rows of the sheets were not read, none is judged: nobody knows whose they are.
    """
    codes, names = facts.items.lanes(lane)
    ids = facts.plan.activities["id"].to_numpy()
    beyond = np.where(np.isnan(facts.items.beyond), -np.inf, facts.items.beyond)
    order = np.lexsort((np.isin(ids, facts.driving), facts.items.kind == Kind.MILESTONE.value, beyond))  # the last is the worst
    out: dict[str, Status] = {}
    for code, name in enumerate(names):
        here = facts.open & (codes == code)
        label = name or ""
        if facts.plan.rows_missed:
            out[label] = Status(Rag.UNKNOWN, Sentence("brief.status.rows-missed", {"count": facts.plan.rows_missed}))
        elif not here.any():
            out[label] = Status(Rag.DONE, Sentence("brief.status.lane-done", {"name": label}))
        else:
            out[label] = _worst(facts, ids[order[here[order]]], thresholds)
    return out


def _worst(facts: Facts, items: np.ndarray, thresholds: Thresholds) -> Status:
    """The status of the worst of ``items``, which are in rising order of lateness; what is simulated may be worse than what is later."""
    judged = [str(items[-1]), *([facts.last] if facts.last is not None and facts.last in items else [])]
    return min((status_of(facts, item, thresholds) for item in judged), key=lambda status: status.rag.rank)


# --- what the teams report -------------------------------------------------------------------------------------------

_WORDS: Final[Mapping[Rag, frozenset[str]]] = {
    Rag.GREEN: frozenset((
        "green", "g", "on track", "on-track", "ontrack", "on schedule", "on plan", "good", "healthy", "ok", "녹색", "초록", "초록색",
        "그린", "녹", "정상", "양호", "순항", "원활", "이상 없음", "이상없음", "verde", "vert", "grün")),
    Rag.AMBER: frozenset((
        "amber", "yellow", "a", "y", "at risk", "at-risk", "caution", "warning", "needs attention", "orange", "노랑", "노란색", "황색",
        "황", "옐로우", "주의", "관심", "경고", "amarillo", "amarelo", "gelb")),
    Rag.RED: frozenset((
        "red", "r", "off track", "off-track", "offtrack", "delayed", "late", "behind", "critical", "bad", "빨강", "빨간색", "적색", "적",
        "레드", "위험", "심각", "지연", "rojo", "vermelho", "rouge", "rot")),
}
_SIGNS: Final[Mapping[str, Rag]] = {
    "🟢": Rag.GREEN, "✅": Rag.GREEN, "💚": Rag.GREEN, "🟡": Rag.AMBER, "🟠": Rag.AMBER, "🔴": Rag.RED, "🛑": Rag.RED,
}  # fmt: skip
_SINGLE: Final = frozenset("gayr")  # letters mean colours only where the whole column speaks in them


def read_rag(text: object) -> Rag | None:
    """The colour that a cell reports; None where it reports none."""
    if not isinstance(text, str):
        return None
    for sign, rag in _SIGNS.items():
        if sign in text:
            return rag
    word = re.sub(r"\s+", " ", re.sub(r"^\W+|(?<=\w)\W++$", "", heard(text))).casefold().strip()
    return next((rag for rag, words in _WORDS.items() if word in words), None)


def reported(facts: Facts) -> tuple[str, np.ndarray] | None:
    """The column in which the teams report a traffic light, and its cells as text (rows); None where no column does.

    The status column counts as well where it says "on track" rather than how far the work is. Of several columns the fullest.
    """
    plan = facts.plan
    best: tuple[int, str, np.ndarray] | None = None
    for name, values in [("status", plan.activities["status"].to_numpy()),
                         *((str(name), plan.attributes[name].to_numpy()) for name in plan.attributes.columns)]:
        filled = [value for value in values if isinstance(value, str) and value.strip()]
        colours = [rag for rag in (read_rag(value) for value in filled) if rag is not None]
        if not filled or len(colours) < _REPORTING_SHARE * len(filled):
            continue
        letters = sum(len(value.strip()) == 1 and value.strip().casefold() in _SINGLE for value in filled)
        if letters > 0 and letters < len(colours) / 2:
            continue
        if best is None or len(colours) > best[0]:
            best = (len(colours), name, values)
    return None if best is None else best[1:]


def watermelons(facts: Facts, thresholds: Thresholds) -> tuple[Watermelon, ...]:
    """Open items reported green whose forecast is red: the critical ones first, then the latest."""
    found = reported(facts)
    if found is None:
        return ()
    column, values = found
    out = []
    ids = facts.plan.activities["id"].to_numpy()
    kind, done = facts.items.kind, facts.items.done | facts.items.cancelled
    for row, value in enumerate(values):
        if done[row] or read_rag(value) is not Rag.GREEN:
            continue
        item = str(ids[row])
        slip = facts.slip(item)
        if rag_of(slip, None, thresholds) is not Rag.RED:
            continue
        promise, finish = facts.promise(item), facts.finish(item)
        key = "brief.watermelon.summary" if kind[row] == Kind.SUMMARY.value else "brief.watermelon.item"
        weight = (bool(facts.items.critical[row]), slip)
        out.append((weight, Watermelon(item, column, str(value).strip(), Sentence(key, {
            "name": facts.name(item), "reported": str(value).strip(), "date": facts.when(finish), "days": slip,
            "set": Word(f"brief.set.{facts.promise_kind(item)}"), "promise": facts.when(promise)}, (item,)))))
    return tuple(one for _, one in sorted(out, key=lambda pair: pair[0], reverse=True))


def watermelon_sentence(found: tuple[Watermelon, ...], facts: Facts) -> Sentence:
    """All of them in one sentence."""
    return Sentence("brief.watermelon.all", {"count": len(found), "names": Names(tuple(facts.name(one.item) for one in found))},
                    tuple(one.item for one in found))
