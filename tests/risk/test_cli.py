"""``simulate`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tpm.cli import main

SAMPLE = str(Path(__file__).resolve().parents[2] / "data" / "sample_en_2026-11-20.xlsx")
COMMON = ("simulate", SAMPLE, "--status-date", "2026-11-20", "--runs", "400")


def test_the_contract_of_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*COMMON, "--target", "CK-611", "--confidence-for", "2027-02-01", "--seed", "3", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["runs"] == 400
    assert answer["seed"] == 3
    assert answer["target"] == "CK-611"
    assert main(["schedule", SAMPLE, "--status-date", "2026-11-20", "--target", "CK-611", "--json"]) == 0
    assert answer["deterministic_finish"] == json.loads(capsys.readouterr().out)["finish"]
    dates = [answer["percentiles"][level] for level in ("P10", "P50", "P80", "P90")]
    assert dates == sorted(dates)
    assert all(low <= answer["percentiles"][level] <= high for level, (low, high) in answer["percentile_errors"].items())
    assert answer["confidence"]["date"] == "2027-02-01"
    assert 0 <= answer["confidence"]["probability"] <= 1
    assert sum(each["runs"] for each in answer["finishes"]) == 400
    assert {"id", "criticality_index", "p50_finish", "p80_finish"} <= set(answer["activities"][0])
    assert {each["kind"] for each in answer["tornado"]} <= {"risk", "activity", "team"}
    assert 0 <= answer["default_share"] <= 1


@pytest.mark.parametrize("band", [("--default-spread", "-10%,+25%"), ("--default-spread=-10%,+25%",), ("--default-spread", "-10,25"), ()])
def test_a_band_may_begin_with_a_minus_sign(band: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*COMMON, *band, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["assumptions"]["default_spread"] == [-0.1, 0.25]


def test_a_wrong_band_is_wrong_usage_and_a_wrong_option_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*COMMON, "--default-spread", "wide"])
    assert stopped.value.code == 2
    assert main(["simulate", SAMPLE, "--correlation", "3"]) == 1
    assert "correlation" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_people_read_tables_that_fit(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*COMMON, "--lang", lang]) == 0
    out, err = capsys.readouterr()
    assert "P80" in out
    assert not err  # a progress bar is for a terminal
    tables = [line for line in out.splitlines() if line.startswith(("P", "CK-", "R-", "Risk", "Team", "Activity"))]
    assert tables
    assert max(map(len, tables)) <= 100
