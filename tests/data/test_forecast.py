"""What the samples are for: read by the program, the launch is late, and one team's service is why."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tpm.i18n import LANGUAGES, Language
from tpm.ingest import read_files
from tpm.model import Plan, Schedule, ScheduleOptions
from tpm.schedule import schedule

DATA = Path(__file__).resolve().parent.parent.parent / "data"
PREFIX = {"en": "CK", "ko": "PAY"}
CHAIN = (202, 205, 407, 408, 409, 602, 603, 604, 608, 609, 610, 611)


def read(lang: Language, report: str = "2026-11-20") -> Plan:
    name = f"sample_{lang}_{report}.xlsx"
    return read_files([(name, (DATA / name).read_bytes())]).plan


def countries(plan: Plan) -> tuple[tuple[str, str], ...]:
    site = plan.attributes[{"Site", "근무지"}.intersection(plan.attributes.columns).pop()]
    pairs = dict(zip(plan.activities["team"], site, strict=True))
    return tuple(sorted((team, "KR" if place in ("Seoul", "서울") else "US") for team, place in pairs.items() if team))


def forecast(plan: Plan, status_date: dt.date | None, *, holidays: bool, target: str | None = None) -> Schedule:
    team_countries = countries(plan) if holidays else ()
    return schedule(plan, ScheduleOptions(status_date=status_date, team_countries=team_countries, target=target))


@pytest.mark.parametrize("holidays", [False, True])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_launch_is_nine_working_days_late_because_of_the_token_service(lang: Language, holidays: bool) -> None:
    launch = f"{PREFIX[lang]}-611"
    result = forecast(read(lang), dt.date(2026, 11, 22), holidays=holidays, target=launch)
    row = result.table.set_index("id").loc[launch]
    assert row["forecast_finish"].date() == dt.date(2027, 2, 1)
    assert row["total_float"] == -9
    assert result.critical_path == tuple(f"{PREFIX[lang]}-{n}" for n in CHAIN)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_forecast_gets_later_every_week(lang: Language) -> None:
    finishes = []
    for report in ("2026-11-06", "2026-11-13", "2026-11-20"):
        monday_after = dt.date.fromisoformat(report) + dt.timedelta(days=3)
        table = forecast(read(lang, report), monday_after, holidays=False).table.set_index("id")
        finishes.append(table.loc[f"{PREFIX[lang]}-611", "forecast_finish"].date())
    assert finishes == [dt.date(2027, 1, 21), dt.date(2027, 1, 27), dt.date(2027, 2, 1)]


@pytest.mark.parametrize("holidays", [False, True])
def test_without_a_status_date_only_the_violated_link_moves_anything(holidays: bool) -> None:
    result = forecast(read("en"), None, holidays=holidays)
    undone = result.table["state"] != "done"  # what is done stands where it really was
    moved = result.table[(result.table["slip"] != 0) & result.table["scheduled"] & undone]
    assert list(moved["id"]) == ["CK-605"]
    assert result.links.loc[result.links["violated"], ["predecessor", "successor"]].to_numpy().tolist() == [["CK-503", "CK-605"]]
