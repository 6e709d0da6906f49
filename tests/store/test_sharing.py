"""What several tabs and processes need of the store: revising what stands, one view, damaged rows, a word while a lock is waited for."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.store.values import MONDAY, version
from tpm.store import ABSENT, DocumentKind, Edit, Store, StoreError, open_store
from tpm.store.records import JSON_DEPTH_MAX, read_json


def test_threads_that_revise_one_document_lose_nothing(any_url: str) -> None:
    with open_store(any_url) as store:
        here = store.create_workspace("plan", at=MONDAY).id
    stores = [open_store(any_url) for _ in range(2)]

    def work(number: int) -> None:
        for step in range(20):
            stores[number].revise_documents(here, "setting", lambda now: {"made": [*now.get("made", []), f"{number}/{step}"]})  # noqa: B023

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = stores[0].settings(here)["made"]
    assert sorted(made) == sorted(f"{number}/{step}" for number in range(2) for step in range(20))
    for one in stores:
        one.close()


def test_a_revision_may_remove_and_is_undone_whole_when_it_fails(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY).id
    store.update_settings(here, {"mode": "asap", "week": "plan"})
    store.revise_documents(here, "setting", lambda now: {"mode": ABSENT, "country": "KR"})
    assert store.settings(here) == {"country": "KR", "week": "plan"}

    def fails(now: Any) -> Any:
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        store.revise_documents(here, "setting", fails)
    assert store.settings(here) == {"country": "KR", "week": "plan"}


def test_a_workspace_is_read_at_one_moment_without_what_was_merely_computed(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY, first=version()).id
    store.save_snapshot(here, version(), at=MONDAY)
    store.add_edits(here, 1, [Edit("1", "name", "x")], at=MONDAY)
    store.put_documents(here, DocumentKind.REPORT, {"1": {"heavy": 1}})
    store.update_settings(here, {"mode": "asap"})
    latest, first = store.opened(here), store.opened(here, 1)
    assert latest.snapshot is not None and latest.snapshot.number == 2  # noqa: PT018
    assert [saved.edit.value for saved in first.edits] == ["x"]
    assert latest.documents == {"setting": {"mode": "asap"}}
    assert store.revision(here) == latest.workspace.revision == 4


def test_corrections_may_be_made_of_those_that_stand(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY, first=version()).id
    for _ in range(3):
        store.add_edits(here, 1, lambda standing: [Edit(f"R-{len(standing)}", "risk.add", True)], at=MONDAY)
    assert [saved.edit.item for saved in store.edits(here, 1)] == ["R-0", "R-1", "R-2"]


@pytest.mark.parametrize(("text", "value"), [
    ("[1e999, -Infinity, NaN]", ["1e999", "-Infinity", "NaN"]), ("9" * 30, "9" * 30), (str(2**63), str(2**63)), ("-5", -5),
    ('"a\\u0000b\\ud800"', "ab?"), ('{"k\\ud800": 1.5}', {"k?": 1.5}), ("null", None),
])  # fmt: skip
def test_json_that_no_page_or_bundle_could_hold_becomes_text(text: str, value: object) -> None:
    assert read_json(text) == value


@pytest.mark.parametrize("levels", [JSON_DEPTH_MAX + 5, 100_000])
def test_json_without_a_bottom_is_cut_or_refused(levels: int) -> None:
    try:
        found = read_json("[" * levels + "]" * levels)
    except ValueError:
        assert levels > 900
    else:
        assert str(found).count("[") == JSON_DEPTH_MAX


def test_a_damaged_row_is_one_wrong_value_and_not_an_error_on_every_page(url: str) -> None:
    with open_store(url) as store:
        here = store.create_workspace("plan", at=MONDAY, first=version()).id
        store.add_edits(here, 1, [Edit("1", "name", "x")], at=MONDAY)
        store.update_settings(here, {"mode": "asap"})
        store.freeze_baseline(here, 1, "first", at=MONDAY)
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        database.execute("UPDATE documents SET value = '{not json'")
        database.execute("UPDATE edits SET record = '[1, NaN]'")
        database.execute("UPDATE snapshots SET baseline = '{\"name\": 5}', options = '7'")
    with open_store(url) as store:
        found = store.opened(here)
        assert found.documents == {"setting": {"mode": "{not json"}}
        assert found.edits[0].edit == Edit("", "", [1, "NaN"])
        assert found.snapshots[0].damaged == ("options", "baseline")
        again = store.open_bundle(store.write_bundle(here), at=MONDAY)
        assert store.opened(again.id).edits[0].edit.value == [1, "NaN"]


def test_a_lock_is_waited_for_with_a_word_and_given_up_in_time(url: str) -> None:
    told: list[float] = []
    began = time.monotonic()
    with open_store(url, wait_seconds=1.5, on_wait=lambda: told.append(time.monotonic() - began)) as store:
        here = store.create_workspace("plan", at=MONDAY).id
        holder = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(StoreError) as caught:
            store.update_settings(here, {"mode": "asap"})
        assert caught.value.finding.code == "store-locked"
        assert 1.4 < time.monotonic() - began < 4
        assert len(told) == 1
        assert 0.6 < told[0] < 1.4
        assert store.settings(here) == {}  # readers do not wait
        holder.execute("ROLLBACK")
        store.update_settings(here, {"mode": "asap"})
        assert store.settings(here) == {"mode": "asap"}
        holder.close()


def test_a_database_whose_version_table_was_emptied_is_called_damaged(url: str) -> None:
    with open_store(url):
        pass
    with sqlite3.connect(Path(url.removeprefix("sqlite:///"))) as database:
        database.execute("DELETE FROM alembic_version")
    with pytest.raises(StoreError) as caught:
        open_store(url)
    assert caught.value.finding.code == "store-damaged"
