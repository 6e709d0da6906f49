"""Milestones over many versions: which dates keep moving, and where they would land if they went on like that.

A :class:`Report` is what is kept of one version once it has been computed: small, so that two hundred of them are read at once. The
lines of one milestone over the reports are joined by what :mod:`match` recognised from each version to the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import pandas as pd

from tpm.insight.changes.differences import RISKS, Differences, What
from tpm.insight.probe import days_between, plan_calendar
from tpm.model import Kind, Plan, Schedule, State

PLAN: Final = ""  # the id of the line that stands for the finish of a plan without milestones
_EDITS: Final = frozenset(What) - RISKS - {What.MOVED, What.STATUS, What.PROGRESS}
_REPEATS: Final = 2  # slips that make a habit
_PACE: Final = 0.9  # days of slip a day: from here on the date runs away as fast as time passes
_ENOUGH: Final = 4  # reports before a pace may be told as a date
_RECENT: Final = 6  # reports that the pace is measured on


@dataclass(frozen=True, slots=True)
class Mark:
    """One milestone in one version. ``was`` is its id in the version before, None where it was not there."""

    id: str
    name: str
    team: str | None
    forecast: dt.date | None
    done: bool
    deadline: dt.date | None = None
    was: str | None = None
    moved: float = 0.0  # working days since the version before, positive later


@dataclass(frozen=True, slots=True)
class TeamMoves:
    """What a team's forecasts did since the version before. Days are working days, positive later."""

    team: str
    items: int
    later: int
    earlier: int
    worst: float  # the largest slip of one item, 0 where nothing slipped
    total: float  # all moves together


