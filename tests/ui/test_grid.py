"""A grid's sitting: whatever states the editor tells, the store ends with the last one, and each value is written once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpm.ui.grid import Cell, Grid, Sitting, _in_order_of

ROWS = pd.DataFrame({"id": ["R-1", "R-2", "R-3"], "title": ["a", "b", "c"], "days": [1.0, None, 3.0], "drop": [False, False, False]})
Kept = tuple[str, str, Any]


class FullDiskError(Exception):
    """Stands for whatever keeps the store from writing."""


@dataclass
class Ledger:
    """A store as the program's: changes are appended, the last one of a cell counts, and any can be taken back by its id."""

    lines: dict[int, Kept] = field(default_factory=dict)
    written: list[Kept] = field(default_factory=list)
    broken: bool = False
    others: set[tuple[str, str]] = field(default_factory=set)  # cells that somebody else changed
    asked: list[Kept] = field(default_factory=list)

    def keep(self, changes: list[Kept], _since: object = None) -> list[list[int] | None]:
        if self.broken:
            raise FullDiskError
        return [self._one(change) for change in changes]

    def _one(self, change: Kept) -> list[int] | None:
        if change[:2] in self.others:
            self.asked.append(change)
            return None
        self.lines[len(self.written)] = change
        self.written.append(change)
        return [len(self.written) - 1]

    def undo(self, _row: str, _column: str, _cell: Any, ids: list[int], _since: object) -> None:
        for one in ids:
            del self.lines[one]

    def values(self) -> dict[tuple[str, str], Any]:
        return {(row, column): value for row, column, value in self.lines.values()}


def change(row: str, column: str, value: Any) -> Kept:
    if (column == "days" and value is not None and value < 0) or (column == "title" and not value):
        raise ValueError(value)
    return row, column, value


def sitting(ledger: Ledger) -> Sitting:
    grid = Grid(name="grid", of=1, rows=lambda: ROWS, row="id", columns={}, editable=("title", "days", "drop"), change=change,
                keep=ledger.keep, undo=ledger.undo, rule="")  # type: ignore[arg-type]
    return Sitting(grid, ROWS, "key", None)  # type: ignore[arg-type]


cells = st.one_of(
    st.tuples(st.tuples(st.integers(0, 2), st.just("title")), st.sampled_from(["x", "y", "", "a"])),
    st.tuples(st.tuples(st.integers(0, 2), st.just("days")), st.sampled_from([None, -1, 0, 2.5])),
    st.tuples(st.tuples(st.integers(0, 2), st.just("drop")), st.just(True)),
)
states = st.lists(cells, max_size=6).map(dict)


def valid(state: dict[Cell, Any]) -> dict[tuple[str, str], Any]:
    out = {}
    for (row, column), value in state.items():
        try:
            change("", column, value)
        except ValueError:
            continue
        out[str(ROWS["id"].iloc[row]), column] = value
    return out


@given(st.lists(states, max_size=8))
def test_the_store_ends_as_the_last_state_and_nothing_is_written_twice(seen: list[dict[Cell, Any]]) -> None:
    ledger = Ledger()
    held = sitting(ledger)
    expected: dict[tuple[str, str], Any] = {}
    for state in seen:
        now = valid(state)
        refused = {(str(ROWS["id"].iloc[row]), column) for row, column in state} - set(now)
        expected = {**{cell: value for cell, value in expected.items() if cell in refused}, **now}  # refused: as it was before
        held.take(state)
        assert ledger.values() == expected
        assert {(str(ROWS["id"].iloc[row]), column) for row, column in held.refused(state)} == refused
        count = len(ledger.written)
        held.take(state)
        assert len(ledger.written) == count


def test_only_what_was_typed_is_written() -> None:
    ledger = Ledger()
    held = sitting(ledger)
    held.take({(0, "title"): "mine"})
    ledger.keep([("R-1", "title", "theirs")])
    held.take({(0, "title"): "mine", (1, "days"): 4.0})
    assert ledger.values() == {("R-1", "title"): "theirs", ("R-2", "days"): 4.0}
    held.take({(1, "days"): 4.0})  # undone: theirs stays
    assert ledger.values() == {("R-1", "title"): "theirs", ("R-2", "days"): 4.0}


def test_what_the_store_could_not_keep_is_written_with_the_next_state() -> None:
    ledger = Ledger(broken=True)
    held = sitting(ledger)
    with pytest.raises(FullDiskError):
        held.take({(0, "title"): "x"})
    assert held.waiting
    ledger.broken = False
    held.take({(0, "title"): "x", (2, "title"): "y"})
    assert ledger.written == [("R-1", "title", "x"), ("R-3", "title", "y")]
    assert not held.waiting


def test_what_is_asked_about_is_not_tried_again_and_not_counted_as_kept() -> None:
    ledger = Ledger(others={("R-1", "title")})
    held = sitting(ledger)
    for _ in range(2):
        held.take({(0, "title"): "mine", (1, "title"): "y"})
    assert (ledger.asked, held.asked) == ([("R-1", "title", "mine")], {(0, "title")})
    held.take({(0, "title"): "mine, again", (1, "title"): "y"})
    assert ledger.asked[1:] == [("R-1", "title", "mine, again")]
    ledger.others.clear()  # theirs was taken back
    held.take({(0, "title"): "mine", (1, "title"): "y"})
    assert not held.asked
    held.take({})
    assert not ledger.values()


def test_rows_stay_where_they_are_and_new_ones_come_first() -> None:
    ranked = pd.DataFrame({"id": ["R-9", "R-3", "R-1"]})
    assert _in_order_of(ROWS, ranked, "id")["id"].tolist() == ["R-9", "R-1", "R-3"]
