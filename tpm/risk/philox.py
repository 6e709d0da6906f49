"""Random numbers by counter: the same draw for the same seed, run and stream, whatever is computed before, beside or after it.

Philox4x32 with ten rounds (Salmon, Moraes, Dror & Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC 2011). The key is
the seed. The counter is (four runs, purpose, stream): its four words of output belong to four runs, and a stream is a hash of an
id, so that adding an activity or a risk to a plan leaves the draws of all others as they were (common random numbers).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numba as nb
import numpy as np
import numpy.typing as npt

from tpm.schedule.compiled import helper

# Runs come in groups: word w of counter c of group g is run 64 g + 16 w + c, which lets the loop over c run in vector registers.
LANES: Final = 16
GROUP: Final = 4 * LANES

# What a draw is for: parts of the counter. No plain integers: numba would compile :func:`fill` anew for each.
FOR_DURATION: Final = np.uint32(0)
FOR_TEAM: Final = np.uint32(1)
FOR_FIRING: Final = np.uint32(2)
FOR_IMPACT: Final = np.uint32(3)

Function = TypeVar("Function", bound=Callable[..., Any])


def inlined(function: Function) -> Function:
    """``function`` written into its callers before they are compiled.

    A call, even one that LLVM inlines later, keeps a loop out of the vector registers.
    """
    return cast(Function, nb.njit(inline="always")(function))


Words = npt.NDArray[np.uint32]


@inlined
def _round(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """One round, and the keys of the next."""
    first = nb.uint64(0xD2511F53) * nb.uint64(c0)
    second = nb.uint64(0xCD9E8D57) * nb.uint64(c2)
    shift = nb.uint64(32)
    return (nb.uint32(second >> shift) ^ c1 ^ k0, nb.uint32(second), nb.uint32(first >> shift) ^ c3 ^ k1, nb.uint32(first),
            nb.uint32(k0 + nb.uint32(0x9E3779B9)), nb.uint32(k1 + nb.uint32(0xBB67AE85)))


@inlined
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """The four words of output at counter (c0 … c3) under key (k0, k1); all ``uint32``."""
    c0, c1, c2, c3, k0, k1 = nb.uint32(c0), nb.uint32(c1), nb.uint32(c2), nb.uint32(c3), nb.uint32(k0), nb.uint32(k1)
    # Ten rounds, written out: an inner loop would keep the caller's loop out of the vector registers.
    c0, c1, c2, c3, k0, k1 = _round(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _round(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _round(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _round(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _round(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _round(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _round(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _round(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _round(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _round(c0, c1, c2, c3, k0, k1)
    return c0, c1, c2, c3


@helper
def fill(words: Words, first_run: int, seed: int, purpose: np.uint32, stream: int) -> None:
    """Uniform words of ``len(words)`` runs from ``first_run`` on; both are multiples of :data:`GROUP`."""
    low, high = nb.uint32(nb.uint64(stream)), nb.uint32(nb.uint64(stream) >> nb.uint64(32))
    k0, k1 = nb.uint32(nb.uint64(seed)), nb.uint32(nb.uint64(seed) >> nb.uint64(32))
    for group in range(len(words) // GROUP):
        counter = nb.uint32(first_run // 4 + group * LANES)
        part = words[group * GROUP : (group + 1) * GROUP]
        for lane in range(LANES):
            a, b, c, d = philox(nb.uint32(counter + nb.uint32(lane)), purpose, low, high, k0, k1)
            part[lane] = a
            part[LANES + lane] = b
            part[2 * LANES + lane] = c
            part[3 * LANES + lane] = d
