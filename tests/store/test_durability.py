"""What survives: killed processes, saves at the same time, locked, full, read-only, damaged, old and new databases."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.store.values import CSV, MONDAY, RISKS, version
from tpm.store import Edit, Store, StoreError, Upload, migrate, open_store
from tpm.store.blobs import digest
from tpm.store.schema import metadata

ROOT = Path(__file__).resolve().parents[2]
PRELUDE = """
import datetime as dt, sys
from tpm.store import Edit, NewSnapshot, Upload, open_store
at = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
"""


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    script = PRELUDE + textwrap.dedent(code)
    return subprocess.Popen([sys.executable, "-c", script, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def finish(processes: list[subprocess.Popen[str]]) -> list[str]:
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return said


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


# Two at once


def test_two_processes_that_save_at_once_both_keep_everything(any_url: str) -> None:
    with open_store(any_url) as store:
        here = store.create_workspace("plan", at=MONDAY).id
    code = """
        with open_store(sys.argv[1], wait_seconds=30) as store:
            for n in range(15):
                upload = Upload(sys.argv[3] + ".csv", f"{sys.argv[3]} {n}".encode() + b"same" * 100)
                store.save_snapshot(sys.argv[2], NewSnapshot([upload, Upload("both.csv", b"in both")]), at=at)
                store.update_settings(sys.argv[2], {f"{sys.argv[3]}{n}": n, "shared": sys.argv[3]})
    """
    finish([start(code, any_url, here, who) for who in ("a", "b")])
    with open_store(any_url) as store:
        listed = store.snapshots(here)
        settings = store.settings(here)
        assert [one.number for one in listed] == list(range(1, 31))
        written = sorted(store.files(here, one.number)[0].content[:4].decode().rstrip("s") for one in listed)
        assert written == sorted(f"{who} {n}"[:4] for who in "ab" for n in range(15))
    assert settings.pop("shared") in ("a", "b")
    assert settings == {f"{who}{n}": n for who in "ab" for n in range(15)}


def test_two_tabs_that_change_different_settings_do_not_wipe_each_other(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY).id
    failed: list[BaseException] = []

    def tab(name: str) -> None:
        try:
            for n in range(20):
                store.update_settings(here, {name: n})
        except BaseException as error:  # noqa: BLE001 - a thread's error must reach the test
            failed.append(error)

    threads = [threading.Thread(target=tab, args=(name,)) for name in ("mode", "calendar", "view", "threshold")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert store.settings(here) == {"calendar": 19, "mode": 19, "threshold": 19, "view": 19}
    assert store.workspace(here).revision == 80


def test_processes_that_open_a_new_database_at_once_all_get_in(any_url: str) -> None:
    code = """
        sys.stdin.readline()
        with open_store(sys.argv[1], wait_seconds=30) as store:
            print(store.create_workspace("plan", at=at).id)
    """
    gate_read, gate_write = os.pipe()
    script = PRELUDE + textwrap.dedent(code)
    processes = [
        subprocess.Popen([sys.executable, "-c", script, any_url], cwd=ROOT, stdin=gate_read, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    os.close(gate_read)
    time.sleep(1.0)  # imports done: the race is about opening
    os.close(gate_write)
    ids = [said.strip() for said in finish(processes)]
    with open_store(any_url) as store:
        assert len(store.summaries(ids)) == 4


# Killed


def test_a_process_killed_in_the_middle_of_saves_leaves_only_whole_versions_and_loses_none_that_was_told(url: str) -> None:
    with open_store(url) as store:
        here = store.create_workspace("plan", at=MONDAY).id
    code = """
        import os
        with open_store(sys.argv[1]) as store:
            while True:
                # many small files: nearly all the time is spent inside the transaction, where the kill is to fall
                files = [Upload(f"{n}.bin", os.urandom(200)) for n in range(40)]
                print(store.save_snapshot(sys.argv[2], NewSnapshot(files), at=at).number, flush=True)
                store.add_edits(sys.argv[2], 1, [Edit("T-1", "a", 1), Edit("T-1", "b", 2)], at=at)
    """
    told = 0
    for delay in (0.05, 0.07, 0.11, 0.13, 0.17, 0.19):
        with start(code, url, here) as process:
            assert process.stdout is not None
            told = int(process.stdout.readline())
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
            told = int(([told, *process.stdout.read().split()])[-1])
    with open_store(url) as store:
        listed = store.snapshots(here)
        assert [one.number for one in listed] == list(range(1, len(listed) + 1))
        assert len(listed) >= told >= 6
        for one in listed:
            contents = store.files(here, one.number)
            assert [file.name for file in contents] == [f"{n}.bin" for n in range(40)]
            assert [digest(file.content) for file in contents] == [file.sha256 for file in one.files]
        assert [saved.edit.field for saved in store.edits(here, 1)] == ["a", "b"] * (len(store.edits(here, 1)) // 2)
        assert store.save_snapshot(here, version(), at=MONDAY).number == len(listed) + 1
    with closing(sqlite3.connect(file_of(url))) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        assert raw.execute("SELECT count(*) FROM blobs").fetchone() == (40 * len(listed) + 1,)  # no bytes without a version


def test_a_process_killed_before_any_statement_of_a_save_leaves_the_versions_as_they_were(url: str) -> None:
    """Kill it before its first statement, its second, and so on to the commit, until a save comes through."""
    with open_store(url) as store:
        here = store.create_workspace("plan", at=MONDAY, first=version()).id
    code = """
        import os, signal
        import sqlalchemy as sa
        left = int(sys.argv[3])
        store = open_store(sys.argv[1])

        def count(*_):
            global left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(store._engines.writing, "before_cursor_execute", count)
        sa.event.listen(store._engines.writing, "commit", count)
        store.save_snapshot(sys.argv[2], NewSnapshot([Upload("a.bin", b"a" * 5000), Upload("b.bin", b"b" * 5000)]), at=at)
        print("saved", flush=True)
    """
    killed = 0
    for moment in range(1, 40):
        with start(code, url, here, str(moment)) as process:
            assert process.stdout is not None
            said = process.stdout.read()
        with open_store(url) as store:
            listed = [one.number for one in store.snapshots(here)]
            if said:
                assert listed == [1, 2]
                assert [len(file.content) for file in store.files(here, 2)] == [5000, 5000]
                break
            assert process.returncode == -signal.SIGKILL
            assert listed == [1]
            assert store.files(here, 1) == (CSV,)
            killed += 1
    assert killed >= 8  # the workspace, its number, two files, the version, their names, the commit
    with closing(sqlite3.connect(file_of(url))) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("SELECT count(*) FROM blobs").fetchone() == (3,)


def test_two_tabs_that_name_and_note_and_freeze_one_version_keep_all_of_it(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY, first=version()).id
    acts = [
        lambda n: store.annotate_snapshot(here, 1, label=f"name {n}"),
        lambda n: store.annotate_snapshot(here, 1, note=f"note {n}"),
        lambda n: store.freeze_baseline(here, 1, f"baseline {n}", at=MONDAY),
        lambda n: store.put_documents(here, "pair", {f"pair {n}": n % 2 == 0}),
    ]
    failed: list[BaseException] = []

    def tab(act: Callable[[int], object]) -> None:
        try:
            for n in range(12):
                act(n)
        except BaseException as error:  # noqa: BLE001 - a thread's error must reach the test
            failed.append(error)

    threads = [threading.Thread(target=tab, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    one = store.snapshot(here, 1)
    assert one.baseline is not None
    assert (one.label, one.note, one.baseline.name) == ("name 11", "note 11", "baseline 11")
    assert len(store.documents(here, "pair")) == 12


def test_marks_of_corrections_change_with_every_correction(store: Store) -> None:
    here = store.create_workspace("plan", at=MONDAY, first=version()).id
    store.save_snapshot(here, version(RISKS), at=MONDAY)
    seen = [store.edit_marks(here)]
    saved = [store.add_edits(here, 1, [Edit("T", "name", str(n))], at=MONDAY)[0] for n in range(3)]
    seen.append(store.edit_marks(here))
    for one in saved:
        store.remove_edits(here, [one.id])
        seen.append(store.edit_marks(here))
        store.add_edits(here, 1, [one.edit], at=MONDAY)
        seen.append(store.edit_marks(here))
    assert seen[0] == {}
    assert len({str(marks) for marks in seen}) == len(seen)
    assert all(set(marks) == {1} for marks in seen[1:])


# Locked, full, read-only, damaged


def test_a_locked_database_says_so_saves_nothing_and_can_still_be_read(url: str) -> None:
    with open_store(url, wait_seconds=0.2) as store:
        here = store.create_workspace("plan", at=MONDAY, first=version()).id
        with closing(sqlite3.connect(file_of(url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError) as caught:
                store.save_snapshot(here, version(RISKS), at=MONDAY)
            assert store.files(here, 1) == (CSV,)
            other.execute("ROLLBACK")
        assert caught.value.finding.code == "store-locked"
        assert "in use by another program, so nothing was saved" in str(caught.value)
        assert str(file_of(url)) in caught.value.finding.message("ko")
        assert store.save_snapshot(here, version(RISKS), at=MONDAY).number == 2


def test_a_database_that_is_locked_when_it_is_opened_says_so(url: str) -> None:
    open_store(url).close()
    with closing(sqlite3.connect(file_of(url), isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError) as caught, open_store(url, wait_seconds=0.2) as store:
            store.create_workspace("plan", at=MONDAY)
        other.execute("ROLLBACK")
    assert caught.value.finding.code == "store-locked"
    assert "다른 프로그램" in caught.value.finding.message("ko")


def test_a_database_file_that_was_moved_away_under_the_program_is_not_written_to_in_vain(url: str) -> None:
    with open_store(url) as store:
        here = store.create_workspace("plan", at=MONDAY, first=version()).id
        away = file_of(url).rename(file_of(url).with_suffix(".away"))
        with pytest.raises(StoreError) as caught:
            store.save_snapshot(here, version(RISKS), at=MONDAY)
        assert caught.value.finding.code == "store-gone"
        assert "Put the file back" in caught.value.finding.fix("en")
        away.rename(file_of(url))
        assert store.save_snapshot(here, version(RISKS), at=MONDAY).number == 2


def test_a_full_disk_says_so_and_keeps_nothing_of_the_save(url: str) -> None:
    with open_store(url) as store:
        here = store.create_workspace("plan", at=MONDAY, first=version()).id
        noise = [Upload(f"{n}.bin", os.urandom(300_000)) for n in range(3)]

        def fill(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 120}")  # room for the first file, not for the third

        sa.event.listen(store._engines.writing, "checkout", fill)
        with pytest.raises(StoreError) as caught:
            store.save_snapshot(here, version(*noise), at=MONDAY)
        assert caught.value.finding.code == "store-full"
        assert "no space left" in caught.value.finding.message("en")
        assert [one.number for one in store.snapshots(here)] == [1]
        sa.event.remove(store._engines.writing, "checkout", fill)
    with open_store(url) as store:
        assert store.save_snapshot(here, version(*noise), at=MONDAY).number == 2
        with store._engines.reading.begin() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM blobs")).scalar() == 4


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that a user without rights can reach: pytest's own are closed to others."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def without_rights() -> Iterator[None]:
    """File permissions mean nothing to root: be nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="file permissions of this kind are a matter of Unix")
