"""Words keep clear of each other, of lines and of edges, at the width they were placed for and at every greater one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tpm.charts.labels import AIR, Label, Strips, place_all

SIZE = 12.0
labels = st.lists(
    st.builds(
        lambda line, left, wide, text, weight: (line, left, left + wide, text, weight),
        st.integers(0, 2), st.floats(0, 780), st.floats(0, 200), st.text("abc 가나다", min_size=1, max_size=30), st.integers(0, 5),
    ),
    max_size=25,
)  # fmt: skip


@given(labels, st.lists(st.floats(0, 800), max_size=4), st.floats(1, 3))
def test_placed_words_are_free_of_everything_at_any_greater_width(wishes: list, lines: list[float], wider: float) -> None:
    strips = Strips(800)
    for line, left, right, _, _ in wishes:
        strips.block(line, left, right)
    for line in range(3):
        for x in lines:
            strips.block(line, x - 1, x + 1)
    placed, dropped = place_all(
        strips, [Label(line, left, right, (text,), weight, key) for key, (line, left, right, text, weight) in enumerate(wishes)], SIZE
    )
    assert len(placed) + len(dropped) == len(wishes)
    spans = []
    for one in placed:
        x = one.x * wider
        span = (x, x + one.width) if one.side == "right" else (x - one.width, x)
        assert span[0] >= 0
        assert span[1] <= 800 * wider + 1e-6
        spans.append((one.label.line, *span))
        for line, left, right, _, _ in wishes:
            assert line != one.label.line or span[1] <= left * wider or span[0] >= right * wider
        assert all(span[1] <= x * wider or span[0] >= x * wider for x in lines)
    for index, (line, left, right) in enumerate(spans):
        assert all(line != other or right <= begin or left >= end for other, begin, end in spans[index + 1 :])


def test_right_is_tried_before_left() -> None:
    strips = Strips(400)
    strips.block(0, 100, 110)
    placed = strips.place(Label(0, 100, 110, ("Beta open",), 1, 0), SIZE)
    assert placed is not None
    assert placed.side == "right"
    assert placed.span[0] == 116


def test_at_the_right_edge_words_go_left() -> None:
    strips = Strips(400)
    strips.block(0, 385, 397)
    placed = strips.place(Label(0, 385, 397, ("Beta open · 20 Nov",), 1, 0), SIZE)
    assert placed is not None
    assert placed.side == "left"
    assert placed.span[1] == 379


def test_words_step_over_todays_line() -> None:
    strips = Strips(400)
    strips.block(0, 100, 110)
    strips.block(0, 119, 121)
    placed = strips.place(Label(0, 100, 110, ("+10 d",), 1, 0), SIZE)
    assert placed is not None
    assert placed.span[0] >= 121 + AIR


def test_the_weightier_label_wins_and_the_other_is_counted() -> None:
    strips = Strips(170)
    wish = [Label(0, 80, 82, ("ordinary words",), 1, 0), Label(0, 84, 86, ("weighty",), 5, 1), Label(0, 82, 84, ("also here",), 0, 2)]
    placed, dropped = place_all(strips, wish, SIZE)
    assert placed[0].label.key == 1
    assert placed[0].side == "right"
    assert [label.key for label in dropped] == [0] or [label.key for label in dropped] == [2]


def test_a_shorter_wording_is_used_where_the_full_one_does_not_fit() -> None:
    strips = Strips(100)
    placed = strips.place(Label(0, 0, 10, ("a very long name of a milestone", "20 Nov"), 1, 0), SIZE)
    assert placed is not None
    assert placed.text == "20 Nov"
