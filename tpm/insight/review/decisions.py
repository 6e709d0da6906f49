"""Decisions that the program needs: each a question, why it is asked, and options with what each costs or wins in days.

Dates that hang on the same lever are one decision, and a loop before the date that matters is the only one asked about it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np

from tpm.i18n import Language
from tpm.insight.review.facts import SURE, Facts, is_scheduled, names_of
from tpm.insight.review.sentence import Names, Sentence, Word
from tpm.insight.review.status import Rag, Status
from tpm.insight.review.top_risks import top_risks
from tpm.insight.review.ways import Option, likely, promise_later, responses, ways_back
from tpm.insight.roadmap_items import NO_SLIP_DAYS
from tpm.model import LinkType
from tpm.scenario import Change, Move, apply_changes, named, remove_link
from tpm.schedule import schedule

_DATES: Final = 3  # missed dates beside the headline that become questions of their own
_CANDIDATES: Final = 8  # missed dates that are looked at, the worst first
_RISKS: Final = 2
_LINKS: Final = 6  # links of a loop that are offered to be cut
_RISK_DAYS: Final = 0.5  # expected working days on the target below which nobody needs to decide


@dataclass(frozen=True, slots=True)
class Decision:
    """A question for those who can decide. ``by``: the day from which its best option no longer works; None: now."""

    kind: str  # recover, unlikely, deadline, risk, loop, later, passed
    question: Sentence
    why: Sentence
    options: tuple[Option, ...]
    by: dt.date | None
    rows: tuple[str, ...]
    target: str | None = None  # id of the item whose date the options speak of
    levers: frozenset[str] = frozenset()  # items that its moves pull at
    also: Sentence | None = None  # what the same moves decide besides

    @property
    def best(self) -> Option | None:
        """The option that wins most without a waiver; None where none wins a day."""
        winning = [option for option in self.options if option.days < 0 and option.changes and not option.needs_waiver]
        return min(winning, key=lambda option: (option.days, len(option.items)), default=None)

    @property
    def lands(self) -> dt.date | None:
        """The forecast of its date where nothing is done."""
        return next((option.lands for option in self.options if not option.changes), None)

    def is_settled(self, decided: Mapping[str, str]) -> bool:
        """Whether it was decided (key → the day that was decided for, ISO, or nothing) and its date has not got later since."""
        until = decided.get(self.key)
        return until is not None and (not until or self.lands is None or self.lands.isoformat() <= until)

    @property
    def key(self) -> str:
        """What the decision is about, the same in a later version of the plan."""
        return f"{self.kind}:{self.rows[0] if self.target is None or self.kind in ('risk', 'loop') else self.target}"

    def as_json(self, lang: Language) -> dict[str, Any]:
        """The decision as the command line gives it."""
        return {"kind": self.kind, "question": self.question.text(lang), "why": self.why.text(lang), "target": self.target,
                "by": None if self.by is None else self.by.isoformat(), "options": [option.as_json(lang) for option in self.options]}


def decisions(facts: Facts) -> tuple[Decision, ...]:
    """What must be decided, the headline's date first; empty where nothing is late and no risk lacks its answer."""
    if facts.passed is not None:
        return (_passed(facts),)
    loop = _loop(facts)
    asked = [each for each in (_recover(facts), *_deadlines(facts)) if each is not None]
    return (*([loop] if loop else []), *_one_a_lever(facts, asked)[: _DATES + 1], *_risks(facts))


def _recover(facts: Facts) -> Decision | None:
    target = facts.last
    if target is None or not facts.is_open(target) or not is_scheduled(facts.schedule, target):
        return None
    return _pull_in(facts, target, "recover") if facts.slip(target) > NO_SLIP_DAYS else _unlikely(facts, target)


def _unlikely(facts: Facts, target: str) -> Decision | None:
    """The date that matters is forecast in time and will probably not be."""
    confidence, later = facts.confidence(target), promise_later(facts, target)
    if confidence is None or later is None or confidence >= SURE:
        return None
    words = {**later.sentence.facts, "name": facts.name(target), "confidence": confidence, "date": facts.when(facts.finish(target))}
    options = (*(likely(facts, each, target) for each in responses(facts, target)), later)
    return Decision("unlikely", Sentence("brief.decision.unlikely", words, (target,)),
                    Sentence("brief.decision.unlikely-why", words, (target,)), options, None, (target,), target)


