"""Tables of links ("Predecessor, Type, Successor"), and columns of links that their words give away ("is blocked by K-1, blocks K-3")."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Final

import numpy as np

from tpm.findings import Severity
from tpm.ingest.assembling.references import pieces, type_of
from tpm.ingest.assembling.stack import repeated
from tpm.ingest.cells.values import Column, read_durations, read_ids
from tpm.ingest.drafts.activities import Draft
from tpm.ingest.drafts.rows import column_of, sort_rows
from tpm.ingest.lexicon.headers import folded
from tpm.ingest.lexicon.words import is_empty_word, relation_of
from tpm.ingest.opening.grid import as_text
from tpm.ingest.tables.columns import Columns
from tpm.ingest.tables.tables import Table

_PERCENT: Final = re.compile(r"^[+\-−]?\s*(\d+(?:[.,]\d+)?)\s*%$")  # a lag as a share of the predecessor
_SAMPLE: Final = 200  # different cells that tell whether a column holds links
_MOSTLY: Final = 0.6  # of the cells that say how they are tied, and of what they name that is an item


def draft_links(table: Table, columns: Columns) -> Draft:
    """The rows of a table of links: both ends as written, type, lag with its unit, and the ``way`` that a word of relation says."""
    rows = sort_rows(replace(table), columns, "successor")
    keep = rows.keep
    draft = Draft(
        table,
        columns,
        np.flatnonzero(keep) + table.first,
        rows.names[keep],
        rows.names[keep],
        keep=keep,
        rejected={row + table.first: reason for row, reason in rows.reasons.items()},
    )
    for name in ("predecessor", "successor"):
        column = column_of(table, columns, name)
        assert column is not None
        draft.data[name] = read_ids(column)[keep]
    draft.data["type"], draft.data["way"] = repeated("FS", len(draft)), repeated("after", len(draft))
    if (kinds := column_of(table, columns, "type")) is not None:
        _read_types(draft, kinds)
    lag = column_of(table, columns, "lag")
    draft.data["lag"], draft.data["unit"] = np.zeros(len(draft)), np.full(len(draft), "working", dtype=object)
    if lag is not None:
        signs = np.array([-1.0 if as_text(cell).lstrip().startswith(("-", "−")) else 1.0 for cell in lag.distinct])[lag.codes][keep]
        bare = replace(
            lag,
            distinct=[
                ""
                if isinstance(cell, str) and _PERCENT.match(cell.strip())
                else abs(cell)
                if isinstance(cell, int | float) and not isinstance(cell, bool)
                else cell.strip().lstrip("+-−")
                if isinstance(cell, str)
                else cell
                for cell in lag.distinct
            ],
        )
        read = read_durations(bare, columns.choices["lag"].unit or "days", 5.0, keep, draft.doubts)
        draft.data["lag"] = np.nan_to_num(read["days"][keep]) * signs
        draft.data["unit"][read["elapsed"][keep]] = "elapsed"
        found = [_PERCENT.match(cell.strip()) if isinstance(cell, str) else None for cell in lag.distinct]
        shares = np.array([float(match[1].replace(",", ".")) / 100 if match else np.nan for match in found])[lag.codes][keep]
        told = ~np.isnan(shares)
        draft.data["lag"][told], draft.data["unit"][told] = (shares * signs)[told], "percent"
    return draft


def _read_types(draft: Draft, kinds: Column) -> None:
    """Types and ways of the rows; a text that is neither a type nor a relation is told."""
    texts = [as_text(cell) for cell in kinds.distinct]
    types, ways = [type_of(text) for text in texts], [relation_of(text) for text in texts]
    strange = [kind is None and way is None and not is_empty_word(text) for text, kind, way in zip(texts, types, ways, strict=True)]
    draft.doubts.cells("unknown-link-type", kinds, np.array(strange, dtype=bool), draft.keep, Severity.INFO)
    draft.data["type"] = np.array([kind or "FS" for kind in types], dtype=object)[kinds.codes][draft.keep]
    draft.data["way"] = np.array([way or "after" for way in ways], dtype=object)[kinds.codes][draft.keep]


def take_relations(draft: Draft) -> None:
    """Columns that say how items are tied, whatever their header, are links of the draft; each word tells the direction."""
    ids = draft.data["id"].tolist() if "id" in draft.data else []
    known = cache(lambda: {*filter(None, ids), *map(folded, draft.names)})
    at = {**({draft.columns.fields["link"]: "link"} if "link" in draft.columns.fields else {}), **draft.columns.rest}
    for index, header in at.items():
        column = Column.of(draft.table.grid, index, draft.table.first, draft.table.last, header)
        if _says_relations(column, known):
            draft.links.setdefault("predecessors", []).append(column)
            if header == "link":
                del draft.data["link"]


def _says_relations(column: Column, known: Callable[[], Collection[str]]) -> bool:
    """Most cells say how their item is tied to others, and most of what they name is ``known`` (ids, and names compared loosely)."""
    texts = list(islice((cell for cell in column.distinct if isinstance(cell, str) and not is_empty_word(cell)), _SAMPLE))
    cells = [pieces(text) for text in texts]
    told = [found for found in cells if found and all(piece.way for piece in found)]
    if len(told) < _MOSTLY * len(texts) or all(piece.way == "none" for found in told for piece in found):
        return False
    named = [piece.text in known() or folded(piece.text) in known() for found in told for piece in found]
    return sum(named) >= _MOSTLY * len(named)
