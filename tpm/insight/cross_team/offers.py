"""Dependencies that the plan implies but does not have, as offers: predecessor, successor, the evidence, how sure.

Where the evidence comes from, from the surest on: a note that names another item by its id or its name; the steps of work on one object
(design, build, test, launch; 설계, 개발, 테스트, 출시); a milestone and the work under the same summary that shares its words or ends on
its day; and, only in a plan with next to no links, rows of one summary that follow each other by the day.

Nothing is offered that a chain of links already says, in either direction, nor against the planned dates, nor on finished work.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Final

import numpy as np

from tpm.edits import PREDECESSOR, Edit
from tpm.i18n import Language, t
from tpm.insight.cross_team.base import Base, Days, known
from tpm.insight.cross_team.words import Note, Step, shared_words, step_of, words_of
from tpm.schedule.reach import Graph, connected

MOST_OFFERS: Final = 200  # a longer list is not read; the surest come first
_SPARSE: Final = 0.1  # share of items on a link below which rows that follow each other are offered too
_CANDIDATES: Final = 50  # items that share a note's rarest word; a commoner word names nothing
_MOST_CANDIDATES: Final = 200  # of one note; one that could mean more is a list of everything
_MOST_NAMED: Final = 20  # items that one note names by their ids, and as many by their names; more is a list
_SHORTEST_NAME: Final = 6  # letters of a name that a note can mean
_NEAREST: Final = 200  # rows before a milestone that may lead to it, the last to end first
_ID: Final = re.compile(r"(?<![A-Za-z_])_*+([A-Za-z][A-Za-z_]*+[-.]?\d[\w.-]*+)", re.ASCII)
_CONFIDENCE: Final = {"id": 0.9, "name": 0.8, "step": 0.8, "step-overlap": 0.55, "milestone": 0.65, "milestone-day": 0.6,
                      "follows": 0.4, "follows-owner": 0.5}


@dataclass(frozen=True, slots=True)
class Offer:
    """A dependency to add: ``successor`` waits for ``predecessor``, finish to start. ``confidence`` is 0–1."""

    predecessor: str
    successor: str
    kind: str  # id, name, step, step-overlap, milestone, milestone-day, follows, follows-owner
    confidence: float
    predecessor_name: str
    successor_name: str
    params: dict[str, object] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> str:
        """Under which "not a dependency" is remembered."""
        return f"offer:{self.predecessor}>{self.successor}"

    def evidence(self, lang: Language) -> str:
        """Why this is probably a dependency."""
        return t(f"offers.{self.kind}", lang, predecessor=self.predecessor_name, successor=self.successor_name, **self.params)

    def edit(self) -> Edit:
        """The correction that accepts the offer."""
        return Edit(self.successor, PREDECESSOR, self.predecessor)


def offers(base: Base) -> tuple[Offer, ...]:
    """What to offer, the surest first, at most :data:`MOST_OFFERS`."""
    if "offers" not in base.memo:
        base.memo["offers"] = _offers(base)
    made: tuple[Offer, ...] = base.memo["offers"]
    return made


def _offers(base: Base) -> tuple[Offer, ...]:
    graph = base.whole_graph
    best: dict[tuple[int, int], tuple[str, dict[str, object]]] = {}
    for predecessor, successor, kind, params in (*_named(base), *_steps(base), *_before_milestones(base), *_following(base, graph)):
        pair = (predecessor, successor)
        both_open = base.unfinished[successor] and base.unfinished[predecessor]
        if predecessor == successor or (successor, predecessor) in best or not both_open:
            continue
        if pair not in best or _CONFIDENCE[kind] > _CONFIDENCE[best[pair][0]]:
            best[pair] = (kind, params)
    new = unlinked(base, graph, list(best))
    found = [Offer(str(base.ids[p]), str(base.ids[s]), best[p, s][0], _CONFIDENCE[best[p, s][0]], str(base.names[p]), str(base.names[s]),
                   best[p, s][1]) for p, s in new]
    return tuple(sorted(found, key=lambda one: (-one.confidence, base.at[one.successor], base.at[one.predecessor]))[:MOST_OFFERS])


def unlinked(base: Base, graph: Graph, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ``pairs`` of rows that no chain of links joins, in either direction; a summary stands for any leaf below it."""
    from tpm.schedule.problem import leaves_below

    first, leaves = leaves_below(base.problem.rows)
    asked: list[tuple[int, int]] = []
    of: list[int] = []
    for number, (a, b) in enumerate(pairs):
        below = [leaves[first[row] : first[row + 1]][:20].tolist() for row in (a, b)]
        both = [(one, other) for one in below[0] for other in below[1]]
        asked += [*both, *((other, one) for one, other in both)]
        of += [number] * (2 * len(both))
    linked = np.zeros(len(pairs), dtype=bool)
    np.logical_or.at(linked, np.array(of, dtype=np.int64), connected(graph, asked))
    return [pair for pair, has in zip(pairs, linked.tolist(), strict=True) if not has]


