"""The deck: native shapes named after their items, nothing outside a slide, text of the sheet as text."""

from __future__ import annotations

import datetime as dt
import io
import re
import time
import zipfile
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER

from tests.plans import plan_of
from tpm.export.deck import deck_pptx, one_page_pdf
from tpm.export.deck.canvas import WIDE, Box, Connector, Label, Line, Page, Table, Words, measure, outside
from tpm.export.deck.one_page import A4, one_page
from tpm.export.deck.story import deck
from tpm.export.deck.to_pdf import _runs
from tpm.insight.review import Review, ReviewOptions, Sentence, review
from tpm.model import Kind, Plan, ScheduleOptions
from tpm.schedule import schedule

STATUS = dt.date(2026, 3, 16)


def review_of(plan: Plan, **parts: object) -> Review:
    return review(plan, schedule(plan, ScheduleOptions(status_date=STATUS)), decide=False, **parts)


def small() -> Plan:
    return plan_of(
        {"id": "T-1", "name": "Token service", "team": "Identity", "owner": "Jiwon", "start": "2026-03-02", "finish": "2026-03-27",
         "progress": 0.5, "state": "in_progress"},
        {"id": "M-1", "name": "Migration", "team": "Data", "owner": "Maya", "start": "2026-03-23", "finish": "2026-04-03", "after": "T-1"},
        {"id": "L-1", "name": "Launch", "team": "Launch", "milestone": True, "start": "2026-04-03", "finish": "2026-04-03",
         "deadline": "2026-03-31", "after": "M-1"}, progress_reported=True)


def opened(made: Review, lang: str = "en", **parts: object) -> Presentation:
    return Presentation(io.BytesIO(deck_pptx(made, lang, **parts)))


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_item_is_one_group_with_its_name_and_dates(lang: str) -> None:
    made = review_of(small())
    groups = {shape.name: shape for slide in opened(made, lang).slides for shape in slide.shapes
              if shape.shape_type == MSO_SHAPE_TYPE.GROUP}
    table = made.facts.schedule.table.set_index("id")
    for row in made.facts.plan.activities.to_dict("records"):
        group = groups[f"{row['id']} {row['name']}"]
        start, finish = (table.at[row["id"], f"forecast_{end}"].date().isoformat() for end in ("start", "finish"))
        about = group._element.nvGrpSpPr.cNvPr.get("descr")
        assert about == (finish if row["kind"] == Kind.MILESTONE else f"{start}/{finish}")
        kind = "milestone" if row["kind"] == Kind.MILESTONE else "bar"
        assert f"{kind} {row['id']} {row['name']}" in [shape.name for shape in group.shapes]


def test_a_bar_lies_where_its_dates_lie() -> None:
    pages = deck(review_of(small()), "en")
    bars = {mark.name: mark for page in pages if page.title.startswith("All items") for mark in page.marks if isinstance(mark, Box)}
    first, second = bars["bar T-1 Token service"], bars["bar M-1 Migration"]
    day = first.width / 26  # 2 to 27 March
    assert second.width == pytest.approx(day * 12)  # Monday 30 March to Friday 10 April
    assert second.x - first.x == pytest.approx(day * 28)


def test_text_is_text_that_can_be_edited_and_each_slide_has_a_title() -> None:
    for slide in opened(review_of(small())).slides:
        assert slide.shapes.title is not None
        assert slide.shapes.title.text_frame.text
        assert not any(shape.shape_type == MSO_SHAPE_TYPE.PICTURE for shape in slide.shapes)


def test_the_notes_say_what_the_slides_do_not_show() -> None:
    made = review_of(small())
    for slide, page in zip(opened(made).slides, deck(made, "en"), strict=True):
        if page.kind != "appendix":
            shown = {text for shape in slide.shapes if shape.has_text_frame for text in shape.text_frame.text.split("\n")}
            first = slide.notes_slide.notes_text_frame.text.split("\n")[0]
            assert first
            assert first not in shown
    notes = opened(made).slides[1].notes_slide.notes_text_frame.text
    assert made.roadmap.statuses["Launch"].why.text("en") in notes


def test_slides_are_16_to_9_and_korean_has_its_font() -> None:
    content = deck_pptx(review_of(small()), "ko")
    made = Presentation(io.BytesIO(content))
    assert (made.slide_width, made.slide_height) == (round(WIDE.width * 12_700), round(WIDE.height * 12_700))
    theme = zipfile.ZipFile(io.BytesIO(content)).read("ppt/theme/theme1.xml").decode()
    assert re.search(r'<a:majorFont>.*?<a:ea typeface="Malgun Gothic"', theme, re.DOTALL)


