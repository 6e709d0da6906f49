"""What an .ods sheet looks like, from the styles in its ``content.xml``; see :mod:`~tpm.ingest.opening.formatting`.

Every pattern ends at the next "<" at the latest, so that time grows with the file. Rows and cells that are repeated are marked as often
as a plan may need; what is formatted beyond is the empty rest of the sheet.
"""

from __future__ import annotations

import re
from typing import Final

from tpm.ingest.opening.grid import Look

_MOST_ROWS, _MOST_COLUMNS = 1_000, 1_000  # repetitions of one row and of one cell that are marked
_MOST_MARKS: Final = 2_000_000  # cells with a look, of one sheet
_STYLE: Final = re.compile(rb"<style:style\b([^<>]*)>")
_TABLE: Final = re.compile(rb"<table:table(?=[\s>])[^<>]*>")
_TAG: Final = re.compile(rb"<(/?)table:(table-row-group|table-row|table-cell|covered-table-cell)(?=[\s/>])([^<>]*)>")
_ATTRIBUTE: Final = re.compile(rb"""([\w:\-]{1,60})\s{0,9}=\s{0,9}["']([^"'<>]{0,200})["']""")
_WHITE: Final = frozenset({"", "transparent", "#ffffff"})


class _Format:
    """The look of one style of cells."""

    def __init__(self, colour: str = "", indent: int = 0, bold: bool = False) -> None:
        self.colour, self.indent, self.bold = colour, indent, bold


def read_ods(content: bytes, index: int) -> Look:
    """The look of the table at ``index`` of an .ods file's ``content.xml``."""
    tables = [match.end() for match in _TABLE.finditer(content)]
    if index >= len(tables):
        return Look()
    formats = _formats(content[: tables[0]])
    fills: dict[tuple[int, int], str] = {}
    indent: dict[tuple[int, int], int] = {}
    bold: set[tuple[int, int]] = set()
    outline: dict[int, int] = {}
    hidden: set[int] = set()
    row = column = depth = marks = 0
    rows = range(0)  # those that the row under way stands for
    for match in _TAG.finditer(content, tables[index], tables[index + 1] if index + 1 < len(tables) else len(content)):
        closing, tag, said = match[1], match[2], _attributes(match[3])
        if tag == b"table-row-group":
            depth += -1 if closing else 1
        elif tag == b"table-row" and not closing:
            count = _times(said, "table:number-rows-repeated")
            rows, column = range(row, row + min(count, _MOST_ROWS)), 0
            row += count
            if depth > 0:
                outline.update(dict.fromkeys(rows, depth))
            if said.get("table:visibility") in ("collapse", "filter"):
                hidden.update(rows)
        elif not closing:
            count = _times(said, "table:number-columns-repeated")
            one = formats.get(said.get("table:style-name", ""))
            if one is not None and marks < _MOST_MARKS:
                at = [(each, column + step) for each in rows for step in range(min(count, _MOST_COLUMNS))]
                marks += len(at)
                if one.colour:
                    fills.update(dict.fromkeys(at, one.colour))
                if one.indent:
                    indent.update(dict.fromkeys(at, one.indent))
                if one.bold:
                    bold.update(at)
            column += count
    return Look(fills, indent, frozenset(bold), outline, frozenset(hidden))


def _formats(head: bytes) -> dict[str, _Format]:
    """Style of cells → its look, of those that have one; a style takes over what its parent says."""
    out: dict[str, _Format] = {}
    begins = list(_STYLE.finditer(head))
    for match, after in zip(begins, [*(one.start() for one in begins[1:]), len(head)], strict=True):
        own = _attributes(match[1])
        inner = {} if match[1].endswith(b"/") else _attributes(head[match.end() : after])
        above = out.get(own.get("style:parent-style-name", ""), _Format())
        colour = inner.get("fo:background-color", above.colour).casefold()
        deep = _millimetres(inner.get("fo:margin-left", "")) or above.indent
        weight = inner.get("fo:font-weight")
        bold = above.bold if weight is None else weight == "bold" or (weight.isdigit() and int(weight) >= 600)
        colour = "" if colour in _WHITE else colour
        if own.get("style:family") == "table-cell" and (colour or deep or bold):
            out[own.get("style:name", "")] = _Format(colour, deep, bold)
    return out


def _attributes(text: bytes) -> dict[str, str]:
    return {name.decode(): value.decode("utf-8", "replace") for name, value in _ATTRIBUTE.findall(text)}


def _times(said: dict[str, str], name: str) -> int:
    text = said.get(name, "1").strip()
    return int(text) if text.isdecimal() and len(text) < 10 else 1


def _millimetres(text: str) -> int:
    """A length as whole millimetres: enough to tell indents apart."""
    match = re.fullmatch(r"(\d{1,5}(?:\.\d{1,9})?)(mm|cm|in|pt)", text)
    return round(float(match[1]) * {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 0.353}[match[2]]) if match else 0
