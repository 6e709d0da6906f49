"""Bytes → grids of typed cells that know their address.

The content decides what a file is, never its name. Spreadsheets are read by calamine, text by the csv module after
its encoding and delimiter were found. A file that cannot be opened raises :class:`InputError` with one finding.
Cells keep the type that the file gives them: text stays text, so "01" and "4.10" survive.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Set
from typing import Final

import python_calamine as calamine

from tpm import guard
from tpm.findings import Finding, InputError, Place, Severity
from tpm.guard import Archive
from tpm.ingest.opening.formatting import reader_for, sheet_parts
from tpm.ingest.opening.grid import Book, Cell, Grid, Look
from tpm.ingest.opening.marks import Marks
from tpm.ingest.opening.parts import Merged, merged_ranges, read_in_parts, rest_of
from tpm.ingest.opening.textfile import read_text
from tpm.ingest.opening.weight import SheetWeight, Weight, add_ods

MAX_SHEETS: Final = 500  # a sheet a week for ten years; each costs time, however empty
_PIECE_BYTES: Final = 32 * 2**20  # of a sheet that is weighed, so that sheets are read whole unless they are very large
_OF_ONE_SHEET: Final = ("sheet-too-wide", "text-too-large")  # what is too much in one sheet; the others may be read
_CORE: Final = "docProps/core.xml"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00")
_SAVED: Final = re.compile(rb"<dcterms:modified[^>]*>(\d{4}-\d\d-\d\d)")


def refuse(code: str, file: str, **params: object) -> InputError:
    """The exception for a file that cannot be used, with the finding ``code``."""
    return InputError(Finding(code, Severity.ERROR, (Place(file),), {"file": file, **params}))


def may_be_schedule(data: bytes) -> bool:
    """Whether the first bytes allow a scheduling tool's own file (XML, XER, an OLE container), so that looking closer pays."""
    head = data[:200].lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\x00")
    return head.startswith((b"<", b"ERMHDR", _OLE))


def open_book(name: str, data: bytes) -> Book:
    """The grids of a spreadsheet or text file. Raises InputError when it is none or cannot be opened."""
    if not data.strip(b" \r\n\t\x00\xef\xbb\xbf\xfe\xff"):
        raise refuse("file-empty", name)
    if data.startswith(b"PK"):
        return _open_zip(name, data)
    if data.startswith(_OLE):
        return _open_ole(name, data)
    if data.startswith(b"%PDF"):
        raise refuse("file-pdf", name)
    if data.startswith(_IMAGES) or data[4:12] in (b"ftypheic", b"ftypavif") or data[8:12] == b"WEBP":
        raise refuse("file-image", name)
    if data.startswith(b"{\\rtf"):
        raise refuse("file-word", name)
    return read_text(name, data)


def _open_zip(name: str, data: bytes) -> Book:
    try:
        with guard.opened(name, data, guard.WORKBOOK) as archive:
            kind = _kind(name, set(archive.namelist()))
            if kind != "xlsx":
                guard.check(archive)
            if kind == "ods":
                add_ods(Weight(name), archive.read("content.xml"))
            return _open_calamine(name, data, kind, archive)
    except guard.BROKEN_ZIP as error:
        raise refuse("file-damaged", name) from error


def _kind(name: str, parts: Set[str]) -> str:
    """What the zip file with these parts is. Raises InputError when it is no spreadsheet."""
    if any(part.startswith("word/") for part in parts):
        raise refuse("file-word", name)
    if any(part.startswith("ppt/") for part in parts):
        raise refuse("file-slides", name)
    if any(part.endswith("workbook.xml") for part in parts):
        return "xlsx"
    if "xl/workbook.bin" in parts:
        return "xlsb"
    if "content.xml" in parts:
        return "ods"
    raise refuse("file-archive", name)


def _saved_on(archive: Archive) -> dt.date | None:
    """The day that the file says it was saved."""
    saved = _SAVED.search(archive.read(_CORE)) if _CORE in archive.namelist() else None
    try:
        return dt.date.fromisoformat(saved[1].decode()) if saved else None
    except ValueError:
        return None


