"""Opening files: content decides, and what cannot be opened gets one clear sentence in both languages."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from tests.ingest.build import codes, finding, read_text, row, saved, xlsx
from tpm import guard
from tpm.findings import InputError
from tpm.ingest import read_files

_PLAN = [["Task", "Start", "Finish"], ["Design", "2026-03-02", "2026-03-06"], ["Build", "2026-03-09", "2026-03-20"]]


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
_BAD = {
    "nothing": (b"", "file-empty"),
    "only blanks": (b" \r\n\n\t", "file-empty"),
    "a Word file renamed": (_zip("word/document.xml", "[Content_Types].xml"), "file-word"),
    "slides renamed": (_zip("ppt/presentation.xml"), "file-slides"),
    "a plain archive": (_zip("readme.txt"), "file-archive"),
    "an image renamed .csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "file-image"),
    "a PDF": (b"%PDF-1.7 ...", "file-pdf"),
    "an encrypted workbook": (_OLE + "EncryptedPackage".encode("utf-16-le"), "file-encrypted"),
    "an old Word file": (_OLE + "WordDocument".encode("utf-16-le"), "file-word"),
    "a truncated workbook": (xlsx(_PLAN)[:2000], "file-damaged"),
    "random bytes": (bytes((i * 37 + 11) % 256 for i in range(3000)), "file-unknown"),
    "a web page named .xls": (b"<html><body><table><tr><td>Task</td></tr></table></body></html>", "file-html"),
}


@pytest.mark.parametrize("name", _BAD)
def test_a_file_that_is_no_plan_is_refused_with_one_sentence(name: str) -> None:
    data, code = _BAD[name]
    with pytest.raises(InputError) as refused:
        read_files([("plan.xlsx", data)])
    assert refused.value.finding.code == code
    for lang in ("en", "ko"):
        assert refused.value.finding.message(lang)
        assert refused.value.finding.fix(lang)


def test_a_bad_file_beside_a_good_one_is_a_finding_and_the_good_one_is_read() -> None:
    result = read_files([("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(300)), ("plan.xlsx", xlsx(_PLAN))])
    assert result.plan.activities["name"].tolist() == ["Design", "Build"]
    assert finding(result, "file-image").severity.value == "error"


def test_the_extension_is_not_believed() -> None:
    result = read_files([("plan.csv", xlsx(_PLAN))])
    assert result.sources[0].format == "xlsx"
    assert len(result.plan.activities) == 2


def test_a_zip_bomb_is_refused_by_its_unpacked_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "WORKBOOK", guard.Allowed(100, 1000, 1000))
    with pytest.raises(InputError) as refused:
        read_files([("plan.xlsx", xlsx(_PLAN))])
    assert refused.value.finding.code == "zip-too-large"


def test_one_stray_cell_far_away_does_not_take_the_memory() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Task"
    book.active["XFD1048576"] = "x"
    with pytest.raises(InputError) as refused:
        read_files([("plan.xlsx", saved(book))])
    assert refused.value.finding.code == "sheet-too-wide"


def test_a_sheet_of_pictures_holds_no_cells_and_says_so() -> None:
    result = read_files([("plan.xlsx", saved(openpyxl.Workbook()))])
    assert finding(result, "no-cells").places[0].source == "plan.xlsx"
    assert result.plan.activities.empty


def test_text_stays_text_and_whole_numbers_lose_their_point_zero() -> None:
    result = read_files(
        [
            (
                "plan.xlsx",
                xlsx(
                    [["ID", "Task", "Start"], ["01", "NA check", "2026-03-02"], ["1-2", "Build", "2026-03-03"], [7, "Ship", "2026-03-04"]]
                ),
            )
        ]
    )
    assert result.plan.activities["id"].tolist() == ["01", "1-2", "7"]
    assert result.plan.activities["name"].tolist()[0] == "NA check"


@pytest.mark.parametrize(("encoding", "shown"), [("utf-8-sig", "utf-8-sig"), ("cp949", "cp949"), ("utf-16", "utf-16"), ("utf-8", "utf-8")])
def test_korean_text_is_read_in_every_encoding_that_excel_writes(encoding: str, shown: str) -> None:
    result = read_text("작업명,담당자,시작일\n설계 검토,김철수,2026-03-02\n개발,이영희,2026-03-09\n", encoding=encoding)
    assert result.sources[0].encoding == shown
    assert row(result, "설계 검토")["owner"] == "김철수"
    assert ("encoding" in codes(result)) == (encoding in ("cp949", "utf-16"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    lines = [["Task", "Owner", "Start"], ["Design", "Ana", "2026-03-02"], ["Build", "Bo", "2026-03-09"]]
    result = read_text("\n".join(delimiter.join(line) for line in lines))
    assert row(result, "Build")["owner"] == "Bo"


def test_the_last_saved_date_is_kept() -> None:
    assert read_files([("plan.xlsx", xlsx(_PLAN))]).plan.saved_on is not None
