"""The process apart: calls the functions (``module:function``) of its command line once, to be warm, then does job after job.

Jobs come in and answers go out as pickles, one after the other, by the standard streams; what a library prints goes to the server's
log. A job that runs out of memory ends the process, for nobody knows what it left half done.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from tpm.apart.limits import Limits, hold_to, let_go

OUT_OF_MEMORY = 77  # exit status


@dataclass(frozen=True, slots=True)
class Job:
    """A function by its name (``module:function``) and what to call it with."""

    function: str
    arguments: Sequence[Any] = ()
    named: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the function returned or raised; both None where it raised what it should not have: that is in the log."""

    value: Any = None
    error: Exception | None = None
    broke: bool = False


def main() -> None:
    """Until the pipe of jobs is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the server's business; this process ends with the pipe
    jobs, answers = _streams()
    for name in sys.argv[1:]:
        named(name)()
    gc.collect()
    gc.freeze()
    _put(answers, Answer())
    while True:
        try:
            job = pickle.load(jobs)  # noqa: S301 - from the server, which started this process
        except EOFError:
            return
        hold_to(job.limits)
        try:
            _put(answers, _answer(job))
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        let_go()
        del job
        gc.collect()


def named(name: str) -> Callable[..., Any]:
    """The function ``module:function``."""
    module, _, attribute = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return found


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes of jobs and answers, put where no library prints into them or reads from them."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return jobs, answers


def _answer(job: Job) -> Answer:
    try:
        return Answer(named(job.function)(*job.arguments, **job.named))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - said to the one who asked, and in the log
        if type(error).__module__.startswith("tpm."):  # what the function says it raises
            return Answer(error=error.with_traceback(None))
        traceback.print_exc()
        return Answer(broke=True)
    except BaseException:  # noqa: BLE001 - a panic of a compiled library is no Exception
        traceback.print_exc()
        return Answer(broke=True)


def _put(answers: BinaryIO, answer: Answer) -> None:
    pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()

