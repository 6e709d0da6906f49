"""The files that are handed out: every kind, both languages, text of the sheet as text, the same bytes from the same review."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import openpyxl
import plotly.graph_objects as go
import pytest
from pptx import Presentation

from tests.plans import plan_of
from tpm.charts.embed import figure_json, library_for, script_json
from tpm.export.report import FORMATS, MIME, report
from tpm.ingest import read_files
from tpm.insight.review import Decision, Option, Review, Sentence, review
from tpm.insight.review.made import review_of
from tpm.insight.review.status import status_of
from tpm.insight.review.table import COLUMNS, item_table
from tpm.model import Plan, ScheduleOptions
from tpm.schedule import schedule

STATUS = dt.date(2026, 3, 16)
HOSTILE = ('=HYPERLINK("http://x")', "<img src=x onerror=alert(1)>", "[x](javascript:1)", "</script><script>alert(1)</script>",
           "A & B; C, D\\E\nF", "\u2028line", "']]>")  # fmt: skip


def made(plan: Plan, **parts: Any) -> Review:
    return review(plan, schedule(plan, ScheduleOptions(status_date=STATUS)), decide=False, **parts)


def small() -> Plan:
    return plan_of(
        {"id": "01", "name": "Token service", "team": "Identity", "owner": "Jiwon", "start": "2026-03-02", "finish": "2026-03-27",
         "progress": 0.5, "state": "in_progress", "baseline_start": "2026-03-02", "baseline_finish": "2026-03-20"},
        {"id": "02", "name": "데이터 이관", "team": "Data", "start": "2026-03-23", "finish": "2026-04-03", "after": "01"},
        {"id": "03", "name": "Design approved", "milestone": True, "start": "2026-03-06", "finish": "2026-03-06", "progress": 1.0,
         "state": "done"},
        {"id": "04", "name": "Korea launch", "team": "Launch", "milestone": True, "start": "2026-04-03", "finish": "2026-04-03",
         "deadline": "2026-03-31", "after": "02"},
        {"id": "05", "name": "Dropped", "milestone": True, "start": "2026-04-06", "finish": "2026-04-06", "state": "cancelled"},
        {"id": "06", "name": "Not yet dated"}, name="program_2026-03-16", progress_reported=True)


def loop() -> Plan:
    return plan_of({"id": "A", "start": "2026-03-16", "finish": "2026-03-20", "after": "B"},
                   {"id": "B", "start": "2026-03-16", "finish": "2026-03-20", "after": "A"})


PLANS: Mapping[str, Any] = {"small": small, "empty": Plan, "loop": loop,
                            "no dates": lambda: plan_of({"id": "A"}, {"id": "B", "after": "A"})}


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_every_kind_is_written_for_any_plan_in_both_languages(plan: Any, lang: Any) -> None:
    told = made(plan())
    files = {kind: report(told, lang, kind) for kind in FORMATS}
    assert files.keys() <= MIME.keys()
    assert Presentation(io.BytesIO(files["pptx"])).slides
    assert files["pdf"].startswith(b"%PDF")
    assert openpyxl.load_workbook(io.BytesIO(files["xlsx"])).sheetnames
    assert told.headline.text(lang) in " ".join(words(files["html"]))
    assert len(rows_of(files["csv"])) == len(told.facts.plan.activities) + 1
    assert files["ics"].startswith(b"BEGIN:VCALENDAR\r\n")
    assert files == {kind: report(told, lang, kind) for kind in FORMATS if kind != "pptx"} | {"pptx": files["pptx"]}


def test_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="'doc' is not one of"):
        report(made(small()), "en", "doc")


# --- the table behind them ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("runs", [0, 200])
def test_the_table_has_the_colours_and_slips_of_the_review(runs: int) -> None:
    plan = small()
    told = review_of(plan, schedule(plan, ScheduleOptions(status_date=STATUS)), runs=runs)
    table = item_table(told.facts, told.options.thresholds)
    assert tuple(table.columns) == COLUMNS
    assert list(table["id"]) == ["01", "02", "03", "04", "05", "06"]
    for row in table[~table["cancelled"]].to_dict("records"):
        assert row["rag"] == status_of(told.facts, row["id"], told.options.thresholds).rag
        slip = told.facts.slip(row["id"])
        assert row["slip"] == slip or (row["slip"] != row["slip"] and slip != slip)
    launch = table.set_index("id").loc["04"]
    assert bool(launch["p80"] == launch["p80"]) is (runs > 0)


# --- CSV ------------------------------------------------------------------------------------------------------------------


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_csv_states_dates_slip_float_and_colour() -> None:
    head, *rows = rows_of(report(made(small()), "en", "csv"))
    told = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert told["01"]["Baseline finish"] == "2026-03-20"
    assert (told["04"]["Forecast finish"], told["04"]["Compared with"]) == ("2026-04-10", "2026-03-31")
    assert told["04"]["Slip (working days)"] == "8"
    assert (told["04"]["RAG"], told["04"]["Critical path"], told["03"]["RAG"]) == ("R", "Yes", "✓")
    assert told["06"]["Forecast finish"] == ""
    assert report(made(small()), "ko", "csv").startswith(b"\xef\xbb\xbf")


# --- workbook -------------------------------------------------------------------------------------------------------------


def decided() -> Review:
    plan = small()
    ask = Sentence("brief.decision.now")
    told = made(plan)
    return Review(**{**vars(told), "decisions": (Decision("recover", ask, ask, (Option(ask, -3.0, teams=("Data",)),), STATUS, ("02",)),)})


def test_the_workbook_has_its_sheets_colours_and_frozen_heads() -> None:
    book = openpyxl.load_workbook(io.BytesIO(report(decided(), "en", "xlsx")))
    assert book.sheetnames == ["Plan", "Milestones", "Decisions", "Health"]
    sheet = book["Milestones"]
    head = [cell.value for cell in sheet[1]]
    rows = {row[0]: dict(zip(head, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert set(rows) == {"03", "04"}  # cancelled ones are left out
    assert (rows["04"]["RAG"], rows["04"]["Slip (working days)"], rows["04"]["Compared with"].date()) == ("R", 8, dt.date(2026, 3, 31))
    assert sheet.freeze_panes == "C2"
    column = sheet.cell(1, head.index("RAG") + 1).column_letter
    rules = {rule.formula[0]: rule.dxf.fill.bgColor.rgb for area in sheet.conditional_formatting for rule in area.rules
             if str(area.sqref).startswith(column)}
    assert {key: str(value)[-6:] for key, value in rules.items()} == {'"R"': "C8102E", '"A"': "B76E00", '"G"': "2E7D5B"}
    assert book["Decisions"]["E2"].value == -3
    verdicts = {row[3] for row in book["Health"].iter_rows(min_row=2, values_only=True)}
    assert verdicts <= {"✓ pass", "✕ fail", "– not applicable"}
    assert len(verdicts) > 1


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_workbook_reads_back_as_the_same_plan(lang: Any) -> None:
    rows = [{"id": f"T-{number}", "name": f"Step {number}", "team": "Data", "start": "2026-03-16", "finish": "2026-03-20",
             **({"after": f"T-{number - 1}"} if number else {})} for number in range(6)]
    rows += [{"id": f"M-{number}", "name": f"Gate {number}", "milestone": True, "start": "2026-03-27", "finish": "2026-03-27",
              "after": f"T-{number}"} for number in range(4)]
    plan = plan_of(*rows)
    again = read_files([("review.xlsx", report(made(plan), lang, "xlsx"))]).plan
    for name in ("id", "name", "kind", "planned_start", "planned_finish"):
        assert list(again.activities[name]) == list(plan.activities[name])
    assert len(again.dependencies) == len(plan.dependencies)


# --- web page -------------------------------------------------------------------------------------------------------------


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] not in ("script", "style"):
            self.words.append(data)


def parsed(content: bytes) -> _Reader:
    reader = _Reader()
    reader.feed(content.decode("utf-8"))
    return reader


def words(content: bytes) -> list[str]:
    return parsed(content).words


def test_the_page_names_nothing_outside_itself() -> None:
    page = parsed(report(made(small()), "en", "html"))
    for tag, attributes in page.elements:
        assert tag not in ("link", "iframe", "object", "base", "form")
        assert not {"src", "href", "srcset", "action"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]
    policy = next(attributes["content"] for _, attributes in page.elements if attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "default-src 'none'" in policy
    assert re.search(r"script-src( 'sha256-[\w+/=]+'){2}$", policy)


def test_the_page_says_its_headline_once_and_is_small() -> None:
    plan = small()
    told = review_of(plan, schedule(plan, ScheduleOptions(status_date=STATUS)), runs=200)
    content = report(told, "en", "html")
    body = content.decode().partition("<body>")[2]
    assert " ".join(words(content)).count(told.headline.text("en")) == 2  # the document's title and its heading
    assert body.count("<h1>") == 1
    assert len(content) < 2_000_000


def test_the_small_chart_library_is_a_sister_of_the_installed_one() -> None:
    from plotly.offline import get_plotlyjs_version

    figure = go.Figure({"data": [{"type": "bar"}, {"type": "scatter"}]})
    said = re.search(r"plotly\.js \(basic - minified\) v(\d+)", library_for([figure])[:200])
    assert said is not None
    assert said[1] == get_plotlyjs_version().partition(".")[0]
    assert len(library_for([go.Figure({"data": [{"type": "heatmap"}]})])) > 3_000_000


def test_the_page_has_no_people_to_talk_to_and_all_open_items() -> None:
    told = made(small())
    content = report(told, "en", "html").decode()
    assert not any(person.message() in content for person in told.people)
    rows = re.findall(r'<tr data-team="([^"]*)" data-late="([01])">', content)
    assert rows == [("Identity", "1"), ("Data", "1"), ("Launch", "1"), ("", "0")]


def test_figures_cannot_end_their_element() -> None:
    assert script_json({"a": "</script><!--&\u2028"}) == '{"a":"\\u003c/script\\u003e\\u003c!--\\u0026\\u2028"}'
    told = figure_json(go.Figure({"data": [{"type": "bar", "hovertext": "</script>"}], "layout": {"width": 70, "height": 90}}))
    assert "<" not in told
    assert '"width":70' not in told
    assert '"height":90' in told


# --- hostile text ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_shown_as_text_in_every_kind(name: str) -> None:
    plan = plan_of({"id": "A", "name": name, "team": name, "owner": name, "start": "2026-03-16", "finish": "2026-03-20"},
                   {"id": "M", "name": name, "milestone": True, "start": "2026-03-20", "finish": "2026-03-20", "after": "A"}, name=name)
    files = {kind: report(made(plan), "en", kind) for kind in FORMATS}
    page = parsed(files["html"])
    assert sum(tag == "img" for tag, _ in page.elements) == 0
    assert sum(tag == "script" for tag, _ in page.elements) == 4  # two figures, two scripts
    assert " ".join(name.split()) in " ".join(" ".join(page.words).split())
    cells = [cell for row in rows_of(files["csv"])[1:] for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    for tab in openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets:
        assert not [cell.value for row in tab.iter_rows() for cell in row if cell.data_type == "f" or cell.hyperlink]
    assert files["pdf"].startswith(b"%PDF")
    assert b"/URI" not in files["pdf"]
