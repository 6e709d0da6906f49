"""Workspaces, their snapshots with original bytes, corrections and documents.

Written out in full rather than taken from ``tpm.store.schema``: a revision must stay what it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "workspaces",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sample", sa.Boolean, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("last_number", sa.Integer, nullable=False),
    )
    op.create_table(
        "blobs",
        sa.Column("workspace", sa.String(64), sa.ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("zlib", sa.Boolean, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "snapshots",
        sa.Column("workspace", sa.String(64), sa.ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("baseline", sa.JSON),
        sa.Column("deleted_at", _TIME),
    )
    op.create_table(
        "snapshot_files",
        sa.Column("workspace", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["workspace", "number"], ["snapshots.workspace", "snapshots.number"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace", "sha256"], ["blobs.workspace", "blobs.sha256"], ondelete="CASCADE"),
    )
    op.create_table(
        "edits",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["workspace", "number"], ["snapshots.workspace", "snapshots.number"], ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("edits_by_snapshot", "edits", ["workspace", "number"])
    op.create_table(
        "documents",
        sa.Column("workspace", sa.String(64), sa.ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("the first revision has nothing before it")
