"""What the program writes it reads back: the same items and links, whatever the ids look like; what was computed is never planned."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tpm.export.items_csv import items_csv
from tpm.export.workbook import plan_workbook
from tpm.i18n import LANGUAGES, Language
from tpm.ingest import read_files
from tpm.ingest.lexicon.words import is_empty_word
from tpm.insight.review import review
from tpm.model import ACTIVITY_COLUMNS, DEPENDENCY_COLUMNS, Plan, ScheduleOptions, conform
from tpm.schedule import schedule as compute

_SHAPES = st.one_of(
    st.integers(0, 300).map(str),
    st.integers(0, 99).map("{:03d}".format),
    st.from_regex(r"[A-Z]{1,3}", fullmatch=True),
    st.from_regex(r"[A-Za-z]{1,4}-?[0-9]{1,4}[a-z]?", fullmatch=True),
    st.from_regex(r"[1-9](\.[0-9]{1,2}){1,3}", fullmatch=True),
    st.from_regex(r"[1-3][-/_][1-9][0-9]?", fullmatch=True),
    st.from_regex(r"[A-C0-3]{1,2}(FS|SS|FF|SF|EA|AA)", fullmatch=True),
    st.from_regex(r"[A-C0-3]{1,2}[+-][1-3]d", fullmatch=True),
    st.from_regex(r"[A-Ca-c0-3]{1,2}[ ,;:|()][A-Ca-c0-3]{1,2}", fullmatch=True),
    st.from_regex(r"[가나다]{1,3}-?[0-9]{0,2}", fullmatch=True),
    st.sampled_from(["#12", "shop#10", "acme/shop#10", "1e5", "P2D", "blocks A", "after 1", "R&D", "=A1", "+1", "@x", "A&B", "É-1", "IT"]),
)  # fmt: skip
_LAGS = st.one_of(st.just((0.0, "working")), st.tuples(st.sampled_from([1.0, -2.0, 0.5, 7.0]), st.sampled_from(["working", "elapsed"])),
                  st.tuples(st.sampled_from([0.5, -0.25]), st.just("percent")))  # fmt: skip


@st.composite
def _plans(draw: st.DrawFn) -> Plan:
    """A few items with ids of any shape, dated, with links of any kind from one to a later one."""
    ids = draw(st.lists(_SHAPES.filter(lambda text: not is_empty_word(text)), min_size=3, max_size=8, unique_by=str.casefold))
    pairs = draw(st.lists(st.tuples(st.integers(0, len(ids) - 2), st.integers(1, len(ids) - 1)), max_size=10, unique=True))
    links = [
        {"predecessor": ids[min(pair)], "successor": ids[max(pair)], "type": draw(st.sampled_from(["FS", "SS", "FF", "SF"])),
         "lag": lag, "lag_unit": unit}
        for pair in pairs
        if pair[0] != pair[1]
        for lag, unit in [draw(_LAGS)]
    ]  # fmt: skip
    return _plan(ids, links)


def _plan(ids: list[str], links: list[dict[str, Any]]) -> Plan:
    start = dt.date(2026, 3, 2)
    rows = [
        {
            "id": one, "name": f"Item {chr(65 + at)} of the work", "kind": "activity", "state": "not_started", "level": 0, "elapsed": False,
            "row": at + 2, "planned_start": pd.Timestamp(start + dt.timedelta(weeks=at)),
            "planned_finish": pd.Timestamp(start + dt.timedelta(weeks=at, days=4)), "duration": 5.0,
        }
        for at, one in enumerate(ids)
    ]  # fmt: skip
    unique = {(link["predecessor"], link["successor"], link["type"]): link for link in links}
    frame = pd.DataFrame(list(unique.values()) or None, columns=list(DEPENDENCY_COLUMNS))
    return Plan(name="plan", activities=conform(pd.DataFrame(rows), ACTIVITY_COLUMNS), dependencies=conform(frame, DEPENDENCY_COLUMNS))


def _items(plan: Plan) -> list[tuple[Any, ...]]:
    frame = plan.activities
    return list(zip(frame["id"], frame["name"], frame["planned_start"], frame["planned_finish"], frame["duration"], strict=True))


def _links(plan: Plan) -> set[tuple[str, str, str, float, str]]:
    frame = plan.dependencies
    return set(zip(frame["predecessor"], frame["successor"], frame["type"], np.round(frame["lag"], 6), frame["lag_unit"], strict=True))


def _linked(*links: tuple[str, str, str, float]) -> list[dict[str, Any]]:
    return [{"predecessor": a, "successor": b, "type": kind, "lag": lag, "lag_unit": "working"} for a, b, kind, lag in links]


@example(plan=_plan(["A", "B", "C"], _linked(("A", "B", "SS", 1), ("B", "C", "FF", 0))), lang="en")
@example(plan=_plan(["A", "ASS", "C"], _linked(("A", "ASS", "SS", 1), ("ASS", "C", "FS", 0))), lang="ko")
@example(plan=_plan(["3", "3SS", "3SS+1d"], _linked(("3", "3SS", "SS", 1), ("3SS", "3SS+1d", "SS", 0))), lang="en")
@example(plan=_plan(["1", "01", "001"], _linked(("1", "001", "FS", 0), ("01", "001", "SS", 0))), lang="en")
@example(plan=_plan(["1.1", "11", "1-1"], _linked(("1.1", "1-1", "FS", 0), ("11", "1-1", "SS", 0))), lang="en")
@given(plan=_plans(), lang=st.sampled_from(LANGUAGES))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_a_written_plan_is_read_back_as_it_was(plan: Plan, lang: Any) -> None:
    schedule = compute(plan, ScheduleOptions(status_date=dt.date(2026, 6, 1)))
    result = read_files([("plan.xlsx", plan_workbook(plan, lang, schedule))])
    assert _items(result.plan) == _items(plan)
    assert _links(result.plan) == _links(plan)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_written_csv_of_items_is_read_back_with_its_planned_dates(lang: Language) -> None:
    plan = _plan(["A", "001", "B-1a", "가-1", "1.1"], _linked(("A", "001", "FS", 9), ("001", "B-1a", "FS", 9)))
    computed = compute(plan := replace(plan, progress_reported=True), ScheduleOptions(status_date=dt.date(2026, 6, 1)))
    result = read_files([("items.csv", items_csv(review(plan, computed, decide=False), lang))])
    assert (computed.table["forecast_start"] > plan.activities["planned_start"]).any()
    assert [item[:4] for item in _items(result.plan)] == [item[:4] for item in _items(plan)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_dates_that_were_computed_are_never_planned(lang: Language, form: str) -> None:
    plan = _plan(["A", "B", "C"], _linked(("A", "B", "SS", 1), ("B", "C", "FF", 0)))
    bare = plan.activities.assign(planned_start=pd.NaT, planned_finish=pd.NaT)
    plan = replace(plan, activities=conform(bare, ACTIVITY_COLUMNS), project_start=dt.date(2026, 3, 2))
    computed = compute(plan, ScheduleOptions())
    written = plan_workbook(plan, lang, computed) if form == "xlsx" else items_csv(review(plan, computed, decide=False), lang)
    result = read_files([(f"plan.{form}", written)])
    assert computed.table["forecast_start"].notna().all()
    assert result.plan.activities["id"].tolist() == ["A", "B", "C"]
    assert result.plan.activities[["planned_start", "planned_finish", "baseline_start", "baseline_finish"]].isna().all(axis=None)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_summaries_milestones_and_elapsed_work_are_read_back(lang: Language) -> None:
    plan = _plan(["S", "S-A", "S-B", "M"], _linked(("S-A", "S-B", "FS", 0), ("S-B", "M", "FS", 0)))
    rows = plan.activities.assign(
        kind=["summary", "activity", "activity", "milestone"], parent=[None, "S", "S", None], level=[0, 1, 1, 0],
        elapsed=[False, False, True, False], duration=[15.0, 5.0, 5.0, 0.0],
    )  # fmt: skip
    rows.loc[0, ["planned_start", "planned_finish"]] = [rows["planned_start"][1], rows["planned_finish"][2]]
    rows.loc[3, "planned_start"] = rows["planned_finish"][3]
    plan = replace(plan, activities=conform(rows, ACTIVITY_COLUMNS))
    back = read_files([("plan.xlsx", plan_workbook(plan, lang, compute(plan, ScheduleOptions())))]).plan.activities
    told = back[["id", "kind", "parent", "elapsed"]].astype(object)
    assert told.where(told.notna(), None).to_numpy().tolist() == [
        ["S", "summary", None, False], ["S-A", "activity", "S", False], ["S-B", "activity", "S", True], ["M", "milestone", None, False],
    ]  # fmt: skip
    assert back["duration"].tolist()[1:] == [5.0, 5.0, 0.0]


_HEADER_WORDS = st.sampled_from([
    "Launch", "Milestone", "Start", "Finish", "Owner", "Status", "Risk", "Probability", "Impact", "Duration", "Phase", "Task", "Notes",
    "Approval", "Summary", "마일스톤", "시작일", "완료", "담당자", "리스크", "단계", "작업", "개시", "Test Plan", "Project Start",
])  # fmt: skip


@given(cells=st.lists(st.tuples(_HEADER_WORDS, _HEADER_WORDS, _HEADER_WORDS, st.booleans(), st.booleans()), min_size=1, max_size=8),
       lang=st.sampled_from(LANGUAGES))  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_items_that_are_called_like_a_header_are_items(cells: list[tuple[str, str, str, bool, bool]], lang: Language) -> None:
    plan = _plan([f"T-{at}" for at in range(len(cells))], _linked(*(("T-0", f"T-{at}", "FS", 0) for at in range(1, len(cells)))))
    names, teams, owners, events, dated = zip(*cells, strict=True)
    rows = plan.activities.assign(name=names, team=teams, owner=owners, kind=["milestone" if one else "activity" for one in events])
    rows = rows.assign(**{name: rows[name].where(np.array(dated)) for name in ("planned_start", "planned_finish")})
    plan = replace(plan, activities=conform(rows, ACTIVITY_COLUMNS))
    back = read_files([("plan.xlsx", plan_workbook(plan, lang))]).plan.activities
    told = ["id", "name", "team", "owner"]
    assert back[told].to_numpy().tolist() == plan.activities[told].to_numpy().tolist()
