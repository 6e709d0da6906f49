"""What names and notes say, in English and in Korean."""

from __future__ import annotations

import pytest

from tpm.insight.cross_team.words import Note, rests_on_something, says_it_needs, shared_words, step_of, team_pattern, words_of


@pytest.mark.parametrize(("name", "rank", "about"), [
    ("Token service design", 1, {"token", "service"}), ("Building the payments adapter", 2, {"payment", "adapter"}),
    ("로그인 개발", 2, {"로그인"}), ("로그인개발", 2, {"로그인"}),
    ("QA of invoices", 4, {"invoice"}), ("원장 배포", 5, {"원장"}), ("Design", 1, set()),
])
def test_a_name_is_a_step_on_an_object(name: str, rank: int, about: set[str]) -> None:
    step = step_of(name)
    assert step is not None
    assert (step.rank, step.about) == (rank, about)


@pytest.mark.parametrize("name", ["Korea hypercare", "Design and build", "Test launch", "", "현재 개발 설계"])
def test_a_name_with_no_step_or_several_is_none(name: str) -> None:
    assert step_of(name) is None


@pytest.mark.parametrize(("team", "note", "named"), [
    ("Data platform", "names come from the data platform", True), ("Data platform", "a platform for data", False),
    ("Launch", "Needed before launch day.", False), ("Launch", "asked the Launch team twice", True),
    ("Search", "four days with Search", True), ("Search", "Searching for more", False),
    ("데이터플랫폼", "데이터플랫폼 팀의 파이프라인", True), ("데이터플랫폼", "데이터플랫폼에서 받음", True),
    ("웹", "웹 화면에서 확인", False), ("웹", "웹팀에서 확인", True), ("보안팀", "보안팀 확인 대기", True),
])
def test_a_team_is_named_as_a_team(team: str, note: str, named: bool) -> None:
    assert bool(team_pattern(team).search(note)) is named


def test_an_item_is_spoken_of_where_its_words_stand_together() -> None:
    note = Note("Topic names come from the change data capture pipeline of Data platform")
    assert note.speaks_of(words_of("Change data capture pipeline"))
    assert not note.speaks_of(words_of("Change names of topics"))
    assert Note("토픽명은 CDC 파이프라인에서 받아야 함").speaks_of(words_of("CDC 파이프라인"))


def test_shared_words_look_past_endings() -> None:
    assert shared_words("Card network certificate received", "Card network certification test") == ["card", "network", "certificate"]
    assert shared_words("카드사 인증서 수령", "카드사 인증 테스트") == ["카드사", "인증서"]
    assert shared_words("Cart", "Card") == []


def test_fillers_and_plurals_say_nothing() -> None:
    assert words_of("The tests of the Ledgers") == ("tests", "ledger")


def test_notes_that_rest_on_something_and_notes_that_need_something() -> None:
    assert rests_on_something("Rate assumed as last year")
    assert not rests_on_something("Reviewed on 18 Nov")
    assert says_it_needs("Blocked by the schema")
    assert says_it_needs("스키마 확정 대기")
    assert not says_it_needs("합의함")
