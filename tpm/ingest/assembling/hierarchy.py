"""Who is whose parent: from a parent column, outline numbers, leading blanks, indents and outline levels, or headings.

The first of these that a table really uses is taken; a sheet that uses none is flat. Positions are those of the plan's rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from tpm.ingest.assembling.names import other_forms, unique
from tpm.ingest.assembling.references import references
from tpm.ingest.assembling.scopes import repeats
from tpm.ingest.drafts.activities import Draft
from tpm.ingest.lexicon.headers import folded, meanings
from tpm.model import TableKind

_OUTLINE: Final = re.compile(r"^[A-Za-z]{0,5}[-.]?(\d+(?:\.\d+)*)\.?$|^(\d+(?:-\d+)+(?:\.\d+)*)$")
_LEADING: Final = re.compile(r"^\s*(\d+(?:\.\d+)+)\.?[\s.)]")
_LEADING_TOP: Final = re.compile(r"^\s*(\d+(?:\.\d+)*)\.?[\s.)]")
_PAGE_NUMBER: Final = re.compile(r"/(\d{1,9})/?$")
_BOLD_WORK: Final = 0.2  # of the rows with work that may be bold themselves
_FEWEST_SECTIONS: Final = 2  # bold rows from which bold is believed to mean sections with dates
_MOST_SECTIONS: Final = 0.5  # of the rows that may be sections
_MIN_SHARE: Final = 0.3  # of the rows that must be nested before a way of nesting is believed


def parents(draft: Draft, ids: Sequence[str | None]) -> np.ndarray:
    """Row position of each row's parent within the draft, −1 at the top."""
    size = len(draft)
    none = np.full(size, -1)
    if size == 0:
        return none
    if "parent" in draft.data and (found := _by_column(draft, ids)) is not None:
        return found
    if "children" in draft.data and not draft.table.grid.elsewhere and (found := _by_children(draft)) is not None:
        return found
    if "depth" in draft.data and (found := _by_stated_depth(draft.data["depth"])) is not None:
        return found
    for texts in (draft.data.get("wbs"), np.array(ids, dtype=object) if any(ids) else None):
        if texts is not None and (found := _by_outline(texts)) is not None:
            return found
    if (found := _by_blanks(draft)) is not None:
        return found
    if (found := _by_outline(np.array([_leading_number(name) for name in draft.names], dtype=object))) is not None:
        return found
    if size <= 5000 and draft.table.grid.read_look is not None and (found := _by_look(draft)) is not None:
        return found
    if size <= 5000 and draft.table.grid.read_look is not None and (found := _by_bold(draft)) is not None:
        return found
    found = _by_headings(draft)
    return found if found is not None else none


def _leading_number(name: str) -> str | None:
    if not name[:1].isdigit():
        return None
    match = _LEADING.match(name) or _LEADING_TOP.match(name)
    return match[1] if match else None


def _by_column(draft: Draft, ids: Sequence[str | None]) -> np.ndarray | None:
    index: dict[str, int] = {}
    for position, name in enumerate(draft.names):
        index.setdefault(folded(name), position)
    for header, other in draft.attributes.items():  # "Issue id" beside "Issue key"
        if any(name == "id" for name, _ in meanings(header, TableKind.ACTIVITIES)):
            index.update(unique(other.tolist()))
    if "link" in draft.data:
        index.update(unique([_page_number(text) for text in draft.data["link"].tolist()]))
    for texts in (draft.data.get("link"), draft.data.get("wbs"), ids):
        if texts is not None:
            index.update({text: position for position, text in enumerate(texts) if text is not None})
    several = repeats(ids) if any(ids) else repeats(draft.data["wbs"].tolist()) if "wbs" in draft.data else {}
    out = np.full(len(draft), -1)
    for texts in draft.parents or [draft.data["parent"]]:
        for position, text in enumerate(texts):
            if text is not None and out[position] < 0:
                found = index.get(text, index.get(folded(text), -1))
                if (rows := several.get(text)) is not None:  # the nearest above is that of the own section
                    found = next((row for row in reversed(rows) if row < position), rows[0])
                if found < 0:
                    found = next((index[one] for one in other_forms(text) if one in index), -1)
                out[position] = found if found != position else -1
    return _without_loops(out) if (out >= 0).any() else None


