"""Links of a plan: predecessor and successor cells, dependency tables, and the activities that risks hit.

Links between a row and a row above or below it in the hierarchy are dropped with a finding: a summary cannot wait for its own part.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np
import pandas as pd

from tpm.findings import Finding, Place, Severity
from tpm.ingest.assembling.hierarchy import levels, roots
from tpm.ingest.assembling.links import Resolved, listed, resolve
from tpm.ingest.assembling.names import Names, unique, without_zeros
from tpm.ingest.assembling.references import PLAIN, Reference
from tpm.ingest.assembling.scopes import Scopes, repeats, runs
from tpm.ingest.assembling.stack import Stack, repeated
from tpm.ingest.cells.values import Column, read_ids
from tpm.ingest.drafts.activities import Draft
from tpm.ingest.drafts.issues import issue_names
from tpm.ingest.lexicon.headers import folded
from tpm.ingest.opening.grid import Cell, as_text, letters
from tpm.model import DEPENDENCY_COLUMNS, RISK_HIT_COLUMNS, LinkType, conform, empty_frame, frame_of

_Links = tuple[list[int], list[int], dict[int, Reference], list[str]]  # predecessors, successors, how (see Resolved), sources
_KINDS: Final = np.array([kind.value for kind in LinkType], dtype=object)
_KIND_CODES: Final = {kind: code for code, kind in enumerate(_KINDS.tolist())}


def _cells(draft: Draft, column: Column, offset: int) -> list[tuple[int, str, int]]:
    texts = read_ids(column)[draft.keep]
    return [(offset + position, text, column.index) for position, text in enumerate(texts.tolist()) if text is not None]


def _begins_with_zero(draft: Draft) -> bool:
    """The first row is the whole project and has the number 0, as scheduling tools show it."""
    return any(name in draft.data and str(draft.data[name][0]) in ("0", "0.0") for name in ("wbs", "id") if len(draft))


def _converted(draft: Draft, column: Column, offset: int) -> list[tuple[int, str, int]]:
    """The cells = (row position, as shown, column) that a spreadsheet made a date or a broken number of, as of "2-3" and "1,2"."""

    def one(cell: Cell) -> str | None:
        made = isinstance(cell, dt.date) or (isinstance(cell, float) and not cell.is_integer())
        return as_text(cell) if made else None

    if not any(issubclass(kind, dt.date | float) for kind in set(map(type, column.distinct))):
        return []
    shown = column.spread(one)[draft.keep].tolist()
    return [(offset + position, text, column.index) for position, text in enumerate(shown) if text is not None]


@dataclass
class _Everyone:
    """How rows of the whole plan are named: what each table's references are looked up in."""

    stack: Stack
    ids: np.ndarray
    sheet_ids: Sequence[Sequence[str | None]]  # as each table has them
    parent: np.ndarray

    @cached_property
    def repeated(self) -> Mapping[str, Sequence[int]]:
        """The ids that several rows have."""
        return repeats([text for ids in self.sheet_ids for text in ids])

    @cached_property
    def scopes(self) -> Scopes:
        """The blocks in which an id or a name may be meant."""
        drafts = self.stack.drafts

        def told(name: str) -> Callable[[], list[object]]:
            return cache(lambda: self.stack.column(name, None, object).tolist())

        def sections() -> list[object]:
            return [
                (index, int(at)) if draft.sections else None
                for index, draft in enumerate(drafts)
                for at in np.searchsorted(draft.sections, draft.rows)
            ]

        def numbered() -> list[object]:
            out: list[object] = []
            for index, (draft, ids) in enumerate(zip(drafts, self.sheet_ids, strict=True)):
                numbers = ids if any(ids) else draft.data["wbs"].tolist() if "wbs" in draft.data else ()
                texts = numbers if any(numbers) else [folded(name) for name in draft.names]
                out += [(index, run) for run in runs(texts).tolist()]
            return out

        return Scopes({
            "parent": lambda: [None if row < 0 else row for row in self.parent.tolist()],
            "root": lambda: roots(self.parent).tolist(),
            **{name: told(name) for name in ("team", "phase", "program") if any(name in draft.data for draft in drafts)},
            "section": sections,
            "run": numbered,
            "sheet": cache(lambda: [draft.sheet for draft in drafts for _ in range(len(draft))]),
        })  # fmt: skip

    @cached_property
    def _by_id(self) -> dict[str, int]:
        return {text: row for row, text in enumerate(self.ids.tolist()) if text not in self.repeated}

    def names(self, index: int) -> Names:
        """How rows can be named from table ``index``: its own rows first, then those of the whole plan."""
        draft, offset, drafts = self.stack.drafts[index], self.stack.offsets[index], self.stack.drafts

        def here(texts: Sequence[str | None]) -> dict[str, int]:
            return {text: offset + position for text, position in unique(texts).items()}

        def by_name() -> dict[str, int]:
            own = here([folded(name) for name in draft.names])
            return {**unique([folded(name) for part in drafts for name in part.names]), **own} if len(drafts) > 1 else own

        ids, repeated = self._by_id, self.repeated
        wbs = repeats(draft.data["wbs"].tolist(), offset) if "wbs" in draft.data and "id" not in draft.data else {}
        if len(drafts) > 1:
            own = here(self.sheet_ids[index])
            ids, repeated = {**ids, **own}, {text: rows for text, rows in repeated.items() if text not in own}
        return Names(
            ids,
            {
                "wbs": lambda: here(list(draft.data["wbs"])) if "wbs" in draft.data else {},
                "link": lambda: here(list(draft.data["link"])) if "link" in draft.data else {},
                "issue": lambda: {text: offset + at for text, at in issue_names(list(draft.data["link"]))} if "link" in draft.data else {},
                "sequence": lambda: {str(position + 1): offset + position for position in range(len(draft))},
                "counted": lambda: {str(at): offset + at for at in range(len(draft))} if _begins_with_zero(draft) else {},
                "row": lambda: {str(row + 1): offset + position for position, row in enumerate(draft.rows.tolist())},
                "name": by_name,
            },
            self.scopes,
            {**({"id": repeated} if repeated else {}), **({"wbs": wbs} if wbs else {})},
            [name for part in drafts for name in part.names],
            "id" in draft.columns.fields,
            any(self.sheet_ids[index]),
        )

    @cached_property
    def index(self) -> dict[str, int]:
        """Id, WBS number or name (compared loosely) → position in the plan; without those of several rows."""
        index: dict[str, int] = {}
        for texts in (
            [folded(name) for draft in self.stack.drafts for name in draft.names],
            [text for draft in self.stack.drafts for text in draft.data.get("wbs", [None] * len(draft))],
            [folded(str(text)) for text in self.ids],
            [str(text) for text in self.ids],
        ):
            index.update(unique(texts))
        for text in self.repeated:
            index.pop(text, None)
            index.pop(folded(text), None)
        return index

    @cached_property
    def several(self) -> set[str]:
        """Ids and names (compared loosely) that several rows have."""
        names = [folded(name) for draft in self.stack.drafts for name in draft.names]
        return {*self.repeated, *map(folded, self.repeated), *repeats(names)}

    def find(self, text: str) -> int | None:
        """The row that ``text`` names from outside the plan's tables."""
        found = self.index.get(text, self.index.get(folded(text)))
        return found if found is not None or self.is_several(text) else self._counted.get(without_zeros(text))

    @cached_property
    def _counted(self) -> dict[str, int]:
        """Ids with their numbers as they count: 001 is 1."""
        return unique([without_zeros(str(text)) for text in self.ids])

    def knows(self, text: str) -> bool:
        """Whether ``text`` names a row, or several."""
        return self.find(text) is not None or self.is_several(text)

    def is_several(self, text: str) -> bool:
        """Whether ``text`` names more than one row."""
        return text in self.several or folded(text) in self.several


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
    everyone = _Everyone(stack, ids, sheet_ids, parent)
    for index, draft in enumerate(stack.drafts):
        for field in ("predecessors", "successors"):
            cells = [cell for column in draft.links.get(field, ()) for cell in _cells(draft, column, stack.offsets[index])]
            if not cells:
                continue
            found = resolve(cells, everyone.names(index), start, finish, successors=field == "successors")
            _extend(links, (found.predecessors, found.successors, found.how, _sources(stack, found)))
            made = [cell for column in draft.links[field] for cell in _converted(draft, column, stack.offsets[index])]
            _tell_unknown(stack, found, made, ids, findings)
    _extend(links, _table_links(everyone, tables, findings))
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
        return [str(stack.place(row, column)) for row, column in zip(found.rows, found.columns, strict=True)]
    draft = stack.drafts[0]
    numbers = draft.table.grid.numbers(draft.rows).tolist()
    prefix = f"{draft.sheet}!" if draft.sheet else ""
    names = [prefix + letters(column) for column in range(draft.table.grid.width)]
    return [f"{names[column]}{numbers[row]}" for row, column in zip(found.rows, found.columns, strict=True)]


