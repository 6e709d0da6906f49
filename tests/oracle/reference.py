"""The slow exact reference: the forecast as docs/semantics.md states it, in fractions of days and plain loops.

Nothing of ``tpm.schedule`` or ``tpm.calendars`` is used or followed. A date is a number of days since ``EPOCH``; an instant is a fraction
of them. Passes are repeated until nothing changes, so no order is needed; what a link still allows is searched for, not solved for. Plans
are small and have no loops.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import holidays
import pandas as pd

from tpm.model import CalendarSpec, Plan, ScheduleOptions

EPOCH = dt.date(2025, 1, 6)  # a Monday
_FIRST, _LAST = -400, 1600  # days that the calendars know
_FINEST = 64  # parts of a day: everything in the plans is a whole number of them
DAY = Fraction(1)


def days_of(date: Any) -> int | None:
    """A date as days since the epoch, None for none."""
    return None if date is None or pd.isna(date) else (pd.Timestamp(date).date() - EPOCH).days


@cache
def _worked(spec: CalendarSpec) -> dict[int, bool]:
    off = set(holidays.country_holidays(spec.country, years=range(2023, 2031))) if spec.country else set()
    worked = {}
    for day in range(_FIRST, _LAST):
        date = EPOCH + dt.timedelta(day)
        rests = date in off or any(first <= date < after for first, after in spec.holidays)
        worked[day] = date in spec.worked or (spec.week[date.weekday()] and not rests)
    return worked


class Clock:
    """Working time of one row: the days that its calendar works, and days of its own."""

    def __init__(self, spec: CalendarSpec, own: Iterable[int] = ()) -> None:
        self.worked = {**_worked(spec), **dict.fromkeys(own, True)}
        self.before = [0]
        for day in range(_FIRST, _LAST):
            self.before.append(self.before[-1] + self.worked[day])

    def work(self, instant: Fraction) -> Fraction:
        """Working days that lie before an instant."""
        day = math.floor(instant)
        return self.before[day - _FIRST] + (instant - day if self.worked[day] else Fraction(0))

    def opens(self, work: Fraction) -> Fraction:
        """Where work begins that has so much before it: the latest such instant."""
        day = bisect_right(self.before, math.floor(work)) - 1
        return _FIRST + day + work - self.before[day]

    def closes(self, work: Fraction) -> Fraction:
        """Where work ends that has so much before it: the earliest such instant."""
        day = bisect_left(self.before, work) - 1
        return _FIRST + day + work - self.before[day]


@dataclass(eq=False)
class Row:
    """One row of the plan."""

    id: str
    given: dict[str, Any]
    clock: Clock
    summary: bool
    event: bool = False
    work: Fraction = Fraction(0)
    opening: Fraction | None = None  # planned instants
    closing: Fraction | None = None
    state: str = "to do"  # begun, done, out
    left: Fraction = Fraction(0)
    begun: Fraction | None = None
    ended: Fraction | None = None
    pinned: bool = False
    floor: Fraction | None = None
    hold: str = ""
    finish_floor: Fraction | None = None
    start_cap: Fraction | None = None
    finish_cap: Fraction | None = None
    start: Fraction | None = None  # early, of what is left
    finish: Fraction | None = None
    linked: bool = False  # a link holds it where it is
    late_start: Fraction | None = None
    late_finish: Fraction | None = None
    total_float: Fraction | None = None
    free_float: Fraction | None = None


@dataclass(frozen=True, eq=False)
class Tie:
    """A bound of one row by the ends of others: of several, the last finish or (``first``) the first start counts."""

    before: tuple[Row, ...]
    after: Row
    kind: str
    lag: Fraction
    elapsed: bool
    first: bool = False
    own_end: Fraction | None = None  # a manual summary's

    @property
    def by_start(self) -> bool:
        return self.kind in ("SS", "SF")

    @property
    def to_finish(self) -> bool:
        return self.kind in ("FF", "SF")

    def demand(self, base: Fraction) -> Fraction:
        """The instant that an end at ``base`` demands: the lag later, in the successor's working days or in elapsed ones."""
        if self.lag == 0:
            return base
        if self.elapsed:
            return base + self.lag
        clock = self.after.clock
        return clock.closes(clock.work(base) + self.lag)

    def end_of(self, row: Row) -> Fraction | None:
        return (row.begun if row.state != "to do" else row.start) if self.by_start else row.finish

    def base(self) -> Fraction | None:
        ends = [end for end in map(self.end_of, self.before) if end is not None]
        if self.own_end is not None:
            return self.own_end
        return None if not ends else min(ends) if self.first else max(ends)

    def binds(self, row: Row) -> bool:
        """Whether ``row`` can move what this tie demands: of those whose first start counts, only the first."""
        return self.own_end is None and (not self.first or self.end_of(row) == self.base())


