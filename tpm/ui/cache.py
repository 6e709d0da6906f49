"""Every cache of the program. Keys are fingerprints of content that the reader already holds, never names.

Values are shared between sessions and must not be changed; plans, readings and schedules are immutable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from tpm.model import ImportResult, Plan, Schedule, ScheduleOptions

if TYPE_CHECKING:
    from tpm.ingest import ReadOptions
    from tpm.insight.health import Check
    from tpm.store import Store

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The one store of this server; its connections are safe to share between threads.

    Workspaces may be listed only where nobody but this machine's owner can reach the server.
    """
    from tpm.store import open_store

    return open_store(list_allowed=st.get_option("server.address") in _LOOPBACK)


@st.cache_resource(max_entries=24, show_spinner=False)
def _reading(key: str, _load: Callable[[], Sequence[tuple[str, bytes]]], _options: ReadOptions) -> ImportResult:
    from tpm.ingest import read_files

    return read_files(_load(), _options)


def reading(key: str, load: Callable[[], Sequence[tuple[str, bytes]]], options: ReadOptions) -> ImportResult:
    """What was read out of files; ``key`` holds the digests of their bytes, ``load`` is called on a miss only.

    Raises ``InputError`` when none of the files can be used.
    """
    return _reading(f"{key}|{options!r}", load, options)


@st.cache_resource(max_entries=64, show_spinner=False)
def _schedule(key: str, _plan: Plan, _options: ScheduleOptions) -> Schedule:
    from tpm.schedule import schedule

    return schedule(_plan, _options)


def schedule(plan: Plan, options: ScheduleOptions) -> Schedule:
    """The schedule of ``plan`` under ``options``."""
    return _schedule(f"{plan.fingerprint}|{options!r}", plan, options)


@st.cache_resource(max_entries=64, show_spinner=False)
def _health(key: str, _plan: Plan, _schedule: Schedule) -> tuple[Check, ...]:
    from tpm.insight import health as checks

    return checks.health(_plan, _schedule)


def health(plan: Plan, computed: Schedule) -> tuple[Check, ...]:
    """The schedule health of ``plan`` under its schedule."""
    return _health(computed.fingerprint, plan, computed)
