"""Links of a plan: predecessor and successor cells, dependency tables, and the activities that risks hit.

Links between a row and a row above or below it in the hierarchy are dropped with a finding: a summary cannot wait for its own part.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from tpm.findings import Finding, Place, Severity
from tpm.ingest.assembling.hierarchy import levels
from tpm.ingest.assembling.links import PLAIN, Names, Reference, Resolved, resolve, unique
from tpm.ingest.assembling.stack import Stack, repeated
from tpm.ingest.cells.values import Column
from tpm.ingest.drafts.activities import Draft
from tpm.ingest.drafts.issues import issue_names
from tpm.ingest.lexicon.headers import key
from tpm.ingest.opening.grid import letters
from tpm.model import DEPENDENCY_COLUMNS, RISK_HIT_COLUMNS, LinkType, conform, empty_frame, frame_of

_Links = tuple[list[int], list[int], dict[int, Reference], list[str]]  # predecessors, successors, how (see Resolved), sources
_KINDS: Final = np.array([kind.value for kind in LinkType], dtype=object)
_KIND_CODES: Final = {kind: code for code, kind in enumerate(_KINDS.tolist())}


def _cells(draft: Draft, column: Column, offset: int) -> list[tuple[int, str, int]]:
    texts = column.texts()[draft.keep]
    return [(offset + position, text, column.index) for position, text in enumerate(texts.tolist()) if text is not None]


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
            "link": lambda: here(list(draft.data["link"])) if "link" in draft.data else {},
            "issue": lambda: {text: offset + at for text, at in issue_names(list(draft.data["link"]))} if "link" in draft.data else {},
            "sequence": lambda: {str(position + 1): offset + position for position in range(len(draft))},
            "row": lambda: {str(row + 1): offset + position for position, row in enumerate(draft.rows.tolist())},
            "name": by_name,
        },
        "id" in draft.columns.fields,
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
    links: _Links = ([], [], {}, [])
    for index, draft in enumerate(stack.drafts):
        for field in ("predecessors", "successors"):
            cells = [cell for column in draft.links.get(field, ()) for cell in _cells(draft, column, stack.offsets[index])]
            if not cells:
                continue
            found = resolve(cells, _names(stack, ids, sheet_ids, index), start, finish)
            ends = (found.predecessors, found.successors) if field == "predecessors" else (found.successors, found.predecessors)
            _extend(links, (*ends, found.how, _sources(stack, found)))
            _tell_unknown(stack, found, ids, findings)
    _extend(links, _table_links(stack, ids, tables, findings))
    if not links[0]:
        return empty_frame(DEPENDENCY_COLUMNS), findings
    predecessor, successor = np.array(links[0]), np.array(links[1])
    kept = _without_relatives(predecessor, successor, links[3], parent, ids, stack, findings)
    return _frame(predecessor, successor, links, kept, ids), findings


def _extend(links: _Links, more: _Links) -> None:
    before = len(links[0])
    links[0].extend(more[0])
    links[1].extend(more[1])
    links[2].update({before + at: one for at, one in more[2].items()})
    links[3].extend(more[3])


def _frame(predecessor: np.ndarray, successor: np.ndarray, links: _Links, kept: np.ndarray, ids: np.ndarray) -> pd.DataFrame:
    """The ``kept`` links with ``DEPENDENCY_COLUMNS``; of links of one type between the same ends the first counts."""
    if not len(kept):
        return empty_frame(DEPENDENCY_COLUMNS)
    kind = np.full(len(predecessor), _KIND_CODES[PLAIN.type])
    lag = np.full(len(predecessor), PLAIN.lag)
    unit = repeated(PLAIN.unit, len(predecessor))
    if special := list(links[2]):
        how = links[2].values()
        kind[special] = [_KIND_CODES[one.type] for one in how]
        lag[special] = [one.lag for one in how]
        unit[special] = [one.unit for one in how]
    same = (predecessor * len(ids) + successor) * len(_KIND_CODES) + kind
    at, ordered = kept, np.sort(same[kept])  # sorting alone takes a twentieth of the time of np.unique
    if (ordered[1:] == ordered[:-1]).any():
        at = kept[np.sort(np.unique(same[kept], return_index=True)[1])]
    columns: dict[str, np.ndarray] = {"predecessor": ids[predecessor[at]], "successor": ids[successor[at]]}
    columns["type"] = _KINDS[kind[at]]
    columns["lag"] = lag[at]
    columns["lag_unit"] = unit[at]
    columns["source"] = np.array(links[3], dtype=object)[at]
    return frame_of(columns)


def _sources(stack: Stack, found: Resolved) -> list[str]:
    """The cell that each link stands in."""
    if len(stack.drafts) > 1:
        return [str(stack.place(row, column)) for row, column in zip(found.successors, found.columns, strict=True)]
    draft = stack.drafts[0]
    numbers = draft.table.grid.numbers(draft.rows).tolist()
    prefix = f"{draft.sheet}!" if draft.sheet else ""
    names = [prefix + letters(column) for column in range(draft.table.grid.width)]
    return [f"{names[column]}{numbers[row]}" for row, column in zip(found.successors, found.columns, strict=True)]


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


def _table_links(stack: Stack, ids: np.ndarray, tables: Sequence[Draft], findings: list[Finding]) -> _Links:
    """Links of dependency tables: each row names both ends."""
    links: _Links = ([], [], {}, [])
    if not len(stack) or not tables:
        return links
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
            how = Reference(
                "",
                kind if kind in LinkType.__members__ else "FS",
                float(table.data["lag"][position]),
                str(table.data["unit"][position]),
            )
            _extend(links, ([first], [second], {0: how}, [str(place)]))
        if lost:
            places = tuple(table.table.grid.place(int(table.rows[position])) for position, _ in lost)
            findings.append(
                Finding("unknown-predecessor", Severity.WARNING, places, {"count": len(lost), "text": str(lost[0][1] or "")[:60]})
            )
    return links


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


def _without_relatives(
    first: np.ndarray, second: np.ndarray, sources: list[str], parent: np.ndarray, ids: np.ndarray, stack: Stack, findings: list[Finding]
) -> np.ndarray:
    """Numbers of the links from ``first`` to ``second`` (positions of the plan) whose ends are not above one another."""
    if not (parent >= 0).any():
        return np.arange(len(first))
    level = levels(parent)
    related = _above(parent, level, first, second) | _above(parent, level, second, first)
    gone = np.flatnonzero(related).tolist()
    if gone:
        places = tuple(Place(stack.place(int(second[at])).source, *_split(sources[at])) for at in gone)
        findings.append(
            Finding("link-to-own-part", Severity.WARNING, places, {"count": len(gone)}, tuple(str(ids[second[at]]) for at in gone))
        )
    return np.flatnonzero(~related)


def _above(parent: np.ndarray, level: np.ndarray, upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Where ``upper`` is an ancestor of ``lower``: the lower row, lifted to the upper one's level in powers of two, is that row."""
    climb = level[lower] - level[upper]
    at, above, step = lower.copy(), parent, 1
    while (climb >= step).any():
        lifted = (climb & step > 0) & (climb > 0)
        at[lifted] = above[at[lifted]]
        above = np.where(above >= 0, above[above], -1)
        step *= 2
    return np.asarray((climb > 0) & (at == upper))


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
