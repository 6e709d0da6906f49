"""Evidence is weighed: the assignment is the best one, the weights are whole, and a plan is read whatever its headers are called."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from tests.fitting.invented import invented
from tests.fitting.no_plans import KINDS as KINDS_OF_OTHERS
from tests.fitting.no_plans import no_plan
from tests.ingest.build import read
from tpm.ingest.lexicon.headers import KINDS, vocabulary
from tpm.ingest.weighing import evidence, kinds
from tpm.ingest.weighing.bands import calendar_in
from tpm.ingest.weighing.evidence import COLUMN_FACTS, PIECES, assign
from tpm.ingest.weighing.hints import hints
from tpm.model import ImportResult, TableKind

_PEOPLE = ("Mira Holm", "Odd Lund", "Ana Ruiz")
_WORK = (
    "Draw the parts in 3D",
    "Order 4 t of steel",
    "Cut, then weld",
    "Paint frame 2",
    "Fit motor M4",
    "Test on the road (2 days)",
    "Write chapter 1",
    "Hand over",
)


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 9))
def test_the_assignment_is_the_one_with_the_largest_sum(seed: int, fields: int, columns: int) -> None:
    gain = np.random.default_rng(seed).normal(0, 4, (fields, columns)).round(3)
    found = assign(gain)
    held = [column for column in found if column >= 0]
    assert len(held) == len(set(held))
    padded = np.hstack([gain, np.zeros((fields, fields))])  # a field may stay without a column
    rows, best = linear_sum_assignment(-padded)
    assert sum(gain[field, column] for field, column in enumerate(found) if column >= 0) == pytest.approx(padded[rows, best].sum())


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_the_vocabulary_has_its_weights(kind: TableKind) -> None:
    held = evidence.weights(kind)
    assert set(held.fields) == {evidence.NONE, *vocabulary().spelled[kind]}
    assert held.facts.shape == (len(held.fields), len(COLUMN_FACTS))
    assert (held.pieces >= 0).all()  # evidence for a field never speaks against it
    assert len(held.pieces) == len(PIECES)


def test_every_fact_of_rows_and_tables_has_its_weight() -> None:
    assert set(evidence.table()["kinds"]) == set(kinds.KIND_FACTS)
    assert np.isfinite(evidence.row_weights()).all()
    assert np.abs(evidence.row_weights()).sum() > 1


def _plan(headers: tuple[str, ...], seed: int = 1) -> ImportResult:
    rng = random.Random(seed)
    day = dt.date(2027, 3, 1)
    rows: list[list[object]] = [list(headers)]
    for number, name in enumerate(_WORK, start=1):
        length = rng.randrange(2, 9)
        rows.append([f"K-{number}", name, rng.choice(_PEOPLE), day, day + dt.timedelta(days=length), rng.choice(("done", "open"))])
        day += dt.timedelta(days=length + 1)
    return read(rows)


@pytest.mark.parametrize(
    "headers",
    [
        ("Zrk", "Vlomp", "Quan", "Hesp", "Tarn", "Drib"),  # of no language
        ("Kod", "Mitä tehdään", "Kuka tekee", "Siitä", "Siihen", "Missä mennään"),
        ("#", "Verk sem þarf að vinna", "Hver", "Frá", "Til", "Staða"),
    ],
)
def test_a_plan_is_read_whatever_its_headers_are_called(headers: tuple[str, ...]) -> None:
    frame = _plan(headers).plan.activities
    assert frame["name"].tolist() == list(_WORK)
    assert frame["planned_start"].iloc[0].date() == dt.date(2027, 3, 1)
    assert (frame["planned_start"] <= frame["planned_finish"]).all()


def test_lines_above_an_unknown_header_are_no_items() -> None:
    rows = [["Vlomp ob Quan"], ["1.2 of 3 March", "x"], [], ["Zrk", "Vlomp", "Hesp", "Tarn"]]
    rows += [[f"K-{number}", name, dt.date(2027, 3, number), dt.date(2027, 4, number)] for number, name in enumerate(_WORK, start=1)]  # type: ignore[misc]
    assert read(rows).plan.activities["name"].tolist() == list(_WORK)


def test_most_invented_plans_are_plans_and_most_other_sheets_are_not() -> None:
    """Other seeds than those that the weights were fitted to."""
    plans = [invented(TableKind.ACTIVITIES, 70_000 + seed) for seed in range(60)]
    dated = [one for one in plans if len(one.rows) > 3 and {"start", "finish"} & set(one.fields)]
    held = [not read([list(one.headers), *map(list, one.rows)]).plan.activities.empty for one in dated]
    assert np.mean(held) > 0.9
    others = [no_plan(70_000 + seed)[1] for seed in range(len(KINDS_OF_OTHERS))]
    taken = [not read([list(one.headers), *map(list, one.rows)]).plan.activities.empty for one in others]
    assert np.mean(taken) <= 0.1  # on a sheet called Plan in a file called plan.xlsx


def test_a_header_is_believed_as_far_as_its_cells_allow() -> None:
    rows = [["Task", "Start", "Milestone"], *([name, dt.date(2027, 3, 1), "a long text about the release of spring"] for name in _WORK)]
    result = read(rows)
    assert "milestone" not in result.tables[0].columns


def test_parts_of_a_header_hint_at_its_field() -> None:
    assert "duration" in hints("estimatedDurationWeeks", (), TableKind.ACTIVITIES)
    assert "owner" in hints("현장 시공 담당자 (정)", (), TableKind.ACTIVITIES)


@pytest.mark.parametrize(
    ("row", "calendar"),
    [
        (["Task", "Mon", "Tue", "Wed", "Thu", "Fri"], (1, 5)),
        (["", "", 1.0, 2.0, 3.0, 4.0, 5.0], (2, 6)),
        (["작업", "1주차", "2주차", "3주차", "4주차"], (1, 4)),
        (["x", *(dt.date(2027, 3, day) for day in range(1, 6))], (1, 5)),
        (["Task", "Owner", "Start", "Finish"], None),
        ([7.0, 3.0, 90.0, 12.0, 4.0, 1.0], None),
    ],
)
def test_a_calendar_is_a_run_of_captions_that_count_on(row: list[object], calendar: tuple[int, int] | None) -> None:
    assert calendar_in(row) == calendar  # type: ignore[arg-type]
