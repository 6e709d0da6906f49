"""Links of a plan: predecessor and successor cells, dependency tables, and the activities that risks hit.

Links between a row and a row above or below it in the hierarchy are dropped with a finding: a summary cannot wait for its own part.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tpm.findings import Finding, Place, Severity
from tpm.ingest.activities import Draft
from tpm.ingest.grid import letters
from tpm.ingest.headers import key
from tpm.ingest.links import Names, Resolved, resolve, unique
from tpm.ingest.values import Column
from tpm.model import DEPENDENCY_COLUMNS, RISK_HIT_COLUMNS, LinkType, conform, empty_frame

if TYPE_CHECKING:
    from tpm.ingest.assemble import Stack

_Row = tuple[int, int, str, float, str, str]  # predecessor, successor, type, lag, unit, source


def _cells(draft: Draft, column: Column, offset: int) -> list[tuple[int, str, int]]:
    texts = column.texts()[draft.keep]
    return [(offset + position, text, column.index) for position, text in enumerate(texts) if text is not None]


def _names(stack: Stack, ids: np.ndarray, sheet_ids: list[list[str | None]], index: int) -> Names:
    """How rows can be named from table ``index``: its own rows first, then those of the whole plan."""
    draft, offset = stack.drafts[index], stack.offsets[index]

    def here(texts: Sequence[str | None]) -> dict[str, int]:
        return {text: offset + position for text, position in unique(texts).items()}

    def by_name() -> dict[str, int]:
        own = here([key(name) for name in draft.names])
        return {**unique([key(name) for part in stack.drafts for name in part.names]), **own} if len(stack.drafts) > 1 else own

    everywhere = dict(zip(ids.tolist(), range(len(ids)), strict=True))
    return Names(
        {**everywhere, **here(sheet_ids[index])} if len(stack.drafts) > 1 else everywhere,
        {
            "wbs": lambda: here(list(draft.data["wbs"])) if "wbs" in draft.data else {},
            "sequence": lambda: {str(position + 1): offset + position for position in range(len(draft))},
            "row": lambda: {str(row + 1): offset + position for position, row in enumerate(draft.rows.tolist())},
            "name": by_name,
        },
    )


def connect(
    stack: Stack,
    ids: np.ndarray,
    sheet_ids: list[list[str | None]],
    parent: np.ndarray,
    start: np.ndarray,
    finish: np.ndarray,
    tables: Sequence[Draft],
) -> tuple[pd.DataFrame, list[Finding]]:
    """(dependencies with ``DEPENDENCY_COLUMNS``, findings)."""
    findings: list[Finding] = []
    rows: list[_Row] = []
    for index, draft in enumerate(stack.drafts):
        for field in ("predecessors", "successors"):
            cells = [cell for column in draft.links.get(field, ()) for cell in _cells(draft, column, stack.offsets[index])]
            if not cells:
                continue
            found = resolve(cells, _names(stack, ids, sheet_ids, index), start, finish)
            rows += _rows(stack, found, reverse=field == "successors")
            _tell_unknown(stack, found, ids, findings)
    rows += _table_rows(stack, ids, tables, findings)
    rows = _without_relatives(rows, parent, ids, stack, findings)
    seen: dict[tuple[int, int, str], _Row] = {}
    for row in rows:
        seen.setdefault(row[:3], row)
    return _frame(list(seen.values()), ids), findings


def _frame(rows: list[_Row], ids: np.ndarray) -> pd.DataFrame:
    """Rows with ``DEPENDENCY_COLUMNS``."""
    if not rows:
        return empty_frame(DEPENDENCY_COLUMNS)
    first, second, *others = zip(*rows, strict=True)
    columns = (ids[list(first)], ids[list(second)], *others)
    return pd.DataFrame(
        {name: pd.Series(column, dtype=dtype) for (name, dtype), column in zip(DEPENDENCY_COLUMNS.items(), columns, strict=True)}
    )


def _rows(stack: Stack, found: Resolved, reverse: bool) -> list[_Row]:
    rows = []
    prefixes = [f"{draft.sheet}!" if draft.sheet else "" for draft in stack.drafts]
    if len(stack.drafts) == 1:
        numbers = (stack.drafts[0].rows + 1).tolist()
        names = {column: prefixes[0] + letters(column) for column in set(found.column)}
        where = [f"{names[column]}{numbers[at]}" for at, column in zip(found.successor, found.column, strict=True)]
    else:
        where = [str(stack.place(at, column)) for at, column in zip(found.successor, found.column, strict=True)]
    for first, second, kind, lag, unit, source in zip(
        found.predecessor, found.successor, found.type, found.lag, found.unit, where, strict=True
    ):
        rows.append((second, first, kind, lag, unit, source) if reverse else (first, second, kind, lag, unit, source))
    return rows


def _tell_unknown(stack: Stack, found: Resolved, ids: np.ndarray, findings: list[Finding]) -> None:
    lost = [(position, text, column) for position, text, column in found.unknown if text]
    if lost:
        findings.append(
            Finding(
                "unknown-predecessor",
                Severity.WARNING,
                tuple(stack.place(position, column) for position, _, column in lost),
                {"count": len(lost), "text": lost[0][1][:60]},
                tuple(ids[position] for position, _, _ in lost),
            )
        )
    selfs = [(position, column) for position, text, column in found.unknown if not text]
    if selfs:
        findings.append(
            Finding(
                "link-to-itself",
                Severity.WARNING,
                tuple(stack.place(position, column) for position, column in selfs),
                {"count": len(selfs)},
                tuple(ids[position] for position, _ in selfs),
            )
        )


def _table_rows(stack: Stack, ids: np.ndarray, tables: Sequence[Draft], findings: list[Finding]) -> list[_Row]:
    """Links of dependency tables: each row names both ends."""
    rows: list[_Row] = []
    if not len(stack) or not tables:
        return rows
    index = _everyone(stack, ids)
    for table in tables:
        lost = []
        for position, (before, after) in enumerate(zip(table.data["predecessor"], table.data["successor"], strict=True)):
            first, second = (
                index.get(text) if text is not None and text in index else index.get(key(text or "")) for text in (before, after)
            )
            if first is None or second is None or first == second:
                if before or after:
                    lost.append((position, before if first is None else after))
                continue
            kind = table.data["type"][position]
            place = table.table.grid.place(int(table.rows[position]), table.columns.fields["predecessor"])
            rows.append(
                (
                    first,
                    second,
                    kind if kind in LinkType.__members__ else "FS",
                    float(table.data["lag"][position]),
                    str(table.data["unit"][position]),
                    str(place),
                )
            )
        if lost:
            places = tuple(table.table.grid.place(int(table.rows[position])) for position, _ in lost)
            findings.append(
                Finding("unknown-predecessor", Severity.WARNING, places, {"count": len(lost), "text": str(lost[0][1] or "")[:60]})
            )
    return rows


def _everyone(stack: Stack, ids: np.ndarray) -> dict[str, int]:
    """Id, WBS number or name (compared loosely) → position in the plan."""
    index: dict[str, int] = {}
    for texts in (
        [key(name) for draft in stack.drafts for name in draft.names],
        [text for draft in stack.drafts for text in draft.data.get("wbs", [None] * len(draft))],
        [key(str(text)) for text in ids],
        [str(text) for text in ids],
    ):
        index.update(unique(texts))
    return index


def _without_relatives(rows: list[_Row], parent: np.ndarray, ids: np.ndarray, stack: Stack, findings: list[Finding]) -> list[_Row]:
    if not (parent >= 0).any():
        return rows
    if not rows:
        return rows
    first, second = (np.array([row[end] for row in rows]) for end in (0, 1))
    related = _above(parent, first, second) | _above(parent, second, first)
    kept = [row for row, kin in zip(rows, related.tolist(), strict=True) if not kin]
    if len(kept) < len(rows):
        gone = [row for row, kin in zip(rows, related.tolist(), strict=True) if kin]
        places = tuple(Place(stack.place(row[1]).source, *_split(row[5])) for row in gone)
        findings.append(
            Finding("link-to-own-part", Severity.WARNING, places, {"count": len(gone)}, tuple(str(ids[row[1]]) for row in gone))
        )
    return kept


def _above(parent: np.ndarray, upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Where ``upper`` is an ancestor of ``lower``."""
    hit = np.zeros(len(upper), dtype=bool)
    at = parent[lower]
    while (at >= 0).any():
        hit |= at == upper
        at = np.where(at >= 0, parent[at], -1)
    return hit