class TestReadOnly:
    def test_a_folder_that_cannot_be_written_says_so(self, open_folder: Path, without_rights_after: None) -> None:
        with pytest.raises(StoreError) as caught:
            open_store(f"sqlite:///{open_folder / 'sub' / 'plans.sqlite3'}")
        assert caught.value.finding.code == "store-read-only"
        assert "permission to write the file and its folder" in caught.value.finding.fix("en")

    @pytest.fixture
    def without_rights_after(self, open_folder: Path, request: pytest.FixtureRequest) -> None:
        """The folder is made and filled by its owner first."""
        url = f"sqlite:///{open_folder / 'plans.sqlite3'}"
        with open_store(url) as store:
            store.create_workspace("plan", at=MONDAY)
        (open_folder / "plans.sqlite3").chmod(0o444)
        open_folder.chmod(0o555)
        request.getfixturevalue("without_rights")

    def test_a_database_in_it_says_so_instead_of_failing_oddly(self, open_folder: Path, without_rights_after: None) -> None:
        with pytest.raises(StoreError) as caught, open_store(f"sqlite:///{open_folder / 'plans.sqlite3'}") as store:
            store.create_workspace("plan", at=MONDAY)
        assert caught.value.finding.code == "store-read-only"


def test_a_path_through_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as caught:
        open_store(f"sqlite:///{tmp_path / 'file' / 'plans.sqlite3'}")
    assert caught.value.finding.code == "store-read-only"


