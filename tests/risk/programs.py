"""Random programs with everything in them: dates, progress, constraints, summaries, milestones, calendars, estimates and risks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from tests.schedule.networks import CALENDARS, START, plan_of
from tpm.model import RISK_COLUMNS, RISK_HIT_COLUMNS, Mode, Plan, ScheduleOptions, conform

TYPES = ("FS", "FS", "FS", "SS", "FF", "SF")
TEAMS = ("Alpha", "Beta", None)


def random_program(seed: int, one_calendar: bool, n: int = 14) -> tuple[Plan, ScheduleOptions]:
    """A plan of ``n`` items below up to three summaries, and options to schedule it with; every choice follows ``seed``."""
    rng = np.random.default_rng(seed)
    names = list(CALENDARS)
    calendar = str(rng.choice(names))
    records: list[dict[str, Any]] = [{"id": f"S{k}", "kind": "summary", "duration": np.nan, "parent": f"S{k - 1}" if k == 2 else None}
                                     for k in range(3)]
    dated = rng.random() < 0.7
    for i in range(n):
        milestone = rng.random() < 0.2
        record: dict[str, Any] = {
            "id": f"A{i}", "kind": "milestone" if milestone else "activity", "duration": 0.0 if milestone else float(rng.integers(1, 7)),
            "parent": f"S{rng.integers(0, 3)}" if rng.random() < 0.7 else None, "team": TEAMS[rng.integers(0, 3)],
            "calendar": calendar if one_calendar else str(rng.choice(names))}
        if dated and rng.random() < 0.7:
            day = pd.Timestamp(START) + pd.Timedelta(days=int(rng.integers(0, 40)))
            while one_calendar and not CALENDARS[calendar].week[day.day_of_week]:
                day += pd.Timedelta(days=1)
            record["planned_start"] = record["planned_finish"] = day
            if not milestone:
                del record["planned_finish"]
        if rng.random() < 0.15:
            record["deadline"] = pd.Timestamp(START) + pd.Timedelta(days=int(rng.integers(5, 60)))
        if rng.random() < 0.15:
            kinds = ["SNET", "SNLT", "FNET", "FNLT", "MSO", "MFO"] + ([] if one_calendar else ["ALAP"])
            record["constraint"] = str(rng.choice(kinds))
            record["constraint_date"] = pd.Timestamp(START) + pd.Timedelta(days=int(rng.integers(0, 50)))
        if rng.random() < 0.25:
            record["state"], record["progress"] = [("done", 1.0), ("in_progress", 0.4), ("cancelled", np.nan)][int(rng.integers(0, 3))]
        if not milestone and rng.random() < 0.4:
            low = record["duration"] * rng.uniform(0.5, 1)
            record |= {"optimistic": low, "most_likely": record["duration"], "pessimistic": record["duration"] * rng.uniform(1, 2)}
        records.append(record)
    order = rng.permutation(n)
    links = []
    for _ in range(int(rng.integers(n // 2, 2 * n))):
        a, b = sorted(rng.choice(n, 2, replace=False))
        unit = "elapsed" if not one_calendar and rng.random() < 0.2 else "working"
        links.append((f"A{order[a]}", f"A{order[b]}", str(rng.choice(TYPES)), float(rng.integers(-2, 4)), unit))
    if rng.random() < 0.3:
        links.append(("S0", f"A{order[-1]}", "FS", 0.0, "working"))
    status = START + dt.timedelta(days=int(rng.integers(0, 30))) if rng.random() < 0.6 else None
    plan = plan_of(records, [], progress_reported=bool(rng.random() < 0.7), default_calendar=CALENDARS[calendar])
    inside = set(plan.activities.loc[plan.activities["parent"] == "S0", "id"])
    links = [each for each in links if each[0] != "S0" or each[1] not in inside]
    plan = plan_of(records, links, progress_reported=plan.progress_reported, default_calendar=CALENDARS[calendar])
    options = ScheduleOptions(mode=Mode.PLANNED if rng.random() < 0.5 else Mode.ASAP, project_start=START, status_date=status,
                              target=[None, f"A{order[-1]}", "S1"][int(rng.integers(0, 3))])
    return plan, options


def with_risks(plan: Plan, *risks: dict[str, Any]) -> Plan:
    """``plan`` with a register; ``hits`` of a risk names its items, ``days`` is one number or (min, likely, max)."""
    records, hits = [], []
    for number, given in enumerate(risks, start=1):
        risk = {"id": f"R{number}", "title": f"Risk {number}", "kind": "threat", "state": "open", **given}
        days = risk.pop("days", None)
        if isinstance(days, tuple):
            risk["impact_days_min"], risk["impact_days"], risk["impact_days_max"] = days
        elif days is not None:
            risk["impact_days"] = days
        hits += [{"risk": risk["id"], "activity": item} for item in risk.pop("hits", ())]
        records.append({"file": "plan.xlsx", "sheet": "Risks", "row": number + 1, **risk})
    frame = pd.DataFrame(records)
    if "due" in frame:
        frame["due"] = pd.to_datetime(frame["due"])
    pairs = pd.DataFrame(hits, columns=list(RISK_HIT_COLUMNS))
    return plan.with_(risks=conform(frame, RISK_COLUMNS), risk_hits=conform(pairs, RISK_HIT_COLUMNS))
