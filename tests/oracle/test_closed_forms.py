"""The simulation against closed forms and published worked examples: sampled moments lie within four standard errors.

Plans have one seven-day calendar, so a day is a day; dates are rounded up to days, so the numbers compared are those before rounding.
"""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.oracle.support import DATA, TEXTBOOK, needs_data, textbook_plan
from tests.risk.programs import with_risks
from tpm.model import ACTIVITY_COLUMNS, Plan, SimulationOptions, conform
from tpm.risk.engines import Engine, engine
from tpm.risk.quantiles import moments
from tpm.risk.uncertainty import read_register, read_spread
from tpm.schedule.clock import TICKS_PER_DAY
from tpm.schedule.problem import build_problem

RUNS = 200_000
ERRORS = 4.0  # standard errors; one test in 16,000 fails by chance, and the seed is fixed


def published(name: str) -> Any:
    return json.loads((DATA / "published" / name).read_text(encoding="utf-8"))


def estimated(plan: Plan, estimates: dict[str, tuple[float, float, float]], **columns: Any) -> Plan:
    """``plan`` with (optimistic, most likely, pessimistic) where given."""
    a = plan.activities.copy()
    for k, name in enumerate(("optimistic", "most_likely", "pessimistic")):
        a[name] = [estimates.get(item, (np.nan,) * 3)[k] for item in a["id"]]
    return plan.with_(activities=conform(a.assign(**columns), ACTIVITY_COLUMNS))


def prepared(plan: Plan, simulation: SimulationOptions) -> Engine:
    problem = build_problem(plan, TEXTBOOK)
    return engine(problem, read_spread(problem, simulation), read_register(problem, simulation), simulation)


def finishes(plan: Plan, runs: int = RUNS, **options: Any) -> np.ndarray:
    """Days from the project's start to its finish, run by run."""
    of = prepared(plan, SimulationOptions(runs=runs, **options))
    target = of.run(runs, (), False, False, None, None).target
    zero = (np.datetime64(TEXTBOOK.project_start, "D") - of.problem.rows.origin).astype(np.int64)
    return target / TICKS_PER_DAY - zero


def within(sample: np.ndarray, mean: float, variance: float) -> None:
    """Mean and variance of ``sample`` lie within :data:`ERRORS` standard errors."""
    n = len(sample)
    assert abs(sample.mean() - mean) < ERRORS * math.sqrt(variance / n)
    fourth = ((sample - sample.mean()) ** 4).mean()
    assert abs(sample.var() - variance) < ERRORS * math.sqrt((fourth - variance**2) / n)


SHAPES = [(2.0, 5.0, 14.0), (4.0, 4.0, 10.0), (3.0, 9.0, 9.0), (8.0, 10.0, 12.0), (1.0, 1.5, 20.0)]


@pytest.mark.parametrize("low_mode_high", SHAPES)
@pytest.mark.parametrize("correlation", [0.0, 0.6])
@pytest.mark.parametrize("distribution", ["pert", "triangular", "uniform"])
def test_one_duration_has_the_closed_moments(low_mode_high: tuple[float, float, float], correlation: float, distribution: str) -> None:
    a, m, b = low_mode_high
    plan = estimated(textbook_plan({"A": m}, []), {"A": low_mode_high}, team=["T"])
    sample = finishes(plan, distribution=distribution, correlation=correlation)
    mean = {"pert": (a + 4 * m + b) / 6, "triangular": (a + m + b) / 3, "uniform": (a + b) / 2}[distribution]
    variance = {"pert": (mean - a) * (b - mean) / 7, "triangular": (a * a + m * m + b * b - a * m - a * b - m * b) / 18,
                "uniform": (b - a) ** 2 / 12}[distribution]
    within(sample, mean, variance)
    assert a - 1e-4 * (b - a) <= sample.min() <= sample.max() <= b + 1e-4 * (b - a)
    if distribution == "triangular":
        share = (m - a) / (b - a)
        assert abs((sample <= m).mean() - share) <= ERRORS * math.sqrt(max(share * (1 - share), 1e-9) / RUNS) + 1e-3


def test_lognormal_has_the_given_p10_and_p90() -> None:
    plan = estimated(textbook_plan({"A": 10.0}, []), {"A": (6.0, 10.0, 21.0)})
    sample = finishes(plan, distribution="lognormal")
    for value, share in ((6.0, 0.1), (21.0, 0.9), (math.sqrt(6 * 21), 0.5)):
        assert abs((sample <= value).mean() - share) < ERRORS * math.sqrt(share * (1 - share) / RUNS)
    sigma = math.log(21 / 6) / (2 * 1.2815515655446004)
    mean = math.sqrt(6 * 21) * math.exp(sigma**2 / 2)
    within(sample, mean, mean**2 * math.expm1(sigma**2))


