"""The What-if page without a browser: the form, undo and redo, scenarios and their addresses, what is taken away."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import ROOT, words
from tpm.scenario import ChangeKind, Scenario, shift
from tpm.store import DocumentKind, open_store
from tpm.ui.keys import Key

PLAN = (b"ID,Task,Team,Start,Finish,Predecessors,Deadline,Type\n"
        b"A,Ledger,Payments,2026-12-01,2026-12-04,,,\n"
        b"B,Adapter,Payments,2026-12-07,2026-12-11,A,,\n"
        b"C,Screens,Apps,2026-12-01,2026-12-03,,,\n"
        b"Z,Launch,Launch,2026-12-11,2026-12-11,B; C,2026-12-11,Milestone\n")
Opener = Callable[..., AppTest]
Keeper = Callable[..., str]


@pytest.fixture
def page(app: Opener, keep: Keeper) -> Callable[..., AppTest]:
    def opener(content: bytes = PLAN, **how: Any) -> AppTest:
        return app("what_if", workspace=keep(("plan.csv", content)), **how)

    return opener


def text(test: AppTest) -> str:
    return words(test).replace("\\", "")


def do(test: AppTest, kind: ChangeKind, items: list[str] | None = None, **values: Any) -> AppTest:
    """Fill the form and apply it; values by the key's last word."""
    test.selectbox(key=Key.WHAT_IF_KIND).set_value(kind).run()
    if items is not None:
        test.multiselect(key=Key.WHAT_IF_ITEMS).set_value(items).run()
    for key, value in values.items():
        kinds = {"days": "number_input", "progress": "slider", "other": "selectbox", "cut": "multiselect", "period": "date_input",
                 "risks": "multiselect"}
        getattr(test, kinds[key])(key=f"what_if_{key}").set_value(value).run()
    return test.button(key=Key.WHAT_IF_APPLY).click().run()


def param(test: AppTest, key: str) -> str:
    value = test.query_params[key]
    return value if isinstance(value, str) else value[0]


def kept(workspace: str) -> dict[str, Any]:
    with open_store() as store:
        return store.documents(workspace, DocumentKind.SCENARIO)


def test_before_any_change_the_page_says_the_date_and_what_to_do(page: Callable[..., AppTest]) -> None:
    test = page()
    assert "Launch lands 11 Dec (Fri). on the promised date, 11 Dec 2026]" in text(test).replace("**", "").replace(":gray[", "")
    assert test.button(key=Key.WHAT_IF_UNDO).disabled
    assert Key.SCENARIO not in test.query_params


def test_a_shift_of_several_items_answers_with_the_date_the_teams_and_the_deadline(page: Callable[..., AppTest]) -> None:
    test = do(page(), ChangeKind.SHIFT, ["A", "C"], days=3)
    assert not test.exception
    told = text(test)
    assert ":gray[11 Dec →] 16 Dec :red[▲ 3 working days later]" in told
    assert "1 deadline breaks: Launch" in told
    assert "Changes (2)" in told
    moved = test.dataframe[0].value
    assert set(moved["Team"]) == {"Payments", "Apps", "Launch"}
    assert dict(zip(moved["Item"], moved["Working days"], strict=True)) == {"Ledger": 3, "Adapter": 3, "Screens": 3, "Launch": 3}


def test_float_that_is_used_without_moving_the_date_is_said(page: Callable[..., AppTest]) -> None:
    test = do(page(), ChangeKind.SHIFT, ["C"], days=4)
    assert "Launch stays on 11 Dec" in text(test)
    assert "It uses 4 of 6 days of float of Screens" in text(test)


@pytest.mark.parametrize(("kind", "items", "values", "expected"), [
    (ChangeKind.SET_DURATION, ["A"], {}, "Changes (1)"),
    (ChangeKind.SET_START, ["B"], {}, "Changes (1)"),
    (ChangeKind.SET_FINISH, ["B"], {}, "Changes (1)"),
    (ChangeKind.SET_PROGRESS, ["A", "B"], {"progress": 25}, "Changes (2)"),
    (ChangeKind.DROP, ["B"], {}, "Changes (1)"),
    (ChangeKind.ADD_LINK, ["C"], {"other": "A"}, "16 Dec"),
    (ChangeKind.REMOVE_LINK, None, {"cut": [0]}, "Changes (1)"),
    (ChangeKind.ADD_HOLIDAY, None, {"period": (dt.date(2026, 12, 8), dt.date(2026, 12, 9))}, "15 Dec"),
    (ChangeKind.FREEZE, None, {"period": (dt.date(2026, 12, 11), dt.date(2026, 12, 18))}, "21 Dec"),
])  # fmt: skip
def test_every_kind_of_change_can_be_made_with_the_form(
    page: Callable[..., AppTest], kind: ChangeKind, items: list[str] | None, values: dict[str, Any], expected: str
) -> None:
    test = do(page(), kind, items, **values)
    assert not test.exception
    assert kept(param(test, "w"))
    assert expected in text(test)