def _deadlines(facts: Facts) -> list[Decision]:
    """Other deadlines that are missed, unless the headline's own path is what misses them."""
    rows = facts.plan.activities
    missed = facts.open & facts.items.late & rows["deadline"].notna().to_numpy() & facts.schedule.table["scheduled"].to_numpy()
    ids = rows["id"].to_numpy()[missed]
    order = np.argsort(-facts.items.beyond[missed], kind="stable")
    path = set(facts.driving) if facts.last is not None and facts.slip(facts.last) > NO_SLIP_DAYS else set()
    return [_pull_in(facts, str(item), "deadline") for item in ids[order] if item != facts.last and item not in path][:_CANDIDATES]


def _pull_in(facts: Facts, target: str, kind: str) -> Decision:
    words: dict[str, object] = {
        "name": facts.name(target), "date": facts.when(facts.finish(target)), "promise": facts.when(facts.promise(target)),
        "days": facts.slip(target), "set": Word(f"brief.set.{facts.promise_kind(target)}")}
    ways = ways_back(facts, target)
    rows = tuple(dict.fromkeys((target, *(item for move in ways.moves for item in move.items))))
    sure = promise_later(facts, target)
    if sure is not None:
        words |= sure.sentence.facts
    key = f"brief.decision.{kind}-sure" if kind == "recover" and sure is not None else f"brief.decision.{kind}"
    return Decision(kind, Sentence(key, words, (target,)), Sentence(f"brief.decision.{kind}-why", words, (target,)),
                    ways.options, _by(facts, ways.moves), rows, target, frozenset(move.item for move in ways.moves))


def _one_a_lever(facts: Facts, asked: Sequence[Decision]) -> list[Decision]:
    """``asked`` without those whose every lever another one pulls already: what is decided there decides them, too."""
    kept: list[Decision] = []
    also: dict[int, list[Decision]] = {}
    for one in asked:
        other = next((at for at, each in enumerate(kept) if one.levers and one.levers <= each.levers), None)
        if other is None:
            kept.append(one)
        else:
            also.setdefault(other, []).append(one)
    return [_with_others(facts, one, also.get(at, [])) for at, one in enumerate(kept)]


def _with_others(facts: Facts, decision: Decision, others: Sequence[Decision]) -> Decision:
    """``decision`` with the dates named that it decides, too, and with what its fullest option does to them."""
    targets = tuple(each.target for each in others if each.target is not None)
    if not targets:
        return decision
    changes: list[Change] = []  # each date's own best, a change of the same item but once: the first reaches farthest
    for each in (decision, *others):
        known = {(change.kind, change.item) for change in changes}
        changes += [change for change in (each.best.changes if each.best is not None else ()) if (change.kind, change.item) not in known]
    after = schedule(apply_changes(facts.plan, facts.schedule, changes, facts.problem).plan, facts.schedule.options).table.set_index("id")
    kept = tuple(item for item in targets if (promise := facts.promise(item)) and after["forecast_finish"].loc[item].date() <= promise)
    words = {"names": Names(names_of(facts, targets)), "count": len(targets), "kept": len(kept)}
    key = "all" if len(kept) == len(targets) else "some" if kept else "none"
    also = Sentence(f"brief.decision.also-{key}", words, targets)
    return replace(decision, also=also, why=Sentence("brief.option.with", {"first": decision.why, "second": also}, targets),
                   rows=tuple(dict.fromkeys((*decision.rows, *targets))))


def _by(facts: Facts, moves: Sequence[Move]) -> dt.date | None:
    """The day on which the best move's work begins; None where it has begun."""
    if not moves:
        return None
    starts = [facts.start(item) for item in moves[0].items if facts.is_open(item)]
    known = [day for day in starts if day is not None]
    status = facts.status_date
    return min(known) if known and (status is None or min(known) > status) else None


def left_red(facts: Facts, lanes: Mapping[str, Status], asked: Sequence[Decision]) -> tuple[Decision, ...]:
    """One question about the red lanes that no decision speaks of, nor of what makes them late: nothing is red without being asked."""
    known = {item for decision in asked for item in decision.rows} | (set(facts.driving) if asked else set())
    rows = [row for status in lanes.values() if status.rag is Rag.RED for row in status.why.rows]
    red = tuple(dict.fromkeys(row for row in rows if row in facts.position and known.isdisjoint(facts.chain_to(row))))
    if not red or facts.last is None:
        return ()
    whole = facts.name(facts.last) if facts.headline else Word("brief.whole")
    question = Sentence("brief.decision.later", {"names": Names(names_of(facts, red)), "count": len(red), "name": whole}, red)
    worst = next(status.why for status in lanes.values() if red[0] in status.why.rows)
    return (Decision("later", question, worst, (), None, red),)