@pytest.mark.parametrize("n", [2, 5, 20])
def test_merge_bias_of_uniform_paths(n: int) -> None:
    """The maximum of n uniforms on 0–1 has the mean n / (n + 1)."""
    plan = estimated(textbook_plan({f"A{k}": 15.0 for k in range(n)}, []), {f"A{k}": (10.0, 15.0, 20.0) for k in range(n)})
    sample = finishes(plan, distribution="uniform")
    within(sample, 10 + 10 * n / (n + 1), 100 * n / ((n + 1) ** 2 * (n + 2)))


def test_merge_bias_of_two_long_chains_is_that_of_two_normals() -> None:
    """Chains of 60 triangular durations are normal enough: the maximum of two has the mean μ + σ/√π and the variance σ²(1 − 1/π)."""
    names = [f"{chain}{k}" for chain in "AB" for k in range(60)]
    links = [(f"{chain}{k}", f"{chain}{k + 1}", "FS", 0.0) for chain in "AB" for k in range(59)]
    plan = estimated(textbook_plan(dict.fromkeys(names, 5.0), links), dict.fromkeys(names, (4.0, 5.0, 6.0)))
    sample = finishes(plan, 100_000, distribution="triangular")
    mu, variance = 300.0, 60 / 6
    within(sample, mu + math.sqrt(variance / math.pi), variance * (1 - 1 / math.pi))


@pytest.mark.parametrize("correlation", [0.0, 0.25, 0.5, 0.9])
def test_correlation_widens_a_sum_as_its_covariance_says(correlation: float) -> None:
    """Uniform marginals under a Gaussian copula have the correlation (6/π) asin(ρ/2)."""
    names = [f"A{k}" for k in range(8)]
    plan = textbook_plan(dict.fromkeys(names, 15.0), [(f"A{k}", f"A{k + 1}", "FS", 0.0) for k in range(7)])
    plan = estimated(plan, dict.fromkeys(names, (10.0, 15.0, 20.0)), team="T")
    sample = finishes(plan, distribution="uniform", correlation=correlation)
    each = 100 / 12
    shared = 6 / math.pi * math.asin(correlation / 2)
    within(sample, 8 * 15.0, each * (8 + 8 * 7 * shared))


def test_two_teams_do_not_share_a_factor() -> None:
    plan = textbook_plan({"A": 15.0, "B": 15.0}, [("A", "B", "FS", 0.0)])
    plan = estimated(plan, dict.fromkeys("AB", (10.0, 15.0, 20.0)), team=["S", "T"])
    within(finishes(plan, distribution="uniform", correlation=0.9), 30.0, 2 * 100 / 12)


@needs_data
@pytest.mark.parametrize("case", [0, 1])
def test_published_sums_of_correlated_durations(case: int, oracle_count) -> None:
    """The published correlation matrices are those of one factor with a loading an activity."""
    given = published("moments_and_earned_value.json")["second_moment"][case]
    means, deviations = np.array(given["means"], float), np.sqrt(given["vars"])
    names = [f"A{k}" for k in range(3)]
    plan = textbook_plan(dict(zip(names, means, strict=True)), [("A0", "A1", "FS", 0.0), ("A1", "A2", "FS", 0.0)])
    plan = estimated(plan, {name: (mean * 0.5, mean, mean * 1.5) for name, mean in zip(names, means, strict=True)}, team="T")
    of = prepared(plan, SimulationOptions(correlation=0.5))
    # The published durations are normal: a table that is the score itself, scaled by each deviation.
    draws = of.unknown.draws
    scores = np.linspace(-5.5, 5.5, draws.by_score.shape[1], dtype=np.float32)[None, :] + np.float32(6.0)
    r = given["corr"]
    loading = np.zeros(3) if r is None else np.sqrt([r[0][1] * r[0][2] / r[1][2], r[0][1] * r[1][2] / r[0][2], r[0][2] * r[1][2] / r[0][1]])
    scale = (deviations * TICKS_PER_DAY / of.unknown.unit).astype(np.float32)
    normal = draws._replace(by_score=scores.astype(np.float32), table=np.zeros(3, np.int32), scored=np.ones(3, bool), scale=scale,
                            base=np.rint(-6.0 * scale).astype(np.int32), own=np.sqrt(1 - loading**2).astype(np.float32),
                            shared=loading.astype(np.float32))
    object.__setattr__(of.unknown, "draws", normal)
    target = of.run(RUNS, (), False, False, None, None).target / TICKS_PER_DAY
    within(target - target.mean() + given["total_mean"], given["total_mean"], given["total_sd"] ** 2)
    assert abs(target.std() / given["total_sd"] - 1) < ERRORS / math.sqrt(2 * RUNS)
    oracle_count("published sums of correlated durations: {equal} of {total} within four standard errors", 1, 1)


