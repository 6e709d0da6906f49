"""Files that are small and become large, or that break what reads them; made here, each in well under a second."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable, Iterable
from typing import Final

_HEAD: Final = b'<?xml version="1.0" encoding="UTF-8"?>'
_MAIN: Final = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS: Final = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = b"http://schemas.openxmlformats.org/package/2006"
_PROJECT: Final = b'<Project xmlns="http://schemas.microsoft.com/project"><Tasks><Task>'
_ZEROS: Final = bytes(2**20)


def zipped(parts: Iterable[tuple[str, bytes | Iterable[bytes]]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, (2026, 1, 5, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as part:
                for piece in [content] if isinstance(content, bytes) else content:
                    part.write(piece)
    return out.getvalue()


def workbook(*sheets: bytes | Iterable[bytes], shared: bytes = b"", more: Iterable[tuple[str, bytes | Iterable[bytes]]] = ()) -> bytes:
    """An .xlsx file whose sheets are these XML texts."""
    numbers = range(1, len(sheets) + 1)
    names = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="rId%d"/>' % (n, n, n) for n in numbers)
    link = b'<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>'
    links = b"".join(link % (n, _RELATIONS, n) for n in numbers)
    root = b'<Relationship Id="rId1" Type="%s/officeDocument" Target="xl/workbook.xml"/>' % _RELATIONS
    return zipped([
        ("[Content_Types].xml", b'<Types xmlns="%s/content-types"/>' % _PACKAGE),
        ("_rels/.rels", b'<Relationships xmlns="%s/relationships">%s</Relationships>' % (_PACKAGE, root)),
        ("xl/workbook.xml", b'<workbook %s xmlns:r="%s"><sheets>%s</sheets></workbook>' % (_MAIN, _RELATIONS, names)),
        ("xl/_rels/workbook.xml.rels", b'<Relationships xmlns="%s/relationships">%s</Relationships>' % (_PACKAGE, links)),
        *([("xl/sharedStrings.xml", shared)] if shared else []),
        *((f"xl/worksheets/sheet{n}.xml", sheet) for n, sheet in zip(numbers, sheets, strict=True)),
        *more,
    ])  # fmt: skip


def sheet(rows: bytes, dimension: bytes = b"") -> bytes:
    return _HEAD + b"<worksheet %s>%s<sheetData>%s</sheetData></worksheet>" % (_MAIN, dimension, rows)


def shared(*texts: bytes) -> bytes:
    return _HEAD + b"<sst %s>%s</sst>" % (_MAIN, b"".join(b"<si><t>%s</t></si>" % text for text in texts))


def text_named_a_million_times(cell: bytes = b'<c r="%c%%d" t="s"><v>0</v></c>') -> bytes:
    """One text of 13,000 letters, in a million cells: 13 GB."""
    row = b"".join(cell % letter for letter in b"ABCDEFGHIJ")
    rows = b"".join(b'<row r="%d">%s</row>' % (n, row % ((n,) * 10)) for n in range(1, 100_001))
    return workbook(sheet(rows), shared=shared(b"x" * 13_000, b"short"))


def spaces_by_the_billion() -> bytes:
    return ods(b'<table:table-row><table:table-cell office:value-type="string"><text:p>A<text:s text:c="2000000000"/>B</text:p>'
               b"</table:table-cell></table:table-row>")  # fmt: skip


def cells_repeated(columns: int, rows: int, text: bytes = b"") -> bytes:
    """Numbers, or ``text``."""
    kind, content = (b"string", b"><text:p>%s</text:p></table:table-cell>" % text) if text else (b"float", b' office:value="1"/>')
    cell = b'<table:table-cell office:value-type="%s" table:number-columns-repeated="%d"%s' % (kind, columns, content)
    return ods(b'<table:table-row table:number-rows-repeated="%d">%s</table:table-row>' % (rows, cell))


def ods(rows: bytes) -> bytes:
    spaces = b" ".join(b'xmlns:%s="urn:oasis:names:tc:opendocument:xmlns:%s:1.0"' % (name, name) for name in (b"office", b"table", b"text"))
    body = b'<office:document-content %s><office:body><office:spreadsheet><table:table table:name="Plan &amp; more">%s</table:table>'
    content = _HEAD + body % (spaces, rows) + b"</office:spreadsheet></office:body></office:document-content>"
    return zipped([("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content),
                   ("META-INF/manifest.xml", b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>')])


def zeros(mebibytes: int) -> Iterable[bytes]:
    return (_ZEROS for _ in range(mebibytes))


def template_with(mebibytes: int) -> bytes:
    """A PowerPoint template with one part of zeros."""
    from pptx import Presentation

    made = io.BytesIO()
    Presentation().save(made)
    with zipfile.ZipFile(made) as plain:
        return zipped([*((name, plain.read(name)) for name in plain.namelist()), ("ppt/media/image99.png", zeros(mebibytes))])


def bundle_with(mebibytes: int) -> bytes:
    """A workspace bundle, whole and right, with one file of zeros."""
    hashed = hashlib.sha256()
    for piece in zeros(mebibytes):
        hashed.update(piece)
    at, file = "2026-01-05T09:00:00+00:00", {"name": "plan.csv", "sha256": hashed.hexdigest(), "size": mebibytes * 2**20}
    snapshot = {"number": 1, "label": "", "note": "", "created_at": at, "options": {}, "baseline": None, "files": [file], "edits": []}
    manifest = {"format": "tpm-workspace", "version": 1, "name": "zeros", "sample": False, "documents": {}, "snapshots": [snapshot]}
    return zipped([("manifest.json", json.dumps(manifest).encode()), (f"files/{file['sha256']}", zeros(mebibytes))])


def lying(data: bytes, part: str, size: int) -> bytes:
    """``data`` with a directory that says ``part`` unpacks to ``size`` bytes."""
    name = part.encode()
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(name))
    return data[: at + 24] + size.to_bytes(4, "little") + data[at + 28 :]


def overlapping(parts: int) -> bytes:
    """A zip whose directory names one packed text as many parts."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = packed.compress(b"x" * 2**20) + packed.flush()
    sizes = zlib.crc32(b"x" * 2**20).to_bytes(4, "little") + len(content).to_bytes(4, "little") + (2**20).to_bytes(4, "little")
    local = b"PK\x03\x04" + bytes([20, 0, 0, 0, 8, 0]) + bytes(4) + sizes + (1).to_bytes(2, "little") + bytes(2) + b"a" + content
    names = [b"xl/workbook.xml", *(b"%05d" % n for n in range(parts))]
    entry = b"PK\x01\x02" + bytes([20, 0, 20, 0, 0, 0, 8, 0]) + bytes(4) + sizes
    directory = b"".join(entry + len(name).to_bytes(2, "little") + bytes(16) + name for name in names)
    end = b"PK\x05\x06" + bytes(4) + len(names).to_bytes(2, "little") * 2
    return local + directory + end + len(directory).to_bytes(4, "little") + len(local).to_bytes(4, "little") + bytes(2)


