"""What goes into the store and what comes out of it, as plain immutable values.

What a caller gives (``Upload``, ``NewSnapshot``, ``Edit``) is a different type from what the store returns
(``Workspace``, ``Snapshot``, ``SavedEdit``), because the store adds numbers and times. Every time is an
argument of the caller's, aware, and comes back in UTC.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

KEY_LENGTH_MAX = 500  # characters; PostgreSQL indexes no more than 2,700 bytes, four bytes a character
KIND_LENGTH_MAX = 40  # characters
JSON_DEPTH_MAX = 32  # levels; nothing that this program keeps is nested deeper than eight
FILE_BYTES_MAX = 512 * 1024 * 1024  # SQLite and PostgreSQL both stop at about 1 GB a value


class _Absent:
    """No value, where None is one."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


class DocumentKind(StrEnum):
    """Kinds of JSON documents that a workspace keeps by key. The key is the kind's own."""

    SETTING = "setting"  # name of the setting → value, independent of the language
    MAPPING = "mapping"  # signature of a header row → which column is which field
    DISMISSED = "dismissed"  # key of a finding → why it does not matter
    SCENARIO = "scenario"  # id of a scenario → its changes
    REPORT = "report"  # number of a version → what was computed of it, and of what it was computed
    PAIR = "pair"  # a doubtful pair of items → same thing or not
    DECISION = "decision"  # what a decision is about → what was decided, by whom and when


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody handed it in."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class NewSnapshot:
    """A version to be saved. ``options`` say how the files were asked to be read (mapping, date order, …)."""

    files: Sequence[Upload]
    label: str = ""
    note: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a snapshot, without its bytes."""

    name: str
    sha256: str  # hex digest of the original bytes
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Edit:
    """One correction over a snapshot: ``field`` of ``item`` is ``value`` (any JSON), and why.

    ``item`` is an id of the plan; empty for a correction of the reading as a whole (a mended mapping, a date
    order), whose ``field`` then names the read option.
    """

    item: str
    field: str
    value: Any
    author: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SavedEdit:
    """A correction in the store. ``id`` is never used again, so taking one back twice harms nothing."""

    id: int
    edit: Edit
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was frozen: the snapshot's files together with the corrections as they stood at ``frozen_at``."""

    name: str
    frozen_at: dt.datetime
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A version of the plan's files. Files and options never change; label, note, baseline and deletion may.

    ``number`` counts from 1 in the workspace and is never given twice. ``damaged`` names the parts whose record cannot be read (a
    database that was changed by hand, a program that wrote more than this one knows): they are as if they had never been set.
    """

    number: int
    label: str
    note: str
    created_at: dt.datetime
    files: tuple[StoredFile, ...]
    options: Mapping[str, Any]
    baseline: Baseline | None = None
    deleted_at: dt.datetime | None = None
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace without its content. ``id`` is the only key to it: whoever knows it can open it.

    ``revision`` grows with every change inside the workspace, so that a cache knows when to look again.
    """

    id: str
    name: str
    sample: bool
    created_at: dt.datetime
    opened_at: dt.datetime
    revision: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A workspace with everything that a page needs of it, as it stood at one moment. Bytes are apart.

    ``snapshots`` are those that were not deleted; ``edits`` lie over ``snapshot``, the one that was asked for or else the latest.
    ``documents`` is kind → key → value; what was merely computed (``REPORT``) is not among them.
    """

    workspace: Workspace
    snapshots: tuple[Snapshot, ...]
    snapshot: Snapshot | None
    edits: tuple[SavedEdit, ...]
    documents: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Summary:
    """A line of the start page. Deleted snapshots do not count; ``saved_at`` is when the latest of the rest was saved."""

    workspace: Workspace
    snapshots: int
    saved_at: dt.datetime | None


def clean_text(text: str) -> str:
    """``text`` as every database can keep it: no NUL, and a replacement sign for half a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def plain_json(value: Any) -> Any:
    """``value`` as JSON gives it back: tuples become lists, keys text.

    Raises ``TypeError`` for what JSON cannot hold (a date, a NumPy number) and ``ValueError`` for NaN or infinity.
    """
    return json.loads(json.dumps(value, allow_nan=False))


def read_json(text: str | bytes) -> Any:
    """The value of a JSON text in which nothing is left that a page, a database or the next JSON text could not hold.

    NaN, infinities (``1e999`` is one) and whole numbers beyond 64 bits become the text that they were written as, and so does what lies
    deeper than ``JSON_DEPTH_MAX``; half surrogate pairs and NUL go. Raises ``ValueError`` for what is no JSON.
    """
    try:
        value = json.loads(text, parse_constant=str, parse_float=_finite, parse_int=_small)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return _tame(value, JSON_DEPTH_MAX)


def _finite(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


def _small(text: str) -> int | str:
    return int(text) if len(text) < 20 and -(2**63) <= int(text) < 2**63 else text


def _tame(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if not isinstance(value, dict | list):
        return value
    if depth == 0:
        return "…"
    if isinstance(value, list):
        return [_tame(one, depth - 1) for one in value]
    return {clean_text(key): _tame(one, depth - 1) for key, one in value.items()}


def as_utc(moment: dt.datetime) -> dt.datetime:
    """``moment`` in UTC. Raises ``ValueError`` for one without a time zone, whose meaning depends on the machine."""
    if moment.tzinfo is None:
        raise ValueError("a time without a time zone was given to the store")
    return moment.astimezone(dt.UTC)


def edit_record(edit: Edit) -> dict[str, Any]:
    """The correction as a JSON record. Raises as :func:`plain_json`."""
    record = {"item": edit.item, "field": edit.field, "value": edit.value, "author": edit.author, "reason": edit.reason}
    return dict(plain_json(record))


UNREADABLE: Final = (KeyError, TypeError, ValueError, AttributeError, OverflowError)  # what the functions below raise of a foreign record


def edit_from(record: Mapping[str, Any]) -> Edit:
    """The correction of a JSON record. Raises one of ``UNREADABLE`` for anything else."""
    edit = Edit(record["item"], record["field"], record["value"], record["author"], record["reason"])
    if not all(isinstance(part, str) for part in (edit.item, edit.field, edit.author, edit.reason)):
        raise TypeError("item, field, author and reason are text")
    return edit


def moment_from(text: str) -> dt.datetime:
    """A moment from its ISO 8601 text. Raises ``ValueError`` or ``TypeError`` for anything else, and without a time zone."""
    return as_utc(dt.datetime.fromisoformat(text))


def baseline_record(baseline: Baseline) -> dict[str, Any]:
    """A baseline as JSON."""
    edits = [edit_record(edit) for edit in baseline.edits]
    return {"name": baseline.name, "frozen_at": as_utc(baseline.frozen_at).isoformat(), "edits": edits}


def baseline_from(record: Mapping[str, Any] | None) -> Baseline | None:
    """A baseline from its JSON, or None. Raises one of ``UNREADABLE`` for anything else."""
    if record is None:
        return None
    if not isinstance(record["name"], str):
        raise TypeError("a name is text")
    return Baseline(record["name"], moment_from(record["frozen_at"]), tuple(edit_from(edit) for edit in record["edits"]))
