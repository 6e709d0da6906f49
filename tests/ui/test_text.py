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


@pytest.mark.parametrize("text", [
    "see https://example.com/a", "HTTP://example.com", "www.example.com", "me@example.com", "a.b+c@example.com", ":material/delete: gone",
    ":material_delete:", ":+1:", ":-1:", ":streamlit:", "A -> B", "A <- B", "A <-> B", "A -- B", "A >= B", "<= B", "~= B",
])
def test_what_streamlit_replaces_in_plain_text_is_broken(text: str) -> None:
    import re

    replaced = (  # as the installed front end has them, on the text whose escapes have been undone
        r"(?i)(https?://|www(?=\.))([-.\w]+)([^ \t\r\n]*)", r"(?a)(?<!\w)([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)", r":material[/_](\w+):",
        r":\+1:|:-1:|:[\w-]+:", r"(?:^|\s)(?:<->|->|<-|--|>=|<=|~=)(?:\s|$)",
    )
    assert any(re.search(pattern, text) for pattern in replaced)
    assert not any(re.search(pattern, literal(text).replace("\\", "")) for pattern in replaced)
    assert literal(text).replace("\\", "").replace("\u2060", "") == text
