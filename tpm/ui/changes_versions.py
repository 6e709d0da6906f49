"""The versions of the open workspace as the Changes page needs them: any two compared, and all of them in short.

Comparing reads two files. The history does not: what was computed of a version is kept in the store as a small document under
its number, with a key that says of what; a version is read again only when the key no longer holds (other corrections, settings
or answers, or the version before it was deleted).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from tpm.insight.changes.differences import Differences, compare
from tpm.insight.changes.match import answer_key
from tpm.insight.changes.trend import Report, report
from tpm.model import Plan, Schedule
from tpm.ui import cache, shared, workspace
from tpm.ui.settings import Settings, today
from tpm.ui.workspace import Current

if TYPE_CHECKING:
    from tpm.store import Snapshot

_FORM: Final = "1"  # of what is kept; raised when a report comes to mean something else
_SECONDS: Final = 1.5  # of reading older versions before the page is drawn; the rest is offered
_BETWEEN: Final = 8  # versions that are looked through for repeated estimates


@dataclass(frozen=True)
class Version:
    """One version, read and scheduled as of its own day."""

    number: int
    plan: Plan
    schedule: Schedule
    as_of: dt.date
    frozen: bool


def answers(here: Current) -> Mapping[str, bool]:
    """What people said about doubtful pairs, by key."""
    return here.kept.pairs


def answer(old: tuple[str, object], new: tuple[str, object], same: bool) -> None:
    """Keep what a person said: ``old`` and ``new`` are (id, name)."""
    from tpm.store import DocumentKind

    shared.put(DocumentKind.PAIR, {(answer_key(*old, *new),): same})


def forget_answers(here: Current) -> None:
    """Ask again about every doubtful pair."""
    from tpm.store import ABSENT, DocumentKind

    shared.put(DocumentKind.PAIR, {(key,): ABSENT for key in here.kept.pairs})


def version(here: Current, snapshot: Snapshot, *, frozen: bool = False) -> Version:
    """A version with its corrections, or (``frozen``) as it stood when it became a baseline."""
    open_ = snapshot.number == here.snapshot.number and not frozen
    plan = here.plan if open_ else workspace.plan_of(here, snapshot, frozen=frozen)
    as_of = here.day_of(snapshot, plan, today())
    return Version(snapshot.number, plan, cache.schedule(plan, Settings.of(here.settings).options(plan, as_of)), as_of, frozen)


def differences(old: Version, new: Version, said: Mapping[str, bool]) -> Differences:
    """What changed from ``old`` to ``new``."""
    name = f"differences|{sorted(said.items())!r}"
    matched = cache.matching(old.plan, new.plan, said)
    return cache.of_two(old.schedule, new.schedule, name, lambda: compare(old.plan, new.plan, old.schedule, new.schedule, matched))


def estimates(here: Current, old: Snapshot, new: Snapshot, said: Mapping[str, bool]) -> Mapping[str, int]:
    """How many times each item of ``new`` was re-estimated on the way from ``old``; empty where too many versions lie between."""
    from tpm.insight.changes.differences import What

    chain = [one for one in here.snapshots if old.number <= one.number <= new.number]
    if not 2 < len(chain) <= _BETWEEN:
        return {}
    counts: dict[str, int] = {}
    steps = [version(here, one) for one in chain]
    for before, after in pairwise(steps):
        both = differences(before, after, said)
        counts = {both.matching.new_of[item]: count for item, count in counts.items() if item in both.matching.new_of}
        for item in both.table["new"][both.table["what"] == What.RE_ESTIMATED]:
            counts[item] = counts.get(item, 0) + 1
    return counts


@dataclass(frozen=True)
class History:
    """The reports of the latest versions without a gap, oldest first, and how many older ones have not been read yet."""

    reports: tuple[Report, ...]
    unread: int


def history(here: Current, said: Mapping[str, bool], *, everything: bool = False,
            heard: Callable[[float], object] | None = None) -> History:
    """The versions in short. At most ``_SECONDS`` are spent on reading what is not kept yet, unless ``everything`` is asked for;
    ``heard`` then hears the share that is done."""
    from tpm.store import DocumentKind, StoreError
    from tpm.store.records import UNREADABLE

    store = cache.store()
    kept = store.documents(here.id, DocumentKind.REPORT)
    keys = _keys(here, said)
    snapshots = here.snapshots
    found: dict[int, Report] = {}
    for one in snapshots:
        stored = kept.get(str(one.number))
        if isinstance(stored, dict) and stored.get("key") == keys[one.number]:
            with suppress(*UNREADABLE):  # damaged: it is worked out again
                found[one.number] = Report.from_json(stored["report"])
    missing = [position for position in range(len(snapshots) - 1, -1, -1) if snapshots[position].number not in found]
    began, fresh = time.monotonic(), {}
    for count, position in enumerate(missing):
        if not everything and count >= 2 and time.monotonic() - began > _SECONDS:
            break
        one = snapshots[position]
        found[one.number] = _report(here, snapshots, position, said)
        fresh[str(one.number)] = {"key": keys[one.number], "report": found[one.number].as_json()}
        if heard is not None:
            heard((count + 1) / len(missing))
    if fresh:
        with suppress(StoreError):  # a database in use by another program: the reports are right, only not kept
            store.put_documents(here.id, DocumentKind.REPORT, fresh)
    reports: list[Report] = []
    for one in reversed(snapshots):
        if one.number not in found:
            break
        reports.append(found[one.number])
    return History(tuple(reversed(reports)), len(snapshots) - len(reports))


def _report(here: Current, snapshots: Sequence[Snapshot], position: int, said: Mapping[str, bool]) -> Report:
    new = version(here, snapshots[position])
    since = None if position == 0 else differences(version(here, snapshots[position - 1]), new, said)
    return report(new.plan, new.schedule, new.as_of, since)


def _keys(here: Current, said: Mapping[str, bool]) -> dict[int, str]:
    """What each report depends on, without reading a file: its version's files and corrections, those of the version before, how
    files are read, how schedules are computed, what people said about pairs, and the day."""
    marks = cache.store().edit_marks(here.id)
    shared: tuple[Any, ...] = (_FORM, workspace.reading_manner(here), repr(Settings.of(here.settings)), sorted(said.items()))
    keys, before = {}, ""
    for one in here.snapshots:
        day = today().isoformat() if one.number == here.snapshots[-1].number else one.created_at.date().isoformat()
        own = f"{workspace.digests(one)}|{marks.get(one.number, '')}"
        keys[one.number] = hashlib.sha256(f"{own}|{day}|{before}|{shared!r}".encode()).hexdigest()[:24]
        before = own
    return keys
