"""Workspaces, versions, corrections and documents: what is put in comes out, and nothing else changes."""

from __future__ import annotations

import datetime as dt
import re
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from tests.store.values import CSV, MONDAY, RISKS, TUESDAY, version
from tpm.findings import InputError
from tpm.store import DocumentKind, Edit, NewSnapshot, NotFoundError, Store, Upload, open_store
from tpm.store import store as store_module
from tpm.store.schema import blobs

SEOUL = dt.timezone(dt.timedelta(hours=9))
MOVE = Edit("T-3", "finish", "2026-11-20", "Bex", "agreed in stand-up")


def rows_of(store: Store, table: sa.Table) -> list[Any]:
    with store._engines.reading.begin() as connection:
        return list(connection.execute(sa.select(table)))


def test_a_workspace_comes_back_as_it_was_made_with_times_in_utc(store: Store) -> None:
    made = store.create_workspace("한국 출시", at=MONDAY.astimezone(SEOUL), sample=True)
    found = store.workspace(made.id)
    assert found == made
    assert (found.name, found.sample, found.created_at, found.opened_at) == ("한국 출시", True, MONDAY, MONDAY)
    assert found.created_at.tzinfo is dt.UTC


def test_ids_are_128_random_bits_and_never_repeat(store: Store) -> None:
    ids = {store.create_workspace("plan", at=MONDAY).id for _ in range(50)}
    assert len(ids) == 50
    assert all(re.fullmatch(r"[\w-]{22}", one) for one in ids)


def test_an_unknown_id_is_not_found_by_any_method(store: Store) -> None:
    store.create_workspace("plan", at=MONDAY)
    for ask in (
        lambda: store.workspace("nope"), lambda: store.snapshots("nope"), lambda: store.snapshot("nope", 1),
        lambda: store.files("nope", 1), lambda: store.edits("nope", 1), lambda: store.settings("nope"),
        lambda: store.write_bundle("nope"), lambda: store.touch("nope", at=MONDAY), lambda: store.erase_workspace("nope"),
        lambda: store.save_snapshot("nope", version(), at=MONDAY), lambda: store.update_settings("nope", {"mode": "asap"}),
        lambda: store.add_edits("nope", 1, [MOVE], at=MONDAY), lambda: store.rename_workspace("nope", "x"),
    ):
        with pytest.raises(NotFoundError):
            ask()


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        store.create_workspace("plan", at=MONDAY.replace(tzinfo=None))


def test_opening_moves_the_opened_time_and_leaves_the_revision(store: Store) -> None:
    made = store.create_workspace("plan", at=MONDAY)
    opened = store.touch(made.id, at=TUESDAY)
    assert (opened.opened_at, opened.created_at, opened.revision) == (TUESDAY, MONDAY, made.revision)


def test_every_change_raises_the_revision(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY).id
    seen = [store.workspace(here).revision]
    for change in (
        lambda: store.rename_workspace(here, "Plan B"), lambda: store.save_snapshot(here, version(), at=MONDAY),
        lambda: store.annotate_snapshot(here, 1, note="agreed"), lambda: store.add_edits(here, 1, [MOVE], at=MONDAY),
        lambda: store.update_settings(here, {"mode": "asap"}), lambda: store.delete_snapshot(here, 1, at=MONDAY),
    ):
        change()
        seen.append(store.workspace(here).revision)
    assert seen == [0, 1, 2, 3, 4, 5, 6]
    assert store.workspace(here).name == "Plan B"


def test_files_come_back_byte_for_byte_in_their_order(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY, first=NewSnapshot([RISKS, CSV], "w45", "first", {"date_order": "dmy"})).id
    [saved] = store.snapshots(here)
    assert store.files(here, 1) == (RISKS, CSV)
    assert (saved.number, saved.label, saved.note, saved.created_at, saved.options) == (
        1, "w45", "first", MONDAY, {"date_order": "dmy"})
    assert [(file.name, file.size) for file in saved.files] == [("risks.xlsx", 768), ("plan.csv", len(CSV.content))]


