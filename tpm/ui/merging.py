"""Two people change one thing: what both keep, and what has to be asked. Pure functions over JSON values.

A writer says what they changed (``changes``) and what stood there when they did (``seen``); what stands there now is ``now``. Where it
is what they saw, or already what they want, their change is made. Where it is neither, it is a clash: nothing is written, and a person
is asked with both values in sight.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, TypeVar

from tpm.store.records import ABSENT

Path = tuple[str, ...]  # the key of a document, or its key and the name of a part
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Clash:
    """Two wanted different things: ``theirs`` stands, ``mine`` was not written. ``kind`` is that of a document, or ``EDIT``."""

    kind: str
    path: Path
    theirs: Any
    mine: Any


EDIT = "edit"  # a clash of corrections: the path is (item, field)
VERSION = "version"  # of a version's label or note: the path is (number, "label" or "note")


def value_at(documents: Mapping[str, Any], path: Path) -> Any:
    """The value of a document or of its part; ``ABSENT`` where there is none."""
    value = documents.get(path[0], ABSENT)
    if len(path) > 1:
        value = value.get(path[1], ABSENT) if isinstance(value, Mapping) else ABSENT
    return value


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same; a setting that was taken back is None or not there at all."""
    return ((one is ABSENT or one is None) and (other is ABSENT or other is None)) or identical(one, other)


def identical(one: Any, other: Any) -> bool:
    """Whether two corrections of a cell say the same: one that empties it (None) is not the same as none."""
    return bool(one == other) and type(one) is type(other)


def merged(
    kind: str, now: Mapping[str, Any], seen: Mapping[str, Any], changes: Mapping[Path, Any]
) -> tuple[dict[str, Any], list[Clash]]:
    """The documents to write (``ABSENT``: to remove), and the changes that clash with somebody else's."""
    written: dict[str, Any] = {}
    clashes = []
    for path, mine in changes.items():
        theirs = value_at(now, path)
        if same(theirs, mine):
            continue
        if not same(theirs, value_at(seen, path)):
            clashes.append(Clash(kind, path, theirs, mine))
            continue
        written[path[0]] = mine if len(path) == 1 else _with_part(written.get(path[0], now.get(path[0])), path[1], mine)
    return written, clashes


def _with_part(document: Any, name: str, value: Any) -> dict[str, Any]:
    parts = dict(document) if isinstance(document, Mapping) else {}
    if value is ABSENT:
        parts.pop(name, None)
    else:
        parts[name] = value
    return parts


def applied(documents: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, Any]:
    """``documents`` with what :func:`merged` says is to be written."""
    return {key: value for key, value in {**documents, **written}.items() if value is not ABSENT}


def merged_list(
    base: Sequence[One], theirs: Sequence[One], mine: Sequence[One], touches: Callable[[One], frozenset[Hashable]]
) -> list[One] | None:
    """Both writers' changes of the list ``base``: theirs, then mine; None where both touch the same thing and differently.

    ``touches`` says what an entry is about. Entries of mine that are new come last, as if they had been made after theirs.
    """
    if list(theirs) == list(base) or list(theirs) == list(mine):
        return list(mine)
    if list(mine) == list(base):
        return list(theirs)
    gone, new = _difference(base, mine)
    their_gone, their_new = _difference(base, theirs)
    about = frozenset().union(*map(touches, (*gone, *new)))
    their_about = frozenset().union(*map(touches, (*their_gone, *their_new)))
    return None if about & their_about else patched(theirs, gone, new)


def _difference(base: Sequence[One], changed: Sequence[One]) -> tuple[list[One], list[One]]:
    """What ``changed`` lacks of ``base``, and what it has besides; an entry that moved is both."""
    gone: list[One] = []
    new: list[One] = []
    for what, first, last, begin, end in SequenceMatcher(None, base, changed, autojunk=False).get_opcodes():
        if what != "equal":
            gone += base[first:last]
            new += changed[begin:end]
    return gone, new


def rebased(entries: Sequence[One], base: Sequence[One], theirs: Sequence[One]) -> list[One]:
    """``entries``, an earlier or a later state of ``base``, with what they made of ``base`` in it: what undo goes back to."""
    return patched(entries, *_difference(base, theirs))


def patched(entries: Sequence[One], gone: Sequence[One], new: Sequence[One]) -> list[One]:
    """``entries`` without ``gone`` and with ``new`` at the end."""
    left = list(entries)
    for entry in gone:
        if entry in left:
            left.reverse()  # the last of several like it
            left.remove(entry)
            left.reverse()
    return [*left, *new]
