"""Ways back to a promised date: each a complete move that What-if reproduces to the day, in the order in which they are considered.

What the register's own responses and the items' notes offer comes first, then what the teams may be asked for, then what all of it does
together, then living with the later date; what needs a waiver stands last. Every option that claims days has been applied to the plan and
rescheduled (:mod:`tpm.scenario`); nothing is estimated by rule.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from tpm.i18n import Language, format_likely, t
from tpm.insight.heard import heard
from tpm.insight.review.facts import SURE, Facts
from tpm.insight.review.sentence import Names, Sentence, Word
from tpm.insight.review.top_risks import top_risks
from tpm.insight.roadmap_items import NO_SLIP_DAYS
from tpm.model import Plan
from tpm.risk import simulate
from tpm.scenario import (
    WAIVERS,
    Change,
    Limits,
    Move,
    MoveKind,
    Recovery,
    apply_changes,
    arguments_of,
    combine,
    move_text,
    named,
    recovery_moves,
    retire_risk,
)

_CUTS: Final = (MoveKind.SHORTEN, MoveKind.SPLIT)  # what a response or a note about an item may be a way of doing
_MOVES: Final = 3  # single moves offered for one date, and as many of several that are named
_WAIVERS: Final = 1
_RESPONSES: Final = 2
_QUOTED: Final = 120  # characters of a note or a response inside a sentence


_ORDINARY: Final = Limits(kinds=tuple(kind for kind in MoveKind if kind not in WAIVERS))
_Offers = dict[str, "Sentence | None"]


@dataclass(frozen=True, slots=True)
class Option:
    """One way to decide. ``days``: what it does to the date asked about, working days, earlier is negative."""

    sentence: Sentence
    days: float
    items: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    lands: dt.date | None = None  # the forecast of the date asked about with the changes made
    likelihood: float | None = None  # of the promise with the changes made; None where nothing was simulated
    needs_waiver: bool = False

    @property
    def short(self) -> Sentence:
        """The move and what it wins, without what else is said of it."""
        sentence = self.sentence
        while sentence.key == "brief.option.with":
            sentence = sentence.facts["first"]
        return sentence

    def as_json(self, lang: Language) -> dict[str, Any]:
        """The option as the command line gives it; ``changes`` are options of ``whatif``."""
        return {"text": self.sentence.text(lang), "changes": list(arguments_of(self.changes)),
                "lands": None if self.lands is None else self.lands.isoformat(), "days": self.days, "likelihood": self.likelihood,
                "items": list(self.items), "teams": list(self.teams), "needs_waiver": self.needs_waiver}


@dataclass(frozen=True, slots=True)
class _Moves:
    """Recovery moves inside a sentence: what is done, the first few of several."""

    moves: tuple[Move, ...]
    plan: Plan

    def text(self, lang: Language) -> str:
        texts = [move_text(move, self.plan, lang) for move in self.moves[:_MOVES]]
        said = "; ".join(text if number == 0 or lang == "ko" else text[:1].lower() + text[1:] for number, text in enumerate(texts))
        more = len(self.moves) - _MOVES
        return said if more <= 0 else t("brief.option.more", lang, moves=said, count=more)

    def numbers(self) -> dict[str, float]:
        amounts = {f"amount{number}": float(move.amount) for number, move in enumerate(self.moves, start=1) if move.amount is not None}
        return amounts | {"more": float(max(len(self.moves) - _MOVES, 0))}


@dataclass(frozen=True, slots=True)
class Ways:
    """The options for one date, and the single moves behind them, the best first."""

    options: tuple[Option, ...]
    moves: tuple[Move, ...]


def ways_back(facts: Facts, target: str) -> Ways:
    """The options of bringing ``target`` back to its promise. It must have a forecast and a promise."""
    promise = facts.promise(target)
    assert promise is not None
    found = [move for move in recovery_moves(facts.plan, facts.schedule, target, wanted=promise) if move.days > NO_SLIP_DAYS]
    offers = {item: _offer(facts, item) for item in {move.item for move in found if move.kind in _CUTS}}
    moves = _best([move for move in found if not move.needs_waiver], offers, _MOVES)
    together = combine(facts.plan, facts.schedule, target, promise, _ORDINARY) if len(moves) > 1 else None
    options = [*responses(facts, target), *(_of_move(facts, move, target, _offered(move, offers)) for move in moves)]
    if together is not None and len(together.moves) > 1:
        options.append(_together(facts, together, target))
    options.append(promise_later(facts, target) or _accept(facts, target))
    waivers = _best([move for move in found if move.needs_waiver], offers, _WAIVERS)
    options += [_of_move(facts, move, target, None) for move in waivers]
    return Ways(tuple(likely(facts, option, target) for option in options), moves)


def _offered(move: Move, offers: _Offers) -> Sentence | None:
    return offers.get(move.item) if move.kind in _CUTS else None


def _best(moves: Sequence[Move], offers: _Offers, most: int) -> tuple[Move, ...]:
    """What the sheet itself offers or estimates first, then the moves that win most, then those that ask fewer items; one an item."""
    out: dict[str, Move] = {}
    for move in sorted(moves, key=lambda move: (_offered(move, offers) is None, not move.confirmed, -move.days, len(move.items))):
        out.setdefault(move.item, move)
    return tuple(out.values())[:most]


def _of_move(facts: Facts, move: Move, target: str, offer: Sentence | None) -> Option:
    assert move.finish is not None
    sure = move.kind != MoveKind.START_EARLIER and not move.needs_waiver
    key = "confirmed" if move.confirmed else "waiver" if move.needs_waiver else "unconfirmed" if sure and offer is None else "move"
    sentence = Sentence(f"brief.option.{key}", {
        "move": _Moves((move,), facts.plan), "days": move.days, "date": facts.when(move.finish), "name": facts.name(target)}, move.items)
    pulled = [item for item in move.items if item not in (move.item, move.other)]
    return Option(_with(sentence, offer, _pulled(facts, pulled)), -move.days, move.items, move.teams, move.changes, move.finish,
                  needs_waiver=move.needs_waiver)


def _with(first: Sentence, *others: Sentence | None) -> Sentence:
    for other in others:
        if other is not None:
            first = Sentence("brief.option.with", {"first": first, "second": other}, tuple(dict.fromkeys((*first.rows, *other.rows))))
    return first


def _pulled(facts: Facts, items: Sequence[str]) -> Sentence | None:
    """Who is asked to start earlier than planned."""
    if not items:
        return None
    teams = tuple(sorted({team for item in items if (team := facts.team(item))}))
    key = "brief.option.pulled" if teams else "brief.option.pulled-teamless"
    return Sentence(key, {"count": len(items), "teams": Names(teams, of="teams")}, tuple(items))


def _together(facts: Facts, recovery: Recovery, target: str) -> Option:
    finish = recovery.finish
    assert finish is not None
    gained = sum(move.days for move in recovery.moves)
    key = "brief.option.together" if recovery.reached else "brief.option.together-short"
    words = {"moves": _Moves(recovery.moves, facts.plan), "days": gained, "date": facts.when(finish), "name": facts.name(target)}
    carried = Sentence("brief.option.carried", {"teams": Names(recovery.teams, of="teams")}) if recovery.teams else None
    done = {item for move in recovery.moves for item in (move.item, move.other)}
    pulled = _pulled(facts, [item for item in recovery.items if item not in done])
    sentence = _with(Sentence(key, words, recovery.items), carried, pulled)
    return Option(sentence, -gained, recovery.items, recovery.teams, recovery.changes, finish)


def promise_later(facts: Facts, target: str) -> Option | None:
    """To promise the date that is sure; None where nothing is known of that, or the promise is sure enough."""
    sure, promise = facts.percentile(SURE), facts.promise(target)
    if target != facts.last or not facts.is_evident or sure is None or promise is None or sure <= promise:
        return None
    words = {"sure": facts.when(sure), "promise": facts.when(promise), "share": SURE}
    return Option(Sentence("brief.option.promise", words, (target,)), 0.0, (target,), lands=facts.finish(target), likelihood=SURE)


def _accept(facts: Facts, target: str) -> Option:
    finish = facts.finish(target)
    words = {"name": facts.name(target), "date": facts.when(finish), "days": facts.slip(target),
             "set": Word(f"brief.set.{facts.promise_kind(target)}")}
    return Option(Sentence("brief.option.accept", words, (target,)), 0.0, (target,), lands=finish)


def responses(facts: Facts, target: str) -> list[Option]:
    """What the register itself answers to the threats on the way to the headline's date."""
    if target != facts.last:
        return []
    finish, out = facts.finish(target), []
    for risk in top_risks(facts):
        if risk.kind == "threat" and risk.response and risk.days > NO_SLIP_DAYS and set(risk.hits) & set(facts.driving):
            words = {"title": risk.title, "response": _quoted(risk.response), "expected": risk.days, "date": facts.when(finish)}
            change = named(retire_risk(risk.id), facts.plan)
            out.append(Option(Sentence("brief.option.response", words, (risk.id, *risk.hits)), 0.0, risk.hits,
                              (risk.team,) if risk.team else (), (change,), finish))
    return out[:_RESPONSES]


