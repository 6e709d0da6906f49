"""Where the oracles lie, and plans built from their plain numbers (one seven-day calendar: a day is a day)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from tpm.model import ACTIVITY_COLUMNS, DEPENDENCY_COLUMNS, CalendarSpec, Mode, Plan, ScheduleOptions, conform

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
DAY_ZERO = dt.date(2024, 1, 1)
TEXTBOOK = ScheduleOptions(mode=Mode.ASAP, project_start=DAY_ZERO)

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the folder of oracle files (shared/data beside the checkout) is not here")


def files(pattern: str) -> list[Path]:
    """Oracle files of a pattern, sorted; none where the folder is absent."""
    return sorted(DATA.glob(pattern)) if DATA.is_dir() else []


def textbook_plan(durations: Mapping[str, float], links: Iterable[tuple[str, str, str, float]]) -> Plan:
    """A plan of durations and (predecessor, successor, type, lag) where every calendar day is worked."""
    activities = pd.DataFrame({
        "id": list(durations), "name": list(durations), "duration": list(durations.values()),
        "kind": ["milestone" if days == 0 else "activity" for days in durations.values()]})
    rows = [dict(zip(("predecessor", "successor", "type", "lag"), link, strict=True), lag_unit="working") for link in links]
    dependencies = pd.DataFrame(rows, columns=list(DEPENDENCY_COLUMNS))
    return Plan(activities=conform(activities, ACTIVITY_COLUMNS), dependencies=conform(dependencies, DEPENDENCY_COLUMNS),
                default_calendar=CalendarSpec("every day", week=(True,) * 7))
