"""The same plan on two sheets is counted once.

Two tables of one kind tell the same when most names of the smaller one stand in the larger one too, or when every row of the
smaller one has the id and the name of a row of the larger one, however few they are. The one that says more is kept. A sheet
that only estimates (three points, no dates, no people) is about another sheet's plan even where it groups its work more
coarsely; its estimates are taken over where the names agree. A sheet that says who does what, or who there is, is no plan beside one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

import numpy as np

from tpm.ingest.drafts.activities import ESTIMATES, Draft
from tpm.ingest.lexicon.headers import key

SAME_SHARE: Final = 0.6  # of the smaller table's names
COPY_SHARE: Final = 0.25  # the same for a sheet that calls itself a copy; a copy that names the other sheet needs none
_COPY_WORDS: Final = ("copy", "사본", "복사본", "backup", "백업", "old", "(2)", "copie", "copia", "kopie")
_PEOPLE_SHARE: Final = 0.8  # of the names of a list of people that are owners elsewhere
_APART: Final = re.compile(r"[,;/&\n]")  # between owners of one item
_FEW: Final = 3
_VERSION: Final = re.compile(
    r"copy|backup|orig|base|old|new|prev|rev|ver|draft|final|plan|actual|\d|copi|kopi|사본|백업|원본|수정|변경|이전|최종|초안|계획|실적",
    re.I,
)  # what the name of a sheet says that tells the same plan again


def _names(draft: Draft) -> set[str]:
    return {key(name) for name in draft.names}


def _identities(draft: Draft) -> set[tuple[str, str]] | None:
    """(id, name) of every row; None where a row has no id of its own."""
    ids = draft.data.get("id")
    if ids is None or not len(draft) or any(one is None for one in ids):
        return None
    return {(str(one), key(name)) for one, name in zip(ids.tolist(), draft.names, strict=True)}


def _is_copy(draft: Draft) -> bool:
    return any(word in draft.sheet.casefold() for word in _COPY_WORDS)


def _says(draft: Draft) -> tuple[int, int, int]:
    """How much a table says: dated rows, fields, rows."""
    dated = sum(int((~np.isnat(draft.data[name])).sum()) for name in ("start", "finish") if name in draft.data)
    return dated, len(draft.columns.fields), len(draft)


def _estimates_only(draft: Draft) -> bool:
    fields = set(draft.columns.fields)
    said = {name for name in ("start", "finish", "owner", "status", "progress", "predecessors") if name in fields and _filled(draft, name)}
    return bool(fields & set(ESTIMATES)) and not said


def _filled(draft: Draft, name: str) -> bool:
    values = draft.data.get(name)
    if values is None:
        return bool(draft.links.get(name))
    return bool((~np.isnat(values)).any()) if values.dtype.kind == "M" else any(value is not None and value == value for value in values)


def find_twins(drafts: Sequence[Draft]) -> dict[int, int]:
    """Index of a table that is not counted → index of the table that is; lists of work for two places become phases of one plan."""
    out: dict[int, int] = {}
    if len(drafts) < 2:
        return out
    order = sorted(range(len(drafts)), key=lambda index: (_is_copy(drafts[index]), tuple(-value for value in _says(drafts[index])), index))
    names = [_names(draft) for draft in drafts]
    rows = [_identities(draft) for draft in drafts]
    for place, index in enumerate(order):
        if index in out:
            continue
        for other in order[place + 1 :]:
            if other in out or not _comparable(drafts[index], drafts[other]):
                continue
            smaller = min(len(names[index]), len(names[other]))
            shared = len(names[index] & names[other])
            copied = _is_copy(drafts[other])
            if shared and _are_two_places(drafts[index], drafts[other]):
                for draft in (drafts[index], drafts[other]):
                    draft.data.setdefault("phase", np.full(len(draft), draft.sheet.strip(), dtype=object))
                continue
            repeated, whole = rows[other], rows[index]
            if (
                (copied and drafts[index].sheet.casefold() in drafts[other].sheet.casefold())
                or (smaller >= _FEW and shared >= (COPY_SHARE if copied else SAME_SHARE) * smaller)
                or (repeated is not None and whole is not None and repeated <= whole)
                or (_estimates_only(drafts[other]) and not _estimates_only(drafts[index]) and shared)
            ):
                out[other] = index
    return out


def people_and_assignments(drafts: Sequence[Draft], plans: Collection[int] = ()) -> tuple[dict[int, int], set[int]]:
    """(table of assignments → the table whose work it assigns, tables that list people), none of ``plans``.

    Each row of a table of assignments names an item of another table of the file and who does it, or has the id of one and is called as
    nobody there is. The rows of a list of people are called as the owners of other tables are.
    """
    assigns: dict[int, int] = {}
    people: set[int] = set()
    if len(drafts) < 2:
        return assigns, people
    names = [_names(draft) for draft in drafts]
    owners = {index: _owners(draft) for index, draft in enumerate(drafts)}
    ids = [_ids(draft) for draft in drafts]
    for index, draft in enumerate(drafts):
        if index in plans:
            continue
        whose = (other for other in range(len(drafts)) if other != index and _comparable(drafts[other], draft))
        by_id = next((other for other in whose if ids[index] and ids[index] <= ids[other] and not names[index] & names[other]), None)
        again = len(draft) > len(ids[index]) or draft.columns.choices["name"].by == "content"  # several on one item, or no word for names
        if by_id is not None and again and not any(map(str.isdigit, ids[index])):
            assigns[index] = by_id
            continue
        if any(_filled(draft, field) for field in ("start", "finish", "predecessors", "successors")):
            continue
        others = [other for other in range(len(drafts)) if other != index and _comparable(drafts[other], draft)]
        held = next((other for other in others if names[index] <= names[other] and len(names[other]) > len(names[index])), None)
        if held is not None and owners[index] and not owners[held]:
            assigns[index] = held
        elif names[index] and not owners[index]:
            told = set().union(*(owners[other] for other in others))
            if len(names[index] & told) >= _PEOPLE_SHARE * len(names[index]):
                people.add(index)
    return assigns, people


def _ids(draft: Draft) -> frozenset[str]:
    """The ids of the rows; none where a row has none."""
    told = draft.data.get("id")
    return frozenset(map(str, told.tolist())) if told is not None and len(draft) and all(one is not None for one in told) else frozenset()


def _owners(draft: Draft) -> set[str]:
    told = draft.data.get("owner")
    texts = [] if told is None else [text for text in set(told.tolist()) if text]
    return {key(part) for text in texts for part in _APART.split(text) if key(part)}


def take_owners(kept: Draft, assigned: Draft) -> None:
    """Give the items of ``kept`` that have nobody the people whom the rows of ``assigned`` name for them."""
    by_id = not _names(assigned) & _names(kept)
    told: dict[str, list[str]] = {}
    whom = assigned.names.tolist() if by_id else assigned.data["owner"].tolist()
    for item, owner in zip(map(str, assigned.data["id"]) if by_id else map(key, assigned.names), whom, strict=True):
        if owner and owner not in told.setdefault(item, []):
            told[item].append(owner)
    items = map(str, kept.data["id"]) if by_id else map(key, kept.names)
    own = kept.data.get("owner", np.full(len(kept), None, dtype=object))
    people = (held or ", ".join(told.get(item, ())) or None for item, held in zip(items, own, strict=True))
    kept.data["owner"] = np.array(list(people), dtype=object)


def _are_two_places(first: Draft, second: Draft) -> bool:
    """The same list of work on other days on every row ("Suwon", "Daejeon"): no copy, unless a sheet's name speaks of a version."""
    if any(_VERSION.search(draft.sheet) for draft in (first, second)):
        return False
    days = [dict(zip(map(key, draft.names), draft.data.get("start", ()), strict=False)) for draft in (first, second)]
    both = [name for name in days[0].keys() & days[1].keys() if not np.isnat(days[0][name]) and not np.isnat(days[1][name])]
    return len(both) >= _FEW and all(days[0][name] != days[1][name] for name in both)


def _comparable(first: Draft, second: Draft) -> bool:
    """Tables of different sheets of one file: two files are two plans even where they name their work alike."""
    a, b = first.table.grid, second.table.grid
    return a.file == b.file and a.sheet != b.sheet


def take_estimates(kept: Draft, twin: Draft) -> None:
    """Give ``kept`` the three-point estimates and durations of ``twin`` where the names agree and it has none."""
    index: dict[str, int] = {}
    for position, name in enumerate(twin.names):
        index.setdefault(key(name), position)
    at = np.array([index.get(key(name), -1) for name in kept.names])
    for field in ESTIMATES:
        if field in twin.data and field not in kept.data:
            values = np.full(len(kept), np.nan)
            values[at >= 0] = twin.data[field][at[at >= 0]]
            kept.data[field] = values
