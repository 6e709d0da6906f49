"""What can go wrong with keeping things, in words a person can act on.

::

    StoreError              the database could not do it: carries a Finding
    └── NotFoundError       the workspace, version or correction is not there (any more)

Whatever the database or the file system raises inside :func:`translated` leaves as one of these; a defect of
the program (a broken constraint, wrong SQL) leaves as it is. Files that people hand in and that cannot be
used raise :class:`tpm.findings.InputError` instead.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from tpm.findings import Finding, Place, Severity

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# The last two: a file stands where the folder should be.
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST})

# SQLite's result names (their primary part) and PostgreSQL's SQLSTATE codes, by what the person can do about them.
_SQLITE_CODES = {
    "SQLITE_BUSY": "store-locked",
    "SQLITE_LOCKED": "store-locked",
    "SQLITE_FULL": "store-full",
    "SQLITE_READONLY": "store-read-only",
    "SQLITE_PERM": "store-read-only",
    "SQLITE_AUTH": "store-read-only",
    "SQLITE_CANTOPEN": "store-read-only",
    "SQLITE_CORRUPT": "store-damaged",
    "SQLITE_NOTADB": "store-damaged",
}
_SQL_STATES = {
    "53100": "store-full",  # disk_full
    "55P03": "store-locked",  # lock_not_available
    "40P01": "store-locked",  # deadlock_detected
    "40001": "store-locked",  # serialization_failure
    "25006": "store-read-only",  # read_only_sql_transaction
    "42501": "store-read-only",  # insufficient_privilege
}


class StoreError(Exception):
    """The store could not do what was asked; nothing of it was kept. Survives pickling."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding

    def __str__(self) -> str:
        return f"{self.finding.message('en')} {self.finding.fix('en')}"


class NotFoundError(StoreError):
    """What was asked for is not in the store: a mistyped address, or somebody erased it."""


def trouble(code: str, place: str, **params: object) -> Finding:
    """The finding for ``code`` about the database at ``place`` (a path, or an address without its password)."""
    return Finding(code, Severity.ERROR, (Place(source=place),), params)


def _database_code(error: exc.DBAPIError) -> str | None:
    """The finding's code, or None for an error that is a defect of the program."""
    cause = error.orig
    name = getattr(cause, "sqlite_errorname", None)
    if isinstance(name, str):
        parts = name.split("_")
        known = _SQLITE_CODES.get("_".join(parts[:2]))
        return known or ("store-failed" if isinstance(error, exc.OperationalError) else None)
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    if isinstance(state, str) and state in _SQL_STATES:
        return _SQL_STATES[state]
    if isinstance(error, exc.OperationalError | exc.InterfaceError):
        return "store-failed" if state else "store-unreachable"
    return None


def _system_code(error: OSError) -> str:
    if error.errno in _FULL:
        return "store-full"
    return "store-read-only" if error.errno in _DENIED else "store-failed"


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turn database and file-system errors of the block into :class:`StoreError` about ``place``."""
    try:
        yield
    except exc.DBAPIError as error:
        code = _database_code(error)
        if code is None:
            raise
        raise StoreError(trouble(code, place, detail=str(error.orig))) from error
    except exc.TimeoutError as error:  # every connection of the pool is in use
        raise StoreError(trouble("store-locked", place, detail=str(error))) from error
    except OSError as error:
        raise StoreError(trouble(_system_code(error), place, detail=error.strerror or str(error))) from error
