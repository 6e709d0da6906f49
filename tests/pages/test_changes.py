"""The Changes page: two versions in words, doubtful pairs, baselines, versions named, deleted and restored, trouble told."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import words
from tpm.insight.changes.match import answer_key
from tpm.store import DocumentKind, NewSnapshot, Store, StoreError, Upload, open_store
from tpm.ui.keys import Key

MONDAY = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
HEAD = "ID,Task,Kind,Team,Owner,Start,Finish,Predecessors,Status\n"
OLD = HEAD + ("1,Build,Task,Core,Bex,2026-11-23,2026-12-04,,Not started\n2,Test,Task,Quality,Arun,2026-12-07,2026-12-11,1,Not started\n"
              "3,Launch,Milestone,Launch,Eve,2026-12-11,2026-12-11,2,Not started\n")
NEW = OLD.replace("2026-12-04", "2026-12-08").replace("2026-12-07,2026-12-11", "2026-12-09,2026-12-15").replace(
    "2026-12-11,2026-12-11", "2026-12-15,2026-12-15")


@pytest.fixture
def versions() -> Callable[..., str]:
    """Put versions of one file into the store; returns the workspace's id."""

    def keep(*contents: str) -> str:
        with open_store() as store:
            named = store.create_workspace("program", at=MONDAY).id
            for week, content in enumerate(contents):
                store.save_snapshot(named, NewSnapshot([Upload("plan.csv", content.encode())]), at=MONDAY + dt.timedelta(weeks=week))
        return named

    return keep


def text(test: AppTest) -> str:
    return words(test).replace("\\", "")


def sample(app: Callable[..., AppTest], locale: str = "en-US") -> AppTest:
    test = app(locale=locale)
    test.button(key=Key.OPEN_SAMPLE).click().run()
    test.switch_page("pages/changes.py").run()
    assert not test.exception, [error.value for error in test.exception]
    return test


@pytest.mark.parametrize(("locale", "title", "cause"), [
    ("en-US", "Korea launch moved from 26 Jan to 29 Jan, 3 working days later", "2 of the 3 days come from Identity’s Token service build"),
    ("ko-KR", "한국 오픈의 예측일이 1월 26일에서 1월 29일로 영업일 기준 3일 늦어졌습니다",
     "3일 가운데 2일은 인증플랫폼 팀의 “토큰 서비스 개발”에서 나왔습니다"),
])
def test_the_last_two_versions_of_the_sample_in_words(app: Callable[..., AppTest], locale: str, title: str, cause: str) -> None:
    test = sample(app, locale)
    assert test.header[0].value.replace("\\", "") == title
    assert cause in test.subheader[0].value.replace("\\", "")


def test_any_two_versions_can_be_compared_and_repeated_estimates_are_counted(app: Callable[..., AppTest]) -> None:
    test = sample(app)
    test.selectbox(key=Key.CHANGES_FROM).select_index(1).run()
    assert not test.exception
    assert "from 20 Jan to 29 Jan, 7 working days later" in text(test)
    assert "Token service build: re-estimated twice" in text(test)


def test_the_same_version_twice_asks_for_another(app: Callable[..., AppTest]) -> None:
    test = sample(app)
    test.selectbox(key=Key.CHANGES_FROM).select("3").run()
    assert not test.exception
    assert len(test.info) == 1


def test_one_version_says_what_is_missing_and_takes_it(app: Callable[..., AppTest], versions: Callable[..., str]) -> None:
    test = app("changes", workspace=versions(OLD))
    assert "a second shows what changed" in test.header[0].value
    test.file_uploader[0].upload("next.csv", NEW.encode()).run()
    assert not test.exception
    assert test.header[0].value == "Launch moved from 11 Dec to 15 Dec, 2 working days later"


@pytest.mark.parametrize("view", range(4))
def test_every_view_can_be_opened(app: Callable[..., AppTest], view: int) -> None:
    test = sample(app)
    test.session_state[Key.CHANGES_TABS] = test.tabs[view].label
    test.run()
    assert not test.exception


def test_a_new_version_is_compared_with_the_last_one_whatever_was_chosen_before(
    app: Callable[..., AppTest], versions: Callable[..., str]
) -> None:
    named = versions(OLD, OLD, NEW)
    test = app("changes", workspace=named)
    test.selectbox(key=Key.CHANGES_FROM).select("1").run()
    assert (test.selectbox(key=Key.CHANGES_FROM).value, test.selectbox(key=Key.CHANGES_TO).value) == ("1", "3")
    with open_store() as store:
        store.save_snapshot(named, NewSnapshot([Upload("plan.csv", NEW.encode())]), at=MONDAY + dt.timedelta(weeks=4))
    test.run()
    assert (test.selectbox(key=Key.CHANGES_FROM).value, test.selectbox(key=Key.CHANGES_TO).value) == ("3", "4")


