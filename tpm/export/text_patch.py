"""Change single fields of a .csv or .tsv file and nothing else.

Encoding, byte-order mark, delimiter, line ends and the quoting of every other field stay as they are. A changed field is quoted
when it was before or has to be. A text field cannot say that it is text, so one that a spreadsheet program would
calculate is refused.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from tpm.ingest.opening.textfile import decode, find_delimiter

_CALCULATED: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"[-+]?[\d.,]+%?")
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class FieldOutcome(StrEnum):
    """What became of a field."""

    WRITTEN = "written"
    CALCULATED = "calculated"  # a spreadsheet program would take it for a formula
    ENCODING = "encoding"  # the file's encoding lacks a character of it
    NO_ROW = "no-row"


def patch_text(name: str, data: bytes, writes: Mapping[tuple[int, int], str]) -> tuple[bytes, dict[tuple[int, int], FieldOutcome]]:
    """``data`` with the fields at (row, column), both 1-based, changed, and what became of each.

    Rows are records, as the importer counts them: a quoted field may hold line ends. Raises ``InputError`` when the bytes are no text.
    """
    mark, encoding = next(((mark, encoding) for mark, encoding in _MARKS if data.startswith(mark)), (b"", ""))
    if not mark:
        encoding = decode(name, data)[1]
    text = data[len(mark) :].decode(encoding)
    start = len(text) - len(text.lstrip("\ufeff"))
    delimiter = find_delimiter(text)
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), value in writes.items():
        by_row.setdefault(row, {})[column] = value
    outcomes = dict.fromkeys(writes, FieldOutcome.NO_ROW)
    pieces, done = [text[:start]], start
    for row, fields in _records(text, start, delimiter, frozenset(by_row)):
        for column, value in sorted(by_row[row].items()):
            refused = _refused(value, encoding)
            outcomes[row, column] = refused or FieldOutcome.WRITTEN
            if refused:
                continue
            missing = column - len(fields)
            begin, end = fields[column - 1] if missing <= 0 else (fields[-1][1], fields[-1][1])
            new = _field(value, delimiter, quoted=text.startswith('"', begin) and missing <= 0)
            if missing > 0:  # a short record; a second field beyond its end follows the first
                new = delimiter * missing + new
                fields = [*fields, *([(end, end)] * missing)]
            pieces += (text[done:begin], new)
            done = end
    pieces.append(text[done:])
    return mark + "".join(pieces).encode(encoding), outcomes


def _records(text: str, start: int, delimiter: str, wanted: frozenset[int]) -> list[tuple[int, list[tuple[int, int]]]]:
    """The wanted records: number and where each field lies, its quotes included; divided as :mod:`csv` divides them."""
    stop = re.escape(delimiter) + r"\r\n"
    field = re.compile(rf'(?:"[^"]*(?:""[^"]*)*(?:"[^{stop}]*|\Z)|[^{stop}]*)')
    out, fields, number, at = [], [], 1, start
    last = max(wanted, default=0)
    while number <= last:
        match = field.match(text, at)
        assert match is not None  # every alternative may be empty
        fields.append(match.span())
        at = match.end()
        if text.startswith(delimiter, at):
            at += len(delimiter)
            continue
        if number in wanted:
            out.append((number, fields))
        if at >= len(text):
            break
        at += 2 if text.startswith("\r\n", at) else 1
        fields, number = [], number + 1
    return out


def _refused(value: str, encoding: str) -> FieldOutcome | None:
    if value.startswith(_CALCULATED) and not _NUMBER.fullmatch(value):
        return FieldOutcome.CALCULATED
    try:
        value.encode(encoding)
    except UnicodeEncodeError:
        return FieldOutcome.ENCODING
    return None


def _field(value: str, delimiter: str, *, quoted: bool) -> str:
    if quoted or any(character in value for character in (delimiter, '"', "\r", "\n")):
        return '"' + value.replace('"', '""') + '"'
    return value
