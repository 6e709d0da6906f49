"""Who to talk to this week: for each person the few things to ask, each with its reason, and a message ready to send.

A message is written in the language of its reader: Korean where the name of the person or the team is written in Hangul, else English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from tpm.i18n import Language, t
from tpm.insight.probe import days_between
from tpm.insight.review.facts import Facts, as_date
from tpm.insight.review.sentence import Sentence, When, Word
from tpm.insight.roadmap_items import MILESTONE, NO_SLIP_DAYS
from tpm.model import Kind, LinkType, State

ASKS: Final = 3  # to one person; more is not read
_SOON_DAYS: Final = 10  # working days ahead that "this week" looks
_HAND_OVER_DAYS: Final = 20  # working days ahead in which a hand-over can still be arranged
_HANGUL: Final = re.compile(r"[가-힣]")
_ANSWER_DAYS: Final = 2  # working days after the status date by which an answer is asked for
_WEIGHT: Final[Mapping[str, float]] = {
    "blocked": 60, "drives": 50, "missed": 50, "overdue": 45, "reached": 45, "passed": 45, "blocking": 40, "blocking-date": 40, "soon": 25,
    "undated": 15}


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to ask: why (``reason``) and how (``question``), about ``item``."""

    item: str
    kind: str
    reason: Sentence
    question: Sentence
    weight: float


@dataclass(frozen=True, slots=True)
class Person:
    """An owner, or a team whose item has no owner, and what to ask; the weightiest first."""

    name: str
    team: str | None
    is_team: bool
    asks: tuple[Ask, ...]
    more: int  # further things that were not put in
    by: When | None = None  # the day by which an answer is asked for

    @property
    def language(self) -> Language:
        """The language that the message is written in."""
        return "ko" if _HANGUL.search(f"{self.name} {self.team or ''}") else "en"

    def message(self, lang: Language | None = None) -> str:
        """The message as text, ready to send."""
        lang = lang or self.language
        greeting = t("brief.talk.greet-team" if self.is_team else "brief.talk.greet", lang, name=self.addressed(lang))
        body = [ask.question.text(lang) for ask in self.asks]
        by = [t("brief.talk.by", lang, date=self.by.text(lang))] if self.by is not None else []
        if len(body) == 1:
            return " ".join([greeting, *body, *by])
        return "\n".join([greeting, *(f"- {line}" for line in body), *by])

    def addressed(self, lang: Language) -> str:
        """The name as one would begin a message with it."""
        if self.is_team:
            return self.name if lang == "ko" else re.sub(r"(?i)(?<!\s)\s*+(?:팀|team)$", "", self.name)
        if lang == "ko" or _HANGUL.search(self.name):
            return self.name
        return self.name.split()[0] if self.name.split() else self.name


def who_to_talk_to(facts: Facts, most: int = 12) -> tuple[Person, ...]:
    """The people to talk to this week, the one with the weightiest matter first; linear in rows and links."""
    by_person: dict[tuple[str, bool], list[Ask]] = {}
    team_of: dict[tuple[str, bool], str | None] = {}
    for ask in _asks(facts):
        owners = facts.owners(ask.item)
        team = facts.team(ask.item)
        named = [(owner, False) for owner in owners[:1]] or ([(team, True)] if team else [])
        for who in named:
            by_person.setdefault(who, []).append(ask)
            team_of.setdefault(who, team)
    people = []
    status = facts.status_date
    by = None if status is None else facts.when(facts.calendar.add(np.datetime64(status, "D"), _ANSWER_DAYS).item())
    for (name, is_team), asks in by_person.items():
        asks.sort(key=lambda ask: -ask.weight)
        first: dict[str, Ask] = {}
        for ask in asks:  # one question an item
            first.setdefault(ask.item, ask)
        kept = tuple(first.values())
        people.append(Person(name, team_of[name, is_team], is_team, kept[:ASKS], len(kept) - len(kept[:ASKS]), by))
    people.sort(key=lambda one: (-one.asks[0].weight, -len(one.asks), one.name))
    return tuple(people[:most])


def _asks(facts: Facts) -> list[Ask]:
    if facts.passed is not None:
        return _passed(facts)
    out = [*_late(facts), *_missed(facts), *_blocked(facts), *_blocking(facts)]
    known = facts.schedule.table["scheduled"].to_numpy()  # of what lies in or behind a loop nothing can be asked but to cut it
    out = [*(ask for ask in out if known[facts.position[ask.item]]), *_undefined(facts)]
    seen = {ask.item for ask in out}
    return out + [ask for ask in _soon(facts) if ask.item not in seen]


def _rows(facts: Facts, mask: np.ndarray) -> list[str]:
    return [str(item) for item in facts.plan.activities["id"].to_numpy()[mask]]


def _passed(facts: Facts) -> list[Ask]:
    """What is left of a plan whose end has passed."""
    finish = facts.items.sets["planned"][1]
    return [_ask(facts, item, "passed", {"name": facts.name(item), "date": facts.when(day)}, 0.0)
            for item in _rows(facts, facts.open) if (day := as_date(finish[facts.position[item]])) is not None]


def _missed(facts: Facts) -> list[Ask]:
    """Work that misses a promise of its own."""
    work = (facts.items.kind == Kind.ACTIVITY.value) & facts.schedule.table["scheduled"].to_numpy()
    late = facts.open & work & facts.items.late & facts.plan.activities["deadline"].notna().to_numpy()
    out = []
    for item in _rows(facts, late):
        finish, promise = facts.when(facts.finish(item)), facts.when(facts.promise(item))
        words = {"name": facts.name(item), "date": finish, "days": facts.slip(item), "promise": promise}
        out.append(_ask(facts, item, "missed", words, facts.slip(item)))
    return out


