"""Text on a chart: estimated, shortened, wrapped, literal."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpm.charts.text import ELLIPSIS, literal, shorten, text_width, wrap


def test_hangul_is_about_as_wide_as_it_is_high() -> None:
    assert text_width("가나다", 10) == pytest.approx(28.5)
    assert text_width("abc", 10) == pytest.approx((56 + 61 + 50) / 10)
    assert text_width("abc", 10, bold=True) > text_width("abc", 10)


def test_a_combining_accent_takes_no_room() -> None:
    assert text_width("e\u0301", 10) == text_width("e", 10)


def test_names_are_cut_in_the_middle_so_that_their_ends_stay() -> None:
    short = shorten("Customer data migration wave 12", 120, 12)
    assert short.startswith("Customer")
    assert short.endswith("12")
    assert ELLIPSIS in short


@given(st.text(min_size=1, max_size=80), st.floats(20, 400))
def test_a_shortened_text_fits(text: str, width: float) -> None:
    assert text_width(shorten(text, width, 12), 12) <= width or shorten(text, width, 12) == ELLIPSIS


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"]), min_size=1, max_size=200), st.floats(60, 300), st.integers(1, 3))
def test_wrapped_lines_fit_and_are_few(text: str, width: float, lines: int) -> None:
    parts = wrap(text, width, 12, lines)
    assert 1 <= len(parts) <= lines
    assert all(text_width(part, 12) <= width for part in parts)


def test_wrapping_breaks_at_a_space_and_loses_nothing() -> None:
    parts = wrap("차세대 통합 결제 플랫폼 구축을 위한 영향평가", 150, 12, 3)
    assert " ".join(parts) == "차세대 통합 결제 플랫폼 구축을 위한 영향평가"


@pytest.mark.parametrize(("given", "written"), [
    ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"), ("R&D", "R&amp;D"), ("&lt;", "&amp;lt;"), ("$x$", "&#36;x&#36;"), ("two\n lines", "two lines"),
])  # fmt: skip
def test_text_of_a_sheet_is_written_as_it_is(given: str, written: str) -> None:
    assert literal(given) == written


def test_a_name_of_any_length_is_wrapped_and_shortened_in_one_pass() -> None:
    for text in ("x" * 200_000, "가나 " * 100_000, "word " * 50_000):
        begun = time.process_time()
        lines = wrap(text, 200, 12, 2)
        assert time.process_time() - begun < 1
        assert len(lines) == 2
        assert all(text_width(line, 12) <= 200 for line in lines)
        assert lines[0] == text[: len(lines[0])]
