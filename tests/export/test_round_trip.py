"""Plan → workbook → import gives the same plan, for plans as odd as hypothesis can make them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tpm.export.template import template_workbook
from tpm.export.workbook import plan_workbook
from tpm.i18n import LANGUAGES, Language
from tpm.ingest import read_files
from tpm.model import ACTIVITY_COLUMNS, DEPENDENCY_COLUMNS, RISK_COLUMNS, RISK_HIT_COLUMNS, CalendarSpec, Plan, conform

# Whole words that mean "nothing" or explain a table are no names: they are left out of the names that are drawn.
WORDS = ["Build", "Test", "Migrate", "Review", "정산", "이관", "결제", "API", "v2.1", "=SUM(A1)", "+plus", "-minus", "@at", "<b>",
         "“quoted”", "100%", "é", "🚀"]  # fmt: skip
IDS = ["{n}", "0{n}", "A-{n}", "CK-{n}", "PROJ-1{n}", "T{n}.1", "작업-{n}", "X{n}FS", "item {n}", "a/{n}", "#{n}"]
STATUSES = {"not_started": ["Not started", "시작 전", "To do"], "in_progress": ["In progress", "진행 중"], "done": ["Done", "완료"],
            "blocked": ["Blocked", "막힘"], "cancelled": ["Cancelled", "취소"]}  # fmt: skip
LAGS = [(0.0, "working"), (2.0, "working"), (-1.5, "working"), (3.0, "elapsed"), (0.5, "percent")]
PRIORITIES = {"High": 2.0, "Medium": 3.0, "Low": 4.0, "상": 2.0, "중": 3.0, "하": 4.0}
COMPARED = [
    "id", "name", "kind", "parent", "level", "team", "owner", "program", "planned_start", "planned_finish", "progress", "status", "state",
    "priority", "priority_rank", "deadline", "baseline_start", "baseline_finish", "actual_start", "actual_finish", "optimistic",
    "most_likely", "pessimistic", "constraint", "constraint_date", "notes", "calendar",
]  # fmt: skip

names = st.lists(st.sampled_from(WORDS), min_size=2, max_size=4).map(" ".join)
weekdays = st.integers(0, 250).map(lambda n: np.busday_offset("2026-09-01", n, roll="forward").astype("datetime64[s]"))
maybe_day = st.none() | weekdays
teams = st.sampled_from([None, "Identity", "결제개발", "Data platform"])
owners = st.sampled_from([None, "Jiwon Park", "박지원", "Maya Chen, Daniel Ortiz"])


@st.composite
def activities(draw: st.DrawFn, count: int, pattern: str) -> list[dict[str, Any]]:
    """``count`` rows; the first may be a summary over the next ones."""
    phases = draw(st.booleans()) and count > 2
    rows = []
    for n in range(count):
        kind = "summary" if phases and n == 0 else draw(st.sampled_from(["activity", "activity", "activity", "milestone"]))
        start = draw(weekdays)
        days = 1 if kind == "milestone" else draw(st.integers(1, 30))
        state = draw(st.sampled_from(list(STATUSES)))
        priority = draw(st.none() | st.sampled_from(list(PRIORITIES)))
        constraint = draw(st.none() | st.sampled_from(["SNET", "FNLT", "MSO"]))
        optimistic = draw(st.none() | st.integers(1, 10).map(float)) if kind == "activity" else None
        rows.append({
            "id": pattern.format(n=n + 1), "name": f"{draw(names)} {n + 1}", "kind": kind,
            "parent": pattern.format(n=1) if phases and n else None, "level": int(phases and n > 0),
            "team": draw(teams), "owner": draw(owners), "program": draw(st.sampled_from([None, "Checkout"])),
            "planned_start": start, "planned_finish": np.busday_offset(start.astype("datetime64[D]"), days - 1).astype("datetime64[s]"),
            "duration": 0.0 if kind == "milestone" else float(days), "elapsed": False,
            "progress": {"not_started": 0.0, "in_progress": draw(st.sampled_from([0.05, 0.5, 0.99])), "done": 1.0}.get(state, 0.25),
            "status": draw(st.sampled_from(STATUSES[state])), "state": state,
            "priority": priority, "priority_rank": PRIORITIES.get(priority or "", np.nan),
            "deadline": draw(maybe_day), "baseline_start": start if draw(st.booleans()) else None, "baseline_finish": None,
            "optimistic": optimistic, "most_likely": optimistic and optimistic + 2.5, "pessimistic": optimistic and optimistic + 6,
            "constraint": constraint, "constraint_date": draw(weekdays) if constraint else None,
            "notes": draw(st.none() | names), "row": 0,
        })  # fmt: skip
        if state == "done" and kind == "activity":
            rows[-1]["actual_start"], rows[-1]["actual_finish"] = rows[-1]["planned_start"], rows[-1]["planned_finish"]
    if phases:
        # a summary's dates are its children's
        start, finish = min(row["planned_start"] for row in rows[1:]), max(row["planned_finish"] for row in rows[1:])
        days = np.busday_count(start.astype("datetime64[D]"), finish.astype("datetime64[D]")) + 1
        rows[0] |= {"planned_start": start, "planned_finish": finish, "duration": float(days)}
        rows[0] |= dict.fromkeys(("baseline_start", "deadline", "constraint", "constraint_date"))
    return rows


@st.composite
def calendar_specs(draw: st.DrawFn, name: str) -> CalendarSpec:
    week = draw(st.tuples(*[st.booleans()] * 7).filter(any))
    days = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
    ranges = draw(st.lists(st.tuples(days, st.integers(1, 9)), max_size=3))
    holidays = tuple((first, first + dt.timedelta(days=length)) for first, length in ranges)
    worked = tuple(draw(st.lists(days, max_size=3)))
    country, minutes = draw(st.sampled_from([None, "KR", "US"])), draw(st.sampled_from([480.0, 450.0, 1440.0]))
    return CalendarSpec(name, week, holidays, worked, country, minutes)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    count = draw(st.integers(2, 7))
    pattern = draw(st.sampled_from(IDS))
    rows = draw(activities(count, pattern))
    leaves = [row["id"] for row in rows if row["kind"] != "summary"]
    positions = st.integers(0, len(leaves) - 1)
    pairs = {tuple(sorted(pair)) for pair in draw(st.sets(st.tuples(positions, positions), max_size=6)) if pair[0] != pair[1]}
    links = [{
        "predecessor": leaves[a], "successor": leaves[b], "type": draw(st.sampled_from(["FS", "FS", "SS", "FF", "SF"])),
        **dict(zip(("lag", "lag_unit"), draw(st.sampled_from(LAGS)), strict=True)),
    } for a, b in sorted(pairs)]  # fmt: skip
    risks, hits = [], []
    for n in range(draw(st.integers(0, 3))):
        impact = draw(st.integers(1, 5))
        kind = draw(st.sampled_from(["threat", "threat", "opportunity"]))
        state = draw(st.sampled_from(["open", "closed"]))
        risks.append({
            "id": f"R-{n + 1}", "title": f"{draw(names)} {n + 1}", "description": draw(st.none() | names), "kind": kind,
            "probability": draw(st.sampled_from([0.05, 0.3, 0.75])), "impact": float(impact), "owner": draw(owners),
            "response": draw(st.none() | names), "strategy": draw(st.none() | st.sampled_from(["avoid", "reduce", "transfer", "accept"])),
            "status": {"open": "Open", "closed": "Closed"}[state], "state": state, "due": draw(maybe_day),
            "impact_days": draw(st.none() | st.integers(1, 20).map(float)), "residual_probability": 0.1, "residual_impact": 2.0, "row": 0,
        })  # fmt: skip
        hits += [{"risk": f"R-{n + 1}", "activity": id_} for id_ in sorted(draw(st.sets(st.sampled_from(leaves), max_size=2)))]
    parts: dict[str, Any] = {}
    if draw(st.booleans()):
        named = draw(st.lists(st.sampled_from(["Seoul", "미국 팀", "24 hours", "2026"]), min_size=1, unique=True))
        parts["calendars"] = {name: draw(calendar_specs(name)) for name in named}
        parts["team_calendars"] = {team: draw(st.sampled_from(named)) for team in draw(st.sets(st.sampled_from(["Identity", "결제개발"])))}
        parts["default_calendar"] = draw(calendar_specs(draw(st.sampled_from(["standard", "Seoul", "기본"]))))
        for row in rows:
            row["calendar"] = draw(st.none() | st.sampled_from(named))
    sites = [draw(st.sampled_from(["Seoul", "San Jose"])) for _ in rows]
    return Plan(
        activities=conform(pd.DataFrame(rows), ACTIVITY_COLUMNS), dependencies=conform(pd.DataFrame(links), DEPENDENCY_COLUMNS),
        risks=conform(pd.DataFrame(risks), RISK_COLUMNS), risk_hits=conform(pd.DataFrame(hits), RISK_HIT_COLUMNS),
        attributes=pd.DataFrame({"Site": sites}) if draw(st.booleans()) else pd.DataFrame(),
        progress_reported=True, saved_on=dt.date(2026, 11, 20), **parts,
    )  # fmt: skip


def plain(frame: pd.DataFrame, columns: list[str]) -> list[dict[str, Any]]:
    """Rows as values that compare by ``==``: missing is None."""
    return [
        {name: None if value is None or value != value else value for name, value in row.items()}
        for row in frame[columns].astype(object).to_dict("records")
    ]


def differences(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[tuple[Any, str, Any, Any]]:
    """(row, column, before, after) wherever two tables of one length differ."""
    return [(row, name, a[name], b[name]) for row, (a, b) in enumerate(zip(before, after, strict=True)) for name in a if a[name] != b[name]]


def assert_same_plan(before: Plan, after: Plan) -> None:
    assert list(after.activities["id"]) == list(before.activities["id"])
    assert differences(plain(before.activities, COMPARED), plain(after.activities, COMPARED)) == []
    key = ["predecessor", "successor", "type", "lag", "lag_unit"]
    ends = ["successor", "predecessor", "type"]
    assert plain(after.dependencies.sort_values(ends), key) == plain(before.dependencies.sort_values(ends), key)
    assert list(after.risks["id"]) == list(before.risks["id"])
    columns = [name for name in RISK_COLUMNS if name not in ("file", "sheet", "row", "score")]
    assert differences(plain(before.risks, columns), plain(after.risks, columns)) == []
    assert sorted(map(tuple, after.risk_hits.to_numpy())) == sorted(map(tuple, before.risk_hits.to_numpy()))
    if before.calendars:
        assert (dict(after.calendars), after.default_calendar, dict(after.team_calendars)) == (
            dict(before.calendars), before.default_calendar, dict(before.team_calendars))
        assert plain(after.activities, ["duration"]) == plain(before.activities, ["duration"])
    assert after.attributes.to_dict("list") == before.attributes.to_dict("list")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans(), lang=st.sampled_from(LANGUAGES))
def test_a_plan_survives_its_own_workbook(plan: Plan, lang: Language) -> None:
    result = read_files([("plan.xlsx", plan_workbook(plan, lang))])
    assert_same_plan(plan, result.plan)
    assert len(result.rejected) == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_template_reads_as_its_examples(lang: Language) -> None:
    result = read_files([("template.xlsx", template_workbook(lang))])
    plan = result.plan
    rows = plain(plan.activities, ["id", "kind", "parent", "state", "progress", "optimistic", "priority_rank"])
    assert [row["id"] for row in rows] == ["A-0", "A-1", "A-2", "A-3"]
    assert [row["kind"] for row in rows] == ["summary", "activity", "activity", "milestone"]
    assert [row["parent"] for row in rows] == [None, "A-0", "A-0", "A-0"]
    assert [row["state"] for row in rows[1:]] == ["in_progress", "not_started", "not_started"]
    assert (rows[1]["progress"], rows[1]["optimistic"], rows[1]["priority_rank"]) == (0.4, 8, 2)
    assert sorted(map(tuple, plan.dependencies[["predecessor", "successor", "type", "lag"]].to_numpy())) == [
        ("A-1", "A-2", "FS", 2.0), ("A-1", "A-2", "SS", 5.0), ("A-2", "A-3", "FS", 0.0),
    ]  # fmt: skip
    assert list(plan.risks["id"]) == ["R-1"]
    assert plain(plan.risks, ["probability", "impact", "impact_days", "strategy", "state"]) == [
        {"probability": 0.3, "impact": 4, "impact_days": 5, "strategy": "reduce", "state": "open"}]
    assert list(plan.risk_hits["activity"]) == ["A-2"]
    assert [finding.code for finding in result.findings if finding.severity != "info"] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sample_survives_the_round_trip(lang: Language, request: pytest.FixtureRequest) -> None:
    path = request.config.rootpath / "data" / f"sample_{lang}_2026-11-20.xlsx"
    first = read_files([(path.name, path.read_bytes())]).plan
    assert_same_plan(first, read_files([("again.xlsx", plan_workbook(first, lang))]).plan)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("report", ["2026-11-06", "2026-11-13", "2026-11-20"])
def test_the_samples_import_cleanly(lang: Language, report: str, request: pytest.FixtureRequest) -> None:
    path = request.config.rootpath / "data" / f"sample_{lang}_{report}.xlsx"
    result = read_files([(path.name, path.read_bytes())])
    kinds = result.plan.activities["kind"].value_counts()
    last = report == "2026-11-20"
    assert (kinds["summary"], kinds["activity"], kinds["milestone"]) == (7, 53 + last, 12)
    assert len(result.plan.risks) == (11 if report == "2026-11-06" else 12)
    assert len(result.rejected) == 0
    assert result.plan.saved_on == dt.date.fromisoformat(report)
    assert result.plan.progress_reported
    assert set(result.plan.attributes) == ({"Site", "RAG"} if lang == "en" else {"근무지", "신호등"})
    assert [finding.code for finding in result.findings if finding.severity == "error"] == []