def old_workbook() -> bytes:
    """An .xls container of noise that calls itself one: lengths and chains of records mean nothing."""
    noise = random.Random(5).randbytes(200_000)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise[:60_000] + "Workbook".encode("utf-16-le") + noise[60_000:]


_CELL: Final = b'<c r="%s%d" t="inlineStr" s="1"><is><t>%s</t></is></c>'
_PLAN: Final = b"".join(
    b'<row r="%d">%s%s</row>' % (n, _CELL % (b"A", n, name), _CELL % (b"B", n, day))
    for n, (name, day) in enumerate([(b"Task", b"Start"), (b"Build", b"2026-03-02"), (b"  Test", b"2026-03-03")], start=1))  # fmt: skip


def _spread(count: int, make: Callable[[int], bytes]) -> bytes:
    return b"".join(map(make, range(1, count + 1)))


# name of the file → (its bytes, code of the finding; None: it may be read, or refused in any sentence)
FILES: Final[dict[str, tuple[Callable[[], bytes], str | None]]] = {
    "text-named-often.xlsx": (text_named_a_million_times, "text-too-large"),
    "text-named-in-quotes.xlsx": (lambda: text_named_a_million_times(b"<c r='%c%%d' t = 's'><v>+0</v></c>"), "text-too-large"),
    "text-named-in-disguise.xlsx": (lambda: text_named_a_million_times(b'<c r="%c%%d" t="s" x=">"><v>0</v></c>'), "text-too-large"),
    "spaces.ods": (spaces_by_the_billion, "text-too-large"),
    "repeated-text.ods": (lambda: cells_repeated(1000, 1000, b"x" * 2000), "text-too-large"),
    "repeated-cells.ods": (lambda: cells_repeated(16_384, 1_048_576), "sheet-too-wide"),
    "far-away.xlsx": (lambda: workbook(sheet(b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>')),
                      "sheet-too-wide"),
    "far-away-in-a-large-sheet.xlsx": (
        lambda: workbook(sheet(_spread(60_000, lambda n: b'<row r="%d"><c r="A%d"><v>1</v></c><c r="B%d"><v>1</v></c></row>' % (n, n, n))
                               + b'<row r="2"><c r="XFD1048576"><v>1</v></c></row>', b'<dimension ref="A1:B2"/>')), "sheet-too-wide"),
    "beyond-every-sheet.xlsx": (lambda: workbook(sheet(b'<row r="1"><c r="A1"><v>1</v></c><c r="A4000000000"><v>1</v></c></row>')),
                                "sheet-too-wide"),
    "without-addresses.xlsx": (lambda: workbook(sheet(b"<row>" + b"<c><v>1</v></c>" * 16_000 + b"</row>" + b"<row></row>" * 60_000
                                                      + b"<row><c><v>1</v></c></row>")), "sheet-too-wide"),
    "huge-dimension.xlsx": (lambda: workbook(sheet(b'<row r="1"><c r="A1"><v>1</v></c></row>', b'<dimension ref="A1:XFD1048576"/>')), None),
    "ten-thousand-sheets.xlsx": (lambda: workbook(*[sheet(b"")] * 9_000), "book-too-many-sheets"),
    "ten-sheets-of-many-cells.xlsx": (
        lambda: workbook(*[sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="60000"><c r="GR60000"><v>1</v></c></row>')] * 10),
        "book-too-many-cells"),
    "hundred-thousand-parts.xlsx": (lambda: zipped((f"xl/../../{n}", b"") for n in range(100_000)), "zip-too-many-parts"),
    "parts-over-each-other.xlsx": (lambda: overlapping(5_000), "file-damaged"),
    "sheet-of-zeros.xlsx": (lambda: workbook([b"<worksheet>", *zeros(580)]), "zip-too-dense"),
    "gigabyte.xlsx": (lambda: workbook(zeros(1000)), "zip-too-large"),
    "lying-directory.xlsx": (lambda: lying(workbook(sheet(b""), shared=b"<si/>" * 20_000_000), "xl/sharedStrings.xml", 1000),
                             "file-damaged"),
    "styles.xlsx": (lambda: workbook(sheet(_PLAN),
                                     more=[("xl/styles.xml", b"<styleSheet><numFmts>" + b'<numFmt numFmtId="200" formatCode="0"/>' * 300_000
                                            + b"</numFmts><fonts>" + b"<font>" * 300_000 + b"</fonts><cellXfs>" + b"<xf>" * 300_000
                                            + b"</cellXfs></styleSheet>")]), None),
    "rows-that-never-end.xlsx": (lambda: workbook(sheet(_PLAN + b"<row " * 400_000)), None),
    "rows-without-an-end.xlsx": (lambda: workbook(sheet(_PLAN + b"<row>" * 400_000)), None),
    "names-that-never-end.xlsx": (lambda: workbook(sheet(_PLAN + b'<row r="9"><c ' + b'r="A9" ' * 400_000)), None),
    "old.xls": (old_workbook, None),
    "nested.xml": (lambda: _PROJECT + b"<a>" * 1_000_000, "file-xml-too-deep"),
    "elements.xml": (lambda: _PROJECT + b"<a/>" * 11_000_000, "file-xml-too-many"),
    "attributes.xml": (lambda: _PROJECT + b'<a b="c"/>' * 9_000_000, "apart-memory"),
    "laughs.xml": (lambda: b'<!DOCTYPE Project [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
                           b'<Project xmlns="http://schemas.microsoft.com/project"><Name>&b;</Name></Project>', "file-xml-doctype"),
    "nested.gan": (lambda: b'<project name="x" version="3.0"><tasks>' + b'<task id="1">' * 500_000, "file-xml-too-deep"),
    "tables.xer": (lambda: b"ERMHDR\t8.0\t2026-01-01\n" + _spread(1_000_000, lambda n: b"%%T\tT%d\n%%F\ta\n%%R\t1\n" % n), None),
    "lines.xer": (lambda: b"ERMHDR\t8.0\t2026-01-01\n%T\tTASK\n%F\ta\n" + b"%R\t1\n" * 4_000_000, "file-xer-too-long"),
    "one-line.csv": (lambda: b"Task,Start\n" + b"x" * (80 * 2**20), None),
    "columns.csv": (lambda: b"Task,Start\n" + b"a," * 1_000_000, None),
    "commas.csv": (lambda: b"Task,Start\n" + b"," * 40_000_000, "text-too-many-cells"),
    "over-the-limit.csv": (lambda: b"Task,Start\n" + b"a,2026-03-02\n" * 9_000_000, "file-too-large"),
}
