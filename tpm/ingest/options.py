"""How files are read: everything a person can say beforehand, in one frozen object."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


def _nothing() -> Mapping[str, str]:
    return {}


def _no_memory() -> Mapping[str, Mapping[str, str]]:
    return {}


@dataclass(frozen=True)
class ReadOptions:
    """What a person says about how to read.

    ``mapping`` is field → header (an empty header: this table has no such column); ``remembered`` holds earlier mappings by
    header signature. ``date_order`` overrides what the columns say. ``start`` is the project's start where durations stand
    without any date. ``as_of`` gives dates without a year their year when nothing in the files does; None is today.
    """

    sheet: str | None = None
    mapping: Mapping[str, str] = field(default_factory=_nothing)
    remembered: Mapping[str, Mapping[str, str]] = field(default_factory=_no_memory)
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    start: dt.date | None = None
    as_of: dt.date | None = None
