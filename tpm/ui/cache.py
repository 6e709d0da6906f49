"""Every cache of the program. Keys are fingerprints of content that the reader already holds, never names.

Values are shared between sessions and must not be changed; plans, readings and schedules are immutable.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from tpm.findings import Finding, InputError, Place, Severity
from tpm.model import ImportResult, Plan, Schedule, ScheduleOptions, SimulationResult, TableReading
from tpm.ui import trouble, visitor, wall

if TYPE_CHECKING:
    import pandas as pd

    from tpm.ingest import ReadOptions, SourceCells
    from tpm.ingest.sheets import SheetView
    from tpm.insight.changes.match import Matching
    from tpm.insight.cross_team import Base
    from tpm.insight.health import Check
    from tpm.insight.review import Review
    from tpm.insight.review.facts import Facts
    from tpm.risk import LearnedSpread
    from tpm.scenario import Answer, Change, Move
    from tpm.schedule.problem import Problem
    from tpm.store import Store

Judgement = TypeVar("Judgement")

@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The one store of this server; its connections are safe to share between threads."""
    from tpm.store import open_store

    return open_store(list_allowed=visitor.single_user(), on_wait=trouble.waiting)


@st.cache_resource(max_entries=24, show_spinner=False)
def _reading(key: str, _load: Callable[[], Sequence[tuple[str, bytes]]], _options: ReadOptions) -> ImportResult:
    return wall.read_files(_load(), _options)


def reading(key: str, load: Callable[[], Sequence[tuple[str, bytes]]], options: ReadOptions) -> ImportResult:
    """What was read out of files; ``key`` holds the digests of their bytes, ``load`` is called on a miss only.

    Raises ``InputError`` when none of the files can be used.
    """
    return _reading(f"{key}|{options!r}", load, options)


@st.cache_resource(max_entries=8, show_spinner=False)
def _source_cells(key: str, _load: Callable[[], Sequence[tuple[str, bytes]]], _result: ImportResult) -> SourceCells:
    try:
        return wall.source_cells(_load(), _result)
    except InputError:  # the plan stands without them
        from tpm.ingest import SourceCells

        return SourceCells({}, {})


def source_cells(key: str, load: Callable[[], Sequence[tuple[str, bytes]]], result: ImportResult) -> SourceCells:
    """The cells that ``result`` was read from; ``key`` holds the digests of the files' bytes, ``load`` is called on a miss only."""
    return _source_cells(f"{key}|{result.plan.fingerprint}", load, result)


@st.cache_resource(max_entries=16, show_spinner=False)
def _sheet_view(
    key: str, _load: Callable[[], Sequence[tuple[str, bytes]]], _tables: Sequence[TableReading], _options: ReadOptions, _of: tuple[str, str]
) -> SheetView | None:
    try:
        return wall.sheet_view(_load(), _tables, _options, *_of)
    except InputError:  # the plan stands without it
        return None


def sheet_view(
    key: str, load: Callable[[], Sequence[tuple[str, bytes]]], tables: Sequence[TableReading], options: ReadOptions, file: str, sheet: str
) -> SheetView | None:
    """A sheet beside its reading under ``options``; ``key`` and ``load`` as of :func:`reading`."""
    return _sheet_view(f"{key}|{options!r}|{file!r}|{sheet!r}", load, tables, options, (file, sheet))


@st.cache_resource(max_entries=64, show_spinner=False)
def _schedule(key: str, _plan: Plan, _options: ScheduleOptions) -> Schedule:
    from tpm.schedule import schedule

    return schedule(_plan, _options)


def schedule(plan: Plan, options: ScheduleOptions) -> Schedule:
    """The schedule of ``plan`` under ``options``."""
    return _schedule(f"{plan.fingerprint}|{options!r}", plan, options)


@st.cache_resource(max_entries=64, show_spinner=False)
def _health(key: str, _plan: Plan, _schedule: Schedule) -> tuple[Check, ...]:
    from tpm.insight import health as checks

    return checks.health(_plan, _schedule)


def health(plan: Plan, computed: Schedule) -> tuple[Check, ...]:
    """The schedule health of ``plan`` under its schedule."""
    return _health(computed.fingerprint, plan, computed)


def _changes_key(changes: Sequence[Change]) -> str:
    return json.dumps([change.as_json() for change in changes])


@st.cache_resource(max_entries=8, show_spinner=False)
def _problem(key: str, _plan: Plan, _options: ScheduleOptions) -> Problem:
    from tpm.schedule.problem import build_problem

    return build_problem(_plan, _options)


