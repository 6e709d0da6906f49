"""Hostile files end soon: what once grew with the square of a file is measured with a generous clock, far above what linear work takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from tests.ingest.build import read_text
from tpm.ingest import read_files
from tpm.ingest.hierarchy import _without_loops, levels
from tpm.ingest.textfile import MAX_CELL_CHARACTERS, MAX_COLUMNS

_GENEROUS_SECONDS = 20.0  # on a busy machine; the quadratic versions took minutes


@contextmanager
def soon() -> Iterator[None]:
    began = time.perf_counter()
    yield
    assert time.perf_counter() - began < _GENEROUS_SECONDS


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: "Task,Start\n" + "a," * 500_000, id="one very wide row"),
        pytest.param(lambda: 'Task,Start,Predecessors\nA,2026-03-02,"' + "1;" * 500_000 + '"\nB,2026-03-03,1\n', id="one very long cell"),
        pytest.param(lambda: 'Task,Start\n"' + "A,\n" * 200_000, id="a quote that is never closed"),
        pytest.param(lambda: "Task,Start,Owner\n" + "A,2026-03-02,x\n\n" * 20_000, id="a gap after every row"),
        pytest.param(lambda: "Task,Start,Finish,Owner\n" * 2_500, id="a header in every row"),
        pytest.param(
            lambda: "Task,Start,Predecessors\n" + "".join(f"Task name {n},2026-03-02,Task nam {n - 1}\n" for n in range(8_000)),
            id="references that nearly name something",
        ),
        pytest.param(
            lambda: "ID,Task,Start,Parent\n" + "".join(f"{n},T,2026-03-02,{n + 1}\n" for n in range(20_000)), id="parents in one long chain"
        ),
    ],
)
def test_a_hostile_text_file_ends_soon(make: Callable[[], str]) -> None:
    data = make().encode()
    with soon():
        read_files([("plan.csv", data)])


def test_cells_and_rows_are_cut_at_what_a_spreadsheet_holds() -> None:
    result = read_text("Task,Start\n" + "x" * 50_000 + ",2026-03-02\nB,2026-03-03\n")
    assert len(result.plan.activities["name"][0]) == MAX_CELL_CHARACTERS
    wide = read_text("Task,Start\nA,2026-03-02\nB,2026-03-03" + "," * (MAX_COLUMNS + 5) + "\n")
    assert wide.plan.activities["name"].tolist() == ["A", "B"]


def test_every_loop_of_parents_is_cut_once_and_depths_are_counted() -> None:
    assert _without_loops(np.array([1, 2, 0, 2, -1])).tolist().count(-1) == 2
    chain = np.arange(-1, 49_999)
    with soon():
        assert levels(_without_loops(chain)).tolist() == list(range(50_000))