def _tell_unknown(stack: Stack, found: Resolved, made: Sequence[tuple[int, str, int]], ids: np.ndarray, findings: list[Finding]) -> None:
    """Findings of what named nobody, several, itself or only a part; cells in ``made`` were changed by a spreadsheet."""
    shown = {(position, column): text for position, text, column in made}
    named = [one for one in found.unknown if one[1]]
    lost = [one for one in named if (one[0], one[2]) not in shown]
    changed = [(position, shown[position, column], column) for position, _, column in named if (position, column) in shown]
    for code, missed in (
        ("unknown-predecessor", lost),
        ("ambiguous-predecessor", found.ambiguous),
        ("predecessor-in-part", found.partly),
        ("predecessor-converted", changed),
    ):
        if missed:
            findings.append(
                Finding(
                    code,
                    Severity.WARNING,
                    tuple(stack.place(position, column) for position, _, column in missed),
                    {"count": len(missed), "text": missed[0][1][:60]},
                    tuple(ids[position] for position, _, _ in missed),
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


def _table_links(everyone: _Everyone, tables: Sequence[Draft], findings: list[Finding]) -> _Links:
    """Links of dependency tables: each row names both ends."""
    links: _Links = ([], [], {}, [])
    if not len(everyone.stack) or not tables:
        return links
    for table in tables:
        lost: list[tuple[int, str]] = []
        for position, (before, after) in enumerate(zip(table.data["predecessor"], table.data["successor"], strict=True)):
            if table.data["way"][position] == "none":
                continue
            first, second = (None if text is None else everyone.find(text) for text in (before, after))
            if first is None or second is None or first == second:
                if before or after:
                    lost.append((position, str((before if first is None else after) or "")))
                continue
            place = table.table.grid.place(int(table.rows[position]), table.columns.fields["predecessor"])
            how = Reference("", str(table.data["type"][position]), float(table.data["lag"][position]), str(table.data["unit"][position]))
            if table.data["way"][position] == "before":
                first, second = second, first
            _extend(links, ([first], [second], {0: how}, [str(place)]))
        findings += _tell_lost(everyone, table, lost, "unknown-predecessor", "ambiguous-predecessor")
    return links


def _tell_lost(
    everyone: _Everyone, table: Draft, lost: Sequence[tuple[int, str]], unknown: str, ambiguous: str, column: int | None = None
) -> list[Finding]:
    """References = (row, text) that name no row, and those that name several."""
    out = []
    for code, several in ((unknown, False), (ambiguous, True)):
        missed = [(position, text) for position, text in lost if everyone.is_several(text) is several]
        if missed:
            places = tuple(table.table.grid.place(int(table.rows[position]), column) for position, _ in missed)
            out.append(Finding(code, Severity.WARNING, places, {"count": len(missed), "text": missed[0][1][:60]}))
    return out


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


def hits(
    stack: Stack, ids: np.ndarray, sheet_ids: list[list[str | None]], risks: pd.DataFrame, drafts: Sequence[Draft]
) -> tuple[pd.DataFrame, list[Finding]]:
    """(risk hits with ``RISK_HIT_COLUMNS``, findings): the activities that each risk names."""
    findings: list[Finding] = []
    everyone = _Everyone(stack, ids, sheet_ids, np.empty(0, int))
    pairs: list[tuple[str, str]] = []
    offset = 0
    for draft in drafts if len(stack) else ():
        for column in draft.links.get("hits", ()):
            lost = []
            for position, text in enumerate(column.texts()[draft.keep]):
                if text is None:
                    continue
                for part in listed(text, everyone.knows):
                    found = everyone.find(part)
                    if found is None:
                        lost.append((position, part))
                    else:
                        pairs.append((str(risks["id"].iloc[offset + position]), str(ids[found])))
            findings += _tell_lost(everyone, draft, lost, "unknown-activity-of-risk", "ambiguous-activity-of-risk", column.index)
        offset += len(draft)
    frame = pd.DataFrame({"risk": [risk for risk, _ in pairs], "activity": [activity for _, activity in pairs]}).drop_duplicates()
    return conform(frame, RISK_HIT_COLUMNS), findings
