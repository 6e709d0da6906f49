"""Tables as a wiki or Markdown writes them, pasted into a file: ``||Key||Task||`` over ``|Q-1|Sign|``, a ruler under the header.

Rows keep the numbers of their lines, so that a finding points to the right one; a ruler is a blank row.
"""

from __future__ import annotations

import re
from typing import Final

_LEAST_LINES: Final = 2  # of a table
_MOSTLY: Final = 0.5  # of the lines that are not blank and belong to a table; the others are titles and remarks
_RULER: Final = re.compile(r"\s*+\|?(?:\s*+:?-{2,}+:?\s*+\|)*+\s*+(?::?-{2,}+:?)?\s*+")
_LINK: Final = re.compile(r"\[([^\[\]|]{1,300})\|[^\[\]|]{0,600}(?:\|[^\[\]|]{0,100})?\]")  # [text|address]
_MARKDOWN_LINK: Final = re.compile(r"\[([^\[\]]{1,300})\]\([^()\s]{1,600}\)")
_EMPHASIS: Final = re.compile(r"(\*{1,3}|_{1,3}|~~|`)(?=\S)(.{1,1000}?)(?<=\S)\1", re.S)
_TITLE: Final = re.compile(r"(?:#{1,6}|h[1-6]\.)\s+")
_SAMPLE_CHARACTERS: Final = 60_000
_ESCAPED: Final = "\x00"  # stands for an escaped bar


def is_ruler(line: str) -> bool:
    """The line that stands under a Markdown header: dashes between bars."""
    return "--" in line and "|" in line and _RULER.fullmatch(line) is not None


def is_wiki(text: str) -> bool:
    """Whether most lines of a text have bars on both sides."""
    filled = [line.strip() for line in text[:_SAMPLE_CHARACTERS].splitlines() if line.strip()]
    tabled = sum(line.startswith("|") and line.endswith("|") and len(line) > 1 for line in filled)
    return tabled >= max(_LEAST_LINES, _MOSTLY * len(filled))


def wiki_rows(text: str) -> list[list[str]]:
    """The cells of each line."""
    return [_cells(line.strip()) for line in text.lstrip("\ufeff").splitlines()]


def _cells(line: str) -> list[str]:
    if is_ruler(line):
        return []
    if not line.startswith("|"):
        return [_plain(_TITLE.sub("", line, count=1))]
    line = _LINK.sub(r"\1", line.replace("\\|", _ESCAPED))
    header = line.startswith("||") and line.endswith("||") and len(line) > 3
    inside = line[2:-2] if header else line.removeprefix("||" if line.startswith("||") and "|" in line[2:-1].strip("|") else "|")
    cells = inside.split("||") if header else inside.removesuffix("|").split("|")
    return [_plain(cell.replace(_ESCAPED, "|")) for cell in cells]


def _plain(cell: str) -> str:
    """The text of a cell without what makes it bold or a link."""
    text = _MARKDOWN_LINK.sub(r"\1", cell.strip()).replace("\\\\", "\n").replace("<br>", "\n").replace("<br/>", "\n")
    match = _EMPHASIS.fullmatch(text)
    return (match[2] if match else text).strip()