def test_what_was_computed_of_a_version_is_kept_and_read_again(app: Callable[..., AppTest], versions: Callable[..., str]) -> None:
    named = versions(OLD, OLD, NEW)
    app("changes", workspace=named)
    with open_store() as store:
        kept = store.documents(named, DocumentKind.REPORT)
        assert sorted(kept) == ["1", "2", "3"]
        mark = ["3", "Kept name", None, "2026-12-11", False, None, None, 0.0]
        spoiled = {**kept["1"], "report": {**kept["1"]["report"], "marks": [mark]}}
        store.put_documents(named, DocumentKind.REPORT, {"1": spoiled})
    app("changes", workspace=named)
    with open_store() as store:
        assert store.documents(named, DocumentKind.REPORT)["1"] == spoiled  # its key still holds: the file was not read again
        store.update_settings(named, {"mode": "asap"})
    app("changes", workspace=named)
    with open_store() as store:
        assert store.documents(named, DocumentKind.REPORT)["1"] != spoiled


def test_a_doubtful_pair_is_asked_once_and_the_answer_holds_for_later_versions(
    app: Callable[..., AppTest], versions: Callable[..., str]
) -> None:
    rest = ("Test the ledger,Core,Arun,2026-12-07,2026-12-11\nRoll out,Ops,Eve,2026-12-14,2026-12-18\n"
            "Train support,Care,Sam,2026-12-14,2026-12-22\n")
    first = f"Task,Team,Owner,Start,Finish\nBuild the ledger,Core,Bex,2026-11-23,2026-12-04\n{rest}"
    second = f"Task,Team,Owner,Start,Finish\nLedger posting engine,Core,Sam,2026-11-25,2026-12-09\n{rest}"
    named = versions(first, second)
    test = app("changes", workspace=named)
    assert "Are these two the same item?" in text(test)
    assert "Ledger posting engine" in text(test)
    assert "Build the ledger" in text(test)
    test.button(key=Key.CHANGES_SAME).click().run()
    assert not test.exception
    assert "Are these two" not in text(test)
    with open_store() as store:
        assert list(store.documents(named, DocumentKind.PAIR).values()) == [True]
        store.save_snapshot(named, NewSnapshot([Upload("plan.csv", second.encode())]), at=MONDAY + dt.timedelta(weeks=3))
    again = app("changes", workspace=named)
    again.selectbox(key=Key.CHANGES_FROM).select("1").run()
    assert "Are these two" not in text(again)
    again.button(key=Key.CHANGES_FORGET).click().run()
    assert "Are these two" in text(again)


def test_an_answer_is_known_from_either_side() -> None:
    assert answer_key("1", "Build", "2", "Make") == answer_key("2", "make!", "1", "build")
    assert answer_key("1", "Build", "2", "Make") != answer_key("1", "Make", "2", "Build")


def test_a_frozen_baseline_fills_the_roadmap_and_can_be_compared_with(app: Callable[..., AppTest], versions: Callable[..., str]) -> None:
    named = versions(OLD, NEW)
    with open_store() as store:
        store.freeze_baseline(named, 1, "as agreed", at=MONDAY)
        store.update_settings(named, {"baseline": 1})
    test = app("roadmap", workspace=named)
    assert "baseline" in test.button_group(key=Key.DATES).options or "Baseline" in test.button_group(key=Key.DATES).options
    assert "2 working days after the baseline 11 Dec" in text(test)
    test.switch_page("pages/changes.py").run()
    test.selectbox(key=Key.CHANGES_FROM).select("b1").run()
    assert not test.exception
    assert "Launch moved from 11 Dec to 15 Dec" in text(test)


def test_later_corrections_do_not_move_what_was_frozen(app: Callable[..., AppTest], versions: Callable[..., str]) -> None:
    from tpm.store import Edit

    named = versions(OLD, NEW)
    with open_store() as store:
        store.freeze_baseline(named, 1, "as agreed", at=MONDAY)
        store.add_edits(named, 1, [Edit("3", "planned_finish", "2026-12-31"), Edit("3", "planned_start", "2026-12-31")], at=MONDAY)
    test = app("changes", workspace=named)
    assert "from 31 Dec to 15 Dec" in text(test)
    test.selectbox(key=Key.CHANGES_FROM).select("b1").run()
    assert "from 11 Dec to 15 Dec" in text(test)


