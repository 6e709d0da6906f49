"""The cells that a plan was read from are given back exactly as they stand in the files."""

from __future__ import annotations

import datetime as dt

from tests.ingest.build import xlsx
from tpm.ingest import read_files, source_cells

PLAN = [
    ["Apollo"],
    ["Nr", "Task", "Begin", "End", "Days"],
    [1, " Build ", dt.date(2026, 3, 2), "6 March 2026", "1w"],
    [2, "Test", "9. März 2026", None, 2.5],
]


def test_each_field_gives_its_cells_as_they_stand_in_the_file() -> None:
    files = [("plan.xlsx", xlsx(PLAN))]
    source = source_cells(files, read_files(files))
    assert source.headers == {"id": "Nr", "name": "Task", "start": "Begin", "finish": "End", "duration": "Days"}
    assert source.texts["name"].tolist() == [" Build ", "Test"]
    assert source.texts["start"].tolist() == ["2026-03-02", "9. März 2026"]
    assert source.texts["finish"].tolist() == ["6 March 2026", ""]
    assert source.texts["duration"].tolist() == ["1w", "2.5"]


def test_rows_of_several_tables_find_their_own_cells() -> None:
    sheets = {"Web": [["Task", "Start"], ["Page", "2 Mar 2026"]], "App": [["Item", "Begin", "Owner"], ["Screen", "3 Mar 2026", "Bex"]]}
    files = [("plan.xlsx", xlsx(sheets))]
    result = read_files(files)
    source = source_cells(files, result)
    assert result.plan.activities["name"].tolist() == ["Page", "Screen"]
    assert source.texts["start"].tolist() == ["2 Mar 2026", "3 Mar 2026"]
    assert source.texts["owner"].tolist() == [None, "Bex"]
    assert source.headers["name"] == "Task / Item"


def test_a_file_without_cells_gives_none() -> None:
    xml = b'<project name="P" view-date="2026-03-02"><tasks><task id="0" name="A" start="2026-03-02" duration="2"/></tasks></project>'
    files = [("plan.gan", xml)]
    result = read_files(files)
    assert len(result.plan.activities) == 1
    assert not source_cells(files, result).texts
