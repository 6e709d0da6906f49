"""What a review speaks of, read once: the rows with their promises and slips, the date that was asked for, its driving path."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

import numpy as np
import pandas as pd

from tpm.calendars import Calendar
from tpm.calendars.of_rows import RowCalendars
from tpm.insight.driving import headline_item
from tpm.insight.probe import days_between, plan_calendar, row_calendars
from tpm.insight.review.evidence import rests_on_evidence
from tpm.insight.review.sentence import When
from tpm.insight.roadmap_items import Items, read_items
from tpm.model import Kind, Plan, Schedule, SimulationResult, State
from tpm.schedule import paths, schedule
from tpm.schedule.problem import Problem, build_problem

PromiseKind = Literal["promised", "baseline", "planned"]
SURE: Final = 0.8  # the share of the runs that a date must hold in to be named
STALE_DAYS: Final = 3  # calendar days without a report from which a reader is told


@dataclass(frozen=True, slots=True)
class Part:
    """What one item of the driving path adds to the slip of its end, in working days of the end's calendar."""

    id: str
    days: float


@dataclass(frozen=True)
class Facts:
    """A plan, its schedule and, where one was run, its simulation, as the review reads them.

    ``simulation`` must be of the same plan and schedule options. ``today`` is the reader's day, which tells a plan that is over from one
    that is ahead where there is no status date.
    """

    plan: Plan
    schedule: Schedule
    simulation: SimulationResult | None = None
    today: dt.date | None = None

    @cached_property
    def items(self) -> Items:
        """The plan's rows as arrays, with promises and slips."""
        return read_items(self.plan, self.schedule, "forecast")

    @cached_property
    def problem(self) -> Problem:
        """The plan as the engine takes it, for those who change it."""
        return build_problem(self.plan, self.schedule.options)

    @cached_property
    def position(self) -> dict[str, int]:
        """Row of each id."""
        return {item: row for row, item in enumerate(self.plan.activities["id"])}

    @cached_property
    def leaf(self) -> np.ndarray:
        """Rows that are work or milestones, and not cancelled; bool, rows."""
        return np.asarray((self.items.kind != Kind.SUMMARY.value) & ~self.items.cancelled)

    @cached_property
    def open(self) -> np.ndarray:
        """Leaves that are not done; bool, rows."""
        return np.asarray(self.leaf & ~self.items.done)

    @property
    def status_date(self) -> dt.date | None:
        """The day that the forecast speaks of."""
        return self.schedule.options.status_date

    @cached_property
    def calendar(self) -> Calendar:
        """The plan's calendar, in which slips of the whole plan are counted."""
        return plan_calendar(self.plan, self.schedule)

    @cached_property
    def calendars(self) -> RowCalendars:
        """The calendars of the rows, in which their own dates are counted."""
        return row_calendars(self.plan, self.schedule)

    @cached_property
    def headline(self) -> str | None:
        """The milestone that a reader asks about first; None where the plan has none."""
        return headline_item(self.plan, self.schedule)

    @cached_property
    def last(self) -> str | None:
        """The headline, else the item that finishes last; None where nothing has a forecast."""
        if self.headline is not None:
            return self.headline
        finish = np.where(self.leaf, self.items.finish, np.datetime64("NaT", "s"))
        if np.isnat(finish).all():
            return None
        return str(self.plan.activities["id"].iat[int(np.nanargmax(finish.astype("datetime64[s]").astype("float64")))])

    def name(self, item: str) -> str:
        """The name of an item as the sheet has it."""
        return str(self.plan.activities["name"].iat[self.position[item]])

    def team(self, item: str) -> str | None:
        """The team of an item."""
        value = self.plan.activities["team"].iat[self.position[item]]
        return str(value) if value else None

    def owners(self, item: str) -> tuple[str, ...]:
        """The people of an item, as written."""
        value = self.plan.activities["owner"].iat[self.position[item]]
        return tuple(part.strip() for part in str(value).split(",") if part.strip()) if value else ()

    def when(self, day: object) -> When:
        """A day as sentences say it, with its year unless the status date makes that obvious."""
        return When(pd.Timestamp(day).date(), self.status_date)  # type: ignore[arg-type]

    def finish(self, item: str) -> dt.date | None:
        """Forecast finish of an item."""
        return as_date(self.items.finish[self.position[item]])

    def start(self, item: str) -> dt.date | None:
        """Forecast start of an item."""
        return as_date(self.items.start[self.position[item]])

    def promise(self, item: str) -> dt.date | None:
        """The date that was promised for an item: its deadline, else its baseline, else its planned finish."""
        return as_date(self.items.promise[self.position[item]])

    def promise_kind(self, item: str) -> PromiseKind:
        """Which of the three the date is: the deadline, the baseline or the plan. They are never mixed."""
        return str(self.items.promised_by[self.position[item]])  # type: ignore[return-value]

    def slip(self, item: str) -> float:
        """Working days of the item's calendar from the promise to the forecast, later is positive; NaN without a promise."""
        return float(self.items.beyond[self.position[item]])

    def is_open(self, item: str) -> bool:
        """Neither done nor cancelled, and no roll-up."""
        return bool(self.open[self.position[item]])

    def state(self, item: str) -> State:
        """The state that the schedule used."""
        return State(self.items.state[self.position[item]])

    @cached_property
    def is_evident(self) -> bool:
        """Whether the simulation rests on what the sheet or its earlier versions say; default ranges alone colour nothing."""
        return self.simulation is not None and rests_on_evidence(self.plan, self.simulation.options)

    def confidence(self, item: str) -> float | None:
        """Share of the simulated runs that reach the promise of ``item``; None unless it was the simulation's target.

        A simulation without a target is one of the project's finish: of the item that finishes last in a plan without milestones.
        """
        promise = self.promise(item)
        if self.simulation is None or promise is None or not self.simulation.answered:
            return None
        target = self.last if self.simulation.target is None and self.headline is None else self.simulation.target
        if target != item:
            return None
        return self.simulation.confidence(promise)

    @cached_property
    def passed(self) -> dt.date | None:
        """The last of all given dates, where it has passed and nobody reports what is left to be under way; nothing is forecast then."""
        day = self.status_date or self.today or self.plan.saved_on
        rows = self.plan.activities
        begun = (self.items.state == State.IN_PROGRESS.value) | (self.items.progress > 0)
        if day is None or not self.open.any() or bool((self.open & begun).any()):
            return None
        given = [rows["deadline"].to_numpy(), *(self.items.sets[name][1] for name in ("planned", "baseline"))]
        ends = np.concatenate([days[self.leaf] for days in given])
        end = as_date(ends[~np.isnat(ends)].max()) if not np.isnat(ends).all() else None
        return end if end is not None and end < day else None

    @cached_property
    def unreported(self) -> str | None:
        """What is missing before "on time" can be said of anything: the day that progress speaks of, or any progress."""
        if self.status_date is None:
            return "no-status-date"
        return None if self.plan.progress_reported else "no-progress"

    def percentile(self, share: float) -> dt.date | None:
        """The day by which :attr:`last` is reached in ``share`` of the runs; None where it was not simulated, or is not open."""
        if self.simulation is None or self.last is None or not self.is_open(self.last) or not self.simulation.answered:
            return None
        target = self.last if self.simulation.target is None and self.headline is None else self.simulation.target
        return self.simulation.percentile(share) if target == self.last else None

    def days_between(self, earlier: dt.date, later: dt.date) -> float:
        """Working days of the plan's calendar."""
        return days_between(self.calendar, earlier, later)

    @cached_property
    def floats_to_last(self) -> np.ndarray:
        """Working days that each row can slip before :attr:`last` moves; NaN where it does not lead there. float64, rows.

        Floats of the schedule itself are to the project's finish or bounded by deadlines, which is another question.
        """
        nowhere = np.full(len(self.plan.activities), np.nan)
        if self.last is None or self.plan.dependencies.empty:
            return nowhere
        options = replace(self.schedule.options, target=self.last)
        undated = self.plan.with_(activities=self.plan.activities.assign(deadline=pd.Series(pd.NaT, dtype="datetime64[s]")))
        return schedule(undated, options).table["total_float"].to_numpy()

    @cached_property
    def driving(self) -> tuple[str, ...]:
        """The open items that drive :attr:`last`, first to last and with it; empty without dependencies."""
        if self.last is None or self.plan.dependencies.empty:
            return ()
        return tuple(item for item in paths.driving_path(self.schedule, self.last) if self.is_open(item))

    def chain_to(self, end: str) -> tuple[str, ...]:
        """What drives ``end``, with the work that is already done."""
        return tuple(item for item in paths.driving_path(self.schedule, end) if self.leaf[self.position[item]])

    @cached_property
    def as_reported(self) -> Facts | None:
        """The same on the day that the data describe; None where that is less than :data:`STALE_DAYS` ago, or nothing is reported."""
        saved, status = self.plan.saved_on, self.status_date
        if saved is None or status is None or not self.plan.progress_reported or (status - saved).days < STALE_DAYS:
            return None
        return Facts(self.plan, schedule(self.plan, replace(self.schedule.options, status_date=saved)))

    @cached_property
    def silence(self) -> float:
        """Working days of the end's calendar by which :attr:`last` lies later only because nothing was reported since the data's day."""
        if self.as_reported is None or self.last is None or not self.is_open(self.last):
            return 0.0
        then, now = self.as_reported.finish(self.last), self.finish(self.last)
        return 0.0 if then is None or now is None else max(days_between(self.calendars.of(self.position[self.last]), then, now), 0.0)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Where the slip of :attr:`last` comes from, item by item along what drives it, first to last; without :attr:`silence`.

        Each item adds what it slips more than the item that drives it, both counted from the baseline (the plan where there is
        none) in the end's calendar; so the parts and the silence add up to the slip of the end exactly.
        """
        if self.last is None:
            return ()
        return (self.as_reported if self.as_reported is not None and self.silence else self)._parts_of(self.last)

    def _parts_of(self, end: str) -> tuple[Part, ...]:
        before = self.items.sets["baseline"][1]
        before = np.where(np.isnat(before), self.items.sets["planned"][1], before)
        out, carried = [], 0.0
        calendar = self.calendars.of(self.position[end])
        for item in self.chain_to(end):
            row = self.position[item]
            was, now = as_date(before[row]), self.finish(item)
            if was is None or now is None:
                continue
            slip = days_between(calendar, was, now)
            if slip != carried:
                out.append(Part(item, slip - carried))
            carried = slip
        return tuple(out)


def facts_of(plan: Plan, computed: Schedule, simulation: SimulationResult | None = None, today: dt.date | None = None) -> Facts:
    """The facts that a reader is told. A plan that is over is read as planned: a forecast would date from the day that it is read."""
    facts = Facts(plan, computed, simulation, today)
    if facts.passed is None or facts.status_date is None:
        return facts
    return Facts(plan, schedule(plan, replace(computed.options, status_date=None)), None, facts.status_date)


def is_scheduled(schedule: Schedule, item: str) -> bool:
    """Whether ``item`` was forecast: items in and behind a dependency loop are not."""
    table = schedule.table
    return bool(table["scheduled"].to_numpy()[(table["id"] == item).to_numpy()].any())


def as_date(value: object) -> dt.date | None:
    """A day of a frame or an array; None for NaT."""
    day = pd.Timestamp(value)  # type: ignore[arg-type]
    return None if pd.isna(day) else day.date()


def names_of(facts: Facts, items: Sequence[str]) -> tuple[str, ...]:
    """The names of ``items``."""
    return tuple(facts.name(item) for item in items)
