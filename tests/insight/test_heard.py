"""However long the texts of a sheet are, the judgements answer soon: they hear the beginning of each."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from tpm.charts.gantt import gantt
from tpm.export.report import report
from tpm.ingest import read_files
from tpm.insight.changes.match import match
from tpm.insight.cross_team import Base, cross_team
from tpm.insight.graph import graph_view
from tpm.insight.graph_words import graph_title, node_story, records
from tpm.insight.health import health
from tpm.insight.heard import LONGEST_HEARD, heard
from tpm.insight.review.made import review_of
from tpm.insight.roadmap import RoadmapFilter, roadmap_rows
from tpm.model import Plan, Schedule, ScheduleOptions
from tpm.schedule import schedule

ROWS = 1_000
SECONDS = 6.0  # of the processor, for everything; a plan without notes takes two
WORDS = ("we", "need", "the", "build", "of", "part", "and", "wait", "for", "approval", "expected", "after", "필요", "대기", "전제",
         "검증팀에서")
NOTES: dict[str, Callable[[int], str]] = {
    "prose": lambda row: " ".join(f"{WORDS[(row * at) % len(WORDS)]}{row * at % ROWS if at % 5 == 0 else ''}" for at in range(2_000)),
    "ids": lambda row: " ".join(f"T-{(7 * row + at) % ROWS}" for at in range(1_500)),
    "teams": lambda row: "waiting for " + ", ".join(f"Team {at % 40}" for at in range(1_200)),
    "names": lambda row: "after " + ", ".join(f"Build part {(row + at) % ROWS} of system" for at in range(300)),
}
LONG = {"letters": "a" * 2_000_000, "words": "a " * 1_000_000, "Korean": "검증팀에서 " * 300_000, "lines": "a\n" * 1_000_000,
        "marks": "e\u0301" * 1_000_000, "ids": "T-1 " * 500_000}


@cache
def plain_plan(rows: int) -> Plan:
    first = dt.date(2026, 11, 2)
    lines = ["ID,Task,Team,Owner,Start,Finish,Predecessors,Notes"]
    for row in range(rows):
        day = first + dt.timedelta(days=7 * (row // 40))
        lines.append(f"T-{row},Build part {row} of system,Team {row % 40},Person {row % 50},{day},{day + dt.timedelta(days=4)},"
                     f"{f'T-{row - 40}' if row >= 40 else ''},note")
    return read_files([("plan.csv", "\n".join(lines).encode())]).plan


def with_texts(plan: Plan, column: str, text: Callable[[int], str]) -> Plan:
    activities = plan.activities.copy()
    activities[column] = pd.Series([text(row) for row in range(len(activities))], dtype=object)
    return replace(plan, activities=activities)


def judged(plan: Plan, made: Schedule) -> None:
    """Every judgement that reads names and notes, in words, and what is drawn and handed out of them."""
    base = Base(plan, made)
    found = cross_team(plan, made)
    assert all(one.sentence("ko") and one.ask("en") for one in found.assumptions)
    view = graph_view(base)
    assert graph_title(base, view, "ko")[0]
    assert all(node_story(view, node, ([], []), "ko") for node in records(view.nodes))
    rows = roadmap_rows(plan, made, lane="team")
    roadmap_rows(plan, made, lane="team", filters=RoadmapFilter(text="part"))
    gantt(rows, lang="ko")
    health(plan, made)
    match(plan, plan)
    assert report(review_of(plan, made), "ko", "pptx")


def seconds_of(plan: Plan) -> float:
    made = schedule(plan, ScheduleOptions(status_date=dt.date(2026, 11, 22)))
    begun = time.process_time()
    judged(plan, made)
    return time.process_time() - begun


@pytest.fixture(scope="module", autouse=True)
def _once_before() -> None:
    """What is compiled or loaded at the first use is not what is measured."""
    seconds_of(plain_plan(100))


@pytest.mark.parametrize("kind", NOTES)
def test_a_thousand_long_notes_are_judged_soon(kind: str) -> None:
    plan = with_texts(plain_plan(ROWS), "notes", NOTES[kind])
    assert plan.activities["notes"].str.len().mean() > 7_000
    assert seconds_of(plan) < SECONDS


@pytest.mark.parametrize("column", ["notes", "name", "status"])
@pytest.mark.parametrize("kind", LONG)
def test_one_text_of_two_megabytes_is_judged_soon(kind: str, column: str) -> None:
    plan = with_texts(plain_plan(100), column, lambda row: LONG[kind] if row == 7 else f"Build part {row}")
    assert seconds_of(plan) < SECONDS


def test_a_text_is_heard_to_the_end_of_a_word() -> None:
    assert heard("short") == "short"
    assert heard("word " * 1_000) == ("word " * (LONGEST_HEARD // 5)).rstrip()
    assert heard("a" * 5_000) == "a" * LONGEST_HEARD


def test_judgements_hear_the_beginning_and_the_plan_keeps_the_whole() -> None:
    plan = with_texts(plain_plan(100), "notes", lambda row: "needs T-9 " + "x" * 9_000 if row == 3 else "")
    base = Base(plan, schedule(plan, ScheduleOptions(status_date=dt.date(2026, 11, 22))))
    assert len(base.text("notes")[3]) == LONGEST_HEARD
    assert len(plan.activities["notes"].iat[3]) == 9_010
    assert np.array_equal(base.text("team"), plan.activities["team"].to_numpy())
