"""The door: several files, scheduling tools' files by content, the JSON, and the catalogue's words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import tpm.ingest
from tests.ingest.build import codes, read, read_text, row, xlsx
from tpm.findings import InputError
from tpm.i18n import keys
from tpm.ingest import ReadOptions, read_files
from tpm.ingest.inspect_json import inspect_json

_TASKS = [
    ["ID", "Task", "Start", "Finish", "Predecessors"],
    ["1", "Design", "2026-03-02", "2026-03-06", None],
    ["2", "Build", "2026-03-09", "2026-03-20", "1FS+1d"],
]
_MSPDI = b"""<?xml version="1.0"?><Project xmlns="http://schemas.microsoft.com/project"><Tasks><Task><UID>1</UID><ID>1</ID><Name>Weld</Name>
<Start>2026-03-02T08:00:00</Start><Finish>2026-03-03T17:00:00</Finish><Duration>PT16H0M0S</Duration></Task></Tasks></Project>"""


def test_activities_in_one_file_and_risks_in_another_are_one_plan() -> None:
    risks = xlsx([["Risk", "Probability", "Impact", "Affected activities"], ["Vendor slips", 3, 4, "Build"]])
    result = read_files([("tasks.xlsx", xlsx(_TASKS)), ("risks.xlsx", risks)])
    assert len(result.plan.activities) == 2
    assert result.plan.risk_hits["activity"].tolist() == ["2"]
    assert [source.file for source in result.sources] == ["tasks.xlsx", "risks.xlsx"]


def test_two_teams_with_the_same_ids_keep_all_their_rows() -> None:
    other = [["ID", "Task", "Start", "Predecessors"], ["1", "Procure", "2026-03-02", None], ["2", "Install", "2026-03-09", "1"]]
    result = read_files([("a.xlsx", xlsx(_TASKS)), ("b.xlsx", xlsx(other))])
    assert len(result.plan.activities) == 4
    frame = result.plan.dependencies
    names = result.plan.activities.set_index("id")["name"]
    assert [(names[first], names[second]) for first, second in zip(frame["predecessor"], frame["successor"], strict=True)] == [
        ("Design", "Build"),
        ("Procure", "Install"),
    ]


def test_a_project_file_is_recognised_by_content_and_joined() -> None:
    pytest.importorskip("tpm.ingest.formats.mspdi")
    result = read_files([("plan.txt", _MSPDI), ("tasks.xlsx", xlsx(_TASKS))])
    assert {"Weld", "Design", "Build"} <= set(result.plan.activities["name"])
    assert len(result.sources) == 2


def test_no_files_is_an_input_error() -> None:
    with pytest.raises(InputError):
        read_files([])


def test_reading_twice_gives_the_same_plan() -> None:
    data = xlsx(_TASKS)
    assert read_files([("p.xlsx", data)]).plan.fingerprint == read_files([("p.xlsx", data)]).plan.fingerprint


def test_the_json_is_plain_data_with_the_promised_keys() -> None:
    answer = json.loads(json.dumps(inspect_json(read(_TASKS), "ko"), allow_nan=False))
    assert {"sources", "tables", "activities", "dependencies", "risks", "findings"} <= set(answer)
    build = answer["activities"][1]
    assert (build["id"], build["planned_start"], build["duration"], build["source"], build["state"]) == (
        "2",
        "2026-03-09",
        None,
        "Plan!A3",
        "not_started",
    )
    assert answer["dependencies"] == [
        {"predecessor": "1", "successor": "2", "type": "FS", "lag": 1, "lag_unit": "working", "source": "Plan!E3"}
    ]
    start = answer["tables"][0]["columns"]["start"]
    assert start.pop("why").startswith("“Start”: ")
    assert start == {
        "header": "Start",
        "column": "C",
        "confidence": 0.95,
        "by": "header",
        "runner_up": None,
        "unit": None,
    } | {"confidence": answer["tables"][0]["columns"]["start"]["confidence"]}


def test_a_plan_without_a_progress_column_says_so() -> None:
    assert not read(_TASKS).plan.progress_reported
    assert read([["Task", "Status", "Start"], ["Design", "Done", "2026-03-02"]]).plan.progress_reported


def test_one_finding_holds_all_cells_of_its_kind() -> None:
    rows = [["Task", "Start", "Finish"], *([f"T{number}", "2026-03-02", "soonish"] for number in range(20))]
    found = [one for one in read(rows).findings if one.code == "unreadable-date"]
    assert len(found) == 1
    assert len(found[0].places) == 20


def test_a_sheet_that_does_not_exist_is_said() -> None:
    assert "no-such-sheet" in codes(read(_TASKS, ReadOptions(sheet="Nowhere")))


def test_ragged_csv_rows_are_kept() -> None:
    result = read_text("Task,Owner,Start\nDesign,Ana,2026-03-02\nBuild,Bo,2026-03-09,extra,cells\nTest\n")
    assert result.plan.activities["name"].tolist() == ["Design", "Build", "Test"]
    assert row(result, "Build")["owner"] == "Bo"


def test_every_code_of_the_importer_has_words_in_both_languages() -> None:
    folder = Path(tpm.ingest.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    used = set(re.findall(r'(?:Finding|refuse|_refuse|doubts\.cells|doubts\.add|tell)\(\s*"([a-z-]+)"', source))
    assert len(used) > 35
    assert {f"finding.{code}.message" for code in used} <= set(keys())
    reasons = set(re.findall(r'reasons\[[^\]]*\] = "([a-z-]+)"', source)) | {"no-name", "not-a-risk"}
    assert {f"rejected.{reason}" for reason in reasons} <= set(keys())
