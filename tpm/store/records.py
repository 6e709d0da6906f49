"""What goes into the store and what comes out of it, as plain immutable values.

What a caller gives (``Upload``, ``NewSnapshot``, ``Edit``) is a different type from what the store returns
(``Workspace``, ``Snapshot``, ``SavedEdit``), because the store adds numbers and times. Every time is an
argument of the caller's, aware, and comes back in UTC.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

KEY_LENGTH_MAX = 500  # characters; PostgreSQL indexes no more than 2,700 bytes, four bytes a character
KIND_LENGTH_MAX = 40  # characters
FILE_BYTES_MAX = 512 * 1024 * 1024  # SQLite and PostgreSQL both stop at about 1 GB a value


class DocumentKind(StrEnum):
    """Kinds of JSON documents that a workspace keeps by key. The key is the kind's own."""

    SETTING = "setting"  # name of the setting → value, independent of the language
    MAPPING = "mapping"  # signature of a header row → which column is which field
    DISMISSED = "dismissed"  # key of a finding → why it does not matter
    SCENARIO = "scenario"  # id of a scenario → its changes
    REPORT = "report"  # number of a version → what was computed of it, and of what it was computed
    PAIR = "pair"  # a doubtful pair of items → same thing or not


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

    ``number`` counts from 1 in the workspace and is never given twice.
    """

    number: int
    label: str
    note: str
    created_at: dt.datetime
    files: tuple[StoredFile, ...]
    options: Mapping[str, Any]
    baseline: Baseline | None = None
    deleted_at: dt.datetime | None = None


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


def as_utc(moment: dt.datetime) -> dt.datetime:
    """``moment`` in UTC. Raises ``ValueError`` for one without a time zone, whose meaning depends on the machine."""
    if moment.tzinfo is None:
        raise ValueError("a time without a time zone was given to the store")
    return moment.astimezone(dt.UTC)


def edit_record(edit: Edit) -> dict[str, Any]:
    """The correction as a JSON record. Raises as :func:`plain_json`."""
    record = {"item": edit.item, "field": edit.field, "value": edit.value, "author": edit.author, "reason": edit.reason}
    return dict(plain_json(record))


def edit_from(record: Mapping[str, Any]) -> Edit:
    """The correction of a JSON record. Raises ``KeyError`` when a part is missing."""
    return Edit(record["item"], record["field"], record["value"], record["author"], record["reason"])


def moment_from(text: str) -> dt.datetime:
    """A moment from its ISO 8601 text. Raises ``ValueError`` or ``TypeError`` for anything else, and without a time zone."""
    return as_utc(dt.datetime.fromisoformat(text))


def baseline_record(baseline: Baseline) -> dict[str, Any]:
    """A baseline as JSON."""
    edits = [edit_record(edit) for edit in baseline.edits]
    return {"name": baseline.name, "frozen_at": as_utc(baseline.frozen_at).isoformat(), "edits": edits}


def baseline_from(record: Mapping[str, Any] | None) -> Baseline | None:
    """A baseline from its JSON, or None. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for anything else."""
    if record is None:
        return None
    return Baseline(record["name"], moment_from(record["frozen_at"]), tuple(edit_from(edit) for edit in record["edits"]))
