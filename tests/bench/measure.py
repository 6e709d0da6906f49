"""What a benchmark module returns, and the one way of timing.

A module ``tests/bench/bench_*.py`` defines ``measure() -> list[Figure]``; ``make bench`` runs them all in one
process after the other and prints one table. Nothing here is a test: timings depend on the machine, ratios
against peers measured in the same run depend on it much less.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number; ``goal`` is met when ``value`` is at most (or, for ``at_least``, at least) it."""

    name: str
    value: float
    unit: str  # "ms", "s", "×", "MiB"
    goal: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal


def best_of(run: Callable[[], object], times: int = 5) -> float:
    """Fastest of ``times`` runs, in seconds, after one run that is thrown away."""
    run()
    taken = []
    for _ in range(times):
        gc.collect()
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return min(taken)
