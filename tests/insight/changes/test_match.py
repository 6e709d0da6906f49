"""Items are recognised: in planted edits of real files, whatever happened to order, names, teams and ids; and never by id alone."""

from __future__ import annotations

import io

import numpy as np
import pytest
from openpyxl import Workbook

from tests.insight.changes.planted import SHEETS, Ids, Planted, planted, real_plans, scores
from tests.plans import plan_of
from tpm.ingest import read_files
from tpm.insight.changes.differences import compare
from tpm.insight.changes.match import answer_key, match
from tpm.model import Plan
from tpm.schedule import schedule

real = pytest.mark.skipif(not SHEETS.exists(), reason="the real files are not beside this checkout")


@real
@pytest.mark.parametrize("ids", ["kept", "removed", "renumbered"])
def test_planted_edits_of_real_files_are_seen_through(ids: Ids, capsys: pytest.CaptureFixture[str]) -> None:
    plans = real_plans()
    strangers = sorted({name for plan in plans.values() for name in plan.activities["name"] if name})
    total = np.zeros(4, dtype=int)
    for plan in plans.values():
        case: Planted = planted(plan, 1, ids=ids, strangers=strangers)
        total += scores(match(plan, case.plan).new_of, case.truth)
    found, true, false, named = total
    with capsys.disabled():
        print(f"\n  ids {ids}: {found:,} of {true:,} true pairs found ({found / true:.1%}), {false:,} of {named:,} pairs false "
              f"({false / named:.2%}), {len(plans)} real files")
    assert len(plans) > 25
    assert found / true >= 0.95
    assert false / named < 0.01


@real
def test_a_shuffled_file_without_ids_has_no_changes() -> None:
    for name, plan in real_plans().items():
        shuffled = planted(plan, 7, ids="removed", strangers=["x"], rename=0, change=0).plan
        both = compare(plan, shuffled, schedule(plan), schedule(shuffled), match(plan, shuffled))
        assert both.empty, (name, both.table.head())


@real
def test_a_real_workbook_whose_rows_are_shuffled_by_hand_reads_as_unchanged() -> None:
    """Through the importer: a flat sheet written out, its rows reversed, its ids dropped."""
    plan = next(plan for name, plan in real_plans().items() if name.startswith("Anandhuvimalan"))
    head = ["Task", "Phase", "Start", "Finish"]
    columns = plan.activities[["name", "phase", "planned_start", "planned_finish"]].head(300)
    rows = [list(row) for row in columns.itertuples(index=False, name=None)]

    def sheet(order: list[list[object]]) -> Plan:
        book, file = Workbook(), io.BytesIO()
        book.active.append(head)
        for name, phase, start, finish in order:
            book.active.append([name, phase, start.date(), finish.date()])  # type: ignore[attr-defined]
        book.save(file)
        return read_files([("plan.xlsx", file.getvalue())]).plan

    old, new = sheet(rows), sheet(rows[::-1])
    assert len(old.activities) == 300
    both = compare(old, new, schedule(old), schedule(new), match(old, new))
    assert both.empty, both.table.head()


def test_the_same_id_on_another_thing_is_not_a_match() -> None:
    named = [("Build ledger", "Core"), ("Test checkout", "Quality"), ("Ship mobile app", "Ops"), ("Write help pages", "Docs"),
             ("Train support agents", "Care")]
    rows = [{"id": str(n), "name": name, "team": team, "start": f"2026-11-{n + 1:02d}", "finish": f"2026-11-{n + 6:02d}"}
            for n, (name, team) in enumerate(named, start=1)]
    old = plan_of(*rows)
    moved = [{**row, "id": str(int(row["id"]) % 5 + 1)} for row in rows]  # every id is now another row's
    found = match(old, plan_of(*moved)).new_of
    assert found == {row["id"]: str(int(row["id"]) % 5 + 1) for row in rows}


