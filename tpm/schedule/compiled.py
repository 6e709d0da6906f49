"""Compiling plain loops with numba, and where the machine code is kept.

``kernel`` compiles a function and caches the machine code on disk; ``helper`` is for small functions that only kernels
call. The cache lies in ``NUMBA_CACHE_DIR`` where that is set, else with the Python environment (``make run`` compiles once and for all of
its users), else in the user's cache directory, else in the temporary directory: never beside the source, so a read-only install works.
An environment that is complete but cannot be written to is copied to the first place that can. numba notices a change of a
kernel's own file but not of a helper in another file, so the directory carries a hash of the source of both packages with kernels.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from platformdirs import user_cache_path

Function = TypeVar("Function", bound=Callable[..., Any])


def source_digest() -> str:
    """What the machine code depends on: numba, and the source of the packages with kernels."""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(Path(__file__).parents[1].glob("schedule/*.py")) + sorted(Path(__file__).parents[1].glob("risk/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


_FOLDER = f"kernels-{source_digest()}"
_COMPLETE = f"{_FOLDER}.complete"  # in the folder, once everything has been compiled


def places() -> list[Path]:
    """Where machine code may be kept, the best first: with the environment, with the user, where anybody may write."""
    user = os.getuid() if hasattr(os, "getuid") else "user"
    environment = [Path(sys.prefix) / "tpm-kernels"] if sys.prefix != sys.base_prefix else []
    return [*environment, user_cache_path("tpm-dashboard"), Path(tempfile.gettempdir()) / f"tpm-dashboard-{user}"]


def cache_directory(places: Sequence[Path]) -> Path:
    """A folder that can be written to, in the first of ``places`` that lets it be made; filled from a complete one that cannot.

    Raises ``OSError`` where there is no such place.
    """
    complete = next((place / _FOLDER for place in places if (place / _FOLDER / _COMPLETE).is_file()), None)
    for place in places:
        folder = place / _FOLDER
        try:
            place.mkdir(parents=True, exist_ok=True)
            if complete is not None and not folder.exists():
                _copy(complete, folder)
            folder.mkdir(exist_ok=True)
        except OSError:  # read-only, full, or no folder at all
            continue
        if os.access(folder, os.W_OK):
            return folder
    raise OSError(f"none of {', '.join(map(str, places))} can be written to")


def _copy(complete: Path, folder: Path) -> None:
    """All at once, so that no other process sees half of it. Whatever goes wrong, the kernels can still be compiled."""
    with contextlib.suppress(OSError), tempfile.TemporaryDirectory(dir=folder.parent) as made:
        shutil.copytree(complete, Path(made) / "all").rename(folder)


def _import_without_blas() -> None:
    """Import numba's array functions with ``scipy.linalg`` out of sight: they look for BLAS in it, which no kernel calls, and importing
    it takes longer than loading all machine code."""
    blas = "scipy.linalg.cython_blas"
    if blas not in sys.modules:
        sys.modules[blas] = cast(Any, None)  # importing it fails
        try:
            importlib.import_module("numba.np.arraymath")
        finally:
            del sys.modules[blas]


_import_without_blas()

if not os.environ.get("NUMBA_CACHE_DIR"):
    # numba defines its settings at run time: no typed attribute
    vars(numba.config)["CACHE_DIR"] = str(cache_directory(places()))


def _marker() -> Path:
    return Path(vars(numba.config)["CACHE_DIR"]) / _COMPLETE


def is_complete() -> bool:
    """Whether everything has been compiled, so that kernels are only loaded."""
    return _marker().is_file()


def mark_complete() -> None:
    """Note that everything has been compiled."""
    with contextlib.suppress(OSError):  # no more than a note
        _marker().touch()


def kernel(function: Function) -> Function:
    """``function`` compiled at its first call, cached on disk, run without the interpreter's lock."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))


def helper(function: Function) -> Function:
    """``function`` compiled into the kernels that call it."""
    return cast(Function, numba.njit(nogil=True)(function))