@st.cache_resource(max_entries=64, show_spinner=False)
def _headline_item(key: str, _plan: Plan, _schedule: Schedule) -> str | None:
    from tpm.insight.driving import headline_item

    return headline_item(_plan, _schedule)


def headline_item(plan: Plan, computed: Schedule) -> str | None:
    """The milestone that a reader asks about first."""
    return _headline_item(computed.fingerprint, plan, computed)


@st.cache_resource(max_entries=128, show_spinner=False)
def _what_if(key: str, _plan: Plan, _before: Schedule, _changes: Sequence[Change], _target: str | None) -> Answer:
    from tpm.scenario import what_if

    problem = _problem(_before.fingerprint, _plan, _before.options) if _changes else None
    return what_if(_plan, _before.options, _changes, target=_target, before=_before, problem=problem)


def what_if(plan: Plan, before: Schedule, changes: Sequence[Change], target: str | None) -> Answer:
    """What ``changes`` do to the plan whose schedule is ``before``."""
    return _what_if(f"{before.fingerprint}|{target}|{_changes_key(changes)}", plan, before, changes, target)


@st.cache_resource(max_entries=32, show_spinner=False)
def _recovery_moves(key: str, _plan: Plan, _schedule: Schedule, _target: str | None) -> tuple[Move, ...]:
    from tpm.scenario import recovery_moves

    return recovery_moves(_plan, _schedule, _target)


def recovery_moves(plan: Plan, computed: Schedule, target: str | None) -> tuple[Move, ...]:
    """What brings ``target`` back, the most days first."""
    return _recovery_moves(f"{computed.fingerprint}|{target}", plan, computed, target)


@st.cache_resource(max_entries=32, show_spinner=False)
def _tolerance(key: str, _plan: Plan, _schedule: Schedule, _target: str | None) -> pd.DataFrame:
    from tpm.scenario import tolerance

    return tolerance(_plan, _schedule, _target)


def tolerance(plan: Plan, computed: Schedule, target: str | None) -> pd.DataFrame:
    """How far each item may slip before ``target`` moves; not to be changed."""
    return _tolerance(f"{computed.fingerprint}|{target}", plan, computed, target)


@st.cache_resource(max_entries=64, show_spinner=False)
def _sensitivity(key: str, _plan: Plan, _schedule: Schedule, _item: str, _target: str | None) -> pd.DataFrame:
    from tpm.scenario import sensitivity

    return sensitivity(_plan, _schedule, _item, _target)


def sensitivity(plan: Plan, computed: Schedule, item: str, target: str | None) -> pd.DataFrame:
    """How ``target`` answers to slips of ``item``; not to be changed."""
    return _sensitivity(f"{computed.fingerprint}|{item}|{target}", plan, computed, item, target)


@dataclass(frozen=True)
class Simulated:
    """One question answered three ways with one seed: with the register as it stands, without it, and once its responses work.

    The last two are None for a plan without risks.
    """

    now: SimulationResult
    without: SimulationResult | None = None
    after: SimulationResult | None = None


class Simulations:
    """Finished simulations by key, the least recently asked-for forgotten first. Threads of several sessions write to it."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._held: OrderedDict[str, Simulated] = OrderedDict()

    def get(self, key: str) -> Simulated | None:
        """What is held under ``key``."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: str, found: Simulated) -> None:
        """Hold ``found`` under ``key``."""
        with self._lock:
            self._held[key] = found
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)


@st.cache_resource(show_spinner=False)
def simulations() -> Simulations:
    """The finished simulations of this server."""
    return Simulations(most=48)


@st.cache_resource(max_entries=24, show_spinner=False)
def _learned_spread(key: str, _versions: Sequence[tuple[Plan, dt.date | None]], _options: ScheduleOptions) -> tuple[LearnedSpread, ...]:
    from tpm.risk import learned_spread

    return learned_spread(_versions, _options)


def learned_spread(versions: Sequence[tuple[Plan, dt.date | None]], options: ScheduleOptions) -> tuple[LearnedSpread, ...]:
    """What these versions with their status dates, oldest first, teach about each team's estimates."""
    return _learned_spread("|".join(f"{plan.fingerprint}@{day}" for plan, day in versions) + repr(options), versions, options)


@st.cache_resource(max_entries=24, show_spinner=False)
def _cross_team(key: str, _plan: Plan, _schedule: Schedule) -> Base:
    from tpm.insight.cross_team import Base

    return Base(_plan, _schedule)


def cross_team(plan: Plan, computed: Schedule) -> Base:
    """``plan`` and its schedule, joined for the judgements about who waits for whom."""
    return _cross_team(computed.fingerprint, plan, computed)


