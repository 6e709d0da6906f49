"""The warm-up takes turns with pages, survives its own failures, and names nothing that is not there."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tpm.ui.warm import Turns

ROOT = Path(__file__).resolve().parent.parent.parent


def test_no_step_begins_while_a_page_is_drawn() -> None:
    turns, done = Turns(), threading.Event()
    with turns.page():
        thread = threading.Thread(target=turns.step, args=(done.set,))
        thread.start()
        assert not done.wait(0.2)
    assert done.wait(5)
    thread.join()


def test_a_page_waits_for_the_step_that_has_begun() -> None:
    turns, begun, go_on, order = Turns(), threading.Event(), threading.Event(), list[str]()

    def work() -> None:
        begun.set()
        go_on.wait(5)
        order.append("step")

    def draw() -> None:
        with turns.page():
            order.append("page")

    threads = [threading.Thread(target=turns.step, args=(work,)), threading.Thread(target=draw)]
    threads[0].start()
    assert begun.wait(5)
    threads[1].start()
    threads[1].join(0.2)
    assert not order
    go_on.set()
    for thread in threads:
        thread.join(5)
    assert order == ["step", "page"]


def test_two_pages_are_drawn_at_once() -> None:
    turns = Turns()
    with turns.page():
        other = threading.Thread(target=lambda: turns.page().__enter__())
        other.start()
        other.join(5)
        assert not other.is_alive()


def test_neither_waits_for_ever() -> None:
    turns, done = Turns(patience=0.1), list[str]()
    with turns.page():
        turns.step(lambda: done.append("a page that never ends"))
    turns.step(lambda: turns.page().__enter__())
    assert done == ["a page that never ends"]


def test_a_step_that_fails_is_logged_and_ends_its_turn(caplog: pytest.LogCaptureFixture) -> None:
    turns = Turns()
    turns.step(lambda: 1 // 0)
    assert "ZeroDivisionError" in caplog.text
    with turns.page():
        pass


def test_every_step_can_be_taken_and_leaves_the_collector_as_it_was(tmp_path: Path) -> None:
    code = """
import gc, sys, logging
from tpm.ui import warm
interval = sys.getswitchinterval()
warm._compile = lambda: None
warm._everything()
assert gc.isenabled() and gc.get_freeze_count() > 100_000 and sys.getswitchinterval() == interval
assert {"tpm.ui.exec_review", "tpm.ui.what_if", "tpm.store", "plotly.graph_objs._bar"} <= set(sys.modules)
assert not {"scipy.linalg", "scipy.optimize", "scipy.sparse"} & set(sys.modules)  # longer to import than all machine code to load
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "XDG_DATA_HOME": str(tmp_path)}, capture_output=True,
                         text=True, check=False, timeout=300)  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "warm-up failed" not in run.stderr


def test_the_first_element_of_a_server_is_drawn_without_reading_the_source_of_every_module() -> None:
    code = """
import inspect
from tpm.ui import warm
warm._STEPS[0]()
inspect.stack = lambda *_: 1 // 0
import streamlit as st
st.empty()
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_pages_are_imported_without_the_library_that_writes_workbooks() -> None:
    code = """
import sys
import tpm.ui.items, tpm.ui.risks, tpm.ui.what_if, tpm.ui.exec_review
assert not {"openpyxl", "pptx", "reportlab"} & set(sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_a_page_that_shows_a_known_plan_imports_nothing_that_reads_files() -> None:
    """Files are read by another process, which has imported that."""
    code = """
import sys
from tpm.ingest import ReadOptions
from tpm.ui import wall
import tpm.ui.roadmap, tpm.ui.dependencies, tpm.ui.risks, tpm.ui.what_if, tpm.ui.changes, tpm.ui.exec_review
found = wall.read_files([("plan.csv", b"Task,Start,Finish\\nA,2026-03-02,2026-03-03\\nB,2026-03-04,2026-03-05\\n")], ReadOptions())
assert found.plan.activities["name"].tolist() == ["A", "B"]
assert not [name for name in sys.modules if name.startswith("tpm.ingest.") and name != "tpm.ingest.options"]
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_the_first_screen_imports_neither_what_reads_nor_what_judges(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
from tpm.ui import warm
warm.begin = lambda: None
test = AppTest.from_file(str(Path("app.py").resolve()), default_timeout=60).run()
assert [button.key for button in test.button if button.key == "plan_open_sample"]
assert not [name for name in sys.modules if name.startswith(("tpm.ingest.door", "tpm.insight", "tpm.schedule", "numba", "openpyxl"))]
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "XDG_DATA_HOME": str(tmp_path)}, capture_output=True,
                         text=True, check=False, timeout=120)  # fmt: skip
    assert run.returncode == 0, run.stderr
