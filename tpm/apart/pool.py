"""The processes that are kept ready, and the watch over those at work.

A process that lasts long is replaced before it is done, so that one hostile file does not make everybody wait; one that has grown or
has failed is not used again.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Final, ParamSpec, TypeVar

import psutil

from tpm.apart.limits import LIMITS, Limits
from tpm.apart.worker import OUT_OF_MEMORY, Answer, Job
from tpm.findings import Finding, InputError, Place, Severity

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

MOST: Final = 4  # processes at work at once; whoever comes then waits for one of them
_KEPT: Final = 2  # idle processes that are kept, some 120 MiB each
_LONG_SECONDS: Final = 2.0  # a job that lasts longer gets a successor for the next one, and gives way to everything else
_GROWN_BYTES: Final = 512 * 2**20  # a process that holds more after its job is replaced
_WATCH_SECONDS: Final = 0.05
_ANSWER_BYTES_MAX: Final = 256 * 2**20  # a plan of 100,000 rows is answered in 30 MiB
_START_SECONDS: Final = 60.0  # a machine that needs longer has other troubles
_RUN: Final = "from tpm.apart.worker import main; main()"  # not -m: the module would be there twice, and a Job be two classes
_ROOT: Final = Path(__file__).resolve().parent.parent.parent


class Trouble(StrEnum):
    """Why there is no answer; the finding's code is ``apart-<value>``."""

    LATE = "late"
    MEMORY = "memory"
    BROKE = "broke"
    BUSY = "busy"


class _NoAnswerError(Exception):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class Pool:
    """Processes for work on a stranger's bytes. ``warm`` names functions (``module:function``) that each calls once when it starts."""

    def __init__(self, warm: Sequence[str] = ()) -> None:
        self._warm = tuple(warm)
        self._change = threading.Condition()
        self._idle: list[_Child] = []
        self._working: set[_Child] = set()
        self._alive = 0
        self._coming = 0  # of the living ones, those that are being started
        self._failed = False  # the last one did not start
        self._closed = False
        atexit.register(self.close)

    def run(
        self, function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        """What ``function``, a pure function of some module of this program, returns for these arguments, worked out apart.

        Raises what it raises (errors of this program only), and ``InputError`` where it took too much, was late or broke.
        """
        return self.within(LIMITS, "", function, *arguments, **named)

    def within(
        self, limits: Limits, about: str, function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        """As :meth:`run`, within other limits; ``about`` is the file that the sentence speaks of."""
        result: Result = self.ask(Job(f"{function.__module__}:{function.__qualname__}", arguments, named, limits), about)
        return result

    def ask(self, job: Job, about: str) -> Any:
        """What the function of ``job`` returns, which need not be imported here."""
        limits = job.limits
        try:
            child = self._take(limits)
            answer = self._asked(child, job)
        except _NoAnswerError as error:
            raise _refused(error.trouble, about, limits) from None
        if answer.broke:
            raise _refused(Trouble.BROKE, about, limits)
        if answer.error is not None:
            raise answer.error
        return answer.value

    def start(self) -> None:
        """Have a process ready; comes back at once."""
        with self._change:
            if self._closed or self._idle or self._coming or self._alive >= MOST:
                return
            self._alive += 1
            self._coming += 1
        threading.Thread(target=self._prepare, name="apart", daemon=True).start()

    def close(self) -> None:
        """End every process, those at work too."""
        with self._change:
            self._closed = True
            idle, self._idle = self._idle, []
            working = list(self._working)
        for child in working:
            child.kill()  # who waits for it ends it
        for child in idle:
            child.end()

    def _prepare(self) -> None:
        child = None
        with contextlib.suppress(_NoAnswerError, OSError):  # OSError: the system has no process left to give
            child = _Child(self._warm)
        with self._change:
            self._coming -= 1
            self._failed = child is None
            if child is None:
                self._alive -= 1
                self._change.notify_all()
        if child is not None:
            self._give_back(child, fit=True)

    def _take(self, limits: Limits) -> _Child:
        """An idle process, or the next one that becomes idle."""
        end = time.monotonic() + limits.seconds
        while True:
            with self._change:
                while self._idle:
                    child = self._idle.pop()
                    if child.lives():
                        self._working.add(child)
                        return child
                    self._alive -= 1
                    child.end()
            self.start()
            with self._change:
                if not self._idle and not self._change.wait(end - time.monotonic()):
                    raise _NoAnswerError(Trouble.BUSY)
                if not self._idle and not self._alive and self._failed:
                    raise _NoAnswerError(Trouble.BROKE)

    def _give_back(self, child: _Child, *, fit: bool) -> None:
        with self._change:
            self._working.discard(child)
            keep = fit and not self._closed and len(self._idle) < _KEPT
            if keep:
                self._idle.append(child)
            else:
                self._alive -= 1
            self._change.notify_all()
        if not keep:
            child.end()

    def _asked(self, child: _Child, job: Job) -> Answer:
        try:
            return child.ask(job, self.start)
        finally:
            self._give_back(child, fit=child.fit())
            self.start()


def _refused(trouble: Trouble, about: str, limits: Limits) -> InputError:
    params = {"file": about, "seconds": round(limits.seconds), "memory": limits.memory_bytes / 2**30}
    return InputError(Finding(f"apart-{trouble}", Severity.ERROR, (Place(about),) if about else (), params))


class _Child:
    """One process and its two pipes. Raises ``_NoAnswerError`` where it does not start."""

    def __init__(self, warm: Sequence[str]) -> None:
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", ""))))
        # One arena and one thread of the linear algebra: each would reserve addresses that count as memory.
        environment = {**os.environ, "PYTHONPATH": path, "MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1"}
        # S603: the command is fixed
        self._process = subprocess.Popen([sys.executable, "-P", "-c", _RUN, *warm], env=environment,  # noqa: S603
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0))
        self._seen: psutil.Process | None = None
        self._spent = False
        with contextlib.suppress(psutil.Error):
            self._seen = psutil.Process(self._process.pid)
        try:
            self._answered(Limits(seconds=_START_SECONDS), lambda: None)
        except _NoAnswerError:
            self.end()
            raise

    def ask(self, job: Job, long: Callable[[], None]) -> Answer:
        """The answer to ``job``; ``long`` is called once where it takes long. Raises ``_NoAnswerError`` where there is none."""
        return self._answered(job.limits, long, job)

    def fit(self) -> bool:
        """Whether another job may be given to it."""
        return not self._spent and self.lives() and self._held() < _GROWN_BYTES

    def lives(self) -> bool:
        """Whether it has not ended meanwhile."""
        return self._process.poll() is None

    def kill(self) -> None:
        """Stop it at once, with everything that it started."""
        with contextlib.suppress(psutil.Error):
            for started in self._seen.children(recursive=True) if self._seen else ():
                started.kill()
        self._process.kill()

    def end(self) -> None:
        """Stop it and close its pipes."""
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        self._process.wait()

    def _held(self) -> int:
        """Bytes of memory that it holds."""
        try:
            return int(self._seen.memory_info().rss) if self._seen else 0
        except psutil.Error:
            return 0

    def _answered(self, limits: Limits, long: Callable[[], None], job: Job | None = None) -> Answer:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        watch = _Watch(self, limits, long)
        try:
            if job is not None:
                pickle.dump(job, self._process.stdin, pickle.HIGHEST_PROTOCOL)
                self._process.stdin.flush()
            answer: Answer = pickle.load(_Measured(self._process.stdout))  # noqa: S301 - from a process of this program
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self._spent = True
            self.kill()
            raise _NoAnswerError(watch.stop() or self._why(error)) from None
        except BaseException:
            self._spent = True  # what is still in the pipes belongs to nobody
            raise
        finally:
            watch.stop()
        self._spent = watch.lasted
        return answer

    def _why(self, error: Exception) -> Trouble:
        """What an end without a word means; a compiled library that gets no memory aborts (SIGABRT)."""
        status = self._process.wait()
        return Trouble.MEMORY if isinstance(error, _TooLongError) or status in (OUT_OF_MEMORY, -6) else Trouble.BROKE

    def give_way(self) -> None:
        """Let everything else on the machine go first."""
        with contextlib.suppress(psutil.Error, AttributeError):
            if self._seen is not None:
                self._seen.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else 10)