@st.cache_resource(max_entries=96, show_spinner=False)
def _judgement(key: str, _work: Callable[[], Any]) -> Any:
    return _work()


def judgement(base: Base, name: str, work: Callable[[Base], Judgement]) -> Judgement:
    """What ``work`` says of ``base``; ``name`` names the work and everything that it depends on besides."""
    found: Judgement = _judgement(f"{base.schedule.fingerprint}|{name}", lambda: work(base))
    return found


@st.cache_resource(max_entries=24, show_spinner=False)
def _matching(key: str, _old: Plan, _new: Plan, _answers: Mapping[str, bool]) -> Matching:
    from tpm.insight.changes.match import match

    return match(_old, _new, _answers)


def matching(old: Plan, new: Plan, answers: Mapping[str, bool]) -> Matching:
    """Which item of ``old`` is which of ``new``; ``answers`` are what a person said about doubtful pairs."""
    return _matching(f"{old.fingerprint}|{new.fingerprint}|{sorted(answers.items())!r}", old, new, answers)


@st.cache_resource(max_entries=24, show_spinner=False)
def _baselined(key: str, _plan: Plan, _frozen: Plan, _matched: Matching, _options: ScheduleOptions) -> Plan:
    from tpm.insight.changes.baseline import with_baseline

    return with_baseline(_plan, _frozen, _matched, _options)


def baselined(plan: Plan, frozen: Plan, answers: Mapping[str, bool], options: ScheduleOptions) -> Plan:
    """``plan`` with the planned dates of ``frozen``, in the calendars of ``options``, as its baseline."""
    key = f"{plan.fingerprint}|{frozen.fingerprint}|{sorted(answers.items())!r}|{options!r}"
    return _baselined(key, plan, frozen, matching(frozen, plan, answers), options)


@st.cache_resource(max_entries=48, show_spinner=False)
def _of_two(key: str, _work: Callable[[], Any]) -> Any:
    return _work()


def of_two(before: Schedule, after: Schedule, name: str, work: Callable[[], Judgement]) -> Judgement:
    """What ``work`` says of two versions under their schedules; ``name`` names the work and everything that it depends on besides."""
    found: Judgement = _of_two(f"{before.fingerprint}|{after.fingerprint}|{name}", work)
    return found


@st.cache_resource(max_entries=24, show_spinner=False)
def _review(key: str, _make: Callable[[], Review]) -> Review:
    return _make()


def review(key: str, make: Callable[[], Review]) -> Review:
    """The executive review under ``key``, which holds the digests of everything that ``make`` reads."""
    return _review(key, make)


@st.cache_resource(max_entries=24, show_spinner=False)
def _facts(key: str, _make: Callable[[], Facts]) -> Facts:
    return _make()


def facts(key: str, make: Callable[[], Facts]) -> Facts:
    """The facts of the review under ``key``, which holds the digests of everything that ``make`` reads."""
    return _facts(key, make)


@st.cache_resource(max_entries=24, show_spinner=False)
def _review_pages(key: str, _make: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    return _make()


def review_pages(key: str, make: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    """The pictures of the review under ``key``."""
    return _review_pages(key, make)


@st.cache_resource(max_entries=24, show_spinner=False)
def _template_trouble(key: str, _template: wall.File) -> Finding | None:
    from tpm.export.deck import TemplateError

    try:
        wall.check_template(*_template)
    except TemplateError:
        return Finding("template-foreign", Severity.ERROR, (Place(_template[0]),))
    except InputError as error:
        return error.finding
    return None


def template_trouble(name: str, template: bytes) -> Finding | None:
    """Why slides cannot take their design from ``template``, the bytes of the file ``name``; None where they can."""
    return _template_trouble(f"{name}|{hashlib.sha256(template).hexdigest()}", (name, template))


@st.cache_resource(max_entries=64, show_spinner=False)
def _sure_dates(key: str, _plan: Plan, _options: ScheduleOptions, _target: str | None) -> tuple[dt.date, dt.date] | None:
    from tpm.risk import SimulationOptions, simulate

    found = simulate(_plan, _options, SimulationOptions(target=_target, tornado=False))
    return (found.percentile(0.5), found.percentile(0.8)) if found.answered else None


def sure_dates(plan: Plan, computed: Schedule, target: str | None) -> tuple[dt.date, dt.date] | None:
    """P50 and P80 of ``target`` under the usual assumptions; None where it has no finish."""
    return _sure_dates(f"{computed.fingerprint}|{target}", plan, computed.options, target)
