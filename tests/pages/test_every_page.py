"""Every page, in both languages, with every kind of plan that hurts: it says what is missing and never breaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import app as router
from tests.pages.conftest import words
from tpm.ui.keys import Key

PAGES = [Path(page.file).stem for page in router.PAGES]
LOCALES = ("en-US", "ko-KR")
CYCLE = (b"ID,Task,Start,Finish,Predecessors\nA,Build,2026-11-02,2026-11-06,B\nB,Test,2026-11-09,2026-11-13,A\n"
         b"C,Ship,2026-11-16,2026-11-17,B\n")
UNDATED = b"ID,Task,Owner\nA,Build the token service,Bex\nB,Test the token service,Arun\nC,Ship the token service,Eliza\n"
EMPTY = b"ID,Task,Start,Finish\n"


def big(rows: int) -> bytes:
    lines = ["ID,Task,Team,Start,Finish,Predecessors"]
    for n in range(1, rows + 1):
        month, day = f"2026-{9 + n % 4:02d}", 1 + n % 27
        lines.append(f"{n},Item {n},Team {n % 12},{month}-{day:02d},{month}-{min(day + 3, 28):02d},{n - 12 if n > 12 else ''}")
    return "\n".join(lines).encode()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("page", PAGES)
def test_without_a_plan_a_page_says_what_to_do(app: Callable[..., AppTest], page: str, locale: str) -> None:
    test = app(page, locale=locale)
    assert test.button(key=Key.OPEN_SAMPLE)
    assert words(test)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("content", [EMPTY, CYCLE, UNDATED], ids=["empty", "cycle", "undated"])
def test_a_broken_plan_is_worded_and_drawn(
    app: Callable[..., AppTest], keep: Callable[..., str], page: str, locale: str, content: bytes
) -> None:
    test = app(page, locale=locale, workspace=keep(("plan.csv", content)))
    assert not test.exception
    assert words(test)


def test_a_loop_is_named_with_its_items(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    text = words(app(workspace=keep(("plan.csv", CYCLE)))).replace("\\", "")
    assert "A Build → B Test → A Build" in text


def test_a_plan_without_dates_is_a_board_on_the_roadmap(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    test = app("roadmap", workspace=keep(("plan.csv", UNDATED)))
    assert "Build" in words(test)


@pytest.mark.parametrize("page", PAGES)
def test_five_thousand_rows_stay_usable_and_say_what_is_folded(app: Callable[..., AppTest], keep: Callable[..., str], page: str) -> None:
    test = app(page, workspace=keep(("plan.csv", big(5000))))
    if page in ("roadmap", "dependencies"):
        assert "folded" in words(test)
    elif page == "plan":
        assert "5,000 activities" in test.header[0].value
    else:
        assert test.header or test.subheader


@pytest.mark.parametrize("locale", LOCALES)
def test_the_sample_on_the_roadmap_tells_its_finding_as_the_title(app: Callable[..., AppTest], locale: str) -> None:
    test = app(locale=locale)
    test.button(key=Key.OPEN_SAMPLE).click().run()
    test.switch_page("pages/roadmap.py").run()
    assert not test.exception
    assert ("working days after the promised" if locale == "en-US" else "목표일") in test.subheader[0].value


def test_choosing_an_item_answers_why_it_is_here(app: Callable[..., AppTest]) -> None:
    test = app()
    test.button(key=Key.OPEN_SAMPLE).click().run()
    test.switch_page("pages/roadmap.py").run()
    test.selectbox(key=Key.ITEM).select("CK-205").run()
    assert not test.exception
    text = words(test).replace("\\", "")
    assert "waits for “Token service build”" in text
    assert "working days later" in text


@pytest.mark.parametrize("dates", ["planned", "baseline", "forecast"])
def test_the_three_sets_of_dates_can_be_drawn(app: Callable[..., AppTest], dates: str) -> None:
    test = app()
    test.button(key=Key.OPEN_SAMPLE).click().run()
    test.switch_page("pages/roadmap.py").run()
    test.button_group(key=Key.DATES).set_value(dates).run()
    assert not test.exception
    assert test.subheader


def test_settings_change_the_words_and_are_kept_with_the_workspace(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    named = keep(("plan.csv", big(30)))
    test = app(workspace=named)
    assert "no public holidays" in words(test)
    test.selectbox(key=Key.COUNTRY).select("KR").run()
    test.radio(key=Key.MODE).set_value("asap").run()
    assert "holidays of South Korea" in words(test)
    again = app(workspace=named)
    assert "holidays of South Korea, 7 working days a week, everything as soon as possible" in words(again)


def test_a_folded_lane_keeps_its_line_and_hides_its_items(app: Callable[..., AppTest]) -> None:
    test = app()
    test.button(key=Key.OPEN_SAMPLE).click().run()
    test.switch_page("pages/roadmap.py").run()
    test.multiselect(key=Key.COLLAPSED).set_value(["Payments"]).run()
    assert not test.exception
    assert "Payments" in test.session_state[Key.FOLDED]
    test.selectbox(key=Key.LANE).select("owner").run()
    assert not test.exception
    assert test.session_state[Key.COLLAPSED] == []


def test_a_workspace_comes_back_from_its_bundle(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    from tpm.store import open_store

    with open_store() as store:
        bundle = store.write_bundle(keep(("plan.csv", big(30))))
    test = app()
    test.file_uploader[0].upload("program.tpm.zip", bundle)
    test.run()
    assert not test.exception
    assert "30 activities" in test.header[0].value


def test_a_plan_wholly_past_is_seen_from_the_day_it_was_saved(
    app: Callable[..., AppTest], keep: Callable[..., str]
) -> None:
    import datetime as dt
    import io
    import re
    import zipfile

    from openpyxl import Workbook

    book = Workbook()
    for row in (["ID", "Task", "Start", "Finish"], ["1", "Build", dt.date(2023, 1, 2), dt.date(2023, 3, 3)]):
        book.active.append(row)
    file, dated = io.BytesIO(), io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(dated, "w") as new:
        for name in old.namelist():  # openpyxl always writes the present moment
            part = old.read(name)
            new.writestr(name, re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2023-02-01T09:00:00Z", part))
    test = app(workspace=keep(("plan.xlsx", dated.getvalue())))
    assert "Forecast as of 1 Feb 2023, when the file was last saved (1,390 days ago)" in words(test)
    assert "seen from today" not in words(test).lower()  # nothing is reported, so all is taken as done as planned


@pytest.mark.parametrize(("first", "expected"), [("2027-06-01", "wholly ahead"), ("2026-11-02", "Forecast as of 22 Nov 2026")])
def test_the_status_date_follows_where_the_plan_lies(
    app: Callable[..., AppTest], keep: Callable[..., str], first: str, expected: str
) -> None:
    content = f"ID,Task,Start,Finish\n1,Build,{first},2027-12-01\n".encode()
    assert expected in words(app(workspace=keep(("plan.csv", content))))


@pytest.mark.parametrize(("saved", "told"), [("2026-11-20", False), ("2026-11-19", True)])
def test_from_three_days_on_the_page_says_what_the_plan_looks_like_from_today(
    app: Callable[..., AppTest], keep: Callable[..., str], saved: str, told: bool
) -> None:
    content = b"ID,Task,Start,Finish,Progress\n1,Build,2026-11-02,2026-12-01,10%\n2,Test,2026-12-02,2026-12-04,0%\n"
    test = app(workspace=keep((f"plan {saved}.csv", content)))
    assert f"Forecast as of {int(saved[-2:])} Nov 2026, the date in the file’s name" in words(test)
    assert ("Seen from today, if nothing was done in these 3 days, it ends" in words(test)) == told
    if told:
        test.button(key=Key.USE_TODAY).click().run()
        assert "Forecast as of 22 Nov 2026" in words(test)
        assert "Seen from today" not in words(test)
