"""Rows to values and values to rows, on a connection whose transaction somebody else began."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from tpm.store.records import (
    UNREADABLE,
    Edit,
    SavedEdit,
    Snapshot,
    StoredFile,
    Summary,
    Workspace,
    baseline_from,
    baseline_record,
    clean_text,
    edit_from,
)
from tpm.store.schema import blobs, documents, edits, snapshot_files, snapshots, workspaces

_IDS_A_QUERY = 500  # well below what any database takes as parameters of one statement


def _workspace(row: Row[Any]) -> Workspace:
    return Workspace(row.id, row.name, row.sample, row.created_at, row.opened_at, row.revision)


def insert_workspace(connection: Connection, workspace: Workspace, last_number: int) -> None:
    """A new row for ``workspace``; its snapshots will be numbered after ``last_number``."""
    connection.execute(
        sa.insert(workspaces).values(
            id=workspace.id,
            name=clean_text(workspace.name),
            sample=workspace.sample,
            created_at=workspace.created_at,
            opened_at=workspace.opened_at,
            revision=workspace.revision,
            last_number=last_number,
        )
    )


def select_workspaces(connection: Connection, where: sa.ColumnElement[bool]) -> list[Workspace]:
    """The workspaces that meet ``where``."""
    return [_workspace(row) for row in connection.execute(sa.select(workspaces).where(where))]


def select_summaries(connection: Connection, *, ids: Sequence[str] | None = None, limit: int | None = None) -> list[Summary]:
    """Lines of the start page, last opened first: of ``ids``, or of everybody's latest ``limit``."""
    wanted = sa.select(workspaces).order_by(workspaces.c.opened_at.desc(), workspaces.c.id).limit(limit)
    unique = list(dict.fromkeys(ids or ()))
    batches = [unique[start : start + _IDS_A_QUERY] for start in range(0, len(unique), _IDS_A_QUERY)]
    queries = [wanted] if ids is None else [wanted.where(workspaces.c.id.in_(batch)) for batch in batches]
    found = [_workspace(row) for query in queries for row in connection.execute(query)]
    found.sort(key=lambda workspace: workspace.opened_at, reverse=True)
    return [Summary(workspace, *_saved(connection, workspace.id)) for workspace in found]


def _saved(connection: Connection, workspace: str) -> tuple[int, dt.datetime | None]:
    latest = sa.type_coerce(sa.func.max(snapshots.c.created_at), snapshots.c.created_at.type)
    query = sa.select(sa.func.count(), latest).where(snapshots.c.workspace == workspace, snapshots.c.deleted_at.is_(None))
    count, saved_at = connection.execute(query).one()
    return count, saved_at


def next_number(connection: Connection, workspace: str) -> int:
    """The number of the workspace's next snapshot. The row is locked by then, so nobody else gets the same."""
    row = workspaces.c.id == workspace
    connection.execute(sa.update(workspaces).where(row).values(last_number=workspaces.c.last_number + 1))
    number: int = connection.execute(sa.select(workspaces.c.last_number).where(row)).scalar_one()
    return number


def insert_blob(connection: Connection, workspace: str, sha256: str, size: int, compressed: bool, kept: bytes) -> None:
    """Keep bytes under their hash, unless the workspace has them. ``size`` is that of the original, in bytes."""
    there = sa.select(blobs.c.sha256).where(blobs.c.workspace == workspace, blobs.c.sha256 == sha256)
    if connection.execute(there).first() is None:
        connection.execute(sa.insert(blobs).values(workspace=workspace, sha256=sha256, size=size, zlib=compressed, data=kept))


def insert_snapshot(connection: Connection, workspace: str, snapshot: Snapshot, files: Sequence[tuple[str, str]]) -> None:
    """A new snapshot with ``files`` as (name, hash); the hashes' bytes are there already. ``snapshot.files`` is not used."""
    connection.execute(
        sa.insert(snapshots).values(
            workspace=workspace,
            number=snapshot.number,
            label=clean_text(snapshot.label),
            note=clean_text(snapshot.note),
            created_at=snapshot.created_at,
            options=snapshot.options,
            baseline=None if snapshot.baseline is None else baseline_record(snapshot.baseline),
            deleted_at=snapshot.deleted_at,
        )
    )
    for position, (name, sha256) in enumerate(files):
        values = {"workspace": workspace, "number": snapshot.number, "position": position, "name": name, "sha256": sha256}
        connection.execute(sa.insert(snapshot_files).values(values))


