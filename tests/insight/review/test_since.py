"""What changed since the last review, told in the brief: the same numbers in both languages, each of them a fact."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.insight.review.test_brief import facts_of, stated
from tpm.ingest import ReadOptions, read_files
from tpm.insight.changes.differences import compare
from tpm.insight.changes.match import match
from tpm.insight.changes.summary import since
from tpm.insight.review import Length, review
from tpm.insight.review.since import since_lines
from tpm.model import Plan, Schedule, ScheduleOptions
from tpm.schedule import schedule

DATA = Path(__file__).resolve().parents[3] / "data"


def version(lang: str, day: dt.date) -> tuple[Plan, Schedule]:
    path = DATA / f"sample_{lang}_{day.isoformat()}.xlsx"
    plan = read_files([(path.name, path.read_bytes())], ReadOptions()).plan
    return plan, schedule(plan, ScheduleOptions(status_date=day))


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("earlier", [dt.date(2026, 11, 6), dt.date(2026, 11, 13)])
def test_the_brief_tells_what_changed_with_numbers_that_agree(lang: str, earlier: dt.date) -> None:
    later = dt.date(2026, 11, 20)
    (old, before), (new, after) = version(lang, earlier), version(lang, later)
    lines = since_lines(since(compare(old, new, before, after, match(old, new)), earlier, later))
    assert lines
    brief = review(new, after, since=lines, decide=False).brief
    section = next(section for section in brief.sections if section.title == "brief.section.changes")
    names = [str(name) for name in (*new.activities["name"], *new.risks["title"])]
    texts = {}
    for wanted in ("en", "ko"):
        text = " ".join(sentence.text(wanted) for sentence in section.sentences)
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "x")
        texts[wanted] = stated(text, wanted)
    assert texts["en"] == texts["ko"]
    assert texts["en"] <= facts_of(brief)
    assert lines[0].text(lang) in brief.text(lang, Length.PAGE)


def test_nothing_is_told_where_nothing_changed() -> None:
    day = dt.date(2026, 11, 20)
    plan, computed = version("en", day)
    assert since_lines(since(compare(plan, plan, computed, computed, match(plan, plan)), day, day)) == ()