@dataclass(frozen=True, slots=True)
class Report:
    """One version in short. ``changed`` counts items that somebody edited (not what the forecast made of it); None: the first version."""

    as_of: dt.date
    items: int
    finish: dt.date | None
    marks: tuple[Mark, ...]
    teams: tuple[TeamMoves, ...] = ()
    changed: int | None = None
    added: int = 0
    removed: int = 0

    def as_json(self) -> dict[str, Any]:
        """The report as it is stored."""
        return {
            "as_of": self.as_of.isoformat(), "items": self.items, "finish": _iso(self.finish), "changed": self.changed,
            "added": self.added, "removed": self.removed,
            "marks": [[mark.id, mark.name, mark.team, _iso(mark.forecast), mark.done, _iso(mark.deadline), mark.was, mark.moved]
                      for mark in self.marks],
            "teams": [[team.team, team.items, team.later, team.earlier, team.worst, team.total] for team in self.teams],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Report:
        """The report that :meth:`as_json` wrote. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for anything else."""
        marks = tuple(Mark(row[0], row[1], row[2], _date(row[3]), row[4], _date(row[5]), row[6], row[7]) for row in stored["marks"])
        teams = tuple(TeamMoves(*row) for row in stored["teams"])
        return cls(dt.date.fromisoformat(stored["as_of"]), stored["items"], _date(stored["finish"]), marks, teams, stored["changed"],
                   stored["added"], stored["removed"])


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def report(plan: Plan, schedule: Schedule, as_of: dt.date, since: Differences | None) -> Report:
    """What is kept of a version; ``since`` compares the version before with it."""
    rows = pd.concat([plan.activities[["id", "name", "kind", "team", "deadline"]], schedule.table[["forecast_finish", "state"]]], axis=1)
    old_of = since.matching.old_of if since else {}
    moves: dict[str, float] = {}
    if since is not None:
        moved = since.table[(since.table["what"] == What.MOVED) & since.table["days"].notna()]
        moves = dict(zip(moved["new"], moved["days"], strict=True))
    named = rows[(rows["kind"] == Kind.MILESTONE) & (rows["state"] != State.CANCELLED)]
    marks = [
        Mark(item, name or item, team, None if pd.isna(finish) else finish.date(), state == State.DONE,
             None if pd.isna(deadline) else deadline.date(), old_of.get(item), moves.get(item, 0.0))
        for item, name, team, finish, state, deadline in
        named[["id", "name", "team", "forecast_finish", "state", "deadline"]].itertuples(index=False, name=None)
    ]
    if not marks and schedule.finish is not None:
        marks = [_whole_plan(plan, schedule, since)]
    items = int((rows["kind"] != Kind.SUMMARY).sum())
    if since is None:
        return Report(as_of, items, schedule.finish, tuple(marks))
    table = since.table
    edited = table[table["what"].isin(_EDITS)]
    changed = len(set(zip(edited["old"], edited["new"], strict=True)))
    return Report(as_of, items, schedule.finish, tuple(marks), _team_moves(rows, moves, old_of), changed,
                  since.counts.get(What.ADDED, 0), since.counts.get(What.REMOVED, 0))


def _whole_plan(plan: Plan, schedule: Schedule, since: Differences | None) -> Mark:
    """A plan without milestones is followed by its finish."""
    before = since.before.finish if since else None
    moved = 0.0
    if before is not None and schedule.finish is not None:
        moved = days_between(plan_calendar(plan, schedule), before, schedule.finish)
    done = bool((schedule.table["state"] == State.DONE).all())
    return Mark(PLAN, "", None, schedule.finish, done, None, PLAN if before is not None else None, moved)


def _team_moves(rows: pd.DataFrame, moves: Mapping[str, float], old_of: Mapping[str, str]) -> tuple[TeamMoves, ...]:
    known = rows[(rows["kind"] != Kind.SUMMARY) & rows["id"].isin(old_of)]
    days = known["id"].map(moves).fillna(0.0).astype(float)
    out = []
    for team, of_team in days.groupby(known["team"].fillna("")):
        later, earlier = int((of_team > 0).sum()), int((of_team < 0).sum())
        out.append(TeamMoves(str(team), len(of_team), later, earlier, float(of_team.clip(lower=0).max()), float(of_team.sum())))
    return tuple(out)


@dataclass(frozen=True, slots=True)
class Line:
    """One milestone over the reports that know it. ``slips`` of ``chances`` moves from one report to the next were later.

    ``pace`` is how many calendar days the date moved a calendar day that passed, lately; ``lands`` where it meets time itself when it
    goes on like that: None where it does not move, is reached, or would run away for ever.
    """

    id: str  # in the latest version that has it
    name: str
    team: str | None
    points: tuple[tuple[dt.date, dt.date], ...]  # (report, forecast)
    reached: dt.date | None
    deadline: dt.date | None
    slips: int
    chances: int
    days: float  # working days from the first report to the last, positive later
    pace: float
    lands: dt.date | None
    gone: bool  # not in the latest report

    @property
    def repeats(self) -> bool:
        """Slips so often that the next report will hardly be better."""
        return self.slips >= _REPEATS and self.slips * 2 > self.chances and self.reached is None and not self.gone

    @property
    def runs_away(self) -> bool:
        """Moves about a day every day."""
        return self.repeats and self.pace >= _PACE and len(self.points) >= _ENOUGH


def lines_of(reports: Sequence[Report]) -> tuple[Line, ...]:
    """The milestones of all reports (oldest first) as lines: those that slip most often first, then those that slipped furthest."""
    open_: dict[str, list[tuple[Report, Mark]]] = {}
    closed: list[list[tuple[Report, Mark]]] = []
    for one in reports:
        now: dict[str, list[tuple[Report, Mark]]] = {}
        for mark in one.marks:
            line = open_.pop(mark.was, []) if mark.was is not None else []
            now[mark.id] = [*line, (one, mark)]
        closed += open_.values()
        open_ = now
    lines = [line for marks, gone in [(open_.values(), False), (closed, True)] for line in (_line(each, gone) for each in marks) if line]
    return tuple(sorted(lines, key=lambda line: (line.gone, line.reached is not None, -line.slips, -line.days, line.points[-1][1])))


def _line(marks: Sequence[tuple[Report, Mark]], gone: bool) -> Line | None:
    dated = [(one.as_of, mark) for one, mark in marks if mark.forecast is not None]
    if not dated:
        return None
    last = dated[-1][1]
    points = _until_reached(dated)
    moves = [mark.moved for _, mark in marks[1:] if mark.was is not None]
    reached = last.forecast if last.done else None
    pace = _pace(points[-_RECENT:])
    lands = None if reached or len(points) < _ENOUGH else _meets(points[-1], pace)
    slips = sum(move > 0 for move in moves)
    return Line(last.id, last.name, last.team, points, reached, last.deadline, slips, len(moves), sum(moves), pace, lands, gone)


def _until_reached(dated: Sequence[tuple[dt.date, Mark]]) -> tuple[tuple[dt.date, dt.date], ...]:
    """(report, forecast) up to the report that says it is reached, which stands on the day itself where that lies between reports."""
    points: list[tuple[dt.date, dt.date]] = []
    for day, mark in dated:
        assert mark.forecast is not None
        if mark.done:
            between = bool(points) and points[-1][0] < mark.forecast <= day
            points.append((mark.forecast if between else day, mark.forecast))
            break
        points.append((day, mark.forecast))
    return tuple(points)


def _pace(points: Sequence[tuple[dt.date, dt.date]]) -> float:
    """Days that the forecast moves a day: the median of the slopes between all pairs of reports (Theil 1950, Sen 1968)."""
    slopes = [(b[1] - a[1]).days / (b[0] - a[0]).days for at, a in enumerate(points) for b in points[at + 1 :] if b[0] > a[0]]
    return median(slopes) if slopes else 0.0


def _meets(last: tuple[dt.date, dt.date], pace: float) -> dt.date | None:
    """The day on which a date that keeps moving at ``pace`` is caught up by time."""
    left = (last[1] - last[0]).days
    if pace <= 0 or pace >= _PACE or left <= 0:
        return None
    return last[0] + dt.timedelta(days=round(left / (1 - pace)))
