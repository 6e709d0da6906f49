"""Random small plans with every feature of the forecast, for the comparison with the reference."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from tests.oracle.reference import EPOCH
from tests.schedule.networks import plan_of
from tpm.model import CalendarSpec, Mode, Plan, ScheduleOptions

CALENDARS = {
    "office": CalendarSpec("office", holidays=((dt.date(2025, 1, 15), dt.date(2025, 1, 17)),)),
    "six": CalendarSpec("six", week=(True,) * 6 + (False,), worked=(dt.date(2025, 1, 19),)),
    "odd": CalendarSpec("odd", week=(True, False, True, False, True, False, False)),
    "korea": CalendarSpec("korea", country="KR"),
}
_MOST = 9  # leaves


def day(number: int) -> dt.date:
    return EPOCH + dt.timedelta(number)


def random_plan(seed: int) -> tuple[Plan, ScheduleOptions]:
    """A plan without loops whose numbers are whole sixteenths of days, and how it is scheduled."""
    chance = random.Random(seed)
    dated, reported, parts = chance.random() < 0.6, chance.random() < 0.5, chance.random() < 0.4
    count = chance.randint(2, _MOST)
    above = {"S0": None, "S1": "S0", "S2": None} if chance.random() < 0.5 else {}
    summaries = [{"id": name, "kind": "summary", "parent": parent, "duration": None} for name, parent in above.items()]
    for row in summaries:
        if chance.random() < 0.3:
            first = chance.randint(0, 20)
            row |= {"manual": True, "planned_start": day(first), "planned_finish": day(first + chance.randint(0, 12))}
    leaves = [_leaf(chance, k, dated, reported, parts, summaries) for k in range(count)]
    summaries = [row for row in summaries if any(row["id"] in _above(leaf, summaries) for leaf in leaves)]
    options = ScheduleOptions(
        mode=chance.choice([Mode.ASAP, Mode.PLANNED]), near_critical_days=5.0,
        project_start=day(chance.randint(-3, 8)) if not dated or chance.random() < 0.3 else None,
        status_date=day(chance.randint(0, 25)) if chance.random() < 0.5 else None,
        country=chance.choice([None, None, "KR"]), week=chance.choice([None, None, (True,) * 6 + (False,)]),
        team_countries=(("Seoul", "KR"),) if chance.random() < 0.3 else (),
        target=chance.choice([row["id"] for row in leaves + summaries]) if chance.random() < 0.3 else None)
    default = chance.choice([CalendarSpec("plan"), CalendarSpec("plan"), CALENDARS["six"], CalendarSpec("daily", (True,) * 7)])
    return plan_of([*summaries, *leaves], _links(chance, leaves, summaries), calendars=CALENDARS, default_calendar=default,
                   team_calendars={"Osan": "office"}, progress_reported=reported), options


def _leaf(chance: random.Random, number: int, dated: bool, reported: bool, parts: bool, summaries: list[dict[str, Any]]) -> dict[str, Any]:
    event = chance.random() < 0.2
    length = 0.0 if event else chance.choice([0.25, 0.5, 1.5, 2.75]) if parts and chance.random() < 0.4 else float(chance.randint(1, 8))
    row: dict[str, Any] = {
        "id": f"A{number}", "duration": length, "calendar": chance.choice([None, None, *CALENDARS]),
        "team": chance.choice([None, "Seoul", "Osan"]), "parent": chance.choice([row["id"] for row in summaries]) if summaries else None,
        "elapsed": not event and chance.random() < 0.1}
    first = chance.randint(0, 30)
    if dated and chance.random() < 0.8:
        given = "start" if event else chance.choice(["both", "both", "start", "finish"])
        if given in ("both", "start"):
            row["planned_start"] = day(first)
        if given in ("both", "finish"):
            row["planned_finish"] = day(first + chance.randint(0, 9))
        if (given == "both" and chance.random() < 0.6) or (chance.random() < 0.1 and not event):
            row["duration"] = None
    if chance.random() < 0.25:
        row |= {"constraint": chance.choice(["SNET", "SNLT", "FNET", "FNLT", "MSO", "MFO"]), "constraint_date": day(chance.randint(0, 40))}
    elif chance.random() < 0.15:
        row["constraint"] = "ALAP"
    if chance.random() < 0.2:
        row["deadline"] = day(chance.randint(0, 50))
    if chance.random() < 0.08:
        row["manual"] = True
    if chance.random() < 0.08:
        row["delay"] = float(chance.randint(1, 4))
    if chance.random() < 0.08 and not event:
        row["pause"] = float(chance.randint(1, 3))
    if chance.random() < 0.05:
        row["state"] = "cancelled"
    if chance.random() < 0.04 and not event:
        row["spanned"] = True
    elif reported and chance.random() < 0.5:
        row |= _report(chance, first)
    return row


def _report(chance: random.Random, first: int) -> dict[str, Any]:
    kind = chance.choice(["done", "done", "share", "share", "said", "began"])
    if kind == "done":
        row: dict[str, Any] = {"state": "done"}
        if chance.random() < 0.6:
            row["actual_start"] = day(first + chance.randint(-3, 3))
        if chance.random() < 0.6:
            row["actual_finish"] = day(first + chance.randint(0, 9))
        return row
    if kind == "share":
        return {"progress": chance.choice([0.0, 0.25, 0.5, 1.0])}
    if kind == "said":
        return {"state": "in_progress"}
    return {"actual_start": day(first), "progress": chance.choice([None, 0.5])}


def _links(chance: random.Random, leaves: list[dict[str, Any]], summaries: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Links that lead on: among leaves by a shuffled order, with summaries only where that order allows it."""
    names = [row["id"] for row in leaves]
    chance.shuffle(names)
    place = {name: k for k, name in enumerate(names)}
    below = {row["id"]: [leaf["id"] for leaf in leaves if row["id"] in _above(leaf, summaries)] for row in summaries}
    ends = names + [name for name in below if below[name]]
    links = []
    for _ in range(chance.randint(0, 2 * len(names))):
        before, after = chance.choice(ends), chance.choice(ends)
        first, then = below.get(before, [before]), below.get(after, [after])
        if max(place[name] for name in first) >= min(place[name] for name in then):
            continue
        unit = chance.choice(["working", "working", "working", "elapsed", "percent"])
        if unit == "percent":
            lag = chance.choice([0.25, 0.5, -0.25])
        else:
            lag = chance.choice([0.0, 0.0, 1.0, 2.0, -1.0, -2.0, 0.5])
        links.append((before, after, chance.choice(["FS", "FS", "SS", "FF", "SF"]), lag, unit))
    return links


def _above(leaf: dict[str, Any], summaries: list[dict[str, Any]]) -> set[str]:
    up = {row["id"]: row["parent"] for row in summaries}
    out, at = set(), leaf["parent"]
    while at:
        out.add(at)
        at = up[at]
    return out
