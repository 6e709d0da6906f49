"""Tables to be linked, and names as they are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tpm.insight.heard import heard

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_NOISE: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Records:
    """A table to be linked. Texts are objects (None missing), days are floats (NaN missing); one entry a record.

    ``labels`` are further texts that are compared as they are (team, owner, phase …). ``links`` are (from, to) positions.
    """

    ids: npt.NDArray[np.object_]
    names: npt.NDArray[np.object_]
    labels: dict[str, npt.NDArray[np.object_]]
    start: Floats
    finish: Floats
    size: Floats
    links: npt.NDArray[np.int64]  # shape (n, 2)
    parent: Ints  # −1 at the top
    keys: list[str] = field(init=False)  # names for comparison
    whole: list[tuple[Any, ...]] = field(init=False)  # everything that is text: name, parent's name, labels

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", [plain(name) for name in self.names])
        above = ["" if at < 0 else self.keys[at] for at in self.parent.tolist()]
        object.__setattr__(self, "whole", list(zip(self.keys, above, *(values.tolist() for values in self.labels.values()), strict=True)))

    def __len__(self) -> int:
        return len(self.ids)


def plain(name: object) -> str:
    """A name for comparison: folded case, letters and digits only, Hangul taken apart so that one wrong vowel is one wrong sign."""
    text = unicodedata.normalize("NFKD", heard(str(name or ""))).casefold()
    text = "".join(sign for sign in text if not unicodedata.combining(sign) or "\u1100" <= sign <= "\u11ff")
    return _NOISE.sub(" ", text).strip()
