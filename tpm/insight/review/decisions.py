"""Decisions that the program needs: each a question, why it is asked, and options with what each costs or wins in days.

Every option that claims days has been applied to the plan and rescheduled (:mod:`tpm.scenario`); nothing is estimated by rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tpm.i18n import Language, t
from tpm.insight.review.facts import NO_SLIP_DAYS, Facts
from tpm.insight.review.sentence import Names, Sentence, Word
from tpm.model import Plan
from tpm.scenario import Limits, Move, MoveKind, Recovery, combine, move_text, recovery_moves

_MOVES: Final = 3  # single moves offered for one date
_DATES: Final = 3  # missed dates beside the headline that become questions of their own
_RISKS: Final = 2
_WAYS: Final = Limits(kinds=(MoveKind.SHORTEN, MoveKind.OVERLAP, MoveKind.SPLIT))  # what a team can do without cutting logic or scope
_RISK_DAYS: Final = 0.5  # expected working days on the target below which nobody needs to decide


@dataclass(frozen=True, slots=True)
class Option:
    """One way to decide. ``days``: what it does to the date asked about, working days, earlier is negative."""

    sentence: Sentence
    days: float
    items: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """A question for those who can decide. ``by``: the day from which its best option no longer works; None: now."""

    kind: str  # recover, deadline, risk
    question: Sentence
    why: Sentence
    options: tuple[Option, ...]
    by: dt.date | None
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _MoveWords:
    """Recovery moves inside a sentence: what is done, the first few of several."""

    moves: tuple[Move, ...]
    plan: Plan

    def text(self, lang: Language) -> str:
        said = "; ".join(move_text(move, self.plan, lang) for move in self.moves[:_MOVES])
        more = len(self.moves) - _MOVES
        return said if more <= 0 else t("brief.option.more", lang, moves=said, count=more)

    def numbers(self) -> dict[str, float]:
        amounts = {f"amount{number}": float(move.amount) for number, move in enumerate(self.moves, start=1) if move.amount is not None}
        return amounts | {"more": float(max(len(self.moves) - _MOVES, 0))}


def decisions(facts: Facts) -> tuple[Decision, ...]:
    """What must be decided, the headline's date first; empty where nothing is late and no risk lacks its answer."""
    out = []
    recover = _recover(facts)
    if recover is not None:
        out.append(recover)
    out += _deadlines(facts)
    out += _risks(facts)
    return tuple(out)


def _recover(facts: Facts) -> Decision | None:
    target = facts.last
    if target is None or not facts.is_open(target) or not facts.slip(target) > NO_SLIP_DAYS:
        return None
    return _pull_in(facts, target, "recover")


def _deadlines(facts: Facts) -> list[Decision]:
    """Other deadlines that are missed, unless the headline's own path is what misses them."""
    rows = facts.plan.activities
    missed = facts.open & facts.items.late & rows["deadline"].notna().to_numpy()
    ids = rows["id"].to_numpy()[missed]
    order = np.argsort(-facts.items.beyond[missed], kind="stable")
    path = set(facts.driving)
    return [_pull_in(facts, str(item), "deadline") for item in ids[order] if item != facts.last and item not in path][:_DATES]


def _pull_in(facts: Facts, target: str, kind: str) -> Decision:
    finish, promise, slip = facts.finish(target), facts.promise(target), facts.slip(target)
    assert finish is not None
    assert promise is not None
    words: dict[str, object] = {
        "name": facts.name(target), "date": facts.when(finish), "promise": facts.when(promise), "days": slip,
        "set": Word(f"brief.set.{facts.promise_kind(target)}")}
    moves = _best(recovery_moves(facts.plan, facts.schedule, target, _WAYS))
    options = [_option(facts, move, target) for move in moves]
    together = combine(facts.plan, facts.schedule, target, promise, _WAYS) if len(moves) > 1 else None
    if together is not None and len(together.moves) > 1:
        options.append(_together(facts, together, target))
    options.append(Option(Sentence("brief.option.accept", words, (target,)), 0.0, (target,)))
    rows = tuple(dict.fromkeys((target, *(item for move in moves for item in move.items))))
    return Decision(kind, Sentence(f"brief.decision.{kind}", words, (target,)), Sentence(f"brief.decision.{kind}-why", words, (target,)),
                    tuple(options), _by(facts, moves), rows)


def _best(moves: Sequence[Move]) -> tuple[Move, ...]:
    """The moves that win most, those that ask fewer items first; one an item."""
    out: list[Move] = []
    touched: set[str] = set()
    for move in sorted(moves, key=lambda move: (-move.days, len(move.items))):
        if move.days > NO_SLIP_DAYS and move.item not in touched:
            touched.add(move.item)
            out.append(move)
        if len(out) == _MOVES:
            break
    return tuple(out)