def test_in_korean_it_answers_in_korean(page: Callable[..., AppTest]) -> None:
    test = do(page(locale="ko-KR"), ChangeKind.SHIFT, ["A"], days=3)
    assert ":gray[12월 11일 →] 12월 16일 :red[▲ 영업일 3일 늦음]" in text(test)
    assert "변경 사항(1건)" in text(test)


def test_a_change_that_makes_no_sense_is_kept_apart_and_says_why(page: Callable[..., AppTest]) -> None:
    test = do(page(), ChangeKind.SHIFT, ["A"], days=1)
    test = do(test, ChangeKind.ADD_LINK, ["Z"], other="A")
    told = text(test)
    assert ":orange[△" in told
    assert "Ledger" in told
    assert "14 Dec" in told  # the first change stands


def test_undo_redo_reset_and_taking_one_back(page: Callable[..., AppTest]) -> None:
    test = do(page(), ChangeKind.SHIFT, ["A"], days=2)
    test = do(test, ChangeKind.SHIFT, ["C"], days=1)
    assert "Changes (2)" in text(test)
    test.button(key=Key.WHAT_IF_UNDO).click().run()
    assert "Changes (1)" in text(test)
    test.button(key=Key.WHAT_IF_REDO).click().run()
    assert "Changes (2)" in text(test)
    test.button(key=f"{Key.WHAT_IF_REMOVE}_0").click().run()
    assert "Launch stays on 11 Dec" in text(test)
    test.button(key=Key.WHAT_IF_RESET).click().run()
    assert "Changes" not in text(test)
    test.button(key=Key.WHAT_IF_UNDO).click().run()
    assert "Screens" in text(test)


def test_two_shifts_of_one_item_are_one_change_and_back_is_none(page: Callable[..., AppTest]) -> None:
    test = do(page(), ChangeKind.SHIFT, ["A"], days=2)
    test = do(test, ChangeKind.SHIFT, ["A"], days=3)
    assert "Ledger: 5 working days later" in text(test)
    test = do(test, ChangeKind.SHIFT, ["A"], days=-5)
    assert "Changes" not in text(test)


def test_a_scenario_is_kept_at_once_and_its_address_opens_it_elsewhere(page: Callable[..., AppTest], app: Opener) -> None:
    test = do(page(), ChangeKind.SHIFT, ["A"], days=2)
    workspace, named = param(test, "w"), param(test, Key.SCENARIO)
    stored = kept(workspace)[named]
    assert stored["name"] == "Scenario 1"
    assert Scenario.from_json(stored).changes[0].number == 2
    other = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    other.query_params["w"], other.query_params[Key.SCENARIO] = workspace, named
    other.run()
    other.switch_page("pages/what_if.py").run()
    assert "Ledger: 2 working days later" in text(other)


def test_scenarios_are_renamed_copied_and_deleted(page: Callable[..., AppTest]) -> None:
    test = do(page(), ChangeKind.SHIFT, ["A"], days=2)
    workspace, first = param(test, "w"), param(test, Key.SCENARIO)
    test.text_input(key=f"{Key.WHAT_IF_NAME}_{first}").set_value("Late ledger").run()
    assert kept(workspace)[first]["name"] == "Late ledger"
    test.button(key=Key.WHAT_IF_DUPLICATE).click().run()
    second = param(test, Key.SCENARIO)
    assert {one["name"] for one in kept(workspace).values()} == {"Late ledger", "Late ledger (copy)"}
    test.button(key=Key.WHAT_IF_DELETE).click().run()
    assert set(kept(workspace)) == {first}
    assert Key.SCENARIO not in test.query_params
    test.selectbox(key=Key.WHAT_IF_SCENARIO).select(first).run()
    assert param(test, Key.SCENARIO) == first
    assert second not in kept(workspace)
    assert "Ledger: 2 working days later" in text(test)


def test_an_address_of_a_scenario_that_is_gone_says_so(page: Callable[..., AppTest]) -> None:
    test = page()
    test.query_params[Key.SCENARIO] = "guessed"
    test.run()
    assert "no scenario with this address" in text(test)