def likely(facts: Facts, option: Option, target: str) -> Option:
    """``option`` with the likelihood of the promise, where the plan's own was simulated."""
    promise, now = facts.promise(target), facts.confidence(target)
    if facts.simulation is None or promise is None or now is None or option.likelihood is not None:
        return option
    if option.changes:
        changed = apply_changes(facts.plan, facts.schedule, option.changes, facts.problem).plan
        found = simulate(changed, facts.schedule.options, replace(facts.simulation.options, tornado=False))
        if not found.answered:
            return option
        now = found.confidence(promise)
    option = replace(option, likelihood=now)
    if format_likely(now) == format_likely(facts.confidence(target)):
        return option  # it says nothing new
    likely = Sentence("brief.option.likely", {"share": now, "promise": facts.when(promise)})
    return replace(option, sentence=_with(option.sentence, likely))


def _offer(facts: Facts, item: str) -> Sentence | None:
    """What the sheet itself offers for ``item``: the register's response to a risk that hits it, else a note that names a way."""
    plan = facts.plan
    hitting = set(plan.risk_hits["risk"][plan.risk_hits["activity"] == item])
    for risk in plan.risks.to_dict("records"):
        if risk["id"] in hitting and risk["state"] != "closed" and risk["response"]:
            return Sentence("brief.option.register", {"response": _quoted(risk["response"]), "title": risk["title"]}, (str(risk["id"]),))
    note = str(plan.activities["notes"].iat[facts.position[item]] or "")
    if any(word in heard(note).casefold() for word in _offering()):
        return Sentence("brief.option.note", {"note": _quoted(note)}, (item,))
    return None


@cache
def _offering() -> tuple[str, ...]:
    table = tomllib.loads((Path(__file__).parent / "ways.toml").read_text(encoding="utf-8"))
    return tuple(word.casefold() for words in table["offers"].values() for word in words)


def _quoted(text: object) -> str:
    """The beginning of a cell on one line, without a full stop at its end."""
    line = " ".join(heard(str(text)).split()).rstrip(".。")
    return line if len(line) <= _QUOTED else line[: _QUOTED - 1].rstrip() + "…"