def _late(facts: Facts) -> list[Ask]:
    """Work that decides the headline and has slipped, and work whose planned dates have passed."""
    out: list[Ask] = []
    own = {part.id: part.days for part in facts.parts if part.days > NO_SLIP_DAYS}
    for item in facts.driving:
        finish = facts.finish(item)
        if item not in own or item == facts.last or finish is None or facts.items.kind[facts.position[item]] != Kind.ACTIVITY.value:
            continue
        assert facts.last is not None
        words = {"name": facts.name(item), "target": facts.name(facts.last), "date": facts.when(finish), "days": own[item]}
        out.append(_ask(facts, item, "drives", words, own[item]))
    status = facts.status_date
    if status is None or not facts.plan.progress_reported:
        return out
    now = np.datetime64(status, "s")
    planned_start, planned_finish = facts.items.sets["planned"]
    work = facts.open & (facts.items.kind != Kind.SUMMARY.value) & (facts.items.state != State.BLOCKED.value)
    not_begun = work & (facts.items.state == State.NOT_STARTED.value) & (planned_start < now) & ~(planned_finish < now)
    for mask, end, planned in ((work & (planned_finish < now), "finish", planned_finish), (not_begun, "start", planned_start)):
        for item in _rows(facts, mask):
            day = planned[facts.position[item]]
            words = {"name": facts.name(item), "date": facts.when(day), "end": Word(f"brief.talk.{end}")}
            calendar = facts.calendars.of(facts.position[item])
            kind = "reached" if facts.items.kind[facts.position[item]] == MILESTONE else "overdue"
            out.append(_ask(facts, item, kind, words, days_between(calendar, pd.Timestamp(day).date(), status)))
    return out


def _blocked(facts: Facts) -> list[Ask]:
    return [_ask(facts, item, "blocked", {"name": facts.name(item)}, 0.0)
            for item in _rows(facts, facts.open & (facts.items.state == State.BLOCKED.value))]


def _blocking(facts: Facts) -> list[Ask]:
    """Hand-overs to another team that come later than it planned to begin."""
    links = facts.schedule.links
    if links.empty:
        return []
    late = links[(links["violated"] | links["driving"]) & (links["type"] == LinkType.FS)]
    soon = None if facts.status_date is None else as_date(facts.calendar.add(np.datetime64(facts.status_date, "D"), _HAND_OVER_DAYS).item())
    out: dict[str, Ask] = {}
    for giver, taker in zip(late["predecessor"], late["successor"], strict=True):
        ours, theirs = facts.team(giver), facts.team(taker)
        if not ours or not theirs or ours == theirs or not facts.is_open(giver) or not facts.is_open(taker):
            continue
        finish = facts.finish(giver)
        needed = as_date(facts.items.sets["planned"][0][facts.position[taker]])
        if finish is None or needed is None or finish < needed:
            continue
        marks = facts.items.kind[facts.position[taker]] == MILESTONE
        if finish == needed and marks:
            continue  # a milestone is reached by the close of its day
        if soon is not None and min(finish, needed) > soon:
            continue
        # The work that waits wants to begin on the day it is needed.
        days = days_between(facts.calendars.of(facts.position[taker]), needed, finish) + (0.0 if marks else 1.0)
        words = {"name": facts.name(giver), "taker": facts.name(taker), "team": theirs, "date": facts.when(finish),
                 "needed": facts.when(needed), "ready": facts.when(facts.start(taker)), "days": days}
        ask = _ask(facts, giver, "blocking-date" if marks else "blocking", words, days)
        if giver not in out or ask.weight > out[giver].weight:
            out[giver] = ask
    return list(out.values())


def _soon(facts: Facts) -> list[Ask]:
    """Critical work that begins within the next two weeks."""
    status = facts.status_date
    if status is None or facts.plan.dependencies.empty:
        return []
    out = []
    end = facts.calendar.add(np.datetime64(status, "D"), _SOON_DAYS).astype("datetime64[s]")
    begins = (facts.items.start >= np.datetime64(status, "s")) & (facts.items.start <= end)
    work = facts.open & begins & facts.items.critical & (facts.items.kind == Kind.ACTIVITY.value)
    for item in _rows(facts, work & (facts.items.state == State.NOT_STARTED.value)):
        out.append(_ask(facts, item, "soon", {"name": facts.name(item), "date": facts.when(facts.start(item))}, 0.0))
    return out


def _undefined(facts: Facts) -> list[Ask]:
    undated = facts.open & np.isnat(facts.items.finish)
    return [_ask(facts, item, "undated", {"name": facts.name(item)}, 0.0) for item in _rows(facts, undated)]


def _ask(facts: Facts, item: str, kind: str, words: Mapping[str, object], days: float) -> Ask:
    critical = bool(facts.items.critical[facts.position[item]])
    weight = _WEIGHT[kind] + min(days, 30.0) + (15.0 if critical else 0.0)
    reason, question = (Sentence(f"brief.ask.{kind}.{part}", words, (item,)) for part in ("reason", "question"))
    return Ask(item, kind, reason, question, weight)


def messages(people: Sequence[Person]) -> str:
    """All messages one after the other, as one text."""
    return "\n\n".join(person.message() for person in people)
