"""Text files → one grid: encoding, delimiter, ragged rows.

Tried in this order: a byte-order mark, UTF-8, UTF-16 without a mark, CP949 (Korean Excel), CP932 (Japanese Excel), Windows-1252.
Every cell is text; :mod:`tpm.ingest.cells.values` decides what it means.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import Final

from tpm.findings import Finding, InputError, Place, Severity
from tpm.guard import UPLOAD_BYTES_MAX
from tpm.ingest.opening.grid import Book, Grid
from tpm.ingest.opening.weight import MAX_CELLS
from tpm.ingest.opening.wiki import is_ruler, is_wiki, wiki_rows

MAX_COLUMNS: Final = 16_384  # as many as a spreadsheet has
MAX_CELL_CHARACTERS: Final = 32_767  # as many as a cell of a spreadsheet holds
_SAMPLE_CHARACTERS: Final = 60_000
_DELIMITERS: Final = (",", ";", "\t", "|")
_QUOTED: Final = re.compile(r'"[^"]*(?:"|$)')
_KANA: Final = re.compile(r"[\u3041-\u30ff]{2}")
_MIN_PRINTABLE: Final = 0.98  # share of printable characters below which the bytes are no text


def _refuse(code: str, file: str, **params: object) -> InputError:
    return InputError(Finding(code, Severity.ERROR, (Place(file),), {"file": file, **params}))


def decode(name: str, data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding. Raises InputError when the bytes are no text."""
    if data[:3] == b"\xef\xbb\xbf":
        candidates = ["utf-8-sig"]
    elif data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        candidates = ["utf-16"]
    else:
        zeros = data[:2000].count(0)
        candidates = ["utf-16-le", "utf-16-be"] if zeros > len(data[:2000]) * 0.2 else ["utf-8", "cp949", "cp932", "cp1252"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = text[:20_000]
        if encoding == "cp932" and not _KANA.search(sample):  # accented Latin letters read as Chinese characters
            continue
        printable = sum(char.isprintable() or char in "\r\n\t\x0b\x0c\x85" for char in sample)
        if printable >= _MIN_PRINTABLE * len(sample) and "\x00" not in sample:
            return text, encoding
    raise _refuse("file-unknown", name)


def find_delimiter(text: str) -> str:
    """The delimiter under which most rows have the same number (above one) of cells."""
    sample = text[:_SAMPLE_CHARACTERS]
    outside = _QUOTED.sub("", sample)
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        if delimiter not in outside:  # "1;2;3" in quotes is one cell
            continue
        rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row][:200]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        width, hits = widths.most_common(1)[0]
        score = hits / len(rows) * (1 - 1 / width) + 0.2 * sum(widths.values()) / len(rows)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _delimited(name: str, text: str, delimiter: str) -> list[list[str]]:
    """The rows of a delimited text; the ruler of a Markdown table without outer bars is a blank row."""
    csv.field_size_limit(UPLOAD_BYTES_MAX)
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise _refuse("file-unknown", name) from error
    if delimiter == "|" and len(rows) > 1 and is_ruler(delimiter.join(rows[1])):
        rows[1] = []
    return rows


def read_text(name: str, data: bytes) -> Book:
    """The one grid of a csv or tsv file; its sheet has no name. Raises InputError for bytes that are no table."""
    text, encoding = decode(name, data)
    head = text[:600].lstrip("\ufeff \r\n\t").lower()
    if head.startswith(("<!doctype html", "<html", "<table")) or "<table" in text[:5000].lower():
        raise _refuse("file-html", name)
    if head.startswith(("<?xml", "{", "[{")):
        raise _refuse("file-unknown", name)
    wiki = is_wiki(text)
    delimiter = "|" if wiki else find_delimiter(text)
    if (cells := text.count(delimiter) + text.count("\n") + text.count("\r")) > MAX_CELLS:
        raise _refuse("text-too-many-cells", name, cells=cells, limit=MAX_CELLS)
    rows = wiki_rows(text) if wiki else _delimited(name, text, delimiter)
    for row in rows:
        if len(max(row, key=len, default="")) > MAX_CELL_CHARACTERS:  # a quote that was never closed
            row[:] = [cell[:MAX_CELL_CHARACTERS] for cell in row]
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    width = max(map(len, rows), default=0)
    if width > MAX_COLUMNS or width * len(rows) > 20_000_000:  # one very long ragged row must not square the file
        width = min(Counter(map(len, rows)).most_common(1)[0][0], MAX_COLUMNS)
        rows = [row[:width] for row in rows]
    for row in rows:
        row.extend([""] * (width - len(row)))
    kind = "wiki" if wiki else "tsv" if delimiter == "\t" else "csv"
    shown = {"cp949": "cp949", "utf-8": "utf-8", "utf-8-sig": "utf-8-sig"}.get(encoding, encoding.replace("-le", "").replace("-be", ""))
    return Book(name, kind, shown, None, (Grid(name, "", rows),))
