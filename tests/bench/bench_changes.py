"""Changes: recognising 2,000 items, why a date moved, two hundred versions of 2,000 items on the page."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.bench.measure import Figure, best_of
from tests.charts.programs import many
from tests.insight.changes.planted import Ids, planted
from tpm.insight.changes.attribution import why_moved
from tpm.insight.changes.differences import compare
from tpm.insight.changes.match import match
from tpm.insight.driving import headline_item
from tpm.model import ScheduleOptions
from tpm.schedule import schedule

_ROOT = Path(__file__).resolve().parents[2]
_STRANGERS = [f"Something else, number {n}" for n in range(400)]


def measure() -> list[Figure]:
    """Times of the functions, then of the page."""
    old, _ = many(2_000)
    out = []
    cases: tuple[tuple[Ids, float], ...] = (("kept", 0.3), ("removed", 0.3), ("removed", 1.0))
    for ids, rename in cases:
        edited = planted(old, 1, ids=ids, strangers=_STRANGERS, rename=rename).plan
        taken = best_of(partial(match, old, edited), 3)
        out.append(Figure(f"2,000 items recognised in 2,000: ids {ids}, {rename:.0%} renamed", taken, "s", goal=2))
    new = planted(old, 1, ids="kept", strangers=_STRANGERS).plan
    schedules = [schedule(plan, ScheduleOptions()) for plan in (old, new)]
    matched = match(old, new)
    out.append(Figure("table of changes of 2,000 items", best_of(lambda: compare(old, new, *schedules, matched), 3), "s", goal=1))
    target = headline_item(new, schedules[1])
    if target is not None:
        taken = best_of(lambda: why_moved(old, new, *schedules, matched, target), 2)
        out.append(Figure("why one milestone of 2,000 items moved", taken, "s", goal=2))
    return [*out, *_page()]


def _csv(week: int) -> bytes:
    lines = ["ID,Task,Kind,Team,Owner,Start,Finish,Predecessors"]
    first = dt.date(2024, 1, 1)
    for n in range(1, 2_001):
        late = week // 4 if n % 7 == 0 else 0
        begin = first + dt.timedelta(days=n // 2 + late)
        kind = "Milestone" if n % 50 == 0 else "Task"
        finish = begin if kind == "Milestone" else begin + dt.timedelta(days=3 + n % 5)
        before = n - 12 if n > 12 else ""
        lines.append(f"{n},Item number {n} of the program,{kind},Team {n % 12},Person {n % 40},{begin},{finish},{before}")
    return "\n".join(lines).encode()


def _page() -> list[Figure]:
    """The page with two hundred versions, once everything has been computed: in a fresh session, and in a fresh server too."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    from tpm.store import NewSnapshot, Upload, open_store

    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(XDG_DATA_HOME=folder, TPM_TODAY="2026-11-22")
        start = dt.datetime(2024, 1, 5, 9, tzinfo=dt.UTC)
        with open_store() as store:
            named = store.create_workspace("big", at=start).id
            for week in range(200):
                store.save_snapshot(named, NewSnapshot([Upload("plan.csv", _csv(week))]), at=start + dt.timedelta(days=5 * week))

        def opened() -> AppTest:
            test = AppTest.from_file(str(_ROOT / "app.py"), default_timeout=900)
            test.context = {"locale": "en-US", "theme": "light", "timezone": "Asia/Seoul"}
            test.query_params["w"] = named
            return test.run()

        def page(test: AppTest) -> float:
            began = time.perf_counter()
            test.switch_page("pages/changes.py").run()
            assert not test.exception, [one.value for one in test.exception]
            return time.perf_counter() - began

        test = opened()
        first = page(test)
        began = time.perf_counter()
        test.button(key="changes_read_all").click().run()
        reading = time.perf_counter() - began
        st.cache_resource.clear()
        cold = page(opened())
        warm = min(page(opened()) for _ in range(3))
    return [
        Figure("first opening with 200 versions unread", first, "s", note="two versions read, the rest offered"),
        Figure("reading the 198 others once, when asked", reading, "s"),
        Figure("200 versions of 2,000 items: page opens, nothing of it in memory", cold, "s", goal=1),
        Figure("200 versions of 2,000 items: page opens again", warm, "s", goal=1),
    ]
