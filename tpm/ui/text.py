"""Text of a sheet on a page: always data, never Markdown, HTML, a link, an icon or a colour directive."""

from __future__ import annotations

import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&])")
# What Streamlit replaces in a text after its escapes have been undone: ":smile:" and ":material/delete:" by pictures, addresses of
# pages and of mail by links, " -> " and " >= " by other signs. An invisible character behind what is found here breaks them.
_REPLACED = re.compile(r":(?=[\w+/-]+:)|(?i:https?)(?=://)|(?i:www)(?=\.)|(?<=[\w.+-])@(?=[\w-])|(?<!\S)[-<>~](?=(?:->|[->=])(?!\S))")
_WORD_JOINER = "\u2060"


def literal(text: object) -> str:
    """``text`` so that Streamlit's Markdown shows it exactly as it is, on one line."""
    flat = re.sub(r"\s+", " ", str(text)).strip()
    return _MARKDOWN.sub(r"\\\1", _REPLACED.sub(r"\g<0>" + _WORD_JOINER, flat))