def test_a_version_is_named_noted_frozen_deleted_and_restored(app: Callable[..., AppTest], versions: Callable[..., str]) -> None:
    named = versions(OLD, NEW, NEW)
    test = app("changes", workspace=named)
    test.session_state[Key.CHANGES_TABS] = test.tabs[3].label
    test.run()
    test.text_input(key=f"{Key.VERSION_NOTE}_3").input("agreed in the steering meeting").run()
    test.text_input(key=f"{Key.VERSION_NAME}_3").input("Steering").run()
    test.button(key=f"{Key.VERSION_FREEZE}_3").click().run()
    with open_store() as store:
        one = store.snapshot(named, 3)
        assert (one.label, one.note) == ("Steering", "agreed in the steering meeting")
        assert one.baseline is not None
        assert store.settings(named)["baseline"] == 3
    test.button(key=f"{Key.VERSION_RELEASE}_3").click().run()
    test.button(key=f"{Key.VERSION_DELETE}_3").click().run()
    assert not test.exception
    with open_store() as store:
        assert [one.number for one in store.snapshots(named)] == [1, 2]
        assert store.snapshot(named, 3).baseline is None
    test.session_state[Key.CHANGES_TABS] = test.tabs[3].label
    test.run()
    test.button(key=f"{Key.VERSION_RESTORE}_3").click().run()
    with open_store() as store:
        assert [one.number for one in store.snapshots(named)] == [1, 2, 3]


def test_a_register_of_risks_alone_has_changes_too(app: Callable[..., AppTest], versions: Callable[..., str]) -> None:
    first = "Risk ID,Risk,Probability,Impact,Owner\nR1,Vendor slips,High,4,Bex\nR2,Key person leaves,Low,5,Arun\n"
    test = app("changes", workspace=versions(first, first.replace("Low,5", "High,5")))
    assert "1 re-scored" in text(test)


def test_a_locked_database_is_told_and_the_page_stays(app: Callable[..., AppTest], versions: Callable[..., str],
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    named = versions(OLD, NEW)
    test = app("changes", workspace=named)
    test.session_state[Key.CHANGES_TABS] = test.tabs[3].label
    test.run()

    def refuse(*_: object, **__: object) -> None:
        with open_store(wait_seconds=0.1) as other, closing(sqlite3.connect(other.place, isolation_level=None)) as raw:
            raw.execute("BEGIN IMMEDIATE")
            other.annotate_snapshot(named, 2, label="x")

    monkeypatch.setattr(Store, "delete_snapshot", refuse)
    test.button(key=f"{Key.VERSION_DELETE}_2").click().run()
    assert not test.exception
    assert "in use by another program, so nothing was saved" in test.error[0].value.replace("\\", "")
    assert test.header
    test.run()
    assert not test.error


def test_a_database_that_cannot_be_read_is_told_on_every_page(app: Callable[..., AppTest], versions: Callable[..., str],
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    from tpm.store.errors import trouble

    def damaged(*_: object, **__: object) -> None:
        raise StoreError(trouble("store-damaged", "plans.sqlite3"))

    named = versions(OLD, NEW)
    monkeypatch.setattr(Store, "opened", damaged)
    test = app(workspace=named)
    assert len(test.error) == 1
    assert "plans.sqlite3" in test.error[0].value.replace("\\", "")


CYCLE = HEAD + ("A,Build,Task,Core,,2026-11-02,2026-11-06,B,\nB,Test,Task,Core,,2026-11-09,2026-11-13,A,\n"
                "C,Ship,Milestone,Ops,,2026-11-16,2026-11-16,B,\n")
UNDATED = "ID,Task,Owner\nA,Build the token service,Bex\nB,Test the token service,Arun\n"
EMPTY = "ID,Task,Start,Finish\n"


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
@pytest.mark.parametrize(
    ("first", "second"),
    [(CYCLE, CYCLE.replace("2026-11-13", "2026-11-18")), (OLD, CYCLE), (UNDATED, UNDATED + "C,Ship it,Eve\n"), (EMPTY, EMPTY),
     (EMPTY, OLD), (OLD, EMPTY)],
    ids=["loops", "a loop appears", "no dates", "empty", "filled", "emptied"],
)
def test_versions_that_hurt_are_compared_and_worded(
    app: Callable[..., AppTest], versions: Callable[..., str], first: str, second: str, locale: str
) -> None:
    test = app("changes", locale=locale, workspace=versions(first, second))
    assert test.header
    assert test.subheader


def test_five_thousand_rows_twice(app: Callable[..., AppTest], versions: Callable[..., str]) -> None:
    lines = ["ID,Task,Team,Start,Finish,Predecessors"]
    for n in range(1, 5001):
        first = dt.date(2026, 9, 1) + dt.timedelta(days=n % 120)
        lines.append(f"{n},Item {n},Team {n % 12},{first},{first + dt.timedelta(days=4)},{n - 12 if n > 12 else ''}")
    old = "\n".join(lines)
    test = app("changes", workspace=versions(old, old.replace("Item 77,", "Item seventy-seven,").replace("Team 3,", "Team three,")))
    assert "417 moved to another team" in text(test)
    assert "1 renamed" in text(test)
