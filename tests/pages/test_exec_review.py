"""The Exec review page: what it says of the sample, in both languages, and what the presenter can choose."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import words
from tpm.ui import simulation, wall
from tpm.ui.exec_review import SECTIONS
from tpm.ui.keys import Key

DATA = Path(__file__).resolve().parents[2] / "data"


def said(test: AppTest) -> str:
    return words(test).replace("\\", "")


@pytest.fixture
def sample(app: Callable[..., AppTest], keep: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], AppTest]:
    """The sample's last version in a workspace of its own: the sample itself is reopened with what others chose in it."""
    monkeypatch.setattr(simulation, "PATIENCE_SECONDS", 60.0)  # a busy machine draws no page in between

    def opened(locale: str = "en-US") -> AppTest:
        name = f"sample_{locale[:2]}_2026-11-20.xlsx"
        return app("exec_review", locale=locale, workspace=keep((name, (DATA / name).read_bytes())))

    return opened


@pytest.mark.parametrize(("locale", "expected"), [
    ("en-US", "Korea launch is 80% sure by 3 Mar, 31 working days after the promised 19 Jan; 29 Jan only if nothing slips."),
    ("ko-KR", "한국 오픈은 80% 확률로 3월 3일까지 완료되며, 목표일 1월 19일보다 영업일 기준 31일 늦습니다."),
])
def test_the_headline_is_the_finding(sample: Callable[[str], AppTest], locale: str, expected: str) -> None:
    assert sample(locale).subheader[0].value.replace("\\", "").startswith(expected)


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_every_section_draws(sample: Callable[[str], AppTest], section: str, locale: str) -> None:
    test = sample(locale)
    test.button_group(key=Key.REVIEW_SECTION).set_value(section).run(timeout=60)
    assert not test.exception


def test_the_brief_is_text_to_copy_and_every_sentence_opens_its_rows(sample: Callable[[str], AppTest]) -> None:
    test = sample("en-US")
    test.button_group(key=Key.REVIEW_SECTION).set_value("brief").run(timeout=60)
    assert test.code[0].value.startswith("Korea launch is 80% sure by 3 Mar")
    sentence = next(button for button in test.button if button.key and button.key.startswith(Key.REVIEW_SENTENCE))
    sentence.click().run(timeout=60)
    assert not test.exception
    assert any("CK-" in str(value) for frame in test.dataframe for value in frame.value.iloc[:, 0])


def test_options_of_a_decision_are_told_with_their_days(sample: Callable[[str], AppTest]) -> None:
    test = sample("en-US")
    test.button_group(key=Key.REVIEW_SECTION).set_value("decisions").run(timeout=60)
    text = said(test)
    assert "Win back 19 Jan for Korea launch, or promise 3 Mar, which is 80% sure?" in text
    assert "**no change** · Promise 3 Mar instead of 19 Jan: 80% sure." in text


def test_thresholds_are_kept_with_the_workspace_and_change_the_colour(sample: Callable[[str], AppTest]) -> None:
    test = sample("en-US")
    assert "R · Red means more than 5 working days" in said(test)
    test.number_input(key=Key.REVIEW_RED).set_value(15)
    next(button for button in test.button if button.label == "Keep").click()
    test.run(timeout=60)
    assert "R · Red means more than 15 working days" in said(test)


def test_thresholds_that_fall_are_refused_with_a_sentence(sample: Callable[[str], AppTest]) -> None:
    test = sample("en-US")
    test.number_input(key=Key.REVIEW_AMBER).set_value(20)
    next(button for button in test.button if button.label == "Keep").click()
    test.run(timeout=60)
    assert "Red must be worse than amber" in test.error[0].value
    assert "R · Red means more than 5 working days" in said(test)


def test_a_hidden_milestone_leaves_the_picture(sample: Callable[[str], AppTest]) -> None:
    test = sample("en-US")
    test.multiselect(key=Key.REVIEW_HIDDEN).set_value(["CK-705"])
    next(button for button in test.button if button.label == "Keep").click()
    test.run(timeout=60)
    assert not test.exception
    assert test.multiselect(key=Key.REVIEW_HIDDEN).value == ["CK-705"]


def test_a_template_is_looked_at_once_and_the_deck_is_made_when_it_is_asked_for(
    sample: Callable[[str], AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(wall, "check_template", lambda name, template: asked.append(name))
    monkeypatch.setattr(wall, "deck_on", lambda *parts: pytest.fail("made without being asked for"))
    monkeypatch.setattr("tpm.ui.review_files.report", lambda *parts, **more: pytest.fail("made without being asked for"))
    test = sample("en-US")
    test.button_group(key=Key.REVIEW_SECTION).set_value("files").run(timeout=60)
    test.file_uploader(key=Key.REVIEW_TEMPLATE).set_value(("company.pptx", b"never opened before", "")).run(timeout=60)
    test.run(timeout=60)
    assert not test.exception
    assert asked == ["company.pptx"]


def test_a_template_that_is_none_is_said(sample: Callable[[str], AppTest]) -> None:
    test = sample("ko-KR")
    test.button_group(key=Key.REVIEW_SECTION).set_value("files").run(timeout=60)
    test.file_uploader(key=Key.REVIEW_TEMPLATE).set_value(("company.pptx", b"no deck", "")).run(timeout=60)
    assert "“company.pptx”는 PowerPoint 프레젠테이션이 아닙니다. .pptx 파일을 선택해 주세요." in said(test)


def test_one_click_opens_an_option_in_what_if_where_it_lands_as_told(sample: Callable[[str], AppTest]) -> None:
    test = sample("en-US")
    test.button_group(key=Key.REVIEW_SECTION).set_value("decisions").run(timeout=60)
    told = next(line for line in said(test).splitlines() if "Shorten Customer data migration" in line)
    lands = re.search(r"Korea launch lands (\d+ \w+)", told)
    assert lands is not None
    buttons = [button for button in test.button if button.key and button.key.startswith(Key.REVIEW_TRY)]
    at = [line for line in said(test).splitlines() if " · " in line and ("lands" in line or "Carry out" in line)].index(told)
    buttons[at].click().run(timeout=60)
    assert not test.exception
    assert f"Korea launch moves to {lands[1]}" in said(test) or lands[1] in said(test)
    assert len(test.session_state[Key.BOARD].changes) > 1


def test_a_decision_is_recorded_and_no_longer_asked_until_it_is_reopened(sample: Callable[[str], AppTest]) -> None:
    test = sample("en-US")
    test.button_group(key=Key.REVIEW_SECTION).set_value("decisions").run(timeout=60)
    question = "Win back 19 Jan for Korea launch, or promise 3 Mar, which is 80% sure?"
    assert f"**1. {question}**" in said(test)
    test.text_input[0].set_value("Accepted by the board")
    test.text_input[1].set_value("Dana Roe")
    test.button(key=f"{Key.REVIEW_DECIDE}_keep_1").click().run(timeout=60)
    assert not test.exception
    assert f"1. {question}" not in said(test)
    assert "Dana Roe: Accepted by the board" in said(test)
    next(button for button in test.button if button.label == "Ask again").click().run(timeout=60)
    assert f"1. {question}" in said(test)
