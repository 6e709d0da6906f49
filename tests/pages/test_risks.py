"""The Risks page: each view says its finding, changes to the register are kept and taken back, and nothing is needed to begin."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import words
from tpm.risk_edits import RiskEdit
from tpm.ui.keys import Key

Opener = Callable[..., AppTest]
SMALL = (b"ID,Task,Type,Team,Start,Finish,Predecessors\nA,Build,Activity,Core,2026-11-02,2026-12-11,\n"
         b"B,Test,Activity,Field,2026-12-14,2026-12-23,A\nM,Launch,Milestone,Field,2026-12-23,2026-12-23,B\n")
RISKS = (b"Risk ID,Risk,Probability,Impact (1-5),Affected activities,Delay (days),Owner,Response\n"
         b"R-1,Vendor slips,40%,5,A,5,Bex,Split\nR-2,<b>Key</b> person leaves,20%,2,A; B,3,,\n")
VIEWS = {"matrix": 0, "confidence": 1, "exposure": 2, "register": 3}


def open_view(test: AppTest, view: str, lang: str = "en") -> AppTest:
    """Show one view of the page, and wait until what it shows was simulated."""
    from tpm.i18n import t

    test.session_state[Key.RISK_TABS] = t(f"risks-page.view-{view}", "ko" if lang == "ko" else "en")
    return simulated(test.run())


def simulated(test: AppTest) -> AppTest:
    for _ in range(600):
        assert not test.exception, [error.value for error in test.exception]
        if not [button for button in test.button if button.key == Key.SIMULATION_CANCEL]:
            return test
        time.sleep(0.2)
        test.run()
    raise AssertionError("the simulation did not end")


@pytest.fixture
def small(app: Opener, keep: Callable[..., str]) -> AppTest:
    return simulated(app("risks", workspace=keep(("plan.csv", SMALL), ("risks.csv", RISKS))))


@pytest.mark.parametrize(("locale", "lang", "title", "price"), [
    ("en-US", "en", "2 of 10 open risks need an answer", "Expected exposure: the register adds"),
    ("ko-KR", "ko", "미종결 리스크 10건 중 2건에 대응이 필요합니다", "예상 노출: 등록된 리스크로"),
])  # fmt: skip
def test_the_sample_tells_a_finding_in_every_view(app: Opener, locale: str, lang: str, title: str, price: str) -> None:
    test = app(locale=locale)
    test.button(key=Key.OPEN_SAMPLE).click().run()
    test.switch_page("pages/risks.py").run()
    simulated(test)
    assert title in test.subheader[0].value
    assert price in test.header[0].value.replace("\\", "")
    likely = open_view(test, "confidence", lang).subheader[0].value
    assert "P80" in likely
    assert "%" in likely
    assert len(open_view(test, "exposure", lang).subheader) == 2
    assert len(test.dataframe) == 2
    assert open_view(test, "register", lang).caption


def test_choosing_a_risk_shows_what_it_hits_and_where_that_leads(small: AppTest) -> None:
    small.selectbox(key=Key.RISK_ITEM).select("R-2").run()
    assert not small.exception
    text = words(small).replace("\\", "")
    assert "Hits 2 activities" in text
    assert "Leads to 1 milestone" in text
    assert "<b>Key</b> person leaves" in text


def test_a_cell_shows_all_its_risks(small: AppTest) -> None:
    small.session_state[Key.RISK_CELL] = "5,3"
    small.run()
    assert "Vendor slips" in words(small)


def test_filters_narrow_the_matrix_and_an_empty_one_says_so(small: AppTest) -> None:
    small.multiselect(key=Key.RISK_TEAMS).set_value(["Field"]).run()
    assert "The one open risk" in small.subheader[0].value
    import datetime as dt

    small.date_input(key=Key.RISK_WINDOW).set_value((dt.date(2030, 1, 1), dt.date(2030, 2, 1))).run()
    assert "No risk passes the filters" in small.info[0].value


def test_the_scale_is_kept_with_the_workspace(small: AppTest, app: Opener) -> None:
    small.number_input(key=f"{Key.RISK_BANDS}_4").set_value(80.0)
    small.number_input(key=Key.RISK_HIGH).set_value(20)
    small.button(key=Key.RISK_SCALE_SAVE).click().run()
    assert not small.exception
    again = simulated(app("risks", workspace=small.session_state[Key.WORKSPACE]))
    assert again.number_input(key=Key.RISK_HIGH).value == 20


def test_a_change_to_the_register_is_applied_told_and_taken_back(small: AppTest, app: Opener) -> None:
    import datetime as dt

    from tpm.store import Edit, open_store

    named = small.session_state[Key.WORKSPACE]
    edits = [RiskEdit("R-2", "owner", "Arun"), RiskEdit("R-2", "strategy", "accept"), RiskEdit("R-1", "activities", ("B",))]
    with open_store() as store:
        store.add_edits(named, 1, [Edit(edit.risk, edit.stored_field, edit.stored_value) for edit in edits], at=dt.datetime.now(dt.UTC))
        bundle = store.write_bundle(named)
    test = simulated(app("risks", workspace=named))
    assert test.subheader[0].value.startswith("All 2 open risks have an owner and a response")
    text = words(open_view(test, "register")).replace("\\", "")
    assert "Owner: (empty) → Arun" in text or "Arun" in text
    test.button(key=next(button.key for button in test.button if str(button.key).startswith("take_back_"))).click().run()
    with open_store() as store:
        assert len(store.edits(named, 1)) == 2
        copy = store.open_bundle(bundle, at=dt.datetime.now(dt.UTC)).id
    assert simulated(app("risks", workspace=copy)).subheader[0].value.startswith("All 2 open risks")


def test_the_first_risk_is_one_click_away(app: Opener, keep: Callable[..., str]) -> None:
    test = simulated(app("risks", workspace=keep(("plan.csv", SMALL))))
    assert "No risks are registered" in test.header[0].value
    test.button(key=Key.RISK_ADD).click().run()
    simulated(test)
    assert "1 risk in the register" in words(test)
    assert "New risk" in words(test)


def test_without_risks_the_date_is_still_simulated(app: Opener, keep: Callable[..., str]) -> None:
    test = open_view(simulated(app("risks", workspace=keep(("plan.csv", SMALL)))), "confidence")
    assert test.subheader[0].value.replace("\\", "").startswith("Launch: ")
    assert test.warning


def test_a_register_alone_has_its_matrix_and_says_what_is_missing_for_dates(app: Opener, keep: Callable[..., str]) -> None:
    test = app("risks", workspace=keep(("risks.csv", RISKS)))
    assert "1 of 2 open risks needs an answer" in test.subheader[0].value
    assert "nothing to simulate" in open_view(test, "confidence").info[0].value
    assert "nothing to simulate" in open_view(test, "exposure").info[0].value


def test_settings_of_the_simulation_are_kept_and_change_the_answer(small: AppTest) -> None:
    test = open_view(small, "confidence")
    assert "10,000 runs, seed 1" in words(test)
    test.selectbox(key=Key.SIMULATION_RUNS).set_value(1_000).run()
    simulated(test)
    test.number_input(key=Key.SIMULATION_SEED).set_value(7).run()
    assert "1,000 runs, seed 7" in words(simulated(test))


def test_two_settings_typed_before_the_page_is_drawn_again_are_both_kept(small: AppTest) -> None:
    test = open_view(small, "confidence")
    test.number_input(key=Key.SIMULATION_SEED).set_value(7)
    test.number_input(key=Key.SIMULATION_LOW).set_value(-20.0)
    simulated(test.run())
    from tpm.store import open_store

    with open_store() as store:
        kept = store.settings(test.session_state[Key.WORKSPACE])["simulation"]
    assert (kept["seed"], kept["low"]) == (7, -0.2)


def test_ranges_can_be_learned_from_earlier_versions(app: Opener) -> None:
    test = app()
    test.button(key=Key.OPEN_SAMPLE).click().run()
    test.switch_page("pages/risks.py").run()
    test.session_state[Key.RISK_TABS] = "Confidence"
    test.run()
    test.toggle(key=Key.SIMULATION_LEARNED).set_value(True).run()
    assert not test.exception
    assert "finished item" in words(simulated(test))


def test_a_simulation_that_is_under_way_can_be_cancelled(small: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    import tpm.risk

    def slow(*_: object, cancelled: Callable[[], bool], **__: object) -> object:
        while not cancelled():
            time.sleep(0.01)
        raise tpm.risk.Cancelled

    monkeypatch.setattr(tpm.risk, "simulate", slow)
    monkeypatch.setattr("tpm.ui.simulation.PATIENCE_SECONDS", 0.05)
    test = small
    test.session_state[Key.RISK_TABS] = "Confidence"
    test.run()
    test.number_input(key=Key.SIMULATION_SEED).set_value(99).run()
    test.button(key=Key.SIMULATION_CANCEL).click().run()
    for _ in range(50):
        if test.info:
            break
        time.sleep(0.1)
        test.run()
    assert "cancelled" in test.info[0].value
    assert test.button(key=Key.SIMULATION_AGAIN)


def test_the_roadmap_shows_whiskers_once_a_simulation_was_run(app: Opener, keep: Callable[..., str]) -> None:
    named = keep(("plan.csv", SMALL.replace(b"Launch", b"Grand launch")))
    test = app("roadmap", workspace=named)
    assert "P10 to P90" not in words(test)
    test.switch_page("pages/risks.py").run()
    simulated(test)
    test.switch_page("pages/roadmap.py").run()
    assert "P10 to P90" in words(test)
