"""The engine against the slow exact reference: dates and floats of random plans with every feature, to the last part of a day."""

from __future__ import annotations

import os
from fractions import Fraction

import pandas as pd
import pytest

from tests.oracle.plans import random_plan
from tests.oracle.reference import EPOCH, AmbiguousError, Reference, days_of
from tpm.schedule import schedule, solve
from tpm.schedule.clock import ALWAYS, TICKS_PER_DAY

SEEDS = int(os.environ.get("TPM_SEEDS", "60"))  # of each batch: more of them for a long look


def differences(seed: int) -> tuple[int, list[str]]:
    """How many values were compared, and which are not the reference's."""
    plan, options = random_plan(seed)
    try:
        reference = Reference(plan, options)
    except AmbiguousError:
        return 0, []
    solution = solve(plan, options)
    table = schedule(plan, options).table.set_index("id")
    rows = solution.problem.rows
    origin = days_of(rows.origin)
    found, compared = [], 0

    def same(what: str, ours: object, theirs: object) -> None:
        nonlocal compared
        compared += 1
        if ours != theirs:
            found.append(f"{seed} {what}: {ours}, the reference {theirs}")

    for at, item in enumerate(rows.ids):
        row = reference.rows[item]
        if row.summary or row.given["spanned"]:
            continue
        same(f"{item} scheduled", bool(solution.scheduled[at]), row.state != "out")
        if row.state == "out" or not solution.scheduled[at]:
            continue
        early, late = solution.early[at], solution.late[at]
        same(f"{item} start", Fraction(int(early["start"]), TICKS_PER_DAY) + origin, row.start)
        same(f"{item} finish", Fraction(int(early["finish"]), TICKS_PER_DAY) + origin, row.finish)
        if not row.event:
            shown = tuple(table.loc[item, name] for name in ("forecast_start", "forecast_finish"))
            same(f"{item} shown", tuple(pd.Timestamp(each).date() for each in shown), reference.shown(row))
        if row.state == "done":
            continue
        total = int(late["total_float"])
        same(f"{item} total float", None if total == ALWAYS else Fraction(total, TICKS_PER_DAY), row.total_float)
        same(f"{item} free float", Fraction(int(late["free_float"]), TICKS_PER_DAY), row.free_float)
        same(f"{item} critical", bool(table.loc[item, "critical"]),
             row.total_float is not None and row.total_float <= 0 and not plan.dependencies.empty)
    return compared, found


@pytest.mark.parametrize("batch", range(5))
def test_dates_and_floats_are_those_of_the_reference(batch: int, oracle_count) -> None:
    for seed in range(batch * SEEDS, (batch + 1) * SEEDS):
        compared, found = differences(seed)
        oracle_count("reference: {equal} of {total} values equal", compared - len(found), compared)
        assert not found
    assert EPOCH.weekday() == 0
