"""Text of a sheet is shown, not interpreted."""

from __future__ import annotations

import pytest

from tpm.ui.text import literal


@pytest.mark.parametrize(
    "text",
    ["[x](javascript:1)", "<img src=x onerror=alert(1)>", "**bold**", ":red[x]",
     ":material/home:", "$x^2$", "# title", "a|b", "- item", "`code`"],
)
def test_every_character_that_means_something_is_escaped(text: str) -> None:
    shown = literal(text)
    assert shown.replace("\\", "").replace("\u2060", "") == text
    for sign in "[]<>*`$#|(){}_~:":
        assert shown.count(sign) == shown.count("\\" + sign)


def test_an_emoji_code_is_broken_by_an_invisible_character() -> None:
    assert ":smile:" not in literal(":smile:").replace("\\", "")


def test_line_breaks_cannot_start_a_block() -> None:
    assert "\n" not in literal("one\n\n# two")
