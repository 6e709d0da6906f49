"""Rules that read names and notes: dependencies in words only, notes that rest on something, two names for one thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from tpm.findings import Severity
from tpm.insight.cross_team.assumptions import Assumption, quoted
from tpm.insight.cross_team.base import Base
from tpm.insight.cross_team.offers import mentioned, offers, unlinked
from tpm.insight.cross_team.tell import about, named
from tpm.insight.cross_team.words import Note, bare_team, rests_on_something, says_it_needs, step_of, team_pattern, words_of

_SAME_SIZE: Final = 0.6  # two names of one thing share this much of the shorter …
_SHARED_WORDS: Final = 3  # … and at least so many words, or are spelt nearly alike
_ALIKE: Final = 92  # rapidfuzz ratio, 0–100, of names spelt nearly alike
_LONGEST_TEAM: Final = 200  # characters of a team's name that a note may mean
_MOST_TEAMS: Final = 5  # that one note is taken to need something from; one that names more is a list of addressees
_BUCKET: Final = 40  # items that share a word; a commoner word names nothing


def implied_by_note(base: Base) -> Iterator[Assumption]:
    """A note that names another item, or another team that it needs something from, where no link says so."""
    graph = base.whole_graph
    notes = base.text("notes")
    pairs = list(dict.fromkeys((row, other) for row, other, _ in mentioned(base) if base.open[row]))
    told = set()
    for row, other in unlinked(base, graph, pairs):
        told.add(row)
        whose = base.text("team")[other]
        meant = named(base, other) if whose is None or whose == base.text("team")[row] else f"{whose}: {named(base, other)}"
        yield about("implied-by-note", Severity.WARNING, base, [row, other], name=base.names[row], other=meant,
                    note=quoted(str(notes[row])), names=[named(base, row)])
    team = base.group("team")
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row in np.flatnonzero(~pd.isna(team)).tolist():
        rows_of[team[row]].append(row)
    its = {row: frozenset(words_of(str(base.names[row]))) for row in np.flatnonzero(~base.summary & ~base.cancelled).tolist()}
    teams = {each: bare_team(each).casefold() for each in rows_of if len(each) <= _LONGEST_TEAM}
    linked = {(s, team[p]) for p, s in zip(base.predecessor.tolist(), base.successor.tolist(), strict=True)}
    linked |= {(p, team[s]) for p, s in zip(base.predecessor.tolist(), base.successor.tolist(), strict=True)}
    for row in np.flatnonzero(base.open).tolist():
        note = "" if row in told or not notes[row] else str(notes[row])
        if not note or not says_it_needs(note):
            continue
        folded = note.casefold()
        found = (name for name, bare in teams.items() if bare in folded and name != team[row] and (row, name) not in linked
                 and team_pattern(name).search(note))
        for name in islice(found, _MOST_TEAMS):
            yield _from_team(base, row, name, Note(note), {each: its[each] for each in rows_of[name] if each in its})


def _from_team(base: Base, row: int, other: str, note: Note, work: Mapping[int, frozenset[str]]) -> Assumption:
    """A note that names a team: with the item of that team that it most probably means, where one shares its words."""
    best, score = -1, 0.0
    for candidate, its in work.items():
        shared = len(its & note.words)
        if shared >= 2 and shared / len(its) >= 0.4 and shared / len(its) > score:
            best, score = candidate, shared / len(its)
    meant = named(base, best) if best >= 0 else other
    rows = [row, best] if best >= 0 else [row]
    return about("implied-by-note", Severity.WARNING, base, rows, name=base.names[row], other=f"{other}: {meant}" if best >= 0 else other,
                 note=quoted(str(base.text("notes")[row])), names=[named(base, row)])


def implied_by_steps(base: Base) -> Iterator[Assumption]:
    """Steps of work on one object that no link joins (design → build → test → launch)."""
    if base.plan.dependencies.empty:  # everything is missing there; the offers say so, not twenty findings
        return
    for offer in offers(base):
        if offer.kind in ("step", "step-overlap"):
            rows = [base.at[offer.predecessor], base.at[offer.successor]]
            yield about("implied-by-steps", Severity.WARNING, base, rows, first=named(base, rows[0]), second=named(base, rows[1]),
                        names=[f"{base.names[rows[0]]} → {base.names[rows[1]]}"], about=offer.params["about"])


def unconfirmed(base: Base) -> Iterator[Assumption]:
    """A note that says that the work rests on something that nobody has confirmed."""
    notes = base.text("notes")
    near = base.schedule.options.near_critical_days
    for row in np.flatnonzero(base.open).tolist():
        if notes[row] and rests_on_something(str(notes[row])):
            tight = not np.isnan(base.floats[row]) and base.floats[row] <= near and not base.plan.dependencies.empty
            yield about("unconfirmed", Severity.WARNING if tight else Severity.INFO, base, [row], name=named(base, row),
                        note=quoted(str(notes[row])))


def similar_names(base: Base) -> Iterator[Assumption]:
    """Open work of two teams under nearly the same name, with no link between: done twice, or by nobody."""
    team = base.group("team")
    code = base.team_code.tolist()
    words: dict[int, frozenset[str]] = {}
    having: dict[str, list[int]] = defaultdict(list)
    for row in np.flatnonzero(base.open & ~base.milestone).tolist():
        its = frozenset(words_of(str(base.names[row])))
        if len(its) >= 2 and team[row] is not None:
            words[row] = its
            for word in its:
                having[word].append(row)
    pairs = []
    for row, its in words.items():
        telling = [word for word in its if not word.isdigit()]
        rarest = min(telling, key=lambda word: (len(having[word]), word), default="")
        if not rarest or len(having[rarest]) > _BUCKET:
            continue
        for other in having[rarest]:
            if code[other] != code[row] and _same_thing(base, row, other, its, words[other]):
                pairs.append((min(row, other), max(row, other)))
    graph = base.whole_graph
    for one, other in unlinked(base, graph, list(dict.fromkeys(pairs))):
        yield about("similar-names", Severity.INFO, base, [one, other], first=named(base, one), second=named(base, other), team=team[one],
                    other=team[other], names=[f"{base.names[one]} / {base.names[other]}"])


def _same_thing(base: Base, one: int, other: int, its: frozenset[str], others: frozenset[str]) -> bool:
    shared = len(its & others)
    if 2 * shared < min(len(its), len(others)) or any(map(str.isdigit, its ^ others)):
        return False  # "wave 1" and "wave 2" are two things
    steps = step_of(str(base.names[one])), step_of(str(base.names[other]))
    if steps[0] is not None and steps[1] is not None and steps[0].rank != steps[1].rank:
        return False
    if shared >= _SHARED_WORDS and shared / min(len(its), len(others)) >= 1 and shared / max(len(its), len(others)) >= 1 - _SAME_SIZE:
        return True
    return fuzz.ratio(" ".join(sorted(its)), " ".join(sorted(others))) >= _ALIKE