_Candidate = tuple[int, int, str, dict[str, object]]  # predecessor, successor, kind, parameters


def mentioned(base: Base) -> list[tuple[int, int, str]]:
    """(row, row that its note names, ``id`` or ``name``) for every note."""
    if "mentioned" not in base.memo:
        base.memo["mentioned"] = list(_mentioned(base))
    named: list[tuple[int, int, str]] = base.memo["mentioned"]
    return named


def _mentioned(base: Base) -> Iterator[tuple[int, int, str]]:
    notes = base.text("notes")
    speaking = [row for row in np.flatnonzero(~base.cancelled).tolist() if notes[row]]
    if not speaking:
        return
    its = {row: words_of(str(base.names[row])) for row in np.flatnonzero(~base.summary & ~base.cancelled).tolist()}
    common = Counter(word for words in its.values() for word in set(words))
    rarest: dict[str, list[int]] = defaultdict(list)
    for row, words in its.items():
        if len(words) >= 2 and len("".join(words)) >= _SHORTEST_NAME:
            rarest[min(words, key=lambda word: (common[word], word))].append(row)
    for row in speaking:
        text = str(notes[row])
        meant = (base.at.get(item.rstrip(".-")) for item in dict.fromkeys(_ID.findall(text)))
        yield from ((row, other, "id") for other in islice((other for other in meant if other not in (None, row)), _MOST_NAMED))
        note = Note(text)
        telling = sorted(note.words & rarest.keys(), key=lambda word: (common[word], word))  # the rarest first
        named = islice((other for word in telling for other in rarest[word][:_CANDIDATES]), _MOST_CANDIDATES)
        found = (other for other in named if other != row and note.words.issuperset(its[other]) and note.speaks_of(its[other]))
        yield from ((row, other, "name") for other in islice(found, _MOST_NAMED))


def _named(base: Base) -> Iterator[_Candidate]:
    """A note names another item: that item comes first, unless the dates say the other way round."""
    start, finish = _planned(base)
    for row, other, kind in mentioned(base):
        if not np.isnat(start[row]) and not np.isnat(finish[other]) and finish[other] > start[row]:
            if not np.isnat(finish[row]) and not np.isnat(start[other]) and finish[row] < start[other]:
                yield row, other, kind, {"where": str(base.names[row])}
        else:
            yield other, row, kind, {"where": str(base.names[row])}


def _planned(base: Base) -> tuple[np.ndarray, np.ndarray]:
    start, finish = base.day("planned_start"), base.day("planned_finish")
    return np.where(np.isnat(start), finish, start), np.where(np.isnat(finish), start, finish)


