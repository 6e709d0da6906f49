"""What must hold of every schedule, on random networks with several calendars."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.schedule.networks import ASAP, CALENDARS, START, networks, plan_of
from tpm.calendars import compile_calendar
from tpm.model import DEPENDENCY_COLUMNS, Mode, Plan, ScheduleOptions, conform
from tpm.schedule import schedule, solve, solve_problem
from tpm.schedule.clock import TICKS_PER_DAY
from tpm.schedule.problem import build_problem

few = settings(max_examples=25, deadline=None)


def last_finish(plan: Plan) -> int:
    return int(solve(plan, ASAP).early["finish"].max())


@few
@given(networks(least=0))
def test_early_finish_is_early_start_plus_duration(plan: Plan) -> None:
    solution = solve(plan, ASAP)
    rows = solution.problem.rows
    for start, finish in ((solution.early["start"], solution.early["finish"]), (solution.late["start"], solution.late["finish"])):
        assert np.array_equal(rows.work_at(finish) - rows.work_at(start), rows.work)
    table = schedule(plan, ASAP).table
    for row in np.flatnonzero(~rows.event):
        calendar = rows.calendars[rows.calendar[row]]
        shown = table.loc[row, ["early_start", "early_finish"]].to_numpy()
        assert calendar.between(shown[0], shown[1]) == plan.activities["duration"].iat[row]


@few
@given(networks(least=0))
def test_total_float_is_at_least_free_float_and_neither_is_negative_without_constraints(plan: Plan) -> None:
    table = schedule(plan, ASAP).table
    assert (table["free_float"] >= 0).all()
    assert (table["total_float"] >= table["free_float"]).all()


@few
@given(networks(), st.data())
def test_removing_a_dependency_or_shortening_never_makes_the_finish_later(plan: Plan, data: st.DataObject) -> None:
    finish = last_finish(plan)
    if len(plan.dependencies):
        gone = data.draw(st.integers(0, len(plan.dependencies) - 1))
        assert last_finish(plan.with_(dependencies=plan.dependencies.drop(index=gone).reset_index(drop=True))) <= finish
    # Where a finish drives a start, shorter is earlier; a finish-driven finish may start later, so the other types are left out.
    simple = plan.with_(dependencies=conform(plan.dependencies.assign(type="FS"), DEPENDENCY_COLUMNS))
    row = data.draw(st.integers(0, len(plan.activities) - 1))
    shorter = plan.activities.assign(duration=plan.activities["duration"].where(plan.activities.index != row, 1.0))
    assert last_finish(simple.with_(activities=shorter)) <= last_finish(simple)


@few
@given(networks(least=0))
def test_a_critical_path_runs_to_the_finish_over_links_without_relationship_float(plan: Plan) -> None:
    result = schedule(plan, ASAP)
    if plan.dependencies.empty:
        assert result.critical_path == ()
        return
    path = result.critical_path
    table = result.table.set_index("id")
    ends = solve_problem(build_problem(plan, ASAP)).early["finish"][: len(table)]  # instants: events at a boundary show two days
    assert ends[list(table.index).index(path[-1])] == ends.max()
    assert table.loc[path[0], "driver_kind"] == "project_start"
    links = result.links
    for before, after in itertools.pairwise(path):
        between = links[(links["predecessor"] == before) & (links["successor"] == after)]
        assert (between["relationship_float"] == 0).any()
        assert between["driving"].any()
    assert table.loc[path[-1], "critical"]


@few
@given(networks(), st.data())
def test_float_by_brute_force(plan: Plan, data: st.DataObject) -> None:
    """Slipped by its total float, an activity leaves the finish where it is; by one working day more, the finish moves."""
    problem = build_problem(plan, ASAP)
    solution = solve_problem(problem)
    rows = problem.rows
    row = data.draw(st.integers(0, len(rows.ids) - 1))
    total = int(solution.late["total_float"][row])
    assert total % TICKS_PER_DAY == 0

    def finish_after(days: int) -> int:
        nodes = problem.nodes.copy()
        work = rows.work_at(solution.early["start"]) + days * TICKS_PER_DAY
        nodes["start_floor"][row] = rows.open_at(work)[row]
        return int(solve_problem(replace(problem, nodes=nodes)).early["finish"].max())

    finish = int(solution.early["finish"].max())
    assert finish_after(total // TICKS_PER_DAY) == finish
    assert finish_after(total // TICKS_PER_DAY + 1) > finish


@few
@given(networks(), st.data())
def test_free_float_by_brute_force(plan: Plan, data: st.DataObject) -> None:
    problem = build_problem(plan, ASAP)
    solution = solve_problem(problem)
    rows = problem.rows
    row = data.draw(st.integers(0, len(rows.ids) - 1))
    others = np.arange(len(rows.ids)) != row

    def moved_by(days: int) -> bool:
        nodes = problem.nodes.copy()
        nodes["start_floor"][row] = rows.open_at(rows.work_at(solution.early["start"]) + days * TICKS_PER_DAY)[row]
        early = solve_problem(replace(problem, nodes=nodes)).early
        return bool((early["start"][others] != solution.early["start"][others]).any()
                    or early["finish"].max() > solution.early["finish"].max())

    free = int(solution.late["free_float"][row]) // TICKS_PER_DAY
    assert not moved_by(free)
    assert moved_by(free + 1)


@few
@given(networks(least=0), st.randoms(use_true_random=False))
def test_the_row_order_changes_nothing(plan: Plan, random) -> None:
    rows, links = list(range(len(plan.activities))), list(range(len(plan.dependencies)))
    random.shuffle(rows)
    random.shuffle(links)
    shuffled = plan.with_(activities=plan.activities.iloc[rows].reset_index(drop=True),
                          dependencies=plan.dependencies.iloc[links].reset_index(drop=True))
    ours, theirs = schedule(plan, ASAP), schedule(shuffled, ASAP)
    pd.testing.assert_frame_equal(ours.table, theirs.table.set_index("id").loc[ours.table["id"]].reset_index(), check_dtype=False)
    assert ours.critical_path == theirs.critical_path
    assert ours.finish == theirs.finish


@st.composite
def dated(draw: st.DrawFn) -> Plan:
    """A consistent plan: every date given, on any day of the week, and every dependency kept by the dates."""
    n = draw(st.integers(2, 9))
    activities = []
    for i in range(n):
        begin = START + dt.timedelta(days=draw(st.integers(0, 40)))
        end = begin if (event := draw(st.booleans())) else begin + dt.timedelta(days=draw(st.integers(0, 12)))
        activities.append({"id": f"A{i}", "planned_start": begin, "planned_finish": end, "duration": 0.0 if event else np.nan,
                           "calendar": draw(st.sampled_from(list(CALENDARS)))})
    links = []
    for _ in range(draw(st.integers(0, 12))):
        a, b = sorted(draw(st.lists(st.integers(0, n - 1), min_size=2, max_size=2)), key=lambda i: (activities[i]["planned_start"], i))
        first = activities[a]["planned_finish"]
        begin, event = activities[b]["planned_start"], activities[b]["duration"] == 0
        if a != b and (begin > first or (event and begin == first)):
            links.append((f"A{a}", f"A{b}", "FS", 0.0))
    return plan_of(activities, links)


@settings(max_examples=60, deadline=None)
@given(dated())
def test_a_consistent_plan_is_a_fixed_point(plan: Plan) -> None:
    result = schedule(plan, ScheduleOptions(mode=Mode.PLANNED))
    assert not result.links["violated"].any()
    np.testing.assert_array_equal(result.table["forecast_start"], plan.activities["planned_start"])
    np.testing.assert_array_equal(result.table["forecast_finish"], plan.activities["planned_finish"])
    assert (result.table["slip"] == 0).all()


@few
@given(dated(), st.integers(-5, 60))
def test_without_reported_progress_a_consistent_plan_stays_as_planned_at_any_status_date(plan: Plan, days: int) -> None:
    result = schedule(plan, ScheduleOptions(mode=Mode.PLANNED, status_date=START + dt.timedelta(days=days)))
    np.testing.assert_array_equal(result.table["forecast_finish"], plan.activities["planned_finish"])
    np.testing.assert_array_equal(result.table["forecast_start"], plan.activities["planned_start"])


@few
@given(networks(least=0), st.integers(0, 8))
def test_floats_to_a_target_are_floats_of_the_plan_that_ends_there(plan: Plan, pick: int) -> None:
    target = f"A{pick % len(plan.activities)}"
    table = schedule(plan, replace(ASAP, target=target)).table.set_index("id")
    assert table.loc[target, "total_float"] == 0
    plain = schedule(plan, ASAP).table.set_index("id")
    assert (table["early_start"] == plain["early_start"]).all()
    leading = table["total_float"].notna()
    assert (table.loc[leading, "total_float"] >= 0).all()
    assert not table.loc[~leading, "critical"].any()


@few
@given(st.sampled_from(list(CALENDARS)), st.lists(st.integers(-400, 4000), min_size=1, max_size=8), st.integers(-3, 3))
def test_the_calendar_counts_like_a_walk_over_its_days(name: str, at: list[int], n: int) -> None:
    calendar = compile_calendar(CALENDARS[name], START, START + dt.timedelta(days=120))
    one = np.timedelta64(1, "D")
    for day in np.datetime64(START) + np.array(at, dtype="timedelta64[D]"):
        span = day + np.arange(30) * one
        assert calendar.between(day, span[-1]) == calendar.is_working(span).sum()
        after = calendar.add(day, n)
        if n > 0:
            assert calendar.between(day + one, after) == n
            assert calendar.is_working(after)
        elif n < 0:
            assert calendar.between(after, day - one) == -n or not calendar.is_working(day)
