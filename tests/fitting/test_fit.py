"""The fit: the same examples give the same weights, what is told apart is told apart, and what is stated is what was observed."""

from __future__ import annotations

import random
import tomllib

import numpy as np
import pytest

from tests.fitting import __main__ as fit
from tests.fitting.datasets import RowExample, TableExample, facts_at, grid_of
from tests.fitting.invented import invented, with_calendar
from tests.fitting.no_plans import KINDS, no_plan
from tpm.ingest.weighing import kinds
from tpm.ingest.weighing.bands import ROW_FACTS
from tpm.ingest.weighing.evidence import COLUMN_FACTS, PIECES
from tpm.model import TableKind


def _tables() -> list[TableExample]:
    out = []
    for seed in range(12):
        made = invented(TableKind.ACTIVITIES, 500 + seed)
        facts = facts_at(grid_of(made, "a.xlsx", ""), [0], len(made.rows))
        out.append(TableExample(f"plan {seed}", TableKind.ACTIVITIES, facts, 1.0, invented=True))
        _, other = no_plan(seed)
        facts = facts_at(grid_of(other, "a.xlsx", ""), [0], len(other.rows))
        out.append(TableExample(f"other {seed}", TableKind.OTHER, facts, 1.0, invented=True))
    return out


def test_kinds_that_are_told_apart_in_the_examples_are_told_apart_by_the_fit_and_twice_the_same() -> None:
    examples = _tables()
    weights = fit.fit_kinds(examples)
    assert np.array_equal(weights, fit.fit_kinds(examples))
    assert [kinds.CHOICES[int((weights @ one.facts).argmax())] for one in examples] == [one.kind for one in examples]


def test_evidence_of_one_kind_never_speaks_for_another() -> None:
    weights = fit.fit_kinds(_tables())
    acts, other = kinds.CHOICES.index(TableKind.ACTIVITIES), kinds.CHOICES.index(TableKind.OTHER)
    assert (weights[other, [kinds.KIND_FACTS.index(fact) for fact in ("named_date", "two_dates", "periods", "activities.name")]] <= 0).all()
    assert (weights[acts, [kinds.KIND_FACTS.index(fact) for fact in ("money.headers", "named_people", "times")]] <= 0).all()


def test_the_row_that_is_a_header_weighs_most() -> None:
    rng = np.random.default_rng(5)
    examples = []
    for number in range(20):
        facts = rng.random((6, len(ROW_FACTS))) * 0.3
        is_header = np.arange(6) == number % 6
        facts[is_header, ROW_FACTS.index("known")] = 1.0
        examples.append(RowExample(str(number), facts, is_header))
    weights = fit.fit_rows(examples)
    assert np.array_equal(weights, fit.fit_rows(examples))
    assert all(one.is_header[(one.facts @ weights).argmax()] for one in examples)


def test_what_is_stated_is_what_was_observed() -> None:
    rng = random.Random(4)
    told = [(share, rng.random() < share**2) for share in (rng.random() for _ in range(6000))]  # right less often than it is sure
    stated, observed = fit.calibrate(told)
    assert observed == sorted(observed)
    assert stated == sorted(stated)
    for share in (0.3, 0.5, 0.7, 0.9):
        assert np.interp(share, stated, observed) == pytest.approx(share**2, abs=0.07)


def test_every_example_of_a_repository_lies_in_one_fold() -> None:
    folds = [fit.fold_of(f"owner__repository {number}") for number in range(200)]
    assert folds == [fit.fold_of(f"owner__repository {number}") for number in range(200)]
    assert set(folds) == set(range(fit.FOLDS))


def test_the_table_of_weights_is_read_back_as_it_was_fitted() -> None:
    fields = fit.fields_of(TableKind.RISKS)
    columns = {TableKind.RISKS: (np.full((len(fields), len(COLUMN_FACTS)), 1.25), np.full(len(PIECES), 0.5))}
    text = fit.table_text(
        np.full(len(ROW_FACTS), -0.5),
        columns,
        np.full((len(kinds.CHOICES), len(kinds.KIND_FACTS)), 2.0),
        {"risks": ([0.2], [0.1])},
    )
    read = tomllib.loads(text)
    assert read["rows"] == dict.fromkeys(ROW_FACTS, -0.5)
    assert read["risks"]["facts"]["dates"] == dict.fromkeys(fields, 1.25)
    assert read["calibration"]["risks"] == {"stated": [0.2], "observed": [0.1]}
    assert set(read["kinds"]) == set(kinds.KIND_FACTS)


def test_invented_sheets_are_the_same_for_the_same_seed() -> None:
    assert [no_plan(seed) for seed in range(len(KINDS))] == [no_plan(seed) for seed in range(len(KINDS))]
    made = invented(TableKind.ACTIVITIES, 3)
    assert with_calendar(made, random.Random(1)) == with_calendar(made, random.Random(1))