def program(count: int) -> Plan:
    """``count`` items of eight teams, each waiting for the one eight before it, every tenth a milestone."""
    rows = []
    for number in range(count):
        begin = dt.date(2026, 3, 2) + dt.timedelta(days=7 * (number // 8))
        milestone = number % 10 == 9
        rows.append({"id": f"P-{number}", "name": f"Item number {number}", "team": f"Team {number % 8}", "owner": f"Owner {number % 20}",
                     "start": begin.isoformat(), "finish": (begin if milestone else begin + dt.timedelta(days=4)).isoformat(),
                     "milestone": milestone, **({"after": f"P-{number - 8}"} if number >= 8 else {})})
    return plan_of(*rows)


def every(shapes: Iterable[Any]) -> Iterator[Any]:
    """Shapes, and those within groups."""
    for shape in shapes:
        yield shape
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from every(shape.shapes)


HOSTILE = ('=HYPERLINK("http://x")', "<img src=x onerror=alert(1)>", "[x](javascript:1)", "a & b < c", "\x07bell", "&#60;b&#62;",
           "${1}", "😀")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_shown_as_text(name: str) -> None:
    plan = plan_of({"id": "A", "name": name, "team": name, "owner": name, "start": "2026-03-16", "finish": "2026-03-20"},
                   {"id": "M", "name": name, "milestone": True, "start": "2026-03-20", "finish": "2026-03-20", "after": "A"})
    made = review_of(plan)
    content = deck_pptx(made, "en")
    slides = Presentation(io.BytesIO(content)).slides
    texts = [shape.text_frame.text for slide in slides for shape in every(slide.shapes) if shape.has_text_frame]
    assert any(name.replace("\x07", "") in text for text in texts)
    package = zipfile.ZipFile(io.BytesIO(content))
    assert b"hlinkClick" not in b"".join(package.read(part) for part in package.namelist() if part.startswith("ppt/slides/slide"))
    assert one_page_pdf(made, "en").startswith(b"%PDF")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=80) | st.sampled_from(
        ("아주 긴 한국어 이름이 붙은 마일스톤 " * 3, "A milestone with a very long English name " * 3))
    rows = []
    for number in range(draw(st.integers(0, 30))):
        begin = dt.date(2026, 1, 5) + dt.timedelta(days=draw(st.integers(0, 700)))
        end = begin + dt.timedelta(days=draw(st.integers(0, 90)))
        milestone = draw(st.booleans())
        row = {"id": str(number), "name": draw(words) or "x", "team": draw(words), "owner": draw(words), "milestone": milestone,
               "start": begin.isoformat(), "finish": (begin if milestone else end).isoformat()}
        if draw(st.booleans()):
            row["deadline"] = end.isoformat()
        if number and draw(st.booleans()):
            row["after"] = str(draw(st.integers(0, number - 1)))
        rows.append(row)
    return plan_of(*rows) if rows else Plan()


@settings(deadline=None, max_examples=25)
@given(plans(), st.sampled_from(("en", "ko")))
def test_nothing_leaves_its_slide_or_its_shape(plan: Plan, lang: str) -> None:
    made = review_of(plan)
    for page in [*deck(made, lang), one_page(made, lang), one_page(made, lang, frame=A4)]:
        assert outside(page) == []


@settings(deadline=None, max_examples=25)
@given(plans(), st.sampled_from(("en", "ko")))
def test_names_on_the_executive_roadmap_do_not_lie_over_each_other(plan: Plan, lang: str) -> None:
    page = deck(review_of(plan), lang)[1]
    assert overlaps(page) == []


def overlaps(page: Page) -> list[tuple[object, object]]:
    """Pairs of words that lie over each other, and words that a pole runs through."""
    boxes: list[tuple[object, tuple[float, float, float, float]]] = []
    for mark in page.marks:
        if isinstance(mark, Words) and not mark.role:
            wide = max(measure(line, mark.size, bold=mark.bold) for line in mark.lines)
            left = mark.x + (mark.width - wide) / 2 if mark.align == "center" else mark.x
            boxes.append((mark, (left, mark.y, left + wide, mark.y + mark.height * 0.9)))
        elif isinstance(mark, Label):
            boxes.append((mark, (mark.x, mark.y, mark.x + mark.width, mark.y + mark.height * 0.9)))
        elif isinstance(mark, Line) and mark.name.startswith("pole"):
            boxes.append((mark, (mark.x1, mark.y1, mark.x1 + 0.6, mark.y2 - 1)))
    found = []
    for number, (one, a) in enumerate(boxes):
        for other, b in boxes[number + 1:]:
            if isinstance(one, Line) and isinstance(other, Line):
                continue
            if min(a[2], b[2]) - max(a[0], b[0]) > 0.5 and min(a[3], b[3]) - max(a[1], b[1]) > 0.5:
                found.append((one, other))
    return found


@pytest.mark.parametrize("lanes", [5, 40])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_executive_roadmap_holds_few_and_many_lanes(lanes: int, lang: str) -> None:
    name = "아주 긴 한국어 이름이 붙은 마일스톤과 Latin words in one name " * 2
    rows = []
    for number in range(lanes):
        begin = dt.date(2026, 3, 2) + dt.timedelta(days=5 * number)
        rows += [{"id": f"W-{number}", "name": name, "team": f"팀 {number}", "start": begin.isoformat(),
                  "finish": (begin + dt.timedelta(days=30)).isoformat()},
                 {"id": f"M-{number}", "name": name, "team": f"팀 {number}", "milestone": True, "after": f"W-{number}",
                  "start": (begin + dt.timedelta(days=30)).isoformat(), "finish": (begin + dt.timedelta(days=30)).isoformat(),
                  "deadline": begin.isoformat()}]
    plan = plan_of(*rows)
    made = review(plan, schedule(plan, ScheduleOptions(status_date=STATUS)), options=ReviewOptions(lane="team"), decide=False)
    pages = [page for page in deck(made, lang) if any(mark.name.startswith("bar 팀") for mark in page.marks if isinstance(mark, Box))]
    assert len(pages) == (1 if lanes == 5 else 2)
    drawn = [mark.name for page in pages for mark in page.marks if isinstance(mark, Box) and mark.name.startswith("bar 팀")]
    assert len(drawn) == len(set(drawn)) == len(made.roadmap.lanes)
    for page in pages:
        assert overlaps(page) == []
        assert outside(page) == []


def test_a_lane_is_a_bar_with_its_milestones_on_it() -> None:
    page = deck(review_of(small()), "en")[1]
    shapes = {mark.name: mark for mark in page.marks if isinstance(mark, Box)}
    bar, diamond, promise = (shapes[name] for name in ("bar Launch", "milestone L-1 Launch", "promised L-1 Launch"))
    assert bar.y + bar.height / 2 == pytest.approx(diamond.y + diamond.height / 2)
    assert promise.x < diamond.x
    label = next(mark for mark in page.marks if isinstance(mark, Label))
    assert (label.first, label.second) == ("Launch", "10 Apr +8 d · promised 31 Mar")


def test_200_items_take_less_than_two_seconds_and_all_are_there() -> None:
    plan = program(200)
    made = review_of(plan)
    begun = time.perf_counter()
    content = deck_pptx(made, "ko")
    assert time.perf_counter() - begun < 4.0  # measured at 0.5; the machine may be busy
    names = {shape.name for slide in Presentation(io.BytesIO(content)).slides for shape in slide.shapes}
    dated = plan.activities[(plan.activities["kind"] != Kind.SUMMARY) & plan.activities["planned_start"].notna()]
    assert {f"{item} {name}" for item, name in zip(dated["id"], dated["name"], strict=True)} <= names


def test_a_long_plan_says_what_the_deck_leaves_out() -> None:
    pages = deck(review_of(program(900)), "en")
    told = [line for page in pages for mark in page.marks if isinstance(mark, Words) for line in mark.lines if "not shown here" in line]
    assert told


def test_what_changed_is_a_slide_of_its_own_where_something_did() -> None:
    since = (Sentence("brief.unknown.no-risks"), Sentence("brief.unknown.no-status-date"))
    titles = [page.title for page in deck(review_of(small(), since=since), "en")]
    assert since[0].text("en") in titles
    assert since[0].text("en") not in [page.title for page in deck(review_of(small()), "en")]


def test_the_same_review_gives_the_same_pdf_with_its_fonts_in_it() -> None:
    first, second = (one_page_pdf(review_of(small()), "ko") for _ in range(2))
    assert first == second
    assert b"ReviewSansKR" in first
    assert b"/FontFile2" in first


def test_the_open_items_fill_their_pages_evenly() -> None:
    made = review_of(program(60))
    pages = [page for page in deck(made, "en") if "open items" in page.title]
    counts = [len(table.rows) - 1 for page in pages for table in page.marks if isinstance(table, Table)]
    assert len(counts) > 1
    assert sum(counts) == made.facts.open.sum()
    assert max(counts) - min(counts) <= len(counts)


def test_no_arrow_runs_through_the_words_beside_a_bar() -> None:
    page = next(page for page in deck(review_of(small()), "en") if "decide" in page.title)
    words = [mark for mark in page.marks if isinstance(mark, Words) and " d" in mark.lines[0]]
    arrows = [mark for mark in page.marks if isinstance(mark, Connector)]
    assert words
    assert len(arrows) == 2
    for word in words:
        for (x1, y1), (x2, y2) in (pair for arrow in arrows for pair in pairwise(arrow.points)):
            left, right, top, bottom = min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
            assert right <= word.x or left >= word.x + word.width or bottom <= word.y or top >= word.y + word.height


def test_an_arrow_is_one_connector_glued_to_both_its_bars() -> None:
    slide = next(slide for slide in opened(review_of(small())).slides if "decide" in slide.shapes.title.text_frame.text)
    ids = {shape.name: shape.shape_id for shape in every(slide.shapes)}
    glued = {shape.name: (shape._element.find(".//{*}stCxn").get("id"), shape._element.find(".//{*}endCxn").get("id"))
             for shape in slide.shapes if shape.name.count("→")}
    assert glued == {
        "T-1 Token service → M-1 Migration": (str(ids["bar T-1 Token service"]), str(ids["bar M-1 Migration"])),
        "M-1 Migration → L-1 Launch": (str(ids["bar M-1 Migration"]), str(ids["milestone L-1 Launch"]))}


def test_the_story_has_at_most_six_slides_each_with_a_finding_of_its_own() -> None:
    made = review_of(program(200), since=(Sentence("brief.unknown.no-risks"),))
    pages = deck(made, "en")
    story = [page for page in pages if page.kind != "appendix"]
    assert 3 <= len(story) <= 6
    assert [page.kind for page in pages] == sorted((page.kind for page in pages), key=lambda kind: kind == "appendix")
    assert len({page.title for page in pages}) == len(pages)


def test_open_items_stand_by_lateness_without_empty_columns() -> None:
    plan = plan_of({"id": "A", "name": "On time", "start": "2026-03-16", "finish": "2026-03-20"},
                   {"id": "B", "name": "Late", "start": "2026-03-16", "finish": "2026-04-10", "deadline": "2026-04-01"},
                   {"id": "C", "name": "Later", "start": "2026-03-16", "finish": "2026-04-17", "deadline": "2026-04-01"})
    pages = [page for page in deck(review_of(plan), "en") if "open items" in page.title]
    table = next(mark for mark in pages[0].marks if isinstance(mark, Table))
    assert [row[0].whole for row in table.rows] == ["ID", "C", "B", "A"]
    assert {"Team", "Owner"}.isdisjoint(cell.whole for cell in table.rows[0])


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_nothing_is_smaller_than_ten_points_and_colours_are_the_themes(lang: str) -> None:
    content = deck_pptx(review_of(program(60)), lang)
    package = zipfile.ZipFile(io.BytesIO(content))
    slides = [package.read(part).decode() for part in package.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", part)]
    layouts = [package.read(part).decode() for part in package.namelist() if re.match(r"ppt/slide(Layouts|Masters)/slide\w+\.xml", part)]
    assert min(int(size) for text in [*slides, *layouts] for size in re.findall(r'sz="(\d+)"', text)) >= 1_000
    assert not [colour for text in slides for colour in re.findall(r"srgbClr", text)]
    theme = package.read("ppt/theme/theme1.xml").decode()
    assert '<a:accent4><a:srgbClr val="C8102E"/></a:accent4>' in theme


def test_titles_are_placeholders_that_wrap_with_room_for_a_third_line_and_feet_are_fields() -> None:
    made = opened(review_of(small()))
    for slide in made.slides:
        title = slide.shapes.title
        assert title.text_frame.word_wrap is not False
        size = 26 if slide.slide_layout.name == "Opening" else 20
        assert title.height >= 3 * size * 1.2 * 12_700
        kinds = [placeholder.placeholder_format.type for placeholder in slide.placeholders]
        assert {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER} <= set(kinds)
        assert b'type="slidenum"' in etree.tostring(slide._element)
    assert {layout.name for layout in made.slide_layouts} == {"Opening", "Title and content", "Appendix"}


def test_the_file_says_who_made_it_and_when_and_every_shape_what_it_is() -> None:
    made = opened(review_of(small()))
    about = made.core_properties
    assert (about.author, about.created.date(), about.last_modified_by) == ("Program dashboard", STATUS, "")
    assert about.title == review_of(small()).headline.text("en")
    for slide in made.slides:
        for shape in slide.shapes:
            head = shape._element.xpath(".//p:cNvPr")[0]
            assert shape.is_placeholder or head.get("descr") or head.find("{*}extLst") is not None
    assert b"Steve" not in deck_pptx(review_of(small()), "en")


def test_the_tick_of_what_is_done_is_a_tick_in_the_pdf() -> None:
    from reportlab.pdfbase import pdfmetrics

    runs = list(_runs("22 Sep ✓", bold=False))
    assert runs[-1] == ("ZapfDingbats", "✓")
    used = [(face.fontName, code) for font, text in runs[1:] for face, code in pdfmetrics.unicode2T1(text, [pdfmetrics.getFont(font)])]
    assert used == [("ZapfDingbats", b"3")]  # the check mark of that font; a sign that it lacks would be drawn by another