@pytest.mark.parametrize("probability", [0.05, 0.3, 1.0])
def test_a_risk_is_a_mixture(probability: float) -> None:
    """p of the runs take a PERT impact: mean p E[D], variance p E[D²] − (p E[D])²."""
    plan = with_risks(textbook_plan({"A": 10.0}, []), {"probability": probability, "days": (2.0, 5.0, 14.0), "hits": ("A",)})
    sample = finishes(plan, default_spread=(0.0, 0.0)) - 10
    mean, std = moments("pert", np.array([0.25]))
    mean, std = 2 + 12 * mean[0], 12 * std[0]
    within(sample, probability * mean, probability * (std**2 + mean**2) - (probability * mean) ** 2)
    assert abs((sample > 0).mean() - probability) <= ERRORS * math.sqrt(probability * (1 - probability) / RUNS)


@needs_data
def test_pert_worked_example(oracle_count) -> None:
    """The critical path's expected duration and, on the network, at least that much: the hand method knows no merge bias."""
    example = next(each for each in published("pert_worked_examples.json") if "table" in each["published"])
    answer = example["published"]
    estimates = {each["id"]: (float(each["o"]), float(each["m"]), float(each["p"])) for each in example["activities"]}
    links = [(before, each["id"], "FS", 0.0) for each in example["activities"] for before in each["predecessors"]]
    plan = estimated(textbook_plan({item: mode for item, (_, mode, _) in estimates.items()}, links), estimates)
    path = answer["critical"]
    chain = estimated(textbook_plan({item: estimates[item][1] for item in path},
                                    [(a, b, "FS", 0.0) for a, b in pairwise(path)]), {k: estimates[k] for k in path})
    along = finishes(chain)
    exact = sum((m - o) * (p - m) / 7 for m, o, p in (((o + 4 * mode + p) / 6, o, p) for o, mode, p in (estimates[k] for k in path)))
    within(along, answer["expected_duration"], exact)
    # The book's variance is the hand method's ((b − a)/6)²; the modified beta's is 8/7 of it where the mode is in the middle.
    assert math.isclose(exact, 8 / 7 * sum(answer["table"][k]["var"] for k in path), rel_tol=0.15)
    assert finishes(plan).mean() >= along.mean()
    oracle_count("published PERT examples: {equal} of {total} expected durations within four standard errors", 1, 1)


@needs_data
def test_second_pert_worked_example(oracle_count) -> None:
    example = next(each for each in published("pert_worked_examples.json") if each["id"].startswith("taylor"))
    path = example["published"]["critical"]
    estimates = {each["id"]: (float(each["o"]), float(each["m"]), float(each["p"])) for each in example["activities"]}
    plan = estimated(textbook_plan({item: estimates[item][1] for item in path},
                                   [(a, b, "FS", 0.0) for a, b in pairwise(path)]), {k: estimates[k] for k in path})
    sample = finishes(plan)
    assert abs(sample.mean() - example["published"]["expected_duration"]) < ERRORS * sample.std() / math.sqrt(RUNS)
    # The book's 0.9633 is a normal with the hand method's variance; the beta's own tail lies close by.
    assert abs((sample <= 28).mean() - example["published"]["prob_by"]["28"]) < 0.03
    oracle_count("published PERT examples: {equal} of {total} expected durations within four standard errors", 1, 1)


@needs_data
def test_published_merge_of_independent_normal_paths(oracle_count) -> None:
    """P(all paths ≤ x) is the product over the paths; each path is drawn as a lognormal narrow enough to be normal."""
    example = next(each for each in published("pert_worked_examples.json") if each["id"] == "independent_paths_product")
    # A long chain of equal uniforms is normal to three digits: 40 links of width w have the variance 40 w²/12.
    durations, estimates, links = {}, {}, []
    for path in example["paths"]:
        width = path["sd"] * math.sqrt(12 / 40)
        for k in range(40):
            item, mean = f"{path['id']}{k}", path["mean"] / 40 + 1
            durations[item] = mean
            estimates[item] = (mean - width / 2, mean, mean + width / 2)
            if k:
                links.append((f"{path['id']}{k - 1}", item, "FS", 0.0))
    sample = finishes(estimated(textbook_plan(durations, links), estimates), distribution="uniform") - 40
    pairs = [((sample <= int(name[1:])).mean(), share) for name, share in example["published"].items()]
    good = sum(abs(ours - share) < 0.005 for ours, share in pairs)
    oracle_count("published merge of independent paths: {equal} of {total} probabilities to half a percent", good, len(pairs))
    assert good == len(pairs), pairs
