"""The store: every method is one transaction that happens whole or not at all.

A writer first raises the revision of its workspace's row. On PostgreSQL that locks the row and on SQLite the write
lock is taken already, so writers of one workspace stand in a queue: numbers are given without gaps or repeats, two
saves at once both survive, and nothing has to be tried twice. Readers never wait.

Every method raises ``StoreError`` when the database cannot do it and ``NotFoundError`` when the workspace (or the
snapshot) is not there. Names and labels lose what no database can keep (NUL, half a surrogate pair).
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tpm.findings import Finding, InputError, Place, Severity
from tpm.store import rows
from tpm.store.blobs import digest, squeeze, unsqueeze
from tpm.store.bundle import Contents, pack, unpack
from tpm.store.engine import URL_VARIABLE, Engines, connect, default_file, parse_url
from tpm.store.errors import NotFoundError, StoreError, translated, trouble
from tpm.store.migrate import bring_up_to_date
from tpm.store.records import (
    ABSENT,
    FILE_BYTES_MAX,
    KEY_LENGTH_MAX,
    KIND_LENGTH_MAX,
    Baseline,
    DocumentKind,
    Edit,
    NewSnapshot,
    Opened,
    SavedEdit,
    Snapshot,
    Summary,
    Upload,
    Workspace,
    as_utc,
    baseline_record,
    clean_text,
    edit_from,
    edit_record,
    plain_json,
)
from tpm.store.schema import blobs, edits, workspaces

_ID_BYTES = 16  # 128 random bits: nobody finds a workspace by guessing


def open_store(url: str | None = None, *, list_allowed: bool = False, wait_seconds: float = 10.0,
               on_wait: Callable[[], object] = lambda: None) -> Store:
    """The store at ``url``; else at ``TPM_DATABASE_URL``; else the SQLite file in the user's own data folder.

    The database is made or migrated where it must be; processes that open it at the same time wait for each other.
    A lock held by somebody else is waited for ``wait_seconds``, here and in every method; ``on_wait`` is called, in the thread that
    waits, as soon as that is felt.

    ``list_allowed`` is the caller's word that only the owner of this machine uses the program (who started it
    said so); :meth:`Store.recent` then works. It never does for a database that may be shared: one that is named by
    ``TPM_DATABASE_URL`` or is not a SQLite file.

    Raises ``StoreError`` when the address is unusable, the driver is missing, the place cannot be written, or a newer
    version of the program wrote the database.
    """
    address = url or os.environ.get(URL_VARIABLE) or None
    parsed = parse_url(address) if address else sa.URL.create("sqlite", database=str(default_file()))
    place = str(parsed.database) if parsed.get_backend_name() == "sqlite" else parsed.render_as_string(hide_password=True)
    with translated(place):
        engines = connect(parsed, wait_seconds, on_wait)
        try:
            bring_up_to_date(engines.writing, engines.place)
        except BaseException:
            engines.writing.dispose()
            raise
    own = url is not None or not os.environ.get(URL_VARIABLE)
    return Store(engines, list_allowed=list_allowed and own and parsed.get_backend_name() == "sqlite")


class Store:
    """Workspaces in one database; made by :func:`open_store`. Safe to share between threads, not across a fork."""

    def __init__(self, engines: Engines, *, list_allowed: bool) -> None:
        self._engines = engines
        self.list_allowed = list_allowed

    @property
    def place(self) -> str:
        """Where it is, for people: the file, or the address without its password."""
        return self._engines.place

    def close(self) -> None:
        """Close every connection."""
        self._engines.writing.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(self.place), self._engines.reading.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self, workspace: str) -> Iterator[Connection]:
        with translated(self.place), self._engines.writing.begin() as connection:
            raised = sa.update(workspaces).where(workspaces.c.id == workspace).values(revision=workspaces.c.revision + 1)
            if connection.execute(raised).rowcount == 0:
                raise self._missing("store-no-workspace")
            yield connection

    def _missing(self, code: str, **params: object) -> NotFoundError:
        return NotFoundError(trouble(code, self.place, **params))

    # Workspaces

    def create_workspace(
        self, name: str, *, at: dt.datetime, sample: bool = False, first: NewSnapshot | None = None
    ) -> Workspace:
        """A new workspace with an unguessable id, with its ``first`` snapshot where one is given."""
        workspace = self._new_workspace(name, at, sample)
        ready = None if first is None else _prepare(first)
        with translated(self.place), self._engines.writing.begin() as connection:
            rows.insert_workspace(connection, workspace, last_number=0)
            if first is not None and ready is not None:
                self._insert_snapshot(connection, workspace.id, first, ready, as_utc(at))
        return workspace

    def _new_workspace(self, name: str, at: dt.datetime, sample: bool) -> Workspace:
        moment = as_utc(at)
        return Workspace(secrets.token_urlsafe(_ID_BYTES), clean_text(name), sample, moment, moment, revision=0)

    def workspace(self, workspace: str) -> Workspace:
        """The workspace of that id."""
        with self._reading() as connection:
            found = rows.select_workspaces(connection, workspaces.c.id == workspace)
        if not found:
            raise self._missing("store-no-workspace")
        return found[0]

    def revision(self, workspace: str) -> int:
        """The workspace's revision alone: what a page that is open asks every few seconds."""
        with self._reading() as connection:
            found: int | None = connection.execute(sa.select(workspaces.c.revision).where(workspaces.c.id == workspace)).scalar()
        if found is None:
            raise self._missing("store-no-workspace")
        return found

    def opened(self, workspace: str, number: int | None = None) -> Opened:
        """The workspace as it stands, read at one moment; ``number`` names the version whose corrections are wanted."""
        with self._reading() as connection:
            found = rows.select_workspaces(connection, workspaces.c.id == workspace)
            if not found:
                raise self._missing("store-no-workspace")
            standing = tuple(one for one in rows.select_snapshots(connection, workspace) if one.deleted_at is None)
            chosen = next((one for one in standing if one.number == number), standing[-1] if standing else None)
            corrections = rows.select_edits(connection, workspace, chosen.number) if chosen is not None else ()
            return Opened(found[0], standing, chosen, corrections,
                          rows.select_documents(connection, workspace, leave_out=(DocumentKind.REPORT,)))

    def touch(self, workspace: str, *, at: dt.datetime) -> Workspace:
        """Note that the workspace was opened. Does not raise its revision."""
        with translated(self.place), self._engines.writing.begin() as connection:
            connection.execute(sa.update(workspaces).where(workspaces.c.id == workspace).values(opened_at=as_utc(at)))
            found = rows.select_workspaces(connection, workspaces.c.id == workspace)
        if not found:
            raise self._missing("store-no-workspace")
        return found[0]

    def rename_workspace(self, workspace: str, name: str) -> None:
        """Give the workspace another name."""
        with self._writing(workspace) as connection:
            connection.execute(sa.update(workspaces).where(workspaces.c.id == workspace).values(name=clean_text(name)))

    def erase_workspace(self, workspace: str) -> None:
        """Erase the workspace with everything in it, for good."""
        with self._writing(workspace) as connection:
            connection.execute(sa.delete(workspaces).where(workspaces.c.id == workspace))

    def summaries(self, ids: Sequence[str]) -> list[Summary]:
        """Those of ``ids`` that exist, last opened first. The caller knows the ids, so nothing is given away."""
        with self._reading() as connection:
            return rows.select_summaries(connection, ids=ids)

    def recent(self, limit: int = 10) -> list[Summary]:
        """The last opened workspaces of everybody, which must therefore be one person's: see :func:`open_store`.

        Raises ``PermissionError`` unless ``list_allowed``.
        """
        if not self.list_allowed:
            raise PermissionError("this store does not list workspaces: other people's may be among them")
        with self._reading() as connection:
            return rows.select_summaries(connection, limit=limit)

    # Snapshots

    def save_snapshot(self, workspace: str, new: NewSnapshot, *, at: dt.datetime) -> Snapshot:
        """Keep a version of the files for good, with the next number.

        Raises ``InputError`` for a file above ``FILE_BYTES_MAX`` and as ``plain_json`` for options that are no JSON.
        """
        ready = _prepare(new)
        with self._writing(workspace) as connection:
            number = self._insert_snapshot(connection, workspace, new, ready, as_utc(at))
            return self._snapshot(connection, workspace, number)

    def _insert_snapshot(self, connection: Connection, workspace: str, new: NewSnapshot, ready: _Ready, at: dt.datetime) -> int:
        number = rows.next_number(connection, workspace)
        shell = Snapshot(number, clean_text(new.label), clean_text(new.note), at, (), ready.options)
        named = [(clean_text(upload.name), sha256) for upload, sha256 in zip(new.files, ready.hashes, strict=True)]
        for sha256, (compressed, kept, size) in ready.kept.items():
            rows.insert_blob(connection, workspace, sha256, size, compressed, kept)
        rows.insert_snapshot(connection, workspace, shell, named)
        return number

    def snapshots(self, workspace: str, *, deleted: bool = False) -> list[Snapshot]:
        """The versions in order, without bytes; with ``deleted`` also those that were deleted."""
        with self._reading() as connection:
            found = rows.select_snapshots(connection, workspace)
            if not found and not rows.select_workspaces(connection, workspaces.c.id == workspace):
                raise self._missing("store-no-workspace")
        return [snapshot for snapshot in found if deleted or snapshot.deleted_at is None]

    def snapshot(self, workspace: str, number: int) -> Snapshot:
        """One version, deleted or not."""
        with self._reading() as connection:
            return self._snapshot(connection, workspace, number)

    def _snapshot(self, connection: Connection, workspace: str, number: int) -> Snapshot:
        found = rows.select_snapshots(connection, workspace, number)
        if not found:
            raise self._missing("store-no-snapshot", number=number)
        return found[0]

    def files(self, workspace: str, number: int) -> tuple[Upload, ...]:
        """The files of a version with their original bytes, in the order they were given, checked against their hashes."""
        with self._reading() as connection:
            snapshot = self._snapshot(connection, workspace, number)
            return tuple(Upload(file.name, self._content(connection, workspace, file.sha256)) for file in snapshot.files)

    def _content(self, connection: Connection, workspace: str, sha256: str) -> bytes:
        where = (blobs.c.workspace == workspace) & (blobs.c.sha256 == sha256)
        row = connection.execute(sa.select(blobs.c.zlib, blobs.c.data).where(where)).one()
        try:
            content = unsqueeze(row.zlib, bytes(row.data))
        except zlib.error:
            content = b""
        if digest(content) != sha256:
            raise StoreError(trouble("store-damaged", self.place))
        return content

    def annotate_snapshot(
        self, workspace: str, number: int, *, label: str | None = None, note: str | None = None,
        unless: Callable[[Snapshot], bool] = lambda standing: False,
    ) -> None:
        """Change the label or the note of a version; None leaves it. Nothing is changed where ``unless`` says so of the version as it
        stands, which nobody else can write meanwhile."""
        changes = {name: clean_text(text) for name, text in (("label", label), ("note", note)) if text is not None}
        with self._writing(workspace) as connection:
            if not unless(self._snapshot(connection, workspace, number)) and changes:
                rows.update_snapshot(connection, workspace, number, changes)

    def delete_snapshot(self, workspace: str, number: int, *, at: dt.datetime) -> None:
        """Hide a version; :meth:`restore_snapshot` brings it back."""
        self._change_snapshot(workspace, number, {"deleted_at": as_utc(at)})

    def restore_snapshot(self, workspace: str, number: int) -> None:
        """Bring a deleted version back; one that is not deleted stays as it is."""
        self._change_snapshot(workspace, number, {"deleted_at": None})

    def freeze_baseline(self, workspace: str, number: int, name: str, *, at: dt.datetime) -> Baseline:
        """Freeze a version and its corrections of this moment as a baseline; later corrections do not move it."""
        with self._writing(workspace) as connection:
            self._snapshot(connection, workspace, number)
            standing = tuple(saved.edit for saved in rows.select_edits(connection, workspace, number))
            baseline = Baseline(clean_text(name), as_utc(at), standing)
            rows.update_snapshot(connection, workspace, number, {"baseline": baseline_record(baseline)})
        return baseline

    def release_baseline(self, workspace: str, number: int) -> None:
        """The version is no baseline any more."""
        self._change_snapshot(workspace, number, {"baseline": None})

    def _change_snapshot(self, workspace: str, number: int, changes: Mapping[str, Any]) -> None:
        with self._writing(workspace) as connection:
            self._snapshot(connection, workspace, number)
            if changes:
                rows.update_snapshot(connection, workspace, number, changes)

    # Corrections

    def add_edits(
        self, workspace: str, number: int, new: Iterable[Edit] | Callable[[tuple[SavedEdit, ...]], Iterable[Edit]], *, at: dt.datetime
    ) -> tuple[SavedEdit, ...]:
        """Lay corrections over a version, after those that it has; the version itself does not change.

        ``new`` may be a function of the corrections that stand: it is asked while nobody else can write. Raises as ``plain_json``
        for a value that is no JSON.
        """
        moment = as_utc(at)
        records = [] if callable(new) else [edit_record(edit) for edit in new]
        with self._writing(workspace) as connection:
            self._snapshot(connection, workspace, number)
            if callable(new):
                records = [edit_record(edit) for edit in new(rows.select_edits(connection, workspace, number))]
            ids = [rows.insert_edit(connection, workspace, number, record, moment) for record in records]
        return tuple(SavedEdit(key, edit_from(record), moment) for key, record in zip(ids, records, strict=True))

    def edits(self, workspace: str, number: int) -> tuple[SavedEdit, ...]:
        """The corrections over a version, oldest first."""
        with self._reading() as connection:
            self._snapshot(connection, workspace, number)
            return rows.select_edits(connection, workspace, number)

    def edit_marks(self, workspace: str) -> dict[int, str]:
        """Number of a version → a text that changes whenever its corrections do; versions without corrections are not in it."""
        one = (edits.c.number, sa.func.count(), sa.func.max(edits.c.id), sa.func.sum(edits.c.id))
        query = sa.select(*one).where(edits.c.workspace == workspace).group_by(edits.c.number)
        with self._reading() as connection:
            return {number: f"{count}/{last}/{total}" for number, count, last, total in connection.execute(query)}

    def remove_edits(self, workspace: str, ids: Sequence[int]) -> None:
        """Take corrections back; ids that are gone already are skipped."""
        with self._writing(workspace) as connection:
            for key in ids:
                connection.execute(sa.delete(edits).where(edits.c.workspace == workspace, edits.c.id == key))

    # Documents and settings

    def documents(self, workspace: str, kind: str) -> dict[str, Any]:
        """Key → JSON value of every document of a kind (see ``DocumentKind``), by key."""
        with self._reading() as connection:
            if not rows.select_workspaces(connection, workspaces.c.id == workspace):
                raise self._missing("store-no-workspace")
            return rows.select_documents(connection, workspace, kind).get(kind, {})

    def put_documents(self, workspace: str, kind: str, values: Mapping[str, Any]) -> None:
        """Write the given keys and leave all others alone, so that two tabs do not undo each other's.

        Raises ``ValueError`` for a key above 500 characters or a kind above 40, and as ``plain_json``.
        """
        _check_keys(kind, values)
        ready = {clean_text(key): plain_json(value) for key, value in values.items()}
        with self._writing(workspace) as connection:
            rows.upsert_documents(connection, workspace, kind, ready)

    def revise_documents(self, workspace: str, kind: str, revise: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
        """Read the documents of a kind and write what ``revise`` makes of them, while nobody else can write.

        ``revise`` is given key → value as it stands and returns the keys to write; ``ABSENT`` as a value removes the key. Raises as
        ``put_documents``.
        """
        with self._writing(workspace) as connection:
            standing = rows.select_documents(connection, workspace, kind).get(kind, {})
            changes = {clean_text(key): value for key, value in revise(standing).items()}
            _check_keys(kind, changes)
            kept = {key: plain_json(value) for key, value in changes.items() if value is not ABSENT}
            rows.upsert_documents(connection, workspace, kind, kept)
            rows.delete_documents(connection, workspace, kind, changes.keys() - kept.keys())

    def remove_documents(self, workspace: str, kind: str, keys: Iterable[str]) -> None:
        """Remove documents; keys that are gone already are skipped."""
        with self._writing(workspace) as connection:
            rows.delete_documents(connection, workspace, kind, map(clean_text, keys))

    def settings(self, workspace: str) -> dict[str, Any]:
        """The workspace's settings by name; what was never set is not among them."""
        return self.documents(workspace, DocumentKind.SETTING)

    def update_settings(self, workspace: str, changes: Mapping[str, Any]) -> None:
        """Merge ``changes`` into the settings, a key at a time; the last writer of a key wins. Raises as ``put_documents``."""
        self.put_documents(workspace, DocumentKind.SETTING, changes)

    # Bundles

    def write_bundle(self, workspace: str) -> bytes:
        """The workspace as one file, without its id and its deleted versions; equal content gives equal bytes.

        Raises ``InputError`` when it is too large to be opened again.
        """
        with self._reading() as connection:
            found = rows.select_workspaces(connection, workspaces.c.id == workspace)
            if not found:
                raise self._missing("store-no-workspace")
            corrected = []
            for snapshot in rows.select_snapshots(connection, workspace):
                if snapshot.deleted_at is None:
                    standing = rows.select_edits(connection, workspace, snapshot.number)
                    corrected.append((snapshot, tuple((saved.created_at, saved.edit) for saved in standing)))
            return pack(Contents(found[0].name, found[0].sample, tuple(corrected), rows.select_documents(connection, workspace),
                                 lambda sha256: self._content(connection, workspace, sha256)))

    def open_bundle(self, data: bytes | Contents, *, at: dt.datetime) -> Workspace:
        """A new workspace with the content of a bundle, or with what :func:`tpm.store.bundle.unpack` made of one.

        Raises ``InputError`` for a file that is no bundle, is damaged or too large, or comes from a newer version.
        """
        contents = data if isinstance(data, Contents) else unpack(data)
        workspace = self._new_workspace(contents.name, at, contents.sample)
        with translated(self.place), self._engines.writing.begin() as connection:
            last_number = max((snapshot.number for snapshot, _ in contents.snapshots), default=0)
            rows.insert_workspace(connection, workspace, last_number)
            for sha256 in sorted({file.sha256 for snapshot, _ in contents.snapshots for file in snapshot.files}):
                content = contents.read(sha256)
                rows.insert_blob(connection, workspace.id, sha256, len(content), *squeeze(content))
            for snapshot, corrections in contents.snapshots:
                named = [(clean_text(file.name), file.sha256) for file in snapshot.files]
                rows.insert_snapshot(connection, workspace.id, snapshot, named)
                for moment, edit in corrections:
                    rows.insert_edit(connection, workspace.id, snapshot.number, edit_record(edit), moment)
            for kind, values in contents.documents.items():
                rows.upsert_documents(connection, workspace.id, kind, values)
        return workspace


class _Ready:
    """What can be done before the transaction begins, so that the lock is held only for the writing."""

    def __init__(self, new: NewSnapshot) -> None:
        self.options: dict[str, Any] = dict(plain_json(dict(new.options)))
        self.hashes = [digest(upload.content) for upload in new.files]
        contents = dict(zip(self.hashes, (upload.content for upload in new.files), strict=True))
        self.kept = {sha256: (*squeeze(content), len(content)) for sha256, content in contents.items()}


def _check_keys(kind: str, keys: Iterable[str]) -> None:
    if not 0 < len(kind) <= KIND_LENGTH_MAX or any(len(key) > KEY_LENGTH_MAX for key in keys):
        raise ValueError(f"a kind has 1 to {KIND_LENGTH_MAX} characters, a key at most {KEY_LENGTH_MAX}")


def _prepare(new: NewSnapshot) -> _Ready:
    for upload in new.files:
        if len(upload.content) > FILE_BYTES_MAX:
            limit = {"limit": FILE_BYTES_MAX // 2**20}
            raise InputError(Finding("store-file-too-large", Severity.ERROR, (Place(source=upload.name),), limit))
    return _Ready(new)