def _page_number(address: str | None) -> str | None:
    """"#12" of an address that ends in "/12", as issues are called."""
    match = _PAGE_NUMBER.search(address) if address else None
    return f"#{match[1]}" if match else None


def _by_children(draft: Draft) -> np.ndarray | None:
    """Parents from a column in which each row names its parts."""
    index: dict[str, int] = {}
    for position, name in enumerate(draft.names):
        index.setdefault(folded(name), position)
    out = np.full(len(draft), -1)
    for position, text in enumerate(draft.data["children"]):
        for one in references(text) if text is not None else ():
            found = index.get(folded(one.who), -1)
            if found >= 0 and found != position:
                out[found] = position
    return _without_loops(out) if (out >= 0).any() else None


def _by_stated_depth(depths: np.ndarray) -> np.ndarray | None:
    """Parents from a column of outline levels; numbers that no outline could have ("1, 4, 2") are something else."""
    if np.isnan(depths).any() or depths[0] != depths.min() or (np.diff(depths) > 1).any():
        return None
    return _by_depth(depths, 0.0)


def _without_loops(out: np.ndarray) -> np.ndarray:
    """``out`` with one link cut in every loop; each row is walked once."""
    above = out.tolist()
    done = [False] * len(above)
    for start in range(len(above)):
        path, walked = [], set()
        position = start
        while position >= 0 and not done[position]:
            path.append(position)
            walked.add(position)
            if above[position] in walked:
                above[position] = -1
            position = above[position]
        for position in path:
            done[position] = True
    return np.array(above, dtype=out.dtype)


def _by_outline(texts: np.ndarray) -> np.ndarray | None:
    """Parents by number: 1.2.3 stands under 1.2. Numbers may repeat; the nearest above counts."""
    out = [-1] * len(texts)
    last: dict[str, int] = {}
    nested = 0
    for position, text in enumerate(texts.tolist()):
        if text is None:
            continue
        head, _, tail = text.rpartition(".")
        if head in last and tail != "0" and tail[-1:].isdigit():  # "1.2.3" and "1.2.CD3" under "1.2", by far the commonest
            out[position] = last[head]
            last[text] = position
            nested += 1
            continue
        match = _OUTLINE.match(text)
        if match is None:
            continue
        number = match[1] or match[2]
        prefix = text[: match.start(1)] if match[1] else ""
        number = re.sub(r"(?<=\d)(?<!\.0)(?:\.0)++$", "", number)
        parts = re.split(r"[.\-]", number)
        parent = next(
            (last[prefix + ".".join(parts[:depth])] for depth in range(len(parts) - 1, 0, -1) if prefix + ".".join(parts[:depth]) in last),
            -1,
        )
        out[position] = parent
        nested += parent >= 0
        last[prefix + ".".join(parts)] = position
    return np.array(out) if nested >= max(1, _MIN_SHARE * len(texts)) else None


def _by_depth(depths: np.ndarray, least: float = _MIN_SHARE) -> np.ndarray | None:
    """Parents by depth: the nearest row above that is less deep."""
    if len(set(depths.tolist())) < 2:
        return None
    out = np.full(len(depths), -1)
    stack: list[int] = []
    for position, depth in enumerate(depths):
        while stack and depths[stack[-1]] >= depth:
            stack.pop()
        out[position] = stack[-1] if stack else -1
        stack.append(position)
    return out if (out >= 0).sum() >= max(1, least * len(depths)) else None


def _by_blanks(draft: Draft) -> np.ndarray | None:
    depths = np.array([len(name) - len(name.lstrip(" \t\u00a0\u3000")) for name in draft.raw_names])
    if (depths == 0).sum() == 0:
        depths = depths - depths.min()
    if not ((depths >= 2).sum() >= max(1, 0.2 * len(depths))):
        return None
    return _by_depth(depths, 0.2)


