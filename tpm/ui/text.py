"""Text of a sheet on a page: always data, never Markdown, HTML, an emoji code or a colour directive."""

from __future__ import annotations

import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&])")
_SHORTCODE = re.compile(r":(?=[\w+-]+:)")
_WORD_JOINER = "\u2060"  # invisible; breaks ":smile:", which Streamlit replaces even when it is escaped


def literal(text: object) -> str:
    """``text`` so that Streamlit's Markdown shows it exactly as it is, on one line."""
    flat = re.sub(r"\s+", " ", str(text)).strip()
    return _MARKDOWN.sub(r"\\\1", _SHORTCODE.sub(":" + _WORD_JOINER, flat))
