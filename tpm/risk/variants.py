"""Simulations that differ from the first in one thing, on the same draws (common random numbers)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tpm.risk.draws import Drawn, Draws
from tpm.schedule.compiled import helper
from tpm.schedule.network import Integers


class Variants(NamedTuple):
    """Rows held at their plan, or one risk taken out. V variants."""

    risk: Integers  # V: the risk that is left out, −1 for none
    kept: Integers  # V: its impact where it stays in but without its spread; 0 to leave it out
    row_first: Integers  # V + 1: sampled rows that change
    row: Integers
    node_first: Integers  # V + 1: nodes to compute again, in order
    node: Integers
    whole: npt.NDArray[np.bool_]  # V: no draw at all for the rows (else only the risk's impact changes)


@helper
def changed_extra(draws: Draws, drawn: Drawn, variants: Variants, v: int, row: int, extra: Integers, out: Integers) -> None:
    """What a sampled row's ``extra`` is under variant ``v``: without its draw, or with the risk's impact replaced."""
    if variants.whole[v]:
        out[:] = 0
        for hit in range(draws.hit_first[row], draws.hit_first[row + 1]):
            impact = drawn.impact[draws.hit_risk[hit]]
            for run in range(len(out)):
                out[run] += impact[run]
    else:
        impact, kept = drawn.impact[variants.risk[v]], variants.kept[v]
        for run in range(len(out)):
            out[run] = extra[run] - impact[run] + (kept if impact[run] != 0 else 0)
