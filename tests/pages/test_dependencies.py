"""The Dependencies page: every section in both languages, for good and bad plans; findings called no issue; offers accepted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import words
from tests.pages.test_every_page import CYCLE, UNDATED, big
from tpm.ui.dependencies import SECTIONS
from tpm.ui.keys import Key

LOCALES = ("en-US", "ko-KR")
NO_LINKS = (b"ID,Task,Team,Start,Finish,Notes\nA-1,Token service design,Identity,2026-12-01,2026-12-04,\n"
            b"A-2,Token service build,Identity,2026-12-07,2026-12-18,\nA-3,Token service test,QA,2026-12-21,2026-12-31,\n"
            b"B-1,Ledger,Payments,2027-01-04,2027-01-29,waits for A-2\nC-1,Kick-off,Launch,2026-11-20,2026-11-24,\n")


def opened(test: AppTest, section: str) -> AppTest:
    test.button_group(key=Key.WAITS_VIEW).set_value(section).run()
    assert not test.exception, [error.value for error in test.exception]
    return test


@pytest.fixture
def sample(app: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """The sample program on the Dependencies page."""

    def opener(locale: str = "en-US", dark: bool = False) -> AppTest:
        test = app(locale=locale, dark=dark)
        test.button(key=Key.OPEN_SAMPLE).click().run()
        test.switch_page("pages/dependencies.py").run()
        assert not test.exception, [error.value for error in test.exception]
        return test

    return opener


@pytest.mark.parametrize("locale", LOCALES)
def test_every_section_of_the_sample_has_a_finding_for_a_title(sample: Callable[..., AppTest], locale: str) -> None:
    test = sample(locale, dark=locale == "ko-KR")
    titles = []
    for section in SECTIONS:
        opened(test, section)
        titles.append(test.subheader[0].value if test.subheader else test.info[0].value)
    assert len(set(titles)) == len(SECTIONS)
    assert all(any(letter.isdigit() for letter in title) for title in titles[:3])


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("content", [CYCLE, UNDATED, NO_LINKS], ids=["cycle", "undated", "no-links"])
def test_every_section_of_a_broken_plan_says_something(
    app: Callable[..., AppTest], keep: Callable[..., str], section: str, content: bytes
) -> None:
    test = opened(app("dependencies", workspace=keep(("plan.csv", content))), section)
    assert test.subheader or test.info


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_of_five_thousand_rows_is_drawn(app: Callable[..., AppTest], keep: Callable[..., str], section: str) -> None:
    test = opened(app("dependencies", workspace=keep(("plan.csv", big(5000)))), section)
    assert test.subheader or test.info


def test_a_chosen_item_lights_its_chain_and_opens_its_panel(sample: Callable[..., AppTest]) -> None:
    test = sample()
    test.selectbox(key=Key.ITEM).select("CK-205").run()
    assert not test.exception
    assert "items of" in test.subheader[0].value
    assert "working days" in test.subheader[0].value
    assert "waits for “Token service build”" in words(test).replace("\\", "")
    assert test.session_state[Key.GRAPH_ITEM] == "CK-205"
    test.selectbox(key=Key.ITEM).set_value(None).run()
    assert test.session_state[Key.GRAPH_ITEM] == "CK-205"
    test.button(key=Key.GRAPH_CLEAR).click().run()
    assert "holds up" in test.subheader[0].value
    assert test.session_state[Key.GRAPH_ITEM] is None


def test_a_plan_without_dependencies_offers_those_that_it_implies_and_takes_them(
    app: Callable[..., AppTest], keep: Callable[..., str]
) -> None:
    test = app("dependencies", workspace=keep(("plan.csv", NO_LINKS)))
    assert "no dependencies" in test.subheader[0].value
    text = words(test).replace("\\", "")
    assert "“Token service build” waits for “Token service design”" in text
    assert "“Ledger” waits for “Token service build”" in text
    test.button(key=Key.OFFER_ADD_SURE).click().run()
    assert not test.exception
    assert "holds up" in test.subheader[0].value
    assert not [button for button in test.button if str(button.key).startswith(Key.OFFER_ADD)]


def test_a_dependency_can_be_added_by_hand(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    named = keep(("plan.csv", UNDATED))
    test = app("dependencies", workspace=named)
    assert test.button(key=Key.LINK_ADD).disabled
    test.selectbox(key=Key.LINK_AFTER).select("C").run()
    test.selectbox(key=Key.LINK_BEFORE).select("A").run()
    test.button(key=Key.LINK_ADD).click().run()
    assert not test.exception
    assert "“Build the token service” holds up 1 item" in test.subheader[0].value
    again = opened(app("dependencies", workspace=named), "assumptions")
    again.selectbox(key=Key.LINK_AFTER).select("C").run()
    again.selectbox(key=Key.LINK_BEFORE).select("A").run()
    assert again.button(key=Key.LINK_ADD).disabled  # it is there already


def test_a_dependency_that_would_close_a_loop_is_refused_and_told(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    chain = b"ID,Task,Start,Finish,Predecessors\nA,Build,2026-12-01,2026-12-04,\nB,Test,2026-12-07,2026-12-09,A\n"
    test = opened(app("dependencies", workspace=keep(("plan.csv", chain))), "assumptions")
    test.selectbox(key=Key.LINK_AFTER).select("A").run()
    test.selectbox(key=Key.LINK_BEFORE).select("B").run()
    test.button(key=Key.LINK_ADD).click().run()
    assert not test.exception
    assert len(test.warning) == 1


def test_a_finding_called_no_issue_keeps_its_reason_and_comes_back(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    named = keep(("plan.csv", NO_LINKS))
    test = opened(app("dependencies", workspace=named), "assumptions")
    before = words(test)
    dismiss = next(button for button in test.button if str(button.key).startswith(Key.ASSUMPTION_DISMISS))
    digest = str(dismiss.key).rpartition("_")[2]
    test.text_input(key=f"{Key.ASSUMPTION_REASON}_{digest}").input("agreed on 3 Nov").run()
    test.button(key=dismiss.key).click().run()
    assert not test.exception
    assert "agreed on 3 Nov" in words(test).replace("\\", "")
    again = opened(app("dependencies", workspace=named), "assumptions")
    assert not [button for button in again.button if button.key == dismiss.key]
    again.button(key=f"{Key.ASSUMPTION_RESTORE}_{digest}").click().run()
    assert words(again) == before


def test_a_message_is_in_the_language_of_its_reader(sample: Callable[..., AppTest]) -> None:
    test = opened(sample(), "commitments")
    assert "What you owe" in test.code[0].value
    test.button_group(key=Key.MESSAGE_LANGUAGE).set_value("ko").run()
    assert "넘길 것" in test.code[0].value


def test_names_of_a_sheet_are_shown_and_not_interpreted(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    evil = (b"ID,Task,Team,Start,Finish,Predecessors\n1,<img src=x onerror=alert(1)>,[x](javascript:1),2026-11-02,2026-12-06,\n"
            b"2,**bold**,Two,2026-12-09,2026-12-10,1\n3,c,Three,2026-12-09,2026-12-10,2\n")
    test = app("dependencies", workspace=keep(("plan.csv", evil)))
    for section in SECTIONS:
        text = words(opened(test, section))
        assert "[x](javascript:1)" not in text
        assert "<img" not in text.replace("\\<img", "")
