"""``python -m tpm whatif``: the contract's shape, the order of changes, ids with signs in them, and nonsense."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plans import plan_of
from tpm.cli import main, whatif
from tpm.ingest import read_files
from tpm.model import LagUnit, LinkType, State
from tpm.scenario import (
    Change,
    add_link,
    arguments_of,
    drop,
    fire_risk,
    remove_link,
    retire_risk,
    set_duration,
    set_finish,
    set_start,
    shift,
)

CSV = ("ID,Task,Team,Start,Finish,Predecessors\nA,Build,Core,2026-11-02,2026-11-06,\nB,Test,QA,2026-11-09,2026-11-13,A\n"
       "C=1,Docs,Core,2026-11-02,2026-11-03,\nD->E,Ship,QA,2026-11-16,2026-11-17,B\n")


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.csv"
    path.write_text(CSV, encoding="utf-8")
    return str(path)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main(["whatif", *arguments, "--status-date", "none", "--json"]) == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_the_answer_has_the_shape_of_the_contract(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = told(capsys, plan, "--shift", "A=+2d")
    assert (answer["before"], answer["after"]) == ({"finish": "2026-11-17"}, {"finish": "2026-11-19"})
    moved = answer["moved"]
    assert isinstance(moved, list)
    assert {key: moved[1][key] for key in ("id", "name", "team", "before", "after", "days", "driver")} == {
        "id": "B", "name": "Test", "team": "QA", "before": "2026-11-13", "after": "2026-11-17", "days": 2, "driver": "A"}
    assert answer["changes"] == [{"kind": "shift", "item": "A", "value": 2.0, "text": "Build: 2 working days later"}]


@pytest.mark.parametrize(("arguments", "finish"), [
    (["--shift", "A=1w"], "2026-11-24"),
    (["--start", "A=2026-11-05"], "2026-11-20"),
    (["--finish", "A=2026-11-10"], "2026-11-19"),
    (["--duration", "A=6d"], "2026-11-18"),
    (["--link", "C=1->B:FS+10d"], "2026-11-26"),
    (["--link", "A->D->E:FS+6d"], "2026-11-18"),
    (["--unlink", "A->B", "--shift", "A=+5d"], "2026-11-17"),
    (["--shift", "C=1=+40d"], "2026-12-29"),
    (["--drop", "D->E"], "2026-11-13"),
    (["--duration", "A=6d", "--shift", "B=+2", "--duration", "B=3"], "2026-11-18"),
    (["--progress", "A=100%"], "2026-11-17"),
    (["--shift", "A=+2d", "--target", "B"], "2026-11-17"),
    ([], "2026-11-17"),
])
def test_every_kind_of_change(plan: str, capsys: pytest.CaptureFixture[str], arguments: list[str], finish: str) -> None:
    assert told(capsys, plan, *arguments)["after"] == {"finish": finish}


def test_start_without_an_item_is_still_the_project_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "undated.csv"
    path.write_text("ID,Task,Duration,Predecessors\nA,Build,5,\nB,Test,5,A\n", encoding="utf-8")
    answer = told(capsys, str(path), "--start", "2026-11-02", "--duration", "A=10d")
    assert (answer["before"], answer["after"]) == ({"finish": "2026-11-13"}, {"finish": "2026-11-20"})


def test_the_changed_plan_is_written_and_reads_the_same(plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "changed.xlsx"
    answer = told(capsys, plan, "--shift", "A=+2d", "--drop", "D->E", "--finish", "C=1=2026-11-10", "--out", str(out))
    assert answer["after"] == {"finish": "2026-11-17"}
    rows = read_files([(out.name, out.read_bytes())]).plan.activities.set_index("id")
    assert list(rows.index) == ["A", "B", "C=1"]
    assert [str(rows["planned_start"]["A"].date()), str(rows["planned_finish"]["C=1"].date())] == ["2026-11-04", "2026-11-10"]
    assert set(rows["state"]) == {State.NOT_STARTED}


@pytest.mark.parametrize("arguments", [
    ["--shift", "nope=+1d"], ["--shift", "A=soon"], ["--shift", "A"], ["--start", "A=2026-02-31"], ["--finish", "A=2026-01-01"],
    ["--link", "B->A"], ["--link", "A"], ["--unlink", "A->C=1"], ["--progress", "A=130%"], ["--duration", "A=0d"], ["--drop", "nope"],
    ["--shift", "A=+1d", "--out", "plan.docx"], ["--shift", "A=+1d", "--out", "no/such/folder/plan.xlsx"], ["--shift", "A=0.5d"],
])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_nonsense_is_one_line_and_status_1_and_nothing_is_written(
        plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], lang: str) -> None:
    out = [] if "--out" in arguments else ["--out", str(tmp_path / "out.xlsx")]
    assert main(["whatif", plan, *arguments, *out, "--status-date", "none", "--lang", lang]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.strip().splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["plan.csv"]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_people_read_a_table_that_fits(plan: str, capsys: pytest.CaptureFixture[str], lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["whatif", plan, "--shift", "A=+2d", "--shift", "B=-3", "--lang", lang, "--status-date", "none"]) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    table = shown.split("\n\n")[1].splitlines()
    assert all(len(line) <= 80 for line in table)
    assert len(table) == 4
    assert ("waits for Build" if lang == "en" else "Build를 기다립니다") in shown


@pytest.mark.parametrize("option", ["--shift=A=+1000000d", "--duration=A=99999d", "--start=A=9999-12-31", "--link=A->C=1:FS+999999d"])
def test_a_change_beyond_every_plan_is_refused_with_the_range(plan: str, capsys: pytest.CaptureFixture[str], option: str) -> None:
    assert main(["whatif", plan, option]) == 1
    assert "2999-12-31" in capsys.readouterr().err


_IDS = st.sampled_from(["A", "B", "C=1", "D->E", "-X", "a:FS", "FS", "01", "sp ace"])
_SPANS = st.floats(-400, 400).map(lambda days: round(days, 3))
_DATES = st.dates(dt.date(1950, 1, 1), dt.date(2900, 1, 1))
_CHANGES = st.one_of(
    st.builds(shift, _IDS, _SPANS), st.builds(set_duration, _IDS, _SPANS.map(abs)), st.builds(set_start, _IDS, _DATES),
    st.builds(set_finish, _IDS, _DATES), st.builds(drop, _IDS), st.builds(retire_risk, _IDS),
    st.builds(fire_risk, _IDS), st.builds(remove_link, _IDS, _IDS, st.sampled_from([None, *LinkType])),
    st.builds(add_link, _IDS, _IDS, st.sampled_from(LinkType), _SPANS, st.sampled_from([LagUnit.WORKING, LagUnit.ELAPSED])))


@given(st.lists(_CHANGES, max_size=6))
def test_changes_written_as_options_are_read_back_as_the_same_changes(changes: list[Change]) -> None:
    plan = plan_of(*({"id": each} for each in ("A", "B", "C=1", "D->E", "-X", "a:FS", "FS", "01", "sp ace")))
    parser = argparse.ArgumentParser()
    whatif.add_options(parser)
    read = [whatif._change(option, text, plan) for option, text in parser.parse_args(list(arguments_of(changes))).changes]
    assert read == changes
