"""Bytes → grids of typed cells that know their address.

The content decides what a file is, never its name. Spreadsheets are read by calamine, text by the csv module after
its encoding and delimiter were found. A file that cannot be opened raises :class:`InputError` with one finding.
Cells keep the type that the file gives them: text stays text, so "01" and "4.10" survive.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import Final

import python_calamine as calamine

from tpm.findings import Finding, InputError, Place, Severity
from tpm.ingest.formatting import BROKEN_ZIP, extent_of_sheets, reader_for
from tpm.ingest.grid import Book, Cell, Grid, Look
from tpm.ingest.parts import Merged, merged_ranges, read_in_parts
from tpm.ingest.textfile import read_text

MAX_UNPACKED_BYTES: Final = 600 * 2**20  # a plan of 100,000 rows unpacks to some 80 MiB; more is a bomb or a database
MAX_CELLS: Final = 12_000_000  # rectangle of one sheet that is held in memory: 100,000 rows × 120 columns
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
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
            unpacked = sum(info.file_size for info in infos)
            if unpacked > MAX_UNPACKED_BYTES:
                raise refuse("file-too-large", name, size=unpacked // 2**20, limit=MAX_UNPACKED_BYTES // 2**20)
            core = next((part for part in ("docProps/core.xml", "meta.xml") if part in names), None)
            saved = _SAVED.search(archive.read(core)) if core == "docProps/core.xml" else None
    except InputError:
        raise
    except BROKEN_ZIP as error:
        raise refuse("file-damaged", name) from error
    if any(part.startswith("word/") for part in names):
        raise refuse("file-word", name)
    if any(part.startswith("ppt/") for part in names):
        raise refuse("file-slides", name)
    kind = (
        "xlsx"
        if "xl/workbook.xml" in names or any(n.endswith("workbook.xml") for n in names)
        else "xlsb"
        if "xl/workbook.bin" in names
        else "ods"
        if "content.xml" in names
        else None
    )
    if kind is None:
        raise refuse("file-archive", name)
    saved_on = None
    if saved:
        try:
            saved_on = dt.date.fromisoformat(saved[1].decode())
        except ValueError:
            saved_on = None
    return _open_calamine(name, data, kind, saved_on)


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
    return _open_calamine(name, data, "xls", None)


def _open_calamine(name: str, data: bytes, kind: str, saved_on: dt.date | None) -> Book:
    if kind == "xlsx":
        for sheet, cells in extent_of_sheets(data).items():
            if cells > MAX_CELLS:
                raise refuse("sheet-too-wide", name, sheet=sheet)
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except calamine.PasswordError as error:
        raise refuse("file-encrypted", name) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise refuse("file-damaged", name) from error
    grids = []
    broken = []
    for index, meta in enumerate(workbook.sheets_metadata):
        if meta.typ is not calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            rows, merged = (read_in_parts(data, index) if kind == "xlsx" else None) or _read_sheet(workbook, index)
        except (calamine.CalamineError, OSError, ValueError):
            broken.append(Finding("sheet-damaged", Severity.WARNING, (Place(name, meta.name),), {"sheet": meta.name}))
            continue
        hidden = meta.visible is not calamine.SheetVisibleEnum.Visible
        grids.append(Grid(name, meta.name, rows, hidden, merged, reader_for(data, kind, index)))
    if broken and not grids:
        raise refuse("file-damaged", name)
    return Book(name, kind, None, saved_on, tuple(grids), tuple(broken))


def _read_sheet(workbook: calamine.CalamineWorkbook, index: int) -> tuple[list[list[Cell]], Merged]:
    sheet = workbook.get_sheet_by_index(index)
    return sheet.to_python(skip_empty_area=False), merged_ranges(sheet)


__all__ = ["MAX_CELLS", "MAX_UNPACKED_BYTES", "Book", "Grid", "Look", "may_be_schedule", "open_book", "refuse"]
