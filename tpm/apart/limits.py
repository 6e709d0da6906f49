"""What work on a stranger's bytes may take, and how a process is held to it from inside.

``RLIMIT_AS`` makes an allocation fail at once, before the machine is short of memory; it exists on Linux and, after a fashion, on macOS.
Where it does not, the pool watches from outside (:mod:`tpm.apart.pool`).
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

_GRACE_SECONDS = 10.0  # after which a process ends itself, should the one that watches it be gone


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece of work may take, beyond what the process had before it began."""

    memory_bytes: int = 3 * 2**29  # 1.5 GiB; the largest plans of 100,000 rows take 0.6
    seconds: float = 60.0  # the slowest real files take ten


LIMITS = Limits()


def hold_to(limits: Limits) -> None:
    """From now on this process fails to allocate, and is ended, where it exceeds ``limits``; the next call begins anew."""
    if sys.platform == "win32":
        return
    signal.setitimer(signal.ITIMER_REAL, limits.seconds + _GRACE_SECONDS)  # nobody handles SIGALRM, so that it ends the process
    if sys.platform == "linux":  # elsewhere the address space says little of memory: the system's libraries are mapped by gigabytes
        _address_space(psutil.Process().memory_info().vms + limits.memory_bytes)


def let_go() -> None:
    """The work is done: the limit on time is lifted."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def address_space_at_will() -> Iterator[None]:
    """For starting a program that reserves more addresses than it uses (Java); it has to limit its memory itself."""
    if sys.platform == "win32":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (before[1], before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _address_space(size: int) -> None:
    import resource

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))