def _passed(facts: Facts) -> Decision:
    """What is still to be done of a plan whose end has passed."""
    rows = tuple(facts.plan.activities["id"].to_numpy()[facts.open].astype(str))
    words = {"count": len(rows), "names": Names(names_of(facts, rows))}
    question, why = (Sentence(f"brief.decision.{key}", words, rows) for key in ("passed", "passed-why"))
    return Decision("passed", question, why, (), None, rows)


def _loop(facts: Facts) -> Decision | None:
    """Which link of the loop before the date that matters is to be cut; nothing where that date has a forecast."""
    cycles = facts.schedule.cycles
    if not cycles or (facts.last is not None and is_scheduled(facts.schedule, facts.last)):
        return None
    loop = tuple(cycles[0])
    pairs = list(pairwise((*loop, loop[0])))
    d = facts.plan.dependencies
    links = [(str(a), str(b), LinkType(str(kind))) for a, b, kind in zip(d["predecessor"], d["successor"], d["type"], strict=True)
             if (a, b) in pairs or (b, a) in pairs]
    target = facts.last
    options = [_cut(facts, a, b, kind, target) for a, b, kind in links[:_LINKS]]
    words = {"names": Names(names_of(facts, loop), 4), "name": facts.name(target) if target else Word("brief.whole")}
    return Decision("loop", Sentence("brief.decision.loop", words, loop), Sentence("brief.decision.loop-why", words, loop),
                    tuple(options), None, loop, target)


def _cut(facts: Facts, a: str, b: str, kind: LinkType, target: str | None) -> Option:
    change = named(remove_link(a, b, kind), facts.plan)
    changed = apply_changes(facts.plan, facts.schedule, [change], facts.problem).plan
    after = schedule(changed, replace(facts.schedule.options, target=target))
    finish = after.table["forecast_finish"].to_numpy()
    lands = finish[facts.position[target]] if target is not None else (finish[~np.isnat(finish)].max(initial=np.datetime64("NaT", "s")))
    day = None if np.isnat(lands) else lands.astype("datetime64[D]").item()
    owner, teams = facts.owners(b) or ((facts.team(b),) if facts.team(b) else ()), tuple(filter(None, (facts.team(a), facts.team(b))))
    asked = Names(tuple(filter(None, owner)), of="people" if facts.owners(b) else "teams")
    words: dict[str, object] = {"before": facts.name(a), "after": facts.name(b), "owner": asked}
    key = "brief.option.cut" if day is None else "brief.option.cut-lands"
    if day is not None:
        words |= {"date": facts.when(day), "name": facts.name(target) if target else Word("brief.whole")}
    return Option(Sentence(key if owner else f"{key}-ownerless", words, (a, b)), 0.0, (a, b), tuple(dict.fromkeys(teams)), (change,), day)


def _risks(facts: Facts) -> list[Decision]:
    """Open threats without an answer that are expected to cost the headline's date."""
    out = []
    for risk in top_risks(facts):
        if risk.kind != "threat" or risk.days < _RISK_DAYS or risk.response:
            continue
        assert facts.last is not None
        words = {"title": risk.title, "share": risk.probability, "impact": risk.impact_days, "expected": risk.days,
                 "name": facts.name(facts.last)}
        lands = facts.finish(facts.last)
        options = [Option(Sentence(f"brief.option.{name}", words, (risk.id,)), -days, (risk.id,), lands=lands)
                   for name, days in (("risk-answer", risk.days), ("risk-accept", 0.0))]
        out.append(Decision("risk", Sentence("brief.decision.risk", words, (risk.id,)),
                            Sentence("brief.decision.risk-why", words, (risk.id,)), tuple(options), _due(facts, risk.id),
                            (risk.id, *risk.hits), facts.last))
        if len(out) == _RISKS:
            break
    return out


def _due(facts: Facts, risk: str) -> dt.date | None:
    due = facts.plan.risks.set_index("id")["due"].loc[risk]
    return None if due is None or due != due else due.date()
