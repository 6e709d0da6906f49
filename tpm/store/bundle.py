"""A workspace as one zip file, and back.

::

    manifest.json       format, version, name, sample, snapshots (with corrections), documents
    files/<sha256>      the original bytes, once each

The same content always gives the same bytes. The workspace's id is left out on purpose: it is the key to the
workspace, and a bundle is sent to other people; so are deleted snapshots. Names inside the zip are only ever
looked up, never used as paths, and nothing is unpacked to disk.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tpm import guard
from tpm.findings import Finding, InputError, Severity
from tpm.store.blobs import shrinks
from tpm.store.records import (
    FILE_BYTES_MAX,
    KEY_LENGTH_MAX,
    KIND_LENGTH_MAX,
    Edit,
    Snapshot,
    StoredFile,
    as_utc,
    baseline_from,
    baseline_record,
    clean_text,
    edit_from,
    edit_record,
    moment_from,
    read_json,
)

FORMAT = "tpm-workspace"
VERSION = 1
_ANY_SIZE = guard.Allowed(guard.BUNDLE.parts, 2**62, 2**62)  # what kind of file it is, is asked before how large it is
MANIFEST_BYTES_MAX = 64 * 1024 * 1024
_MANIFEST_VALUES_MAX = 2_000_000  # some 300,000 corrections; each value takes a hundred bytes of memory, however short it is written
_MANIFEST = "manifest.json"
_USUAL_NAME = "plan.tpm.zip"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can name: entries have no time of their own
_CHUNK_BYTES = 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")
# Everything that zipfile, and what it calls, raises on damaged input.
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, KeyError, TypeError,
           AttributeError, IndexError, OverflowError, MemoryError)


def _nothing(sha256: str) -> bytes:
    raise KeyError(sha256)


@dataclass(frozen=True)
class Contents:
    """A workspace's content, apart from any store. ``read`` gives a file's bytes by their hash."""

    name: str
    sample: bool
    snapshots: tuple[tuple[Snapshot, tuple[tuple[dt.datetime, Edit], ...]], ...]  # each with its corrections and their times
    documents: Mapping[str, Mapping[str, Any]]  # kind → key → value
    read: Callable[[str], bytes] = _nothing


def _refuse(code: str, **params: object) -> InputError:
    return InputError(Finding(code, Severity.ERROR, params=params))


def pack(contents: Contents) -> bytes:
    """The zip file of ``contents``. Raises ``InputError`` when it would be too large to be opened again."""
    sizes = {file.sha256: file.size for snapshot, _ in contents.snapshots for file in snapshot.files}
    manifest = json.dumps(_manifest(contents), sort_keys=True, indent=1, allow_nan=False).encode("ascii")
    if len(manifest) > MANIFEST_BYTES_MAX or len(manifest) + sum(sizes.values()) > guard.BUNDLE.total_bytes:
        raise _refuse("bundle-too-large-to-write", limit=guard.BUNDLE.total_bytes // 2**20)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        _add(archive, _MANIFEST, manifest)
        for sha256 in sorted(sizes):
            _add(archive, f"files/{sha256}", contents.read(sha256))
    return target.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = 3  # otherwise Windows writes other bytes than the rest
    entry.external_attr = 0o600 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED if shrinks(content) and not _looks_like_a_bomb(content) else zipfile.ZIP_STORED
    archive.writestr(entry, content)


def _looks_like_a_bomb(content: bytes) -> bool:
    """Whether ``content`` is so repetitive that it would be refused when the bundle is opened."""
    return len(content) > guard.RATIO_FROM_BYTES and guard.too_dense(len(content), len(zlib.compress(content)))


def _manifest(contents: Contents) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": contents.name,
        "sample": contents.sample,
        "documents": contents.documents,
        "snapshots": [
            {
                "number": snapshot.number,
                "label": snapshot.label,
                "note": snapshot.note,
                "created_at": as_utc(snapshot.created_at).isoformat(),
                "options": snapshot.options,
                "baseline": None if snapshot.baseline is None else baseline_record(snapshot.baseline),
                "files": [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in snapshot.files],
                "edits": [{"at": as_utc(at).isoformat(), **edit_record(edit)} for at, edit in edits],
            }
            for snapshot, edits in contents.snapshots
        ],
    }


def unpack(data: bytes) -> Contents:
    """The content of a bundle, every byte of it checked against its hash before anything is returned.

    Raises ``InputError`` for a file that is no bundle, is damaged, comes from a newer version, or unpacks to
    more than ``guard.BUNDLE`` allows.
    """
    return replace(inspect(_USUAL_NAME, data), read=partial(file_in, data))


def is_bundle(name: str, data: bytes) -> bool:
    """Whether the file ``name`` is a zip with a manifest; spreadsheets are zips without one. Raises ``InputError`` for a bomb."""
    if not data.startswith(b"PK"):
        return False
    try:
        with guard.opened(name, data, _ANY_SIZE) as archive:
            return _MANIFEST in archive.namelist()
    except guard.BROKEN_ZIP:
        return False


def file_in(data: bytes, sha256: str) -> bytes:
    """A file of the bundle ``data`` by its hash."""
    with guard.Archive(io.BytesIO(data)) as archive:
        return archive.read(f"files/{sha256}")


def inspect(name: str, data: bytes) -> Contents:
    """As :func:`unpack` of the file ``name``, without the files, which have been checked."""
    try:
        archive = guard.opened(name, data, guard.BUNDLE)
    except InputError:
        raise
    except _BROKEN as error:
        raise _refuse("bundle-foreign" if not data.startswith(b"PK\x03\x04") else "bundle-damaged") from error
    with archive:
        if _MANIFEST not in archive.namelist():
            raise _refuse("bundle-foreign")
        try:
            manifest = _read_manifest(archive)
            snapshots = tuple(_snapshot(record) for record in manifest["snapshots"])
            _check_manifest(manifest, snapshots)
            _check_files(archive, snapshots)
        except (*_BROKEN, RecursionError) as error:
            raise _refuse("bundle-damaged") from error

    return Contents(manifest["name"], manifest["sample"], snapshots, manifest["documents"])


def _read_manifest(archive: guard.Archive) -> dict[str, Any]:
    if archive.getinfo(_MANIFEST).file_size > MANIFEST_BYTES_MAX:
        raise _refuse("bundle-too-large", limit=MANIFEST_BYTES_MAX // 2**20)
    text = archive.read(_MANIFEST)
    if text.count(b",") + text.count(b"[") + text.count(b"{") > _MANIFEST_VALUES_MAX:
        raise _refuse("bundle-too-large", limit=MANIFEST_BYTES_MAX // 2**20)
    try:
        manifest = read_json(text)
    except ValueError as error:
        raise _refuse("bundle-damaged") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _refuse("bundle-foreign")  # a zip of another program that has a manifest too
    version = manifest["version"]
    if not isinstance(version, int) or version < 1:
        raise ValueError("no version")
    if version > VERSION:
        raise _refuse("bundle-newer", version=version, known=VERSION)
    return manifest


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _snapshot(record: Mapping[str, Any]) -> tuple[Snapshot, tuple[tuple[dt.datetime, Edit], ...]]:
    files = tuple(StoredFile(_text(file["name"]), _text(file["sha256"]), int(file["size"])) for file in record["files"])
    if not all(_SHA256.fullmatch(file.sha256) and 0 <= file.size <= FILE_BYTES_MAX for file in files):
        raise ValueError("a file without a hash or a size")
    baseline = baseline_from(record["baseline"])
    snapshot = Snapshot(record["number"], _text(record["label"]), _text(record["note"]), moment_from(record["created_at"]), files,
                        dict(record["options"]), baseline)
    return snapshot, tuple((moment_from(edit["at"]), edit_from(edit)) for edit in record["edits"])


def _check_manifest(manifest: Mapping[str, Any], snapshots: tuple[tuple[Snapshot, object], ...]) -> None:
    _text(manifest["name"])
    numbers = [snapshot.number for snapshot, _ in snapshots]
    if not all(type(number) is int and 0 < number < 2**31 for number in numbers) or numbers != sorted(set(numbers)):
        raise ValueError("snapshots out of order")
    if not isinstance(manifest["sample"], bool):
        raise TypeError("sample is no flag")
    for kind, values in manifest["documents"].items():
        if not isinstance(values, dict) or not 0 < len(kind) <= KIND_LENGTH_MAX:
            raise TypeError("documents are no mapping of kinds to keys to values")
        if any(clean_text(key) != key or len(key) > KEY_LENGTH_MAX for key in (kind, *values)):
            raise ValueError("a document with an impossible key")


def _check_files(archive: guard.Archive, snapshots: tuple[tuple[Snapshot, object], ...]) -> None:
    files = {file for snapshot, _ in snapshots for file in snapshot.files}
    entries = {file.sha256: archive.getinfo(f"files/{file.sha256}") for file in files}
    if any(entries[file.sha256].file_size != file.size for file in files):
        raise ValueError("a file's size is not what the manifest says")
    for sha256, entry in entries.items():
        hashed = hashlib.sha256()
        for chunk in archive.pieces(entry, _CHUNK_BYTES):
            hashed.update(chunk)
        if hashed.hexdigest() != sha256:
            raise ValueError("a file's bytes are not those that were saved")
