"""Several versions of one plan handed in together: the newest counts, and it is said.

Two files are versions of one plan where most items of the smaller one stand in the other and either their names differ in nothing but a
date or a number, or the same people do the same items. Two sites that follow one list do not: they are read both, and that is told.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Final

from tpm.findings import Finding, Place, Severity
from tpm.ingest.assembling.twins import SAME_SHARE
from tpm.ingest.drafts.activities import Draft
from tpm.ingest.lexicon.headers import key

_FEWEST: Final = 3  # items that two files share
_SAME_PEOPLE: Final = 0.8  # of the shared items
_NUMBERS: Final = re.compile(r"\d{1,9}")
_MARKS: Final = re.compile(r"[\W\d_]+|\b(?:v|ver|version|rev|copy|final|new|old|draft|사본|최종|수정|버전)\b", re.I)


def earlier_versions(
    files: Mapping[str, Sequence[Draft]], saved: Mapping[str, dt.date | None]
) -> tuple[dict[str, str], list[Finding]]:
    """(file that does not count → the newer one that does, findings); ``files`` are each file's drafts in the order given."""
    files = {file: drafts for file, drafts in files.items() if drafts}
    if len(files) < 2:
        return {}, []
    items = {file: _items(drafts) for file, drafts in files.items()}
    order = {file: at for at, file in enumerate(items)}
    dated = all(saved.get(file) for file in items)

    def age(file: str) -> tuple[object, ...]:
        numbers = [int(number) for number in _NUMBERS.findall(PurePath(file).stem)]
        return (saved[file] if dated else None) or dt.date.min, numbers, order[file]

    newest_first = sorted(items, key=age, reverse=True)
    out: dict[str, str] = {}
    findings = []
    for at, newer in enumerate(newest_first):
        for older in newest_first[at + 1 :]:
            if newer in out or older in out:
                continue
            shared = items[newer].keys() & items[older].keys()
            if len(shared) < max(_FEWEST, SAME_SHARE * min(len(items[newer]), len(items[older]))):
                continue
            versions = _stem(newer) == _stem(older) or _same_people(items[newer], items[older], shared)
            if versions:
                out[older] = newer
            code = "versions-together" if versions else "files-alike"
            params = {"file": older, "newer": newer, "count": len(shared), "total": len(items[older])}
            findings.append(Finding(code, Severity.WARNING, (Place(older),), params))
    return out, findings


def _items(drafts: Sequence[Draft]) -> dict[str, str | None]:
    """Name → who does it."""
    out: dict[str, str | None] = {}
    for draft in drafts:
        who = [draft.data[field] for field in ("team", "owner") if field in draft.data]
        for position, name in enumerate(draft.names.tolist()):
            out[key(name)] = next((str(column[position]) for column in who if column[position]), None)
    return out


def _same_people(first: Mapping[str, str | None], second: Mapping[str, str | None], shared: set[str]) -> bool:
    told = [name for name in shared if first[name] and second[name]]
    return len(told) >= _FEWEST and sum(first[name] == second[name] for name in told) >= _SAME_PEOPLE * len(told)


def _stem(file: str) -> str:
    """The file's name without dates, numbers and the words that mark a version."""
    return _MARKS.sub("", PurePath(file).stem).casefold()
