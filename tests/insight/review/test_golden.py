"""The briefs of the samples, word for word: read aloud when they change. ``python -m tests.insight.review.test_golden`` writes them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tpm.ingest import ReadOptions, read_files
from tpm.insight.changes.differences import compare
from tpm.insight.changes.match import match
from tpm.insight.changes.summary import since
from tpm.insight.review import Length
from tpm.insight.review.made import review_of
from tpm.insight.review.since import since_lines
from tpm.model import Plan, Schedule, ScheduleOptions
from tpm.schedule import schedule

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[2] / "data"
EARLIER, LATER = dt.date(2026, 11, 13), dt.date(2026, 11, 20)


def version(lang: str, day: dt.date) -> tuple[Plan, Schedule]:
    path = DATA / f"sample_{lang}_{day.isoformat()}.xlsx"
    plan = read_files([(path.name, path.read_bytes())], ReadOptions()).plan
    return plan, schedule(plan, ScheduleOptions(status_date=day))


def brief(lang: str) -> str:
    (old, before), (new, after) = version(lang, EARLIER), version(lang, LATER)
    lines = since_lines(since(compare(old, new, before, after, match(old, new)), EARLIER, LATER))
    made = review_of(new, after, since=lines)
    parts = [made.brief.text(lang, length) for length in Length]
    messages = [person.message() for person in made.people]
    return "\n\n----\n\n".join([*parts, *messages]) + "\n"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_brief_of_the_sample_is_the_one_that_was_read(lang: str) -> None:
    assert brief(lang) == (HERE / f"golden_{lang}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    for each in ("en", "ko"):
        (HERE / f"golden_{each}.txt").write_text(brief(each), encoding="utf-8")
