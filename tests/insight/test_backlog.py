"""A backlog without dates as a board."""

from __future__ import annotations

from tests.plans import plan_of
from tpm.insight.backlog import board, board_title
from tpm.model import Plan, State


def _plan(statuses: tuple[str, ...] = ("To Do", "Doing", "To Do", "Done")) -> Plan:
    states = {"To Do": State.NOT_STARTED, "Doing": State.IN_PROGRESS, "Done": State.DONE}
    people = ("Bex", "Ida", None, "Bex")
    return plan_of(*({"id": f"P-{n}", "status": status, "state": states.get(status, State.NOT_STARTED).value, "owner": people[n % 4],
                      "priority_rank": float(9 - n)} for n, status in enumerate(statuses)))  # fmt: skip


def test_columns_stand_in_the_order_of_work_and_say_the_teams_own_words() -> None:
    columns = board(_plan())
    assert [(column.status, len(column.cards)) for column in columns] == [("To Do", 2), ("Doing", 1), ("Done", 1)]
    assert [card.id for card in columns[0].cards] == ["P-2", "P-0"]  # the weightier first
    assert list(columns[0].owners()) == ["Bex", ""]  # nobody last


def test_many_statuses_are_folded_into_states() -> None:
    columns = board(_plan(tuple(f"stage {n}" for n in range(12))))
    assert [(column.state, column.status, len(column.cards)) for column in columns] == [("not_started", "", 12)]


def test_one_owner_or_a_word_narrows_the_board() -> None:
    assert [card.id for column in board(_plan(), owner="Bex") for card in column.cards] == ["P-0", "P-3"]
    assert [card.id for column in board(_plan(), text="p-1") for card in column.cards] == ["P-1"]
    assert board(_plan(), text="nothing of the kind") == []


def test_the_title_says_what_is_open_and_what_nobody_has() -> None:
    assert board_title(_plan(), "en") == "3 of 4 items are open, 1 in progress; 1 of the open ones has no owner"
    assert board_title(_plan(("Doing", "Done")), "ko") == "항목 2개 중 1개가 남아 있고 1개를 진행 중입니다"
