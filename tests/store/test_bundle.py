"""A workspace as one file: everything comes back, the same content gives the same bytes, and bad files are refused."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.values import CSV, MONDAY, RISKS, TUESDAY, version
from tpm import guard
from tpm.findings import InputError
from tpm.store import DocumentKind, Edit, NewSnapshot, Store, Upload, bundle, open_store
from tpm.store.records import Snapshot, StoredFile


def furnished(store: Store) -> str:
    """A workspace with something of everything."""
    first = NewSnapshot([CSV, RISKS], "w45", "as uploaded", {"date_order": "dmy", "map": {"A": "name"}})
    here = store.create_workspace("한국 출시", at=MONDAY, sample=True, first=first).id
    store.save_snapshot(here, version(label="deleted by mistake"), at=MONDAY)
    store.save_snapshot(here, version(Upload("plan w46.csv", CSV.content), label="w46"), at=TUESDAY)
    store.delete_snapshot(here, 2, at=TUESDAY)
    store.add_edits(here, 1, [Edit("T-3", "finish", "2026-11-20", "Bex", "휴가"), Edit("", "date_order", "mdy")], at=MONDAY)
    store.freeze_baseline(here, 1, "착수 기준선", at=TUESDAY)
    store.add_edits(here, 1, [Edit("T-4", "owner", None)], at=TUESDAY)
    store.update_settings(here, {"mode": "asap", "status_date": None})
    store.put_documents(here, DocumentKind.MAPPING, {"작업|시작": {"A": "name"}})
    store.put_documents(here, DocumentKind.DISMISSED, {"no-owner": "vendor"})
    return here


def said(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        bundle.unpack(data)
    assert caught.value.finding.message("ko")
    return f"{caught.value.finding.code}: {caught.value}"


@pytest.fixture
def good(store: Store) -> bytes:
    return store.write_bundle(furnished(store))


def test_a_bundle_opens_as_a_new_workspace_with_everything_in_it(store: Store, good: bytes, tmp_path: Any) -> None:
    with open_store(f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}") as elsewhere:
        made = elsewhere.open_bundle(good, at=TUESDAY)
        here = made.id
        assert (made.name, made.sample, made.created_at) == ("한국 출시", True, TUESDAY)
        listed = elsewhere.snapshots(here, deleted=True)
        assert [(one.number, one.label, one.note, one.created_at) for one in listed] == [
            (1, "w45", "as uploaded", MONDAY), (3, "w46", "", TUESDAY)]
        assert listed[0].options == {"date_order": "dmy", "map": {"A": "name"}}
        assert elsewhere.files(here, 1) == (CSV, RISKS)
        assert elsewhere.files(here, 3) == (Upload("plan w46.csv", CSV.content),)
        assert [(one.edit.item, one.edit.value, one.created_at) for one in elsewhere.edits(here, 1)] == [
            ("T-3", "2026-11-20", MONDAY), ("", "mdy", MONDAY), ("T-4", None, TUESDAY)]
        baseline = listed[0].baseline
        assert baseline is not None
        assert (baseline.name, baseline.frozen_at, [edit.item for edit in baseline.edits]) == ("착수 기준선", TUESDAY, ["T-3", ""])
        assert elsewhere.settings(here) == {"mode": "asap", "status_date": None}
        assert elsewhere.documents(here, DocumentKind.MAPPING) == {"작업|시작": {"A": "name"}}
        assert elsewhere.documents(here, DocumentKind.DISMISSED) == {"no-owner": "vendor"}
        assert elsewhere.save_snapshot(here, version(), at=TUESDAY).number == 4
        elsewhere.delete_snapshot(here, 4, at=TUESDAY)
        assert elsewhere.write_bundle(here) == good


def test_a_bundle_gives_away_neither_the_id_nor_deleted_versions(store: Store) -> None:
    here = furnished(store)
    with zipfile.ZipFile(io.BytesIO(store.write_bundle(here))) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert here.encode() not in everything
    assert b"deleted by mistake" not in everything


def test_the_same_workspace_gives_the_same_bytes_each_time(store: Store) -> None:
    here = furnished(store)
    first = store.write_bundle(here)
    store.touch(here, at=TUESDAY)
    assert store.write_bundle(here) == first


def test_a_bundle_opened_twice_is_two_workspaces(store: Store, good: bytes) -> None:
    one, two = store.open_bundle(good, at=MONDAY), store.open_bundle(good, at=MONDAY)
    assert one.id != two.id
    store.erase_workspace(one.id)
    assert store.files(two.id, 1) == (CSV, RISKS)


def rebuilt(data: bytes, change: Callable[[dict[str, Any]], Any], **contents: bytes) -> bytes:
    """The bundle with another manifest, and other bytes under ``files`` for hashes that start with a given prefix."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(content)
                replaced = change(manifest)
                content = json.dumps(manifest if replaced is None else replaced).encode()
            new.writestr(name, next((other for start, other in contents.items() if name == start), content))
    return target.getvalue()