def _open_ole(name: str, data: bytes) -> Book:
    """An OLE container: an old .xls, or something else in the same wrapper."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise refuse("file-encrypted", name)
    if holds("WordDocument"):
        raise refuse("file-word", name)
    if holds("PowerPoint Document"):
        raise refuse("file-slides", name)
    if not (holds("Workbook") or holds("Book")):
        raise refuse("file-unknown", name)
    return _open_calamine(name, data, "xls")


def _open_calamine(name: str, data: bytes, kind: str, archive: Archive | None = None) -> Book:
    sheets = _Sheets(name, archive) if archive is not None and kind == "xlsx" else None
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except calamine.PasswordError as error:
        raise refuse("file-encrypted", name) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise refuse("file-damaged", name) from error
    if len(workbook.sheets_metadata) > MAX_SHEETS:
        raise refuse("book-too-many-sheets", name, count=len(workbook.sheets_metadata), limit=MAX_SHEETS)
    grids = []
    left_out: list[Finding] = []
    too_much: InputError | None = None
    for index, meta in enumerate(workbook.sheets_metadata):
        if meta.typ is not calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            found, marks = sheets.weighed(index, meta.name) if sheets else (None, None)
            rows, merged = found or _read_sheet(workbook, index)
        except (calamine.CalamineError, *guard.BROKEN_ZIP):
            left_out.append(Finding("sheet-damaged", Severity.WARNING, (Place(name, meta.name),), {"sheet": meta.name}))
            continue
        except InputError as error:
            if error.finding.code not in _OF_ONE_SHEET:
                raise
            too_much = too_much or error
            left_out.append(Finding("sheet-too-large", Severity.WARNING, (Place(name, meta.name),), {"sheet": meta.name}))
            continue
        hidden = meta.visible is not calamine.SheetVisibleEnum.Visible
        grids.append(Grid(name, meta.name, rows, hidden, merged, reader_for(data, kind, index, meta.name), marks))
    if left_out and not any(grid.rows for grid in grids):
        raise too_much or refuse("file-damaged", name)
    return Book(name, kind, None, None if archive is None else _saved_on(archive), tuple(grids), tuple(left_out))


class _Sheets:
    """The parts of an .xlsx file: each sheet is weighed before it is parsed, and what every sheet needs is unpacked once."""

    def __init__(self, name: str, archive: Archive) -> None:
        self._archive = archive
        self._parts = [part for _, part in sheet_parts(archive)]
        self._rest = rest_of(archive)
        self._weight = Weight(name, next((xml for part, xml in self._rest if part.lower() == "xl/sharedstrings.xml"), b""))

    def weighed(self, index: int, sheet: str) -> tuple[tuple[list[list[Cell]], Merged] | None, Marks | None]:
        """(rows of a large sheet, None for any other, which may now be read; what its XML says besides). Raises InputError where it is too
        much."""
        with self._weight.kept_where_refused():
            return self._weighed(index, sheet)

    def _weighed(self, index: int, sheet: str) -> tuple[tuple[list[list[Cell]], Merged] | None, Marks | None]:
        part = self._parts[index] if index < len(self._parts) else ""
        if not part:  # named in an unusual way; what it holds is weighed whoever names it
            for info in self._archive.infolist():
                if info.filename not in self._parts and "sheet" in info.filename.lower():
                    self._weigh(info.filename, sheet)
            return None, None
        weight = SheetWeight(self._weight, sheet)
        rows = read_in_parts(self._archive, index, part, self._rest, weight)
        if rows is None:
            return None, self._weigh(part, sheet)
        weight.close()
        return rows, weight.marks

    def _weigh(self, part: str, sheet: str) -> Marks:
        weight, rows = SheetWeight(self._weight, sheet), b""
        for piece in self._archive.pieces(part, _PIECE_BYTES):
            rows += piece
            if len(piece) == _PIECE_BYTES:
                at = max(rows.rfind(b"<row"), 0) or max(rows.rfind(b"<"), 0)
                weight.add(rows[:at])
                rows = rows[at:]
        weight.add(rows)
        weight.close()
        return weight.marks


def _read_sheet(workbook: calamine.CalamineWorkbook, index: int) -> tuple[list[list[Cell]], Merged]:
    sheet = workbook.get_sheet_by_index(index)
    return sheet.to_python(skip_empty_area=False), merged_ranges(sheet)


__all__ = ["MAX_SHEETS", "Book", "Grid", "Look", "may_be_schedule", "open_book", "refuse"]