def test_scenarios_are_compared_with_one_sentence_each(page: Callable[..., AppTest]) -> None:
    test = do(page(), ChangeKind.SHIFT, ["A"], days=2)
    test.button(key=Key.WHAT_IF_NEW).click().run()
    test = do(test, ChangeKind.SHIFT, ["A"], days=5)
    test.session_state[Key.WHAT_IF_COMPARE] = True
    test.run()
    told = text(test)
    assert "Scenario 1: Launch lands 15 Dec" in told
    assert "Scenario 2: Launch lands 18 Dec" in told
    test.toggle(key=Key.WHAT_IF_SIMULATE).set_value(True).run()
    assert not test.exception
    table = test.dataframe[-1].value
    assert [dt.datetime.strptime(day, "%d %b %Y") <= dt.datetime.strptime(later, "%d %b %Y")
            for day, later in zip(table["P50"], table["P80"], strict=True)] == [True, True]


def test_the_way_back_is_ranked_and_one_click_applies_it(page: Callable[..., AppTest]) -> None:
    test = do(page(), ChangeKind.SHIFT, ["A"], days=3)
    test.session_state[Key.WHAT_IF_RECOVER] = True
    test.run()
    assert not test.exception
    assert ":green[▼" in text(test)
    test.button(key=f"{Key.WHAT_IF_RECOVER}_0").click().run()
    assert not test.exception
    assert "Changes (1)" not in text(test)
    assert ":gray[11 Dec →] 16 Dec" not in text(test)


def test_how_far_each_item_may_slip(page: Callable[..., AppTest]) -> None:
    test = page()
    test.session_state[Key.WHAT_IF_TOLERANCE] = True
    test.multiselect(key=Key.WHAT_IF_ITEMS).set_value(["C"]).run()
    may_slip = dict(zip(test.dataframe[0].value["Item"], test.dataframe[0].value["May slip (working days)"], strict=True))
    assert may_slip["Ledger"] == 0
    assert may_slip["Screens"] == 6
    assert "Screens may slip 6 working days" in text(test)


def test_the_plan_becomes_a_new_version_and_the_old_one_stays(page: Callable[..., AppTest]) -> None:
    test = do(page(), ChangeKind.SHIFT, ["A"], days=2)
    workspace = param(test, "w")
    test.session_state[Key.WHAT_IF_TAKE] = True
    test.run()
    assert "Payments" in [tab.label for tab in test.tabs]
    assert "Ledger: 2 working days later" in test.code[0].value + test.code[-1].value
    test.button(key=Key.WHAT_IF_ADOPT).click().run()
    assert not test.exception
    assert "version 2 now" in text(test)
    with open_store() as store:
        assert [one.number for one in store.snapshots(workspace)] == [1, 2]
        assert store.files(workspace, 1)[0].content == PLAN
        assert {saved.edit.item for saved in store.edits(workspace, 2)} == {"A"}
    assert "Launch lands 15 Dec" in text(test)


def test_with_a_changed_dependency_the_new_version_is_a_clean_workbook(page: Callable[..., AppTest]) -> None:
    test = do(page(), ChangeKind.REMOVE_LINK, None, cut=[0])
    workspace = param(test, "w")
    test.session_state[Key.WHAT_IF_TAKE] = True
    test.run()
    test.button(key=Key.WHAT_IF_ADOPT).click().run()
    assert not test.exception
    with open_store() as store:
        sheet = load_workbook(io.BytesIO(store.files(workspace, 2)[0].content)).active
    rows = list(sheet.iter_rows(values_only=True))
    before = rows[0].index("Predecessors")
    assert [row[before] for row in rows[1:]] == [None, None, None, "B; C"]


def test_scenarios_of_another_version_say_so(app: Opener, keep: Keeper) -> None:
    workspace = keep(("plan.csv", PLAN))
    with open_store() as store:
        document = {**Scenario("Old", (shift("A", 2),)).as_json(), "number": 1, "snapshot": 7}
        store.put_documents(workspace, DocumentKind.SCENARIO, {"old": document, "broken": {"name": "?", "changes": [{"kind": "dance"}]}})
    test = app("what_if", workspace=workspace)
    assert list(test.selectbox(key=Key.WHAT_IF_SCENARIO).options) == ["New scenario", "Old"]
    test.selectbox(key=Key.WHAT_IF_SCENARIO).select("old").run()
    assert "made on version 7; here it is applied to version 1" in text(test)