def test_equal_bytes_are_kept_once_and_compressed_only_where_that_helps(store: Store) -> None:
    noise = Upload("picture.png", np.random.default_rng(7).bytes(5000))
    here = store.create_workspace("plan", at=MONDAY, first=version(CSV, noise)).id
    store.save_snapshot(here, version(Upload("renamed.csv", CSV.content), CSV), at=TUESDAY)
    kept = {row.size: row for row in rows_of(store, blobs)}
    assert set(kept) == {len(CSV.content), 5000}
    assert bytes(kept[5000].data) == noise.content
    assert not kept[5000].zlib
    assert zlib.decompress(bytes(kept[len(CSV.content)].data)) == CSV.content
    assert len(kept[len(CSV.content)].data) < len(CSV.content) / 10
    assert [file.name for file in store.files(here, 2)] == ["renamed.csv", "plan.csv"]


def test_an_empty_file_and_a_version_without_files_are_kept(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY, first=version(Upload("empty.csv", b""))).id
    store.save_snapshot(here, NewSnapshot(()), at=MONDAY)
    assert store.files(here, 1) == (Upload("empty.csv", b""),)
    assert store.files(here, 2) == ()


def test_a_file_too_large_to_keep_is_refused_and_nothing_is_saved(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    here = store.create_workspace("plan", at=MONDAY).id
    monkeypatch.setattr(store_module, "FILE_BYTES_MAX", 1000)
    with pytest.raises(InputError) as caught:
        store.save_snapshot(here, version(RISKS, CSV), at=MONDAY)
    assert caught.value.finding.message("en").startswith("“plan.csv” is larger than")
    assert store.snapshots(here) == []


def test_names_lose_what_no_database_can_keep(store: Store) -> None:
    here = store.create_workspace("a\0b\ud800", at=MONDAY, first=version(Upload("\udcff\0.csv", b"x"), label="l\0")).id
    assert store.workspace(here).name == "ab?"
    assert store.snapshots(here)[0].label == "l"
    assert store.files(here, 1)[0].name == "?.csv"


def test_labels_and_notes_change_but_files_options_and_time_do_not(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY, first=NewSnapshot([CSV], options={"map": {"A": "name"}})).id
    before = store.snapshot(here, 1)
    store.annotate_snapshot(here, 1, label="steering")
    store.annotate_snapshot(here, 1, note="agreed in the steering meeting")
    store.add_edits(here, 1, [MOVE], at=TUESDAY)
    after = store.snapshot(here, 1)
    assert (after.label, after.note) == ("steering", "agreed in the steering meeting")
    assert (after.files, after.options, after.created_at) == (before.files, before.options, before.created_at)
    assert store.files(here, 1) == (CSV,)


def test_a_returned_version_is_a_copy_that_cannot_reach_the_store(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY, first=NewSnapshot([CSV], options={"map": {"A": "name"}})).id
    store.snapshot(here, 1).options["map"]["A"] = "owner"
    assert store.snapshot(here, 1).options == {"map": {"A": "name"}}
    with pytest.raises(AttributeError):
        store.snapshot(here, 1).label = "x"  # type: ignore[misc]


def test_a_deleted_version_is_hidden_and_comes_back_and_its_number_is_not_given_again(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY, first=version(label="one")).id
    store.save_snapshot(here, version(label="two"), at=MONDAY)
    store.delete_snapshot(here, 2, at=TUESDAY)
    assert [one.number for one in store.snapshots(here)] == [1]
    assert [one.deleted_at for one in store.snapshots(here, deleted=True)] == [None, TUESDAY]
    assert store.save_snapshot(here, version(label="three"), at=TUESDAY).number == 3
    store.restore_snapshot(here, 2)
    assert [(one.number, one.label) for one in store.snapshots(here)] == [(1, "one"), (2, "two"), (3, "three")]
    with pytest.raises(NotFoundError, match="no version 9"):
        store.delete_snapshot(here, 9, at=TUESDAY)


def test_corrections_keep_their_order_and_any_json_value_and_can_be_taken_back(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY, first=version()).id
    values = ["2026-11-20", None, 2.5, True, {"A": ["이름", 1]}]
    saved = store.add_edits(here, 1, [Edit("T-1", f"f{n}", value) for n, value in enumerate(values)], at=MONDAY)
    saved += store.add_edits(here, 1, [MOVE], at=TUESDAY)
    assert store.edits(here, 1) == saved
    assert [one.edit.value for one in store.edits(here, 1)] == [*values, "2026-11-20"]
    assert saved[-1].edit == MOVE
    assert saved[-1].created_at == TUESDAY
    store.remove_edits(here, [saved[1].id, saved[5].id, saved[1].id])
    assert [one.edit.field for one in store.edits(here, 1)] == ["f0", "f2", "f3", "f4"]
    [again] = store.add_edits(here, 1, [MOVE], at=TUESDAY)
    assert again.id > saved[5].id


def test_corrections_belong_to_one_version_of_one_workspace(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY, first=version()).id
    other = store.create_workspace("other", at=MONDAY, first=version()).id
    store.save_snapshot(here, version(), at=TUESDAY)
    [saved] = store.add_edits(here, 1, [MOVE], at=MONDAY)
    store.remove_edits(other, [saved.id])
    assert (store.edits(here, 1), store.edits(here, 2), store.edits(other, 1)) == ((saved,), (), ())


def test_one_correction_that_is_no_json_keeps_all_of_them_out(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY, first=version()).id
    for value, error in ((MONDAY, TypeError), (float("nan"), ValueError)):
        with pytest.raises(error):
            store.add_edits(here, 1, [MOVE, Edit("T-1", "start", value)], at=MONDAY)
    assert store.edits(here, 1) == ()


def test_a_baseline_holds_the_corrections_of_its_moment(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY, first=version()).id
    [saved] = store.add_edits(here, 1, [MOVE], at=MONDAY)
    frozen = store.freeze_baseline(here, 1, "Steering 3 Nov", at=TUESDAY)
    store.remove_edits(here, [saved.id])
    store.add_edits(here, 1, [Edit("T-9", "name", "later")], at=TUESDAY)
    assert store.snapshot(here, 1).baseline == frozen
    assert (frozen.name, frozen.frozen_at, frozen.edits) == ("Steering 3 Nov", TUESDAY, (MOVE,))
    store.release_baseline(here, 1)
    assert store.snapshot(here, 1).baseline is None


def test_several_versions_can_be_baselines_at_once(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY, first=version()).id
    store.save_snapshot(here, version(), at=TUESDAY)
    store.freeze_baseline(here, 1, "first", at=TUESDAY)
    store.freeze_baseline(here, 2, "second", at=TUESDAY)
    assert [one.baseline.name for one in store.snapshots(here) if one.baseline] == ["first", "second"]


def test_settings_merge_a_key_at_a_time(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY).id
    store.update_settings(here, {"mode": "asap", "near_critical_days": 5, "status_date": None})
    store.update_settings(here, {"near_critical_days": 3, "week": (True, False)})
    assert store.settings(here) == {"mode": "asap", "near_critical_days": 3, "status_date": None, "week": [True, False]}
    store.remove_documents(here, DocumentKind.SETTING, ["mode", "never set"])
    assert list(store.settings(here)) == ["near_critical_days", "status_date", "week"]


def test_mappings_dismissals_and_other_documents_keep_apart(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY).id
    store.put_documents(here, DocumentKind.MAPPING, {"작업|시작": {"A": "name", "B": "start"}})
    store.put_documents(here, DocumentKind.DISMISSED, {"no-owner|T-1": "a vendor's item"})
    assert store.documents(here, DocumentKind.MAPPING) == {"작업|시작": {"A": "name", "B": "start"}}
    assert store.documents(here, DocumentKind.DISMISSED) == {"no-owner|T-1": "a vendor's item"}
    assert store.documents(here, DocumentKind.SCENARIO) == {}
    for kind, key in (("", "k"), ("k" * 41, "k"), ("k", "k" * 501)):
        with pytest.raises(ValueError, match="characters"):
            store.put_documents(here, kind, {key: 1})


def test_erasing_a_workspace_leaves_nothing_of_it_and_everything_of_the_others(store: Store) -> None:
    gone = store.create_workspace("gone", at=MONDAY, first=version()).id
    stays = store.create_workspace("stays", at=MONDAY, first=version()).id
    store.add_edits(gone, 1, [MOVE], at=MONDAY)
    store.update_settings(gone, {"mode": "asap"})
    store.erase_workspace(gone)
    for table in store_module.workspaces.metadata.sorted_tables:
        owner = table.c.id if table.name == "workspaces" else table.c.workspace
        assert {row._mapping[owner] for row in rows_of(store, table)} <= {stays}
    assert store.files(stays, 1) == (CSV,)


def test_summaries_tell_only_of_the_ids_that_are_given(store: Store) -> None:
    first = store.create_workspace("first", at=MONDAY, first=version()).id
    second = store.create_workspace("second", at=TUESDAY).id
    store.create_workspace("somebody else's", at=TUESDAY)
    store.save_snapshot(first, version(), at=TUESDAY)
    store.save_snapshot(first, version(), at=TUESDAY + dt.timedelta(days=1))
    store.delete_snapshot(first, 3, at=TUESDAY)
    found = store.summaries([first, "nope", second, first, *(f"no-{n}" for n in range(1000))])
    assert [(one.workspace.name, one.snapshots, one.saved_at) for one in found] == [("second", 0, None), ("first", 2, TUESDAY)]
    assert store.summaries([]) == []


def test_recent_workspaces_are_listed_only_where_that_was_allowed_and_the_file_is_the_users_own(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(url) as closed:
        for n in range(3):
            closed.create_workspace(f"plan {n}", at=MONDAY + dt.timedelta(hours=n))
        with pytest.raises(PermissionError):
            closed.recent()
    with open_store(url, list_allowed=True) as own:
        assert [one.workspace.name for one in own.recent(2)] == ["plan 2", "plan 1"]
    monkeypatch.setenv("TPM_DATABASE_URL", url)
    with open_store(list_allowed=True) as shared, pytest.raises(PermissionError):
        shared.recent()


def test_the_default_is_a_private_file_in_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TPM_DATABASE_URL", raising=False)
    monkeypatch.setattr("platformdirs.user_data_dir", lambda name, appauthor: str(tmp_path / "deep" / name))
    with open_store(list_allowed=True) as own:
        file = tmp_path / "deep" / "tpm-dashboard" / "workspaces.sqlite3"
        assert own.place == str(file)
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.parent.stat().st_mode & 0o777 == 0o700
        assert own.recent() == []


def test_two_hundred_versions_are_listed_in_under_50_ms_and_without_bytes(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY).id
    heavy = np.random.default_rng(7).bytes(100_000)
    for n in range(200):
        store.save_snapshot(here, version(Upload(f"w{n}.xlsx", heavy + bytes([n]))), at=MONDAY + dt.timedelta(days=n))
    asked: list[str] = []
    sa.event.listen(store._engines.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))
    spent = []
    for _ in range(3):
        started = time.perf_counter()
        store.workspace(here), store.settings(here)
        listed = store.snapshots(here)
        spent.append(time.perf_counter() - started)
    assert len(listed) == 200
    assert min(spent) < 0.05, f"{min(spent) * 1000:.0f} ms"
    assert not any(re.search(r"\bdata\b", statement) for statement in asked)