def _by_look(draft: Draft) -> np.ndarray | None:
    """Excel's indent of the name cell, or the rows' outline level."""
    look = draft.table.grid.look
    column = draft.columns.fields["name"]
    indents = np.array([look.indent.get((int(row), column), 0) for row in draft.rows])
    if (found := _by_depth(indents)) is not None:
        return found
    levels = np.array([look.outline.get(int(row), 0) for row in draft.rows])
    return _by_depth(levels)


def _by_bold(draft: Draft) -> np.ndarray | None:
    """Bold rows that fill nothing but their name stand over the rows below them, which are not bold and fill more."""
    column, bold = draft.columns.fields["name"], draft.table.grid.look.bold
    if not bold or not draft.filled.size:
        return None
    strong = np.array([(int(row), column) in bold for row in draft.rows], dtype=bool)
    if (found := _by_roll_up(draft, strong)) is not None:
        return found
    head, work = strong & (draft.filled == 0), draft.filled > 0
    if not head.any() or not work.any() or strong[work].mean() > _BOLD_WORK or not _announces(head):
        return None
    last = np.where(head, np.arange(len(head)), -1)
    return np.where(head, -1, np.maximum.accumulate(last))


def _by_roll_up(draft: Draft, strong: np.ndarray) -> np.ndarray | None:
    """Bold rows whose dates span those of the plain rows below them, up to the next bold row, sum those rows up.

    Believed only where every bold row that has rows below it does so, and at least one of them has dates of its own.
    """
    start, finish = draft.data.get("start"), draft.data.get("finish")
    heads = np.flatnonzero(strong)
    if start is None or finish is None or len(heads) < _FEWEST_SECTIONS or heads[0] > 1 or strong.mean() > _MOST_SECTIONS:
        return None
    ends = [*heads[1:].tolist(), len(strong)]
    dated = 0
    for head, end in zip(heads.tolist(), ends, strict=True):
        first, last = start[head + 1 : end], finish[head + 1 : end]
        first, last = first[~np.isnat(first)], last[~np.isnat(last)]
        if np.isnat(start[head]) or np.isnat(finish[head]) or not len(first) or not len(last):
            continue
        if start[head] > first.min() or finish[head] < last.max():
            return None
        dated += start[head] < finish[head] and end - head > 1
    if dated < _FEWEST_SECTIONS:
        return None
    above = np.where(strong, np.arange(len(strong)), -1)
    return np.where(strong, -1, np.maximum.accumulate(above))


def _by_headings(draft: Draft) -> np.ndarray | None:
    """Rows that fill nothing but their name stand over the rows below them that fill more."""
    if not draft.filled.size or "groups" in draft.data:
        return None
    head = draft.filled == 0
    head &= ~np.isin(draft.rows, list(draft.table.grid.elsewhere.values()))  # its parts stand in a table of their own
    if "id" in draft.data:
        head &= np.array([text is None for text in draft.data["id"]], dtype=bool)
    if draft.filled.max() < 2:  # with one field only, a blank is an open date and no heading
        return None
    if not head.any() or head.sum() > 0.4 * len(head) or not _announces(head):
        return None
    from tpm.ingest.drafts.activities import names_of_events

    head &= ~names_of_events(draft.names)
    out = np.full(len(draft), -1)
    current = -1
    for position in range(len(draft)):
        if head[position]:
            current = position
        else:
            out[position] = current
    return out


def _announces(head: np.ndarray) -> bool:
    """Headings are followed by filled rows, most of the time."""
    positions = np.flatnonzero(head)
    followed = [position + 1 < len(head) and not bool(head[position + 1]) for position in positions.tolist()]
    return sum(followed) >= 0.6 * len(followed)


def levels(parent: np.ndarray) -> np.ndarray:
    """Depth of each row, 0 at the top. Parents must not loop. Each round doubles how far up a row has looked."""
    out = (parent >= 0).astype("int64")
    above = parent.copy()
    while (climbing := above >= 0).any():
        out[climbing] += out[above[climbing]]
        above[climbing] = above[above[climbing]]
    return out


def roots(parent: np.ndarray) -> np.ndarray:
    """The topmost row above each row; itself where nothing is above. Parents must not loop."""
    out = np.where(parent >= 0, parent, np.arange(len(parent)))
    while (higher := out[out]).tolist() != out.tolist():
        out = higher
    return out