class AmbiguousError(Exception):
    """Several children start first, or end last: which of them their summary's links mean is not stated."""


class Reference:
    """The forecast of ``plan``. ``rows`` by id; instants are days since ``EPOCH``."""

    def __init__(self, plan: Plan, options: ScheduleOptions) -> None:
        self.plan, self.options = plan, options
        self.status = None if options.status_date is None else Fraction(days_of(options.status_date))
        records = plan.activities.to_dict("records")
        self.above = {each["id"]: each["parent"] for each in records}
        parents = {each["parent"] for each in records}
        self.rows = {each["id"]: self._row(each, each["id"] in parents) for each in records}
        self.parts_of_days = any((row.given["duration"] or 0) % 1 for row in self.rows.values())
        for row in self.rows.values():
            self._planned(row)
            self._progress(row)
        self.unbound: Reference | None = None
        self.leaves = [row for row in self.rows.values() if not row.summary]
        self.ties = self._ties()
        self.begins = self._project_start()
        self._leave_out()
        self.waits = {tie.after for tie in self.ties}
        for row in self.leaves:
            self._floors(row)
        self._delays()
        self._early()
        self.unmoved = {row.id: row.finish for row in self.leaves}
        self._as_late_as_possible()
        self._late()

    # Rows

    def _row(self, given: dict[str, Any], summary: bool) -> Row:
        given = {name: None if pd.isna(value) else value for name, value in given.items()}
        for name in ("planned_start", "planned_finish", "actual_start", "actual_finish", "deadline", "constraint_date"):
            given[name] = days_of(given[name])
        start, finish, length = given["planned_start"], given["planned_finish"], given["duration"]
        only_end = start is None and finish is not None and length is None and given["actual_start"] is None
        spans = start is not None and finish is not None and start < finish
        event = (given["kind"] == "milestone" or length == 0 or (only_end and given["kind"] != "summary")) and not spans
        spec = self._calendar(given, summary)
        plain = Clock(spec)
        own = [day for day in (start, finish) if day is not None and not event and not summary and not plain.worked[day]]
        return Row(given["id"], given, Clock(spec, own), summary, event)

    def _calendar(self, given: dict[str, Any], summary: bool) -> CalendarSpec:
        """Its own, else its team's country, else its team's, else the plan's; elapsed work has every day."""
        plan, options = self.plan, self.options
        default = plan.default_calendar
        if options.country is not None:
            default = CalendarSpec(default.name, default.week, default.holidays, default.worked, options.country)
        if options.week is not None:
            default = CalendarSpec(default.name, options.week, default.holidays, default.worked, default.country)
        if given["elapsed"] and not summary:
            return CalendarSpec("always", (True,) * 7)
        if given["calendar"] in plan.calendars:
            return plan.calendars[given["calendar"]]
        countries = dict(options.team_countries)
        if given["team"] in countries:
            return CalendarSpec(default.name, default.week, default.holidays, default.worked, countries[given["team"]])
        return plan.calendars.get(plan.team_calendars.get(given["team"], ""), default)

    def _planned(self, row: Row) -> None:
        """What is given, and what follows from it."""
        given, clock = row.given, row.clock
        start, finish = given["planned_start"], given["planned_finish"]
        if row.event:
            day = finish if finish is not None else start
            if day is not None:
                row.opening = row.closing = Fraction(day) + 1
            return
        length = None if given["duration"] is None else Fraction(given["duration"]) + Fraction(given["pause"] or 0)
        row.work = length or DAY
        opening, closing = (None if start is None else Fraction(start)), (None if finish is None else Fraction(finish) + 1)
        if opening is not None and closing is not None:
            span = clock.work(closing) - clock.work(opening)
            spare = span - math.ceil(row.work)
            within_a_day = row.given["elapsed"] or (self.parts_of_days and self._is_led(row.id))
            if span > 0 and (length is None or not (spare == 0 or (spare == 1 and within_a_day))):
                row.work = span  # planned dates win
            if row.given["elapsed"] and not row.summary and span - row.work == 1:
                opening = closing - row.work  # begins at the close of its first day
        elif opening is not None:
            closing = clock.closes(clock.work(opening) + row.work)
        elif closing is not None:
            opening = clock.opens(clock.work(closing) - row.work)
        row.opening, row.closing = opening, closing

    def _is_led(self, item: str | None) -> bool:
        if item is None:
            return False
        return item in set(self.plan.dependencies["successor"]) or self._is_led(self.above[item])

    def _progress(self, row: Row) -> None:
        """Done, begun, to do or left out; what is left; when it began and ended."""
        given, clock = row.given, row.clock
        row.left = row.work
        if row.summary or given["state"] == "cancelled" or given["spanned"]:
            row.state = "out"
            return
        began, ended, share = given["actual_start"], given["actual_finish"], given["progress"]
        dated = row.opening is not None
        done = given["state"] == "done" or (share or 0) >= 1 or ended is not None
        begun = not row.event and not done and began is not None
        assumed = False
        if self.status is None:
            done = done and (dated or began is not None or ended is not None)
            begun = begun and not done
            share = 0
        elif self.plan.progress_reported:
            begun = not row.event and not done and (given["state"] == "in_progress" or (share or 0) > 0 or began is not None)
            assumed = share is None
        else:
            done = dated and row.closing <= self.status
            begun = dated and not done and not row.event and row.opening < self.status
            assumed = True
        row.state = "done" if done else "begun" if begun else "to do"
        if begun and assumed:
            least = min(row.work, DAY) if self.plan.progress_reported else Fraction(0)  # said to be under way: a day is left
            if dated:
                row.left = min(row.work, max(clock.work(row.closing) - clock.work(self.status), least))
        elif begun:
            row.left = row.work * (1 - Fraction(share))
        if done or begun:
            row.left = Fraction(0) if done else row.left
            self._actual(row, began, ended if done else None)

    def _actual(self, row: Row, began: int | None, ended: int | None) -> None:
        """Actual dates win over planned ones; the end that is not given lies the duration away."""
        clock = row.clock
        if began is not None and ended is not None and ended < began:
            began, ended = ended, began
        if row.event:
            day = ended if ended is not None else began
            row.begun = row.ended = row.closing if day is None else Fraction(day) + 1
        elif began is None and ended is None:
            row.begun, row.ended = row.opening, row.closing
        else:
            row.begun = None if began is None else Fraction(began)
            row.ended = None if ended is None else Fraction(ended) + 1
            if row.begun is None:
                row.begun = clock.opens(clock.work(row.ended) - row.work)
            if row.ended is None:
                row.ended = clock.closes(clock.work(row.begun) + row.work)
        if row.state == "begun" and row.begun is None:
            row.begun = self.status
        if row.state == "done" and row.ended is None:
            row.state = "out"  # done, and nobody knows when

    # Links

    def _below(self, item: str) -> list[Row]:
        if not self.rows[item].summary:
            return [self.rows[item]]
        return [leaf for child, above in self.above.items() if above == item for leaf in self._below(child)]

    def _ties(self) -> list[Tie]:
        ties = []
        links = list(self.plan.dependencies.itertuples(index=False))
        for link in links:
            source, target = self.rows[link.predecessor], self.rows[link.successor]
            lag, elapsed = Fraction(link.lag), link.lag_unit == "elapsed"
            if link.lag_unit == "percent":
                lag, elapsed = lag * source.work, bool(source.given["elapsed"])
            by_start = link.type in ("SS", "SF")
            after = self._below(link.successor)
            if target.summary and link.type in ("FF", "SF"):
                after = self._last(after)
            own_end = None
            if source.summary and source.given["manual"] and source.opening is not None:
                own_end = source.opening if by_start else source.closing
            before = tuple(self._below(link.predecessor))
            first = by_start and len(before) > 1
            ties += [Tie(before, row, link.type, lag, elapsed, first, own_end) for row in after]
        return ties

    def _last(self, leaves: list[Row]) -> list[Row]:
        """Of the open children of a summary the one that ends last where no link binds the end of a summary."""
        links = self.plan.dependencies
        onto = links["successor"].map(lambda item: self.rows[item].summary) & links["type"].isin(["FF", "SF"])
        self.unbound = self.unbound or Reference(self.plan.with_(dependencies=links[~onto].reset_index(drop=True)), self.options)
        ends = {row: self.unbound.unmoved[row.id] for row in leaves if self.unbound.rows[row.id].state in ("to do", "begun")}
        last = [row for row, end in ends.items() if end == max(ends.values())]
        if len(last) > 1:
            raise AmbiguousError
        return last or leaves

    def _project_start(self) -> Fraction | None:
        """The option, the file, the earliest planned date, the status date."""
        given = days_of(self.options.project_start or self.plan.project_start)
        if given is not None:
            return Fraction(given)
        first = [row.opening - (1 if row.event else 0) for row in self.rows.values()
                 if not row.summary and row.opening is not None and row.given["state"] != "cancelled" and not row.given["spanned"]]
        return min(first, default=self.status)

    def _leave_out(self) -> None:
        """Undated work tied to nothing is left out where the plan has dates or nobody knows how long it takes; without any date, all."""
        live = [row for row in self.leaves if row.given["state"] != "cancelled" and not row.given["spanned"]]
        dated = any(row.opening is not None for row in live)
        led = {tie.after for tie in self.ties if tie.own_end is not None or any(row in live for row in tie.before)}
        leads = {row for tie in self.ties if tie.after in live and tie.own_end is None for row in tie.before}
        for row in live:
            given = row.given
            tied = row in led or row in leads
            constrained = given["constraint"] in ("SNET", "MSO", "FNET", "MFO") and given["constraint_date"] is not None
            unknown = given["duration"] is None and not row.event
            adrift = row.opening is None and not tied and not constrained and (dated or unknown)
            if (row.state == "to do" and adrift) or (row.state != "done" and self.begins is None):
                row.state = "out"
        self.ties = [tie for tie in self.ties if tie.after.state != "out"
                     and (tie.own_end is not None or any(row.state != "out" for row in tie.before))]

    def _floors(self, row: Row) -> None:
        """Every bound of a row that is no link."""
        given = row.given
        if row.state in ("out", "done"):
            return
        at, kind = given["constraint_date"], given["constraint"]
        floors: dict[str, Fraction | None] = {"constraint": None, "planned": None, "status_date": self.status, "project_start": None}
        close = None if at is None else Fraction(at) + 1
        opening = close if row.event else None if at is None else Fraction(at)
        manual = bool(given["manual"]) and row.opening is not None
        if kind in ("SNET", "MSO"):
            floors["constraint"] = opening
        starts_itself = floors["constraint"] is not None
        if manual:
            floors["constraint"] = row.opening
        above = self.above[row.id]
        while above is not None:
            over = self.rows[above]
            if over.given["manual"] and over.opening is not None:
                floors["constraint"] = max(over.opening, floors["constraint"] if floors["constraint"] is not None else over.opening)
            above = self.above[above]
        if self.options.mode == "planned":
            floors["planned"] = row.opening
        if floors["planned"] is None and not starts_itself and row not in self.waits:
            floors["project_start"] = self.begins
        if kind in ("FNET", "MFO"):
            row.finish_floor = close
        if kind in ("SNLT", "MSO"):
            row.start_cap = opening
        if kind in ("FNLT", "MFO"):
            row.finish_cap = close
        if given["deadline"] is not None:
            due = Fraction(given["deadline"]) + 1
            row.finish_cap = due if row.finish_cap is None else min(row.finish_cap, due)
        if row.state == "begun":
            row.floor = max(row.begun, row.begun if self.status is None else self.status)
            row.hold = "status_date" if row.floor != row.begun or row.begun == self.status else "actual"
            row.finish_floor = row.start_cap = None
            return
        row.pinned = manual
        known = {name: value for name, value in floors.items() if value is not None}
        if not known:  # only its links say when it begins
            row.floor, row.hold = Fraction(_FIRST), "project_start"
            return
        row.floor = max(known.values())
        row.hold = next(name for name, value in known.items() if value == row.floor)

    def _delays(self) -> None:
        """A levelling delay waits after what the logic, or the project's start, demands of the start."""
        self.counts_from: dict[Row, Fraction] = {}
        self.delays = {row: Fraction(row.given["delay"]) for row in self.leaves if row.state == "to do" and (row.given["delay"] or 0) > 0}

    # Passes

    def _driven(self, row: Row, start: Fraction | None, finish: Fraction | None) -> tuple[Fraction, Fraction]:
        """Where a row lies when its start and its finish are bound so."""
        if row.left == 0:
            at = max(each for each in (start, finish) if each is not None)
            return at, at
        clock = row.clock
        begin = max(([clock.work(start)] if start is not None else []) + ([clock.work(finish) - row.left] if finish is not None else []))
        return clock.opens(begin), clock.closes(begin + row.left)

    def _demands(self, row: Row, of: Callable[[Tie], Fraction | None], delayed: bool = True) -> tuple[Fraction | None, Fraction | None]:
        """The largest demands of links on start and finish."""
        bounds: dict[bool, Fraction | None] = {False: None, True: None}
        for tie in self.ties:
            base = of(tie) if tie.after is row and not row.pinned else None
            if base is None or (row.state == "begun" and tie.own_end is None and all(each.state in ("done", "out") for each in tie.before)):
                continue
            demand = tie.demand(base)
            so_far = bounds[tie.to_finish]
            bounds[tie.to_finish] = demand if so_far is None else max(so_far, demand)
        start, finish = bounds[False], bounds[True]
        if row in self.delays and not row.pinned and delayed:
            start = max(each for each in (start, self.begins) if each is not None) + self.delays[row]
        return start, finish

    def _counts_from(self, row: Row) -> Fraction:
        """The instant from which a levelling delay counts."""
        start, _ = self._demands(row, Tie.base, delayed=False)
        return max(each for each in (start, self.begins) if each is not None)

    def _early(self) -> None:
        active = [row for row in self.leaves if row.state != "out"]
        for row in active:
            if row.state == "done":
                row.start, row.finish = row.begun, row.ended
        changed = True
        while changed:
            changed = False
            for row in active:
                if row.state == "done":
                    continue
                start, finish = self._demands(row, Tie.base)
                floors = (row.floor, row.finish_floor)
                place = self._driven(row, *(max((each for each in two if each is not None), default=None)
                                            for two in zip((start, finish), floors, strict=True)))
                row.linked = (start is not None or finish is not None) and self._driven(row, start, finish) == place
                changed |= place != (row.start, row.finish)
                row.start, row.finish = place
        self.ends = max((row.finish for row in active), default=Fraction(0))

    def _as_late_as_possible(self) -> None:
        """ALAP: from the last on, as late as the early dates of what waits allow; nothing else moves."""
        held = [row for row in self.leaves if row.state == "to do" and row.given["constraint"] == "ALAP"
                and (self.options.mode == "asap" or row.opening is None)]
        behind = {row: {tie.after for tie in self.ties if row in tie.before} for row in held}
        while held:
            row = next(each for each in held if not self._waits(each, held, behind))
            held.remove(row)
            first = [tie.base() for tie in self.ties if tie.first and tie.own_end is None and row in tie.before
                     and tie.after.state in ("to do", "begun")]
            self.counts_from = {after: self._counts_from(after) for after in self.delays}
            finish, start = self._room(row, lambda other: (other.start, other.finish), self.ends)
            self.counts_from = {}
            first = [self._latest_begin(row, each) if row.left else each for each in first]
            start = min([*first, *([] if start is None else [start])], default=None)
            if self.options.target is not None and self.rows[self.options.target].summary and row in self._below(self.options.target):
                finish = min(finish, max(each.finish for each in self._below(self.options.target) if each.finish is not None))
            begin = self._work_start(row)
            latest = self._begin(row, finish, start)
            if latest > begin:
                row.linked = False
                row.start = row.finish = latest
                if row.left:
                    row.start, row.finish = row.clock.opens(latest), row.clock.closes(latest + row.left)

    def _waits(self, row: Row, held: list[Row], behind: dict[Row, set[Row]]) -> bool:
        """Whether something that is still to be moved lies behind ``row``."""
        seen, stack = set(), [row]
        while stack:
            for tie in self.ties:
                if stack and stack[-1] in tie.before and tie.after not in seen:
                    seen.add(tie.after)
                    stack.insert(0, tie.after)
            stack.pop()
        return any(other in seen for other in held)

    def _work_start(self, row: Row) -> Fraction:
        """Working days before a row's early start; of an event the instant."""
        return row.start if not row.left else row.clock.work(row.finish) - row.left

    def _room(self, row: Row, dates: Callable[[Row], tuple[Fraction | None, Fraction | None]],
              last: Fraction | None) -> tuple[Fraction | None, Fraction | None]:
        """The latest instant of the finish, and latest work (of an event: instant) of the start, that leave ``dates`` to what waits."""
        finish, start = last, None
        for tie in self.ties:
            after = tie.after
            if row not in tie.before or after.state in ("done", "out") or not tie.binds(row):
                continue
            if tie.by_start and row.state != "to do":
                continue
            if tie.first and sum(tie.end_of(each) == tie.base() for each in tie.before) > 1:
                raise AmbiguousError
            goal = dates(after)[tie.to_finish]
            if goal is None:
                continue
            limit = self._latest(lambda base, tie=tie, after=after, goal=goal: self._keeps(tie, after, base, goal))
            if tie.by_start:
                limit = self._latest_begin(row, limit) if row.left else limit
                start = limit if start is None else min(start, limit)
            else:
                finish = limit if finish is None else min(finish, limit)
        return finish, start

    def _keeps(self, tie: Tie, after: Row, base: Fraction, goal: Fraction) -> bool:
        """Whether ``after``, driven by this end alone, still starts (or finishes) by ``goal``."""
        demand = tie.demand(base)
        if after in self.delays and not tie.to_finish:
            if after in self.counts_from:
                return demand <= self.counts_from[after]
            demand += self.delays[after]
        if tie.to_finish:
            return self._driven(after, None, demand)[1] <= goal
        return self._driven(after, demand, None)[0] <= goal

    def _latest(self, keeps: Callable[[Fraction], bool]) -> Fraction:
        """The last instant for which a condition holds that holds for all earlier ones: halving, to the finest part of a day."""
        low, high = (_FIRST + 40) * _FINEST, (_LAST - 40) * _FINEST
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if keeps(Fraction(middle, _FINEST)) else (low, middle)
        return Fraction(low, _FINEST)

    def _begin(self, row: Row, finish: Fraction | None, start: Fraction | None) -> Fraction:
        """The latest work (of an event: instant) at which a row may start for both bounds."""
        if not row.left:
            return min(each for each in (finish, start) if each is not None)
        return min(([] if finish is None else [row.clock.work(finish) - row.left]) + ([] if start is None else [start]))

    def _latest_begin(self, row: Row, limit: Fraction) -> Fraction:
        """The latest work with which ``row`` starts by ``limit``; where no last moment exists whole days count from its early start."""
        work = row.clock.work(limit)
        if row.clock.opens(work) <= limit:
            return work
        begin = self._work_start(row)
        return begin + math.ceil(work - begin) - 1

    def _late(self) -> None:
        open_ = [row for row in self.leaves if row.state in ("to do", "begun")]
        targets = None if self.options.target is None else self._below(self.options.target)
        ends = self.ends if targets is None else max((row.finish for row in targets if row.finish is not None), default=None)
        for row in open_:
            finish, start = self._room(row, lambda other: (other.start, other.finish), self.ends)
            row.free_float = self._begin(row, finish, start) - self._work_start(row)
            if not row.left:
                row.free_float = row.clock.work(self._begin(row, finish, start)) - row.clock.work(row.start)
        changed = True
        while changed:
            changed = False
            for row in open_:
                last = ends if targets is None or row in targets else None
                finish, start = self._room(row, lambda other: (other.late_start, other.late_finish), last)
                if finish is None and start is None:
                    continue
                if row.finish_cap is not None:
                    finish = row.finish_cap if finish is None else min(finish, row.finish_cap)
                begin = self._begin(row, finish, start)
                if row.start_cap is not None:
                    begin = min(begin, row.clock.work(row.start_cap) if row.left else row.start_cap)
                place = (begin, begin) if not row.left else (row.clock.opens(begin), row.clock.closes(begin + row.left))
                changed |= place != (row.late_start, row.late_finish)
                row.late_start, row.late_finish = place
                row.total_float = begin - self._work_start(row)
                if not row.left:
                    row.total_float = row.clock.work(begin) - row.clock.work(row.start)

    # What is shown

    def shown(self, row: Row) -> tuple[dt.date | None, dt.date | None]:
        """Forecast dates of a row with work, inclusive."""
        if row.state == "out":
            return tuple(None if each is None else EPOCH + dt.timedelta(math.floor(each))
                         for each in (row.opening, None if row.closing is None else row.closing - Fraction(1, _FINEST)))
        begins = row.begun if row.state == "begun" else row.start
        if row.given["elapsed"] and begins == row.opening and row.given["planned_start"] is not None:
            begins = Fraction(row.given["planned_start"])  # it may begin at the close of that day
        return EPOCH + dt.timedelta(math.floor(begins)), EPOCH + dt.timedelta(math.ceil(row.finish) - 1)
