"""Workspaces: the plans that people uploaded, and what they said about them, kept durably.

:func:`open_store` opens the database (a SQLite file of the user's own, or PostgreSQL by URL) and gives a
:class:`Store`; everything is done through its methods. Importing this package imports SQLAlchemy (0.4 s): do so
only where a store is needed.

What it does not do: it reads no clock (times are arguments), no file formats (bytes are bytes) and no language
(settings are independent of it); and it cannot say whose a workspace is: who knows the id may open it.
"""

from tpm.store.bundle import is_bundle
from tpm.store.errors import NotFoundError, StoreError
from tpm.store.records import (
    ABSENT,
    Baseline,
    DocumentKind,
    Edit,
    NewSnapshot,
    Opened,
    SavedEdit,
    Snapshot,
    StoredFile,
    Summary,
    Upload,
    Workspace,
)
from tpm.store.store import Store, open_store

__all__ = [
    "ABSENT", "Baseline", "DocumentKind", "Edit", "NewSnapshot", "NotFoundError", "Opened", "SavedEdit", "Snapshot", "Store", "StoreError",
    "StoredFile", "Summary", "Upload", "Workspace", "is_bundle", "open_store",
]
