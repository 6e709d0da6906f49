"""Runs shared out over threads in chunks; the kernels hold no lock, so the other users of the process go on.

Between chunks the caller is asked whether to go on, and told how far the work is. What a chunk computes depends on its runs only, and
what it adds to is whole numbers: the result is the same for any number of threads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

State = TypeVar("State")
_ASK_EVERY_SECONDS = 0.05


class Cancelled(Exception):  # noqa: N818 - not an error: the caller asked for it
    """The caller asked for the simulation to end."""


def thread_count() -> int:
    """Processors that this process may use."""
    affinity: Any = getattr(os, "sched_getaffinity", None)
    return max(len(affinity(0)) if affinity else os.cpu_count() or 1, 1)


def share_out(runs: int, chunk: int, new_state: Callable[[], State], work: Callable[[State, int, int], None],
              progress: Callable[[float], None] | None, cancelled: Callable[[], bool] | None, threads: int | None = None) -> list[State]:
    """``work(state, first run, number of runs)`` over all runs, a state a thread; returns the states.

    ``progress`` is told the share done, in the caller's thread. Raises :class:`Cancelled` when ``cancelled()`` is true.
    """
    starts = list(range(0, runs, chunk))
    lock = threading.Lock()
    done = 0
    stop = False

    def loop(state: State) -> None:
        nonlocal done
        while not stop:
            with lock:
                if not starts:
                    return
                first = starts.pop(0)
            work(state, first, min(chunk, runs - first))
            with lock:
                done += 1

    total = len(starts)
    workers = min(threads or thread_count(), total)
    states = [new_state() for _ in range(workers)]
    if workers == 1 and total == 1 and not (cancelled and cancelled()):
        loop(states[0])
    else:
        with ThreadPoolExecutor(workers) as pool:
            pending: set[Future[None]] = {pool.submit(loop, state) for state in states}
            try:
                while pending:
                    finished, pending = wait(pending, _ASK_EVERY_SECONDS, FIRST_COMPLETED)
                    for each in finished:
                        each.result()
                    if cancelled is not None and cancelled():
                        raise Cancelled
                    if progress is not None:
                        progress(done / total)
            finally:
                stop = True
    if progress is not None:
        progress(1.0)
    return states
