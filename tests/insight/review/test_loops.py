"""A plan whose date hangs on a dependency loop: nothing is called on track that cannot be forecast."""

from __future__ import annotations

import datetime as dt

from tests.ingest.build import read
from tpm.insight.review import Rag
from tpm.insight.review.facts import Facts
from tpm.insight.review.status import Thresholds, program_status, status_of
from tpm.model import ScheduleOptions
from tpm.schedule import schedule


def test_what_waits_for_a_loop_has_no_colour() -> None:
    result = read(
        [
            ["ID", "Task", "Start", "Finish", "Predecessors", "Status"],
            ["A", "Design", "2026-03-02", "2026-03-06", "B", "Open"],
            ["B", "Build", "2026-03-09", "2026-03-13", "A", "Open"],
            ["C", "Launch", "2026-03-16", "2026-03-20", "B", "Open"],
            ["D", "Posters", "2026-03-02", "2026-03-06", None, "Open"],
        ]
    )
    facts = Facts(result.plan, schedule(result.plan, ScheduleOptions(status_date=dt.date(2026, 3, 2))))
    assert [status_of(facts, item, Thresholds()).rag for item in "ABCD"] == [*[Rag.UNKNOWN] * 3, Rag.GREEN]
    assert "loop" in status_of(facts, "C", Thresholds()).why.text("en")
    assert program_status(facts, Thresholds()).rag is Rag.UNKNOWN
