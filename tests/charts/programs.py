"""Invented programs as Plan and Schedule frames built by hand: what the chart's tests draw, without the engine."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from tpm.model import (
    ACTIVITY_COLUMNS,
    DEPENDENCY_COLUMNS,
    LINK_COLUMNS,
    SCHEDULE_COLUMNS,
    Plan,
    Schedule,
    ScheduleOptions,
    conform,
)

STATUS = dt.date(2026, 11, 2)
_TIMES = ("planned_start", "planned_finish", "baseline_start", "baseline_finish", "actual_start", "actual_finish", "deadline")


def plan_of(items: list[dict[str, Any]], links: list[tuple[str, str, str]] | None = None, **parts: Any) -> Plan:
    """A plan of ``items`` (dates as ISO text); parents give the levels."""
    level: dict[str, int] = {}
    rows = []
    for number, item in enumerate(items):
        row = {"kind": "activity", "state": "not_started", "progress": 0.0, **item, "row": number + 2}
        row["level"] = level[row["id"]] = level[row["parent"]] + 1 if row.get("parent") else 0
        rows.append(row)
    frame = pd.DataFrame(rows)
    for column in _TIMES:
        if column in frame:
            frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    dependencies = pd.DataFrame(
        [{"predecessor": a, "successor": b, "type": kind, "lag": 0.0, "lag_unit": "working"} for a, b, kind in links or []],
        columns=["predecessor", "successor", "type", "lag", "lag_unit"],
    )
    return Plan(activities=conform(frame, ACTIVITY_COLUMNS), dependencies=conform(dependencies, DEPENDENCY_COLUMNS), **parts)


def schedule_of(
    plan: Plan,
    forecast: dict[str, tuple[str, str]] | None = None,
    *,
    critical: tuple[str, ...] = (),
    near: tuple[str, ...] = (),
    spare: dict[str, float] | None = None,
    violated: tuple[tuple[str, str], ...] = (),
    status: dt.date | None = STATUS,
    target: str | None = None,
) -> Schedule:
    """A schedule of ``plan`` with these forecasts (else the planned dates), flags and floats."""
    rows = plan.activities
    start, finish = rows["planned_start"].copy(), rows["planned_finish"].copy()
    for item, (first, last) in (forecast or {}).items():
        start[rows["id"] == item] = pd.Timestamp(first)
        finish[rows["id"] == item] = pd.Timestamp(last)
    spares = np.array([0.0 if item in critical else (spare or {}).get(item, 10.0) for item in rows["id"]])
    closed = rows["state"].isin(["done"]) | (rows["kind"] == "summary")
    spares[closed.to_numpy()] = np.nan
    late = finish + pd.to_timedelta(np.nan_to_num(spares) * 7 / 5, unit="D").floor("D")
    slip = np.array([np.nan if pd.isna(a) or pd.isna(b) else float(np.busday_count(b.date(), a.date()))
                     for a, b in zip(finish, rows["planned_finish"], strict=True)])  # fmt: skip
    table = conform(pd.DataFrame({
        "id": rows["id"], "planned_start": rows["planned_start"], "planned_finish": rows["planned_finish"], "duration": rows["duration"],
        "forecast_start": start, "forecast_finish": finish, "late_finish": late, "total_float": spares,
        "critical": rows["id"].isin(critical), "near_critical": rows["id"].isin(near), "state": rows["state"],
        "progress": rows["progress"], "scheduled": True, "slip": slip,
    }), SCHEDULE_COLUMNS)  # fmt: skip
    links = plan.dependencies.copy()
    links["relationship_float"] = 0.0
    pairs = list(zip(links["predecessor"], links["successor"], strict=True))
    links["driving"] = [a in critical and b in critical for a, b in pairs]
    links["violated"] = [pair in violated for pair in pairs]
    last = table["forecast_finish"].max()
    return Schedule(table, ScheduleOptions(status_date=status, target=target), None, None if pd.isna(last) else last.date(), 0.0,
                    tuple(critical), links=conform(links, LINK_COLUMNS))  # fmt: skip


def checkout(lang: str = "en") -> tuple[Plan, Schedule]:
    """Checkout relaunch: 25 rows, four teams, a late critical path, one of every state."""
    ko = lang == "ko"

    def word(en: str, korean: str) -> str:
        return korean if ko else en

    identity, payments = word("Identity · Seoul", "인증플랫폼팀"), word("Payments · Seoul", "결제서비스팀")
    data, mobile = word("Data platform · San Jose", "데이터플랫폼팀"), word("Mobile · Seoul", "모바일클라이언트팀")
    items: list[dict[str, Any]] = [
        _m("m1", word("Design approved", "설계 승인"), identity, "2026-09-18", state="done", progress=1.0),
        _a("a1", word("Token service design", "토큰 서비스 설계"), identity, "2026-09-01", "2026-09-18", state="done", progress=1.0),
        _a("a2", word("Token service build", "토큰 서비스 구현"), identity, "2026-09-21", "2026-10-16", state="in_progress", progress=0.6,
           owner="Bex", notes="Re-estimated twice since 5 Oct."),
        _a("a3", word("Legacy session cut-over", "기존 세션 전환"), identity, "2026-10-19", "2026-11-06"),
        _m("m2", word("Beta open", "베타 공개"), identity, "2026-11-06"),
        _a("b1", word("Ledger schema", "원장 스키마"), payments, "2026-09-07", "2026-10-02", state="done", progress=1.0),
        _a("b2", word("PG adapter", "PG 연동 어댑터"), payments, "2026-10-05", "2026-11-06", state="in_progress", progress=0.3),
        _a("b3", word("Fraud rules", "이상거래 탐지 규칙"), payments, "2026-10-12", "2026-11-13", state="blocked", progress=0.2,
           notes="Waiting for the vendor's key."),
        _a("b4", word("Reconciliation job", "대사 배치"), payments, "2026-11-09", "2026-11-27"),
        _m("m3", word("PG certified", "PG 인증 완료"), payments, "2026-11-20"),
        _a("b5", word("Gift cards", "기프트카드"), payments, "2026-11-09", "2026-11-20", state="cancelled"),
        _a("c1", word("Schema migration rehearsal", "스키마 이관 리허설"), data, "2026-10-05", "2026-10-23", state="done", progress=1.0),
        _a("c2", word("Customer data migration", "고객 데이터 이관"), data, "2026-11-09", "2026-12-04"),
        _a("c3", word("Backfill & verify", "백필 및 검증"), data, "2026-12-07", "2026-12-18"),
        _a("c4", word("Cost dashboard", "비용 대시보드"), data, "2026-11-16", "2026-12-04"),
        _m("m4", word("Migration complete", "이관 완료"), data, "2026-12-18", deadline="2026-12-18"),
        _a("d1", word("App 6.0 UI", "앱 6.0 화면"), mobile, "2026-09-14", "2026-11-06", state="in_progress", progress=0.5),
        _a("d2", word("Session screen", "세션 화면"), mobile, "2026-11-09", "2026-11-27"),
        _a("d3", word("Store review", "스토어 심사"), mobile, "2026-12-14", "2026-12-24"),
        _m("m5", word("App 6.0 in store", "앱 6.0 출시"), mobile, "2026-12-24"),
        _a("d4", word("Accessibility audit", "접근성 점검"), mobile, "2026-11-30", "2026-12-11"),
    ]  # fmt: skip
    for item in items:
        item["baseline_start"], item["baseline_finish"] = item["planned_start"], item["planned_finish"]
    links = [("a1", "m1", "FS"), ("a1", "a2", "FS"), ("a2", "a3", "FS"), ("a3", "m2", "FS"), ("a3", "c2", "FS"), ("c2", "c3", "FS"),
             ("c3", "m4", "FS"), ("b1", "b2", "FS"), ("b2", "m3", "FS"), ("d1", "d2", "FS"), ("d3", "m5", "FS"), ("b2", "b4", "SS"),
             ("a3", "d2", "FS"), ("d2", "d4", "FF")]  # fmt: skip
    plan = plan_of(items, links)
    forecast = {"a2": ("2026-09-21", "2026-10-30"), "a3": ("2026-11-02", "2026-11-20"), "m2": ("2026-11-20", "2026-11-20"),
                "c2": ("2026-11-23", "2026-12-18"), "c3": ("2026-12-21", "2026-12-31"), "m4": ("2026-12-31", "2026-12-31"),
                "d1": ("2026-09-14", "2026-11-13"), "d2": ("2026-11-23", "2026-12-11"), "d4": ("2026-12-03", "2026-12-16")}  # fmt: skip
    spare = {"d3": 4.0, "m5": 4.0, "b2": 9.0, "c4": 18.0}
    critical = ("a2", "a3", "c2", "c3", "m4")
    return plan, schedule_of(plan, forecast, critical=critical, near=("d3", "m5"), spare=spare, violated=(("a3", "d2"),))


def _a(item: str, name: str, team: str, start: str, finish: str, **more: Any) -> dict[str, Any]:
    return {"id": item, "name": name, "team": team, "planned_start": start, "planned_finish": finish, **more}


def _m(item: str, name: str, team: str, day: str, **more: Any) -> dict[str, Any]:
    return {"id": item, "name": name, "team": team, "kind": "milestone", "planned_start": day, "planned_finish": day, **more}


def many(size: int, *, teams: int = 6, seed: int = 7, days: int = 300, links: int | None = None) -> tuple[Plan, Schedule]:
    """A program of ``size`` random items; one in eight is a milestone, one in ten critical."""
    dice = np.random.default_rng(seed)
    origin = np.datetime64("2026-06-01")
    begin = np.sort(dice.integers(0, days, size))
    length = dice.integers(1, 40, size)
    slip = np.where(dice.random(size) < 0.3, dice.integers(1, 15, size), 0)
    items, forecast = [], {}
    for number in range(size):
        first = str(origin + np.timedelta64(int(begin[number]), "D"))
        point = number % 8 == 7
        last = first if point else str(origin + np.timedelta64(int(begin[number] + length[number]), "D"))
        make = _m if point else _a
        args = (first,) if point else (first, last)
        before = begin[number] + length[number] < 120
        state = "done" if before else ("in_progress" if begin[number] < 150 else "not_started")
        progress = 1.0 if before else float(dice.integers(1, 9)) / 10 if state == "in_progress" else 0.0
        name = f"{'Milestone' if point else 'Work package'} {number} of the program"
        items.append(make(f"i{number}", name, f"Team {number % teams + 1}", *args, state=state, progress=progress,
                          owner=f"Person {number % 17}", baseline_start=first, baseline_finish=last))  # fmt: skip
        if slip[number] and not before:
            late = np.timedelta64(int(slip[number]), "D")
            forecast[f"i{number}"] = (str(np.datetime64(first) + late), str(np.datetime64(last) + late))
    pairs = [(f"i{a}", f"i{a + int(step)}", "FS") for a, step in zip(range(size - 12), dice.integers(1, 11, size), strict=False)]
    plan = plan_of(items, pairs[: size if links is None else links])
    critical = tuple(f"i{number}" for number in range(0, size, 10))
    return plan, schedule_of(plan, forecast, critical=critical, near=tuple(f"i{number}" for number in range(5, size, 30)))
