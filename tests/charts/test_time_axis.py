"""The time axis: it opens on a step, chooses steps that can be read, and shades only what can be seen."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from tpm.charts.theme import LIGHT, type_sizes
from tpm.charts.time_axis import axis, canvas, grid_path, shading_path, stamps


def day(text: str) -> np.datetime64:
    return np.datetime64(text, "s")


@pytest.mark.parametrize(("first", "last", "step", "opens"), [
    ("2026-11-02", "2026-11-04", "day", "2026-11-02"),
    ("2026-10-05", "2026-12-20", "week", "2026-10-05"),
    ("2026-06-10", "2027-08-20", "month", "2026-06-01"),
    ("2024-02-10", "2027-11-20", "quarter", "2024-01-01"),
    ("2011-02-10", "2036-11-20", "year", "2011-01-01"),
])  # fmt: skip
def test_the_step_follows_the_span_and_the_window_opens_on_it(first: str, last: str, step: str, opens: str) -> None:
    shown = canvas(day(first), day(last), 1000)
    assert shown.step == step
    assert shown.first <= day(opens)
    assert shown.first <= day(first) < day(last) < shown.last
    assert shown.px(np.array([day(opens)]))[0] < 40


def test_the_last_day_ends_before_the_free_edge() -> None:
    shown = canvas(day("2026-06-10"), day("2027-08-20"), 1000, pad_right=60)
    assert shown.px(np.array([day("2027-08-21")]))[0] == pytest.approx(940, abs=0.1)


def test_px_and_time_are_inverse() -> None:
    shown = canvas(day("2026-10-05"), day("2026-12-20"), 900)
    times = np.array([day("2026-10-05"), day("2026-11-30")])
    assert (shown.time(shown.px(times)) == times).all()
    assert np.isnan(shown.px(np.array([np.datetime64("NaT", "s")]))[0])


def test_a_week_scale_over_years_opens_around_the_status_date() -> None:
    shown = canvas(day("2024-01-01"), day("2027-12-31"), 1000, "week", focus=day("2026-11-02"))
    assert shown.step == "week"
    assert shown.first < day("2026-11-02") < shown.last
    assert (shown.last - shown.first) / np.timedelta64(1, "D") < 7 * 36


def test_the_first_month_has_room_for_its_name() -> None:
    shown = canvas(day("2026-09-01"), day("2026-12-31"), 1000)  # 31 August is a Monday: August would have one tick
    september = shown.px(np.array([day("2026-09-01")]))[0]
    assert september >= 76


def test_both_lines_of_the_axis_are_in_the_readers_language() -> None:
    shown = canvas(day("2026-06-10"), day("2027-08-20"), 1000)
    limits = (shown.first, shown.last)
    english = {stop["value"] for stop in axis(shown, "en", LIGHT, type_sizes("en"), limits)["tickformatstops"]}
    korean = {stop["value"] for stop in axis(shown, "ko", LIGHT, type_sizes("ko"), limits)["tickformatstops"]}
    assert "%b\n%Y" in english
    assert "%-m월\n%Y년" in korean
    assert "%q분기\n%Y년" in korean


def test_closed_days_are_shaded_at_close_zoom_only() -> None:
    weekend = [(dt.date(2026, 11, 7), dt.date(2026, 11, 9))]
    near = canvas(day("2026-10-05"), day("2026-12-20"), 900)
    far = canvas(day("2024-10-05"), day("2026-12-20"), 900)
    assert shading_path(near, weekend, 300) == "M2026-11-07_00:00:00,0H2026-11-09_00:00:00V300H2026-11-07_00:00:00Z"
    assert shading_path(far, weekend, 300) == ""
    assert shading_path(near, [(dt.date(2031, 1, 1), dt.date(2031, 1, 3))], 300) == ""


def test_weeks_stand_on_a_grid_of_months() -> None:
    shown = canvas(day("2026-10-05"), day("2026-12-20"), 900)
    assert grid_path(shown, 100) == "M2026-11-01_00:00:00,0V100M2026-12-01_00:00:00,0V100"
    assert grid_path(canvas(day("2026-01-05"), day("2027-12-20"), 900), 100) == ""  # months carry their own


def test_dates_in_a_path_have_an_underscore() -> None:
    assert stamps(np.array([day("2026-11-02")])) == ["2026-11-02_00:00:00"]
