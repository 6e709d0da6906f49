"""The counter-based generator against the published known answers, and its uniformity."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from tpm.risk.philox import FOR_DURATION, FOR_FIRING, GROUP, fill, philox
from tpm.risk.quantiles import moments, normal_quantiles, normal_shares, tables_by_score, tables_by_uniform

# Random123's kat_vectors: philox4x32, ten rounds (counter, key, answer).
KNOWN = [
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    ([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0], [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]),
]


@numba.njit
def _philox(counter, key):
    return philox(counter[0], counter[1], counter[2], counter[3], key[0], key[1])


@numba.njit
def _fill(words, first_run, seed, purpose, stream):
    fill(words, first_run, seed, purpose, stream)


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter, key, answer) -> None:
    assert list(_philox(np.array(counter, np.uint32), np.array(key, np.uint32))) == answer


def words(runs: int, first_run: int = 0, seed: int = 1, purpose: int = FOR_DURATION, stream: int = 2**63 + 5) -> np.ndarray:
    out = np.zeros(runs, np.uint32)
    _fill(out, first_run, np.uint64(seed), purpose, np.uint64(stream))
    return out


def test_a_run_has_its_word_whatever_the_block() -> None:
    whole = words(8 * GROUP)
    parts = [words(2 * GROUP, first) for first in range(0, 8 * GROUP, 2 * GROUP)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_words_are_uniform_and_streams_are_unrelated() -> None:
    n = 1_000 * GROUP
    base = words(n)
    counts = np.bincount(base >> 24, minlength=256)
    assert ((counts - n / 256) ** 2 / (n / 256)).sum() < 350  # chi-square with 255 degrees of freedom: 1 in 15,000
    for other in (words(n, seed=2), words(n, stream=2**63 + 6), words(n, purpose=FOR_FIRING), np.roll(base, 1)):
        assert abs(np.corrcoef(base.astype(float), other.astype(float))[0, 1]) < 4 / np.sqrt(n)


def test_tables_have_the_exact_moments() -> None:
    shapes = np.concatenate([np.linspace(0, 1, 23), [1 / 3, 0.2857]])
    u = (np.arange(200_000) + 0.5) / 200_000
    for distribution in ("pert", "triangular", "uniform"):
        mean, std = moments(distribution, shapes)
        for q, m, s in zip(tables_by_uniform(distribution, shapes), mean, std, strict=True):
            x = np.interp(u, np.linspace(0, 1, len(q)), q)
            assert abs(x.mean() - m) < 1e-6
            assert abs(x.std() - s) < 1e-6
        scores = normal_quantiles(u)
        for q, m, s in zip(tables_by_score(distribution, shapes), mean, std, strict=True):
            x = np.interp(scores, np.linspace(-5.5, 5.5, len(q)), q)
            assert abs(x.mean() - m) < 2e-5
            assert abs(x.std() - s) < 5e-5


def test_normal_quantiles_invert_the_distribution_function() -> None:
    z = np.linspace(-8, 8, 401)
    np.testing.assert_allclose(normal_quantiles(normal_shares(z[z <= 0])), z[z <= 0], rtol=1e-9, atol=1e-12)
    assert normal_quantiles(np.array([0.5, 0.975])).tolist() == pytest.approx([0.0, 1.959963984540054], abs=1e-12)
