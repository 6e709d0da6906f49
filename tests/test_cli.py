"""The command line: shapes, exit statuses, one line on stderr, tables that fit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tpm.cli import main

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = str(ROOT / "data" / "sample_en_2026-11-20.xlsx")
CSV = "ID,Task,Start,Finish,Predecessors,Deadline\n01,Build,2026-11-02,2026-11-06,,\n02,Test,2026-11-09,2026-11-13,01,2026-11-12\n"


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.csv"
    path.write_text(CSV, encoding="utf-8")
    return str(path)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_schedule_has_the_shape_of_the_contract(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, "schedule", plan, "--status-date", "none")
    assert {"start", "finish", "duration", "mode", "status_date", "target", "activities", "critical_path", "findings"} <= set(told)
    assert (told["start"], told["finish"], told["duration"]) == ("2026-11-02", "2026-11-13", 10)
    assert told["critical_path"] == ["01", "02"]
    first = told["activities"][0]  # type: ignore[index]
    wanted = {"id", "name", "planned_start", "planned_finish", "early_start", "early_finish", "late_start", "late_finish",
              "total_float", "free_float", "critical", "driver"}
    assert wanted <= set(first)
    assert (first["id"], first["early_finish"], first["total_float"]) == ("01", "2026-11-06", -1)


def test_options_reach_the_engine(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, "schedule", plan, "--status-date", "2026-11-11", "--mode", "asap", "--calendar", "US", "--target", "01")
    assert (told["mode"], told["status_date"], told["target"]) == ("asap", "2026-11-11", "01")


def test_holidays_move_the_forecast(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    # Veterans Day, Wednesday 11 November 2026, is no working day in the US
    told = answer(capsys, "schedule", plan, "--status-date", "none", "--calendar", "US")
    assert told["duration"] == 9


def test_check_reports_verdicts_and_findings(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, "check", plan, "--status-date", "none")
    by_code = {check["code"]: check for check in told["checks"]}  # type: ignore[attr-defined]
    assert by_code["negative-float"]["verdict"] == "fail"
    assert by_code["negative-float"]["items"] == ["01", "02"]
    assert by_code["bei"]["verdict"] == "n/a"


def test_fail_on_sets_the_exit_status(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", plan, "--status-date", "none"]) == 0
    capsys.readouterr()
    assert main(["check", plan, "--status-date", "none", "--fail-on", "warning"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.parametrize("command", ["inspect", "schedule", "check"])
def test_a_file_that_is_not_there_is_one_line_and_status_1(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "nowhere.xlsx"]) == 1
    captured = capsys.readouterr()
    assert "nowhere.xlsx" in captured.err
    assert len(captured.err.strip().splitlines()) == 1
    assert not captured.out


def test_an_unknown_target_is_one_line_and_status_1(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", plan, "--target", "99"]) == 1
    assert "99" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["schedule"], ["nothing", "x.csv"], ["schedule", "x.csv", "--status-date", "soon"]])
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("command", ["inspect", "schedule", "check"])
def test_people_read_tables_without_colour_codes(command: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, SAMPLE, "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) > 10
    assert "\x1b" not in out


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    process = subprocess.Popen([sys.executable, "-m", "tpm", "schedule", SAMPLE, "--json"], cwd=ROOT, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 0
    assert not error


def test_the_engine_is_compiled_once(capsys: pytest.CaptureFixture[str]) -> None:
    from tpm.insight import kernels

    kernels.compile_all()
    assert main(["compile"]) == 0
    assert capsys.readouterr().out == "The schedule engine is compiled already.\n"


def test_compiling_says_so_and_how_long_it_took(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from tpm.insight import kernels

    compiled: list[bool] = []
    monkeypatch.setattr(kernels, "are_compiled", lambda: False)
    monkeypatch.setattr(kernels, "compile_all", lambda: compiled.append(True))
    assert main(["compile", "--lang", "ko"]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert "30초쯤" in first
    assert "0초 만에" in last
    assert compiled == [True]


def test_every_command_is_documented() -> None:
    from tpm.cli import parser

    guide = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    commands = next(action.choices for action in parser()._actions if action.dest == "command")
    assert commands
    assert all(f"| `{name}` |" in guide for name in commands)


# --- brief and report -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_brief_has_the_shape_of_the_contract(plan: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, "brief", plan, "--status-date", "2026-11-04", "--lang", lang)
    assert told["lang"] == lang
    assert told["headline"] == told["paragraphs"][0]["text"]  # type: ignore[index]
    assert all(set(part) == {"text", "rows"} for part in told["paragraphs"])  # type: ignore[attr-defined]
    assert told["paragraphs"][0]["rows"] == ["02"]  # type: ignore[index]
    assert told["numbers"]["headline.date"] == "2026-11-13"  # type: ignore[index]


def test_both_languages_state_the_same_numbers(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    english, korean = (answer(capsys, "brief", plan, "--status-date", "none", "--runs", "100", "--lang", lang) for lang in ("en", "ko"))
    assert english["numbers"] == korean["numbers"]
    assert english["headline"] != korean["headline"]


def test_the_kinds_of_the_command_line_are_those_of_the_program() -> None:
    from tpm.cli.report import KINDS
    from tpm.export.report import FORMATS

    assert (*FORMATS, "png") == KINDS


_HEADS = {"pptx": b"PK", "pdf": b"%PDF", "html": b"<!doctype html>", "xlsx": b"PK", "ics": b"BEGIN:VCALENDAR", "csv": b"\xef\xbb\xbf",
          "xml": b"<?xml"}


@pytest.mark.parametrize("kind", _HEADS)
def test_report_writes_what_the_ending_says(plan: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / f"review.{kind.upper()}"
    out.write_bytes(b"last week")
    told = answer(capsys, "report", plan, "--status-date", "2026-11-04", "--out", str(out), "--lang", "ko")
    content = out.read_bytes()
    assert content.startswith(_HEADS[kind])
    assert (told["out"], told["kind"], told["lang"], told["bytes"]) == (str(out), kind, "ko", len(content))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([Path(plan).name, out.name])
    assert out.stat().st_mode & 0o777 == Path(plan).stat().st_mode & 0o777


def test_report_takes_a_template(plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from pptx import Presentation

    template = Presentation()
    template.core_properties.keywords = "company"
    template.save(str(tmp_path / "company.pptx"))
    out = str(tmp_path / "review.pptx")
    assert main(["report", plan, "--status-date", "none", "--template", str(tmp_path / "company.pptx"), "--out", out]) == 0
    assert Presentation(out).core_properties.keywords == "company"
    assert out in capsys.readouterr().out


def test_a_report_that_cannot_be_written_is_one_line_and_leaves_nothing(plan: str, tmp_path: Path,
                                                                      capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken.csv").mkdir()
    for out in (tmp_path / "no" / "review.csv", tmp_path / "taken.csv"):
        assert main(["report", plan, "--status-date", "none", "--out", str(out)]) == 1
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert str(out) in error
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([Path(plan).name, "taken.csv"])


def test_an_edited_deck_is_made_again(plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = str(tmp_path / "old.pptx"), str(tmp_path / "new.pptx")
    assert main(["report", plan, "--runs", "0", "--out", old]) == 0
    capsys.readouterr()
    told = answer(capsys, "report", plan, "--runs", "0", "--update", old, "--out", new)
    assert (told["gone"], told["kept"]) == ([], [])
    assert main(["report", plan, "--update", plan, "--out", new]) == 1
    assert "cannot be updated" in capsys.readouterr().err
    assert main(["report", plan, "--update", old, "--out", str(tmp_path / "new.pdf")]) == 2


def test_a_template_that_is_none_is_one_line(plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for template in (plan, str(tmp_path / "nowhere.pptx")):
        assert main(["report", plan, "--status-date", "none", "--template", template, "--out", str(tmp_path / "x.pptx")]) == 1
        assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "x.pptx").exists()


@pytest.mark.parametrize("arguments", [[], ["--out", "review.doc"], ["--out", "review"], ["--out", "review.csv", "--runs", "-1"]])
def test_wrong_usage_of_report_is_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["report", "x.csv", *arguments])
    assert raised.value.code == 2


UNKNOWN = "Vorzel,,\nZorb,Blax,Quux\nFooting,2026-03-02,2026-03-06\nWalls,2026-03-09,2026-03-20\nRoof,2026-03-23,2026-04-03\n"


@pytest.mark.parametrize("command", ["inspect", "schedule", "check"])
def test_a_sheet_of_unknown_words_is_read_as_said(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "refused.csv"
    path.write_text(UNKNOWN, encoding="utf-8")
    said = ["--header-row", "2", "--kind", "plan", "--map", "name=A", "--map", "start=Blax", "--map", "finish=c"]
    more = [] if command == "inspect" else ["--status-date", "none"]
    told = answer(capsys, command, str(path), *said, *more)
    if command == "inspect":
        assert [(one["name"], one["planned_finish"]) for one in told["activities"]] == [  # type: ignore[attr-defined]
            ("Footing", "2026-03-06"), ("Walls", "2026-03-20"), ("Roof", "2026-04-03")]  # fmt: skip
        assert told["tables"][0]["header_row"] == 2  # type: ignore[index]
    if command == "schedule":
        assert told["finish"] == "2026-04-03"


@pytest.mark.parametrize(("said", "words"), [
    (["--map", "nmae=A"], "fields are id, name"), (["--map", "name"], "FIELD=HEADER"), (["--header-row", "two"], "as 8-9"),
    (["--header-row", "9-8"], "as 8-9"), (["--header-row", "0"], "as 8-9"), (["--kind", "poem"], "plan"),
])  # fmt: skip
def test_what_cannot_be_said_of_a_sheet_is_wrong_usage(said: list[str], words: str, plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["inspect", plan, *said])
    assert stop.value.code == 2
    assert words in capsys.readouterr().err


def test_a_header_row_below_the_sheet_ends_with_one_line(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", plan, "--header-row", "80"]) == 1
    assert capsys.readouterr().err.strip().splitlines() == [
        "“plan.csv” has 3 rows, so row 80 cannot be its header. Name the row as the sheet numbers it."]  # fmt: skip


def test_a_team_may_have_holidays_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("ID,Task,Team,Start,Duration\n1,Build,Seoul,2026-10-05,5\n2,Test,Austin,2026-10-05,5\n", encoding="utf-8")
    ends = {row["id"]: row["early_finish"] for row in answer(  # Hangeul Day, Friday 9 October 2026
        capsys, "schedule", str(path), "--status-date", "none", "--team-calendar", "Seoul=kr")["activities"]}  # type: ignore[attr-defined]
    assert ends == {"1": "2026-10-12", "2": "2026-10-09"}
    assert main(["schedule", str(path), "--team-calendar", "Busan=KR"]) == 1
    assert "Busan" in capsys.readouterr().err
