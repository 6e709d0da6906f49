"""Bringing a database to the schema that this version of the program expects.

All missing revisions run in one transaction under a lock, so that two processes that open the same database at
once migrate it once, and a process killed in between leaves it as it was. A database that is already up to date
costs one small query and does not import Alembic.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from tpm.store.errors import StoreError, trouble

SCRIPTS = Path(__file__).parent / "migrations"
HEAD = "0001"  # the newest revision under SCRIPTS/versions (a test compares them)
_POSTGRES_LOCK = 0x74706D  # "tpm": any number that no other program on the same database takes

_version = sa.table("alembic_version", sa.column("version_num", sa.String))


def _current(connection: Connection) -> str | None:
    """The database's revision, or None for an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(sa.select(_version.c.version_num)).scalar()
    return revision


def bring_up_to_date(engine: Engine, place: str) -> None:
    """Run the revisions that the database lacks. ``engine`` must begin SQLite transactions with a write lock.

    Raises ``StoreError`` for a database that a newer version of the program wrote; it is left as it was.
    """
    with engine.connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        with connection.begin():
            if _current(connection) == HEAD:
                return
        if is_sqlite:
            # Copying a table to alter it drops the old one; with foreign keys on, that would delete what hangs on it.
            # The switch works only outside a transaction.
            _pragma(connection, "foreign_keys=OFF")
        try:
            with connection.begin():
                if not is_sqlite:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_POSTGRES_LOCK)))
                _upgrade(connection, place)
                if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise AssertionError("a migration left rows without their workspace")
        finally:
            if is_sqlite:
                _pragma(connection, "foreign_keys=ON")


def _pragma(connection: Connection, what: str) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA {what}")
    cursor.close()


def _upgrade(connection: Connection, place: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    current = _current(connection)  # asked again: another process may have migrated while this one waited for the lock
    if current is not None and current not in known:
        raise StoreError(trouble("store-newer", place, revision=current))
    if current is None and sa.inspect(connection).get_table_names() not in ([], ["alembic_version"]):
        raise StoreError(trouble("store-damaged", place))  # tables, but nothing says of which version they are
    if current != HEAD:
        command.upgrade(config, HEAD)
