"""One workspace in two tabs: what each changed is there, what both changed is asked, and an open tab says what the other did."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import words
from tpm.store import DocumentKind, open_store
from tpm.ui.keys import Key

Opener = Callable[..., AppTest]
Keeper = Callable[..., str]
Cells = dict[tuple[int, str], str]
Typist = Callable[[AppTest, Cells], None]
PLAN = b"""ID,Task,Team,Start,Finish,Predecessors,Milestone
A,Ledger,Payments,2026-11-23,2026-11-27,,
B,Screens,Mobile,2026-11-30,2026-12-04,A,
C,Copy,Brand,2026-11-30,2026-12-02,A,
M,Launch,Payments,2026-12-07,2026-12-07,B;C,Yes
"""


@pytest.fixture
def tabs(app: Opener, keep: Keeper) -> Callable[..., tuple[str, AppTest, AppTest]]:
    def opener(page: str = "plan", locale: str = "en-US") -> tuple[str, AppTest, AppTest]:
        named = keep(("plan.csv", PLAN))
        return named, app(page, workspace=named, locale=locale), app(page, workspace=named, locale=locale)

    return opener


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Typist:
    """Type into the table of activities, as its editor tells it: all cells that were typed into since the table was last shown anew."""
    from tpm.ui import grid, workspace

    typed: dict[str, Cells] = {}
    follow = workspace.follow_address

    def told() -> None:  # before the page, as a widget's callback
        for sitting in st.session_state.get(Key.GRIDS, {}).values():
            grid._keep(sitting)
        follow()

    def typist(tab: AppTest, cells: Cells) -> None:
        typed[tab.session_state[Key.GRIDS][Key.ITEMS].key] = cells
        tab.run()

    monkeypatch.setattr(grid.Sitting, "typed", lambda self: typed.get(self.key, {}))
    monkeypatch.setattr(workspace, "follow_address", told)
    return typist


def rows(test: AppTest) -> pd.DataFrame:
    """What the table of activities shows besides what is typed."""
    shown: pd.DataFrame = test.session_state[Key.GRIDS][Key.ITEMS].rows
    return shown


def settings(named: str) -> dict[str, object]:
    with open_store() as store:
        return store.settings(named)


def said(test: AppTest) -> str:
    assert not test.exception
    return words(test).replace("\\", "").replace("**", "")


def test_different_settings_of_two_tabs_both_stand(tabs: Callable[..., tuple[str, AppTest, AppTest]]) -> None:
    named, one, two = tabs()
    one.selectbox(key=Key.COUNTRY).select("KR").run()
    two.radio(key=Key.MODE).set_value("asap").run()
    assert settings(named) == {"country": "KR", "mode": "asap"}
    assert two.selectbox(key=Key.COUNTRY).value == "KR"  # the widget says what the sentence says
    assert "another tab or by somebody else: how it is computed or shown (public holidays)" in said(two)
    assert "another tab" not in said(two.run())


def test_countries_of_two_teams_both_stand(tabs: Callable[..., tuple[str, AppTest, AppTest]]) -> None:
    named, one, two = tabs()
    one.selectbox(key=f"{Key.TEAM_COUNTRIES}_0").select("KR").run()
    two.selectbox(key=f"{Key.TEAM_COUNTRIES}_1").select("US").run()
    assert settings(named) == {"team_countries": {"Brand": "KR", "Mobile": "US"}}
    assert two.selectbox(key=f"{Key.TEAM_COUNTRIES}_0").value == "KR"


@pytest.mark.parametrize("mine", [True, False])
def test_one_setting_changed_in_two_tabs_is_asked_with_both_values(tabs: Callable[..., tuple[str, AppTest, AppTest]], mine: bool) -> None:
    named, one, two = tabs(locale="en-US" if mine else "ko-KR")
    one.selectbox(key=Key.COUNTRY).select("KR").run()
    two.selectbox(key=Key.COUNTRY).select("US").run()
    assert settings(named) == {"country": "KR"}
    assert two.selectbox(key=Key.COUNTRY).value == "KR"
    question = said(two)
    assert "KR" in question
    assert ("You wanted: US" if mine else "입력하신 값: US") in question
    two.button(key=f"{Key.CLASH_MINE if mine else Key.CLASH_THEIRS}_0").click().run()
    assert settings(named) == {"country": "US" if mine else "KR"}
    assert ("You wanted" if mine else "입력하신 값") not in said(two)


def test_a_third_value_that_came_while_the_question_stood_is_asked_again(tabs: Callable[..., tuple[str, AppTest, AppTest]]) -> None:
    named, one, two = tabs()
    one.selectbox(key=Key.COUNTRY).select("KR").run()
    two.selectbox(key=Key.COUNTRY).select("US").run()
    one.selectbox(key=Key.COUNTRY).select("DE").run()
    two.button(key=f"{Key.CLASH_MINE}_0").click().run()
    assert settings(named) == {"country": "DE"}
    assert "It now says: DE. You wanted: US" in said(two)


def test_scenarios_grow_from_both_sides(app: Opener, tabs: Callable[..., tuple[str, AppTest, AppTest]]) -> None:
    from tests.pages.test_what_if import do
    from tpm.scenario import ChangeKind

    named, one, two = tabs("what_if")
    do(one, ChangeKind.SHIFT, ["A"], days=2)
    with open_store() as store:
        (key,) = store.documents(named, DocumentKind.SCENARIO)
    two.query_params["s"] = key
    two.run()
    two.selectbox(key=Key.WHAT_IF_KIND).set_value(ChangeKind.SHIFT).run()
    two.multiselect(key=Key.WHAT_IF_ITEMS).set_value(["C"]).run()
    two.number_input(key=Key.WHAT_IF_DAYS).set_value(4).run()
    do(one, ChangeKind.SHIFT, ["B"], days=3)
    two.button(key=Key.WHAT_IF_APPLY).click().run()  # it has not seen the other's
    with open_store() as store:
        changes = store.documents(named, DocumentKind.SCENARIO)[key]["changes"]
    assert [(change["item"], change["value"]) for change in changes] == [("A", 2), ("B", 3), ("C", 4)]
    two.button(key=Key.WHAT_IF_UNDO).click().run()
    with open_store() as store:
        assert [change["item"] for change in store.documents(named, DocumentKind.SCENARIO)[key]["changes"]] == ["A", "B"]
    two.multiselect(key=Key.WHAT_IF_ITEMS).set_value(["B"]).run()
    two.number_input(key=Key.WHAT_IF_DAYS).set_value(10).run()
    do(one, ChangeKind.SHIFT, ["B"], days=1)
    two.button(key=Key.WHAT_IF_APPLY).click().run()
    assert "Scenario" in said(two)
    with open_store() as store:
        stands = store.documents(named, DocumentKind.SCENARIO)[key]["changes"]
    assert ("B", 4) in [(change["item"], change["value"]) for change in stands]
    two.button(key=f"{Key.CLASH_MINE}_0").click().run()
    assert not two.exception
    with open_store() as store:
        stands = store.documents(named, DocumentKind.SCENARIO)[key]["changes"]
    assert ("B", 13) in [(change["item"], change["value"]) for change in stands]


def test_a_scenario_deleted_elsewhere_is_asked_about_before_it_comes_back(tabs: Callable[..., tuple[str, AppTest, AppTest]]) -> None:
    from tests.pages.test_what_if import do
    from tpm.scenario import ChangeKind

    named, one, _ = tabs("what_if")
    do(one, ChangeKind.SHIFT, ["A"], days=2)
    with open_store() as store:
        (key,) = store.documents(named, DocumentKind.SCENARIO)
    one.multiselect(key=Key.WHAT_IF_ITEMS).set_value(["B"]).run()
    with open_store() as store:
        store.remove_documents(named, DocumentKind.SCENARIO, [key])
    one.button(key=Key.WHAT_IF_APPLY).click().run()
    assert "It now says: deleted" in said(one)
    with open_store() as store:
        assert store.documents(named, DocumentKind.SCENARIO) == {}
    one.button(key=f"{Key.CLASH_MINE}_0").click().run()
    with open_store() as store:
        assert len(store.documents(named, DocumentKind.SCENARIO)[key]["changes"]) == 2


@pytest.mark.parametrize("mine", [True, False])
def test_corrections_of_two_tabs_both_stand_and_one_cell_is_asked(
    tabs: Callable[..., tuple[str, AppTest, AppTest]], types: Typist, mine: bool
) -> None:
    named, one, two = tabs()
    types(one, {(0, "name"): "Ledger, new", (2, "team"): "Core"})
    types(two, {(1, "name"): "Screens, new", (2, "team"): "Mobile"})
    assert rows(two)["name"].tolist() == ["Ledger", "Screens", "Copy", "Launch"]  # it has not moved: more is on its way
    with open_store() as store:
        stand = [(saved.edit.item, saved.edit.value) for saved in store.edits(named, 1)]
    assert stand == [("A", "Ledger, new"), ("C", "Core"), ("B", "Screens, new")]
    assert "C · Team was changed in another tab or by somebody else" in said(two)
    assert "1 cell is saved" in said(two)
    types(two, {(1, "name"): "Screens, new", (2, "team"): "Brand, new"})
    assert "You wanted: Brand, new" in said(two)
    assert "You wanted: Mobile" not in said(two)
    two.button(key=f"{Key.CLASH_MINE if mine else Key.CLASH_THEIRS}_0").click().run()
    assert rows(two)["team"].tolist()[2] == ("Brand, new" if mine else "Core")
    assert rows(two)["name"].tolist() == ["Ledger, new", "Screens, new", "Copy", "Launch"]
    with open_store() as store:
        assert [saved.edit.value for saved in store.edits(named, 1)][3:] == (["Brand, new"] if mine else [])


def test_a_value_typed_while_the_store_is_locked_outlives_what_comes_from_beside(
    tabs: Callable[..., tuple[str, AppTest, AppTest]], types: Typist, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tpm.store import Store, StoreError
    from tpm.store.errors import trouble

    def locked(*_: object, **__: object) -> None:
        raise StoreError(trouble("store-locked", "the database"))

    named, one, _ = tabs()
    with monkeypatch.context() as held:
        held.setattr(Store, "add_edits", locked)
        types(one, {(0, "name"): "Ledger, new"})
        assert "close other copies of this program" in said(one)
    with open_store() as store:
        store.put_documents(named, DocumentKind.SETTING, {"country": "KR"})
    with monkeypatch.context() as held:
        held.setattr(Store, "add_edits", locked)
        assert "public holidays" in said(one.run())  # which shows the grid anew, were there nothing to lose
    one.run()
    with open_store() as store:
        assert [saved.edit.value for saved in store.edits(named, 1)] == ["Ledger, new"]
    assert "1 cell is saved" in said(one)


def test_two_new_risks_are_two_risks(tabs: Callable[..., tuple[str, AppTest, AppTest]]) -> None:
    named, one, two = tabs("risks")
    one.button(key=Key.RISK_ADD).click().run()
    two.button(key=Key.RISK_ADD).click().run()
    assert not two.exception
    with open_store() as store:
        assert [saved.edit.item for saved in store.edits(named, 1) if saved.edit.field == "risk.add"] == ["R-1", "R-2"]


def test_a_versions_note_of_two_tabs_is_asked_and_its_name_kept(tabs: Callable[..., tuple[str, AppTest, AppTest]], keep: Keeper) -> None:
    from tests.store.values import MONDAY
    from tpm.store import NewSnapshot, Upload

    named, one, two = tabs()
    with open_store() as store:
        store.save_snapshot(named, NewSnapshot([Upload("plan.csv", PLAN)]), at=MONDAY)
    for tab in (one, two):
        tab.switch_page("pages/changes.py").run()
        tab.session_state[Key.CHANGES_TABS] = tab.tabs[3].label
        tab.run()
    one.text_input(key=f"{Key.VERSION_NAME}_2").set_value("Monday").run()
    two.text_input(key=f"{Key.VERSION_NOTE}_2").set_value("late").run()
    one.text_input(key=f"{Key.VERSION_NOTE}_2").set_value("early").run()
    assert "Note of version 2" in said(one)
    with open_store() as store:
        snapshot = store.snapshot(named, 2)
    assert (snapshot.label, snapshot.note) == ("Monday", "late")


def test_an_open_tab_says_what_the_other_did_and_loads_it(tabs: Callable[..., tuple[str, AppTest, AppTest]]) -> None:
    from tests.store.values import MONDAY
    from tpm.store import Edit as StoredEdit
    from tpm.store import NewSnapshot, Upload
    from tpm.ui import shared

    named, one, _ = tabs()
    with open_store() as store:
        before = store.opened(named)
        store.add_edits(named, 1, [StoredEdit("A", "owner", "Bex")], at=MONDAY)
        store.save_snapshot(named, NewSnapshot([Upload("plan.csv", PLAN)]), at=MONDAY)
        store.put_documents(named, DocumentKind.REPORT, {"1": {}})
        store.put_documents(named, DocumentKind.SCENARIO, {"x": {"name": "Plan B", "changes": []}})
        now = store.opened(named, 1)
    from tpm.ui.shared_words import news

    assert news(before, now, "en") == "new version 2; 1 new correction (A); scenarios: Plan B"
    assert news(before, now, "ko") == "새 버전 2; 새 수정 1건(A); 시나리오: Plan B"
    assert shared.LOOK_SECONDS <= 5
    one.run()
    assert "new version 2" in said(one)


def test_the_review_form_writes_only_what_was_changed_in_it(tabs: Callable[..., tuple[str, AppTest, AppTest]]) -> None:
    named, one, two = tabs("exec_review")
    for tab, key, value in ((one, Key.REVIEW_RED, 9), (two, Key.REVIEW_PINNED, ["M"]), (one, Key.REVIEW_AMBER_SHARE, 70)):
        widget = tab.multiselect(key=key) if key == Key.REVIEW_PINNED else tab.number_input(key=key)
        widget.set_value(value)
        next(button for button in tab.button if button.label == "Keep").click().run()
        assert not tab.exception
    kept = settings(named)["review"]
    assert kept == {"pinned": ["M"], "hidden": [], "amber_days": 0, "red_days": 9, "amber_confidence": 0.7, "red_confidence": 0.5}


def test_a_database_that_another_program_holds_is_waited_for_with_a_word(tabs: Callable[..., tuple[str, AppTest, AppTest]]) -> None:
    import sqlite3
    import threading
    import time

    named, one, _ = tabs()
    with open_store() as store:
        file = store.place
    held = threading.Event()

    def hold() -> None:
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        held.set()
        time.sleep(1.5)
        holder.execute("ROLLBACK")
        holder.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    one.selectbox(key=Key.COUNTRY).select("KR").run()
    thread.join()
    assert [toast.value for toast in one.toast] == ["Another program holds the database. Waiting for it, ten seconds at most …"]
    assert settings(named) == {"country": "KR"}