def _steps(base: Base) -> Iterator[_Candidate]:
    """Consecutive steps of work on one object: the same words, or only the summary above in common."""
    start, finish = _planned(base)
    parents, programs = base.text("parent"), base.text("program")
    rows = np.flatnonzero(~base.cancelled & (~base.summary | base.plan.dependencies.empty)).tolist()
    groups: dict[tuple[frozenset[str], object, bool], list[tuple[Step, int]]] = defaultdict(list)
    for row in rows:
        step = step_of(str(base.names[row]))
        if step is not None:
            scope = programs[row] if step.about else parents[row]
            groups[step.about, scope if known(scope) else None, bool(base.summary[row])].append((step, row))
    for (about, scope, _), members in groups.items():
        by_rank: dict[int, list[tuple[Step, int]]] = defaultdict(list)
        for step, row in members:
            by_rank[step.rank].append((step, row))
        ranks = sorted(by_rank)
        most = 1 if not about else 3  # "Test" three times under one summary is a list of tests, not one object
        for low, high in pairwise(ranks):
            if len(by_rank[low]) > most or len(by_rank[high]) > most:
                continue
            for before, a in by_rank[low]:
                for after, b in by_rank[high]:
                    dated = not (np.isnat(start[a]) or np.isnat(finish[a]) or np.isnat(start[b]))
                    if dated and start[b] <= start[a]:
                        continue  # the dates say otherwise
                    kind = "step-overlap" if dated and start[b] <= finish[a] else "step"
                    what = " ".join(word for word in words_of(str(base.names[a])) if word in about)
                    above = base.names[base.at[str(scope)]] if not about and scope is not None else what
                    yield a, b, kind, {"before": before.word, "after": after.word, "about": str(above) or str(base.plan.name)}


def _before_milestones(base: Base) -> Iterator[_Candidate]:
    """A milestone that nothing leads to, and work under the same summary that ends on its day, or that shares its words and ends before."""
    _, finish = _planned(base)
    led = np.zeros(len(base.ids), dtype=bool)
    led[base.successor] = True
    parents = base.text("parent")
    ends = {row: -int(finish[row].astype(np.int64)) for row in np.flatnonzero(base.open & ~np.isnat(finish)).tolist()}
    below: dict[object, list[int]] = defaultdict(list)
    for row in sorted((row for row in ends if not base.milestone[row]), key=lambda row: (ends[row], row)):
        below[parents[row]].append(row)
    for mark in np.flatnonzero(base.milestone & ~led).tolist():
        if mark not in ends or not known(parents[mark]):
            continue
        under = below[parents[mark]]
        first = bisect_left(under, ends[mark], key=ends.__getitem__)
        after = bisect_right(under, ends[mark], key=ends.__getitem__)
        shared = ((row, shared_words(str(base.names[mark]), str(base.names[row]))) for row in under[first : first + _NEAREST])
        for row, words in islice(((row, words) for row, words in shared if len(words) >= 2), 2):
            yield row, mark, "milestone", {"shared": ", ".join(words)}
        if after - first == 1:  # several that end on one day are a reporting date, not what leads to it
            yield under[first], mark, "milestone-day", {"finish": finish[mark].item()}


def _following(base: Base, graph: Graph) -> Iterator[_Candidate]:
    """Rows next to each other under one summary, the second beginning on the first working day after the first ends."""
    linked = np.zeros(graph.nodes, dtype=bool)
    for ends in graph.edges():
        linked[ends] = True
    work = np.flatnonzero(~base.summary & ~base.cancelled)
    if not len(work) or linked[work].mean() >= _SPARSE:
        return
    start, finish = _planned(base)
    a, b = work[:-1], work[1:]
    parents = base.text("parent")
    codes = np.unique(np.array([each if known(each) else "" for each in parents.tolist()], dtype=str), return_inverse=True)[1]
    after: Days = np.asarray(finish[a] + np.timedelta64(1, "D"), dtype="datetime64[D]")
    gap = base.between(after, start[b], b)
    dated = ~np.isnat(finish[a]) & ~np.isnat(start[b])
    owner, team = base.text("owner"), base.text("team")
    next_day = dated & (codes[a] == codes[b]) & (gap == 0) & (finish[a] < start[b])
    for one, other in zip(a[next_day].tolist(), b[next_day].tolist(), strict=True):
        same = (known(owner[one]) and owner[one] == owner[other]) or (known(team[one]) and team[one] == team[other])
        yield one, other, "follows-owner" if same else "follows", {"finish": finish[one].item(), "start": start[other].item()}


