"""Colours: the same roles in both themes, readable in both."""

from __future__ import annotations

import dataclasses

import pytest

from tpm.charts.theme import DARK, LIGHT, Theme, contrast, luminance, theme, type_sizes


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_words_reach_aa_wherever_they_stand(colours: Theme) -> None:
    for behind in (colours.background, colours.band, colours.selection):
        for text in colours.texts:
            assert contrast(text, behind) >= 4.5, (text, behind)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_marks_reach_three_to_one(colours: Theme) -> None:
    assert all(contrast(mark, colours.background) >= 3 for mark in colours.marks)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_critical_work_differs_from_other_work_in_grey_too(colours: Theme) -> None:
    assert contrast(colours.critical, colours.work) >= 3


def test_the_light_theme_is_the_design() -> None:
    assert (LIGHT.ink, LIGHT.muted, LIGHT.grid, LIGHT.band) == ("#1B2A41", "#6B7A90", "#E6EAF0", "#F5F7FA")
    assert (LIGHT.work, LIGHT.critical, LIGHT.done, LIGHT.baseline) == ("#A9BCDD", "#1F4E9E", "#D5DCE6", "#9AA5B5")
    assert (LIGHT.late, LIGHT.warning, LIGHT.good) == ("#C8102E", "#B76E00", "#2E7D5B")


def test_dark_is_dark() -> None:
    assert theme(dark=True) is DARK
    assert theme() is LIGHT
    assert luminance(DARK.background) < 0.02 < luminance(LIGHT.background)
    assert [field.name for field in dataclasses.fields(DARK)] == [field.name for field in dataclasses.fields(LIGHT)]


def test_korean_is_one_size_smaller_and_never_under_eleven() -> None:
    english, korean = type_sizes("en"), type_sizes("ko")
    for field in dataclasses.fields(english):
        assert getattr(english, field.name) - getattr(korean, field.name) == 1
        assert getattr(korean, field.name) >= 11
