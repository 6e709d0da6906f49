"""How much of a text is listened to: the one door between what a sheet may say at any length and what judgements read of it.

What is shown, kept and exported stays whole; only rules that read names and notes, and comparisons of names, hear the beginning.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

LONGEST_HEARD: Final = 2_000  # characters of one cell: a page of prose; what is longer is a log or a mistake


def heard(text: str) -> str:
    """The part of ``text`` that judgements read; ends at a word's end where there is one."""
    if len(text) <= LONGEST_HEARD:
        return text
    end = text.rfind(" ", LONGEST_HEARD // 2, LONGEST_HEARD)
    return text[: end if end > 0 else LONGEST_HEARD]


def all_heard(texts: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """:func:`heard` of every text of a column; what is no text stays."""
    out = texts.copy()
    out[:] = [heard(text) if isinstance(text, str) else text for text in texts.tolist()]
    return out
