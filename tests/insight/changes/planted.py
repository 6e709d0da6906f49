"""Edits planted in a real plan, with the truth: what a program manager does to a sheet in a week, and then some."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from tpm.ingest import ReadOptions, read_files
from tpm.model import ACTIVITY_COLUMNS, DEPENDENCY_COLUMNS, Plan, conform, empty_frame

SHEETS = Path(__file__).resolve().parents[4] / "shared" / "data" / "sheets"
Ids = Literal["kept", "removed", "renumbered"]
WORDS = {"en": ("final", "initial", "backend", "review", "new", "global", "phase two", "internal", "pilot", "draft"),
         "ko": ("최종", "1차", "내부", "신규", "검토", "초안", "추가", "통합", "시범", "재")}


@dataclass(frozen=True)
class Planted:
    """The edited plan, and which new id is which old one."""

    plan: Plan
    truth: dict[str, str]  # old id → new id


@cache
def real_plans(least: int = 12) -> dict[str, Plan]:
    """Every real sheet that holds at least ``least`` items, by file name; not those whose rows nobody could tell apart."""
    found = {}
    for path in sorted([*SHEETS.glob("en/*"), *SHEETS.glob("ko/*")]):
        if ".cp949." in path.name:
            continue
        plan = read_files([(path.name, path.read_bytes())], ReadOptions()).plan
        items = plan.activities
        told_apart = items["name"].nunique() > 0.2 * len(items) or items["planned_start"].notna().any()
        if len(items) >= least and told_apart:
            found[path.name] = plan
    return found


def _renamed(name: str, chance: random.Random) -> str:
    words = WORDS["ko" if any("가" <= sign <= "힣" for sign in name) else "en"]
    parts = name.split()
    how = chance.choice(("typo", "typo", "add", "swap"))
    if how == "typo" and len(name) > 4:
        at = chance.randrange(1, len(name) - 1)
        swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        return chance.choice((name[:at] + name[at + 1 :], swapped, name[:at] + name[at] + name[at:]))
    if how == "swap" and len(parts) > 2:
        parts[chance.randrange(len(parts))] = chance.choice(words)
        return " ".join(parts)
    parts.insert(chance.randrange(len(parts) + 1), chance.choice(words))
    return " ".join(parts)


def planted(plan: Plan, seed: int, *, ids: Ids, strangers: list[str], rename: float = 0.3, change: float = 0.1) -> Planted:
    """``plan`` with rows shuffled, ``rename`` of them renamed by a word or a typo, ``change`` of them cut and as many added (names of
    ``strangers``), a tenth in another team, a third with other dates, and ids kept, removed (row numbers instead) or partly given anew."""
    chance = random.Random(seed)
    rows = plan.activities.copy()
    every = rows["id"].tolist()
    count = round(len(rows) * change)
    leaves = [item for item in every if item not in set(rows["parent"].dropna())]
    cut = set(chance.sample(leaves, min(count, len(leaves))))
    rows = rows[~rows["id"].isin(cut)]
    teams = sorted(set(rows["team"].dropna())) or [None]
    records = rows.to_dict("records")
    for row in records:
        row["old"] = row["id"]
        if chance.random() < rename and row["name"]:
            row["name"] = _renamed(row["name"], chance)
        if change and chance.random() < 0.1:
            row["team"] = chance.choice(teams)
        if change and chance.random() < 0.3:
            step = pd.Timedelta(days=chance.choice((-7, -2, 1, 3, 5, 7, 14)))
            row["planned_start"], row["planned_finish"] = row["planned_start"] + step, row["planned_finish"] + step
    for number in range(count):
        model = chance.choice(records)
        row = {**model, "old": None, "id": f"new-{number}", "name": chance.choice(strangers), "duration": float(chance.randint(1, 15))}
        row["planned_start"] = row["planned_finish"] = model["planned_start"] + pd.Timedelta(days=chance.randint(-20, 20))
        records.append(row)
    chance.shuffle(records)
    used = {row["id"] for row in records}
    names = {}
    for number, row in enumerate(records, start=1):
        if ids == "removed":
            names[row["id"]] = str(number)
        elif ids == "renumbered" and chance.random() < 0.5:
            names[row["id"]] = chance.choice(sorted(used))  # an id that another thing has, or had
            used.discard(names[row["id"]])
        else:
            names[row["id"]] = row["id"]
    given: set[str] = set()
    for old, new in list(names.items()):
        while new in given:
            new = f"{new}x"
        given.add(new)
        names[old] = new
    parents = {row["id"] for row in records}
    for row in records:
        row["id"], row["parent"] = names[row["id"]], names.get(row["parent"]) if row["parent"] in parents else None
    links = plan.dependencies[plan.dependencies["predecessor"].isin(names) & plan.dependencies["successor"].isin(names)].copy()
    for end in ("predecessor", "successor"):
        links[end] = [names[item] for item in links[end]]
    frame = conform(pd.DataFrame(records), ACTIVITY_COLUMNS)
    backwards = (frame["planned_finish"] < frame["planned_start"]).to_numpy()
    frame.loc[backwards, "planned_finish"] = frame.loc[backwards, "planned_start"]
    edited = plan.with_(activities=frame, dependencies=conform(links.reset_index(drop=True), DEPENDENCY_COLUMNS),
                        attributes=pd.DataFrame(), risk_hits=empty_frame({"risk": "object", "activity": "object"}))
    return Planted(edited, {row["old"]: row["id"] for row in records if row["old"] is not None})


def scores(found: dict[str, str], truth: dict[str, str]) -> np.ndarray:
    """(true pairs found, true pairs, false pairs, pairs found)."""
    right = sum(truth.get(old) == new for old, new in found.items())
    return np.array([right, len(truth), len(found) - right, len(found)])
