"""The roadmap's sentences, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.charts.programs import checkout, plan_of, schedule_of
from tpm.i18n import LANGUAGES, Language, keys, t
from tpm.insight.roadmap import RoadmapFilter, RoadmapRows, roadmap_rows
from tpm.insight.roadmap_words import empty_words, hover_story, lane_name, marks_drawn, roadmap_title


def launch(finish: str, lang: Language, **more: Any) -> str:
    day = {"planned_start": "2026-12-18", "planned_finish": "2026-12-18"}
    plan = plan_of([{"id": "m", "name": "Korea launch", "kind": "milestone", **day, **more},
                    {"id": "a", "name": "Work", "planned_start": "2026-11-02", "planned_finish": "2026-11-30"}])  # fmt: skip
    schedule = schedule_of(plan, {"m": (finish, finish)})
    return roadmap_title(schedule, roadmap_rows(plan, schedule), lang)[0]


@pytest.mark.parametrize(("finish", "more", "english", "korean"), [
    ("2027-01-04", {"baseline_finish": "2026-12-18"},
     "Korea launch lands 4 Jan, 11 working days after the promised 18 Dec; 1 of 2 items is late",
     "Korea launch는 1월 4일로 예측되며, 목표일 12월 18일보다 영업일 기준 11일 늦습니다. 항목 2개 중 1개가 늦습니다"),
    ("2026-12-18", {"deadline": "2026-12-18"}, "Korea launch lands 18 Dec, as promised", "Korea launch는 목표일인 12월 18일에 끝납니다"),
    ("2026-12-11", {"deadline": "2026-12-18"}, "Korea launch lands 11 Dec, 5 working days before the promised 18 Dec",
     "Korea launch는 12월 11일로 예측되며, 목표일 12월 18일보다 영업일 기준 5일 빠릅니다"),
    ("2026-12-21", {}, "Korea launch lands 21 Dec, 1 working day later than planned; 1 of 2 items is late",
     "Korea launch는 12월 21일로 예측되며, 계획보다 영업일 기준 1일 늦습니다. 항목 2개 중 1개가 늦습니다"),
    ("2026-12-18", {}, "Korea launch lands 18 Dec, as planned", "Korea launch는 계획대로 12월 18일에 끝납니다"),
    ("2026-12-18", {"state": "done"}, "Korea launch was reached on 18 Dec", "Korea launch는 12월 18일에 완료되었습니다"),
])  # fmt: skip
def test_the_title_is_the_finding_with_its_number(finish: str, more: dict[str, Any], english: str, korean: str) -> None:
    assert launch(finish, "en", **more) == english
    assert launch(finish, "ko", **more) == korean


def test_both_languages_state_the_same_numbers() -> None:
    plan, schedule = checkout()
    rows = roadmap_rows(plan, schedule)
    english, korean = (re.findall(r"\d+", roadmap_title(schedule, rows, lang)[0]) for lang in LANGUAGES)
    assert english == ["31", "9", "18", "9", "21"]
    assert sorted(korean) == sorted([*english, "12", "12"])  # Korean months are numbers


def test_the_title_follows_the_target_and_the_set_of_dates() -> None:
    plan, _ = checkout()
    schedule = schedule_of(plan, target="m5")
    assert roadmap_title(schedule, roadmap_rows(plan, schedule), "en")[0].startswith("App 6.0 in store lands 24 Dec")
    assert roadmap_title(schedule, roadmap_rows(plan, schedule, dates="baseline"), "en")[0] == "App 6.0 in store was promised for 24 Dec"
    bare = plan_of([{"id": "a", "name": "A", "planned_start": "2026-11-02", "planned_finish": "2026-11-30"}])
    assert roadmap_title(None, roadmap_rows(bare), "en")[0] == "The plan is planned for 30 Nov 2026"
    assert roadmap_title(None, roadmap_rows(plan_of([{"id": "a", "name": "A"}])), "en")[0] == "No item has a date to draw"


def test_the_legend_names_only_what_is_drawn() -> None:
    plan, schedule = checkout()
    assert set(marks_drawn(roadmap_rows(plan, schedule))) == {
        "critical", "near-critical", "ghost-baseline", "progress", "float", "done", "late", "at-risk", "blocked", "cancelled"}  # fmt: skip
    calm = roadmap_rows(plan, schedule, filters=RoadmapFilter(states=frozenset({"done"})))
    assert marks_drawn(calm) == ["done"]
    assert roadmap_title(schedule, calm, "en")[1].replace("\u00a0", " ") == "✓ = done"


def story(rows: RoadmapRows, item: str, lang: Language) -> list[str]:
    (record,) = rows.frame[rows.frame["id"] == item].to_dict("records")
    return hover_story(record, rows, lang)


def test_the_story_of_an_item_is_told_in_sentences() -> None:
    rows = roadmap_rows(*checkout())
    assert story(rows, "a2", "en") == [
        "Token service build", "Identity · Seoul · Bex",
        "Forecast 21 Sep – 30 Oct, planned 21 Sep – 16 Oct, baseline 21 Sep – 16 Oct.", "In progress, 60%.",
        "▲ 10 working days after the baseline 16 Oct.", "On the critical path: no float.",
        "Note: Re-estimated twice since 5 Oct.",
    ]  # fmt: skip
    assert story(rows, "a3", "en")[-2:] == ["Waits for Token service build.", "On the critical path: no float."]
    assert story(rows, "d2", "ko")[3:] == [
        "상태는 시작 전입니다.", "▲ 기준선 11월 27일보다 영업일 기준 10일 늦습니다.",
        "선행 작업은 App 6.0 UI, Legacy session cut-over입니다.", "여유는 영업일 10일입니다."]  # fmt: skip


def test_finished_work_waits_for_nothing() -> None:
    rows = roadmap_rows(*checkout())
    assert not any(sentence.startswith("Waits") or "float" in sentence for sentence in story(rows, "m1", "en"))


def test_a_long_note_is_shortened() -> None:
    plan = plan_of([{"id": "a", "name": "A", "planned_start": "2026-11-02", "planned_finish": "2026-11-30", "notes": "word " * 100}])
    note = story(roadmap_rows(plan, lane="none"), "a", "en")[-1]
    assert note.endswith("…")
    assert len(note) < 180


def test_a_lane_without_a_value_says_what_is_missing() -> None:
    rows = roadmap_rows(*checkout())
    assert lane_name(rows, "", "en") == "No team"
    assert lane_name(rows, "", "ko") == "팀 없음"
    assert lane_name(rows, "Mobile", "ko") == "Mobile"


def test_an_empty_roadmap_says_why_and_what_mends_it() -> None:
    plan, schedule = checkout()
    assert empty_words(roadmap_rows(plan, schedule), "en") == ""
    nothing = roadmap_rows(plan, schedule, filters=RoadmapFilter(text="zzz"))
    assert empty_words(nothing, "en") == "The filters hide all 21 items. Clear one of them to see the roadmap."
    assert empty_words(nothing, "ko") == "필터가 항목 21개를 모두 숨기고 있습니다. 필터를 하나 지우면 로드맵이 보입니다."


def test_every_sentence_of_the_room_fills_in_both_languages() -> None:
    params = dict.fromkeys(("days", "count", "total", "items", "lanes", "summaries", "progress", "left"), 2)
    words = dict.fromkeys(("name", "names", "sentence", "range", "promise", "set", "state", "text"), "x")
    for key in keys():
        if key.startswith(("roadmap.", "gantt.")) and key != "gantt.slip":
            for lang in LANGUAGES:
                assert "{" not in t(key, lang, **params, **words, date=None)