def update_snapshot(connection: Connection, workspace: str, number: int, changes: Mapping[str, Any]) -> None:
    """Change what may change of a snapshot: label, note, baseline, deleted_at."""
    where = (snapshots.c.workspace == workspace, snapshots.c.number == number)
    connection.execute(sa.update(snapshots).where(*where).values(**changes))


def select_snapshots(connection: Connection, workspace: str, number: int | None = None) -> list[Snapshot]:
    """The snapshots in order, deleted ones too, or the one of ``number``; sizes and names of files, never bytes."""
    same_bytes = (blobs.c.workspace == snapshot_files.c.workspace) & (blobs.c.sha256 == snapshot_files.c.sha256)
    of_files = sa.select(snapshot_files, blobs.c.size).join(blobs, same_bytes).where(snapshot_files.c.workspace == workspace)
    of_files = of_files.order_by(snapshot_files.c.number, snapshot_files.c.position)
    query = sa.select(snapshots).where(snapshots.c.workspace == workspace).order_by(snapshots.c.number)
    if number is not None:
        query, of_files = query.where(snapshots.c.number == number), of_files.where(snapshot_files.c.number == number)
    files: dict[int, list[StoredFile]] = {}
    for row in connection.execute(of_files):
        files.setdefault(row.number, []).append(StoredFile(row.name, row.sha256, row.size))
    return [_snapshot(row, tuple(files.get(row.number, ()))) for row in connection.execute(query)]


def _snapshot(row: Row[Any], files: tuple[StoredFile, ...]) -> Snapshot:
    """The version of a row; a part of its record that cannot be read is named in ``damaged``."""
    damaged = []
    options = row.options if isinstance(row.options, dict) else {}
    if options is not row.options:
        damaged.append("options")
    try:
        baseline = baseline_from(row.baseline)
    except UNREADABLE:
        baseline = None
        damaged.append("baseline")
    return Snapshot(row.number, row.label, row.note, row.created_at, files, options, baseline, row.deleted_at, tuple(damaged))


def insert_edit(connection: Connection, workspace: str, number: int, record: Mapping[str, Any], at: dt.datetime) -> int:
    """A new correction; its id."""
    values = {"workspace": workspace, "number": number, "created_at": at, "record": record}
    inserted = connection.execute(sa.insert(edits).values(values)).inserted_primary_key
    return int(inserted[0]) if inserted else 0


def select_edits(connection: Connection, workspace: str, number: int) -> tuple[SavedEdit, ...]:
    """The corrections over a snapshot, oldest first."""
    query = sa.select(edits).where(edits.c.workspace == workspace, edits.c.number == number).order_by(edits.c.id)
    return tuple(SavedEdit(row.id, _edit(row.record), row.created_at) for row in connection.execute(query))


def _edit(record: Any) -> Edit:
    """The correction of a record; one that cannot be read is a correction of no field, with the record as its value."""
    try:
        return edit_from(record)
    except UNREADABLE:
        return Edit("", "", record)


def upsert_documents(connection: Connection, workspace: str, kind: str, values: Mapping[str, Any]) -> None:
    """Write documents by key. The workspace's row is locked by then, so looking first and writing after is safe."""
    for key, value in values.items():
        where = (documents.c.workspace == workspace, documents.c.kind == kind, documents.c.key == key)
        if connection.execute(sa.update(documents).where(*where).values(value=value)).rowcount == 0:
            connection.execute(sa.insert(documents).values(workspace=workspace, kind=kind, key=key, value=value))


def delete_documents(connection: Connection, workspace: str, kind: str, keys: Iterable[str]) -> None:
    """Remove documents by key; keys that are gone already are skipped."""
    for key in keys:
        where = (documents.c.workspace == workspace, documents.c.kind == kind, documents.c.key == key)
        connection.execute(sa.delete(documents).where(*where))


def select_documents(
    connection: Connection, workspace: str, kind: str | None = None, leave_out: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """Kind → key → value of the workspace's documents, of every kind (but those to ``leave_out``) or of one, by kind and key."""
    found: dict[str, dict[str, Any]] = {}
    query = sa.select(documents).where(documents.c.workspace == workspace, documents.c.kind.not_in(leave_out))
    for row in connection.execute(query if kind is None else query.where(documents.c.kind == kind)):
        found.setdefault(row.kind, {})[row.key] = row.value
    return {kind: dict(sorted(found[kind].items())) for kind in sorted(found)}
