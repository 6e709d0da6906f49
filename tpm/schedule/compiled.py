"""Compiling plain loops with numba, and where the machine code is kept.

``kernel`` compiles a function and caches the machine code on disk; ``helper`` is for small functions that only kernels
call. The cache lies in ``NUMBA_CACHE_DIR`` where that is set, else in the user's cache directory, else (a read-only
home) in the temporary directory: never beside the source, so a read-only install works. numba notices a change of a
kernel's own file but not of a helper in another file, so the directory carries a hash of the source of both packages with kernels.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from platformdirs import user_cache_path

Function = TypeVar("Function", bound=Callable[..., Any])


def _cache_directory() -> Path:
    """A directory that can be written; created."""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(Path(__file__).parents[1].glob("schedule/*.py")) + sorted(Path(__file__).parents[1].glob("risk/*.py")):
        digest.update(path.read_bytes())
    name = f"kernels-{digest.hexdigest()[:16]}"
    preferred = user_cache_path("tpm-dashboard") / name
    try:
        preferred.mkdir(parents=True, exist_ok=True)
        if os.access(preferred, os.W_OK):
            return preferred
    except OSError:
        pass  # a read-only or absent home
    fallback = Path(tempfile.gettempdir()) / f"tpm-dashboard-{os.getuid() if hasattr(os, 'getuid') else 'user'}" / name
    fallback.mkdir(parents=True, exist_ok=True)
    return fallback


if not os.environ.get("NUMBA_CACHE_DIR"):
    vars(numba.config)["CACHE_DIR"] = str(_cache_directory())  # numba defines its settings at run time: no typed attribute


def kernel(function: Function) -> Function:
    """``function`` compiled at its first call, cached on disk, run without the interpreter's lock."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))


def helper(function: Function) -> Function:
    """``function`` compiled into the kernels that call it."""
    return cast(Function, numba.njit(nogil=True)(function))
