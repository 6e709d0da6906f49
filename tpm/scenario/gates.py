"""Work that lets others go ahead or not: milestones and approvals. A recovery never goes ahead without one, nor before it has ended."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tpm.model import Kind, Plan


@cache
def _pattern() -> re.Pattern[str]:
    words = tomllib.loads((Path(__file__).parent / "gates.toml").read_text(encoding="utf-8"))
    stems, parts = ("|".join(map(re.escape, words[name])) for name in ("stems", "parts"))
    return re.compile(rf"\b(?:{stems})|{parts}", re.IGNORECASE)


def gates(plan: Plan) -> npt.NDArray[np.bool_]:
    """The rows of ``plan`` that are milestones or named as approvals; bool, rows."""
    a = plan.activities
    names = a["name"].to_numpy()
    named = np.fromiter((bool(name) and _pattern().search(str(name)) is not None for name in names), bool, len(names))
    return np.asarray((a["kind"].to_numpy() == Kind.MILESTONE) | named)
