"""Connecting: where the database is, and what each kind of database needs. All dialect differences live here.

SQLite: write-ahead log, foreign keys, a wait for locks, full synchronisation; reading transactions see one state,
writing ones take the write lock when they begin, so that they never fail half-way for want of it.
PostgreSQL: reading transactions are REPEATABLE READ; writers lock the workspace's row (see ``tpm.store.store``).
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from tpm.store.errors import StoreError, trouble
from tpm.store.records import read_json

URL_VARIABLE = "TPM_DATABASE_URL"
_FILE_NAME = "workspaces.sqlite3"
_BEGIN = "sqlite_begin"  # execution option: how a SQLite transaction begins
_FELT_SECONDS = 0.7  # of waiting for a lock before the person is told
_AGAIN_SECONDS = 0.02


@dataclass(frozen=True)
class Engines:
    """The same pool twice: for reading, and for writing."""

    reading: Engine
    writing: Engine
    place: str  # for people: the file, or the address without its password


def default_file() -> Path:
    """The SQLite file in the user's own data folder."""
    return Path(platformdirs.user_data_dir("tpm-dashboard", appauthor=False)) / _FILE_NAME


def parse_url(text: str) -> URL:
    """``text`` as an address of SQLite (a file) or PostgreSQL.

    Raises ``StoreError`` for anything else; its words do not repeat the address, which may hold a password.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise StoreError(trouble("store-address", URL_VARIABLE)) from error
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    backend = url.get_backend_name()
    in_memory = backend == "sqlite" and (url.database in (None, "", ":memory:") or "mode=memory" in text)
    if backend not in ("sqlite", "postgresql") or in_memory:
        raise StoreError(trouble("store-address", URL_VARIABLE))
    return url


def connect(url: URL, wait_seconds: float, on_wait: Callable[[], object]) -> Engines:
    """Engines for ``url``; a SQLite file and its folder are made where they are missing.

    A lock is waited for ``wait_seconds``; where that is felt (SQLite), ``on_wait`` is called once. Raises ``StoreError`` when the
    driver is not installed, and whatever the database or the file system raises (the caller translates).
    """
    is_sqlite = url.get_backend_name() == "sqlite"
    place = str(url.database) if is_sqlite else url.render_as_string(hide_password=True)
    options: dict[str, Any] = {"connect_args": {"timeout": wait_seconds}} if is_sqlite else {"pool_pre_ping": True}
    options["json_deserializer"] = _json
    try:
        engine = sa.create_engine(url, **options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreError(trouble("store-driver", place, driver=url.get_driver_name())) from error
    if is_sqlite:
        if not str(url.database).startswith("file:"):
            _make_private_file(Path(str(url.database)))
            _watch_file(engine, Path(str(url.database)))
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", lambda connection: _begin_sqlite(connection, wait_seconds, on_wait))
        try:
            _switch_to_wal(engine, wait_seconds)
        except BaseException:
            engine.dispose()
            raise
        return Engines(engine, engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}), place)

    def prepare_postgres(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = {int(wait_seconds * 1000)}")
        cursor.close()
        connection.commit()  # the setting would go with the transaction that it opened

    sa.event.listen(engine, "connect", prepare_postgres)
    return Engines(engine.execution_options(isolation_level="REPEATABLE READ"), engine, place)


def _make_private_file(path: Path) -> None:
    """Plans are confidential: the folder (if it is new) and the file are for this user only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _watch_file(engine: Engine, path: Path) -> None:
    """Refuse to work once the file was moved or deleted: SQLite would go on writing into what nobody can find any more."""
    known = path.stat()

    def check(_connection: object, _record: object, _proxy: object) -> None:
        try:
            now = path.stat()
        except FileNotFoundError as error:
            raise StoreError(trouble("store-gone", str(path))) from error
        if (now.st_dev, now.st_ino) != (known.st_dev, known.st_ino):
            raise StoreError(trouble("store-gone", str(path)))

    sa.event.listen(engine, "checkout", check)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own; see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")  # with a write-ahead log, NORMAL may lose the last saves on a power cut
    cursor.close()


def _begin_sqlite(connection: Connection, wait_seconds: float, on_wait: Callable[[], object]) -> None:
    """Begin a transaction and take its lock, which another program may hold: SQLite would wait for it without a word."""
    how = connection.get_execution_options().get(_BEGIN, "BEGIN")
    began, told = time.monotonic(), False
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                cursor.execute(how)
                cursor.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()  # a reader takes its lock with its first question
                return
            except sqlite3.DatabaseError as error:  # raised past SQLAlchemy, by the cursor itself
                waited = time.monotonic() - began
                if not error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or waited > wait_seconds:
                    kind = sa.exc.OperationalError if isinstance(error, sqlite3.OperationalError) else sa.exc.DatabaseError
                    raise kind(how, None, error) from error
                if cursor.connection.in_transaction:
                    cursor.execute("ROLLBACK")
                if waited > _FELT_SECONDS and not told:
                    told = True
                    on_wait()
                time.sleep(_AGAIN_SECONDS)
    finally:
        cursor.execute(f"PRAGMA busy_timeout={int(wait_seconds * 1000)}")
        cursor.close()


def _json(text: str | bytes) -> Any:
    """A JSON cell; what is no JSON is given as its text, so that one damaged row is one wrong value and not an error on every page."""
    try:
        return read_json(text)
    except ValueError:
        return text.decode("utf-8", "replace") if isinstance(text, bytes) else text


def _switch_to_wal(engine: Engine, wait_seconds: float) -> None:
    """Turn the write-ahead log on, once in a file's life.

    SQLite does not wait for locks when it changes the journal, so that two processes opening a new file at once
    would fail: wait here. Where the log is impossible (a network drive) SQLite keeps its old journal, which is as safe.
    A file that cannot be written can still be read, so this is not where it is refused.
    """
    give_up = time.monotonic() + wait_seconds
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        try:
            while cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                try:
                    cursor.execute("PRAGMA journal_mode=WAL").fetchone()
                    return
                except sqlite3.OperationalError as error:
                    name = error.sqlite_errorname
                    if name.startswith("SQLITE_READONLY"):
                        return
                    if not name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or time.monotonic() > give_up:
                        raise sa.exc.OperationalError("PRAGMA journal_mode=WAL", None, error) from error
                    time.sleep(0.02)
        except sqlite3.DatabaseError as error:  # raised past SQLAlchemy, by the cursor itself
            raise sa.exc.DatabaseError("PRAGMA journal_mode", None, error) from error
        finally:
            cursor.close()
