"""Where machine code is kept: the first place that can be written to, filled from a complete one that cannot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tpm.schedule import compiled
from tpm.schedule.compiled import _COMPLETE, _FOLDER, cache_directory, places

ROOT = Path(__file__).resolve().parent.parent.parent


def complete(place: Path) -> Path:
    """A place where everything has been compiled."""
    folder = place / _FOLDER
    folder.mkdir(parents=True)
    (folder / "kernel.nbc").write_bytes(b"code")
    (folder / _COMPLETE).touch()
    return folder


def read_only(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    """Root may write anywhere: only the question is answered as another user would hear it."""
    asked = os.access
    monkeypatch.setattr(compiled.os, "access", lambda path, mode: place not in Path(path).parents and asked(path, mode))


def test_it_lies_with_the_environment() -> None:
    assert places()[0] == Path(sys.prefix) / "tpm-kernels"


def test_the_first_place_that_can_be_written_to_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("no folder can be made in here")
    assert cache_directory([tmp_path / "a file" / "in it", tmp_path / "second", tmp_path / "third"]) == tmp_path / "second" / _FOLDER


def test_a_complete_place_that_is_read_only_is_taken_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    complete(tmp_path / "environment")
    read_only(monkeypatch, tmp_path / "environment")
    found = cache_directory([tmp_path / "environment", tmp_path / "user"])
    assert found == tmp_path / "user" / _FOLDER
    assert (found / "kernel.nbc").read_bytes() == b"code"
    assert (found / _COMPLETE).is_file()
    assert [path.name for path in found.parent.iterdir()] == [_FOLDER]  # nothing is left over


def test_what_the_user_compiled_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    complete(tmp_path / "environment")
    read_only(monkeypatch, tmp_path / "environment")
    (tmp_path / "user" / _FOLDER).mkdir(parents=True)
    assert list(cache_directory([tmp_path / "environment", tmp_path / "user"]).iterdir()) == []


def test_no_place_at_all_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="none of .*file/a"):
        cache_directory([tmp_path / "file" / "a"])


def test_changed_source_is_compiled_anew(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tpm", tmp_path / "tpm", ignore=shutil.ignore_patterns("__pycache__"))

    def digest() -> str:
        code = "from tpm.schedule import compiled; print(compiled.source_digest())"
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
        return subprocess.check_output([sys.executable, "-c", code], cwd=tmp_path, env=environment, text=True)

    before = digest()
    with (tmp_path / "tpm" / "risk" / "axis.py").open("a") as file:
        file.write("\n# another line\n")
    assert digest() != before


def test_the_engine_is_loaded_without_scipy_and_leaves_it_to_be_imported() -> None:
    """numba looks for BLAS in scipy.linalg, which takes longer to import than everything that is compiled takes to load."""
    code = """
import sys
from tpm.insight import kernels
kernels.LOADERS[0]()
assert not [name for name in sys.modules if name.startswith("scipy.linalg")]
import scipy.linalg.cython_blas
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
