"""Microsoft Project's own file, with and without MPXJ and Java (both played by stand-ins here)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.ingest.formats.builders import mspdi_file, row, task
from tpm.findings import InputError
from tpm.ingest.formats import mpp

MPP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "MSProject.MPP14".encode("utf-16-le")


def refused(data: bytes = MPP) -> str:
    with pytest.raises(InputError) as caught:
        mpp.read("plan.mpp", data)
    assert "plan.mpp" in caught.value.finding.message("ko")
    return caught.value.finding.code


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An ``mpxj`` package on the path, and a ``java`` that does what the returned script says."""
    (tmp_path / "packages" / "mpxj" / "lib").mkdir(parents=True)
    (tmp_path / "packages" / "mpxj" / "__init__.py").write_text("raise ImportError('needs a bridge that is not installed')")
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    (tmp_path / "bin").mkdir()
    java = tmp_path / "bin" / "java"
    java.write_text("#!/bin/sh\nexit 1\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    return java


def test_only_project_s_compound_files_are_recognised() -> None:
    assert mpp.looks_like(MPP)
    assert not mpp.looks_like(MPP[:100])  # an old Excel file begins alike
    assert not mpp.looks_like(b"PK\x03\x04")


def test_without_the_package_the_words_say_how_to_save_as_xml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mpp, "_archives", lambda: None)
    with pytest.raises(InputError) as caught:
        mpp.read("plan.mpp", MPP)
    finding = caught.value.finding
    assert finding.code == "file-mpp-needs-xml"
    assert "Save As" in finding.fix("en")
    assert "다른 이름으로 저장" in finding.fix("ko")


def test_without_java_the_words_are_the_same(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(installed))
    assert refused() == "file-mpp-needs-xml"


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for java is a shell script")
def test_with_both_the_file_is_converted_and_read(installed: Path, tmp_path: Path) -> None:
    converted = tmp_path / "converted.xml"
    converted.write_bytes(mspdi_file(task(1)))
    installed.write_text(f'#!/bin/sh\nfor last; do :; done\ncp "{converted}" "$last"\n')
    result = mpp.read("plan.mpp", MPP)
    assert row(result, "1")["name"] == "Task 1"
    assert result.sources[0].file == "plan.mpp"


@pytest.mark.parametrize("script", ["exit 1", "exit 0", "for last; do :; done; echo '<html/>' > $last"])
def test_a_file_that_cannot_be_converted_is_refused(installed: Path, script: str) -> None:
    installed.write_text(f"#!/bin/sh\n{script}\n")
    assert refused() == "file-mpp-unreadable"


def test_a_conversion_that_hangs_is_ended(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed.write_text("#!/bin/sh\nexec sleep 30\n")
    monkeypatch.setattr(mpp, "TIMEOUT_SECONDS", 0.2)
    assert refused() == "file-mpp-unreadable"


def test_another_kind_of_file_is_refused() -> None:
    assert refused(b"PK\x03\x04") == "file-not-mpp"
