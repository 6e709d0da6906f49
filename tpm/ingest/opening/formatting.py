"""What a sheet looks like: fills, indents, bold, outline levels.

Values come from calamine, which knows nothing of looks. The few parts of an .xlsx file that are needed are read from the XML directly:
it costs a tenth of openpyxl, and it also reads workbooks whose style sheet openpyxl refuses. So are those of an .ods file
(:mod:`~tpm.ingest.opening.look_ods`); for .xls there is xlrd (:mod:`~tpm.ingest.opening.look_xls`). Other formats have no look.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Final

from tpm.guard import BROKEN_ZIP, Archive
from tpm.ingest.opening.grid import Look
from tpm.ingest.opening.look_ods import read_ods
from tpm.ingest.opening.look_xls import read_xls

MAX_LOOK_BYTES: Final = 40 * 2**20  # above this, looks are not worth their time
# Each ends at the next "<" at the latest, so that tags without an end cost no more than others.
_ROW: Final = re.compile(rb"<row\b([^<>]*)>")
_CELL: Final = re.compile(rb'<c\b[^<>]*?\br="([A-Z]+)\d+"[^<>]*>')
_STYLE: Final = re.compile(rb'\bs="(\d+)"')


def _column(name: bytes) -> int:
    number = 0
    for char in name:
        number = number * 26 + char - 64
    return number - 1


def _attribute(name: str, text: bytes) -> bytes | None:
    found = re.search(rb"\b" + name.encode() + rb'="([^"]*)"', text)
    return found[1] if found else None


def sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """(sheet name, part) in the workbook's order."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return []
    targets = {}
    for tag in re.findall(rb"<(?:\w+:)?Relationship\b[^<>]*>", archive.read("xl/_rels/workbook.xml.rels")):
        rel_id, target = _attribute("Id", tag), _attribute("Target", tag)
        if rel_id and target:
            path = target.decode("utf-8", "replace")
            targets[rel_id] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    parts = []
    for tag in re.findall(rb"<(?:\w+:)?sheet\b[^<>]*>", archive.read("xl/workbook.xml")):
        rel = re.search(rb'\b\w+:id="([^"]*)"', tag)
        part = targets.get(rel[1], "") if rel else ""
        parts.append(((_attribute("name", tag) or b"").decode("utf-8", "replace"), part if part in names else ""))
    return parts


def reader_for(data: bytes, kind: str, index: int, sheet: str) -> Callable[[], Look] | None:
    """A function that reads the look of the sheet at ``index`` called ``sheet``, or None for a format without one."""
    readers = {"xlsx": partial(read_look, data, index), "ods": partial(_read_ods, data, index), "xls": partial(read_xls, data, sheet)}
    return readers.get(kind)


def _read_ods(data: bytes, index: int) -> Look:
    try:
        with Archive(io.BytesIO(data)) as archive:
            large = archive.getinfo("content.xml").file_size > MAX_LOOK_BYTES
            return Look() if large else read_ods(archive.read("content.xml"), index)
    except (*BROKEN_ZIP, KeyError):
        return Look()


def _styles(xml: bytes) -> list[tuple[str, int, bool]]:
    """(fill colour or "", indent, bold) by style number."""
    bold = [bool(re.search(rb"<b\s*/>|<b\s+val=\"(?:1|true)\"", font)) for font in _elements(xml, b"fonts", b"font")]
    colours = []
    for one in _elements(xml, b"fills", b"fill"):
        tag = re.search(rb"<fgColor\b([^<>]*)", one)
        solid = b'patternType="solid"' in one or b"<gradientFill" in one
        text = tag[1].strip(b"/ ").decode("ascii", "replace") if tag and solid else ""
        colours.append("" if "FFFFFFFF" in text or text in ('theme="0"', 'indexed="9"', 'indexed="64"') else text)
    out = []
    for style in _elements(xml, b"cellXfs", b"xf"):
        head = style.split(b">", 1)[0]
        font, fill, indent = (
            int(_attribute(name, source) or 0) for name, source in (("fontId", head), ("fillId", head), ("indent", style))
        )
        out.append((colours[fill] if fill < len(colours) else "", indent, font < len(bold) and bold[font]))
    return out


def _elements(xml: bytes, section: bytes, name: bytes) -> list[bytes]:
    """What stands from the name of each element ``name`` of ``section`` to the next one."""
    begin = xml.find(b"<" + section)
    end = xml.find(b"</" + section, begin)
    return re.split(rb"<" + name + rb"(?=[\s/>])", xml[begin:end])[1:] if 0 <= begin < end else []


def read_look(data: bytes, index: int) -> Look:
    """The look of the sheet at ``index``; a plain one where the file is too large or cannot be read."""
    try:
        with Archive(io.BytesIO(data)) as archive:
            parts = sheet_parts(archive)
            part = parts[index][1] if index < len(parts) else ""
            if not part or archive.getinfo(part).file_size > MAX_LOOK_BYTES:
                return Look()
            xml = archive.read(part)
            styles = _styles(archive.read("xl/styles.xml")) if "xl/styles.xml" in archive.namelist() else []
        return _look(xml, styles)
    except (*BROKEN_ZIP, KeyError):
        return Look()


def _look(xml: bytes, styles: list[tuple[str, int, bool]]) -> Look:
    fills: dict[tuple[int, int], str] = {}
    indent: dict[tuple[int, int], int] = {}
    bold: set[tuple[int, int]] = set()
    outline: dict[int, int] = {}
    begins = list(_ROW.finditer(xml))
    for tag, after in zip(begins, [*(one.start() for one in begins[1:]), len(xml)], strict=True):
        attributes, body = tag[1], xml[tag.end() : after]
        number = _attribute("r", attributes)
        if number is None:
            continue
        row = int(number) - 1
        level = _attribute("outlineLevel", attributes)
        if level and level != b"0":
            outline[row] = int(level)
        for cell in _CELL.finditer(body):
            style = _STYLE.search(cell[0])
            if style is None or int(style[1]) >= len(styles):
                continue
            colour, depth, strong = styles[int(style[1])]
            if not (colour or depth or strong):
                continue
            at = (row, _column(cell[1]))
            if colour:
                fills[at] = colour
            if depth:
                indent[at] = depth
            if strong:
                bold.add(at)
    return Look(fills, indent, frozenset(bold), outline)
