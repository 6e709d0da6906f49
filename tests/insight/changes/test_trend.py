"""Milestones over many reports: joined across renames, slips counted, pace extrapolated, nothing lost on the way to the store."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from tests.plans import plan_of
from tpm.insight.changes.differences import compare
from tpm.insight.changes.match import match
from tpm.insight.changes.trend import PLAN, Line, Mark, Report, TeamMoves, lines_of, report
from tpm.insight.changes.trend_words import churn_words, heatmap_title, line_note, trend_title, trend_warning
from tpm.model import Plan, ScheduleOptions
from tpm.schedule import schedule

FIRST = dt.date(2026, 6, 1)


def history(*moves: int, left: int = 100, step: int = 7, done_at: int | None = None) -> list[Report]:
    """One milestone that moves by ``moves`` days from report to report, ``step`` days apart."""
    forecast, out = FIRST + dt.timedelta(days=left), []
    for number, move in enumerate((0, *moves)):
        forecast += dt.timedelta(days=move)
        mark = Mark("M", "Launch", "Ops", forecast, done_at is not None and number >= done_at, None, "M" if number else None, float(move))
        changed = None if number == 0 else 2
        out.append(Report(FIRST + dt.timedelta(days=step * number), 20, forecast, (mark,), (), changed))
    return out


def line(reports: list[Report]) -> Line:
    found = lines_of(reports)
    assert len(found) == 1
    return found[0]


def test_slips_are_counted_and_a_habit_is_named() -> None:
    found = line(history(3, 0, 4, 5, 2))
    assert (found.slips, found.chances, found.days, found.repeats) == (4, 5, 14.0, True)
    assert trend_title([found], "en") == "Launch has slipped in 4 of 5 reports"
    assert trend_title([found], "ko") == "Launch는 보고 5회 중 4회 늦어졌습니다"
    assert line_note(found, "en") == "slipped in 4 of 5, +14 d"


def test_a_date_that_moves_a_week_every_week_has_no_date() -> None:
    found = line(history(7, 7, 7, 7))
    assert found.runs_away
    assert found.lands is None
    assert trend_warning([found], "en").startswith("Launch moves 7 days every week: 7 Oct is a wish, not a forecast.")


def test_a_date_that_moves_half_as_fast_as_time_lands_where_both_meet() -> None:
    """Half a day a day: of 100 days left, 200 will pass."""
    found = line(history(7, 7, 7, 7, step=14))
    assert found.pace == pytest.approx(0.5)
    last = found.points[-1]
    assert found.lands == last[0] + 2 * (last[1] - last[0])
    assert "would land" in trend_warning([found], "en")


def test_three_reports_are_too_few_to_extrapolate() -> None:
    assert trend_warning([line(history(7, 7))], "en") == ""


def test_a_milestone_that_holds_is_kept_and_one_that_is_reached_ends_on_the_diagonal() -> None:
    assert trend_title([line(history(0, 0, 0))], "en") == "No open milestone has slipped over 4 reports"
    found = line(history(0, 0, 0, left=18, done_at=3))
    assert found.reached == FIRST + dt.timedelta(days=18)
    assert found.points[-1] == (found.reached, found.reached)
    assert len(found.points) == 4


def test_a_renamed_milestone_is_one_line_and_one_that_was_cut_is_gone() -> None:
    first, second = history(5)
    mark = Mark("M9", "Go live", "Ops", second.marks[0].forecast, False, None, "M", 5.0)
    renamed = Report(second.as_of, 20, second.finish, (mark,), (), 1)
    found = line([first, renamed])
    assert (found.id, found.name, len(found.points), found.gone) == ("M9", "Go live", 2, False)
    cut = line([first, Report(second.as_of, 19, None, (), (), 1)])
    assert cut.gone
    assert not cut.repeats


def test_reports_survive_the_store() -> None:
    teams = (TeamMoves("Core", 10, 2, 1, 5.0, 6.0),)
    one = Report(FIRST, 20, FIRST, (Mark("M", "출시", None, None, False, FIRST, None, 0.0),), teams, 3, 1, 2)
    assert Report.from_json(json.loads(json.dumps(one.as_json()))) == one
    with pytest.raises((KeyError, TypeError, ValueError)):
        Report.from_json({"as_of": "soon"})


def rows(finish: str) -> list[dict[str, object]]:
    return [{"id": "A", "name": "Build the ledger", "team": "Core", "start": "2026-11-02", "finish": finish},
            {"id": "C", "name": "Write the guide", "team": "Docs", "start": "2026-11-02", "finish": "2026-11-04"},
            {"id": "M", "name": "Launch", "start": "2026-11-06", "finish": "2026-11-06", "milestone": True, "after": "A"}]


def test_a_report_says_what_moved_by_team_and_how_much_was_edited() -> None:
    old, new = plan_of(*rows("2026-11-06")), plan_of(*rows("2026-11-10"))
    both = compare(old, new, schedule(old), schedule(new), match(old, new))
    first, second = report(old, schedule(old), FIRST, None), report(new, schedule(new), FIRST + dt.timedelta(days=7), both)
    assert (first.changed, second.changed, second.items) == (None, 1, 3)
    told = [(team.team, team.items, team.later, team.worst) for team in second.teams]
    assert told == [("", 1, 1, 2.0), ("Core", 1, 1, 2.0), ("Docs", 1, 0, 0.0)]
    assert line([first, second]).days == 2.0
    assert churn_words([first, second], "en") == "On average 33% of the items are edited from one report to the next; 1 of 3 in the latest."
    assert heatmap_title([first, second], "en") == "2 teams slipped in 1 of 1 reports"


def test_a_plan_without_milestones_is_followed_by_its_finish() -> None:
    old, new = (plan_of({"id": "A", "name": "Build", "start": "2026-11-02", "finish": day}) for day in ("2026-11-06", "2026-11-10"))
    both = compare(old, new, schedule(old), schedule(new), match(old, new))
    found = line([report(old, schedule(old), FIRST, None), report(new, schedule(new), FIRST + dt.timedelta(days=7), both)])
    assert (found.id, found.days) == (PLAN, 2.0)
    assert trend_title([found], "en") == "Finish of the plan is 2 working days later than at the first report"


def test_an_empty_plan_has_a_report_and_no_line() -> None:
    one = report(Plan(), schedule(Plan(), ScheduleOptions()), FIRST, None)
    assert lines_of([one]) == ()
    assert trend_title([], "en") == "No milestone has a forecast date"