def test_a_file_that_is_no_database_says_so_and_is_left_as_it_is(url: str) -> None:
    file_of(url).write_bytes(b"Dear diary, " * 500)
    with pytest.raises(StoreError) as caught:
        open_store(url)
    assert caught.value.finding.code == "store-damaged"
    assert file_of(url).read_bytes() == b"Dear diary, " * 500


@pytest.mark.parametrize("broken", [b"not what was saved", b""])
def test_bytes_that_changed_in_the_database_are_not_passed_off_as_the_file(url: str, broken: bytes) -> None:
    with open_store(url) as store:
        here = store.create_workspace("plan", at=MONDAY, first=version()).id
        with closing(sqlite3.connect(file_of(url))) as raw, raw:
            raw.execute("UPDATE blobs SET data = ?", (broken,))
        with pytest.raises(StoreError) as caught:
            store.files(here, 1)
        assert caught.value.finding.code == "store-damaged"


@pytest.mark.parametrize("address", ["", "nonsense", "mysql://u:secret@h/d", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_cannot_be_used_says_so_without_repeating_a_password(address: str, monkeypatch: pytest.MonkeyPatch,
                                                                             tmp_path: Path) -> None:
    monkeypatch.setenv("TPM_DATABASE_URL", address)
    monkeypatch.setattr("platformdirs.user_data_dir", lambda name, appauthor: str(tmp_path))
    if not address:  # empty is not set
        with open_store() as store:
            assert store.place == str(tmp_path / "workspaces.sqlite3")
        return
    with pytest.raises(StoreError) as caught:
        open_store()
    assert caught.value.finding.code == "store-address"
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_or_a_missing_driver_says_so() -> None:
    with pytest.raises(StoreError) as caught:
        open_store("postgresql://user:secret@127.0.0.1:1/plans")
    assert caught.value.finding.code in ("store-unreachable", "store-driver")
    assert "secret" not in caught.value.finding.message("ko") + str(caught.value)
    assert "psycopg" in str(caught.value) or "does not answer" in str(caught.value)


def test_an_error_survives_pickling(url: str) -> None:
    file_of(url).write_bytes(b"x" * 5000)
    with pytest.raises(StoreError) as caught:
        open_store(url)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


# Old and new databases


def test_the_migrations_end_at_the_tables_that_the_program_uses(any_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    assert ScriptDirectory.from_config(config).get_heads() == [migrate.HEAD]
    with open_store(any_url) as store, store._engines.writing.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


NEXT = '''
"""A revision as the next version of the program might bring: a table copied, a value derived."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"

def upgrade():
    with op.batch_alter_table("workspaces", recreate="{recreate}") as batch:
        batch.add_column(sa.Column("title", sa.Text))
    op.execute("UPDATE workspaces SET title = 'Plan ' || name")
    {then}
'''


def next_version(folder: Path, monkeypatch: pytest.MonkeyPatch, then: str = "pass", recreate: str = "auto") -> None:
    """Make the program one revision newer than it is."""
    shutil.copytree(migrate.SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "r0002_titles.py").write_text(NEXT.format(then=then, recreate=recreate))
    monkeypatch.setattr(migrate, "SCRIPTS", folder)
    monkeypatch.setattr(migrate, "HEAD", "0002")


def test_a_database_of_an_older_version_is_migrated_and_loses_nothing(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(url) as store:
        here = store.create_workspace("alpha", at=MONDAY, first=version(CSV, RISKS)).id
        store.add_edits(here, 1, [Edit("T-1", "name", "x")], at=MONDAY)
    next_version(tmp_path / "100% new", monkeypatch, recreate="always")
    with open_store(url) as store:
        assert store.files(here, 1) == (CSV, RISKS)
        assert [saved.edit.value for saved in store.edits(here, 1)] == ["x"]
        with store._engines.reading.begin() as connection:
            assert connection.execute(sa.text("SELECT title FROM workspaces")).scalars().all() == ["Plan alpha"]
            assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == "0002"
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_migration_that_fails_half_way_leaves_the_database_as_it_was(
    any_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(any_url) as store:
        here = store.create_workspace("alpha", at=MONDAY, first=version()).id
    with monkeypatch.context() as newer:
        next_version(tmp_path / "new", newer, then="raise OSError(28, 'No space left on device')")
        with pytest.raises(StoreError) as caught:
            open_store(any_url)
    assert caught.value.finding.code == "store-full"
    with open_store(any_url) as store, store._engines.reading.begin() as connection:
        assert "title" not in [column["name"] for column in sa.inspect(connection).get_columns("workspaces")]
        assert store.files(here, 1) == (CSV,)


def test_a_database_of_a_newer_version_is_refused_and_left_alone(any_url: str) -> None:
    with open_store(any_url) as store, store._engines.writing.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0042'"))
    with pytest.raises(StoreError) as caught:
        open_store(any_url)
    assert caught.value.finding.code == "store-newer"
    assert "newer version of this program (schema 0042)" in str(caught.value)
    assert "더 새로운 버전" in caught.value.finding.message("ko")


def test_opening_a_database_that_is_up_to_date_does_not_import_alembic(url: str) -> None:
    open_store(url).close()
    code = 'open_store(sys.argv[1]).close(); print("alembic" in sys.modules, "pandas" in sys.modules)'
    assert finish([start(code, url)]) == ["False False\n"]