def test_an_item_that_was_replaced_under_its_id_is_one_removed_and_one_added() -> None:
    names = ("Build the ledger", "Test the checkout", "Ship the app", "Write the guide", "Train the agents", "Move the records",
             "Check the contracts", "Print the labels")
    rows = [{"id": f"T-{n}", "name": name, "team": f"Team {n % 3}", "owner": f"Person {n}", "start": f"2026-11-{n + 1:02d}",
             "finish": f"2026-11-{n + 5:02d}"} for n, name in enumerate(names)]
    other = {"id": "T-3", "name": "Quarterly audit by the regulator", "team": "Legal", "owner": "Nobody", "start": "2027-03-01",
             "finish": "2027-04-30"}
    found = match(plan_of(*rows), plan_of(*(other if row["id"] == "T-3" else row for row in rows)))
    assert found.removed == ("T-3",)
    assert found.added == ("T-3",)


def test_two_languages_are_one_plan() -> None:
    pairs = [("Design the login", "로그인 설계"), ("Build the ledger", "원장 개발"), ("Test everything", "통합 시험"),
             ("Train support", "상담원 교육"), ("Launch", "출시"), ("Hand over", "인수인계")]
    start = ["02", "09", "16", "18", "23", "25"]
    english, korean = ([{"id": f"{prefix}-{n}", "name": pair[side], "start": f"2026-11-{day}", "finish": f"2026-11-{int(day) + 3}"}
                        for n, (pair, day) in enumerate(zip(pairs, start, strict=True))] for side, prefix in ((0, "EN"), (1, "KO")))
    assert match(plan_of(*english), plan_of(*korean)).new_of == {f"EN-{n}": f"KO-{n}" for n in range(6)}


def test_twins_are_told_apart_by_what_they_wait_for() -> None:
    old = plan_of({"id": "1", "name": "Build ledger"}, {"id": "2", "name": "Build app"}, {"id": "3", "name": "Test", "after": "1"},
                  {"id": "4", "name": "Test", "after": "2"})
    new = plan_of({"id": "9", "name": "Test", "after": "6"}, {"id": "8", "name": "Test", "after": "7"}, {"id": "7", "name": "Build ledger"},
                  {"id": "6", "name": "Build app"})
    assert match(old, new).new_of == {"1": "7", "2": "6", "3": "8", "4": "9"}


def test_an_answer_overrules_the_guess_and_holds_in_both_directions() -> None:
    rest = [{"id": f"R{n}", "name": f"Work package {word}", "start": "2026-11-02", "finish": "2026-11-06"}
            for n, word in enumerate(["red", "blue"])]
    old = plan_of(*rest, {"id": "A", "name": "Alpha rollout", "start": "2026-11-09", "finish": "2026-11-13"})
    new = plan_of(*rest, {"id": "B", "name": "Entirely different words", "start": "2027-05-10", "finish": "2027-06-18"})
    assert match(old, new).new_of.get("A") is None
    yes = {answer_key("A", "Alpha rollout", "B", "Entirely different words"): True}
    assert match(old, new, yes).new_of["A"] == "B"
    assert match(new, old, yes).new_of["B"] == "A"
    assert match(old, new, yes).doubtful == ()
    same = plan_of(*rest, {"id": "A", "name": "Alpha roll-out", "start": "2026-11-09", "finish": "2026-11-13"})
    assert match(old, same).new_of["A"] == "A"
    no = {answer_key("A", "Alpha rollout", "A", "Alpha roll-out"): False}
    assert "A" not in match(old, same, no).new_of


@pytest.mark.parametrize(("old", "new"), [(Plan(), Plan()), (plan_of({"id": "1"}), Plan()), (Plan(), plan_of({"id": "1"}))])
def test_empty_plans_match_nothing(old: Plan, new: Plan) -> None:
    found = match(old, new)
    assert found.pairs == ()
    assert len(found.added) == len(new.activities)
    assert len(found.removed) == len(old.activities)


def test_the_same_plans_give_the_same_answer() -> None:
    rows = [{"id": str(n), "name": f"Step {n % 4} of stream {n % 7}", "start": f"2026-11-{n % 27 + 1:02d}"} for n in range(60)]
    old, new = plan_of(*rows), plan_of(*rows[::-1])
    assert match(old, new) == match(old, new)