def test_files_that_are_no_bundles_are_told_apart_from_damaged_ones(good: bytes) -> None:
    workbook = io.BytesIO()
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    other = rebuilt(good, lambda manifest: manifest.update(format="a browser extension"))
    for foreign in (b"", b"id,name\n1,a\n", workbook.getvalue(), other, rebuilt(good, lambda manifest: [1, 2])):
        assert said(foreign).startswith("bundle-foreign: This file is not a workspace bundle.")
    for damaged in (good[:-30], good[: len(good) // 2]):
        assert said(damaged).startswith("bundle-damaged")


def test_a_bundle_of_a_newer_format_says_which(good: bytes) -> None:
    assert "format 2; this program reads up to format 1" in said(rebuilt(good, lambda manifest: manifest.update(version=2)))


def put(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(manifest: dict[str, Any]) -> None:
        inner: Any = manifest
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        put("snapshots", value=None),
        put("snapshots", 0, "number", value=7),
        put("snapshots", 0, "number", value="1"),
        put("snapshots", 0, "number", value=True),
        put("snapshots", 0, "created_at", value="2026-11-02T09:30:00"),
        put("snapshots", 0, "created_at", value="yesterday"),
        put("snapshots", 0, "label", value=3),
        put("snapshots", 0, "options", value=[1]),
        put("snapshots", 0, "files", 0, "sha256", value="../../etc/passwd"),
        put("snapshots", 0, "files", 0, "sha256", value="0" * 64),
        put("snapshots", 0, "files", 0, "size", value=5),
        put("snapshots", 0, "files", 0, "size", value=10**15),
        put("snapshots", 0, "files", 0, "name", value=None),
        put("snapshots", 0, "edits", 0, "item", value=5),
        put("snapshots", 0, "edits", 0, value={"item": "T-1"}),
        put("snapshots", 0, "baseline", value={"name": "x"}),
        put("snapshots", 0, "baseline", "edits", 0, "author", value={}),
        put("documents", value=[]),
        put("documents", "setting", value=[]),
        put("documents", "k" * 50, value={}),
        put("documents", "setting", value={"k" * 501: 1}),
        put("name", value=None),
        put("sample", value="yes"),
        put("version", value="1"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused_whole(store: Store, good: bytes, change: Callable[[Any], None]) -> None:
    assert said(rebuilt(good, change)).startswith("bundle-damaged")


def test_bytes_that_are_not_those_of_the_manifest_are_refused(good: bytes) -> None:
    name = next(one for one in zipfile.ZipFile(io.BytesIO(good)).namelist() if one.startswith("files/"))
    assert said(rebuilt(good, lambda manifest: None, **{name: b"other bytes"})).startswith("bundle-damaged")


def test_names_are_never_paths(store: Store, good: bytes, tmp_path: Any) -> None:
    before = sorted(tmp_path.rglob("*"))
    evil = rebuilt(good, put("snapshots", 0, "files", 0, "name", value="../../../evil.csv"))
    here = store.open_bundle(evil, at=MONDAY).id
    assert store.files(here, 1)[0].name == "../../../evil.csv"
    assert sorted(tmp_path.rglob("*")) == before


def test_a_zip_bomb_is_refused_before_it_is_unpacked(good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    name = next(one for one in zipfile.ZipFile(io.BytesIO(good)).namelist() if one.startswith("files/"))
    bomb = rebuilt(good, lambda manifest: None, **{name: bytes(50_000_000)})
    assert len(bomb) < 100_000
    monkeypatch.setattr(guard.Archive, "pieces", None)  # nothing is read before its size is checked
    assert said(bomb).startswith("zip-too-dense: “plan.tpm.zip” holds a part of 47 KiB that unpacks to 47 MiB")
    monkeypatch.setattr(guard, "BUNDLE", guard.Allowed(10, 1_000_000, 1_000_000))
    assert said(rebuilt(good, lambda manifest: None, **{name: random.Random(1).randbytes(2**21)})).startswith("zip-too-large")


def test_a_file_as_repetitive_as_a_bomb_comes_back(store: Store) -> None:
    here = store.create_workspace("zeros", at=MONDAY, first=NewSnapshot([Upload("zeros.csv", bytes(17 * 2**20))])).id
    there = store.open_bundle(store.write_bundle(here), at=TUESDAY).id
    assert store.files(there, 1)[0].content == bytes(17 * 2**20)


def test_many_entries_that_are_too_large_only_together_are_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads = [Upload(f"{n}.csv", bytes([n]) * 400_000) for n in range(3)]
    packed = store.write_bundle(store.create_workspace("plan", at=MONDAY, first=version(*uploads)).id)
    monkeypatch.setattr(guard, "BUNDLE", guard.Allowed(10, 1_000_000, 1_000_000))
    assert said(packed).startswith("zip-too-large")


def test_a_manifest_as_a_bomb_or_as_a_nest_is_refused(good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"[" * 1_000_000)
    assert said(target.getvalue()).startswith("bundle-damaged")
    monkeypatch.setattr(bundle, "_MANIFEST_VALUES_MAX", 10)
    assert said(good).startswith("bundle-too-large")
    monkeypatch.setattr(bundle, "MANIFEST_BYTES_MAX", 100)
    assert said(good).startswith("bundle-too-large")


def test_a_workspace_too_large_to_be_opened_again_is_not_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    here = furnished(store)
    monkeypatch.setattr(guard, "BUNDLE", guard.Allowed(10, 1000, 1000))
    with pytest.raises(InputError) as caught:
        store.write_bundle(here)
    assert caught.value.finding.code == "bundle-too-large-to-write"


def test_a_refused_bundle_leaves_no_workspace_behind(any_url: str) -> None:
    with open_store(any_url) as store:
        good = store.write_bundle(furnished(store))
        with pytest.raises(InputError):
            store.open_bundle(good[:-30], at=MONDAY)
        with store._engines.reading.begin() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM workspaces").scalar() == 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_bundle_with_changed_bytes_opens_or_is_refused_and_never_fails_otherwise(good: bytes, data: st.DataObject) -> None:
    broken = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(InputError):
        opened = bundle.unpack(bytes(broken[: data.draw(st.integers(1, len(good)))]))
        assert [opened.read(file.sha256) for one, _ in opened.snapshots for file in one.files][:1] == [CSV.content]


TEXT = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
EDITS = st.lists(st.builds(Edit, TEXT, TEXT, JSON, TEXT, TEXT), max_size=3)
MOMENTS = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))
VERSIONS = st.lists(
    st.tuples(
        st.builds(NewSnapshot, st.lists(st.builds(Upload, TEXT, st.binary(max_size=50)), max_size=3), TEXT, TEXT,
                  st.dictionaries(TEXT, JSON, max_size=2)),
        EDITS, st.booleans(), MOMENTS,
    ),
    max_size=3,
)
DOCUMENTS = st.dictionaries(st.sampled_from(list(DocumentKind)), st.dictionaries(TEXT, JSON, min_size=1, max_size=3), max_size=3)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXT, versions=VERSIONS, documents=DOCUMENTS)
def test_whatever_is_in_a_workspace_its_bundle_brings_it_back(store: Store, name: str, versions: Any, documents: Any) -> None:
    here = store.create_workspace(name, at=MONDAY).id
    for new, edits, frozen, moment in versions:
        number = store.save_snapshot(here, new, at=moment).number
        store.add_edits(here, number, edits, at=moment)
        if frozen:
            store.freeze_baseline(here, number, name, at=moment)
    for kind, values in copy.deepcopy(documents).items():
        store.put_documents(here, kind, values)

    packed = store.write_bundle(here)
    there = store.open_bundle(packed, at=TUESDAY)

    assert there.name == store.workspace(here).name
    assert store.snapshots(there.id) == store.snapshots(here)
    for number in range(1, len(versions) + 1):
        assert store.files(there.id, number) == store.files(here, number)
        found = [(saved.edit, saved.created_at) for saved in store.edits(there.id, number)]
        assert found == [(saved.edit, saved.created_at) for saved in store.edits(here, number)]
    for kind in DocumentKind:
        assert store.documents(there.id, kind) == store.documents(here, kind)
    assert store.write_bundle(there.id) == packed


def test_a_version_counts_its_files_by_hash_not_by_name() -> None:
    """Two names for the same bytes are two files and one entry of the zip."""
    sha256 = "a" * 64
    both = (StoredFile("a.csv", sha256, 3), StoredFile("b.csv", sha256, 3))
    one = Snapshot(1, "", "", MONDAY, both, {})
    packed = bundle.pack(bundle.Contents("plan", False, ((one, ()),), {}, lambda wanted: b"abc"))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["manifest.json", f"files/{sha256}"]
