"""The sensitivity curve as it is drawn."""

from __future__ import annotations

import pytest

from tests.insight.test_what_if_words import curve
from tpm.charts.sensitivity import sensitivity_curve
from tpm.charts.theme import theme
from tpm.i18n import Language


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("dark", [False, True])
def test_the_curve_is_drawn_with_its_float_and_its_end(lang: Language, dark: bool) -> None:
    figure = sensitivity_curve(curve(4), lang=lang, dark=dark)
    assert list(figure.data[0].y) == [0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6]
    assert figure.layout.paper_bgcolor == theme(dark).background
    assert [words.text for words in figure.layout.annotations] == (["+6 d", "4 d of float"] if lang == "en" else ["+6일", "여유 4일"])
    assert figure.layout.shapes[0].x0 == 4


def test_without_float_there_is_no_line_for_it() -> None:
    figure = sensitivity_curve(curve(0), lang="en")
    assert not figure.layout.shapes
    assert figure.layout.xaxis.range == (0, 10)
