"""The samples read as a program manager would: the faults that are in them on purpose, in both languages; real sheets without a failure."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import networkx as nx
import pytest

from tpm.cli import main
from tpm.edits import apply_edits
from tpm.i18n import LANGUAGES, Language
from tpm.ingest import ReadOptions, read_files
from tpm.insight.cross_team import CrossTeam, commitment_words, cross_team, team_message
from tpm.model import ScheduleOptions
from tpm.schedule import schedule

ROOT = Path(__file__).resolve().parents[3]
SHEETS = ROOT.parent / "shared" / "data" / "sheets"
PREFIX = {"en": "CK", "ko": "PAY"}


def read(path: Path, status: dt.date | None) -> CrossTeam:
    plan = read_files([(path.name, path.read_bytes())], ReadOptions()).plan
    return cross_team(plan, schedule(plan, ScheduleOptions(status_date=status)))


@pytest.fixture(scope="module", params=LANGUAGES)
def sample(request: pytest.FixtureRequest) -> tuple[CrossTeam, str, Language]:
    lang: Language = request.param
    return read(ROOT / "data" / f"sample_{lang}_2026-11-20.xlsx", dt.date(2026, 11, 20)), PREFIX[lang], lang


def test_the_faults_of_the_sample_are_found_and_nothing_cries_wolf(sample: tuple[CrossTeam, str, Language]) -> None:
    found, prefix, _ = sample
    by_code: dict[str, set[str]] = {}
    for each in found.assumptions:
        by_code.setdefault(each.code, set()).add(each.items[0].removeprefix(f"{prefix}-"))
    assert by_code == {
        "implied-by-note": {"510"}, "milestone-unled": {"304"}, "against-dates": {"503"}, "response-late": {"R-8", "R-9", "R-10", "R-11"},
        "finish-on-holiday": {"410"}, "no-owner": {"607"}, "unconfirmed": {"205", "303", "407", "505", "602", "610"},
        "similar-names": {"511"}, "no-buffer": {"205"}, "nobody-waits": {"206"}, "redundant-links": {"308"},
    }


def test_the_low_backfill_on_the_path_to_the_launch_is_the_one_conflict(sample: tuple[CrossTeam, str, Language]) -> None:
    found, prefix, _ = sample
    assert [(one.item, one.date) for one in found.conflicts] == [(f"{prefix}-408", f"{prefix}-611")]


def test_the_token_service_is_the_first_bottleneck_and_its_team_too(sample: tuple[CrossTeam, str, Language]) -> None:
    found, prefix, _ = sample
    firsts = {one.kind: one for one in reversed(found.bottlenecks)}
    assert firsts["item"].key == f"{prefix}-202"
    assert firsts["team"].items[0] in {f"{prefix}-202", f"{prefix}-205"}


def test_the_first_commitment_is_the_cut_over_that_the_migration_waits_for(sample: tuple[CrossTeam, str, Language]) -> None:
    found, prefix, lang = sample
    first = found.commitments.to_dict("records")[0]
    assert (first["giver"], first["receiver"], first["date"]) == tuple(f"{prefix}-{n}" for n in ("205", "407", "611"))
    assert (first["slack"], first["date_slack"]) == (-1.0, -8.0)
    assert str(first["giver_name"]) in commitment_words(first, lang)  # type: ignore[arg-type]
    for team in found.matrix.groups:
        assert team_message(found.commitments, team, lang)


def test_both_languages_find_the_same() -> None:
    english, korean = (read(ROOT / "data" / f"sample_{lang}_2026-11-20.xlsx", dt.date(2026, 11, 20)) for lang in LANGUAGES)
    assert [each.key.replace("CK-", "PAY-") for each in english.assumptions] == [each.key for each in korean.assumptions]
    assert [each.key.replace("CK-", "PAY-") for each in english.offers] == [each.key for each in korean.offers]
    assert english.matrix.counts.tolist() == korean.matrix.counts.tolist()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_check_tells_it_all_as_json(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = ROOT / "data" / f"sample_{lang}_2026-11-20.xlsx"
    assert main(["check", str(path), "--json", "--lang", lang, "--status-date", "2026-11-20"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert sum(cell["count"] for cell in answer["team_matrix"]["cells"]) == sum(len(c["links"]) for c in answer["team_matrix"]["cells"])
    crossing = [cell["count"] for cell in answer["team_matrix"]["cells"] if cell["waits"] != cell["on"]]
    assert sum(crossing) == len(answer["commitments"]) == 24
    assert {"code", "severity", "key", "sentence", "ask", "items"} <= answer["assumptions"][0].keys()
    assert answer["bottlenecks"][0]["behind"] == 27
    assert answer["load"]["crunches"]
    assert [one["confidence"] for one in answer["implied_dependencies"]] == [0.65]
    assert "assumption-milestone-unled" in {finding["code"] for finding in answer["findings"]}


def test_without_its_dependencies_the_sample_is_offered_ones_that_it_really_has(sample: tuple[CrossTeam, str, Language]) -> None:
    plan = sample[0].base.plan
    graph = nx.DiGraph(zip(plan.dependencies["predecessor"], plan.dependencies["successor"], strict=True))
    bare = plan.with_(dependencies=plan.dependencies.iloc[:0])
    found = cross_team(bare, schedule(bare, ScheduleOptions(status_date=dt.date(2026, 11, 20))))
    true = [one for one in found.offers if nx.has_path(graph, one.predecessor, one.successor)]
    assert len(found.offers) >= 15
    assert len(true) >= len(found.offers) - 1  # the card certificate, which the plan does not lead to, is a good offer too
    linked, refused = apply_edits(bare, [one.edit() for one in found.offers])
    assert not refused
    assert len(linked.dependencies) == len(found.offers)


@pytest.mark.skipif(not SHEETS.is_dir(), reason="the folder of real sheets is not here")
def test_real_sheets_are_judged_and_worded_without_a_failure() -> None:
    names = ("en/kingler__v0-jetvision-assistant__PROJECT_SCHEDULE.csv", "en/DevFaso__hms__roadmap.xlsx",
             "en/mralexandersolovey__Dependency-Roadmap-Viewer__Roadmap.xlsx", "ko/ottuck__kapla-project-doc__Gantt_Chart.xlsx")
    for name in names:
        found = read(SHEETS / name, None)
        for lang in LANGUAGES:
            assert found.statement(lang)
            assert all(each.sentence(lang) for each in (*found.assumptions, *found.bottlenecks, *found.conflicts))
            assert all(each.evidence(lang) for each in found.offers)
    assert found.without_links


def test_an_empty_plan_and_one_without_links_say_what_is_missing() -> None:
    from tests.plans import plan_of
    from tpm.model import Plan

    empty = cross_team(Plan(), schedule(Plan(), ScheduleOptions()))
    single = plan_of({"id": "A", "start": "2026-11-16", "finish": "2026-11-20"})
    without = cross_team(single, schedule(single, ScheduleOptions()))
    for lang in LANGUAGES:
        assert empty.statement(lang) != without.statement(lang)
    assert "no dependencies" in without.statement("en")
