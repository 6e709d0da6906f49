"""Several versions of one plan handed in together: the newest counts, and it is said."""

from __future__ import annotations

from tests.ingest.build import codes, finding
from tpm.ingest import read_files
from tpm.model import ImportResult

NAMES = ("Collect forms", "Build parser", "Load archive", "Train clerks", "Go live")


def _file(month: int, team: str = "Ops", names: tuple[str, ...] = NAMES) -> bytes:
    rows = [f"{n},{name},{team},2026-{month:02}-{n + 1:02},2026-{month:02}-{n + 2:02}" for n, name in enumerate(names, 1)]
    return "\n".join(["ID,Task,Team,Start,Finish", *rows]).encode()


def _read(*files: tuple[str, bytes]) -> ImportResult:
    return read_files(files)


def test_the_newer_of_two_versions_counts_whatever_the_order_they_come_in() -> None:
    old, new = ("plan_v9.csv", _file(3)), ("plan_v10.csv", _file(4, names=("Kick-off", *NAMES)))
    for files in ((old, new), (new, old)):
        result = _read(*files)
        assert set(result.plan.activities["file"]) == {"plan_v10.csv"}
        assert len(result.plan.activities) == 6
        told = finding(result, "versions-together")
        assert (told.params["file"], told.params["newer"], told.params["count"]) == ("plan_v9.csv", "plan_v10.csv", 5)
        assert "duplicate-ids" not in codes(result)
        assert {table.same_as for table in result.tables} == {None, "plan_v10.csv"}


def test_versions_under_other_names_are_known_by_who_does_what() -> None:
    result = _read(("monday.csv", _file(3)), ("status for Kim.csv", _file(4)))
    assert set(result.plan.activities["file"]) == {"status for Kim.csv"}


def test_two_sites_that_follow_one_list_are_both_read_and_told() -> None:
    result = _read(("Busan.csv", _file(3, "Busan")), ("Daegu.csv", _file(4, "Daegu")))
    assert len(result.plan.activities) == 10
    assert finding(result, "files-alike").params["count"] == 5


def test_files_of_other_work_are_left_alone() -> None:
    result = _read(("plan_1.csv", _file(3)), ("plan_2.csv", _file(4, names=("Dig", "Pour", "Frame", "Roof", "Paint"))))
    assert len(result.plan.activities) == 10
    assert not codes(result) & {"versions-together", "files-alike"}