def _split(source: str) -> tuple[str, str]:
    sheet, _, cell = source.rpartition("!")
    return sheet, cell


def hits(stack: Stack, ids: np.ndarray, risks: pd.DataFrame, drafts: Sequence[Draft]) -> tuple[pd.DataFrame, list[Finding]]:
    """(risk hits with ``RISK_HIT_COLUMNS``, findings): the activities that each risk names."""
    findings: list[Finding] = []
    index = _everyone(stack, ids) if len(stack) and any(draft.links.get("hits") for draft in drafts) else {}
    pairs: list[tuple[str, str]] = []
    offset = 0
    for draft in drafts:
        for column in draft.links.get("hits", ()):
            lost = []
            for position, text in enumerate(column.texts()[draft.keep]):
                if text is None or not index:
                    continue
                whole = index.get(key(text))
                parts = (
                    [text]
                    if whole is not None
                    else [part.strip() for part in text.replace("\n", ";").replace(",", ";").split(";") if part.strip()]
                )
                for part in parts:
                    found = index.get(part, index.get(key(part)))
                    if found is None:
                        lost.append((position, part))
                    else:
                        pairs.append((str(risks["id"].iloc[offset + position]), str(ids[found])))
            if lost:
                places = tuple(draft.table.grid.place(int(draft.rows[position]), column.index) for position, _ in lost)
                findings.append(
                    Finding("unknown-activity-of-risk", Severity.WARNING, places, {"count": len(lost), "text": lost[0][1][:60]})
                )
        offset += len(draft)
    frame = pd.DataFrame({"risk": [risk for risk, _ in pairs], "activity": [activity for _, activity in pairs]}).drop_duplicates()
    return conform(frame, RISK_HIT_COLUMNS), findings
