"""Days that nobody of the plan works, as ranges to shade behind a time axis."""

from __future__ import annotations

import datetime as dt

import numpy as np

from tpm.calendars import compile_calendar
from tpm.calendars.of_rows import default_calendar
from tpm.model import Plan, ScheduleOptions


def closed_days(plan: Plan, options: ScheduleOptions, first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Half-open ranges between ``first`` and ``last`` (inclusive) that the plan's default calendar does not work."""
    spec = default_calendar(plan, options)
    days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + np.timedelta64(1, "D"))
    closed = ~compile_calendar(spec, first, last).is_working(days)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], closed, [False]]).astype(np.int8)))
    after = np.append(days, days[-1] + np.timedelta64(1, "D"))
    return [(after[begin].item(), after[end].item()) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
