"""Work apart: the answer is the one that the work gives here; what kills, blocks or fills its process is one sentence."""

from __future__ import annotations

import os
import pickle
import signal
import statistics
import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from tests.bench.bench_ingest import workbook
from tpm.apart import LIMITS, Limits, Pool, pool
from tpm.apart.worker import Job
from tpm.findings import Finding, InputError, Severity
from tpm.ingest import read_files
from tpm.ingest.options import ReadOptions

_LITTLE = Limits(memory_bytes=128 * 2**20, seconds=1.0)


# What a worker calls; it knows this module by its name.


def pid() -> int:
    return os.getpid()


def sleep(seconds: float) -> str:
    time.sleep(seconds)
    return "rested"


def spin() -> None:
    while True:
        pass


def fill() -> int:
    held = [bytearray(2**20) for _ in range(2**13)]
    return len(held)


def kill_oneself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def refuse() -> None:
    raise InputError(Finding("file-empty", Severity.ERROR, params={"file": "plan.xlsx"}))


def fail() -> None:
    raise KeyError("a defect")


def shout() -> str:
    print("to standard output, which is the pipe of answers")
    return "heard"


def long_answer() -> bytes:
    return bytes(300 * 2**20)


@pytest.fixture(scope="module")
def shared() -> Iterator[Pool]:
    made = Pool()
    yield made
    made.close()


@pytest.fixture
def alone() -> Iterator[Pool]:
    """A pool in which nobody has started a second process."""
    made = Pool()
    yield made
    made.close()


def trouble(pool: Pool, work: object, *arguments: object, limits: Limits = LIMITS) -> str:
    with pytest.raises(InputError) as refused:
        pool.within(limits, "plan.xlsx", work, *arguments)  # type: ignore[arg-type]
    for lang in ("en", "ko"):
        assert "plan.xlsx" in refused.value.finding.message(lang)  # type: ignore[arg-type]
        assert refused.value.finding.fix(lang)  # type: ignore[arg-type]
    return refused.value.finding.code


def test_work_is_done_in_another_process_that_is_kept(alone: Pool) -> None:
    first = alone.run(pid)
    assert first != os.getpid()
    assert alone.run(pid) == first


def test_what_a_function_says_it_raises_comes_through(shared: Pool) -> None:
    with pytest.raises(InputError) as refused:
        shared.run(refuse)
    assert refused.value.finding.code == "file-empty"


@pytest.mark.parametrize("work", [kill_oneself, fail])
def test_a_dead_or_broken_child_is_a_sentence_and_the_next_works(work: object, shared: Pool) -> None:
    assert trouble(shared, work) == "apart-broke"
    assert shared.run(sleep, 0) == "rested"


@pytest.mark.parametrize(("work", "arguments"), [(spin, ()), (sleep, (30,))], ids=["busy", "asleep"])
def test_a_late_child_is_a_sentence_and_the_next_works(work: object, arguments: tuple[int, ...], shared: Pool) -> None:
    shared.run(pid)  # this module, and all that it imports, is there before there is a limit
    began = time.monotonic()
    assert trouble(shared, work, *arguments, limits=_LITTLE) == "apart-late"
    assert time.monotonic() - began < 10
    assert shared.run(sleep, 0) == "rested"


def test_memory_is_limited_from_inside(shared: Pool) -> None:
    shared.run(pid)
    before = psutil.Process().memory_info().rss
    assert trouble(shared, fill, limits=Limits(_LITTLE.memory_bytes)) == "apart-memory"
    assert psutil.Process().memory_info().rss - before < 50 * 2**20
    assert shared.run(sleep, 0) == "rested"


def test_memory_is_watched_where_the_system_sets_no_limit(shared: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_WATCH_SECONDS", 0.001)
    monkeypatch.setattr(pool, "Job", lambda function, arguments, named, limits: Job(function, arguments, named, LIMITS))
    assert trouble(shared, fill, limits=Limits(_LITTLE.memory_bytes)) == "apart-memory"


def test_a_child_that_is_killed_in_the_middle_is_a_sentence_and_the_next_works(alone: Pool) -> None:
    victim = alone.run(pid)
    threading.Timer(0.3, os.kill, (victim, signal.SIGKILL)).start()
    assert trouble(alone, sleep, 20) == "apart-broke"
    assert alone.run(sleep, 0) == "rested"


def test_an_idle_child_that_died_is_not_noticed_by_anybody(shared: Pool) -> None:
    os.kill(shared.run(pid), signal.SIGKILL)
    time.sleep(0.2)
    assert shared.run(sleep, 0) == "rested"


def test_what_is_printed_does_not_disturb_the_answer(shared: Pool) -> None:
    assert shared.run(shout) == "heard"


def test_an_answer_longer_than_any_plan_is_given_up(shared: Pool) -> None:
    before = psutil.Process().memory_info().rss
    assert trouble(shared, long_answer) == "apart-memory"
    assert psutil.Process().memory_info().rss - before < 50 * 2**20


def at_work(pool: Pool) -> threading.Thread:
    """Somebody whose work lasts until the pool is closed."""
    def wait() -> None:
        with pytest.raises(InputError):
            pool.run(sleep, 50)

    slow = threading.Thread(target=wait)
    slow.start()
    while not pool._working:
        time.sleep(0.01)
    return slow


def test_one_who_waits_gets_a_process_of_its_own() -> None:
    made = Pool()
    slow = at_work(made)
    assert made.run(sleep, 0) == "rested"
    assert slow.is_alive()
    made.close()
    slow.join(5)
    assert not slow.is_alive()


def test_when_all_are_at_work_for_too_long_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MOST", 1)
    small = Pool()
    slow = at_work(small)
    assert trouble(small, sleep, 0, limits=_LITTLE) == "apart-busy"
    small.close()
    slow.join(5)


def test_a_process_that_has_grown_is_replaced(alone: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    first = alone.run(pid)
    monkeypatch.setattr(pool, "_GROWN_BYTES", 1)
    assert alone.run(pid) == first
    assert alone.run(pid) != first
    assert not psutil.pid_exists(first) or psutil.Process(first).status() == psutil.STATUS_ZOMBIE


def test_a_process_that_cannot_start_is_a_sentence_at_once() -> None:
    made = Pool(warm=["tpm.apart:no_such_function"])
    began = time.monotonic()
    assert trouble(made, sleep, 0) == "apart-broke"
    assert time.monotonic() - began < 30
    made.close()


def test_closing_ends_every_process() -> None:
    made = Pool()
    child = made.run(pid)
    made.close()
    assert not psutil.pid_exists(child)


def test_a_reading_is_the_same_apart_and_hardly_slower() -> None:
    """Half of the pairs may be disturbed by whatever else the machine does; the rest tell the cost of going apart."""
    made = Pool(warm=["tpm.ingest.door:warm_up"])
    here, apart = [], []
    for seed in range(6):
        files = [("plan.xlsx", workbook(1_500, seed))]
        began = time.perf_counter()
        expected = read_files(files, ReadOptions())
        here.append(time.perf_counter() - began)
        began = time.perf_counter()
        result = made.run(read_files, files, ReadOptions())
        apart.append(time.perf_counter() - began)
        assert result.plan.fingerprint == expected.plan.fingerprint
        assert (result.tables, result.findings, result.sources) == (expected.tables, expected.findings, expected.sources)
        assert pickle.dumps(result.rejected) == pickle.dumps(expected.rejected)
    made.close()
    slower = [there - near for near, there in zip(here[1:], apart[1:], strict=True)]  # the first of each loads what it needs
    assert statistics.median(slower) < 0.1 or min(slower) < 0.05
