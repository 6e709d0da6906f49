"""Each click on a drawn sheet becomes what is remembered, and the sheet is then read as it was said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ingest.build import Rows, xlsx
from tests.ingest.test_sheets import INVOICES
from tpm.ingest import ReadOptions, read_files
from tpm.ingest.sheets import SheetView, sheet_view
from tpm.model import ImportResult, TableKind
from tpm.store.records import ABSENT
from tpm.ui.merging import applied, merged
from tpm.ui.said import Act, changes

PLAN: Rows = [
    ["Zorb plan", None, None, None], ["Task", "Start", "Finish", "Who"], ["Build", "2026-03-02", "2026-03-06", "Ann"],
    ["Test", "2026-03-09", "2026-03-13", "Bo"], ["Sum", "2026-03-09", None, None], ["Task", "Start", "Finish", "Who"],
    ["Ship", "2026-03-16", "2026-03-20", "Cy"],
]  # fmt: skip
Memory = dict[str, Any]


class Hand:
    """A person at one sheet: what they said so far, and how it is read."""

    def __init__(self, rows: Rows) -> None:
        self.files = [("plan.xlsx", xlsx(rows))]
        self.memory: Memory = {}
        self.look()

    def look(self) -> None:
        options = ReadOptions(remembered=self.memory)
        self.result: ImportResult = read_files(self.files, options)
        view = sheet_view(self.files, self.result.tables, options, "plan.xlsx", "Plan")
        assert view is not None
        self.view: SheetView = view

    def says(self, what: str, **more: Any) -> list[str]:
        act = Act.of({"what": what, **more})
        assert act is not None
        written, clashes = merged("mapping", self.memory, self.memory, changes(act, self.view, self.result.tables, self.memory))
        assert not clashes
        self.memory = applied(self.memory, written)
        self.look()
        return self.names

    @property
    def names(self) -> list[str]:
        return self.result.plan.activities["name"].tolist()  # type: ignore[no-any-return]


def test_a_card_is_one_click_to_a_plan_and_taking_it_back_is_another() -> None:
    hand = Hand(INVOICES)
    assert hand.names == []
    assert hand.says("offer", value="1") == ["Acme", "Borg", "Cyan", "Dune"]
    assert [table.by_hand for table in hand.result.tables] == [True]
    assert hand.says("found") == []
    assert hand.memory == {}


def test_a_row_is_the_header() -> None:
    assert Hand(INVOICES).says("header", rows=[2]) == ["Acme", "Borg", "Cyan", "Dune"]


def test_a_row_without_words_cannot_be_recognised_again_and_changes_nothing() -> None:
    hand = Hand([*INVOICES[:2], [1, None, None, None, None], *INVOICES[2:]])
    assert hand.says("header", rows=[3]) == []
    assert hand.memory == {}


def test_rows_are_no_items_and_are_items_after_all() -> None:
    hand = Hand(PLAN)
    assert "Sum" not in hand.says("no-items", table=0, rows=[5])
    assert "Build" not in hand.says("no-items", table=0, rows=[3, 4])
    assert {"Build", "Test"} <= set(hand.says("items", table=0, rows=[3, 4, 5]))


def test_a_column_is_another_field_and_none() -> None:
    hand = Hand(PLAN)
    hand.says("column", table=0, column="D", value="team")
    assert hand.result.plan.activities["team"].tolist()[:2] == ["Ann", "Bo"]
    hand.says("column", table=0, column="D", value="")
    assert not {"team", "owner"} & set(hand.result.tables[0].columns)


def test_a_column_is_named_where_no_table_was_found() -> None:
    hand = Hand([["Kraftwerk"], ["Pumpe"], ["Rohr"], ["Ventil"]])
    before = hand.names
    hand.result = ImportResult(hand.result.plan)  # as where nothing is found
    assert "Pumpe" in hand.says("column", table=0, column="A", value="name") or before
    assert all(table.by_hand for table in hand.result.tables)


def test_another_table_begins_and_nothing_is_read_from_a_row_on() -> None:
    rows = [*PLAN[1:4], ["Vendors", "Odds", None, None], ["Late steel", "High", None, None]]
    hand = Hand(rows)
    hand.says("another", rows=[4])
    assert [(table.header_row, table.last_row) for table in hand.result.tables] == [(1, 3), (4, 5)]
    second = next(at for at, table in enumerate(hand.result.tables) if table.header_row == 4)
    hand.says("kind", table=second, value="risks")
    assert hand.result.plan.risks["title"].tolist() == ["Late steel"]
    assert hand.says("end", rows=[4]) == ["Build", "Test"]
    assert hand.result.plan.risks.empty


def test_a_sheet_is_turned_and_turned_back() -> None:
    hand = Hand([["Task", "Build", "Test"], ["Start", "2026-03-02", "2026-03-09"], ["Finish", "2026-03-06", "2026-03-13"]])
    before = hand.names
    if not hand.view.transposed:
        hand.says("turn")
    assert hand.names == ["Build", "Test"]
    hand.says("turn")
    assert not hand.view.transposed
    assert hand.says("found") == before


def test_a_list_without_a_header_keeps_its_first_row() -> None:
    hand = Hand([["Build", "2026-03-02", "2026-03-06"], ["Test", "2026-03-09", "2026-03-13"], ["Ship it", "2026-03-16", "2026-03-20"]])
    assert hand.says("bare") == ["Build", "Test", "Ship it"]


def test_a_sheet_is_left_out() -> None:
    hand = Hand(PLAN[:4])
    assert hand.says("kind", table=0, value="other") == []
    assert hand.says("kind", table=0, value=TableKind.ACTIVITIES.value) == ["Build", "Test"]


@pytest.mark.parametrize("sent", [
    None, 7, {}, {"what": "poem"}, {"what": "header", "rows": ["8"]}, {"what": "header", "rows": [-1]}, {"what": "header", "rows": [10**9]},
])  # fmt: skip
def test_what_no_sheet_sends_is_no_act(sent: object) -> None:
    assert Act.of(sent) is None


@pytest.mark.parametrize("sent", [
    {"what": "header"}, {"what": "header", "rows": [999]}, {"what": "column", "table": 99, "column": "A", "value": "name"},
    {"what": "offer", "value": "99"}, {"what": "offer", "value": "x"}, {"what": "kind", "value": "poem"},
    {"what": "no-items", "rows": [999]},
])  # fmt: skip
def test_an_act_that_points_nowhere_changes_nothing(sent: dict[str, Any]) -> None:
    hand = Hand(PLAN)
    act = Act.of(sent)
    assert act is not None
    assert {path: text for path, text in changes(act, hand.view, hand.result.tables, {}).items() if text is not ABSENT} == {}
