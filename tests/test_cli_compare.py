"""``compare OLD NEW``: the contract's shape, parts that add up, tables that fit, wrong usage."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation

from tpm.cli import main

ROOT = Path(__file__).resolve().parent.parent
OLD, NEW = (str(ROOT / "data" / f"sample_en_2026-11-{day}.xlsx") for day in ("06", "20"))
HEAD = "ID,Task,Team,Start,Finish,Predecessors\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    contents = (
        HEAD + "01,Build,Core,2026-11-02,2026-11-06,\n02,Test,Quality,2026-11-09,2026-11-13,01\n"
        "03,Write the guide,Docs,2026-11-02,2026-11-04,\n",
        HEAD + "01,Build,Core,2026-11-02,2026-11-10,\n02,Test it,Quality,2026-11-11,2026-11-17,01\n"
        "04,Penetration test,Security,2026-12-01,2026-12-04,\n",
    )
    paths = []
    for name, content in zip(("old.csv", "new.csv"), contents, strict=True):
        (tmp_path / name).write_text(content, encoding="utf-8")
        paths.append(str(tmp_path / name))
    return paths[0], paths[1]


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["compare", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_the_answer_has_the_shape_of_the_contract(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, *files, "--status-date", "none")
    assert {"matched", "added", "removed", "renamed", "moved"} <= set(told)
    assert [(pair["old"], pair["new"]) for pair in told["matched"]] == [("01", "01"), ("02", "02")]
    assert all(0.5 <= pair["score"] <= 1 for pair in told["matched"])
    assert (told["added"], told["removed"], told["renamed"]) == (["04"], ["03"], ["02"])
    build, test = told["moved"]
    assert (build["id"], build["name"], build["before"], build["after"], build["days"]) == ("01", "Build", "2026-11-06", "2026-11-10", 2)
    assert [(why["kind"], why["from"], why["days"]) for why in build["because"]] == [("duration", "01", 2)]
    assert [(why["kind"], why["from"], why["days"]) for why in test["because"]] == [("inherited", "01", 2)]


def test_the_parts_of_every_move_in_the_sample_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, OLD, NEW, "--calendar", "KR")
    assert len(told["moved"]) > 20
    kinds = {"duration", "inherited", "calendar", "scope", "replanned"}
    for item in told["moved"]:
        assert sum(why["days"] for why in item["because"]) == item["days"]
        assert {why["kind"] for why in item["because"]} <= kinds
    assert told["status_dates"]["old"] == "2026-11-06"


def test_a_file_compared_with_itself_has_no_changes(capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, OLD, OLD, "--status-date", "2026-11-06")
    assert (told["added"], told["removed"], told["renamed"], told["moved"], told["changes"], told["risks"]) == ([], [], [], [], [], [])


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_people_read_sentences_and_a_table_that_fits_a_terminal(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", OLD, NEW, "--lang", lang]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert ("Korea launch moved from 20 Jan" if lang == "en" else "Korea launch의 예측일이 1월 20일에서") in lines[0]
    assert "\x1b" not in out
    tables = [line for line in lines[6:] if line.strip() and not line.endswith(".")]
    assert len(tables) > 20
    assert max(sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line) for line in tables) <= 90


@pytest.mark.parametrize("given", [[OLD], [OLD, NEW, NEW]])
def test_two_files_are_needed(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *given]) == 2
    assert "OLD NEW" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_one_line_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", OLD, "nowhere.xlsx"]) == 1
    captured = capsys.readouterr()
    assert "nowhere.xlsx" in captured.err
    assert not captured.out


def test_no_date_is_named_where_nothing_says_when_the_versions_are_from(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *files, "--status-date", "none"]) == 0
    assert "since the version before" in capsys.readouterr().out


def test_a_review_tells_what_changed_since_an_older_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", OLD, NEW]) == 0
    said = capsys.readouterr().out.partition("\n\n")[0].splitlines()
    sections = {}
    for since in ([], ["--since", OLD]):
        assert main(["brief", NEW, *since, "--runs", "0", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)["sections"]
        sections[len(since)] = [line["text"] for part in told for line in part["sentences"]]
    assert set(said) <= set(sections[2])
    assert not set(said) & set(sections[0])
    assert main(["brief", NEW, "--since", OLD, "--status-date", "2026-11-20", "--runs", "0"]) == 0
    assert "Since 6 Nov" in capsys.readouterr().out  # the older file is as of its own day
    out = tmp_path / "review.pptx"
    assert main(["report", NEW, "--since", OLD, "--runs", "0", "--out", str(out)]) == 0
    assert said[0] in [slide.shapes.title.text_frame.text for slide in Presentation(str(out)).slides]
    assert main(["report", NEW, "--since", str(tmp_path / "none.xlsx"), "--out", str(out)]) == 1
