"""The rows of all tables of activities, one below the other: positions in the plan, columns across tables, places in the sheets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import DTypeLike

from tpm.findings import Place
from tpm.ingest.drafts.activities import Draft


def repeated(value: object, size: int) -> np.ndarray:
    """``value`` in every row: one object, where ``np.full`` would make a new text for each."""
    out = np.empty(size, dtype=object)
    out.fill(value)
    return out


@dataclass
class Stack:
    """Rows of all drafts, one after the other."""

    drafts: list[Draft]
    offsets: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.offsets = [0, *np.cumsum([len(draft) for draft in self.drafts]).tolist()]

    def __len__(self) -> int:
        return self.offsets[-1]

    def column(self, name: str, blank: object, dtype: DTypeLike) -> np.ndarray:
        """The column ``name`` of all drafts, ``blank`` where a draft lacks it; not to be written to."""
        parts = [draft.data[name] if name in draft.data else np.full(len(draft), blank, dtype=dtype) for draft in self.drafts]
        return self.joined([np.asarray(part, dtype=dtype) for part in parts], dtype)

    def joined(self, parts: Sequence[np.ndarray], dtype: DTypeLike = object) -> np.ndarray:
        """One array of ``parts``, one a draft."""
        return np.concatenate(parts) if len(parts) > 1 else parts[0] if parts else np.empty(0, dtype=dtype)

    def place(self, position: int, column: int | None = None) -> Place:
        """Where row ``position`` of the stack stands in its sheet."""
        index = bisect_right(self.offsets, position) - 1
        draft = self.drafts[index]
        return draft.table.grid.place(int(draft.rows[position - self.offsets[index]]), column)

    def places(self, positions: Sequence[int], name: str) -> tuple[Place, ...]:
        """Cells of field ``name`` in the rows ``positions``; the row where a table lacks the field."""
        out = []
        which = np.searchsorted(self.offsets, positions, side="right") - 1
        for position, index in zip(positions, which.tolist(), strict=True):
            draft = self.drafts[index]
            out.append(draft.table.grid.place(int(draft.rows[position - self.offsets[index]]), draft.columns.fields.get(name)))
        return tuple(out)
