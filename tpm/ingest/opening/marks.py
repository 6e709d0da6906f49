"""What a sheet's XML says that its values do not: rows that are hidden or filtered out, and formulas whose result is not in the file.

Both are found on the bytes while the sheet is weighed, so that they cost next to nothing where there are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_MOST: Final = 100_000  # cells and rows that are remembered
_HIDDEN: Final = re.compile(rb'<row\b[^<>]*?\bhidden="(?:1|true)"[^<>]*>')
_NUMBER: Final = re.compile(rb'\br="(\d{1,7})"')
_UNANSWERED: Final = re.compile(rb"(?:</f>|<f\b[^<>]*/>)\s*+(?:<v\s*/>|<v>\s*+</v>)?\s*+</c>")
_CELL: Final = re.compile(rb'<c\b[^<>]*?\br="([A-Z]{1,3})(\d{1,7})"[^<>]*>')
_LONGEST_CELL: Final = 10_000  # bytes of a cell with a formula
_TEXT: Final = b't="str"'  # a formula whose result is an empty text has one


@dataclass
class Marks:
    """Collected piece by piece; rows and columns are 0-based."""

    hidden_rows: set[int] = field(default_factory=set)
    unanswered: list[tuple[int, int]] = field(default_factory=list)  # (row, column) of formulas without a result

    def add(self, xml: bytes, *, formulas: bool = True) -> None:
        """Look through one piece, which ends between two rows; ``formulas`` says whether it may hold any."""
        if b'hidden="' in xml and len(self.hidden_rows) < _MOST:
            numbers = (_NUMBER.search(tag[0]) for tag in _HIDDEN.finditer(xml))
            self.hidden_rows.update(int(number[1]) - 1 for number in numbers if number is not None)
        if not formulas:
            return
        for match in _UNANSWERED.finditer(xml):
            at = xml.rfind(b"<c ", max(match.start() - _LONGEST_CELL, 0), match.end())
            tag = _CELL.match(xml, at) if at >= 0 else None
            if tag is None or _TEXT in tag[0] or len(self.unanswered) >= _MOST:
                continue
            self.unanswered.append((int(tag[2]) - 1, _column(tag[1])))


def _column(name: bytes) -> int:
    number = 0
    for char in name:
        number = number * 26 + char - 64
    return number - 1
