"""The tables, as the newest migration leaves them (a test compares the two).

Everything hangs on a workspace and goes with it. Bytes are kept once a workspace and hash: not across workspaces,
so that erasing one needs no search for other users of its bytes and nobody can tell what others have uploaded.
Settings are one document a key; two tabs that change different settings therefore touch different rows.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from tpm.store.records import as_utc


class Instant(sa.TypeDecorator[dt.datetime]):
    """An aware moment, kept in UTC also where the database (SQLite) forgets the time zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else as_utc(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


metadata = sa.MetaData()

workspaces = sa.Table(
    "workspaces",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sample", sa.Boolean, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("last_number", sa.Integer, nullable=False),  # of the latest snapshot ever saved; 0 before the first
)


def _workspace_key(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "workspace", sa.String(64), sa.ForeignKey("workspaces.id", ondelete="CASCADE"), nullable=False, primary_key=primary_key
    )


blobs = sa.Table(
    "blobs",
    metadata,
    _workspace_key(primary_key=True),
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),  # of the original bytes
    sa.Column("zlib", sa.Boolean, nullable=False),  # whether ``data`` is compressed
    sa.Column("data", sa.LargeBinary, nullable=False),
)

snapshots = sa.Table(
    "snapshots",
    metadata,
    _workspace_key(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("baseline", sa.JSON(none_as_null=True)),  # name, frozen_at, edits
    sa.Column("deleted_at", Instant),
)

snapshot_files = sa.Table(
    "snapshot_files",
    metadata,
    sa.Column("workspace", sa.String(64), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.ForeignKeyConstraint(["workspace", "number"], ["snapshots.workspace", "snapshots.number"], ondelete="CASCADE"),
    sa.ForeignKeyConstraint(["workspace", "sha256"], ["blobs.workspace", "blobs.sha256"], ondelete="CASCADE"),
)

edits = sa.Table(
    "edits",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workspace", sa.String(64), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("record", sa.JSON, nullable=False),  # item, field, value, author, reason
    sa.ForeignKeyConstraint(["workspace", "number"], ["snapshots.workspace", "snapshots.number"], ondelete="CASCADE"),
    sa.Index("edits_by_snapshot", "workspace", "number"),
    sqlite_autoincrement=True,  # an id of a correction that was taken back must not come again
)

documents = sa.Table(
    "documents",
    metadata,
    _workspace_key(primary_key=True),
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
)