def _option(facts: Facts, move: Move, target: str) -> Option:
    finish = move.finish
    assert finish is not None
    sentence = Sentence("brief.option.move", {
        "move": _MoveWords((move,), facts.plan), "days": move.days, "date": facts.when(finish), "name": facts.name(target)}, move.items)
    return Option(sentence, -move.days, move.items, move.teams)


def _together(facts: Facts, recovery: Recovery, target: str) -> Option:
    finish = recovery.finish
    assert finish is not None
    gained = sum(move.days for move in recovery.moves)
    items = tuple(dict.fromkeys(item for move in recovery.moves for item in move.items))
    sentence = Sentence("brief.option.together" if recovery.reached else "brief.option.together-short", {
        "moves": _MoveWords(recovery.moves, facts.plan), "days": gained, "date": facts.when(finish), "name": facts.name(target),
        "teams": Names(tuple(recovery.teams))}, items)
    return Option(sentence, -gained, items, tuple(recovery.teams))


def _by(facts: Facts, moves: Sequence[Move]) -> dt.date | None:
    """The day on which the best move's work begins; None where it has begun."""
    if not moves:
        return None
    starts = [facts.start(item) for item in moves[0].items if facts.is_open(item)]
    known = [day for day in starts if day is not None]
    status = facts.status_date
    return min(known) if known and (status is None or min(known) > status) else None


def _risks(facts: Facts) -> list[Decision]:
    """Open threats without an answer that are expected to cost the headline's date."""
    out = []
    for risk in top_risks(facts):
        row = facts.plan.risks.set_index("id").loc[risk.id]
        if risk.kind != "threat" or risk.days < _RISK_DAYS or row["response"]:
            continue
        assert facts.last is not None
        words = {"title": risk.title, "share": risk.probability, "impact": risk.impact_days, "expected": risk.days,
                 "name": facts.name(facts.last)}
        options = [Option(Sentence(f"brief.option.{name}", words, (risk.id,)), -days, (risk.id,))
                   for name, days in (("risk-answer", risk.days), ("risk-accept", 0.0))]
        due = row["due"]
        by = None if due is None or due != due else due.date()
        out.append(Decision("risk", Sentence("brief.decision.risk", words, (risk.id,)),
                            Sentence("brief.decision.risk-why", words, (risk.id,)), tuple(options), by, (risk.id, *risk.hits)))
        if len(out) == _RISKS:
            break
    return out


@dataclass(frozen=True, slots=True)
class TopRisk:
    """An open risk by what it is expected to cost the headline's date, in working days; an opportunity's days are negative."""

    id: str
    title: str
    kind: str
    team: str | None
    owner: str | None
    probability: float
    impact_days: float
    days: float
    simulated: bool  # from the runs; else probability × what its days exceed the float of what it hits
    hits: tuple[str, ...]
    sentence: Sentence


def top_risks(facts: Facts, most: int = 5) -> tuple[TopRisk, ...]:
    """The open risks that weigh most on the headline's date, the heaviest first."""
    risks = facts.plan.risks
    if risks.empty or facts.last is None:
        return ()
    hits: dict[str, list[str]] = {}
    for risk, activity in zip(facts.plan.risk_hits["risk"], facts.plan.risk_hits["activity"], strict=True):
        hits.setdefault(risk, []).append(activity)
    simulated: dict[str, float] = {}
    if facts.simulation is not None and facts.simulation.target == facts.last:
        told = facts.simulation.risk_days
        simulated = dict(zip(told["id"], told["expected_days"], strict=True))
    out = []
    for row in risks.to_dict("records"):
        probability, impact = float(row["probability"]), float(row["impact_days"])
        if row["state"] == "closed" or probability != probability or impact != impact:
            continue
        mine = tuple(item for item in hits.get(row["id"], ()) if facts.is_open(item))
        days = simulated.get(row["id"], _expected(facts, probability, impact, mine, row["kind"] == "opportunity"))
        if abs(days) < 0.05:
            continue
        key = "brief.risk.opportunity" if row["kind"] == "opportunity" else "brief.risk.threat"
        words = {"title": row["title"], "share": probability, "impact": impact, "expected": abs(days), "name": facts.name(facts.last)}
        out.append(TopRisk(str(row["id"]), str(row["title"]), str(row["kind"]), row["team"], row["owner"], probability, impact, days,
                           bool(simulated), mine, Sentence(key, words, (str(row["id"]), *mine))))
    return tuple(sorted(out, key=lambda risk: -abs(risk.days))[:most])


def _expected(facts: Facts, probability: float, impact: float, hits: Sequence[str], saves: bool) -> float:
    """Probability × the days that get through to the headline: what exceeds the float of the tightest item hit."""
    if saves:
        on_path = [item for item in hits if item in facts.driving]
        return -probability * impact if on_path else 0.0
    aimed = facts.floats_to_last
    spare = [max(float(aimed[facts.position[item]]), 0.0) for item in hits if not np.isnan(aimed[facts.position[item]])]
    spare = [days for days in spare if days < np.inf]
    return probability * max(impact - min(spare), 0.0) if spare else 0.0

