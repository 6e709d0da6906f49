"""Changes of dates, durations and progress, on a :class:`~tpm.scenario.draft.Draft`.

What a person sees is the forecast, so that is what a shift counts from: an item shown five days behind its plan and moved two days
lands two days later than shown. The planned start is what carries the move (*a shift moves the planned start; the forecast then
moves only what logic forces*); as soon as possible, where planned starts hold nobody, a start-no-earlier-than constraint does.

Of work that has begun only what remains can move: a delay is work that ends later, so its duration grows and its progress is
counted anew. What is done does not move. Pulling earlier asks; logic, the status date or a constraint may still hold the item.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from tpm.model import Constraint, Kind, State
from tpm.scenario.draft import NO_DAY, Dates, Draft, Positions, between, each_calendar, refusal, whole_days
from tpm.schedule.clock import TICKS_PER_DAY
from tpm.schedule.rows import Rows


def movable(draft: Draft, row: int, undated: bool = False) -> None:
    """Refuse what is done, cancelled, on a loop, or (unless ``undated`` will do) without any date."""
    at = np.array([row])
    item, name = draft.column("id")[row], draft.called(row)
    if draft.is_done(at)[0]:
        raise refusal("change-done", item, item=name)
    if draft.column("state")[row] == State.CANCELLED:
        raise refusal("change-cancelled", item, item=name)
    if not draft.standing["scheduled"][row]:
        if not np.isnat(draft.days("planned_start", at)[0]) or not np.isnat(draft.days("planned_finish", at)[0]):
            raise refusal("change-on-loop", item, item=name)
        if not undated:
            raise refusal("change-undated", item, item=name)


def shift(draft: Draft, row: int, days: float) -> None:
    """Move an item, or every open item below a summary, by whole working days from where it is shown."""
    item, name = draft.column("id")[row], draft.called(row)
    if days != round(days):
        raise refusal("change-part-day", item, item=name)
    rows = draft.leaves(row)
    if draft.is_summary(row):
        table = draft.table
        open_ = table["scheduled"][rows] & ~draft.is_done(rows) & (draft.column("state")[rows] != State.CANCELLED)
        rows = rows[open_]
        if not len(rows):
            raise refusal("change-nothing-open", item, item=name)
    else:
        movable(draft, row)
    if not days:
        return
    begun = draft.is_begun(rows)
    # Read everything before writing anything: all items of a summary count from the same forecast.
    fresh = rows[~begun]
    part = draft.part(fresh)
    wanted = _from_shown(draft, part, fresh, int(days))
    if begun.any():
        of_begun, ends = draft.part(rows[begun]), draft.shown("forecast_finish", rows[begun])
        draft.want(rows[begun], "finish", each_calendar(of_begun, len(ends), lambda calendar, at: calendar.add(ends[at], int(days))))
        if days > 0:
            resize(draft, rows[begun], int(days))
    relocate(draft, part, fresh, wanted, pull=days < 0)


def _from_shown(draft: Draft, part: Rows, rows: Positions, days: int) -> Dates:
    event = part.event[: len(rows)]
    shown = np.where(event, draft.shown("forecast_finish", rows), draft.shown("forecast_start", rows))
    return np.asarray(each_calendar(part, len(rows), lambda calendar, at: calendar.add(shown[at], days)))


def relocate(draft: Draft, part: Rows, rows: Positions, wanted: Dates, pull: bool = False, clip: bool = True,
             asked: bool = True) -> None:
    """Plan work that has not begun from ``wanted`` on; it keeps its length. A ``pull`` never makes a planned start later.

    ``clip``: not before the status date, where it could not start (and where a plan without progress would take it as begun).
    ``asked``: somebody wants this very date, and will be told what held it.
    """
    n = len(rows)
    if not n:
        return
    if asked:
        draft.want(rows, "start", wanted)
    if draft.options.status_date is not None and clip:
        status = np.datetime64(draft.options.status_date, "D")
        earliest = each_calendar(part, n, lambda calendar, at: calendar.add(np.full(len(at), status), 0))
        wanted = np.maximum(wanted, earliest)
    event = part.event[:n]
    length = whole_days(part.work[:n])
    finish = np.where(event, wanted, each_calendar(part, n, lambda calendar, at: calendar.worked_until(wanted[at], length[at])))
    _hold(draft, rows, wanted, finish)
    planned = draft.days("planned_start", rows)
    planned = np.where(event & ~np.isnat(draft.days("planned_finish", rows)), draft.days("planned_finish", rows), planned)
    moves = ~(planned <= wanted) if pull and not draft.asap else np.ones(n, bool)  # NaT compares false: undated rows move
    _plan(draft, rows[moves], wanted[moves], finish[moves], np.where(event, 0.0, part.work[:n] / TICKS_PER_DAY)[moves])


def _plan(draft: Draft, rows: Positions, start: Dates, finish: Dates, duration: Any) -> None:
    draft.put("planned_start", rows, start.astype("datetime64[s]"))
    draft.put("planned_finish", rows, finish.astype("datetime64[s]"))
    draft.put("duration", rows, duration)
    draft.redate()


def _hold(draft: Draft, rows: Positions, start: Dates, finish: Dates) -> None:
    """Let constraints that hold an item back move with it; as soon as possible, add one that does.

    A tool writes a start-no-earlier-than constraint wherever somebody dragged a bar, so a new drag replaces its date. A latest
    date that must give way to it is kept as a deadline, which bounds the item in the same way.
    """
    constraint = draft.column("constraint")[rows]
    on_start = np.isin(constraint.astype(str), [Constraint.SNET, Constraint.MSO])
    on_finish = np.isin(constraint.astype(str), [Constraint.FNET, Constraint.MFO])
    if draft.asap:
        latest = np.isin(constraint.astype(str), [Constraint.SNLT, Constraint.FNLT])
        if latest.any():
            _keep_as_deadline(draft, rows[latest])
        draft.put("constraint", rows[~on_start & ~on_finish], Constraint.SNET.value)
        on_start |= ~on_finish
    draft.put("constraint_date", rows[on_start], start[on_start].astype("datetime64[s]"))
    draft.put("constraint_date", rows[on_finish], finish[on_finish].astype("datetime64[s]"))


def _keep_as_deadline(draft: Draft, rows: Positions) -> None:
    limit, due = draft.days("constraint_date", rows), draft.days("deadline", rows)
    part = draft.part(rows)
    length = whole_days(part.work[: len(rows)])
    by_start = (draft.column("constraint")[rows] == Constraint.SNLT) & ~part.event[: len(rows)]
    known = ~np.isnat(limit)
    some = np.where(known, limit, np.datetime64("2000-01-03"))
    last = each_calendar(part, len(rows), lambda calendar, at: np.where(
        by_start[at] & known[at], calendar.worked_until(some[at], length[at]), limit[at]))
    draft.put("deadline", rows, np.fmin(last, due).astype("datetime64[s]"))


def resize(draft: Draft, rows: Positions, days: Any) -> None:
    """Add working days (or, negative, take them) to what remains of work, begun or not. The part that is done stays as it is."""
    n = len(rows)
    if not n:
        return
    part = draft.part(rows)
    begun = draft.is_begun(rows)
    work = part.work[:n]
    left = np.where(begun, np.rint(draft.table["remaining"][rows] * TICKS_PER_DAY).astype(np.int64), work)
    remaining = np.maximum(left + np.rint(np.asarray(days) * TICKS_PER_DAY).astype(np.int64), np.minimum(left, TICKS_PER_DAY))
    set_work(draft, part, rows, work - left + remaining)
    if draft.reported and begun.any():
        again, total = rows[begun], (work - left + remaining)[begun]
        state = draft.column("state")[again]
        draft.put("progress", again, 1.0 - remaining[begun] / total)
        draft.put("state", again, np.where(state == State.BLOCKED, state, State.IN_PROGRESS.value))


def set_work(draft: Draft, part: Rows, rows: Positions, work: Any) -> None:
    """Give ``rows`` a duration in ticks; a planned finish follows the planned start."""
    n = len(rows)
    parts_of_days = np.isfinite(draft.column("duration")) & (draft.column("duration") % 1 != 0)
    if (np.asarray(work) % TICKS_PER_DAY != 0).any() and not parts_of_days.any():
        _settle_durations(draft)
    start, finish = draft.days("planned_start", rows), draft.days("planned_finish", rows)
    length = whole_days(np.asarray(work))
    longer = length - whole_days(part.work[:n])
    known = np.where(np.isnat(start), np.datetime64("2000-01-03"), start)
    ends = each_calendar(part, n, lambda calendar, at: calendar.worked_until(known[at], length[at]))
    fallback = np.where(np.isnat(finish), np.datetime64("2000-01-03"), finish)
    later = each_calendar(part, n, lambda calendar, at: np.where(longer[at] == 0, fallback[at], calendar.add(fallback[at], longer[at])))
    new_finish = np.where(~np.isnat(start), np.where(np.isnat(finish), NO_DAY, ends), np.where(np.isnat(finish), NO_DAY, later))
    draft.put("planned_finish", rows, new_finish.astype("datetime64[s]"))
    draft.put("duration", rows, np.asarray(work) / TICKS_PER_DAY)
    draft.redate()


def _settle_durations(draft: Draft) -> None:
    """Write the durations that the engine counts from the dates where they disagree.

    In a plan with parts of days a whole duration one day short of its dates is believed; the first part of a day must not change
    what other items take.
    """
    part = draft.part(np.arange(len(draft.column("id"))))
    both = ~np.isnat(draft.column("planned_start")) & ~np.isnat(draft.column("planned_finish")) & (draft.column("kind") != Kind.SUMMARY)
    draft.put("duration", np.flatnonzero(both), (part.work / TICKS_PER_DAY)[both])


def set_start(draft: Draft, row: int, day: dt.date) -> None:
    """Start an item on ``day``; of a summary, move all that is open by as much as its start moves."""
    item, name, at = draft.column("id")[row], draft.called(row), np.array([row])
    wanted = np.array([day], "datetime64[D]")
    part = draft.part(at)
    if draft.is_summary(row):
        first = draft.shown("forecast_start", at)
        if np.isnat(first[0]):
            raise refusal("change-nothing-open", item, item=name)
        calendar = part.calendars[part.calendar[0]]
        shift(draft, row, float(calendar.offset(wanted)[0] - calendar.offset(first)[0]))
        return
    movable(draft, row, undated=True)
    if draft.is_begun(at)[0]:
        raise refusal("change-begun", item, item=name, start=draft.shown("forecast_start", at)[0].item())
    relocate(draft, part, at, wanted, clip=not draft.reported)


def set_finish(draft: Draft, row: int, day: dt.date) -> None:
    """Finish an item on ``day``: it starts where it is shown (what remains of begun work goes on there), so its length changes."""
    item, name, at = draft.column("id")[row], draft.called(row), np.array([row])
    if draft.is_summary(row):
        raise refusal("change-summary", item, item=name)
    movable(draft, row, undated=True)
    wanted = np.array([day], "datetime64[D]")
    part = draft.part(at)
    if part.event[0]:
        relocate(draft, part, at, wanted, clip=not draft.reported)
        return
    calendar = part.calendars[part.calendar[0]]
    begun = bool(draft.is_begun(at)[0])
    draft.want(at, "finish", wanted)
    shown_start, shown_finish = draft.shown("early_start", at), draft.shown("forecast_finish", at)
    if np.isnat(shown_start[0]):  # nothing dates it yet: its duration leads back to the start
        draft.put("planned_finish", at, wanted.astype("datetime64[s]"))
        draft.redate()
        return
    if wanted[0] < shown_start[0]:
        code = "change-finish-before-rest" if begun else "change-finish-before-start"
        raise refusal(code, item, item=name, start=shown_start[0].item(), finish=day)
    if begun:
        resize(draft, at, between(calendar, shown_finish, wanted).astype(float))
        return
    longer = between(calendar, shown_finish, wanted) * TICKS_PER_DAY
    counted = calendar.worked(shown_start, wanted) * TICKS_PER_DAY
    rests = not calendar.is_working(wanted)[0]
    work = np.where(rests | (part.work[:1] + longer <= 0), counted, part.work[:1] + longer)
    if (draft.column("constraint")[at] == Constraint.FNET)[0] or (draft.column("constraint")[at] == Constraint.MFO)[0]:
        draft.put("constraint_date", at, wanted.astype("datetime64[s]"))
    _plan(draft, at, shown_start, wanted, work / TICKS_PER_DAY)


def set_duration(draft: Draft, row: int, days: float) -> None:
    """Give an item another duration, in working days in all; its planned start stays."""
    item, name, at = draft.column("id")[row], draft.called(row), np.array([row])
    if draft.is_summary(row):
        raise refusal("change-summary", item, item=name)
    movable(draft, row, undated=True)
    if draft.column("kind")[row] == Kind.MILESTONE:
        raise refusal("change-duration-milestone", item, item=name)
    if days <= 0:
        raise refusal("change-duration-none", item, item=name)
    part = draft.part(at)
    ticks = np.array([round(days * TICKS_PER_DAY)])
    if draft.is_begun(at)[0] and not draft.reported:
        done = part.work[:1] - np.rint(draft.table["remaining"][at] * TICKS_PER_DAY).astype(np.int64)
        if ticks[0] <= done[0]:
            raise refusal("change-duration-worked", item, item=name, days=float(done[0] / TICKS_PER_DAY))
    set_work(draft, part, at, ticks)


def set_progress(draft: Draft, row: int, share: float) -> None:
    """Say what share is done. In a plan that reports no progress, what was assumed of the other items is written down first."""
    item, name, at = draft.column("id")[row], draft.called(row), np.array([row])
    if draft.is_summary(row):
        raise refusal("change-summary", item, item=name)
    if not 0 <= share <= 1:
        raise refusal("change-progress-range", item, item=name)
    if draft.column("state")[row] == State.CANCELLED:
        raise refusal("change-cancelled", item, item=name)
    if draft.column("kind")[row] == Kind.MILESTONE and 0 < share < 1:
        raise refusal("change-progress-milestone", item, item=name)
    status = draft.options.status_date
    if status is not None and not draft.reported:
        _write_assumed_progress(draft)
    draft.put("progress", at, share)
    state = State.DONE if share == 1 else State.IN_PROGRESS if share > 0 else State.NOT_STARTED
    draft.put("state", at, state.value)
    if share < 1:
        draft.put("actual_finish", at, np.datetime64("NaT", "s"))
    if share == 0:
        draft.put("actual_start", at, np.datetime64("NaT", "s"))
    if share > 0 and status is not None:
        _happened_before(draft, row, status, done=share == 1)
    draft.restate()


def _write_assumed_progress(draft: Draft) -> None:
    table = draft.table
    rows = np.flatnonzero((draft.column("kind") != Kind.SUMMARY) & (draft.column("state") != State.CANCELLED))
    states, shares = table["state"][rows], table["progress"][rows]
    draft.put("state", rows, states)
    draft.put("progress", rows, shares)
    draft.replace_plan(progress_reported=True)


def _happened_before(draft: Draft, row: int, status: dt.date, done: bool) -> None:
    """Date what has happened before the status date where the plan has it later (or nowhere)."""
    at = np.array([row])
    part = draft.part(at)
    calendar = part.calendars[part.calendar[0]]
    last = calendar.add(np.array([status], "datetime64[D]"), -1)
    event = bool(part.event[0])
    for name, planned in (("actual_finish", "planned_finish"), ("actual_start", "planned_start")):
        if event if name == "actual_start" else not done:
            continue
        given, day = draft.days(name, at), draft.days(planned, at)
        if np.isnat(given[0]) and (np.isnat(day[0]) or day[0] > last[0]):
            draft.put(name, at, last.astype("datetime64[s]"))
