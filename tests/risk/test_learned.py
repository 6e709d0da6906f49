"""Bands learned from earlier versions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.plans import plan_of
from tpm.ingest import ReadOptions, read_files
from tpm.model import Plan
from tpm.risk import learned_spread

DATA = Path(__file__).resolve().parents[2] / "data"


def version(finishes: list[str], done: int, actual: bool = True) -> Plan:
    """Items of two teams from 2 March 2026 on, of which the first ``done`` are done on their finish."""
    rows = [{"id": f"A{k}", "team": "Red" if k % 2 else "Blue", "start": "2026-03-02", "finish": finish,
             **({"state": "done", "progress": 1.0, **({"actual_finish": finish} if actual else {})} if k < done else {})}
            for k, finish in enumerate(finishes)]
    return plan_of(*rows, progress_reported=True)


def test_a_band_is_the_middle_of_actual_over_planned() -> None:
    first = version(["2026-03-13"] * 20, 0)  # ten working days each
    ends = ["2026-03-13", "2026-03-20"] * 8 + ["2026-03-27"] * 4  # blue 10 days, red 15, the last four 20
    newest = version(ends, 18)
    blue, red = learned_spread([(first, dt.date(2026, 3, 2)), (newest, dt.date(2026, 4, 1))])
    assert (blue.team, blue.sample, blue.median, blue.low) == ("Blue", 9, 0.0, 0.0)
    assert (red.team, red.sample, red.median, red.low) == ("Red", 9, 0.5, 0.5)
    assert blue.high == pytest.approx(0.2)  # one of nine took 20 days: the 90th percentile lies a fifth of the way to it
    assert not blue.thin
    assert red.band == ("Red", 0.5, red.high, 9)


def test_the_first_plan_counts_not_the_last_replanning() -> None:
    versions = [(version(["2026-03-13"] * 4, 0), dt.date(2026, 3, 2)), (version(["2026-03-20"] * 4, 0), dt.date(2026, 3, 9)),
                (version(["2026-03-20"] * 4, 4, actual=False), dt.date(2026, 4, 1))]
    assert [(each.team, each.median, each.thin) for each in learned_spread(versions)] == [("Blue", 0.5, True), ("Red", 0.5, True)]


def test_one_version_or_nothing_finished_teaches_nothing() -> None:
    plan = version(["2026-03-13"] * 4, 0)
    assert learned_spread([]) == ()
    assert learned_spread([(plan, None)]) == ()
    assert learned_spread([(plan, dt.date(2026, 3, 2)), (plan, dt.date(2026, 3, 3))]) == ()
    # What was done when it first appeared has no earlier plan to compare with.
    finished = version(["2026-03-13"] * 4, 4)
    assert learned_spread([(finished, dt.date(2026, 4, 1)), (finished, dt.date(2026, 4, 2))]) == ()


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_sample_program_has_taught_little_so_far(lang: str) -> None:
    days = ("2026-11-06", "2026-11-13", "2026-11-20")
    versions = []
    for day in days:
        name = f"sample_{lang}_{day}.xlsx"
        versions.append((read_files([(name, (DATA / name).read_bytes())], ReadOptions()).plan, dt.date.fromisoformat(day)))
    learned = learned_spread(versions)
    assert learned
    assert all(each.thin and each.low <= each.median <= each.high for each in learned)
