"""What-if: from one change to the arrays before and after, the whole answer, how a date is had back, how far everything may slip.

The plan has 10,000 dated activities, 20,000 links, twelve teams and a status date; the schedule before the change is at hand, as on the
page.
"""

from __future__ import annotations

import datetime as dt

from tests.bench.bench_schedule import plan_of, shape
from tests.bench.measure import Figure, best_of
from tpm.model import ACTIVITY_COLUMNS, Mode, Plan, ScheduleOptions, conform
from tpm.scenario import Change, add_link, apply_changes, combine, recovery_moves, remove_link, sensitivity, shift, tolerance, what_if
from tpm.scenario.patch import changed_problem
from tpm.schedule import schedule, solve_problem
from tpm.schedule.problem import build_problem

_DAY_ZERO = dt.date(2026, 1, 5)


def dated(n: int) -> Plan:
    """A plan that says when everything happens: what the engine makes of the logic, written down as planned dates."""
    plan = plan_of(shape(n, 50))
    table = schedule(plan, ScheduleOptions(mode=Mode.ASAP, project_start=_DAY_ZERO)).table
    rows = plan.activities.assign(planned_start=table["forecast_start"], planned_finish=table["forecast_finish"],
                                  team=[f"Team {i % 12}" for i in range(n)])
    return plan.with_(activities=conform(rows, ACTIVITY_COLUMNS))


def measure() -> list[Figure]:
    plan, options = dated(10_000), ScheduleOptions(status_date=_DAY_ZERO)
    before, problem = schedule(plan, options), build_problem(plan, options)
    cut = plan.dependencies.iloc[5_000]
    changes: dict[str, Change] = {
        "shift": shift("A500", 5.0), "cut": remove_link(str(cut["predecessor"]), str(cut["successor"])), "link": add_link("A100", "A9000")}
    figures = []
    for name, change in changes.items():
        def engine(change: Change = change) -> object:
            return solve_problem(changed_problem(problem, apply_changes(plan, before, [change], problem).plan))

        figures.append(Figure(f"{name}: change to arrays before and after, 10,000 activities", best_of(engine, 7) * 1e3, "ms", 20))
    figures.append(Figure("reading the whole plan anew and solving, for comparison", best_of(
        lambda: solve_problem(build_problem(plan, options)), 5) * 1e3, "ms"))
    figures.append(Figure("shift: the whole answer with tables, 10,000 activities", best_of(
        lambda: what_if(plan, options, [changes["shift"]], before=before, problem=problem), 5) * 1e3, "ms"))
    figures.append(Figure("of that, schedule() with tables and findings", best_of(lambda: schedule(plan, options), 5) * 1e3, "ms"))
    figures.append(Figure("tolerance of every item, 10,000 activities", best_of(lambda: tolerance(plan, before, None), 5) * 1e3, "ms"))
    figures.append(Figure("sensitivity of one item, 31 slips", best_of(lambda: sensitivity(plan, before, "A500", None), 3) * 1e3, "ms"))
    for mode in Mode:
        small, how = dated(1_000), ScheduleOptions(mode=mode, status_date=_DAY_ZERO)
        now = schedule(small, how)
        figures.append(Figure(f"recovery moves, 1,000 items, {mode}", best_of(lambda: recovery_moves(small, now), 2), "s", 2))  # noqa: B023 - called at once
        wanted = (now.finish or _DAY_ZERO) - dt.timedelta(days=14)
        figures.append(Figure(f"two weeks had back, 1,000 items, {mode}", best_of(lambda: combine(small, now, None, wanted), 1), "s"))  # noqa: B023 - called at once
    return figures
