"""The sample plans: written by the script as committed, consistent where they should be, faulty where they say so."""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest

from tpm.export.columns import plan_columns, risk_columns, sheet_name
from tpm.i18n import LANGUAGES, Language

DATA = Path(__file__).resolve().parent.parent.parent / "data"
REPORTS = ("2026-11-06", "2026-11-13", "2026-11-20")
FILES = [f"sample_{lang}_{day}.xlsx" for lang in LANGUAGES for day in REPORTS]
ON_A_HOLIDAY, VIOLATED, LEADERLESS, OWNERLESS = 410, 605, 304, 607  # the faults that data/README.md names


@pytest.fixture(scope="module")
def samples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_samples", DATA / "make_samples.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_samples"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def versions(samples: ModuleType) -> Any:
    return samples.versions()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    subprocess.run([sys.executable, DATA / "make_samples.py", folder], check=True, cwd=DATA.parent)
    return folder


def table(name: str, sheet: str, header_row: int) -> list[dict[str, Any]]:
    """The rows of a sheet by header; empty rows left out."""
    cells = openpyxl.load_workbook(DATA / name)[sheet].iter_rows(min_row=header_row, values_only=True)
    header = next(cells)
    return [dict(zip(header, row, strict=True)) for row in cells if any(value is not None for value in row)]


def plan_rows(lang: Language, report: str = REPORTS[-1]) -> list[dict[str, Any]]:
    headers = {column.header: column.field for column in plan_columns(lang)}
    rows = table(f"sample_{lang}_{report}.xlsx", sheet_name("plan", lang), 4)
    return [{headers.get(header, header): value for header, value in row.items()} for row in rows]


def risk_rows(lang: Language, report: str = REPORTS[-1]) -> list[dict[str, Any]]:
    headers = {column.header: column.field for column in risk_columns(lang)}
    return [{headers[h]: v for h, v in row.items()} for row in table(f"sample_{lang}_{report}.xlsx", sheet_name("risks", lang), 1)]


@pytest.mark.parametrize("name", FILES)
def test_the_script_writes_the_committed_bytes(name: str, written: Path) -> None:
    assert (written / name).read_bytes() == (DATA / name).read_bytes(), "run `make samples` and commit the result"


