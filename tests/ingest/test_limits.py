"""Hostile files end soon: what once grew with the square of a file must stay far below a generous limit of processor time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from tests.ingest.build import read_text
from tpm.ingest import read_files
from tpm.ingest.assembling.hierarchy import _without_loops, levels
from tpm.ingest.opening.textfile import MAX_CELL_CHARACTERS, MAX_COLUMNS

_GENEROUS_SECONDS = 20.0  # of processor time; the quadratic versions took minutes


@contextmanager
def soon() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < _GENEROUS_SECONDS


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
        pytest.param(lambda: ("Task,Start,Finish,Owner,Risk,Impact,Phase," * 28 + "x\n") * 2_800, id="wide headers in every row"),
        pytest.param(lambda: "Name,Owner,Start\n" + "A,x,2026-03-02\nSubitems,Name,Owner\n,B,y\n" * 900, id="a table inside every row"),
        pytest.param(
            lambda: "Name,Owner,Start\n" + "".join(f"A,x,2026-03-02\nSubitems,Name,Owner,{n}\n,B,y\n" for n in range(900)),
            id="a different table inside every row",
        ),
        pytest.param(
            lambda: "Name,Owner,Start\n" + "".join("," * n + "A,x\n" + "," * n + "Subitems,Name,Owner\n" for n in range(700)),
            id="tables inside tables inside tables",
        ),
        pytest.param(lambda: "Task,Start,Predecessors\n" + f'A,2026-03-02,"{"x" * 20_000}"\n' * 400, id="references as long as a page"),
        pytest.param(lambda: "ID,Task,Start\n" + "A,T,2026-03-02\n" * 60_000, id="one id in every row"),
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


def test_more_calendars_than_any_plan_has_are_not_all_laid_out() -> None:
    size = 2_200
    lines = ["ERMHDR\t8.0\t2026-01-01\tProject\tadmin", "%T\tPROJECT", "%F\tproj_id\tproj_short_name", "%R\t1\tP", "%T\tCALENDAR"]
    lines += ["%F\tclndr_id\tclndr_name\tday_hr_cnt", *(f"%R\t{n}\tStandard\t8" for n in range(size)), "%T\tTASK"]
    lines += ["%F\ttask_id\tproj_id\tclndr_id\ttask_code\ttask_name\ttarget_start_date\ttarget_end_date\ttarget_drtn_hr_cnt"]
    lines += [f"%R\t{n}\t1\t{n}\tA{n}\tTask {n}\t2026-03-02 08:00\t2026-03-06 17:00\t40" for n in range(size)]
    with soon():
        result = read_files([("plan.xer", "\n".join([*lines, "%E"]).encode())])
    assert len(result.plan.activities) == size
    assert {"file-calendars-left-out"} == {"file-calendars-left-out", "file-calendar-cut"} & {one.code for one in result.findings}