class _Watch:
    """Looks at a process at work every 50 ms, and ends it when it has taken too much."""

    def __init__(self, child: _Child, limits: Limits, long: Callable[[], None]) -> None:
        self._child, self._limits, self._long = child, limits, long
        self._done = threading.Event()
        self._trouble: Trouble | None = None
        self.lasted = False
        self._thread = threading.Thread(target=self._look, name="apart-watch", daemon=True)
        self._thread.start()

    def stop(self) -> Trouble | None:
        """End the watch. Returns what it ended the process for."""
        self._done.set()
        self._thread.join()
        return self._trouble

    def _look(self) -> None:
        began, held = time.monotonic(), self._child._held()
        while not self._done.wait(_WATCH_SECONDS):
            took = time.monotonic() - began
            if took > self._limits.seconds:
                self._trouble = Trouble.LATE
            elif self._child._held() - held > self._limits.memory_bytes:
                self._trouble = Trouble.MEMORY
            if self._trouble is not None:
                self._child.kill()
                return
            if took > _LONG_SECONDS and not self.lasted:
                self.lasted = True
                self._child.give_way()
                self._long()


class _TooLongError(OSError):
    pass


class _Measured:
    """A pipe that is read no further than an answer may be long."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe, self._left = pipe, _ANSWER_BYTES_MAX

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise _TooLongError("the answer is too long")

    def read(self, size: int) -> bytes:
        self._count(size)
        return self._pipe.read(size)

    def readinto(self, into: Any) -> int:
        self._count(len(into))
        return self._pipe.readinto(into)  # type: ignore[attr-defined, no-any-return]

    def readline(self) -> bytes:
        return self._pipe.readline(_ANSWER_BYTES_MAX)