def test_nothing_but_the_six_files_is_written(written: Path) -> None:
    assert sorted(path.name for path in written.iterdir()) == sorted(FILES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_program_has_the_promised_size(lang: Language) -> None:
    rows = plan_rows(lang)
    kinds = [row["kind"] for row in rows]
    summary, activity, milestone = {"en": ("Summary", "Activity", "Milestone"), "ko": ("요약", "작업", "마일스톤")}[lang]
    assert (kinds.count(summary), kinds.count(activity), kinds.count(milestone)) == (7, 54, 12)
    assert len({row["team"] for row in rows if row["team"]}) == 6
    sites = {row.get("Site") or row.get("근무지") for row in rows} - {None}
    assert sites == ({"Seoul", "San Jose"} if lang == "en" else {"서울", "새너제이"})
    assert len({row["id"] for row in rows}) == len(rows)
    assert sum(row["optimistic"] is not None for row in rows) >= 15
    assert len(risk_rows(lang)) == 12


@pytest.mark.parametrize("name", FILES)
def test_dates_are_date_cells_ids_and_wbs_are_text_and_nothing_is_a_formula(name: str) -> None:
    book = openpyxl.load_workbook(DATA / name)
    lang: Language = "ko" if "_ko_" in name else "en"
    sheet = book[sheet_name("plan", lang)]
    fields = {cell.value: cell.column for cell in sheet[4]}
    headers = {column.field: column.header for column in plan_columns(lang)}
    for row in range(5, sheet.max_row + 1):
        assert all(cell.data_type != "f" for cell in sheet[row])
        for field in ("planned_start", "planned_finish"):
            cell = sheet.cell(row, fields[headers[field]])
            assert cell.is_date
            assert isinstance(cell.value, dt.datetime)
        assert all(sheet.cell(row, fields[headers[field]]).data_type == "s" for field in ("id", "wbs"))
    assert sheet.freeze_panes == "D5"
    assert book.properties.modified.date().isoformat() in name
    assert book.sheetnames == [sheet_name(which, lang) for which in ("plan", "risks", "guide")]


def test_both_languages_tell_the_same_story() -> None:
    for report in REPORTS:
        same = ("planned_start", "planned_finish", "baseline_start", "baseline_finish", "actual_finish", "deadline", "progress", "wbs")
        english, korean = ([[row[field] for field in same] for row in plan_rows(lang, report)] for lang in LANGUAGES)
        assert english == korean


def test_korean_rows_are_written_in_korean() -> None:
    rows = plan_rows("ko")
    assert all(re.search("[가-힣]", row["name"]) for row in rows)
    assert {row["status"] for row in rows} <= {"완료", "진행 중", "시작 전", "막힘"}


def links(version: Any) -> Iterator[tuple[Any, Any, Any]]:
    for item in version.items.values():
        for link in item.links:
            yield version.items[link.n], item, link


def test_teams_depend_on_each_other_with_every_kind_of_link(versions: Any) -> None:
    crossing = [(a.team, b.team) for a, b, _ in links(versions[-1]) if a.team != b.team]
    assert len(crossing) >= 12
    assert len(set(crossing)) >= 12
    kinds = {(link.type, (link.lag > 0) - (link.lag < 0)) for _, _, link in links(versions[-1])}
    assert kinds >= {("FS", 0), ("FS", 1), ("FS", -1), ("SS", 1), ("FF", 1)}
    assert sum(link.type == "FS" for _, _, link in links(versions[-1])) > 0.8 * sum(1 for _ in links(versions[-1]))


def weekdays(first: dt.date, last: dt.date) -> int:
    """Mondays to Fridays after ``first`` up to ``last``; negative the other way round."""
    sign = 1 if last >= first else -1
    low, high = sorted((first, last))
    return sign * sum((low + dt.timedelta(days=day)).weekday() < 5 for day in range(1, (high - low).days + 1))


def closing_day(dates: Any, item: Any, end: str) -> dt.date:
    """The day at whose close the start (S) or the finish (F) of an item lies."""
    return dates.start - dt.timedelta(days=1) if end == "S" and item.days else dates.finish


@pytest.mark.parametrize("holidays_count", [True, False])
@pytest.mark.parametrize("number", range(3))
def test_only_one_link_is_violated_with_and_without_holidays(versions: Any, samples: ModuleType, number: int, holidays_count: bool) -> None:
    version = versions[number]
    broken = set()
    for before, after, link in links(version):
        a, b = version.dates[before.n], version.dates[after.n]
        first, last = closing_day(a, before, link.type[0]), closing_day(b, after, link.type[1])
        if link.elapsed:
            gap = (last - first).days
        elif holidays_count:
            step = 1 if last >= first else -1
            gap = step * (samples.working_days(min(first, last) + samples.DAY, max(first, last), after.country) if first != last else 0)
        else:
            gap = weekdays(first, last)
        if gap < link.lag:
            broken.add((before.n, after.n))
    assert broken == {(503, VIOLATED)}


@pytest.mark.parametrize("number", range(3))
def test_every_planned_day_is_worked_by_its_team_but_one(versions: Any, samples: ModuleType, number: int) -> None:
    version = versions[number]
    idle = {
        n for n, dates in version.dates.items()
        for day in (dates.start, dates.finish) if not samples.works(day, version.items[n].country)
    }  # fmt: skip
    assert idle == ({ON_A_HOLIDAY} if number == 2 else set())
    assert all(samples.works(day, version.items[n].country) for n, d in version.baseline.items() for day in (d.start, d.finish))


def test_the_calendars_know_the_holidays_of_both_countries(samples: ModuleType) -> None:
    seollal, thanksgiving, new_year = dt.date(2027, 2, 8), dt.date(2026, 11, 26), dt.date(2027, 1, 1)
    assert not samples.works(seollal, "KR")
    assert samples.works(seollal, "US")
    assert not samples.works(thanksgiving, "US")
    assert samples.works(thanksgiving, "KR")
    assert not samples.works(new_year, "KR")
    assert not samples.works(dt.date(2026, 9, 24), "KR")  # Chuseok


def test_the_launch_slips_every_week_against_its_promise(versions: Any, samples: ModuleType) -> None:
    promised = samples.program()["program"]["promised"]
    slips = [samples.working_days(promised, version.dates[611].finish, "KR") - 1 for version in versions]
    assert versions[0].baseline[611].finish == promised == versions[0].items[611].deadline
    assert slips == [0, 2, 8]


def test_history_is_as_the_readme_tells_it(versions: Any) -> None:
    first, second, third = versions
    assert [version.items[202].days for version in versions] == [25, 30, 35]
    assert set(second.items) == set(first.items)
    assert set(third.items) - set(second.items) == {ON_A_HOLIDAY}
    assert {n for n in first.items if first.items[n].names != second.items[n].names} == {510}
    assert (third.dates[702].start - second.dates[702].start).days == 7
    assert {n for n in second.items if second.items[n].who != third.items[n].who} == {606}
    finished = [sum(state == "done" for state in version.state.values()) for version in versions]
    assert finished == sorted(finished)
    assert finished[0] < finished[-1]
    for earlier, later in ((first, second), (second, third)):
        assert all(later.progress[n] >= earlier.progress[n] for n in earlier.items)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_risk_is_opened_and_one_closed(lang: Language) -> None:
    ids = [{row["id"]: row["status"] for row in risk_rows(lang, report)} for report in REPORTS]
    assert "R-5" not in ids[0]
    assert "R-5" in ids[1]
    assert ids[1]["R-7"] != ids[2]["R-7"]
    assert ids[2]["R-7"] in ("Closed", "종결")
    assert len(set(ids[2].values())) == 2


def test_progress_agrees_with_the_report_date(versions: Any) -> None:
    for version in versions:
        for n, dates in version.dates.items():
            assert (version.progress[n] == 1) == (dates.actual_finish is not None)
            assert dates.actual_finish is None or dates.actual_finish <= version.on
            assert not (version.progress[n] > 0 and dates.start > version.on)


def test_the_other_faults_are_there(versions: Any) -> None:
    last = versions[-1]
    assert [n for n, item in last.items.items() if not item.days and not item.links] == [LEADERLESS]
    assert [n for n, item in last.items.items() if not item.who] == [OWNERLESS]
    assert last.items[408].priority == "low"
    assert last.rag[407] == "green"
    followed = {link.n for item in last.items.values() for link in item.links}
    assert set(last.items) - followed == {206, 709}


@pytest.mark.parametrize("report", REPORTS)
def test_risks_hit_activities_of_the_plan(report: str) -> None:
    ids = {row["id"] for row in plan_rows("en", report)}
    for row in risk_rows("en", report):
        assert set(row["activities"].split("; ")) <= ids
        assert 0 < row["probability"] < 1
        assert 1 <= row["impact"] <= 5


def test_a_loop_in_the_data_is_refused(samples: ModuleType) -> None:
    items = samples.read_items()
    from dataclasses import replace

    items[101] = replace(items[101], links=(samples.Link(709, "FS", 0, False),))
    with pytest.raises(ValueError, match="loop"):
        samples.plan_dates(items, None, None)


def test_the_files_open_without_a_warning() -> None:
    for name in FILES:
        openpyxl.load_workbook(io.BytesIO((DATA / name).read_bytes()))
