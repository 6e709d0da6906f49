"""The Plan page: the front door in both languages, uploads good and bad, findings in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import words
from tpm.ui.keys import Key

SAMPLES = Path(__file__).resolve().parent.parent.parent / "data"
CSV = b"ID,Task,Start,Finish,Owner\n1,Build,2026-11-02,2026-11-06,Bex\n2,Test,2026-11-09,31/02/2026,\n"


def upload(test: AppTest, *files: tuple[str, bytes]) -> AppTest:
    box = test.file_uploader[0]
    for name, content in files:
        box.upload(name, content)
    test.run()
    assert not test.exception, [error.value for error in test.exception]
    return test


@pytest.mark.parametrize(("locale", "greeting"), [("en-US", "really says"), ("ko-KR", "올리면 바로 보입니다"), ("de-DE", "really says")])
def test_the_front_door_speaks_the_browsers_language(app: Callable[..., AppTest], locale: str, greeting: str) -> None:
    assert greeting in app(locale=locale).title[0].value


def test_the_switch_wins_over_the_browser(app: Callable[..., AppTest]) -> None:
    test = app(locale="en-US")
    test.button_group(key=Key.LANGUAGE).set_value("ko").run()
    assert "올리면 바로 보입니다" in test.title[0].value


@pytest.mark.parametrize(("locale", "expected"), [("en-US", "milestones"), ("ko-KR", "마일스톤")])
def test_the_sample_is_one_click_away(app: Callable[..., AppTest], locale: str, expected: str) -> None:
    test = app(locale=locale)
    test.button(key=Key.OPEN_SAMPLE).click().run()
    assert not test.exception
    assert expected in test.header[0].value
    assert test.session_state[Key.WORKSPACE] == test.query_params["w"]
    assert len(test.selectbox(key=Key.SNAPSHOT).options) == 3


def test_an_upload_says_what_was_understood_and_what_is_wrong(app: Callable[..., AppTest]) -> None:
    test = upload(app(), ("plan.csv", CSV))
    assert "2 activities" in test.header[0].value
    assert "31/02/2026" in words(test)


def test_a_file_that_cannot_be_used_leaves_what_was_open(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    test = app(workspace=keep(("plan.csv", CSV)))
    before = test.header[0].value
    upload(test, ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(200)))
    assert test.header[0].value == before
    assert len(test.error) == 1


def test_an_unknown_address_says_so_and_offers_the_front_door(app: Callable[..., AppTest]) -> None:
    test = app(workspace="no-such-workspace")
    assert len(test.warning) == 1
    assert test.file_uploader


def test_the_plan_survives_a_new_session_with_its_address(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    named = keep(("plan.csv", CSV))
    assert "2 activities" in app(workspace=named).header[0].value


def test_text_of_a_sheet_is_shown_and_not_interpreted(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    evil = b"ID,Task,Start,Finish\n1,<img src=x onerror=alert(1)>,2026-11-02,nonsense [x](javascript:1)\n"
    text = words(app(workspace=keep(("plan.csv", evil))))
    assert "[x](javascript:1)" not in text
    assert not re.search(r"(?<!\\)<img", text)


def test_nobody_else_sees_the_workspace_without_its_address(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    named = keep(("secret-plan.csv", CSV))
    test = app()
    assert Key.WORKSPACE not in test.session_state or test.session_state[Key.WORKSPACE] != named
    assert not test.header
