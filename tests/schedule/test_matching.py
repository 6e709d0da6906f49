"""Assignment as scipy's, connected parts as scipy's, nearest rows as looking at every pair finds them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from tpm.schedule.matching import assign, nearest, parts, rows_of


@pytest.mark.parametrize("seed", range(60))
def test_the_assignment_is_scipys_also_where_several_are_as_good(seed: int) -> None:
    random = np.random.default_rng(seed)
    gain = random.integers(0, 4, random.integers(1, 13, 2)).astype(float)
    rows, columns = assign(gain)
    expected = linear_sum_assignment(gain, maximize=True)
    assert rows.tolist() == expected[0].tolist()
    assert columns.tolist() == expected[1].tolist()


@pytest.mark.parametrize("seed", range(40))
def test_parts_are_named_by_their_first_node(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 30))
    one, two = random.integers(0, n, (2, int(random.integers(0, 30))))
    _, label = connected_components(coo_matrix((np.ones(len(one)), (one, two)), shape=(n, n)), directed=False)
    assert parts(one, two, n).tolist() == [int(np.flatnonzero(label == each)[0]) for each in label]


@pytest.mark.parametrize("seed", range(20))
def test_the_nearest_are_those_of_the_full_product(seed: int) -> None:
    random = np.random.default_rng(seed)
    left, right = (random.integers(0, 3, (rows, 9)) * (random.random((rows, 9)) < 0.4) * 1.0 for rows in (7, 11))
    at, of = np.nonzero(left)
    feature, other = np.nonzero(right.T)
    found = nearest(rows_of(at, 7), of, left[at, of], rows_of(feature, 9), other, right[other, feature], 11, 3)
    alike = left @ right.T
    best = [sorted(range(11), key=lambda column: (-alike[row, column], column))[:3] for row in range(7)]
    expected = [(row, column) for row in range(7) for column in best[row] if alike[row, column]]
    assert [tuple(pair) for pair in found.tolist()] == expected
